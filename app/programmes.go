package app

import (
	"cmp"
	"context"
	"maps"
	"math"
	"slices"
	"strings"

	"shigan/domain/project"
	"shigan/domain/schedule"
	"shigan/engine/curve"
	"shigan/kernel/calendar"
)

// ProgrammeCast 项目群的推算 is what the projects of a list come to together, over joint trials. Amounts in fen.
type ProgrammeCast struct {
	Name, List string // List "": all that is dispatched
	N          int    // projects
	Target     float64
	Q          curve.Table
	Keep       float64
	Pulling    []string // promises that pull it down most
	Counts     []ProgrammeCount
	Whole      *ProgrammeWhole // beyond the running year; nil where nothing is promised beyond
	Done       []float64       // fen by the end of each month that was reported, from 0
	Bands      [][5]float64    // P10, P25, P50, P75, P90 by the ends of the months to come
}

// ProgrammeCount is how many of the list's projects begin, or end, by the end of the year.
type ProgrammeCount struct {
	Kind            string // start, finish
	N, Done         int    // promised for the year, and reached already
	Low, Likely, Up int    // P10, P50, P90 of those reached by the year's end
	Keep            float64
	Left            []int    // not reached yet, at the beginning of the year and at the end of each month that is over
	Bands           [][5]int // the same at the ends of the months to come: P10, P25, P50, P75, P90
	Promised        []int    // the same as it was promised, from the beginning of the year
}

// pullingShown is how many promises are named.
const pullingShown = 3

// Programmes forecasts the year's money of all that is dispatched and of each list, how many projects begin and end in it, and what the
// list comes to in later years. It is worked out once for what the ledger says today.
func (o *Office) Programmes(ctx context.Context) ([]ProgrammeCast, error) {
	f, err := o.Foresee(ctx)
	if err != nil {
		return nil, err
	}
	f.programmesOnce.Do(func() { f.programmes = o.programmesOf(f) })
	return f.programmes, nil
}

func (o *Office) programmesOf(f *Foresight) []ProgrammeCast {
	year := f.On.String()[:4]
	lists := map[string][]string{}
	for id, p := range f.Projects {
		if p.Parent != "" {
			continue // its money is part of its parent's
		}
		for _, m := range p.Lists {
			if m.From <= f.On.String() && (m.To == "" || f.On.String() < m.To) {
				lists[m.List] = append(lists[m.List], id)
			}
		}
		if dispatched(p, f.On.String()) {
			lists[""] = append(lists[""], id)
		}
	}
	var out []ProgrammeCast
	for _, list := range slices.Sorted(maps.Keys(lists)) {
		ids := lists[list]
		slices.Sort(ids)
		out = append(out, o.programme(f, list, ids, year))
	}
	slices.SortStableFunc(out, func(a, b ProgrammeCast) int {
		return cmp.Or(cmp.Compare(indicate(a.List != ""), indicate(b.List != "")), cmp.Compare(b.Target, a.Target))
	})
	return out
}

func (o *Office) programme(f *Foresight, list string, ids []string, year string) ProgrammeCast {
	p := ProgrammeCast{Name: list, List: list}
	g := curve.Programme{Rho: o.Assumed.Shares.Project + o.Assumed.Shares.Cause, Trials: o.Assumed.Trials.Shown, Seed: schedule.SeedOf(o.District)}
	var pull []*schedule.Cast
	var ended []string // projects with a plan of the year that promise nothing any more: what they did counts, and what they owe too
	fixed := 0.0
	for _, id := range ids {
		c := f.Cast(id + "/" + schedule.ToSpend + "/" + year)
		if c == nil || len(c.Q) != len(curve.Levels) {
			if plan := float64(f.Projects[id].Plans[year].Planned); plan > 0 {
				m := f.Money[id]
				p.N, p.Target, fixed, ended = p.N+1, p.Target+plan, fixed+float64(m.Done()), append(ended, id)
			}
			continue
		}
		p.N++
		p.Target += float64(c.Promise.Amount)
		var q curve.Table
		copy(q[:], c.Q)
		g.Children = append(g.Children, curve.Child{Name: id, Q: q, Keep: c.Keep})
		pull = append(pull, c)
	}
	sum := g.Sum(p.Target - fixed)
	p.Q, p.Keep = sum.Q.Plus(fixed), sum.Keep
	p.course(f, pull, ended)
	p.Whole = o.whole(f, ids, g)
	slices.SortStableFunc(pull, func(a, b *schedule.Cast) int {
		return cmp.Compare(a.LikelyM-a.Promise.Amount, b.LikelyM-b.Promise.Amount)
	})
	for _, c := range pull[:min(len(pull), pullingShown)] {
		p.Pulling = append(p.Pulling, c.Promise.Key())
	}
	for _, kind := range []string{schedule.ToStart, schedule.ToFinish} {
		if k, ok := o.counted(f, kind, ids, year, g); ok {
			p.Counts = append(p.Counts, k)
		}
	}
	return p
}

