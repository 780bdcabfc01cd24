package web

import (
	"slices"
	"strconv"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/dispatch"
	"shigan/kernel/calendar"
)

// briefPage 今早 is the leader's brief, made for the phone: what he can settle, what came up to him since he looked last, the meeting
// to come, the lights of the month, and what was decided with him and is not done.
type briefPage struct {
	Day, Since  string // today; his last look, "" where he has not looked yet
	From        string // the day after which things are new
	Decide      []briefCase
	Odds        []castView // 把握 of the promises on which most hangs
	Turns       []briefRow
	Here        []briefRow
	HereMore    []briefRow
	Climbed     []briefRow
	ClimbedMore []briefRow
	Meeting     *briefMeeting
	Month       calendar.Month
	AsOf        *asOf
	Sum         map[string]app.Fig
	Turned      []projectRow // red now, and not at the end of the month before
	TurnedMore  bool
	Undone      []taskRow
	UndoneMore  []taskRow
	Late        int // of what is not done
	Notice, No  string
	NoticeSeq   int64
	Key         string
	Opened      bool // the meeting is on
}

// briefCase is a matter whose options stand there and of which none is taken.
type briefCase struct {
	caseRow
	First optionRow   // what whoever handles it put first
	Other []optionRow // and the rest
	Pain  string
	Seen  int64
	Dated bool // every option has its day
}

// briefRow is a case of a list; Came is the day on which it came up to where it stands, for the list of what came up.
type briefRow struct {
	caseRow
	Came string
}

// briefMeeting is the meeting to come.
type briefMeeting struct {
	ID, Title, When string
	N               int // items of its agenda
	Mine            int // of them about matters at his level
}

const (
	briefShown = 6 // of a list before the rest is folded
	briefReds  = 4
)

func (v *view) briefPage() error {
	since, err := v.s.o.Look(v.ctx(), v.By)
	if err != nil {
		return err
	}
	b, err := v.s.o.BriefOf(v.ctx(), v.By, since)
	if err != nil {
		return err
	}
	d := &briefPage{Key: app.NewKey(), Day: v.today().String(), From: calendar.DateOf(b.From).Prose(v.Lang, v.today().Year())}
	if !since.IsZero() {
		d.Since = stampText(since)
	}
	d.Notice, d.NoticeSeq, d.No = v.notice("case.did")
	for _, step := range []func(*briefPage, *app.Brief) error{v.briefCases, v.briefMeeting, v.briefMonth, v.briefUndone} {
		if err := step(d, b); err != nil {
			return err
		}
	}
	if d.Odds, err = v.slips(app.BriefSlips); err != nil {
		return err
	}
	return v.page("brief", v.T("brief"), d, func(p *Page) { p.Ask = "nav.brief" })
}

// briefCases words the lists of cases, one reading for each.
func (v *view) briefCases(d *briefPage, b *app.Brief) error {
	decide, err := v.briefRows(b.Decide)
	if err != nil {
		return err
	}
	for _, r := range decide {
		m := v.measureView(r.C.Measure)
		c := briefCase{caseRow: r.caseRow, Seen: m.Seq, Dated: true}
		if m.Pain != r.Title {
			c.Pain = m.Pain
		}
		for i, o := range m.Rows {
			c.Dated = c.Dated && o.Date != ""
			if i == 0 {
				c.First = o
				continue
			}
			c.Other = append(c.Other, o)
		}
		d.Decide = append(d.Decide, c)
	}
	here, err := v.briefRows(b.Here)
	if err != nil {
		return err
	}
	climbed, err := v.briefRows(b.Climbed)
	if err != nil {
		return err
	}
	for i, r := range climbed {
		if n := len(r.C.Climbs); n > 0 {
			climbed[i].Came = narrowDay(instantDay(r.C.Climbs[n-1].At))
		}
	}
	d.Here, d.HereMore = folded(here)
	d.Climbed, d.ClimbedMore = folded(climbed)
	d.Turns, err = v.briefRows(b.Turns)
	return err
}

// folded is the head of a list, and what is folded away below it.
func folded[T any](all []T) (head, rest []T) {
	cut := min(len(all), briefShown)
	return all[:cut], all[cut:]
}

// briefRows reads the rows of cases.
func (v *view) briefRows(list []app.CaseView) ([]briefRow, error) {
	var ids []string
	for _, c := range list {
		ids = append(ids, c.ID)
	}
	rows, err := v.caseRows(ids, false)
	var out []briefRow
	for _, r := range rows {
		out = append(out, briefRow{caseRow: r})
	}
	return out, err
}

// briefMeeting says when the next meeting is and how much of it is about what stands at his level.
func (v *view) briefMeeting(d *briefPage, b *app.Brief) error {
	if n := b.Planned; n != nil {
		d.Meeting = &briefMeeting{Title: n.Event.In(v.Lang), When: n.On.Prose(v.Lang, v.today().Year()) + " " + n.Event.At}
	}
	m := b.Meeting
	if m == nil {
		return nil
	}
	x := &briefMeeting{ID: m.ID, Title: m.Title, When: v.meetingWhen(*m), N: len(m.Items)}
	mine := func(subject string) bool {
		return slices.ContainsFunc(slices.Concat(b.Decide, b.Turns, b.Here), func(c app.CaseView) bool { return subject == casework.CaseKind+"/"+c.ID })
	}
	for _, i := range m.Items {
		if mine(i.Subject) {
			x.Mine++
		}
	}
	d.Meeting, d.Opened = x, m.State == dispatch.MeetingRunning
	return nil
}

// briefMonth gives the lights of the newest month, and which projects turned red in it.
func (v *view) briefMonth(d *briefPage, _ *app.Brief) error {
	m, err := v.month()
	if err != nil || may(v, "read.district") != nil {
		return err
	}
	none := func(string) string { return "" }
	sums, figs, err := v.groups(m, []string{app.Everything}, none, none)
	if err != nil {
		return err
	}
	as := v.asOf(figs)
	d.Month, d.AsOf, d.Sum = m, &as, sums[0].Figs
	f, err := v.filter(m)
	if err != nil {
		return err
	}
	reds, _, err := v.rows(m, f, "red", "planned_year")
	if err != nil {
		return err
	}
	ids := make([]string, len(reds))
	for i, r := range reds {
		ids[i] = r.ID
	}
	turned, err := v.s.o.TurnedRed(v.ctx(), m, ids)
	if err != nil {
		return err
	}
	d.Turned = slices.DeleteFunc(reds, func(r projectRow) bool { return !slices.Contains(turned, r.ID) })
	if d.TurnedMore = len(d.Turned) > briefReds; d.TurnedMore {
		d.Turned = d.Turned[:briefReds]
	}
	return v.samples(d.Turned)
}

// briefUndone words what was decided and is not done.
func (v *view) briefUndone(d *briefPage, b *app.Brief) error {
	var ids []string
	for _, t := range b.Undone {
		ids = append(ids, t.Case.ID)
		if t.How == app.FollowOverdue {
			d.Late++
		}
	}
	rows, err := v.taskRows(ids)
	d.Undone, d.UndoneMore = folded(rows)
	return err
}

// N is how many matters wait for him to decide, or for his word.
func (d *briefPage) N() int { return len(d.Decide) + len(d.Turns) }

// Form is what the nth card's fields are called in the page.
func (briefCase) Form(n int, field string) string { return "b" + strconv.Itoa(n) + "-" + field }
