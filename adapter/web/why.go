package web

import (
	"html/template"
	"math/big"
	"strconv"
	"strings"

	"shigan/app"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/engine/draw"
	"shigan/kernel/calendar"
	"shigan/kernel/figure"
	"shigan/kernel/quantity"
	"shigan/kernel/rules"
	"shigan/kernel/words"
)

// whyPage is the WHY sheet 据 of one figure.
type whyPage struct {
	Fig       app.Fig
	Title     string // 为什么是黄灯, or the figure's name
	Subject   string
	SubjectID string
	Answer    string
	Tree      *figure.Tree
	Formula   []formulaLine
	Scale     template.HTML
	Facts     []factRow
	Inputs    []inputRow
	Params    []paramRow
	Parts     []partRow
	Cases     []casesUnder
	Absent    int
	Clause    string
	ClauseNo  string
	PackName  string
	Since     string
	Source    rules.Source
	Decided   []rules.Decided
	Turns     []turnRow
	Try       *tryRow
	Frozen    string
	FrozenSeq int64
	Checked   string
}

type formulaLine struct{ Left, Right template.HTML }

type factRow struct {
	Word, Month, Value, Was string
	By, ByPost, At          string
	Files                   int
	Seq                     int64
	Number, Reason          string
	First                   bool
}

type inputRow struct {
	Fig   app.Fig
	Label string
}

type paramRow struct{ Label, Value, Since, Source string }

type partRow struct {
	ID, Name string
	Fig      app.Fig
	Missing  string
}

type turnRow struct{ Hue, Fact, From, To, Diff string }

type tryRow struct {
	Fact, Label, Unit, Value string
	Result                   *app.Fig
	Error                    string
}

func (v *view) why() error {
	q := v.r.URL.Query()
	name, subject := q.Get("f"), q.Get("s")
	m, err := v.month()
	if err != nil {
		return err
	}
	at := figure.At{}
	if day := q.Get("known"); day != "" {
		d, err := calendar.ParseDay(day)
		if err != nil {
			return err
		}
		if at.Seq, err = v.Read().SeqAt(d.At(24 * 60).UTC().Format("2006-01-02T15:04:05.000Z")); err != nil {
			return err
		}
	}
	tree, set, err := v.s.o.Explain(v.ctx(), v.By, name, subject, m, q.Get("pack"), at)
	if err != nil {
		return err
	}
	d := whyPage{Tree: tree, Fig: app.Fig{Name: name, Subject: subject, Month: m, Unit: set.Unit(name), Value: tree.Value, Pack: q.Get("pack")}}
	d.Subject, d.SubjectID = v.subjectName(subject)
	label := set.Label(name, v.Lang)
	d.Title = label
	if d.Fig.Unit == rules.UnitHue {
		d.Title = v.T("why.light", "hue", v.T("hue."+tree.Value.Text))
	}
	v.explainAnswer(&d, set, label)
	d.Formula = v.formula(set, tree, label)
	d.Scale = v.scale(set, tree, subject, m)
	if err := v.facts(&d, set); err != nil {
		return err
	}
	v.parts(&d, set)
	if d.Cases, err = v.casesUnder(tree); err != nil {
		return err
	}
	if c, p, ok := set.Clause(tree.Clause); ok {
		d.Clause, d.ClauseNo, d.PackName, d.Since, d.Source = c.Say.In(v.Lang), c.No, p.Say.In(v.Lang), p.EffectiveFrom.String(), p.Source
	} else {
		d.PackName, d.Since, d.Source = set.Pack.Say.In(v.Lang), set.Pack.EffectiveFrom.String(), set.Pack.Source
	}
	for _, p := range set.Chain {
		for _, x := range p.Decided {
			if x.Clause == tree.Clause && tree.Clause != "" {
				d.Decided = append(d.Decided, x)
			}
		}
	}
	v.turns(&d, set)
	if err := v.try(&d, set, m); err != nil {
		return err
	}
	if tree.Frozen != nil {
		d.Frozen, d.FrozenSeq = tree.Frozen.RecordedAt, tree.Frozen.Seq
	}
	return v.page("why", d.Title, d, nil)
}

// subjectName says what a figure is about.
func (v *view) subjectName(subject string) (name, id string) {
	if id, ok := strings.CutPrefix(subject, "project/"); ok {
		if p, err := project.Of(v.Read(), id); err == nil {
			return p.Facts.Name.In(v.Lang), id
		}
		return id, id
	}
	if g, ok := app.ParseCaseGroup(subject); ok {
		return v.groupName(g), ""
	}
	kind, value, _ := strings.Cut(strings.TrimPrefix(subject, "group/"), "/")
	switch kind {
	case "all":
		return v.T("group.all"), ""
	case "local", "line":
		return v.unitNames()[value], ""
	}
	return labelOf(v.Lang, kind, value), ""
}

