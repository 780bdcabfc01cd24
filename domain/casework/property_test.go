package casework

import (
	"cmp"
	"slices"
	"strconv"
	"testing"
	"time"

	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
	"shigan/packs"

	"pgregory.net/rapid"
)

func shipped(t testing.TB) []*Desk {
	t.Helper()
	lib, err := Load(packs.FS())
	if err != nil {
		t.Fatal(err)
	}
	var out []*Desk
	for _, n := range lib.Names() {
		out = append(out, lib.Desks[n])
	}
	if len(out) < 9 {
		t.Fatalf("only %d desks are shipped", len(out))
	}
	return out
}

// player plays any moves at all, allowed or not, by anybody, at growing times.
type player struct {
	d     *Desk
	m     *memory
	who   map[string]org.Signer
	names []string
	at    time.Time
	ids   []string
	raced map[string]int64 // entry of the last case.confirmed, withdrawn or signed, per case
}

func (d *Desk) player(t *rapid.T) *player {
	at := calendar.MustDate(max("2022-01-04", d.Effective)).At(9 * 60)
	vacant := rapid.SliceOfDistinct(rapid.IntRange(1, len(d.Ladder)), rapid.ID[int]).Draw(t, "vacant")
	m, who, err := d.stage(at, vacant)
	if err != nil {
		t.Fatal(err)
	}
	p := &player{d: d, m: m, who: who, at: at}
	for n := range who {
		if n != "clock" {
			p.names = append(p.names, n)
		}
	}
	slices.Sort(p.names)
	p.open(t)
	return p
}

func (p *player) open(t *rapid.T) {
	id := "T-" + strconv.Itoa(len(p.ids)+1)
	kind := ""
	if len(p.d.Kinds) > 0 {
		kind = rapid.SampledFrom(p.d.Kinds).Draw(t, "kind").Name
	}
	o := Open{ID: id, Desk: p.d.Name, Kind: kind, Title: id, Chain: p.d.chain(), Raiser: Party{"u-raiser", "raiser"}}
	if err := p.m.do(p.who["desk"], o, p.at, ""); err != nil {
		t.Fatal(err)
	}
	p.ids = append(p.ids, id)
}

// turn plays one turn; only a fault is an answer, anything else is an error of ours.
func (p *player) turn(t *rapid.T) {
	p.at = p.at.Add(time.Duration(rapid.SampledFrom([]int{0, 1, 7, 60, 480, 1440, 3000, 10080}).Draw(t, "minutes")) * time.Minute)
	id := rapid.SampledFrom(p.ids).Draw(t, "case")
	name := rapid.SampledFrom(p.names).Draw(t, "by")
	by := p.who[name]
	c, err := Of(p.m, id)
	if err != nil {
		t.Fatal(err)
	}
	switch what := rapid.IntRange(0, 19).Draw(t, "what"); {
	case what == 0:
		err = p.m.tick(p.at)
	case what == 1 && len(p.d.Stops) > 0:
		s := rapid.SampledFrom(p.d.Stops).Draw(t, "stop")
		review := ""
		if s.Suspends {
			review = calendar.DateOf(p.at).AddDays(10).String()
		}
		err = p.m.do(by, Halting{Case: id, Why: s.Name, Note: "-", Review: review}, p.at, "")
	case what == 2:
		err = p.m.do(by, Resume{Case: id}, p.at, "")
	case what == 3:
		err = p.m.do(by, Extend{Case: id, Amount: rapid.IntRange(0, 6).Draw(t, "amount"), Reason: "-"}, p.at, "")
	case what == 4 && len(p.ids) > 1:
		err = p.m.do(by, Merge{Case: id, Into: rapid.SampledFrom(p.ids).Draw(t, "into"), Reason: "-"}, p.at, "")
	case what == 5 && len(p.ids) < 12:
		err = p.m.do(by, Split{Case: id, Reason: "-", Parts: []Part{{Title: "a"}, {Title: "b"}}}, p.at, "")
		if err == nil {
			now, _ := Of(p.m, id)
			p.ids = append(p.ids, now.Parts[len(c.Parts):]...)
		}
	case what == 6 && len(p.ids) < 12:
		p.open(t)
	default:
		moves := p.d.MovesFrom(c.State)
		if what == 7 || len(moves) == 0 {
			moves = p.d.Moves
		}
		m := rapid.SampledFrom(moves).Draw(t, "move")
		if rapid.IntRange(0, 3).Draw(t, "willing") > 0 { // mostly somebody who may
			if n := actorName(m.Who[0]); n != "" {
				by = p.who[n]
			}
		}
		err = p.m.do(by, p.make(t, c, m), p.at, "")
	}
	if _, refused := fault.Of(err); err != nil && !refused {
		t.Fatal(err)
	}
}

