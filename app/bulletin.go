package app

import (
	"context"
	"encoding/json"
	"math/big"
	"slices"
	"strings"

	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
	"shigan/kernel/figure"
	"shigan/kernel/quantity"
	"shigan/kernel/rules"

	"github.com/gowebpki/jcs"
)

// ErrBulletin is an issued bulletin whose content is not what the ledger says it is.
var ErrBulletin = fault.New(fault.Broken, "app.bulletin-differs")

// BulletinFormat names the content's format in files.
const BulletinFormat = "shigan-bulletin/1"

// Bulletin 通报 is the content of a frozen month's bulletin, in no language and no layout. Its numbers are the frozen values,
// each once in Values under figure and subject; everything else refers to them. What is set from it, and what is checked
// offline, needs nothing else. An amendment never changes it.
type Bulletin struct {
	Format   string                       `json:"format"`
	District string                       `json:"district"`
	Place    org.Name                     `json:"place"`
	Office   org.Name                     `json:"office"`
	Month    calendar.Month               `json:"month"`
	Issue    int                          `json:"issue"`
	On       string                       `json:"on"` // day of issue, "" for a draft
	Pack     string                       `json:"pack"`
	PackName rules.Say                    `json:"pack_name"`
	RulesSum string                       `json:"rules_sum"`
	Frozen   Frozen                       `json:"frozen"`
	Units    map[string]quantity.Unit     `json:"units"`  // figure → unit
	Values   map[string]map[string]string `json:"values"` // figure → subject → canonical value
	Names    map[string]org.Name          `json:"names"`  // group of a unit → the unit's name; other groups are keys of the catalogue
	Lines    map[string]ProjectInBulletin `json:"lines"`  // project id → who it is
	Entries  map[string][]int64           `json:"entries"`
	Lede     []Said                       `json:"lede"`
	Tables   []GroupTable                 `json:"tables"`
	Ranked   Ranking                      `json:"ranked"`
	Starts   []Started                    `json:"starts"`
	Reds     []RedLine                    `json:"reds"`
	Moves    []MovedPromise               `json:"moves"`
	Sample   bool                         `json:"sample"`
}

// Frozen says by which entry the month was closed, and where the log stood.
type Frozen struct {
	Seq    int64  `json:"seq"`
	At     string `json:"at"`
	Known  int64  `json:"known"`
	Values string `json:"values"` // digest of the snapshot
	Size   int64  `json:"size"`   // of the first signed checkpoint that covers the freeze
	Root   string `json:"root"`   // of that checkpoint, hex
}

// ProjectInBulletin is what the bulletin says of a project beside its figures, as it was known when the month was frozen.
type ProjectInBulletin struct {
	Name   org.Name `json:"name"`
	Unit   org.Name `json:"unit"`
	Lead   org.Name `json:"lead"` // the lead official's post: a person's name belongs to the vault
	Sample bool     `json:"sample"`
}

// Use 用数 points at one value. As is how it reads in a sentence: "" its own unit, "bare" without, "size" without its sign.
type Use struct {
	Name    string        `json:"name"`
	Subject string        `json:"subject"`
	As      string        `json:"as,omitempty"`
	Unit    quantity.Unit `json:"unit,omitempty"`
}

// Said 一句话 is a key of the catalogue with {0}, {1} … for its figures.
type Said struct {
	Key  string `json:"key"`
	Uses []Use  `json:"uses"`
}

// GroupTable is a table with a row for every group.
type GroupTable struct {
	By     string   `json:"by"` // list, category, industry, class, unit
	Groups []string `json:"groups"`
	Total  bool     `json:"total"` // the rows add up to everything
}

// Ranking 名次 by completion; projects with a smaller plan than Least are not ranked.
type Ranking struct {
	By      string   `json:"by"`
	Least   string   `json:"least"` // canonical value in yuan
	Places  int      `json:"places"`
	Of      int      `json:"of"` // how many were ranked
	Tops    []string `json:"tops"`
	Bottoms []string `json:"bottoms"`
}

// Started 新开工 in the month.
type Started struct {
	Project string `json:"project"`
	On      string `json:"on"`
}

// RedLine 红灯 with its reasons: the rule's words for each light, and what the unit says it does about it.
type RedLine struct {
	Project string     `json:"project"`
	Lights  []LightWhy `json:"lights"`
	Problem string     `json:"problem"`
	Measure string     `json:"measure"`
	Who     string     `json:"who"`
	By      string     `json:"by"`
	Seq     int64      `json:"seq"`
}

