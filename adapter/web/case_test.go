package web_test

import (
	"context"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"testing"

	"shigan/adapter/web"
	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/ledger"
	"shigan/testkit"
)

// cases is a district with desks in force and one problem of JM-001, raised by its owner on 18 May 2022 and handled by nobody yet.
func cases(t *testing.T) (*app.Office, map[string]org.Signer, func(post string) *browser, *testkit.Clock) {
	t.Helper()
	ctx := context.Background()
	clock := testkit.At("2022-05-18")
	o := testkit.Office(t, testkit.Engines(t)["sqlite"](t), clock, ledger.SHA256)
	who := testkit.Small(t, o)
	for post := range who {
		if err := o.SetPassword(ctx, "p-"+post, post, "shigan-test"); err != nil {
			t.Fatal(err)
		}
	}
	testkit.AdoptDesks(t, o, who["rulekeeper"], "sample/jimo-problem", "china/task", "sample/jimo-supervision")
	testkit.Do(t, o, who["local"], project.Happen{ID: "JM-001", Stage: project.Started, On: "2022-05-04", Source: "示例施工许可"})
	chain, err := app.ChainOf(o.Read(ctx), "JM-001", "")
	if err != nil {
		t.Fatal(err)
	}
	testkit.Do(t, o, who["owner"], casework.Open{Desk: "sample/jimo-problem", Title: "管线没人迁", Subject: "project/JM-001", Chain: chain, Reach: org.Scope{Owner: "co", Local: "lq", Line: "jtj"}})
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

func TestACaseIsReadByWhoeverHasToDoWithIt(t *testing.T) {
	_, _, as, _ := cases(t)
	const at = "/case/P-2022-0001"
	for _, post := range []string{"owner", "dispatcher", "leader", "line", "local"} {
		for _, lang := range []string{"zh", "en"} {
			as(post).get(at+"?lang="+lang).must(t, 200, "管线没人迁")
		}
	}
	as("other").get(at).must(t, 403)
}
