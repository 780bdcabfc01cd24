package web

import (
	"encoding/json"
	"html/template"
	"math/big"
	"strconv"

	"shigan/app"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/engine/draw"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/kernel/quantity"
	"shigan/kernel/words"
)

type projectPage struct {
	lang      words.Lang
	P         project.Project
	Units     map[string]string
	Duty      []dutyRung
	Figs      *app.Figures
	AsOf      asOf
	Plan      *project.YearPlan
	Letter    *project.Letter
	LetterBy  []dutyRung
	Roadmap   template.HTML
	Money     []moneyRow
	Chart     string
	Facts     []factLine
	Earlier   []factLine // folded away
	More      bool
	Month     string
	Months    []link
	Amended   []amendLine
	CanReport bool
	Children  []app.ProjectLine
	Problems  []caseRow // open cases about it, the soonest due first
	ProblemsN int
	CanRaise  bool
	Visits    []visitRow
	CanVisit  bool
	Fc        *projectForecast // nil: no forecasts here
}

type dutyRung struct {
	Rung, Post, Unit, Person string
	Empty, Sample            bool
	On                       string
	Seq                      int64
}

type moneyRow struct {
	Month             string
	Planned, Done, At app.Fig
}

type factLine struct {
	On, Text, Who, Post string
	Files               int
	Seq                 int64
	Number              string
}

type amendLine struct {
	Month, Was, Now, Reason, On string
	Seq                         int64
}

// Fig gives a figure of the project.
func (d projectPage) Fig(name string) app.Fig { return d.Figs.Of(name, "project/"+d.P.ID) }

func (v *view) projectPage() error {
	p, err := project.Of(v.Read(), v.r.PathValue("id"))
	if err != nil {
		return err
	}
	if err := org.May(v.Read(), v.By, "read.project", p.Scope()); err != nil {
		return err
	}
	m, err := v.month()
	if err != nil {
		return err
	}
	d := projectPage{lang: v.Lang, P: p, Units: v.unitNames(), Month: m.String()}
	names := append([]string{"total_share", "start_streak", "statistic_ytd", "paid_share", "total_investment"}, rowNames...)
	if d.Figs, err = v.s.o.Figures(v.ctx(), m, "", names, app.Subjects([]string{p.ID})); err != nil {
		return err
	}
	d.AsOf = v.asOf(d.Figs)
	if plan, ok := p.Plans[strconv.Itoa(m.Year)]; ok {
		d.Plan = &plan
	}
	d.Duty = v.duty(p, m.Last().String())
	if l, ok := p.CurrentLetter(); ok {
		d.Letter = &l
		for _, post := range l.Signers {
			r := v.rung("", post, l.Drawn)
			for _, s := range l.Signatures {
				if s.Post == post {
					r.On, r.Seq, r.Person = s.On, s.Seq, v.s.o.PersonName(v.ctx(), s.Person)
				}
			}
			d.LetterBy = append(d.LetterBy, r)
		}
	}
	d.Roadmap = v.roadmap(p, m)
	if err := v.moneyRows(&d, m); err != nil {
		return err
	}
	if err := v.factLines(&d); err != nil {
		return err
	}
	if d.Children, err = v.Read().Projects(app.ProjectFilter{Parent: p.ID}); err != nil {
		return err
	}
	if d.CanVisit = may(v, "read.visit") == nil; d.CanVisit {
		if d.Visits, err = v.visitsTo(p.ID); err != nil {
			return err
		}
	}
	if err := v.projectProblems(&d); err != nil {
		return err
	}
	if d.Fc, err = v.forecasts(p); err != nil {
		return err
	}
	d.CanReport = org.May(v.Read(), v.By, "dispatch.report", p.Scope()) == nil && d.Figs.Freeze == nil
	return v.page("project", p.Facts.Name.In(v.Lang), d, func(pg *Page) { pg.Ask, pg.Chart = "nav.projects", true })
}

// mostProblems is how many cases a project's page lists.
const mostProblems = 6

// projectProblems lists the open cases about a project that the reader may see.
func (v *view) projectProblems(d *projectPage) error {
	if may(v, "read.cases") != nil {
		return nil
	}
	f := app.CaseFilter{Subject: "project/" + d.P.ID, Open: true}
	var err error
	if d.ProblemsN, err = v.countOf(f); err != nil {
		return err
	}
	f.Limit = mostProblems
	lines, err := v.s.o.CasesOf(v.ctx(), v.By, f)
	if err != nil {
		return err
	}
	var ids []string
	for _, l := range lines {
		ids = append(ids, l.ID)
	}
	if d.Problems, err = v.caseRows(ids, false); err != nil {
		return err
	}
	_, d.CanRaise, err = v.leanCases(d.P.ID)
	return err
}

