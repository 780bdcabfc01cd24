package schedule_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"shigan/domain/project"
	"shigan/domain/schedule"
	"shigan/engine/curve"
	"shigan/engine/curve/special"
	"shigan/kernel/calendar"
)

// troubled is the factory in a district where problems come up so often.
func troubled(t testing.TB, rate float64) *schedule.Inputs {
	in := funded(t, .5)
	a := *in.Assumed
	a.Future.Rate = rate
	in.Assumed = &a
	in.Past = schedule.Learn(&a, schedule.Seen{}, in.Calendars, in.AsOf)
	return in
}

func TestProblemsToComeAreADriverOfTheirOwnAndSumsStayExact(t *testing.T) {
	for _, rate := range []float64{.05, .5, 3} {
		in := troubled(t, rate)
		in.Past = schedule.Learn(in.Assumed, schedule.Seen{Said: pastOf(200, 5, late)}, in.Calendars, in.AsOf) // pooled, recalibrated, and burdened at once
		for _, c := range castsOf(t, in, true) {
			if c.Model != schedule.ByNetwork {
				continue
			}
			sum, named := 0, false
			for _, d := range c.Drivers {
				sum, named = sum+d.Days, named || d.Key == "future" && d.Days > 0
			}
			if want := calendar.MustDate(c.Likely).Sub(calendar.MustDate(c.Logic)); sum != want || rate > 1 && !named {
				t.Errorf("rate %.2f, %s: drivers add up to %d of %d days, problems to come named: %v", rate, c.Promise.Key(), sum, want, named)
			}
		}
	}
}

func TestMoreProblemsToComeMakeNoPromiseLikelier(t *testing.T) {
	last, first := map[string]float64{}, map[string]string{}
	for _, rate := range []float64{0, .05, .3, 1.5} {
		in := troubled(t, rate)
		for _, c := range castsOf(t, in, false) {
			k := c.Promise.Key()
			if was, ok := last[k]; ok && c.Keep > was+1e-9 {
				t.Errorf("rate %.2f: odds of %s rise from %.4f to %.4f", rate, k, was, c.Keep)
			}
			if last[k] = c.Keep; rate == 0 {
				first[k] = c.Logic
			}
			if c.Logic != first[k] {
				t.Errorf("rate %.2f: the plan's own logic of %s moves from %s to %s", rate, k, first[k], c.Logic)
			}
		}
	}
}

func TestNoneAreDrawnWhereThePackSaysSo(t *testing.T) {
	in := troubled(t, 0)
	in.Past = schedule.Learn(in.Assumed, schedule.Seen{Lives: lives(200, 1)}, in.Calendars, in.AsOf)
	if in.Past.Hurdles.Rate != 0 {
		t.Errorf("a rate of %.3f is learned", in.Past.Hurdles.Rate)
	}
	for _, c := range castsOf(t, in, true) {
		for _, d := range c.Drivers {
			if d.Key == "future" {
				t.Errorf("%s has problems to come", c.Promise.Key())
			}
		}
	}
}

func TestAChainOfMilestonesHasProblemsToComeToo(t *testing.T) {
	with := func(rate float64) *schedule.Cast {
		in := troubled(t, rate)
		in.Plan, in.Blockers = nil, nil
		in.Project.Milestones = []project.Milestone{{ID: "power", Baseline: "2022-12-20", Promised: "2022-12-20"}}
		return find(t, castsOf(t, in, false), "JM-001/milestone/power")
	}
	none, many := with(0), with(1)
	sum := 0
	for _, d := range many.Drivers {
		sum += d.Days
	}
	if many.Model != curve.ByChain || many.Keep >= none.Keep || sum != calendar.MustDate(many.Likely).Sub(calendar.MustDate(many.Logic)) || many.Logic != none.Logic {
		t.Errorf("odds %.3f → %.3f, drivers %d days, likely %s, logic %s", none.Keep, many.Keep, sum, many.Likely, many.Logic)
	}
}

func TestNothingThatHelpsMakesATrialLaterWithProblemsToCome(t *testing.T) {
	in := troubled(t, 1)
	c := find(t, castsOf(t, in, true), "JM-001/finish")
	for _, e := range c.Effects {
		if k := e.Actions[0].Kind; k == schedule.MovePromise || k == schedule.AsPlanned {
			continue
		}
		_, after, err := in.WhatIf("JM-001/finish", e.Actions)
		if err != nil {
			t.Fatal(err)
		}
		y := find(t, after, "JM-001/finish")
		if y.Keep != e.After {
			t.Errorf("%s: listed %.4f, tried %.4f", e.Actions[0].ID(), e.After, y.Keep)
		}
		for i, x := range c.Joint() {
			if y.Joint()[i] > x {
				t.Fatalf("%s makes trial %d later: %d → %d", e.Actions[0].ID(), i, x, y.Joint()[i])
			}
		}
	}
}

// lives are n problems of JM-001 that climb once and close theta times as fast from then on; some are still open.
func lives(n int, theta float64) (out []schedule.Life) {
	key := special.NewStream(11, "lives")
	for i := range n {
		row := key.Sub(i)
		opened := calendar.MustDate("2021-06-01").AddDays(i * 390 / n)
		l := schedule.Life{Project: "JM-001", Opened: opened.String()}
		days := 20 * row.Exp(0)
		if at := 2 + float64(int(40*row.U(1))); days > at { // at any age: were it always the same, age and level could not be told apart
			l.Climbs = []string{opened.AddDays(int(at)).String()}
			days = at + (days-at)/theta
		}
		if end := opened.AddDays(int(math.Round(days))); end.Before(calendar.MustDate("2022-07-02")) {
			l.Closed = end.String()
		}
		out = append(out, l)
	}
	return out
}

