package app

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"time"

	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/kernel/calendar"
)

// Night 值守 does what nobody asks for: the ladder's climbs, slips that a desk leaves to the clock, reminders, deliveries. Everything in
// it may be done again, by a second server or after a week's sleep, and happens once.
type Night struct {
	Office *Office
	Sender *Sender       // nil: nothing is sent
	Every  time.Duration // 0: a minute
	Say    func(Round)   // told of each round; nil: nobody

	walked  string // the hour of the last walk over all open cases, by the office's clock
	pruned  string // the day on which old deliveries were dropped
	sending sync.Mutex
}

// Round 一轮 is what one round did; Err joins what could not be done, while the rest was.
type Round struct {
	Climbed, Slips, Reminded, Fixed int
	Sent                            Sent
	Took                            time.Duration
	Err                             error
}

// Quiet tells whether nothing happened that is worth a line in the log.
func (r Round) Quiet() bool {
	return r.Err == nil && r.Climbed+r.Slips+r.Reminded+r.Fixed == 0 && len(r.Sent.Through)+len(r.Sent.Failed) == 0
}

// Run goes on until ctx ends; a round under way is finished first. Clock and deliveries go side by side, so that a mail server
// that does not answer holds no climb up.
func (n *Night) Run(ctx context.Context) {
	every := n.Every
	if every == 0 {
		every = time.Minute
	}
	var wg sync.WaitGroup
	for _, do := range []func(context.Context) Round{n.Clock, n.Deliver} {
		wg.Go(func() {
			t := time.NewTicker(every)
			defer t.Stop()
			for {
				r := do(ctx)
				if ctx.Err() != nil {
					return
				}
				n.say(r)
				select {
				case <-t.C:
				case <-ctx.Done():
					return
				}
			}
		})
	}
	wg.Wait()
}

func (n *Night) say(r Round) {
	e := Event{Kind: ClockRan, Round: r, Took: r.Took}
	if r.Err != nil {
		e.Kind = ClockFailed
	}
	n.Office.tell(e)
	if n.Say != nil {
		n.Say(r)
	}
}

// Once does one round of everything, one after the other.
func (n *Night) Once(ctx context.Context) Round {
	r := n.Clock(ctx)
	d := n.Deliver(ctx)
	r.Fixed, r.Sent, r.Took, r.Err = d.Fixed, d.Sent, r.Took+d.Took, errors.Join(r.Err, d.Err)
	n.say(r)
	return r
}

// Clock runs the ladder, and once an hour walks over all open cases for slips and reminders.
func (n *Night) Clock(ctx context.Context) (r Round) {
	began := time.Now()
	defer func() { r.Took = time.Since(began) }()
	var errs []error
	var err error
	if r.Climbed, err = n.Office.RunClock(ctx); err != nil {
		errs = append(errs, err)
	}
	if hour := n.Office.Clock().UTC().Format("2006-01-02T15"); hour != n.walked {
		if r.Slips, r.Reminded, err = n.Office.RunReminders(ctx); err != nil {
			errs = append(errs, err)
		}
		if err = n.Office.keepLate(ctx); err != nil {
			errs = append(errs, err)
		}
		if ctx.Err() == nil { // what could not be done is tried again with the next walk, not with every round
			n.walked = hour
		}
	}
	r.Err = errors.Join(errs...)
	return r
}

// Deliver fixes what was told since, and sends what is due.
func (n *Night) Deliver(ctx context.Context) (r Round) {
	n.sending.Lock()
	defer n.sending.Unlock()
	began := time.Now()
	defer func() { r.Took = time.Since(began) }()
	var err, bad error
	if r.Fixed, err = n.Office.Plan(ctx); err != nil {
		bad = errors.Join(bad, err)
	}
	if n.Sender != nil {
		if r.Sent, err = n.Sender.Send(ctx); err != nil && ctx.Err() == nil {
			bad = errors.Join(bad, err)
		}
	}
	if day := today(n.Office.Clock()); day != n.pruned && bad == nil {
		if bad = n.prune(ctx); bad == nil {
			n.pruned = day
		}
	}
	r.Err = bad
	return r
}

func (n *Night) prune(ctx context.Context) error {
	rules, err := n.Office.messageRules()
	if err != nil {
		return err
	}
	_, err = n.Office.Read(ctx).DropDeliveries(stamp(n.Office.Clock().AddDate(0, 0, -rules.Keep)))
	return err
}

// walkPage is how many cases are read at a time.
const walkPage = 500

