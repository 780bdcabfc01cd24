package app

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/words"
)

// CaseLedger 问题台账 is what an adapter found in a unit's own ledger: plain values, each with its cell.
type CaseLedger struct {
	File, Digest, Media string
	Bytes               []byte
	Sheets              []CaseSheet
}

// CaseAsk is what a reader of ledgers is told beside the file. Columns say what a column means where the reader is wrong, "Sheet1!C" → a
// field of CaseFields or "-" for none; Cells what stands in the place of a cell that could not be taken, "Sheet1!E7" → text.
type CaseAsk struct {
	Password       string
	Columns, Cells map[string]string
}

// CaseFields are what a column of a ledger may mean.
var CaseFields = []string{"title", "project", "raiser", "handler", "assists", "opened", "due", "closed", "outcome", "state", "kind", "basis", "number", "level", "person", "measure",
	"progress", "confirmed", "reopened", "remark"}

// CaseSheet is one sheet of it; WhyNot says why it was left out.
type CaseSheet struct {
	Name, WhyNot string
	Columns      []RecognisedColumn
	Rows         []CaseRow
	Problems     []RecognisedProblem
}

// CaseRow is one row. Values: number, title, project, raiser, handler, assists, kind, basis, opened, due, closed (days), ended (yes, no),
// rate, and what else it says as text. What could not be read as a day stands under "<field>_text".
// Blank are the cells of a row in which nothing stands, by the field that they would be.
type CaseRow struct {
	Row                  int
	Values, Cells, Blank map[string]string
}

// CaseImportLine is what one row would do, with all that stands in its way.
type CaseImportLine struct {
	File, Sheet string
	Row         int
	Title       string
	State       string   // new, closed (taken over as history), same, unread
	Case        string   // of a row that is here already
	Faults      []RowSay // why it is not taken
	Notes       []RowSay // taken, but not as it stands there
	Deed        Command
}

// RowSay is one sentence about a cell: where, what, and what to do.
type RowSay struct {
	Cell, Kind string
	Text       org.Name
	Value      string // what stands in the cell
	Fixable    bool   // the cell is known, so that something else can be written in its place
}

// CaseImportPlan closes: new + closed + same + unread = rows.
type CaseImportPlan struct {
	Use                       string
	Desk                      *casework.Desk
	Files                     []CaseLedger
	Lines                     []CaseImportLine
	New, Closed, Same, Unread int
	Sheets                    int // that were left out
}

