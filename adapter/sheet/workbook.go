package sheet

import (
	"sort"
	"strings"
)

// Options bound what Read takes in. Zero values mean the defaults.
type Options struct {
	Password string
	MaxBytes int64 // size of the file, and of everything in it together once unpacked ×8
	MaxCells int   // cells that hold something, over all sheets
}

const (
	defaultMaxBytes = 64 << 20
	defaultMaxCells = 2_000_000
	unpackFactor    = 8     // everything unpacked may be this many times MaxBytes
	maxRatio        = 1_000 // one part may grow by this much; real sheets stay below 200
	maxColumns      = 16_384
	maxRows         = 1_048_576
)

func (o Options) maxBytes() int64 {
	if o.MaxBytes > 0 {
		return o.MaxBytes
	}
	return defaultMaxBytes
}

func (o Options) maxCells() int {
	if o.MaxCells > 0 {
		return o.MaxCells
	}
	return defaultMaxCells
}

// Workbook is a file as it was read.
type Workbook struct {
	Name   string
	Format string // xlsx, xls, ods, csv
	Sheets []Sheet
}

// Sheet is one sheet; Cells are those that hold something, by row and column.
type Sheet struct {
	Name       string
	Hidden     bool
	Cells      []Cell
	Merges     []Area
	HiddenRows map[int]bool
	HiddenCols map[int]bool

	at map[[2]int]int // position in Cells
}

// Area is a block of cells, both corners included, counted from 1.
type Area struct{ Row1, Col1, Row2, Col2 int }

// Kind is what a cell holds.
type Kind int

const (
	Empty Kind = iota
	Text
	Number
	Date
	Bool
	Error
)

// Cell is one cell. Text is what a reader sees, as near as the file tells.
type Cell struct {
	Row, Col int
	Kind     Kind
	Text     string
	Number   string // exact decimal of a Number, serial of a Date
	Day      Day    // of a Date
	Look     Look   // what the number format adds
	Formula  bool
	Uncached bool // a formula saved without its value
	Comment  string

	from1904 bool // the file counts its days from 1904
}

// Day is a calendar day as printed in a sheet; zero when there is none.
type Day struct{ Year, Month, Day int }

// Address is the cell's name in A1 style.
func (c Cell) Address() string { return Address(c.Row, c.Col) }

// Address names a cell in A1 style.
func Address(row, col int) string { return ColumnName(col) + itoa(row) }

// ColumnName is the letter of a column counted from 1.
func ColumnName(col int) string {
	name := ""
	for ; col > 0; col = (col - 1) / 26 {
		name = string(rune('A'+(col-1)%26)) + name
	}
	return name
}

// parseAddress reads "F7" or "$F$7"; zero when it is none.
func parseAddress(s string) (row, col int) {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '$':
		case c >= 'A' && c <= 'Z' && row == 0:
			col = col*26 + int(c-'A') + 1
		case c >= 'a' && c <= 'z' && row == 0:
			col = col*26 + int(c-'a') + 1
		case c >= '0' && c <= '9':
			row = row*10 + int(c-'0')
		default:
			return 0, 0
		}
		if col > maxColumns || row > maxRows {
			return 0, 0
		}
	}
	return row, col
}

func parseArea(s string) (Area, bool) {
	a, b, two := strings.Cut(s, ":")
	if !two {
		b = a
	}
	r1, c1 := parseAddress(a)
	r2, c2 := parseAddress(b)
	if r1 == 0 || c1 == 0 || r2 == 0 || c2 == 0 {
		return Area{}, false
	}
	return Area{min(r1, r2), min(c1, c2), max(r1, r2), max(c1, c2)}, true
}

// At is the cell at a place, or nil when nothing stands there.
func (s *Sheet) At(row, col int) *Cell {
	if i, ok := s.at[[2]int{row, col}]; ok {
		return &s.Cells[i]
	}
	return nil
}

// add puts a cell in; a second cell for the same place replaces the first.
func (s *Sheet) add(c Cell) {
	if s.at == nil {
		s.at = map[[2]int]int{}
	}
	key := [2]int{c.Row, c.Col}
	if i, ok := s.at[key]; ok {
		s.Cells[i] = c
		return
	}
	s.at[key] = len(s.Cells)
	s.Cells = append(s.Cells, c)
}

// comment hangs a remark on a cell; on an empty place it is dropped, for nobody asks for it there.
func (s *Sheet) comment(row, col int, text string) {
	if c := s.At(row, col); c != nil {
		c.Comment = strings.TrimSpace(text)
	}
}

// settle puts the cells in reading order.
func (s *Sheet) settle() {
	sort.Slice(s.Cells, func(i, j int) bool {
		a, b := s.Cells[i], s.Cells[j]
		return a.Row < b.Row || a.Row == b.Row && a.Col < b.Col
	})
	s.at = make(map[[2]int]int, len(s.Cells))
	for i, c := range s.Cells {
		s.at[[2]int{c.Row, c.Col}] = i
	}
}
