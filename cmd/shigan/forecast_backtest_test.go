package main

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"shigan/engine/curve"
	"shigan/kernel/words"
)

var backtestDay = time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)

const (
	sharedCases = "../../../shared/data/projects/dslib" // beside the repository where the projects are there
	sampleCases = "testdata/forecast"                   // made up (示例), three small ones
)

func casesOf(t testing.TB, dir string) []*tracedCase {
	t.Helper()
	cases, _, err := readCases(dir, backtestDay)
	if err != nil {
		t.Fatal(err)
	}
	return cases
}

// TestTheSharedProjectsAreForecastBetterThanByEarnedSchedule holds the goals of the issue: eight real projects, each forecast by what
// the other seven and the prior say.
func TestTheSharedProjectsAreForecastBetterThanByEarnedSchedule(t *testing.T) {
	if _, err := os.Stat(sharedCases); err != nil {
		t.Skip("the shared projects are not there")
	}
	cases := casesOf(t, sharedCases)
	b := scoreCases(cases, curve.DefaultTracked)
	s := b.Summary
	t.Logf("finish %.4f, cost %.4f, inside %.3f, %.3f of %d", *s.FinishMAPE, *s.CostMAPE, *s.FinishCovered, *s.CostCovered, s.Periods)
	if s.Projects != 8 || s.Periods != 79 || b.Method.Reference != 0 {
		t.Errorf("8 projects of 79 periods, none of the program's own: %+v %+v", s, b.Method)
	}
	for what, x := range map[string]struct{ got, want float64 }{
		"baseline": {*b.Rivals.FinishBaseline, .199}, "earned schedule": {*b.Rivals.FinishES, .115}, "EAC": {*b.Rivals.CostEAC, .051}, "budget": {*b.Rivals.CostBudget, .087},
	} {
		if math.Abs(x.got-x.want) > .0005 {
			t.Errorf("%s: %.4f, its source says %.3f", what, x.got, x.want)
		}
	}
	if *s.FinishMAPE >= .115 || *s.CostMAPE >= .051 {
		t.Errorf("finish %.4f, cost %.4f", *s.FinishMAPE, *s.CostMAPE)
	}
	for _, c := range []float64{*s.FinishCovered, *s.CostCovered} {
		if c < .70 || c > .90 {
			t.Errorf("80 %% intervals hold %.3f", c)
		}
	}
	// nothing was tuned to them: the prior alone, which is older than the data, does as well
	bare := curve.DefaultTracked
	finish, cost := 0.0, 0.0
	for _, c := range cases {
		p := c.score(curve.LearnFamily(bare, nil), 0)
		finish, cost = finish+*p.FinishMAPE/8, cost+*p.CostMAPE/8
	}
	t.Logf("by the prior alone: finish %.4f, cost %.4f", finish, cost)
	if finish >= .115 || cost >= .051 {
		t.Errorf("by the prior alone: finish %.4f, cost %.4f", finish, cost)
	}
}

// TestTheReferenceClassIsWhatItSays compares the ratios that come with the program with the projects that they were measured from.
func TestTheReferenceClassIsWhatItSays(t *testing.T) {
	ref := curve.Reference()
	if len(ref) != 8 {
		t.Fatalf("%d projects", len(ref))
	}
	for _, r := range ref {
		if last := r.Reports[len(r.Reports)-1]; !r.Finished() || math.Abs(last.Day-r.Days) > 1e-9 || math.Abs(last.Spent-r.Cost) > 1e-9 {
			t.Errorf("%s: its last report is its end: %+v", r.ID, last)
		}
	}
	if _, err := os.Stat(sharedCases); err != nil {
		t.Skip("the shared projects are not there")
	}
	for i, c := range casesOf(t, sharedCases) {
		end := c.project.Plan.End()
		if r := ref[i]; r.ID != c.id || math.Abs(r.Days-c.project.Days/end.X) > 1e-4 || math.Abs(r.Cost-c.project.Cost/end.Y) > 1e-4 || len(r.Reports) != len(c.status) {
			t.Errorf("%s: %v, %v", r.ID, c.project.Days/end.X, c.project.Cost/end.Y)
		}
	}
}

