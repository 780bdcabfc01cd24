package curve_test

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"shigan/engine/curve"
	"shigan/engine/curve/special"
)

func TestAPromiseWithoutDataGivesTheClassRateAndSaysSo(t *testing.T) {
	none := curve.Learn(curve.DefaultPrior, nil).At("民生", "道路")
	f := curve.Unknown(curve.DefaultRate, none, math.NaN(), math.NaN())
	if f.Keep != .6 || !f.Says(curve.NoData) || !f.Says(curve.NoDate) || !f.Says(curve.NoClass) || !f.Q.Empty() {
		t.Errorf("no date may be made up: %+v", f)
	}
	f = curve.Unknown(curve.DefaultRate.With(2, 10), none, 100, 100)
	near(t, "the rate of ten cases goes before the assumed ratio", f.Keep, .40, 1e-12)
	near(t, "the day is the class's ratio of the planned one", f.Q.P50(), 100*math.Exp(.2), 1e-9)
	raw, err := json.Marshal(curve.Chain{Gaps: []curve.Gap{{Plan: 10}}, Class: none, Due: math.NaN()}.Forecast())
	if err != nil || !strings.Contains(string(raw), `"keep":null`) {
		t.Errorf("a chance that is not there is null: %s %v", raw, err)
	}
}

func TestAClassWithOneCaseLeansOnItsParents(t *testing.T) {
	var cases []curve.Case
	for i := range 12 {
		cases = append(cases, curve.Case{Path: []string{"产业", "厂房"}, Y: -.1 + .45*float64(i%3)})
	}
	cases = append(cases, curve.Case{Path: []string{"民生", "学校"}, Y: 1.4})
	tree := curve.Learn(curve.DefaultPrior, cases)
	one, many, other := tree.At("民生", "学校"), tree.At("产业", "厂房"), tree.At("民生", "医院")
	if one.N != 1 || one.All != 13 || strings.Join(one.Path, "/") != "民生/学校" {
		t.Errorf("%+v", one)
	}
	if !(one.Mean > many.Mean) || !(one.Mean < .9) {
		t.Errorf("one case of 1.4 moved the mean to %.2f; it should be well below", one.Mean)
	}
	if !(one.Sd() > many.Sd()) || !(other.Sd() > one.Sd()) {
		t.Errorf("the less is known, the wider: %.3f, %.3f, %.3f", many.Sd(), one.Sd(), other.Sd())
	}
	if strings.Join(other.Path, "/") != "民生" || other.N != 1 {
		t.Errorf("a type without cases learns from its front: %+v", other.Learned)
	}
	f := curve.Chain{Gaps: []curve.Gap{{Plan: 10}}, Class: one, Due: 12}.Forecast()
	if !f.Says(curve.OneCase) || f.Class.N != 1 {
		t.Errorf("it must be said: %+v", f.Notes)
	}
	if a, b := curve.Learn(curve.DefaultPrior, cases).At("产业"), tree.At("产业"); a.Mean != b.Mean || a.MeanVar != b.MeanVar {
		t.Error("the same cases, two answers")
	}
}

func TestOldCasesCountLess(t *testing.T) {
	near(t, "half after 24 months", curve.HalfLife(24, 24), .5, 1e-12)
	old := curve.Case{Y: 1, Weight: curve.HalfLife(96, 24)}
	now := curve.Case{Y: 0}
	p := curve.Prior{S2: .16, Tau2: 1e6, Nu: 1e9, Tau: 1e9}
	near(t, "mean", curve.Learn(p, []curve.Case{old, now}).At().Mean, 1.0/17, 1e-4)
}

func TestManyCasesBringTheirOwnShape(t *testing.T) {
	var cases []curve.Case
	key := special.NewStream(1, "skewed")
	for i := range 400 {
		cases = append(cases, curve.Case{Y: key.Exp(i)})
	}
	p := curve.DefaultPrior
	skew := func(n int) float64 {
		q := curve.Learn(p, cases[:n]).At().Table()
		return (q.P90() - q.P50()) / (q.P50() - q.P10())
	}
	near(t, "29 cases: symmetric", skew(29), 1, 1e-9)
	if mixed, own := skew(45), skew(400); !(mixed > 1.1) || !(own > mixed) {
		t.Errorf("skewness %.2f with 45, %.2f with 400 cases; an exponential has %.2f", mixed, own, math.Log(5)/math.Log(.9/.5))
	}
}

