package casework

import (
	"sync"
	"time"

	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/table"
)

// Clock 计时 of a case, with the limit that its desk set when it started. What it shows is read, never stored.
type Clock struct {
	Name       string      `json:"name"`
	Level      int         `json:"level,omitempty"` // of the ladder's clock
	Start      time.Time   `json:"start"`
	Limit      Span        `json:"limit"`
	Near       string      `json:"near,omitempty"`
	Hours      string      `json:"hours,omitempty"`
	EveryDay   bool        `json:"every_day,omitempty"`
	Window     bool        `json:"window,omitempty"` // nobody owes anything when it is over
	Stops      []Stop      `json:"stops,omitempty"`
	Extensions []Extension `json:"extensions,omitempty"`
	End        time.Time   `json:"end,omitzero"`
}

// Stop 停表.
type Stop struct {
	From   time.Time `json:"from"`
	To     time.Time `json:"to,omitzero"`
	Why    string    `json:"why"`  // of the desk's lawful reasons
	Note   string    `json:"note"` // in whoever's own words
	Review string    `json:"review,omitempty"`
}

// Extension 延期.
type Extension struct {
	At     time.Time `json:"at"`
	Amount int       `json:"amount"`
	Reason string    `json:"reason"`
	Post   string    `json:"post"` // approved it
}

type scheduleKey struct {
	days  *calendar.Workdays
	hours string
	every bool
}

var schedules sync.Map // of a few: one per desk's hours and list of holidays

func scheduleOf(hours string, every bool, days *calendar.Workdays) (*calendar.Schedule, error) {
	key := scheduleKey{days, hours, every}
	if s, ok := schedules.Load(key); ok {
		return s.(*calendar.Schedule), nil
	}
	if every {
		days = nil
	}
	if hours == "" {
		hours = "00:00-24:00"
	}
	s, err := calendar.NewSchedule(days, hours)
	if err == nil {
		schedules.Store(key, s)
	}
	return s, err
}

// Read is what the clock shows at an instant; one that has ended shows what it showed then.
func (k Clock) Read(days *calendar.Workdays, now time.Time) (calendar.Reading, error) {
	s, err := scheduleOf(k.Hours, k.EveryDay, days)
	if err != nil {
		return calendar.Reading{}, err
	}
	if !k.End.IsZero() && now.After(k.End) {
		now = k.End
	}
	c := calendar.Clock{Start: k.Start, Limit: calendar.Limit{Amount: k.Limit.Amount, Measure: k.Limit.Measure}, Schedule: s}
	for _, p := range k.Stops {
		c.Stops = append(c.Stops, calendar.Stop{From: p.From, To: p.To, Reason: p.Note})
	}
	for _, e := range k.Extensions {
		c.Extensions = append(c.Extensions, calendar.Extension{At: e.At, Amount: e.Amount, Reason: e.Reason})
	}
	return c.At(now)
}

// earliest is before any instant at which the clock can be overdue: it leaves holidays, nights and stops out of account, and
// so needs no list of holidays. The clock's run passes over all cases that are not so far.
func (k Clock) earliest() time.Time {
	n := k.Limit.Amount
	for _, e := range k.Extensions {
		n += e.Amount
	}
	if k.Limit.Measure == calendar.InMinutes {
		return k.Start.Add(time.Duration(n) * time.Minute)
	}
	return calendar.DateOf(k.Start).AddDays(n).At(0)
}

func (k Clock) running() bool { return k.End.IsZero() }

// running is the clock of a name that has not ended, or nil.
func (c Case) running(name string) *Clock {
	for i := len(c.Clocks) - 1; i >= 0; i-- {
		if c.Clocks[i].Name == name && c.Clocks[i].running() {
			return &c.Clocks[i]
		}
	}
	return nil
}

// Light of a clock: red overdue, yellow near, green else, blue stopped, none where no clock runs.
func Light(k Clock, r calendar.Reading) string {
	switch {
	case r.Overdue:
		return "red"
	case r.Halted:
		return "blue"
	case near(k.Near, Span{r.Limit, r.Measure}, r.Remaining):
		return "yellow"
	}
	return "green"
}

// yellowFrom is the instant from which the clock is yellow, or from which it is red where nothing says when it is near; zero where it
// does not run toward a due. It is the due of the same clock with so much less of a limit as may be left.
func (k Clock) yellowFrom(days *calendar.Workdays, now time.Time) (time.Time, error) {
	r, err := k.Read(days, now)
	if err != nil || r.Due.IsZero() {
		return time.Time{}, err
	}
	left := nearAmount(k.Near, Span{r.Limit, r.Measure})
	if left < 0 || r.Halted {
		return r.Due, nil
	}
	early := k
	early.Extensions, early.Limit.Amount = nil, r.Limit-left
	early.EveryDay = early.EveryDay || r.Measure == calendar.InDays // a holiday moves the due day, not the day on which so much is left
	if early.Limit.Amount <= 0 {
		return k.Start, nil
	}
	e, err := early.Read(days, now)
	return e.Due, err
}

