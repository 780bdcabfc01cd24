package post_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"shigan/adapter/post"
	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/kernel/ledger"
	"shigan/kernel/vault"
	"shigan/testkit"
)

const deskName = "sample/jimo-problem"

// house is a small district with one or more servers on one database, a mail server and the problem desk in force.
type house struct {
	o      *app.Office
	who    map[string]org.Signer
	clock  *testkit.Clock
	box    *testkit.Postbox
	nights []*app.Night
}

func open(t testing.TB, engine string, servers int) *house {
	t.Helper()
	h := &house{clock: testkit.At("2022-06-20"), box: testkit.OpenPostbox(t, "")}
	h.o = testkit.Office(t, testkit.Engines(t)[engine](t), h.clock, ledger.SHA256)
	h.who = testkit.Small(t, h.o)
	testkit.AdoptDesks(t, h.o, h.who["rulekeeper"], deskName)
	h.o.MailOn, h.o.URL = true, "https://shigan.example.cn"
	for i := range servers {
		o := h.o
		if i > 0 {
			var err error
			if o, err = app.Open(context.Background(), h.o.Store, testkit.Code, testkit.Library(t), vault.New([]byte(strings.Repeat("k", 32))), h.clock.Now); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(o.Close)
			o.Desks, o.Messages, o.MailOn, o.URL = h.o.Desks, h.o.Messages, true, h.o.URL
		}
		h.nights = append(h.nights, &app.Night{Office: o, Sender: &app.Sender{Office: o, Mailer: mailer(t, h.box.URL("")), Server: fmt.Sprint("server-", i)}})
	}
	return h
}

// round runs every server once, all at the same time.
func (h *house) round(t testing.TB) {
	t.Helper()
	var wg sync.WaitGroup
	for _, n := range h.nights {
		wg.Go(func() {
			if r := n.Once(t.Context()); r.Err != nil {
				t.Error(r.Err)
			}
		})
	}
	wg.Wait()
}

// at sets the clock to an instant of a day.
func (h *house) at(day string, hour, minute int) {
	h.clock.Set(day)
	h.clock.Forward(time.Duration((hour-9)*60+minute) * time.Minute)
}

func (h *house) raise(t testing.TB, title string) {
	t.Helper()
	testkit.Do(t, h.o, h.who["owner"], casework.Open{Desk: deskName, Title: title, Subject: "project/JM-001",
		Chain: map[string]string{"lead": "leader", "head": "local", "deputy": "line", "chief": "leader"}})
}

func (h *house) address(t testing.TB, posts ...string) {
	t.Helper()
	for _, p := range posts {
		if err := h.o.SetAddress(t.Context(), "p-"+p, p+"@example.cn"); err != nil {
			t.Fatal(err)
		}
	}
}

// mail changes what the holder of a post chose.
func (h *house) mail(t testing.TB, post string, change func(*app.Choices)) {
	t.Helper()
	c, _, err := h.o.ChoicesOf(t.Context(), "p-"+post)
	if err != nil {
		t.Fatal(err)
	}
	change(&c)
	if err := h.o.Choose(t.Context(), h.who[post], c); err != nil {
		t.Fatal(err)
	}
}

// keys counts letters by what an honest receiver knows them by.
func (h *house) keys(t testing.TB) map[string]int {
	t.Helper()
	out := map[string]int{}
	for _, l := range h.box.Letters() {
		out[l.To+" "+l.Key(t)]++
	}
	return out
}

// TestOneLetterADayRatherThanTwenty, in its receiver's language, by group, without the reasons that people wrote.
func TestOneLetterADayRatherThanTwenty(t *testing.T) {
	for name := range testkit.Engines(t) {
		t.Run(name, func(t *testing.T) {
			h := open(t, name, 1)
			h.address(t, "dispatcher", "leader")
			h.mail(t, "dispatcher", func(c *app.Choices) { c.Mail[app.GroupDue] = app.MailOff })
			for i := range 20 {
				h.raise(t, fmt.Sprintf("问题第 %d 号", i+1))
			}
			h.round(t)
			if n := len(h.box.Letters()); n != 0 {
				t.Errorf("%d letters before the hour", n)
			}
			h.at("2022-06-21", 7, 59)
			h.round(t)
			h.at("2022-06-21", 8, 0)
			h.round(t)
			h.round(t)
			got := h.box.Letters()
			if len(got) != 2 {
				t.Fatalf("%d letters, want one each", len(got))
			}
			for _, l := range got {
				_, body := l.Read(t)
				if l.Subject(t) != "实干 2022 年 6 月 21 日：20 条消息" || strings.Count(body, "问题第") != 20 || strings.Contains(body, "⟦") {
					t.Errorf("%s\n%s", l.Subject(t), body)
				}
				if !strings.Contains(body, "https://shigan.example.cn/case/P-2022-0001\n") || !strings.Contains(body, "https://shigan.example.cn/messages/settings") {
					t.Errorf("no way to the pages:\n%s", body)
				}
			}
			h.raise(t, "第二天的")
			h.mail(t, "dispatcher", func(c *app.Choices) { c.Mail[app.GroupTurn] = app.MailOff })
			h.mail(t, "leader", func(c *app.Choices) { c.Lang = "en" })
			h.at("2022-06-22", 8, 1)
			h.round(t)
			if got = h.box.Letters(); len(got) != 3 || got[2].To != "leader@example.cn" || got[2].Subject(t) != "Shigan, 22 Jun 2022: 1 message" {
				t.Errorf("who wants none of a group got one, or another did not: %d", len(got))
			}
		})
	}
}

