package web

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/domain/visit"
	"shigan/kernel/calendar"
)

// visitsOnPage is how many visits a page lists, hintsOnPage how many projects stand under each reason to go.
const (
	visitsOnPage = 30
	hintsOnPage  = 5
)

// visitsPage 走访 is where somebody was, what was found, and where to go next.
type visitsList struct {
	Rows, Plans      []visitRow
	Held, Found      int // of this month
	Confirmed        int
	Hints            []hintList
	Units, Months    []option
	Unit, Month      string
	Project, About   string
	Next             string
	Notice, NoticeNo string
	NoticeSeq        int64
	Day, Key, Error  string
	Form             map[string]string
	Sites            []option
	CanLog           bool
}

// visitRow is one visit of the list.
type visitRow struct {
	ID, Day, Time, Who, Place, Said string
	Projects                        []option
	Findings                        []caseRow
	Hidden                          int // findings that the reader may not see
	Sample, Mine                    bool
}

// hintList is one reason to go, with its projects.
type hintList struct {
	Key  string
	Rows []hintRow
}

type hintRow struct {
	app.VisitHint
	Unit, Why string
	Sample    bool
}

func (v *view) visitsPage() error { return v.visitsWith(nil, "", 200) }

func (v *view) visitsWith(form map[string]string, refusal string, code int) error {
	now := v.today()
	d := &visitsList{Unit: v.r.FormValue("unit"), Month: v.r.FormValue("month"), Project: v.r.FormValue("project"), Day: now.String(), Key: app.NewKey(), Form: form, Error: refusal,
		CanLog: may(v, "visit.log") == nil}
	d.Notice, d.NoticeSeq, d.NoticeNo = v.notice("visit.did")
	if err := v.visitCounts(d, now); err != nil {
		return err
	}
	f := app.VisitFilter{Unit: d.Unit, Project: d.Project, State: visit.Held, Before: v.r.FormValue("before"), Limit: visitsOnPage + 1}
	if d.Month != "" {
		m, err := calendar.ParseMonth(d.Month)
		if err != nil {
			return err
		}
		f.From, f.To = m.First().String(), m.Last().String()
	}
	held, err := v.s.o.Visits(v.ctx(), v.By, f)
	if err != nil {
		return err
	}
	if len(held) > visitsOnPage {
		held = held[:visitsOnPage]
		q := v.r.URL.Query()
		q.Set("before", app.VisitPlace(held[visitsOnPage-1]))
		d.Next = "/visits?" + q.Encode()
	}
	if d.Rows, err = v.visitRows(held); err != nil {
		return err
	}
	d.Units = v.visitUnits(held, d.Unit)
	if err := v.visitPlans(d, now); err != nil {
		return err
	}
	if err := v.visitHints(d); err != nil {
		return err
	}
	p := v.newPage(v.T("visits.title"), d)
	p.Ask = "nav.my"
	return v.s.pages.write(v, code, "visits", p)
}

// visitCounts counts this month's visits and what became of what was found on them, and offers units and months to choose from.
func (v *view) visitCounts(d *visitsList, now calendar.Date) error {
	first := now.Month().First().String()
	all, err := v.s.o.Visits(v.ctx(), v.By, app.VisitFilter{From: first, To: now.String(), State: visit.Held})
	if err != nil {
		return err
	}
	d.Held = len(all)
	var found []string
	for _, x := range all {
		for _, f := range x.Findings {
			found = append(found, f.Case)
		}
	}
	cases, err := app.Named[casework.Case](v.Read(), casework.CaseKind, found)
	if err != nil {
		return err
	}
	d.Found = len(found)
	for _, c := range cases {
		if c.ClosedBy == "confirmed" {
			d.Confirmed++
		}
	}
	days, err := v.Read().IDs(visit.DayKind, "")
	if err != nil {
		return err
	}
	for _, day := range slices.Backward(days) {
		if m := day[:7]; day <= now.String() && (len(d.Months) == 0 || d.Months[len(d.Months)-1].Key != m) {
			d.Months = append(d.Months, option{m, m})
		}
	}
	if d.Project != "" {
		if p, err := project.Of(v.Read(), d.Project); err == nil && org.May(v.Read(), v.By, "read.project", p.Scope()) == nil {
			d.About = p.Facts.Name.In(v.Lang)
		}
	}
	return nil
}

// visitUnits offers the units of the visitors in sight.
func (v *view) visitUnits(all []visit.Visit, chosen string) []option {
	var out []option
	names := v.unitNames()
	for _, x := range append([]visit.Visit{{Visitor: casework.Party{Unit: chosen}}}, all...) {
		if id := x.Visitor.Unit; id != "" && !slices.ContainsFunc(out, func(o option) bool { return o.Key == id }) {
			out = append(out, option{id, names[id]})
		}
	}
	slices.SortFunc(out, func(a, b option) int { return cmp.Compare(a.Label, b.Label) })
	return out
}

