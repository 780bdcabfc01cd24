package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"shigan/app"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/kernel/quantity"
	"shigan/testkit"
)

func TestAMonthIsReportedCheckedFrozenAndAmendedThroughTheAPI(t *testing.T) {
	d := open(t)
	report := "/months/2022-06/reports/JM-001"
	content := obj{"month": "700万", "ytd": "4200万", "progress": "桥墩完成", "measure": "补料", "who": "项目单位", "by": "2022-08-31", "explain": "示例"}
	var pre Preview
	d.post(t, "owner", report+"/preview", content).ok(t).into(t, &pre)
	if pre.Figures["lag"].Exact != "0.15" || pre.Overall != "yellow" {
		t.Errorf("preview: %+v", pre)
	}
	var rec Receipt
	d.post(t, "owner", report, obj{"content": content, "uploads": []obj{{"name": "现场.jpg", "media": "image/jpeg", "content": []byte("photograph")}}}).ok(t).into(t, &rec)
	if rec.First == 0 || rec.Number == "" || rec.Kinds[0] != "dispatch.reported/1" {
		t.Fatalf("receipt: %+v", rec)
	}
	var entry EntryFull
	d.get(t, "line", fmt.Sprintf("/ledger/%d", rec.First)).ok(t).into(t, &entry)
	if len(entry.Files) != 1 || entry.Files[0].Name != "现场.jpg" {
		t.Fatalf("evidence: %+v", entry.Files)
	}
	file := d.get(t, "line", fmt.Sprintf("/ledger/%d/files/%s", rec.First, entry.Evidence[0])).ok(t)
	if string(file.raw) != "photograph" || !strings.HasPrefix(file.header.Get("Content-Disposition"), "attachment") {
		t.Errorf("file: %s %v", file.raw, file.header)
	}
	d.post(t, "owner", report, obj{"content": content}).problem(t, http.StatusConflict, "dispatch.someone-reported")
	d.post(t, "line", report+"/return", obj{"seq": rec.First, "reason": "请附支付凭证"}).ok(t)
	d.post(t, "owner", report, obj{"content": content, "replaces": rec.First}).ok(t).into(t, &rec)
	d.post(t, "line", report+"/accept", obj{"seq": rec.First, "as_ytd": "41990000.00", "reason": "扣除重复"}).ok(t)
	d.post(t, "dispatcher", "/months/2022-06/freeze", obj{}).ok(t)
	d.post(t, "owner", report, obj{"content": content, "replaces": rec.First}).problem(t, http.StatusConflict, "dispatch.month-closed")
	d.post(t, "dispatcher", report+"/amend", obj{"ytd": "4100万", "reason": "审计核减"}).ok(t)
	var month MonthStatus
	d.get(t, "dispatcher", "/months/2022-06").ok(t).into(t, &month)
	if month.State != "frozen" || len(month.Amendments) != 1 || month.Amendments[0].Was.Fen != 4_199*quantity.Wan || month.Amendments[0].Now.Fen != 4_100*quantity.Wan {
		t.Errorf("month: %+v", month)
	}
	var cols Columns
	d.get(t, "dispatcher", "/figures?names=invested_ytd&subjects=project/JM-001&month=2022-06").ok(t).into(t, &cols)
	if v := cols.Columns["invested_ytd"][0]; v.Exact != "41990000" || !cols.Frozen {
		t.Errorf("a frozen figure moved: %+v", v)
	}
	var check FreezeCheck
	d.get(t, "dispatcher", "/months/2022-06/check").ok(t).into(t, &check)
	if check.Values == 0 || len(check.Differences) != 0 {
		t.Errorf("check: %+v", check)
	}
}

