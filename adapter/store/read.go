package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"shigan/app"
	"shigan/kernel/ledger"
)

// querier is a database or a transaction.
type querier interface {
	QueryContext(ctx context.Context, q string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, q string, args ...any) *sql.Row
}

// prefixEnd is the first text behind all texts with a prefix.
const lastRune = "\U0010FFFF"

// docBody reads a document's text; nil where there is none.
func docBody(ctx context.Context, q querier, district, kind, id string) ([]byte, error) {
	var body []byte
	err := q.QueryRowContext(ctx, `SELECT body FROM doc WHERE district = $1 AND kind = $2 AND id = $3`, district, kind, id).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return body, friendly(err)
}

func docIDs(ctx context.Context, q querier, district, kind, prefix string) ([]string, error) {
	if !sayable(kind, prefix) {
		return nil, nil
	}
	rows, err := q.QueryContext(ctx, `SELECT id FROM doc WHERE district = $1 AND kind = $2 AND id >= $3 AND id < $4 ORDER BY id`, district, kind, prefix, prefix+lastRune)
	return scanAll(rows, err, func(r *sql.Rows) (s string, err error) { err = r.Scan(&s); return })
}

// sayable tells whether a text can be asked for at all. What is no text was never stored, and PostgreSQL would give up the
// whole transaction over it, with the deeds of others in it.
func sayable(texts ...string) bool {
	for _, t := range texts {
		if !utf8.ValidString(t) || strings.IndexByte(t, 0) >= 0 {
			return false
		}
	}
	return true
}

// scanAll reads all rows and closes them.
func scanAll[T any](rows *sql.Rows, err error, scan func(*sql.Rows) (T, error)) ([]T, error) {
	if err != nil {
		return nil, friendly(err)
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, friendly(err)
		}
		out = append(out, v)
	}
	return out, friendly(rows.Err())
}

func readBlob(ctx context.Context, q querier, district, digest string) ([]byte, error) {
	if !sayable(digest) {
		return nil, ErrNoFile.With("digest", "")
	}
	var b []byte
	err := q.QueryRowContext(ctx, `SELECT bytes FROM evidence WHERE district = $1 AND digest = $2`, district, digest).Scan(&b)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrNoFile.With("digest", digest)
	}
	return b, friendly(err)
}

// District 一区 reads one district outside of any batch.
type District struct {
	s    *Store
	ctx  context.Context
	Code string
	q    querier // the database, or one moment of it
}

func (s *Store) in(ctx context.Context, district string) *District {
	return &District{s, ctx, district, s.db}
}

// still gives the district as it is at this moment, whatever is appended meanwhile, until end is called.
func (s *Store) still(ctx context.Context, district string) (d *District, end func(), err error) {
	tx, err := s.db.BeginTx(ctx, s.moment)
	if err != nil {
		return nil, nil, friendly(err)
	}
	return &District{s, ctx, district, tx}, func() { tx.Rollback() }, nil
}

func (d *District) Get(kind, id string, into any) (bool, error) {
	if !sayable(kind, id) {
		return false, nil
	}
	body, err := docBody(d.ctx, d.q, d.Code, kind, id)
	if err != nil || body == nil {
		return false, err
	}
	return true, d.s.minds.decode(body, into)
}

func (d *District) IDs(kind, prefix string) ([]string, error) {
	return docIDs(d.ctx, d.q, d.Code, kind, prefix)
}

// Raw reads all documents of a kind whose id begins with prefix, in the order of ids.
func (d *District) Raw(kind, prefix string) ([][]byte, error) {
	rows, err := d.q.QueryContext(d.ctx, `SELECT body FROM doc WHERE district = $1 AND kind = $2 AND id >= $3 AND id < $4 ORDER BY id`, d.Code, kind, prefix, prefix+lastRune)
	return scanAll(rows, err, func(r *sql.Rows) (b []byte, err error) { err = r.Scan(&b); return })
}

