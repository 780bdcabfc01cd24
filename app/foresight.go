package app

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"sync"

	"shigan/domain/casework"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/domain/schedule"
	"shigan/engine/network"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
)

// ErrNoForecasts is an office without a pack of assumptions.
var ErrNoForecasts = fault.New(fault.Unavailable, "app.no-forecasts")

// Foresight 推算 is what the system says of all open promises of a district on a day, from the ledger as it stands.
type Foresight struct {
	On       calendar.Date
	Size     int64 // entries behind it
	Casts    []*schedule.Cast
	Projects map[string]project.Project
	Money    map[string]schedule.Money
	Past     *schedule.Past

	by      map[string]*schedule.Cast
	of      map[string][]*schedule.Cast
	inputs  map[string]*schedule.Inputs
	digests map[string]string

	programmesOnce sync.Once
	programmes     []ProgrammeCast
}

// Plan is a project's network; nil where none was drawn.
func (f *Foresight) Plan(projectID string) *schedule.Plan {
	if in := f.inputs[projectID]; in != nil {
		return in.Plan
	}
	return nil
}

// Of gives a project's forecasts, in the order of its promises.
func (f *Foresight) Of(projectID string) []*schedule.Cast { return f.of[projectID] }

// Cast finds a promise's forecast; nil where there is none.
func (f *Foresight) Cast(key string) *schedule.Cast { return f.by[key] }

// Pull 牵动 is what hangs on a promise that fails: the odds of failing times the project's planned money of the year, fen.
func Pull(c *schedule.Cast) float64 { return (1 - c.Keep) * float64(c.Promise.Weight) }

// foresightCache keeps the last foresight; while it is worked out for one, others wait for it rather than do the same.
type foresightCache struct {
	mu    sync.Mutex
	last  *Foresight
	years map[int]seenYear
}

type seenYear struct {
	mark    int // months closed and amended: a closed year does not change otherwise
	years   [][13]float64
	planned []float64
	came    map[string]int64 // what each project reached by the year's end
}

// calendarsOnce are the work calendars that come with the program; they are read once.
var calendarsOnce = sync.OnceValues(func() (map[string]*network.Calendar, error) { return network.Classes(calendar.StateCouncil()) })

// Foresee 推算全区 gives the forecasts of today. They are worked out again when an entry came in or a day has passed, and then only
// for projects whose inputs changed.
func (o *Office) Foresee(ctx context.Context) (*Foresight, error) {
	if o.Assumed == nil {
		return nil, ErrNoForecasts
	}
	head, _, _, err := o.Read(ctx).Log()
	if err != nil {
		return nil, err
	}
	on := calendar.DateOf(o.Clock())
	o.foresight.mu.Lock()
	defer o.foresight.mu.Unlock()
	last := o.foresight.last
	if last != nil && last.Size == head.Size && last.On == on {
		return last, nil
	}
	f, err := o.foresee(ctx, on, o.Assumed.Trials.Shown, true, last)
	if err != nil {
		return nil, err
	}
	f.Size = head.Size
	o.foresight.last = f
	return f, nil
}

// foresee works all forecasts out. What last knows of unchanged inputs is taken over.
func (o *Office) foresee(ctx context.Context, on calendar.Date, trials int, deep bool, last *Foresight) (*Foresight, error) {
	all, err := o.inputs(ctx, on, trials)
	if err != nil {
		return nil, err
	}
	f := &Foresight{On: on, Projects: map[string]project.Project{}, Money: map[string]schedule.Money{}, by: map[string]*schedule.Cast{}, of: map[string][]*schedule.Cast{}, inputs: map[string]*schedule.Inputs{}, digests: map[string]string{}}
	for _, in := range all {
		id := in.Project.ID
		f.Projects[id], f.Money[id], f.Past, f.inputs[id] = in.Project, in.Money, in.Past, in
		d := in.Digest()
		f.digests[id] = d
		casts := []*schedule.Cast(nil)
		if last != nil && last.digests[id] == d {
			casts = last.of[id]
		} else if casts, err = in.Cast(deep); err != nil {
			return nil, err
		} else {
			for _, c := range casts {
				c.Settle()
			}
		}
		f.of[id] = casts
		f.Casts = append(f.Casts, casts...)
		for _, c := range casts {
			f.by[c.Promise.Key()] = c
		}
	}
	slices.SortStableFunc(f.Casts, func(a, b *schedule.Cast) int {
		return cmp.Or(cmp.Compare(Pull(b), Pull(a)), cmp.Compare(a.Promise.Key(), b.Promise.Key()))
	})
	return f, nil
}

