package calendar

import (
	"regexp"
	"strings"
	"time"
)

// Schedule is when a clock may run: stretches of the day, on working days or on every day.
type Schedule struct {
	spans []span
	days  *Workdays // nil: every day
}

// span is in minutes since midnight: 9:00–12:00 is 540–720.
type span struct{ from, to int }

const dayMinutes = 24 * 60

// RoundTheClock runs day and night, for periods counted in hours (民法典 201).
func RoundTheClock() *Schedule { return &Schedule{spans: []span{{0, dayMinutes}}} }

var reSpan = regexp.MustCompile(`^(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})$`)

// NewSchedule takes stretches such as "09:00-12:00 13:30-17:30", one after another. With no Workdays every day counts.
func NewSchedule(days *Workdays, hours string) (*Schedule, error) {
	s := &Schedule{days: days}
	before := 0
	for _, text := range strings.Fields(strings.NewReplacer(",", " ", "，", " ", "–", "-", "：", ":").Replace(hours)) {
		g := reSpan.FindStringSubmatch(text)
		if g == nil || number(g[2]) > 59 || number(g[4]) > 59 {
			return nil, ErrSchedule.With("text", clip(text))
		}
		p := span{number(g[1])*60 + number(g[2]), number(g[3])*60 + number(g[4])}
		if p.from < before || p.to <= p.from || p.to > dayMinutes {
			return nil, ErrSchedule.With("text", clip(text))
		}
		s.spans = append(s.spans, p)
		before = p.to
	}
	if len(s.spans) == 0 {
		return nil, ErrSchedule.With("text", clip(hours))
	}
	return s, nil
}

// DayMinutes is how long a working day is.
func (s *Schedule) DayMinutes() int {
	n := 0
	for _, p := range s.spans {
		n += p.to - p.from
	}
	return n
}

// Closes is the instant at which business ends on a day, whether or not the day is worked.
func (s *Schedule) Closes(d Date) time.Time { return d.At(s.spans[len(s.spans)-1].to) }

func (s *Schedule) worked(d Date) (bool, error) {
	if s.days == nil {
		return true, nil
	}
	return s.days.IsWorkday(d)
}

// minute is the whole minute of an instant; clocks know nothing finer.
func minute(t time.Time) time.Time { return t.Truncate(time.Minute) }

// minuteOfDay counts from the day's midnight.
func minuteOfDay(t time.Time) int { h, m, _ := t.In(Zone).Clock(); return h*60 + m }

// Between is the working minutes from a to b; none when b comes first.
func (s *Schedule) Between(a, b time.Time) (int, error) {
	a, b = minute(a), minute(b)
	if !a.Before(b) {
		return 0, nil
	}
	total, first, last := 0, DateOf(a), DateOf(b)
	for d := first; !d.After(last); d = d.AddDays(1) {
		from, to := 0, dayMinutes
		if d == first {
			from = minuteOfDay(a)
		}
		if d == last {
			if to = minuteOfDay(b); to == 0 {
				break // midnight: nothing of this day, so nobody needs its list
			}
		}
		worked, err := s.worked(d)
		if err != nil {
			return 0, err
		}
		if worked {
			for _, p := range s.spans {
				total += max(0, min(to, p.to)-max(from, p.from))
			}
		}
	}
	return total, nil
}

// After is the instant at which so many working minutes have passed since a. When they end as business does, it is that
// evening, not the next morning.
func (s *Schedule) After(a time.Time, minutes int) (time.Time, error) {
	a = minute(a)
	if minutes <= 0 {
		return a, nil
	}
	from := minuteOfDay(a)
	for d := DateOf(a); ; d = d.AddDays(1) {
		worked, err := s.worked(d)
		if err != nil {
			return time.Time{}, err
		}
		if worked {
			for _, p := range s.spans {
				here := max(0, p.to-max(from, p.from))
				if here >= minutes {
					return d.At(max(from, p.from) + minutes), nil
				}
				minutes -= here
			}
		}
		from = 0
	}
}
