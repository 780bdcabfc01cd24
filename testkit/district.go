// Package testkit is for tests only: a small district to play in, a clock that stands, golden files.
package testkit

import (
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"shigan/adapter/store"
	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/domain/schedule"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/kernel/quantity"
	"shigan/kernel/rules"
	"shigan/kernel/vault"
	"shigan/packs"
)

// Clock is a clock that moves only when told.
type Clock struct {
	mu sync.Mutex
	at time.Time
}

// At starts a clock at a day, nine in the morning.
func At(day string) *Clock { return &Clock{at: calendar.MustDate(day).At(9 * 60)} }

func (c *Clock) Now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.at }

// Set moves the clock to a day, nine in the morning.
func (c *Clock) Set(day string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = calendar.MustDate(day).At(9 * 60)
}

// Forward lets some time pass.
func (c *Clock) Forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// Engines are the databases that a test runs on: SQLite in a folder, and PostgreSQL where SHIGAN_TEST_PG names one.
func Engines(t testing.TB) map[string]func(t testing.TB) *store.Store {
	out := map[string]func(t testing.TB) *store.Store{"sqlite": func(t testing.TB) *store.Store { return open(t, t.TempDir()) }}
	if dsn := os.Getenv("SHIGAN_TEST_PG"); dsn != "" {
		out["postgres"] = func(t testing.TB) *store.Store { return open(t, FreshPostgres(t, dsn)) }
	}
	return out
}

func open(t testing.TB, where string) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), where)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// library of all packs, loaded once: compiling is what takes the time.
var library = sync.OnceValues(func() (*rules.Library, error) {
	v, err := app.Vocabulary()
	if err != nil {
		return nil, err
	}
	return rules.Load(packs.FS(), v)
})

// Library gives all packs.
func Library(t testing.TB) *rules.Library {
	t.Helper()
	lib, err := library()
	if err != nil {
		t.Fatal(err)
	}
	return lib
}

// Code of the district that tests play in.
const Code = "370215"

// Pack that its lights turn by.
const Pack = "sample/jimo"

