package app

import (
	"context"

	"shigan/domain/org"
)

// Inbox 消息页 is what a person is told, newest first, in whichever of his posts.
type Inbox struct {
	Messages []Message
	Seen     int64 // up to which entry he had looked before
	More     bool  // there are older ones: those that stand before Before and No
	Before   int64
	No       int
	Posts    []org.Post
}

// InboxAsk says which part of it.
type InboxAsk struct {
	Group  Group // "": all that he shows
	Before int64 // with No: what stands before this message; 0 from the newest
	No     int
	Limit  int // 0: 50
}

const inboxPage = 50

// shown are the groups that a person's page has, nil for all.
func (o *Office) shown(r Reader, person string) ([]Group, error) {
	s, err := storedOf(r, person)
	if err != nil || len(s.Hidden) == 0 {
		return nil, err
	}
	out := []Group{}
	for _, g := range MessageGroups {
		if (Choices{Hidden: s.Hidden}).Shows(g) {
			out = append(out, g)
		}
	}
	return out, nil
}

// Inbox reads a person's messages. Looking changes nothing; MarkSeen does.
func (o *Office) Inbox(ctx context.Context, by org.Signer, ask InboxAsk) (b Inbox, err error) {
	r := o.Read(ctx)
	if b.Posts, err = org.PostsOf(r, by.Person, today(o.Clock())); err != nil {
		return b, err
	}
	f := MessageFilter{Posts: []string{}, Not: by.Person, Before: ask.Before, No: ask.No, Limit: ask.Limit}
	for _, p := range b.Posts {
		f.Posts = append(f.Posts, p.ID)
	}
	if f.Limit <= 0 {
		f.Limit = inboxPage
	}
	if f.Groups, err = o.shown(r, by.Person); err != nil {
		return b, err
	}
	if ask.Group != "" {
		f.Groups = []Group{ask.Group}
	}
	want := f.Limit
	f.Limit += len(f.Posts)
	all, err := r.Messages(f)
	if err != nil {
		return b, err
	}
	if b.More = len(all) > want; b.More {
		all = all[:wholeEntries(all, want)]
		b.Before, b.No = all[len(all)-1].Seq, all[len(all)-1].No
	}
	b.Messages = once(all)
	b.Seen, err = r.Seen(by.Person)
	return b, err
}

// wholeEntries is where a page of about so many messages ends, such that no entry is cut: what it says to two posts of one person
// stands once, and not a second time on the next page.
func wholeEntries(all []Message, want int) int {
	cut := want
	for cut > 0 && all[cut-1].Seq == all[want].Seq {
		cut--
	}
	if cut > 0 {
		return cut
	}
	for cut = want; cut < len(all) && all[cut].Seq == all[cut-1].Seq; {
		cut++
	}
	return cut
}

// UnreadMost is how far new messages are counted; beyond, a page says that there are more.
const UnreadMost = 99

// Unread is how many messages came since a person looked last, UnreadMost+1 at most. It is his own number: nobody else is shown it.
func (o *Office) Unread(ctx context.Context, by org.Signer, posts []org.Post) (int, error) {
	r := o.Read(ctx)
	f := MessageFilter{Posts: []string{}, Not: by.Person, Limit: UnreadMost + 1}
	for _, p := range posts {
		f.Posts = append(f.Posts, p.ID)
	}
	var err error
	if f.Groups, err = o.shown(r, by.Person); err != nil {
		return 0, err
	}
	if f.After, err = r.Seen(by.Person); err != nil {
		return 0, err
	}
	return r.CountMessages(f)
}

// MarkSeen notes how far a person has looked. It is his own, and nobody is shown it or ranked by it.
func (o *Office) MarkSeen(ctx context.Context, by org.Signer, seq int64) error {
	return o.Read(ctx).PutSeen(by.Person, seq)
}
