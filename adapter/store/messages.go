package store

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"shigan/app"
)

// messageRow is a notice with the entry that it came from.
type messageRow struct {
	seq       int64
	no        int
	at, actor string
	by        string
	app.Notice
}

// Tell keeps a notice with the entry whose projection is under way.
func (b *Batch) Tell(n app.Notice) {
	e := b.op.entries[len(b.op.entries)-1]
	no := 0
	if last := len(b.op.told) - 1; last >= 0 && b.op.told[last].seq == e.Seq {
		no = b.op.told[last].no + 1
	}
	b.op.told = append(b.op.told, messageRow{e.Seq, no, e.RecordedAt, e.Actor, e.Post, n})
}

const messageColumns = `seq, no, post, topic, grp, subject, due, urgent, args, at, actor, sender`

func (b *Batch) flushMessages() error {
	rows := b.base.told
	return b.insert(`INSERT INTO message (district, `+messageColumns+`) VALUES `, "", 13, len(rows), func(i int) []any {
		m := rows[i]
		args, _ := json.Marshal(m.Args) // names always have JSON
		urgent := int64(0)
		if m.Urgent {
			urgent = 1
		}
		return []any{b.district, m.seq, m.no, m.Post, m.Topic, string(app.GroupOf(m.Topic)), m.Subject, m.Due, urgent, string(args), m.at, m.actor, m.by}
	})
}

func scanMessage(r *sql.Rows) (m app.Message, err error) {
	var urgent int64
	var args, group string
	if err = r.Scan(&m.Seq, &m.No, &m.Post, &m.Topic, &group, &m.Subject, &m.Due, &urgent, &args, &m.At, &m.Actor, &m.By); err != nil {
		return m, err
	}
	m.Urgent = urgent == 1
	return m, json.Unmarshal([]byte(args), &m.Args)
}

// messages narrows a query to the messages of a filter.
func (q *query) messages(f app.MessageFilter) {
	if f.Posts != nil {
		q.in("post", f.Posts)
	}
	if f.Not != "" {
		q.and("actor <> ?", f.Not)
	}
	if f.Groups != nil {
		var groups []string
		for _, g := range f.Groups {
			groups = append(groups, string(g))
		}
		q.in("grp", groups)
	}
	if f.After > 0 {
		q.and("seq > ?", f.After)
	}
	if f.UpTo > 0 {
		q.and("seq <= ?", f.UpTo)
	}
	if f.Before > 0 {
		seq := q.arg(f.Before)
		q.WriteString(` AND (seq < ` + seq + ` OR seq = ` + seq + ` AND no < ` + q.arg(f.No) + `)`)
	}
}

// Messages lists messages, newest first.
func (d *District) Messages(f app.MessageFilter) ([]app.Message, error) {
	var q query
	q.WriteString(`SELECT ` + messageColumns + ` FROM message WHERE district = ` + q.arg(d.Code))
	q.messages(f)
	dir := " DESC"
	if f.Oldest {
		dir = ""
	}
	q.WriteString(` ORDER BY seq` + dir + `, no` + dir)
	if f.Limit > 0 {
		q.WriteString(` LIMIT ` + q.arg(f.Limit))
	}
	rows, err := d.q.QueryContext(d.ctx, q.String(), q.args...)
	return scanAll(rows, err, scanMessage)
}

// CountMessages counts messages, up to a limit; what one entry says to two posts counts once. Who has not looked for years costs no
// more than who looked yesterday: it reads as many rows as it may count, and no further.
func (d *District) CountMessages(f app.MessageFilter) (n int, err error) {
	var q query
	q.WriteString(`SELECT COUNT(*) FROM (SELECT DISTINCT seq, topic, subject FROM (SELECT seq, topic, subject FROM message WHERE district = ` + q.arg(d.Code))
	q.messages(f)
	if f.Limit > 0 && f.Posts != nil { // so many rows hold as many messages as are counted
		q.WriteString(` LIMIT ` + q.arg(f.Limit*len(f.Posts)))
	}
	q.WriteString(`) AS few) AS told`)
	err = d.q.QueryRowContext(d.ctx, q.String(), q.args...).Scan(&n)
	if f.Limit > 0 {
		n = min(n, f.Limit)
	}
	return n, friendly(err)
}

// Seen is the entry up to which a person has looked; nobody else is ever shown it.
func (d *District) Seen(person string) (seq int64, err error) {
	err = d.q.QueryRowContext(d.ctx, `SELECT seq FROM message_seen WHERE district = $1 AND person = $2`, d.Code, person).Scan(&seq)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return seq, friendly(err)
}

