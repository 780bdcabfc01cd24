package schedule_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"shigan/domain/schedule"
	"shigan/engine/curve"
	"shigan/engine/curve/special"
	"shigan/kernel/calendar"
)

// record is a past of dates n months ahead, each due in a month of its own; what came lay at the share that at gives of what was said.
func pastOf(n int, months float64, at func(i int) float64) (out []schedule.Said) {
	for i := range n {
		s := schedule.Said{Promise: fmt.Sprint("p", i), Months: months, Due: calendar.MustDate("2022-06-30").AddDays(-30 * i)}
		for _, p := range curve.Levels {
			s.Q = append(s.Q, 1000*p)
		}
		s.Came = 1000 * at(i)
		out = append(out, s)
	}
	return out
}

// late says that most came out in the upper third of what was said.
func late(i int) float64 {
	if i%3 == 0 {
		return .4
	}
	return .7 + .25*special.NewStream(1, "late").U(i)
}

func TestTooLittleRecordChangesNothing(t *testing.T) {
	in := funded(t, .5)
	plain := castsOf(t, in, true)
	in.Past = schedule.Learn(in.Assumed, schedule.Seen{Said: pastOf(in.Assumed.Recalibrate.Least-1, 4, late)}, in.Calendars, in.AsOf)
	for i, c := range castsOf(t, in, true) {
		if c.Raw != nil || !slices.Equal(c.Joint(), plain[i].Joint()) {
			t.Errorf("%s was changed by %d cases", c.Promise.Key(), in.Assumed.Recalibrate.Least-1)
		}
	}
}

// All that is said of a recalibrated promise still comes from one sample; the raw word stands beside.
func TestARecalibratedForecastStillAgreesWithItself(t *testing.T) {
	in := funded(t, .5)
	before := find(t, castsOf(t, in, true), "JM-001/finish")
	in.Past = schedule.Learn(in.Assumed, schedule.Seen{Said: pastOf(200, before.Ahead(), late)}, in.Calendars, in.AsOf)
	casts := castsOf(t, in, true)
	c := find(t, casts, "JM-001/finish")
	if c.Raw == nil || c.Raw.Cases != 200 || c.Raw.Keep != before.Keep || c.Raw.Likely != before.Likely || !slices.Equal(c.Raw.Q, before.Q) {
		t.Fatalf("raw: %+v", c.Raw)
	}
	if c.Keep >= before.Keep || c.Likely <= before.Likely {
		t.Errorf("a record of being late moves the odds from %.3f to %.3f and the day from %s to %s", before.Keep, c.Keep, before.Likely, c.Likely)
	}
	sum, named := 0, false
	for _, d := range c.Drivers {
		sum, named = sum+d.Days, named || d.Key == "record"
	}
	if want := calendar.MustDate(c.Likely).Sub(calendar.MustDate(c.Logic)); sum != want || !named {
		t.Errorf("drivers add up to %d of %d days, the record named: %v", sum, want, named)
	}
	for i, x := range before.Joint() { // every trial keeps its rank
		for _, j := range []int{(i + 1) % 4096, (i*7 + 3) % 4096} {
			if x < before.Joint()[j] && c.Joint()[i] > c.Joint()[j] {
				t.Fatalf("trials %d and %d change places", i, j)
			}
		}
	}
	for _, e := range c.Effects {
		_, after, err := in.WhatIf("JM-001/finish", e.Actions)
		if err != nil {
			t.Fatal(err)
		}
		y := find(t, after, "JM-001/finish")
		if math.Abs(y.Keep-e.After) > 1e-12 || y.Likely != e.Likely {
			t.Errorf("%s: listed %.4f %s, tried %.4f %s", e.Actions[0].ID(), e.After, e.Likely, y.Keep, y.Likely)
		}
		for i, x := range c.Joint() {
			if k := e.Actions[0].Kind; k != schedule.MovePromise && k != schedule.AsPlanned && y.Joint()[i] > x {
				t.Fatalf("%s makes trial %d later: %d → %d", e.Actions[0].ID(), i, x, y.Joint()[i])
			}
		}
	}
	if e, _, err := in.WhatIf("JM-001/finish", nil); err != nil || e.Odds != 0 || e.Days != 0 || e.Late != 0 {
		t.Errorf("nothing does something: %+v %v", e, err)
	}
	if in.Digest() == funded(t, .5).Digest() {
		t.Error("the record does not change the digest of the inputs")
	}
}

