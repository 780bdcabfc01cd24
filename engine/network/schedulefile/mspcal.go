package schedulefile

import (
	"time"

	"shigan/engine/network"
	"shigan/kernel/calendar"
)

type (
	mspCalendar struct {
		line       int
		UID        string         `xml:"UID"`
		Name       string         `xml:"Name"`
		Base       string         `xml:"BaseCalendarUID"`
		Days       []mspDay       `xml:"WeekDays>WeekDay"`
		Exceptions []mspException `xml:"Exceptions>Exception"`
		Weeks      []struct {
			Name   string    `xml:"Name"`
			Period mspPeriod `xml:"TimePeriod"`
			Days   []mspDay  `xml:"WeekDays>WeekDay"`
		} `xml:"WorkWeeks>WorkWeek"`
	}
	mspDay struct {
		Type    int       `xml:"DayType"`
		Working string    `xml:"DayWorking"`
		Period  mspPeriod `xml:"TimePeriod"`
		Times   []mspTime `xml:"WorkingTimes>WorkingTime"`
	}
	mspTime struct {
		From string `xml:"FromTime"`
		To   string `xml:"ToTime"`
	}
	mspPeriod struct {
		From string `xml:"FromDate"`
		To   string `xml:"ToDate"`
	}
	mspException struct {
		Name        string    `xml:"Name"`
		ByCount     string    `xml:"EnteredByOccurrences"`
		Period      mspPeriod `xml:"TimePeriod"`
		Occurrences int       `xml:"Occurrences"`
		Type        int       `xml:"Type"`
		Every       int       `xml:"Period"`
		DaysOfWeek  int       `xml:"DaysOfWeek"`
		MonthItem   int       `xml:"MonthItem"`
		Position    int       `xml:"MonthPosition"`
		Month       int       `xml:"Month"`
		MonthDay    int       `xml:"MonthDay"`
		Working     string    `xml:"DayWorking"`
		Times       []mspTime `xml:"WorkingTimes>WorkingTime"`
	}
)

// mspCalendars finds calendars by UID while tasks are read.
type mspCalendars struct {
	net  *network.Network
	day  int
	at   map[string]int
	free int // the calendar around the clock, −1 until it is needed
}

// of is the calendar of a task; −1 and unknown ones mean the project's.
func (c *mspCalendars) of(uid string) int {
	if i, ok := c.at[uid]; ok {
		return i
	}
	return c.net.Default
}

// elapsed is the calendar around the clock, added when the first task needs it.
func (c *mspCalendars) elapsed() int {
	if c.free < 0 {
		c.free = len(c.net.Calendars)
		all := network.EveryDay()
		all.Name = elapsedName
		c.net.Calendars = append(c.net.Calendars, all)
	}
	return c.free
}

// elapsedName is the calendar of tasks whose duration is elapsed time.
const elapsedName = "elapsed"

// usualWeek is what the program works where a base calendar says nothing: Monday to Friday, 8 to 12 and 13 to 17.
func usualWeek() (w [7][]network.Span) {
	for d := 1; d <= 5; d++ {
		w[d] = []network.Span{{From: 480, To: 720}, {From: 780, To: 1020}}
	}
	return w
}

// readCalendars turns all calendars into ours; one that builds on another takes over what it does not say itself.
func (m *mspdi) readCalendars(day int) (*mspCalendars, error) {
	n := m.file.Network
	out := &mspCalendars{net: n, day: day, at: map[string]int{}, free: -1}
	byUID := map[string]*mspCalendar{}
	for i := range m.calendars {
		byUID[m.calendars[i].UID] = &m.calendars[i]
	}
	for i := range m.calendars {
		c := &m.calendars[i]
		m.who, m.line = c.Name, c.line
		made := &network.Calendar{Name: c.Name, DayMinutes: day}
		m.layer(made, c, byUID, 0)
		if m.wrong != nil {
			return nil, m.wrong
		}
		if c.UID != "" {
			out.at[c.UID] = len(n.Calendars)
		}
		n.Calendars = append(n.Calendars, made)
	}
	if len(n.Calendars) == 0 {
		n.Calendars = []*network.Calendar{{Name: "Standard", DayMinutes: day, Week: usualWeek()}}
		m.file.note("no-calendar")
	}
	n.Default = out.of(m.head["CalendarUID"])
	return out, nil
}

// layer puts a calendar's base under it, then its own week and exceptions.
func (m *mspdi) layer(made *network.Calendar, c *mspCalendar, byUID map[string]*mspCalendar, depth int) {
	if base := byUID[c.Base]; base != nil && base != c && depth < 10 {
		m.layer(made, base, byUID, depth+1)
	} else {
		made.Week = usualWeek()
	}
	for _, d := range c.Days {
		if d.Type >= 1 && d.Type <= 7 {
			made.Week[d.Type-1] = m.spans(d.Working, d.Times)
		}
	}
	for _, w := range c.Weeks {
		m.workWeek(made, w.Name, w.Period, w.Days)
	}
	if len(c.Exceptions) > 0 {
		for i := range c.Exceptions {
			m.exception(made, &c.Exceptions[i])
		}
		return
	}
	for _, d := range c.Days { // files before 2007 have exceptions only as days of type 0
		if d.Type == 0 && d.Period.From != "" {
			m.exception(made, &mspException{Type: 1, Period: d.Period, Working: d.Working, Times: d.Times})
		}
	}
}

