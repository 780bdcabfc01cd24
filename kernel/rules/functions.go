package rules

import (
	"math/big"
	"strings"
	"sync"

	"shigan/kernel/calendar"
	"shigan/kernel/quantity"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
)

const fnNumber = "number"

// literalUnits are the functions that write a number with its unit: points(30), percent(80), wan(500), months(3).
var literalUnits = map[string]quantity.Unit{
	"share": quantity.UnitShare, "percent": quantity.UnitShare, "points": quantity.UnitPoints,
	"yuan": quantity.UnitYuan, "wan": quantity.UnitYuan, "yi": quantity.UnitYuan,
	"count": quantity.UnitCount, "months": quantity.UnitMonth, "days": quantity.UnitDay, "mu": quantity.UnitMu,
	"score": quantity.UnitScore, "persons": quantity.UnitPerson, "kwh": quantity.UnitKwh,
}

// literalScale is what one of it is worth in the base of its unit.
func literalScale(name string) *big.Rat {
	switch name {
	case "percent", "points":
		return big.NewRat(1, 100)
	case "wan":
		return quantity.UnitWanYuan.Scale()
	case "yi":
		return quantity.UnitYiYuan.Scale()
	}
	return literalUnits[name].Scale()
}

// literals caches the numbers that stand in formulas; there are few, and they are asked for in every row.
var literals sync.Map

func parseLiteral(v ref.Val) ref.Val {
	s, ok := v.(types.String)
	if !ok {
		return types.MaybeNoSuchOverloadErr(v)
	}
	if n, ok := literals.Load(s); ok {
		return n.(Num)
	}
	r, ok := new(big.Rat).SetString(string(s))
	if !ok {
		return types.NewErr("not a number: %s", s)
	}
	literals.Store(s, Of(r))
	return Of(r)
}

// DayNumber and DayOf turn dates into the numbers that formulas compare: days since 1900-01-01.
var dayZero = calendar.MustDate("1900-01-01")

func DayNumber(d calendar.Date) *big.Rat { return big.NewRat(int64(d.Sub(dayZero)), 1) }

// DayOf is the date of a day number; ok is false for a number that is no whole day of the house's calendar.
func DayOf(r *big.Rat) (calendar.Date, bool) {
	if r == nil || !r.IsInt() || !r.Num().IsInt64() {
		return calendar.Date{}, false
	}
	n := r.Num().Int64()
	if n < 0 || n > 109_000 {
		return calendar.Date{}, false
	}
	return dayZero.AddDays(int(n)), true
}

func num1(name string, result *cel.Type, f func(a *big.Rat) ref.Val) cel.EnvOption {
	return cel.Function(name, cel.Overload(name+"_num", []*cel.Type{celNum}, result, cel.UnaryBinding(func(v ref.Val) ref.Val {
		n, ok := v.(Num)
		if !ok {
			return types.MaybeNoSuchOverloadErr(v)
		}
		if n.IsMissing() {
			return n
		}
		return f(n.Rat)
	})))
}

func num2(name string, f func(a, b *big.Rat) ref.Val) cel.EnvOption {
	return cel.Function(name, cel.Overload(name+"_num_num", []*cel.Type{celNum, celNum}, celNum, cel.BinaryBinding(func(x, y ref.Val) ref.Val {
		a, aok := x.(Num)
		b, bok := y.(Num)
		switch {
		case !aok || !bok:
			return types.MaybeNoSuchOverloadErr(x)
		case a.IsMissing():
			return a
		case b.IsMissing():
			return b
		}
		return f(a.Rat, b.Rat)
	})))
}

// isKnown tells whether a value is there; a missing text or truth reaches CEL as an error.
func isKnown(v ref.Val) bool {
	if n, ok := v.(Num); ok {
		return !n.IsMissing()
	}
	return !types.IsUnknownOrError(v)
}

func known(t *cel.Type) cel.FunctionOpt {
	return cel.Overload("known_"+t.TypeName(), []*cel.Type{t}, cel.BoolType, cel.OverloadIsNonStrict(),
		cel.UnaryBinding(func(v ref.Val) ref.Val { return types.Bool(isKnown(v)) }))
}

func either(t *cel.Type) cel.FunctionOpt {
	return cel.Overload("either_"+t.TypeName(), []*cel.Type{t, t}, t, cel.OverloadIsNonStrict(),
		cel.BinaryBinding(func(a, b ref.Val) ref.Val {
			if isKnown(a) {
				return a
			}
			return b
		}))
}

// few is the reason of a rate that is told as k of n only: "missing.few:3/7/10", the last being from how many on it is a rate.
const few = "missing.few:"

// Few reads that reason: k, n and least.
func (v Value) Few() (k, n, least string, ok bool) {
	text, ok := strings.CutPrefix(v.Num.Why, few)
	if parts := strings.Split(text, "/"); ok && v.IsMissing() && len(parts) == 3 {
		return parts[0], parts[1], parts[2], true
	}
	return "", "", "", false
}

func rateOf(args ...ref.Val) ref.Val {
	var n [3]Num
	for i, a := range args {
		x, ok := a.(Num)
		if !ok {
			return types.MaybeNoSuchOverloadErr(a)
		}
		if x.IsMissing() {
			return x
		}
		n[i] = x
	}
	switch part, whole, least := n[0].Rat, n[1].Rat, n[2].Rat; {
	case whole.Sign() == 0:
		return Missing("missing.divided-by-zero")
	case whole.Cmp(least) < 0 && part.IsInt() && whole.IsInt() && least.IsInt():
		return Missing(few + part.RatString() + "/" + whole.RatString() + "/" + least.RatString())
	default:
		return Of(new(big.Rat).Quo(part, whole))
	}
}

