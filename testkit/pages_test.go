package testkit

import (
	"bytes"
	"mime/multipart"

	"context"
	"github.com/xuri/excelize/v2"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"shigan/adapter/web"
	"shigan/app"
	"shigan/domain/dispatch"
	"shigan/domain/project"
	"shigan/kernel/ledger"
	"shigan/kernel/quantity"
)

// TestPagesOfWhatIsPrinted opens every page and file of bulletins, letters, slips and wall charts, in both languages.
func TestPagesOfWhatIsPrinted(t *testing.T) {
	ctx := context.Background()
	o, who, clock, may := frozenMay(t, ledger.SHA256)
	for _, post := range []string{"dispatcher", "owner"} {
		if err := o.SetPassword(ctx, "p-"+post, post, "shigan-test"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := o.SendSlips(ctx, who["dispatcher"], may, "2022-06-15", app.Options{}); err != nil {
		t.Fatal(err)
	}
	m, err := dispatch.MonthOf(o.Read(ctx), may)
	if err != nil || len(m.Slips) == 0 {
		t.Fatalf("no slips: %v", err)
	}
	clock.Set("2022-06-12")
	h, err := web.New(o, web.Options{Papers: press})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	login := func(name string) *http.Client {
		jar, _ := cookiejar.New(nil)
		c := &http.Client{Jar: jar}
		res, err := c.PostForm(srv.URL+"/signin", url.Values{"login": {name}, "password": {"shigan-test"}})
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		return c
	}
	boss, owner := login("dispatcher"), login("owner")
	get := func(c *http.Client, path string, want int) string {
		t.Helper()
		res, err := c.Get(srv.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, _ := io.ReadAll(res.Body)
		if res.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, res.StatusCode, want)
		}
		text := string(body)
		if strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") && (strings.Contains(text, "⟦") || strings.Contains(text, "style=")) {
			t.Errorf("%s shows a key or a style", path)
		}
		return text
	}
	post := func(c *http.Client, path string, want int) {
		t.Helper()
		res, err := c.PostForm(srv.URL+path, url.Values{"year": {"2022"}})
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("POST %s: %d, want %d", path, res.StatusCode, want)
		}
	}
	slip := "/slip/2022-05/" + m.Slips[0].Project
	if !strings.Contains(get(boss, "/bulletin/2022-05", 200), "送审稿") {
		t.Error("a bulletin that is not issued does not say so")
	}
	post(owner, "/bulletin/2022-05/issue", 403)
	post(boss, "/bulletin/2022-05/issue", 200)
	Do(t, o, who["dispatcher"], dispatch.AmendMonth{Month: may, Project: "JM-100", YTD: 390 * quantity.Wan, Reason: "设备运费算了两遍"})
	post(boss, "/project/JM-001/letter/draw", 200)
	post(owner, "/project/JM-001/letter/1/sign", 200)
	post(owner, "/project/JM-001/letter/draw", 403)
	for _, lang := range []string{"zh", "en"} {
		page := get(boss, "/bulletin/2022-05?lang="+lang, 200)
		for _, want := range []string{`data-fig="group_invested group/all 2022-05"`, "390", `class="a4"`, "①"} {
			if !strings.Contains(page, want) {
				t.Errorf("%s: the page has no %s", lang, want)
			}
		}
		get(boss, "/bulletins?lang="+lang, 200)
		get(boss, "/project/JM-001/letter?lang="+lang, 200)
		get(boss, slip+"?lang="+lang, 200)
		get(boss, "/wall/projects?m=2022-05&lang="+lang, 200)
		get(boss, "/wall/reform?m=2022-05&lang="+lang, 200)
		get(boss, "/templates?lang="+lang, 200)
	}
	for _, file := range []string{"/bulletin/2022-05/docx", "/bulletin/2022-05/xlsx", "/project/JM-001/letter/1/docx", slip + "/docx", "/wall/projects/svg?m=2022-05&sheet=1", "/projects.xlsx?m=2022-05"} {
		if len(get(boss, file, 200)) < 1000 {
			t.Errorf("%s is empty", file)
		}
	}
	get(boss, "/bulletin/2022-05/odt", 404)
	get(boss, "/project/JM-001/letter/9/docx", 404)
	get(boss, "/wall/projects/svg?m=2022-05&sheet=9", 404)
	p, err := project.Of(o.Read(ctx), "JM-001")
	if err != nil || len(p.Letters) != 1 || !p.Letters[0].SignedBy("owner") {
		t.Errorf("the owner's signature is not there: %+v %v", p.Letters, err)
	}
}

// TestASuperiorsFormIsMappedOnceAndFilledEveryMonth sends a blank form, takes the guessed columns as they are, and gets it filled.
func TestASuperiorsFormIsMappedOnceAndFilledEveryMonth(t *testing.T) {
	ctx := context.Background()
	o, _, clock, _ := frozenMay(t, ledger.SHA256)
	if err := o.SetPassword(ctx, "p-dispatcher", "dispatcher", "shigan-test"); err != nil {
		t.Fatal(err)
	}
	clock.Set("2022-06-12")
	h, err := web.New(o, web.Options{Papers: press})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	jar, _ := cookiejar.New(nil)
	c := &http.Client{Jar: jar}
	if res, err := c.PostForm(srv.URL+"/signin", url.Values{"login": {"dispatcher"}, "password": {"shigan-test"}}); err != nil || res.StatusCode != 200 {
		t.Fatal(err)
	}
	f := excelize.NewFile()
	for i, head := range []string{"序号", "项目名称", "责任单位", "年度计划投资（万元）", "本年累计完成（万元）", "备注"} {
		cell, _ := excelize.CoordinatesToCellName(i+1, 3)
		f.SetCellStr("Sheet1", cell, head)
	}
	var blank, form bytes.Buffer
	if err := f.Write(&blank); err != nil {
		t.Fatal(err)
	}
	w := multipart.NewWriter(&form)
	part, _ := w.CreateFormFile("file", "市表.xlsx")
	part.Write(blank.Bytes())
	w.Close()
	res, err := c.Post(srv.URL+"/templates", w.FormDataContentType(), &form)
	if err != nil {
		t.Fatal(err)
	}
	page, _ := io.ReadAll(res.Body)
	for _, want := range []string{`name="first" inputmode="numeric" value="4"`, `<option value="name" selected>`, `<option value="ytd_wan" selected>`} {
		if !strings.Contains(string(page), want) {
			t.Errorf("the mapping page has no %s", want)
		}
	}
	at := res.Request.URL.Path
	if res, err = c.PostForm(srv.URL+at, url.Values{"sheet": {"Sheet1"}, "first": {"4"}, "ready": {"1"}, "cA": {"seq"}, "cB": {"name"}, "cC": {"unit"}, "cD": {"planned_wan"}, "cE": {"ytd_wan"}}); err != nil || res.StatusCode != 200 {
		t.Fatal(res.Status, err)
	}
	if res, err = c.Get(srv.URL + at + "/fill?m=2022-05"); err != nil || res.StatusCode != 200 {
		t.Fatal(res.Status, err)
	}
	filled, err := excelize.OpenReader(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	rows, _ := filled.GetRows("Sheet1")
	if len(rows) != 10 || strings.Join(rows[4], "|") != "2|示例冷链中心|龙泉街道|5000|900" {
		t.Errorf("%d rows: %q", len(rows), rows)
	}
}
