package app

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/quantity"
	"shigan/kernel/words"
)

// SheetAsk is what is known beside a workbook when it is read.
type SheetAsk struct {
	Password   string
	Year       int               // plan year, where the file says none; 0: not known
	Answers    map[string]string // by ImportQuestion.ID
	Cells      map[string]string // "sheet!G88" → what to read in its place
	Remembered string            // Recognised.Mapping of earlier files
}

// Recognised 识别结果 is what an adapter found in a workbook: plain values, each with the cell that it came from.
type Recognised struct {
	File      string
	Digest    string // filled in by the office, with the hash of its ledger
	Media     string
	Bytes     []byte
	Year      int // what the file says; 0: nothing
	Sheets    []RecognisedSheet
	Questions []ImportQuestion
	Mapping   string            // what to remember for the next file of the same shape
	Corrected map[string]string // cell → what somebody wrote in its place; the file itself stays as it came
}

// RecognisedSheet is one sheet of it.
type RecognisedSheet struct {
	Name     string
	Read     bool
	WhyNot   string
	Unit     string
	Headings []int
	Columns  []RecognisedColumn
	Rows     []RecognisedRow
	Skipped  []RecognisedSkip
	Problems []RecognisedProblem
	Picture  SheetPicture
}

// RecognisedColumn says which field a column holds; "" for none.
type RecognisedColumn struct{ Column, Heading, Field, Unit string }

// RecognisedRow is one project. Money stands in Values under "<field>_yuan" as a decimal, dates as written in ISO with their
// precision ("2022-03/month"). A row with values and without a name is in here too: it is read as far as that can be told.
type RecognisedRow struct {
	Row, Parent, Table int
	Values             map[string]string
	Cells              map[string]string
	Group              string
}

// RecognisedSkip is a row that is no project.
type RecognisedSkip struct {
	Row  int
	Kind string
	Text string
}

// RecognisedProblem is one bad cell: where, what was there, why it can't be taken, what to do.
type RecognisedProblem struct {
	Sheet, Cell, Kind, Value string
	Row                      int
	Text                     org.Name
}

// ImportQuestion 问 is one doubt that only a person can settle. Now is how it is read until somebody answers.
type ImportQuestion struct {
	ID, Sheet, Cell, Kind, Now string
	Text                       org.Name
	Options                    []ImportOption
}

// ImportOption is one answer, with what a known figure would become.
type ImportOption struct {
	Key, Effect string
	Label       org.Name
}

// SheetPicture 原表缩样 is a miniature of the sheet: its head, its first rows, the rows with bad cells, its totals.
type SheetPicture struct {
	Columns []string
	Rows    []PictureRow
}

// PictureRow is one row of it; From > 0 stands for the rows From to To that are left out.
type PictureRow struct {
	Row, From, To int
	Cells         []PictureCell
}

// PictureCell is one cell. Kind: title, head, unit, bad, total, or nothing.
type PictureCell struct {
	Text, Kind string
	Span       int
	Number     bool
}

// ImportLine is what one row would do.
type ImportLine struct {
	File, Sheet string
	Row         int
	ID, Name    string
	Sample      bool
	State       string // new, changed, same, unread
	Again       bool   // the project stands in an earlier row of the same files; what both say is told there
	Changes     []Was  // of a changed one
	Why         string // of an unread one
	NoPlan      bool   // nothing says what it is to do this year
	Planned     quantity.Fen
	Total       quantity.Fen
	Unit        string // as written
	Finish      string
	Deeds       []Command
}

// Was → now 改. Was and Now are as people read them.
type Was struct{ Field, Was, Now, Cell string }

// ImportPlan 将要改什么 is shown before anything changes; its counts close: new + changed + same + unread = rows read.
type ImportPlan struct {
	Files                      []Recognised
	Year                       int
	List                       string
	Lines                      []ImportLine
	New, Changed, Same, Unread int
	Planned                    quantity.Fen // this year's plan of all rows, children left out
	NoPlan                     int
	Absent                     []string // projects of the list that no row speaks of; they stay as they are
	Problems                   []RecognisedProblem
}

// Rows is how many rows were read.
func (p *ImportPlan) Rows() int { return len(p.Lines) }

// Writes tells how many rows would write something.
func (p *ImportPlan) Writes() int { return p.New + p.Changed }

// Evidence 凭据 names a file by the hash of this district's ledger.
func (o *Office) Evidence(ctx context.Context, name, media string, b []byte) (File, error) {
	head, _, _, err := o.Read(ctx).Log()
	if err != nil {
		return File{}, err
	}
	return File{Digest: head.Suite.Digest(b), Name: name, Media: media, Bytes: b}, nil
}

