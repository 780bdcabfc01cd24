package network

import (
	_ "embed"
	"math"
	"slices"
	"sync"

	"github.com/goccy/go-yaml"
)

//go:embed dcma.yaml
var dcmaYAML []byte

// Limits 检查标准 are what a schedule is held against.
type Limits struct {
	Source          string   `yaml:"source"`
	Checked         []string `yaml:"checked"`
	MissingLogic    float64  `yaml:"missing_logic"`
	Leads           float64  `yaml:"leads"`
	Lags            float64  `yaml:"lags"`
	FinishToStart   float64  `yaml:"finish_to_start"`
	HardConstraints float64  `yaml:"hard_constraints"`
	HighFloatDays   float64  `yaml:"high_float_days"`
	HighFloat       float64  `yaml:"high_float"`
	NegativeFloat   float64  `yaml:"negative_float"`
	LongDays        float64  `yaml:"long_days"`
	Long            float64  `yaml:"long"`
	InvalidDates    float64  `yaml:"invalid_dates"`
	NoResources     float64  `yaml:"no_resources"`
	Missed          float64  `yaml:"missed"`
	PathTestDays    float64  `yaml:"path_test_days"`
	PathTestSlack   float64  `yaml:"path_test_slack_days"`
	CPLI            float64  `yaml:"cpli"`
	BEI             float64  `yaml:"bei"`
}

// DCMA are the limits that come with the program.
var DCMA = sync.OnceValue(func() Limits {
	l, err := ReadLimits(dcmaYAML)
	if err != nil {
		panic(err) // embedded: caught by this package's own test
	}
	return l
})

// ReadLimits reads limits of the layout of dcma.yaml.
func ReadLimits(text []byte) (Limits, error) {
	var l Limits
	if err := yaml.UnmarshalWithOptions(text, &l, yaml.Strict()); err != nil {
		return l, ErrLimits.With("detail", err.Error())
	}
	return l, nil
}

// Point 检查项 is one of the fourteen. Its name and sentence stand in kernel/words under Code.
type Point struct {
	Number   int       `json:"number"`
	Code     string    `json:"code"`
	Applies  bool      `json:"applies"` // false: the file says too little, Missing says what
	Missing  string    `json:"missing,omitempty"`
	Pass     bool      `json:"pass"`
	Count    int       `json:"count"`
	Of       int       `json:"of"`
	Value    float64   `json:"value"`
	Limit    float64   `json:"limit"`
	Least    bool      `json:"least,omitempty"` // the value must not be below the limit; otherwise not above it
	Findings []Finding `json:"findings,omitempty"`
}

// Review 计划体检 is a schedule held against its limits: fourteen points, and what else is odd.
type Review struct {
	Points   []Point   `json:"points"`
	Findings []Finding `json:"findings,omitempty"`
}

// Passed tells whether every point that applies is kept.
func (r *Review) Passed() bool {
	return !slices.ContainsFunc(r.Points, func(p Point) bool { return p.Applies && !p.Pass })
}

// Check holds a network against limits. What makes dates impossible (a loop) is the error, as Schedule gives it.
func Check(n *Network, l Limits) (*Review, error) {
	s, err := n.Schedule()
	if err != nil {
		return nil, err
	}
	c := &checker{Network: n, s: s, l: l, preds: make([][]int, len(n.Activities)), succs: make([][]int, len(n.Activities)), above: n.summaries()}
	for k, link := range n.Links {
		c.preds[link.To] = append(c.preds[link.To], k)
		c.succs[link.From] = append(c.succs[link.From], k)
	}
	c.logic()
	c.relations()
	c.activities()
	c.dates()
	c.resources()
	c.baseline()
	c.pathTest()
	c.indices()
	slices.SortFunc(c.r.Points, func(a, b Point) int { return a.Number - b.Number })
	c.oddities()
	return &c.r, nil
}

type checker struct {
	*Network
	s            *Schedule
	l            Limits
	preds, succs [][]int // links by either end
	above        map[string]int
	r            Review
}

// counted tells whether an activity is work that counts, and whether it is still open.
func (c *checker) counted(i int) (work, open bool) {
	a := &c.Activities[i]
	work = a.Kind == Task && a.Duration > 0
	return work, work && a.Finished == None && !(a.RemainingStated && a.Remaining == 0 && a.Percent >= 1)
}

// open are the activities that are still to be done.
func (c *checker) open() (out []int) {
	for i := range c.Activities {
		if _, open := c.counted(i); open {
			out = append(out, i)
		}
	}
	return out
}

