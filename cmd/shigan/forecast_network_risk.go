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
	Levelled bool          `json:"resource_levelled"` // never, unless asked for
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
	used   map[string]*priorOfWork
	out    networkAssumptions
}

// shapeKey: of a piece of work under way, elapsed and reported share in hundredths; −1 before its start.
type shapeKey struct {
	prior         string
	elapsed, done int
}

// risks gives every open activity its distribution: the three estimates of the table where it has them, the prior of its kind of work
// otherwise, moved by what was reported of work under way.
func (p *plan) risks(o networkOptions) ([]network.Risk, networkAssumptions, error) {
	r := &risker{plan: p, o: o, shapes: map[shapeKey]*network.Shape{}, used: map[string]*priorOfWork{},
		out: networkAssumptions{Model: "network", Rho: o.rho, Kappa: curve.DefaultKappa, Priors: []priorOfWork{}}}
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

func (r *risker) risk(i int, a *network.Activity) (network.Risk, error) {
	prior, name := curve.ForWork(a.Class, a.Name)
	mean, sd := prior.Mean, math.Sqrt(prior.S2)
	if r.o.stated {
		name, mean, sd = "stated", r.o.mean, r.o.sd
	}
	class := a.Class
	if class == "" {
		class = name
	}
	risk := network.Risk{Loads: []network.Load{{Cause: "project:" + r.project(), Rho: r.o.rho / 2}, {Cause: "class:" + class, Rho: r.o.rho / 2}}}
	if r.o.rho == 0 {
		risk.Loads = network.Independent
	}
	if i < len(r.Tasks) && r.Tasks[i].Likely != nil {
		return r.three(i, a, risk)
	}
	u := r.used[name]
	if u == nil {
		u = &priorOfWork{Name: name, Mean: mean, SD: sd, Assumed: true}
		r.used[name] = u
	}
	u.Activities++
	key := shapeKey{name, -1, -1}
	if elapsed, done, ok := r.under(i, a); ok && sd > 0 {
		r.out.Running++
		key.elapsed, key.done = int(math.Round(elapsed*100)), int(math.Round(done*100))
		risk.Scale = r.Network.Days(i, a.Duration)
	}
	shape, err := r.shape(key, mean, sd)
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

// shape is the ratio of (remaining) to planned duration.
func (r *risker) shape(key shapeKey, mean, sd float64) (*network.Shape, error) {
	if s, ok := r.shapes[key]; ok {
		return s, nil
	}
	s, err := (*network.Shape)(nil), error(nil)
	switch {
	case key.elapsed < 0:
		s, err = network.LogNormal(mean, sd)
	default:
		elapsed := float64(key.elapsed) / 100
		post := curve.Progress(curve.Outlook{Mean: mean, S2: sd * sd}, curve.Report{Plan: 1, Elapsed: elapsed, Done: float64(key.done) / 100})
		s, err = network.FromQuantile(func(u float64) float64 { return max(0, post.Quantile(u)-elapsed) })
	}
	r.shapes[key] = s
	return s, err
}
