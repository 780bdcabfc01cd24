package schedule

import (
	"shigan/engine/network"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
)

// ErrMove is a step whose dates cannot be moved so.
var ErrMove = fault.New(fault.Invalid, "schedule.move") // step, name, value

// mostDays is the longest that a step may take, as in a table of steps.
const mostDays = 3650

// moveStep 挪步骤 puts a moved start or another length into a bend. A step that has begun keeps its start; one that is over keeps both.
func (in *Inputs) moveStep(b *bend, a Action) error {
	st, ok := in.Plan.Step(a.Step)
	if !ok {
		return ErrMove.With("step", a.Step, "name", a.Step, "value", a.Day)
	}
	m := in.Plan.Marks[a.Step]
	if a.Kind == TakeDays {
		if m.Finished != "" || st.Days == 0 || !(a.Days > 0 && a.Days <= mostDays) {
			return ErrMove.With("step", a.Step, "name", st.Name.Zh, "value", a.Days)
		}
		b.take[a.Step] = a.Days
		return nil
	}
	d, err := calendar.ParseDay(a.Day)
	if err != nil {
		return err
	}
	if m.Started != "" || m.Finished != "" || d.Before(in.AsOf) || d.Sub(in.AsOf) > mostDays {
		return ErrMove.With("step", a.Step, "name", st.Name.Zh, "value", a.Day)
	}
	b.begin[a.Step] = a.Day
	return nil
}

// moved is a step as somebody tries it, and the days that are left of it where it is under way and somebody says so; else 0.
func (b bend) moved(st Step, m Mark) (Step, float64) {
	if day, ok := b.begin[st.ID]; ok {
		st.From = day
	}
	days, ok := b.take[st.ID]
	switch {
	case !ok:
		return st, 0
	case m.Started != "":
		return st, days
	}
	st.Days = days
	return st, 0
}

// Movable 可挪的 are the steps whose dates can be tried: what is not over and takes time.
func (p Plan) Movable() (out []Step) {
	for _, st := range p.Steps {
		if st.Days > 0 && p.Marks[st.ID].Finished == "" {
			out = append(out, st)
		}
	}
	return out
}

// Network 网络图 is the table of steps with its progress as a network of its own, without the problems that block it and without what
// is assumed: what another planning program may have.
func (in *Inputs) Network() (*network.Network, error) {
	bare := *in
	bare.Blockers, bare.shapes = nil, nil
	s, err := bare.scene(bend{})
	if err != nil {
		return nil, err
	}
	return s.net, nil
}
