package curve_test

import (
	"math"
	"os"
	"strconv"
	"testing"

	"shigan/engine/curve"
	"shigan/engine/curve/special"
	"shigan/engine/score"
)

// Simulation-based calibration: a truth is drawn from a model's own prior, what would have been seen of it is drawn from the truth,
// the model forecasts from what was seen. If it is right, the truth falls into each tenth of the forecast equally often. It catches
// what unit tests cannot; see TestTheShortcutIsCaught.

// sbcDraws is 200 in the quick tests; make calibrate sets 2,000.
func sbcDraws() int {
	if n, err := strconv.Atoi(os.Getenv("SHIGAN_SBC")); err == nil && n > 0 {
		return n
	}
	return 200
}

// truths hands out random numbers of one draw, in order.
type truths struct {
	key special.Stream
	n   int
}

func (r *truths) u() float64                 { r.n++; return r.key.U(r.n) }
func (r *truths) normal() float64            { return special.NormalQuantile(r.u()) }
func (r *truths) exp() float64               { return -math.Log(r.u()) }
func (r *truths) beta(a, b float64) float64  { return special.BetaQuantile(r.u(), a, b) }
func (r *truths) gamma(a, b float64) float64 { return special.GammaQuantile(r.u(), a) / b }
func (r *truths) poisson(mean float64) (k int) {
	for t := r.exp(); t <= mean; t += r.exp() {
		k++
	}
	return k
}

// pit gives where the truth fell; ok false leaves the draw out (what was drawn could not have been seen so).
type pit func(r *truths) (u float64, ok bool)

func calibrate(name string, draws int, f pit) score.PIT {
	var u []float64
	for i := 0; len(u) < draws; i++ {
		r := &truths{key: special.NewStream(20260101, "sbc", name).Sub(i)}
		if x, ok := f(r); ok {
			u = append(u, x)
		}
	}
	return score.Uniform(u, 10)
}

var known = curve.Prior{Mean: .2, S2: .16, Tau2: .04, Nu: 1e12, Tau: 1e12}

