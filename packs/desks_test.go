package packs_test

import (
	"testing"

	"shigan/domain/casework"
	"shigan/kernel/rules"
	"shigan/packs"
)

func desks(t *testing.T) *casework.Library {
	t.Helper()
	lib, err := casework.Load(packs.FS())
	if err != nil {
		t.Fatal(err)
	}
	return lib
}

func TestEveryDeskAnswersItsOwnTests(t *testing.T) {
	lib := desks(t)
	for _, name := range lib.Names() {
		results := lib.Desks[name].Trial()
		if len(results) == 0 {
			t.Errorf("%s has no tests", name)
		}
		for _, r := range results {
			if r.Why != "" {
				t.Errorf("%s: %s: %s", name, r.Name, r.Why)
			}
		}
	}
}

func TestEveryDeskSpeaksBothLanguagesAndNamesItsSources(t *testing.T) {
	lib := desks(t)
	for _, name := range lib.Names() {
		d := lib.Desks[name]
		both := func(what string, s rules.Say) {
			if !han.MatchString(s.Zh) || s.En == "" || han.MatchString(s.En) {
				t.Errorf("%s: %s: zh %q, en %q", name, what, s.Zh, s.En)
			}
		}
		both("pack", d.Say)
		both("place", d.Pack.PlaceName)
		both("source", d.Source.Title)
		if !grade.MatchString(d.Source.Grade) || d.Source.ID == "" || d.Source.Checked == "" || d.Sample != (d.Source.Grade == "sample") {
			t.Errorf("%s: source %+v, sample %v", name, d.Source, d.Sample)
		}
		if d.Source.Address == "" && !d.Sample {
			t.Errorf("%s: a source without address", name)
		}
		if len(d.Pack.Decided) == 0 || d.Pack.EffectiveFrom.IsZero() {
			t.Errorf("%s: says neither what its document leaves open nor from when it is used", name)
		}
		for key, c := range d.Pack.Clauses {
			both("clause "+key, c.Say)
		}
		for _, x := range d.Pack.Decided {
			both("hole", x.Hole)
			both("decision", x.Decision)
			if _, ok := d.Pack.Clauses[x.Clause]; !ok && x.Clause != "" {
				t.Errorf("%s: decided for clause %q, which is not there", name, x.Clause)
			}
		}
		for _, s := range d.States {
			both("state "+s.Name, s.Say)
		}
		for _, m := range d.Moves {
			both("move "+m.Name, m.Say)
		}
		for _, l := range d.Ladder {
			both("level", l.Say)
		}
		for _, s := range d.Slips {
			both("slip "+s.Colour, s.Say)
			if _, ok := d.Pack.Clauses[s.Clause]; !ok {
				t.Errorf("%s: slip %s points at clause %q", name, s.Colour, s.Clause)
			}
		}
	}
}
