package web

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/kernel/fault"
)

func caseImportRoutes() []route {
	return []route{
		{"GET", "/import/cases", "case.import", (*view).caseImportPage, 0},
		{"POST", "/import/cases", "case.import", (*view).caseImportUpload, uploadLimit},
		{"POST", "/import/cases/answer", "case.import", (*view).caseImportAnswer, 0},
		{"POST", "/import/cases/write", "case.import", (*view).caseImportWrite, 0},
		{"POST", "/import/cases/drop", "case.import", (*view).caseImportDrop, 0},
	}
}

// caseImportData is a unit's own ledger on its way in: what was recognised, what is refused or doubtful, and what it would bring.
type caseImportData struct {
	Error     string
	Use       string
	Uses      []option
	Lists     bool        // the reader may bring in lists of projects too
	Wait      *app.Upload // nil: nothing was brought yet
	NeedsPass bool
	Names     string
	Size, Who string
	At        string
	Sheets    []ledgerSheet
	NotRead   []ledgerSheet
	Columns   int
	Plan      *app.CaseImportPlan
	Mark      string
	Bad       []ledgerBad
	Unread    []ledgerBad // rows that no cell of theirs mends here
	Notes     []ledgerBad
	New       []app.CaseImportLine
	Old       []app.CaseImportLine // closed before: taken over as history
	Same      []app.CaseImportLine
	Fixed     int
	Moved     bool
	Step      int
	Done      *app.CaseImportDone
	Refused   []ledgerBad
	Bytes     []string // digests
}

// ledgerSheet is one sheet with what its columns were taken for.
type ledgerSheet struct {
	File, Name, Why string
	Rows            int
	First, Last     int
	Columns         []ledgerColumn
}

type ledgerColumn struct {
	N                    int
	Key                  string // of the answer
	Column, Head, Chosen string
	Fields               []option
}

// ledgerBad is one sentence about a row; Key names the cell in whose place something else can be written.
type ledgerBad struct {
	N                       int
	Key, Cell, Title, Value string
	Text, Now               string
	Row                     int
}

func (v *view) caseImportPage() error {
	return v.caseImportShow(caseImportData{Use: v.r.FormValue("use")}, http.StatusOK)
}

// caseImportShow reads what waits again and shows what it would bring; nothing is kept between steps but the files and the answers.
func (v *view) caseImportShow(d caseImportData, code int) error {
	if v.s.opt.Sheets == nil {
		return errNoSheets
	}
	u, err := v.s.o.PendingCases(v.ctx(), v.By)
	if err != nil {
		return err
	}
	for _, use := range oweUses {
		if _, err := casework.ForUse(v.Read(), use, v.today().String()); err == nil {
			d.Uses = append(d.Uses, option{use, v.useName(use)})
		} else if !errors.Is(err, casework.ErrNoDesk) {
			return err
		}
	}
	d.Lists = may(v, "read.import") == nil
	if u != nil {
		d.Wait, d.Use = u, u.List
		if err := v.caseImportRead(&d, u); err != nil {
			return err
		}
	}
	if d.Use == "" {
		d.Use = problemUse
	}
	return v.caseImportOut(d, code)
}

func (v *view) caseImportOut(d caseImportData, code int) error {
	p := v.newPage(v.T("ic.title"), d)
	p.Ask = "nav.import"
	return v.s.pages.write(v, code, "import-cases", p)
}

// caseImportRead reads the waiting files and works out the plan. A refusal that a password mends is asked for; any other leaves the files
// waiting, so that nothing has to be brought twice.
func (v *view) caseImportRead(d *caseImportData, u *app.Upload) error {
	ledgers, err := v.ledgers(u)
	if needsPassword(err) {
		d.NeedsPass = true
		if u.Password != "" && d.Error == "" {
			d.Error = v.sentenceOf(err)
		}
		return nil
	}
	if f, ok := app.Refused(err); ok {
		d.Error = sentence(v.Lang, f)
		return nil
	}
	if err != nil {
		return err
	}
	plan, err := v.s.o.PlanCases(v.ctx(), v.By, ledgers, u.List)
	if f, ok := app.Refused(err); ok {
		d.Error = sentence(v.Lang, f)
		return nil
	}
	if err != nil {
		return err
	}
	d.Plan, d.Mark, d.Fixed, d.Step = plan, plan.Mark(), len(u.Cells), 3
	v.ledgersFound(d, u)
	v.ledgerRows(d, u)
	if len(d.Bad)+len(d.Unread) > 0 {
		d.Step = 2
	}
	return nil
}

