package schedule_test

import (
	"math"
	"slices"
	"testing"

	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/domain/schedule"
	"shigan/engine/network"
	"shigan/kernel/calendar"
	"shigan/kernel/quantity"
	"shigan/packs"
)

func assumed(t testing.TB) *schedule.Assumed {
	t.Helper()
	a, err := schedule.LoadAssumed(packs.FS(), "")
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func calendars(t testing.TB) schedule.Calendar {
	t.Helper()
	c, err := network.Classes(calendar.StateCouncil())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func step(id, name string, days float64, after, cal, cause string) schedule.Step {
	links, err := schedule.ParseAfter(after)
	if err != nil {
		panic(err)
	}
	return schedule.Step{ID: id, Name: org.Name{Zh: name}, Days: days, After: links, Calendar: cal, Cause: cause}
}

func ptr(x float64) *float64 { return &x }

// factory is a car plant half built: a power line that is blocked, a paint shop that lags, tests that wait for both.
func factory(t testing.TB) *schedule.Inputs {
	a := assumed(t)
	day := calendar.MustDate("2022-07-02")
	steps := []schedule.Step{
		step("1", "架线", 88, "", "six-day", "external"), step("2", "送电", 5, "1", "elapsed", "external"),
		step("3", "涂装线安装", 105, "", "six-day", "works"), step("4", "单机调试", 20, "3", "six-day", "works"),
		step("5", "联动调试", 36, "4, 2", "six-day", "works"), step("6", "产品公告", 90, "", "office", "approval"),
		step("7", "环保验收", 20, "5", "six-day", "approval"), step("8", "整车下线", 1, "6, 7", "elapsed", "works"),
	}
	steps[1].Milestone = "power"
	steps, err := schedule.Tidy(steps)
	if err != nil {
		t.Fatal(err)
	}
	p := project.Project{ID: "JM-001", Stage: project.Building}
	p.Start = project.Promise{First: "2021-02-28", Now: "2021-02-28", Actual: "2021-02-26"}
	p.Finish = project.Promise{First: "2022-11-30", Now: "2022-11-30"}
	p.Milestones = []project.Milestone{{ID: "power", Baseline: "2022-08-20", Promised: "2022-08-20"}}
	p.Plans = map[string]project.YearPlan{"2022": {Planned: 2400000 * 100_00}}
	plan := &schedule.Plan{Project: p.ID, Version: 1, Goal: "8", Steps: steps, Marks: map[string]schedule.Mark{
		"1": {Started: "2022-05-05", Done: ptr(.5), On: "2022-06-30"},
		"3": {Started: "2022-04-09", Done: ptr(.64), On: "2022-06-30"}, "6": {Started: "2022-06-08", On: "2022-06-30"}}}
	cal := calendars(t)
	return &schedule.Inputs{AsOf: day, Project: p, Plan: plan, Assumed: a, Past: schedule.Learn(a, schedule.Seen{}, cal, day), Calendars: cal, Seed: 7, Trials: a.Trials.Shown,
		Blockers: []schedule.Blocker{{Case: "P-1", Title: "第二间隔没有到", Step: "2", Opened: "2022-06-08", Level: 2, Top: 4, Who: "供电公司"}, {Case: "P-2", Title: "公交", Opened: "2022-06-22"}},
		Money:    schedule.Money{Year: 2022, Month: 6, Months: []int64{1e11, 2e11, 4e11, 6e11, 9e11, 1152000 * 10000}}}
}

func find(t testing.TB, casts []*schedule.Cast, key string) *schedule.Cast {
	t.Helper()
	for _, c := range casts {
		if c.Promise.Key() == key {
			return c
		}
	}
	t.Fatalf("no promise %s", key)
	return nil
}

func castsOf(t testing.TB, in *schedule.Inputs, deep bool) []*schedule.Cast {
	t.Helper()
	casts, err := in.Cast(deep)
	if err != nil {
		t.Fatal(err)
	}
	return casts
}

func TestDriversAddUpToTheDaysThatThePageShows(t *testing.T) {
	n := 0
	for _, c := range castsOf(t, factory(t), true) {
		if c.Model != schedule.ByNetwork {
			continue
		}
		sum := 0
		for _, d := range c.Drivers {
			sum += d.Days
		}
		want := calendar.MustDate(c.Likely).Sub(calendar.MustDate(c.Logic))
		if sum != want || len(c.Drivers) < 2 {
			t.Errorf("%s: %d drivers of %d days, likely lies %d days after the plan's logic", c.Promise.Key(), len(c.Drivers), sum, want)
		}
		n++
	}
	if n < 2 {
		t.Errorf("only %d promises were served by the network", n)
	}
}

func TestOddsHumpAndDaysAreReadFromOneSample(t *testing.T) {
	for _, c := range castsOf(t, factory(t), false) {
		if c.Money() {
			continue
		}
		from, step, mass := c.Bins(30)
		left := 0.0
		due := calendar.MustDate(c.Promise.Due).Sub(calendar.MustDate(c.AsOf))
		for i, m := range mass {
			if from+(i+1)*step <= due+1 {
				left += m
			}
		}
		if math.Abs(left-c.Keep) > 1e-9 {
			t.Errorf("%s: left of the flag %.6f, odds %.6f", c.Promise.Key(), left, c.Keep)
		}
		if (due+1-from)%step != 0 {
			t.Errorf("%s: no edge of a bin lies at the promise", c.Promise.Key())
		}
		if got := c.Odds(c.Likely); got < .5 {
			t.Errorf("%s: the likely day %s has odds %.3f", c.Promise.Key(), c.Likely, got)
		}
		if got := c.Odds(calendar.MustDate(c.Likely).AddDays(-1).String()); got >= .5 {
			t.Errorf("%s: the day before the likely one has odds %.3f already", c.Promise.Key(), got)
		}
	}
}

// Moving dates of steps is tried with the same draws: a later start or a longer step makes no trial earlier, a shorter one none later, and
// the same dates as drawn change nothing.
func TestMovedDatesOfStepsMoveTheTrialsTheirWay(t *testing.T) {
	in := factory(t)
	before := find(t, castsOf(t, in, false), "JM-001/finish")
	tried := func(actions ...schedule.Action) *schedule.Cast {
		_, after, err := in.WhatIf("JM-001/finish", actions)
		if err != nil {
			t.Fatal(err)
		}
		return find(t, after, "JM-001/finish")
	}
	for name, c := range map[string]struct {
		action schedule.Action
		later  bool
	}{
		"begun no earlier":     {schedule.Action{Kind: schedule.BeginOn, Step: "5", Day: "2022-12-20"}, true},
		"longer":               {schedule.Action{Kind: schedule.TakeDays, Step: "5", Days: 60}, true},
		"shorter":              {schedule.Action{Kind: schedule.TakeDays, Step: "5", Days: 20}, false},
		"under way, much left": {schedule.Action{Kind: schedule.TakeDays, Step: "3", Days: 300}, true},
		"under way, a day":     {schedule.Action{Kind: schedule.TakeDays, Step: "3", Days: 1}, false},
	} {
		now, moved := tried(c.action), 0
		for k, x := range now.Joint() {
			was := before.Joint()[k]
			if c.later && x < was && c.action.Step != "3" || !c.later && x > was && c.action.Step != "3" {
				t.Fatalf("%s: trial %d went from %d to %d", name, k, was, x)
			}
			moved += int(x - was)
		}
		if c.later != (moved > 0) || moved == 0 {
			t.Errorf("%s: moved by %d days over all trials", name, moved)
		}
	}
	same := tried(schedule.Action{Kind: schedule.TakeDays, Step: "5", Days: 36}, schedule.Action{Kind: schedule.BeginOn, Step: "5", Day: in.AsOf.String()})
	if !slices.Equal(same.Joint(), before.Joint()) {
		t.Error("the days as drawn change the trials")
	}
	for name, a := range map[string]schedule.Action{
		"begun already":  {Kind: schedule.BeginOn, Step: "3", Day: "2022-09-01"},
		"in the past":    {Kind: schedule.BeginOn, Step: "5", Day: "2022-06-01"},
		"no such step":   {Kind: schedule.TakeDays, Step: "99", Days: 3},
		"no days":        {Kind: schedule.TakeDays, Step: "5"},
		"not a number":   {Kind: schedule.TakeDays, Step: "5", Days: math.NaN()},
		"without a date": {Kind: schedule.BeginOn, Step: "5"},
	} {
		if _, _, err := in.WhatIf("JM-001/finish", []schedule.Action{a}); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

// The laws of forecast.md §2.8, whatever the seed.
func TestLawsOfActions(t *testing.T) {
	for seed := range uint64(5) {
		in := factory(t)
		in.Seed = seed + 1
		before := castsOf(t, in, false)
		finish, power := find(t, before, "JM-001/finish"), find(t, before, "JM-001/milestone/power")
		for _, a := range []schedule.Action{{Kind: schedule.CloseCase, Case: "P-1", Day: "2022-07-20"}, {Kind: schedule.FinishBy, Step: "1", Day: "2022-08-01"},
			{Kind: schedule.AddShift, Step: "3", Percent: 20}, {Kind: schedule.AddShift, Step: "5", Percent: 10}} {
			e, after, err := in.WhatIf("JM-001/finish", []schedule.Action{a})
			if err != nil {
				t.Fatal(err)
			}
			now := find(t, after, "JM-001/finish")
			for k, x := range now.Joint() {
				if x > finish.Joint()[k] {
					t.Fatalf("%s makes trial %d later", a.ID(), k)
				}
			}
			if e.Odds < 0 || e.After != now.Keep {
				t.Errorf("%s: odds %+.4f to %.4f, the forecast says %.4f", a.ID(), e.Odds, e.After, now.Keep)
			}
			if a.Step == "3" || a.Step == "5" { // no ancestors of the power line
				if !slices.Equal(find(t, after, "JM-001/milestone/power").Joint(), power.Joint()) {
					t.Errorf("%s moves the power line, with which it has nothing to do", a.ID())
				}
			}
		}
		e, _, err := in.WhatIf("JM-001/finish", nil)
		if err != nil || e.Odds != 0 || e.Late != 0 || e.Days != 0 || e.Tells {
			t.Errorf("nothing does something: %+v %v", e, err)
		}
		last := 0.0
		for d := calendar.MustDate("2022-08-01"); d.Before(calendar.MustDate("2024-01-01")); d = d.AddDays(7) {
			if p := finish.Odds(d.String()); p < last {
				t.Errorf("odds fall to %.3f on %s", p, d)
			} else {
				last = p
			}
		}
	}
}

func TestClosingABlockerChangesTheOddsAtOnceAndForTheBetter(t *testing.T) {
	in := factory(t)
	was := find(t, castsOf(t, in, false), "JM-001/milestone/power")
	in.Blockers = in.Blockers[1:]
	now := find(t, castsOf(t, in, false), "JM-001/milestone/power")
	if now.Keep <= was.Keep || now.Likely >= was.Likely || now.Inputs == was.Inputs {
		t.Errorf("odds %.3f → %.3f, likely %s → %s", was.Keep, now.Keep, was.Likely, now.Likely)
	}
}

func TestAProblemThatNobodyPlacedIsNamedAndNotCounted(t *testing.T) {
	in := factory(t)
	with := find(t, castsOf(t, in, false), "JM-001/finish")
	if !slices.Equal(with.Left, []string{"P-2"}) {
		t.Errorf("left out: %v", with.Left)
	}
	in.Blockers = in.Blockers[:1]
	if without := find(t, castsOf(t, in, false), "JM-001/finish"); without.Keep != with.Keep {
		t.Errorf("odds %.4f with it, %.4f without", with.Keep, without.Keep)
	}
}

func TestTheBestSetIsTriedTogetherNotAddedUp(t *testing.T) {
	c := find(t, castsOf(t, factory(t), true), "JM-001/finish")
	if c.Best == nil || len(c.Best.Actions) < 2 || len(c.Best.Actions) > 3 {
		t.Fatalf("no best set: %+v", c.Best)
	}
	for _, e := range c.Effects {
		if e.Actions[0].Kind != schedule.MovePromise && e.After > c.Best.After+1e-9 {
			t.Errorf("%s alone does better than the best set", e.Actions[0].ID())
		}
	}
	last := c.Effects[len(c.Effects)-1]
	if last.Actions[0].Kind != schedule.MovePromise || last.Due != c.Late {
		t.Errorf("moving the promise is not listed last, to the day that is kept four times in five: %+v", last)
	}
}

// The worked example of forecast.md §2.4 (domain.md §1.4): .42 of 1.2 by June, usual share .41, usual total .95 of the plan.
func TestTheYearsMoneyIsForecastByBenktander(t *testing.T) {
	in := factory(t)
	in.Plan = nil
	past := *in.Past
	past.OfPlan = .95
	past.Shares.Cum[6] = .41
	past.Shares.Sigma[6] = .2
	in.Past = &past
	in.Project.Start.Actual, in.Project.Start.Now = "2021-02-26", "2021-02-28"
	in.Project.Plans = map[string]project.YearPlan{"2022": {Planned: 1_200_000_000}}
	in.Money = schedule.Money{Year: 2022, Month: 6, Months: []int64{0, 0, 0, 0, 0, 420_000_000}}
	c := find(t, castsOf(t, in, false), "JM-001/money/2022")
	if math.Abs(float64(c.LikelyM)-1_064_634_146) > 200_000 {
		t.Errorf("likely %d, the worked example says 1064634146", c.LikelyM)
	}
	if math.Abs(c.Keep-.1703) > .0005 {
		t.Errorf("odds %.4f, the worked example says .1703", c.Keep)
	}
	for i := 1; i < len(c.Fan); i++ {
		if c.Fan[i].P[2] < c.Fan[i-1].P[2] || c.Fan[i].P[0] > c.Fan[i].P[4] {
			t.Errorf("the fan falls or crosses in month %d: %v", c.Fan[i].Month, c.Fan[i].P)
		}
	}
	if end := c.Fan[len(c.Fan)-1]; end.Month != 12 || end.P[2] != c.LikelyM {
		t.Errorf("the fan ends at %d in month %d, the forecast says %d", end.P[2], end.Month, c.LikelyM)
	}
}

func TestAPromiseWithNoDataGetsTheClassRateAndNoDay(t *testing.T) {
	in := factory(t)
	in.Plan, in.Blockers = nil, nil
	in.Project = project.Project{ID: "JM-002", Stage: project.Preparing, Finish: project.Promise{First: "2023-06-30", Now: "2023-06-30"}}
	c := find(t, castsOf(t, in, true), "JM-002/finish")
	if c.Likely != "" || len(c.Sample) > 0 || c.Keep != in.Past.Rate.Mean() || !c.Says("no-data") {
		t.Errorf("likely %q, odds %.3f, notes %v", c.Likely, c.Keep, c.Notes)
	}
}

func TestWhatIsLateAlreadyHasNoOdds(t *testing.T) {
	in := factory(t)
	in.Project.Finish.Now = "2022-06-30"
	for _, plan := range []*schedule.Plan{in.Plan, nil} {
		in.Plan = plan
		if c := find(t, castsOf(t, in, false), "JM-001/finish"); c.Keep != 0 {
			t.Errorf("model %s gives %.3f to a day that has passed", c.Model, c.Keep)
		}
	}
}

func TestWhatIsOpenAfterItsDayCountsAsBroken(t *testing.T) {
	p := project.Project{ID: "x", Finish: project.Promise{Now: "2022-06-30"}}
	x := schedule.Promise{Project: "x", Kind: schedule.ToFinish, Due: "2022-06-30"}
	on := calendar.MustDate("2022-07-02")
	if kept, known, _ := schedule.Outcome(p, x, nil, on); kept || !known {
		t.Error("an open promise waits for its end to be judged")
	}
	p.Finish.Actual = "2022-06-28"
	if kept, known, actual := schedule.Outcome(p, x, nil, on); !kept || !known || actual != "2022-06-28" {
		t.Error("a kept promise is not seen")
	}
	x.Due = "2022-08-01"
	p.Finish.Actual = ""
	if _, known, _ := schedule.Outcome(p, x, nil, on); known {
		t.Error("a promise is judged before its day")
	}
	money := schedule.Promise{Project: "x", Kind: schedule.ToSpend, What: "2021", Due: "2021-12-31", Amount: 100}
	if kept, known, _ := schedule.Outcome(p, money, map[string]int64{"2021": 100}, on); !kept || !known {
		t.Error("a reached amount is not seen")
	}
}

func TestTheSameInputsGiveTheSameForecastAndOtherOnesAnotherDigest(t *testing.T) {
	a, b := factory(t), factory(t)
	x, y := find(t, castsOf(t, a, true), "JM-001/finish"), find(t, castsOf(t, b, true), "JM-001/finish")
	if !slices.Equal(x.Joint(), y.Joint()) || x.Inputs != y.Inputs {
		t.Error("the same inputs give another forecast")
	}
	b.Plan.Marks["3"] = schedule.Mark{Started: "2022-04-09", Done: ptr(.65), On: "2022-07-01"}
	if b.Digest() == a.Digest() {
		t.Error("a report does not change the digest of the inputs")
	}
}

func BenchmarkDeep(b *testing.B) {
	in := factory(b)
	for b.Loop() {
		if _, err := in.Cast(true); err != nil {
			b.Fatal(err)
		}
	}
}
func BenchmarkShallow(b *testing.B) {
	in := factory(b)
	for b.Loop() {
		if _, err := in.Cast(false); err != nil {
			b.Fatal(err)
		}
	}
}

// What has not begun begins about when it is promised and not next month; the start's turns are those that the class is learned by.
func TestWhatIsPromisedForALaterYearIsNotForecastForNextMonth(t *testing.T) {
	a, cal, day := assumed(t), calendars(t), calendar.MustDate("2022-07-02")
	for due, within := range map[string][2]string{"2024-03-31": {"2024-03-01", "2024-07-31"}, "2022-07-20": {"2022-07-02", "2022-11-30"}} {
		p := project.Project{ID: "JM-300", Stage: project.Preparing, Start: project.Promise{First: due, Now: due}, Finish: project.Promise{First: "2025-12-31", Now: "2025-12-31"}}
		in := &schedule.Inputs{AsOf: day, Project: p, Assumed: a, Past: schedule.Learn(a, schedule.Seen{}, cal, day), Calendars: cal, Seed: 7, Trials: a.Trials.Shown}
		c := find(t, castsOf(t, in, false), "JM-300/start")
		if c.Likely < within[0] || c.Likely > within[1] {
			t.Errorf("promised for %s: likely on %s", due, c.Likely)
		}
		first := a.Start.A / (a.Start.A + a.Start.B)
		if math.Abs(c.Keep-first) > .01 {
			t.Errorf("promised for %s: odds %.3f, the class begins in time in %.3f", due, c.Keep, first)
		}
		if due == "2024-03-31" {
			if f := find(t, castsOf(t, in, false), "JM-300/finish"); f.Likely < "2025-10-01" {
				t.Errorf("its end is likely on %s", f.Likely)
			}
		}
	}
}

// A project spends no more than its total: what the year may bring ends there, unless the plan itself does not fit into it.
func TestAYearBringsNoMoreThanWhatIsLeftOfTheTotal(t *testing.T) {
	const yi = 1e10
	money := func(total quantity.Fen) *schedule.Cast {
		in := factory(t)
		in.Project.Total, in.Project.Plans = total, map[string]project.YearPlan{"2022": {Planned: 15 * yi}}
		return find(t, castsOf(t, in, false), "JM-001/money/2022")
	}
	free, plan := money(0), int64(15*yi)
	if free.Sample[len(free.Sample)-1] <= plan {
		t.Fatal("nothing of the sample lies above the total that is tried")
	}
	tight := money(quantity.Fen(plan))
	if most := tight.Sample[len(tight.Sample)-1]; most != plan {
		t.Errorf("up to %d of %d", most, plan)
	}
	if tight.Keep != free.Keep || tight.LikelyM > free.LikelyM {
		t.Errorf("odds %.4f, %.4f without a total; likely %d, %d", tight.Keep, free.Keep, tight.LikelyM, free.LikelyM)
	}
	if odd := money(quantity.Fen(plan / 2)); !slices.Equal(odd.Sample, free.Sample) {
		t.Error("a plan that does not fit into the total is cut by it")
	}
}
