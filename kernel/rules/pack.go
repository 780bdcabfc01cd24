package rules

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/big"
	"path"
	"regexp"
	"slices"
	"strings"

	"shigan/kernel/calendar"
	"shigan/kernel/fault"
	"shigan/kernel/quantity"
	"shigan/kernel/words"

	"github.com/goccy/go-yaml"
)

var (
	ErrPack     = fault.New(fault.Broken, "rules.bad-pack")
	ErrNoPack   = fault.New(fault.NotFound, "rules.no-pack")
	ErrLoop     = fault.New(fault.Broken, "rules.loop")
	ErrNotYet   = fault.New(fault.Invalid, "rules.not-in-force")
	ErrNoFigure = fault.New(fault.NotFound, "rules.no-figure")
)

// Say is a text of a pack in both languages; packs carry their own texts, since they come and go without a new program.
type Say struct {
	Zh string `yaml:"zh" json:"zh"`
	En string `yaml:"en" json:"en"`
}

// In gives the text in a language; what has no English yet is shown in Chinese.
func (s Say) In(lang words.Lang) string {
	if lang == words.En && s.En != "" {
		return s.En
	}
	return s.Zh
}

// Source 出处 says where a rule comes from, and how sure we are of the text.
type Source struct {
	ID      string `yaml:"id" json:"id"`
	Title   Say    `yaml:"title" json:"title"`
	Address string `yaml:"address" json:"address"`
	Grade   string `yaml:"grade" json:"grade"` // A government or established press, B repost, C weak, D derived, sample
	Checked string `yaml:"checked" json:"checked"`
}

// Clause 条文 is what the document says, in our words, with its number where it has one.
type Clause struct {
	No  string `yaml:"no" json:"no"`
	Say `yaml:",inline"`
}

// Decided 没说清的 is a hole in the document and what was decided about it.
type Decided struct {
	Clause   string `yaml:"clause" json:"clause"`
	Hole     Say    `yaml:"hole" json:"hole"`
	Decision Say    `yaml:"decision" json:"decision"`
}

// Pack 规则包 as it lies in its folder.
type Pack struct {
	Name          string `yaml:"name" json:"name"`
	Kind          string `yaml:"kind" json:"kind,omitempty"` // "" for figures and lights; "desk" is read by another room
	Say           `yaml:",inline"`
	Place         string            `yaml:"place" json:"place"` // 12-digit or 6-digit code, "" for none
	PlaceName     Say               `yaml:"place_name" json:"place_name"`
	Level         string            `yaml:"level" json:"level"` // country, province, city, district
	Inherits      []string          `yaml:"inherits" json:"inherits"`
	EffectiveFrom calendar.Date     `yaml:"effective_from" json:"effective_from"`
	Known         string            `yaml:"known" json:"known"` // date of the paper, "" where not found
	Sample        bool              `yaml:"sample" json:"sample"`
	Source        Source            `yaml:"source" json:"source"`
	Clauses       map[string]Clause `yaml:"clauses" json:"clauses"`
	Decided       []Decided         `yaml:"decided" json:"decided"`

	Parameters map[string]*Parameter `yaml:"-" json:"parameters"`
	Figures    map[string]*Figure    `yaml:"-" json:"figures"`
	Lights     map[string]*Light     `yaml:"-" json:"lights"`
	Overall    *Overall              `yaml:"-" json:"overall,omitempty"`
	Tests      []Test                `yaml:"-" json:"tests"`
	Digest     string                `yaml:"-" json:"digest"` // over the four files
}

// Parameter 参数 has one value per date; the old ones stay.
type Parameter struct {
	Name   string `yaml:"-" json:"name"`
	Say    `yaml:",inline"`
	Unit   quantity.Unit    `yaml:"unit" json:"unit"`
	Clause string           `yaml:"clause" json:"clause"`
	Values map[string]Dated `yaml:"values" json:"values"`
}

// Dated is a parameter's value from a day on.
type Dated struct {
	Value   string   `yaml:"value" json:"value,omitempty"`
	List    []string `yaml:"list" json:"list,omitempty"`
	Source  string   `yaml:"source" json:"source"`
	Known   string   `yaml:"known" json:"known"`
	Checked string   `yaml:"checked" json:"checked"`
}

