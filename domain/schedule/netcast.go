package schedule

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"shigan/domain/org"
	"shigan/engine/network"
	"shigan/kernel/calendar"
)

// played is a network that was simulated, ready to be tried with changes.
type played struct {
	in    *Inputs
	scene *scene
	out   *network.Outcome
}

// Play 推演 simulates the network of a project as it stands.
func (in *Inputs) play() (*played, error) {
	s, err := in.scene(bend{})
	if err != nil {
		return nil, err
	}
	m, err := network.Compile(s.net, s.risks, s.options())
	if err != nil {
		return nil, err
	}
	out, err := m.Run(network.Run{Trials: in.Trials, Seed: in.Seed, Trace: true, Keep: true})
	if err != nil {
		return nil, err
	}
	return &played{in, s, out}, nil
}

// try simulates a bent network with the same draws.
func (p *played) try(b bend) (*network.Outcome, error) {
	s, err := p.in.scene(b)
	if err != nil {
		return nil, err
	}
	return p.out.Try(s.net, s.risks, s.options())
}

// target is the place of a step among the targets.
func (p *played) target(step string) int { return slices.Index(p.scene.names, step) }

// offsets are whole days after the day of the forecast, by trial.
func (p *played) offsets(o *network.Outcome, target int) []int64 {
	s := o.Finish[target]
	first := int64(s.First().Sub(p.in.AsOf))
	out := make([]int64, len(s.Ticks))
	for i, t := range s.Ticks {
		day := int64(t) / 256
		if t%256 == 0 && t > 0 {
			day-- // midnight belongs to the day that ends
		}
		out[i] = first + day
	}
	return out
}

// days are the days that a run gives a promise, by trial, with all that else speaks of it.
func (p *played) days(c *Cast, o *network.Outcome, target int) []int64 {
	return c.lens.read(c.blend.of(p.offsets(o, target)))
}

// castNetwork forecasts all promises that the network serves from one simulation.
func (in *Inputs) castNetwork(casts []*Cast, deep bool) error {
	p, err := in.play()
	if err != nil {
		return err
	}
	calm, err := p.try(bend{calm: p.everything(), quiet: true})
	if err != nil {
		return err
	}
	var done []int
	for _, c := range casts {
		k := p.target(in.stepOf(c.Promise))
		done = append(done, k)
		in.pool(c, p.offsets(p.out, k))
		c.fill(p.days(c, p.out, k))
		in.look(c)
		c.Logic = c.Day(median(p.offsets(calm, k)))
		c.Class.N, c.Class.All = in.Past.Done, in.Past.Done
	}
	if !deep {
		return nil
	}
	if err := p.drivers(casts, done); err != nil {
		return err
	}
	return p.actions(casts, done)
}

func (p *played) everything() map[string]bool {
	all := map[string]bool{}
	for _, a := range p.scene.net.Activities {
		all[a.ID] = true
	}
	return all
}

// group of activities that one driver stands for.
type group struct {
	driver Driver
	ids    []string
}

// groups names what matters most to any of the targets: blockers and steps by how often they lie on the driving path times how
// much longer they take than planned. The rest is one group.
func (p *played) groups(targets []int) []group {
	type weighed struct {
		at    int
		score float64
	}
	var list []weighed
	n := p.scene.net
	score := make([]float64, len(n.Activities))
	for _, k := range targets {
		for _, x := range p.out.Influences(k) {
			score[x.Activity] = max(score[x.Activity], x.Criticality*math.Max(x.Mean-p.scene.plan[x.Activity], 0))
		}
	}
	for i, s := range score {
		if s > 0.05 {
			list = append(list, weighed{i, s})
		}
	}
	slices.SortStableFunc(list, func(a, b weighed) int { return cmp.Compare(b.score, a.score) })
	var out []group
	named := map[string]bool{}
	for _, w := range list[:min(len(list), p.in.Assumed.Groups)] {
		a := n.Activities[w.at]
		g := group{driver: Driver{Key: "step/" + a.ID, Name: org.Name{Zh: a.Name}, Cause: a.Class}, ids: []string{a.ID}}
		if st, ok := p.in.Plan.Step(a.ID); ok {
			g.driver.Name = st.Name
		} else {
			g.driver.Key, g.driver.Cause = a.ID, p.in.causeOf(strings.TrimPrefix(a.ID, casePrefix))
		}
		named[a.ID] = true
		out = append(out, g)
	}
	rest := group{driver: Driver{Key: "rest"}}
	for _, a := range n.Activities {
		if !named[a.ID] && a.Finished == network.None {
			rest.ids = append(rest.ids, a.ID)
		}
	}
	if len(rest.ids) > 0 {
		out = append(out, rest)
	}
	if p.in.Past.Hurdles.Rate > 0 {
		out = append(out, group{driver: Driver{Key: "future"}})
	}
	return out
}

