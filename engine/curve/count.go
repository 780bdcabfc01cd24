package curve

import (
	"math"

	"shigan/engine/curve/special"
)

// Gamma 速率先验 is what is known of a monthly rate: shape A, B months.
type Gamma struct {
	A, B float64
	Learned
}

// Mean rate.
func (g Gamma) Mean() float64 { return g.A / g.B }

// After counts done in so much exposure.
func (g Gamma) After(done int, exposure float64) Gamma {
	return Gamma{A: g.A + float64(done), B: g.B + exposure, Learned: g.Learned}
}

// Run is one finished or running count: done in so much exposure (months, weighed by season).
type Run struct {
	Done     int
	Exposure float64
}

// LearnGamma learns a class's prior from its runs by moments: their pooled mean, and the variance of their rates beyond what
// chance alone gives. The parent counts like weight runs.
func LearnGamma(parent Gamma, runs []Run, weight float64) Gamma {
	k, e, n := 0.0, 0.0, 0
	for _, r := range runs {
		if r.Exposure > 0 {
			k, e, n = k+float64(r.Done), e+r.Exposure, n+1
		}
	}
	if n == 0 {
		return parent
	}
	f := float64(n)
	m := (weight*parent.Mean() + f*k/e) / (weight + f)
	excess, sw := 0.0, 0.0
	for _, r := range runs {
		if r.Exposure > 0 {
			d := float64(r.Done)/r.Exposure - k/e
			excess += r.Exposure * (d*d - (k/e)/r.Exposure)
			sw += r.Exposure
		}
	}
	cv2 := 1 / parent.A // squared coefficient of variation of the rate
	if n > 1 && k > 0 {
		seen := max(0, excess/sw) / ((k / e) * (k / e))
		cv2 = (weight*cv2 + (f-1)*seen) / (weight + f - 1)
	}
	a := 1 / max(cv2, 1e-3)
	return Gamma{A: a, B: a / max(m, 1e-9), Learned: Learned{Path: parent.Path, N: n, All: max(parent.All, n)}}
}

// Count 倒计数 is model D: so many are left, and they go at a rate that is not well known (old compounds, dead-end roads).
type Count struct {
	Rate     Gamma     // of the class, before this one's own months
	Done     int       // gone so far
	Exposure float64   // in so many months, weighed by season
	Left     int       // still to go
	Season   []float64 // weights of the months to come, from the next one on, repeated; empty: all 1
	Phi      float64   // variance of a month's count over Poisson's, for starts in batches; 0 means 1
	Due      float64   // months from now to the promised moment; NaN where nothing was promised
}

// horizon is how far a count is followed: fifty years of months.
const horizon = 600

// exposure of the first so many months to come.
func (c Count) exposure(months int) (h float64) {
	if len(c.Season) == 0 {
		return float64(months)
	}
	for i := range months {
		h += c.Season[i%len(c.Season)]
	}
	return h
}

// Within is the distribution of how many go in the next months: negative binomial of mean r(1−p)/p.
func (c Count) Within(months float64) (r, p float64) {
	g, whole := c.Rate.After(c.Done, c.Exposure), math.Floor(months)
	h := c.exposure(int(whole))
	if part := months - whole; part > 0 {
		h += part * (c.exposure(int(whole)+1) - h)
	}
	r, p = g.A, g.B/(g.B+h)
	if c.Phi > 1 && p < 1 {
		mean := r * (1 - p) / p
		p /= c.Phi
		r = mean * p / (1 - p)
	}
	return r, p
}

// Reach is the chance that at least k go in the next months.
func (c Count) Reach(k int, months float64) float64 {
	if k <= 0 {
		return 1
	}
	r, p := c.Within(months)
	if p >= 1 {
		return 0
	}
	return 1 - special.NegBinomialCDF(k-1, r, p)
}

// Quantile of how many go in the next months.
func (c Count) Quantile(u, months float64) int {
	r, p := c.Within(months)
	if p >= 1 {
		return 0
	}
	k, hi := 0, 1
	for special.NegBinomialCDF(hi, r, p) < u {
		hi *= 2
	}
	for k < hi {
		if mid := (k + hi) / 2; special.NegBinomialCDF(mid, r, p) >= u {
			hi = mid
		} else {
			k = mid + 1
		}
	}
	return k
}

// FirstMonth is the first whole month by whose end all have gone with at least this chance; 0 where that never comes.
func (c Count) FirstMonth(chance float64) int {
	for m := 1; m <= horizon; m++ {
		if c.Reach(c.Left, float64(m)) >= chance {
			return m
		}
	}
	return 0
}

// Forecast of the months until none is left.
func (c Count) Forecast() Forecast {
	f := c.plain()
	if f.Model == ByCompletion {
		return f
	}
	if c.Exposure > 0 {
		own := c
		own.Done, own.Exposure = 0, 0
		f.effect("done", own.plain())
	}
	if len(c.Season) > 0 {
		even := c
		even.Season = nil
		f.effect("season", even.plain())
	}
	if c.Phi > 1 {
		single := c
		single.Phi = 1
		f.effect("batches", single.plain())
	}
	return f
}

func (c Count) plain() Forecast {
	f := Forecast{Model: ByCount, Unit: Months, Class: c.Rate.Learned, Keep: math.NaN()}
	Outlook{Learned: f.Class}.remark(&f)
	if c.Left <= 0 {
		f.Model, f.Keep = ByCompletion, 1
		return f
	}
	if c.Done == 0 && c.Exposure > 0 {
		f.note(NoProgress)
	}
	f.Q = TableOfCDF(func(m float64) float64 { return c.Reach(c.Left, max(m, 0)) }, 0, horizon)
	if !math.IsNaN(c.Due) {
		f.Keep = 0
		if c.Due > 0 {
			f.Keep = c.Reach(c.Left, c.Due)
		}
		if c.Due <= 0 {
			f.note(Overdue)
		}
	}
	if math.IsInf(f.Q.P90(), 1) {
		f.note(MayNever)
	}
	return f
}
