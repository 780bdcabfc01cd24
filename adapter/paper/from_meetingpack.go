package paper

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/figure"
	"shigan/kernel/quantity"
	"shigan/kernel/rules"
	"shigan/kernel/words"
)

// MeetingPack sets the pack of a meeting: html or pdf. It is read on paper and not edited, so there is no office file of it.
func (p Press) MeetingPack(ctx context.Context, lang words.Lang, o *app.Office, by org.Signer, id, format string) ([]byte, error) {
	if format != "html" && format != "pdf" {
		return nil, ErrFormat.With("format", format)
	}
	b, err := openMeeting(ctx, lang, o, by, id)
	if err != nil {
		return nil, err
	}
	gathered, err := o.MeetingPack(ctx, by, id)
	if err != nil {
		return nil, err
	}
	m, err := (&packWriter{b, gathered}).pack(p)
	if err != nil {
		return nil, err
	}
	body, err := MeetingPackHTML(lang, m)
	if err != nil || format == "html" {
		return []byte(body), err
	}
	return p.pdf(ctx, lang, m.Meeting, body)
}

// packWriter gives words to what the app gathered.
type packWriter struct {
	*meetingPrint
	p *app.MeetingPack
}

func (b *packWriter) pack(p Press) (MeetingPack, error) {
	m := b.m
	out := MeetingPack{District: placeOf(b.lang, b.r, b.o.District), Meeting: m.Title, On: dayTime(m.On), At: m.At, Place: m.Place, Live: p.live("/meeting/" + m.ID), Sample: b.sample(), Last: b.lastOf(b.p.Follow)}
	out.Chair, _ = postName(b.lang, b.r, m.Chair)
	if e, err := b.r.Entry(cmp.Or(m.Agenda, m.Called)); err == nil {
		out.Entry = e.Number()
	}
	page := map[string]int{}
	for i, x := range b.p.Pages {
		page[x.Project.ID] = i + 2
	}
	for _, x := range b.p.Items {
		out.Items = append(out.Items, b.item(x, page))
	}
	for _, x := range b.p.Pages {
		set, err := b.page(x)
		if err != nil {
			return out, err
		}
		out.Pages = append(out.Pages, set)
	}
	return out, nil
}

// item is a line of the agenda with its planned time, and the page of its project.
func (b *packWriter) item(x app.LiveItem, page map[string]int) PackItem {
	title, sample := b.itemTitle(x.Title, x.Subject, x.Kind)
	item := PackItem{At: x.Planned, Title: title, Sample: sample, Page: page[x.Project], Why: words.Say(b.lang, "meeting.reason."+string(x.Kind))}
	switch {
	case x.From != "":
		item.Why = words.Say(b.lang, "meeting.reason.held")
	case x.Case != nil && x.Kind == dispatch.ItemCase && x.Case.Level > 0:
		item.Why = words.Say(b.lang, "meeting.reason.level", "level", words.Say(b.lang, "paper.weekly.level."+numberOf(x.Case.Level)), "id", x.Case.ID)
	}
	if x.Case != nil {
		item.Who = partyName(b.lang, b.r, x.Case.Handler)
	} else if p, err := project.Of(b.r, x.Project); err == nil {
		item.Who = unitName(b.lang, b.r, p.LocalUnit, p.LocalText)
	}
	return item
}

func (b *packWriter) say(key string, args ...any) string {
	return words.Say(b.lang, "paper.pack."+key, args...)
}

// page is one project.
func (b *packWriter) page(x app.PackPage) (PackPage, error) {
	p := x.Project
	out := PackPage{Title: p.Facts.Name.In(b.lang), Sample: p.Sample, Done: -1, Time: -1}
	fact := func(key, text string) {
		if text != "" {
			out.Facts = append(out.Facts, Fact{b.say(key), text})
		}
	}
	lead, _ := postName(b.lang, b.r, p.Duty.Lead)
	fact("duty.local", unitName(b.lang, b.r, p.LocalUnit, p.LocalText))
	fact("duty.lead", cmp.Or(lead, p.LeaderText))
	fact("duty.line", unitName(b.lang, b.r, p.LineUnit, ""))
	fact("duty.owner", unitName(b.lang, b.r, p.OwnerUnit, ""))
	fact("start", promised(b.lang, p.Start))
	fact("finish", promised(b.lang, p.Finish))
	if b.p.Figures != nil {
		if err := b.figures(&out, p); err != nil {
			return out, err
		}
	}
	today := calendar.DateOf(b.o.Clock()).String()
	for _, m := range p.Milestones {
		s := PackStep{Name: m.Name.In(b.lang), Due: dayTime(m.Promised), Done: dayTime(m.Actual), Late: m.Actual == "" && m.Promised < today}
		if m.Baseline != m.Promised {
			s.First = dayTime(m.Baseline)
		}
		out.Steps = append(out.Steps, s)
	}
	for _, c := range x.Open {
		out.Stuck = append(out.Stuck, b.stuck(c, calendar.DateOf(b.o.Clock())))
	}
	slices.SortStableFunc(out.Stuck, func(a, c Stuck) int { return cmp.Compare(c.level, a.level) })
	for _, t := range x.Last {
		out.Tasks = append(out.Tasks, b.followed(t))
	}
	return out, nil
}