// visitPlans are those to come, and the reader's own that were not followed yet.
func (v *view) visitPlans(d *visitsList, now calendar.Date) error {
	plans, err := v.s.o.Visits(v.ctx(), v.By, app.VisitFilter{State: visit.Planned, From: now.AddDays(-30).String()})
	if err != nil {
		return err
	}
	plans = slices.DeleteFunc(plans, func(x visit.Visit) bool { return x.On < now.String() && x.Visitor.Post != v.By.Post })
	slices.Reverse(plans)
	d.Plans, err = v.visitRows(plans)
	return err
}

// visitHints says where to go. Without rules or a month there are no lights, and no hints.
func (v *view) visitHints(d *visitsList) error {
	if !d.CanLog {
		return nil
	}
	m, err := v.month()
	if err != nil {
		return err
	}
	h, err := v.s.o.VisitHints(v.ctx(), v.By, m, hintsOnPage)
	if errors.Is(err, app.ErrNoRules) {
		return nil
	}
	if err != nil {
		return err
	}
	var ids []string
	for _, x := range slices.Concat(h.Red, h.Stuck, h.Long) {
		ids = append(ids, x.ID)
	}
	docs, err := app.Named[siteDoc](v.Read(), project.Kind, ids)
	if err != nil {
		return err
	}
	units := v.unitNames()
	for _, l := range []struct {
		key  string
		list []app.VisitHint
	}{{"red", h.Red}, {"stuck", h.Stuck}, {"long", h.Long}} {
		rows := hintList{Key: l.key}
		for _, x := range l.list {
			x.Name = docs[x.ID].Name.In(v.Lang)
			rows.Rows = append(rows.Rows, hintRow{VisitHint: x, Unit: units[x.LocalUnit], Why: v.hintWhy(l.key, x), Sample: docs[x.ID].Sample})
			if !slices.ContainsFunc(d.Sites, func(o option) bool { return o.Key == x.ID }) {
				d.Sites = append(d.Sites, option{x.ID, x.Name})
			}
		}
		d.Hints = append(d.Hints, rows)
	}
	return nil
}

// hintWhy says in a few words what speaks for going.
func (v *view) hintWhy(reason string, h app.VisitHint) string {
	last := v.T("visit.never")
	if h.Last != "" {
		last = v.T("visit.last", "day", h.Last)
	}
	if reason == "stuck" || h.Cases > 0 && reason == "" {
		return v.T("visit.stuck", "n", h.Cases, "level", v.levelName(h.Level)) + v.T("list.and") + last
	}
	return last
}

func (v *view) visitRows(all []visit.Visit) ([]visitRow, error) {
	var ids, cases []string
	for _, x := range all {
		ids = append(ids, x.Projects...)
		for _, f := range x.Findings {
			cases = append(cases, f.Case)
		}
	}
	docs, err := app.Named[siteDoc](v.Read(), project.Kind, ids)
	if err != nil {
		return nil, err
	}
	found, err := v.caseRows(cases, true)
	if err != nil {
		return nil, err
	}
	byID := map[string]caseRow{}
	for _, c := range found {
		byID[c.ID] = c
	}
	rows := make([]visitRow, len(all))
	for i, x := range all {
		r := visitRow{ID: x.ID, Day: x.On, Time: visitTime(x.Facts), Who: v.party(x.Visitor), Place: x.Place, Sample: x.Sample, Mine: x.Visitor.Post == v.By.Post}
		for _, id := range x.Projects {
			r.Projects = append(r.Projects, option{id, docs[id].Name.In(v.Lang)})
		}
		if len(x.Notes) > 0 {
			r.Said = short(x.Notes[0].Text, 60)
		} else {
			r.Said = x.Purpose
		}
		for _, f := range x.Findings {
			if c := byID[f.Case]; c.Hidden || c.ID == "" {
				r.Hidden++
			} else {
				r.Findings = append(r.Findings, c)
			}
		}
		rows[i] = r
	}
	return rows, nil
}

// visitsTo are the last visits to a project, for its own page.
func (v *view) visitsTo(projectID string) ([]visitRow, error) {
	all, err := v.s.o.Visits(v.ctx(), v.By, app.VisitFilter{Project: projectID, Limit: hintsOnPage})
	if err != nil {
		return nil, err
	}
	return v.visitRows(all)
}

func visitTime(f visit.Facts) string {
	if f.From+f.To == "" {
		return ""
	}
	return strings.Trim(f.From+"–"+f.To, "–")
}

// short cuts a text after so many characters.
func short(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}

