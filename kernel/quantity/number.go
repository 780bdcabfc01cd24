package quantity

import (
	"math/big"
	"strings"
)

// Number is any stated number: exact, in a unit; share and points are fractions.
type Number struct {
	Rat         *big.Rat
	Unit        Unit
	Approximate bool
	Text        string // as typed; not part of the value
}

// String writes the number so that ParseNumber reads the same back: 35%, 25,000辆, 1/3, 约190项.
func (n Number) String() string {
	k := n.Unit.kind()
	text := exact(n.Unit.written(n.Rat)) + k.read[0]
	if n.Approximate {
		return "约" + text
	}
	return text
}

// written is the value as one writes it: 35 for a share of 7/20.
func (u Unit) written(r *big.Rat) *big.Rat {
	if f := u.kind().shown; f != 0 {
		return new(big.Rat).Mul(r, big.NewRat(f, 1))
	}
	return r
}

// Same compares what was said, not how it was typed.
func (n Number) Same(o Number) bool {
	return n.Rat.Cmp(o.Rat) == 0 && n.Unit == o.Unit && n.Approximate == o.Approximate
}

// In converts to another unit, exactly.
func (n Number) In(unit Unit) (*big.Rat, error) { return Convert(n.Rat, n.Unit, unit) }

// Fen gives an amount of money in fen; it refuses other units and parts of a fen.
func (n Number) Fen() (Fen, error) {
	yuan, err := n.In(UnitYuan)
	if err != nil {
		return 0, err
	}
	return fenOf(yuan, n.String())
}

const (
	mostDecimals = 12
	mostDigits   = 24 // before the point
	mostFraction = 15 // digits of a denominator that has no decimals
)

var (
	tooWhole    = new(big.Int).Exp(big.NewInt(10), big.NewInt(mostDigits), nil)
	tooFraction = new(big.Int).Exp(big.NewInt(10), big.NewInt(mostFraction), nil)
)

// ParseNumber reads any number with or without unit: 35%, 12.5, 1/3, 3成, 30个百分点, 500亩, 2.5万辆, 26.01万元/亩.
// A number without unit has UnitNumber; whoever knows the column gives it its unit.
func ParseNumber(s string) (Number, error) {
	r, err := newReader(s)
	if err != nil {
		return Number{}, err
	}
	n := Number{Unit: UnitNumber, Text: s}
	var negative bool
	if n.Approximate, negative, err = r.opening(); err != nil {
		return Number{}, err
	}
	_, percent := r.take("百分之")
	a, err := r.amount(func() bool { _, ok := r.unit(); return ok })
	if err != nil {
		return Number{}, err
	}
	n.Rat = a.value
	if r.peek() == '/' {
		if err := r.fraction(n.Rat, a); err != nil {
			return Number{}, err
		}
	}
	about, err := r.closing() // 500左右
	if err != nil {
		return Number{}, err
	}
	n.Approximate = n.Approximate || a.about || about
	switch u, ok := r.unit(); {
	case percent && r.end():
		n.Unit = UnitShare
		n.Rat.Quo(n.Rat, big.NewRat(100, 1))
	case ok && !percent:
		n.Unit = u
		r.at += r.unitLength()
		if f := u.kind().shown; f != 0 {
			n.Rat.Quo(n.Rat, big.NewRat(f, 1))
		}
	default:
		if _, ok := r.take("成"); ok && !percent { // 3成 is 30%
			n.Unit = UnitShare
			n.Rat.Quo(n.Rat, big.NewRat(10, 1))
		} else if _, ok := r.take("‰"); ok && !percent {
			n.Unit = UnitShare
			n.Rat.Quo(n.Rat, big.NewRat(1000, 1))
		}
	}
	if n.Unit == UnitNumber && a.tail >= 0 && a.myriad && r.end() { // 1亿2000: of what?
		return Number{}, r.refuse(ErrTail, a.tail, r.at)
	}
	if r.yuan && n.Unit == UnitNumber {
		n.Unit = UnitYuan
	}
	if about, err = r.closing(); err != nil { // 500亩左右
		return Number{}, err
	}
	n.Approximate = n.Approximate || about
	if !r.end() || r.yuan && n.Unit.Dimension()["money"] != 1 {
		if n.Unit == UnitNumber && !percent && strings.IndexFunc(r.rest(), func(c rune) bool { return isDigit(c) || c == '.' || c == '-' || c == '/' }) < 0 {
			return Number{}, r.refuseTail(ErrUnknownUnit)
		}
		return Number{}, r.refuseTail(ErrNotUnderstood)
	}
	if negative {
		n.Rat.Neg(n.Rat)
	}
	return n, n.fits(r.raw)
}

// unit looks for a unit from here to the end, leaving aside 左右.
func (r *reader) unit() (Unit, bool) {
	u, ok := byWord[r.unitWord()]
	return u, ok && u != UnitNumber
}

func (r *reader) unitWord() string {
	rest := r.rest()
	for _, after := range []string{"左右", "上下", "以上", "以下", "以内", "(约)"} {
		rest = strings.TrimRight(strings.TrimSuffix(rest, after), " ")
	}
	return rest
}

func (r *reader) unitLength() int { return len([]rune(r.unitWord())) }

// fraction reads /3 after 1; both are whole and without 万.
func (r *reader) fraction(num *big.Rat, a amount) error {
	slash := r.at
	r.at++
	den, ok, err := r.number()
	switch {
	case err != nil:
		return err
	case !ok || a.myriad || !num.IsInt() || !den.IsInt():
		return r.refuse(ErrNotUnderstood, slash, len(r.orig))
	case den.Sign() == 0:
		return r.refuse(ErrDivideByZero, slash+1, len(r.orig))
	}
	num.Quo(num, den)
	return nil
}

// fits keeps numbers within what can be printed and read back.
func (n Number) fits(text string) error {
	w := n.Unit.written(n.Rat)
	if new(big.Int).Quo(new(big.Int).Abs(w.Num()), w.Denom()).Cmp(tooWhole) >= 0 {
		return ErrTooLarge.With("text", text)
	}
	if places, finite := w.FloatPrec(); finite && places > mostDecimals || !finite && (w.Denom().Cmp(tooFraction) >= 0 || w.Num().CmpAbs(tooFraction) >= 0) {
		return ErrTooPrecise.With("text", text)
	}
	return nil
}
