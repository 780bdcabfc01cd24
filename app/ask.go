package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"

	"shigan/domain/casework"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/domain/visit"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
	"shigan/kernel/figure"
	"shigan/kernel/quantity"
	"shigan/kernel/rules"
	"shigan/kernel/words"
)

// ErrNoRules is a district that has not said by which pack its lights turn.
var ErrNoRules = fault.New(fault.Conflict, "app.no-rules")

// ErrNoGroup is a subject that names no group of cases.
var ErrNoGroup = fault.New(fault.NotFound, "app.no-group")

// Fig 数 is a figure ready for a page: what it is, where it stands, its value. Pages print numbers through one component that
// takes a Fig and nothing else, so that every number leads to its reasons.
type Fig struct {
	Name    string         `json:"name"`
	Subject string         `json:"subject"`
	Month   calendar.Month `json:"month"`
	Unit    quantity.Unit  `json:"unit"`
	Value   rules.Value    `json:"-"`
	Pack    string         `json:"pack,omitempty"` // where it is not the adopted one: a replay
}

// Text prints the value, rounded once.
func (f Fig) Text(lang words.Lang) quantity.Shown { return f.In(f.Unit, lang) }

// In prints the value in another unit of the same kind: 亿元 for programmes, 万元 for grants.
func (f Fig) In(unit quantity.Unit, lang words.Lang) quantity.Shown {
	if k, n, _, few := f.Value.Few(); few {
		return quantity.Shown{Text: words.Say(lang, "few", "k", k, "n", n)}
	}
	switch {
	case f.Value.IsMissing():
		return quantity.Shown{Text: "—"}
	case f.Value.Kind == rules.KindText:
		return quantity.Shown{Text: f.Value.Text}
	case f.Value.Kind == rules.KindBool:
		return quantity.Shown{Text: words.Say(lang, fmt.Sprintf("bool.%v", f.Value.Bool))}
	case f.Unit == rules.UnitDate:
		if d, ok := rules.DayOf(f.Value.Num.Rat); ok {
			return quantity.Shown{Text: d.String()}
		}
	}
	return quantity.Show(figure.InUnit(f.Value.Num.Rat, unit), unit, lang)
}

// Missing is the reason why there is no value, as a sentence; "" where there is one.
func (f Fig) Missing(lang words.Lang) string {
	if !f.Value.IsMissing() {
		return ""
	}
	return MissingText(f.Value.Num.Why, lang)
}

// MissingText turns the reason of a missing value into a sentence.
func MissingText(why string, lang words.Lang) string {
	if k, n, least, few := rules.NoValue(why).Few(); few {
		return words.Say(lang, "missing.few", "k", k, "n", n, "least", least)
	}
	key, name, _ := strings.Cut(why, ":")
	if key == "missing.formula-failed" || !words.Has(key) {
		return words.Say(lang, "missing.formula-failed")
	}
	label := name
	if words.Has("fact." + name) {
		label = words.Say(lang, "fact."+name)
	}
	return words.Say(lang, key, "name", label)
}

// Hue is the colour of a light.
func (f Fig) Hue() string { return f.Value.Text }

// Float is for drawing only: bars and scales have no exact pixels. ok is false where there is no value.
func (f Fig) Float() (float64, bool) {
	if f.Value.Kind != rules.KindNum || f.Value.IsMissing() {
		return 0, false
	}
	x, _ := figure.InUnit(f.Value.Num.Rat, f.Unit).Float64()
	return x, true
}

// setCache keeps compiled rule sets; a set depends on the pack and on the day's parameters.
type setCache struct {
	mu   sync.Mutex
	sets map[string]*rules.Set
}