// spans reads working times.
func (m *mspdi) spans(working string, times []mspTime) []network.Span {
	if !yes(working) {
		return nil
	}
	var out []network.Span
	for _, t := range times {
		if t.From == "" && t.To == "" {
			continue
		}
		from, ok1 := clock(t.From)
		to, ok2 := clock(t.To)
		if !ok1 || !ok2 {
			m.bad("WorkingTime", t.From+" "+t.To)
			return nil
		}
		if to == 0 {
			to = 1440
		}
		if to > from {
			out = append(out, network.Span{From: from, To: to})
		}
	}
	return out
}

// longestRun bounds what one recurring exception may add.
const longestRun = 20 * 366

func (m *mspdi) period(p mspPeriod) (from, to calendar.Date, ok bool) {
	a, b := m.instant("FromDate", p.From), m.instant("ToDate", p.To)
	if a == network.None || b == network.None || b < a {
		return from, to, false
	}
	return a.Date(), b.Date(), true
}

// workWeek puts another week into a period, day by day.
func (m *mspdi) workWeek(made *network.Calendar, name string, p mspPeriod, days []mspDay) {
	from, to, ok := m.period(p)
	if !ok || to.Sub(from) > longestRun {
		return
	}
	var week [7]*[]network.Span
	for _, d := range days {
		if d.Type >= 1 && d.Type <= 7 {
			s := m.spans(d.Working, d.Times)
			week[d.Type-1] = &s
		}
	}
	for d := from; !d.After(to); d = d.AddDays(1) {
		if s := week[d.Weekday()]; s != nil {
			made.Exceptions = append(made.Exceptions, network.Exception{From: d, To: d, Spans: *s, Name: name})
		}
	}
}

// exception adds an exception, spelling out the days of a recurring one.
func (m *mspdi) exception(made *network.Calendar, e *mspException) {
	from, to, ok := m.period(e.Period)
	if !ok {
		return
	}
	spans := m.spans(e.Working, e.Times)
	if e.Type <= 1 {
		made.Exceptions = append(made.Exceptions, network.Exception{From: from, To: to, Spans: spans, Name: e.Name})
		return
	}
	if to.Sub(from) > longestRun {
		to = from.AddDays(longestRun)
		m.file.note("exception-cut", "calendar", made.Name, "exception", e.Name)
	}
	count := 0
	for d := from; !d.After(to); d = d.AddDays(1) {
		if !e.falls(d, from) {
			continue
		}
		if count++; yes(e.ByCount) && e.Occurrences > 0 && count > e.Occurrences {
			return
		}
		made.Exceptions = append(made.Exceptions, network.Exception{From: d, To: d, Spans: spans, Name: e.Name})
	}
}

// falls tells whether a recurring exception falls on a day. Types: 2 yearly on a day, 3 yearly on the nth weekday, 4 monthly on a
// day, 5 monthly on the nth weekday, 6 weekly, 7 every so many days.
func (e *mspException) falls(d, from calendar.Date) bool {
	every := max(e.Every, 1)
	months := d.Month().Sub(from.Month())
	switch e.Type {
	case 2:
		return d.Month().Month == e.Month+1 && d.DayOfMonth() == e.MonthDay
	case 3:
		return d.Month().Month == e.Month+1 && e.nth(d)
	case 4:
		return months%every == 0 && d.DayOfMonth() == e.MonthDay
	case 5:
		return months%every == 0 && e.nth(d)
	case 6:
		first := from.AddDays(-int(from.Weekday())) // weeks begin on Sunday
		return e.DaysOfWeek>>int(d.Weekday())&1 == 1 && d.Sub(first)/7%every == 0
	case 7:
		return d.Sub(from)%every == 0
	}
	return false
}

// nth tells whether a day is the first, second, third, fourth or last of its kind in its month. Kinds: 0 any day, 1 weekday,
// 2 weekend day, 3 Sunday to 9 Saturday.
func (e *mspException) nth(d calendar.Date) bool {
	is := func(x calendar.Date) bool {
		wd := x.Weekday()
		weekend := wd == time.Saturday || wd == time.Sunday
		switch {
		case e.MonthItem == 0:
			return true
		case e.MonthItem == 1:
			return !weekend
		case e.MonthItem == 2:
			return weekend
		}
		return int(wd) == e.MonthItem-3
	}
	if !is(d) {
		return false
	}
	if e.Position >= 4 {
		for x := d.AddDays(1); x.Month() == d.Month(); x = x.AddDays(1) {
			if is(x) {
				return false
			}
		}
		return true
	}
	before := 0
	for x := d.Month().First(); x.Before(d); x = x.AddDays(1) {
		if is(x) {
			before++
		}
	}
	return before == e.Position
}
