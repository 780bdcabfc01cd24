package app_test

import (
	"context"
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
	"shigan/kernel/figure"
	"shigan/kernel/ledger"
	"shigan/kernel/quantity"
	"shigan/kernel/rules"
	"shigan/testkit"
)

// counted says by hand, of one line of the list, whether a figure counts it.
func counted(o *app.Office, name string, l app.CaseLine) bool {
	now := o.Clock().UTC().Format(time.RFC3339)
	on := func(at string) calendar.Date {
		t, err := time.Parse(time.RFC3339, at)
		if err != nil {
			return calendar.Date{}
		}
		return calendar.DateOf(t)
	}
	m := calendar.DateOf(o.Clock()).Month()
	in := func(at string) bool { d := on(at); return !d.IsZero() && d.Month() == m }
	ytd := l.Closed != "" && on(l.Closed).Year() == m.Year
	switch name {
	case "all_cases":
		return true
	case "ended_cases":
		return l.Closed != ""
	case "open_cases":
		return l.Closed == ""
	case "overdue_cases":
		return l.Closed == "" && l.Due != "" && l.Due < now
	case "opened_cases":
		return in(l.Opened)
	case "closed_cases":
		return l.Closed != "" && in(l.Closed)
	case "climbed_cases":
		return in(l.LastClimb)
	case "reopened_cases":
		return in(l.LastReopen)
	case "closed_ytd_cases":
		return ytd
	case "confirmed_rate":
		return ytd && l.ClosedBy == "confirmed"
	case "signed_rate":
		return ytd && l.ClosedBy == "signed"
	case "unfixed_rate":
		return ytd && l.Unfixed
	case "again_rate":
		return ytd && l.Reopened > 0
	case "fast_rate":
		return ytd && l.Fast
	}
	rate, _ := strings.CutSuffix(name, "_rate")
	return ytd && l.Rate == strings.ReplaceAll(rate, "_", "-")
}

var caseCounts = []string{"all_cases", "ended_cases", "open_cases", "overdue_cases", "opened_cases", "closed_cases", "climbed_cases", "reopened_cases", "closed_ytd_cases"}
var caseRates = []string{"done_rate", "part_rate", "refused_rate", "not_ours_rate", "withdrawn_rate", "not_true_rate", "excluded_rate", "confirmed_rate", "signed_rate", "unfixed_rate", "again_rate", "fast_rate"}

func TestFiguresOfCasesCountWhatTheListsShow(t *testing.T) {
	rates, few := 0, 0
	for seed := range uint64(6) {
		if testing.Short() && seed < 4 { // the two longest histories under the race detector; all of them without it
			continue
		}
		o, who := playedFrom(t, seed, []int{60, 120, 180, 240, 300, 1600}[seed])
		for _, name := range []string{"dispatcher", "local", "owner", "line"} {
			by := who[name]
			lines, err := o.CasesOf(t.Context(), by, app.CaseFilter{})
			if err != nil {
				t.Fatal(err)
			}
			for _, use := range []string{"problem", "task", "finding"} {
				groups := groupsOf(use, lines)
				figs, subjects, err := o.CaseFigures(t.Context(), by, append(append([]string{"median_days", "mean_days"}, caseCounts...), caseRates...), groups)
				if err != nil {
					t.Fatal(err)
				}
				for i, g := range groups {
					mine := slices.DeleteFunc(slices.Clone(lines), func(l app.CaseLine) bool { return !isIn(g, l) })
					what := fmt.Sprintf("seed %d, %s, %s", seed, name, subjects[i])
					if same(t, o, what, figs, subjects[i], mine); t.Failed() {
						return
					}
					if v := figs.Of("done_rate", subjects[i]).Value; !v.IsMissing() {
						rates++
					} else if _, _, _, f := v.Few(); f {
						few++
					}
				}
			}
		}
	}
	if rates < 4 || few < 10 {
		t.Errorf("%d rates and %d told as k of n: the histories say too little", rates, few)
	}
}

