package app

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"shigan/domain/casework"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
	"shigan/kernel/ledger"
	"shigan/kernel/words"
)

// ErrNoFeed is a calendar address that is not there, or not any more.
var ErrNoFeed = fault.New(fault.NotFound, "app.no-feed")

// ErrFeeds is one calendar address too many.
var ErrFeeds = fault.New(fault.Conflict, "app.too-many-feeds") // most

const (
	FeedsMost = 10
	feedCases = 300 // of one post; the first due come first
	feedPast  = 31  // days for which meetings stay
)

func decimal(n int64) string { return strconv.FormatInt(n, 10) }

// NewFeed 订阅日历 makes a private address of a person's calendar. The secret in it is given once; only its hash is kept.
func (o *Office) NewFeed(ctx context.Context, by org.Signer, label string) (secret string, err error) {
	r := o.Read(ctx)
	have, err := r.Feeds(by.Person)
	if err != nil {
		return "", err
	}
	if len(have) >= FeedsMost {
		return "", ErrFeeds.With("most", FeedsMost)
	}
	raw := make([]byte, 32)
	rand.Read(raw)
	secret = base64.RawURLEncoding.EncodeToString(raw)
	return secret, r.PutFeed(Feed{Hash: hashToken(secret), Person: by.Person, Label: strings.TrimSpace(label), Made: stamp(o.Clock())})
}

// FeedPath is where a calendar answers.
func FeedPath(secret string) string { return "/calendar/" + secret + ".ics" }

// EndFeed takes an address of one's own back.
func (o *Office) EndFeed(ctx context.Context, by org.Signer, hash string) error {
	ok, err := o.Read(ctx).EndFeed(by.Person, hash)
	if err == nil && !ok {
		err = ErrNoFeed
	}
	return err
}

// Calendar 日历 is what a private address answers: the deadlines and meetings of whoever it belongs to, as he holds his posts today.
func (o *Office) Calendar(ctx context.Context, secret string) ([]byte, error) {
	r, now := o.Read(ctx), o.Clock()
	feed, ok, err := r.FeedOf(hashToken(secret))
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, ErrNoFeed
	}
	person, err := org.PersonOf(r, feed.Person)
	if errors.Is(err, org.ErrNoPerson) || err == nil && person.Disabled {
		return nil, ErrNoFeed
	} else if err != nil { // a database that does not answer is no address taken back: programs drop what is not found
		return nil, err
	}
	if seen, err := time.Parse(ledger.TimeLayout, feed.Seen); err != nil || now.Sub(seen) > time.Hour {
		if err := r.FeedSeen(feed.Hash, stamp(now)); err != nil {
			return nil, err
		}
	}
	choices, _, err := o.ChoicesOf(ctx, feed.Person)
	if err != nil {
		return nil, err
	}
	f := &feeder{o: o, r: r, now: now, lang: choices.Lang, posts: map[string]org.Post{}, events: map[string]calEvent{}}
	posts, err := org.PostsOf(r, feed.Person, today(now))
	if err != nil {
		return nil, err
	}
	for _, p := range posts {
		f.posts[p.ID] = p
	}
	for _, part := range []func() error{f.cases, f.reports, f.meetings} {
		if err := part(); err != nil {
			return nil, err
		}
	}
	all := make([]calEvent, 0, len(f.events))
	for _, e := range f.events {
		all = append(all, e)
	}
	slices.SortFunc(all, func(a, b calEvent) int { return cmp.Or(a.when().Compare(b.when()), cmp.Compare(a.UID, b.UID)) })
	return writeCalendar(words.Say(f.lang, "calendar.feed.title"), words.Say(f.lang, "calendar.feed.product"), all), nil
}

func (e calEvent) when() time.Time {
	if !e.Day.IsZero() {
		return e.Day.At(0)
	}
	return e.At
}

// feeder gathers a calendar.
type feeder struct {
	o      *Office
	r      Reader
	now    time.Time
	lang   words.Lang
	posts  map[string]org.Post
	events map[string]calEvent // by UID: what concerns two of his posts stands once
}

func (f *feeder) add(uid, subject string, e calEvent) {
	e.UID = uid + "@" + f.o.District + ".shigan"
	if f.o.URL != "" {
		e.URL = strings.TrimRight(f.o.URL, "/") + Path(subject)
	}
	f.events[e.UID] = e
}

