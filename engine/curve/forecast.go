package curve

import (
	"encoding/json"
	"math"
)

// Model 模型 names the model that made a forecast; the letters are those of the research.
type Model string

const (
	ByClass      Model = "class"      // the class rate alone: there was nothing else
	ByChain      Model = "chain"      // B milestones in a row
	ByYear       Model = "year"       // C, E money or an indicator over the year
	ByStretch    Model = "stretch"    // C the planned curve, stretched
	ByPace       Model = "pace"       // C what is left, at the pace so far
	ByCount      Model = "count"      // D a number that runs down to zero
	ByStart      Model = "start"      // F something that has not begun
	ByHazard     Model = "hazard"     // F the same, with causes
	ByProgramme  Model = "programme"  // G many promises together
	ByPool       Model = "pool"       // two models on one promise
	ByCompletion Model = "completion" // nothing is left to forecast: it is done
)

// Unit of a forecast's quantiles.
type Unit string

const (
	Days   Unit = "day"
	Months Unit = "month"
	Money  Unit = "money" // in the unit of the caller's amounts
	Plain  Unit = "plain"
)

// Learned 来路 tells which class a forecast learned from and how many finished cases stood there.
type Learned struct {
	Path []string `json:"path"` // the deepest class that has cases; empty: all cases together
	N    int      `json:"n"`    // cases in it
	All  int      `json:"all"`  // cases in the whole tree
}

// Effect 影响 is what one input moved: the forecast with it less the forecast without it.
type Effect struct {
	Input  string  `json:"input"`
	Moved  float64 `json:"moved"`  // of the median, in the forecast's unit
	Points float64 `json:"points"` // of the chance that the promise is kept, as a fraction
}

// Note 提示 is a remark by code; the words of a code stand in the catalogue under forecast.note.<code>.
type Note struct {
	Code   string             `json:"code"`
	Values map[string]float64 `json:"values,omitempty"`
}

// Codes of notes.
const (
	NoData      = "no-data"      // nothing is known of this promise but its class
	NoDate      = "no-date"      // no planned date, so no date is forecast
	NoClass     = "no-class"     // the class has no finished case; the house's assumption stands in
	OneCase     = "one-case"     // the class has one finished case
	FewCases    = "few-cases"    // the class has fewer than five
	Disagree    = "disagree"     // two models differ by more than the agreed span: values days
	Overdue     = "overdue"      // the promised moment has passed and it is not done
	Stalled     = "stalled"      // progress has stood still: values months
	NoProgress  = "no-progress"  // nothing has been earned yet
	BadGap      = "bad-gap"      // a milestone is planned before the one that it follows: values at
	MayNever    = "may-never"    // a tenth of the chance or more lies beyond any horizon
	OverTotal   = "over-total"   // more was done than was planned in all
	SmallWeight = "small-weight" // what was seen fits the class badly: the trials behind this forecast are few
)

// Forecast 预测 is what a model says of one promise.
type Forecast struct {
	Model   Model    `json:"model"`
	Unit    Unit     `json:"unit"`
	Q       Table    `json:"q"`    // of the day, month or amount; Empty where there is none to give
	Keep    float64  `json:"keep"` // chance that the promise is kept; NaN where no moment or amount was promised
	Se      float64  `json:"se"`   // standard error of Keep by simulation; 0 where it is exact
	Class   Learned  `json:"class"`
	Effects []Effect `json:"effects,omitempty"`
	Notes   []Note   `json:"notes,omitempty"`
}

// MarshalJSON writes a chance that is not there as null.
func (f Forecast) MarshalJSON() ([]byte, error) {
	type plain Forecast
	out := struct {
		plain
		Keep *float64 `json:"keep"`
	}{plain: plain(f)}
	if !math.IsNaN(f.Keep) {
		out.Keep = &f.Keep
	}
	return json.Marshal(out)
}

// Says tells whether a forecast carries a note.
func (f Forecast) Says(code string) bool {
	for _, n := range f.Notes {
		if n.Code == code {
			return true
		}
	}
	return false
}

func (f *Forecast) note(code string, pairs ...any) {
	if f.Says(code) {
		return
	}
	n := Note{Code: code}
	for i := 0; i+1 < len(pairs); i += 2 {
		if n.Values == nil {
			n.Values = map[string]float64{}
		}
		n.Values[pairs[i].(string)] = pairs[i+1].(float64)
	}
	f.Notes = append(f.Notes, n)
}

// effect compares the forecast with one that lacks an input.
func (f *Forecast) effect(input string, without Forecast) {
	e := Effect{Input: input, Moved: f.Q.P50() - without.Q.P50(), Points: f.Keep - without.Keep}
	if math.IsNaN(e.Points) {
		e.Points = 0
	}
	if math.IsNaN(e.Moved) || math.IsInf(e.Moved, 0) {
		e.Moved = 0
	}
	f.Effects = append(f.Effects, e)
}

// keep fills the chance that a value stays at or below what was promised.
func (f *Forecast) keep(due float64) {
	if f.Keep = f.Q.CDF(due); math.IsNaN(due) {
		f.Keep = math.NaN()
	}
}

// Unknown is a promise of which nothing is known but its class: the chance is the class's rate, and the day, where one is
// planned, the class's ratio of actual to planned time. plan and due are days from the start; NaN where there is none.
func Unknown(rate Rate, class Outlook, plan, due float64) Forecast {
	f := Forecast{Model: ByClass, Unit: Days, Keep: rate.Mean(), Class: class.Learned}
	f.note(NoData)
	class.remark(&f)
	if !(plan > 0) {
		f.note(NoDate)
		f.Class.N, f.Class.All = rate.N, rate.N
		return f
	}
	f.Q = class.Table().Map(func(y float64) float64 { return plan * math.Exp(y) })
	if due > 0 && rate.N == 0 {
		f.keep(due)
	}
	return f
}
