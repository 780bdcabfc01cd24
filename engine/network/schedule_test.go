package network

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"shigan/kernel/calendar"
)

// office works Monday to Friday, 8 to 12 and 13 to 17.
func office() *Calendar {
	c := &Calendar{Name: "office", DayMinutes: 480}
	for wd := 1; wd <= 5; wd++ {
		c.Week[wd] = []Span{{480, 720}, {780, 1020}}
	}
	return c
}

// plan reads "A 3, B 2 A, C 4 A B:SS+1": id, days, predecessors with type and lag in days.
func plan(t testing.TB, c *Calendar, start string, text string) *Network {
	t.Helper()
	n := &Network{Calendars: []*Calendar{c}, Start: On(calendar.MustDate(start), 0)}
	at := map[string]int{}
	for _, one := range strings.Split(text, ",") {
		f := strings.Fields(one)
		var days float64
		fmt.Sscan(f[1], &days)
		i := len(n.Activities)
		n.Activities = append(n.Activities, Activity{ID: f[0], Duration: int64(days * float64(c.DayMinutes))})
		at[f[0]] = i
		for _, pred := range f[2:] {
			id, how, _ := strings.Cut(pred, ":")
			l := Link{From: at[id], To: i}
			if how != "" {
				l.Type = map[string]LinkType{"FS": FS, "SS": SS, "FF": FF, "SF": SF}[how[:2]]
				var lag float64
				fmt.Sscan(how[2:], &lag)
				l.Lag = int64(lag * float64(c.DayMinutes))
			}
			n.Links = append(n.Links, l)
		}
	}
	return n
}

