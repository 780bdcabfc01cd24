package app_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand"
	"slices"
	"sync"
	"testing"
	"time"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/kernel/fault"
	"shigan/kernel/ledger"
	"shigan/kernel/vault"
	"shigan/testkit"

	"github.com/anishathalye/porcupine"
)

const deskName = "sample/jimo-problem"

// ladderOffice is a small district with the problem desk in force.
func ladderOffice(t testing.TB, o *app.Office) (*app.Office, map[string]org.Signer) {
	t.Helper()
	who := testkit.Small(t, o)
	if _, err := o.AdoptDesk(context.Background(), who["rulekeeper"], deskName, "", false, "", app.Options{}); err != nil {
		t.Fatal(err)
	}
	return o, who
}

var chain = map[string]string{"lead": "leader", "head": "local", "deputy": "line", "chief": "leader"}

func raise(t testing.TB, o *app.Office, by org.Signer, title string) string {
	t.Helper()
	rec := testkit.Do(t, o, by, casework.Open{Desk: deskName, Title: title, Subject: "project/JM-001", Chain: chain})
	e, err := o.Read(context.Background()).Entry(rec.First)
	if err != nil {
		t.Fatal(err)
	}
	return e.Subject[len("case/"):]
}

func caseOf(t testing.TB, o *app.Office, id string) casework.Case {
	t.Helper()
	c, err := casework.Of(o.Read(context.Background()), id)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTheLadderClimbsOnceWithTwoServersAndAfterAWeeksSleep(t *testing.T) {
	for name, open := range testkit.Engines(t) {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			clock := testkit.At("2022-06-20")
			s := open(t)
			o, who := ladderOffice(t, testkit.Office(t, s, clock, ledger.SHA256))
			var ids []string
			for i := range 30 {
				ids = append(ids, raise(t, o, who["owner"], fmt.Sprintf("问题 %d", i)))
			}
			if n, err := o.RunClock(ctx); n != 0 || err != nil {
				t.Fatalf("%d climbed at birth: %v", n, err)
			}
			twin, err := app.Open(ctx, s, testkit.Code, testkit.Library(t), vault.New([]byte("kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk")), clock.Now)
			if err != nil {
				t.Fatal(err)
			}
			defer twin.Close()
			for _, day := range []string{"2022-06-28", "2022-07-15", "2022-08-30", "2022-12-30"} { // the last long after: there is no fifth level
				clock.Set(day)
				var wg sync.WaitGroup
				sum := make([]int, 4)
				for i, server := range []*app.Office{o, twin, o, twin} {
					wg.Go(func() {
						n, err := server.RunClock(ctx)
						if err != nil {
							t.Error(err)
						}
						sum[i] = n
					})
				}
				wg.Wait()
				want := 30
				if day == "2022-12-30" {
					want = 0
				}
				if got := sum[0] + sum[1] + sum[2] + sum[3]; got != want {
					t.Errorf("%s: %d climbed, want %d", day, got, want)
				}
			}
			for _, id := range ids {
				if c := caseOf(t, o, id); c.Level != 4 || len(c.Climbs) != 3 {
					t.Errorf("%s: level %d after %v", id, c.Level, c.Climbs)
				}
			}
			if _, diff, err := s.Replay(ctx, testkit.Code, app.Apply); err != nil || len(diff) > 0 {
				t.Errorf("a replay differs: %v %v", diff, err)
			}
		})
	}
}

// op is what a client of the linearizability test asks: a move out of a state, or a look.
type op struct {
	move, from string
	look       bool
}

// answer is what it got: done, or where the case was found.
type answer struct {
	done  bool
	state string // after, or found
}

// legal is the desk as a sequential machine: at one time, one state.
func legal(d *casework.Desk) porcupine.Model {
	return porcupine.Model{
		Init: func() any { return d.Start },
		Step: func(state, input, output any) (bool, any) {
			at, in, out := state.(string), input.(op), output.(answer)
			switch {
			case in.look:
				return out.state == at, at
			case !out.done: // refused because the state no longer held
				return at != in.from, at
			}
			m, _ := d.Move(in.move)
			return at == in.from && slices.Contains(m.From, at), m.To
		},
		DescribeOperation: func(input, output any) string { return fmt.Sprint(input, output) },
	}
}

