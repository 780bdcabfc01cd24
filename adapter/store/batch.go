package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"shigan/app"
	"shigan/kernel/ledger"
	"shigan/kernel/table"
)

// Batch 批 is one transaction in which several deeds are done one after the other. What they write stays in memory and goes to
// the database in a few statements at the end; a deed that is refused leaves nothing, the others stand.
type Batch struct {
	ctx      context.Context
	s        *Store
	conn     *sql.Conn // PostgreSQL: the connection of tx, to send several statements at once
	queue    []queued  // those that were not sent yet
	tx       *sql.Tx
	district string
	Head     ledger.Frontier
	vkey     string
	sealed   []byte
	lapsed   string  // until when overdue cases are counted (caselapsed.go)
	base     *layer  // of the deeds that were accepted
	op       *layer  // of the deed under way
	next     int64   // seq of the next entry
	recent   *recent // documents read so far, and those that batches before it left
}

// layer is what a deed has written.
type layer struct {
	entries []ledger.Stored
	docs    map[[2]string]docRow
	rows    map[string]projectRow
	cases   map[string]caseRow
	datums  []datumRow
	frozen  []frozenRow
	told    []messageRow
	files   map[string]app.File
	keys    map[string]int64 // idempotency key → first entry
}

func newLayer() *layer {
	return &layer{docs: map[[2]string]docRow{}, rows: map[string]projectRow{}, cases: map[string]caseRow{}, files: map[string]app.File{}, keys: map[string]int64{}}
}

type docRow struct {
	name, parent, stage string
	seq                 int64
	body                []byte
}

type datumRow struct {
	fact, period, subject string
	seq                   int64
	value                 string
}

type frozenRow struct {
	month, name, subject string
	seq                  int64
	value                string
}

// begin locks a district's log and starts a batch.
func (s *Store) begin(ctx context.Context, district string) (*Batch, error) {
	conn, tx, err := s.beginOn(ctx)
	if err != nil {
		return nil, friendly(err)
	}
	b := &Batch{ctx: ctx, s: s, conn: conn, tx: tx, district: district, base: newLayer(), op: newLayer()}
	var suite string
	var frontier []byte
	var rebuilt int64
	err = tx.QueryRowContext(ctx, `SELECT suite, vkey, skey, size, frontier, rebuilt, lapsed FROM ledger_head WHERE district = $1`+s.lockHead, district).
		Scan(&suite, &b.vkey, &b.sealed, &b.Head.Size, &frontier, &rebuilt, &b.lapsed)
	if err != nil {
		b.Rollback()
		if errors.Is(err, sql.ErrNoRows) {
			return nil, ErrNoData.With("district", district)
		}
		return nil, friendly(err)
	}
	if b.Head.Suite, err = ledger.SuiteNamed(suite); err != nil {
		b.Rollback()
		return nil, err
	}
	b.Head.Hashes = splitHashes(frontier, b.Head.Suite.Size())
	b.next, b.recent = b.Head.Size+1, s.recall(district, b.Head.Size, rebuilt)
	return b, nil
}

func splitHashes(b []byte, size int) [][]byte {
	var out [][]byte
	for len(b) >= size {
		out = append(out, b[:size])
		b = b[size:]
	}
	return out
}

// Suite and Size describe the log before the batch.
func (b *Batch) Suite() *ledger.Suite { return b.Head.Suite }
func (b *Batch) Size() int64          { return b.Head.Size }

// Next is the seq that the next entry gets.
func (b *Batch) Next() int64 { return b.next }

// Add takes an entry of the deed under way.
func (b *Batch) Add(e ledger.Entry, leaf []byte) {
	b.op.entries = append(b.op.entries, ledger.Stored{Entry: e, Leaf: leaf})
	if e.Key != "" {
		if _, ok := b.op.keys[e.Key]; !ok {
			b.op.keys[e.Key] = e.Seq
		}
	}
	b.next = e.Seq + 1
}

