package web

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/dispatch"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
)

// inboxPage 消息 is what reached the reader, newest first: what is new since he looked last, then what he had seen.
type inboxPage struct {
	New, Seen   []inboxRow
	NewN        int // all that is new, not on this page alone
	NewMore     bool
	Turn        int // of those on this page
	Urgent      int
	Groups      []inboxGroup
	Group       string
	Top         int64 // the newest entry of the page: up to here it is looked through with one button
	Older       string
	First       bool // the newest page of all groups
	Hidden      []string
	Posts       int
	Notice, Day string
}

type inboxGroup struct {
	Key, Href string
	On        bool
}

type inboxRow struct {
	app.Message
	Day, Hour    string
	Text, Reason string
	Group, From  string
	To           string // which of his posts, where he has several
	Due, Href    string
	Sample       bool
}

const inboxShown = 30

// messagesPage shows the reader's own messages; looking at them marks nothing.
func (v *view) messagesPage() error {
	ask := app.InboxAsk{Group: app.Group(v.r.FormValue("g")), Limit: inboxShown}
	if ask.Group != "" && !slices.Contains(app.MessageGroups, ask.Group) {
		return app.ErrChoice.With("what", string(ask.Group))
	}
	if at := v.r.FormValue("before"); at != "" {
		seq, no, _ := strings.Cut(at, ".")
		ask.Before, _ = strconv.ParseInt(seq, 10, 64)
		ask.No, _ = strconv.Atoi(no)
	}
	b, err := v.s.o.Inbox(v.ctx(), v.By, ask)
	if err != nil {
		return err
	}
	d := inboxPage{Group: string(ask.Group), First: ask.Before == 0 && ask.Group == "", Posts: len(b.Posts), Day: calendar.DateOf(v.s.o.Clock()).String()}
	if d.NewN, err = v.s.o.Unread(v.ctx(), v.By, b.Posts); err != nil {
		return err
	}
	if d.NewMore = d.NewN > app.UnreadMost; d.NewMore {
		d.NewN = app.UnreadMost
	}
	samples, err := v.sampleSubjects(b.Messages)
	if err != nil {
		return err
	}
	for _, m := range b.Messages {
		r := v.inboxRow(m, len(b.Posts) > 1)
		r.Sample = samples[m.Subject]
		if m.Seq <= b.Seen {
			d.Seen = append(d.Seen, r)
			continue
		}
		d.New = append(d.New, r)
		if app.GroupOf(m.Topic) == app.GroupTurn {
			d.Turn++
		}
		if m.Urgent {
			d.Urgent++
		}
	}
	if len(b.Messages) > 0 {
		d.Top = b.Messages[0].Seq
	}
	if b.More {
		d.Older = "/messages?g=" + d.Group + "&before=" + strconv.FormatInt(b.Before, 10) + "." + strconv.Itoa(b.No)
	}
	if err := v.inboxGroups(&d); err != nil {
		return err
	}
	d.Notice, _, _ = v.notice("inbox.did")
	return v.page("messages", v.T("inbox.title"), d, func(p *Page) { p.Ask = "messages" })
}

// inboxGroups are the doors to one group each; a group that the reader hides stands apart, since its messages are there all the same.
func (v *view) inboxGroups(d *inboxPage) error {
	c, _, err := v.s.o.ChoicesOf(v.ctx(), v.By.Person)
	if err != nil {
		return err
	}
	d.Groups = append(d.Groups, inboxGroup{"", "/messages", d.Group == ""})
	for _, g := range app.MessageGroups {
		if !c.Shows(g) {
			d.Hidden = append(d.Hidden, v.T("message.group."+string(g)))
		}
		d.Groups = append(d.Groups, inboxGroup{string(g), "/messages?g=" + string(g), d.Group == string(g)})
	}
	return nil
}

