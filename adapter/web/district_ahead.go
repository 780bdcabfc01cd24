package web

import (
	"cmp"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"shigan/app"
	"shigan/domain/schedule"
	"shigan/engine/draw"
	"shigan/kernel/calendar"
	"shigan/kernel/quantity"
)

const (
	districtOwes = 5 // units that the district's page names
	districtFans = 2 // drawings of money
)

// districtAhead 往前看 is what the district's page says of what is to come; of a month that is over it says nothing.
type districtAhead struct {
	All    *aheadView // all that is dispatched
	Fronts map[string]*aheadView
	Slips  []castView // on which most hangs, with odds under one half
	N      int        // promises of the year that are more likely broken than kept
	Pulls  int        // of them such as move the whole year
	Say    string     // the most pressing of them, and what would help
	Fans   []fanView
	Burn   *fanView
}

// aheadView is a list's money at the end of the year. Amounts in 亿元.
type aheadView struct {
	Likely, Low, Up, Target, Pct string
	Odds                         template.HTML
}

type fanView struct {
	Name string
	Say  string // what comes after the year
	Draw template.HTML
}

// owesView is what one unit has overdue on its hands.
type owesView struct {
	Name, Href, What string
	Late             app.Fig
	Days             int // since the oldest of it was due
}

// ahead looks ahead from today; nil where the reader may not, or where the page shows a month that is over.
func (v *view) ahead(m calendar.Month) (*districtAhead, error) {
	if may(v, "read.forecasts") != nil || v.s.o.Assumed == nil {
		return nil, nil
	}
	if ms, err := v.Months(); err != nil || len(ms) > 0 && ms[0] != m.String() {
		return nil, err
	}
	f, seen, units, err := v.foresight()
	if err != nil {
		return nil, err
	}
	d := &districtAhead{Fronts: map[string]*aheadView{}, Slips: v.broken(f, seen, units, districtSlips)}
	pick := slipPick{f: f, assumed: v.s.o.Assumed}
	for _, c := range f.Owed(among(seen), f.YearEnd()) {
		if c.Keep < v.s.o.Assumed.Slips {
			if d.N++; pick.in("pull", c) {
				d.Pulls++
			}
		}
	}
	d.Say = v.pressing(d.Slips)
	return d, v.aheadLists(d, m.Year)
}

// pressing is the first promise that something helps, with what it would do to the odds.
func (v *view) pressing(list []castView) string {
	for _, x := range list {
		if x.Best == "" || len(x.C.Effects) == 0 {
			continue
		}
		var parts []string
		for _, d := range x.stuck() {
			parts = append(parts, d.Name)
		}
		e := x.C.Effects[0]
		if len(parts) == 0 || pctText(e.After) == x.Pct {
			continue
		}
		return v.T("district.pressing", "project", x.Project, "title", x.Title, "stuck", strings.Join(parts, v.T("join.and")), "action", x.Best, "was", x.Pct, "now", pctText(e.After))
	}
	return ""
}

// aheadLists reads the year's money of all that is dispatched and of the renewal list, over joint trials.
func (v *view) aheadLists(d *districtAhead, year int) error {
	list, err := v.s.o.Programmes(v.ctx())
	if err != nil {
		return err
	}
	renewal := "renewal-" + strconv.Itoa(year)
	for _, p := range list {
		if p.List != "" && p.List != renewal || p.N == 0 {
			continue
		}
		a := &aheadView{Likely: yiOf(p.Q.P50()), Low: yiOf(p.Q.P10()), Up: yiOf(p.Q.P90()), Target: yiOf(p.Target), Pct: pctText(p.Keep), Odds: draw.Odds(p.Keep, v.T("odds.name", "pct", pctText(p.Keep)))}
		name := v.T("programme.all")
		if p.List == "" {
			d.All, d.Fronts["projects"] = a, a
		} else {
			d.Fronts["renewal"], name = a, labelOf(v.Lang, "list", p.List)
		}
		if len(d.Fans) < districtFans && len(p.Bands) > 0 {
			d.Fans = append(d.Fans, fanView{Name: name, Say: v.beyond(p), Draw: v.programmeFan(name, p)})
		}
		for _, k := range p.Counts {
			if k.Kind == schedule.ToFinish && p.List == "" && len(k.Bands) > 0 {
				d.Burn = &fanView{Name: name, Draw: v.burn("", k)}
			}
		}
	}
	return nil
}

