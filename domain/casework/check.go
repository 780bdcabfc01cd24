package casework

import (
	"fmt"
	"slices"
	"strings"

	"shigan/domain/org"
	"shigan/kernel/calendar"
)

// Check refuses a desk that would trap a case, lose it, or let it be closed behind its raiser's back. Where a way through the
// states is to blame, the refusal names it.
func Check(d *Desk) error {
	if err := d.checkParts(); err != nil {
		return ErrDesk.With("desk", d.Name, "why", err.Error())
	}
	return d.checkWays()
}

// checkParts holds every part to its form, and every name to something that is there.
func (d *Desk) checkParts() error {
	if d.Prefix == "" || d.Start == "" || len(d.States) == 0 || len(d.Moves) == 0 || len(d.Ladder) == 0 || len(d.Outcomes) == 0 {
		return fmt.Errorf("prefix, start, states, moves, ladder and outcomes are required")
	}
	if _, err := scheduleOf(d.Hours, d.EveryDay, calendar.StateCouncil()); err != nil {
		return fmt.Errorf("hours: %w", err)
	}
	for _, r := range slices.Concat(d.Keepers, d.Raisers, d.Behalf) {
		if !slices.Contains(working, org.Role(r)) {
			return fmt.Errorf("no role of the house: %s", r)
		}
	}
	if len(d.Keepers) == 0 {
		return fmt.Errorf("nobody keeps the desk")
	}
	if err := d.checkNames(); err != nil {
		return err
	}
	for i, l := range d.Ladder {
		if (l.Rung == "") == (l.Post == "") || l.Zh == "" {
			return fmt.Errorf("level %d: a rung or a post sits there, one of them", i+1)
		}
		if spans, err := l.Limit.check(); err != nil {
			return fmt.Errorf("level %d: %w", i+1, err)
		} else if l.Given && !allDays(spans) {
			return fmt.Errorf("level %d: a day that was given counts in days, so its limit does too", i+1)
		}
		if _, ok := d.Clock(l.Like); l.Like != "" && (!ok || len(l.Limit) > 0) {
			return fmt.Errorf("level %d: no clock %q, or a limit besides", i+1, l.Like)
		}
		if len(l.Limit) == 0 && l.Like == "" && i < len(d.Ladder)-1 {
			return fmt.Errorf("level %d has no limit, so nothing climbs from it", i+1)
		}
	}
	for _, c := range d.Clocks {
		if len(c.Limits) == 0 || c.Name == LevelClock {
			return fmt.Errorf("clock %s has no limit, or a name that is taken", c.Name)
		}
		if _, err := scheduleOf(c.Hours, c.EveryDay, calendar.StateCouncil()); err != nil || c.Hours == "" && c.EveryDay {
			return fmt.Errorf("clock %s: hours of its own: %q, every day: %v: %w", c.Name, c.Hours, c.EveryDay, err)
		}
		if err := d.checkLimits(c.Limits); err != nil {
			return fmt.Errorf("clock %s: %w", c.Name, err)
		}
		if _, ok := share(c.Near); !ok && c.Near != "" {
			if _, err := ParseSpan(c.Near); err != nil {
				return fmt.Errorf("clock %s: near: %w", c.Name, err)
			}
		}
	}
	for _, c := range d.Clocks {
		for _, dated := range c.Limits {
			if spans, _ := dated.check(); c.Given && !allDays(spans) {
				return fmt.Errorf("clock %s: a day that was given counts in days, so its limit does too", c.Name)
			}
		}
	}
	if err := d.checkLimits(d.Minimum); err != nil {
		return fmt.Errorf("minimum: %w", err)
	}
	for _, m := range d.Moves {
		if err := d.checkMove(m); err != nil {
			return fmt.Errorf("move %s: %w", m.Name, err)
		}
	}
	for _, s := range d.States {
		if s.Waits != "" && !d.known(s.Waits) {
			return fmt.Errorf("state %s waits for an unknown actor: %s", s.Name, s.Waits)
		}
	}
	for _, n := range d.Entry {
		if _, ok := d.Field(n); !ok {
			return fmt.Errorf("entry: no field %q", n)
		}
	}
	if err := d.clocksThere(d.Opening); err != nil {
		return fmt.Errorf("opening: %w", err)
	}
	return d.checkHalts()
}

func allDays(spans []Span) bool {
	return !slices.ContainsFunc(spans, func(s Span) bool { return s.Measure != calendar.InDays })
}

