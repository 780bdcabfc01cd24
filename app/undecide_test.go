package app_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/dispatch"
	"shigan/kernel/ledger"
	"shigan/testkit"
)

// TestATaskTakenBackIsSignedByWhoeverTookItBack: its raiser and its handler are told by whom and why, the ledger's entry is signed by the
// recorder, and the case says that its raiser did not withdraw it.
func TestATaskTakenBackIsSignedByWhoeverTookItBack(t *testing.T) {
	for name, open := range testkit.Engines(t) {
		t.Run(name, func(t *testing.T) {
			ctx, s := context.Background(), open(t)
			o := testkit.Office(t, s, testkit.At("2022-06-22"), ledger.SHA256)
			who := testkit.Small(t, o)
			testkit.AdoptDesks(t, o, who["rulekeeper"], "china/task")
			const id, task = "M-2022-0622-1", "T-20220622-01"
			testkit.Do(t, o, who["dispatcher"], dispatch.CallMeeting{Title: "调度会", On: "2022-06-22", At: "09:00", Chair: "top", Recorders: []string{"dispatcher"}})
			testkit.Do(t, o, who["dispatcher"], dispatch.SetAgenda{Meeting: id, Items: []dispatch.AgendaItem{{Kind: dispatch.ItemFree, Title: "汛期排涝"}}})
			testkit.Do(t, o, who["dispatcher"], dispatch.StartMeeting{Meeting: id})
			item := func() dispatch.Item {
				m, err := dispatch.MeetingOf(o.Read(ctx), id)
				if err != nil {
					t.Fatal(err)
				}
				return *m.Item("1")
			}
			if _, err := o.DecideItem(ctx, who["dispatcher"], dispatch.DecideItem{Meeting: id, Item: "1", Text: "修泵站", Seen: item().Seq, Tasks: []dispatch.TaskDraft{{Title: "修泵站", Unit: "lq", By: "2022-07-15",
				Raiser: casework.Party{Unit: "jtj", Post: "line"}}}}, app.Options{}); err != nil {
				t.Fatal(err)
			}
			rec := testkit.Do(t, o, who["dispatcher"], dispatch.Undecide{Meeting: id, Item: "1", Why: "单位记错了", Seen: item().Seq})
			if got := told(t, o, rec); !slices.Contains(got, "line case.undone") || !slices.Contains(got, "local case.undone") || slices.Contains(got, "line case.closed") {
				t.Errorf("told %q", got)
			}
			all, err := o.Read(ctx).Messages(app.MessageFilter{After: rec.First - 1})
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range all {
				if m.Topic == "case.undone" && m.Reason("zh") != "单位记错了" {
					t.Errorf("%s is told no reason: %+v", m.Post, m)
				}
			}
			if c := caseOf(t, o, task); c.Open() || c.ClosedBy != "undone" || c.Raiser.Post != "line" || c.MovedBy != "dispatcher" {
				t.Errorf("the task: %+v", c)
			}
			entries, err := o.Read(ctx).Entries("case/"+task, 10)
			if err != nil || len(entries) != 2 {
				t.Fatalf("%d entries, %v", len(entries), err)
			}
			for _, e := range entries {
				if e.Post != "dispatcher" || e.Actor != "p-dispatcher" {
					t.Errorf("%s is signed by %s in %s", e.Kind, e.Actor, e.Post)
				}
				if e.Kind == "case.moved/1" && !strings.Contains(string(e.Body), `"undone":"meeting/`+id) {
					t.Errorf("it does not say where it was taken back: %s", e.Body)
				}
			}
			if _, diff, err := s.Replay(ctx, testkit.Code, app.Apply); err != nil || len(diff) > 0 {
				t.Errorf("a replay differs: %v %v", diff, err)
			}
		})
	}
}
