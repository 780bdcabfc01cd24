package web

import (
	"fmt"
	"html/template"
	"math/big"
	"strings"

	"shigan/app"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/figure"
	"shigan/kernel/ledger"
	"shigan/kernel/quantity"
	"shigan/kernel/words"
)

type bulletinLine struct {
	Month    calendar.Month
	State    string // open, frozen, issued
	On       string
	Seq      int64
	Amended  int
	Sum      map[string]app.Fig
	Frozen   bool
	Reported bool
}

type bulletinsPageData struct {
	Lines     []bulletinLine
	Templates bool
}

// bulletinsPage lists the months and how far each has come.
func (v *view) bulletinsPage() error {
	months, err := v.Months()
	if err != nil {
		return err
	}
	d := bulletinsPageData{Templates: may(v, "dispatch.map-template") == nil}
	for _, id := range months {
		m, err := calendar.ParseMonth(id)
		if err != nil {
			return err
		}
		month, err := dispatch.MonthOf(v.Read(), m)
		if err != nil {
			return err
		}
		l := bulletinLine{Month: m, State: "open", Amended: len(month.Amendments), Sum: map[string]app.Fig{}}
		if month.Freeze != nil {
			l.State, l.Frozen = "frozen", true
			figs, err := v.s.o.Figures(v.ctx(), m, "", groupNames, []string{app.Everything})
			if err != nil {
				return err
			}
			for _, n := range groupNames {
				l.Sum[n] = figs.Of(n, app.Everything)
			}
		}
		if b := month.Bulletin; b != nil {
			l.State, l.On, l.Seq = "issued", b.On, b.Seq
		}
		d.Lines = append(d.Lines, l)
	}
	return v.page("bulletins", v.T("bulletins.title"), d, func(p *Page) { p.Ask = "nav.bulletin" })
}

type bulletinPageData struct {
	B         *app.Bulletin
	lang      words.Lang
	Month     calendar.Month
	NotYet    bool
	Lede      []template.HTML
	Tables    []bulletinTable
	Amended   []app.AmendmentSheet
	Marks     map[string]string // group → marks of the amendments that touch it
	Sheets    template.HTML
	IssueSeq  int64
	CanIssue  bool
	CanSlips  bool
	HasSlip   map[string]bool
	May       map[string]bool // projects that the reader may open
	Months    []link
	FreezeNo  string
	RankNote  string
	NoBrowser bool
}

type bulletinTable struct {
	By   string
	Rows []bulletinRow
	Note bool
}

type bulletinRow struct {
	Group, Name, Marks, Href string
	Total                    bool
	b                        *app.Bulletin
}

// Fig gives a figure of the row.
func (r bulletinRow) Fig(name string) app.Fig { return r.b.Fig(name, r.Group) }

// Of gives a figure of a project in the bulletin.
func (d bulletinPageData) Of(id, name string) app.Fig { return d.B.Fig(name, "project/"+id) }

// Line is who a project is.
func (d bulletinPageData) Line(id string) app.ProjectInBulletin { return d.B.Lines[id] }

// Sum gives a figure of everything.
func (d bulletinPageData) Sum(name string) app.Fig { return d.B.Fig(name, app.Everything) }

// Why is the reason of a red light, in words.
func (d bulletinPageData) Why(r app.RedLine) string { return r.Reason(d.lang) }

// What says which day moved.
func (d bulletinPageData) What(m app.MovedPromise) string { return m.WhatIn(d.lang) }

// GroupName says a group.
func (d bulletinPageData) GroupName(g string) string { return d.B.GroupName(g, d.lang) }

// Money prints an amended sum.
func (d bulletinPageData) Money(s app.AmendedSum, now bool) string {
	r := s.Was
	if now {
		r = s.Now
	}
	return quantity.Show(figure.InUnit(r, s.Unit()), s.Unit(), d.lang).String()
}

// Rate prints an amended rate.
func (d bulletinPageData) Rate(r *big.Rat) string {
	if r == nil {
		return "—"
	}
	return quantity.Show(r, quantity.UnitShare, d.lang).String()
}

// Ring is the mark of an amendment.
func (d bulletinPageData) Ring(n int) string { return ringed(n) }

// Ended ends a reason as a sentence ends.
func (d bulletinPageData) Ended(s string) string {
	stop := words.Say(d.lang, "stop")
	if s = strings.TrimSpace(s); strings.HasSuffix(s, stop) || s == "" {
		return s
	}
	return s + stop
}

// Wan prints money in 万元.
func (d bulletinPageData) Wan(f quantity.Fen) string {
	return quantity.ShowMoney(f, quantity.UnitWanYuan, d.lang).String()
}