func TestTheSameKeyTwiceIsOneDeedWithOneReceipt(t *testing.T) {
	d := open(t)
	ask := func(post string) reply {
		return d.post(t, post, "/projects/JM-001/promise", obj{"what": "finish", "day": "2024-06-30", "reason": "征迁"}, "Idempotency-Key", "form-7")
	}
	var first, second Receipt
	ask("dispatcher").ok(t).into(t, &first)
	size := d.size(t)
	ask("dispatcher").ok(t).into(t, &second)
	if !second.Repeat || first.Repeat {
		t.Errorf("repeat: %v, then %v", first.Repeat, second.Repeat)
	}
	second.Repeat = false
	if fmt.Sprint(first) != fmt.Sprint(second) || d.size(t) != size {
		t.Errorf("%+v, then %+v, ledger %d, then %d", first, second, size, d.size(t))
	}
	ask("local").problem(t, http.StatusConflict, "app.key-used")

	var wg sync.WaitGroup // many at once are one as well
	receipts := make([]Receipt, 8)
	for i := range receipts {
		wg.Go(func() {
			d.post(t, "dispatcher", "/projects/JM-001/promise", obj{"what": "finish", "day": "2024-09-30", "reason": "征迁"}, "Idempotency-Key", "form-8").into(t, &receipts[i])
		})
	}
	wg.Wait()
	for _, r := range receipts {
		if r.First != size+1 {
			t.Errorf("receipt %+v, want entry %d", r, size+1)
		}
	}
}

func TestADryRunLeavesNothing(t *testing.T) {
	d := open(t)
	before := d.size(t)
	for post, call := range map[string]struct {
		path string
		body obj
	}{
		"dispatcher": {"/projects/JM-001/set-plan", obj{"year": 2022, "planned": "1.30亿元", "category": "new", "reason": "调整"}},
		"owner":      {"/months/2022-06/reports/JM-001", obj{"content": obj{"month": "700万", "ytd": "4200万", "progress": "x", "measure": "m", "who": "w", "by": "2022-08-31", "explain": "e"}, "uploads": []obj{{"name": "a.txt", "media": "text/plain", "content": []byte("never kept")}}}},
		"system":     {"/persons", obj{"id": "p-new", "name": "示例新人"}},
		"security":   {"/posts/leader/unseat", obj{"reason": "调离"}},
	} {
		var rec Receipt
		d.post(t, post, call.path+"?dry_run=true", call.body).ok(t).into(t, &rec)
		if !rec.DryRun || rec.First != 0 || len(rec.Kinds) == 0 {
			t.Errorf("%s: %+v", call.path, rec)
		}
	}
	if now := d.size(t); now != before {
		t.Errorf("%d entries were left behind", now-before)
	}
	r := d.o.Read(context.Background())
	if _, err := r.Blob(ledger.SHA256.Digest([]byte("never kept"))); err == nil {
		t.Error("the file of a dry run was kept")
	}
	if name, _ := d.o.Vault.Get(r, "person/p-new", "name"); name != "" {
		t.Errorf("the vault kept %q", name)
	}
	var plan Project
	d.get(t, "dispatcher", "/projects/JM-001").ok(t).into(t, &plan)
	if plan.Plans["2022"].Planned.Fen != 12_000*quantity.Wan {
		t.Errorf("the plan moved: %+v", plan.Plans)
	}
	d.post(t, "dispatcher", "/projects/JM-001/set-plan?dry_run=true", obj{"year": 2022, "planned": "1.30亿元", "category": "new"}).problem(t, http.StatusUnprocessableEntity, "project.no-reason")
}

func TestMoneyIsExactTextAndNothingElse(t *testing.T) {
	d := open(t)
	for text, want := range map[string]struct {
		code string
		fen  quantity.Fen
	}{
		`"4200万"`:          {"", 4_200 * quantity.Wan},
		`"1.20亿元"`:         {"", 12_000 * quantity.Wan},
		`"123456789.01"`:   {"", 12_345_678_901},
		`"4,200万元"`:        {"", 4_200 * quantity.Wan},
		`"约3亿"`:            {"api.approximate", 0},
		`42000000`:         {"api.field.text", 0},
		`"0.001"`:          {"quantity.below-fen", 0},
		`"5000美元"`:         {"quantity.currency", 0},
		`"9999999999999亿"`: {"quantity.too-large", 0},
	} {
		body := `{"year":2022,"planned":` + text + `,"category":"new","reason":"x"}`
		r := d.post(t, "dispatcher", "/projects/JM-001/set-plan", body)
		if want.code != "" {
			p := r.problem(t, http.StatusUnprocessableEntity, "api.bad-fields")
			if len(p.Errors) != 1 || p.Errors[0].Code != want.code || p.Errors[0].Pointer != "/planned" || p.Errors[0].In != "body" {
				t.Errorf("%s: %+v", text, p.Errors)
			}
			continue
		}
		r.ok(t)
		var got Project
		d.get(t, "dispatcher", "/projects/JM-001").ok(t).into(t, &got)
		if got.Plans["2022"].Planned.Fen != want.fen {
			t.Errorf("%s became %v", text, got.Plans["2022"].Planned.Fen)
		}
	}
}

