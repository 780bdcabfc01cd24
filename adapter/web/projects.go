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
var rowNames = []string{"planned_year", "invested_month", "invested_ytd", "invested_share", "time_share", "lag", "light.start", "light.progress", "light.money", "light.library", figure.Overall}

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

const pageSize = 100

// filter reads the filter from the address and limits it to what the reader may see.
func (v *view) filter(m calendar.Month) (app.ProjectFilter, error) {
	q := v.r.URL.Query()
	f := app.ProjectFilter{Query: strings.TrimSpace(q.Get("q")), Level: q.Get("level"), Class: q.Get("class"), List: q.Get("list"), Local: q.Get("local"),
		Industry: q.Get("industry"), Front: q.Get("front"), Line: q.Get("line"), Moved: q.Get("moved") == "yes", Year: strconv.Itoa(m.Year)}
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

// rows lists the projects of a filter in a month, filtered and sorted by what rules say of them.
func (v *view) rows(m calendar.Month, f app.ProjectFilter, hue, by string) ([]projectRow, *app.Figures, error) {
	lines, err := v.Read().Projects(f)
	if err != nil {
		return nil, nil, err
	}
	members, err := v.Read().Facts().Members(v.ctx(), app.Everything, m, figure.At{})
	if err != nil {
		return nil, nil, err
	}
	in := make(map[string]bool, len(members))
	for _, s := range members {
		in[s] = true
	}
	lines = slices.DeleteFunc(lines, func(l app.ProjectLine) bool { return !in["project/"+l.ID] })
	ids := make([]string, len(lines))
	for i, l := range lines {
		ids[i] = l.ID
	}
	figs, err := v.s.o.Figures(v.ctx(), m, "", rowNames, app.Subjects(ids))
	if err != nil {
		return nil, nil, err
	}
	units := v.unitNames()
	var rows []projectRow
	for _, l := range lines {
		r := projectRow{ID: l.ID, Name: l.Name, Level: l.Level, Industry: l.Industry, Domain: l.Class, Unit: units[l.LocalUnit], Finish: l.Finish, Moves: l.Moved, figs: figs}
		if hue != "" && r.Fig(figure.Overall).Hue() != hue {
			continue
		}
		rows = append(rows, r)
	}
	if by == "" {
		by = "planned_year"
	}
	if by == "finish" {
		sort.SliceStable(rows, func(i, j int) bool { return rows[i].Finish < rows[j].Finish })
	} else {
		sort.SliceStable(rows, func(i, j int) bool {
			a, b := rows[i].Fig(by).Value, rows[j].Fig(by).Value
			if a.IsMissing() || b.IsMissing() {
				return !a.IsMissing() && b.IsMissing()
			}
			return a.Num.Rat.Cmp(b.Num.Rat) > 0
		})
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
	rows, figs, err := v.rows(m, f, d.Hue, d.Sort)
	if err != nil {
		return err
	}
	if err := v.samples(rows); err != nil {
		return err
	}
	d.N = len(rows)
	offset, _ := strconv.Atoi(q.Get("offset"))
	offset = max(0, min(offset, max(0, d.N-1)))
	d.From, d.To = min(offset+1, d.N), min(offset+pageSize, d.N)
	d.Rows = rows[min(offset, d.N):d.To]
	d.Prev, d.Next = pageLink(q, offset-pageSize, offset > 0), pageLink(q, offset+pageSize, d.To < d.N)
	d.AsOf = v.asOf(figs)
	// the sums are those of a named group; a filter that is no group has no total of its own
	group := app.Everything
	if f.List != "" {
		group = "group/list/" + f.List
	}
	sums, err := v.s.o.Figures(v.ctx(), m, "", groupNames, []string{group})
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

// samples marks the rows whose projects are samples.
func (v *view) samples(rows []projectRow) error {
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	byID, err := app.Named[struct{ Sample bool }](v.Read(), project.Kind, ids)
	for i := range rows {
		rows[i].Sample = byID[rows[i].ID].Sample
	}
	return err
}

func (v *view) filterOptions(d *projectsPage) error {
	all, err := v.Read().Projects(app.ProjectFilter{ReachLink: d.F.ReachLink, ReachUnits: d.F.ReachUnits})
	if err != nil {
		return err
	}
	units := v.unitNames()
	collect := func(pick func(app.ProjectLine) []string, label func(string) string) []option {
		seen := map[string]bool{}
		var out []option
		for _, l := range all {
			for _, k := range pick(l) {
				if k != "" && !seen[k] {
					seen[k] = true
					out = append(out, option{k, label(k)})
				}
			}
		}
		slices.SortFunc(out, func(a, b option) int { return strings.Compare(a.Key, b.Key) })
		return out
	}
	one := func(f func(app.ProjectLine) string) func(app.ProjectLine) []string {
		return func(l app.ProjectLine) []string { return []string{f(l)} }
	}
	d.Levels = collect(one(func(l app.ProjectLine) string { return l.Level }), func(k string) string { return labelOf(v.Lang, "level", k) })
	d.Classes = collect(one(func(l app.ProjectLine) string { return l.Class }), func(k string) string { return labelOf(v.Lang, "class", k) })
	d.Lists = collect(func(l app.ProjectLine) []string { return strings.Fields(l.Lists) }, func(k string) string { return labelOf(v.Lang, "list", k) })
	d.Units = collect(one(func(l app.ProjectLine) string { return l.LocalUnit }), func(k string) string { return units[k] })
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

// find is the palette: projects, units, figures and ledger numbers, by name or pinyin initials.
func (v *view) find() error {
	q := strings.TrimSpace(v.r.FormValue("q"))
	m, err := v.month()
	if err != nil {
		return err
	}
	type hit struct{ Kind, Name, Href, Note string }
	var hits []hit
	if q != "" {
		f, err := v.filter(m)
		if err != nil {
			return err
		}
		f = app.ProjectFilter{Query: q, ReachLink: f.ReachLink, ReachUnits: f.ReachUnits, Limit: 12}
		lines, err := v.Read().Projects(f)
		if err != nil {
			return err
		}
		units := v.unitNames()
		for _, l := range lines {
			hits = append(hits, hit{"project", l.Name, "/project/" + l.ID, units[l.LocalUnit]})
		}
		if seq, ok := ledgerNumber(q); ok {
			hits = append(hits, hit{"entry", q, "/entry/" + strconv.FormatInt(seq, 10), ""})
		}
		if may(v, "read.people") == nil {
			all, err := app.All[org.Unit](v.Read(), org.UnitKind, "")
			if err != nil {
				return err
			}
			for _, u := range all {
				if len(hits) < 20 && strings.Contains(u.Name.Zh+" "+strings.ToLower(u.Name.En), strings.ToLower(q)) {
					hits = append(hits, hit{"unit", u.Name.In(v.Lang), "/people?unit=" + u.ID, labelOf(v.Lang, "class", string(u.Class))})
				}
			}
		}
	}
	return v.page("find", v.T("find.title"), map[string]any{"Q": q, "Hits": hits}, nil)
}

// ledgerNumber reads L-0628-0402 or a bare number after L.
func ledgerNumber(s string) (int64, bool) {
	rest, ok := strings.CutPrefix(strings.ToUpper(s), "L-")
	if !ok {
		return 0, false
	}
	if i := strings.LastIndex(rest, "-"); i >= 0 {
		rest = rest[i+1:]
	}
	n, err := strconv.ParseInt(rest, 10, 64)
	return n, err == nil && n > 0
}
