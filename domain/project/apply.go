package project

import (
	"encoding/json"
	"math/big"
	"strings"

	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/kernel/quantity"
	"shigan/kernel/rules"
	"shigan/kernel/table"
)

// Vocabulary is what this room offers to rules.
func Vocabulary() []rules.Word {
	return []rules.Word{
		{Name: "planned_year", Of: "project", Unit: quantity.UnitYuan, Per: rules.PerYear},
		{Name: "invested_to_last_year", Of: "project", Unit: quantity.UnitYuan, Per: rules.PerYear},
		{Name: "category", Of: "project", Unit: rules.UnitText, Per: rules.PerYear},
		{Name: "total_investment", Of: "project", Unit: quantity.UnitYuan, Per: rules.Standing},
		{Name: "planned_start", Of: "project", Unit: rules.UnitDate, Per: rules.Standing},
		{Name: "actual_start", Of: "project", Unit: rules.UnitDate, Per: rules.Standing},
		{Name: "planned_finish", Of: "project", Unit: rules.UnitDate, Per: rules.Standing},
		{Name: "actual_finish", Of: "project", Unit: rules.UnitDate, Per: rules.Standing},
		{Name: "in_library", Of: "project", Unit: rules.UnitDate, Per: rules.Standing},
		{Name: "statistic_ytd", Of: "project", Unit: quantity.UnitYuan, Per: rules.PerMonth},
		{Name: "moves", Of: "project", Unit: quantity.UnitTimes, Per: rules.Standing},
		{Name: "bond_issued", Of: "project", Unit: rules.UnitDate, Per: rules.Standing},
		{Name: "bond_amount", Of: "project", Unit: quantity.UnitYuan, Per: rules.Standing},
		{Name: "bond_spent", Of: "project", Unit: quantity.UnitYuan, Per: rules.PerMonth, Movable: true},
	}
}

var yes = rules.BoolValue(true).Canonical()

// stateGroups states in which groups a project stands since a day, so that a closed month adds up again the way it did then, whatever
// is changed about the project later. was is what stood before; only differences are stated.
func stateGroups(w table.Writer, subject, since string, was, now Facts) {
	for _, g := range []struct{ name, was, now string }{{"level", was.Level, now.Level}, {"class", was.Class, now.Class}, {"front", was.Front, now.Front},
		{"industry", was.Industry, now.Industry}, {"local", was.LocalUnit, now.LocalUnit}, {"line", was.LineUnit, now.LineUnit}, {"parent", was.Parent, now.Parent}} {
		if g.was != g.now {
			w.Datum("in:"+g.name, subject, since, rules.TextValue(g.now).Canonical())
		}
	}
}

// Money writes fen as a value in yuan.
func Money(f quantity.Fen) string { return rules.NumValue(f.Rat()).Canonical() }

// Day writes a date as a value; "" is written as missing.
func Day(s, fact string) string {
	d, err := calendar.ParseDay(s)
	if err != nil {
		return rules.NoValue("missing.not-reported:" + fact).Canonical()
	}
	return rules.NumValue(rules.DayNumber(d)).Canonical()
}