// Figure 指标 is a number that rules make out of facts and other figures: by a formula, or by adding up over members.
type Figure struct {
	Name    string `yaml:"-" json:"name"`
	Say     `yaml:",inline"`
	Of      string        `yaml:"of" json:"of"` // project, group, district, firm
	Unit    quantity.Unit `yaml:"unit" json:"unit"`
	Formula string        `yaml:"formula" json:"formula,omitempty"`
	Sum     string        `yaml:"sum" json:"sum,omitempty"`     // add up this fact or figure over the group's members
	Count   string        `yaml:"count" json:"count,omitempty"` // count the members for which this is true
	Clause  string        `yaml:"clause" json:"clause,omitempty"`
	Pack    string        `yaml:"-" json:"pack"`
}

// Light 灯 shows the first row whose condition holds.
type Light struct {
	Name   string `yaml:"-" json:"name"`
	Say    `yaml:",inline"`
	Of     string `yaml:"of" json:"of"`
	Clause string `yaml:"clause" json:"clause"`
	When   string `yaml:"applies" json:"applies,omitempty"` // the light does not apply where this is false
	Gauge  string `yaml:"gauge" json:"gauge,omitempty"`     // the figure drawn on the threshold scale
	Rows   []Row  `yaml:"rows" json:"rows"`
	Pack   string `yaml:"-" json:"pack"`
}

// Row of a light.
type Row struct {
	Show string `yaml:"show" json:"show"` // green, yellow, red, blue, none
	When string `yaml:"when" json:"when"`
	Why  Say    `yaml:"why" json:"why"`
}

// Overall 综合灯 is the worst of some lights.
type Overall struct {
	Say    `yaml:",inline"`
	Of     string   `yaml:"of" json:"of"`
	Worst  []string `yaml:"worst" json:"worst"`
	Clause string   `yaml:"clause" json:"clause"`
	Pack   string   `yaml:"-" json:"pack"`
}

// Test 考题 is a case that the pack must get right, named for what the document says.
type Test struct {
	Name    string                       `yaml:"name" json:"name"`
	Month   string                       `yaml:"month" json:"month"` // 2022-06; or
	Subject string                       `yaml:"subject" json:"subject,omitempty"`
	Given   map[string]string            `yaml:"given" json:"given"`
	Before  map[string]map[string]string `yaml:"before" json:"before,omitempty"` // earlier months: what differed then
	Members map[string]map[string]string `yaml:"members" json:"members,omitempty"`
	Expect  map[string]string            `yaml:"expect" json:"expect"` // figure or light.<name> → value as printed
	Source  string                       `yaml:"source" json:"source,omitempty"`
}

// Severity orders lights, worst last.
var severity = map[string]int{"none": 0, "green": 1, "blue": 2, "yellow": 3, "red": 4}

// Severity of a light's colour; an unknown one counts as none.
func Severity(show string) int { return severity[show] }

type rulesFile struct {
	Figures map[string]*Figure `yaml:"figures"`
	Lights  map[string]*Light  `yaml:"lights"`
	Overall *Overall           `yaml:"overall"`
}

// Library 规则库 is all packs that were found.
type Library struct {
	Packs map[string]*Pack
	vocab Vocabulary
}

// Load reads every folder that holds a pack.yaml. One pack that can't be read does not hide the others: the errors are joined.
func Load(fsys fs.FS, vocab Vocabulary) (*Library, error) {
	lib := &Library{Packs: map[string]*Pack{}, vocab: vocab}
	var bad []error
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() != "pack.yaml" {
			return err
		}
		pack, err := loadPack(fsys, path.Dir(p))
		if err != nil {
			bad = append(bad, err)
			return nil
		}
		if pack != nil {
			lib.Packs[pack.Name] = pack
		}
		return nil
	})
	return lib, errors.Join(append(bad, err)...)
}

