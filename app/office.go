package app

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"shigan/domain/casework"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/domain/schedule"
	"shigan/domain/visit"
	"shigan/kernel/fault"
	"shigan/kernel/ledger"
	"shigan/kernel/rules"
	"shigan/kernel/table"
	"shigan/kernel/vault"

	"golang.org/x/mod/sumdb/note"
)

var (
	ErrClosed = fault.New(fault.Unavailable, "app.shutting-down")
	ErrMoved  = fault.New(fault.Conflict, "app.moved-on")
	ErrText   = fault.New(fault.Invalid, "app.bad-text")
	ErrEmpty  = fault.New(fault.Conflict, "app.nothing-changed")
)

// Command 办事 is a deed: a value with a name, what it touches, and a pure decision.
type Command interface {
	Name() string
	Scope(v table.Reader) (org.Scope, error)
	Decide(v table.Reader, by org.Signer, at time.Time) ([]ledger.Fact, error)
}

// expecting deeds were computed from the ledger up to an entry, and are refused when something came in between.
type expecting interface{ Expects() int64 }

// reading deeds say which documents they are going to read, by kind and id, so that a batch reads those of all its deeds at once.
type reading interface{ Reads() [][2]string }

// Receipt 回执 says where a deed stands in the ledger. A deed that changed nothing has no entries.
type Receipt struct {
	First  int64    `json:"first"`
	Last   int64    `json:"last"`
	Number string   `json:"number"` // L-0628-0402
	Repeat bool     `json:"repeat"` // the same key came before; this is its receipt
	DryRun bool     `json:"dry_run"`
	Kinds  []string `json:"kinds"`
}

// Options of a deed.
type Options struct {
	Key    string // idempotency key
	DryRun bool   // decide, project, and forget
	Files  []File // evidence that goes in with it
}

// Office 一区之办 is the one door of a district: Do writes, the Ask methods read.
type Office struct {
	Store    Store
	District string
	Library  *rules.Library
	Desks    *casework.Library // packs that can be adopted; cases live by what was adopted, not by these
	Rhythms  *dispatch.Rhythms // likewise, of meetings
	Assumed  *schedule.Assumed // what forecasts assume; nil: no forecasts
	Networks []schedule.Template
	Vault    vault.Vault
	Clock    func() time.Time
	Messages *MessageRules // what holds for whoever chose nothing
	MailOn   bool          // there is a mail server
	URL      string        // of the pages, for letters and calendars; "" leaves links out

	HashMemory uint32 // KiB that a password's hash takes; 0: what is safe. Tests that sign in a thousand times take less

	HookAllowed HookAllowed // which addresses outside may be told

	signer note.Signer
	queue  chan *job
	stop   chan struct{}
	done   sync.WaitGroup
	names  nameCache
	groups groupCache
	sets   setCache

	foresight foresightCache
	record    recordCache
	keptFiles keptCache
	livesSeen livesCache
	watchers  watchers
}

// Origin names a district's log and key.
func Origin(district string) string { return "shigan/" + district }

// Found 建区 creates a district's log with a fresh key; a district that exists keeps what it has.
func Found(ctx context.Context, s Store, district string, suite *ledger.Suite, v vault.Vault) error {
	skey, vkey, err := suite.GenerateKey(Origin(district))
	if err != nil {
		return err
	}
	sealed, err := v.Seal("log/"+district, []byte(skey))
	if err != nil {
		return err
	}
	return s.Birth(ctx, district, suite, vkey, sealed)
}

// Open opens the office of a district and starts its writer.
func Open(ctx context.Context, s Store, district string, lib *rules.Library, v vault.Vault, clock func() time.Time) (*Office, error) {
	_, _, sealed, err := s.In(ctx, district).Log()
	if err != nil {
		return nil, err
	}
	skey, err := v.Open("log/"+district, sealed)
	if err != nil {
		return nil, err
	}
	signer, err := ledger.NewSigner(string(skey))
	if err != nil {
		return nil, err
	}
	o := &Office{Store: s, District: district, Library: lib, Vault: v, Clock: clock, signer: signer, queue: make(chan *job, 256), stop: make(chan struct{})}
	o.done.Add(1)
	go o.write()
	return o, nil
}

