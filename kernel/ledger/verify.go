package ledger

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"iter"
)

// Stored is an entry as the store keeps it, with the leaf hash written beside it.
type Stored struct {
	Entry
	Leaf []byte
}

// Held is all that a store keeps for one district's log.
type Held struct {
	Suite       *Suite
	Key         string // vkey
	Entries     iter.Seq2[Stored, error]
	Nodes       iter.Seq2[Node, error]
	Checkpoints iter.Seq2[string, error] // signed notes, oldest first
	Head        Frontier
	Done        func() // lets go of what they are read from; Verify calls it, nil for nothing
}

// Finding 疑点 is one thing that is wrong, named so that a person finds it: what kind, at which entry, and what was seen.
type Finding struct {
	What string `json:"what"` // gap, entry, node, checkpoint, head, unsigned
	Seq  int64  `json:"seq,omitempty"`
	Why  string `json:"why"`
}

// Report of a verification.
type Report struct {
	Entries     int64     `json:"entries"`
	Checkpoints int64     `json:"checkpoints"`
	Root        string    `json:"root"`
	Findings    []Finding `json:"findings"`
}

// OK tells whether nothing was found.
func (r Report) OK() bool { return len(r.Findings) == 0 }

// maxFindings bounds the report: a log that is broken all over need not be listed in full.
const maxFindings = 100

// Verify recomputes the whole log from the fields of its entries and holds every stored hash and every signed checkpoint
// against it. It goes on after a finding, so that all of them are named.
func Verify(h Held) (Report, error) {
	if h.Done != nil {
		defer h.Done()
	}
	r := Report{Findings: []Finding{}}
	found := func(what string, seq int64, why string, args ...any) {
		if len(r.Findings) < maxFindings {
			r.Findings = append(r.Findings, Finding{what, seq, fmt.Sprintf(why, args...)})
		}
	}
	v, err := NewVerifier(h.Key)
	if err != nil {
		return r, fmt.Errorf("key of the log: %w", err)
	}
	nextCheckpoint, stop := iter.Pull2(h.Checkpoints)
	defer stop()
	var cp Checkpoint
	more := true
	advance := func() error {
		for {
			signed, err, ok := nextCheckpoint()
			if !ok || err != nil {
				more = false
				return err
			}
			r.Checkpoints++
			if cp, err = OpenCheckpoint(signed, v); err == nil {
				return nil
			}
			found("checkpoint", 0, "checkpoint %d: %v", r.Checkpoints, err)
		}
	}
	if err := advance(); err != nil {
		return r, err
	}
	nodes := map[[2]int64][]byte{}
	f := Frontier{Suite: h.Suite}
	var signedUpTo int64
	for st, err := range h.Entries {
		if err != nil {
			return r, err
		}
		if st.Seq != f.Size+1 {
			found("gap", st.Seq, "expected entry %d", f.Size+1)
			break // what follows can't be placed
		}
		leaf := h.Suite.HashLeaf(st.Canonical())
		if !bytes.Equal(leaf, st.Leaf) {
			found("entry", st.Seq, "%s: its fields give the hash %s, stored with it is %s", st.Number(), short(leaf), short(st.Leaf))
			if more { // keep looking beyond: the stored hash is what the later checkpoints cover, if it was not the one changed
				leaf = st.Leaf
			}
		}
		var inner []Node
		if f, inner, err = f.Append(leaf); err != nil {
			return r, err
		}
		for _, n := range inner {
			nodes[[2]int64{int64(n.Level), n.Index}] = n.Hash
		}
		for more && cp.Size == f.Size {
			root, err := f.Root()
			if err != nil {
				return r, err
			}
			if !bytes.Equal(root, cp.Root) {
				found("checkpoint", cp.Size, "the signed root is %s, the entries give %s", short(cp.Root), short(root))
			}
			signedUpTo = cp.Size
			if err := advance(); err != nil {
				return r, err
			}
		}
	}
	for more {
		found("gap", cp.Size, "a checkpoint was signed for %d entries, only %d are here", cp.Size, f.Size)
		if err := advance(); err != nil {
			return r, err
		}
	}
	if signedUpTo < f.Size {
		found("unsigned", f.Size, "entries after %d are under no signed checkpoint", signedUpTo)
	}
	for n, err := range h.Nodes {
		if err != nil {
			return r, err
		}
		if want := nodes[[2]int64{int64(n.Level), n.Index}]; !bytes.Equal(want, n.Hash) {
			found("node", 0, "inner hash %d/%d is %s, computed %s", n.Level, n.Index, short(n.Hash), short(want))
		}
		delete(nodes, [2]int64{int64(n.Level), n.Index})
	}
	for k := range nodes {
		found("node", 0, "inner hash %d/%d is missing", k[0], k[1])
	}
	if h.Head.Size != f.Size || !equalAll(h.Head.Hashes, f.Hashes) {
		found("head", f.Size, "the stored head (size %d) is not that of the entries (size %d)", h.Head.Size, f.Size)
	}
	root, err := f.Root()
	r.Entries, r.Root = f.Size, hex.EncodeToString(root)
	return r, err
}

func equalAll(a, b [][]byte) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !bytes.Equal(a[i], b[i]) {
			return false
		}
	}
	return true
}

func short(h []byte) string {
	s := hex.EncodeToString(h)
	if len(s) > 12 {
		return s[:12] + "…"
	}
	return s
}
