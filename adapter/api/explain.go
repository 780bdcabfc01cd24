package api

import (
	"shigan/app"
	"shigan/kernel/figure"
	"shigan/kernel/quantity"
	"shigan/kernel/rules"
)

type figuresIn struct {
	Names    []string `query:"names" required:"true" minItems:"1" maxItems:"40"`
	Subjects []string `query:"subjects" maxItems:"500"`
	Month    Month    `query:"month"`
	Pack     string   `query:"pack" maxLength:"100"`
	KnownBy  string   `query:"known_by" format:"date"`
}

// FigureName is one column's name with what it is called.
type FigureName struct {
	Name  string `json:"name"`
	Label string `json:"label"`
	Unit  string `json:"unit"`
}

// Columns are figures by name, each with the values of all subjects in their order.
type Columns struct {
	Month    string             `json:"month"`
	Pack     string             `json:"pack"`
	Frozen   bool               `json:"frozen"`
	Known    int64              `json:"known"`
	Names    []FigureName       `json:"names"`
	Subjects []string           `json:"subjects"`
	Columns  map[string][]Value `json:"columns"`
}

func (c *caller) figures(in *figuresIn) (*bodyOut[Columns], error) {
	m, err := c.month(in.Month)
	if err != nil {
		return nil, err
	}
	at, err := c.at(in.KnownBy)
	if err != nil {
		return nil, err
	}
	subjects := in.Subjects
	if len(subjects) == 0 {
		lines, err := c.lines(&projectsIn{}, m)
		if err != nil {
			return nil, err
		}
		subjects = app.Subjects(each(lines, func(l app.ProjectLine) string { return l.ID }))
	} else {
		for _, s := range subjects {
			if err := c.s.o.MaySee(c.ctx, c.by, s); err != nil {
				return nil, err
			}
		}
	}
	e, err := c.s.o.Engine(c.ctx, m, in.Pack)
	if err != nil {
		return nil, err
	}
	table, err := e.Values(c.ctx, in.Names, subjects, m, at)
	if err != nil {
		return nil, err
	}
	out := Columns{Month: m.String(), Pack: e.Set.Pack.Name, Known: at.Seq, Subjects: some(subjects), Columns: map[string][]Value{}}
	if src, ok := e.Src.(app.Facts); ok {
		fz, err := src.FreezeOf(m)
		if err != nil {
			return nil, err
		}
		out.Frozen = fz != nil
	}
	for _, n := range in.Names {
		out.Names = append(out.Names, FigureName{n, e.Set.Label(n, c.lang), string(e.Set.Unit(n))})
		out.Columns[n] = each(subjects, func(s string) Value { return valueOf(table[n][s], e.Set.Unit(n), c.lang) })
	}
	return body(out)
}

type explainIn struct {
	Name    string `query:"name" required:"true" maxLength:"100"`
	Subject string `query:"subject" required:"true" maxLength:"200"`
	Month   Month  `query:"month"`
	Pack    string `query:"pack" maxLength:"100"`
	KnownBy string `query:"known_by" format:"date"`
}

// Tree 据 explains one value down to the entries of the ledger.
type Tree struct {
	Name    string      `json:"name"`
	Label   string      `json:"label"`
	Subject string      `json:"subject"`
	Month   string      `json:"month"`
	Value   Value       `json:"value"`
	Known   int64       `json:"known"`
	Formula string      `json:"formula,omitempty"`
	Step    *Step       `json:"step,omitempty"`
	Rows    []LightRow  `json:"rows,omitempty"`
	Worst   []string    `json:"worst,omitempty"`
	Clause  *ClauseText `json:"clause,omitempty"`
	Frozen  *FrozenBy   `json:"frozen,omitempty"`
	Turns   []Turn      `json:"turns,omitempty"`
	Params  []Param     `json:"params,omitempty"`
	Stated  []Stated    `json:"stated,omitempty"`
	Over    string      `json:"over,omitempty"`
	Parts   []Part      `json:"parts,omitempty"`
	More    int         `json:"more,omitempty"`
	Hidden  int         `json:"hidden,omitempty"`
	Absent  int         `json:"absent"`
	Inputs  []*Tree     `json:"inputs,omitempty"`
}

