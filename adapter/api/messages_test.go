package api

import (
	"bytes"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/testkit"

	ics "github.com/arran4/golang-ical"
)

// raiseSome raises n matters of JM-001, each of which the dispatcher is told of.
func (d *desk) raiseSome(t *testing.T, n int) {
	t.Helper()
	testkit.AdoptDesks(t, d.o, d.who["rulekeeper"], "sample/jimo-problem")
	for range n {
		testkit.Do(t, d.o, d.who["owner"], casework.Open{Desk: "sample/jimo-problem", Title: "管线没有迁走", Subject: "project/JM-001",
			Chain: map[string]string{"lead": "leader", "head": "local", "deputy": "line", "chief": "leader"}, Reach: org.Scope{Owner: "co", Local: "lq", Line: "jtj"}})
	}
}

func (d *desk) put(t testing.TB, post, path string, body any) reply {
	t.Helper()
	return d.ask(t, post, http.MethodPut, prefix+path, body)
}

// TestMessagesAreReadPageByPageAndLookedThrough, each by whoever was told.
func TestMessagesAreReadPageByPageAndLookedThrough(t *testing.T) {
	d := open(t)
	d.raiseSome(t, 12)
	var seen []MessageRow
	path := "/messages?group=turn&limit=5"
	for next := ""; ; {
		var page list[MessageRow]
		d.get(t, "dispatcher", path+next).ok(t).into(t, &page)
		seen = append(seen, page.Items...)
		if page.Next == "" {
			break
		}
		next = "&cursor=" + url.QueryEscape(page.Next)
	}
	if len(seen) != 12 || !slices.IsSortedFunc(seen, func(a, b MessageRow) int { return int(b.Entry - a.Entry) }) {
		t.Fatalf("%d messages, or not newest first", len(seen))
	}
	first := seen[0]
	if !first.New || first.Topic != "case.new" || first.Group != "turn" || first.Post != "dispatcher" || first.From != "owner" || !strings.HasPrefix(first.Subject, "case/P-2022-") || first.Text != "新上账，等你受理：管线没有迁走" || first.Due == "" {
		t.Errorf("%+v", first)
	}
	var en list[MessageRow]
	d.ask(t, "dispatcher", http.MethodGet, "/api/v1/messages?limit=1", nil, "Accept-Language", "en").ok(t).into(t, &en)
	if en.Items[0].Text != "New, for you to accept: 管线没有迁走" {
		t.Error(en.Items[0].Text)
	}
	var n Unread
	d.get(t, "dispatcher", "/messages/unread").ok(t).into(t, &n)
	if n.N < 12 || n.More {
		t.Errorf("%+v", n)
	}
	all := n.N
	d.put(t, "dispatcher", "/messages/seen", obj{"entry": seen[2].Entry})
	d.get(t, "dispatcher", "/messages/unread").ok(t).into(t, &n)
	if n.N != 2 || all == 2 {
		t.Errorf("after looking: %+v", n)
	}
	var page list[MessageRow]
	d.get(t, "dispatcher", "/messages?group=turn&limit=4").ok(t).into(t, &page)
	if got := []bool{page.Items[0].New, page.Items[1].New, page.Items[2].New, page.Items[3].New}; !slices.Equal(got, []bool{true, true, false, false}) {
		t.Errorf("new: %v", got)
	}
	d.get(t, "leader", "/messages/unread").ok(t).into(t, &n)
	if n.N < 12 {
		t.Errorf("what one has looked at is another's: %+v", n)
	}
	d.get(t, "other", "/messages").ok(t).into(t, &page)
	if len(page.Items) != 0 {
		t.Errorf("somebody else's: %+v", page.Items)
	}
	d.get(t, "dispatcher", "/messages?group=nonsense").problem(t, http.StatusUnprocessableEntity, "app.bad-choice")
	d.get(t, "dispatcher", "/messages?cursor=x").problem(t, http.StatusBadRequest, "api.bad-cursor")
}

