package api

import (
	"mime"
	"slices"
	"strings"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/domain/visit"
	"shigan/kernel/ledger"
)

// Entry 账目 as it is hashed. What a body holds depends on its kind.
type Entry struct {
	District    string   `json:"district"`
	Seq         int64    `json:"seq"`
	Kind        string   `json:"kind"`
	Subject     string   `json:"subject"`
	EffectiveOn string   `json:"effective_on"`
	RecordedAt  string   `json:"recorded_at"`
	Actor       string   `json:"actor"`
	Post        string   `json:"post"`
	Body        Any      `json:"body"`
	Evidence    []string `json:"evidence"`
	Corrects    int64    `json:"corrects"`
	Key         string   `json:"key"`
}

func entryOf(e ledger.Entry) Entry {
	return Entry{e.District, e.Seq, e.Kind, e.Subject, e.EffectiveOn, e.RecordedAt, e.Actor, e.Post, Any(e.Body), some(e.Evidence), e.Corrects, e.Key}
}

type entriesIn struct {
	Subject string `query:"subject" maxLength:"200"`
	Kind    string `query:"kind" maxLength:"100"`
	Page
}

// scanMost bounds how many entries one answer looks at: whoever sees few of them gets an answer with few rows and a cursor.
const scanMost = 5000

func (c *caller) entries(in *entriesIn) (*listOut[Entry], error) {
	order := "ledger"
	cur, _, err := readCursor(in.Cursor, order)
	if err != nil {
		return nil, err
	}
	may, err := c.mayReadEntries()
	if err != nil {
		return nil, err
	}
	var out []Entry
	before, looked := cur.Seq, 0
	fits := func(e ledger.Entry) bool {
		return (in.Kind == "" || strings.HasPrefix(e.Kind, in.Kind)) && may(e.Subject)
	}
	if in.Subject != "" {
		all, err := c.read().Entries(in.Subject, 0)
		if err != nil {
			return nil, err
		}
		for _, e := range all {
			if (before == 0 || e.Seq < before) && fits(e) {
				if len(out) == in.Limit {
					return listed(out, cursor{Order: order, Seq: out[len(out)-1].Seq}.String()), nil
				}
				out = append(out, entryOf(e))
			}
		}
		return listed(out, ""), nil
	}
	for looked < scanMost {
		some, err := c.read().Recent(before, 500)
		if err != nil {
			return nil, err
		}
		if len(some) == 0 {
			return listed(out, ""), nil
		}
		for _, e := range some {
			before, looked = e.Seq, looked+1
			if !fits(e) {
				continue
			}
			if out = append(out, entryOf(e)); len(out) == in.Limit {
				next := cursor{Order: order, Seq: before}.String()
				if before == 1 {
					next = ""
				}
				return listed(out, next), nil
			}
		}
	}
	return listed(out, cursor{Order: order, Seq: before}.String()), nil
}

// mayReadEntries is app.MaySeeEntry for many: rights are asked once, projects come from one list.
func (c *caller) mayReadEntries() (func(subject string) bool, error) {
	if c.may("read.audit") {
		return func(string) bool { return true }, nil
	}
	people := c.may("read.people")
	sees := func(string) bool { return false }
	if _, err := c.reachOf(); err == nil {
		if sees, err = c.sees(); err != nil {
			return nil, err
		}
	}
	return func(subject string) bool {
		kind, id, _ := strings.Cut(subject, "/")
		switch kind {
		case project.Kind:
			return sees(id)
		case casework.CaseKind:
			return app.MaySeeCase(c.read(), c.by, id) == nil
		case visit.Kind:
			return app.MaySeeVisit(c.read(), c.by, id) == nil
		case dispatch.MeetingKind:
			return app.MaySeeMeetings(c.read(), c.by) == nil
		case org.UnitKind, org.PostKind, org.PersonKind:
			return people
		}
		return true
	}, nil
}

type entryIn struct {
	Seq int64 `path:"seq" minimum:"1"`
}

// EntryFull is an entry with what corrects it and its hash.
type EntryFull struct {
	Entry
	Number      string  `json:"number"`
	Leaf        []byte  `json:"leaf"`
	CorrectedBy []int64 `json:"corrected_by"`
	Files       []File  `json:"files"`
}

// File of evidence, without its bytes.
type File struct {
	Digest string `json:"digest"`
	Name   string `json:"name"`
	Media  string `json:"media"`
	Size   int64  `json:"size"`
}

