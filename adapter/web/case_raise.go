package web

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/dispatch"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
)

// raisePage 提一个问题 is a matter on its way to the desk for problems: what is stuck, why, and what its raiser would do.
type raisePage struct {
	Desk     *casework.Desk
	P        *caseProject
	Projects []option
	V, Errs  map[string]string
	Error    string
	There    []caseRow // that are open about the project already
	Files    []fileLine
	Draft    string
	Saved    string
	Ladder   []levelRow
	From     string // the month of the report that it comes from
	Sent     bool   // the report was sent just now
	Key      string
}

// raiseFields are what the form holds.
var raiseFields = []string{"project", "title", "pain", "cause", "propose", "kind"}

const problemUse = "problem"

func raiseDraft(id string) string { return "raise/" + id }

func (v *view) raisePage() error { return v.raiseShow(nil, nil, "", http.StatusOK) }

// raiseShow shows the form; vals are those that a refusal gives back.
func (v *view) raiseShow(vals, errs map[string]string, text string, code int) error {
	if use := v.raiseUse(); use != "" {
		return v.raiseAtDesk(use, vals, errs, text, code)
	}
	d := &raisePage{V: vals, Errs: errs, Error: text, Key: app.NewKey(), From: v.r.FormValue("from"), Sent: v.r.FormValue("did") == "sent"}
	if d.Errs == nil {
		d.Errs = map[string]string{}
	}
	var err error
	if d.Desk, err = casework.ForUse(v.Read(), problemUse, v.today().String()); err != nil && !errors.Is(err, casework.ErrNoDesk) {
		return err
	}
	if e := d.Errs["kind"]; e != "" && (d.Desk == nil || len(d.Desk.Kinds) == 0) { // no field asks for it
		d.Error = e
	}
	if err := v.raiseAbout(d); err != nil {
		return err
	}
	d.Draft = raiseDraft("")
	if d.P != nil {
		d.Draft = raiseDraft(d.P.ID)
	}
	if d.V == nil {
		if d.V, d.Saved, err = v.draft(d.Draft); err != nil {
			return err
		}
	}
	if d.V == nil {
		if d.V, err = v.raiseFromReport(d); err != nil {
			return err
		}
	}
	d.Files = v.draftFiles(d.Draft, "/raise/file/", "?p="+escapePath(strings.TrimPrefix(d.Draft, "raise/")), strings.Fields(d.V["files"]), nil)
	p := v.newPage(v.T("raise"), d)
	p.Ask = "nav.owe"
	return v.s.pages.write(v, code, "raise", p)
}

// raiseAbout finds the project that the matter is about, or those that it may be about.
func (v *view) raiseAbout(d *raisePage) error {
	id := projectID(v.r.FormValue("p"))
	if id == "" {
		f, err := v.filter(v.today().Month())
		if err != nil {
			return err
		}
		lines, err := v.Read().Projects(app.ProjectFilter{ReachLink: f.ReachLink, ReachUnits: f.ReachUnits, Sort: "name"})
		if err != nil {
			return err
		}
		for _, l := range lines {
			d.Projects = append(d.Projects, option{l.ID, l.Name})
		}
		return nil
	}
	p, err := v.visible(id)
	if err != nil {
		return err
	}
	d.P = &caseProject{p.ID, p.Facts.Name.In(v.Lang), p.Sample}
	lines, err := v.s.o.CasesOf(v.ctx(), v.By, app.CaseFilter{Subject: "project/" + p.ID, Use: problemUse, Open: true, Limit: 6})
	if err != nil {
		return err
	}
	for _, l := range lines {
		rows, err := v.caseRows([]string{l.ID}, false)
		if err != nil {
			return err
		}
		d.There = append(d.There, rows...)
	}
	if d.Desk == nil {
		return nil
	}
	chain, err := app.ChainOf(v.Read(), p.ID, "")
	if err != nil {
		return err
	}
	d.Ladder = v.ladderOf(d.Desk, chain)
	return nil
}

// ladderOf is the ladder that a matter would stand on if it were raised now: who sits at each level, and until when.
func (v *view) ladderOf(d *casework.Desk, chain map[string]string) []levelRow {
	c := casework.Case{Opened: v.s.o.Clock()}
	for _, l := range d.Ladder {
		c.Seats = append(c.Seats, chain[l.Rung])
	}
	return v.levelRows(d, c, v.s.o.Clock())
}

// projectID reads what was chosen or typed: JM-017, or JM-017 and its name.
func projectID(s string) string {
	id, _, _ := strings.Cut(strings.TrimSpace(s), " ")
	return id
}

// raiseFromReport takes over what the month's report says is stuck.
func (v *view) raiseFromReport(d *raisePage) (map[string]string, error) {
	vals := map[string]string{}
	m, err := calendar.ParseMonth(d.From)
	if err != nil || d.P == nil {
		return vals, nil
	}
	rep, ok, err := dispatch.ReportOf(v.Read(), m, d.P.ID)
	if err != nil || !ok {
		return vals, err
	}
	vals["pain"], vals["propose"] = rep.Content.Problem, rep.Content.Measure
	return vals, nil
}

