package score_test

import (
	"math"
	"slices"
	"testing"

	"shigan/engine/curve/special"
	"shigan/engine/score"

	"pgregory.net/rapid"
)

func near(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if math.IsNaN(got) || math.Abs(got-want) > tol {
		t.Errorf("%s = %.10g, want %.10g ± %g", what, got, want, tol)
	}
}

// The worked numbers of the research, marked [M] there.

func TestCRPSOfANormalAndOfASample(t *testing.T) {
	near(t, "N(0, 1), y 0", score.CRPSNormal(0, 1, 0), .233695, 5e-7)
	near(t, "N(0, 1), y 1", score.CRPSNormal(0, 1, 1), .602441, 5e-7)
	x := []float64{10, 12, 15, 20}
	near(t, "V-form", score.CRPSSample(x, 14, false), 1.1875, 1e-12)
	near(t, "fair", score.CRPSSample(x, 14, true), .5, 1e-12)
	near(t, "by its function", score.CRPS(special.NormalCDF, -9, 9, 1), .602441, 1e-5)
	near(t, "outside of the support", score.CRPS(func(x float64) float64 { return min(1, max(0, x)) }, 0, 1, 3), 2+1.0/3, 1e-5)
	near(t, "censored far out is the square of what was given away", score.CRPSCensored(special.NormalCDF, -9, 0), .116847, 1e-5)
}

func TestPinball(t *testing.T) {
	near(t, "y 14", score.Pinball(.8, 15, 14), .2, 1e-12)
	near(t, "y 20", score.Pinball(.8, 15, 20), 4.0, 1e-12)
}

func TestBrierAndItsSkill(t *testing.T) {
	p, o := []float64{.9, .7, .4, .2, .8}, []bool{true, true, false, false, false}
	b := score.Brier(p, o)
	near(t, "Brier", b, .188, 1e-12)
	near(t, "climatology", score.Climatology(o), .24, 1e-12)
	near(t, "skill", score.Skill(b, score.Climatology(o)), .216667, 5e-7)
}

func TestCoverageAgainstItsExactBand(t *testing.T) {
	c := score.Cover(33, 50, .8)
	near(t, "P(X ≤ 33)", c.Below, .01444, 5e-6)
	near(t, "Wilson, low", c.Low, .5215, 5e-5)
	near(t, "Wilson, high", c.High, .7756, 5e-5)
	if !c.Alarm() {
		t.Error("33 of 50 at 80 % is an alarm")
	}
	for n, want := range map[int][2]int{20: {12, 19}, 50: {34, 45}, 200: {149, 171}} {
		if from, to := score.Band(n, .8); from != want[0] || to != want[1] {
			t.Errorf("band of %d: %d–%d, want %v", n, from, to, want)
		}
	}
}

func TestPITOfForty(t *testing.T) {
	p := score.UniformCounts([]int{4, 6, 9, 12, 9})
	near(t, "χ²", p.Chi2, 4.75, 1e-12)
	near(t, "p", p.P, .314, 5e-4)
	if p.N != 40 || !p.Enough {
		t.Errorf("%+v", p)
	}
}

func TestConformalSaysWhatFewCasesCanGive(t *testing.T) {
	for n, k := range map[int]int{9: 8, 19: 16, 39: 32} {
		scores := make([]float64, n)
		for i := range scores {
			scores[i] = float64(n - i)
		}
		if c := score.Conform(scores, .8); c.K != k || c.Bound != float64(k) || !c.Enough {
			t.Errorf("n %d: %+v, want k %d", n, c, k)
		}
	}
	c := score.Conform([]float64{1, 2, 3}, .8)
	if c.Enough || !math.IsInf(c.Bound, 1) {
		t.Errorf("three cases cannot give 80 %%: %+v", c)
	}
	near(t, "attainable with three", c.Attainable, .75, 1e-12)
	if c := score.Conform([]float64{4, 1, 3, 2}, .8); !c.Enough || c.Bound != 4 {
		t.Errorf("four cases can, with their largest: %+v", c)
	}
	nineteen := score.Conform(make([]float64, 19), .8)
	near(t, "real coverage of 19, low", nineteen.Low, .64, .005)
	near(t, "real coverage of 19, high", nineteen.High, .92, .005)
}

// What must hold whatever the numbers are.

