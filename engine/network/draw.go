package network

import (
	"math"
	"sync"
)

// A trial's random numbers depend on (seed, key, trial) and on nothing else: not on what is simulated beside it, not on the
// order of computing, not on the number of cores.

const golden = 0x9E3779B97F4A7C15 // 2⁶⁴ divided by the golden ratio: the step of SplitMix64

// mix64 scatters a counter over 64 bits (the finaliser of SplitMix64, Steele, Lea and Flood 2014).
func mix64(z uint64) uint64 {
	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9
	z = (z ^ (z >> 27)) * 0x94D049BB133111EB
	return z ^ (z >> 31)
}

// streams keep the draws of activities and of common causes apart, should both bear one name.
const (
	ofActivity = 'a'
	ofCause    = 'c'
)

// keyOf turns a name into the key of its draws (FNV-1a, then mixed with the seed).
func keyOf(seed uint64, stream byte, name string) uint64 {
	h := (uint64(14695981039346656037) ^ uint64(stream)) * 1099511628211
	for i := range len(name) {
		h = (h ^ uint64(name[i])) * 1099511628211
	}
	return mix64(h ^ mix64(seed+golden))
}

const normalCells = 4096

// mostScore bounds every score that the table gives.
const mostScore = 5.0

// normal is the quantile function of the standard normal distribution in 4,096 cells of equal probability, for numbers of 16
// bits: 12 choose the cell and 4 the place in it. The outermost knots are set so that the 65,536 values have variance 1.
var normal = sync.OnceValue(func() *[normalCells]cell {
	var t [normalCells]cell
	knot := func(i int, end float64) float64 {
		switch i {
		case 0:
			return -end
		case normalCells:
			return end
		}
		return probit(float64(i) / normalCells)
	}
	variance := func(end float64) float64 {
		sum := 0.0
		for i := range normalCells {
			a, b := knot(i, end), knot(i+1, end)
			mid, step := (a+b)/2, (b-a)/16
			sum += mid*mid + step*step*(256-1)/12 // sixteen even points around the middle
		}
		return sum / normalCells
	}
	lo, hi := 3.5, mostScore
	for range 50 {
		if mid := (lo + hi) / 2; variance(mid) < 1 {
			lo = mid
		} else {
			hi = mid
		}
	}
	for i := range t {
		a, b := knot(i, lo), knot(i+1, lo)
		step := (b - a) / 16
		t[i] = cell{float32(a + step/2), float32(step)}
	}
	return &t
})

// score gives the standard normal score of 32 random bits.
func score(t *[normalCells]cell, u uint32) float32 {
	c := &t[u>>20]
	f := float32(float32(u&(1<<20-1))*(1.0/(1<<16))) - 0.5 // 0 to 16, less the half step that the table holds
	return c.at + float32(c.rise*f)
}

// causeRow fills one batch of scores of a common cause; two trials share a word.
func causeRow(dst *[batch]float32, key uint64, first int) {
	t := normal()
	at := key + uint64(first/2)*golden
	for j := 0; j < batch; j += 2 {
		w := mix64(at)
		at += golden
		dst[j], dst[j+1] = score(t, uint32(w)), score(t, uint32(w>>32))
	}
}

// drawRow fills one batch of durations in ticks: the common part of each trial's score (in cells, see worker.share), this
// activity's own part, the shape. Four trials share a word. The common part leaves room for the own one, so that the sum is a
// cell of the table. Every product is rounded by itself, so that machines which could fuse it with the sum that follows (arm64)
// give the same bits as those which cannot.
func drawRow(d *row, common *[batch]float32, t *[normalCells]cell, s *[zCells]cell, at uint64, own, scale float32) {
	for j := 0; j < batch; j += 4 {
		w := mix64(at)
		at += golden
		e0, e1, e2, e3 := &t[w>>4&0xFFF], &t[w>>20&0xFFF], &t[w>>36&0xFFF], &t[w>>52]
		x0 := common[j] + float32((e0.at+float32(e0.rise*float32(int32(w&15))))*own)
		x1 := common[j+1] + float32((e1.at+float32(e1.rise*float32(int32(w>>16&15))))*own)
		x2 := common[j+2] + float32((e2.at+float32(e2.rise*float32(int32(w>>32&15))))*own)
		x3 := common[j+3] + float32((e3.at+float32(e3.rise*float32(int32(w>>48&15))))*own)
		k0, k1, k2, k3 := int32(x0), int32(x1), int32(x2), int32(x3)
		c0, c1, c2, c3 := &s[k0&(zCells-1)], &s[k1&(zCells-1)], &s[k2&(zCells-1)], &s[k3&(zCells-1)]
		d[j] = int32(float32((c0.at+float32(c0.rise*(x0-float32(k0))))*scale) + 0.5)
		d[j+1] = int32(float32((c1.at+float32(c1.rise*(x1-float32(k1))))*scale) + 0.5)
		d[j+2] = int32(float32((c2.at+float32(c2.rise*(x2-float32(k2))))*scale) + 0.5)
		d[j+3] = int32(float32((c3.at+float32(c3.rise*(x3-float32(k3))))*scale) + 0.5)
	}
}

// Load 共同原因 is a share of the variance of a duration's score that it has in common with all others of the same cause. The
// same name means the same score in the same trial, across networks too.
type Load struct {
	Cause string
	Rho   float64
}

// Independent is for durations that are known to have nothing in common; it has to be said.
var Independent = []Load{}

// UsualRho is what a duration shares with its project, and with its cause, until the ledger says otherwise (the engine's own
// assumption, shown as such). It is not zero: twelve activities that share 0.3 spread twice as far as independent ones.
const UsualRho = 0.15

// own is the weight of what is left to the activity alone.
func own(loads []Load) float64 {
	left := 1.0
	for _, l := range loads {
		left -= l.Rho
	}
	return math.Sqrt(max(0, left))
}