func scheduled(t testing.TB, n *Network) *Schedule {
	t.Helper()
	s, err := n.Schedule()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (n *Network) mustFind(t testing.TB, id string) int {
	t.Helper()
	i, ok := n.Index()[id]
	if !ok {
		t.Fatalf("no activity %s", id)
	}
	return i
}

func TestFourLinkTypesWithLagsAndLeads(t *testing.T) {
	// 2022-06-06 is a Monday
	for name, tc := range map[string]struct{ plan, start, finish string }{
		"after the finish":                   {"A 3, B 2 A", "2022-06-09T08:00", "2022-06-10T17:00"},
		"two days after the finish":          {"A 3, B 2 A:FS+2", "2022-06-13T08:00", "2022-06-14T17:00"},
		"a day before the finish":            {"A 3, B 2 A:FS-1", "2022-06-08T08:00", "2022-06-09T17:00"},
		"with the start":                     {"A 3, B 2 A:SS", "2022-06-06T08:00", "2022-06-07T17:00"},
		"a day after the start":              {"A 3, B 2 A:SS+1", "2022-06-07T08:00", "2022-06-08T17:00"},
		"finishes together":                  {"A 3, B 2 A:FF", "2022-06-07T08:00", "2022-06-08T17:00"},
		"finishes a day later":               {"A 3, B 2 A:FF+1", "2022-06-08T08:00", "2022-06-09T17:00"},
		"finishes when the other has begun":  {"A 3, B 2 A:SF+4", "2022-06-08T08:00", "2022-06-09T17:00"},
		"half days":                          {"A 0.5, B 1 A", "2022-06-06T13:00", "2022-06-07T12:00"},
		"over a weekend":                     {"A 4, B 2 A", "2022-06-10T08:00", "2022-06-13T17:00"},
		"the later of two":                   {"A 3, X 5, B 2 A X", "2022-06-13T08:00", "2022-06-14T17:00"},
		"a milestone stands at the finish":   {"A 5, B 0 A", "2022-06-10T17:00", "2022-06-10T17:00"},
		"work after it starts the next week": {"A 5, M 0 A, B 1 M", "2022-06-13T08:00", "2022-06-13T17:00"},
	} {
		t.Run(name, func(t *testing.T) {
			n := plan(t, office(), "2022-06-06", tc.plan)
			d := scheduled(t, n).Dates[n.mustFind(t, "B")]
			if d.EarlyStart.String() != tc.start || d.EarlyFinish.String() != tc.finish {
				t.Errorf("%s to %s, want %s to %s", d.EarlyStart, d.EarlyFinish, tc.start, tc.finish)
			}
		})
	}
}

func TestALagIsTheWorkingTimeOfTheOneTheRulesName(t *testing.T) {
	for name, tc := range map[string]struct {
		lag  LagCalendar
		want string
	}{ // A works Monday to Friday and ends on Friday 10 June; B works every day; lag of two days
		"predecessor":      {OfPredecessor, "2022-06-15T00:00"},
		"successor":        {OfSuccessor, "2022-06-13T00:00"},
		"around the clock": {AroundTheClock, "2022-06-13T00:00"},
		"project":          {OfProject, "2022-06-15T00:00"},
	} {
		t.Run(name, func(t *testing.T) {
			n := plan(t, Weekly(5), "2022-06-06", "A 5, B 2 A:FS+2")
			n.Calendars = append(n.Calendars, EveryDay())
			n.Activities[1].Calendar = 1
			n.Rules.Lag = tc.lag
			if got := scheduled(t, n).Dates[1].EarlyStart.String(); got != tc.want {
				t.Errorf("starts %s, want %s", got, tc.want)
			}
		})
	}
}

func TestFloatsAndTheCriticalPath(t *testing.T) {
	n := plan(t, Weekly(7), "2022-06-01", "A 3, B 4 A, C 2 A, D 1 C, E 2 B D, F 1 A")
	s := scheduled(t, n)
	want := map[string][2]int64{"A": {0, 0}, "B": {0, 0}, "C": {1, 0}, "D": {1, 1}, "E": {0, 0}, "F": {5, 5}}
	for id, w := range want {
		d := s.Dates[n.mustFind(t, id)]
		if d.TotalFloat != w[0]*dayMinutes || d.FreeFloat != w[1]*dayMinutes || d.Critical != (w[0] == 0) {
			t.Errorf("%s: float %d, free %d, critical %v; want %d and %d days", id, d.TotalFloat, d.FreeFloat, d.Critical, w[0], w[1])
		}
	}
	if got := fmt.Sprint(s.Path); got != "[0 1 4]" {
		t.Errorf("path %s, want A, B, E", got)
	}
	if got := s.Finish.FinishDate().String(); got != "2022-06-09" {
		t.Errorf("ends %s, want 2022-06-09", got)
	}
}

func TestCriticalByLongestPathDiffersFromCriticalByFloat(t *testing.T) {
	n := plan(t, Weekly(7), "2022-06-01", "A 3, B 4 A, C 2 A")
	n.Activities[2].Deadline = On(calendar.MustDate("2022-06-05"), 0) // C ends on the 5th at midnight's end of the 4th + 1: one day late
	byFloat := scheduled(t, n)
	n.Rules.Critical = LongestPath
	byPath := scheduled(t, n)
	if !byFloat.Dates[2].Critical || byFloat.Dates[2].TotalFloat != -dayMinutes {
		t.Errorf("C misses its deadline by a day: float %d, critical %v", byFloat.Dates[2].TotalFloat, byFloat.Dates[2].Critical)
	}
	if byPath.Dates[2].Critical || !byPath.Dates[1].Critical {
		t.Error("the longest path is A, B")
	}
}

func TestConstraints(t *testing.T) {
	at := On(calendar.MustDate("2022-06-15"), 0) // logic alone: B runs from 4 June to the end of the 7th
	for name, tc := range map[string]struct {
		kind  ConstraintKind
		at    Instant
		start string
		float int64
	}{
		"not earlier":                  {StartNoEarlier, at, "2022-06-15", 0},
		"not earlier, long past":       {StartNoEarlier, On(calendar.MustDate("2022-06-02"), 0), "2022-06-04", 0},
		"finish not earlier":           {FinishNoEarlier, at, "2022-06-11", 0},
		"start not later, kept":        {StartNoLater, at, "2022-06-04", 0},
		"start not later, not kept":    {StartNoLater, On(calendar.MustDate("2022-06-02"), 0), "2022-06-04", -2},
		"finish not later, not kept":   {FinishNoLater, On(calendar.MustDate("2022-06-05"), 0), "2022-06-04", -3},
		"start on":                     {StartOn, at, "2022-06-15", 0},
		"finish on":                    {FinishOn, at, "2022-06-11", 0},
		"mandatory start breaks logic": {MandatoryStart, On(calendar.MustDate("2022-06-02"), 0), "2022-06-02", 0},
		"mandatory finish":             {MandatoryFinish, at, "2022-06-11", 0},
	} {
		t.Run(name, func(t *testing.T) {
			n := plan(t, Weekly(7), "2022-06-01", "A 3, B 4 A")
			n.Activities[1].Constraints = []Constraint{{tc.kind, tc.at}}
			d := scheduled(t, n).Dates[1]
			if got := d.EarlyStart.Date().String(); got != tc.start || d.TotalFloat != tc.float*dayMinutes {
				t.Errorf("starts %s with float %d, want %s and %d days", got, d.TotalFloat/dayMinutes, tc.start, tc.float)
			}
		})
	}
}

func TestAsLateUsesFreeFloatOnly(t *testing.T) {
	n := plan(t, Weekly(7), "2022-06-01", "A 3, B 4 A, C 2 A, E 2 B C")
	n.Activities[2].Constraints = []Constraint{{Kind: AsLate}}
	s := scheduled(t, n)
	if got := s.Dates[2].EarlyStart.Date().String(); got != "2022-06-06" {
		t.Errorf("C starts %s, want 2022-06-06", got)
	}
	if s.Dates[3].EarlyStart.Date().String() != "2022-06-08" {
		t.Error("E must not move")
	}
}

func TestProgress(t *testing.T) {
	base := func() *Network { // A done late, B running, C waiting; data date 10 June
		n := plan(t, Weekly(7), "2022-06-01", "A 3, B 4 A, C 2 B")
		n.DataDate = On(calendar.MustDate("2022-06-10"), 0)
		n.Rules.HoldAtDataDate = true
		n.Activities[0].Started, n.Activities[0].Finished = n.Start, On(calendar.MustDate("2022-06-06"), 0)
		n.Activities[1].Started, n.Activities[1].Percent = On(calendar.MustDate("2022-06-06"), 0), 0.25
		return n
	}
	finish := func(n *Network) string { return scheduled(t, n).Finish.FinishDate().String() }
	if got := finish(base()); got != "2022-06-14" { // 3 days left from the 10th, then 2
		t.Errorf("ends %s, want 2022-06-14", got)
	}
	n := base()
	n.Activities[1].RemainingStated, n.Activities[1].Remaining = true, 5*dayMinutes
	if got := finish(n); got != "2022-06-16" {
		t.Errorf("with five days left it ends %s, want 2022-06-16", got)
	}
	n = base()
	n.Rules.HoldAtDataDate = false
	if got := finish(n); got != "2022-06-11" { // the rest runs on from where one day of work ended
		t.Errorf("without the data date it ends %s, want 2022-06-11", got)
	}
	n = base() // B began though A is not over
	n.Activities[0].Finished, n.Activities[0].RemainingStated, n.Activities[0].Remaining = None, true, 2*dayMinutes
	if got := finish(n); got != "2022-06-16" { // retained logic: A to the 11th, B's 3 days to the 14th, C
		t.Errorf("retained logic ends %s, want 2022-06-16", got)
	}
	n.Rules.Override = true
	if got := finish(n); got != "2022-06-14" {
		t.Errorf("progress override ends %s, want 2022-06-14", got)
	}
	n = base()
	n.Activities[1].Resume = On(calendar.MustDate("2022-07-01"), 0)
	if got := finish(n); got != "2022-07-05" {
		t.Errorf("resumed on 1 July it ends %s, want 2022-07-05", got)
	}
}

func TestALoopIsNamed(t *testing.T) {
	n := plan(t, Weekly(7), "2022-06-01", "A 3, B 4 A, C 2 B, D 1 C")
	n.Activities[1].Name, n.Activities[2].Name = "挖基坑", "打桩"
	n.Links = append(n.Links, Link{From: 2, To: 1})
	_, err := n.Schedule()
	if !errors.Is(err, ErrLoop) || !strings.Contains(err.Error(), "B 挖基坑 → C 打桩 → B 挖基坑") {
		t.Errorf("said %v", err)
	}
}

func TestWhatCannotBeComputedIsRefused(t *testing.T) {
	for name, tc := range map[string]struct {
		spoil func(*Network)
		want  error
	}{
		"no activity at all":        {func(n *Network) { n.Activities, n.Links = nil, nil }, ErrEmpty},
		"an id twice":               {func(n *Network) { n.Activities[1].ID = "A" }, ErrDoubled},
		"an unknown calendar":       {func(n *Network) { n.Activities[1].Calendar = 7 }, ErrNoCalendar},
		"a link to nowhere":         {func(n *Network) { n.Links[0].To = 9 }, ErrNoActivity},
		"a link to itself":          {func(n *Network) { n.Links[0].To = 0 }, ErrOwnSuccessor},
		"negative duration":         {func(n *Network) { n.Activities[0].Duration = -1 }, ErrDuration},
		"progress over 100 percent": {func(n *Network) { n.Activities[0].Percent = 1.2 }, ErrProgress},
		"finish before start": {func(n *Network) {
			n.Activities[0].Started, n.Activities[0].Finished = n.Start+10, n.Start
		}, ErrBackwards},
		"a calendar without work": {func(n *Network) { n.Calendars = []*Calendar{{Name: "x", DayMinutes: 480}} }, ErrNoWork},
		"hours that overlap":      {func(n *Network) { n.Calendars[0].Week[1] = []Span{{480, 720}, {700, 1020}} }, ErrCalendarHours},
		"no date anywhere":        {func(n *Network) { n.Start = None }, ErrNoStart},
	} {
		t.Run(name, func(t *testing.T) {
			n := plan(t, Weekly(7), "2022-06-01", "A 3, B 4 A")
			tc.spoil(n)
			if _, err := n.Schedule(); !errors.Is(err, tc.want) {
				t.Errorf("said %v, want %v", err, tc.want)
			}
		})
	}
}

func TestASummaryIsRolledUpAndItsLinksHoldAllUnderIt(t *testing.T) {
	n := plan(t, Weekly(7), "2022-06-01", "S 0, A 3, B 4 A, X 1 S, Y 2 S:SS+1")
	n.Activities[0].Kind, n.Activities[1].Under, n.Activities[2].Under = Summary, "S", "S"
	n.Activities[0].Constraints = []Constraint{{StartNoEarlier, On(calendar.MustDate("2022-06-03"), 0)}}
	s := scheduled(t, n)
	for id, want := range map[string]string{"S": "2022-06-03 2022-06-09", "X": "2022-06-10 2022-06-10", "Y": "2022-06-04 2022-06-05"} {
		d := s.Dates[n.mustFind(t, id)]
		if got := d.EarlyStart.Date().String() + " " + d.EarlyFinish.FinishDate().String(); got != want {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
	}
	if !s.Dates[0].Critical {
		t.Error("what stands under S is critical, so S is")
	}
}

func TestAHammockFollowsAndDrivesNothing(t *testing.T) {
	n := plan(t, Weekly(7), "2022-06-01", "A 3, B 4 A, H 0 A:SS, Z 1 B")
	n.Activities[2].Kind = Hammock
	n.Links = append(n.Links, Link{From: 2, To: 1, Type: FF})
	s := scheduled(t, n)
	d := s.Dates[2]
	if got := d.EarlyStart.Date().String() + " " + d.EarlyFinish.FinishDate().String(); got != "2022-06-01 2022-06-07" || d.Critical {
		t.Errorf("hammock %s, critical %v", got, d.Critical)
	}
	if s.Finish.FinishDate().String() != "2022-06-08" {
		t.Errorf("ends %s", s.Finish.FinishDate())
	}
}

// random draws a network without loops on a mix of calendars.
func random(t *rapid.T) *Network {
	count := rapid.IntRange(1, 30).Draw(t, "activities")
	n := &Network{Calendars: []*Calendar{Weekly(7), office(), Weekly(6)}, Start: On(calendar.MustDate("2022-06-01"), 480)}
	n.Rules.Lag = LagCalendar(rapid.IntRange(0, 3).Draw(t, "lag calendar"))
	for i := range count {
		c := rapid.IntRange(0, 2).Draw(t, "calendar")
		n.Activities = append(n.Activities, Activity{ID: fmt.Sprint("a", i), Calendar: c, Duration: int64(rapid.IntRange(0, 40).Draw(t, "quarter days") * n.Calendars[c].DayMinutes / 4)})
		for range rapid.IntRange(0, min(i, 3)).Draw(t, "links") {
			n.Links = append(n.Links, Link{From: rapid.IntRange(0, i-1).Draw(t, "from"), To: i,
				Type: LinkType(rapid.IntRange(0, 3).Draw(t, "type")), Lag: int64(rapid.IntRange(-3, 5).Draw(t, "lag")) * 480})
		}
	}
	return n
}

func TestNoPlanBreaksItsOwnLogic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := random(t)
		s, err := n.Schedule()
		if err != nil {
			t.Fatal(err)
		}
		p := &pass{}
		p.graph, _ = n.prepare()
		p.tables()
		for k, l := range n.Links {
			from, to := s.Dates[l.From], s.Dates[l.To]
			a, b := from.EarlyFinish, to.EarlyStart
			if l.Type.fromStart() {
				a = from.EarlyStart
			}
			if l.Type.toFinish() {
				b = to.EarlyFinish
			}
			h := p.hours[n.Activities[l.To].Calendar]
			if want := p.lag(&l, a); h.work(b) < h.work(want) {
				t.Fatalf("link %d %v: %v is before %v", k, l, b, want)
			}
		}
		critical := false
		for i, d := range s.Dates {
			h := p.hours[n.Activities[i].Calendar]
			if got := h.work(d.EarlyFinish) - h.work(d.EarlyStart); got != n.Activities[i].Duration {
				t.Fatalf("activity %d takes %d minutes, wants %d", i, got, n.Activities[i].Duration)
			}
			if d.TotalFloat < 0 || d.FreeFloat < 0 || d.FreeFloat > d.TotalFloat && n.Rules.Lag == AroundTheClock && len(n.Calendars) == 1 {
				t.Fatalf("activity %d: float %d, free %d\n%+v\n%v\n%v", i, d.TotalFloat, d.FreeFloat, n.Activities, n.Links, s.Dates)
			}
			critical = critical || d.Critical
		}
		if len(s.Path) == 0 {
			t.Fatal("no path")
		}
	})
}

