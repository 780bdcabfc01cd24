package main

import (
	"fmt"
	"maps"
	"os"
	"path"
	"slices"
	"strings"

	"shigan/domain/casework"
	"shigan/engine/draw"
	"shigan/kernel/words"
)

func deskCommands() []command {
	return []command{
		{name: "desk list", flags: []string{"packs="}, run: deskList},
		{name: "desk test", args: "[DESK…]", max: -1, flags: []string{"packs="}, run: deskTest},
		{name: "desk show", args: "DESK", min: 1, max: 1, flags: []string{"svg=", "packs="}, run: deskShow},
		{name: "desk adopt", args: "DESK", min: 1, max: 1, flags: []string{"from=", "shadow", "reason=", "key=", "dry-run"}, run: deskAdopt},
	}
}

// deskLine is a desk as the list shows it.
type deskLine struct {
	Name   string `json:"name"`
	Title  string `json:"title"`
	Place  string `json:"place"`
	From   string `json:"effective_from"`
	Levels int    `json:"levels"`
	Tests  int    `json:"tests"`
	Sample bool   `json:"sample"`
	Source string `json:"source"`
	Digest string `json:"digest"`
}

func deskList(c *call) error {
	lib, err := c.desks()
	if err != nil {
		return err
	}
	var out []deskLine
	var rows [][]string
	for _, name := range lib.Names() {
		d := lib.Desks[name]
		l := deskLine{name, d.In(c.lang), d.Pack.PlaceName.In(c.lang), d.Effective, len(d.Ladder), len(d.Tests), d.Sample, d.Source.Title.In(c.lang), d.Digest}
		out = append(out, l)
		rows = append(rows, []string{name, l.Title, l.From, c.word("cli.rules.tests", "n", l.Tests)})
	}
	return c.give(out, func() { c.table(rows) })
}

// deskTest runs the tests that lie beside the desks. A name may be the beginning of several.
func deskTest(c *call) error {
	lib, err := c.desks()
	if err != nil {
		return err
	}
	results, ran, bad := []casework.Verdict{}, 0, 0
	for _, name := range lib.Names() {
		if !c.asked(name) {
			continue
		}
		ran++
		results = append(results, lib.Desks[name].Trial()...)
	}
	if ran == 0 && len(c.args) > 0 {
		return casework.ErrNoDesk.With("desk", c.args[0])
	}
	for _, r := range results {
		if r.Why != "" {
			bad++
			c.code = exitBroken
		}
	}
	return c.give(results, func() {
		for _, r := range results {
			if r.Why != "" {
				fmt.Fprintf(c.out, "✗ %s: %s\n    %s\n", r.Desk, r.Name, r.Why)
			}
		}
		c.say("cli.desk.tested", "desks", ran, "tests", len(results), "bad", bad)
	})
}

// deskShow prints a desk: states, moves, clocks, ladder, and what its document leaves open.
func deskShow(c *call) error {
	lib, err := c.desks()
	if err != nil {
		return err
	}
	d, err := lib.Get(strings.TrimSuffix(strings.TrimPrefix(c.arg(0), "packs/"), "/"))
	if err != nil {
		return err
	}
	if file := c.text("svg"); file != "" {
		if err := os.WriteFile(file, []byte(standalone(d.Diagram(draw.Print, c.lang))), 0o644); err != nil {
			return errOutFile.With("file", path.Base(file), "why", err.Error())
		}
	}
	return c.give(d, func() {
		fmt.Fprintln(c.out, d.In(c.lang))
		c.say("cli.desk.source", "title", d.Source.Title.In(c.lang), "id", d.Source.ID, "grade", d.Source.Grade, "checked", d.Source.Checked)
		c.part("cli.desk.states", stateRows(d, c.lang))
		c.part("cli.desk.moves", moveRows(d, c.lang))
		c.part("cli.desk.clocks", clockRows(d, c.lang))
		c.part("cli.desk.ladder", ladderRows(d, c.lang))
		var holes [][]string
		for _, x := range d.Pack.Decided {
			holes = append(holes, []string{"  " + x.Hole.In(c.lang)}, []string{"    → " + x.Decision.In(c.lang)})
		}
		c.part("cli.desk.holes", holes)
		if file := c.text("svg"); file != "" {
			c.say("cli.desk.written", "file", file)
		}
	})
}

// standalone makes a drawing a file of its own.
func standalone(svg string) string {
	return strings.Replace(svg, "<svg ", `<svg xmlns="http://www.w3.org/2000/svg" font-family="serif" style="background:#fff" `, 1) + "\n"
}

func (c *call) part(head string, rows [][]string) {
	fmt.Fprintln(c.out)
	fmt.Fprintln(c.out, c.word(head))
	c.table(rows)
}

func stateRows(d *casework.Desk, lang words.Lang) (rows [][]string) {
	for _, s := range d.States {
		waits := ""
		if s.Waits != "" {
			waits = d.ActorName(s.Waits, lang)
		}
		rows = append(rows, []string{"  " + s.Name, s.In(lang), waits})
	}
	return rows
}

func moveRows(d *casework.Desk, lang words.Lang) (rows [][]string) {
	for _, m := range d.Moves {
		rows = append(rows, []string{"  " + m.Name, m.In(lang), strings.Join(m.From, " ") + " → " + m.To, d.ActorNames(m.Who, lang)})
	}
	return rows
}

func clockRows(d *casework.Desk, lang words.Lang) (rows [][]string) {
	for _, k := range d.Clocks {
		for _, kind := range slices.Sorted(maps.Keys(k.Limits)) {
			for _, day := range slices.Sorted(maps.Keys(k.Limits[kind])) {
				v := k.Limits[kind][day]
				rows = append(rows, []string{"  " + k.Name, k.In(lang), kind, spanWords(v.Value, lang), day, v.Source})
			}
		}
	}
	return rows
}

func ladderRows(d *casework.Desk, lang words.Lang) (rows [][]string) {
	for i, l := range d.Ladder {
		limit := l.Like
		for _, v := range l.Limit {
			limit = spanWords(v.Value, lang)
		}
		rows = append(rows, []string{fmt.Sprintf("  %d", i+1), l.In(lang), l.Rung + l.Post, limit})
	}
	return rows
}

func spanWords(text string, lang words.Lang) string {
	s, err := casework.ParseSpan(text)
	if err != nil {
		return text
	}
	return words.Say(lang, "span."+string(s.Measure), "n", s.Amount)
}

// deskAdopt puts a desk in force.
func deskAdopt(c *call) error {
	o, by, err := c.acting()
	if err != nil {
		return err
	}
	rec, err := o.AdoptDesk(c.ctx, by, c.arg(0), c.text("from"), c.has("shadow"), c.text("reason"), c.options())
	if err != nil {
		return err
	}
	return c.give(rec, func() { c.receipt(rec) })
}
