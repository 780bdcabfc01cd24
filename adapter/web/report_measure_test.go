package web_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/dispatch"
	"shigan/kernel/calendar"
	"shigan/testkit"
)

// behind is a district in June whose report will be yellow or red, with three problems of the project: one decided, one not, one of
// another project, decided.
func behind(t *testing.T) (*desk, *browser) {
	t.Helper()
	o, who, as, _ := month(t)
	if _, err := o.OpenMonth(context.Background(), who["dispatcher"], calendar.MustMonth("2022-06"), app.Options{}); err != nil {
		t.Fatal(err)
	}
	testkit.AdoptDesks(t, o, who["rulekeeper"], "sample/jimo-problem")
	d := &desk{t, o, who}
	for _, title := range []string{"管线没人迁", "电没有到", "别的项目的路"} {
		id := d.open("owner", "sample/jimo-problem", casework.Open{Title: title})
		handled(&scene{desk: d, id: id})
	}
	whole := casework.Measure{Pain: "承台开不了工", Cause: "等付款", Decision: "区里代建", Owner: casework.Party{Unit: "lq"}, By: "2022-08-31"}
	d.do("local", casework.SetMeasure{Case: "P-2022-0001", Measure: whole})
	d.do("local", casework.SetMeasure{Case: "P-2022-0002", Measure: casework.Measure{Pain: "没有电", Cause: "没有余量"}})
	return d, as("owner")
}

// sent fills the form in without a measure and gives the fields of the check page, which asks for one.
func sent(t *testing.T, b *browser, more ...string) url.Values {
	t.Helper()
	check := b.upload("/report/JM-001/2022-06", "", nil, append([]string{"do", "check", "progress", "进展慢", "month", "1", "replaces", "0", "explain", "示例说明"}, more...)...).must(t, 200)
	for _, f := range forms(check.text) {
		if strings.HasSuffix(f.action, "/send") {
			return f.vals
		}
	}
	t.Fatal("no form to send")
	return nil
}

// TestAReportThatIsBehindNamesMeasureOwnerAndDay: what lacks is asked for on the page, the refusal says what, and what was typed stays.
func TestAReportThatIsBehindNamesMeasureOwnerAndDay(t *testing.T) {
	d, b := behind(t)
	vals := sent(t, b)
	for _, k := range []string{"measure", "who", "by", "case"} {
		if !vals.Has(k) {
			t.Errorf("the page does not ask for %s", k)
		}
	}
	for name, tc := range map[string]struct {
		set  map[string]string
		says string
	}{
		"nothing":                     {map[string]string{}, "请写清办法、谁来办、何时办好"},
		"a measure that nobody owns":  {map[string]string{"measure": "加两班人", "by": "2022-08-31"}, "请写清办法、谁来办、何时办好"},
		"a measure without a day":     {map[string]string{"measure": "加两班人", "who": "项目单位"}, "请写清办法、谁来办、何时办好"},
		"an owner and a day only":     {map[string]string{"who": "项目单位", "by": "2022-08-31"}, "请写清办法、谁来办、何时办好"},
		"a day that is none":          {map[string]string{"measure": "加两班人", "who": "项目单位", "by": "下个月"}, "日"},
		"a problem without decision":  {map[string]string{"case": "P-2022-0002"}, "P-2022-0002 不是这个项目没销号的问题"},
		"a problem that is not there": {map[string]string{"case": "P-2022-9999"}, "P-2022-9999 不是这个项目没销号的问题"},
	} {
		t.Run(name, func(t *testing.T) {
			send := url.Values{}
			for k, v := range vals {
				send[k] = v
			}
			send.Set("_key", name)
			for k, v := range tc.set {
				send.Set(k, v)
			}
			got := b.post("/report/JM-001/2022-06/send", pairs(send)...)
			if got.code != 422 && got.code != 404 || !strings.Contains(got.text, tc.says) {
				t.Fatalf("status %d: %.1500s", got.code, mainOf(got.text))
			}
			for k, v := range tc.set {
				if k != "case" && v != "下个月" && !strings.Contains(got.text, v) {
					t.Errorf("has lost %s %q", k, v)
				}
			}
			if !strings.Contains(got.text, `name="measure"`) || !strings.Contains(got.text, `value="P-2022-0001"`) {
				t.Error("the way on is not on the page: a field for the measure, and the problem that has one")
			}
		})
	}
	if rep, ok, err := dispatch.ReportOf(d.o.Read(context.Background()), calendar.MustMonth("2022-06"), "JM-001"); err != nil || ok && rep.State != "" {
		t.Errorf("something was reported: %+v %v", rep, err)
	}
	vals.Set("_key", "whole")
	for k, v := range map[string]string{"measure": "加两班人", "who": "项目单位", "by": "2022-08-31"} {
		vals.Set(k, v)
	}
	b.post("/report/JM-001/2022-06/send", pairs(vals)...).must(t, 200, "已报送")
}

// TestAReportLeansOnAProblemWithADecision and takes measure, owner and day from there; only problems that have them are offered.
func TestAReportLeansOnAProblemWithADecision(t *testing.T) {
	d, b := behind(t)
	page := b.get("/report/JM-001/2022-06").must(t, 200, "P-2022-0001", "区里代建")
	if strings.Contains(page.text, `value="P-2022-0002"`) {
		t.Error("a problem without a decision is offered")
	}
	vals := sent(t, b)
	vals.Set("case", "P-2022-0001")
	b.post("/report/JM-001/2022-06/send", pairs(vals)...).must(t, 200, "已报送")
	rep, _, err := dispatch.ReportOf(d.o.Read(context.Background()), calendar.MustMonth("2022-06"), "JM-001")
	if c := rep.Content; err != nil || c.Case != "P-2022-0001" || c.Measure != "区里代建" || c.Who != "龙泉街道" || c.By != "2022-08-31" || c.Problem != "承台开不了工" {
		t.Errorf("%+v %v", c, err)
	}
}

// TestAProblemClosedMeanwhileIsAskedForAgain: it was chosen in the form and closed before the report was signed.
func TestAProblemClosedMeanwhileIsAskedForAgain(t *testing.T) {
	d, b := behind(t)
	vals := sent(t, b, "case", "P-2022-0001")
	d.make("owner", "P-2022-0001", casework.Make{Move: "withdraw", Reason: "不用了"})
	got := b.post("/report/JM-001/2022-06/send", pairs(vals)...).must(t, 422, "P-2022-0001 不是这个项目没销号的问题", "进展慢", `id="f-measure"`)
	for _, f := range forms(got.text) {
		if strings.HasSuffix(f.action, "/send") && f.vals.Get("case") == "P-2022-0001" {
			t.Error("the closed problem goes in again with the next attempt")
		}
	}
}
