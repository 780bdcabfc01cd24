package project

import (
	"strings"
	"time"

	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/kernel/quantity"
	"shigan/kernel/table"
)

// List 列入 makes a project known: out of an imported list, or by hand.
type List struct {
	ID            string
	Facts         Facts
	Stage         Stage
	Start, Finish string // promised days or months' last days
	List          string // list that it joins, "" for none
	Apart         bool   // the list is kept apart from the monthly dispatch, see Membership
	On            string
	Files         []string // evidence: the workbook it came from
	Cell          string   // where in the workbook
}

func (List) Name() string                          { return "project.list" }
func (List) Scope(table.Reader) (org.Scope, error) { return org.Scope{}, nil }

type listed struct {
	ID string `json:"id"`
	Facts
	Stage  Stage  `json:"stage"`
	Start  string `json:"start,omitempty"`
	Finish string `json:"finish,omitempty"`
	List   string `json:"list,omitempty"`
	Apart  bool   `json:"apart,omitempty"`
	Cell   string `json:"cell,omitempty"`
}

func (c List) Decide(v table.Reader, _ org.Signer, at time.Time) ([]ledger.Fact, error) {
	if c.ID == "" || strings.TrimSpace(c.Facts.Name.Zh) == "" {
		return nil, ErrBlank
	}
	if _, err := Of(v, c.ID); err == nil {
		return nil, ErrExists.With("id", c.ID)
	}
	if c.Facts.Parent != "" {
		if _, err := Of(v, c.Facts.Parent); err != nil {
			return nil, err
		}
	}
	for _, d := range []string{c.Start, c.Finish} {
		if err := checkDay(d); err != nil {
			return nil, err
		}
	}
	if c.Start != "" && c.Finish != "" && c.Finish < c.Start {
		return nil, ErrDate.With("day", c.Finish, "why", "finish before start "+c.Start)
	}
	if c.Stage == "" {
		c.Stage = Preparing
	}
	return []ledger.Fact{{Kind: "project.listed/1", Subject: "project/" + c.ID, EffectiveOn: today(c.On, at), Evidence: c.Files,
		Body: listed{c.ID, c.Facts, c.Stage, c.Start, c.Finish, c.List, c.Apart, c.Cell}}}, nil
}

// Describe 更新资料 changes what describes a project; only the changed fields are stated.
type Describe struct {
	ID     string
	Facts  Facts
	Reason string
	Files  []string
	Cell   string
}

func (Describe) Name() string                              { return "project.describe" }
func (c Describe) Scope(v table.Reader) (org.Scope, error) { return scope(v, c.ID) }

func (c Describe) Decide(v table.Reader, _ org.Signer, at time.Time) ([]ledger.Fact, error) {
	p, err := Of(v, c.ID)
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(c.Facts.Name.Zh) == "" {
		return nil, ErrBlank
	}
	if c.Facts == p.Facts {
		return nil, nil
	}
	for up := c.Facts.Parent; up != ""; {
		if up == c.ID {
			return nil, ErrParent.With("id", c.ID)
		}
		above, err := Of(v, up)
		if err != nil {
			return nil, err
		}
		up = above.Parent
	}
	return fact("project.described/1", c.ID, today("", at), struct {
		Facts
		Reason string `json:"reason,omitempty"`
		Cell   string `json:"cell,omitempty"`
	}{c.Facts, c.Reason, c.Cell}, c.Files...), nil
}

// SetPlan 定年度计划.
type SetPlan struct {
	ID         string
	Year       int
	Planned    quantity.Fen
	ToLastYear quantity.Fen
	Category   Category
	Goal       string
	Reason     string // needed when the year's plan is changed
	Files      []string
	Cell       string
}

func (SetPlan) Name() string                              { return "project.set-plan" }
func (c SetPlan) Scope(v table.Reader) (org.Scope, error) { return scope(v, c.ID) }

type planned struct {
	Year       int           `json:"year"`
	Planned    DispatchMoney `json:"planned"`
	ToLastYear DispatchMoney `json:"to_last_year"`
	Category   Category      `json:"category"`
	Goal       string        `json:"goal,omitempty"`
	Reason     string        `json:"reason,omitempty"`
	Cell       string        `json:"cell,omitempty"`
}

func (c SetPlan) Decide(v table.Reader, _ org.Signer, at time.Time) ([]ledger.Fact, error) {
	p, err := Of(v, c.ID)
	if err != nil {
		return nil, err
	}
	year := yearText(c.Year)
	if c.Planned < 0 || c.ToLastYear < 0 || c.Year < 1990 || c.Year > 2100 {
		return nil, ErrPlan.With("id", c.ID, "year", c.Year)
	}
	old, had := p.Plans[year]
	if had && old.Planned == DispatchMoney(c.Planned) && old.ToLastYear == DispatchMoney(c.ToLastYear) && old.Category == c.Category && old.Goal == c.Goal {
		return nil, nil
	}
	if had && c.Reason == "" {
		return nil, ErrReason.With("id", c.ID)
	}
	facts := fact("project.plan-set/1", c.ID, today("", at), planned{c.Year, DispatchMoney(c.Planned), DispatchMoney(c.ToLastYear), c.Category, c.Goal, c.Reason, c.Cell}, c.Files...)
	facts[0].Corrects = old.Seq
	return facts, nil
}

