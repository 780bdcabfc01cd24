package demo

import (
	"context"
	"fmt"
	"math"

	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
)

// programmeDay is when the programme's list is drawn up, some days after the city's plan.
const programmeDay = "2022-03-08"

// designProgramme makes the renewal projects of one action: those of 2022 with lights and money, and those that come later.
// named are projects of the dispatch that belong to the action too.
func designProgramme(d *data, ai int, a actionData, named []*item, first int) (now, later []*item, err error) {
	rnd := newDice(uint64(500 + ai))
	june := calendar.MustMonth(d.targets.Month)
	names := programmeNames(d, a, rnd, a.N+a.Later)
	item := func() *item {
		local := pick(rnd, a.Locals)
		owner := pick(rnd, d.words.Owners[3:5])
		n := 3
		if owner == d.words.Owners[4] {
			n = 4
		}
		ownerID := fmt.Sprintf("g%02d", n+1)
		it := &item{id: fmt.Sprintf("GX-%03d", first), list: "renewal-2022", state: "accepted", stage: project.Ready, listed: programmeDay,
			plans: map[int]yearPlan{}, months: map[calendar.Month]done{}, excuse: map[string]string{},
			ownerPost: ownerID + "-owner", localPost: local + "-local", linePost: a.Line + "-line",
			facts: project.Facts{Name: org.Name{Zh: names[first%len(names)]}, Level: "district", Class: "renewal", Domain: a.Zh, Nature: "rebuild", Front: "renewal",
				Place: d.place(local), OwnerUnit: ownerID, LocalUnit: local, LineUnit: a.Line, Sample: true}}
		it.duty = project.Duty{Top: "top", Lead: "lead-build", Line: it.linePost, Local: it.localPost, Owner: it.ownerPost, Agent: local + "-agent"}
		first++
		return it
	}
	left := map[string]int{"green": a.Lights[0], "yellow": a.Lights[1], "red": a.Lights[2], "none": a.Lights[3]}
	planLeft, doneLeft, idle := a.Plans[0], a.Done, a.N-a.Started-a.Lights[3]
	for _, it := range named {
		left[it.fate]--
		planLeft -= it.plans[2022].planned
		doneLeft -= it.months[june].ytd
	}
	var plans []*bounded
	finished := a.Finished
	for _, fate := range []string{"green", "yellow", "red", "none"} {
		for range left[fate] {
			it := item()
			it.fate, it.kind = fate, "behind"
			size, most := math.Exp(rnd.NormFloat64()*.5)*100, int64(2400)
			switch {
			case fate == "green" && finished > 0:
				it.kind, size, finished = "finished", size*.5, finished-1
			case fate == "green":
				it.kind = "started"
			case fate == "red" && idle > 0:
				it.kind, most, idle = "not-started", 50, idle-1
			case fate == "none":
				it.kind, most = "excused", 60
			}
			now = append(now, it)
			plans = append(plans, &bounded{int64(size), 5, most})
		}
	}
	if !fit(plans, planLeft/100) {
		return nil, nil, ErrDesign.With("what", "programme plan "+a.Zh)
	}
	var years []*bounded
	for i, it := range now {
		p := plans[i].v * 100
		it.plans[2022] = yearPlan{planned: p}
		part := func(v, lo, hi float64) *bounded {
			return &bounded{int64(v * float64(p)), int64(lo*float64(p)) + 1, int64(hi * float64(p))}
		}
		b := &bounded{}
		switch it.kind {
		case "started":
			b = part(rnd.between(.43, .6), .405, .9)
		case "finished":
			b = part(.93, .905, .98)
		case "excused":
			b = part(.04, .02, .1)
		case "behind":
			b = cond(it.fate == "red", part(rnd.between(.08, .17), .05, .195), part(rnd.between(.24, .38), .205, .395))
		}
		years = append(years, b)
	}
	if !fit(years, doneLeft) {
		return nil, nil, ErrDesign.With("what", "programme done "+a.Zh)
	}
	for i, it := range now {
		it.programmeDates(d, rnd)
		y := years[i].v
		it.months[june] = done{int64(float64(y) * rnd.between(.15, .26)), y}
		it.spread2022(d, rnd, june)
		it.plans[2022] = yearPlan{planned: it.plans[2022].planned, category: it.categoryOf(2022)}
		it.facts.Total = wan(it.plans[2022].planned)
	}
	for range a.Later {
		it := item()
		it.list, it.kind, it.stage = "renewal", "later", project.Conceived
		it.start = calendar.MustDate("2023-02-01").AddMonths(rnd.IntN(16)).Month().Last().String()
		it.finish = calendar.MustDate(it.start).AddMonths(6 + rnd.IntN(6)).Month().Last().String()
		if it.finish > "2024-12-31" {
			it.finish = "2024-12-31"
		}
		later = append(later, it)
	}
	for y, sum := range a.Plans[1:] {
		weights := make([]float64, len(later))
		for i, it := range later {
			if y == 0 && it.start < "2024" || y == 1 && it.finish >= "2024" {
				weights[i] = rnd.between(.5, 1.5)
			}
		}
		for i, v := range split(sum/100, weights) {
			if v > 0 {
				later[i].plans[2023+y] = yearPlan{planned: v * 100, category: project.Reserve}
				later[i].facts.Total += wan(v * 100)
			}
		}
	}
	return now, later, nil
}

