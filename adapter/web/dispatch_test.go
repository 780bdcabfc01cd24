package web_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"shigan/adapter/web"
	"shigan/app"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/kernel/quantity"
	"shigan/testkit"
)

// browser is one signed-in person without script.
type browser struct {
	t    *testing.T
	base string
	c    *http.Client
}

type answered struct {
	code int
	at   string // where it ended, after redirects
	text string
}

func (b *browser) read(res *http.Response, err error) answered {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	if strings.Contains(string(raw), "⟦") {
		b.t.Errorf("%s: a text is missing: %s", res.Request.URL, regexp.MustCompile(`⟦[^⟧]*⟧`).FindString(string(raw)))
	}
	return answered{res.StatusCode, res.Request.URL.RequestURI(), string(raw)}
}

func (b *browser) get(path string) answered { b.t.Helper(); return b.read(b.c.Get(b.base + path)) }

func (b *browser) post(path string, pairs ...string) answered {
	b.t.Helper()
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return b.read(b.c.PostForm(b.base+path, q))
}

// upload sends a form with one file.
func (b *browser) upload(path, name string, file []byte, pairs ...string) answered {
	b.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i+1 < len(pairs); i += 2 {
		w.WriteField(pairs[i], pairs[i+1])
	}
	if name != "" {
		f, err := w.CreateFormFile("evidence", name)
		if err != nil {
			b.t.Fatal(err)
		}
		f.Write(file)
	}
	w.Close()
	return b.read(b.c.Post(b.base+path, w.FormDataContentType(), &body))
}

// field reads a hidden or typed value out of a page.
func field(t *testing.T, page, name string) string {
	t.Helper()
	m := regexp.MustCompile(`name="` + name + `"[^>]*? value="([^"]*)"`).FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("no field %s on the page", name)
	}
	return m[1]
}

func (a answered) must(t *testing.T, code int, texts ...string) answered {
	t.Helper()
	if a.code != code {
		t.Fatalf("%s: status %d, want %d: %.600s", a.at, a.code, code, mainOf(a.text))
	}
	for _, s := range texts {
		if !strings.Contains(a.text, s) {
			t.Fatalf("%s does not say %q: %.3000s", a.at, s, mainOf(a.text))
		}
	}
	return a
}

func mainOf(page string) string {
	if i := strings.Index(page, `id="main">`); i >= 0 {
		return page[i:]
	}
	return page
}

// month is a district at the beginning of June's check: May frozen, June open, two projects, nothing reported.
func month(t *testing.T) (*app.Office, map[string]org.Signer, func(post string) *browser, *testkit.Clock) {
	t.Helper()
	ctx := context.Background()
	clock := testkit.At("2022-05-05")
	o := testkit.Office(t, testkit.Engines(t)["sqlite"](t), clock, ledger.SHA256)
	who := testkit.Small(t, o)
	for post := range who {
		if err := o.SetPassword(ctx, "p-"+post, post, "shigan-test"); err != nil {
			t.Fatal(err)
		}
	}
	testkit.AddProject(t, o, "JM-002", "示例厂房工程", 8_000*quantity.Wan)
	testkit.Do(t, o, who["local"], project.Happen{ID: "JM-001", Stage: project.Started, On: "2022-05-04", Source: "示例施工许可"})
	testkit.Do(t, o, who["local"], project.Happen{ID: "JM-002", Stage: project.Started, On: "2022-05-04", Source: "示例施工许可"})
	may := calendar.MustMonth("2022-05")
	clock.Set("2022-05-28")
	if _, err := o.OpenMonth(ctx, who["dispatcher"], may, app.Options{}); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"JM-001", "JM-002"} {
		rec, _, err := o.Report(ctx, who["owner"], dispatch.SubmitReport{Project: id, Month: may, Content: dispatch.Content{Month: 700 * project.DispatchMoney(quantity.Wan), YTD: 3_500 * project.DispatchMoney(quantity.Wan),
			Progress: "桥墩完成一半", Measure: "补料", Who: "项目单位", By: "2022-08-31", Next: "六月完成全部桥墩", Explain: "示例"}}, app.Options{})
		if err != nil {
			t.Fatal(err)
		}
		testkit.Do(t, o, who["line"], dispatch.AcceptReport{Project: id, Month: may, Seq: rec.Last})
	}
	if _, _, err := o.FreezeMonth(ctx, who["dispatcher"], may, "", app.Options{}); err != nil {
		t.Fatal(err)
	}
	clock.Set("2022-06-26")
	h, err := web.New(o, web.Options{})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return o, who, func(post string) *browser {
		jar, _ := cookiejar.New(nil)
		b := &browser{t, srv.URL, &http.Client{Jar: jar}}
		b.post("/signin", "login", post, "password", "shigan-test")
		return b
	}, clock
}

