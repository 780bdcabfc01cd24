package network

import (
	"math"
	"math/bits"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// The delay of T = max(100+30a+10w, 95+20m+10w) is 40 days; only the Shapley split adds up to it.
func TestShapleySplitsTheDelayExactly(t *testing.T) {
	n := plan(t, EveryDay(), "2022-07-01", "A 100, W1 0 A, M 95, W2 0 M, T 0 W1 W2")
	fixed := func(v float64) *Shape { return must(t)(Steps([]float64{v}, []float64{1})) }
	risks := days(Independent, fixed(130), fixed(10), fixed(115), fixed(10), nil)
	group := []int{0, 2, 1, 2} // a, w, m, w
	base := ran(t, compiled(t, n, risks, 4), Run{Trials: 64, Keep: true})
	value := func(set uint) float64 {
		some := slices.Clone(risks)
		for i, g := range group {
			some[i].Calm = set>>g&1 == 0
		}
		o, err := base.Try(n, some, Options{Project: "p", Targets: []int{4}})
		if err != nil {
			t.Fatal(err)
		}
		mean, _ := o.Finish[0].Mean()
		return mean
	}
	got := Shapley(3, value)
	for i, want := range []float64{22.5, 7.5, 10} {
		near(t, "share of "+[]string{"a", "m", "w"}[i], got[i], want, 1e-9)
	}
	near(t, "sum", got[0]+got[1]+got[2], value(7)-value(0), 1e-9)
	// one at a time neither way adds up, so neither may be printed as a decomposition
	for i, want := range [][2]float64{{15, 30}, {0, 15}, {10, 10}} {
		near(t, "taking one away", value(7)-value(7&^(1<<i)), want[0], 1e-9)
		near(t, "adding one", value(1<<i)-value(0), want[1], 1e-9)
	}
}

func TestShapleyAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 8).Draw(t, "groups")
		v := rapid.SliceOfN(rapid.Float64Range(-100, 100), 1<<n, 1<<n).Draw(t, "values")
		calls := make([]int, 1<<n)
		sum := 0.0
		for _, x := range Shapley(n, func(set uint) float64 { calls[set]++; return v[set] }) {
			sum += x
		}
		if math.Abs(sum-(v[len(v)-1]-v[0])) > 1e-9 {
			t.Fatalf("parts sum to %v, the whole is %v", sum, v[len(v)-1]-v[0])
		}
		for set, c := range calls {
			if c != 1 {
				t.Fatalf("set %b asked %d times (%d members)", set, c, bits.OnesCount(uint(set)))
			}
		}
	})
}
