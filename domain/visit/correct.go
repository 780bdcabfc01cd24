package visit

import (
	"reflect"
	"slices"
	"strings"
	"time"

	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/kernel/table"
)

// Correct 更正 states the facts of a visit, or one of its notes, anew, with the reason. What stood before is kept beside.
type Correct struct {
	Visit  string
	Facts  Facts  // as they should stand, whole; for Note 0
	Note   int    // which note, counted from 1
	Text   string // as the note should read
	Seen   int64  // the visit's entry that the writer saw
	Reason string
}

func (Correct) Name() string                          { return "visit.correct" }
func (Correct) Scope(table.Reader) (org.Scope, error) { return org.Scope{}, nil }

type corrected struct {
	Facts  *Facts `json:"facts,omitempty"`
	Note   int    `json:"note,omitempty"`
	Text   string `json:"text,omitempty"`
	Reason string `json:"reason"`
}

func (c Correct) Decide(v table.Reader, by org.Signer, at time.Time) ([]ledger.Fact, error) {
	x, err := Of(v, c.Visit)
	if err != nil {
		return nil, err
	}
	if by.Post != x.Writer && !there(x.Visitor, by) && !by.Has(org.Dispatcher) {
		return nil, ErrNotYours.With("id", x.ID)
	}
	if c.Seen != x.Seq {
		return nil, ErrMoved.With("id", x.ID)
	}
	if blank(c.Reason) {
		return nil, ErrReason
	}
	today := calendar.DateOf(at).String()
	f := ledger.Fact{Kind: "visit.corrected/1", Subject: OriginPrefix + x.ID, EffectiveOn: today, Corrects: x.Born}
	if c.Note > 0 {
		if c.Note > len(x.Notes) {
			return nil, ErrNoNote.With("n", c.Note)
		}
		old, text := x.Notes[c.Note-1], strings.TrimSpace(c.Text)
		if text == old.Text {
			return nil, ErrSame
		}
		if text == "" {
			return nil, ErrEmpty
		}
		f.Corrects, f.Body = old.Seq, corrected{Note: c.Note, Text: text, Reason: c.Reason}
		return []ledger.Fact{f}, nil
	}
	now, err := x.anew(v, c.Facts, by, today)
	if err != nil {
		return nil, err
	}
	f.Body = corrected{Facts: &now, Reason: c.Reason}
	return []ledger.Fact{f}, nil
}

// anew checks facts as they should stand. A project about which something was found cannot be taken out: the case stays.
func (x Visit) anew(v table.Reader, f Facts, by org.Signer, today string) (Facts, error) {
	_, seen, err := goes(v, x.Visitor, by)
	if err != nil { // who wrote it down without having been there corrects what he wrote
		seen = by
	}
	if f, err = f.tidy(v, seen); err != nil {
		return f, err
	}
	switch {
	case reflect.DeepEqual(f, x.Facts):
		return f, ErrSame
	case x.State == Held && f.On > today:
		return f, ErrFuture.With("day", f.On)
	case x.State == Planned && f.On < today:
		return f, ErrPast.With("day", f.On)
	}
	for _, d := range x.Findings {
		if d.Project != "" && !slices.Contains(f.Projects, d.Project) {
			return f, ErrFound.With("project", d.Project, "case", d.Case)
		}
	}
	for _, n := range x.Notes {
		if err := f.at(n.Project); err != nil {
			return f, err
		}
	}
	return f, nil
}
