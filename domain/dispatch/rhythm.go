package dispatch

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
	"shigan/kernel/ledger"
	"shigan/kernel/rules"
	"shigan/kernel/table"
)

var (
	ErrRhythm       = fault.New(fault.Broken, "dispatch.bad-rhythm")             // rhythm, file, why
	ErrNoRhythm     = fault.New(fault.NotFound, "dispatch.no-rhythm")            // rhythm
	ErrRhythmTest   = fault.New(fault.Broken, "dispatch.rhythm-fails-its-own")   // rhythm, test, why
	ErrRhythmStands = fault.New(fault.Conflict, "dispatch.rhythm-adopted")       // rhythm
	ErrNotAdopted   = fault.New(fault.Conflict, "dispatch.no-rhythm-adopted")    // day
	ErrNoEvent      = fault.New(fault.NotFound, "dispatch.rhythm-without-event") // rhythm, event
)

// Kinds of documents: a rhythm by its digest, and which one rules from which day.
const (
	RhythmKind = "rhythm"
	RhythmsNow = "rhythm-now"
)

// Rhythm 会议节奏 is what recurs in a place, out of a pack: meetings, days on site, lists, bulletins.
type Rhythm struct {
	Name      string `yaml:"-" json:"name"` // of its pack
	rules.Say `yaml:",inline"`
	Effective string       `yaml:"-" json:"effective_from"`
	Known     string       `yaml:"-" json:"known"`
	Sample    bool         `yaml:"-" json:"sample,omitempty"`
	Source    rules.Source `yaml:"-" json:"source"`
	Events    []Event      `yaml:"events" json:"events"`

	Pack   *rules.Pack  `yaml:"-" json:"-"` // clauses and holes, for who reads the pack
	Tests  []RhythmTest `yaml:"-" json:"-"`
	Digest string       `yaml:"-" json:"-"` // over all that JSON keeps
}

// Event is one thing that recurs.
type Event struct {
	Name      string `yaml:"name" json:"name"`
	rules.Say `yaml:",inline"`
	What      string        `yaml:"what" json:"what"`       // meeting, visit, list, report, check, bulletin
	Every     string        `yaml:"every" json:"every"`     // week, fortnight, month, two-months, quarter
	Since     calendar.Date `yaml:"since" json:"since"`     // fortnight: a day of its first week
	Round     int           `yaml:"in" json:"in"`           // two-months: 1 odd, 2 even months; quarter: its first, second or third month
	On        []string      `yaml:"on" json:"on"`           // monday … sunday; of a month: "15", "last", "first workday", "last workday"
	At        string        `yaml:"at" json:"at"`           // "14:30"
	Holiday   string        `yaml:"holiday" json:"holiday"` // on a holiday: next (workday), before, off (it is left out), stays
	Chair     string        `yaml:"chair" json:"chair"`     // rung of the chain of duty: lead, head, deputy, chief
	Minutes   string        `yaml:"minutes" json:"minutes"` // minutes are due within: "1 workdays"
	Agenda    []Section     `yaml:"agenda" json:"agenda"`
	Clause    string        `yaml:"clause" json:"clause"`
}

// Section 议程的一段 says how long items of a kind take, in the order of the agenda.
type Section struct {
	Kind     ItemKind `yaml:"kind" json:"kind"`
	Minutes  int      `yaml:"minutes" json:"minutes"`             // of each item
	Together bool     `yaml:"together" json:"together,omitempty"` // all of this kind are one item
}

// Event finds an event.
func (r *Rhythm) Event(name string) (Event, bool) {
	i := slices.IndexFunc(r.Events, func(e Event) bool { return e.Name == name })
	if i < 0 {
		return Event{}, false
	}
	return r.Events[i], true
}

// DigestOfRhythm names a rhythm by its content.
func DigestOfRhythm(r *Rhythm) (string, error) {
	raw, err := json.Marshal(r)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(raw)
	return "sha256:" + hex.EncodeToString(sum[:]), nil
}

// AdoptedRhythms 已启用 is which rhythm rules from which day, the latest last. One rules at a time.
type AdoptedRhythms struct {
	Versions []AdoptedRhythm `json:"versions"`
	Seq      int64           `json:"seq"`
}

