package web

import (
	"cmp"
	"html/template"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"shigan/app"
	"shigan/domain/org"
	"shigan/domain/schedule"
	"shigan/engine/draw"
)

// slippingShown is how many promises the page lists before "see more".
const slippingShown = 12

type slippingPage struct {
	Rows                                         []castView
	N, More, Pulls, Saved, Worse, Helpless       int
	View, Due, Front, Unit, Lead, Cause, Sort    string
	Dues, Fronts, Units, Leads, CauseOpts, Sorts []option
	Causes                                       []causeRow
	All                                          int // promises looked at
	On                                           string
	Trials                                       int
	Try                                          *tryPage
	SaidBucket                                   string
	SaidKept, SaidN                              int
	MoreHref                                     string
	Views                                        []slipView
	Notice                                       string
	NoticeSeq                                    int64
}

type slipView struct {
	Key, Href string
	N         int
	On        bool
}

type causeRow struct {
	Key  string
	N    int
	Bar  template.HTML
	What string
}

// slippingPage 会失约的: the promises that are more likely broken than kept, by what hangs on them.
func (v *view) slippingPage() error {
	if key := v.r.URL.Query().Get("p"); key != "" && v.r.Header.Get("X-Part") == "try" {
		t, err := v.tryOut(key)
		if err != nil {
			return err
		}
		return v.page("slipping", v.T("slipping.title"), slippingPage{Try: t}, nil)
	}
	f, seen, units, err := v.foresight()
	if err != nil {
		return err
	}
	q := v.r.URL.Query()
	d := slippingPage{View: q.Get("v"), Due: cmp.Or(q.Get("due"), "year"), Front: q.Get("front"), Unit: q.Get("unit"), Lead: q.Get("lead"), Cause: q.Get("cause"), Sort: q.Get("sort"), On: f.On.String(), Trials: v.s.o.Assumed.Trials.Shown}
	d.Notice, d.NoticeSeq, _ = v.notice("slipping.did")
	worse, err := v.worseThan(f)
	if err != nil {
		return err
	}
	var list []*schedule.Cast
	causes := map[string]int{}
	kinds := slipKinds{map[string]bool{}, map[string]bool{}, map[string]bool{}}
	owed := f.Owed(among(seen), dueUntil(d.Due, f))
	d.All = len(owed)
	for _, c := range owed {
		l := seen[c.Promise.Project]
		if c.Keep >= v.s.o.Assumed.Slips {
			continue
		}
		kinds.fronts[l.Front], kinds.units[l.LocalUnit], kinds.leads[l.Lead] = true, true, true
		if d.Front != "" && l.Front != d.Front || d.Unit != "" && l.LocalUnit != d.Unit || d.Lead != "" && l.Lead != d.Lead {
			continue
		}
		cause := cmp.Or(c.Cause(), "unknown")
		causes[cause]++
		if d.Cause != "" && cause != d.Cause {
			continue
		}
		list = append(list, c)
	}
	pick := slipPick{f: f, assumed: v.s.o.Assumed, worse: worse}
	d.views(v.r.URL.Query(), pick, list)
	list = slices.DeleteFunc(list, func(c *schedule.Cast) bool { return !pick.in(d.View, c) })
	sortCasts(list, d.Sort)
	d.N = len(list)
	shown := list
	if q.Get("all") == "" && len(list) > slippingShown {
		shown, d.More = list[:slippingShown], len(list)-slippingShown
		q2 := v.r.URL.Query()
		q2.Set("all", "1")
		d.MoreHref = "/slipping?" + q2.Encode()
	}
	for _, c := range shown {
		d.Rows = append(d.Rows, v.cast(c, f.Projects[c.Promise.Project], unitOf(units, seen[c.Promise.Project]), draw.Hump{}))
	}
	d.choices(v, kinds, units)
	most := 0
	for _, n := range causes {
		most = max(most, n)
	}
	for _, k := range append(slices.Clone(schedule.Causes), "unknown") {
		if n := causes[k]; n > 0 {
			d.Causes = append(d.Causes, causeRow{Key: k, N: n, Bar: draw.Bar(float64(n), 0, float64(most), 300, ""), What: v.T("cause.what." + k)})
		}
	}
	slices.SortStableFunc(d.Causes, func(a, b causeRow) int { return b.N - a.N })
	if rec, err := v.s.o.Calibration(v.ctx()); err == nil {
		d.SaidKept, d.SaidN = rec.Said(.35)
		d.SaidBucket = v.bucket(.35)
		for _, b := range rec.Bins {
			if b.N > d.SaidN {
				d.SaidN, d.SaidKept, d.SaidBucket = b.N, int(math.Round(b.Happened*float64(b.N))), v.bucket(b.From+.001)
			}
		}
	}
	if key := q.Get("p"); key != "" {
		if d.Try, err = v.tryOut(key); err != nil {
			return err
		}
	}
	return v.page("slipping", v.T("slipping.title"), d, func(pg *Page) { pg.Ask = "nav.slipping" })
}

