package dispatch

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/kernel/table"
)

// TaskUse is the use of the desk at which decisions become tasks.
const TaskUse = "task"

// TaskDraft 任务 as the recorder has it: who does what by when. Chain and Reach are filled in by the app (ChainOf, ReachOfCase), since
// this room does not know who sits above a unit.
type TaskDraft struct {
	Title    string
	Unit     string // who does it
	Post     string // in that unit, where one is named
	Assists  []casework.Party
	By       string         // day
	Criteria string         // 怎样算办成
	Raiser   casework.Party // who asked for it and will confirm it; zero: whoever raised or handles the matter
	Subject  string         // "project/JM-001"; "": what the item is about
	Chain    map[string]string
	Reach    org.Scope
}

// DecideItem 议定 in one transaction: the item is decided, its case gets the measure (option, decision, owner, day, meeting), and the
// tasks are opened at the desk in use. Deciding again adds tasks and words the decision anew; tasks that were given stay.
type DecideItem struct {
	Meeting     string
	Item        string
	Option      string // the chosen option's mark, where options were compared
	Text        string // the decision; "": the option's own text
	Pain        string // 难点, where the case has none yet
	Cause       string // 原因
	Tasks       []TaskDraft
	NoTaskWhy   string
	Seen        int64 // Item.Seq as the recorder saw it
	MeasureSeen int64 // the entry of the case's measure that he saw; 0 where there was none
}

func (DecideItem) Name() string                            { return "dispatch.decide-item" }
func (DecideItem) Scope(v table.Reader) (org.Scope, error) { return everywhere(v) }

type itemDecided struct {
	Item      string            `json:"item"`
	Chosen    string            `json:"chosen,omitempty"`
	Decision  string            `json:"decision,omitempty"`
	Tasks     []string          `json:"tasks,omitempty"` // those of this deed
	NoTaskWhy string            `json:"no_task_why,omitempty"`
	Was       *casework.Measure `json:"was,omitempty"`
}

func (c DecideItem) Decide(v table.Reader, by org.Signer, at time.Time) ([]ledger.Fact, error) {
	m, x, err := itemOf(v, c.Meeting, c.Item, MeetingRunning)
	if err != nil {
		return nil, err
	}
	if c.Seen != x.Seq {
		return nil, x.moved()
	}
	matter, err := matterOf(v, *x)
	if err != nil {
		return nil, err
	}
	b := itemDecided{Item: x.ID, Chosen: c.Option, Decision: strings.TrimSpace(c.Text), NoTaskWhy: strings.TrimSpace(c.NoTaskWhy)}
	if err := matter.choose(&b); err != nil {
		return nil, err
	}
	if b.Decision == "" && x.Kind != ItemPrevious {
		return nil, ErrNoDecision.With("item", x.name())
	}
	births, err := c.births(v, by, at, m, *x, matter, &b)
	if err != nil {
		return nil, err
	}
	measure, err := c.measure(v, by, at, m, *x, matter, &b)
	if err != nil {
		return nil, err
	}
	facts := fact("dispatch.item-decided/1", MeetingKind+"/"+m.ID, calendar.DateOf(at).String(), b)
	return slices.Concat(facts, measure, births), nil
}

// matter is what an item is about: the case with its measure, if it is about one, and the project behind it.
type matter struct {
	kase    *casework.Case
	project string // id
	scope   org.Scope
	local   string // unit that answers for the project
}

// matterOf reads it. A visit or a month has neither case nor project.
func matterOf(v table.Reader, x Item) (matter, error) {
	var m matter
	kind, id, _ := strings.Cut(x.Subject, "/")
	if kind == casework.CaseKind {
		c, err := casework.Of(v, id)
		if err != nil {
			return m, err
		}
		m.kase, m.scope = &c, c.Reach
		kind, id, _ = strings.Cut(c.Subject, "/")
	}
	if kind == project.Kind {
		p, err := project.Of(v, id)
		if err != nil {
			return m, err
		}
		m.project, m.local, m.scope = id, p.LocalUnit, p.Scope()
	}
	return m, nil
}

// ProjectOf gives the project behind an item, "" where there is none.
func ProjectOf(v table.Reader, x Item) (string, error) {
	m, err := matterOf(v, x)
	return m.project, err
}

// choose holds the chosen option against those that were compared; without words of its own a decision takes the option's.
func (m matter) choose(b *itemDecided) error {
	if b.Chosen == "" {
		return nil
	}
	if m.kase != nil && m.kase.Measure != nil {
		for _, o := range m.kase.Measure.Options {
			if o.Mark == b.Chosen {
				if b.Decision == "" {
					b.Decision = o.Text
				}
				return nil
			}
		}
	}
	return ErrOption.With("option", b.Chosen)
}

// births opens the tasks. They are numbered by the day: T-20220706-01.
func (c DecideItem) births(v table.Reader, by org.Signer, at time.Time, m Meeting, x Item, mt matter, b *itemDecided) ([]ledger.Fact, error) {
	if len(c.Tasks) == 0 {
		return nil, nil
	}
	today := calendar.DateOf(at)
	desk, err := casework.ForUse(v, TaskUse, today.String())
	if err != nil {
		return nil, err
	}
	prefix := fmt.Sprintf("%s-%04d%02d%02d", desk.Prefix, today.Year(), today.Month().Month, today.DayOfMonth())
	var given struct {
		N int `json:"n"`
	}
	if _, err := v.Get(casework.CountKind, prefix, &given); err != nil {
		return nil, err
	}
	var facts []ledger.Fact
	for i, t := range c.Tasks {
		id := fmt.Sprintf("%s-%02d", prefix, given.N+1+i)
		open, err := t.open(v, m, x, mt)
		if err != nil {
			return nil, err
		}
		open.ID, open.Desk = id, desk.Name
		open.Origin = MeetingKind + "/" + m.ID + "/" + x.ID + "#" + id
		born, err := open.Decide(v, recording(by, desk), at)
		if err != nil {
			return nil, err
		}
		facts, b.Tasks = append(facts, born...), append(b.Tasks, id)
	}
	return facts, nil
}

// open makes the task's case; what lacks is named as people speak of it.
func (t TaskDraft) open(v table.Reader, m Meeting, x Item, mt matter) (casework.Open, error) {
	var o casework.Open
	lacks := ""
	switch day, err := calendar.ParseDay(t.By); {
	case blank(t.Title):
		return o, ErrTaskTitle
	case blank(t.Unit) && blank(t.By):
		lacks = "lack.unit-day"
	case blank(t.Unit):
		lacks = "lack.unit"
	case blank(t.By):
		lacks = "lack.day"
	case err != nil:
		return o, err
	default:
		t.By = day.String()
	}
	if lacks != "" {
		return o, ErrTaskLacks.With("task", t.Title, "lacks", lacks)
	}
	handler := casework.Party{Unit: t.Unit, Post: t.Post}
	if err := knownParties(v, append([]casework.Party{handler}, t.Assists...)); err != nil {
		return o, err
	}
	raiser, err := t.raiser(v, m, mt, handler)
	if err != nil {
		return o, err
	}
	subject, reach := t.Subject, t.Reach
	if subject == "" && mt.project != "" {
		subject = project.Kind + "/" + mt.project
	}
	if reach == (org.Scope{}) {
		reach = mt.scope
	}
	if reach == (org.Scope{}) {
		reach = org.Scope{Local: t.Unit, Line: t.Unit}
	}
	return casework.Open{Subject: subject, Title: strings.TrimSpace(t.Title), Basis: m.Title + " " + m.On, Criteria: t.Criteria, Given: t.By, Raiser: raiser,
		Handler: handler, Assists: t.Assists, Chain: t.Chain, Reach: reach}, nil
}

// raiser 提出人 is who asked for the task: named, or who raised the matter, or who handles it, or the unit that answers for the project, or
// the chair. It is never the task's handler: nobody confirms his own work.
func (t TaskDraft) raiser(v table.Reader, m Meeting, mt matter, handler casework.Party) (casework.Party, error) {
	var list []casework.Party
	switch {
	case t.Raiser != (casework.Party{}):
		list = append(list, t.Raiser)
	default:
		if mt.kase != nil {
			list = append(list, mt.kase.Raiser, mt.kase.Handler)
		}
		list = append(list, casework.Party{Unit: mt.local})
		if m.Chair != "" {
			p, err := org.PostOf(v, m.Chair)
			if err != nil {
				return casework.Party{}, err
			}
			list = append(list, casework.Party{Unit: p.Unit, Post: p.ID})
		}
	}
	for _, p := range list {
		if p != (casework.Party{}) && !oneParty(p, handler) {
			return p, knownParties(v, []casework.Party{p})
		}
	}
	return casework.Party{}, ErrTaskRaiser.With("task", t.Title)
}

// oneParty tells whether two are the same post, or the same unit where no two posts are named.
func oneParty(a, b casework.Party) bool {
	if a.Post != "" && b.Post != "" {
		return a.Post == b.Post
	}
	return a.Unit != "" && a.Unit == b.Unit
}

// recording 会上记录: what a meeting decides is written at the desk by its recorder, in the place of who keeps it. The entry still
// carries the recorder's own name.
func recording(by org.Signer, d *casework.Desk) org.Signer {
	by.Roles = slices.Clone(by.Roles)
	for _, r := range d.Keepers {
		by.Roles = append(by.Roles, org.Role(r))
	}
	return by
}

// measure writes the decision into the item's case. Without a task nobody owns it, so the case gets the choice and the meeting
// where the words stand. A case that was closed meanwhile keeps what it has.
func (c DecideItem) measure(v table.Reader, by org.Signer, at time.Time, m Meeting, x Item, mt matter, b *itemDecided) ([]ledger.Fact, error) {
	k := mt.kase
	if k == nil || !k.Open() {
		return nil, nil
	}
	var was casework.Measure
	if k.Measure != nil {
		was = *k.Measure
	}
	if c.MeasureSeen != was.Seq { // somebody compared other options meanwhile: the mark may stand for another now
		return nil, casework.ErrMoved.With("case", k.ID, "by", k.MovedBy, "at", k.MovedAt, "state", "case.set-measure")
	}
	next := was
	set(&next.Pain, c.Pain)
	set(&next.Cause, c.Cause)
	if blank(next.Pain) || blank(next.Cause) {
		return nil, casework.ErrMeasure
	}
	next.Chosen, next.Meeting, next.Seq = b.Chosen, m.ID, 0
	if x.State != ItemDecided { // decided anew, what earlier meetings decided is what it goes back to
		next.Decision, next.Owner, next.By = "", casework.Party{}, ""
		before := was
		before.Pain, before.Cause = next.Pain, next.Cause
		b.Was = &before
	}
	for _, t := range c.Tasks {
		if next.Owner == (casework.Party{}) {
			next.Owner = casework.Party{Unit: t.Unit, Post: t.Post}
		}
		if day, err := calendar.ParseDay(t.By); err == nil && day.String() > next.By {
			next.By = day.String()
		}
	}
	if next.Owner != (casework.Party{}) {
		next.Decision = b.Decision
	}
	return setMeasure(v, by, at, k, next, was.Seq)
}

func setMeasure(v table.Reader, by org.Signer, at time.Time, k *casework.Case, m casework.Measure, seen int64) ([]ledger.Fact, error) {
	desk, err := casework.Pinned(v, k.Digest)
	if err != nil {
		return nil, err
	}
	return casework.SetMeasure{Case: k.ID, Measure: m, Seen: seen}.Decide(v, recording(by, desk), at)
}

func set(to *string, s string) {
	if !blank(s) {
		*to = strings.TrimSpace(s)
	}
}

// moved says who was faster.
func (x Item) moved() error {
	return ErrItemMoved.With("item", x.name(), "by", x.EndedBy, "at", x.Ended, "state", "item."+string(x.State))
}

// Undecide 撤回一步 takes a decision, or a holding over, back while the meeting runs and as long as nobody has taken up a task of it. Its
// tasks are closed as taken back by whoever signs this, with the reason, which their raisers and handlers are told; the case has the measure
// that it had; nothing is deleted.
type Undecide struct {
	Meeting string
	Item    string
	Why     string
	Seen    int64 // Item.Seq
}

func (Undecide) Name() string                            { return "dispatch.undecide-item" }
func (Undecide) Scope(v table.Reader) (org.Scope, error) { return everywhere(v) }

func (c Undecide) Decide(v table.Reader, by org.Signer, at time.Time) ([]ledger.Fact, error) {
	m, x, err := itemOf(v, c.Meeting, c.Item, MeetingRunning)
	switch {
	case err != nil:
		return nil, err
	case c.Seen != x.Seq:
		return nil, x.moved()
	case x.State != ItemDecided && x.State != ItemHeld:
		return nil, ErrItemState.With("item", x.name(), "state", "item."+string(x.State))
	case blank(c.Why):
		return nil, ErrReason
	}
	facts := fact("dispatch.item-undecided/1", MeetingKind+"/"+m.ID, calendar.DateOf(at).String(), ofItem{x.ID, c.Why})
	var taken []string
	for _, id := range x.Tasks {
		f, err := casework.TakeBack{Case: id, Origin: MeetingKind + "/" + m.ID + "/", Why: c.Why}.Decide(v, by, at)
		if err != nil {
			return nil, err
		}
		if f == nil {
			taken = append(taken, id)
		}
		facts = append(facts, f...)
	}
	if len(taken) > 0 {
		return nil, ErrTasksMoved.With("tasks", taken)
	}
	mt, err := matterOf(v, *x)
	if err != nil || x.Was == nil || mt.kase == nil || !mt.kase.Open() || mt.kase.Measure == nil || mt.kase.Measure.Meeting != m.ID {
		return facts, err
	}
	back, err := setMeasure(v, by, at, mt.kase, *x.Was, mt.kase.Measure.Seq)
	return append(facts, back...), err
}

// HoldItem 留到下次: it comes first at the next meeting.
type HoldItem struct {
	Meeting string
	Item    string
	Why     string
	Seen    int64 // Item.Seq
}

func (HoldItem) Name() string                            { return "dispatch.hold-item" }
func (HoldItem) Scope(v table.Reader) (org.Scope, error) { return everywhere(v) }

func (c HoldItem) Decide(v table.Reader, _ org.Signer, at time.Time) ([]ledger.Fact, error) {
	m, x, err := itemOf(v, c.Meeting, c.Item, MeetingRunning)
	switch {
	case err != nil:
		return nil, err
	case c.Seen != x.Seq:
		return nil, x.moved()
	case x.State == ItemDecided || x.State == ItemHeld:
		return nil, ErrItemState.With("item", x.name(), "state", "item."+string(x.State))
	case blank(c.Why):
		return nil, ErrReason
	}
	return fact("dispatch.item-held/1", MeetingKind+"/"+m.ID, calendar.DateOf(at).String(), ofItem{x.ID, strings.TrimSpace(c.Why)}), nil
}

// IssueMinutes 印发纪要, 确定事项清单 and 工作提醒函. The bytes go in as evidence; a later issue stands beside the earlier ones.
type IssueMinutes struct {
	Meeting string
	Content string            // digest of the canonical JSON
	Files   map[string]string // name → digest
}

func (IssueMinutes) Name() string                            { return "dispatch.issue-minutes" }
func (IssueMinutes) Scope(v table.Reader) (org.Scope, error) { return everywhere(v) }

func (c IssueMinutes) Decide(v table.Reader, by org.Signer, at time.Time) ([]ledger.Fact, error) {
	m, err := meetingIn(v, c.Meeting, MeetingClosed)
	if err != nil {
		return nil, err
	}
	if c.Content == "" || len(c.Files) == 0 {
		return nil, ErrMinutes
	}
	if n := len(m.Minutes); n > 0 && m.Minutes[n-1].Content == c.Content {
		return nil, nil // the same minutes again say nothing new
	}
	b := Minutes{No: len(m.Minutes) + 1, Content: c.Content, Files: c.Files, On: calendar.DateOf(at).String(), By: by.Post}
	files := []string{c.Content}
	for _, name := range slices.Sorted(maps.Keys(c.Files)) {
		files = append(files, c.Files[name])
	}
	return fact("dispatch.minutes-issued/1", MeetingKind+"/"+m.ID, b.On, b, files...), nil
}
