package curve

import (
	"encoding/json"
	"math"
	"slices"
	"sort"

	"shigan/engine/curve/special"
	"shigan/kernel/fault"
)

// Refusals: a stored table that is none.
var (
	ErrTable      = fault.New(fault.Broken, "forecast.table")
	ErrTableOrder = fault.New(fault.Broken, "forecast.table-order")
)

// Levels 分位 are the chances of which a Table keeps the quantile: 5 % to 95 % by 5, and three beyond on either side.
var Levels = [...]float64{.005, .01, .025, .05, .10, .15, .20, .25, .30, .35, .40, .45, .50, .55, .60, .65, .70, .75, .80, .85, .90, .95, .975, .99, .995}

const knots = len(Levels)

// scores are the levels as standard normal scores; between two knots a table is straight on this scale.
var scores = func() (z [knots]float64) {
	for i, p := range Levels {
		z[i] = special.NormalQuantile(p)
	}
	return z
}()

// Table 分位表 is a distribution as the quantiles at Levels, never decreasing. +Inf means "not within any horizon", as for a
// count that may never run down. Against a lognormal of σ 0.4 its quantiles err by less than 0.1 % from P2.5 to P97.5.
type Table [knots]float64

// TableOf makes a table of a quantile function.
func TableOf(quantile func(p float64) float64) (t Table) {
	for i, p := range Levels {
		t[i] = quantile(p)
		if i > 0 {
			t[i] = max(t[i], t[i-1])
		}
	}
	return t
}

// TableOfCDF inverts a distribution function between lo and hi.
func TableOfCDF(cdf func(x float64) float64, lo, hi float64) Table {
	from := lo
	return TableOf(func(p float64) float64 {
		if cdf(hi) < p {
			return math.Inf(1)
		}
		if cdf(from) >= p {
			return from
		}
		from = special.Bisect(func(x float64) bool { return cdf(x) >= p }, from, hi)
		return from
	})
}

// TableOfSample makes a table of equally likely values; the sample is sorted in place.
func TableOfSample(x []float64) Table {
	slices.Sort(x)
	return TableOf(func(p float64) float64 { return ofSorted(x, p) })
}

// ofSorted is the quantile of a sorted sample at the middles of its steps (Hazen).
func ofSorted(x []float64, p float64) float64 {
	n := len(x)
	if n == 0 {
		return math.NaN()
	}
	at := p*float64(n) - 0.5
	i := int(math.Floor(at))
	switch {
	case i < 0:
		return x[0]
	case i >= n-1:
		return x[n-1]
	case math.IsInf(x[i+1], 1):
		return x[i+int(math.Round(at-float64(i)))]
	}
	return x[i] + (at-float64(i))*(x[i+1]-x[i])
}

// weighted is one value of a weighted sample.
type weighted struct{ x, w float64 }

// tableOfWeighted makes a table of values with weights; sorted in place.
func tableOfWeighted(s []weighted) Table {
	slices.SortFunc(s, func(a, b weighted) int {
		switch {
		case a.x < b.x:
			return -1
		case a.x > b.x:
			return 1
		}
		return 0
	})
	mid, sum := make([]float64, len(s)), 0.0 // weight up to the middle of each value
	for i, v := range s {
		mid[i] = sum + v.w/2
		sum += v.w
	}
	return TableOf(func(p float64) float64 {
		if len(s) == 0 || !(sum > 0) {
			return math.NaN()
		}
		i := sort.SearchFloat64s(mid, p*sum)
		switch {
		case i == 0:
			return s[0].x
		case i == len(s):
			return s[len(s)-1].x
		case mid[i] == mid[i-1] || math.IsInf(s[i].x, 1):
			return s[i].x
		}
		return s[i-1].x + (p*sum-mid[i-1])/(mid[i]-mid[i-1])*(s[i].x-s[i-1].x)
	})
}

// Empty tells a table that was never filled: there is no date to give.
func (t Table) Empty() bool { return t == Table{} || math.IsNaN(t[0]) }

