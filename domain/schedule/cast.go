package schedule

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash/fnv"
	"math"
	"slices"

	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/engine/curve"
	"shigan/engine/network"
	"shigan/kernel/calendar"
)

// ModelVersion counts changes of how forecasts are made; it is stored with each.
const ModelVersion = 2

// ByNetwork is model A: the steps of the project, simulated.
const ByNetwork curve.Model = "network"

// Calendar 工作日历 are the calendars that steps count by, by name.
type Calendar map[string]*network.Calendar

// Days are the working days from the morning of one day to the evening of another.
func (c Calendar) Days(name string, from, to calendar.Date) float64 {
	k := c[name]
	if k == nil {
		return 0
	}
	return k.Worked(network.On(from, 0), network.On(to, 24*60))
}

// Inputs 推算的根据 is all that a project's forecasts hang on.
type Inputs struct {
	AsOf      calendar.Date
	Project   project.Project
	Plan      *Plan // nil: no steps were listed
	Blockers  []Blocker
	Money     Money
	Assumed   *Assumed
	Past      *Past
	Calendars Calendar
	Seed      uint64
	Trials    int

	shapes map[string]*network.Shape
	toCome map[string]float64 // of the problems to come, by step
}

// Fresh is the same inputs for somebody who works beside others: distributions that were made on the way are not shared.
func (in *Inputs) Fresh() *Inputs {
	out := *in
	out.shapes, out.toCome = nil, nil
	return &out
}

// Money 钱 is what was reported of a year. Amounts in fen; Months are cumulative.
type Money struct {
	Year   int     `json:"year"`
	Month  int     `json:"month"` // the last month that was reported; 0: none
	Months []int64 `json:"months,omitempty"`
	Before int64   `json:"before,omitempty"` // done to the end of last year
}

// Done is what the year has reached.
func (m Money) Done() int64 {
	if m.Month == 0 || len(m.Months) == 0 {
		return 0
	}
	return m.Months[len(m.Months)-1]
}

// Cast 推算 is what the system says of one promise on a day. Everything shown is read from the sample: the odds, the days, the
// hump.
type Cast struct {
	Promise Promise       `json:"promise"`
	AsOf    string        `json:"as_of"`
	Model   curve.Model   `json:"model"`
	Version int           `json:"version"`
	Seed    uint64        `json:"seed"`
	Trials  int           `json:"trials"`
	Inputs  string        `json:"inputs"` // digest
	Q       []float64     `json:"q"`      // quantiles at curve.Levels: days after AsOf, or fen
	Keep    float64       `json:"keep"`   // odds that the promise is kept
	Se      float64       `json:"se"`     // standard error of the odds by simulation
	Likely  string        `json:"likely,omitempty"`
	Late    string        `json:"late,omitempty"`  // P80
	Logic   string        `json:"logic,omitempty"` // the end by the plan's own logic from today
	LikelyM int64         `json:"likely_money,omitempty"`
	Drivers []Driver      `json:"drivers,omitempty"`
	Effects []Effect      `json:"effects,omitempty"` // of actions, the most helpful first
	Best    *Effect       `json:"best,omitempty"`    // up to three together
	Class   curve.Learned `json:"class"`
	Notes   []curve.Note  `json:"notes,omitempty"`
	Rivals  []Rival       `json:"rivals,omitempty"`
	Left    []string      `json:"left,omitempty"`  // cases that nobody has placed
	Raw     *Raw          `json:"raw,omitempty"`   // before the record was put on it; nil: it was not
	Sides   []Side        `json:"sides,omitempty"` // two models on one promise: what each says by itself
	Sample  []int64       `json:"-"`               // days after AsOf, or fen; sorted
	Fan     []Month       `json:"-"`               // of an amount: the months to come
	trials  []int64       // the sample in the order of trials
	blend   *blend
	lens    *lens
}

// Driver 什么在拖 is what one group of steps, one blocker, or one input adds to the likely day. Parts add up to the days between
// the plan's logic and the likely day, exactly.
type Driver struct {
	Key   string   `json:"key"` // step/7, case/…, class, reports, pace, record, future, rest
	Name  org.Name `json:"name,omitzero"`
	Cause string   `json:"cause,omitempty"`
	Days  int      `json:"days"`
	Money int64    `json:"money,omitempty"` // fen, where the promise is an amount
}

// Rival 土办法 is what a plain rule says of the same promise.
type Rival struct {
	Name   string  `json:"name"` // promised, class, earned, unit
	Keep   float64 `json:"keep"`
	Likely string  `json:"likely,omitempty"`
}

// Month 扇形 is what the year will have reached by the end of a month: P10, P25, P50, P75, P90 in fen.
type Month struct {
	Month int
	P     [5]int64
}