func (v *view) inboxRow(m app.Message, several bool) inboxRow {
	r := inboxRow{Message: m, Text: m.Say(v.Lang), Reason: m.Reason(v.Lang), Group: v.T("message.group." + string(app.GroupOf(m.Topic))), From: m.Args["by"].In(v.Lang),
		Due: v.dueText(m.Due), Href: app.Path(m.Subject)}
	if r.From == "" {
		r.From = v.T("inbox.by-clock")
	}
	if several {
		r.To = v.postName(m.Post)
	}
	if at, err := time.Parse(ledger.TimeLayout, m.At); err == nil {
		day := calendar.DateOf(at)
		r.Day, r.Hour = v.shortDay(day), at.In(calendar.Zone).Format("15:04")
		if day == calendar.DateOf(v.s.o.Clock()) {
			r.Day = v.T("inbox.today")
		}
	}
	return r
}

// dueText is a due day or instant in prose, the year only where it is another.
func (v *view) dueText(due string) string {
	this := calendar.DateOf(v.s.o.Clock()).Year()
	if d, err := calendar.ParseDay(due); err == nil {
		return d.Prose(v.Lang, this)
	}
	at, err := time.Parse(time.RFC3339, due)
	if err != nil {
		return ""
	}
	return calendar.DateOf(at).Prose(v.Lang, this) + " " + at.In(calendar.Zone).Format("15:04")
}

// sampleSubjects tells which of the things that messages are about are samples; each kind is read once.
func (v *view) sampleSubjects(all []app.Message) (map[string]bool, error) {
	ids := map[string][]string{}
	of := map[string]string{} // project of a subject
	for _, m := range all {
		kind, id, _ := strings.Cut(m.Subject, "/")
		switch kind {
		case "project":
			of[m.Subject] = id
			ids[project.Kind] = append(ids[project.Kind], id)
		case "report":
			id, _, _ = strings.Cut(id, "/")
			of[m.Subject] = id
			ids[project.Kind] = append(ids[project.Kind], id)
		case casework.CaseKind, dispatch.MeetingKind:
			ids[kind] = append(ids[kind], id)
		}
	}
	out := map[string]bool{}
	cases, err := v.Read().RawIn(casework.CaseKind, ids[casework.CaseKind])
	if err != nil {
		return nil, err
	}
	for id, raw := range cases {
		var c casework.Case
		if err := json.Unmarshal(raw, &c); err != nil {
			return nil, err
		}
		out["case/"+id] = v.sampleCase(c)
	}
	projects, err := v.Read().RawIn(project.Kind, ids[project.Kind])
	if err != nil {
		return nil, err
	}
	for subject, id := range of {
		var p struct{ Sample bool }
		if raw, ok := projects[id]; ok {
			if err := json.Unmarshal(raw, &p); err != nil {
				return nil, err
			}
		}
		out[subject] = p.Sample
	}
	for _, id := range ids[dispatch.MeetingKind] {
		if m, err := dispatch.MeetingOf(v.Read(), id); err == nil {
			out[dispatch.MeetingKind+"/"+id] = v.samplePost(m.Chair)
		}
	}
	return out, nil
}

// seeMessages notes that the reader has looked at everything up to the newest that his page showed. What came meanwhile stays new.
func (v *view) seeMessages() error {
	top, err := strconv.ParseInt(v.r.FormValue("top"), 10, 64)
	if err != nil || top < 0 {
		return errForm.With("field", "top")
	}
	if err := v.s.o.MarkSeen(v.ctx(), v.By, top); err != nil {
		return err
	}
	return v.seeOther("/messages?did=seen")
}

// Bell is what the head says about new messages: their number, as far as it is counted, and the words for it.
type Bell struct{ N, Text string }

// Bell counts the reader's new messages when the frame is drawn; a count that cannot be had leaves the page whole.
func (p *Page) Bell() Bell {
	n, err := p.s.o.Unread(p.ctx(), p.By, p.Posts)
	if err != nil {
		p.s.log.Warn("bell", "error", err.Error())
	}
	switch {
	case n == 0:
		return Bell{Text: p.T("frame.messages")}
	case n > app.UnreadMost:
		return Bell{strconv.Itoa(app.UnreadMost) + "+", p.T("frame.messages.many", "n", app.UnreadMost)}
	}
	return Bell{strconv.Itoa(n), p.T("frame.messages.new", "n", n)}
}
