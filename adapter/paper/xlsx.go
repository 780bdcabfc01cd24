package paper

import (
	"math"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"shigan/engine/draw"
	"shigan/kernel/words"
)

// BulletinXlsx sets a bulletin as a workbook: a summary, a sheet for every table, one that says where each number comes
// from. Numbers are numbers, with the stored decimals behind the printed ones; next to each table, folded away, stand the
// addresses of the figures, so that they move along when somebody sorts.
func BulletinXlsx(lang words.Lang, b Bulletin) ([]byte, error) {
	if err := checkAll(lang, b); err != nil {
		return nil, err
	}
	b = Number(b)
	k, err := newBook(lang)
	if err != nil {
		return nil, err
	}
	defer func() { _ = k.f.Close() }()
	title := b.Title
	if title == "" {
		title = words.Say(lang, "paper.bulletin.title", "district", b.District)
	}
	say := func(key string) string { return words.Say(lang, "paper.xlsx."+key) }

	// summary
	s := k.sheet(say("summary"))
	k.put(s, 1, 1, title, k.title)
	rows := [][2]string{
		{say("period"), words.Say(lang, "paper.bulletin.issue", "year", b.Year, "issue", b.Issue)},
		{say("asof"), day(lang, b.AsOf)}, {say("frozen"), frozen(lang, b)}, {say("listversion"), b.ListVersion}, {say("pack"), b.Pack},
		{say("position"), strconv.FormatInt(b.Position, 10)}, {say("digest"), b.Digest}, {say("code"), b.Code}, {say("live"), b.Live}}
	if b.Sample {
		rows = append(rows, [2]string{words.Say(lang, "sample"), words.Say(lang, "paper.sample")})
	}
	r := 3
	for _, p := range rows {
		if p[1] == "" {
			continue
		}
		k.put(s, 1, r, p[0], k.label)
		k.put(s, 2, r, p[1], k.text)
		r++
	}
	r++
	for _, x := range b.Lede {
		k.put(s, 1, r, plain(lang, x), k.wrap)
		k.merge(s, 1, r, 2, r)
		k.high(s, r, 15*math.Ceil(draw.Width(plain(lang, x), 11)/(84*5.6))+3)
		r++
	}
	k.width(s, 1, 18)
	k.width(s, 2, 78)
	k.paper(s, 1, 2)

	for _, t := range b.Tables {
		k.table(t.title(lang), t)
	}
	for _, x := range b.Sections {
		for _, t := range x.Tables {
			k.table(t.title(lang), t)
		}
	}
	col := func(key string, text bool) Column { return Column{Name: words.Say(lang, "paper.col."+key), Text: text} }
	if len(b.Tops)+len(b.Bottoms) > 0 {
		t := Table{Columns: []Column{col("name", true), col("unit", true), col("value", false), col("why", true)}}
		for _, x := range append(b.Tops[:len(b.Tops):len(b.Tops)], b.Bottoms...) {
			t.Columns[2].Unit = x.Value.Unit
			t.Rows = append(t.Rows, Row{Name: x.Name, Sample: x.Sample, Cells: []Num{{Text: x.Unit}, x.Value, {Text: x.Why}}})
		}
		k.table(say("order"), t)
	}
	if len(b.Starts) > 0 {
		t := Table{Columns: []Column{col("name", true), col("unit", true), col("on", true), col("invest", false)}}
		for _, x := range b.Starts {
			t.Columns[3].Unit = x.Invest.Unit
			t.Rows = append(t.Rows, Row{Name: x.Name, Sample: x.Sample, Cells: []Num{{Text: x.Unit}, {Text: day(lang, x.On)}, x.Invest}})
		}
		k.table(say("starts"), t)
	}
	if len(b.Reds) > 0 {
		t := Table{Columns: []Column{col("name", true), col("unit", true), col("leader", true), col("gap", false), col("why", true), col("deadline", true)}}
		for _, x := range b.Reds {
			t.Columns[3].Unit = x.Gap.Unit
			t.Rows = append(t.Rows, Row{Name: x.Name, Sample: x.Sample, Cells: []Num{{Text: x.Unit}, {Text: x.Leader}, x.Gap, {Text: plain(lang, x.Reason)}, {Text: day(lang, x.Deadline)}}})
		}
		k.table(say("reds"), t)
	}
	if len(b.Amendments) > 0 { // beside, never over: the tables keep the frozen numbers
		t := Table{Columns: []Column{{Name: say("amendment"), Text: true}, {Name: say("asof"), Text: true}, {Name: say("content"), Text: true}, {Name: say("entries"), Text: true}}}
		for _, x := range b.Amendments {
			var lines []string
			for _, z := range append(x.Text[:len(x.Text):len(x.Text)], x.Reason...) {
				lines = append(lines, plain(lang, z))
			}
			ref := x.Ref
			if ref == "" && x.Entry > 0 {
				ref = strconv.FormatInt(x.Entry, 10)
			}
			t.Rows = append(t.Rows, Row{Name: ringed(lang, x.No), Cells: []Num{{Text: day(lang, x.On)}, {Text: strings.Join(lines, "\n")}, {Text: ref}}})
		}
		k.table(say("amendment"), t)
	}
	if src := sources(b); len(src) > 0 {
		s := k.sheet(say("sources"))
		for i, h := range []string{say("note"), say("words"), say("entries"), say("figure")} {
			k.put(s, i+1, 1, h, k.head)
			k.width(s, i+1, []float64{8, 40, 50, 50}[i])
		}
		for i, x := range src {
			k.number(s, 1, i+2, Num{Text: strconv.Itoa(x.note)}, k.numberStyle(0, false))
			k.put(s, 2, i+2, x.text, k.wrap)
			k.put(s, 3, i+2, spans(lang, x.entries, 0), k.wrap)
			k.put(s, 4, i+2, strings.Join(x.figures, "\n"), k.wrap)
		}
		k.freeze(s, 0, 1)
		k.paper(s, 1, 4)
	}
	return k.bytes(title)
}