// TestHowOneIsToldIsReadTriedAndKeptThroughTheAPI.
func TestHowOneIsToldIsReadTriedAndKeptThroughTheAPI(t *testing.T) {
	d := open(t)
	var s MessageSettings
	d.get(t, "leader", "/messages/settings").ok(t).into(t, &s)
	if s.Digest != "08:00" || s.QuietFrom != "20:00" || s.Mail["turn"] != app.MailDigest || s.AddressIs != "" {
		t.Fatalf("%+v", s)
	}
	change := obj{"lang": "en", "hidden": []string{"change"}, "mail": obj{"turn": "now", "slip": "off"}, "quiet_from": "21:00", "quiet_to": "06:30", "quiet_all": true, "digest": "17:00", "workdays": true}
	var out list[Arrival]
	d.post(t, "leader", "/messages/settings/try?at="+url.QueryEscape("2022-07-01T14:00:00Z"), change).ok(t).into(t, &out) // a Friday, ten in the evening
	leaves := map[string]string{}
	for _, a := range out.Items {
		if a.Urgent {
			leaves[a.Group+"!"] = a.Leaves
		} else {
			leaves[a.Group] = a.Leaves
		}
	}
	for g, want := range map[string]string{"turn": "2022-07-01T22:30:00Z", "turn!": "2022-07-01T22:30:00Z", "level": "2022-07-04T09:00:00Z", "slip": "", "slip!": ""} {
		if leaves[g] != want {
			t.Errorf("%s leaves %q, want %q", g, leaves[g], want)
		}
	}
	d.get(t, "leader", "/messages/settings").ok(t).into(t, &s)
	if s.Digest != "08:00" {
		t.Error("trying kept something")
	}
	if r := d.put(t, "leader", "/messages/settings", change); r.status >= 300 {
		t.Fatalf("%d %s", r.status, r.raw)
	}
	d.get(t, "leader", "/messages/settings").ok(t).into(t, &s)
	if s.Digest != "17:00" || s.Mail["turn"] != "now" || s.Mail["level"] != "digest" || !slices.Equal(s.Hidden, []string{"change"}) || !s.QuietAll {
		t.Errorf("%+v", s)
	}
	change["digest"] = "25:00"
	d.put(t, "leader", "/messages/settings", change).problem(t, http.StatusUnprocessableEntity, "app.bad-hour")
	change["digest"], change["mail"] = "17:00", obj{"turn": "pigeon"}
	d.put(t, "leader", "/messages/settings", change).problem(t, http.StatusUnprocessableEntity, "app.bad-choice")
	d.post(t, "leader", "/messages/settings/try", change).problem(t, http.StatusUnprocessableEntity, "app.bad-choice")
}

