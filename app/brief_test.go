package app_test

import (
	"context"
	"testing"
	"time"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/dispatch"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/testkit"
)

func ids(list []app.CaseView) (out []string) {
	for _, c := range list {
		out = append(out, c.ID)
	}
	return out
}

// TestABriefSaysWhatCanBeDecidedWhatCameUpAndWhatIsNotDone follows one problem up to the leader, through his decision, to its task.
func TestABriefSaysWhatCanBeDecidedWhatCameUpAndWhatIsNotDone(t *testing.T) {
	for name, open := range testkit.Engines(t) {
		t.Run(name, func(t *testing.T) {
			ctx, clock := context.Background(), testkit.At("2022-05-18")
			o := testkit.Office(t, open(t), clock, ledger.SHA256)
			who := testkit.Small(t, o)
			testkit.AdoptDesks(t, o, who["rulekeeper"], deskName, "china/task")
			chain, err := app.ChainOf(o.Read(ctx), "JM-001", "")
			if err != nil {
				t.Fatal(err)
			}
			testkit.Do(t, o, who["owner"], casework.Open{Desk: deskName, Title: "管线没人迁", Subject: "project/JM-001", Chain: chain})
			const id = "P-2022-0001"
			testkit.Do(t, o, who["dispatcher"], casework.Make{Case: id, Move: "accept", From: "raised"})
			testkit.Do(t, o, who["dispatcher"], casework.Make{Case: id, Move: "assign", From: "accepted", Handler: casework.Party{Unit: "lq"}})
			testkit.Do(t, o, who["local"], casework.SetMeasure{Case: id, Measure: casework.Measure{Pain: "承台开不了工", Cause: "产权单位等付款",
				Options: []casework.Option{{Mark: "甲", Text: "区里代建", Date: "2022-08-31"}, {Mark: "乙", Text: "照原方案等"}}}})
			brief := func(post string, since time.Time) *app.Brief {
				t.Helper()
				b, err := o.BriefOf(ctx, who[post], since)
				if err != nil {
					t.Fatal(err)
				}
				return b
			}
			if b := brief("leader", time.Time{}); len(b.Decide) != 1 || len(b.Climbed) != 0 { // he is in charge of the project: the first level is his
				t.Errorf("at the first level: %v, climbed %v", ids(b.Decide), ids(b.Climbed))
			}
			clock.Set("2022-05-27")
			if _, err := o.RunClock(ctx); err != nil {
				t.Fatal(err)
			}
			if b := brief("leader", time.Time{}); len(b.Decide)+len(b.Here) != 0 || len(b.Climbed) != 1 { // it went past him
				t.Errorf("at the second level: %v %v, climbed %v", ids(b.Decide), ids(b.Here), ids(b.Climbed))
			}
			for _, day := range []string{"2022-06-15"} {
				clock.Set(day)
				if _, err := o.RunClock(ctx); err != nil {
					t.Fatal(err)
				}
			}
			c := caseOf(t, o, id)
			if c.Level != 3 || c.Seat() != "leader" {
				t.Fatalf("level %d, seat %s", c.Level, c.Seat())
			}
			b := brief("leader", time.Time{})
			if len(b.Decide) != 1 || b.Decide[0].ID != id || len(b.Here) != 0 || len(b.Climbed) != 1 {
				t.Fatalf("decide %v, here %v, climbed %v", ids(b.Decide), ids(b.Here), ids(b.Climbed))
			}
			clock.Forward(time.Minute)
			if b := brief("leader", o.Clock()); len(b.Climbed) != 0 {
				t.Errorf("new since now: %v", ids(b.Climbed))
			}
			if b := brief("top", time.Time{}); len(b.Decide)+len(b.Climbed) != 0 {
				t.Errorf("what has not come to him yet: %v %v", ids(b.Decide), ids(b.Climbed))
			}
			if _, err := o.Agree(ctx, who["leader"], id, "甲", "", c.Measure.Seq, app.Options{}); err != nil {
				t.Fatal(err)
			}
			b = brief("leader", time.Time{})
			if len(b.Decide) != 0 || len(b.Here) != 1 || len(b.Undone) != 1 || b.Undone[0].Case.Title != "区里代建" || b.Undone[0].How != app.FollowWorking {
				t.Errorf("after the decision: %v %v %+v", ids(b.Decide), ids(b.Here), b.Undone)
			}
			if b := brief("top", time.Time{}); len(b.Undone) != 0 {
				t.Errorf("another's decision: %+v", b.Undone)
			}
			task := b.Undone[0].Case.ID
			testkit.Do(t, o, who["local"], casework.Make{Case: task, Move: "receive", From: "sent"})
			clock.Forward(2 * time.Hour)
			testkit.Do(t, o, who["local"], casework.Make{Case: task, Move: "answer", From: "doing", Outcome: "done", Fields: map[string]string{"result": "迁完"}})
			if b = brief("leader", time.Time{}); len(b.Turns) != 1 || b.Turns[0].ID != task {
				t.Errorf("what waits for his word: %v", ids(b.Turns))
			}
			testkit.Do(t, o, who["leader"], casework.Make{Case: task, Move: "confirm", From: "answered"})
			if b = brief("leader", time.Time{}); len(b.Turns)+len(b.Undone) != 0 {
				t.Errorf("confirmed, and still there: %v %+v", ids(b.Turns), b.Undone)
			}
		})
	}
}

