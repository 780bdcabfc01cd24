package dispatch

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"shigan/kernel/calendar"
)

// Occurrence 一次 is one time that an event falls on.
type Occurrence struct {
	Event   Event
	On      calendar.Date
	Planned calendar.Date // where a holiday moved it: the day that it would have been
	Why     string        // the holiday
}

// At is the instant at which it begins; the day's midnight where no time is given.
func (o Occurrence) At() time.Time {
	t, _ := time.Parse("15:04", o.Event.At)
	return o.On.At(t.Hour()*60 + t.Minute())
}

// weekdays as packs write them.
var weekdays = map[string]time.Weekday{"monday": time.Monday, "tuesday": time.Tuesday, "wednesday": time.Wednesday, "thursday": time.Thursday,
	"friday": time.Friday, "saturday": time.Saturday, "sunday": time.Sunday}

// Next 以后几次 lists when a rhythm's events fall from a day up to and with another, in the order of time. A holiday list that ends before
// is an error: without it nobody knows what moves.
func (r *Rhythm) Next(from, until calendar.Date, days *calendar.Workdays) ([]Occurrence, error) {
	var out []Occurrence
	for _, e := range r.Events {
		list, err := e.Next(from, until, days)
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	slices.SortStableFunc(out, func(a, b Occurrence) int { return a.At().Compare(b.At()) })
	return out, nil
}

// reach is how far from its planned day a holiday can move an event: no holiday is longer.
const reach = 31

// Next lists when one event falls. Two that a holiday moves onto one day are one.
func (e Event) Next(from, until calendar.Date, days *calendar.Workdays) ([]Occurrence, error) {
	var out []Occurrence
	for d := from.AddDays(-reach); !d.After(until.AddDays(reach)); d = d.AddDays(1) {
		falls, err := e.falls(d, days)
		o, ok := Occurrence{}, false
		if err == nil && falls {
			o, ok, err = e.moved(d, days)
		}
		if err != nil && !d.Before(from) && !d.After(until) { // what the list does not know beyond these days is not asked for
			return nil, err
		}
		if err == nil && ok && !o.On.Before(from) && !o.On.After(until) {
			out = append(out, o)
		}
	}
	slices.SortStableFunc(out, func(a, b Occurrence) int { return a.On.Compare(b.On) })
	return slices.CompactFunc(out, func(a, b Occurrence) bool { return a.On == b.On }), nil
}

// falls tells whether an event is planned for a day.
func (e Event) falls(d calendar.Date, days *calendar.Workdays) (bool, error) {
	switch e.Every {
	case "week":
		return e.onWeekday(d), nil
	case "fortnight":
		monday := func(d calendar.Date) calendar.Date { return d.AddDays(-(int(d.Weekday()) + 6) % 7) }
		weeks := monday(d).Sub(monday(e.Since)) / 7
		return e.onWeekday(d) && weeks >= 0 && weeks%2 == 0, nil
	case "two-months":
		if d.Month().Month%2 != e.Round%2 {
			return false, nil
		}
	case "quarter":
		if (d.Month().Month-1)%3+1 != e.Round {
			return false, nil
		}
	}
	for _, on := range e.On {
		day, err := dayOf(d.Month(), on, days)
		if err != nil {
			return false, err
		}
		if day == d {
			return true, nil
		}
	}
	return false, nil
}

func (e Event) onWeekday(d calendar.Date) bool {
	return slices.ContainsFunc(e.On, func(on string) bool { day, ok := weekdays[on]; return ok && day == d.Weekday() })
}

// dayOf is the day of a month that a pack names; a month without a 31st has its last day instead.
func dayOf(m calendar.Month, on string, days *calendar.Workdays) (calendar.Date, error) {
	switch on {
	case "last":
		return m.Last(), nil
	case "last workday":
		return days.AddWorkdays(m.Last().AddDays(1), -1)
	case "first workday":
		return days.OnOrAfter(m.First())
	}
	n, err := strconv.Atoi(on)
	if err != nil {
		return calendar.Date{}, err
	}
	return m.First().AddDays(min(n, m.Days()) - 1), nil
}

// moved gives the day on which an event is held that is planned for d; ok is false where a holiday leaves it out.
func (e Event) moved(d calendar.Date, days *calendar.Workdays) (o Occurrence, ok bool, err error) {
	o = Occurrence{Event: e, On: d, Planned: d}
	if e.Holiday == "stays" {
		return o, true, nil
	}
	worked, err := days.IsWorkday(d)
	if err != nil || worked {
		return o, err == nil, err
	}
	o.Why = days.Holiday(d)
	switch e.Holiday {
	case "off":
		return o, false, nil
	case "before":
		o.On, err = days.AddWorkdays(d, -1)
	default:
		o.On, err = days.OnOrAfter(d)
	}
	return o, true, err
}

// MinutesDue is the last day for the minutes of a meeting, "" where the rhythm names none.
func (e Event) MinutesDue(on calendar.Date, days *calendar.Workdays) string {
	n, unit, _ := strings.Cut(e.Minutes, " ")
	k, err := strconv.Atoi(n)
	if err != nil {
		return ""
	}
	due := on.AddDays(k)
	if strings.HasPrefix(unit, "workday") {
		if due, err = days.AddWorkdays(on, k); err != nil {
			return ""
		}
	}
	return due.String()
}

// RhythmTest 考题: the days that an event must fall on, as tests.yaml has them.
type RhythmTest struct {
	Name   string        `yaml:"name"`
	Event  string        `yaml:"event"`
	From   calendar.Date `yaml:"from"`
	Until  calendar.Date `yaml:"until"`
	Expect []string      `yaml:"expect"` // "2022-02-09", or with its time "2022-02-09 14:30"
}

// Tried is how a test went; Why is empty where it holds.
type Tried struct {
	Rhythm string `json:"rhythm"`
	Name   string `json:"name"`
	Why    string `json:"why,omitempty"`
}

// Trial runs a rhythm's own tests by the holidays built in.
func (r *Rhythm) Trial() []Tried {
	var out []Tried
	for _, t := range r.Tests {
		out = append(out, Tried{r.Name, t.Name, r.try(t)})
	}
	return out
}

func (r *Rhythm) try(t RhythmTest) string {
	e, ok := r.Event(t.Event)
	if !ok {
		return "no event " + t.Event
	}
	got, err := e.Next(t.From, t.Until, calendar.StateCouncil())
	if err != nil {
		return err.Error()
	}
	var days []string
	for i, o := range got {
		day := o.On.String()
		if i < len(t.Expect) && len(t.Expect[i]) > len(day) {
			day += " " + e.At
		}
		days = append(days, day)
	}
	if !slices.Equal(days, t.Expect) {
		return fmt.Sprintf("%v ≠ %v", days, t.Expect)
	}
	return ""
}
