package network

import "slices"

// Bound says what holds the early start of an activity.
type Bound uint8

const (
	ByStart      Bound = iota // the project's start
	ByLink                    // a predecessor
	ByConstraint              // a constraint or a hand-placed start
	ByDataDate                // the data date
	ByActual                  // it has begun
)

// Dates are what the passes give for one activity.
type Dates struct {
	EarlyStart, EarlyFinish Instant
	LateStart, LateFinish   Instant
	RestStart               Instant // of running work: where the rest goes on
	TotalFloat, FreeFloat   int64   // working minutes of its calendar
	By                      Bound
	Driver                  int  // the first driving link (position in Network.Links), or −1
	Critical                bool // by the rule of the network
}

// Schedule 计算结果 is a network worked out.
type Schedule struct {
	Dates   []Dates // by activity
	Driving []bool  // by link: it holds its successor where it is
	Finish  Instant // the latest early finish
	Path    []int   // the chain of driving links that ends last, first activity first
}

// Schedule runs the forward and the backward pass. Errors name what makes that impossible: a loop with its path, a calendar
// without work, an activity twice.
func (n *Network) Schedule() (*Schedule, error) {
	g, err := n.prepare()
	if err != nil {
		return nil, err
	}
	if g.floor() == None {
		return nil, ErrNoStart
	}
	g.tables()
	p := &pass{graph: g, dates: make([]Dates, len(g.acts)), driving: make([]bool, len(g.links))}
	p.forward()
	p.asLate()
	p.finish()
	p.backward()
	p.hammocks()
	p.rollUp()
	return p.result(), nil
}

// pass holds the state of one computation.
type pass struct {
	*graph
	dates   []Dates
	driving []bool
	end     Instant // latest early finish
	above   map[string]int
}

// floor is the earliest instant that anything knows of.
func (g *graph) floor() Instant {
	t := g.Start
	take := func(x Instant) {
		if x != None && (t == None || x < t) {
			t = x
		}
	}
	take(g.DataDate)
	for i := range g.acts {
		a := &g.acts[i]
		take(a.Started)
		take(a.Finished)
		for _, c := range a.Constraints {
			take(c.At)
		}
	}
	return t
}

// tables works out the calendars that are used, from two years before the first date to sixty after it; beyond, the bare week
// holds.
func (g *graph) tables() {
	const before, after = 2 * 366, 60 * 366
	first := g.floor().day()
	g.hours = make([]*hours, len(g.Calendars))
	use := func(i int) {
		if g.hours[i] == nil {
			g.hours[i] = newHours(g.Calendars[i], first-before, first+after)
		}
	}
	use(g.Default)
	for i := range g.acts {
		use(g.acts[i].Calendar)
	}
}

// lag moves t by a link's lag.
func (p *pass) lag(l *Link, t Instant) Instant {
	if l.Lag == 0 {
		return t
	}
	c := p.calendarOf(l)
	if c < 0 {
		return t + Instant(l.Lag)
	}
	return p.hours[c].add(t, l.Lag)
}

// calendarOf is the calendar by which a link's lag counts; −1 is the clock itself.
func (g *graph) calendarOf(l *Link) int {
	switch {
	case l.Elapsed || g.Rules.Lag == AroundTheClock:
		return -1
	case g.Rules.Lag == OfPredecessor:
		return g.acts[l.From].Calendar
	case g.Rules.Lag == OfSuccessor:
		return g.acts[l.To].Calendar
	}
	return g.Default
}

// result hands the dates over, by the indices of the network.
func (p *pass) result() *Schedule {
	n := len(p.Activities)
	s := &Schedule{Dates: p.dates[:n:n], Driving: make([]bool, len(p.Links)), Finish: p.end}
	for i, d := range p.driving {
		if d && p.from[i] >= 0 {
			s.Driving[p.from[i]] = true
		}
	}
	onPath := p.longest()
	for i := range s.Dates {
		if k := s.Dates[i].Driver; k >= 0 {
			s.Dates[i].Driver = int(p.from[k])
		}
		a := &p.Activities[i]
		switch {
		case a.Finished != None || a.Kind == Hammock:
		case a.Kind == Summary:
			continue
		case p.Rules.Critical == LongestPath:
			s.Dates[i].Critical = onPath[i]
		default:
			s.Dates[i].Critical = s.Dates[i].TotalFloat <= p.Rules.FloatLimit
		}
		if s.Dates[i].Critical {
			p.markAbove(s, i)
		}
	}
	s.Path = p.path()
	return s
}

// markAbove makes the summaries over a critical activity critical.
func (p *pass) markAbove(s *Schedule, i int) {
	if p.above == nil {
		p.above = p.summaries()
	}
	for steps, at := 0, p.Activities[i].Under; at != "" && steps <= len(p.above); steps++ {
		k, ok := p.above[at]
		if !ok {
			return
		}
		s.Dates[k].Critical = true
		at = p.Activities[k].Under
	}
}

// summaries finds summaries by id.
func (n *Network) summaries() map[string]int {
	m := map[string]int{}
	for i := range n.Activities {
		if n.Activities[i].Kind == Summary {
			m[n.Activities[i].ID] = i
		}
	}
	return m
}

// longest marks what lies on chains of driving links that end last.
func (p *pass) longest() []bool {
	on := make([]bool, len(p.acts))
	for i := range p.acts {
		k := p.acts[i].Kind
		on[i] = k != Summary && k != Hammock && p.dates[i].EarlyFinish == p.end
	}
	for at := len(p.order) - 1; at >= 0; at-- {
		i := p.order[at]
		if !on[i] || p.dates[i].By == ByActual && p.dates[i].RestStart == None {
			continue
		}
		for _, k := range p.in.of(i) {
			if p.driving[k] {
				on[p.links[k].From] = true
			}
		}
	}
	return on
}

// path follows the first driving link back from what ends last.
func (p *pass) path() []int {
	at := -1
	for i := range p.acts {
		k := p.acts[i].Kind
		if k != Summary && k != Hammock && p.dates[i].EarlyFinish == p.end && (at < 0 || len(p.out.of(int32(i))) == 0) {
			at = i
		}
	}
	var back []int
	for at >= 0 {
		if at < len(p.Activities) {
			back = append(back, at)
		}
		at = p.drivenBy(at)
	}
	slices.Reverse(back)
	return back
}

// drivenBy is the first predecessor that holds an activity where it is, or −1.
func (p *pass) drivenBy(i int) int {
	for _, k := range p.in.of(int32(i)) {
		if p.driving[k] {
			return p.links[k].From
		}
	}
	return -1
}
