package dispatch

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"shigan/domain/casework"
	"shigan/kernel/fault"
)

func kinds(h *hall, from int) []string {
	var out []string
	for _, e := range h.entries[from:] {
		out = append(out, e.Kind)
	}
	return out
}

// decided is the decision of the mock-up with its two tasks.
func decided(h *hall, id string) DecideItem {
	k := h.kase(road)
	return DecideItem{Meeting: id, Item: "1", Option: "甲", Text: "采用甲。区住建局换一家机构，7 月 13 日前复核并张榜；通济街道 7 月 22 日前签完。", Seen: h.item(id, "1").Seq, MeasureSeen: k.Measure.Seq,
		Tasks: []TaskDraft{{Title: "复核 2 处评估，张榜", Unit: "zjj", By: "2022-07-13"}, {Title: "签约 2 户", Unit: "tj", By: "2022-07-22"}}}
}

func TestOneDeedDecidesTheItemWritesTheMeasureAndOpensTheTasks(t *testing.T) {
	h := enter(t)
	h.measured()
	id := h.running()
	if id != "M-2022-0706-1" {
		t.Fatalf("the meeting is numbered %s", id)
	}
	from := len(h.entries)
	h.must("dispatcher", decided(h, id))
	if got := kinds(h, from); !slices.Equal(got, []string{"dispatch.item-decided/1", "case.measure-set/1", "case.opened/1", "case.opened/1"}) {
		t.Fatalf("entries: %v", got)
	}
	m := h.meeting(id)
	x := m.Item("1")
	if x.State != ItemDecided || !slices.Equal(x.Tasks, []string{"T-20220706-01", "T-20220706-02"}) || m.Now().ID != "2" {
		t.Errorf("item: %+v, on: %+v", x, m.Now())
	}
	k := h.kase(road)
	if k.Measure.Chosen != "甲" || k.Measure.Meeting != id || k.Measure.Owner.Unit != "zjj" || k.Measure.By != "2022-07-22" || len(k.Measure.Options) != 3 {
		t.Errorf("measure: %+v", k.Measure)
	}
	first, second := h.kase("T-20220706-01"), h.kase("T-20220706-02")
	if first.Given != "2022-07-13" || first.Handler.Unit != "zjj" || first.Raiser.Post != "town" || first.Subject != "project/JM-007" || first.State != "sent" {
		t.Errorf("first task: %+v", first)
	}
	if second.Raiser.Unit != "zjj" || second.Handler.Unit != "tj" { // the town raised the matter, but handles this one: who handles the matter confirms
		t.Errorf("second task is confirmed by %+v", second.Raiser)
	}
	if h.entries[from].Post != "dispatcher" || h.entries[from+2].Post != "dispatcher" {
		t.Error("the tasks are not signed by the recorder")
	}
}

func TestTheSupervisionOfficeRecordsWhatItsRoleAloneCouldNotWriteAtTheDesk(t *testing.T) {
	h := enter(t)
	h.measured()
	id := h.running()
	if _, err := h.do("supervisor", casework.Open{Desk: "china/task", Title: "x", Raiser: casework.Party{Unit: "tj"}}); !errors.Is(err, casework.ErrNotYours) {
		t.Fatalf("beside a meeting: %v", err)
	}
	h.must("supervisor", decided(h, id))
	if e := h.entries[len(h.entries)-1]; e.Post != "supervisor" {
		t.Errorf("signed by %s", e.Post)
	}
}

