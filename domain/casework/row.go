package casework

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"time"

	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/kernel/table"
)

// shelved is a case with the columns by which lists find it. As JSON it is the case.
type shelved struct {
	Case
	row map[string]any
}

func (s shelved) Index() map[string]any { return s.row }

// rowOf works a list's columns out, as the case stands when it moves: whose turn it is and the next due day, by the desk that
// rules it and the holidays then known. It hangs on nothing else, so a replay gives the same.
func rowOf(v table.Reader, c Case, at time.Time) (map[string]any, error) {
	d, err := Pinned(v, c.Digest)
	if err != nil {
		return nil, err
	}
	s, err := Stand(d, c, at, holidays())
	near := c.near(at)
	if err != nil { // the list of holidays does not reach this day: no due is better than none of the case
		s.Due, near = time.Time{}, time.Time{}
	}
	next := s.Next
	days := 0
	if at, err := time.Parse(ledger.TimeLayout, c.Closed); err == nil {
		days = calendar.DateOf(at).Sub(calendar.DateOf(c.Opened))
	}
	if !c.Open() {
		next = Owner{}
	}
	nextUnit := next.Party.Unit
	if nextUnit == "" && next.Party.Post != "" {
		if nextUnit, err = unitOfPost(v, next.Party.Post); err != nil {
			return nil, err
		}
	}
	o, _ := d.Outcome(c.Outcome)
	stage := "open"
	if !c.Open() {
		stage = c.Outcome
	}
	return map[string]any{
		"name": c.Title, "parent": c.Handler.Unit, "stage": string(rune('0'+c.Level)) + "/" + stage,
		"desk": c.Desk, "use": d.Use, "digest": c.Digest, "kind": c.Kind, "title": c.Title, "subject": c.Subject,
		"state": c.State, "outcome": c.Outcome, "rate": o.Rate, "unit": c.Handler.Unit, "post": c.Handler.Post,
		"raiser": c.Raiser.Unit, "raiser_post": c.Raiser.Post, "next_unit": nextUnit, "next_post": next.Party.Post, "next_as": string(next.As),
		"seat": c.Seat(), "level": int64(c.Level), "climbs": int64(len(c.Climbs)), "reopened": int64(c.Reopened), "returns": int64(c.Returns),
		"opened": instantText(c.Opened), "due": instantText(s.Due), "near": instantText(near), "days": int64(days), "closed": secondsText(c.Closed), "closed_by": c.ClosedBy,
		"last_climb": c.lastClimb(), "last_reopen": secondsText(c.ReopenedAt),
		"halted": c.Halt != nil, "fast": c.Fast, "unfixed": c.Unfixed, "vacant": c.Vacant, "marks": d.marks(c), "is_open": c.Open(), "parties": c.Parties,
	}, nil
}

// near is when a case that is open turns yellow, or red where its clocks say no earlier; zero where none runs toward a due.
func (c Case) near(at time.Time) (first time.Time) {
	for _, k := range c.Clocks {
		if !k.running() || !c.Open() || k.Window {
			continue
		}
		if y, err := k.yellowFrom(holidays(), at); err == nil && !y.IsZero() && (first.IsZero() || y.Before(first)) {
			first = y
		}
	}
	return first
}

func instantText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// secondsText writes an instant of the ledger, which knows fractions, as lists compare it.
func secondsText(s string) string {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return ""
	}
	return instantText(t)
}

func (c Case) lastClimb() string {
	if len(c.Climbs) == 0 {
		return ""
	}
	return secondsText(c.Climbs[len(c.Climbs)-1].At)
}

func unitOfPost(v table.Reader, post string) (string, error) {
	p, err := org.PostOf(v, post)
	if errors.Is(err, org.ErrNoPost) {
		return "", nil
	}
	return p.Unit, err
}

// PostParty is how a post is named among a case's parties as long as nobody created it: its unit is not known yet.
func PostParty(post string) string { return "post/" + post }

// partiesOf 当事单位 are the units that have to do with a case, with all above them: those of its reach, who raised it, who handles
// and helps, and where the posts of its ladder belong. Lists and single sight both go by them.
func partiesOf(v table.Reader, old, c Case) ([]string, error) {
	if old.ID != "" && !slices.ContainsFunc(old.Parties, func(p string) bool { return strings.HasPrefix(p, "post/") }) && reflect.DeepEqual(concerned(old), concerned(c)) {
		return old.Parties, nil // most moves change nobody
	}
	set := map[string]bool{}
	var add func(unit string) error
	add = func(unit string) error {
		for range 32 { // deeper than any real tree: a loop in stored data ends here
			if unit == "" || set[unit] {
				return nil
			}
			set[unit] = true
			u, err := org.UnitOf(v, unit)
			if errors.Is(err, org.ErrNoUnit) {
				return nil
			}
			if err != nil {
				return err
			}
			unit = u.Parent
		}
		return nil
	}
	for _, p := range concerned(c) {
		if p.Post != "" {
			unit, err := unitOfPost(v, p.Post)
			if err != nil {
				return nil, err
			}
			if unit == "" {
				set[PostParty(p.Post)] = true
			} else if err := add(unit); err != nil {
				return nil, err
			}
		}
		if err := add(p.Unit); err != nil {
			return nil, err
		}
	}
	out := make([]string, 0, len(set))
	for p := range set {
		out = append(out, p)
	}
	slices.Sort(out)
	return out, nil
}

// concerned are all who have to do with a case, as it names them.
func concerned(c Case) []Party {
	out := append([]Party{c.Raiser, c.Handler, {Unit: c.Reach.Owner}, {Unit: c.Reach.Local}, {Unit: c.Reach.Line}}, c.Assists...)
	for _, s := range c.Seats {
		out = append(out, Party{Post: s})
	}
	return out
}

// shelve stores a case with its columns.
func shelve(w table.Writer, e ledger.Entry, old, c Case) error {
	var err error
	if c.Parties, err = partiesOf(w, old, c); err != nil {
		return err
	}
	at, err := time.Parse(ledger.TimeLayout, e.RecordedAt)
	if err != nil {
		return err
	}
	row, err := rowOf(w, c, at)
	if err != nil {
		return err
	}
	return w.Put(CaseKind, c.ID, shelved{c, row})
}