// explainAnswer says in one sentence why.
func (v *view) explainAnswer(d *whyPage, set *rules.Set, label string) {
	t := d.Tree
	switch {
	case t.Value.IsMissing():
		d.Answer = app.MissingText(t.Value.Num.Why, v.Lang)
	case t.Light != nil && t.Chosen >= 0:
		d.Answer = t.Rows[t.Chosen].Why.In(v.Lang)
		if g := t.Light.Gauge; g != "" {
			if in := findInput(t, g); in != nil && !in.Value.IsMissing() {
				f := app.Fig{Name: g, Unit: set.Unit(g), Value: in.Value}
				d.Answer = v.T("why.gauge", "name", set.Label(g, v.Lang), "value", f.Text(v.Lang).String(), "why", d.Answer)
			}
		}
	case t.Light != nil:
		d.Answer = v.T("why.not-applicable")
		for _, r := range t.Rows {
			if r.Value.IsMissing() {
				d.Answer = v.T("why.undecided", "why", app.MissingText(r.Value.Num.Why, v.Lang))
				break
			}
		}
	case t.Overall != nil:
		d.Answer = v.T("why.worst")
	case len(t.Parts)+t.Hidden > 0 || t.Figure != nil && t.Figure.Formula == "":
		d.Answer = v.T("why.sum", "n", len(t.Parts)+t.Hidden-t.Absent, "name", label)
		if t.Hidden > 0 {
			d.Answer += v.T("why.hidden", "n", t.Hidden)
		}
		if t.Absent > 0 {
			d.Answer += v.T("why.absent", "n", t.Absent)
		}
	default:
		d.Answer = v.T("why.is", "name", label, "value", d.Fig.Text(v.Lang).String())
	}
}

func findInput(t *figure.Tree, name string) *figure.Tree {
	for _, in := range t.Inputs {
		if in.Name == name {
			return in
		}
		if x := findInput(in, name); x != nil {
			return x
		}
	}
	return nil
}

// formula prints names, then values substituted, then the result.
func (v *view) formula(set *rules.Set, t *figure.Tree, label string) []formulaLine {
	esc := func(s string) template.HTML { return template.HTML(template.HTMLEscapeString(s)) }
	var out []formulaLine
	add := func(left string, step *rules.Step, unit quantity.Unit, val rules.Value) {
		out = append(out, formulaLine{esc(left), v.stepNames(set, step)})
		out = append(out, formulaLine{"", v.stepValues(set, t, step)})
		out = append(out, formulaLine{"", template.HTML("<strong>" + string(esc(app.Fig{Unit: unit, Value: val}.Text(v.Lang).String())) + "</strong>")})
	}
	switch {
	case t.Step != nil:
		add(label, t.Step, t.Unit, t.Value)
	case t.Light != nil:
		for i, r := range t.Rows {
			mark := ""
			if i == t.Chosen {
				mark = "★ "
			}
			right := string(v.stepNames(set, r.Step)) + ` <span class="q">` + string(v.stepValues(set, t, r.Step)) + `</span>`
			if r.When == "" {
				right = template.HTMLEscapeString(v.T("why.otherwise"))
			}
			out = append(out, formulaLine{template.HTML(mark + `<span class="lt ` + hueClass[r.Show] + `">` + string(draw.Light(r.Show, "")) + template.HTMLEscapeString(v.T("hue."+r.Show)) + `</span>`), template.HTML(right)})
			if i == t.Chosen {
				break
			}
		}
		if g := findInput(t, t.Light.Gauge); g != nil && g.Step != nil {
			add(set.Label(g.Name, v.Lang), g.Step, g.Unit, g.Value)
		}
	}
	return out
}

var opSigns = map[string]string{"-": "−", "*": "×", "/": "÷", "+": "+", ">=": "≥", "<=": "≤", ">": ">", "<": "<", "==": "=", "!=": "≠"}

// stepNames writes a formula with names.
func (v *view) stepNames(set *rules.Set, s *rules.Step) template.HTML {
	return v.step(s, func(x *rules.Step) string {
		return template.HTMLEscapeString(set.Label(x.Name, v.Lang))
	})
}

