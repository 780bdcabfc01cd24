package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"shigan/domain/org"
	"shigan/kernel/fault"
	"shigan/kernel/ledger"
)

// Letter 信 is an e-mail ready to go: its key makes the Message-ID, the same in every try.
type Letter struct {
	Key, To, Head, Body string
	Made                time.Time
}

// Call 推送 is one request to a hook; its key is the webhook-id, the same in every try.
type Call struct {
	Key, URL, Secret string
	Body             []byte
}

// Mailer sends letters, Caller makes calls; adapter/post has both. An error that is no *Undelivered is taken as one that may pass.
type Mailer interface {
	Mail(ctx context.Context, l Letter) error
}
type Caller interface {
	Call(ctx context.Context, c Call) error
}

// Undelivered says what became of a try.
type Undelivered struct {
	Why   string
	Never bool // the receiver refuses it for good
	Gone  bool // the receiver wants nothing more at all
	Down  bool // nobody answers: what else goes there need not be tried now
}

func (u *Undelivered) Error() string { return u.Why }

// Sender 投递员 is one server's hands: what it has claimed nobody else sends.
type Sender struct {
	Office *Office
	Mailer Mailer // nil: no letters
	Caller Caller // nil: no calls
	Server string // a name of its own
}

const (
	lease     = 5 * time.Minute // longer than any try takes; what a server that died had claimed waits so long
	claimMost = 20
	tryTime   = time.Minute
)

// pauses between tries of a call, after Standard Webhooks; the last is followed by giving up.
var pauses = []time.Duration{5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour}

// mailPauses between tries of a letter; the last one goes on until the rules give the letter up.
var mailPauses = []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour}

// Sent counts what a round of sending did.
type Sent struct{ Through, Failed, GivenUp map[string]int }

// Send tries everything that is due, oldest first, until nothing is left or ctx ends. Who cannot be reached is left alone for the rest
// of the round, and everything that is for him is put off with the try that found it out; one that is refused holds nobody else up.
func (s *Sender) Send(ctx context.Context) (Sent, error) {
	done := Sent{map[string]int{}, map[string]int{}, map[string]int{}}
	down, up := map[string]string{}, map[string]bool{} // by line: not before; has answered
	for ctx.Err() == nil {
		r, now := s.Office.Read(ctx), s.Office.Clock()
		all, err := r.Claim(s.Server, stamp(now), stamp(now.Add(lease)), claimMost)
		if err != nil || len(all) == 0 {
			return done, err
		}
		for _, d := range all {
			if err := s.one(ctx, d, down, up, &done); err != nil {
				return done, err
			}
		}
	}
	return done, ctx.Err()
}

// line is what goes down together: the mail server, or one hook.
func line(d Delivery) string {
	if d.Channel == ByMail {
		return ByMail
	}
	return d.Target
}

func (s *Sender) one(ctx context.Context, d Delivery, down map[string]string, up map[string]bool, done *Sent) error {
	keep := context.WithoutCancel(ctx) // what came of a try is written, whatever stops us
	r := s.Office.Read(keep)
	if until, is := down[line(d)]; is || ctx.Err() != nil {
		d.Next = max(d.Next, until)
		_, err := r.Settle(s.Server, d)
		return err
	}
	tryCtx, cancel := context.WithTimeout(ctx, tryTime)
	err := s.try(tryCtx, d)
	cancel()
	now := s.Office.Clock()
	u, typed := errors.AsType[*Undelivered](err)
	switch {
	case err == nil:
		d.State, d.Done, d.Why = Through, stamp(now), ""
		d.Tries++
		done.Through[d.Channel]++
		if _, was := up[line(d)]; !was { // somebody answers again: what had only been put off need not wait
			up[line(d)] = true
			if err := r.Release(d.Channel, d.Target, stamp(now)); err != nil {
				return err
			}
		}
	case errors.Is(err, errPaused):
		d.Next = stamp(now.Add(pausedFor))
		down[line(d)] = d.Next
	case errors.Is(err, errIdle) || ctx.Err() != nil: // no try was made, or it was broken off
		d.Next = stamp(now.Add(mailPauses[0]))
	default:
		d.Tries++
		if d.Why = err.Error(); !typed {
			u = &Undelivered{Why: d.Why}
		}
		if err := s.failed(keep, r, &d, u, now); err != nil {
			return err
		}
		if u.Down {
			down[line(d)] = d.Next
		}
		done.Failed[d.Channel]++
		if d.State == GivenUp {
			done.GivenUp[d.Channel]++
		}
	}
	_, err = r.Settle(s.Server, d)
	return err
}

