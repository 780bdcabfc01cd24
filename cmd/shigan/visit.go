package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/domain/visit"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
)

var errFound = fault.New(fault.Invalid, "cli.bad-finding") // text

func visitCommands() []command {
	return []command{
		{name: "visit log", flags: []string{"on=", "came=", "left=", "project=+", "place=", "purpose=", "others=", "visitor=", "plan=", "note=+", "finding=+", "file=+", "key=", "dry-run"}, run: visitLog},
		{name: "visit list", flags: []string{"project=", "unit=", "post=", "from=", "until="}, run: visitList},
		{name: "visit show", args: "VISIT", min: 1, max: 1, run: visitShow},
	}
}

// ofProject begins a note or a finding about one project: "JM-001: 便道没有用地".
var ofProject = regexp.MustCompile(`^\s*([A-Za-z]+-[0-9]+)\s*[:：]\s*`)

// noteOf reads a note: of a project where it begins with one, else of the visit as a whole.
func noteOf(text string) visit.Line {
	if m := ofProject.FindStringSubmatchIndex(text); m != nil {
		return visit.Line{Project: text[m[2]:m[3]], Text: strings.TrimSpace(text[m[1]:])}
	}
	return visit.Line{Text: strings.TrimSpace(text)}
}

// findingOf reads a finding: [PROJECT:] what is wrong [| hard point | cause [| unit]].
func findingOf(text string) (visit.Found, error) {
	n := noteOf(text)
	parts := strings.Split(n.Text, "|")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	f := visit.Found{Project: n.Project, Title: parts[0]}
	switch len(parts) {
	case 1:
	case 4:
		f.Handler = casework.Party{Unit: parts[3]}
		fallthrough
	case 3:
		f.Pain, f.Cause = parts[1], parts[2]
	default:
		return f, errFound.With("text", text)
	}
	return f, nil
}

// logLine is what `visit log` says.
type logLine struct {
	Visit string `json:"visit"`
	app.Receipt
}

// visitLog notes a visit that took place, whole: where, when, what was seen, what was found. Left out, the day is today and whoever went
// is whoever signs.
func visitLog(c *call) error {
	o, by, err := c.acting()
	if err != nil {
		return err
	}
	cmd := visit.Log{Plan: c.text("plan"), Facts: visit.Facts{On: cmpOr(c.text("on"), calendar.DateOf(o.Clock()).String()), From: c.text("came"), To: c.text("left"), Projects: c.list("project"), Place: c.text("place"),
		Purpose: c.text("purpose"), Others: c.text("others")}}
	if post := c.text("visitor"); post != "" {
		p, err := org.PostOf(o.Read(c.ctx), post)
		if err != nil {
			return err
		}
		cmd.Visitor = casework.Party{Unit: p.Unit, Post: p.ID}
	}
	for _, text := range c.list("note") {
		cmd.Notes = append(cmd.Notes, noteOf(text))
	}
	for _, text := range c.list("finding") {
		f, err := findingOf(text)
		if err != nil {
			return err
		}
		cmd.Findings = append(cmd.Findings, f)
	}
	opt := c.options()
	if opt.Files, cmd.Files, err = c.evidence(o); err != nil {
		return err
	}
	rec, id, err := o.LogVisit(c.ctx, by, cmd, opt)
	if err != nil {
		return err
	}
	return c.give(logLine{id, rec}, func() {
		if id != "" {
			fmt.Fprintln(c.out, id)
		}
		c.receipt(rec)
	})
}

func visitList(c *call) error {
	o, by, err := c.acting()
	if err != nil {
		return err
	}
	f := app.VisitFilter{Project: c.text("project"), Unit: c.text("unit"), Post: c.text("post"), From: c.text("from"), To: c.text("until")}
	for _, day := range []string{f.From, f.To} {
		if _, err := calendar.ParseDay(day); day != "" && err != nil {
			return err
		}
	}
	list, err := o.Visits(c.ctx, by, f)
	if err != nil {
		return err
	}
	out, rows := []visit.Visit{}, [][]string{}
	for _, x := range list {
		out = append(out, x)
		rows = append(rows, []string{x.ID, x.On, c.word("cli.visit.state." + string(x.State)), x.Visitor.Post, strings.Join(append(slices.Clone(x.Projects), x.Place), " "), c.word("cli.visit.found", "n", len(x.Findings))})
	}
	return c.give(out, func() { c.table(rows) })
}

// foundLine is a finding with how its case stands; Title and State are left out where the case is not for whoever asks.
type foundLine struct {
	Case    string `json:"case"`
	Project string `json:"project,omitempty"`
	Title   string `json:"title,omitempty"`
	State   string `json:"state,omitempty"`
	Closed  string `json:"closed,omitempty"` // confirmed, withdrawn, signed
}

// visitShow prints a visit with its notes, what was found and how far that is, and its corrections.
func visitShow(c *call) error {
	o, by, err := c.acting()
	if err != nil {
		return err
	}
	x, err := o.VisitOf(c.ctx, by, c.arg(0))
	if err != nil {
		return err
	}
	out := struct {
		visit.Visit
		Found []foundLine `json:"found"`
	}{x, []foundLine{}}
	var found, notes, corrected [][]string
	for _, f := range x.Findings {
		l := foundLine{Case: f.Case, Project: f.Project}
		if k, err := o.CaseView(c.ctx, by, f.Case); err == nil { // one that he may not see keeps its number only
			l.Title, l.State, l.Closed = k.Case.Title, k.Names.State.In(c.lang), k.Case.ClosedBy
		}
		out.Found = append(out.Found, l)
		found = append(found, []string{"  " + l.Case, l.Project, l.Title, l.State})
	}
	for _, n := range x.Notes {
		notes = append(notes, []string{fmt.Sprintf("  %d", n.N), n.Project, n.Text})
	}
	for _, k := range x.Corrections {
		corrected = append(corrected, []string{"  " + k.At[:10], k.Post, k.Reason})
	}
	return c.give(out, func() {
		fmt.Fprintln(c.out, x.ID, x.On, x.From, x.To, c.word("cli.visit.state."+string(x.State)), x.Visitor.Post)
		fmt.Fprintln(c.out, strings.TrimSpace(strings.Join(x.Projects, " ")+" "+x.Place+" "+x.Purpose))
		for _, p := range []struct {
			head string
			rows [][]string
		}{{"cli.visit.notes", notes}, {"cli.visit.findings", found}, {"cli.visit.corrections", corrected}} {
			if len(p.rows) > 0 {
				c.part(p.head, p.rows)
			}
		}
	})
}
