package casework

import (
	"time"

	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/kernel/table"
)

// Halting 停表 stops a case's clocks for one of the desk's lawful reasons. A reason that suspends (挂起待上级政策) is signed by
// whoever approves it and carries the day on which it is looked at again.
type Halting struct {
	Case   string
	Why    string // of the desk's stops
	Note   string
	Review string // day; for a suspension
	Files  []string
}

func (Halting) Name() string                              { return "case.stop" }
func (c Halting) Scope(v table.Reader) (org.Scope, error) { return scope(v, c.Case) }

func (c Halting) Decide(v table.Reader, by org.Signer, at time.Time) ([]ledger.Fact, error) {
	x, d, err := stillOpen(v, c.Case)
	if err != nil {
		return nil, err
	}
	r, ok := d.Stop(c.Why)
	if !ok {
		return nil, ErrUnlawful.With("why", c.Why)
	}
	if !d.may(v, x, by, r.Who, at) {
		return nil, ErrNotYours.With("move", r.Say)
	}
	if blank(c.Note) {
		return nil, ErrReason.With("move", r.Say)
	}
	if x.Halt != nil {
		return nil, ErrHalted.With("case", x.ID, "since", calendar.DateOf(x.Halt.Since).String())
	}
	h := Halt{Why: c.Why, Note: c.Note, Since: minute(at), Post: by.Post, Clocks: r.Clocks}
	if !r.Suspends {
		return []ledger.Fact{fact("stopped", x.ID, at, h, c.Files...)}, nil
	}
	span, _ := ParseSpan(r.Review) // read when the desk was loaded
	today := calendar.DateOf(at)
	latest := dayAfter(today, span, holidays())
	review, err := calendar.ParseDay(c.Review)
	if err != nil || review.Before(today) || latest != "" && review.String() > latest {
		return nil, ErrReview.With("latest", latest)
	}
	h.Review = review.String()
	return []ledger.Fact{fact("suspended", x.ID, at, h, c.Files...)}, nil
}

// Resume 恢复计时.
type Resume struct {
	Case string
	Note string
}

func (Resume) Name() string                              { return "case.resume" }
func (c Resume) Scope(v table.Reader) (org.Scope, error) { return scope(v, c.Case) }

type resumed struct {
	Note string    `json:"note,omitempty"`
	At   time.Time `json:"at"`
}

func (c Resume) Decide(v table.Reader, by org.Signer, at time.Time) ([]ledger.Fact, error) {
	x, d, err := stillOpen(v, c.Case)
	if err != nil {
		return nil, err
	}
	if x.Halt == nil {
		return nil, ErrNotHalted.With("case", x.ID)
	}
	r, _ := d.Stop(x.Halt.Why)
	if !d.may(v, x, by, resumers(r), at) {
		return nil, ErrNotYours.With("move", r.Say)
	}
	return []ledger.Fact{fact("resumed", x.ID, at, resumed{c.Note, minute(at)})}, nil
}

// Extend 延期: signed by whoever approves it.
type Extend struct {
	Case   string
	Amount int // in the measure of the clock
	Reason string
	Files  []string
}

func (Extend) Name() string                              { return "case.extend" }
func (c Extend) Scope(v table.Reader) (org.Scope, error) { return scope(v, c.Case) }

type extended struct {
	Clocks []string  `json:"clocks"`
	Amount int       `json:"amount"`
	Reason string    `json:"reason"`
	At     time.Time `json:"at"`
}

func (c Extend) Decide(v table.Reader, by org.Signer, at time.Time) ([]ledger.Fact, error) {
	x, d, err := stillOpen(v, c.Case)
	if err != nil {
		return nil, err
	}
	if d.Extend == nil {
		return nil, ErrNoExtend
	}
	if !d.may(v, x, by, d.Extend.Who, at) || is(x.Handler, by) { // nobody approves his own
		return nil, ErrNoExtend
	}
	if blank(c.Reason) {
		return nil, ErrReason.With("move", d.Say)
	}
	most, _ := ParseSpan(d.Extend.Most)
	var clocks []string
	for _, n := range d.Extend.Clocks {
		k := x.running(n)
		if k == nil {
			continue
		}
		if len(k.Extensions) >= d.Extend.Times || c.Amount < 1 || c.Amount > most.Amount {
			return nil, ErrExtension.With("times", d.Extend.Times, "most", most.Amount)
		}
		clocks = append(clocks, n)
	}
	if len(clocks) == 0 {
		return nil, ErrNoExtend
	}
	return []ledger.Fact{fact("extended", x.ID, at, extended{clocks, c.Amount, c.Reason, minute(at)}, c.Files...)}, nil
}