// Keep accepts the deed under way; Drop forgets it.
func (b *Batch) Keep() {
	b.base.entries = append(b.base.entries, b.op.entries...)
	maps.Copy(b.base.docs, b.op.docs)
	maps.Copy(b.base.rows, b.op.rows)
	maps.Copy(b.base.cases, b.op.cases)
	b.base.datums = append(b.base.datums, b.op.datums...)
	b.base.frozen = append(b.base.frozen, b.op.frozen...)
	b.base.told = append(b.base.told, b.op.told...)
	maps.Copy(b.base.files, b.op.files)
	maps.Copy(b.base.keys, b.op.keys)
	b.op = newLayer()
}

func (b *Batch) Drop() {
	b.next -= int64(len(b.op.entries))
	b.op = newLayer()
}

// Pending is how many entries the batch holds.
func (b *Batch) Pending() int { return len(b.base.entries) }

// ByKey finds the first and last entry of an earlier deed with the same idempotency key.
func (b *Batch) ByKey(key string) (first, last int64, err error) {
	if seq, ok := b.base.keys[key]; ok {
		last = seq
		for _, e := range b.base.entries {
			if e.Key == key {
				last = e.Seq
			}
		}
		return seq, last, nil
	}
	var lo, hi sql.NullInt64
	err = b.tx.QueryRowContext(b.ctx, `SELECT MIN(seq), MAX(seq) FROM ledger_entry WHERE district = $1 AND idem = $2 AND idem <> ''`, b.district, key).Scan(&lo, &hi)
	return lo.Int64, hi.Int64, friendly(err)
}

// AddFile keeps a file of evidence with the deed.
func (b *Batch) AddFile(f app.File) { b.op.files[f.Digest] = f }

// Blob reads a file of evidence.
func (b *Batch) Blob(digest string) ([]byte, error) {
	for _, l := range []*layer{b.op, b.base} {
		if f, ok := l.files[digest]; ok {
			return f.Bytes, nil
		}
	}
	return readBlob(b.ctx, b.tx, b.district, digest)
}

// Get reads a document as the batch has it.
func (b *Batch) Get(kind, id string, into any) (bool, error) {
	for _, l := range []*layer{b.op, b.base} {
		if d, ok := l.docs[[2]string{kind, id}]; ok {
			return true, b.s.minds.decode(d.body, into)
		}
	}
	key := [2]string{kind, id}
	body, ok := b.recent.docs[key]
	if !ok {
		var err error
		if body, err = docBody(b.ctx, b.tx, b.district, kind, id); err != nil {
			return false, err
		}
		b.recent.keep(key, body) // the head is locked: nobody else writes documents of this district meanwhile
	}
	if body == nil {
		return false, nil
	}
	return true, b.s.minds.decode(body, into)
}

// Fetch reads documents ahead: one question for those of a kind, not one for each.
func (b *Batch) Fetch(docs [][2]string) error {
	missing := map[string][]string{}
	for _, key := range docs {
		if _, ok := b.recent.docs[key]; !ok && sayable(key[0], key[1]) && !slices.Contains(missing[key[0]], key[1]) {
			missing[key[0]] = append(missing[key[0]], key[1])
		}
	}
	for kind, ids := range missing {
		for part := range slices.Chunk(ids, 500) {
			in, args := b.s.among(3, part)
			rows, err := b.tx.QueryContext(b.ctx, `SELECT id, body FROM doc WHERE district = $1 AND kind = $2 AND id `+in, append([]any{b.district, kind}, args...)...)
			found := map[string][]byte{}
			if _, err := scanAll(rows, err, func(r *sql.Rows) (x struct{}, err error) {
				var id string
				var body []byte
				err = r.Scan(&id, &body)
				found[id] = body
				return
			}); err != nil {
				return err
			}
			for _, id := range part {
				b.recent.keep([2]string{kind, id}, found[id])
			}
		}
	}
	return nil
}

