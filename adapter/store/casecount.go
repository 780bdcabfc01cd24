package store

import (
	"cmp"
	"database/sql"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"shigan/app"
	"shigan/kernel/calendar"
)

// counted is the key of a count of cases: of those that a party has to do with, by one thing.
type counted struct {
	party, dim, use string
	open, level     int64
	value           string
}

// What cases are counted by, besides use, level and whether they are open.
const (
	dimAll    = "all"
	dimUnit   = "unit"   // who handles
	dimNext   = "next"   // whose turn it is: unit and post
	dimClosed = "closed" // in which month and how: by whom, in which rate, not fixed, reopened before, too fast
	dimClimb  = "climb"  // the month of the last climb
	dimReopen = "reopen" // the month of the last reopening
)

// apart keeps the parts of a value apart.
const apart = "\x1f"

// count adds a case to the counts of its parties, or takes it out of them.
func (r caseRow) count(into map[counted]int64, parties []string, n int64) {
	if r == nil {
		return
	}
	dims := map[string]string{dimAll: "", dimUnit: r.text("unit")}
	if r.number("is_open") == 1 {
		dims[dimNext] = r.text("next_unit") + apart + r.text("next_post")
	} else {
		again := min(r.number("reopened"), 1)
		dims[dimClosed] = strings.Join([]string{monthOf(r.text("closed")), r.text("closed_by"), r.text("rate"), bit(r.number("unfixed")), bit(again), bit(r.number("fast"))}, apart)
	}
	if m := monthOf(r.text("last_climb")); m != "" {
		dims[dimClimb] = m
	}
	if m := monthOf(r.text("last_reopen")); m != "" {
		dims[dimReopen] = m
	}
	for _, p := range parties {
		for dim, value := range dims {
			k := counted{p, dim, r.text("use"), r.number("is_open"), r.number("level"), value}
			if into[k] += n; into[k] == 0 {
				delete(into, k)
			}
		}
	}
}

func bit(n int64) string { return strconv.FormatInt(n, 10) }

func monthOf(instant string) string {
	t, err := time.Parse(time.RFC3339, instant)
	if err != nil {
		return ""
	}
	return calendar.DateOf(t).Month().String()
}

func (b *Batch) flushCounts(counts map[counted]int64) error {
	keys := slices.SortedFunc(maps.Keys(counts), func(a, b counted) int {
		return cmp.Or(cmp.Compare(a.party, b.party), cmp.Compare(a.dim, b.dim), cmp.Compare(a.use, b.use), cmp.Compare(a.open, b.open), cmp.Compare(a.level, b.level), cmp.Compare(a.value, b.value))
	})
	return b.insert(`INSERT INTO case_count (district, party, dim, use, is_open, level, value, n) VALUES `,
		` ON CONFLICT (district, party, dim, use, is_open, level, value) DO UPDATE SET n = case_count.n + excluded.n`, 8, len(keys), func(i int) []any {
			k := keys[i]
			return []any{b.district, k.party, k.dim, k.use, k.open, k.level, k.value, counts[k]}
		})
}

// nobody is the party of a filter that lets nothing through.
const nobody = "\x00"

// keptParty is the one party that a filter asks for; counts are kept for everybody and for each party, not for several together.
func keptParty(f app.CaseFilter) (party string, one bool) {
	switch {
	case f.Parties == nil:
		return everybody, true
	case len(f.Parties) == 0:
		return nobody, true
	}
	return f.Parties[0], len(f.Parties) == 1
}

// keptCount answers from the counts that are kept, where they can: a filter and columns of one thing besides use, level and open.
func (d *District) keptCount(f app.CaseFilter, by []string) (counts []app.CaseCount, ok bool, err error) {
	dim, ok := keptDim(f, by)
	party, one := keptParty(f)
	switch {
	case !ok || !one:
		return nil, false, nil
	case party == nobody:
		return nil, true, nil
	}
	var q query
	columns, group := `'' AS use, 0 AS level`, ` GROUP BY value` // one who sees all has thousands: those that nobody tells apart are added up there
	if slices.Contains(by, "use") || slices.Contains(by, "level") {
		columns, group = `use, level`, ` GROUP BY use, level, value`
	}
	q.WriteString(`SELECT ` + columns + `, value, CAST(SUM(n) AS BIGINT) FROM case_count WHERE district = ` + q.arg(d.Code) + ` AND party = ` + q.arg(party) + ` AND dim = ` + q.arg(dim))
	if f.Use != "" {
		q.and("use = ?", f.Use)
	}
	switch {
	case f.Open && f.Closed:
		return nil, true, nil
	case f.Open:
		q.WriteString(` AND is_open = 1`)
	case f.Closed || dim == dimClosed:
		q.WriteString(` AND is_open = 0`)
	}
	if f.Level > 0 {
		q.and("level = ?", f.Level)
	}
	if v := cmp.Or(f.Unit, f.Climbed, f.ReopenedIn); v != "" {
		q.and("value = ?", v)
	}
	if from, to := closedMonths(f); from != "" {
		q.and("value >= ?", from)
		q.and("value < ?", to+"~") // behind every value that begins with the month
	}
	q.WriteString(group + ` HAVING SUM(n) <> 0`)
	rows, err := d.q.QueryContext(d.ctx, q.String(), q.args...)
	return folded(rows, err, f, dim, by)
}

// folded adds up the kept counts by the columns that were asked for.
func folded(rows *sql.Rows, err error, f app.CaseFilter, dim string, by []string) ([]app.CaseCount, bool, error) {
	sums := map[string]*app.CaseCount{}
	var key strings.Builder
	_, err = scanAll(rows, err, func(r *sql.Rows) (x struct{}, err error) {
		var use, level, value string
		var n int
		if err := r.Scan(&use, &level, &value, &n); err != nil {
			return x, err
		}
		of := keptParts(use, level, value, dim)
		if dim == dimClosed && !told(f, of) {
			return x, nil
		}
		key.Reset()
		for _, col := range by {
			key.WriteString(of(col) + apart)
		}
		c := sums[key.String()]
		if c == nil {
			c = &app.CaseCount{By: make(map[string]string, len(by))}
			for _, col := range by {
				c.By[col] = of(col)
			}
			sums[key.String()] = c
		}
		c.N += n
		return x, nil
	})
	out := []app.CaseCount{}
	for _, k := range slices.Sorted(maps.Keys(sums)) {
		out = append(out, *sums[k])
	}
	if len(by) == 0 && len(out) == 0 {
		out = append(out, app.CaseCount{By: map[string]string{}})
	}
	return out, true, err
}

// keptParts tells what a kept count is of, column by column.
func keptParts(use, level, value, dim string) func(column string) string {
	var part []string
	if dim == dimNext || dim == dimClosed {
		part = strings.Split(value, apart)
	}
	at := func(i, of int) string {
		if len(part) != of {
			return ""
		}
		return part[i]
	}
	return func(column string) string {
		switch column {
		case "use":
			return use
		case "level":
			return level
		case "unit":
			return value
		case "next_unit":
			return at(0, 2)
		case "next_post":
			return at(1, 2)
		}
		return at(slices.Index(closedColumns, column)+1, 1+len(closedColumns))
	}
}

// closedColumns are what is kept of closed cases behind their month.
var closedColumns = []string{"closed_by", "rate", "unfixed", "again", "fast"}

// told tells whether closed cases that are kept together are those that a filter asks for.
func told(f app.CaseFilter, of func(column string) string) bool {
	return (f.ClosedBy == "" || of("closed_by") == f.ClosedBy) && (f.Rate == "" || of("rate") == f.Rate) && (!f.Unfixed || of("unfixed") == "1") &&
		(!f.Reopened || of("again") == "1") && (!f.Fast || of("fast") == "1")
}

// closedMonths are the first and the last month in which a filter looks for closed cases; "" where it names no whole months.
func closedMonths(f app.CaseFilter) (from, to string) {
	if f.ClosedIn != "" {
		return f.ClosedIn, f.ClosedIn
	}
	a, err := calendar.ParseDay(f.ClosedFrom)
	b, err2 := calendar.ParseDay(f.ClosedTo)
	if err != nil || err2 != nil || a != a.Month().First() || b != b.Month().Last() {
		return "", ""
	}
	return a.Month().String(), b.Month().String()
}

// keptDim is the one thing, besides use, level and open, that a filter and its columns ask about; not ok where they ask more.
func keptDim(f app.CaseFilter, by []string) (string, bool) {
	rest := f
	rest.Use, rest.Open, rest.Closed, rest.Level, rest.Parties, rest.Sort, rest.Desc, rest.Offset, rest.Limit = "", false, false, 0, nil, "", false, 0, 0
	rest.Unit, rest.ClosedIn, rest.ClosedBy, rest.Climbed, rest.ReopenedIn = "", "", "", "", ""
	from, _ := closedMonths(f)
	if f.Closed || from != "" { // how it was closed is kept of closed cases only
		rest.Rate, rest.Unfixed, rest.Reopened, rest.Fast = "", false, false, false
	}
	if from != "" && f.ClosedIn == "" {
		rest.ClosedFrom, rest.ClosedTo = "", ""
	}
	if !reflect.DeepEqual(rest, app.CaseFilter{}) {
		return "", false
	}
	dims := map[string]bool{}
	for dim, asked := range map[string]bool{dimUnit: f.Unit != "", dimClosed: from != "" || f.ClosedBy != "" || f.Closed && (f.Rate != "" || f.Unfixed || f.Reopened || f.Fast), dimClimb: f.Climbed != "", dimReopen: f.ReopenedIn != ""} {
		if asked {
			dims[dim] = true
		}
	}
	for _, col := range by {
		switch col {
		case "use", "level":
		case "unit":
			dims[dimUnit] = true
		case "next_unit", "next_post":
			if !f.Open { // a closed case waits for nobody, and is not counted there
				return "", false
			}
			dims[dimNext] = true
		case "closed_by", "rate", "unfixed", "again", "fast":
			if !f.Closed && from == "" && f.ClosedBy == "" {
				return "", false
			}
			dims[dimClosed] = true
		default:
			return "", false
		}
	}
	if len(dims) > 1 {
		return "", false
	}
	for dim := range dims {
		return dim, true
	}
	return dimAll, true
}
