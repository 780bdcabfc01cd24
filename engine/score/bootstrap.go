package score

import (
	"math"
	"slices"

	"shigan/engine/curve/special"
)

// Interval is an estimate with the bounds that resampling gives it.
type Interval struct {
	Estimate, Low, High float64
	N                   int // groups that were resampled
}

// Bootstrap resamples whole groups (all forecasts of one project or one promise are one group: they err together) and takes the
// central share of what a statistic then comes to. The statistic gets the chosen groups' numbers, a group as often as it was drawn.
// Draws at which it is not a number are left out.
func Bootstrap(groups, draws int, confidence float64, seed uint64, statistic func(chosen []int) float64) Interval {
	all := make([]int, groups)
	for i := range all {
		all[i] = i
	}
	out := Interval{Estimate: statistic(all), Low: math.NaN(), High: math.NaN(), N: groups}
	key := special.NewStream(seed, "bootstrap")
	var values []float64
	for d := range draws {
		row := key.Sub(d)
		for i := range all {
			all[i] = row.Int(i, groups)
		}
		if v := statistic(all); !math.IsNaN(v) {
			values = append(values, v)
		}
	}
	if len(values) == 0 {
		return out
	}
	slices.Sort(values)
	at := func(p float64) float64 { return values[min(len(values)-1, int(p*float64(len(values))))] }
	out.Low, out.High = at((1-confidence)/2), at(1-(1-confidence)/2)
	return out
}
