package network

import (
	"math"
	"slices"
)

// Scarce 共用力量 is something counted that several activities need at once: demolition crews, seats of a review meeting.
type Scarce struct {
	Name     string
	Capacity int
}

// Use is an activity's need, all through its duration.
type Use struct{ Activity, Resource, Amount int }

// LevelOptions of a search for a short plan within what there is.
type LevelOptions struct {
	Schedules int    // how many schedules may be generated, each pass of a justification counted; at least 1
	Seed      uint64 // of the sampling
}

// Levelled 平衡结果 is a plan that keeps within what there is.
type Levelled struct {
	Start, Finish []Instant // by activity
	Days          int       // length, in working days of the project's calendar
	Bound         int       // the length without scarcity: no plan is shorter
	Schedules     int       // generated
}

// Level finds a short plan in which no more is used than there is. It is off unless asked for: activities wait for one another
// here for no reason of logic, so a plan can get longer because something got done earlier. Time is counted in working days of the
// project's calendar, which all activities must share; hours are rounded up to days. Method: serial schedule generation by
// latest finish, regret-based biased random sampling, forward–backward improvement (justification; Valls, Ballestín and Quintanilla 2005).
func Level(n *Network, have []Scarce, uses []Use, o LevelOptions) (*Levelled, error) {
	g, err := n.prepare()
	if err != nil {
		return nil, err
	}
	s, err := n.Schedule()
	if err != nil {
		return nil, err
	}
	g.tables()
	p, err := newRCPSP(g, s, have, uses)
	if err != nil {
		return nil, err
	}
	start := p.search(max(o.Schedules, 1), o.Seed)
	out := &Levelled{Start: make([]Instant, len(n.Activities)), Finish: make([]Instant, len(n.Activities)), Days: int(p.length(start)),
		Bound: int(p.bound()), Schedules: p.made}
	h, zero := g.hours[n.Default], p.zero
	day := int64(n.Calendars[n.Default].DayMinutes)
	for i := range out.Start {
		if d := &s.Dates[i]; p.fixed[i] {
			out.Start[i], out.Finish[i] = d.EarlyStart, d.EarlyFinish
			continue
		}
		out.Start[i] = h.start(zero + int64(start[i])*day)
		out.Finish[i] = out.Start[i]
		if p.dur[i] > 0 {
			out.Finish[i] = h.end(zero + int64(start[i]+p.dur[i])*day)
		}
		if n.Activities[i].Started != None {
			out.Start[i] = n.Activities[i].Started
		}
	}
	return out, nil
}

// rcpsp is the problem in whole steps (resource-constrained project scheduling problem, RCPSP).
type rcpsp struct {
	dur     []int32
	release []int32 // not before
	fixed   []bool  // over, or no work at all
	needs   []int32 // by job, kinds each
	kinds   int
	cap     []int32
	in, out [][]step // min lags between starts
	back    *rcpsp   // the same problem read from its end
	order   []int32  // topological
	zero    int64    // working minutes at step 0
	horizon int32
	usage   []int32 // horizon × kinds, for one schedule
	made    int
}

// step: start(to) ≥ start(from) + lag.
type step struct{ job, lag int32 }

func newRCPSP(g *graph, s *Schedule, have []Scarce, uses []Use) (*rcpsp, error) {
	n := len(g.acts)
	p := &rcpsp{dur: make([]int32, n), release: make([]int32, n), fixed: make([]bool, n), kinds: len(have), needs: make([]int32, n*len(have)), order: g.order}
	for _, h := range have {
		p.cap = append(p.cap, int32(h.Capacity))
	}
	day := int64(g.Calendars[g.Default].DayMinutes)
	h := g.hours[g.Default]
	p.zero = h.work(max(g.Start, g.DataDate))
	steps := func(minutes int64) int32 { return int32((minutes + day - 1) / day) }
	for i := range g.acts {
		a := &g.acts[i]
		p.fixed[i] = a.Finished != None || a.Kind == Summary || a.Kind == Hammock
		if p.fixed[i] {
			continue
		}
		if a.Calendar != g.Default && a.remaining() > 0 {
			return nil, ErrLevelCalendar.With("activity", a.ID)
		}
		p.dur[i] = steps(a.remaining())
		for _, c := range a.Constraints {
			if c.Kind == StartNoEarlier || c.Kind == StartOn || c.Kind == MandatoryStart {
				p.release[i] = max(p.release[i], steps(h.work(c.At)-p.zero))
			}
		}
	}
	for _, u := range uses {
		if u.Activity < 0 || u.Activity >= len(g.Activities) || u.Resource < 0 || u.Resource >= len(have) {
			return nil, ErrNoActivity.With("activity", u.Activity)
		}
		if p.fixed[u.Activity] || p.dur[u.Activity] == 0 {
			continue
		}
		at := u.Activity*p.kinds + u.Resource
		p.needs[at] += int32(u.Amount)
		if p.needs[at] > p.cap[u.Resource] || u.Amount < 0 {
			return nil, ErrScarce.With("activity", g.Activities[u.Activity].ID, "resource", have[u.Resource].Name, "need", p.needs[at], "capacity", have[u.Resource].Capacity)
		}
	}
	p.connect(g, steps)
	p.reverse()
	return p, nil
}

