package dispatch

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/kernel/table"
)

// CallMeeting 通知开会, or corrects the call of a meeting that has not begun.
type CallMeeting struct {
	ID        string // "" takes the next number of its day
	Title     string
	Rhythm    string
	Event     string
	For       string // day that the rhythm gave
	On        string // day
	At        string // "14:30"
	Place     string
	Chair     string // post
	Recorders []string
	Present   []casework.Party
}

func (CallMeeting) Name() string                            { return "dispatch.call-meeting" }
func (CallMeeting) Scope(v table.Reader) (org.Scope, error) { return everywhere(v) }

type meetingCalled struct {
	ID        string           `json:"id"`
	Title     string           `json:"title"`
	Rhythm    string           `json:"rhythm,omitempty"`
	Event     string           `json:"event,omitempty"`
	For       string           `json:"for,omitempty"`
	On        string           `json:"on"`
	At        string           `json:"at"`
	Place     string           `json:"place,omitempty"`
	Chair     string           `json:"chair,omitempty"`
	Recorders []string         `json:"recorders,omitempty"`
	Present   []casework.Party `json:"present,omitempty"`
	Previous  string           `json:"previous,omitempty"`
}

func (c CallMeeting) Decide(v table.Reader, _ org.Signer, at time.Time) ([]ledger.Fact, error) {
	on, err := calendar.ParseDay(c.On)
	switch {
	case blank(c.Title):
		return nil, ErrMeeting.With("what", "bad.title")
	case err != nil || on.Before(calendar.DateOf(at)):
		return nil, ErrMeeting.With("what", "bad.day")
	case !clockTime(c.At):
		return nil, ErrMeeting.With("what", "bad.time")
	}
	if err := c.known(v); err != nil {
		return nil, err
	}
	id := c.ID
	if id == "" {
		if id, err = nextMeeting(v, on); err != nil {
			return nil, err
		}
	} else if _, err := meetingIn(v, id, MeetingCalled); err != nil {
		return nil, err
	}
	prev, err := Before(v, Meeting{ID: id, Rhythm: c.Rhythm, Event: c.Event, On: on.String(), At: c.At})
	if err != nil {
		return nil, err
	}
	return fact("dispatch.meeting-called/1", MeetingKind+"/"+id, on.String(), meetingCalled{id, strings.TrimSpace(c.Title), c.Rhythm, c.Event, c.For, on.String(), c.At,
		c.Place, c.Chair, c.Recorders, c.Present, prev}), nil
}

// known refuses posts and units that there are not.
func (c CallMeeting) known(v table.Reader) error {
	for _, post := range append([]string{c.Chair}, c.Recorders...) {
		if post == "" {
			continue
		}
		if _, err := org.PostOf(v, post); err != nil {
			return err
		}
	}
	return knownParties(v, c.Present)
}

func knownParties(v table.Reader, list []casework.Party) error {
	for _, p := range list {
		if p.Unit != "" || p.Post == "" {
			if _, err := org.UnitOf(v, p.Unit); err != nil {
				return err
			}
		}
		if p.Post != "" {
			if _, err := org.PostOf(v, p.Post); err != nil {
				return err
			}
		}
	}
	return nil
}

func clockTime(s string) bool {
	t, err := time.Parse("15:04", s)
	return err == nil && t.Format("15:04") == s
}

// nextMeeting is the next number of a day: M-2022-0706-1.
func nextMeeting(v table.Reader, on calendar.Date) (string, error) {
	prefix := fmt.Sprintf("M-%04d-%02d%02d-", on.Year(), on.Month().Month, on.DayOfMonth())
	ids, err := v.IDs(MeetingKind, prefix)
	return fmt.Sprintf("%s%d", prefix, len(ids)+1), err
}

