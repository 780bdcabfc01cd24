package sheet

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// readCSV reads text with a separator. A row is a record, not a line: a quoted field may hold line breaks.
func readCSV(data []byte, opt Options) (*Workbook, error) {
	text, ok := decodeText(data)
	if !ok {
		return nil, ErrUnknown
	}
	s := Sheet{HiddenRows: map[int]bool{}, HiddenCols: map[int]bool{}}
	sep := separator(text)
	left := opt.maxCells()
	var fault error
	records(text, sep, func(row, col int, field string) bool {
		if strings.TrimSpace(field) == "" || row > maxRows || col > maxColumns {
			return true
		}
		if left--; left < 0 {
			fault = ErrTooManyCells
			return false
		}
		s.add(textCell(row, col, field))
		return true
	})
	if fault != nil {
		return nil, fault
	}
	return &Workbook{Format: "csv", Sheets: []Sheet{s}}, nil
}

// textCell is a cell of a text file: a plain number becomes one, an error mark stays an error.
func textCell(row, col int, field string) Cell {
	c := Cell{Row: row, Col: col, Kind: Text, Text: field, Look: general}
	// ="00123" is how people keep leading zeros alive in a text file.
	if t := strings.TrimSpace(field); strings.HasPrefix(t, `="`) && strings.HasSuffix(t, `"`) && len(t) > 3 {
		c.Text = t[2 : len(t)-1]
		return c
	}
	if isErrorText(field) {
		c.Kind, c.Text = Error, strings.TrimSpace(field)
	}
	return c
}

// decodeText finds the encoding: a mark at the start, valid UTF-8, or GB18030, which holds GBK and GB2312 inside it.
func decodeText(data []byte) (string, bool) {
	switch {
	case bytes.HasPrefix(data, []byte("\xEF\xBB\xBF")):
		return strings.ToValidUTF8(string(data[3:]), "�"), true
	case bytes.HasPrefix(data, []byte("\xFF\xFE")), bytes.HasPrefix(data, []byte("\xFE\xFF")):
		out, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(data)
		return string(out), err == nil
	case bytes.IndexByte(data, 0) >= 0 || controls(data) > len(data)/100:
		return "", false // no text
	case utf8.Valid(data):
		return string(data), true
	}
	out, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data)
	if err == nil && !bytes.Contains(out, []byte("�")) {
		return string(out), true
	}
	if high(data) < len(data)/20 { // nearly all ASCII: a western file with a few pound signs
		if out, err := charmap.Windows1252.NewDecoder().Bytes(data); err == nil {
			return string(out), true
		}
	}
	return string(out), err == nil
}

func controls(data []byte) (n int) {
	for _, b := range data {
		if b < 0x20 && b != '\t' && b != '\n' && b != '\r' && b != '\f' {
			n++
		}
	}
	return n
}

func high(data []byte) (n int) {
	for _, b := range data {
		if b >= 0x80 {
			n++
		}
	}
	return n
}

// separator picks what splits the most records into the same number of fields.
func separator(text string) rune {
	head := text
	if len(head) > 64<<10 {
		head = head[:64<<10]
	}
	best, most := ',', 0
	for _, sep := range []rune{',', '\t', ';', '|', '，'} {
		if sep == '，' && most > 0 {
			break // it stands inside sentences; nobody separates with it unless there is nothing else
		}
		width := map[int]int{}
		fields := 0
		records(head, sep, func(row, col int, _ string) bool {
			if col == 1 {
				if fields > 1 {
					width[fields]++
				}
			}
			fields = col
			return row < 200
		})
		if fields > 1 {
			width[fields]++
		}
		for w, n := range width {
			if score := n * min(w, 12); score > most {
				best, most = sep, score
			}
		}
	}
	return best
}

// records walks through the fields. Quotes count only at the start of a field; a stray one inside is kept as it is, and a
// quote that is never closed ends with the text.
func records(text string, sep rune, field func(row, col int, s string) bool) {
	row, col := 1, 1
	var b strings.Builder
	in := []rune(text)
	for i := 0; i < len(in); {
		b.Reset()
		if in[i] == '"' {
			for i++; i < len(in); i++ {
				if in[i] == '"' {
					if i+1 < len(in) && in[i+1] == '"' {
						i++
					} else {
						i++
						break
					}
				}
				b.WriteRune(in[i])
			}
		}
		for i < len(in) && in[i] != sep && in[i] != '\n' && in[i] != '\r' {
			b.WriteRune(in[i])
			i++
		}
		if !field(row, col, b.String()) {
			return
		}
		if i >= len(in) {
			return
		}
		if in[i] == sep {
			col++
			i++
			continue
		}
		if in[i] == '\r' && i+1 < len(in) && in[i+1] == '\n' {
			i++
		}
		i++
		row++
		col = 1
	}
}
