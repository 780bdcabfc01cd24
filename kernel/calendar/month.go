package calendar

import (
	"math/big"

	"shigan/kernel/words"
)

// Month is a month of a year; the zero Month is none. Build it with ParseMonth, Date.Month or a literal that holds 1–12.
type Month struct{ Year, Month int }

// MustMonth is for tests and tables in code; it panics on anything but 2006-01.
func MustMonth(s string) Month {
	m, err := ParseMonth(s)
	if err != nil {
		panic(err)
	}
	return m
}

// Valid tells whether it is a month at all.
func (m Month) Valid() bool {
	return m.Month >= 1 && m.Month <= 12 && m.Year >= firstYear && m.Year <= lastYear
}

func (m Month) IsZero() bool { return m == Month{} }
func (m Month) index() int   { return m.Year*12 + m.Month - 1 }

// AddMonths moves by months, over years as needed.
func (m Month) AddMonths(n int) Month {
	i := m.index() + n
	y, r := i/12, i%12
	if r < 0 {
		y, r = y-1, r+12
	}
	return Month{y, r + 1}
}

func (m Month) Next() Month { return m.AddMonths(1) }
func (m Month) Prev() Month { return m.AddMonths(-1) }

// Sub is the number of months from o to m.
func (m Month) Sub(o Month) int { return m.index() - o.index() }

// Compare is -1, 0 or 1.
func (m Month) Compare(o Month) int { return max(-1, min(1, m.Sub(o))) }

func (m Month) Before(o Month) bool { return m.Sub(o) < 0 }
func (m Month) After(o Month) bool  { return m.Sub(o) > 0 }

// First and Last are the days that bound the month.
func (m Month) First() Date { return Date{int32(m.Year), uint8(m.Month), 1} }
func (m Month) Last() Date  { return Date{int32(m.Year), uint8(m.Month), uint8(m.Days())} }

// Days is how many days the month has.
func (m Month) Days() int { return daysIn(m.Year, m.Month) }

// Contains tells whether the day lies in the month.
func (m Month) Contains(d Date) bool { return d.Month() == m }

// Quarter is the quarter that the month lies in.
func (m Month) Quarter() Quarter { return Quarter{m.Year, (m.Month + 2) / 3} }

// YearStart is January of the same year, where year-to-date begins.
func (m Month) YearStart() Month { return Month{m.Year, 1} }

// String is 2006-01, and empty for none.
func (m Month) String() string {
	if m.IsZero() {
		return ""
	}
	return digits(m.Year, 4) + "-" + digits(m.Month, 2)
}

// Prose is the month as a sentence has it: 2022 年 6 月, without the year when it is the reader's own (thisYear; 0 keeps it).
func (m Month) Prose(lang words.Lang, thisYear int) string {
	if m.IsZero() {
		return ""
	}
	key := "calendar.month"
	if m.Year == thisYear {
		key = "calendar.month-this-year"
	}
	return words.Say(lang, key, "year", m.Year, "month", m.Month, "name", words.Say(lang, "calendar.month-name."+digits(m.Month, 2)))
}

func (m Month) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

func (m *Month) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*m = Month{}
		return nil
	}
	v, err := ParseMonth(string(b))
	if err == nil {
		*m = v
	}
	return err
}

// Quarter is a quarter of a year, 1 to 4; the zero Quarter is none.
type Quarter struct{ Year, Quarter int }

func (q Quarter) IsZero() bool      { return q == Quarter{} }
func (q Quarter) FirstMonth() Month { return Month{q.Year, q.Quarter*3 - 2} }
func (q Quarter) LastMonth() Month  { return Month{q.Year, q.Quarter * 3} }
func (q Quarter) First() Date       { return q.FirstMonth().First() }
func (q Quarter) Last() Date        { return q.LastMonth().Last() }
func (q Quarter) Next() Quarter     { return q.LastMonth().Next().Quarter() }
func (q Quarter) Prev() Quarter     { return q.FirstMonth().Prev().Quarter() }

// Sub is the number of quarters from o to q.
func (q Quarter) Sub(o Quarter) int { return (q.Year-o.Year)*4 + q.Quarter - o.Quarter }

// String is 2006Q1, and empty for none.
func (q Quarter) String() string {
	if q.IsZero() {
		return ""
	}
	return digits(q.Year, 4) + "Q" + digits(q.Quarter, 1)
}

func (q Quarter) MarshalText() ([]byte, error) { return []byte(q.String()), nil }

func (q *Quarter) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*q = Quarter{}
		return nil
	}
	v, err := ParseQuarter(string(b))
	if err == nil {
		*q = v
	}
	return err
}

// Twelfths 序时进度 is how much of the year is over at the end of the month: m/12.
func Twelfths(m Month) *big.Rat { return big.NewRat(int64(m.Month), 12) }

// Curve is how much of a year's plan should be done by the end of each month, when the plan is not even (winter stops
// concrete). It never falls and ends at one.
type Curve struct{ due [12]*big.Rat }

// NewCurve takes the twelve cumulative shares, January first.
func NewCurve(due []*big.Rat) (Curve, error) {
	if len(due) != 12 {
		return Curve{}, ErrCurveLength.With("length", len(due))
	}
	c, before := Curve{}, new(big.Rat)
	for i, r := range due {
		if r == nil || r.Cmp(before) < 0 || i == 11 && r.Cmp(big.NewRat(1, 1)) != 0 {
			return Curve{}, ErrCurve.With("month", i+1)
		}
		c.due[i] = new(big.Rat).Set(r)
		before = c.due[i]
	}
	return c, nil
}

// Even is the curve of twelfths.
func Even() Curve {
	var c Curve
	for i := range c.due {
		c.due[i] = big.NewRat(int64(i+1), 12)
	}
	return c
}

// Due is the share that should be done by the end of the month. The zero Curve is even.
func (c Curve) Due(m Month) *big.Rat {
	if m.Month < 1 || m.Month > 12 || c.due[m.Month-1] == nil {
		return Twelfths(m)
	}
	return new(big.Rat).Set(c.due[m.Month-1])
}
