package main

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"

	"shigan/engine/network"
	"shigan/engine/network/schedulefile"
	"shigan/kernel/calendar"
	"shigan/kernel/words"
)

func scheduleCommands() []command {
	return []command{
		{name: "schedule check", args: "FILE", min: 1, max: 1, flags: []string{"as-of=", "start=", "calendar=", "encoding="}, run: scheduleCheck},
		{name: "schedule export", args: "FILE OUT", min: 2, max: 2, flags: []string{"start=", "calendar=", "encoding="}, run: scheduleExport},
		{name: "schedule level", args: "FILE", min: 1, max: 1, flags: []string{"schedules=", "seed=", "encoding="}, run: scheduleLevel},
	}
}

// checked is what `schedule check` gives. Days are working days of the activity's own calendar, dates are days on which something
// begins or ends; null and "" stand for what the file does not say. The layout is described in docs/forecast.md and stays.
type checked struct {
	File         string            `json:"file"`
	Format       string            `json:"format"`
	Program      string            `json:"program"`
	Encoding     string            `json:"encoding,omitempty"`
	Name         string            `json:"name"`
	Computable   bool              `json:"computable"` // false: faults say why; nothing below them was worked out
	Passed       bool              `json:"passed"`     // computable, nothing wrong with the reports, and every point kept that applies
	Faults       []spoken          `json:"faults"`
	Activities   int               `json:"activities"` // without summaries
	Links        int               `json:"links"`
	Start        string            `json:"start"`
	Finish       string            `json:"finish"`
	DataDate     string            `json:"data_date"`
	Days         float64           `json:"days"`          // from start to finish, working days of the project's calendar
	CriticalRule string            `json:"critical_rule"` // total_float or longest_path, as the file says
	CriticalPath []string          `json:"critical_path"` // the chain of driving links that ends last, first activity first
	Critical     []string          `json:"critical"`      // all activities that are critical by the rule
	Schedule     []checkedActivity `json:"schedule"`
	Points       []checkedPoint    `json:"points"`
	Findings     []spoken          `json:"findings"`
	Notes        []spoken          `json:"notes"`
}

// spoken is a finding with its sentence. Severity: "error" is wrong and has to be corrected before the schedule is trusted, "warning"
// is doubtful, "info" says how the file was read.
type spoken struct {
	Severity string         `json:"severity"`
	Code     string         `json:"code"`
	Activity string         `json:"activity,omitempty"`
	Name     string         `json:"name,omitempty"`
	Text     string         `json:"text"`
	Args     map[string]any `json:"args,omitempty"`
}

type checkedActivity struct {
	ID          string  `json:"id"`
	Name        string  `json:"name"`
	Days        float64 `json:"days"`
	EarlyStart  string  `json:"early_start"`
	EarlyFinish string  `json:"early_finish"`
	LateStart   string  `json:"late_start"`
	LateFinish  string  `json:"late_finish"`
	TotalFloat  float64 `json:"total_float_days"`
	FreeFloat   float64 `json:"free_float_days"`
	Critical    bool    `json:"critical"`
}

type checkedPoint struct {
	Number   int      `json:"number"`
	Code     string   `json:"code"`
	Title    string   `json:"title"`
	Applies  bool     `json:"applies"`
	Missing  string   `json:"missing,omitempty"`
	Pass     bool     `json:"pass"`
	Count    int      `json:"count"`
	Of       int      `json:"of"`
	Value    float64  `json:"value"`
	Limit    float64  `json:"limit"`
	AtLeast  bool     `json:"at_least,omitempty"`
	Findings []spoken `json:"findings"`
}

// wrongReports are findings that are errors: somebody wrote down what cannot be.
var wrongReports = []string{"network.check.no-duration", "network.check.actual-in-future", "network.check.data-date-in-future", "network.check.not-yet",
	"network.check.plan-backwards"}

// scheduleCheck holds a schedule against the fourteen points before anybody trusts it. It ends with 1 where something is wrong, not
// where something is merely doubtful.
func scheduleCheck(c *call) error {
	p, err := c.openPlan()
	if err != nil {
		return err
	}
	out := c.check(p)
	if !out.Computable || slices.ContainsFunc(out.Findings, func(s spoken) bool { return s.Severity == "error" }) {
		c.code = exitRefused
	}
	return c.give(out, func() { out.print(c) })
}