// dueUntil is the last day that a choice of time takes in.
func dueUntil(due string, f *app.Foresight) string {
	switch due {
	case "month":
		return f.On.AddDays(31).String()
	case "quarter":
		return f.On.AddDays(92).String()
	case "any":
		return "9999-12-31"
	}
	return f.YearEnd()
}

// worseThan finds the promises whose odds fell since the last kept month by more than the odds' own error and five points.
func (v *view) worseThan(f *app.Foresight) (map[string]bool, error) {
	out := map[string]bool{}
	m := f.On.Month().Prev()
	for range 2 {
		kept, err := v.s.o.KeptForecasts(v.ctx(), m)
		if err == nil {
			for _, c := range kept.Casts {
				if now := f.Cast(c.Promise.Key()); now != nil && now.Promise.Due == c.Promise.Due && now.Keep < c.Keep-v.s.o.Assumed.Worse-2*(now.Se+c.Se) {
					out[c.Promise.Key()] = true
				}
			}
			return out, nil
		}
		if _, refused := app.Refused(err); !refused {
			return nil, err
		}
		m = m.Prev()
	}
	return out, nil
}

// slipPick tells which promises stand in which view.
type slipPick struct {
	f       *app.Foresight
	assumed *schedule.Assumed
	worse   map[string]bool
}

func (k slipPick) in(view string, c *schedule.Cast) bool {
	switch view {
	case "pull": // so much hangs on it that it moves the whole year
		return app.Pull(c) >= float64(k.assumed.Pulls)*100
	case "save": // one action brings the odds over the line
		return slices.ContainsFunc(c.Effects, func(e schedule.Effect) bool {
			return e.Tells && e.Actions[0].Kind != schedule.MovePromise && e.After >= k.assumed.Slips
		})
	case "worse":
		return k.worse[c.Promise.Key()]
	case "none": // nobody has kept an option for it
		p := k.f.Plan(c.Promise.Project)
		return p == nil || !slices.ContainsFunc(p.Options, func(o schedule.Option) bool { return o.Promise == c.Promise.Key() })
	}
	return true
}

func (d *slippingPage) views(q url.Values, pick slipPick, list []*schedule.Cast) {
	for _, key := range []string{"", "pull", "save", "worse", "none"} {
		n := 0
		for _, c := range list {
			if pick.in(key, c) {
				n++
			}
		}
		q.Del("p")
		q.Del("all")
		if q.Set("v", key); key == "" {
			q.Del("v")
		}
		d.Views = append(d.Views, slipView{Key: cmp.Or(key, "all"), Href: "/slipping?" + q.Encode(), N: n, On: d.View == key})
		if key == "pull" {
			d.Pulls = n
		}
	}
}

func sortCasts(list []*schedule.Cast, by string) {
	slices.SortStableFunc(list, func(a, b *schedule.Cast) int {
		switch by {
		case "odds":
			return cmp.Compare(a.Keep, b.Keep)
		case "due":
			return cmp.Compare(a.Promise.Due, b.Promise.Due)
		}
		return cmp.Compare(app.Pull(b), app.Pull(a))
	})
}

// slipKinds are the fronts, units and leaders' posts that have something in the list.
type slipKinds struct{ fronts, units, leads map[string]bool }

func (d *slippingPage) choices(v *view, kinds slipKinds, units map[string]string) {
	opts := func(prefix string, keys ...string) (out []option) {
		for _, k := range keys {
			out = append(out, option{k, v.T(prefix + k)})
		}
		return out
	}
	d.Dues = opts("slipping.due.", "month", "quarter", "year", "any")
	d.Sorts = opts("slipping.sort.", "pull", "odds", "due")
	d.CauseOpts = opts("cause.", append(slices.Clone(schedule.Causes), "unknown")...)
	for _, f := range fronts {
		if kinds.fronts[f] {
			d.Fronts = append(d.Fronts, option{f, v.T("front." + f)})
		}
	}
	for id := range kinds.leads {
		if post, err := org.PostOf(v.Read(), id); err == nil {
			d.Leads = append(d.Leads, option{id, post.Name.In(v.Lang)})
		}
	}
	for u := range kinds.units {
		if units[u] != "" {
			d.Units = append(d.Units, option{u, units[u]})
		}
	}
	for _, o := range [][]option{d.Leads, d.Units} {
		slices.SortFunc(o, func(a, b option) int { return cmp.Compare(a.Label, b.Label) })
	}
}

