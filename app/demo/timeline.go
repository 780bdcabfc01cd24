package demo

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"shigan/app"
	"shigan/domain/org"
	"shigan/kernel/calendar"
)

// event is one deed of a timeline, or a step that the office does as a whole (a freeze).
type event struct {
	at   time.Time
	post string // who does it; "" for the first set-up
	cmd  func() app.Command
	opt  app.Options
	then func(app.Receipt)
	run  func(ctx context.Context, by org.Signer) error
}

// timeline 日程 gathers events of one stretch of time and does them in order, the deeds of one moment together.
type timeline struct {
	o      *app.Office
	clock  *Clock
	who    map[string]org.Signer // who sits in a post now
	events []event
}

func (t *timeline) add(e event) { t.events = append(t.events, e) }

// deed adds a deed whose command is known already.
func (t *timeline) deed(at time.Time, post string, cmd app.Command) {
	t.add(event{at: at, post: post, cmd: func() app.Command { return cmd }})
}

// signer is who sits in a post now.
func (t *timeline) signer(post string) (org.Signer, error) {
	if post == "" {
		return org.FirstSetUp, nil
	}
	by, ok := t.who[post]
	if !ok {
		return by, fmt.Errorf("nobody sits in %q", post)
	}
	return by, nil
}

// play does everything that was added, in the order of time, and empties the list.
func (t *timeline) play(ctx context.Context) error {
	slices.SortStableFunc(t.events, func(a, b event) int { return cmp.Compare(a.at.Unix(), b.at.Unix()) })
	events := t.events
	t.events = nil
	for len(events) > 0 {
		n := 1
		for events[0].run == nil && n < len(events) && events[n].run == nil && events[n].at.Equal(events[0].at) {
			n++
		}
		if err := t.together(ctx, events[:n]); err != nil {
			return err
		}
		events = events[n:]
	}
	return nil
}

// pace is how far the clock moves from one deed to the next.
const pace = 41 * time.Second

func (t *timeline) together(ctx context.Context, events []event) error {
	t.clock.walk(events[0].at, pace)
	if e := events[0]; e.run != nil {
		by, err := t.signer(e.post)
		if err != nil {
			return err
		}
		return e.run(ctx, by)
	}
	deeds := make([]app.Deed, len(events))
	for i, e := range events {
		by, err := t.signer(e.post)
		if err != nil {
			return err
		}
		deeds[i] = app.Deed{By: by, Cmd: e.cmd(), Opt: e.opt}
	}
	receipts, err := t.o.DoAll(ctx, deeds)
	if err != nil {
		return fmt.Errorf("%s: %w", events[0].at.Format(time.DateTime), err)
	}
	for i, e := range events {
		if e.then != nil {
			e.then(receipts[i])
		}
	}
	return nil
}

// on is a time of a day, in minutes after midnight.
func on(day string, hour, minute int) time.Time { return calendar.MustDate(day).At(hour*60 + minute) }
