package main

import (
	"fmt"
	"strings"

	"shigan/domain/dispatch"
)

func rhythmCommands() []command {
	return []command{
		{name: "rhythm list", flags: []string{"packs="}, run: rhythmList},
		{name: "rhythm test", args: "[RHYTHM…]", max: -1, flags: []string{"packs="}, run: rhythmTest},
		{name: "rhythm show", args: "RHYTHM", min: 1, max: 1, flags: []string{"packs="}, run: rhythmShow},
		{name: "rhythm adopt", args: "RHYTHM", min: 1, max: 1, flags: []string{"from=", "reason=", "key=", "dry-run"}, run: rhythmAdopt},
	}
}

// rhythms is the rhythms of meetings that come with the program, or those of a folder (--packs).
func (c *call) rhythms() (*dispatch.Rhythms, error) {
	from, err := c.packFS()
	if err != nil {
		return nil, err
	}
	return dispatch.LoadRhythms(from)
}

// rhythmLine is a rhythm as the list shows it.
type rhythmLine struct {
	Name   string `json:"name"`
	Title  string `json:"title"`
	Place  string `json:"place"`
	From   string `json:"effective_from"`
	Events int    `json:"events"`
	Tests  int    `json:"tests"`
	Sample bool   `json:"sample"`
	Source string `json:"source"`
	Digest string `json:"digest"`
}

func rhythmList(c *call) error {
	lib, err := c.rhythms()
	if err != nil {
		return err
	}
	var out []rhythmLine
	var rows [][]string
	for _, name := range lib.Names() {
		r := lib.All[name]
		l := rhythmLine{name, r.In(c.lang), r.Pack.PlaceName.In(c.lang), r.Effective, len(r.Events), len(r.Tests), r.Sample, r.Source.Title.In(c.lang), r.Digest}
		out = append(out, l)
		rows = append(rows, []string{name, l.Title, l.From, c.word("cli.rules.tests", "n", l.Tests)})
	}
	return c.give(out, func() { c.table(rows) })
}

// rhythmTest runs the tests that lie beside the rhythms. A name may be the beginning of several.
func rhythmTest(c *call) error {
	lib, err := c.rhythms()
	if err != nil {
		return err
	}
	results, ran, bad := []dispatch.Tried{}, 0, 0
	for _, name := range lib.Names() {
		if !c.asked(name) {
			continue
		}
		ran++
		results = append(results, lib.All[name].Trial()...)
	}
	if ran == 0 && len(c.args) > 0 {
		return dispatch.ErrNoRhythm.With("rhythm", c.args[0])
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
				fmt.Fprintf(c.out, "✗ %s: %s\n    %s\n", r.Rhythm, r.Name, r.Why)
			}
		}
		c.say("cli.rhythm.tested", "rhythms", ran, "tests", len(results), "bad", bad)
	})
}

// asked tells whether a pack is among those that the arguments name; none names all.
func (c *call) asked(name string) bool {
	for _, a := range c.args {
		if a = packName(a); a == "packs" || name == a || strings.HasPrefix(name, a+"/") {
			return true
		}
	}
	return len(c.args) == 0
}

// packName takes a pack's folder for its name.
func packName(arg string) string { return strings.TrimSuffix(strings.TrimPrefix(arg, "packs/"), "/") }

func rhythmShow(c *call) error {
	lib, err := c.rhythms()
	if err != nil {
		return err
	}
	r, err := lib.Get(packName(c.arg(0)))
	if err != nil {
		return err
	}
	return c.give(r, func() {
		fmt.Fprintln(c.out, r.In(c.lang))
		c.say("cli.desk.source", "title", r.Source.Title.In(c.lang), "id", r.Source.ID, "grade", r.Source.Grade, "checked", r.Source.Checked)
		var events, holes [][]string
		for _, e := range r.Events {
			events = append(events, []string{"  " + e.Name, e.In(c.lang), e.Every, strings.Join(e.On, ", "), e.At, e.Chair})
			for _, s := range e.Agenda {
				events = append(events, []string{"", "  " + c.word("meeting.kind."+string(s.Kind)), c.word("cli.rhythm.minutes", "n", s.Minutes)})
			}
		}
		c.part("cli.rhythm.events", events)
		for _, x := range r.Pack.Decided {
			holes = append(holes, []string{"  " + x.Hole.In(c.lang)}, []string{"    → " + x.Decision.In(c.lang)})
		}
		c.part("cli.desk.holes", holes)
	})
}

// rhythmAdopt puts a rhythm in force.
func rhythmAdopt(c *call) error {
	o, by, err := c.acting()
	if err != nil {
		return err
	}
	rec, err := o.AdoptRhythm(c.ctx, by, packName(c.arg(0)), c.text("from"), c.text("reason"), c.options())
	if err != nil {
		return err
	}
	return c.give(rec, func() { c.receipt(rec) })
}
