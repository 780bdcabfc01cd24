package demo

import (
	"context"

	"shigan/app"
	"shigan/domain/org"
	"shigan/domain/schedule"
)

// networkData is networks.yaml.
type networkData struct {
	Networks []struct {
		Project, Drawn, Goal string
		Steps                []stepData
		Marks                []struct {
			At, By string
			Of     map[string]struct {
				Started, Finished string
				Done              float64
			}
		}
		Cases []struct{ At, Case, Step string }
	}
}

type stepData struct {
	ID, Zh, En, After, Calendar, Cause, Who, Milestone, From string
	Days                                                     float64
}

// networks adds the steps of the projects that have a network, what was reported of them, and which problems block which.
func (s *seeding) networks(context.Context) error {
	first := s.opt.From.First().String()
	for _, n := range s.d.networks.Networks {
		var steps []schedule.Step
		for _, x := range n.Steps {
			after, err := schedule.ParseAfter(x.After)
			if err != nil {
				return err
			}
			steps = append(steps, schedule.Step{ID: x.ID, Name: org.Name{Zh: x.Zh, En: x.En}, Days: x.Days, After: after, Calendar: x.Calendar, Cause: x.Cause, Who: x.Who, Milestone: x.Milestone, From: x.From})
		}
		if n.Drawn < first {
			continue
		}
		s.deed(moment(n.Drawn), dispatcher, schedule.Draw{Project: n.Project, Goal: n.Goal, Steps: steps, Sample: true})
		for _, m := range n.Marks {
			marks := map[string]schedule.Mark{}
			for id, x := range m.Of {
				done := x.Done
				marks[id] = schedule.Mark{Started: x.Started, Finished: x.Finished, Done: &done}
			}
			s.deed(moment(m.At), m.By, schedule.Advance{Project: n.Project, Marks: marks})
		}
		for _, c := range n.Cases {
			s.add(event{at: moment(c.At), post: dispatcher, cmd: func() app.Command { return schedule.Place{Project: n.Project, Case: c.Case, Step: c.Step} }})
		}
	}
	return nil
}
