package post_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"shigan/app"
	"shigan/domain/org"
	"shigan/kernel/fault"
	"shigan/testkit"
)

// TestAPausedHookIsLeftAloneAndHearsEverythingAfterwards: what was under way, what is told meanwhile, and what comes later, once each.
func TestAPausedHookIsLeftAloneAndHearsEverythingAfterwards(t *testing.T) {
	for name := range testkit.Engines(t) {
		t.Run(name, func(t *testing.T) {
			h := open(t, name, 2)
			ctx, by := t.Context(), h.who["system"]
			_, key, err := h.o.OpenHook(ctx, by, org.Hook{ID: "oa", Label: "办公系统", Topics: []string{"turn"}}, "https://example.cn/hook", app.Options{})
			if err != nil {
				t.Fatal(err)
			}
			r := receive(t, key)
			if _, err := h.o.Vault.Put(h.o.Read(ctx), "hook/oa", "url", r.URL+"/hook"); err != nil { // the test's own receiver
				t.Fatal(err)
			}
			for _, n := range h.nights {
				n.Sender.Caller = allow(t, r)
			}
			// paused before it was ever heard: what came since it was opened is kept for it
			h.raise(t, "开了以后")
			if _, err := h.o.PauseHook(ctx, by, "oa", "对方检修", app.Options{}); err != nil {
				t.Fatal(err)
			}
			for i := range 3 {
				h.raise(t, fmt.Sprint("停着的时候 ", i))
				h.round(t)
				h.clock.Forward(7 * time.Hour)
			}
			if n := len(r.got(t)); n != 0 {
				t.Errorf("%d calls while it was paused", n)
			}
			if _, err := h.o.ResumeHook(ctx, by, "oa", app.Options{}); err != nil {
				t.Fatal(err)
			}
			h.round(t)
			if n := len(r.got(t)); n != 4 {
				t.Errorf("%d calls of 4", n)
			}
			// paused with something that had failed
			r.say(func(w http.ResponseWriter, _ string) { w.WriteHeader(503) })
			h.raise(t, "没送到")
			h.round(t)
			if _, err := h.o.PauseHook(ctx, by, "oa", "又检修", app.Options{}); err != nil {
				t.Fatal(err)
			}
			r.say(nil)
			calls := len(r.got(t))
			for range 4 {
				h.clock.Forward(3 * time.Hour)
				h.round(t)
			}
			if n := len(r.got(t)); n != calls {
				t.Errorf("%d calls while it was paused again", n-calls)
			}
			if _, err := h.o.ResumeHook(ctx, by, "oa", app.Options{}); err != nil {
				t.Fatal(err)
			}
			h.clock.Forward(6 * time.Minute)
			h.round(t)
			ids := r.got(t)
			slices.Sort(ids)
			if once := slices.Compact(slices.Clone(ids)); len(once) != 5 || len(ids) != 6 {
				t.Errorf("%d messages in %d calls, want 5 in 6", len(once), len(ids))
			}
			for what, err := range map[string]error{
				"resumed twice":           second(h.o.ResumeHook(ctx, by, "oa", app.Options{})),
				"paused without a reason": second(h.o.PauseHook(ctx, by, "oa", " ", app.Options{})),
				"one that is not there":   second(h.o.PauseHook(ctx, by, "ob", "x", app.Options{})),
				"by somebody else":        second(h.o.PauseHook(ctx, h.who["leader"], "oa", "x", app.Options{})),
			} {
				if _, refused := fault.Of(err); !refused {
					t.Errorf("%s: %v", what, err)
				}
			}
			if _, diff, err := h.o.Store.Replay(ctx, testkit.Code, app.Apply); err != nil || len(diff) > 0 {
				t.Errorf("a replay differs: %v %v", diff, err)
			}
		})
	}
}

func second[T any](_ T, err error) error { return err }

