package ledger

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/gowebpki/jcs"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"
)

// log is a ledger in memory, kept the way a store keeps it.
type log struct {
	suite   *Suite
	skey    string
	key     string
	entries []Stored
	nodes   []Node
	notes   []string
	head    Frontier
}

func newLog(t testing.TB, s *Suite) *log {
	t.Helper()
	skey, vkey, err := s.GenerateKey("shigan/test")
	if err != nil {
		t.Fatal(err)
	}
	return &log{suite: s, skey: skey, key: vkey, head: Frontier{Suite: s}}
}

func (l *log) append(t testing.TB, n int) {
	t.Helper()
	for range n {
		seq := l.head.Size + 1
		e, err := NewEntry("370215", seq, time.Date(2022, 6, 28, 8, 0, int(seq%60), 0, time.UTC), Signer{"p-1", "post-1"}, "",
			Fact{Kind: "dispatch.reported/1", Subject: fmt.Sprintf("project/JM-%03d", seq), EffectiveOn: "2022-06-30",
				Body: map[string]any{"ytd": seq * 100, "progress": "主体封顶 <\"№\n>"}, Evidence: []string{"sha256:b", "sha256:a"}})
		if err != nil {
			t.Fatal(err)
		}
		st := Stored{e, l.suite.HashLeaf(e.Canonical())}
		l.entries = append(l.entries, st)
		head, nodes, err := l.head.Append(st.Leaf)
		if err != nil {
			t.Fatal(err)
		}
		l.head, l.nodes = head, append(l.nodes, nodes...)
	}
	root, err := l.head.Root()
	if err != nil {
		t.Fatal(err)
	}
	signer, err := NewSigner(l.skey)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := Checkpoint{"shigan/test", l.head.Size, root}.Sign(signer)
	if err != nil {
		t.Fatal(err)
	}
	l.notes = append(l.notes, signed)
}

func (l *log) Leaves(first, n int64) ([][]byte, error) {
	var out [][]byte
	for _, e := range l.entries[first : first+n] {
		out = append(out, e.Leaf)
	}
	return out, nil
}

func (l *log) Inner(level int, index int64) ([]byte, error) {
	for _, n := range l.nodes {
		if n.Level == level && n.Index == index {
			return n.Hash, nil
		}
	}
	return nil, fmt.Errorf("no node %d/%d", level, index)
}

func each[T any](all []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, x := range all {
			if !yield(x, nil) {
				return
			}
		}
	}
}

func (l *log) held() Held {
	return Held{l.suite, l.key, each(l.entries), each(l.nodes), each(l.notes), l.head, nil}
}

func TestBothSuitesSignProveAndVerify(t *testing.T) {
	for _, s := range []*Suite{SHA256, SM3} {
		t.Run(s.Name, func(t *testing.T) {
			l := newLog(t, s)
			l.append(t, 1)
			l.append(t, 700)
			r, err := Verify(l.held())
			if err != nil || !r.OK() || r.Entries != 701 || r.Checkpoints != 2 {
				t.Fatalf("%+v %v", r, err)
			}
			for _, seq := range []int64{1, 256, 257, 512, 700, 701} {
				p, err := MakeProof(s, l, l.entries[seq-1].Entry, l.notes[1], l.key)
				if err != nil {
					t.Fatal(err)
				}
				raw, _ := json.Marshal(p)
				var back Proof
				if err := json.Unmarshal(raw, &back); err != nil {
					t.Fatal(err)
				}
				if cp, err := back.Check(l.key); err != nil || cp.Size != 701 {
					t.Fatalf("entry %d: %v", seq, err)
				}
				back.Entry.Body = json.RawMessage(strings.Replace(string(back.Entry.Body), `"ytd":`, `"ytd":1`, 1))
				if _, err := back.Check(l.key); err == nil {
					t.Fatalf("entry %d: a changed body passed", seq)
				}
			}
			path, err := Consistency(s, l, 1, 701)
			if err != nil {
				t.Fatal(err)
			}
			v, _ := NewVerifier(l.key)
			older, _ := OpenCheckpoint(l.notes[0], v)
			newer, _ := OpenCheckpoint(l.notes[1], v)
			if err := CheckConsistency(s, older, newer, path); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestProofOfAnotherDistrictsKeyIsRefusedWhenAKeyIsPinned(t *testing.T) {
	l, other := newLog(t, SHA256), newLog(t, SHA256)
	l.append(t, 3)
	p, err := MakeProof(SHA256, l, l.entries[0].Entry, l.notes[0], l.key)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Check(other.key); err == nil {
		t.Fatal("a proof under another key passed")
	}
}

func TestRootAgreesWithTheGoSumdbReference(t *testing.T) {
	l := newLog(t, SHA256)
	l.append(t, 333)
	var hashes []tlog.Hash
	read := tlog.HashReaderFunc(func(ix []int64) ([]tlog.Hash, error) {
		var out []tlog.Hash
		for _, i := range ix {
			out = append(out, hashes[i])
		}
		return out, nil
	})
	for i, e := range l.entries {
		hs, err := tlog.StoredHashes(int64(i), e.Canonical(), read)
		if err != nil {
			t.Fatal(err)
		}
		hashes = append(hashes, hs...)
	}
	want, err := tlog.TreeHash(333, read)
	if err != nil {
		t.Fatal(err)
	}
	got, _ := l.head.Root()
	if !bytes.Equal(got, want[:]) {
		t.Fatalf("root %x, reference %x", got, want)
	}
}

func TestCanonicalFormIsRFC8785(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e, err := NewEntry(rapid.String().Draw(t, "district"), rapid.Int64Range(1, 1<<40).Draw(t, "seq"), time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "at"), 0),
			Signer{rapid.String().Draw(t, "actor"), rapid.String().Draw(t, "post")}, rapid.String().Draw(t, "key"),
			Fact{Kind: "a.b/1", Subject: rapid.String().Draw(t, "subject"), Body: map[string]any{"b": 1, "a": rapid.String().Draw(t, "text")},
				Evidence: rapid.SliceOf(rapid.String()).Draw(t, "evidence")})
		if err != nil {
			t.Skip(err)
		}
		want, err := jcs.Transform(e.Canonical())
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(want, e.Canonical()) {
			t.Fatalf("ours %s\nRFC  %s", e.Canonical(), want)
		}
	})
}