var sbc = map[string]pit{
	"class tree": func(r *truths) (float64, bool) {
		top := .2 + .2*r.normal()
		var cases []curve.Case
		var next float64
		for front := range 3 {
			m1 := top + .2*r.normal()
			for kind := range 3 {
				m2 := m1 + .2*r.normal()
				for range r.poisson(2) {
					cases = append(cases, curve.Case{Path: []string{strconv.Itoa(front), strconv.Itoa(kind)}, Y: m2 + .4*r.normal()})
				}
				if front == 1 && kind == 1 {
					next = m2 + .4*r.normal()
				}
			}
		}
		if len(cases) == 0 {
			return 0, false
		}
		return curve.Learn(known, cases).At("1", "1").Table().CDF(next), true
	},
	"progress report": func(r *truths) (float64, bool) {
		o, plan := class(.2, .16), 100.0
		a := plan * (.1 + 1.2*r.u()) // the day of the report does not depend on the duration
		d := plan * math.Exp(.2+.4*r.normal())
		if d <= a {
			return 0, false
		}
		f := a / d
		y := math.Log(d/plan) + .35*math.Sqrt((1-f)/f)*r.normal()
		p := curve.Progress(o, curve.Report{Plan: plan, Elapsed: a, Done: a / (plan * math.Exp(y))})
		return p.Table().CDF(d), true
	},
	"progress report of a unit whose reports are known": func(r *truths) (float64, bool) {
		o, plan, nu, lambda := class(.2, .16), 100.0, 8.0, 12.0
		kappa := .35 * math.Sqrt(nu/(2*r.gamma(nu/2, 1)))
		bias := kappa / math.Sqrt(lambda) * r.normal()
		said := func(d, a float64) float64 { // the share that is reported after a of d
			f := a / d
			return f * math.Exp(-bias-kappa*math.Sqrt((1-f)/f)*r.normal())
		}
		var past []curve.Reported
		for range r.poisson(6) {
			d := plan * math.Exp(.2+.4*r.normal())
			a := d * r.u()
			past = append(past, curve.Reported{Plan: plan, Elapsed: a, Done: said(d, a), Final: d})
		}
		a, d := plan*(.1+1.2*r.u()), plan*math.Exp(.2+.4*r.normal())
		if d <= a {
			return 0, false
		}
		t := curve.LearnTrust(past, .35, nu, lambda)
		p := curve.Progress(o, curve.Report{Plan: plan, Elapsed: a, Done: said(d, a), Kappa: t.Kappa, Bias: t.Bias, Spread: t.Spread, Df: t.Df})
		return p.Table().CDF(d), true
	},
	"chain under way": func(r *truths) (float64, bool) {
		o := curve.Outlook{Mean: .2, MeanVar: .02, S2: .16}
		rho, plans := .3, []float64{60, 90, 40, 80}
		reached := int(3 * r.u())
		elapsed := plans[reached] * 1.5 * r.u()
		m := o.Mean + math.Sqrt(o.MeanVar+rho*o.S2)*r.normal()
		c := curve.Chain{Class: o, Rho: rho, Elapsed: elapsed, Trials: 1024, Seed: uint64(r.u() * 1e9), Due: math.NaN()}
		rest := 0.0
		for i, p := range plans {
			d := p * math.Exp(m+math.Sqrt((1-rho)*o.S2)*r.normal())
			g := curve.Gap{Plan: p}
			switch {
			case i < reached:
				g.Took = d
			case i == reached && d <= elapsed:
				return 0, false
			case i == reached:
				rest += d - elapsed
			default:
				rest += d
			}
			c.Gaps = append(c.Gaps, g)
		}
		return c.Plain().Q.CDF(rest), true
	},
	"money of the year": func(r *truths) (float64, bool) {
		// a check of the arithmetic only: Benktander's is no posterior of anything, its spread is the one that it was given
		sigma, season := .25, curve.Seasonal(curve.NorthernSeason)
		month := 1 + int(11*r.u())
		done := 100 * season.Cum[month] * math.Exp(.3*r.normal())
		season.Sigma[month] = sigma
		y := curve.Year{Month: month, Done: done, Expect: 95, Target: math.NaN(), Shares: season}
		total := done + (y.Benktander()-done)*math.Exp(sigma*r.normal())
		return y.Forecast().Q.CDF(total), true
	},
	"stretched curve": func(r *truths) (float64, bool) {
		o, plan, sigma := class(.2, .09), 24.0, .35
		months := 1 + int(23*r.u())
		x := o.Mean + .3*r.normal()
		tau := math.Exp(x)
		if float64(months) >= plan*tau || tau < .5 || tau > 4 {
			return 0, false
		}
		s := curve.Stretch{Curve: curve.BetaCurve(2, 2), Plan: plan, Total: 100, Class: o, Sigma: sigma, Due: math.NaN()}
		cum := 0.0
		for m := 1; m <= months; m++ {
			cum += 100 * (s.Curve(float64(m)/(plan*tau)) - s.Curve(float64(m-1)/(plan*tau))) * math.Exp(sigma*r.normal())
			s.At, s.Cum = append(s.At, float64(m)), append(s.Cum, cum)
		}
		return s.Posterior().LogCDF(x), true
	},
	"pace of the rest": func(r *truths) (float64, bool) {
		o := curve.Outlook{Mean: .15, MeanVar: .02, S2: .12}
		theta := o.Mean + math.Sqrt(o.MeanVar+.3*o.S2)*r.normal()
		f, omega2 := .05+.9*r.u(), .7*o.S2
		used := 100 * f * math.Exp(theta+math.Sqrt(omega2/f)*r.normal())
		rest := 100 * (1 - f) * math.Exp(theta+math.Sqrt(math.Log1p(omega2/(1-f)))*r.normal())
		span := 30 * math.Exp(.15*r.normal())
		if r.u() < .2 { // the last report comes out of turn
			span = 0
		}
		p := curve.Pace{Plan: 100, Used: []float64{used}, Earned: []float64{100 * f}, Class: o, Spans: []float64{30}, Due: math.NaN()}
		return p.Forecast().Q.CDF(used + max(rest, span)), true
	},
	"count to zero": func(r *truths) (float64, bool) {
		c := curve.Count{Rate: curve.Gamma{A: 4, B: 2}, Exposure: 6, Left: 1 + int(30*r.u()), Season: []float64{.5, 1, 1.5}, Due: math.NaN()}
		rate := r.gamma(4, 2)
		c.Done = r.poisson(6 * rate)
		need := r.gamma(float64(c.Left), rate) // exposure until the last one goes
		m := 0.0
		for w := c.Season[0]; need > w; w = c.Season[int(m)%3] {
			need -= w
			m++
		}
		m += need / c.Season[int(m)%3]
		q := c.Forecast().Q
		if math.IsInf(q[len(q)-1], 1) {
			return c.Reach(c.Left, m), true
		}
		return q.CDF(m), true
	},
	"start": func(r *truths) (float64, bool) {
		idle := int(12 * r.u())
		w := curve.Waiting{A: 3, B: 5, Idle: idle, Due: math.NaN()}
		p := r.beta(3, 5)
		at := int(math.Log(r.u()) / math.Log1p(-p)) // months waited in all
		if at < idle {
			return 0, false
		}
		left := at - idle
		return score.Spread(1-w.StillWaiting(left), 1-w.StillWaiting(left+1), r.u()), true
	},
	"start with causes": func(r *truths) (float64, bool) {
		names, beta := []string{"permit", "land", "money"}, []float64{-1, 0, 0, 0}
		for j := 1; j < 4; j++ {
			beta[j] = r.normal()
		}
		chance := func(x []float64) float64 {
			return special.Logistic(beta[0] + beta[1]*x[0] + beta[2]*x[1] + beta[3]*x[2])
		}
		row := func() []float64 { return []float64{r.normal(), r.normal(), r.normal()} }
		x, y := make([][]float64, 300), make([]bool, 300)
		for i := range x {
			x[i] = row()
			y[i] = r.u() < chance(x[i])
		}
		h := curve.Hazard{Model: curve.FitLogit(names, x, y, 1), Months: [][]float64{row()}}
		p, m := chance(h.Months[0]), h.Model.Chance(h.Months[0])
		left := int(math.Log(r.u()) / math.Log1p(-p))
		return score.Spread(1-math.Pow(1-m, float64(left)), 1-math.Pow(1-m, float64(left+1)), r.u()), true
	},
	"blocker": func(r *truths) (float64, bool) {
		b := curve.Blocker{K: .7, Scale: 40}
		life := b.Residual(r.u())
		b.Age = 90 * r.u()
		if life <= b.Age {
			return 0, false
		}
		return b.Table().CDF(life - b.Age), true
	},
	"what a climb does": func(r *truths) (float64, bool) {
		b, theta := curve.Blocker{K: .7, Scale: 40}, 1.5*math.Exp(.5*r.normal())
		var lives []curve.Life
		for range 1 + r.poisson(15) {
			l, seen := curve.Life{}, 200*r.u()
			climb := 60 * r.u() // the day of a climb does not depend on how hard the case is
			first := b
			life := first.Residual(r.u())
			if life > climb {
				l.Climbs = []float64{climb}
				second := curve.Blocker{K: .7, Scale: 40, Age: climb, Theta: theta}
				life = climb + second.Residual(r.u())
			}
			if l.Days, l.Closed = life, true; life > seen {
				l.Days, l.Closed = seen, false
				if seen < climb {
					l.Climbs = nil
				}
			}
			lives = append(lives, l)
		}
		return curve.LearnClimbing(b, lives, 1.5, .5).CDF(theta), true
	},
	"chain with blockers to come": func(r *truths) (float64, bool) {
		const n, a, b = 1024, 3.0, 30.0
		o, lives := class(.2, .09), curve.Blocker{K: .7, Scale: 40}
		rate := r.gamma(a, b)
		seen := 60 * r.u() // project-months
		mean, known := curve.RateOf(a/b, b, r.poisson(rate*seen), seen)
		draw := func(z float64) float64 { return 300 * math.Exp(o.Mean+o.Sd()*z) }
		truth := draw(r.normal())
		for k := r.poisson(rate * truth / 30); k > 0; k-- {
			truth += .25 * lives.Residual(r.u())
		}
		f := curve.FutureBlockers{Rate: mean, Known: known, Lives: lives, Impact: .25}
		seed := uint64(r.u() * 1e9)
		z, sample, months := special.NewStream(seed, "z"), make([]float64, n), make([]float64, n)
		for t := range sample {
			sample[t] = draw(z.Normal(t))
			months[t] = sample[t] / 30
		}
		less := 0
		for t, d := range f.Delays(seed, months) {
			if sample[t]+d < truth {
				less++
			}
		}
		return score.Spread(float64(less)/(n+1), float64(less+1)/(n+1), r.u()), true
	},
	"blocker of a small class": func(r *truths) (float64, bool) {
		rate := r.gamma(2, 60)
		l := curve.Lomax{A: 2, B: 60}.After(r.poisson(rate*540), 540)
		return l.Table().CDF(r.exp() / rate), true
	},
	"two models pooled": func(r *truths) (float64, bool) {
		const n, w = 1024, .35
		a, b, seed := class(.2, .09), class(.6, .16), uint64(r.u()*1e9)
		draw := func(o curve.Outlook, z float64) float64 { return 100 * math.Exp(o.Mean+o.Sd()*z) }
		truth := draw(a, r.normal())
		if r.u() < w { // one of them is right, and nobody knows which
			truth = draw(b, r.normal())
		}
		less := 0
		za, zb := special.NewStream(seed, "a"), special.NewStream(seed, "b")
		for t, second := range curve.Takes(w, n, seed) {
			x := draw(a, za.Normal(t))
			if second {
				x = draw(b, zb.Normal(t))
			}
			if x < truth {
				less++
			}
		}
		return score.Spread(float64(less)/(n+1), float64(less+1)/(n+1), r.u()), true
	},
	"programme": func(r *truths) (float64, bool) {
		z, last := r.normal(), 0.0
		p := curve.Programme{Trials: 512, Seed: uint64(r.u() * 1e9)}
		for i := range 5 {
			o := class(.2, .09+.05*float64(i))
			p.Children = append(p.Children, curve.Child{Name: strconv.Itoa(i), Q: o.Table().Map(math.Exp)})
			last = max(last, math.Exp(o.Mean+o.Sd()*(math.Sqrt(.3)*z+math.Sqrt(.7)*r.normal())))
		}
		return p.All(math.NaN()).Q.CDF(last), true
	},
}

