package paper

import (
	"slices"

	"shigan/kernel/fault"
	"shigan/kernel/words"
)

// ErrLevel refuses a slip whose level is none of the three.
var ErrLevel = fault.New(fault.Invalid, "paper.unknown-level")

// composeSlip lays a supervision slip out: the head tells the level by its shape and its rule, then the form or the
// letter, the signature, and below a cut line the part that is sent back.
func composeSlip(lang words.Lang, l Slip) (printed, error) {
	if !slices.Contains([]string{Reminder, Warning, RedSlip}, l.Level) {
		return printed{}, ErrLevel.With("level", l.Level)
	}
	title := l.Title
	if title == "" {
		title = words.Say(lang, "paper.slip.title")
	}
	s := sheet{name: title}
	put := func(bs ...block) { s.blocks = append(s.blocks, bs...) }
	num := text(l.Number)
	if l.Sample {
		num = append(num, run{sample: words.Say(lang, "sample")})
	}
	head := l.Head
	if head == "" {
		head = words.Say(lang, "paper.slip."+l.Level)
	}
	put(block{kind: kLevel, level: l.Level, runs: text(head), right: num}, block{kind: kTitle, runs: text(title)})
	long := len(l.Facts) > 9 // a longer form is set closer, so that its return part stays on the sheet
	switch {
	case l.Subtitle != "":
		put(block{kind: kSub, runs: text(l.Subtitle)})
	case len(l.Facts) > 0 && !long:
		put(block{kind: kSub, runs: text(words.Say(lang, "paper.slip.one"))})
	default:
		put(block{kind: kGap})
	}
	if l.To != "" {
		put(block{kind: kPlain, runs: text(words.Say(lang, "paper.slip.to", "to", l.To))})
	}
	put(paragraphs(lang, l.Body)...)
	put(sectionBlocks(lang, Section{Items: l.Asks})...)
	put(paragraphs(lang, l.Close)...)
	if len(l.Facts) > 0 {
		put(block{kind: kTable, grid: factGrid(title, l.Facts, nil)})
	}
	apart := kSpace
	if len(l.Facts) > 0 {
		apart = kGap
	}
	put(signed(lang, apart, l.Office, l.Signed)...)
	if l.Contact != "" {
		put(block{kind: kPara, runs: text(words.Say(lang, "paper.slip.contact", "who", l.Contact))})
	}
	note := l.Note
	if l.Return {
		say := func(k string) string { return words.Say(lang, "paper.slip.return."+k) }
		room := 14 * mm
		if long {
			room = 9 * mm
		}
		put(block{kind: kCut, runs: text(words.Say(lang, "paper.slip.return"))},
			block{kind: kTable, grid: factGrid(words.Say(lang, "paper.slip.return"), []Fact{{say("got"), say("got.blank")}, {say("how"), ""},
				{say("when"), ""}, {say("agree"), say("agree.blank")}}, []float64{0, room, 0, 0})})
		if note == "" {
			note = say("online")
		}
	}
	s.foot = nonEmpty(sealed(lang, l.Entry, l.Suite, l.Code), note)
	return printed{lang: lang, title: title, sheets: []sheet{s}}, nil
}

// factGrid sets named lines, names in the first column.
func factGrid(name string, fs []Fact, least []float64) *grid {
	g := grid{name: name, number: []bool{false, false}, lined: true, size: 13, lead: 18.5, pad: 13, least: least}
	first := 34 * mm
	for _, f := range fs {
		g.rows = append(g.rows, []cellText{{runs: text(f.Name)}, {runs: text(f.Text)}})
	}
	g.widths = rounded([]float64{first, 0})
	return &g
}
