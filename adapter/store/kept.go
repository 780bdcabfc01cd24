package store

import (
	"context"
	"database/sql/driver"

	"modernc.org/sqlite"
)

// maxKept is how many statements a connection keeps parsed. The house has about a hundred; lists with many conditions add to them.
const maxKept = 256

// keeping opens connections to SQLite that parse a statement once and keep it. Parsing takes longer than most of our statements run,
// and neither the driver nor database/sql remembers a text by itself, as pgx does for PostgreSQL.
type keeping struct{ driver.Connector }

func newKeeping(dsn string) (driver.Connector, error) {
	c, err := sqlite.NewConnector(dsn)
	if err != nil {
		return nil, err
	}
	return keeping{c}, nil
}

func (k keeping) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := k.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &keptConn{whole: c.(whole), kept: map[string]*keptStmt{}}, nil
}

// whole is what the driver's connections can do.
type whole interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// statement is what the driver's statements can do.
type statement interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// keptConn is one connection with its statements; database/sql gives it to one goroutine at a time.
type keptConn struct {
	whole
	kept map[string]*keptStmt
}

// keptStmt is busy while its rows are read: the same text asked meanwhile is parsed once more.
type keptStmt struct {
	statement
	busy bool
}

// Unwrap shows the driver its own connection.
func (c *keptConn) Unwrap() driver.Conn { return c.whole }

func (c *keptConn) Close() error {
	for text, s := range c.kept {
		s.statement.Close()
		delete(c.kept, text)
	}
	return c.whole.Close()
}

// take gives the statement of a text, marked as busy; nil where it is better run without being kept.
func (c *keptConn) take(ctx context.Context, text string) (*keptStmt, error) {
	s, ok := c.kept[text]
	switch {
	case ok && s.busy:
		return nil, nil
	case ok:
		s.busy = true
		return s, nil
	case !keepable(text):
		return nil, nil
	}
	if len(c.kept) >= maxKept {
		c.forgetIdle()
	}
	got, err := c.whole.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	s = &keptStmt{got.(statement), true}
	c.kept[text] = s
	return s, nil
}

func (c *keptConn) forgetIdle() {
	for text, s := range c.kept {
		if !s.busy {
			s.statement.Close()
			delete(c.kept, text)
		}
	}
}

// keepable tells whether a text is likely to come again: what reads and writes rows, not what changes the schema.
func keepable(text string) bool {
	switch {
	case len(text) < 6 || len(text) > 8_000:
		return false
	case text[:6] == "SELECT", text[:6] == "INSERT", text[:6] == "UPDATE", text[:6] == "DELETE":
		return true
	}
	return false
}

func (c *keptConn) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	s, err := c.take(ctx, text)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return c.whole.ExecContext(ctx, text, args)
	}
	defer func() { s.busy = false }()
	return s.ExecContext(ctx, args)
}

func (c *keptConn) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.take(ctx, text)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return c.whole.QueryContext(ctx, text, args)
	}
	rows, err := s.QueryContext(ctx, args)
	if err != nil {
		s.busy = false
		return nil, err
	}
	return &keptRows{rows, s}, nil
}

// keptRows gives its statement back when it is closed.
type keptRows struct {
	driver.Rows
	of *keptStmt
}

func (r *keptRows) Close() error {
	defer func() { r.of.busy = false }()
	return r.Rows.Close()
}
