package network

import (
	"math"
	"slices"
	"sync"

	"shigan/kernel/calendar"
)

// Sample 样本 is the finish of one target in all trials, in ticks from the model's first day, in the order of trials.
type Sample struct {
	Ticks []int32
	model *Model
	once  sync.Once
	order []int32
}

func (s *Sample) sorted() []int32 {
	s.once.Do(func() {
		s.order = slices.Clone(s.Ticks)
		slices.Sort(s.order)
	})
	return s.order
}

// Quantile 分位数 is the date by which the share p of trials is over (P80: p = 0.8). The smallest time t with at least p of all
// trials at or before it.
func (s *Sample) Quantile(p float64) calendar.Date { return s.model.Date(s.quantile(p)) }

// QuantileDays is the same in days after the beginning of the model's first day.
func (s *Sample) QuantileDays(p float64) float64 { return float64(s.quantile(p)) / tick }

func (s *Sample) quantile(p float64) int32 {
	o := s.sorted()
	return o[min(max(int(math.Ceil(p*float64(len(o))-1e-9))-1, 0), len(o)-1)]
}

// Odds 把握 is the share of trials over by the end of a day, with its standard error.
func (s *Sample) Odds(by calendar.Date) (p, se float64) {
	n := float64(len(s.Ticks))
	p = float64(s.by(s.model.Ticks(by))) / n
	return p, math.Sqrt(p * (1 - p) / n)
}

// by counts trials over at a time.
func (s *Sample) by(t int32) int {
	at, _ := slices.BinarySearch(s.sorted(), t+1)
	return at
}

// Mean and standard deviation, in days after the beginning of the model's first day.
func (s *Sample) Mean() (mean, sd float64) {
	sum := int64(0)
	for _, t := range s.Ticks {
		sum += int64(t)
	}
	mean = float64(sum) / float64(len(s.Ticks))
	dev := 0.0
	for _, t := range s.Ticks {
		dev += float64((float64(t) - mean) * (float64(t) - mean))
	}
	return mean / tick, math.Sqrt(dev/float64(len(s.Ticks))) / tick
}

// First is the model's first day, from which ticks and days count.
func (s *Sample) First() calendar.Date { return dateOf(s.model.zero) }

// Change 差别 is what a change is worth, trial by trial with the same draws. A negative number of days is a gain.
type Change struct {
	Odds, OddsSE float64 // difference of the odds of a date
	Days, DaysSE float64 // difference of the mean finish
	Late, LateSE float64 // difference of the mean lateness past the date, in days
	P80          float64 // difference of the P80, in days
	Better       int     // trials that end earlier
	Worse        int     // trials that end later
}

// Tells tells whether the odds or the lateness differ by more than two standard errors; else one says 看不出差别.
func (c Change) Tells() bool {
	return math.Abs(c.Odds) > 2*c.OddsSE || math.Abs(c.Late) > 2*c.LateSE
}

// Against compares a sample with another of the same trials and seed: what becomes of s when it is as in other.
func (s *Sample) Against(other *Sample, due calendar.Date) Change {
	n := min(len(s.Ticks), len(other.Ticks))
	d := int64(s.model.Ticks(due))
	shift := int64(other.model.zero-s.model.zero) * tick
	var odds, days, late moments
	var c Change
	for i := range n {
		a, b := int64(s.Ticks[i]), int64(other.Ticks[i])+shift
		switch {
		case b < a:
			c.Better++
		case b > a:
			c.Worse++
		}
		odds.add(kept(b, d) - kept(a, d))
		days.add(b - a)
		late.add(max(b-d, 0) - max(a-d, 0))
	}
	c.Odds, c.OddsSE = odds.mean(n, 1)
	c.Days, c.DaysSE = days.mean(n, tick)
	c.Late, c.LateSE = late.mean(n, tick)
	c.P80 = float64(int64(other.quantile(0.8))+shift-int64(s.quantile(0.8))) / tick
	return c
}

func kept(t, due int64) int64 {
	if t <= due {
		return 1
	}
	return 0
}

type moments struct {
	sum int64
	sq  float64
}

func (m *moments) add(v int64) {
	m.sum += v
	m.sq += float64(float64(v) * float64(v))
}

// mean and its standard error, in units of so many.
func (m *moments) mean(n int, unit float64) (mean, se float64) {
	mean = float64(m.sum) / float64(n)
	return mean / unit, math.Sqrt(max(0, m.sq/float64(n)-mean*mean)/float64(n)) / unit
}

// Influence 影响 is how much one activity has to do with a target.
type Influence struct {
	Activity    int     // position in the network
	Criticality float64 // CI: share of trials in which it is on the driving path
	Mean, SD    float64 // of its work, in its working days
	SSI         float64 // schedule sensitivity index: CI · σ of the work / σ of the target
	CRI         float64 // cruciality: |correlation of the work with the target|
	Share       float64 // covariance of the work with the target / variance of the target; for work in series these add up to 1
}

// Influences lists what was traced for a target, in the order of the network. What is fixed has a criticality only.
func (o *Outcome) Influences(target int) []Influence {
	if o.sums == nil {
		return nil
	}
	s, n := &o.sums[target], float64(o.Trials)
	meanT, sdT := o.Finish[target].Mean()
	var out []Influence
	for i := range o.model.nodes {
		nd := &o.model.nodes[i]
		if int(nd.act) >= len(o.model.net.Activities) || nd.kind == nodeDone {
			continue
		}
		f := Influence{Activity: int(nd.act), Criticality: float64(s.critical[i]) / n}
		if nd.shape != nil {
			mean := float64(s.d[i]) / n
			f.SD = math.Sqrt(max(0, float64(s.dd[i])/n-mean*mean)) / tick
			f.Mean = mean / tick
			if sdT > 0 && f.SD > 0 {
				f.SSI = f.Criticality * f.SD / sdT
				cov := float64(s.dt[i])/n/tick/tick - f.Mean*meanT
				f.CRI, f.Share = min(math.Abs(cov)/(f.SD*sdT), 1), cov/(sdT*sdT)
			}
		} else {
			f.Mean = float64(nd.fixed) / tick
		}
		out = append(out, f)
	}
	slices.SortFunc(out, func(a, b Influence) int { return a.Activity - b.Activity })
	return out
}

// Shapley 分摊 splits v(all) − v(none) among n groups so that the parts add up exactly, whatever the order in which groups are
// thought to act (Shapley 1953). v is asked for each of the 2ⁿ sets once; bit i of its argument is group i. n ≤ 16.
func Shapley(n int, v func(set uint) float64) []float64 {
	if n <= 0 || n > 16 {
		return nil
	}
	value := make([]float64, 1<<n)
	for set := range value {
		value[set] = v(uint(set))
	}
	weight := make([]float64, n) // of a set of k without i: k!(n−k−1)!/n!
	weight[0] = 1 / float64(n)
	for k := 1; k < n; k++ {
		weight[k] = weight[k-1] * float64(k) / float64(n-k)
	}
	part := make([]float64, n)
	for i := range n {
		for set := range value {
			if set>>i&1 == 0 {
				k := 0
				for b := set; b != 0; b &= b - 1 {
					k++
				}
				part[i] += weight[k] * (value[set|1<<i] - value[set])
			}
		}
	}
	return part
}
