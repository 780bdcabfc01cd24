package storetest

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"shigan/adapter/store"
	"shigan/app"
	"shigan/kernel/ledger"
	"shigan/testkit"
)

// messages lets anybody do anything, and holds every way to ask for messages against a plain look through all of them.
func messages(t *testing.T, s *store.Store) {
	ctx := context.Background()
	clock := testkit.At("2022-01-10")
	o := testkit.Office(t, s, clock, ledger.SHA256)
	who := testkit.Small(t, o)
	desks := []string{"sample/jimo-problem", "sample/jimo-supervision", "china/task"}
	testkit.AdoptDesks(t, o, who["rulekeeper"], desks...)
	rng := rand.New(rand.NewPCG(9, 9))
	p := &testkit.Player{Office: o, Clock: clock, Who: who, Rand: rng, Desks: desks}
	p.Play(t, fewer(600, 200))
	r := o.Read(ctx)
	all, err := r.Messages(app.MessageFilter{Oldest: true})
	if err != nil || len(all) < fewer(150, 40) {
		t.Fatalf("%d messages: %v", len(all), err)
	}
	if !slices.IsSortedFunc(all, func(a, b app.Message) int { return cmp.Or(cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.No, b.No)) }) {
		t.Error("not in the order of the ledger")
	}
	posts, last := []string{}, all[len(all)-1].Seq
	for post := range who {
		posts = append(posts, post)
	}
	slices.Sort(posts)
	found := 0
	for range fewer(400, 120) {
		f := messageFilter(rng, posts, last)
		want := plainMessages(all, f)
		got, err := r.Messages(f)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.EqualFunc(got, want, func(a, b app.Message) bool { return fmt.Sprint(a) == fmt.Sprint(b) }) {
			t.Fatalf("%+v: %d messages, want %d", f, len(got), len(want))
		}
		found += len(got)
		f.Before, f.No, f.Oldest = 0, 0, false
		whole := f
		whole.Limit = 0
		once := map[string]bool{}
		for _, m := range plainMessages(all, whole) {
			once[fmt.Sprint(m.Seq, m.Topic, m.Subject)] = true
		}
		wantN := len(once)
		if f.Limit > 0 {
			wantN = min(wantN, f.Limit)
		}
		if n, err := r.CountMessages(f); err != nil || n != wantN {
			t.Fatalf("%+v: counted %d, want %d: %v", f, n, wantN, err)
		}
	}
	if found == 0 {
		t.Error("no filter found anything")
	}
	other := s.In(ctx, "370281")
	if got, err := other.Messages(app.MessageFilter{}); err != nil || len(got) != 0 {
		t.Errorf("another district sees %d: %v", len(got), err)
	}
}

func messageFilter(rng *rand.Rand, posts []string, last int64) (f app.MessageFilter) {
	if rng.IntN(4) > 0 {
		f.Posts = []string{}
		for range rng.IntN(4) {
			f.Posts = append(f.Posts, posts[rng.IntN(len(posts))])
		}
	}
	if rng.IntN(2) == 0 {
		f.Not = "p-" + posts[rng.IntN(len(posts))]
	}
	if rng.IntN(3) == 0 {
		f.Groups = slices.Clone(app.MessageGroups[:rng.IntN(len(app.MessageGroups)+1)])
	}
	if rng.IntN(3) == 0 {
		f.After = rng.Int64N(last)
	}
	if rng.IntN(4) == 0 {
		f.UpTo = 1 + rng.Int64N(last)
	}
	if rng.IntN(4) == 0 {
		f.Before, f.No = 1+rng.Int64N(last), rng.IntN(3)
	}
	if rng.IntN(3) == 0 {
		f.Limit = 1 + rng.IntN(20)
	}
	f.Oldest = rng.IntN(2) == 0
	return f
}

func plainMessages(all []app.Message, f app.MessageFilter) []app.Message {
	var out []app.Message
	for _, m := range all {
		if f.Posts != nil && !slices.Contains(f.Posts, m.Post) || f.Not != "" && m.Actor == f.Not || f.Groups != nil && !slices.Contains(f.Groups, app.GroupOf(m.Topic)) ||
			m.Seq <= f.After || f.UpTo > 0 && m.Seq > f.UpTo || f.Before > 0 && !m.Before(f.Before, f.No) {
			continue
		}
		out = append(out, m)
	}
	if !f.Oldest {
		slices.Reverse(out)
	}
	if f.Limit > 0 && len(out) > f.Limit {
		out = out[:f.Limit]
	}
	return out
}

