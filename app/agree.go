package app

import (
	"context"
	"strconv"
	"strings"
	"time"

	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/kernel/ledger"
	"shigan/kernel/table"
)

// agreed 当场同意 is a decision outside of a meeting: the measure goes into the case and the task to whoever does it, in one
// transaction, so that nothing is decided that nobody has to do.
type agreed struct {
	set  casework.SetMeasure
	task casework.Open
}

func (agreed) Name() string                              { return casework.SetMeasure{}.Name() }
func (c agreed) Scope(v table.Reader) (org.Scope, error) { return c.set.Scope(v) }

func (c agreed) Decide(v table.Reader, by org.Signer, at time.Time) ([]ledger.Fact, error) {
	facts, err := c.set.Decide(v, by, at)
	if err != nil {
		return nil, err
	}
	task, err := c.task.Decide(v, by, at)
	return append(facts, task...), err
}

// Agree 同意 takes one of the options that stand in a case, by the day that it names or that is given. Where a desk for tasks is
// adopted, whoever handles the case gets the task in the same transaction, and whoever decided confirms it in the
// end.
func (o *Office) Agree(ctx context.Context, by org.Signer, id, mark, day string, seen int64, opt Options) (Receipt, error) {
	r := o.Read(ctx)
	c, err := casework.Of(r, id)
	if err != nil {
		return Receipt{}, err
	}
	m := casework.Measure{}
	if c.Measure != nil {
		m = *c.Measure
	}
	taken := casework.Option{}
	for _, x := range m.Options {
		if x.Mark == mark {
			taken = x
		}
	}
	if taken.Mark == "" {
		return Receipt{}, casework.ErrMeasure
	}
	m.Chosen, m.Decision, m.Owner, m.By, m.Meeting = mark, taken.Text, c.Handler, taken.Date, ""
	if day != "" {
		m.By = day
	}
	cmd := agreed{set: casework.SetMeasure{Case: id, Measure: m, Seen: seen}}
	if cmd.task, err = o.taskOf(r, by, c, m); err != nil {
		return Receipt{}, err
	}
	if cmd.task.Desk == "" {
		return o.Do(ctx, by, cmd.set, opt)
	}
	return o.Do(ctx, by, cmd, opt)
}

// taskOf is the task that a decision gives; without a desk where no desk for tasks is adopted.
func (o *Office) taskOf(r Reader, by org.Signer, c casework.Case, m casework.Measure) (casework.Open, error) {
	desk, err := casework.ForUse(r, "task", today(o.Clock()))
	if err != nil {
		if f, refused := Refused(err); refused && f.Code == casework.ErrNoDesk.Code {
			return casework.Open{}, nil
		}
		return casework.Open{}, err
	}
	chain, err := ChainOf(r, "", c.Handler.Unit)
	if err != nil {
		return casework.Open{}, err
	}
	return casework.Open{Desk: desk.Name, Subject: c.Subject, Title: m.Decision, Basis: c.ID + " " + c.Title, Criteria: c.Criteria, Origin: TaskOrigin(c.ID) + strconv.FormatInt(c.Seq, 10), Given: m.By,
		Handler: m.Owner, Assists: c.Assists, Chain: chain, Reach: c.Reach}, nil
}

// TaskOrigin begins the origin of the tasks that were given for a case outside of a meeting.
func TaskOrigin(id string) string { return "case/" + id + "#" }

// TasksOf lists the tasks that were given for a case outside of a meeting.
func (o *Office) TasksOf(ctx context.Context, c casework.Case) ([]string, error) {
	if c.Subject == "" {
		return nil, nil
	}
	r := o.Read(ctx)
	lines, err := r.Cases(CaseFilter{Subject: c.Subject, Use: "task"})
	if err != nil {
		return nil, err
	}
	var ids, out []string
	for _, l := range lines {
		ids = append(ids, l.ID)
	}
	tasks, err := Named[casework.Case](r, casework.CaseKind, ids)
	for _, id := range ids {
		if strings.HasPrefix(tasks[id].Origin, TaskOrigin(c.ID)) {
			out = append(out, id)
		}
	}
	return out, err
}
