package app_test

import (
	"context"
	"math"
	"testing"

	"shigan/domain/project"
	"shigan/testkit"
)

// What a list comes to is compared with the same plan as the district's page shows: all that is dispatched, also what promises nothing any
// more, and nothing twice.
func TestAProgrammeIsHeldAgainstThePlanOfAllThatIsDispatched(t *testing.T) {
	o, who, _ := netted(t, "sqlite")
	list, err := o.Programmes(context.Background())
	if err != nil || len(list) == 0 || list[0].List != "" {
		t.Fatalf("%v %+v", err, list)
	}
	before := list[0]
	want, n := 0.0, 0
	for _, id := range []string{"JM-001", "JM-002", "JM-003"} {
		p, err := project.Of(o.Read(context.Background()), id)
		if err != nil {
			continue
		}
		if plan := p.Plans["2022"].Planned; plan > 0 && p.Parent == "" {
			want, n = want+float64(plan), n+1
		}
	}
	if before.Target != want || before.N != n || n == 0 {
		t.Fatalf("%d projects and %.0f fen planned; the forecast speaks of %d and %.0f", n, want, before.N, before.Target)
	}
	if k := len(before.Bands); k > 0 && (before.Bands[k-1][2] != before.Q.P50() || len(before.Done)+k != 13) {
		t.Errorf("the year ends at %v, the sum's median is %v", before.Bands[k-1], before.Q.P50())
	}
	testkit.Do(t, o, who["line"], project.Happen{ID: "JM-001", Stage: project.Stopped, On: "2022-06-20", Source: "示例", Reason: "示例"})
	if list, err = o.Programmes(context.Background()); err != nil {
		t.Fatal(err)
	}
	if after := list[0]; after.Target != want || after.N != n || !(after.Keep <= before.Keep) {
		t.Errorf("a stopped project takes its plan away: %d, %.0f of %.0f, odds %.2f after %.2f", after.N, after.Target, want, after.Keep, before.Keep)
	}
}

// What a list comes to over the years begins with what the year's own forecasts say, rises from year to year, and never speaks of fewer
// projects ended.
func TestTheYearsOfAListBeginWithTheYearsOwnForecast(t *testing.T) {
	o, _, _ := netted(t, "sqlite")
	list, err := o.Programmes(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	w := list[0].Whole
	if w == nil || len(w.Years) < 2 || w.N == 0 {
		t.Fatalf("%+v", w)
	}
	f, err := o.Foresee(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	before := 0.0
	for _, id := range []string{"JM-001", "JM-002", "JM-003"} {
		if f.Projects[id].Total > 0 {
			m := f.Money[id]
			before += float64(m.Before)
		}
	}
	if got, want := w.Years[0].Q.P50(), list[0].Q.P50()+before; math.Abs(got-want) > 1e-6*want {
		t.Errorf("the first year's end is %.0f, the year's own forecast %.0f", got, want)
	}
	for i, y := range w.Years[1:] {
		was := w.Years[i]
		if y.Q.P50() < was.Q.P50()-1 || y.Mid < was.Mid || y.Low > y.Mid || y.Mid > y.Up || y.DueN < was.DueN || y.Promised < was.Promised-1 {
			t.Errorf("%+v follows on %+v", y, was)
		}
	}
	again, err := o.Programmes(context.Background())
	if err != nil || &again[0] != &list[0] {
		t.Error("the same ledger is worked out twice")
	}
}
