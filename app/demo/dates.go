package demo

import (
	"fmt"

	"shigan/domain/project"
	"shigan/kernel/calendar"
)

// giveDates gives starts, finishes, library days, moves, and the months before June.
func giveDates(d *data, all []*item) {
	rnd := newDice(3)
	june := calendar.MustMonth(d.targets.Month)
	for _, it := range all {
		if it.named != nil {
			it.fromNamed(d)
			continue
		}
		it.giveStart(rnd, d.words.Excuse.Progress)
	}
	giveFinishes(d, rnd, all)
	for _, it := range all {
		p22 := it.plans[2022]
		if it.named == nil {
			it.spread2022(d, rnd, june)
		}
		it.spread2021(d, rnd)
		p22.toLast = it.plans[2021].toLast + it.months[calendar.MustMonth("2021-12")].ytd
		p22.category = it.categoryOf(2022)
		it.plans[2022] = p22
		if it.named == nil {
			rest := float64(max(p22.planned, 6000)) * rnd.between(.15, 1.9)
			if it.finish < "2023" && it.finish != "" {
				rest = 0
			}
			if it.kind == "reserve" {
				rest = rnd.between(6000, 60000)
			}
			it.facts.Total = wan((p22.toLast + p22.planned + int64(rest) + 99) / 100 * 100)
			switch {
			case it.kind == "unpaid":
				it.paidShare = rnd.between(.55, .75)
			case rnd.Float64() < .6 && it.fate != "none":
				it.paidShare = rnd.between(.83, .97)
			}
		}
	}
}

func (it *item) categoryOf(year int) project.Category {
	y := fmt.Sprint(year)
	finish := it.lastFinish()
	switch {
	case it.kind == "reserve":
		return project.Reserve
	case finish != "" && finish[:4] == y:
		return project.Completing
	case it.start[:4] == y:
		return project.NewStart
	}
	return project.Continuing
}

// lastFinish is the finish as promised today.
func (it *item) lastFinish() string {
	day := it.finish
	for _, m := range it.moves {
		if m.What == "finish" {
			day = m.Day
		}
	}
	return day
}

// fromNamed takes the figures of a project that the pages show by name.
func (it *item) fromNamed(d *data) {
	n := it.named
	it.start, it.started, it.startedSource, it.library, it.finish, it.moves = n.Start, n.Started, n.StartedSource, n.Library, n.Finish, n.Moves
	it.facts.Total, it.paidFixed = wan(n.Total), n.Funds
	if it.startedSource == "" {
		it.startedSource = d.words.StartedSource
	}
	ytd := ytdOf(n)
	for i, m := range n.Months {
		if it.state == "unreported" && i == 5 {
			continue
		}
		it.months[calendar.Month{Year: 2022, Month: i + 1}] = done{m, ytd[i]}
	}
	if n.LibraryExcuse != "" {
		it.excuse["library"] = n.LibraryExcuse
	}
	if n.Plan2021 > 0 {
		it.plans[2021] = yearPlan{planned: n.Plan2021}
	}
}

// giveStart gives the promised and the actual start and the library day.
func (it *item) giveStart(rnd dice, excuse string) {
	day := func(base string, lo, hi int) calendar.Date { return calendar.MustDate(base).AddDays(rnd.days(lo, hi)) }
	it.startedSource = "" // filled from the word list when it is stated
	switch it.kind {
	case "reserve":
		it.stage = project.Preparing
		it.start = calendar.MustDate("2022-08-01").AddMonths(rnd.IntN(9)).Month().Last().String()
		return
	case "excused":
		it.stage, it.excuse["progress"] = project.Preparing, excuse
		it.start = calendar.MustDate("2022-09-01").AddMonths(rnd.IntN(3)).Month().Last().String()
		return
	case "not-started":
		it.start = calendar.MustDate("2022-02-01").AddMonths(rnd.IntN(3)).Month().Last().String()
		return
	case "outside":
		it.start = calendar.MustDate("2022-04-01").AddMonths(rnd.IntN(2)).Month().Last().String()
		it.started = day("2022-05-04", 0, 24).String()
		return
	}
	var actual calendar.Date
	if r := rnd.Float64(); r < .55 || it.kind == "finished" {
		actual = day("2019-06-10", 0, 540) // an older one
	} else if r < .72 {
		actual = day("2021-02-26", 0, 270)
	} else {
		actual = day("2022-01-18", 0, 60)
	}
	it.started = actual.String()
	late := 0
	if rnd.Float64() < .3 {
		late = rnd.days(10, 75)
	}
	it.start = actual.AddDays(-late).Month().Last().String()
	if it.start[:4] != it.started[:4] && late == 0 {
		it.start = it.started
	}
	it.library = actual.AddDays(rnd.days(14, 48)).String()
}

