package project

import (
	"strconv"

	"shigan/domain/org"
	"shigan/kernel/fault"
	"shigan/kernel/quantity"
	"shigan/kernel/table"
)

var (
	ErrNoProject  = fault.New(fault.NotFound, "project.none")
	ErrExists     = fault.New(fault.Conflict, "project.exists")
	ErrBlank      = fault.New(fault.Invalid, "project.blank")
	ErrStage      = fault.New(fault.Conflict, "project.wrong-stage")
	ErrEvidence   = fault.New(fault.Invalid, "project.no-evidence")
	ErrFuture     = fault.New(fault.Invalid, "project.in-the-future")
	ErrReason     = fault.New(fault.Invalid, "project.no-reason")
	ErrPlan       = fault.New(fault.Invalid, "project.bad-plan")
	ErrDate       = fault.New(fault.Invalid, "project.bad-date")
	ErrMember     = fault.New(fault.Conflict, "project.membership")
	ErrLetter     = fault.New(fault.Conflict, "project.letter")
	ErrNotSigner  = fault.New(fault.Forbidden, "project.not-a-signer")
	ErrParent     = fault.New(fault.Invalid, "project.parent-loop")
	ErrNoMileston = fault.New(fault.NotFound, "project.no-milestone")
)

// Kind of this room's documents.
const Kind = "project"

// DispatchMoney 调度投资 is what the unit reports; StatisticalMoney 统计投资 is what the bureau accepts (入统额). They are two
// types so that nobody adds or compares them by mistake: the Statistics Law forbids making one out of the other.
type (
	DispatchMoney    quantity.Fen
	StatisticalMoney quantity.Fen
)

// Stage 生命周期 of a project, in order.
type Stage string

const (
	Conceived   Stage = "conceived"   // 谋划
	Negotiating Stage = "negotiating" // 在谈
	Signed      Stage = "signed"      // 签约
	Admitted    Stage = "admitted"    // 准入通过
	Preparing   Stage = "preparing"   // 前期
	Ready       Stage = "ready"       // 具备开工条件
	Started     Stage = "started"     // 开工
	Building    Stage = "building"    // 在建（已入库）
	Finished    Stage = "finished"    // 竣工
	Producing   Stage = "producing"   // 投产
	Scaled      Stage = "scaled"      // 上规
	FullOutput  Stage = "full-output" // 达产
	Stopped     Stage = "stopped"     // 停建
	Deferred    Stage = "deferred"    // 缓建
	Left        Stage = "left"        // 退出
)

// Category 年度类别: what the plan of one year expects of it.
type Category string

const (
	NewStart   Category = "new"        // 新开工
	Continuing Category = "continuing" // 续建
	Completing Category = "completing" // 竣工投产
	Reserve    Category = "reserve"    // 储备、前期
)

// YearPlan 年度计划.
type YearPlan struct {
	Planned    DispatchMoney `json:"planned"`        // 年度计划投资, fen
	ToLastYear DispatchMoney `json:"to_last_year"`   // 截至上年底累计完成, fen
	Category   Category      `json:"category"`       // 年度类别
	Goal       string        `json:"goal,omitempty"` // 年度目标
	Seq        int64         `json:"seq"`            // entry that stated it
}

// Milestone 节点.
type Milestone struct {
	ID       string   `json:"id"`
	Name     org.Name `json:"name"`
	Baseline string   `json:"baseline"`           // first promised day
	Promised string   `json:"promised"`           // today's promise
	Forecast string   `json:"forecast,omitempty"` // the unit's own estimate
	Actual   string   `json:"actual,omitempty"`
	Post     string   `json:"post,omitempty"` // who answers
	Source   string   `json:"source,omitempty"`
	Seq      int64    `json:"seq"`
}

// Move 挪过 is one change of a promised day; it is counted for ever.
type Move struct {
	What   string `json:"what"` // start, finish, or milestone/<id>
	Was    string `json:"was"`
	Now    string `json:"now"`
	Reason string `json:"reason"`
	On     string `json:"on"`
	Seq    int64  `json:"seq"`
}

// Membership 在列 in a list, from one day to another. A list apart (另账) is kept beside the monthly dispatch, such as the
// three-year programme: a project that is only in such lists is in no month's total.
type Membership struct {
	List   string `json:"list"` // "208", "46", "renewal-2022"
	Apart  bool   `json:"apart,omitempty"`
	From   string `json:"from"`
	To     string `json:"to,omitempty"`
	Reason string `json:"reason,omitempty"`
	Seq    int64  `json:"seq"`
}

// Noted 旁证 is a value of one source, shown beside others that disagree; none is overwritten.
type Noted struct {
	Field  string        `json:"field"` // capacity, output-value
	Value  string        `json:"value"`
	Unit   quantity.Unit `json:"unit"`
	Source string        `json:"source"`
	Seq    int64         `json:"seq"`
}

// Happening 事实 of the life, with its date.
type Happening struct {
	Stage  Stage  `json:"stage"`
	From   Stage  `json:"from"`
	On     string `json:"on"`
	Reason string `json:"reason,omitempty"`
	Source string `json:"source,omitempty"`
	Files  int    `json:"files,omitempty"`
	Seq    int64  `json:"seq"`
}

// Duty 责任链: posts, from the top leader to the service agent. An empty string is a missing post; a post without a holder
// is empty too. Both show as red.
type Duty struct {
	Top   string `json:"top,omitempty"`   // 区委区政府主要领导
	Lead  string `json:"lead,omitempty"`  // 区级领导牵头（包保领导）
	Line  string `json:"line,omitempty"`  // 主管部门
	Local string `json:"local,omitempty"` // 责任单位
	Owner string `json:"owner,omitempty"` // 项目单位
	Agent string `json:"agent,omitempty"` // 服务专员
}

// Links in the order of the chain.
func (d Duty) Links() []Link {
	return []Link{{"top", d.Top}, {"lead", d.Lead}, {"line", d.Line}, {"local", d.Local}, {"owner", d.Owner}, {"agent", d.Agent}}
}

// Link of the duty chain.
type Link struct{ Rung, Post string }

// Facts about a project that describe it; they change by project.described.
type Facts struct {
	Name       org.Name     `json:"name"`
	Code       string       `json:"code,omitempty"`       // 投资项目统一代码
	Level      string       `json:"level"`                // 国 nation, 省 province, 市 city, 区 district
	Class      string       `json:"class,omitempty"`      // 产业 industry, 基础设施 infrastructure, 社会民生 welfare, 城市更新 renewal
	Domain     string       `json:"domain,omitempty"`     // finer class, as the list names it
	Nature     string       `json:"nature,omitempty"`     // 新建 new, 扩建 extension, 改建 rebuild, 技改 upgrade
	Front      string       `json:"front,omitempty"`      // 战线
	Industry   string       `json:"industry,omitempty"`   // 产业
	Place      string       `json:"place,omitempty"`      // 12-digit code
	Address    string       `json:"address,omitempty"`    // as written
	Scope      string       `json:"scope,omitempty"`      // 建设规模及内容
	OwnerUnit  string       `json:"owner_unit,omitempty"` // 项目单位
	LocalUnit  string       `json:"local_unit,omitempty"` // 责任单位
	LineUnit   string       `json:"line_unit,omitempty"`  // 主管部门
	OwnerText  string       `json:"owner_text,omitempty"` // as the list wrote it, where no unit was found
	LocalText  string       `json:"local_text,omitempty"`
	LineText   string       `json:"line_text,omitempty"`
	LeaderText string       `json:"leader_text,omitempty"`
	Total      quantity.Fen `json:"total"` // 总投资
	Parent     string       `json:"parent,omitempty"`
	Remark     string       `json:"remark,omitempty"`
	Group      string       `json:"group,omitempty"` // path of headings in the list it came from
	Sample     bool         `json:"sample,omitempty"`
	Source     string       `json:"source,omitempty"`
}

// Project 重点项目 as it stands.
type Project struct {
	ID string `json:"id"`
	Facts
	Stage      Stage               `json:"stage"`
	Life       []Happening         `json:"life,omitempty"`
	Plans      map[string]YearPlan `json:"plans,omitempty"` // by year
	Milestones []Milestone         `json:"milestones,omitempty"`
	Moves      []Move              `json:"moves,omitempty"`
	Lists      []Membership        `json:"lists,omitempty"`
	Noted      []Noted             `json:"noted,omitempty"`
	Duty       Duty                `json:"duty"`
	Start      Promise             `json:"start"`
	Finish     Promise             `json:"finish"`
	InLibrary  string              `json:"in_library,omitempty"` // 入库日期
	Statistic  StatisticalMoney    `json:"statistic,omitempty"`  // 入统额, as the bureau said last
	Letters    []Letter            `json:"letters,omitempty"`
	Seq        int64               `json:"seq"`
	Born       int64               `json:"born"`
}

// Promise 答应的日子: the first promised day stays beside today's.
type Promise struct {
	First  string `json:"first,omitempty"`
	Now    string `json:"now,omitempty"`
	Actual string `json:"actual,omitempty"`
	Seq    int64  `json:"seq,omitempty"`
}

// Of reads a project or refuses.
func Of(v table.Reader, id string) (Project, error) {
	var p Project
	ok, err := v.Get(Kind, id, &p)
	if err == nil && !ok {
		err = ErrNoProject.With("id", id)
	}
	return p, err
}

// Scope gives the units that stand behind a project, for rights.
func (p Project) Scope() org.Scope {
	return org.Scope{Owner: p.OwnerUnit, Local: p.LocalUnit, Line: p.LineUnit}
}

// In tells whether the project is in a list on a day.
func (p Project) In(list, day string) bool {
	for _, m := range p.Lists {
		if m.List == list && m.From <= day && (m.To == "" || day < m.To) {
			return true
		}
	}
	return false
}

// Milestone finds a milestone.
func (p Project) Milestone(id string) (Milestone, bool) {
	for _, m := range p.Milestones {
		if m.ID == id {
			return m, true
		}
	}
	return Milestone{}, false
}

// Index gives the columns for lists; the store adds pinyin. plan is that of the latest year that has one.
func (p Project) Index() map[string]any {
	lists, listed := "", int64(0)
	for _, m := range p.Lists {
		if m.To == "" {
			lists += " " + m.List + " "
			if !m.Apart {
				listed = 1
			}
		}
	}
	if len(p.Lists) == 0 {
		listed = 1 // known to the dispatch without a list of its own
	}
	year := ""
	for y := range p.Plans {
		year = max(year, y)
	}
	planYear, _ := strconv.ParseInt(year, 10, 64)
	return map[string]any{
		"name": p.Facts.Name.Zh, "level": p.Level, "class": p.Class, "front": p.Front, "industry": p.Industry, "place": p.Place,
		"owner_unit": p.OwnerUnit, "local_unit": p.LocalUnit, "line_unit": p.LineUnit, "stage": string(p.Stage), "lists": lists,
		"finish": p.Finish.Now, "moved": int64(len(p.Moves)), "parent": p.Parent, "lead": p.Duty.Lead,
		"listed": listed, "plan_year": planYear, "plan": int64(p.Plans[year].Planned),
	}
}
