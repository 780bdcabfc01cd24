package web

import (
	"net/url"
	"slices"
	"strconv"

	"shigan/app"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/kernel/calendar"
)

// owePage 谁欠什么 is the ladder of one use of desks, who holds what, and the list of what is open, the oldest due first.
type owePage struct {
	Use                     string
	Tabs                    []tab
	L                       *app.Ladder
	Top                     int // open on the highest rung
	Month                   string
	Rungs                   []oweRung
	Units, People           []oweCount
	Rows                    []oweRow
	Level, Unit, Post, Said string // the filter, as the address has it, and as a sentence
	Total, From, To         int
	Prev, Next, All         string
	Meeting                 *dispatch.Meeting
}

// oweRung is one tread.
type oweRung struct {
	app.LadderRung
	Name, Who, Limit, Href string
	Rows                   []oweRow
}

type oweRow struct {
	ID, Title, About, Turn, Level, State string
	S                                    stands
}

type oweCount struct {
	Name, Href string
	N          int
}

// oweUses are the desks' uses that the page can show.
var oweUses = []string{"problem", "task", "supervision", "finding"}

const owePageSize = 30

func (v *view) owePage() error {
	q := v.r.URL.Query()
	d := &owePage{Use: q.Get("use"), Level: q.Get("level"), Unit: q.Get("unit"), Post: q.Get("post")}
	if !slices.Contains(oweUses, d.Use) {
		d.Use = oweUses[0]
	}
	l, err := v.s.o.LadderOf(v.ctx(), v.By, app.CaseFilter{Use: d.Use})
	if err != nil {
		return err
	}
	d.L, d.Month = l, l.Month.Prose(v.Lang, calendar.DateOf(v.s.o.Clock()).Year())
	for _, use := range oweUses {
		n, err := v.s.o.CountCasesOf(v.ctx(), v.By, app.CaseFilter{Use: use, Open: true})
		if err != nil {
			return err
		}
		t := tab{Key: use, Href: "/owe?use=" + use, On: use == d.Use}
		for _, c := range n {
			t.N += c.N
		}
		d.Tabs = append(d.Tabs, t)
	}
	v.oweRungs(d)
	if err := v.oweCounts(d); err != nil {
		return err
	}
	if err := v.oweList(d); err != nil {
		return err
	}
	if d.Use == oweUses[0] {
		if err := v.oweMeeting(d); err != nil {
			return err
		}
	}
	return v.page("owe", v.T("nav.owe"), d, func(p *Page) { p.Ask = "nav.owe" })
}

func (v *view) oweRungs(d *owePage) {
	for _, g := range d.L.Rungs {
		r := oweRung{LadderRung: g, Name: v.levelName(g.Level), Href: d.address("level", strconv.Itoa(g.Level), 0)}
		if d.L.Desk != nil && g.Level >= 1 && g.Level <= len(d.L.Desk.Ladder) {
			x := d.L.Desk.Ladder[g.Level-1]
			r.Who = x.In(v.Lang)
			if s, ok := x.Limit.On(calendar.DateOf(v.s.o.Clock()).String()); ok {
				r.Limit = v.T("owe.limit", "limit", v.span(s.Amount, s.Measure))
			}
		}
		for _, c := range g.Oldest {
			r.Rows = append(r.Rows, v.oweRow(c))
		}
		d.Top = g.Open
		d.Rungs = append(d.Rungs, r)
	}
}

func (v *view) oweRow(c app.CaseView) oweRow {
	about := c.Names.Unit.In(v.Lang)
	if p := c.Names.Project.In(v.Lang); p != "" && about != "" {
		about = p + " · " + about
	} else if p != "" {
		about = p
	}
	return oweRow{ID: c.ID, Title: c.Title, About: about, Turn: v.nextName(c.Desk, c.Standing.Next), Level: v.levelName(c.Level), State: c.Names.State.In(v.Lang),
		S: v.standing(c.Desk, c.Case, c.Standing, v.s.o.Clock())}
}

