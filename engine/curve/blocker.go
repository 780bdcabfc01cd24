package curve

import (
	"math"

	"shigan/engine/curve/special"
)

// Blocker 堵点 is an open obstacle. How long such obstacles of its class live is Weibull with shape K and scale Scale in days,
// H(x) = (x/Scale)^K. K below 1 is expected: what has lasted long lasts longer.
type Blocker struct {
	K, Scale float64
	Age      float64 // days that it has been open
	Theta    float64 // what its level on the ladder does to the hazard; 0 means 1
}

func (b Blocker) theta() float64 {
	if b.Theta > 0 {
		return b.Theta
	}
	return 1
}

func (b Blocker) hazard(x float64) float64 { return math.Pow(x/b.Scale, b.K) }

// StillOpen is the chance that it lasts another r days.
func (b Blocker) StillOpen(r float64) float64 {
	return math.Exp(-b.theta() * (b.hazard(b.Age+max(r, 0)) - b.hazard(b.Age)))
}

// Residual is the quantile of the days that are left: H(t+r) − H(t) = −ln(1−p)/θ.
func (b Blocker) Residual(p float64) float64 {
	return max(0, b.Scale*math.Pow(b.hazard(b.Age)-math.Log1p(-p)/b.theta(), 1/b.K)-b.Age)
}

// Table of the days that are left.
func (b Blocker) Table() Table { return TableOf(b.Residual) }

// Slowed is how much longer the rest of some work takes while a share of it is blocked: 1/(1−share), for a partial blocker. A full
// one is put before the work instead.
func Slowed(share float64) float64 { return 1 / (1 - min(max(share, 0), 0.99)) }

// Life is how long one blocker lived, or has lived so far.
type Life struct {
	Days   float64
	Closed bool
}

// LearnBlockers fits K and Scale by the highest posterior: K around 1 (log-normal, spread .5), the scale drawn to the parent's as
// if weight blockers had been seen. Open ones count as lasting longer than they have.
func LearnBlockers(parent Blocker, lives []Life, weight float64) Blocker {
	best, out := math.Inf(-1), parent
	for i := -30; i <= 30; i++ {
		k := math.Exp(float64(i) / 30 * 1.5)
		closed, sum, logs := weight, weight*math.Pow(parent.Scale, k), 0.0 // exp(−(x/s)^k): s^k is the mean of x^k over closures
		for _, l := range lives {
			d := max(l.Days, 0.5)
			sum += math.Pow(d, k)
			if l.Closed {
				closed, logs = closed+1, logs+math.Log(d)
			}
		}
		if closed == 0 {
			continue
		}
		s := math.Pow(sum/closed, 1/k)
		n := closed - weight
		ll := n*math.Log(k) - n*k*math.Log(s) + (k-1)*logs - (sum-weight*math.Pow(parent.Scale, k))/math.Pow(s, k)
		ll -= math.Pow(math.Log(k)/0.5, 2) / 2
		if ll > best {
			best, out.K, out.Scale = ll, k, s
		}
	}
	return out
}

// Lomax 小类堵点 is for classes with few cases: exponential lives whose rate is Gamma(A, B blocker-days).
type Lomax struct{ A, B float64 }

// After closures in so many days of open blockers.
func (l Lomax) After(closed int, days float64) Lomax {
	return Lomax{l.A + float64(closed), l.B + days}
}

// StillOpen is the chance that one lasts another r days; its age does not matter.
func (l Lomax) StillOpen(r float64) float64 { return math.Pow(l.B/(l.B+max(r, 0)), l.A) }

// Residual is the quantile of the days that are left.
func (l Lomax) Residual(p float64) float64 { return l.B * (math.Pow(1-p, -1/l.A) - 1) }

// Mean of the days that are left; +Inf where A is at most 1.
func (l Lomax) Mean() float64 {
	if l.A <= 1 {
		return math.Inf(1)
	}
	return l.B / (l.A - 1)
}

// Table of the days that are left.
func (l Lomax) Table() Table { return TableOf(l.Residual) }

// LadderEffect 升级效应 is θ of a level of the ladder: closures over those expected at the base rate, with a prior worth four of
// each. Hard cases are escalated, so a raw θ comes out too low; unless it was measured within the same blockers, before against
// after, it is an association and called so.
func LadderEffect(closures int, days, base float64) float64 {
	return (4 + float64(closures)) / (4 + days*base)
}

// FutureBlockers 未来堵点 are those that have not come up yet; without them forecasts for young projects are too good.
type FutureBlockers struct {
	Rate   float64 // new ones per active month
	Lives  Blocker // Age 0
	Impact float64 // share of a blocker's life by which the end moves, 0 to 1
	Months float64 // active months to come
}

// Delay draws the days that future blockers add, one number per trial.
func (b FutureBlockers) Delay(seed uint64, trials int) []float64 {
	key := special.NewStream(seed, "future-blockers")
	out := make([]float64, trials)
	for t := range out {
		row := key.Sub(t)
		at := 0.0
		for i := 0; b.Rate > 0 && i < 10_000; i++ {
			if at += row.Exp(2*i) / b.Rate; at > b.Months {
				break
			}
			out[t] += b.Impact * b.Lives.Residual(row.U(2*i+1))
		}
	}
	return out
}

// MeanDelay is the expectation of Delay: rate × months × impact × mean life.
func (b FutureBlockers) MeanDelay() float64 {
	return b.Rate * b.Months * b.Impact * b.Lives.Scale * math.Gamma(1+1/b.Lives.K)
}
