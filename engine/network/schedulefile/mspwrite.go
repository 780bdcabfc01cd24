package schedulefile

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"shigan/engine/network"
	"shigan/kernel/calendar"
)

// WriteMSPDI writes a schedule as MSPDI, with the dates of its own computation. Read again by this package it is the same
// network; what Microsoft Project itself does not know about it (second constraints, whose time a lag is) is listed as notes.
func WriteMSPDI(w io.Writer, f *File) ([]network.Finding, error) {
	s, err := f.Network.Schedule()
	if err != nil {
		return nil, err
	}
	o := &mspWriter{File: f, schedule: s, uids: uids(f.Network), levels: outline(f.Network)}
	plain := o.document("")
	got, err := Read(bytes.NewReader(plain), Options{})
	if err != nil {
		return nil, err
	}
	out := plain
	if x := missing(got, f); x != nil {
		out = o.document(x.text())
	}
	_, err = w.Write(out)
	return lost(got.Network, f.Network), err
}

// lost says what another program will not see.
func lost(got, want *network.Network) (out []network.Finding) {
	counts := map[string]int{}
	for i := range want.Activities {
		a, b := &got.Activities[i], &want.Activities[i]
		switch {
		case b.Kind == network.Hammock:
			counts["lost-hammock"]++
		case len(a.Constraints) != len(b.Constraints):
			counts["lost-constraint"]++
		}
	}
	for _, c := range want.Calendars {
		if len(c.Seasons) > 0 {
			counts["lost-season"]++
		}
	}
	if got.Rules.Lag != want.Rules.Lag && slices.ContainsFunc(want.Links, func(l network.Link) bool { return l.Lag != 0 && !l.Elapsed }) {
		counts["lost-lag-calendar"]++
	}
	if want.Finish != network.None {
		counts["lost-must-finish"]++
	}
	for code, n := range counts {
		out = append(out, network.Find("network.note."+code, "", "n", n))
	}
	sortNotes(out)
	return out
}

func sortNotes(notes []network.Finding) {
	slices.SortStableFunc(notes, func(a, b network.Finding) int { return strings.Compare(a.Code, b.Code) })
}

type mspWriter struct {
	*File
	schedule *network.Schedule
	uids     []int
	levels   []int
	b        bytes.Buffer
}

// uids gives every activity a number: its id, if all ids are numbers, else 1, 2, 3 …
func uids(n *network.Network) []int {
	out := make([]int, len(n.Activities))
	for i := range n.Activities {
		v := uid(n.Activities[i].ID)
		if v < 1 || v > math.MaxInt32 || strconv.Itoa(v) != n.Activities[i].ID {
			for j := range out {
				out[j] = j + 1
			}
			return out
		}
		out[i] = v
	}
	return out
}

// outline gives the level of every activity, or 1 for all if what stands under a summary does not follow it.
func outline(n *network.Network) []int {
	out := make([]int, len(n.Activities))
	var open []string
	for i := range n.Activities {
		a := &n.Activities[i]
		for len(open) > 0 && open[len(open)-1] != a.Under {
			open = open[:len(open)-1]
		}
		if len(open) == 0 && a.Under != "" {
			for j := range out {
				out[j] = 1
			}
			return out
		}
		out[i] = len(open) + 1
		if a.Kind == network.Summary {
			open = append(open, a.ID)
		}
	}
	return out
}

