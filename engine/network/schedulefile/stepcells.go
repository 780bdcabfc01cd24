package schedulefile

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"shigan/engine/network"
	"shigan/kernel/calendar"
)

// What one row of a table of steps says: days, dates, progress, estimates.

// days reads the duration, or counts it from the planned dates; both ends of a plan count.
func (s *steps) days(r int, a *network.Activity, text string) {
	from, to := s.date(r, colPlanStart, false), s.date(r, colPlanFinish, true)
	if from != network.None && to != network.None && to <= from {
		s.bad("plan-backwards", r, s.col[colPlanFinish], s.cell(r, s.col[colPlanFinish]))
	}
	a.BaselineStart, a.BaselineFinish = from, to
	if text == "" && from != network.None && to > from {
		a.Duration = s.between(a.Calendar, from, to)
		return
	}
	d, unit, ok := parseDays(text)
	if !ok {
		s.bad("days", r, max(s.col[colDays], 0), text)
	}
	if unit == plainUnit {
		unit = s.unit
	}
	switch office := s.Calendars[officeClass]; {
	case unit == elapsedUnit:
		a.Calendar = s.use("elapsed", network.EveryDay())
	case unit == workUnit && s.Usual == "" && a.Calendar == 0 && office != nil:
		a.Calendar = s.use(officeClass, office) // working days are said, and the table's own calendar works every day
	}
	a.Duration = s.minutes(a.Calendar, d, unit)
	if a.Duration == 0 {
		a.Kind = network.FinishMilestone
	}
}

// officeClass is the calendar of 工作日 where a table counts calendar days otherwise.
const officeClass = "office"

// minutes turns days or weeks into working minutes of a calendar; a week has as many days as the calendar works.
func (s *steps) minutes(calendar int, d float64, unit dayUnit) int64 {
	c := s.file.Network.Calendars[calendar]
	if unit == weekUnit {
		worked := 0.0
		for _, spans := range c.Week {
			if len(spans) > 0 {
				worked++
			}
		}
		d *= worked
	}
	return int64(math.Round(d * float64(c.DayMinutes)))
}

// between is the working time of a calendar between two instants.
func (s *steps) between(calendar int, from, to network.Instant) int64 {
	c := s.file.Network.Calendars[calendar]
	return c.Work(from, to)
}

// date reads a cell of dates; planned ones that are no date (一季度, 待定) say nothing, for the days are what counts.
func (s *steps) date(r, column int, end bool) network.Instant {
	text := s.cell(r, s.col[column])
	if text == "" || text == "-" || text == "—" || text == "/" {
		return network.None
	}
	d, ok := parseDate(text)
	if !ok {
		if column == colStart || column == colFinish {
			s.bad("date", r, s.col[column], text)
		}
		return network.None
	}
	if end {
		return network.On(d, 1440)
	}
	return network.On(d, 0)
}

var datePattern = regexp.MustCompile(`^([12]\d{3})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T ].*)?$`)

// parseDate reads 2022-7-1, 2022/7/1, 2022.7.1, 2022年7月1日.
func parseDate(text string) (calendar.Date, bool) {
	m := datePattern.FindStringSubmatch(widthFold(text))
	if m == nil {
		return calendar.Date{}, false
	}
	month, _ := strconv.Atoi(m[2])
	day, _ := strconv.Atoi(m[3])
	d, err := calendar.ParseDay(fmt.Sprintf("%s-%02d-%02d", m[1], month, day))
	return d, err == nil
}

// progress reads what has happened.
func (s *steps) progress(r int, a *network.Activity) {
	a.Started, a.Finished = s.date(r, colStart, false), s.date(r, colFinish, true)
	if a.Started != network.None && a.Finished != network.None && a.Finished <= a.Started {
		s.bad("backwards", r, s.col[colFinish], s.cell(r, s.col[colFinish]))
	}
	for _, c := range []int{colStart, colFinish} {
		if at := s.date(r, c, false); s.AsOf != network.None && at >= s.AsOf {
			s.bad("future", r, s.col[c], s.cell(r, s.col[c]))
		}
	}
	text := strings.TrimSpace(widthFold(s.cell(r, s.col[colPercent])))
	if text == "" || text == "-" || text == "/" {
		return
	}
	v, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(text, "%")), 64)
	if err == nil && !strings.HasSuffix(text, "%") && s.shares() {
		v *= 100
	}
	if err != nil || !(v >= 0 && v <= 100) {
		s.bad("percent", r, s.col[colPercent], text)
		return
	}
	a.Percent = v / 100
	if a.Started == network.None && a.Finished == network.None && v > 0 {
		a.Remaining, a.RemainingStated = int64(math.Round(float64(a.Duration)*(1-a.Percent))), true // it has begun, and nobody wrote down when
	}
}

