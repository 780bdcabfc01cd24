package packs_test

import (
	"testing"

	"shigan/domain/casework"
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
