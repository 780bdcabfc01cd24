package visit

import (
	"maps"
	"slices"
	"strings"

	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/fault"
	"shigan/kernel/rules"
	"shigan/kernel/table"
)

var (
	ErrNone     = fault.New(fault.NotFound, "visit.none")            // id
	ErrFuture   = fault.New(fault.Invalid, "visit.future")           // day
	ErrPast     = fault.New(fault.Invalid, "visit.past")             // day
	ErrTime     = fault.New(fault.Invalid, "visit.time")             // time
	ErrNowhere  = fault.New(fault.Invalid, "visit.nowhere")          //
	ErrElse     = fault.New(fault.Invalid, "visit.elsewhere")        // project
	ErrUnseen   = fault.New(fault.Forbidden, "visit.unseen")         // project, who
	ErrNotYours = fault.New(fault.Forbidden, "visit.not-yours")      // id
	ErrForOther = fault.New(fault.Forbidden, "visit.for-another")    //
	ErrEmpty    = fault.New(fault.Invalid, "visit.empty")            //
	ErrTitle    = fault.New(fault.Invalid, "visit.finding-untitled") // n
	ErrHalf     = fault.New(fault.Invalid, "visit.finding-half")     // title
	ErrPlanned  = fault.New(fault.Conflict, "visit.only-planned")    // id
	ErrHeld     = fault.New(fault.Conflict, "visit.held")            // id
	ErrMoved    = fault.New(fault.Conflict, "visit.moved-on")        // id, by, at
	ErrReason   = fault.New(fault.Invalid, "visit.no-reason")        //
	ErrSame     = fault.New(fault.Conflict, "visit.same")            //
	ErrFound    = fault.New(fault.Conflict, "visit.has-finding")     // project, case
	ErrNoNote   = fault.New(fault.NotFound, "visit.no-note")         // n
)

// Kinds of documents that this room writes.
const (
	Kind        = "visit"
	CountKind   = "visit-count" // by year: the last number
	VisitedKind = "visited"     // by project: the visits to it
	DayKind     = "visit-day"   // by day: the visits of it, and the plans for it
)

// OriginPrefix begins the origin of every case that was found on a site: "visit/V-2022-0001#1".
const OriginPrefix = "visit/"

// State 状态.
type State string

const (
	Planned State = "planned" // 打算去
	Held    State = "held"    // 去过了
)

// Facts 走访情况 are what a visit says of itself; a correction states them anew as a whole.
type Facts struct {
	On       string           `json:"on"`                 // day
	From     string           `json:"from,omitempty"`     // "14:00", where somebody looked at the clock
	To       string           `json:"to,omitempty"`       // "16:30"
	Projects []string         `json:"projects,omitempty"` // ids
	Place    string           `json:"place,omitempty"`    // in words: 一标段桥墩, or where there is no project
	Who      []casework.Party `json:"who,omitempty"`      // 在场的岗位、单位, the visitor apart
	Others   string           `json:"others,omitempty"`   // who else, in words; no names
	Purpose  string           `json:"purpose,omitempty"`  // 去看什么
	Meeting  string           `json:"meeting,omitempty"`  // id of the meeting that it led to
}

// Note 记一笔 is one line of what was seen or said.
type Note struct {
	N       int      `json:"n"`
	Project string   `json:"project,omitempty"` // "" speaks of the visit as a whole
	Text    string   `json:"text"`
	Was     []string `json:"was,omitempty"` // what stood there before corrections, oldest first
	Post    string   `json:"post"`
	At      string   `json:"at"`
	Files   []string `json:"files,omitempty"`
	Seq     int64    `json:"seq"`
}

// Finding 发现的问题 is a case; the case says how it stands.
type Finding struct {
	N       int    `json:"n"`
	Case    string `json:"case"`
	Project string `json:"project,omitempty"`
	Seq     int64  `json:"seq"`
}

// Correction 更正 keeps what stood before. Note 0 is about the facts.
type Correction struct {
	Was    Facts  `json:"was,omitzero"`
	Note   int    `json:"note,omitempty"`
	Reason string `json:"reason"`
	Post   string `json:"post"`
	At     string `json:"at"`
	Seq    int64  `json:"seq"`
}

// Visit 走访, as it stands.
type Visit struct {
	ID string `json:"id"`
	Facts
	State       State          `json:"state"`
	Visitor     casework.Party `json:"visitor"` // who went, and answers for what is written here
	Writer      string         `json:"writer"`  // the post that wrote it down
	Notes       []Note         `json:"notes,omitempty"`
	Findings    []Finding      `json:"findings,omitempty"`
	Corrections []Correction   `json:"corrections,omitempty"`
	Files       []string       `json:"files,omitempty"`
	Sample      bool           `json:"sample,omitempty"`
	At          string         `json:"at"` // when it was written down
	Born        int64          `json:"born"`
	Seq         int64          `json:"seq"`
}

