package paper

import (
	"embed"
	"fmt"
	"strconv"
	"strings"

	"shigan/engine/draw"
	"shigan/kernel/words"
)

//go:embed ooxml
var ooxml embed.FS

// BulletinDocx sets a bulletin as a Word file in the manner of GB/T 9704.
func BulletinDocx(lang words.Lang, b Bulletin) ([]byte, error) {
	p, err := composeBulletin(lang, b)
	if err != nil {
		return nil, err
	}
	return docx(p)
}

// LetterDocx sets a letter of responsibility as a Word file.
func LetterDocx(lang words.Lang, l Letter) ([]byte, error) {
	p, err := composeLetter(lang, l)
	if err != nil {
		return nil, err
	}
	return docx(p)
}

// SlipDocx sets a supervision slip as a Word file.
func SlipDocx(lang words.Lang, s Slip) ([]byte, error) {
	p, err := composeSlip(lang, s)
	if err != nil {
		return nil, err
	}
	return docx(p)
}

const (
	nsMain = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
	decl   = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	relDoc = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	ctWord = "application/vnd.openxmlformats-officedocument.wordprocessingml."
)

// docx writes a laid-out document as an office package: parts in a fixed order, no times, no random ids.
func docx(p printed) ([]byte, error) { return packed(docxParts(p)) }

func docxParts(p printed) []part {
	var body, rels, types strings.Builder
	var feet []part
	mark := 0 // bookmark ids, counted
	for i, s := range p.sheets {
		for j, b := range s.blocks {
			writeBlock(&body, p.lang, b, &mark)
			if b.kind == kTable && (j+1 == len(s.blocks) || s.blocks[j+1].kind == kTable) {
				body.WriteString(`<w:p><w:pPr><w:pStyle w:val="Cell"/></w:pPr></w:p>`) // two tables that touch would become one
			}
		}
		odd, even := fmt.Sprintf("footer%d.xml", 2*i+1), fmt.Sprintf("footer%d.xml", 2*i+2)
		feet = append(feet, part{"word/" + odd, []byte(footer(p.lang, s, false))}, part{"word/" + even, []byte(footer(p.lang, s, true))})
		for k, f := range []string{odd, even} {
			fmt.Fprintf(&rels, `<Relationship Id="rIdF%d" Type="%sfooter" Target="%s"/>`, 2*i+k+1, relDoc, f)
			fmt.Fprintf(&types, `<Override PartName="/word/%s" ContentType="%sfooter+xml"/>`, f, ctWord)
		}
		sect := section(i, s)
		if i < len(p.sheets)-1 {
			sect = `<w:p><w:pPr><w:pStyle w:val="Cell"/>` + sect + `</w:pPr></w:p>`
		}
		body.WriteString(sect)
	}
	fixed := func(name string) []byte {
		raw, err := ooxml.ReadFile("ooxml/" + name)
		if err != nil {
			panic(err) // embedded: cannot fail on a built binary
		}
		return raw
	}
	var relsHead, typesHead strings.Builder
	for _, f := range [][2]string{{"styles", "styles"}, {"settings", "settings"}, {"fontTable", "fontTable"}} {
		fmt.Fprintf(&relsHead, `<Relationship Id="rId_%s" Type="%s%s" Target="%s.xml"/>`, f[0], relDoc, f[1], f[0])
		fmt.Fprintf(&typesHead, `<Override PartName="/word/%s.xml" ContentType="%s%s+xml"/>`, f[0], ctWord, f[1])
	}
	parts := []part{
		{"[Content_Types].xml", []byte(decl + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
			`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Default Extension="xml" ContentType="application/xml"/>` +
			`<Override PartName="/word/document.xml" ContentType="` + ctWord + `document.main+xml"/>` +
			`<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>` +
			typesHead.String() + types.String() + `</Types>`)},
		{"_rels/.rels", []byte(decl + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
			`<Relationship Id="rId1" Type="` + relDoc + `officeDocument" Target="word/document.xml"/>` +
			`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`)},
		{"docProps/core.xml", []byte(decl + `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>` +
			draw.Esc(p.title) + `</dc:title><dc:language>` + langTag(p.lang) + `</dc:language></cp:coreProperties>`)},
		{"word/document.xml", []byte(decl + `<w:document ` + nsMain + `><w:body>` + body.String() + `</w:body></w:document>`)},
		{"word/styles.xml", fixed("styles.xml")},
		{"word/settings.xml", fixed("settings.xml")},
		{"word/fontTable.xml", fixed("fontTable.xml")},
		{"word/_rels/document.xml.rels", []byte(decl + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
			relsHead.String() + rels.String() + `</Relationships>`)},
	}
	return append(parts, feet...)
}

