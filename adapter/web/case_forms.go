package web

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/quantity"
)

// caseForm is one thing that the reader may do now, with what it asks for.
type caseForm struct {
	Name, Action   string // "move/answer" posts to /case/…/move
	Title, Button  string
	Hint           string
	Quote          string // what it is about: the result to be confirmed, the reason that was told
	Hidden         []option
	Fields         []formField
	Options        []optionField // of a measure
	Parts          []partField   // of a split
	Error, Draft   string
	Saved          string
	Files          bool
	Kept           []fileLine
	KeptList       string
	First, Open    bool
	rare           bool
	values, errors map[string]string
}

// formField is one question of a form.
type formField struct {
	Kind        string // area, line, date, number, choice, unit
	Name, Label string
	Hint, Value string
	Error       string
	Unit        string
	Required    bool
	Options     []option
	Most        int
}

type optionField struct{ N, Mark, Text, Cost, Effect, Date string }

type partField struct{ N, Title, Unit, Given string }

// unitGroupOption are the units of one class, for a choice.
type unitGroupOption struct {
	Label string
	Units []option
}

// caseAnswer is what a refused form gives back.
type caseAnswer struct {
	Which, Error, Field string
	Values              url.Values
}

// mostOptions and mostParts are how many lines a form without script offers.
const (
	mostOptions = 4
	mostParts   = 4
	mostAssists = 3
)

// rank puts what a matter waits for before what is rare; the first is the plum button.
func rank(m casework.Move) int {
	switch {
	case m.Tells:
		return 6
	case m.Does == casework.DoesReport:
		return 2
	case m.Does == casework.DoesAnswer:
		return 3
	case m.Does == casework.DoesReopen:
		return 5
	case m.Does == casework.DoesLift, m.Level > 0 && m.Does == "":
		return 7
	case m.Does == casework.DoesReturn:
		return 8
	case m.Does == casework.DoesWithdraw:
		return 9
	case m.Requires.Reason:
		return 4
	}
	return 1
}

// caseForms lists what the reader may do, the likeliest first.
func (v *view) caseForms(d *casePage) error {
	o, err := casework.OfferOf(v.Read(), d.D, d.C, v.By, v.s.o.Clock())
	if err != nil {
		return err
	}
	v.withoutRights(&o, d.C)
	slices.SortStableFunc(o.Moves, func(a, b casework.Move) int { return cmp.Compare(rank(a), rank(b)) })
	now, later := slices.Clone(o.Moves), []casework.Move(nil)
	if i := slices.IndexFunc(now, func(m casework.Move) bool { return rank(m) > 4 }); i >= 0 {
		now, later = now[:i], now[i:]
	}
	add := func(f caseForm) { d.Forms = append(d.Forms, f) }
	if o.Resume {
		add(v.plainForm(d, "resume", v.area("note", false)))
	}
	for _, m := range now {
		add(v.moveForm(d, m))
	}
	for _, s := range o.Slips {
		add(v.slipForm(d, s))
	}
	if o.Decide {
		add(v.decideForm(d))
	}
	if o.Measure {
		add(v.measureForm(d))
	}
	for _, m := range later {
		add(v.moveForm(d, m))
	}
	if o.Ask {
		add(v.plainForm(d, "ask", v.area("question", true)))
	}
	if o.Extend != nil {
		f := v.area("reason", true)
		n := formField{Kind: "number", Name: "amount", Required: true, Most: o.Extend.Most.Amount, Unit: v.T("measure." + string(o.Extend.Most.Measure))}
		form := v.plainForm(d, "extend", n, f)
		form.Hint = v.T("case.extend.hint", "n", d.D.Extend.Times, "most", v.span(o.Extend.Most.Amount, o.Extend.Most.Measure))
		add(form)
	}
	if len(o.Stops) > 0 {
		add(v.stopForm(d, o.Stops))
	}
	if o.Judge {
		add(v.plainForm(d, "judge", v.area("reason", true)))
	}
	if o.Split {
		f := v.plainForm(d, "split", v.area("reason", true))
		for i := range mostParts {
			n := strconv.Itoa(i + 1)
			f.Parts = append(f.Parts, partField{n, f.values["title"+n], f.values["unit"+n], f.values["given"+n]})
		}
		add(f)
	}
	if o.Merge {
		add(v.plainForm(d, "merge", formField{Kind: "line", Name: "into", Required: true}, v.area("reason", true)))
	}
	v.placeForms(d)
	return nil
}

