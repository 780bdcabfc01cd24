package main

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"shigan/app"
	"shigan/domain/schedule"
	"shigan/kernel/fault"
	"shigan/kernel/quantity"
	"shigan/packs"
)

// forecasts gives the office what its forecasts assume, and the networks that it can start from.
func (c *call) forecasts(o *app.Office) error {
	from, err := c.packFS()
	if err != nil {
		return err
	}
	o.Assumed, err = schedule.LoadAssumed(from, o.District)
	if f, ok := fault.Of(err); ok && f.Is(schedule.ErrNoPack) {
		o.Assumed, err = schedule.LoadAssumed(packs.FS(), o.District) // a folder of an office's own packs need not say it again
	}
	if err != nil {
		return err
	}
	o.Networks, err = schedule.LoadTemplates(from)
	return err
}

func foresightCommands() []command {
	return []command{
		{name: "forecast list", args: "[PROJECT]", max: 1, flags: []string{"under="}, run: forecastList},
		{name: "forecast try", args: "PROMISE", min: 1, max: 1, flags: []string{"close=+", "climb=+", "finish=+", "planned=+", "shift=+", "begin=+", "take=+", "move="}, run: forecastTry},
		{name: "forecast score", run: forecastScore},
	}
}

// promiseLine is a promise's forecast as the list shows it. Odds are shares of 1, money is in fen.
type promiseLine struct {
	Promise string            `json:"promise"`
	Model   string            `json:"model"`
	Due     string            `json:"due"`
	Odds    float64           `json:"odds"`
	Likely  string            `json:"likely,omitempty"`
	P80     string            `json:"p80,omitempty"`
	Logic   string            `json:"logic,omitempty"`
	Amount  int64             `json:"amount,omitempty"`
	Money   int64             `json:"likely_amount,omitempty"`
	Pull    float64           `json:"pull"`
	Drivers []schedule.Driver `json:"drivers"`
	Best    *schedule.Effect  `json:"best_action,omitempty"`
	Sides   []schedule.Side   `json:"sides,omitempty"` // where two models are pooled
	Raw     *schedule.Raw     `json:"raw,omitempty"`   // before the record was put on it
	Like    int               `json:"like_cases"`
	Inputs  string            `json:"inputs"`
	Seed    uint64            `json:"seed"`
	Trials  int               `json:"trials"`
}

func promiseLineOf(c *schedule.Cast) promiseLine {
	l := promiseLine{Promise: c.Promise.Key(), Model: string(c.Models()), Due: c.Promise.Due, Odds: c.Keep, Likely: c.Likely, P80: c.Late, Logic: c.Logic, Amount: c.Promise.Amount, Money: c.LikelyM, Pull: app.Pull(c),
		Drivers: c.Drivers, Sides: c.Sides, Raw: c.Raw, Like: c.Class.N, Inputs: c.Inputs, Seed: c.Seed, Trials: c.Trials}
	if len(c.Effects) > 0 {
		l.Best = &c.Effects[0]
	}
	return l
}

// forecastList prints the forecasts of all open promises, by what hangs on them.
func forecastList(c *call) error {
	o, err := c.office()
	if err != nil {
		return err
	}
	f, err := o.Foresee(c.ctx)
	if err != nil {
		return err
	}
	under := 1.1
	if text := c.text("under"); text != "" {
		if under, err = strconv.ParseFloat(text, 64); err != nil {
			return errUsage.With("why", c.word("cli.flag.under"))
		}
	}
	out := []promiseLine{}
	var rows [][]string
	for _, x := range f.Casts {
		if c.arg(0) != "" && x.Promise.Project != c.arg(0) || x.Keep >= under {
			continue
		}
		l := promiseLineOf(x)
		out = append(out, l)
		likely := l.Likely
		if x.Money() {
			likely = quantity.FormatYi(quantity.Fen(l.Money), 2)
		}
		rows = append(rows, []string{l.Promise, l.Due, fmt.Sprintf("%.0f%%", l.Odds*100), likely, l.P80, l.Model})
	}
	return c.give(out, func() { c.table(rows) })
}

