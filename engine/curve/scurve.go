package curve

import (
	"math"

	"shigan/engine/curve/special"
)

// SCurve 进度曲线 is the share of a project's money that is spent by a share x of its time: 0 at 0, 1 at 1, never falling.
type SCurve func(x float64) float64

func within01(x float64, f func(float64) float64) float64 {
	switch {
	case x <= 0:
		return 0
	case x >= 1:
		return 1
	}
	return min(1, max(0, f(x)))
}

// DHSS is the curve of the British health department (Hudson 1978): y = x + Cx² − Cx − (6x³ − 9x² + 3x)/K.
func DHSS(c, k float64) SCurve {
	return func(x float64) float64 {
		return within01(x, func(x float64) float64 { return x + c*x*x - c*x - (6*x*x*x-9*x*x+3*x)/k })
	}
}

// BetaCurve is the distribution function of a beta variable.
func BetaCurve(a, b float64) SCurve {
	return func(x float64) float64 {
		return within01(x, func(x float64) float64 { return special.BetaI(x, a, b) })
	}
}

// LogisticCurve rises fastest at x = mid with steepness k, put through 0 and 1.
func LogisticCurve(mid, k float64) SCurve {
	lo, hi := special.Logistic(-k*mid), special.Logistic(k*(1-mid))
	return func(x float64) float64 {
		return within01(x, func(x float64) float64 { return (special.Logistic(k*(x-mid)) - lo) / (hi - lo) })
	}
}

// Broken is a curve through given points, straight between them, such as a project's own planned curve.
func Broken(x, y []float64) SCurve {
	return func(at float64) float64 {
		return within01(at, func(at float64) float64 {
			x0, y0 := 0.0, 0.0
			for i := range x {
				if at <= x[i] {
					if x[i] == x0 {
						return y[i]
					}
					return y0 + (at-x0)/(x[i]-x0)*(y[i]-y0)
				}
				x0, y0 = x[i], y[i]
			}
			return y0 + (at-x0)/(1-x0)*(1-y0)
		})
	}
}

// Point of a curve that is over, both parts from 0 to 1.
type Point struct{ X, Y float64 }

// FitDHSS fits C and K by least squares; the curve is linear in C and 1/K, so the answer is exact.
func FitDHSS(points []Point) (c, k float64) {
	var aa, ab, bb, ar, br float64
	for _, p := range points {
		a, b, r := p.X*p.X-p.X, -(6*p.X*p.X*p.X - 9*p.X*p.X + 3*p.X), p.Y-p.X
		aa, ab, bb, ar, br = aa+a*a, ab+a*b, bb+b*b, ar+a*r, br+b*r
	}
	det := aa*bb - ab*ab
	if !(math.Abs(det) > 1e-12) {
		return 0, math.Inf(1)
	}
	return (bb*ar - ab*br) / det, det / (aa*br - ab*ar)
}

// FitBeta fits a beta curve by least squares, by halving steps around the best of a coarse grid.
func FitBeta(points []Point) (a, b float64) {
	loss := func(a, b float64) (s float64) {
		for _, p := range points {
			e := BetaCurve(a, b)(p.X) - p.Y
			s += e * e
		}
		return s
	}
	a, b = 2, 2
	best := loss(a, b)
	for step := 0.8; step > 1e-4; step /= 2 {
		for moved := true; moved; {
			moved = false
			for _, d := range [][2]float64{{1, 0}, {-1, 0}, {0, 1}, {0, -1}, {1, 1}, {-1, -1}} {
				na, nb := a*math.Exp(d[0]*step), b*math.Exp(d[1]*step)
				if na < 0.2 || nb < 0.2 || na > 20 || nb > 20 {
					continue
				}
				if l := loss(na, nb); l < best*(1-1e-9) {
					a, b, best, moved = na, nb, l, true
				}
			}
		}
	}
	return a, b
}

