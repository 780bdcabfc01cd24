package curve

import (
	"math"
	"slices"

	"shigan/engine/curve/special"
)

// Dated 逐期一例 is one case in one period: what was known of it then, and, where it is known by now, what became of it a period later.
type Dated struct {
	Period int
	Group  string    // partially pooled: a group of few cases has next to no say
	X      []float64 // features, NaN where not known
	Y      bool
	Known  bool // Y is known
}

// ChainOptions are what forward chaining may choose from; it chooses by what is past at each period.
type ChainOptions struct {
	Ridge  []float64 // precisions of the coefficients' prior, per standard deviation of a feature
	Groups []float64 // precisions of the groups' prior, in logits; +Inf: no groups
	First  [2]float64
}

// DefaultChain is chosen from before anything is known: one standard deviation of a feature moves the log odds by a third, groups say nothing.
var DefaultChain = ChainOptions{Ridge: []float64{1, 3, 10, 30, 100}, Groups: []float64{4, 16, math.Inf(1)}, First: [2]float64{10, math.Inf(1)}}

// Chained 顺推 is the model of one period, learned from earlier ones only.
type Chained struct {
	Period        int
	Logit         Logit
	Offset        map[string]float64 // of groups
	Ridge, Groups float64            // as chosen
	Rate          float64            // share of events so far: what a constant would say
	N, Events     int
}

// Chance of one case.
func (c *Chained) Chance(d Dated) float64 {
	p := c.Logit.Chance(d.X)
	return special.Logistic(special.Logit(min(max(p, 1e-9), 1-1e-9)) + c.Offset[d.Group])
}

// ForwardChain gives, for every period that has known cases before it, a model that has seen nothing of that period or later. The strengths
// of both priors are chosen by the log loss of the same chaining inside the past.
func ForwardChain(names []string, cases []Dated, o ChainOptions) []Chained {
	var periods []int
	for _, c := range cases {
		if !slices.Contains(periods, c.Period) {
			periods = append(periods, c.Period)
		}
	}
	slices.Sort(periods)
	var out []Chained
	for _, p := range periods {
		past := before(cases, p)
		if len(past) == 0 {
			continue
		}
		ridge, groups := o.choose(names, past)
		out = append(out, learnPast(names, past, p, ridge, groups))
	}
	return out
}

// before are the cases whose outcome was known when a period began.
func before(cases []Dated, period int) (past []Dated) {
	for _, c := range cases {
		if c.Period < period && c.Known {
			past = append(past, c)
		}
	}
	return past
}

// choose tries every pair of strengths on what is past; without two periods in it there is nothing to choose by.
func (o ChainOptions) choose(names []string, past []Dated) (ridge, groups float64) {
	ridge, groups = o.First[0], o.First[1]
	best := math.Inf(1)
	for _, r := range o.Ridge {
		for _, g := range o.Groups {
			loss, n := 0.0, 0
			for _, p := range laterPeriods(past) {
				m := learnPast(names, before(past, p), p, r, g)
				for _, c := range past {
					if c.Period == p {
						loss, n = loss-logScore(m.Chance(c), c.Y), n+1
					}
				}
			}
			if n > 0 && loss < best-1e-9 {
				best, ridge, groups = loss, r, g
			}
		}
	}
	return ridge, groups
}

func logScore(p float64, y bool) float64 {
	if !y {
		p = 1 - p
	}
	return math.Log(max(p, 1e-12))
}

// laterPeriods are all but the first.
func laterPeriods(cases []Dated) (out []int) {
	for _, c := range cases {
		if !slices.Contains(out, c.Period) {
			out = append(out, c.Period)
		}
	}
	slices.Sort(out)
	return out[min(1, len(out)):]
}

// learnPast fits the features, then one step for each group: what it did beyond what its features say, shrunk by the prior's precision.
func learnPast(names []string, past []Dated, period int, ridge, groups float64) Chained {
	x, y := make([][]float64, len(past)), make([]bool, len(past))
	for i, c := range past {
		x[i], y[i] = c.X, c.Y
	}
	m := Chained{Period: period, Logit: FitLogit(names, x, y, ridge), Offset: map[string]float64{}, Ridge: ridge, Groups: groups, N: len(past)}
	m.Events = m.Logit.Events
	m.Rate = float64(m.Events) / float64(m.N)
	if math.IsInf(groups, 1) {
		return m
	}
	type sum struct{ beyond, weight float64 }
	sums := map[string]sum{}
	for i, c := range past {
		p, s := m.Logit.Chance(x[i]), sums[c.Group]
		s.beyond -= p
		if c.Y {
			s.beyond++
		}
		s.weight += p * (1 - p)
		sums[c.Group] = s
	}
	for g, s := range sums {
		m.Offset[g] = s.beyond / (s.weight + groups)
	}
	return m
}
