package app

import "shigan/kernel/calendar"

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
