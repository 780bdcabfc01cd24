package dispatch

import (
	"slices"
	"strings"
	"time"

	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
	"shigan/kernel/ledger"
	"shigan/kernel/table"
)

var (
	ErrMonthClosed  = fault.New(fault.Conflict, "dispatch.month-closed")
	ErrMonthNotOpen = fault.New(fault.Conflict, "dispatch.month-not-open")
	ErrMonthOpen    = fault.New(fault.Conflict, "dispatch.month-open-already")
	ErrNotFrozen    = fault.New(fault.Conflict, "dispatch.not-frozen")
	ErrPending      = fault.New(fault.Conflict, "dispatch.still-pending")
	ErrNoReport     = fault.New(fault.NotFound, "dispatch.no-report")
	ErrOverwritten  = fault.New(fault.Conflict, "dispatch.someone-reported")
	ErrMoney        = fault.New(fault.Invalid, "dispatch.bad-money")
	ErrDoubt        = fault.New(fault.Invalid, "dispatch.doubt")
	ErrReason       = fault.New(fault.Invalid, "dispatch.no-reason")
	ErrAccepted     = fault.New(fault.Conflict, "dispatch.accepted-already")
	ErrExcuse       = fault.New(fault.Conflict, "dispatch.excuse")
	ErrMeasure      = fault.New(fault.Invalid, "dispatch.no-measure")
	ErrNothing      = fault.New(fault.NotFound, "dispatch.nothing-to-amend")
	ErrOrder        = fault.New(fault.Conflict, "dispatch.months-in-order")
)

// Kinds of documents that this room writes.
const (
	MonthKind  = "month"
	ReportKind = "report"
	RulesKind  = "rules"
	ExcuseKind = "excuse"
)

// State 月份状态.
type State string

const (
	Open   State = "open"
	Closed State = "frozen"
)

// Month 调度月.
type Month struct {
	Month      calendar.Month `json:"month"`
	State      State          `json:"state"`
	Pack       string         `json:"pack"`
	Due        string         `json:"due"`      // 报送截止
	CheckBy    string         `json:"check_by"` // 核实截止
	Opened     int64          `json:"opened"`
	Reminders  []Reminder     `json:"reminders,omitempty"`
	Freeze     *Freeze        `json:"freeze,omitempty"`
	FreezeSeq  int64          `json:"freeze_seq,omitempty"`
	FreezeAt   string         `json:"freeze_at,omitempty"`
	FreezeBy   string         `json:"freeze_by,omitempty"`
	Bulletin   *Bulletin      `json:"bulletin,omitempty"`
	Amendments []Amendment    `json:"amendments,omitempty"`
	Slips      []Slip         `json:"slips,omitempty"`
	Seq        int64          `json:"seq"`
}

// Reminder 催报.
type Reminder struct {
	On       string   `json:"on"`
	Projects []string `json:"projects"`
	Seq      int64    `json:"seq"`
}

// MonthOf reads a month or refuses.
func MonthOf(v table.Reader, m calendar.Month) (Month, error) {
	var d Month
	ok, err := v.Get(MonthKind, m.String(), &d)
	if err == nil && !ok {
		err = ErrMonthNotOpen.With("month", m)
	}
	return d, err
}

// open reads a month that takes reports, or says what to do instead.
func open(v table.Reader, m calendar.Month) (Month, error) {
	d, err := MonthOf(v, m)
	if err == nil && d.State == Closed {
		err = ErrMonthClosed.With("month", m)
	}
	return d, err
}

// OpenMonth 开月. The days come from the calendar pack; the app works them out and hands them in.
type OpenMonth struct {
	Month   calendar.Month
	Pack    string
	Due     string
	CheckBy string
}

func (OpenMonth) Name() string                          { return "dispatch.open" }
func (OpenMonth) Scope(table.Reader) (org.Scope, error) { return org.Scope{}, nil }

