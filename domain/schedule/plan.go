package schedule

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"shigan/domain/org"
	"shigan/kernel/fault"
	"shigan/kernel/table"
)

var (
	ErrNoPlan    = fault.New(fault.NotFound, "schedule.none")             // project
	ErrNoSteps   = fault.New(fault.Invalid, "schedule.no-steps")          //
	ErrStep      = fault.New(fault.Invalid, "schedule.step")              // row, field, value
	ErrTwice     = fault.New(fault.Invalid, "schedule.twice")             // row, step
	ErrAfter     = fault.New(fault.Invalid, "schedule.after")             // row, value
	ErrUnknown   = fault.New(fault.Invalid, "schedule.no-such-step")      // row, step
	ErrLoop      = fault.New(fault.Invalid, "schedule.loop")              // path
	ErrSeen      = fault.New(fault.Conflict, "schedule.moved-on")         // version
	ErrSame      = fault.New(fault.Conflict, "schedule.nothing-new")      //
	ErrMark      = fault.New(fault.Invalid, "schedule.mark")              // step, field, value
	ErrFuture    = fault.New(fault.Invalid, "schedule.in-the-future")     // step, day
	ErrBackwards = fault.New(fault.Invalid, "schedule.finish-first")      // step, started, finished
	ErrElsewhere = fault.New(fault.Invalid, "schedule.case-elsewhere")    // case, project
	ErrNoAction  = fault.New(fault.Invalid, "schedule.no-action")         //
	ErrKept      = fault.New(fault.Conflict, "schedule.kept-already")     // month
	ErrTooMany   = fault.New(fault.TooLarge, "schedule.too-many-steps")   // n, limit
	ErrPack      = fault.New(fault.Broken, "schedule.bad-pack")           // pack, file, why
	ErrNoPack    = fault.New(fault.Unavailable, "schedule.no-pack")       //
	ErrNoPromise = fault.New(fault.NotFound, "schedule.no-promise")       // promise
	ErrTested    = fault.New(fault.Broken, "schedule.pack-fails-its-own") // pack, test, why
)

// Kind of this room's documents: one network for each project.
const Kind = "schedule"

// mostSteps bounds a table that people keep by hand; larger plans stay in their planning program.
const mostSteps = 2000

// Step 工序 is a piece of work with a planned length.
type Step struct {
	ID        string   `json:"id"`
	Name      org.Name `json:"name"`
	Days      float64  `json:"days"`                // planned, in working days of its calendar; 0: a milestone
	After     []After  `json:"after,omitempty"`     // 紧前
	Calendar  string   `json:"calendar,omitempty"`  // elapsed 日历天, office 工作日, six-day, site 施工, site-north, earthwork; "": site
	Cause     string   `json:"cause,omitempty"`     // which class of work it is: what makes such work late
	Who       string   `json:"who,omitempty"`       // 谁管, as written
	Post      string   `json:"post,omitempty"`      // the post, where it is known
	Milestone string   `json:"milestone,omitempty"` // the project's milestone that its end reaches
	From      string   `json:"from,omitempty"`      // not before this day
}

// After 紧前 is a link to a step before. Lag in days; negative is an overlap.
type After struct {
	Step string  `json:"step"`
	Kind string  `json:"kind,omitempty"` // FS (also ""), SS, FF, SF
	Lag  float64 `json:"lag,omitempty"`
}

// Causes 原因 are the classes of work, and of what delays it.
var Causes = []string{"approval", "land", "money", "works", "external"}

// Calendars that a step may count its days by.
var Calendars = []string{"site", "elapsed", "office", "six-day", "site-north", "earthwork"}

// Mark 进展 of a step: what was reported last.
type Mark struct {
	Started  string   `json:"started,omitempty"`
	Finished string   `json:"finished,omitempty"`
	Done     *float64 `json:"done,omitempty"` // 0 to 1; nil: nobody said
	On       string   `json:"on"`             // day of the report
	Still    int      `json:"still,omitempty"`
	Unit     string   `json:"unit,omitempty"` // whose post reported it
	Seq      int64    `json:"seq"`
}

// Told 报过的 is one share that a unit reported of a step, as it was planned then. When the step is over, it shows how such reports are
// to be read.
type Told struct {
	Step    string  `json:"step"`
	Unit    string  `json:"unit"`
	Days    float64 `json:"days"`
	Started string  `json:"started"`
	On      string  `json:"on"`
	Done    float64 `json:"done"`
}