// inputs gathers what the forecasts of all projects hang on, with one question for each kind of thing.
func (o *Office) inputs(ctx context.Context, on calendar.Date, trials int) ([]*schedule.Inputs, error) {
	r := o.Read(ctx)
	projects, err := All[project.Project](r, project.Kind, "")
	if err != nil {
		return nil, err
	}
	plans, err := All[schedule.Plan](r, schedule.Kind, "")
	if err != nil {
		return nil, err
	}
	cal, err := calendarsOnce()
	if err != nil {
		return nil, err
	}
	money, err := moneyOf(r, on, projects)
	if err != nil {
		return nil, err
	}
	blockers, err := blockersOf(r, plans)
	if err != nil {
		return nil, err
	}
	seen := schedule.Seen{Projects: projects, Plans: plans}
	if err := o.finishedYears(r, on, projects, &seen); err != nil {
		return nil, err
	}
	came := map[string]map[string]int64{}
	for year, y := range o.foresight.years {
		came[strconv.Itoa(year)] = y.came
	}
	if seen.Said, err = o.said(r, on, projects, came); err != nil {
		return nil, err
	}
	if seen.Lives, err = o.lives(r); err != nil {
		return nil, err
	}
	past := schedule.Learn(o.Assumed, seen, cal, on)
	byProject := map[string]*schedule.Plan{}
	for i := range plans {
		byProject[plans[i].Project] = &plans[i]
	}
	seed := schedule.SeedOf(o.District)
	var out []*schedule.Inputs
	for _, p := range projects {
		out = append(out, &schedule.Inputs{AsOf: on, Project: p, Plan: byProject[p.ID], Blockers: blockers[p.ID], Money: money[p.ID], Assumed: o.Assumed, Past: past,
			Calendars: cal, Seed: seed, Trials: trials})
	}
	return out, nil
}

// inputsOf gives those of one project, to be tried with.
func (o *Office) inputsOf(ctx context.Context, id string) (*schedule.Inputs, error) {
	f, err := o.Foresee(ctx)
	if err != nil {
		return nil, err
	}
	in := f.inputs[id]
	if in == nil {
		return nil, project.ErrNoProject.With("id", id)
	}
	return in.Fresh(), nil
}

// moneyOf reads the year's reported money of all projects, by month, as it was checked and amended.
func moneyOf(r Reader, on calendar.Date, projects []project.Project) (map[string]schedule.Money, error) {
	year := on.Year()
	ytd, err := reportedYear(r, year)
	if err != nil {
		return nil, err
	}
	out := map[string]schedule.Money{}
	for id, months := range ytd {
		m := schedule.Money{Year: year}
		was := int64(0)
		for k := 1; k <= 12; k++ {
			if v, ok := months[k]; ok {
				was, m.Month = v, k
			}
			m.Months = append(m.Months, was)
		}
		m.Months = m.Months[:m.Month]
		out[id] = m
	}
	for _, p := range projects {
		m := out[p.ID]
		m.Year, m.Before = year, int64(p.Plans[on.String()[:4]].ToLastYear)
		out[p.ID] = m
	}
	return out, nil
}

