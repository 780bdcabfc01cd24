package storetest

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"shigan/adapter/store"
	"shigan/app"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/figure"
	"shigan/kernel/ledger"
	"shigan/kernel/quantity"
	"shigan/kernel/rules"
	"shigan/kernel/vault"
	"shigan/testkit"
)

var june = calendar.MustMonth("2022-06")

func knownBy(t *testing.T, s *store.Store) {
	ctx, o := context.Background(), office(t, s)
	num := func(n int64) string { return rules.NumValue(quantity.Fen(n * 100).Rat()).Canonical() }
	write(t, o, func(b app.Batch) {
		for _, d := range []struct {
			fact, subject, period string
			value                 int64
		}{
			{"invested_ytd", "project/a", "2022-06", 10}, // entry 1
			{"invested_ytd", "project/b", "2022-06", 20},
			{"invested_ytd", "project/a", "2022-05", 5},
			{"invested_ytd", "project/a", "2022-06", 11}, // entry 4 corrects 1
			{"planned_year", "project/a", "2022", 100},
			{"planned_year", "project/a", "2021", 90},
			{"total_investment", "project/a", "2021-03-01", 900},
			{"total_investment", "project/a", "2022-07-01", 950}, // after the month: does not stand in it
			{"total_investment", "project/a", "2022-06-30", 930},
		} {
			entry(t, b, d.subject)
			b.Datum(d.fact, d.subject, d.period, num(d.value))
		}
		b.Keep()
	})
	word := func(name string) rules.Word {
		w, ok := o.Library.Vocabulary()[name]
		if !ok {
			t.Fatalf("no word %s", name)
		}
		return w
	}
	for what, tc := range map[string]struct {
		fact, subject string
		month         string
		seq           int64
		want          int64 // yuan, -1 for nothing
	}{
		"today, the correction stands":           {"invested_ytd", "project/a", "2022-06", 0, 11},
		"at the entry itself, it stands":         {"invested_ytd", "project/a", "2022-06", 4, 11},
		"one entry before, the first one stands": {"invested_ytd", "project/a", "2022-06", 3, 10},
		"before anything, nothing stands":        {"invested_ytd", "project/a", "2022-06", -1, -1},
		"a month that nobody reported":           {"invested_ytd", "project/a", "2022-04", 0, -1},
		"a yearly fact in its year":              {"planned_year", "project/a", "2022-01", 0, 100},
		"a yearly fact in the year before":       {"planned_year", "project/a", "2021-12", 0, 90},
		"what stands, before its first day":      {"total_investment", "project/a", "2021-02", 0, -1},
		"what stands, in the month of its day":   {"total_investment", "project/a", "2021-03", 0, 900},
		"the latest statement up to the month":   {"total_investment", "project/a", "2022-06", 0, 930},
		"a subject without facts":                {"invested_ytd", "project/z", "2022-06", 0, -1},
	} {
		col, err := o.Read(ctx).Facts().Column(ctx, word(tc.fact), []string{tc.subject, "project/other"}, calendar.MustMonth(tc.month), figure.At{Seq: tc.seq})
		if err != nil {
			t.Fatal(err)
		}
		d, ok := col[tc.subject]
		if got := int64(-1); ok {
			got = d.Value.Num.Rat.Num().Int64()
			if got != tc.want {
				t.Errorf("%s: %d (entry %d), want %d", what, got, d.Seq, tc.want)
			}
		} else if tc.want != -1 {
			t.Errorf("%s: nothing, want %d", what, tc.want)
		}
	}
	// many subjects are read as a whole column; the answer is the same
	lots := []string{"project/a", "project/b"}
	for i := range 300 {
		lots = append(lots, fmt.Sprint("project/none-", i))
	}
	col, err := o.Read(ctx).Facts().Column(ctx, word("invested_ytd"), lots, june, figure.At{})
	if err != nil || len(col) != 2 || col["project/a"].Seq != 4 || col["project/b"].Seq != 2 {
		t.Errorf("whole column: %v %v", col, err)
	}
	hist, err := o.Read(ctx).Facts().History(ctx, word("invested_ytd"), "project/a", june, figure.At{})
	if err != nil || len(hist) != 3 || hist[0].Seq != 4 || hist[1].Seq != 1 || hist[2].Month.String() != "2022-05" || hist[0].Number == "" {
		t.Errorf("history, newest month and statement first: %+v %v", hist, err)
	}
	if early, err := o.Read(ctx).Facts().History(ctx, word("invested_ytd"), "project/a", june, figure.At{Seq: 2}); err != nil || len(early) != 1 {
		t.Errorf("history as known then: %+v %v", early, err)
	}
	// entry n was recorded n hours after nine on 1 June
	for at, want := range map[string]int64{"2022-06-01T01:59:59.999Z": 0, "2022-06-01T02:00:00.000Z": 1, "2022-06-01T05:30:00.000Z": 4, "2023-01-01T00:00:00.000Z": 9} {
		if n, err := o.Read(ctx).SeqAt(at); err != nil || n != want {
			t.Errorf("last entry at %s: %d, want %d (%v)", at, n, want, err)
		}
	}
}

