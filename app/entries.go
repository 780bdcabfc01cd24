package app

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/ledger"
	"shigan/kernel/rules"
	"shigan/kernel/table"
)

// StatedFact 所陈述的事实 is one datum of the vocabulary that an entry states.
type StatedFact struct{ Fact, Subject, Period, Value string }

// recorder takes down what a projection writes and writes nothing.
type recorder struct {
	table.Reader
	facts []StatedFact
}

func (r *recorder) Put(string, string, any) error { return nil }
func (r *recorder) Datum(fact, subject, period, value string) {
	r.facts = append(r.facts, StatedFact{fact, subject, period, value})
}
func (r *recorder) Frozen(string, string, string, string) {}

// StatedBy tells which facts an entry states, by asking the very projection that wrote them. A freeze states none: it keeps
// figures.
func (o *Office) StatedBy(ctx context.Context, e ledger.Entry) ([]StatedFact, error) {
	w := &recorder{Reader: o.Read(ctx)}
	var err error
	switch {
	case e.Kind == "dispatch.frozen/1":
		return nil, nil
	case e.Room() == "project":
		err = project.Apply(w, e)
	case e.Room() == "dispatch":
		err = dispatch.Apply(w, o.Read(ctx), e)
	case e.Room() == "org":
		err = org.Apply(w, e)
	}
	return w.facts, err
}

// Readers 用到它的数 lists the figures and lights that read a fact, directly or through others, in the order of the rules.
func Readers(set *rules.Set, fact string) []string {
	reads := map[string]bool{fact: true}
	var out []string
	for _, name := range set.Order {
		if slices.ContainsFunc(set.Uses(name), func(u string) bool { return reads[u] || reads[set.Node(u)] }) {
			reads[name] = true
			out = append(out, name)
		}
	}
	return out
}

// MaySeeFile refuses whoever may not have a file that an entry cites. Whole lists and frozen months speak of all projects: only
// those may have them who see all projects.
func (o *Office) MaySeeFile(ctx context.Context, by org.Signer, e ledger.Entry) error {
	if err := o.MaySeeEntry(ctx, by, e.Subject); err != nil {
		return err
	}
	if e.Kind == "case.ledger-imported/1" { // a whole ledger speaks of cases that a reader may not see
		if s, err := SightOf(o.Read(ctx), by); err != nil || !s.All {
			return cmp.Or[error](err, org.ErrForbidden.With("deed", "read.case"))
		}
	}
	var b struct{ Cell, Values string }
	_ = json.Unmarshal(e.Body, &b) // a body of another form has neither
	if b.Cell != "" || b.Values != "" || e.Kind == "dispatch.list-imported/1" {
		reach, err := org.ReachOf(o.Read(ctx), by, "read.project")
		if err != nil {
			return err
		}
		if !reach.All {
			return org.ErrForbidden.With("deed", "read.project")
		}
	}
	return nil
}

// Proof 证明 of an entry against the first signed checkpoint that covers it, with that checkpoint.
func (o *Office) Proof(ctx context.Context, seq int64) (ledger.Proof, ledger.Checkpoint, error) {
	r := o.Read(ctx)
	head, vkey, _, err := r.Log()
	if err != nil {
		return ledger.Proof{}, ledger.Checkpoint{}, err
	}
	st, err := r.Entry(seq)
	if err != nil {
		return ledger.Proof{}, ledger.Checkpoint{}, err
	}
	note, err := r.CheckpointFrom(seq)
	if err != nil {
		return ledger.Proof{}, ledger.Checkpoint{}, err
	}
	p, err := ledger.MakeProof(head.Suite, r, st.Entry, note, vkey)
	if err != nil {
		return p, ledger.Checkpoint{}, err
	}
	cp, err := p.Check(vkey) // a proof of a changed entry would only be found out by whoever gets it
	return p, cp, err
}