// Before 上次 finds the meeting whose decisions a meeting looks at first: the last one that was closed, of the same rhythm and event or of
// no rhythm at all, so that what was decided out of turn is followed too. A meeting out of turn follows whichever was last.
func Before(v table.Reader, m Meeting) (string, error) {
	ids, err := v.IDs(MeetingKind, "M-")
	if err != nil {
		return "", err
	}
	best, day := "", ""
	for _, id := range slices.Backward(ids) {
		p, err := MeetingOf(v, id)
		if err != nil {
			return "", err
		}
		when := p.On + " " + p.At
		if p.State == MeetingClosed && p.LeadsTo(m) && id != m.ID && when <= m.On+" "+m.At && when > day {
			best, day = id, when
		}
		if best != "" && p.On < day[:len(p.On)] { // numbers follow the days, but for meetings that were moved
			break
		}
	}
	return best, nil
}

// LeadsTo tells whether a later meeting follows up the decisions of this one.
func (m Meeting) LeadsTo(next Meeting) bool {
	return m.Rhythm == "" || next.Rhythm == "" || m.Rhythm == next.Rhythm && m.Event == next.Event
}

// SetAgenda 定议程 states the whole list. Items keep what has happened to them by their number; one without a number is new.
type SetAgenda struct {
	Meeting string
	Items   []AgendaItem
	Seen    int64 // Meeting.Agenda as the writer saw it
}

// AgendaItem 议题 as the agenda has it.
type AgendaItem struct {
	ID      string   `json:"id"` // "" takes the next number
	Kind    ItemKind `json:"kind"`
	Subject string   `json:"subject,omitempty"`
	Title   string   `json:"title,omitempty"`
	Minutes int      `json:"minutes,omitempty"`
	From    string   `json:"from,omitempty"`
}

func (SetAgenda) Name() string                            { return "dispatch.set-agenda" }
func (SetAgenda) Scope(v table.Reader) (org.Scope, error) { return everywhere(v) }

type agendaSet struct {
	Items []AgendaItem `json:"items"`
}

func (c SetAgenda) Decide(v table.Reader, _ org.Signer, at time.Time) ([]ledger.Fact, error) {
	m, err := meetingIn(v, c.Meeting, MeetingCalled, MeetingRunning)
	if err != nil {
		return nil, err
	}
	if c.Seen != m.Agenda {
		return nil, ErrAgendaMoved.With("meeting", m.ID, "by", m.AgendaBy, "at", m.AgendaAt)
	}
	set := agendaSet{Items: slices.Clone(c.Items)}
	last, seen := m.LastItem, map[string]bool{}
	for i := range set.Items {
		x := &set.Items[i]
		if err := x.check(v, m); err != nil {
			return nil, err
		}
		if x.ID == "" {
			last++
			x.ID = fmt.Sprint(last)
		} else if m.Item(x.ID) == nil || seen[x.ID] {
			return nil, ErrNoItem.With("meeting", m.ID, "item", x.ID)
		}
		seen[x.ID] = true
	}
	for _, x := range m.Items { // what was begun stays to be read; a meeting under way holds over, it drops nothing
		spare := m.State == MeetingCalled || x.Kind == ItemFree && x.State == ItemWaiting && len(x.Lines) == 0
		if !seen[x.ID] && !spare {
			return nil, ErrAgenda.With("item", x.name(), "why", "why.dropped")
		}
	}
	return fact("dispatch.agenda-set/1", MeetingKind+"/"+m.ID, calendar.DateOf(at).String(), set), nil
}

// name is how a refusal speaks of an item.
func (x Item) name() string {
	if x.Title != "" {
		return x.Title
	}
	return "kind." + string(x.Kind)
}

func (x AgendaItem) check(v table.Reader, m Meeting) error {
	kind, id, _ := strings.Cut(x.Subject, "/")
	name := Item{Kind: x.Kind, Title: x.Title}.name()
	bad := func(why string) error { return ErrAgenda.With("item", name, "why", "why."+why) }
	switch {
	case !slices.Contains(ItemKinds, x.Kind):
		return bad("kind")
	case x.Kind == ItemFree && blank(x.Title):
		return bad("title")
	case x.Minutes < 0 || x.Minutes > 24*60:
		return bad("minutes")
	case x.Kind == ItemCase && kind != casework.CaseKind:
		return bad("case")
	}
	var err error
	switch kind {
	case "", "month":
	case casework.CaseKind:
		_, err = casework.Of(v, id)
	case project.Kind:
		_, err = project.Of(v, id)
	case MeetingKind:
		_, err = MeetingOf(v, id)
	case "visit":
		var any struct{}
		var ok bool
		if ok, err = v.Get(kind, id, &any); err == nil && !ok {
			err = bad("subject")
		}
	default:
		err = bad("subject")
	}
	return err
}