// SetFor compiles the rules of a month: the adopted pack, or a named one for a replay.
func (o *Office) SetFor(ctx context.Context, m calendar.Month, pack string) (*rules.Set, error) {
	early := pack != ""
	if pack == "" {
		var a dispatch.Adopted
		if _, err := o.Read(ctx).Get(dispatch.RulesKind, "adopted", &a); err != nil {
			return nil, err
		}
		p, ok := a.PackAt(m)
		if !ok {
			return nil, ErrNoRules.With("month", m)
		}
		pack, early = p.Pack, true // adopted is adopted: a district may let a month of last year run by it
	}
	key := pack + " " + m.String()
	o.sets.mu.Lock()
	defer o.sets.mu.Unlock()
	if s, ok := o.sets.sets[key]; ok {
		return s, nil
	}
	s, err := o.Library.Resolve(pack, m.Last(), early)
	if err != nil {
		return nil, err
	}
	if o.sets.sets == nil || len(o.sets.sets) > 500 {
		o.sets.sets = map[string]*rules.Set{}
	}
	o.sets.sets[key] = s
	return s, nil
}

// Engine gives the figure engine of a month.
func (o *Office) Engine(ctx context.Context, m calendar.Month, pack string) (*figure.Engine, error) {
	set, err := o.SetFor(ctx, m, pack)
	if err != nil {
		return nil, err
	}
	return &figure.Engine{Set: set, Src: o.facts(ctx)}, nil
}

// Figures 取数 computes figures of many subjects in one month.
type Figures struct {
	Month  calendar.Month
	Set    *rules.Set
	table  figure.Table
	pack   string
	Freeze *figure.Freeze // the month's freeze, nil while it is open
}

// Figures computes columns.
func (o *Office) Figures(ctx context.Context, m calendar.Month, pack string, names, subjects []string) (*Figures, error) {
	e, err := o.Engine(ctx, m, pack)
	if err != nil {
		return nil, err
	}
	return FiguresOf(ctx, e, m, pack, names, subjects)
}

// FiguresOf computes columns with an engine that is there already.
func FiguresOf(ctx context.Context, e *figure.Engine, m calendar.Month, pack string, names, subjects []string) (*Figures, error) {
	f := &Figures{Month: m, Set: e.Set, pack: pack}
	var err error
	if src, ok := e.Src.(Facts); ok {
		if f.Freeze, err = src.FreezeOf(m); err != nil {
			return nil, err
		}
	}
	f.table, err = e.Values(ctx, names, subjects, m, figure.At{})
	return f, err
}

// Of gives one figure; a name or subject that was not asked for has no value.
func (f *Figures) Of(name, subject string) Fig {
	v, ok := f.table[name][subject]
	if !ok {
		v = rules.NoValue("missing.not-evaluated")
	}
	return Fig{Name: name, Subject: subject, Month: f.Month, Unit: f.Set.Unit(name), Value: v, Pack: f.pack}
}

// Explain 据 builds the tree under a figure. Whoever may not see the subject may not see its reasons.
func (o *Office) Explain(ctx context.Context, by org.Signer, name, subject string, m calendar.Month, pack string, at figure.At) (*figure.Tree, *rules.Set, error) {
	if err := o.MaySee(ctx, by, subject); err != nil {
		return nil, nil, err
	}
	e, err := o.Engine(ctx, m, pack)
	if err != nil {
		return nil, nil, err
	}
	t, err := e.Explain(ctx, name, subject, m, at)
	if err != nil {
		return nil, nil, err
	}
	if strings.HasPrefix(subject, groupPrefix) {
		return t, e.Set, o.caseParts(ctx, by, t)
	}
	return t, e.Set, o.hideParts(ctx, by, t)
}