func members(t *testing.T, s *store.Store) {
	ctx := context.Background()
	clock := testkit.At("2022-01-05")
	o := testkit.Office(t, s, clock, ledger.SHA256)
	testkit.Small(t, o) // JM-001, list 208, from 2022-01-01
	testkit.AddProject(t, o, "JM-002", "示例二", 100*quantity.Wan)
	child := project.List{ID: "JM-002-1", List: "208", On: "2022-01-01", Facts: project.Facts{Name: org.Name{Zh: "示例子项"}, Parent: "JM-002", OwnerUnit: "co", LocalUnit: "lq"}}
	testkit.Do(t, o, org.FirstSetUp, child)
	clock.Set("2022-03-10")
	left := testkit.Do(t, o, org.FirstSetUp, project.ChangeList{ID: "JM-002", List: "208", On: "2022-03-01", Leave: true, Reason: "示例"})
	get := func(group, month string, seq int64) []string {
		t.Helper()
		m, err := o.Read(ctx).Facts().Members(ctx, group, calendar.MustMonth(month), figure.At{Seq: seq})
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	same(t, "all in January; a child's money is its parent's", get("group/all", "2022-01", 0), []string{"project/JM-001", "project/JM-002"})
	same(t, "nobody before the list began", get("group/all", "2021-12", 0), nil)
	same(t, "all in March, after one left", get("group/all", "2022-03", 0), []string{"project/JM-001"})
	same(t, "all in March, as known before it was said", get("group/all", "2022-03", left.First-1), []string{"project/JM-001", "project/JM-002"})
	same(t, "by list", get("group/list/208", "2022-02", 0), []string{"project/JM-001", "project/JM-002"})
	same(t, "by a list that is not there", get("group/list/46", "2022-02", 0), nil)
	same(t, "by industry", get("group/industry/auto", "2022-02", 0), []string{"project/JM-001", "project/JM-002"})
	same(t, "by unit", get("group/local/lq", "2022-03", 0), []string{"project/JM-001"})
	same(t, "by another unit", get("group/local/fgj", "2022-03", 0), nil)
}

func frozen(t *testing.T, s *store.Store) {
	ctx, o := context.Background(), office(t, s)
	if fz, err := o.Read(ctx).Facts().FreezeOf(june); err != nil || fz != nil {
		t.Errorf("an open month: %v %v", fz, err)
	}
	write(t, o, func(b app.Batch) {
		entry(t, b, "month/2022-06")
		put(t, b, "month", "2022-06", dispatch.Month{Month: june, State: dispatch.Closed, FreezeSeq: 1, FreezeAt: "2022-07-01T00:00:00.000Z", Freeze: &dispatch.Freeze{Pack: "p", RulesSum: "sum"}})
		b.Frozen("2022-06", "lag", "project/a", rules.NumValue(quantity.Fen(3).Rat()).Canonical())
		b.Frozen("2022-06", "lag", "project/b", rules.NoValue("missing.not-reported:x").Canonical())
		b.Frozen("2022-06", "light.progress", "project/a", rules.TextValue("red").Canonical())
		b.Keep()
	})
	f := o.Read(ctx).Facts()
	fz, err := f.FreezeOf(june)
	if err != nil || fz == nil || fz.Seq != 1 || fz.RulesSum != "sum" || fz.Pack != "p" {
		t.Fatalf("%+v %v", fz, err)
	}
	got, fz, err := f.Frozen(ctx, "lag", []string{"project/a", "project/b", "project/c"}, june)
	if err != nil || fz == nil || len(got) != 2 || !got["project/b"].IsMissing() || got["project/b"].Num.Why != "missing.not-reported:x" {
		t.Errorf("%v %v", got, err)
	}
	if got, fz, err := f.Frozen(ctx, "lag", []string{"project/a"}, june.Next()); err != nil || fz != nil || got != nil {
		t.Errorf("an open month has frozen values: %v %v", got, err)
	}
	if first, err := f.First(ctx); err != nil || first != june {
		t.Errorf("first month: %v %v", first, err)
	}
}

// month fills a district with a month of reports and freezes it.
func month(t *testing.T, s *store.Store) *app.Office {
	t.Helper()
	ctx := context.Background()
	clock := testkit.At("2022-01-05")
	o := testkit.Office(t, s, clock, ledger.SHA256)
	who := testkit.Small(t, o)
	testkit.AddProject(t, o, "JM-002", "示例二", 100*quantity.Wan)
	m := calendar.MustMonth("2022-01")
	clock.Set("2022-01-31")
	if _, err := o.OpenMonth(ctx, who["dispatcher"], m, app.Options{}); err != nil {
		t.Fatal(err)
	}
	rec, _, err := o.Report(ctx, who["owner"], dispatch.SubmitReport{Project: "JM-001", Month: m, Content: dispatch.Content{Month: project.DispatchMoney(900 * quantity.Wan),
		YTD: project.DispatchMoney(900 * quantity.Wan), Progress: "示例", Measure: "加班", Who: "项目单位", By: "2022-02-28", Explain: "示例"}}, app.Options{})
	if err != nil {
		t.Fatal(err)
	}
	testkit.Do(t, o, who["line"], dispatch.AcceptReport{Project: "JM-001", Month: m, Seq: rec.Last})
	if _, _, err := o.FreezeMonth(ctx, who["dispatcher"], m, "示例：第二个项目没有报", app.Options{}); err != nil {
		t.Fatal(err)
	}
	testkit.Do(t, o, who["dispatcher"], dispatch.AmendMonth{Month: m, Project: "JM-001", YTD: 950 * quantity.Wan, Reason: "示例"})
	return o
}

func replay(t *testing.T, s *store.Store) {
	ctx, o := context.Background(), month(t, s)
	rows, diff, err := s.Replay(ctx, o.District, app.Apply)
	if err != nil || len(diff) > 0 || rows < 100 {
		t.Fatalf("%d rows, %v, %v", rows, diff, err)
	}
	head, _, _, err := o.Read(ctx).Log()
	if err != nil {
		t.Fatal(err)
	}
	n, err := s.Rebuild(ctx, o.District, app.Apply)
	if err != nil || n != head.Size {
		t.Fatalf("rebuilt from %d of %d entries: %v", n, head.Size, err)
	}
	if again, diff, err := s.Replay(ctx, o.District, app.Apply); err != nil || len(diff) > 0 || again != rows {
		t.Fatalf("after a rebuild: %d rows instead of %d, %v, %v", again, rows, diff, err)
	}
	if values, diff, err := o.CheckFreeze(ctx, calendar.MustMonth("2022-01")); err != nil || values == 0 || len(diff) > 0 {
		t.Errorf("%d frozen values, %v, %v", values, diff, err)
	}
	whole(t, o, head.Size)
}

// longLog is longer than what a replay writes at a time, and its entries change what earlier ones wrote.
func longLog(t *testing.T, s *store.Store) {
	ctx, o := context.Background(), office(t, s)
	const posts = 20
	testkit.Do(t, o, org.FirstSetUp, found("u"))
	for p := range posts {
		testkit.Do(t, o, org.FirstSetUp, org.CreatePost{Post: org.Post{ID: fmt.Sprint("post", p), Unit: "u", Name: org.Name{Zh: "岗位"}}, On: "2018-01-01"})
	}
	for _, p := range []string{"p0", "p1"} {
		testkit.Do(t, o, org.FirstSetUp, org.RegisterPerson{Person: org.Person{ID: p}})
	}
	n := fewer(1100, 520)
	deeds := make([]app.Deed, n)
	for i := range deeds {
		deeds[i] = app.Deed{By: org.FirstSetUp, Cmd: org.Seat{PostID: fmt.Sprint("post", i%posts), PersonID: fmt.Sprint("p", i/posts%2), On: calendar.MustDate("2019-01-01").AddDays(i).String()}}
	}
	if _, err := o.DoAll(ctx, deeds); err != nil {
		t.Fatal(err)
	}
	check := func(when string) {
		t.Helper()
		var post org.Post
		if ok, err := o.Read(ctx).Get(org.PostKind, "post7", &post); !ok || err != nil || len(post.Tenures) != n/posts {
			t.Errorf("%s: %d tenures, %v", when, len(post.Tenures), err)
		}
		if rows, diff, err := s.Replay(ctx, o.District, app.Apply); err != nil || len(diff) > 0 || rows != posts+4 { // the unit, its list of posts, two persons
			t.Errorf("%s: %d rows, %v, %v", when, rows, diff, err)
		}
	}
	check("as written")
	if _, err := s.Rebuild(ctx, o.District, app.Apply); err != nil {
		t.Fatal(err)
	}
	check("rebuilt")
}

func mended(t *testing.T, s *store.Store) {
	ctx, o := context.Background(), month(t, s)
	// a row that no entry accounts for, and one that says something else: written past the ledger
	b, err := s.Begin(ctx, o.District)
	if err != nil {
		t.Fatal(err)
	}
	put(t, b, "project", "JM-999", project.Project{ID: "JM-999", Facts: project.Facts{Name: org.Name{Zh: "账外"}}})
	put(t, b, "unit", "co", org.Unit{ID: "co", Name: org.Name{Zh: "改过的名字"}})
	b.AddFile(app.File{Digest: "sha256:x", Bytes: []byte("x")}) // a batch with something in it
	b.Keep()
	if err := b.Commit(signer(t), "x"); err != nil {
		t.Fatal(err)
	}
	_, diff, err := s.Replay(ctx, o.District, app.Apply)
	if err != nil || len(diff) < 2 || !strings.Contains(strings.Join(diff, "\n"), "doc") {
		t.Fatalf("not found: %v %v", diff, err)
	}
	if _, err := s.Rebuild(ctx, o.District, app.Apply); err != nil {
		t.Fatal(err)
	}
	if _, diff, err := s.Replay(ctx, o.District, app.Apply); err != nil || len(diff) > 0 {
		t.Errorf("after a rebuild: %v %v", diff, err)
	}
}

func inUse(t *testing.T, s *store.Store) {
	ctx, o := context.Background(), office(t, s)
	testkit.Do(t, o, org.FirstSetUp, found("first"))
	stop, done := make(chan struct{}), make(chan struct{})
	var n atomic.Int64
	go func() {
		defer close(done)
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			if _, err := o.Do(ctx, org.FirstSetUp, found(fmt.Sprint("u", i)), app.Options{}); err != nil {
				t.Error(err)
				return
			}
			n.Add(1)
		}
	}()
	end := time.Now().Add(time.Duration(fewer(2000, 700)) * time.Millisecond)
	for time.Now().Before(end) {
		before := n.Load()
		held, err := o.Read(ctx).Held()
		if err != nil {
			t.Fatal(err)
		}
		rep, err := ledger.Verify(held)
		if err != nil || !rep.OK() || rep.Entries < before {
			t.Fatalf("%+v %v", rep, err)
		}
		if _, diff, err := s.Replay(ctx, o.District, app.Apply); err != nil || len(diff) > 0 {
			t.Fatalf("%v %v", diff, err)
		}
	}
	close(stop)
	<-done
	if n.Load() == 0 {
		t.Error("nothing was written meanwhile")
	}
	whole(t, o, n.Load()+1)
}

