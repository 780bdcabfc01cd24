package sheet

import (
	"math/big"
	"strconv"
	"strings"
	"time"
)

// Look is what a number format adds to a value: a reader sees 2022.10 or 117500万元 where the cell holds 2022.1 or 117500.
type Look struct {
	Decimals int    // digits shown after the point; -1 when the format leaves it open
	Scale    int    // the number shown is the value divided by 10 to this power (0!.0, and trailing commas)
	Unit     string // words printed behind the number
	Percent  bool
	Year     bool // parts of a date that are shown
	Month    bool
	Day      bool
}

func (l Look) isDate() bool { return l.Year || l.Month || l.Day }

// general is a format that says nothing.
var general = Look{Decimals: -1}

// builtin are the numbered formats that a file need not spell out; 27 to 58 are the dates of Chinese Excel.
var builtin = map[int]string{
	1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 14: "yyyy-m-d", 15: "d-mmm-yy", 16: "d-mmm",
	17: "mmm-yy", 22: "yyyy-m-d h:mm", 27: `yyyy"年"m"月"`, 28: `m"月"d"日"`, 29: `m"月"d"日"`, 30: "m-d-yy", 31: `yyyy"年"m"月"d"日"`,
	36: `yyyy"年"m"月"`, 37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00", 50: `yyyy"年"m"月"`, 51: `m"月"d"日"`,
	52: `yyyy"年"m"月"`, 53: `m"月"d"日"`, 54: `m"月"d"日"`, 55: `yyyy"年"m"月"`, 56: `m"月"d"日"`, 57: `yyyy"年"m"月"`, 58: `m"月"d"日"`,
}

// parseLook reads a number format; only its first section counts, the one for positive numbers.
func parseLook(format string) Look {
	l := Look{Decimals: -1}
	var literal strings.Builder
	digits, point, escaped, commas := 0, false, -1, 0
	in := []rune(format)
	for i := 0; i < len(in); i++ {
		switch c := in[i]; c {
		case ';':
			i = len(in)
		case '"':
			for i++; i < len(in) && in[i] != '"'; i++ {
				literal.WriteRune(in[i])
			}
		case '\\', '!':
			if i++; i < len(in) {
				if in[i] == '.' && digits > 0 {
					escaped = 0 // 0!.0000 puts a point inside the digits: shown divided by 10000
				} else {
					literal.WriteRune(in[i])
				}
			}
		case '[':
			end := i
			for end < len(in) && in[end] != ']' {
				end++
			}
			if tag := strings.ToLower(string(in[i+1 : end])); strings.HasPrefix(tag, "h") || strings.HasPrefix(tag, "m") || strings.HasPrefix(tag, "s") {
				return general // a duration
			}
			i = end
		case '_', '*':
			i++
		case '0', '#', '?':
			digits++
			commas = 0
			if escaped >= 0 {
				escaped++
			} else if point {
				l.Decimals++
			}
		case '.':
			if digits > 0 && !point {
				point, l.Decimals = true, 0
			}
		case ',':
			if digits > 0 {
				commas++
			}
		case '%':
			l.Percent = true
		case 'y', 'Y', 'e':
			l.Year = l.Year || c != 'e' || digits == 0
		case 'm', 'M':
			l.Month = true
		case 'd', 'D':
			l.Day = true
		case 'h', 'H', 's', 'S', 'E', 'G', '@':
			if c == 'G' && strings.HasPrefix(strings.ToLower(string(in[i:])), "general") {
				i += len("general") - 1
			}
		default:
			if c > 0x7F {
				literal.WriteRune(c)
			}
		}
	}
	if digits > 0 { // number formats hold no date parts; General年 and the like stay numbers too
		l.Year, l.Month, l.Day = false, false, false
		if l.Decimals < 0 && !point {
			l.Decimals = 0
		}
		l.Scale = max(escaped, 0) + 3*commas
	}
	l.Unit = strings.TrimSpace(literal.String())
	return l
}

// dayOf turns a serial into a day. 1900 was no leap year, but Lotus thought so, and every file since counts that way.
func dayOf(serial string, from1904 bool) (Day, bool) {
	r, ok := rat(serial)
	if !ok || r.Sign() < 0 {
		return Day{}, false
	}
	n := new(big.Int).Quo(r.Num(), r.Denom()).Int64()
	if n > 2_958_465 {
		return Day{}, false
	}
	base := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case from1904:
		base = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case n < 61:
		base = base.AddDate(0, 0, 1)
	}
	t := base.AddDate(0, 0, int(n))
	return Day{t.Year(), int(t.Month()), t.Day()}, true
}

// show prints a number the way its format does, near enough for a person to know it again.
func (l Look) show(number string) string {
	r, ok := rat(number)
	if !ok {
		return number
	}
	if l.Scale != 0 {
		r = new(big.Rat).Mul(r, pow10(-l.Scale))
	}
	suffix := l.Unit
	if l.Percent {
		r = new(big.Rat).Mul(r, pow10(2))
		suffix = "%"
	}
	if l.Decimals >= 0 && l.Scale == 0 {
		return r.FloatString(l.Decimals) + suffix
	}
	return decimal(r) + suffix
}

// show prints a day with the parts that its format shows.
func (d Day) show(l Look) string {
	switch {
	case l.Year && l.Month && !l.Day:
		return strconv.Itoa(d.Year) + "-" + two(d.Month)
	case l.Year && !l.Month:
		return strconv.Itoa(d.Year)
	}
	return d.String()
}

// String is the day as 2022-03-15.
func (d Day) String() string { return strconv.Itoa(d.Year) + "-" + two(d.Month) + "-" + two(d.Day) }

func two(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

// numberCell fills a cell from a stored number and its format.
func numberCell(c *Cell, raw string, l Look, from1904 bool) {
	n, ok := exact(raw)
	if !ok {
		c.Kind, c.Text = Text, raw
		return
	}
	c.Kind, c.Number, c.Look, c.from1904 = Number, n, l, from1904
	if l.isDate() {
		if day, ok := dayOf(n, from1904); ok {
			c.Kind, c.Day, c.Text = Date, day, day.show(l)
			return
		}
	}
	c.Text = l.show(n)
}
