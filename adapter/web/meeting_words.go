package web

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/domain/visit"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
)

// agendaRow 议程的一行.
type agendaRow struct {
	X               dispatch.Item
	N               int // from 1
	At              string
	Title, Why, Who string
	Note            string // how it ended, or how long it has been on
	Href            string // what it is about
	Sample          bool
	Now, Done, On   bool // on, ended, looked at
	Tasks           []taskRow
	Chosen          string
}

// taskRow is a task with how it stands: received at such a time, done, refused, overdue.
type taskRow struct {
	ID, Title, Href, Unit, Assists, Raiser string
	By, Day                                string // the day, and as it is printed in a narrow column
	Hue, Word                              string
	Received                               string // clock time, or the day where it is another
	How                                    string // as app.FollowUp counts
	Hidden, Sample                         bool
}

// taskRows reads tasks as far as the reader may see them.
func (v *view) taskRows(ids []string) ([]taskRow, error) {
	rows, err := v.caseRows(ids, true)
	if err != nil {
		return nil, err
	}
	today := calendar.DateOf(v.s.o.Clock()).String()
	var out []taskRow
	for _, r := range rows {
		t := taskRow{ID: r.ID, Title: r.Title, Href: r.Href, Hidden: r.Hidden, Sample: r.Sample}
		if r.Hidden {
			t.Hue, t.Word = "none", v.T("case.hidden")
			out = append(out, t)
			continue
		}
		c := r.C
		s, err := casework.Stand(r.D, c, v.s.o.Clock(), calendar.StateCouncil())
		if err != nil {
			return nil, err
		}
		t.Unit, t.Assists, t.Raiser, t.By, t.Day, t.How = r.Unit, r.Assists, r.Raiser, c.Given, narrowDay(c.Given), follows(r.D, c, s)
		at := received(r.D, c)
		if !at.IsZero() {
			t.Received = at.In(calendar.Zone).Format("15:04")
			if day := calendar.DateOf(at).String(); day != today {
				t.Received = narrowDay(day)
			}
		}
		switch {
		case t.How == app.FollowDone:
			t.Hue, t.Word = "green", r.Outcome
		case !c.Open():
			t.Hue, t.Word = "none", r.Outcome
		case t.How == app.FollowOverdue:
			t.Hue, t.Word = "red", r.State
		case c.State == r.D.Start:
			t.Hue, t.Word = "blue", r.State
		case t.Received != "" && r.D.Use == dispatch.TaskUse && c.Reopened == 0 && waitsForHandler(r.D, c): // opened again it is not merely received
			t.Hue, t.Word = "green", v.T("meeting.received", "at", t.Received)
		default:
			t.Hue, t.Word = "yellow", r.State
		}
		out = append(out, t)
	}
	return out, nil
}

// follows tells how a task stands, in the words of app.FollowUp.
func follows(d *casework.Desk, c casework.Case, s casework.Standing) string {
	o, _ := d.Outcome(c.Outcome)
	switch {
	case c.Open() && s.Overdue:
		return app.FollowOverdue
	case c.Open():
		return app.FollowWorking
	case o.Rate == "withdrawn":
		return app.FollowWithdrawn
	case o.Rate == "done" || o.Rate == "part":
		return app.FollowDone
	}
	return app.FollowNot
}

func waitsForHandler(d *casework.Desk, c casework.Case) bool {
	st, ok := d.State(c.State)
	return ok && st.Waits == casework.Handler
}

// received 签收 is when the handler first answered to being sent a matter: the end of the first clock that began with its birth.
func received(d *casework.Desk, c casework.Case) time.Time {
	var at time.Time
	if c.State == d.Start || c.Returns > 0 { // sent back is not received
		return at
	}
	for _, k := range c.Clocks {
		if k.Start.Equal(c.Opened) && !k.End.IsZero() && (at.IsZero() || k.End.Before(at)) {
			at = k.End
		}
	}
	return at
}

// narrowDay prints a day without its year: 7-13.
func narrowDay(day string) string {
	d, err := calendar.ParseDay(day)
	if err != nil {
		return day
	}
	return strings.TrimPrefix(d.String()[5:], "0")
}

