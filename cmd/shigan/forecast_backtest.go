package main

import (
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"shigan/engine/curve"
	"shigan/kernel/fault"
	"shigan/kernel/words"
)

var errNoCases = fault.New(fault.NotFound, "forecast.no-cases")

func backtestCommands() []command {
	return []command{{name: "forecast backtest", args: "DIR", min: 1, max: 1, run: forecastBacktest}}
}

// backtest is what the command gives. Shares and errors are fractions, dates are UTC as in the source.
type backtest struct {
	Summary  scoreSummary    `json:"summary"`
	Rivals   rivalSummary    `json:"rivals"`
	Method   backtestMethod  `json:"method"`
	Projects []scoredProject `json:"projects"`
	Findings []finding       `json:"findings"`
}

// scoreSummary is the mean over projects of the mean over their periods but the last; coverage is over all periods together. null
// where nothing could be scored.
type scoreSummary struct {
	FinishMAPE     *float64 `json:"finish_mape"`
	CostMAPE       *float64 `json:"cost_mape"`
	FinishCovered  *float64 `json:"finish_coverage80"`
	CostCovered    *float64 `json:"cost_coverage80"`
	Projects       int      `json:"projects"`
	Periods        int      `json:"periods"`
	PeriodsOfMoney int      `json:"cost_periods"`
}

// rivalSummary are the same errors of the baseline, of earned schedule (PF = 1) and of EAC (PF = 1).
type rivalSummary struct {
	FinishES       *float64 `json:"finish_earned_schedule"`
	FinishBaseline *float64 `json:"finish_baseline"`
	CostEAC        *float64 `json:"cost_eac"`
	CostBudget     *float64 `json:"cost_budget"`
}

type backtestMethod struct {
	Model     curve.Model `json:"model"`
	LeftOut   bool        `json:"each_project_left_out"`
	Reference int         `json:"reference_projects"` // that came with the program and were learned from as well
	Rho       float64     `json:"rho"`
	TimeMean  float64     `json:"prior_log_time_mean"`
	TimeSd    float64     `json:"prior_log_time_sd"`
	MoneyMean float64     `json:"prior_log_cost_mean"`
	MoneySd   float64     `json:"prior_log_cost_sd"`
}

type scoredProject struct {
	File          string         `json:"file"`
	ID            string         `json:"id,omitempty"`
	Name          string         `json:"name"`
	Start         string         `json:"start"`
	PlannedFinish string         `json:"planned_finish"`
	ActualFinish  string         `json:"actual_finish"`
	PlannedDays   float64        `json:"planned_days"`
	ActualDays    float64        `json:"actual_days"`
	Budget        *float64       `json:"budget"`
	ActualCost    *float64       `json:"actual_cost"`
	LearnedFrom   int            `json:"learned_from"` // finished projects: the others of the folder, and those that come with the program
	TimeWidth     float64        `json:"time_width"`   // width of the intervals over the model's own, learned from the others
	CostWidth     float64        `json:"cost_width"`
	Periods       []scoredPeriod `json:"periods"`
	FinishMAPE    *float64       `json:"finish_mape"`
	CostMAPE      *float64       `json:"cost_mape"`
	FinishES      *float64       `json:"finish_earned_schedule"`
	CostEAC       *float64       `json:"cost_eac"`
	FinishCovered *float64       `json:"finish_coverage80"`
	CostCovered   *float64       `json:"cost_coverage80"`
	finishBase    *float64
	costBudget    *float64
}

// scoredPeriod is one status date. Finish and cost are null in the last period, which is the outcome.
type scoredPeriod struct {
	Status      string       `json:"status"`
	Finish      *dateRange   `json:"finish"`
	Cost        *amountRange `json:"cost"`
	ES          string       `json:"earned_schedule,omitempty"`
	EAC         *float64     `json:"eac"`
	FinishError *float64     `json:"finish_error"`
	CostError   *float64     `json:"cost_error"`
	FinishIn    *bool        `json:"finish_in80"`
	CostIn      *bool        `json:"cost_in80"`
	Notes       []string     `json:"notes,omitempty"`
}

type dateRange struct {
	P10 string `json:"p10"`
	P50 string `json:"p50"`
	P80 string `json:"p80"`
	P90 string `json:"p90"`
}

type amountRange struct {
	P10 float64 `json:"p10"`
	P50 float64 `json:"p50"`
	P80 float64 `json:"p80"`
	P90 float64 `json:"p90"`
}

// forecastBacktest scores the models on finished projects, each forecast without its own end.
func forecastBacktest(c *call) error {
	cases, findings, err := readCases(c.arg(0), time.Now().UTC())
	if err != nil {
		return err
	}
	b := scoreCases(cases, curve.DefaultTracked)
	for i := range findings {
		findings[i].Text = sentenceOf(c.lang, findings[i])
	}
	if b.Findings = findings; findings == nil {
		b.Findings = []finding{}
	}
	if len(cases) == 0 {
		c.code = exitRefused
	}
	return c.give(b, func() { b.print(c) })
}

func sentenceOf(lang words.Lang, f finding) string {
	args := map[string]any{"file": f.File}
	for k, v := range f.Args {
		args[k] = v
	}
	if like, ok := args["like"].(string); ok {
		args["like"] = words.Say(lang, "forecast.found."+like+".name")
	}
	return words.Say(lang, "forecast.found."+f.Code, args)
}

// mostBytes of a case; a real one has some hundred kilobytes.
const mostBytes = 256 << 20

// readCases reads a file, or every .json of a folder in the order of names.
func readCases(dir string, now time.Time) (cases []*tracedCase, findings []finding, err error) {
	names, err := filepath.Glob(filepath.Join(escapeGlob(dir), "*.json"))
	if info, stat := os.Stat(dir); err != nil || stat != nil {
		return nil, nil, errNoCases.With("dir", filepath.Base(dir))
	} else if !info.IsDir() {
		names = []string{dir}
	}
	if len(names) == 0 {
		return nil, nil, errNoCases.With("dir", filepath.Base(dir))
	}
	for _, name := range names {
		base := filepath.Base(name)
		info, err := os.Stat(name)
		if err == nil && info.Size() > mostBytes {
			findings = append(findings, finding{File: base, Code: "too-large", Args: map[string]any{"mb": mostBytes >> 20}})
			continue
		}
		raw, err := os.ReadFile(name)
		if err != nil {
			findings = append(findings, finding{File: base, Code: "unreadable", Args: map[string]any{"why": reason(err)}})
			continue
		}
		one, found := readCase(base, raw, now)
		findings = append(findings, found...)
		if one != nil {
			cases = append(cases, one)
		}
	}
	return cases, findings, nil
}

func escapeGlob(dir string) string {
	return strings.NewReplacer("[", "\\[", "*", "\\*", "?", "\\?", "\\", "\\\\").Replace(dir)
}

func reason(err error) string {
	if e, ok := err.(*fs.PathError); ok {
		return e.Err.Error()
	}
	return err.Error()
}

// scoreCases forecasts each period of each case from what was known then, and from the ends of all other cases.
func scoreCases(cases []*tracedCase, prior curve.TrackedPrior) backtest {
	b := backtest{Method: backtestMethod{Model: curve.ByPace, LeftOut: true, Rho: prior.Rho, TimeMean: prior.Time.Mean, TimeSd: math.Sqrt(prior.Time.S2),
		MoneyMean: prior.Money.Mean, MoneySd: math.Sqrt(prior.Money.S2)}, Projects: []scoredProject{}}
	var finish, cost, es, eac, base, budget []*float64
	inFinish, inCost, nFinish, nCost := 0, 0, 0, 0
	house := referenceFor(cases)
	b.Method.Reference = len(house)
	for i, c := range cases {
		others := slices.Clone(house)
		for j, o := range cases {
			if j != i && !o.sameAs(c) {
				others = append(others, o.project)
			}
		}
		p := c.score(curve.LearnFamily(prior, others), len(others))
		b.Projects = append(b.Projects, p)
		finish, cost, es, eac = append(finish, p.FinishMAPE), append(cost, p.CostMAPE), append(es, p.FinishES), append(eac, p.CostEAC)
		base, budget = append(base, p.finishBase), append(budget, p.costBudget)
		for _, k := range p.Periods {
			count(k.FinishIn, &inFinish, &nFinish)
			count(k.CostIn, &inCost, &nCost)
		}
	}
	b.Summary = scoreSummary{FinishMAPE: meanOf(finish), CostMAPE: meanOf(cost), FinishCovered: share(inFinish, nFinish), CostCovered: share(inCost, nCost),
		Projects: len(cases), Periods: nFinish, PeriodsOfMoney: nCost}
	b.Rivals = rivalSummary{meanOf(es), meanOf(base), meanOf(eac), meanOf(budget)}
	return b
}

// referenceFor is the projects that come with the program, less those that are in the folder: no project is learned from itself.
func referenceFor(cases []*tracedCase) []curve.Tracked {
	return slices.DeleteFunc(slices.Clone(curve.Reference()), func(r curve.Tracked) bool {
		return slices.ContainsFunc(cases, func(c *tracedCase) bool { return c.id == r.ID || c.name == r.Name })
	})
}

// sameAs tells copies of one project apart from others, so that none is learned from itself.
func (c *tracedCase) sameAs(o *tracedCase) bool {
	return c.id != "" && c.id == o.id || c.name == o.name && c.start.Equal(o.start)
}

func count(in *bool, hits, n *int) {
	if in != nil {
		*n++
		if *in {
			*hits++
		}
	}
}

func share(hits, n int) *float64 {
	if n == 0 {
		return nil
	}
	x := float64(hits) / float64(n)
	return &x
}

// meanOf leaves out what is not there.
func meanOf(x []*float64) *float64 {
	sum, n := 0.0, 0.0
	for _, v := range x {
		if v != nil {
			sum, n = sum+*v, n+1
		}
	}
	if n == 0 {
		return nil
	}
	sum /= n
	return &sum
}

const minuteLayout = "2006-01-02T15:04"

func (c *tracedCase) at(day float64) time.Time {
	return c.start.Add(time.Duration(min(day, 100_000) * 24 * float64(time.Hour)))
}

func (c *tracedCase) score(of curve.Family, learned int) scoredProject {
	p, end := c.project, c.project.Plan.End()
	out := scoredProject{File: c.file, ID: c.id, Name: c.name, Start: c.start.Format(minuteLayout), PlannedFinish: c.at(end.X).Format(minuteLayout),
		ActualFinish: c.at(p.Days).Format(minuteLayout), PlannedDays: end.X, ActualDays: p.Days, LearnedFrom: learned, TimeWidth: of.TimeWidth, CostWidth: of.MoneyWidth}
	if c.money {
		out.Budget, out.ActualCost = &end.Y, &p.Cost
	}
	var finish, cost, es, eac, base, budget []*float64
	in, inCost, n, nCost := 0, 0, 0, 0
	for k := range p.Reports {
		s := scoredPeriod{Status: c.status[k].Format(minuteLayout)}
		if k < len(p.Reports)-1 {
			days, money := p.Forecast(k, of)
			c.scoreTime(&s, k, days)
			if c.money {
				c.scoreMoney(&s, k, money)
				budget = append(budget, relative(end.Y, p.Cost, p.Cost))
				eac = append(eac, relative(*s.EAC, p.Cost, p.Cost))
			}
			finish, cost = append(finish, s.FinishError), append(cost, s.CostError)
			es = append(es, relative(c.earnedSchedule(k), p.Days, p.Days))
			base = append(base, relative(end.X, p.Days, p.Days))
			count(s.FinishIn, &in, &n)
			count(s.CostIn, &inCost, &nCost)
		}
		out.Periods = append(out.Periods, s)
	}
	out.FinishMAPE, out.CostMAPE, out.FinishES, out.CostEAC = meanOf(finish), meanOf(cost), meanOf(es), meanOf(eac)
	out.finishBase, out.costBudget = meanOf(base), meanOf(budget)
	out.FinishCovered, out.CostCovered = share(in, n), share(inCost, nCost)
	return out
}

func relative(x, y, of float64) *float64 {
	e := math.Abs(x-y) / of
	return &e
}

