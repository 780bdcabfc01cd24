package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"shigan/adapter/sheet"
	"shigan/app"
	"shigan/kernel/fault"
	"shigan/kernel/words"
)

var errYear = fault.New(fault.Invalid, "cli.bad-year")

func importCommands() []command {
	return []command{{name: "import projects", args: "FILE…", min: 1, max: -1,
		flags: []string{"plan-year=", "dry-run", "password=", "list=", "answer=+"}, run: importProjects},
		{name: "import cases", args: "FILE…", min: 1, max: -1, flags: []string{"use=", "password=", "apply"}, run: importCases}}
}

// read is one file of an import: what was found in it, or why it could not be read.
type read struct {
	*sheet.Recognition
	Problem *problem `json:"problem,omitempty"`
}

// importProjects reads lists of key projects. Every file is read for itself; one that cannot be read does not stop the others.
func importProjects(c *call) error {
	year := 0
	if text := c.text("plan-year"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1990 || n > 2100 {
			return errYear.With("text", text)
		}
		year = n
	}
	answers := map[string]string{}
	for _, a := range c.list("answer") {
		id, value, ok := cutLast(a, "=")
		if !ok {
			return errUsage.With("why", c.word("cli.not-name-value", "text", a))
		}
		answers[id] = value
	}
	if !c.has("dry-run") {
		return c.writeLists(year, answers)
	}
	o := c.officeIfThere()
	ctx := sheet.Context{PlanYear: year, Answers: answers}
	if o != nil {
		if err := c.recall(o, &ctx); err != nil {
			return err
		}
	}
	var out []read
	for _, name := range c.args {
		r, err := c.readList(name, ctx)
		if err != nil {
			p := problemOf(err, c.lang)
			r = read{&sheet.Recognition{File: filepath.Base(name), Sheets: []sheet.SheetResult{}}, &p}
			c.code = max(c.code, p.Exit)
		}
		out = append(out, r)
	}
	if c.json && len(out) == 1 {
		return c.printJSON(out[0])
	}
	return c.give(out, func() {
		for _, r := range out {
			c.printList(r)
		}
		if o != nil {
			c.printPlan(o, year, answers)
		}
	})
}

// officeIfThere opens the district where there is one; to try a file, none is needed.
func (c *call) officeIfThere() *app.Office {
	o, err := c.office()
	if err != nil {
		return nil
	}
	return o
}

// recall hands in what earlier imports decided about lists of the same shape.
func (c *call) recall(o *app.Office, ctx *sheet.Context) error {
	text, err := o.Remembered(c.ctx)
	if err != nil || text == "" {
		return err
	}
	var m sheet.Mapping
	if json.Unmarshal([]byte(text), &m) == nil { // what can't be read any more is only not remembered
		ctx.Remembered = &m
	}
	return nil
}

// printPlan says what a trial would change.
func (c *call) printPlan(o *app.Office, year int, answers map[string]string) {
	plan, _, _, err := c.planLists(o, year, answers)
	if err != nil {
		return
	}
	c.say("cli.import.would", "rows", plan.Rows(), "new", plan.New, "changed", plan.Changed, "same", plan.Same, "unread", plan.Unread)
	for _, l := range plan.Lines {
		for _, w := range l.Changes {
			fmt.Fprintf(c.out, "  %s %s: %s → %s\n", l.Name, c.fieldName(w.Field), cmpOr(w.Was, "—"), cmpOr(w.Now, "—"))
		}
	}
}

// fieldName is a changed field as people call it.
func (c *call) fieldName(f string) string {
	if words.Has("import.field." + f) {
		return c.word("import.field." + f)
	}
	return f
}

func (c *call) readList(name string, ctx sheet.Context) (read, error) {
	raw, err := c.readFile(name)
	if err != nil {
		return read{}, err
	}
	wb, err := sheet.Read(filepath.Base(name), raw, sheet.Options{Password: c.text("password")})
	if err != nil {
		return read{}, err
	}
	return read{sheet.Recognise(wb, ctx), nil}, nil
}

// printList says what was found, sheet by sheet, and each cell that somebody should look at.
func (c *call) printList(r read) {
	fmt.Fprintln(c.out, r.File)
	if r.Problem != nil {
		fmt.Fprintln(c.out, "  "+r.Problem.Title)
	}
	for _, s := range r.Sheets {
		name := s.Name
		if name == "" {
			name = r.File
		}
		if !s.Read {
			fmt.Fprintln(c.out, "  "+c.word("cli.import.not-read", "sheet", name, "why", s.WhyNot))
			continue
		}
		fmt.Fprintln(c.out, "  "+c.word("cli.import.read", "sheet", name, "n", len(s.Projects), "unit", s.Unit, "rows", strings.Trim(fmt.Sprint(s.HeadingRows), "[]"), "problems", len(s.Problems)))
		for _, p := range s.Problems {
			fmt.Fprintln(c.out, "    "+p.In(c.lang))
		}
	}
	for _, q := range r.Questions {
		fmt.Fprintln(c.out, "  "+c.word("cli.import.question", "text", q.Text))
		for _, o := range q.Options {
			fmt.Fprintf(c.out, "    --answer '%s=%s'   %s\n", q.ID, o.Value, o.Example)
		}
	}
}

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i <= 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}
