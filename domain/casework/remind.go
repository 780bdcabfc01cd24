package casework

import (
	"fmt"
	"time"

	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/kernel/table"
)

// Remind 到期提醒 is done by the clock alone, once for each running clock of a case when its light turns yellow (near), and once
// when the next working day is its last (last). Key makes each happen once, as with Climb. It moves nothing: the case's own
// entry stays the one that people saw.
type Remind struct {
	Case  string
	Clock string
	Start time.Time
	What  string // near, last
}

// What a reminder says.
const (
	RemindNear = "near"
	RemindLast = "last"
)

// Key under which the reminder is done.
func (c Remind) Key() string {
	return fmt.Sprintf("remind/%s/%s/%s/%s", c.Case, c.Clock, c.Start.UTC().Format("20060102T1504"), c.What)
}

func (Remind) Name() string                          { return "case.remind" }
func (Remind) Scope(table.Reader) (org.Scope, error) { return org.Scope{}, nil }

// Reminded 提醒过 says of which clock and for when.
type Reminded struct {
	Clock string    `json:"clock"`
	Start time.Time `json:"start"`
	What  string    `json:"what"`
	Due   time.Time `json:"due"`
}

func (c Remind) Decide(v table.Reader, by org.Signer, at time.Time) ([]ledger.Fact, error) {
	x, d, err := stillOpen(v, c.Case)
	if err != nil {
		return nil, err
	}
	if by.Person != org.SystemSigner.Person {
		return nil, ErrNotYours.With("move", d.Say)
	}
	due, err := RemindersDue(x, at, holidays())
	if err != nil {
		return nil, err
	}
	for _, r := range due {
		if r.Remind == c {
			return []ledger.Fact{fact("reminded", x.ID, at, Reminded{c.Clock, c.Start, c.What, r.Due.UTC()})}, nil
		}
	}
	return nil, ErrNotDue.With("case", x.ID)
}

// ReminderDue 该提醒的, with when the time is over.
type ReminderDue struct {
	Remind
	Due time.Time
}

// RemindersDue works out which reminders a case is due now, whether or not they were given. A clock that is stopped, or over,
// asks for none. Where the list of holidays ends the next day counts as the next working day.
func RemindersDue(c Case, now time.Time, days *calendar.Workdays) ([]ReminderDue, error) {
	if !c.Open() || c.Halt != nil {
		return nil, nil
	}
	today := calendar.DateOf(now)
	next, err := days.AddWorkdays(today, 1)
	if err != nil {
		next = today.AddDays(1)
	}
	var out []ReminderDue
	for _, k := range c.Clocks {
		if !k.running() || k.Window {
			continue
		}
		r, err := k.Read(days, now)
		if err != nil {
			return nil, err
		}
		what := ""
		switch {
		case r.Overdue || r.Due.IsZero() || calendar.DateOf(k.Start) == today: // who heard of it today knows its day
		case !calendar.DateOf(r.Due).After(next):
			what = RemindLast
		case Light(k, r) == "yellow":
			what = RemindNear
		}
		if what != "" {
			out = append(out, ReminderDue{Remind{c.ID, k.Name, k.Start, what}, r.Due})
		}
	}
	return out, nil
}

// SlipKey is under which the clock sends a slip of a colour: once since the case was opened or reopened.
func (c Case) SlipKey(colour string) string {
	return fmt.Sprintf("slip/%s/%s/%d", c.ID, colour, c.SlipsFrom)
}
