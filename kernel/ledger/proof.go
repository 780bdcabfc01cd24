package ledger

import (
	"errors"
	"strings"

	"github.com/gowebpki/jcs"
	"github.com/transparency-dev/merkle/proof"
	"golang.org/x/mod/sumdb/note"
)

// Proof 证明 stands alone: an entry, the path from it to a signed checkpoint, and the key that signed it. It is checked
// without network or database. Whoever checks it compares the key's fingerprint with the one that the district publishes.
type Proof struct {
	Format     string   `json:"format"` // "shigan-proof/1"
	Suite      string   `json:"suite"`
	Entry      Entry    `json:"entry"`
	Path       [][]byte `json:"path"` // base64, leaf to root
	Checkpoint string   `json:"checkpoint"`
	Key        string   `json:"key"` // verifier key of the log, C2SP vkey
}

// ProofFormat names this format in files.
const ProofFormat = "shigan-proof/1"

// MakeProof builds the proof of an entry against a signed checkpoint that covers it.
func MakeProof(s *Suite, h Hashes, e Entry, signed, vkey string) (Proof, error) {
	v, err := NewVerifier(vkey)
	if err != nil {
		return Proof{}, err
	}
	cp, err := OpenCheckpoint(signed, v)
	if err != nil {
		return Proof{}, err
	}
	p, err := Inclusion(s, h, e.Seq, cp.Size)
	if err != nil {
		return Proof{}, err
	}
	return Proof{ProofFormat, s.Name, e, p, signed, vkey}, nil
}

// Check verifies everything in the proof. pinned is the key that the checker trusts; "" trusts the key in the proof, which
// shows only that the proof agrees with itself.
func (p Proof) Check(pinned string) (Checkpoint, error) {
	if p.Format != ProofFormat {
		return Checkpoint{}, ErrProof.With("why", "format "+p.Format)
	}
	s, err := SuiteNamed(p.Suite)
	if err != nil {
		return Checkpoint{}, ErrProof.With("why", err.Error())
	}
	if pinned != "" && strings.TrimSpace(pinned) != p.Key {
		return Checkpoint{}, ErrProof.With("why", "signed by another key: "+p.Key)
	}
	v, err := NewVerifier(p.Key)
	if err != nil {
		return Checkpoint{}, ErrProof.With("why", err.Error())
	}
	cp, err := OpenCheckpoint(p.Checkpoint, v)
	if err != nil {
		return Checkpoint{}, err
	}
	e := p.Entry
	if e.Body, err = jcs.Transform(p.Entry.Body); err != nil { // other tools may have indented or escaped it
		return Checkpoint{}, ErrProof.With("why", "body is not JSON")
	}
	leaf := s.HashLeaf(e.Canonical())
	if p.Entry.Seq < 1 || p.Entry.Seq > cp.Size {
		return Checkpoint{}, ErrProof.With("why", "the checkpoint does not reach the entry")
	}
	if err := proof.VerifyInclusion(s, uint64(p.Entry.Seq-1), uint64(cp.Size), leaf, p.Path, cp.Root); err != nil {
		if errors.As(err, new(proof.RootMismatchError)) {
			return Checkpoint{}, ErrProof.With("why", "entry and checkpoint do not belong together")
		}
		return Checkpoint{}, ErrProof.With("why", err.Error())
	}
	return cp, nil
}

// CheckConsistency verifies that a later checkpoint only added to an earlier one.
func CheckConsistency(s *Suite, older, newer Checkpoint, path [][]byte) error {
	return proof.VerifyConsistency(s, uint64(older.Size), uint64(newer.Size), path, older.Root, newer.Root)
}

var _ note.Verifier = (*sm2Verifier)(nil)
