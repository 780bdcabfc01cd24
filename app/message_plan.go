package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/words"
)

// Topics of deliveries that are no message of their own.
const (
	topicDigest = "digest"
	topicCode   = "code"
	topicTest   = "test"
)

func digestCursor(person string) string { return "mail/" + person }
func nowCursor(person string) string    { return "now/" + person }
func hookCursor(id string) string       { return "hook/" + id }

// startAt lets a cursor begin at a place, wherever it stood before; it never goes back.
func startAt(r Reader, who string, at Cursor) error {
	if err := r.StartCursor(who, at); err != nil {
		return err
	}
	all, err := r.Cursors(who)
	if err != nil {
		return err
	}
	was := all[who]
	_, err = r.Advance(who, was, Cursor{Seq: max(at.Seq, was.Seq), Day: max(at.Day, was.Day)}, nil)
	return err
}

// Plan 备投 fixes deliveries for what was told since it was done last: for each person with an address, for each open hook. A cursor
// moves on in the transaction that fixes its deliveries, so two servers fix each once, and one that dies in between loses none.
func (o *Office) Plan(ctx context.Context) (fixed int, err error) {
	rules, err := o.messageRules()
	if err != nil {
		return 0, err
	}
	r, now := o.Read(ctx), o.Clock()
	head, _, _, err := r.Log()
	if err != nil {
		return 0, err
	}
	p := &planner{o: o, r: r, rules: rules, now: now, head: head.Size}
	err = errors.Join(p.people(), p.hooks())
	return p.fixed, err
}

type planner struct {
	o     *Office
	r     Reader
	rules *MessageRules
	now   time.Time
	head  int64
	fixed int
}

// seats says which posts each person sits in today, of those whose account is open.
func (p *planner) seats() (map[string][]string, error) {
	posts, err := All[org.Post](p.r, org.PostKind, "")
	if err != nil {
		return nil, err
	}
	out := map[string][]string{}
	for _, post := range posts {
		if holder := post.Holder(today(p.now)); holder != "" {
			out[holder] = append(out[holder], post.ID)
		}
	}
	return out, nil
}

func (p *planner) people() error {
	if !p.o.MailOn {
		return nil
	}
	who, err := p.r.Subscribers()
	if err != nil || len(who) == 0 {
		return err
	}
	seats, err := p.seats()
	if err != nil {
		return err
	}
	digests, err := p.r.Cursors(digestCursor(""))
	if err != nil {
		return err
	}
	nows, err := p.r.Cursors(nowCursor(""))
	if err != nil {
		return err
	}
	var bad []error
	for _, person := range who {
		s, err := storedOf(p.r, person)
		if err != nil {
			bad = append(bad, err)
			continue
		}
		if s.Address != AddressGood || len(seats[person]) == 0 {
			continue
		}
		if acc, err := org.PersonOf(p.r, person); err != nil || acc.Disabled {
			continue
		}
		l := letters{planner: p, person: person, posts: seats[person], c: s.over(p.rules), now: nows[nowCursor(person)]}
		if err := l.atOnce(); err != nil {
			bad = append(bad, err)
			continue
		}
		if err := l.daily(digests[digestCursor(person)]); err != nil {
			bad = append(bad, err)
		}
	}
	return errors.Join(bad...)
}

// letters are those to one person.
type letters struct {
	*planner
	person string
	posts  []string
	c      Choices
	now    Cursor // of what goes at once, as far as it is fixed
}

func (l *letters) since(seq int64) ([]Message, error) {
	return l.r.Messages(MessageFilter{Posts: l.posts, Not: l.person, After: seq, UpTo: l.head, Oldest: true})
}

// placeOf is a message's place in the ledger, such that text order is its order.
func placeOf(m Message) string { return fmt.Sprintf("%012d.%04d", m.Seq, m.No) }

func (l *letters) id(m Message) string { return fmt.Sprintf("mail/%s/%s", l.person, placeOf(m)) }