// IDs lists ids as the batch has them.
func (b *Batch) IDs(kind, prefix string) ([]string, error) {
	ids, err := docIDs(b.ctx, b.tx, b.district, kind, prefix)
	if err != nil {
		return nil, err
	}
	n := len(ids)
	for _, l := range []*layer{b.op, b.base} {
		for k := range l.docs {
			if k[0] == kind && strings.HasPrefix(k[1], prefix) {
				if _, have := slices.BinarySearch(ids[:n], k[1]); !have && !slices.Contains(ids[n:], k[1]) {
					ids = append(ids, k[1])
				}
			}
		}
	}
	slices.Sort(ids)
	return ids, nil
}

// Put writes a document.
func (b *Batch) Put(kind, id string, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("%s %s: %w", kind, id, err)
	}
	row := docRow{seq: b.seq(), body: body}
	if x, ok := v.(table.Indexed); ok {
		cols := x.Index()
		row.name, row.parent, row.stage = textOf(cols["name"]), textOf(cols["parent"]), textOf(cols["stage"])
		switch kind {
		case "project":
			b.op.rows[id] = projectRowOf(cols, row.seq)
		case "case":
			b.op.cases[id] = caseRowOf(cols, row.seq)
		}
	}
	b.op.docs[[2]string{kind, id}] = row
	return nil
}

// seq of the entry whose projection is under way.
func (b *Batch) seq() int64 {
	if n := len(b.op.entries); n > 0 {
		return b.op.entries[n-1].Seq
	}
	return 0
}

func (b *Batch) Datum(fact, subject, period, value string) {
	b.op.datums = append(b.op.datums, datumRow{fact, period, subject, b.seq(), value})
}

func (b *Batch) Frozen(month, name, subject, value string) {
	b.op.frozen = append(b.op.frozen, frozenRow{month, name, subject, b.seq(), value})
}

func textOf(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	return ""
}

// Sealed gives the log's sealed secret key and its public key.
func (b *Batch) Sealed() (sealed []byte, vkey string) { return b.sealed, b.vkey }

// Commit writes everything with the new head and its signed checkpoint. After it returns nil, all of it is on disk.
func (b *Batch) Commit(sign func(ledger.Checkpoint) (string, error), origin string) error {
	defer b.Rollback()
	if len(b.base.entries) == 0 && len(b.base.files) == 0 {
		b.s.remember(b.district, b.recent, b.Head.Size)
		return nil
	}
	leaves := make([][]byte, len(b.base.entries))
	for i, e := range b.base.entries {
		leaves[i] = e.Leaf
	}
	head, nodes, err := b.Head.Append(leaves...)
	if err != nil {
		return err
	}
	if err := b.flush(nodes); err != nil {
		return friendly(err)
	}
	if len(leaves) > 0 {
		root, err := head.Root()
		if err != nil {
			return err
		}
		note, err := sign(ledger.Checkpoint{Origin: origin, Size: head.Size, Root: root})
		if err != nil {
			return err
		}
		var frontier []byte
		for _, h := range head.Hashes {
			frontier = append(frontier, h...)
		}
		if err := b.exec(`INSERT INTO ledger_checkpoint (district, size, note) VALUES ($1, $2, $3)`, b.district, head.Size, note); err != nil {
			return friendly(err)
		}
		if err := b.exec(`UPDATE ledger_head SET size = $2, frontier = $3 WHERE district = $1`, b.district, head.Size, frontier); err != nil {
			return friendly(err)
		}
	}
	if err := b.send(); err != nil {
		return friendly(err)
	}
	if err := b.tx.Commit(); err != nil {
		return friendly(err)
	}
	for key, doc := range b.base.docs {
		b.recent.keep(key, doc.body)
	}
	for id, row := range b.base.cases {
		b.recent.row(id, row)
	}
	b.s.remember(b.district, b.recent, head.Size)
	return nil
}

// Rollback gives the batch up.
func (b *Batch) Rollback() {
	b.tx.Rollback()
	if b.conn != nil {
		b.conn.Close() // back to the pool
	}
}