// causeOf is the cause of the step that a case blocks.
func (in *Inputs) causeOf(id string) string {
	for _, x := range in.Blockers {
		if x.Case == id {
			st, _ := in.Plan.Step(x.Step)
			return st.Cause
		}
	}
	return ""
}

// drivers splits the days between the plan's logic and the likely day among the groups, after Shapley, for all targets at once.
func (p *played) drivers(casts []*Cast, targets []int) error {
	groups := p.groups(targets)
	n := len(groups)
	value := make([][]int64, len(casts)) // by cast, by coalition of groups and of what else speaks
	for i, c := range casts {
		value[i] = make([]int64, 1<<(n+len(c.voices())))
	}
	for set := range 1 << n {
		b := bend{calm: map[string]bool{}}
		for g := range groups {
			if set&(1<<g) == 0 {
				b.quiet = b.quiet || groups[g].driver.Key == "future"
				for _, id := range groups[g].ids {
					b.calm[id] = true
				}
			}
		}
		o := p.out
		if set != 1<<n-1 {
			var err error
			if o, err = p.try(b); err != nil {
				return err
			}
		}
		for i, k := range targets {
			net := p.offsets(o, k)
			for heard := range 1 << len(casts[i].voices()) {
				value[i][heard<<n|set] = median(casts[i].heard(net, heard))
			}
		}
	}
	for i, c := range casts {
		v := value[i]
		parts := network.Shapley(n+len(c.voices()), func(set uint) float64 { return float64(v[set]) })
		whole := apportion(parts, v[len(v)-1]-v[0])
		for g := range whole {
			var d Driver
			if g < n {
				d = groups[g].driver
			} else {
				d = c.voices()[g-n]
			}
			if d.Days = int(whole[g]); d.Days != 0 {
				c.Drivers = append(c.Drivers, d)
			}
		}
		slices.SortStableFunc(c.Drivers, func(a, b Driver) int { // the largest first, the rest last
			return cmp.Or(cmp.Compare(share(a.Key == "rest"), share(b.Key == "rest")), b.Days-a.Days)
		})
	}
	return nil
}

// apportion rounds parts to whole numbers that still add up to the total: the largest remainders are rounded up.
func apportion(parts []float64, total int64) []int64 {
	out, left := make([]int64, len(parts)), total
	order := make([]int, len(parts))
	for i, x := range parts {
		out[i], order[i] = int64(math.Floor(x)), i
		left -= out[i]
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(parts[b]-math.Floor(parts[b]), parts[a]-math.Floor(parts[a]))
	})
	for i := 0; left > 0 && len(order) > 0; i++ {
		out[order[i%len(order)]]++
		left--
	}
	for i := len(order) - 1; left < 0 && len(order) > 0; i-- {
		out[order[(i+len(order))%len(order)]]--
		left++
	}
	return out
}

// The kinds of actions.
const (
	CloseCase   = "close"   // 到某天销号
	ClimbCase   = "climb"   // 升一级
	FinishBy    = "finish"  // 到某天办成: permits, land, money, things that others bring and that wait for nothing
	AsPlanned   = "planned" // 照计划的天数办完: the same, where something goes before
	AddShift    = "shift"   // 加一班
	OverlapStep = "overlap" // 搭接
	MovePromise = "move"    // 挪承诺的日子
	BeginOn     = "begin"   // 开工挪到某天: not before it, whatever the drawing says
	TakeDays    = "take"    // 改天数: planned days of a step that waits, days left of one under way
)