type monthOpened struct {
	Month   calendar.Month `json:"month"`
	Pack    string         `json:"pack"`
	Due     string         `json:"due"`
	CheckBy string         `json:"check_by"`
}

func (c OpenMonth) Decide(v table.Reader, _ org.Signer, _ time.Time) ([]ledger.Fact, error) {
	if !c.Month.Valid() {
		return nil, ErrMonthNotOpen.With("month", c.Month)
	}
	if _, err := MonthOf(v, c.Month); err == nil {
		return nil, ErrMonthOpen.With("month", c.Month)
	}
	ids, err := v.IDs(MonthKind, "")
	if err != nil {
		return nil, err
	}
	for _, id := range ids { // an earlier month may stay open, but no month may be opened behind a later one: 环比 and streaks hang on the order
		if id > c.Month.String() {
			return nil, ErrOrder.With("month", c.Month, "later", id)
		}
	}
	return fact("dispatch.month-opened/1", "month/"+c.Month.String(), c.Month.First().String(), monthOpened{c.Month, c.Pack, c.Due, c.CheckBy}), nil
}

// Remind 催报 states who was reminded; the message itself goes through the outbox.
type Remind struct {
	Month    calendar.Month
	Projects []string
}

func (Remind) Name() string                          { return "dispatch.remind" }
func (Remind) Scope(table.Reader) (org.Scope, error) { return org.Scope{}, nil }

func (c Remind) Decide(v table.Reader, _ org.Signer, at time.Time) ([]ledger.Fact, error) {
	if _, err := open(v, c.Month); err != nil {
		return nil, err
	}
	var still []string
	for _, id := range c.Projects {
		if r, ok, err := ReportOf(v, c.Month, id); err != nil {
			return nil, err
		} else if !ok || r.State == Returned {
			still = append(still, id)
		}
	}
	if len(still) == 0 {
		return nil, nil
	}
	slices.Sort(still)
	return fact("dispatch.reminded/1", "month/"+c.Month.String(), calendar.DateOf(at).String(), map[string]any{"month": c.Month, "projects": still}), nil
}

// AdoptRules 采用规则包 says by which pack the lights are turned from a month on.
type AdoptRules struct {
	Pack   string
	Digest string
	From   calendar.Month
	Reason string
}

// Adopted is the history of adopted packs, the last first in force.
type Adopted struct {
	Packs []AdoptedPack `json:"packs"`
	Seq   int64         `json:"seq"`
}

// AdoptedPack is one of them.
type AdoptedPack struct {
	Pack   string         `json:"pack"`
	Digest string         `json:"digest"`
	From   calendar.Month `json:"from"`
	Seq    int64          `json:"seq"`
}

// PackAt is the pack in force in a month.
func (a Adopted) PackAt(m calendar.Month) (AdoptedPack, bool) {
	for _, p := range slices.Backward(a.Packs) {
		if !m.Before(p.From) {
			return p, true
		}
	}
	return AdoptedPack{}, false
}

func (AdoptRules) Name() string                          { return "dispatch.adopt-rules" }
func (AdoptRules) Scope(table.Reader) (org.Scope, error) { return org.Scope{}, nil }

func (c AdoptRules) Decide(v table.Reader, _ org.Signer, _ time.Time) ([]ledger.Fact, error) {
	if c.Pack == "" || !c.From.Valid() {
		return nil, ErrReason
	}
	var m Month
	if ok, err := v.Get(MonthKind, c.From.String(), &m); err != nil {
		return nil, err
	} else if ok && m.State == Closed {
		return nil, ErrMonthClosed.With("month", c.From)
	}
	return fact("dispatch.rules-adopted/1", "rules/"+c.Pack, c.From.First().String(), map[string]any{"pack": c.Pack, "digest": c.Digest, "from": c.From, "reason": c.Reason}), nil
}

func fact(kind, subject, on string, body any, files ...string) []ledger.Fact {
	return []ledger.Fact{{Kind: kind, Subject: subject, EffectiveOn: on, Body: body, Evidence: files}}
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }
