package curve_test

import (
	"math"
	"testing"

	"shigan/engine/curve"
	"shigan/engine/curve/special"
	"shigan/engine/score"
)

// The worked numbers of the research, marked [M] there, for the models of this room.

func near(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if math.IsNaN(got) || math.Abs(got-want) > tol {
		t.Errorf("%s = %.10g, want %.10g ± %g", what, got, want, tol)
	}
}

func class(mean, s2 float64) curve.Outlook { return curve.Outlook{Mean: mean, S2: s2} }

func TestTheShareInCommonByAnalysisOfVariance(t *testing.T) {
	near(t, "ρ", curve.CommonShare(.40, .14, 5), .2708, 5e-5)
	msb, msw, m0 := curve.MeanSquares([][]float64{{1, 3}, {5, 7}, {2, 4}})
	near(t, "mean square between", msb, 26.0/3, 1e-12) // means 2, 6, 3 around 11/3, twice each
	near(t, "mean square within", msw, 2, 1e-12)
	near(t, "m0", m0, 2, 1e-12)
}

func TestAClassIsShrunkToItsParent(t *testing.T) {
	for _, x := range []struct{ n, ybar, b, mean, sd, p80 float64 }{
		{1, .60, .8, .280, .4382, 1.913}, {4, .45, .5, .325, .4243, 1.978}, {25, .35, .1379, .3293, .4068, 1.958},
	} {
		b, o := curve.Shrink(.20, x.ybar, x.n, .16, .04)
		near(t, "B", b, x.b, 5e-5)
		near(t, "mean", o.Mean, x.mean, 5e-5)
		near(t, "sd", o.Sd(), x.sd, 5e-5)
		near(t, "P80", o.Ratio(.8), x.p80, 5e-4)
	}
	b, _ := curve.Shrink(.20, .5, 10, .16, .04)
	near(t, "weight of ten cases", 1-b, .71, .005)
	o := curve.DefaultPrior.Outlook()
	near(t, "P50 before any case", o.Ratio(.5), 1.22, .005)
}

func TestTheDefaultPriorAsTheResearchStatesIt(t *testing.T) {
	o := class(curve.DefaultPrior.Mean, curve.DefaultPrior.S2) // N(0.20, 0.40²)
	near(t, "P50", o.Ratio(.5), 1.22, .005)
	near(t, "P80", o.Ratio(.8), 1.71, .005)
	near(t, "on time", o.Table().CDF(0), .31, .005)
}

func TestScatterBetweenClasses(t *testing.T) {
	ybar, n := []float64{.10, .35, .22, .05, .40}, []float64{8, 3, 12, 20, 5}
	v := make([]float64, len(n))
	for i := range n {
		v[i] = .16 / n[i]
	}
	r := curve.DerSimonianLaird(ybar, v)
	near(t, "fixed", r.Fixed, .156042, 5e-7)
	near(t, "Q", r.Q, 4.43467, 5e-6)
	near(t, "τ²", r.Tau2, .0020086, 5e-8)
	near(t, "random", r.Random, .162652, 5e-7)
}

func TestOnTimeRates(t *testing.T) {
	near(t, "2 of 10", curve.DefaultRate.With(2, 10).Mean(), .40, 1e-12)
	near(t, "1 of 1", curve.DefaultRate.With(1, 1).Mean(), .636, 5e-4)
}

