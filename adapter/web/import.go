package web

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"

	"shigan/app"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
)

var errNoSheets = fault.New(fault.Unavailable, "web.no-sheets")

// uploadLimit is what a form with workbooks may hold; the rest of it is small.
const uploadLimit = app.MaxUpload + 1<<20

func importRoutes() []route {
	return []route{
		{"GET", "/import", "read.import", (*view).importPage, 0},
		{"POST", "/import", "dispatch.import", (*view).importUpload, uploadLimit},
		{"POST", "/import/answer", "dispatch.import", (*view).importAnswer, 0},
		{"POST", "/import/write", "dispatch.import", (*view).importWrite, 0},
		{"POST", "/import/drop", "dispatch.import", (*view).importDrop, 0},
	}
}

// importPage is the three steps: what was recognised, what is doubtful, what would change.
type importPageData struct {
	Ledgers   bool // the reader may bring in ledgers of problems too
	Error     string
	Year      string
	List      string
	Lists     []option
	Wait      *app.Upload // nil: nothing was brought yet
	NeedsPass bool
	Who       string
	At        string
	Size      string
	Names     string
	Sheets    []importSheet
	NotRead   []importSheet
	Rows      int
	Columns   int
	Questions []importQuestion
	Plan      *app.ImportPlan
	Planned   string
	Mark      string
	Changes   []importChange
	MoreChg   []importChange
	New       []app.ImportLine
	Bad       []importBad
	Check     []importBad
	Unread    []app.ImportLine
	Digests   []string
	Moved     bool // the plan is another than the one that was agreed to
	Step      int
	Done      *app.ImportDone
	Refused   []importBad
	Fixed     int
	Head      string
	FileYear  int // another year than the one chosen, where the file says so
}

type importSheet struct {
	File string
	app.RecognisedSheet
	First, Last int
	Why         string
	Fields      []importColumn
	HeadRows    string
}

type importColumn struct{ Column, Heading, Field, Unit string }

type importQuestion struct {
	app.ImportQuestion
	N      int
	Text   string
	Chosen string
	Opts   []importOption
}

type importOption struct{ Key, Label, Effect string }

type importChange struct {
	Name, ID, Field, Was, Now, Unit, Cell string
	Sample                                bool
}

type importBad struct{ Cell, Address, Name, Value, Text, Now string }

// badKinds are problems that leave a cell empty or in doubt, so that somebody may write in its place.
var badKinds = []string{"not_a_number", "formula_error", "date_doubt", "no_name", "approximate", "negative", "duplicate_code"}

func (v *view) importPage() error { return v.importShow(importPageData{}, 200) }

// importShow reads what waits again and shows what it would change; nothing is kept between steps but the files themselves.
func (v *view) importShow(d importPageData, code int) error {
	if v.s.opt.Sheets == nil {
		return errNoSheets
	}
	u, err := v.s.o.Pending(v.ctx(), v.By)
	if err != nil {
		return err
	}
	if d.Lists, err = v.lists(); err != nil {
		return err
	}
	if d.Year == "" {
		d.Year = strconv.Itoa(calendar.DateOf(v.s.o.Clock()).Year())
	}
	if u == nil && d.List == "" {
		d.List = v.T("import.newlist.eg", "year", d.Year)
	}
	if u != nil {
		d.Wait, d.Year, d.List = u, strconv.Itoa(u.Year), u.List
		if err := v.importRead(&d, u); err != nil {
			return err
		}
	}
	d.Ledgers = may(v, "case.import") == nil
	p := v.newPage(v.T("import.title"), d)
	p.Ask = "nav.import"
	return v.s.pages.write(v, code, "import", p)
}

// importRead recognises the waiting files and works out the plan. A refusal that a password mends is asked for.
func (v *view) importRead(d *importPageData, u *app.Upload) error {
	recs, err := v.recognise(u)
	if needsPassword(err) {
		d.NeedsPass = true
		if u.Password != "" && d.Error == "" {
			d.Error = v.sentenceOf(err)
		}
		return nil
	}
	if f, ok := app.Refused(err); ok {
		d.Error, d.Wait = sentence(v.Lang, f), nil
		return v.s.o.PutPending(v.ctx(), v.By, nil)
	}
	if err != nil {
		return err
	}
	plan, err := v.s.o.PlanImport(v.ctx(), recs, u.Year, u.List)
	if err != nil {
		return err
	}
	d.Plan, d.Mark, d.Planned, d.Fixed = plan, plan.Mark(), app.MoneyText(plan.Planned), len(u.Cells)
	v.importFound(d, plan, u)
	v.importChanges(d, plan)
	d.Head = v.importHead(d, plan)
	d.Step = 3
	if len(d.Questions) > 0 {
		d.Step = 2
	}
	return nil
}

// importHead says in one line what the files bring; what there is none of is not spoken of.
func (v *view) importHead(d *importPageData, plan *app.ImportPlan) string {
	var parts []string
	say := func(key string, n int) {
		if n > 0 {
			parts = append(parts, v.T(key, "n", n))
		}
	}
	say("import.head.new", plan.New)
	say("import.head.changed", plan.Changed)
	if plan.Writes() == 0 {
		say("import.head.same", plan.Same)
	}
	say("import.head.unread", plan.Unread)
	say("import.head.bad", len(d.Bad))
	if len(parts) == 0 {
		return v.T("import.head.none")
	}
	return strings.Join(parts, v.T("comma"))
}

func needsPassword(err error) bool {
	f, ok := app.Refused(err)
	return ok && strings.HasPrefix(f.Code, "sheet.password")
}

func (v *view) recognise(u *app.Upload) ([]app.Recognised, error) {
	remembered, err := v.s.o.Remembered(v.ctx())
	if err != nil {
		return nil, err
	}
	var out []app.Recognised
	for _, f := range u.Files {
		rec, err := v.s.opt.Sheets.Recognise(f.Name, f.Bytes, app.SheetAsk{Password: u.Password, Year: u.Year, Answers: u.Answers, Cells: u.Cells, Remembered: remembered})
		if err != nil {
			return nil, err
		}
		remembered = rec.Mapping
		out = append(out, rec)
	}
	return out, nil
}

// importFound says what was recognised and what is asked.
func (v *view) importFound(d *importPageData, plan *app.ImportPlan, u *app.Upload) {
	var names []string
	size := 0
	for _, rec := range plan.Files {
		names, size = append(names, rec.File), size+len(rec.Bytes)
		d.Digests = append(d.Digests, rec.Digest)
		if rec.Year != 0 && rec.Year != u.Year {
			d.FileYear = rec.Year
		}
		for _, sh := range rec.Sheets {
			x := importSheet{File: rec.File, RecognisedSheet: sh, HeadRows: joinInts(sh.Headings)}
			if !sh.Read {
				x.Why = labelOf(v.Lang, "sheet.whynot", sh.WhyNot)
				d.NotRead = append(d.NotRead, x)
				continue
			}
			for _, c := range sh.Columns {
				col := importColumn{Column: c.Column, Heading: c.Heading, Unit: c.Unit, Field: v.T("import.as-serial")}
				if c.Field != "" {
					col.Field = labelOf(v.Lang, "sheet.field", c.Field)
				}
				x.Fields = append(x.Fields, col)
			}
			if len(sh.Rows) > 0 {
				x.First, x.Last = sh.Rows[0].Row, sh.Rows[len(sh.Rows)-1].Row
			}
			d.Rows, d.Columns = d.Rows+len(sh.Rows), d.Columns+len(sh.Columns)
			d.Sheets = append(d.Sheets, x)
		}
		for _, q := range rec.Questions {
			if slices.ContainsFunc(d.Questions, func(x importQuestion) bool { return x.ID == q.ID }) {
				continue // the same sheet in two files: one answer for both
			}
			x := importQuestion{ImportQuestion: q, N: len(d.Questions), Text: q.Text.In(v.Lang), Chosen: q.Now}
			if a := u.Answers[q.ID]; a != "" {
				x.Chosen = a
			}
			for _, o := range q.Options {
				effect := o.Effect
				if q.Kind == "column" { // its example ends in the field's name, which the label says
					effect, _, _ = strings.Cut(effect, " → ")
				}
				x.Opts = append(x.Opts, importOption{o.Key, o.Label.In(v.Lang), effect})
			}
			d.Questions = append(d.Questions, x)
		}
	}
	d.Names, d.Size, d.At = strings.Join(names, v.T("import.and")), weight(size), u.At
	d.Who = v.s.o.PersonName(v.ctx(), v.By.Person)
}

func joinInts(n []int) string {
	var out []string
	for _, x := range n {
		out = append(out, strconv.Itoa(x))
	}
	return strings.Join(out, ", ")
}

// shownChanges is how many changes stand on the page before the rest is folded away.
const shownChanges = 12

var moneyFields = []string{"planned_year", "invested_to_last_year", "total_investment"}

