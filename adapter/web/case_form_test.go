package web_test

import (
	"context"
	"html"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/packs"
	"shigan/testkit"
)

// desk plays the deeds behind the pages.
type desk struct {
	*testing.T
	o   *app.Office
	who map[string]org.Signer
}

func (d *desk) do(post string, cmd app.Command) app.Receipt {
	d.Helper()
	return testkit.Do(d, d.o, d.who[post], cmd)
}

func (d *desk) kase(id string) casework.Case {
	d.Helper()
	c, err := casework.Of(d.o.Read(context.Background()), id)
	if err != nil {
		d.Fatal(err)
	}
	return c
}

// make makes a move out of the state that holds.
func (d *desk) make(post, id string, m casework.Make) {
	d.Helper()
	m.Case, m.From = id, d.kase(id).State
	d.do(post, m)
}

// open opens a case about JM-001 at a desk and gives its number.
func (d *desk) open(post, name string, c casework.Open) string {
	d.Helper()
	r := d.o.Read(context.Background())
	chain, err := app.ChainOf(r, "JM-001", "")
	if err != nil {
		d.Fatal(err)
	}
	c.Desk, c.Subject, c.Chain, c.Reach = name, "project/JM-001", chain, org.Scope{Owner: "co", Local: "lq", Line: "jtj"}
	e, err := r.Entry(d.do(post, c).First)
	if err != nil {
		d.Fatal(err)
	}
	return strings.TrimPrefix(e.Subject, "case/")
}

// form is one form of a page, with what stands in it.
type form struct {
	action string
	vals   url.Values
	asks   []string // fields to be filled in
	files  bool
	first  map[string]string // of each choice, the answer that stands first
}

var (
	formRE  = regexp.MustCompile(`(?s)<form[^>]*action="([^"]*)"[^>]*>(.*?)</form>`)
	inputRE = regexp.MustCompile(`<input[^>]*>`)
	areaRE  = regexp.MustCompile(`(?s)<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>`)
	pickRE  = regexp.MustCompile(`(?s)<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>`)
	onRE    = regexp.MustCompile(`<option[^>]*value="([^"]*)"[^>]*selected`)
)

func attr(tag, name string) string {
	m := regexp.MustCompile(` ` + name + `="([^"]*)"`).FindStringSubmatch(tag)
	if m == nil {
		return ""
	}
	return html.UnescapeString(m[1])
}

// forms reads the forms of a page as a browser would send them.
func forms(page string) (out []form) {
	for _, m := range formRE.FindAllStringSubmatch(page, -1) {
		f := form{action: m[1], vals: url.Values{}}
		for _, tag := range inputRE.FindAllString(m[2], -1) {
			name := attr(tag, "name")
			switch typ := attr(tag, "type"); {
			case name == "" || typ == "checkbox" && !strings.Contains(tag, " checked"):
			case typ == "file":
				f.files = true
			case typ == "radio":
				if strings.Contains(tag, " checked") {
					f.vals.Set(name, attr(tag, "value"))
				}
				if f.first == nil {
					f.first = map[string]string{}
				}
				if _, seen := f.first[name]; !seen {
					f.first[name] = attr(tag, "value")
				}
			default:
				f.vals.Set(name, attr(tag, "value"))
				if typ != "hidden" {
					f.asks = append(f.asks, name)
				}
			}
		}
		for _, a := range areaRE.FindAllStringSubmatch(m[2], -1) {
			f.vals.Set(a[1], html.UnescapeString(a[2]))
			f.asks = append(f.asks, a[1])
		}
		for _, s := range pickRE.FindAllStringSubmatch(m[2], -1) {
			f.vals.Set(s[1], "")
			if on := onRE.FindStringSubmatch(s[2]); on != nil {
				f.vals.Set(s[1], on[1])
			}
			f.asks = append(f.asks, s[1])
		}
		out = append(out, f)
	}
	return out
}

// formOf finds the form of a deed of a case, for a move that of the move.
func formOf(page, id, deed, move string) (form, bool) {
	for _, f := range forms(page) {
		if f.action == "/case/"+id+"/"+deed && (move == "" || f.vals.Get("move") == move) {
			return f, true
		}
	}
	return form{}, false
}

func pairs(vals url.Values) (out []string) {
	for _, k := range slices.Sorted(maps.Keys(vals)) {
		for _, v := range vals[k] {
			out = append(out, k, v)
		}
	}
	return out
}

// walk is how a case of a desk comes to a state in which a move is possible.
type walk struct {
	*desk
	d     *casework.Desk
	clock *testkit.Clock
	as    func(post string) *browser
}

