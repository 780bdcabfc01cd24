package sheet

import (
	"math/big"
	"strings"
)

// builder reads the projects of one table and notes what it could not read.
type builder struct {
	g     *grid
	t     *table
	ctx   Context
	out   *SheetResult
	asks  *asker
	above map[int]*Cell // what the row before said, for 同上
	rows  []built
	run   map[Field]*running
}

// built is a project with the exact numbers behind its texts.
type built struct {
	at     int // position in SheetResult.Projects
	row    int
	serial serialSaid
	money  map[Field]*big.Rat
	// own are the columns whose sum stands in this row itself, not in a merged block that began above: only those may be
	// added up, or one sum would count for each of its rows.
	own   map[Field]bool
	child bool
	inner bool
	path  trail
	fault map[Field]bool // the cell had an error instead of a number
}

func (b *builder) flag(row, col int, kind, detail, value string, pairs ...any) {
	b.out.Problems = append(b.out.Problems, problem(b.out.Name, b.g.address(row, col), kind, detail, value, pairs...))
}

// build turns the rows of a table into projects and skipped rows.
func (b *builder) build(facts []rowFact) {
	levels(facts)
	b.above = map[int]*Cell{}
	var path trail
	for _, f := range facts {
		switch f.kind {
		case rowProject:
			b.project(f, path)
		case rowNameless:
			b.flag(f.row, b.t.name, "no_name", "", "")
			b.out.Skipped = append(b.out.Skipped, Skipped{f.row, RowNote, joinTexts(b.t.filled(b.g, f.row))})
		case RowGroup:
			path = path.push(f.group)
			b.skip(f)
		default:
			b.skip(f)
		}
		if f.kind != rowProject {
			b.errorsIn(f.row)
		}
	}
	b.parents()
}

func (b *builder) skip(f rowFact) {
	text := joinTexts(b.t.filled(b.g, f.row))
	if r := []rune(text); len(r) > 60 {
		text = string(r[:60]) + "…"
	}
	b.out.Skipped = append(b.out.Skipped, Skipped{f.row, f.kind, text})
}

// project reads one row.
func (b *builder) project(f rowFact, path trail) {
	p := Project{Row: f.row, Name: cleanName(f.name), Serial: f.serial.text, Cells: map[string]string{}, Raw: map[string]string{}}
	if len(b.out.tables) > 1 {
		p.Table = b.t.number
	}
	if !b.g.turned {
		p.Hidden = b.g.sheet.HiddenRows[f.row]
	} else {
		p.Hidden = b.g.sheet.HiddenCols[f.row]
	}
	x := built{row: f.row, serial: f.serial, money: map[Field]*big.Rat{}, own: map[Field]bool{}, fault: map[Field]bool{}, path: path, inner: isInner(f.name)}
	p.GroupPath = path.names()
	p.Group = strings.Join(p.GroupPath, "/")
	p.Cells["name"] = b.g.address(f.row, b.g.area(f.row, b.t.name).Col1)
	if raw := tidy(f.name); raw != p.Name {
		p.Raw["name"] = raw
	}
	var periodCell *Cell
	var period *column
	for _, c := range b.t.cols {
		v, own := b.cell(f.row, c.col)
		if c.col == b.t.name {
			continue
		}
		if v != nil && v.Kind == Error {
			b.flag(f.row, c.col, "formula_error", "", v.Text)
			x.fault[c.field] = true
			continue
		}
		if !c.shown || v == nil {
			continue
		}
		if v.Uncached {
			if c.field.isMoney() || c.field.isTime() {
				b.flag(f.row, c.col, "formula_error", "uncached", "")
				x.fault[c.field] = true
			}
			continue
		}
		switch {
		case c.field.isMoney():
			b.readMoney(&p, &x, c, v, f.row, own)
		case c.field == fieldPeriod:
			period, periodCell = c, v
		case c.field.isTime():
			b.readTime(&p, c, v, f.row)
		default:
			b.readText(&p, c, v, f.row)
		}
	}
	if period != nil {
		b.readPeriod(&p, period, periodCell, f.row)
	}
	b.order(&p, f.row)
	x.at = len(b.out.Projects)
	b.out.Projects = append(b.out.Projects, p)
	b.rows = append(b.rows, x)
}