// stepValues writes a formula with values; each is itself a figure.
func (v *view) stepValues(set *rules.Set, t *figure.Tree, s *rules.Step) template.HTML {
	return v.step(s, func(x *rules.Step) string {
		f := app.Fig{Name: x.Name, Subject: t.Subject, Month: t.Month, Unit: set.Unit(x.Name), Value: x.Value}
		if _, isParam := set.Params[x.Name]; isParam || set.Node(x.Name) == "" && x.Name != "" {
			if _, isFact := set.Fact(x.Name); !isFact {
				return template.HTMLEscapeString(f.Text(v.Lang).String())
			}
		}
		return string(numHTML(v.Lang, f, f.Unit, true))
	})
}

func (v *view) step(s *rules.Step, ident func(*rules.Step) string) template.HTML {
	if s == nil {
		return ""
	}
	var walk func(s *rules.Step, inner bool) string
	walk = func(s *rules.Step, inner bool) string {
		switch s.Op {
		case "ident":
			return ident(s)
		case "literal":
			if s.Value.Kind == rules.KindText {
				return template.HTMLEscapeString(labelOf(v.Lang, "hue", s.Value.Text))
			}
			return template.HTMLEscapeString(app.Fig{Unit: s.Unit, Value: s.Value}.Text(v.Lang).String())
		case "?:":
			return walk(s.Kids[0], true) + " ? " + walk(s.Kids[1], true) + " : " + walk(s.Kids[2], true)
		case "!":
			return v.T("op.not") + " " + walk(s.Kids[0], true)
		case "&&", "||":
			text := walk(s.Kids[0], true) + " " + v.T("op."+map[string]string{"&&": "and", "||": "or"}[s.Op]) + " " + walk(s.Kids[1], true)
			if inner {
				return "(" + text + ")"
			}
			return text
		}
		if sign, ok := opSigns[s.Op]; ok && len(s.Kids) == 2 {
			if s.Op == "/" {
				return `<span class="fr"><b>` + walk(s.Kids[0], false) + `</b><b>` + walk(s.Kids[1], false) + `</b></span>`
			}
			text := walk(s.Kids[0], true) + " " + template.HTMLEscapeString(sign) + " " + walk(s.Kids[1], true)
			if inner && (s.Op == "+" || s.Op == "-") {
				return "(" + text + ")"
			}
			return text
		}
		if s.Op == "rate" && len(s.Kids) == 3 {
			return `<span class="fr"><b>` + walk(s.Kids[0], false) + `</b><b>` + walk(s.Kids[1], false) + `</b></span> <span class="s12 m">` +
				strings.Replace(template.HTMLEscapeString(v.T("why.rate-least", "n", "\x00")), "\x00", walk(s.Kids[2], false), 1) + `</span>`
		}
		var args []string
		for _, k := range s.Kids {
			args = append(args, walk(k, false))
		}
		return template.HTMLEscapeString(labelOf(v.Lang, "fn", s.Op)) + "(" + strings.Join(args, ", ") + ")"
	}
	return template.HTML(walk(s, false))
}

// scale draws the thresholds of a light's gauge, where the value lies, and where it lay at earlier month ends.
func (v *view) scale(set *rules.Set, t *figure.Tree, subject string, m calendar.Month) template.HTML {
	if t.Light == nil || t.Light.Gauge == "" {
		return ""
	}
	g := findInput(t, t.Light.Gauge)
	if g == nil || g.Value.IsMissing() {
		return ""
	}
	now, ok := app.Fig{Unit: g.Unit, Value: g.Value}.Float()
	if !ok {
		return ""
	}
	k := 1.0
	if g.Unit == quantity.UnitPoints || g.Unit == quantity.UnitShare {
		k = 100
	}
	from, bands := v.bands(set, t, k)
	if len(bands) < 2 {
		return ""
	}
	var history []float64
	if e, err := v.s.o.Engine(v.ctx(), m, v.r.URL.Query().Get("pack")); err == nil {
		for past := m.YearStart(); past.Before(m); past = past.Next() {
			if tab, err := e.Values(v.ctx(), []string{t.Light.Gauge}, []string{subject}, past, figure.At{}); err == nil {
				if x, ok := (app.Fig{Unit: g.Unit, Value: tab[t.Light.Gauge][subject]}).Float(); ok {
					history = append(history, x*k)
				}
			}
		}
	}
	return draw.Scale(draw.Scaled{From: from, Bands: bands, Value: now * k, Text: app.Fig{Unit: g.Unit, Value: g.Value}.Text(v.Lang).Text, History: history, Unit: g.Unit.Label(v.Lang),
		Title: v.T("why.scale", "name", set.Label(g.Name, v.Lang), "value", app.Fig{Unit: g.Unit, Value: g.Value}.Text(v.Lang).String())})
}

