package paper

import (
	_ "embed"
	"fmt"
	"html/template"
	"math"
	"strconv"
	"strings"

	"shigan/engine/draw"
	"shigan/kernel/words"
)

//go:embed print.css
var aloneCSS string

//go:embed sheets.css
var sheetsCSS string

// css is the style sheet of pages that stand alone. The site bundles sheets.css beside its own, so that the page on the screen
// and the PDF are the same markup under the same rules.
var css = aloneCSS + sheetsCSS + packCSS

// CSS gives it.
func CSS() string { return css }

// BulletinHTML sets a bulletin as A4 sheets: one .a4 element a page, amendments as sheets behind.
func BulletinHTML(lang words.Lang, b Bulletin) (template.HTML, error) {
	p, err := composeBulletin(lang, b)
	if err != nil {
		return "", err
	}
	return pages(p)
}

// LetterHTML sets a letter of responsibility as A4 sheets.
func LetterHTML(lang words.Lang, l Letter) (template.HTML, error) {
	p, err := composeLetter(lang, l)
	if err != nil {
		return "", err
	}
	return pages(p)
}

// SlipHTML sets a supervision slip as A4 sheets.
func SlipHTML(lang words.Lang, s Slip) (template.HTML, error) {
	p, err := composeSlip(lang, s)
	if err != nil {
		return "", err
	}
	return pages(p)
}

// page is one A4 page: the blocks on it and what stands at its foot.
type page struct {
	name   string
	blocks []block
	foot   []string
	number string
}

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{"set": func(lang words.Lang, b block) template.HTML { return htmlBlock(lang, b) }}).Parse(
	`{{$l := .Lang}}{{range .Pages}}<article class="a4" aria-label="{{.Name}} {{.Number}}">{{range .Blocks}}{{set $l .}}{{end}}` +
		`<div class="ft9"><span>{{range $i, $f := .Foot}}{{if $i}}<br>{{end}}{{$f}}{{end}}</span><span class="pgn">{{.Number}}</span></div></article>
{{end}}`))

func pages(p printed) (template.HTML, error) {
	type shown struct {
		Name, Number string
		Foot         []string
		Blocks       []block
	}
	var all []shown
	for _, s := range p.sheets {
		for _, q := range paginated(p.lang, s) {
			all = append(all, shown{q.name, q.number, q.foot, q.blocks})
		}
	}
	var b strings.Builder
	if err := pageTemplate.Execute(&b, map[string]any{"Lang": p.lang, "Pages": all}); err != nil {
		return "", err
	}
	return template.HTML(b.String()), nil
}

// paginated fills pages block by block. The page is a grid of 22 lines of 28 characters, so what a block takes can be
// counted without a browser; the count errs to the tall side. Tables are cut between
// rows and repeat their head; headings stay with what they head; signature blocks stay together.
func paginated(lang words.Lang, s sheet) []page {
	const room = areaHeight
	var out []page
	var now []block
	used := 0.0
	turn := func() {
		if len(now) > 0 {
			out = append(out, page{name: s.name, blocks: now})
		}
		now, used = nil, 0
	}
	for i := 0; i < len(s.blocks); i++ {
		b := s.blocks[i]
		if b.kind == kBreak {
			turn()
			continue
		}
		if (b.kind == kSpace || b.kind == kGap) && len(now) == 0 {
			continue // no page begins with an empty line
		}
		need := tall(lang, b)
		group := need // what must not be parted from this block
		for j := i; j+1 < len(s.blocks) && tied(s.blocks[j], s.blocks[j+1]); j++ {
			group += firstOf(lang, s.blocks[j+1])
		}
		if b.kind == kTable {
			group = firstOf(lang, b)
		}
		if used+group > room && len(now) > 0 {
			turn()
		}
		if b.kind != kTable || used+need <= room {
			now = append(now, b)
			used += need
			continue
		}
		rest := *b.grid // a table longer than the page: as many rows as fit, then the next page
		for len(rest.rows) > 0 {
			h, n := 12+rest.headHeight(), 0
			for n < len(rest.rows) {
				r := rest.height(rest.rows[n], rest.leastOf(n))
				if used+h+r > room && (n > 0 || len(now) > 0) {
					break
				}
				h += r
				n++
			}
			if n == len(rest.rows)-1 && n > 1 {
				n-- // the last row does not stand alone on a page
			}
			if n > 0 {
				piece := rest
				piece.rows, piece.total = rest.rows[:n], rest.total && n == len(rest.rows)
				now = append(now, block{kind: kTable, grid: &piece})
				used += h
				rest.rows = rest.rows[n:]
				if len(rest.least) >= n {
					rest.least = rest.least[n:]
				}
			}
			if len(rest.rows) > 0 {
				turn()
			}
		}
	}
	turn()
	key := "paper.page"
	if s.behind {
		key += ".behind"
	}
	for i := range out {
		out[i].number = words.Say(lang, key, "n", i+1)
		out[i].foot = s.foot
		if s.last != "" {
			out[i].foot = append(s.foot[:len(s.foot):len(s.foot)], s.last)
		}
	}
	return out
}

