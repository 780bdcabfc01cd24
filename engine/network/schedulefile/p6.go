package schedulefile

import (
	"math"
	"slices"
	"strings"

	"shigan/engine/network"
)

// What XER and PMXML have in common: the records of Primavera P6, whichever way they were written down.
type (
	p6Project struct {
		key, code, name   string
		start, mustFinish network.Instant
		dataDate          network.Instant
		calendar          string
		lag               network.LagCalendar
		float             network.FloatKind
		longestPath       bool
		floatLimit        float64 // hours
		openEndsCritical  bool
		override          bool
		expected          bool // expected finishes count
		statedRules       bool
	}
	p6Activity struct {
		key, project, code, name, wbs string
		kind                          network.Kind
		wbsSummary                    bool
		calendar                      string
		duration, remaining           float64 // hours
		percent                       float64
		done, running                 bool
		start, finish, resume         network.Instant
		expected                      network.Instant
		constraints                   []network.Constraint
		baselineStart, baselineFinish network.Instant
		baselineDuration              float64
		plannedStart, plannedFinish   network.Instant
		noDuration                    bool // the record does not say how long it is planned to take
		computed                      Computed
	}
	p6Link struct {
		from, to string
		kind     network.LinkType
		lag      float64 // hours
	}
	p6 struct {
		file       *File
		projects   []p6Project
		calendars  []p6Calendar
		activities []p6Activity
		links      []p6Link
		wbs        map[string][2]string // key to parent and code
		resources  map[string]int       // by activity
	}
	p6Calendar struct {
		key, base string
		cal       *network.Calendar
		ownWeek   bool
	}
)

func minutes(hours float64) int64 { return int64(math.Round(hours * 60)) }

// build makes the network. Of several projects in a file all are taken, each id with its project's code before it.
func (p *p6) build() (*File, error) {
	f, n := p.file, &network.Network{}
	f.Network = n
	if len(p.projects) == 0 {
		return nil, ErrMissing.With("what", "PROJECT")
	}
	slices.SortStableFunc(p.projects, func(a, b p6Project) int { return p.count(b.key) - p.count(a.key) })
	main := p.projects[0]
	f.Name = main.name
	if f.Name == "" {
		f.Name = main.code
	}
	if len(p.projects) > 1 {
		f.note("projects", "n", len(p.projects), "main", main.code)
	}
	calendars := p.addCalendars(n, main.calendar)
	p.head(n, main)
	at, err := p.addActivities(n, calendars)
	if err != nil {
		return nil, err
	}
	lost := 0
	for _, l := range p.links {
		from, ok1 := at[l.from]
		to, ok2 := at[l.to]
		if !ok1 || !ok2 {
			lost++
			continue
		}
		n.Links = append(n.Links, network.Link{From: from, To: to, Type: l.kind, Lag: minutes(l.lag)})
	}
	if lost > 0 {
		f.note("links-lost", "n", lost)
	}
	return f.finish()
}

// count is how many activities a project has.
func (p *p6) count(project string) (n int) {
	for i := range p.activities {
		if p.activities[i].project == project {
			n++
		}
	}
	return n
}

func (p *p6) head(n *network.Network, main p6Project) {
	n.Start, n.Finish, n.DataDate = main.start, main.mustFinish, main.dataDate
	if n.Start == network.None {
		n.Start = main.dataDate
	}
	n.Rules = network.Rules{Lag: main.lag, Float: main.float, FloatLimit: minutes(main.floatLimit), OpenEndsCritical: main.openEndsCritical,
		Override: main.override, HoldAtDataDate: true}
	if main.longestPath {
		n.Rules.Critical = network.LongestPath
	}
	if !main.statedRules {
		p.file.note("no-options")
	}
}