func TestEveryModelIsCalibratedOnItsOwnPrior(t *testing.T) {
	draws := sbcDraws()
	for name, f := range sbc {
		t.Run(name, func(t *testing.T) {
			p := calibrate(name, draws, f)
			t.Logf("χ² %.1f, p %.3f, %v", p.Chi2, p.P, p.Bins)
			if p.P < .001 {
				t.Errorf("the truth does not fall evenly: χ² %.1f, p %.5f, bins %v", p.Chi2, p.P, p.Bins)
			}
		})
	}
}

// TestTheGridCoversWhatItSaysAndTheShortcutsDoNot repeats the research's comparison: 4,000 reports, four ways of reading them.
func TestTheGridCoversWhatItSaysAndTheShortcutsDoNot(t *testing.T) {
	const draws = 4000
	hits := map[string]int{}
	n := 0
	for i := 0; n < draws; i++ {
		r := &truths{key: special.NewStream(7, "reports").Sub(i)}
		a := 100 * (.1 + 1.2*r.u())
		x := .2 + .4*r.normal()
		if 100*math.Exp(x) <= a {
			continue
		}
		n++
		f := a / (100 * math.Exp(x))
		y := x + .35*math.Sqrt((1-f)/f)*r.normal()
		done := min(.99, a/(100*math.Exp(y)))
		count := func(name string, u float64) {
			if u >= .1 && u <= .9 {
				hits[name]++
			}
		}
		count("grid", curve.Progress(class(.2, .16), curve.Report{Plan: 100, Elapsed: a, Done: a / (100 * math.Exp(y))}).LogCDF(x))
		count("cut-off prior", curve.Progress(class(.2, .16), curve.Report{Plan: 100, Elapsed: a}).LogCDF(x))
		m, s := .2, .4
		for k := range 4 {
			share := done
			if k > 0 {
				share = min(.99, a/(100*math.Exp(m)))
			}
			v := .35 * .35 * (1 - share) / share
			m = (.2/.16 + math.Log(a/(done*100))/v) / (1/.16 + 1/v)
			s = math.Sqrt(1 / (1/.16 + 1/v))
			below := special.NormalCDF((math.Log(a/100) - m) / s)
			u := (special.NormalCDF((x-m)/s) - below) / max(1-below, 1e-12)
			if k == 0 {
				count("shortcut", u)
			} else if k == 3 {
				count("three fixed-point steps", u)
			}
		}
	}
	for name, want := range map[string][2]float64{"grid": {.798, .02}, "cut-off prior": {.80, .02}, "shortcut": {.72, .03}, "three fixed-point steps": {.76, .03}} {
		got := float64(hits[name]) / draws
		t.Logf("%s covers %.3f", name, got)
		near(t, name, got, want[0], want[1])
	}
}

