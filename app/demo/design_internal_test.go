package demo

import (
	"testing"

	"shigan/kernel/calendar"
)

func TestTheDesignMeetsItsTargets(t *testing.T) {
	d, err := read()
	if err != nil {
		t.Fatal(err)
	}
	all, err := design(d)
	if err != nil {
		t.Fatal(err)
	}
	june := calendar.MustMonth(d.targets.Month)
	var plan, month, ytd int64
	n := map[string]int{}
	names := map[string]string{}
	for _, it := range all {
		plan += it.plans[2022].planned
		if it.counted() {
			month += it.months[june].month
			ytd += it.months[june].ytd
		}
		n[it.fate]++
		n[it.state]++
		n["moves"] += len(it.moves)
		if len(it.moves) > 0 {
			n["moved"]++
		}
		for _, m := range it.moves {
			if m.Day < it.finish {
				n["earlier"]++
			}
		}
		if it.started != "" && it.library == "" {
			n["outside"]++
		}
		if f := it.lastFinish(); f[:4] == "2022" {
			n["finish"]++
		}
		if was := names[it.facts.Name.Zh]; was != "" {
			t.Errorf("%s and %s have one name %s", was, it.id, it.facts.Name.Zh)
		}
		names[it.facts.Name.Zh] = it.id
	}
	tg := d.targets
	for what, c := range map[string][2]int64{
		"plan": {plan, tg.Planned}, "month": {month, tg.MonthMoney}, "year to date": {ytd, tg.Invested},
		"accepted": {int64(n["accepted"]), int64(tg.Accepted)}, "waiting": {int64(n["waiting"]), int64(tg.Waiting)},
		"returned": {int64(n["returned"]), int64(tg.Returned)}, "unreported": {int64(n["unreported"]), int64(tg.Unreported)},
		"moves": {int64(n["moves"]), int64(tg.Moves.Moves)}, "moved": {int64(n["moved"]), int64(tg.Moves.Projects)}, "earlier": {int64(n["earlier"]), int64(tg.Moves.Earlier)},
		"outside the library": {int64(n["outside"]), int64(tg.NotInLibrary)}, "finish this year": {int64(n["finish"]), int64(tg.FinishThisYear)},
		"green": {int64(n["green"]), 171}, "yellow": {int64(n["yellow"]), 52}, "red": {int64(n["red"]), 19}, "none": {int64(n["none"]), 12},
	} {
		if c[0] != c[1] {
			t.Errorf("%s: %d, want %d", what, c[0], c[1])
		}
	}
}