// SetMilestone 定节点.
type SetMilestone struct {
	ID        string
	Milestone Milestone
}

func (SetMilestone) Name() string                              { return "project.set-milestone" }
func (c SetMilestone) Scope(v table.Reader) (org.Scope, error) { return scope(v, c.ID) }

func (c SetMilestone) Decide(v table.Reader, _ org.Signer, at time.Time) ([]ledger.Fact, error) {
	p, err := Of(v, c.ID)
	if err != nil {
		return nil, err
	}
	m := c.Milestone
	if m.ID == "" || m.Name.Zh == "" || m.Promised == "" {
		return nil, ErrBlank
	}
	for _, d := range []string{m.Baseline, m.Promised, m.Forecast, m.Actual} {
		if err := checkDay(d); err != nil {
			return nil, err
		}
	}
	if m.Actual > today("", at) {
		return nil, ErrFuture.With("day", m.Actual)
	}
	if old, ok := p.Milestone(m.ID); ok {
		if old.Promised != m.Promised { // only Promise moves a promised day, so that each move is counted
			return nil, ErrDate.With("day", m.Promised, "why", "use promise")
		}
		m.Baseline = old.Baseline
	} else if m.Baseline == "" {
		m.Baseline = m.Promised
	}
	m.Seq = 0
	return fact("project.milestone-set/1", c.ID, today("", at), m), nil
}

// PromiseDate 改承诺的日子: of start, finish or a milestone. Moving one is a fact for ever and asks for a new letter.
type PromiseDate struct {
	ID, What, Day, Reason string
	Files                 []string
}

func (PromiseDate) Name() string                              { return "project.promise" }
func (c PromiseDate) Scope(v table.Reader) (org.Scope, error) { return scope(v, c.ID) }

type promised struct {
	What   string `json:"what"`
	Day    string `json:"day"`
	Was    string `json:"was,omitempty"`
	Reason string `json:"reason,omitempty"`
}

func (c PromiseDate) Decide(v table.Reader, _ org.Signer, at time.Time) ([]ledger.Fact, error) {
	p, err := Of(v, c.ID)
	if err != nil {
		return nil, err
	}
	if c.Day == "" {
		return nil, ErrBlank
	}
	if err := checkDay(c.Day); err != nil {
		return nil, err
	}
	was, err := p.promisedDay(c.What)
	if err != nil {
		return nil, err
	}
	if was == c.Day {
		return nil, nil
	}
	if was != "" && strings.TrimSpace(c.Reason) == "" {
		return nil, ErrReason.With("id", c.ID)
	}
	return fact("project.date-promised/1", c.ID, today("", at), promised{c.What, c.Day, was, c.Reason}, c.Files...), nil
}

func (p Project) promisedDay(what string) (string, error) {
	switch what {
	case "start":
		return p.Start.Now, nil
	case "finish":
		return p.Finish.Now, nil
	}
	if id, ok := strings.CutPrefix(what, "milestone/"); ok {
		if m, ok := p.Milestone(id); ok {
			return m.Promised, nil
		}
	}
	return "", ErrNoMileston.With("what", what, "id", p.ID)
}

// Happen 进入下一阶段 moves the life on, or back with a reason.
type Happen struct {
	ID     string
	Stage  Stage
	On     string
	Reason string
	Source string // where a public source says so
	Files  []string
}

func (Happen) Name() string                              { return "project.happen" }
func (c Happen) Scope(v table.Reader) (org.Scope, error) { return scope(v, c.ID) }

type happened struct {
	Stage  Stage  `json:"stage"`
	From   Stage  `json:"from"`
	Reason string `json:"reason,omitempty"`
	Source string `json:"source,omitempty"`
}

func (c Happen) Decide(v table.Reader, _ org.Signer, at time.Time) ([]ledger.Fact, error) {
	p, err := Of(v, c.ID)
	if err != nil {
		return nil, err
	}
	if !Allowed(p.Stage, c.Stage) {
		return nil, ErrStage.With("from", p.Stage, "to", c.Stage)
	}
	on := today(c.On, at)
	if err := checkDay(on); err != nil {
		return nil, err
	}
	if on > today("", at) {
		return nil, ErrFuture.With("day", on)
	}
	switch {
	case Backward(p.Stage, c.Stage) && strings.TrimSpace(c.Reason) == "":
		return nil, ErrReason.With("id", c.ID)
	case NeedsEvidence(c.Stage) && !Backward(p.Stage, c.Stage) && len(c.Files) == 0 && c.Source == "":
		return nil, ErrEvidence.With("stage", c.Stage)
	}
	return fact("project.happened/1", c.ID, on, happened{c.Stage, p.Stage, c.Reason, c.Source}, c.Files...), nil
}

