package dispatch

import (
	"strings"
	"time"

	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/kernel/quantity"
	"shigan/kernel/table"
)

// Freeze 冻结月末账: after it the month's figures can only be amended beside. The values lie in a file of evidence, named by
// its digest, so that a replay brings back the very values and anybody can compute them again.
type Freeze struct {
	Month      calendar.Month `json:"month"`
	Pack       string         `json:"pack"`
	RulesSum   string         `json:"rules_sum"` // of the packs, see rules.Set.Digest
	Known      int64          `json:"known"`     // the last entry that the figures know
	Values     string         `json:"values"`    // digest of the snapshot file
	Projects   int            `json:"projects"`
	Unreported int            `json:"unreported"`
	Unchecked  int            `json:"unchecked"`
	Lights     map[string]int `json:"lights"` // overall light → projects
	Reason     string         `json:"reason,omitempty"`
}

// Snapshot 月末快照 is the content of that file.
type Snapshot struct {
	Month  calendar.Month               `json:"month"`
	Pack   string                       `json:"pack"`
	Known  int64                        `json:"known"`
	Values map[string]map[string]string `json:"values"` // name → subject → canonical value
}

// FreezeMonth 冻结. The app computes the values and hands in their digest.
type FreezeMonth struct {
	Freeze Freeze
}

func (FreezeMonth) Name() string                          { return "dispatch.freeze" }
func (FreezeMonth) Scope(table.Reader) (org.Scope, error) { return org.Scope{}, nil }

// Expects is the entry up to which the values know the ledger.
func (c FreezeMonth) Expects() int64 { return c.Freeze.Known }

func (c FreezeMonth) Decide(v table.Reader, _ org.Signer, at time.Time) ([]ledger.Fact, error) {
	if _, err := open(v, c.Freeze.Month); err != nil {
		return nil, err
	}
	prev := c.Freeze.Month.Prev()
	if before, err := MonthOf(v, prev); err == nil && before.State != Closed {
		return nil, ErrOrder.With("month", c.Freeze.Month, "later", prev)
	}
	if (c.Freeze.Unreported > 0 || c.Freeze.Unchecked > 0) && blank(c.Freeze.Reason) {
		return nil, ErrPending.With("unreported", c.Freeze.Unreported, "unchecked", c.Freeze.Unchecked)
	}
	return fact("dispatch.frozen/1", "month/"+c.Freeze.Month.String(), calendar.DateOf(at).String(), c.Freeze, c.Freeze.Values), nil
}

// Amendment 更正 of a frozen month, shown beside what was published.
type Amendment struct {
	Month   calendar.Month `json:"month"`
	Project string         `json:"project"`
	Field   string         `json:"field"` // invested_month, invested_ytd
	Was     quantity.Fen   `json:"was"`
	Now     quantity.Fen   `json:"now"`
	Reason  string         `json:"reason"`
	On      string         `json:"on"`
	By      string         `json:"by"`
	Seq     int64          `json:"seq"`
}

// AmendMonth 更正.
type AmendMonth struct {
	Month   calendar.Month
	Project string
	YTD     quantity.Fen
	Reason  string
	Files   []string
}

func (AmendMonth) Name() string { return "dispatch.amend" }
func (c AmendMonth) Scope(v table.Reader) (org.Scope, error) {
	p, err := project.Of(v, c.Project)
	return p.Scope(), err
}

func (c AmendMonth) Decide(v table.Reader, by org.Signer, at time.Time) ([]ledger.Fact, error) {
	m, err := MonthOf(v, c.Month)
	if err != nil {
		return nil, err
	}
	if m.State != Closed {
		return nil, ErrNotFrozen.With("month", c.Month)
	}
	if blank(c.Reason) {
		return nil, ErrReason
	}
	if c.YTD < 0 {
		return nil, ErrMoney.With("ytd", c.YTD, "month", "")
	}
	r, ok, err := ReportOf(v, c.Month, c.Project)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, ErrNoReport.With("project", c.Project, "month", c.Month)
	}
	was := quantity.Fen(r.Content.YTD)
	for _, a := range m.Amendments { // the last amendment of this project is what stands
		if a.Project == c.Project {
			was = a.Now
		}
	}
	if was == c.YTD {
		return nil, ErrNothing.With("project", c.Project)
	}
	facts := fact("dispatch.amended/1", "project/"+c.Project, c.Month.Last().String(),
		Amendment{Month: c.Month, Project: c.Project, Field: "invested_ytd", Was: was, Now: c.YTD, Reason: c.Reason, On: calendar.DateOf(at).String(), By: by.Post}, c.Files...)
	facts[0].Corrects = r.Seq
	return facts, nil
}