// giveFinishes gives promised finishes, so that as many as the target says lie in 2022, and moves some of the others.
func giveFinishes(d *data, rnd dice, all []*item) {
	left, t := d.targets.FinishThisYear, d.targets.Moves
	for _, it := range all {
		if it.kind == "finished" {
			left--
		}
		if it.named != nil {
			left--
			if len(it.moves) > 0 {
				t.Projects, t.Moves = t.Projects-1, t.Moves-len(it.moves)
			}
			for _, m := range it.moves {
				if m.Day < it.finish {
					t.Earlier--
				}
			}
		}
	}
	for _, i := range rnd.Perm(len(all)) {
		it := all[i]
		switch {
		case it.named != nil:
		case it.kind == "finished":
			it.finish = "2022-06-30"
			it.finished = calendar.MustDate("2022-06-14").AddDays(rnd.IntN(10)).String()
		case left > 0 && it.started != "" && it.started < "2022" && it.kind != "behind":
			it.finish = calendar.MustDate("2022-08-01").AddMonths(rnd.IntN(5)).Month().Last().String()
			left--
		default:
			it.finish = calendar.MustDate("2023-03-01").AddMonths(rnd.IntN(22)).Month().Last().String()
		}
	}
	extra := t.Moves - t.Projects // so many move twice
	for _, i := range rnd.Perm(len(all)) {
		it := all[i]
		if t.Projects == 0 {
			break
		}
		if it.named != nil || it.finish < "2023" || it.fate == "none" || it.kind == "not-started" {
			continue
		}
		earlier := t.Earlier > 0 && it.fate == "green"
		if !earlier && it.fate == "green" || t.Earlier > 0 && !earlier && t.Projects == 1 {
			continue
		}
		t.Projects--
		first := calendar.MustDate(it.finish)
		on := calendar.MustDate("2022-03-04").AddDays(rnd.IntN(100))
		if earlier {
			t.Earlier--
			it.moves = []movedData{{"finish", first.AddMonths(-1).Month().Last().String(), on.String(), d.words.Earlier}}
			continue
		}
		second := first.AddMonths(2).Month().Last()
		it.moves = []movedData{{"finish", second.String(), on.String(), pick(rnd, d.words.Moved)}}
		if extra > 0 {
			extra--
			if on.String() > "2022-05-01" {
				it.moves[0].On = "2022-04-18"
			}
			it.moves = append(it.moves, movedData{"finish", second.AddMonths(3).Month().Last().String(), calendar.MustDate("2022-05-09").AddDays(rnd.IntN(40)).String(), pick(rnd, d.words.Moved)})
		}
	}
}

// spread2022 spreads what was done before June over the months since the start.
func (it *item) spread2022(d *data, rnd dice, june calendar.Month) {
	j := it.months[june]
	from := 1
	if it.started >= "2022" {
		from = calendar.MustDate(it.started).Month().Month
	}
	weights := make([]float64, 5)
	for m := range weights {
		if m+1 >= from {
			weights[m] = float64(d.targets.Weights[m]) * rnd.between(.8, 1.2)
		}
	}
	var ytd int64
	for i, v := range split(j.ytd-j.month, weights) {
		ytd += v
		it.months[calendar.Month{Year: 2022, Month: i + 1}] = done{v, ytd}
	}
}

// spread2021 gives the year before to what had started by then.
func (it *item) spread2021(d *data, rnd dice) {
	p := it.plans[2021]
	if it.started == "" || it.started >= "2022" || it.named != nil && p.planned == 0 {
		return
	}
	if p.planned == 0 {
		p.planned = max(int64(float64(it.plans[2022].planned)*rnd.between(.4, 1.2))/100*100, 600)
	}
	from := 1
	if it.started >= "2021" {
		from = calendar.MustDate(it.started).Month().Month
	} else {
		p.toLast = int64(float64(p.planned) * rnd.between(.2, 1.1))
	}
	it.plans[2021] = p
	weights := make([]float64, 12)
	for m := range weights {
		if m+1 >= from {
			weights[m] = float64(d.targets.Weights2021[m]) * rnd.between(.8, 1.2)
		}
	}
	var ytd int64
	for i, v := range split(int64(float64(p.planned)*rnd.between(.84, 1.06)), weights) {
		ytd += v
		it.months[calendar.Month{Year: 2021, Month: i + 1}] = done{v, ytd}
	}
	p.category = it.categoryOf(2021)
	it.plans[2021] = p
}
