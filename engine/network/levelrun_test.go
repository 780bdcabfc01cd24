package network

import (
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"shigan/kernel/calendar"
)

func levelledRun(t interface{ Fatal(...any) }, m *Model, r Run, have []Scarce, uses []Use) *Outcome {
	o, err := m.RunLevelled(r, have, uses)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// Three demolitions of 10, 20 and 30 days; one crew does them one after another, of two the first free takes the third, with three nobody waits.
func TestCrewsThatAreSharedMakeActivitiesWait(t *testing.T) {
	n := plan(t, EveryDay(), "2022-07-01", "A 10, B 20, C 30, M 0 A B C")
	m := compiled(t, n, make([]Risk, 4), 3)
	uses := []Use{{0, 0, 1}, {1, 0, 1}, {2, 0, 1}}
	for crews, want := range map[int]float64{1: 60, 2: 40, 3: 30} {
		o := levelledRun(t, m, Run{Trials: 64}, []Scarce{{"拆迁队", crews}}, uses)
		if got := o.Finish[0].QuantileDays(.5); got != want {
			t.Errorf("%d crews need %v days, want %v", crews, got, want)
		}
	}
	_, err := m.RunLevelled(Run{Trials: 64}, []Scarce{{"拆迁队", 1}}, []Use{{0, 0, 2}})
	if !errors.Is(err, ErrScarce) {
		t.Errorf("said %v", err)
	}
}

func TestWithEnoughOfEverythingLevellingChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, risks := risky(t)
		var uses []Use
		for i := range n.Activities {
			uses = append(uses, Use{i, 0, 1})
		}
		m, err := Compile(n, risks, Options{Project: "p"})
		if err != nil {
			t.Fatal(err)
		}
		free := simulated(t, n, risks, Run{Trials: 64, Seed: 3})
		o := levelledRun(t, m, Run{Trials: 64, Seed: 3}, []Scarce{{"a", len(n.Activities)}}, uses)
		if !slices.Equal(o.Finish[0].Ticks, free.Finish[0].Ticks) {
			t.Fatalf("trials differ")
		}
		one := levelledRun(t, m, Run{Trials: 128, Seed: 3, Workers: 1}, []Scarce{{"a", 2}}, uses)
		two := levelledRun(t, m, Run{Trials: 128, Seed: 3, Workers: 2}, []Scarce{{"a", 2}}, uses)
		if !slices.Equal(one.Finish[0].Ticks, two.Finish[0].Ticks) {
			t.Fatal("one core and two differ")
		}
		for j, v := range one.Finish[0].Ticks[:64] {
			if v < free.Finish[0].Ticks[j] {
				t.Fatalf("trial %d ends earlier with less to work with", j)
			}
		}
	})
}

// A crew of one in a network with weekends: the second job begins when the first is over, on a working day.
func TestLevellingKeepsCalendars(t *testing.T) {
	n := plan(t, Weekly(5), "2022-06-06", "A 3, B 4, M 0 A B") // Monday
	o := levelledRun(t, compiled(t, n, make([]Risk, 3), 2), Run{Trials: 64}, []Scarce{{"a", 1}}, []Use{{0, 0, 1}, {1, 0, 1}})
	if got := o.Finish[0].Quantile(.5); got != calendar.MustDate("2022-06-14") {
		t.Errorf("seven working days end on %s, want Tuesday the 14th", got)
	}
}