// same holds all figures of one group against its cases.
func same(t *testing.T, o *app.Office, what string, figs *app.Figures, subject string, mine []app.CaseLine) {
	t.Helper()
	n := func(name string) (n int) {
		for _, l := range mine {
			if counted(o, name, l) {
				n++
			}
		}
		return n
	}
	for _, name := range caseCounts {
		if got := figs.Of(name, subject).Value; !got.Equal(rules.NumValue(big.NewRat(int64(n(name)), 1))) {
			t.Errorf("%s: %s is %s, the list has %d", what, name, got.Canonical(), n(name))
		}
	}
	whole := n("closed_ytd_cases")
	for _, name := range caseRates {
		got, k := figs.Of(name, subject).Value, n(name)
		switch fk, fn, least, few := got.Few(); {
		case whole == 0:
			if !got.IsMissing() || few {
				t.Errorf("%s: %s of nothing is %s", what, name, got.Canonical())
			}
		case whole < 10:
			if !few || fk != fmt.Sprint(k) || fn != fmt.Sprint(whole) || least != "10" {
				t.Errorf("%s: %s is %s, should be told as %d of %d", what, name, got.Canonical(), k, whole)
			}
		default:
			if !got.Equal(rules.NumValue(big.NewRat(int64(k), int64(whole)))) {
				t.Errorf("%s: %s is %s, should be %d/%d", what, name, got.Canonical(), k, whole)
			}
		}
	}
	var days []int
	sum := 0
	for _, l := range mine {
		if counted(o, "closed_ytd_cases", l) {
			opened, _ := time.Parse(time.RFC3339, l.Opened)
			closed, _ := time.Parse(time.RFC3339, l.Closed)
			d := calendar.DateOf(closed).Sub(calendar.DateOf(opened))
			days, sum = append(days, d), sum+d
		}
	}
	slices.Sort(days)
	if k := len(days); k > 0 {
		mean, median := big.NewRat(int64(sum), int64(k)), big.NewRat(int64(days[(k-1)/2]+days[k/2]), 2)
		for name, want := range map[string]*big.Rat{"mean_days": mean, "median_days": median} {
			if got := figs.Of(name, subject).Value; !got.Equal(rules.NumValue(want.Mul(want, quantity.UnitDay.Scale()))) {
				t.Errorf("%s: %s is %s of %v", what, name, got.Canonical(), days)
			}
		}
	}
}

// groupsOf are groups of every kind that occur.
func groupsOf(use string, lines []app.CaseLine) []app.CaseGroup {
	out := []app.CaseGroup{{Use: use}, {Use: use, Unit: app.Nobody}, {Use: use, Next: app.Nobody}}
	seen := map[string]bool{}
	add := func(g app.CaseGroup) {
		if s := g.Subject(); !seen[s] {
			seen[s] = true
			out = append(out, g)
		}
	}
	for _, l := range lines {
		if l.Use != use {
			continue
		}
		if l.Level > 0 {
			add(app.CaseGroup{Use: use, Level: l.Level})
		}
		if l.Kind != "" {
			add(app.CaseGroup{Use: use, Kind: l.Kind})
		}
		if l.Unit != "" {
			add(app.CaseGroup{Use: use, Unit: l.Unit})
			if l.Level > 0 {
				add(app.CaseGroup{Use: use, Unit: l.Unit, Level: l.Level})
			}
		}
		switch {
		case l.Closed != "":
		case l.NextPost != "":
			add(app.CaseGroup{Use: use, Next: l.NextPost})
		case l.NextUnit != "":
			add(app.CaseGroup{Use: use, NextOf: l.NextUnit})
		}
	}
	return out
}

func isIn(g app.CaseGroup, l app.CaseLine) bool {
	unit, next := g.Unit, g.Next
	if unit == app.Nobody && l.Unit != "" || next == app.Nobody && (l.NextUnit != "" || l.NextPost != "") {
		return false
	}
	return l.Use == g.Use && (unit == "" || unit == app.Nobody || unit == l.Unit) && (g.Level == 0 || g.Level == l.Level) && (g.Kind == "" || g.Kind == l.Kind) &&
		(next == "" || next == app.Nobody || next == l.NextPost) && (g.NextOf == "" || g.NextOf == l.NextUnit && l.NextPost == "")
}

func playedFrom(t *testing.T, seed uint64, deeds int) (*app.Office, map[string]org.Signer) {
	t.Helper()
	clock := testkit.At("2022-02-15")
	o := testkit.Office(t, testkit.Engines(t)["sqlite"](t), clock, ledger.SHA256)
	who := testkit.Small(t, o)
	desks := []string{"sample/jimo-problem", "china/task", "china/finding"}
	testkit.AdoptDesks(t, o, who["rulekeeper"], desks...)
	p := testkit.Player{Office: o, Clock: clock, Who: who, Rand: rand.New(rand.NewPCG(seed, 7)), Desks: desks}
	p.Play(t, deeds)
	return o, who
}

