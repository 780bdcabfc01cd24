package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"shigan/kernel/fault"

	_ "github.com/jackc/pgx/v5/stdlib"
)

var (
	ErrNoData      = fault.New(fault.NotFound, "store.no-data")
	ErrFull        = fault.New(fault.Unavailable, "store.full")
	ErrVersion     = fault.New(fault.Broken, "store.newer-schema")
	ErrOtherSchema = fault.New(fault.Broken, "store.other-schema") // version
	ErrNoFile      = fault.New(fault.NotFound, "store.no-file")
	ErrNoEntry     = fault.New(fault.NotFound, "store.no-entry")
	ErrDatabase    = fault.New(fault.Unavailable, "store.database")
)

// Store 数据库 for one instance; districts share it.
type Store struct {
	db  *sql.DB // for reading; for writing too on PostgreSQL
	one *sql.DB // the single writer of SQLite; the same as db on PostgreSQL
	dialect
	minds minds

	recentMu sync.Mutex
	recents  map[string]*recent // by district
}

// Open opens postgres://… or a folder with a SQLite file in it, and brings the schema up to date.
func Open(ctx context.Context, where string) (*Store, error) {
	if strings.HasPrefix(where, "postgres://") || strings.HasPrefix(where, "postgresql://") {
		return openPostgres(ctx, where)
	}
	if where != ":memory:" {
		if err := os.MkdirAll(where, 0o700); err != nil {
			return nil, ErrDatabase.With("why", err.Error())
		}
	}
	return openSQLite(ctx, where)
}

func openSQLite(ctx context.Context, dir string) (*Store, error) {
	q := url.Values{}
	for _, p := range []string{"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "cache_size(-16000)", "temp_store(MEMORY)"} {
		q.Add("_pragma", p)
	}
	name := "file:" + filepath.ToSlash(filepath.Join(dir, "shigan.db"))
	if dir == ":memory:" {
		name = "file:mem" + fmt.Sprint(time.Now().UnixNano()) // a name of its own, shared by the store's connections
		q.Set("mode", "memory")
		q.Set("cache", "shared")
	}
	reading, err := newKeeping(name + "?" + q.Encode())
	if err != nil {
		return nil, err
	}
	q.Set("_txlock", "immediate")
	writing, err := newKeeping(name + "?" + q.Encode())
	if err != nil {
		return nil, err
	}
	read, write := sql.OpenDB(reading), sql.OpenDB(writing)
	write.SetMaxOpenConns(1)
	read.SetMaxOpenConns(8)
	read.SetMaxIdleConns(8) // each keeps its statements
	if dir == ":memory:" {
		read = write // one connection sees one memory
	}
	s := &Store{db: read, one: write, dialect: sqliteDialect}
	return s, s.migrate(ctx)
}

func openPostgres(ctx context.Context, dsn string) (*Store, error) {
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		return nil, ErrDatabase.With("why", err.Error())
	}
	db.SetMaxOpenConns(16)
	db.SetMaxIdleConns(8)
	s := &Store{db: db, one: db, dialect: postgresDialect}
	return s, s.migrate(ctx)
}

// Close closes the database.
func (s *Store) Close() error {
	err := s.db.Close()
	if s.one != s.db {
		if e := s.one.Close(); err == nil {
			err = e
		}
	}
	return err
}

// Ping tells whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return s.db.PingContext(ctx) }

// Engine names the database: sqlite or postgres.
func (s *Store) Engine() string { return s.dialect.name }

//go:embed schema.sql
var schema string

// migrations in order; a number never changes its text once it has been released.
var migrations = []string{schema}

func (s *Store) migrate(ctx context.Context) error {
	tx, err := s.one.BeginTx(ctx, nil)
	if err != nil {
		return ErrDatabase.With("why", err.Error())
	}
	defer tx.Rollback()
	if s.lockSchema != "" {
		if _, err := tx.ExecContext(ctx, s.lockSchema); err != nil {
			return ErrDatabase.With("why", err.Error())
		}
	}
	if _, err := tx.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)`); err != nil {
		return ErrDatabase.With("why", err.Error())
	}
	var have int
	if err := tx.QueryRowContext(ctx, `SELECT COALESCE(MAX(version), 0) FROM schema_version`).Scan(&have); err != nil {
		return err
	}
	if have > len(migrations) {
		return ErrVersion.With("have", have, "know", len(migrations))
	}
	if err := sameSchema(ctx, tx, have); err != nil {
		return err
	}
	for i := have; i < len(migrations); i++ {
		for _, stmt := range strings.Split(s.types(migrations[i]), ";\n") {
			if strings.TrimSpace(stmt) == "" {
				continue
			}
			if _, err := tx.ExecContext(ctx, stmt); err != nil {
				return fmt.Errorf("migration %d: %w\n%s", i+1, err, stmt)
			}
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO schema_version (version) VALUES ($1)`, i+1); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO schema_text (version, digest) VALUES ($1, $2)`, i+1, digestOf(migrations[i])); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// sameSchema refuses data whose tables were made from another text under the same number: before the first release a text may change, and
// what it made then would fail later and in the middle of something.
func sameSchema(ctx context.Context, tx *sql.Tx, have int) error {
	if _, err := tx.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS schema_text (version BIGINT NOT NULL PRIMARY KEY, digest VARCHAR(64) NOT NULL)`); err != nil {
		return ErrDatabase.With("why", err.Error())
	}
	for i := range have {
		var digest string
		err := tx.QueryRowContext(ctx, `SELECT digest FROM schema_text WHERE version = $1`, i+1).Scan(&digest)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return ErrDatabase.With("why", err.Error())
		}
		if digest != digestOf(migrations[i]) {
			return ErrOtherSchema.With("version", i+1)
		}
	}
	return nil
}

// digestOf a text without its comments.
func digestOf(text string) string {
	h := sha256.New()
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "--") {
			h.Write([]byte(line))
		}
	}
	sum := h.Sum(nil)
	return hex.EncodeToString(sum)
}
