//go:build unix

package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"shigan/adapter/api"
	"shigan/adapter/store"
	"shigan/adapter/web"
	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/testkit"
)

const caseDesk = "sample/jimo-problem"

// casesOf200 opens n cases of 200 units, a hundredth of which concern the unit of the restricted reader: half of them in the last days, so
// that their clocks run, the others since January, climbed as far as their time goes; a fifth waits to be accepted, and is overdue with it. A
// sixth more are closed ones, taken over.
func casesOf200(b testing.TB, o *app.Office, who map[string]org.Signer, clock *testkit.Clock, n int) {
	b.Helper()
	ctx := context.Background()
	units := []string{"lq"}
	for i := range 199 {
		units = append(units, fmt.Sprintf("u%03d", i))
		testkit.Do(b, o, org.FirstSetUp, org.FoundUnit{Unit: org.Unit{ID: units[i+1], Name: org.Name{Zh: fmt.Sprintf("示例单位%03d", i)}, Class: org.Town, Parent: "jimo"}, On: "2021-01-01"})
	}
	early, opened := calendar.MustDate("2022-01-10"), 0
	for i := 0; i < n; {
		var deeds []app.Deed
		for end := i + n/100; i < end; i++ {
			at, raiser := units[i%200], units[(i*7+3)%200]
			c := casework.Open{Desk: caseDesk, Title: fmt.Sprintf("示例问题%06d：管线没有迁走", i), Raiser: casework.Party{Unit: raiser}, Handler: casework.Party{Unit: at},
				Chain: map[string]string{"lead": "leader", "head": "top", "deputy": "leader", "chief": "top"}, Reach: org.Scope{Local: at, Line: at}}
			if at == raiser {
				c.Raiser.Unit = "jtj"
			}
			c.ID = fmt.Sprintf("P-2022-%05d", i)
			deeds = append(deeds, app.Deed{By: org.FirstSetUp, Cmd: c})
			if opened++; opened%5 > 0 { // one of five waits to be accepted, and is late with it
				deeds = append(deeds, app.Deed{By: who["dispatcher"], Cmd: casework.Make{Case: c.ID, Move: "accept", From: "raised"}},
					app.Deed{By: who["dispatcher"], Cmd: casework.Make{Case: c.ID, Move: "assign", From: "accepted", Handler: c.Handler}})
			}
			if i%6 == 0 {
				c.ID = fmt.Sprintf("P-2021-%05d", i)
				c.Title += "（旧）"
				from := early.AddDays(i % 100)
				deeds = append(deeds, app.Deed{By: org.FirstSetUp, Cmd: casework.TakeOver{Open: c, OpenedOn: from.String(), ClosedOn: from.AddDays(1 + i%40).String(), Outcome: []string{"done", "part", "refused"}[i%18/6]}})
			}
		}
		day := early.AddDays(i * 280 / n)
		if i > n/2 {
			day = calendar.MustDate("2022-06-23").AddDays((i - n/2) * 4 / (n - n/2))
		}
		for k, d := range deeds { // history ends before it is taken over
			if t, ok := d.Cmd.(casework.TakeOver); ok && t.ClosedOn > day.String() {
				t.OpenedOn, t.ClosedOn = "2021-11-01", "2021-12-01"
				deeds[k].Cmd = t
			}
		}
		if !day.Before(calendar.DateOf(clock.Now())) {
			clock.Set(day.String())
		}
		if _, err := o.DoAll(ctx, deeds); err != nil {
			b.Fatal(err)
		}
		if i%(n/10) < n/100 {
			if _, err := o.RunClock(ctx); err != nil {
				b.Fatal(err)
			}
		}
	}
	clock.Set("2022-06-28")
	for {
		climbed, err := o.RunClock(ctx)
		if err != nil {
			b.Fatal(err)
		}
		if climbed == 0 {
			return
		}
	}
}

