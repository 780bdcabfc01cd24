package app

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"shigan/domain/casework"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/domain/visit"
	"shigan/kernel/calendar"
	"shigan/kernel/rules"
)

// Line 从工地到销号 is the way of one case, step by step: the visit on which it was seen, the meetings that spoke of it, the letter of
// responsibility, its birth, climbs, decisions, tasks, its end. Every step is an entry of the ledger, but for the last one of an
// open case, which is the day on which it is due.
type Line struct {
	Case  casework.Case
	Steps []LineStep
}

// LineStep is one step. What is visit, meeting, letter, opened, climbed, decided, received, answered, reopened, closed or due.
type LineStep struct {
	What    string
	On      string // day
	ID      string // of the visit, the meeting, the project or the case; "" where the reader may not see it
	Title   string // of the meeting; the decision; the outcome
	Outcome rules.Say
	N, M    int // letter: version; climbed: from and to; decided: tasks; received: so many of so many
	Seq     int64
	Number  string // of the entry
	at      string // what orders the steps
	Ahead   bool   // not yet
	Late    bool
}

// LineOf gives a case's line as a reader may see it.
func (o *Office) LineOf(ctx context.Context, by org.Signer, id string) (*Line, error) {
	r := o.Read(ctx)
	if err := MaySeeCase(r, by, id); err != nil {
		return nil, err
	}
	c, err := casework.Of(r, id)
	if err != nil {
		return nil, err
	}
	d, err := casework.Pinned(r, c.Digest)
	if err != nil {
		return nil, err
	}
	w := &lineWriter{o: o, r: r, by: by, c: c, d: d}
	for _, step := range []func() error{w.own, w.visits, w.meetings, w.letters, w.due} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	if err := w.number(); err != nil {
		return nil, err
	}
	slices.SortStableFunc(w.steps, func(a, b LineStep) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.Seq, b.Seq)) })
	return &Line{c, w.steps}, nil
}

type lineWriter struct {
	o       *Office
	r       Reader
	by      org.Signer
	c       casework.Case
	d       *casework.Desk
	steps   []LineStep
	visit   string // the one it goes back to
	visitOn string
}

func (w *lineWriter) add(s LineStep) { w.steps = append(w.steps, s) }

// own adds what happened to the case itself.
func (w *lineWriter) own() error {
	entries, err := w.r.Entries("case/"+w.c.ID, 10_000)
	if err != nil {
		return err
	}
	for _, e := range entries {
		s := LineStep{On: dayOfStamp(e.RecordedAt).String(), ID: w.c.ID, Seq: e.Seq, at: e.RecordedAt}
		switch e.Kind {
		case "case.opened/1":
			s.What, s.M = "opened", firstLevel(w.c)
		case "case.climbed/1", "case.moved/1":
			i := slices.IndexFunc(w.c.Climbs, func(x casework.Climbed) bool { return x.Seq == e.Seq })
			switch {
			case i >= 0:
				s.What, s.N, s.M = "climbed", w.c.Climbs[i].From, w.c.Climbs[i].To
			case w.moved(e.Body) == casework.DoesAnswer:
				s.What = "answered"
			case w.moved(e.Body) == casework.DoesClose || w.moved(e.Body) == casework.DoesWithdraw:
				s.What = "closed"
			}
		case "case.refused-by-raiser/1":
			s.What = "reopened"
			if i := slices.IndexFunc(w.c.Climbs, func(x casework.Climbed) bool { return x.Seq == e.Seq }); i >= 0 {
				s.N, s.M = w.c.Climbs[i].From, w.c.Climbs[i].To
			}
		case "case.confirmed/1":
			s.What = "closed"
		}
		if s.What == "closed" {
			o, _ := w.d.Outcome(w.outcome(e.Body))
			s.Outcome = o.Say
		}
		if s.What != "" {
			w.add(s)
		}
	}
	return nil
}

func (w *lineWriter) moved(body []byte) string { return bodyText(body, "does") }
func (w *lineWriter) outcome(body []byte) string {
	return cmp.Or(bodyText(body, "outcome"), w.c.Outcome)
}

func firstLevel(c casework.Case) int {
	if len(c.Climbs) > 0 {
		return c.Climbs[0].From
	}
	return c.Level
}

// visits adds the visit on which the matter was found, or else the last one to its project before it was raised.
func (w *lineWriter) visits() error {
	id := ""
	if rest, ok := strings.CutPrefix(w.c.Origin, visit.OriginPrefix); ok {
		id, _, _ = strings.Cut(rest, "#")
	} else if p, ok := strings.CutPrefix(w.c.Subject, "project/"); ok {
		seen, err := visit.VisitedOf(w.r, p)
		if err != nil {
			return err
		}
		born := calendar.DateOf(w.c.Opened).String()
		for _, d := range seen.Visits {
			if d.On <= born {
				id = d.ID
			}
		}
	}
	if id == "" {
		return nil
	}
	x, err := visit.Of(w.r, id)
	if errors.Is(err, visit.ErrNone) {
		return nil
	}
	if err != nil {
		return err
	}
	w.visit, w.visitOn = x.ID, x.On
	s := LineStep{What: "visit", On: x.On, Title: x.Place, N: max(len(x.Projects), 1), Seq: x.Born, at: dayStamp(x.On, x.From)}
	if _, err := visit.MaySee(w.r, w.by, x); err == nil {
		s.ID = x.ID
	} else {
		s.Title = ""
	}
	w.add(s)
	return nil
}

