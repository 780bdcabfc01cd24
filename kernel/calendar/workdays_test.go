package calendar_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"

	"shigan/kernel/calendar"
)

func TestWorkdaysOfTheStateCouncil(t *testing.T) {
	w := calendar.StateCouncil()
	for name, tc := range map[string]struct {
		day    string
		worked bool
	}{
		"a Saturday made up for National Day":       {"2021-10-09", true},
		"a Saturday made up for Spring Festival":    {"2022-01-29", true},
		"the Sunday after it":                       {"2022-01-30", true},
		"the first day off after both":              {"2022-01-31", false},
		"the last day off":                          {"2022-02-06", false},
		"the first day worked after":                {"2022-02-07", true},
		"2026: a Saturday before Spring Festival":   {"2026-02-14", true},
		"2026: a Sunday in September":               {"2026-09-20", true},
		"2026: a Saturday after National Day":       {"2026-10-10", true},
		"an ordinary Saturday":                      {"2022-06-11", false},
		"an ordinary Monday":                        {"2022-06-13", true},
		"New Year's Eve by the notice of the next":  {"2018-12-31", false},
		"a make-up day by the notice of the next":   {"2018-12-29", true},
		"2020: the day off that the epidemic added": {"2020-01-31", false},
		"the first day of the list":                 {"2018-01-01", false},
		"the last day of the list":                  {"2026-12-31", true},
	} {
		if got, err := w.IsWorkday(day(tc.day)); err != nil || got != tc.worked {
			t.Errorf("%s: %s worked %t, %v", name, tc.day, got, err)
		}
	}
	if got := w.Holiday(day("2022-02-01")); got != "春节" {
		t.Errorf("1 February 2022 is %q", got)
	}
	if len(w.Source(2020)) != 2 {
		t.Errorf("2020 had two notices: %v", w.Source(2020))
	}
	first, last := w.Covers()
	for _, beyond := range []calendar.Date{first.AddDays(-1), last.AddDays(1), {}} {
		_, err := w.IsWorkday(beyond)
		if !errors.Is(err, calendar.ErrNoHolidayList) {
			t.Errorf("%s: %v", beyond, err)
			continue
		}
		mustSay(t, err)
	}
	if _, err := (&calendar.Workdays{}).IsWorkday(day("2022-01-01")); !errors.Is(err, calendar.ErrNoHolidayList) {
		t.Errorf("an empty list knows nothing: %v", err)
	}
}

func TestWorkdaysPerYear(t *testing.T) {
	// 365 days of 2022 less 105 days of weekends, less 32 festival days of which 14 were weekends, plus 7 make-up days.
	w := calendar.StateCouncil()
	n, err := w.WorkdaysBetween(day("2021-12-31"), day("2022-12-31"))
	if err != nil {
		t.Fatal(err)
	}
	off, made := 0, 0
	for d := day("2022-01-01"); d.Year() == 2022; d = d.AddDays(1) {
		worked, _ := w.IsWorkday(d)
		switch {
		case w.Holiday(d) != "" && worked:
			made++
		case w.Holiday(d) != "":
			off++
		}
	}
	if off != 32 || made != 7 {
		t.Errorf("2022 has %d festival days off and %d make-up days", off, made)
	}
	if n != 249 {
		t.Errorf("2022 has %d working days", n)
	}
}

// The published facts and our own file must agree, day by day. The facts are not part of the project.
func TestHolidaysAgreeWithThePublishedFacts(t *testing.T) {
	names, _ := filepath.Glob("../../../shared/data/calendar/cn_holidays_*.json")
	if len(names) == 0 {
		t.Skip("the published facts are not at hand")
	}
	type mark struct {
		name   string
		worked bool
	}
	want := map[string]mark{}
	for _, name := range names { // in order of years, so that the later notice holds
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var year struct {
			Days []struct {
				Name, Date string
				IsOffDay   bool
			}
		}
		if err := json.Unmarshal(raw, &year); err != nil {
			t.Fatal(err)
		}
		for _, d := range year.Days {
			want[d.Date] = mark{d.Name, !d.IsOffDay}
		}
	}
	w := calendar.StateCouncil()
	first, last := w.Covers()
	for d := first; !d.After(last); d = d.AddDays(1) {
		m, named := want[d.String()]
		if !named {
			m.worked = d.Weekday() >= 1 && d.Weekday() <= 5
		}
		if got, err := w.IsWorkday(d); err != nil || got != m.worked || w.Holiday(d) != m.name {
			t.Errorf("%s: worked %t, named %q, %v; published %v", d, got, w.Holiday(d), err, m)
		}
	}
}

