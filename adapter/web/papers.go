package web

import (
	"html/template"
	"strconv"
	"strings"

	"shigan/app"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/figure"
)

// paperRoutes are the pages of what is printed: bulletins, letters, slips, wall charts, the superior's forms.
func paperRoutes() []route {
	return []route{
		{"GET", "/bulletins", "read.month", (*view).bulletinsPage, 0},
		{"GET", "/bulletin/{month}", "read.month", (*view).bulletinPage, 0},
		{"GET", "/bulletin/{month}/{format}", "read.month", (*view).bulletinFile, 0},
		{"POST", "/bulletin/{month}/issue", "dispatch.issue-bulletin", (*view).issueBulletin, 0},
		{"GET", "/project/{id}/letter", "read.project", (*view).letterPage, 0},
		{"GET", "/project/{id}/letter/{version}/{format}", "read.project", (*view).letterFile, 0},
		{"POST", "/project/{id}/letter/draw", "project.draw-letter", (*view).drawLetter, 0},
		{"POST", "/project/{id}/letter/{version}/sign", "project.sign-letter", (*view).signOnPaper, 0},
		{"GET", "/slip/{month}/{project}", "read.project", (*view).slipPage, 0},
		{"GET", "/slip/{month}/{project}/{format}", "read.project", (*view).slipFile, 0},
		{"GET", "/wall/{front}", "read.projects", (*view).wallPage, 0},
		{"GET", "/wall/{front}/{format}", "read.projects", (*view).wallFile, 0},
		{"GET", "/templates", "dispatch.map-template", (*view).templatesPage, 0},
		{"POST", "/templates", "dispatch.map-template", (*view).keepTemplate, templateLimit},
		{"GET", "/template/{id}", "dispatch.map-template", (*view).templatePage, 0},
		{"POST", "/template/{id}", "dispatch.map-template", (*view).mapTemplate, 0},
		{"GET", "/template/{id}/fill", "dispatch.map-template", (*view).fillTemplate, 0},
	}
}

const templateLimit = 20 << 20

var mediaTypes = map[string]string{
	"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"pdf":  "application/pdf", "svg": "image/svg+xml",
}

// papers gives what sets paper; a house without it has no such files.
func (v *view) papers() (Papers, error) {
	if v.s.opt.Papers == nil {
		return nil, errPage
	}
	return v.s.opt.Papers, nil
}

// sheets is a paper as print pages for the middle of a page. They come out of templates that escape every text.
func (v *view) sheets(raw []byte, err error) (template.HTML, error) { return template.HTML(raw), err }

// send sends a paper under a plain name.
func (v *view) send(name, format string, raw []byte, err error) error {
	if err != nil {
		return err
	}
	kind, _, _ := strings.Cut(format, "+")
	media, ok := mediaTypes[kind]
	if !ok {
		return errPage
	}
	return v.download(name+"."+kind, media, raw)
}

// visible reads a project that the reader may see.
func (v *view) visible(id string) (project.Project, error) {
	p, err := project.Of(v.Read(), id)
	if err != nil {
		return p, err
	}
	return p, org.May(v.Read(), v.By, "read.project", p.Scope())
}

type slipPage struct {
	P      project.Project
	Month  calendar.Month
	Sheets template.HTML
	Figs   *app.Figures
	AsOf   asOf
	Lights []string
	Seq    int64
}

// Fig gives a figure of the slip's project.
func (d slipPage) Fig(name string) app.Fig { return d.Figs.Of(name, "project/"+d.P.ID) }

func (v *view) slipOf() (project.Project, calendar.Month, error) {
	m, err := calendar.ParseMonth(v.r.PathValue("month"))
	if err != nil {
		return project.Project{}, m, errPage
	}
	p, err := v.visible(v.r.PathValue("project"))
	return p, m, err
}

