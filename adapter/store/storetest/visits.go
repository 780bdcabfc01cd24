package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"shigan/adapter/store"
	"shigan/app"
	"shigan/domain/visit"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/kernel/quantity"
	"shigan/testkit"
)

// visits plays visits, plans, notes, findings and corrections at random, holds the lists against a plain look through all of
// them, and replays.
func visits(t *testing.T, s *store.Store) {
	ctx := context.Background()
	clock := testkit.At("2021-12-20")
	o := testkit.Office(t, s, clock, ledger.SHA256)
	who := testkit.Small(t, o)
	testkit.AddProject(t, o, "JM-002", "示例厂房", 5_000*quantity.Wan)
	testkit.AdoptDesks(t, o, who["rulekeeper"], "china/finding")
	rnd := rand.New(rand.NewPCG(15, 3))
	day, made := calendar.MustDate("2021-12-20"), 0
	for range fewer(150, 50) {
		day = day.AddDays(rnd.IntN(3))
		clock.Set(day.String())
		by := who[[]string{"leader", "line", "local", "dispatcher"}[rnd.IntN(4)]]
		facts := visit.Facts{On: day.AddDays(-rnd.IntN(20)).String(), Place: "示例", Projects: [][]string{nil, {"JM-001"}, {"JM-002"}, {"JM-001", "JM-002"}}[rnd.IntN(4)]}
		id := fmt.Sprintf("V-2022-%04d", 1+rnd.IntN(40))
		var err error
		switch rnd.IntN(5) {
		case 0, 1:
			c := visit.Log{Facts: facts, Notes: []visit.Line{{Text: "看了"}}}
			for range rnd.IntN(3) {
				c.Findings = append(c.Findings, visit.Found{Title: "问题", Project: append(facts.Projects, "")[0]})
			}
			_, _, err = o.LogVisit(ctx, by, c, app.Options{})
		case 2:
			facts.On = day.AddDays(rnd.IntN(9)).String()
			_, _, err = o.PlanVisit(ctx, by, visit.Plan{Facts: facts}, app.Options{})
		case 3:
			_, err = o.Do(ctx, by, visit.AddNote{Visit: id, Line: visit.Line{Text: "又看"}}, app.Options{})
		case 4:
			x, _ := visit.Of(o.Read(ctx), id)
			_, err = o.Do(ctx, by, visit.Correct{Visit: id, Facts: facts, Seen: x.Seq, Reason: "记错"}, app.Options{})
		}
		if err == nil {
			made++
		} else if _, refused := app.Refused(err); !refused {
			t.Fatal(err)
		}
	}
	if made < fewer(80, 25) {
		t.Fatalf("only %d deeds were done", made)
	}
	looked := func() {
		t.Helper()
		all, err := app.All[visit.Visit](o.Read(ctx), visit.Kind, "")
		if err != nil {
			t.Fatal(err)
		}
		slices.SortFunc(all, func(a, b visit.Visit) int { return strings.Compare(app.VisitPlace(b), app.VisitPlace(a)) })
		for _, f := range []app.VisitFilter{{}, {State: visit.Held}, {State: visit.Planned}, {Project: "JM-001", State: visit.Held}, {From: "2022-01-01"}, {To: "2022-01-15"},
			{From: "2022-01-10", To: "2022-02-10"}, {Unit: "jtj"}, {Limit: 7}, {Before: app.VisitPlace(all[len(all)/2]), Limit: 5}} {
			var want []string
			for _, x := range all {
				if (f.State == "" || x.State == f.State) && (f.Project == "" || slices.Contains(x.Projects, f.Project)) && (f.From == "" || x.On >= f.From) && (f.To == "" || x.On <= f.To) &&
					(f.Unit == "" || x.Visitor.Unit == f.Unit) && (f.Before == "" || app.VisitPlace(x) < f.Before) && (f.Limit == 0 || len(want) < f.Limit) {
					want = append(want, x.ID)
				}
			}
			got, err := o.Visits(ctx, who["leader"], f)
			var ids []string
			for _, x := range got {
				ids = append(ids, x.ID)
			}
			if err != nil || !slices.Equal(ids, want) {
				t.Errorf("%+v: %v, want %v, %v", f, ids, want, err)
			}
		}
	}
	looked()
	if _, diff, err := s.Replay(ctx, o.District, app.Apply); err != nil || len(diff) > 0 {
		t.Fatalf("a replay differs: %v %v", diff, err)
	}
	if _, err := s.Rebuild(ctx, o.District, app.Apply); err != nil {
		t.Fatal(err)
	}
	looked()
}
