package visit

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"shigan/kernel/ledger"
	"shigan/kernel/table"
)

// Apply turns an entry of this room into the visit's document. Cases are casework's own.
func Apply(w table.Writer, e ledger.Entry) error {
	switch e.Kind {
	case "visit.planned/1":
		var b planned
		if err := json.Unmarshal(e.Body, &b); err != nil {
			return err
		}
		if err := counted(w, b.ID); err != nil {
			return err
		}
		return keep(w, e, Visit{}, Visit{ID: b.ID, Facts: b.Facts, State: Planned, Visitor: b.Visitor, Writer: e.Post, Sample: b.Sample, At: e.RecordedAt, Born: e.Seq})
	case "visit.logged/1":
		return applyLogged(w, e)
	case "visit.noted/1":
		var l Line
		return change(w, e, &l, func(x *Visit) { x.note(e, l, e.Evidence) })
	case "visit.finding-raised/1":
		var r raised
		return change(w, e, &r, func(x *Visit) { x.Findings = append(x.Findings, Finding{r.N, r.Case, r.Project, e.Seq}) })
	case "visit.corrected/1":
		var c corrected
		return change(w, e, &c, func(x *Visit) { x.correct(e, c) })
	}
	return nil
}

func applyLogged(w table.Writer, e ledger.Entry) error {
	var b logged
	if err := json.Unmarshal(e.Body, &b); err != nil {
		return err
	}
	if err := counted(w, b.ID); err != nil {
		return err
	}
	var old Visit // the plan, if there was one
	if _, err := w.Get(Kind, b.ID, &old); err != nil {
		return err
	}
	x := Visit{ID: b.ID, Facts: b.Facts, State: Held, Visitor: b.Visitor, Writer: e.Post, Files: e.Evidence, Sample: b.Sample, At: e.RecordedAt, Born: e.Seq,
		Corrections: old.Corrections}
	for _, l := range b.Notes {
		x.note(e, l, nil)
	}
	return keep(w, e, old, x)
}

func (x *Visit) note(e ledger.Entry, l Line, files []string) {
	x.Notes = append(x.Notes, Note{N: len(x.Notes) + 1, Project: l.Project, Text: l.Text, Post: e.Post, At: e.RecordedAt, Files: files, Seq: e.Seq})
}

func (x *Visit) correct(e ledger.Entry, c corrected) {
	k := Correction{Note: c.Note, Reason: c.Reason, Post: e.Post, At: e.RecordedAt, Seq: e.Seq}
	if c.Facts != nil {
		k.Was, x.Facts = x.Facts, *c.Facts
	} else if c.Note > 0 && c.Note <= len(x.Notes) {
		n := &x.Notes[c.Note-1]
		n.Was, n.Text = append(n.Was, n.Text), c.Text
	}
	x.Corrections = append(x.Corrections, k)
}

// counted keeps the highest number of a year.
func counted(w table.Writer, id string) error {
	year, num, ok := strings.Cut(strings.TrimPrefix(id, "V-"), "-")
	n, err := strconv.Atoi(num)
	if !ok || err != nil {
		return fmt.Errorf("visit %s has no number", id)
	}
	var c count
	if _, err := w.Get(CountKind, year, &c); err != nil {
		return err
	}
	return w.Put(CountKind, year, count{max(n, c.N)})
}

// change decodes a body, reads the entry's visit, changes and stores it.
func change(w table.Writer, e ledger.Entry, body any, f func(*Visit)) error {
	if err := json.Unmarshal(e.Body, body); err != nil {
		return err
	}
	id := strings.TrimPrefix(e.Subject, OriginPrefix)
	old, err := Of(w, id)
	if err != nil {
		return fmt.Errorf("entry %d: %w", e.Seq, err)
	}
	x, err := Of(w, id) // a copy that shares nothing
	if err != nil {
		return err
	}
	f(&x)
	return keep(w, e, old, x)
}

// keep stores a visit, under its day and under each of its projects that it was visited.
func keep(w table.Writer, e ledger.Entry, old, x Visit) error {
	x.Seq = e.Seq
	if old.On != x.On {
		if err := onDay(w, old.On, x.ID, false); err != nil {
			return err
		}
		if err := onDay(w, x.On, x.ID, true); err != nil {
			return err
		}
	}
	was, now := old.visited(), x.visited()
	for _, id := range once(append(was, now...)) {
		if old.On == x.On && slices.Contains(was, id) == slices.Contains(now, id) {
			continue
		}
		d, err := VisitedOf(w, id)
		if err != nil {
			return err
		}
		d.Visits = slices.DeleteFunc(d.Visits, func(y VisitDay) bool { return y.ID == x.ID })
		if slices.Contains(now, id) {
			d.Visits = append(d.Visits, VisitDay{x.ID, x.On})
			slices.SortFunc(d.Visits, func(a, b VisitDay) int { return strings.Compare(a.On+a.ID, b.On+b.ID) })
		}
		if err := w.Put(VisitedKind, id, d); err != nil {
			return err
		}
	}
	return w.Put(Kind, x.ID, x)
}

// onDay puts a visit to a day, or takes it from there.
func onDay(w table.Writer, day, id string, put bool) error {
	if day == "" {
		return nil
	}
	var d Day
	if _, err := w.Get(DayKind, day, &d); err != nil {
		return err
	}
	d.IDs = slices.DeleteFunc(d.IDs, func(s string) bool { return s == id })
	if put {
		d.IDs = append(d.IDs, id)
		slices.Sort(d.IDs)
	}
	return w.Put(DayKind, day, d)
}

// visited is where a visit that took place was.
func (x Visit) visited() []string {
	if x.State != Held {
		return nil
	}
	return slices.Clone(x.Projects)
}
