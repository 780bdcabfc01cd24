package api

import (
	"slices"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/dispatch"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
)

// errNoMinutes is a file that the minutes of a meeting do not have.
var errNoMinutes = fault.New(fault.NotFound, "api.no-minutes")

// Meeting 调度会, as far as the caller sees it.
type Meeting struct {
	ID        string           `json:"id"`
	Title     string           `json:"title"`
	Rhythm    string           `json:"rhythm"`
	Event     string           `json:"event"`
	For       string           `json:"for"`
	On        string           `json:"on"`
	At        string           `json:"at"`
	Place     string           `json:"place"`
	Chair     string           `json:"chair"`
	Recorders []string         `json:"recorders"`
	Present   []Party          `json:"present"`
	State     string           `json:"state" enum:"called,running,closed,off"`
	Previous  string           `json:"previous"`
	Started   string           `json:"started"`
	Closed    string           `json:"closed"`
	ClosedBy  string           `json:"closed_by"`
	OffWhy    string           `json:"off_why"`
	Items     []MeetingItem    `json:"items"`
	Hidden    int              `json:"hidden" doc:"items that the caller may not see"`
	Agenda    int64            `json:"agenda" doc:"the entry that set the agenda last"`
	Minutes   []MeetingMinutes `json:"minutes"`
	Seq       int64            `json:"seq"`
}

// MeetingItem 议题.
type MeetingItem struct {
	ID        string        `json:"id"`
	Kind      string        `json:"kind" enum:"previous,red,case,visit,free"`
	Subject   string        `json:"subject"`
	Title     string        `json:"title"`
	Minutes   int           `json:"minutes"`
	From      string        `json:"from"`
	State     string        `json:"state" enum:"waiting,now,decided,held"`
	Began     string        `json:"began"`
	Ended     string        `json:"ended"`
	EndedBy   string        `json:"ended_by"`
	Lines     []MeetingLine `json:"lines"`
	Chosen    string        `json:"chosen"`
	Decision  string        `json:"decision"`
	Tasks     []string      `json:"tasks"`
	NoTaskWhy string        `json:"no_task_why"`
	HeldWhy   string        `json:"held_why"`
	Seq       int64         `json:"seq"`
}

// MeetingLine 记录的一行.
type MeetingLine struct {
	ID     string  `json:"id"`
	Text   string  `json:"text"`
	By     string  `json:"by"`
	At     string  `json:"at"`
	Seq    int64   `json:"seq"`
	Beside string  `json:"beside"`
	Struck bool    `json:"struck"`
	Late   bool    `json:"late"`
	Was    []int64 `json:"was"`
}

// MeetingMinutes 纪要 as issued.
type MeetingMinutes struct {
	No      int               `json:"no"`
	Content string            `json:"content"`
	Files   map[string]string `json:"files"`
	On      string            `json:"on"`
	By      string            `json:"by"`
	Seq     int64             `json:"seq"`
}

func lineOut(l dispatch.Line) MeetingLine {
	return MeetingLine{l.ID, l.Text, l.By, l.At, l.Seq, l.Beside, l.Struck, l.Late, some(l.Was)}
}

func meetingItemOut(x dispatch.Item) MeetingItem {
	return MeetingItem{ID: x.ID, Kind: string(x.Kind), Subject: x.Subject, Title: x.Title, Minutes: x.Minutes, From: x.From, State: string(x.State), Began: x.Began, Ended: x.Ended,
		EndedBy: x.EndedBy, Lines: each(x.Lines, lineOut), Chosen: x.Chosen, Decision: x.Decision, Tasks: some(x.Tasks), NoTaskWhy: x.NoTaskWhy, HeldWhy: x.HeldWhy, Seq: x.Seq}
}

func meetingOut(m dispatch.Meeting, hidden int) Meeting {
	return Meeting{ID: m.ID, Title: m.Title, Rhythm: m.Rhythm, Event: m.Event, For: m.For, On: m.On, At: m.At, Place: m.Place, Chair: m.Chair, Recorders: some(m.Recorders),
		Present: each(m.Present, partyOf), State: string(m.State), Previous: m.Previous, Started: m.Started, Closed: m.Closed, ClosedBy: m.ClosedBy, OffWhy: m.OffWhy,
		Items: each(m.Items, meetingItemOut), Hidden: hidden, Agenda: m.Agenda, Seq: m.Seq,
		Minutes: each(m.Minutes, func(x dispatch.Minutes) MeetingMinutes {
			return MeetingMinutes{x.No, x.Content, x.Files, x.On, x.By, x.Seq}
		})}
}

type meetingsIn struct {
	From   string `query:"from" format:"date"`
	Until  string `query:"until" format:"date"`
	State  string `query:"state" enum:"called,running,closed,off"`
	Rhythm string `query:"rhythm" maxLength:"100"`
	Page
}

