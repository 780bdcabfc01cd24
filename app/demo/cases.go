package demo

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/quantity"
)

// supervisor keeps the supervision desk of the demo.
const supervisor = "dcs-head"

// casesData is cases.yaml.
type casesData struct {
	Desks         []string
	Adopted, From string
	Rhythm        string // of meetings, adopted with the desks
	Headless      string // a unit whose head is not named: the ladder passes over it, and says so
	Leaders       map[string][]string
	Topics        []topicData
	Answers       map[string]string
	Options       [][]string
	Supervision   struct {
		Titles, Leads, Criteria []string
		Basis                   map[string]string
		Result, Poor            string
	}
	Named []namedCase
	Asked []askedCase
	Story storyData
}

type topicData struct {
	Unit                    string
	Titles, Causes, Results []string
}

// namedCase is a problem that the pages show by name; cost in 万元.
type namedCase struct {
	ID, Project, Title, Unit, By, At, Pain, Cause, Assign, Measure string
	Assists, Reports                                               []string
	Options                                                        []optionData
}

// askedCase is an order or a demand, with the moves that were made of it.
type askedCase struct {
	ID, Desk, Kind, Title, Basis, By, At, Raiser, Lead string
	Fields                                             map[string]string
	Steps                                              []askedStep
}

type askedStep struct {
	At, By, Do, Unit, Outcome, Reason string
	Fields                            map[string]string
}

// asked adds an order or a demand. Raiser is a unit where somebody else wrote it down; lead is the post that sits at level one.
func (s *seeding) asked(c askedCase) {
	s.add(event{at: moment(c.At), post: c.By, cmd: func() app.Command {
		unit := s.who[c.By].Unit
		x := casework.Open{ID: c.ID, Desk: c.Desk, Kind: c.Kind, Title: c.Title, Basis: c.Basis, Fields: c.Fields, Reach: org.Scope{Local: unit, Line: unit}}
		x.Chain, _ = app.ChainOf(s.o.Read(context.Background()), "", unit) // a unit that is not there is refused by the deed
		x.Chain["lead"] = c.Lead
		if c.Raiser != "" {
			x.Raiser, x.Reach.Owner = casework.Party{Unit: c.Raiser}, c.Raiser
		}
		return x
	}})
	for _, m := range c.Steps {
		k := casework.Make{Outcome: m.Outcome, Reason: m.Reason, Fields: m.Fields}
		if m.Unit != "" {
			k.Handler = casework.Party{Unit: m.Unit}
		}
		s.move(moment(m.At), m.By, c.ID, m.Do, k)
	}
}

// heads says who heads each unit and which leader is in charge of it.
func (s *seeding) heads(at time.Time) {
	u := s.d.units
	in := map[string]string{}
	for leader, units := range s.d.cases.Leaders {
		for _, unit := range units {
			in[unit] = leader
		}
	}
	for _, x := range slices.Concat(u.Departments, u.Towns, u.Zones, u.Outside) {
		s.deed(at, "", org.LeadUnit{Unit: x.ID, Head: cond(x.ID == s.d.cases.Headless, "", x.ID+"-head"), Leader: in[x.ID], On: longAgo})
	}
	s.deed(at, "", org.LeadUnit{Unit: u.District.ID, Head: "top", On: longAgo})
}

// cases adds problems, supervision items and the clock that climbs to the timeline.
func (s *seeding) cases(context.Context) error {
	first := max(s.d.cases.From, s.opt.From.First().String())
	adopted := max(s.d.cases.Adopted, s.birth())
	for i, name := range s.d.cases.Desks {
		s.add(event{at: on(adopted, 10, i), run: func(ctx context.Context, _ org.Signer) error {
			_, err := s.o.AdoptDesk(ctx, org.FirstSetUp, name, "", false, "", app.Options{})
			return err
		}})
	}
	s.add(event{at: on(adopted, 10, len(s.d.cases.Desks)), run: func(ctx context.Context, _ org.Signer) error {
		_, err := s.o.AdoptRhythm(ctx, org.FirstSetUp, s.d.cases.Rhythm, "", "", app.Options{})
		return err
	}})
	days := calendar.StateCouncil()
	last := calendar.DateOf(Today)
	rnd := newDice(77)
	n := 0
	for day := calendar.MustDate(first); day.Before(last); day = day.AddDays(1) {
		if work, err := days.IsWorkday(day); err != nil || !work {
			continue
		}
		s.add(event{at: day.At(8 * 60), run: s.clockRun})
		for range rnd.days(2, 4) {
			n++
			s.problem(n, day, rnd)
		}
		for k := range rnd.days(0, 2) {
			s.supervise(3*n+k, day, rnd)
		}
	}
	s.add(event{at: last.At(8 * 60), run: s.clockRun})
	for _, c := range s.d.cases.Named {
		if c.At[:10] >= first {
			s.named(c)
		}
	}
	for _, c := range s.d.cases.Asked {
		if c.At[:10] >= first {
			s.asked(c)
		}
	}
	return nil
}