// Plan 路线图 of one project as it stands.
type Plan struct {
	Project  string            `json:"project"`
	Version  int               `json:"version"`
	Goal     string            `json:"goal"` // the step with which the project's promise is kept
	Steps    []Step            `json:"steps"`
	Marks    map[string]Mark   `json:"marks,omitempty"`  // by step
	Told     []Told            `json:"told,omitempty"`   // every share that was reported of a step
	Placed   map[string]string `json:"placed,omitempty"` // case → step that it blocks
	Options  []Option          `json:"options,omitempty"`
	Template string            `json:"template,omitempty"`
	Sample   bool              `json:"sample,omitempty"`
	Reason   string            `json:"reason,omitempty"`
	Drawn    string            `json:"drawn"`
	DrawnSeq int64             `json:"drawn_seq"`
	Post     string            `json:"post"`
	Versions []Version         `json:"versions,omitempty"` // earlier drawings
	Born     int64             `json:"born"`
	Seq      int64             `json:"seq"`
}

// Version is an earlier drawing, which stays in its entry.
type Version struct {
	N      int    `json:"n"`
	Steps  int    `json:"steps"`
	Drawn  string `json:"drawn"`
	Reason string `json:"reason,omitempty"`
	Seq    int64  `json:"seq"`
}

// Option 办法 is a set of actions that somebody tried and kept for the meeting, with what they were worth that day.
type Option struct {
	Promise string   `json:"promise"`
	Actions []Action `json:"actions"`
	AsOf    string   `json:"as_of"`
	Before  float64  `json:"before"` // odds
	After   float64  `json:"after"`
	Days    int      `json:"days"` // of the likely day; negative is a gain
	Note    string   `json:"note,omitempty"`
	Post    string   `json:"post"`
	At      string   `json:"at"`
	Seq     int64    `json:"seq"`
}

// PlanOf reads a project's network; ok is false where none was drawn.
func PlanOf(v table.Reader, project string) (Plan, bool, error) {
	var p Plan
	ok, err := v.Get(Kind, project, &p)
	return p, ok, err
}

// Step finds a step.
func (p Plan) Step(id string) (Step, bool) {
	i := slices.IndexFunc(p.Steps, func(s Step) bool { return s.ID == id })
	if i < 0 {
		return Step{}, false
	}
	return p.Steps[i], true
}

// Last is the step with which the promise is kept: the goal, or else the last step of the table.
func (p Plan) Last() string {
	if p.Goal != "" || len(p.Steps) == 0 {
		return p.Goal
	}
	return p.Steps[len(p.Steps)-1].ID
}

var reAfter = regexp.MustCompile(`^([^\s,，、;；+]+?)\s*(FS|SS|FF|SF)?\s*(?:([+-])\s*(\d+(?:\.\d+)?)\s*(?:d|天|日)?)?$`)

// ParseAfter reads "3, 5SS+2, 7FS-1" as planning programs write it, with Chinese commas too. An empty text is no link.
func ParseAfter(text string) ([]After, error) {
	var out []After
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",，、;；", r) }) {
		part = strings.TrimSpace(part)
		if part == "" || part == "—" || part == "-" {
			continue
		}
		m := reAfter.FindStringSubmatch(strings.ToUpper(part))
		if m == nil {
			return nil, ErrAfter.With("value", part)
		}
		a := After{Step: m[1], Kind: m[2]}
		if i := len(m[1]); i <= len(part) {
			a.Step = part[:i] // as written: ids keep their case
		}
		if a.Kind == "FS" {
			a.Kind = ""
		}
		if m[4] != "" {
			lag, err := strconv.ParseFloat(m[4], 64)
			if err != nil || lag > 3650 {
				return nil, ErrAfter.With("value", part)
			}
			if a.Lag = lag; m[3] == "-" {
				a.Lag = -lag
			}
		}
		out = append(out, a)
	}
	return out, nil
}

// AfterText writes links the one way that ParseAfter reads.
func AfterText(links []After) string {
	parts := make([]string, len(links))
	for i, a := range links {
		parts[i] = a.Step + a.Kind
		switch {
		case a.Lag > 0:
			parts[i] += "+" + strconv.FormatFloat(a.Lag, 'f', -1, 64)
		case a.Lag < 0:
			parts[i] += strconv.FormatFloat(a.Lag, 'f', -1, 64)
		}
		if a.Lag != 0 && a.Kind == "" {
			parts[i] = strings.Replace(parts[i], a.Step, a.Step+"FS", 1)
		}
	}
	return strings.Join(parts, ", ")
}
