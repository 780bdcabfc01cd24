package web

import (
	"slices"
	"sort"
	"strconv"
	"strings"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/dispatch"
	"shigan/domain/org"
)

// meetingPage 一次会: before it the agenda, after it what was decided.
type meetingPage struct {
	M                             dispatch.Meeting
	When, State, Hue, Left        string
	Hidden                        int
	Rows                          []agendaRow
	Prev                          *app.FollowUp
	PrevTasks, Older              []taskRow
	PrevCount, Count              tally
	Chair, Writers, Present       string
	CanCall, CanStart, CanIssue   bool
	CanAgenda, CanClose           bool
	Chairs, Posts                 []option
	Minutes                       []minutesRow
	Letters                       []letterRow
	Printed                       bool
	Kinds                         []string
	Form                          formState
	Key, Notice, Number, MeetingP string
	Entry                         int64
	Bare                          []string
}

// minutesRow is an issue of the minutes.
type minutesRow struct {
	dispatch.Minutes
	Who string
}

// letterRow is a unit to which a reminder letter goes.
type letterRow struct {
	Unit, Name string
	Leads, Helps,
	Received int
}

// Field gives what was typed into a refused form, or what holds now.
func (d *meetingPage) Field(which, name, now string) string {
	if d.Form.Which == which {
		return d.Form.Values[name]
	}
	return now
}

// Writes tells whether a post is one of the recorders.
func (d *meetingPage) Writes(post string) bool { return slices.Contains(d.M.Recorders, post) }

func (v *view) meetingPage() error { return v.meetingShow(formState{}, 200) }

func (v *view) meetingShow(form formState, code int) error {
	m, hidden, err := v.s.o.Meeting(v.ctx(), v.By, v.r.PathValue("id"))
	if err != nil {
		return err
	}
	d := &meetingPage{M: m, When: v.meetingWhen(m), State: v.T("meeting.st." + string(m.State)), Hue: meetingHues[m.State], Hidden: hidden, Form: form, Key: app.NewKey(),
		Chair: v.postNames(nonBlank([]string{m.Chair})), Writers: v.postNames(m.Recorders), Present: v.parties(m.Present), Printed: v.s.opt.Papers != nil}
	d.Notice, d.Entry, d.Number = v.notice("meeting.did")
	if day := v.deadline(m.On, v.today()); day != nil && m.State == dispatch.MeetingCalled {
		d.Left = day.Text
	}
	called, running, closed := m.State == dispatch.MeetingCalled, m.State == dispatch.MeetingRunning, m.State == dispatch.MeetingClosed
	d.CanCall, d.CanAgenda = called && v.mayMeet("dispatch.call-meeting"), (called || running) && v.mayMeet("dispatch.set-agenda")
	d.CanStart, d.CanIssue = called && v.mayMeet("dispatch.start-meeting"), closed && v.mayMeet("dispatch.issue-minutes")
	d.CanClose = (called || running) && v.mayMeet("dispatch.close-meeting")
	if d.Rows, err = v.agenda(m, ""); err != nil {
		return err
	}
	var tasks []taskRow
	for _, r := range d.Rows {
		tasks = append(tasks, r.Tasks...)
	}
	d.Count = tallyOf(tasks)
	if d.Prev, d.PrevTasks, d.Older, err = v.previousTasks(m); err != nil {
		return err
	}
	d.PrevCount = tallyOf(d.PrevTasks)
	if d.CanCall {
		if d.Chairs, err = v.postOptions(org.Leader); err != nil {
			return err
		}
		if d.Posts, err = v.postOptions(org.Dispatcher, org.Supervisor); err != nil {
			return err
		}
	}
	for _, x := range slices.Backward(m.Minutes) {
		d.Minutes = append(d.Minutes, minutesRow{x, v.postName(x.By)})
	}
	if d.Letters, err = v.letterRows(m); err != nil {
		return err
	}
	p := v.newPage(d.When+" "+m.Title, d)
	p.Ask = "nav.dispatch"
	return v.s.pages.write(v, code, "meeting", p)
}

// letterRows lists the units that got something to do, those with more first.
func (v *view) letterRows(m dispatch.Meeting) ([]letterRow, error) {
	by := map[string]*letterRow{}
	names := v.unitNames()
	at := func(p casework.Party) *letterRow {
		id := p.Unit
		if id == "" {
			return &letterRow{}
		}
		if by[id] == nil {
			by[id] = &letterRow{Unit: id, Name: names[id]}
		}
		return by[id]
	}
	cases, err := app.Named[casework.Case](v.Read(), casework.CaseKind, m.Tasks())
	if err != nil {
		return nil, err
	}
	for _, id := range m.Tasks() {
		c, ok := cases[id]
		if !ok || app.MaySeeCase(v.Read(), v.By, id) != nil {
			continue
		}
		at(c.Handler).Leads++
		for _, a := range c.Assists {
			at(a).Helps++
		}
	}
	var out []letterRow
	for _, r := range by {
		out = append(out, *r)
	}
	sort.Slice(out, func(i, j int) bool {
		if out[i].Leads != out[j].Leads {
			return out[i].Leads > out[j].Leads
		}
		return out[i].Unit < out[j].Unit
	})
	return out, nil
}

// refusedMeeting shows the meeting's page again with the sentence and with what was typed.
func (v *view) refusedMeeting(which string, err error) error {
	f, ok := app.Refused(err)
	if !ok {
		return err
	}
	return v.meetingShow(formState{Which: which, Error: sentences(v, err), Values: v.typedForm()}, status[f.Kind])
}

