package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/domain/visit"
	"shigan/kernel/fault"
	"shigan/kernel/ledger"
)

// visitView 一次走访.
type visitView struct {
	X                visit.Visit
	Who, There       string
	Writer           string // where somebody else wrote it down
	Time             string
	Sites            []option
	Sample           bool
	Notes            []visitNote
	Findings         []visitFinding
	Corrections      []visitCorrection
	Files            []fileLine
	Notice, NoticeNo string
	NoticeSeq        int64
	Writes, Corrects bool
	Desk             *casework.Desk
	Candidates       []option
	Form             formState
	Key              string
	Today            string
}

type visitNote struct {
	visit.Note
	At         string // which project, where there are several
	By         string
	Stamp      string
	Files      []fileLine
	Head, Foot bool // the first about its project, the last of its entry
}

type visitFinding struct {
	caseRow
	N           int
	At          string
	Pain, Cause string
}

// visitCorrection is one line of what stood before and what stands now.
type visitCorrection struct {
	What, Was, Now string
	Reason, By, At string
	Seq            int64
}

func (v *view) visitPage() error { return v.visitShow(formState{}, http.StatusOK) }

func (v *view) visitShow(form formState, code int) error {
	x, err := v.s.o.VisitOf(v.ctx(), v.By, v.r.PathValue("id"))
	if err != nil {
		return err
	}
	d := &visitView{X: x, Who: v.party(x.Visitor), There: v.parties(x.Who), Time: visitTime(x.Facts), Sample: x.Sample, Form: form, Key: app.NewKey(), Today: v.today().String()}
	if x.Writer != x.Visitor.Post {
		d.Writer = v.party(casework.Party{Post: x.Writer})
	}
	d.Notice, d.NoticeSeq, d.NoticeNo = v.notice("visit.did")
	d.Corrects = may(v, "visit.correct") == nil && (x.Writer == v.By.Post || x.Visitor.Post == v.By.Post || v.By.Has(org.Dispatcher))
	d.Writes = may(v, "visit.note") == nil && x.State == visit.Held && (x.Concerns(v.By) || v.By.Has(org.Dispatcher))
	if d.Desk, err = casework.ForUse(v.Read(), visit.DeskUse, d.Today); err != nil && !errors.Is(err, casework.ErrNoDesk) {
		return err
	}
	if err := v.visitParts(d); err != nil {
		return err
	}
	p := v.newPage(v.T("visit.title", "id", x.ID), d)
	p.Ask = "nav.my"
	return v.s.pages.write(v, code, "visit", p)
}

func (v *view) visitParts(d *visitView) error {
	x := d.X
	docs, err := app.Named[siteDoc](v.Read(), project.Kind, x.Projects)
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, id := range x.Projects {
		names[id] = docs[id].Name.In(v.Lang)
		d.Sites = append(d.Sites, option{id, names[id]})
		d.Sample = d.Sample || docs[id].Sample
		for _, p := range docs[id].parties(x.Visitor.Post) {
			if !slices.ContainsFunc(d.Candidates, func(o option) bool { return o.Key == p }) {
				d.Candidates = append(d.Candidates, option{p, v.party(partiesOf([]string{p})[0])})
			}
		}
	}
	for _, p := range x.Who {
		if key := partyKey(p); !slices.ContainsFunc(d.Candidates, func(o option) bool { return o.Key == key }) {
			d.Candidates = append(d.Candidates, option{key, v.party(p)})
		}
	}
	at := func(id string) string {
		if len(x.Projects) < 2 {
			return ""
		}
		return names[id]
	}
	href := "/visit/" + x.ID + "/file/"
	for i, n := range x.Notes {
		same := func(m visit.Note) bool { return m.Seq == n.Seq && m.Project == n.Project }
		d.Notes = append(d.Notes, visitNote{Note: n, At: at(n.Project), By: v.party(casework.Party{Post: n.Post}), Stamp: n.At, Files: v.files(n.Files, href),
			Head: i == 0 || !same(x.Notes[i-1]), Foot: i == len(x.Notes)-1 || !same(x.Notes[i+1])})
	}
	d.Files = v.files(x.Files, href)
	ids := make([]string, len(x.Findings))
	for i, f := range x.Findings {
		ids[i] = f.Case
	}
	rows, err := v.caseRows(ids, true)
	if err != nil {
		return err
	}
	for i, r := range rows {
		f := visitFinding{caseRow: r, N: x.Findings[i].N, At: at(x.Findings[i].Project)}
		if m := r.C.Measure; m != nil && !r.Hidden {
			f.Pain, f.Cause = m.Pain, m.Cause
		}
		d.Findings = append(d.Findings, f)
	}
	d.Corrections = v.visitCorrections(x, names)
	return nil
}

