package score

import (
	"math"
	"slices"
	"sort"
)

// Place 落点 is where an outcome fell in its forecast: the chance that the forecast gave to less. From and To differ where that is a
// stretch: an outcome within an atom of the forecast fills the atom, and what is still open lies beyond From (To 1).
type Place struct{ From, To, Weight float64 }

// Remap 校准曲线 reads a forecast's chances as what they were worth: where it says that x is not passed with chance p, the record says
// At(p). It rises strictly from 0 to 1, so that it keeps the order of everything. Cum are its values at Edges, straight between.
type Remap struct {
	Edges, Cum []float64
	N          float64 // weight that it was learned from
}

// remapSteps of expectation and maximisation; the stretches are far wider than a bin only where a case is open, so it settles soon.
const remapSteps = 60

// LearnRemap learns the distribution of places between edges (rising, within 0 and 1, which are added). It begins from the straight line,
// as if worth cases had been spread evenly, so that few cases change little; a stretch is shared out by what the other cases say (the
// self-consistent estimate for censored data). Edges should stand close near 0 and 1: what a forecast held for all but impossible lies
// there.
func LearnRemap(seen []Place, edges []float64, worth float64) Remap {
	r := Remap{Edges: append(append([]float64{0}, edges...), 1)}
	n := len(r.Edges) - 1
	mass, next, share := make([]float64, n), make([]float64, n), make([]float64, n)
	for k := range mass {
		mass[k] = r.Edges[k+1] - r.Edges[k]
	}
	seen = order(seen)
	for _, x := range seen {
		r.N += x.Weight
	}
	for range remapSteps {
		for k := range next {
			next[k] = worth * (r.Edges[k+1] - r.Edges[k])
		}
		for _, x := range seen {
			r.share(x, mass, share, next)
		}
		for k := range mass {
			mass[k] = next[k] / (worth + r.N)
		}
	}
	r.Cum = make([]float64, n+1)
	for k, m := range mass {
		r.Cum[k+1] = r.Cum[k] + m
	}
	r.Cum[n] = 1
	return r
}

// share adds a case to the bins that its stretch touches, as the masses so far say.
func (r Remap) share(x Place, mass, share, next []float64) {
	from := max(sort.SearchFloat64s(r.Edges, x.From)-1, 0)
	to, sum := from, 0.0
	for ; to < len(mass) && (to == from || r.Edges[to] < x.To); to++ {
		lo, hi := r.Edges[to], r.Edges[to+1]
		share[to] = mass[to] * max(min(hi, x.To)-max(lo, x.From), 0) / (hi - lo)
		sum += share[to]
	}
	if !(sum > 0) { // a point
		next[min(from, len(next)-1)] += x.Weight
		return
	}
	for k := from; k < to; k++ {
		next[k] += x.Weight * share[k] / sum
	}
}

// At is what a chance was worth.
func (r Remap) At(p float64) float64 { return between(r.Edges, r.Cum, p) }

// Inverse is the chance that was worth q.
func (r Remap) Inverse(q float64) float64 { return between(r.Cum, r.Edges, q) }

// between goes straight from point to point.
func between(x, y []float64, at float64) float64 {
	if len(x) < 2 {
		return at
	}
	at = min(max(at, 0), 1)
	k := min(max(sort.SearchFloat64s(x, at)-1, 0), len(x)-2)
	return y[k] + (at-x[k])/(x[k+1]-x[k])*(y[k+1]-y[k])
}

// Off is the largest difference that it makes to a chance.
func (r Remap) Off() (d float64) {
	for k, c := range r.Cum {
		d = max(d, math.Abs(c-r.Edges[k]))
	}
	return d
}

// Dependent weighs cases that come in groups which share their causes: m cases that have a share rho of variance in common tell as much as
// m/(1+(m−1)·rho) that have nothing. It gives the weight of each case.
func Dependent(groups []string, rho float64) []float64 {
	count := map[string]int{}
	for _, g := range groups {
		count[g]++
	}
	out := make([]float64, len(groups))
	for i, g := range groups {
		out[i] = 1 / (1 + float64(count[g]-1)*rho)
	}
	return out
}

// order sorts places, so that sums do not hang on the order in which they came.
func order(seen []Place) []Place {
	out := slices.Clone(seen)
	slices.SortFunc(out, func(a, b Place) int {
		switch {
		case a.From != b.From:
			return int(math.Copysign(1, a.From-b.From))
		case a.To != b.To:
			return int(math.Copysign(1, a.To-b.To))
		case a.Weight != b.Weight:
			return int(math.Copysign(1, a.Weight-b.Weight))
		}
		return 0
	})
	return out
}
