package calendar_test

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"shigan/kernel/calendar"
)

func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, calendar.Zone)
	if err != nil {
		panic(err)
	}
	return t
}

func office(t interface{ Fatal(...any) }) *calendar.Schedule {
	s, err := calendar.NewSchedule(calendar.StateCouncil(), "09:00-12:00 13:30-17:30")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestScheduleCountsWorkingMinutes(t *testing.T) {
	s := office(t)
	if s.DayMinutes() != 420 {
		t.Fatalf("a day has %d minutes", s.DayMinutes())
	}
	for name, tc := range map[string]struct {
		a, b string
		want int
	}{
		"within the morning":           {"2022-06-13 09:10", "2022-06-13 09:40", 30},
		"over noon":                    {"2022-06-13 11:50", "2022-06-13 13:40", 20},
		"before work begins":           {"2022-06-13 06:00", "2022-06-13 09:00", 0},
		"overnight":                    {"2022-06-13 17:00", "2022-06-14 09:30", 60},
		"a weekend":                    {"2022-06-17 17:30", "2022-06-20 09:00", 0},
		"a make-up Saturday":           {"2022-01-29 00:00", "2022-01-30 00:00", 420},
		"Spring Festival":              {"2022-01-30 17:30", "2022-02-07 09:01", 1},
		"backwards is nothing":         {"2022-06-14 09:00", "2022-06-13 09:00", 0},
		"up to the list's last minute": {"2026-12-31 17:00", "2027-01-01 00:00", 30},
	} {
		if got, err := s.Between(at(tc.a), at(tc.b)); err != nil || got != tc.want {
			t.Errorf("%s: %d, %v, want %d", name, got, err, tc.want)
		}
	}
	if _, err := s.Between(at("2026-12-31 17:00"), at("2027-01-01 00:01")); !errors.Is(err, calendar.ErrNoHolidayList) {
		t.Errorf("past the list: %v", err)
	}
	for name, tc := range map[string]struct {
		a    string
		n    int
		want string
	}{
		"ends as business does": {"2022-06-13 09:00", 420, "2022-06-13 17:30"},
		"one minute more":       {"2022-06-13 09:00", 421, "2022-06-14 09:01"},
		"from the night":        {"2022-06-12 22:00", 60, "2022-06-13 10:00"},
		"over noon":             {"2022-06-13 11:30", 60, "2022-06-13 14:00"},
		"nothing":               {"2022-06-12 22:00", 0, "2022-06-12 22:00"},
	} {
		if got, err := s.After(at(tc.a), tc.n); err != nil || !got.Equal(at(tc.want)) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	if got, err := calendar.RoundTheClock().After(at("2027-05-01 20:00"), 24*60); err != nil || !got.Equal(at("2027-05-02 20:00")) {
		t.Errorf("a day round the clock: %v, %v", got, err)
	}
	for _, bad := range []string{"", "9-12", "12:00-09:00", "09:00-12:00 11:00-13:00", "09:00-25:00", "09:61-12:00", "09:00-09:00"} {
		if _, err := calendar.NewSchedule(nil, bad); !errors.Is(err, calendar.ErrSchedule) {
			t.Errorf("%q: %v", bad, err)
		} else {
			mustSay(t, err)
		}
	}
}

func TestClockInHoursStopsAndResumes(t *testing.T) {
	c := calendar.Clock{Start: at("2022-06-13 09:00"), Limit: calendar.Hours(8), Schedule: office(t)}
	read := func(c calendar.Clock, when string) calendar.Reading {
		t.Helper()
		r, err := c.At(at(when))
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if r := read(c, "2022-06-13 17:30"); r.Running != 420 || r.Remaining != 60 || !r.Due.Equal(at("2022-06-14 10:00")) || r.Overdue {
		t.Errorf("after a day: %+v", r)
	}
	if r := read(c, "2022-06-14 10:00"); r.Remaining != 0 || r.Overdue {
		t.Errorf("at the last minute: %+v", r)
	}
	if r := read(c, "2022-06-14 10:01"); r.Remaining != -1 || !r.Overdue {
		t.Errorf("a minute later: %+v", r)
	}
	if r := read(c, "2022-06-12 10:00"); r.Elapsed != 0 || r.Remaining != 480 || r.Overdue {
		t.Errorf("before the start: %+v", r)
	}

	stopped, err := c.Stop(at("2022-06-13 11:00"), "等施工图补正")
	if err != nil {
		t.Fatal(err)
	}
	if r := read(stopped, "2022-06-13 16:00"); !r.Halted || r.Reason != "等施工图补正" || r.Running != 120 || r.Stopped != 210 || !r.Due.IsZero() || r.Overdue {
		t.Errorf("while stopped: %+v", r)
	}
	resumed, err := stopped.Resume(at("2022-06-15 09:00"))
	if err != nil {
		t.Fatal(err)
	}
	if r := read(resumed, "2022-06-15 10:00"); r.Halted || r.Running != 180 || r.Stopped != 720 || r.Elapsed != 900 || !r.Due.Equal(at("2022-06-15 16:30")) {
		t.Errorf("resumed: %+v", r)
	}
	if r := read(resumed, "2022-06-13 16:00"); !r.Halted || !r.Due.IsZero() {
		t.Errorf("read as of an instant before it was resumed, it must not know: %+v", r)
	}
	if r := read(resumed, "2022-06-13 10:00"); r.Halted || !r.Due.Equal(at("2022-06-14 10:00")) {
		t.Errorf("read as of an instant before it was stopped, it must not know: %+v", r)
	}
	longer, err := resumed.Extend(at("2022-06-15 11:00"), 60, "情况复杂，分管领导同意")
	if err != nil {
		t.Fatal(err)
	}
	if r := read(longer, "2022-06-15 11:00"); !r.Due.Equal(at("2022-06-15 17:30")) || r.Limit != 540 {
		t.Errorf("extended: %+v", r)
	}
	if r := read(longer, "2022-06-15 10:59"); r.Limit != 480 {
		t.Errorf("extended later: %+v", r)
	}
	late, err := c.Stop(at("2022-06-14 11:00"), "到期之后才停")
	if err != nil {
		t.Fatal(err)
	}
	if r := read(late, "2022-06-14 12:00"); !r.Halted || !r.Overdue || !r.Due.Equal(at("2022-06-14 10:00")) {
		t.Errorf("stopping after the limit does not undo it: %+v", r)
	}
	if len(c.Stops) != 0 || len(stopped.Stops) != 1 || !stopped.Stops[0].To.IsZero() {
		t.Error("an earlier clock was changed by a later one")
	}
}

func TestClockInWorkdays(t *testing.T) {
	s := office(t)
	five := calendar.Limit{Amount: 5, Measure: calendar.InWorkdays}
	for name, tc := range map[string]struct {
		start  string
		limit  calendar.Limit
		stops  []calendar.Stop
		now    string
		used   int
		paused int
		due    string
	}{
		"the day of the start is not counted":             {"2022-06-13 09:00", five, nil, "2022-06-13 17:30", 0, 0, "2022-06-20 17:30"},
		"a day counts when business ends":                 {"2022-06-13 09:00", five, nil, "2022-06-14 17:30", 1, 0, "2022-06-20 17:30"},
		"and not a minute before":                         {"2022-06-13 09:00", five, nil, "2022-06-14 17:29", 0, 0, "2022-06-20 17:30"},
		"over Spring Festival":                            {"2022-01-28 15:00", five, nil, "2022-01-29 08:00", 0, 0, "2022-02-09 17:30"},
		"a stop over noon wins no day":                    {"2022-06-13 09:00", five, []calendar.Stop{{at("2022-06-14 11:00"), at("2022-06-14 14:00"), "等件"}}, "2022-06-14 18:00", 1, 0, "2022-06-20 17:30"},
		"a stop overnight wins one":                       {"2022-06-13 09:00", five, []calendar.Stop{{at("2022-06-14 11:00"), at("2022-06-15 14:00"), "等件"}}, "2022-06-15 18:00", 1, 1, "2022-06-21 17:30"},
		"a stop lifted as business ends wins none":        {"2022-06-13 09:00", five, []calendar.Stop{{at("2022-06-14 11:00"), at("2022-06-14 17:30"), "等件"}}, "2022-06-14 18:00", 1, 0, "2022-06-20 17:30"},
		"while stopped the due day is open":               {"2022-06-13 09:00", five, []calendar.Stop{{at("2022-06-14 11:00"), time.Time{}, "等件"}}, "2022-06-15 18:00", 0, 2, ""},
		"same day":                                        {"2022-06-13 09:00", calendar.Limit{Measure: calendar.InWorkdays}, nil, "2022-06-13 10:00", 0, 0, "2022-06-13 17:30"},
		"same day, come in after hours":                   {"2022-06-17 18:00", calendar.Limit{Measure: calendar.InWorkdays}, nil, "2022-06-17 18:00", 0, 0, "2022-06-20 17:30"},
		"same day, stopped overnight":                     {"2022-06-13 09:00", calendar.Limit{Measure: calendar.InWorkdays}, []calendar.Stop{{at("2022-06-13 11:00"), at("2022-06-14 10:00"), "等件"}}, "2022-06-14 11:00", 0, 1, "2022-06-14 17:30"},
		"same day, come in on a Sunday":                   {"2022-06-19 10:00", calendar.Limit{Measure: calendar.InWorkdays}, nil, "2022-06-20 17:30", 0, 0, "2022-06-20 17:30"},
		"a holiday at the end is no day over":             {"2022-01-21 09:00", calendar.Limit{Amount: 10, Measure: calendar.InDays}, nil, "2022-02-06 18:00", 10, 0, "2022-02-07 17:30"},
		"plain days move past a holiday":                  {"2022-01-21 09:00", calendar.Limit{Amount: 10, Measure: calendar.InDays}, nil, "2022-01-21 10:00", 0, 0, "2022-02-07 17:30"},
		"plain days that end on a day worked do not move": {"2022-06-13 09:00", calendar.Limit{Amount: 10, Measure: calendar.InDays}, nil, "2022-06-15 18:00", 2, 0, "2022-06-23 17:30"},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := calendar.Clock{Start: at(tc.start), Limit: tc.limit, Schedule: s, Stops: tc.stops}.At(at(tc.now))
			if err != nil {
				t.Fatal(err)
			}
			due := ""
			if !r.Due.IsZero() {
				due = r.Due.Format("2006-01-02 15:04")
			}
			if r.Used != tc.used || r.Paused != tc.paused || due != tc.due || r.Remaining != tc.limit.Amount-tc.used || r.Overdue {
				t.Errorf("%+v, due %s", r, due)
			}
		})
	}
	c := calendar.Clock{Start: at("2022-06-13 09:00"), Limit: five, Schedule: s}
	if r, err := c.At(at("2022-06-20 17:31")); err != nil || !r.Overdue || r.Remaining != 0 {
		t.Errorf("the evening of the last day is too late: %+v, %v", r, err)
	}
	if r, err := c.At(at("2022-06-22 18:00")); err != nil || r.Remaining != -2 {
		t.Errorf("two days late: %+v, %v", r, err)
	}
}

func TestClockThatRunsPastTheList(t *testing.T) {
	for _, limit := range []calendar.Limit{calendar.Hours(40), {Amount: 5, Measure: calendar.InWorkdays}, {Amount: 20, Measure: calendar.InDays}} {
		c := calendar.Clock{Start: at("2026-12-30 09:00"), Limit: limit, Schedule: office(t)}
		r, err := c.At(at("2026-12-31 17:30"))
		if err != nil || r.Running != 840 || !r.Due.IsZero() || !errors.Is(r.NoDue, calendar.ErrNoHolidayList) {
			t.Errorf("%v: the past is known, the due instant is not: %+v, %v", limit, r, err)
			continue
		}
		mustSay(t, r.NoDue)
		if _, err := c.At(at("2027-01-04 09:00")); !errors.Is(err, calendar.ErrNoHolidayList) {
			t.Errorf("%v: read after the list ends: %v", limit, err)
		}
	}
}

func TestClockRefuses(t *testing.T) {
	c := calendar.Clock{Start: at("2022-06-13 09:00"), Limit: calendar.Hours(8), Schedule: office(t)}
	stopped, _ := c.Stop(at("2022-06-13 10:00"), "等件")
	done, _ := stopped.Resume(at("2022-06-13 11:00"))
	for name, tc := range map[string]struct {
		do   func() (calendar.Clock, error)
		want error
	}{
		"a stop without a reason":       {func() (calendar.Clock, error) { return c.Stop(at("2022-06-13 10:00"), " ") }, calendar.ErrStopNoReason},
		"a stop before the start":       {func() (calendar.Clock, error) { return c.Stop(at("2022-06-13 08:59"), "等件") }, calendar.ErrStopBeforeStart},
		"a stop while stopped":          {func() (calendar.Clock, error) { return stopped.Stop(at("2022-06-13 10:30"), "等件") }, calendar.ErrAlreadyStopped},
		"resuming what runs":            {func() (calendar.Clock, error) { return c.Resume(at("2022-06-13 10:30")) }, calendar.ErrNotStopped},
		"resuming before the stop":      {func() (calendar.Clock, error) { return stopped.Resume(at("2022-06-13 09:59")) }, calendar.ErrResumeBeforeStop},
		"a stop inside an earlier one":  {func() (calendar.Clock, error) { return done.Stop(at("2022-06-13 10:59"), "等件") }, calendar.ErrStopsOverlap},
		"an extension without a reason": {func() (calendar.Clock, error) { return c.Extend(at("2022-06-13 10:59"), 1, "") }, calendar.ErrExtendNoReason},
		"an extension of nothing":       {func() (calendar.Clock, error) { return c.Extend(at("2022-06-13 10:59"), 0, "x") }, calendar.ErrExtendAmount},
		"a clock without working hours": {func() (calendar.Clock, error) {
			return c, func() error { _, err := (calendar.Clock{}).At(c.Start); return err }()
		}, calendar.ErrNoSchedule},
	} {
		if _, err := tc.do(); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v", name, err)
		} else {
			mustSay(t, err)
		}
	}
	if _, err := done.Stop(at("2022-06-13 11:00"), "等件"); err != nil {
		t.Errorf("a stop right after resuming: %v", err)
	}
}