// TestAMailServerThatIsDownForADayLosesNothingAndGetsNothingTwice, with two servers of ours.
func TestAMailServerThatIsDownForADayLosesNothingAndGetsNothingTwice(t *testing.T) {
	for name := range testkit.Engines(t) {
		t.Run(name, func(t *testing.T) {
			h := open(t, name, 2)
			posts := []string{"dispatcher", "leader", "line", "local", "owner", "townhead"}
			h.address(t, posts...)
			for _, p := range posts { // each as it happens, so that there are many
				h.mail(t, p, func(c *app.Choices) {
					for _, g := range app.MessageGroups {
						c.Mail[g] = app.MailNow
					}
					c.Quiet = app.Quiet{From: "00:00", To: "00:00"}
				})
			}
			h.raise(t, "先有一件")
			h.round(t)
			first := len(h.box.Letters())
			if first == 0 {
				t.Fatal("nothing came while the server was up")
			}
			h.box.Down()
			for hour := range 24 {
				h.at("2022-06-20", 10+hour, 0)
				if hour%6 == 0 {
					h.raise(t, fmt.Sprint("停机时的 ", hour))
				}
				h.round(t)
			}
			counts, err := h.o.Read(t.Context()).CountDeliveries()
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(counts, func(c app.DeliveryCount) bool { return c.State == app.Waiting && c.N >= 8 }) {
				t.Errorf("while it is down everything waits: %+v", counts)
			}
			h.box.Up(t)
			for range 3 {
				h.clock.Forward(61 * time.Minute)
				h.round(t)
			}
			keys := h.keys(t)
			for k, n := range keys {
				if n != 1 {
					t.Errorf("%s came %d times", k, n)
				}
			}
			all, err := h.o.Read(t.Context()).Messages(app.MessageFilter{Oldest: true})
			if err != nil {
				t.Fatal(err)
			}
			want := 0
			for _, m := range all {
				if strings.HasPrefix(m.Topic, "case.") && slices.Contains(posts, m.Post) {
					want++
				}
			}
			if len(keys) != want || want < first+8 {
				t.Errorf("%d letters for %d messages", len(keys), want)
			}
			if d, _ := h.o.Read(t.Context()).Deliveries(app.DeliveryFilter{State: app.Through}); len(d) != want || d[0].Done == "" {
				t.Errorf("%d are noted as through, of %d", len(d), want)
			}
		})
	}
}

// TestUrgentPassesAtOnceAndWhatWasHeldComesInTheMorning for each way in which somebody may want it.
func TestUrgentPassesAtOnceAndWhatWasHeldComesInTheMorning(t *testing.T) {
	h := open(t, "sqlite", 2)
	h.address(t, "dispatcher", "leader", "owner")
	h.mail(t, "leader", func(c *app.Choices) { c.Mail[app.GroupLevel], c.Mail[app.GroupDue] = app.MailNow, app.MailOff })
	h.mail(t, "dispatcher", func(c *app.Choices) { c.Mail[app.GroupTurn], c.Mail[app.GroupDue] = app.MailNow, app.MailOff })
	came := func(when string, want ...string) {
		t.Helper()
		h.round(t)
		h.round(t)
		var got []string
		for _, l := range h.box.Letters() {
			got = append(got, strings.TrimSuffix(l.To, "@example.cn")+" "+l.Subject(t))
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", when, got, want)
		}
	}
	h.at("2022-06-20", 23, 0)
	testkit.Do(t, h.o, h.who["owner"], casework.Open{Desk: deskName, Title: "没有人管"}) // nobody sits at any level: urgent for the desk
	h.raise(t, "不急的")
	urgent := "dispatcher 项目包保领导没有人坐，等你补上：没有人管"
	level := strings.Replace(urgent, "项目包保领导", "区委区政府调度会定", 1)
	came("at night the urgent one passes", level)
	h.at("2022-06-21", 7, 29)
	came("a minute before the quiet hours end", level)
	h.at("2022-06-21", 7, 30)
	morning := []string{level, "dispatcher 新上账，等你受理：不急的", "leader 到你这一级（项目包保领导）：不急的"}
	came("when they end", morning...)
	h.at("2022-06-21", 8, 0)
	came("the day's letter repeats nothing", morning...)
	h.mail(t, "dispatcher", func(c *app.Choices) { c.Quiet.All = true })
	h.at("2022-06-21", 23, 0)
	testkit.Do(t, h.o, h.who["owner"], casework.Open{Desk: deskName, Title: "又没有人管"})
	came("who lets the urgent wait too", morning...)
	h.at("2022-06-22", 7, 30)
	came("hears in the morning", append(morning, strings.Replace(level, "没有人管", "又没有人管", 1))...)
}

