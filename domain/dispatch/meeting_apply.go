package dispatch

import (
	"encoding/json"
	"fmt"
	"strings"

	"shigan/kernel/ledger"
	"shigan/kernel/table"
)

// applyMeeting turns an entry about a meeting into its document. It asks for nothing: what was worked out stands in the entry.
func applyMeeting(w table.Writer, e ledger.Entry) error {
	switch e.Kind {
	case "dispatch.meeting-called/1":
		return applyCalled(w, e)
	case "dispatch.agenda-set/1":
		var b agendaSet
		return changeMeeting(w, e, &b, func(m *Meeting) error { b.apply(m, e); return nil })
	case "dispatch.meeting-started/1":
		var b meetingStarted
		return changeMeeting(w, e, &b, func(m *Meeting) error {
			m.State, m.Started, m.Previous = MeetingRunning, e.RecordedAt, b.Previous
			if b.Present != nil {
				m.Present = b.Present
			}
			m.next("", e)
			return nil
		})
	case "dispatch.meeting-closed/1":
		var b meetingClosed
		return changeMeeting(w, e, &b, func(m *Meeting) error {
			m.State, m.Closed, m.ClosedBy, m.OffWhy = MeetingClosed, e.RecordedAt, e.Post, b.Off
			if b.Off != "" {
				m.State = MeetingOff
			}
			return nil
		})
	case "dispatch.minutes-issued/1":
		var b Minutes
		return changeMeeting(w, e, &b, func(m *Meeting) error {
			b.Seq = e.Seq
			m.Minutes = append(m.Minutes, b)
			return nil
		})
	case "dispatch.line-noted/1":
		var b lineNoted
		return changeItem(w, e, &b, func() string { return b.Item }, func(_ *Meeting, x *Item) { b.apply(x, e) })
	case "dispatch.item-decided/1":
		var b itemDecided
		return changeItem(w, e, &b, func() string { return b.Item }, func(m *Meeting, x *Item) { b.apply(m, x, e) })
	}
	var b ofItem
	return changeItem(w, e, &b, func() string { return b.Item }, func(m *Meeting, x *Item) {
		was := x.State
		switch e.Kind {
		case "dispatch.item-called/1":
			m.call(x, e)
		case "dispatch.item-held/1":
			x.State, x.HeldWhy, x.Ended, x.EndedBy, x.Seq = ItemHeld, b.Why, e.RecordedAt, e.Post, e.Seq
			if was == ItemNow {
				m.next(x.ID, e)
			}
		case "dispatch.item-undecided/1":
			x.Chosen, x.Decision, x.Tasks, x.NoTaskWhy, x.Was, x.Ended, x.EndedBy = "", "", nil, "", nil, "", ""
			x.Seq = e.Seq
			m.call(x, e)
		}
	})
}

func applyCalled(w table.Writer, e ledger.Entry) error {
	var b meetingCalled
	if err := json.Unmarshal(e.Body, &b); err != nil {
		return err
	}
	m := Meeting{ID: b.ID, State: MeetingCalled, Called: e.Seq}
	if _, err := w.Get(MeetingKind, b.ID, &m); err != nil { // called again: what its agenda is stays
		return err
	}
	m.Title, m.Rhythm, m.Event, m.For, m.On, m.At, m.Place, m.Chair = b.Title, b.Rhythm, b.Event, b.For, b.On, b.At, b.Place, b.Chair
	m.Recorders, m.Present, m.Previous, m.Seq = b.Recorders, b.Present, b.Previous, e.Seq
	return w.Put(MeetingKind, m.ID, m)
}

func changeMeeting(w table.Writer, e ledger.Entry, body any, change func(*Meeting) error) error {
	if err := json.Unmarshal(e.Body, body); err != nil {
		return err
	}
	m, err := MeetingOf(w, strings.TrimPrefix(e.Subject, MeetingKind+"/"))
	if err != nil {
		return fmt.Errorf("entry %d: %w", e.Seq, err)
	}
	if err := change(&m); err != nil {
		return err
	}
	m.Seq = e.Seq
	return w.Put(MeetingKind, m.ID, m)
}

func changeItem(w table.Writer, e ledger.Entry, body any, which func() string, change func(*Meeting, *Item)) error {
	return changeMeeting(w, e, body, func(m *Meeting) error {
		x := m.Item(which())
		if x == nil {
			return fmt.Errorf("entry %d speaks of item %q, which is not there", e.Seq, which())
		}
		change(m, x)
		return nil
	})
}

func (b agendaSet) apply(m *Meeting, e ledger.Entry) {
	items := make([]Item, len(b.Items))
	for i, a := range b.Items {
		x := Item{ID: a.ID, State: ItemWaiting, Seq: e.Seq}
		if old := m.Item(a.ID); old != nil {
			x = *old
		} else {
			m.LastItem++
		}
		x.Kind, x.Subject, x.Title, x.Minutes, x.From = a.Kind, a.Subject, a.Title, a.Minutes, a.From
		items[i] = x
	}
	m.Items, m.Agenda, m.AgendaBy, m.AgendaAt = items, e.Seq, e.Post, e.RecordedAt
	if m.State == MeetingRunning && m.Now() == nil {
		m.next("", e)
	}
}

func (b itemDecided) apply(m *Meeting, x *Item, e ledger.Entry) {
	was := x.State
	if was != ItemDecided {
		x.Was = b.Was
	}
	x.State, x.Chosen, x.Decision, x.Tasks = ItemDecided, b.Chosen, b.Decision, append(x.Tasks, b.Tasks...)
	x.NoTaskWhy, x.HeldWhy, x.Ended, x.EndedBy, x.Seq = b.NoTaskWhy, "", e.RecordedAt, e.Post, e.Seq
	if was == ItemNow {
		m.next(x.ID, e)
	}
}

// call puts an item on; the one that was on waits again.
func (m *Meeting) call(x *Item, e ledger.Entry) {
	if on := m.Now(); on != nil {
		on.State = ItemWaiting
	}
	x.State, x.Began, x.HeldWhy, x.Ended, x.EndedBy = ItemNow, e.RecordedAt, "", "", ""
}

// next calls the first waiting item after one, or from the beginning where none follows.
func (m *Meeting) next(after string, e ledger.Entry) {
	at := 0
	for i, x := range m.Items {
		if x.ID == after {
			at = i + 1
		}
	}
	for i := range m.Items {
		if x := &m.Items[(at+i)%len(m.Items)]; x.State == ItemWaiting {
			x.State, x.Began = ItemNow, e.RecordedAt
			return
		}
	}
}
