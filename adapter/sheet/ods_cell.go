package sheet

import (
	"encoding/xml"
	"math/big"
	"strconv"
	"strings"
)

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