// cases are those whose turn it is his, by when it is due, and those at his level, by when they go up.
func (f *feeder) cases() error {
	seen := map[string]bool{}
	for id, p := range f.posts {
		filters := []CaseFilter{{NextPost: id}, {Seat: id}}
		mine, err := postsFor(f.r, p.Unit)
		if err != nil {
			return err
		}
		if slices.Contains(mine, id) {
			filters = append(filters, CaseFilter{NextUnit: p.Unit, NoPost: true})
		}
		if slices.ContainsFunc(p.Roles, func(r org.Role) bool { return r == org.Dispatcher || r == org.Supervisor }) {
			filters = append(filters, CaseFilter{NextAs: string(casework.Keeper), NoPost: true})
		}
		for _, filter := range filters {
			filter.Open, filter.DueFrom, filter.Limit = true, "0", feedCases
			lines, err := f.r.Cases(filter)
			if err != nil {
				return err
			}
			var ids []string
			for _, l := range lines {
				if !seen[l.ID] {
					seen[l.ID] = true
					ids = append(ids, l.ID)
				}
			}
			if err := f.ofCases(ids); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *feeder) ofCases(ids []string) error {
	raw, err := f.r.RawIn(casework.CaseKind, ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		var c casework.Case
		if err := json.Unmarshal(raw[id], &c); err != nil {
			return err
		}
		d, err := casework.Pinned(f.r, c.Digest)
		if err != nil {
			return err
		}
		s, err := casework.Stand(d, c, f.now, calendar.StateCouncil())
		if err != nil {
			continue // the list of holidays ends before: no day can be given
		}
		st, _ := d.State(c.State)
		changed, _ := time.Parse(time.RFC3339, c.MovedAt)
		if changed.IsZero() {
			changed = c.Opened
		}
		e := calEvent{Seq: c.Seq, Changed: changed}
		if f.turn(d, s.Next) && !s.Due.IsZero() {
			e.At, e.Summary = s.Due, words.Say(f.lang, "calendar.feed.due", "title", c.Title)
			e.Description = words.Say(f.lang, "calendar.feed.due.2", "id", c.ID, "matter", d.In(f.lang), "state", st.In(f.lang))
			f.add("case-"+c.ID, "case/"+c.ID, e)
		}
		if _, sits := f.posts[c.Seat()]; !sits || c.Level >= len(c.Seats) {
			continue
		}
		for _, k := range s.Readings {
			if k.Clock.Name == casework.LevelClock && !k.Due.IsZero() {
				e.At, e.Summary = k.Due, words.Say(f.lang, "calendar.feed.level", "title", c.Title)
				e.Description = words.Say(f.lang, "calendar.feed.level.2", "id", c.ID, "level", d.Ladder[c.Level-1].In(f.lang), "next", d.Ladder[c.Level].In(f.lang))
				f.add("level-"+c.ID, "case/"+c.ID, e)
			}
		}
	}
	return nil
}

// turn tells whether it is the turn of one of his posts.
func (f *feeder) turn(d *casework.Desk, next casework.Owner) bool {
	for id, p := range f.posts {
		switch {
		case next.Party.Post != "":
			if next.Party.Post == id {
				return true
			}
		case next.As == casework.Keeper:
			if slices.ContainsFunc(p.Roles, func(r org.Role) bool { return slices.Contains(d.Keepers, string(r)) }) {
				return true
			}
		case next.Party.Unit == p.Unit:
			return true
		}
	}
	return false
}

// reports are the last days for those months that are open and still lack a report of his.
func (f *feeder) reports() error {
	months, err := All[dispatch.Month](f.r, dispatch.MonthKind, "")
	if err != nil {
		return err
	}
	months = slices.DeleteFunc(months, func(m dispatch.Month) bool { return m.State != dispatch.Open || m.Due == "" })
	if len(months) == 0 {
		return nil
	}
	projects, err := All[project.Project](f.r, project.Kind, "")
	if err != nil {
		return err
	}
	for _, m := range months {
		missing := 0
		for _, p := range projects {
			if _, his := f.posts[cmp.Or(p.Duty.Owner, p.Duty.Local)]; !his || !dispatched(p, m.Month.Last().String()) {
				continue
			}
			r, ok, err := dispatch.ReportOf(f.r, m.Month, p.ID)
			if err != nil {
				return err
			}
			if !ok || r.State == dispatch.Returned {
				missing++
			}
		}
		due, err := calendar.ParseDay(m.Due)
		if missing == 0 || err != nil {
			continue
		}
		f.add("month-"+m.Month.String(), "month/"+m.Month.String(), calEvent{Seq: m.Seq, Changed: due.At(0).AddDate(0, 0, -feedPast), Day: due,
			Summary: words.Say(f.lang, "calendar.feed.month", "month", m.Month, "n", missing)})
	}
	return nil
}

// meetings are those that he is called to.
func (f *feeder) meetings() error {
	since := calendar.DateOf(f.now).AddDays(-feedPast).String()
	ids, err := f.r.IDs(dispatch.MeetingKind, "M-")
	if err != nil {
		return err
	}
	for _, id := range slices.Backward(ids) {
		m, err := dispatch.MeetingOf(f.r, id)
		if err != nil {
			return err
		}
		if m.On < since { // numbers follow the days; one that was put off may stand behind and is looked at again while it is near
			if len(id) > 10 && id[2:6]+"-"+id[7:9]+"-"+id[9:11] < since {
				break
			}
			continue
		}
		if !f.called(m) {
			continue
		}
		e := calEvent{Seq: m.Seq, Summary: m.Title, Place: m.Place, Busy: true, Off: m.State == dispatch.MeetingOff}
		for _, x := range m.Items {
			e.Minutes += x.Minutes
		}
		at, err := time.Parse(time.RFC3339, meetingStart(m))
		if err != nil {
			if e.Day, err = calendar.ParseDay(m.On); err != nil {
				continue
			}
			at = e.Day.At(0)
		} else {
			e.At = at
		}
		e.Changed = at.AddDate(0, 0, -feedPast)
		if s, err := f.r.EntriesIn([]int64{m.Seq}); err == nil {
			if t, err := time.Parse(ledger.TimeLayout, s[m.Seq].RecordedAt); err == nil {
				e.Changed = t
			}
		}
		f.add("meeting-"+m.ID, "meeting/"+m.ID, e)
	}
	return nil
}

func (f *feeder) called(m dispatch.Meeting) bool {
	for id, p := range f.posts {
		if m.Chair == id || slices.Contains(m.Recorders, id) {
			return true
		}
		for _, x := range m.Present {
			if x.Post == id || x.Post == "" && x.Unit == p.Unit {
				return true
			}
		}
	}
	return false
}
