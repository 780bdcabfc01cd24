package schedulefile

import (
	"encoding/xml"
	"math"
	"strconv"
	"strings"

	"shigan/engine/network"
)

// The elements of MSPDI that dates depend on; everything else in a file is passed over.
type (
	mspTask struct {
		line             int
		UID              string `xml:"UID"`
		ID               int    `xml:"ID"`
		Name             string `xml:"Name"`
		Active           string `xml:"Active"`
		Manual           string `xml:"Manual"`
		IsNull           string `xml:"IsNull"`
		WBS              string `xml:"WBS"`
		OutlineLevel     int    `xml:"OutlineLevel"`
		Start            string `xml:"Start"`
		Finish           string `xml:"Finish"`
		Duration         string `xml:"Duration"`
		ManualStart      string `xml:"ManualStart"`
		ManualDuration   string `xml:"ManualDuration"`
		DurationFormat   int    `xml:"DurationFormat"`
		Resume           string `xml:"Resume"`
		Milestone        string `xml:"Milestone"`
		Summary          string `xml:"Summary"`
		ExternalTask     string `xml:"ExternalTask"`
		Critical         string `xml:"Critical"`
		EarlyStart       string `xml:"EarlyStart"`
		EarlyFinish      string `xml:"EarlyFinish"`
		LateStart        string `xml:"LateStart"`
		LateFinish       string `xml:"LateFinish"`
		TotalSlack       string `xml:"TotalSlack"`
		PercentComplete  string `xml:"PercentComplete"`
		ActualStart      string `xml:"ActualStart"`
		ActualFinish     string `xml:"ActualFinish"`
		Remaining        string `xml:"RemainingDuration"`
		ConstraintType   int    `xml:"ConstraintType"`
		ConstraintDate   string `xml:"ConstraintDate"`
		Deadline         string `xml:"Deadline"`
		CalendarUID      string `xml:"CalendarUID"`
		PredecessorLinks []struct {
			PredecessorUID string `xml:"PredecessorUID"`
			Type           string `xml:"Type"`
			CrossProject   string `xml:"CrossProject"`
			LinkLag        string `xml:"LinkLag"`
			LagFormat      int    `xml:"LagFormat"`
		} `xml:"PredecessorLink"`
		Baselines []struct {
			Number   int    `xml:"Number"`
			Start    string `xml:"Start"`
			Finish   string `xml:"Finish"`
			Duration string `xml:"Duration"`
		} `xml:"Baseline"`
	}
	mspAssignment struct {
		TaskUID     string `xml:"TaskUID"`
		ResourceUID string `xml:"ResourceUID"`
	}
)

// mspdi holds what is read until all of it is there.
type mspdi struct {
	*reader
	file      *File
	head      map[string]string
	calendars []mspCalendar
	tasks     []mspTask
	assigned  map[string]int
	extra     *extra
}

func readMSPDI(x *reader) (*File, error) {
	m := &mspdi{reader: x, head: map[string]string{}, assigned: map[string]int{}, file: &File{Format: MSPDI, Network: &network.Network{}}}
	if err := m.project(); err != nil {
		return nil, err
	}
	if err := m.build(); err != nil {
		return nil, err
	}
	return m.file.finish()
}

// project reads the children of the root; processing instructions among them may be ours.
func (m *mspdi) project() error {
	for {
		t, err := m.Token()
		if err != nil {
			return m.refuse(err)
		}
		switch e := t.(type) {
		case xml.ProcInst:
			if e.Target == extraTarget {
				m.extra = readExtra(e.Inst)
			}
		case xml.EndElement:
			return nil
		case xml.StartElement:
			if err := m.child(e); err != nil {
				return err
			}
		}
	}
}

func (m *mspdi) child(e xml.StartElement) error {
	switch e.Name.Local {
	case "Calendars":
		return m.each(func(e xml.StartElement) error {
			var c mspCalendar
			c.line, _ = m.InputPos()
			err := m.into(&c, &e)
			m.calendars = append(m.calendars, c)
			return err
		})
	case "Tasks":
		return m.each(func(e xml.StartElement) error {
			line, _ := m.InputPos()
			m.tasks = append(m.tasks, mspTask{line: line})
			return m.into(&m.tasks[len(m.tasks)-1], &e)
		})
	case "Assignments":
		return m.each(func(e xml.StartElement) error {
			var a mspAssignment
			err := m.into(&a, &e)
			if a.ResourceUID != "" && !strings.HasPrefix(a.ResourceUID, "-") {
				m.assigned[a.TaskUID]++
			}
			return err
		})
	case "Resources", "OutlineCodes", "WBSMasks", "ExtendedAttributes", "Views", "Filters", "Groups", "Tables", "Maps", "Reports", "Drawings":
		return m.skip()
	}
	var s string
	if err := m.DecodeElement(&s, &e); err != nil {
		return m.refuse(err)
	}
	m.head[e.Name.Local] = strings.TrimSpace(s)
	return nil
}

