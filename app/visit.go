package app

import (
	"context"
	"maps"
	"slices"
	"strings"

	"shigan/domain/org"
	"shigan/domain/visit"
	"shigan/kernel/table"
)

// VisitFilter picks visits; empty means any. Days are of the visit, not of when it was written down.
type VisitFilter struct {
	Project  string // those that took place there
	Unit     string // of the visitor
	Post     string // the visitor's
	State    visit.State
	From, To string // days, both within
	Before   string // only those after this place in the list: VisitPlace of the last that was given
	Limit    int    // 0: all
}

// VisitPlace is where a visit stands in the list: by day, by time, by number.
func VisitPlace(x visit.Visit) string { return x.On + " " + x.From + " " + x.ID }

func (f VisitFilter) takes(x visit.Visit) bool {
	return (f.Project == "" || slices.Contains(x.Projects, f.Project)) && (f.Unit == "" || x.Visitor.Unit == f.Unit) && (f.Post == "" || x.Visitor.Post == f.Post) &&
		(f.State == "" || x.State == f.State) && (f.From == "" || x.On >= f.From) && (f.To == "" || x.On <= f.To) && (f.Before == "" || VisitPlace(x) < f.Before)
}

// Visits 走访清单 lists visits by day, the latest first, each as far as the reader sees it.
func (o *Office) Visits(ctx context.Context, by org.Signer, f VisitFilter) ([]visit.Visit, error) {
	r := o.Read(ctx)
	project, unit, err := visitSight(r, by)
	if err != nil {
		return nil, err
	}
	var out []visit.Visit
	err = eachVisit(r, f, func(x visit.Visit) bool {
		if sees, any := x.Sight(by, project, unit); any {
			if y := x.As(sees); f.takes(y) { // who asks for a project that he does not see gets nothing about it
				out = append(out, y)
			}
		}
		return f.Limit == 0 || len(out) < f.Limit
	})
	return out, err
}

// eachVisit gives the visits of a filter by day, the latest first, a month at a time, as long as take says so.
func eachVisit(r Reader, f VisitFilter, take func(visit.Visit) bool) error {
	days, err := r.IDs(visit.DayKind, "")
	if err != nil {
		return err
	}
	if f.Project != "" {
		v, err := visit.VisitedOf(r, f.Project) // plans are not among them
		if err != nil {
			return err
		}
		days = nil
		for _, d := range v.Visits {
			days = append(days, d.On)
		}
	}
	if len(f.Before) > 10 && (f.To == "" || f.Before[:10] < f.To) {
		f.To = f.Before[:10]
	}
	var months []string
	for _, d := range days {
		if (f.From == "" || d >= f.From) && (f.To == "" || d <= f.To) && (len(months) == 0 || months[len(months)-1] != d[:7]) {
			months = append(months, d[:7])
		}
	}
	for _, m := range slices.Backward(months) {
		all, err := visitsIn(r, m)
		if err != nil {
			return err
		}
		for _, x := range all {
			if f.takes(x) && !take(x) {
				return nil
			}
		}
	}
	return nil
}

// visitsIn reads the visits of a month, the latest first.
func visitsIn(r Reader, month string) ([]visit.Visit, error) {
	days, err := All[visit.Day](r, visit.DayKind, month)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, d := range days {
		ids = append(ids, d.IDs...)
	}
	named, err := Named[visit.Visit](r, visit.Kind, ids)
	return slices.SortedFunc(maps.Values(named), func(a, b visit.Visit) int { return strings.Compare(VisitPlace(b), VisitPlace(a)) }), err
}

// visitSight asks once how far a reader sees: which projects, and the visits of which units.
func visitSight(r Reader, by org.Signer) (project, unit func(id string) bool, err error) {
	reach, err := org.ReachOf(r, by, "read.visit")
	if err != nil {
		return nil, nil, err
	}
	if reach.All {
		every := func(string) bool { return true }
		return every, every, nil
	}
	f := ProjectFilter{ReachLink: reach.Link, ReachUnits: reach.Units}
	if f.ReachUnits == nil {
		f.ReachUnits = []string{}
	}
	lines, err := r.Projects(f)
	if err != nil {
		return nil, nil, err
	}
	in := make(map[string]bool, len(lines))
	for _, l := range lines {
		in[l.ID] = true
	}
	return func(id string) bool { return in[id] }, func(id string) bool { return slices.Contains(reach.Units, id) }, nil
}