func actorName(a Actor) string {
	switch a {
	case Raiser, Handler, Assist, Keeper:
		return string(a)
	case AtSeat:
		return "second"
	}
	if len(a) == 6 && a[:5] == "seat:" {
		return "seat" + string(a[5:])
	}
	return string(a)
}

func (p *player) make(t *rapid.T, c Case, m Move) Make {
	k := Make{Case: c.ID, Move: m.Name, From: c.State, Reason: rapid.SampledFrom([]string{"-", "-", "-", ""}).Draw(t, "reason"), Fields: map[string]string{}}
	if len(m.Outcomes) > 0 {
		k.Outcome = rapid.SampledFrom(m.Outcomes).Draw(t, "outcome")
	}
	if m.Does == DoesAssign {
		k.Handler, k.Assists = Party{Unit: "u-handler"}, []Party{{Unit: "u-assist"}}
	}
	for _, f := range p.d.Asks(m) {
		k.Fields[f.Name] = "-"
		if len(f.Choices) > 0 {
			k.Fields[f.Name] = rapid.SampledFrom(f.Choices).Draw(t, f.Name).Name
		}
		if want := m.Requires.Answers[f.Name]; len(want) > 0 && rapid.IntRange(0, 3).Draw(t, "content") > 0 {
			k.Fields[f.Name] = want[0]
		}
	}
	return k
}

// TestNoShippedDeskClosesBehindItsRaisersBack, and all else that must hold of any history of any shipped desk.
func TestWhateverIsPlayedOnAShippedDesk(t *testing.T) {
	for _, d := range shipped(t) {
		t.Run(d.Name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				p := d.player(t)
				for range rapid.IntRange(1, 60).Draw(t, "turns") {
					before := p.all(t)
					p.turn(t)
					p.holds(t, before)
				}
			})
		})
	}
}

func (p *player) all(t *rapid.T) map[string]Case {
	out := map[string]Case{}
	ids, _ := p.m.IDs(CaseKind, "")
	for _, id := range ids {
		c, err := Of(p.m, id)
		if err != nil {
			t.Fatal(err)
		}
		out[id] = c
	}
	return out
}

func (p *player) holds(t *rapid.T, before map[string]Case) {
	now := p.all(t)
	for id, was := range before { // merging and splitting lose no case
		if _, ok := now[id]; !ok {
			t.Fatalf("%s is lost", was.ID)
		}
	}
	if len(now) != len(p.ids) {
		t.Fatalf("%d cases, %d were born", len(now), len(p.ids))
	}
	for _, c := range now {
		p.holdsOf(t, before[c.ID], c)
	}
}

// answered tells whether the answers that stand in a case are those that a move is held to.
func (c Case) answered(m Move) bool {
	for f, want := range m.Requires.Answers {
		if !slices.Contains(want, c.Fields[f]) {
			return false
		}
	}
	return true
}

