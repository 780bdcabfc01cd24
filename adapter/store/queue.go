package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// queued is a statement that waits to be sent with others.
type queued struct {
	text string
	args []any
}

// beginOn starts a transaction for writing; on PostgreSQL with its connection, which the caller closes.
func (s *Store) beginOn(ctx context.Context) (*sql.Conn, *sql.Tx, error) {
	if s.rowByRow {
		tx, err := s.one.BeginTx(ctx, nil)
		return nil, tx, err
	}
	conn, err := s.one.Conn(ctx)
	if err != nil {
		return nil, nil, err
	}
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		conn.Close()
	}
	return conn, tx, err
}

// exec runs a statement whose outcome nobody asks for: at once on SQLite, with the next send on PostgreSQL, where each one would be a
// round trip of its own.
func (b *Batch) exec(text string, args ...any) error {
	if b.conn == nil {
		_, err := b.tx.ExecContext(b.ctx, text, args...)
		return err
	}
	b.queue = append(b.queue, queued{text, args})
	return nil
}

// send runs what waits, in its order, in one round trip.
func (b *Batch) send() error {
	if len(b.queue) == 0 {
		return nil
	}
	all := &pgx.Batch{}
	for _, q := range b.queue {
		all.Queue(q.text, q.args...)
	}
	b.queue = nil
	return b.conn.Raw(func(driver any) error {
		c, ok := driver.(*stdlib.Conn)
		if !ok {
			return errors.New("not a connection of pgx")
		}
		return c.Conn().SendBatch(b.ctx, all).Close()
	})
}
