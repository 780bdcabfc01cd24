package schedulefile

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"shigan/engine/network"
)

// xer is a file as tables: %T names one, %F its fields, %R are rows, %E ends the file.
type xer struct {
	tables map[string][]xerRow
	wrong  error
}

type xerRow struct {
	line   int
	fields map[string]int
	values []string
}

func (r xerRow) get(field string) string {
	if i, ok := r.fields[field]; ok && i < len(r.values) {
		return strings.TrimSpace(r.values[i])
	}
	return ""
}

func readXER(r io.Reader, o Options) (*File, error) {
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, refuse(err, "")
	}
	text, encoding, err := decode(b, o.Encoding)
	if err != nil {
		return nil, err
	}
	x, program, err := parseXER(text)
	if err != nil {
		return nil, err
	}
	f := &File{Format: XER, Program: program, Encoding: encoding}
	if encoding != "utf-8" && o.Encoding == "" {
		f.note("encoding", "encoding", encoding)
	}
	p := &p6{file: f, wbs: map[string][2]string{}, resources: map[string]int{}}
	x.fill(p)
	if x.wrong != nil {
		return nil, x.wrong
	}
	return p.build()
}

// parseXER cuts the text into tables. A file without its end mark was cut off: rows are missing that nobody can count.
func parseXER(text string) (*xer, string, error) {
	x := &xer{tables: map[string][]xerRow{}}
	program, table, ended := "Primavera P6", "", false
	var fields map[string]int
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		line = strings.TrimSuffix(line, "\r")
		cells := strings.Split(line, "\t")
		switch cells[0] {
		case "ERMHDR":
			if len(cells) > 1 {
				program += " " + cells[1]
			}
		case "%T":
			if len(cells) < 2 {
				return nil, "", ErrBroken.With("where", i+1, "detail", "%T")
			}
			table, fields = strings.TrimSpace(cells[1]), nil
		case "%F":
			fields = map[string]int{}
			for k, name := range cells[1:] {
				fields[strings.TrimSpace(name)] = k
			}
		case "%R":
			if table == "" || fields == nil {
				return nil, "", ErrBroken.With("where", i+1, "detail", "%R")
			}
			x.tables[table] = append(x.tables[table], xerRow{i + 1, fields, cells[1:]})
		case "%E":
			ended = true
		default:
			if !continues(line, x.tables[table]) {
				continue
			}
			rows := x.tables[table] // a line break inside a note: the text goes on in the last cell
			last := &rows[len(rows)-1]
			last.values[len(last.values)-1] += "\n" + cells[0]
			last.values = append(last.values, cells[1:]...)
		}
		if ended {
			break
		}
	}
	if !ended {
		return nil, "", ErrTruncated.With("where", len(lines))
	}
	return x, program, nil
}

// continues tells whether a line without a mark belongs to the row before it.
func continues(line string, rows []xerRow) bool {
	return len(rows) > 0 && len(rows[len(rows)-1].values) > 0 && len(rows[len(rows)-1].values) < len(rows[len(rows)-1].fields) && line != ""
}

func (x *xer) bad(r xerRow, who, field string) {
	if x.wrong == nil {
		x.wrong = ErrValue.With("where", r.line, "activity", who, "field", field, "value", clip(r.get(field)))
	}
}

func (x *xer) instant(r xerRow, who, field string) network.Instant {
	t, ok := parseInstant(r.get(field))
	if !ok {
		x.bad(r, who, field)
	}
	return t
}

// number reads a decimal number with a point or, as some systems write, a comma.
func (x *xer) number(r xerRow, who, field string) float64 {
	s := r.get(field)
	if s == "" {
		return 0
	}
	v, err := strconv.ParseFloat(strings.Replace(s, ",", ".", 1), 64)
	if err != nil || v != v || v > 1e9 || v < -1e9 {
		x.bad(r, who, field)
		return 0
	}
	return v
}

// fill turns rows into records.
func (x *xer) fill(p *p6) {
	options := map[string]xerRow{}
	for _, r := range x.tables["SCHEDOPTIONS"] {
		options[r.get("proj_id")] = r
	}
	used := map[string]bool{}
	for _, r := range x.tables["TASK"] {
		used[r.get("proj_id")] = true
	}
	for _, r := range x.tables["PROJECT"] {
		if key := r.get("proj_id"); used[key] || len(x.tables["PROJECT"]) == 1 {
			o, stated := options[key]
			p.projects = append(p.projects, x.project(r, o, stated))
		}
	}
	for _, r := range x.tables["CALENDAR"] {
		p.calendars = append(p.calendars, x.calendar(r))
	}
	for _, r := range x.tables["PROJWBS"] {
		p.wbs[r.get("wbs_id")] = [2]string{r.get("parent_wbs_id"), r.get("wbs_short_name")}
		if r.get("proj_node_flag") == "Y" {
			for i := range p.projects {
				if p.projects[i].key == r.get("proj_id") {
					p.projects[i].name = r.get("wbs_name")
				}
			}
		}
	}
	for _, r := range x.tables["TASK"] {
		p.activities = append(p.activities, x.task(r))
	}
	for _, r := range x.tables["TASKPRED"] {
		l := p6Link{from: r.get("pred_task_id"), to: r.get("task_id"), lag: x.number(r, r.get("task_id"), "lag_hr_cnt")}
		switch r.get("pred_type") {
		case "PR_FS", "":
		case "PR_SS":
			l.kind = network.SS
		case "PR_FF":
			l.kind = network.FF
		case "PR_SF":
			l.kind = network.SF
		default:
			x.bad(r, r.get("task_id"), "pred_type")
		}
		p.links = append(p.links, l)
	}
	for _, r := range x.tables["TASKRSRC"] {
		p.resources[r.get("task_id")]++
	}
}

