package web

import (
	"html/template"
	"math"
	"slices"
	"strconv"

	"shigan/app"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/domain/schedule"
	"shigan/engine/draw"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
	"shigan/kernel/quantity"
)

// projectForecast is what the page of a project shows of its forecasts.
type projectForecast struct {
	Main, Money *castView
	Net         *netView
	Drags       []dragRow
	Together    string
	Basis       string
	Fan         template.HTML
	NotPlaced   []caseRef
	CanDraw     bool
	Others      []castView // milestones and the start
	Options     []optionView
}

type caseRef struct{ ID, Title string }

// dragRow 什么在拖 is one driver with what helps against it.
type dragRow struct {
	Name, Days, Note, Href string
	Do, Points             string
}

// netView 路线图 is the table of steps and the drawing beside it.
type netView struct {
	Rows    []netRow
	Drawing template.HTML
	Version int
	Steps   int
	Drawn   string
	Seq     int64
	Sample  bool
}

type netRow struct {
	N, ID, Name, Who, After, Calendar, Cause string
	Days                                     string
	Float                                    string
	Critical, Over                           bool
	Blocked                                  []caseRef
	Started, Finished, Done                  string
	Milestone, From                          string
}

// forecasts fills the forecast parts of a project's page; an office without assumptions has none.
func (v *view) forecasts(p project.Project) (*projectForecast, error) {
	if may(v, "read.forecasts") != nil {
		return nil, nil
	}
	f, err := v.s.o.Foresee(v.ctx())
	if x, ok := fault.Of(err); ok && x.Is(app.ErrNoForecasts) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	d := &projectForecast{CanDraw: org.May(v.Read(), v.By, "schedule.draw", p.Scope()) == nil}
	unit := v.unitNames()[p.LocalUnit]
	for _, c := range f.Of(p.ID) {
		if c.Promise.Kind == schedule.ToFinish {
			x := v.cast(c, p, unit, draw.Hump{Width: 220, Height: 66})
			d.Main = &x
		}
		if c.Money() {
			x := v.cast(c, p, unit, draw.Hump{})
			d.Money = &x
			d.Fan = v.fan(f, c)
		}
	}
	for _, c := range f.Of(p.ID) {
		if !c.Money() && c.Promise.Kind != schedule.ToFinish && !f.Doubled(c) {
			d.Others = append(d.Others, v.cast(c, p, unit, draw.Hump{}))
		}
	}
	rows, _, err := v.s.o.Roadmap(v.ctx(), p.ID)
	if err != nil {
		return nil, err
	}
	if rows != nil {
		plan, _, err := schedule.PlanOf(v.Read(), p.ID)
		if err != nil {
			return nil, err
		}
		d.Net = v.network(plan, rows, p, f.On)
	}
	if d.Main != nil && d.Main.C.Model == schedule.ByNetwork {
		v.drags(d, d.Main)
	}
	return d, nil
}

// drags pairs each driver with the best action that touches it.
func (v *view) drags(d *projectForecast, x *castView) {
	n := v.planNames(x.C)
	for i, dr := range x.C.Drivers {
		row := dragRow{Name: v.driverName(dr), Days: signedText(dr.Days), Href: n.href(dr.Key)}
		if cs, ok := n.cases[trimCase(dr.Key)]; ok {
			row.Note = v.T("drag.case", "step", n.step(n.plan.Placed[cs.ID]), "days", v.today().Sub(calendar.DateOf(cs.Opened)))
		}
		for _, e := range x.C.Effects {
			a := e.Actions[0]
			if e.Tells && (a.Case != "" && "case/"+a.Case == dr.Key || a.Step != "" && "step/"+a.Step == dr.Key) {
				row.Do, row.Points = v.actionText(n, a), v.worth(e)
				break
			}
		}
		if i < 6 && dr.Days != 0 {
			d.Drags = append(d.Drags, row)
		}
	}
	for _, id := range x.C.Left {
		if cs, err := v.caseTitle(id); err == nil {
			d.NotPlaced = append(d.NotPlaced, caseRef{id, cs})
		}
	}
	d.Basis = v.basis(x.C)
	for _, o := range slices.Backward(n.plan.Options) {
		if len(d.Options) < 3 {
			d.Options = append(d.Options, v.optionView(n, o))
		}
	}
}

func trimCase(key string) string {
	if len(key) > 5 && key[:5] == "case/" {
		return key[5:]
	}
	return ""
}

// fan draws the year's money: what was, what is likely, what was promised.
func (v *view) fan(f *app.Foresight, c *schedule.Cast) template.HTML {
	m := f.Money[c.Promise.Project]
	if len(c.Fan) == 0 || m.Month == 0 {
		return ""
	}
	was, bands := []float64{0}, [][5]float64{}
	for _, x := range m.Months {
		was = append(was, float64(x))
	}
	for _, r := range c.Fan {
		var b [5]float64
		for i, x := range r.P {
			b[i] = float64(x)
		}
		bands = append(bands, b)
	}
	two := func(fen int64) string { return quantity.FormatYi(quantity.Fen(fen), 2) }
	g := v.yearFan(was, bands, float64(c.Promise.Amount))
	g.Done, g.EndPV, g.EndGV = two(m.Done()), two(c.Promise.Amount), two(c.LikelyM)
	g.Title = v.T("fan.name", "likely", v.yiText(c.LikelyM), "promise", v.yiText(c.Promise.Amount))
	return g.Draw()
}