func frozen(lang words.Lang, b Bulletin) string {
	if b.FrozenAt.IsZero() {
		return words.Say(lang, "paper.xlsx.notfrozen")
	}
	return moment(lang, b.FrozenAt)
}

// TableXlsx exports a list as it stands on the page: title, filter sentence, as-of, head with units, rows, total.
func TableXlsx(lang words.Lang, t TableSheet) ([]byte, error) {
	if err := t.Table.Check(lang); err != nil {
		return nil, err
	}
	k, err := newBook(lang)
	if err != nil {
		return nil, err
	}
	defer func() { _ = k.f.Close() }()
	title := t.Title
	if title == "" {
		title = t.Table.title(lang)
	}
	say := func(key string) string { return words.Say(lang, "paper.xlsx."+key) }
	var above [][2]string
	add := func(name, value string) {
		if value != "" {
			above = append(above, [2]string{name, value})
		}
	}
	add(say("filter"), t.Filter)
	if !t.AsOf.IsZero() {
		state := say("notfrozen")
		if !t.Frozen.IsZero() {
			state = moment(lang, t.Frozen)
		}
		add(say("asof"), day(lang, t.AsOf))
		add(say("frozen"), state)
	}
	add(say("live"), t.Live)
	if t.Sample {
		add(words.Say(lang, "sample"), words.Say(lang, "paper.sample"))
	}
	k.tableBelow(say("list"), title, above, t.Table)
	return k.bytes(title)
}

// plain is a sentence as text alone.
func plain(lang words.Lang, s Sentence) string { return flat(said(lang, s)) }

// book is a workbook being written; the first error stops it and comes out at the end.
type book struct {
	f      *excelize.File
	lang   words.Lang
	err    error
	names  map[string]bool
	styles map[string]int

	title, label, text, wrap, head, total, note, address int
}

