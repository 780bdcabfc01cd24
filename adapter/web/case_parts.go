package web

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/quantity"
)

// measureView 难点、原因、办法、议定.
type measureView struct {
	casework.Measure
	Rows                []optionRow
	Who, Writer, Number string
	MeetingTitle        string
}

type optionRow struct {
	casework.Option
	Price  string // in 万元; "" where nobody knows it
	Chosen bool
}

func (v *view) measureView(m *casework.Measure) *measureView {
	if m == nil {
		return nil
	}
	out := &measureView{Measure: *m, Who: v.party(m.Owner), Writer: v.postName(m.Post)}
	for _, o := range m.Options {
		r := optionRow{Option: o, Chosen: m.Chosen != "" && o.Mark == m.Chosen}
		if o.Cost != nil {
			r.Price = quantity.ShowMoney(*o.Cost, quantity.UnitWanYuan, v.Lang).Text
		}
		out.Rows = append(out.Rows, r)
	}
	if e, err := v.Read().Entry(m.Seq); err == nil {
		out.Number = e.Number()
	}
	if m.Meeting != "" {
		out.MeetingTitle = m.Meeting
		if x, err := dispatch.MeetingOf(v.Read(), m.Meeting); err == nil {
			out.MeetingTitle = x.Title
		}
	}
	return out
}

// levelRow is one rung of the ladder, with who sits there today.
type levelRow struct {
	N                         int
	Name, What, Limit         string
	Post, Person              string
	Empty, Passed, On, Sample bool
	Later                     bool   // the seat is known once somebody handles it
	Since                     string // when the case came up to it
}

func (v *view) levelRows(d *casework.Desk, c casework.Case, now time.Time) []levelRow {
	today := calendar.DateOf(now).String()
	var out []levelRow
	for i, l := range d.Ladder {
		r := levelRow{N: i + 1, Name: v.levelName(i + 1), What: l.In(v.Lang), Limit: v.levelLimit(d, c.Kind, i, calendar.DateOf(c.Opened).String()), On: c.Level == i+1, Empty: true,
			Passed: slices.Contains(c.Empty, i+1)}
		if i < len(c.Seats) && c.Seats[i] != "" {
			g := v.rung("", c.Seats[i], today)
			r.Empty, r.Person, r.Sample = g.Empty, g.Person, g.Sample
			r.Post = v.party(casework.Party{Post: c.Seats[i]})
		}
		for _, k := range c.Climbs {
			if k.To == i+1 {
				r.Since = instantDay(k.At)
			}
		}
		if c.Level == i+1 && r.Since == "" {
			r.Since = calendar.DateOf(c.Opened).String()
		}
		out = append(out, r)
	}
	return out
}

// levelLimit is how long a level has, in words; "" where it has no limit of its own.
func (v *view) levelLimit(d *casework.Desk, kind string, i int, day string) string {
	l := d.Ladder[i]
	span, ok := l.Limit.On(day)
	if r, like := d.Clock(l.Like); like {
		span, ok = r.Limits.On(kind, day)
	}
	if !ok {
		return ""
	}
	return v.span(span.Amount, span.Measure)
}

// span says a length of time: 5 个工作日, 30 天, 2 小时.
func (v *view) span(n int, m calendar.Measure) string {
	switch {
	case m == calendar.InWorkdays:
		return v.T("span.workdays", "n", n)
	case m == calendar.InDays:
		return v.T("span.days", "n", n)
	case n%60 == 0:
		return v.T("span.hours", "n", n/60)
	}
	return v.T("span.minutes", "n", n)
}

// clockRow 计时 is one clock with what it shows.
type clockRow struct {
	Name, Started, Limit, Due, Left string
	Hue, Word                       string
	Window, Running                 bool
	Stops                           []stopRow
	Extensions                      []extensionRow
}

type stopRow struct{ From, To, Why, Note, Review string }

type extensionRow struct{ On, More, Reason, Post string }

