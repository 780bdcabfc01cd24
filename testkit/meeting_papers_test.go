package testkit

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"shigan/adapter/web"
	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/kernel/ledger"
)

// heldMeeting is a district in which a meeting decided one problem with two tasks and held another item over, and a supervision item
// got a slip.
func heldMeeting(t *testing.T) (o *app.Office, who map[string]org.Signer, id, supervised string) {
	t.Helper()
	ctx := context.Background()
	o, who, clock, _ := frozenMay(t, ledger.SM3)
	AdoptDesks(t, o, who["rulekeeper"], "sample/jimo-problem", "china/task", "sanming/slips")
	born := func(r app.Receipt) string {
		e, err := o.Read(ctx).Entry(r.First)
		if err != nil {
			t.Fatal(err)
		}
		_, name, _ := strings.Cut(e.Subject, "/")
		return name
	}
	reach := org.Scope{Owner: "co", Local: "lq", Line: "jtj"}
	supervised = born(Do(t, o, who["supervisor"], casework.Open{Desk: "sanming/slips", Kind: "minutes", Title: "示例管线迁改方案", Major: true, Handler: casework.Party{Unit: "jtj"}, Raiser: casework.Party{Unit: "co", Post: "owner"},
		Chain: map[string]string{"head": "line", "deputy": "leader", "chief": "top"}, Reach: reach}))
	Do(t, o, who["supervisor"], casework.Make{Case: supervised, Move: "send", From: "registered"})
	Do(t, o, who["supervisor"], casework.SendSlip{Case: supervised, Colour: "orange"})
	problem := born(Do(t, o, who["owner"], casework.Open{Desk: "sample/jimo-problem", Title: "示例征迁", Subject: "project/JM-100", Chain: map[string]string{"lead": "leader", "head": "townhead", "deputy": "leader", "chief": "top"}, Reach: reach,
		Measure: &casework.Measure{Pain: "还差 11 户", Cause: "评估漏项"}}))
	id = born(Do(t, o, who["dispatcher"], dispatch.CallMeeting{Title: "重点项目调度会（示例）", On: "2022-06-06", At: "14:30", Place: "三楼会议室", Chair: "top", Recorders: []string{"dispatcher"}}))
	Do(t, o, who["dispatcher"], dispatch.SetAgenda{Meeting: id, Items: []dispatch.AgendaItem{{Kind: dispatch.ItemCase, Subject: "case/" + problem, Minutes: 15}, {Kind: dispatch.ItemRed, Subject: "month/2022-05", Minutes: 20},
		{Kind: dispatch.ItemFree, Title: "汛期排涝", Minutes: 10}}})
	clock.Set("2022-06-06")
	Do(t, o, who["dispatcher"], dispatch.StartMeeting{Meeting: id})
	clock.Forward(time.Hour)
	m, err := dispatch.MeetingOf(o.Read(ctx), id)
	if err != nil {
		t.Fatal(err)
	}
	c, err := casework.Of(o.Read(ctx), problem)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.DecideItem(ctx, who["dispatcher"], dispatch.DecideItem{Meeting: id, Item: "1", Text: "街道复核后张榜，交通局配合", Seen: m.Items[0].Seq, MeasureSeen: c.Measure.Seq,
		Tasks: []dispatch.TaskDraft{{Title: "复核并张榜", Unit: "lq", By: "2022-06-20", Assists: []casework.Party{{Unit: "jtj"}}}, {Title: "迁管线", Unit: "jtj", By: "2022-08-31"}}}, app.Options{}); err != nil {
		t.Fatal(err)
	}
	for _, item := range []string{"2", "3"} {
		m, _ = dispatch.MeetingOf(o.Read(ctx), id)
		Do(t, o, who["dispatcher"], dispatch.HoldItem{Meeting: id, Item: item, Why: "等下次", Seen: m.Item(item).Seq})
	}
	Do(t, o, who["dispatcher"], dispatch.CloseMeeting{Meeting: id})
	return o, who, id, supervised
}

