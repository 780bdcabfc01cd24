package schedule

import (
	"fmt"
	"math"
	"slices"

	"shigan/engine/curve"
	"shigan/engine/network"
	"shigan/kernel/calendar"
)

// Blocker 堵点 is an open case that blocks a step.
type Blocker struct {
	Case   string `json:"case"`
	Title  string `json:"title"`
	Step   string `json:"step,omitempty"` // "": nobody has said which
	Opened string `json:"opened"`         // day
	Level  int    `json:"level"`
	Top    int    `json:"top"` // the highest level of its ladder
	Who    string `json:"who,omitempty"`
	Climbs int    `json:"climbs,omitempty"` // levels that it climbed
}

// bend is what actions and coalitions change in a network.
type bend struct {
	closeBy  map[string]calendar.Date // case → day
	climb    map[string]float64       // case → hazard
	finishBy map[string]calendar.Date // step → day
	faster   map[string]float64       // step → share of its time that is saved
	overlap  map[[2]string]float64    // link from, to → days
	calm     map[string]bool          // activities that go as planned
	quiet    bool                     // no problem comes up any more
	begin    map[string]string        // step → day before which it does not begin
	take     map[string]float64       // step → days that it takes, or that are left
}

// scene is a network ready to be simulated on a day.
type scene struct {
	in      *Inputs
	net     *network.Network
	risks   []network.Risk
	at      map[string]int // activity → position
	targets []int
	names   []string  // of the targets: step ids
	plan    []float64 // planned or remaining days of each activity
}

const casePrefix = "case/"

// scene makes the network of a project as it stands on the day, bent by what is tried. Steps that are over are fixed where they
// were; steps under way keep what is left of them, by the class and by what was reported; a blocker goes before its step.
func (in *Inputs) scene(b bend) (*scene, error) {
	p := in.Plan
	n := &network.Network{DataDate: network.On(in.AsOf, 0), Rules: network.Rules{HoldAtDataDate: true, Critical: network.LongestPath}}
	s := &scene{in: in, net: n, at: map[string]int{}}
	cal := map[string]int{}
	use := func(name string) int {
		i, ok := cal[name]
		if !ok {
			i = len(n.Calendars)
			cal[name] = i
			n.Calendars = append(n.Calendars, in.Calendars[name])
		}
		return i
	}
	use("elapsed")
	n.Start = network.On(in.begin(), 0)
	for _, st := range p.Steps {
		a, r, plan := in.step(st, p.Marks[st.ID], b)
		a.Calendar = use(st.Calendar)
		s.at[st.ID] = len(n.Activities)
		n.Activities, s.risks, s.plan = append(n.Activities, a), append(s.risks, r), append(s.plan, plan)
	}
	for _, st := range p.Steps {
		for _, l := range st.After {
			to := s.at[st.ID]
			day := float64(n.Calendars[n.Activities[s.at[l.Step]].Calendar].DayMinutes)
			lag := l.Lag - b.overlap[[2]string{l.Step, st.ID}]
			n.Links = append(n.Links, network.Link{From: s.at[l.Step], To: to, Type: linkKinds[l.Kind], Lag: int64(math.Round(lag * day))})
		}
	}
	for _, x := range in.Blockers {
		to, ok := s.at[x.Step]
		if !ok || n.Activities[to].Finished != network.None {
			continue
		}
		a, r := in.blocker(x, b)
		n.Activities, s.risks, s.plan = append(n.Activities, a), append(s.risks, r), append(s.plan, 0)
		s.at[a.ID] = len(n.Activities) - 1
		n.Links = append(n.Links, network.Link{From: s.at[a.ID], To: to})
	}
	if !b.quiet {
		for i, st := range p.Steps {
			s.risks[i] = in.burden(st, s.risks[i], in.share(s)[st.ID], s.plan[i])
		}
	}
	for _, st := range p.Steps {
		if st.Milestone != "" || st.ID == p.Last() {
			s.targets, s.names = append(s.targets, s.at[st.ID]), append(s.names, st.ID)
		}
	}
	return s, nil
}

// begin is the day before which no step began.
func (in *Inputs) begin() calendar.Date {
	first := in.AsOf
	for _, m := range in.Plan.Marks {
		if m.Started != "" {
			if d := calendar.MustDate(m.Started); d.Before(first) {
				first = d
			}
		}
	}
	return first
}

