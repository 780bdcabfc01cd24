package sheet

import "strings"

// table is one list on a sheet: its heading and the rows that follow.
type table struct {
	number  int // 1, 2, … on its sheet
	band    band
	from    int   // first row after the heading
	to      int   // last row before the next table's title
	head    []int // rows of the heading printed again
	above   []int // rows over the heading: title, unit
	cols    []*column
	clock   clock
	unit    Unit
	units   []Unit // all that were said for the table
	unitSrc string // the place where the unit was said
	serial  int    // column of the serial, 0 for none
	name    int    // column of the name
	bare    bool   // no heading row: the columns were told by what they hold
	lender  *table // the table whose columns a bare one took over
	unsure  []*column
}

func (t *table) column(f Field) *column {
	for _, c := range t.cols {
		if c.field == f && c.shown {
			return c
		}
	}
	return nil
}

// findTables finds the headings of a grid and cuts it into tables.
func findTables(g *grid, k clock) []*table {
	var tables []*table
	var last *table
	above := 0
	for i := 0; i < len(g.rows); i++ {
		row := g.rows[i]
		if row <= above || !k.isHeading(g, row) {
			continue
		}
		b := k.findBand(g, row, above)
		again := last != nil && sameBand(g, last.band, b)
		fresh := again && otherUnit(g, last, rowsAbove(g, b.top, above))
		if again && !fresh {
			for r := b.top; r <= b.bottom; r++ {
				last.head = append(last.head, r)
			}
			above = b.bottom
			continue
		}
		if last != nil && !fresh && repeatsRow(g, last.band, row) {
			last.head = append(last.head, row)
			above = row
			continue
		}
		t := &table{number: len(tables) + 1, band: b, cols: b.cols, from: b.bottom + 1, to: g.maxRow, unit: NoUnit}
		t.above = rowsAbove(g, b.top, above)
		if last != nil {
			last.to = b.top - 1
			if n := len(t.above); n > 0 {
				last.to = t.above[0] - 1
			}
		}
		above = b.bottom
		last = t
		tables = append(tables, t)
	}
	return tables
}

// rowsAbove are the rows that belong to a heading from above. Over the first heading that is everything; over a later one
// only what looks like a title or a unit, for the rest still belongs to the list before.
func rowsAbove(g *grid, top, above int) []int {
	var rows []int
	for r := top - 1; r > above && r > 0; r-- {
		cells := g.filled(r)
		if above > 0 {
			if len(cells) == 0 {
				if len(rows) > 0 {
					break
				}
				continue
			}
			if len(cells) > 2 || len(rows) >= 4 {
				break
			}
			first := fold(cells[0].Text)
			if words().total.MatchString(first) || words().note.MatchString(first) && len(unitsIn(first)) == 0 || cells[0].Kind != Text {
				break
			}
		}
		if len(cells) > 0 {
			rows = append([]int{r}, rows...)
		}
	}
	return rows
}

// sameBand tells a heading that is printed again on the next page.
func sameBand(g *grid, a, b band) bool {
	same, all := 0, 0
	by, unitOf := map[int]string{}, map[int]Unit{}
	for _, c := range a.cols {
		by[c.col], unitOf[c.col] = fold(c.heading()), c.unit
	}
	for _, c := range b.cols {
		if len(c.parts) == 0 {
			continue
		}
		all++
		if by[c.col] == fold(c.heading()) {
			same++
		} else if c.unit != unitOf[c.col] {
			return false // the same words in another unit are another table
		}
	}
	return all > 0 && same*10 >= all*8 && all*10 >= len(by)*6
}

// otherUnit tells that the lines before a repeated heading speak of another unit: then it starts a table of its own.
func otherUnit(g *grid, last *table, above []int) bool {
	old := map[Unit]bool{}
	for _, row := range last.above {
		for _, u := range unitsIn(joinTexts(g.filled(row))) {
			old[u] = true
		}
	}
	for _, row := range above {
		for _, u := range unitsIn(joinTexts(g.filled(row))) {
			if len(old) > 0 && !old[u] {
				return true
			}
		}
	}
	return false
}

// repeatsRow tells a row that repeats one row of a heading.
func repeatsRow(g *grid, b band, row int) bool {
	cells := g.filled(row)
	if len(cells) == 0 {
		return false
	}
	for r := b.top; r <= b.bottom; r++ {
		same := 0
		for _, p := range cells {
			if h := fold(g.text(r, p.col)); h != "" && h == fold(p.Text) {
				same++
			}
		}
		if same*10 >= len(cells)*8 && (len(cells) > 1 || same == len(g.filled(r))) {
			return true
		}
	}
	return false
}

// splitSideBySide cuts a heading that carries two lists beside one another: the words for name (and serial) come twice.
func splitSideBySide(g *grid, t *table) []*table {
	var names []int
	for i, c := range t.cols {
		if c.rule != nil && c.rule.Field == FieldName && !c.rule.Weak {
			names = append(names, i)
		}
	}
	if len(names) != 2 {
		return []*table{t}
	}
	cut := names[1]
	first := t.cols[names[0]]
	if names[0] > 0 && names[1] > 0 && t.cols[names[0]-1].heading() == t.cols[names[1]-1].heading() && t.cols[names[1]-1].heading() != "" {
		cut = names[1] - 1
	} else if first.heading() != t.cols[names[1]].heading() || g.area(t.band.top, first.col) == g.area(t.band.top, t.cols[names[1]].col) {
		return []*table{t}
	}
	if cut-names[0] < 2 { // two names next to each other are a project and its part
		return []*table{t}
	}
	left, right := *t, *t
	left.cols, right.cols = t.cols[:cut], t.cols[cut:]
	return []*table{&left, &right}
}

// within tells whether a column lies under the heading.
func (t *table) within(col int) bool {
	return len(t.cols) > 0 && col >= t.cols[0].col && col <= t.cols[len(t.cols)-1].col
}

// filled are the row's own values under the heading.
func (t *table) filled(g *grid, row int) []place {
	var out []place
	for _, p := range g.filled(row) {
		if t.within(p.col) {
			out = append(out, p)
		}
	}
	return out
}

func containsRow(rows []int, row int) bool {
	for _, r := range rows {
		if r == row {
			return true
		}
	}
	return false
}

// joinTexts joins what stands in a row.
func joinTexts(cells []place) string {
	var parts []string
	for _, p := range cells {
		parts = append(parts, squeeze(p.Text))
	}
	return strings.Join(parts, " ")
}