// Action 做法 is one thing that can be tried.
type Action struct {
	Kind    string  `json:"kind"`
	Case    string  `json:"case,omitempty"`
	Step    string  `json:"step,omitempty"`
	Before  string  `json:"before,omitempty"` // overlap: the step before
	Day     string  `json:"day,omitempty"`
	Percent float64 `json:"percent,omitempty"`
	Days    float64 `json:"days,omitempty"` // take: working days of the step's calendar
}

// ID names an action within a project.
func (a Action) ID() string {
	switch a.Kind {
	case CloseCase, ClimbCase:
		return a.Kind + ":" + a.Case
	case OverlapStep:
		return a.Kind + ":" + a.Before + ":" + a.Step
	case MovePromise:
		return a.Kind
	}
	return a.Kind + ":" + a.Step
}

// Effect 效果 is what actions are worth, trial by trial with the same draws. Odds in shares of 1.
type Effect struct {
	Actions []Action `json:"actions"`
	Odds    float64  `json:"odds"` // gained
	OddsSE  float64  `json:"odds_se"`
	After   float64  `json:"after"`  // odds with it
	Days    int      `json:"days"`   // of the likely day; negative is a gain
	Late    float64  `json:"late"`   // of the mean days past the promise
	Likely  string   `json:"likely"` // with it
	Due     string   `json:"due"`    // the promise, where it is moved
	Tells   bool     `json:"tells"`  // more than two standard errors
	Assumed bool     `json:"assumed,omitempty"`
	Who     []string `json:"who,omitempty"`
}

// bend puts actions into a network.
func (in *Inputs) bend(actions []Action) (bend, error) {
	b := bend{closeBy: map[string]calendar.Date{}, climb: map[string]float64{}, finishBy: map[string]calendar.Date{}, calm: map[string]bool{}, faster: map[string]float64{}, overlap: map[[2]string]float64{}, begin: map[string]string{}, take: map[string]float64{}}
	for _, a := range actions {
		switch a.Kind {
		case BeginOn, TakeDays:
			if err := in.moveStep(&b, a); err != nil {
				return b, err
			}
		case CloseCase, FinishBy, MovePromise:
			d, err := calendar.ParseDay(a.Day)
			if err != nil {
				return b, err
			}
			if d.Before(in.AsOf) {
				return b, ErrNoAction.With("day", a.Day)
			}
			if a.Kind == CloseCase {
				b.closeBy[a.Case] = d
			} else if a.Kind == FinishBy {
				b.finishBy[a.Step] = d
			}
		case ClimbCase:
			b.climb[a.Case] = in.Past.Hurdles.Climb.Theta
		case AsPlanned:
			b.calm[a.Step] = true
		case AddShift:
			if !(a.Percent > 0 && a.Percent < 100) {
				return b, ErrNoAction
			}
			b.faster[a.Step] = a.Percent / 100
		case OverlapStep:
			st, ok := in.Plan.Step(a.Before)
			if !ok || !(a.Percent > 0 && a.Percent <= 100) {
				return b, ErrNoAction
			}
			b.overlap[[2]string{a.Before, a.Step}] = st.Days * a.Percent / 100
		default:
			return b, ErrNoAction
		}
	}
	return b, nil
}

// catalogue lists what can be tried: for each blocker, for the steps that matter, and the honest last one.
func (p *played) catalogue(c *Cast, target int) []Action {
	in := p.in
	soon := in.AsOf.AddDays(in.Assumed.Soon).String()
	var out []Action
	for _, x := range in.Blockers {
		if _, ok := p.scene.at[casePrefix+x.Case]; !ok {
			continue
		}
		out = append(out, Action{Kind: CloseCase, Case: x.Case, Day: soon})
		if x.Level < x.Top {
			out = append(out, Action{Kind: ClimbCase, Case: x.Case})
		}
	}
	for _, x := range p.influential(target) {
		st, _ := in.Plan.Step(x)
		m := in.Plan.Marks[st.ID]
		if st.Cause == "works" {
			out = append(out, Action{Kind: AddShift, Step: st.ID, Percent: in.Assumed.Shift})
			if m.Started == "" {
				if before := p.overlapped(st); before != "" {
					out = append(out, Action{Kind: OverlapStep, Step: st.ID, Before: before, Percent: in.Assumed.Overlap})
				}
			}
			continue
		}
		if p.waits(st) {
			out = append(out, Action{Kind: AsPlanned, Step: st.ID})
			continue
		}
		out = append(out, Action{Kind: FinishBy, Step: st.ID, Day: p.planned(st.ID)})
	}
	return append(out, Action{Kind: MovePromise, Day: c.Late})
}