// openCases walks over all open cases on which a clock runs, the one due first first. Cases that move meanwhile may come twice or be
// left for the next walk; whatever is done to them carries a key.
func (o *Office) openCases(ctx context.Context, do func(casework.Case, *casework.Desk) error) error {
	r := o.Read(ctx)
	f := CaseFilter{Open: true, DueFrom: "0", Limit: walkPage}
	var bad []error
	for {
		lines, err := r.Cases(f)
		if err != nil {
			return err
		}
		ids := make([]string, len(lines))
		for i, l := range lines {
			ids[i] = l.ID
		}
		raw, err := r.RawIn(casework.CaseKind, ids)
		if err != nil {
			return err
		}
		for _, id := range ids {
			var c casework.Case
			if err := json.Unmarshal(raw[id], &c); err != nil {
				bad = append(bad, err)
				continue
			}
			d, err := casework.Pinned(r, c.Digest)
			if err == nil {
				err = do(c, d)
			}
			if err != nil {
				bad = append(bad, err)
			}
		}
		if len(lines) < walkPage || ctx.Err() != nil {
			return errors.Join(append(bad, ctx.Err())...)
		}
		last := lines[len(lines)-1].Due
		same := 0 // of the page, those of its last due: the next page begins behind them
		for _, l := range slices.Backward(lines) {
			if l.Due != last {
				break
			}
			same++
		}
		if f.DueFrom == last {
			same += f.Offset
		}
		f.DueFrom, f.Offset = last, same
	}
}

// RunReminders 走一遍 walks over all open cases, sends the slips that their desks leave to the clock, and from the hour that the rules name
// gives the reminders that are due. A case that cannot be worked out is told of in err; the others go on.
func (o *Office) RunReminders(ctx context.Context) (slips, reminded int, err error) {
	rules, err := o.messageRules()
	if err != nil {
		return 0, 0, err
	}
	from, err := minutesOf(rules.Remind)
	if err != nil {
		return 0, 0, err
	}
	now, days := o.Clock(), calendar.StateCouncil()
	remind := minuteOfDay(now) >= from && isWorkday(calendar.DateOf(now))
	w := &walk{o: o}
	err = o.openCases(ctx, func(c casework.Case, d *casework.Desk) error {
		if slices.ContainsFunc(d.Slips, func(s casework.SlipRule) bool { return s.Signs == casework.ByClock }) {
			due, err := casework.SlipsDue(d, c, now, days)
			if err != nil {
				return err
			}
			for _, s := range due {
				if s.Signs == casework.ByClock && !s.Deadline { // which day to order is for a person to say
					w.add(casework.SendSlip{Case: c.ID, Colour: s.Colour}, c.SlipKey(s.Colour))
				}
			}
		}
		if !remind {
			return nil
		}
		due, err := casework.RemindersDue(c, now, days)
		for _, x := range due {
			w.add(x.Remind, x.Key())
		}
		return err
	})
	err = errors.Join(err, w.do(ctx))
	return w.slips, w.reminded, err
}

// walk gathers deeds of the clock and does those that were not done before.
type walk struct {
	o               *Office
	deeds           []Deed
	slips, reminded int
}

func (w *walk) add(c Command, key string) {
	w.deeds = append(w.deeds, Deed{By: org.SystemSigner, Cmd: c, Opt: Options{Key: key}})
}

func (w *walk) do(ctx context.Context) error {
	var bad []error
	for part := range slices.Chunk(w.deeds, maxBatch) {
		keys := make([]string, len(part))
		for i, d := range part {
			keys[i] = d.Opt.Key
		}
		used, err := w.o.Read(ctx).Used(keys)
		if err != nil {
			return err
		}
		part = slices.DeleteFunc(slices.Clone(part), func(d Deed) bool { return used[d.Opt.Key] })
		receipts, errs := w.o.doEach(ctx, part)
		for i, r := range receipts {
			switch {
			case errs[i] != nil && !movedOn(errs[i]):
				bad = append(bad, errs[i])
			case errs[i] == nil && !r.Repeat && r.First > 0:
				if _, is := part[i].Cmd.(casework.SendSlip); is {
					w.slips++
				} else {
					w.reminded++
				}
			}
		}
	}
	return errors.Join(bad...)
}

// movedOn tells whether a deed of the clock was refused because the case moved between looking and doing.
func movedOn(err error) bool {
	for _, moved := range []error{casework.ErrNotDue, casework.ErrClosed, casework.ErrSlip} {
		if errors.Is(err, moved) {
			return true
		}
	}
	return false
}