// reader signs somebody in and gives what opens a page and tells how long it took.
func reader(b testing.TB, o *app.Office, srv *httptest.Server, post string) func(path string) time.Duration {
	b.Helper()
	if err := o.SetPassword(context.Background(), "p-"+post, post, "shigan-test"); err != nil {
		b.Fatal(err)
	}
	jar, _ := cookiejar.New(nil)
	c := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if _, err := c.PostForm(srv.URL+"/signin", url.Values{"login": {post}, "password": {"shigan-test"}}); err != nil {
		b.Fatal(err)
	}
	return func(path string) time.Duration {
		began := time.Now()
		res, err := c.Get(srv.URL + path)
		if err != nil || res.StatusCode != 200 {
			b.Fatal(path, res, err)
		}
		io.Copy(io.Discard, res.Body)
		res.Body.Close()
		return time.Since(began)
	}
}

// took is what many runs of a function took, in milliseconds: by the clock, and of the processor.
type took struct{ p95, mid, cpu float64 }

// times measures n runs of each function; they take turns, so that what else goes on meanwhile weighs on all alike. Processor time is the
// median of a run, of the whole process: the browser's side of a page is in it.
func times(b testing.TB, n int, fs ...func() time.Duration) (out []took) {
	all, spent := make([][]time.Duration, len(fs)), make([][]time.Duration, len(fs))
	for range n {
		for i, f := range fs {
			before := cpu(b)
			all[i] = append(all[i], f())
			spent[i] = append(spent[i], cpu(b)-before)
		}
	}
	for i, one := range all {
		slices.Sort(one)
		slices.Sort(spent[i])
		out = append(out, took{one[n*95/100].Seconds() * 1000, one[n/2].Seconds() * 1000, spent[i][n/2].Seconds() * 1000})
	}
	return out
}

// bareOwe are the indexed queries behind who owes what for one unit, with the cases that it shows, and nothing else.
func bareOwe(b testing.TB, o *app.Office, unit string) time.Duration {
	r := o.Read(context.Background())
	began := time.Now()
	f := app.CaseFilter{Use: "problem", Open: true, Parties: []string{unit}}
	var ids []string
	list := func(f app.CaseFilter, limit int) {
		f.Limit = limit
		lines, err := r.Cases(f)
		if err != nil {
			b.Fatal(err)
		}
		for _, l := range lines {
			ids = append(ids, l.ID)
		}
	}
	list(f, 30)
	for level := range 4 {
		at := f
		at.Level = level + 1
		list(at, 3)
	}
	late := f
	late.DueBefore = o.Clock().UTC().Format(time.RFC3339)
	for _, x := range []app.CaseFilter{f, late} {
		if _, err := r.CountCases(x, "level"); err != nil {
			b.Fatal(err)
		}
	}
	if _, err := r.CountCases(f, "unit", "level"); err != nil {
		b.Fatal(err)
	}
	if _, err := r.CountCases(f, "next_unit", "next_post"); err != nil {
		b.Fatal(err)
	}
	if _, err := app.Named[casework.Case](r, casework.CaseKind, ids); err != nil {
		b.Fatal(err)
	}
	return time.Since(began)
}

// BenchmarkOwe opens who owes what with 10^4, 10^5 and 10^6 open cases of 200 units (10^5 at most on PostgreSQL) for a restricted reader and
// for one who sees all, and runs the clock over all of them while none is due. All sizes are measured in one process, one after the other,
// on one district that grows; ×-grown is the processor time (medians) against that of a tenth of the cases. Goals: restricted ≤ 3 × the bare indexed queries
// and within 10 % of the other; the clock ≥ 100,000 cases a second; nothing grows faster than the cases, so no ×-grown above 10.
func BenchmarkOwe(b *testing.B) {
	for name, start := range testkit.Engines(b) {
		b.Run(name, func(b *testing.B) {
			g := growing(b, start(b))
			sizes := []int{1, 10, 100}
			if name != "sqlite" {
				sizes = sizes[:2]
			}
			for _, n := range sizes {
				b.Run(fmt.Sprint(g.base*n), func(b *testing.B) {
					for range b.N {
						g.measure(b, n)
					}
				})
			}
		})
	}
}

// grown is a district whose cases are multiplied between measurements.
type grown struct {
	base, have      int
	s               *store.Store
	o               *app.Office
	who             map[string]org.Signer
	restricted, all func(path string) time.Duration
	was             map[string]float64 // the medians of the size before
}

