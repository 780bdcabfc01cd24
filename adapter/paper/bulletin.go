package paper

import (
	"strconv"
	"strings"
	"time"

	"shigan/kernel/words"
)

// composeBulletin lays a bulletin out: what the leader reads first, the tables, the order, the red list, what the office
// says, signature; then where every number comes from; then amendments, each on a sheet behind.
func composeBulletin(lang words.Lang, b Bulletin) (printed, error) {
	if err := checkAll(lang, b); err != nil {
		return printed{}, err
	}
	b = Number(b)
	title := b.Title
	if title == "" {
		title = words.Say(lang, "paper.bulletin.title", "district", b.District)
	}
	s := sheet{name: title, foot: bulletinFoot(lang, b)}
	s.last = sayIf(lang, "paper.bulletin.list", "version", b.ListVersion)
	if n := len(b.Amendments); n > 0 {
		s.last = joined(lang, s.last, words.Say(lang, "paper.bulletin.amended", "n", n))
	}
	put := func(bs ...block) { s.blocks = append(s.blocks, bs...) }
	sub := []run{{text: words.Say(lang, "paper.bulletin.issue", "year", b.Year, "issue", b.Issue)}}
	if b.Draft {
		sub = append(sub, run{text: words.Say(lang, "paper.bulletin.draft")})
	}
	if b.Sample {
		sub = append(sub, run{sample: words.Say(lang, "sample")})
	}
	put(block{kind: kTitle, runs: text(title)}, block{kind: kSub, runs: sub})
	put(paragraphs(lang, b.Lede)...)

	no := 0
	head := func(text_ string) {
		no++
		put(block{kind: kHead1, runs: text(heading(lang, 1, no, text_))})
	}
	for _, t := range b.Tables {
		head(t.title(lang))
		put(tableBlocks(lang, t)...)
	}
	if len(b.Tops)+len(b.Bottoms) > 0 {
		head(words.Say(lang, "paper.bulletin.order"))
		if b.RankNote != "" {
			put(block{kind: kSmall, runs: text(b.RankNote), keep: true})
		}
		part := 0
		for _, o := range []struct {
			key  string
			rows []Ranked
		}{{"paper.bulletin.tops", b.Tops}, {"paper.bulletin.bottoms", b.Bottoms}} {
			if len(o.rows) == 0 {
				continue
			}
			part++
			h := heading(lang, 2, part, words.Say(lang, o.key, "n", len(o.rows)))
			put(block{kind: kHead2, runs: text(h)}, block{kind: kTable, grid: rankedGrid(lang, h, o.rows)})
		}
	}
	if len(b.Starts) > 0 {
		head(words.Say(lang, "paper.bulletin.starts", "n", len(b.Starts)))
		put(block{kind: kTable, grid: startsGrid(lang, b.Starts)})
	}
	if len(b.Reds) > 0 {
		head(words.Say(lang, "paper.bulletin.reds", "n", len(b.Reds)))
		put(block{kind: kTable, grid: redsGrid(lang, b.Reds)})
	}
	for _, x := range b.Sections {
		if x.Heading != "" {
			head(x.Heading)
		}
		put(sectionBlocks(lang, x)...)
	}
	put(attachments(lang, b.Attachments)...)
	if b.Office != "" || !b.Issued.IsZero() {
		put(signed(lang, kSpace, b.Office, b.Issued)...)
	}
	if len(b.CopiesTo) > 0 {
		put(block{kind: kSmall, runs: text(words.Say(lang, "paper.copies", "who", strings.Join(b.CopiesTo, words.Say(lang, "paper.comma"))))})
	}
	if src := sources(b); len(src) > 0 {
		put(block{kind: kBreak}, block{kind: kHead1, runs: text(words.Say(lang, "paper.bulletin.sources"))},
			block{kind: kSmall, runs: text(words.Say(lang, "paper.bulletin.sources.say"))},
			block{kind: kTable, grid: sourcesGrid(lang, src)})
		if b.Digest != "" {
			put(block{kind: kSmall, runs: text(words.Say(lang, "paper.bulletin.ledger", "position", b.Position, "digest", b.Digest))})
		}
		if b.Live != "" {
			put(block{kind: kSmall, runs: text(words.Say(lang, "paper.live", "live", b.Live))})
		}
	}
	p := printed{lang: lang, title: title, sheets: []sheet{s}}
	for _, a := range b.Amendments {
		p.sheets = append(p.sheets, amendmentSheet(lang, b, a))
	}
	return p, nil
}

func checkAll(lang words.Lang, b Bulletin) error {
	for n := range nums(&b) {
		if err := n.check(); err != nil {
			return err
		}
	}
	for _, t := range b.Tables {
		if err := t.Check(lang); err != nil {
			return err
		}
	}
	for _, s := range b.Sections {
		for _, t := range s.Tables {
			if err := t.Check(lang); err != nil {
				return err
			}
		}
	}
	return nil
}

