package dispatch

import (
	"errors"

	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/kernel/fault"
	"shigan/kernel/table"
)

// ErrCase is a case that a report cannot lean on: another project's, closed, or without a decision.
var ErrCase = fault.New(fault.Invalid, "dispatch.case") // case

// leaning lets a report lean on a case of its project 以问题账为凭: measure, owner and day are then those decided there, and
// are written into the report as they stood when it was sent, so that a bulletin of the month does not move when the case does.
func (c Content) leaning(v table.Reader, project string) (Content, error) {
	if c.Case == "" {
		return c, nil
	}
	x, err := casework.Of(v, c.Case)
	if errors.Is(err, casework.ErrNoCase) {
		return c, ErrCase.With("case", c.Case)
	}
	if err != nil {
		return c, err
	}
	if x.Subject != "project/"+project || !x.Open() || !x.Measure.Decided() {
		return c, ErrCase.With("case", c.Case)
	}
	m := x.Measure
	c.Measure, c.By = m.Decision, m.By
	if c.Problem == "" {
		c.Problem = m.Pain
	}
	c.Who, err = nameOf(v, m.Owner)
	return c, err
}

// nameOf is a party as a report names it: its unit, or its post where no unit is known.
func nameOf(v table.Reader, p casework.Party) (string, error) {
	if u, err := org.UnitOf(v, p.Unit); err == nil || !errors.Is(err, org.ErrNoUnit) {
		return u.Name.Zh, err
	}
	post, err := org.PostOf(v, p.Post)
	if errors.Is(err, org.ErrNoPost) {
		return p.Post, nil
	}
	return post.Name.Zh, err
}
