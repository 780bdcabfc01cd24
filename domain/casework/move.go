package casework

import (
	"errors"
	"slices"
	"time"

	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/kernel/table"
)

// Make 流转 makes a move of the desk. From is the state that the signer saw: where it holds no longer, somebody was faster,
// and the refusal says who.
type Make struct {
	Case    string
	Move    string
	From    string
	Seen    int64 // the case's entry that the signer saw; 0 looks at the state only
	Handler Party
	Assists []Party
	Outcome string
	Reason  string
	Fields  map[string]string
	Files   []string
}

func (Make) Name() string                              { return "case.move" }
func (c Make) Scope(v table.Reader) (org.Scope, error) { return scope(v, c.Case) }

// Reads are the documents that deciding reads.
func (c Make) Reads() [][2]string { return [][2]string{{CaseKind, c.Case}} }

func (c Make) Decide(v table.Reader, by org.Signer, at time.Time) ([]ledger.Fact, error) {
	x, d, err := both(v, c.Case)
	if err != nil {
		return nil, err
	}
	m, ok := d.Move(c.Move)
	if x.State != c.From || c.Seen != 0 && c.Seen != x.Seq {
		return nil, x.moved(d)
	}
	if !ok || !has(m.From, c.From) {
		st, _ := d.State(x.State)
		return nil, ErrNoMove.With("move", said(m, c.Move), "state", st.Say)
	}
	if !d.may(v, x, by, m.Who, at) {
		return nil, ErrNotYours.With("move", m.Say)
	}
	if m.Does == DoesAnswer && is(x.Raiser, by) { // whoever answers a matter is not the one who says whether it is answered
		return nil, ErrOwnJudge
	}
	if x.Halt != nil && !is(x.Raiser, by) {
		return nil, ErrHalted.With("case", x.ID, "since", calendar.DateOf(x.Halt.Since).String())
	}
	s := step{Move: m.Name, Does: m.Does, From: x.State, To: m.To, Reason: c.Reason, Fields: c.Fields, Tells: m.Tells, Ends: m.Ends, At: minute(at)}
	if err := c.meets(d, x, m, by, at); err != nil {
		return nil, err
	}
	kind, err := c.brings(v, d, &x, m, &s, at)
	if err != nil {
		return nil, err
	}
	if s.Starts, err = d.start(x, m.Starts, s.level(x), at); err != nil {
		return nil, err
	}
	return []ledger.Fact{fact(kind, x.ID, at, s, c.Files...)}, nil
}

func said(m Move, name string) any {
	if m.Name == "" {
		return name
	}
	return m.Say
}

// moved says who moved the case on.
func (c Case) moved(d *Desk) error {
	st, _ := d.State(c.State)
	return ErrMoved.With("case", c.ID, "by", c.MovedBy, "at", c.MovedAt, "state", st.Say)
}

// meets holds a move to what it requires.
func (c Make) meets(d *Desk, x Case, m Move, by org.Signer, at time.Time) error {
	if err := c.answers(d, x, m); err != nil {
		return err
	}
	switch {
	case m.Requires.Reason && blank(c.Reason):
		return ErrReason.With("move", m.Say)
	case m.Requires.Evidence && len(c.Files) == 0:
		return ErrEvidence.With("move", m.Say)
	case m.Requires.Measure && !x.Measure.whole():
		return ErrMeasure
	case m.Requires.Second && x.Told == nil:
		return ErrNotTold.With("move", m.Say)
	case m.Requires.Second && (x.Told.Person == by.Person || x.Told.Post == by.Post):
		return ErrSecond.With("move", m.Say)
	}
	for _, clock := range []string{m.Within, m.After} {
		k := x.running(clock)
		if clock == "" || k == nil {
			continue
		}
		r, err := k.Read(holidays(), at)
		if err != nil {
			return err
		}
		rule, _ := d.Clock(clock)
		switch {
		case r.Overdue && clock == m.Within:
			return ErrTooLate.With("move", m.Say, "clock", rule.Say)
		case !r.Overdue && clock == m.After:
			return ErrTooSoon.With("move", m.Say, "clock", rule.Say)
		}
	}
	return nil
}

// answers holds what was filled in to what the move asks for. Words that stand in the case already need not be said again; an answer is
// given anew each time.
func (c Make) answers(d *Desk, x Case, m Move) error {
	for name, text := range c.Fields {
		f, ok := d.Field(name)
		if !ok {
			return ErrField.With("field", name)
		}
		if _, ok := f.Choice(text); len(f.Choices) > 0 && !ok && !blank(text) {
			return ErrChoice.With("field", f.Say, "choice", text)
		}
	}
	for _, f := range d.Asks(m) {
		if blank(c.Fields[f.Name]) && (len(f.Choices) > 0 || blank(x.Fields[f.Name])) {
			return ErrField.With("field", f.Say)
		}
		answer, _ := f.Choice(c.Fields[f.Name])
		if want, held := m.Requires.Answers[f.Name]; held && !has(want, answer.Name) {
			return ErrAnswer.With("move", m.Say, "field", f.Say, "answer", answer.Say)
		}
	}
	return nil
}

