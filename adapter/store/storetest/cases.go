package storetest

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"shigan/adapter/store"
	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/testkit"
)

// cases plays random histories and holds every list and every count against a plain look through all cases.
func cases(t *testing.T, s *store.Store) {
	ctx := context.Background()
	clock := testkit.At("2022-02-15")
	o := testkit.Office(t, s, clock, ledger.SHA256)
	who := testkit.Small(t, o)
	desks := []string{"sample/jimo-problem", "china/task", "china/supervision", "china/finding"}
	testkit.AdoptDesks(t, o, who["rulekeeper"], desks...)
	p := &testkit.Player{Office: o, Clock: clock, Who: who, Rand: rand.New(rand.NewPCG(15, 2)), Desks: desks}
	for range 3 {
		p.Play(t, fewer(200, 60))
		all := naive(t, o)
		for _, f := range caseFilters(all, clock.Now(), p.Rand) {
			held(t, o, all, f)
		}
		overdue(t, s, o, all, p)
	}
	if _, diff, err := s.Replay(ctx, o.District, app.Apply); err != nil || len(diff) > 0 {
		t.Fatalf("a replay differs: %v %v", diff, err)
	}
	if _, err := s.Rebuild(ctx, o.District, app.Apply); err != nil {
		t.Fatal(err)
	}
	if _, diff, err := s.Replay(ctx, o.District, app.Apply); err != nil || len(diff) > 0 {
		t.Fatalf("after a rebuild: %v %v", diff, err)
	}
	all := naive(t, o)
	overdue(t, s, o, all, p)
	for _, f := range caseFilters(all, clock.Now(), p.Rand) {
		held(t, o, all, f)
	}
}

// overdue holds the counts of overdue cases against the plain look, at instants around the one up to which they are kept.
func overdue(t *testing.T, s *store.Store, o *app.Office, all []looked, p *testkit.Player) {
	t.Helper()
	now := p.Clock.Now()
	at := func(days int) string {
		return now.Add(time.Duration(days)*24*time.Hour + time.Duration(p.Rand.IntN(1440))*time.Minute).UTC().Format(time.RFC3339)
	}
	one := func() looked { return all[p.Rand.IntN(len(all))] }
	for _, days := range []int{-400, -30, -8, -2, 0, 3} { // forward, as a clock goes
		if err := s.Lapse(context.Background(), o.District, at(days)); err != nil {
			t.Fatal(err)
		}
		readers := [][]string{nil, {"lq"}, {}, nil, {"jimo"}, {"lq", "co"}} // every kind of reader in turn: all of them at all instants would be 14,000 questions
		for _, before := range []string{at(-300 + p.Rand.IntN(290)), at(-p.Rand.IntN(3)), one().Due} {
			for i, f := range []app.CaseFilter{{}, {Open: true}, {Use: one().Use}, {Use: one().Use, Level: one().Level}, {Unit: one().Unit}, {Use: "problem", Kind: one().Kind}} {
				if f.DueBefore, f.Parties = before, readers[(i+p.Rand.IntN(2))%len(readers)]; before != "" {
					held(t, o, all, f)
				}
			}
		}
	}
}

// looked is a case as somebody finds it who reads all of them, one after the other.
type looked struct {
	app.CaseLine
	open    bool
	near    bool // yellow now
	days    int
	parties []string
}

