package bench

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"testing"
	"time"

	"shigan/adapter/web"
	"shigan/app"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/figure"
	"shigan/kernel/ledger"
	"shigan/kernel/quantity"
	"shigan/testkit"
)

// many lists n projects: a hundredth of them belong to the town whose reporter is the restricted user.
func many(b testing.TB, o *app.Office, n int) {
	b.Helper()
	for i := range 99 {
		testkit.Do(b, o, org.FirstSetUp, org.FoundUnit{Unit: org.Unit{ID: fmt.Sprintf("town%02d", i), Name: org.Name{Zh: fmt.Sprintf("示例镇%02d", i)}, Class: org.Town, Parent: "jimo"}, On: "2021-01-01"})
	}
	var deeds []app.Deed
	flush := func() {
		if _, err := o.DoAll(context.Background(), deeds); err != nil {
			b.Fatal(err)
		}
		deeds = deeds[:0]
	}
	for i := range n {
		town := "lq"
		if i%100 != 0 {
			town = fmt.Sprintf("town%02d", i%100-1)
		}
		id := fmt.Sprintf("B-%06d", i)
		deeds = append(deeds,
			app.Deed{By: org.FirstSetUp, Cmd: project.List{ID: id, List: "208", On: "2022-01-01", Start: "2022-03-31", Finish: "2023-12-31", Stage: project.Ready,
				Facts: project.Facts{Name: org.Name{Zh: fmt.Sprintf("示例项目%06d号", i)}, Level: "district", Class: "industry", Front: "projects", Industry: "auto", LocalUnit: town, LineUnit: "jtj", Total: 10 * quantity.Yi}}},
			app.Deed{By: org.FirstSetUp, Cmd: project.SetPlan{ID: id, Year: 2022, Planned: quantity.Fen(1000+(i*7919)%100_000) * quantity.Wan, Category: project.NewStart}})
		if len(deeds) >= 5_000 {
			flush()
		}
	}
	flush()
}

// BenchmarkList opens the list page of 100,000 projects for a restricted user and for one who sees all, against the bare indexed
// queries for the same rows and the facts that they show. Goals: restricted ≤ 3 × bare, and within 10 % of the other.
func BenchmarkList(b *testing.B) {
	const n = 100_000
	o := testkit.Office(b, testkit.Engines(b)["sqlite"](b), testkit.At("2022-06-28"), ledger.SHA256)
	who := testkit.Small(b, o)
	many(b, o, n)
	m := calendar.MustMonth("2022-06")
	if _, err := o.OpenMonth(context.Background(), who["dispatcher"], m, app.Options{}); err != nil {
		b.Fatal(err)
	}
	h, err := web.New(o, web.Options{})
	if err != nil {
		b.Fatal(err)
	}
	srv := httptest.NewServer(h)
	defer srv.Close()
	sign := func(post string) *http.Client {
		if err := o.SetPassword(context.Background(), "p-"+post, post, "shigan-test"); err != nil {
			b.Fatal(err)
		}
		jar, _ := cookiejar.New(nil)
		c := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		if _, err := c.PostForm(srv.URL+"/signin", url.Values{"login": {post}, "password": {"shigan-test"}}); err != nil {
			b.Fatal(err)
		}
		return c
	}
	open := func(c *http.Client) time.Duration {
		began := time.Now()
		res, err := c.Get(srv.URL + "/projects")
		if err != nil || res.StatusCode != 200 {
			b.Fatal(res.Status, err)
		}
		io.Copy(io.Discard, res.Body)
		res.Body.Close()
		return time.Since(began)
	}
	bare := func() time.Duration {
		r := o.Read(context.Background())
		began := time.Now()
		f := app.ProjectFilter{Listed: true, PlanYear: 2022, Sort: "plan", Desc: true, Limit: 100, ReachLink: "local", ReachUnits: []string{"lq"}}
		lines, err := r.Projects(f)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := r.CountProjects(f); err != nil {
			b.Fatal(err)
		}
		ids := make([]string, len(lines))
		for i, l := range lines {
			ids[i] = l.ID
		}
		src := r.Facts()
		set, _ := o.SetFor(context.Background(), m, "")
		for _, name := range []string{"planned_year", "invested_month", "invested_ytd", "planned_start", "actual_start", "in_library", "paid_ytd", "funds_in", "start_excused", "progress_excused", "money_excused", "library_excused"} {
			w, _ := set.Fact(name)
			if _, err := src.Column(context.Background(), w, app.Subjects(ids), m, figure.At{}); err != nil {
				b.Fatal(err)
			}
		}
		return time.Since(began)
	}
	restricted, admin := sign("local"), sign("dispatcher")
	open(admin) // the sums are added up once and kept
	open(restricted)
	p95 := func(f func() time.Duration) float64 {
		var all []time.Duration
		for range 40 {
			all = append(all, f())
		}
		slices.Sort(all)
		return all[len(all)*95/100].Seconds() * 1000
	}
	for range b.N {
		floor, r, a := p95(bare), p95(func() time.Duration { return open(restricted) }), p95(func() time.Duration { return open(admin) })
		b.ReportMetric(floor, "bare-ms")
		b.ReportMetric(r, "restricted-ms")
		b.ReportMetric(a, "all-ms")
		b.ReportMetric(r/floor, "ratio-bare")
		b.ReportMetric(r/a, "ratio-all")
	}
}