// Amount prints a noted value as people write it: 30 万辆 for 300000 vehicles, others with thousands apart.
func (d projectPage) Amount(n project.Noted) quantity.Shown {
	num, err := quantity.ParseNumber(n.Value)
	if err != nil {
		return quantity.Shown{Text: n.Value, Unit: n.Unit.Label(d.lang)}
	}
	wan := big.NewRat(10_000, 1)
	if d.lang == words.Zh && num.Rat.Cmp(wan) >= 0 && n.Unit.Known() {
		return quantity.Shown{Text: quantity.FormatRat(new(big.Rat).Quo(num.Rat, wan), 0), Unit: words.Say(d.lang, "wan") + n.Unit.Label(d.lang)}
	}
	return quantity.Show(num.Rat, n.Unit, d.lang)
}

// duty is the chain of posts with who sits in each on a day; an empty post is a red light.
func (v *view) duty(p project.Project, day string) []dutyRung {
	var out []dutyRung
	for _, l := range p.Duty.Links() {
		out = append(out, v.rung(l.Rung, l.Post, day))
	}
	return out
}

func (v *view) rung(rung, post, day string) dutyRung {
	r := dutyRung{Rung: rung, Empty: true}
	pst, err := org.PostOf(v.Read(), post)
	if err != nil {
		return r
	}
	r.Post, r.Sample = pst.Name.In(v.Lang), pst.Sample
	if u, err := org.UnitOf(v.Read(), pst.Unit); err == nil {
		r.Unit = u.Name.In(v.Lang)
	}
	if who := pst.Holder(day); who != "" {
		r.Empty, r.Person = false, v.s.o.PersonName(v.ctx(), who)
	}
	return r
}

// roadmap draws the milestones in the height of the table's rows: what is done solid, what is overdue hollow, today's promise
// as a thick upright, the first promise as a hollow flag where it was moved.
func (v *view) roadmap(p project.Project, m calendar.Month) template.HTML {
	if len(p.Milestones) == 0 {
		return ""
	}
	first, last := m, m
	widen := func(day string) {
		if d, err := calendar.ParseDay(day); err == nil {
			if d.Month().Before(first) {
				first = d.Month()
			}
			if d.Month().After(last) {
				last = d.Month()
			}
		}
	}
	for _, ms := range p.Milestones {
		widen(ms.Baseline)
		widen(ms.Promised)
		widen(ms.Actual)
	}
	at := func(day string) float64 {
		d, err := calendar.ParseDay(day)
		if err != nil {
			return draw.Absent
		}
		return float64(d.Month().Sub(first)) + float64(d.DayOfMonth()-1)/float64(d.Month().Days())
	}
	c := draw.Chart{Title: v.T("roadmap.title"), Today: float64(m.Sub(first)) + 1, Row: 44}
	step := 1 + last.Sub(first)/14
	for x := first; !x.After(last); x = x.Next() {
		name := ""
		if x == first || x.Month == 1 {
			name = strconv.Itoa(x.Year)
		} else if x.Sub(first)%step == 0 {
			name = strconv.Itoa(x.Month)
		}
		c.Months = append(c.Months, name)
	}
	start := at(p.Start.Actual)
	for _, ms := range p.Milestones {
		row := draw.Span{Start: draw.Absent, Likely: draw.Absent, Late: draw.Absent, Promise: at(ms.Promised)}
		if ms.Actual != "" {
			row.Start, row.Likely = start, at(ms.Actual)
			row.Flags = append(row.Flags, draw.Flag{At: at(ms.Actual), Kind: draw.Done})
		} else if ms.Promised <= m.Last().String() {
			row.Start = start
			row.Flags = append(row.Flags, draw.Flag{At: at(ms.Promised), Kind: draw.Overdue})
		} else {
			row.Flags = append(row.Flags, draw.Flag{At: at(ms.Promised), Kind: draw.Ahead})
		}
		if ms.Baseline != ms.Promised {
			row.Flags = append(row.Flags, draw.Flag{At: at(ms.Baseline), Kind: draw.Moved})
		}
		c.Rows = append(c.Rows, row)
	}
	return draw.Gantt(c)
}

