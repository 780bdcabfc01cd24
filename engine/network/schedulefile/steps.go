package schedulefile

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"shigan/engine/network"
)

// The table of steps 步骤表: what most offices have instead of a planning program. One line a step; the heading may stand in any
// of the first rows, its columns in any order. Found by the words in the headings, in Chinese or English.
const (
	colStep = iota
	colDays
	colAfter
	colNumber
	colWho
	colClass
	colPlanStart
	colPlanFinish
	colStart
	colFinish
	colPercent
	colLeast
	colLikely
	colMost
	colCount
)

var stepHeadings = [colCount][]string{
	colStep:   {"工序", "步骤", "任务", "名称", "事项", "节点", "工作", "step", "task", "activity", "name"},
	colDays:   {"工期", "天数", "用时", "时长", "工作日", "日历天", "days", "duration"},
	colAfter:  {"前置", "紧前", "前序", "先做", "前道", "after", "predecessor", "depends"},
	colNumber: {"序号", "编号", "号", "no", "id", "#"},
	colWho:    {"责任", "负责", "承办", "牵头", "单位", "who", "owner", "responsible"},
	colClass:  {"类别", "类型", "日历", "class", "calendar"},

	colPlanStart:  {"计划开始", "计划开工", "计划启动", "开始日期", "开始时间", "开工日期", "开工时间", "start"},
	colPlanFinish: {"计划完成", "计划完工", "计划竣工", "计划结束", "完成日期", "完成时间", "结束日期", "结束时间", "竣工日期", "竣工时间", "finish", "enddate"},
	colStart:      {"实际开始", "实际开工", "实际启动", "actualstart", "startedon"},
	colFinish:     {"实际完成", "实际完工", "实际竣工", "实际结束", "actualfinish", "finishedon"},
	colPercent:    {"进度", "比例", "完成率", "百分比", "percent", "progress", "%"},
	colLeast:      {"乐观", "最短", "最快", "optimistic", "least"},
	colLikely:     {"最可能", "最有可能", "mostlikely", "likely"},
	colMost:       {"悲观", "最长", "最慢", "pessimistic", "longest"},
}

// stepOrder is the order in which headings are tried: 前置工序 is no step, 责任单位 no unit of days, 实际开始 no plan.
var stepOrder = []int{colAfter, colPercent, colLeast, colLikely, colMost, colStart, colFinish, colPlanStart, colPlanFinish, colDays, colWho, colClass, colStep, colNumber}

// numberEndings make a heading one of numbers, though it also names a step: 工序编号, Activity ID.
var numberEndings = []string{"编号", "序号", "代码", "工序号", "步骤号", "id", "code"}

// StepOptions say by what calendars the days of a table count.
type StepOptions struct {
	Start     network.Instant
	Calendars map[string]*network.Calendar // by class, as in network.Classes
	Usual     string                       // class of a step that names none; empty: calendar days
	AsOf      network.Instant              // what the table reports was known by then; None: it reports nothing
}

// ReadSteps reads a table of steps (rows of cells). All that is wrong comes back at once, each finding with its row and column,
// counted from 1; then there is no file.
func ReadSteps(rows [][]string, o StepOptions) (*File, []network.Finding, error) {
	s := &steps{StepOptions: o, rows: rows, file: &File{Format: Steps, Network: &network.Network{Start: o.Start, Rules: network.Rules{HoldAtDataDate: true}}}, class: map[string]int{}}
	if !s.heading() {
		return nil, nil, ErrNoHeading
	}
	s.calendars()
	s.read()
	s.begin()
	s.after()
	s.hold()
	if len(s.wrong) > 0 {
		return nil, s.wrong, ErrSteps.With("n", len(s.wrong))
	}
	f, err := s.file.finish()
	return f, nil, err
}

