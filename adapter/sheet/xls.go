package sheet

import (
	"encoding/binary"
	"math"
	"strings"
	"unicode/utf16"
)

// BIFF8 records that matter here; MS-XLS names them all.
const (
	recFormula   = 0x0006
	recEOF       = 0x000A
	recFilePass  = 0x002F
	recDate1904  = 0x0022
	recNote      = 0x001C
	recContinue  = 0x003C
	recColInfo   = 0x007D
	recSheet     = 0x0085
	recMulRK     = 0x00BD
	recRString   = 0x00D6
	recXF        = 0x00E0
	recMerge     = 0x00E5
	recSST       = 0x00FC
	recLabelSST  = 0x00FD
	recObj       = 0x005D
	recTXO       = 0x01B6
	recNumber    = 0x0203
	recLabel     = 0x0204
	recBoolErr   = 0x0205
	recString    = 0x0207
	recRow       = 0x0208
	recRK        = 0x027E
	recFormat    = 0x041E
	recBOF       = 0x0809
	versionBIFF8 = 0x0600
)

// record is one record of a stream; parts are its body and those of the CONTINUE records behind it.
type record struct {
	kind  uint16
	at    int // offset of its header
	parts [][]byte
}

func (r record) body() []byte { return r.parts[0] }

// xlsBook is what the sheets of one .xls share.
type xlsBook struct {
	records  []record
	strings  []string
	looks    []Look
	formats  map[int]Look
	xfs      []int
	from1904 bool
	left     int
}

// readXLS reads the stream of an Excel 97 to 2003 workbook.
func readXLS(stream []byte, opt Options) (*Workbook, error) {
	plain, err := xlsDecrypt(stream, opt)
	if err != nil {
		return nil, err
	}
	b := &xlsBook{records: splitRecords(plain), formats: map[int]Look{}, left: opt.maxCells()}
	if len(b.records) == 0 || b.records[0].kind != recBOF {
		return nil, ErrDamaged
	}
	if body := b.records[0].body(); len(body) < 4 || binary.LittleEndian.Uint16(body) != versionBIFF8 {
		return nil, ErrOldExcel
	}
	wb := &Workbook{Format: "xls"}
	var offsets []int
	for _, r := range b.records {
		body := r.body()
		switch r.kind {
		case recDate1904:
			b.from1904 = len(body) >= 2 && body[0] == 1
		case recFormat:
			if len(body) >= 4 {
				text, _ := xlsString(body[2:], 2)
				b.formats[int(binary.LittleEndian.Uint16(body))] = parseLook(text)
			}
		case recXF:
			if len(body) >= 4 {
				b.xfs = append(b.xfs, int(binary.LittleEndian.Uint16(body[2:])))
			}
		case recSST:
			b.strings = xlsStrings(r.parts)
		case recSheet:
			if len(body) < 8 || body[5]&0x0F != 0 { // only worksheets hold cells
				continue
			}
			name, _ := xlsString(body[6:], 1)
			wb.Sheets = append(wb.Sheets, Sheet{Name: name, Hidden: body[4]&3 != 0})
			offsets = append(offsets, int(binary.LittleEndian.Uint32(body)))
		}
		if r.kind == recEOF {
			break
		}
	}
	for _, id := range b.xfs {
		b.looks = append(b.looks, lookOf(id, b.formats))
	}
	at := map[int]int{}
	for i, r := range b.records {
		at[r.at] = i
	}
	for i := range wb.Sheets {
		s := &wb.Sheets[i]
		s.HiddenRows, s.HiddenCols = map[int]bool{}, map[int]bool{}
		if first, ok := at[offsets[i]]; ok {
			if err := b.readSheet(s, first); err != nil {
				return nil, err
			}
		}
	}
	return wb, nil
}

// splitRecords cuts a stream into records; a cut-off last one ends it.
func splitRecords(stream []byte) []record {
	var list []record
	for p := 0; p+4 <= len(stream); {
		kind, size := binary.LittleEndian.Uint16(stream[p:]), int(binary.LittleEndian.Uint16(stream[p+2:]))
		if p+4+size > len(stream) {
			break
		}
		body := stream[p+4 : p+4+size]
		if kind == recContinue && len(list) > 0 {
			last := &list[len(list)-1]
			last.parts = append(last.parts, body)
		} else {
			list = append(list, record{kind, p, [][]byte{body}})
		}
		p += 4 + size
	}
	return list
}

