package packs_test

import (
	"maps"
	"regexp"
	"slices"
	"testing"

	"shigan/app"
	"shigan/kernel/calendar"
	"shigan/kernel/figure"
	"shigan/kernel/rules"
	"shigan/kernel/words"
	"shigan/packs"
)

func library(t *testing.T) *rules.Library {
	t.Helper()
	vocab, err := app.Vocabulary()
	if err != nil {
		t.Fatal(err)
	}
	lib, err := rules.Load(packs.FS(), vocab)
	if err != nil {
		t.Fatal(err)
	}
	return lib
}

func TestEveryPackCompilesOnEachDayThatChangesIt(t *testing.T) {
	lib := library(t)
	for _, name := range lib.Names() {
		days := map[string]bool{lib.Packs[name].EffectiveFrom.String(): true}
		chain, err := lib.Chain(name)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, p := range chain {
			for _, prm := range p.Parameters {
				for day := range prm.Values {
					days[day] = true
				}
			}
		}
		for _, day := range slices.Sorted(maps.Keys(days)) {
			d, err := calendar.ParseDay(day)
			if err != nil {
				t.Errorf("%s: a parameter changes on %q: %v", name, day, err)
				continue
			}
			if _, err := lib.Resolve(name, d, true); err != nil {
				t.Errorf("%s on %s: %v", name, day, err)
			}
		}
	}
}

func TestEveryPackAnswersItsOwnTests(t *testing.T) {
	lib := library(t)
	for _, name := range lib.Names() {
		results, err := figure.TestPack(t.Context(), lib, name)
		if err != nil {
			t.Error(err)
		}
		if len(results) == 0 {
			t.Errorf("%s has no tests", name)
		}
		for _, r := range results {
			if !r.OK {
				t.Errorf("%s: %s: %s", name, r.Name, r.Why)
			}
		}
	}
}

var (
	han    = regexp.MustCompile(`\p{Han}`)
	source = regexp.MustCompile(`^(S\d+|decided|sample)$`)
	grade  = regexp.MustCompile(`^(A|B|C|D|sample)$`)
)

func TestEveryPackSpeaksBothLanguagesAndNamesItsSources(t *testing.T) {
	lib := library(t)
	for _, name := range lib.Names() {
		p := lib.Packs[name]
		both := func(what string, s rules.Say) {
			if !han.MatchString(s.Zh) || s.En == "" || han.MatchString(s.En) {
				t.Errorf("%s: %s: zh %q, en %q", name, what, s.Zh, s.En)
			}
		}
		both("pack", p.Say)
		both("place", p.PlaceName)
		both("source", p.Source.Title)
		if !grade.MatchString(p.Source.Grade) || p.Source.ID == "" || p.Source.Checked == "" {
			t.Errorf("%s: source %+v", name, p.Source)
		}
		if p.Source.Address == "" && !p.Sample && p.Source.Grade != "D" {
			t.Errorf("%s: a source without address", name)
		}
		if p.Sample != (p.Source.Grade == "sample") {
			t.Errorf("%s: sample %v, grade %s", name, p.Sample, p.Source.Grade)
		}
		if p.EffectiveFrom.IsZero() {
			t.Errorf("%s: no day from which it is in force", name)
		}
		for key, c := range p.Clauses {
			both("clause "+key, c.Say)
		}
		for i, d := range p.Decided {
			both("hole", d.Hole)
			both("decision", d.Decision)
			if _, ok := p.Clauses[d.Clause]; !ok && d.Clause != "" {
				t.Errorf("%s: decided %d speaks of clause %q, which is not there", name, i+1, d.Clause)
			}
		}
		set, err := lib.Resolve(name, p.EffectiveFrom, true)
		if err != nil {
			t.Error(err)
			continue
		}
		clause := func(what, key string) {
			if _, _, ok := set.Clause(key); key != "" && !ok {
				t.Errorf("%s: %s points at clause %q, which is not there", name, what, key)
			}
		}
		for id, prm := range p.Parameters {
			both("parameter "+id, prm.Say)
			clause("parameter "+id, prm.Clause)
			if len(prm.Values) == 0 {
				t.Errorf("%s: parameter %s has no value", name, id)
			}
			for day, v := range prm.Values {
				if !source.MatchString(v.Source) || v.Checked == "" {
					t.Errorf("%s: parameter %s of %s has no source: %+v", name, id, day, v)
				}
			}
		}
		for id, f := range p.Figures {
			both("figure "+id, f.Say)
			clause("figure "+id, f.Clause)
			if !slices.Contains([]string{"project", "group", "district", "firm", "cases"}, f.Of) {
				t.Errorf("%s: figure %s is of %q", name, id, f.Of)
			}
		}
		for id, l := range p.Lights {
			both("light "+id, l.Say)
			clause("light "+id, l.Clause)
			for i, row := range l.Rows {
				both("reason of light "+id, row.Why)
				if row.When == "" && i < len(l.Rows)-1 {
					t.Errorf("%s: light %s, row %d hides those below", name, id, i+1)
				}
			}
		}
		if p.Overall != nil {
			both("overall light", p.Overall.Say)
			clause("overall light", p.Overall.Clause)
		}
	}
}

func TestEveryWordOfTheVocabularyHasALabel(t *testing.T) {
	for name, w := range library(t).Vocabulary() {
		if !words.Has("fact."+name) || !han.MatchString(w.Label(words.Zh)) || han.MatchString(w.Label(words.En)) {
			t.Errorf("%s: %q, %q", name, w.Label(words.Zh), w.Label(words.En))
		}
	}
}

// One project, two places: 20 % done of 50 % due is 30 points behind, and lags by 60 % of what was due.
func TestTheSameProjectIsYellowInYinchuanAndRedInSanya(t *testing.T) {
	lib := library(t)
	june := calendar.MustMonth("2025-06")
	given := figure.NewGiven()
	if err := given.Put(lib.Vocabulary(), june, "project/one", map[string]string{"planned_year": "1.20亿", "invested_ytd": "0.24亿"}); err != nil {
		t.Fatal(err)
	}
	for pack, want := range map[string]string{"yinchuan/lights": "yellow", "sanya/lights": "red"} {
		set, err := lib.Resolve(pack, june.Last(), false)
		if err != nil {
			t.Fatal(err)
		}
		e := &figure.Engine{Set: set, Src: given}
		got, err := e.Values(t.Context(), []string{"light.progress"}, []string{"project/one"}, june, figure.At{})
		if err != nil || got["light.progress"]["project/one"].Text != want {
			t.Errorf("%s: %v, want %s (%v)", pack, got, want, err)
		}
	}
}