// point adds a point whose value is a share.
func (c *checker) point(number int, code string, of int, limit float64, least bool, findings []Finding, counted int) {
	p := Point{Number: number, Code: "network.check." + code, Applies: of > 0, Count: counted, Of: of, Limit: limit, Least: least, Findings: findings}
	if of == 0 {
		p.Missing = "network.check.nothing-to-count"
	} else {
		p.Value = float64(counted) / float64(of)
		p.Pass = keeps(p.Value, limit, least)
	}
	c.r.Points = append(c.r.Points, p)
}

// keeps compares with room for the last digit of a float: 5 of 100 is 5 %.
func keeps(value, limit float64, least bool) bool {
	if least {
		return value >= limit-1e-12
	}
	return value <= limit+1e-12
}

// silent adds a point that cannot be judged.
func (c *checker) silent(number int, code, missing string) {
	c.r.Points = append(c.r.Points, Point{Number: number, Code: "network.check." + code, Missing: "network.check." + missing})
}

// logic is point 1: open ends. Every network has one beginning and one end; where there is just one of either, it does not count.
func (c *checker) logic() {
	open := c.open()
	var first, last []int
	for i := range c.Activities {
		if a := &c.Activities[i]; a.Kind == Summary || a.Kind == Hammock {
			continue
		}
		if len(c.preds[i]) == 0 && !c.aboveLinked(i) {
			first = append(first, i)
		}
		if len(c.succs[i]) == 0 && !c.aboveLinked(i) {
			last = append(last, i)
		}
	}
	var out []Finding
	bad := map[int]bool{}
	list := func(ends []int, code string) {
		if len(ends) <= 1 {
			return
		}
		for _, i := range ends {
			if _, is := c.counted(i); is {
				bad[i] = true
				out = append(out, found("network.check."+code, c.Activities[i].ID))
			}
		}
	}
	list(first, "no-predecessor")
	list(last, "no-successor")
	c.point(1, "logic", len(open), c.l.MissingLogic, false, out, len(bad))
	c.dangling(open)
}

// aboveLinked tells whether a summary over the activity has links, which hold all under it.
func (c *checker) aboveLinked(i int) bool {
	by := c.above
	for steps, at := 0, c.Activities[i].Under; at != "" && steps <= len(by); steps++ {
		k, ok := by[at]
		if !ok {
			return false
		}
		if len(c.preds[k])+len(c.succs[k]) > 0 {
			return true
		}
		at = c.Activities[k].Under
	}
	return false
}

// dangling finds activities whose start nothing holds, or whose finish holds nothing, though they have links.
func (c *checker) dangling(open []int) {
	for _, i := range open {
		held := slices.ContainsFunc(c.preds[i], func(k int) bool { return !c.Links[k].Type.toFinish() })
		holds := slices.ContainsFunc(c.succs[i], func(k int) bool { return !c.Links[k].Type.fromStart() })
		if len(c.preds[i]) > 0 && !held && c.Activities[i].Started == None {
			c.r.Findings = append(c.r.Findings, found("network.check.dangling-start", c.Activities[i].ID))
		}
		if len(c.succs[i]) > 0 && !holds {
			c.r.Findings = append(c.r.Findings, found("network.check.dangling-finish", c.Activities[i].ID))
		}
	}
}

// relations are points 2 to 4: leads, lags, and the share of finish–start links.
func (c *checker) relations() {
	var leads, lags, other []Finding
	for _, l := range c.Links {
		from, to := c.Activities[l.From].ID, c.Activities[l.To].ID
		days := math.Round(c.Days(l.From, l.Lag)*10) / 10
		if l.Elapsed {
			days = math.Round(float64(l.Lag)/dayMinutes*10) / 10
		}
		switch {
		case l.Lag < 0:
			leads = append(leads, found("network.check.lead", to, "from", from, "days", -days))
		case l.Lag > 0:
			lags = append(lags, found("network.check.lag", to, "from", from, "days", days))
		}
		if l.Type != FS {
			other = append(other, found("network.check.not-finish-start", to, "from", from, "type", l.Type.String()))
		}
	}
	all := len(c.Links)
	c.point(2, "leads", all, c.l.Leads, false, leads, len(leads))
	c.point(3, "lags", all, c.l.Lags, false, lags, len(lags))
	c.point(4, "finish-start", all, c.l.FinishToStart, true, other, all-len(other))
}

