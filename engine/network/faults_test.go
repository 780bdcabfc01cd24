package network

import (
	"errors"
	"fmt"
	"testing"

	"shigan/kernel/calendar"
)

// chainOf makes activities of ten days, with links by position.
func chainOf(n int, links ...[2]int) *Network {
	net := &Network{Calendars: []*Calendar{EveryDay()}, Start: On(calendar.MustDate("2022-07-01"), 0)}
	for i := range n {
		net.Activities = append(net.Activities, Activity{ID: fmt.Sprint("A", i), Duration: 14400})
	}
	for _, l := range links {
		net.Links = append(net.Links, Link{From: l[0], To: l[1]})
	}
	return net
}

func TestEveryLoopIsNamedOnce(t *testing.T) {
	n := chainOf(9, [2]int{0, 1}, [2]int{1, 2}, [2]int{2, 0}, [2]int{3, 4}, [2]int{4, 3}, [2]int{5, 6}, [2]int{2, 5})
	all := n.Faults(10)
	if len(all) != 2 || all[0].(interface{ Error() string }).Error() != "network.loop path=A0 → A1 → A2 → A0" || !errors.Is(all[1], ErrLoop) {
		t.Errorf("%v", all)
	}
	if all = n.Faults(1); len(all) != 1 {
		t.Errorf("asked for one: %v", all)
	}
	if all = chainOf(3, [2]int{0, 1}, [2]int{1, 2}).Faults(10); len(all) != 0 {
		t.Errorf("a chain has no fault: %v", all)
	}
}

func TestEveryFaultIsListedAndNotTheFirstAlone(t *testing.T) {
	n := chainOf(5)
	n.Activities[0].Percent = 1.2
	n.Activities[1].Duration = -5
	n.Activities[2].ID = "A3"
	n.Activities[4].Started, n.Activities[4].Finished = On(calendar.MustDate("2022-07-05"), 0), On(calendar.MustDate("2022-07-04"), 0)
	n.Links = append(n.Links, Link{From: 1, To: 1}, Link{From: 1, To: 7})
	want := []error{ErrProgress, ErrDuration, ErrDoubled, ErrBackwards, ErrOwnSuccessor, ErrNoActivity}
	all := n.Faults(100)
	if len(all) != len(want) {
		t.Fatalf("%d faults: %v", len(all), all)
	}
	for i, w := range want {
		if !errors.Is(all[i], w) {
			t.Errorf("fault %d is %v, want %v", i, all[i], w)
		}
	}
	if _, err := n.Schedule(); !errors.Is(err, ErrProgress) {
		t.Errorf("the passes refuse with the first: %v", err)
	}
}

func TestALoopOfThousandsIsNamedByItsEnds(t *testing.T) {
	var links [][2]int
	for i := range 5000 {
		links = append(links, [2]int{i, (i + 1) % 5000})
	}
	_, err := chainOf(5000, links...).Schedule()
	if !errors.Is(err, ErrLoop) || len(err.Error()) > 400 {
		t.Errorf("%d letters: %.200s", len(err.Error()), err)
	}
}
