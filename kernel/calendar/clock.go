package calendar

import (
	"slices"
	"strings"
	"time"
)

// Measure is what a limit is counted in.
type Measure string

const (
	InMinutes  Measure = "minutes"  // of the schedule, from the instant of the start
	InWorkdays Measure = "workdays" // the day of the start is not counted; due when business ends
	InDays     Measure = "days"     // likewise; a holiday at the end moves it to the next working day
)

// Limit is how long something may take.
type Limit struct {
	Amount  int
	Measure Measure
}

// Hours is a limit of so many hours of the schedule.
func Hours(n int) Limit { return Limit{n * 60, InMinutes} }

// Stop is a time in which the clock did not run: nobody may stop it without a reason.
type Stop struct {
	From   time.Time
	To     time.Time // zero while it still stands
	Reason string
}

// Extension lengthens the limit, in the limit's own measure.
type Extension struct {
	At     time.Time // known since
	Amount int
	Reason string
}

// Clock 计时 is computed from what happened; it stores no result. A day counts toward a limit in days when the clock is running as
// business ends: one stopped over noon is not a day won, one stopped overnight is not a day lost twice.
type Clock struct {
	Start      time.Time
	Limit      Limit
	Schedule   *Schedule
	Stops      []Stop // in order, apart from one another
	Extensions []Extension
}

// Stop stops the clock. The clock itself is left as it was; the stopped one is returned.
func (c Clock) Stop(at time.Time, reason string) (Clock, error) {
	if n := len(c.Stops); n > 0 && c.Stops[n-1].To.IsZero() {
		return c, ErrAlreadyStopped.With("since", stamp(c.Stops[n-1].From), "reason", c.Stops[n-1].Reason)
	}
	c.Stops = append(slices.Clone(c.Stops), Stop{From: at, Reason: reason})
	return c, c.check()
}

// Resume lets it run again.
func (c Clock) Resume(at time.Time) (Clock, error) {
	n := len(c.Stops)
	if n == 0 || !c.Stops[n-1].To.IsZero() {
		return c, ErrNotStopped
	}
	c.Stops = slices.Clone(c.Stops)
	c.Stops[n-1].To = at
	return c, c.check()
}

// Extend gives more time.
func (c Clock) Extend(at time.Time, amount int, reason string) (Clock, error) {
	c.Extensions = append(slices.Clone(c.Extensions), Extension{at, amount, reason})
	return c, c.check()
}

func (c Clock) check() error {
	if c.Schedule == nil || len(c.Schedule.spans) == 0 {
		return ErrNoSchedule
	}
	free := minute(c.Start)
	for i, s := range c.Stops {
		from, to := minute(s.From), minute(s.To)
		switch {
		case strings.TrimSpace(s.Reason) == "":
			return ErrStopNoReason
		case i == 0 && from.Before(free):
			return ErrStopBeforeStart.With("stop", stamp(from), "start", stamp(free))
		case from.Before(free), i < len(c.Stops)-1 && s.To.IsZero():
			return ErrStopsOverlap.With("stop", stamp(from))
		case !s.To.IsZero() && to.Before(from):
			return ErrResumeBeforeStop.With("stop", stamp(from), "resume", stamp(to))
		}
		free = to
	}
	for _, e := range c.Extensions {
		if strings.TrimSpace(e.Reason) == "" {
			return ErrExtendNoReason
		}
		if e.Amount <= 0 {
			return ErrExtendAmount
		}
	}
	return nil
}

func stamp(t time.Time) string { return t.In(Zone).Format("2006-01-02 15:04") }

// Reading is what the clock shows at an instant. Elapsed = Running + Stopped, always.
type Reading struct {
	Elapsed, Running, Stopped int // working minutes since the start

	Measure   Measure
	Limit     int // with the extensions known by then
	Used      int // of the limit; in minutes it is Running
	Paused    int // what stops kept from counting; in minutes it is Stopped
	Remaining int // Limit - Used; below zero by how much it is over

	Due     time.Time // zero while stopped before the limit was reached, or when NoDue says why
	NoDue   error     // the holiday list ends before the due day: the past is counted, the end is not known
	Overdue bool
	Halted  bool   // stopped right now
	Reason  string // why, when halted
}

