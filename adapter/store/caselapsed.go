package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"shigan/app"
)

// How many cases are overdue hangs on now, so it cannot be kept as a count; it can be kept as it was at an instant, and read with what has
// fallen due since. case_lapsed holds the open cases that were due before ledger_head.lapsed, by party and by what they are counted by.
// Whoever moves a case keeps that right in the same transaction; Lapse moves the instant forward. It is made from the tables of cases and
// not from entries, so it is no projection: a rebuild begins it anew.

// lapsedKey is the key of such a count.
type lapsedKey struct {
	party, dim, use string
	level           int64
	value           string
}

// lapsed adds a case to the counts of those that were due before an instant, or takes it out of them.
func (r caseRow) lapsed(into map[lapsedKey]int64, parties []string, before string, n int64) {
	if r == nil || r.number("is_open") != 1 || r.text("due") >= before {
		return
	}
	for _, p := range parties {
		for _, dim := range []struct{ name, value string }{{dimAll, ""}, {dimUnit, r.text("unit")}, {dimNext, r.text("next_unit") + apart + r.text("next_post")}} {
			k := lapsedKey{p, dim.name, r.text("use"), r.number("level"), dim.value}
			if into[k] += n; into[k] == 0 {
				delete(into, k)
			}
		}
	}
}

func (b *Batch) flushLapsed(counts map[lapsedKey]int64) error {
	keys := slices.SortedFunc(maps.Keys(counts), func(a, b lapsedKey) int {
		return cmp.Or(cmp.Compare(a.party, b.party), cmp.Compare(a.dim, b.dim), cmp.Compare(a.use, b.use), cmp.Compare(a.level, b.level), cmp.Compare(a.value, b.value))
	})
	return b.insert(`INSERT INTO case_lapsed (district, party, dim, use, level, value, n) VALUES `,
		` ON CONFLICT (district, party, dim, use, level, value) DO UPDATE SET n = case_lapsed.n + excluded.n`, 7, len(keys), func(i int) []any {
			k := keys[i]
			return []any{b.district, k.party, k.dim, k.use, k.level, k.value, counts[k]}
		})
}

// lapsedAtOnce is how many cases one transaction of Lapse counts, about: those that fall due at one instant stay together.
const lapsedAtOnce = 2_000

// Lapse counts the cases that fell due before an instant. It goes in small steps, each of which holds the writer for some milliseconds. An
// earlier instant changes nothing, since servers' clocks differ; one that is more than a day earlier begins anew: a clock was wrong.
func (s *Store) Lapse(ctx context.Context, district, until string) error {
	for {
		done, err := s.lapse(ctx, district, until)
		if err != nil || done {
			return friendly(err)
		}
	}
}

func (s *Store) lapse(ctx context.Context, district, until string) (done bool, err error) {
	b, err := s.begin(ctx, district)
	if err != nil {
		return true, err
	}
	defer b.Rollback()
	if dayBack(b.lapsed, until) {
		b.lapsed = ""
		if _, err := b.tx.ExecContext(ctx, `DELETE FROM case_lapsed WHERE district = $1`, district); err != nil {
			return true, err
		}
	} else if b.lapsed >= until {
		b.s.remember(b.district, b.recent, b.Head.Size)
		return true, nil
	}
	to := until
	// the instant of the first that is too many; where all before it fell due at the same one, the next instant
	const due = `SELECT due FROM case_party WHERE district = $1 AND party = '' AND is_open = 1 AND due >= $2 AND due < $3 ORDER BY due`
	var next string
	switch err := b.tx.QueryRowContext(ctx, due+fmt.Sprintf(` LIMIT 1 OFFSET %d`, lapsedAtOnce), district, b.lapsed, until).Scan(&next); {
	case err == nil && next > b.lapsed:
		to = next
	case err == nil:
		to = next + "\x01" // behind all that have this one
	case !errors.Is(err, sql.ErrNoRows):
		return true, err
	}
	counts := map[lapsedKey]int64{}
	rows, err := b.tx.QueryContext(ctx, `SELECT r.use, r.level, r.unit, r.next_unit, r.next_post, r.parties FROM case_party p CROSS JOIN case_row r
		WHERE p.district = $1 AND p.party = '' AND p.is_open = 1 AND p.due >= $2 AND p.due < $3 AND r.district = p.district AND r.id = p.id`, district, b.lapsed, to)
	if _, err = scanAll(rows, err, func(r *sql.Rows) (x struct{}, err error) {
		row := make(caseRow, len(caseColumns))
		at := func(c string) any { return &row[caseColumnAt[c]] }
		err = r.Scan(at("use"), at("level"), at("unit"), at("next_unit"), at("next_post"), at("parties"))
		row[caseColumnAt["is_open"]], row[caseColumnAt["due"]] = int64(1), ""
		row.lapsed(counts, row.parties(), to, 1)
		return x, err
	}); err != nil {
		return true, err
	}
	if err := errors.Join(b.flushLapsed(counts), b.exec(`UPDATE ledger_head SET lapsed = $2 WHERE district = $1`, district, to), b.send()); err != nil {
		return true, err
	}
	if err := b.tx.Commit(); err != nil {
		return true, err
	}
	b.s.remember(b.district, b.recent, b.Head.Size)
	return to == until, nil
}

