package api

import (
	"cmp"
	"slices"
	"sort"
	"strconv"
	"strings"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/figure"
	"shigan/kernel/quantity"
)

// rowNames are the figures of a row in the list of projects, as on the page.
var rowNames = []string{"planned_year", "invested_month", "invested_ytd", "invested_share", "time_share", "lag", "light.start", "light.progress",
	"light.money", "light.library", figure.Overall}

// projectNames are those of one project.
var projectNames = append([]string{"total_investment", "total_share", "start_streak", "statistic_ytd", "paid_share"}, rowNames...)

type projectsIn struct {
	Month    Month  `query:"month"`
	Query    string `query:"q" maxLength:"100"`
	Level    string `query:"level" maxLength:"40"`
	Class    string `query:"class" maxLength:"40"`
	List     string `query:"list" maxLength:"40"`
	Local    string `query:"local" maxLength:"100"`
	Line     string `query:"line" maxLength:"100"`
	Owner    string `query:"owner" maxLength:"100"`
	Industry string `query:"industry" maxLength:"40"`
	Front    string `query:"front" maxLength:"40"`
	Stage    string `query:"stage" maxLength:"40"`
	Parent   string `query:"parent" maxLength:"100"`
	Light    string `query:"light" enum:"green,yellow,red,none"`
	Moved    bool   `query:"moved"`
	All      bool   `query:"all"`
	Sort     string `query:"sort" enum:"id,finish,planned_year,invested_month,invested_ytd,invested_share,lag" default:"id"`
	Page
}

// ProjectRow is one line of the list.
type ProjectRow struct {
	ID       string           `json:"id"`
	Name     string           `json:"name"`
	Level    string           `json:"level"`
	Class    string           `json:"class"`
	Front    string           `json:"front"`
	Industry string           `json:"industry"`
	Place    string           `json:"place"`
	Owner    string           `json:"owner_unit"`
	Local    string           `json:"local_unit"`
	Line     string           `json:"line_unit"`
	Lead     string           `json:"lead"`
	Stage    string           `json:"stage"`
	Lists    []string         `json:"lists"`
	Finish   string           `json:"finish"`
	Moved    int              `json:"moved"`
	Parent   string           `json:"parent"`
	Figures  map[string]Value `json:"figures"`
}

// ProjectList is a page of the list, with the month that its figures speak of.
type ProjectList struct {
	Month  string       `json:"month"`
	Frozen bool         `json:"frozen"`
	Pack   string       `json:"pack"`
	Total  int          `json:"total"`
	Items  []ProjectRow `json:"items"`
	Next   string       `json:"next,omitempty"`
}

func (c *caller) projects(in *projectsIn) (*bodyOut[ProjectList], error) {
	m, err := c.month(in.Month)
	if err != nil {
		return nil, err
	}
	lines, err := c.lines(in, m)
	if err != nil {
		return nil, err
	}
	lines, keys, err := c.ordered(in, lines, m)
	if err != nil {
		return nil, err
	}
	total := len(lines)
	from, next, err := in.Page.cut(in.Sort, total, func(i int) cursor { return cursor{in.Sort, keys[i], lines[i].ID, 0} }, func(cur cursor) int {
		return after(in.Sort, lines, keys, cur)
	})
	if err != nil {
		return nil, err
	}
	lines = lines[from:min(total, from+in.Limit)]
	figs, err := c.s.o.Figures(c.ctx, m, "", rowNames, app.Subjects(each(lines, func(l app.ProjectLine) string { return l.ID })))
	if err != nil {
		return nil, err
	}
	out := ProjectList{Month: m.String(), Frozen: figs.Freeze != nil, Pack: figs.Set.Pack.Name, Total: total, Next: next}
	out.Items = each(lines, func(l app.ProjectLine) ProjectRow {
		return ProjectRow{l.ID, l.Name, l.Level, l.Class, l.Front, l.Industry, l.Place, l.OwnerUnit, l.LocalUnit, l.LineUnit, l.Lead, l.Stage,
			some(strings.Fields(l.Lists)), l.Finish, l.Moved, l.Parent, figsOf(figs, rowNames, "project/"+l.ID, c.lang)}
	})
	return body(out)
}

