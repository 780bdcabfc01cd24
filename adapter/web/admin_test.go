package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"shigan/app"
	"shigan/domain/project"
	"shigan/kernel/ledger"
	"shigan/kernel/quantity"
	"shigan/testkit"
)

func bodyOf(t testing.TB, res *http.Response, err error) (int, string) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

func upload(t testing.TB, c *http.Client, base, name, content string) (int, string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for k, v := range map[string]string{"year": "2022", "list": "+", "newlist": "2022年重点项目"} {
		w.WriteField(k, v)
	}
	f, err := w.CreateFormFile("file", name)
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(f, content)
	w.Close()
	res, err := c.Post(base+"/import", w.FormDataContentType(), &b)
	return bodyOf(t, res, err)
}

const someList = "区2022年重点项目清单\n单位：万元\n序号,项目名称,责任单位,总投资,2022年计划投资\n1,示例快速路,龙泉街道,120000,86000.5\n2,示例小学,龙泉街道,8000,另行核定\n"

var markField = regexp.MustCompile(`name="mark" value="([0-9a-f]+)"`)

func entries(t testing.TB, o *app.Office) int64 {
	t.Helper()
	head, _, _, err := o.Read(context.Background()).Log()
	if err != nil {
		t.Fatal(err)
	}
	return head.Size
}

func TestAListIsReadAskedAndWrittenOnlyAfterItWasSeen(t *testing.T) {
	o, _, srv := site(t)
	c := client(t, srv.URL, "dispatcher")
	before := entries(t, o)
	if code, body := upload(t, c, srv.URL, "清单.csv", someList); code != 303 {
		t.Fatalf("%d %s", code, body)
	}
	code, page := bodyOf2(t, c, srv.URL+"/import")
	for _, want := range []string{"2 项是新的", "1 格没读懂", "另行核定", "E5", "86000.5"} {
		if code != 200 || !strings.Contains(page, want) {
			t.Errorf("%d: the page does not say %q", code, want)
		}
	}
	if entries(t, o) != before {
		t.Error("something was written before anybody agreed")
	}
	res, err := c.PostForm(srv.URL+"/import/write", url.Values{"mark": {"000000"}})
	if code, _ := bodyOf(t, res, err); code != 409 || entries(t, o) != before {
		t.Errorf("a plan that nobody saw was written: %d", code)
	}
	res, err = c.PostForm(srv.URL+"/import/write", url.Values{"mark": {markField.FindStringSubmatch(page)[1]}})
	if code, body := bodyOf(t, res, err); code != 200 || !strings.Contains(body, "写好了") {
		t.Fatalf("%d %s", code, body)
	}
	p, err := project.Of(o.Read(context.Background()), "P2022-001")
	if err != nil || p.Plans["2022"].Planned != project.DispatchMoney(860_005*quantity.Wan/10) {
		t.Errorf("%+v %v", p, err)
	}
	after := entries(t, o)
	upload(t, c, srv.URL, "清单.csv", someList)
	if _, page := bodyOf2(t, c, srv.URL+"/import"); !strings.Contains(page, "没有要写的") || markField.FindStringSubmatch(page) == nil {
		t.Error("the same file again should have nothing to write")
	}
	if entries(t, o) != after {
		t.Errorf("the same file twice added %d entries", entries(t, o)-after)
	}
}

func bodyOf2(t testing.TB, c *http.Client, url string) (int, string) {
	t.Helper()
	res, err := c.Get(url)
	return bodyOf(t, res, err)
}

func TestACellWrittenOverIsReadAndTheLedgerSaysSo(t *testing.T) {
	o, _, srv := site(t)
	c := client(t, srv.URL, "dispatcher")
	upload(t, c, srv.URL, "清单.csv", someList)
	res, err := c.PostForm(srv.URL+"/import/answer", url.Values{"cell0": {"E5"}, "now0": {"3000"}})
	bodyOf(t, res, err)
	_, page := bodyOf2(t, c, srv.URL+"/import")
	res, err = c.PostForm(srv.URL+"/import/write", url.Values{"mark": {markField.FindStringSubmatch(page)[1]}})
	bodyOf(t, res, err)
	r := o.Read(context.Background())
	p, err := project.Of(r, "P2022-002")
	if err != nil || p.Plans["2022"].Planned != project.DispatchMoney(3_000*quantity.Wan) {
		t.Fatalf("%+v %v", p.Plans, err)
	}
	e, err := r.Entry(p.Plans["2022"].Seq)
	if err != nil || !strings.Contains(string(e.Body), "E5=3000") {
		t.Errorf("%s %v", e.Body, err)
	}
}

func TestWhatIsNoListIsRefusedBesideTheForm(t *testing.T) {
	o, _, srv := site(t)
	c := client(t, srv.URL, "dispatcher")
	before := entries(t, o)
	if code, body := upload(t, c, srv.URL, "photo.png", "\x89PNG\r\n\x1a\n\x00\x00"); code != 422 || !strings.Contains(body, "photo.png") || !strings.Contains(body, `value="2022"`) {
		t.Errorf("%d: the refusal should stand in the form, with what was typed", code)
	}
	if entries(t, o) != before {
		t.Error("a refusal wrote something")
	}
}

