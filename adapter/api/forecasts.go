package api

import (
	"bytes"
	"net/http"
	"slices"

	"shigan/app"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/domain/schedule"
	"shigan/kernel/quantity"
)

func (s *server) forecastOperations() []operation {
	return []operation{
		get("/forecasts", "read.forecasts", "forecasts", (*caller).forecasts),
		on(http.MethodPost, "/forecasts/try", "read.forecasts", "try-actions", (*caller).tryActions),
		get("/forecasts/record", "read.forecasts", "forecast-record", (*caller).forecastRecord),
		get("/forecasts/programmes", "read.forecasts", "programmes", (*caller).programmes),
		on(http.MethodPost, "/forecasts/{month}/keep", "schedule.keep", "schedule-keep", (*caller).keepForecasts),
		get("/projects/{id}/network", "read.project", "network", (*caller).network),
		get("/projects/{id}/network/file", "read.project", "network-file", (*caller).networkFile).gives(octets),
		deed("/projects/{id}/network/draw", "schedule.draw", (*caller).drawNetwork).large(),
		deed("/projects/{id}/network/advance", "schedule.advance", (*caller).advanceNetwork).large(),
		deed("/projects/{id}/network/place", "schedule.place", (*caller).placeCase),
		deed("/projects/{id}/network/save-option", "schedule.save-option", (*caller).saveOption),
	}
}

// Forecast 推算 of one promise. Days are ISO, amounts fen, odds shares of 1.
type Forecast struct {
	Promise string           `json:"promise"` // its key: JM-001/finish
	Project string           `json:"project"`
	Kind    string           `json:"kind" enum:"start,finish,milestone,money"`
	Due     string           `json:"due"`
	Amount  *Money           `json:"amount,omitempty"`
	AsOf    string           `json:"as_of"`
	Model   string           `json:"model"`
	Odds    Decimal          `json:"odds"`
	OddsSE  Decimal          `json:"odds_se"`
	Likely  string           `json:"likely,omitempty"`
	P80     string           `json:"p80,omitempty"`
	Money   *Money           `json:"likely_amount,omitempty"`
	Logic   string           `json:"logic,omitempty"`
	Pull    Money            `json:"pull"` // fen that hang on it
	Drivers []ForecastDriver `json:"drivers"`
	Effects []ForecastEffect `json:"effects"`
	Best    *ForecastEffect  `json:"best,omitempty"`
	Left    []string         `json:"left"` // cases that nobody has placed
	Notes   []string         `json:"notes"`
	Like    int              `json:"like_cases"`
	Inputs  string           `json:"inputs"`
	Seed    uint64           `json:"seed"`
	Trials  int              `json:"trials"`
	Rivals  []ForecastRival  `json:"rivals"`
	Sides   []ForecastSide   `json:"sides"` // where two models are pooled: what each says by itself
	Raw     *ForecastRaw     `json:"raw,omitempty"`
}

// ForecastRaw 校正前 is what the models said before the record was put on it.
type ForecastRaw struct {
	Odds   Decimal `json:"odds"`
	Likely string  `json:"likely,omitempty"`
	P80    string  `json:"p80,omitempty"`
	Money  *Money  `json:"likely_amount,omitempty"`
	From   Decimal `json:"from_months"` // the horizon whose record was used
	Cases  int     `json:"cases"`       // promises in it that had been decided
	Worth  Decimal `json:"worth"`       // as many independent ones
}

// ForecastSide 单独说.
type ForecastSide struct {
	Model  string  `json:"model"`
	Weight Decimal `json:"weight"`
	Scored int     `json:"scored"` // promises by which the weight was learned; 0: the pack's
	Odds   Decimal `json:"odds"`
	Likely string  `json:"likely"`
	P80    string  `json:"p80"`
}

// ForecastDriver 什么在拖.
type ForecastDriver struct {
	Key    string `json:"key"`
	Name   string `json:"name,omitempty"`
	Cause  string `json:"cause,omitempty"`
	Days   int    `json:"days"`
	Amount *Money `json:"amount,omitempty"`
}

// ForecastAction 做法.
type ForecastAction struct {
	Kind    string  `json:"kind" enum:"close,climb,finish,planned,shift,overlap,move,begin,take"`
	Case    string  `json:"case,omitempty" maxLength:"100"`
	Step    string  `json:"step,omitempty" maxLength:"100"`
	Before  string  `json:"before,omitempty" maxLength:"100"`
	Day     string  `json:"day,omitempty" maxLength:"10"`
	Percent Decimal `json:"percent,omitempty"`
	Days    Decimal `json:"days,omitempty"`
}

