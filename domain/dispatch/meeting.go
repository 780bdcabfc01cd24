package dispatch

import (
	"slices"

	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/kernel/fault"
	"shigan/kernel/table"
)

var (
	ErrNoMeeting    = fault.New(fault.NotFound, "dispatch.no-meeting")    // meeting
	ErrNoItem       = fault.New(fault.NotFound, "dispatch.no-item")       // meeting, item
	ErrMeeting      = fault.New(fault.Invalid, "dispatch.bad-meeting")    // what
	ErrMeetingState = fault.New(fault.Conflict, "dispatch.meeting-state") // meeting, state
	ErrAgendaMoved  = fault.New(fault.Conflict, "dispatch.agenda-moved")  // meeting, by, at
	ErrAgenda       = fault.New(fault.Invalid, "dispatch.bad-agenda")     // item, why
	ErrItemMoved    = fault.New(fault.Conflict, "dispatch.item-moved")    // item, by, at
	ErrItemState    = fault.New(fault.Conflict, "dispatch.item-state")    // item, state
	ErrNoDecision   = fault.New(fault.Invalid, "dispatch.no-decision")    // item
	ErrOption       = fault.New(fault.Invalid, "dispatch.no-such-option") // option
	ErrTaskLacks    = fault.New(fault.Invalid, "dispatch.task-lacks")     // task, lacks
	ErrTaskTitle    = fault.New(fault.Invalid, "dispatch.task-no-title")  //
	ErrTaskRaiser   = fault.New(fault.Invalid, "dispatch.task-no-raiser") // task
	ErrTasksMoved   = fault.New(fault.Conflict, "dispatch.tasks-moved")   // tasks
	ErrUnheld       = fault.New(fault.Conflict, "dispatch.items-open")    // items: neither decided nor held over
	ErrUnsettled    = fault.New(fault.Conflict, "dispatch.items-bare")    // items: decided, without task or reason
	ErrNoteLong     = fault.New(fault.Invalid, "dispatch.note-too-long")  // most
	ErrMinutes      = fault.New(fault.Invalid, "dispatch.minutes")        //
)

// MeetingKind is the kind of a meeting's document.
const MeetingKind = "meeting"

// MeetingState 会议状态.
type MeetingState string

const (
	MeetingCalled  MeetingState = "called"  // 已通知
	MeetingRunning MeetingState = "running" // 会中
	MeetingClosed  MeetingState = "closed"  // 已散会
	MeetingOff     MeetingState = "off"     // 不开了: called, and called off before it began
)

// ItemKind 议题类别.
type ItemKind string

const (
	ItemPrevious ItemKind = "previous" // 上次议定
	ItemRed      ItemKind = "red"      // 红灯; without a subject it is all reds of the month, one by one
	ItemCase     ItemKind = "case"     // 到了最上一级的问题
	ItemVisit    ItemKind = "visit"    // 走访发现
	ItemFree     ItemKind = "free"     // 其他
)

// ItemKinds are all of them, in the order in which an agenda without a rhythm has them.
var ItemKinds = []ItemKind{ItemPrevious, ItemCase, ItemVisit, ItemRed, ItemFree}

// ItemState 议题状态. At most one item of a running meeting is on.
type ItemState string

const (
	ItemWaiting ItemState = "waiting"
	ItemNow     ItemState = "now"
	ItemDecided ItemState = "decided"
	ItemHeld    ItemState = "held" // 留到下次
)

// Meeting 调度会, as it stands.
type Meeting struct {
	ID        string           `json:"id"` // M-2022-0706-1
	Title     string           `json:"title"`
	Rhythm    string           `json:"rhythm,omitempty"` // the pack by which it is held
	Event     string           `json:"event,omitempty"`  // which of its meetings
	For       string           `json:"for,omitempty"`    // the day that the rhythm gave, where it was called for one
	On        string           `json:"on"`               // day
	At        string           `json:"at"`               // "14:30"
	Place     string           `json:"place,omitempty"`
	Chair     string           `json:"chair,omitempty"`     // post
	Recorders []string         `json:"recorders,omitempty"` // posts
	Present   []casework.Party `json:"present,omitempty"`
	State     MeetingState     `json:"state"`
	Previous  string           `json:"previous,omitempty"` // the meeting before, whose decisions come first
	Started   string           `json:"started,omitempty"`  // RFC 3339
	Closed    string           `json:"closed,omitempty"`
	ClosedBy  string           `json:"closed_by,omitempty"` // post
	OffWhy    string           `json:"off_why,omitempty"`
	Items     []Item           `json:"items,omitempty"`
	LastItem  int              `json:"last_item,omitempty"` // numbers of items are never given twice
	Agenda    int64            `json:"agenda,omitempty"`    // the entry that set the agenda last
	AgendaBy  string           `json:"agenda_by,omitempty"`
	AgendaAt  string           `json:"agenda_at,omitempty"`
	Minutes   []Minutes        `json:"minutes,omitempty"`
	Called    int64            `json:"called"` // the entry that called it
	Seq       int64            `json:"seq"`
}