func naive(t *testing.T, o *app.Office) []looked {
	t.Helper()
	r := o.Read(context.Background())
	all, err := app.All[casework.Case](r, casework.CaseKind, "")
	if err != nil {
		t.Fatal(err)
	}
	units, err := r.IDs(org.UnitKind, "")
	if err != nil {
		t.Fatal(err)
	}
	var out []looked
	for _, c := range all {
		e, err := r.Entry(c.Seq)
		if err != nil {
			t.Fatal(err)
		}
		at, err := time.Parse(ledger.TimeLayout, e.RecordedAt)
		if err != nil {
			t.Fatal(err)
		}
		d, err := casework.Pinned(r, c.Digest)
		if err != nil {
			t.Fatal(err)
		}
		st, err := casework.Stand(d, c, at, calendar.StateCouncil())
		if err != nil {
			t.Fatal(err)
		}
		text := func(t time.Time) string {
			if t.IsZero() {
				return ""
			}
			return t.UTC().Format(time.RFC3339)
		}
		outcome, _ := d.Outcome(c.Outcome)
		l := app.CaseLine{ID: c.ID, Desk: c.Desk, Use: d.Use, Digest: c.Digest, Kind: c.Kind, Title: c.Title, Subject: c.Subject, State: c.State, Outcome: c.Outcome,
			Rate: outcome.Rate, Unit: c.Handler.Unit, Post: c.Handler.Post, Raiser: c.Raiser.Unit, RaiserPost: c.Raiser.Post, Seat: c.Seat(), Level: c.Level,
			Climbs: len(c.Climbs), Reopened: c.Reopened, Returns: c.Returns, Opened: text(c.Opened), Due: text(st.Due), ClosedBy: c.ClosedBy, Halted: c.Halt != nil,
			Fast: c.Fast, Unfixed: c.Unfixed, Vacant: c.Vacant, Seq: c.Seq}
		l.Project, _ = strings.CutPrefix(c.Subject, "project/")
		unitOf := func(post string) string {
			if p, err := org.PostOf(r, post); err == nil {
				return p.Unit
			}
			return ""
		}
		if c.Open() {
			l.NextAs, l.NextUnit, l.NextPost = string(st.Next.As), cmp.Or(st.Next.Party.Unit, unitOf(st.Next.Party.Post)), st.Next.Party.Post
		} else if at, err := time.Parse(time.RFC3339, c.Closed); err == nil {
			l.Closed = text(at)
		}
		if n := len(c.Climbs); n > 0 {
			l.LastClimb = c.Climbs[n-1].At
		}
		if at, err := time.Parse(time.RFC3339, c.ReopenedAt); err == nil {
			l.LastReopen = text(at)
		}
		now, err := casework.Stand(d, c, o.Clock(), calendar.StateCouncil())
		if err != nil {
			t.Fatal(err)
		}
		near := !now.Overdue && slices.ContainsFunc(now.Readings, func(r casework.Reading) bool { return r.Light == "yellow" })
		days := 0
		if at, err := time.Parse(time.RFC3339, c.Closed); err == nil {
			days = calendar.DateOf(at).Sub(calendar.DateOf(c.Opened))
		}
		direct := []string{c.Raiser.Unit, unitOf(c.Raiser.Post), c.Handler.Unit, unitOf(c.Handler.Post), c.Reach.Owner, c.Reach.Local, c.Reach.Line}
		for _, a := range c.Assists {
			direct = append(direct, a.Unit, unitOf(a.Post))
		}
		for _, s := range c.Seats {
			direct = append(direct, unitOf(s))
		}
		var parties []string
		for _, u := range units {
			if slices.ContainsFunc(direct, func(p string) bool { in, err := org.Within(r, p, u); return p != "" && in && err == nil }) {
				parties = append(parties, u)
			}
		}
		l.Days = days
		out = append(out, looked{l, c.Open(), near, days, parties})
	}
	return out
}

