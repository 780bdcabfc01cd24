package quantity

import (
	"math/big"
	"strings"
	"unicode"

	"shigan/kernel/fault"
)

// longest is how many characters one number may have; the longest that String prints is shorter.
const longest = 80

// reader walks over what a person typed. Every character is evened out one for one (full width, capital numerals, minus
// signs), so that a place in the reader is the place on the paper.
type reader struct {
	raw  string
	orig []rune
	text []rune
	at   int
	yuan bool // ¥ or 人民币 stood in front
}

func newReader(s string) (*reader, error) {
	trimmed := strings.TrimSpace(s)
	orig := []rune(trimmed)
	if len(orig) > longest {
		return nil, ErrTooLong.With("length", len(orig), "most", longest)
	}
	r := &reader{raw: trimmed, orig: orig, text: make([]rune, len(orig))}
	for i, c := range orig {
		r.text[i] = even(c)
	}
	if r.end() {
		return nil, ErrEmpty.With("text", s)
	}
	return r, nil
}

var evened = map[rune]rune{
	'−': '-', '–': '-', '—': '-', '﹣': '-', '‐': '-', '‑': '-', '〜': '~', '∼': '~', '≈': '~', '￥': '¥', '，': ',', '⁄': '/', '∕': '/',
	'〇': '零', '○': '零', '壹': '一', '贰': '二', '叁': '三', '肆': '四', '伍': '五', '陆': '六', '柒': '七', '捌': '八', '玖': '九',
	'拾': '十', '佰': '百', '仟': '千', '萬': '万', '億': '亿', '两': '二', '負': '负', '約': '约', '餘': '余',
}

