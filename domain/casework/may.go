package casework

import (
	"time"

	"shigan/domain/org"
	"shigan/kernel/table"
)

// MayMove 可办 tells whether a signer is one of those whom the desk lets make a move of a case, as it stands. What else the move
// requires (fields, evidence, a second person) is asked when it is made.
func MayMove(v table.Reader, d *Desk, c Case, by org.Signer, m Move, at time.Time) bool {
	if !has(m.From, c.State) || c.Halt != nil && !is(c.Raiser, by) {
		return false
	}
	if m.Requires.Second && (c.Told == nil || c.Told.Person == by.Person || c.Told.Post == by.Post) {
		return false
	}
	return d.may(v, c, by, m.Who, at)
}

// MovesOf lists the moves of a case that are open to a signer now.
func MovesOf(v table.Reader, d *Desk, c Case, by org.Signer, at time.Time) []Move {
	var out []Move
	for _, m := range d.MovesFrom(c.State) {
		if MayMove(v, d, c, by, m, at) {
			out = append(out, m)
		}
	}
	return out
}

// Able 可办 is what a signer may do about an open case beside moving it.
type Able struct {
	Stops   []StopRule // the reasons for which he may stop its clocks
	Resume  bool
	Extend  bool
	Measure bool
	Merge   bool
	Split   bool
	Judge   bool
	Slips   []string // colours that are due and his to sign
}

// AbleOf works it out by the same questions that the deeds ask.
func AbleOf(v table.Reader, d *Desk, c Case, by org.Signer, at time.Time) Able {
	var a Able
	if !c.Open() {
		return a
	}
	for _, s := range d.Stops {
		if c.Halt == nil && d.may(v, c, by, s.Who, at) {
			a.Stops = append(a.Stops, s)
		}
	}
	if c.Halt != nil {
		r, _ := d.Stop(c.Halt.Why)
		a.Resume = d.may(v, c, by, resumers(r), at)
	}
	if x := d.Extend; x != nil && d.may(v, c, by, x.Who, at) && !is(c.Handler, by) {
		for _, n := range x.Clocks {
			k := c.running(n)
			a.Extend = a.Extend || k != nil && len(k.Extensions) < x.Times
		}
	}
	a.Measure = d.may(v, c, by, measurers, at)
	a.Merge = d.keeps(by) && c.Into == "" && len(c.Merged) == 0
	a.Split = d.may(v, c, by, splitters, at)
	a.Judge = d.keeps(by) && c.Answers > 0 && !c.Poor
	due, err := SlipsDue(d, c, at, holidays())
	for _, s := range due {
		if err == nil && d.may(v, c, by, []Actor{s.Signs}, at) {
			a.Slips = append(a.Slips, s.Colour)
		}
	}
	return a
}

// Who may do what no desk gives away.
var (
	measurers = []Actor{Handler, Keeper, AtSeat}
	splitters = []Actor{Keeper, AtSeat}
)

// resumers: whoever waits for the matter, and whoever answers for it, may always let the clock run again.
func resumers(r StopRule) []Actor { return append([]Actor{Raiser, Handler, Keeper, AtSeat}, r.Who...) }
