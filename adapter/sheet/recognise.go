package sheet

import (
	"math/big"
	"sort"
	"strings"
)

// Context is what the caller knows besides the file.
type Context struct {
	PlanYear   int               // the year of the list, when neither sheet nor file says one
	Remembered *Mapping          // what was decided for an earlier file of the same shape
	Answers    map[string]string // by Question.ID
}

// Recognise finds the projects of a workbook. It always returns, and says on each sheet what it left out and why.
func Recognise(wb *Workbook, ctx Context) *Recognition {
	r := &Recognition{File: wb.Name, Sheets: make([]SheetResult, len(wb.Sheets))}
	asks := &asker{}
	all := make([][]*builder, len(wb.Sheets))
	fileYear, fileMonth := yearIn(wb.Name), monthIn(wb.Name)
	for i := range wb.Sheets {
		out := &r.Sheets[i]
		*out = SheetResult{Name: wb.Sheets[i].Name, Hidden: wb.Sheets[i].Hidden, HeadingRows: []int{}, Columns: []ColumnResult{},
			Projects: []Project{}, Skipped: []Skipped{}, Problems: []Problem{}}
		out.locate(&wb.Sheets[i], ctx, clock{fileYear, fileMonth})
	}
	r.lendHeadings(wb, ctx, clock{fileYear, fileMonth})
	for i := range r.Sheets {
		r.Sheets[i].settleUnits(ctx, asks, wb.Name)
	}
	for i := range r.Sheets {
		all[i] = r.Sheets[i].readTables(ctx, asks, wb.Name)
	}
	r.months(all)
	for i := range r.Sheets {
		sortProblems(&r.Sheets[i])
	}
	r.Questions = asks.list
	return r
}

// locate finds the tables of a sheet, standing or lying on their side.
func (out *SheetResult) locate(s *Sheet, ctx Context, file clock) {
	if len(s.Cells) == 0 {
		out.WhyNot = "empty"
		return
	}
	upright := newGrid(s, false)
	tables, k := tablesOf(upright, ctx, file)
	g := upright
	if !anyNamed(tables) {
		turned := newGrid(s, true)
		if side, sk := tablesOf(turned, ctx, file); anyNamed(side) {
			g, tables, k = turned, side, sk
			out.Orientation = "columns"
		}
	}
	out.grid, out.tables = g, tables
	out.Year, out.Month = k.year, k.month
}

func anyNamed(tables []*table) bool {
	for _, t := range tables {
		if t.column(FieldName) != nil {
			return true
		}
	}
	return false
}

// tablesOf finds headings without knowing the year, takes the year from what stands above them, and reads them again.
func tablesOf(g *grid, ctx Context, file clock) ([]*table, clock) {
	found := findTables(g, clock{})
	k := clock{}
	var tables []*table
	for i, t := range found {
		own := clockOf(g, t, ctx, file)
		if i > 0 && own.year == 0 {
			own.year = k.year
		}
		if i > 0 && own.month == 0 {
			own.month = k.month
		}
		if i == 0 {
			k = own
		}
		t.clock = own
		t.band.cols = own.columns(g, t.band)
		t.cols = t.band.cols
		tables = append(tables, splitSideBySide(g, t)...)
	}
	for i, t := range tables {
		t.number = i + 1
		t.settleColumns(g)
		t.recall(ctx.Remembered)
		t.answered(g, ctx)
	}
	return tables, k
}

// titles are the texts above a table, or beside it when it lies on its side.
func (t *table) titles(g *grid) []place {
	out := append([]place{}, g.outside...)
	for _, row := range t.above {
		out = append(out, g.filled(row)...)
	}
	return out
}

// clockOf reads year and month from the titles above a table, the sheet's name, the caller, the file's name, the headings.
func clockOf(g *grid, t *table, ctx Context, file clock) clock {
	var k clock
	for _, p := range t.titles(g) {
		if text := squeeze(p.Text); !filledOn.MatchString(text) && len([]rune(text)) < 80 {
			if k.year == 0 {
				k.year = yearIn(text)
			}
			if k.month == 0 {
				k.month = monthIn(text)
			}
		}
	}
	sheetName := g.sheet.Name
	for _, y := range []int{yearIn(sheetName), ctx.PlanYear, file.year} {
		if k.year == 0 {
			k.year = y
		}
	}
	if k.year == 0 {
		var labels []string
		for _, c := range t.cols {
			labels = append(labels, c.heading())
		}
		k.year = yearOfHeadings(labels)
	}
	if k.month == 0 {
		k.month = monthIn(sheetName)
	}
	if k.month == 0 {
		k.month = file.month
	}
	return k
}

