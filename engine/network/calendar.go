package network

import (
	"slices"
	"time"

	"shigan/kernel/calendar"
)

// Span is working time within a day, in minutes after midnight: From < To ≤ 1440.
type Span struct{ From, To int }

// Calendar 工作日历 says when work is done, as data: a week, dated exceptions, and seasons in which less is done. It is made
// once and not changed afterwards, so that networks may share it.
type Calendar struct {
	Name       string
	Week       [7][]Span     // by time.Weekday; an empty day is not worked
	Exceptions []Exception   // in order; a later one wins over an earlier one
	Seasons    []Season      // applied last; where seasons overlap the smallest capacity holds
	DayMinutes int           // working minutes that one "day" of a duration means; 480 is usual in files, 1440 in our own networks
	KnownTo    calendar.Date // holidays are known up to here and the bare week holds after it; zero: it does not matter
}

// Exception is a run of days with hours of its own; without spans they are not worked.
type Exception struct {
	From, To calendar.Date
	Spans    []Span
	Name     string
}

// Season 施工季节 is a time in which only Percent of a day's work is done: winter stop (0), rain season, Spring Festival.
// Capacity below 100 shortens the working time of a day, so that it is summed into the count of work and nothing is rounded away.
type Season struct {
	From, To calendar.Date
	Percent  int
}

// Whole is a full day, the unit of networks that count days and not hours.
var Whole = []Span{{0, dayMinutes}}

// EveryDay is the calendar that never rests, in which elapsed days (日历天) are counted.
func EveryDay() *Calendar { return Weekly(7) }

// Weekly works the first n days of the week from Monday, whole days each.
func Weekly(n int) *Calendar {
	c := &Calendar{DayMinutes: dayMinutes}
	for i := range min(n, 7) {
		c.Week[(i+1)%7] = Whole
	}
	return c
}

// WithHolidays takes the State Council's days off out of the week, and, where make-up days are worked at all (makeUp), puts
// those in. Days that the list does not reach keep the bare week, and KnownTo says so: nobody knows their holidays yet.
func (c *Calendar) WithHolidays(w *calendar.Workdays, makeUp bool) *Calendar {
	n := *c
	n.Exceptions = slices.Clone(c.Exceptions)
	from, to := w.Covers()
	usual := n.hoursOfWeek()
	for d := from; !d.After(to); d = d.AddDays(1) {
		if w.Holiday(d) == "" {
			continue
		}
		work, err := w.IsWorkday(d)
		switch wd := d.Weekday(); {
		case err != nil || work && !makeUp:
		case work && len(n.Week[wd]) == 0:
			n.Exceptions = append(n.Exceptions, Exception{From: d, To: d, Spans: usual, Name: w.Holiday(d)})
		case !work && len(n.Week[wd]) > 0:
			n.Exceptions = append(n.Exceptions, Exception{From: d, To: d, Name: w.Holiday(d)})
		}
	}
	n.KnownTo = to
	return &n
}

// hoursOfWeek are the hours of the first worked day from Monday.
func (c *Calendar) hoursOfWeek() []Span {
	for i := range 7 {
		if s := c.Week[(int(time.Monday)+i)%7]; len(s) > 0 {
			return s
		}
	}
	return nil
}

// Yearly adds a season that returns every year, between two days written as month and day (both worked at this percentage),
// in the years given. A season may run over New Year.
func (c *Calendar) Yearly(fromMonth, fromDay, toMonth, toDay, percent, firstYear, lastYear int) (*Calendar, error) {
	n := *c
	n.Seasons = slices.Clone(c.Seasons)
	for y := firstYear; y <= lastYear; y++ {
		end := y
		if toMonth < fromMonth || toMonth == fromMonth && toDay < fromDay {
			end++
		}
		from, err := calendar.NewDate(y, fromMonth, fromDay)
		if err != nil {
			return nil, err
		}
		to, err := calendar.NewDate(end, toMonth, toDay)
		if err != nil {
			return nil, err
		}
		n.Seasons = append(n.Seasons, Season{From: from, To: to, Percent: percent})
	}
	return &n, nil
}

// Around adds seasons counted in days from given days, such as the Spring Festivals of coming years.
func (c *Calendar) Around(days []calendar.Date, steps []Step) *Calendar {
	n := *c
	n.Seasons = slices.Clone(c.Seasons)
	for _, d := range days {
		for _, s := range steps {
			n.Seasons = append(n.Seasons, Season{From: d.AddDays(s.From), To: d.AddDays(s.To), Percent: s.Percent})
		}
	}
	return &n
}

// Step is a capacity from so many days before (negative) or after a day to so many, both included.
type Step struct {
	From    int `yaml:"from"`
	To      int `yaml:"to"`
	Percent int `yaml:"percent"`
}

// fault says what is wrong with the calendar, or nil.
func (c *Calendar) fault() error {
	whole := func(spans []Span) bool {
		last := 0
		for _, s := range spans {
			if s.From < last || s.To <= s.From || s.To > dayMinutes {
				return false
			}
			last = s.To
		}
		return true
	}
	bad := c.DayMinutes <= 0 || c.DayMinutes > dayMinutes
	for _, d := range c.Week {
		bad = bad || !whole(d)
	}
	for _, e := range c.Exceptions {
		bad = bad || !whole(e.Spans) || e.To.Before(e.From)
	}
	if bad {
		return ErrCalendarHours.With("calendar", c.Name)
	}
	for _, s := range c.Seasons {
		if s.Percent < 0 || s.Percent > 100 || s.To.Before(s.From) {
			return ErrCalendarSeason.With("calendar", c.Name, "from", s.From.String(), "to", s.To.String())
		}
	}
	if c.hoursOfWeek() == nil {
		return ErrNoWork.With("calendar", c.Name)
	}
	return nil
}