func growing(b *testing.B, s *store.Store) *grown {
	clock := testkit.At("2022-01-10")
	g := &grown{base: 10_000, have: 1, s: s, o: testkit.Office(b, s, clock, ledger.SHA256)}
	g.who = testkit.Small(b, g.o)
	testkit.AdoptDesks(b, g.o, g.who["rulekeeper"], caseDesk)
	casesOf200(b, g.o, g.who, clock, g.base)
	h, err := web.New(g.o, web.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	srv := httptest.NewServer(h)
	b.Cleanup(srv.Close)
	g.restricted, g.all = reader(b, g.o, srv, "local"), reader(b, g.o, srv, "dispatcher")
	return g
}

func (g *grown) measure(b *testing.B, n int) {
	ctx := context.Background()
	if err := g.s.MultiplyCases(ctx, testkit.Code, g.have, n); err != nil {
		b.Fatal(err)
	}
	g.have = n
	open, err := g.o.CountCasesOf(ctx, g.who["dispatcher"], app.CaseFilter{Use: "problem", Open: true})
	if err != nil || len(open) != 1 || open[0].N != g.base*n {
		b.Fatal(open, err)
	}
	for range 5 { // what is read for the first time is not what is measured
		g.restricted("/owe")
		g.all("/owe")
		bareOwe(b, g.o, "lq")
	}
	now := map[string]float64{}
	t := times(b, 100, func() time.Duration { return bareOwe(b, g.o, "lq") }, func() time.Duration { return g.restricted("/owe") }, func() time.Duration { return g.all("/owe") })
	for k, what := range []string{"bare", "restricted", "all"} {
		b.ReportMetric(t[k].p95, what+"-p95-ms")
		now[what+"-cpu"], now[what+"-mid"] = t[k].cpu, t[k].mid
	}
	for what, of := range map[string]func(took) float64{"p95": func(t took) float64 { return t.p95 }, "mid": func(t took) float64 { return t.mid }, "cpu": func(t took) float64 { return t.cpu }} {
		b.ReportMetric(of(t[1])/of(t[0]), "restricted÷bare-"+what)
		b.ReportMetric(of(t[1])/of(t[2]), "restricted÷all-"+what)
	}
	t = times(b, 5, func() time.Duration { return g.restricted("/owe?by=rates") }, func() time.Duration { return g.all("/owe?by=rates") })
	now["restricted-rates-cpu"], now["all-rates-cpu"] = t[0].cpu, t[1].cpu
	best := time.Hour
	for range 3 {
		began := time.Now()
		if climbed, err := g.o.RunClock(ctx); err != nil || climbed > 0 {
			b.Fatal(climbed, err)
		}
		best = min(best, time.Since(began))
	}
	now["clock-best"] = best.Seconds() * 1000
	b.ReportMetric(float64(open[0].N)/best.Seconds(), "clock-cases/s")
	for what, ms := range now {
		b.ReportMetric(ms, what+"-ms")
		if was, ok := g.was[what]; ok && !strings.HasSuffix(what, "-mid") {
			b.ReportMetric(ms/was, "×-grown-"+what)
		}
	}
	g.was = now
}

// BenchmarkCaseAPI opens, moves and closes cases through the API, each deed on disk when its answer comes, from 64 callers, against
// inserting the same rows into the same tables in transactions of 64 with nothing decided. Both take turns, five times, and the best of
// each counts. ratio is by the clock (goal of appends: ≥ 0.60); cpu is processor time of this process, callers included, but not of
// PostgreSQL's own.
func BenchmarkCaseAPI(b *testing.B) {
	for name, start := range testkit.Engines(b) {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				caseAPI(b, start(b))
			}
		})
	}
}

