package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"shigan/engine/curve"
)

// finding is what a reader noticed in a case: where, what, and by its sentence what to do. The rest of the case goes on.
type finding struct {
	File string         `json:"file"`
	Code string         `json:"code"`
	Args map[string]any `json:"args,omitempty"`
	Text string         `json:"text"`
}

// tracedCase is one finished project with its tracking, as read.
type tracedCase struct {
	file, id, name string
	start          time.Time
	status         []time.Time // of each report
	project        curve.Tracked
	money          bool        // costs are there
	byES           []time.Time // the source's own earned schedule, zero where it is missing
	byEAC          []float64   // the source's own cost at the end, NaN where it is missing
}

// caseReader reads one file. Sections and rows are decoded one by one, so that one bad cell costs one row.
type caseReader struct {
	file     string
	now      time.Time
	findings []finding
	acts     []plannedPiece // without the groups
	all      map[string]bool
	root     plannedPiece
	share    map[string]float64 // last known share complete
	said     map[string]int     // findings by code
}

// plannedPiece is an activity of the baseline.
type plannedPiece struct {
	ID, WBS, Name string
	Start, End    time.Time
	Cost          float64
	weight        float64
}

// sayAtMost is how often one file says the same; the rest is counted.
const sayAtMost = 5

func (r *caseReader) find(code string, pairs ...any) {
	if r.said[code]++; r.said[code] > sayAtMost {
		return
	}
	f := finding{File: r.file, Code: code, Args: map[string]any{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		f.Args[pairs[i].(string)] = pairs[i+1]
	}
	r.findings = append(r.findings, f)
}

// sections of a file. They stay raw, so that a broken one leaves the others readable.
type sections struct {
	Name       loose           `json:"name"`
	ID         loose           `json:"id"`
	Activities json.RawMessage `json:"activities"`
	Tracking   json.RawMessage `json:"tracking"`
	Overview   json.RawMessage `json:"overview"`
}

// readCase reads a case in the form of shared/data/projects/README; nil where nothing can be scored, with the reason among the
// findings.
func readCase(file string, raw []byte, now time.Time) (c *tracedCase, findings []finding) {
	r := &caseReader{file: file, now: now, all: map[string]bool{}, share: map[string]float64{}, said: map[string]int{}}
	defer func() {
		for _, code := range slices.Sorted(maps.Keys(r.said)) {
			if more := r.said[code] - sayAtMost; more > 0 {
				findings = append(findings, finding{File: file, Code: "and-more", Args: map[string]any{"n": more, "like": code}})
			}
		}
	}()
	var s sections
	if err := json.Unmarshal(bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf")), &s); err != nil {
		r.find("broken-json", "line", lineOf(raw, err))
		return nil, r.findings
	}
	if !r.activities(s.Activities) {
		return nil, r.findings
	}
	c = &tracedCase{file: file, id: s.ID.text, name: s.Name.text, start: r.root.Start}
	if c.name == "" {
		c.name = r.root.Name
	}
	r.plan(c)
	if !r.reports(c, s.Tracking, s.Overview) {
		return nil, r.findings
	}
	return c, r.findings
}

// lineOf tells in which line JSON stops making sense.
func lineOf(raw []byte, err error) int {
	raw = bytes.TrimRight(raw, " \t\r\n")
	at := int64(len(raw))
	if e, ok := errors.AsType[*json.SyntaxError](err); ok {
		at = e.Offset
	} else if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		at = e.Offset
	}
	return 1 + bytes.Count(raw[:min(max(at, 0), int64(len(raw)))], []byte("\n"))
}

// rows splits a list; what is no list is said so once.
func (r *caseReader) rows(raw json.RawMessage, section string) []json.RawMessage {
	var out []json.RawMessage
	if len(raw) > 0 && json.Unmarshal(raw, &out) != nil {
		r.find("no-list", "section", section)
	}
	return out
}

