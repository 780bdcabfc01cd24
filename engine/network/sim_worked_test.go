package network

// The worked numbers of the research: exact answers that a simulation must come near.

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"shigan/kernel/calendar"
)

func TestTwoExponentialPathsInParallel(t *testing.T) {
	shape := must(t)
	for _, seed := range seeds {
		n := plan(t, EveryDay(), "2022-07-01", "A 10, B 20, M 0 A B")
		risks := days(Independent, shape(Exponential(10)), shape(Exponential(20)), nil)
		o := ran(t, compiled(t, n, risks, 2), Run{Trials: many, Seed: seed, Trace: true, Keep: true})
		s := o.Finish[0]
		checkMoments(t, "max of two exponentials", s, 70.0/3, math.Sqrt(366.667))
		checkOdds(t, "P(T ≤ 20)", s, 20*tick, .546572)
		in := o.Influences(0)
		se := 4 / math.Sqrt(many)
		near(t, "criticality of the long one", in[1].Criticality, 2.0/3, se*.48)
		near(t, "criticality of the short one", in[0].Criticality, 1.0/3, se*.48)
		near(t, "SSI short", in[0].SSI, .17408, .008)
		near(t, "SSI long", in[1].SSI, .69631, .015)
		near(t, "CRI short", in[0].CRI, .29013, se*1.2)
		near(t, "CRI long", in[1].CRI, .92841, se*1.2)

		for name, tc := range map[string]struct {
			at      int
			odds, e float64
		}{"halve the long one": {1, .747645, 15}, "halve the short one": {0, .620543, 21}} {
			half := slices.Clone(risks)
			half[tc.at].Scale = 0.5
			p, err := o.Try(n, half, Options{Project: "p", Targets: []int{2}})
			if err != nil {
				t.Fatal(err)
			}
			checkOdds(t, name, p.Finish[0], 20*tick, tc.odds)
			mean, sd := p.Finish[0].Mean()
			near(t, name+" mean", mean, tc.e, se*sd)
			due := s.First().AddDays(19) // its end is 20 days after the first morning
			c := s.Against(p.Finish[0], due)
			near(t, name+" gain in odds", c.Odds, tc.odds-.546572, 5*c.OddsSE)
			near(t, name+" gain in days", c.Days, tc.e-70.0/3, 5*c.DaysSE)
			if !c.Tells() || c.Worse != 0 {
				t.Errorf("%s: %+v", name, c)
			}
		}
	}
}

// T2 of the research: one triangular duration, ten of them in a row, PERT of the same three values.
func TestTriangularAndPERT(t *testing.T) {
	shape := must(t)
	tri, pert := shape(Triangular(5, 10, 20)), shape(PERT(5, 10, 20))
	near(t, "triangular mean", tri.Mean, 35.0/3, 1e-4)
	near(t, "triangular variance", tri.SD*tri.SD, 9.72222, 1e-3)
	near(t, "PERT mean", pert.Mean, 10.8333, 1e-4)
	near(t, "PERT variance", pert.SD*pert.SD, 7.63889, 1e-3)
	near(t, "PERT P80", pert.Quantile(.8), 13.31226, 1e-4)
	near(t, "PERT CDF of its P80", pert.CDF(13.31226), .8, 1e-5)
	text := "a0 10"
	risks := days(Independent, tri)
	for i := 1; i < 10; i++ {
		text += fmt.Sprintf(", a%d 10 a%d", i, i-1)
		risks = append(risks, risks[0])
	}
	for _, seed := range seeds {
		o := ran(t, compiled(t, plan(t, EveryDay(), "2022-07-01", text), risks, 9), Run{Trials: many, Seed: seed})
		checkMoments(t, "ten triangular", o.Finish[0], 116.6667, 9.86013)
		for _, q := range []struct{ p, want, density float64 }{{.5, 116.50, .0406}, {.8, 124.97, .0284}, {.9, 129.46, .0177}} {
			near(t, fmt.Sprintf("P%.0f", q.p*100), o.Finish[0].QuantileDays(q.p), q.want, 4*math.Sqrt(q.p*(1-q.p)/many)/q.density+.01)
		}
	}
}

// Clark (1961): the maximum of two correlated normal variables, exact for two.
func TestTheMaximumOfTwoCorrelatedNormals(t *testing.T) {
	normalShape := func(mean, sd float64) *Shape {
		return must(t)(FromQuantile(func(u float64) float64 { return mean + sd*probit(u) }))
	}
	a, b := normalShape(100, 10), normalShape(95*2, 20) // the second shifted by 95 days so that no value is negative
	n := plan(t, EveryDay(), "2022-07-01", "S 95, A 100 S, B 190, M 0 A B")
	for _, tc := range []struct{ rho, e, sd, first float64 }{
		{0, 106.6427, 12.0880, .5885}, {.5, 104.6958, 13.0535, .6136}, {.9, 102.6356, 13.4449, .6637},
	} {
		for _, seed := range seeds {
			loads := []Load{{"both", tc.rho}}
			risks := []Risk{{}, {Shape: a, Scale: 1, Loads: loads}, {Shape: b, Scale: 1, Loads: loads}, {}}
			o := ran(t, compiled(t, n, risks, 3), Run{Trials: many, Seed: seed, Trace: true})
			checkMoments(t, fmt.Sprint("rho ", tc.rho), o.Finish[0], tc.e+95, tc.sd)
			near(t, "first is later", o.Influences(0)[1].Criticality, tc.first, 2/math.Sqrt(many))
		}
	}
}