// shares tells whether a column of progress holds shares (0.6) and not percentages (60): nothing in it is above 1, and something is
// no whole number.
func (s *steps) shares() bool {
	if s.asked {
		return s.share
	}
	s.asked = true
	broken := false
	for r := s.head + 1; r < len(s.rows); r++ {
		v, err := strconv.ParseFloat(widthFold(s.cell(r, s.col[colPercent])), 64)
		if err == nil && v > 1 {
			return false
		}
		broken = broken || err == nil && v != math.Trunc(v)
	}
	s.share = broken
	return broken
}

// three reads the days at best, most likely and at worst.
func (s *steps) three(r int) *Three {
	var v [3]float64
	for k, c := range []int{colLeast, colLikely, colMost} {
		text := s.cell(r, s.col[c])
		if k == 1 && text == "" {
			text = s.cell(r, s.col[colDays])
		}
		if text == "" {
			return nil
		}
		d, _, ok := parseDays(text)
		if !ok {
			s.bad("days", r, s.col[c], text)
			return nil
		}
		v[k] = d
	}
	if !(v[0] <= v[1] && v[1] <= v[2]) {
		s.bad("three", r, s.col[colMost], fmt.Sprintf("%g / %g / %g", v[0], v[1], v[2]))
		return nil
	}
	return &Three{v[0], v[1], v[2]}
}

// calendar is the calendar of the class in a row.
func (s *steps) calendar(r int) int {
	class := s.cell(r, s.col[colClass])
	if c, ok := s.Calendars[class]; ok {
		return s.use(class, c)
	}
	return 0 // a class may also be a kind of risk that has no calendar of its own
}

func (s *steps) use(class string, c *network.Calendar) int {
	if i, ok := s.class[class]; ok {
		return i
	}
	i := len(s.file.Network.Calendars)
	s.class[class] = i
	s.file.Network.Calendars = append(s.file.Network.Calendars, c)
	return i
}

// totals mark a line that sums up and is no step.
var totals = []string{"合计", "总计", "小计", "total"}

type dayUnit int

const (
	plainUnit   dayUnit = iota // 天: as the table counts
	workUnit                   // 工作日
	elapsedUnit                // 日历天
	weekUnit
)

var daysPattern = regexp.MustCompile(`^约?\s*([0-9]+(?:\.[0-9]+)?)\s*(个?工作日|个?日历天|个?自然日|天|日|周|个?星期|个?月|d|days?|wd|cd|w|weeks?|months?)?$`)

// parseDays reads 10, 10天, 15个工作日, 30日历天, 2周, 1个月 (30 calendar days).
func parseDays(s string) (float64, dayUnit, bool) {
	m := daysPattern.FindStringSubmatch(strings.ToLower(strings.TrimSpace(widthFold(s))))
	if m == nil {
		return 0, 0, false
	}
	v, err := strconv.ParseFloat(m[1], 64)
	if err != nil || v > 36_500 {
		return 0, 0, false
	}
	switch unit := strings.TrimPrefix(m[2], "个"); unit {
	case "日历天", "自然日", "cd":
		return v, elapsedUnit, true
	case "周", "星期", "w", "week", "weeks":
		return v, weekUnit, v*7 <= 36_500
	case "工作日", "wd":
		return v, workUnit, true
	case "月", "month", "months":
		return v * 30, elapsedUnit, v*30 <= 36_500
	}
	return v, plainUnit, true
}

// widthFold turns full-width digits, signs and letters into plain ones.
func widthFold(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		case r == '　':
			return ' '
		}
		return r
	}, s)
}
