package web_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/kernel/quantity"
	"shigan/testkit"
)

// hall is a district with one problem that is compared in two options, on 26 June 2022.
func hall(t *testing.T) (*app.Office, map[string]org.Signer, func(string) *browser, *testkit.Clock, string) {
	t.Helper()
	o, who, as, clock := month(t)
	testkit.AdoptDesks(t, o, who["rulekeeper"], "sample/jimo-problem", "china/task")
	rec := testkit.Do(t, o, who["owner"], casework.Open{Desk: "sample/jimo-problem", Title: "1.8 公里管线迁改", Subject: "project/JM-001", Chain: map[string]string{"lead": "leader", "head": "townhead", "deputy": "leader", "chief": "top"},
		Reach: org.Scope{Owner: "co", Local: "lq", Line: "jtj"}})
	e, err := o.Read(context.Background()).Entry(rec.First)
	if err != nil {
		t.Fatal(err)
	}
	id := strings.TrimPrefix(e.Subject, "case/")
	cost := 1_260 * quantity.Wan
	testkit.Do(t, o, who["dispatcher"], casework.SetMeasure{Case: id, Measure: casework.Measure{Pain: "管线没有迁改单位", Cause: "权属单位要先付款", Options: []casework.Option{{Mark: "甲", Text: "区里代建，费用后结", Cost: &cost, Date: "2022-08-31"}, {Mark: "乙", Text: "改线绕开"}}}})
	return o, who, as, clock, id
}

// open calls a meeting, puts two items on its agenda and begins it, through the pages; it gives the page of the live meeting.
func open(t *testing.T, desk *browser, kase string) (at string, live answered) {
	t.Helper()
	page := desk.post("/meetings", "_key", "m1", "title", "重点项目调度会（示例）", "on", "2022-06-28", "at", "14:30", "place", "三楼", "chair", "top", "recorder", "dispatcher").must(t, 200, "已通知", "还没有议程")
	at, _, _ = strings.Cut(page.at, "?")
	desk.post(at+"/agenda", "_key", "a1", "seen", "0", "new_title", "", "new_subject", kase, "new_min", "15").must(t, 200, "议程已存", "1.8 公里管线迁改")
	page = desk.get(at)
	desk.post(at+"/agenda", "_key", "a2", "seen", field(t, page.text, "seen"), "new_title", "汛期排涝", "new_min", "10").must(t, 200, "汛期排涝", "14:45")
	return at, desk.post(at+"/start", "_key", "s1").must(t, 200, "第 1 项，共 2 项", "管线没有迁改单位", "区里代建，费用后结", "1,260")
}

func TestAMeetingGoesFromItsCallToItsTasksThroughThePages(t *testing.T) {
	o, who, as, clock, kase := hall(t)
	desk := as("dispatcher")
	at, live := open(t, desk, kase)
	// a line is saved, and what it says stands as a task
	live = desk.post(at+"/note", "_key", "n1", "item", "1", "line", "", "seen", "0", "text", "区交通局8月31日前迁完；龙泉街道7月20日前签完11户").must(t, 200, `<mark class="got">区交通局</mark>`, "迁完", "签完11户", `name="d1_by" value="2022-07-20"`, "认出 2 件任务")
	desk.post(at+"/note", "_key", "n1", "item", "1", "line", "", "seen", "0", "text", "区交通局8月31日前迁完；龙泉街道7月20日前签完11户") // sent twice
	m, err := dispatch.MeetingOf(o.Read(context.Background()), strings.TrimPrefix(at, "/meeting/"))
	if err != nil || len(m.Items[0].Lines) != 1 {
		t.Fatalf("one line sent twice makes %d: %v", len(m.Items[0].Lines), err)
	}
	decide := func(key, unit string) answered {
		return desk.post(at+"/decide", "_key", key, "item", "1", "seen", seenOf(t, live.text), "measure_seen", field(t, live.text, "measure_seen"), "option", "甲", "drafts", "2",
			"d0_title", "迁完管线", "d0_unit", "jtj", "d0_by", "2022-08-31", "d1_title", "签完 11 户", "d1_unit", unit, "d1_by", "2022-07-20")
	}
	// a task without a unit is refused, and nothing that was typed is lost
	decide("d1", "").must(t, 422, "签完 11 户", `value="2022-07-20"`, `value="迁完管线"`)
	next := decide("d2", "lq")
	next.must(t, 200, "定了，任务已发出", "汛期排涝", "待签收", "2 件任务")
	if m, _ = dispatch.MeetingOf(o.Read(context.Background()), m.ID); m.Items[0].Decision != "区交通局8月31日前迁完；龙泉街道7月20日前签完11户" || len(m.Items[0].Tasks) != 2 {
		t.Errorf("decided: %+v", m.Items[0])
	}
	decide("d3", "lq").must(t, 409) // from the old page: it was decided meanwhile
	// a receipt shows on the live page
	testkit.Do(t, o, who["line"], casework.Make{Case: m.Items[0].Tasks[0], Move: "receive", From: "sent"})
	desk.get(at+"/live").must(t, 200, "签收 09:00", "1 / 2 签收")
	// what is still open keeps the meeting from closing
	desk.post(at+"/close", "_key", "c0").must(t, 409, "汛期排涝")
	desk.post(at+"/hold", "_key", "h0", "item", "2", "seen", seenOf(t, next.text), "why", " ").must(t, 422)
	desk.post(at+"/hold", "_key", "h1", "item", "2", "seen", seenOf(t, next.text), "why", "等城管局的方案").must(t, 200, "留到下次", "等城管局的方案")
	desk.post(at+"/close", "_key", "c1").must(t, 200, "已散会", "议定事项", "迁完管线", "等城管局的方案", "工作提醒函")
	clock.Set("2022-06-29")
	desk = as("dispatcher")
	past := desk.get("/meetings").must(t, 200, "重点项目调度会", "overdue_cases cases/task/meeting:"+m.ID) // nobody has received the second within its time
	past.text = regexp.MustCompile(`<[^>]+>`).ReplaceAllString(past.text, "")
	past.must(t, 200, "超期 1", "办结 0，没办结 2")
	desk.get(at+"/live").must(t, 200, "已散会")
	desk.post(at+"/note", "_key", "late", "item", "2", "line", "", "seen", "0", "text", "补一句").must(t, 200, "散会后补传")
}