func TestBrierIsTheSumOfItsParts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 60).Draw(t, "n")
		p, o := make([]float64, n), make([]bool, n)
		for i := range p {
			p[i], o[i] = float64(rapid.IntRange(0, 20).Draw(t, "p"))/20, rapid.Bool().Draw(t, "o")
		}
		d := score.Decompose(p, o, 20)
		if e := d.Reliability - d.Resolution + d.Uncertainty + d.Within - score.Brier(p, o); math.Abs(e) > 1e-12 {
			t.Fatalf("off by %g", e)
		}
		sum := 0
		for _, b := range d.Bins {
			sum += b.N
			if b.Low > b.Happened+1e-12 || b.High < b.Happened-1e-12 {
				t.Fatalf("rate outside of its interval: %+v", b)
			}
		}
		if sum != n {
			t.Fatalf("%d of %d forecasts in bins", sum, n)
		}
	})
	d := score.Decompose([]float64{.1, .1, .1, .9}, []bool{false, false, true, true}, 10)
	near(t, "within, where a bin's forecasts are equal", d.Within, 0, 1e-12)
}

func TestCRPSOfASampleIsWhatItsPairsSay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64Range(-50, 50), 2, 12).Draw(t, "x")
		y := rapid.Float64Range(-60, 60).Draw(t, "y")
		n, a, b := float64(len(x)), 0.0, 0.0
		for _, v := range x {
			a += math.Abs(v-y) / n
			for _, w := range x {
				b += math.Abs(v-w) / 2
			}
		}
		if e := score.CRPSSample(x, y, false) - (a - b/(n*n)); math.Abs(e) > 1e-9 {
			t.Fatalf("V-form off by %g", e)
		}
		if e := score.CRPSSample(x, y, true) - (a - b/(n*(n-1))); math.Abs(e) > 1e-9 {
			t.Fatalf("fair form off by %g", e)
		}
	})
}

func TestAnHonestForecastHasTheBestExpectedScore(t *testing.T) {
	key := special.NewStream(3, "proper")
	honest, sharp, wide, shifted := 0.0, 0.0, 0.0, 0.0
	logHonest, logBold := 0.0, 0.0
	n := 20_000
	for i := range n {
		y := key.Normal(i)
		honest += score.CRPSNormal(0, 1, y)
		sharp += score.CRPSNormal(0, .6, y)
		wide += score.CRPSNormal(0, 1.7, y)
		shifted += score.CRPSNormal(.4, 1, y)
		o := []bool{key.Sub(1).U(i) < .3}
		logHonest += score.Log([]float64{.3}, o, 0)
		logBold += score.Log([]float64{.1}, o, 0)
	}
	if honest >= sharp || honest >= wide || honest >= shifted || logHonest >= logBold {
		t.Errorf("CRPS honest %v, sharp %v, wide %v, shifted %v; log %v, %v", honest, sharp, wide, shifted, logHonest, logBold)
	}
	if l := score.Log([]float64{0}, []bool{true}, .001); math.Abs(l+math.Log(.001)) > 1e-12 {
		t.Errorf("the floor: %v", l)
	}
}

func TestAUCCountsTiesHalf(t *testing.T) {
	near(t, "with a tie", score.AUC([]float64{.1, .4, .4, .8}, []bool{false, false, true, true}), .875, 1e-12)
	if a := score.AUC([]float64{.1, .2}, []bool{true, true}); !math.IsNaN(a) {
		t.Errorf("without the other kind there is no AUC: %v", a)
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 30).Draw(t, "n")
		p, o := make([]float64, n), make([]bool, n)
		wins, pairs := 0.0, 0.0
		for i := range p {
			p[i], o[i] = float64(rapid.IntRange(0, 6).Draw(t, "p")), rapid.Bool().Draw(t, "o")
		}
		for i := range p {
			for j := range p {
				if o[i] && !o[j] {
					pairs++
					switch {
					case p[i] > p[j]:
						wins++
					case p[i] == p[j]:
						wins += .5
					}
				}
			}
		}
		if pairs > 0 && math.Abs(score.AUC(p, o)-wins/pairs) > 1e-12 {
			t.Fatalf("%v, want %v", score.AUC(p, o), wins/pairs)
		}
	})
}

func TestIsotonicNeverFallsAndKeepsTheRate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 40).Draw(t, "n")
		p, o := make([]float64, n), make([]bool, n)
		for i := range p {
			p[i], o[i] = float64(rapid.IntRange(0, 10).Draw(t, "p"))/10, rapid.Bool().Draw(t, "o")
		}
		f := score.FitIsotonic(p, o, nil)
		if !slices.IsSorted(f.Y) || !slices.IsSorted(f.X) {
			t.Fatalf("falls: %+v", f)
		}
		sum, hits := 0.0, 0.0
		for i, x := range p {
			sum += f.At(x)
			if o[i] {
				hits++
			}
		}
		if math.Abs(sum-hits) > 1e-9 {
			t.Fatalf("fitted %v outcomes of %v", sum, hits)
		}
	})
	f := score.FitIsotonic([]float64{.1, .2, .3, .4}, []bool{false, true, false, true}, nil)
	if f.At(.1) != 0 || f.At(.25) != .5 || f.At(.9) != 1 || f.At(0) != 0 {
		t.Errorf("%+v", f)
	}
}