// Head reads the pack.yaml of a folder alone, for rooms that keep packs of their own kind.
func Head(fsys fs.FS, dir string) (*Pack, error) {
	p := &Pack{}
	raw, err := fs.ReadFile(fsys, path.Join(dir, "pack.yaml"))
	if err == nil {
		if err = yaml.NewDecoder(bytes.NewReader(raw), yaml.Strict()).Decode(p); err != nil {
			err = errors.New(yaml.FormatError(err, false, true))
		}
	}
	if err == nil && p.Name != dir {
		err = errors.New("name: " + p.Name + " ≠ " + dir)
	}
	if err != nil {
		return nil, ErrPack.With("pack", dir, "file", "pack.yaml", "why", err.Error())
	}
	return p, nil
}

// OfKind gives the heads of all packs of one kind, by folder, for rooms that keep packs of their own. A head that can't be read is passed
// over: the rules' own library says what is wrong with it. Folders of other kinds cost a glance and no parsing.
func OfKind(fsys fs.FS, kind string, f func(*Pack) error) error {
	line := regexp.MustCompile(`(?m)^kind: *["']?` + regexp.QuoteMeta(kind) + `["']? *(#.*)?$`)
	return fs.WalkDir(fsys, ".", func(p string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || e.Name() != "pack.yaml" {
			return err
		}
		if raw, err := fs.ReadFile(fsys, p); err != nil || !line.Match(raw) {
			return nil
		}
		head, err := Head(fsys, path.Dir(p))
		if err != nil || head.Kind != kind {
			return nil
		}
		return f(head)
	})
}

// loadPack reads one folder; nil for a pack of another room's kind.
func loadPack(fsys fs.FS, dir string) (*Pack, error) {
	head, err := Head(fsys, dir)
	if err != nil {
		return nil, err
	}
	if head.Kind != "" {
		return nil, nil
	}
	p := &Pack{Parameters: map[string]*Parameter{}, Figures: map[string]*Figure{}, Lights: map[string]*Light{}}
	sum := sha256.New()
	read := func(name string, into any, must bool) error {
		raw, err := fs.ReadFile(fsys, path.Join(dir, name))
		if errors.Is(err, fs.ErrNotExist) && !must {
			return nil
		}
		if err != nil {
			return ErrPack.With("pack", dir, "file", name, "why", err.Error())
		}
		fmt.Fprintf(sum, "%s %d\n", name, len(raw))
		sum.Write(raw)
		dec := yaml.NewDecoder(bytes.NewReader(raw), yaml.Strict())
		if err := dec.Decode(into); err != nil {
			return ErrPack.With("pack", dir, "file", name, "why", yaml.FormatError(err, false, true))
		}
		return nil
	}
	var rf rulesFile
	if err := errors.Join(read("pack.yaml", p, true), read("parameters.yaml", &p.Parameters, false),
		read("rules.yaml", &rf, false), read("tests.yaml", &p.Tests, false)); err != nil {
		return nil, err
	}
	if p.Name != dir {
		return nil, ErrPack.With("pack", dir, "file", "pack.yaml", "why", "name: "+p.Name+" ≠ "+dir)
	}
	for name, prm := range p.Parameters {
		if err := prm.check(); err != nil {
			return nil, ErrPack.With("pack", dir, "file", "parameters.yaml", "why", name+": "+err.Error())
		}
		prm.Name = name
	}
	if rf.Figures != nil {
		p.Figures = rf.Figures
	}
	if rf.Lights != nil {
		p.Lights = rf.Lights
	}
	for name, f := range p.Figures {
		if f == nil || !typed(f.Unit) {
			return nil, ErrPack.With("pack", dir, "file", "rules.yaml", "why", "figure "+name+" has no unit of the house")
		}
		f.Name, f.Pack = name, p.Name
	}
	for name, l := range p.Lights {
		if l == nil {
			return nil, ErrPack.With("pack", dir, "file", "rules.yaml", "why", "light "+name+" is empty")
		}
		l.Name, l.Pack = name, p.Name
		for _, row := range l.Rows {
			if _, ok := severity[row.Show]; !ok {
				return nil, ErrPack.With("pack", dir, "file", "rules.yaml", "why", "light "+name+" shows "+row.Show)
			}
		}
	}
	if p.Overall = rf.Overall; p.Overall != nil {
		p.Overall.Pack = p.Name
	}
	p.Digest = "sha256:" + hex.EncodeToString(sum.Sum(nil))
	return p, nil
}