// Stretch 拉伸 is the planned curve slowed down or sped up: one parameter τ, actual over planned duration. Two shape parameters are
// never fitted to one project; the shape is the class's or the plan's.
type Stretch struct {
	Curve SCurve
	Plan  float64   // planned duration, in the unit of At
	Total float64   // all the money
	At    []float64 // when the cumulative amounts were reported, from the start on, rising
	Cum   []float64 // the amounts
	Due   float64   // promised end, in the unit of At from the start on; NaN where nothing was promised
	Class Outlook   // of log τ
	Sigma float64   // of the log of one period's amount around the curve; 0 means DefaultKappa
}

// The grid of τ: 61 points, evenly in log τ, as the research has it.
const (
	stretchFrom, stretchTo = 0.5, 4.0
	stretchPoints          = 61
)

// Posterior of τ on the grid, weighed by what the periods' amounts say. A period without money is joined to the next one; while
// it lasts, a tenth of a percent of the total stands in for it, so that standing still counts as evidence for a long τ. A τ at
// which the work would be over already is left out while money is outstanding.
func (s Stretch) Posterior() Posterior {
	at, sums := s.periods()
	sigma := s.Sigma
	if sigma == 0 {
		sigma = DefaultKappa
	}
	lo, hi := math.Log(stretchFrom), math.Log(stretchTo)
	width := (hi - lo) / stretchPoints
	p := Posterior{Plan: s.Plan, from: lo, step: width, cum: make([]float64, stretchPoints)}
	last := 0.0
	if len(s.At) > 0 {
		last = s.At[len(s.At)-1]
	}
	p.fill(func(x float64) float64 {
		tau := math.Exp(x)
		z := (x - s.Class.Mean) / s.Class.Sd()
		w := -z * z / 2
		if last >= s.Plan*math.Exp(x+width/2) { // the whole bin is in the past
			return math.Inf(-1)
		}
		from := 0.0
		for i, t := range at {
			share := s.Curve(t/(s.Plan*tau)) - s.Curve(from/(s.Plan*tau))
			e := math.Log(sums[i] / (s.Total * max(share, 1e-4)))
			w -= e * e / (2 * sigma * sigma)
			from = t
		}
		return w
	})
	return p
}

// periods joins periods without money to the next and gives each one's amount.
func (s Stretch) periods() (at, sums []float64) {
	floor, before := s.Total*1e-3, 0.0
	for i, t := range s.At {
		d := s.Cum[i] - before
		if d < floor && i < len(s.At)-1 {
			continue
		}
		at, sums = append(at, t), append(sums, max(d, floor))
		before = s.Cum[i]
	}
	return at, sums
}

// Forecast of the end, in the unit of At from the start on.
func (s Stretch) Forecast() Forecast {
	f := s.plain()
	if f.Model == ByCompletion {
		return f
	}
	if len(s.At) > 0 {
		none := s
		none.At, none.Cum = nil, nil
		f.effect("money", none.plain())
	}
	flat := s
	flat.Curve = func(x float64) float64 { return within01(x, func(x float64) float64 { return x }) }
	f.effect("shape", flat.plain())
	neutral := s
	neutral.Class.Mean = 0
	f.effect("class", neutral.plain())
	return f
}

func (s Stretch) plain() Forecast {
	f := Forecast{Model: ByStretch, Unit: Months, Class: s.Class.Learned}
	s.Class.remark(&f)
	n := len(s.At)
	if n > 0 && s.Cum[n-1] >= s.Total*(1-1e-9) {
		f.Model, f.Keep = ByCompletion, 1
		f.Q = TableOf(func(float64) float64 { return s.At[n-1] })
		return f
	}
	if n > 0 && s.Cum[n-1] <= 0 {
		f.note(NoProgress)
	}
	p := s.Posterior()
	f.Q = p.Table()
	if f.Keep = p.CDF(s.Due); math.IsNaN(s.Due) {
		f.Keep = math.NaN()
	}
	return f
}
