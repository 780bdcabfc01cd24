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
	if m.Does == DoesAnswer && is(c.Raiser, by) {
		return false
	}
	if m.Requires.Second && (c.Told == nil || c.Told.Person == by.Person || c.Told.Post == by.Post) {
		return false
	}
	return d.may(v, c, by, m.Who, at)
}

// Who may do what no desk gives away.
var (
	measurers = []Actor{Handler, Keeper, AtSeat}
	splitters = []Actor{Keeper, AtSeat}
)

// resumers: whoever waits for the matter, and whoever answers for it, may always let the clock run again.
func resumers(r StopRule) []Actor { return append([]Actor{Raiser, Handler, Keeper, AtSeat}, r.Who...) }