// seenOf is the entry that the form of a decision was made from.
func seenOf(t *testing.T, page string) string {
	t.Helper()
	_, form, ok := strings.Cut(page, `id="decide"`)
	if !ok {
		t.Fatal("no form for a decision")
	}
	return field(t, form, "seen")
}

func TestADecisionTakenBackComesUpAgainWithItsNotes(t *testing.T) {
	_, _, as, _, kase := hall(t)
	desk := as("dispatcher")
	at, live := open(t, desk, kase)
	live = desk.post(at+"/note", "_key", "n1", "item", "1", "line", "", "seen", "0", "text", "区交通局8月31日前迁完").must(t, 200)
	done := desk.post(at+"/decide", "_key", "d1", "item", "1", "seen", seenOf(t, live.text), "measure_seen", field(t, live.text, "measure_seen"), "option", "甲", "drafts", "1", "d0_title", "迁完", "d0_unit", "jtj", "d0_by", "2022-08-31").must(t, 200, "撤回：1.8 公里管线迁改")
	_, undo, _ := strings.Cut(done.text, `id="undo"`)
	desk.post(at+"/undecide", "_key", "u0", "item", "1", "seen", field(t, undo, "seen"), "why", "").must(t, 422, "撤回")
	desk.post(at+"/undecide", "_key", "u1", "item", "1", "seen", field(t, undo, "seen"), "why", "记错了").must(t, 200, "已撤回", "区交通局8月31日前迁完", `value="2022-08-31"`)
}

