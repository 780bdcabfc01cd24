package sheet

import (
	"regexp"
	"strings"
)

// Mapping is what was decided for a file, kept so that the next file of the same shape needs no questions.
type Mapping struct {
	Sheets []SheetMapping `json:"sheets"`
}

// SheetMapping is what was decided for one shape of table.
type SheetMapping struct {
	Pattern     string            `json:"pattern"` // the sheet's name, digits as #
	Orientation string            `json:"orientation,omitempty"`
	Headings    []string          `json:"headings"` // in column order, years as letters
	Columns     map[string]string `json:"columns"`  // heading → field
	Unit        string            `json:"unit,omitempty"`
	Units       map[string]string `json:"units,omitempty"` // heading → unit, where it is the column's own
}

var digits = regexp.MustCompile(`[0-9]+`)

func sheetPattern(name string) string { return digits.ReplaceAllString(fold(name), "#") }

// headingKey is how a column is known again: by its words, or by its letter where it has none.
func headingKey(c *column) string {
	if len(c.keys) == 0 {
		return "@" + ColumnName(c.col)
	}
	return strings.Join(c.keys, "/")
}

// Mapping gives what was decided.
func (r *Recognition) Mapping() Mapping {
	var m Mapping
	for _, s := range r.Sheets {
		if !s.Read {
			continue
		}
		for _, t := range s.tables {
			sm := SheetMapping{Pattern: sheetPattern(s.Name), Orientation: s.Orientation, Columns: map[string]string{}, Units: map[string]string{}, Unit: t.unit.String()}
			for _, c := range t.cols {
				key := headingKey(c)
				if len(c.keys) == 0 && !t.bare {
					continue
				}
				sm.Headings = append(sm.Headings, key)
				sm.Columns[key] = string(c.field)
				if c.unit != NoUnit {
					sm.Units[key] = c.unit.String()
				}
			}
			m.Sheets = append(m.Sheets, sm)
		}
	}
	return m
}

// match finds the remembered shape of a table: most headings the same, the sheet's name deciding between equals.
func (m *Mapping) match(t *table) *SheetMapping {
	if m == nil {
		return nil
	}
	var best *SheetMapping
	score := 0
	for i := range m.Sheets {
		sm := &m.Sheets[i]
		same, all := 0, 0
		for _, c := range t.cols {
			key := headingKey(c)
			if len(c.keys) == 0 && !t.bare {
				continue
			}
			all++
			if _, ok := sm.Columns[key]; ok {
				same++
			}
		}
		if all == 0 || same*10 < all*8 || same*10 < len(sm.Columns)*8 {
			continue
		}
		if same > score {
			best, score = sm, same
		}
	}
	return best
}

// recall takes over what was decided for a table of this shape.
func (t *table) recall(m *Mapping) {
	sm := m.match(t)
	if sm == nil {
		return
	}
	for _, c := range t.cols {
		key := headingKey(c)
		if f, ok := sm.Columns[key]; ok {
			c.field = Field(f)
			c.shown = c.field != FieldNone
		}
		if u, ok := unitNames[sm.Units[key]]; ok && c.unit == NoUnit {
			c.unit = u
		}
	}
	if c := t.column(FieldName); c != nil {
		t.name = c.col
	}
}

func (m *Mapping) unitFor(t *table) Unit {
	if sm := m.match(t); sm != nil {
		if u, ok := unitNames[sm.Unit]; ok {
			return u
		}
	}
	return NoUnit
}

// answered takes over answers about columns.
func (t *table) answered(g *grid, ctx Context) {
	if len(ctx.Answers) == 0 {
		return
	}
	for _, c := range t.cols {
		if f, ok := ctx.Answers["column:"+g.sheet.Name+"!"+g.column(c.col)]; ok {
			for _, other := range t.cols {
				if other != c && other.field == Field(f) {
					other.field, other.shown = FieldNone, false
				}
			}
			c.field = Field(f)
			if c.field == fieldKnownNone {
				c.field = FieldNone
			}
			c.shown = c.field != FieldNone
		}
	}
}
