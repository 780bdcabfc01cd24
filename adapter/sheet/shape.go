package sheet

import (
	"math/big"
	"strings"
)

// shape is what a row looks like before it is judged.
type shape struct {
	cells  []place
	serial serialSaid
	snum   string // text under the serial
	name   string // text under the name, "" when it belongs to a block that spans the table
	first  string // the leftmost text
	wide   bool   // a block across the table
	texts  int    // filled columns of words
	sums   int    // filled columns of money
	others int    // everything but serial and name
	down   bool   // the name is a block that began in a row above
}

func (t *table) shapeOf(g *grid, row int) shape {
	s := shape{cells: t.filled(g, row)}
	width := len(t.cols)
	named := 0
	for _, c := range t.cols {
		if len(c.parts) > 0 {
			named++
		}
	}
	for _, p := range s.cells {
		if s.first == "" {
			s.first = p.Text
		}
		a := g.area(row, p.col)
		if n := a.Col2 - a.Col1 + 1; n >= 3 && n*2 >= min(width, max(named, 3)) {
			s.wide = true
		}
	}
	if t.serial > 0 {
		if a := g.area(row, t.serial); a.Col2 < t.name || t.name < a.Col1 {
			s.snum = squeeze(g.text(row, t.serial))
			if a.Row1 < row { // a serial merged over rows counts once
				s.snum = ""
			}
		}
		s.serial = serialOf(s.snum)
	}
	if t.name > 0 {
		a := g.area(row, t.name)
		s.down = a.Row1 < row
		if a.Col2-a.Col1 < 3 || !s.wide {
			s.name = g.text(row, t.name)
		}
	}
	for _, c := range t.cols {
		if c.col == t.serial || c.col == t.name {
			continue
		}
		a := g.area(row, c.col)
		if a.Col1 <= t.name && t.name <= a.Col2 || t.serial > 0 && a.Col1 <= t.serial && t.serial <= a.Col2 {
			continue
		}
		v := g.value(row, c.col)
		if v == nil || v.Kind == Empty || squeeze(v.Text) == "" && !v.Uncached {
			continue
		}
		if a.Row1 == row && a.Col1 < c.col {
			continue
		}
		s.others++
		switch {
		case c.field.isMoney() || c.field == FieldNone && (v.Kind == Number || v.Uncached || v.Kind == Error):
			s.sums++
		case c.field == FieldRemark, a.Row1 < row && !s.wide && a.Col2 == a.Col1:
			s.texts++
		case !countTail.MatchString(fold(v.Text)) && !isBlankMark(v.Text):
			s.texts++
		}
	}
	return s
}

// groupsBySum finds headings that carry the sums of their rows and look like projects otherwise: a name, sums and nothing
// else. Only one whose sums are exactly those of the rows below it is a heading; after a total it is a part of that.
func (t *table) groupsBySum(g *grid, facts []rowFact, numbered bool) {
	for i := range facts {
		f := &facts[i]
		if !f.thin {
			continue
		}
		if name := fold(f.name); i > 0 && strings.HasPrefix(name, "其中") && (facts[i-1].kind == RowTotal || facts[i-1].kind == RowSubtotal) {
			f.kind, f.partial = RowSubtotal, true
			continue
		}
		fits, compared, children := 0, 0, 0
		for _, c := range t.cols {
			if !c.shown || !c.field.isMoney() {
				continue
			}
			own := readMoneyCell(g.raw(f.row, c.col), 0)
			if own.yuan == nil || own.yuan.Sign() == 0 {
				continue
			}
			sum, n := new(big.Rat), 0
			for _, below := range facts[i+1:] {
				if below.thin || below.kind == RowGroup || below.kind == RowTotal {
					break
				}
				if below.kind == rowProject {
					if a := readMoneyCell(g.raw(below.row, c.col), 0); a.yuan != nil {
						sum.Add(sum, a.yuan)
					}
					n++
				}
			}
			compared++
			children = n
			if sum.Cmp(own.yuan) == 0 {
				fits++
			}
		}
		if compared == 0 || fits < compared || children == 0 || children == 1 && projectLike(f.name) && !numbered {
			continue
		}
		f.kind, f.sums = RowGroup, true
		f.group = groupFact{text: squeeze(f.name), col: t.name}
		f.group.fill()
	}
}

// otherWords are words beside a group's number that stand in neither of its usual columns.
func otherWords(g *grid, t *table, row int) string {
	for _, p := range t.filled(g, row) {
		if p.col != t.serial && p.Kind == Text && readMoney(p.Text, 4).yuan == nil && !isBlankMark(p.Text) {
			return squeeze(p.Text)
		}
	}
	return ""
}

func numbersOnly(cells []place) bool {
	if len(cells) < 3 {
		return false
	}
	for _, p := range cells {
		if !numbersRow.MatchString(fold(p.Text)) {
			return false
		}
	}
	return true
}

func onlyDigits(s string) bool { return strings.Trim(fold(s), "0123456789.,-()") == "" }

// repeatsAbove tells a title or unit line that is printed again on the next page.
func (t *table) repeatsAbove(g *grid, s shape) bool {
	text := fold(joinTexts(s.cells))
	for _, r := range t.above {
		if text != "" && fold(joinTexts(g.filled(r))) == text {
			return true
		}
	}
	return false
}