// TestShrunkenClassesBeatRawAndPooledOnes repeats the research's experiment: 40 classes of 2 to 12 cases.
func TestShrunkenClassesBeatRawAndPooledOnes(t *testing.T) {
	rounds := 300
	if testing.Short() {
		rounds = 60
	}
	prior := curve.Prior{Mean: .20, S2: .16, Tau2: .04, Nu: 1e9, Tau: 1e9}
	var raw, pooled, shrunk, oracle, n float64
	var inRaw, inPooled, inShrunk float64
	key := special.NewStream(11, "gain")
	for round := range rounds {
		row := key.Sub(round)
		next := func() func() float64 { i := -1; return func() float64 { i++; return row.Normal(i) } }()
		var cases []curve.Case
		means, ys := make([]float64, 40), make([][]float64, 40)
		for c := range 40 {
			means[c] = .20 + .2*next()
			for range 2 + int(11*special.NormalCDF(next())) {
				y := means[c] + .4*next()
				ys[c] = append(ys[c], y)
				cases = append(cases, curve.Case{Path: []string{string(rune('A' + c))}, Y: y})
			}
		}
		tree := curve.Learn(prior, cases)
		all, allSd := moments(concat(ys))
		for c := range 40 {
			y := means[c] + .4*next()
			m, _ := moments(ys[c])
			rawSd := .4 // a raw class takes its own mean and the common spread
			o := tree.At(string(rune('A' + c)))
			raw += score.CRPSNormal(m, sdOf(ys[c], rawSd), y)
			pooled += score.CRPSNormal(all, allSd, y)
			shrunk += score.CRPSNormal(o.Mean, o.Sd(), y)
			oracle += score.CRPSNormal(means[c], .4, y)
			inRaw += in(y, m, sdOf(ys[c], rawSd))
			inPooled += in(y, all, allSd)
			inShrunk += in(y, o.Mean, o.Sd())
			n++
		}
	}
	t.Logf("CRPS raw %.4f pooled %.4f shrunk %.4f oracle %.4f; 80 %% interval covers %.3f %.3f %.3f", raw/n, pooled/n, shrunk/n, oracle/n, inRaw/n, inPooled/n, inShrunk/n)
	se := .2 / math.Sqrt(n)
	near(t, "shrunk", shrunk/n, .2370, .002+3*se)
	near(t, "raw", raw/n, .2557, .003+3*se)
	near(t, "coverage of raw classes", inRaw/n, .70, .01+4*math.Sqrt(.21/n))
	near(t, "pooled", pooled/n, .2514, .002+3*se)
	near(t, "oracle", oracle/n, .2258, .002+3*se)
	near(t, "coverage of the shrunk", inShrunk/n, .80, 4*math.Sqrt(.16/n))
	if shrunk >= pooled || shrunk >= raw {
		t.Error("shrinking must beat both")
	}
	if inRaw/n > .77 {
		t.Errorf("raw classes cover %.2f: they should be seen to be overconfident", inRaw/n)
	}
}

func concat(x [][]float64) (out []float64) {
	for _, r := range x {
		out = append(out, r...)
	}
	return out
}

func moments(x []float64) (m, sd float64) {
	for _, v := range x {
		m += v / float64(len(x))
	}
	for _, v := range x {
		sd += (v - m) * (v - m) / float64(max(1, len(x)-1))
	}
	return m, math.Sqrt(sd)
}

// sdOf is a raw class's own spread, as one who knows no better would take it; a floor keeps two equal cases from being certain.
func sdOf(x []float64, common float64) float64 {
	_, sd := moments(x)
	return max(sd, common/4)
}

func in(y, m, sd float64) float64 {
	if math.Abs(y-m) <= 1.2815515655446004*sd {
		return 1
	}
	return 0
}

func TestAProgressReportMovesTheWholeDistribution(t *testing.T) {
	o := class(.20, .16)
	p := curve.Progress(o, curve.Report{Plan: 100, Elapsed: 60, Done: .4})
	near(t, "P10", p.Quantile(.1), 104.26, .05)
	near(t, "P50", p.Quantile(.5), 136.69, .05)
	near(t, "P80", p.Quantile(.8), 172.02, .05)
	near(t, "P90", p.Quantile(.9), 196.98, .05)
	near(t, "mean", p.Mean(), 145.36, .05)
	near(t, "P(≤ 120)", p.CDF(120), .2875, .0005)
	near(t, "P50 at .6", curve.Progress(o, curve.Report{Plan: 100, Elapsed: 60, Done: .6}).Quantile(.5), 109.66, .05)
	late := curve.Progress(o, curve.Report{Plan: 100, Elapsed: 120, Done: .9})
	near(t, "P50 late", late.Quantile(.5), 137.89, .05)
	near(t, "P80 late", late.Quantile(.8), 158.35, .05)
}

