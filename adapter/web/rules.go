package web

import (
	"html/template"
	"maps"
	"slices"
	"sort"
	"strings"
	"sync"

	"shigan/app"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/engine/draw"
	"shigan/kernel/calendar"
	"shigan/kernel/figure"
	"shigan/kernel/quantity"
	"shigan/kernel/rules"
)

func rulesRoutes() []route {
	return []route{
		{"GET", "/rules", "read.rules", (*view).rulesList, 0},
		{"GET", "/rules/replay", "read.month", (*view).rulesReplay, 0},
		{"GET", "/rules/{place}/{rule}", "read.rules", (*view).rulesPack, 0},
		{"POST", "/rules/{place}/{rule}/adopt", "dispatch.adopt-rules", (*view).rulesAdopt, 0},
	}
}

// packRow is one pack of the list.
type packRow struct {
	Name, Label, Place, Since, Grade, Source string
	Inherits                                 []packLink
	Clauses, Params, Figures, Lights, Tests  int
	Sample, Adopted                          bool
	AdoptedFrom                              string
}

type packLink struct{ Name, Label string }

func (v *view) packLink(name string) packLink {
	l := packLink{Name: name, Label: name}
	if p, ok := v.s.o.Library.Packs[name]; ok {
		l.Label = p.Say.In(v.Lang)
	}
	return l
}

func (v *view) adopted() (dispatch.Adopted, error) {
	var a dispatch.Adopted
	_, err := v.Read().Get(dispatch.RulesKind, "adopted", &a)
	return a, err
}

func (v *view) rulesList() error {
	a, err := v.adopted()
	if err != nil {
		return err
	}
	now, _ := a.PackAt(calendar.DateOf(v.s.o.Clock()).Month())
	levels := []string{"country", "province", "city", "district", ""}
	byLevel := map[string][]packRow{}
	for _, name := range v.s.o.Library.Names() {
		p := v.s.o.Library.Packs[name]
		row := packRow{Name: name, Label: p.Say.In(v.Lang), Place: p.PlaceName.In(v.Lang), Since: p.EffectiveFrom.String(), Grade: p.Source.Grade, Source: p.Source.Title.In(v.Lang),
			Clauses: len(p.Clauses), Params: len(p.Parameters), Figures: len(p.Figures), Lights: len(p.Lights), Tests: len(p.Tests), Sample: p.Sample, Adopted: name == now.Pack}
		for _, up := range p.Inherits {
			row.Inherits = append(row.Inherits, v.packLink(up))
		}
		level := p.Level
		if !slices.Contains(levels, level) {
			level = ""
		}
		byLevel[level] = append(byLevel[level], row)
	}
	type group struct {
		Level string
		Rows  []packRow
	}
	var groups []group
	tests := 0
	for _, l := range levels {
		if len(byLevel[l]) > 0 {
			groups = append(groups, group{l, byLevel[l]})
		}
		for _, r := range byLevel[l] {
			tests += r.Tests
		}
	}
	months, err := v.Months()
	if err != nil {
		return err
	}
	d := map[string]any{"Groups": groups, "N": len(v.s.o.Library.Packs), "Tests": tests, "Now": v.packLink(now.Pack), "From": now.From, "History": v.adoptions(a, ""),
		"Months": months, "Packs": v.lightPacks(now.Pack), "CanReplay": may(v, "read.month") == nil}
	return v.page("rules", v.T("rules.title"), d, func(p *Page) { p.Ask = "nav.rules" })
}

// lightPacks are the packs that turn lights: only those can be replayed.
func (v *view) lightPacks(but string) []option {
	var out []option
	for _, name := range v.s.o.Library.Names() {
		if p := v.s.o.Library.Packs[name]; len(p.Lights) > 0 && name != but {
			out = append(out, option{name, p.Say.In(v.Lang)})
		}
	}
	return out
}

