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
	"shigan/kernel/figure"
)

// dispatchPage is the dispatcher's desk 调度台: the month's six steps, who stands where, and the report that is being checked.
type dispatchPage struct {
	M                              calendar.Month
	Month                          dispatch.Month
	Frozen                         bool
	Head                           string // the title without its number
	HeadN                          int
	Steps                          []step
	Clock                          *deadline
	Due, CheckBy                   string
	Tabs                           []tab
	Tab, Query                     string
	Rows                           []dispatchRow
	From, To, N                    int
	Prev, Next                     string
	Sum                            map[string]app.Fig
	Check                          *checkPanel
	Unreported                     []namedRow
	Returned                       []namedRow
	Excuses, Settled               []excuseRow
	Missing                        int
	Reds                           int
	SlipsLeft                      int
	ReplyBy                        string
	History                        []historyRow
	OpenNext                       calendar.Month
	Form                           formState
	Amends                         []amended
	Notice, NoticeNo               string
	NoticeSeq                      int64
	Key, did                       string
	CanOpen, CanRemind, CanSettle  bool
	CanFreeze, CanSlips, CanIssue  bool
	AsOf                           asOf
	PrevMonth, NextMonth, ListSize string
}

// step is one of the six of a month.
type step struct {
	Key, State string // ok, now, ""
	Href       string
	Note       string
	Day        app.Fig
}

type tab struct {
	Key, Href string
	N         int
	On        bool
}

// deadline tells how a day stands to today.
type deadline struct {
	Hue, Text string
}

type dispatchRow struct {
	projectRow
	State  string // accepted, reported, returned, none
	Hue    string // of the state
	Doubts int
	Mine   bool // its report is mine to check, in a department
	Href   string
	On     bool
}

type namedRow struct{ ID, Name, Unit, Note, Href string }

type excuseRow struct {
	dispatch.Excuse
	Name, Unit, Was string
	Lamp            app.Fig
	Open            bool
}

type historyRow struct {
	Month    calendar.Month
	Label    string
	Frozen   bool
	Day      string
	Seq      int64
	Number   string
	Sum      map[string]app.Fig
	Amended  int
	Issued   bool
	On       bool
	Projects int
}

type amended struct {
	amendLine
	ID, Name string
}

// formState is what a refused form gives back: which one, what it said, and what was typed.
type formState struct {
	Which, Error string
	Values       map[string]string
}

// Err gives the sentence where the refused form is this one.
func (f formState) Err(which string) string {
	if f.Which == which {
		return f.Error
	}
	return ""
}

// Val gives what was typed into a refused form.
func (f formState) Val(which, field string) string {
	if f.Which == which {
		return f.Values[field]
	}
	return ""
}

// stateHues are the colours of a report's state: green accepted, blue waiting, yellow sent back, red not reported when the day
// has passed.
var stateHues = map[string]string{"accepted": "green", "reported": "blue", "returned": "yellow", "none": "none", "late": "red"}

const dispatchPageSize = 20

func (v *view) dispatchPage() error {
	d, err := v.dispatchData(formState{})
	if err != nil {
		return err
	}
	return v.page("dispatch", v.dispatchTitle(d), d, func(p *Page) { p.Ask = "nav.dispatch" })
}

func (v *view) dispatchTitle(d *dispatchPage) string {
	if d.M.IsZero() {
		return v.T("dispatch.title")
	}
	return v.T("dispatch.title.month", "month", d.M.Prose(v.Lang, 0))
}