// Step is one sub-expression of a formula with the value that it had.
type Step struct {
	Op    string  `json:"op"`
	Name  string  `json:"name,omitempty"`
	Label string  `json:"label,omitempty"`
	Value Value   `json:"value"`
	Kids  []*Step `json:"kids,omitempty"`
}

// LightRow is one condition of a light, and whether it held; the light shows the first that does.
type LightRow struct {
	Show   string `json:"show"`
	When   string `json:"when"`
	Why    string `json:"why"`
	Value  Value  `json:"value"`
	Chosen bool   `json:"chosen"`
	Step   *Step  `json:"step,omitempty"`
}

// ClauseText is what the document says, and where it stands.
type ClauseText struct {
	Key     string          `json:"key"`
	No      string          `json:"no"`
	Text    string          `json:"text"`
	Pack    string          `json:"pack"`
	Since   string          `json:"since"`
	Source  rules.Source    `json:"source"`
	Decided []rules.Decided `json:"decided"`
}

// FrozenBy says by which entry the month was closed.
type FrozenBy struct {
	Seq        int64  `json:"seq"`
	RecordedAt string `json:"recorded_at"`
	Pack       string `json:"pack"`
	RulesSum   string `json:"rules_sum"`
}

// Turn is the smallest change of one fact that turns the light.
type Turn struct {
	Fact  string `json:"fact"`
	Label string `json:"label"`
	From  Value  `json:"from"`
	To    Value  `json:"to"`
	Shows string `json:"shows"`
}

// Param is a parameter of the rules with its source.
type Param struct {
	Name   string `json:"name"`
	Label  string `json:"label"`
	Value  Value  `json:"value"`
	Pack   string `json:"pack"`
	Since  string `json:"since"`
	Source string `json:"source"`
}

// Stated is one statement of a fact: an entry of the ledger.
type Stated struct {
	Seq         int64  `json:"seq"`
	Number      string `json:"number"`
	Kind        string `json:"kind"`
	Value       Value  `json:"value"`
	Month       string `json:"month,omitempty"`
	EffectiveOn string `json:"effective_on"`
	RecordedAt  string `json:"recorded_at"`
	Actor       string `json:"actor"`
	Post        string `json:"post"`
	Evidence    int    `json:"evidence"`
	Sample      bool   `json:"sample"`
	Reason      string `json:"reason,omitempty"`
}

// Part is one member's share of a sum, or one case that is counted, with the entry by which it stands as it does.
type Part struct {
	Subject string `json:"subject"`
	Value   Value  `json:"value"`
	Seq     int64  `json:"seq,omitempty"`
}

func (c *caller) explain(in *explainIn) (*bodyOut[*Tree], error) {
	m, err := c.month(in.Month)
	if err != nil {
		return nil, err
	}
	at, err := c.at(in.KnownBy)
	if err != nil {
		return nil, err
	}
	t, set, err := c.s.o.Explain(c.ctx, c.by, in.Name, in.Subject, m, in.Pack, at)
	if err != nil {
		return nil, err
	}
	return body(c.tree(t, set))
}