// TestAForecastKnowsNothingLater holds the two laws of a backtest: a period does not see later ones, a project does not see its end.
func TestAForecastKnowsNothingLater(t *testing.T) {
	before := scoreCases(casesOf(t, sampleCases), curve.DefaultTracked)
	cases := casesOf(t, sampleCases)
	road := slices.IndexFunc(cases, func(c *tracedCase) bool { return c.id == "S-01" })
	n := len(cases[road].project.Reports)
	last, late := &cases[road].project.Reports[n-1], &cases[road].project.Reports[n-2]
	last.Day, last.Spent = last.Day*3, last.Spent*2 // another end …
	late.Day, late.Done = late.Day+5, late.Done*.7  // … and another last month
	cases[road].project.Days, cases[road].project.Cost = last.Day, last.Spent
	after := scoreCases(cases, curve.DefaultTracked)
	for k := range n - 2 {
		if a, b := before.Projects[road].Periods[k], after.Projects[road].Periods[k]; *a.Finish != *b.Finish || *a.Cost != *b.Cost {
			t.Errorf("period %d saw what came later: %v, %v", k+1, *a.Finish, *b.Finish)
		}
	}
	other := (road + 1) % len(cases)
	if *before.Projects[other].Periods[0].Finish == *after.Projects[other].Periods[0].Finish {
		t.Error("the others learn from its end")
	}
}

func TestACopyOfAProjectIsNotLearnedFrom(t *testing.T) {
	cases := casesOf(t, sampleCases)
	twice := append(slices.Clone(cases), cases[0])
	a, b := scoreCases(cases, curve.DefaultTracked), scoreCases(twice, curve.DefaultTracked)
	if a.Projects[0].LearnedFrom != b.Projects[0].LearnedFrom || *a.Projects[0].Periods[0].Finish != *b.Projects[0].Periods[0].Finish {
		t.Error("a project must not be forecast from its own copy")
	}
}

