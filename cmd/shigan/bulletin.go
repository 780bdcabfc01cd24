package main

import (
	"path/filepath"
	"strings"

	"shigan/adapter/paper"
	"shigan/domain/dispatch"
	"shigan/kernel/words"
)

func bulletinCommands() []command {
	return []command{{name: "bulletin", args: "MONTH", min: 1, max: 1, flags: []string{"out=", "issue", "key="}, run: bulletin}}
}

// bulletin writes a frozen month's bulletin as a file whose ending says the format: what was issued, or a draft. With --issue
// it is issued first.
func bulletin(c *call) error {
	m, err := parseMonth(c.arg(0))
	if err != nil {
		return err
	}
	out := c.text("out")
	format := strings.TrimPrefix(strings.ToLower(filepath.Ext(out)), ".")
	if out != "" && format != "docx" && format != "xlsx" && format != "pdf" {
		return paper.ErrFormat.With("format", format)
	}
	if !c.has("issue") {
		if _, err := c.need("out"); err != nil {
			return err
		}
	}
	o, by, err := c.reading("read.month")
	if err != nil {
		return err
	}
	press := paper.Press{}
	if c.has("issue") {
		rec, err := o.IssueBulletin(c.ctx, by, m, press, c.options())
		if err != nil {
			return err
		}
		if out == "" {
			return c.give(rec, func() { c.receipt(rec) })
		}
	}
	raw, err := press.Bulletin(c.ctx, words.Zh, o, m, format)
	if err != nil {
		return err
	}
	if err := c.writeOut(out, raw); err != nil {
		return err
	}
	month, err := dispatch.MonthOf(o.Read(c.ctx), m)
	if err != nil {
		return err
	}
	state := "draft"
	if month.Bulletin != nil {
		state = "issued"
	}
	return c.give(map[string]any{"month": m, "file": out, "state": state}, func() {
		c.say("cli.bulletin.written", "month", m, "file", out, "state", c.word("cli.bulletin.state."+state))
	})
}

// verifyBulletin checks a bulletin's .docx or .xlsx with nothing but itself.
func (c *call) verifyBulletin(raw []byte, pinned string) error {
	r, err := paper.VerifyFile(raw, pinned)
	if err != nil {
		return err
	}
	if !r.OK() {
		c.code = exitBroken
	}
	return c.give(map[string]any{"ok": r.OK(), "report": r}, func() {
		c.say("cli.verify.bulletin", "month", r.Month, "issue", r.Issue, "number", r.Number, "origin", r.Origin, "size", r.Size)
		switch {
		case r.Untouched:
			c.say("cli.verify.untouched")
		case !r.OK():
			c.say("cli.verify.changed", "n", len(r.Changes))
			rows := [][]string{}
			for _, d := range r.Changes {
				rows = append(rows, []string{"  " + d.Where, d.Was, "→", d.Now})
			}
			c.table(rows)
		case r.Copy:
			c.say("cli.verify.copy")
		default:
			c.say("cli.verify.same-words")
		}
		c.sayKey(r.Key, r.Pinned)
	})
}