type steps struct {
	StepOptions
	rows [][]string
	col  [colCount]int
	head int
	unit dayUnit // that the heading of days names

	asked, share bool // whether the column of progress holds shares
	file         *File
	class        map[string]int
	lines        []int // row of each activity
	wrong        []network.Finding
}

func (s *steps) cell(row, column int) string {
	if column < 0 || column >= len(s.rows[row]) {
		return ""
	}
	return strings.TrimSpace(s.rows[row][column])
}

func (s *steps) bad(code string, row, column int, value string) {
	s.wrong = append(s.wrong, network.Find("network.steps."+code, "", "row", row+1, "column", column+1, "value", clip(value)))
}

// heading looks for a row that names a step and its days, or its planned dates.
func (s *steps) heading() bool {
	for r := range min(len(s.rows), 20) {
		for k := range s.col {
			s.col[k] = -1
		}
		for c, cell := range s.rows[r] {
			if k := headingOf(cell); k >= 0 && s.col[k] < 0 {
				s.col[k] = c
			}
		}
		if c := s.col[colDays]; c >= 0 {
			s.unit = unitOf(s.rows[r][c])
		}
		if s.col[colDays] < 0 && s.col[colLikely] >= 0 {
			s.col[colDays] = s.col[colLikely]
		}
		if s.col[colStep] < 0 && s.col[colNumber] >= 0 {
			s.col[colStep] = s.col[colNumber] // a table that has ids only
		}
		if s.col[colStep] >= 0 && (s.col[colDays] >= 0 || s.col[colPlanStart] >= 0 && s.col[colPlanFinish] >= 0) {
			s.head = r
			return true
		}
	}
	return false
}

// unitOf is the unit that a heading of days names.
func unitOf(heading string) dayUnit {
	switch {
	case strings.Contains(heading, "工作日"), strings.Contains(strings.ToLower(heading), "working"):
		return workUnit
	case strings.Contains(heading, "日历"), strings.Contains(heading, "自然日"), strings.Contains(strings.ToLower(heading), "calendar"):
		return elapsedUnit
	}
	return plainUnit
}

// headingOf tells what a column holds.
func headingOf(cell string) int {
	t := strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(strings.Join(strings.Fields(cell), "")))
	if t == "" {
		return -1
	}
	for _, k := range stepOrder {
		if k == colPercent && slices.ContainsFunc(numberEndings, func(end string) bool { return strings.HasSuffix(t, end) }) {
			return colNumber
		}
		if slices.ContainsFunc(stepHeadings[k], func(word string) bool { return strings.Contains(t, word) }) {
			return k
		}
	}
	return -1
}

// calendars adds the usual one first.
func (s *steps) calendars() {
	usual := s.Calendars[s.Usual]
	if usual == nil {
		usual = network.EveryDay()
	}
	s.file.Network.Calendars = []*network.Calendar{usual}
	s.class[s.Usual], s.class[""] = 0, 0
}

// read makes an activity of every row that names a step.
func (s *steps) read() {
	n := s.file.Network
	seen, sections := map[string]bool{}, 0
	defer func() {
		if sections > 0 {
			s.file.note("sections", "n", sections)
		}
	}()
	for r := s.head + 1; r < len(s.rows); r++ {
		name, days := s.cell(r, s.col[colStep]), s.cell(r, s.col[colDays])
		if name == "" && (days == "" || s.cell(r, s.col[colNumber]) == "" && slices.ContainsFunc(totals, func(w string) bool { return strings.Contains(strings.Join(s.rows[r], ""), w) })) {
			continue
		}
		if name == "" {
			s.bad("no-name", r, s.col[colStep], "")
			continue
		}
		if days == "" && s.section(r) {
			sections++
			continue
		}
		id := s.cell(r, s.col[colNumber])
		if id == "" {
			id = strconv.Itoa(len(n.Activities) + 1)
		}
		if seen[id] {
			s.bad("doubled", r, s.col[colNumber], id)
			continue
		}
		seen[id] = true
		a := network.Activity{ID: id, Name: name, Calendar: s.calendar(r), Class: s.cell(r, s.col[colClass])}
		s.days(r, &a, days)
		s.progress(r, &a)
		n.Activities = append(n.Activities, a)
		s.file.Tasks = append(s.file.Tasks, Task{Key: id, Row: r + 1, Who: s.cell(r, s.col[colWho]), Likely: s.three(r)})
		s.lines = append(s.lines, r)
	}
}