// failed says when a delivery is tried again, or gives it up.
func (s *Sender) failed(ctx context.Context, r Reader, d *Delivery, u *Undelivered, now time.Time) error {
	made, _ := time.Parse(ledger.TimeLayout, d.Made)
	giveUp := u.Never || u.Gone
	if d.Channel == ByMail {
		rules, err := s.Office.messageRules()
		if err != nil {
			return err
		}
		giveUp = giveUp || now.Sub(made) > time.Duration(rules.GiveUp)*24*time.Hour
		d.Next = stamp(now.Add(mailPauses[min(d.Tries, len(mailPauses))-1]))
		if u.Gone {
			if err := refusedAddress(r, d.Target, u.Why); err != nil {
				return err
			}
		}
	} else if d.Tries > len(pauses) { // where nothing else came through either, nobody is there any more
		through, err := r.Deliveries(DeliveryFilter{Channel: ByHook, Target: d.Target, State: Through, Limit: 1})
		if err != nil {
			return err
		}
		giveUp, u.Gone = true, len(through) == 0 || through[0].Done < d.Made
	} else {
		d.Next = stamp(now.Add(pauses[d.Tries-1]))
	}
	if giveUp {
		d.State, d.Done = GivenUp, stamp(now)
	}
	if d.Channel == ByHook && u.Gone {
		return s.Office.hookGone(ctx, d.Target, u.Why)
	}
	return nil
}

// errIdle is a channel that this server has not.
var errIdle = fault.New(fault.Unavailable, "app.no-channel")

// errPaused is a hook that somebody holds back. pausedFor is how long its deliveries are put off at a time.
var errPaused = errors.New("paused")

const pausedFor = 5 * time.Minute

func (s *Sender) try(ctx context.Context, d Delivery) error {
	r := s.Office.Read(ctx)
	switch d.Channel {
	case ByMail:
		if s.Mailer == nil {
			return errIdle
		}
		to, err := s.Office.address(r, d.Target)
		if err != nil {
			return err
		}
		if to == "" {
			return &Undelivered{Why: "no address", Never: true}
		}
		made, err := time.Parse(ledger.TimeLayout, d.Made)
		if err != nil {
			return err
		}
		return s.Mailer.Mail(ctx, Letter{Key: s.Office.keyOf(d.ID), To: to, Head: d.Head, Body: d.Body, Made: made})
	case ByHook:
		if s.Caller == nil {
			return errIdle
		}
		h, err := org.HookOf(r, d.Target)
		if err != nil {
			return err
		}
		switch h.Stage() {
		case "closed":
			return &Undelivered{Why: "closed", Never: true}
		case "paused":
			return errPaused
		}
		url, secret, err := s.Office.hookSecrets(r, d.Target)
		if err != nil {
			return err
		}
		return s.Caller.Call(ctx, Call{Key: "msg_" + s.Office.keyOf(d.ID), URL: url, Secret: secret, Body: []byte(d.Body)})
	}
	return errIdle
}

// keyOf is what a delivery is called outside: it says nothing of whom it is for.
func (o *Office) keyOf(id string) string {
	sum := sha256.Sum256([]byte(Origin(o.District) + "/" + id))
	return hex.EncodeToString(sum[:16])
}

// refusedAddress notes that an address takes nothing, so that its owner sees it and nothing more is sent there.
func refusedAddress(r Reader, person, why string) error {
	s, err := storedOf(r, person)
	if err != nil || s.Address == NoAddress {
		return err
	}
	s.Address, s.Why = AddressRefused, why
	return putStored(r, person, s)
}
