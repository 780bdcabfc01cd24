package sheet

import (
	"sort"
	"strings"
)

// grid is a sheet seen as rows of projects. A table that lies on its side is turned, so that everything after this file
// knows one direction only; address turns back.
type grid struct {
	sheet  *Sheet
	turned bool
	rows   []int // those that hold something, in order
	line   map[int][]place
	merge  map[[2]int]*Area // every cell of a merged block, in the grid's own directions
	maxRow int
	maxCol int
	// outside are the lines of a turned sheet that are no field: its title, its unit, its notes. They lie across the columns
	// of projects and would otherwise be taken for one field more.
	outside []place
}

// place is a cell with its place in the grid.
type place struct {
	row, col int
	*Cell
}

const maxMergedCells = 4_000_000

func newGrid(s *Sheet, turned bool) *grid {
	g := &grid{sheet: s, turned: turned, line: map[int][]place{}, merge: map[[2]int]*Area{}}
	across := map[int]bool{}
	if turned {
		across = linesAcross(s)
	}
	for i := range s.Cells {
		c := &s.Cells[i]
		r, k := c.Row, c.Col
		if across[r] {
			g.outside = append(g.outside, place{r, k, c})
			continue
		}
		if turned {
			r, k = k, r
		}
		g.line[r] = append(g.line[r], place{r, k, c})
		g.maxRow, g.maxCol = max(g.maxRow, r), max(g.maxCol, k)
	}
	for r, cells := range g.line {
		g.rows = append(g.rows, r)
		sort.Slice(cells, func(i, j int) bool { return cells[i].col < cells[j].col })
	}
	sort.Ints(g.rows)
	covered := 0
	for _, a := range s.Merges {
		if across[a.Row1] {
			continue
		}
		if turned {
			a = Area{a.Col1, a.Row1, a.Col2, a.Row2}
		}
		a.Row2, a.Col2 = min(a.Row2, g.maxRow), min(a.Col2, g.maxCol) // whole columns are merged now and then
		if a.Row2 < a.Row1 || a.Col2 < a.Col1 {
			continue
		}
		if covered += (a.Row2 - a.Row1 + 1) * (a.Col2 - a.Col1 + 1); covered > maxMergedCells {
			break
		}
		area := a
		for r := a.Row1; r <= a.Row2; r++ {
			for c := a.Col1; c <= a.Col2; c++ {
				g.merge[[2]int{r, c}] = &area
			}
		}
	}
	return g
}

// address names a place the way the sheet does.
func (g *grid) address(row, col int) string {
	if g.turned {
		return Address(col, row)
	}
	return Address(row, col)
}

// column names a column of the grid: a letter, or the row's number when the table lies on its side.
func (g *grid) column(col int) string {
	if g.turned {
		return itoa(col)
	}
	return ColumnName(col)
}

// raw is what stands at a place itself.
func (g *grid) raw(row, col int) *Cell {
	if g.turned {
		return g.sheet.At(col, row)
	}
	return g.sheet.At(row, col)
}

// value is what a reader sees at a place: inside a merged block, the block's one value.
func (g *grid) value(row, col int) *Cell {
	if a := g.merge[[2]int{row, col}]; a != nil {
		return g.raw(a.Row1, a.Col1)
	}
	return g.raw(row, col)
}

// area is the merged block around a place, or the place alone.
func (g *grid) area(row, col int) Area {
	if a := g.merge[[2]int{row, col}]; a != nil {
		return *a
	}
	return Area{row, col, row, col}
}

// anchored tells whether the place is the one that holds its block's value.
func (g *grid) anchored(row, col int) bool {
	a := g.merge[[2]int{row, col}]
	return a == nil || a.Row1 == row && a.Col1 == col
}

// text is the text a reader sees at a place.
func (g *grid) text(row, col int) string {
	if c := g.value(row, col); c != nil {
		return c.Text
	}
	return ""
}

// filled are the cells of a row that hold something of their own.
func (g *grid) filled(row int) []place {
	var out []place
	for _, p := range g.line[row] {
		if p.Kind != Empty && squeeze(p.Text) != "" && g.anchored(row, p.col) {
			out = append(out, p)
		}
	}
	return out
}

// linesAcross are the rows of a sheet on its side that hold a single text, or a unit, and no field's name.
func linesAcross(s *Sheet) map[int]bool {
	rows := map[int][]*Cell{}
	for i := range s.Cells {
		if c := &s.Cells[i]; squeeze(c.Text) != "" {
			rows[c.Row] = append(rows[c.Row], c)
		}
	}
	across := map[int]bool{}
	for row, cells := range rows {
		if len(cells) > 2 {
			continue
		}
		first := cells[0]
		key, _ := clock{}.labelKey(first.Text)
		known := len([]rune(key)) < 20 && lookUp([]string{key}) != nil
		unit := false
		for _, c := range cells {
			unit = unit || strings.Contains(fold(c.Text), "单位:") && len(unitsIn(c.Text)) > 0
		}
		if len(cells) == 1 && (!known || words().note.MatchString(fold(first.Text)) && len([]rune(first.Text)) > 4) || len(cells) <= 2 && unit {
			across[row] = true
		}
	}
	return across
}
