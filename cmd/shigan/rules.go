package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"shigan/app"
	"shigan/domain/dispatch"
	"shigan/kernel/calendar"
	"shigan/kernel/figure"
	"shigan/kernel/quantity"
	"shigan/kernel/rules"
)

func rulesCommands() []command {
	return []command{
		{name: "rules list", flags: []string{"packs="}, run: rulesList},
		{name: "rules test", args: "[PACK…]", max: -1, flags: []string{"packs="}, run: rulesTest},
		{name: "rules eval", args: "PACK", min: 1, max: 1, flags: []string{"as-of=", "given=+", "figure=+", "packs="}, run: rulesEval},
		{name: "rules adopt", args: "PACK", min: 1, max: 1, flags: []string{"from=", "reason=", "key=", "dry-run"}, run: rulesAdopt},
	}
}

// packLine is a pack as the list shows it.
type packLine struct {
	Name     string   `json:"name"`
	Title    string   `json:"title"`
	Place    string   `json:"place"`
	From     string   `json:"effective_from"`
	Inherits []string `json:"inherits"`
	Tests    int      `json:"tests"`
	Sample   bool     `json:"sample"`
	Source   string   `json:"source"`
}

func rulesList(c *call) error {
	lib, err := c.library()
	if err != nil {
		return err
	}
	var out []packLine
	rows := [][]string{}
	for _, name := range lib.Names() {
		p := lib.Packs[name]
		l := packLine{name, p.In(c.lang), p.PlaceName.In(c.lang), p.EffectiveFrom.String(), list(p.Inherits), len(p.Tests), p.Sample, p.Source.Title.In(c.lang)}
		out = append(out, l)
		title := l.Title
		if l.Sample {
			title += " (" + c.word("sample") + ")"
		}
		rows = append(rows, []string{name, title, l.From, c.word("cli.rules.tests", "n", l.Tests)})
	}
	return c.give(out, func() { c.table(rows) })
}

// rulesTest runs the tests that lie beside the rules. A name may be the beginning of several: "china" tests china/measures too.
func rulesTest(c *call) error {
	lib, err := c.library()
	if err != nil {
		return err
	}
	names := lib.Names()
	if len(c.args) > 0 {
		names = nil
		for _, a := range c.args {
			a = strings.TrimSuffix(strings.TrimPrefix(a, "packs/"), "/")
			before := len(names)
			for _, n := range lib.Names() {
				if a == "packs" || n == a || strings.HasPrefix(n, a+"/") {
					names = append(names, n)
				}
			}
			if len(names) == before {
				return rules.ErrNoPack.With("pack", a)
			}
		}
	}
	slices.Sort(names)
	results := []figure.TestResult{}
	bad := 0
	for _, n := range slices.Compact(names) {
		if len(lib.Packs[n].Tests) == 0 { // at least it must compile
			if _, err := lib.Resolve(n, lib.Packs[n].EffectiveFrom, true); err != nil {
				return err
			}
		}
		rs, err := figure.TestPack(c.ctx, lib, n)
		if err != nil {
			return err
		}
		for _, r := range rs {
			if !r.OK {
				bad++
			}
		}
		results = append(results, rs...)
	}
	if bad > 0 {
		c.code = exitBroken
	}
	return c.give(results, func() {
		for _, r := range results {
			if !r.OK {
				fmt.Fprintf(c.out, "✗ %s: %s\n    %s\n", r.Pack, r.Name, r.Why)
			}
		}
		c.say("cli.rules.tested", "packs", len(slices.Compact(names)), "tests", len(results), "bad", bad)
	})
}

// evaluated is what `rules eval` says.
type evaluated struct {
	Pack    string            `json:"pack"`
	AsOf    string            `json:"as_of"`
	Month   calendar.Month    `json:"month"`
	InForce bool              `json:"in_force"` // false: the pack is younger than the day
	Figures map[string]answer `json:"figures"`
	Lights  map[string]string `json:"lights"`
	Overall string            `json:"overall,omitempty"`
}

type answer struct {
	Label   string        `json:"label"`
	Unit    quantity.Unit `json:"unit,omitempty"`
	Value   string        `json:"value"` // exact
	Text    string        `json:"text"`
	Missing string        `json:"missing,omitempty"`
}