// The bridge network of five activities with two equally likely durations each; all 32 cases were counted by hand.
func TestTheBridgeNetwork(t *testing.T) {
	two := func(a, b float64) *Shape { return must(t)(Steps([]float64{a, b}, []float64{1, 1})) }
	n := plan(t, EveryDay(), "2022-07-01", "A 6, B 6, C 1.5 A, D 8 A, E 4.5 B C, M 0 D E")
	risks := days(Independent, two(4, 8), two(3, 9), two(1, 2), two(6, 10), two(2, 7), nil)
	for _, seed := range seeds {
		o := ran(t, compiled(t, n, risks, 5), Run{Trials: many, Seed: seed, Trace: true})
		s := o.Finish[0]
		mean, sd := s.Mean()
		near(t, "mean", mean, 15.03125, 4*sd/math.Sqrt(many))
		count := map[int32]int{}
		for _, v := range s.Ticks {
			if v%tick != 0 {
				t.Fatalf("%v days is no sum of these durations", float64(v)/tick)
			}
			count[v/tick]++
		}
		for days, of32 := range map[int32]float64{10: 2, 11: 2, 12: 1, 13: 1, 14: 10, 16: 6, 17: 2, 18: 8} {
			p := of32 / 32
			near(t, fmt.Sprintf("P(T = %d)", days), float64(count[days])/many, p, 4*math.Sqrt(p*(1-p)/many))
		}
		for i, of32 := range []float64{26, 7, 6, 20, 12} { // ties count for both paths
			near(t, "criticality "+n.Activities[i].ID, o.Influences(0)[i].Criticality, of32/32, 2/math.Sqrt(many))
		}
	}
}

// The bridge is no series of parallel parts: with A taken twice (Dodin) the mean lies above the exact 15.03125, the longest path of
// mean durations below it.
func TestTheBridgeLiesBetweenItsTwoBounds(t *testing.T) {
	two := func(a, b float64) *Shape { return must(t)(Steps([]float64{a, b}, []float64{1, 1})) }
	n := plan(t, EveryDay(), "2022-07-01", "A 6, A2 6, B 6, C 1.5 A2, D 8 A, E 4.5 B C, M 0 D E")
	risks := days(Independent, two(4, 8), two(4, 8), two(3, 9), two(1, 2), two(6, 10), two(2, 7), nil)
	for _, seed := range seeds {
		mean, sd := ran(t, compiled(t, n, risks, 6), Run{Trials: many, Seed: seed}).Finish[0].Mean()
		near(t, "Dodin", mean, 15.234375, 4*sd/math.Sqrt(many))
	}
	s, err := plan(t, EveryDay(), "2022-07-01", "A 6, B 6, C 1.5 A, D 8 A, E 4.5 B C, M 0 D E").Schedule()
	if err != nil {
		t.Fatal(err)
	}
	near(t, "longest path of means", float64(s.Finish-On(calendar.MustDate("2022-07-01"), 0))/dayMinutes, 14, 1e-9)
}

// Variances 9, 16 and 4, covariance 3 between the first two: their shares of the sum's variance are .3429, .5429, .1143.
func TestSharesOfASumsVariance(t *testing.T) {
	normalShape := func(sd float64) *Shape {
		return must(t)(FromQuantile(func(u float64) float64 { return 40 + sd*probit(u) }))
	}
	n := plan(t, EveryDay(), "2022-07-01", "A 40, B 40 A, C 40 B")
	both := []Load{{"both", .25}}
	risks := []Risk{{Shape: normalShape(3), Scale: 1, Loads: both}, {Shape: normalShape(4), Scale: 1, Loads: both}, {Shape: normalShape(2), Scale: 1, Loads: Independent}}
	for _, seed := range seeds {
		in := ran(t, compiled(t, n, risks, 2), Run{Trials: many, Seed: seed, Trace: true}).Influences(0)
		sum := 0.0
		for i, want := range []float64{.3429, .5429, .1143} {
			near(t, "share of "+n.Activities[i].ID, in[i].Share, want, 6/math.Sqrt(many))
			sum += in[i].Share
		}
		near(t, "all shares", sum, 1, 1e-3)
	}
}

// 4,096 trials on screen know a chance of one half to 0.78 points, the 16,384 that are frozen to 0.39.
func TestOddsSayHowWellTheyAreKnown(t *testing.T) {
	n := plan(t, EveryDay(), "2022-07-01", "A 2")
	for trials, want := range map[int]float64{4096: .0078, 16384: .0039} {
		s := ran(t, compiled(t, n, days(Independent, must(t)(Steps([]float64{1, 2}, []float64{1, 1})))), Run{Trials: trials, Seed: 1}).Finish[0]
		p, se := s.Odds(calendar.MustDate("2022-07-01"))
		near(t, "chance", p, .5, 4*want)
		near(t, "its standard error", se, want, .0001)
	}
}

func TestCommonCausesWidenASum(t *testing.T) {
	shape := must(t)
	chain := func(count int, s *Shape, loads []Load) (*Network, []Risk) {
		text, risks := "a0 30", days(loads, s)
		for i := 1; i < count; i++ {
			text += fmt.Sprintf(", a%d 30 a%d", i, i-1)
			risks = append(risks, risks[0])
		}
		return plan(t, EveryDay(), "2022-07-01", text), risks
	}
	three := shape(FromQuantile(func(u float64) float64 { return 30 + 3*probit(u) }))
	sigma := .4
	logn := shape(LogNormal(math.Log(30)-sigma*sigma/2, sigma))
	for _, tc := range []struct {
		name     string
		count    int
		shape    *Shape
		loads    []Load
		mean, sd float64
	}{
		{"ten of sd 3, independent", 10, three, Independent, 300, 9.48683},
		{"ten of sd 3, rho .25", 10, three, []Load{{"x", .25}}, 300, 17.1026},
		{"twelve lognormal, independent", 12, logn, Independent, 360, 43.2888},
		{"twelve lognormal, rho .3 of one cause", 12, logn, []Load{{"x", .3}}, 360, 87.8373},
		{"twelve lognormal, by default", 12, logn, nil, 360, 87.8373}, // project and class, .15 each
	} {
		for _, seed := range seeds {
			n, risks := chain(tc.count, tc.shape, tc.loads)
			o := ran(t, compiled(t, n, risks, tc.count-1), Run{Trials: many, Seed: seed})
			checkMoments(t, tc.name, o.Finish[0], tc.mean, tc.sd)
		}
	}
	// two durations by themselves: rho .3 of the scores is .283387 between the lognormal durations
	n := plan(t, EveryDay(), "2022-07-01", "A 30, B 30")
	o := ran(t, compiled(t, n, days([]Load{{"x", .3}}, logn, logn), 0, 1), Run{Trials: many, Seed: 1})
	near(t, "correlation of durations", correlation(o.Finish[0], o.Finish[1]), .283387, 4/math.Sqrt(many))
}

func correlation(a, b *Sample) float64 {
	ma, sa := a.Mean()
	mb, sb := b.Mean()
	sum := 0.0
	for i := range a.Ticks {
		sum += (float64(a.Ticks[i])/tick - ma) * (float64(b.Ticks[i])/tick - mb)
	}
	return sum / float64(len(a.Ticks)) / sa / sb
}

// A chain of two milestones, gaps of 90 and 60 days: mean 198.47, sd 66.96; simulation within 1 % of the lognormal match.
func TestAMilestoneChain(t *testing.T) {
	ratio := must(t)(LogNormal(.2, .4))
	n := plan(t, EveryDay(), "2022-07-01", "A 90, B 60 A")
	r := Risk{Shape: ratio, Loads: []Load{{"project", .3}}} // scale 0: a ratio to the plan
	o := ran(t, compiled(t, n, []Risk{r, r}, 1), Run{Trials: many, Seed: 5})
	s := o.Finish[0]
	checkMoments(t, "chain", s, 198.47, 66.96)
	near(t, "P50", s.QuantileDays(.5), 188.05, 1.9)
	near(t, "P80", s.QuantileDays(.8), 247.91, 2.5)
	near(t, "P(≤ 150)", float64(s.by(150*tick))/many, .2455, .01)
}

func TestBlockersAsResidualLives(t *testing.T) {
	shape := must(t)
	near(t, "new blocker", shape(Weibull(.7, 40)).Quantile(.5), 23.70, .005)
	old := shape(WeibullRest(.7, 40, 60, 1))
	near(t, "at age 60, median", old.Quantile(.5), 49.32, .005)
	near(t, "at age 60, P80", old.Quantile(.8), 126.48, .02)
	near(t, "at age 60, closed within 30 days", old.CDF(30), .3533, .0001)
	near(t, "escalated", shape(WeibullRest(.7, 40, 60, 2)).CDF(30), .5818, .0001)
	lomax := shape(Lomax(11, 600))
	near(t, "Lomax, open at 30", 1-lomax.CDF(30), .5847, .0001)
	near(t, "Lomax, median", lomax.Quantile(.5), 39.02, .005)
	near(t, "Lomax, mean", lomax.Mean, 60, .01)
}
