package api

import (
	"shigan/domain/dispatch"
	"shigan/kernel/rules"
)

// RhythmRow is a rhythm in the list.
type RhythmRow struct {
	Name          string `json:"name"`
	Zh            string `json:"zh"`
	En            string `json:"en"`
	PlaceName     texts  `json:"place_name"`
	EffectiveFrom string `json:"effective_from"`
	Sample        bool   `json:"sample"`
	Digest        string `json:"digest"`
}

// RhythmsPage lists the packs, and which of them rules from which day on.
type RhythmsPage struct {
	Rhythms []RhythmRow              `json:"rhythms"`
	Adopted []dispatch.AdoptedRhythm `json:"adopted"`
}

func rhythmRow(r *dispatch.Rhythm) RhythmRow {
	return RhythmRow{r.Name, r.Zh, r.En, r.Pack.PlaceName, r.Effective, r.Sample, r.Digest}
}

func (c *caller) rhythms(*none) (*bodyOut[RhythmsPage], error) {
	a, err := dispatch.RhythmsAdopted(c.read())
	if err != nil {
		return nil, err
	}
	out := RhythmsPage{Rhythms: []RhythmRow{}, Adopted: some(a.Versions)}
	for _, name := range c.s.o.Rhythms.Names() {
		out.Rhythms = append(out.Rhythms, rhythmRow(c.s.o.Rhythms.All[name]))
	}
	return body(out)
}

// RhythmWhole 会议节奏 with its law and its source.
type RhythmWhole struct {
	RhythmRow
	Source  rules.Source            `json:"source"`
	Clauses map[string]rules.Clause `json:"clauses"`
	Decided []rules.Decided         `json:"decided"`
	Events  []RhythmEvent           `json:"events"`
}

// RhythmEvent is what recurs.
type RhythmEvent struct {
	Name    string             `json:"name"`
	Zh      string             `json:"zh"`
	En      string             `json:"en"`
	What    string             `json:"what"`
	Every   string             `json:"every"`
	On      []string           `json:"on"`
	At      string             `json:"at"`
	Holiday string             `json:"holiday"`
	Chair   string             `json:"chair"`
	Minutes string             `json:"minutes"`
	Agenda  []dispatch.Section `json:"agenda"`
	Clause  string             `json:"clause"`
}

func (c *caller) rhythmOne(in *packIn) (*bodyOut[RhythmWhole], error) {
	r, err := c.s.o.Rhythms.Get(in.Place + "/" + in.Rule)
	if err != nil {
		return nil, err
	}
	return body(RhythmWhole{rhythmRow(r), r.Source, r.Pack.Clauses, some(r.Pack.Decided), each(r.Events, func(e dispatch.Event) RhythmEvent {
		return RhythmEvent{e.Name, e.Zh, e.En, e.What, e.Every, e.On, e.At, e.Holiday, e.Chair, e.Minutes, some(e.Agenda), e.Clause}
	})})
}
