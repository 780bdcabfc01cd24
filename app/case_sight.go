package app

import (
	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/kernel/table"
)

// MaySeeCase refuses whoever may not read a case: its parties may, and those who may read the cases of its units.
func MaySeeCase(v table.Reader, by org.Signer, id string) error {
	c, err := casework.Of(v, id)
	if err != nil || c.Concerns(by) {
		return err
	}
	return org.May(v, by, "read.case", c.Reach)
}
