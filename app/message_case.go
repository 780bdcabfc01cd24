package app

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/rules"
)

// caseMove is what a message needs of the body of a case's entry.
type caseMove struct {
	Move   string `json:"move"`
	Does   string `json:"does"`
	From   string `json:"from"`
	To     string `json:"to"`
	Reason string `json:"reason"`
	Note   string `json:"note"`
	Text   string `json:"text"`
	Tells  bool   `json:"tells"`
	Closed bool   `json:"closed"`
	Undone string `json:"undone"`
	Was    int    `json:"was"`
	Level  int    `json:"level"`
	Why    string `json:"why"`
	Into   string `json:"into"`
	Amount int    `json:"amount"`
	Colour string `json:"colour"`
	Review string `json:"review"`
	Answer string `json:"answer_by"`
	DoneBy string `json:"done_by"`
	Clock  string `json:"clock"`
	What   string `json:"what"`
	Due    string `json:"due"`
}

// ofCase tells those of a case: whose turn it is first, then who sits where it has come to, then whose matter it is.
func (t *teller) ofCase() {
	id, ok := strings.CutPrefix(t.e.Subject, "case/")
	if !ok {
		return
	}
	c, err := casework.Of(t.v, id)
	if err != nil {
		t.err = err
		return
	}
	d, err := casework.Pinned(t.v, c.Digest)
	if err != nil {
		t.err = err
		return
	}
	var m caseMove
	if err := json.Unmarshal(t.e.Body, &m); err != nil {
		t.err = err
		return
	}
	s, err := casework.Stand(d, c, t.at(), calendar.StateCouncil())
	if err != nil { // the list of holidays does not reach this day: told without a due day
		s.Due = time.Time{}
	}
	k := caseTeller{teller: t, c: c, d: d, m: m, next: s.Next, readings: s.Readings, n: Notice{Subject: t.e.Subject, Due: instant(s.Due),
		Args: map[string]org.Name{"title": text(c.Title), "id": text(c.ID), "matter": name(d.Say), "by": t.by()}}}
	if st, ok := d.State(c.State); ok {
		k.n.Args["state"] = name(st.Say)
	}
	for _, r := range []string{m.Reason, m.Note, m.Text} {
		if r != "" {
			k.n.Args["reason"] = text(r)
		}
	}
	k.kind()
}

func name(s rules.Say) org.Name { return org.Name{Zh: s.Zh, En: s.En} }

// caseTeller tells of one entry of one case.
type caseTeller struct {
	*teller
	c    casework.Case
	d    *casework.Desk
	m    caseMove
	next casework.Owner
	n    Notice

	readings []casework.Reading
}

func (k *caseTeller) kind() {
	plain := k.n
	plain.Due = ""
	switch k.e.Kind {
	case "case.opened/1":
		k.opened()
	case "case.moved/1", "case.returned/1", "case.confirmed/1", "case.refused-by-raiser/1":
		k.moved()
	case "case.climbed/1":
		k.came("case.lifted")
		k.handlers("case.climbed", k.with("level", k.level()))
	case "case.stopped/1", "case.suspended/1":
		r, _ := k.d.Stop(k.m.Why)
		n := k.with("why", name(r.Say))
		n.Due = k.m.Review
		k.concerned("case.stopped", n)
	case "case.resumed/1":
		k.concerned("case.resumed", k.n)
	case "case.extended/1":
		k.concerned("case.extended", k.n)
	case "case.merged/1":
		k.concerned("case.merged", with(plain, "into", text(k.m.Into)))
	case "case.slip-sent/1":
		k.slip()
	case "case.answer-poor/1":
		k.handlers("case.poor", k.n)
	case "case.asked/1":
		k.handlers("case.asked", k.n)
	case "case.reminded/1":
		k.reminded()
	}
}

// opened: whose turn it is, who is to help, at whose level its time runs, and for whom it was written down.
func (k *caseTeller) opened() {
	topic := "case.turn"
	switch k.next.As {
	case casework.Handler:
		topic = "case.assigned"
	case casework.Keeper:
		topic = "case.new"
	}
	if k.c.Vacant { // nobody sits all the way up: before anything else
		k.came("case.level")
	}
	k.turn(topic)
	if topic == "case.assigned" {
		k.assists()
	}
	k.came("case.level")
	k.party(k.c.Raiser.Post, k.c.Raiser.Unit, "case.registered", k.n)
}

func (k *caseTeller) moved() {
	m := k.m
	switch {
	case m.Closed:
		o, _ := k.d.Outcome(k.c.Outcome)
		n := k.with("outcome", name(o.Say))
		n.Due = ""
		if m.Undone != "" { // not by its raiser's word: he is told that it was taken back, by whom and why
			k.concerned("case.undone", n)
			return
		}
		k.handlers("case.closed", n)
		k.party(k.c.Raiser.Post, k.c.Raiser.Unit, "case.closed", n)
		return
	case m.Does == casework.DoesAssign:
		k.turn("case.assigned")
		k.assists()
	case m.Does == casework.DoesReopen:
		k.turn("case.reopened")
	case m.Does == casework.DoesReturn:
		if k.next.As == casework.Keeper {
			k.turn("case.returned")
		} else {
			k.turn("case.settle")
		}
	case m.Tells:
		k.turn("case.sign")
		k.party(k.c.Raiser.Post, k.c.Raiser.Unit, "case.told", k.n)
	case m.From == m.To && k.moverIsNext():
		// who goes on with his own matter tells nobody
	case k.next.As == casework.Raiser:
		k.turn("case.confirm")
	default:
		k.turn("case.turn")
	}
	if m.Level > 0 {
		k.came("case.lifted")
	}
}