// activities are points 5 to 8: hard constraints, high and negative float, long durations.
func (c *checker) activities() {
	open := c.open()
	var hard, high, negative, long []Finding
	for _, i := range open {
		a, d := &c.Activities[i], &c.s.Dates[i]
		for _, k := range a.Constraints {
			if k.Kind.Hard() {
				hard = append(hard, found("network.check.hard-constraint", a.ID, "date", k.At.String()))
				break
			}
		}
		float := math.Round(c.Days(i, d.TotalFloat)*10) / 10
		switch {
		case float > c.l.HighFloatDays:
			high = append(high, found("network.check.float-over", a.ID, "days", float, "limit", c.l.HighFloatDays))
		case d.TotalFloat < 0:
			negative = append(negative, found("network.check.float-below", a.ID, "days", -float))
		}
		if days := c.Days(i, a.Duration); days > c.l.LongDays {
			long = append(long, found("network.check.long", a.ID, "days", math.Round(days*10)/10, "limit", c.l.LongDays))
		}
	}
	n := len(open)
	c.point(5, "hard-constraints", n, c.l.HardConstraints, false, hard, len(hard))
	c.point(6, "high-float", n, c.l.HighFloat, false, high, len(high))
	c.point(7, "negative-float", n, c.l.NegativeFloat, false, negative, len(negative))
	c.point(8, "long-durations", n, c.l.Long, false, long, len(long))
}

// dates is point 9: what has happened lies before the data date, what has not lies after it.
func (c *checker) dates() {
	if c.DataDate == None {
		c.silent(9, "invalid-dates", "no-data-date")
		return
	}
	var out []Finding
	all, bad := 0, 0
	for i := range c.Activities {
		a, d := &c.Activities[i], &c.s.Dates[i]
		if work, _ := c.counted(i); !work {
			continue
		}
		all++
		switch {
		case a.Started > c.DataDate || a.Finished > c.DataDate:
			out = append(out, found("network.check.actual-in-future", a.ID, "date", max(a.Started, a.Finished).String(), "data", c.DataDate.String()))
		case a.Started == None && a.Finished == None && d.EarlyStart < c.DataDate:
			out = append(out, found("network.check.plan-in-past", a.ID, "date", d.EarlyStart.String(), "data", c.DataDate.String()))
		default:
			continue
		}
		bad++
	}
	c.point(9, "invalid-dates", all, c.l.InvalidDates, false, out, bad)
}

// resources is point 10, judged only where the file has resources at all.
func (c *checker) resources() {
	if !slices.ContainsFunc(c.Activities, func(a Activity) bool { return a.Resources > 0 }) {
		c.silent(10, "no-resources", "no-resources-at-all")
		return
	}
	open := c.open()
	var out []Finding
	for _, i := range open {
		if c.Activities[i].Resources == 0 {
			out = append(out, found("network.check.resource-missing", c.Activities[i].ID))
		}
	}
	c.point(10, "no-resources", len(open), c.l.NoResources, false, out, len(out))
}

// due counts activities whose baseline says that they are over by the data date.
func (c *checker) due() (due []int, baseline bool) {
	for i := range c.Activities {
		a := &c.Activities[i]
		if work, _ := c.counted(i); !work || a.BaselineFinish == None {
			continue
		}
		baseline = true
		if c.DataDate != None && a.BaselineFinish <= c.DataDate {
			due = append(due, i)
		}
	}
	return due, baseline
}

// baseline is point 11, missed activities, and point 14, the baseline execution index.
func (c *checker) baseline() {
	due, has := c.due()
	missing := ""
	switch {
	case !has:
		missing = "no-baseline"
	case c.DataDate == None:
		missing = "no-data-date"
	}
	if missing != "" {
		c.silent(11, "missed", missing)
		c.silent(14, "bei", missing)
		return
	}
	var out []Finding
	for _, i := range due {
		a, d := &c.Activities[i], &c.s.Dates[i]
		if end := d.EarlyFinish; end > a.BaselineFinish {
			out = append(out, found("network.check.missed-activity", a.ID, "due", a.BaselineFinish.String(), "now", end.String()))
		}
	}
	c.point(11, "missed", len(due), c.l.Missed, false, out, len(out))
	done := 0
	for i := range c.Activities {
		if work, open := c.counted(i); work && !open {
			done++
		}
	}
	c.point(14, "bei", len(due), c.l.BEI, true, nil, done)
}

