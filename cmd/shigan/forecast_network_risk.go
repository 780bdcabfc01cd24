package main

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"shigan/engine/curve"
	"shigan/engine/network"
	"shigan/kernel/calendar"
)

// networkAssumptions is what a forecast of a bare file rests on: nothing was learned from a ledger, so all of it is assumed.
type networkAssumptions struct {
	Model    string        `json:"model"`
	Learned  int           `json:"learned_from"` // finished cases: none, for a file knows no ledger
	Priors   []priorOfWork `json:"priors"`
	Rho      float64       `json:"rho"`               // share of variance in common: half with the project, half with the class of work
	Kappa    float64       `json:"progress_kappa"`    // scatter of progress reports
	Three    int           `json:"three_point"`       // activities whose own three estimates were taken
	Running  int           `json:"running"`           // activities under way: what is left of them follows from their reports
	Finished int           `json:"finished"`          // finished activities: what they have in common with the rest was learned from them
	Pace     float64       `json:"pace_so_far"`       // how many times their plan these took, geometric mean; 0: none is finished
	Levelled bool          `json:"resource_levelled"` // only where --level asks for it
}

// priorOfWork is log(actual/planned) ~ N(mean, sd²).
type priorOfWork struct {
	Name       string  `json:"name"`
	Mean       float64 `json:"log_mean"`
	SD         float64 `json:"log_sd"`
	Activities int     `json:"activities"`
	Assumed    bool    `json:"assumed"`
}

// knownOnly applies --as-of: what happened later is not known, and nothing that is still to be done is done before. It gives the number
// of activities whose later news was left out.
func (p *plan) knownOnly() (hidden int) {
	if p.asOf == (calendar.Date{}) || p.nobody {
		return 0 // a table without dates begins on that very day
	}
	n, end := p.Network, network.On(p.asOf, 1440)
	n.Activities = slices.Clone(n.Activities)
	n.DataDate = end
	for i := range n.Activities {
		a := &n.Activities[i]
		switch {
		case a.Started > end:
			a.Started, a.Finished, a.Resume, a.Percent, a.Remaining, a.RemainingStated = network.None, network.None, network.None, 0, 0, false
		case a.Finished > end:
			a.Finished, a.Percent = network.None, 0
			worked := int64(0)
			if a.Started != network.None {
				worked = n.Calendars[a.Calendar].Work(a.Started, end)
			}
			a.Remaining, a.RemainingStated = max(a.Duration-worked, 1), true
		default:
			continue
		}
		hidden++
	}
	return hidden
}

// project names the common cause of the whole.
func (p *plan) project() string {
	if p.Name != "" {
		return p.Name
	}
	return p.file
}

// left is what is still to be done of an activity, in its working days.
func (p *plan) left(i int) float64 {
	a := &p.Network.Activities[i]
	left := a.Duration
	switch {
	case a.Finished != network.None:
		left = 0
	case a.RemainingStated:
		left = a.Remaining
	case a.Started != network.None:
		left = int64(float64(a.Duration) * (1 - a.Percent))
	}
	return p.Network.Days(i, left)
}

// risker makes the distributions of one file; equal ones are shared.
type risker struct {
	*plan
	o      networkOptions
	shapes map[shapeKey]*network.Shape
	known  map[shapeKey][2]float64
	used   map[string]*priorOfWork
	common *curve.Common
	seen   map[int]curve.Piece // of activities under way
	out    networkAssumptions
}

// shapeKey is what makes two distributions one, in hundredths: of log(actual/planned), and of work under way what has passed and what was
// reported; −1 before its start.
type shapeKey struct{ mean, sd, elapsed, done int }

func hundredths(x float64) int { return int(math.Round(x * 100)) }

// risks gives every open activity its distribution: the three estimates of the table where it has them, the prior of its kind of work
// otherwise, moved by what was reported of work under way.
func (p *plan) risks(o networkOptions) ([]network.Risk, networkAssumptions, error) {
	r := &risker{plan: p, o: o, shapes: map[shapeKey]*network.Shape{}, known: map[shapeKey][2]float64{}, used: map[string]*priorOfWork{},
		out: networkAssumptions{Model: "network", Rho: o.rho, Kappa: curve.DefaultKappa, Priors: []priorOfWork{}}}
	r.learn()
	all := make([]network.Risk, len(p.Network.Activities))
	for i := range all {
		a := &p.Network.Activities[i]
		if a.Kind == network.Summary || a.Kind == network.Hammock || a.Finished != network.None || p.left(i) == 0 {
			continue
		}
		var err error
		if all[i], err = r.risk(i, a); err != nil {
			return nil, r.out, err
		}
	}
	for _, name := range slices.SortedFunc(maps.Keys(r.used), cmp.Compare[string]) {
		r.out.Priors = append(r.out.Priors, *r.used[name])
	}
	return all, r.out, nil
}

// kind is the prior of an activity's work, and the class by which it shares causes with others.
func (r *risker) kind(a *network.Activity) (name, class string, mean, sd float64) {
	prior, name := curve.ForWork(a.Class, a.Name)
	mean, sd = prior.Mean, math.Sqrt(prior.S2)
	if r.o.stated {
		name, mean, sd = "stated", r.o.mean, r.o.sd
	}
	if class = a.Class; class == "" {
		class = name
	}
	return name, class, mean, sd
}

