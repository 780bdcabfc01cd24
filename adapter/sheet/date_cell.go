package sheet

import (
	"strconv"
	"strings"
)

// When is a point in time as exact as the sheet tells it: a year, a quarter, a month or a day.
type When struct {
	Value     string `json:"value"`
	Precision string `json:"precision"`
}

func whenYear(y int) When     { return When{strconv.Itoa(y), "year"} }
func whenQ(y, q int) When     { return When{strconv.Itoa(y) + "-Q" + strconv.Itoa(q), "quarter"} }
func whenMonth(y, m int) When { return When{strconv.Itoa(y) + "-" + two(m), "month"} }
func whenDay(d Day) When      { return When{d.String(), "day"} }

// span is the first and the last day that w can mean, as numbers that compare.
func (w When) span() (int, int) {
	y := atoi(w.Value[:4])
	switch w.Precision {
	case "quarter":
		q := atoi(w.Value[6:])
		return y*10000 + (q*3-2)*100 + 1, y*10000 + q*300 + 31
	case "month":
		m := atoi(w.Value[5:7])
		return y*10000 + m*100 + 1, y*10000 + m*100 + 31
	case "day":
		n := y*10000 + atoi(w.Value[5:7])*100 + atoi(w.Value[8:10])
		return n, n
	}
	return y*10000 + 101, y*10000 + 1231
}

// valid tells whether there is such a day.
func (d Day) valid() bool {
	return d.Year >= 1 && d.Month >= 1 && d.Month <= 12 && d.Day >= 1 && d.Day <= monthDays(d.Year, d.Month)
}

func monthDays(y, m int) int {
	switch {
	case m == 2 && (y%4 == 0 && y%100 != 0 || y%400 == 0):
		return 29
	case m == 2:
		return 28
	case m == 4 || m == 6 || m == 9 || m == 11:
		return 30
	}
	return 31
}

// serialTime reads the number that a spreadsheet keeps for a day; in a column of years it is a date whose format was lost.
func serialTime(number string, from1904 bool) timeSaid {
	d, ok := dayOf(number, from1904)
	if !ok {
		return timeSaid{doubt: "not-a-date"}
	}
	return timeSaid{first: ptr(whenDay(d)), doubt: "serial"}
}

// readTimeCell reads a cell of any kind.
func readTimeCell(c *Cell, year int) timeSaid {
	if c == nil {
		return timeSaid{}
	}
	switch c.Kind {
	case Date:
		if c.Day.Year < 1950 { // a small number that somebody formatted as a date
			return timeSaid{doubt: "not-a-date"}
		}
		switch {
		case c.Look.Day || !c.Look.Year && !c.Look.Month:
			return one(whenDay(c.Day))
		case c.Look.Month:
			return one(whenMonth(c.Day.Year, c.Day.Month))
		}
		return one(whenYear(c.Day.Year))
	case Number:
		return numberTime(c)
	case Text:
		return readTime(c.Text, year)
	case Bool:
		return timeSaid{doubt: "not-a-date"}
	}
	return timeSaid{}
}

// numberTime reads a plain number in a column of dates: 2022, 2022.08, 202208, 20220815, 44798.
func numberTime(c *Cell) timeSaid {
	n := c.Number
	whole, frac, _ := strings.Cut(n, ".")
	y := atoi(whole)
	shown := frac
	if c.Look.Decimals > len(frac) && c.Look.Decimals <= 2 {
		shown = frac + strings.Repeat("0", c.Look.Decimals-len(frac))
	}
	switch {
	case len(whole) == 4 && y >= 1950 && y <= 2100 && frac == "" && len(shown) < 2:
		return one(whenYear(y))
	case len(whole) == 4 && y >= 1950 && y <= 2100 && len(frac) <= 2:
		m := atoi(shown)
		if m < 1 || m > 12 {
			return timeSaid{doubt: "impossible"}
		}
		if shown == "1" { // 2022.10 typed into an unformatted cell loses its zero
			return timeSaid{first: ptr(whenMonth(y, 10)), or: ptr(whenMonth(y, 1)), doubt: "january-or-october"}
		}
		return one(whenMonth(y, m))
	case frac == "" && packed.MatchString(n):
		return readTime(n, 0)
	case len(whole) == 5 && y >= 20000 && y <= 70000:
		return serialTime(n, c.from1904)
	case frac == "" && y >= 1 && y <= 12:
		return timeSaid{doubt: "not-a-date"}
	}
	return timeSaid{doubt: "not-a-date"}
}