// brings works out what the kind of move does, and gives the kind of its fact.
func (c Make) brings(v table.Reader, d *Desk, x *Case, m Move, s *step, at time.Time) (string, error) {
	if len(m.Outcomes) > 0 {
		s.Outcome = c.Outcome
		if s.Outcome == "" && len(m.Outcomes) == 1 {
			s.Outcome = m.Outcomes[0]
		}
		if s.Outcome == "" && has(m.Outcomes, x.Outcome) {
			s.Outcome = x.Outcome
		}
		o, ok := d.Outcome(s.Outcome)
		if !ok || !slices.Contains(m.Outcomes, s.Outcome) {
			return "", ErrOutcome.With("outcome", s.Outcome)
		}
		if o.Reason && blank(c.Reason) && (x.Told == nil || !m.Requires.Second) && m.Does != DoesConfirm {
			return "", ErrReason.With("move", m.Say)
		}
	}
	if end, _ := d.State(m.To); end.End {
		if err := x.partsClosed(v); err != nil {
			return "", err
		}
		s.Closed = true
		s.Ends = x.allRunning()
		if s.Outcome == "" {
			s.Outcome = x.Outcome
		}
		fast, err := d.tooFast(*x, at)
		if err != nil {
			return "", err
		}
		o, _ := d.Outcome(s.Outcome)
		s.Fast, s.Unfixed = fast, o.Unsettled
	}
	switch m.Does {
	case DoesAssign:
		if c.Handler.Unit == "" && c.Handler.Post == "" {
			c.Handler, c.Assists = x.Handler, x.Assists // named at birth
		}
		if c.Handler.Unit == "" && c.Handler.Post == "" {
			return "", ErrNoHandler
		}
		if same(c.Handler, x.Raiser) {
			return "", ErrOwnJudge
		}
		s.Handler, s.Assists = &c.Handler, c.Assists
		if err := d.seatHead(v, x, s, c.Handler); err != nil {
			return "", err
		}
	case DoesReturn:
		switch {
		case x.Returns >= 2:
			return "", ErrSettled.With("case", x.ID)
		case x.Returns == 1:
			s.To = m.Again
		}
		return "returned", nil
	case DoesConfirm:
		return "confirmed", nil
	case DoesReopen:
		s.Ends = x.allRunning()
		if x.Reopened > 0 && m.Again != "" {
			s.To = m.Again
		}
		x.Reopened++ // the day that it was given is past: the new clocks run by their own limits
		if x.Handler == (Party{}) && m.Orphan != "" {
			s.To = m.Orphan
		}
		return "refused-by-raiser", d.lift(v, *x, s, at)
	case DoesLift:
		s.Ends = append(slices.Clone(s.Ends), LevelClock)
		return "moved", d.lift(v, *x, s, at)
	}
	if m.Level > x.Level {
		below := *x
		below.Level = m.Level - 1
		s.Ends = append(slices.Clone(s.Ends), LevelClock)
		err := d.lift(v, below, s, at)
		s.Was = x.Level
		return "moved", err
	}
	return "moved", nil
}

// seatHead seats the head of the handler's unit on the rung that is for it; whom the chain of duty named there stays where none is known.
func (d *Desk) seatHead(v table.Reader, x *Case, s *step, handler Party) error {
	i := slices.IndexFunc(d.Ladder, func(l Level) bool { return l.Rung == HandlerRung })
	if i < 0 || i >= len(x.Seats) || handler.Unit == "" {
		return nil
	}
	head, _, _, err := org.Heads(v, handler.Unit)
	if errors.Is(err, org.ErrNoUnit) || err == nil && (head == "" || head == x.Seats[i]) {
		return nil
	}
	x.Seats = slices.Clone(x.Seats)
	x.Seats[i] = head
	s.Seats = x.Seats
	return err
}

func (c Case) allRunning() []string {
	var out []string
	for _, k := range c.Clocks {
		if k.running() {
			out = append(out, k.Name)
		}
	}
	return out
}

// tooFast tells whether it was done sooner than its kind can be done at all.
func (d *Desk) tooFast(c Case, at time.Time) (bool, error) {
	least, ok := d.Minimum.On(c.Kind, calendar.DateOf(c.Opened).String())
	if !ok {
		return false, nil
	}
	k := Clock{Start: c.Opened, Limit: least, Hours: d.Hours, EveryDay: d.EveryDay}
	r, err := k.Read(holidays(), at)
	return err == nil && r.Used < least.Amount, err
}

// both reads a case with the desk that rules it.
func both(v table.Reader, id string) (Case, *Desk, error) {
	c, err := Of(v, id)
	if err != nil {
		return c, nil, err
	}
	d, err := Pinned(v, c.Digest)
	return c, d, err
}

// stillOpen is both, for what may not be done to a closed case.
func stillOpen(v table.Reader, id string) (Case, *Desk, error) {
	c, d, err := both(v, id)
	if err == nil && !c.Open() {
		err = ErrClosed.With("case", id)
	}
	return c, d, err
}
