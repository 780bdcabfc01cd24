package app_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/domain/visit"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/kernel/quantity"
	"shigan/testkit"
)

// visitOffice is the small district on 15 February 2022, with the finding desk in force and a second project in the town.
func visitOffice(t testing.TB, o *app.Office) map[string]org.Signer {
	t.Helper()
	who := testkit.Small(t, o)
	testkit.AddProject(t, o, "JM-002", "示例厂房", 5_000*quantity.Wan)
	if _, err := o.AdoptDesk(context.Background(), who["rulekeeper"], "china/finding", "", false, "", app.Options{}); err != nil {
		t.Fatal(err)
	}
	return who
}

func twoNodes() visit.Log {
	return visit.Log{Facts: visit.Facts{On: "2022-02-15", From: "14:00", Projects: []string{"JM-001", "JM-002"}, Who: []casework.Party{{Post: "local"}}},
		Notes: []visit.Line{{Project: "JM-001", Text: "桥墩到第六节"}, {Project: "JM-002", Text: "等电"}},
		Findings: []visit.Found{{Project: "JM-001", Title: "管线没有迁走", Pain: "图纸对不上", Cause: "没有牵头单位"},
			{Project: "JM-002", Title: "临时用电没批", Handler: casework.Party{Post: "line"}}}}
}

// TestAPhoneThatSendsTwiceMakesOneVisit: the line dropped after the visit was stored, and the phone sends it again.
func TestAPhoneThatSendsTwiceMakesOneVisit(t *testing.T) {
	for name, start := range testkit.Engines(t) {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			o := testkit.Office(t, start(t), testkit.At("2022-02-15"), ledger.SHA256)
			who := visitOffice(t, o)
			opt := app.Options{Key: "visit-phone-1"}
			first, id, err := o.LogVisit(ctx, who["leader"], twoNodes(), opt)
			if err != nil {
				t.Fatal(err)
			}
			again, same, err := o.LogVisit(ctx, who["leader"], twoNodes(), opt)
			if err != nil || !again.Repeat || again.First != first.First || same != id || id != "V-2022-0001" {
				t.Fatalf("%+v %s %v; first %+v %s", again, same, err, first, id)
			}
			if _, _, err := o.LogVisit(ctx, who["line"], twoNodes(), opt); !errors.Is(err, app.ErrKeyUsed) {
				t.Errorf("another's key: %v", err)
			}
			cases, err := app.All[casework.Case](o.Read(ctx), casework.CaseKind, "")
			if err != nil || len(cases) != 2 {
				t.Fatalf("%d cases, %v", len(cases), err)
			}
			a, b := cases[0], cases[1]
			if fmt.Sprint(a.Seats) != "[townhead leader top]" || a.Reach != (org.Scope{Owner: "co", Local: "lq", Line: "jtj"}) || a.Raiser.Post != "leader" {
				t.Errorf("chain and reach of the first: %v %+v %+v", a.Seats, a.Reach, a.Raiser)
			}
			if b.Seats[0] != "line" || b.Handler.Unit != "jtj" { // the head of whoever is to handle it
				t.Errorf("chain of the second: %v %+v", b.Seats, b.Handler)
			}
			if rows, diff, err := o.Store.Replay(ctx, testkit.Code, app.Apply); err != nil || len(diff) > 0 || rows == 0 {
				t.Errorf("replay: %v %v", diff, err)
			}
			if _, err := o.Store.Rebuild(ctx, testkit.Code, app.Apply); err != nil {
				t.Error(err)
			}
			if x, err := o.VisitOf(ctx, who["leader"], id); err != nil || len(x.Findings) != 2 {
				t.Errorf("after a rebuild: %+v %v", x, err)
			}
		})
	}
}

