package casework

import (
	"errors"
	"slices"
	"strings"
	"time"

	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/kernel/table"
)

// step 一步 is what a move brings about, worked out once and written into the fact; Apply takes it over as it stands.
type step struct {
	Move    string            `json:"move,omitempty"`
	Does    string            `json:"does,omitempty"`
	From    string            `json:"from"`
	To      string            `json:"to"`
	Reason  string            `json:"reason,omitempty"`
	Fields  map[string]string `json:"fields,omitempty"`
	Handler *Party            `json:"handler,omitempty"`
	Assists []Party           `json:"assists,omitempty"`
	Seats   []string          `json:"seats,omitempty"` // where the handler brought the head of its unit along
	Outcome string            `json:"outcome,omitempty"`
	Closed  bool              `json:"closed,omitempty"`
	Fast    bool              `json:"fast,omitempty"`
	Unfixed bool              `json:"unfixed,omitempty"` // closed, not fixed
	Tells   bool              `json:"tells,omitempty"`
	Undone  string            `json:"undone,omitempty"` // taken back by whoever gave it: where
	Was     int               `json:"was,omitempty"`    // the level before
	Level   int               `json:"level,omitempty"`  // where the level changes
	Empty   []int             `json:"empty,omitempty"`  // levels passed over: nobody sits there
	Vacant  bool              `json:"vacant,omitempty"`
	Due     string            `json:"due,omitempty"` // of a climb: when the time was over
	Starts  []Clock           `json:"starts,omitempty"`
	Ends    []string          `json:"ends,omitempty"`
	At      time.Time         `json:"at"`
}

// holidays are those built into the program; a decision writes what it worked out of them into its fact.
func holidays() *calendar.Workdays { return calendar.StateCouncil() }

// start makes the clocks that begin now.
func (d *Desk) start(c Case, names []string, level int, at time.Time) ([]Clock, error) {
	var out []Clock
	born := calendar.DateOf(c.Opened).String()
	for _, n := range names {
		limit, near, ok := d.limitOf(n, c.Kind, level, born)
		k := Clock{Name: n, Start: minute(at), Limit: limit, Near: near, Hours: d.Hours, EveryDay: d.EveryDay}
		if n == LevelClock {
			k.Level = level
		}
		if r, has := d.Clock(n); has {
			k.Window = r.Window
			if r.Hours != "" {
				k.Hours, k.EveryDay = r.Hours, r.EveryDay
			}
		}
		if c.Given != "" && c.Reopened == 0 && d.given(n, level) {
			day, err := calendar.ParseDay(c.Given)
			if err != nil {
				return nil, err
			}
			ok, k.Limit = true, Span{max(0, day.Sub(calendar.DateOf(at))), calendar.InDays}
		}
		if ok {
			out = append(out, k)
		}
	}
	return out, nil
}

// minute: clocks know nothing finer.
func minute(t time.Time) time.Time { return t.UTC().Truncate(time.Minute) }

// above finds the next level up at which somebody sits. Where nobody sits all the way up it is the last, vacant.
func above(v table.Reader, c Case, day string) (level int, empty []int, vacant bool, err error) {
	for level = c.Level + 1; level <= len(c.Seats); level++ {
		sat, err := seated(v, c.Seats[level-1], day)
		if err != nil {
			return 0, nil, false, err
		}
		if sat {
			return level, empty, false, nil
		}
		if level < len(c.Seats) {
			empty = append(empty, level)
		}
	}
	return len(c.Seats), empty, true, nil
}

func seated(v table.Reader, post, day string) (bool, error) {
	if post == "" {
		return false, nil
	}
	p, err := org.PostOf(v, post)
	if errors.Is(err, org.ErrNoPost) {
		return false, nil
	}
	return p.Holder(day) != "", err
}

// lift leads up one level, if there is one, with the ladder's clock begun anew.
func (d *Desk) lift(v table.Reader, c Case, s *step, at time.Time) error {
	s.Was = c.Level
	if c.Level >= len(c.Seats) {
		return nil
	}
	level, empty, vacant, err := above(v, c, calendar.DateOf(at).String())
	s.Level, s.Empty, s.Vacant = level, empty, vacant
	return err
}

func (s step) level(c Case) int {
	if s.Level > 0 {
		return s.Level
	}
	return c.Level
}

func fact(kind, id string, at time.Time, body any, files ...string) ledger.Fact {
	return ledger.Fact{Kind: "case." + kind + "/1", Subject: "case/" + id, EffectiveOn: calendar.DateOf(at).String(), Body: body, Evidence: files}
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }

func has(list []string, s string) bool { return slices.Contains(list, s) }
