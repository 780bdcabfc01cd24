package app_test

import (
	"context"
	"testing"

	"shigan/kernel/calendar"
	"shigan/kernel/figure"
	"shigan/kernel/ledger"
	"shigan/kernel/quantity"
	"shigan/testkit"

	"shigan/app"
)

// TestASumCountsButDoesNotNameWhatItsReaderMayNotSee: an owner opens the district's sum and finds his own project in it, the others counted.
func TestASumCountsButDoesNotNameWhatItsReaderMayNotSee(t *testing.T) {
	o := testkit.Office(t, testkit.Engines(t)["sqlite"](t), testkit.At("2022-06-05"), ledger.SHA256)
	who := testkit.Small(t, o)
	testkit.AddProject(t, o, "JM-002", "示例二号", 100*quantity.Wan)
	ctx, m := context.Background(), calendar.MustMonth("2022-06")
	if _, err := o.OpenMonth(ctx, who["dispatcher"], m, app.Options{}); err != nil {
		t.Fatal(err)
	}
	for post, want := range map[string][2]int{"dispatcher": {2, 0}, "owner": {2, 0}, "other": {0, 2}} {
		tree, _, err := o.Explain(ctx, who[post], "group_planned", app.Everything, m, "", figure.At{})
		if err != nil {
			t.Fatal(err)
		}
		if got := [2]int{len(tree.Parts), tree.Hidden}; got != want {
			t.Errorf("%s sees %d parts and %d are hidden, want %v", post, got[0], got[1], want)
		}
	}
}
