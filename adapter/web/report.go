package web

import (
	"encoding/json"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"shigan/app"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/engine/draw"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
	"shigan/kernel/figure"
	"shigan/kernel/ledger"
	"shigan/kernel/quantity"
)

var (
	errFile  = fault.New(fault.NotFound, "web.no-evidence")
	errFiles = fault.New(fault.Invalid, "web.too-many-files")
	errStale = fault.New(fault.Conflict, "web.draft-gone")
)

// What one report may carry. A phone's photographs are 3 to 8 MB; a body above the limit is refused as a whole.
const (
	reportLimit = 24 << 20
	mostFiles   = 12
)

// reportFields are what a report's form holds; money in 万元, as it is typed.
var reportFields = []string{"progress", "month", "ytd", "funds_in", "paid", "next", "problem", "measure", "who", "by", "explain", "files", "replaces", "case"}

// reportPage is one project's month as its reporter sees it.
type reportPage struct {
	ID, Name, Unit   string
	Sample           bool
	M                calendar.Month
	State            string // form, sent, accepted, frozen
	Report           *dispatch.Report
	Last             *dispatch.Report
	LastYTD, LastOne app.Fig
	Planned          app.Fig
	V, Errs          map[string]string
	Error            string
	Saved            string
	Returned         *dispatch.Check
	Checker          string
	Conflict         *conflict
	Files            []fileLine
	Due, DueText     string
	Late             bool
	Clock            *deadline
	Preview          *previewed
	Excuses          []excuseRow
	CanExcuse        bool
	Lights           []string
	Form             formState
	Notice, NoticeNo string
	NoticeSeq        int64
	Key, Draft       string
	Questions        []string
	Rows             []answer
	Content          dispatch.Content
	Figs             *app.Figures
	Lean             []leanCase // problems of the project on whose decision the report may lean
	CanRaise         bool
}

// Fig gives a figure of the project's month.
func (d reportPage) Fig(name string) app.Fig { return d.Figs.Of(name, "project/"+d.ID) }

// conflict is what somebody else reported meanwhile, beside what was typed here.
type conflict struct {
	At, Who, Post string
	Seq           int64
	Rows          []answer
}

// answer is one line of the check-your-answers page, or of a comparison.
type answer struct {
	Q, Key       string
	Text, Theirs string
	Same         bool
}

// previewed is 这样报，会是: what stands nowhere yet, so its numbers have no reasons to open.
type previewed struct {
	Bar                 template.HTML
	Share, Gap          string
	YTD, Planned        string
	Lights              []previewedLight
	Overall             string
	Doubts              []string
	NeedMeasure         bool
	NeedExplain         bool
	HasMeasure, HasTold bool
}

type previewedLight struct{ Key, Hue string }

// reportOf reads project and month, and refuses whoever may not report it.
func (v *view) reportOf() (project.Project, calendar.Month, error) {
	p, err := project.Of(v.Read(), v.r.PathValue("id"))
	if err != nil {
		return p, calendar.Month{}, err
	}
	if err := org.May(v.Read(), v.By, "dispatch.report", p.Scope()); err != nil {
		return p, calendar.Month{}, err
	}
	m, err := calendar.ParseMonth(v.r.PathValue("month"))
	return p, m, err
}

func draftName(id string, m calendar.Month) string { return "report/" + id + "/" + m.String() }

// draft reads what was typed and not sent.
func (v *view) draft(name string) (vals map[string]string, savedAt string, err error) {
	body, savedAt, err := v.Read().Draft(v.By.Person, name)
	if err != nil || body == "" {
		return nil, "", err
	}
	if json.Unmarshal([]byte(body), &vals) != nil { // an older form's draft: of no use
		return nil, "", nil
	}
	return vals, savedAt, nil
}

func (v *view) keepDraft(name string, vals map[string]string) error {
	raw, err := json.Marshal(vals)
	if err != nil {
		return err
	}
	return v.Read().PutDraft(v.By.Person, name, string(raw), v.s.o.Clock().UTC().Format(ledger.TimeLayout))
}

// reportPage shows the form, or where the report stands once it was sent.
func (v *view) reportPage() error {
	d, err := v.reportData()
	if err != nil {
		return err
	}
	return v.showReport(d, http.StatusOK)
}

func (v *view) showReport(d *reportPage, code int) error {
	p := v.newPage(v.T("report.title", "name", d.Name, "month", d.M.Prose(v.Lang, 0)), d)
	p.Ask = "nav.my"
	return v.s.pages.write(v, code, "report", p)
}

