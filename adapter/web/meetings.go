package web

import (
	"errors"
	"slices"
	"strings"

	"shigan/app"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
)

// meetingsPage 会议 is what comes next by the rhythm, and what past meetings decided with how far it is.
type meetingsPage struct {
	Next    []nextRow
	First   *nextRow // the first meeting among them
	Rhythm  string   // the pack's name, and what it is called
	Named   string
	None    bool // no rhythm is in force
	Ends    bool // the list of holidays ends before: nobody knows the days
	Past    []pastRow
	Tasks   taskFigs
	CanCall bool
	Chairs  []option
	Writers []option
	Places  []string
	Today   string
	Form    formState
	Key     string
	Notice  string
	Entry   int64
	Number  string
	Weekly  string // Monday of the last week's bulletin
}

// nextRow is one time that something of the rhythm falls on, or a meeting that was called beside it.
type nextRow struct {
	Day, At, Week, Title string
	What                 string
	Moved, Why           string // the day that it would have been, and the holiday
	Meeting, State, Hue  string
	Event                string
	Chair                string
	Left                 string
	Prose                string // 7 月 6 日
}

// pastRow is a meeting that was held or called off.
type pastRow struct {
	M       dispatch.Meeting
	When    string
	Decided int
	Held    int
	Tasks   taskFigs
	State   string
	Hue     string
}

// nextDays and pastMeetings bound the two lists.
const (
	nextDays     = 35
	pastMeetings = 20
)

func (v *view) meetingsPage() error { return v.meetingsShow(formState{}, 200) }

func (v *view) meetingsShow(form formState, code int) error {
	d := meetingsPage{Form: form, Key: app.NewKey(), CanCall: v.mayMeet("dispatch.call-meeting"), Today: v.today().String()}
	d.Notice, d.Entry, d.Number = v.notice("meeting.did")
	if err := v.nextRows(&d); err != nil {
		return err
	}
	if err := v.pastRows(&d); err != nil {
		return err
	}
	if v.mayMeet("read.dispatch") {
		d.Weekly = app.WeekOf(v.today()).AddDays(-7).String()
	}
	if d.CanCall {
		var err error
		if d.Chairs, err = v.postOptions(org.Leader); err != nil {
			return err
		}
		if d.Writers, err = v.postOptions(org.Dispatcher, org.Supervisor); err != nil {
			return err
		}
	}
	p := v.newPage(v.T("meetings"), d)
	p.Ask = "nav.dispatch"
	return v.s.pages.write(v, code, "meetings", p)
}

// today is the day on the house's clock.
func (v *view) today() calendar.Date { return calendar.DateOf(v.s.o.Clock()) }

// nextRows lists what comes: by the rhythm in force, and what was called beside it.
func (v *view) nextRows(d *meetingsPage) error {
	from, until := v.today(), v.today().AddDays(nextDays)
	list, err := v.s.o.NextMeetings(v.ctx(), from, until)
	d.None, d.Ends = errors.Is(err, dispatch.ErrNotAdopted), errors.Is(err, calendar.ErrNoHolidayList)
	if err != nil && !d.None && !d.Ends {
		return err
	}
	shown := map[string]bool{}
	for _, n := range list {
		r := nextRow{Day: n.On.String(), At: n.Event.At, Title: n.Event.Say.In(v.Lang), What: n.Event.What, Event: n.Event.Name, Meeting: n.Meeting}
		if !n.Planned.IsZero() && n.Planned != n.On {
			r.Moved, r.Why = n.Planned.String(), n.Why
		}
		if n.Meeting != "" {
			m, err := dispatch.MeetingOf(v.Read(), n.Meeting)
			if err != nil {
				return err
			}
			r.Day, r.At, r.Title, shown[m.ID] = m.On, m.At, m.Title, true
			r.State, r.Hue = v.T("meeting.st."+string(m.State)), meetingHues[m.State]
			if m.State == dispatch.MeetingClosed {
				continue
			}
		} else {
			r.Chair = labelOf(v.Lang, "rung", n.Event.Chair)
		}
		if d.Rhythm != n.Rhythm {
			d.Rhythm = n.Rhythm
			if x, err := dispatch.RhythmOn(v.Read(), n.On.String()); err == nil {
				d.Named = x.In(v.Lang)
			}
		}
		d.Next = append(d.Next, r)
	}
	for _, state := range []dispatch.MeetingState{dispatch.MeetingRunning, dispatch.MeetingCalled} {
		called, err := v.s.o.Meetings(v.ctx(), v.By, app.MeetingFilter{State: state})
		if err != nil {
			return err
		}
		for _, m := range called {
			if !shown[m.ID] {
				d.Next = append(d.Next, nextRow{Day: m.On, At: m.At, Title: m.Title, What: "meeting", Meeting: m.ID, State: v.T("meeting.st." + string(m.State)), Hue: meetingHues[m.State]})
			}
		}
	}
	slices.SortStableFunc(d.Next, func(a, b nextRow) int { return strings.Compare(a.Day+a.At, b.Day+b.At) })
	for i := range d.Next {
		r := &d.Next[i]
		if day, err := calendar.ParseDay(r.Day); err == nil {
			r.Week, r.Prose = v.T("week."+day.Weekday().String()), day.Prose(v.Lang, v.today().Year())
			if left := v.deadline(r.Day, v.today()); left != nil && !day.Before(v.today()) {
				r.Left = left.Text
			}
		}
		if d.First == nil && r.What == "meeting" {
			d.First = r
		}
	}
	return nil
}

