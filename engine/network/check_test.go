package network

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"shigan/kernel/calendar"
	"shigan/kernel/words"
)

// good is a plan without a fault: a chain of ten activities of ten days, with resources and a baseline, half of it done in time.
func good(t testing.TB) *Network {
	text := "A0 10"
	for i := 1; i < 10; i++ {
		text += fmt.Sprintf(", A%d 10 A%d", i, i-1)
	}
	n := plan(t, Weekly(7), "2022-01-01", text)
	n.Rules.HoldAtDataDate = true
	n.DataDate = n.Start + 50*dayMinutes
	n.Finish = n.Start + 100*dayMinutes
	for i := range n.Activities {
		a := &n.Activities[i]
		a.Resources = 1
		a.BaselineStart, a.BaselineFinish = n.Start+Instant(i*10*dayMinutes), n.Start+Instant((i+1)*10*dayMinutes)
		if i < 5 {
			a.Started, a.Finished, a.Percent = a.BaselineStart, a.BaselineFinish, 1
		}
	}
	return n
}

func checked(t testing.TB, n *Network) *Review {
	t.Helper()
	r, err := Check(n, DCMA())
	if err != nil {
		t.Fatal(err)
	}
	all := r.Findings
	for _, p := range r.Points {
		all = append(all, p.Findings...)
		for _, key := range []string{p.Code, p.Missing} {
			if key != "" && !words.Has(key) {
				t.Errorf("no words for %s", key)
			}
		}
	}
	for _, f := range all {
		for _, lang := range []words.Lang{words.Zh, words.En} {
			if s := words.Say(lang, f.Code, f.Args); strings.ContainsAny(s, "⟦{") {
				t.Errorf("%s: %s", f.Code, s)
			}
		}
	}
	return r
}

func TestAGoodPlanPassesAllFourteenPoints(t *testing.T) {
	r := checked(t, good(t))
	if len(r.Points) != 14 || len(r.Findings) != 0 || !r.Passed() {
		t.Errorf("%+v", r)
	}
	for i, p := range r.Points {
		if p.Number != i+1 || !p.Applies || !p.Pass {
			t.Errorf("point %d: %+v", i+1, p)
		}
	}
}

func TestEachPointFindsItsOwnFault(t *testing.T) {
	date := func(s string) Instant { return On(calendar.MustDate(s), 0) }
	for name, tc := range map[string]struct {
		point int // 0: a finding outside of the points
		code  string
		who   string
		spoil func(n *Network)
	}{
		"a missing link":           {1, "no-successor", "A7", func(n *Network) { n.Links = append(n.Links[:7], n.Links[8:]...) }},
		"a lead":                   {2, "lead", "A8", func(n *Network) { n.Links[7].Lag = -2 * dayMinutes }},
		"a lag":                    {3, "lag", "A8", func(n *Network) { n.Links[7].Lag = 2 * dayMinutes }},
		"start–start":              {4, "not-finish-start", "A8", func(n *Network) { n.Links[7].Type = SS }},
		"a mandatory start":        {5, "hard-constraint", "A8", func(n *Network) { n.Activities[8].Constraints = []Constraint{{MandatoryStart, date("2022-05-01")}} }},
		"float over 44 days":       {6, "float-over", "B", func(n *Network) { n.add("B", 1, 4) }},
		"a deadline that is past":  {7, "float-below", "A9", func(n *Network) { n.Activities[9].Deadline = date("2022-04-01") }},
		"an activity of 45 days":   {8, "long", "A9", func(n *Network) { n.Activities[9].Duration = 45 * dayMinutes }},
		"finished tomorrow":        {9, "actual-in-future", "A4", func(n *Network) { n.Activities[4].Finished += dayMinutes }},
		"planned for last month":   {9, "plan-in-past", "A5", func(n *Network) { n.Rules.HoldAtDataDate, n.DataDate = false, n.DataDate+20*dayMinutes }},
		"nobody to do it":          {10, "resource-missing", "A9", func(n *Network) { n.Activities[9].Resources = 0 }},
		"finished a day late":      {11, "missed-activity", "A3", func(n *Network) { n.Activities[3].Finished += dayMinutes }},
		"a path that breaks":       {12, "path-broken", "A5", func(n *Network) { n.Activities[8].Constraints = []Constraint{{MandatoryStart, date("2022-03-22")}} }},
		"no duration":              {0, "no-duration", "A9", func(n *Network) { n.Activities[9].Duration = 0 }},
		"progress without a start": {0, "progress-without-start", "A9", func(n *Network) { n.Activities[9].Percent = .3 }},
		"100 % without a finish":   {0, "done-without-finish", "A9", func(n *Network) { n.Activities[9].Started, n.Activities[9].Percent = n.DataDate, 1 }},
		"out of sequence":          {0, "out-of-sequence", "A9", func(n *Network) { n.Activities[9].Started = n.DataDate }},
		"a link twice":             {0, "doubled-link", "A9", func(n *Network) { n.Links = append(n.Links, n.Links[8]) }},
		"a start that hangs":       {0, "dangling-start", "A9", func(n *Network) { n.Links[8].Type = FF }},
		"a finish that hangs":      {0, "dangling-finish", "A8", func(n *Network) { n.Links[8].Type = SS }},
	} {
		t.Run(name, func(t *testing.T) {
			n := good(t)
			tc.spoil(n)
			r := checked(t, n)
			list := r.Findings
			if tc.point > 0 {
				p := r.Points[tc.point-1]
				list = p.Findings
				if p.Pass || !p.Applies || r.Passed() {
					t.Errorf("point %d passes: %+v", tc.point, p)
				}
			}
			for _, f := range list {
				if f.Code == "network.check."+tc.code && f.Activity == tc.who {
					return
				}
			}
			t.Errorf("no finding %s of %s in %v", tc.code, tc.who, list)
		})
	}
}