// ForecastEffect 效果 of actions, trial by trial with the same draws.
type ForecastEffect struct {
	Actions []ForecastAction `json:"actions"`
	Points  Decimal          `json:"odds_gained"`
	SE      Decimal          `json:"odds_se"`
	After   Decimal          `json:"odds"`
	Days    int              `json:"days"`
	Likely  string           `json:"likely"`
	Tells   bool             `json:"tells"` // more than two standard errors
	Assumed bool             `json:"assumed"`
	Who     []string         `json:"who"`
}

// ForecastRival 土办法.
type ForecastRival struct {
	Name   string  `json:"name"`
	Odds   Decimal `json:"odds"`
	Likely string  `json:"likely,omitempty"`
}

func actionOf(a schedule.Action) ForecastAction {
	return ForecastAction{a.Kind, a.Case, a.Step, a.Before, a.Day, Decimal(a.Percent), Decimal(a.Days)}
}

func (a ForecastAction) action() schedule.Action {
	return schedule.Action{Kind: a.Kind, Case: a.Case, Step: a.Step, Before: a.Before, Day: a.Day, Percent: float64(a.Percent), Days: float64(a.Days)}
}

func decimals(m map[string]float64) map[string]Decimal {
	out := map[string]Decimal{}
	for k, x := range m {
		if x == x { // NaN: nothing to compare with
			out[k] = Decimal(x)
		}
	}
	return out
}

// amount is a sum that may be missing.
func amount(fen int64) *Money {
	if fen == 0 {
		return nil
	}
	m := money(quantity.Fen(fen))
	return &m
}

func effectOf(e schedule.Effect) ForecastEffect {
	return ForecastEffect{Actions: each(e.Actions, actionOf), Points: Decimal(e.Odds), SE: Decimal(e.OddsSE), After: Decimal(e.After), Days: e.Days, Likely: e.Likely, Tells: e.Tells, Assumed: e.Assumed, Who: some(e.Who)}
}

func forecastOf(c *schedule.Cast) Forecast {
	f := Forecast{Promise: c.Promise.Key(), Project: c.Promise.Project, Kind: c.Promise.Kind, Due: c.Promise.Due, Amount: amount(c.Promise.Amount), AsOf: c.AsOf, Model: string(c.Models()), Odds: Decimal(c.Keep), OddsSE: Decimal(c.Se),
		Likely: c.Likely, P80: c.Late, Money: amount(c.LikelyM), Logic: c.Logic, Pull: money(quantity.Fen(app.Pull(c))), Left: some(c.Left), Like: c.Class.N, Inputs: c.Inputs, Seed: c.Seed, Trials: c.Trials, Effects: each(c.Effects, effectOf)}
	f.Drivers = each(c.Drivers, func(d schedule.Driver) ForecastDriver {
		return ForecastDriver{d.Key, d.Name.Zh, d.Cause, d.Days, amount(d.Money)}
	})
	f.Rivals = each(c.Rivals, func(r schedule.Rival) ForecastRival { return ForecastRival{r.Name, Decimal(r.Keep), r.Likely} })
	if r := c.Raw; r != nil {
		f.Raw = &ForecastRaw{Decimal(r.Keep), r.Likely, r.Late, amount(r.LikelyM), Decimal(r.From), r.Cases, Decimal(r.Worth)}
	}
	f.Sides = each(c.Sides, func(s schedule.Side) ForecastSide {
		return ForecastSide{string(s.Model), Decimal(s.Weight), s.Scored, Decimal(s.Keep), s.Likely, s.Late}
	})
	for _, n := range c.Notes {
		f.Notes = append(f.Notes, n.Code)
	}
	f.Notes = some(f.Notes)
	if c.Best != nil {
		b := effectOf(*c.Best)
		f.Best = &b
	}
	return f
}

type forecastsIn struct {
	Project string  `query:"project" maxLength:"100"`
	Promise string  `query:"promise" maxLength:"200"`
	Under   float64 `query:"odds_under" minimum:"0" maximum:"1"`
	Limit   int     `query:"limit" minimum:"1" maximum:"1000" default:"100"`
}