// TestAnAddressComesThroughTheAPI: with a code by its owner, without one by the officer.
func TestAnAddressComesThroughTheAPI(t *testing.T) {
	d := open(t)
	d.put(t, "leader", "/messages/address", obj{"address": "a@example.cn"}).problem(t, http.StatusServiceUnavailable, "app.no-mail")
	d.o.MailOn = true
	d.put(t, "leader", "/messages/address", obj{"address": "张三"}).problem(t, http.StatusUnprocessableEntity, "app.bad-address")
	if r := d.put(t, "leader", "/messages/address", obj{"address": "a@example.cn"}); r.status >= 300 {
		t.Fatalf("%d %s", r.status, r.raw)
	}
	sent, err := d.o.Read(t.Context()).Deliveries(app.DeliveryFilter{Channel: app.ByMail})
	if err != nil || len(sent) != 1 {
		t.Fatal(sent, err)
	}
	letter, _, err := d.o.Read(t.Context()).DeliveryOf(sent[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	d.post(t, "leader", "/messages/address/confirm", obj{"code": "abcdef"}).problem(t, http.StatusUnprocessableEntity, "app.wrong-code")
	if r := d.post(t, "leader", "/messages/address/confirm", obj{"code": regexp.MustCompile(`\d{6}`).FindString(letter.Body)}); r.status >= 300 {
		t.Fatalf("%d %s", r.status, r.raw)
	}
	var s MessageSettings
	d.get(t, "leader", "/messages/settings").ok(t).into(t, &s)
	if s.Address != "a@example.cn" || s.AddressIs != "good" {
		t.Errorf("%+v", s)
	}
	d.put(t, "dispatcher", "/persons/p-local/address", obj{"address": "b@example.cn"}).problem(t, http.StatusForbidden, "org.may-not")
	d.put(t, "system", "/persons/p-nobody/address", obj{"address": "b@example.cn"}).problem(t, http.StatusNotFound, "org.no-person")
	if r := d.put(t, "system", "/persons/p-local/address", obj{"address": "b@example.cn"}); r.status >= 300 {
		t.Fatalf("%d %s", r.status, r.raw)
	}
	d.get(t, "local", "/messages/settings").ok(t).into(t, &s)
	if s.AddressIs != "good" {
		t.Errorf("%+v", s)
	}
}

// TestACalendarIsMadeReadAndTakenBack by whoever has signed in; a token makes none.
func TestACalendarIsMadeReadAndTakenBack(t *testing.T) {
	d := open(t)
	d.o.URL = "https://shigan.example.cn/"
	d.raiseSome(t, 1)
	d.post(t, "dispatcher", "/calendars", obj{"label": "手机"}).problem(t, http.StatusForbidden, "api.sign-in-first")
	secret, err := d.o.NewFeed(t.Context(), d.who["dispatcher"], "手机")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := d.o.Calendar(t.Context(), secret)
	if err != nil {
		t.Fatal(err)
	}
	if cal, err := ics.ParseCalendar(bytes.NewReader(raw)); err != nil || len(cal.Events()) == 0 {
		t.Errorf("%v: %s", err, raw)
	}
	var all list[CalendarRow]
	d.get(t, "dispatcher", "/calendars").ok(t).into(t, &all)
	if len(all.Items) != 1 || all.Items[0].Label != "手机" || all.Items[0].SeenAt == "" || strings.Contains(all.Items[0].ID, secret) {
		t.Fatalf("%+v", all.Items)
	}
	at := "/api/v1/calendars/" + all.Items[0].ID
	d.ask(t, "leader", http.MethodDelete, at, nil).problem(t, http.StatusNotFound, "app.no-feed")
	if r := d.ask(t, "dispatcher", http.MethodDelete, at, nil); r.status >= 300 {
		t.Fatalf("%d %s", r.status, r.raw)
	}
	if _, err := d.o.Calendar(t.Context(), secret); err == nil {
		t.Error("it answers after it was taken back")
	}
	d.ask(t, "dispatcher", http.MethodDelete, at, nil).problem(t, http.StatusNotFound, "app.no-feed")
}

// TestAHookLivesThroughTheAPI: opened with its secret once, paused, resumed, tried again, closed; the officer alone.
func TestAHookLivesThroughTheAPI(t *testing.T) {
	d := open(t)
	d.post(t, "dispatcher", "/hooks", obj{"label": "x", "url": "https://oa.example.cn/hook"}).problem(t, http.StatusForbidden, "org.may-not")
	d.post(t, "system", "/hooks", obj{"label": "x", "url": "http://oa.example.cn/hook"}).problem(t, http.StatusUnprocessableEntity, "org.hook-https")
	d.post(t, "system", "/hooks", obj{"label": "x", "url": "https://oa.example.cn/hook", "groups": []string{"gossip"}}).problem(t, http.StatusUnprocessableEntity, "org.hook-topic")
	var made, again NewHook
	hook := obj{"id": "oa", "label": "示例办公系统", "url": "https://oa.example.cn/hook?key=geheim", "groups": []string{"turn"}}
	d.post(t, "system", "/hooks", hook, "Idempotency-Key", "h1").ok(t).into(t, &made)
	d.post(t, "system", "/hooks", hook, "Idempotency-Key", "h1").ok(t).into(t, &again)
	if !strings.HasPrefix(made.Secret, "whsec_") || again.Secret != "" || !again.Receipt.Repeat {
		t.Errorf("%+v, then %+v", made, again)
	}
	list1 := d.get(t, "system", "/hooks").ok(t)
	var hooks list[HookRow]
	list1.into(t, &hooks)
	if strings.Contains(string(list1.raw), "geheim") || strings.Contains(string(list1.raw), made.Secret) || len(hooks.Items) != 1 || hooks.Items[0].State != "open" || hooks.Items[0].Host != "oa.example.cn" {
		t.Errorf("%s", list1.raw)
	}
	d.raiseSome(t, 3)
	if _, err := d.o.Plan(t.Context()); err != nil {
		t.Fatal(err)
	}
	var sent, turned, second list[DeliveryRow]
	raw := d.get(t, "system", "/deliveries?channel=hook&target=oa").ok(t)
	raw.into(t, &sent)
	if len(sent.Items) != 3 || sent.Items[0].State != app.Waiting || strings.Contains(string(raw.raw), "管线") {
		t.Fatalf("%s", raw.raw)
	}
	d.get(t, "system", "/deliveries?limit=2").ok(t).into(t, &turned)
	d.get(t, "system", "/deliveries?limit=2&cursor="+url.QueryEscape(turned.Next)).ok(t).into(t, &second)
	if len(second.Items) != 1 || second.Next != "" {
		t.Errorf("the second page: %+v", second)
	}
	d.get(t, "leader", "/deliveries").problem(t, http.StatusForbidden, "org.may-not")
	var counts list[DeliveryCount]
	d.get(t, "system", "/deliveries/counts").ok(t).into(t, &counts)
	if len(counts.Items) != 1 || counts.Items[0].N != 3 || counts.Items[0].State != app.Waiting {
		t.Errorf("%+v", counts.Items)
	}
	if r := d.post(t, "system", "/deliveries/again", obj{"id": sent.Items[0].ID}); r.status >= 300 {
		t.Errorf("%d %s", r.status, r.raw)
	}
	d.post(t, "system", "/deliveries/again", obj{"id": "hook/oa/nothing"}).problem(t, http.StatusNotFound, "app.no-delivery")
	d.post(t, "system", "/hooks/oa/resume", obj{}).problem(t, http.StatusConflict, "org.hook-runs")
	d.post(t, "system", "/hooks/oa/pause", obj{"reason": "对方检修"}).ok(t)
	d.post(t, "system", "/hooks/oa/pause", obj{"reason": "对方检修"}).problem(t, http.StatusConflict, "org.hook-paused")
	d.get(t, "system", "/hooks").ok(t).into(t, &hooks)
	if hooks.Items[0].State != "paused" || hooks.Items[0].Why != "对方检修" || hooks.Items[0].Paused == "" {
		t.Errorf("%+v", hooks.Items[0])
	}
	d.post(t, "system", "/hooks/oa/resume", obj{}).ok(t)
	d.post(t, "system", "/hooks/oa/close", obj{"reason": "不用了"}).ok(t)
	d.post(t, "system", "/hooks/oa/pause", obj{"reason": "x"}).problem(t, http.StatusConflict, "org.hook-closed")
	d.post(t, "system", "/deliveries/again", obj{"id": sent.Items[0].ID}).problem(t, http.StatusConflict, "org.hook-closed")
	d.get(t, "system", "/deliveries?state=given-up").ok(t).into(t, &sent)
	if len(sent.Items) != 3 || sent.Items[0].Why != "closed" {
		t.Errorf("%+v", sent.Items)
	}
}
