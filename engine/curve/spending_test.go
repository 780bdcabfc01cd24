package curve_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"shigan/engine/curve"
)

func TestMoneyComesInAlongTheCurveUntilTheEnd(t *testing.T) {
	s := curve.Spending{Curve: curve.BetaCurve(2, 2), Total: 100, Done: 15.625, Ran: 250}
	for _, c := range []struct{ day, left, want float64 }{
		{0, 750, 15.625}, {750, 750, 100}, {900, 750, 100}, {250, 750, 50}, // .25, .5 and 1 of its time: .15625, .5, 1 of the money
		{500, 750, 84.375},
	} {
		if got := s.By(c.day, c.left); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("by day %v of %v: %v, want %v", c.day, c.left, got, c.want)
		}
	}
	waits := curve.Spending{Curve: curve.BetaCurve(2, 2), Total: 80, Ran: -1, Plan: 200}
	for _, c := range []struct{ day, left, want float64 }{{300, 500, 0}, {400, 500, 40}, {500, 500, 80}} {
		if got := waits.By(c.day, c.left); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("what has not begun, by day %v of %v: %v, want %v", c.day, c.left, got, c.want)
		}
	}
}

// Whatever the project: never less than today, never more than the total, more with every day, less with every day of delay.
func TestMoneyRisesWithTheDayAndFallsWithTheDelay(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	table := curve.BetaCurve(2, 3).Tabled()
	for range 2_000 {
		s := curve.Spending{Curve: table, Total: 1 + 99*r.Float64(), Ran: 900*r.Float64() - 200, Plan: 30 + 900*r.Float64()}
		s.Done = s.Total * r.Float64()
		day, left := 1200*r.Float64(), 1+1200*r.Float64()
		x := s.By(day, left)
		if x < s.Done-1e-9 || x > s.Total+1e-9 {
			t.Fatalf("%+v by %v of %v: %v", s, day, left, x)
		}
		if s.By(day+30, left) < x-1e-9 {
			t.Fatalf("%+v: less a month later", s)
		}
		if s.Ran >= 0 && s.By(day, left+30) > x+1e-9 {
			t.Fatalf("%+v: more with a month's delay: %v, %v", s, s.By(day, left+30), x)
		}
	}
}

func TestATabledCurveIsTheCurve(t *testing.T) {
	c := curve.BetaCurve(2, 2)
	table := c.Tabled()
	for x := -.1; x < 1.1; x += .00037 {
		if math.Abs(c(x)-table(x)) > 1e-5 {
			t.Fatalf("at %v: %v and %v", x, c(x), table(x))
		}
	}
}