// meetings lists them, the latest first. The cursor is the last meeting that was given.
func (c *caller) meetings(in *meetingsIn) (*listOut[Meeting], error) {
	all, err := c.s.o.Meetings(c.ctx, c.by, app.MeetingFilter{From: in.From, Until: in.Until, State: dispatch.MeetingState(in.State), Rhythm: in.Rhythm})
	if err != nil {
		return nil, err
	}
	cur, ok, err := readCursor(in.Cursor, "meetings")
	if err != nil {
		return nil, err
	}
	if ok { // by its day and number, so that one that was moved or came in meanwhile does no harm
		all = slices.DeleteFunc(all, func(m dispatch.Meeting) bool { return m.On+m.At+m.ID >= cur.Key })
	}
	next := ""
	if len(all) > in.Limit {
		all = all[:in.Limit]
		last := all[in.Limit-1]
		next = cursor{Order: "meetings", Key: last.On + last.At + last.ID}.String()
	}
	return listed(each(all, func(m dispatch.Meeting) Meeting { return meetingOut(m, 0) }), next), nil
}

type meetingIn struct {
	ID string `path:"id" maxLength:"100"`
}

func (c *caller) meetingOne(in *meetingIn) (*bodyOut[Meeting], error) {
	m, hidden, err := c.s.o.Meeting(c.ctx, c.by, in.ID)
	if err != nil {
		return nil, err
	}
	return body(meetingOut(m, hidden))
}

type nextIn struct {
	From  string `query:"from" format:"date" required:"true"`
	Until string `query:"until" format:"date" required:"true"`
}

// NextMeeting 下一次.
type NextMeeting struct {
	Rhythm  string `json:"rhythm"`
	Event   string `json:"event"`
	What    string `json:"what" enum:"meeting,visit,list,report,check,bulletin"`
	Name    texts  `json:"name"`
	On      string `json:"on"`
	At      string `json:"at"`
	Planned string `json:"planned" doc:"the day that it would have been, where a holiday moved it"`
	Holiday string `json:"holiday"`
	Meeting string `json:"meeting"`
	State   string `json:"state"`
}

// mostNext bounds how far ahead the rhythm is asked for.
const mostNext = 800

func (c *caller) nextMeetings(in *nextIn) (*listOut[NextMeeting], error) {
	from, err := calendar.ParseDay(in.From)
	if err != nil {
		return nil, err
	}
	until, err := calendar.ParseDay(in.Until)
	if err != nil {
		return nil, err
	}
	if until.Sub(from) > mostNext {
		until = from.AddDays(mostNext)
	}
	list, err := c.s.o.NextMeetings(c.ctx, from, until)
	if err != nil {
		return nil, err
	}
	return listed(each(list, func(n app.NextMeeting) NextMeeting {
		return NextMeeting{n.Rhythm, n.Event.Name, n.Event.What, n.Event.Say, n.On.String(), n.Event.At, n.Planned.String(), n.Why, n.Meeting, string(n.State)}
	}), ""), nil
}

type recogniseIn struct {
	Body struct {
		Text  string `json:"text,omitempty" maxLength:"8000"`
		Today string `json:"today,omitempty" format:"date" doc:"days are read from here on; left out, today"`
	}
}

// ClauseOut 一句 of a typed decision.
type ClauseOut struct {
	app.Stretch
	Text    string         `json:"text"`
	Option  string         `json:"option,omitempty"`
	Title   string         `json:"title,omitempty"`
	Unit    string         `json:"unit,omitempty"`
	UnitAt  *app.Stretch   `json:"unit_at,omitempty"`
	Assists []app.SaidUnit `json:"assists,omitempty"`
	Day     string         `json:"day,omitempty"`
	DayAt   *app.Stretch   `json:"day_at,omitempty"`
	Lacks   []string       `json:"lacks,omitempty"`
}

func (c *caller) recognise(in *recogniseIn) (*listOut[ClauseOut], error) {
	units, err := c.s.o.UnitWords(c.ctx)
	if err != nil {
		return nil, err
	}
	today := calendar.DateOf(c.s.o.Clock())
	if in.Body.Today != "" {
		if today, err = calendar.ParseDay(in.Body.Today); err != nil {
			return nil, err
		}
	}
	return listed(each(app.Recognise(in.Body.Text, units, today), func(x app.Clause) ClauseOut {
		return ClauseOut{x.Stretch, x.Text, x.Option, x.Title, x.Unit, x.UnitAt, x.Assists, x.Day, x.DayAt, x.Lacks}
	}), ""), nil
}

// AgendaRow is an item of the agenda that the system makes.
type AgendaRow struct {
	AgendaIn
	At    string `json:"at"`
	Why   string `json:"why" enum:"previous,held,top,visit,red,set"`
	Cases int    `json:"cases"`
}

