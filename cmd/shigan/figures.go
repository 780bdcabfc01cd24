package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"shigan/app"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
	"shigan/kernel/figure"
	"shigan/kernel/ledger"
	"shigan/kernel/quantity"
	"shigan/kernel/rules"
)

var errDay = fault.New(fault.Invalid, "cli.bad-day")

func figureCommands() []command {
	return []command{
		{name: "why", args: "FIGURE SUBJECT MONTH", min: 3, max: 3, flags: []string{"pack=", "known-by="}, run: why},
		{name: "replay", args: "MONTH|YEAR", min: 1, max: 1, flags: []string{"pack="}, run: replay},
	}
}

// subject completes what people write: JM-001 is a project, all is the group of all.
func subject(s string) string {
	switch {
	case s == "all":
		return app.Everything
	case s == app.DistrictSubject || strings.Contains(s, "/"):
		return s
	}
	return "project/" + s
}

// knownBy turns "known by the end of that day" into an entry's number.
func (c *call) knownBy(o *app.Office) (figure.At, error) {
	text := c.text("known-by")
	if text == "" {
		return figure.At{}, nil
	}
	d, err := calendar.ParseDay(text)
	if err != nil {
		return figure.At{}, errDay.With("text", text)
	}
	end := d.AddDays(1).At(0).Add(-time.Millisecond)
	seq, err := o.Read(c.ctx).SeqAt(end.UTC().Format(ledger.TimeLayout))
	if err == nil && seq == 0 {
		seq = -1 // nothing was known yet; 0 would mean everything
	}
	return figure.At{Seq: seq}, err
}

func why(c *call) error {
	m, err := parseMonth(c.arg(2))
	if err != nil {
		return err
	}
	o, by, err := c.acting()
	if err != nil {
		return err
	}
	at, err := c.knownBy(o)
	if err != nil {
		return err
	}
	tree, set, err := o.Explain(c.ctx, by, c.arg(0), subject(c.arg(1)), m, c.text("pack"), at)
	if err != nil {
		return err
	}
	p := printer{c: c, set: set, month: m, subject: tree.Subject}
	return c.give(p.node(tree), func() { p.tree(tree, 0) })
}

// printer writes a tree as text and as JSON.
type printer struct {
	c       *call
	set     *rules.Set
	month   calendar.Month
	subject string
}

// node is a tree in JSON: each number with its formula, its inputs down to entries, and the clause.
type node struct {
	Name    string         `json:"name"`
	Label   string         `json:"label"`
	Subject string         `json:"subject"`
	Month   calendar.Month `json:"month"`
	Unit    quantity.Unit  `json:"unit,omitempty"`
	Value   string         `json:"value"` // exact: "n:3/20", "t:red"
	Text    string         `json:"text"`  // as printed
	Missing string         `json:"missing,omitempty"`
	Pack    string         `json:"pack,omitempty"`
	Formula string         `json:"formula,omitempty"`
	Filled  string         `json:"filled,omitempty"` // the formula with its values
	Rows    []rowNode      `json:"rows,omitempty"`
	Params  []paramNode    `json:"parameters,omitempty"`
	Clause  *clauseNode    `json:"clause,omitempty"`
	Frozen  int64          `json:"frozen_by_entry,omitempty"`
	Turns   []turnNode     `json:"turns,omitempty"`
	Stated  []statedNode   `json:"entries,omitempty"`
	Parts   []partNode     `json:"parts,omitempty"`
	Absent  int            `json:"absent,omitempty"`
	Inputs  []*node        `json:"inputs,omitempty"`
}

type rowNode struct {
	Show   string `json:"show"`
	When   string `json:"when"`
	Filled string `json:"filled"`
	Holds  string `json:"holds"` // true, false, or missing
	Chosen bool   `json:"chosen,omitempty"`
	Why    string `json:"why,omitempty"`
}

type paramNode struct {
	Name   string `json:"name"`
	Label  string `json:"label"`
	Text   string `json:"text"`
	Since  string `json:"since"`
	Source string `json:"source,omitempty"`
}

type clauseNode struct {
	No     string `json:"no,omitempty"`
	Text   string `json:"text"`
	Pack   string `json:"pack"`
	Source string `json:"source,omitempty"`
}

