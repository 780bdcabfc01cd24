package sheet

import (
	"regexp"
	"strconv"
	"strings"
)

// timeSaid is what a cell says about time: up to two points, and whether that is in doubt.
type timeSaid struct {
	first, second *When
	open          bool   // "2021-" or "2021年至今": begun, no end said
	doubt         string // "", not-a-date, impossible, january-or-october, serial
	or            *When  // the other reading of a doubtful one
}

var (
	serialText = regexp.MustCompile(`^[2-6][0-9]{4}(?:\.[0-9]+)?$`)
	// A point in time. Years have four digits, or two when 年 or a separator follows and the rest is there.
	pointYMD   = regexp.MustCompile(`^((?:19|20)?[0-9]{2})(?:年([0-9]{1,2})月([0-9]{1,2})|\.([0-9]{1,2})\.([0-9]{1,2})|-([0-9]{1,2})-([0-9]{1,2})|/([0-9]{1,2})/([0-9]{1,2}))[日号]?(?:t?[0-9]{1,2}:[0-9:]+)?`)
	pointDMY   = regexp.MustCompile(`^([0-9]{1,2})[./-]([0-9]{1,2})[./-]((?:19|20)[0-9]{2})`)
	pointYM    = regexp.MustCompile(`^((?:19|20)[0-9]{2}|[0-9]{2})(?:年|[./-])([0-9]{1,2})(?:月份|月)?`)
	pointYM2   = regexp.MustCompile(`^([0-9]{2})年([0-9]{1,2})月`)
	pointYQ    = regexp.MustCompile(`^((?:19|20)?[0-9]{2})年?[./-]?(?:第?([一二三四1234])季度?|q([1-4]))`)
	pointQ     = regexp.MustCompile(`^(?:第?([一二三四1234])季度?|q([1-4]))`)
	pointYHalf = regexp.MustCompile(`^((?:19|20)[0-9]{2})年?(?:上半年|下半年|年底|年末|年初|年中|初|底|末|内|前)`)
	pointY     = regexp.MustCompile(`^((?:19|20)[0-9]{2})(?:年度|年)?`)
	pointY2    = regexp.MustCompile(`^([0-9]{2})年`)
	pointMD    = regexp.MustCompile(`^([0-9]{1,2})月([0-9]{1,2})[日号]`)
	pointM     = regexp.MustCompile(`^([0-9]{1,2}|[一二三四五六七八九]|十[一二]?)月(?:份)?`)
	cnMonth    = regexp.MustCompile(`(?:十[一二]?|[一二三四五六七八九])月`)
	packed     = regexp.MustCompile(`^((?:19|20)[0-9]{2})(0[1-9]|1[0-2])([0-2][0-9]|3[01])?$`)
	yearTail   = regexp.MustCompile(`^((?:19|20)[0-9]{2})-([0-9]{2})$`)
	pointTail  = regexp.MustCompile(`^(?:月|日|份|年|度|底|末|初|中旬|上旬|下旬|上半年|下半年|前后|前|后|左右|内|中|起|开始|之前|以前|开工|竣工|完工|建成|投产|投用|启动|建设|完成|交付|止)*`)
	joint      = regexp.MustCompile(`^(?:-+|~+|至|到|→|起至|开工[,，、;；]?|,|，|、|;|/|\.)`)
	noEnd      = regexp.MustCompile(`^(?:今|现在|目前|长期|$)`)
	pointLead  = regexp.MustCompile(`^(?:计划|预计|拟|于|力争|已于|已|约|自|从|争取|确保|开工|竣工|完工|建成|建设|起止|时间|日期|:|：|\(|（|")+`)
	noPoint    = regexp.MustCompile(`(?:个月|天|周年|年期|工作日|日历天)`)
	relative   = regexp.MustCompile(`^(今年|本年度|本年|当年|明年|次年|去年|上年|后年)`)
)

// readTime reads a text; year is the list's, for "3月" and "四季度".
func readTime(text string, year int) timeSaid {
	s := strings.Map(func(r rune) rune {
		if strings.ContainsRune("()（）[]「」", r) {
			return '('
		}
		return r
	}, fold(text))
	s = cnYear.ReplaceAllStringFunc(s, func(y string) string {
		r := []rune(y)
		return "20" + itoa(int(cnDigit[r[2]])) + itoa(int(cnDigit[r[3]])) + "年"
	})
	s = cnMonth.ReplaceAllStringFunc(s, func(m string) string { return itoa(monthOf(strings.TrimSuffix(m, "月"))) + "月" })
	if isBlankMark(strings.Trim(s, "(")) {
		return timeSaid{}
	}
	if serialText.MatchString(s) {
		return serialTime(s, false)
	}
	if m := packed.FindStringSubmatch(s); m != nil {
		if m[3] == "" {
			return one(whenMonth(atoi(m[1]), atoi(m[2])))
		}
		return dayTime(Day{atoi(m[1]), atoi(m[2]), atoi(m[3])})
	}
	if m := yearTail.FindStringSubmatch(s); m != nil && atoi(m[2]) > 12 { // 2021-23
		a, b := whenYear(atoi(m[1])), whenYear(atoi(m[1][:2]+m[2]))
		return timeSaid{first: &a, second: &b}
	}
	if noPoint.MatchString(s) && !strings.Contains(s, "20") {
		return timeSaid{doubt: "not-a-date"} // how long, not when
	}
	first, rest, bad := point(s, year)
	if first == nil {
		return timeSaid{doubt: either(bad, "impossible", "not-a-date")}
	}
	t := timeSaid{first: first}
	rest = strings.TrimLeft(rest, "(")
	j := joint.FindString(rest)
	if j == "" {
		return t
	}
	rest = strings.TrimPrefix(rest, j)
	if noEnd.MatchString(rest) {
		t.open = strings.ContainsAny(j, "-~至到→") || rest != ""
		return t
	}
	base := atoi(first.Value[:4])
	second, _, bad := point(rest, base)
	if second != nil {
		if a, _ := first.span(); second.Precision == "month" && !strings.Contains(rest, "年") && !strings.Contains(rest, strconv.Itoa(base)) {
			if _, b := second.span(); b < a { // 2022年10月-3月 goes into the next year
				w := whenMonth(base+1, atoi(second.Value[5:7]))
				second = &w
			}
		}
		t.second = second
	} else if bad {
		t.doubt = "impossible"
	}
	return t
}

