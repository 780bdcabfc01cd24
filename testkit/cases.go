package testkit

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
	"shigan/kernel/table"
)

// AdoptDesks puts desks of the packs in force, from today on.
func AdoptDesks(t testing.TB, o *app.Office, by org.Signer, names ...string) {
	t.Helper()
	for _, n := range names {
		if _, err := o.AdoptDesk(context.Background(), by, n, "", false, "", app.Options{}); err != nil {
			t.Fatal(err)
		}
	}
}

// Player 乱办 plays any deeds of cases at all, by anybody, at growing times: what is refused is refused, the rest is history.
type Player struct {
	Office *app.Office
	Clock  *Clock
	Who    map[string]org.Signer
	Rand   *rand.Rand
	Desks  []string
	ids    []string
	names  []string
}

// Play does n deeds.
func (p *Player) Play(t testing.TB, n int) {
	t.Helper()
	if p.names == nil {
		for name := range p.Who {
			p.names = append(p.names, name)
		}
		slices.Sort(p.names)
	}
	ctx := context.Background()
	for range n {
		p.Clock.Forward(time.Duration(pick(p, []int{0, 1, 7, 60, 480, 1440, 3000, 10080})) * time.Minute)
		if calendar.DateOf(p.Clock.Now()).Year() > 2024 {
			p.Clock.Set("2024-12-30") // lists of holidays end
		}
		what := p.Rand.IntN(20)
		if what == 0 {
			if _, err := p.Office.RunClock(ctx); err != nil {
				t.Fatal(err)
			}
			continue
		}
		by, cmd := p.deed(t, what)
		_, err := p.Office.Do(ctx, by, cmd, app.Options{})
		if _, refused := fault.Of(err); err != nil && !refused {
			t.Fatal(err)
		}
		if ids, err := p.Office.Read(ctx).IDs(casework.CaseKind, ""); err == nil {
			p.ids = ids
		}
	}
}

func pick[T any](p *Player, list []T) T { return list[p.Rand.IntN(len(list))] }

func (p *Player) deed(t testing.TB, what int) (org.Signer, app.Command) {
	by := p.Who[pick(p, p.names)]
	if len(p.ids) == 0 || what <= 5 && len(p.ids) < 60 {
		return p.open()
	}
	v := p.Office.Read(context.Background())
	c, err := casework.Of(v, pick(p, p.ids))
	if err != nil {
		t.Fatal(err)
	}
	d, err := casework.Pinned(v, c.Digest)
	if err != nil {
		t.Fatal(err)
	}
	day := calendar.DateOf(p.Clock.Now())
	switch {
	case what == 6 && len(d.Stops) > 0:
		return p.Who["dispatcher"], casework.Halting{Case: c.ID, Why: pick(p, d.Stops).Name, Note: "示例", Review: pick(p, []string{"", day.AddDays(9).String()})}
	case what == 7:
		return by, casework.Resume{Case: c.ID}
	case what == 8:
		return p.Who["dispatcher"], casework.Extend{Case: c.ID, Amount: 1 + p.Rand.IntN(5), Reason: "示例"}
	case what == 9:
		return p.Who["dispatcher"], casework.Merge{Case: c.ID, Into: pick(p, p.ids), Reason: "示例"}
	case what == 10:
		return p.Who["dispatcher"], casework.Split{Case: c.ID, Reason: "示例", Parts: []casework.Part{{Title: "前半", Handler: p.party(v)}, {Title: "后半"}}}
	}
	moves := d.MovesFrom(c.State)
	if len(moves) == 0 {
		moves = d.Moves
	}
	m := pick(p, moves)
	k := casework.Make{Case: c.ID, Move: m.Name, From: c.State, Reason: "示例", Fields: map[string]string{}}
	if len(m.Outcomes) > 0 {
		k.Outcome = pick(p, m.Outcomes)
	}
	if m.Does == casework.DoesAssign {
		k.Handler, k.Assists = p.party(v), []casework.Party{p.party(v)}
	}
	for _, f := range m.Requires.Fields {
		k.Fields[f] = "示例"
	}
	var able []org.Signer // mostly somebody who may
	for _, n := range p.names {
		if s := p.Who[n]; casework.MayMove(v, d, c, s, m, p.Clock.Now()) {
			able = append(able, s)
		}
	}
	if len(able) > 0 && p.Rand.IntN(5) > 0 {
		by = pick(p, able)
	}
	return by, k
}

func (p *Player) open() (org.Signer, app.Command) {
	v := p.Office.Read(context.Background())
	by := p.Who[pick(p, []string{"owner", "other", "local", "line", "dispatcher", "leader", "supervisor"})]
	name := pick(p, p.Desks)
	o := casework.Open{Desk: name, Title: pick(p, []string{"用地手续未批", "管线迁改没人管", "资金未到位", "100%达标_检查"}) + fmt.Sprint(len(p.ids)),
		Chain: map[string]string{"lead": pick(p, []string{"leader", "", "not-yet"}), "head": pick(p, []string{"local", "line", "townhead"}), "deputy": "leader", "chief": "top"}}
	if d, err := p.Office.Desks.Get(name); err == nil && len(d.Kinds) > 0 {
		o.Kind = pick(p, d.Kinds).Name
	}
	switch p.Rand.IntN(4) {
	case 0:
		o.Subject, o.Reach = "project/JM-001", org.Scope{Owner: "co", Local: "lq", Line: "jtj"}
	case 1:
		o.Reach = org.Scope{Local: pick(p, []string{"lq", "fgj", "jtj"})}
	case 2:
		o.Handler = p.party(v)
	}
	return by, o
}

// party is a unit, or a post with its unit, or a unit with a post that nobody sits in.
func (p *Player) party(v table.Reader) casework.Party {
	if p.Rand.IntN(2) == 0 {
		return casework.Party{Unit: pick(p, []string{"lq", "fgj", "jtj", "co", "co2"})}
	}
	s := p.Who[pick(p, p.names)]
	return casework.Party{Unit: s.Unit, Post: s.Post}
}