// figures are lights, money and what the unit reported last.
func (b *packWriter) figures(out *PackPage, p project.Project) error {
	figs, subject := b.p.Figures, project.Kind+"/"+p.ID
	for _, l := range b.p.Names {
		if l != figure.Overall && !strings.HasPrefix(l, rules.LightPrefix) {
			continue
		}
		hue, name := hueOr(figs.Of(l, subject).Hue()), figs.Set.Label(l, b.lang)
		if l == figure.Overall {
			name = b.say("overall")
		}
		out.Lights = append(out.Lights, PackLight{name, hue, words.Say(b.lang, "hue."+hue)})
	}
	out.Money = append(out.Money, Fact{b.say("money.total"), quantity.ShowMoney(p.Facts.Total, quantity.UnitYiYuan, b.lang).String()})
	b.money(out, subject)
	out.AsOf = b.say("open", "month", b.p.Month.Prose(b.lang, 0))
	if figs.Freeze != nil {
		out.AsOf = b.say("asof", "month", b.p.Month.Prose(b.lang, 0))
	}
	rep, _, err := dispatch.ReportOf(b.r, b.p.Month, p.ID)
	out.Now = rep.Content.Progress
	return err
}

// promised says a day and, where it was moved, the first one.
func promised(lang words.Lang, p project.Promise) string {
	switch {
	case p.Actual != "":
		return words.Say(lang, "paper.pack.day.done", "day", p.Actual)
	case p.Now == "":
		return ""
	case p.First != "" && p.First != p.Now:
		return words.Say(lang, "paper.pack.day.moved", "day", p.Now, "first", p.First)
	}
	return p.Now
}

func (b *packWriter) money(out *PackPage, subject string) {
	for _, m := range []struct {
		key, figure string
		unit        quantity.Unit
	}{{"plan", "planned_year", quantity.UnitYiYuan}, {"month", "invested_month", quantity.UnitYiYuan}, {"ytd", "invested_ytd", quantity.UnitYiYuan}, {"rate", "invested_share", ""}} {
		n := numOf(b.lang, b.p.Figures.Of(m.figure, subject), m.unit, nil)
		out.Money = append(out.Money, Fact{b.say("money." + m.key), withUnit(b.lang, n)})
	}
	gap := gapOf(b.lang, b.p.Figures.Of("lag", subject), nil)
	if !b.p.Figures.Of("lag", subject).Value.IsMissing() {
		gap.Unit = words.Say(b.lang, "points")
	}
	out.Money = append(out.Money, Fact{b.say("money.lag"), withUnit(b.lang, gap)})
	if v, ok := b.p.Figures.Of("invested_share", subject).Float(); ok {
		out.Done = v
		if t, ok := b.p.Figures.Of("time_share", subject).Float(); ok {
			out.Time = t
		}
	}
}

// stuck is an open case: what is hard, why, the remedies, who and until when.
func (b *packWriter) stuck(l app.LiveCase, today calendar.Date) Stuck {
	c := l.Case
	x := Stuck{ID: c.ID, Title: c.Title, Hue: l.Standing.Light, Who: partyName(b.lang, b.r, c.Handler), Due: b.due(l.Standing, today), level: c.Level}
	if c.Level > 0 {
		x.Level = words.Say(b.lang, "paper.weekly.level."+numberOf(c.Level))
	}
	if len(c.Assists) > 0 {
		x.Who += words.Say(b.lang, "paper.pack.assist", "assist", partyNames(b.lang, b.r, c.Assists))
	}
	if m := c.Measure; m != nil {
		x.Pain, x.Cause, x.Ways = m.Pain, m.Cause, b.ways(m)
	}
	return x
}

// ways lists what was decided, or the options that wait for a decision.
func (b *packWriter) ways(m *casework.Measure) []string {
	if m.Decision != "" {
		return []string{b.say("decided", "decision", m.Decision)}
	}
	var out []string
	for _, o := range m.Options {
		w := o.Mark + words.Say(b.lang, "paper.gap") + o.Text
		if o.Cost != nil {
			w += words.Say(b.lang, "paper.gap") + quantity.ShowMoney(*o.Cost, quantity.UnitWanYuan, b.lang).String()
		}
		out = append(out, w)
	}
	return out
}

func (b *packWriter) due(s casework.Standing, today calendar.Date) string {
	if s.Due.IsZero() {
		return ""
	}
	switch n := calendar.DateOf(s.Due).Sub(today); {
	case n < 0:
		return b.say("due.over", "n", -n)
	case n == 0:
		return b.say("due.today")
	default:
		return b.say("due.left", "n", n)
	}
}
