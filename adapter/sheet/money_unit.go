package sheet

import "math/big"

// settleUnits finds what the sums of each table are counted in: the column's own words, a line above the table, its title, the
// sheet's name, a note below, the table before, an earlier answer.
func (out *SheetResult) settleUnits(ctx Context, asks *asker, file string) {
	g := out.grid
	for i, t := range out.tables {
		for _, p := range t.titles(g) {
			t.sayUnits(unitsIn(p.Text), p.Address())
		}
		if len(t.units) == 0 {
			t.sayUnits(unitsIn(g.sheet.Name), "")
		}
		if len(t.units) == 0 {
			for _, row := range g.rows {
				if row < t.from || row > t.to {
					continue
				}
				if cells := t.filled(g, row); len(cells) > 0 && len(cells) <= 2 {
					for _, p := range cells {
						t.sayUnits(unitsIn(p.Text), g.address(row, p.col))
					}
				}
			}
		}
		if len(t.units) == 0 {
			t.sayUnits(unitsIn(file), "")
		}
		if len(t.units) == 0 && i > 0 {
			t.sayUnits(out.tables[i-1].units, "")
		}
		if len(t.units) == 0 && t.lender != nil && t.lender.unit != NoUnit {
			t.sayUnits([]Unit{t.lender.unit}, "")
		}
		if len(t.units) == 0 {
			t.unit = t.sharedUnit()
		} else {
			t.unit = t.units[0]
		}
		if t.unit == NoUnit && ctx.Remembered != nil {
			t.unit = ctx.Remembered.unitFor(t)
		}
		for _, c := range t.cols {
			if !c.shown || !c.field.isMoney() {
				continue
			}
			if c.unit == NoUnit && t.unit == NoUnit {
				c.unit = ownUnit(g, t, c)
			}
			if u, ok := unitNames[ctx.Answers[unitQuestion(out.Name, g, c)]]; ok {
				c.unit = u
			}
		}
	}
	out.Unit = out.unitWord()
}

// ownUnit is the unit of a column whose cells all bring the same one along.
func ownUnit(g *grid, t *table, c *column) Unit {
	u := NoUnit
	for _, row := range g.rows {
		if row < t.from || row > t.to {
			continue
		}
		a := readMoneyCell(g.raw(row, c.col), NoUnit)
		if a.yuan == nil {
			continue
		}
		if !a.own || u != NoUnit && u != a.unit {
			return NoUnit
		}
		u = a.unit
	}
	return u
}

func unitQuestion(sheet string, g *grid, c *column) string {
	return "unit:" + sheet + "!" + g.column(c.col)
}

func (t *table) sayUnits(units []Unit, where string) {
	for _, u := range units {
		known := false
		for _, have := range t.units {
			known = known || have == u
		}
		if !known {
			t.units = append(t.units, u)
			if t.unitSrc == "" {
				t.unitSrc = where
			}
		}
	}
}

// sharedUnit: where one money column names its unit and the others are silent, a reader takes it for all of them.
func (t *table) sharedUnit() Unit {
	u := NoUnit
	for _, c := range t.cols {
		if c.shown && c.field.isMoney() && c.unit != NoUnit {
			if u != NoUnit && u != c.unit {
				return NoUnit
			}
			u = c.unit
		}
	}
	return u
}

// unitWord is the sheet's unit in one word: mixed where columns or tables differ, unknown where nothing says it.
func (out *SheetResult) unitWord() string {
	seen := map[Unit]bool{}
	for _, t := range out.tables {
		for _, c := range t.cols {
			if c.shown && c.field.isMoney() {
				if c.unit != NoUnit {
					seen[c.unit] = true
				} else {
					seen[t.unit] = true
				}
			}
		}
	}
	switch len(seen) {
	case 0:
		for _, t := range out.tables {
			if t.unit != NoUnit {
				return t.unit.String()
			}
		}
		return ""
	case 1:
		for u := range seen {
			if u != NoUnit {
				return u.String()
			}
		}
		return "unknown"
	}
	return "mixed"
}

var (
	tooSmall = big.NewRat(200_000, 1)           // yuan: no key project is smaller than this at the median
	tooLarge = big.NewRat(1_000_000_000_000, 1) // and none is larger than a trillion
)

// doubtUnits asks about money whose unit nobody said, or whose stated unit cannot be right.
func (out *SheetResult) doubtUnits(list []*builder, ctx Context, asks *asker) {
	for _, b := range list {
		t := b.t
		strange := b.otherUnits()
		for _, c := range t.cols {
			if !c.shown || !c.field.isMoney() {
				continue
			}
			id := unitQuestion(out.Name, b.g, c)
			if _, answered := unitNames[ctx.Answers[id]]; answered {
				continue
			}
			var sums []*big.Rat
			sample := ""
			bare := 0
			for _, x := range b.rows {
				v := b.g.value(x.row, c.col)
				if m := x.money[c.field]; m != nil && v != nil {
					sums = append(sums, m)
					if a := readMoneyCell(v, 4); !a.own && a.plain != nil {
						bare++
						if sample == "" || a.plain.Sign() > 0 && sample == "0" {
							sample = decimal(a.plain)
						}
					}
				}
			}
			if bare == 0 {
				continue // every cell says its own unit
			}
			row := t.band.bottom
			if t.bare && len(b.rows) > 0 {
				row = b.rows[0].row
			}
			a := b.g.area(row, c.col)
			at := b.g.address(a.Row1, a.Col1)
			detail := ""
			mid := median(sums)
			switch {
			case c.unit == NoUnit && t.unit == NoUnit:
				detail = "unknown"
			case c.unit == NoUnit && len(t.units) > 1:
				detail = "ambiguous"
			case c.field == FieldTotal && strange:
				detail = "unlikely"
			case c.field == FieldTotal && len(sums) >= 3 && mid != nil && (mid.Sign() > 0 && mid.Cmp(tooSmall) < 0 || mid.Cmp(tooLarge) > 0):
				detail = "unlikely"
			default:
				continue
			}
			out.Problems = append(out.Problems, problem(out.Name, at, "unit_doubt", detail, c.heading(), "sample", sample, "unit", t.unit.String()))
			units := []Unit{4, 8, 0}
			if detail == "ambiguous" {
				units = t.units
			}
			asks.unit(id, out.Name, at, c.heading(), sample, units)
		}
	}
}
