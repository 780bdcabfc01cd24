package curve

import (
	"math"
	"sort"

	"shigan/engine/curve/special"
)

// Report 进度报告 is what is known of one piece of work under way. Times are in one unit, workdays as a rule.
type Report struct {
	Plan    float64 // planned duration p
	Elapsed float64 // a, worked so far; 0 before the start
	Done    float64 // π, the share reported as done, 0 to 1; NaN where nothing was reported
	Kappa   float64 // κ of the unit that reports, see DefaultKappa
	Bias    float64 // of the unit's log report: mean of log(a/(π p)) − log(final/p) in the past, see LearnTrust
	Spread  float64 // what is not known of the bias, in κ²
	Df      float64 // degrees of freedom of the report's scatter where κ was learned; 0: it is known
	Stalled float64 // months for which π stood still; it makes the report's variance 1+Stalled times as large
}

// DefaultKappa is κ until it is learned per reporting unit: the research's [P].
var DefaultKappa = assumed("kappa")

// gridPoints is how fine the posterior is worked out; at 300 the median of the worked example is off by 1.1 days in 137.
const gridPoints = 1500

// Posterior 后验 is a density on a grid of x = log(actual/planned), in bins of equal width.
type Posterior struct {
	Plan float64
	from float64   // lower edge of the first bin
	step float64   // width of a bin
	cum  []float64 // chance up to the upper edge of each bin
}

// Progress gives the duration of a piece of work that has run for some time and reports a share as done.
//
// The report is y = log(a/(π p)), scattered around x = log(d/p) with variance κ²(1−f)/f that depends on the true share f = a/d,
// not on the reported one; and d > a, for it is not done. The usual shortcut (the variance from π, a normal update, cut off at a)
// covers 72 % where it says 80 %, so the posterior is summed on a grid. Being cut off at a is right where the day of the report
// does not depend on d: month ends do not, "when the unit chose to report" does.
func Progress(class Outlook, r Report) Posterior { return posterior(class, r, gridPoints) }

func posterior(class Outlook, r Report, points int) Posterior {
	m, s := class.Mean, class.Sd()
	kappa := r.Kappa
	if kappa == 0 {
		kappa = DefaultKappa
	}
	kappa2 := kappa * kappa * (1 + r.Stalled)
	lo := m - 8*s
	if r.Elapsed > 0 {
		lo = max(lo, math.Log(r.Elapsed/r.Plan))
	}
	hi := max(m, lo) + 8*s
	y, told := 0.0, r.Elapsed > 0 && r.Done > 0
	if told {
		y = math.Log(r.Elapsed/(r.Done*r.Plan)) - r.Bias
	}
	logWeight := func(x float64) float64 {
		w := -(x - m) * (x - m) / (2 * s * s)
		if told {
			f := r.Elapsed / (r.Plan * math.Exp(x))
			v := kappa2 * ((1-f)/f + r.Spread)
			if r.Df > 0 {
				w -= (r.Df + 1) / 2 * math.Log1p((y-x)*(y-x)/(r.Df*v))
			} else {
				w -= (y - x) * (y - x) / (2 * v)
			}
			w -= math.Log(v) / 2
		}
		return w
	}
	p := Posterior{Plan: r.Plan, from: lo, step: (hi - lo) / float64(points), cum: make([]float64, points)}
	p.fill(logWeight)
	return p
}

// fill sums the weights at the middles of the bins.
func (p *Posterior) fill(logWeight func(x float64) float64) {
	top := math.Inf(-1)
	for i := range p.cum {
		p.cum[i] = logWeight(p.from + (float64(i)+0.5)*p.step)
		if p.cum[i] > top {
			top = p.cum[i]
		}
	}
	sum := 0.0
	for i, w := range p.cum {
		if w = math.Exp(w - top); w > 0 { // leaves NaN out
			sum += w
		}
		p.cum[i] = sum
	}
	for i := range p.cum {
		p.cum[i] /= sum
	}
}

// LogCDF is the chance that log(actual/planned) is at most x.
func (p Posterior) LogCDF(x float64) float64 {
	at := (x - p.from) / p.step
	i := int(math.Floor(at))
	switch {
	case at <= 0:
		return 0
	case i >= len(p.cum):
		return 1
	}
	below := 0.0
	if i > 0 {
		below = p.cum[i-1]
	}
	return below + (at-float64(i))*(p.cum[i]-below)
}

