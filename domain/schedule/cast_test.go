package schedule_test

import (
	"fmt"
	"math"
	"testing"

	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/domain/schedule"
	"shigan/engine/network"
	"shigan/kernel/calendar"
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

func TestShow(t *testing.T) {
	in := factory(t)
	casts, err := in.Cast(true)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range casts {
		fmt.Printf("%s %s keep %.3f likely %s late %s logic %s money %d notes %v left %v\n", c.Promise.Key(), c.Model, c.Keep, c.Likely, c.Late, c.Logic, c.LikelyM, c.Notes, c.Left)
		for _, d := range c.Drivers {
			fmt.Printf("   %+v\n", d)
		}
		for _, e := range c.Effects {
			fmt.Printf("   %s %.3f ±%.3f after %.3f days %d late %.1f tells %v %s\n", e.Actions[0].ID(), e.Odds, e.OddsSE, e.After, e.Days, e.Late, e.Tells, e.Actions[0].Day)
		}
		if c.Best != nil {
			fmt.Printf("   best %+v\n", *c.Best)
		}
	}
	_ = math.Pi
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
