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
	KMost    float64 // of a parent: the largest K that is learned; 0: any
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

// Life is how long one blocker lived, or has lived so far, and at which ages it climbed a level.
type Life struct {
	Days   float64
	Closed bool
	Climbs []float64
}

// exposed is Σ θ^j·(x^k over the stretch at level j): what its hazard is worth at a scale of 1.
func (l Life) exposed(k, theta float64) (sum float64) {
	from, level := 0.0, 1.0
	for _, at := range l.Climbs {
		at = min(max(at, from), max(l.Days, .5))
		sum += level * (math.Pow(at, k) - math.Pow(from, k))
		from, level = at, level*theta
	}
	return sum + level*(math.Pow(max(l.Days, .5), k)-math.Pow(from, k))
}

// LearnBlockers fits K and Scale by the highest posterior: K around 1 (log-normal, spread .5), the scale drawn to the parent's as
// if weight blockers had been seen. Open ones count as lasting longer than they have. Theta of the parent is what each climb does.
func LearnBlockers(parent Blocker, lives []Life, weight float64) Blocker {
	best, out := math.Inf(-1), parent
	for i := -30; i <= 30; i++ {
		k := math.Exp(float64(i) / 30 * 1.5)
		if parent.KMost > 0 && k > parent.KMost+1e-9 {
			break
		}
		closed, sum, logs := weight, weight*math.Pow(parent.Scale, k), 0.0 // exp(−(x/s)^k): s^k is the mean of x^k over closures
		for _, l := range lives {
			sum += l.exposed(k, parent.theta())
			if l.Closed {
				closed, logs = closed+1, logs+math.Log(max(l.Days, 0.5))
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

// Climbing 升一级 is what one level more does to the hazard of closing, as a posterior on a grid of log θ.
type Climbing struct {
	Theta, Low, High float64 // the median, and 10 and 90 %
	N                int     // closures after a climb
	from, step       float64
	cum              []float64
}

// climbGrid is how fine log θ is worked out, over five standard deviations on either side of its prior.
const climbGrid = 400

// LearnClimbing holds closures after climbs against those that the base hazard b gives, within the same blockers before and after, with a
// log-normal prior around its median. What is still open counts as far as it has come. Hard cases are the ones that climb, so even so it is
// an association, and rather too low.
func LearnClimbing(b Blocker, lives []Life, median, spread float64) Climbing {
	c := Climbing{from: math.Log(median) - 5*spread, step: 10 * spread / climbGrid}
	var exposure []float64 // by level: Σ (H at its end − H at its beginning)
	events := 0.0
	for _, l := range lives {
		from := 0.0
		for j, at := range append(append([]float64(nil), l.Climbs...), max(l.Days, .5)) {
			if at = min(max(at, from), max(l.Days, .5)); len(exposure) <= j {
				exposure = append(exposure, 0)
			}
			exposure[j] += b.hazard(at) - b.hazard(from)
			from = at
		}
		if l.Closed && len(l.Climbs) > 0 {
			events += float64(len(l.Climbs))
			c.N++
		}
	}
	p := Posterior{Plan: 1, from: c.from, step: c.step, cum: make([]float64, climbGrid)}
	p.fill(func(x float64) float64 {
		w := events*x - (x-math.Log(median))*(x-math.Log(median))/(2*spread*spread)
		for j := 1; j < len(exposure); j++ {
			w -= math.Exp(float64(j)*x) * exposure[j]
		}
		return w
	})
	c.cum = p.cum
	c.Theta, c.Low, c.High = p.Quantile(.5), p.Quantile(.1), p.Quantile(.9)
	return c
}

// CDF is the chance that θ is at most x.
func (c Climbing) CDF(x float64) float64 {
	return Posterior{Plan: 1, from: c.from, step: c.step, cum: c.cum}.CDF(x)
}

// LearnLives learns lives and what a climb does to them together, in turns.
func LearnLives(parent Blocker, lives []Life, weight, median, spread float64) (Blocker, Climbing) {
	b, c := parent, LearnClimbing(parent, nil, median, spread)
	if len(lives) == 0 {
		return b, c
	}
	for range 4 {
		from := parent
		from.Theta = c.Theta
		b = LearnBlockers(from, lives, weight)
		b.Theta, b.KMost = 0, 0
		c = LearnClimbing(b, lives, median, spread)
	}
	return b, c
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
	Rate   float64 // new ones per active month, in the mean
	Known  float64 // shape of the Gamma that the rate is known by; 0: exactly
	Lives  Blocker // Age 0
	Impact float64 // share of a blocker's life by which the end moves, 0 to 1
	Months float64 // active months to come
}

// RateOf new blockers out of a prior worth so many active months, and what was counted: its mean and the shape of its Gamma.
func RateOf(prior, worth float64, count int, months float64) (rate, known float64) {
	known = prior*worth + float64(count)
	return known / (worth + months), known
}

// Delay draws the days that future blockers add, one number per trial.
func (b FutureBlockers) Delay(seed uint64, trials int, names ...string) []float64 {
	months := make([]float64, trials)
	for t := range months {
		months[t] = b.Months
	}
	return b.Delays(seed, months, names...)
}

// Delays does so for trials of different length. The rate is drawn anew in each, as far as it is not known.
func (b FutureBlockers) Delays(seed uint64, months []float64, names ...string) []float64 {
	key := special.NewStream(seed, append([]string{"future-blockers"}, names...)...)
	out, rates := make([]float64, len(months)), b.rates()
	for t, m := range months {
		row := key.Sub(t)
		rate := rates[row.Int(-1, len(rates))]
		at := 0.0
		for i := 0; rate > 0 && i < 10_000; i++ {
			if at += row.Exp(2*i) / rate; at > m {
				break
			}
			out[t] += b.Impact * b.Lives.Residual(row.U(2*i+1))
		}
	}
	return out
}

// rates are equally likely rates: the middles of 256 shares of the Gamma.
func (b FutureBlockers) rates() []float64 {
	if b.Known <= 0 || b.Rate <= 0 {
		return []float64{b.Rate}
	}
	out := make([]float64, 256)
	for i := range out {
		out[i] = b.Rate * special.GammaQuantile((float64(i)+.5)/float64(len(out)), b.Known) / b.Known
	}
	return out
}

// MeanDelay is the expectation of Delay: rate × months × impact × mean life.
func (b FutureBlockers) MeanDelay() float64 {
	return b.Rate * b.Months * b.Impact * b.Lives.Scale * math.Gamma(1+1/b.Lives.K)
}
