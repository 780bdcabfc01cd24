package demo

import (
	"context"
	"time"

	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
)

// The dispatcher of the demo, and days on which a year's lists are drawn up.
const (
	dispatcher = "fgj-dispatcher"
	listDay    = "2022-01-10"
	planDay    = "2022-01-12"
	firstList  = "2021-01-08"
)

// projects adds to the timeline everything about the 254 projects but their months.
func (s *seeding) projects(context.Context) error {
	for _, it := range s.items {
		s.list(it)
		s.live(it)
		s.promise(it)
		if it.named != nil {
			s.source(it)
		}
	}
	s.turnover()
	return nil
}

// has2021 tells whether the project was in the list of 2021 in this seed.
func (s *seeding) has2021(it *item) bool { return s.opt.From.Year < 2022 && it.plans[2021].planned > 0 }

// list puts a project into the list of 2021 where it existed, and into that of 2022, with plan and duty chain.
func (s *seeding) list(it *item) {
	cmd := project.List{ID: it.id, Facts: it.facts, Stage: it.stage, Start: it.start, Finish: it.finish, List: it.list, On: listDay}
	it.listed = listDay
	if s.has2021(it) {
		it.listed = firstList
		if first := calendar.MustDate(it.start).Month().First().AddDays(7).String(); first > firstList {
			it.listed = first
		}
		if it.listed > it.started && it.started > firstList { // the start came before the day on which it was promised
			it.listed = calendar.MustDate(it.started).Month().First().String()
		}
		cmd.List, cmd.On = "key-2021", it.listed
	}
	s.deed(on(it.listed, 9, 0), dispatcher, cmd)
	s.deed(on(it.listed, 9, 40), dispatcher, project.SetDuty{ID: it.id, Duty: it.duty})
	if s.has2021(it) {
		s.plan(it, 2021, on(it.listed, 10, 20), it.plans[2021].planned, "")
		s.deed(on(listDay, 9, 0), dispatcher, project.ChangeList{ID: it.id, List: it.list, On: listDay, Reason: s.d.words.Join})
		s.deed(on(listDay, 9, 20), dispatcher, project.ChangeList{ID: it.id, List: "key-2021", On: listDay, Reason: s.d.words.Leave, Leave: true})
	}
	planned := it.plans[2022].planned
	if it.named != nil && len(it.named.Letters) > 0 && it.named.Letters[0].Plan > 0 {
		planned = it.named.Letters[0].Plan
	}
	s.plan(it, 2022, on(planDay, 10, 0), planned, "")
}

func (s *seeding) plan(it *item, year int, at time.Time, planned int64, reason string) {
	p := it.plans[year]
	goal := s.d.words.Goal[p.category]
	if it.named != nil && it.named.Goal != "" && year == 2022 {
		goal = it.named.Goal
	}
	s.deed(at, dispatcher, project.SetPlan{ID: it.id, Year: year, Planned: wan(planned), ToLastYear: wan(p.toLast), Category: p.category, Goal: goal, Reason: reason})
}

// later gives the later of two days.
func later(a, b string) string { return max(a, b) }

// live states the start, the entry into the library and the finish.
func (s *seeding) live(it *item) {
	if it.started != "" {
		source := it.startedSource
		if source == "" {
			source = s.d.words.StartedSource
		}
		s.deed(on(later(it.started, it.listed), 11, 0), it.linePost, project.Happen{ID: it.id, Stage: project.Started, On: it.started, Source: source})
	}
	if it.library != "" {
		s.deed(on(later(it.library, it.listed), 11, 40), dispatcher, project.NoteStatistic{ID: it.id, InLibrary: it.library})
	}
	may := calendar.MustMonth(s.d.targets.Month).Prev() // what the bureau accepted to the end of May: its own sum, less than the units report
	if y := it.months[may].ytd; it.named == nil && y > 0 && it.library != "" && it.library <= may.Last().String() {
		s.deed(on("2022-06-10", 15, 0), dispatcher, project.NoteStatistic{ID: it.id, Month: may.String(), Money: wan(y * int64(78+it.turn("statistic", 18)) / 100)})
	}
	if it.finished != "" {
		s.deed(on(it.finished, 15, 0), it.linePost, project.Happen{ID: it.id, Stage: project.Finished, On: it.finished, Source: s.d.words.FinishedSource})
	}
}

// promise moves the days that were moved.
func (s *seeding) promise(it *item) {
	for _, m := range it.moves {
		s.deed(on(m.On, 16, 0), it.localPost, project.PromiseDate{ID: it.id, What: m.What, Day: m.Day, Reason: m.Reason})
	}
}

// source states what public sources say of a project, its milestones, letters and statistical money.
func (s *seeding) source(it *item) {
	n := it.named
	for _, m := range n.Milestones {
		ms := project.Milestone{ID: m.ID, Name: org.Name{Zh: m.Zh, En: m.En}, Promised: m.Promised, Post: cond(m.Post != "", m.Post, it.ownerPost), Source: m.Source}
		s.deed(on(it.listed, 13, 30), dispatcher, project.SetMilestone{ID: it.id, Milestone: ms})
		if m.Actual != "" {
			ms.Actual = m.Actual
			s.deed(on(later(m.Actual, it.listed), 17, 10), it.localPost, project.SetMilestone{ID: it.id, Milestone: ms})
		}
	}
	for _, x := range n.Noted {
		s.deed(on("2022-02-21", 9, 0), dispatcher, project.NoteSource{ID: it.id, Noted: project.Noted{Field: x.Field, Value: x.Value, Unit: x.Unit, Source: x.Source}})
	}
	for i, l := range n.Letters {
		if i > 0 && l.Plan > 0 {
			s.plan(it, 2022, on(l.On, 9, 30), l.Plan, l.Reason)
		}
		s.deed(on(l.On, 14, 0), dispatcher, project.DrawLetter{ID: it.id, Year: 2022})
		for _, link := range it.duty.Links() {
			switch link.Rung {
			case "lead", "line", "local", "owner":
				s.deed(on(l.On, 15, 0), link.Post, project.SignLetter{ID: it.id, Version: i + 1})
			}
		}
	}
	for i, v := range n.Statistic {
		if v == 0 {
			continue
		}
		m := calendar.Month{Year: 2022, Month: i + 1}
		day := m.Next().First().AddDays(9)
		if day.String() > "2022-07-01" {
			day = calendar.MustDate("2022-07-01")
		}
		s.deed(day.At(10*60), dispatcher, project.NoteStatistic{ID: it.id, Month: m.String(), Money: wan(v)})
	}
}
