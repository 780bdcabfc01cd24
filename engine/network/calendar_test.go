package network

import (
	"testing"

	"pgregory.net/rapid"

	"shigan/kernel/calendar"
)

func classes(t testing.TB) map[string]*Calendar {
	t.Helper()
	m, err := Classes(calendar.StateCouncil())
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestClassesCountTheDaysThatAreWorked(t *testing.T) {
	for _, tc := range []struct {
		class, from, to string // first and last day, both counted
		days            float64
	}{
		{"office", "2022-06-01", "2022-06-30", 21},  // 22 weekdays less 端午节 on Friday the 3rd
		{"office", "2022-04-24", "2022-05-08", 9},   // a Sunday worked, 30 April to 4 May off, Saturday 7 May worked
		{"six-day", "2022-06-01", "2022-06-30", 24}, // 26 less the 3rd and Saturday the 4th
		{"elapsed", "2022-06-01", "2022-06-30", 30},
		{"site", "2022-06-01", "2022-06-30", 30},
		{"site", "2022-01-18", "2022-01-24", 4.2}, // days −14 to −8 of New Year 2022-02-01
		{"site", "2022-01-25", "2022-02-16", 2.3}, // −7 to +15
		{"site-north", "2022-01-01", "2022-02-28", 0},
		{"earthwork", "2022-06-15", "2022-07-15", 18.6},
	} {
		c := classes(t)[tc.class]
		from, to := calendar.MustDate(tc.from), calendar.MustDate(tc.to)
		h := newHours(c, dayOf(from)-30, dayOf(to)+30)
		got := float64(h.work(On(to, dayMinutes))-h.work(On(from, 0))) / dayMinutes
		if got != tc.days {
			t.Errorf("%s %s to %s: %v days, want %v", tc.class, tc.from, tc.to, got, tc.days)
		}
	}
}

func TestHolidaysAreKnownOnlyAsFarAsTheListReaches(t *testing.T) {
	_, last := calendar.StateCouncil().Covers()
	if got := classes(t)["office"].KnownTo; got != last {
		t.Errorf("known to %s, the list reaches %s", got, last)
	}
	if !classes(t)["elapsed"].KnownTo.IsZero() {
		t.Error("calendar days need no list")
	}
}

// TestHoursAgreeWithCountingMinutes compares the table with a minute-by-minute count, also outside of the table.
func TestHoursAgreeWithCountingMinutes(t *testing.T) {
	c := office()
	monday := calendar.MustDate("2022-06-06")
	c.Exceptions = []Exception{{From: monday.AddDays(2), To: monday.AddDays(3)}, {From: monday.AddDays(5), To: monday.AddDays(5), Spans: []Span{{540, 660}}}}
	c.Seasons = []Season{{From: monday.AddDays(8), To: monday.AddDays(9), Percent: 50}}
	first := dayOf(monday)
	h := newHours(c, first, first+13)
	worked := func(m int) bool { // the minute that begins at m, counted from monday
		day, min := m/dayMinutes, m%dayMinutes
		spans := c.Week[(day+1)%7]
		switch day {
		case 2, 3:
			spans = nil
		case 5:
			spans = []Span{{540, 660}}
		case 8, 9:
			spans = []Span{{480, 720}} // half of the day: the morning
		}
		for _, s := range spans {
			if min >= s.From && min < s.To {
				return true
			}
		}
		return false
	}
	const days = 35 // the table ends after 14
	count := make([]int64, days*dayMinutes+1)
	for m := range days * dayMinutes {
		count[m+1] = count[m]
		if worked(m) {
			count[m+1]++
		}
	}
	zero := On(monday, 0)
	base := h.work(zero)
	rapid.Check(t, func(t *rapid.T) {
		m := rapid.IntRange(0, days*dayMinutes).Draw(t, "minute")
		if got := h.work(zero+Instant(m)) - base; got != count[m] {
			t.Fatalf("%v: %d minutes, counted %d", zero+Instant(m), got, count[m])
		}
		w := rapid.Int64Range(1, count[len(count)-1]-1).Draw(t, "work")
		end, start := h.end(base+w), h.start(base+w)
		if int(end-zero) > len(count)-1 || count[end-zero] != w || count[end-zero-1] != w-1 {
			t.Fatalf("end of %d at %v", w, end)
		}
		if count[start-zero] != w || count[start-zero+1] != w+1 {
			t.Fatalf("start of %d at %v", w, start)
		}
	})
	if got := h.work(zero - 7*dayMinutes); got != base-2400 {
		t.Errorf("the week before the table has %d minutes", base-got)
	}
}

func TestInstants(t *testing.T) {
	for _, tc := range []struct{ day, want string }{{"1969-12-31", "1969-12-31T23:59"}, {"2022-06-30", "2022-06-30T23:59"}} {
		if got := On(calendar.MustDate(tc.day), 1439); got.String() != tc.want || got.Date().String() != tc.day || got.Minute() != 1439 {
			t.Errorf("%s gives %s", tc.day, got)
		}
	}
	if got := On(calendar.MustDate("2022-06-30"), dayMinutes).FinishDate().String(); got != "2022-06-30" {
		t.Errorf("what is over at midnight ended on %s", got)
	}
}
