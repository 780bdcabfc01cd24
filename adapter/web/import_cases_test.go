package web_test

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/testkit"
)

const ledgerHeads = "龙泉街道问题台账（示例）\n编号,项目,问题内容,提出单位,牵头单位,交办时间,时限,结果,办结时间,谁在管\n"

var ledgerLines = []string{
	"LQ-01,示例道路工程,两户没有签约,示例建设公司,龙泉街道,2022-05-10,2022-08-31,正在办理,,甲",
	"LQ-02,示例道路工程,已经迁完,示例建设公司,区交通运输局,2022-03-01,2022-03-20,已销号,2022-03-18,乙",
	"LQ-03,示例道路工程,单位不认识,示例建设公司,区河长办,2022-05-01,,,,丙",
	"LQ-04,示例道路工程,日子不对,示例建设公司,区交通运输局,五月下,,,,丁",
}

func bringLedger(t testing.TB, c *http.Client, base, use string, lines ...string) (int, string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	w.WriteField("use", use)
	f, err := w.CreateFormFile("file", "台账.csv")
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(f, ledgerHeads+strings.Join(lines, "\n")+"\n")
	w.Close()
	res, err := c.Post(base+"/import/cases", w.FormDataContentType(), &b)
	return bodyOf(t, res, err)
}

// cellForms are the cells that a page lets somebody write over, by what it names them.
var cellForms = regexp.MustCompile(`name="cell(\d+)" value="([^"]+)"`)

func TestALedgerIsSeenRowByRowMendedOnThePageAndTakenOnce(t *testing.T) {
	o, who, srv := site(t)
	testkit.AdoptDesks(t, o, who["rulekeeper"], "sample/jimo-problem")
	c := client(t, srv.URL, "dispatcher")
	before := entries(t, o)
	if code, body := bringLedger(t, c, srv.URL, "problem", ledgerLines...); code != 303 {
		t.Fatalf("%d %s", code, body)
	}
	code, page := bodyOf2(t, c, srv.URL+"/import/cases")
	for _, want := range []string{"1 件要上账", "1 件是办结了的旧账", "2 行没收", "区河长办", "五月下", "E5", "F6", "两户没有签约"} {
		if code != 200 || !strings.Contains(page, want) {
			t.Errorf("%d: the page does not say %q", code, want)
		}
	}
	if entries(t, o) != before {
		t.Error("something was written before anybody agreed")
	}
	fix := url.Values{"to": {"rows"}}
	for _, m := range cellForms.FindAllStringSubmatch(page, -1) {
		fix.Set("cell"+m[1], m[2])
		fix.Set("now"+m[1], map[bool]string{true: "区交通运输局", false: "2022-05-20"}[strings.HasSuffix(m[2], "E5")])
	}
	res, err := c.PostForm(srv.URL+"/import/cases/answer", fix)
	if code, body := bodyOf(t, res, err); code != 303 {
		t.Fatalf("%d %s", code, body)
	}
	_, page = bodyOf2(t, c, srv.URL+"/import/cases")
	for _, want := range []string{"3 件要上账", "改写了 2 格"} {
		if !strings.Contains(page, want) {
			t.Errorf("mended, the page does not say %q", want)
		}
	}
	res, err = c.PostForm(srv.URL+"/import/cases/write", url.Values{"mark": {"000000"}})
	if code, _ := bodyOf(t, res, err); code != 409 || entries(t, o) != before {
		t.Errorf("a plan that nobody saw was written: %d", code)
	}
	res, err = c.PostForm(srv.URL+"/import/cases/write", url.Values{"mark": {markField.FindStringSubmatch(page)[1]}})
	if code, body := bodyOf(t, res, err); code != 200 || !strings.Contains(body, "上账 3 件，旧账 1 件") {
		t.Fatalf("%d %s", code, body)
	}
	lines, err := o.Read(context.Background()).Cases(app.CaseFilter{Use: "problem"})
	if err != nil || len(lines) != 4 {
		t.Fatalf("%d cases, %v", len(lines), err)
	}
	if u, err := o.PendingCases(context.Background(), who["dispatcher"]); err != nil || u != nil {
		t.Errorf("what was taken in still waits: %v %v", u, err)
	}
	after := entries(t, o)
	bringLedger(t, c, srv.URL, "problem", ledgerLines...)
	_, page = bodyOf2(t, c, srv.URL+"/import/cases")
	if !strings.Contains(page, "件已经在账上") || entries(t, o) != after {
		t.Error("the same ledger again should be known")
	}
}