func TestWhatAClimbDoesIsLearnedFromBeforeAndAfterItAndDrawnToThePack(t *testing.T) {
	in := factory(t)
	learn := func(n int, theta float64) curve.Climbing {
		return schedule.Learn(in.Assumed, schedule.Seen{Lives: lives(n, theta)}, in.Calendars, in.AsOf).Hurdles.Climb
	}
	if x := learn(0, 1); math.Abs(x.Theta-in.Assumed.Climb) > .02 || x.N != 0 {
		t.Errorf("nothing learned: ×%.2f from %d", x.Theta, x.N)
	}
	slow, fast := learn(400, .8), learn(400, 2.5)
	if !(slow.Theta < 1.15) || !(fast.Theta > 1.9) || fast.Low > fast.Theta || fast.High < fast.Theta {
		t.Errorf("×%.2f where it was .8, ×%.2f where it was 2.5", slow.Theta, fast.Theta)
	}
	few := learn(6, .3)
	if few.Theta < .5*in.Assumed.Climb || few.High-few.Low < fast.High-fast.Low {
		t.Errorf("six problems move it to ×%.2f (%.2f to %.2f)", few.Theta, few.Low, few.High)
	}
}

func TestAClimbNeverSlowsAProblemDownAndIsAssumedUntilEnoughClosed(t *testing.T) {
	for n, assumed := range map[int]bool{0: true, 400: false} {
		in := factory(t)
		in.Past = schedule.Learn(in.Assumed, schedule.Seen{Lives: lives(n, .5)}, in.Calendars, in.AsOf)
		c := find(t, castsOf(t, in, true), "JM-001/milestone/power")
		i := slices.IndexFunc(c.Effects, func(e schedule.Effect) bool { return e.Actions[0].Kind == schedule.ClimbCase })
		if i < 0 {
			t.Fatal("no climb is offered")
		}
		if e := c.Effects[i]; e.Odds < 0 || e.Late > 0 || e.Assumed != assumed {
			t.Errorf("%d problems: odds %+.3f, days late %+.2f, assumed %v", n, e.Odds, e.Late, e.Assumed)
		}
	}
}

func TestLivesAndRateAreDrawnToThePackAndOpenOnesCount(t *testing.T) {
	in := factory(t)
	learn := func(l []schedule.Life) schedule.Hurdles {
		return schedule.Learn(in.Assumed, schedule.Seen{Lives: l, Projects: []project.Project{in.Project}}, in.Calendars, in.AsOf).Hurdles
	}
	none := learn(nil)
	if none.Lives.K != in.Assumed.Blocker.K || none.Lives.Scale != in.Assumed.Blocker.Days || math.Abs(none.Rate-in.Assumed.Future.Rate) > 1e-12 {
		t.Errorf("nothing learned: %+v", none)
	}
	many := learn(lives(400, 1))
	if many.Lives.K > in.Assumed.Blocker.KMost+1e-9 || many.Lives.Scale > 30 || many.Lives.Scale < 14 || many.Cases != 400 {
		t.Errorf("lives %+v from %d", many.Lives, many.Cases)
	}
	if many.Rate <= none.Rate || many.New != 400 || many.Months < 12 || many.Months > 14 {
		t.Errorf("rate %.3f from %d in %.1f months", many.Rate, many.New, many.Months)
	}
	var open []schedule.Life
	for i := range 60 {
		open = append(open, schedule.Life{Project: "JM-001", Opened: calendar.MustDate("2022-01-01").AddDays(i % 20).String()})
	}
	if x := learn(open); x.Lives.Scale < 2*in.Assumed.Blocker.Days {
		t.Errorf("sixty problems that never closed teach a life of %s days", fmt.Sprint(math.Round(x.Lives.Scale)))
	}
}

// One more problem among hundreds moves no forecast: what is learned keeps two figures, and a project without steps or milestones does not
// hang on it at all.
func TestOneMoreProblemAmongHundredsLeavesForecastsAsTheyWere(t *testing.T) {
	lives := []schedule.Life{}
	for i := range 300 {
		opened := calendar.MustDate("2021-06-01").AddDays(i % 90)
		lives = append(lives, schedule.Life{Project: "JM-001", Opened: opened.String(), Closed: opened.AddDays(5 + i%60).String()})
	}
	digest := func(lives []schedule.Life, plan bool) string {
		in := factory(t)
		in.Past = schedule.Learn(in.Assumed, schedule.Seen{Projects: []project.Project{in.Project}, Lives: lives}, in.Calendars, in.AsOf)
		if !plan {
			in.Plan, in.Project.Milestones = nil, nil
		}
		return in.Digest()
	}
	more := append(slices.Clone(lives), schedule.Life{Project: "JM-001", Opened: "2021-07-10", Closed: "2021-08-02"})
	if digest(lives, true) != digest(more, true) {
		t.Error("a single problem makes all networks anew")
	}
	if digest(lives, true) == digest(lives[:20], true) {
		t.Error("hundreds of problems leave a network as it was")
	}
	if digest(lives, false) != digest(lives[:20], false) {
		t.Error("a project that no problem can hold up hangs on problems")
	}
}
