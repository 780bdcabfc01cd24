package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
)

// caseTables are the tables in which a case lies, with the columns that name it and those that carry its number inside.
var caseTables = []struct{ table, columns, only string }{
	{"case_row", "id, " + strings.Join(caseColumns, ", "), ""},
	{"case_party", "party, id, " + strings.Join(partyColumns, ", "), ""},
	{"doc", "kind, id, name, parent, stage, seq, body", " AND t.kind IN ('case', 'case-tick')"},
}

// MultiplyCases copies the cases of a district so that each stands there `to` times, where it stood `from` times: how `make bench` comes to
// a million of them. The copies have numbers of their own and share the entries of the case that they are copied from.
func (s *Store) MultiplyCases(ctx context.Context, district string, from, to int) error {
	tx, err := s.one.BeginTx(ctx, nil)
	if err != nil {
		return friendly(err)
	}
	defer tx.Rollback()
	var indexes []string // made anew at the end: much faster than kept up row by row
	which := `SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ('case_row', 'case_party', 'doc')`
	if !s.rowByRow {
		which = `SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() AND indexname NOT LIKE '%_pkey' AND tablename IN ('case_row', 'case_party', 'doc')`
	}
	rows, err := tx.QueryContext(ctx, which)
	if _, err := scanAll(rows, err, func(r *sql.Rows) (x struct{}, err error) {
		var name, text string
		err = r.Scan(&name, &text)
		indexes = append(indexes, `DROP INDEX `+name, text)
		return
	}); err != nil {
		return friendly(err)
	}
	run := func(q string, args ...any) error {
		_, err := tx.ExecContext(ctx, q, args...)
		return friendly(err)
	}
	if to <= from { // nothing to copy: only what the database knows of its tables
		return errors.Join(run(`ANALYZE`), tx.Commit())
	}
	for i := 0; i < len(indexes); i += 2 {
		if err := run(indexes[i]); err != nil {
			return err
		}
	}
	for _, t := range caseTables {
		var values []string
		for _, c := range strings.Split(t.columns, ", ") {
			switch c {
			case "id":
				c = "t.id || '-' || k.k"
			case "body":
				c = `REPLACE(t.body, '"' || t.id || '"', '"' || t.id || '-' || k.k || '"')`
			default:
				c = "t." + c
			}
			values = append(values, c)
		}
		if err := run(fmt.Sprintf(`INSERT INTO %s (district, %s) WITH RECURSIVE k(k) AS (SELECT %d UNION ALL SELECT k + 1 FROM k WHERE k < %d)
			SELECT t.district, %s FROM %s t CROSS JOIN k WHERE t.district = $1 AND LENGTH(t.id) - LENGTH(REPLACE(t.id, '-', '')) = 2%s`,
			t.table, t.columns, from, to-1, strings.Join(values, ", "), t.table, t.only), district); err != nil {
			return err
		}
	}
	for _, q := range []string{`UPDATE case_count SET n = n * $2 / $3 WHERE district = $1`, `UPDATE case_lapsed SET n = n * $2 / $3 WHERE district = $1`} {
		if err := run(q, district, to, from); err != nil {
			return err
		}
	}
	if err := run(`UPDATE ledger_head SET rebuilt = rebuilt + 1 WHERE district = $1`, district); err != nil { // what batches remember is void
		return err
	}
	for i := 1; i < len(indexes); i += 2 {
		if err := run(indexes[i]); err != nil {
			return err
		}
	}
	if err := run(`ANALYZE`); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return friendly(err)
	}
	if !s.rowByRow {
		return nil
	}
	_, err = s.one.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`) // gigabytes of it would slow every reader
	return friendly(err)
}

// RawCases inserts what the last n entries brought forth once more under another district: the entries, their data, the case with its row
// and those who have to do with it, in transactions of the same size. Nothing is decided, counted or signed. It returns the time of writing, by the clock and as the caller
// counts processor time.
func (s *Store) RawCases(ctx context.Context, district string, n, perCommit int, processor func() time.Duration) (took, spent time.Duration, err error) {
	d := s.in(ctx, district)
	var last int64
	if err := s.db.QueryRowContext(ctx, `SELECT MAX(seq) FROM ledger_entry WHERE district = $1`, district).Scan(&last); err != nil {
		return 0, 0, friendly(err)
	}
	src := &Batch{ctx: ctx, s: s, district: "raw", base: newLayer(), recent: newRecent()}
	data, err := d.datumsFrom(last - int64(n) + 1)
	if err != nil {
		return 0, 0, err
	}
	var layers []*layer
	for st, err := range d.All(last - int64(n) + 1) {
		if err != nil {
			return 0, 0, err
		}
		id, ok := strings.CutPrefix(st.Subject, "case/")
		if !ok {
			continue
		}
		l := newLayer()
		l.entries, l.datums = append(l.entries, st), data[st.Seq]
		for _, kind := range []string{"case", "case-tick"} {
			raw, err := d.RawIn(kind, []string{id})
			if err != nil {
				return 0, 0, err
			}
			l.docs[[2]string{kind, id}] = docRow{seq: st.Seq, body: raw[id], name: id}
		}
		tx, err := s.db.BeginTx(ctx, nil)
		if err != nil {
			return 0, 0, friendly(err)
		}
		src.tx, src.district = tx, district
		was, err := src.casesBefore([]string{id})
		tx.Rollback()
		if err != nil {
			return 0, 0, err
		}
		l.cases, src.district = map[string]caseRow{id: was[id]}, "raw"
		layers = append(layers, l)
	}
	began, before := time.Now(), processor()
	for start := 0; start < len(layers); start += perCommit {
		conn, tx, err := s.beginOn(ctx)
		if err != nil {
			return 0, 0, friendly(err)
		}
		src.conn, src.tx, src.base, src.op, src.recent = conn, tx, newLayer(), newLayer(), newRecent()
		cases := map[string]caseRow{}
		for _, l := range layers[start:min(len(layers), start+perCommit)] {
			for id, row := range l.cases {
				cases[id] = row
			}
			bare := *l
			bare.cases = map[string]caseRow{}
			src.op = &bare
			src.Keep()
		}
		if err = src.flush(nil); err == nil {
			err = errors.Join(src.rawRows(cases), src.send())
		}
		if err != nil {
			src.Rollback()
			return 0, 0, friendly(err)
		}
		if err := tx.Commit(); err != nil {
			return 0, 0, friendly(err)
		}
		src.Rollback() // gives the connection back
	}
	return time.Since(began), processor() - before, nil
}

// rawRows inserts the rows of cases and their parties.
func (b *Batch) rawRows(cases map[string]caseRow) error {
	var ids []string
	var parties [][2]string
	for id, row := range cases {
		ids = append(ids, id)
		for _, p := range row.parties() {
			parties = append(parties, [2]string{p, id})
		}
	}
	if err := b.insert(`INSERT INTO case_row (district, id, `+strings.Join(caseColumns, ", ")+`) VALUES `, ` ON CONFLICT (district, id) DO UPDATE SET `+excluded(caseColumns),
		2+len(caseColumns), len(ids), func(i int) []any { return append([]any{b.district, ids[i]}, cases[ids[i]]...) }); err != nil {
		return err
	}
	return b.insert(`INSERT INTO case_party (district, party, id, `+strings.Join(partyColumns, ", ")+`) VALUES `, ` ON CONFLICT (district, party, id) DO UPDATE SET `+excluded(partyColumns),
		3+len(partyColumns), len(parties), func(i int) []any {
			return append([]any{b.district, parties[i][0], parties[i][1]}, cases[parties[i][1]].sorted()...)
		})
}
