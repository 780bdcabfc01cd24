package schedule

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestPartsAreRoundedSoThatTheyStillAddUp(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		n := 1 + r.IntN(7)
		parts := make([]float64, n)
		sum := 0.0
		for i := range parts {
			parts[i] = r.NormFloat64() * 20
			sum += parts[i]
		}
		total := int64(math.Round(sum))
		parts[0] += float64(total) - sum
		got, left := apportion(parts, total), total
		for i, x := range got {
			left -= x
			if math.Abs(float64(x)-parts[i]) > 1+1e-9 {
				t.Fatalf("%v became %v", parts, got)
			}
		}
		if left != 0 {
			t.Fatalf("%v of %d became %v", parts, total, got)
		}
	}
}