func bulletinFoot(lang words.Lang, b Bulletin) []string {
	frozen := words.Say(lang, "paper.bulletin.frozen", "asof", day(lang, b.AsOf), "frozen", moment(lang, b.FrozenAt))
	ledger := ""
	if b.Digest != "" {
		ledger = words.Say(lang, "paper.bulletin.ledger", "position", b.Position, "digest", short(b.Digest))
	}
	return nonEmpty(joined(lang, frozen, sayIf(lang, "paper.pack", "pack", b.Pack)), joined(lang, ledger, sayIf(lang, "paper.code", "code", b.Code)))
}

func nonEmpty(ss ...string) []string {
	var out []string
	for _, s := range ss {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

func amendmentSheet(lang words.Lang, b Bulletin, a Amendment) sheet {
	s := sheet{name: words.Say(lang, "paper.amendment.title"), behind: true}
	of := words.Say(lang, "paper.amendment.of", "year", b.Year, "issue", b.Issue)
	if a.No > 0 {
		of = ringed(lang, a.No) + of
	}
	s.blocks = append(s.blocks, block{kind: kTitle, runs: text(s.name)},
		block{kind: kSub, runs: text(of)})
	s.blocks = append(s.blocks, paragraphs(lang, a.Text)...)
	for i, r := range a.Reason {
		runs := said(lang, r)
		if i == 0 {
			runs = append(text(words.Say(lang, "paper.amendment.reason")), runs...)
		}
		s.blocks = append(s.blocks, block{kind: kPara, runs: runs})
	}
	office := a.Office
	if office == "" {
		office = b.Office
	}
	s.blocks = append(s.blocks, signed(lang, kSpace, office, a.On)...)
	entry := a.Ref
	if entry == "" && a.Entry > 0 {
		entry = strconv.FormatInt(a.Entry, 10)
	}
	s.foot = nonEmpty(joined(lang, sayIf(lang, "paper.entry", "entry", entry), sayIf(lang, "paper.code", "code", a.Code)))
	return s
}

// signed is who issues the paper and when; the two lines stay together.
func signed(lang words.Lang, apart kind, office string, on time.Time) []block {
	return []block{{kind: apart, keep: true}, {kind: kRight, runs: text(office), keep: true}, {kind: kRight, runs: text(date(lang, on))}}
}

func paragraphs(lang words.Lang, ss []Sentence) []block {
	var out []block
	for _, s := range ss {
		out = append(out, block{kind: kPara, runs: said(lang, s)})
	}
	return out
}

func sectionBlocks(lang words.Lang, x Section) []block {
	out := paragraphs(lang, x.Text)
	for i, s := range x.Items {
		runs := said(lang, s)
		out = append(out, block{kind: kPara, runs: append(text(heading(lang, 2, i+1, "")), runs...)})
	}
	for _, t := range x.Tables {
		if t.Title != "" {
			out = append(out, block{kind: kHead2, runs: text(t.Title)})
		}
		out = append(out, tableBlocks(lang, t)...)
	}
	return out
}

func attachments(lang words.Lang, as []Attachment) []block {
	var out []block
	for i, a := range as {
		line := words.Say(lang, "paper.attachment", "n", i+1, "name", a.Name)
		if len(as) == 1 {
			line = a.Name // one attachment has no number (GB/T 9704)
		}
		lead := words.Say(lang, "paper.attachments")
		if i > 0 { // the next lines stand under the first name: as many full spaces as the lead has characters
			lead = strings.Repeat("\u3000", len([]rune(strings.TrimSpace(lead))))
			if lang == words.En {
				lead = strings.Repeat("\u2003", 5)
			}
		} else {
			out = append(out, block{kind: kSpace})
		}
		out = append(out, block{kind: kPara, runs: text(lead + line), keep: i < len(as)-1})
	}
	return out
}

func tableBlocks(lang words.Lang, t Table) []block {
	out := []block{{kind: kTable, grid: tableGrid(lang, t)}}
	if t.Note != "" {
		out = append(out, block{kind: kSmall, runs: text(t.Note)})
	}
	return out
}

// tableGrid sets a table. Where all the numbers of a row lead to one note, the row's name carries it, once.
func tableGrid(lang words.Lang, t Table) *grid {
	g := grid{name: t.title(lang)}
	var head []cellText
	for _, c := range t.Columns {
		head = append(head, cellText{runs: text(c.Name), unit: c.Unit})
		g.number = append(g.number, len(g.number) > 0 && !c.Text)
	}
	g.head = [][]cellText{head}
	line := func(r Row) []cellText {
		name := []run{{text: r.Name}}
		if r.Amended > 0 {
			name = append(name, run{text: ringed(lang, r.Amended)})
		}
		one := oneNote(r.Cells)
		if one > 0 {
			name = append(name, run{note: one})
		}
		if r.Sample {
			name = append(name, run{sample: words.Say(lang, "sample")})
		}
		cells := []cellText{{runs: name}}
		for _, n := range r.Cells {
			if one > 0 {
				n.Note = 0
			}
			cells = append(cells, cellText{runs: append(text(n.Text), marks(lang, n)...)})
		}
		return cells
	}
	for _, r := range t.Rows {
		g.rows = append(g.rows, line(r))
	}
	if t.Total != nil {
		g.rows, g.total = append(g.rows, line(*t.Total)), true
	}
	return fitted(g)
}

// ringed is the mark of an amendment: ① to ⑳, in words beyond that.
func ringed(lang words.Lang, n int) string {
	if n >= 1 && n <= 20 {
		return string(rune(0x2460 + n - 1))
	}
	return words.Say(lang, "paper.amended", "n", n)
}

// oneNote is the note that all noted numbers of a row share, if there are two or more; 0 otherwise.
func oneNote(cells []Num) int {
	note, n := 0, 0
	for _, c := range cells {
		if c.Note == 0 {
			continue
		}
		if note != 0 && c.Note != note {
			return 0
		}
		note = c.Note
		n++
	}
	if n < 2 {
		return 0
	}
	return note
}

func heads(lang words.Lang, keys ...string) [][]cellText {
	var row []cellText
	for _, k := range keys {
		row = append(row, cellText{runs: text(words.Say(lang, "paper.col."+k))})
	}
	return [][]cellText{row}
}

func named(lang words.Lang, name string, sample bool) cellText {
	c := cellText{runs: text(name)}
	if sample {
		c.runs = append(c.runs, run{sample: words.Say(lang, "sample")})
	}
	return c
}

func number(lang words.Lang, n Num) cellText {
	return cellText{runs: append(text(withUnit(lang, n)), marks(lang, n)...)}
}

func rankedGrid(lang words.Lang, name string, rs []Ranked) *grid {
	g := grid{name: name, number: []bool{false, false, true, false}, head: heads(lang, "name", "unit", "value", "why")}
	for _, r := range rs {
		g.rows = append(g.rows, []cellText{named(lang, r.Name, r.Sample), {runs: text(r.Unit)}, number(lang, r.Value), {runs: text(r.Why)}})
	}
	return fitted(dropEmpty(g))
}

func startsGrid(lang words.Lang, ss []Start) *grid {
	g := grid{name: words.Say(lang, "paper.xlsx.starts"), number: []bool{false, false, false, true}, head: heads(lang, "name", "unit", "on", "invest")}
	for _, s := range ss {
		g.rows = append(g.rows, []cellText{named(lang, s.Name, s.Sample), {runs: text(s.Unit)}, {runs: text(day(lang, s.On))}, number(lang, s.Invest)})
	}
	return fitted(dropEmpty(g))
}

func redsGrid(lang words.Lang, rs []Red) *grid {
	g := grid{name: words.Say(lang, "paper.xlsx.reds"), number: []bool{false, false, false, false, false},
		head: heads(lang, "name", "who", "gap", "why", "deadline")}
	for _, r := range rs {
		who := strings.Trim(r.Unit+"\n"+r.Leader, "\n")
		g.rows = append(g.rows, []cellText{named(lang, r.Name, r.Sample), {runs: text(who)}, number(lang, r.Gap), {runs: said(lang, r.Reason)}, {runs: text(day(lang, r.Deadline))}})
	}
	return fitted(dropEmpty(g))
}

// dropEmpty leaves out columns in which nobody wrote anything.
func dropEmpty(g grid) grid {
	keep := make([]bool, len(g.number))
	keep[0] = true
	for _, row := range g.rows {
		for i, c := range row {
			keep[i] = keep[i] || flat(c.runs) != ""
		}
	}
	pick := func(row []cellText) []cellText {
		var out []cellText
		for i, c := range row {
			if keep[i] {
				out = append(out, c)
			}
		}
		return out
	}
	for i := range g.head {
		g.head[i] = pick(g.head[i])
	}
	for i := range g.rows {
		g.rows[i] = pick(g.rows[i])
	}
	var number []bool
	for i, n := range g.number {
		if keep[i] {
			number = append(number, n)
		}
	}
	g.number = number
	return g
}

// addresses prints where a note's figures explain themselves: the first address, and how many more there are; a row of a table
// has one note for all its figures, and each is a step away from the first.
func addresses(lang words.Lang, figures []string) string {
	if len(figures) < 2 {
		return strings.Join(figures, "")
	}
	return words.Say(lang, "paper.source.figures", "first", figures[0], "n", len(figures))
}

func sourcesGrid(lang words.Lang, src []source) *grid {
	g := grid{name: words.Say(lang, "paper.bulletin.sources"), number: []bool{false, false, false}}
	say := func(k string) cellText { return cellText{runs: text(words.Say(lang, "paper.xlsx."+k))} }
	g.head = [][]cellText{{say("note"), say("entries"), say("figure")}}
	for _, s := range src {
		entries := spans(lang, s.entries, 8)
		if entries == "" {
			entries = words.Say(lang, "paper.source.none")
		}
		if s.text != "" {
			entries = s.text + "\n" + entries
		}
		// the zero-width space lets a line turn before an address, which begins with a slash
		g.rows = append(g.rows, []cellText{
			{runs: text(words.Say(lang, "paper.note", "n", s.note)), id: "n" + strconv.Itoa(s.note)},
			{runs: text(entries)}, {runs: text(addresses(lang, s.figures))}})
	}
	g.size, g.lead, g.pad = 9, 13, 13
	g.widths = rounded([]float64{44, 190, 0}) // the last column takes the rest
	return &g
}