// slip goes to who handles the matter; a red one to who answers for it as well.
func (k *caseTeller) slip() {
	i := slices.IndexFunc(k.d.Slips, func(r casework.SlipRule) bool { return r.Colour == k.m.Colour })
	n := k.n
	if i >= 0 {
		n = k.with("slip", name(k.d.Slips[i].Say))
	} else {
		n = k.with("slip", text(k.m.Colour))
	}
	n.Due = k.m.DoneBy
	if n.Due == "" {
		n.Due = k.m.Answer
	}
	n.Urgent = k.m.Colour == "red"
	k.handlers("case.slip", n)
	if n.Urgent {
		k.tell(k.c.Seat(), "case.slip", n)
	}
}

// reminded: the ladder's own time concerns who sits there, every other clock whoever's turn it is.
func (k *caseTeller) reminded() {
	topic := "case." + k.m.What
	k.n.Due = k.m.Due
	if r, ok := k.d.Clock(k.m.Clock); ok {
		k.n.Args["clock"] = name(r.Say)
	} else {
		k.n.Args["clock"] = k.level()
	}
	if k.m.Clock != casework.LevelClock {
		k.turn(topic)
		return
	}
	for _, r := range k.readings { // who handles the matter and sits at its level hears of one day once
		if r.Clock.Name != casework.LevelClock && instant(r.Due) == k.m.Due && slices.Contains(k.posts(k.next.Party.Post, k.next.Party.Unit), k.c.Seat()) {
			return
		}
	}
	k.tell(k.c.Seat(), topic, k.n)
}

// turn tells whose turn it is.
func (k *caseTeller) turn(topic string) {
	switch k.next.As {
	case "":
	case casework.Keeper:
		if k.next.Party.Post != "" {
			k.tell(k.next.Party.Post, topic, k.n)
			return
		}
		for _, r := range k.d.Keepers {
			k.roles(topic, k.n, org.Role(r))
		}
	case casework.Raiser, casework.Handler, casework.AtSeat:
		k.party(k.next.Party.Post, k.next.Party.Unit, topic, k.n)
	default: // seat:3, role:leader, post:ID
		kind, arg, _ := strings.Cut(string(k.next.As), ":")
		switch kind {
		case "seat":
			if i := int(arg[0] - '1'); i >= 0 && i < len(k.c.Seats) {
				k.tell(k.c.Seats[i], topic, k.n)
			}
		case "role":
			k.roles(topic, k.n, org.Role(arg))
		case "post":
			k.tell(arg, topic, k.n)
		}
	}
}

// moverIsNext tells whether who moved is of the party whose turn it still is.
func (k *caseTeller) moverIsNext() bool {
	p := k.next.Party
	if p.Post != "" {
		return p.Post == k.e.Post
	}
	return p.Unit != "" && p.Unit == k.mover().Unit
}

// came tells who sits at the level that a case has come to; where nobody sits there, those who keep the desk.
func (k *caseTeller) came(topic string) {
	if k.c.Level < 1 {
		return
	}
	n := k.with("level", k.level())
	n.Due = ""
	for _, r := range k.readings {
		if r.Clock.Name == casework.LevelClock { // by when it goes up
			n.Due = instant(r.Due)
		}
	}
	if !k.c.Vacant {
		k.tell(k.c.Seat(), topic, n)
		return
	}
	n.Urgent = true
	for _, r := range k.d.Keepers {
		k.roles("case.vacant", n, org.Role(r))
	}
}

func (k *caseTeller) level() org.Name {
	if k.c.Level < 1 || k.c.Level > len(k.d.Ladder) {
		return org.Name{}
	}
	return name(k.d.Ladder[k.c.Level-1].Say)
}

func (k *caseTeller) handlers(topic string, n Notice) {
	if k.c.Handler != (casework.Party{}) {
		k.party(k.c.Handler.Post, k.c.Handler.Unit, topic, n)
	}
}

func (k *caseTeller) assists() {
	for _, p := range k.c.Assists {
		k.party(p.Post, p.Unit, "case.assist", k.n)
	}
}

// concerned tells whose matter it is: who handles it, then who raised it.
func (k *caseTeller) concerned(topic string, n Notice) {
	k.handlers(topic, n)
	k.party(k.c.Raiser.Post, k.c.Raiser.Unit, topic, n)
}

func (k *caseTeller) with(key string, v org.Name) Notice { return with(k.n, key, v) }

// with is a notice with one more value; others keep theirs.
func with(n Notice, key string, v org.Name) Notice {
	args := make(map[string]org.Name, len(n.Args)+1)
	for k, x := range n.Args {
		args[k] = x
	}
	args[key] = v
	n.Args = args
	return n
}
