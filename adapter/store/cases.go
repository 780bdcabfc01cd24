package store

import (
	"cmp"
	"database/sql"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"shigan/app"
	"shigan/kernel/calendar"
)

// query is a statement that grows, with its arguments in order.
type query struct {
	strings.Builder
	args []any
}

// arg adds an argument and gives its mark.
func (q *query) arg(v any) string {
	q.args = append(q.args, v)
	return fmt.Sprint("$", len(q.args))
}

// and adds a condition; each ? in it is the same argument.
func (q *query) and(cond string, v any) {
	q.WriteString(" AND " + strings.ReplaceAll(cond, "?", q.arg(v)))
}

func (q *query) in(column string, values []string) {
	if len(values) == 0 {
		q.WriteString(" AND 1 = 0")
		return
	}
	var marks []string
	for _, v := range values {
		marks = append(marks, q.arg(v))
	}
	q.WriteString(" AND " + column + " IN (" + strings.Join(marks, ",") + ")")
}

// own tells whether a filter names something that has an index of its own, so that its cases are few whoever asks.
func own(f app.CaseFilter) bool {
	return f.Unit != "" || f.Raiser != "" || f.NextUnit != "" || f.NextPost != "" || f.Seat != "" || f.Subject != "" || f.IDs != nil
}

// byRow tells whether cases are found by their own columns, not by the index of a party.
func byRow(f app.CaseFilter, party string) bool {
	return own(f) || f.Parties != nil && party == everybody || f.Parties == nil && f.Use != "" && dated(f)
}

// dated tells whether a filter names a day that has an index of its own, by use.
func dated(f app.CaseFilter) bool {
	return f.Sort == "" && f.Limit == 0 && (f.DueBefore+f.NearBefore+f.OpenedFrom+f.ClosedFrom+f.Climbed+f.ReopenedIn != "")
}

// fromCases begins a statement over the cases that a party has to do with: by the index of that party, or by one of the case's
// own columns with the parties looked up for each.
func (d *District) fromCases(q *query, f app.CaseFilter, party string, alone bool) {
	if byRow(f, party) {
		q.WriteString(` FROM case_row r WHERE r.district = ` + q.arg(d.Code))
		if f.Parties != nil {
			q.WriteString(` AND EXISTS (SELECT 1 FROM case_party p WHERE p.district = r.district AND p.id = r.id`)
			q.in("p.party", f.Parties)
			q.WriteString(`)`)
		}
		d.whereCases(q, f, "r")
		return
	}
	if alone {
		q.WriteString(` FROM case_party p WHERE p.district = ` + q.arg(d.Code) + ` AND p.party = ` + q.arg(party))
	} else { // CROSS JOIN: SQLite walks the tables in this order
		q.WriteString(` FROM case_party p CROSS JOIN case_row r WHERE p.district = ` + q.arg(d.Code) + ` AND p.party = ` + q.arg(party))
		q.WriteString(` AND r.district = p.district AND r.id = p.id`)
	}
	d.whereCases(q, f, "p")
}

// alone tells whether the index of a party says all that a count asks, without the cases' rows.
func alone(f app.CaseFilter, by []string) bool {
	f.Use, f.Level, f.Open, f.Closed, f.Parties, f.Desc = "", 0, false, false, nil, false
	f.DueBefore, f.DueFrom, f.ClosedFrom, f.ClosedTo, f.ClosedIn = "", "", "", "", ""
	return reflect.DeepEqual(f, app.CaseFilter{}) && !slices.ContainsFunc(by, func(c string) bool { return c != "use" && c != "level" })
}