// adoption is one line of the history of adopted packs.
type adoption struct {
	packLink
	From, By, Reason, Number string
	Seq                      int64
}

func (v *view) adoptions(a dispatch.Adopted, only string) []adoption {
	var out []adoption
	for _, p := range slices.Backward(a.Packs) {
		if only != "" && p.Pack != only {
			continue
		}
		x := adoption{packLink: v.packLink(p.Pack), From: p.From.String(), Seq: p.Seq}
		if e, err := v.Read().Entry(p.Seq); err == nil {
			x.Number, x.By = e.Number(), v.postName(e.Post)
		}
		out = append(out, x)
	}
	return out
}

func (v *view) postName(id string) string {
	if p, err := org.PostOf(v.Read(), id); err == nil {
		return p.Name.In(v.Lang)
	}
	return labelOf(v.Lang, "post", id)
}

// packPage is one pack.
type packPage struct {
	P         *rules.Pack
	Chain     []chainRow
	Clauses   []clauseRow
	Params    []parameterRow
	Figures   []formulaRow
	Lights    []lightRule
	Tests     []testRow
	Passed    int
	Ran       string
	Decided   []decidedRow
	History   []adoption
	Months    []string
	Sources   int
	Used      bool
	CanAdopt  bool
	CanReplay bool
	Error     string
	From      string
	Reason    string
	Overall   []string
}

type chainRow struct {
	packLink
	Clauses, Changed int
	On               bool
}

type clauseRow struct{ No, Text, Source string }

type parameterRow struct {
	Label, Value, Unit, Since, Clause, Source string
	Before                                    []pastValue
	Later                                     []pastValue
}

type pastValue struct{ Value, Day string }

type formulaRow struct{ Label, Unit, Text, Clause string }

type lightRule struct {
	Label, Clause, Applies string
	Rows                   []lightRuleRow
}

type lightRuleRow struct{ Hue, Why, When string }

type testRow struct {
	OK              bool
	Name, Text, Why string
}

type decidedRow struct{ Clause, Hole, Decision string }

// packTests keeps what a pack's tests said: neither a pack nor what it inherits changes while the house is open.
var packTests sync.Map

type testRun struct {
	results []figure.TestResult
	at      string
}

func (v *view) runTests(name string) (testRun, error) {
	if v.r.URL.Query().Get("run") == "" {
		if x, ok := packTests.Load(name); ok {
			return x.(testRun), nil
		}
	}
	res, err := figure.TestPack(v.ctx(), v.s.o.Library, name)
	if err != nil {
		return testRun{}, err
	}
	run := testRun{res, v.s.o.Clock().In(calendar.Zone).Format("2006-01-02 15:04")}
	packTests.Store(name, run)
	return run, nil
}

func (v *view) rulesPack() error { return v.rulesPackShow(packPage{}, 200) }

