package visit

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
	"shigan/kernel/ledger"
	"shigan/kernel/rules"
	"shigan/kernel/table"
	"shigan/packs"
)

// nothing is a reader of no documents; a trial over it is a store for tests.
type nothing struct{}

func (nothing) Get(string, string, any) (bool, error) { return false, nil }
func (nothing) IDs(string, string) ([]string, error)  { return nil, nil }

// play is a small district held in mind.
type play struct {
	t       testing.TB
	w       *table.Trial
	seq     int64
	at      time.Time
	who     map[string]org.Signer
	entries []ledger.Entry
}

type deed interface {
	Scope(table.Reader) (org.Scope, error)
	Decide(table.Reader, org.Signer, time.Time) ([]ledger.Fact, error)
}

func apply(w table.Writer, e ledger.Entry) error {
	switch e.Room() {
	case "org":
		return org.Apply(w, e)
	case "project":
		return project.Apply(w, e)
	case "case":
		return casework.Apply(w, e)
	}
	return Apply(w, e)
}

// try does a deed; what is refused leaves nothing behind.
func (p *play) try(by org.Signer, c deed) error {
	p.t.Helper()
	facts, err := c.Decide(p.w, by, p.at)
	if err != nil {
		return err
	}
	for _, f := range facts {
		p.seq++
		e, err := ledger.NewEntry("370215", p.seq, p.at, by.Ledger(), "", f)
		if err != nil {
			p.t.Fatal(err)
		}
		if err := apply(p.w, e); err != nil {
			p.t.Fatal(err)
		}
		p.entries = append(p.entries, e)
	}
	return nil
}

func (p *play) do(by org.Signer, c deed) {
	p.t.Helper()
	if err := p.try(by, c); err != nil {
		p.t.Fatal(err)
	}
}

func (p *play) visit(id string) Visit {
	p.t.Helper()
	x, err := Of(p.w, id)
	if err != nil {
		p.t.Fatal(err)
	}
	return x
}

func (p *play) kase(id string) casework.Case {
	p.t.Helper()
	c, err := casework.Of(p.w, id)
	if err != nil {
		p.t.Fatal(err)
	}
	return c
}

// start is the afternoon of 15 February 2022 in a district of two towns with a node of construction each, and one project far off.
func start(t testing.TB) *play {
	p := &play{t: t, w: table.NewTrial(nothing{}), at: calendar.MustDate("2022-02-15").At(16 * 60), who: map[string]org.Signer{}}
	setup := org.FirstSetUp
	for _, u := range [][3]string{{"jimo", "即墨区", ""}, {"fgj", "区发展改革局", "jimo"}, {"jtj", "区交通运输局", "jimo"}, {"lq", "龙泉街道", "jimo"}, {"tj", "通济街道", "jimo"}, {"co", "示例公司", "lq"}} {
		p.do(setup, org.FoundUnit{Unit: org.Unit{ID: u[0], Name: org.Name{Zh: u[1]}, Parent: u[2], Sample: true}})
	}
	for _, x := range []struct {
		id, unit string
		role     org.Role
	}{{"leader", "jimo", org.Leader}, {"dispatcher", "fgj", org.Dispatcher}, {"line", "jtj", org.Line}, {"local", "lq", org.Local}, {"other", "tj", org.Local}, {"owner", "co", org.Owner}} {
		p.do(setup, org.CreatePost{Post: org.Post{ID: x.id, Unit: x.unit, Name: org.Name{Zh: x.id}, Roles: []org.Role{x.role}, Sample: true}})
		p.do(setup, org.RegisterPerson{Person: org.Person{ID: "p-" + x.id}})
		p.do(setup, org.Seat{PostID: x.id, PersonID: "p-" + x.id, On: "2021-01-01"})
		p.who[x.id] = org.Signer{Person: "p-" + x.id, Post: x.id, Unit: x.unit, Roles: []org.Role{x.role}}
	}
	for id, town := range map[string]string{"JM-001": "lq", "JM-002": "lq", "JM-003": "tj"} {
		p.do(setup, project.List{ID: id, Facts: project.Facts{Name: org.Name{Zh: "示例项目" + id}, OwnerUnit: "co", LocalUnit: town, LineUnit: "jtj", Sample: true}})
	}
	lib, err := casework.Load(packs.FS())
	if err != nil {
		t.Fatal(err)
	}
	d, err := lib.Get("china/finding")
	if err != nil {
		t.Fatal(err)
	}
	p.do(setup, casework.AdoptDesk{Desk: d, From: "2022-01-01"})
	return p
}

var chain = map[string]string{"head": "local", "deputy": "leader", "chief": "leader"}

