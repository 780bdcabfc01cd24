package sheet

import (
	"math/big"
	"regexp"
	"strings"
)

// Unit is a unit of money as a power of ten of the yuan; NoUnit when none is known.
type Unit int

const NoUnit Unit = -1

var unitNames = map[string]Unit{
	"元": 0, "人民币元": 0, "百元": 2, "千元": 3, "万元": 4, "万": 4, "十万元": 5, "百万元": 6, "百万": 6, "千万元": 7, "千万": 7, "亿元": 8, "亿": 8, "万万元": 8,
	"十亿元": 9, "百亿元": 10, "万亿元": 12, "yuan": 0,
}

// String is the unit's name as people print it.
func (u Unit) String() string {
	for _, n := range []string{"元", "百元", "千元", "万元", "十万元", "百万元", "千万元", "亿元", "十亿元", "百亿元", "万亿元"} {
		if unitNames[n] == u {
			return n
		}
	}
	return ""
}

// moneyFault says what is the matter with an amount; the words are the scorer's.
type moneyFault string

const (
	moneyFine        moneyFault = ""
	moneyApproximate moneyFault = "approximate"
	moneyNot         moneyFault = "not_a_number"
	moneyNegative    moneyFault = "negative"
	moneyForeign     moneyFault = "foreign"
)

// amount is what a cell says about money. Yuan is nil when it says nothing, or nothing that is a number.
type amount struct {
	yuan  *big.Rat
	plain *big.Rat // the number before its unit
	unit  Unit     // the unit that was used
	own   bool     // the cell brought its unit along
	fault moneyFault
}

const unitWords = `万亿元?|百亿元?|十亿元?|亿元?|千万元?|百万元?|十万元?|万元?|千元|百元|元|圆`

var (
	moneyAbout  = regexp.MustCompile(`^(?:总投资|投资|预计|估算|暂定|暂估|预估|初步|约为|约|大约|近|超过|超|逾|不少于|不低于|不超过|至少|>=|<=|≥|≤|>|<|~|≈|±)+`)
	moneyTail   = regexp.MustCompile(`(?:左右|上下|以上|以内|以下|余|多|\+|许)$`)
	moneyPart   = regexp.MustCompile(`^([0-9][0-9,]*(?:\.[0-9]+)?(?:e[+-]?[0-9]{1,2})?|\.[0-9]+)[余多]?(` + unitWords + `)?[余多]?(?:元)?[余多]?`)
	moneyGroups = regexp.MustCompile(`^[0-9]{1,3}(?:,[0-9]{3})+$|^[0-9]{1,4}(?:,[0-9]{4})+$`)
	moneyNote   = regexp.MustCompile(`^\((.*)\)$|^[,;:.](.*)$`)
	moneyMinus  = regexp.MustCompile(`^\(([0-9][0-9,.]*)\)$`)
	cnNumber    = regexp.MustCompile(`[零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟]+`)
)

// readMoney reads a text. unit is that of the column; a unit inside the text goes before it. 万 counts as money only when
// nothing but money can follow: 2000万件 and 5万亩 are no sums.
func readMoney(text string, unit Unit) amount {
	none := amount{unit: unit}
	s := fold(text)
	s = strings.NewReplacer("，", ",", "'", "", "‘", "", "’", "", "、", ",", "圆", "元", "人民币", "", "rmb", "", "cny", "", "¥", "", "元整", "元").Replace(s)
	if isBlankMark(s) {
		return none
	}
	bad := amount{unit: unit, fault: moneyNot}
	about := false
	if t := moneyAbout.ReplaceAllString(s, ""); t != s {
		about = strings.Trim(s[:len(s)-len(t)], "总投资:") != ""
		s = strings.TrimPrefix(t, ":")
	}
	negative := false
	if m := moneyMinus.FindStringSubmatch(s); m != nil {
		negative, s = true, m[1]
	}
	for strings.HasPrefix(s, "-") {
		negative, s = !negative, s[1:]
	}
	if t := moneyTail.ReplaceAllString(s, ""); t != s {
		about, s = true, t
	}
	if cnNumber.MatchString(s) && !strings.ContainsAny(s, "0123456789") {
		s = fromChinese(s)
	}
	sum, plain, own, used := new(big.Rat), (*big.Rat)(nil), false, unit
	last := Unit(99)
	for parts := 0; s != ""; parts++ {
		m := moneyPart.FindStringSubmatch(s)
		if m == nil {
			if parts == 0 {
				return bad
			}
			// What follows a complete sum in brackets or behind a comma is a remark; anything else makes it no sum.
			if note := moneyNote.FindStringSubmatch(s); note != nil && note[0] != "" {
				if u, ok := unitNames[note[1]]; ok && !own {
					sum, own, used = times(plain, u), true, u
				} else if note[1]+note[2] != "" {
					about = true
				}
				break
			}
			if u, ok := unitNames[strings.TrimPrefix(s, "/")]; ok && !own {
				sum, own, used = times(plain, u), true, u
				break
			}
			return bad
		}
		number := m[1]
		if strings.Contains(number, ",") {
			whole, frac, _ := strings.Cut(number, ".")
			if !moneyGroups.MatchString(whole) {
				return bad
			}
			number = strings.ReplaceAll(whole, ",", "")
			if frac != "" {
				number += "." + frac
			}
		}
		if strings.Contains(number, "e") {
			plainText, ok := exact(number)
			if !ok {
				return bad
			}
			number = plainText
		}
		r, ok := rat(number)
		if !ok || len(number) > 24 {
			return bad
		}
		u := unit
		if m[2] != "" {
			u, own = unitNames[m[2]], true
			if parts == 0 {
				used = u
			}
		} else if parts > 0 {
			return bad // 3亿200: two hundred of what?
		}
		if u >= last {
			return bad // 2亿3亿, or a range whose dash was lost
		}
		last = u
		if strings.ContainsAny(m[0], "余多") {
			about = true
		}
		if parts == 0 {
			plain = r
		}
		sum.Add(sum, times(r, u))
		s = s[len(m[0]):]
	}
	if sum.Cmp(mostMoney) > 0 {
		return bad
	}
	a := amount{yuan: sum, plain: plain, unit: used, own: own}
	if negative {
		a.yuan.Neg(a.yuan)
		a.fault = moneyNegative
		if sum.Sign() == 0 {
			a.fault = moneyFine
		}
	} else if about {
		a.fault = moneyApproximate
	}
	return a
}