// atOnce fixes a letter for each message that does not wait for the day's. What the quiet hours hold back holds the cursor back; what
// passes them is fixed under its own key meanwhile, and so not a second time afterwards.
func (l *letters) atOnce() error {
	if l.now.Seq >= l.head {
		return nil
	}
	all, err := l.since(l.now.Seq)
	if err != nil {
		return err
	}
	next := Cursor{Seq: l.head, Day: l.now.Day}
	var out []Delivery
	for _, m := range once(all) {
		if l.c.Way(GroupOf(m.Topic), m.Urgent) != MailNow {
			continue
		}
		if !l.c.Passes(m.Urgent, l.planner.now) {
			next.Seq = min(next.Seq, m.Seq-1)
			continue
		}
		out = append(out, l.notice(m))
	}
	ok, err := l.r.Advance(nowCursor(l.person), l.now, next, out)
	if ok {
		l.now = next
		l.fixed += len(out)
	}
	return err
}

// daily fixes the day's letter: everything that has not gone and waits for nothing else.
func (l *letters) daily(was Cursor) error {
	if !l.c.Letter(was.Day, l.planner.now) {
		return nil
	}
	all, err := l.since(was.Seq)
	if err != nil {
		return err
	}
	var in []Message
	for _, m := range once(all) {
		way := l.c.Way(GroupOf(m.Topic), m.Urgent)
		if way == MailOff || way == MailNow && m.Seq > l.now.Seq {
			continue
		}
		if _, gone, err := l.r.DeliveryOf(l.id(m)); err != nil {
			return err
		} else if !gone {
			in = append(in, m)
		}
	}
	day := calendar.DateOf(l.planner.now)
	var out []Delivery
	if len(in) > 0 {
		out = append(out, l.digest(day, in))
	}
	ok, err := l.r.Advance(digestCursor(l.person), was, Cursor{Seq: l.head, Day: day.String()}, out)
	if ok {
		l.fixed += len(out)
	}
	return err
}

// once drops what one person would be told twice, sitting in two posts.
func once(all []Message) []Message {
	seen := map[string]bool{}
	return slices.DeleteFunc(slices.Clone(all), func(m Message) bool {
		k := fmt.Sprint(m.Seq, m.Topic, m.Subject)
		was := seen[k]
		seen[k] = true
		return was
	})
}

func (p *planner) delivery(id, channel, target, topic string) Delivery {
	return Delivery{ID: id, Channel: channel, Target: target, Topic: topic, Made: stamp(p.now), Next: stamp(p.now)}
}

// notice is a letter about one message. Reasons that people wrote stay inside the house; the letter leads to them.
func (l *letters) notice(m Message) Delivery {
	d := l.delivery(l.id(m), ByMail, l.person, m.Topic)
	lang := l.c.Lang
	d.Head = m.Say(lang)
	var b strings.Builder
	l.line(&b, m)
	b.WriteString("\n" + l.foot())
	d.Body = b.String()
	return d
}

// digest is the day's letter: by group, in the order of the page.
func (l *letters) digest(day calendar.Date, in []Message) Delivery {
	lang := l.c.Lang
	d := l.delivery("mail/"+l.person+"/"+day.String(), ByMail, l.person, topicDigest)
	d.Head = words.Say(lang, "message.mail.digest", "day", day.Prose(lang, 0), "n", len(in))
	var b strings.Builder
	for _, g := range MessageGroups {
		first := true
		for _, m := range in {
			if GroupOf(m.Topic) != g {
				continue
			}
			if first {
				b.WriteString(words.Say(lang, "message.mail.group", "group", words.Say(lang, "message.group."+string(g))) + "\n\n")
			}
			first = false
			l.line(&b, m)
			b.WriteString("\n")
		}
	}
	b.WriteString(l.foot())
	d.Body = b.String()
	return d
}

func (l *letters) line(b *strings.Builder, m Message) {
	lang := l.c.Lang
	b.WriteString(words.Say(lang, "message.mail.line", "text", m.Say(lang)) + "\n")
	if due := ShowDue(m.Due, lang); due != "" {
		b.WriteString(words.Say(lang, "message.mail.due", "due", due) + "\n")
	}
	if l.o.URL != "" {
		b.WriteString("  " + strings.TrimRight(l.o.URL, "/") + Path(m.Subject) + "\n")
	}
}