// influential are unfinished steps on the driving path of a target, the most often first.
func (p *played) influential(target int) []string {
	list := slices.Clone(p.out.Influences(target))
	slices.SortStableFunc(list, func(a, b network.Influence) int { return cmp.Compare(b.Criticality*b.SD, a.Criticality*a.SD) })
	var out []string
	for _, x := range list {
		a := p.scene.net.Activities[x.Activity]
		if _, ok := p.in.Plan.Step(a.ID); ok && a.Finished == network.None && a.Duration > 0 && x.Criticality > 0.02 && len(out) < p.in.Assumed.Groups {
			out = append(out, a.ID)
		}
	}
	return out
}

// overlapped is the step before that is still to be done and whose end this one waits for.
func (p *played) overlapped(st Step) string {
	for _, l := range st.After {
		before, _ := p.in.Plan.Step(l.Step)
		if l.Kind == "" && l.Lag == 0 && before.Days > 0 && before.Cause == "works" && p.in.Plan.Marks[l.Step].Finished == "" {
			return l.Step
		}
	}
	return ""
}

// waits tells whether something that is not over goes before a step: then no day can be set for it alone.
func (p *played) waits(st Step) bool {
	if slices.ContainsFunc(st.After, func(l After) bool { return p.in.Plan.Marks[l.Step].Finished == "" }) && p.in.Plan.Marks[st.ID].Started == "" {
		return true
	}
	return slices.ContainsFunc(p.in.Blockers, func(x Blocker) bool { return x.Step == st.ID })
}

// planned is the day on which a step would be over if everything went as planned from today.
func (p *played) planned(step string) string {
	s, err := p.scene.net.Schedule()
	if err != nil {
		return p.in.AsOf.String()
	}
	d := s.Dates[p.scene.at[step]].EarlyFinish.FinishDate()
	if d.Before(p.in.AsOf) {
		d = p.in.AsOf
	}
	return d.String()
}

// actions tries each action for each promise, then the best together.
func (p *played) actions(casts []*Cast, targets []int) error {
	for i, c := range casts {
		for _, a := range p.catalogue(c, targets[i]) {
			e, err := p.effect(c, targets[i], []Action{a})
			if err != nil {
				return err
			}
			c.Effects = append(c.Effects, e)
		}
		slices.SortStableFunc(c.Effects, func(a, b Effect) int { return compareEffects(a, b) })
		if err := p.together(c, targets[i]); err != nil {
			return err
		}
	}
	return nil
}