// moneyRows lists the year's months as they were reported, and hands the same to the chart.
func (v *view) moneyRows(d *projectPage, m calendar.Month) error {
	subject := "project/" + d.P.ID
	type series struct {
		Name   string     `json:"name"`
		Values []*float64 `json:"values"`
		Plan   bool       `json:"plan,omitempty"`
	}
	done, due := series{Name: v.T("chart.done")}, series{Name: v.T("chart.plan"), Plan: true}
	var months []string
	for x := m.YearStart(); !x.After(m); x = x.Next() {
		f, err := v.s.o.Figures(v.ctx(), x, "", []string{"planned_year", "invested_month", "invested_ytd", "time_share"}, []string{subject})
		if err != nil {
			return err
		}
		row := moneyRow{Month: x.String(), Planned: f.Of("planned_year", subject), Done: f.Of("invested_month", subject), At: f.Of("invested_ytd", subject)}
		d.Money = append(d.Money, row)
		months = append(months, strconv.Itoa(x.Month))
		yi := func(fig app.Fig, times float64) *float64 {
			y, ok := fig.Float()
			if !ok {
				return nil
			}
			y = y * times / 1e8
			return &y
		}
		share, _ := f.Of("time_share", subject).Float()
		done.Values = append(done.Values, yi(row.At, 1))
		due.Values = append(due.Values, yi(row.Planned, share))
	}
	raw, err := json.Marshal(map[string]any{"months": months, "unit": v.T("unit.yi_yuan"), "series": []series{done, due}})
	d.Chart = string(raw)
	return err
}

// factsShown is how many facts stand open; earlier ones are folded.
const factsShown = 14

// factLines lists what happened, newest first.
func (v *view) factLines(d *projectPage) error {
	const most = 40
	entries, err := v.Read().Entries("project/"+d.P.ID, most+1)
	if err != nil {
		return err
	}
	if len(entries) > most {
		entries, d.More = entries[:most], true
	}
	for i, e := range entries {
		if i < factsShown {
			d.Facts = append(d.Facts, v.factLine(e))
		} else {
			d.Earlier = append(d.Earlier, v.factLine(e))
		}
	}
	return nil
}

func (v *view) factLine(e ledger.Entry) factLine {
	l := factLine{On: e.EffectiveOn, Text: v.entrySentence(e), Files: len(e.Evidence), Seq: e.Seq, Number: e.Number(), Who: v.s.o.PersonName(v.ctx(), e.Actor)}
	if post, err := org.PostOf(v.Read(), e.Post); err == nil {
		l.Post = post.Name.In(v.Lang)
	}
	return l
}

// entrySentence says an entry in one sentence.
func (v *view) entrySentence(e ledger.Entry) string {
	if s, ok := v.meetingEntry(e); ok {
		return s
	}
	if s, ok := v.visitEntry(e); ok {
		return s
	}
	if e.Room() == "case" {
		return v.caseSentenceOf(e)
	}
	var b struct {
		Stage, What, Day, Was, Reason, List, Light, InLibrary string
		Planned                                               quantity.Fen
		Year                                                  int
		Version                                               int
		Granted                                               bool
		Of                                                    calendar.Month
		Content                                               struct {
			Month, YTD quantity.Fen
			Progress   string
		}
		AsMonth *quantity.Fen `json:"as_month"`
		Now     quantity.Fen
		Name    org.Name
		Source  string
		Host    string
	}
	json.Unmarshal(e.Body, &b)          // a field of another kind stays empty
	if e.Kind == "dispatch.amended/1" { // was and now are money here
		var a dispatch.Amendment
		if json.Unmarshal(e.Body, &a) == nil {
			b.Was, b.Now, b.Of, b.Reason = quantity.ShowMoney(a.Was, quantity.UnitYiYuan, v.Lang).String(), a.Now, a.Month, a.Reason
		}
	}
	yi := func(f quantity.Fen) string { return quantity.ShowMoney(f, quantity.UnitYiYuan, v.Lang).String() }
	args := []any{"stage", labelOf(v.Lang, "stage", b.Stage), "what", labelOf(v.Lang, "what", b.What), "day", b.Day, "was", b.Was, "reason", b.Reason,
		"list", labelOf(v.Lang, "list", b.List), "light", labelOf(v.Lang, "light", b.Light), "planned", yi(b.Planned), "year", b.Year, "version", b.Version,
		"month", b.Of, "done", yi(b.Content.Month), "ytd", yi(b.Content.YTD), "progress", b.Content.Progress, "now", yi(b.Now), "name", b.Name.In(v.Lang), "source", b.Source, "host", b.Host, "on", e.EffectiveOn}
	key := "entry." + e.Kind
	switch {
	case e.Kind == "dispatch.excuse-settled/1" && b.Granted:
		key += ".granted"
	case e.Kind == "project.date-promised/1" && b.Was == "":
		key += ".first"
	}
	return v.T(key, args...)
}
