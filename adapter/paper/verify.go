package paper

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"shigan/app"
	"shigan/domain/dispatch"
	"shigan/kernel/ledger"
	"shigan/kernel/words"
)

// Report 核对结果 says what a file of a bulletin is worth, found out without a database.
type Report struct {
	Kind        string       `json:"kind"` // docx or xlsx
	Lang        words.Lang   `json:"lang"`
	Month       string       `json:"month"`
	Issue       int          `json:"issue"`
	Entry       ledger.Entry `json:"entry"`
	Number      string       `json:"number"`
	Origin      string       `json:"origin"`
	Size        int64        `json:"checkpoint_size"`
	Key         string       `json:"key"`
	Pinned      bool         `json:"key_was_given"` // false: the file only agrees with itself
	Untouched   bool         `json:"untouched"`     // to the byte what was issued, but for the proof inside
	Regenerated bool         `json:"regenerated"`   // this program sets the same pages from the content
	Copy        bool         `json:"copy"`          // a reading copy: not one of the issued files
	Changes     []Difference `json:"changes"`
}

// Difference is one place that reads otherwise than what was issued.
type Difference struct {
	Where string `json:"where"`
	Was   string `json:"was"`
	Now   string `json:"now"`
}

// OK tells whether the file says what was issued.
func (r Report) OK() bool { return len(r.Changes) == 0 }

// IsPackage tells whether bytes may be an office file.
func IsPackage(data []byte) bool { return bytes.HasPrefix(data, []byte("PK\x03\x04")) }

// VerifyFile checks a .docx or .xlsx of an issued bulletin with nothing but the file: that the proof inside holds under the
// pinned key ("" trusts the key in the file), that the content inside is what the proven entry names, and that the pages are
// those of the content. What was changed is named.
func VerifyFile(data []byte, pinned string) (Report, error) {
	parts, err := partsOf(data)
	if err != nil {
		return Report{}, err
	}
	c, err := findCarried(parts)
	if err != nil {
		return Report{}, err
	}
	cp, err := c.proof.Check(pinned)
	if err != nil {
		return Report{}, err
	}
	suite, err := ledger.SuiteNamed(c.proof.Suite)
	if err != nil {
		return Report{}, ledger.ErrProof.With("why", err.Error())
	}
	var issued dispatch.Bulletin
	if c.proof.Entry.Kind != "dispatch.bulletin-issued/1" || json.Unmarshal(c.proof.Entry.Body, &issued) != nil {
		return Report{}, ErrContent.With("why", c.proof.Entry.Kind)
	}
	if got := suite.Digest(c.content); got != issued.Content {
		return Report{}, ErrContent.With("why", got+" ≠ "+issued.Content)
	}
	b, err := app.ParseBulletin(c.content)
	if err != nil {
		return Report{}, err
	}
	r := Report{Kind: c.kind, Lang: c.lang, Month: b.Month.String(), Issue: b.Issue, Entry: c.proof.Entry, Number: c.proof.Entry.Number(), Origin: cp.Origin, Size: cp.Size,
		Key: c.proof.Key, Pinned: pinned != "", Changes: []Difference{}}
	if bare, err := withSeal(data, sealPart, []byte(noSeal)); err == nil {
		r.Untouched = slices.Contains(mapValues(issued.Files), suite.Digest(bare))
	}
	r.Copy = c.lang != words.Zh
	fresh, err := bulletinFile(c.lang, b, c.kind)
	if err != nil {
		return r, err
	}
	want, err := unpacked(fresh)
	if err != nil {
		return r, err
	}
	r.Regenerated = samePages(want, parts)
	if r.Untouched || r.Regenerated {
		return r, nil
	}
	if c.kind == "xlsx" {
		r.Changes, err = cellDifferences(fresh, data)
	} else {
		r.Changes = textDifferences(want, parts)
	}
	return r, err
}

func mapValues(m map[string]string) []string {
	var out []string
	for _, v := range m {
		out = append(out, v)
	}
	return out
}

// samePages compares every part that is shown, byte for byte, in both directions.
func samePages(want, have []part) bool {
	pages := func(ps []part) map[string][]byte {
		m := map[string][]byte{}
		for _, p := range ps {
			if p.name != sealPart && !strings.HasPrefix(p.name, "docProps/") {
				m[p.name] = p.body
			}
		}
		return m
	}
	a, b := pages(want), pages(have)
	if len(a) != len(b) {
		return false
	}
	for name, body := range a {
		if !bytes.Equal(body, b[name]) {
			return false
		}
	}
	return true
}

// paragraph is one paragraph of a Word file, with the words that tell a reader where it stands.
type paragraph struct{ where, text string }

// wordParagraphs reads what a Word file says, part by part: the document, then its feet.
func wordParagraphs(parts []part) ([]paragraph, error) {
	var out []paragraph
	for _, name := range []string{"word/document.xml", "word/footer1.xml", "word/header1.xml"} {
		for _, p := range parts {
			if p.name != name {
				continue
			}
			some, err := readParagraphs(p.body, strings.TrimSuffix(path.Base(name), ".xml"))
			if err != nil {
				return nil, err
			}
			out = append(out, some...)
		}
	}
	return out, nil
}

