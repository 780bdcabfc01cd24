package app_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/domain/schedule"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/kernel/quantity"
	"shigan/kernel/words"
	"shigan/testkit"
)

// netted is a small office with a project that has a network of four steps, one of them blocked.
func netted(t *testing.T, engine string) (*app.Office, map[string]org.Signer, *testkit.Clock) {
	t.Helper()
	clock := testkit.At("2022-06-20")
	o := testkit.Office(t, testkit.Engines(t)[engine](t), clock, ledger.SHA256)
	who := testkit.Small(t, o)
	testkit.AdoptDesks(t, o, who["rulekeeper"], "sample/jimo-problem")
	testkit.Do(t, o, who["dispatcher"], project.PromiseDate{ID: "JM-001", What: "finish", Day: "2022-10-31", Reason: "示例"})
	testkit.Do(t, o, who["line"], project.Happen{ID: "JM-001", Stage: project.Started, On: "2022-05-20", Source: "示例施工许可"})
	steps := []schedule.Step{{ID: "1", Name: org.Name{Zh: "征拆"}, Days: 20, Calendar: "elapsed", Cause: "land", Who: "龙泉街道"}, {ID: "2", Name: org.Name{Zh: "路基"}, Days: 30, After: []schedule.After{{Step: "1"}}, Who: "示例建设公司"},
		{ID: "3", Name: org.Name{Zh: "路面"}, Days: 20, After: []schedule.After{{Step: "2"}}, Who: "示例建设公司"}, {ID: "4", Name: org.Name{Zh: "验收"}, Days: 5, Calendar: "office", Cause: "approval", After: []schedule.After{{Step: "3"}}}}
	testkit.Do(t, o, who["owner"], schedule.Draw{Project: "JM-001", Steps: steps})
	chain, err := app.ChainOf(o.Read(context.Background()), "JM-001", "")
	if err != nil {
		t.Fatal(err)
	}
	testkit.Do(t, o, who["owner"], casework.Open{Desk: "sample/jimo-problem", Title: "两户没有签", Subject: "project/JM-001", Chain: chain, Reach: org.Scope{Owner: "co", Local: "lq", Line: "jtj"}})
	return o, who, clock
}

func caseID(t *testing.T, o *app.Office) string {
	t.Helper()
	lines, err := o.Read(context.Background()).Cases(app.CaseFilter{Open: true})
	if err != nil || len(lines) != 1 {
		t.Fatalf("%d cases: %v", len(lines), err)
	}
	return lines[0].ID
}