// cell is the value for a project's row and column: through merged blocks and marks for "as above". own tells whether it
// stands in this very row.
func (b *builder) cell(row, col int) (*Cell, bool) {
	a := b.g.area(row, col)
	if a.Col1 != col {
		return nil, false // part of a block that belongs to the column on its left
	}
	v := b.g.value(row, col)
	own := a.Row1 == row
	if v != nil && v.Kind == Text && isDitto(v.Text) {
		v, own = b.above[col], false
	}
	if v == nil || v.Kind == Empty && !v.Uncached {
		delete(b.above, col)
		return nil, own
	}
	b.above[col] = v
	return v, own
}

func (b *builder) note(p *Project, f Field, suffix string, row, col int, v *Cell) {
	a := b.g.area(row, col)
	p.Cells[string(f)+suffix] = b.g.address(a.Row1, a.Col1)
	if v.Kind != Text || f.isMoney() || f.isTime() {
		p.Raw[string(f)+suffix] = tidy(v.Text)
	}
}

func (b *builder) readText(p *Project, c *column, v *Cell, row int) {
	at := p.text(c.field)
	text := tidy(v.Text)
	if at == nil || text == "" || isBlankMark(text) && fold(text) != "无" {
		return
	}
	if c.field == FieldContact && *at != "" {
		text = *at + " " + text
	}
	if c.field == FieldGroup && len(p.GroupPath) > 0 {
		return // headings among the rows say more
	}
	*at = text
	b.note(p, c.field, "", row, c.col, v)
}

func (b *builder) readMoney(p *Project, x *built, c *column, v *Cell, row int, own bool) {
	unit := c.unit
	if unit == NoUnit {
		unit = b.t.unit
	}
	a := readMoneyCell(v, unit)
	switch a.fault {
	case moneyNot:
		b.flag(row, c.col, "not_a_number", "", tidy(v.Text))
	case moneyApproximate:
		b.flag(row, c.col, "approximate", "", tidy(v.Text), "yuan", decimal(a.yuan))
	case moneyNegative:
		b.flag(row, c.col, "negative", "", tidy(v.Text))
	}
	if a.yuan == nil {
		return
	}
	*p.money(c.field) = decimal(a.yuan)
	x.money[c.field] = a.yuan
	x.own[c.field] = own
	b.note(p, c.field, "_yuan", row, c.col, v)
}

// errorsIn reports the broken formulas of a row that is no project: a total that cannot be checked.
func (b *builder) errorsIn(row int) {
	for _, p := range b.t.filled(b.g, row) {
		if p.Kind == Error {
			b.flag(row, p.col, "formula_error", "", p.Text)
		}
	}
}

// parents finds the bundle that a child belongs to: the last project whose serial is the front part of the child's, or the
// last numbered one for children that are only numbered inside.
func (b *builder) parents() {
	last := map[string]int{}
	outer := -1
	var group string
	for i := range b.rows {
		x := &b.rows[i]
		p := &b.out.Projects[x.at]
		if p.Group != group {
			last, outer, group = map[string]int{}, -1, p.Group
		}
		parent := -1
		switch {
		case x.serial.kind == childSerial:
			if j, ok := last[normalSerial(x.serial.parent)]; ok {
				parent = j
			}
		case (x.serial.kind == innerSerial || x.serial.kind == noSerial && x.inner) && outer >= 0:
			parent = outer
		}
		if parent >= 0 {
			x.child = true
			p.ParentRow = b.rows[parent].row
		} else if x.serial.kind != innerSerial {
			outer = i
		}
		if x.serial.text != "" {
			last[normalSerial(x.serial.text)] = i
		}
	}
}

func normalSerial(s string) string {
	return strings.TrimLeft(strings.NewReplacer(".", "-", "_", "-", "~", "-").Replace(s), "0")
}