// build turns what was read into a network.
func (m *mspdi) build() error {
	f, n := m.file, m.file.Network
	f.Name = m.head["Title"]
	if f.Name == "" {
		f.Name = m.head["Name"]
	}
	f.Program = "Microsoft Project"
	if v := m.head["SaveVersion"]; v != "" {
		f.Program += " " + v
	}
	n.Start = m.instant("StartDate", m.head["StartDate"])
	n.DataDate = m.instant("StatusDate", m.head["StatusDate"])
	day := int64(m.number("MinutesPerDay", m.head["MinutesPerDay"]))
	if day <= 0 || day > 1440 {
		day = 480
	}
	n.Rules = network.Rules{Lag: network.OfSuccessor, Float: network.SmallestFloat, Override: m.head["SplitsInProgressTasks"] == "0",
		FloatLimit: int64(m.number("CriticalSlackLimit", m.head["CriticalSlackLimit"]) * float64(day))}
	cal, err := m.readCalendars(int(day))
	if err != nil {
		return err
	}
	if m.head["ScheduleFromStart"] == "0" {
		f.note("from-finish")
	}
	noStart := n.Start == network.None
	at := m.addTasks(cal)
	for i := range f.Tasks { // lean files leave out the project's start
		if s := f.Tasks[i].Computed.EarlyStart; noStart && s != network.None && (n.Start == network.None || s < n.Start) {
			n.Start = s
		}
	}
	m.links(at)
	if m.wrong != nil {
		return m.wrong
	}
	m.baselineNote()
	m.extra.apply(f)
	return nil
}

// addTasks adds the tasks, the tree of summaries by outline level, and gives their places by UID.
func (m *mspdi) addTasks(cal *mspCalendars) map[string]int {
	f, n := m.file, m.file.Network
	at := map[string]int{}
	var above []string // ids of open summaries by level
	empty, inactive, manual, external := 0, 0, 0, 0
	for i := range m.tasks {
		t := &m.tasks[i]
		m.who, m.line = t.UID+" "+t.Name, t.line
		switch {
		case yes(t.IsNull):
			empty++
			continue
		case t.Active == "0":
			inactive++
			continue
		case yes(t.ExternalTask):
			external++
			continue
		case t.OutlineLevel <= 0 && (t.UID == "0" || yes(t.Summary)):
			if f.Name == "" {
				f.Name = t.Name
			}
			continue // the project itself
		case t.UID == "":
			m.bad("UID", "")
			continue
		}
		if _, twice := at[t.UID]; twice {
			m.bad("UID", t.UID)
			continue
		}
		level := max(t.OutlineLevel, 1)
		a := m.task(t, cal)
		for len(above) >= level {
			above = above[:len(above)-1]
		}
		if len(above) > 0 {
			a.Under = above[len(above)-1]
		}
		if a.Kind == network.Summary {
			for len(above) < level-1 {
				above = append(above, a.Under)
			}
			above = append(above, a.ID)
		}
		if a.Manual {
			manual++
		}
		at[t.UID] = len(n.Activities)
		n.Activities = append(n.Activities, a)
		f.Tasks = append(f.Tasks, m.computed(t))
	}
	for code, count := range map[string]int{"tasks-empty": empty, "tasks-inactive": inactive, "tasks-manual": manual, "tasks-external": external} {
		if count > 0 {
			f.note(code, "n", count)
		}
	}
	sortNotes(f.Notes)
	return at
}

// task turns one element into an activity.
func (m *mspdi) task(t *mspTask, cal *mspCalendars) network.Activity {
	a := network.Activity{ID: t.UID, Name: strings.TrimSpace(t.Name), Calendar: cal.of(t.CalendarUID), Resources: m.assigned[t.UID],
		Duration: m.duration("Duration", t.Duration), Deadline: m.instant("Deadline", t.Deadline)}
	if elapsed(t.DurationFormat) {
		a.Calendar = cal.elapsed()
	}
	for _, b := range t.Baselines {
		if b.Number == 0 {
			a.BaselineStart, a.BaselineFinish = m.instant("Baseline", b.Start), m.instant("Baseline", b.Finish)
			if d, ok := isoMinutes(b.Duration); ok {
				a.BaselineDuration = d
			}
		}
	}
	m.constraint(t, &a)
	if yes(t.Summary) {
		a.Kind, a.Duration, a.BaselineDuration = network.Summary, 0, 0
		return a
	}
	if t.Duration == "" && !yes(t.Milestone) { // lean files give dates alone
		if from, to := m.instant("Start", t.Start), m.instant("Finish", t.Finish); from != network.None && to > from {
			a.Duration = m.file.Network.Calendars[a.Calendar].Work(from, to)
		}
	}
	if yes(t.Milestone) && a.Duration == 0 {
		a.Kind = network.FinishMilestone
	}
	a.Started, a.Finished = m.instant("ActualStart", t.ActualStart), m.instant("ActualFinish", t.ActualFinish)
	a.Percent = m.number("PercentComplete", t.PercentComplete) / 100 // out of range is a fault of the network, which names the activity
	if a.Started != network.None && a.Finished == network.None {
		a.Resume = m.instant("Resume", t.Resume)
		if t.Remaining != "" {
			a.Remaining, a.RemainingStated = m.duration("RemainingDuration", t.Remaining), true
		}
	}
	m.manual(t, &a)
	return a
}