// Mark names what the plan would write, so that nobody agrees to another one than he saw.
func (p *CaseImportPlan) Mark() string {
	h := sha256.New()
	for _, l := range p.Lines {
		deed, _ := json.Marshal(l.Deed) // plain values
		fmt.Fprintln(h, l.File, l.Sheet, l.Row, l.State, l.Case, string(deed))
	}
	fmt.Fprintln(h, p.Use, p.Desk.Digest)
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// Writes is how many cases it would bring.
func (p *CaseImportPlan) Writes() int { return p.New + p.Closed }

// Rows is how many rows were read.
func (p *CaseImportPlan) Rows() int { return len(p.Lines) }

// PlanCases works out what ledgers would bring, without changing anything. A row that cannot be taken is told with all its faults, and the
// others go on; what was taken before is known by what it says, not by its file or place, and is not taken twice.
func (o *Office) PlanCases(ctx context.Context, by org.Signer, ledgers []CaseLedger, use string) (*CaseImportPlan, error) {
	r, today := o.Read(ctx), calendar.DateOf(o.Clock()).String()
	desk, err := casework.ForUse(r, use, today)
	if err != nil {
		return nil, err
	}
	projects, err := All[project.Project](r, project.Kind, "")
	if err != nil {
		return nil, err
	}
	units, err := All[org.Unit](r, org.UnitKind, "")
	if err != nil {
		return nil, err
	}
	im := &caseImporter{r: r, by: by, desk: desk, today: today, units: &importer{units: units}, projects: map[string]project.Project{}, seen: map[string]string{}}
	for _, u := range units {
		im.ids = append(im.ids, u.ID)
	}
	for _, p := range projects {
		for _, k := range []string{p.ID, p.Code, p.Facts.Name.Zh, strings.TrimSuffix(p.Facts.Name.Zh, "（示例）")} {
			if k = squeeze(k); k != "" {
				im.projects[k] = p
			}
		}
	}
	plan := &CaseImportPlan{Use: use, Desk: desk, Files: slices.Clone(ledgers)}
	for i := range plan.Files {
		l := &plan.Files[i]
		f, err := o.Evidence(ctx, l.File, l.Media, l.Bytes)
		if err != nil {
			return nil, err
		}
		l.Digest = f.Digest
		for _, sh := range l.Sheets {
			if sh.WhyNot != "" {
				plan.Sheets++
			}
			for _, row := range sh.Rows {
				line, err := im.line(l, sh, row)
				if err != nil {
					return nil, err
				}
				plan.add(line)
			}
		}
	}
	return plan, nil
}

func (p *CaseImportPlan) add(l CaseImportLine) {
	if len(l.Faults) > 0 {
		l.State, l.Deed = "unread", nil
	}
	switch l.State {
	case "new":
		p.New++
	case "closed":
		p.Closed++
	case "same":
		p.Same++
	default:
		p.Unread++
	}
	p.Lines = append(p.Lines, l)
}

// caseImporter knows what rows may speak of.
type caseImporter struct {
	r        Reader
	by       org.Signer
	desk     *casework.Desk
	today    string
	units    *importer
	ids      []string
	projects map[string]project.Project
	seen     map[string]string // origin → where in these files
}

// rowReader reads one row and collects what is wrong with it.
type rowReader struct {
	*caseImporter
	CaseImportLine
	v     map[string]string
	cells map[string]string
	blank map[string]string
}

func (r *rowReader) say(into *[]RowSay, field, kind string, args ...any) {
	cell := cmp.Or(r.cells[field], r.blank[field])
	known := cell != ""
	if !known {
		cell = words.Say(words.Zh, "cases.import.row", "n", r.Row)
	}
	if r.Sheet != "" {
		cell = r.Sheet + "!" + cell
	}
	args = append([]any{"cell", cell, "value", r.v[field]}, args...) // of two of one name the later holds
	*into = append(*into, RowSay{Cell: cell, Kind: kind, Value: r.v[field], Fixable: known, Text: org.Name{Zh: words.Say(words.Zh, "cases.import."+kind, args...), En: words.Say(words.En, "cases.import."+kind, args...)}})
}

func (r *rowReader) fault(field, kind string, args ...any) { r.say(&r.Faults, field, kind, args...) }
func (r *rowReader) note(field, kind string, args ...any)  { r.say(&r.Notes, field, kind, args...) }

func (im *caseImporter) line(l *CaseLedger, sh CaseSheet, row CaseRow) (CaseImportLine, error) {
	r := &rowReader{im, CaseImportLine{File: l.File, Sheet: sh.Name, Row: row.Row, Title: row.Values["title"], State: "new"}, row.Values, row.Cells, row.Blank}
	for _, p := range sh.Problems { // a day that could not be read is told with its row
		if p.Row == row.Row && p.Cell == row.Cells["due"] && !r.ended() { // 长期 and the like: the desk's own limit holds, the words stay
			r.note("due", "due-no-day", "value", p.Value)
		} else if p.Row == row.Row && p.Cell != row.Cells["due"] {
			r.Faults = append(r.Faults, RowSay{Cell: strings.TrimPrefix(sh.Name+"!"+p.Cell, "!"), Kind: p.Kind, Text: p.Text, Value: p.Value, Fixable: true})
		}
	}
	if strings.TrimSpace(r.Title) == "" {
		r.fault("title", "no-title")
		return r.CaseImportLine, nil
	}
	origin := r.origin()
	var id string
	switch known, err := im.r.Get(casework.OriginKind, origin, &id); {
	case err != nil:
		return r.CaseImportLine, err
	case known:
		r.State, r.Case, r.Faults, r.Notes = "same", id, nil, nil
		return r.CaseImportLine, nil
	case im.seen[origin] != "":
		r.State, r.Faults, r.Notes = "same", nil, nil
		r.note("title", "twice", "first", im.seen[origin])
		return r.CaseImportLine, nil
	}
	im.seen[origin] = strings.TrimPrefix(sh.Name+"!", "!") + cmp.Or(row.Cells["title"], "")
	open, err := r.open(origin)
	if err != nil {
		return r.CaseImportLine, err
	}
	if r.ended() {
		r.State = "closed"
		r.Deed = casework.TakeOver{Open: open, OpenedOn: r.v["opened"], ClosedOn: r.v["closed"], Outcome: r.outcome()}
		return r.CaseImportLine, nil
	}
	r.Deed = open
	return r.CaseImportLine, nil
}

// origin names a row by what it says, so that the same matter is known again in another file, in another order, with more progress.
func (r *rowReader) origin() string {
	h := sha256.New()
	for _, k := range []string{"title", "project", "number", "opened", "opened_text", "raiser"} {
		h.Write([]byte(squeeze(r.v[k]) + "\x00"))
	}
	return "ledger/" + hex.EncodeToString(h.Sum(nil)[:12])
}

// open is the matter as this account would open it.
func (r *rowReader) open(origin string) (casework.Open, error) {
	c := casework.Open{Desk: r.desk.Name, Title: r.Title, Origin: origin, Basis: r.basis(), Kind: r.kind()} // the file stays with the import: it speaks of others too
	projectID := ""
	if text := squeeze(r.v["project"]); text != "" {
		p, ok := r.projects[text]
		if !ok {
			r.fault("project", "no-project")
		} else {
			projectID, c.Subject = p.ID, "project/"+p.ID
			c.Raiser.Unit = p.OwnerUnit
		}
	}
	if list := r.unitsOf("raiser"); len(list) > 0 {
		c.Raiser.Unit = list[0]
	} else if squeeze(r.v["raiser"]) == "" && c.Raiser.Unit == "" {
		c.Raiser = casework.Party{Unit: r.by.Unit, Post: r.by.Post}
		r.note("raiser", "raiser-unknown")
	} else if squeeze(r.v["raiser"]) == "" {
		r.note("raiser", "raiser-owner")
	}
	lead := r.unitsOf("handler")
	if len(lead) > 0 {
		c.Handler.Unit = lead[0]
		if c.Handler.Unit == c.Raiser.Unit && len(r.Faults) == 0 {
			r.fault("handler", "own-judge")
		}
	}
	if len(lead) > 1 {
		r.note("handler", "several-leads")
		for _, u := range lead[1:] {
			c.Assists = append(c.Assists, casework.Party{Unit: u})
		}
	}
	for _, u := range r.unitsOf("assists") {
		c.Assists = append(c.Assists, casework.Party{Unit: u})
	}
	r.days(&c)
	var err error
	if c.Chain, err = ChainOf(r.r, projectID, c.Handler.Unit); err != nil {
		return c, err
	}
	c.Reach, err = ReachOfCase(r.r, projectID, c.Handler.Unit)
	return c, err
}

// days holds the days of a row against one another and against today.
func (r *rowReader) days(c *casework.Open) {
	if r.ended() {
		switch {
		case r.v["closed"] == "" && r.v["closed_text"] == "":
			r.fault("closed", "closed-without-day")
		case r.v["closed"] > r.today:
			r.fault("closed", "closed-to-come")
		case r.v["opened"] == "" && r.v["opened_text"] == "":
			r.fault("opened", "opened-without-day")
		case r.v["closed"] != "" && r.v["closed"] < r.v["opened"]:
			r.fault("closed", "closed-before")
		}
		return
	}
	if r.v["opened"] > r.today {
		r.fault("opened", "opened-to-come")
	}
	switch due := r.v["due"]; {
	case due == "":
	case due < r.today:
		r.note("due", "due-passed")
	default:
		c.Given = due
	}
}

// ended tells whether the row says that the matter is closed: its result says so, or it has a day of closing and nothing speaks against it.
func (r *rowReader) ended() bool {
	return r.v["ended"] == "yes" || r.v["ended"] == "" && r.v["closed"] != ""
}

// outcome is the desk's outcome of the rate that the row's result means; "" where it says none.
func (r *rowReader) outcome() string {
	for _, o := range r.desk.Outcomes {
		if o.Rate == r.v["rate"] {
			return o.Name
		}
	}
	return ""
}

// kind finds what the desk calls the row's kind; a desk without kinds takes none.
func (r *rowReader) kind() string {
	if len(r.desk.Kinds) == 0 {
		return ""
	}
	text := squeeze(r.v["kind"])
	var names []string
	for _, k := range r.desk.Kinds {
		if text == k.Name || text == squeeze(k.Zh) || text != "" && text == k.En {
			return k.Name
		}
		names = append(names, k.Zh)
	}
	r.fault("kind", "no-kind", "kinds", strings.Join(names, "、"))
	return ""
}

var severalUnits = strings.NewReplacer("，", "、", ",", "、", "；", "、", ";", "、", "\n", "、", "/", "、")

// unitsOf finds the units that a cell names; one that is not known is a fault of the row, by its name.
func (r *rowReader) unitsOf(field string) (out []string) {
	for _, text := range strings.Split(severalUnits.Replace(r.v[field]), "、") {
		if text = squeeze(text); text == "" {
			continue
		}
		id := r.units.unit(text)
		if id == "" && slices.Contains(r.ids, text) {
			id = text
		}
		if id == "" {
			r.fault(field, "no-unit", "unit", text)
			continue
		}
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// basisFields are what a row says beside what this account has fields for; they go with the case as they were written.
var basisFields = []string{"number", "level", "person", "opened", "opened_text", "due", "due_text", "measure", "progress", "outcome", "state", "confirmed", "reopened", "remark", "corrected"}

// basis is where the matter came from, and what the old ledger says of it.
func (r *rowReader) basis() string {
	var parts []string
	if b := strings.TrimSpace(r.v["basis"]); b != "" {
		parts = append(parts, b)
	}
	var old []string
	for _, k := range basisFields {
		if text := strings.TrimSpace(r.v[k]); text != "" {
			old = append(old, words.Say(words.Zh, "cases.import.field."+strings.TrimSuffix(k, "_text"))+" "+text)
		}
	}
	from := words.Say(words.Zh, "cases.import.from", "file", r.File, "where", strings.TrimPrefix(r.Sheet+"!", "!")+r.cells["title"])
	parts = append(parts, words.Say(words.Zh, "cases.import.old", "what", strings.Join(append(old, from), "，")))
	return strings.Join(parts, "；")
}

// CaseImportDone is what an import of ledgers wrote.
type CaseImportDone struct {
	Entries int
	Seq     int64 // of the entry that states the import; 0 where nothing was to be written
	Refused map[int]error
}

// ApplyCases carries a plan out: the files are kept as evidence under one entry that states the import. A row that the account refuses is
// named; the other rows stand. A plan that brings nothing states nothing.
func (o *Office) ApplyCases(ctx context.Context, by org.Signer, plan *CaseImportPlan) (CaseImportDone, error) {
	done := CaseImportDone{Refused: map[int]error{}}
	if plan.New+plan.Closed == 0 {
		return done, nil
	}
	said := casework.ImportCases{Use: plan.Use, Rows: plan.Rows(), New: plan.New, Closed: plan.Closed, Same: plan.Same, Unread: plan.Unread}
	var files []File
	for _, f := range plan.Files {
		said.Files = append(said.Files, casework.ImportedFile{Digest: f.Digest, Name: f.File})
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
		if l.Deed != nil {
			deeds, line = append(deeds, Deed{By: by, Cmd: l.Deed}), append(line, i)
		}
	}
	n, err := o.doRows(ctx, deeds, line, done.Refused)
	done.Entries += n
	return done, err
}
