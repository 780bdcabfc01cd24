package sheet

import (
	"strings"
)

// lendHeadings reads sheets without a heading row: with the columns of another sheet of the same shape, or else by what
// their columns hold.
func (r *Recognition) lendHeadings(wb *Workbook, ctx Context, file clock) {
	for i := range r.Sheets {
		out := &r.Sheets[i]
		s := &wb.Sheets[i]
		if anyNamed(out.tables) || len(s.Cells) == 0 || len(out.tables) > 0 {
			continue
		}
		g := newGrid(s, false)
		t := bareTable(g)
		if t == nil {
			continue
		}
		t.clock = clockOf(g, t, ctx, file)
		lent := false
		for j := range r.Sheets {
			if j != i && !lent && r.Sheets[j].Orientation == "" && len(r.Sheets[j].tables) == 1 {
				lent = t.borrow(g, r.Sheets[j].grid, r.Sheets[j].tables[0])
			}
		}
		if !lent {
			t.guess(g)
		}
		t.recall(ctx.Remembered)
		t.answered(g, ctx)
		c := t.column(FieldName)
		if c == nil {
			continue
		}
		t.name = c.col
		out.grid, out.tables, out.WhyNot = g, []*table{t}, ""
		out.Year, out.Month = t.clock.year, t.clock.month
	}
}

// bareTable takes the rows that have several values for a table, if there are enough of them.
func bareTable(g *grid) *table {
	first, n, width := 0, 0, 0
	for _, row := range g.rows {
		cells := g.filled(row)
		if len(cells) < 3 {
			continue
		}
		if first == 0 {
			first = row
		}
		n++
		width = max(width, cells[len(cells)-1].col)
	}
	if n < 2 {
		return nil
	}
	t := &table{number: 1, bare: true, unit: NoUnit, from: first, to: g.maxRow}
	for _, row := range g.rows { // titles and units on top; a group's name belongs to the list
		if row >= first {
			break
		}
		text := squeeze(joinTexts(g.filled(row)))
		if rank, _ := marker(text); rank < 0 && (words().title.MatchString(fold(text)) || len(unitsIn(text)) > 0) {
			t.above = append(t.above, row)
			continue
		}
		t.from = min(t.from, row)
	}
	for c := 1; c <= width; c++ {
		t.cols = append(t.cols, &column{col: c, unit: NoUnit})
	}
	return t
}

// kindOf is what a column holds, in one word, for comparing shapes.
func kindOf(p profile) string {
	switch {
	case p.cells == 0:
		return "empty"
	case countSerials(p.texts)*10 >= p.cells*8 && p.integers*2 >= p.cells:
		return "integers"
	case p.times*10 >= p.cells*7 && p.numbers*2 < p.cells:
		return "times"
	case p.money*10 >= p.cells*7:
		return "numbers"
	case averageLength(p) >= 18 && share(p, func(s string) bool { return strings.ContainsAny(s, "，。；,;") }) > 0.5:
		return "long"
	}
	return "words"
}

// borrow takes the columns of another table when both hold the same kinds of things in the same places.
func (t *table) borrow(g, otherGrid *grid, other *table) bool {
	if other.column(FieldName) == nil || len(other.cols) == 0 {
		return false
	}
	same, all := 0, 0
	for _, c := range other.cols {
		p, q := profileOf(otherGrid, other, c.col), profileOf(g, t, c.col)
		if p.cells == 0 {
			continue
		}
		all++
		if kindOf(p) == kindOf(q) || q.cells == 0 && c.field == FieldRemark {
			same++
		}
	}
	if all < 3 || same*10 < all*8 {
		return false
	}
	for i := range t.cols {
		for _, c := range other.cols {
			if c.col == t.cols[i].col {
				t.cols[i].field, t.cols[i].shown, t.cols[i].unit, t.cols[i].serial = c.field, c.shown, c.unit, c.serial
			}
		}
	}
	t.serial, t.name = other.serial, other.name
	if t.unit == NoUnit {
		t.units = append(t.units, other.units...)
	}
	t.lender = other
	return true
}