func (v *view) rulesPackShow(d packPage, code int) error {
	name := v.r.PathValue("place") + "/" + v.r.PathValue("rule")
	lib := v.s.o.Library
	p, ok := lib.Packs[name]
	if !ok {
		return rules.ErrNoPack.With("pack", name)
	}
	today := calendar.DateOf(v.s.o.Clock())
	set, err := lib.Resolve(name, today, true)
	if err != nil {
		return err
	}
	d.P = p
	for i, up := range set.Chain {
		row := chainRow{packLink: v.packLink(up.Name), Clauses: len(up.Clauses), On: up == p}
		for _, below := range set.Chain[:i] {
			for n := range up.Figures {
				if below.Figures[n] != nil {
					row.Changed++
				}
			}
			for n := range up.Parameters {
				if below.Parameters[n] != nil {
					row.Changed++
				}
			}
		}
		d.Chain = append(d.Chain, row)
	}
	for _, key := range sortedClauses(p) {
		c := p.Clauses[key]
		d.Clauses = append(d.Clauses, clauseRow{c.No, c.Say.In(v.Lang), p.Source.Title.In(v.Lang)})
	}
	clauseNo := func(key string) string {
		if c, _, ok := set.Clause(key); ok && c.No != "" {
			return v.T("why.clause", "no", c.No)
		}
		return ""
	}
	for _, n := range slices.Sorted(maps.Keys(p.Parameters)) {
		d.Params = append(d.Params, v.parameter(p.Parameters[n], today, clauseNo))
	}
	for _, n := range set.Order {
		if f := p.Figures[n]; f != nil {
			d.Figures = append(d.Figures, formulaRow{f.Say.In(v.Lang), v.unitText(f.Unit), v.ruleText(set, f), clauseNo(f.Clause)})
		}
	}
	for _, n := range slices.Sorted(maps.Keys(p.Lights)) {
		l := p.Lights[n]
		x := lightRule{Label: l.Say.In(v.Lang), Clause: clauseNo(l.Clause), Applies: v.named(set, l.When)}
		for _, r := range l.Rows {
			when := v.named(set, r.When)
			if r.When == "" || r.When == "true" {
				when = v.T("why.otherwise")
			}
			x.Rows = append(x.Rows, lightRuleRow{r.Show, r.Why.In(v.Lang), when})
		}
		d.Lights = append(d.Lights, x)
	}
	if p.Overall != nil {
		for _, l := range p.Overall.Worst {
			d.Overall = append(d.Overall, set.Label(rules.LightPrefix+l, v.Lang))
		}
	}
	run, err := v.runTests(name)
	if err != nil {
		return err
	}
	d.Ran = run.at
	for i, r := range run.results {
		if r.OK {
			d.Passed++
		}
		d.Tests = append(d.Tests, testRow{r.OK, r.Name, v.testText(set, p.Tests[i]), r.Why})
	}
	slices.SortStableFunc(d.Tests, func(a, b testRow) int { // what fails stands first
		switch {
		case a.OK == b.OK:
			return 0
		case a.OK:
			return 1
		}
		return -1
	})
	for _, x := range p.Decided {
		d.Decided = append(d.Decided, decidedRow{clauseNo(x.Clause), x.Hole.In(v.Lang), x.Decision.In(v.Lang)})
	}
	a, err := v.adopted()
	if err != nil {
		return err
	}
	now, _ := a.PackAt(today.Month())
	d.Used, d.History = now.Pack == name, v.adoptions(a, name)
	if d.Months, err = v.Months(); err != nil {
		return err
	}
	d.CanAdopt = may(v, "dispatch.adopt-rules") == nil && len(set.Lights) > 0
	d.CanReplay = may(v, "read.month") == nil && len(p.Lights) > 0 && !d.Used
	pg := v.newPage(p.Say.In(v.Lang), d)
	pg.Ask = "nav.rules"
	return v.s.pages.write(v, code, "pack", pg)
}

// sortedClauses gives the keys of the clauses in the order of their numbers.
func sortedClauses(p *rules.Pack) []string {
	keys := slices.Sorted(maps.Keys(p.Clauses))
	sort.SliceStable(keys, func(i, j int) bool {
		a, b := p.Clauses[keys[i]].No, p.Clauses[keys[j]].No
		if len(a) != len(b) {
			return len(a) < len(b)
		}
		return a < b
	})
	return keys
}

