package sheet

import (
	"regexp"
	"strings"
)

// band is the heading of a table: one to a few rows.
type band struct {
	top, bottom int
	cols        []*column
}

// column is one column of a table.
type column struct {
	col    int
	parts  []string // the words above it, outermost first, without spaces
	keys   []string // the same, folded, with years as letters and without the unit
	unit   Unit
	rule   *rule
	field  Field
	serial bool
	shown  bool // the field is this column's to print; false where a better one has it
}

func (c *column) heading() string { return strings.Join(c.parts, "/") }

var (
	bracketed  = regexp.MustCompile(`\([^()]*\)`)
	yearAlone  = regexp.MustCompile(`^(?:19|20)[0-9]{2}$`)
	otherUnits = regexp.MustCompile(`^\((?:个|项|亩|家|人|户|公顷|平方米|万平方米|公里|千米|吨|%|年|月|年月|台|套|件|名|[0-9]*年)\)$`)
	serialWord = regexp.MustCompile(`^(序号|序|编号|序列|排序|no\.?|#|顺序号|总序号|分序号|项目序号|项次|行次)$`)
	numbersRow = regexp.MustCompile(`^\(?([0-9]{1,2}|[a-z甲乙丙丁戊]|[①-⑳]|栏次|[0-9=+\-*/()]+)\)?$`)
)

// lookUp finds the rule for a column, trying the joined words first and the last ones alone after that.
func lookUp(keys []string) *rule {
	if len(keys) == 0 {
		return nil
	}
	last := keys[len(keys)-1]
	forms := []string{strings.Join(keys, "")}
	if len(keys) > 2 {
		forms = append(forms, keys[len(keys)-2]+last)
	}
	forms = append(forms, last)
	for _, f := range forms {
		if r := words().rule(f); r != nil {
			return r
		}
	}
	for _, f := range forms {
		if b := bracketed.ReplaceAllString(f, ""); b != f {
			if r := words().rule(b); r != nil {
				return r
			}
		}
	}
	return nil
}

// labelKey folds one heading cell for the lexicon.
func (k clock) labelKey(s string) (string, Unit) {
	rest, u := cutUnit(fold(s))
	key := strings.Trim(k.tokens(rest), ":、,.*★▲")
	if inner := strings.TrimLeft(strings.TrimPrefix(key, "其中"), ":"); inner != "" {
		key = inner // a part of the column before it; what kind of part its own words say
	}
	return key, u
}

// headingScore counts the heading words of a row; name tells that one of them is the project's name.
func (k clock) headingScore(g *grid, row int) (hits int, name bool, cells int) {
	seen := map[Field]bool{}
	weak := 0
	for _, p := range g.filled(row) {
		cells++
		if p.Kind != Text || len([]rune(squeeze(p.Text))) > 60 {
			continue
		}
		key, _ := k.labelKey(p.Text)
		r := lookUp([]string{key})
		if r == nil {
			continue
		}
		if r.Field == FieldName && (!r.Weak || cells <= 3) {
			name = true
		}
		if r.Weak {
			weak++
			continue
		}
		if !seen[r.Field] || r.Field == fieldKnownNone || r.Field.isMoney() {
			hits++
		}
		seen[r.Field] = true
	}
	if hits > 0 || weak > 1 {
		hits += weak
	}
	return hits, name, cells
}

// isHeading tells a heading row from a row of values: enough known words, and they are most of the row.
func (k clock) isHeading(g *grid, row int) bool {
	long := 0
	filled := g.filled(row)
	for _, p := range filled {
		if len(p.Text) > 160 {
			if long++; long*2 > len(filled) {
				return false
			}
			continue
		}
		if f := fold(p.Text); p.Kind != Text && p.Kind != Number || onlyDigits(f) && !yearAlone.MatchString(f) {
			return false // a sum, a serial, a day: no heading has one, and most rows are told by this alone
		}
	}
	hits, name, cells := k.headingScore(g, row)
	if cells < 2 || hits*5 < cells*2 {
		return false
	}
	return name && hits >= 2 || hits >= 3
}

// findBand grows a heading from the row that holds the known words: down along merged blocks and second rows, up to the
// rows that span several columns.
func (k clock) findBand(g *grid, row, above int) band {
	b := band{top: row, bottom: row}
	for grown := true; grown && b.bottom-b.top < 6; {
		grown = false
		for r := b.top; r <= b.bottom; r++ {
			for _, p := range g.filled(r) {
				if a := g.area(p.row, p.col); a.Row2 > b.bottom && a.Row2-a.Row1 <= 4 {
					b.bottom, grown = a.Row2, true
				}
			}
		}
	}
	for b.bottom < g.maxRow && b.bottom-b.top < 5 && k.isSecondRow(g, b) {
		b.bottom++
	}
	for b.top-1 > above && b.bottom-b.top < 5 && k.isUpperRow(g, b) {
		b.top--
	}
	b.cols = k.columns(g, b)
	return b
}

