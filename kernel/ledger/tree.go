package ledger

import (
	"fmt"

	"github.com/transparency-dev/merkle/compact"
	"github.com/transparency-dev/merkle/proof"
)

// Frontier 前沿 is what must be remembered to go on appending: the size, and the roots of the full subtrees from left to right.
type Frontier struct {
	Suite  *Suite
	Size   int64
	Hashes [][]byte
}

// Node is an inner hash worth storing: level 8, 16, 24… (subtrees of 256, 65,536… entries), so that a proof is made from
// a few short reads instead of from all leaves.
type Node struct {
	Level int
	Index int64
	Hash  []byte
}

// nodeStep is the distance between stored levels; 8 gives one stored hash per 256 entries.
const nodeStep = 8

// Append adds leaf hashes and returns the frontier after them, with the inner hashes to store.
func (f Frontier) Append(leaves ...[]byte) (Frontier, []Node, error) {
	fact := &compact.RangeFactory{Hash: f.Suite.HashChildren}
	r, err := fact.NewRange(0, uint64(f.Size), f.Hashes)
	if err != nil {
		return f, nil, fmt.Errorf("frontier of size %d: %w", f.Size, err)
	}
	var nodes []Node
	keep := func(id compact.NodeID, hash []byte) {
		if id.Level > 0 && id.Level%nodeStep == 0 {
			nodes = append(nodes, Node{int(id.Level), int64(id.Index), hash})
		}
	}
	for _, l := range leaves {
		if err := r.Append(l, keep); err != nil {
			return f, nil, err
		}
	}
	return Frontier{f.Suite, f.Size + int64(len(leaves)), r.Hashes()}, nodes, nil
}

// Root is the Merkle tree hash of all that the frontier stands for (RFC 6962 §2.1).
func (f Frontier) Root() ([]byte, error) {
	if f.Size == 0 {
		return f.Suite.EmptyRoot(), nil
	}
	fact := &compact.RangeFactory{Hash: f.Suite.HashChildren}
	r, err := fact.NewRange(0, uint64(f.Size), f.Hashes)
	if err != nil {
		return nil, err
	}
	return r.GetRootHash(nil)
}

// Hashes gives stored hashes back: Leaves the leaf hashes of entries first+1 … first+n (first counts from 0), Inner a stored
// inner hash.
type Hashes interface {
	Leaves(first, n int64) ([][]byte, error)
	Inner(level int, index int64) ([]byte, error)
}

// Inclusion makes the audit path of entry seq in the tree of the given size.
func Inclusion(s *Suite, h Hashes, seq, size int64) ([][]byte, error) {
	want, err := proof.Inclusion(uint64(seq-1), uint64(size))
	if err != nil {
		return nil, err
	}
	return path(s, h, want)
}

// Consistency proves that the tree of size from is the beginning of the tree of size to.
func Consistency(s *Suite, h Hashes, from, to int64) ([][]byte, error) {
	want, err := proof.Consistency(uint64(from), uint64(to))
	if err != nil {
		return nil, err
	}
	return path(s, h, want)
}

func path(s *Suite, h Hashes, want proof.Nodes) ([][]byte, error) {
	got := make([][]byte, len(want.IDs))
	for i, id := range want.IDs {
		b, err := nodeHash(s, h, int(id.Level), int64(id.Index))
		if err != nil {
			return nil, err
		}
		got[i] = b
	}
	return want.Rehash(got, s.HashChildren)
}

// nodeHash computes a full inner node from the nearest stored level below it.
func nodeHash(s *Suite, h Hashes, level int, index int64) ([]byte, error) {
	below := level / nodeStep * nodeStep
	first, n := index<<(level-below), int64(1)<<(level-below)
	var row [][]byte
	if below == 0 {
		leaves, err := h.Leaves(first, n)
		if err != nil {
			return nil, err
		}
		if int64(len(leaves)) != n {
			return nil, fmt.Errorf("leaves %d to %d: %d of %d found", first+1, first+n, len(leaves), n)
		}
		row = leaves
	} else {
		for i := range n {
			b, err := h.Inner(below, first+i)
			if err != nil {
				return nil, err
			}
			row = append(row, b)
		}
	}
	for len(row) > 1 {
		next := make([][]byte, 0, len(row)/2)
		for i := 0; i+1 < len(row); i += 2 {
			next = append(next, s.HashChildren(row[i], row[i+1]))
		}
		row = next
	}
	return row[0], nil
}
