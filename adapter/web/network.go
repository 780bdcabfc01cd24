package web

import (
	"bytes"
	"cmp"
	"io"
	"mime"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/domain/schedule"
	"shigan/engine/draw"
	"shigan/kernel/fault"
)

// networkPage 路线图，改: a table of steps first, the drawing follows.
type networkPage struct {
	P                         project.Project
	ID                        string
	Net                       *netView
	Form                      []netRow
	Goal                      string
	Findings                  []findingView
	Cast                      *castView
	Templates                 []templateView
	Calendars, Causes, Stones []option
	Steps                     []option
	Error                     string
	Row                       int // in which something is wrong
	CanDraw, CanAdvance       bool
	Version                   int
	Key                       string
	Reason                    string
	Notice                    string
	NoticeSeq                 int64
	Versions                  []schedule.Version
	Cases                     []placeRow
	Report                    *importReport
	Sample                    bool
	Logic                     string
	Tried                     bool
	TemplateName              string
}

type findingView struct{ Hue, Text, Case string }

type templateView struct {
	Name, Title, Source string
	Steps               int
	Sample              bool
}

type placeRow struct{ Case, Title, Step string }

// importReport is what a file held and what became of it.
type importReport struct {
	File  string
	Lines []importLine
}

type importLine struct{ Hue, Text string }

// blankRows are offered under the table, so that steps can be added without a script.
const blankRows = 3

func (v *view) networkPage() error { return v.networkWith(nil, nil, 200) }

// networkWith shows the editor; with a form it shows what was typed, and what is wrong with it.
func (v *view) networkWith(form *networkForm, wrong error, code int) error {
	p, err := project.Of(v.Read(), v.r.PathValue("id"))
	if err != nil {
		return err
	}
	if err := org.May(v.Read(), v.By, "read.project", p.Scope()); err != nil {
		return err
	}
	d := networkPage{P: p, ID: p.ID, Key: app.NewKey(), CanDraw: org.May(v.Read(), v.By, "schedule.draw", p.Scope()) == nil,
		CanAdvance: org.May(v.Read(), v.By, "schedule.advance", p.Scope()) == nil}
	d.Notice, d.NoticeSeq, _ = v.notice("network.did")
	plan, drawn, err := schedule.PlanOf(v.Read(), p.ID)
	if err != nil {
		return err
	}
	d.Version, d.Versions, d.Sample = plan.Version, plan.Versions, plan.Sample
	if form == nil && !drawn {
		form = v.startForm()
	}
	var rows []schedule.StepCast
	var found []schedule.Finding
	switch {
	case form != nil:
		d.Form, d.Goal, d.Reason, d.Report, d.TemplateName, d.Tried = form.rows, form.goal, form.reason, form.report, form.template, true
		if wrong == nil && len(form.steps) > 0 {
			var casts []*schedule.Cast
			if rows, found, casts, err = v.s.o.TryTable(v.ctx(), p.ID, form.goal, form.steps); err == nil {
				plan.Steps, plan.Goal = form.steps, form.goal
				d.main(v, p, casts)
			} else if _, ok := app.Refused(err); !ok {
				return err
			} else {
				wrong = err
			}
		}
	default:
		d.Goal = plan.Goal
		if rows, found, err = v.s.o.Roadmap(v.ctx(), p.ID); err != nil {
			return err
		}
		f, err := v.s.o.Foresee(v.ctx())
		if err != nil {
			return err
		}
		d.main(v, p, f.Of(p.ID))
	}
	if wrong != nil {
		f, ok := app.Refused(wrong)
		if !ok {
			return wrong
		}
		d.Error = app.Sentence(v.Lang, f)
		d.Row, _ = f.Args["row"].(int)
	}
	if rows != nil {
		plan.Steps = nil
		for _, r := range rows {
			plan.Steps = append(plan.Steps, r.Step)
		}
		f, err := v.s.o.Foresee(v.ctx())
		if err != nil {
			return err
		}
		d.Net = v.network(plan, rows, p, f.On)
		if form == nil || wrong == nil {
			d.Form = d.Net.Rows
		}
	}
	for range blankRows {
		d.Form = append(d.Form, netRow{N: strconv.Itoa(len(d.Form) + 1)})
	}
	v.networkChoices(&d, plan, found)
	if err := v.networkCases(&d, plan); err != nil {
		return err
	}
	pg := v.newPage(v.T("network.title"), d)
	pg.Ask = "nav.projects"
	return v.s.pages.write(v, code, "network", pg)
}

