package main

import (
	"cmp"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strconv"

	"shigan/engine/curve"
	"shigan/engine/score"
)

func portfolioCommands() []command {
	return []command{{name: "forecast portfolio", args: "FILE", min: 1, max: 1, flags: []string{"months=", "seed=", "top="}, run: forecastPortfolio}}
}

// usualMonths: a slip of more than this within a year is what is forecast.
const usualMonths = 6

// portfolioForecast is what `forecast portfolio` gives. The layout is described in docs/forecast.md and stays.
type portfolioForecast struct {
	File     string             `json:"file"`
	Months   float64            `json:"slip_months"`
	Rows     int                `json:"rows"`
	Projects int                `json:"projects"`
	Summary  portfolioSummary   `json:"summary"`
	Years    []portfolioYear    `json:"years"`
	Model    []portfolioFeature `json:"model"` // of the last period
	Open     []portfolioOdds    `json:"open"`  // the last return, whose outcome is not known, most likely to slip first
	Findings []finding          `json:"findings"`
}

// portfolioSummary is over all periods that were forecast from earlier ones. Intervals are 95 % by bootstrap over projects.
type portfolioSummary struct {
	Cases         int       `json:"cases"`
	Events        int       `json:"events"`
	AUC           *float64  `json:"auc"`
	AUCInterval   []float64 `json:"auc_interval"`
	AUCColours    *float64  `json:"auc_colours"`
	AUCGain       []float64 `json:"auc_gain_interval"` // model less colours, of the same draws
	Brier         *float64  `json:"brier"`
	BrierConstant *float64  `json:"brier_constant"` // the share of slips so far
	BrierSkill    *float64  `json:"brier_skill"`
	SkillInterval []float64 `json:"brier_skill_interval"`
}

type portfolioYear struct {
	Year          int      `json:"year"`
	Cases         int      `json:"cases"`
	Events        int      `json:"events"`
	AUC           *float64 `json:"auc"`
	AUCColours    *float64 `json:"auc_colours"`
	Brier         *float64 `json:"brier"`
	BrierConstant *float64 `json:"brier_constant"`
	LearnedFrom   int      `json:"learned_from"`
	Ridge         float64  `json:"ridge"`
	Departments   *float64 `json:"department_precision"` // null: departments say nothing
}

type portfolioFeature struct {
	Name        string  `json:"name"`
	Coefficient float64 `json:"coefficient"` // log odds for each standard deviation
}

type portfolioOdds struct {
	Project    string             `json:"project"`
	Department string             `json:"department"`
	Year       int                `json:"year"`
	End        string             `json:"end"`
	Chance     float64            `json:"chance"`
	Parts      map[string]float64 `json:"parts"` // what each feature adds to the log odds
}

// judged is one forecast with its outcome.
type judged struct {
	project      int
	p, flat, hue float64
	slipped      bool
}

// forecastPortfolio says of every project in yearly returns how likely its end date slips within a year, and how right such chances were in
// the years that are over.
func forecastPortfolio(c *call) error {
	months := float64(usualMonths)
	if text := c.text("months"); text != "" {
		v, err := strconv.ParseFloat(text, 64)
		if err != nil || !(v >= 0 && v <= 600) {
			return errBadWhole.With("flag", "--months", "value", text, "least", 0, "most", 600)
		}
		months = v
	}
	seed, err := c.whole("seed", usualSeed, 0, math.MaxInt)
	if err != nil {
		return err
	}
	top, err := c.whole("top", usualTop, 0, 1_000_000)
	if err != nil {
		return err
	}
	rows, findings, err := readPortfolio(c.arg(0))
	if err != nil {
		return err
	}
	out, err := scorePortfolio(rows, months, uint64(seed))
	if err != nil {
		return err
	}
	out.File, out.Findings = filepath.Base(c.arg(0)), findings
	for i := range out.Findings {
		out.Findings[i].Text = sentenceOf(c.lang, out.Findings[i])
	}
	if findings == nil {
		out.Findings = []finding{}
	}
	if top > 0 && !c.json {
		out.Open = out.Open[:min(top, len(out.Open))]
	}
	return c.give(out, func() { out.print(c) })
}