// two is the visit of that afternoon: two nodes, a note about each, two findings.
func two() Log {
	return Log{Facts: Facts{On: "2022-02-15", From: "14:00", To: "15:40", Projects: []string{"JM-001", "JM-002"}, Place: "示例：一标段桥墩", Purpose: "看两个节点",
		Who: []casework.Party{{Post: "local"}, {Unit: "co"}}},
		Notes: []Line{{"JM-001", "桥墩到第六节"}, {"JM-002", "等电"}, {"", "  "}},
		Findings: []Found{
			{Project: "JM-001", Title: "管线没有迁走", Pain: "两家产权单位，图纸对不上", Cause: "没有一家牵头", Chain: chain, Reach: org.Scope{Owner: "co", Local: "lq", Line: "jtj"}},
			{Project: "JM-002", Title: "临时用电没批下来", Chain: chain, Reach: org.Scope{Owner: "co", Local: "lq", Line: "jtj"}}}}
}

func TestAVisitAndItsFindingsAreWrittenTogether(t *testing.T) {
	p := start(t)
	p.do(p.who["leader"], two())
	x := p.visit("V-2022-0001")
	if x.State != Held || x.Visitor.Post != "leader" || len(x.Notes) != 2 || len(x.Findings) != 2 || x.Who[0].Unit != "lq" {
		t.Fatalf("%+v", x)
	}
	for i, f := range x.Findings {
		c := p.kase(f.Case)
		if c.ID != fmt.Sprintf("F-2022-%04d", i+1) || c.Origin != fmt.Sprintf("visit/V-2022-0001#%d", i+1) || c.Raiser.Post != "leader" || c.Subject != "project/"+f.Project || c.Reach.Local != "lq" {
			t.Errorf("finding %d: %+v", f.N, c)
		}
		if has := c.Measure != nil && c.Measure.Pain != ""; has != (i == 0) {
			t.Errorf("finding %d: measure %+v", f.N, c.Measure)
		}
	}
	before := p.seq
	bad := two()
	bad.Findings[1].Title = " "
	if err := p.try(p.who["line"], bad); !errors.Is(err, ErrTitle) || p.seq != before {
		t.Errorf("a finding without a title: %v, %d entries", err, p.seq-before)
	}
}

func TestWhoWentConfirmsAndNobodyElse(t *testing.T) {
	p := start(t)
	p.do(p.who["leader"], two())
	id := p.visit("V-2022-0001").Findings[1].Case
	p.do(p.who["dispatcher"], casework.Make{Case: id, Move: "accept", From: "raised"})
	p.do(p.who["dispatcher"], casework.Make{Case: id, Move: "assign", From: "accepted", Handler: casework.Party{Unit: "jtj"}})
	p.do(p.who["line"], casework.Make{Case: id, Move: "answer", From: "handling", Outcome: "done", Fields: map[string]string{"result": "已送电"}})
	if err := p.try(p.who["dispatcher"], casework.Make{Case: id, Move: "confirm", From: "answered"}); !errors.Is(err, casework.ErrNotYours) {
		t.Errorf("the desk confirmed what the visitor raised: %v", err)
	}
	p.do(p.who["leader"], casework.Make{Case: id, Move: "confirm", From: "answered"})
	if c := p.kase(id); c.ClosedBy != "confirmed" {
		t.Errorf("%+v", c)
	}
}

func TestWhatAVisitRefuses(t *testing.T) {
	ask := func(change func(*Log)) Log { l := two(); change(&l); return l }
	for name, tc := range map[string]struct {
		by   string
		log  Log
		want *fault.Fault
	}{
		"a day to come is a plan":                       {"leader", ask(func(l *Log) { l.On = "2022-02-16" }), ErrFuture},
		"nowhere":                                       {"leader", ask(func(l *Log) { l.Projects, l.Place, l.Findings, l.Notes = nil, "", nil, []Line{{"", "x"}} }), ErrNowhere},
		"leaving before arriving":                       {"leader", ask(func(l *Log) { l.From, l.To = "15:00", "14:59" }), ErrTime},
		"a time that is none":                           {"leader", ask(func(l *Log) { l.From = "25:00" }), ErrTime},
		"a day that is none":                            {"leader", ask(func(l *Log) { l.On = "昨天" }), fault.New(fault.Invalid, "calendar.not-a-date")},
		"a project out of sight":                        {"other", ask(func(*Log) {}), ErrUnseen},
		"a project that is not there":                   {"leader", ask(func(l *Log) { l.Projects = []string{"JM-999"} }), project.ErrNoProject},
		"a note about another project":                  {"leader", ask(func(l *Log) { l.Notes = []Line{{"JM-003", "x"}} }), ErrElse},
		"a finding about another project":               {"leader", ask(func(l *Log) { l.Findings[0].Project = "JM-003" }), ErrElse},
		"half of a hard point":                          {"leader", ask(func(l *Log) { l.Findings[0].Cause = "" }), ErrHalf},
		"nothing seen and nothing found":                {"leader", ask(func(l *Log) { l.Notes, l.Findings = nil, nil }), ErrEmpty},
		"a post that is not there":                      {"leader", ask(func(l *Log) { l.Who = []casework.Party{{Post: "nobody"}} }), org.ErrNoPost},
		"a visit noted for another by a line post":      {"line", ask(func(l *Log) { l.Visitor = casework.Party{Post: "leader"} }), ErrForOther},
		"a finding whose handler would be its raiser":   {"line", ask(func(l *Log) { l.Findings[0].Handler = casework.Party{Unit: "jtj", Post: "line"} }), casework.ErrOwnJudge},
		"dispatcher noting for a town out of its sight": {"dispatcher", ask(func(l *Log) { l.Visitor = casework.Party{Post: "other"} }), ErrUnseen},
	} {
		t.Run(name, func(t *testing.T) {
			p := start(t)
			before := p.seq
			if err := p.try(p.who[tc.by], tc.log); !errors.Is(err, tc.want) {
				t.Errorf("%v, want %v", err, tc.want)
			}
			if p.seq != before {
				t.Errorf("%d entries were left behind", p.seq-before)
			}
		})
	}
}

