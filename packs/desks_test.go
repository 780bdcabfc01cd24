package packs_test

import (
	"slices"
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

// TestOnlyTheFirmItselfEndsADemandAsDone: every way to an end that counts as done, or done in part, is the raiser's; none needs a photograph.
func TestOnlyTheFirmItselfEndsADemandAsDone(t *testing.T) {
	d := desks(t).Desks["china/demand"]
	for _, m := range d.Moves {
		if m.Requires.Evidence {
			t.Errorf("%s needs evidence", m.Name)
		}
		to, _ := d.State(m.To)
		for _, name := range m.Outcomes {
			o, _ := d.Outcome(name)
			if to.End && (o.Rate == "done" || o.Rate == "part") && (m.Does != casework.DoesConfirm || len(m.Who) != 1 || m.Who[0] != casework.Raiser) {
				t.Errorf("%s ends as %s by %v", m.Name, name, m.Who)
			}
		}
	}
}

// TestAnOrderIsExcludedByTwoPersonsOnly, after it was done again, and counts in a rate of its own.
func TestAnOrderIsExcludedByTwoPersonsOnly(t *testing.T) {
	lib := desks(t)
	for _, name := range []string{"shandong/order", "shandong/order-2017", "qingdao/firm-order"} {
		d := lib.Desks[name]
		o, ok := d.Outcome("excluded")
		if !ok || o.Rate != "excluded" || !o.Reason {
			t.Errorf("%s: excluded is %+v", name, o)
		}
		for _, m := range d.Moves {
			if !slices.Contains(m.Outcomes, "excluded") {
				continue
			}
			told := m.Tells && slices.Equal(m.From, []string{"supervised"})
			if signed := m.Requires.Second && m.Does == casework.DoesClose; !told && !signed {
				t.Errorf("%s: %s states it: %+v", name, m.Name, m)
			}
		}
	}
}