func TestAddWorkdays(t *testing.T) {
	w := calendar.StateCouncil()
	for name, tc := range map[string]struct {
		from string
		n    int
		want string
	}{
		"the day itself is not counted":          {"2022-06-13", 1, "2022-06-14"},
		"over a weekend":                         {"2022-06-17", 1, "2022-06-20"},
		"five days over Dragon Boat":             {"2022-06-01", 5, "2022-06-09"},
		"over Spring Festival with make-up days": {"2022-01-28", 3, "2022-02-07"},
		"from a day off":                         {"2022-02-03", 1, "2022-02-07"},
		"none":                                   {"2022-02-03", 0, "2022-02-03"},
		"backwards":                              {"2022-02-07", -1, "2022-01-30"},
	} {
		if got, err := w.AddWorkdays(day(tc.from), tc.n); err != nil || got != day(tc.want) {
			t.Errorf("%s: %s + %d = %s, %v", name, tc.from, tc.n, got, err)
		}
	}
	if _, err := w.AddWorkdays(day("2026-12-30"), 2); !errors.Is(err, calendar.ErrNoHolidayList) {
		t.Errorf("past the end of the list: %v", err)
	}
	if got, err := w.AddWorkdays(day("2026-12-30"), 1); err != nil || got != day("2026-12-31") {
		t.Errorf("up to the end of the list: %s, %v", got, err)
	}
	if got, err := w.DaysAfter(day("2022-01-21"), 10); err != nil || got != day("2022-02-07") {
		t.Errorf("ten days that end in Spring Festival end on %s, %v", got, err)
	}
	if got, err := w.DaysAfter(day("2022-01-20"), 10); err != nil || got != day("2022-01-30") {
		t.Errorf("ten days that end on a make-up Sunday end on %s, %v", got, err)
	}
	if got, err := w.MonthsAfter(day("2022-08-31"), 1); err != nil || got != day("2022-09-30") {
		t.Errorf("a month without a matching day ends on %s, %v", got, err)
	}
}

func TestWorkdaysBetweenUndoesAddWorkdays(t *testing.T) {
	w := calendar.StateCouncil()
	rapid.Check(t, func(t *rapid.T) {
		d := day("2019-01-01").AddDays(rapid.IntRange(0, 365*7).Draw(t, "day"))
		n := rapid.IntRange(-200, 200).Draw(t, "n")
		e, err := w.AddWorkdays(d, n)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := w.WorkdaysBetween(d, e); err != nil || back != n {
			t.Fatalf("%s + %d = %s, between them %d, %v", d, n, e, back, err)
		}
		if worked, _ := w.IsWorkday(e); n != 0 && !worked {
			t.Fatalf("%s + %d ends on %s, which is off", d, n, e)
		}
	})
}

func TestALaterNoticeIsAdded(t *testing.T) {
	w := calendar.StateCouncil()
	n, err := w.With([]byte("2027:\n  source: [a notice]\n  days:\n    - {name: 元旦, off: [2026-12-31..2027-01-02], work: [2027-01-03]}\n"))
	if err != nil {
		t.Fatal(err)
	}
	for d, want := range map[string]bool{"2026-12-31": false, "2027-01-01": false, "2027-01-03": true, "2027-01-04": true, "2022-01-29": true} {
		if got, err := n.IsWorkday(day(d)); err != nil || got != want {
			t.Errorf("%s worked %t, %v", d, got, err)
		}
	}
	if worked, _ := w.IsWorkday(day("2026-12-31")); !worked {
		t.Error("adding a notice changed the list that others hold")
	}
	if old, err := n.With([]byte("2018:\n  source: [again]\n  days: [{name: 元旦, off: [2018-01-01]}]\n")); err != nil {
		t.Error(err)
	} else if worked, _ := old.IsWorkday(day("2018-12-29")); !worked {
		t.Error("replacing a year took away what the next year's notice says of it")
	}
	for name, text := range map[string]string{
		"a hole between years":  "2029:\n  source: [x]\n  days: []\n",
		"no source":             "2027:\n  days: []\n",
		"a day twice":           "2027:\n  source: [x]\n  days: [{name: a, off: [2027-01-01], work: [2027-01-01]}]\n",
		"a day of another year": "2027:\n  source: [x]\n  days: [{name: a, off: [2029-01-01]}]\n",
		"a span backwards":      "2027:\n  source: [x]\n  days: [{name: a, off: [2027-01-03..2027-01-01]}]\n",
		"no such day":           "2027:\n  source: [x]\n  days: [{name: a, off: [2027-02-30]}]\n",
		"an unknown word":       "2027:\n  source: [x]\n  holidays: []\n",
		"not a year":            "soon:\n  source: [x]\n",
		"not YAML":              "{",
	} {
		if _, err := w.With([]byte(text)); !errors.Is(err, calendar.ErrHolidayList) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := calendar.ReadWorkdays(nil); !errors.Is(err, calendar.ErrHolidayList) {
		t.Errorf("an empty list: %v", err)
	}
}

func ExampleWorkdays_AddWorkdays() {
	due, _ := calendar.StateCouncil().AddWorkdays(calendar.MustDate("2022-01-28"), 5)
	fmt.Println(due)
	// Output: 2022-02-09
}