// withoutRights takes away what the signer's role may not do at all.
func (v *view) withoutRights(o *casework.Offer, c casework.Case) {
	may := func(deed string) bool { return org.May(v.Read(), v.By, deed, c.Reach) == nil }
	if !may("case.move") {
		o.Moves = nil
	}
	if !may("case.send-slip") {
		o.Slips = nil
	}
	if !may("case.stop") {
		o.Stops = nil
	}
	if !may("case.extend") {
		o.Extend = nil
	}
	o.Resume = o.Resume && may("case.resume")
	o.Measure = o.Measure && may("case.set-measure")
	o.Decide = o.Decide && may("case.set-measure") && may("case.open")
	o.Merge = o.Merge && may("case.merge")
	o.Split = o.Split && may("case.split")
	o.Judge = o.Judge && may("case.judge")
	o.Ask = o.Ask && may("case.ask")
}

// placeForms opens the first form and those that have something typed in them; a refused form that is not there any more leaves
// its sentence and its words on the page.
func (v *view) placeForms(d *casePage) {
	found := d.Form.Which == ""
	for i := range d.Forms {
		f := &d.Forms[i]
		f.First = i == 0 && f.leads()
		f.Open = f.First || f.Error != "" || f.Saved != ""
		found = found || f.Name == d.Form.Which
		for j := range f.Fields {
			if f.Fields[j].Kind == "unit" && d.Units == nil {
				d.Units = v.unitChoices()
			}
		}
		if (len(f.Parts) > 0 || len(f.Options) > 0) && d.Units == nil {
			d.Units = v.unitChoices()
		}
	}
	if found {
		return
	}
	d.Error = d.Form.Error
	for _, k := range slices.Sorted(maps.Keys(d.Form.Values)) {
		text := strings.TrimSpace(d.Form.Values.Get(k))
		if text != "" && !strings.HasPrefix(k, "_") && !slices.Contains([]string{"move", "from", "seen", "files", "to", "colour"}, k) {
			d.Kept = append(d.Kept, answer{Q: v.fieldName(d.D, k), Text: text})
		}
	}
}

// fieldName is what a field is called: the desk's own fields by the desk.
func (v *view) fieldName(d *casework.Desk, name string) string {
	if f, ok := d.Field(strings.TrimPrefix(name, "f_")); ok {
		return f.In(v.Lang)
	}
	return labelOf(v.Lang, "case.f", strings.TrimRight(name, "0123456789"))
}

func (v *view) area(name string, required bool) formField {
	return formField{Kind: "area", Name: name, Required: required}
}

// form begins a form: what was typed stands in it again, out of the refusal or out of the draft.
func (v *view) form(d *casePage, name, deed, title string) caseForm {
	f := caseForm{Name: name, Action: "/case/" + d.C.ID + "/" + deed, Title: title, Button: title, Draft: "case/" + d.C.ID + "/" + name, values: map[string]string{}, errors: map[string]string{}}
	if vals, at, err := v.draft(f.Draft); err == nil && vals != nil {
		f.values, f.Saved = vals, at
	}
	if d.Form.Which == name {
		for k := range d.Form.Values {
			f.values[k] = d.Form.Values.Get(k)
		}
		if d.Form.Field == "" {
			f.Error = d.Form.Error
		} else {
			f.errors[d.Form.Field], f.Error = d.Form.Error, v.T("case.look")
		}
	}
	f.KeptList = f.values["files"]
	f.Kept = v.draftFiles(f.Draft, "/case/"+d.C.ID+"/file/", "?form="+escapePath(name), strings.Fields(f.KeptList), nil)
	return f
}

// ask puts questions into a form.
func (f *caseForm) ask(v *view, d *casework.Desk, fields ...formField) {
	for _, q := range fields {
		if q.Label == "" {
			q.Label = v.fieldName(d, q.Name)
		}
		if got, ok := f.values[q.Name]; ok {
			q.Value = got
		}
		q.Error = f.errors[q.Name]
		f.Fields = append(f.Fields, q)
	}
	known := func(k string) bool {
		return slices.ContainsFunc(f.Fields, func(q formField) bool { return q.Name == k })
	}
	for k, text := range f.errors { // a sentence about a field that the form does not have stands above it
		shown := known(k) || k == "files" || strings.HasPrefix(k, "part") || strings.HasPrefix(k, "option") && len(f.Options) > 0
		if !shown {
			f.Error = text
		}
	}
}

