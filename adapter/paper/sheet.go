package paper

import (
	"strconv"
	"strings"
	"time"

	"shigan/engine/draw"
	"shigan/kernel/words"
)

// A printed document is laid out once, as sheets of blocks, and then written twice: as OOXML and as print pages. So the
// Word file and the PDF cannot say different things.

// printed is a whole document.
type printed struct {
	lang   words.Lang
	title  string
	sheets []sheet
}

// sheet is a run of pages with its own numbering and foot. What is added behind a printed document is a sheet of its own.
type sheet struct {
	name   string // accessible name
	blocks []block
	foot   []string // small lines at the foot of every page
	last   string   // one more line below them
	behind bool     // numbered 附 1, 附 2 …
}

type kind int

const (
	kTitle kind = iota // 2号 Song, centred
	kSub               // 4号, centred
	kHead1             // 一、 Hei
	kHead2             // （一） Kai
	kPara              // text, indented two characters
	kPlain             // text, not indented
	kRight             // signature line, four characters from the right
	kTable             // a grid
	kSigns             // signers side by side
	kLevel             // head of a slip: shape, level, number, rule
	kCut               // dashed line with a centred word: the return part begins
	kSmall             // 9 pt line below a table
	kSpace             // one empty line
	kGap               // half an empty line
	kBreak             // a new page
)

type block struct {
	kind  kind
	runs  []run
	grid  *grid
	signs []Signature
	level string
	keep  bool  // stays on one page with what follows
	right []run // kLevel: the document number
}

// run is a stretch of text of one look.
type run struct {
	text     string
	note     int    // a footnote mark of that number
	sample   string // the sample mark, in words
	inferred bool
	struck   bool
	bold     bool
}

// grid is a table ready to be set: widths in points that add up to the type area.
type grid struct {
	size   float64 // letters, in points
	lead   float64 // line height
	pad    float64 // what a cell's two sides and its rule take from its width
	widths []float64
	number []bool // set right
	head   [][]cellText
	rows   [][]cellText
	total  bool      // the last row is a total
	lined  bool      // no head; the first column names the row
	least  []float64 // least height of each row, 0: as its text needs
	name   string
}

// cellText is a cell's runs; a head cell has its unit as a second line.
type cellText struct {
	runs []run
	unit string
	id   string // anchor, for the notes to lead to
}

// The type area of GB/T 9704 in points: A4 less 37, 35, 28 and 26 mm; 22 lines of 28 characters.
const (
	mm         = 72 / 25.4
	areaWidth  = (210 - 28 - 26) * mm
	areaHeight = (297 - 37 - 35) * mm
	areaTwips  = 8844 // the width again, in twentieths of a point
	bodySize   = 16.0
	bodyLead   = 28.0
)

func text(s string) []run { return []run{{text: s}} }

// said turns a sentence into runs: numbers with their notes, sample marks.
func said(lang words.Lang, s Sentence) []run {
	var out []run
	add := func(t string) {
		if t != "" {
			out = append(out, run{text: t, inferred: s.Inferred})
		}
	}
	rest := s.Text
	for {
		i := strings.IndexByte(rest, '{')
		if i < 0 {
			break
		}
		j := strings.IndexByte(rest[i:], '}')
		if j < 0 {
			break
		}
		name := rest[i+1 : i+j]
		n, err := strconv.Atoi(name)
		switch {
		case name == "s":
			add(rest[:i])
			out = append(out, run{sample: words.Say(lang, "sample")})
		case err == nil && n >= 0 && n < len(s.Nums) && name == strconv.Itoa(n):
			add(rest[:i])
			x := s.Nums[n]
			out = append(out, run{text: withUnit(lang, x), inferred: s.Inferred})
			out = append(out, marks(lang, x)...)
		default:
			add(rest[:i+j+1]) // not a number of ours: printed as it stands
		}
		rest = rest[i+j+1:]
	}
	add(rest)
	return out
}