// fillIn reports a project through the pages, as a phone without script does, and gives the last page.
func fillIn(t *testing.T, b *browser, id, sum string, more ...string) answered {
	t.Helper()
	at := "/report/" + id + "/2022-06"
	form := b.get(at+"?edit=1").must(t, 200)
	pairs := append([]string{"do", "check", "progress", "桥墩全部完成", "month", sum, "measure", "加班", "who", "项目单位", "by", "2022-08-31", "replaces", field(t, form.text, "replaces"), "files", field(t, form.text, "files")}, more...)
	check := b.upload(at, "", nil, pairs...)
	check.must(t, 200, "签名并报送")
	return b.post(at+"/send", sendable(t, check.text)...)
}

// sendable are the fields of the check page.
func sendable(t *testing.T, page string) []string {
	t.Helper()
	var out []string
	for _, k := range []string{"_key", "progress", "month", "ytd", "funds_in", "paid", "next", "problem", "files", "replaces", "measure", "who", "by"} {
		out = append(out, k, field(t, page, k))
	}
	if strings.Contains(page, `type="hidden" name="explain"`) {
		out = append(out, "explain", field(t, page, "explain"))
	}
	return out
}

func TestAMonthGoesFromOpenToFrozenThroughThePages(t *testing.T) {
	_, _, as, clock := month(t)
	desk, owner, line := as("dispatcher"), as("owner"), as("line")
	desk.get("/dispatch").must(t, 200, "2022 年 5 月", "开 2022 年 6 月")
	desk.post("/dispatch/open", "_key", "k-open", "m", "2022-06").must(t, 200, "已开月", "还有 2 项没报")
	owner.get("/my").must(t, 200, "2 件事等你", "报：示例道路工程 6 月报")
	fillIn(t, owner, "JM-001", "700").must(t, 200, "已报送", "等区交通运输局核实")
	clock.Set("2022-06-29")
	desk, owner, line = as("dispatcher"), as("owner"), as("line") // a session ends after an hour
	desk.get("/dispatch?tab=none").must(t, 200, "示例厂房工程")
	desk.post("/dispatch/2022-06/remind", "_key", "k-remind").must(t, 200, "已催报", "上次催：", "2022-06-29")
	line.get("/my").must(t, 200, "核：示例道路工程 6 月报")
	page := line.get("/dispatch?m=2022-06&tab=waiting").must(t, 200, "待核第 1 / 1 项", "前 5 个月平均", "桥墩全部完成", "六月完成全部桥墩")
	seq := field(t, page.text, "seq")
	line.post("/dispatch/2022-06/accept", "_key", "k-acc", "m", "2022-06", "p", "JM-001", "seq", seq, "as", "other", "as_month", "0.065").must(t, 422, "请写明理由", `value="0.065"`)
	line.get("/dispatch?m=2022-06&p=JM-001&as_month=0.065").must(t, 200, "按 0.07 亿元核：累计 0.42 亿元")
	line.post("/dispatch/2022-06/accept", "_key", "k-acc", "m", "2022-06", "p", "JM-001", "seq", seq, "as", "other", "as_month", "0.065", "reason", "扣除未到货").must(t, 200, "已核实")
	owner.get("/report/JM-001/2022-06").must(t, 200, "已核实", "扣除未到货", "650")
	clock.Set("2022-07-03")
	desk = as("dispatcher")
	desk.post("/dispatch/2022-06/freeze", "_key", "k-f").must(t, 409, "还有 1 项未报", "写明理由")
	desk.post("/dispatch/2022-06/freeze", "_key", "k-f2", "reason", "示例厂房工程停产检修，下月补报").must(t, 200, "账已冻结", "示例厂房工程停产检修，下月补报")
	desk.get("/dispatch?m=2022-06").must(t, 200, "已冻结", "去发通报")
}