// tryPage 试一试 is the sheet in which actions are ticked.
type tryPage struct {
	X, Y       castView // as it is, and with what is ticked
	Rows       []tryLine
	Ticked     int
	Effect     *schedule.Effect
	Points     string
	Days       int
	Gain       int // days earlier
	Hump       template.HTML
	Others     []tryOther
	Error      string
	CanSave    bool
	Key        string
	DueMoved   string
	NoSteps    bool
	CanDraw    bool
	ErrPoints  string
	ProjectURL string
	Sentence   string
	Options    []optionView
	Moves      []moveLine
	Moving     bool
}

// moveLine is a step whose start or length can be moved. Begin and Days are what is being tried.
type moveLine struct {
	ID, Name, Plan, From, Begin, Days string
	Running                           bool
}

type tryLine struct {
	ID, Text, Note, Points string
	Day, Percent           string
	HasDay, HasPercent, On bool
	Tells, Move            bool
	Pct                    string
}

type tryOther struct{ Title, Was, Now string }

type optionView struct {
	Text, Before, After, Who, At, Note string
	Seq                                int64
}

func (v *view) tryOut(key string) (*tryPage, error) {
	c, p, err := v.seeForecast(key)
	if err != nil {
		return nil, err
	}
	unit := v.unitNames()[p.LocalUnit]
	x := v.cast(c, p, unit, draw.Hump{Width: 380, Height: 110})
	t := &tryPage{X: x, Y: x, Key: app.NewKey(), NoSteps: c.Model != schedule.ByNetwork, ProjectURL: "/project/" + p.ID, Hump: x.Hump,
		CanSave: org.May(v.Read(), v.By, "schedule.save-option", p.Scope()) == nil, CanDraw: org.May(v.Read(), v.By, "schedule.draw", p.Scope()) == nil}
	rec, err := v.s.o.Calibration(v.ctx())
	if err != nil {
		return nil, err
	}
	t.Sentence = v.sentence(x, rec)
	if t.NoSteps {
		return t, nil
	}
	q := v.r.URL.Query()
	if v.r.Method == "POST" {
		q = v.r.PostForm
	}
	ticked := actionsOf(q)
	n := v.planNames(c)
	t.lines(v, n, c, ticked, q)
	t.moves(v, n, q)
	t.options(v, n, key)
	if t.Ticked = len(ticked); t.Ticked == 0 {
		return t, nil
	}
	e, casts, err := v.s.o.TryActions(v.ctx(), key, ticked)
	if err != nil {
		f, ok := app.Refused(err)
		if !ok {
			return nil, err
		}
		t.Error = app.Sentence(v.Lang, f)
		return t, nil
	}
	t.Effect, t.Points, t.Days, t.Gain, t.ErrPoints = &e, pointsText(e.Odds), e.Days, -e.Days, strconv.FormatFloat(math.Round(e.OddsSE*2000)/10, 'f', -1, 64)
	if e.Due != c.Promise.Due {
		t.DueMoved = e.Due
	}
	f, err := v.s.o.Foresee(v.ctx())
	if err != nil {
		return nil, err
	}
	for _, y := range casts {
		if y.Promise.Key() == key {
			t.Y = v.cast(y, p, unit, draw.Hump{})
			t.Hump = v.hump(y, c, draw.Hump{Width: 380, Height: 110})
			continue
		}
		was := f.Cast(y.Promise.Key())
		if was == nil || f.Doubled(was) && was.Promise.Due == c.Promise.Due {
			continue
		}
		o := tryOther{Title: v.promiseTitle(y.Promise), Was: pctText(was.Keep), Now: pctText(y.Keep)}
		if o.Was == o.Now {
			o.Now = ""
		}
		t.Others = append(t.Others, o)
	}
	return t, nil
}

