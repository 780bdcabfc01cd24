package schedule_test

import (
	"fmt"
	"math"
	"testing"

	"shigan/domain/schedule"
	"shigan/kernel/calendar"
)

// reporting is a past of n finished steps of 100 days that a unit reported on at half of what they took, saying so many times the truth.
func reporting(n int, unit string, times float64) schedule.Plan {
	p := schedule.Plan{Project: "old", Marks: map[string]schedule.Mark{}}
	from := calendar.MustDate("2021-01-01")
	for i := range n {
		id := fmt.Sprint(i)
		p.Steps = append(p.Steps, schedule.Step{ID: id, Days: 100, Calendar: "elapsed", Cause: "works"})
		p.Marks[id] = schedule.Mark{Started: from.String(), Finished: from.AddDays(119).String()}
		p.Told = append(p.Told, schedule.Told{Step: id, Unit: unit, Days: 100, Started: from.String(), On: from.AddDays(59).String(), Done: .5 * times})
	}
	return p
}

// reported is the factory with every report signed by a unit, beside what the ledger knows of such reports.
func reported(t testing.TB, unit string, old ...schedule.Plan) *schedule.Inputs {
	in := factory(t)
	for id, m := range in.Plan.Marks {
		m.Unit = unit
		in.Plan.Marks[id] = m
	}
	in.Past = schedule.Learn(in.Assumed, schedule.Seen{Plans: old}, in.Calendars, in.AsOf)
	return in
}

func TestReportsOfAUnitThatSaysTooMuchAreReadAsLater(t *testing.T) {
	// all three pasts hold the same finished steps, so that the class is the same
	even, over, under := reporting(30, "co", 1), reporting(30, "co", 1.4), reporting(30, "co", .7)
	odds := func(p schedule.Plan) float64 {
		return find(t, castsOf(t, reported(t, "co", p), false), "JM-001/finish").Keep
	}
	if e, o, u := odds(even), odds(over), odds(under); !(o < e && e < u) {
		t.Errorf("odds %.3f after too much, %.3f after the truth, %.3f after too little", o, e, u)
	}
	in := reported(t, "co", over)
	if x := in.Past.Trust("co"); x.N != 30 || math.Exp(-x.Bias) < 1.2 || math.Exp(-x.Bias) > 1.4 {
		t.Errorf("too much by a factor of %.2f (true 1.4, shrunk), n %d", math.Exp(-x.Bias), x.N)
	}
}

func TestAUnitWithoutAPastIsReadByThePack(t *testing.T) {
	in := reported(t, "co", reporting(30, "another", 1.5))
	if x := in.Past.Trust("co"); x.N != 0 || x.Bias != 0 || math.Abs(x.Kappa-in.Assumed.Kappa) > 1e-12 {
		t.Errorf("another unit's reports are held against it: %+v", x)
	}
	few, many := reported(t, "co", reporting(2, "co", 1.5)).Past.Trust("co"), reported(t, "co", reporting(40, "co", 1.5)).Past.Trust("co")
	if few.Bias < many.Bias*.5 || few.Spread <= many.Spread {
		t.Errorf("two steps move as much as forty: %.3f and %.3f", few.Bias, many.Bias)
	}
}

func TestManyReportsOfOneStepAreOnePiece(t *testing.T) {
	p := reporting(1, "co", 1.4)
	for i := 1; i < 20; i++ {
		x := p.Told[0]
		x.On = calendar.MustDate(x.On).AddDays(i).String()
		p.Told = append(p.Told, x)
	}
	if x := reported(t, "co", p).Past.Trust("co"); x.N != 1 {
		t.Errorf("one step counts as %d", x.N)
	}
}

func TestWhatAUnitsReportsWereWorthIsPartOfTheDigest(t *testing.T) {
	if reported(t, "co", reporting(30, "co", 1)).Digest() == reported(t, "co", reporting(30, "co", 1.4)).Digest() {
		t.Error("another reading of the same reports has the same digest")
	}
}
