package schedule

import (
	"math"
	"slices"

	"shigan/domain/project"
	"shigan/engine/curve"
	"shigan/kernel/calendar"
)

// Past 旧案 is what the ledger has taught: how steps, projects, years and starts went against their plans.
type Past struct {
	assumed  *Assumed
	steps    map[string]*curve.Tree // by cause
	projects *curve.Tree
	Shares   curve.Shares
	OfPlan   float64 // share of a yearly plan that is usually reached
	Years    int     // finished years behind it
	Waiting  curve.Waiting
	Rate     curve.Rate
	Finished int // projects that were finished
	Done     int // steps that were finished
	Hurdles  Hurdles
	trust    map[string]curve.Trust // by reporting unit
	weights  []poolWeight           // by horizon
	records  records
}

// Seen is all that can be learned from.
type Seen struct {
	Projects []project.Project
	Plans    []Plan
	Years    [][13]float64 // cumulative money of finished years, by month; [12] the year's total
	Planned  []float64     // what was planned for each of them
	Said     []Said        // kept forecasts that have fallen due
	Lives    []Life        // problems of projects
}

// Learn 学旧案 learns from what was finished by a day. calendars give the working days of steps.
func Learn(a *Assumed, seen Seen, calendars Calendar, on calendar.Date) *Past {
	p := &Past{assumed: a, steps: map[string]*curve.Tree{}}
	byCause := map[string][]curve.Case{}
	for _, pl := range seen.Plans {
		for _, st := range pl.Steps {
			m := pl.Marks[st.ID]
			if m.Finished == "" || m.Started == "" || st.Days <= 0 {
				continue
			}
			from, to := calendar.MustDate(m.Started), calendar.MustDate(m.Finished)
			if took := calendars.Days(st.Calendar, from, to); took > 0 {
				byCause[st.Cause] = append(byCause[st.Cause], curve.Case{Path: []string{st.Cause}, Y: math.Log(took / st.Days)})
				p.Done++
			}
		}
	}
	p.learnTrust(a, seen.Plans, calendars)
	for _, c := range Causes {
		p.steps[c] = curve.Learn(a.Classes[c].curve(), byCause[c])
	}
	p.learnProjects(a, seen, on)
	p.learnYears(a, seen)
	p.learnHurdles(a, seen, on)
	p.learnWeights(a, seen.Said)
	p.learnRecords(a, seen.Said, on)
	return p
}

func (p *Past) learnProjects(a *Assumed, seen Seen, on calendar.Date) {
	var cases []curve.Case
	var waits []curve.Wait
	p.Rate = curve.Rate{A: a.Rate.A, B: a.Rate.B}
	kept, judged := 0, 0
	for _, pr := range seen.Projects {
		if planned, took, ok := lengths(pr); ok {
			cases = append(cases, curve.Case{Path: pathOf(pr), Y: math.Log(took / planned)})
		}
		if w, ok := waited(pr, on); ok {
			waits = append(waits, w)
		}
		if f := pr.Finish.First; f != "" && f < on.String() {
			judged++
			if pr.Finish.Actual != "" && pr.Finish.Actual <= f {
				kept++
			}
		}
	}
	p.Finished = len(cases)
	p.projects = curve.Learn(a.Project.curve(), cases)
	p.Waiting = curve.LearnWaiting(curve.Waiting{A: a.Start.A, B: a.Start.B, Due: math.NaN()}, waits)
	p.Rate = p.Rate.With(kept, judged)
}

func (p *Past) learnYears(a *Assumed, seen Seen) {
	parent := curve.Seasonal(a.Season)
	for m := range parent.Sigma {
		if parent.Sigma[m] = a.Year.Sigma; m == 12 {
			parent.Sigma[m] = 0
		}
	}
	p.Shares, p.OfPlan, p.Years = parent, a.Year.OfPlan, len(seen.Years)
	if len(seen.Years) == 0 {
		return
	}
	p.Shares = curve.LearnShares(parent, seen.Years, seen.Planned, a.Year.Weight)
	sum, n := a.Year.OfPlan*a.Year.Weight, a.Year.Weight
	for i, y := range seen.Years {
		if seen.Planned[i] > 0 {
			sum, n = sum+y[12]/seen.Planned[i], n+1
		}
	}
	p.OfPlan = sum / n
}

// Step is the outlook of a class of work.
func (p *Past) Step(cause string) curve.Outlook { return p.steps[cause].At(cause) }

// Project is the outlook of a project as a whole.
func (p *Past) Project(pr project.Project) curve.Outlook { return p.projects.At(pathOf(pr)...) }

// pathOf is the place of a project in the tree of classes.
func pathOf(p project.Project) []string {
	path := []string{p.Class}
	if p.Class == "" {
		path[0] = "industry"
	}
	if k := p.Industry + p.Domain; k != "" {
		path = append(path, k)
	}
	return path
}

// lengths of a finished project: planned from its start to the first promised finish, and what it took.
func lengths(p project.Project) (planned, took float64, ok bool) {
	if p.Start.Actual == "" || p.Finish.Actual == "" || p.Finish.First == "" {
		return 0, 0, false
	}
	start := calendar.MustDate(p.Start.Actual)
	planned, took = float64(calendar.MustDate(p.Finish.First).Sub(start)), float64(calendar.MustDate(p.Finish.Actual).Sub(start))
	return planned, took, planned > 0 && took > 0
}

// waited is how long a project waited with its start, as waits counts.
func waited(p project.Project, on calendar.Date) (curve.Wait, bool) {
	if p.Start.First == "" || p.Start.First > on.String() || slices.Contains(gone, p.Stage) {
		return curve.Wait{}, false
	}
	due := calendar.MustDate(p.Start.First)
	end, began := on, false
	if p.Start.Actual != "" {
		end, began = calendar.MustDate(p.Start.Actual), true
	}
	return curve.Wait{Months: waits(due, end), Started: began}, true
}

// waits is how many turns to begin went by: the first lasts until the promised day, each later one a month.
func waits(due, day calendar.Date) int {
	late := day.Sub(due)
	if late <= 0 {
		return 0
	}
	return 1 + int((float64(late)-.5)/monthDays)
}
