package app

import (
	"context"
	_ "embed"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"shigan/domain/casework"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/kernel/calendar"

	"github.com/goccy/go-yaml"
)

//go:embed meeting_words.yaml
var meetingWordsFile []byte

type meetingWords struct {
	Short, Ends                    map[string][]string
	LeadBefore                     []string `yaml:"lead_before"`
	LeadAfter                      []string `yaml:"lead_after"`
	AssistAfter                    []string `yaml:"assist_after"`
	Joins                          []string
	ChooseBefore                   []string `yaml:"choose_before"`
	ChooseAfter                    []string `yaml:"choose_after"`
	Marks                          string
	Today, Weekday, Month, Numeral map[string]int
}

var spokenWords = sync.OnceValue(func() *meetingWords {
	w := &meetingWords{}
	if err := yaml.Unmarshal(meetingWordsFile, w); err != nil {
		panic(err) // embedded: its own test reads it
	}
	return w
})

// Stretch 字段 is a part of a text, in characters (runes) and in bytes; To is behind the last.
type Stretch struct {
	From     int `json:"from"`
	To       int `json:"to"`
	FromByte int `json:"from_byte"`
	ToByte   int `json:"to_byte"`
}

// Clause 一句 of a typed decision and what was understood of it. A clause either chooses an option or asks for something to be done.
type Clause struct {
	Stretch
	Text    string     `json:"text"`
	Option  string     `json:"option,omitempty"` // the mark that it chooses
	Title   string     `json:"title,omitempty"`  // what is to be done, without unit and day
	Unit    string     `json:"unit,omitempty"`
	UnitAt  *Stretch   `json:"unit_at,omitempty"`
	Assists []SaidUnit `json:"assists,omitempty"`
	Day     string     `json:"day,omitempty"`
	DayAt   *Stretch   `json:"day_at,omitempty"`
	Lacks   []string   `json:"lacks,omitempty"` // unit, day; past: the day is over
}

// SaidUnit is a unit that the text names.
type SaidUnit struct {
	Unit string `json:"unit"`
	Stretch
}

// Draft makes the task that a clause asks for; ok is false for one that chooses.
func (c Clause) Draft() (t dispatch.TaskDraft, ok bool) {
	t = dispatch.TaskDraft{Title: c.Title, Unit: c.Unit, By: c.Day}
	for _, a := range c.Assists {
		t.Assists = append(t.Assists, casework.Party{Unit: a.Unit})
	}
	return t, c.Option == "" && c.Title != ""
}

// UnitWord is how a unit may be called.
type UnitWord struct {
	ID    string
	Names []string
}

// UnitWords lists how the district's units may be called: in full, without the leading 区, and in short. A name that two units share names
// neither.
func (o *Office) UnitWords(ctx context.Context) ([]UnitWord, error) {
	units, err := All[org.Unit](o.Read(ctx), org.UnitKind, "")
	if err != nil {
		return nil, err
	}
	return WordsOf(units), nil
}

// WordsOf gives the names of units.
func WordsOf(units []org.Unit) []UnitWord {
	w := spokenWords()
	out, of := make([]UnitWord, 0, len(units)), map[string]int{}
	for _, u := range units {
		bare, cut := strings.CutPrefix(u.Name.Zh, "区")
		names := []string{u.Name.Zh, u.Name.En}
		if cut && utf8.RuneCountInString(bare) > 2 {
			names = append(names, bare)
		}
		for _, s := range w.Short[bare] {
			names = append(names, s, "区"+s)
		}
		for end, others := range w.Ends {
			if stem, ok := strings.CutSuffix(u.Name.Zh, end); ok {
				for _, other := range others {
					names = append(names, stem+other)
				}
			}
		}
		slices.Sort(names)
		names = slices.DeleteFunc(slices.Compact(names), func(n string) bool { return n == "" })
		out = append(out, UnitWord{u.ID, names})
		for _, n := range names {
			of[n]++
		}
	}
	for i := range out {
		out[i].Names = slices.DeleteFunc(out[i].Names, func(n string) bool { return of[n] > 1 })
	}
	return out
}

// Recognise 照说的认 reads a decision as it was typed and gives its clauses in order, each with the unit, the day and what lacks, so that a
// page can tint what it understood and put the tasks there at once. Days are read from today on, working days by the holidays built
// in. It reads the text and nothing else.
func Recognise(text string, units []UnitWord, today calendar.Date) []Clause {
	h := &hearing{typed: []rune(text), text: fold(text), today: today}
	h.names(units)
	h.days()
	var out []Clause
	for _, c := range h.clauses() {
		out = append(out, h.read(c)...)
	}
	at := runeStarts(text)
	for i := range out {
		c := &out[i]
		c.Stretch = at.of(c.Stretch)
		c.Text = text[c.FromByte:c.ToByte]
		for _, s := range []*Stretch{c.UnitAt, c.DayAt} {
			if s != nil {
				*s = at.of(*s)
			}
		}
		for j := range c.Assists {
			c.Assists[j].Stretch = at.of(c.Assists[j].Stretch)
		}
	}
	return out
}