// clockRun is the office's morning: what ran out climbs, and the slips that are due are sent.
func (s *seeding) clockRun(ctx context.Context, _ org.Signer) error {
	if _, err := s.o.RunClock(ctx); err != nil {
		return err
	}
	all, err := app.All[casework.Case](s.o.Read(ctx), casework.CaseKind, "D-")
	if err != nil {
		return err
	}
	now := s.o.Clock()
	var deeds []app.Deed
	for _, c := range all {
		if !c.Open() {
			continue
		}
		d, err := casework.Pinned(s.o.Read(ctx), c.Digest)
		if err != nil {
			return err
		}
		due, err := casework.SlipsDue(d, c, now, calendar.StateCouncil())
		if err != nil {
			return err
		}
		for _, x := range due {
			cmd := casework.SendSlip{Case: c.ID, Colour: x.Colour}
			by := org.SystemSigner
			if x.Signs != casework.ByClock {
				by = s.who[supervisor]
			}
			if x.Colour == "red" {
				cmd.DoneBy = calendar.DateOf(now).AddDays(10).String()
			}
			deeds = append(deeds, app.Deed{By: by, Cmd: cmd})
		}
	}
	_, err = s.o.DoAll(ctx, deeds)
	return err
}

// open adds the birth of a case; the chain of duty is read when it is born.
func (s *seeding) open(at time.Time, post, use string, c casework.Open) {
	projectID := strings.TrimPrefix(c.Subject, "project/")
	s.add(event{at: at, post: post, cmd: func() app.Command {
		r := s.o.Read(context.Background())
		c.Desk = s.desk(use)
		c.Chain, _ = app.ChainOf(r, projectID, "") // a project or unit that is not there is refused by the deed
		if projectID == "" {
			c.Chain, _ = app.ChainOf(r, "", c.Handler.Unit)
		}
		c.Reach, _ = app.ReachOfCase(r, projectID, c.Handler.Unit)
		return c
	}})
}

// desk is the desk of the demo for a use.
func (s *seeding) desk(use string) string {
	return map[string]string{"problem": s.d.cases.Desks[0], "task": s.d.cases.Desks[1], "supervision": s.d.cases.Desks[2], "finding": s.d.cases.Desks[3]}[use]
}

// move adds a move, made from wherever the case stands by then.
func (s *seeding) move(at time.Time, post, id, name string, m casework.Make) {
	if !at.Before(Today) {
		return
	}
	m.Case, m.Move = id, name
	s.add(event{at: at, post: post, cmd: func() app.Command {
		if c, err := casework.Of(s.o.Read(context.Background()), id); err == nil {
			m.From = c.State
		}
		return m
	}})
}

// acts is the post that acts for a unit that handles something.
func (s *seeding) acts(unit string) string {
	for _, kind := range []string{"line", "local", "owner", "head"} {
		if _, ok := s.who[unit+"-"+kind]; ok {
			return unit + "-" + kind
		}
	}
	return unit + "-head"
}

// after is a time some working days later, within business hours.
func after(day calendar.Date, n int, rnd dice) time.Time {
	d, err := calendar.StateCouncil().AddWorkdays(day, n)
	if err != nil {
		d = day.AddDays(n)
	}
	return d.At(9*60 + rnd.IntN(160))
}