// earnedSchedule is the source's own forecast, in days from the start; the textbook's where the source has none.
func (c *tracedCase) earnedSchedule(k int) float64 {
	if !c.byES[k].IsZero() {
		return days(c.start, c.byES[k])
	}
	r := c.project.Reports[k]
	return c.project.Plan.Rivals(r.Day, r.Earned).FactorOne
}

func (c *tracedCase) scoreTime(s *scoredPeriod, k int, f curve.Forecast) {
	actual := c.project.Days
	s.Finish = &dateRange{c.at(f.Q.P10()).Format(minuteLayout), c.at(f.Q.P50()).Format(minuteLayout), c.at(f.Q.P80()).Format(minuteLayout), c.at(f.Q.P90()).Format(minuteLayout)}
	s.FinishError = relative(f.Q.P50(), actual, actual)
	in := f.Q.P10() <= actual && actual <= f.Q.P90()
	s.FinishIn = &in
	s.ES = c.at(c.earnedSchedule(k)).Format(minuteLayout)
	for _, n := range f.Notes {
		s.Notes = append(s.Notes, n.Code)
	}
}

func (c *tracedCase) scoreMoney(s *scoredPeriod, k int, f curve.Forecast) {
	actual := c.project.Cost
	s.Cost = &amountRange{f.Q.P10(), f.Q.P50(), f.Q.P80(), f.Q.P90()}
	s.CostError = relative(f.Q.P50(), actual, actual)
	in := f.Q.P10() <= actual*(1+1e-9) && actual*(1-1e-9) <= f.Q.P90()
	s.CostIn = &in
	eac := c.byEAC[k]
	if math.IsNaN(eac) {
		r := c.project.Reports[k]
		eac = r.Spent + c.project.Plan.End().Y - r.Earned
	}
	s.EAC = &eac
}

// print writes the table for people.
func (b backtest) print(c *call) {
	for _, p := range b.Projects {
		c.say("forecast.backtest.project", "name", p.Name, "file", p.File, "planned", p.PlannedFinish[:10], "actual", p.ActualFinish[:10], "n", p.LearnedFrom)
		rows := [][]string{{"  " + c.word("forecast.backtest.status"), "P10", "P50", "P80", "P90", c.word("forecast.backtest.es"), c.word("forecast.backtest.cost") + " P10", "P50", "P80", "P90", "EAC"}}
		for _, k := range p.Periods {
			if k.Finish == nil {
				continue
			}
			row := []string{"  " + k.Status[:10], k.Finish.P10[:10], k.Finish.P50[:10], k.Finish.P80[:10], k.Finish.P90[:10], k.ES[:10]}
			if k.Cost != nil {
				row = append(row, amount(k.Cost.P10), amount(k.Cost.P50), amount(k.Cost.P80), amount(k.Cost.P90), amount(*k.EAC))
			}
			rows = append(rows, row)
		}
		c.table(rows)
		c.say("forecast.backtest.errors", "finish", percent(p.FinishMAPE), "es", percent(p.FinishES), "cost", percent(p.CostMAPE), "eac", percent(p.CostEAC),
			"in", percent(p.FinishCovered), "cost_in", percent(p.CostCovered))
		fmt.Fprintln(c.out)
	}
	for _, f := range b.Findings {
		fmt.Fprintln(c.out, f.Text)
	}
	if len(b.Findings) > 0 {
		fmt.Fprintln(c.out)
	}
	s := b.Summary
	c.say("forecast.backtest.summary", "projects", s.Projects, "periods", s.Periods, "finish", percent(s.FinishMAPE), "es", percent(b.Rivals.FinishES),
		"base", percent(b.Rivals.FinishBaseline), "cost", percent(s.CostMAPE), "eac", percent(b.Rivals.CostEAC), "budget", percent(b.Rivals.CostBudget),
		"in", percent(s.FinishCovered), "cost_in", percent(s.CostCovered))
	c.say("forecast.backtest.method")
}

func amount(x float64) string { return fmt.Sprintf("%.0f", x) }

func percent(x *float64) string {
	if x == nil {
		return "–"
	}
	return fmt.Sprintf("%.1f %%", 100**x)
}
