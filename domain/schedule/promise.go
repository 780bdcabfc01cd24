package schedule

import (
	"slices"
	"strings"

	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
)

// The kinds of promises.
const (
	ToStart  = "start"     // 开工
	ToFinish = "finish"    // 竣工、投产
	ToReach  = "milestone" // 节点
	ToSpend  = "money"     // 年度投资
)

// Promise 承诺 is what was promised: a day, or an amount by the end of a year. It is read from the project's own facts.
type Promise struct {
	Project string   `json:"project"`
	Kind    string   `json:"kind"`
	What    string   `json:"what,omitempty"` // a milestone's id, a year
	Name    org.Name `json:"name,omitzero"`  // a milestone's
	Due     string   `json:"due"`
	First   string   `json:"first,omitempty"`  // the first promised day, where it was moved
	Amount  int64    `json:"amount,omitempty"` // fen
	Weight  int64    `json:"weight,omitempty"` // the project's planned money of the year, fen: what hangs on it
	Seq     int64    `json:"seq"`              // the entry that promised
}

// Key names a promise: "JM-001/finish", "JM-001/milestone/power", "JM-001/money/2022".
func (p Promise) Key() string {
	if p.What == "" {
		return p.Project + "/" + p.Kind
	}
	return p.Project + "/" + p.Kind + "/" + p.What
}

// ProjectOf gives the project of a key.
func ProjectOf(key string) string { id, _, _ := strings.Cut(key, "/"); return id }

// gone are stages in which nothing is promised any more, over those in which the end is reached.
var (
	gone = []project.Stage{project.Left, project.Stopped}
	over = []project.Stage{project.Finished, project.Producing, project.Scaled, project.FullOutput}
)

// Promises lists what a project still owes on a day, dates first in their order, then the year's money.
func Promises(p project.Project, on calendar.Date) []Promise {
	if slices.Contains(gone, p.Stage) {
		return nil
	}
	year := on.String()[:4]
	weight := int64(p.Plans[year].Planned)
	var out []Promise
	moved := func(x project.Promise) string {
		if x.First != x.Now {
			return x.First
		}
		return ""
	}
	if p.Start.Now != "" && p.Start.Actual == "" && !slices.Contains(over, p.Stage) {
		out = append(out, Promise{Project: p.ID, Kind: ToStart, Due: p.Start.Now, First: moved(p.Start), Weight: weight, Seq: p.Start.Seq})
	}
	for _, m := range p.Milestones {
		if m.Actual == "" && m.Promised != "" {
			first := ""
			if m.Baseline != m.Promised {
				first = m.Baseline
			}
			out = append(out, Promise{Project: p.ID, Kind: ToReach, What: m.ID, Name: m.Name, Due: m.Promised, First: first, Weight: weight, Seq: m.Seq})
		}
	}
	if p.Finish.Now != "" && p.Finish.Actual == "" && !slices.Contains(over, p.Stage) {
		out = append(out, Promise{Project: p.ID, Kind: ToFinish, Due: p.Finish.Now, First: moved(p.Finish), Weight: weight, Seq: p.Finish.Seq})
	}
	slices.SortStableFunc(out, func(a, b Promise) int { return strings.Compare(a.Due, b.Due) })
	if plan, ok := p.Plans[year]; ok && plan.Planned > 0 {
		out = append(out, Promise{Project: p.ID, Kind: ToSpend, What: year, Due: year + "-12-31", Amount: int64(plan.Planned), Weight: weight, Seq: plan.Seq})
	}
	return out
}

// Outcome tells how a promise of the past came out: kept, broken, or not to be judged yet. What is open when its day has passed
// counts as broken: nobody waits for the end to score it.
func Outcome(p project.Project, x Promise, money map[string]int64, on calendar.Date) (kept, known bool, actual string) {
	switch x.Kind {
	case ToStart:
		actual = p.Start.Actual
	case ToFinish:
		actual = p.Finish.Actual
	case ToReach:
		m, _ := p.Milestone(x.What)
		actual = m.Actual
	case ToSpend:
		if on.String() <= x.Due {
			return false, false, ""
		}
		return money[x.What] >= x.Amount, true, ""
	}
	switch {
	case actual != "" && actual <= on.String():
		return actual <= x.Due, true, actual
	case x.Due < on.String():
		return false, true, ""
	}
	return false, false, ""
}