func caseAPI(b *testing.B, s *store.Store) {
	const n, callers, rounds = 400, 64, 5
	o := testkit.Office(b, s, testkit.At("2022-06-20"), ledger.SHA256)
	who := testkit.Small(b, o)
	testkit.AdoptDesks(b, o, who["rulekeeper"], caseDesk)
	h, err := api.New(o, api.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	srv := httptest.NewServer(h)
	defer srv.Close()
	line := &apiLine{b: b, url: srv.URL + "/api/v1", tokens: map[string]string{}, callers: callers, n: n,
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: callers}}}
	for _, post := range []string{"owner", "dispatcher", "local"} {
		if line.tokens[post], err = o.IssueToken(context.Background(), who[post], "bench"); err != nil {
			b.Fatal(err)
		}
	}
	best := map[string]float64{}
	keep := func(what string, v float64) {
		if had, ok := best[what]; !ok || v < had {
			best[what] = v
		}
	}
	for round := range rounds {
		line.from = round * n
		began := cpu(b)
		open, move, closing := line.run()
		keep("open", open)
		keep("move", move)
		keep("close", closing)
		keep("all", open+move+closing)
		keep("cpu", (cpu(b) - began).Seconds())
		raw, spent, err := s.RawCases(context.Background(), testkit.Code, 5*n, callers, func() time.Duration { return cpu(b) })
		if err != nil {
			b.Fatal(err)
		}
		keep("raw", raw.Seconds())
		keep("raw-cpu", spent.Seconds())
	}
	b.ReportMetric(n/best["open"], "open/s")
	b.ReportMetric(3*n/best["move"], "move/s")
	b.ReportMetric(n/best["close"], "close/s")
	b.ReportMetric(5*n/best["raw"], "raw/s")
	b.ReportMetric(best["raw"]/best["all"], "ratio")
	b.ReportMetric(best["cpu"]*1e6/(5*n), "cpu-µs/deed")
	b.ReportMetric(best["raw-cpu"]*1e6/(5*n), "raw-cpu-µs")
}

// apiLine is the line of a case through the API: opened, accepted, assigned, answered, closed.
type apiLine struct {
	b                *testing.B
	url              string
	tokens           map[string]string
	client           *http.Client
	callers, n, from int
}

type anyBody = map[string]any

// run gives the seconds of opening, moving and closing n cases.
func (l *apiLine) run() (opening, moving, closing float64) {
	opening = l.each(func(_ string, i int) {
		l.post("owner", "/cases", anyBody{"desk": caseDesk, "title": fmt.Sprintf("示例问题%d：管线没有迁走", i), "subject": "project/JM-001", "owner_unit": "co", "local_unit": "lq", "line_unit": "jtj",
			"chain": anyBody{"lead": "leader", "head": "townhead", "deputy": "leader", "chief": "top"}})
	})
	moving = l.move("dispatcher", "raised", "accept", nil) + l.move("dispatcher", "accepted", "assign", anyBody{"handler": anyBody{"unit": "lq"}}) +
		l.move("local", "handling", "answer", anyBody{"outcome": "done", "fields": anyBody{"result": "已迁完"}})
	return opening, moving, l.move("owner", "answered", "confirm", nil)
}

func (l *apiLine) post(by, path string, body any) {
	raw, _ := json.Marshal(body)
	req, _ := http.NewRequest(http.MethodPost, l.url+path, bytes.NewReader(raw))
	req.Header.Set("Authorization", "Bearer "+l.tokens[by])
	req.Header.Set("Content-Type", "application/json")
	res, err := l.client.Do(req)
	if err != nil {
		l.b.Error(err)
		return
	}
	defer res.Body.Close()
	if text, _ := io.ReadAll(res.Body); res.StatusCode >= 300 {
		l.b.Errorf("%s: %s", path, text)
	}
}

func (l *apiLine) each(f func(id string, i int)) float64 {
	began := time.Now()
	next := make(chan int)
	var wg sync.WaitGroup
	for range l.callers {
		wg.Go(func() {
			for i := range next {
				f(fmt.Sprintf("P-2022-%04d", i+1), i)
			}
		})
	}
	for i := range l.n {
		next <- l.from + i
	}
	close(next)
	wg.Wait()
	return time.Since(began).Seconds()
}

func (l *apiLine) move(by, from, name string, more anyBody) float64 {
	return l.each(func(id string, _ int) {
		body := anyBody{"move": name, "from": from}
		maps.Copy(body, more)
		l.post(by, "/cases/"+id+"/move", body)
	})
}
