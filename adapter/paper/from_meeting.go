package paper

import (
	"context"
	"slices"
	"strings"
	"time"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/domain/visit"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
	"shigan/kernel/ledger"
	"shigan/kernel/words"
)

// ErrNoNotice is a unit for which a meeting decided nothing.
var ErrNoNotice = fault.New(fault.NotFound, "paper.no-notice")

// meetingPrint reads what the papers of a meeting say of it, as far as one reader sees it.
type meetingPrint struct {
	ctx  context.Context
	lang words.Lang
	o    *app.Office
	r    app.Reader
	by   org.Signer
	m    dispatch.Meeting
}

func openMeeting(ctx context.Context, lang words.Lang, o *app.Office, by org.Signer, id string) (*meetingPrint, error) {
	m, _, err := o.Meeting(ctx, by, id)
	return &meetingPrint{ctx, lang, o, o.Read(ctx), by, m}, err
}

// Minutes sets the minutes of a meeting with the list of tasks behind: html, docx or pdf. Until they are issued they say draft.
func (p Press) Minutes(ctx context.Context, lang words.Lang, o *app.Office, by org.Signer, id, format string) ([]byte, error) {
	b, err := openMeeting(ctx, lang, o, by, id)
	if err != nil {
		return nil, err
	}
	m, err := b.minutes()
	if err != nil {
		return nil, err
	}
	return p.set(ctx, composeMinutes(lang, m), id, format)
}

// TaskList sets the decided matters of a meeting.
func (p Press) TaskList(ctx context.Context, lang words.Lang, o *app.Office, by org.Signer, id, format string) ([]byte, error) {
	b, err := openMeeting(ctx, lang, o, by, id)
	if err != nil {
		return nil, err
	}
	m, err := b.minutes()
	if err != nil {
		return nil, err
	}
	return p.set(ctx, composeTaskList(lang, TaskList{District: m.District, Office: m.Office, Meeting: m.Meeting, Number: m.Number, On: m.On, Issued: m.Issued, Tasks: m.Tasks,
		Entry: m.Entry, Suite: m.Suite, Code: m.Code, Sample: m.Sample}), id, format)
}

// Notice sets the reminder letter to one unit.
func (p Press) Notice(ctx context.Context, lang words.Lang, o *app.Office, by org.Signer, id, unit, format string) ([]byte, error) {
	b, err := openMeeting(ctx, lang, o, by, id)
	if err != nil {
		return nil, err
	}
	n, err := b.notice(unit)
	if err != nil {
		return nil, err
	}
	return p.set(ctx, composeNotice(lang, n), id+"-"+unit, format)
}

func (b *meetingPrint) minutes() (Minutes, error) {
	m := b.m
	out := Minutes{District: placeOf(b.lang, b.r, b.o.District), Meeting: m.Title, Number: m.ID, On: dayTime(m.On), From: m.At, Place: m.Place, Draft: true, Office: b.office(), Sample: b.sample()}
	if at := clockTime(m.Started); at != "" {
		out.From = at
	}
	out.To = clockTime(m.Closed)
	out.Chair, _ = postName(b.lang, b.r, m.Chair)
	for _, x := range m.Present {
		out.Present = append(out.Present, b.partyFull(x))
	}
	for _, x := range m.Recorders {
		out.Writers = append(out.Writers, b.partyFull(casework.Party{Post: x}))
	}
	if err := b.seal(&out); err != nil {
		return out, err
	}
	for _, x := range m.Items {
		if err := b.minute(&out, x); err != nil {
			return out, err
		}
	}
	return out, nil
}

// seal names the entry by which the paper is checked: the issue of the minutes, or the last that the meeting knows.
func (b *meetingPrint) seal(out *Minutes) error {
	seq := b.m.Seq
	if n := len(b.m.Minutes); n > 0 {
		seq, out.Draft, out.Issued = b.m.Minutes[n-1].Seq, false, dayTime(b.m.Minutes[n-1].On)
	}
	e, err := b.r.Entry(seq)
	if err != nil {
		return err
	}
	head, _, _, err := b.r.Log()
	if err != nil {
		return err
	}
	out.Entry, out.Suite, out.Code = e.Number(), suiteName(head.Suite), codeOf(e.Canonical())
	return nil
}