// rulesEval computes figures and lights of a pack from facts given by hand: --given invested_ytd=4200万. A fact of an
// earlier month is written --given invested_ytd@2022-05=3500万.
func rulesEval(c *call) error {
	lib, err := c.library()
	if err != nil {
		return err
	}
	text, err := c.need("as-of")
	if err != nil {
		return err
	}
	day, err := calendar.ParseDay(text)
	if err != nil {
		return errDay.With("text", text)
	}
	set, err := lib.Resolve(c.arg(0), day, true)
	if err != nil {
		return err
	}
	g, m := figure.NewGiven(), day.Month()
	facts := map[calendar.Month]map[string]string{m: {}}
	for _, given := range c.list("given") {
		name, value, ok := strings.Cut(given, "=")
		if !ok {
			return errUsage.With("why", c.word("cli.not-name-value", "text", given))
		}
		of := m
		if n, month, dated := strings.Cut(name, "@"); dated {
			if of, err = parseMonth(month); err != nil {
				return err
			}
			name = n
		}
		if facts[of] == nil {
			facts[of] = map[string]string{}
		}
		facts[of][strings.TrimSpace(name)] = value
	}
	for of, f := range facts {
		if err := g.Put(lib.Vocabulary(), of, figure.TestSubject, f); err != nil {
			return err
		}
	}
	out, err := c.evaluate(&figure.Engine{Set: set, Src: g}, m)
	if err != nil {
		return err
	}
	out.AsOf, out.InForce = day.String(), !day.Before(set.Pack.EffectiveFrom)
	return c.give(out, func() {
		if !out.InForce {
			c.say("cli.rules.not-in-force", "pack", out.Pack, "from", set.Pack.EffectiveFrom)
		}
		var rows [][]string
		for _, name := range set.Order {
			if a, ok := out.Figures[name]; ok {
				rows = append(rows, []string{a.Label, name, a.Text, a.Missing})
			}
		}
		c.table(rows)
		for _, name := range set.Order {
			if hue, ok := out.Lights[strings.TrimPrefix(name, rules.LightPrefix)]; ok && strings.HasPrefix(name, rules.LightPrefix) {
				c.say("cli.report.light", "name", set.Label(name, c.lang), "hue", c.hue(hue))
			}
		}
		if out.Overall != "" {
			c.say("cli.report.light", "name", set.Label(figure.Overall, c.lang), "hue", c.hue(out.Overall))
		}
	})
}

// evaluate computes the asked figures, or all that speak of one subject, and the lights.
func (c *call) evaluate(e *figure.Engine, m calendar.Month) (evaluated, error) {
	set := e.Set
	out := evaluated{Pack: set.Pack.Name, Month: m, Figures: map[string]answer{}, Lights: map[string]string{}}
	names := c.list("figure")
	asked := len(names) > 0
	if !asked {
		for _, n := range set.Order {
			if f := set.Figures[n]; f == nil || f.Program != nil { // sums have no members here
				names = append(names, n)
			}
		}
	}
	for _, n := range names {
		t, err := e.Values(context.WithoutCancel(c.ctx), []string{n}, []string{figure.TestSubject}, m, figure.At{})
		if err != nil {
			return out, err
		}
		v := t[n][figure.TestSubject]
		switch light, isLight := strings.CutPrefix(n, rules.LightPrefix); {
		case n == figure.Overall:
			out.Overall = v.Text
		case isLight:
			out.Lights[light] = v.Text
		default:
			a := answer{set.Label(n, c.lang), set.Unit(n), v.Canonical(), figShown(c, v, set.Unit(n)), ""}
			if v.IsMissing() {
				a.Missing = app.MissingText(v.Num.Why, c.lang)
			}
			out.Figures[n] = a
		}
	}
	return out, nil
}

// rulesAdopt says by which pack the lights turn from a month on.
func rulesAdopt(c *call) error {
	text, err := c.need("from")
	if err != nil {
		return err
	}
	from, err := parseMonth(text)
	if err != nil {
		return err
	}
	o, by, err := c.acting()
	if err != nil {
		return err
	}
	p, ok := o.Library.Packs[c.arg(0)]
	if !ok {
		return rules.ErrNoPack.With("pack", c.arg(0))
	}
	rec, err := o.Do(c.ctx, by, dispatch.AdoptRules{Pack: p.Name, Digest: p.Digest, From: from, Reason: c.text("reason")}, c.options())
	if err != nil {
		return err
	}
	return c.give(rec, func() { c.receipt(rec) })
}