// document writes the whole file.
func (o *mspWriter) document(extraText string) []byte {
	o.b.Reset()
	o.b.WriteString(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" + `<Project xmlns="http://schemas.microsoft.com/project">` + "\n")
	if extraText != "" {
		o.b.WriteString("<?" + extraTarget + " " + extraText + "?>\n")
	}
	o.head()
	o.b.WriteString("<Calendars>\n")
	for i, c := range o.Network.Calendars {
		o.calendar(i+1, c)
	}
	o.b.WriteString("</Calendars>\n<Tasks>\n")
	into := make([][]int, len(o.Network.Activities))
	for k, l := range o.Network.Links {
		into[l.To] = append(into[l.To], k)
	}
	for i := range o.Network.Activities {
		o.task(i, into[i])
	}
	o.b.WriteString("</Tasks>\n</Project>\n")
	return slices.Clone(o.b.Bytes())
}

// el writes one element; an empty value writes nothing.
func (o *mspWriter) el(name, value string) {
	if value == "" {
		return
	}
	o.b.WriteString("<" + name + ">")
	_ = xml.EscapeText(&o.b, []byte(value)) // a buffer cannot fail
	o.b.WriteString("</" + name + ">\n")
}

func (o *mspWriter) num(name string, v int) { o.el(name, strconv.Itoa(v)) }

func (o *mspWriter) at(name string, t network.Instant) {
	if t != network.None {
		o.el(name, t.String()+":00")
	}
}

func (o *mspWriter) span(name string, minutes int64) {
	o.el(name, fmt.Sprintf("PT%dH%dM0S", minutes/60, minutes%60))
}

func (o *mspWriter) head() {
	n := o.Network
	day := n.Calendars[n.Default].DayMinutes
	o.num("SaveVersion", 14)
	o.el("Title", o.Name)
	o.num("ScheduleFromStart", 1)
	o.at("StartDate", n.Start)
	o.at("FinishDate", o.schedule.Finish)
	o.num("CriticalSlackLimit", int(n.Rules.FloatLimit)/day)
	o.num("CalendarUID", n.Default+1)
	o.num("MinutesPerDay", day)
	o.num("MinutesPerWeek", day*5)
	o.num("DaysPerMonth", 20)
	o.num("DurationFormat", 7)
	o.num("HonorConstraints", o.honor())
	if n.Rules.Override {
		o.num("SplitsInProgressTasks", 0)
	} else {
		o.num("SplitsInProgressTasks", 1)
	}
	o.at("StatusDate", n.DataDate)
}

// honor is 0 where dates and links hold together, 1 where dates win.
func (o *mspWriter) honor() int {
	for i := range o.Network.Activities {
		a := &o.Network.Activities[i]
		for _, c := range a.Constraints {
			if (c.Kind == network.MandatoryStart || c.Kind == network.MandatoryFinish) && !a.Manual {
				return 1
			}
		}
	}
	return 0
}

func (o *mspWriter) calendar(id int, c *network.Calendar) {
	o.b.WriteString("<Calendar>\n")
	o.num("UID", id)
	o.el("Name", c.Name)
	o.num("IsBaseCalendar", 1)
	o.num("BaseCalendarUID", -1)
	o.b.WriteString("<WeekDays>\n")
	for d := range 7 {
		o.b.WriteString("<WeekDay>\n")
		o.num("DayType", d+1)
		o.times(c.Week[d])
		o.b.WriteString("</WeekDay>\n")
	}
	o.b.WriteString("</WeekDays>\n")
	if len(c.Exceptions) > 0 {
		o.b.WriteString("<Exceptions>\n")
		for _, e := range c.Exceptions {
			o.exception(e)
		}
		o.b.WriteString("</Exceptions>\n")
	}
	o.b.WriteString("</Calendar>\n")
}

func (o *mspWriter) exception(e network.Exception) {
	o.b.WriteString("<Exception>\n<EnteredByOccurrences>0</EnteredByOccurrences>\n<TimePeriod>\n")
	o.el("FromDate", e.From.String()+"T00:00:00")
	o.el("ToDate", e.To.String()+"T23:59:00")
	o.b.WriteString("</TimePeriod>\n")
	o.num("Occurrences", days(e.From, e.To))
	o.el("Name", e.Name)
	o.num("Type", 1)
	o.times(e.Spans)
	o.b.WriteString("</Exception>\n")
}

func days(from, to calendar.Date) int { return to.Sub(from) + 1 }

func (o *mspWriter) times(spans []network.Span) {
	if len(spans) == 0 {
		o.num("DayWorking", 0)
		return
	}
	o.num("DayWorking", 1)
	o.b.WriteString("<WorkingTimes>\n")
	for _, s := range spans {
		o.b.WriteString("<WorkingTime>\n")
		o.el("FromTime", clockText(s.From))
		o.el("ToTime", clockText(s.To%1440))
		o.b.WriteString("</WorkingTime>\n")
	}
	o.b.WriteString("</WorkingTimes>\n")
}

func clockText(minute int) string { return fmt.Sprintf("%02d:%02d:00", minute/60, minute%60) }

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// task writes one activity and the links into it.
func (o *mspWriter) task(i int, into []int) {
	n := o.Network
	a, d := &n.Activities[i], &o.schedule.Dates[i]
	o.b.WriteString("<Task>\n")
	o.num("UID", o.uids[i])
	row, code := i+1, ""
	if i < len(o.Tasks) {
		code = o.Tasks[i].Outline
		if o.Tasks[i].Row > 0 {
			row = o.Tasks[i].Row
		}
	}
	o.num("ID", row)
	o.el("Name", a.Name)
	o.num("Active", 1)
	o.num("Manual", flag(a.Manual))
	o.num("IsNull", 0)
	o.el("WBS", code)
	o.num("OutlineLevel", o.levels[i])
	o.at("Start", d.EarlyStart)
	o.at("Finish", d.EarlyFinish)
	o.span("Duration", a.Duration)
	if a.Manual {
		o.manual(a)
	}
	o.num("DurationFormat", 7)
	if a.Started != network.None && a.Finished == network.None {
		o.at("Resume", a.Resume)
	}
	o.num("Milestone", flag(a.Duration == 0 && (a.Kind == network.FinishMilestone || a.Kind == network.StartMilestone)))
	o.num("Summary", flag(a.Kind == network.Summary))
	o.num("Critical", flag(d.Critical))
	o.at("EarlyStart", d.EarlyStart)
	o.at("EarlyFinish", d.EarlyFinish)
	o.at("LateStart", d.LateStart)
	o.at("LateFinish", d.LateFinish)
	o.el("TotalSlack", strconv.FormatInt(d.TotalFloat*10, 10))
	o.num("PercentComplete", int(math.Round(a.Percent*100)))
	o.at("ActualStart", a.Started)
	o.at("ActualFinish", a.Finished)
	if a.Started != network.None && a.Finished == network.None && a.RemainingStated {
		o.span("RemainingDuration", a.Remaining)
	}
	o.constraint(a)
	o.at("Deadline", a.Deadline)
	o.num("CalendarUID", a.Calendar+1)
	for _, k := range into {
		o.link(&n.Links[k])
	}
	if a.BaselineFinish != network.None {
		o.b.WriteString("<Baseline>\n<Number>0</Number>\n")
		o.at("Start", a.BaselineStart)
		o.at("Finish", a.BaselineFinish)
		o.span("Duration", a.BaselineDuration)
		o.b.WriteString("</Baseline>\n")
	}
	o.b.WriteString("</Task>\n")
}

func (o *mspWriter) manual(a *network.Activity) {
	for _, c := range a.Constraints {
		if c.Kind == network.MandatoryStart {
			o.at("ManualStart", c.At)
			break
		}
	}
	o.span("ManualDuration", a.Duration)
}

// constraint writes the first constraint that the format knows; the fixed start of a task placed by hand stands elsewhere.
func (o *mspWriter) constraint(a *network.Activity) {
	code := map[network.ConstraintKind]int{network.AsLate: 1, network.StartOn: 2, network.MandatoryStart: 2, network.FinishOn: 3,
		network.MandatoryFinish: 3, network.StartNoEarlier: 4, network.StartNoLater: 5, network.FinishNoEarlier: 6, network.FinishNoLater: 7}
	skip := a.Manual
	for _, c := range a.Constraints {
		if skip && c.Kind == network.MandatoryStart {
			skip = false
			continue
		}
		o.num("ConstraintType", code[c.Kind])
		o.at("ConstraintDate", c.At)
		return
	}
	o.num("ConstraintType", 0)
}

func (o *mspWriter) link(l *network.Link) {
	o.b.WriteString("<PredecessorLink>\n")
	o.num("PredecessorUID", o.uids[l.From])
	o.num("Type", map[network.LinkType]int{network.FF: 0, network.FS: 1, network.SF: 2, network.SS: 3}[l.Type])
	o.num("CrossProject", 0)
	o.el("LinkLag", strconv.FormatInt(l.Lag*10, 10))
	o.num("LagFormat", 7+flag(l.Elapsed))
	o.b.WriteString("</PredecessorLink>\n")
}
