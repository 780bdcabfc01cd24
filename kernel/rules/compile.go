package rules

import (
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"shigan/kernel/fault"
	"shigan/kernel/quantity"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/interpreter"
)

// ErrFormula is a formula that does not compile: where it stands, what is wrong.
var ErrFormula = fault.New(fault.Broken, "rules.bad-formula")

// costLimit stops a formula that would run away; ordinary ones cost below 100.
const costLimit = 100_000

// Program 程序 is one compiled formula: it runs fast, or with a trace of every sub-expression.
type Program struct {
	Source  string
	Uses    []string // the variables that it reads
	measure measure
	ast     *cel.Ast
	fast    cel.Program
	traced  cel.Program
}

// celType says which CEL type a unit has.
func celType(u quantity.Unit) *cel.Type {
	switch u {
	case UnitText, UnitHue:
		return cel.StringType
	case UnitBool:
		return cel.BoolType
	case unitList:
		return cel.ListType(celNum)
	}
	return celNum
}

// unitList is the type of a parameter with several values in order, such as a progress curve.
const unitList quantity.Unit = "list"

// scope is the set of names that formulas of one pack may use.
type scope struct {
	env      *cel.Env
	measures map[string]measure
}

func newScope(units map[string]quantity.Unit) (*scope, error) {
	opts := append(functions(), cel.EnableMacroCallTracking())
	s := &scope{measures: map[string]measure{}}
	for name, u := range units {
		opts = append(opts, cel.Variable(name, celType(u)))
		s.measures[name] = measureOf(u)
		if u == unitList {
			s.measures[name] = measure{other: unitList}
		}
	}
	env, err := cel.NewEnv(opts...)
	s.env = env
	return s, err
}

// compile turns a formula into a program and holds its unit against want.
func (s *scope) compile(where, source string, want quantity.Unit) (*Program, error) {
	refuse := func(why string) (*Program, error) {
		return nil, ErrFormula.With("where", where, "formula", source, "why", why)
	}
	parsed, iss := s.env.Parse(source)
	if iss.Err() != nil {
		return refuse(firstLine(iss.Err()))
	}
	if err := exactLiterals(parsed.NativeRep(), source); err != nil {
		return refuse(err.Error())
	}
	sayNotEqual(parsed.NativeRep())
	checked, iss := s.env.Check(parsed)
	if iss.Err() != nil {
		return refuse(firstLine(iss.Err()))
	}
	m, err := infer(checked.NativeRep().Expr(), s.measures)
	if err != nil {
		if at, ok := errors.AsType[*unitError](err); ok {
			pos := checked.NativeRep().SourceInfo().GetStartLocation(at.id)
			return refuse(fmt.Sprintf("%d:%d: %s", pos.Line(), pos.Column()+1, at.text))
		}
		return refuse(err.Error())
	}
	if !m.fits(measureOf(want)) {
		return refuse(fmt.Sprintf("it gives %s, declared is %s", m, want))
	}
	p := &Program{Source: source, measure: m, ast: checked}
	if p.fast, err = s.env.Program(checked, cel.CostLimit(costLimit)); err != nil {
		return refuse(err.Error())
	}
	if p.traced, err = s.env.Program(checked, cel.EvalOptions(cel.OptExhaustiveEval)); err != nil {
		return refuse(err.Error())
	}
	ast.PostOrderVisit(checked.NativeRep().Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		if e.Kind() == ast.IdentKind && !slices.Contains(p.Uses, e.AsIdent()) {
			p.Uses = append(p.Uses, e.AsIdent())
		}
	}))
	return p, nil
}

func firstLine(err error) string {
	lines := strings.Split(strings.TrimPrefix(err.Error(), "ERROR: <input>:"), "\n")
	return lines[0]
}

var decimal = regexp.MustCompile(`^-?\d*\.?\d+`)

