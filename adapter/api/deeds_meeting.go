package api

import (
	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/dispatch"
	"shigan/kernel/calendar"
)

// OfMeeting is where a deed about a meeting goes.
type OfMeeting struct {
	ID string `path:"id" maxLength:"100"`
	Deed
}

type callMeetingIn struct {
	Deed
	Body struct {
		ID        string   `json:"id,omitempty" maxLength:"100" doc:"corrects this call; left out, it is a new one"`
		Title     string   `json:"title,omitempty" maxLength:"200"`
		Event     string   `json:"event,omitempty" maxLength:"100" doc:"of the rhythm in force: title, day, time and chair that are left out are those of the rhythm"`
		On        string   `json:"on" format:"date"`
		At        string   `json:"at,omitempty" maxLength:"5"`
		Place     string   `json:"place,omitempty" maxLength:"200"`
		Chair     string   `json:"chair,omitempty" maxLength:"100"`
		Recorders []string `json:"recorders,omitempty" maxItems:"20"`
		Present   []Party  `json:"present,omitempty" maxItems:"200"`
	}
}

func (c *caller) callMeeting(in *callMeetingIn) (*receiptOut, error) {
	b := in.Body
	cmd := dispatch.CallMeeting{ID: b.ID, Title: b.Title, On: b.On, At: b.At, Place: b.Place, Chair: b.Chair, Recorders: b.Recorders, Present: parties(b.Present)}
	if b.Event == "" {
		return c.do(in.Deed, cmd)
	}
	on, err := calendar.ParseDay(b.On)
	if err != nil {
		return nil, err
	}
	return receipt(c.s.o.CallNext(c.ctx, c.by, b.Event, on, cmd, in.options()))
}

// AgendaIn is an item as the agenda has it.
type AgendaIn struct {
	ID      string `json:"id,omitempty" maxLength:"20"`
	Kind    string `json:"kind" enum:"previous,red,case,visit,free"`
	Subject string `json:"subject,omitempty" maxLength:"200"`
	Title   string `json:"title,omitempty" maxLength:"500"`
	Minutes int    `json:"minutes,omitempty" minimum:"0" maximum:"1440"`
	From    string `json:"from,omitempty" maxLength:"100"`
}

type setAgendaIn struct {
	OfMeeting
	Body struct {
		Items    []AgendaIn `json:"items,omitempty" maxItems:"200"`
		Seen     int64      `json:"seen,omitempty" minimum:"0"`
		Proposed bool       `json:"proposed,omitempty" doc:"takes the agenda that the system makes, instead of items"`
	}
}

func (c *caller) setAgenda(in *setAgendaIn) (*receiptOut, error) {
	if in.Body.Proposed {
		return receipt(c.s.o.SetProposed(c.ctx, c.by, in.ID, in.options()))
	}
	cmd := dispatch.SetAgenda{Meeting: in.ID, Seen: in.Body.Seen}
	for _, x := range in.Body.Items {
		cmd.Items = append(cmd.Items, dispatch.AgendaItem{ID: x.ID, Kind: dispatch.ItemKind(x.Kind), Subject: x.Subject, Title: x.Title, Minutes: x.Minutes, From: x.From})
	}
	return c.do(in.Deed, cmd)
}

type startMeetingIn struct {
	OfMeeting
	Body struct {
		Present []Party `json:"present,omitempty" maxItems:"200"`
	}
}

func (c *caller) startMeeting(in *startMeetingIn) (*receiptOut, error) {
	return c.do(in.Deed, dispatch.StartMeeting{Meeting: in.ID, Present: parties(in.Body.Present)})
}

type itemIn struct {
	OfMeeting
	Body struct {
		Item string `json:"item,omitempty" maxLength:"20"`
		Why  string `json:"why,omitempty" maxLength:"1000"`
		Seen int64  `json:"seen,omitempty" minimum:"0"`
	}
}

func (c *caller) turnTo(in *itemIn) (*receiptOut, error) {
	return c.do(in.Deed, dispatch.TurnTo{Meeting: in.ID, Item: in.Body.Item})
}

func (c *caller) undecideItem(in *itemIn) (*receiptOut, error) {
	return c.do(in.Deed, dispatch.Undecide{Meeting: in.ID, Item: in.Body.Item, Why: in.Body.Why, Seen: in.Body.Seen})
}

func (c *caller) holdItem(in *itemIn) (*receiptOut, error) {
	return c.do(in.Deed, dispatch.HoldItem{Meeting: in.ID, Item: in.Body.Item, Why: in.Body.Why, Seen: in.Body.Seen})
}

