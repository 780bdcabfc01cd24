package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"shigan/app"
	"shigan/domain/dispatch"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
	"shigan/kernel/quantity"
)

var (
	errMonth  = fault.New(fault.Invalid, "cli.bad-month")
	errNoUnit = fault.New(fault.Invalid, "cli.money-without-unit")
)

func monthCommands() []command {
	return []command{
		{name: "month open", args: "MONTH", min: 1, max: 1, flags: []string{"key=", "dry-run"}, run: monthOpen},
		{name: "month due", args: "MONTH", min: 1, max: 1, flags: []string{"remind", "key="}, run: monthDue},
		{name: "month status", args: "MONTH", min: 1, max: 1, run: monthStatus},
		{name: "month freeze", args: "MONTH", min: 1, max: 1, flags: []string{"reason=", "key=", "dry-run"}, run: monthFreeze},
		{name: "month check", args: "MONTH", min: 1, max: 1, run: monthCheck},
		{name: "month amend", args: "MONTH", min: 1, max: 1, flags: []string{"project=", "ytd=", "reason=", "key=", "dry-run"}, run: monthAmend},
	}
}

func parseMonth(s string) (calendar.Month, error) {
	m, err := calendar.ParseMonth(s)
	if err != nil || !m.Valid() {
		return m, errMonth.With("text", s)
	}
	return m, nil
}

// money reads a sum as people write it. On a command line no heading says the unit, so the sum must.
func money(s string) (quantity.Fen, error) {
	a, err := quantity.ParseMoney(s, quantity.Yuan)
	if err != nil {
		return 0, err
	}
	if b, err := quantity.ParseMoney(s, quantity.Wan); err != nil || a.Fen != b.Fen {
		return 0, errNoUnit.With("text", s)
	}
	return a.Fen, nil
}

// moneyFlag reads a sum from a flag; nil where the flag is not there.
func (c *call) moneyFlag(flag string) (*quantity.Fen, error) {
	s := c.text(flag)
	if s == "" {
		return nil, nil
	}
	f, err := money(s)
	return &f, err
}

// options of a deed that the command line gives.
func (c *call) options() app.Options {
	return app.Options{Key: c.text("key"), DryRun: c.has("dry-run")}
}

// receipt prints where a deed stands in the ledger.
func (c *call) receipt(r app.Receipt) {
	switch {
	case r.DryRun:
		c.say("cli.receipt.dry-run", "kinds", strings.Join(r.Kinds, ", "))
	case r.Repeat:
		c.say("cli.receipt.repeat", "seq", r.First)
	case r.First == 0:
		c.say("cli.receipt.nothing")
	default:
		c.say("cli.receipt.done", "number", r.Number, "seq", r.Last)
	}
}

func monthOpen(c *call) error {
	m, err := parseMonth(c.arg(0))
	if err != nil {
		return err
	}
	o, by, err := c.acting()
	if err != nil {
		return err
	}
	rec, err := o.OpenMonth(c.ctx, by, m, c.options())
	if err != nil {
		return err
	}
	return c.give(rec, func() {
		c.receipt(rec)
		if d, err := dispatch.MonthOf(o.Read(c.ctx), m); err == nil && d.Due != "" {
			c.say("cli.month.due", "month", m, "due", d.Due, "check", cmpOr(d.CheckBy, "—"))
		}
	})
}

// status is a month as --json prints it.
type status struct {
	Month      calendar.Month `json:"month"`
	State      dispatch.State `json:"state"`
	Pack       string         `json:"pack"`
	Due        string         `json:"due"`
	CheckBy    string         `json:"check_by"`
	Projects   int            `json:"projects"`
	Unreported []string       `json:"unreported"`
	Waiting    []string       `json:"waiting"`
	Returned   []string       `json:"returned"`
	Accepted   []string       `json:"accepted"`
	Frozen     int64          `json:"frozen_by_entry,omitempty"`
	Lights     map[string]int `json:"lights,omitempty"`
	Amended    int            `json:"amendments"`
	Bulletin   *int           `json:"bulletin_issue,omitempty"`
	Reminded   *app.Receipt   `json:"reminded,omitempty"`
	names      map[string]string
}

func (c *call) readMonth(deed string) (*app.Office, *status, error) {
	m, err := parseMonth(c.arg(0))
	if err != nil {
		return nil, nil, err
	}
	o, _, err := c.reading(deed)
	if err != nil {
		return nil, nil, err
	}
	st, err := o.Status(c.ctx, m)
	if err != nil {
		return nil, nil, err
	}
	s := &status{Month: m, State: st.Month.State, Pack: st.Month.Pack, Due: st.Month.Due, CheckBy: st.Month.CheckBy, Projects: len(st.Members),
		Unreported: list(st.Unreported), Waiting: list(st.Waiting), Returned: list(st.Returned), Accepted: list(st.Accepted),
		Frozen: st.Month.FreezeSeq, Amended: len(st.Month.Amendments), names: map[string]string{}}
	if st.Month.Freeze != nil {
		s.Lights = st.Month.Freeze.Lights
	}
	if st.Month.Bulletin != nil {
		s.Bulletin = &st.Month.Bulletin.Issue
	}
	lines, err := o.Read(c.ctx).Projects(app.ProjectFilter{})
	for _, l := range lines {
		s.names[l.ID] = l.Name
	}
	return o, s, err
}

