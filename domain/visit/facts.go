package visit

import (
	"regexp"
	"slices"
	"strings"

	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/table"
)

var reTime = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d$`)

// tidy checks what a visit says of itself and writes days and texts the one way. seen is whose sight bounds where one may go:
// nobody notes a visit to a project that he may not read.
func (f Facts) tidy(v table.Reader, seen org.Signer) (Facts, error) {
	day, err := calendar.ParseDay(f.On)
	if err != nil {
		return f, err
	}
	f.On = day.String()
	for _, t := range []string{f.From, f.To} {
		if t != "" && !reTime.MatchString(t) {
			return f, ErrTime.With("time", t)
		}
	}
	if f.From != "" && f.To != "" && f.To < f.From {
		return f, ErrTime.With("time", f.From+"–"+f.To)
	}
	for _, s := range []*string{&f.Place, &f.Others, &f.Purpose, &f.Meeting} {
		*s = strings.TrimSpace(*s)
	}
	if len(f.Projects) == 0 && f.Place == "" {
		return f, ErrNowhere
	}
	f.Projects = once(f.Projects)
	for _, id := range f.Projects {
		p, err := project.Of(v, id)
		if err != nil {
			return f, err
		}
		if org.May(v, seen, "read.project", p.Scope()) != nil {
			return f, unseen(v, p)
		}
	}
	f.Who = slices.DeleteFunc(once(f.Who), func(p casework.Party) bool { return p == casework.Party{} })
	for i, p := range f.Who {
		if p.Post == "" {
			if _, err := org.UnitOf(v, p.Unit); err != nil {
				return f, err
			}
			continue
		}
		post, err := org.PostOf(v, p.Post)
		if err != nil {
			return f, err
		}
		f.Who[i].Unit = post.Unit
	}
	return f, nil
}

// once drops what stands there twice and keeps the order.
func once[T comparable](list []T) []T {
	var out []T
	for _, x := range list {
		if !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	return out
}

// at tells whether a line may speak of a project: one of the visit's, or none.
func (f Facts) at(projectID string) error {
	if projectID != "" && !slices.Contains(f.Projects, projectID) {
		return ErrElse.With("project", projectID)
	}
	return nil
}

// goes is who goes: the signer, or another post for which the dispatcher writes. It gives the signer whose sight counts.
func goes(v table.Reader, visitor casework.Party, by org.Signer) (casework.Party, org.Signer, error) {
	if visitor == (casework.Party{}) || visitor.Post == by.Post {
		return casework.Party{Unit: by.Unit, Post: by.Post}, by, nil
	}
	if !by.Has(org.Dispatcher) {
		return visitor, by, ErrForOther
	}
	post, err := org.PostOf(v, visitor.Post)
	if err != nil {
		return visitor, by, err
	}
	return casework.Party{Unit: post.Unit, Post: post.ID}, org.Signer{Post: post.ID, Unit: post.Unit, Roles: post.Roles}, nil
}

// writes tells whether a signer may write into a visit: who was there, who wrote it down, and the dispatcher.
func (x Visit) writes(by org.Signer) bool { return x.Concerns(by) || by.Has(org.Dispatcher) }