// hideParts takes the projects out of a sum that the reader may not see. The sum counts them, and the tree says how many.
func (o *Office) hideParts(ctx context.Context, by org.Signer, t *figure.Tree) error {
	reach, err := org.ReachOf(o.Read(ctx), by, "read.project")
	if errors.Is(err, org.ErrForbidden) {
		reach, err = org.Reach{Link: "local", Units: []string{}}, nil // sees no project
	}
	if err != nil || reach.All {
		return err
	}
	lines, err := o.Read(ctx).Projects(ProjectFilter{ReachLink: reach.Link, ReachUnits: append([]string{}, reach.Units...)})
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, l := range lines {
		seen["project/"+l.ID] = true
	}
	var walk func(t *figure.Tree)
	walk = func(t *figure.Tree) {
		kept := t.Parts[:0:0]
		for _, p := range t.Parts {
			if seen[p.Subject] || !strings.HasPrefix(p.Subject, "project/") {
				kept = append(kept, p)
			} else {
				t.Hidden++
			}
		}
		t.Parts = kept
		for _, in := range t.Inputs {
			walk(in)
		}
	}
	walk(t)
	return nil
}

// MaySee refuses whoever may not read a subject: a project, or everything that is no project.
func (o *Office) MaySee(ctx context.Context, by org.Signer, subject string) error {
	if id, ok := strings.CutPrefix(subject, "case/"); ok {
		return MaySeeCase(o.Read(ctx), by, id)
	}
	if id, ok := strings.CutPrefix(subject, "visit/"); ok {
		return MaySeeVisit(o.Read(ctx), by, id)
	}
	if strings.HasPrefix(subject, groupPrefix) {
		g, ok := ParseCaseGroup(subject)
		if !ok {
			return ErrNoGroup.With("subject", subject)
		}
		return MaySeeGroup(o.Read(ctx), by, g)
	}
	id, ok := strings.CutPrefix(subject, "project/")
	if !ok {
		return org.May(o.Read(ctx), by, "read.month", org.Scope{})
	}
	p, err := project.Of(o.Read(ctx), id)
	if err != nil {
		return err
	}
	return org.May(o.Read(ctx), by, "read.project", p.Scope())
}

// MaySeeEntry refuses whoever may not read an entry about a subject. Auditors read all of them; what is about units, posts and
// people is for those who read people, what is about a project for those who see it.
func (o *Office) MaySeeEntry(ctx context.Context, by org.Signer, subject string) error {
	r := o.Read(ctx)
	if org.May(r, by, "read.audit", org.Scope{}) == nil {
		return nil
	}
	if err := org.May(r, by, "read.entry", org.Scope{}); err != nil {
		return err
	}
	kind, id, _ := strings.Cut(subject, "/")
	switch kind {
	case project.Kind:
		p, err := project.Of(r, id)
		if err != nil {
			return err
		}
		return org.May(r, by, "read.project", p.Scope())
	case casework.CaseKind:
		return MaySeeCase(r, by, id)
	case visit.Kind:
		return MaySeeVisit(r, by, id)
	case dispatch.MeetingKind: // an entry speaks of items that the reader may not see
		return MaySeeMeetings(r, by)
	case org.UnitKind, org.PostKind, org.PersonKind:
		return org.May(r, by, "read.people", org.Scope{})
	}
	return nil
}

// All decodes every document of a kind whose id begins with prefix.
func All[T any](r Reader, kind, prefix string) ([]T, error) {
	raw, err := r.Raw(kind, prefix)
	if err != nil {
		return nil, err
	}
	decode := r.Decode
	if len(raw) > mostDecoded {
		decode = func(body []byte, into any) error { return json.Unmarshal(body, into) }
	}
	out := make([]T, len(raw))
	for i, b := range raw {
		if err := decode(b, &out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// mostDecoded is how many documents are read at once through what was decoded before: more would push all else out of it.
const mostDecoded = 1_000

// Named decodes the named documents of a kind.
func Named[T any](r Reader, kind string, ids []string) (map[string]T, error) {
	raw, err := r.RawIn(kind, ids)
	if err != nil {
		return nil, err
	}
	out := make(map[string]T, len(raw))
	for id, b := range raw {
		var t T
		if err := r.Decode(b, &t); err != nil {
			return nil, err
		}
		out[id] = t
	}
	return out, nil
}

// Subjects writes project ids as subjects.
func Subjects(ids []string) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = "project/" + id
	}
	return out
}
