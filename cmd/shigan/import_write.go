package main

import (
	"fmt"
	"path/filepath"

	"shigan/adapter/sheet"
	"shigan/app"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
)

// refusedRow is a row that the ledger would not take.
type refusedRow struct {
	File    string  `json:"file"`
	Sheet   string  `json:"sheet"`
	Row     int     `json:"row"`
	Name    string  `json:"name"`
	Problem problem `json:"problem"`
}

// cellProblem is a cell that somebody should look at.
type cellProblem struct {
	Sheet string `json:"sheet"`
	Cell  string `json:"cell"`
	Kind  string `json:"kind"`
	Text  string `json:"text"`
}

// imported is what an import has written.
type imported struct {
	Year     int           `json:"year"`
	List     string        `json:"list"`
	Rows     int           `json:"rows"`
	New      int           `json:"new"`
	Changed  int           `json:"changed"`
	Same     int           `json:"same"`
	Unread   int           `json:"unread"`
	Entries  int           `json:"entries"`
	Seq      int64         `json:"seq"`
	Refused  []refusedRow  `json:"refused"`
	Problems []cellProblem `json:"problems"`
	Files    []problem     `json:"files_not_read"`
}

var errUnit = fault.New(fault.Invalid, "cli.unit-open")

// planLists reads lists and works out what they would change. A file that cannot be read does not stop the others.
func (c *call) planLists(o *app.Office, year int, answers map[string]string) (plan *app.ImportPlan, remembered string, unread []problem, err error) {
	if remembered, err = o.Remembered(c.ctx); err != nil {
		return nil, "", nil, err
	}
	var recs []app.Recognised
	for _, name := range c.args {
		rec, err := c.recognise(name, app.SheetAsk{Password: c.text("password"), Year: year, Answers: answers, Remembered: remembered})
		if err != nil {
			if _, ok := fault.Of(err); !ok {
				return nil, "", nil, err
			}
			p := problemOf(err, c.lang)
			unread, c.code = append(unread, p), max(c.code, p.Exit)
			continue
		}
		remembered = rec.Mapping
		if year == 0 {
			year = rec.Year
		}
		recs = append(recs, rec)
	}
	if year == 0 {
		year = calendar.DateOf(o.Clock()).Year()
	}
	plan, err = o.PlanImport(c.ctx, recs, year, c.text("list"))
	return plan, remembered, unread, err
}

// openUnits are the questions about units that nobody has answered: a wrong answer is off by ten thousand.
func openUnits(plan *app.ImportPlan) (ids []string) {
	for _, f := range plan.Files {
		for _, q := range f.Questions {
			if q.Kind == "unit" {
				ids = append(ids, q.ID)
			}
		}
	}
	return ids
}

// writeLists writes what lists bring.
func (c *call) writeLists(year int, answers map[string]string) error {
	o, by, err := c.acting()
	if err != nil {
		return err
	}
	out := imported{List: c.text("list"), Refused: []refusedRow{}, Problems: []cellProblem{}}
	plan, remembered, unread, err := c.planLists(o, year, answers)
	if err != nil {
		return err
	}
	if open := openUnits(plan); len(open) > 0 {
		return errUnit.With("n", len(open), "questions", open)
	}
	out.Year, out.Files = plan.Year, append([]problem{}, unread...)
	for _, p := range plan.Problems {
		out.Problems = append(out.Problems, cellProblem{p.Sheet, p.Cell, p.Kind, p.Text.In(c.lang)})
	}
	done, err := o.ApplyImport(c.ctx, by, plan)
	if err != nil {
		return err
	}
	for i, l := range done.Lines {
		if e := done.Refused[i]; e != nil {
			p := problemOf(e, c.lang)
			out.Refused, c.code = append(out.Refused, refusedRow{l.File, l.Sheet, l.Row, l.Name, p}), max(c.code, p.Exit)
		}
	}
	if done.Seq > 0 {
		if err := o.Remember(c.ctx, remembered); err != nil {
			return err
		}
	}
	out.Rows, out.New, out.Changed, out.Same, out.Unread, out.Entries, out.Seq = plan.Rows(), plan.New, plan.Changed, plan.Same, plan.Unread, done.Entries, done.Seq
	return c.give(out, func() {
		for _, p := range out.Files {
			fmt.Fprintln(c.out, p.Title)
		}
		for _, p := range out.Problems {
			fmt.Fprintln(c.out, "  "+p.Text)
		}
		for _, r := range out.Refused {
			c.say("cli.import.refused", "row", r.Row, "name", r.Name, "why", r.Problem.Title)
		}
		c.say("cli.import.written", "rows", out.Rows, "new", out.New, "changed", out.Changed, "same", out.Same, "unread", out.Unread, "entries", out.Entries)
	})
}

func (c *call) recognise(name string, ask app.SheetAsk) (app.Recognised, error) {
	raw, err := c.readFile(name)
	if err != nil {
		return app.Recognised{}, err
	}
	return sheet.Reader{}.Recognise(filepath.Base(name), raw, ask)
}
