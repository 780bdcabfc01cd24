package main

import (
	"fmt"

	"shigan/app"
	"shigan/domain/dispatch"
	"shigan/kernel/calendar"
)

func meetingCommands() []command {
	return []command{
		{name: "meeting next", flags: []string{"from=", "until="}, run: meetingNext},
		{name: "meeting list", flags: []string{"from=", "until="}, run: meetingList},
		{name: "meeting show", args: "MEETING", min: 1, max: 1, run: meetingShow},
		{name: "meeting call", flags: []string{"event=", "on=", "at=", "title=", "place=", "chair=", "recorder=+", "key=", "dry-run"}, run: meetingCall},
		{name: "meeting agenda", args: "MEETING", min: 1, max: 1, flags: []string{"set", "key=", "dry-run"}, run: meetingAgenda},
	}
}

// ahead is how many days are looked at where --until says nothing.
const ahead = 31

// span reads --from and --until; left out, from today on and a month long.
func (c *call) span(o *app.Office) (from, until calendar.Date, err error) {
	from = calendar.DateOf(o.Clock())
	if text := c.text("from"); text != "" {
		if from, err = calendar.ParseDay(text); err != nil {
			return from, until, err
		}
	}
	until = from.AddDays(ahead)
	if text := c.text("until"); text != "" {
		until, err = calendar.ParseDay(text)
	}
	return from, until, err
}

// nextLine is one time that an event of the rhythm falls on.
type nextLine struct {
	On      string `json:"on"`
	At      string `json:"at"`
	Event   string `json:"event"`
	What    string `json:"what"`
	Title   string `json:"title"`
	Planned string `json:"planned"`
	Holiday string `json:"holiday,omitempty"`
	Meeting string `json:"meeting,omitempty"`
}

func meetingNext(c *call) error {
	o, _, err := c.reading("read.meeting")
	if err != nil {
		return err
	}
	from, until, err := c.span(o)
	if err != nil {
		return err
	}
	list, err := o.NextMeetings(c.ctx, from, until)
	if err != nil {
		return err
	}
	out := []nextLine{}
	var rows [][]string
	for _, n := range list {
		l := nextLine{n.On.String(), n.Event.At, n.Event.Name, n.Event.What, n.Event.In(c.lang), n.Planned.String(), n.Why, n.Meeting}
		moved := ""
		if l.Planned != l.On {
			moved = c.word("cli.meeting.moved", "day", l.Planned)
		}
		out = append(out, l)
		rows = append(rows, []string{l.On, l.At, l.Event, l.Title, l.Meeting, moved})
	}
	return c.give(out, func() { c.table(rows) })
}

func meetingList(c *call) error {
	o, by, err := c.reading("read.meeting")
	if err != nil {
		return err
	}
	list, err := o.Meetings(c.ctx, by, app.MeetingFilter{From: c.text("from"), Until: c.text("until")})
	if err != nil {
		return err
	}
	var rows [][]string
	for _, m := range list {
		rows = append(rows, []string{m.ID, m.On, m.At, c.word("meeting.state." + string(m.State)), m.Title})
	}
	return c.give(list, func() { c.table(rows) })
}

// meetingShow prints a meeting with its decisions, and how far they are.
func meetingShow(c *call) error {
	o, by, err := c.reading("read.meeting")
	if err != nil {
		return err
	}
	m, hidden, err := o.Meeting(c.ctx, by, c.arg(0))
	if err != nil {
		return err
	}
	f, err := o.FollowUp(c.ctx, by, m.ID)
	if err != nil {
		return err
	}
	out := struct {
		dispatch.Meeting
		Hidden int            `json:"hidden"`
		Tasks  []taskProgress `json:"tasks"`
	}{m, hidden, progress(f.Tasks)}
	return c.give(out, func() {
		fmt.Fprintln(c.out, m.ID, m.Title, m.On, m.At, c.word("meeting.state."+string(m.State)))
		var items, tasks [][]string
		for _, x := range m.Items {
			title := x.Title
			if title == "" {
				title = c.word("meeting.kind." + string(x.Kind))
			}
			items = append(items, []string{"  " + x.ID, title, c.word("meeting.item." + string(x.State)), x.Decision + x.HeldWhy})
		}
		c.part("cli.meeting.items", items)
		for _, t := range out.Tasks {
			tasks = append(tasks, []string{"  " + t.ID, t.Title, t.Unit, t.By, c.word("cli.meeting.how." + t.How)})
		}
		c.part("cli.meeting.tasks", tasks)
		if hidden > 0 {
			c.say("cli.meeting.hidden", "n", hidden)
		}
	})
}

// taskProgress is a task and how far it is.
type taskProgress struct {
	ID       string `json:"id"`
	Title    string `json:"title"`
	Unit     string `json:"unit"`
	By       string `json:"by"`
	How      string `json:"how"`
	Received string `json:"received,omitempty"`
}

func progress(list []app.FollowedTask) []taskProgress {
	out := []taskProgress{}
	for _, t := range list {
		out = append(out, taskProgress{t.Case.ID, t.Case.Title, t.Case.Handler.Unit, t.Case.Given, t.How, t.Received})
	}
	return out
}

// meetingCall calls a meeting: with --event one of the rhythm in force, whose title, time and chair stand where nothing else is said.
func meetingCall(c *call) error {
	o, by, err := c.acting()
	if err != nil {
		return err
	}
	day, err := c.need("on")
	if err != nil {
		return err
	}
	on, err := calendar.ParseDay(day)
	if err != nil {
		return err
	}
	cmd := dispatch.CallMeeting{Title: c.text("title"), On: on.String(), At: c.text("at"), Place: c.text("place"), Chair: c.text("chair"), Recorders: c.list("recorder")}
	var rec app.Receipt
	if event := c.text("event"); event != "" {
		rec, err = o.CallNext(c.ctx, by, event, on, cmd, c.options())
	} else {
		rec, err = o.Do(c.ctx, by, cmd, c.options())
	}
	if err != nil {
		return err
	}
	return c.give(rec, func() { c.receipt(rec) })
}

// agendaLine is an item of the agenda that the system makes.
type agendaLine struct {
	dispatch.AgendaItem
	At    string `json:"at"`
	Why   string `json:"why"`
	Cases int    `json:"cases,omitempty"`
}

// meetingAgenda prints the agenda that the system makes; --set states it.
func meetingAgenda(c *call) error {
	o, by, err := c.reading("read.meeting")
	if err != nil {
		return err
	}
	if c.has("set") {
		rec, err := o.SetProposed(c.ctx, by, c.arg(0), c.options())
		if err != nil {
			return err
		}
		return c.give(rec, func() { c.receipt(rec) })
	}
	a, err := o.Agenda(c.ctx, by, c.arg(0))
	if err != nil {
		return err
	}
	out := []agendaLine{}
	var rows [][]string
	for _, x := range a.Items {
		out = append(out, agendaLine{x.AgendaItem, x.At, x.Why, x.Cases})
		title := x.Title
		if title == "" {
			title = c.word("meeting.kind." + string(x.Kind))
		}
		rows = append(rows, []string{x.At, c.word("cli.rhythm.minutes", "n", x.Minutes), c.word("cli.meeting.why." + x.Why), title})
	}
	return c.give(out, func() { c.table(rows) })
}
