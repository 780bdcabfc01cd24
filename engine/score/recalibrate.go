package score

import (
	"math"
	"slices"
	"sort"

	"shigan/engine/curve/special"
)

// Conformal 保形 is the bound that a new case stays within with a level, learned from the scores of n exchangeable cases.
type Conformal struct {
	N          int
	Level      float64
	K          int     // the bound is the K-th smallest score, K = ceil((n+1)·level)
	Bound      float64 // +Inf where K is above n
	Attainable float64 // the highest level that n cases can give: n/(n+1)
	Enough     bool    // Level ≤ Attainable
	Low, High  float64 // what the true coverage of such a bound is, 5 to 95 %: Beta(K, n+1−K)
}

// Conform sorts a copy of the scores.
func Conform(scores []float64, level float64) Conformal {
	n := len(scores)
	c := Conformal{N: n, Level: level, K: int(math.Ceil(float64(n+1)*level - 1e-9)), Bound: math.Inf(1), Attainable: float64(n) / float64(n+1)}
	if c.Enough = c.K <= n && c.K > 0; c.Enough {
		s := slices.Clone(scores)
		slices.Sort(s)
		c.Bound = s[c.K-1]
		c.Low, c.High = special.BetaQuantile(0.05, float64(c.K), float64(n+1-c.K)), special.BetaQuantile(0.95, float64(c.K), float64(n+1-c.K))
	} else {
		c.Low, c.High = 0, 1
	}
	return c
}

// Width learns from groups of normal scores (the reports of one project are one group and weigh one together) how much wider or
// narrower intervals must be: the level's quantile of |z| over what it should be. It is drawn towards 1 as if prior groups had been
// just right, on the scale of logs. n counts groups; few of them say little, whatever their reports.
func Width(groups [][]float64, level, prior float64) (factor float64, n int) {
	type scored struct{ z, w float64 }
	var all []scored
	for _, g := range groups {
		for _, z := range g {
			all = append(all, scored{math.Abs(z), 1 / float64(len(g))})
		}
		if len(g) > 0 {
			n++
		}
	}
	if n == 0 {
		return 1, 0
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].z < all[j].z })
	at, sum := all[len(all)-1].z, 0.0
	for _, x := range all {
		if sum += x.w; sum >= level*float64(n)-1e-9 {
			at = x.z
			break
		}
	}
	f := float64(n)
	return math.Exp(f / (f + prior) * math.Log(at/special.NormalQuantile(0.5+level/2))), n
}

// Isotonic is a step function that never falls, fitted to outcomes (pool adjacent violators).
type Isotonic struct {
	X []float64 // the highest forecast of each step
	Y []float64 // its rate
	N []float64 // weight
}

// FitIsotonic fits outcomes with weights (nil: all 1) to forecasts.
func FitIsotonic(p []float64, o []bool, w []float64) (s Isotonic) {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return p[order[a]] < p[order[b]] })
	for _, i := range order {
		x, y, n := p[i], indicator(o[i]), 1.0
		if w != nil {
			n = w[i]
		}
		if k := len(s.X); k > 0 && s.X[k-1] == x { // equal forecasts are one step
			s.Y[k-1] = (s.Y[k-1]*s.N[k-1] + y*n) / (s.N[k-1] + n)
			s.N[k-1] += n
		} else {
			s.X, s.Y, s.N = append(s.X, x), append(s.Y, y), append(s.N, n)
		}
		for k := len(s.X); k > 1 && s.Y[k-2] >= s.Y[k-1]; k = len(s.X) {
			n := s.N[k-2] + s.N[k-1]
			s.Y[k-2] = (s.Y[k-2]*s.N[k-2] + s.Y[k-1]*s.N[k-1]) / n
			s.X[k-2], s.N[k-2] = s.X[k-1], n
			s.X, s.Y, s.N = s.X[:k-1], s.Y[:k-1], s.N[:k-1]
		}
	}
	return s
}

// At is the rate for a forecast.
func (s Isotonic) At(p float64) float64 {
	if len(s.X) == 0 {
		return p
	}
	i := sort.SearchFloat64s(s.X, p)
	return s.Y[min(i, len(s.Y)-1)]
}

// Horizons are the strata by months from forecast to promised day: 0–1, 1–3, 3–6, 6–12, beyond.
var Horizons = []float64{1, 3, 6, 12, math.Inf(1)}

// Stratum is the index into Horizons.
func Stratum(months float64) int {
	return min(len(Horizons)-1, sort.Search(len(Horizons), func(i int) bool { return months <= Horizons[i] }))
}

// Way 校准方法 is how a stratum is recalibrated.
type Way string

const (
	OnlyShown Way = "shown"    // too few: the record is shown, nothing is changed
	Shifted   Way = "shifted"  // log ratios are moved by the conformal bound of the upper level
	Fitted    Way = "isotonic" // chances go through an isotonic fit
	shiftFrom     = 20         // cases from which a stratum is shifted
	fitFrom       = 100        // … and from which it is fitted
)

// Past 旧预测 is one scored forecast of a promise.
type Past struct {
	Months float64 // horizon when it was made
	P      float64 // chance that was given
	Kept   bool
	Upper  float64 // log(actual/P80): above 0 where it came out later than P80 said
	Weight float64 // 0 counts as 1
}

// Recalibration of one stratum of horizons. Its N is stated with every number that it touches.
type Recalibration struct {
	Way   Way
	N     int
	Shift Conformal // of log(actual/P80): the bound is added to the log of P80
	Fit   Isotonic
}

// Recalibrate learns from what was scored, by horizon: below 20 nothing is changed, below 100 the upper quantile is moved, from then
// on the chances are fitted as well.
func Recalibrate(past []Past, upperLevel float64) []Recalibration {
	rows := make([][]Past, len(Horizons))
	for _, p := range past {
		rows[Stratum(p.Months)] = append(rows[Stratum(p.Months)], p)
	}
	out := make([]Recalibration, len(Horizons))
	for i, row := range rows {
		r := Recalibration{Way: OnlyShown, N: len(row)}
		var upper, p, w []float64
		var o []bool
		for _, x := range row {
			if x.Weight == 0 {
				x.Weight = 1
			}
			upper, p, o, w = append(upper, x.Upper), append(p, x.P), append(o, x.Kept), append(w, x.Weight)
		}
		r.Shift = Conform(upper, upperLevel)
		if r.N >= shiftFrom {
			r.Way = Shifted
		}
		if r.N >= fitFrom {
			r.Way, r.Fit = Fitted, FitIsotonic(p, o, w)
		}
		out[i] = r
	}
	return out
}

// Chance recalibrates a chance.
func (r Recalibration) Chance(p float64) float64 {
	if r.Way != Fitted {
		return p
	}
	return r.Fit.At(p)
}

// Upper recalibrates the upper quantile of a positive quantity.
func (r Recalibration) Upper(q float64) float64 {
	if r.Way == OnlyShown || !r.Shift.Enough {
		return q
	}
	return q * math.Exp(r.Shift.Bound)
}