func TestNoCaseShowsUnderAFigureToWhoMayNotOpenIt(t *testing.T) {
	ctx := context.Background()
	o, who := played(t, 250)
	r := o.Read(ctx)
	all, err := o.CasesOf(ctx, who["dispatcher"], app.CaseFilter{})
	if err != nil {
		t.Fatal(err)
	}
	m := calendar.DateOf(o.Clock()).Month()
	hidden, refused, shown := 0, 0, 0
	for name, by := range who {
		groups := groupsOf("problem", all)
		for _, unit := range []string{"jimo", "lq", "co", "co2", "fgj"} {
			groups = append(groups, app.CaseGroup{Use: "problem", Parties: []string{unit}}, app.CaseGroup{Use: "problem", Parties: []string{unit}, Level: 1})
		}
		for _, g := range groups {
			tree, _, err := o.Explain(ctx, by, "open_cases", g.Subject(), m, app.CasePack, figure.At{})
			if f, ok := fault.Of(err); ok && f.Kind == fault.Forbidden {
				refused++
				continue
			} else if err != nil {
				t.Fatal(name, g.Subject(), err)
			}
			for leaf := range tree.Leaves() {
				n := leaf.Hidden + leaf.More + len(leaf.Parts)
				if v, _ := leaf.Value.Num.Rat.Float64(); int(v) != n {
					t.Errorf("%s, %s: %s cases, of which %d are listed, %d more and %d hidden", name, g.Subject(), leaf.Value.Canonical(), len(leaf.Parts), leaf.More, leaf.Hidden)
				}
				hidden += leaf.Hidden
				for _, p := range leaf.Parts {
					shown++
					if err := app.MaySeeCase(r, by, strings.TrimPrefix(p.Subject, "case/")); err != nil {
						t.Errorf("%s sees %s under %s", name, p.Subject, g.Subject())
					}
					if e, err := r.Entry(p.Seq); err != nil || e.Subject != p.Subject {
						t.Errorf("entry %d stands under %s: %v", p.Seq, p.Subject, err)
					}
				}
			}
			if g.Unit != "" && g.Parties == nil && !allOf(r, by) {
				t.Errorf("%s, who does not see all, reads what the unit %s has on its hands", name, g.Unit)
			}
		}
	}
	if hidden == 0 || refused == 0 || shown == 0 {
		t.Errorf("%d hidden, %d refused, %d shown: the histories say too little", hidden, refused, shown)
	}
}

func allOf(r app.Reader, by org.Signer) bool {
	s, err := app.SightOf(r, by)
	return err == nil && s.All
}

func TestAnEarlierMonthHasNoStockOfCasesAndSaysSo(t *testing.T) {
	o, who := played(t, 80)
	g := app.CaseGroup{Use: "problem"}
	m := calendar.DateOf(o.Clock()).Month().Prev()
	for name, missing := range map[string]bool{"open_cases": true, "overdue_rate": true, "opened_cases": false, "closed_ytd_cases": false} {
		tree, _, err := o.Explain(t.Context(), who["dispatcher"], name, g.Subject(), m, app.CasePack, figure.At{})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.HasPrefix(tree.Value.Num.Why, "missing.cases-now:"); got != missing {
			t.Errorf("%s of the month before: %s", name, tree.Value.Canonical())
		}
	}
}

func TestAGroupOfCasesIsReadBackAsItWasWritten(t *testing.T) {
	for _, g := range []app.CaseGroup{{Use: "problem"}, {Use: "problem", Parties: []string{}}, {Use: "task", Parties: []string{"co", casework.PostParty("p1")}, Unit: "lq", Level: 3, Kind: "land"},
		{Use: "task", Unit: app.Nobody, Next: app.Nobody}, {Use: "task", NextOf: "lq"}} {
		got, ok := app.ParseCaseGroup(g.Subject())
		if !ok || got.Subject() != g.Subject() || (got.Parties == nil) != (g.Parties == nil) || len(got.Parties) != len(g.Parties) {
			t.Errorf("%s: %+v, %v", g.Subject(), got, ok)
		}
	}
	for _, s := range []string{"cases/", "cases/problem/", "cases/problem/level:x", "cases/problem/level:02", "cases/problem/of:", "cases/problem/colour:red", "cases/problem/unit:b/of:a", "project/JM-001", "group/all"} {
		if g, ok := app.ParseCaseGroup(s); ok {
			t.Errorf("%q is read as %+v", s, g)
		}
	}
}
