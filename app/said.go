package app

import (
	"sync"

	"shigan/domain/project"
	"shigan/domain/schedule"
	"shigan/engine/curve"
	"shigan/kernel/calendar"
)

// keptCache keeps what is learned from the files of months: a file never changes.
type keptCache struct {
	mu    sync.Mutex
	files map[string][]*schedule.Cast // by digest; only what is scored is kept of each
}

// keptCasts reads a month's file once.
func (o *Office) keptCasts(r Reader, k schedule.Kept) ([]*schedule.Cast, error) {
	o.keptFiles.mu.Lock()
	defer o.keptFiles.mu.Unlock()
	if casts, ok := o.keptFiles.files[k.Values]; ok {
		return casts, nil
	}
	f, err := keptFile(r, k)
	if err != nil {
		return nil, err
	}
	for _, c := range f.Casts {
		c.Drivers, c.Effects, c.Best, c.Notes, c.Rivals, c.Left = nil, nil, nil, nil, nil, nil
	}
	if o.keptFiles.files == nil {
		o.keptFiles.files = map[string][]*schedule.Cast{}
	}
	o.keptFiles.files[k.Values] = f.Casts
	return f.Casts, nil
}

// said gathers the kept forecasts whose promised day lies before a day, with what came of them as it was known then. came is what
// closed years reached, by year and project. Nothing that is not due yet is taken, although some of it was kept early: learning from
// those alone would promise too much.
func (o *Office) said(r Reader, on calendar.Date, projects []project.Project, came map[string]map[string]int64) ([]schedule.Said, error) {
	kept, err := All[schedule.Kept](r, schedule.KeptKind, "")
	if err != nil {
		return nil, err
	}
	byID := make(map[string]project.Project, len(projects))
	for _, p := range projects {
		byID[p.ID] = p
	}
	var out []schedule.Said
	for _, k := range kept {
		if k.AsOf >= on.String() {
			continue
		}
		casts, err := o.keptCasts(r, k)
		if err != nil {
			return nil, err
		}
		for _, c := range casts {
			if s, ok := saidOf(c, byID, came, on); ok {
				out = append(out, s)
			}
		}
	}
	return out, nil
}

func saidOf(c *schedule.Cast, projects map[string]project.Project, came map[string]map[string]int64, on calendar.Date) (schedule.Said, bool) {
	x := c.Promise
	p, ok := projects[x.Project]
	if !ok || x.Due < c.AsOf || x.Due >= on.String() || len(c.Q) != len(curve.Levels) {
		return schedule.Said{}, false
	}
	s := schedule.Said{Promise: x.Key() + " " + x.Due, Money: c.Money(), Months: c.Ahead(), Due: calendar.MustDate(x.Due), Q: c.Q, Sides: c.Sides}
	if c.Raw != nil {
		s.Q = c.Raw.Q
	}
	if c.Money() {
		v, ok := came[x.What][x.Project]
		s.Came = float64(v)
		return s, ok
	}
	_, _, actual := schedule.Outcome(p, x, nil, on)
	asOf := calendar.MustDate(c.AsOf)
	if s.Open = actual == "" || actual > on.String(); s.Open {
		s.Came = float64(on.Sub(asOf))
	} else {
		s.Came = float64(calendar.MustDate(actual).Sub(asOf))
	}
	return s, true
}