// oweCounts names who holds how many, the most first.
func (v *view) oweCounts(d *owePage) error {
	units := map[string]int{}
	for _, c := range d.L.Units {
		units[c.By["unit"]] += c.N
	}
	posts := map[string]int{}
	for _, c := range d.L.Turns {
		if c.By["next_post"] != "" {
			posts[c.By["next_post"]] += c.N
		}
	}
	names, err := app.Named[org.Unit](v.Read(), org.UnitKind, sortedKeys(units))
	if err != nil {
		return err
	}
	for id, n := range units {
		name := v.T("owe.nobody")
		if u, ok := names[id]; ok {
			name = u.Name.In(v.Lang)
		}
		d.Units = append(d.Units, oweCount{name, d.address("unit", id, 0), n})
	}
	for id, n := range posts {
		d.People = append(d.People, oweCount{v.postName(id), d.address("post", id, 0), n})
	}
	for _, list := range [][]oweCount{d.Units, d.People} {
		slices.SortFunc(list, func(a, b oweCount) int {
			if a.N != b.N {
				return b.N - a.N
			}
			if a.Name < b.Name {
				return -1
			}
			return 1
		})
	}
	d.Units, d.People = d.Units[:min(len(d.Units), 12)], d.People[:min(len(d.People), 12)]
	return nil
}

func sortedKeys(m map[string]int) []string {
	var out []string
	for k := range m {
		if k != "" {
			out = append(out, k)
		}
	}
	slices.Sort(out)
	return out
}

// oweList is what the filter leaves, a page of it.
func (v *view) oweList(d *owePage) error {
	f := app.CaseFilter{Use: d.Use, Open: true, Unit: d.Unit, NextPost: d.Post}
	f.Level, _ = strconv.Atoi(d.Level)
	from, _ := strconv.Atoi(v.r.URL.Query().Get("from"))
	counts, err := v.s.o.CountCasesOf(v.ctx(), v.By, f)
	if err != nil {
		return err
	}
	for _, c := range counts {
		d.Total += c.N
	}
	f.Offset, f.Limit = max(from, 0), owePageSize
	lines, err := v.s.o.CasesOf(v.ctx(), v.By, f)
	if err != nil {
		return err
	}
	views, err := v.s.o.CaseLines(v.ctx(), lines)
	if err != nil {
		return err
	}
	for _, c := range views {
		d.Rows = append(d.Rows, v.oweRow(c))
	}
	d.From, d.To = f.Offset+1, f.Offset+len(d.Rows)
	if f.Offset > 0 {
		d.Prev = d.address("", "", max(f.Offset-owePageSize, 0))
	}
	if d.To < d.Total {
		d.Next = d.address("", "", d.To)
	}
	switch {
	case d.Level != "":
		d.Said = v.levelName(f.Level)
	case d.Unit != "":
		d.Said = v.unitNames()[d.Unit]
	case d.Post != "":
		d.Said = v.postName(d.Post)
	}
	if d.Said != "" {
		d.All = "/owe?use=" + d.Use
	}
	return nil
}

// address is the page with one filter; with none of its own it keeps the one that is set.
func (d *owePage) address(key, value string, from int) string {
	q := url.Values{"use": {d.Use}}
	if key != "" {
		q.Set(key, value)
	} else {
		for k, x := range map[string]string{"level": d.Level, "unit": d.Unit, "post": d.Post} {
			if x != "" {
				q.Set(k, x)
			}
		}
	}
	if from > 0 {
		q.Set("from", strconv.Itoa(from))
	}
	return "/owe?" + q.Encode()
}

// oweMeeting is the next meeting that was called, for those who read meetings.
func (v *view) oweMeeting(d *owePage) error {
	if may(v, "read.meeting") != nil {
		return nil
	}
	all, err := app.All[dispatch.Meeting](v.Read(), dispatch.MeetingKind, "")
	if err != nil {
		return err
	}
	for i, m := range all {
		if m.State == dispatch.MeetingCalled || m.State == dispatch.MeetingRunning {
			if d.Meeting == nil || m.On < d.Meeting.On {
				d.Meeting = &all[i]
			}
		}
	}
	return nil
}
