package curve

import (
	"math"

	"shigan/engine/curve/special"
)

// Pace 剩余步调 forecasts a total (days, money) of which part is used and part of the plan is earned: what is left of the plan goes
// at the class's pace, moved by the project's own pace so far as far as that is persistent.
//
// log(pace) = θ + noise; θ ~ N(m, τ²) is the project's own, τ² = ρ s² plus what is not known of the class's mean; the pace of a share
// f of the work scatters around θ with variance ω²/f, since it is the mean of that much work. So the rest, a share 1−f, is lognormal
// with mean m + b(y − m), b = τ²/(τ² + ω²/f), y = log(used/earned), and squared coefficient of variation ω²/(1−f) beside τ²(1−b).
// ω² is (1−ρ)s² by default and learned from how regular the project's own reports are. Factor 1 (as planned) and factor SPI (as
// so far) are its two ends.
type Pace struct {
	Plan    float64   // the whole plan
	Used    []float64 // cumulative, one per report, in the plan's unit
	Earned  []float64 // cumulative part of the plan that was earned by then
	Class   Outlook   // of log(actual/planned)
	Rho     float64   // share of the class's variance that stays with a project; 0 means DefaultRho
	Spans   []float64 // time between reports: it is still being reported, so it ends at a later report; nil for money
	Due     float64   // promised total; NaN where nothing was
	Width   float64   // how much wider the rest is than the model says, learned from past forecasts; 0 means 1
	Nothing bool      // forget the reports: the class alone
}

// leastRest is the share of the plan that counts as left while a project reports that all is earned and yet is not closed.
var leastRest = assumed("pace.least-rest")

// irregular is how many reports' worth of own scatter the class's counts for.
var irregular = assumed("pace.irregular")

// rest gives what is left of the plan, and mean and variance of its log pace.
func (p Pace) rest() (left, mean, variance float64) {
	tau2, omega2 := rhoOf(p.Rho)*p.Class.S2+p.Class.MeanVar, (1-rhoOf(p.Rho))*p.Class.S2
	n := len(p.Used)
	if n == 0 || p.Nothing || !(p.Used[n-1] > 0) {
		return p.Plan - p.earned(), p.Class.Mean, tau2 + omega2
	}
	omega2 = p.scatter(omega2)
	f := min(max(p.earned()/p.Plan, 1e-3), 1-leastRest)
	y := math.Log(p.Used[n-1] / (f * p.Plan))
	b := tau2 / (tau2 + omega2/f)
	return p.Plan * (1 - f), p.Class.Mean + b*(y-p.Class.Mean), tau2*(1-b) + math.Log1p(omega2/(1-f))
}

func (p Pace) earned() float64 {
	if n := len(p.Earned); n > 0 && !p.Nothing {
		return min(p.Earned[n-1], p.Plan)
	}
	return 0
}

func (p Pace) used() float64 {
	if n := len(p.Used); n > 0 {
		return p.Used[n-1]
	}
	return 0
}

// scatter learns ω² from the reports' increments: used against earned times the mean pace, whose variance grows with the work.
func (p Pace) scatter(prior float64) float64 {
	n := len(p.Used)
	pace := min(5, max(0.2, p.Used[n-1]/max(p.Earned[n-1], 1e-3*p.Plan)))
	ss, u0, e0 := irregular*prior, 0.0, 0.0
	for i := range n {
		du, de := p.Used[i]-u0, p.Earned[i]-e0
		if work := (math.Abs(du) + math.Abs(de)) / 2; work > 1e-9*p.Plan {
			ss += (du - pace*de) * (du - pace*de) / (p.Plan * work)
		}
		u0, e0 = p.Used[i], p.Earned[i]
	}
	return ss / (irregular + float64(n-1))
}

// CDF is the chance of a total of at most x.
func (p Pace) CDF(x float64) float64 {
	left, mean, v := p.rest()
	base := p.used()
	if p.Nothing {
		base, left = 0, p.Plan
	}
	if x <= base {
		return 0
	}
	width := 1.0
	if p.Width > 0 {
		width = p.Width
	}
	c := special.NormalCDF((math.Log((x-base)/left) - mean) / (width * math.Sqrt(v)))
	if len(p.Spans) == 0 || p.Nothing {
		return c
	}
	next := 0.0
	for _, s := range p.Spans {
		next += special.NormalCDF(math.Log((x-base)/max(s, 1e-9))/spanSpread) / float64(len(p.Spans))
	}
	return c * (outOfTurn + (1-outOfTurn)*next)
}

// spanSpread smooths the spans between reports (a month has 28 to 31 days); outOfTurn is the chance that the last report comes as soon
// as the work is done and not when the next one is due.
var spanSpread, outOfTurn = assumed("pace.span-spread"), assumed("pace.out-of-turn")

// Score is where a total fell, as a normal score: 0 the median, 1.28 the ninth tenth. Widths are learned from it.
func (p Pace) Score(total float64) float64 {
	return special.NormalQuantile(min(1-1e-9, max(1e-9, p.CDF(total))))
}

// Forecast of the total.
func (p Pace) Forecast() Forecast {
	f := p.plain()
	if len(p.Used) > 0 && !p.Nothing {
		own := p
		own.Nothing = true
		f.effect("reports", own.plain())
	}
	flat := p
	flat.Class.Mean = 0
	f.effect("class", flat.plain())
	return f
}

func (p Pace) plain() Forecast {
	f := Forecast{Model: ByPace, Unit: Plain, Class: p.Class.Learned}
	p.Class.remark(&f)
	n := len(p.Used)
	switch {
	case n == 0:
		f.note(NoData)
	case !(p.Earned[n-1] > 0):
		f.note(NoProgress)
	case p.Earned[n-1] > p.Plan*(1+1e-9):
		f.note(OverTotal)
	}
	stood := 0.0
	for i := n - 1; i > 0 && p.Earned[i] <= p.Earned[i-1] && p.Earned[i] < p.Plan; i-- {
		stood++
	}
	if stood > 0 {
		f.note(Stalled, "reports", stood)
	}
	hi := (p.used() + p.Plan) * 2
	for p.CDF(hi) < 0.9999 && hi < 1e6*p.Plan {
		hi *= 2
	}
	f.Q = TableOfCDF(p.CDF, 0, hi)
	f.keep(p.Due)
	return f
}