// apply changes the document in memory; Apply stores it.
func (p *Project) apply(w table.Writer, e ledger.Entry) error {
	subject := "project/" + p.ID
	switch e.Kind {
	case "project.listed/1":
		var b listed
		if err := json.Unmarshal(e.Body, &b); err != nil {
			return err
		}
		*p = Project{ID: b.ID, Facts: b.Facts, Stage: b.Stage, Start: Promise{First: b.Start, Now: b.Start, Seq: e.Seq},
			Finish: Promise{First: b.Finish, Now: b.Finish, Seq: e.Seq}, Born: e.Seq}
		if b.List != "" {
			p.Lists = []Membership{{List: b.List, Apart: b.Apart, From: e.EffectiveOn, Seq: e.Seq}}
			w.Datum("list:"+b.List, subject, e.EffectiveOn, yes)
		}
		if !b.Apart {
			w.Datum("listed", subject, e.EffectiveOn, yes)
		}
		w.Datum("total_investment", subject, e.EffectiveOn, Money(b.Total))
		stateGroups(w, subject, e.EffectiveOn, Facts{}, b.Facts)
		if b.Start != "" {
			w.Datum("planned_start", subject, e.EffectiveOn, Day(b.Start, "planned_start"))
		}
		if b.Finish != "" {
			w.Datum("planned_finish", subject, e.EffectiveOn, Day(b.Finish, "planned_finish"))
		}
	case "project.described/1":
		total, was := p.Total, p.Facts
		if err := json.Unmarshal(e.Body, &p.Facts); err != nil {
			return err
		}
		stateGroups(w, subject, e.EffectiveOn, was, p.Facts)
		if p.Total != total {
			w.Datum("total_investment", subject, e.EffectiveOn, Money(p.Total))
		}
	case "project.plan-set/1":
		var b planned
		if err := json.Unmarshal(e.Body, &b); err != nil {
			return err
		}
		if p.Plans == nil {
			p.Plans = map[string]YearPlan{}
		}
		year := yearText(b.Year)
		p.Plans[year] = YearPlan{b.Planned, b.ToLastYear, b.Category, b.Goal, e.Seq}
		w.Datum("planned_year", subject, year, Money(quantity.Fen(b.Planned)))
		w.Datum("invested_to_last_year", subject, year, Money(quantity.Fen(b.ToLastYear)))
		w.Datum("category", subject, year, rules.TextValue(string(b.Category)).Canonical())
	case "project.milestone-set/1":
		var m Milestone
		if err := json.Unmarshal(e.Body, &m); err != nil {
			return err
		}
		m.Seq = e.Seq
		for i := range p.Milestones {
			if p.Milestones[i].ID == m.ID {
				p.Milestones[i] = m
				return nil
			}
		}
		p.Milestones = append(p.Milestones, m)
	case "project.date-promised/1":
		return p.applyPromise(w, e)
	case "project.happened/1":
		return p.applyHappening(w, e)
	case "project.list-joined/1", "project.list-left/1":
		var b struct {
			List, Reason string
			Apart        bool
		}
		if err := json.Unmarshal(e.Body, &b); err != nil {
			return err
		}
		if e.Kind == "project.list-joined/1" {
			p.Lists = append(p.Lists, Membership{List: b.List, Apart: b.Apart, From: e.EffectiveOn, Reason: b.Reason, Seq: e.Seq})
			w.Datum("list:"+b.List, subject, e.EffectiveOn, yes)
			if !b.Apart {
				w.Datum("listed", subject, e.EffectiveOn, yes)
			}
			return nil
		}
		inAny := false
		for i := range p.Lists {
			if p.Lists[i].List == b.List && p.Lists[i].To == "" {
				p.Lists[i].To, p.Lists[i].Reason = e.EffectiveOn, b.Reason
			}
			inAny = inAny || p.Lists[i].To == "" && !p.Lists[i].Apart
		}
		w.Datum("list:"+b.List, subject, e.EffectiveOn, rules.BoolValue(false).Canonical())
		if !inAny { // in no list any more: it counts in no total
			w.Datum("listed", subject, e.EffectiveOn, rules.BoolValue(false).Canonical())
		}
	case "project.duty-set/1":
		p.Duty = Duty{}
		return json.Unmarshal(e.Body, &p.Duty)
	case "project.statistic-noted/1":
		var b statistic
		if err := json.Unmarshal(e.Body, &b); err != nil {
			return err
		}
		if b.InLibrary != "" {
			p.InLibrary = b.InLibrary
			w.Datum("in_library", subject, b.InLibrary, Day(b.InLibrary, "in_library"))
			if p.Stage == Started {
				p.Stage = Building
			}
		}
		if b.Month != "" {
			p.Statistic = b.Money
			w.Datum("statistic_ytd", subject, b.Month, Money(quantity.Fen(b.Money)))
		}
	case "project.source-noted/1":
		var n Noted
		if err := json.Unmarshal(e.Body, &n); err != nil {
			return err
		}
		n.Seq = e.Seq
		p.Noted = append(p.Noted, n)
	case "project.letter-drawn/1":
		var l Letter
		if err := json.Unmarshal(e.Body, &l); err != nil {
			return err
		}
		l.Seq = e.Seq
		p.Letters = append(p.Letters, l)
	case "project.letter-signed/1":
		var b struct {
			Version      int
			Post, Person string
		}
		if err := json.Unmarshal(e.Body, &b); err != nil {
			return err
		}
		for i := range p.Letters {
			if p.Letters[i].Version == b.Version {
				p.Letters[i].Signatures = append(p.Letters[i].Signatures, Signature{b.Post, b.Person, e.EffectiveOn, e.Seq})
			}
		}
	}
	return nil
}