func (v *view) clockRows(d *casework.Desk, c casework.Case, now time.Time) ([]clockRow, error) {
	var out []clockRow
	for _, k := range slices.Backward(c.Clocks) {
		rule, _ := d.Clock(k.Name)
		r := clockRow{Name: rule.In(v.Lang), Started: stampText(k.Start), Limit: v.span(k.Limit.Amount, k.Limit.Measure), Window: k.Window, Running: k.End.IsZero() && c.Open()}
		if k.Name == casework.LevelClock {
			r.Name = v.levelName(k.Level)
		}
		read, err := k.Read(calendar.StateCouncil(), now)
		if err != nil {
			return nil, err
		}
		if !read.Due.IsZero() {
			r.Due = stampText(read.Due)
		}
		r.Hue = casework.Light(k, read)
		switch {
		case !r.Running:
			r.Hue, r.Word = "none", v.T("clock.ended", "at", stampText(k.End))
			if k.End.IsZero() {
				r.Word = v.T("clock.ended.closed")
			}
		case k.Window && read.Overdue:
			r.Hue, r.Word = "none", v.T("clock.window.over")
		case read.Halted:
			r.Word = v.T("case.halted")
		case read.Overdue && read.Remaining < 0:
			r.Word = v.T("clock.over", "span", v.span(-read.Remaining, read.Measure))
		case read.Overdue:
			r.Word = v.T("clock.over.0")
		default:
			r.Word = v.T("clock.left", "span", v.span(read.Remaining, read.Measure))
		}
		if read.NoDue != nil {
			r.Due = v.T("case.no-holidays")
		}
		for _, s := range k.Stops {
			row := stopRow{From: stampText(s.From), Why: v.stopName(d, s.Why), Note: s.Note, Review: s.Review}
			if !s.To.IsZero() {
				row.To = stampText(s.To)
			}
			r.Stops = append(r.Stops, row)
		}
		for _, x := range k.Extensions {
			r.Extensions = append(r.Extensions, extensionRow{stampText(x.At), v.span(x.Amount, k.Limit.Measure), x.Reason, v.postName(x.Post)})
		}
		out = append(out, r)
	}
	slices.SortStableFunc(out, func(a, b clockRow) int { return a.order() - b.order() })
	return out, nil
}

// order puts what somebody owes first, then what is merely allowed, then what is over.
func (r clockRow) order() int {
	switch {
	case !r.Running:
		return 2
	case r.Window:
		return 1
	}
	return 0
}

// instantDay is the day of an instant as cases keep it, without fractions of a second.
func instantDay(s string) string {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return ""
	}
	return calendar.DateOf(t).String()
}

func stampText(t time.Time) string { return t.In(calendar.Zone).Format("2006-01-02 15:04") }

func (v *view) stopName(d *casework.Desk, why string) string {
	r, ok := d.Stop(why)
	if !ok {
		return why
	}
	return r.In(v.Lang)
}

// haltRow says why the clocks stand.
type haltRow struct {
	Why, Note, Since, Review, Post string
	Seq                            int64
}

func (v *view) haltRow(d *casework.Desk, c casework.Case) *haltRow {
	if c.Halt == nil || !c.Open() {
		return nil
	}
	h := c.Halt
	return &haltRow{v.stopName(d, h.Why), h.Note, stampText(h.Since), h.Review, v.postName(h.Post), h.Seq}
}

// slipRow 发过的单.
type slipRow struct {
	N                              int
	Case, Title                    string
	Colour, Hue, Name              string
	On, AnswerBy, DoneBy, Answered string
	Post, Reason, Href             string
	Poor, Out, Late                bool
	Seq                            int64
}

// Short is the day of the slip as a narrow column prints it.
func (r slipRow) Short() string { return r.On[max(0, len(r.On)-5):] }

// slipHues: a slip's shape tells it apart in black print; an orange one is a warning like the yellow.
var slipHues = map[string]string{"blue": "blue", "yellow": "yellow", "orange": "yellow", "red": "red"}

