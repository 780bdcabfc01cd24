package app

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"shigan/domain/casework"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/table"
)

// AdoptRhythm puts a rhythm of the packs in force from a day on ("" is today).
func (o *Office) AdoptRhythm(ctx context.Context, by org.Signer, name, from, reason string, opt Options) (Receipt, error) {
	r, err := o.Rhythms.Get(name)
	if err != nil {
		return Receipt{}, err
	}
	return o.Do(ctx, by, dispatch.AdoptRhythm{Rhythm: r, From: from, Reason: reason}, opt)
}

// NextMeeting 下一次 is one time that an event of the rhythm falls on, with the meeting that was called for it.
type NextMeeting struct {
	dispatch.Occurrence
	Rhythm  string
	Meeting string // its id; "" as long as it was not called
	State   dispatch.MeetingState
}

// NextMeetings lists what the rhythm in force brings from a day up to and with another, in the order of time: meetings, and what else
// recurs (Event.What). Where the rhythm changes in between, each rules its own days; days before the first bring nothing. Where none rules
// any of them: dispatch.ErrNotAdopted.
func (o *Office) NextMeetings(ctx context.Context, from, until calendar.Date) ([]NextMeeting, error) {
	r := o.Read(ctx)
	called, err := meetingsBetween(r, from.AddDays(-31).String(), until.AddDays(31).String())
	if err != nil {
		return nil, err
	}
	first, err := ruledFrom(r, from, until)
	if err != nil {
		return nil, err
	}
	var out []NextMeeting
	for !first.After(until) {
		rhythm, err := dispatch.RhythmOn(r, first.String())
		if err != nil {
			return nil, err
		}
		last, err := ruledUntil(r, first, until)
		if err != nil {
			return nil, err
		}
		list, err := rhythm.Next(first, last, calendar.StateCouncil())
		if err != nil {
			return nil, err
		}
		for _, x := range list {
			n := NextMeeting{Occurrence: x, Rhythm: rhythm.Name}
			for _, m := range called {
				if m.Rhythm == rhythm.Name && m.Event == x.Event.Name && m.For == x.On.String() && m.State != dispatch.MeetingOff {
					n.Meeting, n.State = m.ID, m.State
				}
			}
			out = append(out, n)
		}
		first = last.AddDays(1)
	}
	return out, nil
}

// ruledFrom is the first day of some that a rhythm rules.
func ruledFrom(v table.Reader, from, until calendar.Date) (calendar.Date, error) {
	a, err := dispatch.RhythmsAdopted(v)
	if err != nil {
		return from, err
	}
	first := until.AddDays(1)
	for _, n := range a.Versions {
		day, err := calendar.ParseDay(n.From)
		if err != nil {
			return from, err
		}
		if day.Before(from) {
			day = from
		}
		if day.Before(first) {
			first = day
		}
	}
	if first.After(until) {
		err = dispatch.ErrNotAdopted.With("day", from)
	}
	return first, err
}

// ruledUntil is the last day up to which the rhythm of a day rules.
func ruledUntil(v table.Reader, first, until calendar.Date) (calendar.Date, error) {
	a, err := dispatch.RhythmsAdopted(v)
	if err != nil {
		return until, err
	}
	for _, n := range a.Versions {
		from, err := calendar.ParseDay(n.From)
		if err != nil {
			return until, err
		}
		if from.After(first) && !from.After(until) {
			until = from.AddDays(-1)
		}
	}
	return until, nil
}

// CallNext 按节奏通知 calls the meeting of an event of the rhythm for a day that it falls on; what the call says goes before. The
// chair is the post on the event's rung of the district's ladder.
func (o *Office) CallNext(ctx context.Context, by org.Signer, event string, on calendar.Date, call dispatch.CallMeeting, opt Options) (Receipt, error) {
	r := o.Read(ctx)
	rhythm, err := dispatch.RhythmOn(r, on.String())
	if err != nil {
		return Receipt{}, err
	}
	e, ok := rhythm.Event(event)
	if !ok {
		return Receipt{}, dispatch.ErrNoEvent.With("rhythm", rhythm.Name, "event", event)
	}
	call.Rhythm, call.Event, call.For = rhythm.Name, e.Name, on.String()
	call.Title, call.On, call.At = cmp.Or(call.Title, e.Zh), cmp.Or(call.On, on.String()), cmp.Or(call.At, e.At)
	if call.Chair == "" && (e.Chair == "deputy" || e.Chair == "chief") {
		_, leader, top, err := org.Heads(r, by.Unit)
		if err != nil {
			return Receipt{}, err
		}
		call.Chair = map[string]string{"deputy": leader, "chief": top}[e.Chair]
	}
	return o.Do(ctx, by, call, opt)
}

// DecideItem 议定: the chain of duty and the reach of each task are worked out here, the rest is the deed's.
func (o *Office) DecideItem(ctx context.Context, by org.Signer, cmd dispatch.DecideItem, opt Options) (Receipt, error) {
	r := o.Read(ctx)
	m, err := dispatch.MeetingOf(r, cmd.Meeting)
	if err != nil {
		return Receipt{}, err
	}
	x := m.Item(cmd.Item)
	if x == nil {
		return Receipt{}, dispatch.ErrNoItem.With("meeting", m.ID, "item", cmd.Item)
	}
	about, err := dispatch.ProjectOf(r, *x)
	if err != nil {
		return Receipt{}, err
	}
	cmd.Tasks = slices.Clone(cmd.Tasks)
	for i := range cmd.Tasks {
		t := &cmd.Tasks[i]
		id := about
		if p, ok := strings.CutPrefix(t.Subject, project.Kind+"/"); ok {
			id = p
		}
		if t.Unit == "" {
			continue // the deed says what lacks, by name
		}
		if t.Chain, err = ChainOf(r, id, t.Unit); err != nil {
			return Receipt{}, err
		}
		if t.Reach, err = ReachOfCase(r, id, t.Unit); err != nil {
			return Receipt{}, err
		}
	}
	return o.Do(ctx, by, cmd, opt)
}