// VisitOf reads a visit as far as the reader sees it.
func (o *Office) VisitOf(ctx context.Context, by org.Signer, id string) (visit.Visit, error) {
	r := o.Read(ctx)
	x, err := visit.Of(r, id)
	if err != nil {
		return x, err
	}
	sees, err := visit.MaySee(r, by, x)
	if err != nil {
		return visit.Visit{}, err
	}
	return x.As(sees), nil
}

// VisitsBetween 两会之间的走访 gives the visits of some days that took place, the latest first: what a meeting's agenda takes up. They
// are whole; whoever shows them to somebody asks VisitOf.
func (o *Office) VisitsBetween(ctx context.Context, from, to string) ([]visit.Visit, error) {
	var out []visit.Visit
	err := eachVisit(o.Read(ctx), VisitFilter{From: from, To: to, State: visit.Held}, func(x visit.Visit) bool {
		out = append(out, x)
		return true
	})
	return out, err
}

// LogVisit 记走访 fills the chain of duty and the reach of what was found, does the deed, and gives the visit's number.
func (o *Office) LogVisit(ctx context.Context, by org.Signer, c visit.Log, opt Options) (Receipt, string, error) {
	r := o.Read(ctx)
	c.Findings = slices.Clone(c.Findings)
	for i := range c.Findings {
		if err := fillFinding(r, &c.Findings[i], c.Projects, by.Unit); err != nil {
			return Receipt{}, "", err
		}
	}
	return o.numbered(ctx, by, c, opt)
}

// PlanVisit 安排走访 gives the number of the plan.
func (o *Office) PlanVisit(ctx context.Context, by org.Signer, c visit.Plan, opt Options) (Receipt, string, error) {
	return o.numbered(ctx, by, c, opt)
}

// numbered does a deed and says about which visit its first entry is; "" for a dry run.
func (o *Office) numbered(ctx context.Context, by org.Signer, c Command, opt Options) (Receipt, string, error) {
	rec, err := o.Do(ctx, by, c, opt)
	if err != nil || rec.First == 0 || rec.DryRun { // of a dry run there is no entry
		return rec, "", err
	}
	e, err := o.Read(ctx).Entry(rec.First)
	return rec, strings.TrimPrefix(e.Subject, visit.OriginPrefix), err
}

// RaiseFinding 提现场问题 of a visit that was noted before.
func (o *Office) RaiseFinding(ctx context.Context, by org.Signer, c visit.RaiseFinding, opt Options) (Receipt, error) {
	r := o.Read(ctx)
	x, err := visit.Of(r, c.Visit)
	if err != nil {
		return Receipt{}, err
	}
	if err := fillFinding(r, &c.Found, x.Projects, x.Visitor.Unit); err != nil {
		return Receipt{}, err
	}
	return o.Do(ctx, by, c, opt)
}

// fillFinding gives a finding who answers above it and who may read it. Without a project it is of the unit that is to handle
// it, or of the visitor's own.
func fillFinding(v table.Reader, f *visit.Found, projects []string, unit string) error {
	id := f.Project
	if id == "" && len(projects) == 1 {
		id = projects[0]
	}
	answers := f.Handler.Unit
	if f.Handler.Post != "" {
		post, err := org.PostOf(v, f.Handler.Post)
		if err != nil {
			return err
		}
		answers, f.Handler.Unit = post.Unit, post.Unit
	}
	if answers == "" && id == "" {
		answers = unit
	}
	var err error
	if f.Chain, err = ChainOf(v, id, answers); err != nil {
		return err
	}
	f.Reach, err = ReachOfCase(v, id, answers)
	return err
}

// MaySeeVisit refuses whoever may not read all of a visit: an entry about it speaks of all of its projects.
func MaySeeVisit(v table.Reader, by org.Signer, id string) error {
	x, err := visit.Of(v, id)
	if err != nil {
		return err
	}
	sees, err := visit.MaySee(v, by, x)
	if err == nil && !sees("") {
		err = org.ErrForbidden.With("deed", "read.visit")
	}
	return err
}