// Joint is the sample in the order of trials, for programmes over joint trials.
func (c *Cast) Joint() []int64 { return c.trials }

// Money tells whether the promise is an amount.
func (c *Cast) Money() bool { return c.Promise.Kind == ToSpend }

// Day is the day that so many days after the forecast are.
func (c *Cast) Day(offset int64) string {
	return calendar.MustDate(c.AsOf).AddDays(int(offset)).String()
}

// quantile is the smallest value with at least the share p of the sample at or below it.
func quantile(sorted []int64, p float64) int64 {
	if len(sorted) == 0 {
		return 0
	}
	i := int(math.Ceil(p*float64(len(sorted))-1e-9)) - 1
	return sorted[min(max(i, 0), len(sorted)-1)]
}

// Settle lets go of what only the making of a forecast needs; its sample stays.
func (c *Cast) Settle() { c.blend, c.lens = nil, nil }

// fill reads everything from the sample.
func (c *Cast) fill(trials []int64) {
	c.trials, c.Trials = trials, len(trials)
	if c.Sample = trials; !slices.IsSorted(trials) { // one that is rising already is its own order
		c.Sample = slices.Clone(trials)
		slices.Sort(c.Sample)
	}
	c.Q = c.Q[:0]
	for _, p := range curve.Levels {
		c.Q = append(c.Q, float64(quantile(c.Sample, p)))
	}
	c.Keep = c.Odds(c.Promise.Due)
	c.Se = math.Sqrt(c.Keep * (1 - c.Keep) / float64(len(trials)))
	if c.Money() {
		c.LikelyM = quantile(c.Sample, .5)
		return
	}
	c.Likely, c.Late = c.Day(quantile(c.Sample, .5)), c.Day(quantile(c.Sample, .8))
}

// Odds 把握 are the odds that it is over by a day; of an amount, that it is reached.
func (c *Cast) Odds(due string) float64 {
	if len(c.Sample) == 0 {
		return c.Keep
	}
	n := 0
	if c.Money() {
		i, _ := slices.BinarySearch(c.Sample, c.Promise.Amount)
		n = len(c.Sample) - i
	} else {
		n, _ = slices.BinarySearch(c.Sample, int64(calendar.MustDate(due).Sub(calendar.MustDate(c.AsOf)))+1)
	}
	return float64(n) / float64(len(c.Sample))
}

// LateBy is how many days the likely day lies after the promised one; negative is before.
func (c *Cast) LateBy() int {
	if c.Likely == "" || c.Promise.Due == "" {
		return 0
	}
	return calendar.MustDate(c.Likely).Sub(calendar.MustDate(c.Promise.Due))
}

// Says tells whether there is a note.
func (c *Cast) Says(code string) bool {
	return slices.ContainsFunc(c.Notes, func(n curve.Note) bool { return n.Code == code })
}

// Cause is the class of what drives most of the delay; "" where nothing does.
func (c *Cast) Cause() string {
	for _, d := range c.Drivers {
		if d.Days > 0 && d.Cause != "" {
			return d.Cause
		}
	}
	return ""
}

// Digest names what a forecast was made from.
func (in *Inputs) Digest() string {
	raw, err := json.Marshal(struct {
		AsOf     calendar.Date
		Project  project.Project
		Plan     *Plan
		Blockers []Blocker
		Money    Money
		Assumed  string
		Past     []float64
		Trust    []curve.Trust
		Seed     uint64
		Trials   int
		Model    int
	}{in.AsOf, in.Project, in.Plan, in.Blockers, in.Money, in.Assumed.Sum, in.Past.mark(in.Project, in.Plan != nil || len(in.Project.Milestones) > 0), in.trusts(), in.Seed, in.Trials, ModelVersion})
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:16])
}

// mark is what a project's forecasts take from the past, in a few numbers; of problems only where there is something that they can hold up.
func (p *Past) mark(pr project.Project, held bool) []float64 {
	o := p.Project(pr)
	steps := 0.0
	for i, c := range Causes {
		x := p.Step(c)
		steps += float64(i+1) * (x.Mean + 3*x.S2 + 7*x.MeanVar)
	}
	out := []float64{o.Mean + 3*o.Sd(), steps, p.OfPlan + float64(p.Years), p.Waiting.A + 3*p.Waiting.B, p.Rate.Mean()}
	if h := p.Hurdles; held {
		out = append(out, h.Lives.K, h.Lives.Scale, h.Climb.Theta, h.Rate, h.Known, share(h.Climb.N < p.assumed.Few))
	}
	for _, w := range p.weights {
		out = append(out, w.money, float64(w.scored))
	}
	for _, kind := range p.records {
		for _, r := range kind {
			out = append(append(out, float64(r.cases)), r.remap.Cum...)
		}
	}
	return out
}

