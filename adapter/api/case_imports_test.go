package api

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"shigan/testkit"
)

const sampleLedger = "龙泉街道问题台账（示例）\n序号,问题内容,提出单位,牵头单位,交办时间,完成时限,办理结果,办结时间\n" +
	"1,两户没有签约,示例建设公司,龙泉街道,2022-05-10,2022-08-31,正在办理,\n" +
	"2,管线迁改,示例建设公司,区交通运输局,2022-03-01,2022-03-20,已销号,2022-03-18\n3,河道清淤,示例建设公司,区河长办,2022-05-01,,,\n"

func TestALedgerOfProblemsIsTriedAndTakenIn(t *testing.T) {
	d := open(t)
	testkit.AdoptDesks(t, d.o, d.who["rulekeeper"], "sample/jimo-problem")
	ask := func(apply bool) (out CaseImport) {
		d.post(t, "dispatcher", "/imports/cases", obj{"files": []obj{{"name": "台账.csv", "content": []byte(sampleLedger)}}, "apply": apply}).ok(t).into(t, &out)
		return out
	}
	size := d.size(t)
	out := ask(false)
	if out.New != 1 || out.Closed != 1 || out.Unread != 1 || out.Entries != 0 || d.size(t) != size || !slices.Contains(out.Sheets[0].Columns, "B 问题内容 = title") {
		t.Errorf("tried: %+v", out)
	}
	if l := out.Lines[2]; l.State != "unread" || len(l.Faults) != 1 || !strings.Contains(l.Faults[0], "D5") || !strings.Contains(l.Faults[0], "区河长办") {
		t.Errorf("the row that names no unit: %+v", l)
	}
	if out = ask(true); out.Entries != 3 || len(out.Refused) != 0 || d.size(t) != size+3 {
		t.Errorf("taken in: %+v", out)
	}
	if out = ask(true); out.Same != 2 || out.Entries != 0 || d.size(t) != size+3 {
		t.Errorf("again: %+v", out)
	}
	var page CaseList
	d.get(t, "dispatcher", "/cases?closed_by=taken-over").ok(t).into(t, &page)
	if len(page.Items) != 1 || page.Items[0].Title != "管线迁改" {
		t.Errorf("history: %+v", page)
	}
	// its figures open down to the entry, as do those of a page
	var tree Tree
	d.get(t, "dispatcher", "/figures/explain?name=unfixed_rate&subject=cases/problem&month=2022-06&pack=china/cases").ok(t).into(t, &tree)
	if tree.Value.Text != "1 件中 0 件" || !strings.Contains(tree.Value.Missing, "10") || len(tree.Inputs) != 2 {
		t.Errorf("%+v", tree)
	}
	d.get(t, "dispatcher", "/figures/explain?name=closed_ytd_cases&subject=cases/problem&month=2022-06&pack=china/cases").ok(t).into(t, &tree)
	if parts := tree.Inputs[0].Parts; len(parts) != 1 || parts[0].Seq == 0 {
		t.Errorf("%+v", tree.Inputs[0])
	}
	d.get(t, "other", "/figures/explain?name=open_cases&subject=cases/problem/unit:lq&month=2022-06&pack=china/cases").problem(t, http.StatusForbidden, "org.may-not")
}
