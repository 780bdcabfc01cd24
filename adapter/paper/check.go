package paper

import (
	"math/big"
	"strings"

	"shigan/kernel/fault"
	"shigan/kernel/words"
)

var (
	// ErrTotal refuses a table whose total is not the sum of its parts.
	ErrTotal = fault.New(fault.Conflict, "paper.total-differs")
	// ErrRounding refuses a printed number that is not its stored decimal, rounded.
	ErrRounding = fault.New(fault.Conflict, "paper.rounding-differs")
	// ErrRagged refuses a row with too few or too many numbers.
	ErrRagged = fault.New(fault.Invalid, "paper.ragged")
)

// Decimal reads a printed number as an exact one: thousands commas and a percent sign are taken off. Words are not.
func Decimal(s string) (*big.Rat, bool) {
	s = strings.ReplaceAll(strings.TrimSuffix(strings.TrimSpace(s), "%"), ",", "")
	digits := strings.TrimLeft(s, "+-")
	if digits == "" || len(s)-len(digits) > 1 || len(s) > 64 {
		return nil, false
	}
	dots := 0
	for i, r := range digits {
		if r == '.' {
			dots++
			if i == 0 || i == len(digits)-1 {
				return nil, false
			}
		} else if r < '0' || r > '9' {
			return nil, false
		}
	}
	if dots > 1 {
		return nil, false
	}
	return new(big.Rat).SetString(s)
}

// exact is a number's stored value and how far the true value may lie from it: nothing if it is exact, half a unit of the
// last printed digit if only the printed text is known.
func exact(n Num) (v, off *big.Rat, ok bool) {
	if v, ok = Decimal(n.Exact); ok {
		return v, new(big.Rat), true
	}
	if v, ok = Decimal(n.Text); !ok {
		return nil, nil, false
	}
	off = new(big.Rat)
	if p := places(n.Text); p > 0 {
		off.SetFrac(big.NewInt(1), new(big.Int).Mul(big.NewInt(2), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(p)), nil)))
	}
	return v, off, true
}

// places is how many digits stand after the point of a printed number.
func places(s string) int {
	s = strings.TrimSuffix(strings.TrimSpace(s), "%")
	if i := strings.IndexByte(s, '.'); i >= 0 {
		return len(s) - i - 1
	}
	return 0
}

// Check tells whether every row is full and every total of a column marked Sum equals its parts: exactly where the
// stored decimals are there, within the rounding where only the printed text is.
func (t Table) Check(lang words.Lang) error {
	rows := t.Rows
	if t.Total != nil {
		rows = append(rows[:len(rows):len(rows)], *t.Total)
	}
	for _, r := range rows {
		if len(r.Cells) != len(t.Columns)-1 {
			return ErrRagged.With("table", t.title(lang), "row", r.Name, "have", len(r.Cells), "want", len(t.Columns)-1)
		}
	}
	for _, r := range rows {
		for _, n := range r.Cells {
			if err := n.check(); err != nil {
				return err
			}
		}
	}
	if t.Total == nil {
		return nil
	}
	for i, c := range t.Columns {
		if i == 0 || !c.Sum || c.Text {
			continue
		}
		total, slack, ok := exact(t.Total.Cells[i-1])
		if !ok {
			continue // 「—」: there is no total to hold the parts against
		}
		sum, slack := new(big.Rat), new(big.Rat).Set(slack)
		for _, r := range t.Rows {
			if v, off, ok := exact(r.Cells[i-1]); ok {
				sum.Add(sum, v)
				slack.Add(slack, off)
			}
		}
		if gap := new(big.Rat).Sub(sum, total); gap.Abs(gap).Cmp(slack) > 0 {
			return ErrTotal.With("table", t.title(lang), "column", c.Name, "sum", decimal(sum), "total", t.Total.Cells[i-1].Text)
		}
	}
	return nil
}

// check tells whether what is printed is what is stored, rounded to the printed digits; a tie may go either way.
func (n Num) check() error {
	stored, ok := Decimal(n.Exact)
	if !ok {
		return nil
	}
	shown, ok := Decimal(n.Text)
	if !ok {
		return nil // a word, or "—"
	}
	half := new(big.Rat).SetFrac(big.NewInt(1), new(big.Int).Mul(big.NewInt(2), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(places(n.Text))), nil)))
	if gap := new(big.Rat).Sub(stored, shown); gap.Abs(gap).Cmp(half) > 0 {
		return ErrRounding.With("text", n.Text, "exact", n.Exact)
	}
	return nil
}

// decimal prints an exact number without trailing zeros.
func decimal(r *big.Rat) string {
	s := r.FloatString(10)
	return strings.TrimRight(strings.TrimRight(s, "0"), ".")
}

func (t Table) title(lang words.Lang) string {
	if t.Title != "" {
		return t.Title
	}
	if key := "paper.table." + t.By; t.By != "" && words.Has(key) {
		return words.Say(lang, key)
	}
	return words.Say(lang, "paper.table.other")
}
