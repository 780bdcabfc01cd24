// Package rules 规则包 is the law as data: dated parameters, formulas and lights in CEL, their source, and their tests.
//
// A pack is a folder packs/<place>/<rule>/ with pack.yaml (where, since when, out of which document, what was decided where
// the document has a hole), parameters.yaml (one value per date), rules.yaml (figures and lights) and tests.yaml. Packs
// inherit, country → province → city → district. Formulas are typed against the vocabulary that domain rooms declare, with
// an exact rational type and units: a float never decides a light, and a share is never compared with percentage points.
//
// This room knows no project and no month's report; it turns texts into programs. kernel/figure runs them.
package rules