func langTag(lang words.Lang) string {
	if lang == words.En {
		return "en"
	}
	return "zh-CN"
}

// section ends a sheet: A4, the margins of GB/T 9704, 22 lines, its feet, pages counted from 1. The 28 characters of a
// line come from the body styles (16 pt, a quarter of a point closer) and not from a character grid, which some word
// processors spread to fewer.
func section(i int, s sheet) string {
	return fmt.Sprintf(`<w:sectPr><w:footerReference w:type="default" r:id="rIdF%d"/><w:footerReference w:type="even" r:id="rIdF%d"/>`+
		`<w:type w:val="nextPage"/><w:pgSz w:w="11906" w:h="16838"/>`+
		`<w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1588" w:header="851" w:footer="794" w:gutter="0"/>`+
		`<w:pgNumType w:start="1"/><w:docGrid w:type="lines" w:linePitch="579"/></w:sectPr>`, 2*i+1, 2*i+2)
}

// footer prints the small lines and the page number: on the right of odd pages, on the left of even ones.
func footer(lang words.Lang, s sheet, even bool) string {
	key := "paper.page"
	if s.behind {
		key += ".behind"
	}
	before, after, _ := strings.Cut(words.Say(lang, key, "n", "\x00"), "\x00")
	big := `<w:rPr><w:rFonts w:eastAsia="` + songFont() + `"/><w:color w:val="000000"/><w:sz w:val="28"/><w:szCs w:val="28"/></w:rPr>`
	num := `<w:r>` + big + wt(before) + `</w:r><w:r>` + big + `<w:fldChar w:fldCharType="begin"/></w:r><w:r>` + big +
		`<w:instrText xml:space="preserve"> PAGE </w:instrText></w:r><w:r>` + big + `<w:fldChar w:fldCharType="separate"/></w:r><w:r>` + big + wt("1") +
		`</w:r><w:r>` + big + `<w:fldChar w:fldCharType="end"/></w:r><w:r>` + big + wt(after) + `</w:r>`
	lines := s.foot
	if s.last != "" {
		lines = append(lines[:len(lines):len(lines)], s.last)
	}
	var b strings.Builder
	b.WriteString(decl + `<w:ftr ` + nsMain + `>`)
	end := ""
	for i, l := range lines {
		if i == len(lines)-1 {
			end = l
			break
		}
		align := ""
		if even {
			align = `<w:jc w:val="right"/>`
		}
		b.WriteString(`<w:p><w:pPr><w:pStyle w:val="Footer"/>` + align + `</w:pPr><w:r>` + wt(tight(l)) + `</w:r></w:p>`)
	}
	small := `<w:r>` + wt(tight(end)) + `</w:r>`
	first, second := small, num
	if even {
		first, second = num, small
	}
	b.WriteString(`<w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>` + first + `<w:r><w:tab/></w:r>` + second + `</w:p></w:ftr>`)
	return b.String()
}

// wt is a text element; a line feed inside becomes a break.
func wt(s string) string {
	var b strings.Builder
	for i, part := range strings.Split(s, "\n") {
		if i > 0 {
			b.WriteString(`<w:br/>`)
		}
		if part != "" {
			b.WriteString(`<w:t xml:space="preserve">` + draw.Esc(part) + `</w:t>`)
		}
	}
	return b.String()
}

