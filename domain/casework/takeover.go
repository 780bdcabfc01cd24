package casework

import (
	"time"

	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
	"shigan/kernel/ledger"
	"shigan/kernel/table"
)

// ErrTakenOver is a history whose days do not follow one another.
var ErrTakenOver = fault.New(fault.Invalid, "casework.taken-over") // opened, closed

// ByTakeOver stands where others say who confirmed: this account saw no confirmation.
const ByTakeOver = "taken-over"

// TakeOver 接收旧账 writes down a matter that was closed before it came into this account. It is history: it had no clock here, climbed
// no ladder and was confirmed by nobody here, and says so. Its raiser may reopen it like any other.
type TakeOver struct {
	Open
	OpenedOn string // day
	ClosedOn string // day, not before it
	Outcome  string // of the desk; "" where the old account does not say
}

func (TakeOver) Name() string { return "case.take-over" }

func (c TakeOver) Decide(v table.Reader, by org.Signer, at time.Time) ([]ledger.Fact, error) {
	d, err := Ruling(v, c.Desk, calendar.DateOf(at).String())
	if err != nil {
		return nil, err
	}
	if by.Person != org.FirstSetUp.Person && !d.keeps(by) {
		return nil, ErrNotYours.With("move", d.Say)
	}
	from, err := calendar.ParseDay(c.OpenedOn)
	to, err2 := calendar.ParseDay(c.ClosedOn)
	if err != nil || err2 != nil || to.Before(from) || calendar.DateOf(at).Before(to) {
		return nil, ErrTakenOver.With("opened", c.OpenedOn, "closed", c.ClosedOn)
	}
	o, ok := d.Outcome(c.Outcome)
	if c.Outcome != "" && !ok {
		return nil, ErrOutcome.With("outcome", c.Outcome)
	}
	c.Given = "" // what was due then binds nobody now
	facts, err := c.born(v, d, by, at, "")
	if err != nil {
		return nil, err
	}
	x := facts[0].Body.(opened).Case
	x.State, x.Outcome, x.Unfixed, x.ClosedBy = d.ended(), c.Outcome, o.Unsettled, ByTakeOver
	x.Opened, x.Closed = from.At(0), to.At(0).UTC().Format(ledger.TimeLayout)
	return []ledger.Fact{fact("taken-over", x.ID, at, opened{Case: x}, c.Files...)}, nil
}

// ended is the state in which cases of a desk are closed.
func (d *Desk) ended() string {
	s, _ := find(d.States, "true", func(s State) string {
		if s.End {
			return "true"
		}
		return ""
	})
	return s.Name
}