// ChangeList 调入、调出.
type ChangeList struct {
	ID, List, On, Reason string
	Leave                bool
	Apart                bool // when joining: kept apart from the monthly dispatch
}

func (c ChangeList) Name() string {
	if c.Leave {
		return "project.leave-list"
	}
	return "project.join-list"
}
func (c ChangeList) Scope(v table.Reader) (org.Scope, error) { return scope(v, c.ID) }

func (c ChangeList) Decide(v table.Reader, _ org.Signer, at time.Time) ([]ledger.Fact, error) {
	p, err := Of(v, c.ID)
	if err != nil {
		return nil, err
	}
	on := today(c.On, at)
	if p.In(c.List, on) != c.Leave {
		return nil, ErrMember.With("id", c.ID, "list", c.List)
	}
	if strings.TrimSpace(c.Reason) == "" {
		return nil, ErrReason.With("id", c.ID)
	}
	kind := "project.list-joined/1"
	if c.Leave {
		kind = "project.list-left/1"
	}
	return fact(kind, c.ID, on, struct {
		List   string `json:"list"`
		Reason string `json:"reason"`
		Apart  bool   `json:"apart,omitempty"`
	}{c.List, c.Reason, c.Apart && !c.Leave}), nil
}

// SetDuty 定责任链.
type SetDuty struct {
	ID   string
	Duty Duty
}

func (SetDuty) Name() string                              { return "project.set-duty" }
func (c SetDuty) Scope(v table.Reader) (org.Scope, error) { return scope(v, c.ID) }

func (c SetDuty) Decide(v table.Reader, _ org.Signer, at time.Time) ([]ledger.Fact, error) {
	if _, err := Of(v, c.ID); err != nil {
		return nil, err
	}
	for _, l := range c.Duty.Links() {
		if l.Post == "" {
			continue
		}
		if _, err := org.PostOf(v, l.Post); err != nil {
			return nil, err
		}
	}
	return fact("project.duty-set/1", c.ID, today("", at), c.Duty), nil
}

// NoteStatistic 登记入库、入统: what the statistics bureau says. Never worked out from dispatch money.
type NoteStatistic struct {
	ID        string
	InLibrary string // day of entry, "" where only money is noted
	Month     string
	Money     quantity.Fen
	Files     []string
}

func (NoteStatistic) Name() string                              { return "project.note-statistic" }
func (c NoteStatistic) Scope(v table.Reader) (org.Scope, error) { return scope(v, c.ID) }

type statistic struct {
	InLibrary string           `json:"in_library,omitempty"`
	Month     string           `json:"month,omitempty"`
	Money     StatisticalMoney `json:"money,omitempty"`
}

func (c NoteStatistic) Decide(v table.Reader, _ org.Signer, at time.Time) ([]ledger.Fact, error) {
	if _, err := Of(v, c.ID); err != nil {
		return nil, err
	}
	if c.InLibrary == "" && c.Month == "" {
		return nil, ErrBlank
	}
	if err := checkDay(c.InLibrary); err != nil {
		return nil, err
	}
	on := c.InLibrary
	if on == "" {
		on = today("", at)
	}
	return fact("project.statistic-noted/1", c.ID, on, statistic{c.InLibrary, c.Month, StatisticalMoney(c.Money)}, c.Files...), nil
}

// NoteSource 两个来源并列.
type NoteSource struct {
	ID    string
	Noted Noted
}

func (NoteSource) Name() string                              { return "project.note-source" }
func (c NoteSource) Scope(v table.Reader) (org.Scope, error) { return scope(v, c.ID) }

func (c NoteSource) Decide(v table.Reader, _ org.Signer, at time.Time) ([]ledger.Fact, error) {
	if _, err := Of(v, c.ID); err != nil {
		return nil, err
	}
	if c.Noted.Field == "" || c.Noted.Value == "" || c.Noted.Source == "" {
		return nil, ErrBlank
	}
	c.Noted.Seq = 0
	return fact("project.source-noted/1", c.ID, today("", at), c.Noted), nil
}

func scope(v table.Reader, id string) (org.Scope, error) {
	p, err := Of(v, id)
	return p.Scope(), err
}

func fact(kind, id, on string, body any, files ...string) []ledger.Fact {
	return []ledger.Fact{{Kind: kind, Subject: "project/" + id, EffectiveOn: on, Body: body, Evidence: files}}
}

func checkDay(s string) error {
	if s == "" {
		return nil
	}
	if d, err := calendar.ParseDay(s); err != nil || d.String() != s {
		return ErrDate.With("day", s, "why", "2022-06-30")
	}
	return nil
}

func today(on string, at time.Time) string {
	if on != "" {
		return on
	}
	return calendar.DateOf(at).String()
}

func yearText(y int) string { return calendar.Month{Year: y, Month: 1}.String()[:4] }
