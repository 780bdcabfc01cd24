package demo_test

import (
	"context"
	"fmt"
	"shigan/app/demo"
	"testing"
	"time"
)

func TestShowForesight(t *testing.T) {
	began := time.Now()
	o := seeded(t, demo.Options{})
	fmt.Println("seed", time.Since(began))
	began = time.Now()
	f, err := o.Foresee(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println("foresee", time.Since(began), len(f.Casts), f.Past.Finished, f.Past.Done, f.Past.Years, f.Past.OfPlan, f.Past.Rate.Mean(), f.Past.Waiting.A, f.Past.Waiting.B)
	n, slips := map[string]int{}, 0
	for _, c := range f.Casts {
		n[string(c.Model)+"/"+c.Promise.Kind]++
		if c.Keep < .5 {
			slips++
		}
	}
	fmt.Println(n, slips)
	for _, id := range []string{"JM-001", "JM-209", "JM-210"} {
		for _, c := range f.Of(id) {
			fmt.Printf("%s %s keep %.3f due %s likely %s late %s logic %s money %d %v left %v\n", c.Promise.Key(), c.Model, c.Keep, c.Promise.Due, c.Likely, c.Late, c.Logic, c.LikelyM, c.Notes, c.Left)
			for _, d := range c.Drivers {
				fmt.Printf("   %+v\n", d)
			}
			for _, e := range c.Effects {
				fmt.Printf("   %s %.3f after %.3f days %d late %.1f tells %v %s %s\n", e.Actions[0].ID(), e.Odds, e.After, e.Days, e.Late, e.Tells, e.Actions[0].Day, e.Who)
			}
			if c.Best != nil {
				fmt.Printf("   best %v %.3f\n", c.Best.Actions, c.Best.After)
			}
		}
	}
	began = time.Now()
	rec, err := o.Calibration(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println("calibration", time.Since(began), rec.Asked, len(rec.Scored), rec.Promises, rec.Brier, rec.Cover)
	for _, b := range rec.Bins {
		fmt.Printf("  %+v\n", b)
	}
	for _, s := range rec.Strata {
		fmt.Printf("  %+v\n", s)
	}
	for _, w := range rec.Worst {
		fmt.Println(w.Cast.Promise.Key(), w.Month, w.Cast.Keep, w.Kept, w.Actual, w.Cast.Model, w.Cast.LikelyM, w.Cast.Promise.Amount, w.Cast.Q)
	}
}
