package sheet

import "strings"

// profile is what a column's cells look like; headings lie now and then, cells less often.
type profile struct {
	cells, numbers, money, times, integers, long, ditto int
	texts                                               []string
}

func profileOf(g *grid, t *table, col int) profile {
	var p profile
	for _, row := range g.rows {
		if row < t.from || row > t.to || containsRow(t.head, row) || p.cells > 400 {
			continue
		}
		if g.area(row, col).Col2-g.area(row, col).Col1 >= 2 || len(t.cols) > 2 && len(g.line[row]) == 1 {
			continue // a group's name, across the table or alone in its row
		}
		c := g.raw(row, col)
		if c == nil || c.Kind == Empty || isBlankMark(c.Text) {
			continue
		}
		p.cells++
		text := squeeze(c.Text)
		if isDitto(text) {
			p.ditto++
			continue
		}
		if c.Kind == Number {
			p.numbers++
			if !strings.Contains(c.Number, ".") {
				p.integers++
			}
		}
		if a := readMoneyCell(c, 4); a.yuan != nil {
			p.money++
		}
		if w := readTimeCell(c, 2000); w.first != nil && w.doubt != "serial" {
			p.times++
		}
		if len([]rune(text)) > 30 {
			p.long++
		}
		p.texts = append(p.texts, text)
	}
	return p
}

// settleColumns turns rules into fields by what the columns hold and by what else the table has.
func (t *table) settleColumns(g *grid) {
	has := map[Field]bool{}
	for _, c := range t.cols {
		if c.rule != nil {
			has[c.rule.Field] = true
		}
	}
	for _, c := range t.cols {
		if c.rule == nil {
			continue
		}
		c.field = c.rule.Field
		p := profileOf(g, t, c.col)
		mostlyMoney := p.cells == 0 || p.money*2 >= p.cells-p.ditto || p.numbers*3 >= p.cells
		switch {
		case c.rule.Numbers == "money" && !mostlyMoney && p.long+len(p.texts) > 0:
			if wordy(p) {
				c.field = c.rule.Instead // words where sums should be: a goal, not a plan of money
			}
		case c.rule.Numbers == "text" && p.cells > 0 && p.money*3 >= p.cells*2:
			c.field = c.rule.Instead
		}
		switch c.field {
		case fieldCumulative:
			switch {
			case has[FieldMonth] && !has[FieldYTD], t.clock.month > 0 && !has[FieldYTD]:
				c.field = FieldYTD
			case !has[FieldInvested]:
				c.field = FieldInvested
			default:
				c.field = fieldKnownNone
			}
		case fieldPerson:
			c.field = FieldLeader
			if has[FieldLeader] {
				c.field = FieldContact
			}
		case fieldSupervising:
			c.field = FieldResponsible
			if has[FieldResponsible] {
				c.field = FieldLine
			}
		}
		if c.field == FieldCode && p.cells > 0 && p.integers == p.cells && averageLength(p) <= 3 {
			c.field, c.serial = FieldNone, true // 项目编号 over 1, 2, 3
		}
		if c.field == FieldPlanned && !has[FieldTotal] && c.rule != nil && strings.HasSuffix(strings.Join(c.keys, ""), "总投资") && !strings.Contains(strings.Join(c.keys, ""), "年") {
			c.field = FieldTotal
		}
	}
	t.splitNameColumn(g)
	t.nameByContent(g)
	t.onePerField(g)
	for _, c := range t.cols {
		if c.serial {
			t.serial = c.col
			break
		}
	}
	if c := t.column(FieldName); c != nil {
		t.name = c.col
		if t.serial == 0 || t.serial > c.col {
			t.serial = t.unnamedSerial(g, c.col)
		}
	}
}

// wordy tells whether most of the texts are words and not marks like 待定.
func wordy(p profile) bool {
	n := 0
	for _, s := range p.texts {
		if a := readMoney(s, 4); a.yuan == nil && len([]rune(s)) >= 4 {
			n++
		}
	}
	return n*2 > len(p.texts)
}

// nameByContent finds the names under a heading that no word tells.
func (t *table) nameByContent(g *grid) {
	var best *column
	most := 0.5
	for _, c := range t.cols {
		if c.field == FieldName {
			return
		}
		if c.field != FieldNone || c.rule != nil || c.serial {
			continue
		}
		if p := profileOf(g, t, c.col); p.cells >= 2 {
			if s := share(p, projectLike); s >= most {
				best, most = c, s+0.001
			}
		}
	}
	if best != nil {
		best.field = FieldName
	}
}

// splitNameColumn: a heading 项目名称 merged over two columns may stand over the serial and the name.
func (t *table) splitNameColumn(g *grid) {
	for i, c := range t.cols {
		if c.field != FieldName || i+1 >= len(t.cols) {
			continue
		}
		next := t.cols[i+1]
		if next.rule != c.rule || next.heading() != c.heading() {
			continue
		}
		p, q := profileOf(g, t, c.col), profileOf(g, t, next.col)
		switch {
		case q.cells == 0:
			next.field = FieldNone
		case p.cells == 0:
			c.field = FieldNone
		case p.integers*2 >= p.cells || averageLength(p) < 3 && averageLength(q) > averageLength(p):
			c.field, c.serial = FieldNone, true
		default:
			next.field = FieldNone
		}
	}
}

func averageLength(p profile) int {
	n := 0
	for _, s := range p.texts {
		n += len([]rune(s))
	}
	return n / max(len(p.texts), 1)
}

// onePerField leaves a field to the best of the columns that claim it. Contact may have several: a name and a number.
func (t *table) onePerField(g *grid) {
	best := map[Field]*column{}
	score := map[Field]int{}
	for _, c := range t.cols {
		if c.field == fieldKnownNone || c.field == fieldCount {
			c.field = FieldNone
		}
		c.shown = c.field != FieldNone
		if !c.shown || c.field == FieldContact {
			continue
		}
		n := 10 - len(c.keys)
		if c.rule != nil && !c.rule.Weak {
			n += 20
		}
		if p := profileOf(g, t, c.col); p.cells > 0 {
			n += 40
		}
		if old := best[c.field]; old == nil || n > score[c.field] {
			if old != nil {
				old.shown, old.field = false, FieldNone
			}
			best[c.field], score[c.field] = c, n
		} else {
			c.shown, c.field = false, FieldNone
		}
	}
}

// unnamedSerial finds serials in a column to the left of the names that has no heading.
func (t *table) unnamedSerial(g *grid, name int) int {
	for col := name - 1; col >= 1 && col >= name-2; col-- {
		for _, c := range t.cols {
			if c.col == col && c.field != FieldNone {
				return 0
			}
		}
		if p := profileOf(g, t, col); p.cells > 0 && countSerials(p.texts)*3 >= p.cells*2 {
			return col
		}
	}
	return 0
}

func countSerials(texts []string) (n int) {
	for _, s := range texts {
		if serialOf(s).kind != noSerial {
			n++
		}
	}
	return n
}
