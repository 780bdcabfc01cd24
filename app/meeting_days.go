package app

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"shigan/kernel/calendar"
)

// dayWay is one way in which people name a day. The groups of its pattern are read in their order.
type dayWay struct {
	pattern *regexp.Regexp
	read    func(h *hearing, g []string) (calendar.Date, bool)
}

const (
	monthNames   = `january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec`
	weekdayNames = `monday|tuesday|wednesday|thursday|friday|saturday|sunday`
	numerals     = `\d{1,3}|[一二两三四五六七八九十]{1,3}`
	until        = `\s?(?:之前|以前|前|止)?`
	lead         = `(?:(?:no later than|by|before|until)\s+)?(?:the\s+)?`
)

// dayWays in the order in which they are tried; of two that begin at one place the longer stands.
var dayWays = []dayWay{
	{regexp.MustCompile(`(\d{4})\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})\s?[日号]` + until), func(h *hearing, g []string) (calendar.Date, bool) { return ymd(g[0], g[1], g[2]) }},
	{regexp.MustCompile(`\b(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\b` + until), func(h *hearing, g []string) (calendar.Date, bool) { return ymd(g[0], g[1], g[2]) }},
	{regexp.MustCompile(`(今年|明年)?\s?(\d{1,2})\s?月\s?(\d{1,2})\s?[日号]` + until), func(h *hearing, g []string) (calendar.Date, bool) {
		if year := h.year(g[0]); year > 0 {
			return ymd(strconv.Itoa(year), g[1], g[2])
		}
		return h.nearest(number(g[1]), number(g[2]))
	}},
	{regexp.MustCompile(`(今年|明年)?\s?(\d{1,2})\s?月份?\s?(底|末|上旬|中旬|下旬|初)` + until), (*hearing).ofMonth},
	{regexp.MustCompile(`(\d{1,2})\s?[日号]\s?(?:之前|以前|前)`), (*hearing).ofThisMonth},
	{regexp.MustCompile(`(本|这个|下个|下)?月(?:底|末)` + until), (*hearing).monthEnd},
	{regexp.MustCompile(`年(?:底|末|内)` + until), func(h *hearing, _ []string) (calendar.Date, bool) {
		return calendar.Month{Year: h.today.Year(), Month: 12}.Last(), true
	}},
	{regexp.MustCompile(`(本|这|下)?个?(?:周|星期|礼拜)([一二三四五六日天末])` + until), func(h *hearing, g []string) (calendar.Date, bool) {
		return h.weekday(g[1], g[0] == "下", g[0] != ""), true
	}},
	{regexp.MustCompile(`(` + numerals + `)\s?个?\s?(工作日|天|日|周|星期|礼拜|月)\s?(?:之内|以内|内)`), (*hearing).within},
	{regexp.MustCompile(`大后天|后天|明天|今天|今日|明日|当天` + until), func(h *hearing, g []string) (calendar.Date, bool) {
		return h.today.AddDays(spokenWords().Today[strings.TrimRight(g[len(g)-1], "之以前止 ")]), true
	}},
	{regexp.MustCompile(`\b(\d{1,2})[-/](\d{1,2})\s?(?:之前|以前|前)`), func(h *hearing, g []string) (calendar.Date, bool) { return h.nearest(number(g[0]), number(g[1])) }},
	{regexp.MustCompile(`\b(\d{1,2})[-/](\d{1,2})$`), func(h *hearing, g []string) (calendar.Date, bool) { return h.nearest(number(g[0]), number(g[1])) }},
	{regexp.MustCompile(`\b` + lead + `(\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?(` + monthNames + `)\b(?:,?\s+(\d{4}))?`), func(h *hearing, g []string) (calendar.Date, bool) {
		return h.named(g[1], g[0], g[2])
	}},
	{regexp.MustCompile(`\b` + lead + `(` + monthNames + `)\s+(\d{1,2})(?:st|nd|rd|th)?\b(?:,?\s+(\d{4}))?`), func(h *hearing, g []string) (calendar.Date, bool) {
		return h.named(g[0], g[1], g[2])
	}},
	{regexp.MustCompile(`\b` + lead + `end of (` + monthNames + `|month|next month|this month|year|the month|the year)\b`), (*hearing).endOf},
	{regexp.MustCompile(`\b` + lead + `(next\s+|this\s+)?(` + weekdayNames + `)\b`), func(h *hearing, g []string) (calendar.Date, bool) {
		return h.weekday(g[1], strings.HasPrefix(g[0], "next"), g[0] != ""), true
	}},
	{regexp.MustCompile(`\bwithin\s+(\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|a)\s+(working days?|workdays?|days?|weeks?|months?)\b`), (*hearing).within},
	{regexp.MustCompile(`\b` + lead + `(today|tomorrow)\b`), func(h *hearing, g []string) (calendar.Date, bool) {
		return h.today.AddDays(spokenWords().Today[g[0]]), true
	}},
}

