package schedulefile

import (
	"encoding/xml"
	"slices"
	"strings"

	"shigan/engine/network"
	"shigan/kernel/calendar"
)

// excelZero is day 0 (1899-12-30) of the serial numbers that P6 took from spreadsheets.
var excelZero = calendar.MustDate("1900-01-01").AddDays(-2)

// The elements of PMXML that dates depend on.
type (
	pmActivity struct {
		ObjectID        string `xml:"ObjectId"`
		ID              string `xml:"Id"`
		Name            string `xml:"Name"`
		Type            string `xml:"Type"`
		Status          string `xml:"Status"`
		Calendar        string `xml:"CalendarObjectId"`
		WBS             string `xml:"WBSObjectId"`
		Planned         string `xml:"PlannedDuration"`
		Remaining       string `xml:"RemainingDuration"`
		Percent         string `xml:"PercentComplete"`
		ActualStart     string `xml:"ActualStartDate"`
		ActualFinish    string `xml:"ActualFinishDate"`
		Resume          string `xml:"ResumeDate"`
		Expected        string `xml:"ExpectedFinishDate"`
		Constraint      string `xml:"PrimaryConstraintType"`
		ConstraintDate  string `xml:"PrimaryConstraintDate"`
		Constraint2     string `xml:"SecondaryConstraintType"`
		ConstraintDate2 string `xml:"SecondaryConstraintDate"`
		EarlyStart      string `xml:"EarlyStartDate"`
		EarlyFinish     string `xml:"EarlyFinishDate"`
		RestStart       string `xml:"RemainingEarlyStartDate"`
		RestFinish      string `xml:"RemainingEarlyFinishDate"`
		LateStart       string `xml:"LateStartDate"`
		LateFinish      string `xml:"LateFinishDate"`
		Float           string `xml:"TotalFloat"`
		IsCritical      string `xml:"IsCritical"`
		PlannedStart    string `xml:"PlannedStartDate"`
		PlannedFinish   string `xml:"PlannedFinishDate"`
		Start           string `xml:"StartDate"`
		Finish          string `xml:"FinishDate"`
	}
	pmLink struct {
		From string `xml:"PredecessorActivityObjectId"`
		To   string `xml:"SuccessorActivityObjectId"`
		Type string `xml:"Type"`
		Lag  string `xml:"Lag"`
	}
	pmHours struct {
		Day   string `xml:"DayOfWeek"`
		Date  string `xml:"Date"`
		Times []struct {
			Start  string `xml:"Start"`
			Finish string `xml:"Finish"`
		} `xml:"WorkTime"`
	}
	pmCalendar struct {
		ObjectID    string    `xml:"ObjectId"`
		Base        string    `xml:"BaseCalendarObjectId"`
		Name        string    `xml:"Name"`
		HoursPerDay string    `xml:"HoursPerDay"`
		Week        []pmHours `xml:"StandardWorkWeek>StandardWorkHours"`
		Exceptions  []pmHours `xml:"HolidayOrExceptions>HolidayOrException"`
	}
	pmOptions struct {
		Open     string `xml:"MakeOpenEndedActivitiesCritical"`
		Lag      string `xml:"RelationshipLagCalendar"`
		Float    string `xml:"ComputeTotalFloatType"`
		Limit    string `xml:"CriticalActivityFloatThreshold"`
		Path     string `xml:"CriticalActivityPathType"`
		Sequence string `xml:"OutOfSequenceScheduleType"`
		Expected string `xml:"UseExpectedFinishDates"`
	}
)

type pmxml struct {
	*reader
	p6        *p6
	baselines map[string]map[string]p6Activity // by baseline project, then by activity code
	chosen    map[string]string                // project to its current baseline
}