// reportData gathers the page. What is typed comes from the draft; without one, from the report as it stands, or from last
// month's words.
func (v *view) reportData() (*reportPage, error) {
	p, m, err := v.reportOf()
	if err != nil {
		return nil, err
	}
	month, err := dispatch.MonthOf(v.Read(), m)
	if err != nil {
		return nil, err
	}
	d := &reportPage{ID: p.ID, Name: p.Facts.Name.In(v.Lang), Sample: p.Sample, M: m, State: "form", Key: app.NewKey(), Draft: draftName(p.ID, m),
		Due: month.Due, DueText: v.T("dispatch.due"), Errs: map[string]string{}, Questions: []string{"progress", "money", "paid", "next", "problem", "files"}, Unit: v.unitNames()[p.LineUnit]}
	d.Notice, d.NoticeSeq, d.NoticeNo = v.notice("report.did")
	today := calendar.DateOf(v.s.o.Clock())
	d.Clock = v.deadline(month.Due, today)
	rep, had, err := dispatch.ReportOf(v.Read(), m, p.ID)
	if err != nil {
		return nil, err
	}
	if had {
		d.Report = &rep
	}
	switch {
	case month.State == dispatch.Closed:
		d.State = "frozen"
	case had && rep.State == dispatch.Accepted:
		d.State = "accepted"
	case had && rep.State == dispatch.Reported && v.r.FormValue("edit") == "":
		d.State = "sent"
	case had && rep.State == dispatch.Returned:
		d.Returned, d.Clock, d.Due, d.DueText = rep.Checked, v.deadline(month.CheckBy, today), month.CheckBy, v.T("dispatch.check-by")
	}
	d.Late = d.Due != "" && d.Due < today.String()
	if had && rep.Checked != nil {
		if post, err := org.PostOf(v.Read(), rep.Checked.By); err == nil {
			d.Checker = post.Name.In(v.Lang)
		}
	}
	if err := v.reportFigures(d, m); err != nil {
		return nil, err
	}
	if err := v.reportValues(d, rep, had); err != nil {
		return nil, err
	}
	if err := v.reportExcuses(d, p, month); err != nil {
		return nil, err
	}
	if d.Lean, d.CanRaise, err = v.leanCases(p.ID); err != nil {
		return nil, err
	}
	if d.State == "form" {
		if content, errs := v.content(d, d.V); len(errs) == 0 {
			if d.Preview, err = v.previewOf(d, content); err != nil {
				return nil, err
			}
		}
		d.Files = v.reportFiles(d)
	} else if had {
		d.Content = rep.Content
		d.Files = v.files(rep.Files, "/report/"+d.ID+"/"+m.String()+"/file/")
		d.Rows = v.answers(d, fieldsOf(rep.Content, rep.Files))
	}
	return d, nil
}

// reportFigures reads the project's own past: last month and the year's plan.
func (v *view) reportFigures(d *reportPage, m calendar.Month) error {
	subject := "project/" + d.ID
	set, err := v.s.o.SetFor(v.ctx(), m, "")
	if err != nil {
		return err
	}
	names := app.Names(set, "planned_year", "invested_month", "invested_ytd", "invested_share", "time_share", "lag", "light.start", "light.progress", "light.money", "light.library", figure.Overall)
	if d.Figs, err = v.s.o.Figures(v.ctx(), m, "", names, []string{subject}); err != nil {
		return err
	}
	d.Planned = d.Figs.Of("planned_year", subject)
	last, ok, err := dispatch.ReportOf(v.Read(), m.Prev(), d.ID)
	if err != nil {
		return err
	}
	if ok {
		d.Last = &last
	}
	if m.Month == 1 {
		return nil
	}
	before, err := v.s.o.Figures(v.ctx(), m.Prev(), "", []string{"invested_month", "invested_ytd"}, []string{subject})
	if err != nil {
		if _, refused := app.Refused(err); refused { // the first month of a district: nothing lies before it
			return nil
		}
		return err
	}
	d.LastYTD, d.LastOne = before.Of("invested_ytd", subject), before.Of("invested_month", subject)
	return nil
}

// reportValues fills the form.
func (v *view) reportValues(d *reportPage, rep dispatch.Report, had bool) error {
	vals, saved, err := v.draft(d.Draft)
	if err != nil {
		return err
	}
	seq := strconv.FormatInt(rep.Seq, 10)
	switch {
	case vals != nil && d.State == "form":
		d.Saved = saved
		if vals["replaces"] != seq && had {
			d.Conflict = v.conflict(d, rep, vals)
		}
	case had:
		vals = fieldsOf(rep.Content, rep.Files)
	default:
		vals = map[string]string{}
		if d.Last != nil { // the words of last month, to be looked over; its sums are no answer for this month
			c := d.Last.Content
			vals["progress"], vals["problem"], vals["measure"], vals["who"], vals["by"] = c.Progress, c.Problem, c.Measure, c.Who, c.By
			if d.M.Month != 1 {
				vals["funds_in"], vals["paid"] = wanText(c.FundsIn), wanText(c.Paid)
			}
		}
	}
	vals["replaces"] = seq
	d.V = vals
	return nil
}

func wanText(f *project.DispatchMoney) string {
	if f == nil {
		return ""
	}
	return wanOf(quantity.Fen(*f))
}

// wanOf prints a sum in 万元 exactly, as a field takes it back.
func wanOf(f quantity.Fen) string {
	s := f.In(quantity.Wan).FloatString(6)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// fieldsOf turns a report back into what its form holds.
func fieldsOf(c dispatch.Content, files []string) map[string]string {
	return map[string]string{"progress": c.Progress, "month": wanOf(quantity.Fen(c.Month)), "ytd": wanOf(quantity.Fen(c.YTD)), "funds_in": wanText(c.FundsIn), "paid": wanText(c.Paid),
		"next": c.Next, "problem": c.Problem, "measure": c.Measure, "who": c.Who, "by": c.By, "explain": c.Explain, "case": c.Case, "files": strings.Join(files, " ")}
}

// content reads the form's fields; errs says per field what is wrong.
func (v *view) content(d *reportPage, vals map[string]string) (dispatch.Content, map[string]string) {
	errs := map[string]string{}
	text := func(k string) string { return strings.TrimSpace(vals[k]) }
	c := dispatch.Content{Progress: text("progress"), Problem: text("problem"), Measure: text("measure"), Who: text("who"), By: text("by"), Next: text("next"), Explain: text("explain"), Case: text("case")}
	money := func(k string) *project.DispatchMoney {
		if text(k) == "" {
			return nil
		}
		m, err := quantity.ParseMoney(text(k), quantity.Wan)
		if err != nil {
			errs[k] = v.sentenceOf(err)
			return nil
		}
		return (*project.DispatchMoney)(&m.Fen)
	}
	if c.Progress == "" {
		errs["progress"] = v.T("report.progress.empty")
	}
	month, ytd := money("month"), money("ytd")
	c.Paid, c.FundsIn = money("paid"), money("funds_in")
	if month == nil && errs["month"] == "" {
		errs["month"] = v.T("report.month.empty")
	}
	if month != nil {
		c.Month = *month
		switch before, known := d.before(); {
		case ytd != nil:
			c.YTD = *ytd
		case errs["ytd"] != "":
		case known:
			c.YTD = project.DispatchMoney(before) + *month
		default:
			errs["ytd"] = v.T("report.ytd.empty")
		}
	}
	if c.By != "" {
		if day, err := calendar.ParseDay(c.By); err != nil {
			errs["by"] = v.sentenceOf(err)
		} else {
			c.By = day.String()
		}
	}
	return c, errs
}

// before is the year to date at the end of last month; in January nothing lies before.
func (d *reportPage) before() (quantity.Fen, bool) {
	if d.M.Month == 1 {
		return 0, true
	}
	if d.LastYTD.Name == "" || d.LastYTD.Value.IsMissing() {
		return 0, false
	}
	return quantity.FenOfRat(d.LastYTD.Value.Num.Rat)
}

// Before gives last month's year to date to the script, in 万元; "" where nobody knows it.
func (d *reportPage) Before() string {
	f, ok := d.before()
	if !ok {
		return ""
	}
	return wanOf(f)
}

func (v *view) previewOf(d *reportPage, c dispatch.Content) (*previewed, error) {
	pv, err := v.s.o.PreviewReport(v.ctx(), d.ID, d.M, c)
	if err != nil {
		return nil, err
	}
	out := &previewed{Overall: pv.Overall, YTD: quantity.ShowMoney(quantity.Fen(c.YTD), quantity.UnitWanYuan, v.Lang).Text, Gap: v.gapText(pv.Figs["lag"]),
		NeedExplain: len(pv.Doubts) > 0, NeedMeasure: pv.Overall == "yellow" || pv.Overall == "red",
		HasMeasure: d.leans(c.Case) || c.Measure != "" && c.Who != "" && c.By != "", HasTold: c.Explain != ""}
	if f, ok := pv.Figs["invested_share"]; ok && !f.Value.IsMissing() {
		out.Share = f.Text(v.Lang).String()
		mark := pv.Figs["time_share"]
		x, _ := f.Float()
		y, _ := mark.Float()
		out.Bar = draw.Bar(x, y, 1, 340, v.T("bar.of", "value", out.Share, "mark", mark.Text(v.Lang).String()))
	}
	if d.Planned.Name != "" && !d.Planned.Value.IsMissing() {
		out.Planned = d.Planned.In(quantity.UnitWanYuan, v.Lang).Text
	}
	for _, l := range []string{"start", "progress", "money", "library"} {
		if f, ok := pv.Figs["light."+l]; ok {
			out.Lights = append(out.Lights, previewedLight{l, f.Hue()})
		}
	}
	for _, n := range pv.Doubts {
		out.Doubts = append(out.Doubts, d.Figs.Set.Label(n, v.Lang))
	}
	return out, nil
}

// answers lists what is about to be signed, question by question.
func (v *view) answers(d *reportPage, vals map[string]string) []answer {
	n := len(strings.Fields(vals["files"]))
	wan := func(k string) string {
		if vals[k] == "" {
			return ""
		}
		return v.T("report.wan", "n", groupDigits(vals[k]))
	}
	join := func(parts ...string) string {
		return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return strings.TrimSpace(s) == "" }), v.T("list.and"))
	}
	say := func(key, text string) string {
		if text == "" {
			return ""
		}
		return v.T(key, "text", text)
	}
	files := ""
	if n > 0 {
		files = v.T("report.files.n", "n", n)
	}
	return []answer{
		{Key: "progress", Q: v.T("report.progress"), Text: vals["progress"]},
		{Key: "money", Q: v.T("report.money.short", "month", d.M.Prose(v.Lang, d.M.Year)), Text: join(wan("month"), say("report.answer.ytd", wan("ytd")))},
		{Key: "paid", Q: v.T("report.paid.short"), Text: join(say("report.answer.funds", wan("funds_in")), say("report.answer.paid", wan("paid")))},
		{Key: "next", Q: v.T("report.next"), Text: vals["next"]},
		{Key: "problem", Q: v.T("report.problem"), Text: join(vals["problem"], say("report.answer.case", v.leanText(d, vals["case"])), say("report.answer.measure", vals["measure"]), say("report.answer.who", vals["who"]), say("report.answer.by", vals["by"]))},
		{Key: "files", Q: v.T("report.files"), Text: files},
	}
}

