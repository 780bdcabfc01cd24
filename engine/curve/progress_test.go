package curve

import (
	"math"
	"testing"
)

// TestACoarseGridIsReadAtTheMiddleOfItsBins: with 300 points and no care the median of the worked example is 135.6, a day off; read
// between the edges of its bins it is right, and 1,500 points are finer still.
func TestACoarseGridIsReadAtTheMiddleOfItsBins(t *testing.T) {
	class, report := Outlook{Mean: .20, S2: .16}, Report{Plan: 100, Elapsed: 60, Done: .4}
	for points, tol := range map[int]float64{300: .1, gridPoints: .02, 6000: .01} {
		if got := posterior(class, report, points).Quantile(.5); math.Abs(got-136.69) > tol {
			t.Errorf("%d points: P50 %.3f", points, got)
		}
	}
}