func readPMXML(x *reader) (*File, error) {
	f := &File{Format: PMXML, Program: "Primavera P6"}
	m := &pmxml{reader: x, baselines: map[string]map[string]p6Activity{}, chosen: map[string]string{}}
	m.p6 = &p6{file: f, wbs: map[string][2]string{}, resources: map[string]int{}}
	err := m.each(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "Calendar":
			return m.calendar(e)
		case "Project":
			return m.project(m.p6)
		case "BaselineProject":
			return m.baseline()
		}
		return m.skip()
	})
	if err == nil {
		err = m.wrong
	}
	if err != nil {
		return nil, err
	}
	m.join()
	return m.p6.build()
}

// project reads one project with all that stands in it. The options of scheduling stand in an element of their own or, in older
// files, among the fields of the project.
func (m *pmxml) project(into *p6) error {
	var p p6Project
	fields := map[string]string{}
	var first int = len(into.activities)
	err := m.each(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "Activity":
			var a pmActivity
			if err := m.into(&a, &e); err != nil {
				return err
			}
			into.activities = append(into.activities, m.activity(&a))
			return nil
		case "Relationship":
			var l pmLink
			if err := m.into(&l, &e); err != nil {
				return err
			}
			into.links = append(into.links, m.link(&l))
			return nil
		case "Calendar":
			return m.calendar(e)
		case "WBS":
			var w struct{ ObjectId, ParentObjectId, Code string }
			err := m.into(&w, &e)
			into.wbs[w.ObjectId] = [2]string{w.ParentObjectId, w.Code}
			return err
		case "ResourceAssignment":
			var r struct{ ActivityObjectId string }
			err := m.into(&r, &e)
			into.resources[r.ActivityObjectId]++
			return err
		case "ScheduleOptions":
			var o pmOptions
			err := m.into(&o, &e)
			m.options(&p, &o)
			return err
		}
		var s struct {
			Text string `xml:",chardata"`
		}
		if err := m.into(&s, &e); err != nil {
			return err
		}
		fields[e.Name.Local] = strings.TrimSpace(s.Text)
		return nil
	})
	if err != nil {
		return err
	}
	m.fields(&p, fields)
	for i := first; i < len(into.activities); i++ {
		into.activities[i].project = p.key
	}
	into.projects = append(into.projects, p)
	m.chosen[p.key] = fields["CurrentBaselineProjectObjectId"]
	return nil
}

func (m *pmxml) fields(p *p6Project, f map[string]string) {
	m.who = f["Id"]
	p.key, p.code, p.name = f["ObjectId"], f["Id"], f["Name"]
	p.start, p.mustFinish, p.dataDate = m.instant("PlannedStartDate", f["PlannedStartDate"]), m.instant("MustFinishByDate", f["MustFinishByDate"]),
		m.instant("DataDate", f["DataDate"])
	p.calendar = f["ActivityDefaultCalendarObjectId"]
	limit := f["CriticalActivityFloatThreshold"]
	if limit == "" {
		limit = f["CriticalActivityFloatLimit"]
	}
	if !p.statedRules {
		m.options(p, &pmOptions{Open: f["MakeOpenEndedActivitiesCritical"], Lag: f["RelationshipLagCalendar"], Float: f["ComputeTotalFloatType"],
			Limit: limit, Path: f["CriticalActivityPathType"], Sequence: f["OutOfSequenceScheduleType"], Expected: f["UseExpectedFinishDates"]})
	}
	if f["CriticalActivityPathType"] != "" {
		p.longestPath = f["CriticalActivityPathType"] == "Longest Path"
	}
}

