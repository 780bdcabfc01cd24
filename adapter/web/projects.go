package web

import (
	"net/url"
	"slices"
	"sort"
	"strconv"
	"strings"

	"shigan/app"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/figure"
	"shigan/kernel/ledger"
)

// option of a choice in the filter sentence.
type option struct{ Key, Label string }

// asOf says what the page's figures know.
type asOf struct {
	Month  calendar.Month
	Frozen bool
	Seq    int64
	Number string
	At     string
	Pack   string
}

func (v *view) asOf(f *app.Figures) asOf {
	a := asOf{Month: f.Month, Pack: f.Set.Pack.Say.In(v.Lang)}
	if f.Freeze != nil {
		a.Frozen, a.Seq, a.At = true, f.Freeze.Seq, f.Freeze.RecordedAt
		a.Number = ledger.Entry{Seq: f.Freeze.Seq, RecordedAt: f.Freeze.RecordedAt}.Number()
	}
	return a
}

// groupNames are what the head and the foot of lists show.
var groupNames = []string{"group_count", "group_planned", "group_invested", "group_month", "group_rate", "group_time_share", "group_lag",
	"group_red", "group_yellow", "group_green", "group_none", "group_reported"}

// rowNames are what a row shows.
var rowNames = []string{"planned_year", "invested_month", "invested_ytd", "invested_share", "time_share", "lag", "light.start", "light.progress", "light.money", "light.library", figure.Overall, "moves"}

// projectRow is one line of the list.
type projectRow struct {
	ID, Name, Level, Industry, Domain, Unit, Finish string
	Sample                                          bool
	Moves                                           int
	figs                                            *app.Figures
}

// Fig gives a figure of the row.
func (r projectRow) Fig(name string) app.Fig { return r.figs.Of(name, "project/"+r.ID) }

type projectsPage struct {
	F                                                     app.ProjectFilter
	Hue, Moved, Sort, Month, Query                        string
	Levels, Classes, Lists, Units, Hues, MovedOpts, Sorts []option
	Views                                                 []savedView
	Rows                                                  []projectRow
	Sum                                                   map[string]app.Fig
	AsOf                                                  asOf
	From, To, N                                           int
	Prev, Next                                            string
	Total                                                 bool
}

type savedView struct {
	Label, Href string
	On          bool
	Fig         app.Fig
}

const pageSize = 50

// filter reads the filter from the address and limits it to what the reader may see.
func (v *view) filter(m calendar.Month) (app.ProjectFilter, error) {
	q := v.r.URL.Query()
	f := app.ProjectFilter{Query: strings.TrimSpace(q.Get("q")), Level: q.Get("level"), Class: q.Get("class"), List: q.Get("list"), Local: q.Get("local"),
		Industry: q.Get("industry"), Front: q.Get("front"), Line: q.Get("line"), Moved: q.Get("moved") == "yes"}
	reach, err := org.ReachOf(v.Read(), v.By, "read.project")
	if err != nil {
		return f, err
	}
	if !reach.All {
		f.ReachLink, f.ReachUnits = reach.Link, reach.Units
		if f.ReachUnits == nil {
			f.ReachUnits = []string{}
		}
	}
	return f, nil
}

// pageOf lists one page of the projects of a filter, by the plan of the year, out of an index: the way that stays quick with a
// hundred thousand projects. It serves the newest month only, since the index knows the lists of today.
func (v *view) pageOf(m calendar.Month, f app.ProjectFilter, offset int) (rows []projectRow, figs *app.Figures, n int, err error) {
	f.Listed, f.PlanYear, f.Sort, f.Desc = true, m.Year, "plan", true
	if n, err = v.Read().CountProjects(f); err != nil {
		return nil, nil, 0, err
	}
	f.Offset, f.Limit = offset, pageSize
	lines, err := v.Read().Projects(f)
	if err != nil {
		return nil, nil, 0, err
	}
	rows, figs, err = v.lines(m, lines)
	return rows, figs, n, err
}