func TestARefusalForAProjectOutOfSightNamesWhoCanGo(t *testing.T) {
	p := start(t)
	f, ok := fault.Of(p.try(p.who["other"], two()))
	if !ok || f.Args["who"].(rules.Say).Zh != "龙泉街道、区交通运输局、" || f.Args["project"] != "JM-001" {
		t.Fatalf("%+v", f)
	}
}

func TestTwoPeopleOnOneSiteOnOneDayAreTwoVisits(t *testing.T) {
	p := start(t)
	p.do(p.who["leader"], two())
	p.do(p.who["line"], two())
	a, b := p.visit("V-2022-0001"), p.visit("V-2022-0002")
	if a.Visitor.Post != "leader" || b.Visitor.Post != "line" || len(a.Findings) != 2 || len(b.Findings) != 2 || a.Findings[0].Case == b.Findings[0].Case {
		t.Errorf("%+v\n%+v", a, b)
	}
	d, err := VisitedOf(p.w, "JM-001")
	if err != nil || len(d.Visits) != 2 {
		t.Errorf("%+v %v", d, err)
	}
}

func TestAPlanBecomesTheVisitThatItWas(t *testing.T) {
	p := start(t)
	plan := Plan{Facts: Facts{On: "2022-02-16", Projects: []string{"JM-001"}, Purpose: "看桥墩"}}
	p.do(p.who["leader"], plan)
	if err := p.try(p.who["leader"], AddNote{Visit: "V-2022-0001", Line: Line{"", "x"}}); !errors.Is(err, ErrPlanned) {
		t.Errorf("a note in a plan: %v", err)
	}
	if d, _ := VisitedOf(p.w, "JM-001"); len(d.Visits) != 0 {
		t.Errorf("a plan counts as a visit: %+v", d)
	}
	past := plan
	past.On = "2022-02-14"
	if err := p.try(p.who["leader"], past); !errors.Is(err, ErrPast) {
		t.Errorf("a plan for yesterday: %v", err)
	}
	p.at = calendar.MustDate("2022-02-16").At(17 * 60)
	log := two()
	log.Plan, log.On = "V-2022-0001", "2022-02-16"
	if err := p.try(p.who["line"], log); !errors.Is(err, ErrNotYours) {
		t.Errorf("another carried the plan out: %v", err)
	}
	p.do(p.who["leader"], log)
	if x := p.visit("V-2022-0001"); x.State != Held || len(x.Findings) != 2 {
		t.Errorf("%+v", x)
	}
	if err := p.try(p.who["leader"], log); !errors.Is(err, ErrHeld) {
		t.Errorf("the plan was carried out twice: %v", err)
	}
}

func TestWhatIsFoundLaterIsRaisedByWhoeverWasThere(t *testing.T) {
	p := start(t)
	log := two()
	log.Findings = nil
	p.do(p.who["leader"], log)
	late := RaiseFinding{Visit: "V-2022-0001", Found: Found{Project: "JM-001", Title: "围挡破了", Chain: chain}}
	if err := p.try(p.who["line"], late); !errors.Is(err, ErrNotYours) {
		t.Errorf("somebody who was not there: %v", err)
	}
	for i, by := range []string{"leader", "local", "dispatcher"} {
		p.do(p.who[by], late)
		c := p.kase(p.visit("V-2022-0001").Findings[i].Case)
		want := map[string]string{"leader": "leader", "local": "local", "dispatcher": "leader"}[by] // the dispatcher writes it down for who went
		if c.Raiser.Post != want || c.Origin != fmt.Sprintf("visit/V-2022-0001#%d", i+1) {
			t.Errorf("%s: %+v %s", by, c.Raiser, c.Origin)
		}
	}
}