// entry reads an entry that the caller may see.
func (c *caller) entry(seq int64) (ledger.Stored, error) {
	st, err := c.read().Entry(seq)
	if err != nil {
		return st, err
	}
	return st, c.s.o.MaySeeEntry(c.ctx, c.by, st.Subject)
}

func (c *caller) entryOne(in *entryIn) (*bodyOut[EntryFull], error) {
	st, err := c.entry(in.Seq)
	if err != nil {
		return nil, err
	}
	out := EntryFull{Entry: entryOf(st.Entry), Number: st.Number(), Leaf: st.Leaf, CorrectedBy: []int64{}, Files: []File{}}
	later, err := c.read().Correcting(in.Seq)
	if err != nil {
		return nil, err
	}
	for _, e := range later {
		out.CorrectedBy = append(out.CorrectedBy, e.Seq)
	}
	for _, d := range st.Evidence {
		f, err := c.read().File(d)
		if err != nil {
			f = app.FileInfo{Digest: d} // named by the entry, and not here
		}
		out.Files = append(out.Files, File{f.Digest, f.Name, f.Media, f.Size})
	}
	return body(out)
}

// Proof stands alone: `shigan verify` checks it without network or database.
type Proof struct {
	Format     string   `json:"format"`
	Suite      string   `json:"suite"`
	Entry      Entry    `json:"entry"`
	Path       [][]byte `json:"path"`
	Checkpoint string   `json:"checkpoint"`
	Key        string   `json:"key"`
}

func (c *caller) proof(in *entryIn) (*bodyOut[Proof], error) {
	st, err := c.entry(in.Seq)
	if err != nil {
		return nil, err
	}
	r := c.read()
	note, err := r.Latest()
	if err != nil {
		return nil, err
	}
	head, vkey, _, err := r.Log()
	if err != nil {
		return nil, err
	}
	p, err := ledger.MakeProof(head.Suite, r, st.Entry, note, vkey)
	if err != nil {
		return nil, err
	}
	return body(Proof{p.Format, p.Suite, entryOf(p.Entry), some(p.Path), p.Checkpoint, p.Key})
}

type fileIn struct {
	Seq    int64  `path:"seq" minimum:"1"`
	Digest string `path:"digest" maxLength:"200"`
}

type fileOut struct {
	Type        string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Digest      string `header:"ETag"`
	Body        []byte
}

// file gives a file of evidence to whoever may see the entry that names it.
func (c *caller) file(in *fileIn) (*fileOut, error) {
	st, err := c.entry(in.Seq)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(st.Evidence, in.Digest) {
		return nil, errDigest.With("seq", in.Seq, "digest", in.Digest)
	}
	info, err := c.read().File(in.Digest)
	if err != nil {
		return nil, err
	}
	raw, err := c.read().Blob(in.Digest)
	if err != nil {
		return nil, err
	}
	return &fileOut{"application/octet-stream", mime.FormatMediaType("attachment", map[string]string{"filename": info.Name}), `"` + in.Digest + `"`, raw}, nil
}

type checkpointIn struct {
	Since int64 `query:"since" minimum:"0"`
}

// checkpoint is public: it holds no fact, and witnesses ask for it.
func (c *caller) checkpoint(in *checkpointIn) (*bodyOut[Checkpoint], error) {
	st, err := app.State(c.read(), in.Since)
	if err != nil {
		return nil, err
	}
	return body(Checkpoint{st.Format, st.Suite, st.Key, st.Checkpoint, st.Since, some(st.Path)})
}

// Checkpoint 检查点 is the newest signed state of the log, with the proof that it continues an older one.
type Checkpoint struct {
	Format     string   `json:"format"`
	Suite      string   `json:"suite"`
	Key        string   `json:"key"`
	Checkpoint string   `json:"checkpoint"`
	Since      int64    `json:"since"`
	Path       [][]byte `json:"path"`
}

// Verified says what a check of the whole log found.
type Verified struct {
	OK bool `json:"ok"`
	ledger.Report
}

// verify computes the whole log again from its entries.
func (c *caller) verify(*none) (*bodyOut[Verified], error) {
	held, err := c.read().Held()
	if err != nil {
		return nil, err
	}
	rep, err := ledger.Verify(held)
	if err != nil {
		return nil, err
	}
	return body(Verified{rep.OK(), rep})
}
