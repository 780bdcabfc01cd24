package sheet

import (
	"encoding/json"
	"slices"
	"strings"

	"shigan/app"
	"shigan/domain/org"
	catalogue "shigan/kernel/words"
)

// Reader reads workbooks for the application: pages and command line see app.Recognised and nothing of this room.
type Reader struct{}

// Recognise opens a workbook and finds its projects.
func (Reader) Recognise(name string, data []byte, ask app.SheetAsk) (app.Recognised, error) {
	wb, err := Read(name, data, Options{Password: ask.Password})
	if err != nil {
		return app.Recognised{}, err
	}
	ctx := Context{PlanYear: ask.Year, Answers: ask.Answers}
	var old Mapping
	if ask.Remembered != "" && json.Unmarshal([]byte(ask.Remembered), &old) == nil { // what can't be read any more is only not remembered
		ctx.Remembered = &old
	}
	corrected := wb.correct(ask.Cells)
	r := Recognise(wb, ctx)
	out := toApp(wb, r)
	out.Corrected = corrected
	for _, sh := range out.Sheets {
		for _, row := range sh.Rows {
			for field, cell := range row.Cells {
				if now, ok := corrected[where(sh.Name, cell)]; ok {
					row.Cells[field] = cell + "=" + now // so that the fact tells that its cell says something else
				}
			}
		}
	}
	out.File, out.Bytes, out.Media = name, data, mediaOf(wb.Format)
	raw, err := json.Marshal(old.with(r.Mapping()))
	out.Mapping = string(raw)
	return out, err
}

// correct writes over cells that could not be taken, and says which ones there were.
func (wb *Workbook) correct(cells map[string]string) map[string]string {
	done := map[string]string{}
	for i := range wb.Sheets {
		s := &wb.Sheets[i]
		for address, now := range cells {
			name, cell := "", address
			if j := strings.LastIndex(address, "!"); j >= 0 {
				name, cell = address[:j], address[j+1:]
			}
			row, col := parseAddress(cell)
			if name != s.Name || row == 0 || strings.TrimSpace(now) == "" {
				continue
			}
			s.add(Cell{Row: row, Col: col, Kind: Text, Text: strings.TrimSpace(now)})
			done[address] = strings.TrimSpace(now)
		}
		s.settle()
	}
	return done
}

func mediaOf(format string) string {
	switch format {
	case "xls":
		return "application/vnd.ms-excel"
	case "ods":
		return "application/vnd.oasis.opendocument.spreadsheet"
	case "csv":
		return "text/csv"
	}
	return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
}

// mostShapes is how many shapes of tables are remembered.
const mostShapes = 60

// with lays what was decided now before what was decided earlier; the same headings again replace the old decision.
func (m Mapping) with(now Mapping) Mapping {
	out := Mapping{Sheets: slices.Clone(now.Sheets)}
	for _, old := range m.Sheets {
		same := func(s SheetMapping) bool {
			return s.Pattern == old.Pattern && s.Orientation == old.Orientation && slices.Equal(s.Headings, old.Headings)
		}
		if !slices.ContainsFunc(now.Sheets, same) {
			out.Sheets = append(out.Sheets, old)
		}
	}
	out.Sheets = out.Sheets[:min(len(out.Sheets), mostShapes)]
	return out
}

// toApp turns what was found into the application's plain values.
func toApp(wb *Workbook, r *Recognition) app.Recognised {
	out := app.Recognised{File: r.File}
	for i := range r.Sheets {
		s := &r.Sheets[i]
		if s.Read && out.Year == 0 {
			out.Year = s.Year
		}
		sh := app.RecognisedSheet{Name: s.Name, Read: s.Read, WhyNot: s.WhyNot, Unit: s.Unit, Headings: s.HeadingRows}
		for _, c := range s.Columns {
			sh.Columns = append(sh.Columns, app.RecognisedColumn{Column: c.Column, Heading: c.Heading, Field: string(c.Field), Unit: c.Unit})
		}
		for j := range s.Projects {
			sh.Rows = append(sh.Rows, rowToApp(&s.Projects[j]))
		}
		nameless := map[int]bool{}
		for _, p := range s.Problems {
			row, col := parseAddress(p.Cell)
			if s.Orientation == "columns" {
				row = col
			}
			if p.Kind == "no_name" && !nameless[row] {
				nameless[row] = true
				sh.Rows = append(sh.Rows, app.RecognisedRow{Row: row, Values: map[string]string{}, Cells: map[string]string{"name": p.Cell}})
			}
			sh.Problems = append(sh.Problems, app.RecognisedProblem{Sheet: s.Name, Cell: p.Cell, Kind: p.Kind, Value: p.Value, Row: row, Text: org.Name{Zh: p.In(catalogue.Zh), En: p.In(catalogue.En)}})
		}
		slices.SortStableFunc(sh.Rows, func(a, b app.RecognisedRow) int { return a.Row - b.Row })
		for _, k := range s.Skipped {
			if !nameless[k.Row] {
				sh.Skipped = append(sh.Skipped, app.RecognisedSkip{Row: k.Row, Kind: string(k.Kind), Text: k.Text})
			}
		}
		if s.Read {
			sh.Picture = picture(&wb.Sheets[i], s)
		}
		out.Sheets = append(out.Sheets, sh)
	}
	for _, q := range r.Questions {
		out.Questions = append(out.Questions, r.questionToApp(q))
	}
	return out
}