func TestAReturnedReportTellsWhyAndIsCorrected(t *testing.T) {
	o, who, as, _ := month(t)
	if _, err := o.OpenMonth(context.Background(), who["dispatcher"], calendar.MustMonth("2022-06"), app.Options{}); err != nil {
		t.Fatal(err)
	}
	owner, line := as("owner"), as("line")
	fillIn(t, owner, "JM-001", "700")
	page := line.get("/dispatch?m=2022-06&p=JM-001").must(t, 200, "退回补正")
	seq := field(t, page.text, "seq")
	line.post("/dispatch/2022-06/return", "_key", "r0", "p", "JM-001", "seq", seq, "reason", " ").must(t, 422, "请写明理由")
	line.post("/dispatch/2022-06/return", "_key", "r1", "p", "JM-001", "seq", seq, "reason", "设备款缺到货单").must(t, 200, "已退回")
	owner.get("/my").must(t, 200, "补正：示例道路工程 6 月报", "设备款缺到货单")
	owner.get("/report/JM-001/2022-06").must(t, 200, "退回补正", "设备款缺到货单", `value="700"`, "桥墩全部完成")
	fillIn(t, owner, "JM-001", "520").must(t, 200, "已报送")
	rep, _, err := dispatch.ReportOf(o.Read(context.Background()), calendar.MustMonth("2022-06"), "JM-001")
	if err != nil || rep.State != dispatch.Reported || quantity.Fen(rep.Content.Month) != 520*quantity.Wan || len(rep.Versions) != 1 {
		t.Errorf("after the correction: %+v, %v", rep, err)
	}
}

func TestSomebodyElsesProjectIsRefused(t *testing.T) {
	o, who, as, _ := month(t)
	if _, err := o.OpenMonth(context.Background(), who["dispatcher"], calendar.MustMonth("2022-06"), app.Options{}); err != nil {
		t.Fatal(err)
	}
	other := as("other")
	other.get("/report/JM-001/2022-06").must(t, 403)
	other.post("/report/JM-001/2022-06/send", "progress", "x", "month", "1").must(t, 403)
	other.post("/report/JM-001/2022-06/excuse", "light", "progress", "reason", "x").must(t, 403)
	other.post("/dispatch/2022-06/freeze", "reason", "x").must(t, 403)
	other.get("/my").must(t, 200, "今天没有事等你")
	as("owner").post("/dispatch/2022-06/accept", "p", "JM-001", "seq", "1").must(t, 403)
}

func TestAFrozenMonthRefusesAndSaysWhatToDo(t *testing.T) {
	_, _, as, _ := month(t)
	owner := as("owner")
	owner.get("/report/JM-001/2022-05").must(t, 200, "2022 年 5 月已冻结", "请项目办更正", "3,500")
	owner.post("/report/JM-001/2022-05/send", "_key", "late", "progress", "x", "month", "1", "ytd", "3501", "measure", "a", "who", "b", "by", "2022-07-01", "explain", "c").must(t, 409, "已冻结，不能再报", "更正会写在原数旁边", "3,500")
	desk := as("dispatcher")
	desk.post("/dispatch/2022-05/amend", "_key", "a1", "p", "JM-001", "ytd", "0.36", "reason", "").must(t, 422, "请写明理由", `value="0.36"`)
	desk.post("/dispatch/2022-05/amend", "_key", "a2", "p", "JM-001", "ytd", "0.36", "reason", "漏了一张结算单").must(t, 200, "已更正", "漏了一张结算单")
}