// cut finds where a page begins, and the cursor of the next one.
func (p Page) cut(order string, total int, of func(i int) cursor, after func(cursor) int) (from int, next string, err error) {
	cur, ok, err := readCursor(p.Cursor, order)
	if err != nil {
		return 0, "", err
	}
	if ok {
		from = after(cur)
	}
	if end := from + p.Limit; end < total {
		next = of(end - 1).String()
	}
	return from, next, nil
}

// lines are the projects of a filter that the caller sees; without all, those that count in the month.
func (c *caller) lines(in *projectsIn, m calendar.Month) ([]app.ProjectLine, error) {
	f, err := c.within(app.ProjectFilter{Query: strings.TrimSpace(in.Query), Level: in.Level, Class: in.Class, List: in.List, Local: in.Local, Line: in.Line,
		Owner: in.Owner, Industry: in.Industry, Front: in.Front, Stage: in.Stage, Parent: in.Parent, Moved: in.Moved})
	if err != nil {
		return nil, err
	}
	lines, err := c.read().Projects(f)
	if err != nil || in.All {
		return lines, err
	}
	members, err := c.read().Facts().Members(c.ctx, app.Everything, m, figure.At{})
	if err != nil {
		return nil, err
	}
	counts := make(map[string]bool, len(members))
	for _, s := range members {
		counts[s] = true
	}
	return slices.DeleteFunc(lines, func(l app.ProjectLine) bool { return !counts["project/"+l.ID] }), nil
}

// ordered sorts lines and gives each its sort key. Figures are sorted with the greatest first and the missing last.
func (c *caller) ordered(in *projectsIn, lines []app.ProjectLine, m calendar.Month) ([]app.ProjectLine, []string, error) {
	byFigure := in.Sort != "id" && in.Sort != "finish"
	var names []string
	if in.Light != "" {
		names = append(names, figure.Overall)
	}
	if byFigure {
		names = append(names, in.Sort)
	}
	var figs *app.Figures
	if len(names) > 0 {
		var err error
		if figs, err = c.s.o.Figures(c.ctx, m, "", names, app.Subjects(each(lines, func(l app.ProjectLine) string { return l.ID }))); err != nil {
			return nil, nil, err
		}
	}
	if in.Light != "" {
		lines = slices.DeleteFunc(lines, func(l app.ProjectLine) bool { return figs.Of(figure.Overall, "project/"+l.ID).Hue() != in.Light })
	}
	key := func(l app.ProjectLine) string {
		switch {
		case byFigure:
			return figs.Of(in.Sort, "project/"+l.ID).Value.Canonical()
		case in.Sort == "finish":
			return l.Finish
		}
		return ""
	}
	slices.SortFunc(lines, func(a, b app.ProjectLine) int { return compare(in.Sort, key(a), a.ID, key(b), b.ID) })
	return lines, each(lines, key), nil
}

// after is where the rows behind a cursor begin.
func after(order string, lines []app.ProjectLine, keys []string, cur cursor) int {
	return sort.Search(len(lines), func(i int) bool { return compare(order, keys[i], lines[i].ID, cur.Key, cur.ID) > 0 })
}

func compare(order, keyA, idA, keyB, idB string) int {
	by := 0
	switch order {
	case "id":
	case "finish":
		by = cmp.Compare(keyA, keyB)
	default:
		by = compareValues(keyA, keyB)
	}
	if by != 0 {
		return by
	}
	return cmp.Compare(idA, idB)
}

type projectIn struct {
	ID    string `path:"id" maxLength:"100"`
	Month Month  `query:"month"`
}

// ProjectFacts describe a project.
type ProjectFacts struct {
	Name       Name   `json:"name"`
	Code       string `json:"code"`
	Level      string `json:"level"`
	Class      string `json:"class"`
	Domain     string `json:"domain"`
	Nature     string `json:"nature"`
	Front      string `json:"front"`
	Industry   string `json:"industry"`
	Place      string `json:"place"`
	Address    string `json:"address"`
	Scope      string `json:"scope"`
	OwnerUnit  string `json:"owner_unit"`
	LocalUnit  string `json:"local_unit"`
	LineUnit   string `json:"line_unit"`
	OwnerText  string `json:"owner_text"`
	LocalText  string `json:"local_text"`
	LineText   string `json:"line_text"`
	LeaderText string `json:"leader_text"`
	Total      Money  `json:"total"`
	Parent     string `json:"parent"`
	Remark     string `json:"remark"`
	Group      string `json:"group"`
	Sample     bool   `json:"sample"`
	Source     string `json:"source"`
}

