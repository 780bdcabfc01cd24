package quantity

import "shigan/kernel/fault"

// Refusals. Each carries text (what was typed); those about one spot carry place (which character, from 1) and part.
var (
	ErrEmpty         = fault.New(fault.Invalid, "quantity.empty")
	ErrNoNumber      = fault.New(fault.Invalid, "quantity.no-number")      // 待定
	ErrNotUnderstood = fault.New(fault.Invalid, "quantity.not-understood") // 1.2.3
	ErrGrouping      = fault.New(fault.Invalid, "quantity.grouping")       // 12,34
	ErrNumeral       = fault.New(fault.Invalid, "quantity.numeral")        // 三百五: 305 or 350?
	ErrUnitOrder     = fault.New(fault.Invalid, "quantity.unit-order")     // 2000万1亿
	ErrTail          = fault.New(fault.Invalid, "quantity.tail")           // 1亿2000: of what?
	ErrRange         = fault.New(fault.Invalid, "quantity.range")          // 3-5亿
	ErrBound         = fault.New(fault.Invalid, "quantity.bound")          // 3亿以上
	ErrCurrency      = fault.New(fault.Invalid, "quantity.currency")       // 300万美元
	ErrNotMoney      = fault.New(fault.Invalid, "quantity.not-money")      // 2000万件
	ErrUnknownUnit   = fault.New(fault.Invalid, "quantity.unknown-unit")   // 500斗
	ErrBelowFen      = fault.New(fault.Invalid, "quantity.below-fen")      // 0.001元
	ErrTooPrecise    = fault.New(fault.Invalid, "quantity.too-precise")
	ErrTooLarge      = fault.New(fault.Invalid, "quantity.too-large")
	ErrTooLong       = fault.New(fault.TooLarge, "quantity.too-long")
	ErrDivideByZero  = fault.New(fault.Invalid, "quantity.divide-by-zero")
	ErrUnitsDiffer   = fault.New(fault.Invalid, "quantity.units-differ") // from, to
	ErrNoSuchUnit    = fault.New(fault.NotFound, "quantity.no-such-unit")
)