// lines lists what can be tried, ticked first where it is.
func (t *tryPage) lines(v *view, n *planNames, c *schedule.Cast, ticked []schedule.Action, q url.Values) {
	for _, e := range c.Effects {
		a := e.Actions[0]
		l := tryLine{ID: a.ID(), Points: v.worth(e), Tells: e.Tells, Move: a.Kind == schedule.MovePromise, Day: a.Day, Pct: pctText(e.After)}
		l.HasDay = a.Kind == schedule.CloseCase || a.Kind == schedule.FinishBy || a.Kind == schedule.MovePromise
		l.HasPercent = a.Kind == schedule.AddShift || a.Kind == schedule.OverlapStep
		if l.HasPercent {
			l.Percent = strconv.FormatFloat(a.Percent, 'f', -1, 64)
		}
		for _, b := range ticked {
			if b.ID() == l.ID {
				l.On = true
				l.Day, l.Percent = cmp.Or(b.Day, l.Day), cmp.Or(q.Get("n:"+l.ID), l.Percent)
			}
		}
		l.Text = v.T("try."+a.Kind, "case", n.cases[a.Case].Title, "step", n.step(a.Step), "before", n.step(a.Before))
		var notes []string
		if len(e.Who) > 0 {
			notes = append(notes, v.T("try.who", "who", strings.Join(e.Who, v.T("join.and"))))
		}
		if e.Days != 0 {
			notes = append(notes, v.T("try.days", "n", signedText(e.Days)))
		}
		if e.Assumed {
			notes = append(notes, v.T("try.assumed"))
		}
		if l.Move {
			notes = []string{v.T("try.move.note")}
		}
		l.Note = strings.Join(notes, v.T("join.sep"))
		t.Rows = append(t.Rows, l)
	}
}

// moves lists the steps that can be moved, with what is typed.
func (t *tryPage) moves(v *view, n *planNames, q url.Values) {
	for _, st := range n.plan.Movable() {
		m := n.plan.Marks[st.ID]
		l := moveLine{ID: st.ID, Name: st.Name.In(v.Lang), Plan: strconv.FormatFloat(st.Days, 'f', -1, 64), From: st.From, Running: m.Started != "",
			Begin: strings.TrimSpace(q.Get("d:" + schedule.BeginOn + ":" + st.ID)), Days: strings.TrimSpace(q.Get("n:" + schedule.TakeDays + ":" + st.ID))}
		t.Moving = t.Moving || l.Begin+l.Days != ""
		t.Moves = append(t.Moves, l)
	}
}

// options lists what was kept for the meeting.
func (t *tryPage) options(v *view, n *planNames, key string) {
	for _, o := range slices.Backward(n.plan.Options) {
		if o.Promise != key || len(t.Options) >= 5 {
			continue
		}
		t.Options = append(t.Options, v.optionView(n, o))
	}
}

func (v *view) optionView(n *planNames, o schedule.Option) optionView {
	var parts []string
	for _, a := range o.Actions {
		parts = append(parts, v.actionText(n, a))
	}
	x := optionView{Text: strings.Join(parts, v.T("join.and")), Before: pctText(o.Before), After: pctText(o.After), At: o.AsOf, Note: o.Note, Seq: o.Seq}
	if post, err := org.PostOf(v.Read(), o.Post); err == nil {
		x.Who = post.Name.In(v.Lang)
	}
	return x
}

// saveTried keeps what is ticked as an option for the meeting.
func (v *view) saveTried() error {
	if err := v.r.ParseForm(); err != nil {
		return err
	}
	key := v.r.PostForm.Get("p")
	if _, _, err := v.seeForecast(key); err != nil {
		return err
	}
	rec, err := v.s.o.SaveOption(v.ctx(), v.By, key, actionsOf(v.r.PostForm), v.r.PostForm.Get("note"), v.options())
	if err != nil {
		return err
	}
	return v.seeOther("/slipping?" + url.Values{"p": {key}, "did": {"saved"}, "e": {strconv.FormatInt(rec.Last, 10)}}.Encode() + "#try")
}

// programmePage 项目群: what the parts add up to, over joint trials.
type programmePage struct {
	Rows   []programmeRow
	Burns  []template.HTML
	Trials int
	On     string
	Counts []programmeCount
	Wholes []programmeWhole
}

type programmeRow struct {
	Name, Href              string
	N                       int
	Target, Likely, Low, Up string // 亿元
	Pct                     string
	Odds                    template.HTML
	Gap                     string
	Worst                   []castView
}

