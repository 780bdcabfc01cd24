package sheet

import (
	"regexp"
	"strings"
)

// clock is the time that a sheet speaks of: the year of its plan and, for a dispatch table, its month. Zero is unknown.
type clock struct{ year, month int }

var (
	yearInTitle  = regexp.MustCompile(`((?:19|20)[0-9]{2})(?:年|[^0-9.\-])`)
	yearsInTitle = regexp.MustCompile(`(?:19|20)[0-9]{2}年?[-~至](?:(?:19|20)[0-9]{2}|[0-9]{2})年`)
	monthInTitle = regexp.MustCompile(`(?:^|[^0-9])(?:1月?份?[-~至])?([0-9]{1,2})月`)
	cnYear       = regexp.MustCompile(`二[〇零○O0]([〇零○一二三四五六七八九]{2})年`)
	filledOn     = regexp.MustCompile(`(填报|填表|制表|报送|上报|更新|统计)?(时间|日期)`)
)

// yearIn finds the year that a title names; a span of years names none.
func yearIn(title string) int {
	f := fold(title)
	f = cnYear.ReplaceAllStringFunc(f, func(s string) string {
		out := "20"
		for _, r := range []rune(s)[2:4] {
			out += itoa(int(cnDigit[r]))
		}
		return out + "年"
	})
	if yearsInTitle.MatchString(f) {
		return 0
	}
	if m := yearInTitle.FindStringSubmatch(f + " "); m != nil {
		return atoi(m[1])
	}
	return 0
}

// monthIn finds the month that a title names, the last of a span.
func monthIn(title string) int {
	if m := monthInTitle.FindStringSubmatch(fold(title)); m != nil {
		if n := atoi(m[1]); n >= 1 && n <= 12 {
			return n
		}
	}
	return 0
}

var (
	yearToken      = regexp.MustCompile(`((?:19|20)[0-9]{2})年?`)
	shortYearToken = regexp.MustCompile(`(^|[^0-9])([1-3][0-9])年`)
	monthOfYear    = regexp.MustCompile(`Y年[0-9]{1,2}月`)
	monthToken     = regexp.MustCompile(`(^|[^年0-9])([0-9]{1,2})月`)
)

// tokens writes years and months of a folded heading as letters, so that the lexicon is good for every year.
func (k clock) tokens(s string) string {
	s = shortYearToken.ReplaceAllString(s, "${1}20${2}年")
	s = yearToken.ReplaceAllStringFunc(s, func(y string) string {
		n := atoi(strings.TrimSuffix(y, "年"))
		switch {
		case k.year == 0 || n == k.year:
			return "Y年"
		case n == k.year-1:
			return "P年"
		case n > k.year:
			return "N年"
		}
		return "O年"
	})
	s = monthOfYear.ReplaceAllStringFunc(s, func(m string) string {
		switch n := atoi(strings.TrimSuffix(strings.TrimPrefix(m, "Y年"), "月")); {
		case n == 12:
			return m // the year's end
		case k.month == 0 || n == k.month:
			return "Y年M月"
		}
		return "Y年L月"
	})
	return monthToken.ReplaceAllStringFunc(s, func(m string) string {
		i := strings.IndexAny(m, "0123456789")
		n := atoi(strings.TrimSuffix(m[i:], "月"))
		if k.month == 0 || n == k.month {
			return m[:i] + "M月"
		}
		return m[:i] + "L月"
	})
}

var yearEnd = regexp.MustCompile(`(?:截至|截止|至|到)?((?:19|20)[0-9]{2})年?(?:12月)?(?:底|末)`)

// yearOfHeadings guesses the year of a list whose title names none: one more than the year whose end is spoken of, or the
// latest year in the headings.
func yearOfHeadings(labels []string) int {
	latest := 0
	for _, l := range labels {
		f := fold(l)
		if m := yearEnd.FindStringSubmatch(f); m != nil && strings.Contains(f, "完成") {
			return atoi(m[1]) + 1
		}
		for _, m := range yearToken.FindAllStringSubmatch(f, -1) {
			latest = max(latest, atoi(m[1]))
		}
	}
	return latest
}
