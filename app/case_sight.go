package app

import (
	"slices"

	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/kernel/table"
)

// CaseSight 可见的件 is which cases a signer sees: all, or those with which one of these parties has to do. Lists and single cases
// are both asked by it, so that whatever is listed can be opened, and nothing else.
type CaseSight struct {
	All     bool
	Parties []string // the signer's unit, under which all below it count, and the post
}

// SightOf works out which cases a signer sees; one who has to do with no cases is refused.
func SightOf(v table.Reader, by org.Signer) (CaseSight, error) {
	if err := org.May(v, by, "read.cases", org.Scope{}); err != nil {
		return CaseSight{}, err
	}
	if org.May(v, by, "read.case", org.Scope{}) == nil { // without a unit to hold it against: he sees all
		return CaseSight{All: true}, nil
	}
	s := CaseSight{Parties: []string{}}
	if by.Unit != "" {
		s.Parties = append(s.Parties, by.Unit)
	}
	if by.Post != "" {
		s.Parties = append(s.Parties, casework.PostParty(by.Post))
	}
	return s, nil
}

// Sees tells whether a case is in sight.
func (s CaseSight) Sees(c casework.Case) bool {
	return s.All || slices.ContainsFunc(s.Parties, func(p string) bool { return slices.Contains(c.Parties, p) })
}

// limit narrows a filter to what is in sight. A unit that the filter names itself must lie under the signer's.
func (s CaseSight) limit(v table.Reader, f CaseFilter) (CaseFilter, error) {
	if s.All {
		return f, nil
	}
	if f.Parties == nil {
		f.Parties = s.Parties
		return f, nil
	}
	kept := []string{}
	for _, p := range f.Parties {
		if slices.Contains(s.Parties, p) {
			kept = append(kept, p)
			continue
		}
		for _, mine := range s.Parties {
			in, err := org.Within(v, p, mine)
			if err == nil && in {
				kept = append(kept, p)
			}
		}
	}
	f.Parties = kept
	return f, nil
}

// MaySeeCase refuses whoever may not read a case: its parties may, and those who may read all.
func MaySeeCase(v table.Reader, by org.Signer, id string) error {
	c, err := casework.Of(v, id)
	if err != nil {
		return err
	}
	s, err := SightOf(v, by)
	if err == nil && !s.Sees(c) {
		err = org.ErrForbidden.With("deed", "read.case")
	}
	return err
}
