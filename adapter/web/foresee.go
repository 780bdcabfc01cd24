package web

import (
	"fmt"
	"html/template"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/domain/schedule"
	"shigan/engine/draw"
	"shigan/kernel/calendar"
	"shigan/kernel/quantity"
	"shigan/kernel/words"
)

func foreseeRoutes() []route {
	return []route{
		{"GET", "/slipping", "read.forecasts", (*view).slippingPage, 0},
		{"POST", "/slipping/save", "schedule.save-option", (*view).saveTried, 0},
		{"GET", "/forecast", "read.forecasts", (*view).forecastPage, 0},
		{"GET", "/calibration", "read.forecasts", (*view).calibrationPage, 0},
		{"GET", "/programme", "read.forecasts", (*view).programmePage, 0},
		{"GET", "/project/{id}/network", "read.project", (*view).networkPage, 0},
		{"GET", "/project/{id}/network/file", "read.project", (*view).networkFile, 0},
		{"POST", "/project/{id}/network", "schedule.draw", (*view).saveNetwork, reportLimit},
		{"POST", "/project/{id}/network/advance", "schedule.advance", (*view).advanceNetwork, 0},
		{"POST", "/project/{id}/network/place", "schedule.place", (*view).placeCase, 0},
		{"POST", "/project/{id}/network/import", "schedule.draw", (*view).importNetwork, reportLimit},
	}
}

// castView 一条推算 is a forecast as pages show it.
type castView struct {
	C                    *schedule.Cast
	Key                  string
	ProjectID, Project   string
	Sample               bool
	Title, Unit          string // what was promised; who answers
	Due                  string
	Likely, Late, Logic  string
	Pct                  string // "18%"
	Words                string // 约一到三成: where few like cases are behind it
	LateDays             int
	Money                bool
	Amount, LikelyM, Gap string // in words, with their unit; Gap without its sign
	Hump                 template.HTML
	Drivers              []driverView
	Best, BestPoints     string
	Together             string
	TogetherPct          string
	NoSteps              bool // no network: nobody can say which step helps
	Why, Try             string
	Pull                 float64
}

type driverView struct {
	Key, Name, Cause, Href string
	Days                   string // "+21", "−3"
	N                      int
}

// pctText prints odds whole: what is neither certain nor impossible is not said to be.
func pctText(p float64) string {
	n := int(math.Round(p * 100))
	switch {
	case n == 0 && p > 0:
		return "<1%"
	case n == 100 && p < 1:
		return ">99%"
	}
	return strconv.Itoa(n) + "%"
}

// pointsText prints a difference of odds in points.
func pointsText(p float64) string { return signedText(int(math.Round(p * 100))) }

// worth says what an effect is worth: points of odds, or days where the odds do not move by a point.
func (v *view) worth(e schedule.Effect) string {
	if n := int(math.Round(e.Odds * 100)); n != 0 || e.Days == 0 {
		return v.T("worth.points", "n", signedText(n))
	}
	return v.T("worth.days", "n", signedText(e.Days))
}

func signedText(n int) string {
	switch {
	case n > 0:
		return "+" + strconv.Itoa(n)
	case n < 0:
		return "−" + strconv.Itoa(-n)
	}
	return "0"
}

// tenths says odds as a range of tenths, as is done where few like cases are behind them: 约三到五成.
func (v *view) tenths(p float64) string {
	lo, hi := int(math.Floor(p*10-1+1e-9)), int(math.Ceil(p*10+1-1e-9))
	lo, hi = max(lo, 0), min(hi, 10)
	switch {
	case hi <= 1:
		return v.T("odds.hardly")
	case lo >= 9:
		return v.T("odds.nearly")
	case lo == 0:
		return v.T("odds.under", "hi", v.T("tenth."+strconv.Itoa(hi)))
	case hi == 10:
		return v.T("odds.over", "lo", v.T("tenth."+strconv.Itoa(lo)))
	}
	return v.T("odds.between", "lo", v.T("tenth."+strconv.Itoa(lo)), "hi", v.T("tenth."+strconv.Itoa(hi)))
}