// main is the forecast of the goal.
func (d *networkPage) main(v *view, p project.Project, casts []*schedule.Cast) {
	for _, c := range casts {
		if c.Promise.Kind == schedule.ToFinish && c.Model == schedule.ByNetwork {
			x := v.cast(c, p, "", draw.Hump{})
			d.Cast, d.Logic = &x, c.Logic
		}
	}
}

func (v *view) networkChoices(d *networkPage, plan schedule.Plan, found []schedule.Finding) {
	for _, c := range schedule.Calendars {
		d.Calendars = append(d.Calendars, option{c, v.T("calendar." + c)})
	}
	for _, c := range schedule.Causes {
		d.Causes = append(d.Causes, option{c, v.T("cause." + c)})
	}
	for _, m := range d.P.Milestones {
		d.Stones = append(d.Stones, option{m.ID, m.Name.In(v.Lang)})
	}
	for _, s := range plan.Steps {
		d.Steps = append(d.Steps, option{s.ID, s.ID + " " + s.Name.In(v.Lang)})
	}
	for _, t := range v.s.o.Networks {
		d.Templates = append(d.Templates, templateView{Name: t.Pack.Name, Title: t.Pack.Say.In(v.Lang), Steps: len(t.Table), Source: t.Pack.Source.Title.In(v.Lang), Sample: t.Pack.Sample})
	}
	for _, f := range found {
		d.Findings = append(d.Findings, findingView{Hue: f.Hue, Case: f.Other, Text: v.T("finding."+f.Code, "step", f.Step, "name", f.Name.In(v.Lang), "days", f.Days, "class", f.Class, "n", f.Cases)})
	}
}

// networkCases lists the open cases about the project with the step that each blocks.
func (v *view) networkCases(d *networkPage, plan schedule.Plan) error {
	if plan.Version == 0 || may(v, "read.cases") != nil {
		return nil
	}
	lines, err := v.s.o.CasesOf(v.ctx(), v.By, app.CaseFilter{Subject: "project/" + d.ID, Open: true, Limit: 40})
	if err != nil {
		return err
	}
	for _, l := range lines {
		d.Cases = append(d.Cases, placeRow{Case: l.ID, Title: l.Title, Step: plan.Placed[l.ID]})
	}
	return nil
}

func (v *view) caseTitle(id string) (string, error) {
	c, err := casework.Of(v.Read(), id)
	return c.Title, err
}

// networkForm is a table of steps as it was typed or brought.
type networkForm struct {
	rows         []netRow
	steps        []schedule.Step
	goal, reason string
	template     string
	report       *importReport
}

// startForm begins with a template where one was chosen; else with an empty table.
func (v *view) startForm() *networkForm {
	name := v.r.URL.Query().Get("from")
	f := &networkForm{}
	if t := v.usual(name); len(t.Table) > 0 {
		f.take(v, t.Table)
		f.goal, f.template = t.Goal, name
	}
	return f
}

// take puts steps into the form.
func (f *networkForm) take(v *view, steps []schedule.Step) {
	f.steps = steps
	for i, s := range steps {
		f.rows = append(f.rows, netRow{N: strconv.Itoa(i + 1), ID: s.ID, Name: s.Name.In(v.Lang), Days: strconv.FormatFloat(s.Days, 'f', -1, 64), After: schedule.AfterText(s.After), Calendar: s.Calendar, Cause: s.Cause, Who: s.Who, Milestone: s.Milestone, From: s.From})
	}
}

