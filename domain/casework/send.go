package casework

import (
	"time"

	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/kernel/rules"
	"shigan/kernel/table"
)

// SendSlip 发督办单: the colour that is due by the desk's rules, signed by whom they name.
type SendSlip struct {
	Case   string
	Colour string
	DoneBy string // a red slip orders a new day
	Reason string
}

func (SendSlip) Name() string                              { return "case.send-slip" }
func (c SendSlip) Scope(v table.Reader) (org.Scope, error) { return scope(v, c.Case) }

func (c SendSlip) Decide(v table.Reader, by org.Signer, at time.Time) ([]ledger.Fact, error) {
	x, d, err := stillOpen(v, c.Case)
	if err != nil {
		return nil, err
	}
	due, err := SlipsDue(d, x, at, holidays())
	if err != nil {
		return nil, err
	}
	s, ok := find(due, c.Colour, func(s SlipDue) string { return s.Colour })
	r, known := find(d.Slips, c.Colour, func(s SlipRule) string { return s.Colour })
	if !known {
		r.Say = rules.Say{Zh: c.Colour, En: c.Colour} // not a word of the catalogue: red names a light there
	}
	if !ok {
		return nil, ErrSlip.With("slip", r.Say)
	}
	if !d.may(v, x, by, []Actor{r.Signs}, at) {
		return nil, ErrNotYours.With("move", r.Say)
	}
	if r.Deadline {
		if g, err := calendar.ParseDay(c.DoneBy); err != nil || g.Before(calendar.DateOf(at)) {
			return nil, ErrGivenDay.With("day", c.DoneBy)
		}
	}
	return []ledger.Fact{fact("slip-sent", x.ID, at, Slip{Colour: c.Colour, Clock: s.Why.Clock, On: calendar.DateOf(at).String(), AnswerBy: s.AnswerBy,
		DoneBy: c.DoneBy, Post: by.Post, Reason: c.Reason})}, nil
}

// Judge 认定答复质量: an answer that misses the point is found poor, which a slip may follow.
type Judge struct {
	Case   string
	Reason string
}

func (Judge) Name() string                              { return "case.judge" }
func (c Judge) Scope(v table.Reader) (org.Scope, error) { return scope(v, c.Case) }

func (c Judge) Decide(v table.Reader, by org.Signer, at time.Time) ([]ledger.Fact, error) {
	x, d, err := stillOpen(v, c.Case)
	if err != nil {
		return nil, err
	}
	switch {
	case !d.keeps(by):
		return nil, ErrNotYours.With("move", d.Say)
	case blank(c.Reason):
		return nil, ErrReason.With("move", d.Say)
	case x.Answers == 0 || x.Poor:
		return nil, ErrPoor.With("case", x.ID)
	}
	return []ledger.Fact{fact("answer-poor", x.ID, at, map[string]string{"reason": c.Reason})}, nil
}
