package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"shigan/domain/dispatch"
	"shigan/domain/org"
)

// ImportDone 导入回执 is what an import wrote.
type ImportDone struct {
	Entries int
	Seq     int64 // of the entry that states the import; 0 where nothing was to be written
	Lines   []ImportLine
	Refused map[int]error // by index in Lines: what the ledger would not take, and why
}

// Mark tells two plans apart: what somebody saw, and what it has become when he says yes.
func (p *ImportPlan) Mark() string {
	h := sha256.New()
	for _, l := range p.Lines {
		fmt.Fprintln(h, l.File, l.Sheet, l.Row, l.ID, l.State, l.Planned, l.Changes)
	}
	fmt.Fprintln(h, p.Year, p.List)
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// ApplyImport carries a plan out: the workbooks are kept as evidence under one entry that states the import, and each fact
// names its cell. A row that is refused is named; the other rows stand. A plan that would change nothing states nothing.
func (o *Office) ApplyImport(ctx context.Context, by org.Signer, plan *ImportPlan) (ImportDone, error) {
	done := ImportDone{Lines: plan.Lines, Refused: map[int]error{}}
	if plan.Writes() == 0 {
		return done, nil
	}
	said := dispatch.ImportList{Year: plan.Year, List: plan.List, Rows: plan.Rows(), New: plan.New, Changed: plan.Changed, Same: plan.Same, Unread: plan.Unread}
	var files []File
	for _, f := range plan.Files {
		said.Files = append(said.Files, dispatch.ImportedFile{Digest: f.Digest, Name: f.File})
		for cell, now := range f.Corrected {
			if said.Corrected == nil {
				said.Corrected = map[string]string{}
			}
			said.Corrected[cell] = now
		}
		files = append(files, File{Digest: f.Digest, Name: f.File, Media: f.Media, Bytes: f.Bytes})
	}
	rec, err := o.Do(ctx, by, said, Options{Files: files})
	if err != nil {
		return done, err
	}
	done.Seq, done.Entries = rec.Last, int(rec.Last-rec.First)+1
	var deeds []Deed
	var line []int
	for i, l := range plan.Lines {
		for _, cmd := range l.Deeds {
			deeds, line = append(deeds, Deed{By: by, Cmd: cmd}), append(line, i)
		}
	}
	n, err := o.doRows(ctx, deeds, line, done.Refused)
	done.Entries += n
	return done, err
}

// doRows does the deeds of an import, of which line tells the rows. The first refusal of a row goes into refused; what follows from it
// says nothing new. It gives how many entries came of it; the error joins what is no refusal.
func (o *Office) doRows(ctx context.Context, deeds []Deed, line []int, refused map[int]error) (entries int, err error) {
	receipts, errs := o.doEach(ctx, deeds)
	var broken []error
	for i, r := range receipts {
		if r.First > 0 {
			entries += int(r.Last-r.First) + 1
		}
		if errs[i] == nil {
			continue
		}
		if _, refusal := Refused(errs[i]); !refusal {
			broken = append(broken, errs[i])
		}
		if _, told := refused[line[i]]; !told {
			refused[line[i]] = errs[i]
		}
	}
	return entries, errors.Join(broken...)
}
