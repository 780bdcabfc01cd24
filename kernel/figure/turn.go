package figure

import (
	"math/big"
	"slices"
	"strings"

	"shigan/kernel/quantity"
	"shigan/kernel/rules"
)

// turns finds, for each fact that a next report can move, the smallest change up and down that makes the light better, and
// the smallest that makes it worse.
//
// A light is decided by comparisons; seen as a function of one fact, each compared difference is nearly always linear, so two
// evaluations give the exact place where it turns. Round each such place to the fact's grain (one fen, one day, one piece),
// look just below, at and just above it, and keep the nearest that shows something else. The grain is tried by evaluating the
// light itself, so the answer is right even where a difference is not linear; then only the nearest place may be missed.
func (r *run) turns(l *rules.CompiledLight, t *Tree) ([]Turn, error) {
	var out []Turn
	for _, w := range movable(t) {
		v, err := r.column(w.Name)
		if err != nil {
			return nil, err
		}
		if v[0].Kind != rules.KindNum || v[0].IsMissing() {
			continue
		}
		better, worse, err := r.nearest(l, w, v[0].Num.Rat, t.Value.Text)
		if err != nil {
			return nil, err
		}
		for _, turn := range []*Turn{better, worse} {
			if turn != nil {
				out = append(out, *turn)
			}
		}
	}
	return out, nil
}

// movable lists the facts of this month under a tree that a next report can move; no report moves an earlier month.
func movable(t *Tree) []rules.Word {
	var words []rules.Word
	var walk func(t *Tree)
	walk = func(t *Tree) {
		if strings.HasPrefix(t.Name, rules.PriorPrefix) {
			return
		}
		if w := t.Word; w != nil && w.Movable && !slices.ContainsFunc(words, func(o rules.Word) bool { return o.Name == w.Name }) {
			words = append(words, *w)
		}
		for _, in := range t.Inputs {
			walk(in)
		}
	}
	walk(t)
	return words
}

// grain is the smallest step of a unit, in its base.
func grain(u quantity.Unit) *big.Rat {
	switch u {
	case quantity.UnitYuan, quantity.UnitWanYuan, quantity.UnitYiYuan:
		return big.NewRat(1, 100)
	case rules.UnitDate:
		return big.NewRat(1, 1)
	}
	if u == quantity.UnitShare || u == quantity.UnitPoints {
		return big.NewRat(1, 1000)
	}
	return u.Scale()
}

func (r *run) nearest(l *rules.CompiledLight, w rules.Word, x0 *big.Rat, now string) (better, worse *Turn, err error) {
	g := grain(w.Unit)
	eval := func(x *big.Rat) (string, []*big.Rat, error) {
		c := r.with(map[string]rules.Value{w.Name: rules.NumValue(x)})
		col, err := c.light(l)
		if err != nil {
			return "", nil, err
		}
		var diffs []*big.Rat
		for _, p := range l.When {
			in, err := c.inputs(p)
			if err != nil {
				return "", nil, err
			}
			_, step := c.e.Set.TraceProgram(p, c.row(0, in))
			diffs = c.compared(step, diffs)
		}
		return col[0].Text, diffs, nil
	}
	_, d0, err := eval(x0)
	if err != nil {
		return nil, nil, err
	}
	_, d1, err := eval(new(big.Rat).Add(x0, g))
	if err != nil {
		return nil, nil, err
	}
	var places []*big.Rat
	for i := 0; i < len(d0) && i < len(d1); i++ {
		if d0[i] == nil || d1[i] == nil {
			continue
		}
		slope := new(big.Rat).Sub(d1[i], d0[i])
		if slope.Sign() == 0 {
			continue
		}
		step := new(big.Rat).Quo(new(big.Rat).Mul(d0[i], g), slope) // d0 / (slope/g)
		root := new(big.Rat).Sub(x0, step)
		low := floorTo(root, g)
		places = append(places, new(big.Rat).Sub(low, g), low, new(big.Rat).Add(low, g), new(big.Rat).Add(low, new(big.Rat).Add(g, g)))
	}
	slices.SortFunc(places, func(a, b *big.Rat) int {
		return new(big.Rat).Abs(new(big.Rat).Sub(a, x0)).Cmp(new(big.Rat).Abs(new(big.Rat).Sub(b, x0)))
	})
	for _, x := range places {
		if x.Sign() < 0 && x0.Sign() >= 0 {
			continue // no report takes back more than there is
		}
		shows, _, err := eval(x)
		if err != nil {
			return nil, nil, err
		}
		turn := &Turn{w.Name, rules.NumValue(x0), rules.NumValue(x), shows}
		switch s := rules.Severity(shows); {
		case s == 0 || shows == now:
		case better == nil && s < rules.Severity(now):
			better = turn
		case worse == nil && s > rules.Severity(now):
			worse = turn
		}
		if better != nil && worse != nil {
			break
		}
	}
	return better, worse, nil
}

// compared collects left minus right of every comparison under a step, also inside the true-or-false figures that it reads.
func (r *run) compared(s *rules.Step, out []*big.Rat) []*big.Rat {
	switch s.Op {
	case "<", "<=", ">", ">=", "==", "!=":
		if len(s.Kids) == 2 {
			a, b := s.Kids[0].Value, s.Kids[1].Value
			if a.Kind == rules.KindNum && b.Kind == rules.KindNum && !a.IsMissing() && !b.IsMissing() {
				out = append(out, new(big.Rat).Sub(a.Num.Rat, b.Num.Rat))
			} else {
				out = append(out, nil)
			}
		}
	case "ident":
		if f, ok := r.e.Set.Figures[s.Name]; ok && f.Program != nil && f.Unit == rules.UnitBool {
			if in, err := r.inputs(f.Program); err == nil {
				_, sub := r.e.Set.TraceProgram(f.Program, r.row(0, in))
				out = r.compared(sub, out)
			}
		}
	}
	for _, k := range s.Kids {
		out = r.compared(k, out)
	}
	return out
}

func floorTo(x, g *big.Rat) *big.Rat {
	q := new(big.Rat).Quo(x, g)
	n := new(big.Int).Div(q.Num(), q.Denom()) // Euclidean: rounds down for a positive denominator
	return new(big.Rat).Mul(new(big.Rat).SetInt(n), g)
}

// Try 试一试 evaluates a light or figure of one subject as if some facts had other values.
func (e *Engine) Try(r Request, given map[string]rules.Value) (rules.Value, error) {
	if given == nil {
		given = map[string]rules.Value{} // still a trial: this month is computed, months before it stay closed
	}
	col, err := newRun(r.Ctx, e, []string{r.Subject}, r.Month, r.At).with(given).column(r.Name)
	if err != nil {
		return rules.Value{}, err
	}
	return col[0], nil
}
