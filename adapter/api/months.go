package api

import (
	"slices"

	"shigan/app"
	"shigan/domain/dispatch"
	"shigan/domain/project"
	"shigan/kernel/calendar"
)

// MonthRow is one month in the list.
type MonthRow struct {
	Month    string `json:"month"`
	State    string `json:"state" enum:"open,frozen"`
	Pack     string `json:"pack"`
	Due      string `json:"due"`
	CheckBy  string `json:"check_by"`
	FrozenAt string `json:"frozen_at,omitempty"`
	Bulletin int    `json:"bulletin,omitempty"` // issue
	Seq      int64  `json:"seq"`
}

func monthRowOf(m dispatch.Month) MonthRow {
	r := MonthRow{Month: m.Month.String(), State: string(m.State), Pack: m.Pack, Due: m.Due, CheckBy: m.CheckBy, FrozenAt: m.FreezeAt, Seq: m.Seq}
	if m.Bulletin != nil {
		r.Bulletin = m.Bulletin.Issue
	}
	return r
}

func (c *caller) months(*none) (*listOut[MonthRow], error) {
	months, err := app.All[dispatch.Month](c.read(), dispatch.MonthKind, "")
	if err != nil {
		return nil, err
	}
	slices.Reverse(months)
	return listed(each(months, monthRowOf), ""), nil
}

type monthIn struct {
	Month Month `path:"month"`
}

// MonthStatus says where a month stands: counts of the whole district, and the projects that the caller sees.
type MonthStatus struct {
	MonthRow
	Opened     int64           `json:"opened"`
	Counts     StatusCounts    `json:"counts"`
	Unreported []string        `json:"unreported"`
	Waiting    []string        `json:"waiting"`
	Returned   []string        `json:"returned"`
	Accepted   []string        `json:"accepted"`
	Freeze     *Freeze         `json:"freeze,omitempty"`
	Amendments []Amendment     `json:"amendments"`
	Slips      []Slip          `json:"slips"`
	Reminders  []Reminder      `json:"reminders"`
	Excuses    []ExcuseRow     `json:"excuses"`
	Groups     []string        `json:"groups"`
	Issued     *BulletinIssued `json:"issued,omitempty"`
}

// StatusCounts of a month.
type StatusCounts struct {
	Projects   int `json:"projects"`
	Unreported int `json:"unreported"`
	Waiting    int `json:"waiting"`
	Returned   int `json:"returned"`
	Accepted   int `json:"accepted"`
}

// Freeze 冻结: by which entry, out of what, and the digest of the values.
type Freeze struct {
	Seq        int64          `json:"seq"`
	RecordedAt string         `json:"recorded_at"`
	Post       string         `json:"post"`
	Pack       string         `json:"pack"`
	RulesSum   string         `json:"rules_sum"`
	Known      int64          `json:"known"`
	Values     string         `json:"values"`
	Projects   int            `json:"projects"`
	Unreported int            `json:"unreported"`
	Unchecked  int            `json:"unchecked"`
	Lights     map[string]int `json:"lights"`
	Reason     string         `json:"reason,omitempty"`
}

// Amendment 更正 stands beside what was published.
type Amendment struct {
	Project string `json:"project"`
	Field   string `json:"field"`
	Was     Money  `json:"was"`
	Now     Money  `json:"now"`
	Reason  string `json:"reason"`
	On      string `json:"on"`
	By      string `json:"by"`
	Seq     int64  `json:"seq"`
}

// Slip 督办函.
type Slip struct {
	No      int      `json:"no"`
	Project string   `json:"project"`
	Light   string   `json:"light"`
	Reasons []string `json:"reasons"`
	Unit    string   `json:"unit"`
	Reply   string   `json:"reply"`
	On      string   `json:"on"`
	Seq     int64    `json:"seq"`
}

// Reminder 催报.
type Reminder struct {
	On       string   `json:"on"`
	Projects []string `json:"projects"`
	Seq      int64    `json:"seq"`
}

// ExcuseRow 正当理由 as it was asked for and settled.
type ExcuseRow struct {
	Project string   `json:"project"`
	Light   string   `json:"light"`
	Reason  string   `json:"reason"`
	Asked   int64    `json:"asked"`
	Settled int64    `json:"settled"`
	Granted bool     `json:"granted"`
	Answer  string   `json:"answer"`
	Files   []string `json:"files"`
}