func TestDelayWithinFloatMovesNothingAndBeyondItMovesTheEnd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := random(t)
		for i := range n.Activities { // one calendar, no leads: there float means what it says
			n.Activities[i].Calendar, n.Activities[i].Duration = 0, n.Activities[i].Duration/dayMinutes*dayMinutes
		}
		for k := range n.Links {
			n.Links[k].Lag, n.Links[k].Elapsed = max(n.Links[k].Lag, 0), true
		}
		s, err := n.Schedule()
		if err != nil {
			t.Fatal(err)
		}
		i := rapid.IntRange(0, len(n.Activities)-1).Draw(t, "activity")
		d := s.Dates[i]
		push := func(by int64) Instant {
			n.Activities[i].Constraints = []Constraint{{StartNoEarlier, d.EarlyStart + Instant(by)}}
			again, err := n.Schedule()
			if err != nil {
				t.Fatal(err)
			}
			return again.Finish
		}
		if got := push(d.TotalFloat); got != s.Finish {
			t.Fatalf("delayed by its float of %d the end moved from %v to %v", d.TotalFloat, s.Finish, got)
		}
		if got := push(d.TotalFloat + 60); got != s.Finish+60 {
			t.Fatalf("delayed by an hour more than its float the end moved from %v to %v", s.Finish, got)
		}
	})
}
