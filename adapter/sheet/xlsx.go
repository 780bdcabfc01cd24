package sheet

import (
	"encoding/xml"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"
)

// xlsxBook is what the sheets of one .xlsx share. The reader streams the parts itself: it must know a formula's saved value
// from a missing one, see strict files and prefixed names as others do, and stay inside its bounds.
type xlsxBook struct {
	pack     *pack
	strings  []string
	looks    []Look // by style number
	from1904 bool
	left     int // cells still allowed
}

func readXLSX(p *pack, opt Options) (*Workbook, error) {
	b := &xlsxBook{pack: p, left: opt.maxCells()}
	main := "xl/workbook.xml"
	root, err := p.relations("")
	if err != nil {
		return nil, err
	}
	for _, r := range root {
		if r.kind == "officeDocument" {
			main = r.target
		}
	}
	data, err := p.read(main)
	if err != nil {
		return nil, err
	}
	if data == nil {
		return nil, ErrDamaged
	}
	links, err := p.relations(main)
	if err != nil {
		return nil, err
	}
	target := map[string]relation{}
	for _, r := range links {
		target[r.id] = r
		switch r.kind {
		case "sharedStrings":
			err = b.readStrings(r.target)
		case "styles":
			err = b.readStyles(r.target)
		}
		if err != nil {
			return nil, err
		}
	}
	wb := &Workbook{Format: "xlsx"}
	var parts []string
	err = eachElement(data, func(e xml.StartElement, d *xml.Decoder) error {
		switch e.Name.Local {
		case "workbookPr":
			b.from1904 = truth(attr(e, "date1904"))
		case "sheet":
			id := ""
			for _, a := range e.Attr {
				if a.Name.Local == "id" && a.Name.Space != "" {
					id = a.Value
				}
			}
			r := target[id]
			if r.kind != "worksheet" { // chart sheets hold no cells
				return nil
			}
			wb.Sheets = append(wb.Sheets, Sheet{Name: attr(e, "name"), Hidden: strings.HasSuffix(strings.ToLower(attr(e, "state")), "hidden")})
			parts = append(parts, r.target)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i := range wb.Sheets {
		if err := b.readSheet(&wb.Sheets[i], parts[i]); err != nil {
			return nil, err
		}
	}
	return wb, nil
}

// eachElement calls f for every opening tag.
func eachElement(data []byte, f func(xml.StartElement, *xml.Decoder) error) error {
	d := newXML(data)
	for {
		t, err := d.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return ErrDamaged
		}
		if e, ok := t.(xml.StartElement); ok {
			if err := f(e, d); err != nil {
				return err
			}
		}
	}
}

// richText joins the text of an element up to its end; readings in small print above the characters (rPh) are left out.
func richText(d *xml.Decoder) (string, error) {
	var b strings.Builder
	depth, inText, skip := 1, false, 0
	for depth > 0 {
		t, err := d.Token()
		if err != nil {
			return "", ErrDamaged
		}
		switch t := t.(type) {
		case xml.StartElement:
			depth++
			switch t.Name.Local {
			case "t":
				inText = true
			case "rPh":
				skip = depth
			}
		case xml.EndElement:
			if skip == depth {
				skip = 0
			}
			depth--
			inText = false
		case xml.CharData:
			if inText && skip == 0 {
				b.Write(t)
			}
		}
	}
	return unescape(b.String()), nil
}

// unescape undoes _x000D_, the way OOXML writes characters that XML cannot.
func unescape(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if i+7 <= len(s) && s[i] == '_' && s[i+1] == 'x' && s[i+6] == '_' {
			if n, err := strconv.ParseUint(s[i+2:i+6], 16, 16); err == nil && !utf16.IsSurrogate(rune(n)) {
				b.WriteRune(rune(n))
				i += 6
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func (b *xlsxBook) readStrings(part string) error {
	data, err := b.pack.read(part)
	if err != nil {
		return err
	}
	return eachElement(data, func(e xml.StartElement, d *xml.Decoder) error {
		if e.Name.Local != "si" {
			return nil
		}
		s, err := richText(d)
		b.strings = append(b.strings, s)
		return err
	})
}

func (b *xlsxBook) readStyles(part string) error {
	data, err := b.pack.read(part)
	if err != nil {
		return err
	}
	formats := map[int]Look{}
	inCells := false
	return eachElement(data, func(e xml.StartElement, _ *xml.Decoder) error {
		switch e.Name.Local {
		case "numFmt":
			formats[atoi(attr(e, "numFmtId"))] = parseLook(attr(e, "formatCode"))
		case "cellXfs":
			inCells = true
		case "cellStyleXfs", "cellStyles", "dxfs":
			inCells = false
		case "xf":
			if inCells {
				b.looks = append(b.looks, lookOf(atoi(attr(e, "numFmtId")), formats))
			}
		}
		return nil
	})
}

// lookOf is the look of a numbered format: the file's own, or one of those that all files share.
func lookOf(id int, own map[int]Look) Look {
	if l, ok := own[id]; ok {
		return l
	}
	if f, ok := builtin[id]; ok {
		return parseLook(f)
	}
	return general
}

func truth(s string) bool {
	return s == "1" || strings.EqualFold(s, "true") || strings.EqualFold(s, "on")
}