func factsOf(f project.Facts) ProjectFacts {
	return ProjectFacts{Name(f.Name), f.Code, f.Level, f.Class, f.Domain, f.Nature, f.Front, f.Industry, f.Place, f.Address, f.Scope, f.OwnerUnit, f.LocalUnit,
		f.LineUnit, f.OwnerText, f.LocalText, f.LineText, f.LeaderText, money(f.Total), f.Parent, f.Remark, f.Group, f.Sample, f.Source}
}

// Plan of a year.
type Plan struct {
	Planned    Money  `json:"planned"`
	ToLastYear Money  `json:"to_last_year"`
	Category   string `json:"category"`
	Goal       string `json:"goal"`
	Seq        int64  `json:"seq"`
}

// Milestone 节点.
type Milestone struct {
	ID       string `json:"id"`
	Name     Name   `json:"name"`
	Baseline string `json:"baseline"`
	Promised string `json:"promised"`
	Forecast string `json:"forecast"`
	Actual   string `json:"actual"`
	Post     string `json:"post"`
	Source   string `json:"source"`
	Seq      int64  `json:"seq"`
}

func milestoneOf(m project.Milestone) Milestone {
	return Milestone{m.ID, Name(m.Name), m.Baseline, m.Promised, m.Forecast, m.Actual, m.Post, m.Source, m.Seq}
}

// Rung of the duty chain; an empty post or an empty seat is nobody who answers.
type Rung struct {
	Rung     string `json:"rung"`
	Post     string `json:"post"`
	PostName Name   `json:"post_name"`
	Unit     string `json:"unit"`
	Person   string `json:"person"`
	Name     string `json:"name,omitempty"`
	Empty    bool   `json:"empty"`
}

// Letter 责任状.
type Letter struct {
	Version    int                 `json:"version"`
	Year       int                 `json:"year"`
	Drawn      string              `json:"drawn"`
	Total      Money               `json:"total"`
	Planned    Money               `json:"planned"`
	Start      string              `json:"start"`
	Finish     string              `json:"finish"`
	Milestones []Milestone         `json:"milestones"`
	Signers    []string            `json:"signers"`
	Signatures []project.Signature `json:"signatures"`
	Void       string              `json:"void"`
	Complete   bool                `json:"complete"`
	Seq        int64               `json:"seq"`
}

// Project 重点项目 as it stands, with its figures in a month.
type Project struct {
	ID         string               `json:"id"`
	Facts      ProjectFacts         `json:"facts"`
	Stage      string               `json:"stage"`
	Start      project.Promise      `json:"start"`
	Finish     project.Promise      `json:"finish"`
	InLibrary  string               `json:"in_library"`
	Statistic  Money                `json:"statistic"`
	Plans      map[string]Plan      `json:"plans"`
	Duty       []Rung               `json:"duty"`
	Milestones []Milestone          `json:"milestones"`
	Life       []project.Happening  `json:"life"`
	Moves      []project.Move       `json:"moves"`
	Lists      []project.Membership `json:"lists"`
	Noted      []project.Noted      `json:"noted"`
	Letters    []Letter             `json:"letters"`
	Children   []string             `json:"children"`
	Seq        int64                `json:"seq"`
	Born       int64                `json:"born"`
	Month      string               `json:"month"`
	Frozen     bool                 `json:"frozen"`
	Figures    map[string]Value     `json:"figures"`
	Months     []ProjectMonth       `json:"months"`
}

// ProjectMonth is one month of the year so far.
type ProjectMonth struct {
	Month   string           `json:"month"`
	Figures map[string]Value `json:"figures"`
}

var monthNames = []string{"planned_year", "invested_month", "invested_ytd", "time_share", figure.Overall}