// beyond says what a list comes to by the end of its last year; "" where nothing of it is promised beyond this one.
func (v *view) beyond(p app.ProgrammeCast) string {
	if p.Whole == nil {
		return ""
	}
	y := wholeOf(programmeRow{}, p.Whole).Years
	last := y[len(y)-1]
	return v.T("district.whole", "year", last.Year, "likely", last.Likely, "low", last.Low, "up", last.Up, "promised", last.Promised, "due", last.DueN, "ended", last.EndMid)
}

// programmeFan draws the money of a list over the year.
func (v *view) programmeFan(name string, p app.ProgrammeCast) template.HTML {
	last := yiOf(p.Bands[len(p.Bands)-1][2])
	g := v.yearFan(p.Done, p.Bands, p.Target)
	g.Done, g.EndPV, g.EndGV, g.Title = yiOf(p.Done[len(p.Done)-1]), yiOf(p.Target), last, v.T("district.fan", "name", name, "likely", last, "target", yiOf(p.Target))
	return g.Draw()
}

// yearFan is the drawing of a year's money, month by month: what was done from 0 on, the bands to come, the plan in twelfths. Amounts in fen.
func (v *view) yearFan(was []float64, bands [][5]float64, target float64) draw.Fan {
	const yi = 1e10 // fen
	g := draw.Fan{Unit: v.T("unit.yi_yuan"), EndP: v.T("fan.promised"), EndG: v.T("fan.likely")}
	for _, x := range was {
		g.Was = append(g.Was, x/yi)
	}
	for _, b := range bands {
		for i := range b {
			b[i] /= yi
		}
		g.Bands = append(g.Bands, b)
	}
	for k := range 13 {
		g.Promised = append(g.Promised, target/yi*float64(k)/12)
		label := ""
		if k == 1 || k%3 == 0 && k > 0 {
			label = strconv.Itoa(k)
		}
		g.Ticks = append(g.Ticks, label)
	}
	return g
}

// yiOf writes an amount of fen in 亿元 with one place.
func yiOf(fen float64) string { return quantity.FormatYi(quantity.Fen(int64(fen)), 1) }

// owes 谁欠什么 are the units that have most overdue on their hands, each with the oldest of it.
func (v *view) owes() ([]owesView, error) {
	if may(v, "read.cases") != nil {
		return nil, nil
	}
	now := v.nowUTC()
	late := app.CaseFilter{Use: oweUses[0], Open: true, DueBefore: now}
	counts, err := v.s.o.CountCasesOf(v.ctx(), v.By, late, "unit")
	if err != nil {
		return nil, err
	}
	names := v.unitNames()
	var groups []app.CaseGroup
	slices.SortFunc(counts, func(a, b app.CaseCount) int { return cmp.Or(b.N-a.N, strings.Compare(a.By["unit"], b.By["unit"])) })
	for _, c := range counts {
		if c.By["unit"] != "" && len(groups) < districtOwes {
			groups = append(groups, app.CaseGroup{Use: oweUses[0], Unit: c.By["unit"]})
		}
	}
	figs, err := v.caseFigs([]string{"overdue_cases"}, groups...)
	if err != nil {
		return nil, err
	}
	var out []owesView
	for _, g := range groups {
		late.Unit, late.Limit = g.Unit, 1
		lines, err := v.s.o.CasesOf(v.ctx(), v.By, late)
		if err != nil {
			return nil, err
		}
		o := owesView{Name: names[g.Unit], Href: "/owe?unit=" + g.Unit + "#list", Late: figs.Of("overdue_cases", g)}
		for _, l := range lines {
			o.What, o.Days = l.Title, v.today().Sub(calendar.MustDate(instantDay(l.Due)))
		}
		out = append(out, o)
	}
	return out, nil
}

// askedView is what was asked for on a front whose account is cases, and how it stands.
type askedView struct {
	Use, Href string
	Figs      map[string]app.Fig
}

// askedOf names the cases that are a front's account.
var askedOf = map[string]string{"business": "order", "supervision": "supervision"}

// asked reads the fronts whose account is cases; none where the reader may not see cases, or where there are none.
func (v *view) asked() (map[string]askedView, error) {
	if may(v, "read.cases") != nil {
		return nil, nil
	}
	names := []string{"all_cases", "closed_ytd_cases", "open_cases", "overdue_cases"}
	out := map[string]askedView{}
	for front, use := range askedOf {
		g := app.CaseGroup{Use: use}
		figs, err := v.caseFigs(names, g)
		if err != nil {
			return nil, err
		}
		if count(figs.Of("all_cases", g)) == 0 {
			continue
		}
		a := askedView{Use: use, Href: useHref(use), Figs: map[string]app.Fig{}}
		for _, n := range names {
			a.Figs[n] = figs.Of(n, g)
		}
		out[front] = a
	}
	return out, nil
}
