package curve_test

import (
	"encoding/json"
	"math"
	"slices"
	"testing"

	"shigan/engine/curve"
	"shigan/engine/curve/special"

	"pgregory.net/rapid"
)

// What must hold whatever the seed and the numbers are.

func anyClass(t *rapid.T) curve.Outlook {
	return curve.Outlook{Mean: rapid.Float64Range(-.3, .8).Draw(t, "mean"), MeanVar: rapid.Float64Range(0, .1).Draw(t, "mean's variance"),
		S2: rapid.Float64Range(.01, .5).Draw(t, "s²"), Learned: curve.Learned{N: rapid.IntRange(0, 40).Draw(t, "n")}}
}

func anyChain(t *rapid.T) curve.Chain {
	c := curve.Chain{Class: anyClass(t), Rho: rapid.SampledFrom([]float64{0, .2, .7, curve.Independent}).Draw(t, "ρ"),
		Trials: 256, Seed: rapid.Uint64().Draw(t, "seed"), Due: rapid.Float64Range(-20, 900).Draw(t, "due")}
	done := rapid.IntRange(0, 3).Draw(t, "reached")
	for i := range done + rapid.IntRange(1, 4).Draw(t, "ahead") {
		g := curve.Gap{Plan: rapid.Float64Range(5, 200).Draw(t, "plan")}
		if i < done {
			g.Took = g.Plan * rapid.Float64Range(.5, 3).Draw(t, "took")
		}
		c.Gaps = append(c.Gaps, g)
	}
	c.Elapsed = rapid.SampledFrom([]float64{0, 30, 200}).Draw(t, "elapsed")
	return c
}

// forecasts makes one forecast of every model as a function of the promised moment (a larger one is easier to keep).
func forecasts(t *rapid.T) map[string]func(due float64) curve.Forecast {
	o, seed := anyClass(t), rapid.Uint64().Draw(t, "seed of all")
	chain := anyChain(t)
	spent := []float64{rapid.Float64Range(1, 40).Draw(t, "used")}
	pace := curve.Pace{Plan: 100, Used: spent, Earned: []float64{rapid.Float64Range(0, 99).Draw(t, "earned")}, Class: o, Spans: []float64{30}}
	count := curve.Count{Rate: curve.Gamma{A: 4, B: 2}, Done: rapid.IntRange(0, 9).Draw(t, "done"), Exposure: 6, Left: rapid.IntRange(1, 30).Draw(t, "left"), Season: curve.NorthernSeason[:]}
	wait := curve.Waiting{A: 3, B: 5, Idle: rapid.IntRange(0, 20).Draw(t, "idle")}
	stretch := curve.Stretch{Curve: curve.BetaCurve(2, 2), Plan: 24, Total: 100, Class: o, At: []float64{1, 2, 3}, Cum: []float64{1, 3, rapid.Float64Range(3, 60).Draw(t, "money")}}
	kids := []curve.Child{{Name: "a", Q: chain.Forecast().Q}, {Name: "b", Q: pace.Forecast().Q}, {Name: "c", Q: count.Forecast().Q}}
	return map[string]func(float64) curve.Forecast{
		"chain":   func(d float64) curve.Forecast { c := chain; c.Due = d; return c.Forecast() },
		"pace":    func(d float64) curve.Forecast { p := pace; p.Due = d; return p.Forecast() },
		"count":   func(d float64) curve.Forecast { c := count; c.Due = d; return c.Forecast() },
		"wait":    func(d float64) curve.Forecast { w := wait; w.Due = d; return w.Forecast() },
		"stretch": func(d float64) curve.Forecast { s := stretch; s.Due = d; return s.Forecast() },
		"programme": func(d float64) curve.Forecast {
			return curve.Programme{Children: kids, Trials: 200, Seed: seed}.AtLeast(2, d)
		},
		"year": func(d float64) curve.Forecast { // less is easier
			s := curve.Seasonal(curve.NorthernSeason)
			return curve.Year{Month: 5, Done: 30, Expect: 110, Target: 300 - d, Shares: s}.Forecast()
		},
		"pool": func(d float64) curve.Forecast {
			c, p := chain, pace
			c.Due, p.Due = d, d
			return curve.Together([]curve.Forecast{c.Forecast(), p.Forecast()}, []float64{1, 2}, d, curve.DisagreeDays)
		},
	}
}

func TestAChanceNeverFallsWhenTheMomentMovesOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Float64Range(0, 290).Draw(t, "due"), rapid.Float64Range(0, 290).Draw(t, "other due")
		if a > b {
			a, b = b, a
		}
		for name, f := range forecasts(t) {
			x, y := f(a), f(b)
			if x.Keep > y.Keep+1e-12 || x.Keep < 0 || y.Keep > 1 || math.IsNaN(x.Keep) {
				t.Fatalf("%s: P(≤ %v) = %v, P(≤ %v) = %v", name, a, x.Keep, b, y.Keep)
			}
			for i, q := range x.Q {
				if math.IsNaN(q) || i > 0 && q < x.Q[i-1] {
					t.Fatalf("%s: quantiles fall: %v", name, x.Q)
				}
			}
		}
	})
}

func TestNothingChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for name, f := range forecasts(t) {
			x, y := f(120), f(120)
			if x.Keep != y.Keep || x.Q != y.Q {
				t.Fatalf("%s: the same question twice, two answers", name)
			}
		}
	})
}