// StartMeeting 开会: the first item is on.
type StartMeeting struct {
	Meeting string
	Present []casework.Party // nil leaves what the call said
}

func (StartMeeting) Name() string                            { return "dispatch.start-meeting" }
func (StartMeeting) Scope(v table.Reader) (org.Scope, error) { return everywhere(v) }

type meetingStarted struct {
	Present  []casework.Party `json:"present,omitempty"`
	Previous string           `json:"previous,omitempty"` // closed since the call, perhaps
}

func (c StartMeeting) Decide(v table.Reader, _ org.Signer, at time.Time) ([]ledger.Fact, error) {
	m, err := meetingIn(v, c.Meeting, MeetingCalled)
	if err != nil {
		return nil, err
	}
	if err := knownParties(v, c.Present); err != nil {
		return nil, err
	}
	prev, err := Before(v, m)
	if err != nil {
		return nil, err
	}
	return fact("dispatch.meeting-started/1", MeetingKind+"/"+m.ID, calendar.DateOf(at).String(), meetingStarted{c.Present, prev}), nil
}

// TurnTo 跳到 another item; one that was held over is taken up again.
type TurnTo struct {
	Meeting string
	Item    string
}

func (TurnTo) Name() string                            { return "dispatch.turn-to" }
func (TurnTo) Scope(v table.Reader) (org.Scope, error) { return everywhere(v) }

type ofItem struct {
	Item string `json:"item"`
	Why  string `json:"why,omitempty"`
}

func (c TurnTo) Decide(v table.Reader, _ org.Signer, at time.Time) ([]ledger.Fact, error) {
	m, x, err := itemOf(v, c.Meeting, c.Item, MeetingRunning)
	if err != nil {
		return nil, err
	}
	switch x.State {
	case ItemNow:
		return nil, nil
	case ItemDecided:
		return nil, ErrItemState.With("item", x.name(), "state", "item."+string(x.State))
	}
	return fact("dispatch.item-called/1", MeetingKind+"/"+m.ID, calendar.DateOf(at).String(), ofItem{Item: x.ID}), nil
}

// CloseMeeting 散会. Every item is decided or held over by then, and every decision has its tasks or the reason why there is none. A
// meeting that never began is called off, with why.
type CloseMeeting struct {
	Meeting string
	Why     string // only for one that is called off
}

func (CloseMeeting) Name() string                            { return "dispatch.close-meeting" }
func (CloseMeeting) Scope(v table.Reader) (org.Scope, error) { return everywhere(v) }

type meetingClosed struct {
	Off string `json:"off,omitempty"`
}

func (c CloseMeeting) Decide(v table.Reader, _ org.Signer, at time.Time) ([]ledger.Fact, error) {
	m, err := meetingIn(v, c.Meeting, MeetingCalled, MeetingRunning)
	if err != nil {
		return nil, err
	}
	var open, bare []string
	for _, x := range m.Items {
		switch {
		case x.Bare():
			bare = append(bare, x.name())
		case x.State == ItemWaiting || x.State == ItemNow:
			open = append(open, x.name())
		}
	}
	off := ""
	switch {
	case m.State == MeetingCalled && blank(c.Why):
		return nil, ErrReason
	case m.State == MeetingCalled:
		off = c.Why
	case len(open) > 0:
		return nil, ErrUnheld.With("items", open)
	case len(bare) > 0:
		return nil, ErrUnsettled.With("items", bare)
	}
	return fact("dispatch.meeting-closed/1", MeetingKind+"/"+m.ID, calendar.DateOf(at).String(), meetingClosed{off}), nil
}