// plainForm is a form of a deed that is no move.
func (v *view) plainForm(d *casePage, deed string, fields ...formField) caseForm {
	f := v.form(d, deed, deed, v.T("case.do."+deed))
	f.rare = deed != "resume" && deed != "ask"
	f.Hint = labelOf(v.Lang, "case.hint", deed)
	if f.Hint == deed {
		f.Hint = ""
	}
	f.ask(v, d.D, fields...)
	return f
}

// moveForm is the form of a move of the desk.
func (v *view) moveForm(d *casePage, m casework.Move) caseForm {
	f := v.form(d, "move/"+m.Name, "move", upper(v.Lang, m.In(v.Lang)))
	f.rare = rank(m) > 5
	f.Hidden = []option{{"move", m.Name}, {"from", d.C.State}, {"seen", strconv.FormatInt(d.C.Seq, 10)}}
	var ask []formField
	for _, n := range d.D.Asks(m) {
		q := formField{Kind: "area", Name: "f_" + n.Name, Required: true, Value: d.C.Fields[n.Name]}
		if len(n.Choices) > 0 {
			q = v.questionOf(n, m.Requires.Answers[n.Name])
		}
		ask = append(ask, q)
	}
	if m.Does == casework.DoesAssign {
		unit := formField{Kind: "unit", Name: "handler", Required: true, Value: d.C.Handler.Unit}
		ask = append(ask, unit)
		for i := range mostAssists {
			a := formField{Kind: "unit", Name: "assist" + strconv.Itoa(i+1)}
			if i < len(d.C.Assists) {
				a.Value = d.C.Assists[i].Unit
			}
			ask = append(ask, a)
		}
	}
	if len(m.Outcomes) > 1 && !(m.Does == casework.DoesConfirm || m.Requires.Second) {
		q := formField{Kind: "choice", Name: "outcome", Required: true, Value: m.Outcomes[0]}
		for _, name := range m.Outcomes {
			o, _ := d.D.Outcome(name)
			q.Options = append(q.Options, option{name, o.In(v.Lang)})
		}
		if slices.Contains(m.Outcomes, d.C.Outcome) {
			q.Value = d.C.Outcome
		}
		ask = append(ask, q)
	}
	if v.wantsReason(d.D, m) {
		q := v.area("reason", m.Requires.Reason)
		switch {
		case m.Does == casework.DoesReport:
			q.Label = v.T("case.f.progress")
		case m.Tells:
			q.Label = v.T("case.f.told")
		}
		ask = append(ask, q)
	}
	f.Files = m.Requires.Evidence || m.Does == casework.DoesReport || m.Does == casework.DoesAnswer || m.Does == casework.DoesReopen
	v.quote(&f, d, m)
	f.ask(v, d.D, ask...)
	return f
}

// questionOf is a question with the answers with which a move can be made; none of them stands there before it is given.
func (v *view) questionOf(n casework.Field, only []string) formField {
	q := formField{Kind: "choice", Name: "f_" + n.Name, Required: true}
	for _, c := range n.Choices {
		if only == nil || slices.Contains(only, c.Name) {
			q.Options = append(q.Options, option{c.Name, c.In(v.Lang)})
		}
	}
	if len(q.Options) == 1 {
		q.Value = q.Options[0].Key
	}
	return q
}

// wantsReason tells whether a move asks for words: where the desk requires them, or an outcome that it may state does.
func (v *view) wantsReason(d *casework.Desk, m casework.Move) bool {
	return m.Requires.Reason || slices.ContainsFunc(m.Outcomes, func(n string) bool {
		o, ok := d.Outcome(n)
		return ok && o.Reason && m.Does != casework.DoesConfirm && !m.Requires.Second
	})
}