// dispatchData gathers the desk for the month, tab and project that the address names.
func (v *view) dispatchData(form formState) (*dispatchPage, error) {
	d := &dispatchPage{Form: form, Key: app.NewKey(), did: v.r.FormValue("did")}
	d.CanOpen, d.CanRemind, d.CanSettle = may(v, "dispatch.open") == nil, may(v, "dispatch.remind") == nil, may(v, "dispatch.settle-excuse") == nil
	d.CanFreeze, d.CanSlips, d.CanIssue = may(v, "dispatch.freeze") == nil, may(v, "dispatch.send-slips") == nil, may(v, "dispatch.issue-bulletin") == nil
	today := calendar.DateOf(v.s.o.Clock())
	months, err := v.Months()
	if err != nil {
		return nil, err
	}
	if len(months) == 0 {
		d.OpenNext = today.Month()
		return d, nil
	}
	if d.M, err = v.month(); err != nil {
		return nil, err
	}
	newest, err := calendar.ParseMonth(months[0])
	if err != nil {
		return nil, err
	}
	if next := newest.Next(); !next.First().After(today) {
		d.OpenNext = next
	}
	st, err := v.s.o.Status(v.ctx(), d.M)
	if err != nil {
		return nil, err
	}
	d.Month, d.Frozen, d.Due, d.CheckBy = st.Month, st.Month.State == dispatch.Closed, st.Month.Due, st.Month.CheckBy
	if err := v.dispatchRows(d, st, today); err != nil {
		return nil, err
	}
	if err := v.dispatchExcuses(d); err != nil {
		return nil, err
	}
	if err := v.dispatchSteps(d, st, today); err != nil {
		return nil, err
	}
	if d.History, err = v.history(months, d.M); err != nil {
		return nil, err
	}
	if i := slices.Index(months, d.M.String()); i >= 0 {
		if i+1 < len(months) {
			d.PrevMonth = "/dispatch?m=" + months[i+1]
		}
		if i > 0 {
			d.NextMonth = "/dispatch?m=" + months[i-1]
		}
	}
	d.Notice, d.NoticeSeq, d.NoticeNo = v.notice("dispatch.did")
	return d, v.amends(d)
}

// amends lists the month's corrections, each beside what was published.
func (v *view) amends(d *dispatchPage) error {
	var ids []string
	for _, a := range d.Month.Amendments {
		ids = append(ids, a.Project)
	}
	names, err := app.Named[struct{ Name org.Name }](v.Read(), project.Kind, ids)
	for _, a := range d.Month.Amendments {
		d.Amends = append(d.Amends, amended{v.amendLine(a), a.Project, names[a.Project].Name.In(v.Lang)})
	}
	return err
}

// dispatchRows lists the projects with the state of their reports, keeps those of the tab, and picks the one to check.
func (v *view) dispatchRows(d *dispatchPage, st *app.MonthStatus, today calendar.Date) error {
	f, err := v.filter(d.M)
	if err != nil {
		return err
	}
	d.Query = f.Query
	rows, figs, err := v.rows(d.M, f, "", "planned_year")
	if err != nil {
		return err
	}
	d.AsOf = v.asOf(figs)
	var reported []string
	for _, r := range rows {
		if _, ok := st.Reports[r.ID]; ok {
			reported = append(reported, r.ID)
		}
	}
	doubts, _, err := v.s.o.Doubted(v.ctx(), d.M, reported)
	if err != nil {
		return err
	}
	mine, err := v.toCheck()
	if err != nil {
		return err
	}
	all := make([]dispatchRow, 0, len(rows))
	counts := map[string]int{}
	for _, r := range rows {
		row := dispatchRow{projectRow: r, State: "none", Doubts: len(doubts[r.ID]), Mine: mine[r.ID]}
		if rep, ok := st.Reports[r.ID]; ok {
			row.State = string(rep.State)
		} else if d.Frozen || d.Due != "" && today.String() > d.Due {
			row.State = "late"
		}
		row.Hue = stateHues[row.State]
		for _, t := range row.tabs() {
			counts[t]++
		}
		all = append(all, row)
	}
	d.Reds = counts["red"]
	d.Missing = counts["none"] + counts["returned"] + counts["waiting"]
	d.Tab = v.r.FormValue("tab")
	d.Tabs = v.dispatchTabs(d, counts)
	var kept []dispatchRow
	for _, row := range all {
		if d.Tab == "" || slices.Contains(row.tabs(), d.Tab) {
			kept = append(kept, row)
		}
		named := namedRow{row.ID, row.Name, row.Unit, "", "/project/" + row.ID + "?m=" + d.M.String()}
		switch row.State {
		case "none", "late":
			d.Unreported = append(d.Unreported, named)
		case "returned":
			if c := st.Reports[row.ID].Checked; c != nil {
				named.Note = c.Reason
			}
			d.Returned = append(d.Returned, named)
		}
	}
	if err := v.pickRow(d, kept, st); err != nil {
		return err
	}
	sums, err := v.s.o.Figures(v.ctx(), d.M, "", groupNames, []string{app.Everything})
	if err != nil {
		return err
	}
	d.Sum = map[string]app.Fig{}
	for _, n := range groupNames {
		d.Sum[n] = sums.Of(n, app.Everything)
	}
	return nil
}