// forecasts lists the promises that the caller may see, by what hangs on them.
func (c *caller) forecasts(in *forecastsIn) (*listOut[Forecast], error) {
	f, err := c.s.o.Foresee(c.ctx)
	if err != nil {
		return nil, err
	}
	r := c.s.o.Read(c.ctx)
	may := map[string]bool{}
	out := []Forecast{}
	for _, x := range f.Casts {
		id := x.Promise.Project
		if in.Project != "" && id != in.Project || in.Promise != "" && x.Promise.Key() != in.Promise || in.Under > 0 && x.Keep >= in.Under {
			continue
		}
		ok, asked := may[id]
		if !asked {
			ok = org.May(r, c.by, "read.project", f.Projects[id].Scope()) == nil
			may[id] = ok
		}
		if ok && len(out) < in.Limit {
			out = append(out, forecastOf(x))
		}
	}
	return listed(out, ""), nil
}

type tryActionsIn struct {
	Body struct {
		Promise string           `json:"promise" maxLength:"200"`
		Actions []ForecastAction `json:"actions" minItems:"1" maxItems:"20"`
	}
}

// TriedActions 试过的 is the effect, and what the project's promises become.
type TriedActions struct {
	Effect   ForecastEffect `json:"effect"`
	Promises []Forecast     `json:"promises"`
}

func (c *caller) tryActions(in *tryActionsIn) (*bodyOut[TriedActions], error) {
	if err := c.seesProject(schedule.ProjectOf(in.Body.Promise)); err != nil {
		return nil, err
	}
	e, casts, err := c.s.o.TryActions(c.ctx, in.Body.Promise, each(in.Body.Actions, ForecastAction.action))
	if err != nil {
		return nil, err
	}
	return body(TriedActions{effectOf(e), each(casts, forecastOf)})
}

func (c *caller) seesProject(id string) error {
	r := c.s.o.Read(c.ctx)
	p, err := project.Of(r, id)
	if err != nil {
		return err
	}
	return org.May(r, c.by, "read.project", p.Scope())
}

// ForecastRecord 准不准.
type ForecastRecord struct {
	Asked    int               `json:"forecasts"`
	Scored   int               `json:"scored"`
	Promises int               `json:"promises"`
	Brier    Decimal           `json:"brier"`
	Hits     int               `json:"inside_80"`
	Of       int               `json:"inside_80_of"`
	Bins     []ForecastBin     `json:"bins"`
	Horizons []ForecastHorizon `json:"horizons"`
}

// ForecastBin is one class of odds.
type ForecastBin struct {
	From     Decimal `json:"from"`
	To       Decimal `json:"to"`
	N        int     `json:"n"`
	Said     Decimal `json:"said"`
	Happened Decimal `json:"happened"`
}

// ForecastHorizon is one stratum by months ahead.
type ForecastHorizon struct {
	From  Decimal            `json:"from_months"`
	N     int                `json:"n"`
	Brier Decimal            `json:"brier"`
	Skill map[string]Decimal `json:"skill"`
	Hits  int                `json:"inside_80"`
	Of    int                `json:"inside_80_of"`
	Read  ForecastRead       `json:"recalibrated"`
}

// ForecastRead 校正过的 are those that were read through the record: as said, and as the models had them.
type ForecastRead struct {
	N        int     `json:"n"`
	Brier    Decimal `json:"brier"`
	RawBrier Decimal `json:"brier_raw"`
	Hits     int     `json:"inside_80"`
	RawHits  int     `json:"inside_80_raw"`
	Of       int     `json:"inside_80_of"`
}

func (c *caller) forecastRecord(*none) (*bodyOut[ForecastRecord], error) {
	rec, err := c.s.o.Calibration(c.ctx)
	if err != nil {
		return nil, err
	}
	out := ForecastRecord{Asked: rec.Asked, Scored: len(rec.Scored), Promises: rec.Promises, Brier: Decimal(rec.Brier), Hits: rec.Cover.Hits, Of: rec.Cover.N, Bins: []ForecastBin{}, Horizons: []ForecastHorizon{}}
	for _, b := range rec.Bins {
		out.Bins = append(out.Bins, ForecastBin{Decimal(b.From), Decimal(b.To), b.N, Decimal(b.Said), Decimal(b.Happened)})
	}
	for _, s := range rec.Strata {
		h := ForecastHorizon{From: Decimal(s.From), N: s.N, Brier: Decimal(s.Brier), Skill: decimals(s.Skill), Hits: s.Cover.Hits, Of: s.Cover.N}
		h.Read = ForecastRead{s.Read.N, Decimal(s.Read.Brier), Decimal(s.Read.RawBrier), s.Read.Inside, s.Read.RawInside, s.Read.Of}
		out.Horizons = append(out.Horizons, h)
	}
	return body(out)
}

