package casework

import (
	"shigan/kernel/calendar"
	"shigan/kernel/rules"
	"time"
)

// SlipRule 督办单一色: when a slip of a colour is due, and who signs it. Conditions are one word each, out of the list below;
// a rule with several holds when one of them does.
type SlipRule struct {
	Colour    string `yaml:"colour" json:"colour"` // blue, yellow, orange, red
	rules.Say `yaml:",inline"`
	When      []SlipWhen `yaml:"when" json:"when"`
	Signs     Actor      `yaml:"signs" json:"signs"`                 // who signs it; clock sends it without
	Answer    string     `yaml:"answer" json:"answer,omitempty"`     // to be answered within
	Deadline  bool       `yaml:"deadline" json:"deadline,omitempty"` // orders a new day by which it must be done
	Clause    string     `yaml:"clause" json:"clause"`
}

// SlipWhen is one ground for a slip.
type SlipWhen struct {
	Clock string `yaml:"clock" json:"clock,omitempty"`
	Left  string `yaml:"left" json:"left,omitempty"`   // so much or less is left: "7 days"
	Used  string `yaml:"used" json:"used,omitempty"`   // this share of the limit is gone, "1/2", and no answer came
	Over  bool   `yaml:"over" json:"over,omitempty"`   // overdue
	After string `yaml:"after" json:"after,omitempty"` // a slip of this colour was not answered in its time
	Poor  string `yaml:"poor" json:"poor,omitempty"`   // the answer to a slip of this colour was found poor; "any": to none
	Major bool   `yaml:"major" json:"major,omitempty"` // a major matter, at once
	Birth bool   `yaml:"birth" json:"birth,omitempty"` // as it is handed down
}

// Slip 发过的督办单.
type Slip struct {
	Colour   string `json:"colour"`
	Clock    string `json:"clock,omitempty"`
	On       string `json:"on"`
	AnswerBy string `json:"answer_by,omitempty"`
	DoneBy   string `json:"done_by,omitempty"`
	Answered string `json:"answered,omitempty"` // the day on which an answer came
	Poor     bool   `json:"poor,omitempty"`
	Post     string `json:"post"` // who signed
	Reason   string `json:"reason,omitempty"`
	Seq      int64  `json:"seq"`
}

// SlipDue 该发的督办单.
type SlipDue struct {
	Colour   string
	Why      SlipWhen
	Signs    Actor
	AnswerBy string // "" when the desk asks for none, or the list of holidays ends before
	Deadline bool   // it orders a new day, which whoever signs it names
}

// SlipsDue works out which slips a case is due now, mildest first; one that was sent is not due again, unless the case was
// reopened since.
func SlipsDue(d *Desk, c Case, now time.Time, days *calendar.Workdays) ([]SlipDue, error) {
	if c.Closed != "" || c.Halt != nil {
		return nil, nil
	}
	var out []SlipDue
	for _, r := range d.Slips {
		if c.slip(r.Colour) != nil {
			continue
		}
		for _, w := range r.When {
			holds, err := c.slipHolds(d, w, now, days)
			if err != nil {
				return nil, err
			}
			if holds {
				due := SlipDue{Colour: r.Colour, Why: w, Signs: r.Signs, Deadline: r.Deadline}
				if s, err := ParseSpan(r.Answer); err == nil {
					due.AnswerBy = dayAfter(calendar.DateOf(now), s, days)
				}
				out = append(out, due)
				break
			}
		}
	}
	return out, nil
}

// slip is the last one of a colour since the case was last opened.
func (c Case) slip(colour string) *Slip {
	for i := len(c.Slips) - 1; i >= c.SlipsFrom; i-- {
		if c.Slips[i].Colour == colour {
			return &c.Slips[i]
		}
	}
	return nil
}

func (c Case) slipHolds(d *Desk, w SlipWhen, now time.Time, days *calendar.Workdays) (bool, error) {
	today := calendar.DateOf(now).String()
	switch {
	case w.Major:
		return c.Major, nil
	case w.Birth:
		return true, nil
	case w.After != "":
		s := c.slip(w.After)
		return s != nil && s.Answered == "" && s.AnswerBy != "" && s.AnswerBy < today, nil
	case w.Poor != "":
		s := c.slip(w.Poor)
		return c.Poor && (w.Poor == "any" || s != nil), nil
	}
	k := c.running(w.Clock)
	if k == nil {
		return false, nil
	}
	r, err := k.Read(days, now)
	if err != nil {
		return false, err
	}
	switch {
	case w.Over:
		return r.Overdue, nil
	case w.Left != "":
		s, err := ParseSpan(w.Left)
		return err == nil && s.Measure == r.Measure && r.Remaining <= s.Amount, nil
	case w.Used != "":
		part, ok := share(w.Used)
		gone := int64(r.Used)*part.Denom().Int64() > int64(r.Limit)*part.Num().Int64()
		return ok && gone && c.Answers == 0, nil
	}
	return false, nil
}

// dayAfter is the last day of a span that begins on a day; "" where the list of holidays ends before.
func dayAfter(from calendar.Date, s Span, days *calendar.Workdays) string {
	var d calendar.Date
	var err error
	switch s.Measure {
	case calendar.InWorkdays:
		d, err = days.AddWorkdays(from, s.Amount)
	case calendar.InDays:
		d, err = days.DaysAfter(from, s.Amount)
	default:
		return from.String()
	}
	if err != nil {
		return ""
	}
	return d.String()
}