// problem adds one generated problem and what becomes of it.
func (s *seeding) problem(n int, day calendar.Date, rnd dice) {
	it := pick(rnd, s.items)
	for it.fate == "green" && rnd.Float64() < .6 {
		it = pick(rnd, s.items)
	}
	for it.listed > day.String() {
		it = pick(rnd, s.items)
	}
	topic := pick(rnd, s.d.cases.Topics)
	unit := topic.Unit
	if unit == "local" {
		unit = it.facts.LocalUnit
	}
	if unit == it.facts.OwnerUnit || unit == "" {
		unit = "cgj"
	}
	id := fmt.Sprintf("P-2022-%04d", n)
	title := strings.ReplaceAll(pick(rnd, topic.Titles), "{n}", strconv.Itoa(2+rnd.IntN(14)))
	at := day.At(9*60 + rnd.IntN(150))
	s.open(at, it.ownerPost, "problem", casework.Open{ID: id, Title: title, Subject: "project/" + it.id})
	answers := s.d.cases.Answers
	accept := day.At(14*60 + rnd.IntN(60))
	end := rnd.Float64()
	if end < .03 { // not ours: told, and signed by a second person
		s.move(accept, dispatcher, id, "decline", casework.Make{Reason: answers["not-ours"], Outcome: "not-ours"})
		s.move(after(day, 2, rnd), it.duty.Lead, id, "sign", casework.Make{})
		return
	}
	s.move(accept, dispatcher, id, "accept", casework.Make{})
	handler := casework.Party{Unit: unit}
	assign := casework.Make{Handler: handler}
	if rnd.Float64() < .35 && it.facts.LineUnit != unit && it.facts.LineUnit != "" {
		assign.Assists = []casework.Party{{Unit: it.facts.LineUnit}}
	}
	assigned := accept.Add(90 * time.Minute)
	if rnd.Float64() < .05 { // first to the wrong one, who returns it
		wrong := pick(rnd, []string{"zjj", "spj", "swj"})
		if wrong != unit && wrong != it.facts.OwnerUnit {
			s.move(assigned, dispatcher, id, "assign", casework.Make{Handler: casework.Party{Unit: wrong}})
			s.move(after(day, 1, rnd), s.acts(wrong), id, "return", casework.Make{Reason: answers["returned"]})
			assigned = calendar.DateOf(after(day, 1, rnd)).At(15 * 60)
		}
	}
	s.move(assigned, dispatcher, id, "assign", assign)
	act := s.acts(unit)
	took := []int{1, 2, 2, 3, 3, 4, 4, 4, 5, 6, 7, 8, 9, 11, 13, 16, 21, 30}[rnd.IntN(18)]
	if day.String() >= "2022-06-20" && rnd.Float64() < .35 {
		took += 12
	}
	done := after(day, took+1, rnd)
	if took > 5 {
		s.measure(after(day, 6, rnd), act, id, unit, title, topic, rnd)
	}
	if took > 8 {
		s.move(after(day, 7, rnd), act, id, "report", casework.Make{Reason: answers["report"]})
	}
	s.ending(end, it, id, act, done, pick(rnd, topic.Results), rnd)
}

// measure adds pain, cause and options compared, as whoever handles a hard problem writes them down.
func (s *seeding) measure(at time.Time, post, id, unit, title string, topic topicData, rnd dice) {
	if !at.Before(Today) {
		return
	}
	m := casework.Measure{Pain: title, Cause: pick(rnd, topic.Causes)}
	for i, o := range s.d.cases.Options {
		fen := quantity.Fen(rnd.IntN(60)*(2-i)*10) * quantity.Wan
		if i == 2 {
			fen = 0
		}
		m.Options = append(m.Options, casework.Option{Mark: o[0], Text: o[1], Effect: o[2], Cost: &fen, Date: calendar.DateOf(at).AddDays(12 + 14*i).String()})
	}
	if rnd.Float64() < .5 {
		m.Chosen, m.Decision, m.Owner, m.By = m.Options[0].Mark, m.Options[0].Text, casework.Party{Unit: unit}, m.Options[0].Date
	}
	s.add(event{at: at, post: post, cmd: func() app.Command { return casework.SetMeasure{Case: id, Measure: m} }})
}

// ending adds how a problem ends: answered and confirmed, objected to, refused with a reason, withdrawn.
func (s *seeding) ending(end float64, it *item, id, act string, at time.Time, result string, rnd dice) {
	answers := s.d.cases.Answers
	day := calendar.DateOf(at)
	answer := casework.Make{Outcome: "done", Fields: map[string]string{"result": result}}
	if rnd.Float64() < .08 {
		answer.Outcome = "part"
	}
	switch {
	case end < .06:
		s.move(at, it.ownerPost, id, "withdraw", casework.Make{Reason: answers["withdrawn"]})
	case end < .11:
		outcome := cond(end < .08, "not-true", "refused")
		s.move(at, act, id, "explain", casework.Make{Reason: answers[outcome], Outcome: outcome})
		s.move(after(day, 1, rnd), dispatcher, id, "sign", casework.Make{})
	case end < .17:
		s.move(at, act, id, "answer", answer)
		s.move(after(day, 1, rnd), it.ownerPost, id, "object", casework.Make{Reason: answers["object"]})
		s.move(after(day, 5, rnd), act, id, "answer", answer)
		s.move(after(day, 7, rnd), it.ownerPost, id, "confirm", casework.Make{})
	case end < .20: // confirmed, and opened again when it turned out not to hold
		s.move(at, act, id, "answer", answer)
		s.move(after(day, 1, rnd), it.ownerPost, id, "confirm", casework.Make{})
		s.move(after(day, 9, rnd), it.ownerPost, id, "reopen", casework.Make{Reason: answers["object"]})
		s.move(after(day, 15, rnd), act, id, "answer", answer)
		s.move(after(day, 17, rnd), it.ownerPost, id, "confirm", casework.Make{})
	default:
		s.move(at, act, id, "answer", answer)
		s.move(after(day, 1+rnd.IntN(3), rnd), it.ownerPost, id, "confirm", casework.Make{})
	}
}

