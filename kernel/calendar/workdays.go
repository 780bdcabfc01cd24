package calendar

import (
	_ "embed"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/goccy/go-yaml"
)

//go:embed holidays.yaml
var holidays []byte

// Workdays knows which days are worked: Monday to Friday, less the holidays, plus the make-up days (调休上班). It is made
// once and never changed, so it may be shared.
type Workdays struct {
	first, last int // years that the list covers
	named       map[Date]named
	source      map[int][]string
}

type named struct {
	name   string
	off    bool
	notice int // the year whose notice says so: the notice of 2019 moved days of December 2018
}

// StateCouncil is the list built into the program; see holidays.yaml for its sources.
var StateCouncil = sync.OnceValue(func() *Workdays {
	w, err := ReadWorkdays(holidays)
	if err != nil {
		panic(err) // embedded: caught by this package's own test
	}
	return w
})

// ReadWorkdays reads a list of the same layout as holidays.yaml. The years must follow one another.
func ReadWorkdays(yamlText []byte) (*Workdays, error) { return (&Workdays{}).With(yamlText) }

// With adds later years, so that a new notice needs no new program. A year that is already there is replaced.
func (w *Workdays) With(yamlText []byte) (*Workdays, error) {
	broken := func(format string, a ...any) (*Workdays, error) {
		return nil, ErrHolidayList.With("detail", fmt.Sprintf(format, a...))
	}
	var years map[string]struct {
		Source []string `yaml:"source"`
		Days   []struct {
			Name string   `yaml:"name"`
			Off  []string `yaml:"off"`
			Work []string `yaml:"work"`
		} `yaml:"days"`
	}
	if err := yaml.UnmarshalWithOptions(yamlText, &years, yaml.Strict()); err != nil {
		return broken("%v", err)
	}
	n := &Workdays{first: w.first, last: w.last, named: map[Date]named{}, source: map[int][]string{}}
	for y, s := range w.source {
		n.source[y] = s
	}
	given := map[int]bool{}
	for text, year := range years {
		y, err := strconv.Atoi(text)
		if err != nil || strconv.Itoa(y) != text || y < firstYear || y > lastYear || len(year.Source) == 0 {
			return broken("%s: a year needs its notice as source", text)
		}
		given[y] = true
		n.source[y] = year.Source
	}
	for d, v := range w.named {
		if !given[v.notice] {
			n.named[d] = v
		}
	}
	for y := range given {
		for _, f := range years[strconv.Itoa(y)].Days {
			if err := errors.Join(n.mark(y, f.Name, true, f.Off), n.mark(y, f.Name, false, f.Work)); err != nil {
				return broken("%d %s: %v", y, f.Name, err)
			}
		}
	}
	if len(n.source) == 0 {
		return broken("no year")
	}
	n.first, n.last = lastYear, firstYear
	for y := range n.source {
		n.first, n.last = min(n.first, y), max(n.last, y)
	}
	if n.last-n.first+1 != len(n.source) {
		return broken("a year is missing between %d and %d", n.first, n.last)
	}
	return n, nil
}

func (w *Workdays) mark(notice int, name string, off bool, spans []string) error {
	for _, span := range spans {
		from, to, err := parseSpan(span)
		if err != nil {
			return fmt.Errorf("%s: %w", span, err)
		}
		if off := from.Year() - notice; off < -1 || off > 0 {
			return fmt.Errorf("%s is not of this notice", span)
		}
		for d := from; !d.After(to); d = d.AddDays(1) {
			if old, twice := w.named[d]; twice && old.notice == notice {
				return fmt.Errorf("%s stands twice", d)
			} else if twice && old.notice > notice {
				continue // the later notice holds
			}
			w.named[d] = named{name, off, notice}
		}
	}
	return nil
}

func parseSpan(s string) (from, to Date, err error) {
	a, b, ranged := strings.Cut(s, "..")
	if from, err = ParseDay(a); err != nil || !ranged {
		return from, from, err
	}
	to, err = ParseDay(b)
	if err == nil && (to.Before(from) || to.Sub(from) > 31) {
		err = ErrNotADate.With("text", s)
	}
	return from, to, err
}

// Covers are the first and the last day that the list knows.
func (w *Workdays) Covers() (first, last Date) {
	return Month{w.first, 1}.First(), Month{w.last, 12}.Last()
}

// Source is the notice or notices behind a year.
func (w *Workdays) Source(year int) []string { return w.source[year] }

// Holiday is the festival that a day belongs to, off or made up for; empty on an ordinary day.
func (w *Workdays) Holiday(d Date) string { return w.named[d].name }

// IsWorkday refuses a day outside the list: without the notice nobody knows.
func (w *Workdays) IsWorkday(d Date) (bool, error) {
	if d.Year() < w.first || d.Year() > w.last || w.first == 0 {
		from, to := w.Covers()
		return false, ErrNoHolidayList.With("date", d.String(), "from", from.String(), "to", to.String())
	}
	if v, ok := w.named[d]; ok {
		return !v.off, nil
	}
	day := d.Weekday()
	return day != time.Saturday && day != time.Sunday, nil
}

// AddWorkdays is the nth working day after d, which itself is not counted; a negative n counts back, and 0 is d.
func (w *Workdays) AddWorkdays(d Date, n int) (Date, error) {
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	for n > 0 {
		d = d.AddDays(step)
		worked, err := w.IsWorkday(d)
		if err != nil {
			return Date{}, err
		}
		if worked {
			n--
		}
	}
	return d, nil
}

// OnOrAfter is the day itself when it is worked, otherwise the next working day (民法典 203).
func (w *Workdays) OnOrAfter(d Date) (Date, error) {
	for {
		worked, err := w.IsWorkday(d)
		if err != nil {
			return Date{}, err
		}
		if worked {
			return d, nil
		}
		d = d.AddDays(1)
	}
}

// WorkdaysBetween counts the working days after from up to and with to, so that it undoes AddWorkdays; it is negative when
// to comes first, and then counts from to up to the day before from.
func (w *Workdays) WorkdaysBetween(from, to Date) (int, error) {
	n := 0
	for d := from; d.Before(to); {
		d = d.AddDays(1)
		worked, err := w.IsWorkday(d)
		if err != nil {
			return 0, err
		}
		if worked {
			n++
		}
	}
	for d := from; d.After(to); {
		d = d.AddDays(-1)
		worked, err := w.IsWorkday(d)
		if err != nil {
			return 0, err
		}
		if worked {
			n--
		}
	}
	return n, nil
}

// DaysAfter is the last day of a period of n calendar days that begins on d: d is not counted, and a holiday at the end moves
// it to the next working day (民法典 201, 203).
func (w *Workdays) DaysAfter(d Date, n int) (Date, error) { return w.OnOrAfter(d.AddDays(n)) }

// MonthsAfter is the last day of a period of n months that begins on d (民法典 202, 203).
func (w *Workdays) MonthsAfter(d Date, n int) (Date, error) { return w.OnOrAfter(d.AddMonths(n)) }
