package schedulefile

import (
	"bytes"
	"encoding/xml"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// decode turns bytes of a named or unknown encoding into text. P6 writes the code page of the computer that it runs on and does
// not say which, so a file that is no UTF-8 is taken for GB18030 if its high bytes come in pairs that are common Chinese
// characters, and for Windows-1252 otherwise.
func decode(b []byte, name string) (text, encodingName string, err error) {
	if name != "" {
		e, err := htmlindex.Get(name)
		if err != nil {
			return "", "", ErrEncoding.With("encoding", name)
		}
		out, err := e.NewDecoder().Bytes(b)
		if err != nil || bytes.ContainsRune(out, utf8.RuneError) {
			return "", "", ErrEncoding.With("encoding", name)
		}
		return string(out), name, nil
	}
	var e encoding.Encoding
	switch {
	case bytes.HasPrefix(b, []byte("\xFF\xFE")), bytes.HasPrefix(b, []byte("\xFE\xFF")):
		e, name = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), "utf-16"
	case utf8.Valid(b):
		return strings.TrimPrefix(string(b), "\uFEFF"), "utf-8", nil
	case chinese(b):
		e, name = simplifiedchinese.GB18030, "gb18030"
	default:
		e, name = charmap.Windows1252, "windows-1252"
	}
	out, err := e.NewDecoder().Bytes(b)
	if err != nil {
		return "", "", ErrEncoding.With("encoding", name)
	}
	return string(out), name, nil
}

// chinese tells whether the bytes over 0x7F come in pairs, nine tenths of them from GB 2312's rows of punctuation and characters.
func chinese(b []byte) bool {
	pairs, common := 0, 0
	for i := 0; i < len(b); i++ {
		if b[i] < 0x80 {
			continue
		}
		if i+1 >= len(b) {
			return false
		}
		lead, trail := b[i], b[i+1]
		switch {
		case lead >= 0x81 && lead <= 0xFE && trail >= 0x30 && trail <= 0x39 && i+3 < len(b): // four bytes
			i += 3
		case lead >= 0x81 && lead <= 0xFE && trail >= 0x40 && trail != 0x7F && trail != 0xFF:
			pairs++
			if (lead >= 0xB0 && lead <= 0xF7 || lead >= 0xA1 && lead <= 0xA3) && trail >= 0xA1 {
				common++
			}
			i++
		default:
			return false
		}
	}
	return pairs > 0 && common*10 >= pairs*9
}

// newDecoder reads XML of any encoding that browsers know; external entities are never fetched.
func newDecoder(r io.Reader) *xml.Decoder {
	d := xml.NewDecoder(r)
	d.CharsetReader = func(label string, in io.Reader) (io.Reader, error) {
		e, err := htmlindex.Get(label)
		if err != nil {
			return nil, ErrEncoding.With("encoding", label)
		}
		if strings.HasPrefix(strings.ToLower(label), "utf-16") {
			return in, nil // turned into UTF-8 before it came here
		}
		return e.NewDecoder().Reader(in), nil
	}
	return d
}

// inUTF8 turns UTF-16 into UTF-8, which the XML decoder expects; other files pass through.
func inUTF8(head []byte, r io.Reader) io.Reader {
	switch {
	case bytes.HasPrefix(head, []byte("\xFF\xFE")), bytes.HasPrefix(head, []byte("\xFE\xFF")):
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Reader(r)
	case len(head) > 1 && head[0] == '<' && head[1] == 0:
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder().Reader(r)
	}
	return r
}
