package figure

import (
	"context"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"

	"shigan/kernel/calendar"
	"shigan/kernel/fault"
	"shigan/kernel/quantity"
	"shigan/kernel/rules"
	"shigan/kernel/words"
)

// ErrGiven is a value given by hand that does not fit its word.
var ErrGiven = fault.New(fault.Invalid, "figure.bad-given")

// Given 假设 is a source of facts written by hand: a pack's tests, `rules eval --given`, and the value that a person tries.
type Given struct {
	months  map[calendar.Month]map[string]map[string]rules.Value // month, subject, fact
	members []string
	first   calendar.Month
}

// NewGiven starts an empty source.
func NewGiven() *Given {
	return &Given{months: map[calendar.Month]map[string]map[string]rules.Value{}}
}

// ParseGiven reads a value as people write it, by the unit of its word, into the base that formulas compute with.
func ParseGiven(w rules.Word, text string) (rules.Value, error) {
	bad := func(err error) (rules.Value, error) {
		return rules.Value{}, ErrGiven.With("name", w.Name, "text", text, "why", err.Error())
	}
	switch w.Unit {
	case rules.UnitText:
		return rules.TextValue(text), nil
	case rules.UnitBool:
		switch text {
		case "true", "是":
			return rules.BoolValue(true), nil
		case "false", "否":
			return rules.BoolValue(false), nil
		}
		return bad(fmt.Errorf("true / false"))
	case rules.UnitDate:
		d, err := calendar.ParseDay(text)
		if err != nil {
			return bad(err)
		}
		return rules.NumValue(rules.DayNumber(d)), nil
	}
	n, err := quantity.ParseNumber(text)
	if err != nil {
		return bad(err)
	}
	r, err := rules.InBase(n, w.Unit)
	if err != nil {
		return bad(err)
	}
	return rules.NumValue(r), nil
}

// Put states facts of a subject in a month.
func (g *Given) Put(v rules.Vocabulary, m calendar.Month, subject string, facts map[string]string) error {
	if g.months[m] == nil {
		g.months[m] = map[string]map[string]rules.Value{}
	}
	if g.months[m][subject] == nil {
		g.months[m][subject] = map[string]rules.Value{}
	}
	if g.first.IsZero() || m.Before(g.first) {
		g.first = m
	}
	for name, text := range facts {
		w, ok := v[name]
		if !ok {
			return ErrGiven.With("name", name, "text", text, "why", strings.Join(v.Names(), ", "))
		}
		val, err := ParseGiven(w, text)
		if err != nil {
			return err
		}
		g.months[m][subject][name] = val
	}
	return nil
}

func (g *Given) Column(_ context.Context, w rules.Word, subjects []string, m calendar.Month, _ At) (map[string]Datum, error) {
	out := map[string]Datum{}
	for _, s := range subjects {
		for at := m; ; at = at.Prev() { // what stands holds on until it is stated anew; what is monthly does not
			if v, ok := g.months[at][s][w.Name]; ok {
				out[s] = Datum{Value: v}
				break
			}
			if w.Per == rules.PerMonth || w.Per == rules.PerYear && at.Month == 1 || at.Sub(g.first) <= 0 {
				break
			}
		}
	}
	return out, nil
}

func (g *Given) History(ctx context.Context, w rules.Word, subject string, m calendar.Month, at At) ([]Stated, error) {
	col, err := g.Column(ctx, w, []string{subject}, m, at)
	if d, ok := col[subject]; ok {
		return []Stated{{Value: d.Value, Month: m}}, err
	}
	return nil, err
}

func (g *Given) Members(context.Context, string, calendar.Month, At) ([]string, error) {
	return g.members, nil
}

func (g *Given) Frozen(context.Context, string, []string, calendar.Month) (map[string]rules.Value, *Freeze, error) {
	return nil, nil, nil
}

func (g *Given) First(context.Context) (calendar.Month, error) { return g.first, nil }

// TestResult of one case of a pack.
type TestResult struct {
	Pack string `json:"pack"`
	Name string `json:"name"`
	OK   bool   `json:"ok"`
	Why  string `json:"why,omitempty"`
}

// TestSubject is the subject that a pack's tests speak of, where they name none.
const TestSubject = "test/1"

// TestPack runs the tests of one pack.
func TestPack(ctx context.Context, lib *rules.Library, pack string) ([]TestResult, error) {
	p, ok := lib.Packs[pack]
	if !ok {
		return nil, rules.ErrNoPack.With("pack", pack)
	}
	var out []TestResult
	for _, t := range p.Tests {
		res := TestResult{Pack: pack, Name: t.Name}
		if why, err := runTest(ctx, lib, pack, t); err != nil {
			res.Why = err.Error()
		} else if why != "" {
			res.Why = why
		} else {
			res.OK = true
		}
		out = append(out, res)
	}
	return out, nil
}

func runTest(ctx context.Context, lib *rules.Library, pack string, t rules.Test) (string, error) {
	m, err := calendar.ParseMonth(t.Month)
	if err != nil {
		return "", err
	}
	set, err := lib.Resolve(pack, m.Last(), true)
	if err != nil {
		return "", err
	}
	g := NewGiven()
	for month, facts := range t.Before {
		bm, err := calendar.ParseMonth(month)
		if err != nil {
			return "", err
		}
		if err := g.Put(lib.Vocabulary(), bm, TestSubject, facts); err != nil {
			return "", err
		}
	}
	if err := g.Put(lib.Vocabulary(), m, TestSubject, t.Given); err != nil {
		return "", err
	}
	for _, member := range slices.Sorted(maps.Keys(t.Members)) {
		g.members = append(g.members, member)
		if err := g.Put(lib.Vocabulary(), m, member, t.Members[member]); err != nil {
			return "", err
		}
	}
	e := &Engine{Set: set, Src: g}
	names := slices.Sorted(maps.Keys(t.Expect))
	got, err := e.Values(ctx, names, []string{TestSubject}, m, At{})
	if err != nil {
		return "", err
	}
	var wrong []string
	for _, name := range names {
		if text := Print(got[name][TestSubject], set.Unit(name), words.Zh); !samePrint(text, t.Expect[name]) {
			wrong = append(wrong, fmt.Sprintf("%s: %s ≠ %s", name, text, t.Expect[name]))
		}
	}
	return strings.Join(wrong, "; "), nil
}

func samePrint(got, want string) bool {
	strip := func(s string) string { return strings.NewReplacer(" ", "", ",", "", "\u2009", "").Replace(s) }
	return strip(got) == strip(want)
}

// Print writes a value as a page would, rounded once. Missing prints as a dash, a rate of too few as k/n.
func Print(v rules.Value, unit quantity.Unit, lang words.Lang) string {
	if k, n, _, few := v.Few(); few {
		return k + "/" + n
	}
	if v.IsMissing() {
		return "—"
	}
	switch v.Kind {
	case rules.KindText:
		return v.Text
	case rules.KindBool:
		return fmt.Sprint(v.Bool)
	}
	if unit == rules.UnitDate {
		if d, ok := rules.DayOf(v.Num.Rat); ok {
			return d.String()
		}
		return v.Num.Rat.RatString()
	}
	return quantity.Show(InUnit(v.Num.Rat, unit), unit, lang).String()
}

// InUnit turns a value from the base that formulas compute with into its unit.
func InUnit(r *big.Rat, unit quantity.Unit) *big.Rat {
	if !unit.Known() {
		return r
	}
	return new(big.Rat).Quo(r, unit.Scale())
}
