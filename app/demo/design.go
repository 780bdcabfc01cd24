package demo

import (
	"fmt"
	"hash/fnv"
	"math"
	"slices"

	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
	"shigan/kernel/quantity"
)

// ErrDesign says that the figures in data/ can't be met.
var ErrDesign = fault.New(fault.Invalid, "demo.design")

// wan is money in 万元, the unit of the design; entries are in fen.
func wan(n int64) quantity.Fen { return quantity.Fen(n) * quantity.Wan }

// done is what was invested in a month and in the year to its end, 万元.
type done struct{ month, ytd int64 }

// yearPlan of the design.
type yearPlan struct {
	planned, toLast int64
	category        project.Category
}

// item is one designed project.
type item struct {
	id, list                                  string
	facts                                     project.Facts
	stage                                     project.Stage
	start, started, startedSource             string // promised, actual
	library, finish, finished                 string // finish: the first promised day
	listed                                    string // day of the first list
	moves                                     []movedData
	plans                                     map[int]yearPlan
	months                                    map[calendar.Month]done
	duty                                      project.Duty
	fate, kind, state                         string // light of June; why; where its June report stands
	doubt                                     bool
	paidShare                                 float64           // of the funds; 0: it reports neither
	paidFixed                                 []int64           // funds and payment of June, where they are given
	excuse                                    map[string]string // light → reason
	ownerPost, localPost, linePost, agentPost string
	named                                     *namedData
}

// design makes the 254 projects: lights first, then money.
func design(d *data) ([]*item, error) {
	var all []*item
	firms := newFirms(d)
	next := 1
	for ci, c := range d.targets.Categories {
		rnd := newDice(uint64(100 + ci))
		items := make([]*item, c.N)
		for i := range items {
			items[i] = &item{id: fmt.Sprintf("JM-%03d", next+i), months: map[calendar.Month]done{}, plans: map[int]yearPlan{}, excuse: map[string]string{}}
			for k := range d.named.Projects {
				if d.named.Projects[k].ID == items[i].id {
					items[i].named = &d.named.Projects[k]
				}
			}
		}
		next += c.N
		describe(d, c, rnd, items, firms)
		giveFates(c, rnd, items)
		all = append(all, items...)
	}
	giveStates(d, all)
	if err := giveMoney(d, all); err != nil {
		return nil, err
	}
	giveDates(d, all)
	return all, nil
}

// firms are the sample enterprises that own industrial projects.
type firms struct {
	d     *data
	units []unitData
	by    map[string][]unitData // by industry
}

func newFirms(d *data) *firms {
	f := &firms{d: d, by: map[string][]unitData{}}
	n := 0
	for ci, c := range d.targets.Categories {
		if c.Industry == "" {
			continue
		}
		w := d.words.Industry[c.Industry]
		for i, prefix := range deal(newDice(uint64(200+ci)), d.words.Prefixes, min(len(d.words.Prefixes), c.N*3/5)) {
			n++
			_ = i
			u := unitData{ID: fmt.Sprintf("e%03d", n), Zh: prefix + w.Noun[0] + d.words.Suffix[0], En: fmt.Sprintf("%s %d%s", w.Noun[1], i+1, d.words.Suffix[1]), Sample: true}
			f.units, f.by[c.Industry] = append(f.units, u), append(f.by[c.Industry], u)
		}
	}
	for i, o := range d.words.Owners {
		u := unitData{ID: fmt.Sprintf("g%02d", i+1), Zh: o[0], En: o[1], Sample: true}
		f.units, f.by[""] = append(f.units, u), append(f.by[""], u)
	}
	for _, p := range d.named.Projects {
		f.units = append(f.units, p.Owner)
	}
	return f
}

// place gives the 12-digit code of a unit's territory.
func (d *data) place(unit string) string {
	for _, t := range d.units.Towns {
		if t.ID == unit {
			return t.Code
		}
	}
	for _, z := range d.units.Zones {
		if z.ID == unit {
			return z.Place
		}
	}
	return ""
}