// xlsString reads a string whose count has wide bytes; it lies inside one record.
func xlsString(b []byte, wide int) (string, int) {
	if len(b) < wide+1 {
		return "", len(b)
	}
	n := int(b[0])
	if wide == 2 {
		n = int(binary.LittleEndian.Uint16(b))
	}
	flags := b[wide]
	p := wide + 1
	runs, ext := 0, 0
	if flags&8 != 0 && p+2 <= len(b) {
		runs = int(binary.LittleEndian.Uint16(b[p:]))
		p += 2
	}
	if flags&4 != 0 && p+4 <= len(b) {
		ext = int(binary.LittleEndian.Uint32(b[p:]))
		p += 4
	}
	text, used := xlsChars(b[min(p, len(b)):], n, flags&1 != 0)
	return text, min(p+used+4*runs+max(ext, 0), len(b))
}

// xlsChars reads up to n characters of one or two bytes.
func xlsChars(b []byte, n int, wide bool) (string, int) {
	if wide {
		n = min(n, len(b)/2)
		u := make([]uint16, n)
		for i := range u {
			u[i] = binary.LittleEndian.Uint16(b[2*i:])
		}
		return string(utf16.Decode(u)), 2 * n
	}
	n = min(n, len(b))
	r := make([]rune, n)
	for i := range r {
		r[i] = rune(b[i])
	}
	return string(r), n
}

// xlsStrings reads the shared strings. A string may go on in the next CONTINUE record, and there its characters may change
// their width.
func xlsStrings(parts [][]byte) []string {
	c := &cursor{parts: parts}
	c.skip(4)
	total := int(c.u32())
	var list []string
	for i := 0; i < total && !c.end(); i++ {
		n, flags := int(c.u16()), c.u8()
		runs, ext := 0, 0
		if flags&8 != 0 {
			runs = int(c.u16())
		}
		if flags&4 != 0 {
			ext = int(c.u32())
		}
		var u []uint16
		wide := flags&1 != 0
		for len(u) < n && !c.end() {
			if c.atEdge() { // a new record starts with a byte that tells the width
				c.next()
				wide = c.u8()&1 != 0
				continue
			}
			if wide {
				u = append(u, c.u16())
			} else {
				u = append(u, uint16(c.u8()))
			}
		}
		c.skip(4*runs + ext)
		list = append(list, string(utf16.Decode(u)))
	}
	return list
}

// cursor walks over the parts of a record.
type cursor struct {
	parts [][]byte
	part  int
	pos   int
}

func (c *cursor) end() bool {
	return c.part >= len(c.parts) || c.part == len(c.parts)-1 && c.pos >= len(c.parts[c.part])
}

func (c *cursor) atEdge() bool {
	return c.part < len(c.parts)-1 && c.pos >= len(c.parts[c.part])
}

func (c *cursor) next() { c.part, c.pos = c.part+1, 0 }

func (c *cursor) u8() byte {
	for c.part < len(c.parts) && c.pos >= len(c.parts[c.part]) {
		c.next()
	}
	if c.part >= len(c.parts) {
		return 0
	}
	v := c.parts[c.part][c.pos]
	c.pos++
	return v
}

func (c *cursor) u16() uint16 { lo := c.u8(); return uint16(lo) | uint16(c.u8())<<8 }
func (c *cursor) u32() uint32 { lo := c.u16(); return uint32(lo) | uint32(c.u16())<<16 }

func (c *cursor) skip(n int) {
	for n > 0 && c.part < len(c.parts) {
		step := min(n, len(c.parts[c.part])-c.pos)
		c.pos += step
		n -= step
		if n > 0 {
			c.next()
		}
	}
}

// rk unpacks the short form of a number.
func rk(v uint32) float64 {
	var f float64
	if v&2 != 0 {
		f = float64(int32(v) >> 2)
	} else {
		f = math.Float64frombits(uint64(v&^3) << 32)
	}
	if v&1 != 0 {
		f /= 100
	}
	return f
}

var xlsErrors = map[byte]string{0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}

func xlsError(code byte) string {
	if s, ok := xlsErrors[code]; ok {
		return s
	}
	return "#ERR" + strings.ToUpper(itoa(int(code)))
}