// dayBack tells whether an instant lies more than a day before another.
func dayBack(last, now string) bool {
	a, err := time.Parse(time.RFC3339, strings.TrimSuffix(last, "\x01"))
	b, err2 := time.Parse(time.RFC3339, now)
	return err == nil && err2 == nil && a.Sub(b) > 24*time.Hour
}

// lapsedCount counts the open cases that were due before an instant: those counted already, with those that fell due from then up to the
// instant, or without those that fell due from the instant up to then. One statement sees all three as of one moment.
func (d *District) lapsedCount(f app.CaseFilter, by []string) (counts []app.CaseCount, ok bool, err error) {
	before := f.DueBefore
	f.DueBefore, f.Open = "", true
	if before == "" || f.Closed || f.Climbed != "" || f.ReopenedIn != "" {
		return nil, false, nil
	}
	dim, ok := keptDim(f, by)
	party, one := keptParty(f)
	switch {
	case !ok || !one || dim != dimAll && dim != dimUnit && dim != dimNext:
		return nil, false, nil
	case party == nobody:
		return nil, true, nil
	}
	from, value, group := ` FROM case_party p`, `''`, ""
	if dim != dimAll {
		from = ` FROM case_party p CROSS JOIN case_row r`
		value = map[string]string{dimUnit: `r.unit`, dimNext: `r.next_unit || '` + apart + `' || r.next_post`}[dim]
		group = ", " + value
	}
	var q query
	q.WriteString(`SELECT use, level, value, CAST(SUM(n) AS BIGINT) FROM (SELECT use, level, value, n FROM case_lapsed WHERE district = ` + q.arg(d.Code) +
		` AND party = ` + q.arg(party) + ` AND dim = ` + q.arg(dim))
	only := func(table, unit string) {
		if f.Use != "" {
			q.and(table+"use = ?", f.Use)
		}
		if f.Level > 0 {
			q.and(table+"level = ?", f.Level)
		}
		if f.Unit != "" {
			q.and(unit+" = ?", f.Unit)
		}
	}
	only("", "value")
	const then = `(SELECT lapsed FROM ledger_head WHERE district = $1)` // the first argument
	at := q.arg(before)
	for _, part := range []struct{ n, first, last string }{{`COUNT(*)`, then, at}, {`-COUNT(*)`, at, then}} {
		// nothing that is in the order of another index, or SQLite walks all of that one and not the few of these days
		q.WriteString(` UNION ALL SELECT p.use || '' AS use, p.level + 0 AS level, ` + value + ` AS value, ` + part.n + from + ` WHERE p.district = ` + q.arg(d.Code) + ` AND p.party = ` + q.arg(party) + ` AND p.is_open = 1`)
		q.WriteString(` AND p.due >= ` + part.first + ` AND p.due < ` + part.last)
		if dim != dimAll {
			q.WriteString(` AND r.district = p.district AND r.id = p.id`)
		}
		only("p.", "r.unit")
		q.WriteString(` GROUP BY p.use || '', p.level + 0` + group)
	}
	q.WriteString(`) t GROUP BY use, level, value HAVING SUM(n) <> 0`)
	rows, err := d.q.QueryContext(d.ctx, q.String(), q.args...)
	return folded(rows, err, f, dim, by)
}
