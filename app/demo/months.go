package demo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"shigan/app"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
)

// history adds the months and plays the whole timeline.
func (s *seeding) history(ctx context.Context) error {
	june := calendar.MustMonth(s.d.targets.Month)
	count := june.Sub(s.opt.From) + 1
	for m, i := s.opt.From, 1; !m.After(june); m, i = m.Next(), i+1 {
		if err := s.month(ctx, m, m == june); err != nil {
			return err
		}
		s.add(event{at: on(m.Last().String(), 23, 0), post: dispatcher, run: func(context.Context, org.Signer) error {
			s.say("demo.step.months", i, count)
			return nil
		}})
	}
	return s.play(ctx)
}

// month adds one month: opened, reported, checked, and frozen unless it is the open one.
func (s *seeding) month(ctx context.Context, m calendar.Month, open bool) error {
	due := m.First().AddDays(s.d.targets.DueDay - 1)
	s.deed(on(m.First().AddDays(19).String(), 9, 0), dispatcher, dispatch.OpenMonth{Month: m, Pack: Pack, Due: due.String(), CheckBy: due.AddDays(s.d.targets.CheckDays).String()})
	rnd := newDice(uint64(1000 + m.Year*12 + m.Month))
	missing, slow := 0, []string{}
	for _, it := range s.items {
		if it.listed > m.Last().String() || m.Year < 2022 && !s.has2021(it) {
			continue
		}
		if open && it.state == "unreported" {
			slow = append(slow, it.id)
			continue
		}
		if !open && m.Month != 12 && m.String() != "2022-05" && it.named == nil && missing < 3 && rnd.Float64() < .006 {
			missing++
			continue
		}
		s.report(ctx, it, m, open, rnd)
		s.excuses(it, m)
	}
	for _, it := range s.renewal {
		if it.listed <= m.Last().String() {
			s.report(ctx, it, m, open, rnd)
			s.excuses(it, m)
		}
	}
	if len(slow) > 0 {
		s.deed(on(m.First().AddDays(28).String(), 10, 0), dispatcher, dispatch.Remind{Month: m, Projects: slow})
	}
	if open {
		return nil
	}
	reason := cond(missing > 0, s.d.words.Late, "")
	s.add(event{at: on(m.Next().First().AddDays(2).String(), 9, 12), post: dispatcher, run: func(ctx context.Context, by org.Signer) error {
		_, _, err := s.o.FreezeMonth(ctx, by, m, reason, app.Options{})
		return err
	}})
	for _, it := range s.items {
		if it.named != nil && it.named.Amend != nil && it.named.Amend.Month == m.String() {
			a := it.named.Amend
			s.deed(on(a.On, 10, 20), dispatcher, dispatch.AmendMonth{Month: m, Project: it.id, YTD: wan(a.YTD), Reason: a.Reason})
		}
	}
	return nil
}

// report adds a report and what the line department does with it.
func (s *seeding) report(ctx context.Context, it *item, m calendar.Month, open bool, rnd dice) {
	c := s.content(it, m, rnd)
	by := cond(it.turn("by", 10) < 7, it.ownerPost, it.localPost)
	day := 25 + it.turn("day", 4)
	if open && it.state == "waiting" {
		day = 27 + it.turn("day", 2)
	}
	at := on(m.First().AddDays(day-1).String(), 9+5*it.turn("hour", 2), 10)
	var evidence []app.File
	if n := it.named; n != nil {
		by = cond(n.Reporter != "", n.Reporter, by)
		if open && n.ReportedAt != "" {
			at, _ = time.ParseInLocation("2006-01-02 15:04", n.ReportedAt, calendar.Zone)
		}
		if m.Year == 2022 && len(n.Evidence) > 0 {
			evidence = s.evidence(ctx, it, m, n.Evidence[m.Month-1])
		}
	}
	var seq int64
	send := func(at time.Time, c dispatch.Content, replaces *int64) {
		cmd := dispatch.SubmitReport{Project: it.id, Month: m, Content: c}
		for _, f := range evidence {
			cmd.Files = append(cmd.Files, f.Digest)
		}
		s.add(event{at: at, post: by, opt: app.Options{Files: evidence}, cmd: func() app.Command {
			if replaces != nil {
				cmd.Replaces = *replaces
			}
			return cmd
		}, then: func(r app.Receipt) { seq = r.Last }})
	}
	back := func(at time.Time, reason string) {
		s.add(event{at: at, post: it.linePost, cmd: func() app.Command {
			return dispatch.ReturnReport{Project: it.id, Month: m, Seq: seq, Reason: reason}
		}})
	}
	accept := func(at time.Time, as *done) {
		s.add(event{at: at, post: it.linePost, cmd: func() app.Command {
			cmd := dispatch.AcceptReport{Project: it.id, Month: m, Seq: seq}
			if as != nil {
				month, ytd := wan(as.month), wan(as.ytd)
				cmd.AsMonth, cmd.AsYTD, cmd.Reason = &month, &ytd, pick(rnd, s.d.words.Correct)
			}
			return cmd
		}})
	}
	next := m.Next().First()
	check := calendar.DateOf(at).AddDays(1 + it.turn("check"+m.String(), 3)).At(10 * 60)
	if end := next.AddDays(1).At(10 * 60); !open && check.After(end) {
		check = end
	} else if end := next.At(15 * 60); open && check.After(end) {
		check = end
	}
	v := it.months[m]
	over := done{v.month + v.month/8 + 12, v.ytd + v.month/8 + 12}
	high := c
	high.Month, high.YTD = project.DispatchMoney(wan(over.month)), project.DispatchMoney(wan(over.ytd))
	switch state, chance := it.state, rnd.Float64(); {
	case open && state == "returned":
		send(at, c, nil)
		reason := pick(rnd, s.d.words.Return)
		if it.named != nil && it.named.Return != "" {
			reason = it.named.Return
		}
		back(next.AddDays(-1+it.turn("back", 2)).At(15*60+30), reason)
	case open && state == "waiting":
		send(at, c, nil)
	case it.named == nil && !open && v.month > 100 && chance < .03: // sent back once, and reported again
		send(at, high, nil)
		back(calendar.DateOf(at).AddDays(1).At(15*60), pick(rnd, s.d.words.Return))
		send(calendar.DateOf(at).AddDays(2).At(15*60), c, &seq)
		accept(next.AddDays(1).At(17*60), nil)
	case it.named == nil && v.month > 100 && chance > .97: // accepted with another sum
		send(at, high, nil)
		accept(check, &v)
	default:
		send(at, c, nil)
		accept(check, nil)
	}
}