// The law of every clock: running and stopped make up what has elapsed; checked against a count minute by minute.
func TestRunningAndStoppedMakeUpElapsed(t *testing.T) {
	w, s := calendar.StateCouncil(), office(t)
	rapid.Check(t, func(t *rapid.T) {
		start := at("2022-01-26 00:00").AddDate(0, 0, rapid.IntRange(0, 20).Draw(t, "start day")).Add(time.Duration(rapid.IntRange(0, 24*60).Draw(t, "start minute")) * time.Minute)
		c := calendar.Clock{Start: start, Schedule: s, Limit: calendar.Limit{
			Amount:  rapid.IntRange(0, 12).Draw(t, "amount"),
			Measure: rapid.SampledFrom([]calendar.Measure{calendar.InMinutes, calendar.InWorkdays, calendar.InDays}).Draw(t, "measure"),
		}}
		if c.Limit.Measure == calendar.InMinutes {
			c.Limit.Amount *= 97
		}
		spell := func(days int, name string) time.Duration { // days and minutes apart, so that long spells are drawn too
			return time.Duration(rapid.IntRange(0, days).Draw(t, name+" days")*24*60+rapid.IntRange(0, 24*60).Draw(t, name+" minutes")) * time.Minute
		}
		when, err := start, error(nil)
		for i, n := 0, rapid.IntRange(0, 7).Draw(t, "turns"); i < n; i++ {
			when = when.Add(spell(2, "gap"))
			if i%2 == 0 {
				c, err = c.Stop(when, "等件")
			} else {
				c, err = c.Resume(when)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		now := start.Add(spell(12, "now"))
		r, err := c.At(now)
		if err != nil {
			t.Fatal(err)
		}
		if r.Running+r.Stopped != r.Elapsed {
			t.Fatalf("running %d + stopped %d ≠ elapsed %d", r.Running, r.Stopped, r.Elapsed)
		}
		running, stopped := 0, 0
		for m := start; m.Before(now); m = m.Add(time.Minute) {
			h, min, _ := m.In(calendar.Zone).Clock()
			k := h*60 + min
			open := k >= 540 && k < 720 || k >= 810 && k < 1050
			if worked, _ := w.IsWorkday(calendar.DateOf(m)); !worked || !open {
				continue
			}
			if standsAt(c, m, now) {
				stopped++
			} else {
				running++
			}
		}
		if running != r.Running || stopped != r.Stopped {
			t.Fatalf("minute by minute: running %d, stopped %d; the clock says %d, %d", running, stopped, r.Running, r.Stopped)
		}
		if r.Remaining != r.Limit-r.Used {
			t.Fatalf("remaining %d ≠ limit %d - used %d", r.Remaining, r.Limit, r.Used)
		}
		if r.Measure == calendar.InWorkdays && r.Limit > 0 {
			last := calendar.DateOf(now)
			if now.Before(s.Closes(last)) {
				last = last.AddDays(-1)
			}
			days := 0
			if first := calendar.DateOf(start); last.After(first) {
				days, _ = w.WorkdaysBetween(first, last)
			}
			if r.Used+r.Paused != days {
				t.Fatalf("days: used %d + paused %d ≠ %d", r.Used, r.Paused, days)
			}
		}
		if !r.Due.IsZero() && !r.Due.Before(start) && !r.Halted && r.Due.After(now) { // if nothing more happens, the limit is full at that instant
			then, err := knownAt(c, now).At(r.Due)
			if err != nil {
				t.Fatal(err)
			}
			if then.Overdue || !then.Due.Equal(r.Due) || then.Remaining != 0 {
				t.Fatalf("at its due instant the clock reads %+v", then)
			}
		}
	})
}

// knownAt is the clock as it was known at an instant.
func knownAt(c calendar.Clock, now time.Time) calendar.Clock {
	var known []calendar.Stop
	for _, s := range c.Stops {
		if !s.From.After(now) {
			known = append(known, s)
		}
	}
	c.Stops = known
	return c
}

func standsAt(c calendar.Clock, m, now time.Time) bool {
	for _, s := range c.Stops {
		if !m.Before(s.From) && (s.To.IsZero() || s.To.After(now) || m.Before(s.To)) {
			return true
		}
	}
	return false
}