// Standing 现状 is what is worked out of a case, now and the holidays.
type Standing struct {
	Light    string
	Due      time.Time // the next one; zero when none runs, or it is stopped, or Unknown says why
	Clock    string    // whose due that is
	Left     int       // of it, below zero by how much it is over
	Measure  calendar.Measure
	Overdue  bool
	Unknown  error // the list of holidays ends before the due day
	Next     Owner
	Vacant   bool // nobody sits at its level: red
	Review   bool // the review day of a suspension has passed: red
	Readings []Reading
}

// Reading is a running clock with what it shows.
type Reading struct {
	Clock Clock
	calendar.Reading
	Light string
}

// Owner 该谁办.
type Owner struct {
	As    Actor
	Party Party
}

// Stand works a case's standing out.
func Stand(d *Desk, c Case, now time.Time, days *calendar.Workdays) (Standing, error) {
	s := Standing{Light: "none", Vacant: c.Open() && c.Vacant, Next: d.next(c)}
	worst := 0
	for _, k := range c.Clocks {
		if !k.running() || !c.Open() || k.Window {
			continue
		}
		r, err := k.Read(days, now)
		if err != nil {
			return s, err
		}
		light := Light(k, r)
		s.Readings = append(s.Readings, Reading{k, r, light})
		if n := severity[light]; n > worst {
			worst, s.Light = n, light
		}
		s.Overdue = s.Overdue || r.Overdue
		if r.NoDue != nil {
			s.Unknown = r.NoDue
		}
		if !r.Due.IsZero() && (s.Due.IsZero() || r.Due.Before(s.Due)) {
			s.Due, s.Clock, s.Left, s.Measure = r.Due, k.Name, r.Remaining, r.Measure
		}
	}
	if c.Halt != nil && c.Halt.Review != "" && c.Open() {
		s.Review = c.Halt.Review < calendar.DateOf(now).String()
		s.Next = Owner{Keeper, Party{Post: c.Halt.Post}}
	}
	if s.Vacant || s.Review {
		s.Light = "red"
	}
	return s, nil
}

var severity = map[string]int{"green": 1, "blue": 2, "yellow": 3, "red": 4}

// next is whose turn it is.
func (d *Desk) next(c Case) Owner {
	st, ok := d.State(c.State)
	if !ok || st.End {
		return Owner{}
	}
	o := Owner{As: st.Waits}
	switch st.Waits {
	case Raiser:
		o.Party = c.Raiser
	case Handler:
		o.Party = c.Handler
	case AtSeat:
		o.Party = Party{Post: c.Seat()}
	default:
		if n, ok := seatOf(st.Waits); ok && n <= len(c.Seats) {
			o.Party = Party{Post: c.Seats[n-1]}
		}
	}
	return o
}

// may tells whether a signer is one of some actors in a case. The raiser is never played by anybody else, not by his
// superiors either; nobody is judge in the raiser's place.
func (d *Desk) may(v table.Reader, c Case, by org.Signer, who []Actor, at time.Time) bool {
	for _, a := range who {
		switch {
		case a == Raiser && is(c.Raiser, by),
			a == Handler && is(c.Handler, by) && !is(c.Raiser, by),
			a == Keeper && d.keeps(by),
			a == ByClock && by.Person == org.SystemSigner.Person:
			return true
		case a == Assist:
			for _, p := range c.Assists {
				if is(p, by) && !is(c.Raiser, by) {
					return true
				}
			}
		case a == AtSeat:
			if c.sits(by, c.Level) {
				return true
			}
		case len(a) == 6 && a[:5] == "seat:":
			if n, ok := seatOf(a); ok && c.sits(by, n) {
				return true
			}
		case len(a) > 5 && a[:5] == "role:":
			if by.Has(org.Role(a[5:])) {
				return true
			}
		case len(a) > 5 && a[:5] == "post:":
			if by.Post == string(a[5:]) {
				return true
			}
		}
	}
	return false
}

// seatOf is the level that an actor like seat:3 names.
func seatOf(a Actor) (int, bool) {
	if len(a) != 6 || a[:5] != "seat:" || a[5] < '1' || a[5] > '9' {
		return 0, false
	}
	return int(a[5] - '0'), true
}

// sits tells whether a signer sits at a level or above it.
func (c Case) sits(by org.Signer, level int) bool {
	for i := max(level, 1); i <= len(c.Seats); i++ {
		if by.Post != "" && c.Seats[i-1] == by.Post {
			return true
		}
	}
	return false
}

func (d *Desk) keeps(by org.Signer) bool {
	return holds(d.Keepers, by)
}

// is tells whether a signer acts for a party: in its post, or in its unit where no post is named.
func is(p Party, by org.Signer) bool {
	if p.Post != "" {
		return by.Post == p.Post
	}
	return p.Unit != "" && by.Unit == p.Unit
}
