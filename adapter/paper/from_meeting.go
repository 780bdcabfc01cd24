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

// meetingPrint gives words to the minutes of a meeting, as far as one reader sees them.
type meetingPrint struct {
	ctx  context.Context
	lang words.Lang
	o    *app.Office
	r    app.Reader
	by   org.Signer
	m    dispatch.Meeting
	d    *app.MinutesData
}

func openMeeting(ctx context.Context, lang words.Lang, o *app.Office, by org.Signer, id string) (*meetingPrint, error) {
	m, _, err := o.Meeting(ctx, by, id)
	if err != nil {
		return nil, err
	}
	d, err := o.MinutesOf(ctx, by, id)
	return &meetingPrint{ctx, lang, o, o.Read(ctx), by, m, d}, err
}

// MinutesFiles sets what is issued: the minutes, the list of decided matters, and a letter to each unit.
func (p Press) MinutesFiles(ctx context.Context, o *app.Office, by org.Signer, id string) (map[string][]byte, error) {
	b, err := openMeeting(ctx, words.Zh, o, by, id)
	if err != nil {
		return nil, err
	}
	m, err := b.minutes()
	if err != nil {
		return nil, err
	}
	m.Draft, m.Issued = false, calendar.DateOf(o.Clock()).At(0)
	out := map[string][]byte{}
	if out["minutes.docx"], err = docx(composeMinutes(words.Zh, m)); err != nil {
		return nil, err
	}
	if out["list.docx"], err = docx(composeTaskList(words.Zh, b.list(m))); err != nil {
		return nil, err
	}
	for _, l := range b.d.Letters {
		n, err := b.notice(m, l.Unit)
		if err != nil {
			return nil, err
		}
		if out["letter-"+l.Unit+".docx"], err = docx(composeNotice(words.Zh, n)); err != nil {
			return nil, err
		}
	}
	return out, nil
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
	return p.set(ctx, composeTaskList(lang, b.list(m)), id, format)
}

func (b *meetingPrint) list(m Minutes) TaskList {
	return TaskList{District: m.District, Office: m.Office, Meeting: m.Meeting, Number: m.Number, On: m.On, Issued: m.Issued, Tasks: m.Tasks, Entry: m.Entry, Suite: m.Suite, Code: m.Code, Sample: m.Sample}
}

// Notice sets the reminder letter to one unit.
func (p Press) Notice(ctx context.Context, lang words.Lang, o *app.Office, by org.Signer, id, unit, format string) ([]byte, error) {
	b, err := openMeeting(ctx, lang, o, by, id)
	if err != nil {
		return nil, err
	}
	m, err := b.minutes()
	if err != nil {
		return nil, err
	}
	n, err := b.notice(m, unit)
	if err != nil {
		return nil, err
	}
	return p.set(ctx, composeNotice(lang, n), id+"-"+unit, format)
}

