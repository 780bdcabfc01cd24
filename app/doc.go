// Package app 应用 is the one door: every write comes through Do (rights, decide, sign, append, project, in one transaction)
// and every read through Ask. It also runs what nobody asks for: the night, the month end, the outbox.
//
// Adapters call this room and nothing below it. What a district decides stands in domain, how it is kept in adapter/store.
package app