// toCheck lists what a department checks; the dispatcher, who may check all, has no list of his own.
func (v *view) toCheck() (map[string]bool, error) {
	reach, err := org.ReachOf(v.Read(), v.By, "dispatch.accept")
	if err != nil || reach.All {
		return nil, nil
	}
	lines, err := v.Read().Projects(app.ProjectFilter{})
	mine := map[string]bool{}
	for _, l := range lines {
		if slices.Contains(reach.Units, l.LineUnit) {
			mine[l.ID] = true
		}
	}
	return mine, err
}

// tabs are those that a row belongs to.
func (r dispatchRow) tabs() []string {
	out := []string{""}
	switch r.State {
	case "reported":
		out = append(out, "waiting")
		if r.Mine {
			out = append(out, "mine")
		}
	case "returned":
		out = append(out, "returned")
	case "none", "late":
		out = append(out, "none")
	}
	if r.Doubts > 0 {
		out = append(out, "doubt")
	}
	if r.Fig(figure.Overall).Hue() == "red" {
		out = append(out, "red")
	}
	return out
}

func (v *view) dispatchTabs(d *dispatchPage, counts map[string]int) []tab {
	var out []tab
	keys := []string{"", "waiting", "returned", "none", "doubt", "red"}
	if mine, _ := v.toCheck(); mine != nil {
		keys = slices.Insert(keys, 1, "mine")
	}
	for _, k := range keys {
		t := tab{Key: "all", N: counts[k], On: d.Tab == k, Href: "/dispatch?m=" + d.M.String()}
		if k != "" {
			t.Key, t.Href = k, t.Href+"&tab="+k
		}
		out = append(out, t)
	}
	return out
}

// pickRow pages the rows and opens one: the one that the address names, or the next that waits for a check.
func (v *view) pickRow(d *dispatchPage, kept []dispatchRow, st *app.MonthStatus) error {
	want, after := v.r.FormValue("p"), v.r.FormValue("after")
	at := -1
	var waiting []string
	past := after == ""
	own := slices.ContainsFunc(kept, func(r dispatchRow) bool { return r.Mine && r.State == "reported" })
	for i, r := range kept {
		if r.State == "reported" && (r.Mine || !own) {
			waiting = append(waiting, r.ID)
			if want == "" && past && at < 0 {
				at = i
			}
		}
		if r.ID == want {
			at = i
		}
		past = past || r.ID == after
	}
	if want == "" && at < 0 && len(waiting) > 0 { // after the last: the first that still waits
		at = slices.IndexFunc(kept, func(r dispatchRow) bool { return r.ID == waiting[0] })
	}
	offset, err := strconv.Atoi(v.r.FormValue("offset"))
	if err != nil || offset < 0 {
		offset = 0
		if at >= 0 {
			offset = at / dispatchPageSize * dispatchPageSize
		}
	}
	d.N = len(kept)
	offset = min(offset, max(0, d.N-1))
	d.From, d.To = min(offset+1, d.N), min(offset+dispatchPageSize, d.N)
	base := "/dispatch?m=" + d.M.String()
	if d.Tab != "" {
		base += "&tab=" + d.Tab
	}
	if d.Query != "" {
		base += "&q=" + escapePath(d.Query)
	}
	for i := offset; i < d.To; i++ {
		r := kept[i]
		r.Href, r.On = base+"&p="+r.ID, i == at
		d.Rows = append(d.Rows, r)
	}
	if offset > 0 {
		d.Prev = base + "&offset=" + strconv.Itoa(max(0, offset-dispatchPageSize))
	}
	if d.To < d.N {
		d.Next = base + "&offset=" + strconv.Itoa(d.To)
	}
	if err := v.samplesOf(d.Rows); err != nil {
		return err
	}
	if want == "" && at >= 0 && at < offset || at >= d.To && want == "" {
		at = -1
	}
	if at < 0 && want == "" {
		return nil
	}
	if at < 0 { // named, but not under this tab: what was just done drops out of it
		p, err := project.Of(v.Read(), want)
		if err != nil {
			return err
		}
		d.Check, err = v.checkPanel(d, p.ID, st, waiting)
		return err
	}
	d.Check, err = v.checkPanel(d, kept[at].ID, st, waiting)
	return err
}

