package main

import (
	"math"
	"path/filepath"
	"strconv"
	"strings"

	"shigan/adapter/sheet"
	"shigan/engine/curve"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
)

var (
	errNoColumn = fault.New(fault.Invalid, "forecast.portfolio-column")
	errNoPast   = fault.New(fault.Invalid, "forecast.portfolio-no-past")
)

// yearly is one project in one year's return: what was known then, and what became of its end date a year later.
type yearly struct {
	row        int
	year       int
	key, name  string
	department string
	colour     float64 // 0 green to 4 red; NaN: none
	end        calendar.Date
	x          []float64
	slip       float64 // months, NaN: not known
	lastEnd    calendar.Date
}

// portfolioFeatures are what the model may look at, in order; each is known in the year itself.
var portfolioFeatures = []string{"colour", "remaining", "length", "last_slip", "off_budget", "size"}

// colours of the returns, green to red.
var colours = map[string]float64{"green": 0, "amber/green": 1, "green/amber": 1, "amber": 2, "amber/red": 3, "red/amber": 3, "red": 4}

// knownOn is the day of which a year's return speaks: they are published in the summer with the state of the September before.
func knownOn(year int) calendar.Date {
	d, _ := calendar.NewDate(year-1, 9, 30) // years are held within four digits
	return d
}

const daysOfMonth = 365.25 / 12

func monthsBetween(a, b calendar.Date) float64 { return float64(b.Sub(a)) / daysOfMonth }

// portfolioReader reads a panel: a row is a project in a year's return.
type portfolioReader struct {
	col      map[string]int
	rows     [][]string
	findings []finding
	file     string
	said     map[string]int
}

func readPortfolio(name string) ([]yearly, []finding, error) {
	raw, err := readSchedule(name)
	if err != nil {
		return nil, nil, err
	}
	wb, err := sheet.Read(filepath.Base(name), raw, sheet.Options{MaxBytes: mostBytes})
	if err != nil {
		return nil, nil, err
	}
	r := &portfolioReader{file: filepath.Base(name), rows: wb.Sheets[0].Rows(), col: map[string]int{}, said: map[string]int{}}
	if len(r.rows) == 0 {
		return nil, nil, errNoColumn.With("file", r.file, "column", "pub_year")
	}
	for i, h := range r.rows[0] {
		r.col[strings.ToLower(strings.TrimSpace(h))] = i
	}
	for _, need := range []string{"pub_year", "end"} {
		if _, ok := r.col[need]; !ok {
			return nil, nil, errNoColumn.With("file", r.file, "column", need)
		}
	}
	if _, ok := r.col["key"]; !ok {
		if r.col["key"], ok = r.col["project"]; !ok {
			return nil, nil, errNoColumn.With("file", r.file, "column", "key")
		}
	}
	return r.read(), r.findings, nil
}

func (r *portfolioReader) cell(row int, column string) string {
	i, ok := r.col[column]
	if !ok || i >= len(r.rows[row]) {
		return ""
	}
	return strings.TrimSpace(r.rows[row][i])
}

func (r *portfolioReader) found(code string, row int, value string) {
	if r.said[code]++; r.said[code] > mostWarnings {
		return
	}
	r.findings = append(r.findings, finding{File: r.file, Code: code, Args: map[string]any{"row": row + 1, "value": value}})
}

// number is NaN where a cell is empty or no number.
func (r *portfolioReader) number(row int, column string) float64 {
	text := strings.ReplaceAll(r.cell(row, column), ",", "")
	if text == "" {
		return math.NaN()
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(v, 0) {
		r.found("portfolio-number", row, column+" "+text)
		return math.NaN()
	}
	return v
}

func (r *portfolioReader) date(row int, column string) calendar.Date {
	text := r.cell(row, column)
	if text == "" {
		return calendar.Date{}
	}
	d, err := calendar.ParseDay(text)
	if err != nil {
		r.found("portfolio-date", row, column+" "+text)
	}
	return d
}

// read makes the cases. Outcomes stand in slip_months or next_end, or follow from the next year's row of the same project.
func (r *portfolioReader) read() (out []yearly) {
	at := map[string]map[int]int{}
	for i := 1; i < len(r.rows); i++ {
		if strings.Join(r.rows[i], "") == "" {
			continue
		}
		year, err := strconv.Atoi(r.cell(i, "pub_year"))
		if err != nil || year < 1900 || year > 2200 {
			r.found("portfolio-year", i, r.cell(i, "pub_year"))
			continue
		}
		y := yearly{row: i, year: year, key: r.cell(i, "key"), name: r.cell(i, "project"), department: r.cell(i, "department"), end: r.date(i, "end"), slip: math.NaN()}
		if _, twice := at[y.key][year]; twice || y.key == "" {
			r.found("portfolio-doubled", i, y.key)
			continue
		}
		if y.name == "" {
			y.name = y.key
		}
		if at[y.key] == nil {
			at[y.key] = map[int]int{}
		}
		at[y.key][year] = len(out)
		out = append(out, y)
	}
	for i := range out {
		y := &out[i]
		if k, ok := at[y.key][y.year-1]; ok {
			y.lastEnd = out[k].end
		}
		next := r.date(y.row, "next_end")
		if k, ok := at[y.key][y.year+1]; ok && next.IsZero() {
			next = out[k].end
		}
		switch slip := r.number(y.row, "slip_months"); {
		case !math.IsNaN(slip):
			y.slip = slip
		case !next.IsZero() && !y.end.IsZero():
			y.slip = monthsBetween(y.end, next)
		}
		r.features(y)
	}
	return out
}

// features are set by what the row and the years before it say.
func (r *portfolioReader) features(y *yearly) {
	nan := math.NaN()
	y.colour = nan
	if c, ok := colours[strings.ToLower(r.cell(y.row, "rating"))]; ok {
		y.colour = c
	}
	remaining, length, slipped, off, size := nan, nan, nan, nan, nan
	if !y.end.IsZero() {
		remaining = math.Log(max(monthsBetween(knownOn(y.year), y.end), 1) + 6)
		if start := r.date(y.row, "start"); !start.IsZero() && start.Before(y.end) {
			length = math.Log(monthsBetween(start, y.end) + 6)
		}
		if !y.lastEnd.IsZero() {
			slipped = min(36, max(-12, monthsBetween(y.lastEnd, y.end)))
		}
	}
	if plan, now := r.number(y.row, "fy_baseline_m"), r.number(y.row, "fy_forecast_m"); plan > 0 && now >= 0 {
		off = min(2, math.Abs(math.Log(max(now/plan, .1))))
	}
	if cost := r.number(y.row, "wlc_m"); cost > 0 {
		size = math.Log(cost + 10)
	}
	y.x = []float64{y.colour, remaining, length, slipped, off, size}
}

// dated turns rows into cases for chaining: an event is a slip of more than so many months. A row without an end date cannot slip.
func dated(rows []yearly, months float64) (cases []curve.Dated, of []int) {
	for i, y := range rows {
		if y.end.IsZero() {
			continue
		}
		cases = append(cases, curve.Dated{Period: y.year, Group: y.department, X: y.x, Y: y.slip > months, Known: !math.IsNaN(y.slip)})
		of = append(of, i)
	}
	return cases, of
}
