package web

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"shigan/app"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
	"shigan/kernel/quantity"
)

// previewReport answers the script while somebody types.
func (v *view) previewReport() error {
	d, err := v.reportData()
	if err != nil {
		return err
	}
	d.Preview = nil
	vals := v.typed()
	if c, errs := v.content(d, vals); errs["month"] == "" && errs["ytd"] == "" && errs["paid"] == "" && errs["funds_in"] == "" {
		if d.Preview, err = v.previewOf(d, c); err != nil {
			return err
		}
	}
	return v.showReport(d, http.StatusOK)
}

// checkReport is the last look before signing.
func (v *view) checkReport() error {
	d, err := v.reportData()
	if err != nil {
		return err
	}
	vals, _, err := v.draft(d.Draft)
	if err != nil {
		return err
	}
	if vals == nil {
		return v.seeOther("/report/" + d.ID + "/" + d.M.String())
	}
	return v.showCheck(d, vals, http.StatusOK)
}

func (v *view) showCheck(d *reportPage, vals map[string]string, code int) error {
	c, errs := v.content(d, vals)
	if len(errs) > 0 || d.Conflict != nil {
		return v.seeOther("/report/" + d.ID + "/" + d.M.String() + "?edit=1")
	}
	var err error
	if d.Preview, err = v.previewOf(d, c); err != nil {
		return err
	}
	vals["ytd"] = wanOf(quantity.Fen(c.YTD))
	d.V, d.Content, d.Rows = vals, c, v.answers(d, vals)
	d.Files = v.reportFiles(d)
	p := v.newPage(v.T("report.check.title", "name", d.Name, "month", d.M.Prose(v.Lang, 0)), d)
	p.Ask = "nav.my"
	return v.s.pages.write(v, code, "report-check", p)
}

// sendReport signs and sends exactly what the check page showed.
func (v *view) sendReport() error {
	d, err := v.reportData()
	if err != nil {
		return err
	}
	vals := v.typed()
	self := "/report/" + d.ID + "/" + d.M.String()
	c, errs := v.content(d, vals)
	if len(errs) > 0 {
		if len(errs) == 1 && errs["by"] != "" {
			return v.checkAgain(d, vals, errs["by"], http.StatusUnprocessableEntity)
		}
		return v.giveBack(d, vals, errs)
	}
	replaces, _ := strconv.ParseInt(vals["replaces"], 10, 64)
	cmd := dispatch.SubmitReport{Project: d.ID, Month: d.M, Content: c, Replaces: replaces, Files: strings.Fields(vals["files"])}
	opt := v.options()
	for _, digest := range cmd.Files {
		if f, ok := v.draftFile(d.Draft, digest); ok {
			opt.Files = append(opt.Files, f)
		} else if d.Report == nil || !slices.Contains(d.Report.Files, digest) {
			if done, _ := v.sentBefore(d, cmd.Files); !done {
				return errStale
			}
		}
	}
	rec, _, err := v.s.o.Report(v.ctx(), v.By, cmd, opt)
	if err != nil {
		f, ok := app.Refused(err)
		switch {
		case !ok || f.Kind == fault.Forbidden || f.Kind == fault.Unsigned:
			return err
		case errors.Is(err, dispatch.ErrOverwritten): // the draft stays, and both stand side by side
			if err := v.keepDraft(d.Draft, vals); err != nil {
				return err
			}
			fresh, err := v.reportData()
			if err != nil {
				return err
			}
			if fresh.State == "sent" {
				fresh.State, fresh.V = "form", vals
				fresh.Conflict = v.conflict(fresh, *fresh.Report, vals)
				fresh.V["replaces"] = strconv.FormatInt(fresh.Report.Seq, 10)
				fresh.Files = v.reportFiles(fresh)
				if fresh.Preview, err = v.previewOf(fresh, c); err != nil {
					return err
				}
			}
			return v.showReport(fresh, http.StatusConflict)
		}
		if d.State == "frozen" || d.State == "accepted" { // nothing to sign any more: where it stands, and what to do instead
			d.Error = sentence(v.Lang, f)
			return v.showReport(d, status[f.Kind])
		}
		return v.checkAgain(d, vals, sentence(v.Lang, f), status[f.Kind])
	}
	if err := v.dropDraft(d.Draft, cmd.Files); err != nil {
		return err
	}
	if v.r.FormValue("raise") != "" && d.CanRaise {
		return v.seeOther("/raise?p=" + escapePath(d.ID) + "&from=" + d.M.String() + "&did=sent")
	}
	return v.seeOther(self + "?did=sent&e=" + strconv.FormatInt(rec.Last, 10))
}

