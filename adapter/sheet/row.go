package sheet

import (
	"regexp"
	"strings"
)

// RowKind says what a row is that is no project.
type RowKind string

const (
	RowTitle    RowKind = "title"
	RowUnit     RowKind = "unit"
	RowHeading  RowKind = "heading"
	RowGroup    RowKind = "group"
	RowSubtotal RowKind = "subtotal"
	RowTotal    RowKind = "total"
	RowBlank    RowKind = "blank"
	RowNote     RowKind = "note"
	rowProject  RowKind = "project"
	rowNameless RowKind = "nameless" // values without a name
)

// rowFact is what one row of a table turned out to be.
type rowFact struct {
	row     int
	kind    RowKind
	serial  serialSaid
	name    string // of a project: as printed
	group   groupFact
	sums    bool // a group that carries the sums of its rows
	partial bool // "of which": a part of the sums before it, which no rows add up to
	thin    bool // a project with a name and sums and nothing else
}

var (
	countAlone = regexp.MustCompile(`^\(?共?[0-9]+(?:个|项|家|件)(?:项目)?\)?$`)
	totalTail  = regexp.MustCompile(`^(?:\(.*\)|[:：].*|共?[0-9]+.*|项目.{0,8}|\(?[0-9]+\)?|投资.{0,6}|数)?$`)
	subEnd     = regexp.MustCompile(`(?:小计|分计)(?:\(.*\)|:.*|共?[0-9]+.*)?$`)
	totalEnd   = regexp.MustCompile(`(?:合计|总计|共计)(?:\(.*\)|:.*|共?[0-9]+.*)?$`)
	wholePlace = regexp.MustCompile(`^(?:全|本)(?:市|县|区|省|州|盟|表|镇|乡)`)
)

// totalKind tells rows of sums by their words.
func totalKind(text string) RowKind {
	f := fold(text)
	if n := len([]rune(f)); n == 0 || n > 40 {
		return ""
	}
	if subEnd.MatchString(f) {
		return RowSubtotal
	}
	w := words()
	if m := w.total.FindString(f); m != "" && totalTail.MatchString(f[len(m):]) {
		return RowTotal
	}
	if loc := totalEnd.FindStringIndex(f); loc != nil && loc[0] > 0 {
		if wholePlace.MatchString(f) {
			return RowTotal
		}
		return RowSubtotal
	}
	return ""
}

// readRows judges every row of a table.
func (t *table) readRows(g *grid) []rowFact {
	shapes := map[int]shape{}
	serials, groupNumbers, rows := 0, 0, 0
	for _, row := range g.rows {
		if row < t.from || row > t.to || containsRow(t.head, row) {
			continue
		}
		s := t.shapeOf(g, row)
		shapes[row] = s
		if s.name != "" && s.others > 0 && !s.wide {
			rows++
			switch s.serial.kind {
			case groupSerial:
				if s.texts > 1 {
					groupNumbers++
				}
			case plainSerial, childSerial, innerSerial:
				serials++
			}
		}
	}
	numbered := rows > 0 && serials*10 >= rows*6
	chinese := groupNumbers > serials // a list that counts its projects 一, 二, 三
	var facts []rowFact
	for _, row := range g.rows {
		s, ok := shapes[row]
		if !ok {
			if containsRow(t.head, row) {
				facts = append(facts, rowFact{row: row, kind: RowHeading})
			}
			continue
		}
		if len(s.cells) == 0 {
			continue
		}
		f := t.judge(g, row, s, numbered, chinese)
		f.thin = f.kind == rowProject && s.texts == 0 && s.sums > 0 && s.snum == ""
		facts = append(facts, f)
	}
	t.groupsBySum(g, facts, numbered)
	return facts
}