// forecastTry prints what actions are worth for a promise; nothing is stored.
func forecastTry(c *call) error {
	o, err := c.office()
	if err != nil {
		return err
	}
	var actions []schedule.Action
	for _, kind := range []string{schedule.CloseCase, schedule.ClimbCase, schedule.FinishBy, schedule.AsPlanned, schedule.AddShift, schedule.BeginOn, schedule.TakeDays} {
		for _, text := range c.list(kind) {
			what, value, _ := strings.Cut(text, "=")
			a := schedule.Action{Kind: kind, Step: what, Day: value}
			switch kind {
			case schedule.CloseCase, schedule.ClimbCase:
				a.Case, a.Step = what, ""
			case schedule.AddShift:
				a.Day = ""
				if a.Percent, err = strconv.ParseFloat(value, 64); err != nil {
					return schedule.ErrNoAction
				}
			case schedule.TakeDays:
				a.Day = ""
				if a.Days, err = strconv.ParseFloat(value, 64); err != nil {
					return schedule.ErrNoAction
				}
			}
			actions = append(actions, a)
		}
	}
	if day := c.text("move"); day != "" {
		actions = append(actions, schedule.Action{Kind: schedule.MovePromise, Day: day})
	}
	if len(actions) == 0 {
		return schedule.ErrNoAction
	}
	e, _, err := o.TryActions(c.ctx, c.arg(0), actions)
	if err != nil {
		return err
	}
	return c.give(e, func() {
		c.say("cli.forecast.tried", "gain", fmt.Sprintf("%+.1f", e.Odds*100), "se", fmt.Sprintf("%.1f", e.OddsSE*100), "odds", fmt.Sprintf("%.0f%%", e.After*100), "likely", e.Likely, "days", e.Days)
		if !e.Tells {
			c.say("try.same")
		}
	})
}

// scoreOut is the record of the ledger's own forecasts.
type scoreOut struct {
	Forecasts int            `json:"forecasts"`
	Scored    int            `json:"scored"`
	Promises  int            `json:"promises"`
	Brier     float64        `json:"brier"`
	Inside    int            `json:"inside_80"`
	Of        int            `json:"inside_80_of"`
	Horizons  []scoreHorizon `json:"horizons"`
}

type scoreHorizon struct {
	From   float64            `json:"from_months"`
	N      int                `json:"n"`
	Brier  float64            `json:"brier"`
	Skill  map[string]float64 `json:"skill"`
	Inside int                `json:"inside_80"`
	Of     int                `json:"inside_80_of"`
	Read   scoreRead          `json:"recalibrated"`
}

// scoreRead are those that were recalibrated: as said, and as the models had them.
type scoreRead struct {
	N         int     `json:"n"`
	Brier     float64 `json:"brier"`
	RawBrier  float64 `json:"brier_raw"`
	Inside    int     `json:"inside_80"`
	RawInside int     `json:"inside_80_raw"`
	Of        int     `json:"inside_80_of"`
}

// forecastScore scores what was kept at month ends and has fallen due.
func forecastScore(c *call) error {
	o, err := c.office()
	if err != nil {
		return err
	}
	rec, err := o.Calibration(c.ctx)
	if err != nil {
		return err
	}
	out := scoreOut{Forecasts: rec.Asked, Scored: len(rec.Scored), Promises: rec.Promises, Brier: rec.Brier, Inside: rec.Cover.Hits, Of: rec.Cover.N, Horizons: []scoreHorizon{}}
	rows := [][]string{}
	for _, s := range rec.Strata {
		h := scoreHorizon{From: s.From, N: s.N, Brier: s.Brier, Skill: map[string]float64{}, Inside: s.Cover.Hits, Of: s.Cover.N, Read: scoreRead(s.Read)}
		row := []string{fmt.Sprintf("%.0f+", s.From), strconv.Itoa(s.N), fmt.Sprintf("%.3f", s.Brier), fmt.Sprintf("%d/%d", s.Cover.Hits, s.Cover.N)}
		for _, name := range slices.Sorted(maps.Keys(s.Skill)) {
			if x := s.Skill[name]; !math.IsNaN(x) {
				h.Skill[name] = x
				row = append(row, fmt.Sprintf("%s %+.2f", c.word("rival."+name), x))
			}
		}
		if k := s.Read; k.N > 0 {
			row = append(row, c.word("cli.forecast.read", "n", k.N, "was", fmt.Sprintf("%.3f", k.RawBrier), "now", fmt.Sprintf("%.3f", k.Brier), "in0", k.RawInside, "in", k.Inside, "of", k.Of))
		}
		out.Horizons, rows = append(out.Horizons, h), append(rows, row)
	}
	return c.give(out, func() {
		c.say("cli.forecast.scored", "asked", out.Forecasts, "n", out.Scored, "p", out.Promises, "brier", fmt.Sprintf("%.3f", out.Brier), "in", out.Inside, "of", out.Of)
		c.table(rows)
	})
}