// SeedOf is the seed of a district: the same for all its promises, so that trials of the same number share their common causes.
func SeedOf(district string) uint64 {
	h := fnv.New64a()
	h.Write([]byte("forecast/" + district))
	return h.Sum64()
}

// Cast 推算 makes the forecasts of all promises of a project. With deep, the promises of a network get drivers and actions too.
func (in *Inputs) Cast(deep bool) ([]*Cast, error) {
	digest := in.Digest()
	var out []*Cast
	var byNet []*Cast
	for _, p := range Promises(in.Project, in.AsOf) {
		c := &Cast{Promise: p, AsOf: in.AsOf.String(), Version: ModelVersion, Seed: in.Seed, Inputs: digest}
		if in.Plan != nil && len(in.Plan.Steps) > 0 && in.stepOf(p) != "" {
			c.Model, c.Left = ByNetwork, in.left()
			byNet = append(byNet, c)
		} else {
			in.plain(c)
			in.lookPlain(c)
			in.fan(c)
		}
		out = append(out, c)
	}
	if len(byNet) > 0 {
		if err := in.castNetwork(byNet, deep); err != nil {
			return nil, err
		}
	}
	for _, c := range out {
		in.rivals(c)
	}
	return out, nil
}

// stepOf is the step whose end keeps a promise; "" where the network has none.
func (in *Inputs) stepOf(p Promise) string {
	switch p.Kind {
	case ToFinish:
		return in.Plan.Last()
	case ToReach:
		for _, s := range in.Plan.Steps {
			if s.Milestone == p.What {
				return s.ID
			}
		}
	}
	return ""
}

// rivals puts the plain rules beside: what was promised, what the class does, what the unit itself says.
func (in *Inputs) rivals(c *Cast) {
	promised := 1.0
	if c.Promise.Due < c.AsOf {
		promised = 0 // what is open after its day is not kept
	}
	c.Rivals = append(c.Rivals, Rival{Name: "promised", Keep: promised, Likely: c.Promise.Due}, Rival{Name: "class", Keep: in.Past.Rate.Mean()})
	if m, ok := in.Project.Milestone(c.Promise.What); ok && c.Promise.Kind == ToReach && m.Forecast != "" {
		k := 0.0
		if m.Forecast <= c.Promise.Due {
			k = 1
		}
		c.Rivals = append(c.Rivals, Rival{Name: "unit", Keep: k, Likely: m.Forecast})
	}
	if c.Promise.Kind == ToFinish && c.Model == ByNetwork {
		if day, ok := in.earned(); ok {
			k := 0.0
			if day <= c.Promise.Due {
				k = 1
			}
			c.Rivals = append(c.Rivals, Rival{Name: "earned", Keep: k, Likely: day})
		}
	}
	if c.Money() && in.Money.Month > 0 { // m/12: it goes on as the official light counts
		k := 0.0
		if float64(in.Money.Done()) >= curve.Linear(in.Money.Month)*float64(c.Promise.Amount) {
			k = 1
		}
		c.Rivals = append(c.Rivals, Rival{Name: "linear", Keep: k})
	}
}

// earned 挣得进度 is the end by earned schedule at the pace so far: planned work by day as drawn, earned by what was reported.
func (in *Inputs) earned() (day string, ok bool) {
	drawn, err := in.asDrawn()
	if err != nil {
		return "", false
	}
	first := in.begin()
	var ends []float64
	total, ev := 0.0, 0.0
	work := func(i int) float64 { return in.Plan.Steps[i].Days }
	for i, st := range in.Plan.Steps {
		total += work(i)
		ends = append(ends, float64(calendar.MustDate(drawn[i][1]).Sub(first)+1))
		switch m := in.Plan.Marks[st.ID]; {
		case m.Finished != "":
			ev += work(i)
		case m.Done != nil:
			ev += work(i) * *m.Done
		}
	}
	at := float64(in.AsOf.Sub(first))
	plan := curve.Planned{{X: 0, Y: 0}}
	for _, end := range slices.Sorted(slices.Values(ends)) {
		y := 0.0
		for i := range ends {
			from := float64(calendar.MustDate(drawn[i][0]).Sub(first))
			y += work(i) * min(max((end-from)/max(ends[i]-from, 1), 0), 1)
		}
		if last := plan[len(plan)-1]; end > last.X {
			plan = append(plan, curve.Point{X: end, Y: max(y, last.Y)})
		}
	}
	if at <= 0 || ev <= 0 || total <= 0 || len(plan) < 2 {
		return "", false
	}
	d := plan.Rivals(at, ev).FactorSPIt
	if math.IsNaN(d) || d < at || d > far {
		return "", false
	}
	return first.AddDays(int(math.Ceil(d)) - 1).String(), true
}