// writeRuns writes runs of text. size is in points and 0 for the style's own; runs of one sentence are joined before
// spaces are taken out, so that a number and its unit are treated as one text.
func writeRuns(b *strings.Builder, lang words.Lang, rs []run, size float64, bold bool) {
	var whole strings.Builder
	for _, r := range rs {
		whole.WriteString(r.text)
		whole.WriteByte(1) // keeps the seams
	}
	parts := strings.Split(tight(whole.String()), "\x01")
	for i, r := range rs {
		props := ""
		if r.bold || bold {
			props += `<w:b/>`
		}
		if r.struck {
			props += `<w:strike/>`
		}
		if size > 0 {
			props += fmt.Sprintf(`<w:sz w:val="%d"/><w:szCs w:val="%d"/>`, int(size*2), int(size*2))
		}
		if r.inferred {
			props += `<w:u w:val="dotted"/>` // inferred, not recorded: plum on the screen, dotted on paper
		}
		switch {
		case r.note > 0:
			sz := 2 * size
			if sz == 0 {
				sz = 32
			}
			fmt.Fprintf(b, `<w:hyperlink w:anchor="n%d" w:history="1"><w:r><w:rPr><w:sz w:val="%d"/><w:szCs w:val="%d"/><w:vertAlign w:val="superscript"/></w:rPr>%s</w:r></w:hyperlink>`,
				r.note, int(sz), int(sz), wt(words.Say(lang, "paper.note", "n", r.note)))
		case r.sample != "":
			b.WriteString(`<w:r><w:rPr><w:rFonts w:eastAsia="` + heiFont() + `"/><w:color w:val="555555"/><w:sz w:val="16"/><w:szCs w:val="16"/><w:bdr w:val="single" w:sz="4" w:space="0" w:color="999999"/></w:rPr>` + wt(r.sample) + `</w:r>`)
		case parts[i] != "":
			b.WriteString(`<w:r>`)
			if props != "" {
				b.WriteString(`<w:rPr>` + props + `</w:rPr>`)
			}
			b.WriteString(wt(parts[i]) + `</w:r>`)
		}
	}
}

// tight takes the plain space between a Chinese character and a digit or letter away: the word processor sets its own
// quarter-em there, and a space more would break the grid of 28 characters. Seams between runs are looked through.
func tight(s string) string {
	rs := []rune(s)
	near := func(i, step int) rune {
		for i += step; i >= 0 && i < len(rs); i += step {
			if rs[i] != 1 {
				return rs[i]
			}
		}
		return 0
	}
	han := func(r rune) bool { return r >= 0x3400 && r <= 0x9FFF }
	latin := func(r rune) bool { return r > ' ' && r < 0x250 }
	out := make([]rune, 0, len(rs))
	for i, r := range rs {
		if r == ' ' {
			a, z := near(i, -1), near(i, 1)
			if han(a) && latin(z) || latin(a) && han(z) {
				continue
			}
		}
		out = append(out, r)
	}
	return string(out)
}

var paragraphStyle = map[kind]string{kTitle: "DocTitle", kSub: "DocSub", kHead1: "Heading1", kHead2: "Heading2", kPara: "Body",
	kPlain: "Plain", kRight: "SignLine", kSmall: "Small", kCut: "Cut"}

// levelMark is the shape of a level and the rule under its head, in black.
var levelMark = map[string]struct{ shape, border string }{
	Reminder: {"\u25C7", `w:val="single" w:sz="6"`},
	Warning:  {"\u25B3", `w:val="double" w:sz="6"`},
	RedSlip:  {"\u25A0", `w:val="single" w:sz="24"`},
}