// Office opens an empty office on a store.
func Office(t testing.TB, s *store.Store, clock *Clock, suite *ledger.Suite) *app.Office {
	t.Helper()
	ctx := context.Background()
	v := vault.New([]byte(strings.Repeat("k", 32)))
	if err := app.Found(ctx, s, Code, suite, v); err != nil {
		t.Fatal(err)
	}
	o, err := app.Open(ctx, s, Code, Library(t), v, clock.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(o.Close)
	o.HashMemory = 64
	p, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	o.Desks, o.Messages, o.Rhythms, o.Assumed, o.Networks = p.desks, p.messages, p.rhythms, p.assumed, p.networks
	return o
}

// shippedPacks are the packs that come with the program, but for those of rules. Nobody changes them.
type shippedPacks struct {
	desks    *casework.Library
	messages *app.MessageRules
	rhythms  *dispatch.Rhythms
	assumed  *schedule.Assumed
	networks []schedule.Template
}

// shipped reads them once for all tests of a package.
var shipped = sync.OnceValues(func() (p shippedPacks, err error) {
	var errs [5]error
	p.desks, errs[0] = casework.Load(packs.FS())
	p.messages, errs[1] = app.LoadMessageRules(packs.FS(), Code)
	p.rhythms, errs[2] = dispatch.LoadRhythms(packs.FS())
	p.assumed, errs[3] = schedule.LoadAssumed(packs.FS(), Code)
	p.networks, errs[4] = schedule.LoadTemplates(packs.FS())
	return p, errors.Join(errs[:]...)
})

// Do does a deed or ends the test.
func Do(t testing.TB, o *app.Office, by org.Signer, cmd app.Command) app.Receipt {
	t.Helper()
	r, err := o.Do(context.Background(), by, cmd, app.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Small fills an office with one unit of each kind, a post each, a person in it, and one project: the worked example of the
// domain research §1.4 (plan 1.20亿 in 2022, planned start in March).
func Small(t testing.TB, o *app.Office) map[string]org.Signer {
	t.Helper()
	ctx := context.Background()
	setup := org.FirstSetUp
	unit := func(id, zh string, class org.UnitClass, parent string) {
		Do(t, o, setup, org.FoundUnit{Unit: org.Unit{ID: id, Name: org.Name{Zh: zh}, Class: class, Parent: parent, Sample: true}, On: "2021-01-01"})
	}
	unit("jimo", "即墨区", org.District, "")
	unit("fgj", "区发展改革局", org.Department, "jimo")
	unit("jtj", "区交通运输局", org.Department, "jimo")
	unit("lq", "龙泉街道", org.Town, "jimo")
	unit("co", "示例建设公司", org.Enterprise, "lq")
	unit("co2", "示例纺织公司", org.Enterprise, "jimo")
	who := map[string]org.Signer{}
	post := func(id, unitID, zh string, roles ...org.Role) {
		Do(t, o, setup, org.CreatePost{Post: org.Post{ID: id, Unit: unitID, Name: org.Name{Zh: zh}, Roles: roles, Sample: true}, On: "2021-01-01"})
		if _, err := o.Register(ctx, setup, org.Person{ID: "p-" + id, Login: id, Sample: true}, "示例"+zh, "13800001234", app.Options{}); err != nil {
			t.Fatal(err)
		}
		Do(t, o, setup, org.Seat{PostID: id, PersonID: "p-" + id, On: "2021-01-01"})
		who[id] = org.Signer{Person: "p-" + id, Post: id, Unit: unitID, Roles: roles}
	}
	post("leader", "jimo", "区领导", org.Leader)
	post("dispatcher", "fgj", "项目办调度", org.Dispatcher)
	post("line", "jtj", "交通局核实", org.Line)
	post("local", "lq", "街道填报", org.Local)
	post("owner", "co", "项目单位", org.Owner)
	post("other", "co2", "别的单位", org.Owner)
	post("rulekeeper", "fgj", "规则管理", org.RuleKeeper)
	post("system", "jimo", "系统管理员", org.System)
	post("security", "jimo", "安全管理员", org.Security)
	post("audit", "jimo", "审计管理员", org.Audit)
	Do(t, o, setup, dispatch.AdoptRules{Pack: Pack, From: calendar.MustMonth("2021-01")})
	AddProject(t, o, "JM-001", "示例道路工程", quantity.Fen(12_000)*quantity.Wan)
	unit("dcs", "区委区政府督查室", org.District, "jimo")
	post("top", "jimo", "区主要领导", org.Leader)
	post("townhead", "lq", "街道主要负责人", org.Local)
	post("supervisor", "dcs", "督查室", org.Supervisor)
	for _, x := range [][3]string{{"jimo", "top", ""}, {"lq", "townhead", "leader"}, {"jtj", "line", "leader"}} {
		Do(t, o, setup, org.LeadUnit{Unit: x[0], Head: x[1], Leader: x[2], On: "2021-01-01"})
	}
	return who
}

// AddProject lists a project in town lq, owned by co, with a plan for 2022 and a start promised for March.
func AddProject(t testing.TB, o *app.Office, id, name string, plan quantity.Fen) {
	t.Helper()
	setup := org.FirstSetUp
	Do(t, o, setup, project.List{ID: id, List: "208", On: "2022-01-01", Start: "2022-03-31", Finish: "2023-12-31", Stage: project.Ready,
		Facts: project.Facts{Name: org.Name{Zh: name}, Level: "district", Class: "industry", Front: "projects", Industry: "auto",
			OwnerUnit: "co", LocalUnit: "lq", LineUnit: "jtj", Total: 10 * quantity.Yi, Sample: true}})
	Do(t, o, setup, project.SetPlan{ID: id, Year: 2022, Planned: plan, Category: project.NewStart})
	Do(t, o, setup, project.SetDuty{ID: id, Duty: project.Duty{Lead: "leader", Line: "line", Local: "local", Owner: "owner"}})
}
