package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"strings"

	"shigan/kernel/ledger"
)

// Birth starts a district's log with the suite and key that it keeps for life.
func (s *Store) Birth(ctx context.Context, district string, suite *ledger.Suite, vkey string, sealed []byte) error {
	_, err := s.one.ExecContext(ctx, `INSERT INTO ledger_head (district, suite, vkey, skey, size, frontier) VALUES ($1, $2, $3, $4, 0, $5) ON CONFLICT (district) DO NOTHING`,
		district, suite.Name, vkey, sealed, []byte{})
	return friendly(err)
}

// Districts lists the districts of this database.
func (s *Store) Districts(ctx context.Context) ([]string, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT district FROM ledger_head ORDER BY district`)
	return scanAll(rows, err, func(r *sql.Rows) (d string, err error) { err = r.Scan(&d); return })
}

// Log is the head of a district's log.
func (d *District) Log() (head ledger.Frontier, vkey string, sealed []byte, err error) {
	var suite string
	var frontier []byte
	err = d.q.QueryRowContext(d.ctx, `SELECT suite, vkey, skey, size, frontier FROM ledger_head WHERE district = $1`, d.Code).Scan(&suite, &vkey, &sealed, &head.Size, &frontier)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNoData.With("district", d.Code)
	}
	if err != nil {
		return head, "", nil, friendly(err)
	}
	head.Suite, err = ledger.SuiteNamed(suite)
	if err == nil {
		head.Hashes = splitHashes(frontier, head.Suite.Size())
	}
	return head, vkey, sealed, err
}

// Held gives everything for a verification, as it is at one moment: what is appended while the check runs belongs to the next.
func (d *District) Held() (ledger.Held, error) {
	now, end, err := d.s.still(d.ctx, d.Code)
	if err != nil {
		return ledger.Held{}, err
	}
	head, vkey, _, err := now.Log()
	if err != nil {
		end()
		return ledger.Held{}, err
	}
	return ledger.Held{Suite: head.Suite, Key: vkey, Head: head, Entries: now.All(1), Nodes: now.nodes(), Checkpoints: now.checkpoints(), Done: end}, nil
}

func (d *District) nodes() iter.Seq2[ledger.Node, error] {
	return func(yield func(ledger.Node, error) bool) {
		rows, err := d.q.QueryContext(d.ctx, `SELECT level, idx, hash FROM ledger_node WHERE district = $1 ORDER BY level, idx`, d.Code)
		all, err := scanAll(rows, err, func(r *sql.Rows) (n ledger.Node, err error) { err = r.Scan(&n.Level, &n.Index, &n.Hash); return })
		if err != nil {
			yield(ledger.Node{}, err)
			return
		}
		for _, n := range all {
			if !yield(n, nil) {
				return
			}
		}
	}
}

func (d *District) checkpoints() iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		rows, err := d.q.QueryContext(d.ctx, `SELECT note FROM ledger_checkpoint WHERE district = $1 ORDER BY size`, d.Code)
		all, err := scanAll(rows, err, func(r *sql.Rows) (n string, err error) { err = r.Scan(&n); return })
		if err != nil {
			yield("", err)
			return
		}
		for _, n := range all {
			if !yield(n, nil) {
				return
			}
		}
	}
}

// CheckpointFrom is the first signed checkpoint that covers an entry.
func (d *District) CheckpointFrom(seq int64) (string, error) {
	var note string
	err := d.q.QueryRowContext(d.ctx, `SELECT note FROM ledger_checkpoint WHERE district = $1 AND size >= $2 ORDER BY size LIMIT 1`, d.Code, seq).Scan(&note)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNoEntry.With("seq", seq)
	}
	return note, friendly(err)
}

// Latest is the newest signed checkpoint.
func (d *District) Latest() (string, error) {
	var note string
	err := d.q.QueryRowContext(d.ctx, `SELECT note FROM ledger_checkpoint WHERE district = $1 ORDER BY size DESC LIMIT 1`, d.Code).Scan(&note)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return note, friendly(err)
}

// Leaves and Inner make a District the hash source of proofs.
func (d *District) Leaves(first, n int64) ([][]byte, error) {
	rows, err := d.q.QueryContext(d.ctx, `SELECT leaf FROM ledger_entry WHERE district = $1 AND seq > $2 AND seq <= $3 ORDER BY seq`, d.Code, first, first+n)
	return scanAll(rows, err, func(r *sql.Rows) (b []byte, err error) { err = r.Scan(&b); return })
}

func (d *District) Inner(level int, index int64) ([]byte, error) {
	var b []byte
	err := d.q.QueryRowContext(d.ctx, `SELECT hash FROM ledger_node WHERE district = $1 AND level = $2 AND idx = $3`, d.Code, level, index).Scan(&b)
	return b, friendly(err)
}

// SeqAt is the last entry recorded up to an instant (RFC 3339, UTC, milliseconds); 0 when there was none.
func (d *District) SeqAt(recorded string) (int64, error) {
	var n sql.NullInt64
	err := d.q.QueryRowContext(d.ctx, `SELECT MAX(seq) FROM ledger_entry WHERE district = $1 AND recorded_at <= $2`, d.Code, recorded).Scan(&n)
	return n.Int64, friendly(err)
}

// marks writes ($a,$b,…) for n parameters from the first.
func marks(first, n int) string {
	var b strings.Builder
	b.WriteByte('(')
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "$%d", first+i)
	}
	b.WriteByte(')')
	return b.String()
}