func newBook(lang words.Lang) (*book, error) {
	k := &book{f: excelize.NewFile(), lang: lang, names: map[string]bool{}, styles: map[string]int{}}
	style := func(s excelize.Style) int {
		id, err := k.f.NewStyle(&s)
		k.keep(err)
		return id
	}
	top := &excelize.Alignment{Vertical: "top"}
	k.title = style(excelize.Style{Font: &excelize.Font{Bold: true, Size: 16, Family: songFont()}})
	k.label = style(excelize.Style{Font: &excelize.Font{Color: "555555", Size: 10}, Alignment: top})
	k.text = style(excelize.Style{Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}})
	k.wrap = style(excelize.Style{Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}})
	k.head = style(excelize.Style{Font: &excelize.Font{Bold: true}, Border: []excelize.Border{{Type: "bottom", Style: 2, Color: "000000"}},
		Alignment: &excelize.Alignment{Vertical: "bottom", WrapText: true}})
	k.total = style(excelize.Style{Font: &excelize.Font{Bold: true}, Border: []excelize.Border{{Type: "top", Style: 1, Color: "000000"}}})
	k.note = style(excelize.Style{Font: &excelize.Font{Color: "555555", Size: 9}})
	k.address = style(excelize.Style{Font: &excelize.Font{Color: "555555", Size: 9, Family: "Consolas"}})
	return k, k.err
}

func (k *book) keep(err error) {
	if k.err == nil {
		k.err = err
	}
}

// numberStyle shows a number to the digits that were printed; what lies behind it is exact.
func (k *book) numberStyle(places int, bold bool) int {
	key := strconv.Itoa(places) + strconv.FormatBool(bold)
	if id, ok := k.styles[key]; ok {
		return id
	}
	format := "#,##0"
	if places > 0 {
		format += "." + strings.Repeat("0", places)
	}
	s := excelize.Style{CustomNumFmt: &format, Alignment: &excelize.Alignment{Horizontal: "right", Vertical: "top"}}
	if bold {
		s.Font = &excelize.Font{Bold: true}
		s.Border = []excelize.Border{{Type: "top", Style: 1, Color: "000000"}}
	}
	id, err := k.f.NewStyle(&s)
	k.keep(err)
	k.styles[key] = id
	return id
}