func (d *Desk) checkNames() error {
	seen := map[string]bool{}
	once := func(what, name, zh, en string) error {
		if name == "" || zh == "" || en == "" || seen[what+name] {
			return fmt.Errorf("%s %q: without a name or a text, or there twice", what, name)
		}
		seen[what+name] = true
		return nil
	}
	for _, s := range d.States {
		if err := once("state", s.Name, s.Zh, s.En); err != nil {
			return err
		}
	}
	for _, m := range d.Moves {
		if err := once("move", m.Name, m.Zh, m.En); err != nil {
			return err
		}
	}
	for _, c := range d.Clocks {
		if err := once("clock", c.Name, c.Zh, c.En); err != nil {
			return err
		}
	}
	for _, s := range d.Stops {
		if err := once("stop", s.Name, s.Zh, s.En); err != nil {
			return err
		}
	}
	for _, f := range d.Fields {
		if err := once("field", f.Name, f.Zh, f.En); err != nil {
			return err
		}
		for _, c := range f.Choices {
			if err := once("answer "+f.Name+" ", c.Name, c.Zh, c.En); err != nil {
				return err
			}
			if c.Counts != "" && !slices.Contains(Marks, c.Counts) {
				return fmt.Errorf("answer %s of %s counts as nothing known: %q", c.Name, f.Name, c.Counts)
			}
		}
	}
	for _, n := range d.Kinds {
		if err := once("kind", n.Name, n.Zh, n.En); err != nil {
			return err
		}
	}
	for _, o := range d.Outcomes {
		if err := once("outcome", o.Name, o.Zh, o.En); err != nil {
			return err
		}
		if !slices.Contains(Rates, o.Rate) {
			return fmt.Errorf("outcome %s counts in no rate: %q", o.Name, o.Rate)
		}
	}
	return nil
}

func (d *Desk) checkLimits(b ByKind) error {
	for kind, dated := range b {
		if _, ok := d.Kind(kind); !ok && kind != AnyKind {
			return fmt.Errorf("no kind %q", kind)
		}
		if _, err := dated.check(); err != nil {
			return fmt.Errorf("%s: %w", kind, err)
		}
	}
	return nil
}

func (d *Desk) clocksThere(names []string) error {
	for _, n := range names {
		if _, ok := d.Clock(n); !ok && n != LevelClock {
			return fmt.Errorf("no clock %q", n)
		}
	}
	return nil
}

func (d *Desk) actorsThere(who []Actor) error {
	if len(who) == 0 {
		return fmt.Errorf("nobody may")
	}
	for _, a := range who {
		if !d.known(a) {
			return fmt.Errorf("unknown actor %q", a)
		}
	}
	return nil
}

func (d *Desk) checkMove(m Move) error {
	if err := d.actorsThere(m.Who); err != nil {
		return err
	}
	if err := d.clocksThere(slices.Concat(m.Starts, m.Ends)); err != nil {
		return err
	}
	for _, n := range []string{m.Within, m.After} {
		if _, ok := d.Clock(n); !ok && n != "" {
			return fmt.Errorf("no clock %q", n)
		}
	}
	for _, o := range m.Outcomes {
		if _, ok := d.Outcome(o); !ok {
			return fmt.Errorf("no outcome %q", o)
		}
	}
	for _, f := range m.Requires.Fields {
		if _, ok := d.Field(f); !ok {
			return fmt.Errorf("no field %q", f)
		}
	}
	if err := d.checkAnswers(m); err != nil {
		return err
	}
	raiserOnly := len(m.Who) == 1 && m.Who[0] == Raiser
	switch {
	case m.Level < 0 || m.Level > len(d.Ladder):
		return fmt.Errorf("leads up to level %d, which is not there", m.Level)
	case m.Level > 0 && (!slices.Contains(m.Starts, LevelClock) || m.Does == DoesReopen || m.Does == DoesLift):
		return fmt.Errorf("leads up to level %d, so it starts the clock of that level and climbs by nothing else", m.Level)
	case !slices.Contains(deeds, m.Does):
		return fmt.Errorf("does %q, which the engine can't", m.Does)
	case (m.Does == DoesConfirm || m.Does == DoesReopen || m.Does == DoesWithdraw) && !raiserOnly:
		return fmt.Errorf("%s is the raiser's alone", m.Does)
	case m.Does == DoesReturn && (m.Again == "" || !m.Requires.Reason):
		return fmt.Errorf("a return needs a reason, and a state in which the second one is settled")
	case m.Does != DoesReturn && m.Does != DoesReopen && m.Again != "":
		return fmt.Errorf("only a return or a reopening goes elsewhere the second time")
	case m.Does != DoesReopen && m.Orphan != "":
		return fmt.Errorf("only a reopening finds nobody who handles")
	case m.Does == DoesReopen && !slices.Contains(m.Starts, LevelClock):
		return fmt.Errorf("reopens and starts no clock at the level above")
	case m.Tells && !m.Requires.Reason:
		return fmt.Errorf("tells the raiser a reason that nobody has to give")
	case m.Does == DoesReopen && len(m.Starts) == 0:
		return fmt.Errorf("reopens and starts no clock at the handler")
	case m.Does == DoesClose && !m.Requires.Second:
		return fmt.Errorf("closes without a second person's signature")
	case m.Requires.Second && slices.Contains(m.Who, ByClock):
		return fmt.Errorf("the clock is no second person")
	}
	return nil
}