// TestWhatWasGivenUpIsTriedAgainUnderTheSameKey, and what is through is not sent a second time.
func TestWhatWasGivenUpIsTriedAgainUnderTheSameKey(t *testing.T) {
	for name := range testkit.Engines(t) {
		t.Run(name, func(t *testing.T) {
			h := open(t, name, 1)
			ctx, by := t.Context(), h.who["system"]
			_, key, err := h.o.OpenHook(ctx, by, org.Hook{ID: "oa", Label: "办公系统", Topics: []string{"turn"}}, "https://example.cn/hook", app.Options{})
			if err != nil {
				t.Fatal(err)
			}
			r := receive(t, key)
			if _, err := h.o.Vault.Put(h.o.Read(ctx), "hook/oa", "url", r.URL+"/hook"); err != nil {
				t.Fatal(err)
			}
			h.nights[0].Sender.Caller = allow(t, r)
			h.raise(t, "第一件")
			h.round(t)
			r.say(func(w http.ResponseWriter, _ string) { w.WriteHeader(500) })
			h.raise(t, "第二件")
			for range 12 { // until it is given up; the hook stays open, since the first was through in the same minute
				h.round(t)
				h.clock.Forward(25 * time.Hour)
			}
			given, err := h.o.Read(ctx).Deliveries(app.DeliveryFilter{Channel: app.ByHook, State: app.GivenUp})
			if err != nil || len(given) != 1 {
				t.Fatalf("%+v %v", given, err)
			}
			before := r.got(t)
			r.say(nil)
			h.round(t)
			if n := len(r.got(t)); n != len(before) {
				t.Error("what was given up is tried by itself")
			}
			if err := h.o.TryAgain(ctx, given[0].ID); err != nil {
				t.Fatal(err)
			}
			h.round(t)
			if ids := r.got(t); len(ids) != len(before)+1 || ids[len(ids)-1] != before[len(before)-1] {
				t.Errorf("%d calls after %d, the last as %s, before as %s", len(ids), len(before), ids[len(ids)-1], before[len(before)-1])
			}
			if err := h.o.TryAgain(ctx, given[0].ID); err == nil {
				t.Error("what its receiver has is sent again")
			}
			if err := h.o.TryAgain(ctx, "hook/oa/nothing"); err == nil {
				t.Error("what is not there is tried again")
			}
			r.say(func(w http.ResponseWriter, _ string) { w.WriteHeader(500) })
			h.raise(t, "第三件")
			h.round(t)
			if _, err := h.o.CloseHook(ctx, by, "oa", "不用了", app.Options{}); err != nil {
				t.Fatal(err)
			}
			left, err := h.o.Read(ctx).Deliveries(app.DeliveryFilter{Channel: app.ByHook, State: app.GivenUp})
			if err != nil || len(left) != 1 {
				t.Fatalf("%+v %v", left, err)
			}
			if err := h.o.TryAgain(ctx, left[0].ID); err == nil {
				t.Error("a hook that is closed is tried again")
			}
		})
	}
}

// TestALetterThatWaitsIsTriedAtOnceWhenSomebodyAsks rather than with the next pause.
func TestALetterThatWaitsIsTriedAtOnceWhenSomebodyAsks(t *testing.T) {
	h := open(t, "sqlite", 1)
	h.address(t, "dispatcher")
	h.mail(t, "dispatcher", func(c *app.Choices) { c.Mail[app.GroupTurn] = app.MailNow })
	h.box.Down()
	h.raise(t, "邮局关门")
	for range 4 {
		h.round(t)
		h.clock.Forward(20 * time.Minute)
	}
	h.round(t)
	h.box.Up(t)
	h.round(t)
	if n := len(h.box.Letters()); n != 0 {
		t.Fatalf("%d letters before it was due", n)
	}
	waiting, err := h.o.Read(t.Context()).Deliveries(app.DeliveryFilter{Channel: app.ByMail, State: app.Waiting})
	if err != nil || len(waiting) != 1 || waiting[0].Tries < 3 {
		t.Fatalf("%+v %v", waiting, err)
	}
	if err := h.o.TryAgain(t.Context(), waiting[0].ID); err != nil {
		t.Fatal(err)
	}
	h.round(t)
	h.round(t)
	if n := len(h.box.Letters()); n != 1 {
		t.Errorf("%d letters after it was asked for", n)
	}
}
