package app

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"shigan/domain/casework"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
)

// Agenda 议程 as the system makes it: the last decisions first, what was held over, then section by section as the rhythm has them. It
// is a proposal; SetAgenda states it.
type Agenda struct {
	Meeting dispatch.Meeting
	Event   *dispatch.Event // of the rhythm; nil where the meeting is held by none
	Items   []AgendaLine
	Follow  *FollowUp      // of the meeting before; nil where there is none
	Month   calendar.Month // whose lights they are; zero where there is no month yet
	Reds    []string       // projects
	Minutes int            // planned, in all
}

// AgendaLine is an item with its time and why it is there.
type AgendaLine struct {
	dispatch.AgendaItem
	At    string // "14:40", as planned
	Why   string // previous, held, top (at the last level), visit, red; set (was on the agenda, and nothing brings it there)
	Cases int    // of the last decisions: tasks; of the red lights: projects
}

// agendaMaker gathers an agenda.
type agendaMaker struct {
	o     *Office
	r     Reader
	by    org.Signer
	a     *Agenda
	taken map[string]bool // subjects that are on it
}

// Agenda makes the agenda of a meeting as it would be now. The same ledger at the same time gives the same agenda. What stands on the
// meeting's agenda already keeps its number and its minutes.
func (o *Office) Agenda(ctx context.Context, by org.Signer, id string) (*Agenda, error) {
	m, _, err := o.Meeting(ctx, by, id)
	if err != nil {
		return nil, err
	}
	w := &agendaMaker{o: o, r: o.Read(ctx), by: by, a: &Agenda{Meeting: m}, taken: map[string]bool{}}
	sections, err := w.sections()
	if err != nil {
		return nil, err
	}
	prev := m.Previous
	if m.State == dispatch.MeetingCalled { // one may have been closed since the call
		if prev, err = dispatch.Before(w.r, m); err != nil {
			return nil, err
		}
	}
	var last dispatch.Meeting
	if prev != "" {
		if last, err = dispatch.MeetingOf(w.r, prev); err != nil {
			return nil, err
		}
		if w.a.Follow, err = o.FollowUp(ctx, by, prev); err != nil {
			return nil, err
		}
	}
	if sections[0].Kind != dispatch.ItemPrevious {
		w.held(last, sections)
	}
	for _, s := range sections {
		if err := w.section(ctx, s, last); err != nil {
			return nil, err
		}
		if s.Kind == dispatch.ItemPrevious { // what was held over comes first, right behind the last decisions
			w.held(last, sections)
		}
	}
	w.keep()
	w.times()
	return w.a, nil
}

// sections are those of the rhythm; without one every kind has its place and no planned time.
func (w *agendaMaker) sections() ([]dispatch.Section, error) {
	m := w.a.Meeting
	if m.Rhythm != "" {
		rhythm, err := dispatch.RhythmOn(w.r, cmp.Or(m.For, m.On))
		if err != nil && !errors.Is(err, dispatch.ErrNotAdopted) {
			return nil, err
		}
		if err == nil && rhythm.Name == m.Rhythm {
			if e, ok := rhythm.Event(m.Event); ok && len(e.Agenda) > 0 {
				w.a.Event = &e
				return e.Agenda, nil
			}
		}
	}
	var out []dispatch.Section
	for _, k := range dispatch.ItemKinds {
		if k != dispatch.ItemFree {
			out = append(out, dispatch.Section{Kind: k, Together: k == dispatch.ItemRed})
		}
	}
	return out, nil
}

func (w *agendaMaker) add(x AgendaLine) {
	if x.Subject != "" && w.taken[x.Subject] {
		return
	}
	w.taken[x.Subject] = true
	w.a.Items = append(w.a.Items, x)
}