// At reads the clock as it stood at an instant: stops, resumptions and extensions after it were not known then.
func (c Clock) At(now time.Time) (Reading, error) {
	if err := c.check(); err != nil {
		return Reading{}, err
	}
	now = minute(now)
	r := Reading{Measure: c.Limit.Measure, Limit: c.Limit.Amount}
	for _, e := range c.Extensions {
		if !e.At.After(now) {
			r.Limit += e.Amount
		}
	}
	stops := c.known(now)
	if n := len(stops); n > 0 && stops[n-1].To.IsZero() {
		r.Halted, r.Reason = true, stops[n-1].Reason
	}
	if err := c.minutes(&r, stops, now); err != nil {
		return Reading{}, err
	}
	var err error
	if r.Measure == InMinutes || r.Measure == "" {
		r.Measure, r.Used, r.Paused = InMinutes, r.Running, r.Stopped
		r.Due, r.NoDue = c.dueInMinutes(stops, r.Limit)
	} else if err = c.days(&r, stops, now); err != nil {
		return Reading{}, err
	}
	r.Remaining = r.Limit - r.Used
	r.Overdue = !r.Due.IsZero() && now.After(r.Due)
	return r, nil
}

// known are the stops as of an instant: a resumption after it has not happened yet.
func (c Clock) known(now time.Time) []Stop {
	var out []Stop
	for _, s := range c.Stops {
		s.From = minute(s.From)
		if s.From.After(now) {
			break
		}
		if !s.To.IsZero() {
			if s.To = minute(s.To); s.To.After(now) {
				s.To = time.Time{}
			}
		}
		out = append(out, s)
	}
	return out
}

// minutes counts the running stretches and the stopped ones each on its own, so that their sum proves something.
func (c Clock) minutes(r *Reading, stops []Stop, now time.Time) (err error) {
	if r.Elapsed, err = c.Schedule.Between(c.Start, now); err != nil {
		return err
	}
	from := minute(c.Start)
	for _, s := range stops {
		ran, err := c.Schedule.Between(from, s.From)
		if err != nil {
			return err
		}
		to := s.To
		if to.IsZero() {
			to = now
		}
		stood, err := c.Schedule.Between(s.From, to)
		if err != nil {
			return err
		}
		r.Running, r.Stopped, from = r.Running+ran, r.Stopped+stood, to
	}
	ran, err := c.Schedule.Between(from, now)
	r.Running += ran
	return err
}

func (c Clock) dueInMinutes(stops []Stop, left int) (time.Time, error) {
	from := minute(c.Start)
	for _, s := range stops {
		ran, err := c.Schedule.Between(from, s.From)
		if err != nil {
			return time.Time{}, err
		}
		if ran >= left {
			break
		}
		if s.To.IsZero() {
			return time.Time{}, nil
		}
		left, from = left-ran, s.To
	}
	return c.Schedule.After(from, left)
}

// days counts the days used and paused, and goes on to the day on which the limit is full. A limit of none (当日办结) is full
// on the day of the start, or on the next working day when it came in after hours; that day itself is not used up.
func (c Clock) days(r *Reading, stops []Stop, now time.Time) error {
	first, full, free := DateOf(c.Start).AddDays(1), r.Limit, 0
	if r.Limit <= 0 {
		full, free = 1, 1
		if first = DateOf(c.Start); minute(c.Start).After(c.Schedule.Closes(first)) {
			first = first.AddDays(1)
		}
	}
	counted, used := 0, 0
	var due Date // set once the limit is full
	for d := first; ; d = d.AddDays(1) {
		closes := c.Schedule.Closes(d)
		past := !closes.After(now)
		if !past && (r.Halted || !r.Due.IsZero() || r.NoDue != nil) {
			r.Used = max(0, used-free)
			return nil
		}
		counts, err := true, error(nil)
		if r.Measure == InWorkdays {
			counts, err = c.Schedule.worked(d)
		}
		switch {
		case err != nil && past:
			return err
		case err != nil:
			r.NoDue = err
			continue
		case !counts, !due.IsZero() && !d.After(due): // a holiday at the end is no day over
			continue
		case stoppedAt(stops, closes):
			r.Paused++
			continue
		}
		counted++
		if past {
			used++
		}
		if counted == full {
			if due, r.NoDue = c.closing(d); r.NoDue == nil {
				r.Due = c.Schedule.Closes(due)
			}
		}
	}
}

// closing is the day itself, or the next working day when a limit in plain days ends on a holiday.
func (c Clock) closing(d Date) (Date, error) {
	if c.Schedule.days == nil {
		return d, nil
	}
	return c.Schedule.days.OnOrAfter(d)
}

func stoppedAt(stops []Stop, t time.Time) bool {
	for _, s := range stops {
		if !t.Before(s.From) && (s.To.IsZero() || t.Before(s.To)) {
			return true
		}
	}
	return false
}