// usual gives a usual network to start from; an empty one where there is none of that name.
func (v *view) usual(name string) schedule.Template {
	for _, t := range v.s.o.Networks {
		if t.Pack.Name == name {
			return t
		}
	}
	return schedule.Template{}
}

// typedNetwork reads the table out of a form. What cannot be read is the error; what was typed comes back in any case. A step that is
// known keeps what the form does not show: its name in the other language, its post.
func (v *view) typedNetwork(q url.Values, known []schedule.Step) (*networkForm, error) {
	f := &networkForm{goal: strings.TrimSpace(q.Get("goal")), reason: q.Get("reason"), template: q.Get("template")}
	names := q["name"]
	at := func(key string, i int) string {
		if i < len(q[key]) {
			return strings.TrimSpace(q[key][i])
		}
		return ""
	}
	var wrong error
	for i := range names {
		r := netRow{N: strconv.Itoa(i + 1), ID: at("id", i), Name: at("name", i), Days: at("days", i), After: at("after", i), Calendar: at("calendar", i), Cause: at("cause", i), Who: at("who", i), Milestone: at("milestone", i), From: at("from", i)}
		if r.Name == "" && r.Days == "" && r.After == "" {
			continue
		}
		if r.ID == "" {
			r.ID = r.N
		}
		f.rows = append(f.rows, r)
		s, err := stepOf(r, len(f.rows))
		if err != nil && wrong == nil {
			wrong = err
		}
		if k := slices.IndexFunc(known, func(x schedule.Step) bool { return x.ID == s.ID }); k >= 0 {
			if known[k].Name.In(v.Lang) == r.Name {
				s.Name = known[k].Name
			}
			s.Post = known[k].Post
		}
		f.steps = append(f.steps, s)
	}
	if len(f.rows) > 0 && f.goal == "" {
		f.goal = f.rows[len(f.rows)-1].ID
	}
	return f, wrong
}

func stepOf(r netRow, row int) (schedule.Step, error) {
	s := schedule.Step{ID: r.ID, Calendar: r.Calendar, Cause: r.Cause, Who: r.Who, Milestone: r.Milestone, From: r.From}
	s.Name.Zh = r.Name
	days, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSuffix(cmp.Or(r.Days, "0"), "天"), "d"), 64)
	if err != nil {
		return s, schedule.ErrStep.With("row", row, "field", "days", "value", r.Days)
	}
	s.Days = days
	if s.After, err = schedule.ParseAfter(r.After); err != nil {
		return s, schedule.ErrAfter.With("row", row, "value", r.After)
	}
	return s, nil
}

// saveNetwork stores a drawing, or, with "look", only shows where it would lead.
func (v *view) saveNetwork() error {
	if err := v.r.ParseForm(); err != nil {
		return err
	}
	id := v.r.PathValue("id")
	old, _, err := schedule.PlanOf(v.Read(), id)
	if err != nil {
		return err
	}
	f, wrong := v.typedNetwork(v.r.PostForm, append(slices.Clone(old.Steps), v.usual(v.r.PostForm.Get("template")).Table...))
	if wrong != nil {
		return v.networkWith(f, wrong, 422)
	}
	if v.r.PostForm.Get("look") != "" {
		return v.networkWith(f, nil, 200)
	}
	seen, _ := strconv.Atoi(v.r.PostForm.Get("seen"))
	rec, err := v.s.o.Do(v.ctx(), v.By, schedule.Draw{Project: id, Goal: f.goal, Steps: f.steps, Template: f.template, Reason: f.reason, Seen: seen}, v.options())
	if err != nil {
		if x, ok := app.Refused(err); ok && x.Kind != fault.Forbidden && x.Kind != fault.Unavailable {
			return v.networkWith(f, err, status[x.Kind])
		}
		return err
	}
	return v.seeOther("/project/" + id + "/network?did=drawn&e=" + strconv.FormatInt(rec.Last, 10))
}