// compareEffects puts what tells first, then what gains most odds, then what saves most lateness; moving the promise comes last.
func compareEffects(a, b Effect) int {
	rank := func(e Effect) int {
		switch {
		case e.Actions[0].Kind == MovePromise:
			return 2
		case !e.Tells:
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(b.Odds, a.Odds), cmp.Compare(a.Late, b.Late))
}

// together looks for the best set of up to three: all pairs of the best six, then the third that adds most.
func (p *played) together(c *Cast, target int) error {
	var pool []Action
	for _, e := range c.Effects {
		if e.Tells && e.Actions[0].Kind != MovePromise && len(pool) < 6 {
			pool = append(pool, e.Actions[0])
		}
	}
	if len(pool) < 2 {
		return nil
	}
	var best Effect
	consider := func(set []Action) error {
		e, err := p.effect(c, target, set)
		if err == nil && (len(best.Actions) == 0 || cmp.Or(cmp.Compare(e.Odds, best.Odds), cmp.Compare(best.Late, e.Late)) > 0) {
			best = e
		}
		return err
	}
	for i := range pool {
		for j := range i {
			if err := consider([]Action{pool[j], pool[i]}); err != nil {
				return err
			}
		}
	}
	pair := best.Actions
	for _, a := range pool {
		if !slices.Contains(pair, a) {
			if err := consider(append(slices.Clone(pair), a)); err != nil {
				return err
			}
		}
	}
	c.Best = &best
	return nil
}

// effect tries a set of actions.
func (p *played) effect(c *Cast, target int, actions []Action) (Effect, error) {
	e, _, err := p.tried(c, target, actions)
	return e, err
}

func (p *played) tried(c *Cast, target int, actions []Action) (Effect, []int64, error) {
	b, err := p.in.bend(actions)
	if err != nil {
		return Effect{}, nil, err
	}
	due := c.Promise.Due
	e := Effect{Actions: actions, Due: due}
	for _, a := range actions {
		switch a.Kind {
		case MovePromise:
			e.Due = a.Day
		case AddShift, OverlapStep:
			e.Assumed = true
		case ClimbCase:
			e.Assumed = e.Assumed || p.in.Past.Hurdles.Climb.N < p.in.Assumed.Few
		}
	}
	e.Who = p.in.who(actions)
	o, err := p.try(b)
	if err != nil {
		return e, nil, err
	}
	x := p.days(c, o, target)
	was, now := int64(calendar.MustDate(due).Sub(p.in.AsOf)), int64(calendar.MustDate(e.Due).Sub(p.in.AsOf))
	e.compare(c.trials, x, was, now)
	e.Likely = c.Day(quantile(sorted(slices.Clone(x)), .5))
	e.Days = calendar.MustDate(e.Likely).Sub(calendar.MustDate(c.Likely))
	return e, x, nil
}

// compare holds two runs of the same draws against each other, trial by trial.
func (e *Effect) compare(before, after []int64, was, now int64) {
	n := float64(len(before))
	var odds, odds2, late, late2, kept float64
	for i := range before {
		d := share(after[i] <= now) - share(before[i] <= was)
		l := float64(max(after[i]-now, 0) - max(before[i]-was, 0))
		odds, odds2, late, late2 = odds+d, odds2+d*d, late+l, late2+l*l
		kept += share(after[i] <= now)
	}
	e.Odds, e.Late, e.After = odds/n, late/n, kept/n
	e.OddsSE = math.Sqrt(max(odds2/n-e.Odds*e.Odds, 0) / n)
	lateSE := math.Sqrt(max(late2/n-e.Late*e.Late, 0) / n)
	e.Tells = math.Abs(e.Odds) > 2*e.OddsSE && e.Odds != 0 || math.Abs(e.Late) > 2*lateSE && math.Abs(e.Late) >= 0.5
}

func share(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// who must do it, once each.
func (in *Inputs) who(actions []Action) (out []string) {
	add := func(s string) {
		if s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	for _, a := range actions {
		for _, x := range in.Blockers {
			if x.Case == a.Case && a.Case != "" {
				add(x.Who)
			}
		}
		if st, ok := in.Plan.Step(a.Step); ok {
			add(st.Who)
		}
	}
	return out
}

// WhatIf 试一试 tries actions on a promise that a network serves, and gives what the other promises of the project become.
func (in *Inputs) WhatIf(promise string, actions []Action) (Effect, []*Cast, error) {
	casts, err := in.Cast(false)
	if err != nil {
		return Effect{}, nil, err
	}
	at := slices.IndexFunc(casts, func(c *Cast) bool { return c.Promise.Key() == promise })
	if at < 0 || casts[at].Model != ByNetwork {
		return Effect{}, nil, ErrNoPromise.With("promise", promise)
	}
	p, err := in.play()
	if err != nil {
		return Effect{}, nil, err
	}
	e, _, err := p.tried(casts[at], p.target(in.stepOf(casts[at].Promise)), actions)
	if err != nil {
		return e, nil, err
	}
	b, _ := in.bend(actions)
	o, err := p.try(b)
	if err != nil {
		return e, nil, err
	}
	var out []*Cast
	for _, c := range casts {
		if c.Model != ByNetwork {
			continue
		}
		n := *c
		n.Q = nil
		if c == casts[at] {
			n.Promise.Due = e.Due
		}
		n.fill(p.days(c, o, p.target(in.stepOf(c.Promise))))
		out = append(out, &n)
	}
	return e, out, nil
}