// What may never begin within any horizon is a heap of trials at one day; the record splits it instead of moving it as a whole.
func TestAHeapOfTrialsThatMayNeverComeIsSplitAsTheRecordSays(t *testing.T) {
	in := factory(t)
	in.Plan, in.Blockers = nil, nil
	in.Project.Stage, in.Project.Start.Actual = "preparing", ""
	in.Project.Start.First, in.Project.Start.Now = "2022-07-31", "2022-10-31"
	a := *in.Assumed
	a.Start.A, a.Start.B = .2, 2 // most never begin
	in.Assumed = &a
	in.Past = schedule.Learn(&a, schedule.Seen{}, in.Calendars, in.AsOf)
	raw := find(t, castsOf(t, in, false), "JM-001/start")
	heap := func(c *schedule.Cast) (n int) {
		for _, x := range c.Sample {
			if x == c.Sample[len(c.Sample)-1] {
				n++
			}
		}
		return n
	}
	if heap(raw) < 400 {
		t.Fatalf("only %d trials never begin", heap(raw))
	}
	said := pastOf(400, raw.Ahead(), func(i int) float64 { return (float64(i) + .5) / 800 }) // all came in the lower half
	in.Past = schedule.Learn(&a, schedule.Seen{Said: said}, in.Calendars, in.AsOf)
	c := find(t, castsOf(t, in, false), "JM-001/start")
	if c.Raw == nil || heap(c) >= heap(raw) || heap(c) == 0 || c.Keep <= raw.Keep {
		t.Errorf("%d of %d trials never begin any more, odds %.3f → %.3f", heap(c), heap(raw), raw.Keep, c.Keep)
	}
}

func TestTheYearsMoneyIsRecalibratedByMoneyAndEndsItsFanWhereItSays(t *testing.T) {
	in := factory(t)
	raw := find(t, castsOf(t, in, false), "JM-001/money/2022")
	dates := pastOf(200, raw.Ahead(), late)
	in.Past = schedule.Learn(in.Assumed, schedule.Seen{Said: dates}, in.Calendars, in.AsOf)
	if c := find(t, castsOf(t, in, false), "JM-001/money/2022"); c.Raw != nil {
		t.Error("money is read by the record of dates")
	}
	for i := range dates {
		dates[i].Money = true
	}
	in.Past = schedule.Learn(in.Assumed, schedule.Seen{Said: dates}, in.Calendars, in.AsOf)
	c := find(t, castsOf(t, in, false), "JM-001/money/2022")
	if c.Raw == nil || c.LikelyM <= raw.LikelyM || c.Keep < raw.Keep {
		t.Fatalf("more came than was said, and it says %d after %d", c.LikelyM, raw.LikelyM)
	}
	if end := c.Fan[len(c.Fan)-1]; end.P[2] != c.LikelyM {
		t.Errorf("the fan ends at %d, the forecast says %d", end.P[2], c.LikelyM)
	}
	sum := int64(0)
	for _, d := range c.Drivers {
		sum += d.Money
	}
	if sum != c.LikelyM-c.Promise.Amount {
		t.Errorf("drivers add up to %d of %d", sum, c.LikelyM-c.Promise.Amount)
	}
}

func TestWhatIsLateAlreadyStaysSo(t *testing.T) {
	in := funded(t, .5)
	in.Project.Finish.Now = "2022-06-30"
	in.Past = schedule.Learn(in.Assumed, schedule.Seen{Said: pastOf(200, .5, func(int) float64 { return .05 })}, in.Calendars, in.AsOf)
	if c := find(t, castsOf(t, in, false), "JM-001/finish"); c.Keep != 0 || c.Raw != nil {
		t.Errorf("odds %.3f of a day that has passed", c.Keep)
	}
}
