package app

import (
	"slices"
	"strings"

	"shigan/domain/project"
	"shigan/domain/schedule"
	"shigan/engine/curve"
	"shigan/kernel/calendar"
)

// ProgrammeWhole 几年的账 is what a list of several years comes to by the end of each of them, over joint trials of when its projects end.
// Amounts in fen.
type ProgrammeWhole struct {
	N, Dateless int     // projects with a total; of them such as no end can be said of: they count as they stand
	Total, Done float64 // of all their money; spent so far
	Over        int     // projects that have ended
	Years       []WholeYear
}

// WholeYear is the end of one year.
type WholeYear struct {
	Year      string
	Promised  float64 // of the money, by the dates first promised; of the running year, by its plan
	Q         curve.Table
	DueN      int // projects promised to have ended
	Low, Mid  int // that have ended: P10, P50, P90
	Up        int
	Kept      float64 // odds that as much is spent as promised
	Completed float64 // odds that as many have ended as promised
}

// mostYears bounds how far a list is looked ahead.
const mostYears = 6

// piece is a project of a list with what its money hangs on.
type piece struct {
	p     project.Project
	spend curve.Spending
	plan  curve.Spending // the same by what was promised, seen from its first day
	left  float64        // promised days from its first day to its end
	row   int            // its trials of the end; −1: no end can be said
	year  int            // its trials of the running year's money; −1: nothing of it is promised
	was   float64        // spent before the running year
	over  bool
}

// whole works a list out beyond the running year; nil where nothing of it is promised beyond.
// The running year is what its own forecasts say, money holds their children; later years go on from there.
func (o *Office) whole(f *Foresight, ids []string, money curve.Programme) *ProgrammeWhole {
	a := o.Assumed
	shape := curve.BetaCurve(a.Spend.A, a.Spend.B).Tabled()
	w := &ProgrammeWhole{}
	year, last := f.On.String()[:4], f.On.String()[:4]
	g := curve.Programme{Rho: money.Rho, Trials: a.Trials.Shown, Seed: schedule.SeedOf(o.District)}
	var list []piece
	for _, id := range ids {
		p := f.Projects[id]
		if p.Total <= 0 {
			continue
		}
		m := f.Money[id]
		x := piece{p: p, row: -1, was: float64(m.Before), year: slices.IndexFunc(money.Children, func(c curve.Child) bool { return c.Name == id }), over: reached(p, schedule.ToFinish)}
		x.spend = curve.Spending{Curve: shape, Total: float64(p.Total), Done: float64(m.Before + m.Done()), Ran: -1}
		if p.Start.First != "" && p.Finish.First != "" {
			from := calendar.MustDate(p.Start.First)
			x.left = max(float64(calendar.MustDate(p.Finish.First).Sub(from)), 1)
			x.spend.Plan, x.plan = x.left, curve.Spending{Curve: shape, Total: float64(p.Total)}
			last = max(last, p.Finish.First[:4])
		}
		if p.Start.Actual != "" {
			x.spend.Ran = float64(f.On.Sub(calendar.MustDate(p.Start.Actual)))
		}
		if c := f.Cast(id + "/" + schedule.ToFinish); !x.over && c != nil && len(c.Sample) > 0 {
			var q curve.Table
			copy(q[:], c.Q)
			x.row = len(g.Children)
			g.Children = append(g.Children, curve.Child{Name: id, Q: q, Keep: c.Keep})
		} else if !x.over {
			w.Dateless++
		}
		w.N, w.Total, w.Done = w.N+1, w.Total+x.spend.Total, w.Done+x.spend.Done
		w.Over += int(indicate(x.over))
		list = append(list, x)
	}
	if last <= year || len(g.Children) == 0 {
		return nil
	}
	ends, spent := g.Joint(), money.Joint()
	for y := calendar.MustMonth(year + "-12"); y.String()[:4] <= last && len(w.Years) < mostYears; y = y.AddMonths(12) {
		w.Years = append(w.Years, w.at(f, list, ends, spent, y.Last()))
	}
	return w
}

// at is what the trials say of one day.
func (w *ProgrammeWhole) at(f *Foresight, list []piece, ends, spent [][]float64, end calendar.Date) WholeYear {
	turn := calendar.MustDate(f.On.String()[:4] + "-12-31") // up to which the year's own forecasts speak
	ahead := float64(turn.Sub(f.On))
	out := WholeYear{Year: end.String()[:4]}
	trials := len(ends[0])
	money, over := make([]float64, trials), make([]int, trials)
	day := float64(end.Sub(f.On))
	for _, x := range list {
		out.Promised += x.promised(f, end)
		out.DueN += int(indicate(x.over || x.p.Finish.First != "" && x.p.Finish.First <= end.String()))
		later := x.spend
		if later.Ran >= 0 {
			later.Ran += ahead
		}
		for t := range money {
			if later.Done = x.spend.Done; x.year >= 0 {
				later.Done = x.was + spent[x.year][t]
			}
			switch {
			case x.row >= 0 && day > ahead:
				money[t] += later.By(day-ahead, ends[x.row][t]-ahead)
			default:
				money[t] += later.Done // by the year's own forecast; of what is over, what it cost
			}
			over[t] += int(indicate(x.over || x.row >= 0 && ends[x.row][t] <= day))
		}
	}
	reached, finished := 0, 0
	for t := range money {
		reached += int(indicate(money[t] >= out.Promised-.5))
		finished += int(indicate(over[t] >= out.DueN))
	}
	out.Kept, out.Completed = float64(reached)/float64(trials), float64(finished)/float64(trials)
	out.Q = curve.TableOfSample(money)
	slices.Sort(over)
	pick := func(p float64) int { return over[min(int(p*float64(trials)), trials-1)] }
	out.Low, out.Mid, out.Up = pick(.1), pick(.5), pick(.9)
	return out
}

// promised is the money of a project by a day as it was promised: of the running year its plan, later by the curve to the end that was
// first promised.
func (x piece) promised(f *Foresight, end calendar.Date) float64 {
	year := end.String()[:4]
	if plan, ok := x.p.Plans[year]; ok && strings.HasPrefix(f.On.String(), year) {
		return min(float64(plan.ToLastYear+plan.Planned), x.spend.Total)
	}
	if x.left == 0 {
		return x.spend.Done
	}
	day := float64(end.Sub(calendar.MustDate(x.p.Start.First)))
	return x.plan.By(day, x.left)
}
