package testkit_test

import (
	"context"
	"testing"

	"shigan/app"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/testkit"
)

// TestAClosedMonthAddsUpAgainAfterAProjectChangedItsIndustry: what a project is in is stated with its day, so the groups of a closed month
// stay what they were.
func TestAClosedMonthAddsUpAgainAfterAProjectChangedItsIndustry(t *testing.T) {
	for name, start := range testkit.Engines(t) {
		t.Run(name, func(t *testing.T) {
			ctx, m := context.Background(), calendar.MustMonth("2022-06")
			clock := testkit.At("2022-06-28")
			o := testkit.Office(t, start(t), clock, ledger.SHA256)
			who := testkit.Small(t, o)
			if _, err := o.OpenMonth(ctx, who["dispatcher"], m, app.Options{}); err != nil {
				t.Fatal(err)
			}
			if _, _, err := o.FreezeMonth(ctx, who["dispatcher"], m, "示例：没有报", app.Options{}); err != nil {
				t.Fatal(err)
			}
			clock.Set("2022-07-05")
			p, err := project.Of(o.Read(ctx), "JM-001")
			if err != nil {
				t.Fatal(err)
			}
			f := p.Facts
			f.Industry, f.Level = "marine", "city"
			testkit.Do(t, o, who["dispatcher"], project.Describe{ID: "JM-001", Facts: f, Reason: "示例"})
			if n, diff, err := o.CheckFreeze(ctx, m); err != nil || len(diff) > 0 || n == 0 {
				t.Fatalf("%d values, %d differ: %.300v %v", n, len(diff), diff, err)
			}
		})
	}
}