// groupDigits puts commas between thousands of what was typed as a plain number.
func groupDigits(s string) string {
	m, err := quantity.ParseMoney(s, quantity.Wan)
	if err != nil {
		return s
	}
	whole, frac, has := strings.Cut(wanOf(m.Fen), ".")
	out := strings.TrimSuffix(quantity.FormatRat(m.Fen.In(quantity.Wan), 0), ".")
	if has {
		n, err := quantity.ParseMoney(whole, quantity.Wan)
		if err != nil {
			return s
		}
		out = quantity.FormatRat(n.Fen.In(quantity.Wan), 0) + "." + frac
	}
	return out
}

func (v *view) conflict(d *reportPage, rep dispatch.Report, mine map[string]string) *conflict {
	c := &conflict{At: rep.At, Seq: rep.Seq, Who: v.s.o.PersonName(v.ctx(), rep.By)}
	if post, err := org.PostOf(v.Read(), rep.ByPost); err == nil {
		c.Post = post.Name.In(v.Lang)
	}
	ours, theirs := v.answers(d, mine), v.answers(d, fieldsOf(rep.Content, rep.Files))
	for i, a := range ours {
		a.Theirs = theirs[i].Text
		a.Same = a.Text == a.Theirs
		c.Rows = append(c.Rows, a)
	}
	return c
}

// saveReport keeps the form as a draft, takes its files in, and goes where the button says: on to the check, back to the form,
// or away until later.
func (v *view) saveReport() error {
	d, err := v.reportData()
	if err != nil {
		return err
	}
	if d.State == "sent" {
		d.State = "form"
	}
	if d.State != "form" {
		return v.seeOther(v.r.URL.Path)
	}
	vals := v.typed()
	if err := v.takeFiles(d.Draft, vals); err != nil {
		f, ok := app.Refused(err)
		if !ok {
			return err
		}
		return v.giveBack(d, vals, map[string]string{"files": sentence(v.Lang, f)})
	}
	if err := v.keepDraft(d.Draft, vals); err != nil {
		return err
	}
	self := "/report/" + d.ID + "/" + d.M.String()
	switch v.r.FormValue("do") {
	case "later":
		return v.seeOther("/my?did=kept")
	case "add":
		return v.seeOther(self + "?edit=1#q-files")
	}
	if _, errs := v.content(d, vals); len(errs) > 0 {
		return v.giveBack(d, vals, errs)
	}
	return v.seeOther(self + "/check")
}

// typed reads the fields of the form.
func (v *view) typed() map[string]string {
	vals := map[string]string{}
	for _, k := range reportFields {
		vals[k] = strings.TrimSpace(v.r.FormValue(k))
	}
	return vals
}

// giveBack shows the form again with what was typed and a sentence beside each field.
func (v *view) giveBack(d *reportPage, vals, errs map[string]string) error {
	d.V, d.Errs, d.Error = vals, errs, v.T("report.errors", "n", len(errs))
	d.Files = v.reportFiles(d)
	return v.showReport(d, http.StatusUnprocessableEntity)
}
