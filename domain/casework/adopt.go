package casework

import (
	"errors"
	"slices"
	"sync"
	"time"

	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/kernel/table"
)

// Adopted 已启用 is which versions of a desk rule from which day, the latest last.
type Adopted struct {
	Name     string    `json:"name"`
	Versions []Version `json:"versions"`
	Seq      int64     `json:"seq"`
}

// Version of a desk. One in shadow (试运行) rules nothing: it is computed beside the one that rules, to be compared.
type Version struct {
	Digest string `json:"digest"`
	From   string `json:"from"`
	Shadow bool   `json:"shadow,omitempty"`
	Seq    int64  `json:"seq"`
}

// AdoptDesk 启用办事规则 puts a desk into the ledger, whole: cases that it rules need no pack any more.
type AdoptDesk struct {
	Desk   *Desk
	From   string // day; "" is today
	Shadow bool
	Reason string
}

func (AdoptDesk) Name() string                          { return "case.adopt-desk" }
func (AdoptDesk) Scope(table.Reader) (org.Scope, error) { return org.Scope{}, nil }

type adopted struct {
	Name   string `json:"name"`
	Digest string `json:"digest"`
	From   string `json:"from"`
	Shadow bool   `json:"shadow,omitempty"`
	Reason string `json:"reason,omitempty"`
	Desk   *Desk  `json:"desk"`
}

func (c AdoptDesk) Decide(v table.Reader, _ org.Signer, at time.Time) ([]ledger.Fact, error) {
	if c.Desk == nil {
		return nil, ErrNoDesk.With("desk", "")
	}
	if err := Check(c.Desk); err != nil {
		return nil, err
	}
	digest, err := DigestOf(c.Desk)
	if err != nil {
		return nil, err
	}
	from := calendar.DateOf(at)
	if c.From != "" {
		if from, err = calendar.ParseDay(c.From); err != nil {
			return nil, err
		}
	}
	a, err := AdoptedOf(v, c.Desk.Name)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(a.Versions, func(n Version) bool { return n.Digest == digest && n.Shadow == c.Shadow && n.From <= from.String() }) {
		return nil, ErrDeskStands.With("desk", c.Desk.Name)
	}
	for _, r := range c.Desk.Trial() {
		if r.Why != "" {
			return nil, ErrTested.With("desk", c.Desk.Name, "test", r.Name, "why", r.Why)
		}
	}
	return []ledger.Fact{{Kind: "case.desk-adopted/1", Subject: "desk/" + c.Desk.Name, EffectiveOn: from.String(),
		Body: adopted{c.Desk.Name, digest, from.String(), c.Shadow, c.Reason, c.Desk}}}, nil
}

// AdoptedOf lists the versions of a desk, none where it was never adopted.
func AdoptedOf(v table.Reader, name string) (Adopted, error) {
	a := Adopted{Name: name}
	_, err := v.Get(InForce, name, &a)
	return a, err
}

// Ruling is the desk in force on a day, for a case that is born then.
func Ruling(v table.Reader, name, day string) (*Desk, error) {
	a, err := AdoptedOf(v, name)
	if err != nil {
		return nil, err
	}
	var best *Version
	for i, n := range a.Versions { // the latest day rules; of one day, what was said last
		if !n.Shadow && n.From <= day && (best == nil || n.From >= best.From) {
			best = &a.Versions[i]
		}
	}
	if best == nil {
		return nil, ErrNoDesk.With("desk", name)
	}
	return Pinned(v, best.Digest)
}

// ForUse is the desk that new matters of a use go to on a day: of those adopted for it the one whose day is latest.
func ForUse(v table.Reader, use, day string) (*Desk, error) {
	names, err := v.IDs(InForce, "")
	if err != nil {
		return nil, err
	}
	var best *Desk
	since := ""
	for _, name := range names {
		d, err := Ruling(v, name, day)
		if errors.Is(err, ErrNoDesk) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if d.Use != use {
			continue
		}
		a, err := AdoptedOf(v, name)
		if err != nil {
			return nil, err
		}
		for _, n := range a.Versions {
			if n.Digest == d.Digest && n.From >= since {
				best, since = d, n.From
			}
		}
	}
	if best == nil {
		return nil, ErrNoDesk.With("desk", use)
	}
	return best, nil
}

var pinned sync.Map // by digest: content that can't change

// Pinned is the desk of a digest, as the ledger keeps it.
func Pinned(v table.Reader, digest string) (*Desk, error) {
	if d, ok := pinned.Load(digest); ok {
		return d.(*Desk), nil
	}
	var d Desk
	ok, err := v.Get(DeskKind, digest, &d)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, ErrNoDesk.With("desk", digest)
	}
	if d.Digest, err = DigestOf(&d); err != nil {
		return nil, err
	}
	if d.Digest != digest {
		return nil, ErrDesk.With("desk", d.Name, "why", digest+" ≠ "+d.Digest)
	}
	pinned.Store(digest, &d)
	return &d, nil
}

// Shade 试算 is what another version of a desk would make of a case: the clocks as they would have been set.
type Shade struct {
	Case   string
	Clock  string
	Now    Span
	Would  Span
	Gone   bool // the clock would not run at all
	Stuck  bool // the state is not known there
	Levels int  // how many the ladder would have
}

// Shadow compares a case with what a version in trial would make of it; nil where nothing differs. The ladder's clock is
// compared at the level where the case stands.
func Shadow(trial *Desk, c Case) []Shade {
	var out []Shade
	if _, ok := trial.State(c.State); !ok {
		out = append(out, Shade{Case: c.ID, Stuck: true})
	}
	if len(trial.Ladder) != len(c.Seats) {
		out = append(out, Shade{Case: c.ID, Levels: len(trial.Ladder)})
	}
	for _, k := range c.Clocks {
		if !k.running() || c.Given != "" {
			continue
		}
		s, _, ok := trial.limitOf(k.Name, c.Kind, k.Level, calendar.DateOf(c.Opened).String())
		if !ok || s != k.Limit {
			out = append(out, Shade{Case: c.ID, Clock: k.Name, Now: k.Limit, Would: s, Gone: !ok})
		}
	}
	return out
}