type turnNode struct {
	Fact  string `json:"fact"`
	Label string `json:"label"`
	From  string `json:"from"`
	To    string `json:"to"`
	Exact string `json:"exact"`
	Shows string `json:"shows"`
}

type statedNode struct {
	Seq         int64  `json:"seq"`
	Number      string `json:"number"`
	Text        string `json:"text"`
	Month       string `json:"month,omitempty"`
	EffectiveOn string `json:"effective_on"`
	RecordedAt  string `json:"recorded_at"`
	Post        string `json:"post"`
	Evidence    int    `json:"evidence"`
	Reason      string `json:"reason,omitempty"`
}

type partNode struct {
	Subject string `json:"subject"`
	Text    string `json:"text"`
}

// shown is a value as a page prints it.
func (p *printer) shown(v rules.Value, unit quantity.Unit) string {
	if unit == rules.UnitHue {
		return p.c.hue(v.Text)
	}
	return figShown(p.c, v, unit)
}

func figShown(c *call, v rules.Value, unit quantity.Unit) string {
	return app.Fig{Unit: unit, Value: v}.Text(c.lang).String()
}

// exactMoney shows a sum to the fen, for "what would turn the light": there, rounding would be wrong.
func (p *printer) exact(v rules.Value, unit quantity.Unit) string {
	if v.Kind == rules.KindNum && !v.IsMissing() && slices.Contains([]quantity.Unit{quantity.UnitYuan, quantity.UnitWanYuan, quantity.UnitYiYuan}, unit) {
		if f, ok := quantity.FenOfRat(v.Num.Rat); ok {
			return f.String()
		}
	}
	return p.shown(v, unit)
}

func (p *printer) node(t *figure.Tree) *node {
	n := &node{Name: t.Name, Label: p.set.Label(t.Name, p.c.lang), Subject: t.Subject, Month: t.Month, Unit: t.Unit, Value: t.Value.Canonical(),
		Text: p.shown(t.Value, t.Unit), Absent: t.Absent}
	if t.Value.IsMissing() {
		n.Missing = app.MissingText(t.Value.Num.Why, p.c.lang)
	}
	switch {
	case t.Figure != nil:
		n.Pack, n.Formula = t.Figure.Pack, formulaOf(t.Figure)
	case t.Light != nil:
		n.Pack = t.Light.Pack
	case t.Overall != nil:
		n.Pack = t.Overall.Pack
		n.Formula = "worst(" + strings.Join(t.Overall.Worst, ", ") + ")"
	}
	if t.Step != nil {
		n.Filled = p.filled(t.Step, 0)
	}
	for i, r := range t.Rows {
		holds := "missing"
		if !r.Value.IsMissing() {
			holds = fmt.Sprint(r.Value.Bool)
		}
		n.Rows = append(n.Rows, rowNode{r.Show, r.When, p.filled(r.Step, 0), holds, i == t.Chosen, r.Why.In(p.c.lang)})
	}
	for _, prm := range t.Params {
		n.Params = append(n.Params, paramNode{prm.Name, prm.Say.In(p.c.lang), p.shown(prm.Value, prm.Unit), prm.Since, prm.Dated.Source})
	}
	if t.Clause != "" {
		if cl, pack, ok := p.set.Clause(t.Clause); ok {
			n.Clause = &clauseNode{cl.No, cl.In(p.c.lang), pack.Name, pack.Source.Title.In(p.c.lang)}
		}
	}
	if t.Frozen != nil {
		n.Frozen = t.Frozen.Seq
	}
	for _, turn := range t.Turns {
		w, _ := p.set.Fact(turn.Fact)
		n.Turns = append(n.Turns, turnNode{turn.Fact, p.set.Label(turn.Fact, p.c.lang), p.exact(turn.From, w.Unit), p.exact(turn.To, w.Unit), turn.To.Canonical(), turn.Shows})
	}
	for _, s := range t.Stated {
		n.Stated = append(n.Stated, statedNode{s.Seq, s.Number, p.exact(s.Value, t.Unit), s.Month.String(), s.EffectiveOn, s.RecordedAt, s.Post, s.Evidence, s.Reason})
	}
	for _, part := range t.Parts {
		n.Parts = append(n.Parts, partNode{part.Subject, p.shown(part.Value, partUnit(p.set, t))})
	}
	for _, in := range t.Inputs {
		n.Inputs = append(n.Inputs, p.node(in))
	}
	return n
}