func filters(t *testing.T, s *store.Store) {
	ctx := context.Background()
	o := testkit.Office(t, s, testkit.At("2022-01-05"), ledger.SHA256)
	testkit.Small(t, o)
	add := func(id, name string, change func(*project.List)) {
		cmd := project.List{ID: id, List: "46", On: "2022-01-01", Finish: "2023-06-30", Facts: project.Facts{Name: org.Name{Zh: name}, Level: "city", Class: "transport",
			Front: "roads", Industry: "marine", OwnerUnit: "co2", LocalUnit: "jimo", LineUnit: "fgj"}}
		change(&cmd)
		testkit.Do(t, o, org.FirstSetUp, cmd)
	}
	add("JM-002", "营流路改造", func(c *project.List) { c.Finish = "2022-12-31" })
	add("JM-003", "100%达标_工程", func(c *project.List) { c.Facts.Parent = "JM-001" })
	add("jm-004", "O'Brien \"厂\"", func(c *project.List) { c.Facts.Level = "province"; c.Finish = "" })
	testkit.Do(t, o, org.FirstSetUp, project.PromiseDate{ID: "JM-002", What: "finish", Day: "2023-03-31", Reason: "示例"})
	testkit.Do(t, o, org.FirstSetUp, project.ChangeList{ID: "JM-002", List: "4", On: "2022-01-02", Reason: "示例"})
	r := o.Read(ctx)
	for what, tc := range map[string]struct {
		f    app.ProjectFilter
		want []string
	}{
		"all":                            {app.ProjectFilter{}, []string{"JM-001", "JM-002", "JM-003", "jm-004"}},
		"by name":                        {app.ProjectFilter{Query: "流路"}, []string{"JM-002"}},
		"by initials":                    {app.ProjectFilter{Query: "yllgz"}, []string{"JM-002"}},
		"by pinyin":                      {app.ProjectFilter{Query: "YingLiu"}, []string{"JM-002"}},
		"by id, small letters":           {app.ProjectFilter{Query: "jm-00"}, []string{"JM-001", "JM-002", "JM-003", "jm-004"}},
		"a percent sign is no wildcard":  {app.ProjectFilter{Query: "%标_"}, nil},
		"and finds itself":               {app.ProjectFilter{Query: "0%达标_"}, []string{"JM-003"}},
		"a quote is a letter":            {app.ProjectFilter{Query: "o'brien"}, []string{"jm-004"}},
		"by level":                       {app.ProjectFilter{Level: "city"}, []string{"JM-002", "JM-003"}},
		"by class and industry":          {app.ProjectFilter{Class: "transport", Industry: "marine"}, []string{"JM-002", "JM-003", "jm-004"}},
		"by front":                       {app.ProjectFilter{Front: "projects"}, []string{"JM-001"}},
		"by list":                        {app.ProjectFilter{List: "208"}, []string{"JM-001"}},
		"a list's name is a whole word":  {app.ProjectFilter{List: "4"}, []string{"JM-002"}},
		"by units":                       {app.ProjectFilter{Local: "jimo", Line: "fgj", Owner: "co2"}, []string{"JM-002", "JM-003", "jm-004"}},
		"by parent":                      {app.ProjectFilter{Parent: "JM-001"}, []string{"JM-003"}},
		"moved":                          {app.ProjectFilter{Moved: true}, []string{"JM-002"}},
		"finish from":                    {app.ProjectFilter{FinishFrom: "2023-06-30"}, []string{"JM-001", "JM-003"}},
		"finish up to, without undated":  {app.ProjectFilter{FinishTo: "2023-06-30"}, []string{"JM-002", "JM-003"}},
		"reach of an owner":              {app.ProjectFilter{ReachLink: "owner", ReachUnits: []string{"co"}}, []string{"JM-001"}},
		"reach of a town":                {app.ProjectFilter{ReachLink: "local", ReachUnits: []string{"lq", "jimo"}}, []string{"JM-001", "JM-002", "JM-003", "jm-004"}},
		"no reach at all":                {app.ProjectFilter{ReachUnits: []string{}}, nil},
		"by ids":                         {app.ProjectFilter{IDs: []string{"JM-002", "none"}}, []string{"JM-002"}},
		"no ids at all":                  {app.ProjectFilter{IDs: []string{}}, nil},
		"the second page of two":         {app.ProjectFilter{Offset: 2, Limit: 2}, []string{"JM-003", "jm-004"}},
		"by finish, the latest first":    {app.ProjectFilter{Sort: "finish", Desc: true, Limit: 2}, []string{"JM-001", "JM-003"}},
		"an unknown order is that of id": {app.ProjectFilter{Sort: "'; DROP TABLE doc; --"}, []string{"JM-001", "JM-002", "JM-003", "jm-004"}},
		"a query that is an attack":      {app.ProjectFilter{Query: "' OR 1=1 --", Level: "' OR '1'='1"}, nil},
	} {
		t.Run(what, func(t *testing.T) {
			lines, err := r.Projects(tc.f)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, l := range lines {
				got = append(got, l.ID)
			}
			same(t, "projects", got, tc.want)
			f := tc.f
			f.Limit, f.Offset = 0, 0
			all, err := r.Projects(f)
			if n, e2 := r.CountProjects(tc.f); err != nil || e2 != nil || n != len(all) {
				t.Errorf("count %d, listed %d (%v, %v)", n, len(all), err, e2)
			}
		})
	}
	lines, err := r.Projects(app.ProjectFilter{IDs: []string{"JM-002"}})
	if err != nil || len(lines) != 1 || lines[0].Moved != 1 || !slices.Equal(strings.Fields(lines[0].Lists), []string{"46", "4"}) || lines[0].Finish != "2023-03-31" {
		t.Errorf("%+v %v", lines, err)
	}
}

