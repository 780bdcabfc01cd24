package dispatch

import (
	"time"

	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/kernel/quantity"
	"shigan/kernel/table"
)

// ReportState 月报状态.
type ReportState string

const (
	Reported ReportState = "reported" // 待核
	Accepted ReportState = "accepted" // 已核实
	Returned ReportState = "returned" // 已退回
)

// Content 月报内容: what the unit says of one month. Money in fen.
type Content struct {
	Month    project.DispatchMoney  `json:"month"`              // 本月完成
	YTD      project.DispatchMoney  `json:"ytd"`                // 本年累计完成
	Paid     *project.DispatchMoney `json:"paid,omitempty"`     // 本年累计支付
	FundsIn  *project.DispatchMoney `json:"funds_in,omitempty"` // 本年到位资金
	Progress string                 `json:"progress"`           // 形象进度
	Problem  string                 `json:"problem,omitempty"`  // 存在问题
	Measure  string                 `json:"measure,omitempty"`  // 办法
	Who      string                 `json:"who,omitempty"`      // 谁来办
	By       string                 `json:"by,omitempty"`       // 何时
	Next     string                 `json:"next,omitempty"`     // 下一步
	Explain  string                 `json:"explain,omitempty"`  // for what the machine doubts
	Case     string                 `json:"case,omitempty"`     // the case whose decision stands for measure, owner and day
	Cell     string                 `json:"cell,omitempty"`     // where in an imported workbook
}

// Report 月报 of one project, as it stands.
type Report struct {
	Project  string         `json:"project"`
	Month    calendar.Month `json:"month"`
	State    ReportState    `json:"state"`
	Content  Content        `json:"content"`
	By       string         `json:"by"`
	ByPost   string         `json:"by_post"`
	At       string         `json:"at"`
	Files    []string       `json:"files,omitempty"`
	Seq      int64          `json:"seq"` // of the report itself
	Checked  *Check         `json:"checked,omitempty"`
	Returns  int            `json:"returns,omitempty"`
	Versions []int64        `json:"versions,omitempty"` // earlier reports of the month
}

// Check 核实 or 退回.
type Check struct {
	By      string                 `json:"by"`
	At      string                 `json:"at"`
	Reason  string                 `json:"reason,omitempty"`
	AsMonth *project.DispatchMoney `json:"as_month,omitempty"` // accepted with another sum
	AsYTD   *project.DispatchMoney `json:"as_ytd,omitempty"`
	Seq     int64                  `json:"seq"`
}

// Index gives the columns for lists.
func (r Report) Index() map[string]any {
	return map[string]any{"name": r.Project, "parent": r.Month.String(), "stage": string(r.State)}
}

// ReportID of a project's month.
func ReportID(m calendar.Month, id string) string { return m.String() + "/" + id }

// ReportOf reads a report; ok is false where there is none.
func ReportOf(v table.Reader, m calendar.Month, id string) (Report, bool, error) {
	var r Report
	ok, err := v.Get(ReportKind, ReportID(m, id), &r)
	return r, ok, err
}

// SubmitReport 报送月报.
type SubmitReport struct {
	Project  string
	Month    calendar.Month
	Content  Content
	Files    []string
	Replaces int64    // seq of the report that the form was filled from; 0 where there was none
	Doubts   []string // what the doubts pack says of these figures, worked out by the app
	Light    string   // what the overall light will show with these figures
}

func (SubmitReport) Name() string { return "dispatch.report" }
func (c SubmitReport) Scope(v table.Reader) (org.Scope, error) {
	p, err := project.Of(v, c.Project)
	return p.Scope(), err
}

// Reads are the documents that deciding reads.
func (c SubmitReport) Reads() [][2]string {
	return [][2]string{{project.Kind, c.Project}, {ReportKind, ReportID(c.Month, c.Project)}}
}

type reportBody struct {
	Of      calendar.Month `json:"of"`
	Content Content        `json:"content"`
}

