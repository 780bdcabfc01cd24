package app_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/kernel/fault"
	"shigan/kernel/ledger"
	"shigan/testkit"
)

// played is a small district in which cases of every desk had any history.
func played(t *testing.T, deeds int) (*app.Office, map[string]org.Signer) {
	t.Helper()
	clock := testkit.At("2022-02-15")
	o := testkit.Office(t, testkit.Engines(t)["sqlite"](t), clock, ledger.SHA256)
	who := testkit.Small(t, o)
	desks := []string{"sample/jimo-problem", "china/task", "china/supervision", "china/finding"}
	testkit.AdoptDesks(t, o, who["rulekeeper"], desks...)
	p := testkit.Player{Office: o, Clock: clock, Who: who, Rand: rand.New(rand.NewPCG(4, 7)), Desks: desks}
	p.Play(t, deeds)
	return o, who
}

func TestWhatIsListedMayBeOpenedAndNothingElse(t *testing.T) {
	ctx := context.Background()
	o, who := played(t, 250)
	r := o.Read(ctx)
	all, err := app.All[casework.Case](r, casework.CaseKind, "")
	if err != nil {
		t.Fatal(err)
	}
	partial := 0
	for name, by := range who {
		lines, err := o.CasesOf(ctx, by, app.CaseFilter{})
		counted, err2 := o.CountCasesOf(ctx, by, app.CaseFilter{})
		if _, may := fault.Of(err); err != nil && may {
			if err2 == nil {
				t.Errorf("%s may count what he may not list", name)
			}
			for _, c := range all {
				if app.MaySeeCase(r, by, c.ID) == nil {
					t.Errorf("%s lists no cases and opens %s", name, c.ID)
				}
			}
			continue
		} else if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		if counted[0].N != len(lines) {
			t.Errorf("%s: %d counted, %d listed", name, counted[0].N, len(lines))
		}
		for _, c := range all {
			listed := slices.ContainsFunc(lines, func(l app.CaseLine) bool { return l.ID == c.ID })
			if opens := app.MaySeeCase(r, by, c.ID) == nil; opens != listed {
				t.Errorf("%s: %s is listed %v and opens %v; parties %v", name, c.ID, listed, opens, c.Parties)
			}
			if c.Concerns(by) && !listed {
				t.Errorf("%s is a party of %s and does not see it", name, c.ID)
			}
		}
		if len(lines) > 0 && len(lines) < len(all) {
			partial++
		}
		// naming a unit narrows, it never widens
		for _, unit := range []string{"jimo", "lq", "co", "fgj", ""} {
			some, err := o.CasesOf(ctx, by, app.CaseFilter{Parties: []string{unit}})
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range some {
				if app.MaySeeCase(r, by, l.ID) != nil {
					t.Errorf("%s asks for the cases of %q and gets %s", name, unit, l.ID)
				}
			}
		}
	}
	if partial < 3 {
		t.Errorf("only %d readers see some and not all: the histories say too little", partial)
	}
}

func TestTheLadderAddsUpAndShowsTheOldestFirst(t *testing.T) {
	ctx := context.Background()
	o, who := played(t, 250)
	for _, name := range []string{"dispatcher", "local", "owner"} {
		by := who[name]
		for _, use := range []string{"", "problem", "task"} {
			l, err := o.LadderOf(ctx, by, app.CaseFilter{Use: use, Limit: 2})
			if err != nil {
				t.Fatal(err)
			}
			lines, err := o.CasesOf(ctx, by, app.CaseFilter{Use: use})
			if err != nil {
				t.Fatal(err)
			}
			open, closed := map[int][]string{}, 0
			for _, x := range lines {
				if x.Closed == "" {
					open[x.Level] = append(open[x.Level], x.ID)
				} else if x.Closed[:7] == l.Month.String() {
					closed++
				}
			}
			sum := 0
			for _, g := range l.Rungs {
				sum += g.Open
				want := open[g.Level]
				if g.Open != len(want) || len(g.Oldest) != min(2, len(want)) {
					t.Fatalf("%s %q level %d: %d open, %d shown of %v", name, use, g.Level, g.Open, len(g.Oldest), want)
				}
				for i, v := range g.Oldest { // lines come in the order of their due day
					if v.ID != want[i] || v.Standing.Light == "" || v.Names.State.Zh == "" {
						t.Errorf("%s %q level %d, place %d: %s %+v, want %s", name, use, g.Level, i, v.ID, v.Standing, want[i])
					}
				}
			}
			units, turns := 0, 0
			for _, c := range l.Units {
				units += c.N
			}
			for _, c := range l.Turns {
				turns += c.N
			}
			if sum != l.Open || units != l.Open || turns != l.Open || closed != l.Closed || l.Confirmed+l.Signed+l.Withdrawn != l.Closed {
				t.Errorf("%s %q: %d at levels, %d by unit, %d by turn, %d open; %d closed, should be %d", name, use, sum, units, turns, l.Open, l.Closed, closed)
			}
		}
	}
}
