package web

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"shigan/app"
	"shigan/domain/dispatch"
	"shigan/kernel/calendar"
)

type templatesPageData struct {
	Forms  []formLine
	Months []string
	Key    string
	Error  string
}

type formLine struct {
	dispatch.Template
	Columns int
}

// templatesPage lists the superior's forms, each to be filled for a month.
func (v *view) templatesPage() error { return v.templatesWith("") }

func (v *view) templatesWith(refusal string) error {
	all, err := app.All[dispatch.Template](v.Read(), dispatch.TemplateKind, "")
	if err != nil {
		return err
	}
	d := templatesPageData{Key: app.NewKey(), Error: refusal}
	for _, t := range all {
		d.Forms = append(d.Forms, formLine{t, strings.Count(t.Mapping, "=")})
	}
	slices.SortFunc(d.Forms, func(a, b formLine) int { return int(b.Seq - a.Seq) })
	if d.Months, err = v.Months(); err != nil {
		return err
	}
	return v.page("templates", v.T("templates.title"), d, func(p *Page) { p.Ask = "nav.bulletin" })
}

// keepTemplate keeps a blank form as evidence; its columns are mapped next.
func (v *view) keepTemplate() error {
	press, err := v.papers()
	if err != nil {
		return err
	}
	if err := v.r.ParseMultipartForm(8 << 20); errors.Is(err, http.ErrNotMultipart) {
		return errNoFileSent
	} else if err != nil {
		return err
	}
	files := v.r.MultipartForm.File["file"]
	if len(files) == 0 {
		return errNoFileSent
	}
	raw, err := readPart(files[0])
	if err != nil {
		return err
	}
	if _, err := press.Look(raw); err != nil {
		return err
	}
	head, _, _, err := v.Read().Log()
	if err != nil {
		return err
	}
	file := app.File{Digest: head.Suite.Digest(raw), Name: baseName(files[0].Filename), Media: mediaTypes["xlsx"], Bytes: raw}
	name := strings.TrimSpace(v.r.FormValue("name"))
	if name == "" {
		name = strings.TrimSuffix(file.Name, ".xlsx")
	}
	_, hex, _ := strings.Cut(file.Digest, ":")
	id := hex[:10]
	opt := v.options()
	opt.Files = []app.File{file}
	if old, had, err := dispatch.TemplateOf(v.Read(), id); err != nil {
		return err
	} else if had { // the same form again keeps its mapping
		return v.seeOther("/template/" + old.ID)
	}
	if _, err := v.s.o.Do(v.ctx(), v.By, dispatch.MapTemplate{ID: id, Called: name, File: file.Digest}, opt); err != nil {
		return err
	}
	return v.seeOther("/template/" + id)
}

type templatePageData struct {
	T       dispatch.Template
	Sheets  []app.TemplateSheet
	Sheet   app.TemplateSheet
	First   int
	Ready   int
	Columns []templateColumn
	Fields  []string
	Key     string
	Months  []string
}

type templateColumn struct {
	Letter string
	Cells  []string
	Field  string
}

func (v *view) template() (dispatch.Template, []byte, error) {
	t, ok, err := dispatch.TemplateOf(v.Read(), v.r.PathValue("id"))
	if err != nil {
		return t, nil, err
	}
	if !ok {
		return t, nil, errPage
	}
	raw, err := v.Read().Blob(t.File)
	return t, raw, err
}

func (v *view) templatePage() error {
	press, err := v.papers()
	if err != nil {
		return err
	}
	t, raw, err := v.template()
	if err != nil {
		return err
	}
	d := templatePageData{T: t, Key: app.NewKey(), Fields: app.FillFields, Ready: 1}
	if d.Sheets, err = press.Look(raw); err != nil {
		return err
	}
	if d.Months, err = v.Months(); err != nil {
		return err
	}
	was := readMapping(t.Mapping)
	want := was.sheet
	if s := v.r.FormValue("sheet"); s != "" {
		want = s
	}
	for i, s := range d.Sheets {
		if s.Name == want || i == 0 {
			d.Sheet = s
		}
	}
	heading, fields := v.guessHeading(d.Sheet)
	d.First = heading + 2
	if was.first > 0 && was.sheet == d.Sheet.Name {
		d.First, d.Ready = was.first, max(was.ready, 1)
	}
	width := 0
	for _, r := range d.Sheet.Rows {
		width = max(width, len(r))
	}
	for c := range width {
		col := templateColumn{Letter: letter(c), Field: fields[c]}
		if was.first > 0 && was.sheet == d.Sheet.Name {
			col.Field = was.columns[col.Letter]
		}
		for _, r := range d.Sheet.Rows[:min(len(d.Sheet.Rows), d.First)] {
			if c < len(r) && strings.TrimSpace(r[c]) != "" {
				col.Cells = append(col.Cells, strings.TrimSpace(r[c]))
			}
		}
		d.Columns = append(d.Columns, col)
	}
	return v.page("template", t.Name.In(v.Lang), d, func(p *Page) { p.Ask = "nav.bulletin" })
}

