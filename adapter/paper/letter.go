package paper

import (
	"strconv"

	"shigan/kernel/words"
)

// composeLetter lays a letter of responsibility out: what was promised, by when and in which order, what departments
// promised in return, how dates may be moved, who signs; changes from the version before on a sheet behind.
func composeLetter(lang words.Lang, l Letter) (printed, error) {
	title := l.Title
	if title == "" {
		title = words.Say(lang, "paper.letter.title", "district", l.District)
	}
	s := sheet{name: title}
	put := func(bs ...block) { s.blocks = append(s.blocks, bs...) }
	sub := text(words.Say(lang, "paper.letter.sub", "project", l.Project, "year", l.Year, "version", l.Version))
	if l.Sample {
		sub = append(sub, run{sample: words.Say(lang, "sample")})
	}
	put(block{kind: kTitle, runs: text(title)}, block{kind: kSub, runs: sub})
	if l.Number != "" {
		put(block{kind: kSub, runs: text(l.Number)})
	}
	no := 0
	part := func(name string, bs ...block) {
		if len(bs) == 0 {
			return
		}
		no++
		put(block{kind: kHead1, runs: text(heading(lang, 1, no, name))})
		put(bs...)
	}
	part(words.Say(lang, "paper.letter.promises"), paragraphs(lang, l.Promises)...)
	if len(l.Milestones) > 0 {
		part(words.Say(lang, "paper.letter.dates"), block{kind: kTable, grid: milestoneGrid(lang, l)})
	}
	part(words.Say(lang, "paper.letter.commitments"), paragraphs(lang, l.Commitments)...)
	part(words.Say(lang, "paper.letter.reporting"), paragraphs(lang, l.Reporting)...)
	for _, x := range l.Sections {
		part(x.Heading, sectionBlocks(lang, x)...)
	}
	put(attachments(lang, l.Attachments)...)
	if len(l.Signatures) > 0 {
		s.blocks[len(s.blocks)-1].keep = true // signatures never stand alone on a page (GB/T 9704)
		put(block{kind: kSigns, signs: l.Signatures})
	}
	s.foot = nonEmpty(sealed(lang, l.Entry, l.Suite, l.Code))
	if n := len(l.Changes); n > 0 {
		s.foot = append(s.foot, words.Say(lang, "paper.letter.changed", "version", l.Version-1, "n", n))
	}
	p := printed{lang: lang, title: title, sheets: []sheet{s}}
	if len(l.Changes) > 0 {
		p.sheets = append(p.sheets, changeSheet(lang, l))
	}
	return p, nil
}

// sealed is the line that lets a reader check the paper against the ledger.
func sealed(lang words.Lang, entry, suite, code string) string {
	return joined(lang, sayIf(lang, "paper.entry", "entry", entry), sayIf(lang, "paper.suite", "suite", suite), sayIf(lang, "paper.code", "code", code))
}

func milestoneGrid(lang words.Lang, l Letter) *grid {
	g := grid{name: words.Say(lang, "paper.letter.dates"), number: []bool{false, false, false, false, false}}
	var row []cellText
	for _, k := range []string{"step", "due", "after", "weight", "owner"} {
		row = append(row, cellText{runs: text(words.Say(lang, "paper.letter."+k))})
	}
	g.head = [][]cellText{row}
	for _, m := range l.Milestones {
		due := dateIn(lang, m.Due, l.Year)
		if !m.DoneOn.IsZero() {
			due = words.Say(lang, "paper.letter.done", "due", due, "done", dateIn(lang, m.DoneOn, l.Year))
		}
		g.rows = append(g.rows, []cellText{{runs: text(m.Name)}, {runs: text(due)}, {runs: text(m.After)}, {runs: text(m.Weight)}, named(lang, m.Owner, m.Sample)})
	}
	return fitted(dropEmpty(g))
}

func changeSheet(lang words.Lang, l Letter) sheet {
	s := sheet{name: words.Say(lang, "paper.letter.changes"), behind: true}
	g := grid{name: s.name, number: []bool{false, false, false, false}}
	var row []cellText
	for _, k := range []string{"what", "was", "now", "reason"} {
		row = append(row, cellText{runs: text(words.Say(lang, "paper.letter."+k))})
	}
	g.head = [][]cellText{row}
	for _, c := range l.Changes {
		g.rows = append(g.rows, []cellText{{runs: text(c.What)}, {runs: []run{{text: c.Was, struck: true}}}, {runs: []run{{text: c.Now, bold: true}}}, {runs: text(c.Reason)}})
	}
	s.blocks = []block{{kind: kTitle, runs: text(s.name)},
		{kind: kSub, runs: text(words.Say(lang, "paper.letter.changes.of", "version", strconv.Itoa(l.Version)))},
		{kind: kTable, grid: fitted(dropEmpty(g))}}
	s.foot = nonEmpty(sealed(lang, l.Entry, "", l.Code))
	return s
}
