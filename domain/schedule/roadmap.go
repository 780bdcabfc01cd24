package schedule

import (
	"slices"

	"shigan/domain/org"
	"shigan/engine/network"
	"shigan/kernel/calendar"
)

// Bins 山的分格 are the sample of a date in bins of equal width, one edge of which is the evening of the promised day. Days are
// counted from the day of the forecast; the right tail beyond P97.5 is left out of the drawing, nothing of the left.
func (c *Cast) Bins(n int) (from, step int, mass []float64) {
	if len(c.Sample) == 0 || c.Money() {
		return 0, 0, nil
	}
	due := calendar.MustDate(c.Promise.Due).Sub(calendar.MustDate(c.AsOf))
	lo, hi := int(c.Sample[0]), int(quantile(c.Sample, .975))
	hi = max(hi, min(due+1, hi+200))
	lo = min(lo, max(due, lo-200))
	if step = max((hi-lo)/n, 1); step > 3 {
		step = (step + 6) / 7 * 7 // whole weeks, or the days of rest show as dents
	}
	return c.binned(due, lo, hi, step)
}

// BinsLike puts the sample into the bins of another forecast, so that both can be drawn on one axis.
func (c *Cast) BinsLike(from, step, n int) []float64 {
	mass := make([]float64, n)
	for _, x := range c.Sample {
		if k := floorDiv(int(x)-from, step); k >= 0 && k < n {
			mass[k] += 1 / float64(len(c.Sample))
		}
	}
	return mass
}

// binned: bin k holds from+k·step ≤ x < from+(k+1)·step, and due+1 is an edge, so that what is over on the promised day lies left.
func (c *Cast) binned(due, lo, hi, step int) (int, int, []float64) {
	from := due + 1 - step*ceilDiv(due+1-lo, step)
	n := floorDiv(hi-from, step) + 2
	return from, step, c.BinsLike(from, step, n)
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

func ceilDiv(a, b int) int { return -floorDiv(-a, b) }

// StepCast 工序的推算 is one row of the roadmap. Days are ISO; empty where there is none.
type StepCast struct {
	Step     Step
	Mark     Mark
	Start    string // begun, or likely to
	Likely   string // over, or likely to be
	Late     string // P80
	Signed   string // where the plan as drawn has it
	SignedTo string
	Share    float64 // criticality: share of trials in which it lies on the driving path to the goal
	Float    int     // days by which it may slip by the plan's logic from today; 0: none
	Critical bool
	Blocked  []Blocker
}

// Roadmap 路线图 is the network as it stands, row by row: what was, what is likely, what was drawn.
func (in *Inputs) Roadmap() ([]StepCast, error) {
	s, err := in.scene(bend{})
	if err != nil {
		return nil, err
	}
	goal := s.at[in.Plan.Last()]
	s.targets = s.targets[:0]
	for i := range in.Plan.Steps {
		s.targets = append(s.targets, i)
	}
	m, err := network.Compile(s.net, s.risks, s.options())
	if err != nil {
		return nil, err
	}
	out, err := m.Run(network.Run{Trials: in.Assumed.Trials.Shown, Seed: in.Seed, Trace: true})
	if err != nil {
		return nil, err
	}
	now, err := s.net.Schedule()
	if err != nil {
		return nil, err
	}
	signed, err := in.asDrawn()
	if err != nil {
		return nil, err
	}
	critical := map[int]float64{}
	for _, x := range out.Influences(goal) {
		critical[x.Activity] = x.Criticality
	}
	rows := make([]StepCast, len(in.Plan.Steps))
	p := &played{in: in, scene: s, out: out}
	for i, st := range in.Plan.Steps {
		mk := in.Plan.Marks[st.ID]
		r := StepCast{Step: st, Mark: mk, Start: mk.Started, Share: critical[i]}
		r.Signed, r.SignedTo = signed[i][0], signed[i][1]
		for _, x := range in.Blockers {
			if x.Step == st.ID && mk.Finished == "" {
				r.Blocked = append(r.Blocked, x)
			}
		}
		if mk.Finished != "" {
			r.Likely = mk.Finished
			rows[i] = r
			continue
		}
		days := sorted(p.offsets(out, i))
		r.Likely, r.Late = in.day(quantile(days, .5)), in.day(quantile(days, .8))
		if day := int64(s.net.Calendars[s.net.Activities[i].Calendar].DayMinutes); day > 0 {
			r.Float = int(now.Dates[i].TotalFloat / day)
		}
		r.Critical = r.Share >= .5
		rows[i] = r
	}
	for i, st := range in.Plan.Steps { // a step that waits begins when what it waits for is likely over
		if rows[i].Start != "" {
			continue
		}
		start := in.AsOf.String()
		for _, l := range st.After {
			b := rows[s.at[l.Step]]
			from := b.Likely
			if l.Kind == "SS" || l.Kind == "SF" {
				from = b.Start
			}
			if from != "" {
				start = max(start, calendar.MustDate(from).AddDays(int(l.Lag)).String())
			}
		}
		rows[i].Start = min(max(start, st.From), rows[i].Likely)
	}
	return rows, nil
}

func (in *Inputs) day(offset int64) string { return in.AsOf.AddDays(int(offset)).String() }

// asDrawn are start and end of each step by the plan alone, as if nothing had been reported.
func (in *Inputs) asDrawn() ([][2]string, error) {
	bare := *in
	plan := *in.Plan
	plan.Marks = nil
	bare.Plan, bare.Blockers, bare.shapes, bare.toCome = &plan, nil, nil, nil
	first := in.begin()
	bare.AsOf = first
	s, err := bare.scene(bend{quiet: true})
	if err != nil {
		return nil, err
	}
	d, err := s.net.Schedule()
	if err != nil {
		return nil, err
	}
	out := make([][2]string, len(plan.Steps))
	for i := range out {
		out[i] = [2]string{d.Dates[i].EarlyStart.Date().String(), d.Dates[i].EarlyFinish.FinishDate().String()}
	}
	return out, nil
}

// Finding 查出来的 is something odd about a table of steps, by code; its sentence stands in the catalogue.
type Finding struct {
	Code   string   `json:"code"` // open-end, open-start, hard-date, slow-class, no-who, no-logic
	Hue    string   `json:"hue"`
	Step   string   `json:"step,omitempty"`
	Name   org.Name `json:"name,omitzero"`
	Other  string   `json:"other,omitempty"`
	Days   int      `json:"days,omitempty"`
	Class  int      `json:"class,omitempty"`
	Cases  int      `json:"cases,omitempty"`
	Before string   `json:"before,omitempty"`
}

// Review 体检 looks a table of steps over: ends that nothing waits for, steps that wait for nothing, days far under what the class
// took, steps without anybody.
func (in *Inputs) Review() []Finding {
	p := in.Plan
	followed := map[string]bool{}
	for _, st := range p.Steps {
		for _, l := range st.After {
			followed[l.Step] = true
		}
	}
	var out []Finding
	for i, st := range p.Steps {
		f := Finding{Step: st.ID, Name: st.Name}
		add := func(code, hue string) {
			g := f
			g.Code, g.Hue = code, hue
			out = append(out, g)
		}
		if !followed[st.ID] && st.ID != p.Last() {
			add("open-end", "blue")
		}
		if len(st.After) == 0 && i > 0 && st.From == "" && p.Marks[st.ID].Started == "" {
			add("open-start", "blue")
		}
		if st.Who == "" && st.Days > 0 {
			add("no-who", "yellow")
		}
		if o := in.Past.Step(st.Cause); o.N >= in.Assumed.Few && st.Days > 0 && p.Marks[st.ID].Finished == "" {
			if usual := o.Ratio(.5); usual > 1.2 {
				f.Days, f.Class, f.Cases = int(st.Days), int(st.Days*usual+.5), o.N
				add("slow-class", "yellow")
			}
		}
	}
	for _, x := range in.Blockers {
		if x.Step == "" {
			out = append(out, Finding{Code: "not-placed", Hue: "yellow", Other: x.Case, Name: org.Name{Zh: x.Title}})
		}
	}
	slices.SortStableFunc(out, func(a, b Finding) int {
		if a.Hue == b.Hue {
			return 0
		}
		if a.Hue == "yellow" {
			return -1
		}
		return 1
	})
	return out
}