// judge says what one row is. The order matters: what is certain comes first.
func (t *table) judge(g *grid, row int, s shape, numbered, chinese bool) rowFact {
	f := rowFact{row: row, serial: s.serial}
	w := words()
	name := squeeze(s.name)
	lead := squeeze(s.first)
	isNo := s.serial.kind == plainSerial || s.serial.kind == childSerial || s.serial.kind == innerSerial || chinese && s.serial.kind == groupSerial
	if f.partial = s.texts == 0 && !isNo && name == "" && strings.HasPrefix(lead, "其中"); f.partial {
		f.kind = RowSubtotal
		return f
	}
	for _, text := range []string{s.snum, name, lead} {
		if k := totalKind(text); k != "" && (s.serial.kind != plainSerial || s.texts == 0) {
			f.kind = k
			return f
		}
	}
	if len(s.cells) <= 3 && !isNo && len(unitsIn(joinTexts(s.cells))) > 0 && s.sums == 0 && strings.Contains(fold(joinTexts(s.cells)), "单位") {
		f.kind = RowUnit
		return f
	}
	if !isNo && w.note.MatchString(fold(lead)) && (s.sums == 0 || len(s.cells) <= 2) {
		f.kind = RowNote
		return f
	}
	if numbersOnly(s.cells) && row <= t.from+1 {
		f.kind = RowHeading // 1 2 3 4 under the words
		return f
	}
	if !isNo && t.repeatsAbove(g, s) {
		f.kind = RowTitle
		return f
	}
	if s.wide && !isNo {
		return t.groupOrNote(f, lead, s)
	}
	if countAlone.MatchString(fold(name)) && s.snum != "" && !isNo && s.texts == 0 { // 西青区 | 5项
		return t.groupOrNote(f, s.snum+name, s)
	}
	if name == "" {
		switch {
		case s.snum != "" && !isNo && s.texts == 0:
			return t.groupOrNote(f, s.snum+otherWords(g, t, row), s)
		case len(s.cells) == 1 && !isNo && s.sums == 0:
			return t.groupOrNote(f, lead, s)
		case s.down || s.others == 0:
			f.kind = RowNote
		case isNo && s.others > 0:
			f.kind = rowNameless
		default:
			f.kind = RowNote
		}
		return f
	}
	if s.down { // further lines of one project
		f.kind = RowNote
		return f
	}
	if isNo && !onlyDigits(name) {
		f.kind, f.name = rowProject, s.name
		return f
	}
	rank, rest := marker(name)
	_, count := groupName(name)
	switch {
	case s.serial.kind == groupSerial && s.texts <= 1:
		f.kind = RowGroup
	case rank >= 0 && rank <= 2 && s.texts == 0, rank >= 4 && s.others == 0:
		f.kind = RowGroup
	case s.others == 0 && len([]rune(name)) > 60:
		f.kind = RowNote
	case s.others == 0:
		f.kind = RowGroup
	case s.texts == 0 && (count >= 0 || oneOf(fold(name), w.Rows.Natures)):
		f.kind = RowGroup
	case s.texts == 0 && numbered && s.snum == "" && rank <= 2 && !endsWithAny(rest, w.Rows.ProjectEnds):
		f.kind = RowGroup
	case onlyDigits(name) || len([]rune(name)) < 2:
		f.kind = RowNote
	default:
		f.kind, f.name = rowProject, s.name
		return f
	}
	if f.kind == RowGroup {
		f.sums = s.sums > 0
		text := name
		if s.serial.kind == groupSerial {
			text = s.snum + "、" + name
			if strings.HasSuffix(s.snum, "、") || strings.HasSuffix(s.snum, "）") || strings.HasSuffix(s.snum, ")") {
				text = s.snum + name
			}
		}
		f.group = t.groupFact(g, row, text, s)
	}
	return f
}

// groupOrNote decides about one text alone in its row.
func (t *table) groupOrNote(f rowFact, text string, s shape) rowFact {
	rank, _ := marker(text)
	n := len([]rune(text))
	if w := words(); w.note.MatchString(fold(text)) || n > 60 || n > 32 && rank < 0 && strings.ContainsAny(text, "，。；") {
		f.kind = RowNote
		return f
	}
	f.kind, f.sums = RowGroup, s.sums > 0
	f.group = groupFact{text: text, wide: s.wide}
	f.group.col = s.cells[0].col
	f.group.fill()
	return f
}

func (t *table) groupFact(g *grid, row int, text string, s shape) groupFact {
	gf := groupFact{text: text, wide: s.wide, col: s.cells[0].col}
	gf.fill()
	return gf
}