func TestReportsOfAUnitThatFlattersAreReadWithABias(t *testing.T) {
	var past []curve.Reported
	for i := range 40 {
		f := .2 + .015*float64(i)
		past = append(past, curve.Reported{Plan: 100, Final: 150, Elapsed: 150 * f, Done: min(.99, f*math.Exp(.2))})
	}
	u := curve.LearnTrust(past, .35, 8, 12)
	if !(u.Bias < -.12) || !(u.Bias > -.2) || !(u.Kappa < .2) || u.N != 40 {
		t.Errorf("bias %.3f (true −.2, shrunk), κ %.3f, n %d", u.Bias, u.Kappa, u.N)
	}
	if few := curve.LearnTrust(past[:2], .35, 8, 12); few.Bias < u.Bias/2 || few.Kappa < .25 || few.Spread < u.Spread {
		t.Errorf("two reports move much: %+v", few)
	}
	for i := range past {
		past[i].Share = 1.0 / 40
	}
	if one := curve.LearnTrust(past, .35, 8, 12); one.N != 1 || one.Bias < u.Bias/3 {
		t.Errorf("forty reports of one piece count as %d pieces: %+v", one.N, one)
	}
	o := class(.2, .16)
	plain := curve.Progress(o, curve.Report{Plan: 100, Elapsed: 60, Done: .6, Kappa: u.Kappa})
	corrected := curve.Progress(o, curve.Report{Plan: 100, Elapsed: 60, Done: .6, Kappa: u.Kappa, Bias: u.Bias, Spread: u.Spread, Df: u.Df})
	if !(corrected.Quantile(.5) > plain.Quantile(.5)) {
		t.Error("a unit that reports too much must be read as later")
	}
	if none := curve.LearnTrust(nil, .35, 8, 12); none.Bias != 0 || math.Abs(none.Kappa-.35) > 1e-12 || none.N != 0 {
		t.Errorf("nothing learned: %+v", none)
	}
}

func TestAReportThatStandsStillCountsLess(t *testing.T) {
	o := class(.2, .16)
	r := curve.Report{Plan: 100, Elapsed: 120, Done: .9}
	fresh := curve.Progress(o, r)
	r.Stalled = 3
	if stale := curve.Progress(o, r); !(stale.Quantile(.9) > fresh.Quantile(.9)) {
		t.Error("ninety per cent for three months must widen the forecast")
	}
	nothing := curve.Progress(o, curve.Report{Plan: 100, Elapsed: 120, Done: math.NaN()})
	near(t, "without a report the prior is cut off at what has passed", nothing.Quantile(.5), curve.Remaining(o, 100, 120, .5), .2)
	near(t, "not begun: the prior", curve.Progress(o, curve.Report{Plan: 100}).Quantile(.8), 100*o.Ratio(.8), .2)
}

func TestReachedMilestonesTeachAChainItsPace(t *testing.T) {
	c := curve.Chain{Class: class(.2, .16), Due: 100, Seed: 4,
		Gaps: []curve.Gap{{Plan: 50, Took: 125}, {Plan: 40, Took: 100}, {Plan: 60}, {Plan: 20}}}
	slow := c.Forecast()
	c.Gaps[0].Took, c.Gaps[1].Took = 45, 36
	quick := c.Forecast()
	if !(slow.Q.P50() > 1.1*quick.Q.P50()) {
		t.Errorf("P50 %v after slow gaps, %v after quick ones", slow.Q.P50(), quick.Q.P50())
	}
	if e := effectOf(slow, "reached"); !(e.Moved > 0) || !(e.Points < 0) {
		t.Errorf("what mattered: %+v", slow.Effects)
	}
	c.Gaps = []curve.Gap{{Plan: 50, Took: 45}}
	if f := c.Forecast(); f.Model != curve.ByCompletion || f.Keep != 1 {
		t.Errorf("nothing is left: %+v", f)
	}
	c.Gaps = []curve.Gap{{Plan: 30}, {Plan: -5}, {Plan: 10}}
	if f := c.Forecast(); !f.Says(curve.BadGap) {
		t.Errorf("a milestone planned before the one that it follows: %+v", f.Notes)
	}
	c.Due = -1
	if f := c.Forecast(); !f.Says(curve.Overdue) || f.Keep != 0 {
		t.Errorf("the day has passed: %v %+v", f.Keep, f.Notes)
	}
}