// parameter shows the value in force, those before it and those to come.
func (v *view) parameter(p *rules.Parameter, today calendar.Date, clauseNo func(string) string) parameterRow {
	row := parameterRow{Label: p.Say.In(v.Lang), Unit: v.unitText(p.Unit), Clause: clauseNo(p.Clause)}
	days := slices.Sorted(maps.Keys(p.Values))
	text := func(d rules.Dated) string {
		if len(d.List) > 0 {
			return strings.Join(d.List, " / ")
		}
		return d.Value
	}
	since, now, ok := p.ValueAt(today)
	if !ok && len(days) > 0 {
		since = days[0]
		now = p.Values[since]
	}
	row.Value, row.Since, row.Source = text(now), since, now.Source
	if strings.HasSuffix(row.Value, "%") {
		row.Unit = ""
	}
	for i, d := range days {
		switch {
		case d < since:
			until := since
			if i+1 < len(days) {
				until = days[i+1]
			}
			if day, err := calendar.ParseDay(until); err == nil {
				until = day.AddDays(-1).String()
			}
			row.Before = append(row.Before, pastValue{text(p.Values[d]), until})
		case d > since:
			row.Later = append(row.Later, pastValue{text(p.Values[d]), d})
		}
	}
	return row
}

// unitText names a unit, and what is no number: a date, yes or no.
func (v *view) unitText(u quantity.Unit) string {
	if u.Known() {
		return u.Label(v.Lang)
	}
	return labelOf(v.Lang, "rules.unit", string(u))
}

// ruleText is a figure's formula with names instead of identifiers.
func (v *view) ruleText(set *rules.Set, f *rules.Figure) string {
	switch {
	case f.Sum != "":
		return v.T("rules.sum", "name", set.Label(f.Sum, v.Lang))
	case f.Count != "":
		return v.T("rules.count", "name", set.Label(f.Count, v.Lang))
	}
	return v.named(set, f.Formula)
}

// named puts the labels of figures, facts and parameters into a formula, and the signs that people write.
func (v *view) named(set *rules.Set, formula string) string {
	var b strings.Builder
	for i := 0; i < len(formula); {
		j := i
		for j < len(formula) && (formula[j] == '_' || formula[j] >= 'a' && formula[j] <= 'z' || formula[j] >= 'A' && formula[j] <= 'Z' || j > i && formula[j] >= '0' && formula[j] <= '9') {
			j++
		}
		if j == i {
			b.WriteByte(formula[i])
			i++
			continue
		}
		word := formula[i:j]
		switch word {
		case "true", "false":
			b.WriteString(v.T("bool." + word))
		default:
			if label := labelOf(v.Lang, "fn", word); label != word {
				b.WriteString(label)
			} else {
				b.WriteString(set.Label(word, v.Lang))
			}
		}
		i = j
	}
	text := strings.NewReplacer("&&", v.T("op.and"), "||", v.T("op.or"), ">=", "≥", "<=", "≤", "==", "=", "!=", "≠", "*", "×", " / ", " ÷ ").Replace(b.String())
	return strings.ReplaceAll(text, "!", v.T("op.not")+" ")
}

// testText says a test in the words of its facts: given these, expected that.
func (v *view) testText(set *rules.Set, t rules.Test) string {
	hue := func(s string) string { return labelOf(v.Lang, "hue", strings.TrimSpace(s)) }
	list := func(m map[string]string) string {
		var parts []string
		for _, k := range slices.Sorted(maps.Keys(m)) {
			val := hue(m[k])
			if val == "true" || val == "false" {
				val = v.T("bool." + val)
			}
			parts = append(parts, set.Label(k, v.Lang)+" "+val)
		}
		return strings.Join(parts, v.T("import.and"))
	}
	var given []string
	for _, m := range slices.Sorted(maps.Keys(t.Before)) {
		given = append(given, m+" "+list(t.Before[m]))
	}
	if len(t.Given) > 0 {
		given = append(given, t.Month+" "+list(t.Given))
	} else {
		given = append(given, t.Month)
	}
	if len(t.Members) > 0 {
		given = append(given, v.T("rules.members", "n", len(t.Members)))
	}
	return strings.Join(given, v.T("list.and")) + " → " + list(t.Expect)
}

