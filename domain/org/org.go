package org

import (
	"slices"

	"shigan/kernel/fault"
	"shigan/kernel/ledger"
	"shigan/kernel/table"
	"shigan/kernel/words"
)

var (
	ErrForbidden = fault.New(fault.Forbidden, "org.may-not")
	ErrNoUnit    = fault.New(fault.NotFound, "org.no-unit")
	ErrNoPost    = fault.New(fault.NotFound, "org.no-post")
	ErrNoPerson  = fault.New(fault.NotFound, "org.no-person")
	ErrExists    = fault.New(fault.Conflict, "org.exists")
	ErrThree     = fault.New(fault.Forbidden, "org.three-officers")
	ErrBlank     = fault.New(fault.Invalid, "org.blank")
	ErrUnitLoop  = fault.New(fault.Invalid, "org.unit-loop")
)

// Kinds of documents that this room writes.
const (
	UnitKind   = "unit"
	PostKind   = "post"
	PersonKind = "person"
)

// Name in both languages; where there is no English, the Chinese stands.
type Name struct {
	Zh string `json:"zh"`
	En string `json:"en,omitempty"`
}

// In gives the name in a language.
func (n Name) In(lang words.Lang) string {
	if lang == words.En && n.En != "" {
		return n.En
	}
	return n.Zh
}

// UnitClass 机构类别.
type UnitClass string

const (
	District   UnitClass = "district"   // 区委区政府
	Department UnitClass = "department" // 区直部门
	Town       UnitClass = "town"       // 镇街
	Zone       UnitClass = "zone"       // 功能区
	Enterprise UnitClass = "enterprise" // 企业、项目单位
	Institute  UnitClass = "institute"  // 事业单位
)

// Unit 机构.
type Unit struct {
	ID       string    `json:"id"`
	Name     Name      `json:"name"`
	Class    UnitClass `json:"class"`
	Parent   string    `json:"parent,omitempty"`
	Place    string    `json:"place,omitempty"` // 12-digit code
	Overlaps []string  `json:"overlaps,omitempty"`
	Head     string    `json:"head,omitempty"`   // post of its 主要负责人
	Leader   string    `json:"leader,omitempty"` // post of the district leader in charge of it, 分管区领导
	Sample   bool      `json:"sample,omitempty"`
	Source   string    `json:"source,omitempty"`
	Seq      int64     `json:"seq"`
}

// Index gives the columns for lists.
func (u Unit) Index() map[string]any { return map[string]any{"name": u.Name.Zh, "parent": u.Parent} }

// Role 角色 of a post; rights.yaml says what each may.
type Role string

const (
	Leader     Role = "leader"     // 区领导
	Dispatcher Role = "dispatcher" // 发改局项目办
	Line       Role = "line"       // 主管部门
	Local      Role = "local"      // 责任单位（镇街、功能区）
	Owner      Role = "owner"      // 项目单位
	RuleKeeper Role = "rulekeeper" // 规则管理
	Supervisor Role = "supervisor" // 督查室
	System     Role = "system"     // 系统管理员
	Security   Role = "security"   // 安全管理员
	Audit      Role = "audit"      // 审计管理员
)

// Roles are all of them, in the order in which they are shown.
var Roles = []Role{Leader, Dispatcher, Line, Local, Owner, RuleKeeper, Supervisor, System, Security, Audit}

// Officers 三员 can't do each other's work nor the district's.
var Officers = []Role{System, Security, Audit}

// Tenure 任职 is a person in a post for a time.
type Tenure struct {
	Person string `json:"person"`
	From   string `json:"from"`
	To     string `json:"to,omitempty"` // the day on which it ended
	Seq    int64  `json:"seq"`
}

// Post 岗位 answers; a person only sits in it.
type Post struct {
	ID      string   `json:"id"`
	Unit    string   `json:"unit"`
	Name    Name     `json:"name"`
	Roles   []Role   `json:"roles"`
	Tenures []Tenure `json:"tenures,omitempty"`
	Sample  bool     `json:"sample,omitempty"`
	Seq     int64    `json:"seq"`
}

// Index gives the columns for lists.
func (p Post) Index() map[string]any { return map[string]any{"name": p.Name.Zh, "parent": p.Unit} }

// Holder is who sits in the post on a day, "" for an empty post.
func (p Post) Holder(day string) string {
	for _, t := range slices.Backward(p.Tenures) {
		if t.From <= day && (t.To == "" || day < t.To) {
			return t.Person
		}
	}
	return ""
}

// Person 人员, without name: that is in the vault.
type Person struct {
	ID         string `json:"id"`
	Login      string `json:"login,omitempty"`
	Commitment string `json:"commitment,omitempty"` // of the personal record in the vault
	Sample     bool   `json:"sample,omitempty"`
	Disabled   bool   `json:"disabled,omitempty"`
	Seq        int64  `json:"seq"`
}

// Index gives the columns for lists.
func (p Person) Index() map[string]any { return map[string]any{"name": p.Login} }

// Signer 签字人 is who acts, with what follows from the post.
type Signer struct {
	Person string
	Post   string
	Unit   string
	Roles  []Role
}

// Ledger gives what goes into an entry.
func (s Signer) Ledger() ledger.Signer { return ledger.Signer{Actor: s.Person, Post: s.Post} }

// Has tells whether the signer's post carries a role.
func (s Signer) Has(r Role) bool { return slices.Contains(s.Roles, r) }

// SystemSigner acts for the clock and the first set-up; it is no person and appears as such.
var SystemSigner = Signer{Person: "system", Post: "system", Roles: []Role{System}}

// FirstSetUp is what seeds a new district: it may state everything, and only before anybody has signed in.
var FirstSetUp = Signer{Person: "setup", Post: "setup", Roles: []Role{Dispatcher, System, Security, RuleKeeper, Supervisor}}

// UnitOf, PostOf and PersonOf read one document or refuse.
func UnitOf(v table.Reader, id string) (Unit, error) {
	return get[Unit](v, UnitKind, id, ErrNoUnit)
}

func PostOf(v table.Reader, id string) (Post, error) {
	return get[Post](v, PostKind, id, ErrNoPost)
}

func PersonOf(v table.Reader, id string) (Person, error) {
	return get[Person](v, PersonKind, id, ErrNoPerson)
}

func get[T any](v table.Reader, kind, id string, none *fault.Fault) (T, error) {
	var t T
	ok, err := v.Get(kind, id, &t)
	if err == nil && !ok {
		err = none.With("id", id)
	}
	return t, err
}

// Within tells whether unit lies in the subtree of root; a unit lies in its own.
func Within(v table.Reader, unit, root string) (bool, error) {
	for range 32 { // deeper than any real tree: a loop in stored data ends here
		if unit == root {
			return true, nil
		}
		if unit == "" {
			return false, nil
		}
		u, err := UnitOf(v, unit)
		if err != nil {
			return false, err
		}
		unit = u.Parent
	}
	return false, nil
}

// Subtree lists a unit and all below it.
func Subtree(v table.Reader, root string) ([]string, error) {
	ids, err := v.IDs(UnitKind, "")
	if err != nil {
		return nil, err
	}
	var out []string
	for _, id := range ids {
		in, err := Within(v, id, root)
		if err != nil {
			return nil, err
		}
		if in {
			out = append(out, id)
		}
	}
	return out, nil
}
