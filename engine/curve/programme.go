package curve

import (
	"math"
	"slices"

	"shigan/engine/curve/special"
)

// Child 子项 is one promise of a programme: what its own model says, and what it adds to a sum.
type Child struct {
	Name   string
	Q      Table
	Keep   float64 // its own chance by its own date; NaN where unknown. Used by HowMany
	Trials []float64
}

// Programme 项目群 is model G: many promises over joint trials, where the same number of a trial means the same common causes.
// Children with Trials (of a network run with the same seed) bring their own; for others the trials are drawn from their tables,
// tied by a factor in common. Their share in common is never zero by default.
type Programme struct {
	Children []Child
	Rho      float64 // 0 means DefaultRho
	Trials   int     // 0 means DefaultTrials
	Seed     uint64
}

// Joint gives a row of trials for each child. A trial beyond any horizon is +Inf.
func (p Programme) Joint() [][]float64 {
	n := p.Trials
	if n == 0 {
		n = DefaultTrials
	}
	rho := rhoOf(p.Rho)
	key := special.NewStream(p.Seed, "programme")
	factor := key.Sub(-1)
	out := make([][]float64, len(p.Children))
	for i, c := range p.Children {
		if len(c.Trials) == n {
			out[i] = c.Trials
			continue
		}
		row, own := make([]float64, n), special.NewStream(p.Seed, "programme", c.Name).Sub(i)
		for t := range row {
			row[t] = c.Q.at(math.Sqrt(rho)*factor.Normal(t) + math.Sqrt(1-rho)*own.Normal(t))
		}
		out[i] = row
	}
	return out
}

// All 全部 is when the last child is done; due is NaN where nothing was promised.
func (p Programme) All(due float64) Forecast { return p.AtLeast(len(p.Children), due) }

// AtLeast 至少k项 is when k of the children are done. Effects name how much of the chance that the promise fails comes with each
// child being late.
func (p Programme) AtLeast(k int, due float64) Forecast {
	f := Forecast{Model: ByProgramme, Unit: Days}
	rows := p.Joint()
	if k <= 0 || len(rows) == 0 || k > len(rows) {
		f.Keep = 0
		if k <= 0 {
			f.Model, f.Keep = ByCompletion, 1
		}
		return f
	}
	n := len(rows[0])
	when, driver := make([]float64, n), make([]int, len(rows))
	order := make([]int, len(rows))
	for t := range n {
		for i := range order {
			order[i] = i
		}
		slices.SortFunc(order, func(a, b int) int {
			switch x, y := rows[a][t], rows[b][t]; {
			case x < y:
				return -1
			case x > y:
				return 1
			}
			return a - b
		})
		when[t] = rows[order[k-1]][t]
		driver[order[k-1]]++
	}
	f.finish(when, due)
	for i, c := range p.Children { // share of trials in which this child is the one that is waited for
		f.Effects = append(f.Effects, Effect{Input: c.Name, Points: float64(driver[i]) / float64(n)})
	}
	return f
}

// Sum 合计 adds the children up (money at the year's end, say); the promise is to reach target.
func (p Programme) Sum(target float64) Forecast {
	f := Forecast{Model: ByProgramme, Unit: Money}
	rows := p.Joint()
	if len(rows) == 0 {
		f.Keep = 0
		return f
	}
	total := make([]float64, len(rows[0]))
	for _, row := range rows {
		for t, x := range row {
			total[t] += x
		}
	}
	cov := make([]float64, len(rows))
	m := average(total)
	variance := 0.0
	for t := range total {
		variance += (total[t] - m) * (total[t] - m)
	}
	for i, row := range rows {
		mi := average(row)
		for t, x := range row {
			cov[i] += (x - mi) * (total[t] - m)
		}
	}
	reached := 0.0
	for _, x := range total {
		if x >= target {
			reached++
		}
	}
	n := float64(len(total))
	f.Keep = reached / n
	f.Se = math.Sqrt(f.Keep * (1 - f.Keep) / n)
	if math.IsNaN(target) {
		f.Keep, f.Se = math.NaN(), 0
	}
	f.Q = TableOfSample(total)
	for i, c := range p.Children { // share of the variance, summing to 1
		f.Effects = append(f.Effects, Effect{Input: c.Name, Points: cov[i] / variance})
	}
	return f
}

// HowMany 几项能成 is how many children keep their own dates, over joint trials; the promise is at least want.
func (p Programme) HowMany(want int) Forecast {
	f := Forecast{Model: ByProgramme, Unit: Plain}
	n := p.Trials
	if n == 0 {
		n = DefaultTrials
	}
	rho := rhoOf(p.Rho)
	factor := special.NewStream(p.Seed, "programme").Sub(-1)
	count := make([]float64, n)
	for i, c := range p.Children {
		own := special.NewStream(p.Seed, "programme", c.Name).Sub(i)
		limit := special.NormalQuantile(c.Keep)
		for t := range count {
			if math.Sqrt(rho)*factor.Normal(t)+math.Sqrt(1-rho)*own.Normal(t) <= limit {
				count[t]++
			}
		}
	}
	met := 0.0
	for _, k := range count {
		if k >= float64(want) {
			met++
		}
	}
	f.Keep = met / float64(n)
	f.Se = math.Sqrt(f.Keep * (1 - f.Keep) / float64(n))
	f.Q = TableOfSample(count)
	return f
}

func (f *Forecast) finish(sample []float64, due float64) {
	kept := 0.0
	for _, x := range sample {
		if x <= due {
			kept++
		}
	}
	n := float64(len(sample))
	f.Keep = kept / n
	f.Se = math.Sqrt(f.Keep * (1 - f.Keep) / n)
	if math.IsNaN(due) {
		f.Keep, f.Se = math.NaN(), 0
	} else if due <= 0 {
		f.note(Overdue)
	}
	f.Q = TableOfSample(sample)
	if math.IsInf(f.Q.P90(), 1) {
		f.note(MayNever)
	}
}

func average(x []float64) (m float64) {
	for _, v := range x {
		m += v / float64(len(x))
	}
	return m
}