// options reads the options of scheduling; the calendar of lags is what tells that they are there.
func (m *pmxml) options(p *p6Project, o *pmOptions) {
	p.statedRules = o.Lag != ""
	p.openEndsCritical, p.expected = yes(o.Open), yes(o.Expected)
	p.override = o.Sequence == "Progress Override"
	p.floatLimit = m.number("CriticalActivityFloatThreshold", o.Limit)
	p.longestPath = o.Path == "Longest Path"
	p.lag = map[string]network.LagCalendar{"Successor Activity Calendar": network.OfSuccessor, "Project Default Calendar": network.OfProject,
		"24 Hour Calendar": network.AroundTheClock}[o.Lag]
	switch {
	case strings.HasPrefix(o.Float, "Start Float"):
		p.float = network.StartFloat
	case strings.HasPrefix(o.Float, "Smallest"):
		p.float = network.SmallestFloat
	}
}

var pmConstraints = map[string]network.ConstraintKind{"Start On": network.StartOn, "Start On or After": network.StartNoEarlier,
	"Start On or Before": network.StartNoLater, "Finish On": network.FinishOn, "Finish On or After": network.FinishNoEarlier,
	"Finish On or Before": network.FinishNoLater, "As Late As Possible": network.AsLate, "Mandatory Start": network.MandatoryStart,
	"Mandatory Finish": network.MandatoryFinish}

var pmKinds = map[string]network.Kind{"Start Milestone": network.StartMilestone, "Finish Milestone": network.FinishMilestone, "Level of Effort": network.Hammock}

func (m *pmxml) activity(x *pmActivity) p6Activity {
	m.who = x.ID
	a := p6Activity{key: x.ObjectID, code: x.ID, name: x.Name, wbs: x.WBS, kind: pmKinds[x.Type], wbsSummary: x.Type == "WBS Summary",
		calendar: x.Calendar, duration: m.number("PlannedDuration", x.Planned), remaining: m.number("RemainingDuration", x.Remaining),
		percent: m.number("PercentComplete", x.Percent), done: x.Status == "Completed", running: x.Status == "In Progress",
		start: m.instant("ActualStartDate", x.ActualStart), finish: m.instant("ActualFinishDate", x.ActualFinish),
		resume: m.instant("ResumeDate", x.Resume), expected: m.instant("ExpectedFinishDate", x.Expected)}
	if x.Remaining == "" && !a.done {
		a.remaining = a.duration
		if a.running {
			a.remaining *= 1 - min(max(a.percent, 0), 1)
		}
	}
	a.plannedStart, a.plannedFinish, a.noDuration = m.instant("PlannedStartDate", x.PlannedStart), m.instant("PlannedFinishDate", x.PlannedFinish), x.Planned == ""
	if x.Status == "" {
		a.done, a.running = a.finish != network.None, a.start != network.None && a.finish == network.None
	}
	for _, c := range [][2]string{{x.Constraint, x.ConstraintDate}, {x.Constraint2, x.ConstraintDate2}} {
		kind, known := pmConstraints[c[0]]
		if c[0] != "" && !known {
			m.bad("ConstraintType", c[0])
		}
		if t := m.instant("ConstraintDate", c[1]); known && (t != network.None || kind == network.AsLate) {
			a.constraints = append(a.constraints, network.Constraint{Kind: kind, At: t})
		}
	}
	a.computed = Computed{EarlyStart: m.instant("EarlyStartDate", first(x.EarlyStart, x.RestStart)), EarlyFinish: m.instant("EarlyFinishDate", first(x.EarlyFinish, x.RestFinish)),
		LateStart: m.instant("LateStartDate", x.LateStart), LateFinish: m.instant("LateFinishDate", x.LateFinish)}
	if x.Float != "" {
		a.computed.TotalFloat, a.computed.FloatStated = minutes(m.number("TotalFloat", x.Float)), true
	}
	if x.IsCritical != "" {
		a.computed.Critical, a.computed.CriticalStated = yes(x.IsCritical), true
	}
	a.baselineStart, a.baselineFinish = m.instant("StartDate", first(x.Start, x.PlannedStart)), m.instant("FinishDate", first(x.Finish, x.PlannedFinish))
	return a
}

func first(a, b string) string {
	if strings.TrimSpace(a) != "" {
		return a
	}
	return b
}

