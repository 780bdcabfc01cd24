package rules

import (
	"errors"
	"math/big"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"shigan/kernel/calendar"
	"shigan/kernel/fault"
	"shigan/kernel/quantity"
	"shigan/kernel/words"

	"pgregory.net/rapid"
)

func vocabulary() Vocabulary {
	v, err := Join([]Word{
		{Name: "done", Of: "project", Unit: quantity.UnitYuan, Per: PerMonth, Movable: true},
		{Name: "plan", Of: "project", Unit: quantity.UnitYuan, Per: PerYear},
		{Name: "land", Of: "project", Unit: quantity.UnitMu, Per: Standing},
		{Name: "began", Of: "project", Unit: UnitDate, Per: Standing},
		{Name: "excused", Of: "project", Unit: UnitBool, Per: PerMonth},
		{Name: "kind", Of: "project", Unit: UnitText, Per: PerYear},
	})
	if err != nil {
		panic(err)
	}
	return v
}

// formulaScope is a scope over the vocabulary and a few figures.
func formulaScope(t testing.TB) *scope {
	t.Helper()
	units := map[string]quantity.Unit{"month": quantity.UnitNumber, "month_end": UnitDate, "month_first": UnitDate,
		"part": quantity.UnitShare, "lag": quantity.UnitPoints, "rows": quantity.UnitCount, "curve": unitList, "hue": UnitHue}
	for _, w := range vocabulary() {
		units[w.Name] = w.Unit
	}
	s, err := newScope(units)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func why(err error) string {
	f, ok := fault.Of(err)
	if !ok {
		return ""
	}
	text, _ := f.Args["why"].(string)
	return text
}

func TestUnitsThatDoNotGoTogetherAreRefusedBeforeAnythingIsComputed(t *testing.T) {
	s := formulaScope(t)
	for name, tc := range map[string]struct {
		formula string
		want    quantity.Unit
		why     string
	}{
		"a share is not compared with points":         {"done / plan > points(30)", UnitBool, "ratio and points"},
		"a stated share is not compared with points":  {"part >= lag", UnitBool, "share and points"},
		"points are not compared with a share":        {"lag < percent(30)", UnitBool, "points and share"},
		"a share is not compared with a pure number":  {"part > 30", UnitBool, "share and number"},
		"a share is not added to money":               {"part + done", quantity.UnitYuan, "share and map[money:1]"},
		"money is not compared with land":             {"done > land", UnitBool, "map[money:1] and map[area:1]"},
		"money is not compared with a pure number":    {"done > 500", UnitBool, "map[money:1] and number"},
		"both ways of a choice measure the same":      {"excused ? done : part", quantity.UnitYuan, "map[money:1] and share"},
		"the other of either measures the same":       {"either(done, part)", quantity.UnitYuan, "map[money:1] and share"},
		"a formula gives what it declares":            {"done / plan", quantity.UnitYuan, "it gives ratio"},
		"a difference of shares is points":            {"part - done / plan", quantity.UnitShare, "it gives points"},
		"dates are not added":                         {"month_end + began", UnitDate, "date and date"},
		"days between dates are no date":              {"month_end - began > days(3)", UnitBool, "date and date"},
		"a date is not multiplied":                    {"month_end * 2 > month_end", UnitBool, "date and number"},
		"a date is not negative":                      {"-month_end", UnitDate, "date"},
		"months are not added as days":                {"add_months(began, days(30))", UnitDate, "add_months takes map[month:1]"},
		"a bare number is neither months nor days":    {"add_days(began, 3)", UnitDate, "add_days takes map[minute:1]"},
		"a curve is asked by number":                  {"at(curve, began)", quantity.UnitShare, "at takes number"},
		"points of points are refused":                {"points(lag)", quantity.UnitPoints, "points takes a number"},
		"a light shows a colour of the house":         {"hue == 'amber'", UnitBool, "no light shows amber"},
		"a number in words is read when it is read":   {"number('ten') > 1", UnitBool, "a written number"},
		"a name that nobody declared":                 {"dona / plan", quantity.UnitShare, "undeclared reference to 'dona'"},
		"last month's value of an undeclared name":    {"prior_dona > yuan(1)", UnitBool, "undeclared reference to 'prior_dona'"},
		"a function that is not of the language":      {"done.size() > 1", UnitBool, "no matching overload for 'size'"},
		"CEL's loops are not of the language":         {"curve.all(x, x > share(0))", UnitBool, "not used in rules"},
		"a formula that stops in the middle":          {"done / ", quantity.UnitShare, "1:"},
		"a truth is no number":                        {"excused + 1", quantity.UnitNumber, "no matching overload"},
		"a number of another computer's making (hex)": {"3u > 1", UnitBool, "literal"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := s.compile("here", tc.formula, tc.want)
			if !errors.Is(err, ErrFormula) || !strings.Contains(why(err), tc.why) {
				t.Errorf("%s: %v, want %q", tc.formula, err, tc.why)
			}
		})
	}
}