// Close stops the writer; what was asked before is answered.
func (o *Office) Close() {
	close(o.stop)
	o.done.Wait()
}

// Read gives the district's reader.
func (o *Office) Read(ctx context.Context) Reader { return o.Store.In(ctx, o.District) }

type job struct {
	ctx  context.Context
	by   org.Signer
	cmd  Command
	opt  Options
	at   time.Time
	back chan outcome
}

type outcome struct {
	receipt Receipt
	err     error
}

// Do does a deed: rights, decision, entry, projections, in one transaction. When it returns without an error, the entries are
// on disk under a signed checkpoint; when it refuses, nothing is left behind.
func (o *Office) Do(ctx context.Context, by org.Signer, cmd Command, opt Options) (Receipt, error) {
	j := &job{ctx: ctx, by: by, cmd: cmd, opt: opt, at: o.Clock(), back: make(chan outcome, 1)}
	select {
	case o.queue <- j:
	case <-o.stop:
		return Receipt{}, ErrClosed
	case <-ctx.Done():
		return Receipt{}, ctx.Err()
	}
	out := <-j.back // once queued it is answered: giving up here would leave the caller not knowing
	if out.err != nil {
		return out.receipt, fmt.Errorf("%s by %s: %w", cmd.Name(), by.Post, out.err)
	}
	if out.receipt.Repeat {
		return repeated(o.Read(ctx), out.receipt, by.Person)
	}
	return out.receipt, nil
}

// Deed 一件事 is a deed with whoever does it, as DoAll takes them.
type Deed struct {
	By  org.Signer
	Cmd Command
	Opt Options
}

// DoAll does many deeds one after the other, in the order of the list, sharing commits. They don't hang together: what is
// refused leaves nothing behind, what came before it stands, and what follows is done all the same. Receipts lie as the deeds
// do; the error joins the refusals. Others' deeds may come in between.
func (o *Office) DoAll(ctx context.Context, deeds []Deed) ([]Receipt, error) {
	receipts, errs := o.doEach(ctx, deeds)
	return receipts, errors.Join(errs...)
}

// doEach is DoAll with the refusals beside the deeds.
func (o *Office) doEach(ctx context.Context, deeds []Deed) ([]Receipt, []error) {
	receipts, errs := make([]Receipt, len(deeds)), make([]error, len(deeds))
	jobs := make([]*job, 0, len(deeds))
	for i, d := range deeds {
		j := &job{ctx: ctx, by: d.By, cmd: d.Cmd, opt: d.Opt, at: o.Clock(), back: make(chan outcome, 1)}
		select {
		case o.queue <- j:
			jobs = append(jobs, j)
			continue
		case <-o.stop:
			errs[i] = ErrClosed
		case <-ctx.Done():
			errs[i] = ctx.Err()
		}
		break
	}
	for i, j := range jobs {
		out := <-j.back
		receipts[i] = out.receipt
		if out.err != nil {
			errs[i] = fmt.Errorf("%s by %s: %w", j.cmd.Name(), j.by.Post, out.err)
		}
	}
	return receipts, errs
}

// maxBatch bounds how many deeds share one commit.
const maxBatch = 256

// write is the one writer of a district: it takes what waits, does it one after the other, and commits once.
func (o *Office) write() {
	defer o.done.Done()
	for {
		select {
		case j := <-o.queue:
			o.batch(o.gather(j))
		case <-o.stop:
			for {
				select {
				case j := <-o.queue:
					o.batch(o.gather(j))
				default:
					return
				}
			}
		}
	}
}

func (o *Office) gather(first *job) []*job {
	jobs := []*job{first}
	for len(jobs) < maxBatch {
		select {
		case j := <-o.queue:
			jobs = append(jobs, j)
		default:
			return jobs
		}
	}
	return jobs
}

