package casework

import (
	"time"

	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
	"shigan/kernel/ledger"
	"shigan/kernel/table"
)

var (
	ErrAsked  = fault.New(fault.Forbidden, "casework.may-not-ask") // case
	ErrNoText = fault.New(fault.Invalid, "casework.no-question")   //
)

// Asked 问一句 is a question to whoever handles the matter. The next report or answer that comes is its answer.
type Asked struct {
	Text     string `json:"text"`
	Post     string `json:"post"`
	On       string `json:"on"`
	Answered string `json:"answered,omitempty"` // day
	Seq      int64  `json:"seq"`
}

// Ask 问一句: the raiser, who keeps the desk, and whoever sits on the ladder may ask. It stops no clock and moves nothing.
type Ask struct {
	Case string
	Text string
}

func (Ask) Name() string                              { return "case.ask" }
func (c Ask) Scope(v table.Reader) (org.Scope, error) { return scope(v, c.Case) }

func (c Ask) Decide(v table.Reader, by org.Signer, at time.Time) ([]ledger.Fact, error) {
	x, d, err := stillOpen(v, c.Case)
	switch {
	case err != nil:
		return nil, err
	case !x.mayAsk(d, by):
		return nil, ErrAsked.With("case", x.ID)
	case blank(c.Text):
		return nil, ErrNoText
	}
	return []ledger.Fact{fact("asked", x.ID, at, Asked{Text: c.Text, Post: by.Post, On: calendar.DateOf(at).String()})}, nil
}

func (c Case) mayAsk(d *Desk, by org.Signer) bool {
	return c.Open() && c.Handler != (Party{}) && !is(c.Handler, by) && (is(c.Raiser, by) || d.keeps(by) || c.sits(by, 1))
}

// Unanswered are the questions that wait for a report or an answer.
func (c Case) Unanswered() []Asked {
	var out []Asked
	for _, q := range c.Asked {
		if q.Answered == "" {
			out = append(out, q)
		}
	}
	return out
}