func TestEarnedScheduleAndItsRivals(t *testing.T) {
	var plan curve.Planned
	for i, v := range []float64{0, 5, 15, 30, 50, 70, 85, 95, 100} {
		plan = append(plan, curve.Point{X: float64(i), Y: v})
	}
	r := plan.Rivals(4, 26)
	near(t, "ES", r.ES, 2.7333, 5e-5)
	near(t, "SPI(t)", r.SPIt, .68333, 5e-6)
	near(t, "PF=SPI(t)", r.FactorSPIt, 11.707, 5e-4)
	near(t, "PF=1", r.FactorOne, 9.267, 5e-4)
	near(t, "PV-1", r.PlanValue, 9.92, 1e-9)
	near(t, "ED", r.EarnedDur, 15.385, 5e-4)
	o := curve.ByEvidence(curve.Outlook{Mean: math.Log(1.25), S2: .25 * .25}, r.SPIt, 4, .35)
	near(t, "mean", o.Mean, .328935, 5e-7)
	near(t, "sd", o.Sd(), .143366, 5e-7)
	near(t, "P50", 8*o.Ratio(.5), 11.116, 5e-4)
	near(t, "P80", 8*o.Ratio(.8), 12.541, 5e-4)
	near(t, "P(≤ 8)", special.NormalCDF(-o.Mean/o.Sd()), .0109, 5e-5)
}

func TestAChainOfTwoGaps(t *testing.T) {
	c := curve.Chain{Gaps: []curve.Gap{{Plan: 90}, {Plan: 60}}, Class: class(.2, .16), Rho: .3, Due: 150, Trials: 1 << 16}
	m, sd, match := c.Moments()
	near(t, "mean", m, 198.47, .005)
	near(t, "sd", sd, 66.96, .005)
	near(t, "P50 of the match", match.P50(), 188.05, .005)
	near(t, "P80 of the match", match.P80(), 247.91, .005)
	near(t, "P(≤ 150) of the match", match.CDF(150), .2455, .0005)
	for _, seed := range []uint64{1, 2, 3} {
		c.Seed = seed
		f := c.Forecast()
		near(t, "P50 by trials", f.Q.P50()/match.P50(), 1, .01)
		near(t, "P80 by trials", f.Q.P80()/match.P80(), 1, .01)
		near(t, "P(≤ 150) by trials", f.Keep, .2455, .01)
	}
}

func TestCommonCausesDoubleTheSpread(t *testing.T) {
	gaps := make([]curve.Gap, 12)
	for i := range gaps {
		gaps[i].Plan = 30 / math.Exp(.08)
	}
	c := curve.Chain{Gaps: gaps, Class: class(0, .16), Rho: .3}
	m, sd, _ := c.Moments()
	near(t, "mean", m, 360, 1e-9)
	near(t, "sd", sd, 87.8373, 5e-5)
	c.Rho = curve.Independent
	_, sd, _ = c.Moments()
	near(t, "independent sd", sd, 43.2888, 5e-5)
	c.Rho = 0
	if _, d, _ := c.Moments(); math.Abs(d-87.8373) > 1e-3 {
		t.Errorf("the default must not be independence: %v", d)
	}
}

