package web_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"shigan/adapter/web"
	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/testkit"

	ics "github.com/arran4/golang-ical"
)

// agenda reads a calendar as a program that subscribes to it does: no cookie, only the address.
func agenda(t *testing.T, address string, want int, header ...string) (map[string]*ics.VEvent, *http.Response, string) {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, _ := io.ReadAll(res.Body)
	if res.StatusCode != want {
		t.Fatalf("%d, want %d: %s", res.StatusCode, want, raw)
	}
	if want != 200 {
		return nil, res, string(raw)
	}
	cal, err := ics.ParseCalendar(bytes.NewReader(raw))
	if err != nil {
		t.Fatalf("a calendar program cannot read it: %v\n%s", err, raw)
	}
	if len(cal.Timezones()) != 1 || strings.Contains(string(raw), "RRULE") {
		t.Error("one time zone and no recurrence is what we send")
	}
	out := map[string]*ics.VEvent{}
	for _, e := range cal.Events() {
		if out[e.Id()] != nil {
			t.Errorf("%s stands twice", e.Id())
		}
		out[e.Id()] = e
	}
	return out, res, string(raw)
}

func at(t *testing.T, e *ics.VEvent, uid string) (start time.Time, summary string) {
	t.Helper()
	if e == nil {
		t.Fatalf("%s is not in the calendar", uid)
	}
	start, err := e.GetStartAt()
	if err != nil {
		t.Fatal(err)
	}
	return start, e.GetProperty(ics.ComponentPropertySummary).Value
}

// TestACalendarProgramReadsDeadlinesAndMeetings subscribes with a library of others: what it reads is what stands in the district.
func TestACalendarProgramReadsDeadlinesAndMeetings(t *testing.T) {
	o, who, as, clock := cases(t)
	ctx := context.Background()
	o.URL = as("owner").base
	const title = `雨污管线; "二期", 100% \ 迁改` + "，全长 1.8 公里，权属单位要求先付一半费用才肯动工，区里拿不出这笔钱"
	rec := testkit.Do(t, o, who["owner"], casework.Open{Desk: "sample/jimo-problem", Title: title, Subject: "project/JM-001",
		Chain: map[string]string{"lead": "leader", "head": "local", "deputy": "line", "chief": "leader"}, Reach: org.Scope{Owner: "co", Local: "lq", Line: "jtj"}})
	e, err := o.Read(ctx).Entry(rec.First)
	if err != nil {
		t.Fatal(err)
	}
	id := strings.TrimPrefix(e.Subject, "case/")
	testkit.Do(t, o, who["dispatcher"], casework.Make{Case: id, Move: "accept", From: "raised"})
	testkit.Do(t, o, who["dispatcher"], casework.Make{Case: id, Move: "assign", From: "accepted", Handler: casework.Party{Unit: "lq"}})
	call := dispatch.CallMeeting{Title: "调度会（示例）", On: "2022-05-20", At: "14:30", Place: "三楼, 东", Chair: "leader", Recorders: []string{"dispatcher"}, Present: []casework.Party{{Unit: "lq"}}}
	rec = testkit.Do(t, o, who["dispatcher"], call)
	m, err := o.Read(ctx).Entry(rec.First)
	if err != nil {
		t.Fatal(err)
	}
	meeting := strings.TrimPrefix(m.Subject, "meeting/")
	secret, err := o.NewFeed(ctx, who["local"], "手机")
	if err != nil {
		t.Fatal(err)
	}
	address := as("local").base + app.FeedPath(secret)
	events, res, raw := agenda(t, address, 200)
	if ct := res.Header.Get("Content-Type"); ct != "text/calendar; charset=utf-8" {
		t.Error(ct)
	}
	if cc := res.Header.Get("Cache-Control"); !strings.Contains(cc, "private") || res.Header.Get("Referrer-Policy") != "no-referrer" {
		t.Error(res.Header)
	}
	uid := func(kind, id string) string { return kind + "-" + id + "@" + testkit.Code + ".shigan" }
	c, err := casework.Of(o.Read(ctx), id)
	if err != nil {
		t.Fatal(err)
	}
	d, err := casework.Pinned(o.Read(ctx), c.Digest)
	if err != nil {
		t.Fatal(err)
	}
	s, err := casework.Stand(d, c, clock.Now(), calendar.StateCouncil())
	if err != nil {
		t.Fatal(err)
	}
	start, summary := at(t, events[uid("case", id)], "the case")
	if !start.Equal(s.Due) || summary != "到期："+title {
		t.Errorf("due %v, want %v; %q", start, s.Due, summary)
	}
	if url := events[uid("case", id)].GetProperty(ics.ComponentPropertyUrl).Value; url != o.URL+"/case/"+id {
		t.Error(url)
	}
	start, summary = at(t, events[uid("meeting", meeting)], "the meeting")
	if want := time.Date(2022, 5, 20, 6, 30, 0, 0, time.UTC); !start.Equal(want) || summary != call.Title {
		t.Errorf("%v %q", start, summary)
	}
	if place := events[uid("meeting", meeting)].GetProperty(ics.ComponentPropertyLocation).Value; place != call.Place {
		t.Error(place)
	}
	for n, line := range strings.Split(raw, "\r\n") {
		if len(line) > 75 || strings.ContainsAny(line, "\r\n") {
			t.Errorf("line %d is no line of the format: %q", n+1, line)
		}
	}

	// nothing new: nothing is sent again
	tag := res.Header.Get("ETag")
	if _, res, body := agenda(t, address, 304, "If-None-Match", tag); body != "" || res.Header.Get("ETag") != tag {
		t.Errorf("304 with %q", body)
	}
	// the meeting is put off: the same entry of the calendar, with a higher number
	before := events[uid("meeting", meeting)].GetProperty(ics.ComponentPropertySequence).Value
	call.ID, call.On = meeting, "2022-05-23"
	testkit.Do(t, o, who["dispatcher"], call)
	events, _, _ = agenda(t, address, 200, "If-None-Match", tag)
	if start, _ := at(t, events[uid("meeting", meeting)], "the meeting"); start.In(calendar.Zone).Format("01-02 15:04") != "05-23 14:30" {
		t.Error(start)
	}
	if after := events[uid("meeting", meeting)].GetProperty(ics.ComponentPropertySequence).Value; len(after) < len(before) || after <= before {
		t.Errorf("sequence %s after %s", after, before)
	}
	testkit.Do(t, o, who["dispatcher"], dispatch.CloseMeeting{Meeting: meeting, Why: "领导出差"})
	events, _, _ = agenda(t, address, 200)
	if s := events[uid("meeting", meeting)].GetProperty(ics.ComponentPropertyStatus).Value; s != string(ics.ObjectStatusCancelled) {
		t.Errorf("called off, and it says %s", s)
	}
}

