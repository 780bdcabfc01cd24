package curve

import (
	"math"

	"shigan/engine/curve/special"
)

// Logit 逻辑回归 is a chance that depends on features, ridge prior on all but the constant. Features are standardised by what it
// learned from; a feature that is not known (NaN) counts as the mean.
type Logit struct {
	Names  []string
	Beta   []float64 // constant first; per standard deviation of the feature
	Mean   []float64
	Sd     []float64
	N      int
	Events int
	cov    [][]float64
}

// clip is how many standard deviations a feature may stand from the mean; beyond it counts as that far.
const clip = 3

// FitLogit fits by Newton's method. Rows of x belong to outcomes y; ridge is the precision of each coefficient's prior, per
// standard deviation of its feature. The constant has one more case as its prior, half an event.
func FitLogit(names []string, x [][]float64, y []bool, ridge float64) Logit {
	m := Logit{Names: names, N: len(y), Mean: make([]float64, len(names)), Sd: make([]float64, len(names)), Beta: make([]float64, len(names)+1)}
	for j := range names {
		m.Mean[j], m.Sd[j] = column(x, j)
	}
	rows := make([][]float64, len(x))
	for i := range x {
		rows[i] = m.row(x[i])
		if y[i] {
			m.Events++
		}
	}
	m.Beta[0] = special.Logit((float64(m.Events) + 0.5) / (float64(m.N) + 1))
	for range 50 {
		grad, hess := m.slopes(rows, y, ridge)
		move := solve(hess, grad)
		if move == nil {
			break
		}
		far := 0.0
		for _, d := range move {
			far = max(far, math.Abs(d))
		}
		cut := min(1, 2/max(far, 1e-300)) // no leap over more than two logits
		for j, d := range move {
			m.Beta[j] += cut * d
		}
		if far < 1e-10 {
			break
		}
	}
	_, hess := m.slopes(rows, y, ridge)
	m.cov = inverse(hess)
	return m
}

func column(x [][]float64, j int) (mean, sd float64) {
	n := 0.0
	for _, r := range x {
		if !math.IsNaN(r[j]) {
			mean, n = mean+r[j], n+1
		}
	}
	if n == 0 {
		return 0, 1
	}
	mean /= n
	for _, r := range x {
		if !math.IsNaN(r[j]) {
			sd += (r[j] - mean) * (r[j] - mean) / n
		}
	}
	if sd = math.Sqrt(sd); !(sd > 1e-12) {
		sd = 1
	}
	return mean, sd
}

func (m Logit) row(x []float64) []float64 {
	r := make([]float64, len(m.Names)+1)
	r[0] = 1
	for j, v := range x {
		if !math.IsNaN(v) {
			r[j+1] = min(clip, max(-clip, (v-m.Mean[j])/m.Sd[j]))
		}
	}
	return r
}

func (m Logit) slopes(rows [][]float64, y []bool, ridge float64) (grad []float64, hess [][]float64) {
	k := len(m.Beta)
	grad, hess = make([]float64, k), make([][]float64, k)
	for j := range k {
		hess[j] = make([]float64, k)
		if j > 0 {
			grad[j], hess[j][j] = -ridge*m.Beta[j], ridge
		}
	}
	p0 := special.Logistic(m.Beta[0]) // one case more, half an event, so that the constant stays finite without events
	grad[0], hess[0][0] = 0.5-p0, p0*(1-p0)
	for i, r := range rows {
		p := special.Logistic(dot(m.Beta, r))
		e := -p
		if y[i] {
			e = 1 - p
		}
		for a := range k {
			grad[a] += e * r[a]
			for b := range k {
				hess[a][b] += p * (1 - p) * r[a] * r[b]
			}
		}
	}
	return grad, hess
}

func dot(a, b []float64) (s float64) {
	for i, x := range a {
		s += x * b[i]
	}
	return s
}

// Chance of an event. What the coefficients' own uncertainty does to it is added by MacKay's approximation, which draws chances
// from few cases towards one half.
func (m Logit) Chance(x []float64) float64 {
	r := m.row(x)
	v := 0.0
	for a := range r {
		if m.cov != nil {
			v += r[a] * dot(m.cov[a], r)
		}
	}
	return special.Logistic(dot(m.Beta, r) / math.Sqrt(1+math.Pi/8*v))
}

// Parts are what each feature adds to the logit of a chance, in the order of Names.
func (m Logit) Parts(x []float64) []float64 {
	r := m.row(x)
	out := make([]float64, len(m.Names))
	for j := range out {
		out[j] = m.Beta[j+1] * r[j+1]
	}
	return out
}

// solve a·x = b by elimination with pivots; nil where a is singular.
func solve(a [][]float64, b []float64) []float64 {
	n := len(b)
	m := make([][]float64, n)
	for i := range m {
		m[i] = append(append(make([]float64, 0, n+1), a[i]...), b[i])
	}
	for i := range n {
		p := i
		for r := i + 1; r < n; r++ {
			if math.Abs(m[r][i]) > math.Abs(m[p][i]) {
				p = r
			}
		}
		m[i], m[p] = m[p], m[i]
		if !(math.Abs(m[i][i]) > 1e-14) {
			return nil
		}
		for r := range n {
			if r != i {
				k := m[r][i] / m[i][i]
				for c := i; c <= n; c++ {
					m[r][c] -= k * m[i][c]
				}
			}
		}
	}
	x := make([]float64, n)
	for i := range x {
		x[i] = m[i][n] / m[i][i]
	}
	return x
}

func inverse(a [][]float64) [][]float64 {
	n := len(a)
	out := make([][]float64, n)
	for i := range out {
		unit := make([]float64, n)
		unit[i] = 1
		if out[i] = solve(a, unit); out[i] == nil {
			return nil
		}
	}
	return out
}