func TestMoneyAtYearsEnd(t *testing.T) {
	s := curve.Seasonal(curve.NorthernSeason)
	near(t, "June in the north", s.Cum[6], .447, 5e-4)
	near(t, "m/12", curve.Linear(6), .50, 1e-12)
	s.Cum[6], s.Sigma[6] = .41, .2
	y := curve.Year{Month: 6, Done: .42, Expect: .95 * 1.2, Target: 1.2, Shares: s}
	near(t, "chain ladder", y.ChainLadder(), 1.024390, 5e-7)
	near(t, "Bornhuetter–Ferguson", y.BornhuetterFerguson(), 1.092600, 5e-7)
	near(t, "Benktander", y.Benktander(), 1.064634, 5e-7)
	near(t, "P(1.2) at σ .2", y.Forecast().Keep, .1703, 5e-5)
	y.Shares.Sigma[6] = .3
	near(t, "P(1.2) at σ .3", y.Forecast().Keep, .2626, 5e-5)
}

func TestSCurves(t *testing.T) {
	for name, x := range map[string]struct {
		f    curve.SCurve
		want [3]float64
	}{
		"DHSS(0, 4)":   {curve.DHSS(0, 4), [3]float64{.179688, .5, .820312}},
		"DHSS(−.1, 5)": {curve.DHSS(-.1, 5), [3]float64{.2125, .525, .825}},
		"I(2, 2)":      {curve.BetaCurve(2, 2), [3]float64{.15625, .5, .84375}},
		"I(2, 3)":      {curve.BetaCurve(2, 3), [3]float64{.26172, .6875, .94922}},
	} {
		for i, at := range []float64{.25, .5, .75} {
			near(t, name, x.f(at), x.want[i], 5e-6)
		}
	}
}

func TestACountThatRunsDown(t *testing.T) {
	c := curve.Count{Rate: curve.Gamma{A: 4, B: 2}, Done: 9, Exposure: 6, Left: 17, Due: 6}
	near(t, "monthly rate", c.Rate.After(9, 6).Mean(), 1.625, 1e-12)
	r, p := c.Within(6)
	near(t, "next six", r*(1-p)/p, 9.75, 1e-12)
	for _, q := range []struct {
		u    float64
		want int
	}{{.1, 5}, {.5, 9}, {.8, 13}, {.9, 15}} {
		if got := c.Quantile(q.u, 6); got != q.want {
			t.Errorf("P%v of the next six months: %d, want %d", 100*q.u, got, q.want)
		}
	}
	near(t, "P(≥ 17 in 6)", c.Forecast().Keep, .0640, 5e-5)
	if a, b := c.FirstMonth(.5), c.FirstMonth(.8); a != 11 || b != 15 {
		t.Errorf("first month at 50 %% and 80 %%: %d, %d; want 11, 15", a, b)
	}
}

func TestStarts(t *testing.T) {
	w := curve.DefaultWaiting
	near(t, "after 1", w.StillWaiting(1), .6250, 5e-5)
	near(t, "after 3", w.StillWaiting(3), .2917, 5e-5)
	near(t, "after 6", w.StillWaiting(6), .1224, 5e-5)
	w.Idle = 3
	near(t, "next month after 3 idle", w.Next(), .2727, 5e-5)
}

func TestBlockers(t *testing.T) {
	b := curve.Blocker{K: .7, Scale: 40}
	near(t, "median of a new one", b.Residual(.5), 23.70, .005)
	b.Age = 60
	near(t, "median at 60 days", b.Residual(.5), 49.32, .005)
	near(t, "P80 at 60 days", b.Residual(.8), 126.48, .005)
	near(t, "closed within 30", 1-b.StillOpen(30), .3533, 5e-5)
	b.Theta = 2
	near(t, "closed within 30, escalated", 1-b.StillOpen(30), .5818, 5e-5)
	l := curve.Lomax{A: 2, B: 60}.After(9, 540)
	near(t, "open at 30", l.StillOpen(30), .5847, 5e-5)
	near(t, "median", l.Residual(.5), 39.02, .005)
	near(t, "mean", l.Mean(), 60, 1e-12)
	near(t, "θ of 12 in 300 d", curve.LadderEffect(12, 300, .04), 1, 1e-12)
	near(t, "θ of 9 in 120 d", curve.LadderEffect(9, 120, .04), 1.477, 5e-4)
}