// ProgrammeForecast 项目群. Amounts in fen.
type ProgrammeForecast struct {
	List    string   `json:"list"` // "": all that is dispatched
	N       int      `json:"n"`
	Target  Money    `json:"target"`
	P10     Money    `json:"p10"`
	P50     Money    `json:"p50"`
	P90     Money    `json:"p90"`
	Odds    Decimal  `json:"odds"`
	Pulling []string `json:"pulling"`
}

func (c *caller) programmes(*none) (*listOut[ProgrammeForecast], error) {
	list, err := c.s.o.Programmes(c.ctx)
	if err != nil {
		return nil, err
	}
	for i := range list {
		list[i].Pulling = slices.DeleteFunc(list[i].Pulling, func(key string) bool { return c.seesProject(schedule.ProjectOf(key)) != nil })
	}
	return listed(each(list, func(p app.ProgrammeCast) ProgrammeForecast {
		m := func(x float64) Money { return money(quantity.Fen(x)) }
		return ProgrammeForecast{p.List, p.N, m(p.Target), m(p.Q.P10()), m(p.Q.P50()), m(p.Q.P90()), Decimal(p.Keep), some(p.Pulling)}
	}), ""), nil
}

type keepIn struct {
	Month Month `path:"month"`
}

func (c *caller) keepForecasts(in *keepIn) (*receiptOut, error) {
	rec, err := c.s.o.KeepForecasts(c.ctx, in.Month.Month)
	return receipt(rec, err)
}

// NetworkStep 工序.
type NetworkStep struct {
	ID        string  `json:"id" maxLength:"40"`
	Name      string  `json:"name" maxLength:"200"`
	NameEn    string  `json:"name_en,omitempty" maxLength:"200"`
	Days      Decimal `json:"days"`
	After     string  `json:"after,omitempty" maxLength:"400"` // "3, 5SS+2"
	Calendar  string  `json:"calendar,omitempty" maxLength:"40"`
	Cause     string  `json:"cause,omitempty" maxLength:"40"`
	Who       string  `json:"who,omitempty" maxLength:"200"`
	Post      string  `json:"post,omitempty" maxLength:"100"`
	Milestone string  `json:"milestone,omitempty" maxLength:"100"`
	From      string  `json:"from,omitempty" maxLength:"10"`
}

// StepNow 工序现在 is a step with what was reported and what is likely.
type StepNow struct {
	NetworkStep
	Started  string   `json:"started,omitempty"`
	Finished string   `json:"finished,omitempty"`
	Done     *Decimal `json:"done,omitempty"`
	Starts   string   `json:"starts"`
	Likely   string   `json:"likely"`
	P80      string   `json:"p80,omitempty"`
	Share    Decimal  `json:"criticality"`
	Float    int      `json:"float_days"`
	Blocked  []string `json:"blocked_by"`
}

// Network 路线图.
type Network struct {
	Version  int       `json:"version"` // 0: none was drawn
	Goal     string    `json:"goal"`
	Steps    []StepNow `json:"steps"`
	Findings []Found   `json:"findings"`
}

// Found 查出来的.
type Found struct {
	Code string `json:"code"`
	Step string `json:"step,omitempty"`
	Case string `json:"case,omitempty"`
}

type networkIn struct {
	ID string `path:"id" maxLength:"100"`
}

// networkFile gives the network as MSPDI.
func (c *caller) networkFile(in *networkIn) (*fileOut, error) {
	if err := c.seesProject(in.ID); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	_, err := c.s.o.WriteNetwork(c.ctx, &b, in.ID)
	return download("network-"+in.ID+".xml", b.Bytes(), err)
}