// LightWhy is a light and the reason that its rule gives.
type LightWhy struct {
	Light string    `json:"light"`
	Why   rules.Say `json:"why"`
}

// MovedPromise 挪过的日子 in the month.
type MovedPromise struct {
	Project string   `json:"project"`
	What    string   `json:"what"`
	Step    org.Name `json:"step"` // of a milestone
	Was     string   `json:"was"`
	Now     string   `json:"now"`
	Reason  string   `json:"reason"`
	On      string   `json:"on"`
	Seq     int64    `json:"seq"`
}

// Fig gives a value of the bulletin as pages take it.
func (b *Bulletin) Fig(name, subject string) Fig {
	f := Fig{Name: name, Subject: subject, Month: b.Month, Unit: b.Units[name]}
	v, err := rules.ParseValue(b.Values[name][subject])
	if err != nil || b.Values[name][subject] == "" {
		v = rules.NoValue("missing.not-reported:" + name)
	}
	f.Value = v
	return f
}

// From lists the ledger entries that a value came from: the reports, then the freeze.
func (b *Bulletin) From(subject string) []int64 {
	return append(slices.Clone(b.Entries[subject]), b.Frozen.Seq)
}

// Canonical is the content as RFC 8785 JSON: the bytes whose digest is issued.
func (b *Bulletin) Canonical() ([]byte, error) {
	raw, err := json.Marshal(b)
	if err != nil {
		return nil, err
	}
	return jcs.Transform(raw)
}

// ParseBulletin reads what Canonical wrote.
func ParseBulletin(raw []byte) (*Bulletin, error) {
	var b Bulletin
	if err := json.Unmarshal(raw, &b); err != nil {
		return nil, ErrBulletin.With("why", err.Error())
	}
	if b.Format != BulletinFormat {
		return nil, ErrBulletin.With("why", b.Format)
	}
	return &b, nil
}

// bulletinGroups and bulletinProjects are the figures that a bulletin takes out of the snapshot, as far as its pack has them.
var (
	bulletinGroups = []string{"group_count", "group_reported", "group_unreported", "group_total", "group_planned", "group_invested", "group_month", "group_rate", "group_time_share",
		"group_lag", "group_green", "group_yellow", "group_red", "group_blue", "group_none", "group_worse", "group_better"}
	bulletinProjects = []string{"planned_year", "total_investment", "invested_month", "invested_ytd", "invested_share", "lag", "light.start", "light.progress", "light.money",
		"light.library", figure.Overall}
)

// ComposeBulletin makes the content of a frozen month's bulletin out of the snapshot and of the ledger up to it. issue and on
// come from the entry that issued it; 0 and "" make a draft.
func (o *Office) ComposeBulletin(ctx context.Context, m calendar.Month, issue int, on string) (*Bulletin, error) {
	r := o.Read(ctx)
	month, err := dispatch.MonthOf(r, m)
	if err != nil {
		return nil, err
	}
	if month.Freeze == nil {
		return nil, dispatch.ErrNotFrozen.With("month", m)
	}
	snap, err := frozenValues(r, month)
	if err != nil {
		return nil, err
	}
	set, err := o.SetFor(ctx, m, snap.Pack)
	if err != nil {
		return nil, err
	}
	if issue == 0 {
		issue = m.Month
	}
	b := &Bulletin{Format: BulletinFormat, District: o.District, Month: m, Issue: issue, On: on, Pack: snap.Pack, PackName: set.Pack.Say, RulesSum: month.Freeze.RulesSum,
		Units: map[string]quantity.Unit{}, Values: map[string]map[string]string{}, Names: map[string]org.Name{}, Lines: map[string]ProjectInBulletin{}, Entries: map[string][]int64{}}
	c := &composer{ctx: ctx, o: o, r: r, b: b, snap: snap, set: set, at: figure.At{Seq: snap.Known}}
	if b.Frozen, err = frozenOf(r, month); err != nil {
		return nil, err
	}
	for _, step := range []func(dispatch.Month) error{c.who, c.members, c.tables, c.ranked, c.starts, c.reds, c.moves, c.describe} {
		if err := step(month); err != nil {
			return nil, err
		}
	}
	c.lede()
	return b, nil
}

// frozenValues reads the snapshot file and holds it against the freeze.
func frozenValues(r Reader, month dispatch.Month) (*dispatch.Snapshot, error) {
	raw, err := r.Blob(month.Freeze.Values)
	if err != nil {
		return nil, err
	}
	head, _, _, err := r.Log()
	if err != nil {
		return nil, err
	}
	if head.Suite.Digest(raw) != month.Freeze.Values {
		return nil, ErrBulletin.With("why", "the snapshot of "+month.Month.String()+" is not the one that was frozen")
	}
	var s dispatch.Snapshot
	return &s, json.Unmarshal(raw, &s)
}

