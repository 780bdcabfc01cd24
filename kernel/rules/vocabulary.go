package rules

import (
	"maps"
	"slices"

	"shigan/kernel/fault"
	"shigan/kernel/quantity"
	"shigan/kernel/words"
)

// Per says how often a fact of the vocabulary is stated.
type Per string

const (
	PerMonth Per = "month"    // one value a month, in force for that month only
	PerYear  Per = "year"     // one value a plan year
	Standing Per = "standing" // in force from its date until the next
)

// UnitDate and the two below are the types of the vocabulary that are no quantities.
const (
	UnitDate quantity.Unit = "date"
	UnitText quantity.Unit = "text"
	UnitBool quantity.Unit = "bool"
	UnitHue  quantity.Unit = "light" // what a light shows
)

// Word 词条 is one fact that formulas may speak of. Its labels stand in the catalogue under "fact.<name>".
type Word struct {
	Name    string
	Of      string // "project", "firm"
	Unit    quantity.Unit
	Per     Per
	Movable bool // a next report can move it, so "what would turn the light" is asked of it
}

// Label is the word as people read it.
func (w Word) Label(lang words.Lang) string { return words.Say(lang, "fact."+w.Name) }

// Vocabulary 词汇 is all that the domain rooms offer to rules, by name.
type Vocabulary map[string]Word

// ErrTwice is a clash of two rooms over one word.
var ErrTwice = fault.New(fault.Broken, "rules.word-twice")

// Join puts the vocabularies of several rooms together.
func Join(rooms ...[]Word) (Vocabulary, error) {
	v := Vocabulary{}
	for _, room := range rooms {
		for _, w := range room {
			if _, twice := v[w.Name]; twice {
				return nil, ErrTwice.With("word", w.Name)
			}
			v[w.Name] = w
		}
	}
	return v, nil
}

// Names in order.
func (v Vocabulary) Names() []string { return slices.Sorted(maps.Keys(v)) }