func readParagraphs(body []byte, file string) ([]paragraph, error) {
	d := xml.NewDecoder(bytes.NewReader(body))
	var out []paragraph
	var text strings.Builder
	var heads []string // of the table, by column
	heading, row, col, depth, rows := "", "", 0, 0, 0
	take, taking := false, false
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		switch x := t.(type) {
		case xml.StartElement:
			switch x.Name.Local {
			case "tbl":
				depth++
				heads, rows = nil, 0
			case "tr":
				row, col = "", 0
				rows++
			case "p":
				text.Reset()
				take = true
			case "t":
				taking = take
			case "br", "tab":
				text.WriteByte(' ')
			}
		case xml.CharData:
			if taking {
				text.Write(x)
			}
		case xml.EndElement:
			switch x.Name.Local {
			case "t":
				taking = false
			case "tc":
				col++
			case "tbl":
				depth--
			case "p":
				take = false
				s := strings.TrimSpace(text.String())
				if depth == 0 {
					if s != "" {
						heading = cut(s)
						out = append(out, paragraph{file + ": " + heading, s})
					}
					continue
				}
				where := file + ": " + heading
				switch {
				case rows == 1:
					heads = append(heads, s)
				case col == 0:
					row = s
				}
				if rows > 1 {
					where += " / " + row
					if col > 0 && col < len(heads) {
						where += " / " + heads[col]
					}
				}
				out = append(out, paragraph{where, s})
			}
		}
	}
}

// cut keeps the beginning of a long text, to say where something stands.
func cut(s string) string {
	if r := []rune(s); len(r) > 24 {
		return string(r[:24]) + "…"
	}
	return s
}

// maxDifferences is how many changed places are named; a file that is another one altogether needs no longer list.
const maxDifferences = 200

// textDifferences names the paragraphs and cells that read otherwise. Places come from what was issued.
func textDifferences(want, have []part) []Difference {
	a, err1 := wordParagraphs(want)
	b, err2 := wordParagraphs(have)
	if err1 != nil || err2 != nil {
		return []Difference{{Where: "word/document.xml", Now: "XML"}}
	}
	out := []Difference{}
	n := max(len(a), len(b))
	for i, j := 0, 0; i < len(a) || j < len(b); {
		switch {
		case len(out) >= maxDifferences:
			return out
		case i < len(a) && j < len(b) && a[i].text == b[j].text:
			i++
			j++
		case j < len(b) && (i >= len(a) || len(b)-j > len(a)-i && found(b[j+1:min(j+1+n, len(b))], a[i].text)):
			out = append(out, Difference{b[j].where, "", b[j].text}) // put in
			j++
		case i < len(a) && (j >= len(b) || len(a)-i > len(b)-j):
			out = append(out, Difference{a[i].where, a[i].text, ""}) // taken out
			i++
		default:
			out = append(out, Difference{a[i].where, a[i].text, b[j].text})
			i++
			j++
		}
	}
	return out
}

func found(ps []paragraph, text string) bool {
	return slices.ContainsFunc(ps, func(p paragraph) bool { return p.text == text })
}

// cellDifferences names the cells of a workbook that hold something else.
func cellDifferences(fresh, data []byte) ([]Difference, error) {
	open := func(raw []byte) (*excelize.File, error) {
		return excelize.OpenReader(bytes.NewReader(raw), excelize.Options{UnzipSizeLimit: maxUnpacked, RawCellValue: true})
	}
	a, err := open(fresh)
	if err != nil {
		return nil, err
	}
	defer func() { _ = a.Close() }()
	b, err := open(data)
	if err != nil {
		return nil, ErrTemplate.With("why", err.Error())
	}
	defer func() { _ = b.Close() }()
	out := []Difference{}
	sheets := a.GetSheetList()
	for _, s := range b.GetSheetList() {
		if !slices.Contains(sheets, s) {
			sheets = append(sheets, s)
		}
	}
	for _, s := range sheets {
		x, _ := a.GetRows(s) // a sheet that is not there has no rows
		y, _ := b.GetRows(s)
		for r := range max(len(x), len(y)) {
			cols := 0
			if r < len(x) {
				cols = len(x[r])
			}
			if r < len(y) {
				cols = max(cols, len(y[r]))
			}
			for c := range cols {
				was, now := at2(x, r, c), at2(y, r, c)
				if was != now {
					where := s + "!" + cellName(c+1, r+1)
					if name := at2(x, r, 0); name != "" && c > 0 {
						where += " " + cut(name)
					}
					if out = append(out, Difference{where, was, now}); len(out) >= maxDifferences {
						return out, nil
					}
				}
			}
		}
	}
	return out, nil
}

func at2(rows [][]string, r, c int) string {
	if r < len(rows) && c < len(rows[r]) {
		return rows[r][c]
	}
	return ""
}