// leans tells whether a report may lean on a case: one that was closed meanwhile is asked for again.
func (d *reportPage) leans(id string) bool {
	return slices.ContainsFunc(d.Lean, func(c leanCase) bool { return c.ID == id })
}

// leanText names the case that a report leans on.
func (v *view) leanText(d *reportPage, id string) string {
	for _, c := range d.Lean {
		if c.ID == id {
			return c.ID + " " + c.Title
		}
	}
	return id
}

// checkAgain shows the last look with a sentence and what was typed.
func (v *view) checkAgain(d *reportPage, vals map[string]string, text string, code int) error {
	if err := v.keepDraft(d.Draft, vals); err != nil {
		return err
	}
	d.Error = text
	if by := vals["by"]; by != "" {
		if _, err := calendar.ParseDay(by); err != nil {
			vals["by"] = ""
		}
	}
	return v.showCheck(d, vals, code)
}

// sentBefore tells whether this month's report holds these files already: the same form sent twice.
func (v *view) sentBefore(d *reportPage, files []string) (bool, error) {
	rep, ok, err := dispatch.ReportOf(v.Read(), d.M, d.ID)
	return ok && slices.Equal(rep.Files, files), err
}

// dropDraft forgets what was typed once it stands in the ledger.
func (v *view) dropDraft(name string, files []string) error {
	names := []string{name}
	for _, digest := range files {
		names = append(names, fileDraft(name, digest))
	}
	for _, n := range names {
		if err := v.Read().PutDraft(v.By.Person, n, "", ""); err != nil {
			return err
		}
	}
	return nil
}

// dropTyped throws a draft away on its owner's word.
func (v *view) dropTyped() error {
	d, err := v.reportData()
	if err != nil {
		return err
	}
	if err := v.dropDraft(d.Draft, strings.Fields(d.V["files"])); err != nil {
		return err
	}
	return v.seeOther("/report/" + d.ID + "/" + d.M.String())
}

func (v *view) reportExcuses(d *reportPage, p project.Project, month dispatch.Month) error {
	asked, err := v.s.o.Excuses(v.ctx(), d.M, d.ID)
	if err != nil {
		return err
	}
	waiting := map[string]bool{}
	for _, x := range asked {
		d.Excuses = append(d.Excuses, excuseRow{Excuse: x, Open: x.Settled == 0})
		waiting[x.Light] = x.Settled == 0
	}
	d.CanExcuse = month.State == dispatch.Open && org.May(v.Read(), v.By, "dispatch.ask-excuse", p.Scope()) == nil
	for _, l := range dispatch.Lights {
		if _, has := d.Figs.Set.Lights[l]; has && !waiting[l] {
			d.Lights = append(d.Lights, l)
		}
	}
	return nil
}

// askExcuse asks that a light be excused.
func (v *view) askExcuse() error {
	p, m, err := v.reportOf()
	if err != nil {
		return err
	}
	cmd := dispatch.AskExcuse{Project: p.ID, Month: m, Light: v.r.FormValue("light"), Reason: strings.TrimSpace(v.r.FormValue("reason"))}
	rec, err := v.s.o.Do(v.ctx(), v.By, cmd, v.options())
	if err == nil {
		return v.seeOther("/report/" + p.ID + "/" + m.String() + "?did=asked&e=" + strconv.FormatInt(rec.Last, 10) + "#excuse")
	}
	f, ok := app.Refused(err)
	if !ok || f.Kind == fault.Forbidden || f.Kind == fault.Unsigned {
		return err
	}
	d, derr := v.reportData()
	if derr != nil {
		return err
	}
	d.Form = formState{Which: "excuse", Error: sentence(v.Lang, f), Values: map[string]string{"reason": cmd.Reason, "light": cmd.Light}}
	return v.showReport(d, status[f.Kind])
}