// pastRows lists what was held, the latest first, with how far its decisions are.
func (v *view) pastRows(d *meetingsPage) error {
	all, err := v.s.o.Meetings(v.ctx(), v.By, app.MeetingFilter{Until: v.today().String()})
	if err != nil {
		return err
	}
	for _, m := range all {
		if m.State != dispatch.MeetingClosed && m.State != dispatch.MeetingOff {
			continue
		}
		r := pastRow{M: m, When: v.meetingWhen(m), State: v.T("meeting.st." + string(m.State)), Hue: meetingHues[m.State]}
		for _, x := range m.Items {
			switch x.State {
			case dispatch.ItemDecided:
				r.Decided++
			case dispatch.ItemHeld:
				r.Held++
			}
		}
		if d.Past = append(d.Past, r); len(d.Past) == pastMeetings {
			break
		}
	}
	return v.meetingTasks(d)
}

// taskFigs are figures of tasks: all, closed, open, and overdue among these.
type taskFigs struct{ All, Ended, Open, Late app.Fig }

// meetingTasks counts the tasks of the whole account and of each meeting; who reads no cases reads none of these.
func (v *view) meetingTasks(d *meetingsPage) error {
	whole := app.CaseGroup{Use: dispatch.TaskUse}
	groups := []app.CaseGroup{whole}
	for _, r := range d.Past {
		groups = append(groups, app.CaseGroup{Use: dispatch.TaskUse, Meeting: r.M.ID})
	}
	figs, err := v.caseFigs([]string{"all_cases", "ended_cases", "open_cases", "overdue_cases"}, groups...)
	if f, ok := fault.Of(err); ok && f.Kind == fault.Forbidden {
		return nil
	} else if err != nil {
		return err
	}
	of := func(g app.CaseGroup) taskFigs {
		return taskFigs{figs.Of("all_cases", g), figs.Of("ended_cases", g), figs.Of("open_cases", g), figs.Of("overdue_cases", g)}
	}
	d.Tasks = of(whole)
	for i := range d.Past {
		d.Past[i].Tasks = of(groups[i+1])
	}
	return nil
}

// callMeeting 通知开会: for a day of the rhythm, or any other.
func (v *view) callMeeting() error {
	call := dispatch.CallMeeting{ID: v.r.PathValue("id"), Title: v.r.FormValue("title"), On: v.r.FormValue("on"), At: v.r.FormValue("at"), Place: v.r.FormValue("place"), Chair: v.r.FormValue("chair"),
		Recorders: nonBlank(v.r.Form["recorder"])}
	var rec app.Receipt
	var err error
	if event := v.r.FormValue("event"); event != "" && call.ID == "" {
		var day calendar.Date
		if day, err = calendar.ParseDay(v.r.FormValue("for")); err == nil {
			if len(call.Recorders) == 0 {
				call.Recorders = []string{v.By.Post}
			}
			rec, err = v.s.o.CallNext(v.ctx(), v.By, event, day, call, v.options())
		}
	} else {
		if call.ID != "" {
			m, err := dispatch.MeetingOf(v.Read(), call.ID)
			if err != nil {
				return err
			}
			call.Rhythm, call.Event, call.For, call.Present = m.Rhythm, m.Event, m.For, m.Present
		}
		rec, err = v.s.o.Do(v.ctx(), v.By, call, v.options())
	}
	if err != nil {
		if call.ID != "" {
			return v.refusedMeeting("call", err)
		}
		f, ok := app.Refused(err)
		if !ok {
			return err
		}
		form := formState{Which: "call", Error: app.Sentence(v.Lang, f), Values: v.typedForm()}
		return v.meetingsShow(form, status[f.Kind])
	}
	id := call.ID
	if rec.First > 0 {
		e, err := v.Read().Entry(rec.First)
		if err != nil {
			return err
		}
		id = e.Subject[len(dispatch.MeetingKind)+1:]
	}
	return v.seeOther("/meeting/" + id + "?did=called")
}

// typedForm is what a form sent, for showing it again.
func (v *view) typedForm() map[string]string {
	out := map[string]string{}
	for k, list := range v.r.PostForm {
		if len(list) > 0 && k != "_key" {
			out[k] = list[0]
		}
	}
	return out
}

func nonBlank(list []string) []string {
	var out []string
	for _, s := range list {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}
