package curve

import (
	"math"
	"slices"

	"shigan/engine/curve/special"
)

// Waiting 未开工 is model F without causes: each month a project starts with a chance of its own, which is beta distributed over
// the class. The chance falls with waiting, since those that start easily are gone.
type Waiting struct {
	A, B float64
	Idle int     // months waited so far
	Due  float64 // months from now to the promised start; NaN where nothing was promised
	Learned
}

// DefaultWaiting is Beta(3, 5), the research's [P].
var DefaultWaiting = Waiting{A: 3, B: 5, Due: math.NaN()}

// StillWaiting is the chance that it has not begun after so many more months.
func (w Waiting) StillWaiting(months int) float64 {
	b := w.B + float64(w.Idle)
	return math.Exp(special.LogBeta(w.A, b+float64(months)) - special.LogBeta(w.A, b))
}

// Next is the chance that it begins in the coming month.
func (w Waiting) Next() float64 { return w.A / (w.A + w.B + float64(w.Idle)) }

// Forecast of the months until it begins.
func (w Waiting) Forecast() Forecast {
	f := w.plain()
	if w.Idle > 0 {
		fresh := w
		fresh.Idle = 0
		f.effect("waited", fresh.plain())
	}
	return f
}

func (w Waiting) plain() Forecast {
	f := Forecast{Model: ByStart, Unit: Months, Class: w.Learned}
	Outlook{Learned: w.Learned}.remark(&f)
	f.Q = monthsOf(w.StillWaiting)
	keepMonths(&f, w.Due, w.StillWaiting)
	return f
}

// monthsOf tabulates whole months: the first by whose end the chance is reached.
func monthsOf(still func(months int) float64) Table {
	m := 0
	return TableOf(func(p float64) float64 {
		for m <= horizon && 1-still(m) < p {
			m++
		}
		if m > horizon {
			return math.Inf(1)
		}
		return float64(m)
	})
}

func keepMonths(f *Forecast, due float64, still func(int) float64) {
	switch {
	case math.IsNaN(due):
		f.Keep = math.NaN()
	case due <= 0:
		f.Keep = 0
		f.note(Overdue)
	default:
		f.Keep = 1 - still(int(math.Floor(min(due, horizon))))
	}
	if math.IsInf(f.Q.P90(), 1) {
		f.note(MayNever)
	}
}

// Wait is how long one project of a class waited, and whether it began then.
type Wait struct {
	Months  int // of waiting; begun in the month after them
	Started bool
}

// LearnWaiting learns a class's beta by the highest posterior on a grid of its mean and strength, around the parent's.
func LearnWaiting(parent Waiting, waits []Wait) Waiting {
	out, best := parent, math.Inf(-1)
	seen := map[Wait]int{}
	for _, x := range waits {
		seen[x]++
	}
	rows := make([]Wait, 0, len(seen))
	for x := range seen {
		rows = append(rows, x)
	}
	slices.SortFunc(rows, func(a, b Wait) int { // sums must not depend on the order of a map
		if a.Months != b.Months {
			return a.Months - b.Months
		}
		return int(indicator(a.Started) - indicator(b.Started))
	})
	mean0, strength0 := special.Logit(parent.A/(parent.A+parent.B)), math.Log(parent.A+parent.B)
	for i := -40; i <= 40; i++ {
		for j := -40; j <= 40; j++ {
			z1, z2 := float64(i)/10, float64(j)/10
			m, s := special.Logistic(mean0+z1*0.8), math.Exp(strength0+z2*0.7)
			w := parent
			w.A, w.B = m*s, (1-m)*s
			if l := w.likelihood(rows, seen) - z1*z1/2 - z2*z2/2; l > best {
				out, best = w, l
			}
		}
	}
	out.N, out.All = len(waits), max(parent.All, len(waits))
	return out
}

func (w Waiting) likelihood(rows []Wait, times map[Wait]int) (l float64) {
	for _, x := range rows {
		k := w
		k.Idle = 0
		one := math.Log(k.StillWaiting(x.Months))
		if x.Started {
			k.Idle = x.Months
			one += math.Log(k.Next())
		}
		l += float64(times[x]) * one
	}
	return l
}

func indicator(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// EnoughStarts is how many starts a hazard with causes needs; below it Waiting serves: the research's [P].
var EnoughStarts = int(assumed("enough-starts"))

// Hazard 开工风险 is model F with causes: each coming month's chance by its features (missing permits, land clear, money in place,
// winter, months late).
type Hazard struct {
	Model  Logit
	Months [][]float64 // features of each month to come; the last one goes on
	Due    float64
	Class  Learned
}

// Forecast of the months until it begins, with what each feature of the first month moved.
func (h Hazard) Forecast() Forecast {
	f := h.plain()
	for j, name := range h.Model.Names {
		without := h
		without.Months = make([][]float64, len(h.Months))
		for i, x := range h.Months {
			without.Months[i] = append([]float64(nil), x...)
			without.Months[i][j] = math.NaN()
		}
		f.effect(name, without.plain())
	}
	return f
}

func (h Hazard) plain() Forecast {
	f := Forecast{Model: ByHazard, Unit: Months, Class: h.Class}
	Outlook{Learned: h.Class}.remark(&f)
	still := []float64{1}
	for m := 0; m < horizon; m++ {
		x := h.Months[min(m, len(h.Months)-1)]
		still = append(still, still[m]*(1-h.Model.Chance(x)))
	}
	at := func(m int) float64 { return still[min(m, horizon)] }
	f.Q = monthsOf(at)
	keepMonths(&f, h.Due, at)
	return f
}