// TestAnyFlippedByteIsFoundAndNamed flips one byte of one stored field at a time: the verification must find it, and where
// an entry was changed, name that entry.
func TestAnyFlippedByteIsFoundAndNamed(t *testing.T) {
	l := newLog(t, SHA256)
	l.append(t, 100)
	l.append(t, 200)
	flip := func(s string, i int) string {
		b := []byte(s)
		b[i%len(b)] ^= 1
		return string(b)
	}
	rapid.Check(t, func(t *rapid.T) {
		c := *l
		c.entries = append([]Stored(nil), l.entries...)
		i := rapid.IntRange(0, len(c.entries)-1).Draw(t, "entry")
		at := rapid.IntRange(0, 1<<16).Draw(t, "byte")
		e := &c.entries[i]
		named := int64(i + 1)
		switch rapid.IntRange(0, 8).Draw(t, "field") {
		case 0:
			e.Body = json.RawMessage(flip(string(e.Body), at))
		case 1:
			e.Kind = flip(e.Kind, at)
		case 2:
			e.Subject = flip(e.Subject, at)
		case 3:
			e.RecordedAt = flip(e.RecordedAt, at)
		case 4:
			e.Actor = flip(e.Actor, at)
		case 5:
			e.Evidence = []string{"sha256:a", flip(e.Evidence[1], at)}
		case 6:
			e.Leaf = []byte(flip(string(e.Leaf), at))
		case 7:
			c.notes = append([]string(nil), l.notes...)
			k := at % len(c.notes)
			body, sig, _ := strings.Cut(c.notes[k], "\n\n")
			c.notes[k], named = flip(body, at)+"\n\n"+sig, 0
		case 8:
			c.nodes = append([]Node(nil), l.nodes...)
			c.nodes[0].Hash, named = []byte(flip(string(l.nodes[0].Hash), at)), 0
		}
		r, err := Verify(c.held())
		if err != nil {
			t.Fatal(err)
		}
		if r.OK() {
			t.Fatal("not found")
		}
		for _, f := range r.Findings {
			if f.Seq == named {
				return
			}
		}
		t.Fatalf("entry %d not named: %+v", named, r.Findings)
	})
}

func TestLostTailAndGapAreFound(t *testing.T) {
	l := newLog(t, SHA256)
	l.append(t, 10)
	short := *l
	short.entries = l.entries[:9]
	if r, _ := Verify(short.held()); r.OK() {
		t.Fatal("a missing last entry was not found")
	}
	gap := *l
	gap.entries = append(append([]Stored(nil), l.entries[:4]...), l.entries[5:]...)
	if r, _ := Verify(gap.held()); r.OK() || r.Findings[0].What != "gap" {
		t.Fatalf("%+v", r)
	}
}

func TestWitnessCosignsTheSameNote(t *testing.T) {
	l := newLog(t, SHA256)
	l.append(t, 5)
	ws, wv, _ := SHA256.GenerateKey("qingdao.witness")
	signer, _ := NewSigner(ws)
	key, _ := NewVerifier(l.key)
	both, err := Cosign(l.notes[0], key, signer)
	if err != nil {
		t.Fatal(err)
	}
	witness, _ := NewVerifier(wv)
	if cp, err := OpenCheckpoint(both, witness); err != nil || cp.Size != 5 {
		t.Fatal(cp, err)
	}
}

func FuzzOpenCheckpointAndKeys(f *testing.F) {
	_, vkey, _ := SM3.GenerateKey("x")
	f.Add("x\n1\n"+base64.StdEncoding.EncodeToString(make([]byte, 32))+"\n\n— x AAAA\n", vkey)
	f.Fuzz(func(t *testing.T, signed, key string) {
		v, err := NewVerifier(key)
		if err != nil {
			return
		}
		if _, err := OpenCheckpoint(signed, v); err == nil {
			t.Fatal("an unsigned checkpoint opened")
		}
	})
}