// add puts an activity of so many days after another.
func (n *Network) add(id string, days, after int) {
	n.Activities = append(n.Activities, Activity{ID: id, Duration: int64(days) * dayMinutes, Resources: 1})
	n.Links = append(n.Links, Link{From: after, To: len(n.Activities) - 1})
}

func TestPointsThatTheFileCannotAnswerSayWhatIsMissing(t *testing.T) {
	n := plan(t, Weekly(7), "2022-01-01", "A 3, B 4 A")
	r := checked(t, n)
	for number, want := range map[int]string{9: "no-data-date", 10: "no-resources-at-all", 11: "no-baseline", 13: "no-must-finish", 14: "no-baseline"} {
		if p := r.Points[number-1]; p.Applies || p.Missing != "network.check."+want {
			t.Errorf("point %d: %+v", number, p)
		}
	}
}

func TestIndicesAreThoseOfTheDefinition(t *testing.T) {
	n := good(t)
	n.Finish -= 5 * dayMinutes // 50 days to go, five too many: (50 − 5) / 50
	n.Activities[4].Finished, n.Activities[4].Percent = None, .5
	n.Activities[4].RemainingStated, n.Activities[4].Remaining = true, 0
	r := checked(t, n)
	if p := r.Points[12]; p.Value != .9 || p.Pass {
		t.Errorf("CPLI %+v", p)
	}
	if p := r.Points[13]; p.Count != 4 || p.Of != 5 || p.Pass { // four of five that were due are done
		t.Errorf("BEI %+v", p)
	}
}

func TestExactlyAtTheLimitPasses(t *testing.T) {
	text := "A0 1"
	for i := 1; i < 20; i++ {
		text += fmt.Sprintf(", A%d 1 A%d", i, i-1)
	}
	n := plan(t, Weekly(7), "2022-01-01", text)
	n.Activities[19].Duration = 45 * dayMinutes // one of twenty is 5 %
	if p := checked(t, n).Points[7]; p.Value != .05 || !p.Pass {
		t.Errorf("%+v", p)
	}
	n.Activities[18].Duration = 45 * dayMinutes
	if p := checked(t, n).Points[7]; p.Pass {
		t.Errorf("%+v", p)
	}
}

func TestALoopIsAnErrorOfTheCheckToo(t *testing.T) {
	n := good(t)
	n.Links = append(n.Links, Link{From: 9, To: 7})
	if _, err := Check(n, DCMA()); !errors.Is(err, ErrLoop) {
		t.Errorf("said %v", err)
	}
}

func TestHolidaysThatNobodyKnowsYetAreSaid(t *testing.T) {
	n := plan(t, classes(t)["office"], "2027-01-04", "A 3, B 4 A")
	if !Has(checked(t, n).Findings, "network.check.holidays-unknown") {
		t.Error("nothing is said")
	}
}