func (w *agendaMaker) section(ctx context.Context, s dispatch.Section, last dispatch.Meeting) error {
	switch s.Kind {
	case dispatch.ItemPrevious:
		if f := w.a.Follow; f != nil && len(f.Tasks)+len(f.Older) > 0 {
			w.add(AgendaLine{AgendaItem: dispatch.AgendaItem{Kind: s.Kind, Subject: dispatch.MeetingKind + "/" + last.ID, Minutes: s.Minutes}, Why: "previous", Cases: len(f.Tasks) + len(f.Older)})
		}
	case dispatch.ItemCase:
		return w.top(ctx, s)
	case dispatch.ItemVisit:
		return w.found(ctx, s, last)
	case dispatch.ItemRed:
		return w.reds(ctx, s)
	}
	return nil
}

// held brings what the last meeting held over, unless it was settled since.
func (w *agendaMaker) held(last dispatch.Meeting, sections []dispatch.Section) {
	for _, x := range last.Items {
		if x.State != dispatch.ItemHeld || x.Kind == dispatch.ItemPrevious {
			continue
		}
		if id, ok := strings.CutPrefix(x.Subject, casework.CaseKind+"/"); ok {
			if c, err := casework.Of(w.r, id); err != nil || !c.Open() {
				continue
			}
		}
		subject := x.Subject
		if strings.HasPrefix(subject, "month/") { // the lights are those of now
			continue
		}
		minutes := x.Minutes
		for _, s := range sections {
			if s.Kind == x.Kind {
				minutes = s.Minutes
			}
		}
		w.add(AgendaLine{AgendaItem: dispatch.AgendaItem{Kind: x.Kind, Subject: subject, Title: x.Title, Minutes: minutes, From: last.ID}, Why: "held"})
	}
}

// top brings the open cases of every desk that have come to the last level of its ladder, the oldest due first.
func (w *agendaMaker) top(ctx context.Context, s dispatch.Section) error {
	names, err := w.r.IDs(casework.InForce, "")
	if err != nil {
		return err
	}
	var lines []CaseLine
	for _, name := range names {
		d, err := casework.Ruling(w.r, name, today(w.o.Clock()))
		if errors.Is(err, casework.ErrNoDesk) {
			continue
		}
		if err != nil {
			return err
		}
		if len(d.Ladder) == 0 {
			continue
		}
		got, err := w.o.CasesOf(ctx, w.by, CaseFilter{Desk: name, Level: len(d.Ladder), Open: true})
		if err != nil {
			return err
		}
		lines = append(lines, got...)
	}
	slices.SortStableFunc(lines, func(a, b CaseLine) int { // no due day: it waits for the meeting and nothing else
		return cmp.Or(cmp.Compare(cmp.Or(a.Due, a.LastClimb, a.Opened), cmp.Or(b.Due, b.LastClimb, b.Opened)), cmp.Compare(a.ID, b.ID))
	})
	for _, l := range lines {
		w.add(AgendaLine{AgendaItem: dispatch.AgendaItem{Kind: s.Kind, Subject: casework.CaseKind + "/" + l.ID, Title: l.Title, Minutes: s.Minutes}, Why: "top"})
	}
	return nil
}

// FindingUse is the use of the desk for what was found on a site.
const FindingUse = "finding"

// found brings what visits have found since the last meeting and no meeting has decided, by visit.
func (w *agendaMaker) found(ctx context.Context, s dispatch.Section, last dispatch.Meeting) error {
	lines, err := w.o.CasesOf(ctx, w.by, CaseFilter{Use: FindingUse, Open: true, OpenedFrom: last.On, Sort: "opened"})
	if err != nil {
		return err
	}
	ids := make([]string, len(lines))
	for i, l := range lines {
		ids[i] = l.ID
	}
	cases, err := Named[casework.Case](w.r, casework.CaseKind, ids)
	if err != nil {
		return err
	}
	slices.SortStableFunc(ids, func(a, b string) int { return cmp.Or(cmp.Compare(cases[a].Origin, cases[b].Origin), cmp.Compare(a, b)) })
	for _, id := range ids {
		c := cases[id]
		if !strings.HasPrefix(c.Origin, "visit/") || c.Measure != nil && c.Measure.Meeting != "" {
			continue
		}
		w.add(AgendaLine{AgendaItem: dispatch.AgendaItem{Kind: s.Kind, Subject: casework.CaseKind + "/" + id, Title: c.Title, Minutes: s.Minutes}, Why: "visit"})
	}
	return nil
}

