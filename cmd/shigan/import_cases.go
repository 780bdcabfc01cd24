package main

import (
	"fmt"
	"path/filepath"

	"shigan/adapter/sheet"
	"shigan/app"
	"shigan/kernel/fault"
)

// caseRow is one row of a ledger as the command tells it.
type caseRow struct {
	File   string   `json:"file"`
	Sheet  string   `json:"sheet"`
	Row    int      `json:"row"`
	Title  string   `json:"title"`
	State  string   `json:"state"`
	Case   string   `json:"case,omitempty"`
	Faults []string `json:"faults"`
	Notes  []string `json:"notes"`
}

// caseImport is what ledgers would bring, or have brought.
type caseImport struct {
	Use     string       `json:"use"`
	Applied bool         `json:"applied"`
	New     int          `json:"new"`
	Closed  int          `json:"closed"`
	Same    int          `json:"same"`
	Unread  int          `json:"unread"`
	Entries int          `json:"entries"`
	Seq     int64        `json:"seq"`
	Rows    []caseRow    `json:"rows"`
	Refused []refusedRow `json:"refused"`
	Files   []problem    `json:"files_not_read"`
}

// importCases takes units' own ledgers of problems. Without --apply it only tells what it would do, row by row; a file that cannot be read
// and a row that cannot be taken do not stop the others.
func importCases(c *call) error {
	o, by, err := c.reading("case.import")
	if err != nil {
		return err
	}
	out := caseImport{Use: cmpOr(c.text("use"), "problem"), Applied: c.has("apply"), Rows: []caseRow{}, Refused: []refusedRow{}, Files: []problem{}}
	var ledgers []app.CaseLedger
	for _, name := range c.args {
		l, err := c.caseLedger(name)
		if _, ok := fault.Of(err); ok {
			p := problemOf(err, c.lang)
			out.Files, c.code = append(out.Files, p), max(c.code, p.Exit)
			continue
		} else if err != nil {
			return err
		}
		ledgers = append(ledgers, l)
	}
	plan, err := o.PlanCases(c.ctx, by, ledgers, out.Use)
	if err != nil {
		return err
	}
	out.New, out.Closed, out.Same, out.Unread = plan.New, plan.Closed, plan.Same, plan.Unread
	for _, l := range plan.Lines {
		r := caseRow{l.File, l.Sheet, l.Row, l.Title, l.State, l.Case, []string{}, []string{}}
		for _, s := range l.Faults {
			r.Faults = append(r.Faults, s.Text.In(c.lang))
		}
		for _, s := range l.Notes {
			r.Notes = append(r.Notes, s.Text.In(c.lang))
		}
		out.Rows = append(out.Rows, r)
	}
	if out.Applied {
		done, err := o.ApplyCases(c.ctx, by, plan)
		if err != nil {
			return err
		}
		out.Entries, out.Seq = done.Entries, done.Seq
		for i, l := range plan.Lines {
			if e := done.Refused[i]; e != nil {
				p := problemOf(e, c.lang)
				out.Refused, c.code = append(out.Refused, refusedRow{l.File, l.Sheet, l.Row, l.Title, p}), max(c.code, p.Exit)
			}
		}
	}
	return c.give(out, func() { c.printCases(plan, out) })
}

func (c *call) caseLedger(name string) (app.CaseLedger, error) {
	raw, err := c.readFile(name)
	if err != nil {
		return app.CaseLedger{}, err
	}
	return sheet.Reader{}.CaseLedger(filepath.Base(name), raw, app.CaseAsk{Password: c.text("password")})
}

func (c *call) printCases(plan *app.CaseImportPlan, out caseImport) {
	for _, p := range out.Files {
		fmt.Fprintln(c.out, p.Title)
	}
	for _, f := range plan.Files {
		for _, s := range f.Sheets {
			name := cmpOr(s.Name, f.File)
			if s.WhyNot != "" {
				fmt.Fprintln(c.out, c.word("cli.import.not-read", "sheet", name, "why", c.word("cases.import."+s.WhyNot)))
				continue
			}
			fmt.Fprintln(c.out, c.word("cli.import.cases.sheet", "sheet", name, "n", len(s.Rows)))
			for _, x := range s.Columns {
				if x.Field != "" && x.Field != "serial" {
					fmt.Fprintf(c.out, "    %s %s\n", x.Column, x.Heading)
				}
			}
		}
	}
	for _, r := range out.Rows {
		for _, t := range append(r.Faults, r.Notes...) {
			fmt.Fprintln(c.out, "  "+t)
		}
	}
	for _, r := range out.Refused {
		c.say("cli.import.refused", "row", r.Row, "name", r.Name, "why", r.Problem.Title)
	}
	key := "cli.import.cases.would"
	if out.Applied {
		key = "cli.import.cases.done"
	}
	c.say(key, "rows", len(out.Rows), "new", out.New, "closed", out.Closed, "same", out.Same, "unread", out.Unread, "entries", out.Entries)
}