func noFacts(t *testing.T, s *store.Store) {
	o := office(t, s)
	ctx := context.Background()
	r := o.Read(ctx)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	if body, at, err := r.Draft("p", "report/2022-06/JM-001"); err != nil || body != "" || at != "" {
		t.Error(body, at, err)
	}
	must(r.PutDraft("p", "report/2022-06/JM-001", `{"ytd":"4200万"}`, "2022-06-01T01:00:00.000Z"))
	must(r.PutDraft("p", "report/2022-06/JM-001", `{"ytd":"4300万"}`, "2022-06-01T02:00:00.000Z"))
	if body, at, err := r.Draft("p", "report/2022-06/JM-001"); err != nil || body != `{"ytd":"4300万"}` || at != "2022-06-01T02:00:00.000Z" {
		t.Error(body, at, err)
	}
	if body, _, _ := r.Draft("q", "report/2022-06/JM-001"); body != "" {
		t.Error("somebody else's draft")
	}
	must(r.PutDraft("p", "report/2022-06/JM-001", "", ""))
	if body, _, _ := r.Draft("p", "report/2022-06/JM-001"); body != "" {
		t.Error("a removed draft came back")
	}

	a := app.Session{Token: "t1", Person: "p", Post: "a", Kind: "web", CreatedAt: "2022-06-01", SeenAt: "2022-06-01", ExpiresAt: "2022-06-02"}
	must(r.PutSession(a))
	a.Post, a.SeenAt = "b", "2022-06-01T05"
	must(r.PutSession(a))
	must(r.PutSession(app.Session{Token: "t2", Person: "q", Post: "a", Kind: "token", Label: "机器", CreatedAt: "2022-06-01", ExpiresAt: "2023-06-02"}))
	must(r.PutSession(app.Session{Token: "t3", Person: "q", Post: "a", Kind: "web", CreatedAt: "2021-06-01", ExpiresAt: "2021-06-02"}))
	if got, ok, err := r.SessionOf("t1"); err != nil || !ok || got != a {
		t.Errorf("%+v %v", got, err)
	}
	if all, err := r.Sessions("q", "token"); err != nil || len(all) != 1 || all[0].Label != "机器" {
		t.Errorf("%+v %v", all, err)
	}
	must(r.EndSessions("p", "2022-06-01"))
	for token, want := range map[string]bool{"t1": false, "t2": true, "t3": false} { // t3 had run out
		if _, ok, err := r.SessionOf(token); ok != want || err != nil {
			t.Errorf("session %s: %v %v", token, ok, err)
		}
	}
	must(r.EndSession("t2"))

	must(r.PutCredential(app.Credential{Person: "p", Login: "zhang", Hash: "h", ChangedAt: "2022"}))
	must(r.PutCredential(app.Credential{Person: "p", Login: "zhang", Hash: "h2", Fails: 2, LockedUntil: "2023", ChangedAt: "2022"}))
	if c, ok, err := r.CredentialOf("zhang"); err != nil || !ok || c.Hash != "h2" || c.Fails != 2 || c.LockedUntil != "2023" {
		t.Errorf("%+v %v", c, err)
	}
	if err := r.PutCredential(app.Credential{Person: "q", Login: "zhang", Hash: "h"}); err == nil {
		t.Error("two people with one login")
	}
	if all, err := r.Credentials(); err != nil || len(all) != 1 || all[0].Hash != "" {
		t.Errorf("the list shows hashes: %+v %v", all, err)
	}

	must(r.PutSetting("view/p/1", `{"a":1}`))
	must(r.PutSetting("view/p/1", `{"a":2}`))
	if v, err := r.Setting("view/p/1"); err != nil || v != `{"a":2}` {
		t.Error(v, err)
	}

	commitment, err := o.Vault.Put(r, "person/x", "name", "示例人名")
	must(err)
	if commitment == "" || strings.Contains(commitment, "示例") {
		t.Error(commitment)
	}
	if name, err := o.Vault.Get(r, "person/x", "name"); err != nil || name != "示例人名" {
		t.Error(name, err)
	}
	must(r.Erase("person/x"))
	if name, err := o.Vault.Get(r, "person/x", "name"); err != nil || name != "" {
		t.Error("erased and still there", name, err)
	}
}