func (c *call) check(p *plan) *checked {
	n := p.Network
	out := &checked{File: p.file, Format: string(p.Format), Program: p.Program, Encoding: p.Encoding, Name: p.Name, Links: len(n.Links), DataDate: dayText(n.DataDate),
		Faults: []spoken{}, CriticalPath: []string{}, Critical: []string{}, Schedule: []checkedActivity{}, Points: []checkedPoint{}, Findings: []spoken{}, Notes: []spoken{}}
	for i := range n.Activities {
		if n.Activities[i].Kind != network.Summary {
			out.Activities++
		}
	}
	at := n.Index()
	for _, f := range p.Notes {
		if f.Activity != "" { // about one activity: something is missing, it is not about the way of reading
			out.Findings = append(out.Findings, c.speak("warning", f, n, at))
			continue
		}
		out.Notes = append(out.Notes, c.speak("info", f, n, at))
	}
	if faults := n.Faults(mostFaults); len(faults) > 0 {
		for i, text := range c.sentences(faults) {
			out.Faults = append(out.Faults, spoken{Severity: "error", Code: codeOf(faults[i]), Activity: activityOf(faults[i]), Text: text})
		}
		return out
	}
	s, err := n.Schedule()
	if err == nil {
		var r *network.Review
		if r, err = network.Check(n, network.DCMA()); err == nil {
			out.Computable = true
			c.fill(out, p, s, r, at)
			return out
		}
	}
	out.Faults = append(out.Faults, spoken{Severity: "error", Code: codeOf(err), Text: problemOf(err, c.lang).Title})
	return out
}

// fill sets what was worked out.
func (c *call) fill(out *checked, p *plan, s *network.Schedule, r *network.Review, at map[string]int) {
	n := p.Network
	out.Start, out.Finish, out.CriticalRule = dayText(firstStart(n, s)), finishText(s.Finish), "total_float"
	if n.Rules.Critical == network.LongestPath {
		out.CriticalRule = "longest_path"
	}
	if from := firstStart(n, s); from != network.None {
		cal := n.Calendars[n.Default]
		out.Days = tenth(float64(cal.Work(from, s.Finish)) / float64(cal.DayMinutes))
	}
	for _, i := range s.Path {
		out.CriticalPath = append(out.CriticalPath, n.Activities[i].ID)
	}
	for i := range n.Activities {
		a, d := &n.Activities[i], &s.Dates[i]
		if d.Critical && a.Kind != network.Summary {
			out.Critical = append(out.Critical, a.ID)
		}
		out.Schedule = append(out.Schedule, checkedActivity{ID: a.ID, Name: a.Name, Days: tenth(n.Days(i, a.Duration)), EarlyStart: dayText(d.EarlyStart), EarlyFinish: finishText(d.EarlyFinish),
			LateStart: dayText(d.LateStart), LateFinish: finishText(d.LateFinish), TotalFloat: tenth(n.Days(i, d.TotalFloat)), FreeFloat: tenth(n.Days(i, d.FreeFloat)), Critical: d.Critical})
	}
	out.Passed = r.Passed()
	for _, q := range r.Points {
		point := checkedPoint{Number: q.Number, Code: strings.TrimPrefix(q.Code, "network.check."), Title: c.word(q.Code), Applies: q.Applies, Pass: q.Pass, Count: q.Count, Of: q.Of,
			Value: q.Value, Limit: q.Limit, AtLeast: q.Least, Findings: []spoken{}}
		if q.Missing != "" {
			point.Missing = c.word(q.Missing)
		}
		for _, f := range q.Findings {
			said := c.speak(severity(f), f, n, at)
			point.Findings = append(point.Findings, said)
			if said.Severity == "error" {
				out.Findings = append(out.Findings, said) // an actual date that lies ahead is wrong, not merely a point lost
			}
		}
		out.Points = append(out.Points, point)
	}
	for _, f := range slices.Concat(r.Findings, notYet(p), backwards(p), p.Differences(s)) {
		out.Findings = append(out.Findings, c.speak(severity(f), f, n, at))
	}
	if slices.ContainsFunc(out.Findings, func(s spoken) bool { return s.Severity == "error" }) {
		out.Passed = false
	}
}

func severity(f network.Finding) string {
	if slices.Contains(wrongReports, f.Code) {
		return "error"
	}
	return "warning"
}

