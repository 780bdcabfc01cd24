package casework

import (
	"bytes"
	"fmt"
	"time"

	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/kernel/table"
)

// Climb 升级 is done by the clock alone, when a level's time is over. Key makes it happen once: the clock that ran out is named
// by its case, level and start, so that a second server, or the same one after a week's sleep, says the same thing.
//
// The level above begins its own time when the climb is recorded, not when the time below was over: nobody can have used days
// in which he had not been told. The fact carries both, so a clock that slept shows.
type Climb struct {
	Case  string
	Level int
	Start time.Time
}

// Key under which the climb is done.
func (c Climb) Key() string {
	return fmt.Sprintf("climb/%s/%d/%s", c.Case, c.Level, c.Start.UTC().Format("20060102T1504"))
}

func (Climb) Name() string                          { return "case.climb" }
func (Climb) Scope(table.Reader) (org.Scope, error) { return org.Scope{}, nil }

// Reads are the documents that deciding reads.
func (c Climb) Reads() [][2]string { return [][2]string{{CaseKind, c.Case}} }

func (c Climb) Decide(v table.Reader, by org.Signer, at time.Time) ([]ledger.Fact, error) {
	x, d, err := stillOpen(v, c.Case)
	if err != nil {
		return nil, err
	}
	if by.Person != org.SystemSigner.Person {
		return nil, ErrNotYours.With("move", d.Say)
	}
	k := x.running(LevelClock)
	if k == nil || k.Level != c.Level || !k.Start.Equal(c.Start) || x.Level >= len(x.Seats) {
		return nil, ErrNotDue.With("case", x.ID)
	}
	r, err := k.Read(holidays(), at)
	if err != nil {
		return nil, err
	}
	if !r.Overdue {
		return nil, ErrNotDue.With("case", x.ID)
	}
	s := step{From: x.State, To: x.State, Ends: []string{LevelClock}, Due: r.Due.UTC().Format(time.RFC3339), At: minute(at)}
	if err := d.lift(v, x, &s, at); err != nil {
		return nil, err
	}
	if s.Starts, err = d.start(x, []string{LevelClock}, s.Level, at); err != nil {
		return nil, err
	}
	f := fact("climbed", x.ID, at, s)
	f.EffectiveOn = calendar.DateOf(r.Due).String() // true in the world since the time was over
	return []ledger.Fact{f}, nil
}

// Tick 计时摘要 is what the clock's run needs of a case: a few bytes instead of all of it.
type Tick struct {
	From  string `json:"f"` // UTC to the minute: not overdue before this, whatever the holidays; "" has nothing to climb
	Case  string `json:"c"`
	Clock *Clock `json:"k,omitempty"`
}

// tickLayout is one in which text order is time order.
const tickLayout = "2006-01-02T15:04Z"

// Early tells of a tick as it is stored, without reading all of it, that its case cannot be due yet. Most cases are early, so
// this is how fast the clock runs.
func Early(raw []byte, now time.Time) bool {
	rest, ok := bytes.CutPrefix(raw, []byte(`{"f":"`))
	if !ok {
		return false
	}
	end := bytes.IndexByte(rest, '"')
	return end == 0 || end == len(tickLayout) && string(rest[:end]) > now.UTC().Format(tickLayout)
}

// tick is what the clock looks at.
func (c Case) tick() Tick {
	t := Tick{Case: c.ID}
	if k := c.running(LevelClock); c.Open() && k != nil && c.Level < len(c.Seats) {
		t.From, t.Clock = k.earliest().UTC().Format(tickLayout), k
	}
	return t
}

// Due tells whether a case climbs now. A list of holidays that ends before its due day leaves it where it is.
func (t Tick) Due(now time.Time, days *calendar.Workdays) (Climb, bool, error) {
	if t.Clock == nil || t.From > now.UTC().Format(tickLayout) {
		return Climb{}, false, nil
	}
	r, err := t.Clock.Read(days, now)
	return Climb{t.Case, t.Clock.Level, t.Clock.Start}, err == nil && r.Overdue, err
}