// exactLiterals replaces each number in a formula by number("…"), an exact rational: CEL's own doubles can't hold 0.1.
func exactLiterals(a *ast.AST, source string) error {
	fac := ast.NewExprFactory()
	next := ast.MaxID(a)
	runes := []rune(source)
	var bad error
	ast.PostOrderVisit(a.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		if e.Kind() != ast.LiteralKind {
			return
		}
		var text string
		switch v := e.AsLiteral().(type) {
		case types.Int:
			text = strconv.FormatInt(int64(v), 10)
		case types.Double:
			at, ok := a.SourceInfo().GetOffsetRange(e.ID())
			if !ok || int(at.Start) >= len(runes) {
				bad = fmt.Errorf("literal %v", v)
				return
			}
			text = decimal.FindString(string(runes[at.Start:])) // as typed: the double has lost digits already
			if f, err := strconv.ParseFloat(text, 64); err != nil || f != float64(v) {
				bad = fmt.Errorf("literal %v", v)
				return
			}
		case types.String, types.Bool:
			return
		default:
			bad = fmt.Errorf("literal %v", v)
			return
		}
		next++
		e.SetKindCase(fac.NewCall(e.ID(), fnNumber, fac.NewLiteral(next, types.String(text))))
	}))
	return bad
}

// sayNotEqual writes a != b as !(a == b): CEL answers true where one side is missing, and nobody knows that they differ.
func sayNotEqual(a *ast.AST) {
	fac := ast.NewExprFactory()
	next := ast.MaxID(a)
	ast.PostOrderVisit(a.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		if e.Kind() != ast.CallKind || e.AsCall().FunctionName() != operators.NotEquals {
			return
		}
		next++
		e.SetKindCase(fac.NewCall(e.ID(), operators.LogicalNot, fac.NewCall(next, operators.Equals, e.AsCall().Args()...)))
	}))
}

// Value 值 is what a formula gives: a number, a text, a truth, or nothing for a reason (Num missing).
type Value struct {
	Num  Num
	Text string
	Bool bool
	List []Num
	Kind Kind
}

// Kind of a value.
type Kind byte

const (
	KindNum Kind = iota
	KindText
	KindBool
	KindList
)

// NumValue, TextValue, BoolValue and NoValue make values.
func NumValue(r *big.Rat) Value { return Value{Num: Of(r)} }
func TextValue(s string) Value  { return Value{Text: s, Kind: KindText} }
func BoolValue(b bool) Value    { return Value{Bool: b, Kind: KindBool} }
func NoValue(why string) Value  { return Value{Num: Missing(why)} }
func (v Value) IsMissing() bool { return v.Kind == KindNum && v.Num.IsMissing() }
func (v Value) Equal(o Value) bool {
	if v.Kind != o.Kind || v.Text != o.Text || v.Bool != o.Bool || v.IsMissing() != o.IsMissing() {
		return false
	}
	return v.Kind != KindNum || v.IsMissing() || v.Num.Rat.Cmp(o.Num.Rat) == 0
}

// Canonical writes a value as text that reads back, for digests and stored months: "n:3/20", "t:red", "b:true", "l:1/4,1", "-:reason".
func (v Value) Canonical() string {
	switch v.Kind {
	case KindText:
		return "t:" + v.Text
	case KindBool:
		return "b:" + strconv.FormatBool(v.Bool)
	case KindList:
		parts := make([]string, len(v.List))
		for i, n := range v.List {
			parts[i] = n.Rat.RatString()
		}
		return "l:" + strings.Join(parts, ",")
	}
	if v.IsMissing() {
		return "-:" + v.Num.Why
	}
	return "n:" + v.Num.Rat.RatString()
}

// ParseValue reads Canonical back.
func ParseValue(s string) (Value, error) {
	tag, rest, _ := strings.Cut(s, ":")
	switch tag {
	case "t":
		return TextValue(rest), nil
	case "b":
		return BoolValue(rest == "true"), nil
	case "-":
		return NoValue(rest), nil
	case "l":
		v := Value{Kind: KindList}
		for part := range strings.SplitSeq(rest, ",") {
			r, ok := new(big.Rat).SetString(part)
			if !ok {
				return Value{}, fmt.Errorf("stored value %q", s)
			}
			v.List = append(v.List, Of(r))
		}
		return v, nil
	case "n":
		if r, ok := new(big.Rat).SetString(rest); ok {
			return NumValue(r), nil
		}
	}
	return Value{}, fmt.Errorf("stored value %q", s)
}

// native gives CEL what it computes with. A missing text or truth has no CEL type of its own and becomes an error value.
func (v Value) native() any {
	switch v.Kind {
	case KindText:
		return types.String(v.Text)
	case KindBool:
		return types.Bool(v.Bool)
	case KindList:
		vals := make([]any, len(v.List))
		for i, n := range v.List {
			vals[i] = n
		}
		return vals
	}
	return v.Num
}

// Vars gives the value of a name.
type Vars func(name string) Value

type activation struct {
	vars  Vars
	units map[string]measure
}