// TestPapersOfAMeetingComeOffThePress opens every page and file that is printed of a meeting, in both languages.
func TestPapersOfAMeetingComeOffThePress(t *testing.T) {
	ctx := context.Background()
	o, _, id, supervised := heldMeeting(t)
	h, err := web.New(o, web.Options{Papers: press})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	login := func(post string) *http.Client {
		if err := o.SetPassword(ctx, "p-"+post, post, "shigan-test"); err != nil {
			t.Fatal(err)
		}
		jar, _ := cookiejar.New(nil)
		c := &http.Client{Jar: jar}
		res, err := c.PostForm(srv.URL+"/signin", url.Values{"login": {post}, "password": {"shigan-test"}})
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		return c
	}
	get := func(c *http.Client, path string, want int) []byte {
		t.Helper()
		res, err := c.Get(srv.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, _ := io.ReadAll(res.Body)
		if res.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, res.StatusCode, want)
		}
		if bytes.Contains(body, []byte("⟦")) {
			t.Errorf("%s shows a key: %.60s", path, body[bytes.Index(body, []byte("⟦")):])
		}
		return body
	}
	boss, other := login("dispatcher"), login("other")
	at := "/meeting/" + id
	for _, lang := range []string{"?lang=zh", "?lang=en"} {
		for _, path := range []string{"/meetings", at, at + "/live", at + "/pack", at + "/minutes", at + "/list", at + "/letter/jtj", "/weekly/2022-06-13", "/slips/" + supervised + "/1"} {
			get(boss, path+lang, 200)
		}
	}
	pack := string(get(boss, at+"/pack", 200))
	reds := strings.Count(pack, `class="a4 mp"`)
	if reds < 3 || !strings.Contains(pack, "还差 11 户") || !strings.Contains(pack, "示例冷链中心") {
		t.Errorf("the pack has %d pages, and its project %v", reds, strings.Contains(pack, "示例冷链中心"))
	}
	minutes := string(get(boss, at+"/minutes", 200))
	for _, s := range []string{"送审稿", "街道复核后张榜，交通局配合", "龙泉街道6 月 20 日前：复核并张榜；区交通运输局配合", "汛期排涝。等下次", "09:00 至 10:00"} {
		if !strings.Contains(minutes, s) && !strings.Contains(minutes, strings.Replace(s, "街道6", "街道 6", 1)) {
			t.Errorf("the minutes do not say %q", s)
		}
	}
	letter := string(get(boss, at+"/letter/jtj", 200))
	for _, s := range []string{"区交通运输局：", "迁管线，8 月 31 日前办成", "由龙泉街道牵头，你单位配合"} {
		if !strings.Contains(letter, s) {
			t.Errorf("the letter does not say %q", s)
		}
	}
	for _, path := range []string{at + "/minutes/docx", at + "/list/docx", at + "/letter/lq/docx", "/weekly/2022-06-13/docx", "/slips/" + supervised + "/1/docx"} {
		if !bytes.HasPrefix(get(boss, path, 200), []byte("PK")) {
			t.Errorf("%s is no office file", path)
		}
	}
	if weekly := string(get(boss, "/weekly/2022-06-13", 200)); !strings.Contains(weekly, "会上议定：街道复核后张榜") {
		t.Error("the weekly bulletin does not tell what the chair decided")
	}
	if res, err := boss.PostForm(srv.URL+at+"/minutes", url.Values{"_key": {"issue"}}); err != nil || res.StatusCode != 200 {
		t.Fatal(res.Status, err)
	}
	m, err := dispatch.MeetingOf(o.Read(ctx), id)
	if err != nil || len(m.Minutes) != 1 || len(m.Minutes[0].Files) != 4 {
		t.Fatalf("issued: %+v %v", m.Minutes, err)
	}
	issued := get(boss, at+"/issued/1/minutes.docx", 200)
	if again := get(boss, at+"/issued/1/minutes.docx", 200); !bytes.HasPrefix(issued, []byte("PK")) || !bytes.Equal(issued, again) {
		t.Error("what was issued is not the same twice")
	}
	if minutes = string(get(boss, at+"/minutes", 200)); strings.Contains(minutes, "送审稿") {
		t.Error("issued minutes still say draft")
	}
	get(boss, at, 200)
	about, err := o.Read(ctx).Entries("meeting/"+id, 0)
	if err != nil || len(about) < 7 {
		t.Fatalf("%d entries, %v", len(about), err)
	}
	for _, e := range about {
		page := get(boss, "/entry/"+strconv.FormatInt(e.Seq, 10), 200)
		if m := regexp.MustCompile(`<dt>([a-z_]+)</dt>`).FindAllSubmatch(page, -1); len(m) > 0 {
			t.Errorf("entry %s shows the field %s without a word for it", e.Kind, m)
		}
	}
	get(boss, at+"/issued/2/minutes.docx", 404)
	get(other, at+"/issued/1/minutes.docx", 403)
	get(boss, at+"/letter/fgj", 404)
	get(boss, at+"/pack/docx", 404)
	get(boss, "/weekly/2022-06-14", 404)
	get(boss, "/slips/"+supervised+"/2", 404)
	get(other, "/slips/"+supervised+"/1", 403)
	get(other, "/weekly/2022-06-13", 403)
	if strings.Contains(string(get(other, at+"/minutes", 200)), "张榜") {
		t.Error("another unit reads what is not its own in the minutes")
	}
}
