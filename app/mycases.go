package app

import (
	"context"
	"slices"
	"time"

	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/kernel/calendar"
)

// What Work says of cases.
const (
	CaseTask  = "case" // one matter whose turn it is
	DeskTask  = "desk" // several that wait for whoever keeps their desk, in one state
	SlipsTask = "slips-due"
)

const (
	mostTurns = 60 // of one's own, listed one by one
	fewAtDesk = 3  // so many of a state are still listed one by one
	mostWaits = 12
	doneDays  = 30
)

// caseWork adds the cases that wait for a signer, those that he raised and that wait for others, and those that were just closed.
func (o *Office) caseWork(ctx context.Context, by org.Signer, w *Work) error {
	if _, err := SightOf(o.Read(ctx), by); err != nil {
		return nil // he has to do with no cases
	}
	for _, step := range []func(context.Context, org.Signer, *Work) error{o.myTurns, o.myDesks, o.mySlips, o.myWaits, o.myDone} {
		if err := step(ctx, by, w); err != nil {
			return err
		}
	}
	return nil
}

// mine tells whether it is a signer's turn in a line: his post's, or his unit's where no post is named.
func mine(l CaseLine, by org.Signer) bool {
	if l.NextPost != "" {
		return l.NextPost == by.Post
	}
	return l.NextUnit != "" && l.NextUnit == by.Unit
}

func (o *Office) myTurns(ctx context.Context, by org.Signer, w *Work) error {
	r := o.Read(ctx)
	lines, err := r.Cases(CaseFilter{NextPost: by.Post, Open: true, Limit: mostTurns})
	if err != nil {
		return err
	}
	if by.Unit != "" {
		more, err := r.Cases(CaseFilter{NextUnit: by.Unit, NoPost: true, Open: true, Limit: mostTurns})
		if err != nil {
			return err
		}
		lines = append(lines, more...)
	}
	return o.addCases(ctx, lines, &w.Due)
}

// addCases adds lines as tasks, with the day on which each is due as it stands now.
func (o *Office) addCases(ctx context.Context, lines []CaseLine, to *[]Task) error {
	views, err := o.CaseLines(ctx, lines)
	for _, v := range views {
		t := Task{Kind: CaseTask, Case: &v, At: v.Closed}
		if !v.Standing.Due.IsZero() {
			t.Due = calendar.DateOf(v.Standing.Due).String()
		}
		*to = append(*to, t)
	}
	return err
}

// myDesks adds what waits for whoever keeps a desk: many of one state are one task.
func (o *Office) myDesks(ctx context.Context, by org.Signer, w *Work) error {
	r := o.Read(ctx)
	names, err := r.IDs(casework.InForce, "")
	if err != nil {
		return err
	}
	for _, name := range names {
		d, err := casework.Ruling(r, name, today(o.Clock()))
		if f, refused := Refused(err); refused && f.Code == casework.ErrNoDesk.Code {
			continue
		}
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(d.Keepers, func(k string) bool { return by.Has(org.Role(k)) }) {
			continue
		}
		for _, st := range d.States {
			if st.Waits != casework.Keeper {
				continue
			}
			f := CaseFilter{Desk: name, State: st.Name, NextAs: string(casework.Keeper), Open: true}
			counts, err := r.CountCases(f)
			if err != nil {
				return err
			}
			n := total(counts)
			f.Limit = fewAtDesk
			if n > fewAtDesk {
				f.Limit = 1
			}
			lines, err := r.Cases(f)
			if err != nil {
				return err
			}
			if n <= fewAtDesk {
				lines = slices.DeleteFunc(lines, func(l CaseLine) bool { return mine(l, by) }) // listed already
				if err := o.addCases(ctx, lines, &w.Due); err != nil {
					return err
				}
				continue
			}
			t := Task{Kind: DeskTask, N: n, Say: st.Say, Use: d.Use, State: st.Name}
			if at, ok := dayOf(lines[0].Due); ok {
				t.Due = at
			}
			w.Due = append(w.Due, t)
		}
	}
	return nil
}

// mySlips adds the slips that wait for a signature as one task.
func (o *Office) mySlips(ctx context.Context, by org.Signer, w *Work) error {
	due, err := o.SlipsToSign(ctx, by)
	if err != nil || len(due) == 0 {
		return err
	}
	w.Due = append(w.Due, Task{Kind: SlipsTask, N: len(due), Due: today(o.Clock())})
	return nil
}

// DueSlip 待签的单 is a slip that a signer may send now.
type DueSlip struct {
	Case casework.Case
	Desk *casework.Desk
	Slip casework.SlipDue
}

// SlipsToSign lists the slips that are due and wait for a signer's signature, the oldest matter first. Only desks with slips that
// he keeps or that name his role are looked through.
func (o *Office) SlipsToSign(ctx context.Context, by org.Signer) ([]DueSlip, error) {
	r := o.Read(ctx)
	if org.May(r, by, "case.send-slip", org.Scope{}) != nil {
		return nil, nil
	}
	names, err := r.IDs(casework.InForce, "")
	if err != nil {
		return nil, err
	}
	var out []DueSlip
	for _, name := range names {
		d, err := casework.Ruling(r, name, today(o.Clock()))
		if err != nil || len(d.Slips) == 0 {
			continue
		}
		lines, err := r.Cases(CaseFilter{Desk: name, Open: true})
		if err != nil {
			return nil, err
		}
		ids := make([]string, len(lines))
		for i, l := range lines {
			ids[i] = l.ID
		}
		cases, err := Named[casework.Case](r, casework.CaseKind, ids)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			c := cases[id]
			pinned, err := casework.Pinned(r, c.Digest)
			if err != nil {
				return nil, err
			}
			offer, err := casework.OfferOf(r, pinned, c, by, o.Clock())
			if err != nil {
				return nil, err
			}
			for _, s := range offer.Slips {
				out = append(out, DueSlip{c, pinned, s})
			}
		}
	}
	return out, nil
}

// myWaits adds what a signer raised and others have in hand.
func (o *Office) myWaits(ctx context.Context, by org.Signer, w *Work) error {
	lines, err := o.Read(ctx).Cases(CaseFilter{Raiser: by.Unit, Open: true, Limit: mostTurns})
	if by.Unit == "" || err != nil {
		return err
	}
	lines = slices.DeleteFunc(lines, func(l CaseLine) bool { return l.RaiserPost != "" && l.RaiserPost != by.Post || mine(l, by) })
	return o.addCases(ctx, lines[:min(len(lines), mostWaits)], &w.Waiting)
}

// myDone adds what a signer's unit answered and its raiser has not judged yet, and what was closed lately.
func (o *Office) myDone(ctx context.Context, by org.Signer, w *Work) error {
	if by.Unit == "" {
		return nil
	}
	r := o.Read(ctx)
	lines, err := r.Cases(CaseFilter{Unit: by.Unit, NextAs: string(casework.Raiser), Open: true, Limit: mostWaits})
	if err != nil {
		return err
	}
	since := calendar.DateOf(o.Clock()).AddDays(-doneDays).String()
	for _, f := range []CaseFilter{{Unit: by.Unit}, {Raiser: by.Unit}} {
		f.Closed, f.ClosedFrom, f.Sort, f.Desc, f.Limit = true, since, "closed", true, mostWaits
		more, err := r.Cases(f)
		if err != nil {
			return err
		}
		lines = append(lines, more...)
	}
	return o.addCases(ctx, lines, &w.Done)
}

// dayOf is the day of an instant as lists keep it.
func dayOf(s string) (string, bool) {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return "", false
	}
	return calendar.DateOf(t).String(), true
}