// TestACursorGivesEachRowOnce walks lists while rows come in.
func TestACursorGivesEachRowOnce(t *testing.T) {
	d := open(t)
	for i := range 25 {
		testkit.AddProject(t, d.o, fmt.Sprintf("JM-1%02d", i), "示例项目", quantity.Fen(1+i%7)*quantity.Yi)
	}
	for _, sort := range []string{"id", "planned_year", "finish", "lag"} {
		seen, cursor, n := map[string]int{}, "", 0
		for {
			var page ProjectList
			d.get(t, "dispatcher", "/projects?limit=4&sort="+sort+"&cursor="+cursor).ok(t).into(t, &page)
			for _, r := range page.Items {
				seen[r.ID]++
			}
			if n++; n > 40 {
				t.Fatal("the walk does not end")
			}
			testkit.AddProject(t, d.o, fmt.Sprintf("AA-%s-%d", sort, n), "新来的", quantity.Fen(n)*quantity.Yi)
			if cursor = page.Next; cursor == "" {
				break
			}
		}
		for id, times := range seen {
			if times != 1 {
				t.Errorf("sort %s: %s came %d times", sort, id, times)
			}
		}
		for i := range 25 {
			if id := fmt.Sprintf("JM-1%02d", i); seen[id] == 0 {
				t.Errorf("sort %s: %s never came", sort, id)
			}
		}
	}
	size, seen, cursor := d.size(t), map[int64]bool{}, ""
	for {
		var page list[Entry]
		d.get(t, "dispatcher", "/ledger?limit=37&cursor="+cursor).ok(t).into(t, &page)
		for _, e := range page.Items {
			if seen[e.Seq] {
				t.Errorf("entry %d came twice", e.Seq)
			}
			seen[e.Seq] = true
		}
		d.post(t, "dispatcher", "/projects/JM-001/note-source", obj{"field": "capacity", "value": fmt.Sprint(len(seen)), "source": "示例"}).ok(t)
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	for seq := int64(1); seq <= size; seq++ {
		if !seen[seq] {
			t.Errorf("entry %d never came", seq)
		}
	}
	d.get(t, "dispatcher", "/projects?cursor=nonsense").problem(t, http.StatusBadRequest, "api.bad-cursor")
}

func TestEveryKindOfRefusalInBothLanguages(t *testing.T) {
	d := open(t)
	for code, tc := range map[string]struct {
		status             int
		post, method, path string
		body               any
	}{
		"project.none":            {404, "dispatcher", "GET", "/projects/nowhere", nil},
		"org.may-not":             {403, "owner", "POST", "/projects/JM-001/set-plan", obj{}},
		"api.no-token":            {401, "", "GET", "/projects", nil},
		"dispatch.month-closed":   {409, "dispatcher", "POST", "/months/2022-05/remind", obj{"projects": []string{"JM-001"}}},
		"dispatch.month-not-open": {409, "dispatcher", "GET", "/months/2021-01", nil},
		"api.bad-fields":          {422, "dispatcher", "POST", "/projects/JM-001/promise", obj{"what": "finish", "day": "30.6.2024"}},
		"api.bad-json":            {400, "dispatcher", "POST", "/projects/JM-001/promise", `{"what":`},
		"api.no-body":             {400, "dispatcher", "POST", "/projects/JM-001/promise", nil},
		"api.too-large":           {413, "dispatcher", "POST", "/projects/JM-001/join-list", `{"list":"` + strings.Repeat("x", 1<<20) + `"}`},
		"api.no-path":             {404, "dispatcher", "GET", "/no/such/thing", nil},
		"api.wrong-method":        {405, "dispatcher", "DELETE", "/projects", nil},
		"api.no-such-file":        {404, "dispatcher", "GET", "/ledger/56/files/sha256:0", nil},
		"rules.no-figure":         {404, "dispatcher", "GET", "/figures?names=nonsense", nil},
	} {
		t.Run(code, func(t *testing.T) {
			zh := d.ask(t, tc.post, tc.method, prefix+tc.path, tc.body).problem(t, tc.status, code)
			en := d.ask(t, tc.post, tc.method, prefix+tc.path, tc.body, "Accept-Language", "en-GB,en;q=0.9").problem(t, tc.status, code)
			if zh.Title == en.Title || strings.ContainsAny(zh.Title+en.Title, "⟦{") || zh.Type != "/problems/"+code || zh.Instance == en.Instance {
				t.Errorf("%+v\n%+v", zh, en)
			}
		})
	}
	p := d.post(t, "dispatcher", "/projects/JM-001/promise", obj{"what": "finish", "day": "30.6.2024", "dey": 1}, "Accept-Language", "en").problem(t, 422, "api.bad-fields")
	at := map[string]string{}
	for _, e := range p.Errors {
		at[e.Pointer] = e.Code
	}
	if at["/day"] != "api.field.date" || at["/dey"] != "api.field.unexpected" {
		t.Errorf("fields: %+v", p.Errors)
	}
	if p := d.get(t, "dispatcher", "/projects?nonsense=1").problem(t, 422, "api.bad-fields"); p.Errors[0].In != "query" || p.Errors[0].Pointer != "nonsense" {
		t.Errorf("query: %+v", p.Errors)
	}
	if p := d.get(t, "dispatcher", "/months/2022-13").problem(t, 422, "api.bad-fields"); p.Errors[0].In != "path" || !strings.HasPrefix(p.Errors[0].Code, "calendar.") {
		t.Errorf("path: %+v", p.Errors)
	}
	meaning := d.ask(t, "", "GET", "/problems/dispatch.month-closed", nil).ok(t)
	if !strings.Contains(string(meaning.raw), "dispatch.month-closed") {
		t.Errorf("the type's address says %s", meaning.raw)
	}
}

// TestAClosedOfficeIsUnavailable: what nobody can mend now says so, and nothing of the cause.
func TestAClosedOfficeIsUnavailable(t *testing.T) {
	clock := testkit.At("2022-05-05")
	o := testkit.Office(t, testkit.Engines(t)["sqlite"](t), clock, ledger.SHA256)
	who := testkit.Small(t, o)
	token, err := o.IssueToken(context.Background(), who["dispatcher"], "test")
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{o: o, tokens: map[string]string{"dispatcher": token}}
	d.serve(t)
	d.ask(t, "", "GET", "/readyz", nil).ok(t)
	stop, cancel := context.WithCancel(context.Background())
	cancel()
	if err := o.Ready(stop); err == nil {
		t.Error("ready without a moment to answer")
	}
	if _, err := o.OpenMonth(context.Background(), who["dispatcher"], calendar.MustMonth("2022-05"), app.Options{}); err != nil {
		t.Fatal(err)
	}
	o.Store.Close()
	d.ask(t, "", "GET", "/healthz", nil).ok(t)
	r := d.ask(t, "", "GET", "/readyz", nil)
	if r.status < 500 || strings.Contains(string(r.raw), "sql") {
		t.Errorf("ready without a database: %d %s", r.status, r.raw)
	}
	r = d.get(t, "dispatcher", "/projects")
	if r.status < 500 || strings.Contains(string(r.raw), "sql") {
		t.Errorf("without a database: %d %s", r.status, r.raw)
	}
}

func TestSigningInByProgram(t *testing.T) {
	d := open(t)
	if err := d.o.SetPassword(context.Background(), "p-dispatcher", "dispatcher", "shigan-test"); err != nil {
		t.Fatal(err)
	}
	d.post(t, "", "/sessions", obj{"login": "dispatcher", "password": "wrong"}).problem(t, http.StatusUnauthorized, "app.sign-in")
	var ses Session
	d.post(t, "", "/sessions", obj{"login": "dispatcher", "password": "shigan-test"}).ok(t).into(t, &ses)
	d.tokens["session"] = ses.Token
	var made NewToken
	d.post(t, "session", "/tokens", obj{"label": "统计接口"}).ok(t).into(t, &made)
	d.tokens["made"] = made.Token
	var me Me
	d.get(t, "made", "/me").ok(t).into(t, &me)
	if me.Post != "dispatcher" || me.Kind != "token" {
		t.Errorf("me: %+v", me)
	}
	d.post(t, "made", "/tokens", obj{"label": "x"}).problem(t, http.StatusForbidden, "api.sign-in-first")
	var all list[TokenRow]
	d.get(t, "session", "/tokens").ok(t).into(t, &all)
	for _, row := range all.Items {
		if row.Label == "统计接口" {
			d.ask(t, "session", "DELETE", prefix+"/tokens/"+row.ID, nil)
		}
	}
	d.get(t, "made", "/me").problem(t, http.StatusUnauthorized, "app.session-ended")
	d.ask(t, "session", "DELETE", prefix+"/sessions/current", nil)
	d.get(t, "session", "/me").problem(t, http.StatusUnauthorized, "app.session-ended")
	metrics := string(d.ask(t, "", "GET", "/metrics", nil).ok(t).raw)
	for _, want := range []string{"shigan_sign_ins_refused_total 1", `shigan_commits_total{result="committed"}`, "shigan_ledger_entries 60", `route="/api/v1/me"`, "go_goroutines", "shigan_commit_deeds_bucket", "shigan_http_request_seconds_bucket"} {
		if !strings.Contains(metrics, want) {
			t.Errorf("metrics lack %s", want)
		}
	}
	d.ask(t, "", "GET", "/metrics", nil, "X-Forwarded-For", "10.0.0.7").problem(t, http.StatusUnauthorized, "api.no-token")
	d.ask(t, "owner", "GET", "/metrics", nil, "X-Forwarded-For", "10.0.0.7").problem(t, http.StatusForbidden, "org.may-not")
	d.ask(t, "system", "GET", "/metrics", nil, "X-Forwarded-For", "10.0.0.7").ok(t)
}

func TestEveryFigureEndsInEntriesAndEveryEntryProvesItself(t *testing.T) {
	d := open(t)
	var tree Tree
	d.get(t, "leader", "/figures/explain?name=light.overall&subject=project/JM-001&month=2022-05").ok(t).into(t, &tree)
	entries := map[int64]bool{}
	var walk func(*Tree)
	walk = func(x *Tree) {
		for _, s := range x.Stated {
			entries[s.Seq] = true
		}
		for _, in := range x.Inputs {
			walk(in)
		}
	}
	walk(&tree)
	if len(entries) < 3 || tree.Value.Exact != "yellow" || tree.Inputs[1].Frozen == nil {
		t.Fatalf("tree: %+v", tree)
	}
	for seq := range entries {
		raw := d.get(t, "leader", fmt.Sprintf("/ledger/%d/proof", seq)).ok(t).raw
		var p ledger.Proof
		if err := json.Unmarshal(raw, &p); err != nil {
			t.Fatal(err)
		}
		if _, err := p.Check(""); err != nil {
			t.Errorf("entry %d: %v", seq, err)
		}
	}
	var known Columns
	d.get(t, "leader", "/figures?names=invested_ytd&subjects=project/JM-001&month=2022-05&known_by=2022-05-05").ok(t).into(t, &known)
	if v := known.Columns["invested_ytd"][0]; v.Kind != "none" {
		t.Errorf("on 5 May nobody knew of %+v", v)
	}
	var tried Tried
	d.post(t, "leader", "/figures/try", obj{"name": "light.progress", "subject": "project/JM-001", "month": "2022-05", "given": obj{"invested_ytd": "5000万"}}).ok(t).into(t, &tried)
	if tried.Value.Exact != "green" {
		t.Errorf("tried: %+v", tried)
	}
	var v Verified
	d.get(t, "audit", "/ledger/verify").ok(t).into(t, &v)
	if !v.OK || v.Entries != d.size(t) {
		t.Errorf("verify: %+v", v)
	}
}

func TestRequestsCarryTheirId(t *testing.T) {
	d := open(t)
	if got := d.get(t, "leader", "/me", "X-Request-Id", "gate-17").header.Get("X-Request-Id"); got != "gate-17" {
		t.Errorf("the gate's id became %q", got)
	}
	if got := d.get(t, "leader", "/me", "X-Request-Id", "<script>").header.Get("X-Request-Id"); len(got) != 12 {
		t.Errorf("a strange id was kept: %q", got)
	}
	if p := d.get(t, "leader", "/projects/none", "X-Request-Id", "gate-18").problem(t, 404, "project.none"); p.Instance != "/requests/gate-18" {
		t.Errorf("instance %s", p.Instance)
	}
}