func (d *District) PutSeen(person string, seq int64) error {
	_, err := d.s.one.ExecContext(d.ctx, `INSERT INTO message_seen (district, person, seq) VALUES ($1, $2, $3)
		ON CONFLICT (district, person) DO UPDATE SET seq = CASE WHEN excluded.seq > message_seen.seq THEN excluded.seq ELSE message_seen.seq END`, d.Code, person, seq)
	return friendly(err)
}

// Choices are what a person chose, as the application wrote it; "" where he chose nothing.
func (d *District) Choices(person string) (body string, err error) {
	err = d.q.QueryRowContext(d.ctx, `SELECT body FROM message_choice WHERE district = $1 AND person = $2`, d.Code, person).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return body, friendly(err)
}

func (d *District) PutChoices(person, body string) error {
	_, err := d.s.one.ExecContext(d.ctx, `INSERT INTO message_choice (district, person, body) VALUES ($1, $2, $3)
		ON CONFLICT (district, person) DO UPDATE SET body = excluded.body`, d.Code, person, storable(body))
	return friendly(err)
}

// Subscribers are the persons who have chosen something, in order.
func (d *District) Subscribers() ([]string, error) {
	rows, err := d.q.QueryContext(d.ctx, `SELECT person FROM message_choice WHERE district = $1 ORDER BY person`, d.Code)
	return scanAll(rows, err, func(r *sql.Rows) (s string, err error) { err = r.Scan(&s); return })
}