// scorePortfolio chains forward over the years.
func scorePortfolio(rows []yearly, months float64, seed uint64) (*portfolioForecast, error) {
	cases, of := dated(rows, months)
	models := curve.ForwardChain(portfolioFeatures, cases, curve.DefaultChain)
	out := &portfolioForecast{Months: months, Rows: len(rows), Years: []portfolioYear{}, Model: []portfolioFeature{}, Open: []portfolioOdds{}}
	number := map[string]int{}
	for _, y := range rows {
		if _, ok := number[y.key]; !ok {
			number[y.key] = len(number)
		}
	}
	out.Projects = len(number)
	if len(models) == 0 {
		return nil, errNoPast
	}
	var all []judged
	for k := range models {
		m := &models[k]
		var year []judged
		for i, c := range cases {
			y := &rows[of[i]]
			switch {
			case c.Period != m.Period:
			case c.Known:
				year = append(year, judged{number[y.key], m.Chance(c), m.Rate, hueOf(y), c.Y})
			case k == len(models)-1:
				out.Open = append(out.Open, oddsOfProject(m, c, y))
			}
		}
		if len(year) > 0 {
			out.Years = append(out.Years, yearOf(m, year))
		}
		all = append(all, year...)
	}
	last := &models[len(models)-1]
	for j, name := range portfolioFeatures {
		out.Model = append(out.Model, portfolioFeature{name, thousandth(last.Logit.Beta[j+1])})
	}
	slices.SortStableFunc(out.Open, func(a, b portfolioOdds) int { return cmp.Compare(b.Chance, a.Chance) })
	out.Summary = summaryOf(all, len(number), seed)
	return out, nil
}

// hueOf is the government's own judgement; a project without a colour stands in the middle.
func hueOf(y *yearly) float64 {
	if math.IsNaN(y.colour) {
		return colours["amber"]
	}
	return y.colour
}

func oddsOfProject(m *curve.Chained, c curve.Dated, y *yearly) portfolioOdds {
	o := portfolioOdds{y.name, y.department, y.year, y.end.String(), thousandth(m.Chance(c)), map[string]float64{}}
	for j, v := range m.Logit.Parts(c.X) {
		o.Parts[portfolioFeatures[j]] = thousandth(v)
	}
	if off := m.Offset[c.Group]; off != 0 {
		o.Parts["department"] = thousandth(off)
	}
	return o
}

func yearOf(m *curve.Chained, year []judged) portfolioYear {
	p, flat, hue, y := columns(year)
	out := portfolioYear{Year: m.Period, Cases: len(year), Events: trues(y), AUC: finite(score.AUC(p, y)), AUCColours: finite(score.AUC(hue, y)), Brier: finite(score.Brier(p, y)),
		BrierConstant: finite(score.Brier(flat, y)), LearnedFrom: m.N, Ridge: m.Ridge}
	if !math.IsInf(m.Groups, 1) {
		out.Departments = finite(m.Groups)
	}
	return out
}

func columns(all []judged) (p, flat, hue []float64, y []bool) {
	for _, j := range all {
		p, flat, hue, y = append(p, j.p), append(flat, j.flat), append(hue, j.hue), append(y, j.slipped)
	}
	return p, flat, hue, y
}

func trues(y []bool) (n int) {
	for _, b := range y {
		if b {
			n++
		}
	}
	return n
}

func finite(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return &x
}

// draws of the bootstrap: the ends of a 95 % interval are then known to about half a hundredth.
const draws = 2000

