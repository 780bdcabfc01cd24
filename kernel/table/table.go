// Package table 读表 is how domain rooms read the present and write projections, without knowing a database.
//
// A projection is a document by kind and id ("project", "JM-017"), or a datum: one number of the vocabulary for one subject
// and period, with the entry that stated it. Both are made from ledger entries only, so a replay brings every one of them back.
package table

// Reader reads documents as they stand, including what earlier deeds of the same batch wrote.
type Reader interface {
	// Get decodes a document; found is false where there is none.
	Get(kind, id string, into any) (found bool, err error)
	// IDs lists the ids of a kind that begin with a prefix, in order.
	IDs(kind, prefix string) ([]string, error)
}

// Writer adds what a projection writes. Seq, the entry's number, is kept with each row by the store.
type Writer interface {
	Reader
	// Put writes a document; a value that is Indexed also gets its columns for lists.
	Put(kind, id string, v any) error
	// Datum states a number, text, date or truth in the canonical form of rules.Value ("n:3/20"), for a period: "2022-06" for
	// a month, "2022" for a year, or the day since when it stands.
	Datum(fact, subject, period, value string)
	// Frozen stores one figure's value of a closed month.
	Frozen(month, name, subject, value string)
}

// Indexed documents have columns by which lists filter, sort and search. The names must be known to the store.
type Indexed interface {
	Index() map[string]any
}
