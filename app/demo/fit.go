package demo

import "math/rand/v2"

// bounded is an amount that may be moved between two ends.
type bounded struct{ v, lo, hi int64 }

// fit moves amounts within their ends, each in proportion to its room, until they add up to the target exactly. It is false
// where the ends don't allow it.
func fit(a []*bounded, target int64) bool {
	for _, b := range a {
		b.hi = max(b.hi, b.lo)
		b.v = min(max(b.v, b.lo), b.hi)
	}
	for range 64 {
		need := target
		for _, b := range a {
			need -= b.v
		}
		if need == 0 {
			return true
		}
		room := func(b *bounded) int64 {
			if need > 0 {
				return b.hi - b.v
			}
			return b.v - b.lo
		}
		var all int64
		for _, b := range a {
			all += room(b)
		}
		left, sign := need, int64(1)
		if need < 0 {
			left, sign = -need, -1
		}
		if all < left {
			return false
		}
		rest := left
		for _, b := range a {
			step := min(left*room(b)/all, rest)
			b.v += sign * step
			rest -= step
		}
		for _, b := range a { // what rounding left over, one by one
			if rest > 0 && room(b) > 0 {
				b.v += sign
				rest--
			}
		}
	}
	return false
}

// split divides a sum by weights; the parts add up to it.
func split(sum int64, weights []float64) []int64 {
	out := make([]int64, len(weights))
	var all float64
	for _, w := range weights {
		all += w
	}
	if all == 0 {
		return out
	}
	var done, part float64
	var given int64
	for i, w := range weights {
		part += w
		done = float64(sum) * part / all
		out[i] = int64(done+0.5) - given
		given += out[i]
	}
	return out
}

// dice is the one source of chance; the same seed gives the same district.
type dice struct{ *rand.Rand }

func newDice(stream uint64) dice { return dice{rand.New(rand.NewPCG(370215, stream))} }

// between draws a number from lo to hi.
func (d dice) between(lo, hi float64) float64 { return lo + (hi-lo)*d.Float64() }

// days draws a number of days from lo to hi, both included.
func (d dice) days(lo, hi int) int { return lo + d.IntN(hi-lo+1) }

func pick[T any](d dice, from []T) T { return from[d.IntN(len(from))] }

// deal gives out words in a shuffled order without repeating one before all are used.
func deal[T any](d dice, from []T, n int) []T {
	var out []T
	for len(out) < n {
		for _, i := range d.Perm(len(from)) {
			out = append(out, from[i])
		}
	}
	return out[:n]
}
