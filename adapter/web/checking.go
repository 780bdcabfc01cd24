package web

import (
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

// checkPanel 核实 is one report held against its own past.
type checkPanel struct {
	ID, Name, Unit     string
	Sample             bool
	State, Hue         string
	Report             *dispatch.Report
	Who, Post, At      string
	Place, Of          int
	This, Average      app.Fig
	Times, Share       app.Fig
	Before             int // months before this one in the year
	Doubts             []doubtLine
	Files              []fileLine
	Last               string // what was to be done this month, as last month's report said
	LastProgress       string
	CanCheck, CanTell  bool
	CanAmend           bool
	Checker, CheckedAt string
	Effect             *effect
	As, Reason         string
	YTD                app.Fig
	Amendments         []amendLine
	Reminded, By       string // By: the department that checks
	Figs               *app.Figures
}

// Fig gives a figure of the project.
func (c checkPanel) Fig(name string) app.Fig { return c.Figs.Of(name, "project/"+c.ID) }

type doubtLine struct {
	Fig  app.Fig
	Text string
}

type fileLine struct {
	N          int
	Name, Href string
	Image      bool
	Size       string
	Digest     string
}

// effect 这样核，会是 is what another sum would show.
type effect struct {
	As, YTD, Share, Gap string
	Hue                 string
}

// checkPanel gathers what a checker needs to see about one project's month.
func (v *view) checkPanel(d *dispatchPage, id string, st *app.MonthStatus, waiting []string) (*checkPanel, error) {
	p, err := project.Of(v.Read(), id)
	if err != nil {
		return nil, err
	}
	if err := org.May(v.Read(), v.By, "read.project", p.Scope()); err != nil {
		return nil, err
	}
	set, err := v.s.o.SetFor(v.ctx(), d.M, "")
	if err != nil {
		return nil, err
	}
	c := &checkPanel{ID: id, Name: p.Facts.Name.In(v.Lang), Unit: v.unitNames()[p.LocalUnit], Sample: p.Sample, State: "none", Before: d.M.Month - 1}
	names := app.Names(set, append([]string{"invested_month", "invested_ytd", "month_average", "month_times", "month_share"}, app.DoubtNames(set)...)...)
	if c.Figs, err = v.s.o.Figures(v.ctx(), d.M, "", names, app.Subjects([]string{id})); err != nil {
		return nil, err
	}
	c.This, c.YTD = c.Fig("invested_month"), c.Fig("invested_ytd")
	if slices.Contains(names, "month_average") && c.Before > 0 {
		c.Average, c.Times = c.Fig("month_average"), c.Fig("month_times")
	}
	if slices.Contains(names, "month_share") {
		c.Share = c.Fig("month_share")
	}
	for i := len(st.Month.Reminders) - 1; i >= 0; i-- {
		if slices.Contains(st.Month.Reminders[i].Projects, id) {
			c.Reminded = st.Month.Reminders[i].On
			break
		}
	}
	for _, a := range st.Month.Amendments {
		if a.Project == id {
			c.Amendments = append(c.Amendments, v.amendLine(a))
		}
	}
	if last, ok, err := dispatch.ReportOf(v.Read(), d.M.Prev(), id); err != nil {
		return nil, err
	} else if ok {
		c.Last, c.LastProgress = last.Content.Next, last.Content.Progress
	}
	c.CanTell = !d.Frozen && org.May(v.Read(), v.By, "dispatch.report", p.Scope()) == nil
	rep, ok := st.Reports[id]
	if !ok {
		c.Hue = stateHues["none"]
		return c, nil
	}
	c.Report, c.State, c.Hue, c.At = &rep, string(rep.State), stateHues[string(rep.State)], rep.At
	c.Who = v.s.o.PersonName(v.ctx(), rep.By)
	if post, err := org.PostOf(v.Read(), rep.ByPost); err == nil {
		c.Post = post.Name.In(v.Lang)
	}
	if rep.Checked != nil {
		c.CheckedAt = rep.Checked.At
		if post, err := org.PostOf(v.Read(), rep.Checked.By); err == nil {
			c.Checker = post.Name.In(v.Lang)
		}
	}
	c.CanCheck = !d.Frozen && rep.State == dispatch.Reported && org.May(v.Read(), v.By, "dispatch.accept", p.Scope()) == nil
	if !d.Frozen && rep.State == dispatch.Reported && !c.CanCheck {
		c.By = v.unitNames()[p.LineUnit]
	}
	c.CanAmend = d.Frozen && org.May(v.Read(), v.By, "dispatch.amend", p.Scope()) == nil
	c.Place, c.Of = slices.Index(waiting, id)+1, len(waiting)
	for _, n := range app.DoubtNames(set) {
		if f := c.Fig(n); f.Value.Bool && !f.Value.IsMissing() {
			c.Doubts = append(c.Doubts, doubtLine{f, set.Label(n, v.Lang)})
		}
	}
	c.Files = v.files(rep.Files, "/report/"+id+"/"+d.M.String()+"/file/")
	c.As, c.Reason = strings.TrimSpace(v.r.FormValue("as_month")), v.r.FormValue("reason")
	if c.As != "" && c.CanCheck {
		if c.Effect, err = v.effect(d.M, rep, c.As); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func (v *view) amendLine(a dispatch.Amendment) amendLine {
	yi := func(f quantity.Fen) string { return quantity.ShowMoney(f, quantity.UnitYiYuan, v.Lang).String() }
	return amendLine{Month: a.Month.String(), Was: yi(a.Was), Now: yi(a.Now), Reason: a.Reason, On: a.On, Seq: a.Seq}
}

// files lists evidence by name; the bytes are fetched one by one.
func (v *view) files(digests []string, base string) []fileLine {
	var out []fileLine
	for i, digest := range digests {
		f := fileLine{N: i + 1, Name: digest, Digest: digest}
		if info, err := v.Read().File(digest); err == nil {
			f.Name, f.Image, f.Size = info.Name, strings.HasPrefix(info.Media, "image/"), weightText(v, info.Size)
		}
		if base != "" {
			f.Href = base + digest
		}
		out = append(out, f)
	}
	return out
}

func weightText(v *view, n int64) string {
	if n >= 1<<20 {
		return v.T("size.mb", "n", quantity.FormatRat(quantity.Fen(n*100).In(quantity.Fen(100<<20)), 1))
	}
	return v.T("size.kb", "n", (n+1023)>>10)
}

// asSums reads the other sum of a check: the month, and the year to date that follows from it.
func asSums(rep dispatch.Report, text string) (month, ytd quantity.Fen, err error) {
	m, err := quantity.ParseMoney(text, quantity.Yi)
	if err != nil {
		return 0, 0, err
	}
	return m.Fen, quantity.Fen(rep.Content.YTD) - quantity.Fen(rep.Content.Month) + m.Fen, nil
}

// effect computes what a report would show with another sum.
func (v *view) effect(m calendar.Month, rep dispatch.Report, text string) (*effect, error) {
	month, ytd, err := asSums(rep, text)
	if err != nil {
		return nil, nil // the field itself says it when the form is sent
	}
	content := rep.Content
	content.Month, content.YTD = project.DispatchMoney(month), project.DispatchMoney(ytd)
	pv, err := v.s.o.PreviewReport(v.ctx(), rep.Project, m, content)
	if err != nil {
		return nil, err
	}
	e := &effect{As: quantity.ShowMoney(month, quantity.UnitYiYuan, v.Lang).Text, YTD: quantity.ShowMoney(ytd, quantity.UnitYiYuan, v.Lang).Text, Hue: pv.Figs["light.progress"].Hue()}
	if f, ok := pv.Figs["invested_share"]; ok && !f.Value.IsMissing() {
		e.Share = f.Text(v.Lang).String()
	}
	e.Gap = v.gapText(pv.Figs["lag"])
	return e, nil
}

// gapText says a gap in a word, without its reasons: for what is tried and stands nowhere.
func (v *view) gapText(f app.Fig) string {
	if f.Name == "" || f.Value.IsMissing() {
		return ""
	}
	text := f.Text(v.Lang).Text
	switch f.Value.Num.Rat.Sign() {
	case 0:
		return v.T("gap.none")
	case -1:
		return v.T("gap.ahead", "n", strings.TrimPrefix(text, "-"))
	}
	return v.T("gap.behind", "n", text)
}

// after answers a deed of the desk: on to the next page, or the same page with the sentence beside the form.
func (v *view) after(m calendar.Month, form, did, to string, rec app.Receipt, err error, fields ...string) error {
	if err == nil {
		query, place, _ := strings.Cut(to, "#")
		return v.seeOther("/dispatch?m=" + m.String() + query + "&did=" + did + "&e=" + strconv.FormatInt(rec.Last, 10) + "#" + place)
	}
	f, ok := app.Refused(err)
	if !ok || f.Kind == fault.Unsigned || f.Kind == fault.Forbidden {
		return err
	}
	state := formState{Which: form, Error: sentence(v.Lang, f), Values: map[string]string{}}
	for _, k := range fields {
		state.Values[k] = v.r.FormValue(k)
	}
	d, derr := v.dispatchData(state)
	if derr != nil {
		return err
	}
	p := v.newPage(v.dispatchTitle(d), d)
	p.Ask = "nav.dispatch"
	return v.s.pages.write(v, status[f.Kind], "dispatch", p)
}

func (v *view) options() app.Options { return app.Options{Key: v.r.FormValue("_key")} }

// seq is the entry that a form was made from.
func (v *view) seq() int64 {
	n, _ := strconv.ParseInt(v.r.FormValue("seq"), 10, 64)
	return n
}

// on keeps the tab and tells the desk where the row was, so that it opens the next.
func (v *view) on() string {
	to := "&after=" + escapePath(v.r.FormValue("p"))
	if t := v.r.FormValue("tab"); t != "" {
		to += "&tab=" + escapePath(t)
	}
	return to + "#check"
}

func (v *view) acceptReport() error {
	m, err := v.month()
	if err != nil {
		return err
	}
	cmd := dispatch.AcceptReport{Project: v.r.FormValue("p"), Month: m, Seq: v.seq(), Reason: strings.TrimSpace(v.r.FormValue("reason"))}
	if text := strings.TrimSpace(v.r.FormValue("as_month")); v.r.FormValue("as") == "other" {
		rep, _, err := dispatch.ReportOf(v.Read(), m, cmd.Project)
		if err != nil {
			return err
		}
		month, ytd, err := asSums(rep, text)
		if err != nil {
			return v.after(m, "check", "", "", app.Receipt{}, err, "as_month", "reason")
		}
		cmd.AsMonth, cmd.AsYTD = &month, &ytd
	} else {
		cmd.Reason = "" // a reason typed for sending it back is none for taking it as it is
	}
	rec, err := v.s.o.Do(v.ctx(), v.By, cmd, v.options())
	return v.after(m, "check", "accepted", v.on(), rec, err, "as_month", "reason")
}

func (v *view) returnReport() error {
	m, err := v.month()
	if err != nil {
		return err
	}
	cmd := dispatch.ReturnReport{Project: v.r.FormValue("p"), Month: m, Seq: v.seq(), Reason: strings.TrimSpace(v.r.FormValue("reason"))}
	rec, err := v.s.o.Do(v.ctx(), v.By, cmd, v.options())
	return v.after(m, "check", "returned", v.on(), rec, err, "as_month", "reason")
}

func (v *view) openMonth() error {
	m, err := v.month()
	if err != nil {
		return err
	}
	rec, err := v.s.o.OpenMonth(v.ctx(), v.By, m, v.options())
	return v.after(m, "open", "opened", "", rec, err)
}

func (v *view) remind() error {
	m, err := v.month()
	if err != nil {
		return err
	}
	st, err := v.s.o.Status(v.ctx(), m)
	if err != nil {
		return err
	}
	rec, err := v.s.o.Do(v.ctx(), v.By, dispatch.Remind{Month: m, Projects: append(st.Unreported, st.Returned...)}, v.options())
	return v.after(m, "remind", "reminded", "#remind", rec, err)
}

func (v *view) settleExcuse() error {
	m, err := v.month()
	if err != nil {
		return err
	}
	cmd := dispatch.SettleExcuse{Project: v.r.FormValue("p"), Month: m, Light: v.r.FormValue("light"), Granted: v.r.FormValue("granted") == "yes", Answer: strings.TrimSpace(v.r.FormValue("answer"))}
	rec, err := v.s.o.Do(v.ctx(), v.By, cmd, v.options())
	return v.after(m, "excuse/"+cmd.Project+"/"+cmd.Light, "settled", "#excuses", rec, err, "answer")
}

func (v *view) freezeMonth() error {
	m, err := v.month()
	if err != nil {
		return err
	}
	rec, _, err := v.s.o.FreezeMonth(v.ctx(), v.By, m, strings.TrimSpace(v.r.FormValue("reason")), v.options())
	return v.after(m, "freeze", "frozen", "#freeze", rec, err, "reason")
}

func (v *view) sendSlips() error {
	m, err := v.month()
	if err != nil {
		return err
	}
	reply, err := calendar.ParseDay(v.r.FormValue("reply"))
	if err != nil {
		return v.after(m, "slips", "", "", app.Receipt{}, err, "reply")
	}
	rec, err := v.s.o.SendSlips(v.ctx(), v.By, m, reply.String(), v.options())
	return v.after(m, "slips", "slips", "#freeze", rec, err, "reply")
}

func (v *view) amendMonth() error {
	m, err := v.month()
	if err != nil {
		return err
	}
	ytd, err := quantity.ParseMoney(v.r.FormValue("ytd"), quantity.Yi)
	if err != nil {
		return v.after(m, "amend", "", "", app.Receipt{}, err, "ytd", "reason")
	}
	id := v.r.FormValue("p")
	rec, err := v.s.o.Do(v.ctx(), v.By, dispatch.AmendMonth{Month: m, Project: id, YTD: ytd.Fen, Reason: strings.TrimSpace(v.r.FormValue("reason"))}, v.options())
	return v.after(m, "amend", "amended", "&p="+escapePath(id)+"#check", rec, err, "ytd", "reason")
}
