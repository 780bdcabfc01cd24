package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"io"
	"path"
	"strings"
)

// pack is a zip file whose parts are read under a common bound, so that a small file cannot fill the memory.
type pack struct {
	parts map[string]*zip.File
	left  int64
}

func openPack(data []byte, opt Options) (*pack, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, ErrDamaged
	}
	p := &pack{parts: map[string]*zip.File{}, left: opt.maxBytes() * unpackFactor}
	for _, f := range z.File {
		// Some writers use backslashes or a leading slash; a second part of the same name would be a trick.
		name := strings.TrimPrefix(strings.ReplaceAll(f.Name, `\`, "/"), "/")
		if _, twice := p.parts[name]; !twice {
			p.parts[name] = f
		}
	}
	return p, nil
}

func (p *pack) has(name string) bool { return p.find(name) != nil }

// find compares without case, as Excel does.
func (p *pack) find(name string) *zip.File {
	name = strings.TrimPrefix(name, "/")
	if f := p.parts[name]; f != nil {
		return f
	}
	for n, f := range p.parts {
		if strings.EqualFold(n, name) {
			return f
		}
	}
	return nil
}

// read unpacks one part; a part that is not there is empty.
func (p *pack) read(name string) ([]byte, error) {
	f := p.find(name)
	if f == nil {
		return nil, nil
	}
	r, err := f.Open()
	if err != nil {
		return nil, ErrDamaged
	}
	defer r.Close()
	bound := p.left
	if packed := int64(f.CompressedSize64); packed > 0 && packed < bound/maxRatio {
		bound = max(packed*maxRatio, 1<<20)
	}
	bound = min(bound, p.left)
	data, err := io.ReadAll(io.LimitReader(r, bound+1))
	if int64(len(data)) > bound {
		return nil, ErrBomb
	}
	if err != nil {
		return nil, ErrDamaged
	}
	p.left -= int64(len(data))
	return data, nil
}

// relation is a link from one part to another.
type relation struct{ id, kind, target string }

// relations reads the links of a part. kind is the last word of the type, which strict and transitional files share.
func (p *pack) relations(part string) ([]relation, error) {
	dir, file := path.Split(part)
	data, err := p.read(dir + "_rels/" + file + ".rels")
	if err != nil || data == nil {
		return nil, err
	}
	var list []relation
	d := newXML(data)
	for {
		t, err := d.Token()
		if err == io.EOF {
			return list, nil
		}
		if err != nil {
			return nil, ErrDamaged
		}
		e, ok := t.(xml.StartElement)
		if !ok || e.Name.Local != "Relationship" || attr(e, "TargetMode") == "External" { // links out are never followed
			continue
		}
		target := attr(e, "Target")
		if strings.HasPrefix(target, "/") {
			target = strings.TrimPrefix(target, "/")
		} else {
			target = path.Join(dir, target)
		}
		list = append(list, relation{attr(e, "Id"), path.Base(attr(e, "Type")), target})
	}
}

func newXML(data []byte) *xml.Decoder {
	d := xml.NewDecoder(bytes.NewReader(data))
	d.Strict = false
	d.CharsetReader = func(charset string, in io.Reader) (io.Reader, error) { return in, nil }
	return d
}

func attr(e xml.StartElement, local string) string {
	for _, a := range e.Attr {
		if a.Name.Local == local {
			return a.Value
		}
	}
	return ""
}