// mostMoney is beyond all the money of any district; what reads as more is a number of something else.
var mostMoney = pow10(17)

// times brings a number of some unit to yuan; without a unit 万元 is taken, which is what nearly all lists are in.
func times(r *big.Rat, u Unit) *big.Rat {
	if u == NoUnit {
		u = 4
	}
	return new(big.Rat).Mul(r, pow10(int(u)))
}

// readMoneyCell reads a cell of any kind.
func readMoneyCell(c *Cell, unit Unit) amount {
	none := amount{unit: unit}
	if c == nil {
		return none
	}
	switch c.Kind {
	case Number, Date:
		r, ok := rat(c.Number)
		if !ok {
			return amount{unit: unit, fault: moneyNot}
		}
		a := amount{plain: r, unit: unit}
		if u, ok := lookUnit(c.Look.Unit); ok {
			a.unit, a.own = u, true
		}
		if c.Look.Scale != 0 {
			r = new(big.Rat).Mul(r, pow10(-c.Look.Scale))
		}
		a.yuan = times(r, a.unit)
		switch {
		case c.Kind == Date || c.Look.Percent || c.Look.Unit != "" && !a.own && strings.Trim(c.Look.Unit, " ¥￥$-_()（）") != "":
			a.fault, a.yuan = moneyNot, nil
		case a.yuan.Sign() < 0:
			a.fault = moneyNegative
		}
		return a
	case Bool:
		return amount{unit: unit, fault: moneyNot}
	case Text:
		return readMoney(c.Text, unit)
	}
	return none
}

// lookUnit is the money unit that a number format prints behind the number.
func lookUnit(words string) (Unit, bool) {
	u, ok := unitNames[strings.Trim(fold(words), "()¥ ")]
	return u, ok
}

var cnDigit = map[rune]int64{
	'零': 0, '〇': 0, '一': 1, '二': 2, '两': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9,
	'壹': 1, '贰': 2, '叁': 3, '肆': 4, '伍': 5, '陆': 6, '柒': 7, '捌': 8, '玖': 9,
}

// fromChinese writes Chinese numerals in digits and leaves 万, 亿 and 元 behind them: 三千五百万元 becomes 3500万元.
func fromChinese(s string) string {
	return cnNumber.ReplaceAllStringFunc(s, func(w string) string {
		var out strings.Builder
		var sum, digit int64
		seen := false
		flush := func() {
			if seen {
				out.WriteString(big.NewInt(sum + digit).String())
			}
			sum, digit, seen = 0, 0, false
		}
		for _, r := range w {
			mult := int64(0)
			switch r {
			case '十', '拾':
				mult = 10
			case '百', '佰':
				mult = 100
			case '千', '仟':
				mult = 1000
			case '万', '亿':
				flush()
				out.WriteRune(r)
				continue
			default:
				digit, seen = cnDigit[r], true
				continue
			}
			if digit == 0 && mult == 10 && sum%100 == 0 {
				digit = 1 // 十二
			}
			sum, digit, seen = sum+digit*mult, 0, true
			if sum > 1e12 {
				return w
			}
		}
		flush()
		return out.String()
	})
}