func TestUnitsThatGoTogether(t *testing.T) {
	s := formulaScope(t)
	for formula, want := range map[string]quantity.Unit{
		"done / plan":                                   quantity.UnitShare,
		"part - done / plan":                            quantity.UnitPoints,
		"part - lag":                                    quantity.UnitShare,
		"(part - done / plan) / part":                   quantity.UnitShare,
		"lag / 2 > points(15)":                          UnitBool,
		"lag > 0":                                       UnitBool,
		"done > 0 && plan >= wan(1000)":                 UnitBool,
		"done / land":                                   quantity.UnitWanYuanPerMu,
		"done / land / (plan / land) * score(30)":       quantity.UnitScore,
		"smaller(part, share(1))":                       quantity.UnitShare,
		"twelfths(month)":                               quantity.UnitShare,
		"months_from(began, month_end) / months(6)":     quantity.UnitShare,
		"add_months(began, months(2)) < month_end":      UnitBool,
		"days_from(began, month_end) > days(30)":        UnitBool,
		"on_day(month_first, 28)":                       UnitDate,
		"either(excused, false) || kind == 'new'":       UnitBool,
		"hue == 'red' ? 1 : 0":                          quantity.UnitNumber,
		"at(curve, month)":                              quantity.UnitShare,
		"month_of(began) == month":                      UnitBool,
		"known(began) && known(excused) && known(kind)": UnitBool,
		"done * 3 - plan":                               quantity.UnitYiYuan,
	} {
		if _, err := s.compile("here", formula, want); err != nil {
			t.Errorf("%s: %v", formula, err)
		}
	}
}

// number of a value given in its base.
func rat(s string) Value {
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		panic(s)
	}
	return NumValue(r)
}

func evaluate(t testing.TB, formula string, want quantity.Unit, vars map[string]Value) Value {
	t.Helper()
	s := formulaScope(t)
	p, err := s.compile("here", formula, want)
	if err != nil {
		t.Fatal(err)
	}
	look := func(name string) Value {
		if v, ok := vars[name]; ok {
			return v
		}
		return NoValue("missing.not-reported:" + name)
	}
	fast := p.Eval(look, s.measures)
	traced, _ := p.Trace(look, s.measures)
	if !fast.Equal(traced) {
		t.Errorf("%s: %s fast, %s traced", formula, fast.Canonical(), traced.Canonical())
	}
	return fast
}

func day(s string) Value { return NumValue(DayNumber(calendar.MustDate(s))) }