// promiseTitle says what was promised.
func (v *view) promiseTitle(p schedule.Promise) string {
	switch p.Kind {
	case schedule.ToSpend:
		return v.T("promise.money", "year", p.What, "amount", v.yiText(p.Amount))
	case schedule.ToReach:
		return v.T("promise.milestone", "day", p.Due, "name", p.Name.In(v.Lang))
	}
	return v.T("promise."+p.Kind, "day", p.Due)
}

// yiText says an amount as prose does: 18.60 亿元, ¥1.860 bn.
func (v *view) yiText(fen int64) string {
	return quantity.ShowMoney(quantity.Fen(fen), quantity.UnitYiYuan, v.Lang).String()
}

// forecastURL is the address of a forecast's reasons.
func forecastURL(key string) string { return "/forecast?" + url.Values{"p": {key}}.Encode() }

func tryURL(key string) string { return "/slipping?" + url.Values{"p": {key}}.Encode() + "#try" }

// cast makes the view of a forecast. names of the project and of the unit come from the caller, who has read them for many.
func (v *view) cast(c *schedule.Cast, p project.Project, unit string, hump draw.Hump) castView {
	x := castView{C: c, Key: c.Promise.Key(), ProjectID: c.Promise.Project, Project: p.Facts.Name.In(v.Lang), Sample: p.Sample, Title: v.promiseTitle(c.Promise), Unit: unit,
		Due: c.Promise.Due, Likely: c.Likely, Late: c.Late, Logic: c.Logic, Pct: pctText(c.Keep), LateDays: c.LateBy(), Money: c.Money(), Why: forecastURL(c.Promise.Key()),
		Try: tryURL(c.Promise.Key()), Pull: app.Pull(c), NoSteps: c.Model != schedule.ByNetwork}
	if x.Money {
		x.Amount, x.LikelyM, x.Gap = v.yiText(c.Promise.Amount), v.yiText(c.LikelyM), v.yiText(max(c.LikelyM-c.Promise.Amount, c.Promise.Amount-c.LikelyM))
	}
	if c.Class.N < v.s.o.Assumed.Few {
		x.Words = v.tenths(c.Keep)
	}
	x.Hump = v.hump(c, nil, hump)
	n := v.planNames(c)
	for _, d := range c.Drivers {
		if d.Days == 0 {
			continue
		}
		x.Drivers = append(x.Drivers, driverView{Key: d.Key, Name: v.driverName(d), Cause: d.Cause, Days: signedText(d.Days), N: d.Days, Href: n.href(d.Key)})
	}
	if len(c.Effects) > 0 && c.Effects[0].Tells && c.Effects[0].Actions[0].Kind != schedule.MovePromise {
		x.Best, x.BestPoints = v.actionText(n, c.Effects[0].Actions[0]), v.worth(c.Effects[0])
	}
	if c.Best != nil {
		var parts []string
		for _, a := range c.Best.Actions {
			parts = append(parts, v.actionText(n, a))
		}
		x.Together, x.TogetherPct = strings.Join(parts, v.T("join.and")), pctText(c.Best.After)
	}
	return x
}

// driverName names what adds days.
func (v *view) driverName(d schedule.Driver) string {
	if s := d.Name.In(v.Lang); s != "" {
		return s
	}
	return v.T("driver." + d.Key)
}

// planNames are the names that actions of one project speak of.
type planNames struct {
	plan  schedule.Plan
	cases map[string]casework.Case
	lang  words.Lang
}

func (n *planNames) step(id string) string {
	st, _ := n.plan.Step(id)
	return st.Name.In(n.lang)
}

func (n *planNames) href(key string) string {
	if id, ok := strings.CutPrefix(key, "case/"); ok {
		return "/case/" + id
	}
	return ""
}