// notYet finds dates of what is said to have happened after the day of the check, and a data date after it.
func notYet(p *plan) (out []network.Finding) {
	day := p.asOf
	if day == (calendar.Date{}) {
		day = today()
	}
	n, end := p.Network, network.On(day, 1440)
	if n.DataDate > end {
		out = append(out, network.Find("network.check.data-date-in-future", "", "data", dayText(n.DataDate), "today", day.String()))
	}
	for i := range n.Activities {
		a := &n.Activities[i]
		late := max(a.Started, a.Finished)
		if a.Kind != network.Summary && late > end && (n.DataDate == network.None || late <= n.DataDate) { // otherwise point 9 names it
			out = append(out, network.Find("network.check.not-yet", a.ID, "date", late.String(), "today", day.String()))
		}
	}
	return out
}

// backwards finds planned dates of the file that end before they begin.
func backwards(p *plan) (out []network.Finding) {
	for i := range p.Tasks {
		a, t := &p.Network.Activities[i], p.Tasks[i].Computed
		for _, span := range [][2]network.Instant{{t.EarlyStart, t.EarlyFinish}, {a.BaselineStart, a.BaselineFinish}} {
			if a.Kind == network.Task && span[0] != network.None && span[1] != network.None && span[1] < span[0] && (a.Duration > 0 || span[0].Date() != span[1].Date()) {
				out = append(out, network.Find("network.check.plan-backwards", a.ID, "start", span[0].String(), "finish", span[1].String()))
				break
			}
		}
	}
	return out
}

func firstStart(n *network.Network, s *network.Schedule) network.Instant {
	first := network.None
	for i := range n.Activities {
		if t := s.Dates[i].EarlyStart; n.Activities[i].Kind != network.Summary && t != network.None && (first == network.None || t < first) {
			first = t
		}
	}
	return first
}

// speak gives a finding its sentence and the name of its activity.
func (c *call) speak(severity string, f network.Finding, n *network.Network, at map[string]int) spoken {
	out := spoken{Severity: severity, Code: f.Code, Activity: f.Activity, Text: c.word(f.Code, f.Args), Args: f.Args}
	if i, ok := at[f.Activity]; ok && f.Activity != "" {
		out.Name = n.Activities[i].Name
	}
	return out
}

func codeOf(err error) string { return problemOf(err, words.En).Code }

func activityOf(err error) string {
	text, _ := problemOf(err, words.En).Detail["activity"].(string)
	return text
}

func dayText(t network.Instant) string {
	if t == network.None {
		return ""
	}
	return t.Date().String()
}

func finishText(t network.Instant) string {
	if t == network.None {
		return ""
	}
	return t.FinishDate().String()
}

func tenth(x float64) float64 { return math.Round(x*10) / 10 }

// mostLines of one kind are printed for people; --json has all.
const mostLines = 10

func (o *checked) print(c *call) {
	c.say("schedule.check.head", "file", o.File, "name", cmp.Or(o.Name, o.File), "format", o.Format, "program", o.Program, "activities", o.Activities, "links", o.Links)
	for _, f := range o.Faults {
		fmt.Fprintln(c.out, f.Text)
	}
	if !o.Computable {
		c.say("schedule.check.impossible")
		return
	}
	c.say("schedule.check.dates", "start", o.Start, "finish", o.Finish, "days", o.Days)
	c.say("schedule.check.path", "path", shorten(o.CriticalPath))
	rows := [][]string{}
	for _, p := range o.Points {
		rows = append(rows, []string{fmt.Sprintf("  %2d", p.Number), p.Title, p.verdict(c), p.counted()})
	}
	c.table(rows)
	for _, p := range o.Points {
		if p.Applies && !p.Pass {
			c.lines(p.Findings)
		}
	}
	c.lines(o.Findings)
	c.lines(o.Notes)
	if o.Passed {
		c.say("schedule.check.passed")
	} else {
		c.say("schedule.check.not-passed")
	}
}

func (p *checkedPoint) verdict(c *call) string {
	switch {
	case !p.Applies:
		return p.Missing
	case p.Pass:
		return c.word("schedule.check.kept")
	}
	return c.word("schedule.check.broken")
}

func (p *checkedPoint) counted() string {
	switch {
	case !p.Applies:
		return ""
	case p.Number >= 12:
		return fmt.Sprintf("%g / %g", p.Value, p.Limit)
	}
	return fmt.Sprintf("%d / %d, %.1f %% / %.1f %%", p.Count, p.Of, 100*p.Value, 100*p.Limit)
}