func either(b bool, yes, no string) string {
	if b {
		return yes
	}
	return no
}

func one(w When) timeSaid { return timeSaid{first: &w} }

func dayTime(d Day) timeSaid {
	if !d.valid() {
		return timeSaid{doubt: "impossible"}
	}
	return one(whenDay(d))
}

// point takes one point in time off the front. bad: it has the form of one, but there is no such month or day.
func point(s string, year int) (w *When, rest string, bad bool) {
	s = pointLead.ReplaceAllString(s, "")
	if m := relative.FindString(s); m != "" {
		y := year + map[string]int{"明年": 1, "次年": 1, "去年": -1, "上年": -1, "后年": 2}[m]
		if year == 0 {
			return nil, s, false
		}
		s = strings.TrimPrefix(strings.TrimPrefix(s, m), "的")
		if inner, r, b := point(s, y); inner != nil {
			return inner, r, b
		}
		v := whenYear(y)
		return &v, pointTail.ReplaceAllString(s, ""), false
	}
	done := func(v When, used string) (*When, string, bool) {
		return &v, pointTail.ReplaceAllString(s[len(used):], ""), false
	}
	if m := pointYMD.FindStringSubmatch(s); m != nil && !followedByDigit(s, m[0]) {
		month, day := m[2]+m[4]+m[6]+m[8], m[3]+m[5]+m[7]+m[9]
		d := Day{century(m[1]), atoi(month), atoi(day)}
		if len(m[1]) == 2 && !d.valid() {
			d = Day{century(day), atoi(month), atoi(m[1])} // 30.06.08
		}
		if d.valid() {
			return done(whenDay(d), m[0])
		}
		return nil, s, true
	}
	if m := pointDMY.FindStringSubmatch(s); m != nil {
		// 31/05/2010 and 05/31/2010 tell themselves apart; 05/06/2010 does not, and is left to a person.
		a, c := Day{atoi(m[3]), atoi(m[2]), atoi(m[1])}, Day{atoi(m[3]), atoi(m[1]), atoi(m[2])}
		if a == c || a.valid() != c.valid() {
			if !a.valid() {
				a = c
			}
			if a.valid() {
				return done(whenDay(a), m[0])
			}
		}
		return nil, s, !a.valid()
	}
	if m := pointYQ.FindStringSubmatch(s); m != nil {
		return done(whenQ(century(m[1]), quarter(m[2]+m[3])), m[0])
	}
	if m := pointYM.FindStringSubmatch(s); m != nil && (len(m[1]) == 4 || pointYM2.MatchString(s) || len(s) == len(m[0]) && strings.Contains(m[0], ".")) {
		if month := atoi(m[2]); month >= 1 && month <= 12 {
			return done(whenMonth(century(m[1]), month), m[0])
		}
		if sep := s[len(m[1])]; sep == '-' || sep == '/' {
			if v := atoi(m[2]); v > 12 && len(m[2]) == 2 { // 2021-23年
				w := whenYear(atoi(m[1]))
				return &w, s[len(m[1]):], false
			}
		}
		return nil, s, true
	}
	if m := pointYHalf.FindStringSubmatch(s); m != nil {
		return done(whenYear(atoi(m[1])), m[0])
	}
	if m := pointY.FindStringSubmatch(s); m != nil && !followedByDigit(s, m[0]) {
		return done(whenYear(atoi(m[1])), m[0])
	}
	if m := pointY2.FindStringSubmatch(s); m != nil && atoi(m[1]) >= 10 {
		return done(whenYear(century(m[1])), m[0])
	}
	if year == 0 {
		return nil, s, false
	}
	if m := pointQ.FindStringSubmatch(s); m != nil {
		return done(whenQ(year, quarter(m[1]+m[2])), m[0])
	}
	if m := pointMD.FindStringSubmatch(s); m != nil {
		d := Day{year, atoi(m[1]), atoi(m[2])}
		if d.valid() {
			return done(whenDay(d), m[0])
		}
		return nil, s, true
	}
	if m := pointM.FindStringSubmatch(s); m != nil {
		if month := monthOf(m[1]); month >= 1 && month <= 12 {
			return done(whenMonth(year, month), m[0])
		}
		return nil, s, true
	}
	return nil, s, false
}

func followedByDigit(s, used string) bool {
	return len(s) > len(used) && s[len(used)] >= '0' && s[len(used)] <= '9'
}

func century(s string) int {
	y := atoi(s)
	if len(s) == 2 {
		if y >= 70 {
			return 1900 + y
		}
		return 2000 + y
	}
	return y
}

func quarter(s string) int {
	if n := strings.Index("一二三四", s); n >= 0 && len(s) == 3 {
		return n/3 + 1
	}
	return atoi(s)
}

func monthOf(s string) int {
	if s != "" && s[0] >= '0' && s[0] <= '9' {
		return atoi(s)
	}
	return atoi(fromChinese(s))
}

func ptr[T any](v T) *T { return &v }