// CDF is the chance that the whole duration is at most d.
func (p Posterior) CDF(d float64) float64 {
	if d <= 0 {
		return 0
	}
	return p.LogCDF(math.Log(d / p.Plan))
}

// Quantile of the whole duration.
func (p Posterior) Quantile(u float64) float64 {
	i, below := min(sort.SearchFloat64s(p.cum, u), len(p.cum)-1), 0.0
	if i > 0 {
		below = p.cum[i-1]
	}
	part := 0.5
	if p.cum[i] > below {
		part = min(1, max(0, (u-below)/(p.cum[i]-below)))
	}
	return p.Plan * math.Exp(p.from+(float64(i)+part)*p.step)
}

// Mean of the whole duration.
func (p Posterior) Mean() float64 {
	m, below := 0.0, 0.0
	for i, c := range p.cum {
		m += (c - below) * p.Plan * math.Exp(p.from+(float64(i)+0.5)*p.step)
		below = c
	}
	return m
}

// LogMoments are mean and variance of log(actual/planned).
func (p Posterior) LogMoments() (mean, variance float64) {
	below, second := 0.0, 0.0
	for i, c := range p.cum {
		x := p.from + (float64(i)+0.5)*p.step
		mean, second = mean+(c-below)*x, second+(c-below)*x*x
		below = c
	}
	return mean, second - mean*mean
}

// Table of the whole duration.
func (p Posterior) Table() Table { return TableOf(p.Quantile) }

// Trust 报得准不准 is what a unit's past reports say of its next one: log(a/(π p)) lies around log(d/p) + Bias like a Student's t of Df
// degrees, with variance Kappa²·((1−f)/f + Spread). Spread is what is not known of the bias.
type Trust struct {
	Bias, Kappa, Df, Spread float64
	N                       int // pieces of work whose end is known
}

// LearnTrust starts from a prior and takes in past reports of work that was finished later: κ as if nu reports had scattered by kappa, the
// bias normal around 0 with variance κ²/lambda. Both are conjugate, so the posterior is exact: few reports move little, and what is
// still unknown stays in the next report's variance.
func LearnTrust(past []Reported, kappa, nu, lambda float64) Trust {
	sum, weight, n, pieces := 0.0, lambda, 0.0, 0.0
	for _, r := range past {
		if e, w, ok := r.error(); ok {
			sum, weight, n, pieces = sum+w*e, weight+w, n+r.share(), pieces+r.share()
		}
	}
	t := Trust{Bias: sum / weight, Df: nu + n, Spread: 1 / weight, N: int(math.Round(pieces))}
	ss := nu*kappa*kappa + lambda*t.Bias*t.Bias
	for _, r := range past {
		if e, w, ok := r.error(); ok {
			ss += w * (e - t.Bias) * (e - t.Bias)
		}
	}
	t.Kappa = math.Sqrt(ss / t.Df)
	return t
}

// Reported is one past report of work whose end is known. Several reports of one piece are much alike: Share is what one of them counts
// for, 0 meaning 1.
type Reported struct{ Plan, Elapsed, Done, Final, Share float64 }

func (r Reported) share() float64 {
	if r.Share > 0 {
		return r.Share
	}
	return 1
}

// error of a report in logs, and its weight f/(1−f), which makes reports late in the work count more.
func (r Reported) error() (e, w float64, ok bool) {
	f := r.Elapsed / r.Final
	if !(r.Plan > 0 && r.Elapsed > 0 && r.Done > 0 && f > 0 && f < 1) {
		return 0, 0, false
	}
	return math.Log(r.Elapsed/(r.Done*r.Plan)) - math.Log(r.Final/r.Plan), r.share() * f / (1 - f), true
}

// Remaining is what is left of a normal class's duration, given that a has passed and nothing was reported: the prior cut off
// at a. It returns the quantile of the whole duration.
func Remaining(class Outlook, plan, a, p float64) float64 {
	below := 0.0
	if a > 0 {
		below = special.NormalCDF((math.Log(a/plan) - class.Mean) / class.Sd())
	}
	return plan * math.Exp(class.Mean+class.Sd()*special.NormalQuantile(below+p*(1-below)))
}
