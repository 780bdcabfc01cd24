package calendar

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"shigan/kernel/fault"
)

// Precision is how finely somebody named a time. A promise "in March" is kept on the 31st; whoever needs a day asks for one.
type Precision string

const (
	ToDay     Precision = "day"
	ToTenDays Precision = "ten-days" // 上旬, 中旬, 下旬; 月初 and 月底 are the first and the last
	ToMonth   Precision = "month"
	ToQuarter Precision = "quarter"
	ToHalf    Precision = "half"
	ToYear    Precision = "year"
)

// When is a time as somebody named it: the days it may mean, and how finely it was named.
type When struct {
	From, To  Date
	Precision Precision
	Text      string // as typed; not part of the value
}

// Same compares what was said, not how it was typed.
func (w When) Same(o When) bool {
	return w.From == o.From && w.To == o.To && w.Precision == o.Precision
}

// String writes it so that ParseDate reads the same back.
func (w When) String() string {
	switch w.Precision {
	case ToDay:
		return w.To.String()
	case ToTenDays:
		return w.To.Month().String() + [3]string{"上旬", "中旬", "下旬"}[min(2, (w.From.DayOfMonth()-1)/10)]
	case ToMonth:
		return w.To.Month().String()
	case ToQuarter:
		return w.To.Quarter().String()
	case ToHalf:
		return digits(w.To.Year(), 4) + "H" + digits((w.To.Month().Month+5)/6, 1)
	case ToYear:
		return digits(w.To.Year(), 4)
	}
	return ""
}

var (
	reDay     = regexp.MustCompile(`^(\d{4})(?:[-/.](\d{1,2})[-/.](\d{1,2})|年(\d{1,2})月(\d{1,2})[日号]?|(\d{2})(\d{2}))$`)
	reMonth   = regexp.MustCompile(`^(\d{4})(?:[-/.](\d{1,2})|年(\d{1,2})月份?|(\d{2}))$`)
	reTen     = regexp.MustCompile(`^(\d{4})(?:[-/.](\d{1,2})|年(\d{1,2})月)(上旬|初|中旬|中|下旬|底|末)$`)
	reQuarter = regexp.MustCompile(`^(\d{4})(?:[-/.]?q([1-4])|年?第?([1-4一二三四])季度?)$`)
	reHalf    = regexp.MustCompile(`^(\d{4})(?:[-/.]?h([12])|年?([上下])半年)$`)
	reYear    = regexp.MustCompile(`^(\d{4})年?(初|中|底|末)?$`)
)

// ParseDate reads a time as clerks name it: 2022-03-15, 2022.3, 2022年3月底, 2022Q4, 2022年上半年, 2022. 底前 is the same
// as 底; 3月前 is refused, because some mean the end of February by it.
func ParseDate(s string) (When, error) {
	text := tidy(s)
	if text == "" || len(text) > 60 {
		return When{}, ErrNotADate.With("text", clip(s))
	}
	if before, cut := cutSuffixes(text, "之前", "以前", "前"); cut {
		if !reDay.MatchString(before) && !strings.HasSuffix(before, "底") && !strings.HasSuffix(before, "末") && !strings.HasSuffix(before, "旬") {
			return When{}, ErrAmbiguousDate.With("text", clip(s))
		}
		text = before
	}
	w, err := parse(text, s)
	if err != nil {
		return When{}, err
	}
	w.Text = s
	return w, nil
}

