package web

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/dispatch"
	"shigan/domain/org"
)

// owePage 谁欠什么 is the ladder with what stands on each of its treads, the list behind it, and how one of them came there.
type owePage struct {
	Use                string
	Uses               []tab
	L                  *app.Ladder
	Treads             []tread
	Month              int
	Open, Top, Late    app.Fig
	Closed, Confirmed  app.Fig // this month; of this year
	Reopened, Unfixed  app.Fig // likewise
	ClosedYTD          app.Fig
	Rates              []rateTable
	Least              int
	By                 string // level, unit, person or rates
	Bys                []tab
	Units              []oweUnit
	People             []owePerson
	Levels             []string
	F                  app.CaseFilter
	State, Query, Sort string
	LevelKey           string
	Only               []onlyNote // what the address narrows beside the sentence
	LevelsOf, UnitsOf  []option
	States, Sorts      []option
	Rows               []caseRow
	From, To, N        int
	Prev, Next         string
	Line               *lineView
	Told               *caseRow // whose line it is
	Meeting            *oweMeeting
	Raise              string // where the reader may raise a matter of this kind
	CanBring           bool   // ledgers, from here
	CanVisit           bool
	CanMeet            bool
	Limited            bool
	Notice, Today      string
}

// tread is one step of the ladder.
type tread struct {
	Level             int
	Open, Climbed     app.Fig
	Name, What, Limit string
	Oldest            []caseRow
	Href              string
}

// oweUnit is what one unit has on its hands, level by level.
type oweUnit struct {
	Name, Href string
	Open, Late app.Fig
	ByLevel    []app.Fig
}

// owePerson is what waits for one post, or for a unit as such.
type owePerson struct {
	Post, Unit, Name, Href string
	Open, Late             app.Fig
	Empty                  bool
}

// onlyNote is one condition that no word of the sentence shows, with the way out of it.
type onlyNote struct{ Key, Value, Label, Off string }

// oweMeeting is the meeting to come, with the head of its agenda.
type oweMeeting struct {
	ID, Title, When string
	Rows            []agendaRow
	More            int
}

// oweUses are the tables of the page, problems first.
var oweUses = []string{"problem", "finding", "task", "supervision", "order", "firm-order", "demand"}

// oweLater are those that have a tab only where a desk is in use for them.
var oweLater = []string{"order", "firm-order", "demand"}

// oweStates are what the filter sentence offers; "" is what is open.
var oweStates = []string{"late", "reopened", "vacant", "closed", "unfixed", "all"}

const (
	owePageSize = 30
	agendaShown = 6 // of the next meeting's agenda
)

func (v *view) owePage() error {
	q := v.r.URL.Query()
	d := &owePage{Use: q.Get("use"), By: cmp.Or(q.Get("by"), "level"), State: q.Get("state"), Query: strings.TrimSpace(q.Get("q")), Sort: q.Get("sort"),
		Today: v.today().String(), Month: v.today().Month().Month}
	d.Notice, _, _ = v.notice("case.did")
	if !slices.Contains(oweUses, d.Use) {
		d.Use = oweUses[0]
	}
	var err error
	if d.L, err = v.s.o.LadderLines(v.ctx(), v.By, app.CaseFilter{Use: d.Use}); err != nil {
		return err
	}
	if s, err := app.SightOf(v.Read(), v.By); err == nil {
		d.Limited = !s.All
	}
	if d.L.Desk != nil && v.raisesAt(d.L.Desk) {
		d.Raise = raiseHref(d.Use)
	}
	d.CanBring = d.L.Desk != nil && may(v, "case.import") == nil
	d.CanVisit, d.CanMeet = may(v, "read.visit") == nil, may(v, "read.meeting") == nil
	for _, step := range []func(*owePage) error{v.oweTabs, v.treads, v.oweCounts, v.oweList, v.oweTold, v.oweMeeting} {
		if err := step(d); err != nil {
			return err
		}
	}
	return v.page("owe", v.T("owe.title"), d, func(p *Page) { p.Ask = "nav.owe" })
}

// raisesAt tells whether the reader may raise a matter at a desk.
func (v *view) raisesAt(d *casework.Desk) bool {
	return may(v, "case.open") == nil && slices.ContainsFunc(slices.Concat(d.Raisers, d.Keepers, d.Behalf), func(r string) bool { return v.By.Has(org.Role(r)) })
}

