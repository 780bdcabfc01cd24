// Package special 特殊函数 holds the few functions of probability that the standard library lacks, and random numbers that
// have no state. It knows no word of the field. Errors: relative error below 1e-10 where the result is not tiny; arguments
// outside of a function's domain give NaN, never a panic.
package special

import "math"

// NormalCDF is Φ(z), the chance that a standard normal variable is at most z.
func NormalCDF(z float64) float64 { return 0.5 * math.Erfc(-z/math.Sqrt2) }

// NormalQuantile is Φ⁻¹(p); 0 and 1 give −Inf and +Inf. The library's inverse loses the lower tail, so there a start from the
// asymptote is refined by Halley's steps.
func NormalQuantile(p float64) float64 {
	if p > 1e-4 || !(p > 0) {
		return -math.Sqrt2 * math.Erfcinv(2*p)
	}
	l := -2 * math.Log(p)
	z := -math.Sqrt(l - math.Log(2*math.Pi*l))
	for range 6 {
		e := (NormalCDF(z) - p) / NormalPDF(z)
		z -= e / (1 + z*e/2)
	}
	return z
}

// NormalPDF is the density of the standard normal at z.
func NormalPDF(z float64) float64 { return math.Exp(-z*z/2) / math.Sqrt(2*math.Pi) }

// Logistic is 1/(1+e^−z), without overflow.
func Logistic(z float64) float64 {
	if z >= 0 {
		return 1 / (1 + math.Exp(-z))
	}
	e := math.Exp(z)
	return e / (1 + e)
}

// Logit is the inverse of Logistic.
func Logit(p float64) float64 { return math.Log(p) - math.Log1p(-p) }

func lgamma(x float64) float64 { v, _ := math.Lgamma(x); return v }

// LogBeta is ln B(a, b).
func LogBeta(a, b float64) float64 { return lgamma(a) + lgamma(b) - lgamma(a+b) }

const (
	tiny  = 1e-300
	eps   = 1e-15
	loops = 10_000
)

// GammaP is the regularised lower incomplete gamma function P(a, x): the chance that a gamma variable of shape a and rate 1
// is at most x. Series below a+1, continued fraction (Lentz) above.
func GammaP(a, x float64) float64 {
	switch {
	case !(a > 0) || !(x >= 0):
		return math.NaN()
	case x == 0:
		return 0
	case math.IsInf(x, 1):
		return 1
	case x < a+1:
		sum := 1 / a
		for term, n := sum, a+1; n < a+loops; n++ {
			term *= x / n
			sum += term
			if term < sum*eps {
				break
			}
		}
		return min(1, sum*math.Exp(-x+a*math.Log(x)-lgamma(a)))
	}
	return 1 - gammaQ(a, x)
}

// GammaQ is 1 − GammaP, exact in the upper tail.
func GammaQ(a, x float64) float64 {
	if !(a > 0) || !(x >= 0) || x < a+1 {
		return 1 - GammaP(a, x)
	}
	return gammaQ(a, x)
}

func gammaQ(a, x float64) float64 {
	b := x + 1 - a
	c, d := 1/tiny, 1/b
	h := d
	for i := 1.0; i < loops; i++ {
		an := -i * (i - a)
		b += 2
		d = safe(an*d + b)
		c = safe(b + an/c)
		d = 1 / d
		h *= d * c
		if math.Abs(d*c-1) < eps {
			break
		}
	}
	return h * math.Exp(-x+a*math.Log(x)-lgamma(a))
}

func safe(x float64) float64 {
	if math.Abs(x) < tiny {
		return tiny
	}
	return x
}

// ChiSquareTail is the chance that a χ² variable of df degrees of freedom is at least x.
func ChiSquareTail(x, df float64) float64 { return GammaQ(df/2, x/2) }

// BetaI is the regularised incomplete beta function I_x(a, b), the chance that a beta variable is at most x.
func BetaI(x, a, b float64) float64 {
	switch {
	case !(a > 0) || !(b > 0) || math.IsNaN(x):
		return math.NaN()
	case x <= 0:
		return 0
	case x >= 1:
		return 1
	}
	front := math.Exp(a*math.Log(x) + b*math.Log1p(-x) - LogBeta(a, b))
	if x < (a+1)/(a+b+2) {
		return front * betaFraction(x, a, b) / a
	}
	return 1 - front*betaFraction(1-x, b, a)/b
}

func betaFraction(x, a, b float64) float64 {
	c, d := 1.0, 1/safe(1-(a+b)*x/(a+1))
	h := d
	for m := 1.0; m < loops; m++ {
		step := func(an float64) float64 {
			d = 1 / safe(1+an*d)
			c = safe(1 + an/c)
			h *= d * c
			return d * c
		}
		step(m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m)))
		if math.Abs(step(-(a+m)*(a+b+m)*x/((a+2*m)*(a+2*m+1)))-1) < eps {
			break
		}
	}
	return h
}

// BetaQuantile is the x with I_x(a, b) = p.
func BetaQuantile(p, a, b float64) float64 {
	return Bisect(func(x float64) bool { return BetaI(x, a, b) >= p }, 0, 1)
}

// GammaQuantile is the x with P(a, x) = p, for rate 1.
func GammaQuantile(p, a float64) float64 {
	if !(p > 0) {
		return 0
	}
	if p >= 1 {
		return math.Inf(1)
	}
	hi := a + 10
	for GammaP(a, hi) < p {
		hi *= 2
	}
	return Bisect(func(x float64) bool { return GammaP(a, x) >= p }, 0, hi)
}

// Bisect finds the least x in (lo, hi] at which a condition that stays true once it is true holds, to the last bit of a float.
func Bisect(holds func(float64) bool, lo, hi float64) float64 {
	for range 200 {
		mid := lo + (hi-lo)/2
		if mid <= lo || mid >= hi {
			break
		}
		if holds(mid) {
			hi = mid
		} else {
			lo = mid
		}
	}
	return hi
}

// BinomialCDF is P(X ≤ k) of n trials with chance p each, exact.
func BinomialCDF(k, n int, p float64) float64 {
	switch {
	case k < 0:
		return 0
	case k >= n:
		return 1
	}
	return 1 - BetaI(p, float64(k+1), float64(n-k))
}

// NegBinomialCDF is P(X ≤ k) where X counts events of a gamma–Poisson mixture: X ~ NB(r, p), mean r(1−p)/p.
func NegBinomialCDF(k int, r, p float64) float64 {
	if k < 0 {
		return 0
	}
	return BetaI(p, r, float64(k)+1)
}