func TestALostDraftIsRestored(t *testing.T) {
	o, who, as, _ := month(t)
	if _, err := o.OpenMonth(context.Background(), who["dispatcher"], calendar.MustMonth("2022-06"), app.Options{}); err != nil {
		t.Fatal(err)
	}
	first := as("owner")
	first.post("/draft", "form", "report/JM-001/2022-06", "body", `{"progress":"主梁吊装过半","month":"611.5","replaces":"0"}`)
	first.upload("/report/JM-001/2022-06", "结算单.pdf", []byte("%PDF-1.4 示例"), "do", "later", "progress", "主梁吊装过半", "month", "611.5", "replaces", "0").must(t, 200, "已存着")
	again := as("owner") // another phone, the same person
	page := again.get("/report/JM-001/2022-06").must(t, 200, "主梁吊装过半", `value="611.5"`, "结算单.pdf", "已存")
	at := regexp.MustCompile(`href="(/report/JM-001/2022-06/file/[^"]+)"`).FindStringSubmatch(page.text)
	if at == nil {
		t.Fatal("the kept file has no address")
	}
	if got := again.get(at[1]); got.code != 200 || got.text != "%PDF-1.4 示例" {
		t.Errorf("the kept file: %d %q", got.code, got.text)
	}
	as("line").get(at[1]).must(t, 404) // nobody else sees a draft's file
	fillIn(t, again, "JM-001", "611.5").must(t, 200, "已报送", "结算单.pdf")
	as("line").get(at[1]).must(t, 200) // sent, it is evidence
	if body, _, _ := o.Read(context.Background()).Draft("p-owner", "report/JM-001/2022-06"); body != "" {
		t.Errorf("the draft is still there: %s", body)
	}
}

func TestTheSameFormSentTwiceIsOneReport(t *testing.T) {
	o, who, as, _ := month(t)
	june := calendar.MustMonth("2022-06")
	if _, err := o.OpenMonth(context.Background(), who["dispatcher"], june, app.Options{}); err != nil {
		t.Fatal(err)
	}
	owner := as("owner")
	form := owner.get("/report/JM-001/2022-06").must(t, 200)
	check := owner.upload("/report/JM-001/2022-06", "a.txt", []byte("凭据"), "do", "check", "progress", "过半", "month", "700", "measure", "加班", "who", "甲", "by", "2022-08-31", "replaces", field(t, form.text, "replaces"), "files", "").must(t, 200)
	fields := sendable(t, check.text)
	one := owner.post("/report/JM-001/2022-06/send", fields...).must(t, 200, "已报送")
	two := owner.post("/report/JM-001/2022-06/send", fields...).must(t, 200, "已报送")
	if one.at != two.at {
		t.Errorf("two receipts: %s, %s", one.at, two.at)
	}
	rep, _, err := dispatch.ReportOf(o.Read(context.Background()), june, "JM-001")
	if err != nil || len(rep.Versions) != 0 {
		t.Errorf("sent twice it was reported %d times: %v", len(rep.Versions)+1, err)
	}
}