func (d *data) isDepartment(unit string) bool {
	return slices.ContainsFunc(d.units.Departments, func(u unitData) bool { return u.ID == unit })
}

// describe gives each project of a category its name, place, units and posts.
func describe(d *data, c categoryData, rnd dice, items []*item, f *firms) {
	var names []pair
	natures := make([]string, len(items))
	if c.Industry != "" {
		type combo struct {
			n      pair
			nature string
		}
		var combos []combo
		for _, t := range d.words.Industry[c.Industry].Things {
			for _, k := range d.words.Kinds {
				combos = append(combos, combo{pair{t[0] + k[0], capital(t[1]) + " " + k[1]}, d.words.Nature[k[0]]})
			}
		}
		for i, x := range deal(rnd, combos, len(items)) {
			names, natures[i] = append(names, x.n), x.nature
		}
	} else {
		names = d.words.Classes[c.Class]
	}
	towns := make([]string, len(d.units.Towns))
	for i, t := range d.units.Towns {
		towns[i] = t.Code
	}
	gov := 0
	for i, it := range items {
		it.list, it.stage = "208", project.Ready
		x := project.Facts{Level: c.Levels[len(c.Levels)-1], Class: "industry", Front: "projects", Industry: c.Industry, LineUnit: c.Line, Sample: true, Nature: "new"}
		if rnd.Float64() < .35 {
			x.Level = pick(rnd, c.Levels)
		}
		if c.Class != "" {
			it.list, x.Class, x.Domain = "46", c.Class, d.words.Domains[c.Class]
		}
		owner := f.by[c.Industry][(i*7+rnd.IntN(3))%len(f.by[c.Industry])]
		x.LocalUnit = pick(rnd, c.Locals)
		lead, line, agent := c.Lead, c.Line+"-line", ""
		if n := it.named; n != nil {
			x.Name, x.Source, x.Sample = org.Name{Zh: n.Zh, En: n.En}, n.Source, n.Source == ""
			x.Level, x.LocalUnit, x.Address, x.Scope, x.Place = n.Level, n.Local, n.Address, n.Scope, n.Place
			x.Nature, x.Domain, owner = cond(n.Nature != "", n.Nature, "new"), cond(n.Domain != "", n.Domain, x.Domain), n.Owner
			if n.Line != "" {
				x.LineUnit, line = n.Line, n.Line+"-line"
			}
			if n.Source != "" {
				x.Remark = d.named.Remark
			}
			lead, line, agent = cond(n.Duty.Lead != "", n.Duty.Lead, lead), cond(n.Duty.Line != "", n.Duty.Line, line), n.Duty.Agent
		} else {
			k := i
			if c.Industry == "" {
				k, gov = gov, gov+1
			} else {
				x.Nature = natures[i]
			}
			x.Name = org.Name{Zh: names[k][0], En: names[k][1]}
		}
		if x.Place == "" {
			x.Place = cond(d.place(x.LocalUnit) != "", d.place(x.LocalUnit), pick(rnd, towns))
		}
		x.OwnerUnit = owner.ID
		it.ownerPost, it.localPost, it.linePost = owner.ID+"-owner", x.LocalUnit+"-local", x.LineUnit+"-line"
		if it.named != nil && it.named.Duty.Local != "" {
			it.localPost = it.named.Duty.Local
		}
		if agent == "" && !d.isDepartment(x.LocalUnit) {
			agent = x.LocalUnit + "-agent"
		}
		it.agentPost = agent
		it.duty = project.Duty{Top: "top", Lead: lead, Line: line, Local: it.localPost, Owner: it.ownerPost, Agent: agent}
		it.facts = x
	}
}

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

