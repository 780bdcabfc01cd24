package app

import (
	"shigan/domain/org"
	"shigan/kernel/calendar"
)

// ListTable 清单 is a list exported as it stands on a page.
type ListTable struct {
	Title, Filter string
	Month         calendar.Month
	Frozen        bool
	Names, Labels []string
	Rows          []ListRow
}

// ListRow is one line of it.
type ListRow struct {
	ID, Name, Unit, Finish string
	Sample                 bool
	Figs                   []Fig
}

// TemplateSheet is one sheet of a superior's workbook, as far as it is shown for mapping its columns.
type TemplateSheet struct {
	Name string
	Rows [][]string // the first rows, as printed
}

// PostUnit is the name of the unit that a post belongs to.
func PostUnit(r Reader, post string) (org.Name, error) {
	p, err := org.PostOf(r, post)
	if err != nil {
		return org.Name{}, err
	}
	u, err := org.UnitOf(r, p.Unit)
	return u.Name, err
}

// FillFields 填表项 is what a superior's form can be filled with, in the order in which a page offers it. Names and units stand in
// the catalogue under "fill.".
var FillFields = []string{"seq", "id", "name", "code", "level", "class", "industry", "nature", "address", "scope", "owner", "unit", "line", "lead", "stage", "start", "finish",
	"total_wan", "total_yi", "planned_wan", "planned_yi", "month_wan", "month_yi", "ytd_wan", "ytd_yi", "rate", "lag", "light", "progress", "problem", "measure"}
