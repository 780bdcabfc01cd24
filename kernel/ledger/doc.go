// Package ledger 账本 holds dated, signed facts that are only ever added to.
//
// An Entry is one fact: who, in which post, about what, true in the world since when, known here since when, with the
// digests of its evidence. Entries of a district are numbered 1, 2, 3… without a gap and hashed into an RFC 6962 Merkle tree;
// after each batch the size and root are signed as a C2SP checkpoint (tlog-checkpoint in a signed note), so that outsiders
// check the log, or one entry by a Proof, with their own tools and without our database.
//
// This room is arithmetic over bytes. It opens no database and knows no district, month or project; where entries are kept
// is the store's affair, what they mean the domain's. A new hash or signature belongs here (Suite); a new kind of fact does not.
package ledger