func (c SubmitReport) Decide(v table.Reader, _ org.Signer, at time.Time) ([]ledger.Fact, error) {
	if _, err := open(v, c.Month); err != nil {
		return nil, err
	}
	if _, err := project.Of(v, c.Project); err != nil {
		return nil, err
	}
	old, had, err := ReportOf(v, c.Month, c.Project)
	if err != nil {
		return nil, err
	}
	if had && old.Seq != c.Replaces {
		return nil, ErrOverwritten.With("project", c.Project, "at", old.At, "seq", old.Seq)
	}
	if had && old.State == Accepted {
		return nil, ErrAccepted.With("project", c.Project, "month", c.Month)
	}
	if c.Content.YTD < c.Content.Month && c.Content.Month > 0 {
		return nil, ErrMoney.With("ytd", quantity.Fen(c.Content.YTD), "month", quantity.Fen(c.Content.Month))
	}
	if c.Content, err = c.Content.leaning(v, c.Project); err != nil {
		return nil, err
	}
	if len(c.Doubts) > 0 && blank(c.Content.Explain) {
		return nil, ErrDoubt.With("doubts", c.Doubts)
	}
	if (c.Light == "yellow" || c.Light == "red") && (blank(c.Content.Measure) || blank(c.Content.Who) || blank(c.Content.By)) {
		return nil, ErrMeasure.With("light", c.Light)
	}
	facts := fact("dispatch.reported/1", "project/"+c.Project, c.Month.Last().String(), reportBody{c.Month, c.Content}, c.Files...)
	facts[0].Corrects = old.Seq
	return facts, nil
}

// AcceptReport 核实, as reported or with another sum and the reason for it.
type AcceptReport struct {
	Project string
	Month   calendar.Month
	Seq     int64 // of the report that was looked at
	AsMonth *quantity.Fen
	AsYTD   *quantity.Fen
	Reason  string
}

func (AcceptReport) Name() string { return "dispatch.accept" }
func (c AcceptReport) Scope(v table.Reader) (org.Scope, error) {
	p, err := project.Of(v, c.Project)
	return p.Scope(), err
}

type checked struct {
	Of      calendar.Month         `json:"of"`
	Report  int64                  `json:"report"`
	AsMonth *project.DispatchMoney `json:"as_month,omitempty"`
	AsYTD   *project.DispatchMoney `json:"as_ytd,omitempty"`
	Reason  string                 `json:"reason,omitempty"`
}

func (c AcceptReport) Decide(v table.Reader, by org.Signer, at time.Time) ([]ledger.Fact, error) {
	if _, err := pendingReport(v, c.Month, c.Project, c.Seq, false); err != nil {
		return nil, err
	}
	if (c.AsMonth != nil || c.AsYTD != nil) && blank(c.Reason) {
		return nil, ErrReason
	}
	return fact("dispatch.accepted/1", "project/"+c.Project, c.Month.Last().String(),
		checked{c.Month, c.Seq, (*project.DispatchMoney)(c.AsMonth), (*project.DispatchMoney)(c.AsYTD), c.Reason}), nil
}

// ReturnReport 退回补正, with the reason that the unit reads.
type ReturnReport struct {
	Project string
	Month   calendar.Month
	Seq     int64
	Reason  string
}

func (ReturnReport) Name() string { return "dispatch.return" }
func (c ReturnReport) Scope(v table.Reader) (org.Scope, error) {
	p, err := project.Of(v, c.Project)
	return p.Scope(), err
}

func (c ReturnReport) Decide(v table.Reader, _ org.Signer, _ time.Time) ([]ledger.Fact, error) {
	if _, err := pendingReport(v, c.Month, c.Project, c.Seq, true); err != nil { // what was accepted too soon may go back
		return nil, err
	}
	if blank(c.Reason) {
		return nil, ErrReason
	}
	return fact("dispatch.returned/1", "project/"+c.Project, c.Month.Last().String(), checked{Of: c.Month, Report: c.Seq, Reason: c.Reason}), nil
}

// pendingReport reads the report that a checker looked at, and refuses if it has changed under his eyes.
func pendingReport(v table.Reader, m calendar.Month, id string, seq int64, acceptedToo bool) (Report, error) {
	if _, err := open(v, m); err != nil {
		return Report{}, err
	}
	r, ok, err := ReportOf(v, m, id)
	switch {
	case err != nil:
		return r, err
	case !ok:
		return r, ErrNoReport.With("project", id, "month", m)
	case r.Seq != seq:
		return r, ErrOverwritten.With("project", id, "at", r.At, "seq", r.Seq)
	case r.State == Accepted && !acceptedToo:
		return r, ErrAccepted.With("project", id, "month", m)
	}
	return r, nil
}