func apart(t *testing.T, s *store.Store) {
	ctx, a := context.Background(), office(t, s)
	v := vault.New([]byte(strings.Repeat("k", 32)))
	if err := app.Found(ctx, s, "370214", ledger.SM3, v); err != nil {
		t.Fatal(err)
	}
	b, err := app.Open(ctx, s, "370214", a.Library, v, a.Clock)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	testkit.Do(t, a, org.FirstSetUp, found("x"))
	testkit.Do(t, a, org.FirstSetUp, found("y"))
	testkit.Do(t, b, org.FirstSetUp, found("x"))
	if err := a.Read(ctx).PutSetting("s", "a"); err != nil {
		t.Fatal(err)
	}
	same(t, "units of the other", ids(t, b.Read(ctx), org.UnitKind, ""), []string{"x"})
	if v, err := b.Read(ctx).Setting("s"); err != nil || v != "" {
		t.Error("a setting of the neighbour", v, err)
	}
	whole(t, a, 2)
	whole(t, b, 1)
	if _, err := s.Rebuild(ctx, "370214", app.Apply); err != nil {
		t.Fatal(err)
	}
	same(t, "units after the neighbour was rebuilt", ids(t, a.Read(ctx), org.UnitKind, ""), []string{"x", "y"})
	all, err := s.Districts(ctx)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "districts", all, []string{"370214", "370215"})
	if err := app.Found(ctx, s, "370214", ledger.SHA256, v); err != nil { // founding again touches nothing
		t.Fatal(err)
	}
	if head, _, _, err := b.Read(ctx).Log(); err != nil || head.Suite != ledger.SM3 || head.Size != 1 {
		t.Errorf("%+v %v", head, err)
	}
}

