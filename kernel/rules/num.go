package rules

import (
	"fmt"
	"math/big"
	"reflect"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
)

// numType is the exact rational of formulas. Units are checked when a formula is compiled, so a value need not carry one.
var (
	numType = types.NewObjectType("shigan.Num", traits.AdderType|traits.SubtractorType|traits.MultiplierType|
		traits.DividerType|traits.ComparerType|traits.NegatorType)
	celNum = cel.ObjectType("shigan.Num")
)

// Num 数 is an exact number, or the reason why there is none. Arithmetic with a missing number is missing for the same reason;
// a comparison with one has no answer, so a light that hangs on it does not apply (不适用) instead of turning.
type Num struct {
	Rat *big.Rat // nil when missing
	Why string   // key of the catalogue, with the name after a colon: "missing.not-reported:invested_ytd"
}

// Missing makes a number that is not there.
func Missing(why string) Num { return Num{Why: why} }

// Of makes a number.
func Of(r *big.Rat) Num { return Num{Rat: r} }

// IsMissing tells whether there is no value.
func (n Num) IsMissing() bool { return n.Rat == nil }

func (n Num) String() string {
	if n.Rat == nil {
		return "— (" + n.Why + ")"
	}
	return n.Rat.RatString()
}

func two(n Num, other ref.Val, op func(a, b *big.Rat) *big.Rat) ref.Val {
	o, ok := other.(Num)
	if !ok {
		return types.MaybeNoSuchOverloadErr(other)
	}
	if n.Rat == nil {
		return n.on()
	}
	if o.Rat == nil {
		return o.on()
	}
	return Num{Rat: op(n.Rat, o.Rat)}
}

// on is a missing number as what is worked out of it is missing: a rate of too few is told as k of n, which its score is not.
func (n Num) on() Num {
	if strings.HasPrefix(n.Why, few) {
		return Missing("missing.of-too-few")
	}
	return n
}

func (n Num) Add(other ref.Val) ref.Val {
	return two(n, other, func(a, b *big.Rat) *big.Rat { return new(big.Rat).Add(a, b) })
}

func (n Num) Subtract(other ref.Val) ref.Val {
	return two(n, other, func(a, b *big.Rat) *big.Rat { return new(big.Rat).Sub(a, b) })
}

func (n Num) Multiply(other ref.Val) ref.Val {
	return two(n, other, func(a, b *big.Rat) *big.Rat { return new(big.Rat).Mul(a, b) })
}

// Divide by zero is a missing number with that reason, not an error: a plan of nothing has no completion rate.
func (n Num) Divide(other ref.Val) ref.Val {
	if o, ok := other.(Num); ok && n.Rat != nil && o.Rat != nil && o.Rat.Sign() == 0 {
		return Missing("missing.divided-by-zero")
	}
	return two(n, other, func(a, b *big.Rat) *big.Rat { return new(big.Rat).Quo(a, b) })
}

func (n Num) Negate() ref.Val {
	if n.Rat == nil {
		return n
	}
	return Num{Rat: new(big.Rat).Neg(n.Rat)}
}

func (n Num) Compare(other ref.Val) ref.Val {
	o, ok := other.(Num)
	if !ok {
		return types.MaybeNoSuchOverloadErr(other)
	}
	if n.Rat == nil {
		return types.NewErr("%s", n.Why)
	}
	if o.Rat == nil {
		return types.NewErr("%s", o.Why)
	}
	return types.Int(n.Rat.Cmp(o.Rat))
}

func (n Num) Equal(other ref.Val) ref.Val {
	c := n.Compare(other)
	if i, ok := c.(types.Int); ok {
		return types.Bool(i == 0)
	}
	return c
}

func (n Num) ConvertToNative(t reflect.Type) (any, error) {
	if t == reflect.TypeFor[Num]() {
		return n, nil
	}
	return nil, fmt.Errorf("a number is no %v", t)
}

func (n Num) ConvertToType(t ref.Type) ref.Val {
	switch t {
	case numType, types.TypeType:
		return n
	}
	return types.NewErr("a number is no %v", t)
}

func (n Num) Type() ref.Type { return numType }
func (n Num) Value() any     { return n }
