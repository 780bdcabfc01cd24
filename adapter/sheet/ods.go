package sheet

import (
	"encoding/xml"
	"io"
	"math/big"
	"strconv"
	"strings"
)

// odsReader reads content.xml of an OpenDocument spreadsheet.
type odsReader struct {
	d    *xml.Decoder
	left int
}

func readODS(p *pack, opt Options) (*Workbook, error) {
	if mime, err := p.read("mimetype"); err != nil {
		return nil, err
	} else if m := string(mime); strings.Contains(m, "opendocument.text") || strings.Contains(m, "opendocument.presentation") {
		return nil, ErrNotSheet.With("kind", "word")
	}
	manifest, err := p.read("META-INF/manifest.xml")
	if err != nil {
		return nil, err
	}
	if strings.Contains(string(manifest), "encryption-data") {
		if opt.Password == "" {
			return nil, ErrPassword
		}
		return nil, ErrCipher
	}
	data, err := p.read("content.xml")
	if err != nil {
		return nil, err
	}
	r := &odsReader{d: newXML(data), left: opt.maxCells()}
	wb := &Workbook{Format: "ods"}
	hidden := map[string]bool{} // table styles that are not displayed
	style := ""
	for {
		t, err := r.d.Token()
		if err == io.EOF {
			return wb, nil
		}
		if err != nil {
			return nil, ErrDamaged
		}
		e, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		switch e.Name.Local {
		case "style":
			style = attr(e, "name")
		case "table-properties":
			if attr(e, "display") == "false" {
				hidden[style] = true
			}
		case "table":
			s := Sheet{Name: attr(e, "name"), Hidden: hidden[attr(e, "style-name")], HiddenRows: map[int]bool{}, HiddenCols: map[int]bool{}}
			if err := r.table(&s); err != nil {
				return nil, err
			}
			wb.Sheets = append(wb.Sheets, s)
		case "tracked-changes", "dde-links":
			if err := r.d.Skip(); err != nil {
				return nil, ErrDamaged
			}
		}
	}
}

// table reads one table up to its end; rows and columns may lie inside groups and header blocks.
func (r *odsReader) table(s *Sheet) error {
	row, col := 0, 0
	for depth := 1; depth > 0; {
		t, err := r.d.Token()
		if err != nil {
			return ErrDamaged
		}
		switch t := t.(type) {
		case xml.EndElement:
			depth--
		case xml.StartElement:
			switch t.Name.Local {
			case "table-row":
				n := repeats(t, "number-rows-repeated")
				if err := r.row(s, row+1, n, odsHidden(t)); err != nil {
					return err
				}
				row += n
			case "table-column":
				n := repeats(t, "number-columns-repeated")
				if odsHidden(t) {
					for c := col + 1; c <= min(col+n, maxColumns); c++ {
						s.HiddenCols[c] = true
					}
				}
				col += n
				depth++
			case "shapes", "forms", "table-source", "named-expressions", "conditional-formats":
				if err := r.d.Skip(); err != nil {
					return ErrDamaged
				}
			default:
				depth++
			}
		}
	}
	return nil
}

func odsHidden(e xml.StartElement) bool {
	v := attr(e, "visibility")
	return v == "collapse" || v == "filter"
}

func repeats(e xml.StartElement, name string) int {
	n := atoi(attr(e, name))
	return max(1, min(n, maxRows))
}

// row reads one row and repeats it. Empty rows are repeated a million times at the end of every sheet; they cost nothing.
func (r *odsReader) row(s *Sheet, row, times int, hidden bool) error {
	var cells []Cell
	col := 0
	for done := false; !done; {
		t, err := r.d.Token()
		if err != nil {
			return ErrDamaged
		}
		switch t := t.(type) {
		case xml.EndElement:
			done = true
		case xml.StartElement:
			if t.Name.Local != "table-cell" && t.Name.Local != "covered-table-cell" {
				if err := r.d.Skip(); err != nil {
					return ErrDamaged
				}
				continue
			}
			n := repeats(t, "number-columns-repeated")
			c, err := r.cell(t)
			if err != nil {
				return err
			}
			if down, right := atoi(attr(t, "number-rows-spanned")), atoi(attr(t, "number-columns-spanned")); (down > 1 || right > 1) && row <= maxRows && col < maxColumns {
				s.Merges = append(s.Merges, Area{row, col + 1, min(row+max(down, 1)-1, maxRows), min(col+max(right, 1), maxColumns)})
			}
			if c.Kind != Empty {
				for i := 0; i < n && col+i < maxColumns; i++ {
					c.Col = col + i + 1
					cells = append(cells, c)
					if r.left--; r.left < 0 {
						return ErrTooManyCells
					}
				}
			}
			col += n
		}
	}
	if hidden {
		for i := row; i < row+min(times, 100_000); i++ {
			s.HiddenRows[i] = true
		}
	}
	if len(cells) == 0 {
		return nil
	}
	if r.left -= len(cells) * (times - 1); r.left < 0 {
		return ErrTooManyCells
	}
	for i := 0; i < times && row+i <= maxRows; i++ {
		for _, c := range cells {
			c.Row = row + i
			s.add(c)
		}
	}
	return nil
}