type spot struct {
	state   string
	returns int
	again   int  // how often it was reopened, up to two
	handled bool // somebody has it
}

// after is where a move leads.
func after(m casework.Move, s spot) spot {
	if m.Does == casework.DoesReturn {
		s.returns++
		if s.returns == 2 && m.Again != "" {
			return spot{m.Again, 2, s.again, false}
		}
		s.handled = false
	}
	if m.Does == casework.DoesReopen {
		s.again = min(s.again+1, 2)
		if !s.handled && m.Orphan != "" { // nobody has it yet: it goes back to where it gets a handler
			return spot{m.Orphan, s.returns, s.again, false}
		}
		if s.again == 2 && m.Again != "" {
			return spot{m.Again, s.returns, s.again, s.handled}
		}
	}
	return spot{m.To, s.returns, s.again, s.handled || m.Does == casework.DoesAssign}
}

// handledAtBirth tells whether a case of the desk begins with whoever handles it.
func (w *walk) handledAtBirth() bool {
	st, _ := w.d.State(w.d.Start)
	return st.Waits == casework.Handler
}

// way finds the shortest chain of moves after which one is possible.
func (w *walk) way(goal casework.Move) []casework.Move {
	type node struct {
		at  spot
		way []casework.Move
	}
	seen, queue := map[spot]bool{}, []node{{at: spot{state: w.d.Start, handled: w.handledAtBirth()}}}
	for len(queue) > 0 {
		n := queue[0]
		queue = queue[1:]
		if slices.Contains(goal.From, n.at.state) && !(goal.Does == casework.DoesReturn && n.at.returns >= 2) {
			return n.way
		}
		if seen[n.at] {
			continue
		}
		seen[n.at] = true
		for _, m := range w.d.MovesFrom(n.at.state) {
			if m.Does == casework.DoesReturn && n.at.returns >= 2 || m.Name == goal.Name && m.Again == "" {
				continue
			}
			queue = append(queue, node{after(m, n.at), append(slices.Clone(n.way), m)})
		}
	}
	return nil
}

// hands are the posts of the district in the order in which they are tried: whoever raised it and whoever keeps the desk before those on
// the ladder.
var hands = []string{"owner", "line", "dispatcher", "supervisor", "local", "townhead", "leader", "top"}

// whoMay finds a post that is offered a move; a second signature is somebody else's.
func (w *walk) whoMay(id string, m casework.Move) string {
	w.Helper()
	c := w.kase(id)
	for _, post := range hands {
		o, err := casework.OfferOf(w.o.Read(context.Background()), w.d, c, w.who[post], w.o.Clock())
		if err != nil {
			w.Fatal(err)
		}
		if m.Requires.Second && c.Told != nil && c.Told.Post == post {
			continue
		}
		if slices.ContainsFunc(o.Moves, func(x casework.Move) bool { return x.Name == m.Name }) && org.May(w.o.Read(context.Background()), w.who[post], "case.move", c.Reach) == nil {
			return post
		}
	}
	w.Fatalf("%s: nobody is offered %s at %s", id, m.Name, c.State)
	return ""
}

// step makes a move behind the pages.
func (w *walk) step(id string, m casework.Move) {
	w.Helper()
	if m.After != "" {
		w.clock.Set(calendar.DateOf(w.o.Clock()).AddDays(30).String())
	}
	c := casework.Make{Move: m.Name, Fields: map[string]string{}, Handler: casework.Party{Unit: "lq"}}
	if m.Does != casework.DoesAssign {
		c.Handler = casework.Party{}
	}
	for _, f := range w.d.Asks(m) {
		c.Fields[f.Name] = "示例 " + f.Name
		if len(f.Choices) > 0 {
			c.Fields[f.Name] = append(slices.Clone(m.Requires.Answers[f.Name]), f.Choices[0].Name)[0]
		}
	}
	if m.Requires.Reason || len(m.Outcomes) > 0 && !m.Requires.Second {
		c.Reason = "示例理由"
	}
	if len(m.Outcomes) > 0 {
		c.Outcome = m.Outcomes[0]
		if x := w.kase(id); slices.Contains(m.Outcomes, x.Outcome) {
			c.Outcome = x.Outcome
		}
	}
	if m.Requires.Evidence {
		w.Skip("evidence is brought by the form")
	}
	w.make(w.whoMay(id, m), id, c)
}