// caseFilters are filters of every kind, with values that occur.
func caseFilters(all []looked, now time.Time, rng *rand.Rand) []app.CaseFilter {
	one := func() looked { return all[rng.IntN(len(all))] }
	day := func(s string) string { return calendar.DateOf(now).AddDays(-rng.IntN(60)).String() }
	month := func(at string) string {
		t, err := time.Parse(time.RFC3339, at)
		if err != nil {
			return "2022-03"
		}
		return calendar.DateOf(t).Month().String()
	}
	soon := now.UTC().Format(time.RFC3339)
	base := []app.CaseFilter{{}, {Open: true}, {Closed: true}, {Open: true, Closed: true}, {Use: one().Use}, {Desk: one().Desk}, {Kind: one().Kind, Open: true}, {State: one().State},
		{Subject: "project/JM-001"}, {Unit: one().Unit}, {Unit: one().Unit, Open: true}, {Raiser: one().Raiser}, {NextUnit: one().NextUnit}, {NextPost: one().NextPost},
		{NextUnit: one().NextUnit, NoPost: true}, {NextAs: one().NextAs}, {Seat: one().Seat, Open: true}, {Outcome: "done"}, {Rate: "refused"}, {ClosedBy: "confirmed"}, {ClosedIn: month(one().Closed)}, {ClosedIn: month(one().Closed), ClosedBy: "withdrawn", Use: "problem"}, {Climbed: month(one().LastClimb), Open: true, Level: 3},
		{Level: one().Level}, {Level: 2, Open: true, Use: "problem"}, {DueBefore: soon}, {DueFrom: soon}, {OpenedFrom: day("")}, {OpenedTo: day("")},
		{ClosedFrom: day(""), ClosedTo: calendar.DateOf(now).String()}, {Climbed: month(one().LastClimb)}, {ReopenedIn: month(one().LastReopen)}, {Reopened: true}, {Unfixed: true},
		{Vacant: true}, {IDs: []string{one().ID, one().ID, "none"}}, {IDs: []string{}}, {Query: "用地"}, {Query: "gxqg"}, {Query: "%"}, {Query: "0%达标_"}, {Query: strings.ToLower(one().ID)},
		{Climbed: "no month"}, {OpenedFrom: "no day"}, {NearBefore: soon}, {NearBefore: soon, Use: "problem"}, {DueBefore: soon, Use: "task"}, {NoUnit: true, Open: true}, {NoTurn: true},
		{Closed: true, ClosedFrom: "2022-01-01", ClosedTo: "2022-12-31"}, {Closed: true, Rate: "done", Use: "task"}, {ClosedFrom: "2022-03-01", ClosedTo: "2022-03-31", Reopened: true}, {Closed: true, Unfixed: true},
		{ClosedFrom: "2022-02-01", ClosedTo: "2022-03-31", Level: 1}, {Fast: true}, {Unfixed: true, Use: "problem", ClosedFrom: "2022-01-01"}, {Use: "task", OpenedFrom: day("")}, {Use: "problem", ClosedFrom: day(""), Reopened: true},
		{Use: "problem", Climbed: month(one().LastClimb)}, {Use: "task", ReopenedIn: month(one().LastReopen)}}
	var out []app.CaseFilter
	for _, f := range base {
		for _, parties := range [][]string{nil, {}, {"lq"}, {"fgj", "co2"}, {""}, {"jimo", "lq", "co", "co2", "fgj", "jtj", "dcs", "x", "y"}} {
			f.Parties = parties
			f.Sort, f.Desc = []string{"", "due", "opened", "closed", "level"}[rng.IntN(5)], rng.IntN(2) == 0
			f.Limit, f.Offset = 0, 0
			if rng.IntN(2) == 0 {
				f.Limit, f.Offset = 1+rng.IntN(6), rng.IntN(8)
			}
			out = append(out, f)
		}
	}
	return out
}

// held holds one list and its counts against the plain look.
func held(t *testing.T, o *app.Office, all []looked, f app.CaseFilter) {
	t.Helper()
	var want []looked
	for _, c := range all {
		if c.matches(f) {
			want = append(want, c)
		}
	}
	slices.SortFunc(want, func(a, b looked) int {
		due := func(l looked) string { return cmp.Or(l.Due, "~") }
		n := cmp.Compare(due(a), due(b))
		switch f.Sort {
		case "opened":
			n = cmp.Compare(a.Opened, b.Opened)
		case "closed":
			n = cmp.Compare(a.Closed, b.Closed)
		case "level":
			n = cmp.Or(cmp.Compare(a.Level, b.Level), n)
		}
		if n = cmp.Or(n, cmp.Compare(a.ID, b.ID)); f.Desc {
			return -n
		}
		return n
	})
	r := o.Read(context.Background())
	for _, by := range [][]string{nil, {"level"}, {"unit", "level"}, {"use", "state", "outcome"}, {"next_post", "next_unit"}, {"next_unit", "level"}, {"closed_by"}, {"use", "level", "unit"}, {"raiser"}, {"seat"}, {"rate", "closed_by"}, {"kind", "again", "days"}, {"unfixed", "fast", "level"}} {
		counts, err := r.CountCases(f, by...)
		if err != nil {
			t.Fatalf("%+v: %v", f, err)
		}
		wanted, got := map[string]int{}, map[string]int{}
		for _, c := range want {
			wanted[c.key(by)]++
		}
		for _, c := range counts {
			var key []string
			for _, col := range by {
				key = append(key, c.By[col])
			}
			got[strings.Join(key, "|")] += c.N
		}
		maps.DeleteFunc(got, func(_ string, n int) bool { return n == 0 })
		if !maps.Equal(wanted, got) {
			t.Errorf("%+v by %v: %v, want %v", f, by, got, wanted)
		}
	}
	if n := len(want); n > 0 && f.Limit%2 == 1 { // the same list, gone on with behind one of its lines
		next := f
		at := (f.Limit*7 + f.Offset) % n
		next.After, next.Offset = &want[at].CaseLine, 0
		lines, err := r.Cases(next)
		if err != nil {
			t.Fatal(err)
		}
		rest := want[at+1 : min(at+1+f.Limit, n)]
		if !slices.EqualFunc(lines, rest, func(a app.CaseLine, b looked) bool { return a == b.CaseLine }) {
			t.Errorf("%+v behind %s: %d cases, want %d", f, want[at].ID, len(lines), len(rest))
		}
	}
	if f.Limit > 0 {
		want = want[min(f.Offset, len(want)):min(f.Offset+f.Limit, len(want))]
	}
	got, err := r.Cases(f)
	if err != nil {
		t.Fatalf("%+v: %v", f, err)
	}
	if len(got) != len(want) {
		t.Fatalf("%+v: %d cases, want %d", f, len(got), len(want))
	}
	for i := range got {
		if got[i] != want[i].CaseLine {
			t.Fatalf("%+v, place %d:\n%+v, want\n%+v", f, i, got[i], want[i].CaseLine)
		}
	}
}