// rulesAdopt says by which pack the lights turn from a month on.
func (v *view) rulesAdopt() error {
	name := v.r.PathValue("place") + "/" + v.r.PathValue("rule")
	p, ok := v.s.o.Library.Packs[name]
	if !ok {
		return rules.ErrNoPack.With("pack", name)
	}
	from, err := calendar.ParseMonth(v.r.FormValue("from"))
	if err == nil {
		_, err = v.s.o.Do(v.ctx(), v.By, dispatch.AdoptRules{Pack: p.Name, Digest: p.Digest, From: from, Reason: v.r.FormValue("reason")}, app.Options{Key: v.r.FormValue("key")})
	}
	if f, refusal := app.Refused(err); refusal {
		return v.rulesPackShow(packPage{Error: sentence(v.Lang, f), From: v.r.FormValue("from"), Reason: v.r.FormValue("reason")}, status[f.Kind])
	}
	if err != nil {
		return err
	}
	return v.seeOther("/rules/" + name)
}

// replayPage shows a month under two packs.
type replayPage struct {
	Month    string
	M        calendar.Month
	Pack     string
	Mine     packLink
	Other    packLink
	Months   []string
	Packs    []option
	Counts   []replayCount
	Rows     []replayRow
	Projects int
	Same     int
	Only     []string
	Gauge    string
}

type replayCount struct {
	Label    string
	Was, Now template.HTML
	WasN     []hueCount
	NowN     []hueCount
	Turned   int
}

type hueCount struct {
	Hue string
	N   int
}

type replayRow struct {
	ID, Name, Light string
	Sample          bool
	Was, Now        app.Fig
	GaugeWas        app.Fig
	GaugeNow        app.Fig
	GaugeLabel      string
}

func (v *view) rulesReplay() error {
	m, err := v.month()
	if err != nil {
		return err
	}
	a, err := v.adopted()
	if err != nil {
		return err
	}
	mine, ok := a.PackAt(m)
	if !ok {
		return app.ErrNoRules.With("month", m)
	}
	d := replayPage{Month: m.String(), M: m, Pack: v.r.FormValue("pack"), Mine: v.packLink(mine.Pack), Packs: v.lightPacks(mine.Pack)}
	if d.Months, err = v.Months(); err != nil {
		return err
	}
	if d.Pack != "" {
		if err := v.replay(&d, m); err != nil {
			return err
		}
	}
	return v.page("replay", v.T("replay.title"), d, func(p *Page) { p.Ask = "nav.rules" })
}