func (v *view) oweTabs(d *owePage) error {
	for _, u := range oweUses {
		counts, err := v.s.o.CountCasesOf(v.ctx(), v.By, app.CaseFilter{Use: u, Open: true})
		if err != nil {
			return err
		}
		if sumOf(counts) == 0 && u != d.Use && slices.Contains(oweLater, u) {
			if _, err := casework.ForUse(v.Read(), u, d.Today); errors.Is(err, casework.ErrNoDesk) {
				continue
			} else if err != nil {
				return err
			}
		}
		t := tab{Key: u, Href: useHref(u), On: d.Use == u, N: sumOf(counts)}
		d.Uses = append(d.Uses, t)
	}
	return nil
}

func sumOf(counts []app.CaseCount) (n int) {
	for _, c := range counts {
		n += c.N
	}
	return n
}

// treads are the steps of the ladder, each with its oldest.
func (v *view) treads(d *owePage) error {
	whole := app.CaseGroup{Use: d.Use}
	var levels []app.CaseGroup
	for _, g := range d.L.Rungs {
		if g.Level > 0 {
			levels = append(levels, app.CaseGroup{Use: d.Use, Level: g.Level})
		}
	}
	figs, err := v.caseFigs([]string{"open_cases", "overdue_cases", "closed_cases", "reopened_cases", "closed_ytd_cases", "confirmed_rate", "unfixed_rate"}, whole)
	if err != nil {
		return err
	}
	treads, err := v.caseFigs([]string{"open_cases", "climbed_cases"}, levels...)
	if err != nil {
		return err
	}
	d.Open, d.Late, d.Closed, d.Reopened = figs.Of("open_cases", whole), figs.Of("overdue_cases", whole), figs.Of("closed_cases", whole), figs.Of("reopened_cases", whole)
	d.ClosedYTD, d.Confirmed, d.Unfixed = figs.Of("closed_ytd_cases", whole), figs.Of("confirmed_rate", whole), figs.Of("unfixed_rate", whole)
	for _, g := range d.L.Rungs {
		if g.Level == 0 {
			continue
		}
		n := strconv.Itoa(g.Level)
		at := app.CaseGroup{Use: d.Use, Level: g.Level}
		t := tread{Level: g.Level, Open: treads.Of("open_cases", at), Climbed: treads.Of("climbed_cases", at), Name: v.levelName(g.Level), Href: v.oweHref(d, "level", n, "by", "")}
		if d.L.Desk != nil && g.Level <= len(d.L.Desk.Ladder) {
			t.What = d.L.Desk.Ladder[g.Level-1].In(v.Lang)
			t.Limit = v.levelLimit(d.L.Desk, casework.AnyKind, g.Level-1, d.Today)
		}
		d.Treads, d.Levels, d.LevelsOf = append(d.Treads, t), append(d.Levels, t.Name), append(d.LevelsOf, option{n, t.Name})
		d.Top = t.Open
	}
	if len(d.Treads) < 2 {
		d.Top = app.Fig{}
	}
	return nil
}

// oweHref is the page with one thing of its address changed; the place in the list begins anew.
func (v *view) oweHref(d *owePage, pairs ...string) string {
	q := v.r.URL.Query()
	for _, k := range []string{"offset", "did", "e", "lang"} {
		q.Del(k)
	}
	q.Set("use", d.Use)
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
		if pairs[i+1] == "" {
			q.Del(pairs[i])
		}
	}
	return "/owe?" + q.Encode() + "#list"
}

func (v *view) nowUTC() string { return v.s.o.Clock().UTC().Format(time.RFC3339) }

// oweCounts adds up who has what: by the unit that handles and the level, by whose turn it is, or how it went.
func (v *view) oweCounts(d *owePage) error {
	for _, k := range []string{"level", "unit", "person", "rates"} {
		d.Bys = append(d.Bys, tab{Key: k, Href: v.oweHref(d, "by", k), On: d.By == k})
	}
	switch d.By {
	case "unit":
		return v.oweUnits(d)
	case "person":
		return v.owePeople(d)
	case "rates":
		return v.oweRates(d)
	}
	return nil
}

func (v *view) oweUnits(d *owePage) error {
	ids, names := unitsIn(d.L), v.unitNames()
	var groups []app.CaseGroup
	for _, id := range ids {
		groups = append(groups, app.CaseGroup{Use: d.Use, Unit: id})
		for _, t := range d.Treads {
			groups = append(groups, app.CaseGroup{Use: d.Use, Unit: id, Level: t.Level})
		}
	}
	figs, err := v.caseFigs([]string{"open_cases", "overdue_cases"}, groups...)
	if err != nil {
		return err
	}
	for _, id := range ids {
		g := app.CaseGroup{Use: d.Use, Unit: id}
		u := oweUnit{Name: cmp.Or(names[id], v.T("case.no-handler")), Open: figs.Of("open_cases", g), Late: figs.Of("overdue_cases", g)}
		if id != app.Nobody {
			u.Href = v.oweHref(d, "unit", id, "by", "")
		}
		for _, t := range d.Treads {
			g.Level = t.Level
			u.ByLevel = append(u.ByLevel, figs.Of("open_cases", g))
		}
		d.Units = append(d.Units, u)
	}
	slices.SortFunc(d.Units, func(a, b oweUnit) int {
		return cmp.Or(cmp.Compare(count(b.Late), count(a.Late)), cmp.Compare(count(b.Open), count(a.Open)), cmp.Compare(a.Name, b.Name))
	})
	return nil
}

