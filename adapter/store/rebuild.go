package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"shigan/app"
	"shigan/kernel/ledger"
)

func stringField(body []byte, name string) string {
	var m map[string]json.RawMessage
	if json.Unmarshal(body, &m) != nil {
		return ""
	}
	var s string
	json.Unmarshal(m[name], &s)
	return s
}

// Replay 重放 makes the projections of a district anew in another, empty store and compares row by row.
//
// apply is the application's one function from entry to projections.
func (s *Store) Replay(ctx context.Context, district string, apply func(app.Batch, ledger.Entry) error) (rows int64, differences []string, err error) {
	d, end, err := s.still(ctx, district) // a district in use goes on meanwhile
	if err != nil {
		return 0, nil, err
	}
	defer end()
	fresh, err := Open(ctx, ":memory:")
	if err != nil {
		return 0, nil, err
	}
	defer fresh.Close()
	if err := d.replayInto(fresh, apply); err != nil {
		return 0, nil, err
	}
	for _, t := range projections {
		n, diff, err := compare(d.ctx, d.Code, t, d.q, fresh.db)
		if err != nil {
			return rows, differences, err
		}
		rows += n
		differences = append(differences, diff...)
	}
	return rows, differences, nil
}

// Rebuild 重建 throws the projections of a district away and makes them anew, in one transaction.
func (s *Store) Rebuild(ctx context.Context, district string, apply func(app.Batch, ledger.Entry) error) (entries int64, err error) {
	b, err := s.begin(ctx, district)
	if err != nil {
		return 0, err
	}
	defer b.Rollback()
	b.recent = newRecent()
	if _, err := b.tx.ExecContext(ctx, `UPDATE ledger_head SET rebuilt = rebuilt + 1, lapsed = '' WHERE district = $1`, district); err != nil { // what others remember is void
		return 0, friendly(err)
	}
	b.lapsed = ""
	for _, t := range append(slices.Clone(projections), projection{table: "case_lapsed"}) {
		if _, err := b.tx.ExecContext(ctx, `DELETE FROM `+t.table+` WHERE district = $1`, district); err != nil {
			return 0, friendly(err)
		}
	}
	rows, err := b.tx.QueryContext(ctx, `SELECT `+entryColumns+` FROM ledger_entry WHERE district = $1 ORDER BY seq`, district)
	all, err := scanAll(rows, err, s.in(ctx, district).scanEntry)
	if err != nil {
		return 0, err
	}
	for i, st := range all {
		if err := b.project(st, apply); err != nil {
			return 0, err
		}
		if i%500 == 499 || i == len(all)-1 {
			if err := errors.Join(b.flushProjections(), b.send()); err != nil {
				return 0, friendly(err)
			}
			b.forget()
		}
	}
	return int64(len(all)), friendly(b.tx.Commit())
}

// project applies an entry that is in the ledger already.
func (b *Batch) project(st ledger.Stored, apply func(app.Batch, ledger.Entry) error) error {
	b.op.entries = append(b.op.entries[:0], st)
	if err := apply(b, st.Entry); err != nil {
		return fmt.Errorf("entry %d: %w", st.Seq, err)
	}
	b.op.entries = nil
	b.Keep()
	return nil
}

// forget lets go of what was flushed; from here on the tables say it.
func (b *Batch) forget() {
	b.base = newLayer()
	b.recent = newRecent()
}

func (d *District) replayInto(fresh *Store, apply func(app.Batch, ledger.Entry) error) error {
	if err := fresh.Birth(d.ctx, d.Code, ledger.SHA256, "", []byte{}); err != nil {
		return err
	}
	b, err := fresh.begin(d.ctx, d.Code)
	if err != nil {
		return err
	}
	defer b.Rollback()
	n := 0
	for st, err := range d.All(1) {
		if err != nil {
			return err
		}
		for _, dg := range st.Evidence { // a projection may read its evidence
			if st.Kind == "dispatch.frozen/1" {
				raw, err := d.Blob(dg)
				if err != nil {
					return err
				}
				b.AddFile(app.File{Digest: dg, Bytes: raw})
			}
		}
		if err := b.project(st, apply); err != nil {
			return err
		}
		if n++; n%500 == 0 {
			if err := b.flushProjections(); err != nil {
				return err
			}
			b.forget()
		}
	}
	if err := b.flushProjections(); err != nil {
		return err
	}
	return b.tx.Commit()
}

// projections are the tables that a replay must bring back, with their keys.
var projections = []projection{
	{"doc", "kind, id", ""}, {"datum", "fact, period, subject, seq", ""}, {"frozen", "month, name, subject", ""}, {"project_row", "id", ""},
	{"message", "seq, no", ""}, {"case_row", "id", ""}, {"case_party", "party, id", ""}, {"case_count", "party, dim, use, is_open, level, value", " AND n <> 0"},
}

// projection is a table with its key, and which of its rows say anything.
type projection struct{ table, key, where string }

const maxDifferences = 50

// compare walks two tables in the order of their key.
func compare(ctx context.Context, district string, t projection, a, b querier) (n int64, diff []string, err error) {
	q := `SELECT * FROM ` + t.table + ` WHERE district = $1` + t.where + ` ORDER BY ` + t.key
	ra, err := a.QueryContext(ctx, q, district)
	if err != nil {
		return 0, nil, friendly(err)
	}
	defer ra.Close()
	rb, err := b.QueryContext(ctx, q, district)
	if err != nil {
		return 0, nil, friendly(err)
	}
	defer rb.Close()
	cols, err := ra.Columns()
	if err != nil {
		return 0, nil, err
	}
	line := func(r *sql.Rows) ([]byte, error) {
		vals := make([]sql.RawBytes, len(cols))
		ptrs := make([]any, len(cols))
		for i := range vals {
			ptrs[i] = &vals[i]
		}
		if err := r.Scan(ptrs...); err != nil {
			return nil, err
		}
		return bytes.Join(rawSlices(vals), []byte("\x1f")), nil
	}
	for {
		okA, okB := ra.Next(), rb.Next()
		if !okA && !okB {
			return n, diff, friendly(ra.Err())
		}
		n++
		if okA != okB {
			return n, append(diff, fmt.Sprintf("%s: row %d stands on one side only", t.table, n)), nil
		}
		la, err := line(ra)
		if err != nil {
			return n, diff, err
		}
		lb, err := line(rb)
		if err != nil {
			return n, diff, err
		}
		if !bytes.Equal(la, lb) && len(diff) < maxDifferences {
			diff = append(diff, fmt.Sprintf("%s: row %d differs: %.200s ≠ %.200s", t.table, n, la, lb))
		}
	}
}

func rawSlices(vals []sql.RawBytes) [][]byte {
	out := make([][]byte, len(vals))
	for i, v := range vals {
		out[i] = v
	}
	return out
}