func (c *caller) closeMeeting(in *itemIn) (*receiptOut, error) {
	return c.do(in.Deed, dispatch.CloseMeeting{Meeting: in.ID, Why: in.Body.Why})
}

type noteLineIn struct {
	OfMeeting
	Body struct {
		Item string `json:"item,omitempty" maxLength:"20"`
		Line string `json:"line,omitempty" maxLength:"20"`
		Text string `json:"text,omitempty" maxLength:"8000"`
		Seen int64  `json:"seen,omitempty" minimum:"0"`
	}
}

// Noted is the receipt of a line, and the line as it stands: beside another, where somebody changed that meanwhile.
type Noted struct {
	Receipt
	Line MeetingLine `json:"line"`
}

func (c *caller) noteLine(in *noteLineIn) (*bodyOut[Noted], error) {
	b := in.Body
	line, rec, err := c.s.o.NoteLine(c.ctx, c.by, dispatch.NoteLine{Meeting: in.ID, Item: b.Item, Line: b.Line, Text: b.Text, Seen: b.Seen}, in.options())
	out, err := receipt(rec, err)
	if err != nil {
		return nil, err
	}
	return body(Noted{out.Body, lineOut(line)})
}

// TaskIn is a task that a decision gives.
type TaskIn struct {
	Title    string  `json:"title" maxLength:"500"`
	Unit     string  `json:"unit,omitempty" maxLength:"100"`
	Post     string  `json:"post,omitempty" maxLength:"100"`
	Assists  []Party `json:"assists,omitempty" maxItems:"20"`
	By       string  `json:"by,omitempty" maxLength:"10"`
	Criteria string  `json:"criteria,omitempty" maxLength:"1000"`
	Raiser   Party   `json:"raiser,omitzero"`
	Subject  string  `json:"subject,omitempty" maxLength:"200"`
}

type decideIn struct {
	OfMeeting
	Body struct {
		Item        string   `json:"item,omitempty" maxLength:"20"`
		Option      string   `json:"option,omitempty" maxLength:"20"`
		Text        string   `json:"text,omitempty" maxLength:"2000"`
		Pain        string   `json:"pain,omitempty" maxLength:"2000"`
		Cause       string   `json:"cause,omitempty" maxLength:"2000"`
		Tasks       []TaskIn `json:"tasks,omitempty" maxItems:"50"`
		NoTaskWhy   string   `json:"no_task_why,omitempty" maxLength:"1000"`
		Seen        int64    `json:"seen,omitempty" minimum:"0"`
		MeasureSeen int64    `json:"measure_seen,omitempty" minimum:"0"`
	}
}

func (c *caller) decideItem(in *decideIn) (*receiptOut, error) {
	b := in.Body
	cmd := dispatch.DecideItem{Meeting: in.ID, Item: b.Item, Option: b.Option, Text: b.Text, Pain: b.Pain, Cause: b.Cause, NoTaskWhy: b.NoTaskWhy, Seen: b.Seen, MeasureSeen: b.MeasureSeen}
	for _, t := range b.Tasks {
		cmd.Tasks = append(cmd.Tasks, dispatch.TaskDraft{Title: t.Title, Unit: t.Unit, Post: t.Post, Assists: parties(t.Assists), By: t.By, Criteria: t.Criteria,
			Raiser: casework.Party(t.Raiser), Subject: t.Subject})
	}
	return receipt(c.s.o.DecideItem(c.ctx, c.by, cmd, in.options()))
}

type issueMinutesIn struct{ OfMeeting }

// issueMinutes has the minutes, the list and the letters set as they are printed, and issues them.
func (c *caller) issueMinutes(in *issueMinutesIn) (*receiptOut, error) {
	if _, err := dispatch.MeetingOf(c.read(), in.ID); err != nil {
		return nil, err
	}
	p, ok := c.s.opt.Papers.(app.MinutesPrinter)
	if !ok {
		return nil, errNoPart
	}
	return receipt(c.s.o.IssueMinutes(c.ctx, c.by, in.ID, p, in.options()))
}

type adoptRhythmIn struct {
	Deed
	Body struct {
		Rhythm string `json:"rhythm,omitempty" maxLength:"100"`
		From   string `json:"from,omitempty" maxLength:"10"`
		Reason string `json:"reason,omitempty" maxLength:"1000"`
	}
}

func (c *caller) adoptRhythm(in *adoptRhythmIn) (*receiptOut, error) {
	return receipt(c.s.o.AdoptRhythm(c.ctx, c.by, in.Body.Rhythm, in.Body.From, in.Body.Reason, in.options()))
}