// constraint reads the one constraint that a task may have.
func (m *mspdi) constraint(t *mspTask, a *network.Activity) {
	at := m.instant("ConstraintDate", t.ConstraintDate)
	kind := map[int]network.ConstraintKind{1: network.AsLate, 2: network.StartOn, 3: network.FinishOn, 4: network.StartNoEarlier,
		5: network.StartNoLater, 6: network.FinishNoEarlier, 7: network.FinishNoLater}[t.ConstraintType]
	if m.head["HonorConstraints"] != "0" { // dates win over links, as the program does unless told otherwise
		switch kind {
		case network.StartOn:
			kind = network.MandatoryStart
		case network.FinishOn:
			kind = network.MandatoryFinish
		}
	}
	if kind == network.AsLate || kind != 0 && at != network.None {
		if kind == network.AsLate {
			at = network.None
		}
		a.Constraints = append(a.Constraints, network.Constraint{Kind: kind, At: at})
	}
}

// manual fixes a task that was placed by hand; one without a start stays where the links put it.
func (m *mspdi) manual(t *mspTask, a *network.Activity) {
	if !yes(t.Manual) {
		return
	}
	a.Manual = true
	start := t.ManualStart
	if start == "" {
		start = t.Start
	}
	if t.ManualDuration != "" {
		a.Duration = m.duration("ManualDuration", t.ManualDuration)
	}
	if at := m.instant("ManualStart", start); at != network.None {
		a.Constraints = append([]network.Constraint{{Kind: network.MandatoryStart, At: at}}, a.Constraints...)
	}
}

// computed keeps the dates that the file's program worked out.
func (m *mspdi) computed(t *mspTask) Task {
	c := Computed{EarlyStart: m.instant("EarlyStart", t.EarlyStart), EarlyFinish: m.instant("EarlyFinish", t.EarlyFinish),
		LateStart: m.instant("LateStart", t.LateStart), LateFinish: m.instant("LateFinish", t.LateFinish)}
	if c.EarlyStart == network.None {
		c.EarlyStart, c.EarlyFinish = m.instant("Start", t.Start), m.instant("Finish", t.Finish)
	}
	if t.TotalSlack != "" {
		c.TotalFloat, c.FloatStated = int64(math.Round(m.number("TotalSlack", t.TotalSlack)/10)), true
	}
	if t.Critical != "" {
		c.Critical, c.CriticalStated = yes(t.Critical), true
	}
	return Task{Key: t.UID, Row: t.ID, Outline: t.WBS, Computed: c}
}

// links adds the links; those to other projects and to tasks that were left out are counted.
func (m *mspdi) links(at map[string]int) {
	n := m.file.Network
	lost, any := 0, map[string]bool{}
	for i := range m.tasks {
		any[m.tasks[i].UID] = true
	}
	for i := range m.tasks {
		t := &m.tasks[i]
		to, ok := at[t.UID]
		if !ok {
			continue
		}
		m.who, m.line = t.UID+" "+t.Name, t.line
		for _, p := range t.PredecessorLinks {
			from, ok := at[p.PredecessorUID]
			if !ok || yes(p.CrossProject) {
				if !any[p.PredecessorUID] && !yes(p.CrossProject) {
					m.file.nowhere(n.Activities[to].ID, p.PredecessorUID)
				} else {
					lost++
				}
				continue
			}
			l := network.Link{From: from, To: to, Elapsed: elapsed(p.LagFormat)}
			switch p.Type {
			case "0":
				l.Type = network.FF
			case "2":
				l.Type = network.SF
			case "3":
				l.Type = network.SS
			case "", "1":
			default:
				m.bad("Type", p.Type)
			}
			lag := m.number("LinkLag", p.LinkLag)
			if share(p.LagFormat) {
				l.Lag = int64(math.Round(lag / 100 * float64(n.Activities[from].Duration)))
			} else {
				l.Lag = int64(math.Round(lag / 10))
			}
			n.Links = append(n.Links, l)
		}
	}
	if lost > 0 {
		m.file.note("links-lost", "n", lost)
	}
}

func (m *mspdi) baselineNote() {
	for i := range m.file.Network.Activities {
		if m.file.Network.Activities[i].BaselineFinish != network.None {
			return
		}
	}
	m.file.note("no-baseline")
}

// elapsed tells whether a format of durations or lags means time around the clock; estimated durations have 32 more.
func elapsed(format int) bool {
	switch format {
	case 4, 6, 8, 10, 12, 20, 36, 38, 40, 42, 44, 52:
		return true
	}
	return false
}

// share tells whether a lag is a percentage of the predecessor's duration.
func share(format int) bool { return format == 19 || format == 20 || format == 51 || format == 52 }

func uid(s string) int {
	v, err := strconv.Atoi(s)
	if err != nil {
		return -1
	}
	return v
}
