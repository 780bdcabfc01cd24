package curve

import (
	"math"

	"shigan/engine/curve/special"
)

// DefaultRho is the share of variance that pieces of one project have in common: .15 for the project and .15 for a cause, the
// research's [P]. It is never zero by default: with independence the spread of a dozen pieces comes out at half of what it is.
var DefaultRho = assumed("rho")

// Independent is the ρ of pieces that have nothing in common; a caller must say so, since 0 means DefaultRho.
const Independent = -1

func rhoOf(rho float64) float64 {
	switch {
	case rho == 0:
		return DefaultRho
	case rho < 0:
		return 0
	}
	return min(rho, 1)
}

// DefaultTrials is N on the screen: the standard error of a chance is at most 0.78 points. FrozenTrials is for the month's close.
const (
	DefaultTrials = 4096
	FrozenTrials  = 16384
)

// Gap 间隔 is the stretch between two milestones of a chain.
type Gap struct {
	Name string
	Plan float64 // days between the two as planned
	Took float64 // days that it took; 0 while it is not over
}

// Chain 节点链 is model B: milestones one after another, with planned and reached days and nothing else.
type Chain struct {
	Gaps    []Gap   // in order; those that are over come first
	Elapsed float64 // days since the last milestone that was reached
	Due     float64 // days from today to the promised moment; NaN where nothing was promised
	Class   Outlook // of log(took/planned) of one gap
	Rho     float64 // share in common; 0 means DefaultRho
	Trials  int     // 0 means DefaultTrials
	Seed    uint64
}

// Moments are mean and standard deviation of the days of a chain that has not begun, and the lognormal with both.
func (c Chain) Moments() (mean, sd float64, match Table) {
	rho, s2 := rhoOf(c.Rho), c.Class.MeanVar+c.Class.S2
	common := c.Class.MeanVar + rho*c.Class.S2
	v := 0.0
	for _, a := range c.Gaps {
		for _, b := range c.Gaps {
			v += a.Plan * b.Plan * (math.Exp(common) - 1)
		}
		v += a.Plan * a.Plan * (math.Exp(s2) - math.Exp(common))
		mean += a.Plan
	}
	scale := math.Exp(c.Class.Mean + s2/2)
	mean, v = mean*scale, v*scale*scale
	w2 := math.Log1p(v / (mean * mean))
	m := math.Log(mean) - w2/2
	return mean, math.Sqrt(v), TableOf(func(p float64) float64 { return math.Exp(m + math.Sqrt(w2)*special.NormalQuantile(p)) })
}

// Forecast of the days from today to the last milestone. What the gaps that are over took tells of the project's own pace, as
// far as gaps have something in common; the gap under way is longer than it has lasted already.
func (c Chain) Forecast() Forecast {
	f := c.run(true, true)
	if f.Model == ByCompletion {
		return f
	}
	if len(c.past()) > 0 {
		f.effect("reached", c.run(false, true))
	}
	if c.Elapsed > 0 {
		f.effect("elapsed", c.run(true, false))
	}
	none := c
	none.Class.Mean = 0
	f.effect("class", none.run(true, true))
	return f
}

// past gives log(took/planned) of the gaps that are over.
func (c Chain) past() (y []float64) {
	for _, g := range c.Gaps {
		if g.Took > 0 && g.Plan > 0 {
			y = append(y, math.Log(g.Took/g.Plan))
		}
	}
	return y
}

func (c Chain) ahead() (plans []float64, bad int) {
	bad = -1
	for i, g := range c.Gaps {
		switch {
		case g.Took > 0:
		case g.Plan > 0:
			plans = append(plans, g.Plan)
		case g.Plan < 0 && bad < 0:
			bad = i
		}
	}
	return plans, bad
}

// Plain is Forecast without the effects of its inputs, which cost a run each.
func (c Chain) Plain() Forecast { return c.run(true, true) }

func (c Chain) run(usePast, useElapsed bool) Forecast {
	f := Forecast{Model: ByChain, Unit: Days, Class: c.Class.Learned}
	plans, bad := c.ahead()
	if bad >= 0 {
		f.note(BadGap, "at", float64(bad+1))
	}
	c.Class.remark(&f)
	if len(plans) == 0 {
		f.Model, f.Keep = ByCompletion, 1
		return f
	}
	if !useElapsed {
		c.Elapsed = 0
	}
	rho := rhoOf(c.Rho)
	common, own := c.Class.MeanVar+rho*c.Class.S2, math.Sqrt((1-rho)*c.Class.S2)
	mean := c.Class.Mean
	if y := c.past(); usePast && len(y) > 0 {
		sum := 0.0
		for _, v := range y {
			sum += v
		}
		n := float64(len(y))
		mean, common = combine(mean, common, sum/n, own*own/n)
	}
	sample, kept, weights, squares := c.draw(plans, mean, math.Sqrt(common), own)
	f.Q = tableOfWeighted(sample)
	f.Keep = math.NaN()
	if !math.IsNaN(c.Due) {
		f.Keep = kept / weights
		f.Se = math.Sqrt(f.Keep * (1 - f.Keep) * squares / (weights * weights))
		if c.Due < 0 {
			f.note(Overdue)
		}
	}
	if weights*weights/squares < float64(len(sample))/20 {
		f.note(SmallWeight)
	}
	return f
}

// draw runs the trials: a factor in common, then each gap's own. The gap under way is drawn from what lies beyond the days that
// it has lasted, and the trial weighs as much as that was likely under its factor.
func (c Chain) draw(plans []float64, mean, common, own float64) (sample []weighted, kept, weights, squares float64) {
	n := c.Trials
	if n == 0 {
		n = DefaultTrials
	}
	key := special.NewStream(c.Seed, "chain")
	factor := key.Sub(-1)
	sample = make([]weighted, n)
	for t := range n {
		// the factor is spread evenly over its range (one draw in each of n equal parts), which halves the error of the tails
		z := special.NormalQuantile((float64(rank(t, n, c.Seed)) + factor.U(t)) / float64(n))
		total, w := 0.0, 1.0
		for i, p := range plans {
			u, m := key.Sub(i).U(t), mean+common*z
			if i == 0 && c.Elapsed > 0 {
				below := step(math.Log(c.Elapsed/p)-m, own)
				w = max(1-below, 1e-12)
				u = below + u*(1-below)
			}
			d := p * math.Exp(m+own*special.NormalQuantile(min(u, 1-1e-15)))
			if i == 0 {
				d = max(0, d-c.Elapsed)
			}
			total += d
		}
		sample[t] = weighted{total, w}
		weights, squares = weights+w, squares+w*w
		if total <= c.Due {
			kept += w
		}
	}
	return sample, kept, weights, squares
}

// step is the chance that a normal variable of spread sd lies below x; without spread it is 0 or 1.
func step(x, sd float64) float64 {
	if sd > 0 {
		return special.NormalCDF(x / sd)
	}
	if x >= 0 {
		return 1
	}
	return 0
}

// rank permutes 0 … n−1 by multiplying with an odd number near the golden ratio; it keeps trials of neighbouring numbers apart.
func rank(t, n int, seed uint64) int {
	k := uint64(float64(n)*0.6180339887) | 1
	for gcd(k, uint64(n)) != 1 {
		k += 2
	}
	return int((uint64(t)*k + seed%uint64(n)) % uint64(n))
}

func gcd(a, b uint64) uint64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
