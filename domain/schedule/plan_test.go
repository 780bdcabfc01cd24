package schedule_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"shigan/domain/org"
	"shigan/domain/schedule"
	"shigan/packs"
)

func TestLinksAreReadAsPlanningProgramsWriteThem(t *testing.T) {
	for text, want := range map[string][]schedule.After{
		"": nil, "—": nil, "3": {{Step: "3"}}, "3, 5SS+2": {{Step: "3"}, {Step: "5", Kind: "SS", Lag: 2}}, "7FS-1.5；8ff": {{Step: "7", Lag: -1.5}, {Step: "8", Kind: "FF"}},
		"A1、b2SF+3天": {{Step: "A1"}, {Step: "b2", Kind: "SF", Lag: 3}},
	} {
		got, err := schedule.ParseAfter(text)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %+v %v", text, got, err)
		}
		again, err := schedule.ParseAfter(schedule.AfterText(got))
		if err != nil || !reflect.DeepEqual(again, got) {
			t.Errorf("%q written as %q reads %+v", text, schedule.AfterText(got), again)
		}
	}
	for _, bad := range []string{"3+", "3SS+x", "5 7", "3FS+99999"} {
		if got, err := schedule.ParseAfter(bad); err == nil {
			t.Errorf("%q is read as %+v", bad, got)
		}
	}
}

func FuzzLinks(f *testing.F) {
	for _, s := range []string{"3, 5SS+2", "7FS-1", "、；", "9SF+0.5天", "a+b", "1FS", "—"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		links, err := schedule.ParseAfter(text)
		if err != nil {
			return
		}
		again, err := schedule.ParseAfter(schedule.AfterText(links))
		if err != nil || !reflect.DeepEqual(again, links) {
			t.Errorf("%q → %+v → %q → %+v %v", text, links, schedule.AfterText(links), again, err)
		}
	})
}

func TestATableOfStepsIsRefusedWithItsRow(t *testing.T) {
	good := func() []schedule.Step {
		return []schedule.Step{step("1", "挖", 5, "", "", ""), step("2", "浇", 7, "1", "", ""), step("3", "验", 1, "2", "office", "approval")}
	}
	for name, c := range map[string]struct {
		bend func([]schedule.Step)
		want error
		says string
	}{
		"a loop is named":         {func(s []schedule.Step) { s[0].After = []schedule.After{{Step: "3"}} }, schedule.ErrLoop, "3"},
		"a step after nothing":    {func(s []schedule.Step) { s[1].After[0].Step = "9" }, schedule.ErrUnknown, "2"},
		"a number twice":          {func(s []schedule.Step) { s[2].ID = "1" }, schedule.ErrTwice, "3"},
		"days below nothing":      {func(s []schedule.Step) { s[1].Days = -1 }, schedule.ErrStep, "2"},
		"a step without a name":   {func(s []schedule.Step) { s[2].Name = org.Name{} }, schedule.ErrStep, "3"},
		"a calendar nobody knows": {func(s []schedule.Step) { s[0].Calendar = "moon" }, schedule.ErrStep, "1"},
		"a class nobody knows":    {func(s []schedule.Step) { s[0].Cause = "luck" }, schedule.ErrStep, "1"},
	} {
		s := good()
		c.bend(s)
		if _, err := schedule.Tidy(s); !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := schedule.Tidy(nil); !errors.Is(err, schedule.ErrNoSteps) {
		t.Errorf("an empty table: %v", err)
	}
	if _, err := schedule.Tidy(good()); err != nil {
		t.Error(err)
	}
}

func TestEveryShippedTemplateCanBeDrawn(t *testing.T) {
	all, err := schedule.LoadTemplates(packs.FS())
	if err != nil || len(all) < 3 {
		t.Fatalf("%d templates: %v", len(all), err)
	}
	for _, x := range all {
		if !x.Pack.Sample {
			t.Errorf("%s is made up and is not marked as a sample", x.Pack.Name)
		}
		if _, err := schedule.Tidy(x.Table); err != nil {
			t.Errorf("%s: %v", x.Pack.Name, err)
		}
	}
}