// reportedYear is the year's cumulative money by project and month: as reported, or as accepted, or as amended.
func reportedYear(r Reader, year int) (map[string]map[int]int64, error) {
	prefix := calendar.Month{Year: year, Month: 1}.String()[:5]
	reports, err := All[dispatch.Report](r, dispatch.ReportKind, prefix)
	if err != nil {
		return nil, err
	}
	out := map[string]map[int]int64{}
	put := func(id string, m int, v int64) {
		if out[id] == nil {
			out[id] = map[int]int64{}
		}
		out[id][m] = v
	}
	for _, x := range reports {
		if x.State == dispatch.Returned {
			continue
		}
		v := int64(x.Content.YTD)
		if x.Checked != nil && x.Checked.AsYTD != nil {
			v = int64(*x.Checked.AsYTD)
		}
		put(x.Project, x.Month.Month, v)
	}
	months, err := All[dispatch.Month](r, dispatch.MonthKind, prefix)
	if err != nil {
		return nil, err
	}
	for _, m := range months {
		for _, a := range m.Amendments {
			put(a.Project, a.Month.Month, int64(a.Now))
		}
	}
	return out, nil
}

// finishedYears adds what closed years teach: for each project with a plan, its money by month.
func (o *Office) finishedYears(r Reader, on calendar.Date, projects []project.Project, seen *schedule.Seen) error {
	months, err := All[dispatch.Month](r, dispatch.MonthKind, "")
	if err != nil {
		return err
	}
	mark, closed := map[int]int{}, map[int]bool{}
	for _, m := range months {
		if m.State == dispatch.Closed && m.Month.Year < on.Year() {
			mark[m.Month.Year] += 1 + 1000*len(m.Amendments)
			closed[m.Month.Year] = closed[m.Month.Year] || m.Month.Month == 12
		}
	}
	if o.foresight.years == nil {
		o.foresight.years = map[int]seenYear{}
	}
	for _, year := range slices.Sorted(maps.Keys(closed)) {
		if !closed[year] {
			continue
		}
		y, ok := o.foresight.years[year]
		if !ok || y.mark != mark[year] {
			if y, err = yearOf(r, year, projects); err != nil {
				return err
			}
			y.mark = mark[year]
			o.foresight.years[year] = y
		}
		seen.Years, seen.Planned = append(seen.Years, y.years...), append(seen.Planned, y.planned...)
	}
	return nil
}

func yearOf(r Reader, year int, projects []project.Project) (seenYear, error) {
	ytd, err := reportedYear(r, year)
	if err != nil {
		return seenYear{}, err
	}
	y := seenYear{came: map[string]int64{}}
	for id, months := range ytd {
		if v, ok := months[12]; ok {
			y.came[id] = v
		}
	}
	name := calendar.Month{Year: year, Month: 1}.String()[:4]
	for _, p := range projects {
		plan, months := int64(p.Plans[name].Planned), ytd[p.ID]
		total, ok := months[12]
		if plan <= 0 || !ok || total <= 0 || p.Start.Actual == "" || p.Start.Actual >= name {
			continue // one that began within the year has months of its own
		}
		var row [13]float64
		for k := 1; k <= 12; k++ {
			row[k] = row[k-1]
			if v, ok := months[k]; ok {
				row[k] = max(float64(v), row[k-1])
			}
		}
		row[12] = max(row[12], row[11])
		y.years, y.planned = append(y.years, row), append(y.planned, float64(plan))
	}
	return y, nil
}