// letter names a column: A, B … Z, AA.
func letter(c int) string {
	out := ""
	for c++; c > 0; c = (c - 1) / 26 {
		out = string(rune('A'+(c-1)%26)) + out
	}
	return out
}

// guessHeading finds the row that names most fields, and which column is which; the reader corrects it.
func (v *view) guessHeading(s app.TemplateSheet) (row int, fields map[int]string) {
	fields = map[int]string{}
	best := 0
	for i, r := range s.Rows {
		found, taken := map[int]string{}, map[string]bool{}
		for c, cell := range r {
			if f := v.guessField(cell); f != "" && !taken[f] {
				found[c], taken[f] = f, true
			}
		}
		if len(found) > best {
			best, row, fields = len(found), i, found
		}
	}
	return row, fields
}

// guessField takes a heading that reads like a field's own name, units in brackets included.
func (v *view) guessField(cell string) string {
	bare := func(s string) string {
		s = strings.NewReplacer("（", "(", "）", ")", " ", "", "\n", "", "\u3000", "").Replace(s)
		return s
	}
	name := bare(cell)
	if name == "" {
		return ""
	}
	for _, f := range app.FillFields {
		want := bare(v.T("fill." + f))
		base, _, _ := strings.Cut(want, "(")
		if name == want || name == base {
			return f
		}
	}
	return ""
}

// mapping is what the page needs of a saved one: 'Sheet'!5+3:A=seq,B=name.
type mapping struct {
	sheet        string
	first, ready int
	columns      map[string]string
}

func readMapping(s string) mapping {
	m := mapping{columns: map[string]string{}}
	if i := strings.LastIndex(s, "'!"); strings.HasPrefix(s, "'") && i > 0 {
		m.sheet, s = s[1:i], s[i+2:]
	}
	where, cols, _ := strings.Cut(s, ":")
	first, ready, _ := strings.Cut(where, "+")
	m.first, _ = strconv.Atoi(first)
	m.ready, _ = strconv.Atoi(ready)
	for _, p := range strings.Split(cols, ",") {
		if k, f, ok := strings.Cut(p, "="); ok {
			m.columns[k] = f
		}
	}
	return m
}

func (v *view) mapTemplate() error {
	t, _, err := v.template()
	if err != nil {
		return err
	}
	first, err := strconv.Atoi(strings.TrimSpace(v.r.FormValue("first")))
	if err != nil || first < 1 {
		return errForm.With("field", v.T("templates.first"))
	}
	ready, err := strconv.Atoi(strings.TrimSpace(v.r.FormValue("ready")))
	if err != nil || ready < 1 {
		ready = 1
	}
	var cols []string
	for c := range 60 {
		if f := v.r.FormValue("c" + letter(c)); slices.Contains(app.FillFields, f) {
			cols = append(cols, letter(c)+"="+f)
		}
	}
	if len(cols) == 0 {
		return errForm.With("field", v.T("templates.map"))
	}
	m := fmt.Sprintf("'%s'!%d+%d:%s", v.r.FormValue("sheet"), first, ready, strings.Join(cols, ","))
	if _, err := v.s.o.Do(v.ctx(), v.By, dispatch.MapTemplate{ID: t.ID, Called: t.Name.Zh, File: t.File, Mapping: m}, v.options()); err != nil {
		return err
	}
	return v.seeOther("/templates")
}

// fillTemplate fills a form for a month and sends it.
func (v *view) fillTemplate() error {
	press, err := v.papers()
	if err != nil {
		return err
	}
	t, raw, err := v.template()
	if err != nil {
		return err
	}
	if t.Mapping == "" {
		return v.seeOther("/template/" + t.ID)
	}
	m, err := calendar.ParseMonth(v.r.FormValue("m"))
	if err != nil {
		return errForm.With("field", v.T("templates.month"))
	}
	out, _, err := press.Fill(v.ctx(), v.Lang, v.s.o, m, raw, t.Mapping)
	return v.send("form-"+t.ID+"-"+m.String(), "xlsx", out, err)
}