// Index gives the columns for lists.
func (x Visit) Index() map[string]any {
	return map[string]any{"name": x.Place, "parent": x.Visitor.Unit, "stage": string(x.State) + "/" + x.On}
}

// Of reads a visit or refuses.
func Of(v table.Reader, id string) (Visit, error) {
	var x Visit
	ok, err := v.Get(Kind, id, &x)
	if err == nil && !ok {
		err = ErrNone.With("id", id)
	}
	return x, err
}

// held reads a visit that took place.
func held(v table.Reader, id string) (Visit, error) {
	x, err := Of(v, id)
	if err == nil && x.State != Held {
		err = ErrPlanned.With("id", id, "day", x.On)
	}
	return x, err
}

// Visited 去过 is the visits to a project, by day, the latest last.
type Visited struct {
	Visits []VisitDay `json:"visits"`
}

// Day 一天 is the visits of a day.
type Day struct {
	IDs []string `json:"ids"`
}

// VisitDay is a visit with its day.
type VisitDay struct {
	ID string `json:"id"`
	On string `json:"on"`
}

// VisitedOf lists the visits to a project.
func VisitedOf(v table.Reader, projectID string) (Visited, error) {
	var d Visited
	_, err := v.Get(VisitedKind, projectID, &d)
	return d, err
}

// Concerns tells whether a signer was there or wrote it down.
func (x Visit) Concerns(by org.Signer) bool {
	return by.Post == x.Writer || there(x.Visitor, by) || slices.ContainsFunc(x.Who, func(p casework.Party) bool { return there(p, by) })
}

// there tells whether a signer is a party: by post where one is named, by unit where none is.
func there(p casework.Party, by org.Signer) bool {
	if p.Post != "" {
		return by.Post == p.Post
	}
	return p.Unit != "" && by.Unit == p.Unit
}

// Sight 可见范围 tells of a visit's projects which ones a signer reads, and whether he reads of the visit at all. Who was there reads
// all of it, the others what is about the projects that they see; what speaks of the whole ("") is read by who sees all of them.
// A visit without a project is of the visitor's unit. project and unit say what the signer sees elsewhere.
func (x Visit) Sight(by org.Signer, project, unit func(id string) bool) (sees func(projectID string) bool, any bool) {
	if x.Concerns(by) || len(x.Projects) == 0 && unit(x.Visitor.Unit) {
		return func(string) bool { return true }, true
	}
	in := map[string]bool{}
	for _, id := range x.Projects {
		in[id] = project(id)
		any = any || in[id]
	}
	whole := any && !slices.Contains(slices.Collect(maps.Values(in)), false)
	return func(id string) bool { return in[id] || id == "" && whole }, any
}

// MaySee is Sight for one visit, or the refusal.
func MaySee(v table.Reader, by org.Signer, x Visit) (sees func(projectID string) bool, err error) {
	broken := error(nil)
	may := func(sc org.Scope, err error) bool {
		if err != nil {
			broken = err
			return false
		}
		return org.May(v, by, "read.visit", sc) == nil
	}
	sees, any := x.Sight(by, func(id string) bool {
		p, err := project.Of(v, id)
		return may(p.Scope(), err)
	}, func(id string) bool { return may(org.Scope{Local: id, Line: id}, nil) })
	switch {
	case broken != nil:
		return nil, broken
	case !any:
		return nil, org.ErrForbidden.With("deed", "read.visit")
	}
	return sees, nil
}

// As 照谁看 is a visit as far as a reader sees it.
func (x Visit) As(sees func(projectID string) bool) Visit {
	if sees("") {
		return x
	}
	x.Place, x.Others, x.Purpose, x.Who, x.Corrections, x.Files = "", "", "", nil, nil, nil
	x.Projects = slices.DeleteFunc(slices.Clone(x.Projects), func(id string) bool { return !sees(id) })
	x.Notes = slices.DeleteFunc(slices.Clone(x.Notes), func(n Note) bool { return !sees(n.Project) })
	x.Findings = slices.DeleteFunc(slices.Clone(x.Findings), func(f Finding) bool { return !sees(f.Project) })
	return x
}

// unseen says of a project that a visitor may not see who can go there.
func unseen(v table.Reader, p project.Project) error {
	var who rules.Say
	for _, id := range []string{p.LocalUnit, p.LineUnit} {
		u, err := org.UnitOf(v, id)
		if err != nil {
			continue
		}
		who.Zh += u.Name.Zh + "、"
		who.En += u.Name.In("en") + ", "
	}
	return ErrUnseen.With("project", p.ID, "who", who)
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }
