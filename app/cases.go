package app

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"

	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/rules"
)

// CasesOf 台账 lists the cases of a filter that a signer sees.
func (o *Office) CasesOf(ctx context.Context, by org.Signer, f CaseFilter) ([]CaseLine, error) {
	r := o.Read(ctx)
	f, err := sighted(r, by, f)
	if err != nil {
		return nil, err
	}
	return r.Cases(f)
}

// CountCasesOf counts them, together by some columns (CaseCount.By).
func (o *Office) CountCasesOf(ctx context.Context, by org.Signer, f CaseFilter, columns ...string) ([]CaseCount, error) {
	r := o.Read(ctx)
	f, err := sighted(r, by, f)
	if err != nil {
		return nil, err
	}
	return r.CountCases(f, columns...)
}

// sighted narrows a filter to what a signer sees. A post's own key among the parties is looked for only where it stands: hardly ever,
// and a list of one party walks one index.
func sighted(r Reader, by org.Signer, f CaseFilter) (CaseFilter, error) {
	s, err := SightOf(r, by)
	if err != nil {
		return f, err
	}
	if f, err = s.limit(r, f); err != nil || len(f.Parties) < 2 {
		return f, err
	}
	key := casework.PostParty(by.Post)
	if i := slices.Index(f.Parties, key); i >= 0 {
		n, err := r.CountCases(CaseFilter{Parties: []string{key}})
		if err != nil {
			return f, err
		}
		if total(n) == 0 {
			f.Parties = slices.Delete(slices.Clone(f.Parties), i, i+1)
		}
	}
	return f, nil
}

func total(counts []CaseCount) (n int) {
	for _, c := range counts {
		n += c.N
	}
	return n
}

// CaseView is a line with what a page shows beside it: how it stands now, and what everybody is called.
type CaseView struct {
	CaseLine
	Case     casework.Case
	Desk     *casework.Desk
	Standing casework.Standing
	Names    CaseNames
}

// CaseNames are the names of all that a line speaks of; empty where there is none.
type CaseNames struct {
	Unit, Post, Raiser, RaiserPost, NextUnit, NextPost, Seat, Project org.Name
	State, Outcome                                                    rules.Say
}

// CaseLines works out how lines stand now, and reads their names, with one question for each kind of thing.
func (o *Office) CaseLines(ctx context.Context, lines []CaseLine) ([]CaseView, error) {
	r, now := o.Read(ctx), o.Clock()
	ids := make([]string, len(lines))
	for i, l := range lines {
		ids[i] = l.ID
	}
	cases, err := Named[casework.Case](r, casework.CaseKind, ids)
	if err != nil {
		return nil, err
	}
	var n names
	for _, l := range lines {
		n.ask(l)
	}
	if err := n.read(r); err != nil {
		return nil, err
	}
	out := make([]CaseView, 0, len(lines))
	for _, l := range lines {
		c, ok := cases[l.ID]
		if !ok {
			continue
		}
		v := CaseView{CaseLine: l, Case: c, Names: n.of(l)}
		if v.Desk, err = casework.Pinned(r, c.Digest); err != nil {
			return nil, err
		}
		if v.Standing, err = casework.Stand(v.Desk, c, now, calendar.StateCouncil()); err != nil {
			v.Standing.Unknown = err // the list of holidays ends: shown as not known, and the others go on
		}
		st, _ := v.Desk.State(c.State)
		result, _ := v.Desk.Outcome(c.Outcome)
		v.Names.State, v.Names.Outcome = st.Say, result.Say
		out = append(out, v)
	}
	return out, nil
}

// CaseView is one case that a signer may see, as lists show it.
func (o *Office) CaseView(ctx context.Context, by org.Signer, id string) (CaseView, error) {
	r := o.Read(ctx)
	if err := MaySeeCase(r, by, id); err != nil {
		return CaseView{}, err
	}
	lines, err := r.Cases(CaseFilter{IDs: []string{id}})
	if err != nil {
		return CaseView{}, err
	}
	views, err := o.CaseLines(ctx, lines)
	if err == nil && len(views) == 0 {
		err = casework.ErrNoCase.With("case", id)
	}
	if err != nil {
		return CaseView{}, err
	}
	return views[0], nil
}

// names collects what is to be called by name, and reads it at once.
type names struct {
	units, posts, projects map[string]org.Name
}

func (n *names) ask(l CaseLine) {
	if n.units == nil {
		n.units, n.posts, n.projects = map[string]org.Name{}, map[string]org.Name{}, map[string]org.Name{}
	}
	for _, u := range []string{l.Unit, l.Raiser, l.NextUnit} {
		n.units[u] = org.Name{}
	}
	for _, p := range []string{l.Post, l.RaiserPost, l.NextPost, l.Seat} {
		n.posts[p] = org.Name{}
	}
	n.projects[l.Project] = org.Name{}
}

type hasName struct {
	Name org.Name `json:"name"`
}

func (n *names) read(r Reader) error {
	for kind, by := range map[string]map[string]org.Name{org.UnitKind: n.units, org.PostKind: n.posts} {
		delete(by, "")
		got, err := Named[hasName](r, kind, keys(by))
		if err != nil {
			return err
		}
		for id, d := range got {
			by[id] = d.Name
		}
	}
	delete(n.projects, "")
	got, err := Named[struct{ Facts hasName }](r, project.Kind, keys(n.projects))
	for id, d := range got {
		n.projects[id] = d.Facts.Name
	}
	return err
}

func keys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func (n *names) of(l CaseLine) CaseNames {
	return CaseNames{Unit: n.units[l.Unit], Post: n.posts[l.Post], Raiser: n.units[l.Raiser], RaiserPost: n.posts[l.RaiserPost], NextUnit: n.units[l.NextUnit],
		NextPost: n.posts[l.NextPost], Seat: n.posts[l.Seat], Project: n.projects[l.Project]}
}

// Ladder 谁欠什么 is how open cases stand at the levels of their ladders, and what came of them in the month.
type Ladder struct {
	Month     calendar.Month
	Desk      *casework.Desk // that new matters of the use go to; nil where the filter names no use, or none is adopted
	Rungs     []LadderRung
	Open      int
	Closed    int
	Confirmed int         // of those closed this month, by their raiser
	Signed    int         // and by two signatures
	Withdrawn int         // and taken back
	Reopened  int         // this month
	Units     []CaseCount // open, by unit that handles; of LadderOf by level too
	Turns     []CaseCount // open, by whose turn it is: next_unit, next_post; of LadderOf only
}

// LadderRung 一级: those that stand there, the oldest due first.
type LadderRung struct {
	Level   int
	Open    int
	Climbed int // that came up to it this month, and stand or stood there last
	Oldest  []CaseView
}

// oldestShown is how many of each level are read where the filter sets no limit.
const oldestShown = 3

// LadderOf gives the ladder of a filter as a signer sees it; Limit is how many lines each level shows. Only Use, Level and Parties
// of the filter are counted from what is kept; any other condition is counted case by case.
func (o *Office) LadderOf(ctx context.Context, by org.Signer, f CaseFilter) (*Ladder, error) {
	return o.ladderOf(ctx, by, f, true, o.CaseLines)
}

// LadderLines is the ladder with the lines of the oldest alone, for who works out himself how they stand and what they are called, and
// asks whose turn it is, and what units have at which level, only where he shows it.
func (o *Office) LadderLines(ctx context.Context, by org.Signer, f CaseFilter) (*Ladder, error) {
	return o.ladderOf(ctx, by, f, false, func(_ context.Context, lines []CaseLine) (out []CaseView, err error) {
		for _, l := range lines {
			out = append(out, CaseView{CaseLine: l})
		}
		return out, nil
	})
}

func (o *Office) ladderOf(ctx context.Context, by org.Signer, f CaseFilter, whole bool, views func(context.Context, []CaseLine) ([]CaseView, error)) (*Ladder, error) {
	r := o.Read(ctx)
	f, err := sighted(r, by, f)
	if err != nil {
		return nil, err
	}
	each := cmp.Or(f.Limit, oldestShown)
	f.Open, f.Closed, f.Sort, f.Desc, f.Offset, f.Limit, f.After = false, false, "", false, 0, 0, nil
	l := &Ladder{Month: calendar.DateOf(o.Clock()).Month()}
	if f.Use != "" {
		if l.Desk, err = casework.ForUse(r, f.Use, today(o.Clock())); errors.Is(err, casework.ErrNoDesk) {
			err = nil
		} else if err != nil {
			return nil, err
		}
	}
	if err := l.count(r, f); err != nil {
		return nil, err
	}
	open := f
	open.Open = true
	units := []string{"unit"}
	if whole {
		units = append(units, "level")
		if l.Turns, err = r.CountCases(open, "next_unit", "next_post"); err != nil {
			return nil, err
		}
	}
	if l.Units, err = r.CountCases(open, units...); err != nil {
		return nil, err
	}
	var lines []CaseLine
	for _, g := range l.Rungs {
		if g.Open == 0 {
			continue
		}
		at := f
		at.Open, at.Level, at.Limit = true, g.Level, each
		if g.Level == 0 {
			at.Limit, at.Sort = each, "level" // no ladder: these come first by level
		}
		got, err := r.Cases(at)
		if err != nil {
			return nil, err
		}
		lines = append(lines, got...)
	}
	shown, err := views(ctx, lines)
	for _, v := range shown {
		if i := slices.IndexFunc(l.Rungs, func(g LadderRung) bool { return g.Level == v.Level }); i >= 0 && len(l.Rungs[i].Oldest) < each {
			l.Rungs[i].Oldest = append(l.Rungs[i].Oldest, v)
		}
	}
	return l, err
}

// count fills in all numbers.
func (l *Ladder) count(cases Reader, f CaseFilter) error {
	open := f
	open.Open = true
	byLevel, err := cases.CountCases(open, "level")
	if err != nil {
		return err
	}
	month := l.Month.String()
	climbed := f
	climbed.Climbed = month
	up, err := cases.CountCases(climbed, "level")
	if err != nil {
		return err
	}
	levels := 0
	if l.Desk != nil {
		levels = len(l.Desk.Ladder)
	}
	rungs := map[int]*LadderRung{}
	for i := range levels {
		rungs[i+1] = &LadderRung{Level: i + 1}
	}
	at := func(c CaseCount) *LadderRung {
		n, _ := strconv.Atoi(c.By["level"])
		if rungs[n] == nil {
			rungs[n] = &LadderRung{Level: n}
		}
		return rungs[n]
	}
	for _, c := range byLevel {
		at(c).Open += c.N
		l.Open += c.N
	}
	for _, c := range up {
		at(c).Climbed += c.N
	}
	for _, g := range rungs {
		l.Rungs = append(l.Rungs, *g)
	}
	slices.SortFunc(l.Rungs, func(a, b LadderRung) int { return cmp.Compare(a.Level, b.Level) })
	closed := f
	closed.ClosedIn = month
	how, err := cases.CountCases(closed, "closed_by")
	if err != nil {
		return err
	}
	for _, c := range how {
		l.Closed += c.N
		switch c.By["closed_by"] {
		case "confirmed":
			l.Confirmed += c.N
		case "signed":
			l.Signed += c.N
		case "withdrawn", "undone":
			l.Withdrawn += c.N
		}
	}
	again := f
	again.ReopenedIn = month
	n, err := cases.CountCases(again)
	if err != nil {
		return err
	}
	l.Reopened = total(n)
	return err
}