// samplesOf marks samples and names the projects in the reader's language.
func (v *view) samplesOf(rows []dispatchRow) error {
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	byID, err := app.Named[struct {
		Sample bool
		Name   org.Name
	}](v.Read(), project.Kind, ids)
	for i, r := range rows {
		if p, ok := byID[r.ID]; ok {
			rows[i].Sample, rows[i].Name = p.Sample, p.Name.In(v.Lang)
		}
	}
	return err
}

func (v *view) dispatchExcuses(d *dispatchPage) error {
	asked, err := v.s.o.Excuses(v.ctx(), d.M, "")
	if err != nil || len(asked) == 0 {
		return err
	}
	var ids []string
	for _, x := range asked {
		ids = append(ids, x.Project)
	}
	names, err := app.Named[project.Project](v.Read(), project.Kind, ids)
	if err != nil {
		return err
	}
	set, err := v.s.o.SetFor(v.ctx(), d.M, "")
	if err != nil {
		return err
	}
	lights := app.Names(set, "light.start", "light.progress", "light.money", "light.library")
	figs, err := v.s.o.Figures(v.ctx(), d.M, "", lights, app.Subjects(ids))
	if err != nil {
		return err
	}
	units := v.unitNames()
	for _, x := range asked {
		p := names[x.Project]
		if org.May(v.Read(), v.By, "read.project", p.Scope()) != nil {
			continue
		}
		row := excuseRow{Excuse: x, Name: p.Facts.Name.In(v.Lang), Unit: units[p.LocalUnit], Lamp: figs.Of("light."+x.Light, "project/"+x.Project), Open: x.Settled == 0}
		if row.Open {
			d.Excuses = append(d.Excuses, row)
		} else {
			d.Settled = append(d.Settled, row)
		}
	}
	return nil
}

// Beside tells whether what was just done is said in the panel, where the page then stands.
func (d *dispatchPage) Beside() bool {
	return d.did == "accepted" || d.did == "returned" || d.did == "amended"
}

func (d *dispatchPage) openExcuses() int { return len(d.Excuses) }

// dispatchSteps says where the month stands: which of the six steps is on, and what its day is.
func (v *view) dispatchSteps(d *dispatchPage, st *app.MonthStatus, today calendar.Date) error {
	days, err := v.s.o.Days(v.ctx(), d.M, "freeze_due", "meeting_due", "bulletin_due")
	if err != nil {
		return err
	}
	returned, waiting := len(d.Returned), d.count("waiting")
	accepted := d.count("") - waiting - returned - len(d.Unreported)
	now := "collect"
	meeting := days["meeting_due"].Text(v.Lang).Text
	switch {
	case d.Frozen && d.Month.Bulletin != nil:
		now = "done"
	case d.Frozen && meeting != "" && meeting != "—" && today.String() <= meeting:
		now = "meeting"
	case d.Frozen:
		now = "bulletin"
	case len(d.Unreported) > 0 && (d.Due == "" || today.String() <= d.Due):
	case waiting+returned > 0 || len(d.Unreported) > 0:
		now = "check"
	case d.openExcuses() > 0:
		now = "lights"
	default:
		now = "freeze"
	}
	steps := []step{
		{Key: "collect", Href: "#remind", Note: v.T("dispatch.step.collect.note", "n", d.count("")-len(d.Unreported), "of", d.count(""))},
		{Key: "check", Href: "/dispatch?m=" + d.M.String() + "&tab=waiting", Note: v.T("dispatch.step.check.note", "ok", accepted, "waiting", waiting, "returned", returned)},
		{Key: "lights", Href: "#excuses", Note: v.T("dispatch.step.lights.note")},
		{Key: "freeze", Href: "#freeze", Day: days["freeze_due"]},
		{Key: "meeting", Day: days["meeting_due"]},
		{Key: "bulletin", Href: "/bulletin/" + d.M.String(), Day: days["bulletin_due"]},
	}
	if n := d.openExcuses(); n > 0 {
		steps[2].Note = v.T("dispatch.step.lights.excuses", "n", n)
	}
	if d.Frozen {
		steps[3].Note, steps[3].Day = v.T("dispatch.step.freeze.done", "day", v.stampDay(d.Month.FreezeAt)), app.Fig{}
	}
	if b := d.Month.Bulletin; b != nil {
		steps[5].Note, steps[5].Day = v.T("dispatch.step.bulletin.done", "day", b.On), app.Fig{}
	}
	before := now != "done"
	for i := range steps {
		switch {
		case steps[i].Key == now:
			steps[i].State, before = "now", false
		case before || now == "done":
			steps[i].State = "ok"
		}
	}
	d.Steps = steps
	switch now {
	case "collect":
		d.Head, d.HeadN = "dispatch.head.collect", len(d.Unreported)
		d.Clock = v.deadline(d.Due, today)
	case "check":
		d.Head, d.HeadN = "dispatch.head.check", waiting
		if waiting == 0 {
			d.Head, d.HeadN = "dispatch.head.missing", len(d.Unreported)+returned
		}
		d.Clock = v.deadline(d.CheckBy, today)
	case "lights":
		d.Head, d.HeadN = "dispatch.head.lights", d.openExcuses()
	case "freeze":
		d.Head = "dispatch.head.freeze"
		if f, ok := days["freeze_due"]; ok {
			d.Clock = v.deadline(f.Text(v.Lang).Text, today)
		}
	case "done":
		d.Head = "dispatch.head.done"
	default:
		d.Head = "dispatch.head.frozen"
		if f, ok := days["bulletin_due"]; ok && d.Month.Bulletin == nil {
			d.Clock = v.deadline(f.Text(v.Lang).Text, today)
		}
	}
	d.SlipsLeft = d.Reds - len(d.Month.Slips)
	d.ReplyBy = today.AddDays(10).String()
	return nil
}