// TestABriefNamesTheNextMeeting: the one that was called, else the next by the rhythm, else none.
func TestABriefNamesTheNextMeeting(t *testing.T) {
	ctx, clock := context.Background(), testkit.At("2022-06-20")
	o := testkit.Office(t, testkit.Engines(t)["sqlite"](t), clock, ledger.SHA256)
	who := testkit.Small(t, o)
	brief := func() *app.Brief {
		t.Helper()
		b, err := o.BriefOf(ctx, who["leader"], time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	if b := brief(); b.Meeting != nil || b.Planned != nil {
		t.Errorf("without a rhythm: %+v %+v", b.Meeting, b.Planned)
	}
	if _, err := o.AdoptRhythm(ctx, who["rulekeeper"], "sample/jimo-meetings", "", "", app.Options{}); err != nil {
		t.Fatal(err)
	}
	b := brief()
	if b.Planned == nil || b.Planned.Event.What != "meeting" || b.Meeting != nil {
		t.Fatalf("by the rhythm: %+v", b.Planned)
	}
	testkit.Do(t, o, who["dispatcher"], dispatch.CallMeeting{Title: "专题会", On: "2022-06-22", At: "09:00", Chair: "top", Recorders: []string{"dispatcher"}})
	if b = brief(); b.Meeting == nil || b.Meeting.Title != "专题会" || b.Planned != nil {
		t.Errorf("called: %+v %+v", b.Meeting, b.Planned)
	}
}

// TestALookKeepsTheLastOneOfAnEarlierDay: whoever looks twice in a morning finds the same things new.
func TestALookKeepsTheLastOneOfAnEarlierDay(t *testing.T) {
	ctx, clock := context.Background(), testkit.At("2022-06-20")
	o := testkit.Office(t, testkit.Engines(t)["sqlite"](t), clock, ledger.SHA256)
	who := testkit.Small(t, o)
	look := func(post string) string {
		t.Helper()
		at, err := o.Look(ctx, who[post])
		if err != nil {
			t.Fatal(err)
		}
		if at.IsZero() {
			return ""
		}
		return at.In(calendar.Zone).Format("01-02 15:04")
	}
	if got := look("leader") + look("leader"); got != "" {
		t.Errorf("the first day knows %q", got)
	}
	clock.Forward(3 * time.Hour) // 12:00
	look("leader")
	clock.Set("2022-06-21")
	for range 2 {
		if got := look("leader"); got != "06-20 12:00" {
			t.Errorf("the next day knows %q", got)
		}
	}
	clock.Set("2022-06-25")
	if got := look("leader"); got != "06-21 09:00" {
		t.Errorf("days later knows %q", got)
	}
	if got := look("top"); got != "" {
		t.Errorf("another's look: %q", got)
	}
}