func effectOf(f curve.Forecast, input string) curve.Effect {
	for _, e := range f.Effects {
		if e.Input == input {
			return e
		}
	}
	return curve.Effect{}
}

func TestSharesOfTheYearAreLearnedFromFinishedYears(t *testing.T) {
	parent := curve.Seasonal(curve.NorthernSeason)
	late := [13]float64{0, .01, .02, .05, .08, .12, .2, .3, .4, .5, .6, .75, 1}
	years, plans := [][13]float64{}, []float64{}
	for range 12 {
		years, plans = append(years, late), append(plans, 1)
	}
	years, plans = append(years, [13]float64{}), append(plans, 1) // a year without money teaches nothing
	s := curve.LearnShares(parent, years, plans, 4)
	near(t, "June, three quarters of the way", s.Cum[6], .25*parent.Cum[6]+.75*.2, 1e-9)
	if s.N != 12 || s.Cum[12] != 1 || !slices.IsSorted(s.Cum[:]) {
		t.Errorf("%+v", s)
	}
	if same := curve.LearnShares(parent, nil, nil, 4); same != parent {
		t.Error("nothing seen, nothing learned")
	}
	y := curve.Year{Month: 6, Done: .2, Expect: 1, Target: 1, Shares: parent}
	before := y.Forecast()
	y.Shares = s
	if after := y.Forecast(); !(after.Q.P50() > before.Q.P50()) || after.Class.N != 12 {
		t.Errorf("a class that spends late is not behind in June: %v, %v", before.Q.P50(), after.Q.P50())
	}
	if e := effectOf(before, "season"); e.Input == "" {
		t.Error("what the season moved must be told beside m/12")
	}
}

func TestAYearThatIsOverIsAFact(t *testing.T) {
	y := curve.Year{Month: 12, Done: 80, Expect: 100, Target: 90, Shares: curve.Seasonal(curve.NorthernSeason)}
	if f := y.Forecast(); f.Keep != 0 || f.Q.P50() != 80 || f.Q.P90() != 80 {
		t.Errorf("%+v", f)
	}
	y.Month, y.Done = 7, 95
	if f := y.Forecast(); f.Keep != 1 {
		t.Errorf("reached already: %v", f.Keep)
	}
	y.Month, y.Done = 0, 0
	f := y.Forecast()
	near(t, "before the year the expectation", f.Q.P50(), 100, 1e-9)
	y.Month = 4
	if f := y.Forecast(); !f.Says(curve.NoProgress) || !(f.Keep < .5) {
		t.Errorf("four months without money: %v %+v", f.Keep, f.Notes)
	}
}

func TestCurvesAreFittedBack(t *testing.T) {
	var dhss, beta []curve.Point
	for i := 1; i < 20; i++ {
		x := float64(i) / 20
		dhss, beta = append(dhss, curve.Point{X: x, Y: curve.DHSS(-.1, 5)(x)}), append(beta, curve.Point{X: x, Y: curve.BetaCurve(1.7, 2.6)(x)})
	}
	c, k := curve.FitDHSS(dhss)
	near(t, "C", c, -.1, 1e-9)
	near(t, "K", k, 5, 1e-7)
	a, b := curve.FitBeta(beta)
	near(t, "a", a, 1.7, .01)
	near(t, "b", b, 2.6, .01)
	l := curve.LogisticCurve(.5, 10)
	near(t, "logistic from", l(0), 0, 0)
	near(t, "logistic middle", l(.5), .5, 1e-12)
	near(t, "logistic to", l(1), 1, 0)
	near(t, "a broken line", curve.Broken([]float64{.5}, []float64{.2})(.75), .6, 1e-12)
}

func TestACurveThatLagsIsStretched(t *testing.T) {
	s := curve.Stretch{Curve: curve.BetaCurve(2, 2), Plan: 20, Total: 100, Class: class(.2, .16), Due: 20}
	at := func(tau float64) curve.Forecast {
		s := s
		for m := 1.0; m <= 12; m++ {
			s.At, s.Cum = append(s.At, m), append(s.Cum, 100*s.Curve(m/(20*tau)))
		}
		return s.Forecast()
	}
	for _, tau := range []float64{.8, 1, 1.5, 2.2} {
		if f := at(tau); math.Abs(f.Q.P50()/(20*tau)-1) > .12 {
			t.Errorf("τ %v: P50 %v, want about %v", tau, f.Q.P50(), 20*tau)
		}
	}
	if a, b := at(1), at(1.5); !(a.Keep > b.Keep) {
		t.Errorf("odds of 20: %v on time, %v when slow", a.Keep, b.Keep)
	}
	still := s
	still.At, still.Cum = []float64{1, 2, 3, 4, 5, 6}, []float64{0, 0, 0, 0, 0, 0}
	if f := still.Forecast(); !f.Says(curve.NoProgress) || !(f.Q.P50() > 20*math.Exp(.2)) {
		t.Errorf("half a year without money is evidence: %v %+v", f.Q.P50(), f.Notes)
	}
	done := s
	done.At, done.Cum = []float64{9}, []float64{100}
	if f := done.Forecast(); f.Model != curve.ByCompletion || f.Q.P50() != 9 {
		t.Errorf("%+v", f)
	}
}

func TestAPaceGoesFromThePlanToWhatWasSeen(t *testing.T) {
	p := curve.Pace{Plan: 100, Class: class(0, .16), Due: 100}
	at := func(used, earned float64) float64 {
		p := p
		p.Used, p.Earned = []float64{used}, []float64{earned}
		return p.Forecast().Q.P50()
	}
	near(t, "on plan", at(40, 40), 100, .01)
	for _, e := range []float64{5, 30, 60} {
		asPlanned, asSoFar := 2*e+(100-e), 200.0
		if m := at(2*e, e); !(m > asPlanned) || !(m < asSoFar) {
			t.Errorf("twice the time for %v of 100: P50 %v, should lie between factor 1 (%v) and factor SPI (%v)", e, m, asPlanned, asSoFar)
		}
	}
	regular, jumpy := p, p
	for i := 1.0; i <= 8; i++ {
		regular.Used, regular.Earned = append(regular.Used, 5*i), append(regular.Earned, 5*i)
		jumpy.Used, jumpy.Earned = append(jumpy.Used, 5*i), append(jumpy.Earned, 20*math.Floor(i/4))
	}
	a, b := regular.Forecast().Q, jumpy.Forecast().Q
	if !(b.P90()-b.P10() > 1.2*(a.P90()-a.P10())) {
		t.Errorf("a project whose reports jump is less sure: %v, %v", a.P90()-a.P10(), b.P90()-b.P10())
	}
	closing := p
	closing.Used, closing.Earned, closing.Spans = []float64{30, 61}, []float64{50, 100}, []float64{30, 31}
	if f := closing.Forecast(); f.Q.P50() < 61+24 || f.Q.P50() > 61+40 {
		t.Errorf("all earned and still reported: it closes about one report later, not now: %v", f.Q.P50())
	}
	over := p
	over.Used, over.Earned = []float64{50}, []float64{120}
	if f := over.Forecast(); !f.Says(curve.OverTotal) {
		t.Errorf("%+v", f.Notes)
	}
	stood := p
	stood.Used, stood.Earned = []float64{10, 20, 30}, []float64{10, 10, 10}
	if f := stood.Forecast(); !f.Says(curve.Stalled) {
		t.Errorf("%+v", f.Notes)
	}
	if f := p.Forecast(); !f.Says(curve.NoData) || math.Abs(f.Q.P50()-100) > .01 {
		t.Errorf("without a report the class alone: %v", f.Q.P50())
	}
	own := p
	own.Used, own.Earned, own.Width = []float64{40}, []float64{40}, .5
	full := own
	full.Width = 1
	if a, b := own.Forecast().Q, full.Forecast().Q; a.P50() != b.P50() || !(a.P90() < b.P90()) {
		t.Error("a width learned from the past narrows and leaves the median")
	}
}

func TestRatesOfCountsAreLearned(t *testing.T) {
	parent := curve.Gamma{A: 4, B: 2}
	var same, mixed []curve.Run
	for i := range 20 {
		same = append(same, curve.Run{Done: 30, Exposure: 10})
		mixed = append(mixed, curve.Run{Done: 5 + 50*(i%2), Exposure: 10})
	}
	g, h := curve.LearnGamma(parent, same, 4), curve.LearnGamma(parent, mixed, 4)
	near(t, "mean", g.Mean(), (4*2+20*3)/24.0, 1e-9)
	if !(g.A > 2*h.A) || g.N != 20 {
		t.Errorf("runs alike are surer than runs apart: shape %v, %v", g.A, h.A)
	}
	if curve.LearnGamma(parent, nil, 4).Mean() != parent.Mean() {
		t.Error("nothing seen, nothing learned")
	}
	c := curve.Count{Rate: parent, Left: 17, Exposure: 6, Due: 12}
	f := c.Forecast()
	if !f.Says(curve.NoProgress) || !(effectOf(f, "done").Moved > 0) {
		t.Errorf("six months without one: %+v %+v", f.Notes, f.Effects)
	}
	c.Rate = curve.Gamma{A: .05, B: 50}
	if f = c.Forecast(); !f.Says(curve.MayNever) || !math.IsInf(f.Q.P90(), 1) {
		t.Errorf("a rate near zero may never end it: %v %+v", f.Q.P90(), f.Notes)
	}
	if (curve.Count{Rate: parent}).Forecast().Model != curve.ByCompletion {
		t.Error("none is left")
	}
	batch := curve.Count{Rate: parent, Done: 9, Exposure: 6, Left: 17, Due: 6}
	single := batch.Forecast()
	batch.Phi = 2.5
	if b := batch.Forecast(); !(b.Keep > single.Keep) || !(b.Q.P90() > single.Q.P90()) {
		t.Errorf("batches widen both tails: %v, %v", single.Keep, b.Keep)
	}
}

func TestWaitingIsLearned(t *testing.T) {
	key := special.NewStream(2, "waits")
	var waits []curve.Wait
	for i := range 2000 {
		p := special.BetaQuantile(key.U(2*i), 2, 8)
		m := int(math.Log(key.U(2*i+1)) / math.Log1p(-p))
		waits = append(waits, curve.Wait{Months: min(m, 24), Started: m < 24})
	}
	w := curve.LearnWaiting(curve.DefaultWaiting, waits)
	near(t, "mean chance", w.A/(w.A+w.B), .2, .02)
	near(t, "strength", math.Log((w.A+w.B)/10), 0, .35)
	w.Idle, w.Due = 12, 6
	if f := w.Forecast(); f.Class.N != 2000 || !(effectOf(f, "waited").Moved > 0) {
		t.Errorf("long waiting makes a start less likely: %+v", f.Effects)
	}
	w.Due = 0
	if f := w.Forecast(); !f.Says(curve.Overdue) || f.Keep != 0 {
		t.Errorf("%+v", f)
	}
}

func TestCausesOfALateStartAreFoundAgain(t *testing.T) {
	key := special.NewStream(3, "hazard")
	names := []string{"permits missing", "land clear", "noise"}
	var x [][]float64
	var y []bool
	for i := range 6000 {
		r := key.Sub(i)
		v := []float64{math.Floor(3 * r.U(0)), math.Floor(2 * r.U(1)), r.Normal(2)}
		x, y = append(x, v), append(y, r.U(3) < special.Logistic(-1-.8*v[0]+1.2*v[1]))
	}
	m := curve.FitLogit(names, x, y, 1)
	near(t, "permits", m.Beta[1]/m.Sd[0], -.8, .1)
	near(t, "land", m.Beta[2]/m.Sd[1], 1.2, .15)
	near(t, "noise", m.Beta[3]/m.Sd[2], 0, .08)
	h := curve.Hazard{Model: m, Months: [][]float64{{2, 0, 0}}, Due: 6}
	f := h.Forecast()
	if e := effectOf(f, "permits missing"); !(e.Points < -.05) {
		t.Errorf("missing permits must be seen to cost: %+v", f.Effects)
	}
	unknown := h
	unknown.Months = [][]float64{{math.NaN(), math.NaN(), math.NaN()}}
	if u := unknown.Forecast(); !(u.Keep > f.Keep) {
		t.Error("what is not known counts as the mean")
	}
	none := curve.FitLogit(names, x[:50], make([]bool, 50), 1)
	if c := none.Chance(x[0]); !(c > 0) || !(c < .05) {
		t.Errorf("fifty without an event: %v", c)
	}
	if one := curve.FitLogit([]string{"flat"}, [][]float64{{1}, {1}}, []bool{true, false}, 1); math.Abs(one.Chance([]float64{1})-.5) > 1e-6 {
		t.Errorf("a feature that never moves tells nothing: %v", one.Chance([]float64{1}))
	}
}

func TestLivesOfBlockersAreLearnedWithThoseStillOpen(t *testing.T) {
	key := special.NewStream(4, "lives")
	truth := curve.Blocker{K: .7, Scale: 40}
	var lives []curve.Life
	for i := range 1500 {
		d := truth.Residual(key.U(i))
		lives = append(lives, curve.Life{Days: min(d, 60), Closed: d < 60})
	}
	b := curve.LearnBlockers(curve.Blocker{K: 1, Scale: 90}, lives, 4)
	near(t, "K", b.K, .7, .06)
	near(t, "scale", b.Scale/40, 1, .12)
	if got := curve.LearnBlockers(curve.Blocker{K: 1, Scale: 90}, nil, 4); math.Abs(got.Scale-90) > 1e-9 || math.Abs(got.K-1) > 1e-9 {
		t.Errorf("nothing seen: %+v", got)
	}
	near(t, "half blocked takes twice as long", curve.Slowed(.5), 2, 1e-12)
	if m := (curve.Lomax{A: 1, B: 5}).Mean(); !math.IsInf(m, 1) {
		t.Errorf("a mean that does not exist: %v", m)
	}
}

func TestFutureBlockersMakeYoungProjectsLater(t *testing.T) {
	b := curve.FutureBlockers{Rate: .3, Lives: curve.Blocker{K: .7, Scale: 40}, Impact: .5, Months: 18}
	d := b.Delay(7, 40_000)
	m, sd := moments(d)
	near(t, "mean delay", m, b.MeanDelay(), 4*sd/200)
	if !slices.Equal(d[:100], b.Delay(7, 100)) {
		t.Error("a trial must not depend on how many there are")
	}
}

func TestAProgrammeIsNotItsPartsOneByOne(t *testing.T) {
	exp := func(mean float64) curve.Table {
		return curve.TableOf(func(p float64) float64 { return -mean * math.Log1p(-p) })
	}
	two := curve.Programme{Rho: curve.Independent, Trials: 1 << 16, Seed: 5, Children: []curve.Child{{Name: "a", Q: exp(10)}, {Name: "b", Q: exp(20)}}}
	f := two.All(20)
	near(t, "P(max of two exponentials ≤ 20)", f.Keep, .546572, 4*f.Se)
	near(t, "the second is the one waited for", effectOf(f, "b").Points, 2.0/3, .01)
	near(t, "the first of the two", two.AtLeast(1, 5).Keep, 1-math.Exp(-5*(.1+.05)), .01)

	var five curve.Programme
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		five.Children = append(five.Children, curve.Child{Name: name, Q: class(0, 1).Table(), Keep: .5})
	}
	five.Trials, five.Rho = 1<<16, curve.Independent
	near(t, "five at one half each: merge bias", five.All(0).Keep, 1.0/32, .005)
	near(t, "how many", five.HowMany(5).Keep, 1.0/32, .005)
	five.Rho = 0
	if p := five.All(0).Keep; !(p > .06) {
		t.Errorf("common causes are never left out by default: %v", p)
	}
	sum := five.Sum(math.NaN())
	total := 0.0
	for _, e := range sum.Effects {
		total += e.Points
	}
	near(t, "shares of the variance", total, 1, 1e-9)
	if !math.IsNaN(sum.Keep) {
		t.Error("no target, no chance")
	}
	late := curve.Child{Name: "never", Q: curve.TableOf(func(float64) float64 { return math.Inf(1) })}
	if f := (curve.Programme{Children: []curve.Child{late, five.Children[0]}, Trials: 512}).All(10); f.Keep != 0 || !f.Says(curve.MayNever) {
		t.Errorf("one that never ends holds all: %+v", f)
	}
	own := make([]float64, 512)
	for i := range own {
		own[i] = float64(i)
	}
	joint := curve.Programme{Children: []curve.Child{{Name: "net", Trials: own}, {Name: "net2", Trials: own}}, Trials: 512}
	near(t, "trials that children bring stay joint", joint.All(255.5).Keep, .5, 1e-9)
}

func TestTwelveTiedDurationsSpreadTwiceAsWide(t *testing.T) {
	var p curve.Programme
	for i := range 12 {
		p.Children = append(p.Children, curve.Child{Name: string(rune('a' + i)), Q: curve.Outlook{Mean: math.Log(30) - .08, S2: .16}.Table().Map(math.Exp)})
	}
	p.Trials, p.Rho = 1<<15, .3
	q := p.Sum(0).Q
	near(t, "half of P10 to P90 over 1.28, tied", (q.P90()-q.P10())/2/1.2816, 87.8, 3)
	p.Rho = curve.Independent
	q = p.Sum(0).Q
	near(t, "… independent", (q.P90()-q.P10())/2/1.2816, 43.3, 1.5)
}