func slipRuleOf(d *casework.Desk, colour string) casework.SlipRule {
	for _, r := range d.Slips {
		if r.Colour == colour {
			return r
		}
	}
	return casework.SlipRule{Colour: colour}
}

func (v *view) slipRows(d *casework.Desk, c casework.Case) []slipRow {
	today := calendar.DateOf(v.s.o.Clock()).String()
	var out []slipRow
	for i, s := range c.Slips {
		r := slipRow{N: i + 1, Case: c.ID, Title: c.Title, Colour: s.Colour, Hue: slipHues[s.Colour], Name: slipRuleOf(d, s.Colour).In(v.Lang), On: s.On, AnswerBy: s.AnswerBy, DoneBy: s.DoneBy,
			Answered: s.Answered, Post: v.postName(s.Post), Reason: s.Reason, Href: "/slips/" + c.ID + "/" + strconv.Itoa(i+1), Poor: s.Poor, Out: c.Open() && i >= c.SlipsFrom, Seq: s.Seq}
		r.Late = r.Out && s.Answered == "" && s.AnswerBy != "" && s.AnswerBy < today
		out = append(out, r)
	}
	return out
}

// askedRow is a question with what came of it.
type askedRow struct {
	casework.Asked
	Who string
}

func (v *view) askedRows(c casework.Case) []askedRow {
	var out []askedRow
	for _, q := range slices.Backward(c.Asked) {
		out = append(out, askedRow{q, v.party(casework.Party{Post: q.Post})})
	}
	return out
}

// caseRow is a case as lists show it.
type caseRow struct {
	ID, Title, Href     string
	Project, ProjectID  string
	Sample, Hidden      bool
	Unit, Assists       string
	Raiser, Next        string
	State, Use, Outcome string
	Level               int
	LevelName           string
	stands
	Opened, Closed string
	Slips          []slipRow
	Answers        int
	Basis          string
	C              casework.Case
	D              *casework.Desk
}

// caseRows reads cases for a list, in the order of the ids; what the reader may not see keeps its number only.
func (v *view) caseRows(ids []string, guard bool) ([]caseRow, error) {
	byID, err := app.Named[casework.Case](v.Read(), casework.CaseKind, ids)
	if err != nil {
		return nil, err
	}
	names, err := v.caseProjects(byID)
	if err != nil {
		return nil, err
	}
	if err := v.knowUnits(byID); err != nil {
		return nil, err
	}
	now, days := v.s.o.Clock(), calendar.StateCouncil()
	var out []caseRow
	for _, id := range ids {
		c, ok := byID[id]
		if !ok {
			continue
		}
		if guard && app.MaySeeCase(v.Read(), v.By, id) != nil {
			out = append(out, caseRow{ID: id, Title: id, Hidden: true})
			continue
		}
		d, err := casework.Pinned(v.Read(), c.Digest)
		if err != nil {
			return nil, err
		}
		s, err := casework.Stand(d, c, now, days)
		if err != nil {
			return nil, err
		}
		st, _ := d.State(c.State)
		o, _ := d.Outcome(c.Outcome)
		r := caseRow{ID: id, Title: c.Title, Href: "/case/" + id, Unit: v.unitOf(c.Handler), Raiser: v.unitOf(c.Raiser), Next: v.nextName(d, s.Next), State: st.In(v.Lang), Use: d.Use,
			Outcome: o.In(v.Lang), Level: c.Level, stands: v.standing(d, c, s, now), Opened: calendar.DateOf(c.Opened).String(), Answers: c.Answers, Basis: c.Basis, C: c, D: d}
		if c.Level > 0 {
			r.LevelName = v.levelName(c.Level)
		}
		for _, a := range c.Assists {
			r.Assists = strings.TrimPrefix(r.Assists+v.T("list.comma")+v.unitOf(a), v.T("list.comma"))
		}
		if c.Closed != "" {
			r.Closed = v.stampDay(c.Closed)
		}
		if pid, ok := strings.CutPrefix(c.Subject, "project/"); ok {
			r.ProjectID, r.Project, r.Sample = pid, names[pid].Name.In(v.Lang), names[pid].Sample || v.samplePost(c.Raiser.Post)
		} else {
			r.Sample = v.sampleCase(c)
		}
		out = append(out, r)
	}
	return out, nil
}