// PlanImport works out what workbooks would change, without changing anything. Rows of several sheets and files that speak of
// the same project are taken together, the later word holding, so that the same files twice change nothing.
func (o *Office) PlanImport(ctx context.Context, recs []Recognised, year int, list string) (*ImportPlan, error) {
	r := o.Read(ctx)
	known, err := All[project.Project](r, project.Kind, "")
	if err != nil {
		return nil, err
	}
	units, err := All[org.Unit](r, org.UnitKind, "")
	if err != nil {
		return nil, err
	}
	plan := &ImportPlan{Files: slices.Clone(recs), Year: year, List: list}
	im := newImporter(known, units, year, list)
	for i := range plan.Files {
		rec := &plan.Files[i]
		f, err := o.Evidence(ctx, rec.File, rec.Media, rec.Bytes)
		if err != nil {
			return nil, err
		}
		rec.Digest = f.Digest
		for _, sh := range rec.Sheets {
			plan.Problems = append(plan.Problems, sh.Problems...)
			if sh.Read {
				im.take(rec, sh)
			}
		}
	}
	plan.Problems = append(plan.Problems, im.sameCodes()...)
	im.match()
	im.settle()
	plan.Lines = im.lines
	for _, l := range plan.Lines {
		switch l.State {
		case "new":
			plan.New++
		case "changed":
			plan.Changed++
		case "same":
			plan.Same++
		default:
			plan.Unread++
		}
	}
	for _, w := range im.wishes {
		if w.parent == nil && w.planned != nil {
			plan.Planned += *w.planned
		}
		if w.planned == nil {
			plan.NoPlan++
		}
	}
	if list != "" {
		for _, p := range known {
			if inList(p, list) && !im.spoken[p.ID] {
				plan.Absent = append(plan.Absent, p.Facts.Name.Zh)
			}
		}
	}
	return plan, nil
}

func inList(p project.Project, list string) bool {
	return slices.ContainsFunc(p.Lists, func(m project.Membership) bool { return m.List == list && m.To == "" })
}

// importer takes rows in, finds the projects that they speak of, and works out the deeds.
type importer struct {
	year   int
	list   string
	known  map[string]project.Project
	byKey  map[string][]string // exact key, code or name → ids in order
	units  []org.Unit
	prefix string
	next   int

	rows   []*importRow
	wishes []*wish
	lines  []ImportLine
	spoken map[string]bool
}

// importRow is one row with what it says, before it is known of which project.
type importRow struct {
	line    int    // in importer.lines
	block   string // file, sheet and table: within one, two rows are two projects
	row     RecognisedRow
	parent  *importRow
	code    string
	name    string
	address string
	unit    string
	owner   string
	total   *quantity.Fen
	planned *quantity.Fen
	cell    func(field string) string
	why     string
	digest  string
	wish    *wish
}

func newImporter(known []project.Project, units []org.Unit, year int, list string) *importer {
	im := &importer{year: year, list: list, known: map[string]project.Project{}, byKey: map[string][]string{}, units: units,
		prefix: "P" + strconv.Itoa(year) + "-", spoken: map[string]bool{}}
	for _, p := range known {
		im.known[p.ID] = p
	}
	for _, p := range known {
		parent := im.known[p.Parent].Facts.Name.Zh
		im.note("name/"+matchKey(p.Facts.Name.Zh, parent), p.ID)
		im.note("key/"+matchKey(p.Facts.Name.Zh, p.Address, p.LocalText, parent), p.ID)
		if p.Code != "" {
			im.note("code/"+squeeze(p.Code), p.ID)
		}
		im.next = max(im.next, serial(p.ID, im.prefix))
	}
	return im
}

func (im *importer) note(key, id string) { im.byKey[key] = append(im.byKey[key], id) }

// take reads the rows of a sheet.
func (im *importer) take(rec *Recognised, sh RecognisedSheet) {
	at := map[int]*importRow{}
	for _, row := range sh.Rows {
		v := row.Values
		cell := func(field string) string {
			c := row.Cells[field]
			if c == "" || sh.Name == "" {
				return c
			}
			return sh.Name + "!" + c
		}
		r := &importRow{line: len(im.lines), block: rec.File + "\x00" + sh.Name + "\x00" + strconv.Itoa(row.Table), row: row, parent: at[row.Parent], code: squeeze(v["code"]),
			name: v["name"], address: v["place"], unit: v["responsible_unit"], owner: v["owner"], total: yuan(v["total_investment_yuan"]),
			planned: yuan(v["planned_year_investment_yuan"]), cell: cell, digest: rec.Digest}
		line := ImportLine{File: rec.File, Sheet: sh.Name, Row: row.Row, Name: v["name"], Sample: isSample(v["name"])}
		if strings.TrimSpace(v["name"]) == "" {
			line.State = "unread"
			im.lines = append(im.lines, line)
			continue
		}
		r.why = words.Say(words.Zh, "import.reason", "file", rec.File, "cell", orElse(cell("name"), strconv.Itoa(row.Row)))
		im.lines = append(im.lines, line)
		im.rows = append(im.rows, r)
		at[row.Row] = r
	}
}

// sameCodes names the rows of one table that carry one project code twice.
func (im *importer) sameCodes() []RecognisedProblem {
	var out []RecognisedProblem
	first := map[string]*importRow{}
	for _, r := range im.rows {
		if r.code == "" {
			continue
		}
		key := r.block + "\x00" + r.code
		if other, ok := first[key]; ok {
			args := []any{"where", r.cell("code"), "first", other.cell("code"), "value", r.code}
			out = append(out, RecognisedProblem{Sheet: im.lines[r.line].Sheet, Cell: r.row.Cells["code"], Kind: "duplicate_code", Value: r.code, Row: r.row.Row,
				Text: org.Name{Zh: words.Say(words.Zh, "import.same-code", args...), En: words.Say(words.En, "import.same-code", args...)}})
			continue
		}
		first[key] = r
	}
	return out
}

func isSample(name string) bool {
	return strings.Contains(name, "（示例）") || strings.Contains(name, "(示例)")
}

func matchKey(parts ...string) string {
	for i := range parts {
		parts[i] = squeeze(parts[i])
	}
	return strings.Join(parts, "/")
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }

func serial(id, prefix string) int {
	n, err := strconv.Atoi(strings.TrimPrefix(id, prefix))
	if err != nil {
		return 0
	}
	return n
}

func orElse(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