func TestFormulasAreExactAndSayWhyTheyHaveNoValue(t *testing.T) {
	for name, tc := range map[string]struct {
		formula string
		unit    quantity.Unit
		vars    map[string]Value
		want    string
	}{
		"decimals are exact where floats are not":             {"0.60 - 0.50 >= 0.10", UnitBool, nil, "b:true"},
		"one tenth and two tenths are three tenths":           {"0.1 + 0.2 == 0.3", UnitBool, nil, "b:true"},
		"a long decimal keeps the digits that a float loses":  {"0.1234567890123456789", quantity.UnitNumber, nil, "n:1234567890123456789/10000000000000000000"},
		"a negative decimal":                                  {"-0.5 < 0", UnitBool, nil, "b:true"},
		"30 points are three tenths":                          {"points(30)", quantity.UnitPoints, nil, "n:3/10"},
		"money in 亿 and 万":                                    {"yi(1.20) - wan(2000)", quantity.UnitYuan, nil, "n:100000000"},
		"thirds are exact":                                    {"done / plan * 3 == 1", UnitBool, map[string]Value{"done": rat("1"), "plan": rat("3")}, "b:true"},
		"a plan of nothing has no rate":                       {"done / plan", quantity.UnitShare, map[string]Value{"done": rat("1"), "plan": rat("0")}, "-:missing.divided-by-zero"},
		"what was not reported stays missing with its reason": {"done / plan - part", quantity.UnitPoints, map[string]Value{"plan": rat("3"), "part": rat("1")}, "-:missing.not-reported:done"},
		"a comparison with a missing number has no answer":    {"done > plan", UnitBool, map[string]Value{"done": rat("1")}, "-:missing.not-reported:plan"},
		"nobody knows that a missing number differs":          {"done != plan", UnitBool, map[string]Value{"done": rat("1")}, "-:missing.not-reported:plan"},
		"two numbers differ":                                  {"done != plan", UnitBool, map[string]Value{"done": rat("1"), "plan": rat("2")}, "b:true"},
		"what is false is false whatever is missing":          {"part > share(1) && done > plan", UnitBool, map[string]Value{"part": rat("1/2")}, "b:false"},
		"what is true is true whatever is missing":            {"done > plan || part < share(1)", UnitBool, map[string]Value{"part": rat("1/2")}, "b:true"},
		"a truth that nobody stated is missing":               {"excused", UnitBool, nil, "-:missing.not-reported:excused"},
		"either gives the other where a truth is missing":     {"either(excused, false)", UnitBool, nil, "b:false"},
		"either gives the first where it is stated":           {"either(excused, true)", UnitBool, map[string]Value{"excused": BoolValue(false)}, "b:false"},
		"either gives a number where one is known":            {"either(done, plan)", quantity.UnitYuan, map[string]Value{"plan": rat("7")}, "n:7"},
		"known asks a number":                                 {"known(done)", UnitBool, nil, "b:false"},
		"known asks a truth":                                  {"known(excused)", UnitBool, nil, "b:false"},
		"known asks a text":                                   {"known(kind)", UnitBool, map[string]Value{"kind": TextValue("new")}, "b:true"},
		"a missing text has no answer":                        {"kind == 'new'", UnitBool, nil, "-:missing.not-reported:kind"},
		"March to June are three months":                      {"months_from(began, month_end)", quantity.UnitMonth, map[string]Value{"began": day("2022-03-31"), "month_end": day("2022-06-30")}, "n:3"},
		"two months after the end of December":                {"add_months(began, months(2)) == month_end", UnitBool, map[string]Value{"began": day("2021-12-31"), "month_end": day("2022-02-28")}, "b:true"},
		"the 31st of a short month is its last":               {"on_day(began, 31) == month_end", UnitBool, map[string]Value{"began": day("2022-06-01"), "month_end": day("2022-06-30")}, "b:true"},
		"a month has no day 0":                                {"on_day(began, month)", UnitDate, map[string]Value{"began": day("2022-06-01"), "month": rat("0")}, "-:missing.no-such-date"},
		"half a month is no step between dates":               {"add_months(began, months(0.5))", UnitDate, map[string]Value{"began": day("2022-06-01")}, "-:missing.no-such-date"},
		"a curve's first value":                               {"at(curve, 1)", quantity.UnitShare, map[string]Value{"curve": {Kind: KindList, List: []Num{Of(big.NewRat(1, 4)), Of(big.NewRat(1, 1))}}}, "n:1/4"},
		"a curve has no value before its first":               {"at(curve, month)", quantity.UnitShare, map[string]Value{"month": rat("0"), "curve": {Kind: KindList, List: []Num{Of(big.NewRat(1, 1))}}}, "-:missing.not-in-list"},
		"a curve has no value after its last":                 {"at(curve, month)", quantity.UnitShare, map[string]Value{"month": rat("2"), "curve": {Kind: KindList, List: []Num{Of(big.NewRat(1, 1))}}}, "-:missing.not-in-list"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := evaluate(t, tc.formula, tc.unit, tc.vars).Canonical(); got != tc.want {
				t.Errorf("%s gives %s, want %s", tc.formula, got, tc.want)
			}
		})
	}
}