// evidence makes sample files that go in with a report.
func (s *seeding) evidence(ctx context.Context, it *item, m calendar.Month, n int) []app.File {
	head, _, _, err := s.o.Read(ctx).Log()
	if err != nil {
		return nil // the report itself will say what is wrong with the store
	}
	var out []app.File
	for i := range n {
		kind := s.d.words.Evidence[i%len(s.d.words.Evidence)]
		raw := []byte(fmt.Sprintf("%s\n%s %s\n%s %d\n", s.d.words.EvidenceNote, it.id, it.facts.Name.Zh, m, i+1))
		out = append(out, app.File{Digest: head.Suite.Digest(raw), Name: fmt.Sprintf("%s-%s-%d.txt", kind, m, i+1), Media: "text/plain; charset=utf-8", Bytes: raw})
	}
	return out
}

// content makes what a unit reports of a month.
func (s *seeding) content(it *item, m calendar.Month, rnd dice) dispatch.Content {
	w, v := s.d.words, it.months[m]
	c := dispatch.Content{Month: project.DispatchMoney(wan(v.month)), YTD: project.DispatchMoney(wan(v.ytd))}
	plan := it.plans[m.Year].planned
	share := 0.
	if plan > 0 {
		share = float64(v.ytd) / float64(plan)
	}
	started := it.started != "" && it.started <= m.Last().String()
	step := "middle"
	switch {
	case !started:
		step = "zero"
	case share < .15:
		step = "early"
	case share > .75:
		step = "end"
	case share > .45:
		step = "late"
	}
	c.Progress = pick(rnd, w.Progress[step])
	if started {
		c.Progress = fmt.Sprintf("%s %d%%", c.Progress, 5+it.turn(m.String(), 90))
	}
	behind := plan > 0 && float64(m.Month)/12-share >= .1
	late := it.start != "" && it.start <= m.Last().String() && !started
	outside := started && (it.library == "" || it.library > m.Last().String())
	if behind || late || outside {
		c.Problem, c.Measure, c.Who = pick(rnd, w.Problem), pick(rnd, w.Measure), pick(rnd, w.Who)
		c.By = m.Last().AddDays(20 + it.turn("until", 60)).String()
	}
	if plan > 0 && v.month*5 > plan {
		c.Explain = pick(rnd, w.Explain)
	}
	if n := it.named; n != nil && m.Year == 2022 {
		c.Progress = n.Text[m.Month-1]
		if m.Month == 6 {
			c.Problem, c.Measure, c.Who, c.By = n.Problem, n.Measure, n.Who, n.By
			c.Explain = cond(n.Explain != "", n.Explain, c.Explain)
		}
	}
	s.payment(it, m, v, &c)
	c.Progress = strings.TrimSpace(c.Progress)
	return c
}

// payment fills funds and payment for those that report them.
func (s *seeding) payment(it *item, m calendar.Month, v done, c *dispatch.Content) {
	var funds, paid int64
	switch {
	case v.ytd == 0:
		return
	case len(it.paidFixed) == 2 && m.Year == 2022:
		last := it.months[calendar.MustMonth(s.d.targets.Month)].ytd
		funds, paid = it.paidFixed[0]*v.ytd/last, it.paidFixed[1]*v.ytd/last
	case it.named == nil && it.paidShare > 0:
		share := it.paidShare
		if it.kind == "unpaid" && m.Before(calendar.MustMonth("2022-05")) {
			share = .86
		}
		funds = v.ytd * 104 / 100
		paid = int64(float64(funds)*share) + 1
	default:
		return
	}
	f, p := project.DispatchMoney(wan(funds)), project.DispatchMoney(wan(paid))
	c.FundsIn, c.Paid = &f, &p
}

// excuses adds the requests that a light be excused, and the findings on them.
func (s *seeding) excuses(it *item, m calendar.Month) {
	for _, light := range dispatch.Lights {
		reason, ok := it.excuse[light]
		if !ok || light == "library" && it.started > m.Last().String() || light == "progress" && (m.Year < 2022 || m.Month < 2) {
			continue
		}
		s.deed(on(m.First().AddDays(25).String(), 11, 20), it.ownerPost, dispatch.AskExcuse{Project: it.id, Month: m, Light: light, Reason: reason})
		s.deed(on(m.First().AddDays(27).String(), 16, 20), dispatcher, dispatch.SettleExcuse{Project: it.id, Month: m, Light: light, Granted: true, Answer: s.d.words.Excuse.Answer})
	}
}