func TestACorrectionKeepsWhatStoodBefore(t *testing.T) {
	p := start(t)
	p.do(p.who["leader"], two())
	x := p.visit("V-2022-0001")
	now := x.Facts
	now.On, now.To = "2022-02-14", "16:00"
	c := Correct{Visit: x.ID, Facts: now, Seen: x.Seq, Reason: "记错了一天"}
	if err := p.try(p.who["line"], c); !errors.Is(err, ErrNotYours) {
		t.Errorf("somebody else corrected it: %v", err)
	}
	p.do(p.who["leader"], c)
	x = p.visit("V-2022-0001")
	if x.On != "2022-02-14" || len(x.Corrections) != 1 || x.Corrections[0].Was.On != "2022-02-15" || x.Corrections[0].Reason != "记错了一天" {
		t.Errorf("%+v", x)
	}
	if d, _ := VisitedOf(p.w, "JM-001"); len(d.Visits) != 1 || d.Visits[0].On != "2022-02-14" {
		t.Errorf("%+v", d)
	}
	if err := p.try(p.who["leader"], c); !errors.Is(err, ErrMoved) {
		t.Errorf("an older page corrected it again: %v", err)
	}
	note := Correct{Visit: x.ID, Note: 1, Text: "桥墩到第七节", Seen: x.Seq, Reason: "看错了"}
	p.do(p.who["leader"], note)
	x = p.visit("V-2022-0001")
	if x.Notes[0].Text != "桥墩到第七节" || !slices.Equal(x.Notes[0].Was, []string{"桥墩到第六节"}) || p.entries[len(p.entries)-1].Corrects != x.Notes[0].Seq {
		t.Errorf("%+v", x.Notes[0])
	}
	for name, tc := range map[string]struct {
		c    Correct
		want *fault.Fault
	}{
		"without a reason":                    {Correct{Facts: now}, ErrReason},
		"that changes nothing":                {Correct{Facts: x.Facts, Reason: "r"}, ErrSame},
		"into the future":                     {Correct{Facts: func() Facts { f := x.Facts; f.On = "2022-03-01"; return f }(), Reason: "r"}, ErrFuture},
		"that drops a project with a finding": {Correct{Facts: func() Facts { f := x.Facts; f.Projects = []string{"JM-001"}; return f }(), Reason: "r"}, ErrFound},
		"of a note that is not there":         {Correct{Note: 9, Text: "x", Reason: "r"}, ErrNoNote},
		"of a note with the same words":       {Correct{Note: 1, Text: "桥墩到第七节", Reason: "r"}, ErrSame},
		"of a note into nothing":              {Correct{Note: 1, Text: " ", Reason: "r"}, ErrEmpty},
	} {
		t.Run("a correction "+name, func(t *testing.T) {
			tc.c.Visit, tc.c.Seen = x.ID, x.Seq
			if err := p.try(p.who["leader"], tc.c); !errors.Is(err, tc.want) {
				t.Errorf("%v, want %v", err, tc.want)
			}
		})
	}
}

func TestEverybodyReadsOfAVisitWhatIsAboutHisProjects(t *testing.T) {
	p := start(t)
	log := two()
	log.Projects, log.Who = []string{"JM-001", "JM-003"}, nil
	log.Notes, log.Findings = []Line{{"JM-001", "a"}, {"JM-003", "b"}, {"", "c"}}, nil
	p.do(p.who["leader"], log)
	x := p.visit("V-2022-0001")
	all := []string{"JM-001", "JM-003", ""} // the last speaks of the visit as a whole
	for post, want := range map[string][]string{"leader": all, "dispatcher": all, "line": all, "local": {"JM-001"}, "other": {"JM-003"}} {
		sees, err := MaySee(p.w, p.who[post], x)
		if err != nil {
			t.Errorf("%s: %v", post, err)
			continue
		}
		for _, id := range all {
			if sees(id) != slices.Contains(want, id) {
				t.Errorf("%s sees %q: %v", post, id, sees(id))
			}
		}
	}
	sees, _ := MaySee(p.w, p.who["local"], x)
	if y := x.As(sees); len(y.Notes) != 1 || y.Notes[0].Text != "a" || len(y.Projects) != 1 || y.Place != "" || len(x.Notes) != 3 {
		t.Errorf("the town reads %+v", y)
	}
	if _, err := MaySee(p.w, p.who["owner"], x); !errors.Is(err, org.ErrForbidden) {
		t.Errorf("the enterprise reads the leader's notes: %v", err)
	}
	x.Who = []casework.Party{{Unit: "co"}}
	if sees, err := MaySee(p.w, p.who["owner"], x); err != nil || !sees("JM-003") {
		t.Errorf("who was there reads it: %v", err)
	}
}
