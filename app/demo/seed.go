package demo

import (
	"context"
	"time"

	"shigan/app"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
	"shigan/kernel/ledger"
)

// ErrNotEmpty refuses an office that somebody uses.
var ErrNotEmpty = fault.New(fault.Conflict, "demo.not-empty")

// District is the code of the demo's district, 即墨区.
const District = "370215"

// Pack turns its lights.
const Pack = "sample/jimo"

// Options of a seed.
type Options struct {
	From        calendar.Month // first month that is reported; the zero month is January 2021
	NoProgramme bool           // leave the renewal programme out
}

// Seed fills an empty office through the same commands as a user's. Same seed, same district. progress is called with a
// step's key and counts; it may be nil.
func Seed(ctx context.Context, o *app.Office, clock *Clock, progress func(step string, done, of int)) error {
	return SeedWith(ctx, o, clock, Options{}, progress)
}

// seeding is one seed on its way.
type seeding struct {
	*timeline
	d       *data
	items   []*item // of the dispatch
	renewal []*item // of the programme in 2022
	opt     Options
	say     func(step string, done, of int)
}

// SeedWith is Seed with less history, for tests.
func SeedWith(ctx context.Context, o *app.Office, clock *Clock, opt Options, progress func(step string, done, of int)) error {
	d, err := read()
	if err != nil {
		return err
	}
	if ids, err := o.Read(ctx).IDs(org.UnitKind, ""); err != nil {
		return err
	} else if len(ids) > 0 {
		return ErrNotEmpty
	}
	if opt.From.IsZero() {
		opt.From = calendar.MustMonth("2021-01")
	}
	if progress == nil {
		progress = func(string, int, int) {}
	}
	items, err := design(d)
	if err != nil {
		return err
	}
	s := &seeding{timeline: &timeline{o: o, clock: clock, who: map[string]org.Signer{}}, d: d, items: items, opt: opt, say: progress}
	for _, step := range []func(context.Context) error{s.rules, s.people, s.projects, s.programme, s.cases, s.story, s.networks, s.history} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	clock.Set(Today)
	return s.looked(ctx)
}

// lookedAt is when those who can sign in looked at their messages for the last time: what came since is new to them.
var lookedAt = calendar.MustDate("2022-06-30").At(17*60 + 30)

func (s *seeding) looked(ctx context.Context) error {
	r := s.o.Read(ctx)
	for _, a := range Accounts() {
		by, ok := s.who[a.Post]
		if !ok {
			continue
		}
		all, err := r.Messages(app.MessageFilter{Posts: []string{a.Post}, Not: by.Person})
		if err != nil {
			return err
		}
		for _, m := range all {
			if at, err := time.Parse(ledger.TimeLayout, m.At); err == nil && at.Before(lookedAt) {
				if err := s.o.MarkSeen(ctx, by, m.Seq); err != nil {
					return err
				}
				break
			}
		}
	}
	return nil
}

// birth is the day on which the office is set up.
func (s *seeding) birth() string { return s.opt.From.AddMonths(-1).First().AddDays(14).String() }

func (s *seeding) rules(ctx context.Context) error {
	s.say("demo.step.rules", 0, 1)
	set, err := s.o.Library.Resolve(Pack, s.opt.From.Last(), true)
	if err != nil {
		return err
	}
	s.deed(on(s.birth(), 9, 0), "", dispatch.AdoptRules{Pack: Pack, Digest: set.Digest, From: s.opt.From})
	err = s.play(ctx)
	s.say("demo.step.rules", 1, 1)
	return err
}