func TestATaskWithoutUnitOrDayIsRefusedByName(t *testing.T) {
	h := enter(t)
	h.measured()
	id := h.running()
	for lacks, d := range map[string]TaskDraft{
		"lack.unit-day": {Title: "90 米路基的图"},
		"lack.unit":     {Title: "90 米路基的图", By: "2022-07-13"},
		"lack.day":      {Title: "90 米路基的图", Unit: "jtj"},
	} {
		c := decided(h, id)
		c.Tasks = append(c.Tasks, d)
		f, _ := fault.Of(h.refused("dispatcher", c))
		if f == nil || f.Code != ErrTaskLacks.Code || f.Args["lacks"] != lacks || f.Args["task"] != "90 米路基的图" {
			t.Errorf("%s: %v", lacks, f)
		}
	}
	for what, tc := range map[string]struct {
		spoil func(*DecideItem)
		want  error
	}{
		"a day that is past":           {func(c *DecideItem) { c.Tasks[0].By = "2022-07-05" }, casework.ErrGivenDay},
		"no title":                     {func(c *DecideItem) { c.Tasks[0].Title = " " }, ErrTaskTitle},
		"an option that is none":       {func(c *DecideItem) { c.Option = "丁" }, ErrOption},
		"no decision":                  {func(c *DecideItem) { c.Option, c.Text = "", " " }, ErrNoDecision},
		"an item decided since":        {func(c *DecideItem) { c.Seen-- }, ErrItemMoved},
		"options compared anew since":  {func(c *DecideItem) { c.MeasureSeen-- }, casework.ErrMoved},
		"a raiser who does it himself": {func(c *DecideItem) { c.Tasks[0].Raiser = casework.Party{Unit: "zjj"} }, ErrTaskRaiser},
		"an item that is not there":    {func(c *DecideItem) { c.Item = "9" }, ErrNoItem},
		"a meeting that is not there":  {func(c *DecideItem) { c.Meeting = "M-2022-0706-9" }, ErrNoMeeting},
	} {
		c := decided(h, id)
		tc.spoil(&c)
		if err := h.refused("dispatcher", c); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if h.item(id, "1").State != ItemNow {
		t.Error("a refusal moved the item")
	}
}

func TestWithoutHardPointAndCauseACaseIsNotDecided(t *testing.T) {
	h := enter(t)
	id := h.running()
	c := DecideItem{Meeting: id, Item: "1", Text: "换一家机构复核", Seen: h.item(id, "1").Seq, Tasks: []TaskDraft{{Title: "复核", Unit: "zjj", By: "2022-07-13"}}}
	if err := h.refused("dispatcher", c); !errors.Is(err, casework.ErrMeasure) {
		t.Fatal(err)
	}
	c.Pain, c.Cause = "两户不认评估", "评估机构只有一家"
	h.must("dispatcher", c)
	if m := h.kase(road).Measure; m.Pain != c.Pain || m.Decision != c.Text {
		t.Errorf("%+v", m)
	}
}

func TestADecisionIsTakenBackAsLongAsNobodyTookUpATask(t *testing.T) {
	h := enter(t)
	h.measured()
	before := *h.kase(road).Measure
	id := h.running()
	h.must("dispatcher", decided(h, id))
	if err := h.refused("dispatcher", Undecide{Meeting: id, Item: "1", Seen: h.item(id, "1").Seq}); !errors.Is(err, ErrReason) {
		t.Error(err)
	}
	h.must("dispatcher", Undecide{Meeting: id, Item: "1", Why: "日子写错", Seen: h.item(id, "1").Seq})
	m := h.meeting(id)
	if x := m.Item("1"); x.State != ItemNow || len(x.Tasks) != 0 || x.Decision != "" || m.Item("2").State != ItemWaiting {
		t.Errorf("%+v", m.Items)
	}
	if c := h.kase("T-20220706-01"); c.Open() || c.Outcome != "withdrawn" || c.ClosedBy != "undone" || c.MovedBy != "dispatcher" {
		t.Errorf("the task: %+v", c)
	}
	for _, e := range h.entries {
		if e.Subject == "case/T-20220706-01" && (e.Post != "dispatcher" || e.Kind == "case.moved/1" && !strings.Contains(string(e.Body), `"reason":"日子写错"`)) {
			t.Errorf("%s is signed by %s: %s", e.Kind, e.Post, e.Body)
		}
	}
	after := *h.kase(road).Measure
	before.Seq, before.Post, after.Seq, after.Post = 0, "", 0, ""
	if fmt.Sprint(before) != fmt.Sprint(after) {
		t.Errorf("measure %+v, was %+v", after, before)
	}
	h.must("dispatcher", decided(h, id)) // numbers go on
	if got := h.item(id, "1").Tasks; !slices.Equal(got, []string{"T-20220706-03", "T-20220706-04"}) {
		t.Errorf("tasks %v", got)
	}
	h.must("housing", casework.Make{Case: "T-20220706-03", Move: "receive", From: "sent"})
	f, _ := fault.Of(h.refused("dispatcher", Undecide{Meeting: id, Item: "1", Why: "x", Seen: h.item(id, "1").Seq}))
	if f.Code != ErrTasksMoved.Code || fmt.Sprint(f.Args["tasks"]) != "[T-20220706-03]" {
		t.Errorf("after a receipt: %v", f)
	}
	if !h.kase("T-20220706-04").Open() {
		t.Error("the refusal withdrew a task")
	}
}

func TestDecidingAgainAddsTasksAndKeepsThoseThatWereGiven(t *testing.T) {
	h := enter(t)
	h.measured()
	id := h.running()
	h.must("dispatcher", decided(h, id))
	c := decided(h, id)
	c.Text, c.Tasks = c.Text+"区交通局 7 月 13 日前交 90 米路基的图。", []TaskDraft{{Title: "交 90 米路基的图", Unit: "jtj", By: "2022-07-13"}}
	h.must("supervisor", c)
	if x := h.item(id, "1"); len(x.Tasks) != 3 || x.Was == nil || x.Was.Decision != "" {
		t.Errorf("%+v", x)
	}
	if m := h.kase(road).Measure; m.Owner.Unit != "zjj" || m.By != "2022-07-22" || m.Decision != c.Text {
		t.Errorf("%+v", m)
	}
	h.must("dispatcher", Undecide{Meeting: id, Item: "1", Why: "重议", Seen: h.item(id, "1").Seq})
	if m := h.kase(road).Measure; m.Chosen != "" || m.Decision != "" || m.Meeting != "" {
		t.Errorf("taken back: %+v", m)
	}
}

func TestAMeetingIsNotClosedOverWhatIsOpenOrBare(t *testing.T) {
	h := enter(t)
	h.measured()
	id := h.running()
	names := func(err error, want *fault.Fault) []string {
		t.Helper()
		f, _ := fault.Of(err)
		if f == nil || f.Code != want.Code {
			t.Fatalf("want %s, got %v", want.Code, err)
		}
		return f.Args["items"].([]string)
	}
	if got := names(h.refused("dispatcher", CloseMeeting{Meeting: id}), ErrUnheld); !slices.Equal(got, []string{"2 处房屋评估", "kind.red", "汛期检查"}) {
		t.Errorf("open: %v", got)
	}
	c := decided(h, id)
	c.Tasks = nil
	h.must("dispatcher", c)
	h.must("dispatcher", HoldItem{Meeting: id, Item: "2", Why: "数还没冻结", Seen: h.item(id, "2").Seq})
	h.must("leader", DecideItem{Meeting: id, Item: "3", Text: "照去年的办法查", NoTaskWhy: "各镇街已在查", Seen: h.item(id, "3").Seq})
	if got := names(h.refused("dispatcher", CloseMeeting{Meeting: id}), ErrUnsettled); !slices.Equal(got, []string{"2 处房屋评估"}) {
		t.Errorf("bare: %v", got)
	}
	c = decided(h, id)
	h.must("dispatcher", c)
	h.must("dispatcher", CloseMeeting{Meeting: id})
	m := h.meeting(id)
	if m.State != MeetingClosed || m.ClosedBy != "dispatcher" || m.Item("2").HeldWhy != "数还没冻结" {
		t.Errorf("%+v", m)
	}
	for _, late := range []deed{c, HoldItem{Meeting: id, Item: "2", Why: "x"}, Undecide{Meeting: id, Item: "1", Why: "x"}, StartMeeting{Meeting: id}, SetAgenda{Meeting: id, Seen: m.Agenda}, TurnTo{Meeting: id, Item: "2"}} {
		if err := h.refused("dispatcher", late); !errors.Is(err, ErrMeetingState) {
			t.Errorf("%T after the close: %v", late, err)
		}
	}
}

func TestTheLastDecisionsAreGoneThroughWithoutTaskOrReason(t *testing.T) {
	h := enter(t)
	h.must("dispatcher", CallMeeting{Title: "调度会", On: "2022-07-06", At: "14:30"})
	h.must("dispatcher", SetAgenda{Meeting: "M-2022-0706-1", Items: []AgendaItem{{Kind: ItemPrevious}}})
	h.must("dispatcher", StartMeeting{Meeting: "M-2022-0706-1"})
	h.must("dispatcher", DecideItem{Meeting: "M-2022-0706-1", Item: "1", Seen: h.item("M-2022-0706-1", "1").Seq})
	h.must("dispatcher", CloseMeeting{Meeting: "M-2022-0706-1"})
}

func TestARunningMeetingIsNotStartedTwice(t *testing.T) {
	h := enter(t)
	id := h.running()
	f, _ := fault.Of(h.refused("supervisor", StartMeeting{Meeting: id}))
	if f.Code != ErrMeetingState.Code || f.Args["state"] != "state.running" {
		t.Errorf("%v", f)
	}
}

func TestTheAgendaOfTwoWritersIsNotOverwrittenAndNothingBegunLeavesIt(t *testing.T) {
	h := enter(t)
	h.must("dispatcher", CallMeeting{Title: "调度会", On: "2022-07-06", At: "14:30"})
	const id = "M-2022-0706-1"
	list := []AgendaItem{{Kind: ItemFree, Title: "甲"}, {Kind: ItemFree, Title: "乙"}}
	h.must("dispatcher", SetAgenda{Meeting: id, Items: list})
	if err := h.refused("supervisor", SetAgenda{Meeting: id, Items: list}); !errors.Is(err, ErrAgendaMoved) {
		t.Error(err)
	}
	h.must("supervisor", SetAgenda{Meeting: id, Seen: h.meeting(id).Agenda, Items: []AgendaItem{{ID: "2", Kind: ItemFree, Title: "乙"}}}) // before it begins an item may go
	h.must("dispatcher", StartMeeting{Meeting: id})
	h.must("dispatcher", NoteLine{Meeting: id, Item: "2", Text: "记了一句"})
	seen := h.meeting(id).Agenda
	if err := h.refused("dispatcher", SetAgenda{Meeting: id, Seen: seen}); !errors.Is(err, ErrAgenda) {
		t.Error(err)
	}
	h.must("dispatcher", SetAgenda{Meeting: id, Seen: seen, Items: []AgendaItem{{Kind: ItemFree, Title: "丙"}, {ID: "2", Kind: ItemFree, Title: "乙"}}})
	m := h.meeting(id)
	if m.Items[0].ID != "3" || m.Now().ID != "2" || len(m.Item("2").Lines) != 1 { // a number is not given twice; what is on stays on
		t.Errorf("%+v", m.Items)
	}
	for why, x := range map[string]AgendaItem{"why.kind": {Kind: "tea"}, "why.title": {Kind: ItemFree}, "why.case": {Kind: ItemCase, Subject: "project/JM-007"}, "why.minutes": {Kind: ItemFree, Title: "x", Minutes: -1},
		"why.subject": {Kind: ItemVisit, Subject: "visit/V-2022-0001"}} {
		err := h.refused("dispatcher", SetAgenda{Meeting: id, Seen: m.Agenda, Items: []AgendaItem{{ID: "2", Kind: ItemFree, Title: "乙"}, x}})
		if f, _ := fault.Of(err); f.Args["why"] != why {
			t.Errorf("%s: %v", why, err)
		}
	}
}

func TestItemsAreTurnedToAndWhatWasHeldIsTakenUpAgain(t *testing.T) {
	h := enter(t)
	id := h.running()
	h.must("dispatcher", HoldItem{Meeting: id, Item: "1", Why: "等复核", Seen: h.item(id, "1").Seq})
	if m := h.meeting(id); m.Now().ID != "2" {
		t.Fatalf("on: %+v", m.Now())
	}
	h.must("dispatcher", TurnTo{Meeting: id, Item: "3"})
	h.must("dispatcher", TurnTo{Meeting: id, Item: "1"})
	m := h.meeting(id)
	if m.Now().ID != "1" || m.Now().HeldWhy != "" || m.Item("3").State != ItemWaiting || m.Item("2").State != ItemWaiting {
		t.Errorf("%+v", m.Items)
	}
	if e := h.must("dispatcher", TurnTo{Meeting: id, Item: "1"}); len(e) != 0 {
		t.Error("turning to what is on said something")
	}
}

func TestAMeetingIsCalledCorrectedOrCalledOff(t *testing.T) {
	h := enter(t)
	for what, c := range map[string]CallMeeting{"bad.title": {On: "2022-07-06", At: "14:30"}, "bad.day": {Title: "x", On: "2022-07-05", At: "14:30"}, "bad.time": {Title: "x", On: "2022-07-06", At: "2:30"}} {
		if f, _ := fault.Of(h.refused("dispatcher", c)); f.Args["what"] != what {
			t.Errorf("%s: %v", what, f)
		}
	}
	if err := h.refused("dispatcher", CallMeeting{Title: "x", On: "2022-07-06", At: "14:30", Chair: "nobody"}); err == nil {
		t.Error("a chair that there is not")
	}
	h.must("dispatcher", CallMeeting{Title: "调度会", On: "2022-07-06", At: "14:30", Rhythm: "r", Event: "e"})
	h.must("dispatcher", CallMeeting{Title: "调度会", On: "2022-07-06", At: "16:00", Rhythm: "r", Event: "e"})
	const a, b = "M-2022-0706-1", "M-2022-0706-2"
	h.must("dispatcher", CallMeeting{ID: b, Title: "调度会", On: "2022-07-08", At: "09:00", Rhythm: "r", Event: "e"})
	if m := h.meeting(b); m.On != "2022-07-08" || m.Previous != "" {
		t.Errorf("%+v", m)
	}
	if err := h.refused("dispatcher", CloseMeeting{Meeting: b}); !errors.Is(err, ErrReason) {
		t.Error(err)
	}
	h.must("dispatcher", StartMeeting{Meeting: a})
	if err := h.refused("dispatcher", CallMeeting{ID: a, Title: "调度会", On: "2022-07-06", At: "15:00"}); !errors.Is(err, ErrMeetingState) {
		t.Error(err)
	}
	h.must("dispatcher", CloseMeeting{Meeting: a})
	h.at = h.at.AddDate(0, 0, 1)
	h.must("dispatcher", StartMeeting{Meeting: b}) // closed since the call: its decisions come first
	if m := h.meeting(b); m.Previous != a {
		t.Errorf("previous: %q", m.Previous)
	}
	h.must("dispatcher", CallMeeting{Title: "另一个会", On: "2022-07-08", At: "09:00"})
	h.must("dispatcher", CloseMeeting{Meeting: "M-2022-0708-1", Why: "并到周会"})
	if m := h.meeting("M-2022-0708-1"); m.State != MeetingOff || m.OffWhy == "" || m.Previous != a { // out of turn, it follows whichever was last
		t.Errorf("%+v", m)
	}
	h.must("dispatcher", CallMeeting{Title: "周会", On: "2022-07-08", At: "09:00", Rhythm: "r", Event: "another"})
	if m := h.meeting("M-2022-0708-2"); m.Previous != "" {
		t.Errorf("follows a meeting of another kind: %+v", m)
	}
}

func TestMinutesAreIssuedOfAClosedMeetingAndIssuedAgainBeside(t *testing.T) {
	h := enter(t)
	h.must("dispatcher", CallMeeting{Title: "调度会", On: "2022-07-06", At: "14:30"})
	const id = "M-2022-0706-1"
	c := IssueMinutes{Meeting: id, Content: "sha256:a", Files: map[string]string{"minutes.docx": "sha256:b", "list.docx": "sha256:c"}}
	if err := h.refused("dispatcher", c); !errors.Is(err, ErrMeetingState) {
		t.Error(err)
	}
	h.must("dispatcher", StartMeeting{Meeting: id})
	h.must("dispatcher", CloseMeeting{Meeting: id})
	if err := h.refused("dispatcher", IssueMinutes{Meeting: id, Content: "sha256:a"}); !errors.Is(err, ErrMinutes) {
		t.Error(err)
	}
	e := h.must("dispatcher", c)
	if !slices.Equal(e[0].Evidence, []string{"sha256:a", "sha256:b", "sha256:c"}) {
		t.Errorf("evidence %v", e[0].Evidence)
	}
	if e := h.must("dispatcher", c); len(e) != 0 {
		t.Error("the same minutes again said something")
	}
	c.Content = "sha256:d"
	h.at = h.at.Add(time.Hour)
	h.must("supervisor", c)
	if m := h.meeting(id); len(m.Minutes) != 2 || m.Minutes[1].No != 2 || m.Minutes[1].By != "supervisor" {
		t.Errorf("%+v", m.Minutes)
	}
}
