package store

import (
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// dialect is what the two engines do differently.
type dialect struct {
	name       string
	text, blob string
	lockHead   string // added to the SELECT of ledger_head, so that two servers never append at once
	lockSchema string // run before a migration
}

var sqliteDialect = dialect{name: "sqlite", text: "TEXT", blob: "BLOB"} // BEGIN IMMEDIATE has locked already

var postgresDialect = dialect{name: "postgres", text: `TEXT COLLATE "C"`, blob: "BYTEA", lockHead: " FOR UPDATE",
	lockSchema: `SELECT pg_advisory_xact_lock(7306280402)`}

func (d dialect) types(sql string) string {
	return strings.NewReplacer("{text}", d.text, "{blob}", d.blob).Replace(sql)
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
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return ErrDatabase.With("why", text)
	}
	return err
}