func TestVisitsAreListedByDayAsEachReaderSeesThem(t *testing.T) {
	ctx := context.Background()
	clock := testkit.At("2022-02-15")
	o := testkit.Office(t, testkit.Engines(t)["sqlite"](t), clock, ledger.SHA256)
	who := visitOffice(t, o)
	log := func(by, on string, projects ...string) string {
		t.Helper()
		clock.Set(on)
		c := visit.Log{Facts: visit.Facts{On: on, Projects: projects, Place: "示例"}, Notes: []visit.Line{{Text: "看了"}}}
		_, id, err := o.LogVisit(ctx, who[by], c, app.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	a, b, c := log("leader", "2022-02-15", "JM-001"), log("line", "2022-03-01", "JM-002"), log("leader", "2022-03-02")
	clock.Set("2022-03-02")
	if _, _, err := o.PlanVisit(ctx, who["leader"], visit.Plan{Facts: visit.Facts{On: "2022-03-09", Projects: []string{"JM-001"}}}, app.Options{}); err != nil {
		t.Fatal(err)
	}
	const plan = "V-2022-0004"
	for name, tc := range map[string]struct {
		by   string
		f    app.VisitFilter
		want []string
	}{
		"all, the latest first":                  {"leader", app.VisitFilter{}, []string{plan, c, b, a}},
		"the dispatcher as well":                 {"dispatcher", app.VisitFilter{}, []string{plan, c, b, a}},
		"a town only those to its projects":      {"local", app.VisitFilter{}, []string{plan, b, a}},
		"those that took place":                  {"leader", app.VisitFilter{State: visit.Held}, []string{c, b, a}},
		"of a project":                           {"leader", app.VisitFilter{Project: "JM-001"}, []string{a}},
		"of a department":                        {"leader", app.VisitFilter{Unit: "jtj"}, []string{b}},
		"of some days":                           {"leader", app.VisitFilter{From: "2022-02-15", To: "2022-03-01"}, []string{b, a}},
		"no more than were asked for":            {"leader", app.VisitFilter{Limit: 2}, []string{plan, c}},
		"after a place in the list":              {"leader", app.VisitFilter{Before: "2022-03-02  " + c}, []string{b, a}},
		"nothing of a project that is not there": {"leader", app.VisitFilter{Project: "JM-999"}, nil},
	} {
		got, err := o.Visits(ctx, who[tc.by], tc.f)
		var ids []string
		for _, x := range got {
			ids = append(ids, x.ID)
		}
		if err != nil || !slices.Equal(ids, tc.want) {
			t.Errorf("%s: %v, want %v (%v)", name, ids, tc.want, err)
		}
	}
	if _, err := o.Visits(ctx, who["owner"], app.VisitFilter{}); !errors.Is(err, org.ErrForbidden) {
		t.Errorf("an enterprise lists visits: %v", err)
	}
	if got, err := o.VisitsBetween(ctx, "2022-03-01", "2022-03-31"); err != nil || len(got) != 2 || got[0].ID != c {
		t.Errorf("between meetings: %+v %v", got, err)
	}
	for by, may := range map[string]bool{"leader": true, "local": true, "owner": false, "system": false} {
		if err := o.MaySeeEntry(ctx, who[by], "visit/"+a); (err == nil) != may {
			t.Errorf("%s, the entry of a visit: %v", by, err)
		}
	}
	if err := o.MaySeeEntry(ctx, who["local"], "visit/"+c); !errors.Is(err, org.ErrForbidden) {
		t.Errorf("a town reads the entry of a visit of the district: %v", err)
	}
}

func TestReasonsToGoNameTheRedTheStuckAndTheLongUnseen(t *testing.T) {
	ctx := context.Background()
	clock := testkit.At("2022-05-15")
	o := testkit.Office(t, testkit.Engines(t)["sqlite"](t), clock, ledger.SHA256)
	who := visitOffice(t, o) // by September neither has reported anything
	testkit.Do(t, o, who["local"], project.Happen{ID: "JM-002", Stage: project.Started, On: "2022-05-10", Source: "示例施工许可"})
	if _, err := o.OpenMonth(ctx, who["dispatcher"], calendar.MustMonth("2022-05"), app.Options{}); err != nil {
		t.Fatal(err)
	}
	c := twoNodes()
	c.On, c.Projects, c.Notes, c.Findings = "2022-05-14", []string{"JM-002"}, c.Notes[1:], c.Findings[1:]
	if _, _, err := o.LogVisit(ctx, who["leader"], c, app.Options{}); err != nil {
		t.Fatal(err)
	}
	h, err := o.VisitHints(ctx, who["leader"], calendar.MustMonth("2022-09"), 5)
	if err != nil {
		t.Fatal(err)
	}
	if len(h.Stuck) != 1 || h.Stuck[0].ID != "JM-002" || h.Stuck[0].Cases != 1 || h.Stuck[0].Last != "2022-05-14" || !h.Stuck[0].Mine {
		t.Errorf("stuck: %+v", h.Stuck)
	}
	if len(h.Red) != 2 || h.Red[0].ID != "JM-001" || h.Red[0].Light.Hue() != "red" { // nobody was there yet
		t.Errorf("red: %+v", h.Red)
	}
	if len(h.Long) != 1 || h.Long[0].ID != "JM-002" { // the other has no site yet
		t.Errorf("long not visited: %+v", h.Long)
	}
	if h, err = o.VisitHints(ctx, who["other"], calendar.MustMonth("2022-09"), 5); err != nil || len(h.Red)+len(h.Stuck)+len(h.Long) != 0 {
		t.Errorf("another owner is sent to %+v (%v)", h, err)
	}
}

func TestARefusalToGoSaysWhoCanInBothLanguages(t *testing.T) {
	ctx := context.Background()
	o := testkit.Office(t, testkit.Engines(t)["sqlite"](t), testkit.At("2022-02-15"), ledger.SHA256)
	who := visitOffice(t, o)
	testkit.Do(t, o, org.FirstSetUp, org.FoundUnit{Unit: org.Unit{ID: "tj", Name: org.Name{Zh: "通济街道"}, Class: org.Town, Parent: "jimo"}})
	far := who["local"]
	far.Post, far.Unit = "tj-local", "tj"
	_, _, err := o.LogVisit(ctx, far, twoNodes(), app.Options{})
	f, ok := app.Refused(err)
	if !ok || !errors.Is(err, visit.ErrUnseen) {
		t.Fatal(err)
	}
	if got := app.Sentence("zh", f); !strings.Contains(got, "龙泉街道、区交通运输局、项目办") {
		t.Error(got)
	}
	if got := app.Sentence("en", f); strings.Contains(got, "{") || !strings.Contains(got, "JM-001") {
		t.Error(got)
	}
}
