package web

import (
	"html/template"
	"slices"
	"strconv"

	"shigan/app"
	"shigan/domain/project"
	"shigan/engine/draw"
	"shigan/kernel/calendar"
)

// districtSlips is how many promises the district's page names.
const districtSlips = 5

type districtPage struct {
	Month      string
	AsOf       asOf
	Sum        map[string]app.Fig
	Fronts     []groupRow
	Lists      []groupRow
	Industries []groupRow
	Units      []groupRow
	Reds       []projectRow
	Moved      []movedRow
	Lights     template.HTML
	Months     []link
	Status     *app.MonthStatus
	Counts     map[string]int
	Chart      string
	Ahead      *districtAhead // nil where nothing is said of what is to come
	Owes       []owesView
	Asked      map[string]askedView // by front: what was asked for there
}

type groupRow struct {
	Key, Name, Href string
	Figs            map[string]app.Fig
	Lights          template.HTML
}

// Fig gives a figure of the group.
func (g groupRow) Fig(name string) app.Fig { return g.Figs[name] }

type movedRow struct {
	ID, Name, What, Was, Now, Reason string
	Seq                              int64
}

// groups computes the head figures of many groups.
func (v *view) groups(m calendar.Month, subjects []string, name func(string) string, href func(string) string) ([]groupRow, *app.Figures, error) {
	figs, err := v.s.o.GroupFigures(v.ctx(), m, groupNames, subjects)
	if err != nil {
		return nil, nil, err
	}
	var out []groupRow
	for _, s := range subjects {
		g := groupRow{Key: s, Name: name(s), Href: href(s), Figs: map[string]app.Fig{}}
		for _, n := range groupNames {
			g.Figs[n] = figs.Of(n, s)
		}
		g.Lights = v.stack(g.Figs, 180)
		out = append(out, g)
	}
	return out, figs, nil
}

// stack draws how many stand under each light.
func (v *view) stack(figs map[string]app.Fig, width float64) template.HTML {
	var counts []draw.Count
	title := ""
	for _, h := range []string{"green", "yellow", "red", "none"} {
		n, _ := figs["group_"+h].Float()
		counts = append(counts, draw.Count{Kind: h, N: int(n)})
		title += v.T("hue."+h) + " " + figs["group_"+h].Text(v.Lang).Text + " "
	}
	return draw.StackedLights(width, title, counts...)
}

// district is the plan on one page: what is, and, of the month that runs, what is likely to come of it.
func (v *view) district() error {
	if err := may(v, "read.district"); err != nil {
		return err
	}
	m, err := v.month()
	if err != nil {
		return err
	}
	d := districtPage{Month: m.String(), Sum: map[string]app.Fig{}}
	all, err := v.s.o.Groups(v.ctx(), m)
	if err != nil {
		return err
	}
	pick := func(prefix string) []string {
		var out []string
		for _, g := range all {
			if len(g) > len(prefix) && g[:len(prefix)] == prefix {
				out = append(out, g)
			}
		}
		return out
	}
	name := func(s string) string { n, _ := v.subjectName(s); return n }
	sums, figs, err := v.groups(m, []string{app.Everything}, name, func(string) string { return "/projects" })
	if err != nil {
		return err
	}
	d.Sum, d.Lights = sums[0].Figs, v.stack(sums[0].Figs, 560)
	d.AsOf = v.asOf(figs)
	link := func(key string) func(string) string {
		return func(s string) string { return "/projects?" + key + "=" + s[len("group/"+kindOf(s)+"/"):] }
	}
	if d.Fronts, err = v.frontRows(m, all, sums[0]); err != nil {
		return err
	}
	if d.Lists, _, err = v.groups(m, pick("group/list/"), name, link("list")); err != nil {
		return err
	}
	if d.Industries, _, err = v.groups(m, pick("group/industry/"), name, link("industry")); err != nil {
		return err
	}
	if d.Units, _, err = v.groups(m, pick("group/local/"), name, link("local")); err != nil {
		return err
	}
	f, err := v.filter(m)
	if err != nil {
		return err
	}
	if d.Reds, _, err = v.rows(m, f, "red", "planned_year"); err != nil {
		return err
	}
	if err := v.samples(d.Reds); err != nil {
		return err
	}
	if len(d.Reds) > 8 {
		d.Reds = d.Reds[:8]
	}
	f.Moved = true
	moved, err := v.Read().Projects(f)
	if err != nil {
		return err
	}
	for _, l := range moved {
		p, err := project.Of(v.Read(), l.ID)
		if err != nil {
			return err
		}
		last := p.Moves[len(p.Moves)-1]
		if len(d.Moved) < 8 {
			d.Moved = append(d.Moved, movedRow{p.ID, p.Facts.Name.In(v.Lang), labelOf(v.Lang, "what", last.What), last.Was, last.Now, last.Reason, last.Seq})
		}
	}
	if d.Months, err = v.monthLinks("/", m); err != nil {
		return err
	}
	if st, err := v.s.o.Status(v.ctx(), m); err == nil {
		d.Status = st
	}
	if d.Ahead, err = v.ahead(m); err != nil {
		return err
	}
	if d.Owes, err = v.owes(); err != nil {
		return err
	}
	if d.Asked, err = v.asked(); err != nil {
		return err
	}
	return v.page("district", v.T("district.title"), d, func(p *Page) { p.Ask = "nav.plan" })
}

// frontRows is one row per front. The first counts the dispatched projects, the second the renewal projects of the year; a front
// that keeps no account yet says so.
func (v *view) frontRows(m calendar.Month, groups []string, everything groupRow) ([]groupRow, error) {
	var out []groupRow
	for _, f := range fronts {
		row := groupRow{Key: f, Href: "/projects?front=" + f}
		year := "group/list/renewal-" + strconv.Itoa(m.Year)
		switch {
		case f == "projects":
			row.Figs, row.Lights = everything.Figs, everything.Lights
		case f == "renewal" && slices.Contains(groups, year):
			rows, _, err := v.groups(m, []string{year}, func(string) string { return "" }, func(string) string { return "" })
			if err != nil {
				return nil, err
			}
			row.Figs, row.Lights, row.Href = rows[0].Figs, rows[0].Lights, "/projects?list=renewal-"+strconv.Itoa(m.Year)
		}
		out = append(out, row)
	}
	return out, nil
}

func kindOf(group string) string {
	rest := group[len("group/"):]
	for i := range rest {
		if rest[i] == '/' {
			return rest[:i]
		}
	}
	return rest
}

// monthLinks lets a page be seen at other month ends.
func (v *view) monthLinks(base string, m calendar.Month) ([]link, error) {
	ids, err := v.Months()
	if err != nil {
		return nil, err
	}
	var out []link
	for i, id := range ids {
		if i >= 12 {
			break
		}
		out = append(out, link{Key: id, Href: base + "?m=" + id, On: id == m.String()})
	}
	return out, nil
}
