package dispatch

import (
	"slices"
	"time"

	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/kernel/table"
)

// Lights that can be excused by a person; everything else about a light is the rules' alone.
var Lights = []string{"start", "progress", "money", "library"}

// Excuse 正当理由 is asked for by the unit and granted or refused by the dispatcher; "no good reason" in a rule is this finding.
type Excuse struct {
	Project string         `json:"project"`
	Month   calendar.Month `json:"month"`
	Light   string         `json:"light"`
	Reason  string         `json:"reason"`
	Asked   int64          `json:"asked"`
	Settled int64          `json:"settled,omitempty"`
	Granted bool           `json:"granted,omitempty"`
	Answer  string         `json:"answer,omitempty"`
	Files   []string       `json:"files,omitempty"`
}

// Index gives the columns for lists.
func (x Excuse) Index() map[string]any {
	return map[string]any{"name": x.Project, "parent": x.Month.String()}
}

func excuseID(m calendar.Month, id, light string) string { return m.String() + "/" + id + "/" + light }

// AskExcuse 申请认定正当理由.
type AskExcuse struct {
	Project string
	Month   calendar.Month
	Light   string
	Reason  string
	Files   []string
}

func (AskExcuse) Name() string { return "dispatch.ask-excuse" }
func (c AskExcuse) Scope(v table.Reader) (org.Scope, error) {
	p, err := project.Of(v, c.Project)
	return p.Scope(), err
}

func (c AskExcuse) Decide(v table.Reader, _ org.Signer, _ time.Time) ([]ledger.Fact, error) {
	if _, err := open(v, c.Month); err != nil {
		return nil, err
	}
	if blank(c.Reason) || !slices.Contains(Lights, c.Light) {
		return nil, ErrReason
	}
	var x Excuse
	if ok, err := v.Get(ExcuseKind, excuseID(c.Month, c.Project, c.Light), &x); err != nil {
		return nil, err
	} else if ok && x.Settled == 0 {
		return nil, ErrExcuse.With("project", c.Project, "light", c.Light)
	}
	return fact("dispatch.excuse-asked/1", "project/"+c.Project, c.Month.Last().String(), map[string]any{"of": c.Month, "light": c.Light, "reason": c.Reason}, c.Files...), nil
}

// SettleExcuse 认定 or 不予认定.
type SettleExcuse struct {
	Project string
	Month   calendar.Month
	Light   string
	Granted bool
	Answer  string
}

func (SettleExcuse) Name() string { return "dispatch.settle-excuse" }
func (c SettleExcuse) Scope(v table.Reader) (org.Scope, error) {
	p, err := project.Of(v, c.Project)
	return p.Scope(), err
}

func (c SettleExcuse) Decide(v table.Reader, _ org.Signer, _ time.Time) ([]ledger.Fact, error) {
	if _, err := open(v, c.Month); err != nil {
		return nil, err
	}
	var x Excuse
	ok, err := v.Get(ExcuseKind, excuseID(c.Month, c.Project, c.Light), &x)
	if err != nil {
		return nil, err
	}
	if !ok || x.Settled != 0 {
		return nil, ErrExcuse.With("project", c.Project, "light", c.Light)
	}
	if blank(c.Answer) {
		return nil, ErrReason
	}
	return fact("dispatch.excuse-settled/1", "project/"+c.Project, c.Month.Last().String(), map[string]any{"of": c.Month, "light": c.Light, "granted": c.Granted, "answer": c.Answer}), nil
}