func TestHorizonsAreRecalibratedByHowMuchWasSeen(t *testing.T) {
	var past []score.Past
	add := func(n int, months, p float64, kept func(i int) bool) {
		for i := range n {
			past = append(past, score.Past{Months: months, P: p, Kept: kept(i), Upper: float64(i)/float64(n)*.4 - .1})
		}
	}
	add(19, .5, .8, func(int) bool { return true })
	add(20, 2, .8, func(int) bool { return true })
	add(100, 9, .8, func(i int) bool { return i%2 == 0 })
	r := score.Recalibrate(past, .8)
	if r[0].Way != score.OnlyShown || r[0].Upper(10) != 10 || r[0].Chance(.8) != .8 || r[0].N != 19 {
		t.Errorf("nineteen are only shown: %+v", r[0])
	}
	if r[1].Way != score.Shifted || r[1].Chance(.8) != .8 || !(r[1].Upper(10) > 10) {
		t.Errorf("twenty move the upper quantile, not the chance: %+v", r[1])
	}
	if r[3].Way != score.Fitted || math.Abs(r[3].Chance(.8)-.5) > 1e-9 {
		t.Errorf("a hundred fit the chance: %+v", r[3])
	}
	if r[2].N != 0 || r[2].Upper(10) != 10 || r[4].Chance(.3) != .3 {
		t.Errorf("what was never scored is left alone: %+v", r[2])
	}
	for m, want := range map[float64]int{0: 0, 1: 0, 1.01: 1, 12: 3, 13: 4, 400: 4} {
		if got := score.Stratum(m); got != want {
			t.Errorf("%v months: stratum %d, want %d", m, got, want)
		}
	}
}

func TestWidthsAreLearnedByGroup(t *testing.T) {
	z := special.NormalQuantile(.9)
	wide := [][]float64{{2 * z, -2 * z}, {2 * z}, {-2 * z, 2 * z, 2 * z}}
	if f, n := score.Width(wide, .8, 0); n != 3 || math.Abs(f-2) > 1e-12 {
		t.Errorf("twice as wide: %v of %d", f, n)
	}
	if f, _ := score.Width(wide, .8, 3); math.Abs(f-math.Sqrt2) > 1e-12 {
		t.Errorf("drawn half way to 1: %v", f)
	}
	if f, n := score.Width(nil, .8, 2); f != 1 || n != 0 {
		t.Errorf("nothing seen: %v, %d", f, n)
	}
	long := make([]float64, 100) // a project with a hundred reports weighs like one with a single one
	for i := range long {
		long[i] = .1
	}
	if f, _ := score.Width([][]float64{long, {1}, {1}}, .8, 0); math.Abs(f-1/z) > 1e-12 {
		t.Errorf("%v", f)
	}
}

func TestQuantilesApproachTheCRPS(t *testing.T) {
	var levels, q []float64
	for i := 1; i < 20; i++ {
		levels = append(levels, float64(i)/20)
		q = append(q, special.NormalQuantile(float64(i)/20))
	}
	for _, y := range []float64{-1.5, 0, .7} {
		near(t, "by quantiles", score.CRPSQuantiles(levels, q, y, 99), score.CRPSNormal(0, 1, y), .02)
	}
	if s := score.CRPSQuantiles([]float64{.5}, []float64{math.Inf(1)}, 3, 10); s != 7 {
		t.Errorf("a quantile beyond any horizon counts as the top: %v", s)
	}
}

func TestBootstrapIsTheSameEverywhereAndCoversTheMean(t *testing.T) {
	key := special.NewStream(5, "data")
	hits := 0
	for round := range 200 {
		x := make([]float64, 40)
		for i := range x {
			x[i] = key.Sub(round).Normal(i)
		}
		mean := func(chosen []int) (m float64) {
			for _, i := range chosen {
				m += x[i] / float64(len(chosen))
			}
			return m
		}
		b := score.Bootstrap(len(x), 400, .9, 9, mean)
		if b != score.Bootstrap(len(x), 400, .9, 9, mean) {
			t.Fatal("not the same twice")
		}
		if b.Low <= 0 && 0 <= b.High {
			hits++
		}
	}
	if c := score.Cover(hits, 200, .9); c.Below < .001 {
		t.Errorf("90 %% interval held the truth %d times of 200", hits)
	}
}
