package curve_test

import (
	"math"
	"testing"

	"shigan/engine/curve"
	"shigan/engine/curve/special"
)

func TestWithoutFinishedPiecesNothingIsLearnedOfCommonCauses(t *testing.T) {
	m, v, p, k := curve.LearnCommon(nil, .15, .15).Ahead("works")
	near(t, "mean", m, 0, 1e-12)
	near(t, "variance", v, 1, 1e-12)
	near(t, "shared with the project", p, .15, 1e-12)
	near(t, "shared with the class", k, .15, 1e-12)
}

// One piece one deviation late, ρ .15 and .15: the next of its class is expected .3 late with variance 1 − .3², one of another class .15
// late with variance 1 − .15².
func TestOneLatePieceMovesItsClassMoreThanTheOthers(t *testing.T) {
	c := curve.LearnCommon([]curve.Piece{{Class: "land", Score: 1}}, .15, .15)
	m, v, _, _ := c.Ahead("land")
	near(t, "mean of its class", m, .3, 1e-12)
	near(t, "variance of its class", v, 1-.09, 1e-12)
	m, v, _, _ = c.Ahead("works")
	near(t, "mean of another", m, .15, 1e-12)
	near(t, "variance of another", v, 1-.0225, 1e-12)
}

func TestManyFinishedPiecesLeaveOnlyTheirOwnScatter(t *testing.T) {
	var pieces []curve.Piece
	for i := range 4000 {
		pieces = append(pieces, curve.Piece{Class: "works", Score: 1.2 + special.NormalQuantile((float64(i)+.5)/4000)*math.Sqrt(.7)})
	}
	m, v, p, k := curve.LearnCommon(pieces, .15, .15).Ahead("works")
	near(t, "mean", m, 1.2, .01)
	near(t, "variance", v, .7, .01)
	near(t, "shared", p+k, 0, .01)
}

// TestWhatIsLearnedOfCommonCausesIsCalibrated draws projects of two classes, shows some pieces, and asks where the next one of either falls.
func TestWhatIsLearnedOfCommonCausesIsCalibrated(t *testing.T) {
	for _, class := range []string{"a", "b", "c"} {
		p := calibrate("common "+class, sbcDraws(), func(r *truths) (float64, bool) {
			z := map[string]float64{"": r.normal(), "a": r.normal(), "b": r.normal(), "c": r.normal()}
			score := func(k string) float64 { return math.Sqrt(.2)*z[""] + math.Sqrt(.3)*z[k] + math.Sqrt(.5)*r.normal() }
			var pieces []curve.Piece
			for range int(4 * r.u()) {
				pieces = append(pieces, curve.Piece{Class: "a", Score: score("a")}, curve.Piece{Class: "b", Score: score("b")})
			}
			m, v, _, _ := curve.LearnCommon(pieces, .2, .3).Ahead(class)
			return special.NormalCDF((score(class) - m) / math.Sqrt(v)), true
		})
		if p.P < .001 {
			t.Errorf("%s: χ² %.1f, %v", class, p.Chi2, p.Bins)
		}
	}
}