// activities reads the baseline; the first row is the project itself.
func (r *caseReader) activities(raw json.RawMessage) bool {
	var all []plannedPiece
	for i, row := range r.rows(raw, "activities") {
		var a struct {
			ID, WBS, Name, Start, End, Cost loose
		}
		if json.Unmarshal(row, &a) != nil {
			r.find("bad-row", "section", "activities", "row", i+1)
			continue
		}
		p := plannedPiece{ID: a.ID.text, WBS: a.WBS.text, Name: a.Name.text, Start: a.Start.moment(), End: a.End.moment(), Cost: max(0, a.Cost.or(0))}
		switch {
		case r.all[p.ID]:
			r.find("doubled-activity", "row", i+1, "id", p.ID)
			continue
		case len(all) > 0 && (p.Start.IsZero() || p.End.IsZero()):
			r.find("no-dates", "row", i+1, "id", p.ID)
			continue
		case p.End.Before(p.Start):
			if p.Start.Sub(p.End) > 96*time.Hour || p.Cost > 0 { // a milestone at the end of the working day before is none
				r.find("end-before-start", "row", i+1, "id", p.ID)
			}
			p.End = p.Start
		}
		r.all[p.ID] = true
		all = append(all, p)
	}
	if len(all) == 0 {
		r.find("no-activities")
		return false
	}
	r.root, r.acts = all[0], leaves(all[1:])
	if len(r.acts) == 0 {
		r.find("no-activities")
		return false
	}
	for _, a := range r.acts { // a project without dates of its own has those of its work
		if r.root.Start.IsZero() || all[0].Start.IsZero() && a.Start.Before(r.root.Start) {
			r.root.Start = a.Start
		}
		if r.root.End.IsZero() || all[0].End.IsZero() && a.End.After(r.root.End) {
			r.root.End = a.End
		}
	}
	if !r.root.End.After(r.root.Start) {
		r.find("no-duration")
		return false
	}
	return true
}

// leaves leaves groups out: their cost is that of their parts.
func leaves(all []plannedPiece) (out []plannedPiece) {
	group := map[string]bool{}
	for _, a := range all {
		for w := a.WBS; strings.Contains(w, "."); {
			w = w[:strings.LastIndexByte(w, '.')]
			group[w] = true
		}
	}
	for _, a := range all {
		if a.WBS == "" || !group[a.WBS] {
			out = append(out, a)
		}
	}
	return out
}

func days(from, to time.Time) float64 { return to.Sub(from).Hours() / 24 }

// plan makes the planned curve: each piece's cost evenly over its time. Where no piece has a cost, days of work stand in for money.
func (r *caseReader) plan(c *tracedCase) {
	sum := 0.0
	for _, a := range r.acts {
		sum += a.Cost
	}
	c.money = sum > 0 && !math.IsInf(sum, 1)
	budget := r.root.Cost
	if !c.money {
		r.find("no-costs")
		sum = 0
		for _, a := range r.acts {
			sum += max(days(a.Start, a.End), 0.5)
		}
		budget = sum
	} else if budget <= 0 {
		budget = sum
	} else if math.Abs(budget-sum) > 0.01*budget {
		r.find("budget-differs", "project", math.Round(budget), "parts", math.Round(sum))
	}
	type edge struct{ day, rate, jump float64 }
	var edges []edge
	planned := days(r.root.Start, r.root.End)
	for i := range r.acts {
		a := &r.acts[i]
		a.weight = a.Cost
		if !c.money {
			a.weight = max(days(a.Start, a.End), 0.5)
		}
		a.weight *= budget / sum
		from, to := min(max(days(r.root.Start, a.Start), 0), planned), min(max(days(r.root.Start, a.End), 0), planned)
		if to-from < 1e-6 {
			edges = append(edges, edge{day: from, jump: a.weight})
			continue
		}
		edges = append(edges, edge{day: from, rate: a.weight / (to - from)}, edge{day: to, rate: -a.weight / (to - from)})
	}
	sort.SliceStable(edges, func(i, j int) bool { return edges[i].day < edges[j].day })
	var curv curve.Planned
	day, value, rate := 0.0, 0.0, 0.0
	add := func(x, y float64) {
		if n := len(curv); n > 0 && curv[n-1] == (curve.Point{X: x, Y: y}) {
			return
		}
		curv = append(curv, curve.Point{X: x, Y: y})
	}
	add(0, 0)
	for _, e := range edges {
		value += rate * (e.day - day)
		day = e.day
		add(day, min(value, budget))
		if e.jump > 0 {
			value += e.jump
			add(day, min(value, budget))
		}
		rate = max(0, rate+e.rate)
	}
	curv[len(curv)-1].Y = budget
	if day < planned {
		add(planned, budget)
	}
	c.project = curve.Tracked{ID: c.id, Plan: curv}
}

// tracked is one status date as read.
type trackedPeriod struct {
	name   string
	status time.Time
	at     int // row in the file, which is the row of the overview as well
	acts   []trackedAct
}

