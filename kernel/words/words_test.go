package words

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

var hole = regexp.MustCompile(`\{(\w+)`)

// TestEveryTextStandsInBothLanguagesWithTheSameHoles reads the whole catalogue: a broken file fails here first.
func TestEveryTextStandsInBothLanguagesWithTheSameHoles(t *testing.T) {
	holes := func(s string) []string {
		var out []string
		for _, m := range hole.FindAllStringSubmatch(s, -1) {
			out = append(out, m[1])
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	for _, k := range Keys() {
		p := load()[k]
		if !strings.HasPrefix(k, "unit.") && !strings.HasSuffix(k, ".a") && p.Zh == "" && p.En == "" || strings.HasPrefix(k, "fault.") && (p.Zh == "" || p.En == "") {
			t.Errorf("%s: a language is missing", k)
		}
		if strings.HasPrefix(k, "fault.") && !slices.Equal(holes(p.Zh), holes(p.En)) {
			t.Errorf("%s: holes differ: %v, %v", k, holes(p.Zh), holes(p.En))
		}
	}
}

func TestASentenceTakesItsValuesAndPicksItsPlural(t *testing.T) {
	if got := fill("{n} {n|project|projects} of {unit}", map[string]any{"n": 1, "unit": "A"}); got != "1 project of A" {
		t.Error(got)
	}
	if got := fill("{n} {n|project|projects}, {gone}", map[string]any{"n": 3}); got != "3 projects, {gone}" {
		t.Error(got)
	}
	if got := Say(Zh, "no.such.key"); got != "⟦no.such.key⟧" {
		t.Error(got)
	}
}