// knowUnits reads the units of some cases at once; those that are not there are looked for one by one, and told of there.
func (v *view) knowUnits(cases map[string]casework.Case) error {
	var ids []string
	for _, c := range cases {
		for _, p := range append([]casework.Party{c.Handler, c.Raiser}, c.Assists...) {
			if _, known := v.units[p.Unit]; p.Unit != "" && !known && !slices.Contains(ids, p.Unit) {
				ids = append(ids, p.Unit)
			}
		}
	}
	if len(ids) == 0 {
		return nil
	}
	units, err := app.Named[org.Unit](v.Read(), org.UnitKind, ids)
	if v.units == nil {
		v.units = map[string]unitRead{}
	}
	for id, u := range units {
		v.units[id] = unitRead{Unit: u}
	}
	return err
}

type projectName struct {
	Name   org.Name
	Sample bool
}

// caseProjects names the projects of some cases.
func (v *view) caseProjects(cases map[string]casework.Case) (map[string]projectName, error) {
	var ids []string
	for _, c := range cases {
		if id, ok := strings.CutPrefix(c.Subject, "project/"); ok {
			ids = append(ids, id)
		}
	}
	return app.Named[projectName](v.Read(), project.Kind, ids)
}

// caseKin finds the cases that hang together with this one.
func (v *view) caseKin(d *casePage) error {
	one := func(id string) (*caseRow, error) {
		rows, err := v.caseRows([]string{id}, true)
		if err != nil || len(rows) == 0 {
			return nil, err
		}
		return &rows[0], nil
	}
	var err error
	if d.Parts, err = v.caseRows(d.C.Parts, true); err != nil {
		return err
	}
	if d.Merged, err = v.caseRows(d.C.Merged, true); err != nil {
		return err
	}
	if d.C.Into != "" {
		if d.Into, err = one(d.C.Into); err != nil {
			return err
		}
	}
	if d.C.Parent != "" {
		d.Parent, err = one(d.C.Parent)
	}
	return err
}

// caseTasks lists the tasks that came out of the decision: those that the meeting gave for this case, and those given for it
// outside of a meeting.
func (v *view) caseTasks(d *casePage) error {
	ids, err := v.s.o.TasksOf(v.ctx(), d.C)
	if err != nil {
		return err
	}
	if m := d.C.Measure; m != nil && m.Meeting != "" {
		if x, err := dispatch.MeetingOf(v.Read(), m.Meeting); err == nil {
			for _, item := range x.Items {
				if item.Subject == "case/"+d.C.ID {
					ids = append(ids, item.Tasks...)
				}
			}
		}
	}
	slices.Sort(ids)
	d.Tasks, err = v.caseRows(slices.Compact(ids), true)
	return err
}

// caseFact is one line of what happened, with its evidence.
type caseFact struct {
	factLine
	At   string
	Text string
	Evid []fileLine
}

// mostFacts bounds the line of facts; the ledger has the rest.
const mostFacts = 60

func (v *view) caseFacts(d *casePage) error {
	entries, err := v.Read().Entries("case/"+d.C.ID, mostFacts)
	if err != nil {
		return err
	}
	for _, e := range entries {
		f := caseFact{factLine: v.factLine(e), At: e.RecordedAt}
		f.Text = upper(v.Lang, v.caseEntry(e, d.D))
		if e.Actor == org.SystemSigner.Person {
			f.Who, f.Post = v.T("case.by-clock"), ""
		}
		if len(e.Evidence) > 0 {
			f.Evid = v.files(e.Evidence, "/case/"+d.C.ID+"/file/")
			d.Files = append(d.Files, f.Evid...)
		}
		d.Facts = append(d.Facts, f)
	}
	return nil
}