// TestAnAddressTakenBackIsLikeOneThatNeverWas asks with every kind of wrong address, signed in and not.
func TestAnAddressTakenBackIsLikeOneThatNeverWas(t *testing.T) {
	o, who, as, _ := cases(t)
	ctx := context.Background()
	b := as("owner")
	secret, err := o.NewFeed(ctx, who["owner"], "手机")
	if err != nil {
		t.Fatal(err)
	}
	feeds, err := o.Read(ctx).Feeds("p-owner")
	if err != nil || len(feeds) != 1 {
		t.Fatal(feeds, err)
	}
	closed, err := o.NewFeed(ctx, who["other"], "")
	if err != nil {
		t.Fatal(err)
	}
	agenda(t, b.base+app.FeedPath(secret), 200)
	agenda(t, b.base+app.FeedPath(closed), 200)
	if err := o.EndFeed(ctx, who["dispatcher"], feeds[0].Hash); err == nil {
		t.Error("somebody else took it back")
	}
	if err := o.EndFeed(ctx, who["owner"], feeds[0].Hash); err != nil {
		t.Fatal(err)
	}
	testkit.Do(t, o, who["security"], org.SetAccess{PersonID: "p-other", Disabled: true, Reason: "离任"})
	first := ""
	for what, path := range map[string]string{"taken back": app.FeedPath(secret), "never there": app.FeedPath(strings.Repeat("A", 43)), "closed account": app.FeedPath(closed), "empty": "/calendar/.ics",
		"no ending": "/calendar/" + secret, "its hash": app.FeedPath(feeds[0].Hash)} {
		_, res, text := agenda(t, b.base+path, 404)
		shown := text + res.Header.Get("Content-Type") + res.Header.Get("Cache-Control")
		if first == "" {
			first = shown
		}
		if shown != first || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/plain") {
			t.Errorf("%s answers otherwise: %s", what, shown)
		}
		if got := b.get(path); got.code != 404 || got.text != text {
			t.Errorf("%s: to its owner who is signed in, %d %s", what, got.code, got.text)
		}
	}
}

// TestNoLogHasTheSecretOfACalendar: who reads the log must not be able to read calendars.
func TestNoLogHasTheSecretOfACalendar(t *testing.T) {
	o, who, _, _ := cases(t)
	var log bytes.Buffer
	h, err := web.New(o, web.Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	secret, err := o.NewFeed(context.Background(), who["owner"], "手机")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{app.FeedPath(secret), "/calendar/" + secret, app.FeedPath(secret + "x")} {
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, path, nil))
	}
	gone, cancel := context.WithCancel(context.Background()) // and one that fails
	cancel()
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, app.FeedPath(secret), nil).WithContext(gone))
	if text := log.String(); strings.Contains(text, secret[:20]) || strings.Count(text, "/calendar/") < 4 {
		t.Errorf("the log says %s", text)
	}
}
