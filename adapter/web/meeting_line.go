package web

import (
	"shigan/app"
	"shigan/kernel/calendar"
)

// lineView 从工地到销号 is a case's line as a page draws it; the template "line" in _meeting_parts.html takes it.
type lineView struct {
	Since string // the day with which it begins
	To    string // where it stands: today, or the day of its end
	Open  bool
	Steps []lineStepView
}

type lineStepView struct {
	What, On, Text, Ref, Href string
	Seq                       int64
	Ahead, Late               bool
}

// lineOf gives the line of a case, or a refusal.
func (v *view) lineOf(id string) (*lineView, error) {
	l, err := v.s.o.LineOf(v.ctx(), v.By, id)
	if err != nil {
		return nil, err
	}
	out := &lineView{Open: l.Case.Open()}
	this := v.today().Year()
	for i, s := range l.Steps {
		day, err := calendar.ParseDay(s.On)
		on := s.On
		if err == nil {
			on = day.Prose(v.Lang, this)
		}
		if i == 0 {
			out.Since = on
		}
		if !s.Ahead {
			out.To = on
		}
		w := lineStepView{What: v.T("line." + s.What), On: on, Seq: s.Seq, Ref: s.Number, Ahead: s.Ahead, Late: s.Late, Text: v.lineText(s), Href: lineHref(s)}
		out.Steps = append(out.Steps, w)
	}
	return out, nil
}

// lineText says a step in a few words.
func (v *view) lineText(s app.LineStep) string {
	switch s.What {
	case "visit":
		return v.T("line.visit.text", "n", s.N)
	case "meeting":
		return s.Title
	case "letter":
		return v.T("line.letter.text", "n", s.N)
	case "opened":
		if s.M > 0 {
			return v.T("line.opened.text", "level", v.levelName(s.M))
		}
	case "climbed":
		return v.T("line.climbed.text", "from", v.levelName(s.N), "to", v.levelName(s.M))
	case "reopened":
		if s.M > 0 {
			return v.T("line.reopened.text", "to", v.levelName(s.M))
		}
		return v.T("line.reopened.plain")
	case "decided":
		return v.T("line.decided.text", "n", s.N)
	case "received":
		return v.T("line.received.text", "n", s.N, "of", s.M)
	case "answered":
		return v.T("line.answered.text")
	case "closed":
		return s.Outcome.In(v.Lang)
	case "due":
		if s.Late {
			return v.T("line.due.late")
		}
		return v.T("line.due.text")
	}
	return ""
}

// lineHref is the page of a step, "" where the reader may not open it.
func lineHref(s app.LineStep) string {
	if s.ID == "" {
		return ""
	}
	switch s.What {
	case "visit":
		return "/visit/" + s.ID
	case "meeting", "decided", "received":
		return "/meeting/" + s.ID
	case "letter":
		return "/project/" + s.ID + "/letter"
	}
	return ""
}