func partyKey(p casework.Party) string {
	if p.Post != "" {
		return "post:" + p.Post
	}
	return "unit:" + p.Unit
}

// visitCorrections says each correction as what stood before and what came after it, the latest first.
func (v *view) visitCorrections(x visit.Visit, names map[string]string) []visitCorrection {
	var out []visitCorrection
	now := x.Facts
	was := map[int][]string{}
	for _, n := range x.Notes {
		was[n.N] = append(slices.Clone(n.Was), n.Text)
	}
	for _, c := range slices.Backward(x.Corrections) {
		base := visitCorrection{Reason: c.Reason, By: v.party(casework.Party{Post: c.Post}), At: c.At, Seq: c.Seq}
		if c.Note > 0 {
			list := was[c.Note]
			base.What, base.Was, base.Now = v.T("visit.note-n", "n", c.Note), list[len(list)-2], list[len(list)-1]
			was[c.Note] = list[:len(list)-1]
			out = append(out, base)
			continue
		}
		before, after := v.visitFactLines(c.Was, names), v.visitFactLines(now, names)
		for i := range before {
			if before[i].Label != after[i].Label {
				one := base
				one.What, one.Was, one.Now = v.T("visit."+before[i].Key), before[i].Label, after[i].Label
				out = append(out, one)
			}
		}
		now = c.Was
	}
	return out
}

// visitFactLines puts what a visit says of itself into words, part by part.
func (v *view) visitFactLines(f visit.Facts, names map[string]string) []option {
	var sites []string
	for _, id := range f.Projects {
		if n := names[id]; n != "" {
			sites = append(sites, n)
		} else if n, _ := v.subjectName("project/" + id); n != "" {
			sites = append(sites, n)
		}
	}
	return []option{{"when", strings.TrimSpace(f.On + " " + visitTime(f))}, {"where", strings.Join(sites, v.T("list.comma"))}, {"place", f.Place}, {"who", v.parties(f.Who)},
		{"others", f.Others}, {"purpose", f.Purpose}, {"meeting", f.Meeting}}
}

// visitDeed does a deed about the visit and shows the page again, with what was typed where it was refused.
func (v *view) visitDeed(which string, do func() (app.Receipt, error)) error {
	rec, err := do()
	if err == nil {
		return v.seeOther("/visit/" + v.r.PathValue("id") + "?did=" + which + "&e=" + strconv.FormatInt(rec.First, 10) + "#" + which)
	}
	f, ok := app.Refused(err)
	if !ok || f.Kind == fault.Unsigned || f.Kind == fault.NotFound {
		return err
	}
	form := formState{Which: which, Error: sentence(v.Lang, f), Values: map[string]string{}}
	for k := range v.r.Form {
		form.Values[k] = v.r.FormValue(k)
	}
	return v.visitShow(form, status[f.Kind])
}

func (v *view) noteVisit() error {
	return v.visitDeed("note", func() (app.Receipt, error) {
		files, digests, err := v.visitUploads()
		if err != nil {
			return app.Receipt{}, err
		}
		opt := v.options()
		opt.Files = files
		return v.s.o.Do(v.ctx(), v.By, visit.AddNote{Visit: v.r.PathValue("id"), Line: visit.Line{Project: v.text("project"), Text: v.text("text")}, Files: digests}, opt)
	})
}

func (v *view) raiseFinding() error {
	return v.visitDeed("finding", func() (app.Receipt, error) {
		files, digests, err := v.visitUploads()
		if err != nil {
			return app.Receipt{}, err
		}
		x, err := v.s.o.VisitOf(v.ctx(), v.By, v.r.PathValue("id"))
		if err != nil {
			return app.Receipt{}, err
		}
		f, _, err := v.foundOf(url.Values(v.r.Form), "", x.Projects)
		if err != nil {
			return app.Receipt{}, err
		}
		f.Files = digests
		opt := v.options()
		opt.Files = files
		return v.s.o.RaiseFinding(v.ctx(), v.By, visit.RaiseFinding{Visit: x.ID, Found: f}, opt)
	})
}

