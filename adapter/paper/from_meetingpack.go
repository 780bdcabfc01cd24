package paper

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

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
	m, err := (&packWriter{meetingPrint: b}).pack(p)
	if err != nil {
		return nil, err
	}
	body, err := MeetingPackHTML(lang, m)
	if err != nil || format == "html" {
		return []byte(body), err
	}
	return p.pdf(ctx, lang, m.Meeting, body)
}

type packWriter struct {
	*meetingPrint
	month calendar.Month
	figs  *app.Figures
	last  LastTime
	prev  []string // tasks of the meeting before
}

// packFigures are what a page shows of a project.
var packFigures = append([]string{"total_investment", "planned_year", "invested_month", "invested_ytd", "invested_share", "time_share", "lag", figure.Overall},
	rules.LightPrefix+fourLights[0], rules.LightPrefix+fourLights[1], rules.LightPrefix+fourLights[2], rules.LightPrefix+fourLights[3])

func (b *packWriter) pack(p Press) (MeetingPack, error) {
	m := b.m
	out := MeetingPack{District: placeOf(b.lang, b.r, b.o.District), Meeting: m.Title, On: dayTime(m.On), At: m.At, Place: m.Place, Live: p.live("/meeting/" + m.ID), Sample: b.sample()}
	out.Chair, _ = postName(b.lang, b.r, m.Chair)
	if e, err := b.r.Entry(cmp.Or(m.Agenda, m.Called)); err == nil {
		out.Entry = e.Number()
	}
	var err error
	if b.last, err = b.meetingPrint.last(); err != nil {
		return out, err
	}
	out.Last = b.last
	if m.Previous != "" {
		prev, _, err := b.o.Meeting(b.ctx, b.by, m.Previous)
		if err != nil {
			return out, err
		}
		b.prev = prev.Tasks()
	}
	ids, err := b.projects()
	if err != nil {
		return out, err
	}
	page := map[string]int{}
	for i, id := range ids {
		page[id] = i + 2
	}
	if out.Items, err = b.items(page); err != nil {
		return out, err
	}
	if len(ids) == 0 {
		return out, nil
	}
	if b.figs, err = b.o.Figures(b.ctx, b.month, "", packFigures, app.Subjects(ids)); err != nil {
		return out, err
	}
	for _, id := range ids {
		x, err := b.page(id)
		if err != nil {
			return out, err
		}
		out.Pages = append(out.Pages, x)
	}
	return out, nil
}

// items are the lines of the agenda with their planned times.
func (b *packWriter) items(page map[string]int) ([]PackItem, error) {
	at, err := time.Parse("15:04", b.m.At)
	planned := err == nil
	var out []PackItem
	for _, x := range b.m.Items {
		title, sample := b.itemTitle(x)
		item := PackItem{Title: title, Sample: sample, Why: words.Say(b.lang, "meeting.reason."+string(x.Kind))}
		if x.From != "" {
			item.Why = words.Say(b.lang, "meeting.reason.held")
		}
		if planned {
			item.At = at.Format("15:04")
			at, planned = at.Add(time.Duration(x.Minutes)*time.Minute), x.Minutes > 0
		}
		if id, ok := strings.CutPrefix(x.Subject, casework.CaseKind+"/"); ok {
			c, err := casework.Of(b.r, id)
			if err != nil {
				return nil, err
			}
			item.Who = partyName(b.lang, b.r, c.Handler)
			if x.Kind == dispatch.ItemCase && x.From == "" {
				item.Why = words.Say(b.lang, "meeting.reason.level", "level", words.Say(b.lang, "paper.weekly.level."+numberOf(c.Level)), "id", id)
			}
		}
		id, err := dispatch.ProjectOf(b.r, x)
		if err != nil {
			return nil, err
		}
		if id != "" {
			item.Page = page[id]
			if pr, err := project.Of(b.r, id); err == nil && item.Who == "" {
				item.Who = unitName(b.lang, b.r, pr.LocalUnit, pr.LocalText)
			}
		}
		out = append(out, item)
	}
	return out, nil
}