func TestOfficersCannotDoEachOthersWork(t *testing.T) {
	o, _, srv := site(t)
	unit := url.Values{"name": {"示例新机构"}, "class": {"town"}, "unit": {"jimo"}, "id": {"newtown"}}
	seat := url.Values{"postid": {"owner"}, "person": {"p-other"}}
	password := url.Values{"person": {"p-owner"}, "password": {"another-word"}}
	for who, may := range map[string]map[string]int{
		"system":     {"/people/unit": 303, "/people/seat": 403, "/people/password": 403, "/people/reveal": 403},
		"security":   {"/people/unit": 403, "/people/seat": 303, "/people/password": 303},
		"audit":      {"/people/unit": 403, "/people/seat": 403, "/people/password": 403, "/people/reveal": 403},
		"dispatcher": {"/people/unit": 403, "/people/seat": 403, "/people/password": 403},
	} {
		c := client(t, srv.URL, who)
		for path, want := range may {
			form := map[string]url.Values{"/people/unit": unit, "/people/seat": seat, "/people/password": password, "/people/reveal": {"person": {"p-owner"}, "reason": {"x"}}}[path]
			res, err := c.PostForm(srv.URL+path, form)
			if code, body := bodyOf(t, res, err); code != want {
				t.Errorf("%s %s: %d, want %d: %s", who, path, code, want, body)
			}
		}
	}
	res, err := client(t, srv.URL, "security").PostForm(srv.URL+"/people/seat", url.Values{"postid": {"owner"}, "person": {"p-security"}, "unit": {"co"}})
	if code, body := bodyOf(t, res, err); code != 403 || !strings.Contains(body, "三员") || !strings.Contains(body, "授岗") {
		t.Errorf("an officer seated himself: %d", code)
	}
	_ = o
}

func TestATelephoneIsShownOnlyAfterItsReasonIsOnTheLedger(t *testing.T) {
	o, _, srv := site(t)
	c := client(t, srv.URL, "dispatcher")
	if _, page := bodyOf2(t, c, srv.URL+"/people?unit=co"); !strings.Contains(page, "138****1234") || strings.Contains(page, "13800001234") {
		t.Error("the number should be masked")
	}
	res, err := c.PostForm(srv.URL+"/people/reveal", url.Values{"person": {"p-owner"}, "unit": {"co"}, "reason": {" "}})
	if code, body := bodyOf(t, res, err); code != 422 || strings.Contains(body, "13800001234") {
		t.Errorf("shown without a reason: %d", code)
	}
	before := entries(t, o)
	res, err = c.PostForm(srv.URL+"/people/reveal", url.Values{"person": {"p-owner"}, "unit": {"co"}, "reason": {"问月报"}})
	if code, body := bodyOf(t, res, err); code != 200 || !strings.Contains(body, "13800001234") {
		t.Errorf("%d", code)
	}
	e, err := o.Read(context.Background()).Entry(entries(t, o))
	if err != nil || entries(t, o) != before+1 || e.Kind != "org.revealed/1" || strings.Contains(string(e.Body), "1380000") {
		t.Errorf("%+v %v", e, err)
	}
}

func TestARestrictedOwnerCannotOpenAnothersEntry(t *testing.T) {
	o, _, srv := site(t)
	all, err := o.Read(context.Background()).Entries("project/JM-001", 0)
	if err != nil || len(all) == 0 {
		t.Fatal(err)
	}
	for who, want := range map[string]int{"owner": 200, "other": 403, "dispatcher": 200, "audit": 200} {
		c := client(t, srv.URL, who)
		for _, tail := range []string{"", "/proof"} {
			if code, _ := bodyOf2(t, c, fmt.Sprintf("%s/entry/%d%s", srv.URL, all[0].Seq, tail)); code != want {
				t.Errorf("%s opens %s: %d, want %d", who, tail, code, want)
			}
		}
		code, page := bodyOf2(t, c, srv.URL+"/ledger")
		if code != 200 || strings.Contains(page, all[0].Number()) != (want == 200) {
			t.Errorf("%s: the ledger (%d) shows what the entry does not, or the other way round", who, code)
		}
	}
}

func TestOnlyThoseWhoSeeAllProjectsHaveAWholeList(t *testing.T) {
	o, who, srv := site(t)
	c := client(t, srv.URL, "dispatcher")
	rec, err := testkit.Sheets.Recognise("清单.csv", []byte(strings.Replace(someList, "责任单位", "建设单位", 1)), app.SheetAsk{Year: 2022})
	if err != nil {
		t.Fatal(err)
	}
	rec.Sheets[0].Rows[0].Values["owner"] = "示例建设公司"
	plan, err := o.PlanImport(context.Background(), []app.Recognised{rec}, 2022, "x")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.ApplyImport(context.Background(), who["dispatcher"], plan); err != nil {
		t.Fatal(err)
	}
	p, err := project.Of(o.Read(context.Background()), "P2022-001")
	if err != nil || p.OwnerUnit != "co" {
		t.Fatalf("%+v %v", p, err)
	}
	e, err := o.Read(context.Background()).Entry(p.Born)
	if err != nil {
		t.Fatal(err)
	}
	at := fmt.Sprintf("%s/entry/%d/file/%s", srv.URL, e.Seq, e.Evidence[0])
	if code, body := bodyOf2(t, c, at); code != 200 || !strings.Contains(body, "示例小学") {
		t.Errorf("dispatcher: %d", code)
	}
	if code, body := bodyOf2(t, client(t, srv.URL, "owner"), at); code != 403 || strings.Contains(body, "示例小学") {
		t.Errorf("the owner of one project has the whole list: %d", code)
	}
}

