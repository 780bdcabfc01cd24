package app

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
)

// monthEntry is what a message needs of the body of an entry about a month.
type monthEntry struct {
	Month    calendar.Month `json:"month"`
	Of       calendar.Month `json:"of"`
	Due      string         `json:"due"`
	Projects []string       `json:"projects"`
	Reason   string         `json:"reason"`
	Answer   string         `json:"answer"`
	Light    string         `json:"light"`
	Granted  bool           `json:"granted"`
	Unit     string         `json:"unit"`
	Reply    string         `json:"reply"`
}

// ofMonth tells those who report: that a month is open, what is still missing, what came back.
func (t *teller) ofMonth() {
	var b monthEntry
	switch t.e.Kind {
	case "dispatch.month-opened/1", "dispatch.reminded/1", "dispatch.returned/1", "dispatch.excuse-asked/1", "dispatch.excuse-settled/1", "dispatch.slip-sent/1":
		if t.err = json.Unmarshal(t.e.Body, &b); t.err != nil {
			return
		}
	default:
		return
	}
	switch t.e.Kind {
	case "dispatch.month-opened/1":
		ids, err := t.v.IDs(project.Kind, "")
		if err != nil {
			t.err = err
			return
		}
		t.reporters("month.opened", b.Month, b.Due, ids, true)
	case "dispatch.reminded/1":
		m, err := dispatch.MonthOf(t.v, b.Month)
		if err != nil {
			t.err = err
			return
		}
		t.reporters("month.reminded", b.Month, m.Due, b.Projects, false)
	case "dispatch.slip-sent/1":
		n, p := t.ofReport(b.Month)
		n.Subject, n.Due, n.Urgent = t.e.Subject, b.Reply, true // the slip stands with its project
		t.party(p.Duty.Local, cmp.Or(b.Unit, p.LocalUnit), "month.slip", n)
		t.tell(p.Duty.Owner, "month.slip", n)
		t.tell(p.Duty.Lead, "month.slip", n)
	case "dispatch.excuse-asked/1":
		n, _ := t.ofReport(b.Of)
		n.Args["light"] = text(b.Light)
		t.roles("month.excuse-asked", reasoned(n, b.Reason), org.Dispatcher)
	case "dispatch.returned/1", "dispatch.excuse-settled/1":
		topic, why := "month.returned", b.Reason
		if t.e.Kind == "dispatch.excuse-settled/1" {
			topic, why = "month.unexcused", b.Answer
			if b.Granted {
				topic = "month.excused"
			}
		}
		n, p := t.ofReport(b.Of)
		r, ok, err := dispatch.ReportOf(t.v, b.Of, p.ID)
		if err != nil {
			t.err = err
			return
		}
		if ok {
			t.tell(r.ByPost, topic, reasoned(n, why))
		}
		t.tell(p.Duty.Owner, topic, reasoned(n, why))
	}
}

func reasoned(n Notice, why string) Notice {
	if why == "" {
		return n
	}
	return with(n, "reason", text(why))
}

// ofReport begins a notice about one project's report.
func (t *teller) ofReport(m calendar.Month) (Notice, project.Project) {
	p, err := project.Of(t.v, strings.TrimPrefix(t.e.Subject, "project/"))
	if err != nil {
		t.err = err
	}
	due := ""
	if month, err := dispatch.MonthOf(t.v, m); err == nil {
		due = month.Due
	}
	return Notice{Subject: "report/" + p.ID + "/" + m.String(), Due: due, Args: map[string]org.Name{"name": p.Facts.Name, "month": text(m.String()), "by": t.by()}}, p
}

// reporters tells each post that reports once, with how many projects: the project's own unit, or where it has none here the unit
// that answers for it.
func (t *teller) reporters(topic string, m calendar.Month, due string, ids []string, listed bool) {
	of := map[string][]project.Project{}
	for _, id := range ids {
		p, err := project.Of(t.v, id)
		if err != nil {
			t.err = err
			return
		}
		if listed && !dispatched(p, m.Last().String()) {
			continue
		}
		if post := cmp.Or(p.Duty.Owner, p.Duty.Local); post != "" {
			of[post] = append(of[post], p)
		}
	}
	posts := make([]string, 0, len(of))
	for post := range of {
		posts = append(posts, post)
	}
	slices.Sort(posts)
	for _, post := range posts {
		n := Notice{Subject: "month/" + m.String(), Due: due, Args: map[string]org.Name{"month": text(m.String()), "n": text(fmt.Sprint(len(of[post]))), "by": t.by(),
			"name": of[post][0].Facts.Name}}
		if len(of[post]) == 1 {
			n.Subject = "report/" + of[post][0].ID + "/" + m.String()
		}
		t.tell(post, topic, n)
	}
}

// dispatched tells whether a project is counted in the dispatch on a day: in a list that is not kept apart, or in none, and no part
// of another.
func dispatched(p project.Project, day string) bool {
	return p.Parent == "" && (len(p.Lists) == 0 || slices.ContainsFunc(p.Lists, func(l project.Membership) bool {
		return !l.Apart && l.From <= day && (l.To == "" || day < l.To)
	}))
}

// ofProject tells who is to sign a letter of responsibility.
func (t *teller) ofProject() {
	if t.e.Kind != "project.letter-drawn/1" {
		return
	}
	p, err := project.Of(t.v, strings.TrimPrefix(t.e.Subject, "project/"))
	if err != nil {
		t.err = err
		return
	}
	l, ok := p.CurrentLetter()
	if !ok {
		return
	}
	t.all(l.Signers, "letter.sign", Notice{Subject: t.e.Subject, Args: map[string]org.Name{"name": p.Facts.Name, "year": text(fmt.Sprint(l.Year)), "by": t.by()}})
}