// days finds the days, clause by clause, so that none reaches over a stop.
func (h *hearing) days() {
	for _, c := range h.clauses() {
		part := string(h.text[c.from:c.to])
		var found []mention
		for _, w := range dayWays {
			for _, g := range w.pattern.FindAllStringSubmatchIndex(part, -1) {
				groups := make([]string, 0, len(g)/2)
				for i := 2; i+1 < len(g); i += 2 {
					if g[i] < 0 {
						groups = append(groups, "")
					} else {
						groups = append(groups, part[g[i]:g[i+1]])
					}
				}
				groups = append(groups, part[g[0]:g[1]])
				from, to := c.from+utf8.RuneCountInString(part[:g[0]]), c.from+utf8.RuneCountInString(part[:g[1]])
				if d, ok := w.read(h, groups); ok && h.alone(from) {
					found = append(found, mention{from, to, d.String()})
				}
			}
		}
		slices.SortStableFunc(found, func(a, b mention) int {
			if a.from != b.from {
				return a.from - b.from
			}
			return b.to - a.to
		})
		end := c.from
		for _, m := range found {
			if m.from >= end {
				h.dated, end = append(h.dated, m), m.to
			}
		}
	}
}

// alone tells whether a day does not begin in the middle of a number or of another day.
func (h *hearing) alone(at int) bool {
	digit := func(c rune) bool { return c >= '0' && c <= '9' }
	for before := at - 1; before >= 0 && digit(h.text[at]); before-- {
		if h.text[before] == '月' {
			return false
		}
		if h.text[before] != ' ' {
			break
		}
	}
	return at == 0 || !digit(h.text[at]) || !digit(h.text[at-1]) && h.text[at-1] != '.' && h.text[at-1] != '-' && h.text[at-1] != '/'
}

func number(s string) int {
	if n, ok := spokenWords().Numeral[s]; ok {
		return n
	}
	if s == "a" {
		return 1
	}
	r := []rune(s)
	if i := slices.Index(r, '十'); i >= 0 { // 十五, 二十, 二十五
		tens, ones := 1, 0
		if i > 0 {
			tens = spokenWords().Numeral[string(r[:i])]
		}
		if i+1 < len(r) {
			ones = spokenWords().Numeral[string(r[i+1:])]
		}
		return tens*10 + ones
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		return -1
	}
	return n
}

func ymd(y, m, d string) (calendar.Date, bool) {
	v, err := calendar.NewDate(number(y), number(m), number(d))
	return v, err == nil
}

// nearest is a day without its year: of this year, or of the next where that is less than half a year away. What was meant as past stays
// past, and is said.
func (h *hearing) nearest(month, day int) (calendar.Date, bool) {
	d, err := calendar.NewDate(h.today.Year(), month, day)
	if err == nil && !d.Before(h.today) {
		return d, true
	}
	next, errNext := calendar.NewDate(h.today.Year()+1, month, day)
	if errNext == nil && next.Sub(h.today) < 184 {
		return next, true
	}
	return d, err == nil
}

