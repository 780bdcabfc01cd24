package app_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/kernel/ledger"
	"shigan/kernel/vault"
	"shigan/packs"
	"shigan/testkit"
)

// second is another server on the same database.
func second(t testing.TB, o *app.Office, clock *testkit.Clock) *app.Office {
	t.Helper()
	two, err := app.Open(context.Background(), o.Store, testkit.Code, testkit.Library(t), vault.New([]byte(strings.Repeat("k", 32))), clock.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(two.Close)
	two.Desks, two.Messages, two.MailOn, two.URL = o.Desks, o.Messages, o.MailOn, o.URL
	return two
}

// TestRemindersComeOnceWithTwoServersAndAfterAWeeksSleep: one when little is left, one for the last working day, whoever runs the
// clock and however often; a clock that slept past both gives neither, since the matter has gone up by then.
func TestRemindersComeOnceWithTwoServersAndAfterAWeeksSleep(t *testing.T) {
	for name, open := range testkit.Engines(t) {
		t.Run(name, func(t *testing.T) {
			s, clock, ctx := open(t), testkit.At("2022-06-20"), context.Background()
			o, who := ladderOffice(t, testkit.Office(t, s, clock, ledger.SHA256))
			servers := []*app.Office{o, second(t, o, clock)}
			var ids []string
			for i := range 8 {
				id := raise(t, o, who["owner"], fmt.Sprint("问题 ", i))
				testkit.Do(t, o, who["dispatcher"], casework.Make{Case: id, Move: "accept", From: "raised"})
				testkit.Do(t, o, who["dispatcher"], casework.Make{Case: id, Move: "assign", From: "accepted", Handler: casework.Party{Unit: "lq"}})
				ids = append(ids, id)
			}
			run := func() (sum int) {
				t.Helper()
				var wg sync.WaitGroup
				got := make([]int, 4)
				for i := range got {
					wg.Go(func() {
						_, n, err := servers[i%2].RunReminders(ctx)
						if err != nil {
							t.Error(err)
						}
						got[i] = n
					})
				}
				wg.Wait()
				for _, n := range got {
					sum += n
				}
				return sum
			}
			// level and handle both run five working days, to the 27th; yellow from one day left
			for _, day := range []struct {
				on   string
				want int
			}{{"2022-06-20", 0}, {"2022-06-23", 0}, {"2022-06-24", 16}, {"2022-06-24", 0}, {"2022-06-25", 0}, {"2022-06-27", 0}} {
				clock.Set(day.on)
				if got := run(); got != day.want {
					t.Errorf("%s: %d reminders, want %d", day.on, got, day.want)
				}
			}
			all, err := o.Read(ctx).Messages(app.MessageFilter{Groups: []app.Group{app.GroupDue}})
			if err != nil {
				t.Fatal(err)
			}
			count := map[string]int{}
			for _, m := range all {
				count[m.Post+" "+m.Topic]++
			}
			if len(all) != 16 || count["local case.last"] != 8 || count["leader case.last"] != 8 {
				t.Errorf("reminded: %v", count)
			}
			if c := caseOf(t, o, ids[0]); c.MovedBy != "dispatcher" {
				t.Error("a reminder counts as a move")
			}
			late := raise(t, o, who["owner"], "睡过去的")
			testkit.Do(t, o, who["dispatcher"], casework.Make{Case: late, Move: "accept", From: "raised"})
			clock.Set("2022-08-01") // a long sleep
			if _, err := o.RunClock(ctx); err != nil {
				t.Fatal(err)
			}
			if got := run(); got != 0 {
				t.Errorf("after the sleep %d reminders of what is over", got)
			}
			if _, diff, err := s.Replay(ctx, testkit.Code, app.Apply); err != nil || len(diff) > 0 {
				t.Errorf("a replay differs: %v %v", diff, err)
			}
		})
	}
}

func TestANearReminderComesBeforeTheLastAndNoneOnADayOff(t *testing.T) {
	clock, ctx := testkit.At("2022-06-20"), context.Background()
	o := testkit.Office(t, testkit.Engines(t)["sqlite"](t), clock, ledger.SHA256)
	who := testkit.Small(t, o)
	testkit.AdoptDesks(t, o, who["rulekeeper"], "china/task")
	rec := testkit.Do(t, o, who["dispatcher"], casework.Open{Desk: "china/task", Title: "出图", Given: "2022-07-06", Handler: casework.Party{Unit: "lq"}, Chain: chain})
	e, _ := o.Read(ctx).Entry(rec.First)
	id := strings.TrimPrefix(e.Subject, "case/")
	testkit.Do(t, o, who["local"], casework.Make{Case: id, Move: "receive", From: "sent"})
	var said []string
	for day := 21; day <= 36; day++ {
		clock.Set("2022-06-20")
		clock.Forward(time.Duration(day-20) * 24 * time.Hour)
		on := clock.Now().Format("01-02")
		before, _, _, _ := o.Read(ctx).Log()
		if _, _, err := o.RunReminders(ctx); err != nil {
			t.Fatal(err)
		}
		all, err := o.Read(ctx).Messages(app.MessageFilter{After: before.Size, Oldest: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range all {
			said = append(said, on+" "+m.Post+" "+m.Topic)
		}
	}
	// three days before the 6th is a Sunday; the head of the unit sits at the ladder's first level
	want := []string{"07-04 local case.near", "07-05 local case.last"}
	if !slices.Equal(said, want) {
		t.Errorf("said %q, want %q", said, want)
	}
}

// TestSlipsThatADeskLeavesToTheClockAreSentByItOnce and the others are not.
func TestSlipsThatADeskLeavesToTheClockAreSentByItOnce(t *testing.T) {
	s, clock, ctx := testkit.Engines(t)["sqlite"](t), testkit.At("2022-06-01"), context.Background()
	o := testkit.Office(t, s, clock, ledger.SHA256)
	who := testkit.Small(t, o)
	testkit.AdoptDesks(t, o, who["rulekeeper"], "sample/jimo-supervision")
	rec := testkit.Do(t, o, who["supervisor"], casework.Open{Desk: "sample/jimo-supervision", Kind: "minutes", Title: "迁改方案", Handler: casework.Party{Unit: "jtj"}, Chain: chain})
	e, _ := o.Read(ctx).Entry(rec.First)
	id := strings.TrimPrefix(e.Subject, "case/")
	testkit.Do(t, o, who["supervisor"], casework.Make{Case: id, Move: "send", From: "registered", Handler: casework.Party{Unit: "jtj"}})
	two := second(t, o, clock)
	sent := 0
	for _, day := range []string{"2022-06-02", "2022-06-10", "2022-06-14", "2022-06-15", "2022-06-30"} {
		clock.Set(day)
		for _, server := range []*app.Office{o, two, o} {
			n, _, err := server.RunReminders(ctx)
			if err != nil {
				t.Fatal(err)
			}
			sent += n
		}
	}
	c := caseOf(t, o, id)
	if sent != 1 || len(c.Slips) != 1 || c.Slips[0].Colour != "blue" || c.Slips[0].Post != org.SystemSigner.Post || c.Slips[0].On != "2022-06-15" {
		t.Errorf("%d sent: %+v", sent, c.Slips)
	}
	all, err := o.Read(ctx).Messages(app.MessageFilter{Groups: []app.Group{app.GroupSlip}})
	if err != nil || len(all) != 1 || all[0].Post != "line" || all[0].Urgent {
		t.Errorf("told %+v %v", all, err)
	}
	rec = testkit.Do(t, o, who["supervisor"], casework.SendSlip{Case: id, Colour: "red", DoneBy: "2022-07-15", Reason: "超期"})
	if got := told(t, o, rec); !slices.Contains(got, "line case.slip") {
		t.Errorf("red: told %q", got)
	}
	if all, _ := o.Read(ctx).Messages(app.MessageFilter{After: rec.First - 1}); !all[0].Urgent || all[0].Due != "2022-07-15" {
		t.Errorf("a red slip is urgent and says by when: %+v", all)
	}
}

// TestTheNightStopsInOrder and does a whole round before.
func TestTheNightStopsInOrder(t *testing.T) {
	clock := testkit.At("2022-06-20")
	o, who := ladderOffice(t, testkit.Office(t, testkit.Engines(t)["sqlite"](t), clock, ledger.SHA256))
	raise(t, o, who["owner"], "夜里升级")
	clock.Set("2022-06-29")
	ctx, stop := context.WithCancel(t.Context())
	rounds := make(chan app.Round, 8)
	var failed []app.Event
	o.Watch(func(e app.Event) {
		if e.Kind == app.ClockFailed {
			failed = append(failed, e)
		}
	})
	n := &app.Night{Office: o, Every: time.Hour, Say: func(r app.Round) { rounds <- r }}
	done := make(chan struct{})
	go func() { n.Run(ctx); close(done) }()
	climbed := 0
	for range 2 { // the clock's round and that of deliveries
		r := <-rounds
		climbed += r.Climbed
		if r.Err != nil {
			t.Error(r.Err)
		}
	}
	stop()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Fatal("it does not stop")
	}
	if climbed != 1 || len(failed) > 0 {
		t.Errorf("%d climbed, failed %v", climbed, failed)
	}
}

func TestTheRulesOfMessagesComeWithThePacksAndABadOneIsNamed(t *testing.T) {
	m, err := app.LoadMessageRules(packs.FS(), "370215")
	if err != nil || m.Pack.Name != "china/messages" {
		t.Fatalf("%+v %v", m, err)
	}
}