// counted is model G for "how many of": those promised for the year, by joint trials of what each has left.
func (o *Office) counted(f *Foresight, kind string, ids []string, year string, g curve.Programme) (ProgrammeCount, bool) {
	k := ProgrammeCount{Kind: kind}
	end := calendar.MustDate(year + "-12-31")
	g.Children = nil
	for _, id := range ids {
		p := f.Projects[id]
		promise := p.Start
		if kind == schedule.ToFinish {
			promise = p.Finish
		}
		if !strings.HasPrefix(promise.First, year) {
			continue
		}
		k.N++
		if strings.HasPrefix(promise.Actual, year) || reached(p, kind) {
			k.Done++
			continue
		}
		c := f.Cast(id + "/" + kind)
		if c == nil || len(c.Sample) == 0 {
			continue
		}
		var q curve.Table
		copy(q[:], c.Q)
		g.Children = append(g.Children, curve.Child{Name: id, Q: q, Keep: c.Odds(end.String())})
	}
	if k.N == 0 {
		return k, false
	}
	left := float64(end.Sub(f.On))
	var counts []int64
	if len(g.Children) > 0 {
		rows := g.Joint()
		counts = make([]int64, len(rows[0]))
		for _, row := range rows {
			for t, x := range row {
				if x <= left {
					counts[t]++
				}
			}
		}
	} else {
		counts = []int64{0}
	}
	slices.Sort(counts)
	at := func(p float64) int {
		return k.Done + int(counts[min(max(int(math.Ceil(p*float64(len(counts))))-1, 0), len(counts)-1)])
	}
	k.Low, k.Likely, k.Up = at(.1), at(.5), at(.9)
	k.burn(f, kind, ids, g)
	need := int64(k.N - k.Done)
	i, _ := slices.BinarySearch(counts, need)
	k.Keep = float64(len(counts)-i) / float64(len(counts))
	return k, true
}

// burn counts down what is left, month by month: what happened, what the joint trials say, what was promised.
func (k *ProgrammeCount) burn(f *Foresight, kind string, ids []string, g curve.Programme) {
	year := calendar.MustMonth(f.On.String()[:4] + "-01")
	ends := []string{year.Prev().Last().String()}
	for m := year; m.Year == year.Year; m = m.Next() {
		ends = append(ends, m.Last().String())
	}
	k.Left, k.Promised = nil, make([]int, len(ends))
	for i, end := range ends {
		done, due := 0, 0
		for _, id := range ids {
			p := f.Projects[id]
			x := p.Start
			if kind == schedule.ToFinish {
				x = p.Finish
			}
			if !strings.HasPrefix(x.First, ends[1][:4]) {
				continue
			}
			if x.Actual != "" && x.Actual <= end {
				done++
			}
			if x.First <= end {
				due++
			}
		}
		k.Promised[i] = k.N - due
		if end <= f.On.String() {
			k.Left = append(k.Left, k.N-done)
		}
	}
	if len(g.Children) == 0 || len(k.Left) == 0 {
		return
	}
	rows := g.Joint()
	for _, end := range ends[len(k.Left):] {
		limit := float64(calendar.MustDate(end).Sub(f.On))
		left := make([]int, len(rows[0]))
		for t := range left {
			left[t] = k.N - k.Done
			for _, row := range rows {
				if row[t] <= limit {
					left[t]--
				}
			}
		}
		slices.Sort(left)
		var band [5]int
		for i, p := range []float64{.1, .25, .5, .75, .9} {
			band[i] = left[min(int(p*float64(len(left))), len(left)-1)]
		}
		k.Bands = append(k.Bands, band)
	}
}

func reached(p project.Project, kind string) bool {
	if kind == schedule.ToStart {
		return p.Start.Actual != ""
	}
	return p.Finish.Actual != ""
}