type trackedAct struct {
	id                  string
	start               time.Time
	share, ev, ac       float64
	hasShare            bool
	hasEarned, hasSpent bool
}

// reports reads the status dates in their order and makes each one's sums.
func (r *caseReader) reports(c *tracedCase, rawTracking, rawOverview json.RawMessage) bool {
	periods := r.periods(rawTracking)
	overview := r.rows(rawOverview, "overview")
	r.order(&periods)
	before := 0.0
	for _, p := range periods {
		t := curve.Tracking{Day: days(c.start, p.status), Spent: math.NaN()}
		root := r.period(p, &t)
		if root != nil && root.hasEarned {
			t.Earned = root.ev
		}
		if root != nil && root.hasSpent {
			t.Spent = root.ac
		}
		t.Earned = min(max(t.Earned, 0), c.project.Plan.End().Y)
		es, eac, spent := rivalsOf(overview, p.at)
		if math.IsNaN(t.Spent) {
			t.Spent = spent
		}
		if math.IsNaN(t.Spent) && c.money {
			r.find("no-actual-cost", "period", p.name)
			c.money = false
		}
		if t.Spent < before {
			r.find("cost-falls", "period", p.name)
			t.Spent = before
		}
		before = max(before, t.Spent)
		c.status, c.project.Reports = append(c.status, p.status), append(c.project.Reports, t)
		c.byES, c.byEAC = append(c.byES, es), append(c.byEAC, eac)
	}
	n := len(c.status)
	if n < 2 {
		r.find("too-few-periods", "n", n)
		return false
	}
	last := c.project.Reports[n-1]
	c.project.Days, c.project.Cost = last.Day, last.Spent
	if !c.money || !(c.project.Cost > 0) {
		c.money, c.project.Cost = false, 0
	}
	if last.Done < 0.99*c.project.Plan.End().Y {
		r.find("not-finished", "period", periods[n-1].name, "percent", math.Floor(100*last.Done/c.project.Plan.End().Y))
	}
	r.gaps(c)
	return true
}

func (r *caseReader) periods(raw json.RawMessage) (out []trackedPeriod) {
	for i, row := range r.rows(raw, "tracking") {
		var p struct {
			Name, Status loose
			Acts         json.RawMessage
		}
		if json.Unmarshal(row, &p) != nil {
			r.find("bad-row", "section", "tracking", "row", i+1)
			continue
		}
		t := trackedPeriod{name: p.Name.text, status: p.Status.moment(), at: i}
		if t.name == "" {
			t.name = strconv.Itoa(i + 1)
		}
		switch {
		case t.status.IsZero():
			r.find("no-status-date", "period", t.name)
			continue
		case t.status.After(r.now):
			r.find("future-status", "period", t.name, "date", t.status.Format(time.DateOnly))
			continue
		case !t.status.After(r.root.Start):
			r.find("status-before-start", "period", t.name, "date", t.status.Format(time.DateOnly))
			continue
		}
		for j, line := range r.rows(p.Acts, "acts") {
			var a struct {
				ID, AS, PC, EV, AC loose
			}
			if json.Unmarshal(line, &a) != nil {
				r.find("bad-act", "period", t.name, "row", j+1)
				continue
			}
			x := trackedAct{id: a.ID.text, start: a.AS.moment()}
			x.share, x.hasShare = a.PC.number()
			x.ev, x.hasEarned = a.EV.number()
			x.ac, x.hasSpent = a.AC.number()
			t.acts = append(t.acts, x)
		}
		out = append(out, t)
	}
	return out
}

// order sorts status dates and keeps the later row of two with one date.
func (r *caseReader) order(periods *[]trackedPeriod) {
	p := *periods
	if !slices.IsSortedFunc(p, func(a, b trackedPeriod) int { return a.status.Compare(b.status) }) {
		r.find("out-of-order")
		slices.SortStableFunc(p, func(a, b trackedPeriod) int { return a.status.Compare(b.status) })
	}
	var out []trackedPeriod
	for _, x := range p {
		if n := len(out); n > 0 && out[n-1].status.Equal(x.status) {
			r.find("doubled-status", "period", x.name, "date", x.status.Format(time.DateOnly))
			out[n-1] = x
			continue
		}
		out = append(out, x)
	}
	*periods = out
}

