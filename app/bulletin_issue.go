package app

import (
	"context"
	"encoding/hex"
	"math/big"
	"strings"

	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/figure"
	"shigan/kernel/ledger"
	"shigan/kernel/rules"
)

// Printer sets a bulletin as the files that are issued, by their kind: docx, xlsx. The paper adapter has it.
type Printer interface {
	IssueFiles(b *Bulletin) (map[string][]byte, error)
}

var mediaOf = map[string]string{"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}

// frozenOf reads where the log stood when the month was frozen: the first signed checkpoint that covers the freeze.
func frozenOf(r Reader, month dispatch.Month) (Frozen, error) {
	f := Frozen{Seq: month.FreezeSeq, At: month.FreezeAt, Known: month.Freeze.Known, Values: month.Freeze.Values}
	note, err := r.CheckpointFrom(f.Seq)
	if err != nil {
		return f, err
	}
	_, vkey, _, err := r.Log()
	if err != nil {
		return f, err
	}
	v, err := ledger.NewVerifier(vkey)
	if err != nil {
		return f, err
	}
	cp, err := ledger.OpenCheckpoint(note, v)
	f.Size, f.Root = cp.Size, hex.EncodeToString(cp.Root)
	return f, err
}

// Bulletin gives a frozen month's bulletin: what was issued, word for word, or a draft of what would be.
func (o *Office) Bulletin(ctx context.Context, m calendar.Month) (*Bulletin, error) {
	r := o.Read(ctx)
	month, err := dispatch.MonthOf(r, m)
	if err != nil {
		return nil, err
	}
	if month.Bulletin == nil {
		return o.ComposeBulletin(ctx, m, 0, "")
	}
	raw, err := issuedFile(r, month.Bulletin.Content)
	if err != nil {
		return nil, err
	}
	return ParseBulletin(raw)
}

// issuedFile reads a file of evidence and holds it against its digest.
func issuedFile(r Reader, digest string) ([]byte, error) {
	raw, err := r.Blob(digest)
	if err != nil {
		return nil, err
	}
	head, _, _, err := r.Log()
	if err != nil {
		return nil, err
	}
	if got := head.Suite.Digest(raw); got != digest {
		return nil, ErrBulletin.With("why", got+" ≠ "+digest)
	}
	return raw, nil
}

// IssuedFile gives a file of the issued bulletin, byte for byte as it was made then; ok is false where there is none.
func (o *Office) IssuedFile(ctx context.Context, m calendar.Month, kind string) (raw []byte, ok bool, err error) {
	r := o.Read(ctx)
	month, err := dispatch.MonthOf(r, m)
	if err != nil || month.Bulletin == nil || month.Bulletin.Files[kind] == "" {
		return nil, false, err
	}
	raw, err = issuedFile(r, month.Bulletin.Files[kind])
	return raw, err == nil, err
}

// IssueEntry is the entry that issued a month's bulletin.
func (o *Office) IssueEntry(ctx context.Context, m calendar.Month) (int64, error) {
	month, err := dispatch.MonthOf(o.Read(ctx), m)
	if err == nil && month.Bulletin == nil {
		err = dispatch.ErrNotFrozen.With("month", m)
	}
	if err != nil {
		return 0, err
	}
	return month.Bulletin.Seq, nil
}

// IssueBulletin 发布通报: composes it, has it printed, and states the digests of content and files. The files go in as evidence.
func (o *Office) IssueBulletin(ctx context.Context, by org.Signer, m calendar.Month, p Printer, opt Options) (Receipt, error) {
	r := o.Read(ctx)
	if month, err := dispatch.MonthOf(r, m); err != nil {
		return Receipt{}, err
	} else if month.Bulletin != nil {
		return o.Do(ctx, by, dispatch.IssueBulletin{Bulletin: *month.Bulletin}, opt) // the same again says nothing new
	}
	b, err := o.ComposeBulletin(ctx, m, 0, calendar.DateOf(o.Clock()).String())
	if err != nil {
		return Receipt{}, err
	}
	raw, err := b.Canonical()
	if err != nil {
		return Receipt{}, err
	}
	files, err := p.IssueFiles(b)
	if err != nil {
		return Receipt{}, err
	}
	head, _, _, err := r.Log()
	if err != nil {
		return Receipt{}, err
	}
	name := "bulletin-" + m.String()
	content := File{Digest: head.Suite.Digest(raw), Name: name + ".json", Media: "application/json", Bytes: raw}
	opt.Files = append(opt.Files, content)
	cmd := dispatch.IssueBulletin{Bulletin: dispatch.Bulletin{Month: m, Issue: b.Issue, Content: content.Digest, Files: map[string]string{}}}
	for kind, body := range files {
		f := File{Digest: head.Suite.Digest(body), Name: name + "." + kind, Media: mediaOf[kind], Bytes: body}
		cmd.Bulletin.Files[kind] = f.Digest
		opt.Files = append(opt.Files, f)
	}
	return o.Do(ctx, by, cmd, opt)
}

// CheckBulletin composes an issued bulletin again from the snapshot and the ledger and tells whether its content is the same.
func (o *Office) CheckBulletin(ctx context.Context, m calendar.Month) (same bool, err error) {
	r := o.Read(ctx)
	month, err := dispatch.MonthOf(r, m)
	if err != nil {
		return false, err
	}
	if month.Bulletin == nil {
		return false, dispatch.ErrNotFrozen.With("month", m)
	}
	b, err := o.ComposeBulletin(ctx, m, month.Bulletin.Issue, month.Bulletin.On)
	if err != nil {
		return false, err
	}
	raw, err := b.Canonical()
	if err != nil {
		return false, err
	}
	head, _, _, err := r.Log()
	return err == nil && head.Suite.Digest(raw) == month.Bulletin.Content, err
}

// Prove makes the proof of an entry against the first signed checkpoint that covers it.
func (o *Office) Prove(ctx context.Context, seq int64) (ledger.Proof, error) {
	r := o.Read(ctx)
	head, vkey, _, err := r.Log()
	if err != nil {
		return ledger.Proof{}, err
	}
	st, err := r.Entry(seq)
	if err != nil {
		return ledger.Proof{}, err
	}
	note, err := r.CheckpointFrom(seq)
	if err != nil {
		return ledger.Proof{}, err
	}
	p, err := ledger.MakeProof(head.Suite, r, st.Entry, note, vkey)
	if err != nil {
		return p, err
	}
	_, err = p.Check(vkey)
	return p, err
}

// AmendmentSheet 更正单 is one amendment of a frozen month, with what it does to the sums and the light that were published.
type AmendmentSheet struct {
	No     int
	Of     dispatch.Amendment
	Name   org.Name
	Sample bool
	Post   org.Name // who amended
	Number string   // ledger number
	At     string
	Sums   []AmendedSum
	Was    string // light, as published
	Now    string // light with the amended figure
}

// AmendedSum is a published sum and what it should be.
type AmendedSum struct {
	Group             string
	Was, Now          *big.Rat // yuan-based, in the figure's own unit
	RateWas, RateNow  *big.Rat // nil where there is no plan
	Invested, Planned Fig
}

// Amendments lists the amendments of a frozen month beside its bulletin. Sums carry what earlier amendments did.
func (o *Office) Amendments(ctx context.Context, b *Bulletin) ([]AmendmentSheet, error) {
	r := o.Read(ctx)
	month, err := dispatch.MonthOf(r, b.Month)
	if err != nil || len(month.Amendments) == 0 {
		return nil, err
	}
	set, err := o.SetFor(ctx, b.Month, b.Pack)
	if err != nil {
		return nil, err
	}
	e := &figure.Engine{Set: set, Src: r.Facts()}
	shift := map[string]*big.Rat{}
	var out []AmendmentSheet
	for i, a := range month.Amendments {
		p, err := projectAt(r, a.Project, b.Frozen.Known)
		if err != nil {
			return nil, err
		}
		s := AmendmentSheet{No: i + 1, Of: a, Name: p.Facts.Name, Sample: p.Sample}
		if post, err := org.PostOf(r, a.By); err == nil {
			s.Post = post.Name
		}
		st, err := r.Entry(a.Seq)
		if err != nil {
			return nil, err
		}
		s.Number, s.At = st.Number(), st.RecordedAt
		delta := new(big.Rat).Sub(a.Now.Rat(), a.Was.Rat())
		for _, g := range groupsOf(b, p) {
			inv, plan := b.Fig("group_invested", g), b.Fig("group_planned", g)
			if inv.Value.IsMissing() {
				continue
			}
			if shift[g] == nil {
				shift[g] = new(big.Rat)
			}
			sum := AmendedSum{Group: g, Was: new(big.Rat).Add(inv.Value.Num.Rat, shift[g]), Invested: inv, Planned: plan}
			shift[g].Add(shift[g], delta)
			sum.Now = new(big.Rat).Add(inv.Value.Num.Rat, shift[g])
			if !plan.Value.IsMissing() && plan.Value.Num.Rat.Sign() > 0 {
				sum.RateWas, sum.RateNow = new(big.Rat).Quo(sum.Was, plan.Value.Num.Rat), new(big.Rat).Quo(sum.Now, plan.Value.Num.Rat)
			}
			s.Sums = append(s.Sums, sum)
		}
		subject := "project/" + a.Project
		light := func(v map[string]rules.Value) string {
			x, err := e.Try(figure.Request{Ctx: ctx, Name: figure.Overall, Subject: subject, Month: b.Month, At: figure.At{Seq: b.Frozen.Known}}, v)
			if err != nil {
				return ""
			}
			return x.Text
		}
		s.Was, s.Now = light(map[string]rules.Value{a.Field: rules.NumValue(a.Was.Rat())}), light(map[string]rules.Value{a.Field: rules.NumValue(a.Now.Rat())})
		out = append(out, s)
	}
	return out, nil
}

// groupsOf lists the sums of the bulletin that a project is part of: everything first.
func groupsOf(b *Bulletin, p project.Project) []string {
	out := []string{Everything}
	for _, t := range b.Tables {
		for _, g := range t.Groups {
			kind, key, _ := strings.Cut(strings.TrimPrefix(g, "group/"), "/")
			if kind == "list" && p.In(key, b.Month.Last().String()) || kind == "industry" && p.Industry == key || kind == "class" && p.Class == key || kind == "local" && p.LocalUnit == key {
				out = append(out, g)
			}
		}
	}
	return out
}