// learn conditions the common causes on what is finished and what is under way: a project whose steps took half as long again will go on so
// in part.
func (r *risker) learn() {
	var pieces []curve.Piece
	sum := 0.0
	r.seen = map[int]curve.Piece{}
	for i := range r.Network.Activities {
		a := &r.Network.Activities[i]
		if a.Kind != network.Task || a.Started == network.None || a.Duration <= 0 {
			continue
		}
		_, class, mean, sd := r.kind(a)
		if sd == 0 {
			continue
		}
		if a.Finished == network.None {
			if elapsed, done, ok := r.under(i, a); ok {
				m, v := r.moments(shapeKey{hundredths(mean), hundredths(sd), hundredths(elapsed), hundredths(done)})
				if p, ok := curve.Sighted(class, (m-mean)/sd, v/(sd*sd)); ok {
					r.seen[i] = p
					pieces = append(pieces, p)
				}
			}
			continue
		}
		took := r.Network.Calendars[a.Calendar].Work(a.Started, a.Finished)
		if took <= 0 {
			continue
		}
		y := math.Log(float64(took) / float64(a.Duration))
		pieces = append(pieces, curve.Piece{Class: class, Score: min(3, max(-3, (y-mean)/sd))}) // a slip of the pen is no ten deviations
		r.out.Finished++
		sum += y
	}
	if r.o.deaf {
		pieces, r.seen = nil, nil
	}
	r.common = curve.LearnCommon(pieces, r.o.rho/2, r.o.rho/2)
	if r.out.Finished > 0 {
		r.out.Pace = hundredth(math.Exp(sum / float64(r.out.Finished)))
	}
}

// moments of the logarithm of the same posterior, one computation for equal reports.
func (r *risker) moments(k shapeKey) (mean, variance float64) {
	m, ok := r.known[k]
	if !ok {
		m[0], m[1] = r.posterior(float64(k.elapsed)/100, float64(k.done)/100, float64(k.mean)/100, float64(k.sd)/100).LogMoments()
		r.known[k] = m
	}
	return m[0], m[1]
}

// posterior of the ratio to the plan of work that has run for a while, both as shares of the plan.
func (r *risker) posterior(elapsed, done, mean, sd float64) curve.Posterior {
	return curve.Progress(curve.Outlook{Mean: mean, S2: sd * sd}, curve.Report{Plan: 1, Elapsed: elapsed, Done: done})
}

func (r *risker) risk(i int, a *network.Activity) (network.Risk, error) {
	name, class, mean, sd := r.kind(a)
	u := r.used[name]
	common := r.common
	if p, ok := r.seen[i]; ok {
		common = common.Without(p) // its own report comes in once, below
	}
	score, variance, project, own := common.Ahead(class)
	risk := network.Risk{Loads: []network.Load{{Cause: "project:" + r.project(), Rho: project}, {Cause: "class:" + class, Rho: own}}}
	if r.o.rho == 0 {
		risk.Loads = network.Independent
	}
	if i < len(r.Tasks) && r.Tasks[i].Likely != nil {
		return r.three(i, a, risk)
	}
	if u == nil {
		u = &priorOfWork{Name: name, Mean: mean, SD: sd, Assumed: true}
		r.used[name] = u
	}
	u.Activities++
	mean, sd = mean+sd*score, sd*math.Sqrt(variance)
	key := shapeKey{hundredths(mean), hundredths(sd), -1, -1}
	if elapsed, done, ok := r.under(i, a); ok && sd > 0 {
		r.out.Running++
		key.elapsed, key.done = hundredths(elapsed), hundredths(done)
		risk.Scale = r.Network.Days(i, a.Duration)
	}
	shape, err := r.shape(key)
	risk.Shape = shape
	return risk, err
}

// three is the beta distribution of three estimates, less the share that is done.
func (r *risker) three(i int, a *network.Activity, risk network.Risk) (network.Risk, error) {
	t := r.Tasks[i].Likely
	r.out.Three++
	planned := r.Network.Days(i, a.Duration)
	if t.Least == t.Most || planned == 0 {
		return risk, nil
	}
	shape, err := network.PERT(t.Least, t.Likely, t.Most)
	risk.Shape, risk.Scale = shape, r.left(i)/planned
	return risk, err
}

// under tells how long an activity has been under way, and what share was reported, both against its plan. Where people gave the days that
// are left, those are their report.
func (r *risker) under(i int, a *network.Activity) (elapsed, done float64, ok bool) {
	planned := r.Network.Days(i, a.Duration)
	if a.Started == network.None || r.Network.DataDate <= a.Started || planned <= 0 {
		return 0, 0, false
	}
	elapsed = r.Network.Days(i, r.Network.Calendars[a.Calendar].Work(a.Started, r.Network.DataDate)) / planned
	if elapsed < 0.005 {
		return 0, 0, false
	}
	done = a.Percent
	if a.RemainingStated {
		done = elapsed / (elapsed + r.left(i)/planned)
	}
	return elapsed, min(done, 0.99), true
}

// shape is the ratio of the whole, or of what is left, to the plan.
func (r *risker) shape(k shapeKey) (*network.Shape, error) {
	if s, ok := r.shapes[k]; ok {
		return s, nil
	}
	mean, sd, elapsed := float64(k.mean)/100, float64(k.sd)/100, float64(k.elapsed)/100
	s, err := (*network.Shape)(nil), error(nil)
	if k.elapsed < 0 {
		s, err = network.LogNormal(mean, sd)
	} else {
		post := r.posterior(elapsed, float64(k.done)/100, mean, sd)
		s, err = network.FromQuantile(func(u float64) float64 { return max(0, post.Quantile(u)-elapsed) })
	}
	r.shapes[k] = s
	return s, err
}
