package api

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/testkit"
)

// withCases fills a desk with cases of any history.
func withCases(t *testing.T) *desk {
	t.Helper()
	d := open(t)
	desks := []string{"sample/jimo-problem", "china/task"}
	testkit.AdoptDesks(t, d.o, d.who["rulekeeper"], desks...)
	p := testkit.Player{Office: d.o, Clock: d.clock, Who: d.who, Rand: rand.New(rand.NewPCG(2, 15)), Desks: desks}
	p.Play(t, 150)
	return d
}

func TestPagesOfCasesMakeTheWholeListInEveryOrder(t *testing.T) {
	d := withCases(t)
	for _, post := range []string{"dispatcher", "local", "other"} {
		for _, order := range []string{"sort=due", "sort=level&desc=true", "sort=opened", "sort=closed&desc=true", "sort=due&open=true", "sort=due&use=task", "sort=due&overdue=true"} {
			var whole CaseList
			d.get(t, post, "/cases?limit=500&"+order).ok(t).into(t, &whole)
			if len(whole.Items) != whole.Total || whole.Next != "" {
				t.Errorf("%s %s: %d of %d", post, order, len(whole.Items), whole.Total)
			}
			var got []string
			for next := ""; ; {
				var page CaseList
				d.get(t, post, "/cases?limit=7&"+order+"&cursor="+url.QueryEscape(next)).ok(t).into(t, &page)
				for _, r := range page.Items {
					got = append(got, r.ID)
				}
				if next = page.Next; next == "" {
					break
				}
			}
			if want := each(whole.Items, func(r CaseRow) string { return r.ID }); !slices.Equal(got, want) {
				t.Errorf("%s %s: pages give %v, the list %v", post, order, got, want)
			}
		}
	}
	var page CaseList
	d.get(t, "dispatcher", "/cases?limit=2&sort=due").ok(t).into(t, &page)
	d.get(t, "dispatcher", "/cases?limit=2&sort=opened&cursor="+page.Next).problem(t, http.StatusBadRequest, "api.bad-cursor")
	d.get(t, "audit", "/cases").problem(t, http.StatusForbidden, "org.may-not")
}

func TestTheMovesOfACaseAreThoseThatAreNotRefused(t *testing.T) {
	d := withCases(t)
	tried := 0
	for post, by := range d.who {
		var list CaseList
		if r := d.get(t, post, "/cases?limit=500"); r.status == http.StatusOK {
			r.into(t, &list)
		}
		for _, row := range list.Items {
			var one CaseWhole
			d.get(t, post, "/cases/"+row.ID).ok(t).into(t, &one)
			if one.ID != row.ID || one.State != row.State || one.Standing != row.Standing {
				t.Errorf("%s: in the list %+v, alone %+v", row.ID, row, one.CaseRow)
			}
			for _, m := range one.Moves {
				in := obj{"move": m.Name, "from": one.State.Name, "reason": "示例", "handler": obj{"unit": "jtj"}, "fields": obj{}}
				for _, f := range m.Fields {
					in["fields"].(obj)[f.Name] = "示例"
				}
				if len(m.Outcomes) > 0 {
					in["outcome"] = m.Outcomes[0].Name
				}
				r := d.post(t, post, "/cases/"+row.ID+"/move?dry_run=true", in)
				if r.status == http.StatusForbidden {
					t.Errorf("%s is offered %s of %s and refused: %s", by.Post, m.Name, row.ID, r.raw)
				}
				tried++
			}
		}
	}
	if tried < 20 {
		t.Errorf("only %d moves were offered", tried)
	}
}

func TestTheLadderAndTheCountsAgreeWithTheList(t *testing.T) {
	d := withCases(t)
	for _, post := range []string{"dispatcher", "owner"} {
		var l CaseLadder
		d.get(t, post, "/cases/ladder?use=problem&show=2").ok(t).into(t, &l)
		if l.Desk != "sample/jimo-problem" || len(l.Levels) < 4 || l.Levels[3].Text == "" {
			t.Errorf("%s: %+v", post, l)
		}
		sum := 0
		for _, g := range l.Levels {
			var list CaseList
			d.get(t, post, fmt.Sprintf("/cases?use=problem&open=true&level=%d&limit=500", g.Level)).ok(t).into(t, &list)
			if list.Total != g.Open || len(g.Oldest) != min(2, g.Open) || g.Open > 0 && g.Oldest[0].ID != list.Items[0].ID {
				t.Errorf("%s level %d: %d on the ladder, %d in the list", post, g.Level, g.Open, list.Total)
			}
			sum += g.Open
		}
		if sum != l.Open {
			t.Errorf("%s: levels give %d, in all %d", post, sum, l.Open)
		}
		var counts struct{ Items []CaseCount }
		d.get(t, post, "/cases/counts?use=problem&open=true&by=unit,state").ok(t).into(t, &counts)
		n := 0
		for _, c := range counts.Items {
			n += c.N
		}
		if n != l.Open {
			t.Errorf("%s: counted %d by unit and state, %d are open", post, n, l.Open)
		}
	}
	d.get(t, "owner", "/cases/counts?by=title").problem(t, http.StatusUnprocessableEntity, "api.bad-fields")
}

func TestACaseOfOthersIsRefusedAndAnUnknownOneIsNotFound(t *testing.T) {
	d := open(t)
	testkit.AdoptDesks(t, d.o, d.who["rulekeeper"], "china/task")
	testkit.Do(t, d.o, d.who["line"], casework.Open{ID: "T-1", Desk: "china/task", Title: "示例任务", Handler: casework.Party{Unit: "lq"}})
	d.get(t, "local", "/cases/T-1").ok(t)
	d.get(t, "other", "/cases/T-1").problem(t, http.StatusForbidden, "org.may-not")
	d.get(t, "local", "/cases/T-9").problem(t, http.StatusNotFound, "casework.no-case")
	lines, err := d.o.CasesOf(t.Context(), d.who["other"], app.CaseFilter{IDs: []string{"T-1"}})
	if err != nil || len(lines) != 0 {
		t.Errorf("another's case is listed: %v %v", lines, err)
	}
}
