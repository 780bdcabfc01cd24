package sheet

import (
	_ "embed"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"shigan/app"
	"shigan/domain/org"
	catalogue "shigan/kernel/words"

	"github.com/goccy/go-yaml"
)

//go:embed caselexicon.yaml
var caseLexiconText []byte

type caseRule struct {
	Field, Ended, Rate, Match string
	match                     *regexp.Regexp
}

type caseLexicon struct{ Heads, Results []*caseRule }

var caseWords = sync.OnceValue(func() (l caseLexicon) {
	if err := yaml.Unmarshal(caseLexiconText, &l); err != nil {
		panic(err) // part of the binary: the first test finds it
	}
	for _, r := range append(slices.Clone(l.Heads), l.Results...) {
		r.match = regexp.MustCompile(r.Match)
	}
	return l
})

func first(rules []*caseRule, text string) *caseRule {
	for _, r := range rules {
		if r.match.MatchString(text) {
			return r
		}
	}
	return nil
}

// caseFieldOf says which field of a case a head names; "" for none.
func caseFieldOf(head string) string {
	head = strings.NewReplacer("(", "", ")", "", "（", "", "）", "").Replace(squeeze(fold(head)))
	if head == "" || len(head) > 90 { // no head is that long
		return ""
	}
	if r := first(caseWords().Heads, head); r != nil {
		return r.Field
	}
	return ""
}

// caseDates are the fields that hold a day.
var caseDates = []string{"opened", "due", "closed"}

// CaseLedger 问题台账 finds the rows of a unit's own ledger in a workbook: it looks for the row of heads by what they mean, and reads all rows
// below it. A sheet without such a row is left out and says so; what stands in a cell of days and is no day becomes a problem, and the row
// is read without it.
func (Reader) CaseLedger(name string, data []byte, ask app.CaseAsk) (app.CaseLedger, error) {
	wb, err := Read(name, data, Options{Password: ask.Password})
	if err != nil {
		return app.CaseLedger{}, err
	}
	return caseLedger(wb, data, ask.Columns, wb.correct(ask.Cells)), nil
}

func caseLedger(wb *Workbook, data []byte, means, corrected map[string]string) app.CaseLedger {
	out := app.CaseLedger{File: wb.Name, Media: mediaOf(wb.Format), Bytes: data}
	for i := range wb.Sheets {
		s := &wb.Sheets[i]
		if len(s.Cells) == 0 {
			continue
		}
		out.Sheets = append(out.Sheets, caseSheet(s, yearIn(wb.Name+s.Name), means, corrected))
	}
	return out
}

// headsWithin is how far down the heads are looked for: titles and notes above them take a few rows.
const headsWithin = 40

func caseSheet(s *Sheet, year int, means, corrected map[string]string) app.CaseSheet {
	out := app.CaseSheet{Name: s.Name}
	g := newGrid(s, false)
	head, columns := caseHeads(g)
	if head == 0 {
		out.WhyNot = "no-heads"
		return out
	}
	told(g, s.Name, columns, means)
	for col := 1; col <= g.maxCol; col++ {
		if f := columns[col]; f != "" || g.text(head, col) != "" {
			out.Columns = append(out.Columns, app.RecognisedColumn{Column: g.column(col), Heading: squeeze(g.text(head, col)), Field: f})
		}
	}
	if year == 0 {
		for _, row := range g.rows {
			if row < head && year == 0 {
				year = yearIn(joinTexts(g.filled(row)))
			}
		}
	}
	for _, row := range g.rows {
		if row <= head {
			continue
		}
		var above app.CaseRow
		if n := len(out.Rows); n > 0 {
			above = out.Rows[n-1]
		}
		r, found := caseRow(g, row, columns, year, s.Name, above)
		out.Problems = append(out.Problems, found...)
		if r != nil {
			r.correctedBy(s.Name, corrected)
			out.Rows = append(out.Rows, r.CaseRow)
		}
	}
	return out
}

// told lays what somebody said of the columns over what their heads were taken for; two columns never mean one thing.
func told(g *grid, sheet string, columns map[int]string, means map[string]string) {
	for col := 1; col <= g.maxCol; col++ {
		field, said := means[where(sheet, g.column(col))]
		if !said {
			continue
		}
		delete(columns, col)
		if !slices.Contains(app.CaseFields, field) {
			continue
		}
		for other, f := range columns {
			if f == field {
				delete(columns, other)
			}
		}
		columns[col] = field
	}
}

// ledgerRow is a row that is being read.
type ledgerRow struct{ app.CaseRow }

