package casework

import (
	"bytes"
	"errors"
	"io/fs"
	"maps"
	"path"
	"slices"

	"shigan/kernel/rules"

	"github.com/goccy/go-yaml"
)

// Library 办事规则库 is all desks that were found, by the name of their pack.
type Library struct {
	Desks map[string]*Desk
}

// Load reads every folder whose pack.yaml says kind: desk. One desk that can't be read does not hide the others: the errors
// are joined.
func Load(fsys fs.FS) (*Library, error) {
	lib := &Library{Desks: map[string]*Desk{}}
	var bad []error
	err := rules.OfKind(fsys, "desk", func(head *rules.Pack) error {
		d, err := read(fsys, head.Name, nil)
		if err != nil {
			bad = append(bad, err)
			return nil
		}
		lib.Desks[d.Name] = d
		return nil
	})
	return lib, errors.Join(append(bad, err)...)
}

// Names in order.
func (l *Library) Names() []string { return slices.Sorted(maps.Keys(l.Desks)) }

// Get gives a desk or refuses.
func (l *Library) Get(name string) (*Desk, error) {
	d, ok := l.Desks[name]
	if !ok {
		return nil, ErrNoDesk.With("desk", name)
	}
	return d, nil
}

// read reads one desk. One that is based on another takes over all that it does not say itself, list by list.
func read(fsys fs.FS, name string, trail []string) (*Desk, error) {
	bad := func(file string, err error) (*Desk, error) {
		return nil, ErrDesk.With("desk", name, "why", file+": "+err.Error())
	}
	if slices.Contains(trail, name) {
		return bad("desk.yaml", errors.New("is based on itself"))
	}
	head, err := rules.Head(fsys, name)
	if err != nil {
		return bad("pack.yaml", err)
	}
	var own Desk
	if err := decode(fsys, path.Join(name, "desk.yaml"), &own); err != nil {
		return bad("desk.yaml", err)
	}
	d := &own
	if own.Base != "" {
		base, err := read(fsys, own.Base, append(trail, name))
		if err != nil {
			return nil, err
		}
		d = over(base, &own)
	}
	d.Tests = nil
	if err := decode(fsys, path.Join(name, "tests.yaml"), &d.Tests); err != nil {
		return bad("tests.yaml", err)
	}
	d.Name, d.Say, d.Pack, d.Effective, d.Known, d.Sample, d.Source = name, head.Say, head, head.EffectiveFrom.String(), head.Known, head.Sample, head.Source
	if err := Check(d); err != nil {
		return nil, err
	}
	d.Digest, err = DigestOf(d)
	return d, err
}

func decode(fsys fs.FS, file string, into any) error {
	raw, err := fs.ReadFile(fsys, file)
	if err != nil {
		return err
	}
	if err := yaml.NewDecoder(bytes.NewReader(raw), yaml.Strict()).Decode(into); err != nil {
		return errors.New(yaml.FormatError(err, false, true))
	}
	return nil
}

// over lays what a desk says itself over what it is based on.
func over(base, own *Desk) *Desk {
	d := *base
	d.Base = own.Base
	set(&d.Use, own.Use)
	set(&d.Prefix, own.Prefix)
	set(&d.Hours, own.Hours)
	set(&d.Start, own.Start)
	d.EveryDay = d.EveryDay || own.EveryDay
	list(&d.Keepers, own.Keepers)
	list(&d.Raisers, own.Raisers)
	list(&d.Behalf, own.Behalf)
	list(&d.Kinds, own.Kinds)
	list(&d.Fields, own.Fields)
	list(&d.Opening, own.Opening)
	list(&d.Entry, own.Entry)
	list(&d.States, own.States)
	list(&d.Moves, own.Moves)
	list(&d.Clocks, own.Clocks)
	list(&d.Stops, own.Stops)
	list(&d.Ladder, own.Ladder)
	list(&d.Outcomes, own.Outcomes)
	list(&d.Slips, own.Slips)
	if own.Extend != nil {
		d.Extend = own.Extend
	}
	if own.Minimum != nil {
		d.Minimum = own.Minimum
	}
	return &d
}

func set(to *string, s string) {
	if s != "" {
		*to = s
	}
}

func list[T any](to *[]T, s []T) {
	if s != nil {
		*to = s
	}
}
