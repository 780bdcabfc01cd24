package app

import (
	"encoding/json"
	"strings"

	"shigan/domain/casework"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/kernel/calendar"
)

// ofMeeting is the one switch for meetings: who is called, when it moves or is called off, what was decided about a matter, and
// that the minutes are out. Tasks are cases, and told of as such.
func (t *teller) ofMeeting() {
	id, ok := strings.CutPrefix(t.e.Subject, dispatch.MeetingKind+"/")
	if !ok {
		return
	}
	switch t.e.Kind {
	case "dispatch.meeting-called/1", "dispatch.meeting-closed/1", "dispatch.minutes-issued/1", "dispatch.item-decided/1":
	default:
		return
	}
	m, err := dispatch.MeetingOf(t.v, id)
	if err != nil {
		t.err = err
		return
	}
	n := Notice{Subject: t.e.Subject, Due: meetingStart(m), Args: map[string]org.Name{"title": text(m.Title), "on": text(m.On), "at": text(m.At), "place": text(m.Place), "by": t.by()}}
	switch t.e.Kind {
	case "dispatch.meeting-called/1":
		n.Urgent = m.On == calendar.DateOf(t.at()).String() // a letter of tomorrow morning would be too late
		topic := "meeting.called"
		if m.Called != t.e.Seq {
			topic = "meeting.moved"
		}
		t.called(m, topic, n)
	case "dispatch.meeting-closed/1":
		if m.State == dispatch.MeetingOff {
			n.Due = ""
			t.called(m, "meeting.off", reasoned(n, m.OffWhy))
		}
	case "dispatch.minutes-issued/1":
		n.Due = ""
		t.called(m, "meeting.minutes", n)
	case "dispatch.item-decided/1":
		t.decided(m, n)
	}
}

// called tells chair, recorders and whoever is to be present.
func (t *teller) called(m dispatch.Meeting, topic string, n Notice) {
	t.tell(m.Chair, topic, n)
	t.all(m.Recorders, topic, n)
	for _, p := range m.Present {
		t.party(p.Post, p.Unit, topic, n)
	}
}

// decided tells whose matter it is what the meeting decided about it.
func (t *teller) decided(m dispatch.Meeting, n Notice) {
	var b struct{ Item, Decision string }
	if t.err = json.Unmarshal(t.e.Body, &b); t.err != nil {
		return
	}
	x := m.Item(b.Item)
	if x == nil {
		return
	}
	id, ok := strings.CutPrefix(x.Subject, casework.CaseKind+"/")
	if !ok || b.Decision == "" {
		return
	}
	c, err := casework.Of(t.v, id)
	if err != nil {
		t.err = err
		return
	}
	n.Subject, n.Due, n.Args = x.Subject, "", map[string]org.Name{"title": text(c.Title), "id": text(c.ID), "meeting": text(m.Title), "by": t.by(), "reason": text(b.Decision)}
	t.party(c.Raiser.Post, c.Raiser.Unit, "meeting.decided", n)
	if c.Handler != (casework.Party{}) {
		t.party(c.Handler.Post, c.Handler.Unit, "meeting.decided", n)
	}
}

// meetingStart is when a meeting begins.
func meetingStart(m dispatch.Meeting) string {
	day, err := calendar.ParseDay(m.On)
	if err != nil {
		return ""
	}
	hour, err := minutesOf(m.At)
	if err != nil {
		return m.On
	}
	return instant(day.At(hour))
}