// starts are the bytes at which the characters of a text begin, and its end.
type starts []int

func runeStarts(text string) starts {
	var out starts
	for i := range text {
		out = append(out, i)
	}
	return append(out, len(text))
}

func (s starts) of(x Stretch) Stretch { return Stretch{x.From, x.To, s[x.From], s[x.To]} }

// fold evens out full width and case, character by character, so that places in it are places in what was typed.
func fold(text string) []rune {
	out := make([]rune, 0, len(text))
	for _, c := range text {
		if c >= '！' && c <= '～' && !strings.ContainsRune("，；：？！（）", c) {
			c -= '！' - '!'
		}
		switch {
		case c == '　' || c == '\u00a0':
			c = ' '
		case c < utf8.RuneSelf:
			c = unicode.ToLower(c)
		}
		out = append(out, c)
	}
	return out
}

// hearing is one text while it is read. Places are characters.
type hearing struct {
	typed []rune
	text  []rune // evened out
	today calendar.Date
	units []mention
	dated []mention
}

// mention is a unit or a day that was found.
type mention struct {
	from, to int
	value    string
}

// names finds the units, the longest name first at each place.
func (h *hearing) names(units []UnitWord) {
	type word struct {
		name []rune
		id   string
	}
	byFirst := map[rune][]word{}
	for _, u := range units {
		for _, n := range u.Names {
			if r := fold(n); len(r) > 1 {
				byFirst[r[0]] = append(byFirst[r[0]], word{r, u.ID})
			}
		}
	}
	for i := 0; i < len(h.text); i++ {
		best := word{}
		for _, w := range byFirst[h.text[i]] {
			if len(w.name) > len(best.name) && hasAt(h.text, i, w.name) && h.whole(i, i+len(w.name)) {
				best = w
			}
		}
		if best.id != "" {
			h.units = append(h.units, mention{i, i + len(best.name), best.id})
			i += len(best.name) - 1
		}
	}
}

func hasAt(text []rune, i int, word []rune) bool {
	return i+len(word) <= len(text) && slices.Equal(text[i:i+len(word)], word)
}

// whole tells whether a Latin name does not begin or end within a word.
func (h *hearing) whole(from, to int) bool {
	latin := func(i int) bool {
		return i >= 0 && i < len(h.text) && (h.text[i] >= 'a' && h.text[i] <= 'z' || h.text[i] >= '0' && h.text[i] <= '9')
	}
	return !(latin(from) && latin(from-1)) && !(latin(to-1) && latin(to))
}

// clauses splits at ； ; 。 and line ends, and at a full stop of English that ends a word.
func (h *hearing) clauses() []mention {
	var out []mention
	from := 0
	cut := func(to int) {
		a, b := from, to
		for a < b && unicode.IsSpace(h.text[a]) {
			a++
		}
		for b > a && unicode.IsSpace(h.text[b-1]) {
			b--
		}
		if a < b {
			out = append(out, mention{from: a, to: b})
		}
		from = to + 1
	}
	for i, c := range h.text {
		stop := strings.ContainsRune("；;。！？!?\n", c)
		if c == '.' && (i+1 == len(h.text) || unicode.IsSpace(h.text[i+1])) && i > 0 && !unicode.IsSpace(h.text[i-1]) {
			stop = true
		}
		if stop {
			cut(i)
		}
	}
	cut(len(h.text))
	return out
}

func within(list []mention, c mention) []mention {
	var out []mention
	for _, m := range list {
		if m.from >= c.from && m.to <= c.to {
			out = append(out, m)
		}
	}
	return out
}

// read understands a clause; where a second unit begins a part of its own, it is a second task.
func (h *hearing) read(c mention) []Clause {
	if mark, end, ok := h.choice(c); ok {
		out := []Clause{{Stretch: Stretch{From: c.from, To: end}, Option: mark}}
		for end < c.to && strings.ContainsRune("，,、 ", h.text[end]) {
			end++
		}
		if end < c.to {
			out = append(out, h.read(mention{from: end, to: c.to})...)
		}
		return out
	}
	var out []Clause
	from, led := c.from, false
	for i := c.from; i < c.to; i++ {
		begins := i == c.from || strings.ContainsRune("，,", h.text[i-1])
		if !begins {
			continue
		}
		j := i
		for j < c.to && h.text[j] == ' ' {
			j++
		}
		at := slices.IndexFunc(h.units, func(m mention) bool { return m.from == j+h.prefix(j, spokenWords().LeadBefore) || m.from == j })
		leads := at >= 0 && !h.assists(h.units[at])
		if leads && led {
			out = append(out, h.task(mention{from: from, to: i - 1}))
			from = j
		}
		led = led || leads || len(h.leaders(mention{from: from, to: h.comma(i, c.to)})) > 0
	}
	return append(out, h.task(mention{from: from, to: c.to}))
}

