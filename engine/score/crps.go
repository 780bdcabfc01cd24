package score

import (
	"math"
	"slices"

	"shigan/engine/curve/special"
)

// CRPSNormal is the CRPS of N(m, s²) when y came out, in the unit of y.
func CRPSNormal(m, s, y float64) float64 {
	z := (y - m) / s
	return s * (z*(2*special.NormalCDF(z)-1) + 2*special.NormalPDF(z) - 1/math.Sqrt(math.Pi))
}

// CRPSSample is the CRPS of the distribution of a sample: mean |x − y| − mean |x − x′|/2 over all pairs (V-form). fair leaves a
// member's pair with itself out, which removes the penalty for being few.
func CRPSSample(x []float64, y float64, fair bool) float64 {
	s := slices.Clone(x)
	slices.Sort(s)
	n, near, pairs := float64(len(s)), 0.0, 0.0
	for i, v := range s {
		near += math.Abs(v-y) / n
		pairs += (2*float64(i) - n + 1) * v // Σ over i<j of x_j − x_i
	}
	if fair {
		return near - pairs/(n*(n-1))
	}
	return near - pairs/(n*n)
}

// CRPS of a distribution that is known by its function between lo and hi, where all of it lies: ∫(F − 1{x ≥ y})² dx, by the middles
// of 4,000 steps.
func CRPS(cdf func(x float64) float64, lo, hi, y float64) float64 {
	return integral(cdf, min(lo, y), max(hi, y), y)
}

// CRPSCensored is for what is still open at c: F is held against 0 up to c, and nothing is said of what comes after.
func CRPSCensored(cdf func(x float64) float64, lo, c float64) float64 {
	if c <= lo {
		return 0
	}
	return integral(cdf, lo, c, math.Inf(1))
}

func integral(cdf func(x float64) float64, lo, hi, y float64) float64 {
	const steps = 2000
	part := func(from, to, below float64) (s float64) {
		h := (to - from) / steps
		for i := range steps {
			s += square(cdf(from+(float64(i)+0.5)*h)-below) * h
		}
		return s
	}
	if y >= hi {
		return part(lo, hi, 0)
	}
	return part(lo, y, 0) + part(y, hi, 1)
}

// CRPSQuantiles approximates the CRPS by twice the mean pinball loss over quantiles at levels, each weighed by the stretch of levels
// that it stands for. A quantile of +Inf counts as top.
func CRPSQuantiles(levels, q []float64, y, top float64) float64 {
	s, from := 0.0, 0.0
	for i, l := range levels {
		to := 1.0
		if i+1 < len(levels) {
			to = (l + levels[i+1]) / 2
		}
		s += 2 * (to - from) * Pinball(l, min(q[i], top), y)
		from = to
	}
	return s
}

// Pinball is the loss of quantile q at level p when y came out.
func Pinball(p, q, y float64) float64 {
	if y >= q {
		return p * (y - q)
	}
	return (1 - p) * (q - y)
}