func (v *view) importChanges(d *importPageData, plan *app.ImportPlan) {
	named := map[string]string{}
	for _, l := range plan.Lines {
		named[l.Sheet+"!"+strconv.Itoa(l.Row)] = l.Name
		switch l.State {
		case "new":
			d.New = append(d.New, l)
		case "unread":
			d.Unread = append(d.Unread, l)
		}
		for _, c := range l.Changes {
			x := importChange{Name: l.Name, ID: l.ID, Sample: l.Sample, Field: labelOf(v.Lang, "import.field", c.Field), Was: v.inWords(c.Field, c.Was), Now: v.inWords(c.Field, c.Now), Cell: c.Cell}
			if slices.Contains(moneyFields, c.Field) {
				x.Unit = v.T("unit.wan_yuan")
			}
			if len(d.Changes) < shownChanges {
				d.Changes = append(d.Changes, x)
			} else {
				d.MoreChg = append(d.MoreChg, x)
			}
		}
	}
	for _, p := range plan.Problems {
		address := p.Cell
		if p.Sheet != "" {
			address = p.Sheet + "!" + p.Cell
		}
		_, text, _ := strings.Cut(p.Text.In(v.Lang), v.T("colon"))
		if text == "" {
			text = p.Text.In(v.Lang)
		}
		if p.Kind == "negative" {
			text = v.T("import.negative")
		}
		b := importBad{Cell: p.Cell, Address: address, Name: named[p.Sheet+"!"+strconv.Itoa(p.Row)], Value: p.Value, Text: strings.TrimSpace(text), Now: d.Wait.Cells[address]}
		if slices.Contains(badKinds, p.Kind) {
			d.Bad = append(d.Bad, b)
		} else {
			d.Check = append(d.Check, b)
		}
	}
}

// inWords says a key as its reader knows it.
func (v *view) inWords(field, value string) string {
	prefix := map[string]string{"level": "level", "nature": "nature", "list": "list", "year_category": "category"}[field]
	if prefix == "" || value == "" {
		return value
	}
	return labelOf(v.Lang, prefix, value)
}

// lists are the lists that projects stand in.
func (v *view) lists() ([]option, error) {
	all, err := v.Read().Projects(app.ProjectFilter{})
	if err != nil {
		return nil, err
	}
	var out []option
	for _, l := range all {
		for _, k := range strings.Fields(l.Lists) {
			if !slices.ContainsFunc(out, func(o option) bool { return o.Key == k }) {
				out = append(out, option{k, labelOf(v.Lang, "list", k)})
			}
		}
	}
	slices.SortFunc(out, func(a, b option) int { return strings.Compare(a.Key, b.Key) })
	return out, nil
}

// importUpload takes workbooks in. One that can't be read is refused here, beside the form; one that needs a password waits.
func (v *view) importUpload() error {
	if v.s.opt.Sheets == nil {
		return errNoSheets
	}
	refuse := func(err error) error {
		f, ok := app.Refused(err)
		if !ok {
			return err
		}
		return v.importShow(importPageData{Error: sentence(v.Lang, f), Year: v.r.FormValue("year"), List: v.r.FormValue("list")}, status[f.Kind])
	}
	files, err := v.workbooks()
	if err != nil {
		return refuse(err)
	}
	u := &app.Upload{Files: files, Password: v.r.FormValue("password"), Answers: map[string]string{}}
	if err := v.yearAndList(u); err != nil {
		return refuse(err)
	}
	if _, err := v.recognise(u); err != nil && !needsPassword(err) {
		return refuse(err)
	}
	if err := v.s.o.PutPending(v.ctx(), v.By, u); err != nil {
		return refuse(err)
	}
	return v.seeOther("/import")
}

// workbooks are the files that came with a form; none is refused.
func (v *view) workbooks() ([]app.UploadFile, error) {
	if err := v.r.ParseMultipartForm(8 << 20); errors.Is(err, http.ErrNotMultipart) {
		return nil, errNoFileSent
	} else if err != nil {
		return nil, err
	}
	var out []app.UploadFile
	for _, h := range v.r.MultipartForm.File["file"] {
		b, err := readPart(h)
		if err != nil {
			return nil, err
		}
		out = append(out, app.UploadFile{Name: ownName(baseName(h.Filename), out), Bytes: b})
	}
	if len(out) == 0 {
		return nil, errNoFileSent
	}
	return out, nil
}

// ownName tells a file from others of its name: answers are kept by it.
func ownName(name string, others []app.UploadFile) string {
	ext := path.Ext(name)
	for n, own := 2, name; ; n++ {
		if !slices.ContainsFunc(others, func(f app.UploadFile) bool { return f.Name == own }) {
			return own
		}
		own = strings.TrimSuffix(name, ext) + " (" + strconv.Itoa(n) + ")" + ext
	}
}