func writeBlock(b *strings.Builder, lang words.Lang, x block, mark *int) {
	keep := ""
	if x.keep {
		keep = `<w:keepNext/><w:keepLines/>`
	}
	switch x.kind {
	case kTable:
		writeTable(b, lang, x.grid, mark)
	case kSigns:
		writeSigns(b, lang, x.signs)
	case kSpace, kGap:
		style := map[kind]string{kSpace: "Plain", kGap: "Gap"}[x.kind]
		b.WriteString(`<w:p><w:pPr><w:pStyle w:val="` + style + `"/>` + keep + `</w:pPr></w:p>`)
	case kBreak:
		b.WriteString(`<w:p><w:pPr><w:pStyle w:val="Cell"/></w:pPr><w:r><w:br w:type="page"/></w:r></w:p>`)
	case kLevel:
		m := levelMark[x.level]
		b.WriteString(`<w:p><w:pPr><w:pStyle w:val="Level"/><w:pBdr><w:bottom ` + m.border + ` w:space="4" w:color="000000"/></w:pBdr></w:pPr>`)
		writeRuns(b, lang, append([]run{{text: m.shape + " "}}, x.runs...), 0, true)
		b.WriteString(`<w:r><w:tab/></w:r>`)
		var right strings.Builder
		writeRuns(&right, lang, x.right, 12, false)
		b.WriteString(strings.ReplaceAll(right.String(), `<w:rPr><w:sz w:val="24"/>`, `<w:rPr><w:rFonts w:eastAsia="`+fangFont()+`"/><w:b w:val="0"/><w:sz w:val="24"/>`))
		b.WriteString(`</w:p>`)
	default:
		b.WriteString(`<w:p><w:pPr><w:pStyle w:val="` + paragraphStyle[x.kind] + `"/>` + keep + `</w:pPr>`)
		writeRuns(b, lang, x.runs, 0, false)
		b.WriteString(`</w:p>`)
	}
}