func oddTexts(t *testing.T, s *store.Store) {
	ctx, o := context.Background(), office(t, s)
	for id, name := range map[string]string{"zero": "零\x00字符", "broken": "残\xff缺", "lone": "\xed\xa0\x80", "long": strings.Repeat("长", 200_000), "empty-en": " "} {
		cmd := found(id)
		cmd.Unit.Name.Zh = name
		testkit.Do(t, o, org.FirstSetUp, cmd)
	}
	for what, tc := range map[string]struct {
		id, key string
	}{"an id with a zero": {"a\x00b", ""}, "an id that is broken": {"a\xffb", ""}, "a key with a zero": {"ok", "k\x00"}} {
		if _, err := o.Do(ctx, org.FirstSetUp, found(tc.id), app.Options{Key: tc.key}); err == nil {
			t.Errorf("%s was taken", what)
		} else if _, refused := app.Refused(err); !refused {
			t.Errorf("%s: %v is no refusal", what, err)
		}
	}
	whole(t, o, 5)
	if _, diff, err := s.Replay(ctx, o.District, app.Apply); err != nil || len(diff) > 0 {
		t.Errorf("%v %v", diff, err)
	}
	r := o.Read(ctx)
	if err := r.PutDraft("p", "f", "零\x00字符", "2022"); err != nil {
		t.Errorf("a draft is kept whatever was pasted into it: %v", err)
	}
}