// Used tells which idempotency keys stand in the ledger.
func (d *District) Used(keys []string) (map[string]bool, error) {
	out := map[string]bool{}
	for part := range slices.Chunk(keys, 500) {
		var q query
		q.WriteString(`SELECT DISTINCT idem FROM ledger_entry WHERE district = ` + q.arg(d.Code) + ` AND idem <> ''`)
		q.in("idem", part)
		rows, err := d.q.QueryContext(d.ctx, q.String(), q.args...)
		if _, err := scanAll(rows, err, func(r *sql.Rows) (x struct{}, err error) {
			var k string
			err = r.Scan(&k)
			out[k] = true
			return
		}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Cursors by the beginning of their name.
func (d *District) Cursors(prefix string) (map[string]app.Cursor, error) {
	out := map[string]app.Cursor{}
	rows, err := d.q.QueryContext(d.ctx, `SELECT who, seq, day FROM outbox_cursor WHERE district = $1 AND who >= $2 AND who < $3`, d.Code, prefix, prefix+lastRune)
	_, err = scanAll(rows, err, func(r *sql.Rows) (x struct{}, err error) {
		var who string
		var c app.Cursor
		err = r.Scan(&who, &c.Seq, &c.Day)
		out[who] = c
		return
	})
	return out, err
}

func (d *District) StartCursor(who string, c app.Cursor) error {
	_, err := d.s.one.ExecContext(d.ctx, `INSERT INTO outbox_cursor (district, who, seq, day) VALUES ($1, $2, $3, $4) ON CONFLICT (district, who) DO NOTHING`, d.Code, who, c.Seq, c.Day)
	return friendly(err)
}

// Advance moves a cursor on and fixes the deliveries for what lies between, in one transaction. Where the cursor is no longer where
// the caller saw it, another server was first: nothing is written, and false is given.
func (d *District) Advance(who string, was, now app.Cursor, out []app.Delivery) (bool, error) {
	tx, err := d.s.one.BeginTx(d.ctx, nil)
	if err != nil {
		return false, friendly(err)
	}
	defer tx.Rollback()
	if was != now {
		res, err := tx.ExecContext(d.ctx, `UPDATE outbox_cursor SET seq = $3, day = $4 WHERE district = $1 AND who = $2 AND seq = $5 AND day = $6`, d.Code, who, now.Seq, now.Day, was.Seq, was.Day)
		if err != nil {
			return false, friendly(err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return false, friendly(err)
		}
	}
	for _, o := range out {
		if _, err := tx.ExecContext(d.ctx, `INSERT INTO outbox (district, id, channel, target, topic, head, body, made_at, state, tries, next_at, lease_by, lease_until, done_at, why)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, '', '', '', '') ON CONFLICT (district, id) DO NOTHING`,
			d.Code, o.ID, o.Channel, o.Target, o.Topic, storable(o.Head), storable(o.Body), o.Made, app.Waiting, o.Next); err != nil {
			return false, friendly(err)
		}
	}
	return true, friendly(tx.Commit())
}

const deliveryColumns = `id, channel, target, topic, head, made_at, state, tries, next_at, done_at, why`

func scanDelivery(r *sql.Rows) (o app.Delivery, err error) {
	err = r.Scan(&o.ID, &o.Channel, &o.Target, &o.Topic, &o.Head, &o.Made, &o.State, &o.Tries, &o.Next, &o.Done, &o.Why)
	return
}

// Claim takes deliveries that are due, oldest first, for a server until an instant; until then no other server has them. What a
// server that died had claimed is free again when its time is over.
func (d *District) Claim(server, now, until string, most int) ([]app.Delivery, error) {
	rows, err := d.q.QueryContext(d.ctx, `SELECT id FROM outbox WHERE district = $1 AND state = 'waiting' AND next_at <= $2 AND lease_until <= $2 ORDER BY made_at, id LIMIT $3`,
		d.Code, now, most)
	ids, err := scanAll(rows, err, func(r *sql.Rows) (s string, err error) { err = r.Scan(&s); return })
	if err != nil {
		return nil, err
	}
	var out []app.Delivery
	for _, id := range ids {
		res, err := d.s.one.ExecContext(d.ctx, `UPDATE outbox SET lease_by = $3, lease_until = $4 WHERE district = $1 AND id = $2 AND state = $5 AND next_at <= $6 AND lease_until <= $6`,
			d.Code, id, server, until, app.Waiting, now)
		if err != nil {
			return out, friendly(err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			continue // another server was first
		}
		o, ok, err := d.DeliveryOf(id)
		if err != nil {
			return out, err
		}
		if ok {
			out = append(out, o)
		}
	}
	return out, nil
}

// Settle writes what came of a try, as long as the server still holds the delivery.
func (d *District) Settle(server string, o app.Delivery) (bool, error) {
	res, err := d.s.one.ExecContext(d.ctx, `UPDATE outbox SET state = $4, tries = $5, next_at = $6, done_at = $7, why = $8, lease_by = '', lease_until = ''
		WHERE district = $1 AND id = $2 AND lease_by = $3`, d.Code, o.ID, server, o.State, o.Tries, o.Next, o.Done, storable(o.Why))
	if err != nil {
		return false, friendly(err)
	}
	n, err := res.RowsAffected()
	return n > 0, friendly(err)
}

// Again makes due at once what has not come through, as if it were new where it was given up. What a server is trying just now is
// left to it. ok is false for what is not there or is through.
func (d *District) Again(id, now string) (ok bool, err error) {
	res, err := d.s.one.ExecContext(d.ctx, `UPDATE outbox SET tries = CASE WHEN state = $4 THEN 0 ELSE tries END, state = $5, next_at = $3, done_at = ''
		WHERE district = $1 AND id = $2 AND state <> $6`, d.Code, id, now, app.GivenUp, app.Waiting, app.Through)
	if err != nil {
		return false, friendly(err)
	}
	n, err := res.RowsAffected()
	return n > 0, friendly(err)
}

// Release makes due what was put off and never tried.
func (d *District) Release(channel, target, now string) error {
	q := `UPDATE outbox SET next_at = $3 WHERE district = $1 AND channel = $2 AND state = 'waiting' AND tries = 0 AND next_at > $3 AND lease_by = ''`
	args := []any{d.Code, channel, now}
	if channel == app.ByHook {
		q, args = q+` AND target = $4`, append(args, target)
	}
	_, err := d.s.one.ExecContext(d.ctx, q, args...)
	return friendly(err)
}

// DeliveryOf reads a delivery with what it says.
func (d *District) DeliveryOf(id string) (app.Delivery, bool, error) {
	rows, err := d.q.QueryContext(d.ctx, `SELECT `+deliveryColumns+`, body FROM outbox WHERE district = $1 AND id = $2`, d.Code, id)
	all, err := scanAll(rows, err, func(r *sql.Rows) (o app.Delivery, err error) {
		err = r.Scan(&o.ID, &o.Channel, &o.Target, &o.Topic, &o.Head, &o.Made, &o.State, &o.Tries, &o.Next, &o.Done, &o.Why, &o.Body)
		return
	})
	if err != nil || len(all) == 0 {
		return app.Delivery{}, false, err
	}
	return all[0], true, nil
}

// Deliveries lists deliveries, newest first, without what they say.
func (d *District) Deliveries(f app.DeliveryFilter) ([]app.Delivery, error) {
	var q query
	q.WriteString(`SELECT ` + deliveryColumns + ` FROM outbox WHERE district = ` + q.arg(d.Code))
	for _, c := range []struct{ col, v string }{{"channel", f.Channel}, {"target", f.Target}, {"state", f.State}} {
		if c.v != "" {
			q.and(c.col+" = ?", c.v)
		}
	}
	if f.Before != "" {
		made := q.arg(f.Before)
		q.WriteString(` AND (made_at < ` + made + ` OR made_at = ` + made + ` AND id < ` + q.arg(f.BeforeID) + `)`)
	}
	q.WriteString(` ORDER BY made_at DESC, id DESC`)
	if f.Limit > 0 {
		q.WriteString(fmt.Sprint(` LIMIT `, f.Limit))
	}
	rows, err := d.q.QueryContext(d.ctx, q.String(), q.args...)
	return scanAll(rows, err, scanDelivery)
}

// CountDeliveries counts them by channel and state.
func (d *District) CountDeliveries() ([]app.DeliveryCount, error) {
	rows, err := d.q.QueryContext(d.ctx, `SELECT channel, state, COUNT(*), MIN(made_at) FROM outbox WHERE district = $1 GROUP BY channel, state ORDER BY channel, state`, d.Code)
	return scanAll(rows, err, func(r *sql.Rows) (c app.DeliveryCount, err error) {
		err = r.Scan(&c.Channel, &c.State, &c.N, &c.Oldest)
		return
	})
}

// DropDeliveries forgets what was through or given up before an instant.
func (d *District) DropDeliveries(before string) (int, error) {
	res, err := d.s.one.ExecContext(d.ctx, `DELETE FROM outbox WHERE district = $1 AND state <> $2 AND done_at < $3`, d.Code, app.Waiting, before)
	if err != nil {
		return 0, friendly(err)
	}
	n, err := res.RowsAffected()
	return int(n), friendly(err)
}

// Cancel gives up what still waits for a target.
func (d *District) Cancel(target, why, at string) (int, error) {
	res, err := d.s.one.ExecContext(d.ctx, `UPDATE outbox SET state = $3, why = $4, done_at = $5, lease_by = '', lease_until = '' WHERE district = $1 AND target = $2 AND state = $6`,
		d.Code, target, app.GivenUp, storable(why), at, app.Waiting)
	if err != nil {
		return 0, friendly(err)
	}
	n, err := res.RowsAffected()
	return int(n), friendly(err)
}

// Feeds of a person, newest first.
func (d *District) Feeds(person string) ([]app.Feed, error) {
	rows, err := d.q.QueryContext(d.ctx, `SELECT hash, person, label, made_at, seen_at FROM calendar_feed WHERE district = $1 AND person = $2 ORDER BY made_at DESC, hash`, d.Code, person)
	return scanAll(rows, err, scanFeed)
}

func scanFeed(r *sql.Rows) (f app.Feed, err error) {
	err = r.Scan(&f.Hash, &f.Person, &f.Label, &f.Made, &f.Seen)
	return
}

// FeedOf finds a feed by the hash of its secret.
func (d *District) FeedOf(hash string) (app.Feed, bool, error) {
	rows, err := d.q.QueryContext(d.ctx, `SELECT hash, person, label, made_at, seen_at FROM calendar_feed WHERE district = $1 AND hash = $2`, d.Code, hash)
	all, err := scanAll(rows, err, scanFeed)
	if err != nil || len(all) == 0 {
		return app.Feed{}, false, err
	}
	return all[0], true, nil
}

func (d *District) PutFeed(f app.Feed) error {
	_, err := d.s.one.ExecContext(d.ctx, `INSERT INTO calendar_feed (district, hash, person, label, made_at, seen_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (district, hash) DO NOTHING`, d.Code, f.Hash, f.Person, storable(f.Label), f.Made, f.Seen)
	return friendly(err)
}

// FeedSeen notes when a feed was last read. One that was taken back meanwhile does not come back by it.
func (d *District) FeedSeen(hash, at string) error {
	_, err := d.s.one.ExecContext(d.ctx, `UPDATE calendar_feed SET seen_at = $3 WHERE district = $1 AND hash = $2`, d.Code, hash, at)
	return friendly(err)
}

// EndFeed takes a person's own feed back.
func (d *District) EndFeed(person, hash string) (bool, error) {
	res, err := d.s.one.ExecContext(d.ctx, `DELETE FROM calendar_feed WHERE district = $1 AND person = $2 AND hash = $3`, d.Code, person, hash)
	if err != nil {
		return false, friendly(err)
	}
	n, err := res.RowsAffected()
	return n > 0, friendly(err)
}