// quote says what a confirmation or a second signature is about, and what a report answers.
func (v *view) quote(f *caseForm, d *casePage, m casework.Move) {
	c := d.C
	o, _ := d.D.Outcome(c.Outcome)
	switch {
	case m.Requires.Second && c.Told != nil:
		f.Quote = v.T("case.quote.told", "post", v.postName(c.Told.Post), "reason", c.Told.Reason, "outcome", o.In(v.Lang))
	case m.Does == casework.DoesConfirm:
		f.Quote = v.T("case.quote.result", "outcome", o.In(v.Lang), "result", c.Fields["result"])
		f.Hint = v.T("case.hint.confirm")
	case m.Does == casework.DoesReopen:
		f.Hint = v.T("case.hint.reopen")
	case m.Does == casework.DoesReturn:
		f.Hint = v.T("case.hint.return")
	case m.Does == casework.DoesReport || m.Does == casework.DoesAnswer && !m.Tells:
		if open := c.Unanswered(); len(open) > 0 {
			q := open[len(open)-1]
			f.Quote = v.T("case.quote.asked", "who", v.party(casework.Party{Post: q.Post}), "on", q.On, "text", q.Text)
		}
	case m.Tells:
		f.Hint = v.T("case.hint.tells")
	}
}

func (v *view) stopForm(d *casePage, stops []casework.StopRule) caseForm {
	f := v.form(d, "stop", "stop", v.T("case.do.stop"))
	f.rare = true
	why := formField{Kind: "choice", Name: "why", Required: true, Value: stops[0].Name}
	ask := []formField{}
	suspends := false
	for _, r := range stops {
		label := r.In(v.Lang)
		if r.Suspends {
			suspends = true
			span, _ := casework.ParseSpan(r.Review)
			label = v.T("case.stop.suspends", "why", label, "span", v.span(span.Amount, span.Measure))
		}
		why.Options = append(why.Options, option{r.Name, label})
	}
	ask = append(ask, why, v.area("note", true))
	if suspends {
		ask = append(ask, formField{Kind: "date", Name: "review", Hint: v.T("case.hint.review")})
	}
	f.Hint = v.T("case.hint.stop")
	f.ask(v, d.D, ask...)
	return f
}

func (v *view) slipForm(d *casePage, s casework.SlipDue) caseForm {
	rule := slipRuleOf(d.D, s.Colour)
	f := v.form(d, "slip/"+s.Colour, "slip", v.T("case.do.slip", "name", rule.In(v.Lang)))
	f.Hidden = []option{{"colour", s.Colour}}
	f.Hint = v.slipGround(d.D, s.Why)
	if s.AnswerBy != "" {
		f.Hint += v.T("slip.answer-by", "day", s.AnswerBy)
	}
	var ask []formField
	if rule.Deadline {
		ask = append(ask, formField{Kind: "date", Name: "done_by", Required: true, Value: calendar.DateOf(v.s.o.Clock()).AddDays(10).String()})
	}
	f.ask(v, d.D, append(ask, v.area("reason", false))...)
	return f
}

// slipGround says why a slip is due.
func (v *view) slipGround(d *casework.Desk, w casework.SlipWhen) string {
	span := func(text string) string {
		s, err := casework.ParseSpan(text)
		if err != nil {
			return text
		}
		return v.span(s.Amount, s.Measure)
	}
	switch {
	case w.Over:
		return v.T("slip.why.over")
	case w.Left != "":
		return v.T("slip.why.left", "span", span(w.Left))
	case w.Used != "":
		return v.T("slip.why.used", "share", labelOf(v.Lang, "share", w.Used))
	case w.After != "":
		return v.T("slip.why.after", "name", slipRuleOf(d, w.After).In(v.Lang))
	case w.Poor != "":
		return v.T("slip.why.poor")
	case w.Major:
		return v.T("slip.why.major")
	}
	return v.T("slip.why.birth")
}