// minute adds one item of the agenda.
func (b *meetingPrint) minute(out *Minutes, x dispatch.Item) error {
	title, sample := b.itemTitle(x)
	item := MinuteItem{Title: title, Sample: sample}
	if x.State == dispatch.ItemHeld {
		item.Why = x.HeldWhy
		out.Held = append(out.Held, item)
		return nil
	}
	if x.Kind == dispatch.ItemPrevious && x.Decision == "" {
		last, err := b.last()
		if err != nil {
			return err
		}
		out.Before = append(out.Before, Sentence{Text: words.Say(b.lang, "paper.minutes.last") + last.say(b.lang)})
		return nil
	}
	if x.State != dispatch.ItemDecided {
		return nil
	}
	item.Decision, item.Why = x.Decision, x.NoTaskWhy
	if id, ok := strings.CutPrefix(x.Subject, casework.CaseKind+"/"); ok {
		c, err := casework.Of(b.r, id)
		if err != nil {
			return err
		}
		if c.Measure != nil {
			item.Pain, item.Cause = c.Measure.Pain, c.Measure.Cause
			for _, o := range c.Measure.Options {
				if o.Mark == x.Chosen {
					item.Chosen = o.Mark + words.Say(b.lang, "paper.gap") + o.Text
				}
			}
		}
	}
	var err error
	if item.Tasks, err = b.tasks(x.Tasks, title); err != nil {
		return err
	}
	out.Items, out.Tasks = append(out.Items, item), append(out.Tasks, item.Tasks...)
	return nil
}

// tasks reads tasks of the desk; those that the reader may not see are left out.
func (b *meetingPrint) tasks(ids []string, item string) ([]Task, error) {
	cases, err := app.Named[casework.Case](b.r, casework.CaseKind, ids)
	if err != nil {
		return nil, err
	}
	var out []Task
	for _, id := range ids {
		c, ok := cases[id]
		if !ok || app.MaySeeCase(b.r, b.by, id) != nil {
			continue
		}
		d, err := casework.Pinned(b.r, c.Digest)
		if err != nil {
			return nil, err
		}
		out = append(out, Task{ID: c.ID, Item: item, What: c.Title, Lead: partyName(b.lang, b.r, c.Handler), Assist: partyNames(b.lang, b.r, c.Assists), Raiser: partyName(b.lang, b.r, c.Raiser),
			By: dayTime(c.Given), State: stateName(b.lang, d, c)})
	}
	return out, nil
}

func stateName(lang words.Lang, d *casework.Desk, c casework.Case) string {
	if !c.Open() {
		o, _ := d.Outcome(c.Outcome)
		return o.In(lang)
	}
	st, _ := d.State(c.State)
	return st.In(lang)
}

func (b *meetingPrint) notice(unit string) (Notice, error) {
	m, err := b.minutes()
	if err != nil {
		return Notice{}, err
	}
	n := Notice{Office: m.Office, To: unitName(b.lang, b.r, unit, unit), Meeting: m.Meeting, On: m.On, Signed: m.On, Entry: m.Entry, Suite: m.Suite, Code: m.Code, Sample: m.Sample,
		Number: words.Say(b.lang, "paper.notice.number", "meeting", b.m.ID, "unit", unit)}
	if !m.Issued.IsZero() {
		n.Signed = m.Issued
	}
	cases, err := app.Named[casework.Case](b.r, casework.CaseKind, b.m.Tasks())
	if err != nil {
		return n, err
	}
	for _, t := range m.Tasks {
		c := cases[t.ID]
		switch {
		case c.Handler.Unit == unit:
			n.Leads = append(n.Leads, t)
		case slices.ContainsFunc(c.Assists, func(p casework.Party) bool { return p.Unit == unit }):
			n.Assists = append(n.Assists, t)
		}
	}
	if len(n.Leads)+len(n.Assists) == 0 {
		return n, ErrNoNotice.With("unit", n.To, "meeting", b.m.Title)
	}
	return n, nil
}

