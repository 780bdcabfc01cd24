package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

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

// site is a small district with a month of reports, served.
func site(t testing.TB) (*app.Office, map[string]org.Signer, *httptest.Server) {
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
	testkit.Do(t, o, who["local"], project.Happen{ID: "JM-001", Stage: project.Started, On: "2022-05-04", Source: "示例施工许可"})
	for i, m := range []calendar.Month{calendar.MustMonth("2022-05"), calendar.MustMonth("2022-06")} {
		clock.Set(m.Last().String())
		if _, err := o.OpenMonth(ctx, who["dispatcher"], m, app.Options{}); err != nil {
			t.Fatal(err)
		}
		rec, _, err := o.Report(ctx, who["owner"], dispatch.SubmitReport{Project: "JM-001", Month: m, Content: dispatch.Content{
			Month: project.DispatchMoney(700 * quantity.Wan), YTD: project.DispatchMoney(quantity.Fen(3_500+700*i) * quantity.Wan), Progress: "桥墩完成一半",
			Measure: "补料", Who: "项目单位", By: "2022-08-31", Explain: "示例"}}, app.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			testkit.Do(t, o, who["line"], dispatch.AcceptReport{Project: "JM-001", Month: m, Seq: rec.Last})
			if _, _, err := o.FreezeMonth(ctx, who["dispatcher"], m, "", app.Options{}); err != nil {
				t.Fatal(err)
			}
		}
	}
	h, err := web.New(o, web.Options{Sheets: testkit.Sheets})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return o, who, srv
}

// TestHold serves the small district for looking at it: SHIGAN_HOLD=10m go test -run Hold.
func TestHold(t *testing.T) {
	d, err := time.ParseDuration(os.Getenv("SHIGAN_HOLD"))
	if err != nil {
		t.Skip("only on demand")
	}
	o, _, srv := site(t)
	_ = o
	t.Log(srv.URL)
	http.ListenAndServe("127.0.0.1:8099", srv.Config.Handler)
	time.Sleep(d)
}
