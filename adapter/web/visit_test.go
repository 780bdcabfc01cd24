package web_test

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/visit"
)

// reader is a signed-in browser without script.
type reader struct {
	t    *testing.T
	c    *http.Client
	base string
}

func (r reader) get(path string, want int) string {
	r.t.Helper()
	res, err := r.c.Get(r.base + path)
	return r.read(res, err, path, want)
}

func (r reader) post(path string, vals url.Values, want int, header ...string) (string, *http.Response) {
	r.t.Helper()
	req, err := http.NewRequest(http.MethodPost, r.base+path, strings.NewReader(vals.Encode()))
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := r.c.Do(req)
	return r.read(res, err, path, want), res
}

func (r reader) read(res *http.Response, err error, path string, want int) string {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, _ := io.ReadAll(res.Body)
	if res.StatusCode != want {
		r.t.Fatalf("%s: %d, want %d: %s", path, res.StatusCode, want, raw)
	}
	text := string(raw)
	if strings.Contains(text, "⟦") || strings.Contains(text, " style=") {
		r.t.Errorf("%s shows a key or a style", path)
	}
	return text
}

// hidden are the hidden fields of a page's form that is sent to an address.
func hidden(t *testing.T, page, action string) url.Values {
	t.Helper()
	_, form, ok := strings.Cut(page, `action="`+action+`"`)
	if !ok {
		t.Fatalf("no form for %s", action)
	}
	form, _, _ = strings.Cut(form, "</form>")
	vals := url.Values{}
	for _, m := range regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`).FindAllStringSubmatch(form, -1) {
		vals.Add(m[1], m[2])
	}
	return vals
}

func visitSite(t *testing.T) (*app.Office, func(login string) reader) {
	o, who, srv := site(t) // its clock stands at 30 June 2022
	if _, err := o.AdoptDesk(context.Background(), who["rulekeeper"], "china/finding", "", false, "", app.Options{}); err != nil {
		t.Fatal(err)
	}
	return o, func(login string) reader { return reader{t, client(t, srv.URL, login), srv.URL} }
}

// TestAVisitIsNotedWithoutScript goes through the form as a plain page: fields, one more finding, a mistake, the last look, the
// signature, and the same form sent twice.
func TestAVisitIsNotedWithoutScript(t *testing.T) {
	o, as := visitSite(t)
	leader := as("leader")
	for _, lang := range []string{"zh", "en"} {
		leader.get("/visits?lang="+lang, 200)
		leader.get("/visit/new?lang="+lang, 200)
	}
	page := leader.get("/visit/new?project=JM-001", 200)
	vals := hidden(t, page, "/visit/new")
	for k, v := range map[string]string{"on": "2022-06-30", "from": "14:00", "project": "JM-001", "note_": "桥墩到第六节\n\n便道没有硬化", "f1_title": "管线没有迁走", "f1_pain": "图纸对不上"} {
		vals.Set(k, v)
	}
	vals.Set("do", "more")
	page, _ = leader.post("/visit/new", vals, 200)
	if !strings.Contains(page, `name="f2_title"`) || !strings.Contains(page, "管线没有迁走") || !strings.Contains(page, `value="post:local"`) {
		t.Error("one more finding is asked for, what was typed is there, and who stands behind the project is offered")
	}
	vals.Set("do", "check")
	page, _ = leader.post("/visit/new", vals, 422)
	if !strings.Contains(page, "难点和原因要么都写") || !strings.Contains(page, "便道没有硬化") {
		t.Error("half of a hard point is refused with a sentence, and nothing is lost")
	}
	vals.Set("f1_cause", "没有牵头单位")
	vals.Set("who", "post:local")
	page, _ = leader.post("/visit/new", vals, 200)
	for _, want := range []string{"看一遍，再签", "龙泉街道", "难点：图纸对不上"} {
		if !strings.Contains(page, want) {
			t.Errorf("the last look has no %s", want)
		}
	}
	last := hidden(t, page, "/visit/new/send")
	_, res := leader.post("/visit/new/send", last, 303)
	if to := res.Header.Get("Location"); !strings.HasPrefix(to, "/visit/V-2022-0001?did=sent&e=") {
		t.Fatal(to)
	}
	_, res = leader.post("/visit/new/send", last, 303)
	if to := res.Header.Get("Location"); !strings.HasPrefix(to, "/visit/V-2022-0001?did=again") {
		t.Errorf("the same form again: %s", to)
	}
	last.Set("note_", "别的话")
	_, res = leader.post("/visit/new/send", last, 303)
	if to := res.Header.Get("Location"); !strings.HasPrefix(to, "/visit/V-2022-0001?did=other") {
		t.Errorf("other words under the same key: %s", to)
	}
	all, err := app.All[visit.Visit](o.Read(context.Background()), visit.Kind, "")
	if err != nil || len(all) != 1 || len(all[0].Notes) != 2 || len(all[0].Findings) != 1 || all[0].Who[0].Post != "local" {
		t.Fatalf("%+v %v", all, err)
	}
	c, err := casework.Of(o.Read(context.Background()), all[0].Findings[0].Case)
	if err != nil || c.Measure == nil || c.Measure.Cause != "没有牵头单位" || c.Raiser.Post != "leader" {
		t.Errorf("%+v %v", c, err)
	}
	if page = leader.get("/visit/new", 200); strings.Contains(page, "管线没有迁走") {
		t.Error("what was sent waits as a draft")
	}
	page = leader.get("/visit/V-2022-0001?did=other&e=1", 200)
	if !strings.Contains(page, "账上是先发的那份") {
		t.Error("who changed the text is not told that the first stands")
	}
}

func TestAVisitsPageTakesNotesFindingsAndCorrections(t *testing.T) {
	o, as := visitSite(t)
	leader, local := as("leader"), as("local")
	send := url.Values{"on": {"2022-06-30"}, "project": {"JM-001"}, "note_": {"看了"}, "as": {"p-leader/leader"}, "who": {"post:local"}, "_key": {"k1"}}
	text, _ := leader.post("/visit/new/send", send, 200, "X-Part", "sent")
	if !strings.HasPrefix(text, "/visit/V-2022-0001?did=noted") {
		t.Fatal(text)
	}
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	w.WriteField("text", "街道已联系产权单位")
	f, _ := w.CreateFormFile("evidence", "现场.jpg")
	f.Write([]byte("\xff\xd8\xffphotograph"))
	w.Close()
	res, err := local.c.Post(local.base+"/visit/V-2022-0001/note", w.FormDataContentType(), &body)
	if err != nil || res.StatusCode != 303 {
		t.Fatal(res.Status, err)
	}
	local.post("/visit/V-2022-0001/finding", url.Values{"title": {"围挡破了"}}, 303)
	page := local.get("/visit/V-2022-0001", 200)
	for _, want := range []string{"街道已联系产权单位", "现场.jpg", "围挡破了", "F-2022-0001"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %s", want)
		}
	}
	photo := regexp.MustCompile(`/visit/V-2022-0001/file/[^"]+`).FindString(page)
	if got := leader.get(photo, 200); !strings.Contains(got, "photograph") {
		t.Error("the photograph is not given back")
	}
	as("owner").get(photo, 403)
	leader.get("/visit/V-2022-0001/file/sha256:00", 404)
	if strings.Contains(page, `action="/visit/V-2022-0001/correct"`) {
		t.Error("who was there corrects what another wrote")
	}
	page = leader.get("/visit/V-2022-0001", 200)
	fix := hidden(t, page, "/visit/V-2022-0001/correct")
	fix.Set("note", "1")
	fix.Set("text", "看了桥墩")
	page, _ = leader.post("/visit/V-2022-0001/correct", fix, 422)
	if !strings.Contains(page, "更正要写一句为什么") {
		t.Error("a correction without a reason is not refused in words")
	}
	fix.Set("reason", "写全")
	leader.post("/visit/V-2022-0001/correct", fix, 303)
	x, err := visit.Of(o.Read(context.Background()), "V-2022-0001")
	if err != nil {
		t.Fatal(err)
	}
	seq := []string{strconv.FormatInt(x.Seq, 10)}
	leader.post("/visit/V-2022-0001/correct", url.Values{"seq": seq, "on": {"2022-06-29"}, "project": {"JM-001"}, "reason": {"记错一天"}}, 303)
	page = leader.get("/visit/V-2022-0001", 200)
	for _, want := range []string{"<s>看了</s>", "<s>2022-06-30</s>", "记错一天"} {
		if !strings.Contains(page, want) {
			t.Errorf("after the corrections the page has no %s", want)
		}
	}
	page, _ = leader.post("/visit/V-2022-0001/correct", url.Values{"seq": seq, "on": {"2022-06-28"}, "project": {"JM-001"}, "reason": {"r"}}, 409)
	if !strings.Contains(page, "刚有人改过") {
		t.Error("an older page is not told so")
	}
}

func TestWhatIsSentFromAPhoneIsSignedByWhoeverFilledItIn(t *testing.T) {
	_, as := visitSite(t)
	local := as("local")
	send := url.Values{"on": {"2022-06-30"}, "project": {"JM-001"}, "note_": {"看了"}, "as": {"p-leader/leader"}, "_key": {"k1"}}
	if text, _ := local.post("/visit/new/send", send, 409, "X-Part", "sent"); !strings.Contains(text, "别的岗位或别的人") {
		t.Error(text)
	}
	send.Set("as", "p-local/local")
	send.Set("on", "2022-07-01")
	text, res := local.post("/visit/new/send", send, 422, "X-Part", "sent")
	if !strings.Contains(text, "还没到") || res.Header.Get("X-Where") != "where" {
		t.Error(text, res.Header)
	}
	nobody := reader{t, client(t, local.base, ""), local.base}
	nobody.post("/visit/new/send", send, 401, "X-Part", "sent")
	as("owner").post("/visit/new/send", send, 403, "X-Part", "sent")
}

func TestAPlanIsKeptAndBecomesTheVisit(t *testing.T) {
	o, as := visitSite(t)
	leader := as("leader")
	page, _ := leader.post("/visits/plan", url.Values{"on": {"2022-06-01"}, "site": {"JM-001"}}, 422)
	if !strings.Contains(page, "已经过了") {
		t.Error("a plan for a day gone by")
	}
	leader.post("/visits/plan", url.Values{"on": {"2022-06-30"}, "site": {"JM-001"}, "purpose": {"看桥墩"}}, 303)
	if page = leader.get("/visits", 200); !strings.Contains(page, "/visit/new?plan=V-2022-0001") {
		t.Error("the plan is not on the list with its button")
	}
	page = leader.get("/visit/new?plan=V-2022-0001", 200)
	if !strings.Contains(page, `name="purpose" value="看桥墩"`) {
		t.Error("the form does not know the plan")
	}
	leader.post("/visit/new/send", url.Values{"plan": {"V-2022-0001"}, "on": {"2022-06-30"}, "project": {"JM-001"}, "note_": {"看了"}, "as": {"p-leader/leader"}}, 303)
	x, err := visit.Of(o.Read(context.Background()), "V-2022-0001")
	if err != nil || x.State != visit.Held {
		t.Errorf("%+v %v", x, err)
	}
}

func TestTheWorkerMayBeLoadedAndNothingElseIsAllowedForIt(t *testing.T) {
	_, as := visitSite(t)
	r := as("leader")
	res, err := r.c.Get(r.base + "/visit/new")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if csp := res.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "worker-src 'self'") || strings.Contains(csp, "unsafe") {
		t.Error(csp)
	}
	if res.Header.Get("Cache-Control") != "no-store" {
		t.Error("the browser may keep the page by itself")
	}
}
