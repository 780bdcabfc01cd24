package packs_test

import (
	"testing"

	"shigan/domain/dispatch"
	"shigan/kernel/rules"
	"shigan/packs"
)

func rhythms(t *testing.T) *dispatch.Rhythms {
	t.Helper()
	lib, err := dispatch.LoadRhythms(packs.FS())
	if err != nil {
		t.Fatal(err)
	}
	return lib
}

func TestEveryRhythmAnswersItsOwnTests(t *testing.T) {
	lib := rhythms(t)
	for _, name := range []string{"jingbian/meetings", "danling/rounds", "shanghang/week", "shandong/months"} { // those of the field research
		if lib.All[name] == nil {
			t.Errorf("%s is not there", name)
		}
	}
	for _, name := range lib.Names() {
		tried := lib.All[name].Trial()
		tested := map[string]bool{}
		for _, x := range lib.All[name].Tests {
			tested[x.Event] = true
		}
		for _, e := range lib.All[name].Events {
			if !tested[e.Name] && e.Every != "week" {
				t.Errorf("%s: %s has no test", name, e.Name)
			}
		}
		for _, r := range tried {
			if r.Why != "" {
				t.Errorf("%s: %s: %s", name, r.Name, r.Why)
			}
		}
	}
}

func TestEveryRhythmSpeaksBothLanguagesAndNamesItsSources(t *testing.T) {
	lib := rhythms(t)
	for _, name := range lib.Names() {
		r := lib.All[name]
		both := func(what string, s rules.Say) {
			if !han.MatchString(s.Zh) || s.En == "" || han.MatchString(s.En) {
				t.Errorf("%s: %s: zh %q, en %q", name, what, s.Zh, s.En)
			}
		}
		both("pack", r.Say)
		both("place", r.Pack.PlaceName)
		both("source", r.Source.Title)
		if !grade.MatchString(r.Source.Grade) || r.Source.ID == "" || r.Source.Checked == "" || r.Sample != (r.Source.Grade == "sample") || r.Source.Address == "" && !r.Sample {
			t.Errorf("%s: source %+v, sample %v", name, r.Source, r.Sample)
		}
		if len(r.Pack.Decided) == 0 || r.Pack.EffectiveFrom.IsZero() {
			t.Errorf("%s: says neither what its document leaves open nor from when it is used", name)
		}
		for key, c := range r.Pack.Clauses {
			both("clause "+key, c.Say)
		}
		for _, x := range r.Pack.Decided {
			both("hole", x.Hole)
			both("decision", x.Decision)
			if _, ok := r.Pack.Clauses[x.Clause]; !ok {
				t.Errorf("%s: decided for clause %q, which is not there", name, x.Clause)
			}
		}
		for _, e := range r.Events {
			both("event "+e.Name, e.Say)
			if e.What == "meeting" && (len(e.Agenda) == 0 || e.Agenda[0].Kind != dispatch.ItemPrevious) {
				t.Errorf("%s: the agenda of %s does not begin with the last decisions", name, e.Name)
			}
		}
	}
}
