package app

import (
	"errors"
	"slices"
	"strings"
	"time"

	"shigan/domain/org"
	"shigan/kernel/ledger"
	"shigan/kernel/table"
	"shigan/kernel/words"
)

// Notice 告知 is that a post is told of something that an entry brought about. Whoever sits in the post when it is read or sent is
// told; the sentence is that of "message.<topic>" in the catalogue, with what was known when the entry was written.
type Notice struct {
	Post    string
	Topic   string              // "case.assigned"
	Subject string              // "case/P-2022-0311": where it leads
	Due     string              // RFC 3339 in UTC, or a day; "" for none
	Urgent  bool                // passes at once, where people have said nothing else
	Args    map[string]org.Name // the sentence's values; reason, where one was given, is shown inside the house only
}

// Message 消息 is a notice as it is kept: made in the transaction of its entry, and made again by a replay.
type Message struct {
	Seq int64 // of the entry
	No  int   // within it
	Notice
	At    string // when the entry was recorded
	Actor string // the person who did it, who is told nothing of it in another post of his either
	By    string // the post in which he did it
}

// Before tells whether a message stands before another in the ledger.
func (m Message) Before(seq int64, no int) bool { return m.Seq < seq || m.Seq == seq && m.No < no }

// Number is the entry as people write it.
func (m Message) Number() string { return ledger.Entry{Seq: m.Seq, RecordedAt: m.At}.Number() }

// Group 消息类别 is what people choose by: seven groups, not thirty topics.
type Group string

const (
	GroupTurn    Group = "turn"    // 轮到我
	GroupLevel   Group = "level"   // 到我这一级
	GroupChange  Group = "change"  // 我的事有变化
	GroupSlip    Group = "slip"    // 督办
	GroupDue     Group = "due"     // 快到期
	GroupMonth   Group = "month"   // 月报
	GroupMeeting Group = "meeting" // 会议
)

// Groups in the order in which they are shown.
var MessageGroups = []Group{GroupTurn, GroupLevel, GroupSlip, GroupDue, GroupChange, GroupMonth, GroupMeeting}

// topics are all that anybody is told of. A test holds them against the catalogue.
var topics = map[string]Group{
	"case.new": GroupTurn, "case.assigned": GroupTurn, "case.assist": GroupTurn, "case.turn": GroupTurn, "case.confirm": GroupTurn, "case.sign": GroupTurn,
	"case.returned": GroupTurn, "case.settle": GroupTurn, "case.reopened": GroupTurn, "case.asked": GroupTurn, "case.poor": GroupTurn,
	"case.level": GroupLevel, "case.lifted": GroupLevel, "case.vacant": GroupLevel,
	"case.slip": GroupSlip, "month.slip": GroupSlip,
	"case.near": GroupDue, "case.last": GroupDue,
	"case.registered": GroupChange, "case.told": GroupChange, "case.closed": GroupChange, "case.undone": GroupChange, "case.climbed": GroupChange, "case.stopped": GroupChange,
	"case.resumed": GroupChange, "case.extended": GroupChange, "case.merged": GroupChange,
	"month.opened": GroupMonth, "month.reminded": GroupMonth, "month.returned": GroupMonth, "month.excused": GroupMonth, "month.unexcused": GroupMonth,
	"month.excuse-asked": GroupTurn, "letter.sign": GroupTurn,
	"meeting.called": GroupMeeting, "meeting.moved": GroupMeeting, "meeting.off": GroupMeeting, "meeting.decided": GroupMeeting, "meeting.minutes": GroupMeeting,
}

// Topics lists them in order.
func Topics() []string {
	var out []string
	for t := range topics {
		out = append(out, t)
	}
	slices.Sort(out)
	return out
}

// GroupOf is the group of a topic; one of a later version counts as a change.
func GroupOf(topic string) Group {
	if g, ok := topics[topic]; ok {
		return g
	}
	return GroupChange
}

// Say is the message as a sentence.
func (n Notice) Say(lang words.Lang) string {
	args := map[string]any{}
	for k, v := range n.Args {
		args[k] = v.In(lang)
	}
	return words.Say(lang, "message."+n.Topic, args)
}

// Reason is what somebody wrote with it, "" where nothing was written.
func (n Notice) Reason(lang words.Lang) string { return n.Args["reason"].In(lang) }

