package store

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// dialect is what the two engines do differently.
type dialect struct {
	name       string
	text, blob string
	lockHead   string         // added to the SELECT of ledger_head, so that two servers never append at once
	lockSchema string         // run before a migration
	rowByRow   bool           // rows are inserted one by one
	moment     *sql.TxOptions // a transaction that sees one moment
}

var sqliteDialect = dialect{name: "sqlite", text: "TEXT", blob: "BLOB", rowByRow: true} // BEGIN IMMEDIATE has locked already; a reader in WAL sees one moment

var postgresDialect = dialect{name: "postgres", text: `TEXT COLLATE "C"`, blob: "BYTEA", lockHead: " FOR UPDATE",
	lockSchema: `SELECT pg_advisory_xact_lock(7306280402)`, moment: &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}}

func (d dialect) types(sql string) string {
	return strings.NewReplacer("{text}", d.text, "{blob}", d.blob).Replace(sql)
}

// among is a condition on one of some values, with its arguments, in few texts: as one array, or as a list whose length is a power of 2.
func (d dialect) among(first int, values []string) (string, []any) {
	if !d.rowByRow {
		return fmt.Sprintf("= ANY($%d)", first), []any{values}
	}
	n := 1
	for n < len(values) {
		n *= 2
	}
	args := make([]any, n)
	for i := range args {
		args[i] = values[min(i, len(values)-1)]
	}
	return "IN " + marks(first, n), args
}

// friendly turns what an engine says about a full disk or a lost connection into a refusal that says what to do.
func friendly(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	if strings.Contains(text, "database or disk is full") || strings.Contains(text, "SQLITE_FULL") || strings.Contains(text, "disk I/O error") {
		return ErrFull
	}
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch {
		case pg.Code == "53100":
			return ErrFull
		case strings.HasPrefix(pg.Code, "08") || strings.HasPrefix(pg.Code, "57"):
			return ErrDatabase.With("why", pg.Message)
		}
	}
	if strings.Contains(text, "database is locked") || strings.Contains(text, "SQLITE_BUSY") {
		return ErrDatabase.With("why", "locked")
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return ErrDatabase.With("why", text)
	}
	if _, ok := errors.AsType[*net.OpError](err); ok || errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.ErrUnexpectedEOF) {
		return ErrDatabase.With("why", text)
	}
	return err
}