// withUnit sets a number and its unit as they read in a sentence: no space before % and after a number in Chinese where
// the catalogue's sentence brings its own.
func withUnit(lang words.Lang, n Num) string {
	switch {
	case n.Unit == "":
		return n.Text
	case strings.HasPrefix(n.Unit, "%"):
		return n.Text + n.Unit
	case lang == words.En && strings.HasPrefix(n.Unit, "¥"):
		return n.Unit + n.Text
	}
	return n.Text + " " + n.Unit
}

func marks(lang words.Lang, n Num) []run {
	var out []run
	if n.Note > 0 {
		out = append(out, run{note: n.Note})
	}
	if n.Sample {
		out = append(out, run{sample: words.Say(lang, "sample")})
	}
	return out
}

// flat is the text of runs, for measuring and for accessible names.
func flat(rs []run) string {
	var b strings.Builder
	for _, r := range rs {
		b.WriteString(r.text)
	}
	return b.String()
}

// long is the width of runs at a size, marks included.
func long(rs []run, size float64) float64 {
	w := 0.0
	for _, r := range rs {
		w += draw.Width(r.text, size)
		if r.note > 0 {
			w += float64(2+len(strconv.Itoa(r.note))) * size * .36
		}
		if r.sample != "" {
			w += draw.Width(r.sample, 8)*1.1 + 9
		}
	}
	return w
}

// numeral is the n-th Chinese numeral (up to 99), or plain digits where the language has none.
func numeral(lang words.Lang, n int) string {
	ten := []rune(words.Say(lang, "paper.numerals"))
	switch {
	case len(ten) != 10 || n < 1 || n > 99:
		return strconv.Itoa(n)
	case n <= 10:
		return string(ten[n-1])
	}
	out := ""
	if n >= 20 {
		out = string(ten[n/10-1])
	}
	out += string(ten[9])
	if n%10 > 0 {
		out += string(ten[n%10-1])
	}
	return out
}

// heading is the text of a numbered heading: 一、（一）1. (1)
func heading(lang words.Lang, level, n int, s string) string {
	num := strconv.Itoa(n)
	if level <= 2 {
		num = numeral(lang, n)
	}
	return words.Say(lang, "paper.heading."+strconv.Itoa(level), "n", num, "text", s)
}

// date is a day in prose; day is a day in a table.
func date(lang words.Lang, t time.Time) string {
	if t.IsZero() {
		return words.Say(lang, "paper.blank")
	}
	return words.Say(lang, "paper.date", "y", t.Year(), "m", int(t.Month()), "d", t.Day(), "mon", month(lang, t))
}

// dateIn is a day in prose, without the year where that is the year spoken of.
func dateIn(lang words.Lang, t time.Time, year int) string {
	if t.IsZero() || t.Year() != year {
		return date(lang, t)
	}
	return words.Say(lang, "paper.date.short", "m", int(t.Month()), "d", t.Day(), "mon", month(lang, t))
}

func day(lang words.Lang, t time.Time) string {
	if t.IsZero() {
		return words.Say(lang, "paper.blank")
	}
	if lang == words.En {
		return date(lang, t)
	}
	return t.Format("2006-01-02")
}

func month(lang words.Lang, t time.Time) string {
	return words.Say(lang, "paper.mon."+strconv.Itoa(int(t.Month())))
}

func moment(lang words.Lang, t time.Time) string {
	if t.IsZero() {
		return words.Say(lang, "paper.blank")
	}
	return words.Say(lang, "paper.time", "date", day(lang, t), "clock", t.Format("15:04"))
}

// joined sets the parts that are not empty beside one another, a gap between them.
func joined(lang words.Lang, parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, words.Say(lang, "paper.gap"))
}

// short cuts a digest to its ends; the sources page has it whole.
func short(s string) string {
	if r := []rune(s); len(r) > 20 {
		return string(r[:8]) + "…" + string(r[len(r)-8:])
	}
	return s
}

// sayIf says a key with one value, or nothing if the value is empty.
func sayIf(lang words.Lang, key, name, value string) string {
	if value == "" {
		return ""
	}
	return words.Say(lang, key, name, value)
}
