package app

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"

	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/quantity"
)

// Recognised 识别结果 is what an adapter found in a workbook: plain values, each with the cell that it came from.
type Recognised struct {
	File      string
	Digest    string
	Media     string
	Bytes     []byte
	Sheets    []RecognisedSheet
	Questions []ImportQuestion
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
}

// RecognisedColumn says which field a column holds; "" for none.
type RecognisedColumn struct{ Column, Heading, Field, Unit string }

// RecognisedRow is one project. Money stands in Values under "<field>_yuan" as a decimal, dates as written in ISO with their
// precision ("2022-03/month").
type RecognisedRow struct {
	Row, Parent int
	Values      map[string]string
	Cells       map[string]string
	Group       string
}

// RecognisedSkip is a row that is no project.
type RecognisedSkip struct {
	Row  int
	Kind string
}

// RecognisedProblem is one bad cell: where, what was there, why it can't be taken, what to do.
type RecognisedProblem struct{ Sheet, Cell, Kind, Value, Text string }

// ImportQuestion 问 is one doubt that only a person can settle.
type ImportQuestion struct {
	ID, Sheet, Cell, Kind, Text string
	Options                     []ImportOption
}

// ImportOption is one answer, with what a known figure would become.
type ImportOption struct{ Key, Label, Effect string }

// ImportLine is what one row would do.
type ImportLine struct {
	Sheet   string
	Row     int
	ID      string
	Name    string
	State   string // new, changed, same, unread
	Changes []Was  // of a changed one
	Why     string // of an unread one
	Deeds   []Command
}

// Was → now 改.
type Was struct{ Field, Was, Now, Cell string }

// ImportPlan 将要改什么 is shown before anything changes; its counts close: new + changed + same + unread = rows read.
type ImportPlan struct {
	File                       string
	Year                       int
	List                       string
	Lines                      []ImportLine
	New, Changed, Same, Unread int
	Planned                    quantity.Fen // this year's plan of all rows, children left out
}

// PlanImport works out what a workbook would change, without changing it.
func (o *Office) PlanImport(ctx context.Context, rec Recognised, year int, list string) (*ImportPlan, error) {
	r := o.Read(ctx)
	known, err := All[project.Project](r, project.Kind, "")
	if err != nil {
		return nil, err
	}
	units, err := All[org.Unit](r, org.UnitKind, "")
	if err != nil {
		return nil, err
	}
	im := &importer{year: year, list: list, file: rec.Digest, byKey: map[string]project.Project{}, used: map[string]bool{}, units: units, prefix: "P" + strconv.Itoa(year) + "-"}
	for _, p := range known {
		im.used[p.ID] = true
		if p.Code != "" {
			im.byKey["code/"+p.Code] = p
		}
		im.byKey[matchKey(p.Facts.Name.Zh, p.Address, p.LocalText)] = p
		if _, twice := im.byKey["name/"+squeeze(p.Facts.Name.Zh)]; !twice {
			im.byKey["name/"+squeeze(p.Facts.Name.Zh)] = p
		}
		im.next = max(im.next, serial(p.ID, im.prefix))
	}
	plan := &ImportPlan{File: rec.File, Year: year, List: list}
	for _, sh := range rec.Sheets {
		if sh.Read {
			im.sheet(plan, sh)
		}
	}
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
	return plan, nil
}

// ApplyImport carries a plan out: the workbook is kept as evidence, and each fact names its cell. A row that is refused leaves
// nothing behind; the other rows stand, and the error names the refused ones.
func (o *Office) ApplyImport(ctx context.Context, by org.Signer, plan *ImportPlan, rec Recognised) (entries int, err error) {
	var deeds []Deed
	file := File{Digest: rec.Digest, Name: rec.File, Media: rec.Media, Bytes: rec.Bytes}
	for _, l := range plan.Lines {
		for _, cmd := range l.Deeds {
			d := Deed{By: by, Cmd: cmd}
			if len(deeds) == 0 {
				d.Opt.Files = []File{file}
			}
			deeds = append(deeds, d)
		}
	}
	receipts, err := o.DoAll(ctx, deeds)
	for _, r := range receipts {
		if r.First > 0 {
			entries += int(r.Last-r.First) + 1
		}
	}
	return entries, err
}

type importer struct {
	year   int
	list   string
	file   string
	prefix string
	next   int
	byKey  map[string]project.Project
	used   map[string]bool
	units  []org.Unit
	rows   map[int]string // row → id, for children of bundles
}

func (im *importer) sheet(plan *ImportPlan, sh RecognisedSheet) {
	im.rows = map[int]string{}
	rows := slices.Clone(sh.Rows)
	sort.SliceStable(rows, func(i, j int) bool { return rows[i].Parent == 0 && rows[j].Parent != 0 }) // parents first
	for _, row := range rows {
		line := im.row(sh, row)
		if line.State != "unread" {
			im.rows[row.Row] = line.ID
			if row.Parent == 0 {
				plan.Planned += im.money(row, "planned_year_investment")
			}
		}
		plan.Lines = append(plan.Lines, line)
	}
}

func (im *importer) row(sh RecognisedSheet, row RecognisedRow) ImportLine {
	v := row.Values
	line := ImportLine{Sheet: sh.Name, Row: row.Row, Name: v["name"]}
	if strings.TrimSpace(v["name"]) == "" {
		line.State, line.Why = "unread", "name"
		return line
	}
	f := project.Facts{Name: org.Name{Zh: v["name"]}, Code: v["code"], Level: orElse(levels[v["list_level"]], orElse(v["list_level"], "district")), Domain: v["category"],
		Nature: v["nature"], Address: v["place"], Scope: v["scope_text"], OwnerText: v["owner"], LocalText: v["responsible_unit"], LineText: v["line_department"],
		LeaderText: v["leader"], Total: im.money(row, "total_investment"), Remark: v["remark"], Group: row.Group, Front: "projects",
		Sample: strings.Contains(v["name"], "（示例）")}
	f.LocalUnit, f.LineUnit, f.OwnerUnit = im.unit(v["responsible_unit"]), im.unit(v["line_department"]), im.unit(v["owner"])
	if row.Parent > 0 {
		f.Parent = im.rows[row.Parent]
	}
	start, finish := lastDay(v["start"]), lastDay(v["finish"])
	if start != "" && finish != "" && finish < start {
		finish = "" // flagged as a problem of the cell; the project itself is read
	}
	plan := project.SetPlan{Year: im.year, Planned: im.money(row, "planned_year_investment"), ToLastYear: im.money(row, "invested_to_last_year"),
		Goal: v["year_goal_text"], Category: categoryOf(v["category"], row.Group, start, finish, im.year), Files: []string{im.file},
		Cell: sh.Name + "!" + row.Cells["planned_year_investment_yuan"]}
	old, found := im.find(f)
	if !found {
		im.next++
		line.ID, line.State = fmt.Sprintf("%s%03d", im.prefix, im.next), "new"
		plan.ID = line.ID
		on := fmt.Sprintf("%04d-01-01", im.year)
		line.Deeds = []Command{project.List{ID: line.ID, Facts: f, Start: start, Finish: finish, List: im.list, On: on, Stage: stageOf(start, im.year), Files: []string{im.file},
			Cell: sh.Name + "!" + row.Cells["name"]}, plan}
		im.remember(f, line.ID)
		return line
	}
	line.ID, line.State = old.ID, "same"
	merged := merge(old.Facts, f)
	if merged != old.Facts {
		line.Changes = append(line.Changes, changes(old.Facts, merged, row.Cells)...)
		line.Deeds = append(line.Deeds, project.Describe{ID: old.ID, Facts: merged, Reason: "import", Files: []string{im.file}, Cell: sh.Name + "!" + row.Cells["name"]})
	}
	had, ok := old.Plans[strconv.Itoa(im.year)]
	if !ok || had.Planned != project.DispatchMoney(plan.Planned) || had.ToLastYear != project.DispatchMoney(plan.ToLastYear) {
		plan.ID, plan.Reason = old.ID, "import"
		if plan.Goal == "" {
			plan.Goal = had.Goal
		}
		line.Changes = append(line.Changes, Was{"planned_year", quantity.Fen(had.Planned).String(), plan.Planned.String(), row.Cells["planned_year_investment_yuan"]})
		line.Deeds = append(line.Deeds, plan)
	}
	for what, day := range map[string]string{"start": start, "finish": finish} {
		was := old.Start.Now
		if what == "finish" {
			was = old.Finish.Now
		}
		if day != "" && day != was {
			line.Changes = append(line.Changes, Was{what, was, day, row.Cells[what]})
			line.Deeds = append(line.Deeds, project.PromiseDate{ID: old.ID, What: what, Day: day, Reason: "import", Files: []string{im.file}})
		}
	}
	if len(line.Deeds) > 0 {
		line.State = "changed"
	}
	return line
}

func (im *importer) find(f project.Facts) (project.Project, bool) {
	if f.Code != "" {
		if p, ok := im.byKey["code/"+f.Code]; ok {
			return p, true
		}
	}
	if p, ok := im.byKey[matchKey(f.Name.Zh, f.Address, f.LocalText)]; ok {
		return p, true
	}
	p, ok := im.byKey["name/"+squeeze(f.Name.Zh)]
	// the same name in another town is another project
	if ok && (p.Address == "" || f.Address == "" || p.Address == f.Address) && (p.LocalText == "" || f.LocalText == "" || p.LocalText == f.LocalText) {
		return p, true
	}
	return project.Project{}, false
}