// agenda is the list with the planned time of each item; shown is the item that the page is about.
func (v *view) agenda(m dispatch.Meeting, shown string) ([]agendaRow, error) {
	at, err := time.Parse("15:04", m.At)
	planned := err == nil
	var out []agendaRow
	for i, x := range m.Items {
		r := agendaRow{X: x, N: i + 1, Now: x.State == dispatch.ItemNow, Done: x.State == dispatch.ItemDecided || x.State == dispatch.ItemHeld, On: x.ID == shown}
		if planned {
			r.At = at.Format("15:04")
			at = at.Add(time.Duration(x.Minutes) * time.Minute)
			planned = x.Minutes > 0 // after an item without a length nobody knows the time
		}
		if err := v.itemWords(m, &r); err != nil {
			return nil, err
		}
		if r.Tasks, err = v.taskRows(x.Tasks); err != nil {
			return nil, err
		}
		r.Note = v.itemNote(m, r)
		out = append(out, r)
	}
	return out, nil
}

// itemWords says what an item is about, why it is there, and who has to do with it.
func (v *view) itemWords(m dispatch.Meeting, r *agendaRow) error {
	x := r.X
	r.Title, r.Why = x.Title, v.T("meeting.reason."+string(x.Kind))
	if x.From != "" {
		r.Why = v.T("meeting.reason.held")
	}
	kind, id, _ := strings.Cut(x.Subject, "/")
	switch kind {
	case casework.CaseKind:
		c, err := casework.Of(v.Read(), id)
		if err != nil {
			return err
		}
		if r.Title == "" {
			r.Title = c.Title
		}
		r.Href, r.Who, r.Sample = "/case/"+id, v.unitOf(c.Handler), v.sampleCase(c)
		if x.Kind == dispatch.ItemCase && c.Level > 0 {
			r.Why = v.T("meeting.reason.level", "level", v.levelName(c.Level), "id", id)
		}
	case project.Kind:
		p, err := project.Of(v.Read(), id)
		if err != nil {
			return err
		}
		if r.Title == "" {
			r.Title = p.Facts.Name.In(v.Lang)
		}
		r.Href, r.Sample = "/project/"+id, p.Sample
		if u, err := org.UnitOf(v.Read(), p.LocalUnit); err == nil {
			r.Who = u.Name.In(v.Lang)
		}
	case "visit":
		if s, err := visit.Of(v.Read(), id); err == nil && r.Title == "" {
			r.Title, r.Sample = s.Place, s.Sample
		}
		r.Href = "/visit/" + id
	case dispatch.MeetingKind:
		r.Href = "/meeting/" + id
	}
	if r.Title == "" {
		r.Title = v.T("meeting.about." + string(x.Kind))
	}
	return nil
}

// itemNote says how an item stands in a few words.
func (v *view) itemNote(m dispatch.Meeting, r agendaRow) string {
	x := r.X
	switch x.State {
	case dispatch.ItemDecided:
		if len(x.Tasks) == 0 {
			return v.T("meeting.note.decided", "at", clockOf(x.Ended))
		}
		return v.T("meeting.note.tasks", "at", clockOf(x.Ended), "n", len(x.Tasks))
	case dispatch.ItemHeld:
		return v.T("meeting.note.held", "why", x.HeldWhy)
	case dispatch.ItemNow:
		if at, err := parseStamp(x.Began); err == nil && m.State == dispatch.MeetingRunning {
			return v.T("meeting.note.now", "n", max(1, int(v.s.o.Clock().Sub(at).Minutes())))
		}
	}
	return ""
}

// clockOf is the clock time of an instant of the ledger.
func clockOf(stamp string) string {
	at, err := parseStamp(stamp)
	if err != nil {
		return ""
	}
	return at.In(calendar.Zone).Format("15:04")
}

