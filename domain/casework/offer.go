package casework

import (
	"slices"
	"time"

	"shigan/domain/org"
	"shigan/kernel/table"
)

// Offer 现在能办的 is what a signer may do with a case at an instant. What still hangs on what he fills in is left to Decide, so
// a page that shows no more than this shows no button that is refused whatever is typed.
type Offer struct {
	Moves   []Move
	Stops   []StopRule // lawful reasons for which he may stop the clocks
	Resume  bool
	Extend  *Extendable
	Measure bool
	Decide  bool // options stand there, nothing is decided, and he sits where it is decided
	Merge   bool
	Split   bool
	Judge   bool
	Ask     bool
	Slips   []SlipDue
}

// Extendable 可延期 are the clocks that may be given more time, and how much at most.
type Extendable struct {
	Clocks []string
	Most   Span
}

// Empty tells whether there is nothing for him to do.
func (o Offer) Empty() bool {
	return len(o.Moves)+len(o.Stops)+len(o.Slips) == 0 && o.Extend == nil && !o.Resume && !o.Measure && !o.Decide && !o.Merge && !o.Split && !o.Judge && !o.Ask
}

// OfferOf works out what a signer may do. Whether his role has the right to the deed at all is asked elsewhere (org.May).
func OfferOf(v table.Reader, d *Desk, c Case, by org.Signer, at time.Time) (Offer, error) {
	var o Offer
	for _, m := range d.MovesFrom(c.State) {
		can, err := d.offers(v, c, m, by, at)
		if err != nil {
			return o, err
		}
		if can {
			o.Moves = append(o.Moves, m)
		}
	}
	if !c.Open() {
		return o, nil
	}
	o.Measure = d.may(v, c, by, measurers, at)
	o.Decide = c.sits(by, c.Level) && c.Measure != nil && len(c.Measure.Options) > 0 && !c.Measure.whole() && c.Handler != (Party{}) && !is(c.Handler, by)
	o.Merge = d.keeps(by) && c.Into == "" && len(c.Merged) == 0
	o.Split = d.may(v, c, by, splitters, at)
	o.Judge = d.keeps(by) && len(d.Slips) > 0 && c.Answers > 0 && !c.Poor
	o.Ask = c.mayAsk(d, by)
	for _, r := range d.Stops {
		if c.Halt == nil && d.may(v, c, by, r.Who, at) {
			o.Stops = append(o.Stops, r)
		}
	}
	if c.Halt != nil {
		r, _ := d.Stop(c.Halt.Why)
		o.Resume = d.may(v, c, by, resumers(r), at)
	}
	if d.Extend != nil && d.may(v, c, by, d.Extend.Who, at) && !is(c.Handler, by) {
		most, _ := ParseSpan(d.Extend.Most) // read when the desk was loaded
		x := Extendable{Most: most}
		for _, n := range d.Extend.Clocks {
			if k := c.running(n); k != nil && len(k.Extensions) < d.Extend.Times {
				x.Clocks = append(x.Clocks, n)
			}
		}
		if len(x.Clocks) > 0 {
			o.Extend = &x
		}
	}
	due, err := SlipsDue(d, c, at, holidays())
	o.Slips = slices.DeleteFunc(due, func(s SlipDue) bool { return !d.may(v, c, by, []Actor{s.Signs}, at) })
	return o, err
}

// offers tells whether a move can be made by a signer if he fills in what it asks for.
func (d *Desk) offers(v table.Reader, c Case, m Move, by org.Signer, at time.Time) (bool, error) {
	if !MayMove(v, d, c, by, m, at) || m.Does == DoesReturn && c.Returns >= 2 {
		return false, nil
	}
	for _, n := range []string{m.Within, m.After} {
		k := c.running(n)
		if n == "" || k == nil {
			continue
		}
		r, err := k.Read(holidays(), at)
		if err != nil {
			return false, err
		}
		if r.Overdue == (n == m.Within) {
			return false, nil
		}
	}
	return true, nil
}
