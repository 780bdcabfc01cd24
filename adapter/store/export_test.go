package store

import "database/sql"

// Writer is SQLite's one writing connection, for the test of a full disk.
func (s *Store) Writer() *sql.DB { return s.one }
