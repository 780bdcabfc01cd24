package web

import (
	"html/template"
	"maps"
	"slices"
	"strconv"

	"shigan/app"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
)

type letterPage struct {
	P        project.Project
	L        *project.Letter // the version that is shown
	Last     bool
	Complete bool
	Versions []letterVersion
	Signers  []dutyRung
	Sheets   template.HTML
	CanSign  bool
	Signed   bool
	CanDraw  bool
	Years    []string
	Year     string
	Figs     *app.Figures
	AsOf     asOf
	Key      string
}

type letterVersion struct {
	N                    int
	Drawn, Void          string
	On, Complete, Newest bool
	Seq                  int64
}

// Fig gives a figure of the letter's project.
func (d letterPage) Fig(name string) app.Fig { return d.Figs.Of(name, "project/"+d.P.ID) }

func (v *view) letterPage() error {
	p, err := v.visible(v.r.PathValue("id"))
	if err != nil {
		return err
	}
	d := letterPage{P: p, Key: app.NewKey()}
	d.Years = slices.Sorted(maps.Keys(p.Plans))
	if n := len(d.Years); n > 0 {
		d.Year = d.Years[n-1]
	}
	d.CanDraw = org.May(v.Read(), v.By, "project.draw-letter", p.Scope()) == nil && len(d.Years) > 0
	n, err := strconv.Atoi(v.r.FormValue("v"))
	if err != nil || n < 1 || n > len(p.Letters) {
		n = len(p.Letters)
	}
	for i, l := range p.Letters {
		d.Versions = append(d.Versions, letterVersion{l.Version, l.Drawn, l.Void, i == n-1, l.Complete(), i == len(p.Letters)-1, l.Seq})
	}
	slices.Reverse(d.Versions)
	m, err := v.month()
	if err != nil {
		return err
	}
	if n > 0 {
		l := p.Letters[n-1]
		d.L, d.Last, d.Complete = &l, n == len(p.Letters), l.Complete()
		for _, link := range l.Duty.Links() {
			if link.Post == "" || !slices.Contains(l.Signers, link.Post) {
				continue
			}
			r := v.rung(link.Rung, link.Post, calendar.DateOf(v.s.o.Clock()).String())
			for _, s := range l.Signatures {
				if s.Post == link.Post {
					r.On, r.Seq, r.Person = s.On, s.Seq, v.s.o.PersonName(v.ctx(), s.Person)
				}
			}
			d.Signers = append(d.Signers, r)
		}
		d.Signed = l.SignedBy(v.By.Post)
		d.CanSign = d.Last && l.Void == "" && !d.Signed && slices.Contains(l.Signers, v.By.Post) && org.May(v.Read(), v.By, "project.sign-letter", p.Scope()) == nil
		if press := v.s.opt.Papers; press != nil {
			if d.Sheets, err = v.sheets(press.Letter(v.ctx(), v.Lang, v.s.o, p.ID, n, "html")); err != nil {
				return err
			}
		}
	}
	if d.Figs, err = v.s.o.Figures(v.ctx(), m, "", []string{"total_investment", "planned_year"}, app.Subjects([]string{p.ID})); err != nil {
		return err
	}
	d.AsOf = v.asOf(d.Figs)
	return v.page("letter", v.T("letter")+" · "+p.Facts.Name.In(v.Lang), d, func(pg *Page) { pg.Ask = "nav.projects" })
}

func (v *view) letterFile() error {
	p, err := v.visible(v.r.PathValue("id"))
	if err != nil {
		return err
	}
	press, err := v.papers()
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(v.r.PathValue("version"))
	if err != nil {
		return errPage
	}
	format := v.r.PathValue("format")
	raw, err := press.Letter(v.ctx(), v.Lang, v.s.o, p.ID, n, format)
	return v.send("letter-"+p.ID+"-"+strconv.Itoa(n), format, raw, err)
}

func (v *view) drawLetter() error {
	id := v.r.PathValue("id")
	year, err := strconv.Atoi(v.r.FormValue("year"))
	if err != nil {
		return errForm.With("field", v.T("letter.page.year"))
	}
	if _, err := v.s.o.Do(v.ctx(), v.By, project.DrawLetter{ID: id, Year: year}, v.options()); err != nil {
		return err
	}
	return v.seeOther("/project/" + id + "/letter")
}

// signOnPaper signs the version that lies on the page.
func (v *view) signOnPaper() error {
	id := v.r.PathValue("id")
	n, err := strconv.Atoi(v.r.PathValue("version"))
	if err != nil {
		return errPage
	}
	if _, err := v.s.o.Do(v.ctx(), v.By, project.SignLetter{ID: id, Version: n}, v.options()); err != nil {
		return err
	}
	return v.seeOther("/project/" + id + "/letter")
}