// sampleJSON is the road of the samples as a tree that a test may spoil.
func sampleJSON(t testing.TB) map[string]any {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(sampleCases, "sample-road.json"))
	if err != nil {
		t.Fatal(err)
	}
	var v map[string]any
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestBadInputIsNamedAndTheRestGoesOn(t *testing.T) {
	row := func(v map[string]any, list string, i int) map[string]any { return v[list].([]any)[i].(map[string]any) }
	act := func(v map[string]any, period, i int) map[string]any {
		return row(v, "tracking", period)["acts"].([]any)[i].(map[string]any)
	}
	cut := func(v map[string]any, list string, i int) { v[list] = slices.Delete(v[list].([]any), i, i+1) }
	for name, tc := range map[string]struct {
		spoil func(v map[string]any)
		code  string
		says  string // of the English sentence
		lost  bool   // the project cannot be scored
	}{
		"a month is missing in the middle":     {func(v map[string]any) { cut(v, "tracking", 4); cut(v, "tracking", 4) }, "gap", "90 days lie between 2020-06-30 and 2020-09-28", false},
		"progress over 100 %":                  {func(v map[string]any) { act(v, 2, 1)["pc"] = 1.4 }, "bad-progress", "140 % progress for activity 1", false},
		"progress below 0":                     {func(v map[string]any) { act(v, 2, 1)["pc"] = "-5%" }, "bad-progress", "-5 % progress", false},
		"a status date in the future":          {func(v map[string]any) { row(v, "tracking", 9)["status"] = "2031-01-01" }, "future-status", "2031-01-01", false},
		"a start after its own report":         {func(v map[string]any) { act(v, 1, 1)["as"] = "2021-01-01T08:00" }, "future-start", "starts on 2021-01-01", false},
		"a report before the start":            {func(v map[string]any) { row(v, "tracking", 0)["status"] = "2019-01-01" }, "status-before-start", "2019-01-01", false},
		"a report without a date":              {func(v map[string]any) { row(v, "tracking", 0)["status"] = "soon" }, "no-status-date", "“1”", false},
		"two reports of one day":               {func(v map[string]any) { row(v, "tracking", 1)["status"] = row(v, "tracking", 0)["status"] }, "doubled-status", "“2”", false},
		"reports out of order":                 {func(v map[string]any) { slices.Reverse(v["tracking"].([]any)) }, "out-of-order", "put into it", false},
		"a finish before its start":            {func(v map[string]any) { row(v, "activities", 2)["end"] = "2020-03-05T08:00" }, "end-before-start", "activity 2 in row 3", false},
		"an activity without dates":            {func(v map[string]any) { row(v, "activities", 2)["end"] = nil }, "no-dates", "activity 2 in row 3", false},
		"an activity twice":                    {func(v map[string]any) { row(v, "activities", 3)["id"] = 2 }, "doubled-activity", "activity 2 in row 4", false},
		"an activity that the plan lacks":      {func(v map[string]any) { act(v, 3, 2)["id"] = 77 }, "unknown-activity", "activity 77", false},
		"a report of nothing":                  {func(v map[string]any) { row(v, "tracking", 3)["acts"] = []any{} }, "empty-period", "“4”", false},
		"a row that is no object":              {func(v map[string]any) { v["tracking"].([]any)[3] = 12 }, "bad-row", "row 4 of tracking", false},
		"a line that is no object":             {func(v map[string]any) { row(v, "tracking", 3)["acts"].([]any)[2] = "x" }, "bad-act", "row 3 of report “4”", false},
		"cost that falls":                      {func(v map[string]any) { act(v, 5, 0)["ac"] = 1 }, "cost-falls", "“6”", false},
		"no actual cost":                       {func(v map[string]any) { stripCosts(v) }, "no-actual-cost", "not forecast", false},
		"no budget":                            {func(v map[string]any) { stripBudget(v) }, "no-costs", "weighed by days", false},
		"a budget that is not its parts'":      {func(v map[string]any) { row(v, "activities", 0)["cost"] = 2000 }, "budget-differs", "2000", false},
		"a last report that is not the finish": {func(v map[string]any) { v["tracking"] = v["tracking"].([]any)[:6] }, "not-finished", "complete", false},
		"an overview that is no list":          {func(v map[string]any) { v["overview"] = "none" }, "no-list", "overview", false},
		"no activities":                        {func(v map[string]any) { v["activities"] = []any{} }, "no-activities", "Add its baseline", true},
		"an empty project":                     {func(v map[string]any) { clear(v) }, "no-activities", "left out", true},
		"one report":                           {func(v map[string]any) { v["tracking"] = v["tracking"].([]any)[:1] }, "too-few-periods", "has 1 usable report;", true},
		"no reports":                           {func(v map[string]any) { delete(v, "tracking") }, "too-few-periods", "0 usable reports", true},
	} {
		t.Run(name, func(t *testing.T) {
			v := sampleJSON(t)
			tc.spoil(v)
			raw, _ := json.Marshal(v)
			c, found := readCase("x.json", raw, backtestDay)
			i := slices.IndexFunc(found, func(f finding) bool { return f.Code == tc.code })
			if i < 0 {
				t.Fatalf("not noticed: %+v", found)
			}
			for _, lang := range []words.Lang{words.Zh, words.En} {
				if text := sentenceOf(lang, found[i]); !strings.Contains(text, "x.json") || strings.ContainsAny(text, "{}⟦") {
					t.Errorf("%s: %s", lang, text)
				}
			}
			if text := sentenceOf(words.En, found[i]); !strings.Contains(text, tc.says) {
				t.Errorf("%s\nshould say: %s", text, tc.says)
			}
			if tc.lost != (c == nil) {
				t.Fatalf("left out: %v", c == nil)
			}
			if c != nil {
				if s := scoreCases([]*tracedCase{c}, curve.DefaultTracked).Summary; s.FinishMAPE == nil || !(*s.FinishMAPE < 1) {
					t.Errorf("the rest must go on: %+v", s)
				}
			}
		})
	}
}

func stripCosts(v map[string]any) {
	for _, p := range v["tracking"].([]any) {
		for _, a := range p.(map[string]any)["acts"].([]any) {
			delete(a.(map[string]any), "ac")
		}
	}
}