// composer gathers a bulletin.
type composer struct {
	ctx  context.Context
	o    *Office
	r    Reader
	b    *Bulletin
	snap *dispatch.Snapshot
	set  *rules.Set
	at   figure.At
	ids  []string // members
}

// take copies values of the snapshot into the bulletin.
func (c *composer) take(names []string, subject string) {
	for _, n := range names {
		v, ok := c.snap.Values[n][subject]
		if !ok {
			continue
		}
		if c.b.Values[n] == nil {
			c.b.Values[n] = map[string]string{}
			c.b.Units[n] = c.set.Unit(n)
		}
		c.b.Values[n][subject] = v
	}
}

// value is a frozen value, missing where there is none.
func (c *composer) value(name, subject string) rules.Value {
	v, err := rules.ParseValue(c.snap.Values[name][subject])
	if err != nil || c.snap.Values[name][subject] == "" {
		return rules.NoValue("missing.not-reported:" + name)
	}
	return v
}

func (c *composer) num(name, subject string) (*big.Rat, bool) {
	v := c.value(name, subject)
	if v.IsMissing() || v.Kind != rules.KindNum {
		return nil, false
	}
	return v.Num.Rat, true
}

// who says whose bulletin it is: the district, and the unit of the post that froze the month.
func (c *composer) who(month dispatch.Month) error {
	units, err := All[org.Unit](c.r, org.UnitKind, "")
	if err != nil {
		return err
	}
	for _, u := range units {
		if u.Class == org.District && u.Parent == "" {
			c.b.Place = u.Name
			break
		}
	}
	if c.b.Place.Zh == "" {
		c.b.Place = org.Name{Zh: c.o.District}
	}
	if post, err := org.PostOf(c.r, month.FreezeBy); err == nil {
		if u, err := org.UnitOf(c.r, post.Unit); err == nil {
			c.b.Office = u.Name
		}
	}
	return nil
}

// members notes which entry each project's figures came from.
func (c *composer) members(dispatch.Month) error {
	subjects, err := c.r.Facts().Members(c.ctx, Everything, c.b.Month, c.at)
	if err != nil {
		return err
	}
	c.ids = subjects
	w, ok := c.set.Fact("invested_ytd")
	if !ok {
		return nil
	}
	got, err := c.r.Facts().Column(c.ctx, w, subjects, c.b.Month, c.at)
	if err != nil {
		return err
	}
	for _, s := range subjects {
		if d, ok := got[s]; ok {
			c.b.Entries[s] = []int64{d.Seq}
		}
	}
	return nil
}

// groupEntries gathers the entries of a group's members.
func (c *composer) groupEntries(group string) error {
	subjects, err := c.r.Facts().Members(c.ctx, group, c.b.Month, c.at)
	if err != nil {
		return err
	}
	var all []int64
	for _, s := range subjects {
		all = append(all, c.b.Entries[s]...)
	}
	slices.Sort(all)
	c.b.Entries[group] = slices.Compact(all)
	return nil
}

// projectAt is a project as the ledger told it up to an entry, so that a later change of name or duty changes no old paper.
func projectAt(r Reader, id string, known int64) (project.Project, error) {
	entries, err := r.Entries("project/"+id, 0)
	if err != nil {
		return project.Project{}, err
	}
	mem := memory{}
	for _, e := range slices.Backward(entries) {
		if e.Seq > known || e.Room() != "project" {
			continue
		}
		if err := project.Apply(mem, e); err != nil {
			return project.Project{}, err
		}
	}
	return project.Of(mem, id)
}

// memory is a projection that nobody keeps.
type memory map[string][]byte

func (m memory) Get(kind, id string, into any) (bool, error) {
	raw, ok := m[kind+" "+id]
	if !ok {
		return false, nil
	}
	return true, json.Unmarshal(raw, into)
}

func (m memory) IDs(kind, prefix string) ([]string, error) {
	var out []string
	for k := range m {
		if id, ok := strings.CutPrefix(k, kind+" "); ok && strings.HasPrefix(id, prefix) {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out, nil
}

func (m memory) Put(kind, id string, v any) error {
	raw, err := json.Marshal(v)
	m[kind+" "+id] = raw
	return err
}

func (memory) Datum(_, _, _, _ string)  {}
func (memory) Frozen(_, _, _, _ string) {}