// checkAnswers holds the answers that a move is made with to those that its fields offer.
func (d *Desk) checkAnswers(m Move) error {
	for name, want := range m.Requires.Answers {
		f, ok := d.Field(name)
		if !ok || len(want) == 0 {
			return fmt.Errorf("no field %q, or no answer to it", name)
		}
		for _, w := range want {
			if _, ok := f.Choice(w); !ok {
				return fmt.Errorf("field %s has no answer %q", name, w)
			}
		}
	}
	return nil
}

func (d *Desk) checkHalts() error {
	for _, s := range d.Stops {
		if err := d.actorsThere(s.Who); err != nil {
			return fmt.Errorf("stop %s: %w", s.Name, err)
		}
		if err := d.clocksThere(s.Clocks); err != nil {
			return fmt.Errorf("stop %s: %w", s.Name, err)
		}
		if s.Source == "" {
			return fmt.Errorf("stop %s has no source", s.Name)
		}
		span, err := ParseSpan(s.Review)
		if s.Suspends && (err != nil || span.Measure == calendar.InMinutes) || !s.Suspends && s.Review != "" {
			return fmt.Errorf("stop %s: a suspension has a time within which it is looked at again, and only a suspension", s.Name)
		}
		if s.Suspends && slices.Contains(s.Who, Handler) {
			return fmt.Errorf("stop %s: the handler approves his own suspension", s.Name)
		}
	}
	for _, s := range d.Slips {
		if s.Colour == "" || s.Zh == "" || s.En == "" || len(s.When) == 0 || !d.known(s.Signs) {
			return fmt.Errorf("slip %q: colour, texts, grounds and who signs are required", s.Colour)
		}
		for _, w := range s.When {
			if w.Clock != "" {
				if err := d.clocksThere([]string{w.Clock}); err != nil {
					return fmt.Errorf("slip %s: %w", s.Colour, err)
				}
			}
			if _, err := ParseSpan(w.Left); w.Left != "" && err != nil {
				return fmt.Errorf("slip %s: %w", s.Colour, err)
			}
			if _, ok := share(w.Used); w.Used != "" && !ok {
				return fmt.Errorf("slip %s: no share: %q", s.Colour, w.Used)
			}
		}
	}
	return d.checkExtend()
}

func (d *Desk) checkExtend() error {
	x := d.Extend
	if x == nil {
		return nil
	}
	most, err := ParseSpan(x.Most)
	if err != nil || x.Times < 1 || x.Source == "" {
		return fmt.Errorf("extension: how often, how long and a source are required")
	}
	if err := d.actorsThere(x.Who); err != nil {
		return fmt.Errorf("extension: %w", err)
	}
	if slices.Contains(x.Who, Handler) {
		return fmt.Errorf("extension: the handler approves his own")
	}
	if err := d.clocksThere(x.Clocks); err != nil {
		return fmt.Errorf("extension: %w", err)
	}
	for _, n := range x.Clocks { // an extension is in the clock's own measure
		var all []Dated
		if c, ok := d.Clock(n); ok {
			for _, dated := range c.Limits {
				all = append(all, dated)
			}
		} else {
			for _, l := range d.Ladder {
				all = append(all, l.Limit)
				like, _ := d.Clock(l.Like)
				for _, dated := range like.Limits {
					all = append(all, dated)
				}
			}
		}
		for _, dated := range all {
			spans, _ := dated.check()
			for _, s := range spans {
				if s.Measure != most.Measure {
					return fmt.Errorf("extension: clock %s counts in %s, the extension in %s", n, s.Measure, most.Measure)
				}
			}
		}
	}
	return nil
}