func (v *view) bulletinPage() error {
	m, err := calendar.ParseMonth(v.r.PathValue("month"))
	if err != nil {
		return errPage
	}
	month, err := dispatch.MonthOf(v.Read(), m)
	if err != nil {
		return err
	}
	d := bulletinPageData{Month: m, lang: v.Lang, HasSlip: map[string]bool{}, May: map[string]bool{}, Marks: map[string]string{}}
	if d.Months, err = v.bulletinLinks(m); err != nil {
		return err
	}
	title := v.T("bulletin.title", "place", v.T("frame.place"))
	if month.Freeze == nil {
		d.NotYet = true
		return v.page("bulletin", title, d, func(p *Page) { p.Ask = "nav.bulletin" })
	}
	if d.B, err = v.s.o.Bulletin(v.ctx(), m); err != nil {
		return err
	}
	b := d.B
	title = v.T("bulletin.title", "place", b.Place.In(v.Lang))
	d.FreezeNo = ledger.Entry{Seq: b.Frozen.Seq, RecordedAt: b.Frozen.At}.Number()
	if month.Bulletin != nil {
		d.IssueSeq = month.Bulletin.Seq
	} else {
		d.CanIssue = v.s.opt.Papers != nil && may(v, "dispatch.issue-bulletin") == nil
	}
	for _, s := range month.Slips {
		d.HasSlip[s.Project] = true
	}
	d.CanSlips = len(b.Reds) > len(month.Slips) && may(v, "dispatch.send-slips") == nil
	if d.Amended, err = v.s.o.Amendments(v.ctx(), b); err != nil {
		return err
	}
	for _, a := range d.Amended {
		for _, s := range a.Sums {
			d.Marks[s.Group] += ringed(a.No)
		}
	}
	for _, s := range b.Lede {
		d.Lede = append(d.Lede, saidHTML(v.Lang, b, s))
	}
	for _, t := range b.Tables {
		x := bulletinTable{By: t.By, Note: !t.Total}
		for _, g := range t.Groups {
			x.Rows = append(x.Rows, bulletinRow{Group: g, Name: b.GroupName(g, v.Lang), Marks: d.Marks[g], Href: groupLink(g), b: b})
		}
		if t.Total {
			x.Rows = append(x.Rows, bulletinRow{Group: app.Everything, Name: v.T("total"), Marks: d.Marks[app.Everything], Total: true, b: b})
		}
		d.Tables = append(d.Tables, x)
	}
	d.RankNote = b.RankNote(v.Lang)
	if err := v.mayOpen(&d); err != nil {
		return err
	}
	if v.s.opt.Papers != nil {
		if d.Sheets, err = v.sheets(v.s.opt.Papers.Bulletin(v.ctx(), v.Lang, v.s.o, m, "html+amendments")); err != nil {
			return err
		}
	}
	return v.page("bulletin", title, d, func(p *Page) { p.Ask = "nav.bulletin" })
}

// mayOpen tells which of the named projects the reader may open: the bulletin is for everybody, a project page is not.
func (v *view) mayOpen(d *bulletinPageData) error {
	reach, err := org.ReachOf(v.Read(), v.By, "read.project")
	if err != nil {
		return err
	}
	var ids []string
	for id := range d.B.Lines {
		ids = append(ids, id)
	}
	f := app.ProjectFilter{IDs: ids}
	if len(ids) == 0 {
		return nil
	}
	if !reach.All {
		f.ReachLink, f.ReachUnits = reach.Link, append([]string{}, reach.Units...)
	}
	lines, err := v.Read().Projects(f)
	for _, l := range lines {
		d.May[l.ID] = true
	}
	return err
}

// bulletinLinks leads to the bulletins of other frozen months.
func (v *view) bulletinLinks(m calendar.Month) ([]link, error) {
	ids, err := v.Months()
	if err != nil {
		return nil, err
	}
	var out []link
	for _, id := range ids[:min(len(ids), 12)] {
		out = append(out, link{Key: id, Href: "/bulletin/" + id, On: id == m.String()})
	}
	return out, nil
}

func groupLink(g string) string {
	kind, key, _ := strings.Cut(strings.TrimPrefix(g, "group/"), "/")
	return "/projects?" + kind + "=" + escapePath(key)
}

// ringed is the mark of an amendment: ① to ⑳.
func ringed(n int) string {
	if n >= 1 && n <= 20 {
		return string(rune(0x2460 + n - 1))
	}
	return fmt.Sprintf("(%d)", n)
}

// saidHTML puts figures into a sentence of the catalogue.
func saidHTML(lang words.Lang, b *app.Bulletin, s app.Said) template.HTML {
	text := template.HTMLEscapeString(words.Say(lang, s.Key, "month", b.Month.Prose(lang, 0), "m", b.Month.Month))
	for i, u := range s.Uses {
		f := b.Fig(u.Name, u.Subject)
		unit := u.Unit
		if unit == "" {
			unit = f.Unit
		}
		html := numHTML(lang, f, unit, u.As != "bare")
		if u.As == "size" {
			html = template.HTML(`<a class="w" ` + attrs(f) + `>` + template.HTMLEscapeString(strings.TrimPrefix(f.In(unit, lang).String(), "-")) + `</a>`)
		}
		text = strings.ReplaceAll(text, fmt.Sprintf("{%d}", i), string(html))
	}
	return template.HTML(text)
}

func (v *view) bulletinFile() error {
	press, err := v.papers()
	if err != nil {
		return err
	}
	m, err := calendar.ParseMonth(v.r.PathValue("month"))
	if err != nil {
		return errPage
	}
	format := v.r.PathValue("format")
	raw, err := press.Bulletin(v.ctx(), v.Lang, v.s.o, m, format)
	return v.send("bulletin-"+m.String(), format, raw, err)
}

func (v *view) issueBulletin() error {
	press, err := v.papers()
	if err != nil {
		return err
	}
	m, err := calendar.ParseMonth(v.r.PathValue("month"))
	if err != nil {
		return errPage
	}
	if _, err := v.s.o.IssueBulletin(v.ctx(), v.By, m, press, v.options()); err != nil {
		return err
	}
	return v.seeOther("/bulletin/" + m.String())
}
