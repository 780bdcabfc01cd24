package store

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// RawCopy inserts the rows that the last n entries brought forth once more, under another district, in transactions of the
// same size and with nothing computed: the floor that `make bench` holds appends against. It returns the time that it took, by the clock
// and as the caller counts processor time.
func (s *Store) RawCopy(ctx context.Context, district string, n, perCommit int, processor func() time.Duration) (took, spent time.Duration, err error) {
	var last int64
	if err := s.db.QueryRowContext(ctx, `SELECT MAX(seq) FROM ledger_entry WHERE district = $1`, district).Scan(&last); err != nil {
		return 0, 0, friendly(err)
	}
	// read everything first: only the writing is timed
	src := &Batch{ctx: ctx, s: s, district: "raw", base: newLayer(), recent: newRecent()}
	d := s.in(ctx, district)
	data, err := d.datumsFrom(last - int64(n) + 1)
	if err != nil {
		return 0, 0, err
	}
	var layers []*layer
	for st, err := range d.All(last - int64(n) + 1) {
		if err != nil {
			return 0, 0, err
		}
		l := newLayer()
		l.entries, l.datums = append(l.entries, st), data[st.Seq]
		key := [2]string{"report", "raw/" + st.Subject}
		l.docs[key] = docRow{seq: st.Seq, body: st.Body, parent: "raw", name: st.Subject}
		layers = append(layers, l)
	}
	began, before := time.Now(), processor()
	for start := 0; start < len(layers); start += perCommit {
		conn, tx, err := s.beginOn(ctx)
		if err != nil {
			return 0, 0, friendly(err)
		}
		src.conn, src.tx, src.base, src.op = conn, tx, newLayer(), newLayer()
		for _, l := range layers[start:min(len(layers), start+perCommit)] {
			src.op = l
			src.Keep()
		}
		if err := errors.Join(src.flush(nil), src.send()); err != nil {
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

// datumsFrom reads the data of all entries from one on, by entry.
func (d *District) datumsFrom(seq int64) (map[int64][]datumRow, error) {
	out := map[int64][]datumRow{}
	rows, err := d.q.QueryContext(d.ctx, `SELECT fact, period, subject, seq, value FROM datum WHERE district = $1 AND seq >= $2`, d.Code, seq)
	_, err = scanAll(rows, err, func(r *sql.Rows) (x struct{}, err error) {
		var row datumRow
		err = r.Scan(&row.fact, &row.period, &row.subject, &row.seq, &row.value)
		out[row.seq] = append(out[row.seq], row)
		return
	})
	return out, err
}
