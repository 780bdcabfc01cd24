package paper

import (
	"archive/zip"
	"bytes"
	"io"
	"slices"
	"strings"
	"time"
)

// part is one file of an office package.
type part struct {
	name string
	body []byte
}

// packedAt is the one time that stands on every part: packages carry no trace of when they were made.
var packedAt = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// packed writes parts as a package, in the order given, the same bytes every time.
func packed(parts []part) ([]byte, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, p := range parts {
		h := &zip.FileHeader{Name: p.name, Method: zip.Deflate, Modified: packedAt}
		if p.name == sealPart {
			h.Method = zip.Store // changed after packing: its bytes must not hang on a compressor
		}
		w, err := z.CreateHeader(h)
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(p.body); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// repacked reads a package and writes it again with its parts in order and without times.
func repacked(raw []byte) ([]byte, error) {
	parts, err := unpacked(raw)
	if err != nil {
		return nil, err
	}
	return packed(parts)
}

// unpacked reads a package that the house made itself: its parts in order.
func unpacked(raw []byte) ([]part, error) {
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return nil, err
	}
	var parts []part
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			return nil, err
		}
		body, err := io.ReadAll(r)
		_ = r.Close()
		if err != nil {
			return nil, err
		}
		parts = append(parts, part{f.Name, body})
	}
	rank := func(n string) string { // the content types and the root relations come first, as readers expect
		switch n {
		case "[Content_Types].xml":
			return "0"
		case "_rels/.rels":
			return "1"
		}
		return "2" + n
	}
	slices.SortFunc(parts, func(a, b part) int { return strings.Compare(rank(a.name), rank(b.name)) })
	return parts, nil
}
