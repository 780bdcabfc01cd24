package score

import (
	"math"

	"shigan/engine/curve/special"
)

// Coverage 覆盖 is how often the outcome fell into an interval that should hold Level of them.
type Coverage struct {
	Hits, N   int
	Level     float64
	Low, High float64 // Wilson's 95 % interval of the true coverage
	From, To  int     // hits within which 95 % of honest systems stay
	Below     float64 // exact chance of so few hits or fewer, if the level were true
	Above     float64 // … of so many or more
}

// Alarm says that the hits lie outside of the band: the intervals are too narrow, or too wide.
func (c Coverage) Alarm() bool { return c.N > 0 && (c.Hits < c.From || c.Hits > c.To) }

// Cover counts hits against a level.
func Cover(hits, n int, level float64) Coverage {
	c := Coverage{Hits: hits, N: n, Level: level}
	c.Low, c.High = Wilson(hits, n, 0.95)
	c.From, c.To = Band(n, level)
	c.Below, c.Above = special.BinomialCDF(hits, n, level), 1-special.BinomialCDF(hits-1, n, level)
	return c
}

// Band is the central 95 % of hits of n at a level, exact: 34 to 45 for 50 at 80 %.
func Band(n int, level float64) (from, to int) {
	for special.BinomialCDF(from, n, level) <= 0.025 {
		from++
	}
	for to = from; special.BinomialCDF(to, n, level) < 0.975; {
		to++
	}
	return from, to
}

// Wilson's interval of a share.
func Wilson(hits, n int, confidence float64) (low, high float64) {
	if n == 0 {
		return 0, 1
	}
	z := special.NormalQuantile(0.5 + confidence/2)
	f, p := float64(n), float64(hits)/float64(n)
	mid, half := p+z*z/(2*f), z*math.Sqrt(p*(1-p)/f+z*z/(4*f*f))
	return (mid - half) / (1 + z*z/f), (mid + half) / (1 + z*z/f)
}

// PIT is the histogram of where outcomes fell in their forecasts; uniform where the forecasts are honest.
type PIT struct {
	Bins   []int
	N      int
	Chi2   float64
	Df     int
	P      float64 // chance of so uneven a histogram if they are honest
	Enough bool    // at least five expected in each bin; otherwise P is no more than a hint
}

// Uniform tests values in [0, 1] for being uniform over bins of equal width.
func Uniform(u []float64, bins int) PIT {
	counts := make([]int, bins)
	for _, x := range u {
		counts[min(bins-1, max(0, int(x*float64(bins))))]++
	}
	return UniformCounts(counts)
}

// UniformCounts tests counts that are binned already.
func UniformCounts(counts []int) PIT {
	p := PIT{Bins: counts, Df: len(counts) - 1}
	for _, k := range counts {
		p.N += k
	}
	want := float64(p.N) / float64(len(counts))
	for _, k := range counts {
		p.Chi2 += square(float64(k)-want) / want
	}
	p.P = special.ChiSquareTail(p.Chi2, float64(p.Df))
	p.Enough = want >= 5
	return p
}

// Spread draws the value of a discrete outcome's PIT evenly between the chance of less and the chance of at most; u is in (0, 1).
func Spread(less, atMost, u float64) float64 { return less + u*(atMost-less) }