// Item 议题.
type Item struct {
	ID        string            `json:"id"` // "3", within the meeting
	Kind      ItemKind          `json:"kind"`
	Subject   string            `json:"subject,omitempty"` // "case/P-2022-0342", "project/JM-001", "visit/V-2022-0012", "meeting/M-2022-0622-1", "month/2022-06"
	Title     string            `json:"title,omitempty"`   // "" for those that a page words itself: the last decisions, all reds
	Minutes   int               `json:"minutes,omitempty"` // planned
	From      string            `json:"from,omitempty"`    // the meeting at which it was held over
	State     ItemState         `json:"state"`
	Began     string            `json:"began,omitempty"` // RFC 3339: when it was called last
	Ended     string            `json:"ended,omitempty"` // when it was decided or held over
	EndedBy   string            `json:"ended_by,omitempty"`
	Lines     []Line            `json:"lines,omitempty"`
	LastLine  int               `json:"last_line,omitempty"`
	Chosen    string            `json:"chosen,omitempty"` // the option's mark
	Decision  string            `json:"decision,omitempty"`
	Tasks     []string          `json:"tasks,omitempty"` // cases of the desk for tasks
	NoTaskWhy string            `json:"no_task_why,omitempty"`
	HeldWhy   string            `json:"held_why,omitempty"`
	Was       *casework.Measure `json:"was,omitempty"` // of its case, before the decision: taking back puts it there again
	Seq       int64             `json:"seq"`           // the last entry that brought it, decided it, held it over or took that back
}

// Line 记录 is one sentence as somebody typed it while people talked.
type Line struct {
	ID     string  `json:"id"`
	Text   string  `json:"text"`
	By     string  `json:"by"` // post
	At     string  `json:"at"` // RFC 3339
	Seq    int64   `json:"seq"`
	Beside string  `json:"beside,omitempty"` // the line that two changed at once; this is the second one's sentence
	Struck bool    `json:"struck,omitempty"` // taken out, and still to be read
	Late   bool    `json:"late,omitempty"`   // came in after the meeting was closed: its writer had been cut off
	Was    []int64 `json:"was,omitempty"`    // the entries with its earlier wordings
}

// Minutes 纪要 as issued: digests of its content and of the files that were made from it.
type Minutes struct {
	No      int               `json:"no"`      // a later issue corrects an earlier one
	Content string            `json:"content"` // digest of the canonical JSON
	Files   map[string]string `json:"files"`   // "minutes.docx", "list.docx", "letter-jtj.docx" → digest
	On      string            `json:"on"`
	By      string            `json:"by"` // post
	Seq     int64             `json:"seq"`
}

// Index gives the columns for lists.
func (m Meeting) Index() map[string]any {
	return map[string]any{"name": m.Title, "parent": m.On, "stage": string(m.State)}
}

// Item finds an item.
func (m *Meeting) Item(id string) *Item {
	i := slices.IndexFunc(m.Items, func(x Item) bool { return x.ID == id })
	if i < 0 {
		return nil
	}
	return &m.Items[i]
}

// Now is the item that is on, or nil.
func (m *Meeting) Now() *Item {
	i := slices.IndexFunc(m.Items, func(x Item) bool { return x.State == ItemNow })
	if i < 0 {
		return nil
	}
	return &m.Items[i]
}

// Tasks lists all tasks that the meeting gave, in the order of the agenda.
func (m *Meeting) Tasks() []string {
	var out []string
	for _, x := range m.Items {
		out = append(out, x.Tasks...)
	}
	return out
}

// Line finds a line.
func (x *Item) Line(id string) *Line {
	i := slices.IndexFunc(x.Lines, func(l Line) bool { return l.ID == id })
	if i < 0 {
		return nil
	}
	return &x.Lines[i]
}

// Bare 悬空: decided, with neither a task nor the reason why there is none. The last decisions are gone through, not decided anew.
func (x *Item) Bare() bool {
	return x.State == ItemDecided && x.Kind != ItemPrevious && len(x.Tasks) == 0 && blank(x.NoTaskWhy)
}

// MeetingOf reads a meeting or refuses.
func MeetingOf(v table.Reader, id string) (Meeting, error) {
	var m Meeting
	ok, err := v.Get(MeetingKind, id, &m)
	if err == nil && !ok {
		err = ErrNoMeeting.With("meeting", id)
	}
	return m, err
}

// itemOf reads a meeting with one of its items, and refuses unless the meeting stands in one of some states.
func itemOf(v table.Reader, meeting, item string, in ...MeetingState) (Meeting, *Item, error) {
	m, err := meetingIn(v, meeting, in...)
	if err != nil {
		return m, nil, err
	}
	x := m.Item(item)
	if x == nil {
		return m, nil, ErrNoItem.With("meeting", meeting, "item", item)
	}
	return m, x, nil
}

func meetingIn(v table.Reader, id string, in ...MeetingState) (Meeting, error) {
	m, err := MeetingOf(v, id)
	if err == nil && !slices.Contains(in, m.State) {
		err = ErrMeetingState.With("meeting", id, "state", "state."+string(m.State))
	}
	return m, err
}

// everywhere is the scope of a deed about a meeting: it is the district's own, and its items hide themselves.
func everywhere(table.Reader) (org.Scope, error) { return org.Scope{}, nil }