// BulletinIssued 通报 as it was issued, with the digests of its files.
type BulletinIssued struct {
	Issue   int               `json:"issue"`
	On      string            `json:"on"`
	Content string            `json:"content"`
	Files   map[string]string `json:"files"`
	Seq     int64             `json:"seq"`
}

func (c *caller) monthOne(in *monthIn) (*bodyOut[MonthStatus], error) {
	m := in.Month.Month
	st, err := c.s.o.Status(c.ctx, m)
	if err != nil {
		return nil, err
	}
	sees, err := c.sees()
	if err != nil {
		return nil, err
	}
	own := func(ids []string) []string {
		return slices.DeleteFunc(slices.Clone(some(ids)), func(id string) bool { return !sees(id) })
	}
	out := MonthStatus{MonthRow: monthRowOf(st.Month), Opened: st.Month.Opened,
		Counts:     StatusCounts{len(st.Members), len(st.Unreported), len(st.Waiting), len(st.Returned), len(st.Accepted)},
		Unreported: own(st.Unreported), Waiting: own(st.Waiting), Returned: own(st.Returned), Accepted: own(st.Accepted),
		Amendments: []Amendment{}, Slips: []Slip{}, Reminders: []Reminder{}, Excuses: []ExcuseRow{}}
	if f := st.Month.Freeze; f != nil {
		out.Freeze = &Freeze{st.Month.FreezeSeq, st.Month.FreezeAt, st.Month.FreezeBy, f.Pack, f.RulesSum, f.Known, f.Values, f.Projects, f.Unreported, f.Unchecked, f.Lights, f.Reason}
	}
	for _, a := range st.Month.Amendments {
		if sees(a.Project) {
			out.Amendments = append(out.Amendments, Amendment{a.Project, a.Field, money(a.Was), money(a.Now), a.Reason, a.On, a.By, a.Seq})
		}
	}
	for _, s := range st.Month.Slips {
		if sees(s.Project) {
			out.Slips = append(out.Slips, Slip{s.No, s.Project, s.Light, some(s.Reasons), s.Unit, s.Reply, s.On, s.Seq})
		}
	}
	for _, r := range st.Month.Reminders {
		if ids := own(r.Projects); len(ids) > 0 {
			out.Reminders = append(out.Reminders, Reminder{r.On, ids, r.Seq})
		}
	}
	excuses, err := app.All[dispatch.Excuse](c.read(), dispatch.ExcuseKind, m.String()+"/")
	if err != nil {
		return nil, err
	}
	for _, x := range excuses {
		if sees(x.Project) {
			out.Excuses = append(out.Excuses, ExcuseRow{x.Project, x.Light, x.Reason, x.Asked, x.Settled, x.Granted, x.Answer, some(x.Files)})
		}
	}
	if b := st.Month.Bulletin; b != nil {
		out.Issued = &BulletinIssued{b.Issue, b.On, b.Content, b.Files, b.Seq}
	}
	if out.Groups, err = c.s.o.Groups(c.ctx, m); err != nil {
		return nil, err
	}
	return body(out)
}

type reportsIn struct {
	Month Month  `path:"month"`
	State string `query:"state" enum:"reported,accepted,returned"`
	Page
}

// Report 月报 of one project, as it stands.
type Report struct {
	Project  string   `json:"project"`
	Month    string   `json:"month"`
	State    string   `json:"state"`
	Content  Content  `json:"content"`
	By       string   `json:"by"`
	ByPost   string   `json:"by_post"`
	At       string   `json:"at"`
	Files    []string `json:"files"`
	Seq      int64    `json:"seq"`
	Checked  *Checked `json:"checked,omitempty"`
	Returns  int      `json:"returns"`
	Versions []int64  `json:"versions"`
}

// Content 月报内容.
type Content struct {
	Month    Money  `json:"month"`
	YTD      Money  `json:"ytd"`
	Paid     *Money `json:"paid,omitempty"`
	FundsIn  *Money `json:"funds_in,omitempty"`
	Progress string `json:"progress" maxLength:"4000"`
	Problem  string `json:"problem,omitempty" maxLength:"4000"`
	Measure  string `json:"measure,omitempty" maxLength:"4000"`
	Who      string `json:"who,omitempty" maxLength:"400"`
	By       string `json:"by,omitempty" maxLength:"40"`
	Next     string `json:"next,omitempty" maxLength:"4000"`
	Explain  string `json:"explain,omitempty" maxLength:"4000"`
	Case     string `json:"case,omitempty" maxLength:"100"`
}