// postbox: what people chose and looked at, and their calendar addresses.
func postbox(t *testing.T, s *store.Store) {
	o := office(t, s)
	ctx := context.Background()
	r, other := o.Read(ctx), s.In(ctx, "370281")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, seq := range []int64{5, 9, 7} { // it never goes back
		must(r.PutSeen("p", seq))
	}
	if seq, err := r.Seen("p"); seq != 9 || err != nil {
		t.Error(seq, err)
	}
	if seq, err := r.Seen("q"); seq != 0 || err != nil {
		t.Error(seq, err)
	}
	must(r.PutChoices("q", `{"a":1}`))
	must(r.PutChoices("p", `{"a":2}`))
	must(r.PutChoices("q", `{"a":3}`))
	if body, err := r.Choices("q"); body != `{"a":3}` || err != nil {
		t.Error(body, err)
	}
	if body, err := other.Choices("q"); body != "" || err != nil {
		t.Error(body, err)
	}
	if who, err := r.Subscribers(); err != nil || !slices.Equal(who, []string{"p", "q"}) {
		t.Error(who, err)
	}

	a := app.Feed{Hash: "h1", Person: "p", Label: "手机", Made: "2022-06-01"}
	must(r.PutFeed(a))
	must(r.PutFeed(app.Feed{Hash: "h2", Person: "p", Made: "2022-06-02"}))
	must(r.PutFeed(app.Feed{Hash: "h1", Person: "q", Label: "别人的", Made: "2022-06-03"})) // the same secret twice is the first one's
	must(r.FeedSeen("h1", "2022-06-05"))
	a.Seen = "2022-06-05"
	if f, ok, err := r.FeedOf("h1"); err != nil || !ok || f != a {
		t.Errorf("%+v %v %v", f, ok, err)
	}
	if all, err := r.Feeds("p"); err != nil || len(all) != 2 || all[0].Hash != "h2" {
		t.Errorf("%+v %v", all, err)
	}
	if ok, err := r.EndFeed("q", "h1"); ok || err != nil {
		t.Error("somebody else ended it", err)
	}
	if _, ok, err := other.FeedOf("h1"); ok || err != nil {
		t.Error("another district reads it", err)
	}
	if ok, err := r.EndFeed("p", "h1"); !ok || err != nil {
		t.Error(ok, err)
	}
	must(r.FeedSeen("h1", "2022-06-06")) // a program that reads just now brings it back to nobody
	if _, ok, err := r.FeedOf("h1"); ok || err != nil {
		t.Error("one that was taken back is there again", err)
	}
	if ok, err := r.EndFeed("p", "h1"); ok || err != nil {
		t.Error("ended twice", err)
	}
}