func (h *hearing) comma(from, to int) int {
	for i := from; i < to; i++ {
		if strings.ContainsRune("，,", h.text[i]) {
			return i
		}
	}
	return to
}

// prefix is how long the word is that stands at a place, the longest of some; 0 where none does.
func (h *hearing) prefix(at int, list []string) int {
	best := 0
	for _, w := range list {
		if r := []rune(w); len(r) > best && hasAt(h.text, at, r) {
			best = len(r)
		}
	}
	return best
}

// before is how long the word is that ends at a place.
func (h *hearing) before(at int, list []string) int {
	best := 0
	for _, w := range list {
		if r := []rune(w); len(r) > best && at >= len(r) && hasAt(h.text, at-len(r), r) {
			best = len(r)
		}
	}
	return best
}

func (h *hearing) assists(m mention) bool { return h.prefix(m.to, spokenWords().AssistAfter) > 0 }

func (h *hearing) leaders(c mention) []mention {
	return slices.DeleteFunc(within(h.units, c), h.assists)
}

// choice reads "采用甲", "按乙方案", "adopt option A": the mark and where it ends.
func (h *hearing) choice(c mention) (mark string, end int, ok bool) {
	w := spokenWords()
	at := c.from
	n := h.prefix(at, w.ChooseBefore)
	if n == 0 {
		return "", 0, false
	}
	for at += n; at < c.to && h.text[at] == ' '; {
		at++
	}
	if n := h.prefix(at, []string{"option ", "plan ", "方案"}); n > 0 {
		at += n
	}
	if at >= c.to {
		return "", 0, false
	}
	r := h.text[at]
	latin := r >= 'a' && r <= 'z' && h.whole(at, at+1)
	if !strings.ContainsRune(w.Marks, r) && !latin {
		return "", 0, false
	}
	end = at + 1 + h.prefix(at+1, w.ChooseAfter)
	if end < c.to && !strings.ContainsRune("，,、 ", h.text[end]) {
		return "", 0, false
	}
	return strings.ToUpper(string(r)), end, true
}

// task reads what is to be done: the first unit leads, those joined to it or said to help assist, and the last day is the one by which.
func (h *hearing) task(c mention) Clause {
	out := Clause{Stretch: Stretch{From: c.from, To: c.to}}
	var gone []mention // what is not part of the title
	w := spokenWords()
	for _, m := range within(h.units, c) {
		cut := m
		if h.assists(m) {
			cut.to += h.prefix(m.to, w.AssistAfter)
		} else if out.UnitAt == nil {
			out.Unit, out.UnitAt = m.value, &Stretch{From: m.from, To: m.to}
			cut.from -= h.before(m.from, w.LeadBefore)
			cut.to += h.prefix(m.to, w.LeadAfter)
			gone = append(gone, cut)
			continue
		} else if cut.from -= h.before(m.from, w.Joins); cut.from == m.from || m.value == out.Unit {
			continue // named, but neither leads nor helps: a part of what is to be done
		}
		out.Assists = append(out.Assists, SaidUnit{m.value, Stretch{From: m.from, To: m.to}})
		gone = append(gone, cut)
	}
	if days := within(h.dated, c); len(days) > 0 {
		d := days[len(days)-1]
		out.Day, out.DayAt = d.value, &Stretch{From: d.from, To: d.to}
		gone = append(gone, d)
	}
	out.Title = h.title(c, gone)
	if out.UnitAt == nil {
		out.Lacks = append(out.Lacks, "unit")
	}
	switch {
	case out.DayAt == nil:
		out.Lacks = append(out.Lacks, "day")
	case out.Day < h.today.String():
		out.Lacks = append(out.Lacks, "past")
	}
	return out
}

var loose = regexp.MustCompile(`[，,、\s]*[，,][，,、\s]*`)

// title is what remains of a clause.
func (h *hearing) title(c mention, gone []mention) string {
	slices.SortFunc(gone, func(a, b mention) int { return a.from - b.from })
	var b strings.Builder
	at := c.from
	for _, g := range gone {
		if g.from > at {
			b.WriteString(string(h.typed[at:g.from]))
		}
		at = max(at, g.to)
	}
	if at < c.to {
		b.WriteString(string(h.typed[at:c.to]))
	}
	t := loose.ReplaceAllStringFunc(strings.Join(strings.Fields(b.String()), " "), func(s string) string {
		if strings.Contains(s, "，") {
			return "，"
		}
		return ", "
	})
	return strings.Trim(t, "，,、:： ")
}
