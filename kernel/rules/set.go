package rules

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"shigan/kernel/calendar"
	"shigan/kernel/quantity"
	"shigan/kernel/words"
)

// PriorPrefix before a figure's name means its value one month earlier: out of the frozen account where that month is frozen.
const PriorPrefix = "prior_"

// Built-in names of every formula: where it stands in time.
var builtins = map[string]quantity.Unit{
	"month": quantity.UnitNumber, "year": quantity.UnitNumber, "month_end": UnitDate, "month_first": UnitDate,
}

// Set 规则集 is a pack with all that it inherits, compiled, with the parameters of one day.
type Set struct {
	Pack    *Pack
	Chain   []*Pack
	AsOf    calendar.Date
	Figures map[string]*Compiled
	Params  map[string]Param
	Lights  map[string]*CompiledLight
	Overall *Overall
	Order   []string // figures and lights so that each comes after what it uses
	Digest  string   // of all packs in the chain
	units   map[string]quantity.Unit
	vocab   Vocabulary
	scope   *scope
}

// Param is a parameter with its value of the day.
type Param struct {
	*Parameter
	Pack  string
	Since string
	Dated Dated
	Value Value
}

// Compiled is a figure ready to run; Program is nil for sums and counts.
type Compiled struct {
	*Figure
	Program *Program
}

// CompiledLight is a light ready to run.
type CompiledLight struct {
	*Light
	Applies *Program
	When    []*Program
}

// LightPrefix before a light's name addresses it as a figure whose value is a colour.
const LightPrefix = "light."

// overallLight is the worst of the lights; formulas see it as light_overall.
const overallLight = LightPrefix + "overall"

// lightName is the variable by which formulas of other figures see a light: light_progress.
func lightName(name string) string { return "light_" + name }

// Resolve compiles a pack as it stands on a day. A pack that is not yet in force is refused, so that nobody turns lights by a
// text of next year; the pack's own tests may ask for any day (early). What it inherits is in force where it is.
func (l *Library) Resolve(name string, day calendar.Date, early bool) (*Set, error) {
	chain, err := l.Chain(name)
	if err != nil {
		return nil, err
	}
	s := &Set{Pack: l.Packs[name], Chain: chain, AsOf: day, Figures: map[string]*Compiled{}, Params: map[string]Param{},
		Lights: map[string]*CompiledLight{}, units: maps.Clone(builtins), vocab: l.vocab}
	if !early && day.Before(s.Pack.EffectiveFrom) {
		return nil, ErrNotYet.With("pack", name, "from", s.Pack.EffectiveFrom, "day", day)
	}
	var digests []string
	for _, p := range chain {
		digests = append(digests, p.Name+" "+p.Digest)
		if err := s.take(p, day); err != nil {
			return nil, err
		}
	}
	s.Digest = strings.Join(digests, "\n")
	if err := s.clash(); err != nil {
		return nil, err
	}
	for _, w := range l.vocab {
		s.units[w.Name], s.units[PriorPrefix+w.Name] = w.Unit, w.Unit
	}
	for _, f := range s.Figures {
		s.units[f.Name], s.units[PriorPrefix+f.Name] = f.Unit, f.Unit
	}
	for _, lt := range s.Lights {
		s.units[lightName(lt.Name)], s.units[PriorPrefix+lightName(lt.Name)] = UnitHue, UnitHue
	}
	if s.Overall != nil {
		s.units[lightName("overall")], s.units[PriorPrefix+lightName("overall")] = UnitHue, UnitHue
	}
	if s.scope, err = newScope(s.units); err != nil {
		return nil, err
	}
	if err := s.compile(); err != nil {
		return nil, err
	}
	s.Order, err = s.order()
	return s, err
}

// clash finds a name that means two things: figure, parameter, fact, or where in time a formula stands.
func (s *Set) clash() error {
	taken := func(name string) bool {
		_, word := s.vocab[name]
		_, built := builtins[name]
		return word || built
	}
	var bad []error
	for _, name := range slices.Sorted(maps.Keys(s.Figures)) {
		if _, param := s.Params[name]; param || taken(name) {
			bad = append(bad, ErrFormula.With("where", s.Figures[name].Pack, "formula", name, "why", "this name is taken"))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Params)) {
		if taken(name) {
			bad = append(bad, ErrFormula.With("where", s.Params[name].Pack, "formula", name, "why", "this name is taken"))
		}
	}
	return errors.Join(bad...)
}