func (h *hearing) ofMonth(g []string) (calendar.Date, bool) {
	month, day, year := number(g[1]), map[string]int{"上旬": 10, "初": 10, "中旬": 20}[g[2]], h.year(g[0])
	switch {
	case year > 0 && day > 0:
		d, err := calendar.NewDate(year, month, day)
		return d, err == nil
	case year > 0:
		m := calendar.Month{Year: year, Month: month}
		return m.Last(), m.Valid()
	case day > 0:
		return h.nearest(month, day)
	}
	return h.lastOf(month)
}

// year is the one that was said, 0 where none was.
func (h *hearing) year(said string) int {
	switch said {
	case "今年":
		return h.today.Year()
	case "明年":
		return h.today.Year() + 1
	}
	return 0
}

// lastOf is the last day of a month without its year.
func (h *hearing) lastOf(month int) (calendar.Date, bool) {
	d, ok := h.nearest(month, 28)
	if !ok {
		return d, false
	}
	if last := (calendar.Month{Year: h.today.Year(), Month: month}).Last(); !last.Before(h.today) {
		return last, true
	}
	return d.Month().Last(), true
}

// ofThisMonth is the coming day of that number.
func (h *hearing) ofThisMonth(g []string) (calendar.Date, bool) {
	m, day := h.today.Month(), number(g[0])
	if day < h.today.DayOfMonth() {
		m = m.Next()
	}
	d, err := calendar.NewDate(m.Year, m.Month, day)
	return d, err == nil
}

func (h *hearing) monthEnd(g []string) (calendar.Date, bool) {
	m := h.today.Month()
	if strings.HasPrefix(g[0], "下") {
		m = m.Next()
	}
	return m.Last(), true
}

func (h *hearing) endOf(g []string) (calendar.Date, bool) {
	what := strings.TrimPrefix(g[0], "the ")
	switch what {
	case "month", "this month":
		return h.today.Month().Last(), true
	case "next month":
		return h.today.Month().Next().Last(), true
	case "year":
		return calendar.Month{Year: h.today.Year(), Month: 12}.Last(), true
	}
	return h.lastOf(spokenWords().Month[what])
}

func (h *hearing) named(month, day, year string) (calendar.Date, bool) {
	if year != "" {
		v, err := calendar.NewDate(number(year), spokenWords().Month[month], number(day))
		return v, err == nil
	}
	return h.nearest(spokenWords().Month[month], number(day))
}

// weekday is a day of this week or of the next. Named alone it is the coming one.
func (h *hearing) weekday(name string, next, named bool) calendar.Date {
	n := (spokenWords().Weekday[name] + 6) % 7 // Monday is 0
	monday := h.today.AddDays(-(int(h.today.Weekday()) + 6) % 7)
	d := monday.AddDays(n)
	if next || !named && d.Before(h.today) {
		d = d.AddDays(7)
	}
	return d
}

// within is the end of a time from today on, by the rules of periods: a holiday at the end moves it on.
func (h *hearing) within(g []string) (calendar.Date, bool) {
	n := number(g[0])
	if n < 0 {
		return calendar.Date{}, false
	}
	days := calendar.StateCouncil()
	var d calendar.Date
	var err error
	switch unit := g[1]; {
	case strings.HasPrefix(unit, "工作日"), strings.HasPrefix(unit, "work"):
		d, err = days.AddWorkdays(h.today, n)
	case strings.HasPrefix(unit, "周"), strings.HasPrefix(unit, "星期"), strings.HasPrefix(unit, "礼拜"), strings.HasPrefix(unit, "week"):
		d, err = days.DaysAfter(h.today, 7*n)
	case strings.HasPrefix(unit, "月"), strings.HasPrefix(unit, "month"):
		d, err = days.MonthsAfter(h.today, n)
	default:
		d, err = days.DaysAfter(h.today, n)
	}
	return d, err == nil // where the holiday list ends nobody knows the day
}