// deliveries: each is fixed once, had by one server at a time, and goes on where a server died.
func deliveries(t *testing.T, s *store.Store) {
	o := office(t, s)
	ctx := context.Background()
	r := o.Read(ctx)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	day := func(n int) string { return fmt.Sprintf("2022-06-%02dT01:00:00.000Z", n) }
	put := func(id, channel, target string, made, next int) app.Delivery {
		return app.Delivery{ID: id, Channel: channel, Target: target, Topic: "case.new", Head: "信 " + id, Body: `{"正文":"` + id + `"}`, Made: day(made), Next: day(next), State: app.Waiting}
	}
	// many servers at once move one cursor: one wins, and its deliveries alone are fixed
	must(r.StartCursor("mail/p", app.Cursor{Seq: 3, Day: "2022-06-01"}))
	must(r.StartCursor("mail/p", app.Cursor{Seq: 99})) // one that is there stays
	var wg sync.WaitGroup
	var mu sync.Mutex
	won := 0
	for i := range 8 {
		wg.Go(func() {
			ok, err := o.Read(ctx).Advance("mail/p", app.Cursor{Seq: 3, Day: "2022-06-01"}, app.Cursor{Seq: 10, Day: "2022-06-02"}, []app.Delivery{put(fmt.Sprint("race-", i), app.ByMail, "p", 1, 1)})
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
			}
			if ok {
				won++
			}
		})
	}
	wg.Wait()
	fixed, err := r.Deliveries(app.DeliveryFilter{})
	if err != nil || won != 1 || len(fixed) != 1 {
		t.Fatalf("%d servers won, %d fixed: %v", won, len(fixed), err)
	}
	if c, err := r.Cursors("mail/"); err != nil || c["mail/p"] != (app.Cursor{Seq: 10, Day: "2022-06-02"}) {
		t.Error(c, err)
	}
	if n, err := r.DropDeliveries("9999"); n != 0 || err != nil {
		t.Error("what waits was dropped", n, err)
	}
	if n, err := r.Cancel("p", "test", day(1)); n != 1 || err != nil {
		t.Error(n, err)
	}
	if n, err := r.DropDeliveries(day(2)); n != 1 || err != nil {
		t.Error(n, err)
	}

	same := []app.Delivery{put("a", app.ByHook, "oa", 1, 1), put("b", app.ByHook, "oa", 2, 5), put("c", app.ByMail, "q", 3, 1), put("d", app.ByHook, "city", 3, 9)}
	for range 2 { // the same key twice is one
		if ok, err := r.Advance("", app.Cursor{}, app.Cursor{}, same); err != nil || !ok {
			t.Fatal(ok, err)
		}
	}
	if d, ok, err := r.DeliveryOf("a"); err != nil || !ok || d != same[0] {
		t.Errorf("%+v, want %+v: %v", d, same[0], err)
	}
	claim := func(server string, now, until int, want ...string) {
		t.Helper()
		got, err := r.Claim(server, day(now), day(until), 10)
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, d := range got {
			ids = append(ids, d.ID)
			if d.Body == "" {
				t.Errorf("%s came without what it says", d.ID)
			}
		}
		if !slices.Equal(ids, want) {
			t.Errorf("%s on day %d claimed %v, want %v", server, now, ids, want)
		}
	}
	claim("s1", 2, 4, "a", "c")      // b and d are not due
	claim("s2", 3, 5)                // s1 has them
	claim("s2", 5, 7, "a", "b", "c") // s1 died
	if ok, err := r.Settle("s1", same[0]); ok || err != nil {
		t.Error("a server that lost it settled it", err)
	}
	through, failed := same[0], same[1]
	through.State, through.Tries, through.Done, failed.Tries, failed.Next, failed.Why = app.Through, 1, day(5), 1, day(8), "503"
	for _, d := range []app.Delivery{through, failed} {
		if ok, err := r.Settle("s2", d); !ok || err != nil {
			t.Fatal(ok, err)
		}
	}
	claim("s3", 7, 9, "c") // s2 died over c; b waits for its next day
	given := same[2]
	given.State, given.Tries, given.Done, given.Why = app.GivenUp, 4, day(7), "550"
	if ok, err := r.Settle("s3", given); !ok || err != nil {
		t.Fatal(ok, err)
	}
	// made due: what was never tried, of that target alone
	must(r.Release(app.ByHook, "oa", day(7)))
	claim("s4", 7, 8)
	must(r.Release(app.ByHook, "city", day(7)))
	claim("s4", 7, 8, "d")
	// asked for again: not what is through, and what was given up begins anew
	for id, want := range map[string]bool{"a": false, "b": true, "c": true, "nothing": false} {
		if ok, err := r.Again(id, day(7)); ok != want || err != nil {
			t.Errorf("again %s: %v %v", id, ok, err)
		}
	}
	if d, _, _ := r.DeliveryOf("c"); d.State != app.Waiting || d.Tries != 0 || d.Done != "" || d.Body != same[2].Body || d.Made != same[2].Made {
		t.Errorf("%+v", d)
	}
	if d, _, _ := r.DeliveryOf("b"); d.Tries != 1 || d.Next != day(7) {
		t.Errorf("%+v", d)
	}
	claim("s5", 7, 9, "b", "c")
	counts, err := r.CountDeliveries()
	want := []app.DeliveryCount{{Channel: app.ByHook, State: app.Through, N: 1, Oldest: day(1)}, {Channel: app.ByHook, State: app.Waiting, N: 2, Oldest: day(2)}, {Channel: app.ByMail, State: app.Waiting, N: 1, Oldest: day(3)}}
	if err != nil || !slices.Equal(counts, want) {
		t.Errorf("%+v %v", counts, err)
	}
	if other, err := s.In(ctx, "370281").Deliveries(app.DeliveryFilter{}); err != nil || len(other) != 0 {
		t.Error("another district sees them", err)
	}
	deliveryPages(t, r)
}

// deliveryPages turns the pages of every list of deliveries: together they are the whole, newest first.
func deliveryPages(t *testing.T, r app.Reader) {
	t.Helper()
	var more []app.Delivery
	rng := rand.New(rand.NewPCG(3, 1))
	for i := range 60 {
		more = append(more, app.Delivery{ID: fmt.Sprintf("m-%02d", i), Channel: []string{app.ByMail, app.ByHook}[i%2], Target: fmt.Sprint("t", i%3), Made: fmt.Sprintf("2022-07-%02dT01:00:00.000Z", 1+rng.IntN(5)), State: app.Waiting})
	}
	if _, err := r.Advance("", app.Cursor{}, app.Cursor{}, more); err != nil {
		t.Fatal(err)
	}
	for _, f := range []app.DeliveryFilter{{}, {Channel: app.ByMail}, {Target: "t1"}, {Channel: app.ByHook, Target: "t2"}, {State: app.Through}} {
		whole, err := r.Deliveries(f)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.IsSortedFunc(whole, func(a, b app.Delivery) int { return cmp.Or(cmp.Compare(b.Made, a.Made), cmp.Compare(b.ID, a.ID)) }) {
			t.Errorf("%+v: not newest first", f)
		}
		var turned []app.Delivery
		for f.Limit = 7; ; {
			page, err := r.Deliveries(f)
			if err != nil {
				t.Fatal(err)
			}
			turned = append(turned, page...)
			if len(page) < f.Limit {
				break
			}
			f.Before, f.BeforeID = page[len(page)-1].Made, page[len(page)-1].ID
		}
		if !slices.Equal(turned, whole) || len(whole) == 0 {
			t.Errorf("%+v: page by page %d, whole %d", f, len(turned), len(whole))
		}
		for _, d := range whole {
			if f.Channel != "" && d.Channel != f.Channel || f.Target != "" && d.Target != f.Target || f.State != "" && d.State != f.State || d.Body != "" {
				t.Errorf("%+v lists %+v", f, d)
			}
		}
	}
}