func (m *pmxml) link(l *pmLink) p6Link {
	out := p6Link{from: l.From, to: l.To, lag: m.number("Lag", l.Lag)}
	switch l.Type {
	case "Finish to Start", "":
	case "Start to Start":
		out.kind = network.SS
	case "Finish to Finish":
		out.kind = network.FF
	case "Start to Finish":
		out.kind = network.SF
	default:
		m.bad("Type", l.Type)
	}
	return out
}

// baseline keeps the dates of a baseline project until the projects are known that use it.
func (m *pmxml) baseline() error {
	apart := &p6{file: &File{}, wbs: map[string][2]string{}, resources: map[string]int{}}
	if err := m.project(apart); err != nil {
		return err
	}
	by := map[string]p6Activity{}
	for _, a := range apart.activities {
		by[a.code] = a
	}
	m.baselines[apart.projects[0].key] = by
	return nil
}

// join gives activities the dates of their project's current baseline, or of the only one there is.
func (m *pmxml) join() {
	for i := range m.p6.activities {
		a := &m.p6.activities[i]
		by := m.baselines[m.chosen[a.project]]
		if by == nil && len(m.baselines) == 1 {
			for _, only := range m.baselines {
				by = only
			}
		}
		b, ok := by[a.code]
		a.baselineStart, a.baselineFinish, a.baselineDuration = network.None, network.None, 0
		if ok {
			a.baselineStart, a.baselineFinish, a.baselineDuration = b.baselineStart, b.baselineFinish, b.duration
		}
	}
}

var pmDays = []string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}

func (m *pmxml) calendar(e xml.StartElement) error {
	var c pmCalendar
	if err := m.into(&c, &e); err != nil {
		return err
	}
	m.who = c.Name
	day := int(m.number("HoursPerDay", c.HoursPerDay)*60 + 0.5)
	if day <= 0 || day > 1440 {
		day = 480
	}
	out := p6Calendar{key: c.ObjectID, base: c.Base, cal: &network.Calendar{Name: c.Name, DayMinutes: day}}
	for _, h := range c.Week {
		if wd := slices.Index(pmDays, h.Day); wd >= 0 {
			out.cal.Week[wd], out.ownWeek = m.hours(h), true
		}
	}
	if len(c.Week) == 0 && c.Base == "" {
		out.cal.Week = usualWeek()
	}
	for _, x := range c.Exceptions {
		if t := m.instant("Date", x.Date); t != network.None {
			out.cal.Exceptions = append(out.cal.Exceptions, network.Exception{From: t.Date(), To: t.Date(), Spans: m.hours(x)})
		}
	}
	m.p6.calendars = append(m.p6.calendars, out)
	return m.wrong
}

// hours reads working times; a finish is the last minute that is worked, so 15:59 means until 16:00.
func (m *pmxml) hours(h pmHours) []network.Span {
	var out []network.Span
	for _, t := range h.Times {
		if t.Start == "" && t.Finish == "" {
			continue
		}
		from, ok1 := clock(t.Start)
		to, ok2 := clock(t.Finish)
		if !ok1 || !ok2 {
			m.bad("WorkTime", t.Start+" "+t.Finish)
			return nil
		}
		switch {
		case to%10 == 9:
			to++
		case to == 0:
			to = 1440
		}
		out = append(out, network.Span{From: from, To: to})
	}
	return tidy(out)
}

// tidy orders spans and joins those that touch; P6 cuts hours at will.
func tidy(spans []network.Span) []network.Span {
	slices.SortFunc(spans, func(a, b network.Span) int { return a.From - b.From })
	var out []network.Span
	for _, s := range spans {
		if s.To <= s.From {
			continue
		}
		if n := len(out); n > 0 && s.From <= out[n-1].To {
			out[n-1].To = max(out[n-1].To, s.To)
			continue
		}
		out = append(out, s)
	}
	return out
}