// step is an activity with its risk, and its planned days that are left.
func (in *Inputs) step(st Step, m Mark, b bend) (network.Activity, network.Risk, float64) {
	st, left := b.moved(st, m)
	c := in.Calendars[st.Calendar]
	minutes := func(days float64) int64 { return int64(math.Round(days * float64(c.DayMinutes))) }
	a := network.Activity{ID: st.ID, Name: st.Name.Zh, Class: st.Cause, Duration: minutes(st.Days)}
	r := network.Risk{Key: in.Project.ID + "/" + st.ID, Calm: b.calm[st.ID], Loads: in.loads(st.Cause)}
	if st.Days == 0 {
		a.Kind, r.Shape = network.FinishMilestone, nil
	}
	if m.Started != "" {
		a.Started = network.On(calendar.MustDate(m.Started), 0)
	}
	if m.Finished != "" {
		a.Finished = network.On(calendar.MustDate(m.Finished), 24*60)
		return a, r, 0
	}
	if st.From != "" {
		a.Constraints = append(a.Constraints, network.Constraint{Kind: network.StartNoEarlier, At: network.On(calendar.MustDate(st.From), 0)})
	}
	if d, ok := b.finishBy[st.ID]; ok {
		r.Until = network.On(d, 24*60)
	}
	if st.Days == 0 {
		return a, r, 0
	}
	save := 1 - b.faster[st.ID]
	class := in.Past.Step(st.Cause)
	if a.Started == network.None {
		shape := in.shape("class/"+st.Cause, func() (*network.Shape, error) { return network.LogNormal(class.Mean, class.Sd()) })
		r.Shape, r.Scale = shape, st.Days*save
		a.Duration = minutes(st.Days * save)
		return a, r, st.Days * save
	}
	if left > 0 { // somebody says how much is left: what was reported is not listened to
		r.Shape, r.Scale = in.shape("class/"+st.Cause, func() (*network.Shape, error) { return network.LogNormal(class.Mean, class.Sd()) }), left*save
		a.RemainingStated, a.Remaining = true, minutes(left*save)
		return a, r, left * save
	}
	worked := c.Worked(a.Started, network.On(in.AsOf, 0))
	rep := curve.Report{Plan: st.Days, Elapsed: worked, Done: math.NaN(), Stalled: float64(m.Still)}
	trust := in.Past.Trust(m.Unit)
	rep.Kappa, rep.Bias, rep.Spread, rep.Df = trust.Kappa, trust.Bias, trust.Spread, trust.Df
	left = max(st.Days-worked, 0)
	if m.Done != nil {
		rep.Done = *m.Done
		left = st.Days * (1 - *m.Done)
	}
	r.Scale = save
	r.Shape = in.shape("step/"+st.ID, func() (*network.Shape, error) {
		post := curve.Progress(class, rep).Table() // once: its quantiles are asked for thousands of times
		return network.FromQuantile(func(u float64) float64 { return max(post.Quantile(u)-worked, 0) })
	})
	a.RemainingStated, a.Remaining = true, minutes(left*save)
	return a, r, left * save
}

// burden puts the problems to come on a step that is not over, whether it goes as planned otherwise or not.
func (in *Inputs) burden(st Step, r network.Risk, months, planned float64) network.Risk {
	if months <= 0 || in.Past.Hurdles.Rate <= 0 {
		return r
	}
	if r.Calm {
		r.Calm = false
		r.Shape = in.burdened(fmt.Sprint("calm/", st.ID, " ", planned), func(float64) float64 { return planned }, st, months)
	} else if own, scale := r.Shape, r.Scale; own != nil {
		r.Shape = in.burdened(fmt.Sprintf("%s %p %v", st.ID, own, scale), func(u float64) float64 { return scale * own.Quantile(u) }, st, months)
	}
	r.Scale = 1
	return r
}

// shape keeps distributions that many variants of one network share. One that cannot be made leaves the step as planned; the
// assumptions were checked when their pack was read.
func (in *Inputs) shape(key string, make func() (*network.Shape, error)) *network.Shape {
	if s, ok := in.shapes[key]; ok {
		return s
	}
	s, err := make()
	if err != nil {
		s = nil
	}
	if in.shapes == nil {
		in.shapes = map[string]*network.Shape{}
	}
	in.shapes[key] = s
	return s
}

// loads is what a step has in common with its project and with all work of its cause, in whatever project.
func (in *Inputs) loads(cause string) []network.Load {
	return []network.Load{{Cause: "project/" + in.Project.ID, Rho: in.Assumed.Shares.Project}, {Cause: "cause/" + cause, Rho: in.Assumed.Shares.Cause}}
}

// blocker is a problem as an activity: how long it still stands, given how long it has stood. As planned, it is gone.
func (in *Inputs) blocker(x Blocker, b bend) (network.Activity, network.Risk) {
	id := casePrefix + x.Case
	opened := calendar.MustDate(x.Opened)
	a := network.Activity{ID: id, Name: x.Title, Kind: network.Task, Class: "blocker", Started: network.On(opened, 0), RemainingStated: true}
	r := network.Risk{Key: in.Project.ID + "/" + id, Scale: 1, Calm: b.calm[id], Loads: []network.Load{{Cause: "project/" + in.Project.ID, Rho: in.Assumed.Shares.Project}}}
	hazard := in.Past.climbed(x.Climbs, b.climb[x.Case])
	r.Shape = in.shape(fmt.Sprint(id, " ", hazard), func() (*network.Shape, error) {
		return network.WeibullRest(in.Past.Hurdles.Lives.K, in.Past.Hurdles.Lives.Scale, float64(max(in.AsOf.Sub(opened), 0)), hazard)
	})
	if d, ok := b.closeBy[x.Case]; ok {
		r.Until = network.On(d, 24*60)
	}
	return a, r
}

func (s *scene) options() network.Options {
	return network.Options{Project: s.in.Project.ID, Targets: s.targets}
}

// left are the cases about the project that nobody has placed: they are in no odds.
func (in *Inputs) left() []string {
	var out []string
	for _, x := range in.Blockers {
		if x.Step == "" {
			out = append(out, x.Case)
		}
	}
	slices.Sort(out)
	return out
}
