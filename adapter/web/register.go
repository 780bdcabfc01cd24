package web

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
	"shigan/kernel/words"
)

// registerPage 督查事项 is the register of what was handed down: the slips that are out, those to be signed, and the list.
type registerPage struct {
	Desk                    *casework.Desk
	All, Closed, Open, Late app.Fig
	Colours                 []slipCount
	Out                     int
	Sign                    []signRow
	F                       app.CaseFilter
	State, Query            string
	Kind, Unit              string
	Kinds, Units            []option
	Views                   []tab
	Rows                    []caseRow
	From, To, N             int
	Prev, Next              string
	lang                    words.Lang
	CanRegister, CanSign    bool
	Form                    caseAnswer
	New                     registerForm
	UnitGroups              []unitGroupOption
	Defaults                string
	Notice, NoticeNo        string
	NoticeSeq               int64
	Key, Today              string
}

// slipCount is how many slips of a colour are out, and when one is sent.
type slipCount struct {
	Hue, Name, Clause string
	N                 int
}

// signRow is one slip that waits for the reader's signature.
type signRow struct {
	Case, Title, Unit, Hue, Name, Why, Colour string
	Deadline                                  bool
	DoneBy, AnswerBy                          string
	Sample                                    bool
	Error                                     string
}

// Reply says what came back from whoever handles a matter.
func (d *registerPage) Reply(r caseRow) string {
	switch {
	case r.C.Poor:
		return words.Say(d.lang, "register.reply.poor", "n", r.Answers)
	case r.Answers == 0 && r.C.State == r.D.Start:
		return words.Say(d.lang, "register.reply.new")
	case r.Answers == 0:
		return words.Say(d.lang, "register.reply.none")
	}
	return words.Say(d.lang, "register.reply", "n", r.Answers)
}

// registerForm is 立项: one matter to be registered.
type registerForm struct {
	V    map[string]string
	Errs map[string]string
	Open bool
}

const registerUse = "supervision"

func (v *view) registerPage() error { return v.registerShow(caseAnswer{}, http.StatusOK) }

func (v *view) registerShow(form caseAnswer, code int) error {
	d := &registerPage{lang: v.Lang, Form: form, Key: app.NewKey(), Today: v.today().String()}
	d.Notice, d.NoticeSeq, d.NoticeNo = v.notice("register.did")
	desk, err := casework.ForUse(v.Read(), registerUse, d.Today)
	if err != nil && !errors.Is(err, casework.ErrNoDesk) {
		return err
	}
	d.Desk = desk
	for _, step := range []func(*registerPage) error{v.registerCounts, v.registerSlips, v.registerList, v.registerNew} {
		if err := step(d); err != nil {
			return err
		}
	}
	p := v.newPage(v.T("register.title"), d)
	p.Ask, p.Front = "nav.owe", "supervision"
	return v.s.pages.write(v, code, "register", p)
}

func (v *view) countOf(f app.CaseFilter) (int, error) {
	counts, err := v.s.o.CountCasesOf(v.ctx(), v.By, f)
	return sumOf(counts), err
}

func (v *view) registerCounts(d *registerPage) error {
	g := app.CaseGroup{Use: registerUse}
	figs, err := v.caseFigs([]string{"all_cases", "ended_cases", "open_cases", "overdue_cases"}, g)
	if err == nil {
		d.All, d.Closed, d.Open, d.Late = figs.Of("all_cases", g), figs.Of("ended_cases", g), figs.Of("open_cases", g), figs.Of("overdue_cases", g)
	}
	return err
}

// registerSlips counts the slips that are out, each matter by the gravest that it has, and lists those to be signed.
func (v *view) registerSlips(d *registerPage) error {
	lines, err := v.s.o.CasesOf(v.ctx(), v.By, app.CaseFilter{Use: registerUse, Open: true})
	if err != nil {
		return err
	}
	ids := make([]string, len(lines))
	for i, l := range lines {
		ids[i] = l.ID
	}
	cases, err := app.Named[casework.Case](v.Read(), casework.CaseKind, ids)
	if err != nil {
		return err
	}
	worst := map[string]int{}
	for _, c := range cases {
		if n := len(c.Slips); n > c.SlipsFrom {
			worst[c.Slips[n-1].Colour]++
		}
	}
	if d.Desk != nil {
		for _, r := range d.Desk.Slips {
			d.Colours = append(d.Colours, slipCount{slipHues[r.Colour], r.In(v.Lang), v.slipRule(d.Desk, r), worst[r.Colour]})
			d.Out += worst[r.Colour]
		}
	}
	due, err := v.s.o.SlipsToSign(v.ctx(), v.By)
	if err != nil {
		return err
	}
	for _, s := range due {
		rule := slipRuleOf(s.Desk, s.Slip.Colour)
		row := signRow{Case: s.Case.ID, Title: s.Case.Title, Unit: v.unitOf(s.Case.Handler), Colour: s.Slip.Colour, Hue: slipHues[s.Slip.Colour], Name: rule.In(v.Lang), Why: v.slipGround(s.Desk, s.Slip.Why),
			Deadline: rule.Deadline, AnswerBy: s.Slip.AnswerBy, Sample: v.sampleCase(s.Case), DoneBy: v.today().AddDays(10).String()}
		if d.Form.Which == "slip/"+s.Case.ID {
			row.Error, row.DoneBy = d.Form.Error, d.Form.Values.Get("done_by")
		}
		d.Sign = append(d.Sign, row)
	}
	d.CanSign = len(d.Sign) > 0
	return nil
}

