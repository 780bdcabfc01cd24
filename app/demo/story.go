package demo

import (
	"context"
	"strings"
	"time"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/dispatch"
	"shigan/domain/visit"
	"shigan/kernel/quantity"
)

// storyData is what cases.yaml tells of 15 February 2022 and of the meetings after it.
type storyData struct {
	Visit    storyVisit
	Meetings []storyMeeting
	Next     struct{ Event, Title, Called, On, At, Place, Chair, Recorder string }
}

type storyVisit struct {
	At, To, By, Writer, Place, Purpose string
	Who, Projects                      []string
	Notes                              []struct{ Project, Text string }
	Findings                           []struct{ Project, Title, Pain, Cause string }
}

type storyMeeting struct {
	ID, Event, Title, Called, At, Ended, Place, Chair, Recorder string // Event: of the rhythm, "" for a meeting beside it
	Present                                                     []string
	Items                                                       []storyItem
}

type storyItem struct {
	Finding                                  int
	Project, Kind, Title, Line, Text, Chosen string
	Options                                  []optionData
	Tasks                                    []storyTask
	Close                                    *struct{ Answer, Result, Confirm string }
}

type optionData struct {
	Mark, Text, Effect, Date string
	Cost                     int64 // 万元
}

func (o optionData) option() casework.Option {
	fen := quantity.Fen(o.Cost) * quantity.Wan
	return casework.Option{Mark: o.Mark, Text: o.Text, Effect: o.Effect, Date: o.Date, Cost: &fen}
}

// storyTask is a task with what becomes of it.
type storyTask struct {
	Title, Unit, By, Raiser, Received, Answer, Result, Confirm, Refuse, Reason, Sign, Reopen, Again string
	ConfirmAgain                                                                                    string `yaml:"confirm_again"`
}

// story adds the visit to two nodes, the meeting of the same day, and the meetings after it. A seed that begins later has none.
func (s *seeding) story(context.Context) error {
	d := s.d.cases.Story
	if s.opt.From.First().String() > d.Visit.At[:10] {
		return nil
	}
	s.walk(d.Visit)
	for _, m := range d.Meetings {
		s.meeting(m)
	}
	n := d.Next
	s.add(event{at: moment(n.Called), post: n.Recorder, cmd: func() app.Command {
		return s.byRhythm(n.Event, dispatch.CallMeeting{Title: n.Title, On: n.On, At: n.At, Place: n.Place, Chair: n.Chair, Recorders: []string{n.Recorder}})
	}})
	return nil
}

// byRhythm makes a call the one of the rhythm's day on which it is held.
func (s *seeding) byRhythm(event string, c dispatch.CallMeeting) dispatch.CallMeeting {
	if event != "" {
		c.Rhythm, c.Event, c.For = s.d.cases.Rhythm, event, c.On
	}
	return c
}

// parties gives posts with their units.
func (s *seeding) parties(posts []string) []casework.Party {
	var out []casework.Party
	for _, p := range posts {
		out = append(out, casework.Party{Unit: s.who[p].Unit, Post: p})
	}
	return out
}

// walk adds the visit with its findings.
func (s *seeding) walk(x storyVisit) {
	s.add(event{at: moment(x.At).Add(2 * time.Hour), post: x.By, cmd: func() app.Command {
		r := s.o.Read(context.Background())
		cmd := visit.Log{Sample: true, Facts: visit.Facts{On: x.At[:10], From: x.At[11:], To: x.To, Projects: x.Projects, Place: x.Place, Who: s.parties(x.Who),
			Purpose: x.Purpose}}
		for _, n := range x.Notes {
			cmd.Notes = append(cmd.Notes, visit.Line{Project: n.Project, Text: n.Text})
		}
		for _, f := range x.Findings {
			found := visit.Found{Project: f.Project, Title: f.Title, Pain: f.Pain, Cause: f.Cause}
			found.Chain, _ = app.ChainOf(r, f.Project, "") // what is not there is refused by the deed
			found.Reach, _ = app.ReachOfCase(r, f.Project, "")
			cmd.Findings = append(cmd.Findings, found)
		}
		return cmd
	}})
}

// finding is the number of the nth finding of the visit, the first of its year.
func finding(n int) string { return "F-2022-000" + string(rune('0'+n)) }