func formulaOf(f *rules.Figure) string {
	switch {
	case f.Sum != "":
		return "sum(" + f.Sum + ")"
	case f.Count != "":
		return "count(" + f.Count + ")"
	}
	return f.Formula
}

func partUnit(set *rules.Set, t *figure.Tree) quantity.Unit {
	if t.Figure == nil {
		return t.Unit
	}
	return set.Unit(cmpOr(t.Figure.Sum, t.Figure.Count))
}

// maxParts is how many members of a sum are listed on a terminal; --json lists all.
const maxParts = 20

// tree prints a node and what is under it.
func (p *printer) tree(t *figure.Tree, depth int) {
	n, in := p.node(t), strings.Repeat("  ", depth)
	line := func(format string, args ...any) { fmt.Fprintf(p.c.out, in+format+"\n", args...) }
	head := n.Label + " = " + n.Text
	if t.Month != p.month {
		head += "  " + t.Month.String()
	}
	if depth == 0 {
		head += "  " + t.Subject + "  " + t.Month.String()
	}
	line("%s", head)
	if n.Missing != "" {
		line("  %s", n.Missing)
	}
	if n.Formula != "" {
		line("  %s", p.c.word("cli.why.formula", "text", n.Formula))
	}
	if n.Filled != "" {
		line("  %s", p.c.word("cli.why.filled", "text", n.Filled))
	}
	for _, r := range n.Rows {
		mark := "·"
		if r.Chosen {
			mark = "→"
		}
		line("  %s %s: %s   %s", mark, p.c.hue(r.Show), r.Filled, r.Why)
	}
	if c := n.Clause; c != nil {
		line("  %s", p.c.word("cli.why.clause", "pack", c.Pack, "no", c.No, "text", c.Text))
	}
	for _, prm := range n.Params {
		line("  %s", p.c.word("cli.why.parameter", "name", prm.Label, "value", prm.Text, "since", prm.Since))
	}
	if n.Frozen != 0 {
		line("  %s", p.c.word("cli.why.frozen", "seq", n.Frozen))
	}
	for _, turn := range n.Turns {
		line("  %s", p.c.word("cli.why.turn", "name", turn.Label, "from", turn.From, "to", turn.To, "hue", p.c.hue(turn.Shows)))
	}
	for _, s := range n.Stated {
		line("  %s", p.c.word("cli.why.entry", "number", s.Number, "value", s.Text, "on", s.EffectiveOn, "post", s.Post, "evidence", s.Evidence))
		if s.Reason != "" {
			line("    %s", p.c.word("cli.why.reason", "text", s.Reason))
		}
	}
	for i, part := range n.Parts {
		if i == maxParts {
			line("    %s", p.c.word("cli.why.more", "n", len(n.Parts)-maxParts))
			break
		}
		line("    %s = %s", part.Subject, part.Text)
	}
	for _, sub := range t.Inputs {
		p.tree(sub, depth+1)
	}
}

// binding strength of operators, for brackets.
var strength = map[string]int{"?:": 1, "||": 2, "&&": 3, "==": 4, "!=": 4, "<": 4, "<=": 4, ">": 4, ">=": 4, "+": 5, "-": 5, "*": 6, "/": 6}

// filled writes a formula with the values in place of the names: 50.0% - 35.0%.
func (p *printer) filled(s *rules.Step, outer int) string {
	if s == nil {
		return ""
	}
	switch {
	case s.Op == "ident":
		return p.shown(s.Value, cmpUnit(p.set.Unit(s.Name), s.Unit))
	case len(s.Kids) == 0:
		return p.shown(s.Value, s.Unit)
	}
	mine := strength[s.Op]
	text := ""
	switch {
	case s.Op == "?:":
		text = p.filled(s.Kids[0], mine+1) + " ? " + p.filled(s.Kids[1], mine+1) + " : " + p.filled(s.Kids[2], mine)
	case mine > 0 && len(s.Kids) == 2:
		text = p.filled(s.Kids[0], mine) + " " + s.Op + " " + p.filled(s.Kids[1], mine+1)
	case len(s.Kids) == 1 && (s.Op == "-" || s.Op == "!"):
		return s.Op + p.filled(s.Kids[0], 7)
	default:
		var args []string
		for _, k := range s.Kids {
			args = append(args, p.filled(k, 0))
		}
		return s.Op + "(" + strings.Join(args, ", ") + ")"
	}
	if mine < outer {
		return "(" + text + ")"
	}
	return text
}