// take lays one pack over what the more general ones gave.
func (s *Set) take(p *Pack, day calendar.Date) error {
	for name, prm := range p.Parameters {
		since, d, ok := prm.ValueAt(day)
		if !ok { // before its first value: the earliest rules, so that tests of other years run; the page shows since when
			since = slices.Min(slices.Collect(maps.Keys(prm.Values)))
			d = prm.Values[since]
		}
		v, err := prm.value(d)
		if err != nil {
			return ErrPack.With("pack", p.Name, "file", "parameters.yaml", "why", fmt.Sprintf("%s %s: %v", name, since, err))
		}
		s.Params[name] = Param{prm, p.Name, since, d, v}
		s.units[name] = prm.Unit
	}
	for name, f := range p.Figures {
		s.Figures[name] = &Compiled{Figure: f}
	}
	for name, l := range p.Lights {
		s.Lights[name] = &CompiledLight{Light: l}
	}
	if p.Overall != nil {
		s.Overall = p.Overall
	}
	return nil
}

// compile compiles everything and reports all errors, not the first.
func (s *Set) compile() error {
	var bad []error
	for _, name := range slices.Sorted(maps.Keys(s.Figures)) {
		f := s.Figures[name]
		if ways := slices.DeleteFunc([]string{f.Formula, f.Sum, f.Count}, func(s string) bool { return s == "" }); len(ways) != 1 {
			bad = append(bad, ErrFormula.With("where", f.Pack+" "+name, "formula", strings.Join(ways, "; "), "why", "formula, sum or count: one of them"))
			continue
		}
		if f.Formula == "" {
			bad = append(bad, s.rollUp(f))
			continue
		}
		p, err := s.scope.compile(f.Pack+" "+name, f.Formula, f.Unit)
		f.Program = p
		bad = append(bad, err)
	}
	for _, name := range slices.Sorted(maps.Keys(s.Lights)) {
		l := s.Lights[name]
		if _, ok := s.Figures[l.Gauge]; l.Gauge != "" && !ok && s.vocab[l.Gauge].Name == "" {
			bad = append(bad, ErrFormula.With("where", l.Pack+" light "+name, "formula", l.Gauge, "why", "unknown name"))
		}
		if l.Light.When != "" {
			p, err := s.scope.compile(l.Pack+" light "+name, l.Light.When, UnitBool)
			l.Applies = p
			bad = append(bad, err)
		}
		for i, row := range l.Rows {
			if row.When == "" { // a row without condition is what else there is
				row.When = "true"
			}
			p, err := s.scope.compile(fmt.Sprintf("%s light %s, row %d", l.Pack, name, i+1), row.When, UnitBool)
			l.When = append(l.When, p)
			bad = append(bad, err)
		}
	}
	if s.Overall != nil {
		for _, l := range s.Overall.Worst {
			if s.Lights[l] == nil {
				bad = append(bad, ErrFormula.With("where", s.Overall.Pack+" overall", "formula", l, "why", "unknown name"))
			}
		}
	}
	return errors.Join(bad...)
}

// rollUp checks what a figure adds up or counts: a sum has the unit of its parts, and only truths are counted.
func (s *Set) rollUp(f *Compiled) error {
	over, want := f.Sum, measureOf(f.Unit)
	if over == "" {
		over = f.Count
	}
	refuse := func(why string) error {
		return ErrFormula.With("where", f.Pack+" "+f.Name, "formula", over, "why", why)
	}
	m, ok := s.scope.measures[over]
	switch {
	case !ok:
		return refuse("unknown name")
	case f.Sum != "" && (m.other != "" || !m.fits(want)):
		return refuse(fmt.Sprintf("it adds up %s, declared is %s", m, f.Unit))
	case f.Sum == "" && (m.other != UnitBool || !want.fits(measureOf(quantity.UnitCount))):
		return refuse(fmt.Sprintf("it counts %s, declared is %s", m, f.Unit))
	}
	return nil
}