func (c *caller) tree(t *figure.Tree, set *rules.Set) *Tree {
	out := &Tree{Name: t.Name, Label: set.Label(t.Name, c.lang), Subject: t.Subject, Month: t.Month.String(), Value: valueOf(t.Value, t.Unit, c.lang),
		Known: t.At.Seq, Step: c.step(t.Step, set), Clause: c.clause(t.Clause, set), More: t.More, Hidden: t.Hidden, Absent: t.Absent}
	if t.Figure != nil {
		out.Formula = t.Figure.Formula
		if out.Over = t.Figure.Sum; out.Over == "" {
			out.Over = t.Figure.Count
		}
	}
	if t.Overall != nil {
		out.Worst = t.Overall.Worst
	}
	for i, r := range t.Rows {
		out.Rows = append(out.Rows, LightRow{r.Show, r.When, r.Why.In(c.lang), valueOf(r.Value, rules.UnitBool, c.lang), i == t.Chosen, c.step(r.Step, set)})
	}
	if f := t.Frozen; f != nil {
		out.Frozen = &FrozenBy{f.Seq, f.RecordedAt, f.Pack, f.RulesSum}
	}
	for _, x := range t.Turns {
		unit := quantity.Unit("")
		if w, ok := set.Fact(x.Fact); ok {
			unit = w.Unit
		}
		out.Turns = append(out.Turns, Turn{x.Fact, set.Label(x.Fact, c.lang), valueOf(x.From, unit, c.lang), valueOf(x.To, unit, c.lang), x.Shows})
	}
	for _, p := range t.Params {
		out.Params = append(out.Params, Param{p.Name, p.Say.In(c.lang), valueOf(p.Value, p.Unit, c.lang), p.Pack, p.Since, p.Dated.Source})
	}
	for _, s := range t.Stated {
		st := Stated{Seq: s.Seq, Number: s.Number, Kind: s.Kind, Value: valueOf(s.Value, t.Word.Unit, c.lang), EffectiveOn: s.EffectiveOn, RecordedAt: s.RecordedAt,
			Actor: s.Actor, Post: s.Post, Evidence: s.Evidence, Sample: s.Sample, Reason: s.Reason}
		if !s.Month.IsZero() {
			st.Month = s.Month.String()
		}
		out.Stated = append(out.Stated, st)
	}
	over := set.Unit(out.Over)
	if t.Word != nil {
		over = t.Word.Unit
	}
	for _, p := range t.Parts {
		out.Parts = append(out.Parts, Part{p.Subject, valueOf(p.Value, over, c.lang), p.Seq})
	}
	for _, sub := range t.Inputs {
		out.Inputs = append(out.Inputs, c.tree(sub, set))
	}
	return out
}

func (c *caller) step(s *rules.Step, set *rules.Set) *Step {
	if s == nil {
		return nil
	}
	unit := s.Unit
	out := &Step{Op: s.Op, Name: s.Name}
	if s.Name != "" {
		out.Label = set.Label(s.Name, c.lang)
		if u := set.Unit(s.Name); u != "" {
			unit = u
		}
	}
	out.Value = valueOf(s.Value, unit, c.lang)
	for _, k := range s.Kids {
		out.Kids = append(out.Kids, c.step(k, set))
	}
	return out
}

func (c *caller) clause(key string, set *rules.Set) *ClauseText {
	cl, p, ok := set.Clause(key)
	if !ok {
		return nil
	}
	out := &ClauseText{Key: key, No: cl.No, Text: cl.Say.In(c.lang), Pack: p.Name, Since: p.EffectiveFrom.String(), Source: p.Source, Decided: []rules.Decided{}}
	for _, p := range set.Chain {
		for _, d := range p.Decided {
			if d.Clause == key {
				out.Decided = append(out.Decided, d)
			}
		}
	}
	return out
}

type tryIn struct {
	Body struct {
		Name    string            `json:"name" maxLength:"100"`
		Subject string            `json:"subject" maxLength:"200"`
		Month   Month             `json:"month,omitempty"`
		Pack    string            `json:"pack,omitempty" maxLength:"100"`
		Given   map[string]string `json:"given"`
	}
}

// Tried is what a figure would be with other values; nothing is stated.
type Tried struct {
	Month string `json:"month"`
	Value Value  `json:"value"`
}

// try 试一试.
func (c *caller) try(in *tryIn) (*bodyOut[Tried], error) {
	b := in.Body
	m, err := c.month(b.Month)
	if err != nil {
		return nil, err
	}
	if err := c.s.o.MaySee(c.ctx, c.by, b.Subject); err != nil {
		return nil, err
	}
	e, err := c.s.o.Engine(c.ctx, m, b.Pack)
	if err != nil {
		return nil, err
	}
	given, err := givenOf(e.Set, b.Given)
	if err != nil {
		return nil, err
	}
	v, err := e.Try(figure.Request{Ctx: c.ctx, Name: b.Name, Subject: b.Subject, Month: m}, given)
	if err != nil {
		return nil, err
	}
	return body(Tried{m.String(), valueOf(v, e.Set.Unit(b.Name), c.lang)})
}

func givenOf(set *rules.Set, texts map[string]string) (map[string]rules.Value, error) {
	given := map[string]rules.Value{}
	for name, text := range texts {
		w, ok := set.Fact(name)
		if !ok {
			return nil, rules.ErrNoFigure.With("name", name)
		}
		v, err := figure.ParseGiven(w, text)
		if err != nil {
			return nil, err
		}
		given[name] = v
	}
	return given, nil
}