func cmpUnit(a, b quantity.Unit) quantity.Unit {
	if a != "" {
		return a
	}
	return b
}

// replayed is one month under another pack.
type replayed struct {
	Month  calendar.Month            `json:"month"`
	Pack   string                    `json:"pack"`
	Was    map[string]map[string]int `json:"was"`
	Now    map[string]map[string]int `json:"now"`
	Turned []turned                  `json:"turned"`
}

type turned struct {
	Project string `json:"project"`
	Light   string `json:"light"`
	Label   string `json:"label"`
	Was     string `json:"was"`
	Now     string `json:"now"`
	Why     string `json:"why"`    // the row of the other pack that shows now
	Filled  string `json:"filled"` // with its values
}

// replay turns the lights of a month, or of all opened months of a year, under another pack. Nothing is stated.
func replay(c *call) error {
	pack, err := c.need("pack")
	if err != nil {
		return err
	}
	o, by, err := c.reading("read.rules")
	if err != nil {
		return err
	}
	months, err := c.monthsOf(o, c.arg(0))
	if err != nil {
		return err
	}
	out := []replayed{}
	for _, m := range months {
		ts, was, now, err := o.Replay(c.ctx, m, pack)
		if err != nil {
			return err
		}
		r := replayed{m, pack, was, now, []turned{}}
		for _, t := range ts {
			tree, set, err := o.Explain(c.ctx, by, t.Light, "project/"+t.Project, m, pack, figure.At{})
			if err != nil {
				return err
			}
			one := turned{Project: t.Project, Light: t.Light, Label: set.Label(t.Light, c.lang), Was: t.Was.Hue(), Now: t.Now.Hue()}
			if tree.Chosen >= 0 && tree.Value.Text == one.Now {
				p := printer{c: c, set: set, month: m}
				one.Why, one.Filled = tree.Rows[tree.Chosen].Why.In(c.lang), p.filled(tree.Rows[tree.Chosen].Step, 0)
			}
			r.Turned = append(r.Turned, one)
		}
		out = append(out, r)
	}
	var v any = out
	if len(c.arg(0)) > 4 {
		v = out[0]
	}
	return c.give(v, func() {
		for _, r := range out {
			c.say("cli.replay.head", "month", r.Month, "pack", pack, "n", len(r.Turned))
			for _, light := range slices.Sorted(maps.Keys(r.Now)) {
				fmt.Fprintf(c.out, "  %s: %s → %s\n", light, c.counts(r.Was[light]), c.counts(r.Now[light]))
			}
			for _, t := range r.Turned {
				fmt.Fprintf(c.out, "    %s %s: %s → %s   %s   %s\n", t.Project, t.Label, c.hue(t.Was), c.hue(t.Now), t.Why, t.Filled)
			}
		}
	})
}

// counts prints how many lights of each colour there are.
func (c *call) counts(n map[string]int) string {
	var parts []string
	for _, hue := range slices.SortedFunc(maps.Keys(n), func(a, b string) int { return rules.Severity(b) - rules.Severity(a) }) {
		parts = append(parts, fmt.Sprintf("%s %d", c.hue(hue), n[hue]))
	}
	return strings.Join(parts, c.word("cli.comma"))
}

// monthsOf reads a month, or a year as all of its months that were opened.
func (c *call) monthsOf(o *app.Office, text string) ([]calendar.Month, error) {
	if len(text) != 4 {
		m, err := parseMonth(text)
		return []calendar.Month{m}, err
	}
	ids, err := o.Read(c.ctx).IDs("month", text+"-")
	if err != nil {
		return nil, err
	}
	var out []calendar.Month
	for _, id := range ids {
		m, err := parseMonth(id)
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	if len(out) == 0 {
		return nil, errMonth.With("text", text)
	}
	return out, nil
}
