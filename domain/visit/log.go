package visit

import (
	"strings"
	"time"

	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/kernel/table"
)

// Log 记走访 states a visit that took place, whole, with what was seen and what was found. Either all of it is written or none.
type Log struct {
	Plan string // id of the plan that was carried out, "" for none
	Facts
	Visitor  casework.Party // zero: whoever signs
	Notes    []Line
	Findings []Found
	Files    []string // evidence, where there is some; none is asked for
	Sample   bool
}

// Line is a note as it is handed in.
type Line struct {
	Project string `json:"project,omitempty"`
	Text    string `json:"text"`
}

func (Log) Name() string                          { return "visit.log" }
func (Log) Scope(table.Reader) (org.Scope, error) { return org.Scope{}, nil }

type logged struct {
	ID string `json:"id"`
	Facts
	Visitor casework.Party `json:"visitor"`
	Notes   []Line         `json:"notes,omitempty"`
	Sample  bool           `json:"sample,omitempty"`
}

func (c Log) Decide(v table.Reader, by org.Signer, at time.Time) ([]ledger.Fact, error) {
	id := c.Plan
	if c.Plan != "" {
		p, err := Of(v, c.Plan)
		if err != nil {
			return nil, err
		}
		if p.State != Planned {
			return nil, ErrHeld.With("id", p.ID)
		}
		if !there(p.Visitor, by) && !by.Has(org.Dispatcher) {
			return nil, ErrNotYours.With("id", p.ID)
		}
		if c.Visitor == (casework.Party{}) {
			c.Visitor = p.Visitor
		}
		c.Sample = c.Sample || p.Sample
	}
	visitor, seen, err := goes(v, c.Visitor, by)
	if err != nil {
		return nil, err
	}
	f, err := c.Facts.tidy(v, seen)
	if err != nil {
		return nil, err
	}
	if f.On > calendar.DateOf(at).String() {
		return nil, ErrFuture.With("day", f.On)
	}
	if id == "" {
		if id, err = next(v, f.On); err != nil {
			return nil, err
		}
	}
	notes, err := f.lines(c.Notes)
	if err != nil {
		return nil, err
	}
	if len(notes) == 0 && len(c.Findings) == 0 {
		return nil, ErrEmpty
	}
	facts := []ledger.Fact{{Kind: "visit.logged/1", Subject: OriginPrefix + id, EffectiveOn: f.On, Evidence: c.Files,
		Body: logged{id, f, visitor, notes, c.Sample}}}
	x := Visit{ID: id, Facts: f, Visitor: visitor}
	found, err := x.raise(v, visitor, c.Findings, by, at)
	return append(facts, found...), err
}

// lines keeps those notes that say something.
func (f Facts) lines(notes []Line) ([]Line, error) {
	var out []Line
	for _, n := range notes {
		n.Text = strings.TrimSpace(n.Text)
		if n.Text == "" {
			continue
		}
		if err := f.at(n.Project); err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, nil
}

// AddNote 补一笔 adds a line to a visit that took place, by somebody who was there.
type AddNote struct {
	Visit string
	Line
	Files []string
}

func (AddNote) Name() string                          { return "visit.note" }
func (AddNote) Scope(table.Reader) (org.Scope, error) { return org.Scope{}, nil }

func (c AddNote) Decide(v table.Reader, by org.Signer, at time.Time) ([]ledger.Fact, error) {
	x, err := held(v, c.Visit)
	if err != nil {
		return nil, err
	}
	if !x.writes(by) {
		return nil, ErrNotYours.With("id", x.ID)
	}
	lines, err := x.lines([]Line{c.Line})
	if err != nil {
		return nil, err
	}
	if len(lines) == 0 {
		return nil, ErrEmpty
	}
	return []ledger.Fact{{Kind: "visit.noted/1", Subject: OriginPrefix + x.ID, EffectiveOn: calendar.DateOf(at).String(), Evidence: c.Files, Body: lines[0]}}, nil
}