func (c looked) key(by []string) string {
	var out []string
	truth := map[bool]string{true: "1", false: "0"}
	for _, col := range by {
		out = append(out, map[string]string{"kind": c.Kind, "again": truth[c.CaseLine.Reopened > 0], "unfixed": truth[c.Unfixed], "fast": truth[c.Fast], "days": fmt.Sprint(c.days),
			"level": fmt.Sprint(c.Level), "unit": c.Unit, "use": c.Use, "state": c.State, "outcome": c.Outcome, "next_post": c.NextPost,
			"next_unit": c.NextUnit, "raiser": c.Raiser, "seat": c.Seat, "rate": c.Rate, "closed_by": c.ClosedBy}[col])
	}
	return strings.Join(out, "|")
}

func (c looked) matches(f app.CaseFilter) bool {
	within := func(at, from, to string) bool {
		if from == "" && to == "" {
			return true
		}
		t, err := time.Parse(time.RFC3339, at)
		if err != nil {
			return false
		}
		d := calendar.DateOf(t)
		for _, b := range []string{from, to} {
			if _, err := calendar.ParseDay(b); b != "" && err != nil {
				return false
			}
		}
		return (from == "" || d.String() >= from) && (to == "" || d.String() <= to)
	}
	month := func(at, m string) bool {
		t, err := time.Parse(time.RFC3339, at)
		return m == "" || err == nil && calendar.DateOf(t).Month().String() == m
	}
	eq := func(want, is string) bool { return want == "" || want == is }
	q := strings.ToLower(f.Query)
	return (!f.Open || c.open) && (!f.Closed || !c.open) && eq(f.Desk, c.Desk) && eq(f.Use, c.Use) && eq(f.Kind, c.Kind) && eq(f.State, c.State) && eq(f.Subject, c.Subject) &&
		eq(f.Unit, c.Unit) && eq(f.Raiser, c.Raiser) && eq(f.NextUnit, c.NextUnit) && eq(f.NextPost, c.NextPost) && eq(f.NextAs, c.NextAs) && (!f.NoPost || c.NextPost == "") &&
		eq(f.Seat, c.Seat) && eq(f.Outcome, c.Outcome) && eq(f.Rate, c.Rate) && eq(f.ClosedBy, c.ClosedBy) && (f.Level == 0 || f.Level == c.Level) &&
		(f.NearBefore == "" || c.near) && (!f.Fast || c.Fast) && (!f.NoUnit || c.Unit == "") && (!f.NoTurn || c.NextUnit == "" && c.NextPost == "") &&
		(f.DueBefore == "" || c.open && c.Due != "" && c.Due < f.DueBefore) && (f.DueFrom == "" || c.open && c.Due != "" && c.Due >= f.DueFrom) &&
		within(c.Opened, f.OpenedFrom, f.OpenedTo) && within(c.Closed, f.ClosedFrom, f.ClosedTo) && month(c.Closed, f.ClosedIn) && month(c.LastClimb, f.Climbed) && month(c.LastReopen, f.ReopenedIn) &&
		(!f.Reopened || c.CaseLine.Reopened > 0) && (!f.Unfixed || c.CaseLine.Unfixed) && (!f.Vacant || c.CaseLine.Vacant) &&
		(f.IDs == nil || slices.Contains(f.IDs, c.ID)) &&
		(q == "" || strings.Contains(strings.ToLower(c.Title), q) || strings.Contains(strings.ToLower(c.ID), q) || strings.Contains(store.Pinyin(c.Title), q)) &&
		(f.Parties == nil || slices.ContainsFunc(f.Parties, func(p string) bool { return slices.Contains(c.parties, p) }))
}
