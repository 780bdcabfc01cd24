package quantity

import (
	"math"
	"math/big"
)

// Fen 分 is money in hundredths of a yuan, whole and signed: up to 922 trillion yuan (约 9.2 亿亿元).
type Fen int64

const (
	Yuan Fen = 100           // 元
	Wan      = 10_000 * Yuan // 万元
	Yi       = 10_000 * Wan  // 亿元
)

// Add refuses a sum that int64 cannot hold, instead of turning it over.
func (f Fen) Add(g Fen) (Fen, error) {
	if g > 0 && f > math.MaxInt64-g || g < 0 && f < math.MinInt64-g {
		return 0, ErrTooLarge.With("text", f.String()+" + "+g.String())
	}
	return f + g, nil
}

// Sub refuses a difference that int64 cannot hold.
func (f Fen) Sub(g Fen) (Fen, error) {
	if g < 0 && f > math.MaxInt64+g || g > 0 && f < math.MinInt64+g {
		return 0, ErrTooLarge.With("text", f.String()+" - "+g.String())
	}
	return f - g, nil
}

// Sum adds up; it refuses only when the total itself does not fit, whatever the order of the parts.
func Sum(parts ...Fen) (Fen, error) {
	total := new(big.Int)
	for _, p := range parts {
		total.Add(total, big.NewInt(int64(p)))
	}
	if !total.IsInt64() {
		return 0, ErrTooLarge.With("text", total.String())
	}
	return Fen(total.Int64()), nil
}

// Rat gives the money in yuan.
func (f Fen) Rat() *big.Rat { return big.NewRat(int64(f), int64(Yuan)) }

// In gives the money in a unit of money, such as Wan: (3 * Yi).In(Wan) is 30000.
func (f Fen) In(unit Fen) *big.Rat { return big.NewRat(int64(f), int64(unit)) }

// FenOfRat turns yuan into fen when they are whole fen and fit; it never rounds.
func FenOfRat(yuan *big.Rat) (Fen, bool) {
	fen := new(big.Rat).Mul(yuan, big.NewRat(int64(Yuan), 1))
	if !fen.IsInt() || !fen.Num().IsInt64() {
		return 0, false
	}
	return Fen(fen.Num().Int64()), true
}

// RoundFen turns yuan into fen, half away from zero: for a rule that says so (allocation, tax), never for a page.
func RoundFen(yuan *big.Rat) (Fen, error) {
	f, ok := FenOfRat(Round(yuan, 2, HalfAway))
	if !ok {
		return 0, ErrTooLarge.With("text", yuan.RatString())
	}
	return f, nil
}

// String writes the money so that ParseMoney reads the same back: in 亿元 when two decimals say it exactly, otherwise
// in the largest unit that does. It is notation, the same in every language; pages use Show.
func (f Fen) String() string {
	for _, u := range []struct {
		fen  Fen
		word string
	}{{Yi, "亿元"}, {Wan, "万元"}} {
		if (f >= u.fen || f <= -u.fen) && f%(u.fen/100) == 0 {
			decimals := 0
			if f%u.fen != 0 || u.fen == Yi {
				decimals = 2
			}
			return FormatRat(f.In(u.fen), decimals) + u.word
		}
	}
	decimals := 0
	if f%Yuan != 0 {
		decimals = 2
	}
	return FormatRat(f.Rat(), decimals) + "元"
}
