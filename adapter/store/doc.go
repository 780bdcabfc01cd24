// Package store 存储 keeps ledger, projections and what is no fact (sessions, drafts, personal data) in SQLite or PostgreSQL.
//
// The SQL is written out and is the same for both engines where they agree; dialect.go holds what differs. District stands
// first in every key and in every query, so that the same schema shards by district. Nothing is updated in ledger_entry, and
// no trigger or sequence is relied on.
package store
