package dispatch

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/kernel/table"
	"shigan/packs"
)

// hall 会场 is a ledger and its tables held in mind, with the units and posts of the mock-up and the shipped desks adopted.
type hall struct {
	t       testing.TB
	docs    map[[2]string][]byte
	entries []ledger.Entry
	at      time.Time
	who     map[string]org.Signer
}

func (h *hall) Get(kind, id string, into any) (bool, error) {
	raw, ok := h.docs[[2]string{kind, id}]
	if !ok {
		return false, nil
	}
	return true, json.Unmarshal(raw, into)
}

func (h *hall) IDs(kind, prefix string) ([]string, error) {
	var out []string
	for k := range maps.Keys(h.docs) {
		if k[0] == kind && strings.HasPrefix(k[1], prefix) {
			out = append(out, k[1])
		}
	}
	slices.Sort(out)
	return out, nil
}

func (h *hall) Put(kind, id string, v any) error {
	raw, err := json.Marshal(v)
	h.docs[[2]string{kind, id}] = raw
	return err
}

func (*hall) Datum(_, _, _, _ string)     {}
func (*hall) Frozen(_, _, _, _ string)    {}
func (*hall) Blob(string) ([]byte, error) { return nil, nil }

var _ table.Writer = (*hall)(nil)

type deed interface {
	Decide(v table.Reader, by org.Signer, at time.Time) ([]ledger.Fact, error)
}

// do decides and applies; what is refused leaves nothing behind. It gives the entries.
func (h *hall) do(post string, c deed) ([]ledger.Entry, error) {
	h.t.Helper()
	by := h.who[post]
	facts, err := c.Decide(h, by, h.at)
	if err != nil {
		return nil, err
	}
	first := len(h.entries)
	for _, f := range facts {
		e, err := ledger.NewEntry("370215", int64(len(h.entries)+1), h.at, by.Ledger(), "", f)
		if err != nil {
			h.t.Fatal(err)
		}
		h.entries = append(h.entries, e)
		switch e.Room() {
		case "case":
			err = casework.Apply(h, e)
		default:
			err = Apply(h, h, e)
		}
		if err != nil {
			h.t.Fatalf("projecting %s: %v", e.Kind, err)
		}
	}
	return h.entries[first:], nil
}

func (h *hall) must(post string, c deed) []ledger.Entry {
	h.t.Helper()
	e, err := h.do(post, c)
	if err != nil {
		h.t.Fatal(err)
	}
	return e
}

func (h *hall) refused(post string, c deed) error {
	h.t.Helper()
	before := len(h.entries)
	_, err := h.do(post, c)
	if err == nil || len(h.entries) != before {
		h.t.Fatalf("%+v was not refused", c)
	}
	return err
}

func (h *hall) meeting(id string) Meeting {
	h.t.Helper()
	m, err := MeetingOf(h, id)
	if err != nil {
		h.t.Fatal(err)
	}
	return m
}

func (h *hall) item(meeting, item string) Item {
	h.t.Helper()
	m := h.meeting(meeting)
	x := m.Item(item)
	if x == nil {
		h.t.Fatalf("no item %s", item)
	}
	return *x
}

func (h *hall) kase(id string) casework.Case {
	h.t.Helper()
	c, err := casework.Of(h, id)
	if err != nil {
		h.t.Fatal(err)
	}
	return c
}

const road = "P-2022-0342"

var (
	furnished *hall
	furnish   sync.Once
)

// enter opens the hall on 6 July 2022 at 14:25, with the case of the mock-up: two houses on Yingliu Road.
func enter(t testing.TB) *hall {
	t.Helper()
	furnish.Do(func() { furnished = newHall(t) }) // adopting desks runs their tests
	return &hall{t: t, docs: maps.Clone(furnished.docs), entries: slices.Clone(furnished.entries), at: furnished.at, who: furnished.who}
}

