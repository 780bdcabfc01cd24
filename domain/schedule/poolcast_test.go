package schedule_test

import (
	"math"
	"slices"
	"testing"

	"shigan/domain/project"
	"shigan/domain/schedule"
	"shigan/engine/curve"
	"shigan/kernel/calendar"
)

// funded is the factory whose plans' money reaches the project's total, so that the money speaks of its end too.
func funded(t testing.TB, money float64) *schedule.Inputs {
	in := factory(t)
	a := *in.Assumed
	a.Pool.Network, a.Pool.Pace = 1-money, money
	in.Assumed = &a
	in.Past = schedule.Learn(&a, schedule.Seen{}, in.Calendars, in.AsOf)
	in.Project.Total = 3_000_000_000_00
	in.Project.Plans = map[string]project.YearPlan{"2022": {ToLastYear: 1_000_000_000_00, Planned: 2_000_000_000_00}}
	in.Money = schedule.Money{Year: 2022, Month: 6, Months: []int64{1e10, 2e10, 3e10, 4e10, 5e10, 600_000_000_00}, Before: 1_000_000_000_00}
	return in
}

func TestTwoModelsOnOnePromiseArePooledByTheirWeights(t *testing.T) {
	const n = 4096
	for _, w := range []float64{.1, .35, .8} {
		c := find(t, castsOf(t, funded(t, w), false), "JM-001/finish")
		if !c.Pooled() || c.Models() != curve.ByPool || c.Sides[0].Model != schedule.ByNetwork || c.Sides[1].Model != curve.ByPace || c.Sides[1].Weight != w {
			t.Fatalf("sides: %+v", c.Sides)
		}
		want := (1-w)*c.Sides[0].Keep + w*c.Sides[1].Keep
		if se := math.Sqrt(w * (1 - w) / n); math.Abs(c.Keep-want) > 4*se+1e-9 {
			t.Errorf("weight %.2f: odds %.4f, the sides' %.4f and %.4f", w, c.Keep, c.Sides[0].Keep, c.Sides[1].Keep)
		}
		lo, hi := c.Sides[0].Likely, c.Sides[1].Likely
		if lo > hi {
			lo, hi = hi, lo
		}
		if c.Likely < lo || c.Likely > hi || len(c.Sample) != n {
			t.Errorf("the likely day %s lies outside of %s to %s", c.Likely, lo, hi)
		}
	}
}

func TestAWeightOfNothingLeavesTheNetworkAlone(t *testing.T) {
	alone, bare := find(t, castsOf(t, funded(t, 0), true), "JM-001/finish"), funded(t, .5)
	bare.Project.Total = 0 // the plans do not reach it: the money says nothing
	net := find(t, castsOf(t, bare, true), "JM-001/finish")
	if alone.Pooled() || net.Pooled() || !slices.Equal(alone.Joint(), net.Joint()) {
		t.Errorf("a network alone is not what it was: %s and %s", alone.Likely, net.Likely)
	}
}

func TestMoreWeightOnlyAddsTrialsOfTheMoney(t *testing.T) {
	few, many, all := find(t, castsOf(t, funded(t, .2), false), "JM-001/finish"), find(t, castsOf(t, funded(t, .6), false), "JM-001/finish"), find(t, castsOf(t, funded(t, .999999), false), "JM-001/finish")
	none := find(t, castsOf(t, funded(t, 0), false), "JM-001/finish")
	for i := range few.Joint() {
		n, m := none.Joint()[i], all.Joint()[i]
		if x := few.Joint()[i]; x != n && x != m {
			t.Fatalf("trial %d is neither model's: %d", i, x)
		}
		if few.Joint()[i] == m && many.Joint()[i] != m {
			t.Fatalf("trial %d left the money as its weight grew", i)
		}
	}
}

func TestDriversOfAPoolAddUpAndNameTheMoney(t *testing.T) {
	for _, w := range []float64{.3, .5, .9} {
		c := find(t, castsOf(t, funded(t, w), true), "JM-001/finish")
		sum, named := 0, false
		for _, d := range c.Drivers {
			sum += d.Days
			named = named || d.Key == "pace" && d.Cause == "money"
		}
		if want := calendar.MustDate(c.Likely).Sub(calendar.MustDate(c.Logic)); sum != want || !named {
			t.Errorf("weight %.1f: drivers add up to %d of %d days, the money named: %v", w, sum, want, named)
		}
	}
}