// AdoptedRhythm is one of them.
type AdoptedRhythm struct {
	Name   string `json:"name"`
	Digest string `json:"digest"`
	From   string `json:"from"` // day
	Seq    int64  `json:"seq"`
}

// AdoptRhythm 启用会议节奏 puts a rhythm into the ledger, whole, so that it needs no pack any more.
type AdoptRhythm struct {
	Rhythm *Rhythm
	From   string // day; "" is today
	Reason string
}

func (AdoptRhythm) Name() string                            { return "dispatch.adopt-rhythm" }
func (AdoptRhythm) Scope(v table.Reader) (org.Scope, error) { return everywhere(v) }

type rhythmAdopted struct {
	Name   string  `json:"name"`
	Digest string  `json:"digest"`
	From   string  `json:"from"`
	Reason string  `json:"reason,omitempty"`
	Rhythm *Rhythm `json:"rhythm"`
}

func (c AdoptRhythm) Decide(v table.Reader, _ org.Signer, at time.Time) ([]ledger.Fact, error) {
	if c.Rhythm == nil {
		return nil, ErrNoRhythm.With("rhythm", "")
	}
	if err := CheckRhythm(c.Rhythm); err != nil {
		return nil, err
	}
	digest, err := DigestOfRhythm(c.Rhythm)
	if err != nil {
		return nil, err
	}
	from := calendar.DateOf(at)
	if c.From != "" {
		if from, err = calendar.ParseDay(c.From); err != nil {
			return nil, err
		}
	}
	a, err := RhythmsAdopted(v)
	if err != nil {
		return nil, err
	}
	if now, ok := a.on(from.String()); ok && now.Digest == digest {
		return nil, ErrRhythmStands.With("rhythm", c.Rhythm.Name)
	}
	for _, r := range c.Rhythm.Trial() {
		if r.Why != "" {
			return nil, ErrRhythmTest.With("rhythm", c.Rhythm.Name, "test", r.Name, "why", r.Why)
		}
	}
	return fact("dispatch.rhythm-adopted/1", "rhythm/"+c.Rhythm.Name, from.String(), rhythmAdopted{c.Rhythm.Name, digest, from.String(), c.Reason, c.Rhythm}), nil
}

// on is the version in force on a day: the latest day rules; of one day, what was said last.
func (a AdoptedRhythms) on(day string) (AdoptedRhythm, bool) {
	var best AdoptedRhythm
	for _, n := range a.Versions {
		if n.From <= day && n.From >= best.From {
			best = n
		}
	}
	return best, best.Digest != ""
}

// RhythmsAdopted lists what was adopted.
func RhythmsAdopted(v table.Reader) (AdoptedRhythms, error) {
	var a AdoptedRhythms
	_, err := v.Get(RhythmsNow, "adopted", &a)
	return a, err
}

// RhythmOn is the rhythm in force on a day, or a refusal where none was adopted.
func RhythmOn(v table.Reader, day string) (*Rhythm, error) {
	a, err := RhythmsAdopted(v)
	if err != nil {
		return nil, err
	}
	n, ok := a.on(day)
	if !ok {
		return nil, ErrNotAdopted.With("day", day)
	}
	return rhythmOf(v, n.Digest)
}

var rhythmsRead sync.Map // by digest: content that can't change

func rhythmOf(v table.Reader, digest string) (*Rhythm, error) {
	if r, ok := rhythmsRead.Load(digest); ok {
		return r.(*Rhythm), nil
	}
	var r Rhythm
	ok, err := v.Get(RhythmKind, digest, &r)
	if err == nil && !ok {
		err = ErrNoRhythm.With("rhythm", digest)
	}
	if err != nil {
		return nil, err
	}
	r.Digest = digest
	rhythmsRead.Store(digest, &r)
	return &r, nil
}

func applyRhythm(w table.Writer, e ledger.Entry) error {
	var b rhythmAdopted
	if err := json.Unmarshal(e.Body, &b); err != nil {
		return err
	}
	if err := w.Put(RhythmKind, b.Digest, b.Rhythm); err != nil {
		return err
	}
	a, err := RhythmsAdopted(w)
	if err != nil {
		return err
	}
	a.Versions, a.Seq = append(a.Versions, AdoptedRhythm{b.Name, b.Digest, b.From, e.Seq}), e.Seq
	return w.Put(RhythmsNow, "adopted", a)
}