func (x *xer) project(r, o xerRow, stated bool) p6Project {
	code := r.get("proj_short_name")
	p := p6Project{key: r.get("proj_id"), code: code, start: x.instant(r, code, "plan_start_date"), mustFinish: x.instant(r, code, "plan_end_date"),
		dataDate: x.instant(r, code, "last_recalc_date"), calendar: r.get("clndr_id"), longestPath: r.get("critical_path_type") == "CT_DrivPath",
		floatLimit: x.number(r, code, "critical_drtn_hr_cnt"), statedRules: stated}
	if !stated {
		return p
	}
	p.openEndsCritical, p.override = o.get("sched_open_critical_flag") == "Y", o.get("sched_progress_override") == "Y"
	p.expected = o.get("sched_use_expect_end_flag") == "Y"
	p.lag = map[string]network.LagCalendar{"rcal_Successor": network.OfSuccessor, "rcal_ProjDefault": network.OfProject,
		"rcal_24Hour": network.AroundTheClock}[o.get("sched_calendar_on_relationship_lag")]
	p.float = map[string]network.FloatKind{"FT_SS": network.StartFloat, "FT_Min": network.SmallestFloat}[o.get("sched_float_type")]
	return p
}

// xerConstraints are the codes of constraints.
var xerConstraints = map[string]network.ConstraintKind{"CS_MSO": network.StartOn, "CS_MSOA": network.StartNoEarlier, "CS_MSOB": network.StartNoLater,
	"CS_MEO": network.FinishOn, "CS_MEOA": network.FinishNoEarlier, "CS_MEOB": network.FinishNoLater, "CS_ALAP": network.AsLate,
	"CS_MANDSTART": network.MandatoryStart, "CS_MANDFIN": network.MandatoryFinish}

var xerKinds = map[string]network.Kind{"TT_Mile": network.StartMilestone, "TT_FinMile": network.FinishMilestone, "TT_LOE": network.Hammock}

func (x *xer) task(r xerRow) p6Activity {
	who := r.get("task_code")
	at := func(field string) network.Instant { return x.instant(r, who, field) }
	a := p6Activity{key: r.get("task_id"), project: r.get("proj_id"), code: who, name: r.get("task_name"), wbs: r.get("wbs_id"),
		kind: xerKinds[r.get("task_type")], wbsSummary: r.get("task_type") == "TT_WBS", calendar: r.get("clndr_id"),
		duration: x.number(r, who, "target_drtn_hr_cnt"), remaining: x.number(r, who, "remain_drtn_hr_cnt"),
		done: r.get("status_code") == "TK_Complete", running: r.get("status_code") == "TK_Active",
		start: at("act_start_date"), finish: at("act_end_date"), resume: at("resume_date"), expected: at("expect_end_date")}
	a.plannedStart, a.plannedFinish, a.noDuration = at("target_start_date"), at("target_end_date"), r.get("target_drtn_hr_cnt") == ""
	if r.get("status_code") == "" { // lean files: what has dates has happened
		a.done, a.running = a.finish != network.None, a.start != network.None && a.finish == network.None
	}
	if r.get("remain_drtn_hr_cnt") == "" && !a.done {
		a.remaining = a.duration
		if a.running {
			a.remaining *= 1 - min(max(x.number(r, who, "phys_complete_pct")/100, 0), 1)
		}
	}
	if r.get("complete_pct_type") == "CP_Phys" {
		a.percent = x.number(r, who, "phys_complete_pct") / 100
	} else if a.duration > 0 && a.running {
		a.percent = min(max(1-a.remaining/a.duration, 0), 1) // what is left may be more than was planned
	}
	if phys := x.number(r, who, "phys_complete_pct"); phys < 0 || phys > 100 {
		a.percent = phys / 100 // counts or not, somebody wrote it down: the network refuses it by name
	}
	for _, f := range [][2]string{{"cstr_type", "cstr_date"}, {"cstr_type2", "cstr_date2"}} {
		code := r.get(f[0])
		kind, known := xerConstraints[code]
		if code != "" && !known {
			x.bad(r, who, f[0])
		}
		if t := at(f[1]); known && (t != network.None || kind == network.AsLate) {
			a.constraints = append(a.constraints, network.Constraint{Kind: kind, At: t})
		}
	}
	a.computed = Computed{EarlyStart: at("early_start_date"), EarlyFinish: at("early_end_date"), LateStart: at("late_start_date"), LateFinish: at("late_end_date")}
	if r.get("total_float_hr_cnt") != "" {
		a.computed.TotalFloat, a.computed.FloatStated = minutes(x.number(r, who, "total_float_hr_cnt")), true
	}
	if flag := r.get("driving_path_flag"); flag != "" {
		a.computed.Critical, a.computed.CriticalStated = flag == "Y", true
	}
	return a
}

