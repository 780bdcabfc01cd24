package rules

import (
	"fmt"
	"math/big"

	"shigan/kernel/quantity"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
)

// measure is what an expression measures, worked out before anything is evaluated: a dimension, and for pure numbers the
// flavour, since a share (35 %) and percentage points (15 点) are both fractions and must not be compared.
type measure struct {
	dim    quantity.Dimension
	flavor flavor
	other  quantity.Unit // UnitDate, UnitText, UnitBool where it is no quantity
}

type flavor int

const (
	plain  flavor = iota // has a dimension, or is a pure number
	share                // part of a whole
	points               // difference of two shares
	ratio                // quotient of like things: may serve as a share or as a number
	zero                 // the literal 0: compares with everything
)

var flavorNames = map[flavor]string{plain: "number", share: "share", points: "points", ratio: "ratio", zero: "0"}

func (m measure) String() string {
	if m.other != "" {
		return string(m.other)
	}
	if len(m.dim) == 0 {
		return flavorNames[m.flavor]
	}
	return fmt.Sprint(map[string]int(m.dim))
}

// measureOf gives the measure of a named unit.
func measureOf(u quantity.Unit) measure {
	switch u {
	case UnitDate, UnitText, UnitBool, UnitHue:
		return measure{other: u}
	case quantity.UnitShare:
		return measure{flavor: share}
	case quantity.UnitPoints:
		return measure{flavor: points}
	}
	return measure{dim: u.Dimension()}
}

func (m measure) pure() bool { return m.other == "" && len(m.dim) == 0 }

// word tells whether it is a text; what a light shows compares with a text: light_progress == "red".
func (m measure) word() bool { return m.other == UnitText || m.other == UnitHue }

// signature of a function whose arguments each measure one fixed thing.
type signature struct {
	args  []measure
	gives measure
}

var signatures = func() map[string]signature {
	date, number, list := measure{other: UnitDate}, measure{}, measure{other: unitList}
	months, days, count := measureOf(quantity.UnitMonth), measureOf(quantity.UnitDay), measureOf(quantity.UnitCount)
	return map[string]signature{
		"twelfths":     {[]measure{number}, measure{flavor: share}},
		"rate":         {[]measure{count, count, count}, measure{flavor: ratio}},
		"at":           {[]measure{list, number}, measure{flavor: share}},
		"months_from":  {[]measure{date, date}, months},
		"days_from":    {[]measure{date, date}, days},
		"add_months":   {[]measure{date, months}, date},
		"add_days":     {[]measure{date, days}, date},
		"on_day":       {[]measure{date, number}, date},
		"month_end_of": {[]measure{date}, date},
		"month_of":     {[]measure{date}, number},
	}
}()

// fits tells whether a value of measure m may stand where want is asked for, or be compared with it.
func (m measure) fits(want measure) bool {
	if m.other != "" || want.other != "" {
		return m.other == want.other || m.word() && want.word()
	}
	if m.flavor == zero || want.flavor == zero {
		return true
	}
	if !m.dim.Equal(want.dim) {
		return false
	}
	if !m.pure() || m.flavor == want.flavor {
		return true
	}
	for _, pair := range [][2]flavor{{ratio, share}, {ratio, plain}} {
		if m.flavor == pair[0] && want.flavor == pair[1] || m.flavor == pair[1] && want.flavor == pair[0] {
			return true
		}
	}
	return false
}

// A unitError names the sub-expression at fault.
type unitError struct {
	id   int64
	text string
}

func (e *unitError) Error() string { return e.text }

// infer walks a checked expression. names gives the measure of each variable.
func infer(e ast.Expr, names map[string]measure) (measure, error) {
	switch e.Kind() {
	case ast.LiteralKind:
		switch v := e.AsLiteral().Value().(type) {
		case string:
			return measure{other: UnitText}, nil
		case bool:
			return measure{other: UnitBool}, nil
		default:
			return measure{}, &unitError{e.ID(), fmt.Sprintf("literal %v", v)}
		}
	case ast.IdentKind:
		if m, ok := names[e.AsIdent()]; ok {
			return m, nil
		}
		return measure{}, &unitError{e.ID(), "unknown name " + e.AsIdent()}
	case ast.CallKind:
		return inferCall(e, names)
	case ast.ListKind:
		for _, x := range e.AsList().Elements() {
			if _, err := infer(x, names); err != nil {
				return measure{}, err
			}
		}
		return measure{other: "list"}, nil
	}
	return measure{}, &unitError{e.ID(), "this form of expression is not used in rules"}
}