// slipRule says when a slip of a colour goes out and who signs it.
func (v *view) slipRule(d *casework.Desk, r casework.SlipRule) string {
	var parts []string
	for _, w := range r.When {
		parts = append(parts, strings.TrimRight(v.slipGround(d, w), "。."))
	}
	signs := "slip.signed.person"
	if r.Signs == casework.ByClock {
		signs = "slip.signed.clock"
	}
	return strings.Join(parts, v.T("slip.or")) + v.T("stop") + v.T(signs)
}

// registerViews are the saved views of the list.
var registerViews = []string{"late", "silent", "open", "closed"}

func (v *view) registerHref(pairs ...string) string {
	q := url.Values{}
	for _, k := range []string{"kind", "unit", "view", "q"} {
		if x := v.r.URL.Query().Get(k); x != "" {
			q.Set(k, x)
		}
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
		if pairs[i+1] == "" {
			q.Del(pairs[i])
		}
	}
	return "/register?" + q.Encode() + "#list"
}

// registerList is the list: overdue longest first. Those whose time is half gone without an answer are found case by case, since
// they hang on now.
func (v *view) registerList(d *registerPage) error {
	q := v.r.URL.Query()
	d.State, d.Query, d.Kind, d.Unit = cmp.Or(q.Get("view"), "open"), strings.TrimSpace(q.Get("q")), q.Get("kind"), q.Get("unit")
	f := app.CaseFilter{Use: registerUse, Query: d.Query, Kind: d.Kind, Unit: d.Unit, Open: true}
	switch d.State {
	case "late":
		f.DueBefore = v.nowUTC()
	case "closed":
		f.Open, f.Closed, f.Sort, f.Desc = false, true, "closed", true
	case "silent":
	default:
		d.State = "open"
	}
	d.F = f
	var ids []string
	offset, _ := strconv.Atoi(q.Get("offset"))
	silent, err := v.silent(app.CaseFilter{Use: registerUse, Query: d.Query, Kind: d.Kind, Unit: d.Unit, Open: true})
	if err != nil {
		return err
	}
	if d.State == "silent" {
		d.N = len(silent)
		offset = max(0, min(offset, d.N))
		ids = silent[offset:min(offset+owePageSize, d.N)]
	} else {
		if d.N, err = v.countOf(f); err != nil {
			return err
		}
		offset = max(0, min(offset, d.N-1))
		f.Offset, f.Limit = offset, owePageSize
		lines, err := v.s.o.CasesOf(v.ctx(), v.By, f)
		if err != nil {
			return err
		}
		for _, l := range lines {
			ids = append(ids, l.ID)
		}
	}
	if d.Rows, err = v.caseRows(ids, false); err != nil {
		return err
	}
	for i := range d.Rows {
		r := &d.Rows[i]
		r.Slips = v.slipRows(r.D, r.C)
	}
	d.From, d.To = min(offset+1, d.N), min(offset+len(d.Rows), d.N)
	if offset > 0 {
		d.Prev = v.registerHref("offset", strconv.Itoa(max(0, offset-owePageSize)))
	}
	if d.To < d.N {
		d.Next = v.registerHref("offset", strconv.Itoa(d.To))
	}
	n := map[string]int{"late": count(d.Late), "silent": len(silent), "open": count(d.Open), "closed": count(d.Closed)}
	for _, k := range registerViews {
		d.Views = append(d.Views, tab{Key: k, Href: v.registerHref("view", k), On: d.State == k, N: n[k]})
	}
	return v.registerOptions(d)
}

func (v *view) registerOptions(d *registerPage) error {
	if d.Desk != nil {
		for _, k := range d.Desk.Kinds {
			d.Kinds = append(d.Kinds, option{k.Name, k.In(v.Lang)})
		}
	}
	counts, err := v.s.o.CountCasesOf(v.ctx(), v.By, app.CaseFilter{Use: registerUse}, "unit")
	if err != nil {
		return err
	}
	names := v.unitNames()
	for _, c := range counts {
		if u := c.By["unit"]; u != "" {
			d.Units = append(d.Units, option{u, cmp.Or(names[u], u)})
		}
	}
	slices.SortFunc(d.Units, func(a, b option) int { return strings.Compare(a.Label, b.Label) })
	return nil
}