func (l *letters) foot() string {
	link := "/messages/settings"
	if l.o.URL != "" {
		link = strings.TrimRight(l.o.URL, "/") + link
	}
	return words.Say(l.c.Lang, "message.mail.foot", "link", link) + "\n"
}

// ShowDue is a due day or instant as people read it; "" for none.
func ShowDue(due string, lang words.Lang) string {
	if d, err := calendar.ParseDay(due); err == nil {
		return d.Prose(lang, 0)
	}
	at, err := time.Parse(time.RFC3339, due)
	if err != nil {
		return ""
	}
	return calendar.DateOf(at).Prose(lang, 0) + " " + at.In(calendar.Zone).Format("15:04")
}

// hookMost bounds how many messages one round makes into deliveries of one hook.
const hookMost = 500

func (p *planner) hooks() error {
	hooks, err := All[org.Hook](p.r, org.HookKind, "")
	if err != nil || len(hooks) == 0 {
		return err
	}
	cursors, err := p.r.Cursors(hookCursor(""))
	if err != nil {
		return err
	}
	var bad []error
	for _, h := range hooks {
		if h.Stage() == "open" {
			bad = append(bad, p.hook(h, cursors))
		}
	}
	return errors.Join(bad...)
}

func (p *planner) hook(h org.Hook, cursors map[string]Cursor) error {
	who := hookCursor(h.ID)
	was, ok := cursors[who]
	if !ok { // it is told of what happens after it was opened
		was = Cursor{Seq: h.Since}
		if err := p.r.StartCursor(who, was); err != nil {
			return err
		}
	}
	if was.Seq >= p.head {
		return nil
	}
	f := MessageFilter{After: was.Seq, UpTo: p.head, Oldest: true, Limit: hookMost}
	for _, t := range h.Topics {
		f.Groups = append(f.Groups, Group(t))
	}
	all, err := p.r.Messages(f)
	if err != nil {
		return err
	}
	next := Cursor{Seq: p.head}
	if len(all) == hookMost { // the last entry may be cut; it comes whole the next time
		last := all[len(all)-1].Seq
		if whole := slices.DeleteFunc(slices.Clone(all), func(m Message) bool { return m.Seq == last }); len(whole) > 0 {
			all, next.Seq = whole, last-1
		} else { // one entry told more than that: taken as it is, under keys that its rest will not meet
			f.Limit, f.UpTo = 0, last
			if all, err = p.r.Messages(f); err != nil {
				return err
			}
			next.Seq = last
		}
	}
	var out []Delivery
	for _, m := range all {
		d := p.delivery(fmt.Sprintf("hook/%s/%s", h.ID, placeOf(m)), ByHook, h.ID, m.Topic)
		raw, err := json.Marshal(p.event(m))
		if err != nil {
			return err
		}
		d.Body = string(raw)
		out = append(out, d)
	}
	ok, err = p.r.Advance(who, was, next, out)
	if ok {
		p.fixed += len(out)
	}
	return err
}

// HookEvent 推送内容 is what a hook is sent, after the form of Standard Webhooks: a type, when it happened, and data.
type HookEvent struct {
	Type      string   `json:"type"`
	Timestamp string   `json:"timestamp"`
	Data      HookData `json:"data"`
}

// HookData is one message. Reasons that people wrote stay inside the house.
type HookData struct {
	District string   `json:"district"`
	Entry    int64    `json:"entry"`
	Number   string   `json:"number"`
	Group    Group    `json:"group"`
	Post     string   `json:"post"`
	Subject  string   `json:"subject"`
	URL      string   `json:"url,omitempty"`
	Due      string   `json:"due,omitempty"`
	Urgent   bool     `json:"urgent"`
	Text     org.Name `json:"text"`
}

func (p *planner) event(m Message) HookEvent {
	d := HookData{District: p.o.District, Entry: m.Seq, Number: m.Number(), Group: GroupOf(m.Topic), Post: m.Post, Subject: m.Subject, Due: m.Due, Urgent: m.Urgent,
		Text: org.Name{Zh: m.Say(words.Zh), En: m.Say(words.En)}}
	if p.o.URL != "" {
		d.URL = strings.TrimRight(p.o.URL, "/") + Path(m.Subject)
	}
	return HookEvent{m.Topic, m.At, d}
}