// rows lists all projects of a filter in a month, filtered and sorted by what rules say of them.
func (v *view) rows(m calendar.Month, f app.ProjectFilter, hue, by string) ([]projectRow, *app.Figures, error) {
	lines, err := v.Read().Projects(f)
	if err != nil {
		return nil, nil, err
	}
	group := app.Everything
	if f.List != "" {
		group = "group/list/" + f.List
	}
	members, err := v.Read().Facts().Members(v.ctx(), group, m, figure.At{})
	if err != nil {
		return nil, nil, err
	}
	in := make(map[string]bool, len(members))
	for _, s := range members {
		in[s] = true
	}
	lines = slices.DeleteFunc(lines, func(l app.ProjectLine) bool { return !in["project/"+l.ID] })
	rows, figs, err := v.lines(m, lines)
	if err != nil {
		return nil, nil, err
	}
	if hue != "" {
		rows = slices.DeleteFunc(rows, func(r projectRow) bool { return r.Fig(figure.Overall).Hue() != hue })
	}
	if by == "finish" {
		sort.SliceStable(rows, func(i, j int) bool { return rows[i].Finish < rows[j].Finish })
		return rows, figs, nil
	}
	if !slices.Contains(rowNames, by) || strings.HasPrefix(by, "light.") {
		by = "planned_year"
	}
	sort.SliceStable(rows, func(i, j int) bool {
		a, b := rows[i].Fig(by).Value, rows[j].Fig(by).Value
		if a.IsMissing() || b.IsMissing() {
			return !a.IsMissing() && b.IsMissing()
		}
		return a.Num.Rat.Cmp(b.Num.Rat) > 0
	})
	return rows, figs, nil
}

// lines computes what rows show.
func (v *view) lines(m calendar.Month, lines []app.ProjectLine) ([]projectRow, *app.Figures, error) {
	ids := make([]string, len(lines))
	for i, l := range lines {
		ids[i] = l.ID
	}
	figs, err := v.s.o.Figures(v.ctx(), m, "", rowNames, app.Subjects(ids))
	if err != nil {
		return nil, nil, err
	}
	units := v.unitNames()
	rows := make([]projectRow, len(lines))
	for i, l := range lines {
		rows[i] = projectRow{ID: l.ID, Name: l.Name, Level: l.Level, Industry: l.Industry, Domain: l.Class, Unit: units[l.LocalUnit], Finish: l.Finish, Moves: l.Moved, figs: figs}
	}
	return rows, figs, nil
}

// unitNames reads the names of all units.
func (v *view) unitNames() map[string]string {
	units, err := app.All[org.Unit](v.Read(), org.UnitKind, "")
	out := map[string]string{}
	if err == nil {
		for _, u := range units {
			out[u.ID] = u.Name.In(v.Lang)
		}
	}
	return out
}

func (v *view) projectList() error {
	m, err := v.month()
	if err != nil {
		return err
	}
	f, err := v.filter(m)
	if err != nil {
		return err
	}
	q := v.r.URL.Query()
	d := projectsPage{F: f, Hue: q.Get("hue"), Moved: q.Get("moved"), Sort: q.Get("sort"), Month: m.String(), Query: q.Encode(), Sum: map[string]app.Fig{}}
	offset, _ := strconv.Atoi(q.Get("offset"))
	offset = max(0, offset)
	newest, err := v.newest(m)
	if err != nil {
		return err
	}
	var figs *app.Figures
	if newest && d.Hue == "" && d.Sort == "" && f.List == "" {
		d.Rows, figs, d.N, err = v.pageOf(m, f, offset)
	} else {
		var rows []projectRow
		if rows, figs, err = v.rows(m, f, d.Hue, d.Sort); err == nil {
			d.N = len(rows)
			d.Rows = rows[min(offset, d.N):min(offset+pageSize, d.N)]
		}
	}
	if err != nil {
		return err
	}
	if err := v.samples(d.Rows); err != nil {
		return err
	}
	d.From, d.To = min(offset+1, d.N), min(offset+pageSize, d.N)
	d.Prev, d.Next = pageLink(q, offset-pageSize, offset > 0), pageLink(q, offset+pageSize, d.To < d.N)
	d.AsOf = v.asOf(figs)
	// the sums are those of a named group; a filter that is no group has no total of its own
	group := app.Everything
	if f.List != "" {
		group = "group/list/" + f.List
	}
	sums, err := v.s.o.GroupFigures(v.ctx(), m, groupNames, []string{group})
	if err != nil {
		return err
	}
	for _, n := range groupNames {
		d.Sum[n] = sums.Of(n, group)
	}
	d.Total = f.Query == "" && f.Level == "" && f.Class == "" && f.Local == "" && d.Hue == "" && !f.Moved && f.ReachUnits == nil
	if err := v.filterOptions(&d); err != nil {
		return err
	}
	return v.page("projects", v.T("projects.all"), d, func(p *Page) { p.Ask = "nav.projects" })
}

func pageLink(q url.Values, offset int, there bool) string {
	if !there {
		return ""
	}
	c := url.Values{}
	for k, val := range q {
		c[k] = val
	}
	c.Set("offset", strconv.Itoa(max(0, offset)))
	return "/projects?" + c.Encode()
}

// samples marks the rows whose projects are samples, and names them in the reader's language.
func (v *view) samples(rows []projectRow) error {
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	byID, err := app.Named[struct {
		Sample bool
		Name   org.Name
	}](v.Read(), project.Kind, ids)
	for i := range rows {
		p := byID[rows[i].ID]
		rows[i].Sample, rows[i].Name = p.Sample, p.Name.In(v.Lang)
	}
	return err
}