func (a activation) ResolveName(name string) (any, bool) {
	v := a.vars(name)
	if v.IsMissing() && a.units != nil {
		if m := a.units[name]; m.other == UnitBool || m.word() {
			return types.NewErr("%s", v.Num.Why), true
		}
	}
	return v.native(), true
}

func (a activation) Parent() interpreter.Activation { return nil }

func fromCEL(val any, err error) Value {
	if err != nil {
		return NoValue(reasonOf(err.Error()))
	}
	switch v := val.(type) {
	case Num:
		return Value{Num: v}
	case types.Bool:
		return BoolValue(bool(v))
	case types.String:
		return TextValue(string(v))
	case *types.Err:
		return NoValue(reasonOf(v.Error()))
	}
	return NoValue("missing.not-evaluated")
}

// reasonOf finds the reason key in what CEL says about an error.
func reasonOf(text string) string {
	if i := strings.Index(text, "missing."); i >= 0 {
		return strings.TrimSpace(text[i:])
	}
	return "missing.formula-failed:" + text
}

// Eval runs the program.
func (p *Program) Eval(vars Vars, measures map[string]measure) Value {
	out, _, err := p.fast.Eval(activation{vars, measures})
	return fromCEL(out, err)
}

// Step 步 is one sub-expression with the value that it had.
type Step struct {
	ID    int64
	Op    string // "-", "ident", "literal", function name, "?:", "&&"
	Name  string // of an identifier
	Value Value
	Unit  quantity.Unit // what the value is shown in, where it is known
	Kids  []*Step
}

// Trace runs the program and keeps every sub-expression's value, also of the branches that were not taken.
func (p *Program) Trace(vars Vars, measures map[string]measure) (Value, *Step) {
	out, det, err := p.traced.Eval(activation{vars, measures})
	root := p.walk(det.State(), p.ast.NativeRep().Expr(), vars, measures)
	return fromCEL(out, err), root
}

func (p *Program) walk(st interpreter.EvalState, e ast.Expr, vars Vars, measures map[string]measure) *Step {
	s := &Step{ID: e.ID(), Value: NoValue("missing.not-evaluated")}
	if v, ok := st.Value(e.ID()); ok {
		s.Value = fromCEL(v, nil)
	}
	if m, err := infer(e, measures); err == nil {
		s.Unit = m.shownIn()
	}
	switch e.Kind() {
	case ast.IdentKind:
		s.Op, s.Name = "ident", e.AsIdent()
		s.Value = vars(s.Name)
	case ast.CallKind:
		c := e.AsCall()
		s.Op = plainName(c.FunctionName())
		if c.FunctionName() == operators.Conditional {
			s.Op = "?:"
		}
		if _, isLiteral := literalUnits[s.Op]; isLiteral || s.Op == fnNumber {
			s.Op = "literal"
			return s
		}
		for _, a := range c.Args() {
			s.Kids = append(s.Kids, p.walk(st, a, vars, measures))
		}
		if s.Op == "?:" && len(s.Kids) == 3 { // CEL keeps no state of a ternary: it is that of its branch
			if s.Kids[0].Value.Bool {
				s.Value = s.Kids[1].Value
			} else {
				s.Value = s.Kids[2].Value
			}
		}
	case ast.LiteralKind:
		s.Op = "literal"
		s.Value = fromCEL(e.AsLiteral(), nil)
	case ast.ListKind:
		s.Op = "list"
		for _, x := range e.AsList().Elements() {
			s.Kids = append(s.Kids, p.walk(st, x, vars, measures))
		}
	}
	return s
}

// shownIn picks the unit that a value of this measure is printed in.
func (m measure) shownIn() quantity.Unit {
	if m.other != "" {
		return m.other
	}
	if m.pure() {
		switch m.flavor {
		case share, ratio:
			return quantity.UnitShare
		case points:
			return quantity.UnitPoints
		}
		return quantity.UnitNumber
	}
	for _, u := range []quantity.Unit{quantity.UnitYuan, quantity.UnitCount, quantity.UnitMonth, quantity.UnitDay, quantity.UnitMu, quantity.UnitScore,
		quantity.UnitPerson, quantity.UnitVehicle, quantity.UnitTce, quantity.UnitWanYuanPerMu, quantity.UnitWanYuanPerTce, quantity.UnitWanYuanPerPerson} {
		if u.Dimension().Equal(m.dim) {
			return u
		}
	}
	return quantity.UnitNumber
}
