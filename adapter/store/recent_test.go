package store

import (
	"context"
	"fmt"
	"testing"

	"shigan/app"
	"shigan/kernel/ledger"
)

// doc is what these tests keep.
type doc struct{ A string }

// oneDeed puts documents by an entry of their own, and commits.
func oneDeed(t *testing.T, b *Batch, docs map[string]string) {
	t.Helper()
	b.Add(ledger.Entry{District: "d", Seq: b.Next(), Kind: "x/1", Subject: "x", EffectiveOn: "2022-01-01", RecordedAt: "2022-01-01T00:00:00Z", Body: []byte("{}")}, make([]byte, 32))
	for id, a := range docs {
		if err := b.Put("k", id, doc{a}); err != nil {
			t.Fatal(err)
		}
	}
	b.Keep()
	if err := b.Commit(func(ledger.Checkpoint) (string, error) { return "note", nil }, "origin"); err != nil {
		t.Fatal(err)
	}
}

func begun(t *testing.T, s *Store) *Batch {
	t.Helper()
	b, err := s.begin(context.Background(), "d")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func reads(t *testing.T, b *Batch, id, want string) {
	t.Helper()
	var got doc
	if ok, err := b.Get("k", id, &got); err != nil || ok != (want != "") || got.A != want {
		t.Errorf("%s: %v %v %v, want %q", id, got, ok, err, want)
	}
}

// twoServers are two stores over one database, as two servers have it.
func twoServers(t *testing.T) (one, two *Store) {
	t.Helper()
	dir := t.TempDir()
	var s [2]*Store
	for i := range s {
		var err error
		if s[i], err = Open(context.Background(), dir); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s[i].Close() })
	}
	if err := s[0].Birth(context.Background(), "d", ledger.SHA256, "", []byte{}); err != nil {
		t.Fatal(err)
	}
	return s[0], s[1]
}

func TestWhatABatchLeftIsForgottenOnceAnotherServerWrote(t *testing.T) {
	one, two := twoServers(t)
	oneDeed(t, begun(t, one), map[string]string{"a": "first"})
	b := begun(t, one)
	reads(t, b, "a", "first")
	reads(t, b, "new", "")
	if err := b.Commit(nil, ""); err != nil { // nothing was done: what it read is still known
		t.Fatal(err)
	}
	if len(one.recents["d"].docs) != 2 {
		t.Errorf("known: %v", one.recents["d"].docs)
	}
	oneDeed(t, begun(t, two), map[string]string{"a": "second", "new": "there"})
	b = begun(t, one)
	defer b.Rollback()
	reads(t, b, "a", "second")
	reads(t, b, "new", "there")
}

func TestWhatABatchLeftIsForgottenOnceTheTablesWereMadeAnew(t *testing.T) {
	one, two := twoServers(t)
	oneDeed(t, begun(t, one), map[string]string{"a": "first"})
	if _, err := two.Rebuild(context.Background(), "d", func(b app.Batch, _ ledger.Entry) error { return b.Put("k", "a", doc{"anew"}) }); err != nil {
		t.Fatal(err)
	}
	b := begun(t, one)
	defer b.Rollback()
	reads(t, b, "a", "anew")
}

func TestWhatARefusedBatchWroteIsNotKnownAfterIt(t *testing.T) {
	one, _ := twoServers(t)
	oneDeed(t, begun(t, one), map[string]string{"a": "first"})
	b := begun(t, one)
	if err := b.Put("k", "a", doc{"never"}); err != nil {
		t.Fatal(err)
	}
	b.Keep()
	b.Rollback()
	b = begun(t, one)
	defer b.Rollback()
	reads(t, b, "a", "first")
}

func TestDocumentsReadAheadAreThoseReadOneByOne(t *testing.T) {
	one, two := twoServers(t)
	docs := map[string]string{}
	var keys [][2]string
	for i := range 1_200 {
		if id := fmt.Sprintf("d%d", i); i%3 > 0 {
			docs[id] = "x" + id
		}
		keys = append(keys, [2]string{"k", fmt.Sprintf("d%d", i)}, [2]string{"k", fmt.Sprintf("d%d", i)}, [2]string{"k", "no\x00text"})
	}
	oneDeed(t, begun(t, two), docs)
	b := begun(t, one)
	defer b.Rollback()
	if err := b.Put("k", "d0", doc{"of this batch"}); err != nil {
		t.Fatal(err)
	}
	if err := b.Fetch(keys); err != nil {
		t.Fatal(err)
	}
	reads(t, b, "d0", "of this batch")
	for i := 1; i < 1_200; i++ {
		id := fmt.Sprintf("d%d", i)
		reads(t, b, id, docs[id])
	}
}