// unitsIn are the units that have open cases on their hands, or nobody.
func unitsIn(l *app.Ladder) (ids []string) {
	for _, c := range l.Units {
		if id := cmp.Or(c.By["unit"], app.Nobody); c.N > 0 && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

func (v *view) owePeople(d *owePage) error {
	names := v.unitNames()
	group := func(c app.CaseCount) app.CaseGroup {
		switch unit, post := c.By["next_unit"], c.By["next_post"]; {
		case post != "":
			return app.CaseGroup{Use: d.Use, Next: post}
		case unit != "":
			return app.CaseGroup{Use: d.Use, NextOf: unit}
		}
		return app.CaseGroup{Use: d.Use, Next: app.Nobody}
	}
	turns, err := v.s.o.CountCasesOf(v.ctx(), v.By, app.CaseFilter{Use: d.Use, Open: true}, "next_unit", "next_post")
	if err != nil {
		return err
	}
	var groups []app.CaseGroup
	for _, c := range turns {
		groups = append(groups, group(c))
	}
	figs, err := v.caseFigs([]string{"open_cases", "overdue_cases"}, groups...)
	if err != nil {
		return err
	}
	for i, c := range turns {
		unit, post := c.By["next_unit"], c.By["next_post"]
		p := owePerson{Post: v.T("owe.unit-itself"), Unit: names[unit], Open: figs.Of("open_cases", groups[i]), Late: figs.Of("overdue_cases", groups[i])}
		switch {
		case post != "":
			g := v.rung("", post, d.Today)
			p.Name, p.Empty, p.Post, p.Href = g.Person, g.Empty, cmp.Or(g.Post, post), v.oweHref(d, "next", post, "by", "")
		case unit != "":
			p.Href = v.oweHref(d, "nextunit", unit, "by", "")
		default:
			p.Post, p.Unit = v.T("owe.keeper"), "—"
		}
		d.People = append(d.People, p)
	}
	slices.SortFunc(d.People, func(a, b owePerson) int {
		return cmp.Or(cmp.Compare(count(b.Late), count(a.Late)), cmp.Compare(count(b.Open), count(a.Open)), cmp.Compare(a.Unit+a.Post, b.Unit+b.Post))
	})
	return nil
}

// oweFilter reads the filter sentence.
func (v *view) oweFilter(d *owePage) app.CaseFilter {
	q := v.r.URL.Query()
	f := app.CaseFilter{Use: d.Use, Query: d.Query, Unit: q.Get("unit"), NextPost: q.Get("next"), State: q.Get("desk"), Open: true}
	if u := q.Get("nextunit"); u != "" {
		f.NextUnit, f.NoPost = u, true
	}
	if f.Level, _ = strconv.Atoi(q.Get("level")); f.Level > 0 {
		d.LevelKey = strconv.Itoa(f.Level)
	}
	switch d.State {
	case "late":
		f.DueBefore = v.nowUTC()
	case "reopened":
		f.Reopened = true
	case "vacant":
		f.Vacant = true
	case "closed":
		f.Open, f.Closed, f.Sort, f.Desc = false, true, "closed", true
	case "unfixed":
		f.Open, f.Closed, f.Unfixed, f.Sort, f.Desc = false, true, true, "closed", true
	case "all":
		f.Open, f.Sort, f.Desc = false, "opened", true
	default:
		d.State = ""
	}
	if d.Sort == "opened" || d.Sort == "level" {
		f.Sort, f.Desc = d.Sort, true
	}
	return f
}

// oweList is the list behind the ladder.
func (v *view) oweList(d *owePage) error {
	d.F = v.oweFilter(d)
	counts, err := v.s.o.CountCasesOf(v.ctx(), v.By, d.F)
	if err != nil {
		return err
	}
	d.N = sumOf(counts)
	offset, _ := strconv.Atoi(v.r.URL.Query().Get("offset"))
	f := d.F
	f.Offset, f.Limit = max(0, min(offset, d.N-1)), owePageSize
	lines, err := v.s.o.CasesOf(v.ctx(), v.By, f)
	if err != nil {
		return err
	}
	if err := v.oweRows(d, lines); err != nil {
		return err
	}
	d.From, d.To = min(f.Offset+1, d.N), min(f.Offset+len(d.Rows), d.N)
	if f.Offset > 0 {
		d.Prev = v.oweHref(d, "offset", strconv.Itoa(max(0, f.Offset-owePageSize)))
	}
	if d.To < d.N {
		d.Next = v.oweHref(d, "offset", strconv.Itoa(d.To))
	}
	v.oweOptions(d)
	return nil
}

// oweRows works out the rows of the list and of the oldest on each tread: most of these are in the list too, and all are read at once.
func (v *view) oweRows(d *owePage, lines []app.CaseLine) error {
	var ids []string
	for _, l := range lines {
		ids = append(ids, l.ID)
	}
	for _, g := range d.L.Rungs {
		for _, c := range g.Oldest {
			if !slices.Contains(ids, c.ID) {
				ids = append(ids, c.ID)
			}
		}
	}
	rows, err := v.caseRows(ids, false)
	if err != nil {
		return err
	}
	at := map[string]caseRow{}
	for _, r := range rows {
		at[r.ID] = r
	}
	for _, l := range lines {
		if r, ok := at[l.ID]; ok {
			d.Rows = append(d.Rows, r)
		}
	}
	for i := range d.Treads {
		for _, g := range d.L.Rungs {
			for _, c := range g.Oldest {
				if r, ok := at[c.ID]; ok && g.Level == d.Treads[i].Level {
					d.Treads[i].Oldest = append(d.Treads[i].Oldest, r)
				}
			}
		}
	}
	return nil
}

func (v *view) oweOptions(d *owePage) {
	only := func(key, value, label string) {
		if value != "" {
			d.Only = append(d.Only, onlyNote{key, value, label, v.oweHref(d, key, "")})
		}
	}
	if d.F.State != "" && d.L.Desk != nil {
		st, _ := d.L.Desk.State(d.F.State)
		only("desk", d.F.State, st.In(v.Lang))
	}
	only("next", d.F.NextPost, v.T("owe.turn-of", "who", v.party(casework.Party{Post: d.F.NextPost})))
	only("nextunit", d.F.NextUnit, v.T("owe.turn-of", "who", v.party(casework.Party{Unit: d.F.NextUnit})))
	for _, s := range oweStates {
		d.States = append(d.States, option{s, v.T("owe.state." + s)})
	}
	for _, s := range []string{"opened", "level"} {
		d.Sorts = append(d.Sorts, option{s, v.T("owe.sort." + s)})
	}
	names := v.unitNames()
	add := func(u string) {
		if u != "" && !slices.ContainsFunc(d.UnitsOf, func(o option) bool { return o.Key == u }) {
			d.UnitsOf = append(d.UnitsOf, option{u, cmp.Or(names[u], u)})
		}
	}
	for _, c := range d.L.Units {
		add(c.By["unit"])
	}
	add(d.F.Unit)
	slices.SortFunc(d.UnitsOf, func(a, b option) int { return strings.Compare(a.Label, b.Label) })
}

// oweTold tells the way of the case that tells most: of the oldest at the highest tread, the one of which most happened.
func (v *view) oweTold(d *owePage) error {
	told := func(r *caseRow) int {
		n := len(r.C.Climbs) + r.C.Reopened
		if r.C.Measure != nil {
			n++
		}
		return n
	}
	for i := len(d.Treads) - 1; i >= 0 && d.Told == nil; i-- {
		for j := range d.Treads[i].Oldest {
			if r := &d.Treads[i].Oldest[j]; d.Told == nil || told(r) > told(d.Told) {
				d.Told = r
			}
		}
	}
	if d.Told == nil {
		return nil
	}
	var err error
	d.Line, err = v.lineOf(d.Told.ID)
	return err
}

// oweMeeting is the next meeting that was called, where the reader may read meetings.
func (v *view) oweMeeting(d *owePage) error {
	if may(v, "read.meeting") != nil {
		return nil
	}
	list, err := v.s.o.Meetings(v.ctx(), v.By, app.MeetingFilter{From: d.Today})
	if err != nil {
		return err
	}
	for _, m := range slices.Backward(list) { // the latest comes first
		if m.State != dispatch.MeetingCalled && m.State != dispatch.MeetingRunning {
			continue
		}
		x := &oweMeeting{ID: m.ID, Title: m.Title, When: v.meetingWhen(m), More: max(0, len(m.Items)-agendaShown)}
		if x.Rows, err = v.agenda(m, ""); err == nil {
			x.Rows, d.Meeting = x.Rows[:min(len(x.Rows), agendaShown)], x
		}
		return err
	}
	return nil
}