func (v *view) slipPage() error {
	p, m, err := v.slipOf()
	if err != nil {
		return err
	}
	press, err := v.papers()
	if err != nil {
		return err
	}
	d := slipPage{P: p, Month: m}
	if d.Sheets, err = v.sheets(press.Slip(v.ctx(), v.Lang, v.s.o, m, p.ID, "html")); err != nil {
		return err
	}
	month, err := dispatch.MonthOf(v.Read(), m)
	if err != nil {
		return err
	}
	for _, s := range month.Slips {
		if s.Project == p.ID {
			d.Lights, d.Seq = s.Reasons, s.Seq
		}
	}
	if d.Figs, err = v.s.o.Figures(v.ctx(), m, "", append([]string{"lag", "invested_share", figure.Overall}, d.Lights...), app.Subjects([]string{p.ID})); err != nil {
		return err
	}
	d.AsOf = v.asOf(d.Figs)
	return v.page("slip", v.T("slip.page.title"), d, func(pg *Page) { pg.Ask, pg.Front = "nav.bulletin", "supervision" })
}

func (v *view) slipFile() error {
	p, m, err := v.slipOf()
	if err != nil {
		return err
	}
	press, err := v.papers()
	if err != nil {
		return err
	}
	format := v.r.PathValue("format")
	raw, err := press.Slip(v.ctx(), v.Lang, v.s.o, m, p.ID, format)
	return v.send("slip-"+m.String()+"-"+p.ID, format, raw, err)
}

type wallPage struct {
	Front  string
	Month  calendar.Month
	Count  int
	Fronts []link
	Months []link
	Sum    map[string]app.Fig
	AsOf   asOf
}

// Pages numbers the sheets, for their links.
func (d wallPage) Pages() []int {
	var out []int
	for i := range d.Count {
		out = append(out, i+1)
	}
	return out
}

func (v *view) wallPage() error {
	press, err := v.papers()
	if err != nil {
		return err
	}
	m, err := v.month()
	if err != nil {
		return err
	}
	d := wallPage{Front: v.r.PathValue("front"), Month: m, Sum: map[string]app.Fig{}}
	raw, err := press.Wall(v.ctx(), v.Lang, v.s.o, m, d.Front, "html")
	if f, ok := app.Refused(err); err != nil && (!ok || f.Code != "paper.no-rows") {
		return err
	}
	d.Count = strings.Count(string(raw), `class="a3"`)
	for _, f := range fronts {
		members, err := v.Read().Facts().Members(v.ctx(), "group/front/"+f, m, figure.At{})
		if err != nil {
			return err
		}
		if len(members) > 0 || f == d.Front {
			d.Fronts = append(d.Fronts, link{Key: v.T("front.short." + f), Href: "/wall/" + f + "?m=" + m.String(), On: f == d.Front})
		}
	}
	if d.Months, err = v.monthLinks("/wall/"+d.Front, m); err != nil {
		return err
	}
	figs, err := v.s.o.Figures(v.ctx(), m, "", groupNames, []string{"group/front/" + d.Front})
	if err != nil {
		return err
	}
	for _, n := range groupNames {
		d.Sum[n] = figs.Of(n, "group/front/"+d.Front)
	}
	d.AsOf = v.asOf(figs)
	return v.page("wall", v.T("wall.page.title", "front", labelOf(v.Lang, "front.short", d.Front)), d, func(pg *Page) { pg.Ask, pg.Front = "nav.projects", d.Front })
}

func (v *view) wallFile() error {
	press, err := v.papers()
	if err != nil {
		return err
	}
	m, err := v.month()
	if err != nil {
		return err
	}
	front, format := v.r.PathValue("front"), v.r.PathValue("format")
	name := "wall-" + front + "-" + m.String()
	if n, err := strconv.Atoi(v.r.FormValue("sheet")); err == nil && format == "svg" {
		front += "/" + strconv.Itoa(n)
		name += "-" + strconv.Itoa(n)
	}
	raw, err := press.Wall(v.ctx(), v.Lang, v.s.o, m, front, format)
	return v.send(name, format, raw, err)
}