// TestConcurrentMovesGiveALegalHistory lets several people press at once, and asks porcupine whether their answers can be put
// in an order in which each was right.
func TestConcurrentMovesGiveALegalHistory(t *testing.T) {
	ctx := context.Background()
	o, who := ladderOffice(t, testkit.Office(t, testkit.Engines(t)["sqlite"](t), testkit.At("2022-06-20"), ledger.SHA256))
	d, err := o.Desks.Get(deskName)
	if err != nil {
		t.Fatal(err)
	}
	who["handler"] = who["local"]
	tries := map[string][]casework.Make{
		"dispatcher": {{Move: "accept", From: "raised"}, {Move: "assign", From: "accepted", Handler: casework.Party{Unit: "lq"}}},
		"leader":     {{Move: "assign", From: "accepted", Handler: casework.Party{Unit: "lq"}}, {Move: "lift", From: "handling", Reason: "-"}},
		"handler":    {{Move: "answer", From: "handling", Outcome: "done", Fields: map[string]string{"result": "-"}}, {Move: "report", From: "handling", Reason: "-"}},
		"owner":      {{Move: "object", From: "answered", Reason: "-"}, {Move: "confirm", From: "answered", Outcome: "done"}, {Move: "reopen", From: "closed", Reason: "-"}},
	}
	for round := range 12 {
		id := raise(t, o, who["owner"], fmt.Sprintf("并发 %d", round))
		var mu sync.Mutex
		var history []porcupine.Operation
		began := time.Now()
		var wg sync.WaitGroup
		client := 0
		for name, moves := range tries {
			for range 2 { // each post twice: two windows, or two people in one unit
				client++
				rnd := rand.New(rand.NewSource(int64(round*100 + client)))
				who, me := who[name], client
				wg.Go(func() {
					for range 12 {
						k := moves[rnd.Intn(len(moves))]
						k.Case = id
						in, out := op{move: k.Move, from: k.From}, answer{}
						if rnd.Intn(4) == 0 {
							in = op{look: true}
						}
						call := time.Since(began).Nanoseconds()
						var err error
						if in.look {
							c, e := casework.Of(o.Read(ctx), id)
							out.state, err = c.State, e
						} else if _, err = o.Do(ctx, who, k, app.Options{}); err == nil {
							out.done = true
						} else if f, ok := fault.Of(err); ok && f.Code == casework.ErrMoved.Code {
							if f.Args["by"] == "" || f.Args["at"] == "" {
								t.Errorf("refused without saying who was faster: %v", f)
							}
							err = nil
						}
						if err != nil {
							t.Error(err)
						}
						back := time.Since(began).Nanoseconds()
						mu.Lock()
						history = append(history, porcupine.Operation{ClientId: me, Input: in, Call: call, Output: out, Return: back})
						mu.Unlock()
					}
				})
			}
		}
		wg.Wait()
		if got := porcupine.CheckOperationsTimeout(legal(d), history, 20*time.Second); got != porcupine.Ok {
			t.Fatalf("round %d: %v", round, got)
		}
	}
}

func TestOnlyTheRulekeeperAdoptsAndOnlyWhatIsThere(t *testing.T) {
	o, who := ladderOffice(t, testkit.Office(t, testkit.Engines(t)["sqlite"](t), testkit.At("2022-06-20"), ledger.SHA256))
	ctx := context.Background()
	if _, err := o.AdoptDesk(ctx, who["dispatcher"], "china/task", "", false, "", app.Options{}); !errors.Is(err, org.ErrForbidden) {
		t.Errorf("said %v", err)
	}
	if _, err := o.AdoptDesk(ctx, who["rulekeeper"], "no/desk", "", false, "", app.Options{}); !errors.Is(err, casework.ErrNoDesk) {
		t.Errorf("said %v", err)
	}
	if _, err := o.AdoptDesk(ctx, who["rulekeeper"], deskName, "", false, "", app.Options{}); !errors.Is(err, casework.ErrDeskStands) {
		t.Errorf("said %v", err)
	}
	id := raise(t, o, who["owner"], "试运行")
	if _, err := o.AdoptDesk(ctx, who["rulekeeper"], "tonglu/problem", "", true, "", app.Options{}); err != nil {
		t.Fatal(err)
	}
	if _, err := casework.Ruling(o.Read(ctx), "tonglu/problem", "2022-06-21"); !errors.Is(err, casework.ErrNoDesk) {
		t.Errorf("a desk in shadow rules: %v", err)
	}
	trial, err := o.Desks.Get("china/task")
	if err != nil {
		t.Fatal(err)
	}
	if got := casework.Shadow(trial, caseOf(t, o, id)); len(got) == 0 {
		t.Error("a task's desk makes the same of a problem")
	}
}

// TestOfACaseOnlyItsPartiesAndWhoeverMayReadItSeeTheEntries: another owner has no business with it.
func TestOfACaseOnlyItsPartiesAndWhoeverMayReadItSeeTheEntries(t *testing.T) {
	o, who := ladderOffice(t, testkit.Office(t, testkit.Engines(t)["sqlite"](t), testkit.At("2022-06-20"), ledger.SHA256))
	id := raise(t, o, who["owner"], "看得见")
	for post, may := range map[string]bool{"owner": true, "leader": true, "dispatcher": true, "local": true, "line": true, "audit": true, "other": false, "rulekeeper": false} {
		if err := o.MaySeeEntry(context.Background(), who[post], "case/"+id); (err == nil) != may {
			t.Errorf("%s: %v", post, err)
		}
	}
}