// remember keeps rows of this file apart from one another: two equal lines are two projects.
func (im *importer) remember(f project.Facts, id string) { im.used[id] = true }

func (im *importer) money(row RecognisedRow, field string) quantity.Fen {
	m, err := quantity.ParseMoney(row.Values[field+"_yuan"], quantity.Yuan)
	if err != nil || m.Fen < 0 {
		return 0
	}
	return m.Fen
}

// unit finds a unit whose name the list writes, in full or without the district before it.
func (im *importer) unit(text string) string {
	text = squeeze(text)
	if text == "" {
		return ""
	}
	for _, u := range im.units {
		n := squeeze(u.Name.Zh)
		if n == text || n == "区"+text || "区"+n == text || strings.HasSuffix(text, n) && len(n) > 9 {
			return u.ID
		}
	}
	return ""
}

var levels = map[string]string{"国家级": "nation", "国家": "nation", "省级": "province", "省": "province", "市级": "city", "市": "city", "区级": "district", "区": "district", "县级": "district", "县": "district"}

func matchKey(name, place, unit string) string {
	return "key/" + squeeze(name) + "/" + squeeze(place) + "/" + squeeze(unit)
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

// lastDay is the last day of what a list promises: of the month, quarter or year that it names. "2022-03/month" → 2022-03-31.
func lastDay(s string) string {
	value, _, _ := strings.Cut(s, "/")
	if value == "" {
		return ""
	}
	w, err := calendar.ParseDate(strings.Replace(value, "-Q", "Q", 1))
	if err != nil {
		return ""
	}
	return w.To.String()
}

// categoryOf reads the year's category out of what the list says, or out of the dates.
func categoryOf(category, group, start, finish string, year int) project.Category {
	text := category + group
	y := strconv.Itoa(year)
	switch {
	case strings.Contains(text, "新开工") || strings.Contains(text, "新建"):
		return project.NewStart
	case strings.Contains(text, "竣工") || strings.Contains(text, "投产"):
		return project.Completing
	case strings.Contains(text, "续建") || strings.Contains(text, "在建"):
		return project.Continuing
	case strings.Contains(text, "储备") || strings.Contains(text, "前期") || strings.Contains(text, "谋划"):
		return project.Reserve
	case strings.HasPrefix(finish, y):
		return project.Completing
	case strings.HasPrefix(start, y):
		return project.NewStart
	}
	return project.Continuing
}

func stageOf(start string, year int) project.Stage {
	if start != "" && start < fmt.Sprintf("%04d-01-01", year) {
		return project.Building
	}
	return project.Preparing
}

// merge takes what the list says and keeps what it does not speak of.
func merge(old, now project.Facts) project.Facts {
	m := old
	set := func(into *string, v string) {
		if v != "" {
			*into = v
		}
	}
	set(&m.Code, now.Code)
	set(&m.Domain, now.Domain)
	set(&m.Nature, now.Nature)
	set(&m.Address, now.Address)
	set(&m.Scope, now.Scope)
	set(&m.OwnerText, now.OwnerText)
	set(&m.LocalText, now.LocalText)
	set(&m.LineText, now.LineText)
	set(&m.LeaderText, now.LeaderText)
	set(&m.Remark, now.Remark)
	set(&m.Group, now.Group)
	set(&m.LocalUnit, now.LocalUnit)
	set(&m.LineUnit, now.LineUnit)
	set(&m.OwnerUnit, now.OwnerUnit)
	if now.Total > 0 {
		m.Total = now.Total
	}
	return m
}

func changes(was, now project.Facts, cells map[string]string) []Was {
	var out []Was
	add := func(field, a, b, cell string) {
		if a != b {
			out = append(out, Was{field, a, b, cells[cell]})
		}
	}
	add("total_investment", was.Total.String(), now.Total.String(), "total_investment_yuan")
	add("owner", was.OwnerText, now.OwnerText, "owner")
	add("responsible_unit", was.LocalText, now.LocalText, "responsible_unit")
	add("line_department", was.LineText, now.LineText, "line_department")
	add("leader", was.LeaderText, now.LeaderText, "leader")
	add("place", was.Address, now.Address, "place")
	add("scope_text", was.Scope, now.Scope, "scope_text")
	add("remark", was.Remark, now.Remark, "remark")
	add("code", was.Code, now.Code, "code")
	add("category", was.Domain, now.Domain, "category")
	add("nature", was.Nature, now.Nature, "nature")
	return out
}
