package app

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/quantity"
)

// wish is all that the files say of one project.
type wish struct {
	id     string
	old    *project.Project // nil: new
	rows   []*importRow
	parent *wish

	facts         project.Facts
	level         bool // the list names the level
	start, finish string
	planned       *quantity.Fen
	toLastYear    *quantity.Fen
	goal          string
	category      project.Category
	said          bool // the list names the category
	cells         map[string]string
}

// settle folds the rows of each project into one wish and works out the deeds; they stand in the line of its first row.
func (im *importer) settle() {
	for _, w := range im.wishes {
		im.fold(w)
		for i, r := range w.rows {
			line := &im.lines[r.line]
			line.ID = w.id
			if line.Planned = 0; r.planned != nil {
				line.Planned = *r.planned
			}
			line.NoPlan, line.Total, line.Unit, line.Finish = w.planned == nil, w.facts.Total, w.facts.LocalText, w.finish
			if i > 0 {
				line.State, line.Again = "same", true
			}
		}
		first := w.rows[0]
		line := &im.lines[first.line]
		if w.old == nil {
			line.State, line.Deeds = "new", im.found(w, first)
			continue
		}
		line.State = "same"
		if line.Changes, line.Deeds = im.change(w, first); len(line.Deeds) > 0 {
			line.State = "changed"
		}
	}
}

// fold takes the rows in order; what a later row says holds.
func (im *importer) fold(w *wish) {
	w.cells = map[string]string{}
	set := func(r *importRow, into *string, field string) {
		if s := strings.TrimSpace(r.row.Values[field]); s != "" {
			*into = s
			w.cells[field] = r.cell(field)
		}
	}
	sum := func(r *importRow, into **quantity.Fen, field string) {
		if f := yuan(r.row.Values[field]); f != nil {
			*into = f
			w.cells[field] = r.cell(field)
		}
	}
	f := &w.facts
	var level, nature string
	var total *quantity.Fen
	for _, r := range w.rows {
		set(r, &f.Name.Zh, "name")
		set(r, &f.Code, "code")
		set(r, &level, "list_level")
		set(r, &f.Domain, "category")
		set(r, &nature, "nature")
		set(r, &f.Address, "place")
		set(r, &f.Scope, "scope_text")
		set(r, &f.OwnerText, "owner")
		set(r, &f.LocalText, "responsible_unit")
		set(r, &f.LineText, "line_department")
		set(r, &f.LeaderText, "leader")
		set(r, &f.Remark, "remark")
		set(r, &w.goal, "year_goal_text")
		sum(r, &total, "total_investment_yuan")
		sum(r, &w.planned, "planned_year_investment_yuan")
		sum(r, &w.toLastYear, "invested_to_last_year_yuan")
		if d := lastDay(r.row.Values["start"]); d != "" {
			w.start, w.cells["start"] = d, r.cell("start")
		}
		if d := lastDay(r.row.Values["finish"]); d != "" {
			w.finish, w.cells["finish"] = d, r.cell("finish")
		}
		if r.row.Group != "" {
			f.Group = r.row.Group
		}
	}
	if w.start != "" && w.finish != "" && w.finish < w.start {
		w.finish = "" // the adapter flags the cell; the project itself is read
	}
	if total != nil {
		f.Total = *total
	}
	f.Code = squeeze(f.Code)
	f.Level, w.level = levelOf(level), level != ""
	f.Nature = orElse(natures[strings.TrimSuffix(nature, "项目")], nature)
	f.Front, f.Sample = "projects", isSample(f.Name.Zh)
	f.LocalUnit, f.LineUnit, f.OwnerUnit = im.unit(f.LocalText), im.unit(f.LineText), im.unit(f.OwnerText)
	if w.parent != nil {
		f.Parent = w.parent.id
	}
	w.category, w.said = categoryOf(f.Domain+" "+f.Group+" "+nature, w.start, w.finish, im.year)
}

// found lists a new project with its plan. What the list calls 续建 or 竣工 has begun when it says, and the list is the source.
func (im *importer) found(w *wish, r *importRow) []Command {
	files, on := w.files(), fmt.Sprintf("%04d-01-01", im.year)
	out := []Command{project.List{ID: w.id, Facts: w.facts, Start: w.start, Finish: w.finish, List: im.list, On: on, Stage: project.Preparing, Files: files, Cell: w.cells["name"]}}
	if w.planned != nil {
		out = append(out, im.setPlan(w, ""))
	}
	if w.begun(im.year) {
		out = append(out, project.Happen{ID: w.id, Stage: project.Started, On: w.start, Source: r.why, Files: files})
	}
	return out
}

func (w *wish) begun(year int) bool {
	return w.said && (w.category == project.Continuing || w.category == project.Completing) && w.start != "" && w.start < fmt.Sprintf("%04d-01-01", year)
}

func (w *wish) files() []string {
	var out []string
	for _, r := range w.rows {
		if !slices.Contains(out, r.digest) {
			out = append(out, r.digest)
		}
	}
	return out
}

func (im *importer) setPlan(w *wish, reason string) project.SetPlan {
	p := project.SetPlan{ID: w.id, Year: im.year, Planned: *w.planned, Goal: w.goal, Category: w.category, Reason: reason, Files: w.files(), Cell: w.cells["planned_year_investment_yuan"]}
	if w.toLastYear != nil {
		p.ToLastYear = *w.toLastYear
	}
	return p
}

