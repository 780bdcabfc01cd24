package app

import (
	"context"
	"encoding/json"

	"shigan/kernel/fault"
	"shigan/kernel/ledger"
)

var (
	// ErrNotLater is a checkpoint that does not continue what a witness has signed before: shorter, or another history.
	ErrNotLater = fault.New(fault.Broken, "app.not-a-continuation")
	// ErrNeedsProof is a checkpoint that came without the proof that it continues the last one that the witness signed.
	ErrNeedsProof = fault.New(fault.Conflict, "app.needs-consistency")
)

// Statement 见证材料 is what a district hands to its witness: its newest checkpoint, and the proof that it only added to an
// older one.
type Statement struct {
	Format     string   `json:"format"` // "shigan-checkpoint/1"
	Suite      string   `json:"suite"`
	Key        string   `json:"key"` // the log's verifier key
	Checkpoint string   `json:"checkpoint"`
	Since      int64    `json:"since"`          // size of the older checkpoint, 0 for none
	Path       [][]byte `json:"path,omitempty"` // consistency proof from it
}

// StatementFormat names this format in files.
const StatementFormat = "shigan-checkpoint/1"

// State gives the newest checkpoint, with the proof that it continues the one of size since.
func State(r Reader, since int64) (Statement, error) {
	head, vkey, _, err := r.Log()
	if err != nil {
		return Statement{}, err
	}
	note, err := r.Latest()
	if err != nil {
		return Statement{}, err
	}
	st := Statement{Format: StatementFormat, Suite: head.Suite.Name, Key: vkey, Checkpoint: note, Since: since}
	if since <= 0 || note == "" {
		return st, nil
	}
	v, err := ledger.NewVerifier(vkey)
	if err != nil {
		return st, err
	}
	cp, err := ledger.OpenCheckpoint(note, v)
	if err != nil {
		return st, err
	}
	if since > cp.Size {
		return st, ErrNotLater.With("origin", cp.Origin, "size", cp.Size, "last", since)
	}
	if since < cp.Size {
		st.Path, err = ledger.Consistency(head.Suite, r, since, cp.Size)
	}
	return st, err
}

// seen is the last checkpoint of a log that this instance has signed.
type seen struct {
	Size int64  `json:"size"`
	Root []byte `json:"root"`
}

// Witness 见证 adds this instance's signature to another log's checkpoint, after its own check: the log's signature holds,
// and the log only added to what was witnessed before. pinned is the log's key as it was published.
func (o *Office) Witness(ctx context.Context, st Statement, pinned string) (string, error) {
	v, err := ledger.NewVerifier(pinned)
	if err != nil {
		return "", ledger.ErrNote.With("why", err.Error())
	}
	suite, err := ledger.SuiteNamed(st.Suite)
	if err != nil {
		return "", ledger.ErrNote.With("why", err.Error())
	}
	cp, err := ledger.OpenCheckpoint(st.Checkpoint, v)
	if err != nil {
		return "", err
	}
	r, name := o.Read(ctx), "witness/"+cp.Origin+" "+pinned
	raw, err := r.Setting(name)
	if err != nil {
		return "", err
	}
	if raw != "" {
		var last seen
		if err := json.Unmarshal([]byte(raw), &last); err != nil {
			return "", err
		}
		if st.Since != last.Size && cp.Size > last.Size {
			return "", ErrNeedsProof.With("origin", cp.Origin, "since", last.Size)
		}
		older := ledger.Checkpoint{Origin: cp.Origin, Size: last.Size, Root: last.Root}
		if err := ledger.CheckConsistency(suite, older, cp, st.Path); err != nil {
			return "", ErrNotLater.With("origin", cp.Origin, "size", cp.Size, "last", last.Size)
		}
	}
	signed, err := ledger.Cosign(st.Checkpoint, v, o.signer)
	if err != nil {
		return "", err
	}
	body, err := json.Marshal(seen{cp.Size, cp.Root})
	if err != nil {
		return "", err
	}
	return signed, r.PutSetting(name, string(body))
}