// list makes an empty list print as [].
func list(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

// monthDue says by when reports are due and who has not sent one, and reminds them.
func monthDue(c *call) error {
	o, s, err := c.readMonth("read.dispatch")
	if err != nil {
		return err
	}
	if c.has("remind") {
		by, err := c.signer(o)
		if err != nil {
			return err
		}
		rec, err := o.Do(c.ctx, by, dispatch.Remind{Month: s.Month, Projects: slices.Concat(s.Unreported, s.Returned)}, c.options())
		if err != nil {
			return err
		}
		s.Reminded = &rec
	}
	return c.give(s, func() {
		if s.Due != "" {
			c.say("cli.month.due", "month", s.Month, "due", s.Due, "check", cmpOr(s.CheckBy, "—"))
		}
		c.say("cli.month.missing", "month", s.Month, "n", len(s.Unreported)+len(s.Returned))
		for _, id := range slices.Concat(s.Unreported, s.Returned) {
			fmt.Fprintln(c.out, "  "+id+"  "+s.names[id])
		}
		if s.Reminded != nil {
			c.receipt(*s.Reminded)
		}
	})
}

func monthStatus(c *call) error {
	_, s, err := c.readMonth("read.dispatch")
	if err != nil {
		return err
	}
	return c.give(s, func() {
		c.say("cli.month.state", "month", s.Month, "state", c.word("cli.state."+string(s.State)), "pack", s.Pack)
		c.table([][]string{
			{"  " + c.word("cli.month.projects"), fmt.Sprint(s.Projects)}, {"  " + c.word("cli.month.accepted"), fmt.Sprint(len(s.Accepted))},
			{"  " + c.word("cli.month.waiting"), fmt.Sprint(len(s.Waiting))}, {"  " + c.word("cli.month.returned"), fmt.Sprint(len(s.Returned))},
			{"  " + c.word("cli.month.unreported"), fmt.Sprint(len(s.Unreported))},
		})
		for _, hue := range slices.Sorted(maps.Keys(s.Lights)) {
			fmt.Fprintf(c.out, "  %s %d\n", c.hue(hue), s.Lights[hue])
		}
		if s.Amended > 0 {
			c.say("cli.month.amended", "n", s.Amended)
		}
	})
}

// hue is a light's colour in words.
func (c *call) hue(h string) string { return c.word("cli.hue." + cmpOr(h, "none")) }

func monthFreeze(c *call) error {
	m, err := parseMonth(c.arg(0))
	if err != nil {
		return err
	}
	o, by, err := c.acting()
	if err != nil {
		return err
	}
	rec, fz, err := o.FreezeMonth(c.ctx, by, m, c.text("reason"), c.options())
	if err != nil {
		return err
	}
	return c.give(map[string]any{"receipt": rec, "freeze": fz}, func() {
		c.receipt(rec)
		c.say("cli.month.frozen", "month", m, "projects", fz.Projects, "known", fz.Known, "values", fz.Values)
		for _, hue := range slices.Sorted(maps.Keys(fz.Lights)) {
			fmt.Fprintf(c.out, "  %s %d\n", c.hue(hue), fz.Lights[hue])
		}
	})
}

// monthCheck computes a frozen month again, from what was known then, and holds it against what was frozen.
func monthCheck(c *call) error {
	m, err := parseMonth(c.arg(0))
	if err != nil {
		return err
	}
	o, _, err := c.reading("read.month")
	if err != nil {
		return err
	}
	n, diff, err := o.CheckFreeze(c.ctx, m)
	if err != nil {
		return err
	}
	slices.Sort(diff)
	if len(diff) > 0 {
		c.code = exitBroken
	}
	return c.give(map[string]any{"month": m, "values": n, "differences": list(diff)}, func() {
		if len(diff) == 0 {
			c.say("cli.month.same", "month", m, "n", n)
			return
		}
		c.say("fault.cli.freeze-differs", "month", m, "n", len(diff), "of", n)
		for _, d := range diff[:min(len(diff), 50)] {
			fmt.Fprintln(c.out, "  "+d)
		}
	})
}

func monthAmend(c *call) error {
	m, err := parseMonth(c.arg(0))
	if err != nil {
		return err
	}
	id, err := c.need("project")
	if err != nil {
		return err
	}
	if _, err := c.need("ytd"); err != nil {
		return err
	}
	ytd, err := c.moneyFlag("ytd")
	if err != nil {
		return err
	}
	o, by, err := c.acting()
	if err != nil {
		return err
	}
	if _, err := project.Of(o.Read(c.ctx), id); err != nil {
		return err
	}
	rec, err := o.Do(c.ctx, by, dispatch.AmendMonth{Month: m, Project: id, YTD: *ytd, Reason: c.text("reason")}, c.options())
	if err != nil {
		return err
	}
	return c.give(rec, func() { c.receipt(rec) })
}
