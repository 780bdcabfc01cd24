package paper

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"shigan/kernel/fault"
)

var (
	ErrTemplate      = fault.New(fault.Invalid, "paper.template-unreadable")
	ErrTemplateLarge = fault.New(fault.TooLarge, "paper.template-too-large")
	ErrNoSheet       = fault.New(fault.NotFound, "paper.no-sheet")
	ErrMapping       = fault.New(fault.Invalid, "paper.bad-mapping")
	ErrTooManyRows   = fault.New(fault.TooLarge, "paper.too-many-records")
)

// Bounds on what is filled at once.
const (
	maxTemplate = 20 << 20
	maxUnpacked = 200 << 20
	maxRecords  = 20000
)

// Mapping says where in a superior's workbook which field goes.
type Mapping struct {
	Sheet   string            // empty: the first
	First   int               // first data row, counted from 1; its formatting is every row's
	Ready   int               // data rows the template already has, with First; 0: one
	Columns map[string]string // column letters → field
}

// Missed is one thing that could not be placed. Code is a key of the catalogue under "paper.fill.".
type Missed struct {
	Row   int    // which record, counted from 1; 0: all of them
	Cell  string // where it should have gone, if known
	Field string
	Code  string
}

// Record is one row to fill in, by field.
type Record map[string]Num

// ParseMapping reads "Sheet!5:A=seq,B=name": sheet and exclamation mark may be missing; "5+3" says that the template has
// three data rows ready. A sheet name with such signs in it stands in single quotes.
func ParseMapping(s string) (Mapping, error) {
	m := Mapping{Columns: map[string]string{}}
	bad := func(part string) (Mapping, error) { return Mapping{}, ErrMapping.With("part", part) }
	rest := strings.TrimSpace(s)
	if strings.HasPrefix(rest, "'") {
		end := strings.Index(rest[1:], "'!")
		if end < 0 {
			return bad(s)
		}
		m.Sheet, rest = rest[1:1+end], rest[1+end+2:]
	}
	where, cols, ok := strings.Cut(rest, ":") // Excel allows no colon in the name of a sheet
	if !ok {
		return bad(s)
	}
	if i := strings.LastIndexByte(where, '!'); i >= 0 && m.Sheet == "" {
		m.Sheet, where = strings.TrimSpace(where[:i]), where[i+1:]
	}
	if strings.Contains(m.Sheet, "'!") || strings.Contains(m.Sheet, ":") {
		return bad(m.Sheet)
	}
	first, ready, many := strings.Cut(strings.TrimSpace(where), "+")
	var err error
	if m.First, err = strconv.Atoi(first); err != nil || m.First < 1 || m.First > excelize.TotalRows {
		return bad(where)
	}
	if many {
		if m.Ready, err = strconv.Atoi(ready); err != nil || m.Ready < 1 || m.Ready > maxRecords {
			return bad(where)
		}
	}
	for part := range strings.SplitSeq(cols, ",") {
		col, field, ok := strings.Cut(part, "=")
		col, field = strings.ToUpper(strings.TrimSpace(col)), strings.TrimSpace(field)
		if !ok || field == "" {
			return bad(part)
		}
		if n, err := excelize.ColumnNameToNumber(col); err != nil || n < 1 {
			return bad(part)
		}
		if _, twice := m.Columns[col]; twice {
			return bad(part)
		}
		m.Columns[col] = field
	}
	return m, nil
}

// String writes a mapping as ParseMapping reads it.
func (m Mapping) String() string {
	out := ""
	if m.Sheet != "" {
		out = "'" + m.Sheet + "'!"
	}
	out += strconv.Itoa(m.First)
	if m.Ready > 0 {
		out += "+" + strconv.Itoa(m.Ready)
	}
	var cols []string
	for _, c := range slices.Sorted(maps.Keys(m.Columns)) {
		cols = append(cols, c+"="+m.Columns[c])
	}
	return out + ":" + strings.Join(cols, ",")
}

// FillTemplate writes records into a superior's own workbook and leaves everything else as it was: each row looks as the
// first data row, cells merged in it are merged in every row, formulas of its other columns are carried down, what stands
// below moves down with its formulas, and a sum over the data rows goes on covering all of them.
func FillTemplate(tpl []byte, m Mapping, records []Record) ([]byte, []Missed, error) {
	if len(tpl) > maxTemplate {
		return nil, nil, ErrTemplateLarge.With("most", maxTemplate>>20)
	}
	if len(records) > maxRecords {
		return nil, nil, ErrTooManyRows.With("most", maxRecords, "have", len(records))
	}
	f, err := excelize.OpenReader(bytes.NewReader(tpl), excelize.Options{UnzipSizeLimit: maxUnpacked})
	if err != nil {
		return nil, nil, ErrTemplate.With("why", err.Error())
	}
	defer func() { _ = f.Close() }()
	sheet := m.Sheet
	if sheet == "" {
		sheet = f.GetSheetName(0)
	}
	if i, err := f.GetSheetIndex(sheet); err != nil || i < 0 {
		return nil, nil, ErrNoSheet.With("sheet", sheet, "have", strings.Join(f.GetSheetList(), ", "))
	}
	if m.First < 1 || m.First+len(records) > excelize.TotalRows || len(m.Columns) == 0 {
		return nil, nil, ErrMapping.With("part", m.String())
	}
	ready := max(m.Ready, 1)
	t := &filling{f: f, sheet: sheet, first: m.First, ready: ready, last: m.First + max(len(records), ready) - 1}
	if err := t.look(); err != nil {
		return nil, nil, ErrTemplate.With("why", err.Error())
	}
	if err := t.grow(); err != nil {
		return nil, nil, ErrTemplate.With("why", err.Error())
	}
	missed, err := t.write(m, records)
	if err != nil {
		return nil, nil, ErrTemplate.With("why", err.Error())
	}
	out, err := f.WriteToBuffer()
	if err != nil {
		return nil, nil, fmt.Errorf("fill %s: %w", sheet, err)
	}
	raw, err := repacked(out.Bytes())
	return raw, missed, err
}

