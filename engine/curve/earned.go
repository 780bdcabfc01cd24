package curve

import (
	"math"
	"sort"
)

// Planned 计划曲线 is the planned cumulative value over time: points of rising time and value, straight between them.
type Planned []Point

// End is the planned duration and the whole planned value.
func (p Planned) End() Point {
	if len(p) == 0 {
		return Point{}
	}
	return p[len(p)-1]
}

// Value is PV at a time.
func (p Planned) Value(t float64) float64 {
	i := sort.Search(len(p), func(i int) bool { return p[i].X > t })
	switch {
	case i == 0:
		return 0
	case i == len(p):
		return p.End().Y
	}
	return p[i-1].Y + (t-p[i-1].X)/(p[i].X-p[i-1].X)*(p[i].Y-p[i-1].Y)
}

// Earned 挣得进度 (earned schedule) is the time at which the plan had as much as has been earned: ES = C + (EV − PV_C)/(PV_C+1 − PV_C),
// C the last point whose value has been earned.
func (p Planned) Earned(ev float64) float64 {
	i := sort.Search(len(p), func(i int) bool { return p[i].Y > ev })
	switch {
	case i == 0:
		return 0
	case i == len(p):
		return p.End().X
	}
	return p[i-1].X + (ev-p[i-1].Y)/(p[i].Y-p[i-1].Y)*(p[i].X-p[i-1].X)
}

// Rivals 对手 are the textbook's forecasts of the end, at time at with ev earned. They are scored beside ours, never mixed in.
type Rivals struct {
	ES         float64 // earned schedule
	SPIt       float64 // ES/AT
	FactorOne  float64 // AT + (PD − ES): what is left goes as planned
	FactorSPIt float64 // AT + (PD − ES)/SPI(t) = PD/SPI(t): it goes as so far
	PlanValue  float64 // PD − (EV − PV)/(BAC/PD)
	EarnedDur  float64 // PD/(EV/PV)
}

// Rivals of a plan.
func (p Planned) Rivals(at, ev float64) (r Rivals) {
	end := p.End()
	r.ES = p.Earned(ev)
	r.SPIt = r.ES / at
	r.FactorOne = at + end.X - r.ES
	r.FactorSPIt = end.X / r.SPIt
	r.PlanValue = end.X - (ev-p.Value(at))/(end.Y/end.X)
	r.EarnedDur = end.X * p.Value(at) / ev
	return r
}

// ByEvidence takes SPI(t) as evidence, not as the answer: log(actual/planned) has the class's prior, and log(1/SPI(t)) is seen with
// variance κ²/periods.
func ByEvidence(class Outlook, spit, periods, kappa float64) Outlook {
	m, v := combine(class.Mean, class.MeanVar+class.S2, -math.Log(spit), kappa*kappa/periods)
	return Outlook{Learned: class.Learned, Mean: m, S2: v}
}
