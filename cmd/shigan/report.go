package main

import (
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"shigan/app"
	"shigan/domain/dispatch"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
	"shigan/kernel/quantity"
)

var errSeq = fault.New(fault.Invalid, "cli.bad-seq")

func reportCommands() []command {
	return []command{
		{name: "report", args: "PROJECT", min: 1, max: 1, flags: []string{"month=", "month-done=", "ytd=", "paid=", "funds-in=", "progress=", "problem=", "measure=", "who=",
			"by=", "next=", "explain=", "file=+", "replaces=", "key=", "dry-run"}, run: report},
		{name: "accept", args: "PROJECT", min: 1, max: 1, flags: []string{"month=", "as-month=", "as-ytd=", "reason=", "seq=", "key=", "dry-run"}, run: accept},
		{name: "return", args: "PROJECT", min: 1, max: 1, flags: []string{"month=", "reason=", "seq=", "key=", "dry-run"}, run: returnReport},
	}
}

// monthFlag reads --month.
func (c *call) monthFlag() (calendar.Month, error) {
	s, err := c.need("month")
	if err != nil {
		return calendar.Month{}, err
	}
	return parseMonth(s)
}

// seqFlag reads an entry's number; 0 where it was not given.
func (c *call) seqFlag(flag string) (int64, error) {
	s := c.text(flag)
	if s == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(s[strings.LastIndexByte(s, '-')+1:], 10, 64) // L-0628-0402 is entry 402
	if err != nil || n < 1 {
		return 0, errSeq.With("text", s)
	}
	return n, nil
}

// reported is what `report` says.
type reported struct {
	Receipt app.Receipt       `json:"receipt"`
	Lights  map[string]string `json:"lights"`
	Doubts  []string          `json:"doubts"`
}

func report(c *call) error {
	m, err := c.monthFlag()
	if err != nil {
		return err
	}
	content, err := c.content()
	if err != nil {
		return err
	}
	cmd := dispatch.SubmitReport{Project: c.arg(0), Month: m, Content: content}
	if cmd.Replaces, err = c.seqFlag("replaces"); err != nil {
		return err
	}
	o, by, err := c.acting()
	if err != nil {
		return err
	}
	old, had, err := dispatch.ReportOf(o.Read(c.ctx), m, cmd.Project)
	if err != nil {
		return err
	}
	if had && cmd.Replaces == 0 && old.State == dispatch.Returned { // it was sent back to be sent again
		cmd.Replaces = old.Seq
	}
	opt := c.options()
	if opt.Files, cmd.Files, err = c.evidence(o); err != nil {
		return err
	}
	rec, pv, err := o.Report(c.ctx, by, cmd, opt)
	if err != nil {
		return err
	}
	out := reported{rec, map[string]string{}, list(pv.Doubts)}
	for name, fig := range pv.Figs {
		if h := fig.Hue(); h != "" && fig.Unit == "light" {
			out.Lights[name] = h
		}
	}
	return c.give(out, func() {
		c.receipt(rec)
		set, err := o.SetFor(c.ctx, m, "")
		if err != nil {
			return
		}
		for _, name := range slices.Sorted(maps.Keys(out.Lights)) {
			c.say("cli.report.light", "name", set.Label(name, c.lang), "hue", c.hue(out.Lights[name]))
		}
	})
}

func (c *call) content() (dispatch.Content, error) {
	out := dispatch.Content{Progress: c.text("progress"), Problem: c.text("problem"), Measure: c.text("measure"), Who: c.text("who"),
		By: c.text("by"), Next: c.text("next"), Explain: c.text("explain")}
	for flag, into := range map[string]*project.DispatchMoney{"month-done": &out.Month, "ytd": &out.YTD} {
		if _, err := c.need(flag); err != nil {
			return out, err
		}
		f, err := c.moneyFlag(flag)
		if err != nil {
			return out, err
		}
		*into = project.DispatchMoney(*f)
	}
	for flag, into := range map[string]**project.DispatchMoney{"paid": &out.Paid, "funds-in": &out.FundsIn} {
		f, err := c.moneyFlag(flag)
		if err != nil {
			return out, err
		}
		*into = (*project.DispatchMoney)(f)
	}
	return out, nil
}

// evidence reads the files that go in with a report.
func (c *call) evidence(o *app.Office) (files []app.File, digests []string, err error) {
	head, _, _, err := o.Read(c.ctx).Log()
	if err != nil {
		return nil, nil, err
	}
	for _, name := range c.list("file") {
		raw, err := c.readFile(name)
		if err != nil {
			return nil, nil, err
		}
		f := app.File{Digest: head.Suite.Digest(raw), Name: filepath.Base(name), Media: "application/octet-stream", Bytes: raw}
		files, digests = append(files, f), append(digests, f.Digest)
	}
	return files, digests, nil
}

// lookedAt is the report that a checker looked at: the one named by --seq, otherwise the one that stands now.
func (c *call) lookedAt(o *app.Office, m calendar.Month, id string) (int64, error) {
	seq, err := c.seqFlag("seq")
	if err != nil || seq != 0 {
		return seq, err
	}
	if _, err := project.Of(o.Read(c.ctx), id); err != nil {
		return 0, err
	}
	r, _, err := dispatch.ReportOf(o.Read(c.ctx), m, id)
	return r.Seq, err
}

func accept(c *call) error {
	m, err := c.monthFlag()
	if err != nil {
		return err
	}
	cmd := dispatch.AcceptReport{Project: c.arg(0), Month: m, Reason: c.text("reason")}
	for flag, into := range map[string]**quantity.Fen{"as-month": &cmd.AsMonth, "as-ytd": &cmd.AsYTD} {
		if *into, err = c.moneyFlag(flag); err != nil {
			return err
		}
	}
	o, by, err := c.acting()
	if err != nil {
		return err
	}
	if cmd.Seq, err = c.lookedAt(o, m, cmd.Project); err != nil {
		return err
	}
	rec, err := o.Do(c.ctx, by, cmd, c.options())
	if err != nil {
		return err
	}
	return c.give(rec, func() { c.receipt(rec) })
}

func returnReport(c *call) error {
	m, err := c.monthFlag()
	if err != nil {
		return err
	}
	o, by, err := c.acting()
	if err != nil {
		return err
	}
	cmd := dispatch.ReturnReport{Project: c.arg(0), Month: m, Reason: c.text("reason")}
	if cmd.Seq, err = c.lookedAt(o, m, cmd.Project); err != nil {
		return err
	}
	rec, err := o.Do(c.ctx, by, cmd, c.options())
	if err != nil {
		return err
	}
	return c.give(rec, func() { c.receipt(rec) })
}