// filling is one template being filled.
type filling struct {
	f                  *excelize.File
	sheet              string
	first, ready, last int

	width    int // columns in use
	depth    int // rows in use, before any were put in
	height   float64
	styles   []int          // of the first data row, by column
	formulas map[int]string // of the first data row
	merges   [][4]int       // merged cells within the first data row: c0, r0, c1, r1
	covered  map[string]bool
}

// look remembers the first data row.
func (t *filling) look() error {
	rows, err := t.f.GetRows(t.sheet)
	if err != nil {
		return err
	}
	for _, r := range rows {
		t.width = max(t.width, len(r))
	}
	if dim, err := t.f.GetSheetDimension(t.sheet); err == nil {
		if _, end, ok := strings.Cut(dim, ":"); ok {
			if c, r, err := excelize.CellNameToCoordinates(end); err == nil {
				t.width, t.depth = max(t.width, min(c, 512)), r
			}
		}
	}
	t.width, t.depth = max(t.width, 1), min(max(t.depth, len(rows)), maxRecords)
	if t.height, err = t.f.GetRowHeight(t.sheet, t.first); err != nil {
		return err
	}
	t.formulas = map[int]string{}
	for c := 1; c <= t.width; c++ {
		name := cellName(c, t.first)
		id, err := t.f.GetCellStyle(t.sheet, name)
		if err != nil {
			return err
		}
		t.styles = append(t.styles, id)
		if formula, err := t.f.GetCellFormula(t.sheet, name); err == nil && formula != "" {
			t.formulas[c] = formula
		}
	}
	merged, err := t.f.GetMergeCells(t.sheet)
	if err != nil {
		return err
	}
	t.covered = map[string]bool{}
	for _, mc := range merged {
		c0, r0, err0 := excelize.CellNameToCoordinates(mc.GetStartAxis())
		c1, r1, err1 := excelize.CellNameToCoordinates(mc.GetEndAxis())
		if err0 != nil || err1 != nil {
			continue
		}
		if r0 == t.first && r1 == t.first {
			t.merges = append(t.merges, [4]int{c0, r0, c1, r1})
		}
		if r0 <= t.first && r1 >= t.first { // what of the first row lies under a merged cell
			for c := c0; c <= c1 && c <= t.width+64; c++ {
				if c != c0 || r0 != t.first {
					t.covered[columnName(c)] = true
				}
			}
		}
	}
	return nil
}

func columnName(c int) string {
	name, err := excelize.ColumnNumberToName(c)
	if err != nil {
		return ""
	}
	return name
}

