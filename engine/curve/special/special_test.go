package special

import (
	"math"
	"testing"
)

func near(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if math.IsNaN(got) || math.Abs(got-want) > tol {
		t.Errorf("%s = %.12g, want %.12g ± %g", what, got, want, tol)
	}
}

func TestValuesFromTables(t *testing.T) {
	near(t, "Φ(1.959964)", NormalCDF(1.9599639845400545), 0.975, 1e-14)
	near(t, "Φ⁻¹(.8)", NormalQuantile(0.8), 0.8416212335729143, 1e-13)
	near(t, "Φ⁻¹(1e-12)", NormalQuantile(1e-12), -7.034483825301132, 1e-9)
	near(t, "P(1, 1)", GammaP(1, 1), 1-1/math.E, 1e-14)
	near(t, "P(3, 10)", GammaP(3, 10), 1-math.Exp(-10)*(1+10+50), 1e-14)
	near(t, "χ²(4.75, 4)", ChiSquareTail(4.75, 4), math.Exp(-2.375)*(1+2.375), 1e-14)
	near(t, "I.25(2, 2)", BetaI(0.25, 2, 2), 0.15625, 1e-14)
	near(t, "I.75(2, 3)", BetaI(0.75, 2, 3), 0.94921875, 1e-14)
	near(t, "I.5(300, 300)", BetaI(0.5, 300, 300), 0.5, 1e-11)
	near(t, "binomial(33; 50, .8)", BinomialCDF(33, 50, 0.8), 0.01444, 5e-6)
	near(t, "beta quantile", BetaI(BetaQuantile(0.05, 16, 4), 16, 4), 0.05, 1e-12)
	near(t, "gamma quantile", GammaP(2.5, GammaQuantile(0.9, 2.5)), 0.9, 1e-12)
	near(t, "NB(0; 2, .5)", NegBinomialCDF(0, 2, 0.5), 0.25, 1e-14)
	near(t, "logit", Logit(Logistic(-3.7)), -3.7, 1e-12)
}

func TestBinomialIsTheSumOfItsTerms(t *testing.T) {
	n, p, sum := 23, 0.37, 0.0
	for k := 0; k <= n; k++ {
		sum += math.Exp(lgamma(float64(n+1))-lgamma(float64(k+1))-lgamma(float64(n-k+1))) * math.Pow(p, float64(k)) * math.Pow(1-p, float64(n-k))
		near(t, "P(X ≤ k)", BinomialCDF(k, n, p), sum, 1e-12)
	}
}

func TestOutsideOfTheDomainIsNaN(t *testing.T) {
	for what, x := range map[string]float64{"GammaP": GammaP(-1, 2), "GammaP x": GammaP(1, -2), "BetaI": BetaI(0.5, 0, 1), "BetaI x": BetaI(math.NaN(), 1, 1)} {
		if !math.IsNaN(x) {
			t.Errorf("%s: %v", what, x)
		}
	}
}

func TestNumbersDependOnSeedAndIndexAlone(t *testing.T) {
	s := NewStream(7, "promise", "A")
	if s.Bits(5) != NewStream(7, "promise", "A").Bits(5) || s.Bits(5) == s.Bits(6) || s.Bits(5) == NewStream(8, "promise", "A").Bits(5) {
		t.Error("same seed and name must give the same row, others another")
	}
	if NewStream(7, "ab", "c").Bits(0) == NewStream(7, "a", "bc").Bits(0) {
		t.Error("names must not run together")
	}
	n, sum, sq, cross := 200_000, 0.0, 0.0, 0.0
	for i := range n {
		a, b := s.Normal(i), s.Sub(1).Normal(i)
		sum, sq, cross = sum+a, sq+a*a, cross+a*b
	}
	f := float64(n)
	near(t, "mean", sum/f, 0, 4/math.Sqrt(f))
	near(t, "variance", sq/f, 1, 4*math.Sqrt(2/f))
	near(t, "correlation of two parts", cross/f, 0, 4/math.Sqrt(f))
	for i := range 10_000 {
		if k := s.Int(i, 6); k < 0 || k > 5 {
			t.Fatal(k)
		}
	}
}