// TestEveryMoveOfEveryShippedDeskIsMadeByItsForm brings a case to where a move is possible, opens the page as whoever may make it, sends
// the form with all it asks for, and finds the case where the desk says.
func TestEveryMoveOfEveryShippedDeskIsMadeByItsForm(t *testing.T) {
	lib, err := casework.Load(packs.FS())
	if err != nil {
		t.Fatal(err)
	}
	o, who, as, clock := cases(t)
	names := lib.Names()
	if testing.Short() { // one desk under the race detector; all of them without it
		names = []string{"china/problem"}
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			d := lib.Desks[name]
			if _, err := o.AdoptDesk(context.Background(), who["rulekeeper"], name, "", false, "", app.Options{}); err != nil {
				if f, ok := app.Refused(err); !ok || f.Code != casework.ErrDeskStands.Code {
					t.Fatal(err)
				}
			}
			for _, m := range d.Moves {
				t.Run(m.Name, func(t *testing.T) { (&walk{&desk{t, o, who}, d, clock, as}).through(m) })
			}
		})
	}
}

func (w *walk) through(m casework.Move) {
	if now := calendar.DateOf(w.o.Clock()).String(); now < w.d.Effective { // its limits are not there before
		w.clock.Set(w.d.Effective)
	}
	raiser := hands[slices.IndexFunc(hands, func(p string) bool {
		return slices.ContainsFunc(w.d.Raisers, func(r string) bool { return w.who[p].Has(org.Role(r)) })
	})]
	first := casework.Open{Title: "示例 " + m.Zh}
	if len(w.d.Kinds) > 0 {
		first.Kind = w.d.Kinds[0].Name
	}
	if w.handledAtBirth() {
		first.Handler = casework.Party{Unit: "lq"}
	}
	if m.Requires.Measure {
		first.Measure = &casework.Measure{Pain: "难点", Cause: "原因", Decision: "办法", Owner: casework.Party{Unit: "lq"}, By: "2026-01-01"}
	}
	id := w.open(raiser, w.d.Name, first)
	for _, s := range w.way(m) {
		w.step(id, s)
	}
	if m.After != "" {
		w.clock.Set(calendar.DateOf(w.o.Clock()).AddDays(30).String())
	}
	was := w.kase(id)
	post := w.whoMay(id, m)
	b := w.as(post) // anew: the clock has outlived earlier sessions
	page := b.get("/case/"+id).must(w.T, http.StatusOK, html.EscapeString(m.Zh))
	f, ok := formOf(page.text, id, "move", m.Name)
	if !ok {
		w.Fatalf("%s is offered no form for %s", post, m.Name)
	}
	for _, k := range f.asks {
		switch {
		case k == "handler":
			f.vals.Set(k, "lq")
		case strings.HasPrefix(k, "assist"):
		case f.vals.Get(k) == "":
			f.vals.Set(k, "示例 "+k)
		}
	}
	for _, k := range slices.Sorted(maps.Keys(f.first)) {
		if f.vals.Get(k) == "" {
			f.vals.Set(k, f.first[k])
		}
	}
	name := ""
	if m.Requires.Evidence {
		name = "示例凭据.txt"
	}
	got := b.upload(f.action, name, []byte("示例凭据"), pairs(f.vals)...)
	if got.code != http.StatusOK || !strings.Contains(got.at, "did=moved") {
		w.Fatalf("%s by %s ends at %s with %d: %.900s", m.Name, post, got.at, got.code, mainOf(got.text))
	}
	now := w.kase(id)
	want := after(m, spot{was.State, was.Returns, was.Reopened, was.Handler != casework.Party{}}).state
	if now.State != want || now.Seq == was.Seq {
		w.Errorf("%s leads to %s, want %s", m.Name, now.State, want)
	}
}