func TestATraceHoldsEveryPartOfAFormula(t *testing.T) {
	s := formulaScope(t)
	p, err := s.compile("here", "part - done / plan > points(30) ? 1 : 0", quantity.UnitNumber)
	if err != nil {
		t.Fatal(err)
	}
	vars := map[string]Value{"part": rat("1/2"), "done": rat("24"), "plan": rat("120")}
	v, root := p.Trace(func(n string) Value { return vars[n] }, s.measures)
	if v.Canonical() != "n:0" {
		t.Error(v.Canonical())
	}
	var seen []string
	var walk func(*Step)
	walk = func(st *Step) {
		seen = append(seen, st.Op+st.Name+"="+st.Value.Canonical())
		for _, k := range st.Kids {
			walk(k)
		}
	}
	walk(root)
	want := "?:=n:0 >=b:false -=n:3/10 identpart=n:1/2 /=n:1/5 identdone=n:24 identplan=n:120 literal=n:3/10 literal=n:1 literal=n:0"
	if got := strings.Join(seen, " "); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

func TestAStoredValueReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.OneOf(
			rapid.Map(rapid.Int64(), func(n int64) Value { return NumValue(big.NewRat(n, 7)) }),
			rapid.Map(rapid.String(), TextValue),
			rapid.Map(rapid.Bool(), BoolValue),
			rapid.Just(NoValue("missing.not-reported:done")),
			rapid.Just(Value{Kind: KindList, List: []Num{Of(big.NewRat(1, 3)), Of(big.NewRat(1, 1))}}),
		).Draw(t, "value")
		back, err := ParseValue(v.Canonical())
		if err != nil || !back.Equal(v) || back.Canonical() != v.Canonical() {
			t.Fatalf("%s read back as %s: %v", v.Canonical(), back.Canonical(), err)
		}
	})
}

// shelf is a folder of packs; each is pack.yaml, parameters.yaml, rules.yaml.
func shelf(packs map[string][3]string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for name, files := range packs {
		for i, file := range []string{"pack.yaml", "parameters.yaml", "rules.yaml"} {
			if text := files[i]; text != "" {
				fsys[name+"/"+file] = &fstest.MapFile{Data: []byte(text)}
			}
		}
	}
	return fsys
}

func load(t testing.TB, packs map[string][3]string) *Library {
	t.Helper()
	lib, err := Load(shelf(packs), vocabulary())
	if err != nil {
		t.Fatal(err)
	}
	return lib
}

const head = "effective_from: 2022-01-01\n"

func TestABrokenFileIsNamedWithItsLineAndHidesNoOtherPack(t *testing.T) {
	good := [3]string{"name: a/good\n" + head, "", ""}
	for name, tc := range map[string]struct {
		files [3]string
		file  string
		why   string
	}{
		"a key that nobody knows":                   {[3]string{"name: a/bad\n" + head + "colour: red\n", "", ""}, "pack.yaml", "[3:1]"},
		"a misspelt key deep in the rules":          {[3]string{"name: a/bad\n" + head, "", "figures:\n  x: {of: project, unit: share, formulae: done / plan}\n"}, "rules.yaml", "[2:33]"},
		"a name that is not the folder's":           {[3]string{"name: b/bad\n" + head, "", ""}, "pack.yaml", "b/bad ≠ a/bad"},
		"a day that is none":                        {[3]string{"name: a/bad\neffective_from: 2022-13-01\n", "", ""}, "pack.yaml", "2022-13-01"},
		"a colour that no light shows":              {[3]string{"name: a/bad\n" + head, "", "lights:\n  x: {of: project, rows: [{show: amber}]}\n"}, "rules.yaml", "amber"},
		"a unit that the house does not know":       {[3]string{"name: a/bad\n" + head, "", "figures:\n  x: {of: project, unit: pointz, formula: done / plan}\n"}, "rules.yaml", "x has no unit"},
		"a parameter without a value":               {[3]string{"name: a/bad\n" + head, "x: {unit: points}\n", ""}, "parameters.yaml", "x: no value"},
		"a parameter whose unit is unknown":         {[3]string{"name: a/bad\n" + head, "x: {unit: pointz, values: {2022-01-01: {value: \"1\"}}}\n", ""}, "parameters.yaml", "pointz"},
		"a parameter that changes on no day at all": {[3]string{"name: a/bad\n" + head, "x: {unit: points, values: {spring: {value: \"1\"}}}\n", ""}, "parameters.yaml", "spring"},
	} {
		t.Run(name, func(t *testing.T) {
			lib, err := Load(shelf(map[string][3]string{"a/bad": tc.files, "a/good": good}), vocabulary())
			f, ok := fault.Of(err)
			if !ok || f.Args["file"] != tc.file || f.Args["pack"] != "a/bad" || !strings.Contains(why(err), tc.why) {
				t.Errorf("%v, want %s %s", err, tc.file, tc.why)
			}
			if names := lib.Names(); len(names) != 1 || names[0] != "a/good" {
				t.Errorf("left: %v", names)
			}
		})
	}
}