// grow makes room for the records and dresses the new rows as the first.
func (t *filling) grow() error {
	more := t.last - (t.first + t.ready - 1)
	if more > 0 {
		if err := t.f.InsertRows(t.sheet, t.first+t.ready, more); err != nil {
			return err
		}
		if err := t.stretch(t.first+t.ready-1, t.last); err != nil {
			return err
		}
	}
	for row := t.first + 1; row <= t.last; row++ {
		if row >= t.first+t.ready { // rows the template had ready keep their own look
			if t.height > 0 {
				if err := t.f.SetRowHeight(t.sheet, row, t.height); err != nil {
					return err
				}
			}
			for i, id := range t.styles {
				c := cellName(i+1, row)
				if err := t.f.SetCellStyle(t.sheet, c, c, id); err != nil {
					return err
				}
			}
			for _, m := range t.merges {
				if err := t.f.MergeCell(t.sheet, cellName(m[0], row), cellName(m[2], row)); err != nil {
					return err
				}
			}
			for c, formula := range t.formulas {
				if err := t.f.SetCellFormula(t.sheet, cellName(c, row), carried(formula, row-t.first)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

var reference = regexp.MustCompile(`(\$?)([A-Z]{1,3})(\$?)([0-9]{1,7})`)

// carried moves the relative row references of a formula down. Text in quotes and names of functions stay.
func carried(formula string, by int) string {
	return outsideQuotes(formula, func(s string) string {
		return eachReference(s, func(dollarCol, col, dollarRow string, row int) string {
			if dollarRow == "" {
				row += by
			}
			return dollarCol + col + dollarRow + strconv.Itoa(row)
		})
	})
}

func eachReference(s string, move func(dollarCol, col, dollarRow string, row int) string) string {
	var b strings.Builder
	from := 0
	for _, m := range reference.FindAllStringSubmatchIndex(s, -1) {
		before, after := byte(' '), byte(' ')
		if m[0] > 0 {
			before = s[m[0]-1]
		}
		if m[1] < len(s) {
			after = s[m[1]]
		}
		if isName(before) || isName(after) || after == '(' || after == '!' {
			continue // LOG10(, a defined name, a sheet called Q1
		}
		row, err := strconv.Atoi(s[m[8]:m[9]])
		if err != nil {
			continue
		}
		b.WriteString(s[from:m[0]])
		b.WriteString(move(s[m[2]:m[3]], s[m[4]:m[5]], s[m[6]:m[7]], row))
		from = m[1]
	}
	b.WriteString(s[from:])
	return b.String()
}

func isName(c byte) bool {
	return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' || c == '.' || c >= 0x80
}

// outsideQuotes applies a change to the parts of a formula that are not within double or single quotes.
func outsideQuotes(s string, change func(string) string) string {
	var b strings.Builder
	for s != "" {
		i := strings.IndexAny(s, `"'`)
		if i < 0 {
			b.WriteString(change(s))
			break
		}
		b.WriteString(change(s[:i]))
		end := strings.IndexByte(s[i+1:], s[i])
		if end < 0 {
			b.WriteString(s[i:])
			break
		}
		b.WriteString(s[i : i+1+end+1])
		s = s[i+1+end+1:]
	}
	return b.String()
}

var span = regexp.MustCompile(`(\$?[A-Z]{1,3}\$?)([0-9]{1,7}):(\$?[A-Z]{1,3}\$?)([0-9]{1,7})`)

// stretch makes ranges of this sheet that ended with the last ready data row end with the last record.
func (t *filling) stretch(was, now int) error {
	for r := range t.depth + now - was {
		if r+1 >= t.first && r+1 <= now {
			continue
		}
		for c := 1; c <= t.width; c++ {
			name := cellName(c, r+1)
			formula, err := t.f.GetCellFormula(t.sheet, name)
			if err != nil || formula == "" {
				continue
			}
			longer := outsideQuotes(formula, func(s string) string {
				return span.ReplaceAllStringFunc(s, func(x string) string {
					m := span.FindStringSubmatch(x)
					from, err0 := strconv.Atoi(m[2])
					to, err1 := strconv.Atoi(m[4])
					if err0 != nil || err1 != nil || to != was || from < t.first || from > was {
						return x
					}
					return m[1] + m[2] + ":" + m[3] + strconv.Itoa(now)
				})
			})
			if longer != formula {
				if err := t.f.SetCellFormula(t.sheet, name, longer); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// write puts the records in and gathers what found no place.
func (t *filling) write(m Mapping, records []Record) ([]Missed, error) {
	var missed []Missed
	cols := slices.SortedFunc(maps.Keys(m.Columns), func(a, b string) int { return len(a)*1000 + strings.Compare(a, b) - len(b)*1000 })
	placed := map[string]bool{}
	for _, c := range cols {
		placed[m.Columns[c]] = true
	}
	unused := map[string]bool{}
	for i, rec := range records {
		row := t.first + i
		for _, col := range cols {
			field := m.Columns[col]
			cell := col + strconv.Itoa(row)
			n, ok := rec[field]
			switch formula, _ := t.f.GetCellFormula(t.sheet, cell); {
			case !ok:
				missed = append(missed, Missed{i + 1, cell, field, "paper.fill.no-value"})
				continue
			case t.covered[col]:
				missed = append(missed, Missed{i + 1, cell, field, "paper.fill.merged"})
				continue
			case formula != "":
				missed = append(missed, Missed{i + 1, cell, field, "paper.fill.formula"})
				continue
			}
			if digits, ok := asNumber(n); ok && !leadingZero(n.Text) {
				if err := t.f.SetCellDefault(t.sheet, cell, digits); err != nil {
					return nil, err
				}
				continue
			}
			text := []rune(n.Text)
			if len(text) > excelize.TotalCellChars {
				text = text[:excelize.TotalCellChars]
				missed = append(missed, Missed{i + 1, cell, field, "paper.fill.long"})
			}
			if err := t.f.SetCellStr(t.sheet, cell, string(text)); err != nil {
				return nil, err
			}
		}
		for field := range rec {
			if !placed[field] {
				unused[field] = true
			}
		}
	}
	for _, field := range slices.Sorted(maps.Keys(unused)) {
		missed = append(missed, Missed{0, "", field, "paper.fill.unused"})
	}
	return missed, nil
}

// leadingZero tells a code such as 0012 from a number.
func leadingZero(s string) bool {
	s = strings.TrimSpace(s)
	return len(s) > 1 && s[0] == '0' && s[1] != '.'
}