// TestAVarianceNextToNothingIsOne: a class known to the last bit makes no quantile vanish.
func TestAVarianceNextToNothingIsOne(t *testing.T) {
	c := curve.Chain{Class: curve.Outlook{MeanVar: 4e-309, S2: .016}, Rho: curve.Independent, Trials: 256, Gaps: []curve.Gap{{Plan: 5, Took: 3}, {Plan: 25}}}
	if q := c.Forecast().Q; math.IsNaN(q.P50()) || math.Abs(q.P50()-25) > 1 {
		t.Errorf("quantiles %v", q)
	}
}

func TestAShorterGapMakesNoQuantileLater(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyChain(t)
		c.Elapsed = 0 // a gap under way that is planned shorter says that this project is slower: no law there
		i := len(c.Gaps) - 1
		short := c
		short.Gaps = slices.Clone(c.Gaps)
		short.Gaps[i].Plan *= rapid.Float64Range(.1, 1).Draw(t, "share")
		a, b := c.Forecast(), short.Forecast()
		for k := range a.Q {
			if b.Q[k] > a.Q[k]+1e-9 {
				t.Fatalf("quantile %v went from %v to %v", curve.Levels[k], a.Q[k], b.Q[k])
			}
		}
		if b.Keep < a.Keep {
			t.Fatalf("chance fell from %v to %v", a.Keep, b.Keep)
		}
	})
}

func TestATableAnswersAsItAsks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64Range(0, 1000), 1, 200).Draw(t, "sample")
		q := curve.TableOfSample(x)
		p := rapid.Float64Range(.006, .994).Draw(t, "p")
		if c := q.CDF(q.Quantile(p)); c < p-1e-9 {
			t.Fatalf("CDF(Q(%v)) = %v", p, c)
		}
		if a, b := rapid.Float64Range(-10, 1100).Draw(t, "a"), rapid.Float64Range(-10, 1100).Draw(t, "b"); q.CDF(min(a, b)) > q.CDF(max(a, b)) {
			t.Fatalf("CDF falls between %v and %v", a, b)
		}
		raw, err := json.Marshal(q)
		var back curve.Table
		if err == nil {
			err = json.Unmarshal(raw, &back)
		}
		if err != nil || back != q {
			t.Fatalf("%v: %v came back as %v", err, q, back)
		}
	})
}

func TestATableIsCloseToWhatItTabulates(t *testing.T) {
	q := curve.TableOf(func(p float64) float64 { return math.Exp(.2 + .4*special.NormalQuantile(p)) })
	for p := .025; p < .976; p += .001 {
		if want := math.Exp(.2 + .4*special.NormalQuantile(p)); math.Abs(q.Quantile(p)/want-1) > .004 {
			t.Errorf("P%.1f: %v, want %v", 100*p, q.Quantile(p), want)
		}
	}
	if s := q.Stretch(1); s != q {
		t.Error("a stretch by 1 must change nothing")
	}
	wide := q.Stretch(1.5)
	near(t, "a stretched P90", wide.P90(), q.Quantile(special.NormalCDF(1.5*special.NormalQuantile(.9))), 1e-9)
	if wide.P50() != q.P50() {
		t.Error("the median must stay")
	}
}

func FuzzTable(f *testing.F) {
	good, _ := json.Marshal(curve.TableOf(func(p float64) float64 { return p }))
	f.Add(string(good))
	f.Add(`[1,2,null]`)
	f.Add(`[` + string(slices.Repeat([]byte("null,"), 24)) + `null]`)
	f.Fuzz(func(t *testing.T, raw string) {
		var q curve.Table
		if json.Unmarshal([]byte(raw), &q) != nil {
			return
		}
		out, err := json.Marshal(q)
		var back curve.Table
		if err != nil || json.Unmarshal(out, &back) != nil || back != q {
			t.Fatalf("%s came back as %s", raw, out)
		}
		for _, x := range []float64{math.Inf(-1), -1, 0, 1e300, math.Inf(1)} {
			if p := q.CDF(x); p < 0 || p > 1 {
				t.Fatalf("CDF(%v) = %v of %s", x, p, raw)
			}
		}
	})
}

func TestAPoolLiesBetweenItsModelsAndSaysWhenTheyDisagree(t *testing.T) {
	at := func(m float64) curve.Forecast {
		return curve.Forecast{Model: curve.ByChain, Unit: curve.Days, Q: curve.TableOf(func(p float64) float64 { return m + 10*special.NormalQuantile(p) })}
	}
	f := curve.Together([]curve.Forecast{at(100), at(120)}, []float64{.5, .5}, 110, curve.DisagreeDays)
	near(t, "median of two mirror images", f.Q.P50(), 110, .01)
	near(t, "chance", f.Keep, .5, 1e-6)
	near(t, "P10 by the mixture", .5*special.NormalCDF((f.Q.P10()-100)/10)+.5*special.NormalCDF((f.Q.P10()-120)/10), .1, 1e-4)
	if f.Says(curve.Disagree) {
		t.Error("20 days are no disagreement")
	}
	if f = curve.Together([]curve.Forecast{at(100), at(131)}, []float64{.5, .5}, 110, curve.DisagreeDays); !f.Says(curve.Disagree) {
		t.Error("31 days are one")
	}
	for _, x := range []struct {
		crps   []float64
		scored []int
		want   float64
	}{{[]float64{10, 11}, []int{19, 40}, .5}, {[]float64{10, 11}, []int{20, 20}, 1 / (1 + math.Exp(-1))}, {[]float64{0, 11}, []int{50, 50}, .5}} {
		near(t, "weight of the first", curve.PoolWeights(x.crps, x.scored, 20)[0], x.want, 1e-12)
	}
}
