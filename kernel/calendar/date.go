package calendar

import (
	"cmp"
	"time"

	"shigan/kernel/words"
)

// Zone is the one clock time of the house: UTC+8, all year.
var Zone = time.FixedZone("UTC+8", 8*60*60)

// The house keeps dates of these years only; anything else is a slip of the pen.
const (
	firstYear = 1900
	lastYear  = 2199
)

// Date is a civil day without a zone. It compares with == and sorts with Compare; the zero Date is no day.
type Date struct {
	year       int32
	month, day uint8
}

// NewDate refuses 30 February and years outside 1900–2199.
func NewDate(year, month, day int) (Date, error) {
	if year < firstYear || year > lastYear || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return Date{}, ErrNoSuchDay.With("text", digits(year, 4)+"-"+digits(month, 2)+"-"+digits(day, 2))
	}
	return Date{int32(year), uint8(month), uint8(day)}, nil
}

// MustDate is for tests and tables in code; it panics on anything but 2006-01-02.
func MustDate(s string) Date {
	d, err := ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

// DateOf is the civil day of an instant, in the house's clock time.
func DateOf(t time.Time) Date {
	y, m, d := t.In(Zone).Date()
	return Date{int32(y), uint8(m), uint8(d)}
}

func fromTime(t time.Time) Date {
	y, m, d := t.Date()
	return Date{int32(y), uint8(m), uint8(d)}
}

func (d Date) time() time.Time {
	return time.Date(int(d.year), time.Month(d.month), int(d.day), 0, 0, 0, 0, time.UTC)
}

func (d Date) Year() int       { return int(d.year) }
func (d Date) DayOfMonth() int { return int(d.day) }
func (d Date) Month() Month    { return Month{int(d.year), int(d.month)} }
func (d Date) IsZero() bool    { return d == Date{} }

// Quarter is the quarter that the day lies in.
func (d Date) Quarter() Quarter { return d.Month().Quarter() }

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday {
	if d.year < firstYear || d.month < 1 || d.month > 12 {
		return d.time().Weekday()
	}
	y := int(d.year) // Sakamoto's: clocks ask it for each day that they walk
	if d.month < 3 {
		y--
	}
	return time.Weekday((y + y/4 - y/100 + y/400 + [...]int{0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4}[d.month-1] + int(d.day)) % 7)
}

// At is the instant of so many minutes after the day's midnight; 24*60 is the end of the day.
func (d Date) At(minutes int) time.Time {
	return time.Date(int(d.year), time.Month(d.month), int(d.day), 0, minutes, 0, 0, Zone)
}

// Compare is -1, 0 or 1.
func (d Date) Compare(e Date) int {
	return cmp.Or(cmp.Compare(d.year, e.year), cmp.Compare(d.month, e.month), cmp.Compare(d.day, e.day))
}

func (d Date) Before(e Date) bool { return d.Compare(e) < 0 }
func (d Date) After(e Date) bool  { return d.Compare(e) > 0 }

// AddDays moves by calendar days.
func (d Date) AddDays(n int) Date {
	if to := int(d.day) + n; to >= 1 && to <= 28 && d.day >= 1 && d.month >= 1 && d.month <= 12 { // every month has these; clocks walk day by day
		return Date{d.year, d.month, uint8(to)}
	}
	return fromTime(d.time().AddDate(0, 0, n))
}

// AddMonths moves to the same day of another month, or to its last day when it has no such day (民法典 202).
func (d Date) AddMonths(n int) Date {
	m := d.Month().AddMonths(n)
	return Date{int32(m.Year), uint8(m.Month), uint8(min(int(d.day), m.Days()))}
}

// Sub is the number of days from e to d.
func (d Date) Sub(e Date) int { return int(d.time().Sub(e.time()).Hours()) / 24 }

// String is 2006-01-02, and empty for no day.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return digits(int(d.year), 4) + "-" + digits(int(d.month), 2) + "-" + digits(int(d.day), 2)
}

// Prose is the date as a sentence has it: 2022 年 6 月 30 日, without the year when it is the reader's own (thisYear; 0 keeps it).
func (d Date) Prose(lang words.Lang, thisYear int) string {
	if d.IsZero() {
		return ""
	}
	key := "calendar.date"
	if d.Year() == thisYear {
		key = "calendar.date-this-year"
	}
	return words.Say(lang, key, "year", d.Year(), "month", int(d.month), "day", d.DayOfMonth(), "name", words.Say(lang, "calendar.month-name."+digits(int(d.month), 2)))
}

// MarshalText and UnmarshalText make dates plain 2006-01-02 in JSON and YAML; no day is empty.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	v, err := ParseDay(string(b))
	if err == nil {
		*d = v
	}
	return err
}

func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

func digits(n, width int) string {
	s := ""
	for neg := n < 0; ; {
		if n < 0 {
			n = -n
		}
		s = string(rune('0'+n%10)) + s
		if n /= 10; n == 0 {
			for len(s) < width {
				s = "0" + s
			}
			if neg {
				s = "-" + s
			}
			return s
		}
	}
}
