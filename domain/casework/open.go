package casework

import (
	"fmt"
	"slices"
	"time"

	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/kernel/table"
)

// Open 上账 raises a matter at a desk. Chain is the chain of duty of what it is about, rung by rung, as posts: the desk says
// which rung sits at which level.
type Open struct {
	ID       string // "" takes the next number
	Desk     string
	Kind     string
	Subject  string
	Title    string
	Basis    string
	Criteria string
	Origin   string // "ledger.xlsx#12": what came in under it once does not come in again
	Major    bool
	Given    string // the day by which it was ordered, if one was
	Raiser   Party  // zero: whoever signs
	Handler  Party  // may stay open until somebody is named
	Assists  []Party
	Chain    map[string]string
	Reach    org.Scope
	Fields   map[string]string
	Measure  *Measure // what the raiser knows of 难点、原因、办法; what is decided is not his to say
	Files    []string
}

func (Open) Name() string                            { return "case.open" }
func (c Open) Scope(table.Reader) (org.Scope, error) { return c.Reach, nil }

type opened struct {
	Case   Case    `json:"case"`
	Starts []Clock `json:"starts,omitempty"`
}

func (c Open) Decide(v table.Reader, by org.Signer, at time.Time) ([]ledger.Fact, error) {
	d, err := Ruling(v, c.Desk, calendar.DateOf(at).String())
	if err != nil {
		return nil, err
	}
	onBehalf := c.Raiser != (Party{}) && !is(c.Raiser, by) && by.Person != org.FirstSetUp.Person
	if !raises(d, by) || onBehalf && !d.keeps(by) && !holds(d.Behalf, by) { // only whom the desk names writes down what another raised
		return nil, ErrNotYours.With("move", d.Say)
	}
	return c.born(v, d, by, at, "")
}

func raises(d *Desk, by org.Signer) bool {
	return by.Person == org.FirstSetUp.Person || d.keeps(by) || holds(d.Raisers, by) || holds(d.Behalf, by)
}

// holds tells whether a signer has one of some roles.
func holds(roles []string, by org.Signer) bool {
	return slices.ContainsFunc(roles, func(r string) bool { return by.Has(org.Role(r)) })
}

// born decides the birth; id is given where several are born at once.
func (c Open) born(v table.Reader, d *Desk, by org.Signer, at time.Time, parent string) ([]ledger.Fact, error) {
	day := calendar.DateOf(at)
	if blank(c.Title) {
		return nil, ErrTitle
	}
	if _, ok := d.Kind(c.Kind); len(d.Kinds) > 0 && !ok || len(d.Kinds) == 0 && c.Kind != "" {
		return nil, ErrKind.With("kind", c.Kind)
	}
	if c.Given != "" {
		if g, err := calendar.ParseDay(c.Given); err != nil || g.Before(day) {
			return nil, ErrGivenDay.With("day", c.Given)
		}
	}
	if c.Origin != "" {
		var id string
		if ok, err := v.Get(OriginKind, c.Origin, &id); err != nil {
			return nil, err
		} else if ok {
			return nil, ErrTwice.With("origin", c.Origin, "case", id)
		}
	}
	x := Case{ID: c.ID, Desk: d.Name, Digest: d.Digest, Kind: c.Kind, Subject: c.Subject, Title: c.Title, Basis: c.Basis, Criteria: c.Criteria,
		Origin: c.Origin, Major: c.Major, Given: c.Given, Raiser: c.Raiser, Handler: c.Handler, Assists: c.Assists, Reach: c.Reach, Fields: c.Fields,
		State: d.Start, Opened: minute(at), Parent: parent, Files: c.Files}
	if x.Raiser == (Party{}) {
		x.Raiser = Party{by.Unit, by.Post}
	}
	if same(x.Raiser, x.Handler) {
		return nil, ErrOwnJudge
	}
	if m := c.Measure; m != nil {
		if !m.sound() {
			return nil, ErrMeasure
		}
		x.Measure = &Measure{Pain: m.Pain, Cause: m.Cause, Options: m.Options, Post: by.Post}
	}
	if x.ID == "" {
		n, err := counted(v, d, day)
		if err != nil {
			return nil, err
		}
		x.ID = number(d, day, n+1)
	}
	if _, err := Of(v, x.ID); err == nil {
		return nil, ErrTwice.With("origin", x.ID, "case", x.ID)
	}
	for _, l := range d.Ladder {
		post := l.Post
		if post == "" {
			post = c.Chain[l.Rung]
		}
		if post == "" && l.Rung == HandlerRung && len(x.Seats) == 0 { // somebody answers at the first level before anybody handles it
			post = c.Chain["head"]
		}
		x.Seats = append(x.Seats, post)
	}
	if len(d.Ladder) > 0 { // the first level at which somebody sits
		level, empty, vacant, err := above(v, x, day.String())
		if err != nil {
			return nil, err
		}
		x.Level, x.Empty, x.Vacant = level, empty, vacant
	}
	starts, err := d.start(x, d.Opening, x.Level, at)
	if err != nil {
		return nil, err
	}
	return []ledger.Fact{fact("opened", x.ID, at, opened{x, starts}, c.Files...)}, nil
}

// same tells whether two parties are one: then nobody else would look at the result.
func same(a, b Party) bool {
	if a.Post != "" && b.Post != "" {
		return a.Post == b.Post
	}
	return a.Unit != "" && a.Unit == b.Unit
}

type count struct {
	N int `json:"n"`
}

func countID(d *Desk, day calendar.Date) string { return fmt.Sprintf("%s-%d", d.Prefix, day.Year()) }

func counted(v table.Reader, d *Desk, day calendar.Date) (int, error) {
	var n count
	_, err := v.Get(CountKind, countID(d, day), &n)
	return n.N, err
}

func number(d *Desk, day calendar.Date, n int) string {
	return fmt.Sprintf("%s-%04d", countID(d, day), n)
}