func (c *caller) projectOne(in *projectIn) (*bodyOut[Project], error) {
	p, err := c.project(in.ID)
	if err != nil {
		return nil, err
	}
	m, err := c.month(in.Month)
	if err != nil {
		return nil, err
	}
	subject := "project/" + p.ID
	figs, err := c.s.o.Figures(c.ctx, m, "", projectNames, []string{subject})
	if err != nil {
		return nil, err
	}
	out := Project{ID: p.ID, Facts: factsOf(p.Facts), Stage: string(p.Stage), Start: p.Start, Finish: p.Finish, InLibrary: p.InLibrary,
		Statistic: money(quantity.Fen(p.Statistic)), Plans: map[string]Plan{}, Milestones: each(p.Milestones, milestoneOf), Life: some(p.Life), Moves: some(p.Moves),
		Lists: some(p.Lists), Noted: some(p.Noted), Letters: each(p.Letters, letterOf), Seq: p.Seq, Born: p.Born, Month: m.String(), Frozen: figs.Freeze != nil,
		Figures: figsOf(figs, projectNames, subject, c.lang)}
	for year, plan := range p.Plans {
		out.Plans[year] = Plan{dispatchMoney(plan.Planned), dispatchMoney(plan.ToLastYear), string(plan.Category), plan.Goal, plan.Seq}
	}
	out.Duty = each(p.Duty.Links(), func(l project.Link) Rung { return c.rung(l, m.Last().String()) })
	f, err := c.within(app.ProjectFilter{Parent: p.ID})
	if err != nil {
		return nil, err
	}
	children, err := c.read().Projects(f)
	if err != nil {
		return nil, err
	}
	out.Children = each(children, func(l app.ProjectLine) string { return l.ID })
	for x := m.YearStart(); !x.After(m); x = x.Next() {
		figs, err := c.s.o.Figures(c.ctx, x, "", monthNames, []string{subject})
		if err != nil {
			return nil, err
		}
		out.Months = append(out.Months, ProjectMonth{x.String(), figsOf(figs, monthNames, subject, c.lang)})
	}
	return body(out)
}

func letterOf(l project.Letter) Letter {
	return Letter{l.Version, l.Year, l.Drawn, money(l.Total), dispatchMoney(l.Planned), l.Start, l.Finish, each(l.Milestones, milestoneOf), some(l.Signers),
		some(l.Signatures), l.Void, l.Complete(), l.Seq}
}

func (c *caller) rung(l project.Link, day string) Rung {
	r := Rung{Rung: l.Rung, Post: l.Post, Empty: true}
	if post, ok := c.post(l.Post); ok {
		r.PostName, r.Unit, r.Person = Name(post.Name), post.Unit, post.Holder(day)
		if r.Empty = r.Person == ""; !r.Empty {
			r.Name = c.person(r.Person)
		}
	}
	return r
}

type findIn struct {
	Query string `query:"q" required:"true" minLength:"1" maxLength:"100"`
}

// Hit is one thing that was found by name, pinyin or number.
type Hit struct {
	Kind string `json:"kind" enum:"project,case,unit,entry"`
	ID   string `json:"id"`
	Name string `json:"name"`
}

func (c *caller) find(in *findIn) (*listOut[Hit], error) {
	var hits []Hit
	f, err := c.within(app.ProjectFilter{Query: strings.TrimSpace(in.Query), Limit: 12})
	if err != nil {
		return nil, err
	}
	lines, err := c.read().Projects(f)
	if err != nil {
		return nil, err
	}
	for _, l := range lines {
		hits = append(hits, Hit{"project", l.ID, l.Name})
	}
	if c.may("read.cases") {
		cases, err := c.s.o.CasesOf(c.ctx, c.by, app.CaseFilter{Query: strings.TrimSpace(in.Query), Sort: "opened", Desc: true, Limit: 12})
		if err != nil {
			return nil, err
		}
		for _, l := range cases {
			hits = append(hits, Hit{casework.CaseKind, l.ID, l.Title})
		}
	}
	if n, ok := strings.CutPrefix(strings.ToUpper(in.Query), "L-"); ok {
		n = n[strings.LastIndex(n, "-")+1:]
		if seq, err := strconv.ParseInt(n, 10, 64); err == nil && seq > 0 {
			hits = append(hits, Hit{"entry", strconv.FormatInt(seq, 10), in.Query})
		}
	}
	if c.may("read.people") {
		units, err := app.All[org.Unit](c.read(), org.UnitKind, "")
		if err != nil {
			return nil, err
		}
		for _, u := range units {
			if len(hits) < 20 && strings.Contains(u.Name.Zh+" "+strings.ToLower(u.Name.En), strings.ToLower(in.Query)) {
				hits = append(hits, Hit{"unit", u.ID, u.Name.In(c.lang)})
			}
		}
	}
	return listed(hits, ""), nil
}