func TestAReplayStatesNothing(t *testing.T) {
	o, _, srv := site(t)
	before := entries(t, o)
	c := client(t, srv.URL, "leader")
	code, page := bodyOf2(t, c, srv.URL+"/rules/replay?m=2022-06&pack=xinhuang/lights")
	if code != 200 || !strings.Contains(page, "不改任何已公布的灯") {
		t.Fatalf("%d", code)
	}
	if entries(t, o) != before {
		t.Error("a replay wrote something")
	}
}

func TestEveryPackOpensAndItsTestsPass(t *testing.T) {
	o, _, srv := site(t)
	c := client(t, srv.URL, "rulekeeper")
	for _, name := range o.Library.Names() {
		if code, page := bodyOf2(t, c, srv.URL+"/rules/"+name); code != 200 || strings.Contains(page, "没过") || strings.Contains(page, "⟦") {
			t.Errorf("%s: %d %v", name, code, regexp.MustCompile(`.{0,40}(⟦|没过).{0,60}`).FindString(page))
		}
	}
}

func TestTheProofThatWasDownloadedVerifies(t *testing.T) {
	o, _, srv := site(t)
	_, vkey, _, err := o.Read(context.Background()).Log()
	if err != nil {
		t.Fatal(err)
	}
	c := client(t, srv.URL, "dispatcher")
	for _, seq := range []int64{1, 40, entries(t, o)} {
		code, raw := bodyOf2(t, c, fmt.Sprintf("%s/entry/%d/proof", srv.URL, seq))
		var p ledger.Proof
		if err := json.Unmarshal([]byte(raw), &p); code != 200 || err != nil {
			t.Fatalf("%d %v", code, err)
		}
		if _, err := p.Check(vkey); err != nil || p.Entry.Seq != seq {
			t.Errorf("%d: %v", seq, err)
		}
		p.Entry.Actor = "somebody"
		if _, err := p.Check(vkey); err == nil {
			t.Errorf("%d: a changed entry verifies", seq)
		}
	}
}

func TestEntriesAreToldInWordsBeforeTheyAreShownRaw(t *testing.T) {
	o, _, srv := site(t)
	c := client(t, srv.URL, "dispatcher")
	for seq := int64(1); seq <= entries(t, o); seq++ {
		code, page := bodyOf2(t, c, fmt.Sprintf("%s/entry/%d", srv.URL, seq))
		if code != 200 || strings.Contains(page, "⟦") {
			t.Errorf("entry %d: %d, or a text is missing", seq, code)
		}
		if m := regexp.MustCompile(`<dt>([a-z_]+)</dt>`).FindAllStringSubmatch(page, -1); len(m) > 0 {
			t.Errorf("entry %d shows the field %v without a word for it", seq, m)
		}
	}
}

func TestATokenIsShownOnceAndEndsForItsOwnerOnly(t *testing.T) {
	o, _, srv := site(t)
	ctx := context.Background()
	c := client(t, srv.URL, "dispatcher")
	res, err := c.PostForm(srv.URL+"/tokens", url.Values{"label": {"示例对接"}})
	code, page := bodyOf(t, res, err)
	m := regexp.MustCompile(`<pre[^>]*>([A-Za-z0-9_-]{40,})</pre>`).FindStringSubmatch(page)
	if code != 200 || m == nil {
		t.Fatalf("%d", code)
	}
	if by, _, err := o.Signed(ctx, m[1]); err != nil || by.Post != "dispatcher" {
		t.Fatalf("%+v %v", by, err)
	}
	_, again := bodyOf2(t, c, srv.URL+"/tokens")
	id := regexp.MustCompile(`name="token" value="([0-9a-f]+)"`).FindStringSubmatch(again)
	if strings.Contains(again, m[1]) || id == nil {
		t.Fatal("the token is shown again")
	}
	res, err = client(t, srv.URL, "leader").PostForm(srv.URL+"/tokens/end", url.Values{"token": {id[1]}})
	if code, _ := bodyOf(t, res, err); code != 404 {
		t.Errorf("another ended it: %d", code)
	}
	res, err = c.PostForm(srv.URL+"/tokens/end", url.Values{"token": {id[1]}})
	bodyOf(t, res, err)
	if _, _, err := o.Signed(ctx, m[1]); err == nil {
		t.Error("an ended token still signs in")
	}
}
