package sheet

import (
	"encoding/xml"
	"strings"
)

// readSheet reads one sheet part with its remarks.
func (b *xlsxBook) readSheet(s *Sheet, part string) error {
	data, err := b.pack.read(part)
	if err != nil {
		return err
	}
	s.HiddenRows, s.HiddenCols = map[int]bool{}, map[int]bool{}
	row, col := 0, 0
	err = eachElement(data, func(e xml.StartElement, d *xml.Decoder) error {
		switch e.Name.Local {
		case "col":
			if truth(attr(e, "hidden")) {
				for c := atoi(attr(e, "min")); c <= min(atoi(attr(e, "max")), maxColumns); c++ {
					s.HiddenCols[c] = true
				}
			}
		case "row":
			row++ // r may be left out, and then counts on
			if r := atoi(attr(e, "r")); r > 0 {
				row = r
			}
			col = 0
			if truth(attr(e, "hidden")) {
				s.HiddenRows[row] = true
			}
		case "c":
			col++
			if r, c := parseAddress(attr(e, "r")); r > 0 && c > 0 {
				row, col = r, c
			}
			c, err := b.readCell(e, d)
			if err != nil {
				return err
			}
			if c.Kind == Empty && !c.Uncached || row > maxRows || col > maxColumns {
				return nil
			}
			if b.left--; b.left < 0 {
				return ErrTooManyCells
			}
			c.Row, c.Col = row, col
			s.add(c)
		case "mergeCell":
			if a, ok := parseArea(attr(e, "ref")); ok {
				s.Merges = append(s.Merges, a)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	links, err := b.pack.relations(part)
	if err != nil {
		return err
	}
	for _, r := range links {
		if r.kind == "comments" {
			if err := b.readComments(s, r.target); err != nil {
				return err
			}
		}
	}
	return nil
}

// readCell reads one <c> up to its end.
func (b *xlsxBook) readCell(e xml.StartElement, d *xml.Decoder) (Cell, error) {
	var c Cell
	kind, style := attr(e, "t"), atoi(attr(e, "s"))
	value, inline := "", ""
	hasValue, inValue := false, false
	for depth := 1; depth > 0; {
		t, err := d.Token()
		if err != nil {
			return c, ErrDamaged
		}
		switch t := t.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "is":
				if inline, err = richText(d); err != nil {
					return c, err
				}
				hasValue = true
				continue // richText ate the closing tag
			case "f":
				c.Formula = true
			case "v":
				hasValue, inValue = true, true
			}
			depth++
		case xml.EndElement:
			depth--
			inValue = false
		case xml.CharData:
			if inValue {
				value += string(t)
			}
		}
	}
	if !hasValue {
		c.Uncached = c.Formula
		return c, nil
	}
	b.fill(&c, kind, style, value, inline)
	return c, nil
}

// fill gives the cell its value by the type that the file states.
func (b *xlsxBook) fill(c *Cell, kind string, style int, value, inline string) {
	switch kind {
	case "s":
		if i := atoi(value); i >= 0 && i < len(b.strings) {
			c.Text = b.strings[i]
		}
		c.Kind = Text
	case "inlineStr":
		c.Kind, c.Text = Text, inline
		if inline == "" {
			c.Text = unescape(value)
		}
	case "str":
		c.Kind, c.Text = Text, unescape(value)
	case "b":
		c.Kind, c.Text = Bool, strings.TrimSpace(value)
	case "e":
		c.Kind, c.Text = Error, strings.TrimSpace(value)
	case "d": // strict files write days as ISO text
		c.Kind, c.Text = Text, strings.TrimSpace(value)
		if day, ok := isoDay(c.Text); ok {
			c.Kind, c.Day, c.Look = Date, day, b.look(style)
			if !c.Look.isDate() {
				c.Look = Look{Year: true, Month: true, Day: true}
			}
			c.Text = day.show(c.Look)
		}
	default:
		if strings.TrimSpace(value) == "" {
			c.Uncached = c.Formula
			return
		}
		numberCell(c, value, b.look(style), b.from1904)
	}
	if c.Kind == Text && strings.TrimSpace(c.Text) == "" {
		c.Kind = Empty
	}
}

func (b *xlsxBook) look(style int) Look {
	if style >= 0 && style < len(b.looks) {
		return b.looks[style]
	}
	return general
}

func (b *xlsxBook) readComments(s *Sheet, part string) error {
	data, err := b.pack.read(part)
	if err != nil {
		return err
	}
	return eachElement(data, func(e xml.StartElement, d *xml.Decoder) error {
		if e.Name.Local != "comment" {
			return nil
		}
		text, err := richText(d)
		if row, col := parseAddress(attr(e, "ref")); row > 0 {
			s.comment(row, col, text)
		}
		return err
	})
}

// isoDay reads 2022-03-15 with or without a time behind it.
func isoDay(s string) (Day, bool) {
	if len(s) < 10 || s[4] != '-' || s[7] != '-' {
		return Day{}, false
	}
	d := Day{atoi(s[:4]), atoi(s[5:7]), atoi(s[8:10])}
	return d, d.valid()
}