// visitSites offers the projects that the reader may go to: those that speak for themselves first.
func (v *view) visitSites(d *visitForm) error {
	m, err := v.month()
	if err != nil {
		return err
	}
	f, err := v.filter(m)
	if err != nil {
		return err
	}
	f = app.ProjectFilter{Query: d.Query, ReachLink: f.ReachLink, ReachUnits: f.ReachUnits, Sort: "plan", Desc: true, Limit: mostSites + 1}
	lines, err := v.Read().Projects(f)
	if err != nil {
		return err
	}
	if d.Cut = len(lines) > mostSites; d.Cut {
		lines = lines[:mostSites]
	}
	var missing []string // chosen, and not among those that are offered
	for _, id := range d.V["project"] {
		if !slices.ContainsFunc(lines, func(l app.ProjectLine) bool { return l.ID == id }) {
			missing = append(missing, id)
		}
	}
	if len(missing) > 0 {
		more, err := v.Read().Projects(app.ProjectFilter{IDs: missing, ReachLink: f.ReachLink, ReachUnits: f.ReachUnits})
		if err != nil {
			return err
		}
		lines = append(more, lines...)
	}
	h, err := v.s.o.VisitHints(v.ctx(), v.By, m, hintsOnPage)
	if err != nil && !errors.Is(err, app.ErrNoRules) {
		return err
	}
	return v.placeSites(d, lines, h)
}

func (v *view) placeSites(d *visitForm, lines []app.ProjectLine, h app.VisitHints) error {
	ids := make([]string, len(lines))
	for i, l := range lines {
		ids[i] = l.ID
	}
	docs, err := app.Named[siteDoc](v.Read(), project.Kind, ids)
	if err != nil {
		return err
	}
	units := v.unitNames()
	hint := map[string]app.VisitHint{}
	var order []string
	if d.Query == "" {
		for _, x := range slices.Concat(h.Red, h.Stuck, h.Long) {
			if _, twice := hint[x.ID]; !twice && len(order) < 2*hintsOnPage {
				order = append(order, x.ID)
			}
			hint[x.ID] = x
		}
	}
	d.Data = visitData{Parties: map[string]string{}, Names: map[string]string{}, Who: map[string][]string{}}
	first := map[string]site{}
	slices.SortStableFunc(lines, func(a, b app.ProjectLine) int { return cmp.Compare(a.Name, b.Name) })
	for _, l := range lines {
		doc := docs[l.ID]
		s := site{ID: l.ID, Name: doc.Name.In(v.Lang), Unit: units[l.LocalUnit], Sample: doc.Sample, On: slices.Contains(d.V["project"], l.ID)}
		d.Data.Names[l.ID], d.Data.Who[l.ID] = s.Name, doc.parties(v.By.Post)
		for _, p := range d.Data.Who[l.ID] {
			d.Data.Parties[p] = ""
		}
		if x, has := hint[l.ID]; has {
			s.Light, s.Why = x.Light, v.hintWhy("", x)
		}
		if slices.Contains(order, l.ID) || s.On {
			first[l.ID] = s
		} else {
			d.Rest = append(d.Rest, s)
		}
	}
	for p := range d.Data.Parties {
		d.Data.Parties[p] = v.party(partiesOf([]string{p})[0])
	}
	for _, id := range append(slices.Clone(d.V["project"]), order...) {
		if s, has := first[id]; has {
			d.Sites = append(d.Sites, s)
			delete(first, id)
		}
	}
	for _, id := range d.V["project"] {
		for _, p := range d.Data.Who[id] {
			if !slices.ContainsFunc(d.Candidates, func(o option) bool { return o.Key == p }) {
				d.Candidates = append(d.Candidates, option{p, d.Data.Parties[p]})
			}
		}
	}
	for _, p := range d.V["who"] { // ticked before, and no longer behind any of the projects
		if !slices.ContainsFunc(d.Candidates, func(o option) bool { return o.Key == p }) {
			if list := partiesOf([]string{p}); len(list) > 0 {
				d.Candidates = append(d.Candidates, option{p, v.party(list[0])})
			}
		}
	}
	return nil
}

// planVisit plans a visit from the list.
func (v *view) planVisit() error {
	c := visit.Plan{Facts: visit.Facts{On: v.text("on"), Place: v.text("place"), Purpose: v.text("purpose"), Projects: slices.DeleteFunc(v.r.Form["site"], blankText)}}
	rec, _, err := v.s.o.PlanVisit(v.ctx(), v.By, c, v.options())
	if err == nil {
		return v.seeOther("/visits?did=planned&e=" + strconv.FormatInt(rec.First, 10))
	}
	f, ok := app.Refused(err)
	if !ok || status[f.Kind] == 401 || status[f.Kind] == 403 && !errors.Is(err, visit.ErrUnseen) {
		return err
	}
	return v.visitsWith(map[string]string{"on": c.On, "place": c.Place, "purpose": c.Purpose}, sentence(v.Lang, f), status[f.Kind])
}