func writeTable(b *strings.Builder, lang words.Lang, g *grid, mark *int) {
	edge := func(n string) string { return `<w:` + n + ` w:val="single" w:sz="4" w:space="0" w:color="000000"/>` }
	side := strconv.Itoa(int(g.pad-1) * 10 * 10 / 11)
	b.WriteString(`<w:tbl><w:tblPr><w:tblW w:w="` + strconv.Itoa(areaTwips) + `" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>` + edge("top") + edge("left") + edge("bottom") +
		edge("right") + edge("insideH") + edge("insideV") + `</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar><w:top w:w="40" w:type="dxa"/><w:left w:w="` + side + `" w:type="dxa"/><w:bottom w:w="40" w:type="dxa"/><w:right w:w="` + side + `" w:type="dxa"/></w:tblCellMar>` +
		`<w:tblCaption w:val="` + draw.Esc(g.name) + `"/></w:tblPr><w:tblGrid>`)
	for _, w := range g.widths {
		fmt.Fprintf(b, `<w:gridCol w:w="%d"/>`, int(w*20+.5))
	}
	b.WriteString(`</w:tblGrid>`)
	line := func(row []cellText, head bool, bold bool, least float64) {
		b.WriteString(`<w:tr><w:trPr><w:cantSplit/>`)
		if least > 0 {
			fmt.Fprintf(b, `<w:trHeight w:val="%d" w:hRule="atLeast"/>`, int(least*20))
		}
		if head {
			b.WriteString(`<w:tblHeader/>`)
		}
		b.WriteString(`</w:trPr>`)
		for i, c := range row {
			style, whole := "Cell", ""
			if g.number[i] && !head {
				whole = `<w:noWrap/>`
			}
			if head || g.lined && i == 0 {
				style = "CellHead"
			}
			fmt.Fprintf(b, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/>%s<w:vAlign w:val="center"/></w:tcPr><w:p><w:pPr><w:pStyle w:val="%s"/>`, int(g.widths[i]*20+.5), whole, style)
			fmt.Fprintf(b, `<w:spacing w:line="%d" w:lineRule="exact"/>`, int(g.lead*20))
			if g.number[i] {
				b.WriteString(`<w:jc w:val="right"/>`)
			}
			b.WriteString(`</w:pPr>`)
			if c.id != "" {
				*mark++
				fmt.Fprintf(b, `<w:bookmarkStart w:id="%d" w:name="%s"/><w:bookmarkEnd w:id="%d"/>`, *mark, c.id, *mark)
			}
			writeRuns(b, lang, c.runs, g.size, bold)
			if c.unit != "" {
				b.WriteString(`<w:r><w:br/></w:r>`)
				writeRuns(b, lang, text(c.unit), g.size*.85, false)
			}
			b.WriteString(`</w:p></w:tc>`)
		}
		b.WriteString(`</w:tr>`)
	}
	for _, h := range g.head {
		line(h, true, false, 0)
	}
	for i, r := range g.rows {
		least := 0.0
		if i < len(g.least) {
			least = g.least[i]
		}
		line(r, false, g.total && i == len(g.rows)-1, least)
	}
	b.WriteString(`</w:tbl>`)
}

// writeSigns sets signers side by side, three to a line, each under a rule.
func writeSigns(b *strings.Builder, lang words.Lang, ss []Signature) {
	b.WriteString(`<w:p><w:pPr><w:pStyle w:val="Gap"/><w:keepNext/><w:spacing w:line="200" w:lineRule="exact"/></w:pPr></w:p>`)
	for len(ss) > 0 {
		row := ss[:min(3, len(ss))]
		ss = ss[len(row):]
		const gap = 480
		w := (areaTwips - 2*gap) / 3
		b.WriteString(`<w:tbl><w:tblPr><w:tblW w:w="` + strconv.Itoa(areaTwips) + `" w:type="dxa"/><w:jc w:val="center"/><w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>`)
		fmt.Fprintf(b, `<w:gridCol w:w="%d"/><w:gridCol w:w="%d"/><w:gridCol w:w="%d"/><w:gridCol w:w="%d"/><w:gridCol w:w="%d"/></w:tblGrid><w:tr><w:trPr><w:cantSplit/></w:trPr>`, w, gap, w, gap, w)
		for i := range 3 {
			if i > 0 {
				fmt.Fprintf(b, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/></w:tcPr><w:p><w:pPr><w:pStyle w:val="Signer"/></w:pPr></w:p></w:tc>`, gap)
			}
			rule := ""
			if i < len(row) {
				rule = `<w:tcBorders><w:top w:val="single" w:sz="4" w:space="0" w:color="000000"/></w:tcBorders>`
			}
			fmt.Fprintf(b, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/>%s</w:tcPr>`, w, rule)
			line := func(rs []run, size float64, bold bool, before int) {
				fmt.Fprintf(b, `<w:p><w:pPr><w:pStyle w:val="Signer"/><w:spacing w:before="%d" w:line="%d" w:lineRule="exact"/></w:pPr>`, before, int(size*31))
				writeRuns(b, lang, rs, size, bold)
				b.WriteString(`</w:p>`)
			}
			if i < len(row) {
				s := row[i]
				line(text(s.Role), 14, false, 80)
				line(named(lang, s.Name, s.Sample).runs, 18, true, 0)
				when := ""
				if !s.On.IsZero() {
					when = date(lang, s.On)
				}
				line(text(when), 14, false, 0)
			} else {
				line(nil, 14, false, 0)
			}
			b.WriteString(`</w:tc>`)
		}
		b.WriteString(`</w:tr></w:tbl>`)
		if len(ss) > 0 {
			b.WriteString(`<w:p><w:pPr><w:pStyle w:val="Cell"/></w:pPr></w:p>`)
		}
	}
}

// The faces, as the styles name them.
func songFont() string { return "\u5B8B\u4F53" }
func heiFont() string  { return "\u9ED1\u4F53" }
func fangFont() string { return "\u4EFF\u5B8B_GB2312" }
