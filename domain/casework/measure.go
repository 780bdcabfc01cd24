package casework

import (
	"time"

	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/kernel/quantity"
	"shigan/kernel/table"
)

// Measure 解决方案: 难点 → 原因 → 办法 compared → what was decided, who does it, by when.
type Measure struct {
	Pain     string   `json:"pain"`  // 难点
	Cause    string   `json:"cause"` // 原因
	Options  []Option `json:"options,omitempty"`
	Chosen   string   `json:"chosen,omitempty"` // the option's mark
	Decision string   `json:"decision,omitempty"`
	Owner    Party    `json:"owner,omitzero"`
	By       string   `json:"by,omitempty"`      // day
	Meeting  string   `json:"meeting,omitempty"` // where it was decided
	Post     string   `json:"post"`
	Seq      int64    `json:"seq"`
}

// Option 办法: one of those compared.
type Option struct {
	Mark   string        `json:"mark"` // 甲、乙、丙
	Text   string        `json:"text"`
	Cost   *quantity.Fen `json:"cost,omitempty"` // nil: not known, which is not nothing
	Effect string        `json:"effect,omitempty"`
	Date   string        `json:"date,omitempty"`
}

// whole tells whether there is a measure with an owner and a day: a plan without one cannot be handed in.
func (m *Measure) whole() bool {
	return m != nil && !blank(m.Pain) && !blank(m.Cause) && !blank(m.Decision) && m.Owner != (Party{}) && m.By != ""
}

// SetMeasure 定办法. Pain and cause may come first, options then, the decision last; each is stated anew, as a whole.
type SetMeasure struct {
	Case    string
	Measure Measure
	Seen    int64 // the measure's entry that the writer saw: two recorders do not overwrite each other
	Files   []string
}

func (SetMeasure) Name() string                              { return "case.set-measure" }
func (c SetMeasure) Scope(v table.Reader) (org.Scope, error) { return scope(v, c.Case) }

func (c SetMeasure) Decide(v table.Reader, by org.Signer, at time.Time) ([]ledger.Fact, error) {
	x, d, err := stillOpen(v, c.Case)
	if err != nil {
		return nil, err
	}
	if !d.may(v, x, by, measurers, at) {
		return nil, ErrNotYours.With("move", d.Say)
	}
	m := c.Measure
	if x.Measure != nil && c.Seen != x.Measure.Seq {
		st, _ := d.State(x.State)
		return nil, ErrMoved.With("case", x.ID, "by", x.Measure.Post, "at", x.MovedAt, "state", st.Say)
	}
	if !m.sound() {
		return nil, ErrMeasure
	}
	m.Post, m.Seq = by.Post, 0
	return []ledger.Fact{fact("measure-set", x.ID, at, m, c.Files...)}, nil
}

// sound tells whether a measure can stand: hard point and cause are said, options are told apart, and a decision names who
// and by when.
func (m *Measure) sound() bool {
	if blank(m.Pain) || blank(m.Cause) {
		return false
	}
	known := m.Chosen == ""
	for i, o := range m.Options {
		known = known || o.Mark == m.Chosen
		if blank(o.Mark) || blank(o.Text) || o.Cost != nil && *o.Cost < 0 || !dayOrNone(o.Date) {
			return false
		}
		for _, p := range m.Options[:i] {
			if p.Mark == o.Mark {
				return false
			}
		}
	}
	return known && dayOrNone(m.By) && (blank(m.Decision) || m.whole())
}

// Decided tells whether there is a decision with an owner and a day: 定了办法.
func (m *Measure) Decided() bool { return m.whole() }

func dayOrNone(s string) bool {
	if s == "" {
		return true
	}
	d, err := calendar.ParseDay(s)
	return err == nil && d.String() == s
}
