package network

import (
	"fmt"
	"math"
	"slices"
)

// The range of standard normal scores that a shape covers, in equal cells. Beyond ±6 lies one draw in a thousand million.
const (
	zSpan  = 6
	zCells = 1024
	perZ   = zCells / (2.0 * zSpan) // cells per unit of z
)

// cell is a piece of a function of z: its value at the left edge and its rise over the cell.
type cell struct{ at, rise float32 }

// Shape 分布 is the distribution of a duration as a table of its quantiles by standard normal score, so that every kind costs the
// same in a trial and keeps its margin whatever it is correlated with (Gaussian copula). Its unit is days, or times the planned
// duration; Risk.Scale says which.
type Shape struct {
	cells    [zCells]cell
	Mean, SD float64 // of the table itself
}

// FromQuantile makes a shape out of any quantile function, which must be finite, not negative and not decreasing.
func FromQuantile(q func(u float64) float64) (*Shape, error) {
	s := &Shape{}
	last, lastZ := q(phi(-zSpan)), 0.0
	for i := range s.cells {
		lastZ = -zSpan + float64(i+1)/perZ
		next := q(phi(lastZ))
		if !(last >= 0 && next >= last) || math.IsInf(next, 0) {
			return nil, ErrShape.With("activity", "", "detail", fmt.Sprintf("quantile %.4g", next))
		}
		s.cells[i] = cell{float32(last), float32(next - last)}
		last = next
	}
	// The outermost cells are flat: a score beyond the table stays within it.
	s.cells[0] = cell{s.cells[1].at, 0}
	s.cells[zCells-1].rise = 0
	s.moments()
	return s, nil
}

// Steps is a distribution of few values, with their probabilities (any positive weights). A jump falls on the nearest cell edge,
// which moves at most 0.2 % of probability.
func Steps(values, weights []float64) (*Shape, error) {
	order := make([]int, len(values))
	sum := 0.0
	for i := range order {
		order[i] = i
		if i >= len(weights) || !(weights[i] > 0) || !(values[i] >= 0) {
			return nil, ErrShape.With("activity", "", "detail", "values, weights")
		}
		sum += weights[i]
	}
	if len(values) == 0 || math.IsInf(sum, 0) {
		return nil, ErrShape.With("activity", "", "detail", "values, weights")
	}
	slices.SortFunc(order, func(a, b int) int { return compare(values[a], values[b]) })
	s := &Shape{}
	k, upTo := 0, weights[order[0]]/sum
	for i := range s.cells {
		for u := phi(-zSpan + (float64(i)+0.5)/perZ); u > upTo && k < len(order)-1; {
			k++
			upTo += weights[order[k]] / sum
		}
		s.cells[i].at = float32(values[order[k]])
	}
	s.moments()
	return s, nil
}

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// moments integrates the table against the normal density, cell by cell (midpoint of each cell's mass).
func (s *Shape) moments() {
	var m, m2 float64
	left := 0.0
	for i, c := range s.cells {
		right := phi(-zSpan + float64(i+1)/perZ)
		if i == zCells-1 {
			right = 1
		}
		a, b := float64(c.at), float64(c.at)+float64(c.rise)
		mass := right - left
		m += mass * (a + b) / 2
		m2 += mass * (a*a + a*b + b*b) / 3
		left = right
	}
	s.Mean, s.SD = m, math.Sqrt(max(0, m2-m*m))
}

// Quantile reads the table.
func (s *Shape) Quantile(u float64) float64 {
	x := (probit(u) + zSpan) * perZ
	i := min(max(int(x), 0), zCells-1)
	return float64(s.cells[i].at) + float64(s.cells[i].rise)*min(max(x-float64(i), 0), 1)
}

// CDF is the share of the distribution at or below x.
func (s *Shape) CDF(x float64) float64 {
	i := 0
	for i < zCells && float64(s.cells[i].at)+float64(s.cells[i].rise) <= x {
		i++
	}
	if i == zCells {
		return 1
	}
	f := 0.0
	if c := s.cells[i]; c.rise > 0 && x > float64(c.at) {
		f = (x - float64(c.at)) / float64(c.rise)
	}
	if i == 0 && f == 0 {
		return 0
	}
	return phi(-zSpan + (float64(i)+f)/perZ)
}

// phi is the standard normal distribution function, probit its inverse.
func phi(z float64) float64 { return 0.5 * math.Erfc(-z/math.Sqrt2) }

func probit(u float64) float64 { return -math.Sqrt2 * math.Erfcinv(2*u) }

// LogNormal is exp(mu + sigma·z): the shape of ratios of actual to planned duration.
func LogNormal(mu, sigma float64) (*Shape, error) {
	if !(sigma >= 0) || math.IsNaN(mu) {
		return nil, ErrShape.With("activity", "", "detail", fmt.Sprintf("lognormal %v %v", mu, sigma))
	}
	return FromQuantile(func(u float64) float64 { return math.Exp(mu + sigma*probit(u)) })
}

// Triangular 三角分布 has a least, a most likely and a largest value.
func Triangular(least, likely, largest float64) (*Shape, error) {
	if !(least >= 0 && least <= likely && likely <= largest && least < largest) {
		return nil, ErrShape.With("activity", "", "detail", fmt.Sprintf("triangular %v %v %v", least, likely, largest))
	}
	f := (likely - least) / (largest - least)
	return FromQuantile(func(u float64) float64 {
		if u < f {
			return least + math.Sqrt(u*(largest-least)*(likely-least))
		}
		return largest - math.Sqrt((1-u)*(largest-least)*(largest-likely))
	})
}