func (c *caller) network(in *networkIn) (*bodyOut[Network], error) {
	if err := c.seesProject(in.ID); err != nil {
		return nil, err
	}
	plan, _, err := schedule.PlanOf(c.s.o.Read(c.ctx), in.ID)
	if err != nil {
		return nil, err
	}
	rows, found, err := c.s.o.Roadmap(c.ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := Network{Version: plan.Version, Goal: plan.Goal, Steps: []StepNow{}, Findings: []Found{}}
	for _, r := range rows {
		s := StepNow{NetworkStep: stepShown(r.Step), Started: r.Mark.Started, Finished: r.Mark.Finished, Done: (*Decimal)(r.Mark.Done), Starts: r.Start, Likely: r.Likely, P80: r.Late, Share: Decimal(r.Share), Float: r.Float, Blocked: []string{}}
		for _, b := range r.Blocked {
			s.Blocked = append(s.Blocked, b.Case)
		}
		out.Steps = append(out.Steps, s)
	}
	for _, f := range found {
		out.Findings = append(out.Findings, Found{f.Code, f.Step, f.Other})
	}
	return body(out)
}

func stepShown(s schedule.Step) NetworkStep {
	return NetworkStep{s.ID, s.Name.Zh, s.Name.En, Decimal(s.Days), schedule.AfterText(s.After), s.Calendar, s.Cause, s.Who, s.Post, s.Milestone, s.From}
}

type drawNetworkIn struct {
	Deed
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		Goal   string        `json:"goal,omitempty" maxLength:"40"`
		Seen   int           `json:"seen"` // the version that was seen; 0: none
		Reason string        `json:"reason,omitempty" maxLength:"1000"`
		Sample bool          `json:"sample,omitempty"`
		Steps  []NetworkStep `json:"steps" minItems:"1" maxItems:"2000"`
		Evidence
	}
}

func (c *caller) drawNetwork(in *drawNetworkIn) (*receiptOut, error) {
	files, digests, err := c.evidence(in.Body.Evidence)
	if err != nil {
		return nil, err
	}
	cmd := schedule.Draw{Project: in.ID, Goal: in.Body.Goal, Seen: in.Body.Seen, Reason: in.Body.Reason, Sample: in.Body.Sample, Files: digests}
	for i, s := range in.Body.Steps {
		after, err := schedule.ParseAfter(s.After)
		if err != nil {
			return nil, schedule.ErrAfter.With("row", i+1, "value", s.After)
		}
		cmd.Steps = append(cmd.Steps, schedule.Step{ID: s.ID, Name: org.Name{Zh: s.Name, En: s.NameEn}, Days: float64(s.Days), After: after, Calendar: s.Calendar, Cause: s.Cause, Who: s.Who, Post: s.Post, Milestone: s.Milestone, From: s.From})
	}
	return c.do(in.Deed, cmd, files...)
}

// StepMark 进展.
type StepMark struct {
	Step     string   `json:"step" maxLength:"40"`
	Started  string   `json:"started,omitempty" maxLength:"10"`
	Finished string   `json:"finished,omitempty" maxLength:"10"`
	Done     *Decimal `json:"done,omitempty"` // 0 to 1
}

type advanceIn struct {
	Deed
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		Marks []StepMark `json:"marks" minItems:"1" maxItems:"2000"`
		Evidence
	}
}

func (c *caller) advanceNetwork(in *advanceIn) (*receiptOut, error) {
	files, digests, err := c.evidence(in.Body.Evidence)
	if err != nil {
		return nil, err
	}
	cmd := schedule.Advance{Project: in.ID, Marks: map[string]schedule.Mark{}, Files: digests}
	for _, m := range in.Body.Marks {
		cmd.Marks[m.Step] = schedule.Mark{Started: m.Started, Finished: m.Finished, Done: (*float64)(m.Done)}
	}
	return c.do(in.Deed, cmd, files...)
}

type placeIn struct {
	Deed
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		Case string `json:"case" maxLength:"100"`
		Step string `json:"step,omitempty" maxLength:"40"`
	}
}

func (c *caller) placeCase(in *placeIn) (*receiptOut, error) {
	return c.do(in.Deed, schedule.Place{Project: in.ID, Case: in.Body.Case, Step: in.Body.Step})
}

type saveOptionIn struct {
	Deed
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		Promise string           `json:"promise" maxLength:"200"`
		Actions []ForecastAction `json:"actions" minItems:"1" maxItems:"20"`
		Note    string           `json:"note,omitempty" maxLength:"1000"`
	}
}

func (c *caller) saveOption(in *saveOptionIn) (*receiptOut, error) {
	if schedule.ProjectOf(in.Body.Promise) != in.ID {
		return nil, schedule.ErrNoPromise.With("promise", in.Body.Promise)
	}
	rec, err := c.s.o.SaveOption(c.ctx, c.by, in.Body.Promise, each(in.Body.Actions, ForecastAction.action), in.Body.Note, in.options())
	return receipt(rec, err)
}
