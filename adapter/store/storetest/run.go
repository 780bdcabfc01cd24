// Package storetest holds the tests that every database must pass: the same suite for SQLite and for PostgreSQL.
//
// Each test is named for what must hold. They go through the application's door where a person would, and through the store's
// own batch where the point is what a batch does. For tests only.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"shigan/adapter/store"
	"shigan/app"
	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
	"shigan/kernel/ledger"
	"shigan/kernel/table"
	"shigan/testkit"
)

// Run runs the suite; open gives a new, empty store each time and closes it at the end of the test.
func Run(t *testing.T, open func(testing.TB) *store.Store) {
	for name, test := range map[string]func(*testing.T, *store.Store){
		"what was appended comes back with its hash":               comesBack,
		"deeds of many people make one gapless log":                gapless,
		"one key is done once":                                     onceOnly,
		"a refused deed leaves nothing and the others stand":       refused,
		"a batch sees what it wrote itself":                        seesItself,
		"a batch that is given up leaves nothing":                  givenUp,
		"ids come in byte order and a prefix takes no neighbour":   prefixes,
		"a fact is read as it was known then":                      knownBy,
		"members are those of the month and of the knowledge":      members,
		"a frozen value stays":                                     frozen,
		"a replay gives the read tables":                           replay,
		"a long log is replayed and rebuilt":                       longLog,
		"a changed row is found by a replay and mended by rebuild": mended,
		"a check of a log in use raises no alarm":                  inUse,
		"every filter of projects gives what it says":              filters,
		"what is no fact is kept and forgotten":                    noFacts,
		"two districts do not see one another":                     apart,
		"texts that one engine would refuse are kept by both":      oddTexts,
		"many rows go in at once":                                  many,
		"no data is said as no data":                               noData,
		"lists and counts of cases are those of a plain look":      cases,
		"lists of visits are those of a plain look":                visits,
		"every way to ask for messages gives a plain look":         messages,
		"what people chose, saw and subscribed to is theirs":       postbox,
		"a delivery is fixed once and one server has it":           deliveries,
		"both cipher suites prove their entries":                   suites,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

// TwoServers lets two servers append to one database at once.
func TwoServers(t *testing.T, where string) {
	ctx := context.Background()
	clock := testkit.At("2022-06-01")
	offices := make([]*app.Office, 2)
	for i := range offices {
		s, err := store.Open(ctx, where)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		offices[i] = testkit.Office(t, s, clock, ledger.SHA256)
	}
	const writers = 4
	each := fewer(40, 8)
	var wg sync.WaitGroup
	var mu sync.Mutex
	got := map[int64]string{}
	for i, o := range offices {
		for w := range writers {
			wg.Go(func() {
				for n := range each {
					id := fmt.Sprintf("u-%d-%d-%d", i, w, n)
					r, err := o.Do(ctx, org.FirstSetUp, found(id), app.Options{Key: id})
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					got[r.Last] = id
					mu.Unlock()
				}
			})
		}
	}
	wg.Wait()
	if len(got) != len(offices)*writers*each {
		t.Errorf("%d receipts for different entries, %d deeds were done", len(got), len(offices)*writers*each)
	}
	for _, o := range offices {
		whole(t, o, int64(len(offices)*writers*each))
		for seq, id := range got {
			if e, err := o.Read(ctx).Entry(seq); err != nil || e.Key != id {
				t.Fatalf("entry %d: %q, %v; the receipt was for %q", seq, e.Key, err, id)
			}
		}
	}
	if _, diff, err := offices[0].Store.Replay(ctx, testkit.Code, app.Apply); err != nil || len(diff) > 0 {
		t.Errorf("replay: %v %v", diff, err)
	}
}

// fewer makes a long test shorter under -short: the race detector slows SQLite down some ten times.
func fewer(n, short int) int {
	if testing.Short() {
		return short
	}
	return n
}

func found(id string) org.FoundUnit {
	return org.FoundUnit{Unit: org.Unit{ID: id, Name: org.Name{Zh: "单位" + id}, Class: org.Enterprise}, On: "2021-01-01"}
}

func office(t *testing.T, s *store.Store) *app.Office {
	t.Helper()
	return testkit.Office(t, s, testkit.At("2022-06-01"), ledger.SHA256)
}

// whole verifies a log and that it has so many entries.
func whole(t *testing.T, o *app.Office, entries int64) ledger.Report {
	t.Helper()
	held, err := o.Read(context.Background()).Held()
	if err != nil {
		t.Fatal(err)
	}
	rep, err := ledger.Verify(held)
	if err != nil || !rep.OK() || rep.Entries != entries {
		t.Fatalf("verify: %+v, %v; wanted %d entries", rep, err, entries)
	}
	return rep
}

func comesBack(t *testing.T, s *store.Store) {
	ctx, o := context.Background(), office(t, s)
	body := org.Unit{ID: "a", Name: org.Name{Zh: "带“引号”、<尖括号>、\t制表、𠮷字和 emoji 🏗 的名字", En: `back\slash "quote"`}, Class: org.Town, Sample: true}
	file := app.File{Digest: "sha256:" + strings.Repeat("ab", 32), Name: "凭据.pdf", Media: "application/pdf", Bytes: []byte("\x00\x01\xff%PDF")}
	r, err := o.Do(ctx, org.FirstSetUp, org.FoundUnit{Unit: body, On: "2021-01-01"}, app.Options{Key: "k-1", Files: []app.File{file}})
	if err != nil {
		t.Fatal(err)
	}
	if r.First != 1 || r.Last != 1 || r.Number != "L-0601-0001" || !slices.Equal(r.Kinds, []string{"org.unit-founded/1"}) {
		t.Errorf("receipt %+v", r)
	}
	st, err := o.Read(ctx).Entry(1)
	if err != nil {
		t.Fatal(err)
	}
	if st.District != testkit.Code || st.Key != "k-1" || st.Actor != "setup" || st.EffectiveOn != "2021-01-01" || st.RecordedAt != "2022-06-01T01:00:00.000Z" {
		t.Errorf("%+v", st.Entry)
	}
	if leaf := ledger.SHA256.HashLeaf(st.Canonical()); !slices.Equal(leaf, st.Leaf) {
		t.Error("the fields do not give the hash that was stored with them")
	}
	var back org.Unit
	if ok, err := o.Read(ctx).Get(org.UnitKind, "a", &back); err != nil || !ok {
		t.Fatal(ok, err)
	}
	if body.Seq = 1; back.Name != body.Name || back.Seq != 1 || !back.Sample {
		t.Errorf("%+v ≠ %+v", back, body)
	}
	raw, err := o.Read(ctx).Blob(file.Digest)
	if err != nil || !slices.Equal(raw, file.Bytes) {
		t.Errorf("file: %x %v", raw, err)
	}
	if info, err := o.Read(ctx).File(file.Digest); err != nil || info.Name != file.Name || info.Size != int64(len(file.Bytes)) {
		t.Errorf("%+v %v", info, err)
	}
	whole(t, o, 1)
}

func gapless(t *testing.T, s *store.Store) {
	ctx, o := context.Background(), office(t, s)
	const people, each = 16, 12
	var wg sync.WaitGroup
	var mu sync.Mutex
	seen := map[int64]bool{}
	for p := range people {
		wg.Go(func() {
			for n := range each {
				r, err := o.Do(ctx, org.FirstSetUp, found(fmt.Sprintf("u%d-%d", p, n)), app.Options{})
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				if seen[r.Last] {
					t.Errorf("two receipts for entry %d", r.Last)
				}
				seen[r.Last] = true
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	rep := whole(t, o, people*each)
	if rep.Checkpoints >= people*each {
		t.Errorf("%d checkpoints for %d entries: nothing was committed together", rep.Checkpoints, people*each)
	}
	for seq := int64(1); seq <= people*each; seq++ {
		if !seen[seq] {
			t.Errorf("nobody got entry %d", seq)
		}
	}
}

func onceOnly(t *testing.T, s *store.Store) {
	ctx, o := context.Background(), office(t, s)
	testkit.Do(t, o, org.FirstSetUp, found("first"))
	var wg sync.WaitGroup
	receipts := make([]app.Receipt, 20)
	for i := range receipts {
		wg.Go(func() { // the same form sent again and again, some of it within one batch
			r, err := o.Do(ctx, org.FirstSetUp, found("same"), app.Options{Key: "form-7"})
			if err != nil {
				t.Error(err)
			}
			receipts[i] = r
		})
	}
	wg.Wait()
	repeats := 0
	for _, r := range receipts {
		if r.First != 2 || r.Last != 2 {
			t.Errorf("receipt %+v, should be of entry 2", r)
		}
		if r.Repeat {
			repeats++
		}
	}
	if repeats != len(receipts)-1 {
		t.Errorf("%d of %d were said to be repeats", repeats, len(receipts))
	}
	if r, err := o.Do(ctx, org.FirstSetUp, found("same"), app.Options{Key: "form-7"}); err != nil || !r.Repeat || r.Last != 2 {
		t.Errorf("later: %+v %v", r, err)
	}
	if _, err := o.Do(ctx, org.FirstSetUp, found("same"), app.Options{Key: "form-8"}); !errors.Is(err, org.ErrExists) {
		t.Errorf("another key: %v", err)
	}
	testkit.Do(t, o, org.FirstSetUp, found("without-key-1"))
	testkit.Do(t, o, org.FirstSetUp, found("without-key-2")) // the empty key is no key
	whole(t, o, 4)
}

func refused(t *testing.T, s *store.Store) {
	ctx, o := context.Background(), office(t, s)
	var wg sync.WaitGroup
	for i := range 30 {
		wg.Go(func() {
			cmd := found(fmt.Sprintf("u%02d", i))
			if i%3 == 0 {
				cmd.Unit.Parent = "nowhere"
			}
			_, err := o.Do(ctx, org.FirstSetUp, cmd, app.Options{Key: fmt.Sprint("k", i)})
			if bad := i%3 == 0; bad != (err != nil) {
				t.Errorf("deed %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	whole(t, o, 20)
	ids, err := o.Read(ctx).IDs(org.UnitKind, "u")
	if err != nil || len(ids) != 20 {
		t.Errorf("%d units, %v", len(ids), err)
	}
	if r, err := o.Do(ctx, org.FirstSetUp, found("u00"), app.Options{Key: "k0"}); err != nil || r.Repeat {
		t.Errorf("a refused key was remembered: %+v %v", r, err)
	}
	if r, err := o.Do(ctx, org.FirstSetUp, found("trial"), app.Options{DryRun: true, Key: "dry"}); err != nil || !r.DryRun || r.First == 0 {
		t.Errorf("dry run: %+v %v", r, err)
	}
	if ok, err := o.Read(ctx).Get(org.UnitKind, "trial", &org.Unit{}); err != nil || ok {
		t.Errorf("a dry run left something: %v", err)
	}
	whole(t, o, 21)
}

// write runs one batch with the store's own means.
func write(t *testing.T, o *app.Office, do func(b app.Batch)) {
	t.Helper()
	b, err := o.Store.Begin(context.Background(), o.District)
	if err != nil {
		t.Fatal(err)
	}
	do(b)
	if err := b.Commit(signer(t), app.Origin(o.District)); err != nil {
		t.Fatal(err)
	}
}

// signer signs with a key of its own: these batches are about tables, not about the log's signature.
func signer(t *testing.T) func(ledger.Checkpoint) (string, error) {
	t.Helper()
	skey, _, err := ledger.SHA256.GenerateKey("test")
	if err != nil {
		t.Fatal(err)
	}
	s, err := ledger.NewSigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	return func(c ledger.Checkpoint) (string, error) { return c.Sign(s) }
}

// entry adds an entry about a subject, for projections to hang on.
func entry(t *testing.T, b app.Batch, subject string) ledger.Entry {
	t.Helper()
	e, err := ledger.NewEntry(testkit.Code, b.Next(), calendar.MustDate("2022-06-01").At(9*60).Add(time.Duration(b.Next())*time.Hour), ledger.Signer{Actor: "p", Post: "q"}, "",
		ledger.Fact{Kind: "test.said/1", Subject: subject, EffectiveOn: "2022-06-01", Body: map[string]string{"a": "b"}})
	if err != nil {
		t.Fatal(err)
	}
	b.Add(e, b.Suite().HashLeaf(e.Canonical()))
	return e
}

func put(t *testing.T, b app.Batch, kind, id string, v any) {
	t.Helper()
	if err := b.Put(kind, id, v); err != nil {
		t.Fatal(err)
	}
}

func ids(t *testing.T, r table.Reader, kind, prefix string) []string {
	t.Helper()
	out, err := r.IDs(kind, prefix)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %q, want %q", what, got, want)
	}
}

func seesItself(t *testing.T, s *store.Store) {
	o := office(t, s)
	write(t, o, func(b app.Batch) {
		entry(t, b, "x")
		put(t, b, "doc", "b", 1)
		put(t, b, "doc", "d", 1)
		b.Keep()
	})
	write(t, o, func(b app.Batch) {
		entry(t, b, "x")
		put(t, b, "doc", "a", 2)
		put(t, b, "doc", "b", 2)
		b.Keep()
		entry(t, b, "x")
		put(t, b, "doc", "c", 3)
		put(t, b, "doc", "b", 3)
		same(t, "stored, accepted and under way, merged", ids(t, b, "doc", ""), []string{"a", "b", "c", "d"})
		var n int
		if ok, err := b.Get("doc", "b", &n); !ok || err != nil || n != 3 {
			t.Errorf("the deed under way stands before all: %d %v", n, err)
		}
		if b.Next() != 4 {
			t.Errorf("next %d", b.Next())
		}
		b.Drop()
		if ok, err := b.Get("doc", "b", &n); !ok || err != nil || n != 2 {
			t.Errorf("after a drop the accepted one stands: %d %v", n, err)
		}
		same(t, "after a drop", ids(t, b, "doc", ""), []string{"a", "b", "d"})
		if b.Next() != 3 || b.Pending() != 1 {
			t.Errorf("after a drop: next %d, pending %d", b.Next(), b.Pending())
		}
	})
	same(t, "afterwards", ids(t, o.Read(context.Background()), "doc", ""), []string{"a", "b", "d"})
}

func givenUp(t *testing.T, s *store.Store) {
	ctx, o := context.Background(), office(t, s)
	b, err := s.Begin(ctx, testkit.Code)
	if err != nil {
		t.Fatal(err)
	}
	entry(t, b, "x")
	put(t, b, "doc", "a", 1)
	b.Keep()
	b.Rollback()
	broken := errors.New("the signing key is gone")
	if b, err = s.Begin(ctx, testkit.Code); err != nil {
		t.Fatal(err)
	}
	entry(t, b, "x")
	put(t, b, "doc", "a", 1)
	b.Keep()
	if err := b.Commit(func(ledger.Checkpoint) (string, error) { return "", broken }, "x"); !errors.Is(err, broken) {
		t.Errorf("commit without a signature: %v", err)
	}
	same(t, "documents", ids(t, o.Read(ctx), "doc", ""), nil)
	whole(t, o, 0)
	testkit.Do(t, o, org.FirstSetUp, found("after")) // nothing is locked
	whole(t, o, 1)
}

func prefixes(t *testing.T, s *store.Store) {
	o := office(t, s)
	all := []string{"2022-05", "2022-05/", "2022-05/JM-1", "2022-05/JM-10", "2022-05/即墨", "2022-05/𠮷", "2022-06/JM-1", "A", "B", "Z", "a", "a%", "a_b", "ab", "即", "墨"}
	write(t, o, func(b app.Batch) {
		entry(t, b, "x")
		for i, id := range all {
			if i%2 == 0 {
				put(t, b, "doc", id, id)
				put(t, b, "other", id+"!", id)
			}
		}
		b.Keep()
	})
	want := slices.Clone(all)
	slices.Sort(want) // by bytes, as Go compares
	check := func(r table.Reader) {
		t.Helper()
		for prefix, n := range map[string]int{"": len(all), "2022-05/": 5, "2022-05": 6, "2022-05/JM-1": 2, "a": 4, "a%": 1, "a_": 1, "即": 1, "x": 0, "2022-05/𠮷": 1} {
			got := ids(t, r, "doc", prefix)
			if len(got) != n || !slices.IsSorted(got) {
				t.Errorf("prefix %q: %q, want %d in order", prefix, got, n)
			}
		}
		same(t, "all", ids(t, r, "doc", ""), want)
	}
	write(t, o, func(b app.Batch) {
		entry(t, b, "x")
		for i, id := range all {
			if i%2 == 1 {
				put(t, b, "doc", id, id)
			}
		}
		check(b)
		b.Keep()
		check(b)
	})
	r := o.Read(context.Background())
	check(r)
	raw, err := r.Raw("doc", "2022-05/")
	if err != nil || len(raw) != 5 || string(raw[0]) != `"2022-05/"` {
		t.Errorf("raw: %s %v", raw, err)
	}
	some, err := r.RawIn("doc", []string{"A", "not there", "即"})
	if err != nil || len(some) != 2 || string(some["即"]) != `"即"` {
		t.Errorf("by name: %s %v", some, err)
	}
	if none, err := r.RawIn("doc", nil); err != nil || len(none) != 0 {
		t.Errorf("no names: %v %v", none, err)
	}
}

func noData(t *testing.T, s *store.Store) {
	ctx := context.Background()
	if _, err := s.Begin(ctx, "999999"); !errors.Is(err, store.ErrNoData) {
		t.Errorf("begin: %v", err)
	}
	if _, _, _, err := s.In(ctx, "999999").Log(); !errors.Is(err, store.ErrNoData) {
		t.Errorf("log: %v", err)
	}
	if _, err := s.In(ctx, "999999").Held(); !errors.Is(err, store.ErrNoData) {
		t.Errorf("held: %v", err)
	}
	o := office(t, s)
	for what, err := range map[string]error{
		"entry":      second(o.Read(ctx).Entry(1)),
		"blob":       second(o.Read(ctx).Blob("sha256:no")),
		"file":       second(o.Read(ctx).File("sha256:no")),
		"checkpoint": second(o.Read(ctx).CheckpointFrom(1)),
	} {
		if f, ok := fault.Of(err); !ok || f.Kind != fault.NotFound {
			t.Errorf("%s: %v, should be not found", what, err)
		}
	}
	if note, err := o.Read(ctx).Latest(); err != nil || note != "" {
		t.Errorf("newest checkpoint of an empty log: %q %v", note, err)
	}
	if n, err := o.Read(ctx).SeqAt("2030-01-01T00:00:00.000Z"); err != nil || n != 0 {
		t.Errorf("%d %v", n, err)
	}
	whole(t, o, 0)
}

func second[T any](_ T, err error) error { return err }