func stripBudget(v map[string]any) {
	for _, a := range v["activities"].([]any) {
		a.(map[string]any)["cost"] = nil
	}
}

func TestTheSameFindingIsNotListedAThousandTimes(t *testing.T) {
	v := sampleJSON(t)
	for _, p := range v["tracking"].([]any) {
		for _, a := range p.(map[string]any)["acts"].([]any)[1:] {
			a.(map[string]any)["pc"] = 2
		}
	}
	raw, _ := json.Marshal(v)
	_, found := readCase("x.json", raw, backtestDay)
	if len(found) > 8 {
		t.Errorf("%d findings", len(found))
	}
	if text := sentenceOf(words.En, found[len(found)-1]); text != "x.json: 35 more of the same kind (progress out of range) are not listed." {
		t.Error(text)
	}
}

func TestBrokenJSONIsLeftOutWithItsLine(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"a.json": "{\n\"activities\": [\n{\"id\": 1,}\n]}", "b.json": "", "c.json": "[1, 2]", "d.json": "\xff\xfe{\x00}\x00"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cases, found, err := readCases(dir, backtestDay)
	if err != nil || len(cases) != 0 || len(found) != 4 {
		t.Fatalf("%v %d %+v", err, len(cases), found)
	}
	if text := sentenceOf(words.En, found[0]); !strings.Contains(text, "a.json: from line 3 on") {
		t.Error(text)
	}
	if _, _, err := readCases(t.TempDir(), backtestDay); err == nil {
		t.Error("an empty folder has no projects")
	}
}

func TestAGroupIsNotCountedBesideItsParts(t *testing.T) {
	v := sampleJSON(t)
	acts := v["activities"].([]any)
	acts[1].(map[string]any)["wbs"], acts[2].(map[string]any)["wbs"] = "1.1.1", "1.1.2"
	group := map[string]any{"id": 50, "name": "group", "wbs": "1.1", "start": "2020-03-02T08:00", "end": "2020-07-01T08:00", "cost": 800}
	v["activities"] = slices.Insert(acts, 1, any(group))
	raw, _ := json.Marshal(v)
	c, found := readCase("x.json", raw, backtestDay)
	if c == nil || len(found) > 0 || c.project.Plan.End().Y != 1600 {
		t.Errorf("%+v", found)
	}
}

func FuzzReadCase(f *testing.F) {
	for _, name := range []string{"sample-road.json", "sample-park.json"} {
		raw, err := os.ReadFile(filepath.Join(sampleCases, name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
		f.Add(raw[:len(raw)/2])
	}
	f.Add([]byte(`{"activities":[{"id":0,"start":"2020-01-01","end":"2020-02-01","cost":1e308},{"id":1,"wbs":"1.1","start":"2020-01-01","end":"2020-01-01","cost":"1e308"}],"tracking":[{"status":"2020-01-09","acts":[{"id":1,"pc":"nan","ac":-4}]},{"status":"2020-01-19","acts":null}]}`))
	bare := curve.LearnFamily(curve.DefaultTracked, nil)
	f.Fuzz(func(t *testing.T, raw []byte) {
		c, found := readCase("f.json", raw, backtestDay)
		for _, x := range found {
			if text := sentenceOf(words.Zh, x); strings.ContainsAny(text, "⟦") {
				t.Fatalf("no sentence for %+v", x)
			}
		}
		if c == nil {
			if len(found) == 0 {
				t.Fatal("left out without a word")
			}
			return
		}
		c.project.Reports = c.project.Reports[max(0, len(c.project.Reports)-4):] // enough to see, and quick
		c.status, c.byES, c.byEAC = c.status[max(0, len(c.status)-4):], c.byES[max(0, len(c.byES)-4):], c.byEAC[max(0, len(c.byEAC)-4):]
		b := c.score(bare, 0)
		if _, err := json.Marshal(b); err != nil {
			t.Fatalf("%v of %q", err, raw)
		}
		for _, p := range b.Periods {
			if p.Finish != nil && (p.Finish.P10 > p.Finish.P50 || p.Finish.P50 > p.Finish.P90) {
				t.Fatalf("quantiles fall: %+v", *p.Finish)
			}
		}
	})
}
