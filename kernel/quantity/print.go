package quantity

import (
	"math/big"
	"strings"

	"shigan/kernel/words"
)

// Rounding is how the last printed digit is chosen. Pages use HalfAway; a rule that names another passes it.
type Rounding int

const (
	HalfAway Rounding = iota // 四舍五入, away from zero on both sides
	HalfEven                 // 四舍六入五成双
	Down                     // 舍去, toward zero
	Up                       // 进一, away from zero
)

// Round keeps so many decimals. It makes a new number and leaves r as it is.
func Round(r *big.Rat, decimals int, by Rounding) *big.Rat {
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(decimals, 0))), nil)
	num := new(big.Int).Mul(new(big.Int).Abs(r.Num()), scale)
	whole, rest := new(big.Int).QuoRem(num, r.Denom(), new(big.Int))
	half := new(big.Int).Lsh(rest, 1).Cmp(r.Denom()) // against one half
	up := false
	switch by {
	case HalfAway:
		up = half >= 0
	case HalfEven:
		up = half > 0 || half == 0 && whole.Bit(0) == 1
	case Up:
		up = rest.Sign() > 0
	}
	if up {
		whole.Add(whole, big.NewInt(1))
	}
	if r.Sign() < 0 {
		whole.Neg(whole)
	}
	return new(big.Rat).SetFrac(whole, scale)
}

// FormatRat prints with so many decimals and commas between thousands, half away from zero. A small negative keeps its
// sign (-0.0), because on a page "behind by less than it shows" is not the same as "level".
func FormatRat(r *big.Rat, decimals int) string { return FormatRatBy(r, decimals, HalfAway) }

// FormatRatBy prints as FormatRat does, rounding the way a rule says.
func FormatRatBy(r *big.Rat, decimals int, by Rounding) string {
	text := Round(new(big.Rat).Abs(r), decimals, by).FloatString(max(decimals, 0))
	text = group(text)
	if r.Sign() < 0 {
		return "-" + text
	}
	return text
}

// FormatYi prints money in 亿元, without the unit.
func FormatYi(f Fen, decimals int) string { return FormatRat(f.In(Yi), decimals) }

// FormatWan prints money in 万元, without the unit.
func FormatWan(f Fen, decimals int) string { return FormatRat(f.In(Wan), decimals) }

func group(text string) string {
	whole, frac, has := strings.Cut(text, ".")
	var b strings.Builder
	for i, c := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	if has {
		b.WriteByte('.')
		b.WriteString(frac)
	}
	return b.String()
}

// Shown is a number ready for a page: its digits, and its unit's label, which the page may set smaller. Prose is how a sentence
// says it where that differs: English money stands in ¥100 m in tables and in ¥ bn in sentences.
type Shown struct{ Text, Unit, Prose string }

// String joins both, for titles and plain text: 35.0%, 1.20 亿元, ¥0.12 bn.
func (s Shown) String() string {
	switch {
	case s.Prose != "":
		return s.Prose
	case s.Unit == "":
		return s.Text
	case s.Unit == "%":
		return s.Text + s.Unit
	}
	return s.Text + " " + s.Unit
}

// Show rounds once, for the eye: 亿元 two decimals, 万元 none (two when it is not whole), % and points one, counts none.
// It never clamps: 115% of a plan stays 115.0. r is in the unit; share and points are fractions.
func Show(r *big.Rat, unit Unit, lang words.Lang) Shown {
	k := unit.kind()
	v := r
	if k.shown != 0 {
		v = new(big.Rat).Mul(r, big.NewRat(k.shown, 1))
	}
	decimals := k.decimals
	if v.IsInt() {
		decimals = k.whole
	}
	label := unit.Label(lang)
	if unit == UnitMu && lang == words.En {
		label = words.Say(lang, "quantity.mu-hectares", "ha", FormatRat(new(big.Rat).Quo(r, kinds[UnitHectare].scale), 1))
	}
	shown := Shown{Text: FormatRat(v, decimals), Unit: label}
	if lang == words.En {
		switch unit {
		case UnitYiYuan:
			shown.Prose = words.Say(lang, "quantity.yuan-bn", "n", FormatRat(new(big.Rat).Quo(r, big.NewRat(10, 1)), decimals+1))
		case UnitWanYuan:
			shown.Prose = words.Say(lang, "quantity.yuan-m", "n", FormatRat(new(big.Rat).Quo(r, big.NewRat(100, 1)), 2))
		}
	}
	return shown
}

// ShowMoney shows money in 亿元 or 万元 or 元, whichever unit the page's column has.
func ShowMoney(f Fen, unit Unit, lang words.Lang) Shown {
	r, err := Convert(f.Rat(), UnitYuan, unit)
	if err != nil {
		r, unit = f.Rat(), UnitYuan // not a unit of money: plain yuan says nothing false
	}
	return Show(r, unit, lang)
}

// exact prints without rounding: decimals when there are finitely many, otherwise a fraction such as 1/3.
func exact(r *big.Rat) string {
	if n, ok := r.FloatPrec(); ok {
		return FormatRat(r, n)
	}
	return r.String()
}