func TestNothingThatHelpsMakesATrialOfAPoolLater(t *testing.T) {
	in := funded(t, .5)
	c := find(t, castsOf(t, in, true), "JM-001/finish")
	for _, e := range c.Effects {
		if e.Actions[0].Kind == schedule.MovePromise || e.Actions[0].Kind == schedule.AsPlanned { // as planned may be later than a lucky trial
			continue
		}
		_, after, err := in.WhatIf("JM-001/finish", e.Actions)
		if err != nil {
			t.Fatal(err)
		}
		y := find(t, after, "JM-001/finish")
		for i, x := range c.Joint() {
			if y.Joint()[i] > x {
				t.Fatalf("%s makes trial %d later: %d → %d", e.Actions[0].ID(), i, x, y.Joint()[i])
			}
		}
		if math.Abs(y.Keep-e.After) > 1e-12 || y.Likely != e.Likely {
			t.Errorf("%s: listed %.4f, tried %.4f", e.Actions[0].ID(), e.After, y.Keep)
		}
	}
	e, _, err := in.WhatIf("JM-001/finish", nil)
	if err != nil || e.Odds != 0 || e.Days != 0 || e.Late != 0 {
		t.Errorf("nothing does something: %+v %v", e, err)
	}
}

// said is a past promise of which both models spoke: the network was right, the money was far off, or the other way round.
func said(i int, networkRight bool) schedule.Said {
	q := func(mid float64) (out []float64) {
		for _, p := range curve.Levels {
			out = append(out, mid+100*(p-.5))
		}
		return out
	}
	right, wrong := schedule.Side{Q: q(100)}, schedule.Side{Q: q(300)}
	s := schedule.Said{Promise: string(rune('a' + i)), Months: 2, Due: calendar.MustDate("2022-05-31"), Q: q(200), Came: 100, Sides: []schedule.Side{right, wrong}}
	if !networkRight {
		s.Sides = []schedule.Side{wrong, right}
	}
	return s
}

func TestWeightsAreLearnedFromTheRecordOnceEnoughIsScored(t *testing.T) {
	in := funded(t, .5)
	enough := in.Assumed.Pool.Enough
	in.Project.Finish.Now = "2022-08-31" // two months ahead
	for name, tc := range map[string]struct {
		n       int
		right   bool
		learned int
		holds   func(money float64) bool
	}{
		"one too few: the pack's":               {enough - 1, true, 0, func(w float64) bool { return w == .5 }},
		"enough, and the network was right":     {enough, true, enough, func(w float64) bool { return w < .01 }},
		"enough, and the money was right":       {enough, false, enough, func(w float64) bool { return w > .99 }},
		"one promise said over and over is one": {-enough, true, 0, func(w float64) bool { return w == .5 }},
	} {
		t.Run(name, func(t *testing.T) {
			var list []schedule.Said
			for i := range max(tc.n, -tc.n) {
				s := said(i, tc.right)
				if tc.n < 0 {
					s.Promise = "a"
				}
				list = append(list, s)
			}
			in.Past = schedule.Learn(in.Assumed, schedule.Seen{Said: list}, in.Calendars, in.AsOf)
			c := find(t, castsOf(t, in, false), "JM-001/finish")
			if c.Sides[1].Scored != tc.learned || !tc.holds(c.Sides[1].Weight) || math.Abs(c.Sides[0].Weight+c.Sides[1].Weight-1) > 1e-12 {
				t.Errorf("weights %.3f and %.3f, learned from %d", c.Sides[0].Weight, c.Sides[1].Weight, c.Sides[1].Scored)
			}
		})
	}
}

func TestOpenPromisesCountAgainstTheModelThatWasEarly(t *testing.T) {
	in := funded(t, .5)
	in.Project.Finish.Now = "2022-08-31"
	var list []schedule.Said
	for i := range in.Assumed.Pool.Enough {
		s := said(i, true)
		s.Open, s.Came = true, 280 // the network said 100, the money 300: it has not come at 280
		list = append(list, s)
	}
	in.Past = schedule.Learn(in.Assumed, schedule.Seen{Said: list}, in.Calendars, in.AsOf)
	if c := find(t, castsOf(t, in, false), "JM-001/finish"); c.Sides[1].Weight < .99 {
		t.Errorf("the money weighs %.3f", c.Sides[1].Weight)
	}
}