// setAgenda states the whole agenda from the form: kept items in the order of their numbers, then what was added.
func (v *view) setAgenda() error {
	id := v.r.PathValue("id")
	m, err := dispatch.MeetingOf(v.Read(), id)
	if err != nil {
		return err
	}
	type placed struct {
		at   float64
		item dispatch.AgendaItem
	}
	var list []placed
	for i, x := range m.Items {
		if v.r.FormValue("drop_"+x.ID) != "" {
			continue
		}
		at, err := strconv.ParseFloat(v.r.FormValue("at_"+x.ID), 64)
		if err != nil {
			at = float64(i + 1)
		}
		title := strings.TrimSpace(v.r.FormValue("title_" + x.ID))
		if v.r.Form["title_"+x.ID] == nil {
			title = x.Title
		}
		list = append(list, placed{at, dispatch.AgendaItem{ID: x.ID, Kind: x.Kind, Subject: x.Subject, Title: title, Minutes: v.minutesField("min_"+x.ID, x.Minutes), From: x.From}})
	}
	if title := strings.TrimSpace(v.r.FormValue("new_title")); title != "" || v.r.FormValue("new_subject") != "" {
		x := dispatch.AgendaItem{Kind: dispatch.ItemFree, Title: title, Minutes: v.minutesField("new_min", 0), Subject: subjectOf(v.r.FormValue("new_subject"))}
		if strings.HasPrefix(x.Subject, casework.CaseKind+"/") {
			x.Kind = dispatch.ItemCase
		}
		at, err := strconv.ParseFloat(v.r.FormValue("new_at"), 64)
		if err != nil {
			at = float64(len(list) + 1)
		}
		list = append(list, placed{at - .5, x})
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].at < list[j].at })
	seen, _ := strconv.ParseInt(v.r.FormValue("seen"), 10, 64)
	cmd := dispatch.SetAgenda{Meeting: id, Seen: seen}
	for _, p := range list {
		cmd.Items = append(cmd.Items, p.item)
	}
	if _, err := v.s.o.Do(v.ctx(), v.By, cmd, v.options()); err != nil {
		return v.refusedMeeting("agenda", err)
	}
	return v.seeOther("/meeting/" + id + "?did=agenda#agenda")
}

// proposeAgenda states the agenda as the system makes it now; what is on it stays.
func (v *view) proposeAgenda() error {
	id := v.r.PathValue("id")
	rec, err := v.s.o.SetProposed(v.ctx(), v.By, id, v.options())
	if err != nil {
		return v.refusedMeeting("agenda", err)
	}
	did := "proposed"
	if rec.First == 0 {
		did = "nothing"
	}
	return v.seeOther("/meeting/" + id + "?did=" + did + "#agenda")
}

// issueMinutes 印发 minutes, list and letters.
func (v *view) issueMinutes() error {
	press, err := v.papers()
	if err != nil {
		return err
	}
	id := v.r.PathValue("id")
	rec, err := v.s.o.IssueMinutes(v.ctx(), v.By, id, press, v.options())
	if err != nil {
		return v.refusedMeeting("issue", err)
	}
	to := "/meeting/" + id + "?did=issued"
	if rec.First > 0 {
		to += "&e=" + strconv.FormatInt(rec.First, 10)
	}
	return v.seeOther(to + "#minutes")
}

// issuedFile sends a file as it was issued, byte for byte.
func (v *view) issuedFile() error {
	no, err := strconv.Atoi(v.r.PathValue("no"))
	if err != nil {
		return errPage
	}
	id, name := v.r.PathValue("id"), v.r.PathValue("name")
	raw, ok, err := v.s.o.IssuedMinutes(v.ctx(), v.By, id, no, name)
	if err != nil {
		return err
	}
	if !ok {
		return errPage
	}
	return v.download(id+"-"+strconv.Itoa(no)+"-"+name, mediaTypes["docx"], raw)
}

func (v *view) minutesField(name string, now int) int {
	n, err := strconv.Atoi(strings.TrimSpace(v.r.FormValue(name)))
	if err != nil {
		return now
	}
	return n
}

// subjectOf takes a number as people copy it: P-2022-0342 is a case, JM-001 a project.
func subjectOf(s string) string {
	s = strings.TrimSpace(s)
	switch {
	case s == "" || strings.Contains(s, "/"):
		return s
	case len(s) > 2 && s[1] == '-':
		return casework.CaseKind + "/" + s
	}
	return "project/" + s
}

func (v *view) startMeeting() error {
	id := v.r.PathValue("id")
	if _, err := v.s.o.Do(v.ctx(), v.By, dispatch.StartMeeting{Meeting: id}, v.options()); err != nil {
		return v.refusedMeeting("start", err)
	}
	return v.seeOther("/meeting/" + id + "/live")
}

// closeMeeting ends a meeting, or calls off one that has not begun.
func (v *view) closeMeeting() error {
	id := v.r.PathValue("id")
	m, err := dispatch.MeetingOf(v.Read(), id)
	if err != nil {
		return err
	}
	if _, err := v.s.o.Do(v.ctx(), v.By, dispatch.CloseMeeting{Meeting: id, Why: v.r.FormValue("why")}, v.options()); err != nil {
		if m.State == dispatch.MeetingRunning {
			return v.refusedLive("close", err)
		}
		return v.refusedMeeting("close", err)
	}
	did := "closed"
	if m.State == dispatch.MeetingCalled {
		did = "off"
	}
	return v.seeOther("/meeting/" + id + "?did=" + did)
}
