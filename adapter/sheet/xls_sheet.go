package sheet

import (
	"encoding/binary"
	"math"
	"strings"
)

// readSheet reads the records of one sheet, from its BOF to its EOF; charts inside it are stepped over.
func (b *xlsBook) readSheet(s *Sheet, first int) error {
	depth := 0
	var waiting *Cell // a formula whose text comes in the next STRING record
	notes := map[int]string{}
	object := 0
	type remark struct{ row, col, object int }
	var remarks []remark
	for _, r := range b.records[first:] {
		d := r.body()
		switch r.kind {
		case recBOF:
			depth++
			continue
		case recEOF:
			if depth--; depth <= 0 {
				for _, n := range remarks {
					s.comment(n.row, n.col, notes[n.object])
				}
				return nil
			}
			continue
		}
		if depth != 1 {
			continue
		}
		switch r.kind {
		case recRow:
			if len(d) >= 16 && d[12]&0x20 != 0 {
				s.HiddenRows[int(binary.LittleEndian.Uint16(d))+1] = true
			}
		case recColInfo:
			if len(d) >= 10 && d[8]&1 != 0 {
				for c := int(binary.LittleEndian.Uint16(d)); c <= min(int(binary.LittleEndian.Uint16(d[2:])), 255); c++ {
					s.HiddenCols[c+1] = true
				}
			}
		case recMerge:
			if len(d) < 2 {
				continue
			}
			for p := 2; p+8 <= len(d); p += 8 {
				a := Area{int(binary.LittleEndian.Uint16(d[p:])) + 1, int(binary.LittleEndian.Uint16(d[p+4:])) + 1,
					int(binary.LittleEndian.Uint16(d[p+2:])) + 1, int(binary.LittleEndian.Uint16(d[p+6:])) + 1}
				if a.Row1 <= a.Row2 && a.Col1 <= a.Col2 {
					s.Merges = append(s.Merges, a)
				}
			}
		case recObj:
			if len(d) >= 8 {
				object = int(binary.LittleEndian.Uint16(d[6:]))
			}
		case recTXO:
			if len(r.parts) > 1 && len(d) >= 12 && len(r.parts[1]) > 1 {
				text, _ := xlsChars(r.parts[1][1:], int(binary.LittleEndian.Uint16(d[10:])), r.parts[1][0]&1 != 0)
				notes[object] = text
			}
		case recNote:
			if len(d) >= 8 {
				remarks = append(remarks, remark{int(binary.LittleEndian.Uint16(d)) + 1, int(binary.LittleEndian.Uint16(d[2:])) + 1, int(binary.LittleEndian.Uint16(d[6:]))})
			}
		case recString:
			if waiting != nil {
				c := *waiting
				c.Text, _ = xlsString(d, 2)
				waiting = nil
				if err := b.put(s, c, Text); err != nil {
					return err
				}
			}
		default:
			next, err := b.readCells(s, r)
			if err != nil {
				return err
			}
			if next != nil {
				waiting = next
			}
		}
	}
	return nil
}

// readCells reads a record that holds one cell or a row of them.
func (b *xlsBook) readCells(s *Sheet, r record) (waiting *Cell, err error) {
	d := r.body()
	if len(d) < 6 {
		return nil, nil
	}
	c := Cell{Row: int(binary.LittleEndian.Uint16(d)) + 1, Col: int(binary.LittleEndian.Uint16(d[2:])) + 1}
	look := b.look(int(binary.LittleEndian.Uint16(d[4:])))
	switch r.kind {
	case recNumber:
		if len(d) >= 14 {
			return nil, b.number(s, c, math.Float64frombits(binary.LittleEndian.Uint64(d[6:])), look)
		}
	case recRK:
		if len(d) >= 10 {
			return nil, b.number(s, c, rk(binary.LittleEndian.Uint32(d[6:])), look)
		}
	case recMulRK:
		for p := 4; p+8 <= len(d); p += 6 { // the last two bytes are the last column
			if err := b.number(s, c, rk(binary.LittleEndian.Uint32(d[p+2:])), b.look(int(binary.LittleEndian.Uint16(d[p:])))); err != nil {
				return nil, err
			}
			c.Col++
		}
	case recLabelSST:
		if len(d) >= 10 {
			if i := int(binary.LittleEndian.Uint32(d[6:])); i < len(b.strings) {
				c.Text = b.strings[i]
			}
			return nil, b.put(s, c, Text)
		}
	case recLabel, recRString:
		if len(d) >= 9 {
			c.Text, _ = xlsString(d[6:], 2)
			return nil, b.put(s, c, Text)
		}
	case recBoolErr:
		if len(d) >= 8 {
			return nil, b.boolErr(s, c, d[6], d[7] != 0)
		}
	case recFormula:
		if len(d) >= 14 {
			return b.formula(s, c, d, look)
		}
	}
	return nil, nil
}

// formula takes the value that was saved with a formula. Its text, if it is one, comes in the record behind.
func (b *xlsBook) formula(s *Sheet, c Cell, d []byte, look Look) (*Cell, error) {
	c.Formula = true
	if d[12] != 0xFF || d[13] != 0xFF {
		return nil, b.number(s, c, math.Float64frombits(binary.LittleEndian.Uint64(d[6:])), look)
	}
	switch d[6] {
	case 0:
		return &c, nil
	case 1:
		return nil, b.boolErr(s, c, d[8], false)
	case 2:
		return nil, b.boolErr(s, c, d[8], true)
	}
	return nil, nil // an empty text
}

func (b *xlsBook) look(xf int) Look {
	if xf >= 0 && xf < len(b.looks) {
		return b.looks[xf]
	}
	return general
}

func (b *xlsBook) number(s *Sheet, c Cell, f float64, look Look) error {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil
	}
	numberCell(&c, exactFloat(f), look, b.from1904)
	return b.put(s, c, c.Kind)
}

func (b *xlsBook) boolErr(s *Sheet, c Cell, v byte, isError bool) error {
	if isError {
		c.Text = xlsError(v)
		return b.put(s, c, Error)
	}
	c.Text = itoa(int(v))
	return b.put(s, c, Bool)
}

func (b *xlsBook) put(s *Sheet, c Cell, k Kind) error {
	if k == Text && strings.TrimSpace(c.Text) == "" {
		return nil
	}
	if b.left--; b.left < 0 {
		return ErrTooManyCells
	}
	c.Kind = k
	s.add(c)
	return nil
}