// connect turns links into lags between starts.
func (p *rcpsp) connect(g *graph, steps func(int64) int32) {
	n := len(p.dur)
	p.in, p.out = make([][]step, n), make([][]step, n)
	total := int64(1)
	for i := range p.dur {
		total += int64(p.dur[i]) + int64(p.release[i])
	}
	for k := range g.links {
		l := &g.links[k]
		if p.fixed[l.From] || p.fixed[l.To] {
			continue
		}
		lag := int32(0)
		if l.Lag > 0 {
			lag = steps(l.Lag)
		} else if l.Lag < 0 {
			lag = -steps(-l.Lag)
		}
		if !l.Type.fromStart() {
			lag += p.dur[l.From]
		}
		if l.Type.toFinish() {
			lag -= p.dur[l.To]
		}
		p.in[l.To] = append(p.in[l.To], step{int32(l.From), lag})
		p.out[l.From] = append(p.out[l.From], step{int32(l.To), lag})
		total += int64(max(lag, 0))
	}
	p.horizon = int32(min(total, math.MaxInt32/2))
	p.usage = make([]int32, int(p.horizon)*p.kinds)
}

// reverse makes the problem read from its end: what starts at s and takes d starts there at horizon − s − d.
func (p *rcpsp) reverse() {
	n := len(p.dur)
	r := &rcpsp{dur: p.dur, fixed: p.fixed, needs: p.needs, kinds: p.kinds, cap: p.cap, horizon: p.horizon, usage: make([]int32, len(p.usage)),
		release: make([]int32, n), in: make([][]step, n), out: make([][]step, n), order: slices.Clone(p.order)}
	slices.Reverse(r.order)
	for to := range p.in {
		for _, s := range p.in[to] {
			lag := s.lag + p.dur[to] - p.dur[s.job]
			r.in[s.job] = append(r.in[s.job], step{int32(to), lag})
			r.out[to] = append(r.out[to], step{s.job, lag})
		}
	}
	p.back, r.back = r, p
}

// early gives the earliest starts without scarcity.
func (p *rcpsp) early() []int32 {
	out := make([]int32, len(p.dur))
	for _, i := range p.order {
		out[i] = p.release[i]
		for _, s := range p.in[i] {
			out[i] = max(out[i], out[s.job]+s.lag)
		}
	}
	return out
}

func (p *rcpsp) bound() int32 { return p.length(p.early()) }

// length of a schedule: the last finish.
func (p *rcpsp) length(start []int32) int32 {
	end := int32(0)
	for i, s := range start {
		if !p.fixed[i] {
			end = max(end, s+p.dur[i])
		}
	}
	return end
}

// latest gives latest finishes without scarcity, counted against the bound: the priority rule LFT.
func (p *rcpsp) latest() []int32 {
	end := p.bound()
	b := p.back.early()
	out := make([]int32, len(b))
	for i, s := range b {
		out[i] = end - s
	}
	return out
}

// place puts a job at the first time from which it fits, no earlier than its links and release allow (serial generation).
func (p *rcpsp) place(i int32, start []int32) {
	t := p.release[i]
	for _, s := range p.in[i] {
		t = max(t, start[s.job]+s.lag)
	}
	need := p.needs[int(i)*p.kinds : int(i+1)*p.kinds]
	if !slices.ContainsFunc(need, func(v int32) bool { return v > 0 }) {
		start[i] = t
		return
	}
	for from := t; from < t+p.dur[i]; from++ { // from runs ahead; a conflict moves the start behind it
		if from >= p.horizon {
			break // all that is used lies before the horizon
		}
		row := p.usage[int(from)*p.kinds : int(from+1)*p.kinds]
		for k, v := range need {
			if v > 0 && row[k]+v > p.cap[k] {
				t = from + 1
				break
			}
		}
	}
	for at := t; at < min(t+p.dur[i], p.horizon); at++ {
		row := p.usage[int(at)*p.kinds : int(at+1)*p.kinds]
		for k, v := range need {
			row[k] += v
		}
	}
	start[i] = t
}

// serial generates a schedule from a list in which predecessors come first.
func (p *rcpsp) serial(list []int32, start []int32) int32 {
	clear(p.usage)
	for _, i := range list {
		p.place(i, start)
	}
	return p.length(start)
}

// listed orders jobs by a key, predecessors first.
func (p *rcpsp) listed(list, key []int32) {
	place := make([]int32, len(key))
	for at, i := range p.order {
		place[i] = int32(at)
	}
	copy(list, p.order)
	slices.SortStableFunc(list, func(a, b int32) int {
		if key[a] != key[b] {
			return int(key[a]) - int(key[b])
		}
		return int(place[a]) - int(place[b])
	})
	if p.feasible(list) {
		return
	}
	p.choose(list, func(open []int32) int { // lags may put a key out of order: take the best of those that are ready
		best := 0
		for k := range open {
			if key[open[k]] < key[open[best]] {
				best = k
			}
		}
		return best
	})
}

// feasible tells whether predecessors come first.
func (p *rcpsp) feasible(list []int32) bool {
	seen := make([]bool, len(list))
	for _, i := range list {
		for _, s := range p.in[i] {
			if !seen[s.job] {
				return false
			}
		}
		seen[i] = true
	}
	return true
}

// choose fills a list by picking among the jobs whose predecessors are in it.
func (p *rcpsp) choose(list []int32, pick func(open []int32) int) {
	wait := make([]int32, len(p.dur))
	open := make([]int32, 0, len(p.dur))
	for _, i := range p.order {
		if wait[i] = int32(len(p.in[i])); wait[i] == 0 {
			open = append(open, i)
		}
	}
	for at := range list {
		k := pick(open)
		i := open[k]
		list[at] = i
		open = slices.Delete(open, k, k+1)
		for _, s := range p.out[i] {
			if wait[s.job]--; wait[s.job] == 0 {
				open = append(open, s.job)
			}
		}
	}
}
