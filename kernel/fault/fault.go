// Package fault 拒绝 is how the house says no: a kind, a stable code, and the values that its sentence needs.
//
// The sentence itself stands in the catalogue (kernel/words) under "fault.<code>", in Chinese and in English, and always
// says what to do next. A fault is made once, next to the rule that it guards, and wrapped with who and what on the way up;
// adapters turn it into HTTP, an exit code or a cell's remark in one place each.
package fault

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Kind says what sort of refusal it is; adapters map it to a status or an exit code.
type Kind int

const (
	Invalid     Kind = iota + 1 // the input cannot be understood or breaks a rule of form
	Forbidden                   // this person may not
	NotFound                    // there is no such thing here
	Conflict                    // the world has moved on: closed month, older version, doubled key
	Unsigned                    // nobody is signed in, or the session has ended
	Unavailable                 // full disk, no database: try again, nothing was lost
	Broken                      // what is stored contradicts itself (tampered ledger, pack that does not compile)
	TooLarge                    // over a bound on size
)

// Fault is one refusal. Args are the values for the placeholders of its sentence.
type Fault struct {
	Kind Kind
	Code string // stable, "room.what-is-wrong"
	Args map[string]any
}

// New declares a refusal; rooms keep theirs as package variables and compare with errors.Is.
func New(kind Kind, code string) *Fault { return &Fault{Kind: kind, Code: code} }

// With returns a copy that carries the values for the sentence, as name, value, name, value.
func (f *Fault) With(pairs ...any) *Fault {
	c := &Fault{Kind: f.Kind, Code: f.Code, Args: maps.Clone(f.Args)}
	if c.Args == nil {
		c.Args = map[string]any{}
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		c.Args[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	return c
}

// Error prints the code and the values; people read the catalogue's sentence instead.
func (f *Fault) Error() string {
	if len(f.Args) == 0 {
		return f.Code
	}
	var b strings.Builder
	b.WriteString(f.Code)
	for _, k := range slices.Sorted(maps.Keys(f.Args)) {
		fmt.Fprintf(&b, " %s=%v", k, f.Args[k])
	}
	return b.String()
}

// Is makes errors.Is compare by code, whatever the values.
func (f *Fault) Is(target error) bool {
	t, ok := target.(*Fault)
	return ok && t.Code == f.Code
}

// Of finds the fault in a chain of errors.
func Of(err error) (*Fault, bool) { return errors.AsType[*Fault](err) }
