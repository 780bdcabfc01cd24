package dispatch

import (
	"maps"
	"strings"
	"testing"
	"testing/fstest"

	"shigan/kernel/calendar"
	"shigan/kernel/fault"
	"shigan/packs"

	"pgregory.net/rapid"
)

const goodRhythm = `
events:
  - {name: m, zh: 会, en: meeting, what: meeting, every: fortnight, since: 2022-01-05, on: [wednesday], at: "14:30", holiday: next, chair: chief, minutes: 1 workday, clause: c,
     agenda: [{kind: previous, minutes: 10}, {kind: red, minutes: 30, together: true}]}
`

func packOf(rhythm string) fstest.MapFS {
	return fstest.MapFS{
		"x/y/pack.yaml": {Data: []byte("name: x/y\nkind: rhythm\nzh: 甲\nen: a\nplace: \"\"\nplace_name: {zh: 甲, en: a}\nlevel: district\neffective_from: 2022-01-01\nknown: \"\"\n" +
			"source: {id: s, title: {zh: 甲, en: a}, address: \"\", grade: A, checked: \"\"}\nclauses: {c: {no: \"\", zh: 甲, en: a}}\n")},
		"x/y/rhythm.yaml": {Data: []byte(rhythm)},
		"x/y/tests.yaml":  {Data: []byte("- {name: t, event: m, from: 2022-06-20, until: 2022-07-10, expect: [\"2022-06-22\", \"2022-07-06 14:30\"]}\n")},
	}
}

func TestARhythmThatCannotBeComputedIsRefusedWithItsFileAndWhy(t *testing.T) {
	lib, err := LoadRhythms(packOf(goodRhythm))
	if err != nil || lib.All["x/y"] == nil || lib.All["x/y"].Trial()[0].Why != "" {
		t.Fatalf("the whole one: %v %+v", err, lib.All["x/y"])
	}
	for why, swap := range map[string][2]string{
		"no day":            {"on: [wednesday]", "on: []"},
		"no day of a":       {"on: [wednesday]", `on: ["15"]`},
		"no time like":      {`at: "14:30"`, `at: "2:30"`},
		"needs its time":    {`at: "14:30"`, `at: ""`},
		"needs since":       {"since: 2022-01-05, ", ""},
		"is none of":        {"what: meeting", "what: party"},
		"every":             {"every: fortnight", "every: year"},
		"holiday":           {"holiday: next", "holiday: later"},
		"chair":             {"chair: chief", "chair: king"},
		"no length of time": {"minutes: 1 workday, clause", "minutes: soon, clause"},
		"clause":            {"clause: c", "clause: d"},
		"needs name":        {"en: meeting, what", "what"},
		"no kind of item":   {"kind: red", "kind: blue"},
		"agenda":            {"kind: red, minutes: 30", "kind: red"},
		"stands twice":      {"kind: red", "kind: previous"},
		"rhythm.yaml":       {"every: fortnight", "evry: fortnight"},
		"in is for":         {"every: fortnight", "every: week, in: 2"},
		"which month of":    {"every: fortnight, since: 2022-01-05, on: [wednesday]", "every: quarter, in: 4, on: [last]"},
	} {
		text := strings.Replace(goodRhythm, swap[0], swap[1], 1)
		if text == goodRhythm {
			t.Fatalf("%s changes nothing", why)
		}
		lib, err := LoadRhythms(packOf(text))
		f, ok := fault.Of(err)
		if !ok || f.Code != ErrRhythm.Code || f.Args["file"] != "rhythm.yaml" || !strings.Contains(err.Error(), why) || len(lib.All) != 0 {
			t.Errorf("%s: %v", why, err)
		}
	}
	if _, err := LoadRhythms(packOf("events: []")); err == nil {
		t.Error("a rhythm without events was taken")
	}
}

func TestEveryShippedRhythmAnswersItsOwnTests(t *testing.T) {
	lib, err := LoadRhythms(packs.FS())
	if err != nil {
		t.Fatal(err)
	}
	tests := 0
	for name := range maps.Keys(lib.All) {
		for _, r := range lib.All[name].Trial() {
			tests++
			if r.Why != "" {
				t.Errorf("%s: %s: %s", name, r.Name, r.Why)
			}
		}
	}
	if tests < 15 {
		t.Errorf("only %d tests", tests)
	}
}

// TestASpanOfDaysHasWhatItsPartsHave: asking for a year at once gives what asking day by day gives, and nothing falls on a holiday that the
// rhythm gives way to.
func TestASpanOfDaysHasWhatItsPartsHave(t *testing.T) {
	lib, err := LoadRhythms(packs.FS())
	if err != nil {
		t.Fatal(err)
	}
	days := calendar.StateCouncil()
	rapid.Check(t, func(t *rapid.T) {
		r := lib.All[rapid.SampledFrom(lib.Names()).Draw(t, "rhythm")]
		from := calendar.MustDate("2021-12-20").AddDays(rapid.IntRange(0, 500).Draw(t, "from"))
		until := from.AddDays(rapid.IntRange(0, 70).Draw(t, "length"))
		whole, err := r.Next(from, until, days)
		if err != nil {
			t.Fatal(err)
		}
		var parts []Occurrence
		for d := from; !d.After(until); d = d.AddDays(1) {
			p, err := r.Next(d, d, days)
			if err != nil {
				t.Fatal(err)
			}
			parts = append(parts, p...)
		}
		if len(parts) != len(whole) {
			t.Fatalf("%s %s..%s: %d at once, %d day by day", r.Name, from, until, len(whole), len(parts))
		}
		for i, o := range whole {
			if o.On != parts[i].On || o.Event.Name != parts[i].Event.Name {
				t.Fatalf("%d: %s %s, day by day %s %s", i, o.Event.Name, o.On, parts[i].Event.Name, parts[i].On)
			}
			if worked, _ := days.IsWorkday(o.On); !worked && o.Event.Holiday != "stays" {
				t.Fatalf("%s falls on %s, a holiday", o.Event.Name, o.On)
			}
		}
	})
}

func TestWhereTheHolidayListEndsNoDayIsGuessed(t *testing.T) {
	lib, err := LoadRhythms(packs.FS())
	if err != nil {
		t.Fatal(err)
	}
	_, last := calendar.StateCouncil().Covers()
	if _, err := lib.All["sample/jimo-meetings"].Next(last.AddDays(40), last.AddDays(90), calendar.StateCouncil()); err == nil {
		t.Error("days beyond the list were given")
	}
	if _, err := lib.All["sample/jimo-meetings"].Next(last.AddDays(-20), last, calendar.StateCouncil()); err != nil {
		t.Errorf("the last days of the list: %v", err)
	}
}
