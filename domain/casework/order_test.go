package casework

import (
	"testing"

	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
	"shigan/packs"
)

// stageOf is a desk with everybody in place, on a day.
func stageOf(t *testing.T, name, day string) (*memory, func(by string, c deed) error) {
	t.Helper()
	lib, err := Load(packs.FS())
	if err != nil {
		t.Fatal(err)
	}
	at := calendar.MustDate(day).At(9 * 60)
	m, who, err := lib.Desks[name].stage(at, nil)
	if err != nil {
		t.Fatal(err)
	}
	return m, func(by string, c deed) error { return m.do(who[by], c, at, "") }
}

// TestTwoOrdersOfOneLampAreOneMatterAndTwoCallBacks: merging loses no order, and each is filed by its own caller's answers.
func TestTwoOrdersOfOneLampAreOneMatterAndTwoCallBacks(t *testing.T) {
	m, do := stageOf(t, "shandong/order", "2022-06-10")
	must := func(by string, c deed) {
		t.Helper()
		if err := do(by, c); err != nil {
			t.Fatal(err)
		}
	}
	chain := map[string]string{"head": "seat1", "deputy": "seat2", "chief": "seat3"}
	for _, id := range []string{"O-1", "O-2"} {
		must("desk", Open{ID: id, Desk: "shandong/order", Kind: "general", Title: "路灯不亮", Chain: chain, Raiser: Party{"u-raiser", "raiser"}})
	}
	must("desk", Merge{Case: "O-2", Into: "O-1", Reason: "同一盏灯"})
	content := map[string]string{"responded": "yes", "solved": "yes", "satisfied": "yes"}
	must("desk", Make{Case: "O-1", Move: "dispatch", From: "accepted", Handler: Party{Unit: "u-handler"}})
	must("handler", Make{Case: "O-1", Move: "receive", From: "sent"})
	must("handler", Make{Case: "O-1", Move: "answer", From: "handling", Outcome: "done", Fields: map[string]string{"result": "换了灯"}})
	must("desk", Make{Case: "O-1", Move: "pass", From: "checking"})
	must("raiser", Make{Case: "O-1", Move: "content", From: "calling", Fields: content})
	main, _ := Of(m, "O-1")
	child, _ := Of(m, "O-2")
	if main.Open() || !child.Open() || child.Into != "O-1" {
		t.Fatalf("the first is %q, the one merged into it %q", main.State, child.State)
	}
	must("desk", Make{Case: "O-2", Move: "direct", From: "accepted", Fields: map[string]string{"result": "已随 O-1 修好"}})
	must("raiser", Make{Case: "O-2", Move: "content", From: "calling", Fields: content})
	if child, _ = Of(m, "O-2"); child.Open() || child.Into != "O-1" || child.ClosedBy != "confirmed" {
		t.Errorf("the merged one stands at %s, closed by %q", child.State, child.ClosedBy)
	}
}

// TestADemandIsWrittenDownByTheCadreAndConfirmedByTheFirm: only roles that the desk names write down what another raised.
func TestADemandIsWrittenDownByTheCadreAndConfirmedByTheFirm(t *testing.T) {
	m, do := stageOf(t, "china/demand", "2022-04-11")
	firm := Party{Unit: "u-raiser"}
	open := Open{ID: "N-1", Desk: "china/demand", Kind: "labour", Title: "招两名焊工", Raiser: firm, Chain: map[string]string{"lead": "seat1", "head": "seat2", "deputy": "seat4", "chief": "seat5"}}
	if f, ok := fault.Of(do("stranger", open)); !ok || f.Code != ErrNotYours.Code { // another firm
		t.Errorf("a firm raises for another: %v", f)
	}
	if err := do("role:line", open); err != nil {
		t.Fatal(err)
	}
	c, _ := Of(m, "N-1")
	if c.Raiser != firm || c.MovedBy != "r-line" || c.Level != 1 {
		t.Errorf("raised by %+v, written by %s, at level %d", c.Raiser, c.MovedBy, c.Level)
	}
}

// TestWhoeverHandlesBringsTheHeadOfHisUnitOntoTheLadder where the desk has a rung for it.
func TestWhoeverHandlesBringsTheHeadOfHisUnitOntoTheLadder(t *testing.T) {
	m, do := stageOf(t, "china/demand", "2022-04-11")
	for _, err := range []error{
		m.Put(org.UnitKind, "q", org.Unit{ID: "q"}),
		m.Put(org.UnitKind, "rsj", org.Unit{ID: "rsj", Parent: "q", Head: "seat5"}),
		do("desk", Open{ID: "N-1", Desk: "china/demand", Kind: "labour", Title: "招两名焊工", Raiser: Party{Unit: "u-raiser"}, Chain: map[string]string{"lead": "seat1", "head": "seat2", "deputy": "seat4"}}),
		do("desk", Make{Case: "N-1", Move: "refer", From: "entered", Handler: Party{Unit: "rsj"}}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	c, _ := Of(m, "N-1")
	if c.Level != 3 || c.Seat() != "seat5" || c.Vacant {
		t.Errorf("stands at level %d, where %q sits; seats %v", c.Level, c.Seat(), c.Seats)
	}
}
