package curve

import (
	"math"

	"shigan/engine/curve/special"
)

// Pool 合并 mixes distributions linearly in their chances: the pooled chance of at most x is the weighted mean of the chances.
// Weights need not sum to 1.
func Pool(tables []Table, weights []float64) Table {
	lo, hi, sum, inf := math.Inf(1), math.Inf(-1), 0.0, false
	for i, t := range tables {
		sum += weights[i]
		lo = min(lo, t.at(-4))
		for _, x := range t {
			if math.IsInf(x, 1) {
				inf = true
			} else {
				hi = max(hi, x)
			}
		}
		if top := t.at(4); !math.IsInf(top, 1) {
			hi = max(hi, top)
		}
	}
	if hi < lo { // every table says never
		return tables[0]
	}
	cdf := func(x float64) float64 {
		p := 0.0
		for i, t := range tables {
			p += weights[i] / sum * t.CDF(x)
		}
		return p
	}
	out := TableOfCDF(cdf, lo, hi)
	if !inf { // the last thousandth may lie beyond hi by rounding
		for i := range out {
			out[i] = min(out[i], hi)
		}
	}
	return out
}

// PoolWeights gives the weights of models by their record: mean CRPS over the promises that each was scored on. Until all have
// enough scored, and where a score is missing, all weigh the same; then w ∝ exp(−10·(S/S_best − 1)), so that a model 10 % worse
// than the best keeps e⁻¹ of its weight.
func PoolWeights(crps []float64, scored []int, enough int) []float64 {
	w, best := make([]float64, len(crps)), math.Inf(1)
	equal := false
	for i, s := range crps {
		equal = equal || scored[i] < enough || !(s > 0)
		best = min(best, s)
	}
	sum := 0.0
	for i, s := range crps {
		w[i] = 1
		if !equal {
			w[i] = math.Exp(-10 * (s/best - 1))
		}
		sum += w[i]
	}
	for i := range w {
		w[i] /= sum
	}
	return w
}

// Takes draws, for each trial, whether the second of two models speaks for it: with chance w, whatever else is drawn. Trials that it
// takes at one weight it takes at every larger one.
func Takes(w float64, trials int, seed uint64, names ...string) []bool {
	pick := special.NewStream(seed, append([]string{"pool"}, names...)...)
	out := make([]bool, trials)
	for t := range out {
		out[t] = pick.U(t) < w
	}
	return out
}

// DisagreeDays is the span of medians beyond which two models are said to disagree: the research's [P].
var DisagreeDays = assumed("disagree-days")

// Together pools forecasts of one promise. due is NaN where nothing was promised; span is how far two medians may differ
// without a note, in the forecasts' unit.
func Together(forecasts []Forecast, weights []float64, due, span float64) Forecast {
	if len(forecasts) == 1 {
		return forecasts[0]
	}
	tables := make([]Table, len(forecasts))
	f := Forecast{Model: ByPool, Unit: forecasts[0].Unit, Class: forecasts[0].Class}
	lo, hi, sum := math.Inf(1), math.Inf(-1), 0.0
	for i, x := range forecasts {
		tables[i] = x.Q
		lo, hi, sum = min(lo, x.Q.P50()), max(hi, x.Q.P50()), sum+weights[i]
		for _, n := range x.Notes {
			if !f.Says(n.Code) {
				f.Notes = append(f.Notes, n)
			}
		}
	}
	f.Q = Pool(tables, weights)
	f.keep(due)
	for i, x := range forecasts {
		f.Se += weights[i] / sum * x.Se
	}
	if hi-lo > span {
		f.note(Disagree, "span", hi-lo)
	}
	for i, x := range forecasts {
		f.effect(string(x.Model), without(forecasts, weights, i, due))
	}
	return f
}

// without pools all forecasts but one.
func without(forecasts []Forecast, weights []float64, i int, due float64) Forecast {
	var tables []Table
	var w []float64
	for j, x := range forecasts {
		if j != i {
			tables, w = append(tables, x.Q), append(w, weights[j])
		}
	}
	f := Forecast{Q: Pool(tables, w)}
	f.keep(due)
	return f
}