// planNames reads the names that a forecast's actions speak of.
func (v *view) planNames(c *schedule.Cast) *planNames {
	if v.plans == nil {
		v.plans = map[string]*planNames{}
	}
	id := c.Promise.Project
	if n, ok := v.plans[id]; ok {
		return n
	}
	n := &planNames{cases: map[string]casework.Case{}, lang: v.Lang}
	v.plans[id] = n
	if c.Model != schedule.ByNetwork {
		return n
	}
	n.plan, _, _ = schedule.PlanOf(v.Read(), id)
	for cs := range n.plan.Placed {
		if x, err := casework.Of(v.Read(), cs); err == nil {
			n.cases[cs] = x
		}
	}
	return n
}

// actionText says what would be done.
func (v *view) actionText(n *planNames, a schedule.Action) string {
	title := n.cases[a.Case].Title
	return v.T("action."+a.Kind, "case", title, "step", n.step(a.Step), "before", n.step(a.Before), "day", shortDay(a.Day), "percent", strconv.FormatFloat(a.Percent, 'f', -1, 64), "days", strconv.FormatFloat(a.Days, 'f', -1, 64))
}

// shortDay leaves the year out: 07-20.
func shortDay(day string) string {
	if len(day) == 10 {
		return day[5:]
	}
	return day
}

// hump draws a date's distribution on an axis of months; before is the same forecast before a change.
func (v *view) hump(c, before *schedule.Cast, h draw.Hump) template.HTML {
	if c.Money() || len(c.Sample) == 0 {
		return ""
	}
	frame := c
	if before != nil {
		frame = before
	}
	from, step, mass := frame.Bins(30)
	if before != nil {
		h.Before = mass
		mass = c.BinsLike(from, step, len(mass))
	}
	asOf := calendar.MustDate(c.AsOf)
	h.From, h.Step, h.Mass = float64(from), float64(step), mass
	h.Due = float64(calendar.MustDate(c.Promise.Due).Sub(asOf) + 1)
	h.Likely = float64(calendar.MustDate(c.Likely).Sub(asOf)) + .5
	h.Title = v.T("hump.name", "pct", pctText(c.Keep), "likely", c.Likely, "due", c.Promise.Due)
	first, last := asOf.AddDays(from).Month(), asOf.AddDays(from+step*len(mass)).Month()
	every := max(1, (last.Sub(first)+3)/4)
	for m := first.Next(); !m.After(last); m = m.Next() {
		t := draw.Mark{At: float64(m.First().Sub(asOf))}
		if m.Sub(first)%every == 0 || m.Month == 1 {
			if t.Label = v.T("axis.month", "m", m.Month); m.Month == 1 {
				t.Label = "'" + strconv.Itoa(m.Year)[2:]
			}
		}
		h.Ticks = append(h.Ticks, t)
	}
	return h.Draw()
}

// oddsHTML is the ten ticks, the odds and the way to their reasons. It takes the forecast itself, so that nothing else can be shown.
func oddsHTML(lang words.Lang, x castView) template.HTML {
	title := words.Say(lang, "odds.name", "pct", x.Pct)
	return template.HTML(`<span class="odds">` + string(draw.Odds(x.C.Keep, "")) + `<a class="w b" data-fig="odds ` + template.HTMLEscapeString(x.Key) + `" data-why href="` + template.HTMLEscapeString(x.Why) +
		`" aria-label="` + template.HTMLEscapeString(title) + `">` + template.HTMLEscapeString(x.Pct) + `</a></span>`)
}

// foreseeFuncs are what templates of forecasts may call.
func foreseeFuncs(lang words.Lang) template.FuncMap {
	return template.FuncMap{
		"odds": func(x castView) template.HTML { return oddsHTML(lang, x) },
		"gp": func(x castView, text any) template.HTML { // a number out of a forecast, which opens its reasons
			return template.HTML(`<a class="w pl" data-fig="forecast ` + template.HTMLEscapeString(x.Key) + `" data-why href="` + template.HTMLEscapeString(x.Why) + `">` + template.HTMLEscapeString(fmt.Sprint(text)) + `</a>`)
		},
	}
}