// WaitN and LateN count rows of the page.
func (d *dispatchPage) WaitN() int { return d.count("waiting") }
func (d *dispatchPage) LateN() int { return len(d.Unreported) + len(d.Returned) }

func (d *dispatchPage) count(key string) int {
	for _, t := range d.Tabs {
		if t.Key == key || key == "" && t.Key == "all" {
			return t.N
		}
	}
	return 0
}

// deadline says in a word how far a day is off.
func (v *view) deadline(day string, today calendar.Date) *deadline {
	due, err := calendar.ParseDay(day)
	if err != nil {
		return nil
	}
	switch n := due.Sub(today); {
	case n < 0:
		return &deadline{"red", v.T("due.over", "n", -n)}
	case n == 0:
		return &deadline{"yellow", v.T("due.today")}
	case n == 1:
		return &deadline{"yellow", v.T("due.tomorrow")}
	default:
		return &deadline{"blue", v.T("due.left", "n", n)}
	}
}

// stampDay is the day of an instant on the house's clock.
func (v *view) stampDay(s string) string {
	at, err := parseStamp(s)
	if err != nil {
		return ""
	}
	return calendar.DateOf(at).String()
}

// history lists the months, newest first.
func (v *view) history(months []string, now calendar.Month) ([]historyRow, error) {
	var out []historyRow
	names := []string{"group_count", "group_reported", "group_red", "group_yellow", "group_rate"}
	for _, id := range months[:min(len(months), 12)] {
		m, err := calendar.ParseMonth(id)
		if err != nil {
			return nil, err
		}
		month, err := dispatch.MonthOf(v.Read(), m)
		if err != nil {
			return nil, err
		}
		r := historyRow{Month: m, Label: m.Prose(v.Lang, 0), Frozen: month.State == dispatch.Closed, Amended: len(month.Amendments), Issued: month.Bulletin != nil, On: m == now, Sum: map[string]app.Fig{}}
		if r.Frozen {
			r.Day, r.Seq, r.Number = v.stampDay(month.FreezeAt), month.FreezeSeq, app.EntryOf(month.FreezeSeq, month.FreezeAt)
		}
		set, err := v.s.o.SetFor(v.ctx(), m, "")
		if err != nil {
			return nil, err
		}
		figs, err := v.s.o.Figures(v.ctx(), m, "", app.Names(set, names...), []string{app.Everything})
		if err != nil {
			return nil, err
		}
		for _, n := range names {
			r.Sum[n] = figs.Of(n, app.Everything)
		}
		out = append(out, r)
	}
	return out, nil
}

// notice says what was just done, and where it stands in the ledger; the address carries both after a deed.
func (v *view) notice(prefix string) (text string, seq int64, number string) {
	did := v.r.FormValue("did")
	if text = labelOf(v.Lang, prefix, did); text == did || strings.Contains(did, ".") {
		return "", 0, ""
	}
	n, err := strconv.ParseInt(v.r.FormValue("e"), 10, 64)
	if err != nil || n < 1 {
		return text, 0, ""
	}
	e, err := v.Read().Entry(n)
	if err != nil {
		return text, 0, ""
	}
	return text, n, e.Number()
}