func TestTheSystemProposesAnAgendaAndKeepsWhatWasPutOnIt(t *testing.T) {
	o, who, as, clock, kase := hall(t)
	desk := as("dispatcher")
	page := desk.post("/meetings", "_key", "m1", "title", "重点项目调度会（示例）", "on", "2022-08-31", "at", "14:30").must(t, 200)
	at, _, _ := strings.Cut(page.at, "?")
	desk.post(at+"/agenda", "_key", "a1", "seen", "0", "new_title", "汛期排涝").must(t, 200)
	for _, day := range []string{"2022-07-20", "2022-08-10", "2022-08-30"} { // up to the last level of its ladder
		clock.Set(day)
		if _, err := o.RunClock(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	if c, err := casework.Of(o.Read(context.Background()), kase); err != nil || c.Level != 4 {
		t.Fatalf("level %d, %v", c.Level, err)
	}
	desk = as("dispatcher")
	desk.post(at+"/propose", "_key", "p1").must(t, 200, "系统排的议程已存", "1.8 公里管线迁改", "升到四级", kase, "汛期排涝")
	_ = who
}

func TestTheLiveStateTellsAScriptWhatStandsInTheLedger(t *testing.T) {
	_, _, as, _, kase := hall(t)
	desk, other := as("dispatcher"), as("supervisor")
	at, _ := open(t, desk, kase)
	script := func(b *browser, method, path string, form url.Values) (int, map[string]any, string) {
		t.Helper()
		req, _ := http.NewRequest(method, b.base+path, strings.NewReader(form.Encode()))
		req.Header.Set("X-Part", "live")
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		a := b.read(b.c.Do(req))
		var out map[string]any
		json.Unmarshal([]byte(a.text), &out)
		return a.code, out, a.text
	}
	_, s, _ := script(desk, "POST", at+"/note", url.Values{"_key": {"k1"}, "item": {"1"}, "text": {"区交通局8月31日前迁完"}, "seen": {"0"}})
	noted, _ := s["noted"].(map[string]any)
	if noted["id"] != "1" || s["now"] != "1" || !strings.Contains(s["drafts"].(string), "迁完") {
		t.Fatalf("%v", s)
	}
	// two change the line that both saw: both sentences stay
	seen := url.Values{"item": {"1"}, "line": {"1"}, "seen": {trimFloat(noted["seen"])}}
	with := func(key, text string) url.Values {
		v := url.Values{"_key": {key}, "text": {text}}
		for k, x := range seen {
			v[k] = x
		}
		return v
	}
	script(desk, "POST", at+"/note", with("k2", "区交通局8月31日前迁完，费用后结"))
	_, s, _ = script(other, "POST", at+"/note", with("k3", "区交通局8月20日前迁完"))
	if n := s["noted"].(map[string]any); n["id"] == "1" || n["beside"] != "1" {
		t.Errorf("the second sentence is %v", n)
	}
	if lines := s["lines"].([]any); len(lines) != 2 {
		t.Errorf("%d lines", len(lines))
	}
	// presence: the other recorder is named by post, the asker is not
	script(other, "GET", at+"/live/state?item=1&line=2&here=1", nil)
	_, s, _ = script(desk, "GET", at+"/live/state?item=1&here=1", nil)
	people, _ := s["people"].([]any)
	if len(people) != 1 || people[0].(map[string]any)["name"] != "督查室" {
		t.Errorf("present: %v", people)
	}
	// a refusal is its sentence alone
	code, _, text := script(desk, "POST", at+"/hold", url.Values{"_key": {"k4"}, "item": {"1"}, "seen": {trimFloat(s["seq"])}, "why": {""}})
	if code != 422 || strings.Contains(text, "<") || text == "" {
		t.Errorf("%d %q", code, text)
	}
}

func trimFloat(v any) string {
	raw, _ := json.Marshal(v)
	return string(raw)
}

func TestWhoHasNoPartInAnItemDoesNotReadIt(t *testing.T) {
	_, _, as, _, kase := hall(t)
	desk := as("dispatcher")
	at, _ := open(t, desk, kase)
	other := as("other")
	page := other.get(at).must(t, 200, "另有")
	if strings.Contains(page.text, "管线迁改") {
		t.Error("another unit reads an item that is not its own")
	}
	if live := other.get(at + "/live"); strings.Contains(live.text, "管线迁改") || strings.Contains(live.text, `id="decide"`) {
		t.Error("another unit reads it on the live page")
	}
	other.post(at+"/note", "_key", "x", "item", "1", "text", "x").must(t, 403)
	other.post("/meetings", "_key", "x", "title", "x").must(t, 403)
	as("owner").get(at).must(t, 200, "管线迁改")
	desk.get("/meeting/M-1999-0101-1").must(t, 404)
	desk.post("/meetings", "_key", "bad", "title", "会", "on", "2021-01-01", "at", "09:00").must(t, 422, `value="2021-01-01"`)
}

// TestTheMeetingsToComeAreListedByTheRhythm: with their day, who takes the chair in words, and the rhythm by its name.
func TestTheMeetingsToComeAreListedByTheRhythm(t *testing.T) {
	o, who, as, _ := cases(t)
	as("leader").get("/meetings").must(t, 200, "没有启用")
	if _, err := o.AdoptRhythm(context.Background(), who["rulekeeper"], "sample/jimo-meetings", "", "", app.Options{}); err != nil {
		t.Fatal(err)
	}
	page := as("leader").get("/meetings").must(t, 200, "2022-05-25", "14:30", "区重点项目调度会", "区委区政府主要领导", "会议节奏（示例：双周三下午）", "sample/jimo-meetings")
	if strings.Contains(page.text, "chief") {
		t.Error("a rung is shown by its key")
	}
	for _, m := range regexp.MustCompile(`href="(/[^"#?]*)"`).FindAllStringSubmatch(mainOf(page.text), -1) {
		if strings.HasPrefix(m[1], "/weekly") { // printed: no papers are wired here
			continue
		}
		if got := as("leader").get(m[1]); got.code != 200 {
			t.Errorf("%s on the page leads to %d", m[1], got.code)
		}
	}
}