// silent lists the matters of a filter whose handling time is half gone and to which no answer came.
func (v *view) silent(f app.CaseFilter) ([]string, error) {
	lines, err := v.s.o.CasesOf(v.ctx(), v.By, f)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(lines))
	for i, l := range lines {
		ids[i] = l.ID
	}
	cases, err := app.Named[casework.Case](v.Read(), casework.CaseKind, ids)
	if err != nil {
		return nil, err
	}
	var out []string
	now := v.s.o.Clock()
	for _, id := range ids {
		c := cases[id]
		if c.Answers > 0 || c.Halt != nil {
			continue
		}
		for _, k := range c.Clocks {
			if k.Name != "handle" || !k.End.IsZero() {
				continue
			}
			if r, err := k.Read(calendar.StateCouncil(), now); err == nil && 2*r.Used > r.Limit {
				out = append(out, id)
			}
		}
	}
	return out, nil
}

// registerNew prepares the form by which a matter is registered, with the times that hold where no day is given.
func (v *view) registerNew(d *registerPage) error {
	d.CanRegister = d.Desk != nil && v.raisesAt(d.Desk)
	if !d.CanRegister {
		return nil
	}
	d.UnitGroups = v.unitChoices()
	d.New = registerForm{V: map[string]string{"kind": d.Desk.Kinds[0].Name}, Errs: map[string]string{}, Open: v.r.URL.Query().Get("new") != ""}
	if vals, _, err := v.draft("register/new"); err == nil && vals != nil {
		d.New.V, d.New.Open = vals, true
	}
	if d.Form.Which == "register/new" {
		d.New.Open, d.New.V = true, map[string]string{}
		for k := range d.Form.Values {
			d.New.V[k] = d.Form.Values.Get(k)
		}
		d.New.Errs[d.Form.Field] = d.Form.Error
	}
	if clock, ok := d.Desk.Clock("handle"); ok {
		var parts []string
		for _, k := range d.Desk.Kinds {
			if s, ok := clock.Limits.On(k.Name, d.Today); ok {
				parts = append(parts, v.T("register.default", "kind", k.In(v.Lang), "span", v.span(s.Amount, s.Measure)))
			}
		}
		d.Defaults = strings.Join(parts, v.T("list.comma"))
	}
	return nil
}

// registerCase 立项 registers a matter and hands it down in its desk's first state.
func (v *view) registerCase() error {
	desk, err := casework.ForUse(v.Read(), registerUse, v.today().String())
	if err != nil {
		return err
	}
	cmd := casework.Open{Desk: desk.Name, Kind: v.r.FormValue("kind"), Title: v.text("title"), Basis: v.text("basis"), Criteria: v.text("criteria"), Given: v.text("given"), Major: v.r.FormValue("major") != ""}
	cmd.Handler, cmd.Assists = v.handlers()
	if cmd.Handler.Unit == "" {
		return v.registerRefused("register/new", casework.ErrNoHandler)
	}
	if cmd.Chain, err = app.ChainOf(v.Read(), "", cmd.Handler.Unit); err != nil {
		return err
	}
	if cmd.Reach, err = app.ReachOfCase(v.Read(), "", cmd.Handler.Unit); err != nil {
		return err
	}
	rec, err := v.s.o.Do(v.ctx(), v.By, cmd, v.options())
	if err != nil {
		return v.registerRefused("register/new", err)
	}
	if err := v.dropDraft("register/new", nil); err != nil {
		return err
	}
	e, err := v.Read().Entry(rec.Last)
	if err != nil {
		return err
	}
	return v.seeOther("/case/" + strings.TrimPrefix(e.Subject, "case/") + "?did=registered&e=" + strconv.FormatInt(rec.Last, 10))
}

// registerRefused shows the register again with the sentence and what was typed.
func (v *view) registerRefused(which string, err error) error {
	f, ok := app.Refused(err)
	if !ok || f.Kind == fault.Unsigned || f.Code == "org.may-not" {
		return err
	}
	return v.registerShow(caseAnswer{Which: which, Error: v.caseSentence(f), Field: v.fieldOf(f), Values: v.typedInto()}, status[f.Kind])
}

// signSlip signs one slip out of the register.
func (v *view) signSlip() error {
	id := v.r.FormValue("case")
	if err := app.MaySeeCase(v.Read(), v.By, id); err != nil {
		return err
	}
	rec, err := v.s.o.Do(v.ctx(), v.By, casework.SendSlip{Case: id, Colour: v.r.FormValue("colour"), DoneBy: v.text("done_by")}, v.options())
	if err != nil {
		return v.registerRefused("slip/"+id, err)
	}
	return v.seeOther("/register?did=slip&e=" + strconv.FormatInt(rec.Last, 10) + "#slips")
}
