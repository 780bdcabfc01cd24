package demo

import "slices"

// giveFates deals out the lights of June and why they show. Reds are behind, not started, or short of payment; yellows are
// behind, or started in May and outside the library.
func giveFates(c categoryData, rnd dice, items []*item) {
	left := map[string]int{"green": c.Green, "yellow": c.Yellow, "red": c.Red, "none": c.None}
	var free []*item
	for _, it := range items {
		if it.named != nil {
			it.fate, it.kind = cond(it.named.Fate != "", it.named.Fate, "green"), "named"
			left[it.fate]--
			continue
		}
		free = append(free, it)
	}
	var fates []string
	for _, f := range []string{"green", "yellow", "red", "none"} {
		fates = append(fates, slices.Repeat([]string{f}, left[f])...)
	}
	rnd.Shuffle(len(fates), func(i, j int) { fates[i], fates[j] = fates[j], fates[i] })
	for i, it := range free {
		it.fate = fates[i]
	}
}

// giveStates decides kinds across the whole district and where each June report stands on the day of the demo.
func giveStates(d *data, all []*item) {
	rnd := newDice(1)
	t := d.targets
	n := map[string]int{}
	outside := t.NotInLibrary
	for _, it := range all {
		if it.named != nil {
			it.state = cond(it.named.State != "", it.named.State, "accepted")
			n[it.state]++
			if it.named.Library == "" {
				outside--
			}
		}
	}
	perm := rnd.Perm(len(all))
	var yellows, greens []*item
	reds, nones := 0, 0
	for _, i := range perm {
		it := all[i]
		if it.named != nil {
			continue
		}
		it.state = "accepted"
		switch it.fate {
		case "yellow":
			yellows = append(yellows, it)
		case "green":
			greens = append(greens, it)
			it.kind = "started"
		case "red":
			it.kind = []string{"behind", "not-started", "behind", "unpaid", "not-started", "behind"}[reds%6]
			reds++
		case "none":
			it.kind = cond(nones%4 == 3, "excused", "reserve")
			nones++
		}
	}
	for i, it := range yellows {
		it.kind = cond(i < outside, "outside", "behind")
	}
	for i, it := range greens {
		switch {
		case n["unreported"] < t.Unreported:
			it.state = "unreported"
		case n["returned"] < t.Returned:
			it.state = "returned"
		case n["waiting"] < t.Waiting:
			it.state = "waiting"
			it.doubt = i < t.Unreported+t.Returned+t.Doubtful
		case n["finished"] < 4 && it.facts.Industry != "" && it.facts.Industry != "auto":
			it.kind = "finished"
			n["finished"]++
		}
		n[it.state]++
	}
	doubts := 1 // the named one
	for _, it := range greens {
		if it.doubt = it.state == "waiting" && doubts < t.Doubtful; it.doubt {
			doubts++
		}
	}
}

// counted tells whether June's report enters the totals: returned and missing ones don't.
func (it *item) counted() bool { return it.state == "accepted" || it.state == "waiting" }