var sectionPattern = regexp.MustCompile(`^(第?[一二三四五六七八九十]+[、.．章部节]?|[（(][一二三四五六七八九十]+[）)])(.*)$`)

// section tells whether a row is a title over the steps below it: it bears nothing but a name, numbered as titles are (一、前期手续).
func (s *steps) section(r int) bool {
	for c := range s.rows[r] {
		if c != s.col[colStep] && c != s.col[colNumber] && s.cell(r, c) != "" {
			return false
		}
	}
	number, name := s.cell(r, s.col[colNumber]), s.cell(r, s.col[colStep])
	if s.col[colNumber] == s.col[colStep] {
		number = ""
	}
	m := sectionPattern.FindStringSubmatch(name)
	return sectionPattern.MatchString(number) || number == "" && m != nil && strings.ContainsAny(m[1], "、.．章部节（(")
}

var afterPattern = regexp.MustCompile(`(?i)^(.*?)\s*(FS|SS|FF|SF|完成[-—]?开始|开始[-—]?开始|完成[-—]?完成|开始[-—]?完成)?\s*(?:([+-])\s*(.+))?$`)

var typeWords = map[string]network.LinkType{"": network.FS, "FS": network.FS, "SS": network.SS, "FF": network.FF, "SF": network.SF,
	"完成开始": network.FS, "开始开始": network.SS, "完成完成": network.FF, "开始完成": network.SF}

// begin sets the start of the whole, if nobody gave one, to the earliest date in the table, and the data date if it reports anything.
func (s *steps) begin() {
	n := s.file.Network
	first, told := network.None, false
	for i := range n.Activities {
		a := &n.Activities[i]
		for _, t := range []network.Instant{a.BaselineStart, a.Started} {
			if t != network.None && (first == network.None || t < first) {
				first = t
			}
		}
		told = told || a.Started != network.None || a.Finished != network.None || a.Percent > 0
	}
	if n.Start == network.None {
		n.Start = first
	}
	if told {
		n.DataDate = s.AsOf
	}
}

// hold keeps steps that follow nothing at their planned starts.
func (s *steps) hold() {
	n := s.file.Network
	follows := make([]bool, len(n.Activities))
	for _, l := range n.Links {
		follows[l.To] = true
	}
	for i := range n.Activities {
		if a := &n.Activities[i]; !follows[i] && a.BaselineStart > n.Start && a.Started == network.None {
			a.Constraints = append(a.Constraints, network.Constraint{Kind: network.StartNoEarlier, At: a.BaselineStart})
		}
	}
}

// after reads the column of predecessors: numbers or names of steps, parted by commas, with FS, SS, FF or SF and a lag: 3, 5SS+2天.
// Without the column each step follows the one above it.
func (s *steps) after() {
	n := s.file.Network
	at := map[string]int{}
	for i := range n.Activities {
		if _, taken := at[n.Activities[i].Name]; !taken {
			at[n.Activities[i].Name] = i
		}
	}
	for i := range n.Activities {
		at[n.Activities[i].ID] = i // a number wins over a name
	}
	if s.col[colAfter] < 0 {
		for i := 1; i < len(n.Activities); i++ {
			n.Links = append(n.Links, network.Link{From: i - 1, To: i})
		}
		s.file.note("in-order")
		return
	}
	for i, r := range s.lines {
		text := widthFold(s.cell(r, s.col[colAfter]))
		if s.whole(text, at) {
			s.follow(i, r, text, at)
			continue
		}
		for _, piece := range parts(text, ";、；\n") {
			if s.whole(piece, at) { // a name may hold a comma
				s.follow(i, r, piece, at)
				continue
			}
			for _, one := range parts(piece, ",，/") {
				if words := strings.Fields(one); len(words) > 1 && !s.whole(one, at) && !slices.ContainsFunc(words, func(w string) bool { return !s.whole(w, at) }) {
					for _, w := range words {
						s.follow(i, r, w, at)
					}
					continue
				}
				s.follow(i, r, one, at)
			}
		}
	}
}