// giveMoney makes plans and June's money add up.
func giveMoney(d *data, all []*item) error {
	june := calendar.MustMonth(d.targets.Month)
	year, junes := map[*item]*bounded{}, map[*item]*bounded{}
	monthLeft := d.targets.MonthMoney
	at := 0
	for ci, c := range d.targets.Categories {
		rnd, items := newDice(uint64(300+ci)), all[at:at+c.N]
		at += c.N
		// the year's plans, in steps of 100万
		var plans []*bounded
		planLeft, doneLeft := c.Plan, c.Done
		for _, it := range items {
			if n := it.named; n != nil {
				it.plans[2022] = yearPlan{planned: n.Plan}
				planLeft -= n.Plan
				continue
			}
			size, most := math.Exp(rnd.NormFloat64()*.55)*140, int64(2400)
			switch {
			case it.kind == "reserve":
				plans = append(plans, &bounded{})
				continue
			case it.kind == "excused":
				size, most = size*.25, 40
			case it.fate == "red":
				size, most = size*.55, 110
			case it.fate == "yellow":
				size, most = size*.75, 170
			case !it.counted(): // kept small: what is missing must not hide much
				size, most = size*.35, 60
			}
			plans = append(plans, &bounded{max(int64(size), 8), 5, most})
		}
		if !fit(plans, planLeft/100) {
			return ErrDesign.With("what", "plan "+c.Industry+c.Class)
		}
		i := 0
		var years []*bounded
		for _, it := range items {
			if it.named != nil {
				if it.counted() {
					doneLeft -= ytdOf(it.named)[5]
				}
				continue
			}
			p := plans[i].v * 100
			i++
			it.plans[2022] = yearPlan{planned: p}
			b := &bounded{}
			part := func(v, lo, hi float64) *bounded {
				return &bounded{int64(v * float64(p)), int64(lo*float64(p)) + 1, int64(hi * float64(p))}
			}
			switch it.kind {
			case "started", "unpaid":
				b = part(rnd.between(.43, .62), .405, .9)
				if it.doubt {
					b = part(.5, .42, .55)
				}
			case "finished":
				b = part(rnd.between(.91, .96), .905, .98)
			case "outside":
				b = part(rnd.between(.22, .29), .205, .31)
			case "behind":
				b = part(rnd.between(.22, .38), .205, .395)
				if it.fate == "red" {
					b = part(rnd.between(.07, .17), .04, .195)
				}
			case "excused":
				b = part(rnd.between(.03, .08), .02, .1)
			}
			year[it] = b
			if it.counted() {
				years = append(years, b)
			}
		}
		if !fit(years, doneLeft) {
			return ErrDesign.With("what", "done "+c.Industry+c.Class)
		}
	}
	rnd := newDice(2)
	var months []*bounded
	for _, it := range all {
		if n := it.named; n != nil {
			if it.counted() {
				monthLeft -= n.Months[5]
			}
			continue
		}
		y, p := year[it].v, it.plans[2022].planned
		b := &bounded{int64(float64(y) * .213 * rnd.between(.7, 1.3)), int64(float64(y) * .03), min(p*195/1000, y/2)}
		switch {
		case it.doubt:
			b = &bounded{p * 235 / 1000, max(p*215/1000, y*3/8+1), p * 26 / 100}
		case it.kind == "outside":
			b = &bounded{y * 6 / 10, y * 4 / 10, min(p*195/1000, y*8/10)}
		}
		junes[it] = b
		if it.counted() {
			months = append(months, b)
		}
	}
	if !fit(months, monthLeft) {
		return ErrDesign.With("what", "month")
	}
	for _, it := range all {
		if it.named == nil {
			it.months[june] = done{junes[it].v, year[it].v}
		}
	}
	return nil
}

// ytdOf is the year to date of a named project at each of its months.
func ytdOf(n *namedData) []int64 {
	if len(n.YTD) > 0 {
		return n.YTD
	}
	var out []int64
	var sum int64
	for _, m := range n.Months {
		sum += m
		out = append(out, sum)
	}
	return out
}

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

func cond[T any](yes bool, a, b T) T {
	if yes {
		return a
	}
	return b
}

func capital(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	return string(s[0]-32) + s[1:]
}

// turn is a stable small number for a project and a purpose, by which days and minutes are dealt out.
func (it *item) turn(purpose string, n int) int {
	h := fnv.New32a()
	h.Write([]byte(it.id + purpose))
	return int(h.Sum32()>>7) % n
}