func rowToApp(p *Project) app.RecognisedRow {
	v := map[string]string{"name": p.Name, "code": p.Code, "list_level": p.ListLevel, "category": p.Category, "nature": p.Nature, "place": p.Place,
		"scope_text": p.Scope, "owner": p.Owner, "responsible_unit": p.Responsible, "line_department": p.Line, "leader": p.Leader, "remark": p.Remark,
		"year_goal_text": p.Goal, "total_investment_yuan": p.Total, "invested_to_last_year_yuan": p.Invested, "planned_year_investment_yuan": p.Planned,
		"month_investment_yuan": p.MonthDone, "ytd_investment_yuan": p.YTD, "progress_text": p.Progress, "problem_text": p.Problem, "next_text": p.Next}
	for field, w := range map[string]*When{"start": p.Start, "finish": p.Finish} {
		if w != nil {
			v[field] = w.Value + "/" + w.Precision
		}
	}
	for k, text := range v {
		if text == "" {
			delete(v, k)
		}
	}
	return app.RecognisedRow{Row: p.Row, Parent: p.ParentRow, Table: p.Table, Values: v, Cells: p.Cells, Group: p.Group}
}

func (r *Recognition) questionToApp(q Question) app.ImportQuestion {
	out := app.ImportQuestion{ID: q.ID, Sheet: q.Sheet, Cell: q.Cell, Kind: q.Kind, Text: org.Name{Zh: q.Text, En: q.In(catalogue.En)}, Now: r.readAs(q)}
	for _, o := range q.Options {
		opt := app.ImportOption{Key: o.Value, Effect: o.Example, Label: org.Name{Zh: o.Value, En: o.Value}}
		if key := labelKey(q.Kind, o.Value); catalogue.Has(key) {
			opt.Label = org.Name{Zh: catalogue.Say(catalogue.Zh, key), En: catalogue.Say(catalogue.En, key)}
		}
		out.Options = append(out.Options, opt)
	}
	return out
}

func labelKey(kind, value string) string {
	switch kind {
	case "column":
		return "sheet.field." + value
	case "date":
		return "sheet.month." + value
	}
	return "sheet.unit." + value
}

// readAs is the option that holds as long as nobody answers.
func (r *Recognition) readAs(q Question) string {
	has := func(v string) bool {
		return slices.ContainsFunc(q.Options, func(o Option) bool { return o.Value == v })
	}
	switch q.Kind {
	case "date":
		return "october"
	case "column":
		_, col, _ := strings.Cut(q.ID, "!")
		for _, s := range r.Sheets {
			if s.Name != q.Sheet {
				continue
			}
			for _, c := range s.Columns {
				if c.Column == col && has(string(c.Field)) {
					return string(c.Field)
				}
			}
		}
		return string(fieldKnownNone)
	case "unit":
		for _, s := range r.Sheets {
			if s.Name != q.Sheet {
				continue
			}
			for _, c := range s.Columns {
				if _, col := parseAddress(q.Cell); c.Column == ColumnName(col) && has(c.Unit) {
					return c.Unit
				}
			}
			if has(s.Unit) {
				return s.Unit
			}
		}
		if has("万元") {
			return "万元"
		}
	}
	if len(q.Options) > 0 {
		return q.Options[0].Value
	}
	return ""
}

// A picture has so many columns, rows of a kind and letters in a cell.
const (
	pictureColumns = 12
	pictureRows    = 3
	pictureBad     = 4
	pictureText    = 16
)