// AgendaOut 议程.
type AgendaOut struct {
	Meeting string      `json:"meeting"`
	Items   []AgendaRow `json:"items"`
	Seen    int64       `json:"seen" doc:"goes into set-agenda"`
	Month   string      `json:"month"`
	Reds    []string    `json:"reds"`
	Minutes int         `json:"minutes"`
	Follow  *FollowUp   `json:"follow_up,omitempty"`
}

func (c *caller) meetingAgenda(in *meetingIn) (*bodyOut[AgendaOut], error) {
	a, err := c.s.o.Agenda(c.ctx, c.by, in.ID)
	if err != nil {
		return nil, err
	}
	return body(AgendaOut{Meeting: a.Meeting.ID, Seen: a.Meeting.Agenda, Month: a.Month.String(), Reds: some(a.Reds), Minutes: a.Minutes, Follow: c.follow(a.Follow),
		Items: each(a.Items, func(x app.AgendaLine) AgendaRow {
			return AgendaRow{AgendaIn{x.ID, string(x.Kind), x.Subject, x.Title, x.Minutes, x.From}, x.At, x.Why, x.Cases}
		})})
}

// FollowUp 跟踪 of a meeting's tasks.
type FollowUp struct {
	Meeting string       `json:"meeting"`
	Title   string       `json:"title"`
	On      string       `json:"on"`
	Done    int          `json:"done"`
	Working int          `json:"working"`
	Overdue int          `json:"overdue"`
	Not     int          `json:"not"`
	Tasks   []TaskFollow `json:"tasks"`
	Older   []TaskFollow `json:"older"`
}

// TaskFollow is one of them.
type TaskFollow struct {
	ID       string       `json:"id"`
	Meeting  string       `json:"meeting"`
	Item     string       `json:"item"`
	Title    string       `json:"title"`
	Handler  Party        `json:"handler"`
	Assists  []Party      `json:"assists"`
	Raiser   Party        `json:"raiser"`
	By       string       `json:"by"`
	How      string       `json:"how" enum:"overdue,working,done,not,withdrawn"`
	State    CaseSay      `json:"state"`
	Outcome  CaseSay      `json:"outcome"`
	Received string       `json:"received"`
	Level    int          `json:"level"`
	Reopened int          `json:"reopened"`
	Standing CaseStanding `json:"standing"`
}

func (c *caller) taskFollow(t app.FollowedTask) TaskFollow {
	st, _ := t.Desk.State(t.Case.State)
	result, _ := t.Desk.Outcome(t.Case.Outcome)
	return TaskFollow{ID: t.Case.ID, Meeting: t.Meeting, Item: t.Item, Title: t.Case.Title, Handler: partyOf(t.Case.Handler), Assists: each(t.Case.Assists, partyOf),
		Raiser: partyOf(t.Case.Raiser), By: t.Case.Given, How: t.How, State: CaseSay{t.Case.State, st.In(c.lang)}, Outcome: CaseSay{t.Case.Outcome, result.In(c.lang)},
		Received: t.Received, Level: t.Case.Level, Reopened: t.Case.Reopened, Standing: c.standing(t.Standing)}
}

func (c *caller) follow(f *app.FollowUp) *FollowUp {
	if f == nil {
		return nil
	}
	return &FollowUp{f.Meeting, f.Title, f.On, f.Done, f.Working, f.Overdue, f.Not, each(f.Tasks, c.taskFollow), each(f.Older, c.taskFollow)}
}

func (c *caller) followUp(in *meetingIn) (*bodyOut[FollowUp], error) {
	f, err := c.s.o.FollowUp(c.ctx, c.by, in.ID)
	if err != nil {
		return nil, err
	}
	return body(*c.follow(f))
}

// LiveMeeting 会中.
type LiveMeeting struct {
	Meeting   Meeting        `json:"meeting"`
	Items     []LiveItem     `json:"items"`
	Tasks     []TaskFollow   `json:"tasks"`
	Received  int            `json:"received"`
	Recording []RecorderLine `json:"recording"`
	Behind    int            `json:"behind" doc:"minutes behind the agenda; below zero ahead of it"`
	FollowUp  *FollowUp      `json:"follow_up,omitempty"`
	Now       string         `json:"now"`
}

// LiveItem is what an item is about, as it stands now.
type LiveItem struct {
	ID       string        `json:"id"`
	Planned  string        `json:"planned"`
	Project  string        `json:"project"`
	Case     string        `json:"case"`
	Level    int           `json:"level"`
	Measure  *CaseMeasure  `json:"measure,omitempty"`
	Standing *CaseStanding `json:"standing,omitempty"`
	Reds     []string      `json:"reds"`
}

// RecorderLine is a post that notes.
type RecorderLine struct {
	Post string `json:"post"`
	Item string `json:"item"`
	At   string `json:"at"`
}