func TestWhoeverWasOvertakenSeesBothAndKeepsTheDraft(t *testing.T) {
	o, who, as, _ := month(t)
	if _, err := o.OpenMonth(context.Background(), who["dispatcher"], calendar.MustMonth("2022-06"), app.Options{}); err != nil {
		t.Fatal(err)
	}
	owner, town := as("owner"), as("local")
	form := owner.get("/report/JM-001/2022-06").must(t, 200)
	check := owner.upload("/report/JM-001/2022-06", "", nil, "do", "check", "progress", "企业写的", "month", "700", "measure", "加班", "who", "甲", "by", "2022-08-31", "replaces", field(t, form.text, "replaces"), "files", "").must(t, 200)
	fillIn(t, town, "JM-001", "680").must(t, 200, "已报送")
	owner.post("/report/JM-001/2022-06/send", sendable(t, check.text)...).must(t, 409, "刚有人替这个项目报过", "企业写的", "桥墩全部完成", "680", `value="700"`)
	owner.get("/report/JM-001/2022-06?edit=1").must(t, 200, "刚有人替这个项目报过", "企业写的")
	fillIn(t, owner, "JM-001", "700", "progress", "企业写的").must(t, 200, "已报送")
}

func TestWhatMustBeAddedIsAskedBeforeSigning(t *testing.T) {
	o, who, as, _ := month(t)
	if _, err := o.OpenMonth(context.Background(), who["dispatcher"], calendar.MustMonth("2022-06"), app.Options{}); err != nil {
		t.Fatal(err)
	}
	owner := as("owner")
	owner.upload("/report/JM-001/2022-06", "", nil, "do", "check", "progress", "", "month", "七百亿亿").must(t, 422, "有 2 处要改", "七百亿亿")
	check := owner.upload("/report/JM-001/2022-06", "", nil, "do", "check", "progress", "进展慢", "month", "1", "replaces", "0").must(t, 200, "还要写清办法")
	fields := sendable(t, strings.NewReplacer(`name="who" required value`, `name="who" value`).Replace(check.text+`name="measure" value=""`))
	owner.post("/report/JM-001/2022-06/send", fields...).must(t, 422, "请写清办法", "进展慢")
	owner.post("/report/JM-001/2022-06/send", append(fields, "measure", "加两班人", "who", "项目单位", "by", "2022-08-31")...).must(t, 200, "已报送")
}

func TestAnExcuseIsAskedForAndSettled(t *testing.T) {
	o, who, as, _ := month(t)
	if _, err := o.OpenMonth(context.Background(), who["dispatcher"], calendar.MustMonth("2022-06"), app.Options{}); err != nil {
		t.Fatal(err)
	}
	owner, desk := as("owner"), as("dispatcher")
	owner.post("/report/JM-001/2022-06/excuse", "_key", "x0", "light", "progress", "reason", "").must(t, 422, "请写明理由")
	owner.post("/report/JM-001/2022-06/excuse", "_key", "x1", "light", "progress", "reason", "汛期停工令").must(t, 200, "已申请")
	desk.get("/dispatch?m=2022-06").must(t, 200, "汛期停工令")
	desk.post("/dispatch/2022-06/excuse", "_key", "x2", "p", "JM-001", "light", "progress", "granted", "yes", "answer", "").must(t, 422, "请写明理由")
	desk.post("/dispatch/2022-06/excuse", "_key", "x3", "p", "JM-001", "light", "progress", "granted", "yes", "answer", "有停工令，属实").must(t, 200, "有停工令，属实")
	owner.get("/report/JM-001/2022-06").must(t, 200, "认定有正当理由")
}

func TestALetterIsSignedFromTheDueList(t *testing.T) {
	o, who, as, _ := month(t)
	testkit.Do(t, o, who["dispatcher"], project.DrawLetter{ID: "JM-001", Year: 2022})
	b := as("leader")
	page := b.get("/my").must(t, 200, "签责任状：示例道路工程")
	b.post("/my/sign", "_key", field(t, page.text, "_key"), "p", "JM-001", "seq", field(t, page.text, "seq")).must(t, 200, "已签名", "今天没有事等你")
	p, err := project.Of(o.Read(context.Background()), "JM-001")
	if l, _ := p.CurrentLetter(); err != nil || !l.SignedBy("leader") {
		t.Error(fmt.Sprint(l, err))
	}
}