func TestTwoMeaningsOfOneNameAndOtherSlipsAreRefused(t *testing.T) {
	figure := func(s string) [3]string { return [3]string{"name: a/b\n" + head, "", "figures:\n" + s} }
	for name, tc := range map[string]struct {
		files [3]string
		err   *fault.Fault
		why   string
	}{
		"a figure with a fact's name":           {figure("  done: {of: project, unit: yuan, formula: plan}\n"), ErrFormula, "taken"},
		"a figure named after the month":        {figure("  month: {of: project, unit: number, formula: \"1\"}\n"), ErrFormula, "taken"},
		"a parameter with a fact's name":        {[3]string{"name: a/b\n" + head, "done: {unit: yuan, values: {2022-01-01: {value: \"1\"}}}\n", ""}, ErrFormula, "taken"},
		"a figure without formula, sum, count":  {figure("  x: {of: project, unit: yuan}\n"), ErrFormula, "one of them"},
		"a figure with formula and sum":         {figure("  x: {of: group, unit: yuan, formula: plan, sum: done}\n"), ErrFormula, "one of them"},
		"a sum of what is not there":            {figure("  x: {of: group, unit: yuan, sum: dona}\n"), ErrFormula, "unknown name"},
		"a sum in another unit":                 {figure("  x: {of: group, unit: mu, sum: done}\n"), ErrFormula, "it adds up map[money:1]"},
		"a sum of truths":                       {figure("  x: {of: group, unit: count, sum: excused}\n"), ErrFormula, "it adds up bool"},
		"a count of money":                      {figure("  x: {of: group, unit: count, count: done}\n"), ErrFormula, "it counts map[money:1]"},
		"a count declared as money":             {figure("  x: {of: group, unit: yuan, count: excused}\n"), ErrFormula, "it counts bool"},
		"figures that use each other":           {figure("  x: {of: project, unit: yuan, formula: z}\n  y: {of: project, unit: yuan, formula: x}\n  z: {of: project, unit: yuan, formula: y + done}\n"), ErrLoop, ""},
		"an overall light of a light not there": {[3]string{"name: a/b\n" + head, "", "overall: {of: project, worst: [progress]}\n"}, ErrFormula, "unknown name"},
		"a scale of a figure not there":         {[3]string{"name: a/b\n" + head, "", "lights:\n  x: {of: project, gauge: lagg, rows: [{show: green}]}\n"}, ErrFormula, "unknown name"},
		"a parameter that is no number":         {[3]string{"name: a/b\n" + head, "x: {unit: points, values: {2022-01-01: {value: many}}}\n", ""}, ErrPack, "x 2022-01-01"},
		"a parameter of another unit":           {[3]string{"name: a/b\n" + head, "x: {unit: points, values: {2022-01-01: {value: 3亩}}}\n", ""}, ErrPack, "x 2022-01-01"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(t, map[string][3]string{"a/b": tc.files}).Resolve("a/b", calendar.MustDate("2022-06-30"), false)
			if !errors.Is(err, tc.err) || !strings.Contains(why(err), tc.why) {
				t.Errorf("%v, want %s %s", err, tc.err.Code, tc.why)
			}
		})
	}
}

func trail(err error) string {
	f, _ := fault.Of(err)
	text, _ := f.Args["path"].(string)
	return text
}

func TestALoopIsNamedWithItsWholePath(t *testing.T) {
	lib := load(t, map[string][3]string{
		"a/one":   {"name: a/one\ninherits: [a/two]\n" + head, "", ""},
		"a/two":   {"name: a/two\ninherits: [a/three]\n" + head, "", ""},
		"a/three": {"name: a/three\ninherits: [a/one]\n" + head, "", ""},
		"a/figures": {"name: a/figures\n" + head, "", `
figures:
  x: {of: project, unit: yuan, formula: y}
  y: {of: project, unit: yuan, formula: "light_progress == 'red' ? done : plan"}
lights:
  progress: {of: project, rows: [{show: red, when: x > yuan(0)}]}
`},
	})
	day := calendar.MustDate("2022-06-30")
	if _, err := lib.Resolve("a/one", day, false); !errors.Is(err, ErrLoop) || trail(err) != "a/one → a/two → a/three → a/one" {
		t.Error(err)
	}
	if _, err := lib.Resolve("a/figures", day, false); !errors.Is(err, ErrLoop) || trail(err) != "x → y → light.progress → x" {
		t.Error(err)
	}
	if _, err := lib.Resolve("a/none", day, false); !errors.Is(err, ErrNoPack) {
		t.Error(err)
	}
}