// NoteLine notes a line and gives it back as it stands, with its number; where somebody else changed the line meanwhile it is the
// writer's own, beneath. What said nothing new gives the line that says it already.
func (o *Office) NoteLine(ctx context.Context, by org.Signer, cmd dispatch.NoteLine, opt Options) (dispatch.Line, Receipt, error) {
	rec, err := o.Do(ctx, by, cmd, opt)
	if err != nil {
		return dispatch.Line{}, rec, err
	}
	m, err := dispatch.MeetingOf(o.Read(ctx), cmd.Meeting)
	if err != nil {
		return dispatch.Line{}, rec, err
	}
	x := m.Item(cmd.Item)
	if x == nil {
		return dispatch.Line{}, rec, dispatch.ErrNoItem.With("meeting", m.ID, "item", cmd.Item)
	}
	for _, l := range x.Lines {
		if rec.First > 0 && (l.Seq == rec.First || slices.Contains(l.Was, rec.First)) {
			return l, rec, nil
		}
	}
	if l := x.Line(cmd.Line); l != nil {
		return *l, rec, nil
	}
	return dispatch.Line{}, rec, nil
}

// MeetingFilter picks meetings; empty means any.
type MeetingFilter struct {
	From, Until string // days
	State       dispatch.MeetingState
	Rhythm      string
	Limit       int // 0: all
}

// Meetings 会议列表, the latest day first, each as far as the reader sees it.
func (o *Office) Meetings(ctx context.Context, by org.Signer, f MeetingFilter) ([]dispatch.Meeting, error) {
	r := o.Read(ctx)
	all, err := meetingsBetween(r, f.From, f.Until)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(all, func(a, b dispatch.Meeting) int { return strings.Compare(b.On+b.At+b.ID, a.On+a.At+a.ID) })
	var out []dispatch.Meeting
	for _, m := range all {
		if f.State != "" && m.State != f.State || f.Rhythm != "" && m.Rhythm != f.Rhythm {
			continue
		}
		if _, err := inSight(r, by, &m); err != nil {
			return nil, err
		}
		if out = append(out, m); len(out) == f.Limit {
			break
		}
	}
	return out, nil
}

// meetingsBetween reads the meetings of some days, both within; "" leaves a side open. A number tells the day of the call, so
// meetings that were moved by more than a year are not looked for.
func meetingsBetween(r Reader, from, until string) ([]dispatch.Meeting, error) {
	ids, err := r.IDs(dispatch.MeetingKind, "M-")
	if err != nil {
		return nil, err
	}
	year := func(day string) string { return "M-" + day[:min(4, len(day))] }
	var some []string
	for _, id := range ids {
		if (from == "" || id[:min(6, len(id))] >= year(from)) && (until == "" || id[:min(6, len(id))] <= year(until)) {
			some = append(some, id)
		}
	}
	docs, err := Named[dispatch.Meeting](r, dispatch.MeetingKind, some)
	if err != nil {
		return nil, err
	}
	var out []dispatch.Meeting
	for _, id := range some {
		if m := docs[id]; (from == "" || m.On >= from) && (until == "" || m.On <= until) {
			out = append(out, m)
		}
	}
	return out, nil
}

// Meeting gives a meeting as far as a reader sees it, and how many of its items are hidden from him.
func (o *Office) Meeting(ctx context.Context, by org.Signer, id string) (dispatch.Meeting, int, error) {
	r := o.Read(ctx)
	m, err := dispatch.MeetingOf(r, id)
	if err != nil {
		return m, 0, err
	}
	hidden, err := inSight(r, by, &m)
	return m, hidden, err
}

// MaySeeMeetings refuses whoever does not read all of every meeting, as those do who may record it. An entry about a meeting speaks of any
// of its items, so it is for them alone.
func MaySeeMeetings(v table.Reader, by org.Signer) error {
	return org.May(v, by, "dispatch.note-line", org.Scope{})
}

// inSight takes the items out of a meeting that a reader may not see, and tells how many. An item is seen by whoever may read what it is
// about, and by the parties of its tasks.
func inSight(v table.Reader, by org.Signer, m *dispatch.Meeting) (hidden int, err error) {
	if err := org.May(v, by, "read.meeting", org.Scope{}); err != nil {
		return 0, err
	}
	if MaySeeMeetings(v, by) == nil {
		return 0, nil
	}
	var kept []dispatch.Item
	for _, x := range m.Items {
		ok, err := seesItem(v, by, x)
		if err != nil {
			return 0, err
		}
		if ok {
			kept = append(kept, x)
		} else {
			hidden++
		}
	}
	m.Items = kept
	return hidden, nil
}

func seesItem(v table.Reader, by org.Signer, x dispatch.Item) (bool, error) {
	kind, id, _ := strings.Cut(x.Subject, "/")
	err := error(org.ErrForbidden)
	switch kind {
	case casework.CaseKind:
		err = MaySeeCase(v, by, id)
	case project.Kind:
		var p project.Project
		if p, err = project.Of(v, id); err == nil {
			err = org.May(v, by, "read.project", p.Scope())
		}
	case "visit":
		err = MaySeeVisit(v, by, id)
	}
	for i := 0; errors.Is(err, org.ErrForbidden) && i < len(x.Tasks); i++ {
		err = MaySeeCase(v, by, x.Tasks[i])
	}
	if errors.Is(err, org.ErrForbidden) {
		return false, nil
	}
	return err == nil, err
}