// Checked 核实 or 退回.
type Checked struct {
	By      string `json:"by"`
	At      string `json:"at"`
	Reason  string `json:"reason,omitempty"`
	AsMonth *Money `json:"as_month,omitempty"`
	AsYTD   *Money `json:"as_ytd,omitempty"`
	Seq     int64  `json:"seq"`
}

func (c Content) content() dispatch.Content {
	return dispatch.Content{Month: project.DispatchMoney(c.Month.Fen), YTD: project.DispatchMoney(c.YTD.Fen), Paid: dispatchFen(c.Paid), FundsIn: dispatchFen(c.FundsIn),
		Progress: c.Progress, Problem: c.Problem, Measure: c.Measure, Who: c.Who, By: c.By, Next: c.Next, Explain: c.Explain, Case: c.Case}
}

func reportOf(r dispatch.Report) Report {
	x := r.Content
	out := Report{Project: r.Project, Month: r.Month.String(), State: string(r.State), By: r.By, ByPost: r.ByPost, At: r.At, Files: some(r.Files), Seq: r.Seq,
		Returns: r.Returns, Versions: some(r.Versions),
		Content: Content{dispatchMoney(x.Month), dispatchMoney(x.YTD), maybeMoney(x.Paid), maybeMoney(x.FundsIn), x.Progress, x.Problem, x.Measure, x.Who, x.By, x.Next, x.Explain, x.Case}}
	if k := r.Checked; k != nil {
		out.Checked = &Checked{k.By, k.At, k.Reason, maybeMoney(k.AsMonth), maybeMoney(k.AsYTD), k.Seq}
	}
	return out
}

func (c *caller) reports(in *reportsIn) (*listOut[Report], error) {
	if _, err := dispatch.MonthOf(c.read(), in.Month.Month); err != nil {
		return nil, err
	}
	sees, err := c.sees()
	if err != nil {
		return nil, err
	}
	all, err := app.All[dispatch.Report](c.read(), dispatch.ReportKind, in.Month.String()+"/")
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(r dispatch.Report) bool {
		return !sees(r.Project) || in.State != "" && string(r.State) != in.State
	})
	order := "report/" + in.Month.String()
	from, next, err := in.Page.cut(order, len(all), func(i int) cursor { return cursor{Order: order, ID: all[i].Project} }, func(cur cursor) int {
		i := slices.IndexFunc(all, func(r dispatch.Report) bool { return r.Project > cur.ID }) // documents lie in the order of their ids
		if i < 0 {
			return len(all)
		}
		return i
	})
	if err != nil {
		return nil, err
	}
	return listed(each(all[from:min(len(all), from+in.Limit)], reportOf), next), nil
}

// ReportIn names one report.
type ReportIn struct {
	Month   Month  `path:"month"`
	Project string `path:"project" maxLength:"100"`
}

func (c *caller) reportOne(in *ReportIn) (*bodyOut[Report], error) {
	if _, err := c.project(in.Project); err != nil {
		return nil, err
	}
	r, ok, err := dispatch.ReportOf(c.read(), in.Month.Month, in.Project)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, dispatch.ErrNoReport.With("project", in.Project, "month", in.Month.Month)
	}
	return body(reportOf(r))
}

type previewIn struct {
	ReportIn
	Body Content
}

// Preview 这样报，会是: the figures and lights of a report that is not sent yet, and what the rules doubt about it.
type Preview struct {
	Figures map[string]Value `json:"figures"`
	Overall string           `json:"overall"`
	Doubts  []string         `json:"doubts"`
}

func (c *caller) preview(in *previewIn) (*bodyOut[Preview], error) {
	if _, err := c.project(in.Project); err != nil {
		return nil, err
	}
	p, err := c.s.o.PreviewReport(c.ctx, in.Project, in.Month.Month, in.Body.content())
	if err != nil {
		return nil, err
	}
	out := Preview{Figures: map[string]Value{}, Overall: p.Overall, Doubts: some(p.Doubts)}
	for name, f := range p.Figs {
		out.Figures[name] = figOf(f, c.lang)
	}
	return body(out)
}

type myIn struct {
	Month Month `query:"month"`
}