// itemTitle names an item as the agenda has it, or by what it is about.
func (b *meetingPrint) itemTitle(x dispatch.Item) (title string, sample bool) {
	title = x.Title
	kind, id, _ := strings.Cut(x.Subject, "/")
	name := ""
	switch kind {
	case casework.CaseKind:
		if c, err := casework.Of(b.r, id); err == nil {
			name, sample = c.Title, sampleCase(b.r, c)
		}
	case project.Kind:
		if p, err := project.Of(b.r, id); err == nil {
			name, sample = p.Facts.Name.In(b.lang), p.Sample
		}
	case visit.Kind:
		if v, err := visit.Of(b.r, id); err == nil {
			name, sample = v.Place, v.Sample
		}
	}
	if title == "" {
		title = name
	}
	if title == "" {
		title = words.Say(b.lang, "meeting.about."+string(x.Kind))
	}
	return title, sample
}

// office is the unit whose recorder keeps the meeting.
func (b *meetingPrint) office() string {
	for _, p := range append(b.m.Recorders[:len(b.m.Recorders):len(b.m.Recorders)], b.m.ClosedBy) {
		if name, err := app.PostUnit(b.r, p); err == nil {
			return name.In(b.lang)
		}
	}
	return placeOf(b.lang, b.r, b.o.District)
}

// sample tells whether those who keep the meeting are samples.
func (b *meetingPrint) sample() bool {
	for _, p := range append(b.m.Recorders[:len(b.m.Recorders):len(b.m.Recorders)], b.m.Chair) {
		if post, err := org.PostOf(b.r, p); err == nil && post.Sample {
			return true
		}
	}
	return false
}

func (b *meetingPrint) postFull(id string) string { return b.partyFull(casework.Party{Post: id}) }

// partyFull names a post with its unit.
func (b *meetingPrint) partyFull(p casework.Party) string {
	if p.Post == "" {
		return partyName(b.lang, b.r, p)
	}
	name, _ := postName(b.lang, b.r, p.Post)
	if unit, err := app.PostUnit(b.r, p.Post); err == nil {
		return words.Say(b.lang, "paper.party", "unit", unit.In(b.lang), "post", name)
	}
	return name
}

// last is how far the decisions of the meeting before are, those in hand with the overdue first.
func (b *meetingPrint) last() (LastTime, error) {
	var out LastTime
	if b.m.Previous == "" {
		return out, nil
	}
	prev, _, err := b.o.Meeting(b.ctx, b.by, b.m.Previous)
	if err != nil {
		return out, err
	}
	tasks, err := b.tasks(prev.Tasks(), "")
	if err != nil {
		return out, err
	}
	today := calendar.DateOf(b.o.Clock()).String()
	cases, err := app.Named[casework.Case](b.r, casework.CaseKind, prev.Tasks())
	if err != nil {
		return out, err
	}
	var late, open []Task
	for _, t := range tasks {
		c := cases[t.ID]
		switch {
		case !c.Open():
			out.Done++
		case c.Given != "" && c.Given < today:
			out.Late++
			late = append(late, t)
		default:
			out.Open++
			open = append(open, t)
		}
	}
	out.Tasks = append(late, open...)
	return out, nil
}

func (l LastTime) say(lang words.Lang) string {
	n := l.Done + l.Open + l.Late
	if n == 0 {
		return words.Say(lang, "paper.pack.last.none")
	}
	return words.Say(lang, "paper.pack.last.say", "n", n, "done", l.Done, "open", l.Open, "late", l.Late)
}

// clockTime is the clock time of an instant of the ledger, "" where there is none.
func clockTime(stamp string) string {
	t, err := time.Parse(ledger.TimeLayout, stamp)
	if err != nil {
		return ""
	}
	return t.In(calendar.Zone).Format("15:04")
}