// sheet adds a sheet under a name that Excel takes: at most 31 characters, none of its forbidden ones, used once.
func (k *book) sheet(name string) string {
	name = strings.Trim(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]`, r) {
			return ' '
		}
		return r
	}, name), " '")
	if name == "" {
		name = words.Say(k.lang, "paper.xlsx.list")
	}
	base := []rune(name)
	if len(base) > 28 {
		base = base[:28]
	}
	name = string(base)
	for i := 2; k.names[strings.ToLower(name)]; i++ {
		name = string(base) + " " + strconv.Itoa(i)
	}
	if len(k.names) == 0 {
		k.keep(k.f.SetSheetName("Sheet1", name))
	} else {
		_, err := k.f.NewSheet(name)
		k.keep(err)
	}
	k.names[strings.ToLower(name)] = true
	return name
}

func cellName(col, row int) string {
	name, err := excelize.CoordinatesToCellName(col, row)
	if err != nil {
		return "A1" // out of a sheet's bounds; SetCell would refuse it too
	}
	return name
}

func (k *book) put(sheet string, col, row int, s string, style int) {
	c := cellName(col, row)
	k.keep(k.f.SetCellStr(sheet, c, s)) // a string even when it looks like a formula or a number
	k.keep(k.f.SetCellStyle(sheet, c, c, style))
}

// number writes the stored decimal if there is one, else the printed one; words stay words.
func (k *book) number(sheet string, col, row int, n Num, style int) {
	c := cellName(col, row)
	digits, ok := asNumber(n)
	if !ok {
		k.put(sheet, col, row, n.Text, style)
		return
	}
	k.keep(k.f.SetCellDefault(sheet, c, digits)) // digits as text into the file: no float in between
	k.keep(k.f.SetCellStyle(sheet, c, c, style))
}

// asNumber gives the digits of a number for a workbook: the stored decimal if there is one, else the printed one. Words,
// percentages with their sign and numbers longer than a spreadsheet can hold (15 digits) are not numbers there.
func asNumber(n Num) (string, bool) {
	source := n.Exact
	v, ok := Decimal(source)
	if !ok {
		source = n.Text
		v, ok = Decimal(source)
	}
	if !ok || strings.HasSuffix(strings.TrimSpace(source), "%") {
		return "", false
	}
	digits := v.FloatString(places(source))
	if len(strings.Trim(digits, "-0.")) > 16 {
		return "", false
	}
	return digits, true
}

func (k *book) merge(sheet string, c0, r0, c1, r1 int) {
	k.keep(k.f.MergeCell(sheet, cellName(c0, r0), cellName(c1, r1)))
}

func (k *book) width(sheet string, col int, w float64) {
	name, err := excelize.ColumnNumberToName(col)
	k.keep(err)
	k.keep(k.f.SetColWidth(sheet, name, name, w))
}

func (k *book) high(sheet string, row int, h float64) { k.keep(k.f.SetRowHeight(sheet, row, h)) }

// freeze keeps columns and rows in sight.
func (k *book) freeze(sheet string, cols, rows int) {
	pane := "bottomLeft"
	if cols > 0 {
		pane = "bottomRight"
	}
	k.keep(k.f.SetPanes(sheet, &excelize.Panes{Freeze: true, XSplit: cols, YSplit: rows, TopLeftCell: cellName(cols+1, rows+1), ActivePane: pane}))
}

// paper sets the printed page: A4 lying down where there are many columns, head rows on every page, page numbers.
func (k *book) paper(sheet string, headRow, cols int) {
	size, fitW, fitH, turned := 9, 1, 0, "portrait"
	if cols > 6 {
		turned = "landscape"
	}
	yes := true
	k.keep(k.f.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &yes}))
	k.keep(k.f.SetPageLayout(sheet, &excelize.PageLayoutOptions{Size: &size, Orientation: &turned, FitToWidth: &fitW, FitToHeight: &fitH}))
	row := strconv.Itoa(headRow)
	k.keep(k.f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: "'" + strings.ReplaceAll(sheet, "'", "''") + "'!$" + row + ":$" + row, Scope: sheet}))
	k.keep(k.f.SetHeaderFooter(sheet, &excelize.HeaderFooterOptions{OddFooter: "&C" + words.Say(k.lang, "paper.xlsx.page", "n", "&P", "of", "&N")}))
}

func (k *book) table(name string, t Table) { k.tableBelow(name, t.title(k.lang), nil, t) }

// tableBelow writes one table on a sheet of its own: title, lines above, head, rows, total; to the right, folded away, one
// column of addresses for every column of figures that has any.
func (k *book) tableBelow(name, title string, above [][2]string, t Table) {
	if t.Title == "" && t.By == "" && above == nil {
		title = name
	}
	s := k.sheet(name)
	k.put(s, 1, 1, title, k.title)
	row := 2
	for _, a := range above {
		k.put(s, 1, row, a[0], k.label)
		k.put(s, 2, row, a[1], k.note)
		row++
	}
	head := row
	wide := make([]float64, len(t.Columns))
	for i, c := range t.Columns {
		label := c.Name
		if c.Unit != "" {
			label += "\n" + c.Unit
		}
		k.put(s, i+1, head, label, k.head)
		wide[i] = math.Max(draw.Width(c.Name, 11), draw.Width(c.Unit, 11))
	}
	k.high(s, head, 32)
	line := func(r Row, row int, total bool) {
		text := k.text
		if total {
			text = k.total
		}
		label := r.Name
		if r.Amended > 0 {
			label += ringed(k.lang, r.Amended)
		}
		if r.Sample {
			label += " " + words.Say(k.lang, "sample")
		}
		k.put(s, 1, row, label, text)
		if len(wide) > 0 {
			wide[0] = math.Max(wide[0], draw.Width(label, 11))
		}
		for i, n := range r.Cells {
			wide[i+1] = math.Max(wide[i+1], draw.Width(n.Text, 11))
			if t.Columns[i+1].Text {
				k.put(s, i+2, row, n.Text, text)
				continue
			}
			k.number(s, i+2, row, n, k.numberStyle(places(n.Text), total))
		}
	}
	row++
	for _, r := range t.Rows {
		line(r, row, false)
		row++
	}
	if t.Total != nil {
		line(*t.Total, row, true)
		row++
	}
	if t.Note != "" {
		k.put(s, 1, row+1, t.Note, k.note)
	}
	const widest = 48.0
	for i, w := range wide {
		k.width(s, i+1, math.Min(math.Max(w/5.6+3, 9), widest))
	}
	for j, r := range t.Rows { // rows whose words turn are made high enough, whatever opens the file
		lines := 1.0
		for _, c := range append([]Num{{Text: r.Name}}, r.Cells...) {
			n := 0.0
			for part := range strings.SplitSeq(c.Text, "\n") {
				n += math.Max(math.Ceil(draw.Width(part, 11)/((widest-2)*5.6)), 1)
			}
			lines = math.Max(lines, n)
		}
		if lines > 1 {
			k.high(s, head+1+j, math.Min(15*lines+3, 400))
		}
	}
	k.addresses(s, head, t)
	if len(t.Columns) == 0 {
		return
	}
	last := head + len(t.Rows)
	if len(t.Rows) > 0 {
		k.keep(k.f.AutoFilter(s, cellName(1, head)+":"+cellName(len(t.Columns), last), nil))
	}
	k.freeze(s, 1, head)
	k.paper(s, head, len(t.Columns))
	k.keep(k.f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Area", Scope: s,
		RefersTo: "'" + strings.ReplaceAll(s, "'", "''") + "'!$A$1:" + absolute(len(t.Columns), row+1)}))
}

func absolute(col, row int) string {
	c, err := excelize.ColumnNumberToName(col)
	if err != nil {
		c = "A"
	}
	return "$" + c + "$" + strconv.Itoa(row)
}

// addresses writes the way back of every number into hidden columns: figure, then ledger entries.
func (k *book) addresses(s string, head int, t Table) {
	col := len(t.Columns) + 2
	rows := t.Rows
	if t.Total != nil {
		rows = append(rows[:len(rows):len(rows)], *t.Total)
	}
	for i := 1; i < len(t.Columns); i++ {
		any := false
		for j, r := range rows {
			n := r.Cells[i-1]
			way := n.Figure
			if len(n.Entries) > 0 {
				way = strings.TrimSpace(way + " #" + spans(k.lang, n.Entries, 0))
			}
			if way == "" {
				continue
			}
			if r := []rune(way); len(r) > 32000 {
				way = string(r[:32000])
			}
			any = true
			k.put(s, col, head+1+j, way, k.address)
		}
		if !any {
			continue
		}
		k.put(s, col, head, words.Say(k.lang, "paper.xlsx.why", "name", t.Columns[i].Name), k.head)
		name, err := excelize.ColumnNumberToName(col)
		k.keep(err)
		k.width(s, col, 24)
		k.keep(k.f.SetColOutlineLevel(s, name, 1))
		k.keep(k.f.SetColVisible(s, name, false))
		col++
	}
}

// bytes closes the workbook: properties without names or times, parts in order.
func (k *book) bytes(title string) ([]byte, error) {
	k.keep(k.f.SetDocProps(&excelize.DocProperties{Title: title, Creator: words.Say(k.lang, "product"), LastModifiedBy: words.Say(k.lang, "product"),
		Created: "1980-01-01T00:00:00Z", Modified: "1980-01-01T00:00:00Z"}))
	k.f.SetActiveSheet(0)
	if k.err != nil {
		return nil, k.err
	}
	out, err := k.f.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return repacked(out.Bytes())
}