// projects are those that the agenda speaks of, in its order; where it takes all reds one by one, they follow, the worst first.
func (b *packWriter) projects() ([]string, error) {
	months, err := b.r.IDs("month", "")
	if err != nil {
		return nil, err
	}
	b.month = calendar.DateOf(b.o.Clock()).Month()
	if n := len(months); n > 0 {
		if b.month, err = calendar.ParseMonth(months[n-1]); err != nil {
			return nil, err
		}
	}
	var out []string
	reds := false
	for _, x := range b.m.Items {
		id, err := dispatch.ProjectOf(b.r, x)
		if err != nil {
			return nil, err
		}
		if m, ok := strings.CutPrefix(x.Subject, "month/"); ok {
			if b.month, err = calendar.ParseMonth(m); err != nil {
				return nil, err
			}
		}
		reds = reds || x.Kind == dispatch.ItemRed && id == ""
		if id != "" && !slices.Contains(out, id) && b.sees(id) {
			out = append(out, id)
		}
	}
	if !reds {
		return out, nil
	}
	more, err := b.reds()
	for _, id := range more {
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out, err
}

func (b *packWriter) sees(id string) bool {
	p, err := project.Of(b.r, id)
	return err == nil && org.May(b.r, b.by, "read.project", p.Scope()) == nil
}

func (b *packWriter) reds() ([]string, error) {
	members, err := b.r.Facts().Members(b.ctx, app.Everything, b.month, figure.At{})
	if err != nil {
		return nil, err
	}
	figs, err := b.o.Figures(b.ctx, b.month, "", []string{figure.Overall, "lag"}, members)
	if err != nil {
		return nil, err
	}
	members = slices.DeleteFunc(slices.Clone(members), func(s string) bool {
		return figs.Of(figure.Overall, s).Hue() != "red" || !b.sees(strings.TrimPrefix(s, "project/"))
	})
	slices.SortStableFunc(members, func(x, y string) int {
		a, c := figs.Of("lag", x).Value, figs.Of("lag", y).Value
		switch {
		case a.IsMissing() || c.IsMissing():
			return strings.Compare(x, y)
		}
		return c.Num.Rat.Cmp(a.Num.Rat)
	})
	for i := range members {
		members[i] = strings.TrimPrefix(members[i], "project/")
	}
	return members, nil
}

func (b *packWriter) say(key string, args ...any) string {
	return words.Say(b.lang, "paper.pack."+key, args...)
}

// page is one project.
func (b *packWriter) page(id string) (PackPage, error) {
	p, err := project.Of(b.r, id)
	if err != nil {
		return PackPage{}, err
	}
	subject := "project/" + id
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
	for i, l := range append([]string{figure.Overall}, lights()...) {
		f := b.figs.Of(l, subject)
		name := b.figs.Set.Label(l, b.lang)
		if i == 0 {
			name = b.say("overall")
		}
		out.Lights = append(out.Lights, PackLight{name, hueOr(f.Hue()), words.Say(b.lang, "hue."+hueOr(f.Hue()))})
	}
	b.money(&out, subject)
	out.AsOf = b.say("open", "month", b.month.Prose(b.lang, 0))
	if b.figs.Freeze != nil {
		out.AsOf = b.say("asof", "month", b.month.Prose(b.lang, 0))
	}
	rep, ok, err := dispatch.ReportOf(b.r, b.month, id)
	if err != nil {
		return out, err
	}
	if ok {
		out.Now = rep.Content.Progress
	}
	today := calendar.DateOf(b.o.Clock()).String()
	for _, m := range p.Milestones {
		s := PackStep{Name: m.Name.In(b.lang), Due: dayTime(m.Promised), Done: dayTime(m.Actual), Late: m.Actual == "" && m.Promised < today}
		if m.Baseline != m.Promised {
			s.First = dayTime(m.Baseline)
		}
		out.Steps = append(out.Steps, s)
	}
	if out.Stuck, err = b.stuck(subject); err != nil {
		return out, err
	}
	out.Tasks, err = b.tasksOf(subject)
	return out, err
}

func lights() []string {
	var out []string
	for _, l := range fourLights {
		out = append(out, rules.LightPrefix+l)
	}
	return out
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
	}{{"total", "total_investment", quantity.UnitYiYuan}, {"plan", "planned_year", quantity.UnitYiYuan}, {"month", "invested_month", quantity.UnitYiYuan}, {"ytd", "invested_ytd", quantity.UnitYiYuan}, {"rate", "invested_share", ""}} {
		n := numOf(b.lang, b.figs.Of(m.figure, subject), m.unit, nil)
		out.Money = append(out.Money, Fact{b.say("money." + m.key), withUnit(b.lang, n)})
	}
	gap := gapOf(b.lang, b.figs.Of("lag", subject), nil)
	if !b.figs.Of("lag", subject).Value.IsMissing() {
		gap.Unit = words.Say(b.lang, "points")
	}
	out.Money = append(out.Money, Fact{b.say("money.lag"), withUnit(b.lang, gap)})
	if v, ok := b.figs.Of("invested_share", subject).Float(); ok {
		out.Done = v
		if t, ok := b.figs.Of("time_share", subject).Float(); ok {
			out.Time = t
		}
	}
}

// stuck are the open cases of a project, the highest level first, then by their due day.
func (b *packWriter) stuck(subject string) ([]Stuck, error) {
	lines, err := b.r.Cases(app.CaseFilter{Subject: subject, Open: true})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(lines, func(x, y app.CaseLine) int { return cmp.Compare(y.Level, x.Level) })
	now, days := b.o.Clock(), calendar.StateCouncil()
	var out []Stuck
	for _, l := range lines {
		if l.Use == dispatch.TaskUse || app.MaySeeCase(b.r, b.by, l.ID) != nil {
			continue
		}
		c, err := casework.Of(b.r, l.ID)
		if err != nil {
			return nil, err
		}
		d, err := casework.Pinned(b.r, c.Digest)
		if err != nil {
			return nil, err
		}
		s, err := casework.Stand(d, c, now, days)
		if err != nil {
			return nil, err
		}
		x := Stuck{ID: c.ID, Title: c.Title, Hue: s.Light, Who: partyName(b.lang, b.r, c.Handler), Due: b.due(s, calendar.DateOf(now))}
		if c.Level > 0 {
			x.Level = words.Say(b.lang, "paper.weekly.level."+numberOf(c.Level))
		}
		if len(c.Assists) > 0 {
			x.Who += words.Say(b.lang, "paper.pack.assist", "assist", partyNames(b.lang, b.r, c.Assists))
		}
		if m := c.Measure; m != nil {
			x.Pain, x.Cause, x.Ways = m.Pain, m.Cause, b.ways(m)
		}
		out = append(out, x)
	}
	return out, nil
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

// tasksOf are the tasks of the meeting before that are about a project.
func (b *packWriter) tasksOf(subject string) ([]Task, error) {
	cases, err := app.Named[casework.Case](b.r, casework.CaseKind, b.prev)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, id := range b.prev {
		if cases[id].Subject == subject {
			ids = append(ids, id)
		}
	}
	return b.tasks(ids, "")
}