// way is a walk through the states: how a state was reached, and whether the last move told the raiser a reason.
type way struct {
	state string
	told  bool
}

// checkWays walks the states.
func (d *Desk) checkWays() error {
	bad := func(path, why string) error { return ErrPath.With("desk", d.Name, "path", path, "why", why) }
	if _, ok := d.State(d.Start); !ok {
		return bad("→ "+d.Start, "no such state")
	}
	exits := map[string][]string{}
	for _, m := range d.Moves {
		for _, from := range m.From {
			st, ok := d.State(from)
			if !ok {
				return bad(from+" —"+m.Name+"→ "+m.To, "no such state: "+from)
			}
			if st.End && m.Does != DoesReopen {
				return bad(from+" —"+m.Name+"→ "+m.To, "only the raiser's reopening leaves an end")
			}
			for _, to := range m.targets() {
				end, ok := d.State(to)
				if !ok {
					return bad(from+" —"+m.Name+"→ "+to, "leads to nowhere")
				}
				if m.Does == DoesReopen && end.End {
					return bad(from+" —"+m.Name+"→ "+to, "reopens into an end")
				}
				exits[from] = append(exits[from], to)
			}
		}
	}
	came := map[way]string{{d.Start, false}: d.Start} // with the path by which it was first reached
	queue := []way{{d.Start, false}}
	for len(queue) > 0 {
		w := queue[0]
		queue = queue[1:]
		for _, m := range d.MovesFrom(w.state) {
			for _, to := range m.targets() {
				path := came[w] + " —" + m.Name + "→ " + to
				if end, _ := d.State(to); end.End {
					if why := closes(m, w.told); why != "" {
						return bad(path, why)
					}
				} else if m.Requires.Second && !w.told {
					return bad(path, "is signed by a second person, with no reason told before")
				}
				next := way{to, m.Tells}
				if _, seen := came[next]; !seen {
					came[next] = path
					queue = append(queue, next)
				}
			}
		}
	}
	return d.checkEnds(exits, came, bad)
}

// targets are where a move may lead.
func (m Move) targets() []string {
	out := []string{m.To}
	for _, to := range []string{m.Again, m.Orphan} {
		if to != "" {
			out = append(out, to)
		}
	}
	return out
}

// closes says why a move may not lead to an end, or "".
func closes(m Move, told bool) string {
	raiserOnly := len(m.Who) == 1 && m.Who[0] == Raiser
	switch {
	case len(m.Outcomes) == 0:
		return "closes with no outcome"
	case (m.Does == DoesConfirm || m.Does == DoesWithdraw) && raiserOnly:
		return ""
	case m.Does == DoesClose && m.Requires.Second && told:
		return ""
	}
	return "closes without the raiser's consent, nor a reason told to the raiser and a second person's signature"
}

// checkEnds refuses what can't be reached, left, or brought to an end.
func (d *Desk) checkEnds(exits map[string][]string, came map[way]string, bad func(path, why string) error) error {
	ends := map[string]bool{}
	for _, s := range d.States {
		if s.End {
			ends[s.Name] = true
		}
	}
	if len(ends) == 0 {
		return bad(d.Start, "there is no end")
	}
	for grown := true; grown; { // backwards from the ends
		grown = false
		for from, tos := range exits {
			if !ends[from] && slices.ContainsFunc(tos, func(t string) bool { return ends[t] }) {
				ends[from], grown = true, true
			}
		}
	}
	path := func(state string) (string, bool) {
		if p, ok := came[way{state, false}]; ok {
			return p, true
		}
		p, ok := came[way{state, true}]
		return p, ok
	}
	for _, s := range d.States { // the trap itself before those from which it is only not avoided
		p, ok := path(s.Name)
		if !ok {
			return bad("→ "+s.Name, "can't be reached from "+d.Start)
		}
		if !s.End && len(exits[s.Name]) == 0 {
			return bad(p+" —", "can't be left")
		}
	}
	for _, s := range d.States {
		if p, _ := path(s.Name); !s.End && !ends[s.Name] {
			return bad(p+" → "+strings.Join(exits[s.Name], ", ")+" …", "never comes to an end")
		}
	}
	return nil
}