// calendar reads hours from the nested text that P6 keeps them in.
func (x *xer) calendar(r xerRow) p6Calendar {
	name := r.get("clndr_name")
	day := int(x.number(r, name, "day_hr_cnt")*60 + 0.5)
	if day <= 0 || day > 1440 {
		day = 480
	}
	c := p6Calendar{key: r.get("clndr_id"), base: r.get("base_clndr_id"), cal: &network.Calendar{Name: name, DayMinutes: day}}
	data := r.get("clndr_data")
	if data == "" {
		c.cal.Week = usualWeek()
		return c
	}
	root, err := parseNode(data)
	if err == nil {
		err = root.calendar(&c)
	}
	if err != nil && x.wrong == nil {
		x.wrong = ErrValue.With("where", r.line, "activity", name, "field", "clndr_data", "value", err.Error())
	}
	return c
}

// node is (0||name(attributes)(children)).
type node struct {
	name, attributes string
	children         []node
}

// parseNode reads one node; line breaks, which P6 writes as two deletes, and spaces between nodes mean nothing.
func parseNode(s string) (*node, error) {
	s = strings.NewReplacer("\x7f", "", "\n", "", "\r", "").Replace(s)
	p := &nodeParser{s: s}
	n := p.node(0)
	if p.wrong || strings.TrimSpace(p.s[p.at:]) != "" {
		return nil, fmt.Errorf("position %d", p.at)
	}
	return n, nil
}

type nodeParser struct {
	s     string
	at    int
	wrong bool
}

func (p *nodeParser) space() {
	for p.at < len(p.s) && (p.s[p.at] == ' ' || p.s[p.at] == '\t') {
		p.at++
	}
}

// take reads one character or notes that it is not there.
func (p *nodeParser) take(c byte) {
	p.space()
	if p.at >= len(p.s) || p.s[p.at] != c {
		p.wrong = true
		return
	}
	p.at++
}

func (p *nodeParser) node(depth int) *node {
	n := &node{}
	p.take('(')
	open := strings.IndexByte(p.s[min(p.at, len(p.s)):], '(')
	if p.wrong || open < 0 || depth > 20 {
		p.wrong = true
		return n
	}
	head := p.s[p.at : p.at+open]
	_, n.name, _ = strings.Cut(head, "||")
	n.name = strings.TrimSpace(n.name)
	p.at += open + 1
	end := strings.IndexByte(p.s[p.at:], ')')
	if end < 0 {
		p.wrong = true
		return n
	}
	n.attributes = p.s[p.at : p.at+end]
	p.at += end + 1
	p.take('(')
	for p.space(); !p.wrong && p.at < len(p.s) && p.s[p.at] == '('; p.space() {
		n.children = append(n.children, *p.node(depth + 1))
	}
	p.take(')')
	p.take(')')
	return n
}

// attribute reads one of key|value|key|value.
func (n *node) attribute(key string) string {
	parts := strings.Split(n.attributes, "|")
	for i := 0; i+1 < len(parts); i += 2 {
		if strings.TrimSpace(parts[i]) == key {
			return strings.TrimSpace(parts[i+1])
		}
	}
	return ""
}

func (n *node) calendar(c *p6Calendar) error {
	for i := range n.children {
		part := &n.children[i]
		for k := range part.children {
			d := &part.children[k]
			spans, err := d.spans()
			if err != nil {
				return err
			}
			switch part.name {
			case "DaysOfWeek":
				wd, err := strconv.Atoi(d.name)
				if err != nil || wd < 1 || wd > 7 {
					return fmt.Errorf("day %s", clip(d.name))
				}
				c.cal.Week[wd-1], c.ownWeek = spans, true
			case "Exceptions":
				serial, err := strconv.Atoi(d.attribute("d"))
				if err != nil || serial < 1 || serial > 109500 { // up to the year 2199
					return fmt.Errorf("exception %s", clip(d.attributes))
				}
				day := excelZero.AddDays(serial)
				c.cal.Exceptions = append(c.cal.Exceptions, network.Exception{From: day, To: day, Spans: spans})
			}
		}
	}
	return nil
}

// spans are the working hours under a day, in order.
func (n *node) spans() ([]network.Span, error) {
	var out []network.Span
	for i := range n.children {
		from, ok1 := clock(n.children[i].attribute("s"))
		to, ok2 := clock(n.children[i].attribute("f"))
		if !ok1 || !ok2 {
			return nil, fmt.Errorf("hours %s", clip(n.children[i].attributes))
		}
		if to == 0 {
			to = 1440
		}
		out = append(out, network.Span{From: from, To: to})
	}
	return tidy(out), nil
}
