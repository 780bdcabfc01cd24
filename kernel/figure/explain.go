package figure

import (
	"context"
	"iter"
	"strings"

	"shigan/kernel/calendar"
	"shigan/kernel/quantity"
	"shigan/kernel/rules"
)

// Tree 据 explains one value down to ledger entries.
type Tree struct {
	Name    string
	Subject string
	Month   calendar.Month
	Unit    quantity.Unit
	Value   rules.Value
	Step    *rules.Step    // the formula with its values; nil for facts and sums
	Rows    []RowTrace     // of a light: each condition and whether it held
	Chosen  int            // of a light: the row that showed, -1 for none
	Inputs  []*Tree        // figures and facts that went in, each once
	Params  []rules.Param  // parameters that went in
	Stated  []Stated       // of a fact: its statements, newest first
	Word    *rules.Word    // of a fact
	Parts   []Part         // of a sum or count: the members
	More    int            // parts that are not listed, since there are too many
	Hidden  int            // members that the reader may not see; the value counts them
	Absent  int            // members without a value
	Clause  string         // key of the clause
	Frozen  *Freeze        // the closed month that it was read from
	Turns   []Turn         // of a light: smallest changes
	Figure  *rules.Figure  // of a figure
	Light   *rules.Light   // of a light
	Overall *rules.Overall // of the overall light
	At      At
}

// RowTrace is one condition of a light.
type RowTrace struct {
	rules.Row
	Step  *rules.Step
	Value rules.Value
}

// Part is one member's share of a sum.
type Part struct {
	Subject string
	Value   rules.Value
	Seq     int64 // the entry by which it stands as it does; 0 where its own figure says
}

// Turn 怎样才会变 says which single change of one fact turns the light: to what value, and what it then shows.
type Turn struct {
	Fact  string
	From  rules.Value
	To    rules.Value
	Shows string
}

// Explain builds the tree of one value. Depth grows only along formulas, which can't loop.
func (e *Engine) Explain(ctx context.Context, name, subject string, m calendar.Month, at At) (*Tree, error) {
	r := newRun(ctx, e, []string{subject}, m, at)
	return r.explain(name, true)
}

func (r *run) explain(name string, turns bool) (*Tree, error) {
	set := r.e.Set
	t := &Tree{Name: name, Subject: r.subjects[0], Month: r.m, Unit: set.Unit(name), Chosen: -1, At: r.at}
	if base, ok := strings.CutPrefix(name, rules.PriorPrefix); ok {
		return r.explainPrior(t, base)
	}
	col, err := r.column(name)
	if err != nil {
		return nil, err
	}
	t.Value = col[0]
	if w, ok := set.Fact(name); ok {
		t.Word = &w
		t.Stated, err = r.e.Src.History(r.ctx, w, t.Subject, r.m, r.at)
		return t, err
	}
	node := name
	if n := set.Node(name); n != "" {
		node = n
	}
	if node == Overall {
		t.Overall = set.Overall
		t.Clause = set.Overall.Clause
		for _, l := range set.Overall.Worst {
			sub, err := r.explain(rules.LightPrefix+l, turns)
			if err != nil {
				return nil, err
			}
			t.Inputs = append(t.Inputs, sub)
		}
		return t, nil
	}
	if _, freeze, err := r.e.Src.Frozen(r.ctx, node, r.subjects, r.m); err != nil {
		return nil, err
	} else if r.closedBy(freeze) && !r.e.Fresh {
		// the tree of a closed month is that of what was known when it was closed; months closed before it stay as they are
		t.Frozen = freeze
		r = newRun(r.ctx, r.e, r.subjects, r.m, At{freeze.Seq - 1})
		t.At = r.at
	}
	if l, ok := strings.CutPrefix(node, rules.LightPrefix); ok {
		return t, r.explainLight(t, set.Lights[l], turns)
	}
	f := set.Figures[node]
	if f == nil {
		return t, nil // parameter or built-in: its value says it all
	}
	t.Figure, t.Clause = f.Figure, f.Clause
	if f.Program == nil {
		return t, r.explainRollUp(t, f)
	}
	in, err := r.inputs(f.Program)
	if err != nil {
		return nil, err
	}
	_, t.Step = set.TraceProgram(f.Program, r.row(0, in))
	return t, r.explainInputs(t, f.Program.Uses)
}

func (r *run) explainPrior(t *Tree, base string) (*Tree, error) {
	if _, err := r.before(base); err != nil {
		return nil, err
	}
	if r.prior == nil {
		t.Value = rules.NoValue("missing.before-first-month")
		return t, nil
	}
	sub, err := r.prior.explain(base, false)
	if err != nil {
		return nil, err
	}
	t.Value = sub.Value
	t.Inputs = []*Tree{sub}
	return t, nil
}

// explainInputs adds what a formula reads: figures and facts as trees, parameters as they stand.
func (r *run) explainInputs(t *Tree, uses []string) error {
	for _, name := range uses {
		if p, ok := r.e.Set.Params[name]; ok {
			t.Params = append(t.Params, p)
			continue
		}
		if _, fact := r.e.Set.Fact(name); !fact && r.e.Set.Node(name) == "" && !strings.HasPrefix(name, rules.PriorPrefix) {
			continue // month and its like
		}
		sub, err := r.explain(name, false)
		if err != nil {
			return err
		}
		t.Inputs = append(t.Inputs, sub)
	}
	return nil
}

func (r *run) explainLight(t *Tree, l *rules.CompiledLight, turns bool) error {
	set := r.e.Set
	t.Light, t.Clause = l.Light, l.Light.Clause
	seen := map[string]bool{}
	var uses []string
	note := func(p *rules.Program) {
		for _, u := range p.Uses {
			if !seen[u] {
				seen[u] = true
				uses = append(uses, u)
			}
		}
	}
	if l.Applies != nil {
		note(l.Applies)
	}
	for i, p := range l.When {
		in, err := r.inputs(p)
		if err != nil {
			return err
		}
		v, step := set.TraceProgram(p, r.row(0, in))
		t.Rows = append(t.Rows, RowTrace{l.Rows[i], step, v})
		if t.Chosen < 0 && v.Bool && l.Rows[i].Show == t.Value.Text {
			t.Chosen = i
		}
		note(p)
	}
	if err := r.explainInputs(t, uses); err != nil {
		return err
	}
	if turns {
		var err error
		t.Turns, err = r.turns(l, t)
		return err
	}
	return nil
}

func (r *run) explainRollUp(t *Tree, f *rules.Compiled) error {
	mr, err := r.groupMembers()
	if err != nil {
		return err
	}
	over := f.Sum
	if over == "" {
		over = f.Count
	}
	base, err := mr.run.column(over)
	if err != nil {
		return err
	}
	for i, s := range mr.run.subjects {
		switch v := base[i]; {
		case v.IsMissing():
			t.Absent++
			t.Parts = append(t.Parts, Part{Subject: s, Value: v})
		case v.Kind == rules.KindBool && !v.Bool: // not counted: it would only fill the list
		default:
			t.Parts = append(t.Parts, Part{Subject: s, Value: v})
		}
	}
	return nil
}

// Leaves walks to the facts under a tree.
func (t *Tree) Leaves() iter.Seq[*Tree] {
	return func(yield func(*Tree) bool) { t.leaves(yield) }
}

func (t *Tree) leaves(yield func(*Tree) bool) bool {
	if t.Word != nil {
		return yield(t)
	}
	for _, in := range t.Inputs {
		if !in.leaves(yield) {
			return false
		}
	}
	return true
}
