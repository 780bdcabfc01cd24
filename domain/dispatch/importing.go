package dispatch

import (
	"strconv"
	"time"

	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
	"shigan/kernel/ledger"
	"shigan/kernel/table"
)

// ErrYear is no year that a plan can be of.
var ErrYear = fault.New(fault.Invalid, "dispatch.bad-year")

// ImportedFile 导入的原表 is a workbook as it was handed in; its bytes lie in the evidence.
type ImportedFile struct {
	Digest string `json:"digest"`
	Name   string `json:"name"`
}

// ImportList 导入清单 states that workbooks were read into the district's list of a year, and what they brought. What became
// of the projects is told by deeds of their own, each with its cell.
type ImportList struct {
	Year    int            `json:"year"`
	List    string         `json:"list,omitempty"`
	Files   []ImportedFile `json:"files"`
	Rows    int            `json:"rows"`
	New     int            `json:"new"`
	Changed int            `json:"changed"`
	Same    int            `json:"same"`
	Unread  int            `json:"unread"`
	// Corrected is what somebody read in the place of a cell that could not be taken; the file is kept as it came.
	Corrected map[string]string `json:"corrected,omitempty"`
}

func (ImportList) Name() string                          { return "dispatch.import" }
func (ImportList) Scope(table.Reader) (org.Scope, error) { return org.Scope{}, nil }

func (c ImportList) Decide(_ table.Reader, _ org.Signer, at time.Time) ([]ledger.Fact, error) {
	if c.Year < 1990 || c.Year > 2100 {
		return nil, ErrYear.With("year", c.Year)
	}
	var digests []string
	for _, f := range c.Files {
		digests = append(digests, f.Digest)
	}
	return fact("dispatch.list-imported/1", "import/"+strconv.Itoa(c.Year), calendar.DateOf(at).String(), c, digests...), nil
}
