package app

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"shigan/domain/casework"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
)

// Brief 今早 is what a leader reads before the day begins: what he can settle, what has come up to him since he looked last, the meeting
// to come, and what was decided with him at the table and is not done.
type Brief struct {
	Since   time.Time  // his last look, at least a day ago; zero: he has not looked yet
	From    time.Time  // what came up after this is shown as new
	Decide  []CaseView // options stand there, nothing is decided, and he sits where it is decided
	Turns   []CaseView // what waits for his own word: a confirmation, a second signature
	Here    []CaseView // what else stands at his level, soonest due first
	Climbed []CaseView // what came up to his level or beyond it since, the highest first
	Meeting *dispatch.Meeting
	Planned *NextMeeting   // by the rhythm, where none was called
	Undone  []FollowedTask // overdue ones first
}

const (
	mostBriefed = 200 // cases that a list of the brief reads
	firstLook   = 7   // days that count as new to one who has not looked yet
	meetingDays = 35  // how far ahead a meeting by the rhythm is looked for
	decidedDays = 365 // and how far back decisions are followed
)

// BriefOf gathers a leader's brief.
func (o *Office) BriefOf(ctx context.Context, by org.Signer, since time.Time) (*Brief, error) {
	b := &Brief{Since: since, From: since}
	if since.IsZero() {
		b.From = o.Clock().AddDate(0, 0, -firstLook)
	}
	for _, step := range []func(context.Context, org.Signer, *Brief) error{o.briefCases, o.briefClimbs, o.briefMeeting, o.briefUndone} {
		if err := step(ctx, by, b); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// briefCases sorts what stands at his level, and what else is his turn, by what he can do about it.
func (o *Office) briefCases(ctx context.Context, by org.Signer, b *Brief) error {
	r := o.Read(ctx)
	seen := map[string]bool{}
	for _, f := range []CaseFilter{{NextPost: by.Post}, {Seat: by.Post}} {
		f.Open, f.Limit = true, mostBriefed
		lines, err := r.Cases(f)
		if err != nil {
			return err
		}
		views, err := o.CaseLines(ctx, lines)
		if err != nil {
			return err
		}
		for _, v := range views {
			if seen[v.ID] {
				continue
			}
			seen[v.ID] = true
			offer, err := casework.OfferOf(r, v.Desk, v.Case, by, o.Clock())
			switch {
			case err != nil:
				return err
			case offer.Decide:
				b.Decide = append(b.Decide, v)
			case mine(v.CaseLine, by):
				b.Turns = append(b.Turns, v)
			default:
				b.Here = append(b.Here, v)
			}
		}
	}
	slices.SortStableFunc(b.Decide, func(x, y CaseView) int { return x.Standing.Due.Compare(y.Standing.Due) })
	return nil
}

// briefClimbs finds what came up since: the months from then on are looked through for cases on whose ladder he sits.
func (o *Office) briefClimbs(ctx context.Context, by org.Signer, b *Brief) error {
	r, from := o.Read(ctx), b.From.UTC().Format(time.RFC3339)
	last := calendar.DateOf(o.Clock()).Month()
	for m := calendar.DateOf(b.From).Month(); !last.Before(m); m = m.Next() {
		f := CaseFilter{Climbed: m.String(), Open: true, Sort: "level", Desc: true, Limit: mostBriefed}
		if by.Unit != "" {
			f.Parties = []string{by.Unit}
		}
		lines, err := r.Cases(f)
		if err != nil {
			return err
		}
		lines = slices.DeleteFunc(lines, func(l CaseLine) bool { return l.LastClimb < from })
		views, err := o.CaseLines(ctx, lines)
		if err != nil {
			return err
		}
		for _, v := range views {
			if i := slices.Index(v.Case.Seats, by.Post); i >= 0 && v.Level >= i+1 {
				b.Climbed = append(b.Climbed, v)
			}
		}
	}
	slices.SortStableFunc(b.Climbed, func(x, y CaseView) int { return y.Level - x.Level })
	return nil
}

// briefMeeting is the next meeting that was called and is not over, or the next by the rhythm.
func (o *Office) briefMeeting(ctx context.Context, by org.Signer, b *Brief) error {
	now := calendar.DateOf(o.Clock())
	list, err := o.Meetings(ctx, by, MeetingFilter{From: now.String()})
	if err != nil {
		return err
	}
	for _, m := range slices.Backward(list) { // the latest comes first
		if m.State == dispatch.MeetingCalled || m.State == dispatch.MeetingRunning {
			b.Meeting = &m
			return nil
		}
	}
	next, err := o.NextMeetings(ctx, now, now.AddDays(meetingDays))
	if errors.Is(err, dispatch.ErrNotAdopted) || errors.Is(err, calendar.ErrNoHolidayList) {
		return nil // nobody knows a day
	}
	for _, n := range next {
		if n.Event.What == "meeting" && n.Meeting == "" {
			b.Planned = &n
			break
		}
	}
	return err
}

// briefUndone follows what was decided with him at the table, and the tasks that he gave himself.
func (o *Office) briefUndone(ctx context.Context, by org.Signer, b *Brief) error {
	r := o.Read(ctx)
	from := calendar.DateOf(o.Clock()).AddDays(-decidedDays).String()
	list, err := o.Meetings(ctx, by, MeetingFilter{From: from})
	if err != nil {
		return err
	}
	var ids []string
	for _, m := range slices.Backward(list) {
		if m.Chair == by.Post || slices.ContainsFunc(m.Present, func(p casework.Party) bool { return p.Post == by.Post }) {
			ids = append(ids, m.Tasks()...)
		}
	}
	if by.Unit != "" {
		lines, err := r.Cases(CaseFilter{Use: dispatch.TaskUse, Raiser: by.Unit, Open: true, OpenedFrom: from, Limit: mostBriefed})
		if err != nil {
			return err
		}
		for _, l := range lines {
			if l.RaiserPost == by.Post && !slices.Contains(ids, l.ID) {
				ids = append(ids, l.ID)
			}
		}
	}
	tasks, err := o.follow(ctx, by, ids)
	b.Undone = slices.DeleteFunc(tasks, func(t FollowedTask) bool { return !t.Case.Open() })
	return err
}

// briefForm is where a person's looks are kept: his own, like a draft, and shown to nobody.
const briefForm = "brief/"

// Look notes that somebody looks at his brief and gives the look before: the last one of an earlier day, so that whoever looks twice
// in a morning finds the same brief. Zero where there was none.
func (o *Office) Look(ctx context.Context, by org.Signer) (time.Time, error) {
	before, err := o.LookedBefore(ctx, by)
	if err != nil {
		return time.Time{}, err
	}
	now, first := o.Clock().UTC(), "-"
	if !before.IsZero() {
		first = before.UTC().Format(time.RFC3339)
	}
	return before, o.Read(ctx).PutDraft(by.Person, briefForm+by.Post, first+" "+now.Format(time.RFC3339), now.Format(ledger.TimeLayout))
}

// LookedBefore gives what Look would give, and notes nothing.
func (o *Office) LookedBefore(ctx context.Context, by org.Signer) (time.Time, error) {
	body, _, err := o.Read(ctx).Draft(by.Person, briefForm+by.Post)
	if err != nil {
		return time.Time{}, err
	}
	var before, last time.Time
	if a, z, ok := strings.Cut(body, " "); ok {
		before, _ = time.Parse(time.RFC3339, a) // what cannot be read counts as no look
		last, _ = time.Parse(time.RFC3339, z)
	}
	if !last.IsZero() && calendar.DateOf(last) != calendar.DateOf(o.Clock()) {
		before = last
	}
	return before, nil
}