// replay fills in what differs, as far as the reader may see projects.
func (v *view) replay(d *replayPage, m calendar.Month) error {
	turned, was, now, err := v.s.o.Replay(v.ctx(), m, d.Pack)
	if err != nil {
		return err
	}
	d.Other = v.packLink(d.Pack)
	f, err := v.filter(m)
	if err != nil {
		return err
	}
	lines, err := v.Read().Projects(app.ProjectFilter{ReachLink: f.ReachLink, ReachUnits: f.ReachUnits})
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, l := range lines {
		names[l.ID] = l.Name
	}
	turned = slices.DeleteFunc(turned, func(t app.Turned) bool { return names[t.Project] == "" })
	perLight, subjects := map[string]int{}, []string{}
	seen := map[string]bool{}
	for _, t := range turned {
		perLight[t.Light]++
		if !seen[t.Project] {
			seen[t.Project] = true
			subjects = append(subjects, "project/"+t.Project)
		}
	}
	d.Projects = len(subjects)
	set, err := v.s.o.SetFor(v.ctx(), m, "")
	if err != nil {
		return err
	}
	other, err := v.s.o.SetFor(v.ctx(), m, d.Pack)
	if err != nil {
		return err
	}
	for _, light := range slices.Sorted(maps.Keys(was)) {
		c := replayCount{Label: set.Label(light, v.Lang), Turned: perLight[light]}
		c.Was, c.WasN = v.stackOf(was[light])
		c.Now, c.NowN = v.stackOf(now[light])
		d.Counts = append(d.Counts, c)
	}
	for name := range other.Lights {
		if set.Lights[name] == nil {
			d.Only = append(d.Only, other.Label(rules.LightPrefix+name, v.Lang))
		}
	}
	for name := range set.Lights {
		if other.Lights[name] == nil {
			d.Only = append(d.Only, set.Label(rules.LightPrefix+name, v.Lang))
		}
	}
	slices.Sort(d.Only)
	d.Only = slices.Compact(d.Only)
	gauge := func(s *rules.Set, light string) string {
		if l := s.Lights[strings.TrimPrefix(light, rules.LightPrefix)]; l != nil {
			return l.Gauge
		}
		return ""
	}
	var mineG, otherG []string
	for light := range perLight {
		if g := gauge(set, light); g != "" && !slices.Contains(mineG, g) {
			mineG = append(mineG, g)
		}
		if g := gauge(other, light); g != "" && !slices.Contains(otherG, g) {
			otherG = append(otherG, g)
		}
	}
	figsMine, err := v.s.o.Figures(v.ctx(), m, "", append(mineG, "planned_year"), subjects)
	if err != nil {
		return err
	}
	figsOther, err := v.s.o.Figures(v.ctx(), m, d.Pack, otherG, subjects)
	if err != nil {
		return err
	}
	samples, err := app.Named[struct{ Sample bool }](v.Read(), project.Kind, trimAll(subjects, "project/"))
	if err != nil {
		return err
	}
	for _, t := range turned {
		s := "project/" + t.Project
		row := replayRow{ID: t.Project, Name: names[t.Project], Sample: samples[t.Project].Sample, Light: set.Label(t.Light, v.Lang), Was: t.Was, Now: t.Now}
		if g := gauge(set, t.Light); g != "" {
			row.GaugeWas = figsMine.Of(g, s)
		}
		if g := gauge(other, t.Light); g != "" {
			row.GaugeNow, row.GaugeLabel = figsOther.Of(g, s), other.Label(g, v.Lang)
		}
		d.Rows = append(d.Rows, row)
	}
	d.Gauge = d.sameGauge()
	sort.SliceStable(d.Rows, func(i, j int) bool { // the largest plans first
		x, y := figsMine.Of("planned_year", "project/"+d.Rows[i].ID).Value, figsMine.Of("planned_year", "project/"+d.Rows[j].ID).Value
		if x.IsMissing() || y.IsMissing() {
			return !x.IsMissing() && y.IsMissing()
		}
		return x.Num.Rat.Cmp(y.Num.Rat) > 0
	})
	if d.Same = -1; f.ReachUnits == nil {
		for _, n := range was {
			d.Same = -d.Projects
			for _, k := range n {
				d.Same += k
			}
			break
		}
	}
	return nil
}

// sameGauge is the one figure that all rows are measured by under the other pack, "" where there are several.
func (d *replayPage) sameGauge() string {
	for _, r := range d.Rows {
		if r.GaugeLabel != d.Rows[0].GaugeLabel {
			return ""
		}
	}
	if len(d.Rows) == 0 {
		return ""
	}
	return d.Rows[0].GaugeLabel
}

func trimAll(in []string, prefix string) []string {
	out := make([]string, len(in))
	for i, s := range in {
		out[i] = strings.TrimPrefix(s, prefix)
	}
	return out
}

// stackOf draws how many stand under each light.
func (v *view) stackOf(n map[string]int) (template.HTML, []hueCount) {
	var counts []draw.Count
	var out []hueCount
	title := ""
	for _, h := range []string{"green", "yellow", "red", "blue", "none"} {
		if n[h] == 0 && (h == "blue" || h == "none") {
			continue
		}
		counts, out = append(counts, draw.Count{Kind: h, N: n[h]}), append(out, hueCount{h, n[h]})
		title += v.T("hue."+h) + " " + quantity.FormatRat(quantity.Fen(n[h]).In(1), 0) + " "
	}
	return draw.StackedLights(420, strings.TrimSpace(title), counts...), out
}
