package store

import "shigan/app"

// Cases lists cases by their columns.
func (d *District) Cases(f app.CaseFilter) ([]app.CaseLine, error) { return nil, nil }

// CountCases counts them, together by some columns.
func (d *District) CountCases(f app.CaseFilter, by ...string) ([]app.CaseCount, error) {
	return nil, nil
}