// tied tells whether the second block must begin on the page where the first one ends.
func tied(a, b block) bool {
	switch {
	case a.keep, a.kind == kTitle, a.kind == kSub, a.kind == kLevel, a.kind == kHead1, a.kind == kHead2, a.kind == kCut:
		return true
	case (a.kind == kSpace || a.kind == kGap || a.kind == kRight) && b.kind == kRight:
		return true
	}
	return false
}

// firstOf is the least of a block that may stand on a page: for a table its head and two rows.
func firstOf(lang words.Lang, b block) float64 {
	if b.kind != kTable {
		return tall(lang, b)
	}
	h := 12 + b.grid.headHeight()
	n := min(2, len(b.grid.rows))
	if b.grid.lined && len(b.grid.rows) <= 6 {
		n = len(b.grid.rows) // a short form is not cut
	}
	for i := range n {
		h += b.grid.height(b.grid.rows[i], b.grid.leastOf(i))
	}
	return h
}

func (g *grid) leastOf(i int) float64 {
	if i < len(g.least) {
		return g.least[i]
	}
	return 0
}

// tall is what a block takes on the page, in points.
func tall(lang words.Lang, b block) float64 {
	lines := func(size, lead, indent, width float64) float64 {
		n := 0
		for i, part := range strings.Split(flat(b.runs), "\n") {
			w := draw.Width(part, size)*1.02 + indent
			if i == 0 {
				w += long(b.runs, size) - draw.Width(flat(b.runs), size)
			}
			n += max(int(math.Ceil(w/(width-size*.5))), 1)
		}
		return float64(n) * lead
	}
	switch b.kind {
	case kTitle:
		return lines(23, 34, 0, areaWidth)
	case kSub:
		return lines(14, 24, 0, areaWidth) + 12
	case kHead1, kHead2, kPara:
		return lines(bodySize, bodyLead, 2*bodySize, areaWidth)
	case kPlain:
		return lines(bodySize, bodyLead, 0, areaWidth)
	case kRight:
		return lines(bodySize, bodyLead, 0, areaWidth-4*bodySize)
	case kSmall:
		return lines(9, 14, 0, areaWidth) + 6
	case kSpace:
		return bodyLead
	case kGap:
		return bodyLead / 2
	case kLevel:
		return 24 + 7 + 14
	case kCut:
		return 22 + 8 + 12 + 1
	case kSigns:
		return float64((len(b.signs)+2)/3) * (10 + 4 + 22 + 28 + 22 + 1)
	case kTable:
		h := 12 + b.grid.headHeight()
		for i, r := range b.grid.rows {
			h += b.grid.height(r, b.grid.leastOf(i))
		}
		return h
	}
	return 0
}

// htmlRuns writes runs as markup; every text is escaped.
func htmlRuns(lang words.Lang, rs []run) string {
	var b strings.Builder
	for _, r := range rs {
		switch {
		case r.note > 0:
			fmt.Fprintf(&b, `<a class="nt" href="#n%d">%s</a>`, r.note, template.HTMLEscapeString(words.Say(lang, "paper.note", "n", r.note)))
		case r.sample != "":
			b.WriteString(`<span class="eg">` + template.HTMLEscapeString(r.sample) + `</span>`)
		default:
			t := strings.ReplaceAll(template.HTMLEscapeString(r.text), "\n", "<br>")
			switch {
			case r.bold:
				t = `<b>` + t + `</b>`
			case r.struck:
				t = `<span class="st">` + t + `</span>`
			case r.inferred:
				t = `<span class="gs">` + t + `</span>`
			}
			b.WriteString(t)
		}
	}
	return b.String()
}

var htmlTag = map[kind][2]string{
	kTitle: {`<div class="h1" role="heading" aria-level="2">`, `</div>`}, kSub: {`<p class="wno">`, `</p>`},
	kHead1: {`<p class="h2" role="heading" aria-level="3">`, `</p>`}, kHead2: {`<p class="k2" role="heading" aria-level="4">`, `</p>`},
	kPara: {`<p>`, `</p>`}, kPlain: {`<p class="to0">`, `</p>`}, kRight: {`<p class="sgn">`, `</p>`}, kSmall: {`<p class="sm9">`, `</p>`},
	kCut: {`<p class="cut9" role="heading" aria-level="3">`, `</p>`},
}

// slipPen draws the shape of a slip's level: hollow but for the red one.
func slipShape(level string) template.HTML {
	pen := draw.Print
	pen.Yellow = "none"
	return pen.Light(map[string]string{Reminder: draw.Blue, Warning: draw.Yellow, RedSlip: draw.Red}[level], "")
}

func htmlBlock(lang words.Lang, x block) template.HTML {
	var b strings.Builder
	switch x.kind {
	case kSpace:
		b.WriteString(`<div class="gap1"></div>`)
	case kGap:
		b.WriteString(`<div class="gap2"></div>`)
	case kLevel:
		b.WriteString(`<div class="lv0 ` + x.level + `"><span class="lvl">` + string(slipShape(x.level)) + htmlRuns(lang, x.runs) + `</span><span>` + htmlRuns(lang, x.right) + `</span></div>`)
	case kSigns:
		b.WriteString(`<div class="sg3">`)
		for _, s := range x.signs {
			when := ""
			if !s.On.IsZero() {
				when = date(lang, s.On)
			}
			b.WriteString(`<div>` + template.HTMLEscapeString(s.Role) + `<div class="nm9">` + htmlRuns(lang, named(lang, s.Name, s.Sample).runs) + `</div>` + template.HTMLEscapeString(when) + `</div>`)
		}
		b.WriteString(`</div>`)
	case kTable:
		htmlGrid(&b, lang, x.grid)
	default:
		tag := htmlTag[x.kind]
		b.WriteString(tag[0] + htmlRuns(lang, x.runs) + tag[1])
	}
	return template.HTML(b.String())
}

func htmlGrid(b *strings.Builder, lang words.Lang, g *grid) {
	class := map[float64]string{13: "big9", 12: "z12", 11: "z11", 10.5: "z105", 9: "z9", 8: "z8"}[g.size]
	if g.pad < 13 {
		class += " dn"
	}
	b.WriteString(`<table class="` + class + `" aria-label="` + template.HTMLEscapeString(g.name) + `"><colgroup>`)
	for _, w := range g.widths {
		b.WriteString(`<col width="` + strconv.FormatFloat(w/areaWidth*100, 'f', 2, 64) + `%">`)
	}
	b.WriteString(`</colgroup>`)
	if len(g.head) > 0 {
		b.WriteString(`<thead>`)
		for _, row := range g.head {
			b.WriteString(`<tr>`)
			for i, c := range row {
				n := ""
				if g.number[i] {
					n = ` class="n"`
				}
				b.WriteString(`<th scope="col"` + n + `>` + htmlRuns(lang, c.runs))
				if c.unit != "" {
					b.WriteString(`<span class="u">` + template.HTMLEscapeString(c.unit) + `</span>`)
				}
				b.WriteString(`</th>`)
			}
			b.WriteString(`</tr>`)
		}
		b.WriteString(`</thead>`)
	}
	b.WriteString(`<tbody>`)
	for j, row := range g.rows {
		switch {
		case g.total && j == len(g.rows)-1:
			b.WriteString(`<tr class="tot">`)
		case g.leastOf(j) >= 14*mm:
			b.WriteString(`<tr class="tall">`)
		case g.leastOf(j) > 0:
			b.WriteString(`<tr class="tall0">`)
		default:
			b.WriteString(`<tr>`)
		}
		for i, c := range row {
			id := ""
			if c.id != "" {
				id = ` id="` + c.id + `"`
			}
			switch {
			case g.lined && i == 0:
				b.WriteString(`<th scope="row"` + id + `>` + htmlRuns(lang, c.runs) + `</th>`)
			case g.number[i]:
				b.WriteString(`<td class="n"` + id + `>` + htmlRuns(lang, c.runs) + `</td>`)
			default:
				b.WriteString(`<td` + id + `>` + htmlRuns(lang, c.runs) + `</td>`)
			}
		}
		b.WriteString(`</tr>`)
	}
	b.WriteString(`</tbody></table>`)
}

var aloneTemplate = template.Must(template.New("alone").Parse(`<!doctype html><html class="alone" lang="{{.Lang}}"><head><meta charset="utf-8"><title>{{.Title}}</title><style>{{.CSS}}</style></head><body>{{range .Body}}{{.}}{{end}}</body></html>
`))

// Page makes fragments into one page that needs nothing from anywhere: what PDF takes.
func Page(lang words.Lang, title string, body ...template.HTML) []byte {
	var b strings.Builder
	if err := aloneTemplate.Execute(&b, map[string]any{"Lang": langTag(lang), "Title": title, "CSS": template.CSS(css), "Body": body}); err != nil {
		panic(err) // a strings.Builder does not fail and the template is fixed
	}
	return []byte(b.String())
}
