package schedule

import (
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/engine/network"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/kernel/table"
)

func scopeOf(v table.Reader, id string) (org.Scope, error) {
	p, err := project.Of(v, id)
	return p.Scope(), err
}

func fact(kind, project, day string, body any, files ...string) []ledger.Fact {
	return []ledger.Fact{{Kind: kind, Subject: "project/" + project, EffectiveOn: day, Body: body, Evidence: files}}
}

// Draw 画路线图 states the whole table of steps anew. Progress of steps that stay is kept.
type Draw struct {
	Project  string
	Goal     string
	Steps    []Step
	Template string
	Sample   bool
	Reason   string // why it was changed
	Seen     int    // the version that the writer saw; 0: none
	Files    []string
}

func (Draw) Name() string                              { return "schedule.draw" }
func (c Draw) Scope(v table.Reader) (org.Scope, error) { return scopeOf(v, c.Project) }

type drawn struct {
	Version  int    `json:"version"`
	Goal     string `json:"goal"`
	Steps    []Step `json:"steps"`
	Template string `json:"template,omitempty"`
	Sample   bool   `json:"sample,omitempty"`
	Reason   string `json:"reason,omitempty"`
}

func (c Draw) Decide(v table.Reader, _ org.Signer, at time.Time) ([]ledger.Fact, error) {
	old, ok, err := PlanOf(v, c.Project)
	if err != nil {
		return nil, err
	}
	if ok && old.Version != c.Seen {
		return nil, ErrSeen.With("version", old.Version)
	}
	p, err := project.Of(v, c.Project)
	if err != nil {
		return nil, err
	}
	steps, err := Tidy(c.Steps)
	if err != nil {
		return nil, err
	}
	for i, s := range steps {
		if s.Milestone != "" {
			if _, ok := p.Milestone(s.Milestone); !ok {
				return nil, ErrStep.With("row", i+1, "field", "milestone", "value", s.Milestone)
			}
		}
		if s.Post != "" {
			if _, err := org.PostOf(v, s.Post); err != nil {
				return nil, err
			}
		}
	}
	b := drawn{Version: old.Version + 1, Goal: c.Goal, Steps: steps, Template: c.Template, Sample: c.Sample || p.Sample, Reason: strings.TrimSpace(c.Reason)}
	if b.Goal == "" {
		b.Goal = steps[len(steps)-1].ID
	}
	if !slices.ContainsFunc(steps, func(s Step) bool { return s.ID == b.Goal }) {
		return nil, ErrUnknown.With("row", 0, "step", b.Goal)
	}
	if ok && old.Goal == b.Goal && reflect.DeepEqual(old.Steps, steps) {
		return nil, ErrSame
	}
	return fact("schedule.drawn/1", c.Project, calendar.DateOf(at).String(), b, c.Files...), nil
}

// Tidy checks a table of steps and writes it the one way: ids, names, links that exist, no loop. The first thing that is wrong
// is named with its row, counted from 1.
func Tidy(in []Step) ([]Step, error) {
	if len(in) == 0 {
		return nil, ErrNoSteps
	}
	if len(in) > mostSteps {
		return nil, ErrTooMany.With("n", len(in), "limit", mostSteps)
	}
	steps, known := make([]Step, len(in)), map[string]bool{}
	for i, s := range in {
		s.ID, s.Name.Zh, s.Name.En, s.Who = strings.TrimSpace(s.ID), strings.TrimSpace(s.Name.Zh), strings.TrimSpace(s.Name.En), strings.TrimSpace(s.Who)
		bad := func(field, value string) error { return ErrStep.With("row", i+1, "field", field, "value", value) }
		switch {
		case s.ID == "" || strings.ContainsAny(s.ID, ",，、;；/ +"):
			return nil, bad("id", s.ID)
		case s.Name.Zh == "" && s.Name.En == "":
			return nil, bad("name", "")
		case !(s.Days >= 0 && s.Days <= mostDays):
			return nil, bad("days", formatDays(s.Days))
		case s.Calendar != "" && !slices.Contains(Calendars, s.Calendar):
			return nil, bad("calendar", s.Calendar)
		case s.Cause != "" && !slices.Contains(Causes, s.Cause):
			return nil, bad("cause", s.Cause)
		case known[s.ID]:
			return nil, ErrTwice.With("row", i+1, "step", s.ID)
		}
		if s.From != "" {
			d, err := calendar.ParseDay(s.From)
			if err != nil {
				return nil, err
			}
			s.From = d.String()
		}
		if s.Calendar == "" {
			s.Calendar = Calendars[0]
		}
		if s.Cause == "" {
			s.Cause = "works"
		}
		known[s.ID], steps[i] = true, s
	}
	for i, s := range steps {
		for _, a := range s.After {
			if !known[a.Step] {
				return nil, ErrUnknown.With("row", i+1, "step", a.Step)
			}
		}
	}
	if path := loop(steps); path != nil {
		return nil, ErrLoop.With("path", strings.Join(path, " → "))
	}
	return steps, nil
}

// loop gives the names along a circle of links, or nil.
func loop(steps []Step) []string {
	at, state := map[string]int{}, make([]int, len(steps))
	for i, s := range steps {
		at[s.ID] = i
	}
	var path []int
	var visit func(i int) []string
	visit = func(i int) []string {
		state[i] = 1
		path = append(path, i)
		for _, a := range steps[i].After {
			j := at[a.Step]
			if state[j] == 1 {
				var names []string
				for _, k := range path[slices.Index(path, j):] {
					names = append(names, steps[k].ID)
				}
				slices.Reverse(names)
				return append(names, names[0])
			}
			if state[j] == 0 {
				if found := visit(j); found != nil {
					return found
				}
			}
		}
		state[i] = 2
		path = path[:len(path)-1]
		return nil
	}
	for i := range steps {
		if state[i] == 0 {
			if found := visit(i); found != nil {
				return found
			}
		}
	}
	return nil
}

// Advance 报进展 states how far steps are.
type Advance struct {
	Project string
	Marks   map[string]Mark // by step; On and Seq are not read
	Files   []string
}

func (Advance) Name() string                              { return "schedule.advance" }
func (c Advance) Scope(v table.Reader) (org.Scope, error) { return scopeOf(v, c.Project) }

type advanced struct {
	Marks map[string]Mark `json:"marks"`
}

func (c Advance) Decide(v table.Reader, _ org.Signer, at time.Time) ([]ledger.Fact, error) {
	p, ok, err := PlanOf(v, c.Project)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, ErrNoPlan.With("project", c.Project)
	}
	today := calendar.DateOf(at).String()
	b := advanced{Marks: map[string]Mark{}}
	for _, id := range slices.Sorted(maps.Keys(c.Marks)) {
		if _, ok := p.Step(id); !ok {
			return nil, ErrUnknown.With("row", 0, "step", id)
		}
		m, err := c.Marks[id].tidy(id, today)
		if err != nil {
			return nil, err
		}
		was := p.Marks[id]
		if m.Started == was.Started && m.Finished == was.Finished && samePart(m.Done, was.Done) && was.On == today {
			continue
		}
		if was.Done != nil && m.Done != nil && *m.Done == *was.Done && m.Finished == "" && was.On[:7] < today[:7] {
			m.Still = was.Still + 1
		}
		m.On, m.Seq = today, 0
		b.Marks[id] = m
	}
	if len(b.Marks) == 0 {
		return nil, ErrSame
	}
	return fact("schedule.advanced/1", c.Project, today, b, c.Files...), nil
}

func samePart(a, b *float64) bool { return a == nil && b == nil || a != nil && b != nil && *a == *b }

func (m Mark) tidy(step, today string) (Mark, error) {
	for _, d := range []*string{&m.Started, &m.Finished} {
		if *d == "" {
			continue
		}
		day, err := calendar.ParseDay(*d)
		if err != nil {
			return m, err
		}
		if *d = day.String(); *d > today {
			return m, ErrFuture.With("step", step, "day", *d)
		}
	}
	switch {
	case m.Done != nil && !(*m.Done >= 0 && *m.Done <= 1):
		return m, ErrMark.With("step", step, "field", "done", "value", formatDays(*m.Done*100)+"%")
	case m.Finished != "" && m.Started == "":
		m.Started = m.Finished
	case m.Finished != "" && m.Finished < m.Started:
		return m, ErrBackwards.With("step", step, "started", m.Started, "finished", m.Finished)
	case m.Started == "" && m.Done != nil && *m.Done > 0:
		return m, ErrMark.With("step", step, "field", "started", "value", "")
	}
	return m, nil
}

// Place 卡哪一步 says which step a case blocks; an empty step takes it out again.
type Place struct {
	Project string
	Case    string
	Step    string
}

func (Place) Name() string                              { return "schedule.place" }
func (c Place) Scope(v table.Reader) (org.Scope, error) { return scopeOf(v, c.Project) }

type placed struct {
	Case string `json:"case"`
	Step string `json:"step,omitempty"`
}

func (c Place) Decide(v table.Reader, _ org.Signer, at time.Time) ([]ledger.Fact, error) {
	p, ok, err := PlanOf(v, c.Project)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, ErrNoPlan.With("project", c.Project)
	}
	x, err := casework.Of(v, c.Case)
	if err != nil {
		return nil, err
	}
	if x.Subject != "project/"+c.Project {
		return nil, ErrElsewhere.With("case", c.Case, "project", c.Project)
	}
	if _, ok := p.Step(c.Step); !ok && c.Step != "" {
		return nil, ErrUnknown.With("row", 0, "step", c.Step)
	}
	if p.Placed[c.Case] == c.Step {
		return nil, ErrSame
	}
	return fact("schedule.placed/1", c.Project, calendar.DateOf(at).String(), placed{c.Case, c.Step}), nil
}

// SaveOption 存成办法 keeps tried actions for the meeting. It is an option, never a decision. The app computes what they are worth.
type SaveOption struct {
	Project string
	Option  Option
}

func (SaveOption) Name() string                              { return "schedule.save-option" }
func (c SaveOption) Scope(v table.Reader) (org.Scope, error) { return scopeOf(v, c.Project) }

func (c SaveOption) Decide(v table.Reader, by org.Signer, at time.Time) ([]ledger.Fact, error) {
	if _, ok, err := PlanOf(v, c.Project); err != nil || !ok {
		if err == nil {
			err = ErrNoPlan.With("project", c.Project)
		}
		return nil, err
	}
	if len(c.Option.Actions) == 0 {
		return nil, ErrNoAction
	}
	o := c.Option
	o.Post, o.At, o.Seq, o.AsOf = "", "", 0, calendar.DateOf(at).String()
	o.Note = strings.TrimSpace(o.Note)
	return fact("schedule.option-saved/1", c.Project, o.AsOf, o), nil
}

// Keep 留底 stores a day's forecasts of all promises: a file of evidence, named by its digest. Those of a month's close are scored.
type Keep struct {
	Kept Kept
}

// Kept is what the entry says of the file.
type Kept struct {
	Month  calendar.Month `json:"month"`
	AsOf   string         `json:"as_of"`
	Values string         `json:"values"` // digest of the snapshot
	N      int            `json:"n"`      // promises
	Pack   string         `json:"pack"`   // of the assumptions
	Sum    string         `json:"sum"`    // digest of the assumptions
	Model  int            `json:"model"`  // version of the models
	Seq    int64          `json:"seq"`
}

// KeptKind holds what was kept, by month.
const KeptKind = "forecast-kept"

func (Keep) Name() string                          { return "schedule.keep" }
func (Keep) Scope(table.Reader) (org.Scope, error) { return org.Scope{}, nil }
func (c Keep) Decide(v table.Reader, _ org.Signer, at time.Time) ([]ledger.Fact, error) {
	var was Kept
	if ok, err := v.Get(KeptKind, c.Kept.Month.String(), &was); err != nil || ok {
		if err == nil {
			err = ErrKept.With("month", c.Kept.Month)
		}
		return nil, err
	}
	k := c.Kept
	k.Seq = 0
	return []ledger.Fact{{Kind: "schedule.kept/1", Subject: "month/" + k.Month.String(), EffectiveOn: calendar.DateOf(at).String(), Body: k,
		Evidence: []string{k.Values}}}, nil
}

func formatDays(x float64) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return "?"
	}
	return strconv.FormatFloat(x, 'f', -1, 64)
}

// linkKinds by name.
var linkKinds = map[string]network.LinkType{"": network.FS, "FS": network.FS, "SS": network.SS, "FF": network.FF, "SF": network.SF}