// RawIn reads the named documents of a kind; those that are not there are left out.
func (d *District) RawIn(kind string, ids []string) (map[string][]byte, error) {
	out := make(map[string][]byte, len(ids))
	for part := range slices.Chunk(ids, 500) {
		in, args := d.s.among(3, part)
		rows, err := d.q.QueryContext(d.ctx, `SELECT id, body FROM doc WHERE district = $1 AND kind = $2 AND id `+in, append([]any{d.Code, kind}, args...)...)
		if _, err := scanAll(rows, err, func(r *sql.Rows) (x struct{}, err error) {
			var id string
			var body []byte
			err = r.Scan(&id, &body)
			out[id] = body
			return
		}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Decode gives what a document says, from memory where one with the same text was read before.
func (d *District) Decode(body []byte, into any) error { return d.s.minds.decode(body, into) }

// Blob reads a file of evidence.
func (d *District) Blob(digest string) ([]byte, error) {
	return readBlob(d.ctx, d.q, d.Code, digest)
}

// File describes a file of evidence.
func (d *District) File(digest string) (app.FileInfo, error) {
	f := app.FileInfo{Digest: digest}
	err := d.q.QueryRowContext(d.ctx, `SELECT name, media, size FROM evidence WHERE district = $1 AND digest = $2`, d.Code, digest).Scan(&f.Name, &f.Media, &f.Size)
	if errors.Is(err, sql.ErrNoRows) {
		return f, ErrNoFile.With("digest", digest)
	}
	return f, friendly(err)
}

const entryColumns = `seq, kind, subject, effective_on, recorded_at, actor, post, body, evidence, corrects, idem, leaf`

func (d *District) scanEntry(r *sql.Rows) (ledger.Stored, error) {
	var st ledger.Stored
	var body, evidence string
	st.District = d.Code
	if err := r.Scan(&st.Seq, &st.Kind, &st.Subject, &st.EffectiveOn, &st.RecordedAt, &st.Actor, &st.Post, &body, &evidence, &st.Corrects, &st.Key, &st.Leaf); err != nil {
		return st, err
	}
	st.Body = json.RawMessage(body)
	if evidence != "[]" {
		if err := json.Unmarshal([]byte(evidence), &st.Evidence); err != nil {
			st.Evidence = []string{evidence} // tampered: let the hash say so
		}
	}
	return st, nil
}

// Entry reads one entry.
func (d *District) Entry(seq int64) (ledger.Stored, error) {
	rows, err := d.q.QueryContext(d.ctx, `SELECT `+entryColumns+` FROM ledger_entry WHERE district = $1 AND seq = $2`, d.Code, seq)
	all, err := scanAll(rows, err, d.scanEntry)
	if err == nil && len(all) == 0 {
		err = ErrNoEntry.With("seq", seq)
	}
	if err != nil {
		return ledger.Stored{}, err
	}
	return all[0], nil
}

// EntriesIn reads the named entries, by seq.
func (d *District) EntriesIn(seqs []int64) (map[int64]ledger.Entry, error) {
	out := make(map[int64]ledger.Entry, len(seqs))
	for part := range slices.Chunk(seqs, 500) {
		args := []any{d.Code}
		for _, s := range part {
			args = append(args, s)
		}
		rows, err := d.q.QueryContext(d.ctx, `SELECT `+entryColumns+` FROM ledger_entry WHERE district = $1 AND seq IN `+marks(2, len(part)), args...)
		all, err := scanAll(rows, err, d.scanEntry)
		if err != nil {
			return nil, err
		}
		for _, e := range all {
			out[e.Seq] = e.Entry
		}
	}
	return out, nil
}

// Entries of a subject, newest first. A limit of 0 means all.
func (d *District) Entries(subject string, limit int) ([]ledger.Entry, error) {
	q := `SELECT ` + entryColumns + ` FROM ledger_entry WHERE district = $1 AND subject = $2 ORDER BY seq DESC`
	args := []any{d.Code, subject}
	if limit > 0 {
		q += ` LIMIT $3`
		args = append(args, limit)
	}
	rows, err := d.q.QueryContext(d.ctx, q, args...)
	all, err := scanAll(rows, err, d.scanEntry)
	return bare(all), err
}

// Correcting lists the entries that correct one.
func (d *District) Correcting(seq int64) ([]ledger.Entry, error) {
	rows, err := d.q.QueryContext(d.ctx, `SELECT `+entryColumns+` FROM ledger_entry WHERE district = $1 AND corrects = $2 AND corrects > 0 ORDER BY seq`, d.Code, seq)
	all, err := scanAll(rows, err, d.scanEntry)
	return bare(all), err
}

// Recent entries, newest first, before a seq (0: from the end).
func (d *District) Recent(before int64, limit int) ([]ledger.Entry, error) {
	if before <= 0 {
		before = 1 << 62
	}
	rows, err := d.q.QueryContext(d.ctx, `SELECT `+entryColumns+` FROM ledger_entry WHERE district = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3`, d.Code, before, limit)
	all, err := scanAll(rows, err, d.scanEntry)
	return bare(all), err
}

func bare(all []ledger.Stored) []ledger.Entry {
	out := make([]ledger.Entry, len(all))
	for i, e := range all {
		out[i] = e.Entry
	}
	return out
}

// page is how many entries are read at a time; while they are handed on, no statement stays open.
const page = 1000

// All streams the log from an entry on.
func (d *District) All(from int64) iter.Seq2[ledger.Stored, error] {
	return func(yield func(ledger.Stored, error) bool) {
		for {
			rows, err := d.q.QueryContext(d.ctx, `SELECT `+entryColumns+` FROM ledger_entry WHERE district = $1 AND seq >= $2 ORDER BY seq LIMIT $3`, d.Code, from, page)
			all, err := scanAll(rows, err, d.scanEntry)
			if err != nil {
				yield(ledger.Stored{}, err)
				return
			}
			for _, st := range all {
				if !yield(st, nil) {
					return
				}
				from = st.Seq + 1
			}
			if len(all) < page {
				return
			}
		}
	}
}