// TestAnAddressGetsNothingBeforeItsOwnerGaveTheCodeBack, and nothing after its server refused it.
func TestAnAddressGetsNothingBeforeItsOwnerGaveTheCodeBack(t *testing.T) {
	h := open(t, "sqlite", 1)
	by := h.who["dispatcher"]
	if err := h.o.AskAddress(t.Context(), by, "zhang@example.cn"); err != nil {
		t.Fatal(err)
	}
	h.raise(t, "还不能寄的")
	h.round(t)
	got := h.box.Letters()
	if len(got) != 1 || got[0].To != "zhang@example.cn" {
		t.Fatalf("%+v", got)
	}
	_, body := got[0].Read(t)
	code := regexp.MustCompile(`\b\d{6}\b`).FindString(body)
	if strings.Contains(body, "还不能寄的") || code == "" {
		t.Fatal(body)
	}
	wrong := "000000"
	if code == wrong {
		wrong = "000001"
	}
	if err := h.o.ConfirmAddress(t.Context(), by, wrong); err == nil {
		t.Error("a wrong code was taken")
	}
	h.at("2022-06-21", 8, 0)
	h.round(t)
	if n := len(h.box.Letters()); n != 1 {
		t.Errorf("%d letters to an address of nobody's", n)
	}
	h.at("2022-06-20", 9, 20)
	if err := h.o.ConfirmAddress(t.Context(), by, code); err != nil {
		t.Fatal(err)
	}
	if err := h.o.ConfirmAddress(t.Context(), by, code); err == nil {
		t.Error("a code was taken twice")
	}
	h.raise(t, "可以寄的")
	h.at("2022-06-21", 8, 5)
	h.round(t)
	got = h.box.Letters()
	if len(got) != 2 {
		t.Fatalf("%d letters", len(got))
	}
	if _, body := got[1].Read(t); strings.Contains(body, "还不能寄的") || !strings.Contains(body, "可以寄的") {
		t.Errorf("the first letter brings up what was before the address: %s", body)
	}
	// the server says that there is no such address
	h.box.Refuse(func(string) error { return testkit.Say(550, [3]int{5, 1, 1}, "no such user") })
	h.raise(t, "退信的")
	h.at("2022-06-22", 8, 5)
	h.round(t)
	c, address, err := h.o.ChoicesOf(t.Context(), by.Person)
	if err != nil || c.Address != app.AddressRefused || c.Why == "" || address != "zhang@example.cn" {
		t.Errorf("%+v %q %v", c, address, err)
	}
	h.box.Refuse(nil)
	h.raise(t, "再也不寄")
	h.at("2022-06-23", 8, 5)
	h.round(t)
	if n := len(h.box.Letters()); n != 2 {
		t.Errorf("%d letters after it was refused", n)
	}
	for _, bad := range []string{"zhang", "a@b", "张三 <a@b.cn>", "a@b.cn, c@d.cn", "a@b.cn\r\nBcc: x@y.cn", strings.Repeat("a", 300) + "@b.cn"} {
		if err := h.o.AskAddress(t.Context(), by, bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
	for range 5 {
		h.o.AskAddress(t.Context(), by, "zhang@example.cn")
	}
	if err := h.o.AskAddress(t.Context(), by, ""); err != nil {
		t.Fatal(err)
	}
	before := len(h.box.Letters())
	h.round(t)
	if n := len(h.box.Letters()); n != before {
		t.Errorf("a code went to an address that was taken back")
	}
}

// TestAHookHearsEveryMessageOnceAndInOrderThroughFailures, and is closed on the ledger when its receiver is gone.
func TestAHookHearsEveryMessageOnceAndInOrderThroughFailures(t *testing.T) {
	for name := range testkit.Engines(t) {
		t.Run(name, func(t *testing.T) {
			h := open(t, name, 2)
			rec, key, err := h.o.OpenHook(t.Context(), h.who["system"], org.Hook{ID: "oa", Label: "办公系统", Topics: []string{"turn"}}, "https://example.cn/hook?key=geheim", app.Options{})
			if err != nil || !strings.HasPrefix(key, "whsec_") {
				t.Fatal(err, key)
			}
			e, err := h.o.Read(t.Context()).Entry(rec.First)
			if err != nil || strings.Contains(string(e.Body), "geheim") || strings.Contains(string(e.Body), key) || e.Actor != "p-system" {
				t.Errorf("the ledger has what it should not, or not who: %s", e.Body)
			}
			r := receive(t, key)
			if _, err := h.o.Vault.Put(h.o.Read(t.Context()), "hook/oa", "url", r.URL+"/hook?key=geheim"); err != nil { // the test's own receiver
				t.Fatal(err)
			}
			for _, n := range h.nights {
				n.Sender.Caller = allow(t, r)
			}
			seen, fail := map[string]bool{}, 0
			r.say(func(w http.ResponseWriter, id string) {
				if !seen[id] && fail%3 == 0 { // every third try fails after it was read
					w.WriteHeader(503)
				}
				seen[id], fail = true, fail+1
			})
			for i := range 12 {
				h.raise(t, fmt.Sprint("问题 ", i))
				h.round(t)
				h.clock.Forward(6 * time.Minute)
			}
			for range 4 {
				h.clock.Forward(31 * time.Minute)
				h.round(t)
			}
			ids := r.got(t)
			once := []string{}
			for _, id := range ids {
				if !slices.Contains(once, id) {
					once = append(once, id)
				}
			}
			if len(once) != 12 || len(ids) <= 12 {
				t.Errorf("%d messages in %d calls, want 12 in some more", len(once), len(ids))
			}
			var ev app.HookEvent
			if err := json.Unmarshal([]byte(r.bodies[0]), &ev); err != nil || ev.Type != "case.new" || ev.Data.Subject != "case/P-2022-0001" || ev.Data.Text.Zh != "新上账，等你受理：问题 0" ||
				ev.Data.URL != "https://shigan.example.cn/case/P-2022-0001" || ev.Data.Post != "dispatcher" {
				t.Errorf("%s %v", r.bodies[0], err)
			}
			r.say(func(w http.ResponseWriter, _ string) { w.WriteHeader(410) })
			h.raise(t, "没人听了")
			h.raise(t, "也没人听了")
			h.round(t)
			hook, err := org.HookOf(h.o.Read(t.Context()), "oa")
			if err != nil || hook.Closed == "" || hook.Why != "410 Gone" {
				t.Errorf("%+v %v", hook, err)
			}
			calls := len(r.got(t))
			h.raise(t, "以后的")
			h.clock.Forward(time.Hour)
			h.round(t)
			if n := len(r.got(t)); n != calls {
				t.Error("it is called after it said that it is gone")
			}
			if d, _ := h.o.Read(t.Context()).Deliveries(app.DeliveryFilter{State: app.Waiting}); len(d) != 0 {
				t.Errorf("something still waits: %+v", d)
			}
			if _, diff, err := h.o.Store.Replay(t.Context(), testkit.Code, app.Apply); err != nil || len(diff) > 0 {
				t.Errorf("a replay differs: %v %v", diff, err)
			}
		})
	}
}

// TestAHookThatNobodyAnswersIsTriedForDaysThenClosed along the pauses of the standard.
func TestAHookThatNobodyAnswersIsTriedForDaysThenClosed(t *testing.T) {
	h := open(t, "sqlite", 1)
	if _, _, err := h.o.OpenHook(t.Context(), h.who["system"], org.Hook{ID: "oa", Label: "办公系统", Topics: []string{"level"}}, "https://example.cn/hook", app.Options{}); err != nil {
		t.Fatal(err)
	}
	calls := 0
	h.nights[0].Sender.Caller = caller(func() error { calls++; return &app.Undelivered{Why: "connection refused", Down: true} })
	h.raise(t, "没人接")
	began := h.clock.Now()
	for range 24 * 60 * 5 / 5 {
		h.round(t)
		if hook, _ := org.HookOf(h.o.Read(t.Context()), "oa"); hook.Closed != "" {
			break
		}
		h.clock.Forward(5 * time.Minute)
	}
	took := h.clock.Now().Sub(began)
	hook, err := org.HookOf(h.o.Read(t.Context()), "oa")
	if err != nil || hook.Closed == "" {
		t.Fatalf("%+v %v after %v and %d calls", hook, err, took, calls)
	}
	if took < 70*time.Hour || took > 80*time.Hour || calls != 10 {
		t.Errorf("closed after %v and %d calls", took, calls)
	}
}

type caller func() error

func (c caller) Call(context.Context, app.Call) error { return c() }

var _ app.Caller = (*post.Hooks)(nil)