// correctedBy writes down which cells of a row say something else in the file.
func (r *ledgerRow) correctedBy(sheet string, corrected map[string]string) {
	var said []string
	for _, f := range slices.Sorted(maps.Keys(r.Cells)) {
		if now, ok := corrected[where(sheet, r.Cells[f])]; ok {
			said = append(said, r.Cells[f]+"="+now)
		}
	}
	if len(said) > 0 {
		r.Values["corrected"] = strings.Join(said, " ")
	}
}

// caseHeads finds the row of heads: of the first rows the one that names most fields, the problem itself among them. A head that lies over
// two rows counts by its lower part, with its upper part before it where that alone says nothing.
func caseHeads(g *grid) (head int, columns map[int]string) {
	for _, row := range g.rows {
		if row > headsWithin || head > 0 && row > head+1 { // the lower row of a double head may say more; heads further down are repeated ones
			break
		}
		got, taken := map[int]string{}, map[string]bool{}
		for col := 1; col <= g.maxCol; col++ {
			text := g.text(row, col)
			f := caseFieldOf(text)
			if f == "" && text != "" && row > 1 {
				f = caseFieldOf(g.text(row-1, col) + text)
			}
			if f != "" && !taken[f] && anchorsColumn(g, row, col) { // of two columns of one name the first holds
				got[col], taken[f] = f, true
			}
		}
		if taken["title"] && len(got) >= 3 && len(got) > len(columns) {
			head, columns = row, got
		}
	}
	return head, columns
}

// anchorsColumn keeps a title that is merged over the whole sheet from naming every column.
func anchorsColumn(g *grid, row, col int) bool {
	a := g.area(row, col)
	return a.Col1 == a.Col2
}

var caseTotals = regexp.MustCompile(`^(合计|总计|小计|共计|填报人|审核人|制表|注[:：]|备注[:：]|说明[:：])`)

// caseRow reads one row; nil for one that is none: blank, a total, a note, the heads repeated.
func caseRow(g *grid, row int, columns map[int]string, year int, sheet string, above app.CaseRow) (*ledgerRow, []app.RecognisedProblem) {
	r := &ledgerRow{app.CaseRow{Row: row, Values: map[string]string{}, Cells: map[string]string{}, Blank: map[string]string{}}}
	var found []app.RecognisedProblem
	filled := g.filled(row)
	if len(filled) == 0 || caseTotals.MatchString(squeeze(filled[0].Text)) || len(filled) == 1 && len(columns) > 3 && columns[filled[0].col] != "title" {
		return nil, nil
	}
	repeats := 0
	for _, col := range slices.Sorted(maps.Keys(columns)) {
		field, text := columns[col], tidy(g.text(row, col))
		if text == "" || isBlankMark(squeeze(text)) || field == "serial" {
			r.Blank[field] = g.address(row, col)
			continue
		}
		if isDitto(text) {
			text = above.Values[field]
		}
		if caseFieldOf(text) == field {
			repeats++
		}
		r.Cells[field] = g.address(row, col)
		if slices.Contains(caseDates, field) {
			day, ok := caseDay(g.value(row, col), year, field == "opened")
			if isDitto(g.text(row, col)) {
				day, ok = text, text != ""
			}
			if !ok {
				found = append(found, caseProblem(sheet, row, g.address(row, col), "not-a-day", text))
				r.Values[field+"_text"] = text
				continue
			}
			text = day
		}
		r.Values[field] = text
	}
	if repeats >= 2 || len(r.Values) == 0 {
		return nil, nil
	}
	for _, field := range []string{"outcome", "state"} {
		if w := first(caseWords().Results, squeeze(r.Values[field])); w != nil && r.Values["ended"] == "" {
			r.Values["ended"], r.Values["rate"] = w.Ended, w.Rate
		}
	}
	return r, found
}

// caseDay is the day that a cell says: of a deadline the last that it may mean, since one in March is kept on the 31st; of a beginning the first.
func caseDay(c *Cell, year int, begins bool) (string, bool) {
	said := readTimeCell(c, year)
	w := said.first
	if said.second != nil && !begins {
		w = said.second
	}
	if w == nil || said.doubt != "" && said.doubt != "serial" {
		return "", false
	}
	day, to := w.span()
	if !begins {
		day = to
	}
	y, m, d := day/10000, day/100%100, day%100
	if y < 1950 || y > 2100 {
		return "", false
	}
	return Day{y, m, min(d, monthDays(y, m))}.String(), true
}

func caseProblem(sheet string, row int, cell, kind, value string) app.RecognisedProblem {
	args := []any{"cell", where(sheet, cell), "value", value}
	return app.RecognisedProblem{Sheet: sheet, Cell: cell, Kind: kind, Value: value, Row: row,
		Text: org.Name{Zh: catalogue.Say(catalogue.Zh, "cases.import."+kind, args...), En: catalogue.Say(catalogue.En, "cases.import."+kind, args...)}}
}