// readTables reads the projects of a sheet whose tables are known.
func (out *SheetResult) readTables(ctx Context, asks *asker, file string) []*builder {
	if len(out.tables) == 0 {
		if out.WhyNot == "" {
			out.WhyNot = "no-list"
		}
		return nil
	}
	g := out.grid
	out.namesProjects = strings.Contains(file+out.Name, listWord)
	for _, t := range out.tables {
		for _, p := range t.titles(g) {
			out.namesProjects = out.namesProjects || strings.Contains(p.Text, listWord)
		}
	}
	var list []*builder
	var keep []*table
	for _, t := range out.tables {
		if t.column(FieldName) != nil && !t.countsProjects() {
			keep = append(keep, t)
		}
	}
	if len(keep) == 0 {
		out.WhyNot, out.tables, out.Unit = "no-list", nil, ""
		return nil
	}
	out.tables = keep
	for i, t := range keep {
		b := &builder{g: g, t: t, ctx: ctx, out: out, asks: asks}
		for _, row := range t.above {
			kind := RowTitle
			if text := joinTexts(g.filled(row)); len(unitsIn(text)) > 0 && (strings.Contains(fold(text), "单位") || len([]rune(text)) < 8) {
				kind = RowUnit
				if lead := g.filled(row)[0].Text; len(unitsIn(lead)) == 0 && words().title.MatchString(fold(lead)) {
					kind = RowTitle // the unit stands beside the title
				}
			}
			out.skipOnce(Skipped{row, kind, joinTexts(g.filled(row))})
		}
		if !t.bare {
			for row := t.band.top; row <= t.band.bottom; row++ {
				out.headingRow(row)
			}
			for _, row := range t.head {
				out.headingRow(row)
			}
		}
		facts := t.readRows(g)
		b.build(facts)
		if len(facts) > 0 {
			b.sums(facts)
			b.counts(facts)
		}
		b.rowsMakeSense()
		out.columnsOf(g, t, i+1, len(keep))
		list = append(list, b)
	}
	if !out.plausible() {
		*out = SheetResult{Name: out.Name, Hidden: out.Hidden, WhyNot: "no-projects", HeadingRows: []int{}, Columns: []ColumnResult{},
			Projects: []Project{}, Skipped: []Skipped{}, Problems: []Problem{}}
		return nil
	}
	out.Read = true
	out.doubtUnits(list, ctx, asks)
	for _, b := range list {
		b.doubtColumns()
	}
	out.twins()
	return list
}

func (out *SheetResult) headingRow(row int) {
	if !containsRow(out.HeadingRows, row) {
		out.HeadingRows = append(out.HeadingRows, row)
	}
	out.skipOnce(Skipped{Row: row, Kind: RowHeading})
}

func (out *SheetResult) skipOnce(s Skipped) {
	for _, have := range out.Skipped {
		if have.Row == s.Row {
			return
		}
	}
	out.Skipped = append(out.Skipped, s)
}

// countsProjects tells a summary: its rows are numbers of projects, not projects.
func (t *table) countsProjects() bool {
	for _, c := range t.cols {
		if c.rule != nil && c.rule.Field == fieldCount {
			return true
		}
	}
	return false
}

// columnsOf lists the columns of a table for the result.
func (out *SheetResult) columnsOf(g *grid, t *table, number, of int) {
	for _, c := range t.cols {
		if len(c.parts) == 0 && c.field == FieldNone {
			continue
		}
		r := ColumnResult{Column: g.column(c.col), Heading: c.heading(), Field: c.field}
		if c.field == fieldPeriod {
			r.Field, r.Also = FieldStart, []string{string(FieldFinish)}
		}
		if c.field.isMoney() && c.unit != NoUnit {
			r.Unit = c.unit.String()
		}
		if of > 1 {
			r.Table = number
		}
		out.Columns = append(out.Columns, r)
	}
}

// plausible tells whether what was found are projects at all, and not the choices of a drop-down list or some other table.
func (out *SheetResult) plausible() bool {
	if len(out.Projects) == 0 {
		return false
	}
	good, filled := 0, 0
	w := words()
	sample := out.Projects[:min(len(out.Projects), 400)]
	for _, p := range sample {
		n := len([]rune(p.Name))
		f := fold(p.Name)
		if n >= 3 && !oneOf(f, w.Rows.Natures) && !oneOf(f, w.Rows.Levels) && (n > 12 || lookUp([]string{f}) == nil) {
			good++
		}
		for f := range p.Cells {
			if f != "name" && f != string(FieldCode) && f != string(FieldRemark) {
				filled++
				break
			}
		}
	}
	return good*2 >= len(sample) && (filled*2 >= len(sample) || out.namesProjects)
}

// sortProblems puts problems in reading order.
func sortProblems(s *SheetResult) {
	sort.SliceStable(s.Problems, func(i, j int) bool {
		r1, c1 := parseAddress(s.Problems[i].Cell)
		r2, c2 := parseAddress(s.Problems[j].Cell)
		return r1 < r2 || r1 == r2 && c1 < c2
	})
	sort.SliceStable(s.Skipped, func(i, j int) bool { return s.Skipped[i].Row < s.Skipped[j].Row })
	sort.Ints(s.HeadingRows)
}

// listWord in a title makes a list of bare names a list of projects.
const listWord = "项目"

// median is the middle of some sums, nil for none.
func median(list []*big.Rat) *big.Rat {
	if len(list) == 0 {
		return nil
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Cmp(list[j]) < 0 })
	return list[len(list)/2]
}