// Path is the page that a subject is read on.
func Path(subject string) string {
	kind, id, _ := strings.Cut(subject, "/")
	switch kind {
	case "report": // report/JM-001/2022-06
		return "/report/" + id
	case "case", "project", "meeting", "visit":
		return "/" + kind + "/" + id
	case "month":
		return "/my"
	}
	return "/messages"
}

// Notices 谁该知道 works out who is told of an entry, after it was applied. It hangs on the entry and the documents only, so a
// replay gives the same. Nobody is told of what he did himself.
func Notices(v table.Reader, e ledger.Entry) ([]Notice, error) {
	t := &teller{v: v, e: e}
	switch e.Room() {
	case "case":
		t.ofCase()
	case "dispatch":
		t.ofMonth()
		t.ofMeeting()
	case "project":
		t.ofProject()
	}
	return t.out, t.err
}

// teller gathers the notices of one entry. Of one post the first notice stands: what is most to the point is told first.
type teller struct {
	v   table.Reader
	e   ledger.Entry
	out []Notice
	err error
	who *org.Post // who did it, once asked for
}

// tell adds a notice to a post.
func (t *teller) tell(post, topic string, n Notice) {
	if post == "" || post == t.e.Post || slices.ContainsFunc(t.out, func(o Notice) bool { return o.Post == post }) {
		return
	}
	n.Post, n.Topic = post, topic
	t.out = append(t.out, n)
}

// all tells several posts the same.
func (t *teller) all(posts []string, topic string, n Notice) {
	for _, p := range posts {
		t.tell(p, topic, n)
	}
}

// party tells a post, or where none is named those of a unit who handle matters, but for its head, who hears when it climbs.
func (t *teller) party(post, unit, topic string, n Notice) { t.all(t.posts(post, unit), topic, n) }

func (t *teller) posts(post, unit string) []string {
	if post != "" || unit == "" || t.err != nil {
		return []string{post}
	}
	out, err := postsFor(t.v, unit)
	if err != nil {
		t.err = err
	}
	return out
}

// postsFor are the posts of a unit that handle its matters: all that work on projects, but for its head; him where there is no other.
func postsFor(v table.Reader, unit string) (out []string, err error) {
	ids, err := org.InUnit(v, unit)
	if err != nil {
		return nil, err
	}
	head := ""
	if u, err := org.UnitOf(v, unit); err == nil {
		head = u.Head
	}
	for _, id := range ids {
		p, err := org.PostOf(v, id)
		if err != nil {
			return nil, err
		}
		if id != head && slices.ContainsFunc(p.Roles, func(r org.Role) bool { return !slices.Contains(org.Officers, r) && r != org.RuleKeeper }) {
			out = append(out, id)
		}
	}
	if len(out) == 0 && head != "" {
		out = []string{head}
	}
	return out, nil
}

// roles tells all posts that carry one of some roles.
func (t *teller) roles(topic string, n Notice, roles ...org.Role) {
	for _, r := range roles {
		posts, err := org.WithRole(t.v, r)
		if err != nil {
			t.err = err
			return
		}
		t.all(posts, topic, n)
	}
}

// by is who did it, as the message names it: unit and post, or the system.
func (t *teller) by() org.Name {
	if t.e.Actor == org.SystemSigner.Person {
		return org.Name{}
	}
	p := t.mover()
	u, err := org.UnitOf(t.v, p.Unit)
	if err != nil {
		return p.Name
	}
	return org.Name{Zh: u.Name.Zh + " " + p.Name.Zh, En: u.Name.In(words.En) + ", " + p.Name.In(words.En)}
}

func (t *teller) mover() org.Post {
	if t.who == nil {
		p, err := org.PostOf(t.v, t.e.Post)
		if err != nil && !errors.Is(err, org.ErrNoPost) {
			t.err = err
		}
		t.who = &p
	}
	return *t.who
}

func (t *teller) at() time.Time {
	at, _ := time.Parse(ledger.TimeLayout, t.e.RecordedAt)
	return at
}

func instant(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.RFC3339)
}

// text is a value that is the same in both languages.
func text(s string) org.Name { return org.Name{Zh: s} }

// tellOfEntry keeps the notices of an entry with it.
func tellOfEntry(b Batch, e ledger.Entry) error {
	all, err := Notices(b, e)
	if err != nil {
		return err
	}
	for _, n := range all {
		b.Tell(n)
	}
	return nil
}