func (p *player) holdsOf(t *rapid.T, was, c Case) {
	// no unconfirmed closing
	if !c.Open() && (was.ID == "" || was.Open()) {
		switch c.ClosedBy {
		case "confirmed", "withdrawn":
			if c.MovedBy != c.Raiser.Post {
				t.Fatalf("%s is %s by %s", c.ID, c.ClosedBy, c.MovedBy)
			}
		case "signed":
			if was.Told == nil || was.Told.Reason == "" || was.Told.Post == c.MovedBy {
				t.Fatalf("%s is signed by %s after %+v", c.ID, c.MovedBy, was.Told)
			}
		default:
			t.Fatalf("%s is closed by %q", c.ID, c.ClosedBy)
		}
		for _, part := range c.Parts {
			if x, err := Of(p.m, part); err != nil || x.Open() {
				t.Fatalf("%s is closed before its part %s", c.ID, part)
			}
		}
	}
	if end, _ := p.d.State(c.State); end.End == c.Open() {
		t.Fatalf("%s stands at %s and is open: %v", c.ID, c.State, c.Open())
	}
	// running + stopped = elapsed, for every clock, and none runs on in a closed case
	names := map[string]bool{}
	for _, k := range c.Clocks {
		r, err := k.Read(holidays(), p.at)
		if err != nil {
			t.Fatal(err)
		}
		if r.Running+r.Stopped != r.Elapsed {
			t.Fatalf("%s %s: %d + %d ≠ %d", c.ID, k.Name, r.Running, r.Stopped, r.Elapsed)
		}
		if k.running() && (!c.Open() || names[k.Name]) {
			t.Fatalf("%s: clock %s runs in a closed case, or twice", c.ID, k.Name)
		}
		names[k.Name] = names[k.Name] || k.running()
	}
	// each level is climbed to once, upwards, and a reopening climbs as long as there is a level above
	level := 0
	for _, x := range c.Climbs {
		if x.To <= x.From || x.From < level {
			t.Fatalf("%s climbs from %d to %d after %d", c.ID, x.From, x.To, level)
		}
		level = x.To
	}
	if len(c.Climbs) > 0 && c.Level != level {
		t.Fatalf("%s stands at %d, climbed to %d", c.ID, c.Level, level)
	}
	if was.ID != "" && c.Reopened > was.Reopened && was.Reopened > 0 { // what is done again once more goes where the desk says
		again := slices.DeleteFunc(p.d.MovesFrom(was.State), func(m Move) bool { return m.Does != DoesReopen })
		if !slices.ContainsFunc(again, func(m Move) bool {
			return c.State == cmp.Or(m.Again, m.To) || c.State == m.Orphan && c.Handler == (Party{})
		}) {
			t.Fatalf("%s was reopened for the second time and stands at %s", c.ID, c.State)
		}
	}
	// an answer that a move is held to is the one with which it was closed
	if !c.Open() && (was.ID == "" || was.Open()) && c.ClosedBy == "confirmed" {
		if !slices.ContainsFunc(p.d.MovesFrom(was.State), func(m Move) bool { return m.Does == DoesConfirm && c.answered(m) }) {
			t.Fatalf("%s is confirmed with %v", c.ID, c.Fields)
		}
	}
	if c.Reopened > was.Reopened {
		if was.ID != "" && was.Level < len(c.Seats) && c.Level <= was.Level {
			t.Fatalf("%s was reopened at level %d and stays at %d", c.ID, was.Level, c.Level)
		}
		if c.running("handle") == nil {
			t.Fatalf("%s was reopened and no clock runs at the handler", c.ID)
		}
	}
	// a merged case keeps its own reply
	if c.Into != "" {
		main, err := Of(p.m, c.Into)
		if err != nil || !slices.Contains(main.Merged, c.ID) {
			t.Fatalf("%s went into %s, which does not know of it", c.ID, c.Into)
		}
	}
	if _, err := Stand(p.d, c, p.at, holidays()); err != nil {
		t.Fatal(err)
	}
}

// TestTheClockClimbsEachLevelOnce however often it runs, after whatever sleep, and from two servers that looked at the same time.
func TestTheClockClimbsEachLevelOnce(t *testing.T) {
	for _, d := range shipped(t) {
		t.Run(d.Name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				p := d.player(t)
				for _, m := range d.Moves { // on to where a handler's time runs
					c, _ := Of(p.m, "T-1")
					if slices.Contains(m.From, c.State) && m.Does == DoesAssign {
						k := p.make(t, c, m)
						k.Reason = "-"
						if err := p.m.do(p.who[actorName(m.Who[0])], k, p.at, ""); err != nil {
							if _, ok := fault.Of(err); !ok {
								t.Fatal(err)
							}
						}
					}
				}
				for range rapid.IntRange(1, 20).Draw(t, "runs") {
					p.at = p.at.Add(time.Duration(rapid.IntRange(0, 20*1440).Draw(t, "sleep")) * time.Minute)
					if calendar.DateOf(p.at).Year() > 2025 {
						break
					}
					var looked []Climb // both servers look before either writes
					ids, _ := p.m.IDs(TickKind, "")
					for _, id := range ids {
						var tick Tick
						if _, err := p.m.Get(TickKind, id, &tick); err != nil {
							t.Fatal(err)
						}
						if c, due, err := tick.Due(p.at, holidays()); err != nil {
							t.Fatal(err)
						} else if due {
							if raw := p.m.docs[[2]string{TickKind, id}]; Early(raw, p.at) {
								t.Fatalf("%s is due and was passed over: %s", id, raw)
							}
							looked = append(looked, c, c)
						}
					}
					for _, c := range looked {
						if err := p.m.do(org.SystemSigner, c, p.at, c.Key()); err != nil {
							t.Fatal(err)
						}
					}
				}
				c, _ := Of(p.m, "T-1")
				to := map[int]bool{}
				for _, x := range c.Climbs {
					if to[x.To] {
						t.Fatalf("level %d was climbed to twice", x.To)
					}
					to[x.To] = true
				}
			})
		})
	}
}