func dates2(name string, f func(a, b calendar.Date) *big.Rat) cel.EnvOption {
	return num2(name, func(a, b *big.Rat) ref.Val {
		d, ok := DayOf(a)
		e, ok2 := DayOf(b)
		if !ok || !ok2 {
			return types.NewErr("missing.no-such-date")
		}
		return Of(f(d, e))
	})
}

func dateAnd(name string, f func(d calendar.Date, n int) calendar.Date, scale *big.Rat) cel.EnvOption {
	return num2(name, func(a, b *big.Rat) ref.Val {
		d, ok := DayOf(a)
		n := new(big.Rat).Quo(b, scale)
		if !ok || !n.IsInt() || !n.Num().IsInt64() {
			return types.NewErr("missing.no-such-date")
		}
		return Of(DayNumber(f(d, int(n.Num().Int64()))))
	})
}

// functions is the language of rules beside CEL's operators.
func functions() []cel.EnvOption {
	opts := []cel.EnvOption{
		cel.Function(fnNumber, cel.Overload("number_string", []*cel.Type{cel.StringType}, celNum, cel.UnaryBinding(parseLiteral))),
		num1("twelfths", celNum, func(m *big.Rat) ref.Val { return Of(new(big.Rat).Quo(m, big.NewRat(12, 1))) }),
		num1("abs", celNum, func(a *big.Rat) ref.Val { return Of(new(big.Rat).Abs(a)) }),
		num2("smaller", func(a, b *big.Rat) ref.Val {
			if a.Cmp(b) <= 0 {
				return Of(a)
			}
			return Of(b)
		}),
		num2("larger", func(a, b *big.Rat) ref.Val {
			if a.Cmp(b) >= 0 {
				return Of(a)
			}
			return Of(b)
		}),
		// rate(k, n, least): k of n as a share; where n is below least it is a share of too few, and only k and n are told
		cel.Function("rate", cel.Overload("rate_num_num_num", []*cel.Type{celNum, celNum, celNum}, celNum, cel.FunctionBinding(rateOf))),
		cel.Function("known", known(celNum), known(cel.BoolType), known(cel.StringType)),
		// either(a, b): a where it is known, else b
		cel.Function("either", either(celNum), either(cel.BoolType), either(cel.StringType)),
		// months_from(a, b): how many calendar months b lies after a (March to June: 3)
		dates2("months_from", func(a, b calendar.Date) *big.Rat { return big.NewRat(int64(b.Month().Sub(a.Month())), 1) }),
		dates2("days_from", func(a, b calendar.Date) *big.Rat {
			return new(big.Rat).Mul(big.NewRat(int64(b.Sub(a)), 1), quantity.UnitDay.Scale())
		}),
		dateAnd("add_months", func(d calendar.Date, n int) calendar.Date { return d.AddMonths(n) }, quantity.UnitMonth.Scale()),
		dateAnd("add_days", func(d calendar.Date, n int) calendar.Date { return d.AddDays(n) }, quantity.UnitDay.Scale()),
		// on_day(a, n): the n-th day of the month of a, or its last day where it has fewer
		num2("on_day", func(a, b *big.Rat) ref.Val {
			d, ok := DayOf(a)
			if !ok || !b.IsInt() || b.Sign() <= 0 {
				return types.NewErr("missing.no-such-date")
			}
			m := d.Month()
			n := b.Num()
			if n.Cmp(big.NewInt(int64(m.Days()))) > 0 {
				return Of(DayNumber(m.Last()))
			}
			return Of(DayNumber(m.First().AddDays(int(n.Int64()) - 1)))
		}),
		num1("month_end_of", celNum, func(a *big.Rat) ref.Val {
			d, ok := DayOf(a)
			if !ok {
				return types.NewErr("missing.no-such-date")
			}
			return Of(DayNumber(d.Month().Last()))
		}),
		num1("month_of", celNum, func(a *big.Rat) ref.Val {
			d, ok := DayOf(a)
			if !ok {
				return types.NewErr("missing.no-such-date")
			}
			return Of(big.NewRat(int64(d.Month().Month), 1))
		}),
		// at(list, n): the n-th value of a parameter with several values, counted from 1
		cel.Function("at", cel.Overload("at_list_num", []*cel.Type{cel.ListType(celNum), celNum}, celNum, cel.BinaryBinding(func(l, i ref.Val) ref.Val {
			list, ok := l.(traits.Lister)
			n, ok2 := i.(Num)
			if !ok || !ok2 || n.IsMissing() || !n.Rat.IsInt() {
				return types.NewErr("missing.not-in-list")
			}
			k := types.Int(n.Rat.Num().Int64() - 1)
			if size, ok := list.Size().(types.Int); !ok || k < 0 || k >= size {
				return types.NewErr("missing.not-in-list")
			}
			switch v := list.Get(k).(type) {
			case Num:
				return v
			default:
				return types.NewErr("missing.not-in-list")
			}
		}))),
	}
	for name := range literalUnits {
		scale := literalScale(name)
		opts = append(opts, num1(name, celNum, func(a *big.Rat) ref.Val { return Of(new(big.Rat).Mul(a, scale)) }))
	}
	for _, op := range []string{operators.Add, operators.Subtract, operators.Multiply, operators.Divide} {
		opts = append(opts, cel.Function(op, cel.Overload(op+"_num_num", []*cel.Type{celNum, celNum}, celNum)))
	}
	for _, op := range []string{operators.Less, operators.LessEquals, operators.Greater, operators.GreaterEquals} {
		opts = append(opts, cel.Function(op, cel.Overload(op+"_num_num", []*cel.Type{celNum, celNum}, cel.BoolType)))
	}
	return append(opts, cel.Function(operators.Negate, cel.Overload("negate_num", []*cel.Type{celNum}, celNum)))
}