func even(c rune) rune {
	if c >= '！' && c <= '～' { // full width forms of ASCII
		c -= '！' - '!'
	}
	if e, ok := evened[c]; ok {
		return e
	}
	if unicode.IsSpace(c) || unicode.Is(unicode.Cf, c) { // Cf: what cannot be seen but comes along when pasted
		return ' '
	}
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

func (r *reader) skip() {
	for r.at < len(r.text) && r.text[r.at] == ' ' {
		r.at++
	}
}

func (r *reader) end() bool { r.skip(); return r.at >= len(r.text) }

// peek is the next character that is not a space, 0 at the end.
func (r *reader) peek() rune {
	if r.end() {
		return 0
	}
	return r.text[r.at]
}

// here is the character right here, space or not.
func (r *reader) here() rune {
	if r.at >= len(r.text) {
		return 0
	}
	return r.text[r.at]
}

// take steps over the first of the words that stands next.
func (r *reader) take(words ...string) (string, bool) {
	r.skip()
	for _, w := range words {
		if r.stands(w) {
			r.at += len([]rune(w))
			return w, true
		}
	}
	return "", false
}

func (r *reader) stands(word string) bool {
	w := []rune(word)
	if len(r.text)-r.at < len(w) {
		return false
	}
	for i, c := range w {
		if r.text[r.at+i] != c {
			return false
		}
	}
	return true
}

// rest is what is left, as evened text without outer spaces.
func (r *reader) rest() string { r.skip(); return strings.TrimRight(string(r.text[r.at:]), " ") }

// refuse points at a place and quotes what stands there, as the person wrote it.
func (r *reader) refuse(f *fault.Fault, from, to int) error {
	from = min(from, len(r.orig))
	part := strings.TrimSpace(string(r.orig[from:min(max(to, from), len(r.orig))]))
	return f.With("text", r.raw, "place", from+1, "part", part)
}

func (r *reader) refuseRest(f *fault.Fault) error { r.skip(); return r.refuse(f, r.at, len(r.orig)) }

// number reads digits or Chinese numerals below ten thousand; ok is false when none stands here.
func (r *reader) number() (value *big.Rat, ok bool, err error) {
	switch c := r.peek(); {
	case isDigit(c) || c == '.':
		value, err = r.digits()
	case isNumeral(c):
		value, err = r.numerals()
	default:
		return nil, false, nil
	}
	return value, err == nil, err
}

func isDigit(c rune) bool { return c >= '0' && c <= '9' }

func (r *reader) digits() (*big.Rat, error) {
	start := r.at
	var b strings.Builder
	run := func() int {
		n := 0
		for ; isDigit(r.here()); r.at++ {
			b.WriteRune(r.here())
			n++
		}
		return n
	}
	first := run()
	for group := first; r.here() == ','; {
		comma := r.at
		r.at++
		if group = run(); group != 3 || first < 1 || first > 3 {
			return nil, r.refuse(ErrGrouping, comma, comma+1)
		}
	}
	if r.here() == '.' {
		dot := r.at
		r.at++
		b.WriteByte('.')
		if run() == 0 {
			return nil, r.refuse(ErrNotUnderstood, dot, len(r.orig))
		}
	}
	if c := r.peek(); c == '.' || c == ',' || isDigit(c) { // 1.2.3, 1.5,000 and "1 200"
		return nil, r.refuseRest(ErrNotUnderstood)
	}
	text := b.String()
	if strings.HasPrefix(text, ".") {
		text = "0" + text
	}
	v, ok := new(big.Rat).SetString(text)
	if !ok {
		return nil, r.refuse(ErrNotUnderstood, start, len(r.orig))
	}
	return v, nil
}

var (
	numeralDigit = map[rune]int64{'零': 0, '一': 1, '二': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9}
	numeralUnit  = map[rune]int64{'十': 10, '百': 100, '千': 1000}
)

func isNumeral(c rune) bool {
	_, d := numeralDigit[c]
	_, u := numeralUnit[c]
	return d || u
}

// numerals reads 三百, 一千零五十, 十五, 三点五. What speech leaves out (三百五 for 350) is refused, not guessed.
func (r *reader) numerals() (*big.Rat, error) {
	start := r.at
	var total int64
	digit, last, zero := int64(-1), int64(10_000), false
	bad := func() (*big.Rat, error) {
		for isNumeral(r.here()) {
			r.at++
		}
		return nil, r.refuse(ErrNumeral, start, r.at)
	}
	for ; isNumeral(r.here()); r.at++ {
		c := r.here()
		if u, ok := numeralUnit[c]; ok {
			if digit < 0 && u == 10 && total == 0 && !zero {
				digit = 1 // 十五
			}
			gap := last/u > 10 && total > 0
			if digit < 0 || u >= last || gap && !zero {
				return bad()
			}
			total, digit, last, zero = total+digit*u, -1, u, false
			continue
		}
		d := numeralDigit[c]
		if d == 0 {
			if digit >= 0 || zero {
				return bad()
			}
			zero = true
			continue
		}
		if digit >= 0 {
			return bad()
		}
		digit = d
	}
	switch {
	case digit >= 0:
		if last < 10_000 && last > 10 && !zero {
			return bad()
		}
		total += digit
	case zero && total > 0:
		return bad()
	}
	value := big.NewRat(total, 1)
	if r.here() == '点' && r.at+1 < len(r.text) {
		if _, ok := numeralDigit[r.text[r.at+1]]; ok {
			unit := big.NewRat(1, 1)
			for r.at++; ; r.at++ {
				d, ok := numeralDigit[r.here()]
				if !ok {
					break
				}
				unit.Quo(unit, big.NewRat(10, 1))
				value.Add(value, new(big.Rat).Mul(unit, big.NewRat(d, 1)))
			}
		}
	}
	return value, nil
}

// scaleWords multiply a number; longest first.
var scaleWords = []struct {
	word  string
	value int64
}{
	{"万亿", 1e12}, {"千亿", 1e11}, {"百亿", 1e10}, {"十亿", 1e9}, {"亿", 1e8}, {"千万", 1e7}, {"百万", 1e6}, {"十万", 1e5}, {"万", 1e4},
	{"千", 1e3}, {"百", 1e2}, {"billion", 1e9}, {"million", 1e6},
}

// amount is a number with its scales put in: 1亿2000万 is 120,000,000.
type amount struct {
	value  *big.Rat
	myriad bool // 万 or 亿 was said, so the amount is complete without a further unit
	about  bool // 2000余万, 3亿多
	tail   int  // where a last part without scale begins, -1 when there is none
}

// amount reads one or more parts, large before small. unitNext says whether a unit stands here that must not be taken for
// a scale (千瓦 begins like 千).
func (r *reader) amount(unitNext func() bool) (amount, error) {
	a := amount{value: new(big.Rat), tail: -1}
	var before int64 // scale of the part before
	for {
		r.skip()
		start := r.at
		zero := before > 0 && r.here() == '零'
		if zero && r.at+1 < len(r.text) && (isDigit(r.text[r.at+1]) || isNumeral(r.text[r.at+1])) {
			r.at++ // 1亿零500万
		}
		v, ok, err := r.number()
		if err != nil {
			return a, err
		}
		if !ok {
			return a, r.refuseRest(ErrNoNumber)
		}
		scale := int64(1)
		_, a.about = r.take("余", "多")
		if r.skip(); before > 0 || !unitNext() { // in 1亿2000万元 the 万 is a scale, whatever 万元 is elsewhere
			for _, s := range scaleWords {
				if r.stands(s.word) {
					r.at += len([]rune(s.word))
					scale = s.value
					break
				}
			}
		}
		part := new(big.Rat).Mul(v, big.NewRat(scale, 1))
		if before > 0 {
			if !a.value.IsInt() || scale >= before || part.Cmp(big.NewRat(before, 1)) >= 0 {
				return a, r.refuse(ErrUnitOrder, start, r.at)
			}
			if scale == 1 {
				if !zero && v.Cmp(big.NewRat(10, 1)) < 0 { // 3万5: in speech 35,000
					return a, r.refuse(ErrTail, start, r.at)
				}
				a.tail = start
			}
		}
		a.value.Add(a.value, part)
		a.myriad = a.myriad || scale >= 10_000
		if !a.about {
			_, a.about = r.take("余", "多")
		}
		if c := r.peek(); scale == 1 || a.about || unitNext() || !(isDigit(c) || isNumeral(c)) {
			return a, nil
		}
		if !new(big.Rat).Quo(a.value, big.NewRat(scale, 1)).IsInt() { // 1.5亿2000万 is a slip, not a sum
			return a, r.refuseRest(ErrUnitOrder)
		}
		before = scale
	}
}

// opening reads what may stand before a number: 约, a sign, a currency sign.
func (r *reader) opening() (approximate, negative bool, err error) {
	signed := false
	for {
		if _, ok := r.take("大约", "约为", "约", "大概", "近", "~"); ok && !signed {
			approximate = true
			continue
		} else if ok {
			return false, false, r.refuse(ErrNotUnderstood, r.at-1, len(r.orig))
		}
		if _, ok := r.take("-", "负"); ok {
			if signed {
				return false, false, r.refuse(ErrNotUnderstood, r.at-1, len(r.orig))
			}
			signed, negative = true, true
			continue
		}
		if _, ok := r.take("人民币", "rmb", "cny", "¥"); ok {
			r.yuan = true
			continue
		}
		if c := r.peek(); c == '+' && !signed {
			r.at++
			signed = true
			continue
		}
		return approximate, negative, r.bound()
	}
}

var boundWords = []string{"不少于", "不低于", "不超过", "不高于", "至少", "至多", "最多", "最少", "超过", "高于", "低于", "大于", "小于", "超", "逾", "以上", "以下", "以内", ">", "<", "≥", "≤"}

// bound refuses 超, 以上 and the like.
func (r *reader) bound() error {
	at := r.at
	if w, ok := r.take(boundWords...); ok {
		r.skip()
		return r.refuse(ErrBound, r.at-len([]rune(w)), r.at)
	}
	r.at = at
	return nil
}

// refuseTail refuses what is left over; a range (30%-40%) gets its own sentence.
func (r *reader) refuseTail(f *fault.Fault) error {
	r.skip()
	for i := r.at; i+1 < len(r.text); i++ {
		if c := r.text[i]; (c == '-' || c == '~' || c == '至' || c == '到') && isDigit(r.text[i+1]) {
			return r.refuse(ErrRange, i, i+1)
		}
	}
	return r.refuse(f, r.at, len(r.orig))
}

// closing reads 左右 and the like after the number, and refuses a range or a bound.
func (r *reader) closing() (approximate bool, err error) {
	if _, ok := r.take("左右", "上下", "(约)"); ok {
		approximate = true
	}
	if err := r.bound(); err != nil {
		return false, err
	}
	at := r.at
	if w, ok := r.take("-", "~", "至", "到"); ok {
		from := r.at - len([]rune(w))
		if c := r.peek(); isDigit(c) || isNumeral(c) || c == '.' {
			return false, r.refuse(ErrRange, from, r.at)
		}
		r.at = at
	}
	return approximate, nil
}
