package paper

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"strings"

	"shigan/engine/draw"
	"shigan/kernel/fault"
	"shigan/kernel/ledger"
	"shigan/kernel/words"
)

// An issued bulletin carries its own evidence: one custom part with the content that it was set from, and one with the proof
// that the ledger holds that content's digest. Both are custom XML parts in the sense of ISO/IEC 29500, which office programs
// keep when they save a file, so that a changed figure is found even after somebody edited and saved it.
//
// The ledger entry names the digest of the file before it was sealed: with an empty seal. Sealing puts the proof into that
// place and touches no other byte; taking it out again gives the very bytes that were issued.

const (
	contentPart = "customXml/item1.xml"
	sealPart    = "customXml/item2.xml"
	nsContent   = "urn:shigan:bulletin"
	nsSeal      = "urn:shigan:seal"
	noSeal      = decl + `<seal xmlns="` + nsSeal + `"/>`
	relCustom   = relDoc + "customXml"
	ctXML       = `<Default Extension="xml" ContentType="application/xml"/>`
)

var (
	// ErrNoSeal is a file without the content and proof of an issued bulletin.
	ErrNoSeal = fault.New(fault.Invalid, "paper.no-seal")
	// ErrContent is a file whose content is not what the ledger entry names.
	ErrContent = fault.New(fault.Broken, "paper.content-differs")
)

// carrying adds content and an empty seal to a package. main is the part that office programs open first.
func carrying(parts []part, main, kind string, lang words.Lang, content []byte) []part {
	dir, file, _ := strings.Cut(main, "/")
	rels := dir + "/_rels/" + file + ".rels"
	out := make([]part, 0, len(parts)+2)
	for _, p := range parts {
		switch p.name {
		case rels:
			add := `<Relationship Id="rIdContent" Type="` + relCustom + `" Target="../` + contentPart + `"/><Relationship Id="rIdSeal" Type="` + relCustom + `" Target="../` + sealPart + `"/></Relationships>`
			p.body = bytes.Replace(p.body, []byte("</Relationships>"), []byte(add), 1)
		case "[Content_Types].xml":
			if !bytes.Contains(p.body, []byte(`Extension="xml"`)) {
				i := bytes.Index(p.body, []byte("<Types"))
				j := i + bytes.IndexByte(p.body[i:], '>') + 1
				p.body = append(append(bytes.Clone(p.body[:j]), ctXML...), p.body[j:]...)
			}
		}
		out = append(out, p)
	}
	return append(out, part{contentPart, []byte(decl + `<bulletin xmlns="` + nsContent + `" kind="` + kind + `" lang="` + string(lang) + `">` + draw.Esc(string(content)) + `</bulletin>`)},
		part{sealPart, []byte(noSeal)})
}

// sealedWith puts a proof into a package that carries content. Every other part is copied as it lies in the file.
func sealedWith(raw []byte, proof ledger.Proof) ([]byte, error) {
	text, err := json.Marshal(proof)
	if err != nil {
		return nil, err
	}
	return withSeal(raw, sealPart, []byte(decl+`<seal xmlns="`+nsSeal+`">`+draw.Esc(string(text))+`</seal>`))
}

// withSeal replaces one part and copies the others without unpacking them.
func withSeal(raw []byte, name string, body []byte) ([]byte, error) {
	in, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, f := range in.File {
		if f.Name != name {
			if err := z.Copy(f); err != nil {
				return nil, err
			}
			continue
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Store, Modified: packedAt})
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(body); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// carriedContent is what a file brings to its own defence.
type carriedContent struct {
	kind    string
	lang    words.Lang
	content []byte
	proof   ledger.Proof
	seal    string // name of the seal's part
}

// Bounds on a file that comes from outside.
const (
	maxSealed   = 64 << 20
	maxPart     = 64 << 20
	maxAllParts = 256 << 20
	maxParts    = 4000
)

// partsOf unpacks a file from outside, within bounds.
func partsOf(raw []byte) ([]part, error) {
	if len(raw) > maxSealed {
		return nil, ErrTemplateLarge.With("most", maxSealed>>20)
	}
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil || len(z.File) > maxParts {
		return nil, ErrNoSeal
	}
	var out []part
	total := 0
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			return nil, ErrNoSeal
		}
		body, err := io.ReadAll(io.LimitReader(r, maxPart+1))
		_ = r.Close()
		total += len(body)
		if err != nil || len(body) > maxPart || total > maxAllParts {
			return nil, ErrNoSeal
		}
		out = append(out, part{f.Name, body})
	}
	return out, nil
}

// findCarried looks for content and seal among the custom parts, whatever a program that saved the file has called them.
func findCarried(parts []part) (carriedContent, error) {
	var c carriedContent
	for _, p := range parts {
		if !strings.HasPrefix(strings.ToLower(p.name), "customxml/") {
			continue
		}
		var x struct {
			XMLName xml.Name
			Kind    string `xml:"kind,attr"`
			Lang    string `xml:"lang,attr"`
			Text    string `xml:",chardata"`
		}
		if xml.Unmarshal(p.body, &x) != nil {
			continue
		}
		switch x.XMLName.Space {
		case nsContent:
			c.kind, c.lang, c.content = x.Kind, words.ParseLang(x.Lang), []byte(x.Text)
		case nsSeal:
			if json.Unmarshal([]byte(x.Text), &c.proof) == nil {
				c.seal = p.name
			}
		}
	}
	if c.content == nil || c.seal == "" {
		return c, ErrNoSeal
	}
	return c, nil
}
