package figure

import (
	"context"

	"shigan/kernel/calendar"
	"shigan/kernel/rules"
)

// At is the knowledge that an evaluation uses: entries up to Seq; 0 means all that is known now.
type At struct{ Seq int64 }

// Datum 数据项 is one fact's value for one subject and month, with the entry that stated it.
type Datum struct {
	Value rules.Value
	Seq   int64
}

// Stated is one statement of a fact in the ledger, newest first in a history; those after the first were corrected or replaced.
type Stated struct {
	Value       rules.Value
	Seq         int64
	Number      string // L-0628-0402
	Kind        string
	Month       calendar.Month
	EffectiveOn string
	RecordedAt  string
	Actor       string
	Post        string
	Evidence    int
	Sample      bool
	Reason      string // why it was corrected
}

// Freeze 冻结 says by which entry a month was closed and which rules turned its lights.
type Freeze struct {
	Seq        int64
	RecordedAt string
	RulesSum   string // Set.Digest at the time
	Pack       string
}

// Source gives facts. A month that nobody reported has no Datum.
type Source interface {
	// Column gives one fact of the month for all subjects in one read.
	Column(ctx context.Context, w rules.Word, subjects []string, m calendar.Month, at At) (map[string]Datum, error)
	// History gives all statements of one fact about one subject, for one month or for the year up to it.
	History(ctx context.Context, w rules.Word, subject string, m calendar.Month, at At) ([]Stated, error)
	// Members lists who belongs to a group in that month, in a fixed order.
	Members(ctx context.Context, group string, m calendar.Month, at At) ([]string, error)
	// Frozen gives the closed month's stored values of one figure, or a nil Freeze where the month is open.
	Frozen(ctx context.Context, name string, subjects []string, m calendar.Month) (map[string]rules.Value, *Freeze, error)
	// First is the earliest month with facts; before it nothing is looked for.
	First(ctx context.Context) (calendar.Month, error)
}

// Request addresses one value.
type Request struct {
	Ctx     context.Context
	Name    string
	Subject string
	Month   calendar.Month
	At      At
}