// uses lists the names that a figure or a light reads.
func (s *Set) uses(name string) []string {
	if name == overallLight && s.Overall != nil {
		var out []string
		for _, l := range s.Overall.Worst {
			out = append(out, lightName(l))
		}
		return out
	}
	if l, ok := s.Lights[strings.TrimPrefix(name, LightPrefix)]; ok && strings.HasPrefix(name, LightPrefix) {
		var out []string
		for _, p := range append([]*Program{l.Applies}, l.When...) {
			if p != nil {
				out = append(out, p.Uses...)
			}
		}
		return out
	}
	f := s.Figures[name]
	switch {
	case f == nil:
		return nil
	case f.Program != nil:
		return f.Program.Uses
	case f.Sum != "":
		return []string{f.Sum}
	}
	return []string{f.Count}
}

// node gives the name under which a variable is computed: a figure, or a light seen as light_<name>; "" for facts,
// parameters, built-ins and last month's values, which need no order.
func (s *Set) node(variable string) string {
	if _, ok := s.Figures[variable]; ok {
		return variable
	}
	if l, ok := strings.CutPrefix(variable, "light_"); ok {
		if _, ok := s.Lights[l]; ok || l == "overall" && s.Overall != nil {
			return LightPrefix + l
		}
	}
	return ""
}

// order sorts figures and lights by what they use; a loop is named.
func (s *Set) order() ([]string, error) {
	var out []string
	state := map[string]int{}
	var visit func(name string, trail []string) error
	visit = func(name string, trail []string) error {
		switch state[name] {
		case 1:
			return ErrLoop.With("path", strings.Join(append(trail, name), " → "))
		case 2:
			return nil
		}
		state[name] = 1
		for _, v := range s.uses(name) {
			if n := s.node(v); n != "" {
				if err := visit(n, append(slices.Clone(trail), name)); err != nil {
					return err
				}
			}
		}
		state[name] = 2
		out = append(out, name)
		return nil
	}
	for _, n := range slices.Sorted(maps.Keys(s.Figures)) {
		if err := visit(n, nil); err != nil {
			return nil, err
		}
	}
	for _, n := range slices.Sorted(maps.Keys(s.Lights)) {
		if err := visit(LightPrefix+n, nil); err != nil {
			return nil, err
		}
	}
	if s.Overall != nil {
		if err := visit(overallLight, nil); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Unit of a name: figure, fact, parameter, built-in or light.
func (s *Set) Unit(name string) quantity.Unit {
	if strings.HasPrefix(name, LightPrefix) {
		return UnitHue
	}
	return s.units[name]
}

// Measures of all names, for tracing.
func (s *Set) measures() map[string]measure { return s.scope.measures }

// EvalProgram and TraceProgram run a program of this set.
func (s *Set) EvalProgram(p *Program, vars Vars) Value { return p.Eval(vars, s.scope.measures) }
func (s *Set) TraceProgram(p *Program, vars Vars) (Value, *Step) {
	return p.Trace(vars, s.scope.measures)
}

// Node and Uses are the graph that the figure engine walks.
func (s *Set) Node(variable string) string { return s.node(variable) }
func (s *Set) Uses(name string) []string   { return s.uses(name) }

// Fact tells whether a name is a fact of the vocabulary.
func (s *Set) Fact(name string) (Word, bool) { w, ok := s.vocab[name]; return w, ok }

// Label of any name in a language.
func (s *Set) Label(name string, lang words.Lang) string {
	base, prior := strings.CutPrefix(name, PriorPrefix)
	var out string
	if f, ok := s.Figures[base]; ok {
		out = f.Say.In(lang)
	} else if p, ok := s.Params[base]; ok {
		out = p.Say.In(lang)
	} else if l, ok := s.Lights[strings.TrimPrefix(strings.TrimPrefix(base, LightPrefix), "light_")]; ok {
		out = l.Say.In(lang)
	} else if _, ok := builtins[base]; ok {
		out = words.Say(lang, "rules.builtin."+base)
	} else if w, ok := s.vocab[base]; ok {
		out = w.Label(lang)
	} else if (base == overallLight || base == lightName("overall")) && s.Overall != nil {
		out = s.Overall.Say.In(lang)
	} else {
		out = base
	}
	if prior {
		return words.Say(lang, "rules.prior", "name", out)
	}
	return out
}

// Clause finds a clause by its key, in the pack or in what it inherits.
func (s *Set) Clause(key string) (Clause, *Pack, bool) {
	for _, p := range slices.Backward(s.Chain) {
		if c, ok := p.Clauses[key]; ok {
			return c, p, true
		}
	}
	return Clause{}, nil, false
}

// Vocabulary is what the set's formulas may read.
func (s *Set) Vocabulary() Vocabulary { return s.vocab }