// period sums one status date over the pieces; what a piece does not report stays as it was.
func (r *caseReader) period(p trackedPeriod, t *curve.Tracking) (root *trackedAct) {
	earned, spent, hasEarned, hasSpent := 0.0, 0.0, false, false
	leaf := map[string]bool{}
	for _, a := range r.acts {
		leaf[a.ID] = true
	}
	for i := range p.acts {
		x := &p.acts[i]
		if x.id == r.root.ID {
			root = x
			continue
		}
		if !r.all[x.id] {
			r.find("unknown-activity", "period", p.name, "id", x.id)
			continue
		}
		if !leaf[x.id] {
			continue
		}
		if x.hasShare {
			r.progress(p, x)
		}
		if x.hasEarned {
			earned, hasEarned = earned+x.ev, true
		}
		if x.hasSpent {
			spent, hasSpent = spent+x.ac, true
		}
	}
	if len(p.acts) == 0 {
		r.find("empty-period", "period", p.name)
	}
	for _, a := range r.acts {
		t.Done += a.weight * r.share[a.ID]
	}
	if t.Earned = t.Done; hasEarned {
		t.Earned = earned
	}
	if hasSpent {
		t.Spent = spent
	}
	return root
}

// progress takes one share complete, within 0 and 1 and not from the future.
func (r *caseReader) progress(p trackedPeriod, x *trackedAct) {
	if x.share > 1+1e-6 || x.share < -1e-6 {
		r.find("bad-progress", "period", p.name, "id", x.id, "percent", math.Round(1000*x.share)/10)
	}
	x.share = min(1, max(0, x.share))
	if x.start.After(p.status) && x.share > 0 {
		r.find("future-start", "period", p.name, "id", x.id, "date", x.start.Format(time.DateOnly))
		x.share = 0
	}
	r.share[x.id] = x.share
}

// gaps says where a report is missing: a span much longer than is usual for this project.
func (r *caseReader) gaps(c *tracedCase) {
	var spans []float64
	for i := 1; i < len(c.status); i++ {
		spans = append(spans, days(c.status[i-1], c.status[i]))
	}
	usual := slices.Clone(spans)
	slices.Sort(usual)
	m := usual[len(usual)/2]
	for i, s := range spans {
		if len(spans) > 2 && s > 1.6*m && s > m+6 {
			r.find("gap", "from", c.status[i].Format(time.DateOnly), "to", c.status[i+1].Format(time.DateOnly), "days", math.Round(s), "usual", math.Round(m))
		}
	}
}

// rivalsOf reads the source's own forecasts of one status date.
func rivalsOf(overview []json.RawMessage, at int) (es time.Time, eac, spent float64) {
	eac, spent = math.NaN(), math.NaN()
	if at >= len(overview) {
		return es, eac, spent
	}
	var o map[string]loose
	if json.Unmarshal(overview[at], &o) != nil {
		return es, eac, spent
	}
	es = o["EAC(t)-ES (PF=1)"].moment()
	if v, ok := o["EAC (PF=1)"].number(); ok {
		eac = v
	}
	if v, ok := o["Actual Cost (AC)"].number(); ok {
		spent = v
	}
	return es, eac, spent
}

// loose takes a number, a text or nothing, as spreadsheets give them.
type loose struct{ text string }

func (l *loose) UnmarshalJSON(raw []byte) error {
	var v any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return err
	}
	switch x := v.(type) {
	case string:
		l.text = strings.TrimSpace(x)
	case json.Number:
		l.text = x.String()
	case bool:
		l.text = strconv.FormatBool(x)
	}
	return nil
}

func (l loose) number() (float64, bool) {
	s := strings.ReplaceAll(l.text, ",", "")
	scale := 1.0
	if rest, ok := strings.CutSuffix(s, "%"); ok {
		s, scale = strings.TrimSpace(rest), 0.01
	}
	x, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(x) || math.IsInf(x, 0) || math.Abs(x) > 1e15 {
		return 0, false
	}
	return x * scale, true
}

func (l loose) or(x float64) float64 {
	if v, ok := l.number(); ok {
		return v
	}
	return x
}

var momentLayouts = []string{"2006-01-02T15:04", "2006-01-02T15:04:05", time.DateOnly, "2006-01-02 15:04", "2006-01-02 15:04:05", time.RFC3339, "2006/1/2", "2006/1/2 15:04"}

func (l loose) moment() time.Time {
	for _, layout := range momentLayouts {
		if t, err := time.Parse(layout, l.text); err == nil && t.Year() > 1900 && t.Year() < 2200 {
			return t.UTC()
		}
	}
	return time.Time{}
}