// stuck 卡在哪 are the two that hold a promise up most; what is not named is not among them.
func (x castView) stuck() (out []driverView) {
	for _, d := range x.Drivers {
		if d.N > 0 && d.Key != "rest" && len(out) < 2 {
			out = append(out, d)
		}
	}
	return out
}

// sentence says a forecast in one sentence, ending with the system's own record.
func (v *view) sentence(x castView, rec *app.Record) string {
	c := x.C
	var b strings.Builder
	switch {
	case x.Money:
		b.WriteString(v.T("say.money", "pct", x.Pct, "amount", x.Amount, "likely", x.LikelyM))
	case c.Likely == "":
		b.WriteString(v.T("say.rate", "pct", x.Pct, "due", x.Due))
	default:
		b.WriteString(v.T("say.date", "pct", x.Pct, "due", x.Due, "likely", x.Likely, "late", x.Late))
	}
	var parts []string
	for _, d := range x.stuck() {
		parts = append(parts, v.T("say.driver", "name", d.Name, "n", d.N))
	}
	if len(parts) > 0 {
		b.WriteString(v.T("say.drivers", "list", strings.Join(parts, v.T("join.and"))))
	}
	if x.Best != "" {
		b.WriteString(v.T("say.best", "action", x.Best, "pct", pctText(c.Effects[0].After)))
	}
	b.WriteString(v.basis(c))
	if c.Raw != nil {
		b.WriteString(v.T("say.read", "n", c.Raw.Cases, "was", pctText(c.Raw.Keep)))
	}
	if rec != nil {
		if kept, n := rec.Said(c.Keep); n >= 10 {
			b.WriteString(v.T("say.record", "bucket", v.bucket(c.Keep), "kept", kept, "n", n))
		} else {
			b.WriteString(v.T("say.no-record"))
		}
	}
	return b.String()
}

// bucket is the class of ten that odds fall into: 10% 到 20%.
func (v *view) bucket(p float64) string {
	lo := min(int(p*10), 9)
	return fmt.Sprintf("%d%%–%d%%", lo*10, lo*10+10)
}

// basis says what a forecast learned from.
func (v *view) basis(c *schedule.Cast) string {
	key := "basis." + string(c.Model)
	if !words.Has(key) {
		key = "basis.class"
	}
	text := v.T(key, "n", c.Class.N)
	if c.Pooled() {
		text = v.T("basis.pool", "steps", c.Sides[0].Likely, "money", c.Sides[1].Likely) + text
	}
	return text
}

// foresight gives the forecasts that the reader may see, with the names of their projects and units.
func (v *view) foresight() (*app.Foresight, map[string]app.ProjectLine, map[string]string, error) {
	f, err := v.s.o.Foresee(v.ctx())
	if err != nil {
		return nil, nil, nil, err
	}
	filter, err := v.filter(f.On.Month())
	if err != nil {
		return nil, nil, nil, err
	}
	lines, err := v.Read().Projects(app.ProjectFilter{ReachLink: filter.ReachLink, ReachUnits: filter.ReachUnits})
	if err != nil {
		return nil, nil, nil, err
	}
	seen := make(map[string]app.ProjectLine, len(lines))
	for _, l := range lines {
		seen[l.ID] = l
	}
	return f, seen, v.unitNames(), nil
}

// slips lists the promises on which most hangs and that are more likely broken than kept, one for each project, as far as the reader
// may see them; none where there are no forecasts.
func (v *view) slips(most int) ([]castView, error) {
	if may(v, "read.forecasts") != nil || v.s.o.Assumed == nil {
		return nil, nil
	}
	f, seen, units, err := v.foresight()
	if err != nil {
		return nil, err
	}
	return v.broken(f, seen, units, most), nil
}