// PERT 三点估计 is the beta distribution between least and largest whose mean is (least + 4·likely + largest)/6.
func PERT(least, likely, largest float64) (*Shape, error) {
	if !(least >= 0 && least <= likely && likely <= largest && least < largest) {
		return nil, ErrShape.With("activity", "", "detail", fmt.Sprintf("PERT %v %v %v", least, likely, largest))
	}
	w := largest - least
	a, b := 1+4*(likely-least)/w, 1+4*(largest-likely)/w
	return FromQuantile(func(u float64) float64 { return least + w*betaQuantile(u, a, b) })
}

// Exponential has a mean.
func Exponential(mean float64) (*Shape, error) { return Weibull(1, mean) }

// Weibull has the cumulative hazard (x/scale)^k; k < 1 means that what is old stays.
func Weibull(k, scale float64) (*Shape, error) { return WeibullRest(k, scale, 0, 1) }

// WeibullRest is what is left at an age: the rest r solves hazard·(H(age+r) − H(age)) = −ln u. Hazard 2 closes twice as fast.
func WeibullRest(k, scale, age, hazard float64) (*Shape, error) {
	if !(k > 0 && scale > 0 && age >= 0 && hazard > 0) {
		return nil, ErrShape.With("activity", "", "detail", fmt.Sprintf("Weibull %v %v %v %v", k, scale, age, hazard))
	}
	before := math.Pow(age/scale, k)
	return FromQuantile(func(u float64) float64 {
		return max(0, scale*math.Pow(before-math.Log1p(-u)/hazard, 1/k)-age)
	})
}

// Lomax is an exponential time whose rate is known as Gamma(a, b): P(longer than x) = (b/(b+x))^a.
func Lomax(a, b float64) (*Shape, error) {
	if !(a > 0 && b > 0) {
		return nil, ErrShape.With("activity", "", "detail", fmt.Sprintf("Lomax %v %v", a, b))
	}
	return FromQuantile(func(u float64) float64 { return b * (math.Pow(1-u, -1/a) - 1) })
}

// Empirical runs through the given values, each standing in the middle of its share, with straight lines between them.
func Empirical(values []float64) (*Shape, error) {
	if len(values) == 0 {
		return nil, ErrShape.With("activity", "", "detail", "no values")
	}
	v := slices.Clone(values)
	slices.Sort(v)
	n := float64(len(v))
	return FromQuantile(func(u float64) float64 {
		x := u*n - 0.5
		i := int(math.Floor(x))
		if i < 0 {
			return v[0]
		}
		if i >= len(v)-1 {
			return v[len(v)-1]
		}
		return v[i] + (v[i+1]-v[i])*(x-float64(i))
	})
}

// Weighted is a density on an even or uneven grid of rising values, such as a posterior: linear between the middles of the bins.
func Weighted(values, weights []float64) (*Shape, error) {
	if len(values) < 2 || len(values) != len(weights) {
		return nil, ErrShape.With("activity", "", "detail", "values, weights")
	}
	cum := make([]float64, len(values)) // mass up to each value, half of its own included
	sum := 0.0
	for i, w := range weights {
		if !(w >= 0) || i > 0 && values[i] <= values[i-1] {
			return nil, ErrShape.With("activity", "", "detail", fmt.Sprintf("weight %v", w))
		}
		cum[i] = sum + w/2
		sum += w
	}
	if !(sum > 0) || math.IsInf(sum, 0) {
		return nil, ErrShape.With("activity", "", "detail", "sum of weights")
	}
	return FromQuantile(func(u float64) float64 {
		i, _ := slices.BinarySearch(cum, u*sum)
		switch {
		case i == 0:
			return values[0]
		case i == len(cum):
			return values[len(values)-1]
		}
		f := 0.0
		if cum[i] > cum[i-1] {
			f = (u*sum - cum[i-1]) / (cum[i] - cum[i-1])
		}
		return values[i-1] + (values[i]-values[i-1])*f
	})
}

// betaQuantile inverts the regularised incomplete beta function by bisection; 60 halvings reach the last bit.
func betaQuantile(u, a, b float64) float64 {
	lo, hi := 0.0, 1.0
	for range 60 {
		mid := (lo + hi) / 2
		if betaCDF(mid, a, b) < u {
			lo = mid
		} else {
			hi = mid
		}
	}
	return (lo + hi) / 2
}

// betaCDF is the regularised incomplete beta function I_x(a, b), by Lentz's continued fraction (DLMF 8.17.22).
func betaCDF(x, a, b float64) float64 {
	if x <= 0 {
		return 0
	}
	if x >= 1 {
		return 1
	}
	if x > (a+1)/(a+b+2) {
		return 1 - betaCDF(1-x, b, a)
	}
	la, _ := math.Lgamma(a)
	lb, _ := math.Lgamma(b)
	lab, _ := math.Lgamma(a + b)
	front := math.Exp(lab-la-lb+a*math.Log(x)+b*math.Log1p(-x)) / a
	const tiny = 1e-300
	c, d := 1.0, 1-(a+b)*x/(a+1)
	if math.Abs(d) < tiny {
		d = tiny
	}
	d = 1 / d
	f := d
	for m := 1.0; m < 300; m++ {
		for odd := range 2 {
			num := m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m))
			if odd == 1 {
				num = -(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1))
			}
			if d = 1 + num*d; math.Abs(d) < tiny {
				d = tiny
			}
			if c = 1 + num/c; math.Abs(c) < tiny {
				c = tiny
			}
			d = 1 / d
			f *= c * d
		}
		if math.Abs(c*d-1) < 1e-15 {
			break
		}
	}
	return front * f
}