// network makes the table and the drawing of a roadmap.
func (v *view) network(plan schedule.Plan, rows []schedule.StepCast, p project.Project, on calendar.Date) *netView {
	n := &netView{Version: plan.Version, Steps: len(plan.Steps), Drawn: plan.Drawn, Seq: plan.DrawnSeq, Sample: plan.Sample}
	place := map[string]int{}
	for i, r := range rows {
		place[r.Step.ID] = i
		row := netRow{N: strconv.Itoa(i + 1), ID: r.Step.ID, Name: r.Step.Name.In(v.Lang), Who: r.Step.Who, After: schedule.AfterText(r.Step.After), Calendar: r.Step.Calendar, Cause: r.Step.Cause,
			Days: strconv.FormatFloat(r.Step.Days, 'f', -1, 64), Critical: r.Critical, Over: r.Mark.Finished != "", Started: r.Mark.Started, Finished: r.Mark.Finished, Milestone: r.Step.Milestone, From: r.Step.From}
		if r.Mark.Done != nil {
			row.Done = strconv.FormatFloat(math.Round(*r.Mark.Done*1000)/10, 'f', -1, 64)
		}
		if row.Float = strconv.Itoa(r.Float); row.Over {
			row.Float = ""
		}
		for _, b := range r.Blocked {
			row.Blocked = append(row.Blocked, caseRef{b.Case, b.Title})
		}
		n.Rows = append(n.Rows, row)
	}
	n.Drawing = v.drawNetwork(plan, rows, place, p, on)
	return n
}

func (v *view) drawNetwork(plan schedule.Plan, rows []schedule.StepCast, place map[string]int, p project.Project, on calendar.Date) template.HTML {
	first, last := on.Month(), on.Month()
	widen := func(days ...string) {
		for _, s := range days {
			if d, err := calendar.ParseDay(s); err == nil {
				if d.Month().Before(first) {
					first = d.Month()
				}
				if d.Month().After(last) {
					last = d.Month()
				}
			}
		}
	}
	due := p.Finish.Now
	widen(due)
	for _, r := range rows {
		if r.Mark.Finished == "" {
			widen(r.Start, r.Late)
		} else if r.Mark.Finished > on.AddDays(-200).String() {
			widen(r.Mark.Started)
		}
	}
	if on.Month().Sub(first) > 9 { // what is long over is cut at the left edge
		first = on.Month().AddMonths(-9)
	}
	if last.Sub(first) > 30 {
		last = first.AddMonths(30)
	}
	at := func(day string) float64 {
		d, err := calendar.ParseDay(day)
		if err != nil {
			return draw.Absent
		}
		return float64(d.Month().Sub(first)) + float64(d.DayOfMonth()-1)/float64(d.Month().Days())
	}
	end := func(day string) float64 {
		d, err := calendar.ParseDay(day)
		if err != nil {
			return draw.Absent
		}
		return at(d.AddDays(1).String())
	}
	g := draw.Network{Today: at(on.String()), Due: end(due), DueTag: v.T("network.promised"), Row: 40, Width: 1040, Title: v.T("network.drawing")}
	step := max(1, last.Sub(first)/12+1)
	for x := first; !x.After(last); x = x.Next() {
		label := ""
		switch {
		case x == first || x.Month == 1:
			label = strconv.Itoa(x.Year)
		case x.Sub(first)%step == 0:
			label = v.T("axis.month", "m", x.Month)
		}
		g.Months = append(g.Months, label)
	}
	for _, r := range rows {
		b := draw.NetBar{Start: at(r.Start), Done: draw.Absent, Likely: end(r.Likely), Late: end(r.Late), Signed: at(r.Signed), SignedEnd: end(r.SignedTo), Critical: r.Critical, Over: r.Mark.Finished != "",
			Milestone: r.Step.Days == 0, Promise: draw.Absent, Note: shortDay(r.Likely)}
		switch {
		case b.Over:
			b.Done, b.Note = end(r.Mark.Finished), v.T("network.done", "day", shortDay(r.Mark.Finished))
		case r.Mark.Started != "":
			b.Done = g.Today
		}
		if m, ok := p.Milestone(r.Step.Milestone); ok && m.Actual == "" {
			b.Promise = end(m.Promised)
		}
		g.Rows = append(g.Rows, b)
	}
	for _, r := range rows {
		for _, l := range r.Step.After {
			if l.Kind == "" || l.Kind == "FS" {
				from := rows[place[l.Step]]
				g.Links = append(g.Links, draw.NetLink{From: place[l.Step], To: place[r.Step.ID], Strong: from.Critical && r.Critical})
			}
		}
	}
	return g.Draw()
}