// addCalendars adds all calendars, each on its base, and finds them by key.
func (p *p6) addCalendars(n *network.Network, usual string) map[string]int {
	at := map[string]int{}
	byKey := map[string]*p6Calendar{}
	for i := range p.calendars {
		byKey[p.calendars[i].key] = &p.calendars[i]
	}
	for i := range p.calendars {
		c := &p.calendars[i]
		if base := byKey[c.base]; base != nil && base != c {
			c.cal.Exceptions = append(slices.Clone(base.cal.Exceptions), c.cal.Exceptions...)
			if !c.ownWeek {
				c.cal.Week = base.cal.Week
			}
		}
		at[c.key] = len(n.Calendars)
		n.Calendars = append(n.Calendars, c.cal)
	}
	if len(n.Calendars) == 0 {
		n.Calendars = []*network.Calendar{{Name: "Standard", DayMinutes: 480, Week: usualWeek()}}
		p.file.note("no-calendar")
	}
	if i, ok := at[usual]; ok {
		n.Default = i
	}
	return at
}

func (p *p6) addActivities(n *network.Network, calendars map[string]int) (map[string]int, error) {
	at := map[string]int{}
	codes := map[string]string{}
	for _, pr := range p.projects {
		codes[pr.key] = pr.code
	}
	expected, wbs, baseline, noStart := 0, 0, false, n.Start == network.None
	for i := range p.activities {
		x := &p.activities[i]
		if x.wbsSummary {
			wbs++
			continue
		}
		if x.code == "" {
			x.code = x.key
		}
		if len(p.projects) > 1 {
			x.code = codes[x.project] + "." + x.code
		}
		if _, twice := at[x.key]; twice {
			return nil, ErrValue.With("where", "", "activity", x.code, "field", "id", "value", x.key)
		}
		a := x.activity()
		a.Calendar, a.Resources = n.Default, p.resources[x.key]
		if c, ok := calendars[x.calendar]; ok {
			a.Calendar = c
		}
		if x.noDuration && x.plannedFinish > x.plannedStart && x.plannedStart != network.None { // lean files give dates alone
			a.Duration = n.Calendars[a.Calendar].Work(x.plannedStart, x.plannedFinish)
			a.RemainingStated = a.RemainingStated && (x.done || x.running)
		}
		if s := x.plannedStart; noStart && s != network.None && (n.Start == network.None || s < n.Start) {
			n.Start = s
		}
		if x.expected != network.None && p.projects[0].expected {
			expected++
		}
		baseline = baseline || a.BaselineFinish != network.None
		at[x.key] = len(n.Activities)
		n.Activities = append(n.Activities, a)
		p.file.Tasks = append(p.file.Tasks, Task{Key: x.key, Outline: p.path(x.wbs), Computed: x.computed})
	}
	if expected > 0 {
		p.file.note("expected-finish", "n", expected)
	}
	if wbs > 0 {
		p.file.note("wbs-summaries", "n", wbs)
	}
	if !baseline {
		p.file.note("no-baseline")
	}
	return at, nil
}

// activity converts one record. What has not begun may have another remaining duration than planned; that one counts.
func (x *p6Activity) activity() network.Activity {
	a := network.Activity{ID: x.code, Name: x.name, Kind: x.kind, Duration: minutes(x.duration), Percent: x.percent,
		Constraints: x.constraints, BaselineStart: x.baselineStart, BaselineFinish: x.baselineFinish, BaselineDuration: minutes(x.baselineDuration)}
	switch {
	case x.done:
		a.Started, a.Finished, a.Percent = x.start, x.finish, 1
		a.RemainingStated = x.finish == network.None // finished, and nobody wrote down when: nothing is left of it
	case x.running:
		a.Started, a.Resume = x.start, x.resume
		a.Remaining, a.RemainingStated = minutes(x.remaining), true
	case minutes(x.remaining) != a.Duration && x.kind == network.Task:
		a.Remaining, a.RemainingStated = minutes(x.remaining), true
	}
	return a
}

// path is the WBS of an activity, from the top.
func (p *p6) path(key string) string {
	var parts []string
	for len(parts) < 50 {
		w, ok := p.wbs[key]
		if !ok {
			break
		}
		parts = append(parts, w[1])
		key = w[0]
	}
	slices.Reverse(parts)
	return strings.Join(parts, ".")
}