// TestAMoveFromAStateThatNoLongerHoldsSaysWhoWasFaster.
func TestAMoveFromAStateThatNoLongerHoldsSaysWhoWasFaster(t *testing.T) {
	lib, err := Load(packs.FS())
	if err != nil {
		t.Fatal(err)
	}
	d := lib.Desks["sample/jimo-problem"]
	at := calendar.MustDate("2022-06-20").At(9 * 60)
	m, who, err := d.stage(at, nil)
	if err != nil {
		t.Fatal(err)
	}
	do := func(by string, c deed) error { return m.do(who[by], c, at, "") }
	if err := do("raiser", Open{ID: "T-1", Desk: d.Name, Title: "x", Chain: d.chain(), Origin: "a.xlsx#1"}); err != nil {
		t.Fatal(err)
	}
	move := Make{Case: "T-1", Move: "accept", From: "raised"}
	if err := do("desk", move); err != nil {
		t.Fatal(err)
	}
	f, ok := fault.Of(do("second", move))
	if !ok || f.Code != ErrMoved.Code || f.Args["by"] != "desk" || f.Args["case"] != "T-1" {
		t.Errorf("said %v", f)
	}
	for what, tc := range map[string]struct {
		by   string
		cmd  deed
		want *fault.Fault
	}{
		"a case imported twice":                {"raiser", Open{Desk: d.Name, Title: "x", Origin: "a.xlsx#1"}, ErrTwice},
		"a desk that nobody adopted":           {"raiser", Open{Desk: "nowhere/desk", Title: "x"}, ErrNoDesk},
		"no title":                             {"raiser", Open{Desk: d.Name}, ErrTitle},
		"a raiser who handles his own":         {"raiser", Open{Desk: d.Name, Title: "x", Handler: Party{Unit: "u-raiser"}}, ErrOwnJudge},
		"a raiser put up by somebody else":     {"raiser", Open{Desk: d.Name, Title: "x", Raiser: Party{Unit: "u-stranger"}}, ErrNotYours},
		"a person who climbs by hand":          {"desk", Climb{Case: "T-1", Level: 1}, ErrNotYours},
		"the clock before its time":            {"clock", Climb{Case: "T-1", Level: 1, Start: at.UTC()}, ErrNotDue},
		"a decision without owner and day":     {"desk", SetMeasure{Case: "T-1", Measure: Measure{Pain: "a", Cause: "b", Decision: "c"}}, ErrMeasure},
		"a case merged into itself":            {"desk", Merge{Case: "T-1", Into: "T-1", Reason: "-"}, ErrMerge},
		"an adoption of what rules already":    {"desk", AdoptDesk{Desk: &Desk{}}, ErrDesk},
		"a case that is not there":             {"desk", Make{Case: "T-9", Move: "accept", From: "raised"}, ErrNoCase},
		"a day given that has passed":          {"raiser", Open{Desk: d.Name, Title: "x", Given: "2022-06-19"}, ErrGivenDay},
		"a handler's field that no desk knows": {"desk", Make{Case: "T-1", Move: "assign", From: "accepted", Handler: Party{Unit: "u"}, Fields: map[string]string{"x": "y"}}, ErrField},
	} {
		t.Run(what, func(t *testing.T) {
			if f, ok := fault.Of(do(tc.by, tc.cmd)); !ok || f.Code != tc.want.Code {
				t.Errorf("said %v, want %s", f, tc.want.Code)
			}
		})
	}
}
