package api

import (
	"slices"

	"shigan/domain/dispatch"
	"shigan/kernel/fault"
	"shigan/kernel/rules"
)

// Texts of a pack in both languages.
type texts = rules.Say

// PackRow is one rule pack in the list.
type PackRow struct {
	Name          string   `json:"name"`
	Zh            string   `json:"zh"`
	En            string   `json:"en"`
	Place         string   `json:"place"`
	PlaceName     texts    `json:"place_name"`
	Level         string   `json:"level"`
	Inherits      []string `json:"inherits"`
	EffectiveFrom string   `json:"effective_from"`
	Known         string   `json:"known"`
	Sample        bool     `json:"sample"`
	Digest        string   `json:"digest"`
}

func packRowOf(p *rules.Pack) PackRow {
	return PackRow{p.Name, p.Say.Zh, p.Say.En, p.Place, p.PlaceName, p.Level, some(p.Inherits), p.EffectiveFrom.String(), p.Known, p.Sample, p.Digest}
}

// RulesPage lists the packs, and by which the lights of this district turn from which month on.
type RulesPage struct {
	Packs   []PackRow              `json:"packs"`
	Adopted []dispatch.AdoptedPack `json:"adopted"`
}

func (c *caller) rules(*none) (*bodyOut[RulesPage], error) {
	var a dispatch.Adopted
	if _, err := c.read().Get(dispatch.RulesKind, "adopted", &a); err != nil {
		return nil, err
	}
	out := RulesPage{Adopted: some(a.Packs)}
	for _, n := range c.s.o.Library.Names() {
		out.Packs = append(out.Packs, packRowOf(c.s.o.Library.Packs[n]))
	}
	return body(out)
}

type packIn struct {
	Place string `path:"place" maxLength:"60"`
	Rule  string `path:"rule" maxLength:"60"`
}

// Pack 规则包 with its law, its source and its tests.
type Pack struct {
	PackRow
	Source     rules.Source                `json:"source"`
	Clauses    map[string]rules.Clause     `json:"clauses"`
	Decided    []rules.Decided             `json:"decided"`
	Parameters map[string]*rules.Parameter `json:"parameters"`
	Figures    map[string]*rules.Figure    `json:"figures"`
	Lights     map[string]*rules.Light     `json:"lights"`
	Overall    *rules.Overall              `json:"overall,omitempty"`
	Tests      []rules.Test                `json:"tests"`
}

func (c *caller) pack(in *packIn) (*bodyOut[Pack], error) {
	chain, err := c.s.o.Library.Chain(in.Place + "/" + in.Rule)
	if err != nil {
		if f, ok := fault.Of(err); ok && f.Kind == fault.Broken { // asked for by name: not there is no fault of ours
			return nil, errNothing.With("id", in.Place+"/"+in.Rule)
		}
		return nil, err
	}
	p := c.s.o.Library.Packs[in.Place+"/"+in.Rule]
	if p == nil {
		p = chain[len(chain)-1]
	}
	out := Pack{PackRow: packRowOf(p), Source: p.Source, Clauses: orEmpty(p.Clauses), Decided: some(p.Decided), Parameters: orEmpty(p.Parameters),
		Figures: orEmpty(p.Figures), Lights: orEmpty(p.Lights), Overall: p.Overall, Tests: slices.Clone(some(p.Tests))}
	for i := range out.Tests {
		out.Tests[i].Given, out.Tests[i].Expect = orEmpty(out.Tests[i].Given), orEmpty(out.Tests[i].Expect)
	}
	return body(out)
}

func orEmpty[K comparable, V any](m map[K]V) map[K]V {
	if m == nil {
		return map[K]V{}
	}
	return m
}

type replayIn struct {
	Month Month  `query:"month"`
	Pack  string `query:"pack" required:"true" minLength:"1" maxLength:"100"`
}

// Replay 重放: which lights would turn under another pack, out of the facts that the month knew. Counts are of the whole
// district, turned lights those of projects that the caller sees.
type Replay struct {
	Month  string                    `json:"month"`
	Pack   string                    `json:"pack"`
	Was    map[string]map[string]int `json:"was"`
	Now    map[string]map[string]int `json:"now"`
	Turned []TurnedRow               `json:"turned"`
}

// TurnedRow is one light that would turn.
type TurnedRow struct {
	Project string `json:"project"`
	Light   string `json:"light"`
	Was     string `json:"was"`
	Now     string `json:"now"`
}

func (c *caller) replay(in *replayIn) (*bodyOut[Replay], error) {
	m, err := c.month(in.Month)
	if err != nil {
		return nil, err
	}
	turned, was, now, err := c.s.o.Replay(c.ctx, m, in.Pack)
	if err != nil {
		return nil, err
	}
	sees, err := c.sees()
	if err != nil {
		return nil, err
	}
	out := Replay{m.String(), in.Pack, orEmpty(was), orEmpty(now), []TurnedRow{}}
	for _, t := range turned {
		if sees(t.Project) {
			out.Turned = append(out.Turned, TurnedRow{t.Project, t.Light, t.Was.Hue(), t.Now.Hue()})
		}
	}
	return body(out)
}