// whereCases writes a filter; by is the table whose copy of the sorted columns is asked.
func (d *District) whereCases(q *query, f app.CaseFilter, by string) {
	switch { // literally, since the indexes are of open or of closed cases only
	case f.Open || f.DueBefore != "" || f.DueFrom != "" || f.NearBefore != "":
		q.WriteString(` AND ` + by + `.is_open = 1`)
	case f.Closed || f.ClosedFrom != "" || f.ClosedTo != "" || f.ClosedBy != "" || f.ClosedIn != "":
		q.WriteString(` AND ` + by + `.is_open = 0`)
	}
	if f.Open && f.Closed {
		q.WriteString(` AND 1 = 0`)
	}
	for _, c := range []struct{ col, v string }{{by + ".use", f.Use}, {"r.desk", f.Desk}, {"r.kind", f.Kind}, {"r.state", f.State}, {"r.subject", f.Subject},
		{"r.unit", f.Unit}, {"r.raiser", f.Raiser}, {"r.next_unit", f.NextUnit}, {"r.next_post", f.NextPost}, {"r.next_as", f.NextAs}, {"r.seat", f.Seat},
		{"r.outcome", f.Outcome}, {"r.rate", f.Rate}, {"r.closed_by", f.ClosedBy}} {
		if c.v != "" { // always in this order: the database keeps the plan of a statement it has seen
			q.and(c.col+" = ?", c.v)
		}
	}
	if f.Level > 0 {
		q.and(by+".level = ?", f.Level)
	}
	if f.DueBefore != "" {
		q.and(by+".due < ?", f.DueBefore)
		if by == "r" && !own(f) {
			q.and("r.near < ?", f.DueBefore) // it was near before it was due: the index has that first
		}
	}
	if f.NearBefore != "" {
		q.and("r.near <= ?", f.NearBefore)
		q.and(by+".due >= ?", f.NearBefore)
	}
	if f.DueFrom != "" {
		q.and(by+".due >= ?", f.DueFrom)
		q.and(by+".due < ?", noDue)
	}
	d.days(q, "r.opened", f.OpenedFrom, f.OpenedTo)
	d.days(q, by+".closed", f.ClosedFrom, f.ClosedTo)
	for _, c := range []struct{ col, month string }{{by + ".closed", f.ClosedIn}, {"r.last_climb", f.Climbed}, {"r.last_reopen", f.ReopenedIn}} {
		if c.month == "" {
			continue
		}
		m, err := calendar.ParseMonth(c.month)
		if err != nil {
			q.WriteString(` AND 1 = 0`)
			continue
		}
		d.days(q, c.col, m.First().String(), m.Last().String())
	}
	for _, c := range []struct {
		cond string
		on   bool
	}{{"r.reopened > 0", f.Reopened}, {"r.unfixed = 1", f.Unfixed}, {"r.vacant = 1", f.Vacant}, {"r.next_post = ''", f.NoPost}, {"r.fast = 1", f.Fast},
		{"r.unit = ''", f.NoUnit}, {"r.next_unit = '' AND r.next_post = ''", f.NoTurn}} {
		if c.on {
			q.WriteString(" AND " + c.cond)
		}
	}
	if f.Mark != "" {
		q.and("r.marks LIKE ?", "%,"+f.Mark+",%")
	}
	if f.After != nil {
		d.behind(q, f, by)
	}
	if f.Query != "" {
		q.and(`(LOWER(r.title) LIKE ? ESCAPE '!' OR r.pinyin LIKE ? ESCAPE '!' OR LOWER(r.id) LIKE ? ESCAPE '!')`, "%"+plain.Replace(strings.ToLower(f.Query))+"%")
	}
	if f.IDs != nil {
		q.in("r.id", f.IDs)
	}
}

// behind goes on after a line, by what the list is ordered by.
func (d *District) behind(q *query, f app.CaseFilter, by string) {
	due := cmp.Or(f.After.Due, noDue)
	values := []any{due}
	switch f.Sort {
	case "opened":
		values = []any{f.After.Opened}
	case "closed":
		values = []any{f.After.Closed}
	case "level":
		values = []any{f.After.Level, due}
	}
	op := " > ("
	if f.Desc {
		op = " < ("
	}
	var at []string
	for _, v := range append(values, f.After.ID) {
		at = append(at, q.arg(v))
	}
	q.WriteString(" AND (" + strings.Join(append(caseOrder(f.Sort, by), by+".id"), ", ") + ")" + op + strings.Join(at, ", ") + ")")
}

