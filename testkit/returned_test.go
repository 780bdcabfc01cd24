package testkit_test

import (
	"context"
	"errors"
	"testing"

	"shigan/app"
	"shigan/domain/dispatch"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/kernel/quantity"
	"shigan/testkit"
)

// TestAnAcceptedReportGoesBackWhileTheMonthIsOpenAndMayThenBeSentAgain covers what the refusal of a second report tells people to do.
func TestAnAcceptedReportGoesBackWhileTheMonthIsOpenAndMayThenBeSentAgain(t *testing.T) {
	ctx := context.Background()
	o := testkit.Office(t, testkit.Engines(t)["sqlite"](t), testkit.At("2022-06-28"), ledger.SHA256)
	who := testkit.Small(t, o)
	m := calendar.MustMonth("2022-06")
	if _, err := o.OpenMonth(ctx, who["dispatcher"], m, app.Options{}); err != nil {
		t.Fatal(err)
	}
	report := dispatch.SubmitReport{Project: "JM-001", Month: m, Content: dispatch.Content{Month: project.DispatchMoney(quantity.Wan), YTD: project.DispatchMoney(quantity.Wan), Progress: "示例",
		Measure: "示例", Who: "示例", By: "2022-12-31", Explain: "示例"}}
	first := testkit.Do(t, o, who["owner"], report)
	testkit.Do(t, o, who["line"], dispatch.AcceptReport{Project: "JM-001", Month: m, Seq: first.Last})
	report.Replaces = first.Last
	if _, err := o.Do(ctx, who["owner"], report, app.Options{}); !errors.Is(err, dispatch.ErrAccepted) {
		t.Fatalf("an accepted report was overwritten: %v", err)
	}
	testkit.Do(t, o, who["line"], dispatch.ReturnReport{Project: "JM-001", Month: m, Seq: first.Last, Reason: "示例：核实早了"})
	again := testkit.Do(t, o, who["owner"], report)
	r, _, err := dispatch.ReportOf(o.Read(ctx), m, "JM-001")
	if err != nil || r.State != dispatch.Reported || r.Returns != 1 || r.Seq != again.Last {
		t.Fatalf("%+v %v", r, err)
	}
}
