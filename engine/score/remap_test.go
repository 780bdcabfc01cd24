package score_test

import (
	"fmt"
	"math"
	"testing"

	"shigan/engine/curve/special"
	"shigan/engine/score"
)

var edges = []float64{.01, .025, .05, .1, .2, .3, .4, .5, .6, .7, .8, .9, .95, .975, .99}

// places draws outcomes of truth N(shift, spread²) in a forecast that says N(0, 1); one in open of them is known only to lie beyond a
// moment that does not depend on it.
func places(n int, shift, spread, open float64, seed uint64) []score.Place {
	out := make([]score.Place, n)
	key := special.NewStream(seed, "places")
	for i := range out {
		row := key.Sub(i)
		u := special.NormalCDF(shift + spread*row.Normal(0))
		out[i] = score.Place{From: u, To: u, Weight: 1}
		if c := row.U(2); row.U(1) < open && c < u {
			out[i] = score.Place{From: c, To: 1, Weight: 1}
		}
	}
	return out
}

func TestNothingLearnedChangesNothing(t *testing.T) {
	for _, r := range []score.Remap{{}, score.LearnRemap(nil, edges, 20)} {
		for p := 0.0; p <= 1; p += .01 {
			if math.Abs(r.At(p)-p) > 1e-12 || math.Abs(r.Inverse(p)-p) > 1e-12 {
				t.Fatalf("%.2f becomes %.4f", p, r.At(p))
			}
		}
	}
}

func TestACalibrationCurveRisesAndCanBeUndone(t *testing.T) {
	for seed := range uint64(20) {
		r := score.LearnRemap(places(int(seed)*17, .5, 2, .3, seed), edges, 5)
		last := -1.0
		for p := 0.0; p <= 1; p += .005 {
			q := r.At(p)
			if q <= last || math.Abs(r.Inverse(q)-p) > 1e-9 {
				t.Fatalf("seed %d: %.3f → %.6f, and back to %.6f", seed, p, q, r.Inverse(q))
			}
			last = q
		}
		if r.At(0) != 0 || r.At(1) != 1 {
			t.Errorf("seed %d: it runs from %.3f to %.3f", seed, r.At(0), r.At(1))
		}
	}
}

func TestIntervalsThatAreTooNarrowAreWidenedAndTooWideOnesNarrowed(t *testing.T) {
	inside := func(r score.Remap, shift, spread float64) float64 { // of what comes, within the 80 % interval as it is read
		lo, hi := special.NormalQuantile(r.Inverse(.1)), special.NormalQuantile(r.Inverse(.9))
		return special.NormalCDF((hi-shift)/spread) - special.NormalCDF((lo-shift)/spread)
	}
	for _, tc := range []struct{ shift, spread float64 }{{0, 1.7}, {0, .4}, {1, 1}, {-.6, 1.4}} {
		raw, read := inside(score.Remap{}, tc.shift, tc.spread), inside(score.LearnRemap(places(2000, tc.shift, tc.spread, 0, 1), edges, 20), tc.shift, tc.spread)
		if math.Abs(read-.8) > .03 || math.Abs(read-.8) > math.Abs(raw-.8) {
			t.Errorf("shift %.1f, spread %.1f: %.3f of outcomes inside, %.3f before", tc.shift, tc.spread, read, raw)
		}
	}
	if r := score.LearnRemap(places(2000, 0, 1, 0, 2), edges, 20); r.Off() > .03 {
		t.Errorf("an honest forecast is changed by %.3f", r.Off())
	}
}

func TestFewCasesChangeLittle(t *testing.T) {
	all := places(200, 0, 3, 0, 3)
	last := 0.0
	for _, n := range []int{0, 5, 20, 200} {
		off := score.LearnRemap(all[:n], edges, 20).Off()
		if off < last {
			t.Errorf("%d cases change less than fewer did: %.3f", n, off)
		}
		last = off
	}
	if five := score.LearnRemap(all[:5], edges, 20); five.Off() > .2 {
		t.Errorf("five cases change a chance by %.3f", five.Off())
	}
}

func TestWhatIsOpenIsNeitherLeftOutNorTakenAsOver(t *testing.T) {
	whole, cut := score.LearnRemap(places(4000, .6, 1.3, 0, 4), edges, 20), score.LearnRemap(places(4000, .6, 1.3, .7, 4), edges, 20)
	var closed []score.Place
	for _, x := range places(4000, .6, 1.3, .7, 4) {
		if x.To == x.From {
			closed = append(closed, x)
		}
	}
	left := score.LearnRemap(closed, edges, 20)
	worst, naive := 0.0, 0.0
	for p := .1; p < 1; p += .1 {
		worst, naive = max(worst, math.Abs(cut.At(p)-whole.At(p))), max(naive, math.Abs(left.At(p)-whole.At(p)))
	}
	if worst > .04 || naive < 2*worst {
		t.Errorf("with open ones off by %.3f, with open ones left out by %.3f", worst, naive)
	}
}

func TestTheOrderOfCasesDoesNotMatter(t *testing.T) {
	a := places(300, .3, 1.4, .4, 5)
	b := make([]score.Place, len(a))
	for i, x := range a {
		b[len(a)-1-i] = x
	}
	if x, y := fmt.Sprint(score.LearnRemap(a, edges, 20)), fmt.Sprint(score.LearnRemap(b, edges, 20)); x != y {
		t.Errorf("%s\n%s", x, y)
	}
}

func TestCasesThatShareTheirCausesCountForLess(t *testing.T) {
	w := score.Dependent([]string{"a", "b", "b", "b"}, .5)
	if w[0] != 1 || w[1] != .5 || w[1] != w[3] {
		t.Errorf("weights %v", w)
	}
	if w := score.Dependent(make([]string, 10_000), .15); math.Abs(w[0]*10_000-1/.15) > .01 { // however many, no more than 1/ρ
		t.Errorf("ten thousand cases of one month are worth %.2f", w[0]*10_000)
	}
}