// lines prints findings, those of one kind together and no more than ten of them.
func (c *call) lines(all []spoken) {
	count := map[string]int{}
	for _, f := range all {
		if count[f.Code]++; count[f.Code] > mostLines {
			continue
		}
		who := strings.TrimSpace(f.Activity + " " + f.Name)
		if who != "" {
			who += c.word("schedule.check.colon")
		}
		fmt.Fprintln(c.out, "  "+who+f.Text)
	}
	var more []string
	for code, n := range count {
		if n > mostLines {
			more = append(more, code)
		}
	}
	slices.SortFunc(more, cmp.Compare[string])
	for _, code := range more {
		c.say("schedule.check.more", "n", count[code]-mostLines)
	}
}

func shorten(ids []string) string {
	const most = 30
	if n := len(ids) - most; n > 0 {
		ids = slices.Concat(ids[:most/2], []string{fmt.Sprintf("… (+%d) …", n)}, ids[len(ids)-most/2:])
	}
	return strings.Join(ids, " → ")
}

// scheduleExport writes any schedule as MSPDI.
func scheduleExport(c *call) error {
	p, err := c.openPlan()
	if err != nil {
		return err
	}
	if err := c.faults(p); err != nil {
		return err
	}
	var b bytes.Buffer
	lost, err := schedulefile.WriteMSPDI(&b, p.File)
	if err != nil {
		return err
	}
	if err := os.WriteFile(c.arg(1), b.Bytes(), 0o644); err != nil {
		return errScheduleWrite.With("file", c.arg(1), "why", reason(err))
	}
	at := p.Network.Index()
	out := struct {
		File  string   `json:"file"`
		Out   string   `json:"out"`
		Bytes int      `json:"bytes"`
		Notes []spoken `json:"notes"`
	}{p.file, c.arg(1), b.Len(), []spoken{}}
	for _, f := range slices.Concat(p.Notes, lost) {
		out.Notes = append(out.Notes, c.speak("info", f, p.Network, at))
	}
	return c.give(out, func() {
		c.say("schedule.export.done", "out", out.Out, "n", len(p.Network.Activities))
		c.lines(out.Notes)
	})
}

// scheduleLevel finds a short plan within the things that the file says are scarce.
func scheduleLevel(c *call) error {
	p, err := c.openPlan()
	if err != nil {
		return err
	}
	schedules, err := c.whole("schedules", 1000, 1, 1_000_000)
	if err != nil {
		return err
	}
	seed, err := c.whole("seed", 1, 0, math.MaxInt)
	if err != nil {
		return err
	}
	if err := c.faults(p); err != nil {
		return err
	}
	have, uses := scarcityOf(p.File)
	l, err := network.Level(p.Network, have, uses, network.LevelOptions{Schedules: schedules, Seed: uint64(seed)})
	if err != nil {
		return err
	}
	type placed struct {
		ID     string `json:"id"`
		Start  string `json:"start"`
		Finish string `json:"finish"`
	}
	out := struct {
		File      string   `json:"file"`
		Days      int      `json:"days"`  // length of the levelled plan, working days
		Bound     int      `json:"bound"` // length without scarcity: no plan is shorter
		Schedules int      `json:"schedules"`
		Seed      int      `json:"seed"`
		Schedule  []placed `json:"schedule"`
	}{p.file, l.Days, l.Bound, l.Schedules, seed, []placed{}}
	for i := range p.Network.Activities {
		out.Schedule = append(out.Schedule, placed{p.Network.Activities[i].ID, l.Start[i].String(), l.Finish[i].String()})
	}
	return c.give(out, func() { c.say("schedule.level.done", "days", l.Days, "bound", l.Bound, "n", l.Schedules) })
}

func scarcityOf(f *schedulefile.File) (have []network.Scarce, uses []network.Use) {
	for _, r := range f.Resources {
		have = append(have, network.Scarce{Name: r.Name, Capacity: r.Capacity})
	}
	for _, n := range f.Needs {
		if f.Resources[n.Resource].Capacity > 0 {
			uses = append(uses, network.Use{Activity: n.Activity, Resource: n.Resource, Amount: n.Amount})
		}
	}
	return have, uses
}