// blockersOf reads the open cases about projects with a network. Only problems and findings can be left out of it by oversight;
// others count where somebody placed them.
func blockersOf(r Reader, plans []schedule.Plan) (map[string][]schedule.Blocker, error) {
	if len(plans) == 0 {
		return nil, nil
	}
	placed := map[string]map[string]string{}
	for _, p := range plans {
		placed[p.Project] = p.Placed
	}
	lines, err := r.Cases(CaseFilter{Open: true})
	if err != nil {
		return nil, err
	}
	lines = slices.DeleteFunc(lines, func(l CaseLine) bool {
		at, ok := placed[l.Project]
		return !ok || at[l.ID] == "" && l.Use != "problem" && l.Use != "finding"
	})
	ids := make([]string, len(lines))
	units := map[string]bool{}
	for i, l := range lines {
		ids[i], units[l.NextUnit], units[l.Unit] = l.ID, true, true
	}
	cases, err := Named[casework.Case](r, casework.CaseKind, ids)
	if err != nil {
		return nil, err
	}
	names, err := Named[org.Unit](r, org.UnitKind, slices.Sorted(maps.Keys(units)))
	if err != nil {
		return nil, err
	}
	out := map[string][]schedule.Blocker{}
	for _, l := range lines {
		unit := cmp.Or(l.Unit, l.NextUnit)
		b := schedule.Blocker{Case: l.ID, Title: l.Title, Step: placed[l.Project][l.ID], Opened: calendar.DateOf(cases[l.ID].Opened).String(), Level: l.Level,
			Top: len(cases[l.ID].Seats), Who: names[unit].Name.Zh, Climbs: len(cases[l.ID].Climbs)}
		out[l.Project] = append(out[l.Project], b)
	}
	return out, nil
}

// TryActions 试一试 says what actions are worth for a promise, and what the project's other promises become.
func (o *Office) TryActions(ctx context.Context, key string, actions []schedule.Action) (schedule.Effect, []*schedule.Cast, error) {
	in, err := o.inputsOf(ctx, schedule.ProjectOf(key))
	if err != nil {
		return schedule.Effect{}, nil, err
	}
	if in.Plan == nil {
		return schedule.Effect{}, nil, schedule.ErrNoPlan.With("project", in.Project.ID)
	}
	return in.WhatIf(key, actions)
}

// SaveOption 存成办法 keeps actions for the meeting, with what they are worth today.
func (o *Office) SaveOption(ctx context.Context, by org.Signer, key string, actions []schedule.Action, note string, opt Options) (Receipt, error) {
	f, err := o.Foresee(ctx)
	if err != nil {
		return Receipt{}, err
	}
	c := f.Cast(key)
	if c == nil {
		return Receipt{}, schedule.ErrNoPromise.With("promise", key)
	}
	e, _, err := o.TryActions(ctx, key, actions)
	if err != nil {
		return Receipt{}, err
	}
	return o.Do(ctx, by, schedule.SaveOption{Project: c.Promise.Project, Option: schedule.Option{Promise: key, Actions: actions, Before: c.Keep, After: e.After, Days: e.Days, Note: note}}, opt)
}

// Roadmap 路线图 of a project with what a table of steps should be looked over for; nil rows where no steps were listed.
func (o *Office) Roadmap(ctx context.Context, id string) ([]schedule.StepCast, []schedule.Finding, error) {
	in, err := o.inputsOf(ctx, id)
	if err != nil || in.Plan == nil {
		return nil, nil, err
	}
	rows, err := in.Roadmap()
	return rows, in.Review(), err
}

// TryTable 试画 looks over a table of steps that is not stored: where it would lead, and what is odd about it.
func (o *Office) TryTable(ctx context.Context, id, goal string, steps []schedule.Step) ([]schedule.StepCast, []schedule.Finding, []*schedule.Cast, error) {
	in, err := o.inputsOf(ctx, id)
	if err != nil {
		return nil, nil, nil, err
	}
	tidy, err := schedule.Tidy(steps)
	if err != nil {
		return nil, nil, nil, err
	}
	plan := schedule.Plan{Project: id}
	if in.Plan != nil {
		plan = *in.Plan
	}
	plan.Steps, plan.Goal = tidy, cmp.Or(goal, tidy[len(tidy)-1].ID)
	in.Plan = &plan
	rows, err := in.Roadmap()
	if err != nil {
		return nil, nil, nil, err
	}
	casts, err := in.Cast(false)
	return rows, in.Review(), casts, err
}