func inferCall(e ast.Expr, names map[string]measure) (measure, error) {
	c := e.AsCall()
	name := c.FunctionName()
	if name == fnNumber {
		return inferNumber(e)
	}
	args := make([]measure, len(c.Args()))
	for i, a := range c.Args() {
		m, err := infer(a, names)
		if err != nil {
			return m, err
		}
		args[i] = m
	}
	if unit, ok := literalUnits[name]; ok {
		if !args[0].fits(measure{}) {
			return measure{}, &unitError{e.ID(), fmt.Sprintf("%s takes a number, not %s", name, args[0])}
		}
		return measureOf(unit), nil
	}
	mismatch := func(a, b measure) error {
		return &unitError{e.ID(), fmt.Sprintf("%s and %s do not go together in %s", a, b, plainName(name))}
	}
	same := func(a, b measure) (measure, error) {
		if !a.fits(b) {
			return measure{}, mismatch(a, b)
		}
		if a.flavor == zero || a.flavor == ratio {
			return b, nil
		}
		return a, nil
	}
	if sig, ok := signatures[name]; ok {
		for i, want := range sig.args {
			if i >= len(args) || !args[i].fits(want) {
				return measure{}, &unitError{e.ID(), fmt.Sprintf("%s takes %s, not %s", name, want, args[i])}
			}
		}
		return sig.gives, nil
	}
	switch name {
	case operators.Add, operators.Subtract:
		if args[0].other != "" || args[1].other != "" { // days lie between dates: days_from, add_days
			return measure{}, mismatch(args[0], args[1])
		}
		return addOrSubtract(name, args[0], args[1], same)
	case operators.Multiply:
		if args[0].other != "" || args[1].other != "" {
			return measure{}, mismatch(args[0], args[1])
		}
		return multiply(args[0], args[1]), nil
	case operators.Divide:
		if args[0].other != "" || args[1].other != "" {
			return measure{}, mismatch(args[0], args[1])
		}
		return divide(args[0], args[1]), nil
	case operators.Negate, "abs":
		if args[0].other != "" {
			return measure{}, mismatch(args[0], measure{})
		}
		return args[0], nil
	case operators.Less, operators.LessEquals, operators.Greater, operators.GreaterEquals, operators.Equals, operators.NotEquals:
		if _, err := same(args[0], args[1]); err != nil {
			return measure{}, err
		}
		if err := colours(c.Args(), args); err != nil {
			return measure{}, err
		}
		return measure{other: UnitBool}, nil
	case operators.LogicalAnd, operators.LogicalOr, operators.LogicalNot, "known", operators.In:
		return measure{other: UnitBool}, nil
	case operators.Conditional:
		return same(args[1], args[2])
	case "smaller", "larger", "either":
		return same(args[0], args[1])
	}
	return measure{}, &unitError{e.ID(), "function " + name + " is not used in rules"}
}

// inferNumber measures a literal, written number("…"): 0 compares with everything, the others are pure numbers.
func inferNumber(e ast.Expr) (measure, error) {
	args := e.AsCall().Args()
	text, ok := "", len(args) == 1 && args[0].Kind() == ast.LiteralKind
	if ok {
		text, ok = args[0].AsLiteral().Value().(string)
	}
	if _, written := new(big.Rat).SetString(text); !ok || !written {
		return measure{}, &unitError{e.ID(), "number takes a written number"}
	}
	if text == "0" {
		return measure{flavor: zero}, nil
	}
	return measure{}, nil
}

// colours refuses to compare a light with a word that no light shows: it would never be true.
func colours(args []ast.Expr, m []measure) error {
	for i, a := range args {
		if m[1-i].other != UnitHue || a.Kind() != ast.LiteralKind {
			continue
		}
		if show, ok := a.AsLiteral().Value().(string); ok {
			if _, known := severity[show]; !known {
				return &unitError{a.ID(), "no light shows " + show}
			}
		}
	}
	return nil
}

func addOrSubtract(op string, a, b measure, same func(a, b measure) (measure, error)) (measure, error) {
	aShare := a.pure() && (a.flavor == share || a.flavor == ratio)
	bShare := b.pure() && (b.flavor == share || b.flavor == ratio)
	switch {
	case aShare && bShare && op == operators.Subtract:
		return measure{flavor: points}, nil // 50 % − 35 % = 15 points
	case aShare && b.pure() && b.flavor == points:
		return measure{flavor: share}, nil
	case a.pure() && a.flavor == points && bShare && op == operators.Add:
		return measure{flavor: share}, nil
	}
	return same(a, b)
}

func multiply(a, b measure) measure {
	switch {
	case !a.pure() || !b.pure():
		return measure{dim: a.dim.Times(b.dim)}
	case a.flavor == plain || a.flavor == zero:
		return b
	case b.flavor == plain || b.flavor == zero:
		return a
	case a.flavor == points || b.flavor == points:
		return measure{flavor: points}
	}
	return measure{flavor: share}
}

func divide(a, b measure) measure {
	d := a.dim.Per(b.dim)
	if len(d) > 0 {
		return measure{dim: d}
	}
	if a.pure() && b.pure() && b.flavor == plain {
		return a // 30 points / 2 are points
	}
	return measure{flavor: ratio}
}

func plainName(op string) string {
	if s, ok := operators.FindReverse(op); ok && s != "" {
		return s
	}
	return op
}
