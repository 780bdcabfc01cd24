package web

import (
	"slices"
	"strings"

	"shigan/app"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/quantity"
	"shigan/kernel/words"
)

// myPage 我的事 is what is due from the reader, by the day, one action a row.
type myPage struct {
	Due, Waiting, Done []dueRow
	Late               int
	Soon               int // within a week, beside the first
	Notice             string
	Key, Day           string
	CanVisit, CanMeet  bool // where else to go from here
}

type dueRow struct {
	app.Task
	Title, Note  string
	Day, Left    string
	Hue, Word    string
	Href, Action string
	Clock        *deadline
	Name         string
	Sub          string   // beside the light
	Who          string   // of a case in the lists below: whose turn it is
	Post         string   // where one button is enough: where it posts to
	Hidden       []option // and what with
	lang         words.Lang
}

func (v *view) myPage() error {
	w, err := v.s.o.WorkOf(v.ctx(), v.By)
	if err != nil {
		return err
	}
	today := calendar.DateOf(v.s.o.Clock())
	d := myPage{Key: app.NewKey(), Day: today.String()}
	for i, t := range w.Due {
		r := v.dueRow(t, today)
		d.Due = append(d.Due, r)
		if due, err := calendar.ParseDay(t.Due); err == nil {
			if due.Before(today) || t.Case != nil && t.Case.Standing.Overdue {
				d.Late++
			} else if i > 0 && due.Sub(today) < 7 {
				d.Soon++
			}
		}
	}
	for _, t := range w.Waiting {
		d.Waiting = append(d.Waiting, v.dueRow(t, today))
	}
	slices.SortStableFunc(w.Done, func(a, b app.Task) int { // what still waits for somebody's word first, then the latest
		if (a.At == "") != (b.At == "") {
			return strings.Compare(a.At, b.At)
		}
		return strings.Compare(b.At, a.At)
	})
	for _, t := range w.Done[:min(len(w.Done), 12)] {
		d.Done = append(d.Done, v.dueRow(t, today))
	}
	d.Notice, _, _ = v.notice("my.did")
	d.CanVisit, d.CanMeet = may(v, "read.visit") == nil, may(v, "read.meeting") == nil
	return v.page("my", v.T("nav.my"), d, func(p *Page) { p.Ask = "nav.my" })
}

// dueRow says one task: what, by when, how it stands, and where to do it.
func (v *view) dueRow(t app.Task, today calendar.Date) dueRow {
	if t.Case != nil || t.Kind == app.DeskTask || t.Kind == app.SlipsTask {
		return v.caseDue(t, today)
	}
	name := t.Name.In(v.Lang)
	r := dueRow{Task: t, Name: name, lang: v.Lang, Hue: "blue", Word: v.T("my.not-due")}
	month := t.Month.Prose(v.Lang, today.Year())
	r.Title = v.T("my."+t.Kind, "name", name, "month", month, "n", t.N)
	r.Note = v.T("my."+t.Kind+".note", "reason", t.Reason, "month", month, "light", labelOf(v.Lang, "light", t.State), "drawn", t.At)
	r.Action = v.T("my." + t.Kind + ".go")
	m := t.Month.String()
	switch t.Kind {
	case "report", "again":
		r.Href = "/report/" + t.Project + "/" + m
	case "check":
		r.Href = "/dispatch?m=" + m + "&p=" + t.Project + "#check"
	case "sign":
		r.Href = "/project/" + t.Project
	case "remind":
		r.Href = "/dispatch?m=" + m + "#remind"
	case "check-all":
		r.Href = "/dispatch?m=" + m + "&tab=waiting"
	case "excuses":
		r.Href = "/dispatch?m=" + m + "#excuses"
	case "bulletin":
		r.Href = "/bulletin/" + m
	default:
		r.Href = "/dispatch?m=" + m + "#freeze"
	}
	due, err := calendar.ParseDay(t.Due)
	if err != nil {
		r.Day, r.Left = v.T("my.any-day"), ""
		if t.Kind == "sign" {
			r.Word = v.T("my.unsigned")
		}
		return r
	}
	r.Clock = v.deadline(t.Due, today)
	r.Day = v.shortDay(due)
	r.Left, r.Hue, r.Word = r.Clock.Text, r.Clock.Hue, v.T("my.hue."+r.Clock.Hue)
	if due.Before(today) {
		r.Day = v.T("my.now")
	}
	if t.Kind == "again" {
		r.Hue, r.Word = "yellow", v.T("state.returned")
		if due.Before(today) {
			r.Hue = "red"
		}
	}
	return r
}

// shortDay is a day as the margin of the list shows it.
func (v *view) shortDay(d calendar.Date) string {
	return v.T("my.day", "m", int(d.Month().Month), "d", d.DayOfMonth(), "week", v.T("week."+d.Weekday().String()), "name", v.T("calendar.month-name."+d.String()[5:7]))
}

// Promised is the year's plan of the letter that waits, as it stands in its text.
func (r dueRow) Promised() string {
	return quantity.ShowMoney(quantity.Fen(r.Letter.Planned), quantity.UnitYiYuan, r.lang).String()
}

// signLetter signs a letter of responsibility, whose text was shown in the row.
func (v *view) signLetter() error {
	n := int(v.seq())
	if _, err := v.s.o.Do(v.ctx(), v.By, project.SignLetter{ID: v.r.FormValue("p"), Version: n}, v.options()); err != nil {
		return err
	}
	return v.seeOther("/my?did=signed")
}