// meeting adds a meeting from its call to its end, and what becomes of its tasks.
func (s *seeding) meeting(m storyMeeting) {
	at := func(when time.Time, cmd func() app.Command) {
		s.add(event{at: when, post: m.Recorder, cmd: cmd})
	}
	start := moment(m.At)
	at(moment(m.Called), func() app.Command {
		return s.byRhythm(m.Event, dispatch.CallMeeting{Title: m.Title, On: m.At[:10], At: m.At[11:], Place: m.Place, Chair: m.Chair, Recorders: []string{m.Recorder},
			Present: s.parties(m.Present)})
	})
	at(start.Add(-10*time.Minute), func() app.Command {
		cmd := dispatch.SetAgenda{Meeting: m.ID}
		for _, x := range m.Items {
			item := dispatch.AgendaItem{Kind: dispatch.ItemKind(x.Kind), Title: x.Title, Minutes: 15}
			if x.Finding > 0 {
				item.Kind, item.Subject = dispatch.ItemVisit, "case/"+finding(x.Finding)
			} else if x.Project != "" {
				item.Subject = "project/" + x.Project
			}
			cmd.Items = append(cmd.Items, item)
		}
		return cmd
	})
	at(start, func() app.Command { return dispatch.StartMeeting{Meeting: m.ID} })
	tasks := 0
	for i, x := range m.Items {
		when := start.Add(time.Duration(4+7*i) * time.Minute)
		s.talk(m, i, x, when)
		for _, t := range x.Tasks {
			tasks++
			s.task("T-"+strings.ReplaceAll(m.At[:10], "-", "")+"-0"+string(rune('0'+tasks)), t, m.Recorder)
		}
	}
	at(moment(m.Ended), func() app.Command { return dispatch.CloseMeeting{Meeting: m.ID} })
}

// talk adds one item of a meeting: options written down, a line noted, the decision with its tasks, and for a finding its end.
func (s *seeding) talk(m storyMeeting, i int, x storyItem, when time.Time) {
	id := finding(x.Finding)
	if x.Finding > 0 {
		s.move(when.Add(-3*time.Minute), dispatcher, id, "accept", casework.Make{})
		s.add(event{at: when.Add(-2 * time.Minute), post: dispatcher, cmd: func() app.Command {
			c, _ := casework.Of(s.o.Read(context.Background()), id) // one that is not there is refused by the deed
			cmd := casework.SetMeasure{Case: id}
			if c.Measure != nil {
				cmd.Measure, cmd.Seen = *c.Measure, c.Measure.Seq
			}
			for _, o := range x.Options {
				cmd.Measure.Options = append(cmd.Measure.Options, o.option())
			}
			return cmd
		}})
	}
	item := string(rune('1' + i))
	if x.Line != "" {
		s.add(event{at: when.Add(-time.Minute), post: m.Recorder, cmd: func() app.Command {
			return dispatch.NoteLine{Meeting: m.ID, Item: item, Text: x.Line}
		}})
	}
	s.add(event{at: when, post: m.Recorder, cmd: func() app.Command { return s.decide(m, item, x) }})
	if x.Finding == 0 {
		return
	}
	lead := casework.Party{Unit: x.Tasks[0].Unit}
	s.move(moment(m.Ended).Add(10*time.Minute), dispatcher, id, "assign", casework.Make{Handler: lead})
	act := s.acts(lead.Unit)
	s.move(moment(x.Close.Answer), act, id, "answer", casework.Make{Outcome: "done", Fields: map[string]string{"result": x.Close.Result}})
	s.move(moment(x.Close.Confirm), s.d.cases.Story.Visit.By, id, "confirm", casework.Make{})
}

// decide makes the decision from how the item stands by then.
func (s *seeding) decide(m storyMeeting, item string, x storyItem) app.Command {
	r := s.o.Read(context.Background())
	cmd := dispatch.DecideItem{Meeting: m.ID, Item: item, Option: x.Chosen, Text: x.Text}
	project := x.Project
	if now, err := dispatch.MeetingOf(r, m.ID); err == nil && now.Item(item) != nil {
		cmd.Seen = now.Item(item).Seq
	}
	if x.Finding > 0 {
		if c, err := casework.Of(r, finding(x.Finding)); err == nil {
			project = strings.TrimPrefix(c.Subject, "project/")
			if c.Measure != nil {
				cmd.MeasureSeen = c.Measure.Seq
			}
		}
	}
	for _, t := range x.Tasks {
		draft := dispatch.TaskDraft{Title: t.Title, Unit: t.Unit, By: t.By, Raiser: casework.Party{Unit: s.who[t.Raiser].Unit, Post: t.Raiser}}
		draft.Chain, _ = app.ChainOf(r, project, t.Unit) // a unit that is not there is refused by the deed
		draft.Reach, _ = app.ReachOfCase(r, project, t.Unit)
		cmd.Tasks = append(cmd.Tasks, draft)
	}
	return cmd
}

// task adds what becomes of a task: received, answered and confirmed, refused and signed by a second person, opened again.
func (s *seeding) task(id string, t storyTask, second string) {
	act := s.acts(t.Unit)
	s.move(moment(t.Received), act, id, "receive", casework.Make{})
	done := casework.Make{Outcome: "done", Fields: map[string]string{"result": t.Result}}
	if t.Answer != "" {
		s.move(moment(t.Answer), act, id, "answer", done)
		s.move(moment(t.Confirm), t.Raiser, id, "confirm", casework.Make{})
	}
	if t.Refuse != "" {
		s.move(moment(t.Refuse), act, id, "explain", casework.Make{Outcome: "refused", Reason: t.Reason})
		s.move(moment(t.Sign), second, id, "sign", casework.Make{})
	}
	if t.Reopen != "" {
		s.move(moment(t.Reopen), t.Raiser, id, "reopen", casework.Make{Reason: t.Reason})
		s.move(moment(t.Again), act, id, "answer", done)
		s.move(moment(t.ConfirmAgain), t.Raiser, id, "confirm", casework.Make{})
	}
}
