package sheet

import (
	"encoding/xml"
	"io"
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
