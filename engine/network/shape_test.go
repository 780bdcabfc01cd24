package network

import (
	"math"
	"testing"
)

func TestShapesKeepTheirMoments(t *testing.T) {
	shape := must(t)
	var grid, weight []float64
	for x := 40.0; x <= 160; x += 0.1 {
		grid, weight = append(grid, x), append(weight, math.Exp(-(x-100)*(x-100)/200))
	}
	for name, tc := range map[string]struct {
		s        *Shape
		mean, sd float64
	}{
		"lognormal":   {shape(LogNormal(.2, .4)), math.Exp(.28), math.Exp(.28) * math.Sqrt(math.Exp(.16)-1)},
		"exponential": {shape(Exponential(10)), 10, 10},
		"two points":  {shape(Steps([]float64{3, 9}, []float64{1, 1})), 6, 3},
		"empirical":   {shape(Empirical([]float64{2, 4, 6, 8})), 5, math.Sqrt(4.5)}, // an eighth at either end, the rest even,
		"weighted":    {shape(Weighted(grid, weight)), 100, 10},
	} {
		near(t, name+" mean", tc.s.Mean, tc.mean, .002*tc.mean)
		near(t, name+" sd", tc.s.SD, tc.sd, .03*tc.sd)
	}
	table := normal()
	var sum, sq float64
	for _, c := range table {
		for f := range 16 {
			v := float64(c.at) + float64(c.rise)*float64(f)
			sum, sq = sum+v, sq+v*v
		}
	}
	near(t, "mean of all 65,536 scores", sum/65536, 0, 1e-6)
	near(t, "variance of all 65,536 scores", sq/65536, 1, 1e-5)
}

func TestNonsenseShapesAreRefused(t *testing.T) {
	nan := math.NaN()
	for name, make := range map[string]func() (*Shape, error){
		"triangular upside down": func() (*Shape, error) { return Triangular(5, 3, 4) },
		"negative PERT":          func() (*Shape, error) { return PERT(-1, 3, 4) },
		"sigma below zero":       func() (*Shape, error) { return LogNormal(0, -1) },
		"no mean":                func() (*Shape, error) { return LogNormal(nan, 1) },
		"no values":              func() (*Shape, error) { return Empirical(nil) },
		"negative value":         func() (*Shape, error) { return Empirical([]float64{-1, 2}) },
		"weights of nothing":     func() (*Shape, error) { return Weighted([]float64{1, 2}, []float64{0, 0}) },
		"Weibull of scale zero":  func() (*Shape, error) { return Weibull(1, 0) },
		"falling quantile":       func() (*Shape, error) { return FromQuantile(func(u float64) float64 { return 1 - u }) },
		"probability of nothing": func() (*Shape, error) { return Steps([]float64{1}, []float64{0}) },
	} {
		if _, err := make(); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	n := plan(t, EveryDay(), "2022-07-01", "A 1")
	_, err := Compile(n, []Risk{{Shape: must(t)(Exponential(1)), Loads: []Load{{"a", .7}, {"b", .5}}}}, Options{})
	if err == nil {
		t.Error("correlations over 1 were taken")
	}
}
