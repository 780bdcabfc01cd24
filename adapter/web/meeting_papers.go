package web

import (
	"context"
	"html/template"
	"strconv"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/words"
)

// MeetingPapers are the papers of meetings and cases; what sets them is part of Papers.
type MeetingPapers interface {
	app.MinutesPrinter                                                                                                 // sets what is issued
	MeetingPack(ctx context.Context, lang words.Lang, o *app.Office, by org.Signer, id, format string) ([]byte, error) // html, pdf
	Minutes(ctx context.Context, lang words.Lang, o *app.Office, by org.Signer, id, format string) ([]byte, error)     // html, docx, pdf
	TaskList(ctx context.Context, lang words.Lang, o *app.Office, by org.Signer, id, format string) ([]byte, error)
	Notice(ctx context.Context, lang words.Lang, o *app.Office, by org.Signer, id, unit, format string) ([]byte, error)
	CaseSlip(ctx context.Context, lang words.Lang, o *app.Office, id string, n int, format string) ([]byte, error)
	Weekly(ctx context.Context, lang words.Lang, o *app.Office, monday calendar.Date, format string) ([]byte, error)
}

// printedPage is a paper as print pages on a page of the site, with its files beside.
type printedPage struct {
	M      dispatch.Meeting
	When   string
	Kind   string // pack, minutes, list, letter, slip, weekly
	Title  string
	Say    string
	Sheets template.HTML
	Files  []link
	Back   []link
	Wide   bool
	Prev   string
	Next   string
	Seq    int64
}

// meetingPaper shows or sends one of a meeting's papers.
func (v *view) meetingPaper(kind string, set func(p Papers, id, format string) ([]byte, error), formats ...string) error {
	press, err := v.papers()
	if err != nil {
		return err
	}
	m, _, err := v.s.o.Meeting(v.ctx(), v.By, v.r.PathValue("id"))
	if err != nil {
		return err
	}
	at := "/meeting/" + m.ID + "/" + kind
	name := kind + "-" + m.ID
	if unit := v.r.PathValue("unit"); unit != "" {
		at += "/" + unit
		name += "-" + unit
	}
	if format := v.r.PathValue("format"); format != "" {
		raw, err := set(press, m.ID, format)
		return v.send(name, format, raw, err)
	}
	d := printedPage{M: m, When: v.meetingWhen(m), Kind: kind, Title: v.T("meeting.paper." + kind), Say: v.T("meeting.paper." + kind + ".say"),
		Back: []link{{Key: v.T("nav.dispatch"), Href: "/dispatch"}, {Key: v.T("meetings"), Href: "/meetings"}, {Key: v.meetingWhen(m) + " " + m.Title, Href: "/meeting/" + m.ID}}}
	for _, f := range formats {
		d.Files = append(d.Files, link{Key: v.T("meeting.file." + f), Href: at + "/" + f})
	}
	if d.Sheets, err = v.sheets(set(press, m.ID, "html")); err != nil {
		return err
	}
	return v.page("meeting-printed", d.Title+" · "+m.Title, d, func(p *Page) { p.Ask = "nav.dispatch" })
}

func (v *view) packPaper() error {
	return v.meetingPaper("pack", func(p Papers, id, f string) ([]byte, error) {
		return p.MeetingPack(v.ctx(), v.Lang, v.s.o, v.By, id, f)
	}, "pdf")
}

func (v *view) minutesPaper() error {
	return v.meetingPaper("minutes", func(p Papers, id, f string) ([]byte, error) { return p.Minutes(v.ctx(), v.Lang, v.s.o, v.By, id, f) }, "docx", "pdf")
}

func (v *view) listPaper() error {
	return v.meetingPaper("list", func(p Papers, id, f string) ([]byte, error) { return p.TaskList(v.ctx(), v.Lang, v.s.o, v.By, id, f) }, "docx", "pdf")
}

func (v *view) letterPaper() error {
	unit := v.r.PathValue("unit")
	return v.meetingPaper("letter", func(p Papers, id, f string) ([]byte, error) {
		return p.Notice(v.ctx(), v.Lang, v.s.o, v.By, id, unit, f)
	}, "docx", "pdf")
}

// caseSlipPage is a slip as a letter: on the page, or as a file.
func (v *view) caseSlipPage() error {
	press, err := v.papers()
	if err != nil {
		return err
	}
	id := v.r.PathValue("case")
	n, err := strconv.Atoi(v.r.PathValue("n"))
	if err != nil {
		return errPage
	}
	if err := app.MaySeeCase(v.Read(), v.By, id); err != nil {
		return err
	}
	if format := v.r.PathValue("format"); format != "" {
		raw, err := press.CaseSlip(v.ctx(), v.Lang, v.s.o, id, n, format)
		return v.send("slip-"+id+"-"+strconv.Itoa(n), format, raw, err)
	}
	c, err := casework.Of(v.Read(), id)
	if err != nil {
		return err
	}
	at := "/slips/" + id + "/" + strconv.Itoa(n)
	d := printedPage{Kind: "slip", Title: v.T("slip.page.title"), Say: v.T("meeting.paper.slip.say"), Back: []link{{Key: v.T("nav.owe"), Href: "/owe"}, {Key: c.Title, Href: "/case/" + id}},
		Files: []link{{Key: v.T("meeting.file.docx"), Href: at + "/docx"}, {Key: v.T("meeting.file.pdf"), Href: at + "/pdf"}}}
	if d.Sheets, err = v.sheets(press.CaseSlip(v.ctx(), v.Lang, v.s.o, id, n, "html")); err != nil {
		return err
	}
	d.Seq = c.Slips[n-1].Seq
	return v.page("meeting-printed", d.Title+" · "+c.Title, d, func(p *Page) { p.Ask, p.Front = "nav.owe", "supervision" })
}

// latestWeek leads to the last week's bulletin.
func (v *view) latestWeek() error {
	return v.seeOther("/weekly/" + app.WeekOf(v.today()).AddDays(-7).String())
}

// weeklyPage 周协调通报 of one week, with the weeks beside it.
func (v *view) weeklyPage() error {
	press, err := v.papers()
	if err != nil {
		return err
	}
	monday, err := calendar.ParseDay(v.r.PathValue("monday"))
	if err != nil {
		return app.ErrWeek.With("day", v.r.PathValue("monday"))
	}
	if format := v.r.PathValue("format"); format != "" {
		raw, err := press.Weekly(v.ctx(), v.Lang, v.s.o, monday, format)
		return v.send("weekly-"+monday.String(), format, raw, err)
	}
	at := "/weekly/" + monday.String()
	d := printedPage{Kind: "weekly", Title: v.T("weekly"), Say: v.T("meeting.paper.weekly.say"), Prev: "/weekly/" + monday.AddDays(-7).String(),
		Back:  []link{{Key: v.T("nav.dispatch"), Href: "/dispatch"}, {Key: v.T("meetings"), Href: "/meetings"}},
		Files: []link{{Key: v.T("meeting.file.docx"), Href: at + "/docx"}, {Key: v.T("meeting.file.pdf"), Href: at + "/pdf"}}}
	if next := monday.AddDays(7); !next.After(app.WeekOf(v.today())) {
		d.Next = "/weekly/" + next.String()
	}
	if d.Sheets, err = v.sheets(press.Weekly(v.ctx(), v.Lang, v.s.o, monday, "html")); err != nil {
		return err
	}
	return v.page("meeting-printed", d.Title+" · "+monday.String(), d, func(p *Page) { p.Ask = "nav.dispatch" })
}