func many(t *testing.T, s *store.Store) {
	o := office(t, s)
	n := fewer(3000, 600)
	write(t, o, func(b app.Batch) {
		for i := range n {
			entry(t, b, fmt.Sprint("s/", i))
			put(t, b, "doc", fmt.Sprintf("%05d", i), map[string]int{"i": i})
			b.Datum("invested_ytd", fmt.Sprint("project/", i), "2022-06", "n:1")
			b.Datum("invested_ytd", fmt.Sprint("project/", i), "2022-06", "n:2") // one entry says it twice: the last stands
			b.Frozen("2022-05", "lag", fmt.Sprint("project/", i), "n:1")
		}
		b.Keep()
	})
	ctx := context.Background()
	r := o.Read(ctx)
	if got := ids(t, r, "doc", ""); len(got) != n {
		t.Errorf("%d documents", len(got))
	}
	seen := int64(0)
	for st, err := range r.All(2) {
		if err != nil || st.Seq != seen+2 {
			t.Fatalf("entry %d after %d: %v", st.Seq, seen+1, err)
		}
		seen++
	}
	if seen != int64(n)-1 {
		t.Errorf("%d entries from the second on", seen)
	}
	var want []string
	for i := range n {
		want = append(want, fmt.Sprintf("%05d", i))
	}
	named, err := r.RawIn("doc", want)
	if err != nil || len(named) != n {
		t.Errorf("%d by name, %v", len(named), err)
	}
	var one struct{ I int }
	if err := json.Unmarshal(named[fmt.Sprintf("%05d", n-1)], &one); err != nil || one.I != n-1 {
		t.Error(one, err)
	}
	w := o.Library.Vocabulary()["invested_ytd"]
	subjects := make([]string, n)
	for i := range n {
		subjects[i] = fmt.Sprint("project/", i)
	}
	col, err := r.Facts().Column(ctx, w, subjects, june, figure.At{})
	if err != nil || len(col) != n || col["project/7"].Value.Num.Rat.Num().Int64() != 2 {
		t.Errorf("%d values, %v", len(col), err)
	}
	entries, err := r.EntriesIn([]int64{1, 500, int64(n), int64(n) + 1})
	if err != nil || len(entries) != 3 {
		t.Errorf("%d entries, %v", len(entries), err)
	}
	if recent, err := r.Recent(0, 3); err != nil || len(recent) != 3 || recent[0].Seq != int64(n) {
		t.Errorf("%+v %v", recent, err)
	}
	if recent, err := r.Recent(3, 10); err != nil || len(recent) != 2 || recent[0].Seq != 2 {
		t.Errorf("%+v %v", recent, err)
	}
}

