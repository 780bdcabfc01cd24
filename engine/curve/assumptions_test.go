package curve_test

import (
	"strings"
	"testing"

	"shigan/engine/curve"
)

// TestEveryAssumptionSaysWhyAndWhence also holds the numbers that published figures rest on: whoever changes one changes forecasts.
func TestEveryAssumptionSaysWhyAndWhence(t *testing.T) {
	want := map[string]float64{"pace.least-rest": .01, "pace.irregular": 4, "pace.span-spread": .15, "pace.out-of-turn": .2, "rho": .3, "kappa": .35,
		"prior.mean": .2, "prior.s2": .16, "before-building.mean": .45, "before-building.s2": .49, "money.sigma": .3, "disagree-days": 30, "enough-starts": 50}
	for _, a := range curve.Assumptions() {
		if v, held := want[a.Name]; held && v != a.Value {
			t.Errorf("%s is %v, the published figures used %v", a.Name, a.Value, v)
		}
		delete(want, a.Name)
	}
	if len(want) > 0 {
		t.Errorf("not in the file: %v", want)
	}
}

func TestAnAssumptionWithoutReasonIsRefused(t *testing.T) {
	for name, text := range map[string]string{
		"no reason":         `[{name: a, value: 1, assumed: true}]`,
		"neither of both":   `[{name: a, value: 1, why: b}]`,
		"twice":             `[{name: a, value: 1, why: b, assumed: true}, {name: a, value: 2, why: b, assumed: true}]`,
		"an unknown column": `[{name: a, value: 1, why: b, assumed: true, unit: days}]`,
		"no list":           `a: 1`,
	} {
		if _, err := curve.ReadAssumptions([]byte(text)); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}

func TestWorkBeforeBuildingIsKnownByItsName(t *testing.T) {
	for text, want := range map[string]string{"征地拆迁": "before-building", "用地预审": "before-building", "Planning permit": "before-building", "主体施工": "prior", "": "prior"} {
		if p, name := curve.ForWork("", text); name != want || (p == curve.BeforeBuilding) != strings.HasPrefix(want, "before") {
			t.Errorf("%q is %s", text, name)
		}
	}
}