func finish(t *testing.T, o *app.Office) *schedule.Cast {
	t.Helper()
	f, err := o.Foresee(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	c := f.Cast("JM-001/finish")
	if c == nil {
		t.Fatal("the promise has no forecast")
	}
	return c
}

func TestAPlacedProblemLowersTheOddsAndReportedProgressRaisesThem(t *testing.T) {
	for engine := range testkit.Engines(t) {
		t.Run(engine, func(t *testing.T) {
			o, who, clock := netted(t, engine)
			id := caseID(t, o)
			free := finish(t, o)
			if !slices.Equal(free.Left, []string{id}) {
				t.Errorf("left out %v", free.Left)
			}
			testkit.Do(t, o, who["local"], schedule.Place{Project: "JM-001", Case: id, Step: "1"})
			held := finish(t, o)
			if held.Keep >= free.Keep || len(held.Left) != 0 {
				t.Errorf("odds %.3f, with the problem %.3f, left out %v", free.Keep, held.Keep, held.Left)
			}
			var best *schedule.Effect
			for i, e := range held.Effects {
				if e.Actions[0].Kind == schedule.CloseCase {
					best = &held.Effects[i]
				}
			}
			if best == nil || best.Odds <= 0 {
				t.Fatalf("closing it is not offered, or does nothing: %+v", held.Effects)
			}
			e, _, err := o.TryActions(context.Background(), "JM-001/finish", best.Actions)
			if err != nil || e.After != best.After {
				t.Errorf("tried: %.4f, listed: %.4f %v", e.After, best.After, err)
			}
			rec, err := o.SaveOption(context.Background(), who["leader"], "JM-001/finish", best.Actions, "会上定", app.Options{})
			if err != nil || rec.Last == 0 {
				t.Fatal(err)
			}
			plan, _, _ := schedule.PlanOf(o.Read(context.Background()), "JM-001")
			if len(plan.Options) != 1 || plan.Options[0].Before != held.Keep || plan.Options[0].After != best.After {
				t.Errorf("kept: %+v", plan.Options)
			}
			clock.Forward(10 * 24 * time.Hour)
			done := 1.0
			testkit.Do(t, o, who["owner"], schedule.Advance{Project: "JM-001", Marks: map[string]schedule.Mark{"1": {Started: "2022-06-20", Finished: "2022-06-28", Done: &done}}})
			if now := finish(t, o); now.Keep <= held.Keep {
				t.Errorf("odds %.3f with the land clear, %.3f before", now.Keep, held.Keep)
			}
			if _, differences, err := o.Store.Replay(context.Background(), o.District, app.Apply); err != nil || len(differences) > 0 {
				t.Errorf("a replay differs: %v %v", differences, err)
			}
		})
	}
}

func TestWhoMayNotIsRefusedAndWhatIsWrongIsNamed(t *testing.T) {
	o, who, _ := netted(t, "sqlite")
	ctx := context.Background()
	steps := []schedule.Step{{ID: "1", Name: org.Name{Zh: "一"}, Days: 1}}
	half, over := .5, 1.5
	for name, c := range map[string]struct {
		by   string
		cmd  app.Command
		want error
	}{
		"another unit draws":       {"other", schedule.Draw{Project: "JM-001", Steps: steps, Seen: 1}, org.ErrForbidden},
		"a drawing of old":         {"owner", schedule.Draw{Project: "JM-001", Steps: steps}, schedule.ErrSeen},
		"progress over the whole":  {"owner", schedule.Advance{Project: "JM-001", Marks: map[string]schedule.Mark{"1": {Started: "2022-06-01", Done: &over}}}, schedule.ErrMark},
		"a date to come":           {"owner", schedule.Advance{Project: "JM-001", Marks: map[string]schedule.Mark{"1": {Started: "2022-07-01"}}}, schedule.ErrFuture},
		"a finish before a start":  {"owner", schedule.Advance{Project: "JM-001", Marks: map[string]schedule.Mark{"1": {Started: "2022-06-10", Finished: "2022-06-01"}}}, schedule.ErrBackwards},
		"progress without a start": {"owner", schedule.Advance{Project: "JM-001", Marks: map[string]schedule.Mark{"1": {Done: &half}}}, schedule.ErrMark},
		"a step that is not there": {"owner", schedule.Advance{Project: "JM-001", Marks: map[string]schedule.Mark{"9": {Done: &half}}}, schedule.ErrUnknown},
		"nothing to keep":          {"leader", schedule.SaveOption{Project: "JM-001"}, schedule.ErrNoAction},
		"a forecast kept by hand":  {"dispatcher", schedule.Keep{}, org.ErrForbidden},
	} {
		if _, err := o.Do(ctx, who[c.by], c.cmd, app.Options{}); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAFrozenMonthKeepsForecastsOnceAndTheyAreScoredWhenTheirDayHasCome(t *testing.T) {
	for engine := range testkit.Engines(t) {
		t.Run(engine, func(t *testing.T) {
			o, who, clock := netted(t, engine)
			ctx := context.Background()
			june := calendar.MustMonth("2022-06")
			if _, err := o.OpenMonth(ctx, who["dispatcher"], june, app.Options{}); err != nil {
				t.Fatal(err)
			}
			clock.Forward(12 * 24 * time.Hour)
			content := dispatch.Content{Month: project.DispatchMoney(300 * quantity.Wan), YTD: project.DispatchMoney(300 * quantity.Wan), Progress: "示例", Problem: "示例", Measure: "示例", Who: "示例", By: "2022-08-31", Explain: "示例"}
			if _, _, err := o.Report(ctx, who["owner"], dispatch.SubmitReport{Project: "JM-001", Month: june, Content: content}, app.Options{}); err != nil {
				t.Fatal(err)
			}
			if _, _, err := o.FreezeMonth(ctx, who["dispatcher"], june, "示例：没有核完", app.Options{}); err != nil {
				t.Fatal(err)
			}
			kept, err := o.KeptForecasts(ctx, june)
			if err != nil || len(kept.Casts) == 0 {
				t.Fatalf("nothing was kept: %v", err)
			}
			if _, err := o.KeepForecasts(ctx, june); !errors.Is(err, schedule.ErrKept) {
				t.Errorf("kept twice: %v", err)
			}
			rec, err := o.Calibration(ctx)
			if err != nil || len(rec.Scored) != 0 || rec.Asked != len(kept.Casts) {
				t.Errorf("%d of %d scored before their day: %v", len(rec.Scored), rec.Asked, err)
			}
			clock.Set("2022-11-02")
			rec, err = o.Calibration(ctx)
			if err != nil || len(rec.Scored) != 1 {
				t.Fatalf("%d scored after the promised day: %v", len(rec.Scored), err)
			}
			s := rec.Scored[0]
			if s.Kept || s.Cast.Promise.Kind != schedule.ToFinish || rec.Brier != s.Cast.Keep*s.Cast.Keep {
				t.Errorf("an open promise counts as not kept: %+v, Brier %.4f", s, rec.Brier)
			}
		})
	}
}

// Odds of a forecast are nothing that a rule of appraisal could ask for: the vocabulary has no such word.
func TestNoRuleCanAskForOdds(t *testing.T) {
	all, err := app.Vocabulary()
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range all.Names() {
		name := strings.ToLower(w)
		for _, bad := range []string{"odds", "forecast", "likely", "keep", "p50", "p80"} {
			if strings.Contains(name, bad) {
				t.Errorf("the vocabulary offers %s", w)
			}
		}
	}
}

func TestEveryCodeOfAForecastHasItsWords(t *testing.T) {
	for _, c := range schedule.Causes {
		for _, k := range []string{"cause." + c, "cause.what." + c} {
			if !words.Has(k) {
				t.Errorf("no words for %s", k)
			}
		}
	}
	for _, c := range schedule.Calendars {
		if !words.Has("calendar." + c) {
			t.Errorf("no words for calendar.%s", c)
		}
	}
	for _, a := range []string{schedule.CloseCase, schedule.ClimbCase, schedule.FinishBy, schedule.AsPlanned, schedule.AddShift, schedule.OverlapStep, schedule.MovePromise, schedule.BeginOn, schedule.TakeDays} {
		for _, k := range []string{"action." + a, "try." + a} {
			if !words.Has(k) {
				t.Errorf("no words for %s", k)
			}
		}
	}
	for _, k := range []string{schedule.ToStart, schedule.ToFinish, schedule.ToReach, schedule.ToSpend} {
		if !words.Has("promise." + k) {
			t.Errorf("no words for promise.%s", k)
		}
	}
}

// What a forecast learns from the record had fallen due before its day, and what it is learned from is the models' own word.
func TestARecordIsUsedFromTheDayAfterItsPromiseFellDueAndTheRawWordIsKept(t *testing.T) {
	o, who, clock := netted(t, "sqlite")
	ctx := context.Background()
	a := *o.Assumed
	a.Recalibrate.Least = 1
	o.Assumed = &a
	june, october := calendar.MustMonth("2022-06"), calendar.MustMonth("2022-10")
	for _, m := range []calendar.Month{june} {
		if _, err := o.OpenMonth(ctx, who["dispatcher"], m, app.Options{}); err != nil {
			t.Fatal(err)
		}
	}
	clock.Forward(12 * 24 * time.Hour)
	if _, err := o.KeepForecasts(ctx, june); err != nil {
		t.Fatal(err)
	}
	clock.Set("2022-10-31")
	testkit.Do(t, o, who["dispatcher"], project.PromiseDate{ID: "JM-001", What: "finish", Day: "2023-02-28", Reason: "示例"})
	if c := finish(t, o); c.Raw != nil {
		t.Errorf("the promised day is not over, and %d cases are learned from", c.Raw.Cases)
	}
	clock.Set("2022-11-02")
	c := finish(t, o)
	if c.Raw == nil || c.Raw.Cases != 1 || c.Raw.Worth > 1 || c.Raw.From != 3 || c.Raw.Keep == c.Keep {
		t.Fatalf("raw %+v, odds %.4f", c.Raw, c.Keep)
	}
	if c.Keep >= c.Raw.Keep {
		t.Errorf("what was not kept raises the odds: %.4f → %.4f", c.Raw.Keep, c.Keep)
	}
	if _, err := o.KeepForecasts(ctx, october); err != nil {
		t.Fatal(err)
	}
	kept, err := o.KeptForecasts(ctx, october)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range kept.Casts {
		if k.Promise.Key() == "JM-001/finish" && (k.Raw == nil || slices.Equal(k.Raw.Q, k.Q) || len(k.Raw.Q) != len(k.Q)) {
			t.Errorf("kept: %+v", k.Raw)
		}
	}
	clock.Set("2023-03-02")
	rec, err := o.Calibration(ctx)
	if err != nil || rec.Read.N != 1 || rec.Read.Brier >= rec.Read.RawBrier {
		t.Errorf("of what was recalibrated, %+v is scored: %v", rec.Read, err)
	}
}

func TestASharesUnitIsKeptUntilItsStepIsOverAndThenHeldAgainstIt(t *testing.T) {
	o, who, clock := netted(t, "sqlite")
	half := .8
	testkit.Do(t, o, who["owner"], schedule.Advance{Project: "JM-001", Marks: map[string]schedule.Mark{"1": {Started: "2022-06-10", Done: &half}}})
	plan, _, err := schedule.PlanOf(o.Read(context.Background()), "JM-001")
	if err != nil || len(plan.Told) != 1 || plan.Told[0].Unit != "co" || plan.Marks["1"].Unit != "co" || plan.Told[0].Days != 20 || plan.Told[0].On != "2022-06-20" {
		t.Fatalf("told: %+v %v", plan.Told, err)
	}
	f, err := o.Foresee(context.Background())
	if err != nil || f.Past.Trust("co").N != 0 {
		t.Errorf("a step that is not over is held against its unit: %+v %v", f.Past.Trust("co"), err)
	}
	clock.Set("2022-07-21")
	done := 1.0
	testkit.Do(t, o, who["owner"], schedule.Advance{Project: "JM-001", Marks: map[string]schedule.Mark{"1": {Started: "2022-06-10", Finished: "2022-07-20", Done: &done}}})
	if f, err = o.Foresee(context.Background()); err != nil {
		t.Fatal(err)
	}
	if x := f.Past.Trust("co"); x.N != 1 || x.Bias >= 0 { // 11 of 41 days, and 80 % were reported
		t.Errorf("trust %+v", x)
	}
	if _, differences, err := o.Store.Replay(context.Background(), o.District, app.Apply); err != nil || len(differences) > 0 {
		t.Errorf("a replay differs: %v %v", differences, err)
	}
}