// raiseCase 上账 opens the case: the chain of duty is the project's, and its own line of departments sees it.
func (v *view) raiseCase() error {
	if use := v.raiseUse(); use != "" {
		return v.raiseDemand(use)
	}
	desk, err := casework.ForUse(v.Read(), problemUse, v.today().String())
	if err != nil {
		return err
	}
	vals := map[string]string{"files": v.r.FormValue("files")}
	for _, k := range raiseFields {
		vals[k] = v.text(k)
	}
	vals["project"] = v.text("p")
	name := raiseDraft(projectID(v.r.FormValue("p")))
	if err := v.takeFiles(name, vals); err != nil {
		return v.raiseRefused(vals, err)
	}
	if v.r.FormValue("do") == "add" {
		if err := v.keepDraft(name, vals); err != nil {
			return err
		}
		return v.seeOther("/raise?p=" + escapePath(projectID(v.r.FormValue("p"))))
	}
	id := projectID(v.r.FormValue("p"))
	if id == "" {
		return v.raiseRefused(vals, errForm.With("field", v.T("case.f.project")))
	}
	p, err := v.visible(id)
	if err != nil {
		if errors.Is(err, project.ErrNoProject) {
			return v.raiseRefused(vals, err)
		}
		return err
	}
	cmd := casework.Open{Desk: desk.Name, Kind: vals["kind"], Title: vals["title"], Subject: "project/" + p.ID, Reach: p.Scope(), Measure: &casework.Measure{Pain: vals["pain"], Cause: vals["cause"]}}
	if vals["propose"] != "" {
		cmd.Measure.Options = []casework.Option{{Mark: v.T("case.mark.1"), Text: vals["propose"]}}
	}
	if cmd.Chain, err = app.ChainOf(v.Read(), p.ID, ""); err != nil {
		return err
	}
	return v.raiseOpen(cmd, name, vals, v.raiseRefused)
}

// raiseOpen opens a case with the files of its draft, and goes to it; what is refused gives the form back.
func (v *view) raiseOpen(cmd casework.Open, name string, vals map[string]string, refused func(map[string]string, error) error) error {
	opt := v.options()
	for _, digest := range strings.Fields(vals["files"]) {
		if f, ok := v.draftFile(name, digest); ok {
			opt.Files, cmd.Files = append(opt.Files, f), append(cmd.Files, digest)
		}
	}
	rec, err := v.s.o.Do(v.ctx(), v.By, cmd, opt)
	if err != nil {
		return refused(vals, err)
	}
	if err := v.dropDraft(name, strings.Fields(vals["files"])); err != nil {
		return err
	}
	e, err := v.Read().Entry(rec.Last)
	if err != nil {
		return err
	}
	return v.seeOther("/case/" + strings.TrimPrefix(e.Subject, "case/") + "?did=raised&e=" + strconv.FormatInt(rec.Last, 10))
}

// raiseRefused gives the form back, with the sentence at the field.
func (v *view) raiseRefused(vals map[string]string, err error) error {
	f, ok := app.Refused(err)
	if !ok || f.Kind == fault.Unsigned || f.Code == "org.may-not" {
		return err
	}
	field := v.fieldOf(f)
	switch {
	case errors.Is(err, errForm), errors.Is(err, project.ErrNoProject):
		field = "project"
	case errors.Is(err, casework.ErrMeasure) && field == "option":
		field = "propose"
	}
	text := v.caseSentence(f)
	if errors.Is(err, casework.ErrMeasure) {
		text = v.T("raise.need." + field)
	}
	errs, head := map[string]string{}, text
	if slices.Contains(append([]string{"files"}, raiseFields...), field) {
		errs[field], head = text, v.T("case.look")
	}
	if errors.Is(err, project.ErrNoProject) { // what was typed is no project: the form is the open one again
		v.r.Form.Del("p")
	}
	return v.raiseShow(vals, errs, head, status[f.Kind])
}

// raiseFile gives a file that waits in the form of the reader.
func (v *view) raiseFile() error {
	f, ok := v.draftFile(raiseDraft(v.r.FormValue("p")), v.r.PathValue("digest"))
	if !ok {
		return errFile
	}
	return v.sendEvidence(f)
}

// leanCase 可以靠的问题 is an open problem of a project whose measure is decided: a yellow or red report may lean on it.
type leanCase struct {
	ID, Title, Decision, Who, By string
}

// leanCases lists them; none where no desk for problems is in use.
func (v *view) leanCases(id string) ([]leanCase, bool, error) {
	desk, err := casework.ForUse(v.Read(), problemUse, v.today().String())
	if errors.Is(err, casework.ErrNoDesk) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	lines, err := v.Read().Cases(app.CaseFilter{Subject: "project/" + id, Open: true})
	if err != nil {
		return nil, false, err
	}
	var ids []string
	for _, l := range lines {
		ids = append(ids, l.ID)
	}
	cases, err := app.Named[casework.Case](v.Read(), casework.CaseKind, ids)
	var out []leanCase
	for _, cid := range ids {
		if c := cases[cid]; c.Measure.Decided() && app.MaySeeCase(v.Read(), v.By, cid) == nil {
			out = append(out, leanCase{cid, c.Title, c.Measure.Decision, v.party(c.Measure.Owner), c.Measure.By})
		}
	}
	return out, v.raisesAt(desk), err
}
