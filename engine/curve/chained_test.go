package curve_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"shigan/engine/curve"
	"shigan/engine/score"
)

// panel draws cases whose log odds rise with the first feature and by group; the second feature says nothing.
func panel(seed uint64, periods, n int) (cases []curve.Dated) {
	r := rand.New(rand.NewPCG(seed, 3))
	bias := map[string]float64{"A": 1.2, "B": -1.2, "C": 0}
	for p := range periods {
		for range n {
			g := string("ABC"[r.IntN(3)])
			x := r.NormFloat64()
			chance := 1 / (1 + math.Exp(1.2-1.5*x-bias[g]))
			cases = append(cases, curve.Dated{Period: 2014 + p, Group: g, X: []float64{x, r.NormFloat64()}, Y: r.Float64() < chance, Known: true})
		}
	}
	return cases
}

// TestNothingOfAPeriodOrLaterReachesItsModel: outcomes of a period and of all later ones may be anything, its model stays bit by bit.
func TestNothingOfAPeriodOrLaterReachesItsModel(t *testing.T) {
	cases := panel(1, 5, 60)
	first := curve.ForwardChain([]string{"x", "noise"}, cases, curve.DefaultChain)
	if len(first) != 4 || first[0].Period != 2015 {
		t.Fatalf("models of %d periods", len(first))
	}
	for i := range cases {
		if cases[i].Period >= 2017 {
			cases[i].Y, cases[i].X = !cases[i].Y, []float64{99, -99}
		}
	}
	second := curve.ForwardChain([]string{"x", "noise"}, cases, curve.DefaultChain)
	ask := curve.Dated{Group: "A", X: []float64{.3, -.2}}
	for k := range first[:3] { // 2015, 2016, 2017 learn from 2014 to 2016
		if a, b := first[k].Chance(ask), second[k].Chance(ask); a != b {
			t.Errorf("%d: %v became %v", first[k].Period, a, b)
		}
	}
	if first[3].Chance(ask) == second[3].Chance(ask) {
		t.Error("2018 learns from 2017 and did not notice")
	}
}

// TestChainedChancesBeatTheConstantAndFindTheGroups where there is something to find.
func TestChainedChancesBeatTheConstantAndFindTheGroups(t *testing.T) {
	cases := panel(7, 6, 150)
	models := curve.ForwardChain([]string{"x", "noise"}, cases, curve.DefaultChain)
	var p, flat []float64
	var y []bool
	for i := range models {
		for _, c := range cases {
			if c.Period == models[i].Period {
				p, flat, y = append(p, models[i].Chance(c)), append(flat, models[i].Rate), append(y, c.Y)
			}
		}
	}
	if a, b, c := score.AUC(p, y), score.Brier(p, y), score.Brier(flat, y); a < .8 || b > .85*c {
		t.Errorf("AUC %.3f, Brier %.4f against %.4f", a, b, c)
	}
	last := models[len(models)-1]
	if math.IsInf(last.Groups, 1) || last.Offset["A"] < .5 || last.Offset["B"] > -.5 || math.Abs(last.Offset["C"]) > .5 {
		t.Errorf("groups %v, chosen precision %v", last.Offset, last.Groups)
	}
}

// TestACaseWithoutOutcomeTeachesNothing: it may still be asked about.
func TestACaseWithoutOutcomeTeachesNothing(t *testing.T) {
	cases := panel(3, 3, 40)
	before := curve.ForwardChain([]string{"x", "noise"}, cases, curve.DefaultChain)
	open := append(cases, curve.Dated{Period: 2014, Group: "A", X: []float64{50, 50}, Y: true}, curve.Dated{Period: 2017, Group: "A", X: []float64{0, math.NaN()}})
	after := curve.ForwardChain([]string{"x", "noise"}, open, curve.DefaultChain)
	if len(after) != len(before)+1 || after[0].Chance(cases[0]) != before[0].Chance(cases[0]) {
		t.Errorf("%d models became %d", len(before), len(after))
	}
	if c := after[len(after)-1].Chance(open[len(open)-1]); !(c > 0 && c < 1) {
		t.Errorf("chance %v", c)
	}
}
