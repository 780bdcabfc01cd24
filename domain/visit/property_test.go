package visit

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"shigan/domain/casework"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
	"shigan/kernel/table"

	"pgregory.net/rapid"
)

var ids = []string{"JM-001", "JM-002", "JM-003"}

// turn plays any deed at all, allowed or not, by anybody, on a later day.
func (p *play) turn(t *rapid.T) {
	p.at = p.at.Add(time.Duration(rapid.IntRange(0, 48).Draw(t, "hours")) * time.Hour)
	by := p.who[rapid.SampledFrom([]string{"leader", "dispatcher", "line", "local", "other"}).Draw(t, "by")]
	facts := Facts{On: calendar.DateOf(p.at).AddDays(rapid.IntRange(-2, 1).Draw(t, "day")).String(), Projects: rapid.SliceOfDistinct(rapid.SampledFrom(ids), rapid.ID[string]).Draw(t, "projects"),
		Place: rapid.SampledFrom([]string{"", "桥墩"}).Draw(t, "place")}
	all, _ := p.w.IDs(Kind, "")
	id := rapid.SampledFrom(append(all, "V-2022-0099")).Draw(t, "visit")
	x, _ := Of(p.w, id)
	var found []Found
	for i := range rapid.IntRange(0, 3).Draw(t, "findings") {
		found = append(found, Found{Project: rapid.SampledFrom(append(ids, "")).Draw(t, "of"), Title: fmt.Sprint("问题", i), Chain: chain})
	}
	var c deed
	switch rapid.IntRange(0, 5).Draw(t, "what") {
	case 0:
		c = Plan{Facts: facts}
	case 1:
		c = Log{Facts: facts, Notes: []Line{{"", "看了"}}, Findings: found, Plan: rapid.SampledFrom([]string{"", id}).Draw(t, "plan")}
	case 2:
		c = AddNote{Visit: id, Line: Line{rapid.SampledFrom(append(ids, "")).Draw(t, "about"), "又看"}}
	case 3:
		c = RaiseFinding{Visit: id, Found: append(found, Found{Title: "问题"})[0]}
	case 4:
		c = Correct{Visit: id, Facts: facts, Seen: x.Seq, Reason: "记错"}
	default:
		c = Correct{Visit: id, Note: rapid.IntRange(1, 3).Draw(t, "note"), Text: rapid.SampledFrom([]string{"看了", "没看"}).Draw(t, "text"), Seen: x.Seq, Reason: "记错"}
	}
	if err := p.try(by, c); err != nil {
		if _, ok := fault.Of(err); !ok {
			t.Fatal(err)
		}
	}
}

// TestWhatHoldsOfAnyHistoryOfVisits: no number twice and none left out, every finding is one case and the other way round, what
// was corrected is still there, days and projects name the visits that name them, and the entries alone bring all of it back.
func TestWhatHoldsOfAnyHistoryOfVisits(t *testing.T) {
	base := start(t)
	rapid.Check(t, func(rt *rapid.T) {
		p := &play{t: t, w: table.NewTrial(base.w), seq: base.seq, at: base.at, who: base.who}
		for range rapid.IntRange(1, 25).Draw(rt, "turns") {
			p.turn(rt)
		}
		all, _ := p.w.IDs(Kind, "")
		days, cases := map[string][]VisitDay{}, 0
		for i, id := range all {
			x, err := Of(p.w, id)
			if err != nil || id != fmt.Sprintf("V-2022-%04d", i+1) {
				rt.Fatalf("%s stands at place %d: %v", id, i+1, err)
			}
			for j, f := range x.Findings {
				c, err := casework.Of(p.w, f.Case)
				if err != nil || f.N != j+1 || c.Origin != fmt.Sprintf("visit/%s#%d", id, f.N) || f.Project != "" && !slices.Contains(x.Projects, f.Project) {
					rt.Fatalf("%s: finding %+v, case %+v, %v", id, f, c, err)
				}
				cases++
			}
			if x.State == Planned && len(x.Findings)+len(x.Notes) > 0 {
				rt.Fatalf("a plan with notes: %+v", x)
			}
			var day Day
			if _, err := p.w.Get(DayKind, x.On, &day); err != nil || !slices.Contains(day.IDs, id) {
				rt.Fatalf("%s is not on %s: %v, %v", id, x.On, day.IDs, err)
			}
			for _, project := range x.visited() {
				days[project] = append(days[project], VisitDay{id, x.On})
			}
		}
		opened, _ := p.w.IDs(casework.CaseKind, "")
		if len(opened) != cases {
			rt.Fatalf("%d cases for %d findings", len(opened), cases)
		}
		for _, id := range ids {
			d, _ := VisitedOf(p.w, id)
			slices.SortFunc(days[id], func(a, b VisitDay) int { return strings.Compare(a.On+a.ID, b.On+b.ID) })
			if len(d.Visits)+len(days[id]) > 0 && !slices.Equal(d.Visits, days[id]) {
				rt.Fatalf("%s was visited %v, written is %v", id, days[id], d.Visits)
			}
		}
		onDays, _ := p.w.IDs(DayKind, "")
		n := 0
		for _, d := range onDays {
			var day Day
			p.w.Get(DayKind, d, &day)
			n += len(day.IDs)
		}
		if n != len(all) {
			rt.Fatalf("%d visits on all days, %d there are", n, len(all))
		}
		again := table.NewTrial(base.w)
		corrections := map[string]int{}
		for _, e := range p.entries {
			if err := apply(again, e); err != nil {
				rt.Fatal(err)
			}
			if e.Kind == "visit.corrected/1" {
				corrections[e.Subject]++
			}
		}
		for _, id := range all {
			x, _ := Of(p.w, id)
			y, err := Of(again, id)
			if err != nil || !reflect.DeepEqual(x, y) {
				rt.Fatalf("replayed differs: %+v, %+v, %v", x, y, err)
			}
			if len(x.Corrections) != corrections["visit/"+id] {
				rt.Fatalf("%s: %d corrections were made, %d are kept", id, corrections["visit/"+id], len(x.Corrections))
			}
		}
	})
}