// pathTest is point 12: a long delay of one open activity of the critical path must reach the end. Where it does not, the path
// is broken by a constraint or a missing link.
func (c *checker) pathTest() {
	i := c.firstCritical()
	if i < 0 {
		c.silent(12, "path-test", "nothing-to-count")
		return
	}
	n := *c.Network
	n.Activities = slices.Clone(c.Activities)
	a := &n.Activities[i]
	delay := int64(c.l.PathTestDays * float64(c.Calendars[a.Calendar].DayMinutes))
	a.Remaining, a.RemainingStated = a.remaining()+delay, true
	later, err := n.Schedule()
	if err != nil {
		c.silent(12, "path-test", "nothing-to-count")
		return
	}
	own := float64(later.Dates[i].EarlyFinish-c.s.Dates[i].EarlyFinish) / dayMinutes
	end := float64(later.Finish-c.s.Finish) / dayMinutes
	p := Point{Number: 12, Code: "network.check.path-test", Applies: true, Count: 1, Of: 1, Value: math.Round(end), Limit: math.Round(own), Least: true,
		Pass: end >= own-c.l.PathTestSlack}
	if !p.Pass {
		p.Findings = []Finding{found("network.check.path-broken", a.ID, "delay", math.Round(own), "end", math.Round(end))}
	}
	c.r.Points = append(c.r.Points, p)
}

// firstCritical is the open critical activity that ends first; where the rule of the file calls none critical, the first open one
// of the driving path.
func (c *checker) firstCritical() int {
	at := -1
	for _, i := range c.open() {
		if d := &c.s.Dates[i]; d.Critical && (at < 0 || d.EarlyFinish < c.s.Dates[at].EarlyFinish) {
			at = i
		}
	}
	if at >= 0 {
		return at
	}
	for _, i := range c.s.Path {
		if _, open := c.counted(i); open {
			return i
		}
	}
	return -1
}

// indices is point 13, the critical path length index: (length + float) / length, against the date by which all must be over.
func (c *checker) indices() {
	must := c.Finish
	if must == None {
		for i := range c.Activities {
			must = max(must, c.Activities[i].BaselineFinish)
		}
	}
	from := c.DataDate
	if from == None {
		from = c.Start
	}
	if must == None || from == None || c.s.Finish <= from {
		c.silent(13, "cpli", "no-must-finish")
		return
	}
	h := newHours(c.Calendars[c.Default], from.day()-7, max(must, c.s.Finish).day()+7)
	length := float64(h.work(c.s.Finish) - h.work(from))
	if length <= 0 {
		c.silent(13, "cpli", "no-must-finish")
		return
	}
	index := (length + float64(h.work(must)-h.work(c.s.Finish))) / length
	c.r.Points = append(c.r.Points, Point{Number: 13, Code: "network.check.cpli", Applies: true, Count: 1, Of: 1, Value: math.Round(index*1000) / 1000, Limit: c.l.CPLI,
		Least: true, Pass: keeps(index, c.l.CPLI, true)})
}

// oddities are findings outside of the fourteen points.
func (c *checker) oddities() {
	add := func(f Finding) { c.r.Findings = append(c.r.Findings, f) }
	for i := range c.Activities {
		a := &c.Activities[i]
		switch {
		case a.Kind == Summary || a.Kind == Hammock:
			continue
		case a.Kind == Task && a.Duration == 0 && a.Finished == None:
			add(found("network.check.no-duration", a.ID))
		case a.Percent > 0 && a.Started == None && a.Finished == None:
			add(found("network.check.progress-without-start", a.ID, "percent", math.Round(a.Percent*100)))
		case a.Percent >= 1 && a.Finished == None:
			add(found("network.check.done-without-finish", a.ID))
		}
		for _, k := range c.preds[i] {
			p := &c.Activities[c.Links[k].From]
			if a.Started != None && c.Links[k].Type == FS && p.Kind == Task && p.Finished == None {
				add(found("network.check.out-of-sequence", a.ID, "from", p.ID))
			}
		}
	}
	c.doubledLinks(add)
	for _, cal := range c.Calendars {
		if !cal.KnownTo.IsZero() && cal.KnownTo.Before(c.s.Finish.FinishDate()) {
			add(found("network.check.holidays-unknown", "", "calendar", cal.Name, "to", cal.KnownTo.String()))
		}
	}
}

// doubledLinks finds links between the same two activities of the same type, and links that a summary cannot keep.
func (c *checker) doubledLinks(add func(Finding)) {
	type key struct {
		from, to int
		kind     LinkType
	}
	seen := map[key]bool{}
	for _, l := range c.Links {
		k := key{l.From, l.To, l.Type}
		from, to := c.Activities[l.From].ID, c.Activities[l.To].ID
		if seen[k] {
			add(found("network.check.doubled-link", to, "from", from))
		}
		seen[k] = true
		if c.Activities[l.To].Kind == Summary && l.Type.toFinish() {
			add(found("network.check.summary-finish-link", to, "from", from))
		}
	}
}
