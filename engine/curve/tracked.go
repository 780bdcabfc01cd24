package curve

import (
	"math"

	"shigan/engine/score"
)

// Tracked 跟踪 is a project with a baseline and dated reports of earned value. Days are calendar days from the baseline's start.
type Tracked struct {
	ID      string
	Name    string
	Plan    Planned // planned value by day; its end is planned duration and budget
	Reports []Tracking
	Days    float64 // what it took in the end; 0 while it is not finished
	Cost    float64 // what it cost in the end
}

// Tracking 期报 is what one status date says.
type Tracking struct {
	Day    float64
	Done   float64 // budget of the work done, each piece by its share complete: what time is forecast from
	Earned float64 // the same as the books have it, which may take fixed costs in at a piece's start: what money is forecast from
	Spent  float64 // what it has cost
}

// Finished tells whether both ends are known, so that others may learn from it.
func (p Tracked) Finished() bool {
	end := p.Plan.End()
	return p.Days > 0 && p.Cost > 0 && end.X > 0 && end.Y > 0
}

// time and money give the pace of a project as it was known after its k-th report.
func (p Tracked) time(k int, of Family) Pace {
	x := Pace{Plan: p.Plan.End().X, Class: of.Time, Rho: of.Rho, Width: of.TimeWidth, Due: math.NaN()}
	before := 0.0
	for _, r := range p.Reports[:k+1] {
		x.Used, x.Earned = append(x.Used, r.Day), append(x.Earned, p.Plan.Earned(r.Done))
		x.Spans = append(x.Spans, r.Day-before)
		before = r.Day
	}
	return x
}

func (p Tracked) money(k int, of Family) Pace {
	x := Pace{Plan: p.Plan.End().Y, Class: of.Money, Rho: of.Rho, Width: of.MoneyWidth, Due: math.NaN()}
	for _, r := range p.Reports[:k+1] {
		x.Used, x.Earned = append(x.Used, r.Spent), append(x.Earned, r.Earned)
	}
	return x
}

// Family 同类 is what a tracked project's class says of it, learned without it.
type Family struct {
	Time, Money           Outlook // of log(actual/planned) duration and cost
	TimeWidth, MoneyWidth float64 // how much wider or narrower than the model the intervals are, by past forecasts
	Rho                   float64
}

// TrackedPrior is what is assumed of tracked projects before any is finished. Every number is an assumption, stated in docs/forecast.md.
type TrackedPrior struct {
	Time, Money Prior
	Rho         float64
	Widths      float64 // the model's own width counts like this many projects
	Level       float64 // of the interval whose width is learned
}

// DefaultTracked takes time from the research's default class; money is assumed to overrun half as much with half the spread.
var DefaultTracked = TrackedPrior{
	Time:  DefaultPrior,
	Money: Prior{assumed("money.mean"), assumed("money.s2"), assumed("money.tau2"), DefaultPrior.Nu, DefaultPrior.Tau, DefaultPrior.Shape},
	Rho:   DefaultRho, Widths: assumed("widths"), Level: assumed("level"),
}

// LearnFamily learns from finished projects. For the widths each of them is forecast in turn by the others, so that no project's
// end tells how sure its own forecasts should have been.
func LearnFamily(prior TrackedPrior, finished []Tracked) Family {
	f := outlooks(prior, finished, -1)
	var times, moneys [][]float64
	for i, p := range finished {
		of := outlooks(prior, finished, i)
		var time, money []float64
		for k := range max(0, len(p.Reports)-1) {
			time = append(time, p.time(k, of).Score(p.Days))
			money = append(money, p.money(k, of).Score(p.Cost))
		}
		if len(time) > 0 {
			times, moneys = append(times, time), append(moneys, money)
		}
	}
	f.TimeWidth, _ = score.Width(times, prior.Level, prior.Widths)
	f.MoneyWidth, _ = score.Width(moneys, prior.Level, prior.Widths)
	return f
}

func outlooks(prior TrackedPrior, finished []Tracked, but int) Family {
	var time, money []Case
	for i, p := range finished {
		if i != but && p.Finished() {
			end := p.Plan.End()
			time, money = append(time, Case{Y: math.Log(p.Days / end.X)}), append(money, Case{Y: math.Log(p.Cost / end.Y)})
		}
	}
	return Family{Time: Learn(prior.Time, time).At(), Money: Learn(prior.Money, money).At(), Rho: prior.Rho, TimeWidth: 1, MoneyWidth: 1}
}

// Forecast of duration in days and of cost, after the k-th report.
func (p Tracked) Forecast(k int, of Family) (days, cost Forecast) {
	days, cost = p.time(k, of).Forecast(), p.money(k, of).Forecast()
	days.Unit, cost.Unit = Days, Money
	return days, cost
}
