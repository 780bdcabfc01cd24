// Package figure 指标 computes numbers and lights out of facts by a rule set, and explains each of them.
//
// A figure's address is name / subject / month / known by. Values runs by column: one read per fact for all subjects, never
// one per project. Explain gives the tree under one value: the formula with its values, the inputs that are figures or facts,
// the facts with their ledger entries, the clause, the parts of a sum, and the smallest change that would turn a light.
//
// The room asks a Source for facts and opens no database itself.
package figure
