package schedule

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"shigan/domain/project"
	"shigan/engine/curve"
	"shigan/engine/network"
	"shigan/kernel/calendar"
)

// Life 难点的一生 is one problem of a project: when it came up, when it climbed, when it was closed. Days are ISO; Closed "" is open.
type Life struct {
	Project string
	Opened  string
	Climbs  []string
	Closed  string
}

// Hurdles 难点 is what the ledger's problems have taught: how long they live, what a climb does, and how often new ones come up.
type Hurdles struct {
	Lives  curve.Blocker
	Climb  curve.Climbing
	Cases  int     // problems behind the lives
	Rate   float64 // new ones per month of a project under way
	Known  float64 // shape of the Gamma that the rate is known by
	New    int     // problems that came up in Months
	Months float64 // of projects under way that were looked at
}

// learnHurdles learns from all problems of projects, closed or not: what is open has lived at least so long.
func (p *Past) learnHurdles(a *Assumed, seen Seen, on calendar.Date) {
	b := a.Blocker
	h := Hurdles{Cases: len(seen.Lives)}
	parent := curve.Blocker{K: b.K, Scale: b.Days, KMost: b.KMost}
	var lives []curve.Life
	first := on
	for _, l := range seen.Lives {
		opened := calendar.MustDate(l.Opened)
		if opened.Before(first) {
			first = opened
		}
		end, x := on, curve.Life{Closed: l.Closed != "" && l.Closed <= on.String()}
		if x.Closed {
			end = calendar.MustDate(l.Closed)
		}
		x.Days = float64(max(end.Sub(opened), 0))
		for _, at := range l.Climbs {
			if at <= end.String() {
				x.Climbs = append(x.Climbs, float64(max(calendar.MustDate(at).Sub(opened), 0)))
			}
		}
		lives = append(lives, x)
	}
	h.Lives, h.Climb = curve.LearnLives(parent, lives, b.Worth, a.Climb, a.ClimbSpread)
	under := map[string][2]calendar.Date{}
	for _, pr := range seen.Projects {
		from, to, ok := underWay(pr, first, on)
		if ok {
			under[pr.ID] = [2]calendar.Date{from, to}
			h.Months += float64(to.Sub(from)) / monthDays
		}
	}
	for _, l := range seen.Lives {
		if w, ok := under[l.Project]; ok && l.Opened >= w[0].String() && l.Opened <= w[1].String() {
			h.New++
		}
	}
	if a.Future.Rate > 0 {
		h.Rate, h.Known = curve.RateOf(a.Future.Rate, a.Future.Months, h.New, h.Months)
	}
	p.Hurdles = h.rounded()
}

// rounded keeps two figures of what was learned, which is more than is known of it: else every problem that comes up or is closed would
// move all forecasts of the district by nothing that anybody could see.
func (h Hurdles) rounded() Hurdles {
	for _, x := range []*float64{&h.Lives.K, &h.Lives.Scale, &h.Climb.Theta, &h.Rate, &h.Known} {
		*x = twoFigures(*x)
	}
	return h
}

func twoFigures(x float64) float64 {
	out, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 2, 64), 64)
	if err != nil {
		return x
	}
	return out
}

// underWay is the time between two days in which a project was being built.
func underWay(p project.Project, from, to calendar.Date) (a, b calendar.Date, ok bool) {
	if p.Start.Actual == "" {
		return a, b, false
	}
	a, b = calendar.MustDate(p.Start.Actual), to
	if a.Before(from) {
		a = from
	}
	if p.Finish.Actual != "" {
		if end := calendar.MustDate(p.Finish.Actual); end.Before(b) {
			b = end
		}
	}
	return a, b, a.Before(b)
}

// climbed is the hazard of a problem that stands some levels above where it began. One more level never slows it down: where cases that
// climbed lasted longer, they were the hard ones.
func (p *Past) climbed(levels int, more float64) float64 {
	return math.Pow(p.Hurdles.Climb.Theta, float64(levels)) * max(more, 1)
}

// future are the problems to come of a stretch of months, as days by which work moves.
func (p *Past) future(a *Assumed, months float64) curve.FutureBlockers {
	return curve.FutureBlockers{Rate: p.Hurdles.Rate, Known: p.Hurdles.Known, Lives: p.Hurdles.Lives, Impact: a.Future.Impact, Months: months}
}

// hurdleDraws is how finely the days that problems will cost a step are drawn.
const hurdleDraws = 2048

// share is how many months of the project's problems to come fall to a step: by its length among all that are left, the project's months
// being those of its plan from today. Steps side by side do not draw more problems than the project has.
func (in *Inputs) share(s *scene) map[string]float64 {
	if in.toCome != nil {
		return in.toCome
	}
	in.toCome = map[string]float64{}
	d, err := s.net.Schedule()
	if err != nil || in.Past.Hurdles.Rate <= 0 {
		return in.toCome
	}
	end, sum := in.AsOf, 0.0
	for i, st := range in.Plan.Steps {
		if a := s.net.Activities[i]; a.Finished == network.None && a.Duration > 0 {
			in.toCome[st.ID] = s.plan[i] * in.spread(st)
			sum += in.toCome[st.ID]
			if e := d.Dates[i].EarlyFinish.FinishDate(); end.Before(e) {
				end = e
			}
		}
	}
	months := float64(end.Sub(in.AsOf)) / monthDays
	for id, x := range in.toCome {
		in.toCome[id] = months * x / max(sum, 1e-9)
	}
	return in.toCome
}

// spread is how many calendar days one working day of a step takes, over a year.
func (in *Inputs) spread(st Step) float64 {
	const year = 364
	worked := in.Calendars.Days(st.Calendar, in.AsOf, in.AsOf.AddDays(year-1))
	if worked <= 0 {
		return 1
	}
	return year / worked
}

// delays are the working days that problems to come cost a step, evenly likely, in no order.
func (in *Inputs) delays(st Step, months float64) []float64 {
	if months <= 0 || in.Past.Hurdles.Rate <= 0 {
		return nil
	}
	x := in.Past.future(in.Assumed, months).Delay(in.Seed, hurdleDraws, in.Project.ID, st.ID)
	one := in.spread(st)
	for i := range x {
		x[i] /= one
	}
	return x
}

// burdened is a step's time with the problems to come: own is the quantile of its own days, which have nothing in common with them.
func (in *Inputs) burdened(key string, own func(u float64) float64, st Step, months float64) *network.Shape {
	return in.shape(fmt.Sprint("future/", key), func() (*network.Shape, error) {
		x := in.delays(st, months)
		for i := range x {
			x[i] += own((float64(i) + .5) / float64(len(x)))
		}
		slices.Sort(x)
		n := float64(len(x))
		return network.FromQuantile(func(u float64) float64 {
			at := u*n - .5
			i := min(max(int(at), 0), len(x)-2)
			return x[i] + min(max(at-float64(i), 0), 1)*(x[i+1]-x[i])
		})
	})
}