// TestEveryOtherDeedOfACaseIsDoneByItsForm: stopping, resuming, extending, comparing, agreeing, asking, judging, splitting and merging, each by
// the form that its page offers, filled in where it asks.
func TestEveryOtherDeedOfACaseIsDoneByItsForm(t *testing.T) {
	o, who, as, clock := cases(t)
	testkit.Do(t, o, who["owner"], casework.Open{Desk: "sample/jimo-problem", Title: "并进去的一件", Subject: "project/JM-001"})
	for _, tc := range []struct {
		deed, post, did string
		set             func(*scene)
		fill            map[string]string
		holds           func(c casework.Case) bool
	}{
		{"stop", "dispatcher", "stopped", handled, map[string]string{"why": "superior", "note": "等市里批复", "review": "2022-06-10"}, func(c casework.Case) bool {
			return c.Halt != nil && c.Halt.Why == "superior" && c.Halt.Review == "2022-06-10" && c.Halt.Note == "等市里批复"
		}},
		{"resume", "dispatcher", "resumed", stopped, map[string]string{"note": "雨停了"}, func(c casework.Case) bool { return c.Halt == nil }},
		{"extend", "dispatcher", "extended", handled, map[string]string{"amount": "5", "reason": "图没出"}, func(c casework.Case) bool {
			for _, k := range c.Clocks {
				if k.Name == "handle" {
					return len(k.Extensions) == 1 && k.Extensions[0].Amount == 5
				}
			}
			return false
		}},
		{"measure", "local", "measured", handled, map[string]string{"pain": "开不了工", "cause": "等付款", "mark1": "甲", "option1": "代建", "cost1": "1260", "effect1": "当天可办", "date1": "2022-08-31", "mark2": "乙", "option2": "等",
			"chosen": "甲", "decision": "代建", "owner": "lq", "by": "2022-08-31"}, func(c casework.Case) bool {
			m := c.Measure
			return m.Decided() && m.Chosen == "甲" && len(m.Options) == 2 && *m.Options[0].Cost == 1260_0000_00 && m.Owner.Unit == "lq"
		}},
		{"agree", "leader", "agreed", compared, map[string]string{"mark": "甲", "by": "2022-08-31"}, func(c casework.Case) bool { return c.Measure.Decided() && c.Measure.By == "2022-08-31" }},
		{"ask", "leader", "asked", handled, map[string]string{"question": "哪天付款？"}, func(c casework.Case) bool { return len(c.Unanswered()) == 1 && c.Asked[0].Text == "哪天付款？" }},
		{"split", "dispatcher", "split", handled, map[string]string{"reason": "两家办", "title1": "一半", "unit1": "jtj", "given1": "2022-06-10", "title2": "另一半"}, func(c casework.Case) bool { return len(c.Parts) == 2 }},
		{"merge", "dispatcher", "merged", handled, map[string]string{"into": "P-2022-0002", "reason": "同一件事"}, func(c casework.Case) bool { return c.Into == "P-2022-0002" }},
	} {
		t.Run(tc.deed, func(t *testing.T) {
			s := &scene{desk: &desk{t, o, who}, clock: clock}
			s.id = s.open("owner", "sample/jimo-problem", casework.Open{Title: "示例 " + tc.deed})
			tc.set(s)
			b := as(tc.post)
			f, ok := formOf(b.get("/case/"+s.id).must(t, http.StatusOK).text, s.id, tc.deed, "")
			if !ok {
				t.Fatalf("%s is offered no form", tc.post)
			}
			for k, v := range tc.fill {
				if !f.vals.Has(k) {
					t.Errorf("the form has no field %s", k)
				}
				f.vals.Set(k, v)
			}
			if got := b.post(f.action, pairs(f.vals)...); got.code != http.StatusOK || !strings.Contains(got.at, "did="+tc.did) {
				t.Fatalf("ends at %s with %d: %.900s", got.at, got.code, mainOf(got.text))
			}
			if c := s.kase(s.id); !tc.holds(c) {
				t.Errorf("the case stands as %+v", c)
			}
			if got := b.post(f.action, pairs(f.vals)...); got.code != http.StatusOK { // the same form sent twice is done once
				t.Errorf("sent again it ends with %d", got.code)
			}
		})
	}
}

// TestAnAnswerIsFoundPoorByItsForm: the keeper of a desk with slips judges an answer, after which a warning may follow.
func TestAnAnswerIsFoundPoorByItsForm(t *testing.T) {
	o, who, as, _ := cases(t)
	d := &desk{t, o, who}
	id := d.open("supervisor", "sample/jimo-supervision", casework.Open{Title: "示例清单", Kind: "minutes"})
	d.make("supervisor", id, casework.Make{Move: "send", Handler: casework.Party{Unit: "lq"}})
	d.make("local", id, casework.Make{Move: "receive"})
	d.make("local", id, casework.Make{Move: "feedback", Reason: "正在办"})
	b := as("supervisor")
	f, ok := formOf(b.get("/case/"+id).must(t, http.StatusOK).text, id, "judge", "")
	if !ok {
		t.Fatal("no form")
	}
	f.vals.Set("reason", "答非所问")
	if got := b.post(f.action, pairs(f.vals)...); !strings.Contains(got.at, "did=judged") || !d.kase(id).Poor {
		t.Errorf("ends at %s with %d, poor %v", got.at, got.code, d.kase(id).Poor)
	}
	if _, ok := formOf(b.get("/case/"+id).text, id, "slip", ""); !ok {
		t.Error("no warning may follow")
	}
}