var (
	errNoFileSent = fault.New(fault.Invalid, "web.no-file")
	errPlanYear   = fault.New(fault.Invalid, "web.bad-year")
)

func readPart(h *multipart.FileHeader) ([]byte, error) {
	f, err := h.Open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

// baseName is a file's own name, whatever folder a browser puts before it.
func baseName(s string) string { return path.Base(strings.ReplaceAll(s, `\`, "/")) }

func (v *view) yearAndList(u *app.Upload) error {
	y, err := strconv.Atoi(strings.TrimSpace(v.r.FormValue("year")))
	if err != nil || y < 1990 || y > 2100 {
		return errPlanYear.With("text", v.r.FormValue("year"))
	}
	u.Year = y
	u.List = strings.Join(strings.Fields(v.r.FormValue("list")), "")
	if other := strings.Join(strings.Fields(v.r.FormValue("newlist")), ""); u.List == "+" {
		u.List = other
	}
	return nil
}

// importAnswer takes answers, another year or list, the password, and what somebody writes in the place of a bad cell.
func (v *view) importAnswer() error {
	u, err := v.s.o.Pending(v.ctx(), v.By)
	if err != nil {
		return err
	}
	if u == nil {
		return v.seeOther("/import")
	}
	if err := v.r.ParseForm(); err != nil {
		return errForm.With("field", "")
	}
	if v.r.Form.Has("year") {
		if err := v.yearAndList(u); err != nil {
			f, _ := app.Refused(err)
			return v.importShow(importPageData{Error: sentence(v.Lang, f)}, status[f.Kind])
		}
	}
	if p := v.r.FormValue("password"); p != "" {
		u.Password = p
	}
	if u.Answers == nil {
		u.Answers = map[string]string{}
	}
	for i := 0; v.r.Form.Has("q" + strconv.Itoa(i)); i++ {
		n := strconv.Itoa(i)
		if a := v.r.FormValue("a" + n); a != "" {
			u.Answers[v.r.FormValue("q"+n)] = a
		}
	}
	u.Cells = v.cellsTold(u.Cells)
	if err := v.s.o.PutPending(v.ctx(), v.By, u); err != nil {
		return err
	}
	return v.seeOther("/import" + map[bool]string{true: "#change"}[v.r.FormValue("to") == "change"])
}

// cellsTold takes what was written in the place of cells; what is emptied is the file's again.
func (v *view) cellsTold(cells map[string]string) map[string]string {
	for i := 0; v.r.Form.Has("cell" + strconv.Itoa(i)); i++ {
		n := strconv.Itoa(i)
		cell, now := v.r.FormValue("cell"+n), strings.TrimSpace(v.r.FormValue("now"+n))
		if cells == nil {
			cells = map[string]string{}
		}
		if cells[cell] = now; now == "" {
			delete(cells, cell)
		}
	}
	return cells
}

// importWrite carries the plan out, if it is still the one that was seen.
func (v *view) importWrite() error {
	u, err := v.s.o.Pending(v.ctx(), v.By)
	if err != nil {
		return err
	}
	if u == nil {
		return v.seeOther("/import")
	}
	recs, err := v.recognise(u)
	if err != nil {
		return err
	}
	plan, err := v.s.o.PlanImport(v.ctx(), recs, u.Year, u.List)
	if err != nil {
		return err
	}
	if plan.Mark() != v.r.FormValue("mark") {
		return v.importShow(importPageData{Moved: true}, 409)
	}
	done, err := v.s.o.ApplyImport(v.ctx(), v.By, plan)
	if _, refusal := app.Refused(err); refusal || err != nil && done.Seq == 0 {
		return err
	}
	if rerr := v.s.o.Remember(v.ctx(), recs[len(recs)-1].Mapping); rerr != nil {
		err = errors.Join(err, rerr)
	}
	if err != nil {
		return err
	}
	if err := v.s.o.PutPending(v.ctx(), v.By, nil); err != nil {
		return err
	}
	d := importPageData{Done: &done, Plan: plan, Step: 4}
	for i, l := range done.Lines {
		if e := done.Refused[i]; e != nil {
			d.Refused = append(d.Refused, importBad{Cell: strconv.Itoa(l.Row), Name: l.Name, Text: v.sentenceOf(e)})
		}
	}
	p := v.newPage(v.T("import.title"), d)
	p.Ask = "nav.import"
	return v.s.pages.write(v, 200, "import", p)
}

func (v *view) importDrop() error {
	if err := v.s.o.PutPending(v.ctx(), v.By, nil); err != nil {
		return err
	}
	return v.seeOther("/import")
}