// meetings adds those that spoke of the case, its visit or, between visit and birth, its project; where the case was decided, with
// its tasks and how many of them were received.
func (w *lineWriter) meetings() error {
	all, err := All[dispatch.Meeting](w.r, dispatch.MeetingKind, "M-")
	if err != nil {
		return err
	}
	for _, m := range all {
		if m.State == dispatch.MeetingOff || m.State == dispatch.MeetingCalled {
			continue
		}
		spoke := false
		for _, x := range m.Items {
			switch {
			case x.Subject == "case/"+w.c.ID && x.State == dispatch.ItemDecided:
				spoke = true
				if err := w.decided(m, x); err != nil {
					return err
				}
			case x.Subject == "case/"+w.c.ID && x.State == dispatch.ItemHeld, w.visit != "" && x.Subject == "visit/"+w.visit,
				w.c.Subject != "" && x.Subject == w.c.Subject && m.On >= w.visitOn && m.On <= calendar.DateOf(w.c.Opened).String():
				spoke = true
			}
		}
		if spoke {
			w.add(LineStep{What: "meeting", On: m.On, ID: w.seen(m), Title: m.Title, Seq: m.Called, at: dayStamp(m.On, m.At)})
		}
	}
	return nil
}

func (w *lineWriter) seen(m dispatch.Meeting) string {
	if org.May(w.r, w.by, "read.meeting", org.Scope{}) != nil {
		return ""
	}
	return m.ID
}

func (w *lineWriter) decided(m dispatch.Meeting, x dispatch.Item) error {
	s := LineStep{What: "decided", On: dayOfStamp(x.Ended).String(), ID: w.seen(m), Title: x.Decision, N: len(x.Tasks), Seq: x.Seq, at: x.Ended}
	w.add(s)
	if len(x.Tasks) == 0 {
		return nil
	}
	got := LineStep{What: "received", M: len(x.Tasks), ID: s.ID}
	for _, id := range x.Tasks {
		t, err := casework.Of(w.r, id)
		if err != nil {
			return err
		}
		entries, err := w.r.Entries("case/"+id, 10_000)
		if err != nil {
			return err
		}
		d, err := casework.Pinned(w.r, t.Digest)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if e.Kind != "case.moved/1" || !leavesStart(d, bodyText(e.Body, "move")) {
				continue
			}
			if got.N++; e.RecordedAt > got.at {
				got.at, got.Seq, got.On = e.RecordedAt, e.Seq, dayOfStamp(e.RecordedAt).String()
			}
			break
		}
	}
	if got.N > 0 {
		w.add(got)
	}
	return nil
}

// leavesStart tells whether a move is the handler's first answer to being sent something: its receipt.
func leavesStart(d *casework.Desk, name string) bool {
	m, ok := d.Move(name)
	return ok && slices.Contains(m.From, d.Start) && slices.Contains(m.Who, casework.Handler)
}

// letters adds the letters of responsibility of the case's project that were signed by all between the visit and the end.
func (w *lineWriter) letters() error {
	id, ok := strings.CutPrefix(w.c.Subject, "project/")
	if !ok || w.visitOn == "" {
		return nil
	}
	p, err := project.Of(w.r, id)
	if err != nil {
		return err
	}
	for _, l := range p.Letters {
		if !l.Complete() {
			continue
		}
		last := slices.MaxFunc(l.Signatures, func(a, b project.Signature) int { return cmp.Compare(a.On, b.On) })
		if last.On >= w.visitOn && (w.c.Open() || last.On <= dayOfStamp(w.c.Closed).String()) {
			w.add(LineStep{What: "letter", On: last.On, ID: id, N: l.Version, Seq: last.Seq, at: dayStamp(last.On, "23:59")})
		}
	}
	return nil
}

// due adds what an open case still has before it.
func (w *lineWriter) due() error {
	if !w.c.Open() {
		return nil
	}
	now := w.o.Clock()
	s, err := casework.Stand(w.d, w.c, now, calendar.StateCouncil())
	if err != nil || s.Due.IsZero() {
		return nil // the list of holidays ends before, or no clock runs: nothing is promised that nobody promised
	}
	w.add(LineStep{What: "due", On: calendar.DateOf(s.Due).String(), ID: w.c.ID, at: "9999", Ahead: true, Late: s.Overdue})
	return nil
}

// number fills in the entries' own numbers.
func (w *lineWriter) number() error {
	var seqs []int64
	for _, s := range w.steps {
		if s.Seq > 0 {
			seqs = append(seqs, s.Seq)
		}
	}
	entries, err := w.r.EntriesIn(seqs)
	if err != nil {
		return err
	}
	for i := range w.steps {
		if e, ok := entries[w.steps[i].Seq]; ok {
			w.steps[i].Number = e.Number()
		}
	}
	return nil
}

// bodyText reads one text out of an entry's body, "" where there is none.
func bodyText(body []byte, field string) string {
	var b map[string]json.RawMessage
	var s string
	if json.Unmarshal(body, &b) != nil || json.Unmarshal(b[field], &s) != nil {
		return ""
	}
	return s
}

// dayStamp is an instant of the ledger from a day and a clock time, for ordering; a day without a time is its noon.
func dayStamp(day, clock string) string {
	d, err := calendar.ParseDay(day)
	if err != nil {
		return day
	}
	at := 12 * 60
	if t, err := time.Parse("15:04", clock); err == nil {
		at = t.Hour()*60 + t.Minute()
	}
	return stamp(d.At(at))
}
