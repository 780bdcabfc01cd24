package testkit

import (
	"context"
	"errors"
	"testing"

	"shigan/app"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/figure"
	"shigan/kernel/ledger"
	"shigan/kernel/quantity"
	"shigan/kernel/words"
)

func content(month, ytd quantity.Fen, text string) dispatch.Content {
	return dispatch.Content{Month: project.DispatchMoney(month), YTD: project.DispatchMoney(ytd), Progress: text,
		Measure: "补料加班", Who: "项目单位", By: "2022-12-31", Explain: "示例说明"}
}

// TestAMonthFromOpenToAmended walks the whole line on both engines: the worked example of the domain research §1.4.
func TestAMonthFromOpenToAmended(t *testing.T) {
	for name, start := range Engines(t) {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			clock := At("2022-01-05")
			o := Office(t, start(t), clock, ledger.SHA256)
			who := Small(t, o)
			for m := calendar.MustMonth("2022-01"); !m.After(calendar.MustMonth("2022-06")); m = m.Next() {
				clock.Set(m.Last().String())
				if _, err := o.OpenMonth(ctx, who["dispatcher"], m, app.Options{}); err != nil {
					t.Fatal(m, err)
				}
				if m.String() == "2022-05" {
					Do(t, o, who["local"], project.Happen{ID: "JM-001", Stage: project.Started, On: "2022-05-12", Source: "示例施工许可"})
				}
				ytd := quantity.Fen(700*m.Month) * quantity.Wan
				rec, pv, err := o.Report(ctx, who["owner"], dispatch.SubmitReport{Project: "JM-001", Month: m, Content: content(700*quantity.Wan, ytd, "示例进度")}, app.Options{})
				if err != nil {
					t.Fatal(m, err)
				}
				if m.String() == "2022-06" && pv.Figs["light.progress"].Hue() != "yellow" {
					t.Fatalf("15 points behind is yellow, preview shows %s", pv.Figs["light.progress"].Hue())
				}
				Do(t, o, who["line"], dispatch.AcceptReport{Project: "JM-001", Month: m, Seq: rec.Last})
				if m.String() != "2022-06" {
					if _, _, err := o.FreezeMonth(ctx, who["dispatcher"], m, "", app.Options{}); err != nil {
						t.Fatal(m, err)
					}
				}
			}
			june := calendar.MustMonth("2022-06")
			tree, set, err := o.Explain(ctx, who["leader"], "light.progress", "project/JM-001", june, "", figure.At{})
			if err != nil {
				t.Fatal(err)
			}
			if tree.Value.Text != "yellow" || len(tree.Turns) == 0 {
				t.Fatalf("%+v", tree)
			}
			leaves := 0
			for leaf := range tree.Leaves() {
				for _, s := range leaf.Stated {
					if _, err := o.Read(ctx).Entry(s.Seq); err != nil {
						t.Fatal(err)
					}
					leaves++
				}
			}
			if leaves == 0 {
				t.Fatal("the tree ends in no ledger entry")
			}
			_ = set
			figs, err := o.Figures(ctx, june, "", []string{"light.start", "light.library", figure.Overall, "lag"}, []string{"project/JM-001"})
			if err != nil {
				t.Fatal(err)
			}
			for name, want := range map[string]string{"light.start": "green", "light.library": "yellow", figure.Overall: "yellow", "lag": "15.0"} {
				if got := figs.Of(name, "project/JM-001").Text(words.Zh).Text; got != want {
					t.Errorf("%s: %s, want %s", name, got, want)
				}
			}
			if got, _ := o.Figures(ctx, calendar.MustMonth("2022-04"), "", []string{"light.start"}, []string{"project/JM-001"}); got.Of("light.start", "project/JM-001").Hue() != "yellow" {
				t.Error("April: start should be yellow")
			}
			if _, _, err := o.FreezeMonth(ctx, who["dispatcher"], june, "", app.Options{}); err != nil {
				t.Fatal(err)
			}
			_, _, err = o.Report(ctx, who["owner"], dispatch.SubmitReport{Project: "JM-001", Month: june, Content: content(1, 1, "")}, app.Options{})
			if !errors.Is(err, dispatch.ErrMonthClosed) {
				t.Fatalf("a frozen month took a report: %v", err)
			}
			Do(t, o, who["dispatcher"], dispatch.AmendMonth{Month: june, Project: "JM-001", YTD: 4_300 * quantity.Wan, Reason: "示例更正"})
			after, err := o.Figures(ctx, june, "", []string{"invested_ytd", "lag"}, []string{"project/JM-001"})
			if err != nil {
				t.Fatal(err)
			}
			if got := after.Of("invested_ytd", "project/JM-001").In(quantity.UnitWanYuan, words.Zh).Text; got != "4,200" {
				t.Errorf("a frozen month changed under an amendment: %s", got)
			}
			if n, diff, err := o.CheckFreeze(ctx, june); err != nil || len(diff) > 0 || n == 0 {
				t.Errorf("freeze computed again: %d values, %v, %v", n, diff, err)
			}
			held, err := o.Read(ctx).Held()
			if err != nil {
				t.Fatal(err)
			}
			if rep, err := ledger.Verify(held); err != nil || !rep.OK() {
				t.Errorf("%+v %v", rep, err)
			}
			if rows, diff, err := o.Store.Replay(ctx, Code, app.Apply); err != nil || len(diff) > 0 || rows == 0 {
				t.Errorf("replay: %d rows, %v, %v", rows, diff, err)
			}
			if _, err := o.Store.Rebuild(ctx, Code, app.Apply); err != nil {
				t.Error(err)
			}
			if _, err := o.Do(ctx, who["other"], dispatch.AskExcuse{Project: "JM-001", Month: june, Light: "start", Reason: "x"}, app.Options{}); !errors.Is(err, org.ErrForbidden) {
				t.Errorf("another unit asked an excuse: %v", err)
			}
		})
	}
}