func TestAColumnThatWasTakenForAnotherIsToldWhatItIs(t *testing.T) {
	o, who, srv := site(t)
	testkit.AdoptDesks(t, o, who["rulekeeper"], "sample/jimo-problem")
	c := client(t, srv.URL, "dispatcher")
	bringLedger(t, c, srv.URL, "problem", ledgerLines[0])
	_, page := bodyOf2(t, c, srv.URL+"/import/cases")
	m := regexp.MustCompile(`name="k(\d+)" value="([^"]*J)"><input type="hidden" name="was\d+" value="-"`).FindStringSubmatch(page)
	if m == nil {
		t.Fatal("column J should not be read at first")
	}
	form := url.Values{"use": {"problem"}}
	for i := 0; i <= 9; i++ {
		n := string(rune('0' + i))
		k := regexp.MustCompile(`name="k` + n + `" value="([^"]*)"><input type="hidden" name="was` + n + `" value="([^"]*)"`).FindStringSubmatch(page)
		form.Set("k"+n, k[1])
		form.Set("was"+n, k[2])
		form.Set("c"+n, k[2])
	}
	form.Set("c"+m[1], "person")
	res, err := c.PostForm(srv.URL+"/import/cases/answer", form)
	if code, _ := bodyOf(t, res, err); code != 303 {
		t.Fatal(code)
	}
	_, page = bodyOf2(t, c, srv.URL+"/import/cases")
	if !regexp.MustCompile(`name="k` + m[1] + `" value="[^"]*J"><input type="hidden" name="was\d+" value="person"`).MatchString(page) {
		t.Error("what was said of column J is not kept")
	}
	res, err = c.PostForm(srv.URL+"/import/cases/write", url.Values{"mark": {markField.FindStringSubmatch(page)[1]}})
	if code, body := bodyOf(t, res, err); code != 200 {
		t.Fatal(code, body)
	}
	lines, err := o.Read(context.Background()).Cases(app.CaseFilter{Use: "problem"})
	if err != nil || len(lines) != 1 || !strings.Contains(basisOf(t, o, lines[0].ID), "责任人 甲") {
		t.Errorf("%v %v", lines, err)
	}
}

func basisOf(t testing.TB, o *app.Office, id string) string {
	t.Helper()
	c, err := casework.Of(o.Read(context.Background()), id)
	if err != nil {
		t.Fatal(err)
	}
	return c.Basis
}

func TestALedgerThatCannotBeReadLosesNothing(t *testing.T) {
	o, who, srv := site(t)
	testkit.AdoptDesks(t, o, who["rulekeeper"], "sample/jimo-problem")
	c := client(t, srv.URL, "dispatcher")
	if code, body := bringLedger(t, c, srv.URL, "problem", ledgerLines...); code != 303 {
		t.Fatal(code, body)
	}
	// a second file that is no workbook is refused beside the form, and the first waits on
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	f, _ := w.CreateFormFile("file", "x.xlsx")
	io.WriteString(f, "PK not a workbook")
	w.Close()
	res, err := c.Post(srv.URL+"/import/cases", w.FormDataContentType(), &b)
	if code, body := bodyOf(t, res, err); code == 303 || !strings.Contains(body, `role="alert"`) {
		t.Errorf("%d", code)
	}
	if _, page := bodyOf2(t, c, srv.URL+"/import/cases"); !strings.Contains(page, "两户没有签约") {
		t.Error("the ledger that waited is gone")
	}
	// a kind of ledger that no desk is in use for leaves the file waiting, with another choice
	res, err = c.PostForm(srv.URL+"/import/cases/answer", url.Values{"use": {"supervision"}})
	bodyOf(t, res, err)
	code, page := bodyOf2(t, c, srv.URL+"/import/cases")
	if code != 200 || !strings.Contains(page, "文件还在这里等着") {
		t.Errorf("%d: %.600s", code, page)
	}
	// nobody else sees it, and who may not import is not let in
	if code, _ := bodyOf2(t, client(t, srv.URL, "owner"), srv.URL+"/import/cases"); code != 403 {
		t.Errorf("a firm is answered %d", code)
	}
}