// advanceNetwork states progress of steps.
func (v *view) advanceNetwork() error {
	if err := v.r.ParseForm(); err != nil {
		return err
	}
	id := v.r.PathValue("id")
	q := v.r.PostForm
	marks := map[string]schedule.Mark{}
	for i, step := range q["step"] {
		get := func(key string) string {
			if i < len(q[key]) {
				return strings.TrimSpace(q[key][i])
			}
			return ""
		}
		m := schedule.Mark{Started: get("started"), Finished: get("finished")}
		if s := strings.TrimSuffix(get("done"), "%"); s != "" {
			x, err := strconv.ParseFloat(s, 64)
			if err != nil {
				return v.networkWith(nil, schedule.ErrMark.With("step", step, "field", "done", "value", s), 422)
			}
			x /= 100
			m.Done = &x
		}
		if m.Started != "" || m.Finished != "" || m.Done != nil {
			marks[step] = m
		}
	}
	rec, err := v.s.o.Do(v.ctx(), v.By, schedule.Advance{Project: id, Marks: marks}, v.options())
	if err != nil {
		if x, ok := app.Refused(err); ok && x.Kind != fault.Forbidden && x.Kind != fault.Unavailable {
			return v.networkWith(nil, err, status[x.Kind])
		}
		return err
	}
	return v.seeOther("/project/" + id + "/network?did=advanced&e=" + strconv.FormatInt(rec.Last, 10))
}

// placeCase says which step a case blocks.
func (v *view) placeCase() error {
	id := v.r.PathValue("id")
	rec, err := v.s.o.Do(v.ctx(), v.By, schedule.Place{Project: id, Case: v.r.FormValue("case"), Step: v.r.FormValue("step")}, v.options())
	if err != nil {
		if x, ok := app.Refused(err); ok && x.Kind != fault.Forbidden && x.Kind != fault.Unavailable {
			return v.networkWith(nil, err, status[x.Kind])
		}
		return err
	}
	return v.seeOther("/project/" + id + "/network?did=placed&e=" + strconv.FormatInt(rec.Last, 10))
}

// importNetwork reads a file of a planning program or a table of steps into the form; nothing is stored before it was looked at.
func (v *view) importNetwork() error {
	file, head, err := v.r.FormFile("file")
	if err != nil {
		return v.networkWith(nil, schedule.ErrNoSteps, 422)
	}
	defer file.Close()
	raw, err := io.ReadAll(file)
	if err != nil {
		return err
	}
	steps, notes, err := v.s.o.ReadNetwork(head.Filename, raw, v.s.opt.Sheets)
	f := &networkForm{report: &importReport{File: head.Filename}}
	for _, n := range notes {
		f.report.Lines = append(f.report.Lines, importLine{Hue: "yellow", Text: v.T(n.Code, pairs(n.Args)...)})
	}
	if err != nil {
		return v.networkWith(f, err, 422)
	}
	f.take(v, steps)
	f.goal = steps[len(steps)-1].ID
	return v.networkWith(f, nil, 200)
}

// networkFile gives the network as a file that planning programs read.
func (v *view) networkFile() error {
	id := v.r.PathValue("id")
	p, err := project.Of(v.Read(), id)
	if err != nil {
		return err
	}
	if err := org.May(v.Read(), v.By, "read.project", p.Scope()); err != nil {
		return err
	}
	var b bytes.Buffer
	if _, err := v.s.o.WriteNetwork(v.ctx(), &b, id); err != nil {
		return err
	}
	h := v.w.Header()
	h.Set("Content-Type", "application/xml; charset=utf-8")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": id + ".xml"}))
	_, err = b.WriteTo(v.w)
	return err
}

// pairs are the values of a sentence as words.Say takes them.
func pairs(args map[string]any) []any {
	var out []any
	for k, x := range args {
		out = append(out, k, x)
	}
	return out
}