func parse(text, typed string) (When, error) {
	no := func(f *fault.Fault) (When, error) { return When{}, f.With("text", clip(typed)) }
	year, err := strconv.Atoi(text[:min(4, len(text))])
	if err != nil {
		return no(ErrNotADate)
	}
	if year < firstYear || year > lastYear {
		if reDay.MatchString(text) || reMonth.MatchString(text) || reTen.MatchString(text) || reQuarter.MatchString(text) || reHalf.MatchString(text) || reYear.MatchString(text) {
			return When{}, ErrYearOutOfRange.With("text", clip(typed), "from", firstYear, "to", lastYear)
		}
		return no(ErrNotADate)
	}
	if g := reDay.FindStringSubmatch(text); g != nil {
		d, err := NewDate(year, number(g[2], g[4], g[6]), number(g[3], g[5], g[7]))
		if err != nil {
			return no(ErrNoSuchDay)
		}
		return When{From: d, To: d, Precision: ToDay}, nil
	}
	if g := reMonth.FindStringSubmatch(text); g != nil {
		m := Month{year, number(g[2], g[3], g[4])}
		if !m.Valid() {
			return no(ErrNoSuchDay)
		}
		return When{From: m.First(), To: m.Last(), Precision: ToMonth}, nil
	}
	if g := reTen.FindStringSubmatch(text); g != nil {
		m := Month{year, number(g[2], g[3])}
		if !m.Valid() {
			return no(ErrNoSuchDay)
		}
		first := m.First()
		switch g[4] {
		case "上旬", "初":
			return When{From: first, To: first.AddDays(9), Precision: ToTenDays}, nil
		case "中旬", "中":
			return When{From: first.AddDays(10), To: first.AddDays(19), Precision: ToTenDays}, nil
		}
		return When{From: first.AddDays(20), To: m.Last(), Precision: ToTenDays}, nil
	}
	if g := reQuarter.FindStringSubmatch(text); g != nil {
		q := Quarter{year, number(g[2], g[3])}
		return When{From: q.First(), To: q.Last(), Precision: ToQuarter}, nil
	}
	if g := reHalf.FindStringSubmatch(text); g != nil {
		if g[2] == "1" || g[3] == "上" {
			return When{From: Month{year, 1}.First(), To: Month{year, 6}.Last(), Precision: ToHalf}, nil
		}
		return When{From: Month{year, 7}.First(), To: Month{year, 12}.Last(), Precision: ToHalf}, nil
	}
	if g := reYear.FindStringSubmatch(text); g != nil {
		m, named := map[string]int{"初": 1, "中": 6, "底": 12, "末": 12}[g[2]]
		if named {
			return When{From: Month{year, m}.First(), To: Month{year, m}.Last(), Precision: ToMonth}, nil
		}
		return When{From: Month{year, 1}.First(), To: Month{year, 12}.Last(), Precision: ToYear}, nil
	}
	return no(ErrNotADate)
}

// ParseDay reads one day; a month or a year is refused.
func ParseDay(s string) (Date, error) {
	w, err := ParseDate(s)
	if err != nil {
		return Date{}, err
	}
	if w.Precision != ToDay {
		return Date{}, ErrNotADay.With("text", clip(s))
	}
	return w.To, nil
}

// ParseMonth reads one month: 2022-06, 2022.6, 2022年6月, 202206.
func ParseMonth(s string) (Month, error) {
	w, err := ParseDate(s)
	if err != nil {
		return Month{}, err
	}
	if w.Precision != ToMonth || !reMonth.MatchString(tidy(s)) {
		return Month{}, ErrNotAMonth.With("text", clip(s))
	}
	return w.To.Month(), nil
}

// ParseQuarter reads one quarter: 2022Q4, 2022年第四季度.
func ParseQuarter(s string) (Quarter, error) {
	w, err := ParseDate(s)
	if err != nil {
		return Quarter{}, err
	}
	if w.Precision != ToQuarter {
		return Quarter{}, ErrNotAQuarter.With("text", clip(s))
	}
	return w.To.Quarter(), nil
}

// tidy evens out full width, case, spaces and the dashes that keyboards offer.
func tidy(s string) string {
	return strings.Map(func(c rune) rune {
		if c >= '！' && c <= '～' {
			c -= '！' - '!'
		}
		switch {
		case unicode.IsSpace(c):
			return -1
		case c == '−' || c == '–' || c == '—':
			return '-'
		case c >= 'A' && c <= 'Z':
			return c + 'a' - 'A'
		}
		return c
	}, s)
}

func cutSuffixes(s string, suffixes ...string) (string, bool) {
	for _, x := range suffixes {
		if before, ok := strings.CutSuffix(s, x); ok {
			return before, true
		}
	}
	return s, false
}

// number is the first group that matched.
func number(groups ...string) int {
	for _, g := range groups {
		if g == "" {
			continue
		}
		if i := strings.Index("一二三四", g); i >= 0 {
			return i/len("一") + 1
		}
		n, _ := strconv.Atoi(g) // the pattern lets one or two digits through
		return n
	}
	return 0
}

// clip keeps a refusal's quotation short.
func clip(s string) string {
	r := []rune(s)
	if len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return string(r)
}
