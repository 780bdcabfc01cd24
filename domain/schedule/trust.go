package schedule

import (
	"maps"
	"slices"

	"shigan/engine/curve"
	"shigan/kernel/calendar"
)

// learnTrust holds what units reported of steps against when these were over. Units are never ranked by it: it widens or moves what is
// made of their next report, and is shown beside it.
func (p *Past) learnTrust(a *Assumed, plans []Plan, calendars Calendar) {
	by := map[string][]curve.Reported{}
	for _, pl := range plans {
		pieces := map[[2]string][]curve.Reported{} // by unit and step: several reports of one step are one piece
		for _, x := range pl.Told {
			m, st := pl.Marks[x.Step], Step{}
			if st, _ = pl.Step(x.Step); m.Finished == "" || m.Started == "" || x.Started == "" || x.Unit == "" || st.ID == "" {
				continue
			}
			worked := func(to string) float64 {
				return calendars.Days(st.Calendar, calendar.MustDate(x.Started), calendar.MustDate(to))
			}
			r := curve.Reported{Plan: x.Days, Elapsed: worked(x.On), Done: x.Done, Final: worked(m.Finished)}
			pieces[[2]string{x.Unit, x.Step}] = append(pieces[[2]string{x.Unit, x.Step}], r)
		}
		told := slices.Sorted(maps.Keys(units(pl.Told)))
		for _, st := range pl.Steps {
			for _, unit := range told {
				list := pieces[[2]string{unit, st.ID}]
				for _, r := range list {
					r.Share = 1 / float64(len(list))
					by[unit] = append(by[unit], r)
				}
			}
		}
	}
	p.trust = map[string]curve.Trust{}
	for unit, list := range by {
		p.trust[unit] = curve.LearnTrust(list, a.Kappa, a.Honesty.Nu, a.Honesty.Lambda)
	}
}

func units(told []Told) map[string]bool {
	out := map[string]bool{}
	for _, x := range told {
		out[x.Unit] = true
	}
	return out
}

// Trust 报得准不准 is how a unit's reports of progress are read: the pack's word, as far as its own finished work does not say otherwise.
func (p *Past) Trust(unit string) curve.Trust {
	if t, ok := p.trust[unit]; ok {
		return t
	}
	return curve.LearnTrust(nil, p.assumed.Kappa, p.assumed.Honesty.Nu, p.assumed.Honesty.Lambda)
}

// trusts are those of the units whose reports a network reads, in the order of its steps.
func (in *Inputs) trusts() (out []curve.Trust) {
	if in.Plan == nil {
		return nil
	}
	for _, st := range in.Plan.Steps {
		if m, ok := in.Plan.Marks[st.ID]; ok && m.Done != nil && m.Finished == "" {
			out = append(out, in.Past.Trust(m.Unit))
		}
	}
	return out
}