func (o *Office) batch(jobs []*job) {
	began := time.Now()
	ctx := context.Background() // a batch belongs to several callers; none may cancel the others'
	b, err := o.Store.Begin(ctx, o.District)
	if err != nil {
		for _, j := range jobs {
			j.back <- outcome{err: err}
		}
		return
	}
	outs := make([]outcome, len(jobs))
	var read [][2]string
	for _, j := range jobs {
		if r, ok := j.cmd.(reading); ok && len(jobs) > 1 {
			read = append(read, r.Reads()...)
		}
	}
	b.Fetch(read) // where that fails, the first deed that reads says so
	for i, j := range jobs {
		if err := j.ctx.Err(); err != nil {
			outs[i].err = err
			continue
		}
		outs[i].receipt, outs[i].err = o.one(b, j)
		if outs[i].err != nil || j.opt.DryRun {
			b.Drop()
		} else {
			b.Keep()
		}
	}
	before := b.Size()
	err = b.Commit(func(c ledger.Checkpoint) (string, error) { return c.Sign(o.signer) }, Origin(o.District))
	o.tellOf(outs, before, err, time.Since(began))
	if err != nil {
		for i := range outs { // nobody's deed is on disk
			if outs[i].err == nil {
				outs[i] = outcome{err: err}
			}
		}
	}
	for i, j := range jobs {
		j.back <- outs[i]
	}
}

// one does one deed in the batch.
func (o *Office) one(b Batch, j *job) (Receipt, error) {
	r := Receipt{DryRun: j.opt.DryRun}
	if !clean(j.opt.Key) {
		return r, ErrText
	}
	if j.opt.Key != "" {
		first, last, err := b.ByKey(j.opt.Key)
		if err != nil {
			return r, err
		}
		if first > 0 {
			return Receipt{First: first, Last: last, Repeat: true}, nil
		}
	}
	scope, err := j.cmd.Scope(b)
	if err != nil {
		return r, err
	}
	if j.by.Person != org.FirstSetUp.Person {
		if err := org.May(b, j.by, j.cmd.Name(), scope); err != nil {
			return r, err
		}
	}
	if x, ok := j.cmd.(expecting); ok && x.Expects() != b.Next()-1 {
		return r, ErrMoved.With("known", x.Expects(), "now", b.Next()-1)
	}
	facts, err := j.cmd.Decide(b, j.by, j.at)
	if err != nil {
		return r, err
	}
	for _, f := range j.opt.Files {
		b.AddFile(f)
	}
	for _, f := range facts {
		e, err := ledger.NewEntry(o.District, b.Next(), j.at, j.by.Ledger(), j.opt.Key, f)
		if err != nil {
			return r, err
		}
		if !clean(e.Kind, e.Subject, e.EffectiveOn, e.Actor, e.Post, e.Key) || !clean(e.Evidence...) {
			return r, ErrText
		}
		b.Add(e, b.Suite().HashLeaf(e.Canonical()))
		if err := Apply(b, e); err != nil {
			return r, fmt.Errorf("projecting %s: %w", e.Kind, err)
		}
		if r.First == 0 {
			r.First = e.Seq
		}
		r.Last, r.Number = e.Seq, e.Number()
		r.Kinds = append(r.Kinds, e.Kind)
	}
	return r, nil
}

// clean tells whether texts are whole UTF-8 without zero characters: what every database keeps, byte for byte.
func clean(texts ...string) bool {
	for _, t := range texts {
		if !utf8.ValidString(t) || strings.IndexByte(t, 0) >= 0 {
			return false
		}
	}
	return true
}

// Apply is the one function from an entry to the read tables, and to who is told of it; replay uses it too.
func Apply(b Batch, e ledger.Entry) error {
	if err := applyRoom(b, e); err != nil {
		return err
	}
	return tellOfEntry(b, e)
}

func applyRoom(b Batch, e ledger.Entry) error {
	switch e.Room() {
	case "org":
		return org.Apply(b, e)
	case "project":
		return project.Apply(b, e)
	case "dispatch":
		return dispatch.Apply(b, b, e)
	case "case":
		return casework.Apply(b, e)
	case "visit":
		return visit.Apply(b, e)
	case "schedule":
		return schedule.Apply(b, e)
	}
	return nil // a kind of a later version: kept, hashed, and shown as it is
}

// NewKey makes an idempotency key for a form.
func NewKey() string {
	b := make([]byte, 12)
	rand.Read(b)
	return hex.EncodeToString(b)
}

// Refused tells whether an error is a refusal that its reader can act on.
func Refused(err error) (*fault.Fault, bool) {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return nil, false
	}
	return fault.Of(err)
}
