package web_test

import (
	"context"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/domain/schedule"
	"shigan/kernel/quantity"
	"shigan/testkit"
)

// drawn gives the small project a network of three steps.
func drawn(t *testing.T) (c map[string]func(path string) (int, string), post func(login, path string, form url.Values) (int, string)) {
	t.Helper()
	o, who, srv := site(t)
	testkit.Do(t, o, who["owner"], schedule.Draw{Project: "JM-001", Steps: []schedule.Step{{ID: "1", Name: org.Name{Zh: "征拆"}, Days: 30, Cause: "land", Calendar: "elapsed"},
		{ID: "2", Name: org.Name{Zh: "路基"}, Days: 60, After: []schedule.After{{Step: "1"}}}, {ID: "3", Name: org.Name{Zh: "路面"}, Days: 40, From: "2099-03-01", After: []schedule.After{{Step: "2", Kind: "SS", Lag: 5}}}}})
	c = map[string]func(string) (int, string){}
	for _, login := range []string{"leader", "dispatcher", "owner", "other"} {
		cl := client(t, srv.URL, login)
		c[login] = func(path string) (int, string) { return bodyOf2(t, cl, srv.URL+path) }
	}
	return c, func(login, path string, form url.Values) (int, string) {
		cl := client(t, srv.URL, login)
		res, err := cl.PostForm(srv.URL+path, form)
		return bodyOf(t, res, err)
	}
}

func TestAForecastIsShownToWhoMaySeeItsProjectAndToNobodyElse(t *testing.T) {
	get, _ := drawn(t)
	for _, path := range []string{"/forecast?p=JM-001/finish", "/slipping?p=JM-001/finish", "/project/JM-001/network"} {
		if code, page := get["owner"](path); code != 200 || strings.Contains(page, "⟦") {
			t.Errorf("%s: %d, or a text is missing", path, code)
		}
		if code, page := get["other"](path); code != 403 || strings.Contains(page, "路基") {
			t.Errorf("another unit sees %s: %d", path, code)
		}
	}
	if code, page := get["other"]("/slipping?due=any"); code != 200 || strings.Contains(page, "示例道路工程") {
		t.Errorf("the list shows another unit's project: %d", code)
	}
	if code, _ := get["leader"]("/forecast?p=JM-001/milestone/none"); code != 404 {
		t.Errorf("a promise that is not there: %d", code)
	}
	for _, path := range []string{"/calibration", "/programme", "/slipping?due=any"} {
		if code, page := get["leader"](path); code != 200 || strings.Contains(page, "⟦") {
			t.Errorf("%s: %d, or a text is missing", path, code)
		}
	}
}

func TestANetworkThatIsTakenAlongComesBackAsItWas(t *testing.T) {
	get, _ := drawn(t)
	code, file := get["owner"]("/project/JM-001/network/file")
	if code != 200 || !strings.Contains(file, "路基") {
		t.Fatalf("the file: %d", code)
	}
	if code, page := get["other"]("/project/JM-001/network/file"); code != 403 || strings.Contains(page, "路基") {
		t.Errorf("another unit takes it along: %d", code)
	}
	if code, _ := get["owner"]("/project/JM-002/network/file"); code != 404 {
		t.Errorf("a project without steps: %d", code)
	}
	o, _, _ := site(t)
	steps, _, err := o.ReadNetwork("network.xml", []byte(file), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []schedule.Step{{ID: "1", Name: org.Name{Zh: "征拆"}, Days: 30, Cause: "land", Calendar: "elapsed"},
		{ID: "2", Name: org.Name{Zh: "路基"}, Days: 60, Cause: "works", Calendar: "site", After: []schedule.After{{Step: "1"}}}, {ID: "3", Name: org.Name{Zh: "路面"}, Days: 40, From: "2099-03-01", Cause: "works", Calendar: "site", After: []schedule.After{{Step: "2", Kind: "SS", Lag: 5}}}}
	if !reflect.DeepEqual(steps, want) {
		t.Errorf("came back as %+v", steps)
	}
}

func TestAWrongTableComesBackWithWhatWasTyped(t *testing.T) {
	_, post := drawn(t)
	form := url.Values{"seen": {"1"}, "id": {"1", "2"}, "name": {"挖", "浇"}, "days": {"五", "7"}, "after": {"", "1"}, "who": {"", ""}, "calendar": {"site", "site"}, "cause": {"works", "works"}}
	if code, page := post("owner", "/project/JM-001/network", form); code != 422 || !strings.Contains(page, `value="五"`) || !strings.Contains(page, "第 1 行") {
		t.Errorf("days in words: %d", code)
	}
	form["days"], form["after"] = []string{"5", "7"}, []string{"2", "1"}
	if code, page := post("owner", "/project/JM-001/network", form); code != 422 || !strings.Contains(page, "绕成一圈") {
		t.Errorf("a loop: %d", code)
	}
	form["after"], form["seen"] = []string{"", "1"}, []string{"0"}
	if code, page := post("owner", "/project/JM-001/network", form); code != 409 || !strings.Contains(page, "第 1 版") {
		t.Errorf("an old drawing: %d", code)
	}
	form["seen"] = []string{"1"}
	if code, _ := post("other", "/project/JM-001/network", form); code != 403 {
		t.Errorf("another unit draws: %d", code)
	}
	if code, page := post("owner", "/project/JM-001/network", url.Values{"look": {"1"}, "id": {"1"}, "name": {"挖"}, "days": {"5"}, "after": {""}, "calendar": {"site"}, "cause": {"works"}}); code != 200 || !strings.Contains(page, "还没存") {
		t.Errorf("a look: %d", code)
	}
	if code, page := post("owner", "/project/JM-001/network/advance", url.Values{"step": {"1"}, "started": {"2022-05-01"}, "finished": {""}, "done": {"140"}}); code != 422 || !strings.Contains(page, "140%") {
		t.Errorf("progress over the whole: %d", code)
	}
	if code, page := post("owner", "/project/JM-001/network/place", url.Values{"case": {"P-1"}, "step": {"1"}}); code != 404 {
		t.Errorf("a case that is not there: %d %.200s", code, page)
	}
}

// A road whose money reaches its total is forecast by its steps and by its money; the page says both, how they weigh, and why.
func TestAPooledForecastSaysWhatEachModelSays(t *testing.T) {
	o, who, srv := site(t)
	testkit.Do(t, o, who["dispatcher"], project.SetPlan{ID: "JM-001", Year: 2023, Planned: 9 * quantity.Yi, ToLastYear: 1 * quantity.Yi, Category: project.Completing, Reason: "示例"})
	testkit.Do(t, o, who["owner"], schedule.Draw{Project: "JM-001", Steps: []schedule.Step{{ID: "1", Name: org.Name{Zh: "路基"}, Days: 60}, {ID: "2", Name: org.Name{Zh: "路面"}, Days: 40, After: []schedule.After{{Step: "1"}}}}})
	f, err := o.Foresee(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	c := f.Cast("JM-001/finish")
	if c == nil || !c.Pooled() || len(c.Sides) != 2 {
		t.Fatalf("not pooled: %+v", c)
	}
	_, page := bodyOf2(t, client(t, srv.URL, "leader"), srv.URL+"/forecast?p=JM-001/finish")
	for _, want := range []string{"步骤和钱合着算", "两个算法各自怎么说", c.Sides[0].Likely, c.Sides[1].Likely, "权重是规则包给的", "照步骤多半 " + c.Sides[0].Likely, "将来的难点"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %s", want)
		}
	}
}
