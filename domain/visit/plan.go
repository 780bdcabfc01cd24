package visit

import (
	"fmt"
	"time"

	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/kernel/table"
)

// Plan 打算去 says ahead where somebody is going. Nothing hangs on it: a plan that was not followed stays a plan.
type Plan struct {
	Facts
	Visitor casework.Party // zero: whoever signs
	Sample  bool
}

func (Plan) Name() string                          { return "visit.plan" }
func (Plan) Scope(table.Reader) (org.Scope, error) { return org.Scope{}, nil }

type planned struct {
	ID string `json:"id"`
	Facts
	Visitor casework.Party `json:"visitor"`
	Sample  bool           `json:"sample,omitempty"`
}

func (c Plan) Decide(v table.Reader, by org.Signer, at time.Time) ([]ledger.Fact, error) {
	visitor, seen, err := goes(v, c.Visitor, by)
	if err != nil {
		return nil, err
	}
	f, err := c.Facts.tidy(v, seen)
	if err != nil {
		return nil, err
	}
	if f.On < calendar.DateOf(at).String() {
		return nil, ErrPast.With("day", f.On)
	}
	id, err := next(v, f.On)
	if err != nil {
		return nil, err
	}
	return []ledger.Fact{{Kind: "visit.planned/1", Subject: OriginPrefix + id, EffectiveOn: calendar.DateOf(at).String(),
		Body: planned{id, f, visitor, c.Sample}}}, nil
}

type count struct {
	N int `json:"n"`
}

// next is the next number of the year in which a visit lies: V-2022-0001.
func next(v table.Reader, on string) (string, error) {
	var n count
	_, err := v.Get(CountKind, on[:4], &n)
	return fmt.Sprintf("V-%s-%04d", on[:4], n.N+1), err
}
