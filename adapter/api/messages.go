package api

import (
	"slices"
	"strings"
	"time"

	"shigan/app"
	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/words"
)

// MessageRow 消息 is one thing that the caller was told, as a sentence in his language.
type MessageRow struct {
	Entry   int64  `json:"entry"`
	No      int    `json:"no"`
	Number  string `json:"number"`
	Topic   string `json:"topic"`
	Group   string `json:"group"`
	Post    string `json:"post"`
	From    string `json:"from"`
	Subject string `json:"subject"`
	Text    string `json:"text"`
	Reason  string `json:"reason,omitempty"`
	Due     string `json:"due,omitempty"`
	Urgent  bool   `json:"urgent"`
	At      string `json:"at"`
	New     bool   `json:"new"`
}

type messagesIn struct {
	Page
	Group string `query:"group" maxLength:"20"`
}

const messageOrder = "messages"

// messages are the caller's own. Looking marks nothing as seen.
func (c *caller) messages(in *messagesIn) (*listOut[MessageRow], error) {
	at, _, err := readCursor(in.Cursor, messageOrder)
	if err != nil {
		return nil, err
	}
	if in.Group != "" && !slices.Contains(app.MessageGroups, app.Group(in.Group)) {
		return nil, app.ErrChoice.With("what", in.Group)
	}
	b, err := c.s.o.Inbox(c.ctx, c.by, app.InboxAsk{Group: app.Group(in.Group), Before: at.Seq, No: len(at.Key), Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	next := ""
	if b.More {
		next = cursor{Order: messageOrder, Seq: b.Before, Key: strings.Repeat("x", b.No)}.String()
	}
	return listed(each(b.Messages, func(m app.Message) MessageRow {
		return MessageRow{Entry: m.Seq, No: m.No, Number: m.Number(), Topic: m.Topic, Group: string(app.GroupOf(m.Topic)), Post: m.Post, From: m.By, Subject: m.Subject,
			Text: m.Say(c.lang), Reason: m.Reason(c.lang), Due: m.Due, Urgent: m.Urgent, At: m.At, New: m.Seq > b.Seen}
	}), next), nil
}

// Unread is how many messages came since the caller looked last; More says that there are more than were counted.
type Unread struct {
	N    int  `json:"n"`
	More bool `json:"more"`
}

func (c *caller) unreadMessages(*none) (*bodyOut[Unread], error) {
	posts, err := org.PostsOf(c.read(), c.by.Person, calendar.DateOf(c.s.o.Clock()).String())
	if err != nil {
		return nil, err
	}
	n, err := c.s.o.Unread(c.ctx, c.by, posts)
	if err != nil {
		return nil, err
	}
	return body(Unread{min(n, app.UnreadMost), n > app.UnreadMost})
}

type seenIn struct {
	Body struct {
		Entry int64 `json:"entry" minimum:"0"`
	}
}

func (c *caller) seeMessages(in *seenIn) (*noContent, error) {
	return &noContent{}, c.s.o.MarkSeen(c.ctx, c.by, in.Body.Entry)
}

// MessageSettings 我的消息 is how the caller wants to be told.
type MessageSettings struct {
	Lang       string            `json:"lang" enum:"zh,en"`
	Hidden     []string          `json:"hidden"`
	Mail       map[string]string `json:"mail"`
	QuietFrom  string            `json:"quiet_from" pattern:"^[0-2][0-9]:[0-5][0-9]$"`
	QuietTo    string            `json:"quiet_to" pattern:"^[0-2][0-9]:[0-5][0-9]$"`
	QuietAll   bool              `json:"quiet_all"`
	Digest     string            `json:"digest" pattern:"^[0-2][0-9]:[0-5][0-9]$"`
	Workdays   bool              `json:"workdays"`
	Address    string            `json:"address,omitempty" readOnly:"true"`
	AddressIs  string            `json:"address_state,omitempty" readOnly:"true"`
	AddressWhy string            `json:"address_why,omitempty" readOnly:"true"`
}

func (c *caller) messageSettings(*none) (*bodyOut[MessageSettings], error) {
	x, address, err := c.s.o.ChoicesOf(c.ctx, c.by.Person)
	if err != nil {
		return nil, err
	}
	s := MessageSettings{Lang: string(x.Lang), Hidden: each(x.Hidden, func(g app.Group) string { return string(g) }), Mail: map[string]string{}, QuietFrom: x.Quiet.From,
		QuietTo: x.Quiet.To, QuietAll: x.Quiet.All, Digest: x.Digest, Workdays: x.Workdays, Address: address, AddressIs: string(x.Address), AddressWhy: x.Why}
	for g, way := range x.Mail {
		s.Mail[string(g)] = way
	}
	return body(s)
}

type settingsIn struct{ Body MessageSettings }

// saveMessageSettings takes them over as a whole; the address has ways of its own.
func (c *caller) saveMessageSettings(in *settingsIn) (*noContent, error) {
	return &noContent{}, c.s.o.Choose(c.ctx, c.by, in.Body.choices())
}

func (b MessageSettings) choices() app.Choices {
	x := app.Choices{Lang: words.ParseLang(b.Lang), Hidden: each(b.Hidden, func(g string) app.Group { return app.Group(g) }), Mail: map[app.Group]string{},
		Quiet: app.Quiet{From: b.QuietFrom, To: b.QuietTo, All: b.QuietAll}, Digest: b.Digest, Workdays: b.Workdays}
	for g, way := range b.Mail {
		x.Mail[app.Group(g)] = way
	}
	return x
}

// Arrival says when a letter about something of a group, told at an instant, would leave; no time means that there is none.
type Arrival struct {
	Group  string `json:"group"`
	Urgent bool   `json:"urgent"`
	At     string `json:"at"`
	Leaves string `json:"leaves,omitempty"`
}

type trySettingsIn struct {
	At   time.Time `query:"at"`
	Body MessageSettings
}

// tryMessageSettings works out what choices would bring about, and keeps nothing.
func (c *caller) tryMessageSettings(in *trySettingsIn) (*listOut[Arrival], error) {
	x := in.Body.choices()
	if err := x.Check(); err != nil {
		return nil, err
	}
	now, _, err := c.s.o.ChoicesOf(c.ctx, c.by.Person)
	if err != nil {
		return nil, err
	}
	for g, way := range now.Mail { // what is left out stays as it is
		if x.Mail[g] == "" {
			x.Mail[g] = way
		}
	}
	at := in.At
	if at.IsZero() {
		at = c.s.o.Clock()
	}
	var out []Arrival
	for _, g := range app.MessageGroups {
		for _, urgent := range []bool{false, true} {
			a := Arrival{Group: string(g), Urgent: urgent, At: at.UTC().Format(time.RFC3339)}
			if when, ok := x.Arrives(g, urgent, at); ok {
				a.Leaves = when.UTC().Format(time.RFC3339)
			}
			out = append(out, a)
		}
	}
	return listed(out, ""), nil
}

type addressIn struct {
	Body struct {
		Address string `json:"address" maxLength:"254"`
	}
}

func (c *caller) askAddress(in *addressIn) (*noContent, error) {
	return &noContent{}, c.s.o.AskAddress(c.ctx, c.by, in.Body.Address)
}

type codeIn struct {
	Body struct {
		Code string `json:"code" minLength:"6" maxLength:"12"`
	}
}

func (c *caller) confirmAddress(in *codeIn) (*noContent, error) {
	return &noContent{}, c.s.o.ConfirmAddress(c.ctx, c.by, in.Body.Code)
}

type setAddressIn struct {
	ID   string `path:"id" maxLength:"100"`
	Body struct {
		Address string `json:"address" maxLength:"254"`
	}
}

func (c *caller) setAddress(in *setAddressIn) (*noContent, error) {
	return &noContent{}, c.s.o.SetAddress(c.ctx, in.ID, in.Body.Address)
}

// CalendarRow 日历订阅 is one of the caller's calendar addresses, without the secret in it.
type CalendarRow struct {
	ID     string `json:"id"`
	Label  string `json:"label"`
	MadeAt string `json:"made_at"`
	SeenAt string `json:"seen_at"`
}

func (c *caller) calendars(*none) (*listOut[CalendarRow], error) {
	all, err := c.read().Feeds(c.by.Person)
	return listed(each(all, func(f app.Feed) CalendarRow { return CalendarRow{f.Hash, f.Label, f.Made, f.Seen} }), ""), err
}

type makeCalendarIn struct {
	Body struct {
		Label string `json:"label" minLength:"1" maxLength:"100"`
	}
}

// NewCalendar is shown once.
type NewCalendar struct {
	Address string `json:"address"`
}

// makeCalendar makes an address for whoever has signed in; a token makes none, so that a stolen one ends when it is taken back.
func (c *caller) makeCalendar(in *makeCalendarIn) (*bodyOut[NewCalendar], error) {
	if c.session.Kind != "web" {
		return nil, errSignIn
	}
	secret, err := c.s.o.NewFeed(c.ctx, c.by, in.Body.Label)
	if err != nil {
		return nil, err
	}
	return body(NewCalendar{strings.TrimRight(c.s.o.URL, "/") + app.FeedPath(secret)})
}

type calendarIn struct {
	ID string `path:"id" maxLength:"100"`
}

func (c *caller) endCalendar(in *calendarIn) (*noContent, error) {
	return &noContent{}, c.s.o.EndFeed(c.ctx, c.by, in.ID)
}

// HookRow 推送 is a webhook, without its address and its secret.
type HookRow struct {
	ID     string   `json:"id"`
	Label  string   `json:"label"`
	Host   string   `json:"host"`
	Groups []string `json:"groups"`
	Opened string   `json:"opened"`
	State  string   `json:"state" enum:"open,paused,closed"`
	Paused string   `json:"paused,omitempty"`
	Closed string   `json:"closed,omitempty"`
	Why    string   `json:"why,omitempty"`
	Seq    int64    `json:"seq"`
}

func (c *caller) hooks(*none) (*listOut[HookRow], error) {
	all, err := app.All[org.Hook](c.read(), org.HookKind, "")
	return listed(each(all, func(h org.Hook) HookRow {
		return HookRow{h.ID, h.Label, h.Host, some(h.Topics), h.Opened, h.Stage(), h.Paused, h.Closed, h.Why, h.Seq}
	}), ""), err
}

type openHookIn struct {
	Deed
	Body struct {
		ID     string   `json:"id,omitempty" maxLength:"40" pattern:"^[A-Za-z0-9-]*$"`
		Label  string   `json:"label" minLength:"1" maxLength:"100"`
		URL    string   `json:"url" maxLength:"1000"`
		Groups []string `json:"groups,omitempty" maxItems:"20"`
	}
}

// NewHook is the receipt with the secret, which is shown this once.
type NewHook struct {
	Receipt Receipt `json:"receipt"`
	Secret  string  `json:"secret"`
}

func (c *caller) openHook(in *openHookIn) (*bodyOut[NewHook], error) {
	rec, secret, err := c.s.o.OpenHook(c.ctx, c.by, org.Hook{ID: in.Body.ID, Label: in.Body.Label, Topics: in.Body.Groups}, in.Body.URL, in.options())
	out, err := receipt(rec, err)
	if err != nil {
		return nil, err
	}
	return body(NewHook{out.Body, secret})
}

type closeHookIn struct {
	Deed
	ID   string `path:"id" maxLength:"40"`
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"400"`
	}
}

func (c *caller) closeHook(in *closeHookIn) (*receiptOut, error) {
	return receipt(c.s.o.CloseHook(c.ctx, c.by, in.ID, in.Body.Reason, in.options()))
}

func (c *caller) pauseHook(in *closeHookIn) (*receiptOut, error) {
	return receipt(c.s.o.PauseHook(c.ctx, c.by, in.ID, in.Body.Reason, in.options()))
}

type resumeHookIn struct {
	Deed
	ID string `path:"id" maxLength:"40"`
}

func (c *caller) resumeHook(in *resumeHookIn) (*receiptOut, error) {
	return receipt(c.s.o.ResumeHook(c.ctx, c.by, in.ID, in.options()))
}

// DeliveryRow 投递 is what was sent and what came of it, never what it says.
type DeliveryRow struct {
	ID      string `json:"id"`
	Channel string `json:"channel" enum:"mail,hook"`
	Target  string `json:"target"`
	Topic   string `json:"topic"`
	MadeAt  string `json:"made_at"`
	State   string `json:"state" enum:"waiting,through,given-up"`
	Tries   int    `json:"tries"`
	NextAt  string `json:"next_at,omitempty"`
	DoneAt  string `json:"done_at,omitempty"`
	Why     string `json:"why,omitempty"`
}

type deliveriesIn struct {
	Page
	Channel string `query:"channel" maxLength:"10"`
	Target  string `query:"target" maxLength:"100"`
	State   string `query:"state" maxLength:"10"`
}

const deliveryOrder = "deliveries"

func (c *caller) deliveries(in *deliveriesIn) (*listOut[DeliveryRow], error) {
	at, _, err := readCursor(in.Cursor, deliveryOrder)
	if err != nil {
		return nil, err
	}
	all, err := c.read().Deliveries(app.DeliveryFilter{Channel: in.Channel, Target: in.Target, State: in.State, Before: at.Key, BeforeID: at.ID, Limit: in.Limit + 1})
	if err != nil {
		return nil, err
	}
	next := ""
	if len(all) > in.Limit {
		all = all[:in.Limit]
		last := all[in.Limit-1]
		next = cursor{Order: deliveryOrder, Key: last.Made, ID: last.ID}.String()
	}
	return listed(each(all, func(d app.Delivery) DeliveryRow {
		r := DeliveryRow{d.ID, d.Channel, d.Target, d.Topic, d.Made, d.State, d.Tries, "", d.Done, d.Why}
		if d.State == app.Waiting {
			r.NextAt = d.Next
		}
		return r
	}), next), nil
}

// DeliveryCount is how many deliveries stand where.
type DeliveryCount struct {
	Channel  string `json:"channel" enum:"mail,hook"`
	State    string `json:"state" enum:"waiting,through,given-up"`
	N        int    `json:"n"`
	OldestAt string `json:"oldest_at"`
}

func (c *caller) deliveryCounts(*none) (*listOut[DeliveryCount], error) {
	all, err := c.read().CountDeliveries()
	return listed(each(all, func(n app.DeliveryCount) DeliveryCount { return DeliveryCount{n.Channel, n.State, n.N, n.Oldest} }), ""), err
}

type againIn struct {
	Body struct {
		ID string `json:"id" minLength:"1" maxLength:"200"`
	}
}

func (c *caller) tryAgain(in *againIn) (*noContent, error) {
	return &noContent{}, c.s.o.TryAgain(c.ctx, in.Body.ID)
}

// Reminders is how many slips the clock sent and how many reminders it gave.
type Reminders struct {
	Slips    int `json:"slips"`
	Reminded int `json:"reminded"`
}

// remindCases lets the clock walk over all open cases once, as it does by itself every hour.
func (c *caller) remindCases(*none) (*bodyOut[Reminders], error) {
	slips, reminded, err := c.s.o.RunReminders(c.ctx)
	if err != nil {
		return nil, err
	}
	return body(Reminders{slips, reminded})
}
