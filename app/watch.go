package app

import (
	"context"
	"errors"
	"sync"
	"time"

	"shigan/domain/org"
	"shigan/kernel/fault"
	"shigan/kernel/ledger"
	"shigan/kernel/table"
)

// EventKind says what happened.
type EventKind string

const (
	Committed     EventKind = "committed"     // a batch is on disk
	CommitFailed  EventKind = "commit-failed" // a batch is not on disk, and everybody in it was told
	SignInRefused EventKind = "sign-in-refused"
	ClockRan      EventKind = "clock-ran"    // a round of the clock or of deliveries
	ClockFailed   EventKind = "clock-failed" // one in which something could not be done
)

// Event 动静 is what the office tells whoever watches over it: numbers for the operator, never contents.
type Event struct {
	Kind    EventKind
	Deeds   int   // that shared the commit
	Entries int   // that they made
	Size    int64 // of the ledger after it
	Took    time.Duration
	Round   Round // of the clock
}

type watchers struct {
	mu  sync.Mutex
	all []func(Event)
}

// Watch calls f at every event. f is called on the writer's own time and must be quick.
func (o *Office) Watch(f func(Event)) {
	o.watchers.mu.Lock()
	defer o.watchers.mu.Unlock()
	o.watchers.all = append(o.watchers.all, f)
}

func (o *Office) tell(e Event) {
	o.watchers.mu.Lock()
	defer o.watchers.mu.Unlock()
	for _, f := range o.watchers.all {
		f(e)
	}
}

// tellOf tells of a batch; one that made no entries is no event.
func (o *Office) tellOf(outs []outcome, before int64, err error, took time.Duration) {
	e := Event{Kind: Committed, Deeds: len(outs), Took: took}
	if err != nil {
		e.Kind = CommitFailed
		o.tell(e)
		return
	}
	for _, out := range outs {
		if r := out.receipt; out.err == nil && !r.DryRun && !r.Repeat && r.First > 0 {
			e.Entries += int(r.Last-r.First) + 1
		}
	}
	if e.Size = before + int64(e.Entries); e.Entries > 0 {
		o.tell(e)
	}
}

// knock is a deed that does nothing, to hear whether the writer answers.
type knock struct{}

func (knock) Name() string                                                      { return "app.knock" }
func (knock) Scope(table.Reader) (org.Scope, error)                             { return org.Scope{}, nil }
func (knock) Decide(table.Reader, org.Signer, time.Time) ([]ledger.Fact, error) { return nil, nil }

// ErrNoWriter is a writer that does not answer.
var ErrNoWriter = fault.New(fault.Unavailable, "app.no-writer")

// Ready tells whether the database answers and the writer runs, within the time that ctx gives.
func (o *Office) Ready(ctx context.Context) error {
	if err := o.Store.Ping(ctx); err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() {
		_, err := o.Do(ctx, org.FirstSetUp, knock{}, Options{DryRun: true})
		done <- err
	}()
	select {
	case err := <-done:
		if errors.Is(err, context.DeadlineExceeded) {
			return ErrNoWriter
		}
		return err
	case <-ctx.Done():
		return ErrNoWriter
	}
}