// Slip 督办函 to those in red.
type Slip struct {
	Month   calendar.Month `json:"month"`
	Project string         `json:"project"`
	Light   string         `json:"light"`
	Reasons []string       `json:"reasons"`
	Unit    string         `json:"unit"`
	Reply   string         `json:"reply"` // reply by
	No      int            `json:"no"`
	On      string         `json:"on"`
	Seq     int64          `json:"seq"`
}

// SendSlips 发督办函 for a frozen month.
type SendSlips struct {
	Month calendar.Month
	Slips []Slip
}

func (SendSlips) Name() string                          { return "dispatch.send-slips" }
func (SendSlips) Scope(table.Reader) (org.Scope, error) { return org.Scope{}, nil }

func (c SendSlips) Decide(v table.Reader, _ org.Signer, at time.Time) ([]ledger.Fact, error) {
	m, err := MonthOf(v, c.Month)
	if err != nil {
		return nil, err
	}
	if m.State != Closed {
		return nil, ErrNotFrozen.With("month", c.Month)
	}
	var facts []ledger.Fact
	no := len(m.Slips)
next:
	for _, s := range c.Slips {
		for _, sent := range m.Slips {
			if sent.Project == s.Project {
				continue next
			}
		}
		no++
		s.No, s.Month, s.On, s.Seq = no, c.Month, calendar.DateOf(at).String(), 0
		facts = append(facts, fact("dispatch.slip-sent/1", "project/"+s.Project, s.On, s)...)
	}
	return facts, nil
}

// Bulletin 通报 as issued: the digest of its content and of the files that were made from it.
type Bulletin struct {
	Month   calendar.Month    `json:"month"`
	Issue   int               `json:"issue"`
	Content string            `json:"content"` // digest of the canonical JSON of the bulletin
	Files   map[string]string `json:"files"`   // docx, xlsx → digest
	On      string            `json:"on"`
	Seq     int64             `json:"seq"`
}

// IssueBulletin 发布通报.
type IssueBulletin struct {
	Bulletin Bulletin
}

func (IssueBulletin) Name() string                          { return "dispatch.issue-bulletin" }
func (IssueBulletin) Scope(table.Reader) (org.Scope, error) { return org.Scope{}, nil }

func (c IssueBulletin) Decide(v table.Reader, _ org.Signer, at time.Time) ([]ledger.Fact, error) {
	m, err := MonthOf(v, c.Bulletin.Month)
	if err != nil {
		return nil, err
	}
	if m.State != Closed {
		return nil, ErrNotFrozen.With("month", c.Bulletin.Month)
	}
	if m.Bulletin != nil {
		if m.Bulletin.Content == c.Bulletin.Content {
			return nil, nil // the same bulletin again says nothing new
		}
		return nil, ErrMonthClosed.With("month", c.Bulletin.Month)
	}
	c.Bulletin.Seq, c.Bulletin.On = 0, calendar.DateOf(at).String()
	files := []string{c.Bulletin.Content}
	for _, d := range c.Bulletin.Files {
		files = append(files, d)
	}
	return fact("dispatch.bulletin-issued/1", "month/"+c.Bulletin.Month.String(), c.Bulletin.On, c.Bulletin, files...), nil
}

// Claims 文字里说的 reads what the progress text claims, so that rules can hold it against the figures.
func Claims(text string) (finished, stopped bool) {
	for _, w := range claimFinished() {
		if strings.Contains(text, w) {
			finished = true
		}
	}
	for _, w := range claimStopped() {
		if strings.Contains(text, w) {
			stopped = true
		}
	}
	return finished, stopped
}
