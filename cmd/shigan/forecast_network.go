package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"shigan/engine/network"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
)

var (
	errNoTarget  = fault.New(fault.Invalid, "forecast.no-target")
	errBadWhole  = fault.New(fault.Invalid, "cli.bad-whole")
	errBadPrior  = fault.New(fault.Invalid, "forecast.bad-prior")
	errBadRho    = fault.New(fault.Invalid, "forecast.bad-rho")
	errTooMany   = fault.New(fault.TooLarge, "forecast.too-many-trials")
	usualTrials  = 4096
	usualSeed    = 1
	usualTop     = 20
	finishLevels = []float64{.05, .10, .15, .20, .25, .30, .35, .40, .45, .50, .55, .60, .65, .70, .75, .80, .85, .90, .95}
)

func networkCommands() []command {
	return []command{{name: "forecast network", args: "FILE", min: 1, max: 1, run: forecastNetwork,
		flags: []string{"trials=", "seed=", "as-of=", "by=", "target=", "top=", "prior=", "rho=", "level", "start=", "calendar=", "encoding="}}}
}

// networkForecast is what `forecast network` gives. Dates are days on which something ends; days count from the beginning of First. The
// layout is described in docs/forecast.md and stays.
type networkForecast struct {
	File          string             `json:"file"`
	Format        string             `json:"format"`
	Name          string             `json:"name"`
	AsOf          string             `json:"as_of"`  // up to when progress counts; "" where the plan was never updated
	Target        string             `json:"target"` // "" for the end of the whole
	First         string             `json:"first_day"`
	PlannedFinish string             `json:"planned_finish"` // as the plan's own logic gives it
	PlannedDays   float64            `json:"planned_days"`
	Finish        finishRange        `json:"finish"`
	FinishDays    finishDays         `json:"finish_days"`
	Quantiles     []levelDate        `json:"quantiles"`
	Odds          []oddsOf           `json:"odds"`
	Trials        int                `json:"trials"`
	Seed          int                `json:"seed"`
	Activities    int                `json:"activities"` // that lead to the target
	Critical      []criticalActivity `json:"critical"`   // most critical first
	Assumptions   networkAssumptions `json:"assumptions"`
	Warnings      []spoken           `json:"warnings"`
	Notes         []spoken           `json:"notes"`
}

type finishRange struct {
	P10  string `json:"p10"`
	P50  string `json:"p50"`
	P80  string `json:"p80"`
	P90  string `json:"p90"`
	Mean string `json:"mean"`
}

type finishDays struct {
	P10  float64 `json:"p10"`
	P50  float64 `json:"p50"`
	P80  float64 `json:"p80"`
	P90  float64 `json:"p90"`
	Mean float64 `json:"mean"`
	SD   float64 `json:"sd"`
	SE   float64 `json:"mean_se"` // standard error of the mean, from the number of trials
}

type levelDate struct {
	Level float64 `json:"level"`
	Date  string  `json:"date"`
	Days  float64 `json:"days"`
}

// oddsOf is the chance of being over by the end of a day: the planned finish, the must-finish date, the day that was asked for.
type oddsOf struct {
	What string  `json:"what"` // planned, must_finish, asked
	By   string  `json:"by"`
	P    float64 `json:"p"`
	SE   float64 `json:"se"`
}

type criticalActivity struct {
	ID      string  `json:"id"`
	Name    string  `json:"name"`
	Planned float64 `json:"planned_days"` // what is left of it, working days
	Mean    float64 `json:"mean_days"`
	SD      float64 `json:"sd_days"`
	CI      float64 `json:"ci"`  // criticality index
	SSI     float64 `json:"ssi"` // schedule sensitivity index
	CRI     float64 `json:"cri"` // cruciality index
}

// forecastNetwork simulates a schedule and says when it ends, how sure that is, and what it hangs on.
func forecastNetwork(c *call) error {
	o, err := c.networkOptions()
	if err != nil {
		return err
	}
	p, err := c.openPlan()
	if err != nil {
		return err
	}
	if err := c.faults(p); err != nil {
		return err
	}
	hidden := p.knownOnly()
	target, done := p.lastDone()
	if o.target != "" {
		i, ok := p.Network.Index()[o.target]
		if !ok {
			return errNoTarget.With("id", o.target)
		}
		target = []int{i}
	}
	risks, assumed, err := p.risks(o)
	if err != nil {
		return err
	}
	m, err := network.Compile(p.Network, risks, network.Options{Project: p.project(), Targets: target})
	if err != nil {
		return err
	}
	run, err := m.Run(network.Run{Trials: o.trials, Seed: uint64(o.seed), Trace: true})
	if err != nil {
		return err
	}
	out := &networkForecast{File: p.file, Format: string(p.Format), Name: p.Name, Target: o.target, Trials: run.Trials, Seed: o.seed, Assumptions: assumed, Odds: []oddsOf{},
		Critical: []criticalActivity{}, Warnings: []spoken{}, Notes: []spoken{}}
	if err := c.planned(out, p, target); err != nil {
		return err
	}
	ends := run.Finish[0]
	if o.level {
		if ends, err = p.levelled(m, o); err != nil {
			return err
		}
		out.Assumptions.Levelled = true
	}
	out.sample(p, ends, run.Trials, o)
	out.influences(p, run, o.top)
	if done {
		p.Notes = append(p.Notes, network.Find("forecast.network.done", "", "date", out.Finish.P50))
	}
	c.warn(out, p, hidden)
	return c.give(out, func() { out.print(c) })
}

// levelled simulates with what the file says is scarce; what is critical is still told by the links alone.
func (p *plan) levelled(m *network.Model, o networkOptions) (*network.Sample, error) {
	have, uses := scarcityOf(p.File)
	run, err := m.RunLevelled(network.Run{Trials: o.trials, Seed: uint64(o.seed)}, have, uses)
	if err != nil {
		return nil, err
	}
	return run.Finish[0], nil
}

// lastDone is, where all of a plan is done, what was finished last: its end is a fact and no forecast.
func (p *plan) lastDone() (target []int, done bool) {
	last := -1
	for i := range p.Network.Activities {
		switch a := &p.Network.Activities[i]; {
		case a.Kind == network.Summary || a.Kind == network.Hammock:
		case a.Finished == network.None:
			return nil, false
		case last < 0 || a.Finished > p.Network.Activities[last].Finished:
			last = i
		}
	}
	if last < 0 {
		return nil, false
	}
	return []int{last}, true
}

type networkOptions struct {
	trials, seed, top int
	by                calendar.Date
	target            string
	mean, sd          float64 // --prior, where stated
	stated            bool
	rho               float64
	level             bool
	deaf              bool // learns nothing from what is finished or under way; for comparison only
}

func (c *call) networkOptions() (o networkOptions, err error) {
	if o.trials, err = c.whole("trials", usualTrials, 1, 1<<40); err != nil {
		return o, err
	}
	if o.trials > network.MostTrials {
		return o, errTooMany.With("n", o.trials, "limit", network.MostTrials)
	}
	if o.seed, err = c.whole("seed", usualSeed, 0, math.MaxInt); err != nil {
		return o, err
	}
	if o.top, err = c.whole("top", usualTop, 0, 1_000_000); err != nil {
		return o, err
	}
	if o.by, err = c.day("by"); err != nil {
		return o, err
	}
	o.target, o.rho, o.level = c.text("target"), 2*network.UsualRho, c.has("level")
	if text := c.text("rho"); text != "" {
		if o.rho, err = strconv.ParseFloat(text, 64); err != nil || !(o.rho >= 0 && o.rho <= 1) {
			return o, errBadRho.With("value", text)
		}
	}
	if text := c.text("prior"); text != "" {
		a, b, ok := strings.Cut(text, ",")
		var e1, e2 error
		o.mean, e1 = strconv.ParseFloat(strings.TrimSpace(a), 64)
		o.sd, e2 = strconv.ParseFloat(strings.TrimSpace(b), 64)
		if o.stated = true; !ok || e1 != nil || e2 != nil || !(math.Abs(o.mean) <= 5) || !(o.sd >= 0 && o.sd <= 3) {
			return o, errBadPrior.With("value", text)
		}
	}
	return o, nil
}

// whole reads a flag that is a whole number within bounds.
func (c *call) whole(flag string, usual, least, most int) (int, error) {
	text := c.text(flag)
	if text == "" {
		return usual, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most {
		return 0, errBadWhole.With("flag", "--"+flag, "value", text, "least", least, "most", most)
	}
	return n, nil
}

// planned sets what the plan itself says.
func (c *call) planned(out *networkForecast, p *plan, target []int) error {
	s, err := p.Network.Schedule()
	if err != nil {
		return err
	}
	end := s.Finish
	if len(target) > 0 {
		end = s.Dates[target[0]].EarlyFinish
	}
	out.AsOf, out.PlannedFinish = finishText(p.Network.DataDate), finishText(end)
	return nil
}

// sample sets quantiles, moments and odds.
func (out *networkForecast) sample(p *plan, s *network.Sample, trials int, o networkOptions) {
	mean, sd := s.Mean()
	out.First = s.First().String()
	at := func(level float64) string { return s.Quantile(level).String() }
	out.Finish = finishRange{at(.10), at(.50), at(.80), at(.90), s.First().AddDays(int(math.Ceil(mean-1e-9)) - 1).String()}
	days := func(level float64) float64 { return hundredth(s.QuantileDays(level)) }
	out.FinishDays = finishDays{days(.10), days(.50), days(.80), days(.90), hundredth(mean), hundredth(sd), hundredth(sd / math.Sqrt(float64(trials)))}
	for _, l := range finishLevels {
		out.Quantiles = append(out.Quantiles, levelDate{l, at(l), days(l)})
	}
	ask := func(what string, by calendar.Date) {
		chance, se := s.Odds(by)
		out.Odds = append(out.Odds, oddsOf{what, by.String(), thousandth(chance), thousandth(se)})
	}
	if d, err := calendar.ParseDay(out.PlannedFinish); err == nil {
		out.PlannedDays = float64(d.Sub(s.First()) + 1)
		ask("planned", d)
	}
	if p.Network.Finish != network.None {
		ask("must_finish", p.Network.Finish.FinishDate())
	}
	if o.by != (calendar.Date{}) {
		ask("asked", o.by)
	}
}

// influences sets the most critical activities.
func (out *networkForecast) influences(p *plan, run *network.Outcome, top int) {
	all := run.Influences(0)
	out.Activities = len(all)
	slices.SortStableFunc(all, func(a, b network.Influence) int {
		if k := cmp.Compare(b.Criticality, a.Criticality); k != 0 {
			return k
		}
		return cmp.Compare(b.SSI, a.SSI)
	})
	for _, f := range all {
		if top > 0 && len(out.Critical) == top {
			break
		}
		a := &p.Network.Activities[f.Activity]
		if a.Kind == network.Summary || a.Kind != network.Task && f.SD == 0 {
			continue // a milestone is as critical as what leads to it and says no more
		}
		out.Critical = append(out.Critical, criticalActivity{a.ID, a.Name, hundredth(p.left(f.Activity)), hundredth(f.Mean), hundredth(f.SD),
			thousandth(f.Criticality), thousandth(f.SSI), thousandth(f.CRI)})
	}
}

// mostWarnings of one kind are handed out; `schedule check` has all of them.
const mostWarnings = 20

// warn adds what the check of the schedule says against the forecast.
func (c *call) warn(out *networkForecast, p *plan, hidden int) {
	n := p.Network
	at, count := n.Index(), map[string]int{}
	add := func(f network.Finding) {
		if count[f.Code]++; count[f.Code] <= mostWarnings {
			out.Warnings = append(out.Warnings, c.speak(severity(f), f, n, at))
		}
	}
	if hidden > 0 {
		add(network.Find("forecast.network.hidden", "", "n", hidden, "date", p.asOf.String()))
	}
	if out.FinishDays.P90 >= network.HorizonDays {
		add(network.Find("forecast.network.horizon", "", "years", network.HorizonDays/365))
	}
	if out.Assumptions.Levelled {
		add(network.Find("forecast.network.levelled", ""))
	}
	if out.Assumptions.Rho == 0 {
		add(network.Find("forecast.network.independent", ""))
	}
	if out.Assumptions.Learned == 0 {
		add(network.Find("forecast.network.no-ledger", ""))
	}
	if r, err := network.Check(n, network.DCMA()); err == nil {
		for _, q := range r.Points {
			if q.Applies && !q.Pass {
				add(network.Find("forecast.network.point", "", "title", c.word(q.Code), "count", q.Count, "of", q.Of))
			}
			for _, f := range q.Findings {
				add(f)
			}
		}
		for _, f := range slices.Concat(r.Findings, notYet(p), backwards(p)) {
			add(f)
		}
	}
	for _, f := range p.Notes {
		if f.Activity != "" {
			add(f)
		}
	}
	for code, k := range count {
		if k > mostWarnings {
			f := network.Find("forecast.network.more", "", "n", k-mostWarnings, "like", code)
			out.Warnings = append(out.Warnings, c.speak("warning", f, n, at))
		}
	}
	slices.SortStableFunc(out.Warnings, func(a, b spoken) int { return cmp.Compare(a.Severity, b.Severity) }) // errors first
	for _, f := range p.Notes {
		if f.Activity != "" {
			continue
		}
		out.Notes = append(out.Notes, c.speak("info", f, n, at))
	}
}

func hundredth(x float64) float64  { return math.Round(x*100) / 100 }
func thousandth(x float64) float64 { return math.Round(x*1000) / 1000 }

func (out *networkForecast) print(c *call) {
	c.say("forecast.network.head", "name", cmp.Or(out.Name, out.File), "file", out.File, "n", out.Activities, "trials", out.Trials, "seed", out.Seed)
	if out.AsOf != "" {
		c.say("forecast.network.as-of", "date", out.AsOf)
	}
	c.table([][]string{{"  P10", "P50", "P80", "P90", c.word("forecast.network.mean"), c.word("forecast.network.sd")},
		{"  " + out.Finish.P10, out.Finish.P50, out.Finish.P80, out.Finish.P90, out.Finish.Mean, fmt.Sprintf("%.1f", out.FinishDays.SD)}})
	for _, o := range out.Odds {
		c.say("forecast.network.odds."+o.What, "by", o.By, "p", fmt.Sprintf("%.0f", 100*o.P))
	}
	rows := [][]string{{"  " + c.word("forecast.network.activity"), c.word("forecast.network.days"), c.word("forecast.network.likely"), "CI", "SSI", "CRI"}}
	for _, a := range out.Critical {
		rows = append(rows, []string{"  " + strings.TrimSpace(a.ID+" "+a.Name), fmt.Sprintf("%g", a.Planned), fmt.Sprintf("%.1f ± %.1f", a.Mean, a.SD), fmt.Sprintf("%.2f", a.CI),
			fmt.Sprintf("%.2f", a.SSI), fmt.Sprintf("%.2f", a.CRI)})
	}
	c.table(rows)
	c.say("forecast.network.key")
	for _, p := range out.Assumptions.Priors {
		c.say("forecast.network.prior", "name", c.word("forecast.network.prior."+p.Name), "n", p.Activities, "p50", fmt.Sprintf("%.2f", math.Exp(p.Mean)), "p80", fmt.Sprintf("%.2f", math.Exp(p.Mean+0.8416*p.SD)))
	}
	if n := out.Assumptions.Finished; n > 0 {
		c.say("forecast.network.learned", "n", n, "pace", fmt.Sprintf("%.2f", out.Assumptions.Pace))
	}
	c.say("forecast.network.rho", "rho", fmt.Sprintf("%g", out.Assumptions.Rho))
	c.lines(out.Warnings)
	c.lines(out.Notes)
}
