package app

import (
	"context"
	"encoding/json"
	"time"

	"shigan/kernel/fault"
	"shigan/kernel/ledger"
)

// Settings that the application keeps for itself.
const (
	settingSignedIn = "app/first-sign-in"
	settingClock    = "app/practice-clock"
)

// ErrClock is a practice clock that cannot be set any more.
var ErrClock = fault.New(fault.Conflict, "app.clock-runs")

// SetUpOpen tells whether the first set-up is still going on: nobody has ever signed in. As long as it is, the command line
// may act as org.FirstSetUp; after it, everybody acts in a post.
func (o *Office) SetUpOpen(ctx context.Context) (bool, error) {
	when, err := o.Read(ctx).Setting(settingSignedIn)
	return when == "", err
}

// endSetUp notes the first sign-in of all.
func (o *Office) endSetUp(r Reader, now time.Time) error {
	if when, err := r.Setting(settingSignedIn); err != nil || when != "" {
		return err
	}
	return r.PutSetting(settingSignedIn, stamp(now))
}

// practice is a clock that was set to another day and runs on from there.
type practice struct {
	At    time.Time `json:"at"`    // what it showed
	Since time.Time `json:"since"` // when it was set, by the true clock
}

// StartPracticeClock gives a district that is for practice (a demo, a course) a clock of its own, or sets it anew. It never
// goes back behind what was recorded, and a district that recorded by the true clock keeps it.
func StartPracticeClock(ctx context.Context, s Store, district string, shows, now time.Time) error {
	r := s.In(ctx, district)
	last, err := r.Recent(0, 1)
	if err != nil {
		return err
	}
	if len(last) > 0 {
		had, err := r.Setting(settingClock)
		if err != nil {
			return err
		}
		at, err := time.Parse(ledger.TimeLayout, last[0].RecordedAt)
		if had == "" || err != nil || shows.Before(at) {
			return ErrClock.With("entries", last[0].Seq, "at", last[0].RecordedAt)
		}
	}
	raw, err := json.Marshal(practice{shows, now})
	if err != nil {
		return err
	}
	return r.PutSetting(settingClock, string(raw))
}

// ClockOf is the clock by which a district records: the true one, or its practice clock.
func ClockOf(ctx context.Context, s Store, district string, now func() time.Time) (clock func() time.Time, isPractice bool, err error) {
	raw, err := s.In(ctx, district).Setting(settingClock)
	if err != nil || raw == "" {
		return now, false, err
	}
	var p practice
	if err := json.Unmarshal([]byte(raw), &p); err != nil {
		return nil, false, err
	}
	return func() time.Time { return p.At.Add(now().Sub(p.Since)) }, true, nil
}