func suites(t *testing.T, s *store.Store) {
	ctx := context.Background()
	v := vault.New([]byte(strings.Repeat("k", 32)))
	for i, suite := range []*ledger.Suite{ledger.SHA256, ledger.SM3} {
		code := fmt.Sprint("37021", i)
		if err := app.Found(ctx, s, code, suite, v); err != nil {
			t.Fatal(err)
		}
		o, err := app.Open(ctx, s, code, testkit.Library(t), v, testkit.At("2022-06-01").Now)
		if err != nil {
			t.Fatal(err)
		}
		defer o.Close()
		const n = 260        // beyond one stored inner hash
		for k := range 100 { // one commit each, then all the others in one
			testkit.Do(t, o, org.FirstSetUp, found(fmt.Sprint("u", k)))
		}
		var rest []app.Deed
		for k := 100; k < n; k++ {
			rest = append(rest, app.Deed{By: org.FirstSetUp, Cmd: found(fmt.Sprint("u", k))})
		}
		if _, err := o.DoAll(ctx, rest); err != nil {
			t.Fatal(err)
		}
		whole(t, o, n)
		r := o.Read(ctx)
		_, vkey, _, err := r.Log()
		if err != nil {
			t.Fatal(err)
		}
		for _, seq := range []int64{1, 2, 255, 256, 257, n} {
			note, err := r.Latest()
			if err != nil {
				t.Fatal(err)
			}
			st, err := r.Entry(seq)
			if err != nil {
				t.Fatal(err)
			}
			p, err := ledger.MakeProof(suite, r, st.Entry, note, vkey)
			if err != nil {
				t.Fatal(err)
			}
			if cp, err := p.Check(vkey); err != nil || cp.Size != n {
				t.Errorf("%s, entry %d: %+v %v", suite.Name, seq, cp, err)
			}
			p.Entry.Post = "forged"
			if _, err := p.Check(vkey); err == nil {
				t.Errorf("%s: a forged entry %d was proved", suite.Name, seq)
			}
		}
		if note, err := r.CheckpointFrom(100); err != nil || !strings.Contains(note, "\n100\n") {
			t.Errorf("first checkpoint over entry 100: %q %v", note, err)
		}
	}
}
