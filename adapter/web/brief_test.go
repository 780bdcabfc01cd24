package web_test

import (
	"strings"
	"testing"

	"shigan/domain/casework"
)

// TestTheBriefDecidesAndComesBackToItself: a leader agrees to an option on the brief, asks a question, and is told there that it was done; a
// form that is refused opens the case with what was typed. Nobody else has a brief.
func TestTheBriefDecidesAndComesBackToItself(t *testing.T) {
	o, who, as, _ := cases(t)
	const id = "P-2022-0001"
	d := &desk{t, o, who}
	d.make("dispatcher", id, casework.Make{Move: "accept"})
	d.make("dispatcher", id, casework.Make{Move: "assign", Handler: casework.Party{Unit: "lq"}})
	d.do("local", casework.SetMeasure{Case: id, Measure: casework.Measure{Pain: "承台开不了工", Cause: "等付款", Options: []casework.Option{{Mark: "甲", Text: "区里代建", Date: "2022-08-31"}, {Mark: "乙", Text: "照原方案等"}}}})
	for _, post := range []string{"dispatcher", "owner", "local", "line", "supervisor"} {
		as(post).get("/brief").must(t, 403)
		if strings.Contains(as(post).get("/owe").text, `href="/brief"`) {
			t.Errorf("%s is shown the way to a brief", post)
		}
	}
	leader := as("leader")
	leader.get("/owe").must(t, 200, `href="/brief"`)
	page := leader.get("/brief").must(t, 200, "1 件事等您定", "管线没人迁", "区里代建", "2022-08-31", "您还没有看过", "还没有通知开会")
	leader.get("/brief?lang=en").must(t, 200, "1 matter waits for your decision", "区里代建")
	seen := field(t, page.text, "seen_measure")
	asked := leader.post("/case/"+id+"/ask", "question", " ", "to", "brief")
	asked.must(t, 422, "管线没人迁", "写明")
	if got := leader.post("/case/"+id+"/ask", "question", "哪天付款？", "to", "brief"); !strings.HasPrefix(got.at, "/brief?did=asked") || !strings.Contains(got.text, "问过去了") {
		t.Errorf("a question leads to %s", got.at)
	}
	leader.post("/case/"+id+"/agree", "mark", "乙", "seen_measure", seen, "to", "brief").must(t, 422, "管线没人迁") // nobody said by when
	got := leader.post("/case/"+id+"/agree", "mark", "甲", "seen_measure", seen, "to", "brief")
	if !strings.HasPrefix(got.at, "/brief?did=agreed") {
		t.Fatalf("a decision leads to %s: %d", got.at, got.code)
	}
	got.must(t, 200, "没有等您定的事", "定了还没办成", "T-2022-0001", "区里代建")
	leader.post("/case/"+id+"/agree", "mark", "甲", "seen_measure", seen, "to", "brief").must(t, 409)
}