// programmeWhole is a list over several years. Amounts in 亿元.
type programmeWhole struct {
	Name, Href, Total, Done string
	N, Over, Dateless       int
	Years                   []wholeYear
}

type wholeYear struct {
	Year, Promised, Likely, Low, Up, Pct string
	Odds                                 template.HTML
	DueN, EndLow, EndMid, EndUp          int
}

func wholeOf(r programmeRow, w *app.ProgrammeWhole) programmeWhole {
	out := programmeWhole{Name: r.Name, Href: r.Href, Total: yiOf(w.Total), Done: yiOf(w.Done), N: w.N, Over: w.Over, Dateless: w.Dateless}
	for _, y := range w.Years {
		out.Years = append(out.Years, wholeYear{Year: y.Year, Promised: yiOf(y.Promised), Likely: yiOf(y.Q.P50()), Low: yiOf(y.Q.P10()), Up: yiOf(y.Q.P90()), Pct: pctText(y.Kept), Odds: draw.Odds(y.Kept, pctText(y.Kept)),
			DueN: y.DueN, EndLow: y.Low, EndMid: y.Mid, EndUp: y.Up})
	}
	return out
}

type programmeCount struct {
	Name, Low, Likely, Up, Pct string
	N, Done                    int
}

func (v *view) programmePage() error {
	f, seen, units, err := v.foresight()
	if err != nil {
		return err
	}
	list, err := v.s.o.Programmes(v.ctx())
	if err != nil {
		return err
	}
	d := programmePage{On: f.On.String(), Trials: v.s.o.Assumed.Trials.Shown}
	for _, p := range list {
		r := programmeRow{Name: p.Name, N: p.N, Target: yiOf(p.Target), Likely: yiOf(p.Q.P50()), Low: yiOf(p.Q.P10()), Up: yiOf(p.Q.P90()), Pct: pctText(p.Keep), Odds: draw.Odds(p.Keep, v.T("odds.name", "pct", pctText(p.Keep))), Gap: yiOf(p.Q.P50() - p.Target)}
		if p.List == "" {
			r.Name, r.Href = v.T("programme.all"), "/projects"
		} else {
			r.Name, r.Href = labelOf(v.Lang, "list", p.List), "/projects?list="+url.QueryEscape(p.List)
		}
		for _, key := range p.Pulling {
			c := f.Cast(key)
			pr := f.Projects[c.Promise.Project]
			if _, ok := seen[pr.ID]; !ok {
				continue
			}
			r.Worst = append(r.Worst, v.cast(c, pr, units[pr.LocalUnit], draw.Hump{}))
		}
		d.Rows = append(d.Rows, r)
		if p.Whole != nil {
			d.Wholes = append(d.Wholes, wholeOf(r, p.Whole))
		}
		for _, k := range p.Counts {
			if k.Kind == schedule.ToFinish && len(k.Bands) > 0 {
				d.Burns = append(d.Burns, v.burn(r.Name, k))
			}
			d.Counts = append(d.Counts, programmeCount{Name: r.Name + " · " + v.T("programme.count."+k.Kind), N: k.N, Done: k.Done, Low: strconv.Itoa(k.Low), Likely: strconv.Itoa(k.Likely), Up: strconv.Itoa(k.Up), Pct: pctText(k.Keep)})
		}
	}
	return v.page("programme", v.T("programme.title"), d, func(pg *Page) { pg.Ask = "nav.slipping" })
}

// burn draws what is left of a list, counting down.
func (v *view) burn(name string, k app.ProgrammeCount) template.HTML {
	last := k.Bands[len(k.Bands)-1]
	g := draw.Fan{Done: strconv.Itoa(k.Left[len(k.Left)-1]), EndP: v.T("fan.promised"), EndPV: strconv.Itoa(k.Promised[len(k.Promised)-1]), EndG: v.T("fan.likely"), EndGV: strconv.Itoa(last[2]),
		Title: v.T("programme.burn.name", "name", name, "n", last[2]), Name: name}
	for _, n := range k.Left {
		g.Was = append(g.Was, float64(n))
	}
	for _, b := range k.Bands {
		var row [5]float64
		for i, n := range b {
			row[i] = float64(n)
		}
		g.Bands = append(g.Bands, row)
	}
	for i, n := range k.Promised {
		g.Promised = append(g.Promised, float64(n))
		label := ""
		if i%3 == 0 && i > 0 {
			label = v.T("axis.month", "m", i)
		}
		g.Ticks = append(g.Ticks, label)
	}
	return g.Draw()
}