// newest tells whether a month is the last that was opened.
func (v *view) newest(m calendar.Month) (bool, error) {
	ms, err := v.Months()
	return len(ms) > 0 && ms[0] == m.String(), err
}

// filterOptions lists what the filter sentence offers: only what there is.
func (v *view) filterOptions(d *projectsPage) error {
	units := v.unitNames()
	choices := func(column, prefix string) ([]option, error) {
		keys, err := v.Read().Distinct(column, d.F)
		var out []option
		for _, k := range keys {
			label := labelOf(v.Lang, prefix, k)
			if prefix == "" {
				label = units[k]
			}
			out = append(out, option{k, label})
		}
		return out, err
	}
	var err error
	if d.Levels, err = choices("level", "level"); err != nil {
		return err
	}
	if d.Classes, err = choices("class", "class"); err != nil {
		return err
	}
	if d.Units, err = choices("local", ""); err != nil {
		return err
	}
	if d.Lists, err = choices("lists", "list"); err != nil {
		return err
	}
	for _, h := range []string{"green", "yellow", "red", "none"} {
		d.Hues = append(d.Hues, option{h, v.T("hue." + h)})
	}
	d.MovedOpts = []option{{"yes", v.T("fsen.moved-yes")}}
	for _, s := range []string{"lag", "invested_share", "invested_month", "invested_ytd", "finish"} {
		d.Sorts = append(d.Sorts, option{s, v.T("sort." + s)})
	}
	view := func(label, query string, fig app.Fig) {
		href := "/projects"
		if query != "" {
			href += "?" + query
		}
		d.Views = append(d.Views, savedView{label, href, v.r.URL.RawQuery == query, fig})
	}
	view(v.T("view.all"), "", d.Sum["group_count"])
	view(v.T("hue.red"), "hue=red", d.Sum["group_red"])
	view(v.T("hue.yellow"), "hue=yellow", d.Sum["group_yellow"])
	view(v.T("view.moved"), "moved=yes", app.Fig{})
	saved, err := v.Read().Setting("views/" + v.By.Person)
	if err != nil {
		return err
	}
	for _, line := range strings.Split(saved, "\n") {
		if name, query, ok := strings.Cut(line, "\t"); ok {
			view(name, query, app.Fig{})
		}
	}
	return nil
}

// saveView keeps the filter under a name.
func (v *view) saveView() error {
	name := strings.Map(func(r rune) rune {
		if r == '\t' || r == '\n' {
			return ' '
		}
		return r
	}, strings.TrimSpace(v.r.FormValue("name")))
	query := v.r.FormValue("query")
	if _, err := url.ParseQuery(query); name == "" || err != nil {
		return errForm.With("field", "name")
	}
	old, err := v.Read().Setting("views/" + v.By.Person)
	if err != nil {
		return err
	}
	if err := v.Read().PutSetting("views/"+v.By.Person, strings.TrimPrefix(old+"\n"+name+"\t"+query, "\n")); err != nil {
		return err
	}
	return v.seeOther("/projects?" + query)
}

// projectListXlsx exports the list as it stands on the page.
func (v *view) projectListXlsx() error {
	if v.s.opt.Papers == nil {
		return errPage
	}
	m, err := v.month()
	if err != nil {
		return err
	}
	f, err := v.filter(m)
	if err != nil {
		return err
	}
	q := v.r.URL.Query()
	rows, figs, err := v.rows(m, f, q.Get("hue"), q.Get("sort"))
	if err != nil {
		return err
	}
	t := app.ListTable{Title: v.T("projects.all"), Filter: v.r.URL.RawQuery, Month: m, Frozen: figs.Freeze != nil}
	for _, r := range rows {
		line := app.ListRow{Name: r.Name, ID: r.ID, Unit: r.Unit, Finish: r.Finish, Sample: r.Sample}
		for _, n := range rowNames {
			line.Figs = append(line.Figs, r.Fig(n))
		}
		t.Rows = append(t.Rows, line)
	}
	t.Names = rowNames
	for _, n := range rowNames {
		t.Labels = append(t.Labels, figs.Set.Label(n, v.Lang))
	}
	data, err := v.s.opt.Papers.ListXlsx(v.Lang, t)
	if err != nil {
		return err
	}
	return v.download("projects-"+m.String()+".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", data)
}

func (v *view) download(name, media string, data []byte) error {
	h := v.w.Header()
	h.Set("Content-Type", media)
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	h.Set("Cache-Control", "no-store")
	_, err := v.w.Write(data)
	return err
}