// meetingWhen says a meeting's day and time: 7 月 6 日 14:30.
func (v *view) meetingWhen(m dispatch.Meeting) string {
	d, err := calendar.ParseDay(m.On)
	if err != nil {
		return m.On + " " + m.At
	}
	return d.Prose(v.Lang, calendar.DateOf(v.s.o.Clock()).Year()) + " " + m.At
}

var meetingHues = map[dispatch.MeetingState]string{dispatch.MeetingCalled: "blue", dispatch.MeetingRunning: "yellow", dispatch.MeetingClosed: "green", dispatch.MeetingOff: "none"}

// tally counts tasks: done, in hand, overdue, not possible, received. What was withdrawn is counted nowhere.
type tally struct{ All, Done, Open, Late, Not, Received int }

func tallyOf(rows []taskRow) tally {
	var t tally
	for _, r := range rows {
		if r.Received != "" && r.How != app.FollowWithdrawn {
			t.Received++
		}
		switch r.How {
		case app.FollowDone:
			t.Done++
		case app.FollowWorking:
			t.Open++
		case app.FollowOverdue:
			t.Late++
		case app.FollowNot:
			t.Not++
		}
	}
	t.All = t.Done + t.Open + t.Late + t.Not
	return t
}

// previousTasks are the tasks of the meeting before, the overdue first, and what is still open of earlier ones.
func (v *view) previousTasks(m dispatch.Meeting) (prev *app.FollowUp, last, older []taskRow, err error) {
	if m.Previous == "" {
		return nil, nil, nil, nil
	}
	if prev, err = v.s.o.FollowUp(v.ctx(), v.By, m.Previous); err != nil {
		return nil, nil, nil, err
	}
	rows := func(list []app.FollowedTask) ([]taskRow, error) {
		var ids []string
		for _, t := range list {
			ids = append(ids, t.Case.ID)
		}
		return v.taskRows(ids)
	}
	if last, err = rows(prev.Tasks); err == nil {
		older, err = rows(prev.Older)
	}
	return prev, last, older, err
}

// postNames names posts with their units.
func (v *view) postNames(posts []string) string {
	var out []string
	for _, p := range posts {
		out = append(out, v.party(casework.Party{Post: p}))
	}
	return strings.Join(out, v.T("list.comma"))
}

// postOptions lists the posts that may do a deed, for a choice.
func (v *view) postOptions(may ...org.Role) ([]option, error) {
	posts, err := app.All[org.Post](v.Read(), org.PostKind, "")
	if err != nil {
		return nil, err
	}
	var out []option
	for _, p := range posts {
		if slices.ContainsFunc(p.Roles, func(r org.Role) bool { return slices.Contains(may, r) }) {
			out = append(out, option{p.ID, v.party(casework.Party{Post: p.ID})})
		}
	}
	return out, nil
}

// meetingEntry says an entry of a meeting in one sentence; ok is false for other entries.
func (v *view) meetingEntry(e ledger.Entry) (text string, ok bool) {
	id, ok := strings.CutPrefix(e.Subject, dispatch.MeetingKind+"/")
	if !ok {
		return "", false
	}
	var b struct {
		Title, On, At, Item, Text, Why, Chosen, Decision, Off string
		Tasks                                                 []string
		Items                                                 []dispatch.AgendaItem
		No                                                    int
	}
	json.Unmarshal(e.Body, &b) // a field of another kind stays empty
	item := b.Item
	if m, err := dispatch.MeetingOf(v.Read(), id); err == nil {
		r := agendaRow{}
		if x := m.Item(b.Item); x != nil {
			if r.X = *x; v.itemWords(m, &r) == nil {
				item = r.Title
			}
		}
	}
	key := "entry." + e.Kind
	switch {
	case e.Kind == "dispatch.meeting-closed/1" && b.Off != "":
		key += ".off"
	case e.Kind == "dispatch.line-noted/1" && strings.TrimSpace(b.Text) == "":
		key += ".struck"
	}
	return v.T(key, "title", b.Title, "day", b.On, "at", b.At, "item", item, "text", b.Text, "why", b.Why+b.Off, "chosen", b.Chosen, "decision", b.Decision, "n", len(b.Tasks)+len(b.Items), "no", b.No), true
}