// reds brings the red lights of the month that was frozen last, or of the open one where none was frozen.
func (w *agendaMaker) reds(ctx context.Context, s dispatch.Section) error {
	m, reds, err := w.o.redsNow(ctx, w.r)
	if err != nil || len(reds) == 0 {
		return err
	}
	w.a.Month = m
	for _, p := range reds {
		if org.May(w.r, w.by, "read.project", p.Scope()) == nil {
			w.a.Reds = append(w.a.Reds, p.ID)
		}
	}
	if s.Together {
		if len(w.a.Reds) > 0 {
			w.add(AgendaLine{AgendaItem: dispatch.AgendaItem{Kind: s.Kind, Subject: "month/" + m.String(), Minutes: s.Minutes}, Why: "red", Cases: len(w.a.Reds)})
		}
		return nil
	}
	for _, p := range reds {
		if slices.Contains(w.a.Reds, p.ID) {
			w.add(AgendaLine{AgendaItem: dispatch.AgendaItem{Kind: s.Kind, Subject: project.Kind + "/" + p.ID, Title: p.Facts.Name.Zh, Minutes: s.Minutes}, Why: "red"})
		}
	}
	return nil
}

// redsNow gives the month whose lights a meeting looks at, and its red projects.
func (o *Office) redsNow(ctx context.Context, r Reader) (calendar.Month, []project.Project, error) {
	months, err := All[dispatch.Month](r, dispatch.MonthKind, "")
	if err != nil {
		return calendar.Month{}, nil, err
	}
	var at calendar.Month
	for _, m := range months {
		if m.State == dispatch.Closed && m.Month.After(at) {
			at = m.Month
		}
	}
	for _, m := range months {
		if at.IsZero() && m.State == dispatch.Open {
			at = m.Month
		}
	}
	if at.IsZero() {
		return at, nil, nil
	}
	reds, _, err := o.Reds(ctx, at)
	return at, reds, err
}

// keep lays the proposal over what the meeting has on its agenda: numbers stay, and so does what somebody added or began.
func (w *agendaMaker) keep() {
	used := map[string]bool{}
	for i := range w.a.Items {
		x := &w.a.Items[i]
		for _, old := range w.a.Meeting.Items {
			same := old.Subject != "" && old.Subject == x.Subject || old.Kind == x.Kind && (old.Kind == dispatch.ItemPrevious || old.Kind == dispatch.ItemRed && old.Subject == x.Subject)
			if same && !used[old.ID] {
				x.ID, x.Title, used[old.ID] = old.ID, cmp.Or(old.Title, x.Title), true
				if old.Minutes > 0 {
					x.Minutes = old.Minutes
				}
				break
			}
		}
	}
	for _, old := range w.a.Meeting.Items {
		if !used[old.ID] {
			w.a.Items = append(w.a.Items, AgendaLine{AgendaItem: dispatch.AgendaItem{ID: old.ID, Kind: old.Kind, Subject: old.Subject, Title: old.Title, Minutes: old.Minutes, From: old.From}, Why: "set"})
		}
	}
}

// times sets when each item is planned to begin.
func (w *agendaMaker) times() {
	begin, err := time.Parse("15:04", w.a.Meeting.At)
	if err != nil {
		return
	}
	for i := range w.a.Items {
		x := &w.a.Items[i]
		x.At = begin.Add(time.Duration(w.a.Minutes) * time.Minute).Format("15:04")
		w.a.Minutes += x.Minutes
	}
}

// SetProposed 按系统排的定 states the agenda as the system makes it now.
func (o *Office) SetProposed(ctx context.Context, by org.Signer, id string, opt Options) (Receipt, error) {
	a, err := o.Agenda(ctx, by, id)
	if err != nil {
		return Receipt{}, err
	}
	cmd := dispatch.SetAgenda{Meeting: id, Seen: a.Meeting.Agenda}
	for _, x := range a.Items {
		cmd.Items = append(cmd.Items, x.AgendaItem)
	}
	return o.Do(ctx, by, cmd, opt)
}