// MyRow is one project of the caller's with where its report stands.
type MyRow struct {
	Project string `json:"project"`
	Name    string `json:"name"`
	State   string `json:"state" enum:"unreported,reported,returned,accepted"`
	Seq     int64  `json:"seq"`
}

// My is what the caller has to report in a month.
type My struct {
	Month string  `json:"month"`
	Due   string  `json:"due"`
	Items []MyRow `json:"items"`
}

func (c *caller) my(in *myIn) (*bodyOut[My], error) {
	m, err := c.month(in.Month)
	if err != nil {
		return nil, err
	}
	st, err := c.s.o.Status(c.ctx, m)
	if err != nil {
		return nil, err
	}
	lines, err := c.lines(&projectsIn{}, m)
	if err != nil {
		return nil, err
	}
	out := My{Month: m.String(), Due: st.Month.Due, Items: []MyRow{}}
	for _, l := range lines {
		row := MyRow{Project: l.ID, Name: l.Name, State: "unreported"}
		if r, ok := st.Reports[l.ID]; ok {
			row.State, row.Seq = string(r.State), r.Seq
		}
		out.Items = append(out.Items, row)
	}
	return body(out)
}

// RedRow is one project whose overall light is red, with the lights that are.
type RedRow struct {
	Project string   `json:"project"`
	Name    string   `json:"name"`
	Reasons []string `json:"reasons"`
	Lag     Value    `json:"lag"`
}

func (c *caller) reds(in *monthIn) (*listOut[RedRow], error) {
	sees, err := c.sees()
	if err != nil {
		return nil, err
	}
	reds, figs, err := c.s.o.Reds(c.ctx, in.Month.Month)
	if err != nil {
		return nil, err
	}
	var rows []RedRow
	for _, p := range reds {
		if !sees(p.ID) {
			continue
		}
		r := RedRow{Project: p.ID, Name: p.Facts.Name.In(c.lang), Reasons: []string{}, Lag: figOf(figs.Of("lag", "project/"+p.ID), c.lang)}
		for _, l := range figs.Set.Overall.Worst {
			if figs.Of("light."+l, "project/"+p.ID).Hue() == "red" {
				r.Reasons = append(r.Reasons, "light."+l)
			}
		}
		rows = append(rows, r)
	}
	return listed(rows, ""), nil
}

// FreezeCheck compares a frozen month with what its rules make of what was known then.
type FreezeCheck struct {
	Month       string   `json:"month"`
	Values      int      `json:"values"`
	Differences []string `json:"differences"`
}

func (c *caller) checkFreeze(in *monthIn) (*bodyOut[FreezeCheck], error) {
	n, diff, err := c.s.o.CheckFreeze(c.ctx, in.Month.Month)
	if err != nil {
		return nil, err
	}
	return body(FreezeCheck{in.Month.String(), n, some(diff)})
}

// groupNames are what is added up over groups.
var groupNames = []string{"group_count", "group_planned", "group_invested", "group_month", "group_rate", "group_time_share", "group_lag",
	"group_red", "group_yellow", "group_green", "group_none", "group_reported"}

// GroupRow is one group with its sums.
type GroupRow struct {
	Group   string           `json:"group"`
	Figures map[string]Value `json:"figures"`
}

// DistrictPage is the district on one page: everything, then each list, industry, unit, class and level.
type DistrictPage struct {
	Month  string     `json:"month"`
	Frozen bool       `json:"frozen"`
	Pack   string     `json:"pack"`
	Groups []GroupRow `json:"groups"`
}

func (c *caller) district(in *myIn) (*bodyOut[DistrictPage], error) {
	m, err := c.month(in.Month)
	if err != nil {
		return nil, err
	}
	return c.districtIn(m)
}

func (c *caller) districtIn(m calendar.Month) (*bodyOut[DistrictPage], error) {
	groups, err := c.s.o.Groups(c.ctx, m)
	if err != nil {
		return nil, err
	}
	figs, err := c.s.o.Figures(c.ctx, m, "", groupNames, groups)
	if err != nil {
		return nil, err
	}
	out := DistrictPage{Month: m.String(), Frozen: figs.Freeze != nil, Pack: figs.Set.Pack.Name}
	out.Groups = each(groups, func(g string) GroupRow { return GroupRow{g, figsOf(figs, groupNames, g, c.lang)} })
	return body(out)
}
