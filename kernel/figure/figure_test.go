package figure

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"shigan/kernel/calendar"
	"shigan/kernel/rules"
	"shigan/kernel/words"

	"pgregory.net/rapid"
)

var june = calendar.MustMonth("2022-06")

// fen makes money out of fen.
func fen(n int64) rules.Value { return rules.NumValue(big.NewRat(n, 100)) }

// wan makes money out of 万元.
func wan(n int64) rules.Value { return fen(n * 1_000_000) }

func on(s string) rules.Value { return rules.NumValue(rules.DayNumber(calendar.MustDate(s))) }

// value computes one value of one subject.
func value(t testing.TB, e *Engine, name, subject string, m calendar.Month, at At) rules.Value {
	t.Helper()
	got, err := e.Values(t.Context(), []string{name}, []string{subject}, m, at)
	if err != nil {
		t.Fatal(err)
	}
	return got[name][subject]
}

func explain(t testing.TB, e *Engine, name, subject string, m calendar.Month) *Tree {
	t.Helper()
	tree, err := e.Explain(t.Context(), name, subject, m, At{})
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func TestABatchGivesWhatOneByOneGives(t *testing.T) {
	set := rulebook(t, "")
	rapid.Check(t, func(rt *rapid.T) {
		b := &book{}
		var subjects []string
		for i := range rapid.IntRange(1, 6).Draw(rt, "projects") {
			s := fmt.Sprintf("project/%d", i)
			subjects = append(subjects, s)
			for m := 1; m <= 6; m++ {
				month := fmt.Sprintf("2022-%02d", m)
				if rapid.Bool().Draw(rt, "reported") {
					b.state("done", s, month, fen(rapid.Int64Range(0, 1e10).Draw(rt, "done")))
				}
				if rapid.IntRange(0, 3).Draw(rt, "asked") == 0 {
					b.state("excused", s, month, rules.BoolValue(rapid.Bool().Draw(rt, "excused")))
				}
			}
			if rapid.Bool().Draw(rt, "planned") {
				b.state("plan", s, "2022-01", fen(rapid.Int64Range(0, 1e10).Draw(rt, "plan")))
			}
			if rapid.Bool().Draw(rt, "promised") {
				b.state("due", s, "2022-01", on(fmt.Sprintf("2022-%02d-15", rapid.IntRange(1, 12).Draw(rt, "due"))))
			}
			if rapid.Bool().Draw(rt, "began") {
				b.state("began", s, fmt.Sprintf("2022-%02d", rapid.IntRange(1, 6).Draw(rt, "month")), on("2022-01-01"))
			}
		}
		e := &Engine{Set: set, Src: b}
		names := slices.DeleteFunc(slices.Clone(set.Order), func(n string) bool { return strings.HasPrefix(n, "group_") })
		batch, err := e.Values(t.Context(), names, subjects, june, At{})
		if err != nil {
			rt.Fatal(err)
		}
		for _, name := range names {
			for _, s := range subjects {
				if one := value(t, e, name, s, june, At{}); one.Canonical() != batch[name][s].Canonical() {
					rt.Fatalf("%s of %s: alone %s, in the batch %s", name, s, one.Canonical(), batch[name][s].Canonical())
				}
			}
		}
	})
}

func TestABatchReadsEachFactOnceAMonth(t *testing.T) {
	b := &book{}
	var subjects []string
	for i := range 300 {
		s := fmt.Sprintf("project/%d", i)
		subjects = append(subjects, s)
		b.state("plan", s, "2022-06", wan(1))
		b.state("done", s, "2022-06", wan(1))
	}
	set := rulebook(t, "")
	if _, err := (&Engine{Set: set, Src: b}).Values(t.Context(), []string{"lag", "light.overall", "behind"}, subjects, june, At{}); err != nil {
		t.Fatal(err)
	}
	if b.columns > 5 {
		t.Errorf("%d reads for 5 facts", b.columns)
	}
}

func TestWhatIsMissingStaysMissingWithItsReason(t *testing.T) {
	b := &book{}
	b.state("plan", "p", "2022-01", wan(12000))
	b.state("plan", "q", "2022-01", wan(0))
	b.state("done", "q", "2022-06", wan(1))
	b.state("done", "r", "2022-06", rules.NoValue("missing.returned:done"))
	b.state("plan", "r", "2022-01", wan(1))
	e := &Engine{Set: rulebook(t, ""), Src: b}
	for _, tc := range []struct{ name, subject, want string }{
		{"lag", "p", "-:missing.not-reported:done"},
		{"behind", "p", "-:missing.not-reported:done"},
		{"light.progress", "p", "t:none"},
		{"lag", "q", "-:missing.divided-by-zero"},
		{"lag", "r", "-:missing.returned:done"},
		{"done", "p", "-:missing.not-reported:done"},
		{"light.start", "p", "t:none"},
		{"light.overall", "p", "t:none"},
		{"time_share", "p", "n:1/2"},
	} {
		if got := value(t, e, tc.name, tc.subject, june, At{}).Canonical(); got != tc.want {
			t.Errorf("%s of %s: %s, want %s", tc.name, tc.subject, got, tc.want)
		}
	}
	if _, err := e.Values(t.Context(), []string{"no_such"}, []string{"p"}, june, At{}); !errors.Is(err, rules.ErrNoFigure) {
		t.Error(err)
	}
}

func TestLastMonthsValuesAreCountedMonthByMonth(t *testing.T) {
	b := &book{}
	b.state("due", "p", "2022-01", on("2022-03-01"))
	b.state("done", "p", "2022-05", wan(30))
	b.state("done", "p", "2022-06", wan(42))
	b.state("excused", "p", "2022-04", rules.BoolValue(true))
	b.state("began", "q", "2022-05", on("2022-05-12"))
	b.state("due", "q", "2022-01", on("2022-03-01"))
	e := &Engine{Set: rulebook(t, ""), Src: b}
	for _, tc := range []struct{ name, subject, month, want string }{
		{"streak", "p", "2022-02", "n:0"},
		{"streak", "p", "2022-03", "n:1"},
		{"streak", "p", "2022-04", "n:0"}, // excused: counting begins anew
		{"streak", "p", "2022-06", "n:2"},
		{"streak", "p", "2022-07", "n:3"},
		{"light.start", "p", "2022-06", "t:yellow"},
		{"light.start", "p", "2022-07", "t:red"},
		{"streak", "q", "2022-04", "n:2"},
		{"streak", "q", "2022-06", "n:0"},
		{"light.start", "q", "2022-06", "t:green"},
		{"month_done", "p", "2022-06", "n:120000"},
		{"month_done", "p", "2022-05", "n:300000"},
		{"prior_streak", "p", "2022-01", "-:missing.before-first-month"},
		{"prior_done", "p", "2022-06", "n:300000"},
		{"moved", "p", "2022-06", "b:false"},
		{"prior_light_start", "p", "2022-07", "t:yellow"},
	} {
		if got := value(t, e, tc.name, tc.subject, calendar.MustMonth(tc.month), At{}).Canonical(); got != tc.want {
			t.Errorf("%s of %s in %s: %s, want %s", tc.name, tc.subject, tc.month, got, tc.want)
		}
	}
}

func TestARollUpLeavesOutWhoDidNotReportAndSaysHowMany(t *testing.T) {
	b := &book{groups: map[string][]string{"g": {"p", "q", "r"}, "h": {"r"}, "empty": nil, "both": {"q", "p"}}}
	for _, s := range []string{"p", "q", "r"} {
		b.state("plan", s, "2022-01", wan(100))
	}
	b.state("done", "p", "2022-06", wan(20))
	b.state("done", "q", "2022-06", wan(60))
	e := &Engine{Set: rulebook(t, ""), Src: b}
	got, err := e.Values(t.Context(), []string{"group_done", "group_plan", "group_rate", "group_behind"}, []string{"g", "h", "empty", "both"}, june, At{})
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct{ name, group, want string }{
		{"group_done", "g", "n:800000"}, {"group_plan", "g", "n:3000000"}, {"group_rate", "g", "n:4/15"}, {"group_behind", "g", "n:1"},
		{"group_done", "h", "-:missing.no-member-reported:done"}, {"group_rate", "h", "-:missing.no-member-reported:done"}, {"group_behind", "h", "n:0"},
		{"group_done", "empty", "n:0"}, {"group_rate", "empty", "-:missing.divided-by-zero"},
		{"group_rate", "both", "n:2/5"},
	} {
		if v := got[tc.name][tc.group].Canonical(); v != tc.want {
			t.Errorf("%s of %s: %s, want %s", tc.name, tc.group, v, tc.want)
		}
	}
	tree := explain(t, e, "group_done", "g", june)
	if tree.Absent != 1 || len(tree.Parts) != 3 || !tree.Parts[2].Value.IsMissing() {
		t.Errorf("%d absent, parts %v", tree.Absent, tree.Parts)
	}
	sum := new(big.Rat)
	for _, p := range tree.Parts {
		if !p.Value.IsMissing() {
			sum.Add(sum, p.Value.Num.Rat)
		}
	}
	if sum.Cmp(tree.Value.Num.Rat) != 0 {
		t.Error("the parts do not add up to the sum")
	}
	if tree := explain(t, e, "group_behind", "g", june); len(tree.Parts) != 2 || tree.Parts[0].Subject != "p" || tree.Absent != 1 {
		t.Errorf("counted %v, %d absent", tree.Parts, tree.Absent)
	}
}

func TestATreeEndsInStatedFacts(t *testing.T) {
	b := &book{}
	b.state("plan", "p", "2022-01", wan(12000))
	b.state("due", "p", "2022-01", on("2022-03-01"))
	b.state("done", "p", "2022-05", wan(4000))
	b.state("done", "p", "2022-06", wan(4200))
	e := &Engine{Set: rulebook(t, ""), Src: b}
	var walk func(t *testing.T, tree *Tree)
	walk = func(t *testing.T, tree *Tree) {
		switch {
		case tree.Word != nil:
			if !tree.Value.IsMissing() && len(tree.Stated) == 0 {
				t.Errorf("%s in %s has a value that nobody stated", tree.Name, tree.Month)
			}
		case len(tree.Inputs) == 0 && tree.Step == nil && !tree.Value.IsMissing():
			t.Errorf("%s in %s ends in the air", tree.Name, tree.Month)
		}
		for _, in := range tree.Inputs {
			walk(t, in)
		}
	}
	for _, name := range e.Set.Order {
		if strings.HasPrefix(name, "group_") {
			continue
		}
		t.Run(name, func(t *testing.T) {
			tree := explain(t, e, name, "p", june)
			if v := value(t, e, name, "p", june, At{}); v.Canonical() != tree.Value.Canonical() {
				t.Errorf("the tree says %s, the figure %s", tree.Value.Canonical(), v.Canonical())
			}
			if tree.Step != nil && tree.Step.Value.Canonical() != tree.Value.Canonical() {
				t.Errorf("the formula says %s, the figure %s", tree.Step.Value.Canonical(), tree.Value.Canonical())
			}
			walk(t, tree)
		})
	}
	tree := explain(t, e, "light.progress", "p", june)
	var facts []string
	for leaf := range tree.Leaves() {
		facts = append(facts, fmt.Sprintf("%s %d", leaf.Name, leaf.Stated[0].Seq))
	}
	if got := strings.Join(facts, ", "); got != "done 4, plan 1" {
		t.Error(got)
	}
	if tree.Chosen != 1 || len(tree.Rows) != 3 || len(tree.Params) != 1 || tree.Params[0].Name != "edge" {
		t.Errorf("row %d of %d, parameters %v", tree.Chosen, len(tree.Rows), tree.Params)
	}
	if overall := explain(t, e, "light.overall", "p", june); len(overall.Inputs) != 2 || overall.Value.Text != "red" {
		t.Errorf("%s out of %d lights", overall.Value.Text, len(overall.Inputs))
	}
}

func TestWhatWasKnownThenIsAskedByEntry(t *testing.T) {
	b := &book{}
	b.state("plan", "p", "2022-01", wan(12000))
	first := b.state("done", "p", "2022-06", wan(2400))
	b.state("done", "p", "2022-06", wan(4200))
	e := &Engine{Set: rulebook(t, ""), Src: b}
	if got := value(t, e, "rate", "p", june, At{first}).Canonical(); got != "n:1/5" {
		t.Error(got)
	}
	if got := value(t, e, "rate", "p", june, At{}).Canonical(); got != "n:7/20" {
		t.Error(got)
	}
}

func TestTheSmallestChangeTurnsTheLightBothWays(t *testing.T) {
	for name, tc := range map[string]struct {
		done          int64 // fen; the plan is 1.20亿, half of it is due
		better, worse string
	}{
		"yellow: 0.48亿 and a fen is green, a fen below 0.24亿 is red": {4200 * 1_000_000, "4800000001 green", "2399999999 red"},
		"at 30 points behind, one fen less is red":                   {2400 * 1_000_000, "4800000001 green", "2399999999 red"},
		"one fen past the edge is one fen away":                      {2400*1_000_000 - 1, "2400000000 yellow", ""},
		"red: 0.24亿 is yellow":                                       {0, "2400000000 yellow", ""},
		"green: at 0.48亿 it is yellow":                               {9000 * 1_000_000, "", "4800000000 yellow"},
		"one fen above the edge of green":                            {4800*1_000_000 + 1, "", "4800000000 yellow"},
	} {
		t.Run(name, func(t *testing.T) {
			b := &book{}
			b.state("plan", "p", "2022-01", wan(12000))
			b.state("done", "p", "2022-06", fen(tc.done))
			tree := explain(t, &Engine{Set: rulebook(t, ""), Src: b}, "light.progress", "p", june)
			var better, worse string
			for _, turn := range tree.Turns {
				text := new(big.Rat).Mul(turn.To.Num.Rat, big.NewRat(100, 1)).RatString() + " " + turn.Shows
				if rules.Severity(turn.Shows) < rules.Severity(tree.Value.Text) {
					better = text
				} else {
					worse = text
				}
			}
			if better != tc.better || worse != tc.worse {
				t.Errorf("%s: better %q, worse %q; want %q and %q", tree.Value.Text, better, worse, tc.better, tc.worse)
			}
		})
	}
}

func TestNoReportMovesAnEarlierMonth(t *testing.T) {
	b := &book{}
	b.state("due", "p", "2022-01", on("2022-06-01"))
	b.state("done", "p", "2022-06", wan(1))
	if tree := explain(t, &Engine{Set: rulebook(t, ""), Src: b}, "light.start", "p", june); len(tree.Turns) != 0 {
		t.Errorf("%v", tree.Turns)
	}
}

func TestTheReportedChangeTurnsTheLightAndOneFenLessDoesNot(t *testing.T) {
	set := rulebook(t, "")
	rapid.Check(t, func(rt *rapid.T) {
		plan := rapid.Int64Range(100, 1e11).Draw(rt, "plan")
		done := rapid.Int64Range(0, 2*plan).Draw(rt, "done")
		m := calendar.Month{Year: 2022, Month: rapid.IntRange(1, 12).Draw(rt, "month")}
		b := &book{}
		b.state("plan", "p", "2022-01", fen(plan))
		b.state("done", "p", m.String(), fen(done))
		e := &Engine{Set: set, Src: b}
		tree := explain(t, e, "light.progress", "p", m)
		shows := func(x *big.Rat) string {
			v, err := e.Try(Request{t.Context(), "light.progress", "p", m, At{}}, map[string]rules.Value{"done": rules.NumValue(x)})
			if err != nil {
				rt.Fatal(err)
			}
			return v.Text
		}
		cent := big.NewRat(1, 100)
		for _, turn := range tree.Turns {
			from, to := turn.From.Num.Rat, turn.To.Num.Rat
			if got := shows(to); got != turn.Shows || got == tree.Value.Text {
				rt.Fatalf("%s to %s shows %s, said %s", from.FloatString(2), to.FloatString(2), got, turn.Shows)
			}
			less := new(big.Rat).Sub(to, cent)
			if to.Cmp(from) < 0 {
				less.Add(to, cent)
			}
			if got := shows(less); got != tree.Value.Text {
				rt.Fatalf("%s to %s already shows %s", from.FloatString(2), less.FloatString(2), got)
			}
		}
		if len(tree.Turns) == 0 { // then no report from nothing to twice the plan shows anything else
			for _, x := range []*big.Rat{new(big.Rat), big.NewRat(2*plan, 100)} {
				if got := shows(x); got != tree.Value.Text {
					rt.Fatalf("%s shows %s, and no change was found", x.FloatString(2), got)
				}
			}
		}
	})
}

func TestAValueIsTriedWithoutStatingIt(t *testing.T) {
	b := &book{}
	b.state("plan", "p", "2022-01", wan(12000))
	b.state("done", "p", "2022-06", wan(4200))
	e := &Engine{Set: rulebook(t, ""), Src: b}
	try := func(name string, given map[string]rules.Value) string {
		v, err := e.Try(Request{t.Context(), name, "p", june, At{}}, given)
		if err != nil {
			t.Fatal(err)
		}
		return v.Canonical()
	}
	if got := try("light.progress", map[string]rules.Value{"done": wan(2399)}); got != "t:red" {
		t.Error(got)
	}
	if got := try("light.progress", map[string]rules.Value{"plan": wan(6000), "done": wan(3000)}); got != "t:green" {
		t.Error(got)
	}
	if got := try("rate", nil); got != "n:7/20" {
		t.Error(got)
	}
	if got := value(t, e, "light.progress", "p", june, At{}).Canonical(); got != "t:yellow" {
		t.Error("trying changed what is stated:", got)
	}
}

// closeMonth freezes a month's values of some subjects, as the app does.
func closeMonth(t testing.TB, e *Engine, b *book, m calendar.Month, subjects ...string) {
	t.Helper()
	values, err := e.Values(t.Context(), e.Set.Order, subjects, m, At{})
	if err != nil {
		t.Fatal(err)
	}
	seq := b.state("freeze", "month", m.String(), rules.TextValue(""))
	if b.frozen == nil {
		b.frozen = map[calendar.Month]closed{}
	}
	b.frozen[m] = closed{Freeze{Seq: seq, RulesSum: e.Set.Digest, Pack: "a/b"}, values}
}

func TestAClosedMonthKeepsItsFiguresUnderTheSameRulesOnly(t *testing.T) {
	b := &book{}
	b.state("plan", "p", "2022-01", wan(12000))
	b.state("done", "p", "2022-06", wan(2400))
	e := &Engine{Set: rulebook(t, ""), Src: b}
	closeMonth(t, e, b, june, "p")
	b.state("done", "p", "2022-06", wan(6000)) // an amendment after the close stands beside

	if got := value(t, e, "light.progress", "p", june, At{}).Canonical(); got != "t:yellow" {
		t.Error("the closed light moved:", got)
	}
	if got := value(t, e, "done", "p", june, At{}).Canonical(); got != "n:60000000" {
		t.Error("the fact as it is known today:", got)
	}
	tree := explain(t, e, "light.progress", "p", june)
	if tree.Frozen == nil || tree.Frozen.Seq != 3 || tree.Value.Text != "yellow" {
		t.Errorf("frozen %v, %s", tree.Frozen, tree.Value.Text)
	}
	for leaf := range tree.Leaves() {
		if leaf.Name == "done" && leaf.Value.Canonical() != "n:24000000" {
			t.Error("the tree of a closed month shows what came later:", leaf.Value.Canonical())
		}
	}
	fresh := &Engine{Set: e.Set, Src: b, Fresh: true}
	if got := value(t, fresh, "light.progress", "p", june, At{}).Canonical(); got != "t:green" {
		t.Error("computed anew:", got)
	}
	other := &Engine{Set: rulebook(t, "# another text\n"), Src: b}
	if got := value(t, other, "light.progress", "p", june, At{}).Canonical(); got != "t:green" {
		t.Error("other rules read the closed value:", got)
	}
	if tree := explain(t, other, "light.progress", "p", june); tree.Frozen != nil {
		t.Error("other rules claim the closed value")
	}
	if got := value(t, e, "light.progress", "p", june, At{2}).Canonical(); got != "t:yellow" {
		t.Error("as known before the close:", got)
	}
	if got := value(t, e, "light.progress", "p", june, At{4}).Canonical(); got != "t:yellow" {
		t.Error("as known after the close:", got)
	}
	if got := value(t, e, "light.progress", "nobody", june, At{}).Canonical(); got != "t:none" {
		t.Error("a project that the closed month does not know:", got)
	}
}

func TestMonthsInARowCountClosedMonthsAsTheyWereClosed(t *testing.T) {
	b := &book{}
	b.state("due", "p", "2022-01", on("2022-04-01"))
	e := &Engine{Set: rulebook(t, ""), Src: b}
	for _, m := range []string{"2022-04", "2022-05"} {
		closeMonth(t, e, b, calendar.MustMonth(m), "p")
	}
	b.state("excused", "p", "2022-05", rules.BoolValue(true)) // too late for May
	if got := value(t, e, "light.start", "p", june, At{}).Canonical(); got != "t:red" {
		t.Error(got)
	}
	closeMonth(t, e, b, june, "p")
	tree := explain(t, e, "streak", "p", june)
	if tree.Step.Value.Canonical() != "n:3" || tree.Value.Canonical() != "n:3" {
		t.Errorf("the tree of a closed month computes %s where %s was closed", tree.Step.Value.Canonical(), tree.Value.Canonical())
	}
	fresh := &Engine{Set: e.Set, Src: b, Fresh: true}
	if got := value(t, fresh, "streak", "p", june, At{}).Canonical(); got != "n:1" {
		t.Error("computed anew:", got)
	}
}

func TestAPackTestSaysWhatItGotAndWhatItWanted(t *testing.T) {
	set := rulebook(t, "")
	lib, err := rules.Load(fstest.MapFS{
		"a/b/pack.yaml":       {Data: []byte("name: a/b\neffective_from: 2022-01-01\n")},
		"a/b/parameters.yaml": {Data: []byte(testParameters)},
		"a/b/rules.yaml":      {Data: []byte(testRules)},
		"a/b/tests.yaml": {Data: []byte(`
- name: right
  month: "2022-06"
  before: {"2022-01": {plan: "1.20亿"}}
  given: {done: "0.42亿"}
  expect: {rate: "35.0%", lag: "15.0 个百分点", light.progress: yellow, streak: "0 个月"}
- name: last year's plan is not this year's
  month: "2022-01"
  before: {"2021-12": {plan: "1.20亿"}}
  given: {done: "0.42亿"}
  expect: {rate: "—"}
- name: ten points are written 10
  month: "2022-06"
  given: {plan: "1亿", done: "0.40亿"}
  expect: {lag: "10.0个百分点"}
- name: wrong
  month: "2022-06"
  given: {plan: "1.20亿", done: "0.42亿"}
  expect: {rate: "36.0%"}
- name: a fact that nobody declared
  month: "2022-06"
  given: {dona: "1"}
  expect: {rate: "—"}
- name: a fact in another unit
  month: "2022-06"
  given: {plan: 30亩}
  expect: {rate: "—"}
- name: a figure that is not there
  month: "2022-06"
  expect: {ratte: "1"}
`)},
	}, rules.Vocabulary{"done": must(set.Fact("done")), "plan": must(set.Fact("plan")), "due": must(set.Fact("due")), "began": must(set.Fact("began")), "excused": must(set.Fact("excused"))})
	if err != nil {
		t.Fatal(err)
	}
	results, err := TestPack(t.Context(), lib, "a/b")
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"", "", "", "rate: 35.0% ≠ 36.0%", "figure.bad-given", "figure.bad-given", "rules.no-figure"} {
		if r := results[i]; r.OK != (want == "") || !strings.Contains(r.Why, want) {
			t.Errorf("%s: %v %q, want %q", r.Name, r.OK, r.Why, want)
		}
	}
	if _, err := TestPack(t.Context(), lib, "a/c"); !errors.Is(err, rules.ErrNoPack) {
		t.Error(err)
	}
}

func must(w rules.Word, _ bool) rules.Word { return w }

func TestAValuePrintsAsAPageWouldPrintIt(t *testing.T) {
	for _, tc := range []struct {
		v    rules.Value
		unit string
		want string
	}{
		{rules.NumValue(big.NewRat(7, 20)), "share", "35.0%"},
		{wan(12000), "yi_yuan", "1.20 亿元"},
		{on("2022-06-28"), "date", "2022-06-28"},
		{rules.BoolValue(true), "bool", "true"},
		{rules.TextValue("red"), "light", "red"},
		{rules.NoValue("missing.not-reported:done"), "share", "—"},
	} {
		if got := Print(tc.v, rulesUnit(tc.unit), words.Zh); got != tc.want {
			t.Errorf("%s: %s", tc.want, got)
		}
	}
}
