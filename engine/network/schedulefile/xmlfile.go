package schedulefile

import (
	"bufio"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"shigan/engine/network"
	"shigan/kernel/calendar"
)

// readXML looks at the root element: Project is MSPDI, APIBusinessObjects is PMXML.
func readXML(b *bufio.Reader) (*File, error) {
	head, _ := b.Peek(2)
	x := &reader{Decoder: newDecoder(inUTF8(head, b))}
	for {
		t, err := x.Token()
		if err != nil {
			return nil, x.refuse(err)
		}
		e, ok := t.(xml.StartElement)
		switch {
		case !ok:
		case e.Name.Local == "Project":
			return readMSPDI(x)
		case e.Name.Local == "APIBusinessObjects":
			return readPMXML(x)
		default:
			return nil, ErrUnknown
		}
	}
}

// reader is an XML decoder that keeps the first bad value, with its place.
type reader struct {
	*xml.Decoder
	wrong error
	who   string // the element that is being read, for messages
	line  int    // where it stands; 0: where the decoder is
}

// refuse says at which line an XML file breaks off or goes wrong.
func (x *reader) refuse(err error) error {
	line, _ := x.InputPos()
	where := strconv.Itoa(line)
	var bad *xml.SyntaxError
	if errors.As(err, &bad) && strings.Contains(bad.Msg, "unexpected EOF") || err == io.EOF {
		return ErrTruncated.With("where", where)
	}
	return refuse(err, where)
}

// each calls do for every child element of the one just opened, until its end. What do does not read must be skipped by it.
func (x *reader) each(do func(xml.StartElement) error) error {
	for {
		t, err := x.Token()
		if err != nil {
			return x.refuse(err)
		}
		switch e := t.(type) {
		case xml.StartElement:
			if err := do(e); err != nil {
				return err
			}
			if x.wrong != nil {
				return x.wrong
			}
		case xml.EndElement:
			return nil
		}
	}
}

// into decodes an element.
func (x *reader) into(v any, e *xml.StartElement) error {
	if err := x.DecodeElement(v, e); err != nil {
		return x.refuse(err)
	}
	return nil
}

func (x *reader) skip() error {
	if err := x.Skip(); err != nil {
		return x.refuse(err)
	}
	return nil
}

// bad remembers the first value that cannot be understood.
func (x *reader) bad(field, value string) {
	if x.wrong == nil {
		line := x.line
		if line == 0 {
			line, _ = x.InputPos()
		}
		x.wrong = ErrValue.With("where", line, "activity", x.who, "field", field, "value", clip(value))
	}
}

func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// number reads a decimal number; empty is 0.
func (x *reader) number(field, s string) float64 {
	if s = strings.TrimSpace(s); s == "" {
		return 0
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || v != v || v > 1e12 || v < -1e12 {
		x.bad(field, s)
		return 0
	}
	return v
}

// yes reads 1, true or Y.
func yes(s string) bool {
	switch strings.TrimSpace(s) {
	case "1", "true", "Y":
		return true
	}
	return false
}

// instant reads 2015-02-24T08:00:00, also with a zone, which is dropped: planning programs mean the clock on the wall.
func (x *reader) instant(field, s string) network.Instant {
	t, ok := parseInstant(s)
	if !ok {
		x.bad(field, s)
	}
	return t
}

// parseInstant reads a date with or without a time; empty, and the sentinels that programs write for "none", give None.
func parseInstant(s string) (network.Instant, bool) {
	s = strings.TrimSpace(s)
	if s == "" || s == "NA" || strings.HasPrefix(s, "0000") || strings.HasPrefix(s, "1899-12-30") || strings.HasPrefix(s, "1984-01-01T00:00") {
		return network.None, true
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02", time.RFC3339} {
		if t, err := time.Parse(layout, s); err == nil {
			d, err := calendar.NewDate(t.Year(), int(t.Month()), t.Day())
			if err != nil {
				return network.None, false
			}
			return network.On(d, t.Hour()*60+t.Minute()), true
		}
	}
	return network.None, false
}

// clock reads 08:00:00 or 8:00 as minutes after midnight.
func clock(s string) (int, bool) {
	s = strings.TrimSpace(s)
	if i := strings.IndexByte(s, 'T'); i >= 0 {
		s = s[i+1:]
	}
	h, rest, ok := strings.Cut(s, ":")
	m, _, _ := strings.Cut(rest, ":")
	hour, err1 := strconv.Atoi(h)
	minute, err2 := strconv.Atoi(m)
	if !ok || err1 != nil || err2 != nil || hour < 0 || hour > 24 || minute < 0 || minute > 59 || hour*60+minute > 1440 {
		return 0, false
	}
	return hour*60 + minute, true
}

// duration reads PT96H30M0S, P1DT2H and the like as minutes.
func (x *reader) duration(field, s string) int64 {
	v, ok := isoMinutes(strings.TrimSpace(s))
	if !ok {
		x.bad(field, s)
	}
	return v
}

func isoMinutes(s string) (int64, bool) {
	if s == "" {
		return 0, true
	}
	sign := 1.0
	if s[0] == '-' {
		sign, s = -1, s[1:]
	}
	if len(s) < 2 || s[0] != 'P' {
		return 0, false
	}
	total, digits, timePart := 0.0, "", false
	for _, c := range s[1:] {
		switch {
		case c >= '0' && c <= '9' || c == '.':
			digits += string(c)
			continue
		case c == 'T' && digits == "" && !timePart:
			timePart = true
			continue
		}
		v, err := strconv.ParseFloat(digits, 64)
		if err != nil || v > 1e9 {
			return 0, false
		}
		digits = ""
		switch {
		case c == 'D' && !timePart:
			total += v * 1440
		case c == 'H' && timePart:
			total += v * 60
		case c == 'M' && timePart:
			total += v
		case c == 'S' && timePart:
			total += v / 60
		default:
			return 0, false
		}
	}
	if digits != "" {
		return 0, false
	}
	return int64(sign * (total + 0.5)), true
}