func newHall(t testing.TB) *hall {
	t.Helper()
	h := &hall{t: t, docs: map[[2]string][]byte{}, at: calendar.MustDate("2022-07-06").At(14*60 + 25), who: map[string]org.Signer{}}
	for id, zh := range map[string]string{"jimo": "即墨区", "zjj": "区住建局", "tj": "通济街道", "jtj": "区交通局", "fgj": "区发改局", "dcs": "督查室"} {
		parent := "jimo"
		if id == "jimo" {
			parent = ""
		}
		if err := h.Put(org.UnitKind, id, org.Unit{ID: id, Name: org.Name{Zh: zh}, Parent: parent}); err != nil {
			t.Fatal(err)
		}
	}
	for post, x := range map[string]struct {
		unit string
		role org.Role
	}{"leader": {"jimo", org.Leader}, "dispatcher": {"fgj", org.Dispatcher}, "supervisor": {"dcs", org.Supervisor}, "town": {"tj", org.Local}, "housing": {"zjj", org.Line},
		"traffic": {"jtj", org.Line}, "keeper": {"fgj", org.RuleKeeper}} {
		if err := h.Put(org.PostKind, post, org.Post{ID: post, Unit: x.unit, Name: org.Name{Zh: post}, Roles: []org.Role{x.role}, Tenures: []org.Tenure{{Person: "p-" + post, From: "2021-01-01"}}}); err != nil {
			t.Fatal(err)
		}
		h.who[post] = org.Signer{Person: "p-" + post, Post: post, Unit: x.unit, Roles: []org.Role{x.role}}
	}
	if err := h.Put(project.Kind, "JM-007", project.Project{ID: "JM-007", Facts: project.Facts{Name: org.Name{Zh: "营流路"}, LocalUnit: "tj", LineUnit: "jtj"}}); err != nil {
		t.Fatal(err)
	}
	lib, err := casework.Load(packs.FS())
	if err != nil {
		t.Fatal(err)
	}
	for _, desk := range []string{"china/problem", "china/task"} {
		h.must("keeper", casework.AdoptDesk{Desk: lib.Desks[desk], From: "2021-01-01"})
	}
	h.must("dispatcher", casework.Open{ID: road, Desk: "china/problem", Title: "2 处房屋评估", Subject: "project/JM-007", Raiser: casework.Party{Unit: "tj", Post: "town"},
		Handler: casework.Party{Unit: "zjj"}, Reach: org.Scope{Local: "tj", Line: "jtj"}, Chain: map[string]string{"lead": "leader"}})
	return h
}

// measured gives the case its hard point, its cause and three options.
func (h *hall) measured() {
	h.t.Helper()
	h.must("dispatcher", casework.SetMeasure{Case: road, Measure: casework.Measure{Pain: "两户对附属物评估有异议，路断在 90 米处", Cause: "评估机构只有一家", Options: []casework.Option{
		{Mark: "甲", Text: "住建、街道联席复核，一次张榜"}, {Mark: "乙", Text: "先通半幅，绕开一户"}, {Mark: "丙", Text: "照原方案等"}}}})
}

// running calls and starts a meeting with the case, the red lights and one free item.
func (h *hall) running() string {
	h.t.Helper()
	h.must("dispatcher", CallMeeting{Title: "区重点项目调度会", On: "2022-07-06", At: "14:30", Chair: "leader", Recorders: []string{"dispatcher", "supervisor"}})
	ids, _ := h.IDs(MeetingKind, "M-2022-0706-")
	id := ids[len(ids)-1]
	h.must("dispatcher", SetAgenda{Meeting: id, Seen: h.meeting(id).Agenda, Items: []AgendaItem{{Kind: ItemCase, Subject: "case/" + road, Title: "2 处房屋评估", Minutes: 15},
		{Kind: ItemRed, Subject: "month/2022-06", Minutes: 30}, {Kind: ItemFree, Title: "汛期检查"}}})
	h.must("dispatcher", StartMeeting{Meeting: id})
	return id
}
