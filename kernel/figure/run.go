package figure

import (
	"context"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"shigan/kernel/calendar"
	"shigan/kernel/rules"
)

// Engine 指标引擎 evaluates one rule set over one source.
type Engine struct {
	Set *rules.Set
	Src Source
	// Fresh makes it compute closed months anew instead of reading what was frozen: for replays and for checking a freeze.
	Fresh bool
}

// Table is what Values gives: name, then subject.
type Table map[string]map[string]rules.Value

// Overall is the name of the worst of the lights.
const Overall = rules.LightPrefix + "overall"

// Values computes figures, lights ("light.progress", "light.overall") and facts for many subjects.
func (e *Engine) Values(ctx context.Context, names, subjects []string, m calendar.Month, at At) (Table, error) {
	r := newRun(ctx, e, subjects, m, at)
	out := Table{}
	for _, name := range names {
		col, err := r.column(name)
		if err != nil {
			return nil, err
		}
		by := make(map[string]rules.Value, len(subjects))
		for i, s := range subjects {
			by[s] = col[i]
		}
		out[name] = by
	}
	return out, nil
}

// run is one evaluation: a month, a state of knowledge, a list of subjects; columns are computed when asked for and kept.
type run struct {
	ctx      context.Context
	e        *Engine
	m        calendar.Month
	at       At
	subjects []string
	cols     map[string][]rules.Value
	seqs     map[string][]int64 // ledger entries of fact columns
	prior    *run
	members  *memberRun
	now      [4]rules.Value // month, year, month_end, month_first
	fixed    map[string]rules.Value
}

func newRun(ctx context.Context, e *Engine, subjects []string, m calendar.Month, at At) *run {
	return &run{ctx: ctx, e: e, m: m, at: at, subjects: subjects, cols: map[string][]rules.Value{}, seqs: map[string][]int64{},
		now: [4]rules.Value{rules.NumValue(big.NewRat(int64(m.Month), 1)), rules.NumValue(big.NewRat(int64(m.Year), 1)),
			rules.NumValue(rules.DayNumber(m.Last())), rules.NumValue(rules.DayNumber(m.First()))}}
}

// with gives a run in which some facts have other values; what was read is shared, what was computed is not.
func (r *run) with(fixed map[string]rules.Value) *run {
	c := *r
	c.cols, c.fixed = map[string][]rules.Value{}, fixed
	for name, col := range r.cols {
		if _, isFact := r.e.Set.Fact(name); isFact {
			c.cols[name] = col
		} else if strings.HasPrefix(name, rules.PriorPrefix) {
			c.cols[name] = col
		}
	}
	for name, v := range fixed {
		c.cols[name] = repeat(v, len(r.subjects))
	}
	return &c
}

func repeat(v rules.Value, n int) []rules.Value { return slices.Repeat([]rules.Value{v}, n) }

// column computes or reads one name for all subjects.
func (r *run) column(name string) ([]rules.Value, error) {
	if n := r.e.Set.Node(name); n != "" { // light_progress and light.progress are one column
		name = n
	}
	if col, ok := r.cols[name]; ok {
		return col, nil
	}
	col, err := r.compute(name)
	if err != nil {
		return nil, fmt.Errorf("%s, %s: %w", name, r.m, err)
	}
	r.cols[name] = col
	return col, nil
}

func (r *run) compute(name string) ([]rules.Value, error) {
	switch name {
	case "month", "year", "month_end", "month_first":
		i := slices.Index([]string{"month", "year", "month_end", "month_first"}, name)
		return repeat(r.now[i], len(r.subjects)), nil
	}
	set := r.e.Set
	if p, ok := set.Params[name]; ok {
		return repeat(p.Value, len(r.subjects)), nil
	}
	if w, ok := set.Fact(name); ok {
		if r.fixed == nil && !r.e.Fresh && r.at.Seq == 0 { // an amendment stands beside a closed month, never in it
			if col, ok, err := r.frozen(name); err != nil || ok {
				return col, err
			}
		}
		return r.fact(w)
	}
	if base, ok := strings.CutPrefix(name, rules.PriorPrefix); ok {
		return r.before(base)
	}
	node := name
	if n := set.Node(name); n != "" {
		node = n
	}
	if r.fixed == nil && !r.e.Fresh {
		if col, ok, err := r.frozen(node); err != nil || ok {
			return col, err
		}
	}
	if node == Overall {
		return r.overall()
	}
	if l, ok := strings.CutPrefix(node, rules.LightPrefix); ok {
		if light, ok := set.Lights[l]; ok {
			return r.light(light)
		}
	}
	if f, ok := set.Figures[node]; ok {
		if f.Program == nil {
			return r.rollUp(f)
		}
		return r.program(f.Program)
	}
	return nil, rules.ErrNoFigure.With("name", name)
}

func (r *run) fact(w rules.Word) ([]rules.Value, error) {
	got, err := r.e.Src.Column(r.ctx, w, r.subjects, r.m, r.at)
	if err != nil {
		return nil, err
	}
	col, seqs := make([]rules.Value, len(r.subjects)), make([]int64, len(r.subjects))
	for i, s := range r.subjects {
		if d, ok := got[s]; ok {
			col[i], seqs[i] = d.Value, d.Seq
		} else {
			col[i] = rules.NoValue("missing.not-reported:" + w.Name)
		}
	}
	r.seqs[w.Name] = seqs
	return col, nil
}

// before reads last month's value of a figure; there is nothing before the first month of facts.
func (r *run) before(base string) ([]rules.Value, error) {
	if r.prior == nil {
		first, err := r.e.Src.First(r.ctx)
		if err != nil {
			return nil, err
		}
		if first.IsZero() || !first.Before(r.m) {
			return repeat(rules.NoValue("missing.before-first-month"), len(r.subjects)), nil
		}
		r.prior = newRun(r.ctx, r.e, r.subjects, r.m.Prev(), r.at)
	}
	return r.prior.column(base)
}

// closedBy tells whether the month was closed under these very rules, as far as this run knows.
func (r *run) closedBy(f *Freeze) bool {
	return f != nil && f.RulesSum == r.e.Set.Digest && (r.at.Seq == 0 || f.Seq <= r.at.Seq)
}

// frozen reads a closed month's value, where the month was closed under these very rules.
func (r *run) frozen(name string) ([]rules.Value, bool, error) {
	got, freeze, err := r.e.Src.Frozen(r.ctx, name, r.subjects, r.m)
	if err != nil || !r.closedBy(freeze) || len(got) < len(r.subjects) {
		return nil, false, err
	}
	col := make([]rules.Value, len(r.subjects))
	for i, s := range r.subjects {
		v, ok := got[s]
		if !ok {
			return nil, false, nil
		}
		col[i] = v
	}
	return col, true, nil
}

// row gives the variables of one subject to a program.
func (r *run) row(i int, inputs map[string][]rules.Value) rules.Vars {
	return func(name string) rules.Value { return inputs[name][i] }
}

func (r *run) inputs(p *rules.Program) (map[string][]rules.Value, error) {
	in := make(map[string][]rules.Value, len(p.Uses))
	for _, name := range p.Uses {
		col, err := r.column(name)
		if err != nil {
			return nil, err
		}
		in[name] = col
	}
	return in, nil
}

func (r *run) program(p *rules.Program) ([]rules.Value, error) {
	in, err := r.inputs(p)
	if err != nil {
		return nil, err
	}
	col := make([]rules.Value, len(r.subjects))
	for i := range r.subjects {
		col[i] = r.e.Set.EvalProgram(p, r.row(i, in))
	}
	return col, nil
}

// light shows the first row that holds. A row that can't be decided for want of a number stops there: whether a better row
// below would hold says nothing about the worse one above.
func (r *run) light(l *rules.CompiledLight) ([]rules.Value, error) {
	var when []map[string][]rules.Value
	for _, p := range l.When {
		in, err := r.inputs(p)
		if err != nil {
			return nil, err
		}
		when = append(when, in)
	}
	var applies []rules.Value
	if l.Applies != nil {
		var err error
		if applies, err = r.program(l.Applies); err != nil {
			return nil, err
		}
	}
	col := make([]rules.Value, len(r.subjects))
	for i := range r.subjects {
		if applies != nil && !applies[i].Bool {
			col[i] = rules.TextValue("none")
			continue
		}
		col[i] = rules.TextValue("none")
		for k, p := range l.When {
			v := r.e.Set.EvalProgram(p, r.row(i, when[k]))
			if v.IsMissing() {
				break
			}
			if v.Bool {
				col[i] = rules.TextValue(l.Rows[k].Show)
				break
			}
		}
	}
	return col, nil
}

func (r *run) overall() ([]rules.Value, error) {
	o := r.e.Set.Overall
	if o == nil {
		return nil, rules.ErrNoFigure.With("name", Overall)
	}
	col := repeat(rules.TextValue("none"), len(r.subjects))
	for _, name := range o.Worst {
		one, err := r.column(rules.LightPrefix + name)
		if err != nil {
			return nil, err
		}
		for i, v := range one {
			if rules.Severity(v.Text) > rules.Severity(col[i].Text) {
				col[i] = v
			}
		}
	}
	return col, nil
}

// memberRun holds the members of all groups of a run, and one run over all of them.
type memberRun struct {
	of  [][]int // per group, indexes into the run's subjects
	run *run
}

func (r *run) groupMembers() (*memberRun, error) {
	if r.members != nil {
		return r.members, nil
	}
	mr := &memberRun{of: make([][]int, len(r.subjects))}
	index := map[string]int{}
	var all []string
	for i, g := range r.subjects {
		names, err := r.e.Src.Members(r.ctx, g, r.m, r.at)
		if err != nil {
			return nil, err
		}
		for _, s := range names {
			k, ok := index[s]
			if !ok {
				k = len(all)
				index[s] = k
				all = append(all, s)
			}
			mr.of[i] = append(mr.of[i], k)
		}
	}
	mr.run = newRun(r.ctx, r.e, all, r.m, r.at)
	r.members = mr
	return mr, nil
}

// rollUp adds up or counts over the members of each group. What was not reported is left out of a sum; the tree says how many.
func (r *run) rollUp(f *rules.Compiled) ([]rules.Value, error) {
	mr, err := r.groupMembers()
	if err != nil {
		return nil, err
	}
	over := f.Sum
	if over == "" {
		over = f.Count
	}
	base, err := mr.run.column(over)
	if err != nil {
		return nil, err
	}
	col := make([]rules.Value, len(r.subjects))
	for i := range r.subjects {
		sum, seen := new(big.Rat), 0
		for _, k := range mr.of[i] {
			switch v := base[k]; {
			case v.Kind == rules.KindBool && v.Bool:
				sum.Add(sum, big.NewRat(1, 1))
				seen++
			case v.Kind == rules.KindNum && !v.IsMissing() && f.Sum != "":
				sum.Add(sum, v.Num.Rat)
				seen++
			}
		}
		if f.Sum != "" && seen == 0 && len(mr.of[i]) > 0 {
			col[i] = rules.NoValue("missing.no-member-reported:" + over)
			continue
		}
		col[i] = rules.NumValue(sum)
	}
	return col, nil
}
