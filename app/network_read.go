package app

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"slices"
	"strconv"

	"shigan/domain/org"
	"shigan/domain/schedule"
	"shigan/engine/network"
	"shigan/engine/network/schedulefile"
	"shigan/kernel/calendar"
)

// TableReader reads workbooks and CSV files as tables of texts; adapter/sheet does it.
type TableReader interface {
	Tables(name string, data []byte) ([][][]string, error)
}

// ReadNetwork 带进来 reads a file of a planning program (MSPDI, XER, PMXML) or a table of steps into steps. Nothing is stored. What the
// file says and we leave out comes back as findings, beside the refusal where there is one.
func (o *Office) ReadNetwork(name string, raw []byte, tables TableReader) ([]schedule.Step, []network.Finding, error) {
	f, err := schedulefile.Read(bytes.NewReader(raw), schedulefile.Options{})
	if err != nil && tables != nil && (errors.Is(err, schedulefile.ErrUnknown) || errors.Is(err, schedulefile.ErrBinary)) {
		sheets, terr := tables.Tables(name, raw)
		if terr != nil {
			return nil, nil, terr
		}
		f, err = o.stepTable(sheets)
	}
	if err != nil {
		return nil, nil, err
	}
	return stepsOf(f)
}

// WriteNetwork 带出去 writes a project's network as MSPDI, with its progress. What Project itself will not see of it comes back as findings.
func (o *Office) WriteNetwork(ctx context.Context, w io.Writer, id string) ([]network.Finding, error) {
	in, err := o.inputsOf(ctx, id)
	if err != nil {
		return nil, err
	}
	if in.Plan == nil {
		return nil, schedule.ErrNoPlan.With("project", id)
	}
	n, err := in.Network()
	if err != nil {
		return nil, err
	}
	f := &schedulefile.File{Name: in.Project.Facts.Name.Zh, Network: n, Tasks: make([]schedulefile.Task, len(n.Activities))}
	for i, a := range n.Activities {
		st, _ := in.Plan.Step(a.ID)
		f.Tasks[i].Who = st.Who
	}
	return schedulefile.WriteMSPDI(w, f)
}

// stepTable reads the first sheet that holds a table of steps.
func (o *Office) stepTable(sheets [][][]string) (*schedulefile.File, error) {
	cal, err := calendarsOnce()
	if err != nil {
		return nil, err
	}
	opt := schedulefile.StepOptions{Start: network.On(calendar.DateOf(o.Clock()), 0), Calendars: cal, Usual: schedule.Calendars[0]}
	for _, rows := range sheets {
		f, _, err := schedulefile.ReadSteps(rows, opt)
		if errors.Is(err, schedulefile.ErrNoHeading) {
			continue
		}
		return f, err
	}
	return nil, schedulefile.ErrNoHeading
}

// stepsOf turns a file's activities into steps: summaries and hammocks are left out and said so; days are rounded to tenths.
func stepsOf(f *schedulefile.File) ([]schedule.Step, []network.Finding, error) {
	n, notes := f.Network, slices.Clone(f.Notes)
	ids := map[int]string{}
	var steps []schedule.Step
	left := 0
	for i, a := range n.Activities {
		if a.Kind == network.Summary || a.Kind == network.Hammock {
			left++
			continue
		}
		ids[i] = strconv.Itoa(len(steps) + 1)
		day := float64(n.Calendars[a.Calendar].DayMinutes)
		s := schedule.Step{ID: ids[i], Name: org.Name{Zh: a.Name}, Days: math.Round(float64(a.Duration)/day*10) / 10, Calendar: calendarName(n.Calendars[a.Calendar])}
		if slices.Contains(schedule.Causes, a.Class) {
			s.Cause = a.Class
		}
		if s.Name.Zh == "" {
			s.Name.Zh = a.ID
		}
		for _, c := range a.Constraints {
			if c.Kind == network.StartNoEarlier {
				s.From = c.At.Date().String()
			}
		}
		if i < len(f.Tasks) {
			s.Who = f.Tasks[i].Who
		}
		steps = append(steps, s)
	}
	for _, l := range n.Links {
		to, ok := ids[l.To]
		from, ok2 := ids[l.From]
		if !ok || !ok2 {
			continue
		}
		day := float64(n.Calendars[n.Activities[l.From].Calendar].DayMinutes)
		if l.Elapsed {
			day = 24 * 60
		}
		k := slices.IndexFunc(steps, func(s schedule.Step) bool { return s.ID == to })
		kind := l.Type.String()
		if kind == "FS" {
			kind = ""
		}
		steps[k].After = append(steps[k].After, schedule.After{Step: from, Kind: kind, Lag: math.Round(float64(l.Lag)/day*10) / 10})
	}
	if left > 0 {
		notes = append(notes, network.Find("network.note.left-out", "", "n", left))
	}
	tidy, err := schedule.Tidy(steps)
	return tidy, notes, err
}

// calendarName finds the calendar of ours that works the same days of the week.
func calendarName(c *network.Calendar) string {
	if slices.Contains(schedule.Calendars, c.Name) {
		return c.Name
	}
	worked := 0
	for _, day := range c.Week {
		if len(day) > 0 {
			worked++
		}
	}
	switch {
	case worked <= 5:
		return "office"
	case worked == 6:
		return "six-day"
	}
	return "elapsed"
}
