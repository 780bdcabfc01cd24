package curve

import (
	"math"
	"slices"

	"shigan/engine/curve/special"
)

// NorthernSeason is how much work a month carries in the north, January to December: the research's [P]. June's cumulative share
// comes to .447, where m/12 says .50.
var NorthernSeason = [12]float64(assumptions["northern-season"].Values)

// Linear is m/12 序时进度, the share that the official light counts with. It stays beside every forecast.
func Linear(month int) float64 { return float64(month) / 12 }

// Shares 份额曲线 is the share of a year's total that is reached by the end of each month: Cum[0] = 0, Cum[12] = 1.
type Shares struct {
	Cum   [13]float64
	Sigma [13]float64 // of log(what came after month m / what was forecast for it); [12] = 0
	N     int         // finished years behind it
}

// DefaultSigma is the spread of what is still to come before any year was seen: an assumption, between the research's .2 and .3.
var DefaultSigma = assumed("money.sigma")

// Seasonal makes the curve of twelve weights.
func Seasonal(weights [12]float64) (s Shares) {
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	for m, w := range weights {
		s.Cum[m+1] = s.Cum[m] + w/sum
		s.Sigma[m] = DefaultSigma
	}
	s.Cum[12] = 1
	return s
}

// LearnShares learns a class's curve from finished years (cumulative amounts by month, [12] the year's total): the median share
// of each month, drawn to the parent curve as a class is to its parent, which counts like weight years; and from the same years
// how wrong the forecast of the rest was, each year forecast as if the expectation before the year had been its own plan.
func LearnShares(parent Shares, years [][13]float64, plans []float64, weight float64) Shares {
	var good [][13]float64
	var plan []float64
	for i, y := range years {
		if y[12] > 0 {
			good, plan = append(good, y), append(plan, plans[i])
		}
	}
	out, n := parent, float64(len(good))
	if out.N = len(good); n == 0 {
		return out
	}
	for m := 1; m < 12; m++ {
		var share []float64
		for _, y := range good {
			share = append(share, y[m]/y[12])
		}
		slices.Sort(share)
		b := weight / (weight + n)
		out.Cum[m] = max(out.Cum[m-1], min(1, b*parent.Cum[m]+(1-b)*ofSorted(share, 0.5)))
	}
	for m := range 12 {
		ss, df := weight*parent.Sigma[m]*parent.Sigma[m], weight
		for i, y := range good {
			if rest := (Year{Month: m, Done: y[m], Expect: plan[i], Shares: out}).Benktander() - y[m]; rest > 0 && y[12] > y[m] {
				e := math.Log((y[12] - y[m]) / rest)
				ss, df = ss+e*e, df+1
			}
		}
		out.Sigma[m] = math.Sqrt(ss / df)
	}
	return out
}

// Year 年度 is model C and E: an amount that adds up over a year, part of which is known. Dispatch money and statistical money are
// two amounts; the one is never forecast from the other.
type Year struct {
	Month  int     // months that are over, 0 to 12
	Done   float64 // reached by then
	Expect float64 // of the whole year, before any month was seen (a class's usual share of its plans, times the plan)
	Target float64 // promised for the year; NaN where nothing was
	Shares Shares
	Class  Learned
}

func (y Year) share() float64 { return y.Shares.Cum[min(max(y.Month, 0), 12)] }

// ChainLadder says that the rest of the year goes like the months so far: done over the share that is usual by now.
func (y Year) ChainLadder() float64 { return y.Done / y.share() }

// BornhuetterFerguson says that the rest goes as was expected before, whatever the months so far: done + (1−g)·expectation.
func (y Year) BornhuetterFerguson() float64 { return y.Done + (1-y.share())*y.Expect }

// Benktander takes a second step: the rest after the mean of both, with the share as weight. This is the one to use.
func (y Year) Benktander() float64 {
	g := y.share()
	if g == 0 {
		return y.BornhuetterFerguson()
	}
	return g*y.ChainLadder() + (1-g)*y.BornhuetterFerguson()
}

// Forecast of the year's total: done, and a lognormal rest around what Benktander expects of it.
func (y Year) Forecast() Forecast {
	f := y.plain()
	if f.Model == ByCompletion {
		return f
	}
	linear := y
	for m := range linear.Shares.Cum {
		linear.Shares.Cum[m] = Linear(m)
	}
	f.effect("season", linear.plain())
	blind := y
	blind.Expect = y.ChainLadder()
	if y.share() > 0 && y.Done > 0 {
		f.effect("expected", blind.plain())
	}
	unseen := y
	unseen.Done = y.share() * y.Expect
	f.effect("done", unseen.plain())
	return f
}

func (y Year) plain() Forecast {
	f := Forecast{Model: ByYear, Unit: Money, Class: y.Class}
	f.Class.N, f.Class.All = y.Shares.N, max(f.Class.All, y.Shares.N)
	Outlook{Learned: f.Class}.remark(&f)
	rest := y.Benktander() - y.Done
	if y.Month >= 12 || !(rest > 0) {
		f.Model, f.Q = ByCompletion, TableOf(func(float64) float64 { return y.Done })
	} else {
		s := y.Shares.Sigma[y.Month]
		f.Q = TableOf(func(p float64) float64 { return y.Done + rest*math.Exp(s*special.NormalQuantile(p)) })
	}
	switch {
	case math.IsNaN(y.Target):
		f.Keep = math.NaN()
	case y.Done >= y.Target:
		f.Keep = 1
	case f.Model == ByCompletion:
		f.Keep = 0
	default:
		f.Keep = special.NormalCDF(-math.Log((y.Target-y.Done)/rest) / y.Shares.Sigma[y.Month])
	}
	if y.Done <= 0 && y.Month > 0 {
		f.note(NoProgress)
	}
	return f
}
