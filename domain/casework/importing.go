package casework

import (
	"time"

	"shigan/domain/org"
	"shigan/kernel/ledger"
	"shigan/kernel/table"
)

// ImportCases 导入台账 states that a unit's own ledger was taken in: the files are kept as evidence, and each of its cases says from which
// it came (Case.Origin).
type ImportCases struct {
	Use    string         `json:"use"`
	Files  []ImportedFile `json:"files"`
	Rows   int            `json:"rows"`
	New    int            `json:"new"`    // opened here
	Closed int            `json:"closed"` // taken over as history
	Same   int            `json:"same"`   // here before
	Unread int            `json:"unread"` // not taken, for what is told row by row
}

// ImportedFile names a file that was taken in.
type ImportedFile struct {
	Digest string `json:"digest"`
	Name   string `json:"name"`
}

func (ImportCases) Name() string                          { return "case.import" }
func (ImportCases) Scope(table.Reader) (org.Scope, error) { return org.Scope{}, nil }

func (c ImportCases) Decide(_ table.Reader, _ org.Signer, at time.Time) ([]ledger.Fact, error) {
	var digests []string
	for _, f := range c.Files {
		digests = append(digests, f.Digest)
	}
	f := fact("ledger-imported", "", at, c, digests...)
	f.Subject = "import/cases"
	return []ledger.Fact{f}, nil
}