// change holds what the files say against what is known; what they don't speak of stays.
func (im *importer) change(w *wish, r *importRow) (out []Was, deeds []Command) {
	old := *w.old
	merged := merge(old.Facts, w)
	if merged != old.Facts {
		out = append(out, changes(old.Facts, merged, w.cells)...)
		deeds = append(deeds, project.Describe{ID: old.ID, Facts: merged, Reason: r.why, Files: w.files(), Cell: w.cells["name"]})
	}
	if im.list != "" && !inList(old, im.list) {
		out = append(out, Was{"list", "", im.list, w.cells["name"]})
		deeds = append(deeds, project.ChangeList{ID: old.ID, List: im.list, On: fmt.Sprintf("%04d-01-01", im.year), Reason: r.why})
	}
	if w.planned != nil {
		had, ok := old.Plans[strconv.Itoa(im.year)]
		p := im.setPlan(w, r.why)
		if ok { // what the list leaves open stays
			p.Goal = orElse(p.Goal, had.Goal)
			if w.toLastYear == nil {
				p.ToLastYear = quantity.Fen(had.ToLastYear)
			}
			if !w.said {
				p.Category = had.Category
			}
		}
		was := len(out)
		add := func(field, a, b, cell string) {
			if a != b {
				out = append(out, Was{field, a, b, w.cells[cell]})
			}
		}
		before, lastYear := "", ""
		if ok {
			before, lastYear = MoneyText(quantity.Fen(had.Planned)), MoneyText(quantity.Fen(had.ToLastYear))
		}
		add("planned_year", before, MoneyText(p.Planned), "planned_year_investment_yuan")
		if w.toLastYear != nil {
			add("invested_to_last_year", lastYear, MoneyText(p.ToLastYear), "invested_to_last_year_yuan")
		}
		if ok {
			add("year_goal", had.Goal, p.Goal, "year_goal_text")
			add("year_category", string(had.Category), string(p.Category), "category")
		}
		if len(out) > was || !ok {
			deeds = append(deeds, p)
		}
	}
	for _, d := range []struct {
		what, day string
		was       project.Promise
	}{{"start", w.start, old.Start}, {"finish", w.finish, old.Finish}} {
		if d.day != "" && d.day != d.was.Now {
			out = append(out, Was{d.what, d.was.Now, d.day, w.cells[d.what]})
			deeds = append(deeds, project.PromiseDate{ID: old.ID, What: d.what, Day: d.day, Reason: r.why, Files: w.files()})
		}
	}
	return out, deeds
}

// MoneyText is a sum as lists write it, exact to the fen: 万元, without needless zeros.
func MoneyText(f quantity.Fen) string {
	s := quantity.FormatRat(f.In(quantity.Wan), 6)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// yuan reads a decimal of yuan into fen, rounded to the fen; nil where there is none, or where it is below nothing.
func yuan(s string) *quantity.Fen {
	r, ok := new(big.Rat).SetString(s)
	if !ok || r.Sign() < 0 {
		return nil
	}
	f, err := quantity.RoundFen(r)
	if err != nil {
		return nil
	}
	return &f
}

var levels = map[string]string{"国家级": "nation", "国家": "nation", "国": "nation", "省级": "province", "省": "province", "省重点": "province", "市级": "city", "市": "city", "市重点": "city",
	"区级": "district", "区": "district", "县级": "district", "县": "district", "区重点": "district", "县重点": "district"}

func levelOf(text string) string {
	return orElse(levels[strings.TrimSuffix(strings.TrimSuffix(squeeze(text), "项目"), "重点")], orElse(levels[squeeze(text)], orElse(text, "district")))
}

var natures = map[string]string{"新建": "new", "扩建": "extension", "改建": "rebuild", "改扩建": "extension", "技改": "upgrade", "技术改造": "upgrade"}

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

// categoryOf reads the year's category out of what the list says, or out of the dates; said tells which.
func categoryOf(text, start, finish string, year int) (c project.Category, said bool) {
	y := strconv.Itoa(year)
	has := func(ss ...string) bool {
		return slices.ContainsFunc(ss, func(s string) bool { return strings.Contains(text, s) })
	}
	switch {
	case has("新开工", "拟开工", "计划开工"):
		return project.NewStart, true
	case has("竣工", "投产", "建成", "完工"):
		return project.Completing, true
	case has("续建", "在建", "结转"):
		return project.Continuing, true
	case has("储备", "前期", "谋划"):
		return project.Reserve, true
	case strings.HasPrefix(finish, y):
		return project.Completing, false
	case strings.HasPrefix(start, y):
		return project.NewStart, false
	}
	return project.Continuing, false
}

// merge takes what the list says and keeps what it does not speak of.
func merge(old project.Facts, w *wish) project.Facts {
	m, now := old, w.facts
	set := func(into *string, v string) {
		if v != "" {
			*into = v
		}
	}
	if now.Name.Zh != old.Name.Zh {
		m.Name = org.Name{Zh: now.Name.Zh}
	}
	set(&m.Code, now.Code)
	if w.level {
		m.Level = now.Level
	}
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
	set(&m.Parent, now.Parent)
	if w.cells["total_investment_yuan"] != "" {
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
	add("name", was.Name.Zh, now.Name.Zh, "name")
	add("level", was.Level, now.Level, "list_level")
	add("total_investment", MoneyText(was.Total), MoneyText(now.Total), "total_investment_yuan")
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
	add("group", was.Group, now.Group, "name")
	if len(out) == 0 { // a unit that was not known when the row was read first
		add("unit_found", was.LocalUnit+was.LineUnit+was.OwnerUnit, now.LocalUnit+now.LineUnit+now.OwnerUnit, "responsible_unit")
	}
	return out
}
