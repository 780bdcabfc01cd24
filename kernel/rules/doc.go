// Package rules 规则包 is the law as data: dated parameters, formulas and lights in CEL, their source, and their tests.
//
// A pack is a folder packs/<place>/<rule>/ with pack.yaml (where, since when, out of which document, what was decided where
// the document has a hole), parameters.yaml (one value per date), rules.yaml (figures and lights) and tests.yaml. Packs
// inherit, country → province → city → district. Formulas are typed against the vocabulary that domain rooms declare, with
// an exact rational type and units: a float never decides a light, and a share is never compared with percentage points.
//
// A formula uses CEL's operators and ?:, names of facts, figures, parameters and lights (light_progress), the same with prior_
// before them for one month earlier, and month, year, month_first, month_end. Its functions:
//
//	numbers with a unit   percent points yuan wan yi count months days mu score persons kwh share
//	where it may lack     known(x), either(x, y): x where it is known, else y
//	shares of a whole     rate(k, n, least): k of n, and no share where n is below least
//	numbers               smaller larger abs twelfths(month) at(list, n)
//	dates                 months_from(a, b) days_from(a, b) add_months(d, n) add_days(d, n) on_day(d, n) month_end_of(d) month_of(d)
//
// Shares less shares are points; like over like is a ratio, which may stand for a share or a number. What is missing stays
// missing with its reason, unless && or || is decided without it. A row of a light without condition is what else there is.
//
// This room knows no project and no month's report; it turns texts into programs. kernel/figure runs them.
package rules