// broken words the promises that will likely be broken.
func (v *view) broken(f *app.Foresight, seen map[string]app.ProjectLine, units map[string]string, most int) (out []castView) {
	for _, c := range f.LikelyBroken(among(seen), v.s.o.Assumed.Slips, most) {
		out = append(out, v.cast(c, f.Projects[c.Promise.Project], unitOf(units, seen[c.Promise.Project]), draw.Hump{}))
	}
	return out
}

// among tells which projects are among some.
func among(lines map[string]app.ProjectLine) func(id string) bool {
	return func(id string) bool { _, ok := lines[id]; return ok }
}

// projectOdds are the odds of a project's finish, with what was kept for the meeting; nil where there are none.
func (v *view) projectOdds(id string) (*projectForecast, error) {
	if id == "" || v.s.o.Assumed == nil || may(v, "read.forecasts") != nil {
		return nil, nil
	}
	f, err := v.s.o.Foresee(v.ctx())
	if err != nil {
		return nil, err
	}
	c := f.Cast(id + "/" + schedule.ToFinish)
	if c == nil || c.Likely == "" || org.May(v.Read(), v.By, "read.project", f.Projects[id].Scope()) != nil {
		return nil, nil
	}
	d := &projectForecast{}
	x := v.cast(c, f.Projects[id], "", draw.Hump{})
	d.Main = &x
	n := v.planNames(c)
	for _, o := range slices.Backward(n.plan.Options) {
		if len(d.Options) < 3 {
			d.Options = append(d.Options, v.optionView(n, o))
		}
	}
	return d, nil
}

// seeForecast refuses whoever may not see the project of a promise.
func (v *view) seeForecast(key string) (*schedule.Cast, project.Project, error) {
	f, err := v.s.o.Foresee(v.ctx())
	if err != nil {
		return nil, project.Project{}, err
	}
	p, err := project.Of(v.Read(), schedule.ProjectOf(key))
	if err != nil {
		return nil, p, err
	}
	if err := org.May(v.Read(), v.By, "read.project", p.Scope()); err != nil {
		return nil, p, err
	}
	c := f.Cast(key)
	if c == nil {
		return nil, p, schedule.ErrNoPromise.With("promise", key)
	}
	return c, p, nil
}

// unitOf is who answers for a project, by name.
func unitOf(units map[string]string, l app.ProjectLine) string {
	for _, u := range []string{l.LocalUnit, l.LineUnit, l.OwnerUnit} {
		if n := units[u]; n != "" {
			return n
		}
	}
	return ""
}

// actionsOf reads ticked actions out of a form: a=close:P-1, with d:close:P-1 its day.
func actionsOf(q url.Values) []schedule.Action {
	var out []schedule.Action
	for _, id := range append(slices.Clone(q["a"]), moved(q)...) {
		kind, rest, _ := strings.Cut(id, ":")
		a := schedule.Action{Kind: kind, Day: q.Get("d:" + id)}
		switch kind {
		case schedule.CloseCase, schedule.ClimbCase:
			a.Case = rest
		case schedule.OverlapStep:
			a.Before, a.Step, _ = strings.Cut(rest, ":")
		default:
			a.Step = rest
		}
		if n, err := strconv.ParseFloat(q.Get("n:"+id), 64); err == nil {
			if a.Percent = n; kind == schedule.TakeDays {
				a.Percent, a.Days = 0, n
			}
		}
		if !slices.ContainsFunc(out, func(b schedule.Action) bool { return b.ID() == a.ID() }) {
			out = append(out, a)
		}
	}
	return out
}

// moved are the moves of steps in a form: a cell that was filled is an action, no tick is needed. What cannot be read as a number is
// an action without one, so that it is refused and not lost.
func moved(q url.Values) (ids []string) {
	for key, x := range q {
		if len(x) == 0 || strings.TrimSpace(x[0]) == "" {
			continue
		}
		for _, kind := range []string{"d:" + schedule.BeginOn + ":", "n:" + schedule.TakeDays + ":"} {
			if strings.HasPrefix(key, kind) {
				ids = append(ids, key[2:])
			}
		}
	}
	slices.Sort(ids)
	return ids
}
