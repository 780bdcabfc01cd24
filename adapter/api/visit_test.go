package api

import (
	"context"
	"net/http"
	"testing"

	"shigan/app"
)

// TestAVisitThroughTheAPI notes a visit with findings under a key, twice, adds to it, corrects it, and reads it as others do.
func TestAVisitThroughTheAPI(t *testing.T) {
	d := open(t)
	if _, err := d.o.AdoptDesk(context.Background(), d.who["rulekeeper"], "china/finding", "", false, "", app.Options{}); err != nil {
		t.Fatal(err)
	}
	visit := obj{"facts": obj{"on": "2022-06-30", "from": "14:00", "projects": []string{"JM-001"}, "who": []obj{{"post": "local"}}}, "notes": []obj{{"text": "桥墩到第六节"}},
		"findings": []obj{{"title": "管线没有迁走", "pain": "图纸对不上", "cause": "没有牵头单位"}, {"title": "围挡破了"}}}
	var first, second Receipt
	d.post(t, "leader", "/visits", visit, "Idempotency-Key", "phone-1").ok(t).into(t, &first)
	d.post(t, "leader", "/visits", visit, "Idempotency-Key", "phone-1").ok(t).into(t, &second)
	if !second.Repeat || second.First != first.First || len(first.Kinds) != 5 {
		t.Errorf("%+v, then %+v", first, second)
	}
	d.post(t, "line", "/visits", visit).ok(t)
	var all list[Visit]
	d.get(t, "leader", "/visits?limit=1").ok(t).into(t, &all)
	if len(all.Items) != 1 || all.Items[0].Visitor.Post != "line" || all.Next == "" {
		t.Fatalf("%+v", all)
	}
	d.get(t, "leader", "/visits?limit=1&cursor="+all.Next).ok(t).into(t, &all)
	if len(all.Items) != 1 || all.Items[0].ID != "V-2022-0001" {
		t.Errorf("the next: %+v", all)
	}
	d.get(t, "leader", "/visits?cursor=x").problem(t, http.StatusBadRequest, "api.bad-cursor")
	d.post(t, "local", "/visits/V-2022-0001/note", obj{"text": "街道已联系产权单位"}).ok(t)
	d.post(t, "local", "/visits/V-2022-0001/raise-finding", obj{"title": "便道没有硬化"}).ok(t)
	d.post(t, "line", "/visits/V-2022-0001/note", obj{"text": "x"}).problem(t, http.StatusForbidden, "visit.not-yours")
	var x Visit
	d.get(t, "local", "/visits/V-2022-0001").ok(t).into(t, &x)
	if len(x.Notes) != 2 || len(x.Findings) != 3 {
		t.Fatalf("%+v", x)
	}
	fix := obj{"facts": obj{"on": "2022-06-29", "projects": []string{"JM-001"}}, "seen": x.Seq, "reason": "记错一天"}
	d.post(t, "local", "/visits/V-2022-0001/correct", fix).problem(t, http.StatusForbidden, "visit.not-yours")
	d.post(t, "leader", "/visits/V-2022-0001/correct", fix).ok(t)
	d.post(t, "leader", "/visits/V-2022-0001/correct", fix).problem(t, http.StatusConflict, "visit.moved-on")
	d.get(t, "leader", "/visits/V-2022-0001").ok(t).into(t, &x)
	if x.Facts.On != "2022-06-29" || len(x.Corrections) != 1 || x.Corrections[0].Was.On != "2022-06-30" {
		t.Errorf("%+v", x)
	}
	d.post(t, "leader", "/visits", obj{"facts": obj{"on": "2022-07-01", "place": "x"}, "notes": []obj{{"text": "x"}}}).problem(t, http.StatusUnprocessableEntity, "visit.future")
	d.post(t, "leader", "/visits/plan", obj{"facts": obj{"on": "2022-07-01", "place": "x"}}).ok(t)
	d.get(t, "owner", "/visits").problem(t, http.StatusForbidden, "org.may-not")
	d.get(t, "owner", "/visits/V-2022-0001").problem(t, http.StatusForbidden, "org.may-not")
}
