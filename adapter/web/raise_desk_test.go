package web_test

import (
	"context"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"shigan/domain/casework"
	"shigan/testkit"
)

var caseAddress = regexp.MustCompile(`/case/([A-Z]-\d{4}-\d{4})`)

// TestADemandIsWrittenDownForTheFirmOnAPage by whom the desk names; the firm stands as its raiser, and what is wrong comes back beside its
// field with all that was typed.
func TestADemandIsWrittenDownForTheFirmOnAPage(t *testing.T) {
	o, who, srv := site(t)
	testkit.AdoptDesks(t, o, who["rulekeeper"], "china/demand", "shandong/order")
	c := client(t, srv.URL, "local")
	_, page := bodyOf2(t, c, srv.URL+"/raise?use=demand")
	for _, want := range []string{`name="raiser"`, `value="labour"`, `name="f_content"`, `value="co"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the form has no %s", want)
		}
	}
	send := func(vals url.Values) (int, string, string) {
		t.Helper()
		res, err := c.PostForm(srv.URL+"/raise", vals)
		if err != nil {
			t.Fatal(err)
		}
		at := res.Header.Get("Location")
		code, body := bodyOf(t, res, err)
		return code, at, body
	}
	whole := url.Values{"use": {"demand"}, "raiser": {"co"}, "title": {"想招两名焊工"}, "kind": {"labour"}, "f_content": {"两名，要有证"}}
	for lacks, says := range map[string]string{"raiser": "要写是谁提的", "title": "要写是什么事", "kind": "要选一类"} {
		vals := url.Values{}
		for k, v := range whole {
			if k != lacks {
				vals[k] = v
			}
		}
		if code, _, body := send(vals); code != 422 || !strings.Contains(body, says) || !strings.Contains(body, "两名，要有证") {
			t.Errorf("without %s: %d, says %q: %v", lacks, code, says, strings.Contains(body, says))
		}
	}
	code, at, body := send(whole)
	m := caseAddress.FindStringSubmatch(at)
	if code != 303 || m == nil {
		t.Fatalf("%d to %s: %.400s", code, at, body)
	}
	x, err := casework.Of(o.Read(context.Background()), m[1])
	if err != nil || x.Raiser != (casework.Party{Unit: "co"}) || x.Kind != "labour" || x.Fields["content"] != "两名，要有证" || x.Level != 1 {
		t.Errorf("%+v %v", x, err)
	}
	if code, page := bodyOf2(t, client(t, srv.URL, "owner"), srv.URL+"/case/"+m[1]); code != 200 || !strings.Contains(page, "两名，要有证") {
		t.Errorf("the firm is answered %d", code)
	}
	// a firm raises its own, without naming itself
	if _, page := bodyOf2(t, client(t, srv.URL, "owner"), srv.URL+"/raise?use=demand"); strings.Contains(page, `name="raiser"`) {
		t.Error("a firm is asked who it is")
	}
}