// ledgers reads all waiting files, each with what was said of its columns and cells.
func (v *view) ledgers(u *app.Upload) ([]app.CaseLedger, error) {
	var out []app.CaseLedger
	for i, f := range u.Files {
		ask := app.CaseAsk{Password: u.Password, Columns: ofFile(u.Answers, i), Cells: ofFile(u.Cells, i)}
		l, err := v.s.opt.Sheets.CaseLedger(f.Name, f.Bytes, ask)
		if err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, nil
}

// Answers and written-over cells of several files are kept under the file's place: "0|Sheet1!C".
func fileKey(i int, address string) string { return strconv.Itoa(i) + "|" + address }

func ofFile(all map[string]string, i int) map[string]string {
	out := map[string]string{}
	for k, text := range all {
		if address, ok := strings.CutPrefix(k, fileKey(i, "")); ok {
			out[address] = text
		}
	}
	return out
}

func cellOf(sheet, cell string) string { return strings.TrimPrefix(sheet+"!"+cell, "!") }

// ledgersFound says what was recognised, column by column.
func (v *view) ledgersFound(d *caseImportData, u *app.Upload) {
	var names []string
	size := 0
	for i, l := range d.Plan.Files {
		names, size, d.Bytes = append(names, l.File), size+len(l.Bytes), append(d.Bytes, l.Digest)
		for _, sh := range l.Sheets {
			x := ledgerSheet{File: l.File, Name: sh.Name, Rows: len(sh.Rows)}
			if sh.WhyNot != "" {
				x.Why = v.T("cases.import." + sh.WhyNot)
				d.NotRead = append(d.NotRead, x)
				continue
			}
			if x.Rows > 0 {
				x.First, x.Last = sh.Rows[0].Row, sh.Rows[x.Rows-1].Row
			}
			for _, c := range sh.Columns {
				col := ledgerColumn{N: d.Columns, Key: fileKey(i, cellOf(sh.Name, c.Column)), Column: c.Column, Head: c.Heading, Chosen: c.Field, Fields: []option{{"-", v.T("ic.column.none")}}}
				for _, f := range app.CaseFields {
					col.Fields = append(col.Fields, option{f, v.T("cases.import.field." + f)})
				}
				if c.Field == "" || c.Field == "serial" {
					col.Chosen = "-"
				}
				x.Columns = append(x.Columns, col)
				d.Columns++
			}
			d.Sheets = append(d.Sheets, x)
		}
	}
	d.Names, d.Size, d.At = strings.Join(names, v.T("import.and")), weight(size), u.At
	d.Who = v.s.o.PersonName(v.ctx(), v.By.Person)
}

// ledgerRows sorts the rows by what becomes of them.
func (v *view) ledgerRows(d *caseImportData, u *app.Upload) {
	place := map[string]int{}
	for i, l := range d.Plan.Files {
		place[l.File] = i
	}
	for _, l := range d.Plan.Lines {
		switch l.State {
		case "new":
			d.New = append(d.New, l)
		case "closed":
			d.Old = append(d.Old, l)
		case "same":
			d.Same = append(d.Same, l)
		}
		for _, s := range l.Faults {
			b := ledgerBad{Cell: s.Cell, Title: l.Title, Value: s.Value, Text: s.Text.In(v.Lang), Row: l.Row}
			if !s.Fixable {
				d.Unread = append(d.Unread, b)
				continue
			}
			b.N, b.Key = len(d.Bad), fileKey(place[l.File], s.Cell)
			b.Now = u.Cells[b.Key]
			d.Bad = append(d.Bad, b)
		}
		for _, s := range l.Notes {
			d.Notes = append(d.Notes, ledgerBad{Cell: s.Cell, Title: l.Title, Text: s.Text.In(v.Lang), Row: l.Row})
		}
	}
}

// caseImportUpload takes ledgers in. What can't be read is refused here, beside the form; what needs a password waits.
func (v *view) caseImportUpload() error {
	if v.s.opt.Sheets == nil {
		return errNoSheets
	}
	refuse := func(err error) error {
		f, ok := app.Refused(err)
		if !ok {
			return err
		}
		return v.caseImportShow(caseImportData{Error: sentence(v.Lang, f), Use: v.r.FormValue("use")}, status[f.Kind])
	}
	files, err := v.workbooks()
	if err != nil {
		return refuse(err)
	}
	u := &app.Upload{Files: files, Password: v.r.FormValue("password"), List: v.useAsked(), Answers: map[string]string{}}
	ledgers, err := v.ledgers(u)
	if err != nil && !needsPassword(err) {
		return refuse(err)
	}
	if err == nil && !anySheet(ledgers) { // what waits already is not given away for it
		return refuse(errNoLedger)
	}
	if err := v.s.o.PutPendingCases(v.ctx(), v.By, u); err != nil {
		return refuse(err)
	}
	return v.seeOther("/import/cases")
}

var errNoLedger = fault.New(fault.Invalid, "web.no-ledger")

func anySheet(ledgers []app.CaseLedger) bool {
	return slices.ContainsFunc(ledgers, func(l app.CaseLedger) bool {
		return slices.ContainsFunc(l.Sheets, func(sh app.CaseSheet) bool { return sh.WhyNot == "" })
	})
}

func (v *view) useAsked() string {
	if use := v.r.FormValue("use"); slices.Contains(oweUses, use) {
		return use
	}
	return problemUse
}

// caseImportAnswer takes what somebody says of the columns, another kind of ledger, the password, and what he writes in the place of a cell.
func (v *view) caseImportAnswer() error {
	u, err := v.s.o.PendingCases(v.ctx(), v.By)
	if err != nil {
		return err
	}
	if u == nil {
		return v.seeOther("/import/cases")
	}
	if err := v.r.ParseForm(); err != nil {
		return errForm.With("field", "")
	}
	if v.r.Form.Has("use") {
		u.List = v.useAsked()
	}
	if p := v.r.FormValue("password"); p != "" {
		u.Password = p
	}
	u.Answers, u.Cells = v.columnsTold(u.Answers), v.cellsTold(u.Cells)
	if err := v.s.o.PutPendingCases(v.ctx(), v.By, u); err != nil {
		return err
	}
	return v.seeOther("/import/cases" + map[bool]string{true: "#rows"}[v.r.FormValue("to") == "rows"])
}

// columnsTold keeps only what differs from what the reader found: so a column that nobody spoke of stays the reader's to judge.
func (v *view) columnsTold(answers map[string]string) map[string]string {
	if answers == nil {
		answers = map[string]string{}
	}
	for i := 0; v.r.Form.Has("k" + strconv.Itoa(i)); i++ {
		n := strconv.Itoa(i)
		key, now := v.r.FormValue("k"+n), v.r.FormValue("c"+n)
		if now != v.r.FormValue("was"+n) && (now == "-" || slices.Contains(app.CaseFields, now)) {
			answers[key] = now
		}
	}
	return answers
}

// caseImportWrite carries the plan out, if it is still the one that was seen.
func (v *view) caseImportWrite() error {
	u, err := v.s.o.PendingCases(v.ctx(), v.By)
	if err != nil {
		return err
	}
	if u == nil {
		return v.seeOther("/import/cases")
	}
	ledgers, err := v.ledgers(u)
	if err != nil {
		return err
	}
	plan, err := v.s.o.PlanCases(v.ctx(), v.By, ledgers, u.List)
	if err != nil {
		return err
	}
	if plan.Mark() != v.r.FormValue("mark") {
		return v.caseImportShow(caseImportData{Moved: true}, http.StatusConflict)
	}
	done, err := v.s.o.ApplyCases(v.ctx(), v.By, plan)
	if err != nil {
		return err
	}
	d := caseImportData{Done: &done, Plan: plan, Step: 4, Use: plan.Use}
	for i, l := range plan.Lines {
		if e := done.Refused[i]; e != nil {
			d.Refused = append(d.Refused, ledgerBad{Cell: cellOf(l.Sheet, strconv.Itoa(l.Row)), Title: l.Title, Text: v.sentenceOf(e), Row: l.Row})
		}
	}
	if plan.Unread == 0 && len(d.Refused) == 0 { // what was not taken waits on, to be mended
		if err := v.s.o.PutPendingCases(v.ctx(), v.By, nil); err != nil {
			return err
		}
	}
	return v.caseImportOut(d, http.StatusOK)
}

func (v *view) caseImportDrop() error {
	if err := v.s.o.PutPendingCases(v.ctx(), v.By, nil); err != nil {
		return err
	}
	return v.seeOther("/import/cases")
}