func measureOut(m *casework.Measure) *CaseMeasure {
	if m == nil {
		return nil
	}
	return &CaseMeasure{m.Pain, m.Cause, each(m.Options, optionOut), m.Chosen, m.Decision, partyOut(m.Owner), m.By, m.Meeting, m.Post, m.Decided(), m.Seq}
}

func (c *caller) liveItem(x app.LiveItem) LiveItem {
	out := LiveItem{ID: x.ID, Planned: x.Planned, Project: x.Project, Reds: some(x.Reds)}
	if x.Case != nil {
		s := c.standing(x.Standing)
		out.Case, out.Level, out.Measure, out.Standing = x.Case.ID, x.Case.Level, measureOut(x.Case.Measure), &s
	}
	return out
}

func (c *caller) meetingLive(in *meetingIn) (*bodyOut[LiveMeeting], error) {
	l, err := c.s.o.LiveMeeting(c.ctx, c.by, in.ID)
	if err != nil {
		return nil, err
	}
	return body(LiveMeeting{Meeting: meetingOut(l.Meeting, l.Hidden), Items: each(l.Items, c.liveItem), Tasks: each(l.Tasks, c.taskFollow), Received: l.Received, Behind: l.Behind,
		Recording: each(l.Recording, func(r app.Recorder) RecorderLine { return RecorderLine{r.Post, r.Item, r.At} }), FollowUp: c.follow(l.Follow), Now: instant(l.At)})
}

// PackOut 会议材料.
type PackOut struct {
	Meeting string     `json:"meeting"`
	Month   string     `json:"month"`
	Pages   []PackPage `json:"pages"`
}

// PackPage is one project of it.
type PackPage struct {
	Project string           `json:"project"`
	Name    Name             `json:"name"`
	Items   []string         `json:"items"`
	Figures map[string]Value `json:"figures"`
	Cases   []PackCase       `json:"cases"`
	Last    []TaskFollow     `json:"last"`
	Letter  int              `json:"letter" doc:"its version; 0 where none was drawn"`
}

// PackCase is an open case of the project.
type PackCase struct {
	ID       string       `json:"id"`
	Title    string       `json:"title"`
	Level    int          `json:"level"`
	Measure  *CaseMeasure `json:"measure,omitempty"`
	Standing CaseStanding `json:"standing"`
}

func (c *caller) meetingPack(in *meetingIn) (*bodyOut[PackOut], error) {
	p, err := c.s.o.MeetingPack(c.ctx, c.by, in.ID)
	if err != nil {
		return nil, err
	}
	out := PackOut{Meeting: p.Meeting.ID, Month: p.Month.String(), Pages: []PackPage{}}
	for _, x := range p.Pages {
		page := PackPage{Project: x.Project.ID, Name: Name(x.Project.Facts.Name), Items: some(x.Items), Figures: map[string]Value{}, Last: each(x.Last, c.taskFollow),
			Cases: each(x.Open, func(k app.LiveCase) PackCase {
				return PackCase{k.Case.ID, k.Case.Title, k.Case.Level, measureOut(k.Case.Measure), c.standing(k.Standing)}
			})}
		if p.Figures != nil {
			page.Figures = figsOf(p.Figures, p.Names, "project/"+x.Project.ID, c.lang)
		}
		if x.Letter != nil {
			page.Letter = x.Letter.Version
		}
		out.Pages = append(out.Pages, page)
	}
	return body(out)
}

type minutesOut struct {
	Body struct {
		Issued  []MeetingMinutes `json:"issued"`
		Minutes Any              `json:"minutes"` // its canonical JSON, as it would be issued now
	}
}

func (c *caller) minutesOne(in *meetingIn) (*minutesOut, error) {
	m, _, err := c.s.o.Meeting(c.ctx, c.by, in.ID)
	if err != nil {
		return nil, err
	}
	data, err := c.s.o.MinutesOf(c.ctx, c.by, in.ID)
	if err != nil {
		return nil, err
	}
	raw, err := data.Canonical()
	if err != nil {
		return nil, err
	}
	out := &minutesOut{}
	out.Body.Issued, out.Body.Minutes = meetingOut(m, 0).Minutes, raw
	return out, nil
}

type minutesFileIn struct {
	ID   string `path:"id" maxLength:"100"`
	No   int    `path:"no" minimum:"1"`
	Name string `path:"name" maxLength:"200"`
}

func (c *caller) minutesFile(in *minutesFileIn) (*fileOut, error) {
	raw, ok, err := c.s.o.IssuedMinutes(c.ctx, c.by, in.ID, in.No, in.Name)
	if err == nil && !ok {
		err = errNoMinutes.With("meeting", in.ID, "name", in.Name)
	}
	return download(in.ID+"-"+in.Name, raw, err)
}