// TestTheShortcutIsCaught holds the harness against the error that it is there for: the textbook's update, with the report's variance
// from the reported share, a normal product, cut off at what has passed.
func TestTheShortcutIsCaught(t *testing.T) {
	n := max(1000, sbcDraws())
	covered := 0
	p := calibrate("shortcut", n, func(r *truths) (float64, bool) {
		a := 100 * (.1 + 1.2*r.u())
		x := .2 + .4*r.normal()
		d := 100 * math.Exp(x)
		if d <= a {
			return 0, false
		}
		f := a / d
		y := x + .35*math.Sqrt((1-f)/f)*r.normal()
		done := min(.99, a/(100*math.Exp(y)))
		v := .35 * .35 * (1 - done) / done
		m, s2 := (.2/.16+math.Log(a/(done*100))/v)/(1/.16+1/v), 1/(1/.16+1/v)
		s := math.Sqrt(s2)
		below := special.NormalCDF((math.Log(a/100) - m) / s)
		u := (special.NormalCDF((x-m)/s) - below) / max(1-below, 1e-12)
		if u > .1 && u < .9 {
			covered++
		}
		return u, true
	})
	if p.P > 1e-6 || float64(covered)/float64(n) > .77 {
		t.Errorf("the shortcut covers %.3f, χ² %.0f: it should have been caught", float64(covered)/float64(n), p.Chi2)
	}
	t.Logf("the shortcut covers %.3f where it says .80, χ² %.0f, bins %v", float64(covered)/float64(n), p.Chi2, p.Bins)
}