func (p *Project) applyPromise(w table.Writer, e ledger.Entry) error {
	var b promised
	if err := json.Unmarshal(e.Body, &b); err != nil {
		return err
	}
	subject := "project/" + p.ID
	set := func(pr *Promise, fact string) {
		if pr.First == "" {
			pr.First = b.Day
		}
		pr.Now, pr.Seq = b.Day, e.Seq
		w.Datum(fact, subject, e.EffectiveOn, Day(b.Day, fact))
	}
	switch b.What {
	case "start":
		set(&p.Start, "planned_start")
	case "finish":
		set(&p.Finish, "planned_finish")
	default:
		for i := range p.Milestones {
			if "milestone/"+p.Milestones[i].ID == b.What {
				p.Milestones[i].Promised, p.Milestones[i].Seq = b.Day, e.Seq
			}
		}
	}
	if b.Was == "" {
		return nil
	}
	p.Moves = append(p.Moves, Move{b.What, b.Was, b.Day, b.Reason, e.EffectiveOn, e.Seq})
	w.Datum("moves", subject, e.EffectiveOn, rules.NumValue(big.NewRat(int64(len(p.Moves)), 1)).Canonical())
	for i := range p.Letters {
		if p.Letters[i].Void == "" {
			p.Letters[i].Void = e.EffectiveOn
		}
	}
	return nil
}

func (p *Project) applyHappening(w table.Writer, e ledger.Entry) error {
	var b happened
	if err := json.Unmarshal(e.Body, &b); err != nil {
		return err
	}
	subject := "project/" + p.ID
	p.Stage = b.Stage
	p.Life = append(p.Life, Happening{b.Stage, b.From, e.EffectiveOn, b.Reason, b.Source, len(e.Evidence), e.Seq})
	switch {
	case b.Stage == Started && !Backward(b.From, b.Stage) && p.Start.Actual == "":
		p.Start.Actual = e.EffectiveOn
		w.Datum("actual_start", subject, e.EffectiveOn, Day(e.EffectiveOn, "actual_start"))
	case b.Stage == Finished && !Backward(b.From, b.Stage):
		p.Finish.Actual = e.EffectiveOn
		w.Datum("actual_finish", subject, e.EffectiveOn, Day(e.EffectiveOn, "actual_finish"))
	case b.Stage == Ready && b.From == Started: // the start was taken back
		p.Start.Actual = ""
		w.Datum("actual_start", subject, e.EffectiveOn, Day("", "actual_start"))
	}
	return nil
}

// Apply turns an entry of this room into the project's document and its data.
func Apply(w table.Writer, e ledger.Entry) error {
	id, ok := strings.CutPrefix(e.Subject, "project/")
	if !ok {
		return nil
	}
	var p Project
	if _, err := w.Get(Kind, id, &p); err != nil {
		return err
	}
	p.ID = id
	if err := p.apply(w, e); err != nil {
		return err
	}
	p.Seq = e.Seq
	return w.Put(Kind, id, p)
}
