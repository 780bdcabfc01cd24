package app_test

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/dispatch"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/testkit"
)

// TestALetterIsFixedWhenThePageSaysSo holds what the page of settings says against the planner itself: a minute before there is no
// letter, on the minute there is one, whatever a person chose and whenever he is told.
func TestALetterIsFixedWhenThePageSaysSo(t *testing.T) {
	ctx := context.Background()
	clock := testkit.At("2022-06-20")
	o, who := ladderOffice(t, testkit.Office(t, testkit.Engines(t)["sqlite"](t), clock, ledger.SHA256))
	o.MailOn = true
	if err := o.SetAddress(ctx, "p-local", "local@example.cn"); err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(4, 4))
	letters := func() int {
		t.Helper()
		if _, err := o.Plan(ctx); err != nil {
			t.Fatal(err)
		}
		all, err := o.Read(ctx).Deliveries(app.DeliveryFilter{Channel: app.ByMail})
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	rounds, byWay := 60, map[string]int{}
	for range rounds {
		clock.Forward(time.Duration(1+rng.IntN(4000)) * time.Minute)
		if now := clock.Now().In(calendar.Zone); now.Hour() == 8 && now.Minute() == 0 { // the letter of this minute may have gone before
			clock.Forward(time.Minute)
		}
		c, _, err := o.ChoicesOf(ctx, "p-local")
		if err != nil {
			t.Fatal(err)
		}
		c.Mail[app.GroupMeeting] = []string{app.MailDigest, app.MailNow}[rng.IntN(2)]
		c.Quiet = []app.Quiet{{From: "20:00", To: "07:30"}, {From: "12:00", To: "14:00", All: true}, {From: "00:00", To: "00:00"}, {From: "20:00", To: "07:30", All: true}}[rng.IntN(4)]
		c.Workdays = rng.IntN(2) == 0
		if err := o.Choose(ctx, who["local"], c); err != nil {
			t.Fatal(err)
		}
		before, now := letters(), clock.Now()
		urgent := rng.IntN(2) == 0
		call := dispatch.CallMeeting{Title: "调度会", On: calendar.DateOf(now).AddDays(9).String(), At: "23:59", Place: "301", Chair: "leader", Recorders: []string{"dispatcher"}, Present: []casework.Party{{Post: "local"}}}
		if urgent {
			call.On = calendar.DateOf(now).String()
		}
		testkit.Do(t, o, who["dispatcher"], call)
		when, ok := c.Arrives(app.GroupMeeting, urgent, now)
		if !ok || when.Before(now) {
			t.Fatalf("never: %+v", c)
		}
		byWay[c.Way(app.GroupMeeting, urgent)]++
		if wait := when.Sub(now); wait > 0 {
			clock.Forward(wait - time.Minute)
			if wait > time.Minute && letters() != before {
				t.Fatalf("told %v, urgent %v, %+v: it went before %v", now.In(calendar.Zone), urgent, c, when.In(calendar.Zone))
			}
			clock.Forward(time.Minute)
		}
		if got := letters(); got != before+1 {
			t.Fatalf("told %v, urgent %v, %+v: %d letters by %v", now.In(calendar.Zone), urgent, c, got-before, when.In(calendar.Zone))
		}
	}
	if byWay[app.MailDigest] < 5 || byWay[app.MailNow] < 5 {
		t.Errorf("the rounds were poor: %v", byWay)
	}
	c, _, _ := o.ChoicesOf(ctx, "p-local")
	c.Mail[app.GroupMeeting] = app.MailOff
	if _, ok := c.Arrives(app.GroupMeeting, true, clock.Now()); ok {
		t.Error("who wants none of a group gets one")
	}
}
