package network

import (
	"math"
	"testing"
)

// The worked numbers of these tests are exact or computed outside of this program; a simulation passes if it lies within four of
// its own standard errors on each of three seeds.

var seeds = []uint64{1, 20220702, 0xC0FFEE}

const many = 1 << 16

// shapes makes a shape or fails.
func must(t testing.TB) func(*Shape, error) *Shape {
	return func(s *Shape, err error) *Shape {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
}

// days gives every activity a shape in days; nil leaves it as planned.
func days(loads []Load, shapes ...*Shape) []Risk {
	r := make([]Risk, len(shapes))
	for i, s := range shapes {
		r[i] = Risk{Shape: s, Scale: 1, Loads: loads}
	}
	return r
}

func compiled(t testing.TB, n *Network, risks []Risk, targets ...int) *Model {
	t.Helper()
	m, err := Compile(n, risks, Options{Project: "p", Targets: targets})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func ran(t testing.TB, m *Model, r Run) *Outcome {
	t.Helper()
	o, err := m.Run(r)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// near fails if got is further than width from want.
func near(t testing.TB, what string, got, want, width float64) {
	t.Helper()
	if math.Abs(got-want) > width || math.IsNaN(got) {
		t.Errorf("%s: %.6g, want %.6g ± %.2g", what, got, want, width)
	}
}

// varianceSE is the standard error of a sample's variance, from its fourth moment.
func varianceSE(s *Sample) float64 {
	mean, sd := s.Mean()
	m4 := 0.0
	for _, t := range s.Ticks {
		m4 += math.Pow(float64(t)/tick-mean, 4)
	}
	n := float64(len(s.Ticks))
	return math.Sqrt((m4/n - math.Pow(sd, 4)) / n)
}

// checkMoments compares mean and standard deviation with exact values, within four standard errors.
func checkMoments(t testing.TB, what string, s *Sample, wantMean, wantSD float64) {
	t.Helper()
	mean, sd := s.Mean()
	se := 4 / math.Sqrt(float64(len(s.Ticks)))
	near(t, what+" mean", mean, wantMean, se*wantSD+1.0/tick)
	near(t, what+" sd", sd, wantSD, 4*varianceSE(s)/(2*sd)+1.0/tick)
}

func checkOdds(t testing.TB, what string, s *Sample, by int32, want float64) {
	t.Helper()
	n := float64(len(s.Ticks))
	near(t, what, float64(s.by(by))/n, want, 4*math.Sqrt(want*(1-want)/n))
}
