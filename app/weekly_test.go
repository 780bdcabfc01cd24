package app_test

import (
	"context"
	"testing"
	"time"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/testkit"
)

func TestAWeekIsPublishedOnTheMondayAfterItsFriday(t *testing.T) {
	for day, monday := range map[string]string{
		"2022-06-25": "2022-07-04", // a Saturday begins a week
		"2022-07-01": "2022-07-04", // Friday ends it
		"2022-07-02": "2022-07-11", "2022-07-03": "2022-07-11", "2022-07-04": "2022-07-11",
	} {
		if got := app.WeekOf(calendar.MustDate(day)).String(); got != monday {
			t.Errorf("%s is published on %s, want %s", day, got, monday)
		}
	}
}

// seatOf finds a post at a level.
func seatOf(w *app.Weekly, level int, post string) (app.WeeklySeat, bool) {
	for _, l := range w.Levels {
		for _, s := range l.Seats {
			if l.Level == level && s.Post == post {
				return s, true
			}
		}
	}
	return app.WeeklySeat{}, false
}

// TestTheWeeklyBulletinNamesWhoCoordinatedAndWhoDidNothing: three problems of one week. The leader of the first level settles one
// measure, the head of the second level gets a case that climbed and does nothing.
func TestTheWeeklyBulletinNamesWhoCoordinatedAndWhoDidNothing(t *testing.T) {
	for name, open := range testkit.Engines(t) {
		t.Run(name, func(t *testing.T) {
			clock := testkit.At("2022-06-20") // a Monday
			weekOfThree(t, testkit.Office(t, open(t), clock, ledger.SHA256), clock)
		})
	}
}

func weekOfThree(t *testing.T, o *app.Office, clock *testkit.Clock) {
	ctx := context.Background()
	o, who := ladderOffice(t, o)
	var ids []string
	for _, title := range []string{"管线迁改", "房屋评估", "供电"} {
		ids = append(ids, raise(t, o, who["owner"], title))
	}
	for _, id := range ids[:2] {
		testkit.Do(t, o, who["dispatcher"], casework.Make{Case: id, Move: "accept", From: "raised"})
		testkit.Do(t, o, who["dispatcher"], casework.Make{Case: id, Move: "assign", From: "accepted", Handler: casework.Party{Unit: "jtj", Post: "line"}})
	}
	clock.Set("2022-06-25") // the next week
	testkit.Do(t, o, who["leader"], casework.SetMeasure{Case: ids[0], Measure: casework.Measure{Pain: "没有迁改单位", Cause: "科目没下", Decision: "区里代建", Owner: casework.Party{Unit: "jtj"}, By: "2022-08-31"}})
	clock.Set("2022-06-28")
	if _, err := o.RunClock(ctx); err != nil {
		t.Fatal(err)
	}
	clock.Set("2022-07-04")
	w, err := o.WeeklyOf(ctx, calendar.MustDate("2022-07-04"))
	if err != nil {
		t.Fatal(err)
	}
	if !w.Over || w.Opened != 0 || len(w.Climbed) != 3 || w.Deeds != 1 || w.Cases != 1 {
		t.Errorf("%+v", w)
	}
	seat, ok := seatOf(w, 1, "leader")
	if !ok || len(seat.Deeds) != 1 || seat.Deeds[0].Text != "区里代建" || seat.Deeds[0].Kind != "measure" || seat.Idle() {
		t.Errorf("the leader settled a measure: %+v", seat)
	}
	if seat, ok = seatOf(w, 2, "local"); !ok || !seat.Idle() || seat.Open != 3 {
		t.Errorf("the second level has three cases and did nothing: %+v", seat)
	}
	if w.Idle != 1 {
		t.Errorf("%d seats did nothing, want 1", w.Idle)
	}
	if w, err = o.WeeklyOf(ctx, calendar.MustDate("2022-06-27")); err != nil || w.Opened != 3 || w.Deeds != 0 || len(w.Climbed) != 0 {
		t.Errorf("the week before: %+v %v", w, err)
	}
	if _, err = o.WeeklyOf(ctx, calendar.MustDate("2022-06-28")); err == nil {
		t.Error("a Tuesday has a bulletin")
	}
}

func TestTheLineOfACaseGoesFromItsBirthToItsEnd(t *testing.T) {
	for name, open := range testkit.Engines(t) {
		t.Run(name, func(t *testing.T) {
			clock := testkit.At("2022-06-20") // a Monday
			lineOfOne(t, testkit.Office(t, open(t), clock, ledger.SHA256), clock)
		})
	}
}

func lineOfOne(t *testing.T, o *app.Office, clock *testkit.Clock) {
	ctx := context.Background()
	o, who := ladderOffice(t, o)
	id := raise(t, o, who["owner"], "管线迁改")
	clock.Set("2022-06-28")
	if _, err := o.RunClock(ctx); err != nil {
		t.Fatal(err)
	}
	testkit.Do(t, o, who["dispatcher"], casework.Make{Case: id, Move: "accept", From: "raised"})
	testkit.Do(t, o, who["dispatcher"], casework.Make{Case: id, Move: "assign", From: "accepted", Handler: casework.Party{Unit: "jtj", Post: "line"}})
	steps := func(by org.Signer) (out []string) {
		l, err := o.LineOf(ctx, by, id)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range l.Steps {
			out = append(out, s.What)
			if !s.Ahead && (s.Seq == 0 || s.Number == "") {
				t.Errorf("step %s leads to no entry", s.What)
			}
		}
		return out
	}
	equal := func(got []string, want ...string) {
		t.Helper()
		if len(got) != len(want) {
			t.Fatalf("%v, want %v", got, want)
		}
		for i := range want {
			if got[i] != want[i] {
				t.Fatalf("%v, want %v", got, want)
			}
		}
	}
	equal(steps(who["owner"]), "opened", "climbed", "due")
	clock.Forward(time.Hour)
	testkit.Do(t, o, who["line"], casework.Make{Case: id, Move: "answer", From: "handling", Outcome: "done", Fields: map[string]string{"result": "迁完"}})
	clock.Forward(time.Hour)
	testkit.Do(t, o, who["owner"], casework.Make{Case: id, Move: "object", From: "answered", Reason: "还有 90 米"})
	clock.Forward(time.Hour)
	testkit.Do(t, o, who["line"], casework.Make{Case: id, Move: "answer", From: "handling", Outcome: "done", Fields: map[string]string{"result": "全部迁完"}})
	clock.Forward(time.Hour)
	testkit.Do(t, o, who["owner"], casework.Make{Case: id, Move: "confirm", From: "answered"})
	equal(steps(who["owner"]), "opened", "climbed", "answered", "reopened", "answered", "closed")
	if _, err := o.LineOf(ctx, who["other"], id); err == nil {
		t.Error("who may not read the case read its line")
	}
}
