package app

import (
	"cmp"
	"context"
	"slices"

	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/domain/visit"
	"shigan/kernel/calendar"
	"shigan/kernel/figure"
)

// VisitHint 去哪里 is a project that asks for a visit.
type VisitHint struct {
	ProjectLine
	Mine  bool   // the reader answers for it as its lead official
	Light Fig    // overall
	Cases int    // open cases about it
	Level int    // the highest level at which one of them stands
	Last  string // day of the last visit, "" where there was none
	Visit string // its id
}

// VisitHints are the reasons to go, each with its projects: red, stuck high up, not visited for the longest.
type VisitHints struct{ Red, Stuck, Long []VisitHint }

// hintsFrom is among how many projects, by their plan, reasons to go are looked for.
const hintsFrom = 1000

// VisitHints gives up to most projects for each reason, the reader's own first. A department gets those of its line.
func (o *Office) VisitHints(ctx context.Context, by org.Signer, m calendar.Month, most int) (VisitHints, error) {
	all, err := o.visitable(ctx, by, m)
	if err != nil {
		return VisitHints{}, err
	}
	pick := func(keep func(VisitHint) bool, order func(a, b VisitHint) int) []VisitHint {
		out := slices.DeleteFunc(slices.Clone(all), func(h VisitHint) bool { return !keep(h) })
		slices.SortStableFunc(out, func(a, b VisitHint) int {
			if a.Mine != b.Mine {
				return map[bool]int{true: -1, false: 1}[a.Mine]
			}
			return order(a, b)
		})
		return out[:min(most, len(out))]
	}
	longest := func(a, b VisitHint) int { return cmp.Compare(a.Last, b.Last) } // never stands before every day
	return VisitHints{
		Red:   pick(func(h VisitHint) bool { return h.Light.Hue() == "red" }, longest),
		Stuck: pick(func(h VisitHint) bool { return h.Cases > 0 }, func(a, b VisitHint) int { return cmp.Or(b.Level-a.Level, b.Cases-a.Cases) }),
		Long: pick(func(h VisitHint) bool {
			return h.Stage == string(project.Started) || h.Stage == string(project.Building) // there is a site
		}, longest),
	}, nil
}

// visitable reads the projects to which a signer may go, with what speaks for going.
func (o *Office) visitable(ctx context.Context, by org.Signer, m calendar.Month) ([]VisitHint, error) {
	r := o.Read(ctx)
	reach, err := org.ReachOf(r, by, "read.project")
	if err != nil {
		return nil, err
	}
	f := ProjectFilter{Listed: true, PlanYear: m.Year, Sort: "plan", Desc: true, Limit: hintsFrom}
	if !reach.All {
		f.ReachLink, f.ReachUnits = reach.Link, append([]string{}, reach.Units...)
	}
	if by.Has(org.Line) && !by.Has(org.Dispatcher) {
		f.Line = by.Unit
	}
	lines, err := r.Projects(f)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(lines))
	for i, l := range lines {
		ids[i] = l.ID
	}
	figs, err := o.Figures(ctx, m, "", []string{figure.Overall}, Subjects(ids))
	if err != nil {
		return nil, err
	}
	visited, err := Named[visit.Visited](r, visit.VisitedKind, ids)
	if err != nil {
		return nil, err
	}
	open, err := r.Cases(CaseFilter{Open: true, Sort: "level", Desc: true, Limit: hintsFrom})
	if err != nil {
		return nil, err
	}
	cases, level := map[string]int{}, map[string]int{}
	for _, c := range open {
		cases[c.Project]++
		level[c.Project] = max(level[c.Project], c.Level)
	}
	out := make([]VisitHint, len(lines))
	for i, l := range lines {
		out[i] = VisitHint{ProjectLine: l, Mine: l.Lead == by.Post, Light: figs.Of(figure.Overall, "project/"+l.ID), Cases: cases[l.ID], Level: level[l.ID]}
		if v := visited[l.ID].Visits; len(v) > 0 {
			out[i].Last, out[i].Visit = v[len(v)-1].On, v[len(v)-1].ID
		}
	}
	return out, nil
}