func TestLastMonthsValueIsNoLoop(t *testing.T) {
	lib := load(t, map[string][3]string{"a/b": {"name: a/b\n" + head, "", `
figures:
  streak: {of: project, unit: month, formula: "either(prior_streak, months(0)) + months(1)"}
  fell: {of: project, unit: bool, formula: done < prior_done}
`}})
	if _, err := lib.Resolve("a/b", calendar.MustDate("2022-06-30"), false); err != nil {
		t.Error(err)
	}
}

func TestAPackOverridesWhatItInheritsAndTheOrderFollowsTheUse(t *testing.T) {
	lib := load(t, map[string][3]string{
		"c/c": {"name: c/c\n" + head + "clauses: {one: {no: '1', zh: 国, en: country}}\n", "edge: {zh: 界, en: edge, unit: points, values: {2022-01-01: {value: \"10\"}}}\n", `
figures:
  rate: {of: project, unit: share, zh: 率, en: rate, formula: done / plan}
  lag: {of: project, unit: points, zh: 差, en: lag, formula: twelfths(month) - rate}
lights:
  progress: {of: project, zh: 灯, en: light, rows: [{show: red, when: lag > edge}, {show: green}]}
overall: {of: project, zh: 综合, en: overall, worst: [progress]}
`},
		"c/d": {"name: c/d\ninherits: [c/c]\n" + head + "clauses: {one: {no: '2', zh: 区, en: district}}\n", "edge: {zh: 界, en: edge, unit: points, values: {2022-01-01: {value: \"30\"}}}\n", `
figures:
  after: {of: project, unit: bool, zh: 后, en: after, formula: light_overall == 'red'}
  rate: {of: project, unit: share, zh: 率, en: rate, formula: "either(done / plan, share(0))"}
`},
	})
	set, err := lib.Resolve("c/d", calendar.MustDate("2022-06-30"), false)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(set.Order, " "); got != "rate lag light.progress light.overall after" {
		t.Error(got)
	}
	if p := set.Params["edge"]; p.Pack != "c/d" || p.Value.Canonical() != "n:3/10" {
		t.Error(p.Pack, p.Value.Canonical())
	}
	if set.Figures["rate"].Pack != "c/d" || set.Figures["lag"].Pack != "c/c" {
		t.Error("the wrong pack's figure")
	}
	if c, p, ok := set.Clause("one"); !ok || c.No != "2" || p.Name != "c/d" {
		t.Error(c, ok)
	}
	for name, want := range map[string]string{"rate": "率", "prior_rate": "上月的率", "light.progress": "灯", "light_progress": "灯", "light.overall": "综合", "light_overall": "综合", "edge": "界", "month": "月份", "what": "what"} {
		if got := set.Label(name, words.Zh); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
	base, err := lib.Resolve("c/c", calendar.MustDate("2022-06-30"), false)
	if err != nil || base.Digest == set.Digest {
		t.Error("two packs with one digest", err)
	}
}

func TestAParameterHasTheValueOfItsDay(t *testing.T) {
	lib := load(t, map[string][3]string{"a/b": {"name: a/b\n" + head, `
edge:
  unit: points
  values:
    2022-03-01: {value: "10", source: S1}
    2021-01-01: {value: "15", source: S2}
kinds: {unit: text, values: {2022-01-01: {value: curve}}}
curve: {unit: list, values: {2022-01-01: {list: ["2%", "0.5", "100%"]}}}
sum: {unit: wan_yuan, values: {2022-01-01: {value: "1000"}}}
said: {unit: wan_yuan, values: {2022-01-01: {value: 0.1亿}}}
part: {unit: share, values: {2022-01-01: {value: "0.035"}}}
wait: {unit: day, values: {2022-01-01: {value: "4"}}}
since: {unit: date, values: {2022-01-01: {value: "2022-03-01"}}}
`, ""}})
	for day, want := range map[string]string{"2022-02-28": "n:3/20", "2022-03-01": "n:1/10", "2026-01-01": "n:1/10", "2020-12-31": "n:3/20"} {
		set, err := lib.Resolve("a/b", calendar.MustDate(day), true)
		if err != nil {
			t.Fatal(err)
		}
		if got := set.Params["edge"].Value.Canonical(); got != want {
			t.Errorf("%s: %s, want %s", day, got, want)
		}
	}
	set, err := lib.Resolve("a/b", calendar.MustDate("2022-03-01"), false)
	if err != nil {
		t.Fatal(err)
	}
	if p := set.Params["edge"]; p.Since != "2022-03-01" || p.Dated.Source != "S1" {
		t.Errorf("%+v", p)
	}
	for name, want := range map[string]string{"kinds": "t:curve", "curve": "l:1/50,1/2,1", "sum": "n:10000000", "said": "n:10000000", "part": "n:7/200", "wait": "n:5760", "since": day("2022-03-01").Canonical()} {
		if got := set.Params[name].Value.Canonical(); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

func TestAPackOfNextYearTurnsNoLights(t *testing.T) {
	lib := load(t, map[string][3]string{"a/b": {"name: a/b\neffective_from: 2023-01-01\n", "", ""}})
	if _, err := lib.Resolve("a/b", calendar.MustDate("2022-12-31"), false); !errors.Is(err, ErrNotYet) {
		t.Error(err)
	}
	if _, err := lib.Resolve("a/b", calendar.MustDate("2022-12-31"), true); err != nil {
		t.Error(err)
	}
	if _, err := lib.Resolve("a/b", calendar.MustDate("2023-01-01"), false); err != nil {
		t.Error(err)
	}
}

func TestAllErrorsOfAPackAreReportedTogether(t *testing.T) {
	lib := load(t, map[string][3]string{"a/b": {"name: a/b\n" + head, "", "figures:\n  x: {of: project, unit: yuan, formula: dona}\n  y: {of: project, unit: yuan, formula: plam}\n"}})
	_, err := lib.Resolve("a/b", calendar.MustDate("2022-06-30"), false)
	if err == nil || !strings.Contains(err.Error(), "dona") || !strings.Contains(err.Error(), "plam") {
		t.Error(err)
	}
}

func TestTwoRoomsMayNotDeclareOneWord(t *testing.T) {
	w := Word{Name: "done", Of: "project", Unit: quantity.UnitYuan}
	if _, err := Join([]Word{w}, []Word{w}); !errors.Is(err, ErrTwice) {
		t.Error(err)
	}
}

func TestPacksOfOneKindAreFoundWhateverElseLiesBeside(t *testing.T) {
	head := func(name, kind string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("name: " + name + "\n" + kind + "zh: 甲\nen: A\nplace: \"\"\nplace_name: {zh: 乙, en: B}\nlevel: country\neffective_from: 2021-01-01\nknown: \"\"\nsource: {id: x, title: {zh: 丙}, address: \"\", grade: D, checked: 2026-11-25}\n")}
	}
	fsys := fstest.MapFS{"a/one/pack.yaml": head("a/one", "kind: desk\n"), "a/two/pack.yaml": head("a/two", "kind: \"desk\" # quoted\n"), "a/three/pack.yaml": head("a/three", "kind: desks\n"),
		"a/four/pack.yaml": head("a/four", ""), "a/five/pack.yaml": {Data: []byte("kind: desk\nname: [")}}
	var got []string
	if err := OfKind(fsys, "desk", func(p *Pack) error { got = append(got, p.Name); return nil }); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got, []string{"a/one", "a/two"}) {
		t.Errorf("found %v", got)
	}
}

// TestWhatIsWorkedOutOfARateOfTooFewIsNoRateOfTooFew: the rate itself is told as 8 of 9, a score out of it is not.
func TestWhatIsWorkedOutOfARateOfTooFewIsNoRateOfTooFew(t *testing.T) {
	eight := rateOf(Of(big.NewRat(8, 1)), Of(big.NewRat(9, 1)), Of(big.NewRat(10, 1))).(Num)
	if k, n, least, ok := (Value{Num: eight}).Few(); !ok || k+n+least != "8910" {
		t.Fatalf("8 of 9 is %s of %s, %v", k, n, ok)
	}
	for what, got := range map[string]any{"times": eight.Multiply(Of(big.NewRat(35, 1))), "from the right": Of(big.NewRat(1, 1)).Add(eight)} {
		if n, ok := got.(Num); !ok || n.Why != "missing.of-too-few" {
			t.Errorf("%s: %v", what, got)
		}
	}
}
