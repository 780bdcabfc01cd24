package visit

import (
	"fmt"
	"time"

	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/kernel/table"
)

// Desk is the use of the desk at which findings are opened: of those adopted for it the newest.
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
	s := &steps{trial: table.NewTrial(v), by: by, at: at}
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
		id, err := s.open(open)
		if err != nil {
			return nil, err
		}
		s.facts = append(s.facts, ledger.Fact{Kind: "visit.finding-raised/1", Subject: OriginPrefix + x.ID, EffectiveOn: day, Body: raised{n, id, c.Project}})
		if !blank(c.Pain) {
			if err := s.do(casework.SetMeasure{Case: id, Measure: casework.Measure{Pain: c.Pain, Cause: c.Cause}}); err != nil {
				return nil, err
			}
		}
	}
	return s.facts, nil
}

// steps are deeds about cases decided within one deed, each applied to a trial of the tables before the next.
type steps struct {
	trial *table.Trial
	by    org.Signer
	at    time.Time
	facts []ledger.Fact
}

func (s *steps) do(c interface {
	Decide(table.Reader, org.Signer, time.Time) ([]ledger.Fact, error)
}) error {
	facts, err := c.Decide(s.trial, s.by, s.at)
	if err != nil {
		return err
	}
	for _, f := range facts {
		e, err := ledger.NewEntry("", int64(len(s.facts)+1), s.at, s.by.Ledger(), "", f)
		if err != nil {
			return err
		}
		if err := casework.Apply(s.trial, e); err != nil {
			return err
		}
		s.facts = append(s.facts, f)
	}
	return nil
}

// open opens a case and gives its number.
func (s *steps) open(c casework.Open) (string, error) {
	if err := s.do(c); err != nil {
		return "", err
	}
	var id string
	ok, err := s.trial.Get(casework.OriginKind, c.Origin, &id)
	if err == nil && !ok {
		err = casework.ErrNoCase.With("case", c.Origin)
	}
	return id, err
}