// picture is a miniature of a sheet: what stands above the head, the head, the first projects, the rows with bad cells, the
// totals. It shows the sheet as it lies, also one that lies on its side.
func picture(s *Sheet, r *SheetResult) app.SheetPicture {
	bad := map[[2]int]bool{}
	keep := map[int]bool{}
	heads, last := map[int]bool{}, 0
	for _, h := range r.HeadingRows {
		heads[h] = true
		keep[h] = true
	}
	for _, c := range s.Cells {
		last = max(last, c.Row)
	}
	first := 0
	if len(r.HeadingRows) > 0 {
		first = slices.Min(r.HeadingRows)
	}
	for row := max(1, first-3); row < first; row++ {
		keep[row] = true
	}
	aside := r.Orientation == "columns"
	for i, p := range r.Projects {
		if i < pictureRows && !aside {
			keep[p.Row] = true
		}
	}
	n := 0
	for _, p := range r.Problems {
		row, col := parseAddress(p.Cell)
		if row == 0 || strings.HasSuffix(p.Kind, "mismatch") || p.Kind == "unit_doubt" {
			continue
		}
		bad[[2]int{row, col}] = true
		if !keep[row] && n < pictureBad {
			keep[row], n = true, n+1
		}
	}
	totals := map[int]bool{}
	for _, k := range r.Skipped {
		if k.Kind == RowTotal {
			totals[k.Row] = true
			if len(r.Projects) > 0 && k.Row > r.Projects[len(r.Projects)-1].Row {
				keep[k.Row] = true
			}
		}
	}
	if aside {
		for row := 1; row <= min(last, 12); row++ {
			keep[row] = true
		}
	}
	cols := columnsShown(s, r)
	pic := app.SheetPicture{}
	for _, c := range cols {
		pic.Columns = append(pic.Columns, ColumnName(c))
	}
	from := 0
	for row := 1; row <= last; row++ {
		if !keep[row] {
			if from == 0 {
				from = row
			}
			continue
		}
		if from > 0 {
			pic.Rows = append(pic.Rows, app.PictureRow{From: from, To: row - 1})
			from = 0
		}
		pic.Rows = append(pic.Rows, pictureRow(s, row, cols, heads, totals, bad, row < first))
	}
	if from > 0 {
		pic.Rows = append(pic.Rows, app.PictureRow{From: from, To: last})
	}
	return pic
}

// columnsShown are the columns that hold a field and the serial before them, as many as fit.
func columnsShown(s *Sheet, r *SheetResult) []int {
	var out []int
	if r.Orientation != "columns" {
		for _, c := range r.Columns {
			if _, col := parseAddress(c.Column + "1"); col > 0 && (c.Field != FieldNone || len(out) == 0) && !slices.Contains(out, col) {
				out = append(out, col)
			}
		}
	}
	if len(out) == 0 {
		for _, c := range s.Cells {
			if !slices.Contains(out, c.Col) {
				out = append(out, c.Col)
			}
		}
	}
	slices.Sort(out)
	return out[:min(len(out), pictureColumns)]
}

func pictureRow(s *Sheet, row int, cols []int, heads, totals map[int]bool, bad map[[2]int]bool, above bool) app.PictureRow {
	out := app.PictureRow{Row: row}
	for i := 0; i < len(cols); i++ {
		at, span, covered := [2]int{row, cols[i]}, 1, false
		for _, m := range s.Merges {
			if row < m.Row1 || row > m.Row2 || cols[i] < m.Col1 || cols[i] > m.Col2 {
				continue
			}
			for i+span < len(cols) && cols[i+span] <= m.Col2 {
				span++
			}
			covered = row > m.Row1 && heads[row]
			at = [2]int{m.Row1, m.Col1}
		}
		c := app.PictureCell{Span: span}
		if cell := s.At(at[0], at[1]); cell != nil && !covered {
			c.Text, c.Number = tidy(cell.Text), cell.Kind == Number
			most := pictureText
			if span > 2 {
				most *= 4
			}
			if t := []rune(c.Text); len(t) > most {
				c.Text = string(t[:most-1]) + "…"
			}
		}
		switch {
		case bad[[2]int{row, cols[i]}]:
			c.Kind = "bad"
		case heads[row]:
			c.Kind = "head"
		case above && len(unitsIn(c.Text)) > 0:
			c.Kind = "unit"
		case above && span > 2 && c.Text != "":
			c.Kind = "title"
		case totals[row]:
			c.Kind = "total"
		}
		out.Cells = append(out.Cells, c)
		i += span - 1
	}
	return out
}