// named adds a problem that the pages show by name, with its measure; it is not done yet.
func (s *seeding) named(c namedCase) {
	s.open(moment(c.At), c.By, "problem", casework.Open{ID: c.ID, Title: c.Title, Subject: "project/" + c.Project})
	s.move(moment(c.Assign).Add(-30*time.Minute), dispatcher, c.ID, "accept", casework.Make{})
	m := casework.Make{Handler: casework.Party{Unit: c.Unit}}
	for _, u := range c.Assists {
		m.Assists = append(m.Assists, casework.Party{Unit: u})
	}
	s.move(moment(c.Assign), dispatcher, c.ID, "assign", m)
	act := s.acts(c.Unit)
	for _, at := range c.Reports {
		s.move(moment(at), act, c.ID, "report", casework.Make{Reason: s.d.cases.Answers["report"]})
	}
	x := casework.Measure{Pain: c.Pain, Cause: c.Cause}
	for _, o := range c.Options {
		x.Options = append(x.Options, o.option())
	}
	at := c.Measure
	if at == "" {
		at = c.Assign[:10] + " 17:10"
	}
	if moment(at).Before(Today) {
		s.add(event{at: moment(at), post: act, cmd: func() app.Command { return casework.SetMeasure{Case: c.ID, Measure: x} }})
	}
}

func moment(text string) time.Time {
	at, err := time.ParseInLocation("2006-01-02 15:04", text, calendar.Zone)
	if err != nil {
		panic(err) // embedded: the package's test reads it
	}
	return at
}

// supervise adds one supervision item and what becomes of it.
func (s *seeding) supervise(n int, day calendar.Date, rnd dice) {
	d := s.d.cases.Supervision
	kind := pick(rnd, []string{"paper", "minutes", "minutes", "note", "note-urgent", "note-hard"})
	id := fmt.Sprintf("D-2022-%04d", n)
	lead := pick(rnd, d.Leads)
	x := casework.Open{ID: id, Kind: kind, Title: pick(rnd, d.Titles), Basis: d.Basis[kind] + " " + day.String(), Criteria: pick(rnd, d.Criteria),
		Handler: casework.Party{Unit: lead}}
	if strings.HasPrefix(kind, "note") {
		x.Raiser = casework.Party{Unit: "qzf", Post: pick(rnd, []string{"lead-build", "lead-people", "lead-auto", "lead-trade"})}
	}
	if other := pick(rnd, d.Leads); other != lead && rnd.Float64() < .6 {
		x.Assists = []casework.Party{{Unit: other}}
	}
	s.open(day.At(10*60+rnd.IntN(60)), supervisor, "supervision", x)
	act := s.acts(lead)
	s.move(day.At(14*60+10), supervisor, id, "send", casework.Make{})
	s.move(day.At(15*60+rnd.IntN(120)), act, id, "receive", casework.Make{})
	raiser := cond(x.Raiser.Post != "", x.Raiser.Post, supervisor)
	limit := map[string]int{"paper": 21, "minutes": 14, "note": 10, "note-urgent": 3, "note-hard": 21}[kind]
	chance := rnd.Float64()
	if chance < .6 {
		s.move(after(day, max(limit/3, 1), rnd), act, id, "feedback", casework.Make{Reason: s.d.cases.Answers["report"]})
	}
	end := after(day, max(limit-rnd.IntN(max(limit/2, 1)), 2), rnd)
	if chance > .75 {
		end = after(day, limit+9, rnd)
	}
	if chance > .92 {
		return // nobody ever answers
	}
	s.move(end, act, id, "answer", casework.Make{Outcome: "done", Fields: map[string]string{"result": d.Result}})
	last := calendar.DateOf(end)
	if chance < .08 {
		s.move(after(last, 1, rnd), supervisor, id, "incomplete", casework.Make{Reason: d.Poor})
		s.move(after(last, 3, rnd), act, id, "answer", casework.Make{Outcome: "done", Fields: map[string]string{"result": d.Result}})
		last = calendar.DateOf(after(last, 3, rnd))
	}
	s.move(after(last, 1, rnd), supervisor, id, "pass", casework.Make{})
	s.move(after(last, 3, rnd), raiser, id, "confirm", casework.Make{})
}