// summaryOf scores all years together. The bootstrap draws projects, not rows, for a project's years go together.
func summaryOf(all []judged, projects int, seed uint64) portfolioSummary {
	p, flat, hue, y := columns(all)
	out := portfolioSummary{Cases: len(all), Events: trues(y), AUC: finite(score.AUC(p, y)), AUCColours: finite(score.AUC(hue, y)), Brier: finite(score.Brier(p, y)),
		BrierConstant: finite(score.Brier(flat, y))}
	if out.BrierConstant != nil && *out.BrierConstant > 0 {
		out.BrierSkill = finite(1 - *out.Brier / *out.BrierConstant)
	}
	of := make([][]judged, projects)
	for _, j := range all {
		of[j.project] = append(of[j.project], j)
	}
	of = slices.DeleteFunc(of, func(js []judged) bool { return len(js) == 0 })
	interval := func(statistic func(p, flat, hue []float64, y []bool) float64) []float64 {
		if len(of) < 2 {
			return nil
		}
		i := score.Bootstrap(len(of), draws, .95, seed, func(chosen []int) float64 {
			var drawn []judged
			for _, k := range chosen {
				drawn = append(drawn, of[k]...)
			}
			return statistic(columns(drawn))
		})
		if finite(i.Low) == nil || finite(i.High) == nil {
			return nil
		}
		return []float64{thousandth(i.Low), thousandth(i.High)}
	}
	out.AUCInterval = interval(func(p, _, _ []float64, y []bool) float64 { return score.AUC(p, y) })
	out.AUCGain = interval(func(p, _, hue []float64, y []bool) float64 { return score.AUC(p, y) - score.AUC(hue, y) })
	out.SkillInterval = interval(func(p, flat, _ []float64, y []bool) float64 { return 1 - score.Brier(p, y)/score.Brier(flat, y) })
	return out
}

func (o *portfolioForecast) print(c *call) {
	c.say("forecast.portfolio.head", "file", o.File, "rows", o.Rows, "projects", o.Projects, "months", o.Months)
	rows := [][]string{{"  " + c.word("forecast.portfolio.year"), c.word("forecast.portfolio.cases"), c.word("forecast.portfolio.slips"), "AUC", c.word("forecast.portfolio.colours"), "Brier",
		c.word("forecast.portfolio.constant"), c.word("forecast.portfolio.learned")}}
	for _, y := range o.Years {
		rows = append(rows, []string{fmt.Sprintf("  %d", y.Year), fmt.Sprint(y.Cases), fmt.Sprint(y.Events), three(y.AUC), three(y.AUCColours), three(y.Brier), three(y.BrierConstant), fmt.Sprint(y.LearnedFrom)})
	}
	s := o.Summary
	rows = append(rows, []string{"  " + c.word("forecast.portfolio.all"), fmt.Sprint(s.Cases), fmt.Sprint(s.Events), three(s.AUC), three(s.AUCColours), three(s.Brier), three(s.BrierConstant)})
	c.table(rows)
	c.say("forecast.portfolio.interval", "auc", span(s.AUCInterval), "gain", span(s.AUCGain), "skill", span(s.SkillInterval))
	if len(o.Open) > 0 {
		rows = [][]string{{"  " + c.word("forecast.portfolio.open"), c.word("forecast.portfolio.end"), c.word("forecast.portfolio.chance")}}
		for _, p := range o.Open {
			rows = append(rows, []string{"  " + p.Project, p.End, fmt.Sprintf("%.0f %%", 100*p.Chance)})
		}
		c.table(rows)
	}
	for _, f := range o.Findings {
		fmt.Fprintln(c.out, f.Text)
	}
	c.say("forecast.portfolio.method")
}

func three(x *float64) string {
	if x == nil {
		return "–"
	}
	return fmt.Sprintf("%.3f", *x)
}

func span(x []float64) string {
	if len(x) != 2 {
		return "–"
	}
	return fmt.Sprintf("%.3f…%.3f", x[0], x[1])
}
