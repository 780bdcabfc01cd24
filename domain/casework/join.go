package casework

import (
	"slices"
	"time"

	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/kernel/table"
)

// Merge 并案: the same matter, raised twice. Each keeps its own reply and its own confirmation; nothing is deleted. As matters
// they count once (those with no Into), as cases each counts.
type Merge struct {
	Case   string
	Into   string
	Reason string
}

func (Merge) Name() string                              { return "case.merge" }
func (c Merge) Scope(v table.Reader) (org.Scope, error) { return scope(v, c.Case) }

type merged struct {
	Into   string `json:"into"`
	Reason string `json:"reason"`
}

func (c Merge) Decide(v table.Reader, by org.Signer, at time.Time) ([]ledger.Fact, error) {
	x, d, err := stillOpen(v, c.Case)
	if err != nil {
		return nil, err
	}
	main, _, err := stillOpen(v, c.Into)
	if err != nil {
		return nil, err
	}
	if !d.keeps(by) {
		return nil, ErrNotYours.With("move", d.Say)
	}
	if blank(c.Reason) {
		return nil, ErrReason.With("move", d.Say)
	}
	if x.ID == main.ID || x.Desk != main.Desk || x.Into != "" || main.Into != "" || len(x.Merged) > 0 || slices.Contains(x.Parts, main.ID) || slices.Contains(main.Parts, x.ID) {
		return nil, ErrMerge.With("case", x.ID, "into", main.ID)
	}
	return []ledger.Fact{fact("merged", x.ID, at, merged{main.ID, c.Reason})}, nil
}

// Split 拆分: parts with handlers of their own; the whole cannot be closed before its parts are.
type Split struct {
	Case   string
	Reason string
	Parts  []Part
}

// Part of a split matter.
type Part struct {
	Title   string
	Handler Party
	Assists []Party
	Given   string
	Chain   map[string]string // rungs that differ; the others sit as they sit in the whole
}

func (Split) Name() string                              { return "case.split" }
func (c Split) Scope(v table.Reader) (org.Scope, error) { return scope(v, c.Case) }

type parted struct {
	Parts  []string `json:"parts"`
	Reason string   `json:"reason"`
}

func (c Split) Decide(v table.Reader, by org.Signer, at time.Time) ([]ledger.Fact, error) {
	x, d, err := stillOpen(v, c.Case)
	if err != nil {
		return nil, err
	}
	if !d.may(v, x, by, splitters, at) {
		return nil, ErrNotYours.With("move", d.Say)
	}
	if len(c.Parts) < 2 || blank(c.Reason) {
		return nil, ErrSplit
	}
	day := calendar.DateOf(at)
	n, err := counted(v, d, day)
	if err != nil {
		return nil, err
	}
	var ids []string
	var births []ledger.Fact
	for i, p := range c.Parts {
		chain := map[string]string{}
		for j, l := range d.Ladder {
			if l.Rung != "" && j < len(x.Seats) {
				chain[l.Rung] = x.Seats[j]
			}
			if post, ok := p.Chain[l.Rung]; ok {
				chain[l.Rung] = post
			}
		}
		o := Open{ID: number(d, day, n+1+i), Desk: d.Name, Kind: x.Kind, Subject: x.Subject, Title: p.Title, Basis: x.Basis, Major: x.Major, Given: p.Given,
			Raiser: x.Raiser, Handler: p.Handler, Assists: p.Assists, Chain: chain, Reach: x.Reach}
		f, err := o.born(v, d, by, at, x.ID)
		if err != nil {
			return nil, err
		}
		ids, births = append(ids, o.ID), append(births, f...)
	}
	return append([]ledger.Fact{fact("split", x.ID, at, parted{ids, c.Reason})}, births...), nil
}

// partsClosed refuses to close a whole while a part of it is open.
func (c Case) partsClosed(v table.Reader) error {
	var open []string
	for _, id := range c.Parts {
		p, err := Of(v, id)
		if err != nil {
			return err
		}
		if p.Open() {
			open = append(open, id)
		}
	}
	if len(open) > 0 {
		return ErrParts.With("case", c.ID, "parts", open)
	}
	return nil
}