// visitUploads takes in the photographs and papers that came with a note; none has to.
func (v *view) visitUploads() (files []app.File, digests []string, err error) {
	if err := v.r.ParseMultipartForm(8 << 20); err != nil && err != http.ErrNotMultipart {
		return nil, nil, err
	}
	if v.r.MultipartForm == nil {
		return nil, nil, nil
	}
	for _, h := range v.r.MultipartForm.File["evidence"] {
		if h.Size == 0 {
			continue
		}
		if len(files) == mostFiles {
			return nil, nil, errFiles.With("most", mostFiles)
		}
		raw, err := readPart(h)
		if err != nil {
			return nil, nil, err
		}
		f, err := v.s.o.Digested(v.ctx(), baseName(h.Filename), http.DetectContentType(raw), raw)
		if err != nil {
			return nil, nil, err
		}
		files, digests = append(files, f), append(digests, f.Digest)
	}
	return files, digests, nil
}

func (v *view) correctVisit() error {
	return v.visitDeed("correct", func() (app.Receipt, error) {
		n, _ := strconv.Atoi(v.text("note"))
		c := visit.Correct{Visit: v.r.PathValue("id"), Note: n, Text: v.text("text"), Seen: v.seq(), Reason: v.text("reason")}
		if n == 0 {
			x, err := v.s.o.VisitOf(v.ctx(), v.By, c.Visit)
			if err != nil {
				return app.Receipt{}, err
			}
			c.Facts = visit.Facts{On: v.text("on"), From: v.text("from"), To: v.text("to"), Projects: x.Projects, Place: v.text("place"), Purpose: v.text("purpose"),
				Others: v.text("others"), Meeting: v.text("meeting"), Who: partiesOf(v.r.Form["who"])}
			if list, sent := v.r.Form["project"]; sent {
				c.Facts.Projects = slices.DeleteFunc(slices.Clone(list), blankText)
			}
		}
		return v.s.o.Do(v.ctx(), v.By, c, v.options())
	})
}

// visitFile is a photograph or paper of a visit, for those who read the note that it came with.
func (v *view) visitFile() error {
	x, err := v.s.o.VisitOf(v.ctx(), v.By, v.r.PathValue("id"))
	if err != nil {
		return err
	}
	digest := v.r.PathValue("digest")
	has := slices.Contains(x.Files, digest)
	for _, n := range x.Notes {
		has = has || slices.Contains(n.Files, digest)
	}
	if !has {
		return errFile
	}
	info, err := v.Read().File(digest)
	if err != nil {
		return err
	}
	raw, err := v.Read().Blob(digest)
	if err != nil {
		return err
	}
	return v.sendEvidence(app.File{Digest: digest, Name: info.Name, Media: info.Media, Bytes: raw})
}

// Was tells whether a party was there, for the form that corrects it.
func (d visitView) Was(key string) bool {
	return slices.ContainsFunc(d.X.Who, func(p casework.Party) bool { return partyKey(p) == key })
}

// visitEntry says an entry about a visit in one sentence.
func (v *view) visitEntry(e ledger.Entry) (text string, ok bool) {
	if e.Room() != visit.Kind {
		return "", false
	}
	var b struct {
		On, Place, Text, Case, Reason string
		Projects                      []string
	}
	json.Unmarshal(e.Body, &b) // a field of another kind stays empty
	var where []string
	for _, id := range b.Projects {
		name, _ := v.subjectName("project/" + id)
		where = append(where, name)
	}
	if b.Place != "" {
		where = append(where, b.Place)
	}
	return v.T("entry."+e.Kind, "on", b.On, "where", strings.Join(where, v.T("list.comma")), "text", b.Text, "case", b.Case, "reason", b.Reason), true
}

// visitBody names the parts of a visit's entry that mean something else in other rooms: the place in words, who was there.
func visitBody(body map[string]any) {
	for _, k := range []string{"place", "who", "from", "to"} {
		if x, ok := body[k]; ok {
			body["visit_"+k] = x
			delete(body, k)
		}
	}
	if facts, ok := body["facts"].(map[string]any); ok {
		visitBody(facts)
	}
}