// decideForm takes one of the options that were compared.
func (v *view) decideForm(d *casePage) caseForm {
	f := v.form(d, "agree", "agree", v.T("case.do.agree"))
	f.Hint = v.T("case.hint.agree", "unit", d.Handler)
	f.Hidden = []option{{"seen_measure", strconv.FormatInt(d.C.Measure.Seq, 10)}}
	q := formField{Kind: "choice", Name: "mark", Label: v.T("case.f.chosen"), Required: true, Value: cmp.Or(d.C.Measure.Chosen, d.C.Measure.Options[0].Mark)}
	for _, o := range d.M.Rows {
		label := v.T("case.agree.option", "mark", o.Mark, "text", o.Text)
		if o.Cost != nil {
			label += v.T("case.agree.cost", "cost", o.Price)
		}
		if o.Date != "" {
			label += v.T("case.agree.date", "date", o.Date)
		}
		q.Options = append(q.Options, option{o.Mark, label})
	}
	f.ask(v, d.D, q, formField{Kind: "date", Name: "by", Hint: v.T("case.hint.agree-by")})
	return f
}

// measureForm states the hard point, its cause, the options compared and what was decided.
func (v *view) measureForm(d *casePage) caseForm {
	f := v.form(d, "measure", "measure", v.T("case.do.measure"))
	f.Button = v.T("case.do.measure.go")
	if d.C.Measure != nil {
		f.Title = v.T("case.do.measure.again")
	}
	m := casework.Measure{Owner: d.C.Handler}
	if d.C.Measure != nil {
		m = *d.C.Measure
	}
	f.Hidden = []option{{"seen_measure", strconv.FormatInt(m.Seq, 10)}}
	f.Hint = v.T("case.hint.measure")
	get := func(name, old string) string {
		if text, ok := f.values[name]; ok {
			return text
		}
		return old
	}
	for i := range max(mostOptions, len(m.Options)) {
		n := strconv.Itoa(i + 1)
		var o casework.Option
		if i < len(m.Options) {
			o = m.Options[i]
		}
		cost := ""
		if o.Cost != nil {
			cost = wanOf(quantity.Fen(*o.Cost))
		}
		f.Options = append(f.Options, optionField{n, get("mark"+n, cmp.Or(o.Mark, v.T("case.mark."+n))), get("option"+n, o.Text), get("cost"+n, cost), get("effect"+n, o.Effect), get("date"+n, o.Date)})
	}
	chosen := formField{Kind: "choice", Name: "chosen", Value: m.Chosen, Options: []option{{"", v.T("case.chosen.none")}}}
	for i := range f.Options {
		chosen.Options = append(chosen.Options, option{f.Options[i].Mark, f.Options[i].Mark})
	}
	f.ask(v, d.D, formField{Kind: "area", Name: "pain", Required: true, Value: m.Pain}, formField{Kind: "area", Name: "cause", Required: true, Value: m.Cause}, chosen,
		formField{Kind: "area", Name: "decision", Value: m.Decision}, formField{Kind: "unit", Name: "owner", Value: m.Owner.Unit}, formField{Kind: "date", Name: "by", Value: m.By})
	return f
}

// OptionError is the sentence about the options of a measure.
func (f caseForm) OptionError() string { return f.errors["option"] }

// PartError is the sentence about the parts of a split.
func (f caseForm) PartError() string { return f.errors["part"] }

// FileError is the sentence about the evidence.
func (f caseForm) FileError() string { return f.errors["files"] }

// ID is the form's place on the page.
func (f caseForm) ID() string { return "f-" + strings.ReplaceAll(f.Name, "/", "-") }

// leads tells whether a form is what the matter waits for, so that it stands open: not what is rare, nor the long one.
func (f caseForm) leads() bool { return f.Name != "measure" && !f.rare }

// Bare tells whether there is nothing to fill in: a button is enough.
func (f caseForm) Bare() bool {
	return len(f.Fields) == 0 && !f.Files && len(f.Options)+len(f.Parts) == 0
}

// unitChoices lists the units that may handle something, by their class; enterprises raise matters and handle none.
func (v *view) unitChoices() []unitGroupOption {
	return v.unitsOf(org.Department, org.Town, org.Zone, org.Institute, org.District)
}

// unitsOf lists the units of some classes, class by class; a class without units is left out.
func (v *view) unitsOf(classes ...org.UnitClass) (out []unitGroupOption) {
	units := v.allUnits()
	for _, class := range classes {
		g := unitGroupOption{Label: labelOf(v.Lang, "class", string(class))}
		for _, u := range units {
			if u.Class == class {
				g.Units = append(g.Units, option{u.ID, u.Name.In(v.Lang)})
			}
		}
		if len(g.Units) > 0 {
			out = append(out, g)
		}
	}
	return out
}
