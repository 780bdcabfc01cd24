package testkit_test

import (
	"context"
	"strings"
	"testing"

	"shigan/app"
	"shigan/domain/dispatch"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/figure"
	"shigan/kernel/ledger"
	"shigan/kernel/quantity"
	"shigan/testkit"
)

// TestEveryFiguresTreeEndsInLedgerEntries explains every figure and light of the adopted rules, of a project and of the district: what
// a tree stands on is a fact with entries that are in the ledger, or a fact that nobody has stated, and then its value says so.
func TestEveryFiguresTreeEndsInLedgerEntries(t *testing.T) {
	ctx, m := context.Background(), calendar.MustMonth("2022-06")
	o := testkit.Office(t, testkit.Engines(t)["sqlite"](t), testkit.At("2022-06-28"), ledger.SHA256)
	who := testkit.Small(t, o)
	if _, err := o.OpenMonth(ctx, who["dispatcher"], m, app.Options{}); err != nil {
		t.Fatal(err)
	}
	testkit.Do(t, o, who["owner"], dispatch.SubmitReport{Project: "JM-001", Month: m, Content: dispatch.Content{Month: project.DispatchMoney(4_200 * quantity.Wan),
		YTD: project.DispatchMoney(4_200 * quantity.Wan), Progress: "示例", Measure: "示例", Who: "示例", By: "2022-12-31", Explain: "示例"}})
	set, err := o.SetFor(ctx, m, "")
	if err != nil {
		t.Fatal(err)
	}
	facts := 0
	var walk func(tree *figure.Tree)
	walk = func(tree *figure.Tree) {
		for leaf := range tree.Leaves() {
			if len(leaf.Stated) == 0 && !leaf.Value.IsMissing() {
				t.Errorf("%s: %s has a value that no entry states", tree.Name, leaf.Name)
			}
			for _, s := range leaf.Stated {
				if _, err := o.Read(ctx).Entry(s.Seq); err != nil {
					t.Errorf("%s: %s: %v", tree.Name, leaf.Name, err)
				}
				facts++
			}
		}
		for _, p := range tree.Parts { // a sum stands on its members
			over := tree.Figure.Sum + tree.Figure.Count
			sub, _, err := o.Explain(ctx, who["dispatcher"], over, p.Subject, m, "", figure.At{})
			if err != nil {
				t.Fatal(err)
			}
			walk(sub)
		}
		for _, in := range tree.Inputs {
			if len(in.Parts) > 0 {
				walk(in)
			}
		}
	}
	for _, name := range set.Order {
		subject := "project/JM-001"
		if f, ok := set.Figures[name]; ok && f.Of != "project" {
			if f.Of != "group" {
				continue
			}
			subject = app.Everything
		}
		if strings.HasPrefix(name, "light.") && set.Lights[strings.TrimPrefix(name, "light.")] != nil && set.Lights[strings.TrimPrefix(name, "light.")].Of == "group" {
			continue
		}
		tree, _, err := o.Explain(ctx, who["dispatcher"], name, subject, m, "", figure.At{})
		if err != nil {
			t.Fatalf("%s of %s: %v", name, subject, err)
		}
		walk(tree)
	}
	if facts == 0 {
		t.Fatal("no tree ends in an entry")
	}
}