// parts cuts a cell; what people write for "none" is left out.
func parts(text, at string) (out []string) {
	for _, one := range strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(at, c) }) {
		if one = strings.TrimSpace(one); one != "" && one != "-" && one != "—" && one != "无" {
			out = append(out, one)
		}
	}
	return out
}

// whole tells whether a text is one predecessor, so that commas in it belong to a name.
func (s *steps) whole(text string, at map[string]int) bool {
	_, m, ok := s.named(text, at)
	if !ok || m[4] == "" {
		return ok
	}
	_, _, ok = parseDays(m[4])
	return ok
}

// named finds the step that a text names, by itself or before a type and a lag; a name may itself end in +1 or SS.
func (s *steps) named(text string, at map[string]int) (from int, rest []string, ok bool) {
	if from, ok = at[text]; ok {
		return from, []string{"", "", "", "", ""}, true
	}
	rest = afterPattern.FindStringSubmatch(text)
	if rest == nil {
		return 0, nil, false
	}
	from, ok = at[strings.TrimSpace(rest[1])]
	return from, rest, ok
}

// follow adds one link into a step.
func (s *steps) follow(to, row int, text string, at map[string]int) {
	c := s.col[colAfter]
	from, m, ok := s.named(text, at)
	if !ok {
		s.bad("after", row, c, text)
		return
	}
	l := network.Link{From: from, To: to, Type: typeWords[strings.NewReplacer("-", "", "—", "").Replace(strings.ToUpper(m[2]))]}
	if m[4] != "" && !s.lag(&l, m[3], m[4]) {
		s.bad("lag", row, c, text)
		return
	}
	if l.From == to {
		s.bad("own", row, c, text)
		return
	}
	s.file.Network.Links = append(s.file.Network.Links, l)
}

// lag reads a lag in days of the predecessor's calendar, or calendar days.
func (s *steps) lag(l *network.Link, sign, text string) bool {
	d, unit, ok := parseDays(text)
	if !ok {
		return false
	}
	if l.Lag = s.minutes(s.file.Network.Activities[l.From].Calendar, d, unit); unit == elapsedUnit {
		l.Elapsed, l.Lag = true, int64(math.Round(d*1440))
	}
	if sign == "-" {
		l.Lag = -l.Lag
	}
	return true
}

// Rows gives a table of steps back, in the form that ReadSteps reads.
func Rows(f *File, heading []string) [][]string {
	n := f.Network
	out := [][]string{heading}
	into := make([][]string, len(n.Activities))
	for _, l := range n.Links {
		text := n.Activities[l.From].ID
		if l.Type != network.FS || l.Lag != 0 {
			text += l.Type.String()
		}
		if l.Lag != 0 {
			per, unit := float64(n.Calendars[n.Activities[l.From].Calendar].DayMinutes), "d"
			if l.Elapsed {
				per, unit = 1440, "cd"
			}
			text += fmt.Sprintf("%+g%s", float64(l.Lag)/per, unit)
		}
		into[l.To] = append(into[l.To], text)
	}
	for i := range n.Activities {
		a := &n.Activities[i]
		who := ""
		if i < len(f.Tasks) {
			who = f.Tasks[i].Who
		}
		out = append(out, []string{a.ID, a.Name, fmt.Sprintf("%g", n.Days(i, a.Duration)), strings.Join(into[i], ", "), who, a.Class})
	}
	return out
}