// Plus is the distribution moved by a constant.
func (t Table) Plus(x float64) Table {
	for i := range t {
		t[i] += x
	}
	return t
}

// Quantile is the value that is reached with chance p. Beyond the outer knots the last slope goes on, at most to four normal
// scores; a number made so is a guess about a tail and should not be printed.
func (t Table) Quantile(p float64) float64 { return t.at(special.NormalQuantile(p)) }

func (t Table) at(z float64) float64 {
	z = min(4, max(-4, z))
	i := sort.SearchFloat64s(scores[:], z)
	switch {
	case i < knots && scores[i] == z:
		return t[i]
	case i == 0:
		i = 1
	case i == knots:
		i = knots - 1
	}
	if math.IsInf(t[i], 1) {
		if z > (scores[i-1]+scores[i])/2 {
			return t[i]
		}
		return t[i-1]
	}
	x := t[i-1] + (z-scores[i-1])/(scores[i]-scores[i-1])*(t[i]-t[i-1])
	if t[0] >= 0 {
		return max(0, x) // what is never negative at the knots is not so in the tail
	}
	return x
}

// CDF is the chance of at most x. Where the table stands still (a heap of equal values) it is the upper end of the heap.
func (t Table) CDF(x float64) float64 {
	if t.Empty() || math.IsNaN(x) {
		return math.NaN()
	}
	if math.IsInf(x, 1) {
		return 1
	}
	i := sort.Search(knots, func(i int) bool { return t[i] > x }) // first knot above x
	j := min(max(i, 1), knots-1)
	lo, hi := t[j-1], t[j]
	switch {
	case i == knots && !(hi > lo):
		return 1
	case i == 0 && !(hi > lo):
		return 0
	case math.IsInf(hi, 1):
		if i == 0 {
			return 0
		}
		return Levels[j-1]
	}
	z := scores[j-1] + (x-lo)/(hi-lo)*(scores[j]-scores[j-1])
	switch {
	case z < -4:
		return 0
	case z > 4:
		return 1
	}
	return special.NormalCDF(z)
}

// P10, P50, P80 and P90 are the quantiles that people are told.
func (t Table) P10() float64 { return t[4] }
func (t Table) P50() float64 { return t[12] }
func (t Table) P80() float64 { return t[18] }
func (t Table) P90() float64 { return t[20] }

// Nineteen are the quantiles at 5, 10 … 95 %, as they are stored.
func (t Table) Nineteen() (q [19]float64) { copy(q[:], t[3:22]); return q }

// Map puts a function that never decreases over every quantile.
func (t Table) Map(f func(float64) float64) Table {
	for i, x := range t {
		t[i] = f(x)
	}
	return t
}

// Stretch widens (k above 1) or narrows a table around its median on the scale of normal scores: the quantile at score z becomes
// the one that stood at k·z. It is how a width learned from past forecasts is put on a new one.
func (t Table) Stretch(k float64) Table {
	var out Table
	for i, z := range scores {
		out[i] = t.at(k * z)
		if i > 0 {
			out[i] = max(out[i], out[i-1])
		}
	}
	return out
}

// MarshalJSON writes +Inf, which JSON lacks, as null.
func (t Table) MarshalJSON() ([]byte, error) {
	var out [knots]*float64
	for i, x := range t {
		if !math.IsInf(x, 0) && !math.IsNaN(x) {
			out[i] = &x
		}
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads null as +Inf.
func (t *Table) UnmarshalJSON(raw []byte) error {
	var in []*float64
	if err := json.Unmarshal(raw, &in); err != nil {
		return err
	}
	if len(in) != knots {
		return ErrTable.With("want", knots, "got", len(in))
	}
	for i, x := range in {
		t[i] = math.Inf(1)
		if x != nil {
			t[i] = *x
		}
		if i > 0 && t[i] < t[i-1] {
			return ErrTableOrder.With("at", i+1)
		}
	}
	return nil
}