func (b *meetingPrint) minutes() (Minutes, error) {
	d := b.d
	out := Minutes{District: placeOf(b.lang, b.r, b.o.District), Meeting: d.Title, Number: d.Meeting, On: dayTime(d.On), From: d.At, To: clockTime(d.Closed), Place: d.Place, Draft: true, Office: b.office(), Sample: b.sample()}
	if at := clockTime(d.Started); at != "" {
		out.From = at
	}
	out.Chair = d.Posts[d.Chair].In(b.lang)
	for _, x := range d.Present {
		out.Present = append(out.Present, b.partyFull(x))
	}
	for _, x := range d.Recorders {
		out.Writers = append(out.Writers, b.partyFull(casework.Party{Post: x}))
	}
	if err := b.seal(&out); err != nil {
		return out, err
	}
	for _, x := range d.Items {
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

// minute adds one item of the agenda; one that was neither decided nor held over says nothing.
func (b *meetingPrint) minute(out *Minutes, x app.MinutesItem) error {
	title, sample := b.itemTitle(x.Title, x.Subject, x.Kind)
	item := MinuteItem{Title: title, Sample: sample, Pain: x.Pain, Cause: x.Cause, Decision: x.Decision, Why: x.NoTaskWhy}
	switch {
	case x.HeldWhy != "":
		item.Pain, item.Why = "", x.HeldWhy
		out.Held = append(out.Held, item)
		return nil
	case x.Kind == dispatch.ItemPrevious && x.Decision == "":
		last, err := b.last()
		if err == nil {
			out.Before = append(out.Before, Sentence{Text: words.Say(b.lang, "paper.minutes.last") + last.say(b.lang)})
		}
		return err
	case x.Decision == "":
		return nil
	}
	for _, o := range x.Options {
		if o.Mark == x.Chosen {
			item.Chosen = o.Mark + words.Say(b.lang, "paper.gap") + o.Text
		}
	}
	for _, t := range b.d.Tasks {
		if t.Item == x.ID {
			item.Tasks = append(item.Tasks, b.task(t, title))
		}
	}
	out.Items, out.Tasks = append(out.Items, item), append(out.Tasks, item.Tasks...)
	return nil
}

// task is a decided matter with how far it is now.
func (b *meetingPrint) task(t app.MinutesTask, item string) Task {
	out := Task{ID: t.ID, Item: item, What: t.Title, Lead: b.unit(t.Handler), Assist: b.units(t.Assists), Raiser: b.unit(t.Raiser), By: dayTime(t.By)}
	if c, err := casework.Of(b.r, t.ID); err == nil {
		if d, err := casework.Pinned(b.r, c.Digest); err == nil {
			out.State = stateName(b.lang, d, c)
		}
	}
	return out
}

// followed is a task of the meeting before.
func (b *meetingPrint) followed(t app.FollowedTask) Task {
	return Task{ID: t.Case.ID, What: t.Case.Title, Lead: partyName(b.lang, b.r, t.Case.Handler), Assist: partyNames(b.lang, b.r, t.Case.Assists), Raiser: partyName(b.lang, b.r, t.Case.Raiser), By: dayTime(t.Case.Given),
		State: stateName(b.lang, t.Desk, t.Case)}
}

func stateName(lang words.Lang, d *casework.Desk, c casework.Case) string {
	if !c.Open() {
		o, _ := d.Outcome(c.Outcome)
		return o.In(lang)
	}
	st, _ := d.State(c.State)
	return st.In(lang)
}

// notice is the letter to one unit; m are the minutes that it goes with.
func (b *meetingPrint) notice(m Minutes, unit string) (Notice, error) {
	n := Notice{Office: m.Office, To: b.unit(casework.Party{Unit: unit}), Meeting: m.Meeting, On: m.On, Signed: m.On, Entry: m.Entry, Suite: m.Suite, Code: m.Code, Sample: m.Sample,
		Number: words.Say(b.lang, "paper.notice.number", "meeting", b.m.ID, "unit", unit)}
	if !m.Issued.IsZero() {
		n.Signed = m.Issued
	}
	i := slices.IndexFunc(b.d.Letters, func(l app.MinutesLetter) bool { return l.Unit == unit })
	if i < 0 {
		return n, ErrNoNotice.With("unit", n.To, "meeting", b.m.Title)
	}
	for _, t := range m.Tasks {
		switch {
		case slices.Contains(b.d.Letters[i].Leads, t.ID):
			n.Leads = append(n.Leads, t)
		case slices.Contains(b.d.Letters[i].Assists, t.ID):
			n.Assists = append(n.Assists, t)
		}
	}
	return n, nil
}

// itemTitle names an item as the agenda has it, or by what it is about.
func (b *meetingPrint) itemTitle(given, subject string, what dispatch.ItemKind) (title string, sample bool) {
	title = given
	kind, id, _ := strings.Cut(subject, "/")
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
		title = words.Say(b.lang, "meeting.about."+string(what))
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
		return b.unit(p)
	}
	name, _ := postName(b.lang, b.r, p.Post)
	if unit, err := app.PostUnit(b.r, p.Post); err == nil {
		return words.Say(b.lang, "paper.party", "unit", unit.In(b.lang), "post", name)
	}
	return name
}

// unit names the unit of a party as it was called when the minutes were made.
func (b *meetingPrint) unit(p casework.Party) string {
	if b.d != nil {
		if n, ok := b.d.Units[p.Unit]; ok && p.Unit != "" {
			return n.In(b.lang)
		}
	}
	return partyName(b.lang, b.r, p)
}

func (b *meetingPrint) units(ps []casework.Party) string {
	var out []string
	for _, p := range ps {
		out = append(out, b.unit(p))
	}
	return strings.Join(out, words.Say(b.lang, "paper.comma"))
}

// last is how far the decisions of the meeting before are, with those that are open, the overdue first.
func (b *meetingPrint) last() (LastTime, error) {
	if b.m.Previous == "" {
		return LastTime{}, nil
	}
	f, err := b.o.FollowUp(b.ctx, b.by, b.m.Previous)
	if err != nil {
		return LastTime{}, err
	}
	return b.lastOf(f), nil
}

func (b *meetingPrint) lastOf(f *app.FollowUp) LastTime {
	if f == nil {
		return LastTime{}
	}
	out := LastTime{Done: f.Done, Open: f.Working, Late: f.Overdue, Not: f.Not}
	for _, t := range slices.Concat(f.Tasks, f.Older) {
		if t.Case.Open() {
			out.Tasks = append(out.Tasks, b.followed(t))
		}
	}
	return out
}

func (l LastTime) say(lang words.Lang) string {
	n := l.Done + l.Open + l.Late + l.Not
	switch {
	case n == 0:
		return words.Say(lang, "paper.pack.last.none")
	case l.Not > 0:
		return words.Say(lang, "paper.pack.last.not", "n", n, "done", l.Done, "open", l.Open, "late", l.Late, "not", l.Not)
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