// cell reads one cell. What a reader sees (the paragraphs) also tells how the number is formatted.
func (r *odsReader) cell(e xml.StartElement) (Cell, error) {
	c := Cell{Look: general, Formula: attr(e, "formula") != ""}
	text, comment, err := r.paragraphs()
	if err != nil {
		return c, err
	}
	c.Text, c.Comment = text, comment
	kind, value := attr(e, "value-type"), attr(e, "value")
	switch kind {
	case "float", "currency", "percentage":
		n, ok := exact(value)
		if !ok {
			break
		}
		c.Kind, c.Number, c.Look = Number, n, lookOfText(n, text)
		c.Look.Percent = kind == "percentage"
		if text == "" {
			c.Text = n
		}
		if isErrorText(text) {
			c.Kind = Error
		}
	case "date":
		if day, ok := isoDay(attr(e, "date-value")); ok {
			c.Kind, c.Day, c.Look = Date, day, lookOfDay(text)
			c.Number = serialOfDay(day)
			if text == "" {
				c.Text = day.show(c.Look)
			}
		}
	case "boolean":
		c.Kind = Bool
		c.Text = attr(e, "boolean-value")
	case "time":
		c.Kind = Text
	default:
		if strings.TrimSpace(text) != "" {
			c.Kind = Text
			if c.Formula && isErrorText(text) {
				c.Kind = Error
			}
		}
	}
	if c.Kind == Empty && strings.TrimSpace(text) != "" {
		c.Kind = Text
	}
	return c, nil
}

// paragraphs collects the text of a cell up to its end, and the remark that hangs on it.
func (r *odsReader) paragraphs() (text, comment string, err error) {
	var b, note strings.Builder
	into := &b
	inNote := 0
	for depth := 1; depth > 0; {
		t, err := r.d.Token()
		if err != nil {
			return "", "", ErrDamaged
		}
		switch t := t.(type) {
		case xml.StartElement:
			depth++
			switch t.Name.Local {
			case "annotation":
				inNote, into = depth, &note
			case "p", "h":
				if into.Len() > 0 {
					into.WriteByte('\n')
				}
			case "s":
				into.WriteString(strings.Repeat(" ", max(1, min(atoi(attr(t, "c")), 1000))))
			case "tab":
				into.WriteByte('\t')
			case "line-break":
				into.WriteByte('\n')
			case "creator", "date", "ruby-text", "frame", "custom-shape":
				if err := r.d.Skip(); err != nil {
					return "", "", ErrDamaged
				}
				depth--
			}
		case xml.EndElement:
			if depth == inNote {
				inNote, into = 0, &b
			}
			depth--
		case xml.CharData:
			if s := string(t); strings.TrimSpace(s) != "" || depth > 1 {
				into.WriteString(s)
			}
		}
	}
	return strings.TrimRight(b.String(), "\n"), note.String(), nil
}

// lookOfText tells the format of a number by what is shown of it.
func lookOfText(number, shown string) Look {
	l := general
	f := fold(shown)
	start := strings.IndexAny(f, "0123456789")
	if start < 0 {
		return l
	}
	end := start
	for end < len(f) && (f[end] >= '0' && f[end] <= '9' || f[end] == ',' || f[end] == '.') {
		end++
	}
	digits := strings.ReplaceAll(f[start:end], ",", "")
	l.Decimals = decimals(digits)
	l.Unit = strings.TrimSpace(f[end:])
	if l.Unit == "%" {
		l.Unit = ""
	}
	// 11750.0万元 for 117500000: the format divides. Only whole powers of ten above rounding are taken for that.
	n, ok1 := rat(strings.TrimPrefix(number, "-"))
	s, ok2 := rat(digits)
	if ok1 && ok2 && n.Sign() > 0 && s.Sign() > 0 {
		for _, p := range []int{3, 4, 6, 8} {
			diff := new(big.Rat).Sub(new(big.Rat).Quo(n, pow10(p)), s)
			if diff.Abs(diff).Cmp(pow10(-l.Decimals)) <= 0 && new(big.Rat).Quo(n, s).Cmp(big.NewRat(100, 1)) > 0 {
				l.Scale = p
				break
			}
		}
	}
	return l
}

// lookOfDay tells which parts of a date are shown.
func lookOfDay(shown string) Look {
	said := readTime(shown, 2000)
	if said.first != nil && said.second == nil {
		switch said.first.Precision {
		case "month":
			return Look{Decimals: -1, Year: true, Month: true}
		case "year":
			return Look{Decimals: -1, Year: true}
		}
	}
	return Look{Decimals: -1, Year: true, Month: true, Day: true}
}

// serialOfDay is the number that a spreadsheet would keep for a day.
func serialOfDay(d Day) string {
	days := 0
	for y := 1900; y < d.Year && y < 9999; y++ {
		days += 365
		if y%4 == 0 && y%100 != 0 || y%400 == 0 {
			days++
		}
	}
	for m := 1; m < d.Month; m++ {
		days += monthDays(d.Year, m)
	}
	return strconv.Itoa(days + d.Day + 1)
}