// typed tells whether the house knows the unit of a figure; what it does not know would count as a pure number.
func typed(u quantity.Unit) bool {
	return u.Known() || u == UnitDate || u == UnitText || u == UnitBool
}

// check holds a parameter to its form: a unit of the house, and a value from at least one day on.
func (p *Parameter) check() error {
	switch {
	case p == nil || len(p.Values) == 0:
		return errors.New("no value")
	case !typed(p.Unit) && p.Unit != unitList:
		return fmt.Errorf("no unit of the house: %q", p.Unit)
	}
	for day := range p.Values {
		if d, err := calendar.ParseDay(day); err != nil || d.String() != day {
			return fmt.Errorf("no day: %q", day)
		}
	}
	return nil
}

// Names of the packs in order.
func (l *Library) Names() []string { return slices.Sorted(maps.Keys(l.Packs)) }

// Vocabulary that the packs of this library are typed against.
func (l *Library) Vocabulary() Vocabulary { return l.vocab }

// Chain is the pack and all that it inherits, the most general first.
func (l *Library) Chain(name string) ([]*Pack, error) {
	var out []*Pack
	var visit func(name string, trail []string) error
	visit = func(name string, trail []string) error {
		if slices.Contains(trail, name) {
			return ErrLoop.With("path", strings.Join(append(trail, name), " → "))
		}
		p, ok := l.Packs[name]
		if !ok {
			return ErrNoPack.With("pack", name)
		}
		for _, up := range p.Inherits {
			if err := visit(up, append(slices.Clone(trail), name)); err != nil {
				return err
			}
		}
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
		return nil
	}
	err := visit(name, nil) // first: what it returns grows while it walks
	return out, err
}

// ValueAt is the parameter's value in force on a day; ok is false before the first.
func (p *Parameter) ValueAt(day calendar.Date) (since string, v Dated, ok bool) {
	for _, d := range slices.Sorted(maps.Keys(p.Values)) {
		if d <= day.String() {
			since, v, ok = d, p.Values[d], true
		}
	}
	return since, v, ok
}

// InBase gives a stated number in the base that formulas compute with. A bare number has the unit of its word: 10 of points
// are ten points; 0.035 of a share is that fraction.
func InBase(n quantity.Number, unit quantity.Unit) (*big.Rat, error) {
	switch {
	case n.Unit != quantity.UnitNumber:
		r, err := n.In(unit)
		if err != nil {
			return nil, err
		}
		return r.Mul(r, unit.Scale()), nil
	case unit.Dimension()["money"] == 1 && len(unit.Dimension()) == 1 && strings.ContainsAny(n.Text, "万亿"):
		return n.Rat, nil // 1000万 in a column of 万元 are not 1000万 万元
	case unit == quantity.UnitPoints:
		return new(big.Rat).Quo(n.Rat, big.NewRat(100, 1)), nil
	}
	return new(big.Rat).Mul(n.Rat, unit.Scale()), nil
}

// value turns the written value into what formulas compute with, in the base of its unit.
func (p *Parameter) value(d Dated) (Value, error) {
	one := func(s string) (Num, error) {
		if p.Unit == UnitDate {
			day, err := calendar.ParseDay(s)
			if err != nil {
				return Num{}, err
			}
			return Of(DayNumber(day)), nil
		}
		n, err := quantity.ParseNumber(s)
		if err != nil {
			return Num{}, err
		}
		unit := p.Unit
		if unit == unitList {
			unit = quantity.UnitShare
		}
		r, err := InBase(n, unit)
		return Of(r), err
	}
	if p.Unit == UnitText {
		return TextValue(d.Value), nil
	}
	if p.Unit != unitList {
		n, err := one(d.Value)
		return Value{Num: n}, err
	}
	v := Value{Kind: KindList}
	for _, s := range d.List {
		n, err := one(s)
		if err != nil {
			return v, err
		}
		v.List = append(v.List, n)
	}
	return v, nil
}
