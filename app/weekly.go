package app

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"shigan/domain/casework"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
	"shigan/kernel/ledger"
	"shigan/kernel/rules"
)

// ErrWeek is a weekly bulletin asked for by a day that is no Monday.
var ErrWeek = fault.New(fault.NotFound, "app.no-week")

// Weekly 周协调通报 is who coordinated what in a week, level by level, and who had matters in hand and coordinated nothing. It is
// compiled on Friday and published on the Monday after, so a week runs from Saturday to Friday. Nobody fills it in: it is worked
// out of the moves, measures, extensions and slips of the ledger, and counts deeds, not visits to a page.
//
// To coordinate is to do something about a problem or a finding from a seat of its ladder. What a meeting decided counts for its
// chair.
type Weekly struct {
	Monday   calendar.Date // on which it is published
	From, To calendar.Date // Saturday and Friday
	Over     bool          // the week is past
	Levels   []WeeklyLevel
	Climbed  []WeeklyClimb
	Opened   int
	Closed   int
	Deeds    int
	Cases    int // that were coordinated
	Idle     int // seats with matters in hand and no deed
	Known    int64
	Sample   bool
}

// WeeklyLevel 一级 of the ladders; Say is what the desk of most of its cases calls it.
type WeeklyLevel struct {
	Level int
	Say   rules.Say
	Seats []WeeklySeat // who did most first; those who did nothing last
}

// WeeklySeat is a post at a level, with what it did and what lay in its hands when the week ended.
type WeeklySeat struct {
	Post, Person string
	Deeds        []WeeklyDeed
	Open, Late   int
}

// Idle tells whether it had matters in hand and coordinated nothing.
func (s WeeklySeat) Idle() bool { return len(s.Deeds) == 0 && s.Open > 0 }

// WeeklyDeed is one step of coordination.
type WeeklyDeed struct {
	Case, Title string    // a meeting's item may be about a project, or about neither
	What        rules.Say // the move, as the desk names it; zero where Kind says it
	Kind        string    // measure, meeting, slip, extend, stop
	Text        string    // the decision, where one was made
	On          calendar.Date
	Seq         int64
}

// WeeklyClimb is a case that climbed in the week.
type WeeklyClimb struct {
	Case, Title string
	From, To    int
	On          calendar.Date
	Seq         int64
}

// weeklyUses are the desks whose matters the bulletin speaks of.
var weeklyUses = []string{"problem", "finding"}

// WeekOf gives the Monday on which the week of a day is published.
func WeekOf(day calendar.Date) calendar.Date {
	for day.Weekday() != time.Friday {
		day = day.AddDays(1)
	}
	return day.AddDays(3)
}

// WeeklyOf works out the bulletin that is published on a Monday.
func (o *Office) WeeklyOf(ctx context.Context, monday calendar.Date) (*Weekly, error) {
	if monday.Weekday() != time.Monday {
		return nil, ErrWeek.With("day", monday.String())
	}
	w := &Weekly{Monday: monday, From: monday.AddDays(-9), To: monday.AddDays(-3)}
	k := &weekly{Weekly: w, r: o.Read(ctx), cases: map[string]*casework.Case{}, seats: map[seatKey]*WeeklySeat{}, done: map[string]bool{}, names: map[int]map[rules.Say]int{}}
	now, end := o.Clock(), w.To.AddDays(1).At(0)
	w.Over = !now.Before(end)
	if w.Over {
		now = end
	}
	if err := k.walk(w.From.At(0), end); err != nil {
		return nil, err
	}
	if err := k.standing(now); err != nil {
		return nil, err
	}
	return w, k.order()
}

type seatKey struct {
	level int
	post  string
}

// weekly gathers while the week's entries go by.
type weekly struct {
	*Weekly
	r     Reader
	cases map[string]*casework.Case
	seats map[seatKey]*WeeklySeat
	done  map[string]bool
	names map[int]map[rules.Say]int
}

// walk reads the week's entries once, in their order.
func (k *weekly) walk(from, end time.Time) error {
	last, err := k.r.SeqAt(stamp(from.Add(-time.Millisecond)))
	if err != nil {
		return err
	}
	until := stamp(end)
	for st, err := range k.r.All(last + 1) {
		if err != nil {
			return err
		}
		if st.RecordedAt >= until {
			break
		}
		k.Known = st.Seq
		if st.Kind == "dispatch.item-decided/1" {
			if err := k.chaired(st.Entry); err != nil {
				return err
			}
			continue
		}
		id, ok := strings.CutPrefix(st.Subject, "case/")
		if !ok || st.Room() != "case" {
			continue
		}
		c, d, err := k.of(id)
		if err != nil {
			return err
		}
		if c == nil {
			continue
		}
		if err := k.take(*c, d, st.Entry); err != nil {
			return err
		}
	}
	return nil
}