// bands reads the thresholds out of a light's rows: where the gauge is compared with a parameter or a literal. Rows go from
// worst to best, so their edges fall.
func (v *view) bands(set *rules.Set, t *figure.Tree, k float64) (from float64, bands []draw.Band) {
	type edge struct {
		at  float64
		hue string
	}
	var edges []edge
	for _, r := range t.Rows {
		if r.Step == nil || len(r.Step.Kids) != 2 || r.Step.Kids[0].Name != t.Light.Gauge {
			continue
		}
		x, ok := app.Fig{Unit: set.Unit(t.Light.Gauge), Value: r.Step.Kids[1].Value}.Float()
		if ok && (r.Step.Op == ">" || r.Step.Op == ">=") {
			edges = append(edges, edge{x * k, r.Show})
		}
	}
	if len(edges) == 0 {
		return 0, nil
	}
	number := func(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
	last := edges[len(edges)-1]
	word := func(hue string) string { return v.T("hue." + hue + ".short") }
	bands = []draw.Band{{Upto: last.at, Kind: "green", Word: word("green"), Label: number(last.at)}}
	for i := len(edges) - 1; i >= 0; i-- {
		b := draw.Band{Upto: edges[0].at * 4 / 3, Kind: edges[i].hue, Word: word(edges[i].hue)}
		if len(edges) == 1 {
			b.Upto = edges[0].at * 2
		}
		if i > 0 {
			b.Upto, b.Label = edges[i-1].at, number(edges[i-1].at)
		}
		bands = append(bands, b)
	}
	return last.at - max(10, last.at), bands
}

// facts lists every statement under the figure with who, when, evidence and entry.
func (v *view) facts(d *whyPage, set *rules.Set) error {
	seen := map[string]bool{}
	if d.Tree.Word != nil {
		v.stated(d, set, d.Tree, seen)
	}
	for leaf := range d.Tree.Leaves() {
		if len(d.Facts) > 60 {
			break
		}
		v.stated(d, set, leaf, seen)
	}
	for _, in := range d.Tree.Inputs {
		d.Inputs = append(d.Inputs, inputRow{app.Fig{Name: in.Name, Subject: in.Subject, Month: in.Month, Unit: in.Unit, Value: in.Value, Pack: d.Fig.Pack}, set.Label(in.Name, v.Lang)})
	}
	var params func(t *figure.Tree)
	had := map[string]bool{}
	params = func(t *figure.Tree) {
		for _, p := range t.Params {
			if !had[p.Name] {
				had[p.Name] = true
				d.Params = append(d.Params, paramRow{p.Say.In(v.Lang), app.Fig{Unit: p.Unit, Value: p.Value}.Text(v.Lang).String(), p.Since, p.Dated.Source})
			}
		}
		for _, in := range t.Inputs {
			params(in)
		}
	}
	params(d.Tree)
	return nil
}

func (v *view) stated(d *whyPage, set *rules.Set, leaf *figure.Tree, seen map[string]bool) {
	if seen[leaf.Name] {
		return
	}
	seen[leaf.Name] = true
	label := leaf.Word.Label(v.Lang)
	var last *factRow
	for i, s := range leaf.Stated {
		val := app.Fig{Unit: leaf.Word.Unit, Value: s.Value}
		text := v.money(val, leaf.Word.Unit)
		if i > 0 && leaf.Word.Per != rules.PerMonth || i > 0 && last != nil && last.Month == s.Month.String() {
			if last != nil && last.Was == "" && text != last.Value {
				last.Was = text // an older statement of the same month: struck through beside the newer
			}
			continue
		}
		row := factRow{Word: label, Value: text, By: v.s.o.PersonName(v.ctx(), s.Actor), At: s.RecordedAt, Files: s.Evidence, Seq: s.Seq, Number: s.Number, Reason: s.Reason, First: i == 0}
		if leaf.Word.Per == rules.PerMonth {
			row.Month = s.Month.String()
		}
		if post, err := org.PostOf(v.Read(), s.Post); err == nil {
			row.ByPost = post.Name.In(v.Lang)
		}
		d.Facts = append(d.Facts, row)
		last = &d.Facts[len(d.Facts)-1]
	}
}

// money prints yuan in 亿元, as programmes are told.
func (v *view) money(f app.Fig, unit quantity.Unit) string {
	if unit == quantity.UnitYuan {
		return f.In(quantity.UnitYiYuan, v.Lang).String()
	}
	return f.Text(v.Lang).String()
}

func (v *view) parts(d *whyPage, set *rules.Set) {
	d.Absent = d.Tree.Absent
	if len(d.Tree.Parts) == 0 {
		return
	}
	over := d.Tree.Figure.Sum
	if over == "" {
		over = d.Tree.Figure.Count
	}
	var ids []string
	for _, p := range d.Tree.Parts {
		ids = append(ids, strings.TrimPrefix(p.Subject, "project/"))
	}
	names, _ := app.Named[struct{ Name org.Name }](v.Read(), project.Kind, ids)
	for i, p := range d.Tree.Parts {
		row := partRow{ID: ids[i], Name: names[ids[i]].Name.In(v.Lang), Fig: app.Fig{Name: over, Subject: p.Subject, Month: d.Tree.Month, Unit: set.Unit(over), Value: p.Value, Pack: d.Fig.Pack}}
		if p.Value.IsMissing() {
			row.Missing = app.MissingText(p.Value.Num.Why, v.Lang)
		}
		d.Parts = append(d.Parts, row)
	}
}

func (v *view) turns(d *whyPage, set *rules.Set) {
	for _, t := range d.Tree.Turns {
		w, _ := set.Fact(t.Fact)
		from, to := app.Fig{Unit: w.Unit, Value: t.From}, app.Fig{Unit: w.Unit, Value: t.To}
		diff := new(big.Rat).Sub(t.To.Num.Rat, t.From.Num.Rat)
		key := "turn.more"
		if diff.Sign() < 0 {
			key = "turn.less"
		}
		row := turnRow{Hue: t.Shows, Fact: w.Label(v.Lang), From: v.exact(from, w.Unit), To: v.exact(to, w.Unit)}
		row.Diff = v.T(key, "n", v.exact(app.Fig{Unit: w.Unit, Value: rules.NumValue(diff.Abs(diff))}, w.Unit))
		d.Turns = append(d.Turns, row)
	}
}

// exact prints money to the fen, since a light may hang on one.
func (v *view) exact(f app.Fig, unit quantity.Unit) string {
	if unit == quantity.UnitYuan && !f.Value.IsMissing() {
		if fen, ok := quantity.FenOfRat(f.Value.Num.Rat); ok && v.Lang == words.Zh {
			return fen.String()
		}
		return f.In(quantity.UnitWanYuan, v.Lang).String()
	}
	return f.Text(v.Lang).String()
}

// try 试一试: the same light with another value of one fact.
func (v *view) try(d *whyPage, set *rules.Set, m calendar.Month) error {
	if d.Tree.Light == nil || len(d.Tree.Turns) == 0 {
		return nil
	}
	w, ok := set.Fact(d.Tree.Turns[0].Fact)
	if !ok {
		return nil
	}
	d.Try = &tryRow{Fact: w.Name, Label: w.Label(v.Lang), Unit: v.T("unit." + string(quantity.UnitYiYuan)), Value: v.r.FormValue("x")}
	if w.Unit != quantity.UnitYuan {
		d.Try.Unit = w.Unit.Label(v.Lang)
	}
	if d.Try.Value == "" {
		return nil
	}
	text := d.Try.Value
	if w.Unit == quantity.UnitYuan {
		if mny, err := quantity.ParseMoney(text, quantity.Yi); err != nil {
			d.Try.Error = v.sentenceOf(err)
			return nil
		} else {
			text = mny.Fen.String()
		}
	}
	val, err := figure.ParseGiven(w, text)
	if err != nil {
		d.Try.Error = v.sentenceOf(err)
		return nil
	}
	e, err := v.s.o.Engine(v.ctx(), m, d.Fig.Pack)
	if err != nil {
		return err
	}
	got, err := e.Try(figure.Request{Ctx: v.ctx(), Name: d.Fig.Name, Subject: d.Fig.Subject, Month: m}, map[string]rules.Value{w.Name: val})
	if err != nil {
		return err
	}
	d.Try.Result = &app.Fig{Name: d.Fig.Name, Subject: d.Fig.Subject, Month: m, Unit: rules.UnitHue, Value: got}
	return nil
}

// sentenceOf says an error as its reader reads it.
func (v *view) sentenceOf(err error) string {
	if f, ok := app.Refused(err); ok {
		return sentence(v.Lang, f)
	}
	return err.Error()
}
