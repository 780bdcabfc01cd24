package web

import (
	"slices"
	"strconv"
	"strings"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/kernel/calendar"
)

// caseDue says one matter in the list of what is due: what to do, by when, how it stands.
func (v *view) caseDue(t app.Task, today calendar.Date) dueRow {
	r := dueRow{Task: t, lang: v.Lang, Hue: "blue", Word: v.T("my.not-due")}
	if due, err := calendar.ParseDay(t.Due); err == nil {
		r.Clock = v.deadline(t.Due, today)
		r.Day, r.Left, r.Hue, r.Word = v.shortDay(due), r.Clock.Text, r.Clock.Hue, v.T("my.hue."+r.Clock.Hue)
		if due.Before(today) {
			r.Day = v.T("my.now")
		}
	} else {
		r.Day = v.T("my.any-day")
	}
	switch t.Kind {
	case app.DeskTask:
		r.Title, r.Note = v.T("my.desk", "state", t.Say.In(v.Lang), "n", t.N), v.T("my.desk.note", "use", v.useName(t.Use))
		r.Action, r.Href = v.T("my.desk.go"), "/owe?use="+t.Use+"&desk="+escapePath(t.State)+"#list"
		return r
	case app.SlipsTask:
		r.Title, r.Note, r.Action, r.Href = v.T("my.slips-due", "n", t.N), v.T("my.slips-due.note"), v.T("my.slips-due.go"), "/register#slips"
		return r
	}
	v.caseDueOf(&r, *t.Case)
	return r
}

// caseDueOf words a row about one case: the likeliest move is its one action.
func (v *view) caseDueOf(r *dueRow, x app.CaseView) {
	c, d := x.Case, x.Desk
	r.Href, r.Name, r.Sample = "/case/"+c.ID, c.Title, v.sampleCase(c)
	w := v.standing(d, c, x.Standing, v.s.o.Clock())
	r.Hue, r.Word = w.Hue, w.Word
	if w.Red && r.Day != v.T("my.any-day") {
		r.Day = v.T("my.now")
	}
	r.Title, r.Action = v.T("my.case", "state", x.Names.State.In(v.Lang), "title", c.Title), v.T("my.case.go")
	offer, err := casework.OfferOf(v.Read(), d, c, v.By, v.s.o.Clock())
	if err == nil {
		v.withoutRights(&offer, c)
		v.oneAction(r, d, c, offer)
	}
	r.Note, r.Who = v.caseNote(c, d), v.nextName(d, x.Standing.Next)
	if c.Closed != "" {
		r.Who = v.T("my.case.closed", "day", v.stampDay(c.Closed), "outcome", x.Names.Outcome.In(v.Lang))
		r.Hue, r.Word = "green", v.T("my.case.agreed")
		if c.ClosedBy != "confirmed" {
			r.Hue, r.Word = "none", v.T("my.case.ended."+c.ClosedBy)
		}
	}
	if q := c.Unanswered(); len(q) > 0 && strings.HasPrefix(string(x.Standing.Next.As), string(casework.Handler)) {
		last := q[len(q)-1]
		r.Title = v.T("my.case.asked", "text", last.Text)
		r.Note = v.T("my.case.asked.note", "who", v.party(casework.Party{Post: last.Post}), "on", last.On, "title", c.Title)
	}
	for _, s := range slices.Backward(v.slipRows(d, c)) { // a slip without an answer is what the row is about
		if s.Out && s.Answered == "" {
			r.Hue, r.Word, r.Sub = s.Hue, s.Name, w.Word
			break
		}
	}
}

// oneAction finds the likeliest thing to do. Receiving and accepting ask for nothing and are done from here; whatever judges
// somebody's work is done where that work can be read.
func (v *view) oneAction(r *dueRow, d *casework.Desk, c casework.Case, o casework.Offer) {
	if o.Decide {
		r.Title, r.Action, r.Href = v.T("my.case.move", "move", v.T("case.do.agree"), "title", c.Title), v.T("case.do.agree"), "/case/"+c.ID+"#f-agree"
		return
	}
	if len(o.Moves) == 0 {
		return
	}
	m := slices.MinFunc(o.Moves, func(a, b casework.Move) int { return rank(a) - rank(b) })
	name := upper(v.Lang, m.In(v.Lang))
	r.Title, r.Action, r.Href = v.T("my.case.move", "move", name, "title", c.Title), name, "/case/"+c.ID+"#f-move-"+m.Name
	if c.State != d.Start || len(d.Asks(m)) > 0 || m.Requires.Reason || m.Requires.Evidence || m.Does != "" || len(m.Outcomes) > 0 {
		return
	}
	r.Post = "/case/" + c.ID + "/move"
	r.Hidden = []option{{"move", m.Name}, {"from", c.State}, {"seen", strconv.FormatInt(c.Seq, 10)}, {"to", "my"}}
}

// caseNote says where a matter comes from in one line.
func (v *view) caseNote(c casework.Case, d *casework.Desk) string {
	parts := []string{c.ID}
	if c.Level > 0 {
		parts = append(parts, v.levelName(c.Level)+v.useOne(d.Use))
	}
	parts = append(parts, v.T("my.case.raiser", "who", v.party(c.Raiser)))
	if c.Basis != "" {
		parts = append(parts, c.Basis)
	}
	return strings.Join(parts, v.T("my.case.sep"))
}

func (v *view) useOne(use string) string { return v.T("case.one." + use) }
