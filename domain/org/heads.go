package org

import (
	"time"

	"shigan/kernel/ledger"
	"shigan/kernel/table"
)

// LeadUnit 明确负责人 says which post heads a unit and which district leader is in charge of it. The head of the district itself
// is where every ladder ends. An empty string leaves the rung open, and that shows.
type LeadUnit struct {
	Unit   string
	Head   string
	Leader string
	On     string // day
}

func (LeadUnit) Name() string                      { return "org.lead-unit" }
func (LeadUnit) Scope(table.Reader) (Scope, error) { return Scope{}, nil }

type unitLed struct {
	Unit   string `json:"unit"`
	Head   string `json:"head,omitempty"`
	Leader string `json:"leader,omitempty"`
}

func (c LeadUnit) Decide(v table.Reader, _ Signer, at time.Time) ([]ledger.Fact, error) {
	u, err := UnitOf(v, c.Unit)
	if err != nil {
		return nil, err
	}
	for _, post := range []string{c.Head, c.Leader} {
		if post == "" {
			continue
		}
		if _, err := PostOf(v, post); err != nil {
			return nil, err
		}
	}
	if u.Head == c.Head && u.Leader == c.Leader {
		return nil, nil
	}
	return one("org.unit-led/1", "unit/"+c.Unit, day(c.On, at), unitLed{c.Unit, c.Head, c.Leader}), nil
}

// Heads 上级 gives who heads a unit, which leader is in charge of it, and who heads the district, each the first that is named on
// the way up from the unit. "" where nobody is named.
func Heads(v table.Reader, unit string) (head, leader, top string, err error) {
	for range 16 { // a tree is never so deep
		if unit == "" {
			break
		}
		u, err := UnitOf(v, unit)
		if err != nil {
			return "", "", "", err
		}
		if u.Parent == "" {
			top = u.Head
			break
		}
		if head == "" {
			head = u.Head
		}
		if leader == "" {
			leader = u.Leader
		}
		unit = u.Parent
	}
	return head, leader, top, nil
}