// programmeNames makes names out of towns, things and parts.
func programmeNames(d *data, a actionData, rnd dice, n int) []string {
	var all []string
	for _, town := range d.units.Towns {
		for _, local := range a.Locals {
			if town.ID != local {
				continue
			}
			for _, thing := range d.words.RenewalNames[a.Zh] {
				for _, part := range d.words.Part {
					all = append(all, town.Zh+thing+part)
				}
			}
		}
	}
	return deal(rnd, all, max(n, len(all)))
}

// programmeDates gives starts in the first months of 2022 and finishes.
func (it *item) programmeDates(d *data, rnd dice) {
	it.finish = calendar.MustDate("2022-09-01").AddMonths(rnd.IntN(16)).Month().Last().String()
	switch it.kind {
	case "excused":
		it.stage, it.start = project.Preparing, "2022-09-30"
		it.excuse["progress"] = d.words.Excuse.Progress
		it.finish = later(it.finish, "2022-12-31")
		return
	case "not-started":
		it.start = "2022-03-31"
		it.finish = later(it.finish, "2022-12-31")
		return
	case "finished":
		it.finish, it.finished = "2022-06-30", calendar.MustDate("2022-06-10").AddDays(rnd.IntN(15)).String()
	}
	actual := calendar.MustDate("2022-01-12").AddDays(rnd.IntN(88))
	it.started = actual.String()
	it.start = actual.AddDays(-rnd.IntN(25)).Month().Last().String()
	it.library = actual.AddDays(rnd.days(12, 26)).String()
}

// programme adds the renewal projects: lists apart from the dispatch, plans by year, and the months of 2022 since they are listed.
func (s *seeding) programme(context.Context) error {
	if s.opt.NoProgramme {
		return nil
	}
	first, count := 1, 0
	for ai, a := range s.d.targets.Programme.Actions {
		var named []*item
		for _, it := range s.items {
			if it.named != nil && it.named.Renewal == a.Zh {
				named = append(named, it)
			}
		}
		now, later, err := designProgramme(s.d, ai, a, named, first)
		if err != nil {
			return err
		}
		first += len(now) + len(later)
		for _, it := range append(now, later...) {
			s.deed(on(programmeDay, 9, 0), dispatcher, project.List{ID: it.id, Facts: it.facts, Stage: it.stage, Start: it.start, Finish: it.finish,
				List: "renewal", Apart: true, On: programmeDay})
			s.deed(on(programmeDay, 11, 30), dispatcher, project.SetDuty{ID: it.id, Duty: it.duty})
		}
		for _, it := range named {
			s.deed(on(programmeDay, 9, 0), dispatcher, project.ChangeList{ID: it.id, List: "renewal", Apart: true, On: programmeDay, Reason: s.d.words.JoinedRenewal})
		}
		for _, it := range append(now, named...) {
			s.deed(on(programmeDay, 14, 0), dispatcher, project.ChangeList{ID: it.id, List: "renewal-2022", Apart: true, On: programmeDay, Reason: s.d.words.JoinedRenewal})
		}
		for _, it := range now {
			s.plan(it, 2022, on("2022-03-09", 9, 0), it.plans[2022].planned, "")
			s.live(it)
		}
		for _, it := range later {
			for _, year := range []int{2023, 2024} {
				if p, ok := it.plans[year]; ok {
					s.plan(it, year, on("2022-03-09", 14, 0), p.planned, "")
				}
			}
		}
		s.renewal = append(s.renewal, now...)
		count += len(now) + len(later) + len(named)
		s.say("demo.step.renewal", count, 190)
	}
	return nil
}
