package packs_test

import (
	"io/fs"
	"path"
	"testing"

	"shigan/app"
	"shigan/kernel/rules"
	"shigan/packs"
)

// messageRules are all packs of kind messages, each as the one of its own place.
func messageRules(t *testing.T) map[string]*app.MessageRules {
	t.Helper()
	out := map[string]*app.MessageRules{}
	err := fs.WalkDir(packs.FS(), ".", func(p string, e fs.DirEntry, err error) error {
		if err != nil || e.Name() != "pack.yaml" {
			return err
		}
		if head, err := rules.Head(packs.FS(), path.Dir(p)); err == nil && head.Kind == "messages" {
			m, err := app.LoadMessageRules(packs.FS(), head.Place)
			if err != nil {
				t.Errorf("%s: %v", head.Name, err)
				return nil
			}
			out[m.Pack.Name] = m
			if m.Pack.Name != head.Name {
				t.Errorf("%s is hidden by %s: two packs of one place", head.Name, m.Pack.Name)
			}
		}
		return nil
	})
	if err != nil || len(out) == 0 {
		t.Fatal("no pack of messages", err)
	}
	return out
}

func TestEveryPackOfMessagesAnswersItsOwnTests(t *testing.T) {
	for name, m := range messageRules(t) {
		tried := m.Trial()
		if len(tried) < 8 {
			t.Errorf("%s has %d tests", name, len(tried))
		}
		for _, r := range tried {
			if r.Why != "" {
				t.Errorf("%s: %s: %s", name, r.Name, r.Why)
			}
		}
	}
}

func TestATestOfMessagesThatIsWrongFails(t *testing.T) {
	for name, m := range messageRules(t) {
		for i, x := range m.Tests {
			wrong := *m
			x.Expect = "2022-01-01 00:00"
			wrong.Tests = []app.MessageTest{x}
			if wrong.Trial()[0].Why == "" {
				t.Errorf("%s: test %d says yes to anything", name, i+1)
			}
		}
	}
}

func TestEveryPackOfMessagesSpeaksBothLanguagesAndNamesItsSources(t *testing.T) {
	for name, m := range messageRules(t) {
		both := func(what string, s rules.Say) {
			if !han.MatchString(s.Zh) || s.En == "" || han.MatchString(s.En) {
				t.Errorf("%s: %s: zh %q, en %q", name, what, s.Zh, s.En)
			}
		}
		both("pack", m.Pack.Say)
		both("place", m.Pack.PlaceName)
		both("source", m.Pack.Source.Title)
		if !grade.MatchString(m.Pack.Source.Grade) || m.Pack.Source.ID == "" || m.Pack.Source.Checked == "" {
			t.Errorf("%s: source %+v", name, m.Pack.Source)
		}
		if len(m.Pack.Decided) == 0 || m.Pack.EffectiveFrom.IsZero() {
			t.Errorf("%s: says neither what no document says nor from when it is used", name)
		}
		for key, c := range m.Pack.Clauses {
			both("clause "+key, c.Say)
		}
		for _, x := range m.Pack.Decided {
			both("hole", x.Hole)
			both("decision", x.Decision)
			if _, ok := m.Pack.Clauses[x.Clause]; !ok {
				t.Errorf("%s: decided for clause %q, which is not there", name, x.Clause)
			}
		}
	}
}
