package casework

import (
	"strings"
	"time"

	"shigan/domain/org"
	"shigan/kernel/ledger"
	"shigan/kernel/table"
)

// TakeBack 撤回议定 closes a task that was given for an origin (a meeting's item) and is taken back there before anybody took it up. It is
// signed by whoever takes the decision back: its raiser did not withdraw it, and is told so with the reason.
type TakeBack struct {
	Case   string
	Origin string // that gave it, as its Origin begins: "meeting/M-2022-0706-1/"
	Why    string
}

// Decide gives nothing where somebody has taken the task up. Who may undo what was decided is asked by whoever calls this.
func (c TakeBack) Decide(v table.Reader, _ org.Signer, at time.Time) ([]ledger.Fact, error) {
	x, d, err := both(v, c.Case)
	if err != nil {
		return nil, err
	}
	m, ok := d.takenBackBy()
	switch {
	case !x.Open() || x.State != d.Start || x.Returns > 0 || !strings.HasPrefix(x.Origin, c.Origin) || !ok:
		return nil, nil
	case blank(c.Why):
		return nil, ErrReason.With("move", m.Say)
	}
	s := step{Move: m.Name, Does: m.Does, From: x.State, To: m.To, Reason: strings.TrimSpace(c.Why), Outcome: m.Outcomes[0], Closed: true, Ends: x.allRunning(), Undone: c.Origin, At: minute(at)}
	o, _ := d.Outcome(s.Outcome)
	s.Unfixed = o.Unsettled
	return []ledger.Fact{fact("moved", x.ID, at, s)}, nil
}

// takenBackBy is the move by which a raiser withdraws what nobody has taken up; it says where such a task ends.
func (d *Desk) takenBackBy() (Move, bool) {
	for _, m := range d.MovesFrom(d.Start) {
		if m.Does == DoesWithdraw && len(m.Outcomes) > 0 {
			return m, true
		}
	}
	return Move{}, false
}
