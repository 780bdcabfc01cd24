package visit

import (
	"fmt"
	"strings"
	"time"

	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/kernel/table"
)

// DeskUse is the use of the desk at which findings are opened: of those adopted for it the newest.
const DeskUse = "finding"

// Found 现场问题 is a finding as it is handed in. Chain and Reach are filled by the app: this room does not know who sits where.
type Found struct {
	Project string // one of the visit's; may be left out where it has only one
	Kind    string // where the desk knows kinds
	Title   string // what is wrong
	Pain    string // 难点 and
	Cause   string // 原因, both or neither
	Handler casework.Party
	Chain   map[string]string
	Reach   org.Scope
	Files   []string
}

// RaiseFinding 提现场问题 writes the finding into the visit and opens its case, in one transaction.
type RaiseFinding struct {
	Visit string
	Found
}

func (RaiseFinding) Name() string                          { return "visit.raise-finding" }
func (RaiseFinding) Scope(table.Reader) (org.Scope, error) { return org.Scope{}, nil }

func (c RaiseFinding) Decide(v table.Reader, by org.Signer, at time.Time) ([]ledger.Fact, error) {
	x, err := held(v, c.Visit)
	if err != nil {
		return nil, err
	}
	raiser := x.Visitor
	switch {
	case x.Concerns(by) && by.Post != x.Writer: // whoever was there raises what he saw himself
		raiser = casework.Party{Unit: by.Unit, Post: by.Post}
	case !x.writes(by):
		return nil, ErrNotYours.With("id", x.ID)
	}
	return x.raise(v, raiser, []Found{c.Found}, by, at)
}

type raised struct {
	N       int    `json:"n"`
	Case    string `json:"case"`
	Project string `json:"project,omitempty"`
}

// raise decides findings one after the other: each case is born knowing the numbers of those before it.
func (x Visit) raise(v table.Reader, raiser casework.Party, found []Found, by org.Signer, at time.Time) ([]ledger.Fact, error) {
	if len(found) == 0 {
		return nil, nil
	}
	day := calendar.DateOf(at).String()
	desk, err := casework.ForUse(v, DeskUse, day)
	if err != nil {
		return nil, err
	}
	trial := table.NewTrial(v)
	var facts []ledger.Fact
	for i, c := range found {
		n := len(x.Findings) + i + 1
		if c.Project == "" && len(x.Projects) == 1 {
			c.Project = x.Projects[0]
		}
		if err := x.at(c.Project); err != nil {
			return nil, err
		}
		if blank(c.Title) {
			return nil, ErrTitle.With("n", n)
		}
		if blank(c.Pain) != blank(c.Cause) {
			return nil, ErrHalf.With("title", c.Title)
		}
		open := casework.Open{Desk: desk.Name, Kind: c.Kind, Title: c.Title, Origin: fmt.Sprintf("%s%s#%d", OriginPrefix, x.ID, n), Raiser: raiser,
			Handler: c.Handler, Chain: c.Chain, Reach: c.Reach, Files: c.Files}
		if c.Project != "" {
			open.Subject = "project/" + c.Project
		}
		if !blank(c.Pain) {
			open.Measure = &casework.Measure{Pain: strings.TrimSpace(c.Pain), Cause: strings.TrimSpace(c.Cause)}
		}
		opened, id, err := born(trial, open, by, at)
		if err != nil {
			return nil, err
		}
		facts = append(facts, opened...)
		facts = append(facts, ledger.Fact{Kind: "visit.finding-raised/1", Subject: OriginPrefix + x.ID, EffectiveOn: day, Body: raised{n, id, c.Project}})
	}
	return facts, nil
}

// born decides the birth of a case, applies it to the trial, and gives its number.
func born(t *table.Trial, c casework.Open, by org.Signer, at time.Time) ([]ledger.Fact, string, error) {
	facts, err := c.Decide(t, by, at)
	if err != nil {
		return nil, "", err
	}
	for i, f := range facts {
		e, err := ledger.NewEntry("", int64(i+1), at, by.Ledger(), "", f)
		if err != nil {
			return nil, "", err
		}
		if err := casework.Apply(t, e); err != nil {
			return nil, "", err
		}
	}
	return facts, strings.TrimPrefix(facts[0].Subject, "case/"), nil
}