// days limits an instant to days of the house's zone, both included; a day that is none finds nothing.
func (d *District) days(q *query, column, from, to string) {
	for _, b := range []struct {
		day, op string
		add     int
	}{{from, ">=", 0}, {to, "<", 1}} {
		if b.day == "" {
			continue
		}
		day, err := calendar.ParseDay(b.day)
		if err != nil {
			q.WriteString(" AND 1 = 0")
			continue
		}
		q.and(column+" "+b.op+" ?", day.AddDays(b.add).At(0).UTC().Format(time.RFC3339))
		q.WriteString(" AND " + column + " <> ''")
	}
}

const caseLine = `r.id, r.desk, r.use, r.digest, r.kind, r.title, r.subject, r.project, r.state, r.outcome, r.rate, r.unit, r.post, r.raiser, r.raiser_post, r.next_unit,
	r.next_post, r.next_as, r.seat, r.level, r.climbs, r.reopened, r.returns, r.opened, r.due, r.days, r.closed, r.closed_by, r.last_climb, r.last_reopen, r.halted, r.fast,
	r.unfixed, r.vacant, r.seq`

func scanCase(r *sql.Rows) (l app.CaseLine, err error) {
	var halted, fast, unfixed, vacant int64
	err = r.Scan(&l.ID, &l.Desk, &l.Use, &l.Digest, &l.Kind, &l.Title, &l.Subject, &l.Project, &l.State, &l.Outcome, &l.Rate, &l.Unit, &l.Post, &l.Raiser, &l.RaiserPost,
		&l.NextUnit, &l.NextPost, &l.NextAs, &l.Seat, &l.Level, &l.Climbs, &l.Reopened, &l.Returns, &l.Opened, &l.Due, &l.Days, &l.Closed, &l.ClosedBy, &l.LastClimb, &l.LastReopen,
		&halted, &fast, &unfixed, &vacant, &l.Seq)
	l.Halted, l.Fast, l.Unfixed, l.Vacant = halted == 1, fast == 1, unfixed == 1, vacant == 1
	if l.Due == noDue {
		l.Due = ""
	}
	return l, err
}

// caseOrder gives the columns of an order, each with the table that the walk is over.
func caseOrder(sort, by string) []string {
	switch sort {
	case "opened":
		return []string{"r.opened"}
	case "closed":
		return []string{by + ".closed"}
	case "level":
		return []string{by + ".level", by + ".due"}
	}
	return []string{by + ".due"}
}

// Cases lists cases by their columns. Of several parties each is asked on its own, and what comes twice is shown once.
func (d *District) Cases(f app.CaseFilter) ([]app.CaseLine, error) {
	f.Parties = named(f.Parties)
	if f.Parties == nil || own(f) {
		return d.casesOf(f, everybody)
	}
	if len(f.Parties) > 8 {
		return d.casesOf(f, everybody) // as one statement
	}
	each := f
	if each.Limit > 0 {
		each.Limit, each.Offset = f.Offset+f.Limit, 0
	}
	var all []app.CaseLine
	for _, p := range f.Parties {
		lines, err := d.casesOf(each, p)
		if err != nil {
			return nil, err
		}
		all = append(all, lines...)
	}
	if len(f.Parties) > 1 {
		slices.SortFunc(all, func(a, b app.CaseLine) int { return compareLines(f, a, b) })
		all = slices.CompactFunc(all, func(a, b app.CaseLine) bool { return a.ID == b.ID })
	}
	if f.Limit > 0 {
		all = all[min(f.Offset, len(all)):min(f.Offset+f.Limit, len(all))]
	}
	return all, nil
}

// named leaves the party out that stands for everybody: nobody sees all by naming no unit.
func named(parties []string) []string {
	if parties == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(parties), func(p string) bool { return p == everybody })
}

func compareLines(f app.CaseFilter, a, b app.CaseLine) int {
	due := func(l app.CaseLine) string { return cmp.Or(l.Due, noDue) }
	var n int
	switch f.Sort {
	case "opened":
		n = cmp.Compare(a.Opened, b.Opened)
	case "closed":
		n = cmp.Compare(a.Closed, b.Closed)
	case "level":
		n = cmp.Or(cmp.Compare(a.Level, b.Level), cmp.Compare(due(a), due(b)))
	default:
		n = cmp.Compare(due(a), due(b))
	}
	n = cmp.Or(n, cmp.Compare(a.ID, b.ID))
	if f.Desc {
		n = -n
	}
	return n
}

func (d *District) casesOf(f app.CaseFilter, party string) ([]app.CaseLine, error) {
	var q query
	q.WriteString(`SELECT ` + caseLine)
	d.fromCases(&q, f, party, false)
	by := "p"
	if byRow(f, party) {
		by = "r"
	}
	dir := ""
	if f.Desc {
		dir = " DESC"
	}
	q.WriteString(` ORDER BY ` + strings.Join(append(caseOrder(f.Sort, by), by+".id"), dir+", ") + dir)
	if f.Limit > 0 {
		q.WriteString(` LIMIT ` + q.arg(f.Limit))
		q.WriteString(` OFFSET ` + q.arg(f.Offset))
	}
	rows, err := d.q.QueryContext(d.ctx, q.String(), q.args...)
	return scanAll(rows, err, scanCase)
}

// countColumns are those by which cases are counted together.
var countColumns = []string{"level", "unit", "use", "desk", "kind", "state", "outcome", "rate", "next_unit", "next_post", "next_as", "raiser", "seat", "closed_by",
	"project", "subject", "unfixed", "fast", "again", "days"}

var groupedTexts = []string{"unit", "kind", "next_unit", "next_post"}

// countOf is how a column is counted by where it is not the column itself.
var countOf = map[string]string{"again": "CASE WHEN r.reopened > 0 THEN 1 ELSE 0 END"}

// CountCases counts them, together by some columns, in the order of their values.
func (d *District) CountCases(f app.CaseFilter, by ...string) ([]app.CaseCount, error) {
	f.Limit, f.Offset, f.After, f.Sort, f.Parties = 0, 0, nil, "", named(f.Parties)
	for _, c := range by {
		if !slices.Contains(countColumns, c) {
			return nil, fmt.Errorf("cases are not counted by %q", c)
		}
	}
	if kept, ok, err := d.keptCount(f, by); ok || err != nil {
		return kept, err
	}
	if kept, ok, err := d.lapsedCount(f, by); ok || err != nil {
		return kept, err
	}
	party := everybody
	if len(f.Parties) == 1 {
		party = f.Parties[0]
	}
	var q query
	var cols []string
	table := "r."
	index := !byRow(f, party) && alone(f, by)
	if index {
		table = "p."
	}
	for _, c := range by {
		col := cmp.Or(countOf[c], table+c)
		if f.Parties == nil && dated(f) && !own(f) && slices.Contains(groupedTexts, c) {
			col += " || ''" // not in the order of another index: that of the day is the one to walk
		}
		cols = append(cols, col)
	}
	q.WriteString(`SELECT ` + strings.Join(append(slices.Clone(cols), "COUNT(*)"), ", "))
	d.fromCases(&q, f, party, index)
	if len(cols) > 0 {
		q.WriteString(` GROUP BY ` + strings.Join(cols, ", ") + ` ORDER BY ` + strings.Join(cols, ", "))
	}
	rows, err := d.q.QueryContext(d.ctx, q.String(), q.args...)
	return scanAll(rows, err, func(r *sql.Rows) (c app.CaseCount, err error) {
		vals, ptrs := make([]string, len(by)), make([]any, 0, len(by)+1)
		for i := range vals {
			ptrs = append(ptrs, &vals[i])
		}
		err = r.Scan(append(ptrs, &c.N)...)
		c.By = map[string]string{}
		for i, col := range by {
			c.By[col] = vals[i]
		}
		return c, err
	})
}
