package dispatch

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"shigan/kernel/rules"

	"github.com/goccy/go-yaml"
)

// Rhythms 会议节奏库 is all rhythms that were found, by the name of their pack.
type Rhythms struct {
	All map[string]*Rhythm
}

// LoadRhythms reads every folder whose pack.yaml says kind: rhythm. One that can't be read does not hide the others: the errors
// are joined.
func LoadRhythms(fsys fs.FS) (*Rhythms, error) {
	lib := &Rhythms{All: map[string]*Rhythm{}}
	var bad []error
	err := rules.OfKind(fsys, "rhythm", func(head *rules.Pack) error {
		r, err := readRhythm(fsys, head)
		if err != nil {
			bad = append(bad, err)
			return nil
		}
		lib.All[r.Name] = r
		return nil
	})
	return lib, errors.Join(append(bad, err)...)
}

// Names in order.
func (l *Rhythms) Names() []string {
	if l == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(l.All))
}

// Get gives a rhythm or refuses.
func (l *Rhythms) Get(name string) (*Rhythm, error) {
	if l != nil && l.All[name] != nil {
		return l.All[name], nil
	}
	return nil, ErrNoRhythm.With("rhythm", name)
}

func readRhythm(fsys fs.FS, head *rules.Pack) (*Rhythm, error) {
	r := &Rhythm{}
	read := func(file string, into any) error {
		raw, err := fs.ReadFile(fsys, path.Join(head.Name, file))
		if err == nil {
			if err = yaml.NewDecoder(bytes.NewReader(raw), yaml.Strict()).Decode(into); err != nil {
				err = errors.New(yaml.FormatError(err, false, true))
			}
		}
		if err != nil {
			return ErrRhythm.With("rhythm", head.Name, "file", file, "why", err.Error())
		}
		return nil
	}
	if err := errors.Join(read("rhythm.yaml", r), read("tests.yaml", &r.Tests)); err != nil {
		return nil, err
	}
	r.Name, r.Say, r.Pack, r.Effective, r.Known, r.Sample, r.Source = head.Name, head.Say, head, head.EffectiveFrom.String(), head.Known, head.Sample, head.Source
	if err := CheckRhythm(r); err != nil {
		return nil, err
	}
	var err error
	r.Digest, err = DigestOfRhythm(r)
	return r, err
}

// What an event can be, how often, and where a holiday moves it.
var (
	eventKinds = []string{"meeting", "visit", "list", "report", "check", "bulletin"}
	everies    = []string{"week", "fortnight", "month", "two-months", "quarter"}
	holidays   = []string{"", "next", "before", "off", "stays"}
	rungs      = []string{"", "lead", "head", "deputy", "chief"}
)

// CheckRhythm refuses a rhythm that cannot be computed, and says which event and why.
func CheckRhythm(r *Rhythm) error {
	bad := func(event, why string) error {
		return ErrRhythm.With("rhythm", r.Name, "file", "rhythm.yaml", "why", event+": "+why)
	}
	if len(r.Events) == 0 {
		return bad("events", "none")
	}
	seen := map[string]bool{}
	for _, e := range r.Events {
		if why := e.wrong(r.Pack); why != "" {
			return bad(e.Name, why)
		}
		if seen[e.Name] {
			return bad(e.Name, "stands twice")
		}
		seen[e.Name] = true
	}
	return nil
}

// wrong says what is wrong with an event, "" for nothing.
func (e Event) wrong(pack *rules.Pack) string {
	one := func(field, got string, of []string) string {
		if slices.Contains(of, got) {
			return ""
		}
		return fmt.Sprintf("%s: %q is none of %q", field, got, of)
	}
	for _, why := range []string{one("what", e.What, eventKinds), one("every", e.Every, everies), one("holiday", e.Holiday, holidays), one("chair", e.Chair, rungs), e.days(), e.sections()} {
		if why != "" {
			return why
		}
	}
	switch {
	case e.Name == "" || e.Zh == "" || e.En == "":
		return "needs name, zh and en"
	case e.At != "" && !clockTime(e.At):
		return fmt.Sprintf("at: %q is no time like 14:30", e.At)
	case e.What == "meeting" && e.At == "":
		return "a meeting needs its time"
	case e.Every == "fortnight" && e.Since.IsZero():
		return "a fortnight needs since, a day of its first week"
	case e.Every == "two-months" && (e.Round < 1 || e.Round > 2), e.Every == "quarter" && (e.Round < 1 || e.Round > 3):
		return "in: which month of the round"
	case e.Every != "two-months" && e.Every != "quarter" && e.Round != 0:
		return "in is for two-months and quarter only"
	case e.Minutes != "" && !lengthOfTime(e.Minutes):
		return fmt.Sprintf("minutes: %q is no length of time like 1 workdays", e.Minutes)
	}
	if pack != nil {
		if _, ok := pack.Clauses[e.Clause]; !ok {
			return fmt.Sprintf("clause %q is not there", e.Clause)
		}
	}
	return ""
}

func lengthOfTime(s string) bool {
	n, unit, _ := strings.Cut(s, " ")
	k, err := strconv.Atoi(n)
	return err == nil && k >= 0 && k <= 366 && slices.Contains([]string{"day", "days", "workday", "workdays"}, unit)
}

// days refuses days that the round does not have.
func (e Event) days() string {
	weekly := e.Every == "week" || e.Every == "fortnight"
	if len(e.On) == 0 {
		return "on: no day"
	}
	for _, on := range e.On {
		_, isWeekday := weekdays[on]
		n, err := strconv.Atoi(on)
		ofMonth := err == nil && n >= 1 && n <= 31 && strconv.Itoa(n) == on || on == "last" || on == "last workday" || on == "first workday"
		if weekly && !isWeekday || !weekly && !ofMonth {
			return fmt.Sprintf("on: %q is no day of a %s", on, e.Every)
		}
	}
	return ""
}

func (e Event) sections() string {
	seen := map[ItemKind]bool{}
	for _, s := range e.Agenda {
		switch {
		case !slices.Contains(ItemKinds, s.Kind):
			return fmt.Sprintf("agenda: %q is no kind of item", s.Kind)
		case seen[s.Kind]:
			return fmt.Sprintf("agenda: %s stands twice", s.Kind)
		case s.Minutes < 1 || s.Minutes > 24*60:
			return fmt.Sprintf("agenda: %s needs its minutes", s.Kind)
		}
		seen[s.Kind] = true
	}
	return ""
}