// of reads a case of the desks in question; nil for others.
func (k *weekly) of(id string) (*casework.Case, *casework.Desk, error) {
	c, seen := k.cases[id]
	if !seen {
		x, err := casework.Of(k.r, id)
		if err != nil {
			return nil, nil, err
		}
		c = &x
		k.cases[id] = c
	}
	d, err := casework.Pinned(k.r, c.Digest)
	if err != nil || !slices.Contains(weeklyUses, d.Use) {
		return nil, nil, err
	}
	return c, d, nil
}

// take counts one entry.
func (k *weekly) take(c casework.Case, d *casework.Desk, e ledger.Entry) error {
	on := dayOfStamp(e.RecordedAt)
	deed := WeeklyDeed{Case: c.ID, Title: c.Title, On: on, Seq: e.Seq}
	switch e.Kind {
	case "case.opened/1":
		k.Opened++
		return nil
	case "case.climbed/1":
		for _, x := range c.Climbs {
			if x.Seq == e.Seq {
				k.Climbed = append(k.Climbed, WeeklyClimb{c.ID, c.Title, x.From, x.To, on, e.Seq})
			}
		}
		return nil
	case "case.moved/1", "case.returned/1", "case.confirmed/1", "case.refused-by-raiser/1":
		var b struct {
			Move   string `json:"move"`
			Closed bool   `json:"closed"`
			Reason string `json:"reason"`
		}
		if err := json.Unmarshal(e.Body, &b); err != nil {
			return err
		}
		if b.Closed {
			k.Closed++
		}
		m, _ := d.Move(b.Move)
		deed.What, deed.Text = m.Say, b.Reason
	case "case.measure-set/1":
		var m casework.Measure
		if err := json.Unmarshal(e.Body, &m); err != nil {
			return err
		}
		deed.Kind, deed.Text = "measure", m.Decision
		if m.Meeting != "" {
			return nil // the chair's, who decided it there
		}
	case "case.slip-sent/1":
		deed.Kind = "slip"
	case "case.extended/1":
		deed.Kind = "extend"
	case "case.stopped/1", "case.suspended/1":
		deed.Kind = "stop"
	default:
		return nil
	}
	if level := seatLevel(c, e.Post, levelBefore(c, e.Seq)); level > 0 { // else its handler's or its raiser's own step
		k.add(d, level, e.Post, deed)
	}
	return nil
}

// add counts a step for a seat.
func (k *weekly) add(d *casework.Desk, level int, post string, deed WeeklyDeed) {
	k.Deeds++
	if !k.done[deed.Case] {
		k.done[deed.Case] = true
		k.Cases++
	}
	s := k.seat(d, level, post)
	s.Deeds = append(s.Deeds, deed)
}

// chaired counts what a meeting decided for its chair: at the level of the case, or, where the item is about none, at the top.
func (k *weekly) chaired(e ledger.Entry) error {
	var b struct{ Item, Decision string }
	if err := json.Unmarshal(e.Body, &b); err != nil {
		return err
	}
	m, err := dispatch.MeetingOf(k.r, strings.TrimPrefix(e.Subject, dispatch.MeetingKind+"/"))
	if err != nil || m.Chair == "" {
		return err
	}
	x := m.Item(b.Item)
	if x == nil || x.Kind == dispatch.ItemPrevious {
		return nil
	}
	deed := WeeklyDeed{Case: m.ID, Title: x.Title, Kind: "meeting", Text: b.Decision, On: dayOfStamp(e.RecordedAt), Seq: e.Seq}
	if id, ok := strings.CutPrefix(x.Subject, casework.CaseKind+"/"); ok {
		c, d, err := k.of(id)
		if err != nil || c == nil {
			return err
		}
		deed.Case, deed.Title = c.ID, c.Title
		at := levelBefore(*c, e.Seq)
		k.add(d, cmp.Or(seatLevel(*c, m.Chair, at), at), m.Chair, deed)
		return nil
	}
	if id, ok := strings.CutPrefix(x.Subject, project.Kind+"/"); ok && deed.Title == "" {
		p, err := project.Of(k.r, id)
		if err != nil {
			return err
		}
		deed.Title, deed.Case = p.Facts.Name.Zh, id
	}
	d, err := casework.ForUse(k.r, weeklyUses[0], k.To.String())
	if errors.Is(err, casework.ErrNoDesk) {
		return nil
	}
	if err == nil {
		k.add(d, len(d.Ladder), m.Chair, deed)
	}
	return err
}