// isSecondRow tells whether the row below belongs to the heading: short words under words that span, or units alone, and
// nothing under the name.
func (k clock) isSecondRow(g *grid, b band) bool {
	row := b.bottom + 1
	cells := g.filled(row)
	if len(cells) == 0 {
		return false
	}
	units, under := 0, 0
	for _, p := range cells {
		text := squeeze(p.Text)
		if p.Kind != Text || len([]rune(text)) > 24 || strings.ContainsAny(text, "0123456789") && !strings.ContainsAny(text, "年月") {
			return false
		}
		f := fold(text)
		if unitAlone.MatchString(f) || otherUnits.MatchString(f) {
			units++
			continue
		}
		key, _ := k.labelKey(text)
		r := lookUp([]string{key})
		top := g.area(b.bottom, p.col)
		own := squeeze(g.text(b.bottom, p.col))
		keyTop, _ := k.labelKey(own)
		topRule := lookUp([]string{keyTop})
		if topRule != nil && (topRule.Field == FieldName && !strings.Contains(own, "单位") || serialWord.MatchString(keyTop)) && top.Col1 == top.Col2 {
			return false // a value under the name or the serial: the first row of the list
		}
		spans := top.Col2 > top.Col1 || own == "" || squeeze(g.text(b.bottom, p.col+1)) == "" && p.col < g.maxCol || p.col > 1 && own == "" && squeeze(g.text(b.bottom, p.col-1)) != ""
		if joined := lookUp([]string{keyTop + key}); joined != nil && topRule == nil && own != "" {
			under++ // one word on two lines: 开工 over 时间
			continue
		}
		if spans && (r != nil || len([]rune(text)) <= 16) || r != nil && !r.Weak && r.Field != FieldNature {
			under++
		}
	}
	if units > 0 && units+under == len(cells) && (units > 1 || len(cells) > 1 || under == 0 && len(cells) == 1 && cells[0].col > 2) {
		return true
	}
	if under < len(cells) || under == 0 {
		return false
	}
	if under == 1 { // one word alone is a group's name unless it stands under a block that spans columns
		p := cells[0]
		top := g.area(b.bottom, p.col)
		key, _ := k.labelKey(p.Text)
		return top.Col2 > top.Col1 && p.col > top.Col1-1 && g.area(row, p.col).Col2 == g.area(row, p.col).Col1 && lookUp([]string{key}) != nil
	}
	return true
}

// isUpperRow tells whether the row above spans columns of the heading below it.
func (k clock) isUpperRow(g *grid, b band) bool {
	row := b.top - 1
	cells := g.filled(row)
	if len(cells) == 0 {
		return false
	}
	last := 0
	for _, p := range g.filled(b.top) {
		last = max(last, g.area(p.row, p.col).Col2)
	}
	spans := 0
	for _, p := range cells {
		text := squeeze(p.Text)
		f := fold(text)
		if p.Kind != Text || len([]rune(text)) > 24 || strings.Contains(f, ":") || len(unitsIn(text)) > 0 && !strings.Contains(f, "投资") || words().note.MatchString(f) {
			return false
		}
		a := g.area(row, p.col)
		if a.Col2-a.Col1 >= last-1 && last > 2 {
			return false // the title
		}
		if a.Col2 > a.Col1 {
			spans++
		}
		if a.Row2 >= b.top {
			spans++
		}
	}
	if len(cells) == 1 {
		a := g.area(row, cells[0].col)
		return spans > 0 && a.Col1 > 1 && a.Col2 > a.Col1
	}
	hits, _, _ := k.headingScore(g, row)
	return spans > 0 || hits > 0
}

// columns names the columns of a heading. A word that spans without being merged goes on over the empty cells beside it,
// as far as the row below has words.
func (k clock) columns(g *grid, b band) []*column {
	first, last := g.maxCol, 0
	for r := b.top; r <= b.bottom; r++ {
		for _, p := range g.filled(r) {
			a := g.area(r, p.col)
			first, last = min(first, p.col), max(last, a.Col2)
		}
	}
	for r := range g.line { // a column without a heading on the left often holds the groups' names
		if r > b.bottom {
			for _, p := range g.filled(r) {
				if p.col < first && len(g.filled(r)) <= 3 {
					first = p.col
				}
				break
			}
		}
	}
	var cols []*column
	for c := first; c <= last; c++ {
		col := &column{col: c, unit: NoUnit}
		for r := b.top; r <= b.bottom; r++ {
			text := squeeze(g.text(r, c))
			if text == "" && r < b.bottom && squeeze(g.text(r+1, c)) != "" && g.area(r, c) == (Area{r, c, r, c}) {
				text = spanning(g, r, c, first)
			}
			if text == "" {
				continue
			}
			key, u := k.labelKey(text)
			if u != NoUnit {
				col.unit = u
			}
			if n := len(col.parts); n > 0 && col.parts[n-1] == text {
				continue
			}
			col.parts = append(col.parts, text)
			if key != "" {
				col.keys = append(col.keys, key)
			}
		}
		if len(col.parts) == 0 {
			cols = append(cols, col)
			continue
		}
		col.rule = lookUp(col.keys)
		if len(col.keys) > 0 {
			col.serial = serialWord.MatchString(col.keys[len(col.keys)-1])
		}
		cols = append(cols, col)
	}
	return cols
}

// spanning is the word to the left that goes on over an empty heading cell.
func spanning(g *grid, row, col, first int) string {
	for c := col - 1; c >= first; c-- {
		text := squeeze(g.text(row, c))
		if text == "" {
			continue
		}
		if squeeze(g.text(row+1, c)) == "" || g.area(row, c).Col2 > g.area(row, c).Col1 || g.area(row, c).Row2 > row {
			return "" // that word stands for its own column only
		}
		return text
	}
	return ""
}