// seatLevel is the level from which a post acts: the lowest seat of its own at or above the level where the case stands.
func seatLevel(c casework.Case, post string, at int) int {
	for i := max(at, 1); i <= len(c.Seats); i++ {
		if post != "" && c.Seats[i-1] == post {
			return i
		}
	}
	return 0
}

// levelBefore is the level where a case stood when an entry was written.
func levelBefore(c casework.Case, seq int64) int {
	level := c.Level
	if len(c.Climbs) > 0 {
		level = c.Climbs[0].From
	}
	for _, x := range c.Climbs {
		if x.Seq < seq {
			level = x.To
		}
	}
	return level
}

func (k *weekly) seat(d *casework.Desk, level int, post string) *WeeklySeat {
	if level <= len(d.Ladder) {
		if k.names[level] == nil {
			k.names[level] = map[rules.Say]int{}
		}
		k.names[level][d.Ladder[level-1].Say]++
	}
	key := seatKey{level, post}
	if k.seats[key] == nil {
		k.seats[key] = &WeeklySeat{Post: post}
	}
	return k.seats[key]
}

// standing counts what lay at every seat when the week ended. A case that was reopened since counts as open all the time.
func (k *weekly) standing(end time.Time) error {
	days := calendar.StateCouncil()
	seq, err := k.r.SeqAt(stamp(end.Add(-time.Millisecond)))
	if err != nil {
		return err
	}
	for _, use := range weeklyUses {
		for _, f := range []CaseFilter{{Use: use, Open: true}, {Use: use, ClosedFrom: k.To.String()}} {
			lines, err := k.r.Cases(f)
			if err != nil {
				return err
			}
			ids := make([]string, len(lines))
			for i, l := range lines {
				ids[i] = l.ID
			}
			cases, err := Named[casework.Case](k.r, casework.CaseKind, ids)
			if err != nil {
				return err
			}
			for _, id := range ids {
				c := cases[id]
				if !c.Opened.Before(end) || c.Closed != "" && c.Closed < stamp(end) {
					continue
				}
				if err := k.stands(c, levelBefore(c, seq+1), end, days); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (k *weekly) stands(c casework.Case, level int, end time.Time, days *calendar.Workdays) error {
	if level < 1 || level > len(c.Seats) || c.Seats[level-1] == "" {
		return nil
	}
	d, err := casework.Pinned(k.r, c.Digest)
	if err != nil {
		return err
	}
	s := k.seat(d, level, c.Seats[level-1])
	s.Open++
	for _, x := range c.Clocks {
		if x.Name != casework.LevelClock || x.Level != level || !x.Start.Before(end) || !x.End.IsZero() && x.End.Before(end) {
			continue
		}
		if r, err := x.Read(days, end); err == nil && r.Overdue {
			s.Late++
		}
	}
	return nil
}

// order puts seats into their levels and says who sat there on the last day.
func (k *weekly) order() error {
	levels := map[int]*WeeklyLevel{}
	for key, s := range k.seats {
		l := levels[key.level]
		if l == nil {
			l = &WeeklyLevel{Level: key.level}
			most := 0
			for say, n := range k.names[key.level] {
				if n > most || n == most && say.Zh < l.Say.Zh {
					l.Say, most = say, n
				}
			}
			levels[key.level] = l
		}
		if p, err := org.PostOf(k.r, s.Post); err == nil {
			s.Person, k.Sample = p.Holder(k.To.String()), k.Sample || p.Sample
		}
		if s.Idle() {
			k.Idle++
		}
		l.Seats = append(l.Seats, *s)
	}
	for _, l := range levels {
		slices.SortFunc(l.Seats, func(a, b WeeklySeat) int {
			return cmp.Or(cmp.Compare(len(b.Deeds), len(a.Deeds)), cmp.Compare(b.Late, a.Late), cmp.Compare(b.Open, a.Open), cmp.Compare(a.Post, b.Post))
		})
		k.Levels = append(k.Levels, *l)
	}
	slices.SortFunc(k.Levels, func(a, b WeeklyLevel) int { return cmp.Compare(a.Level, b.Level) })
	return nil
}

// dayOfStamp is the day of an instant of the ledger on the house's clock.
func dayOfStamp(s string) calendar.Date {
	t, err := time.Parse(ledger.TimeLayout, s)
	if err != nil {
		return calendar.Date{}
	}
	return calendar.DateOf(t)
}
