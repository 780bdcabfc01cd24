package web_test

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/testkit"
)

var bellCount = regexp.MustCompile(`class="bell[^>]*>.*?</svg>(?:<b data-plain>([^<]*)</b>)?</a>`)

// bell is the number in the head of a page, "" for none.
func bell(t *testing.T, page string) string {
	t.Helper()
	m := bellCount.FindStringSubmatch(page)
	if m == nil {
		t.Fatal("the head has no bell")
	}
	return m[1]
}

func without(t *testing.T, a answered, none ...string) {
	t.Helper()
	for _, s := range none {
		if strings.Contains(a.text, s) {
			t.Errorf("%s shows %q", a.at, s)
		}
	}
}

// TestWhatReachedMeIsReadNewestFirstAndLeadsToItsMatter, is new until I say that I have looked, and is mine alone.
func TestWhatReachedMeIsReadNewestFirstAndLeadsToItsMatter(t *testing.T) {
	o, who, as, clock := cases(t)
	const id = "P-2022-0001"
	testkit.Do(t, o, who["dispatcher"], casework.Make{Case: id, Move: "accept", From: "raised"})
	testkit.Do(t, o, who["dispatcher"], casework.Make{Case: id, Move: "assign", From: "accepted", Handler: casework.Party{Unit: "lq"}})
	clock.Set("2022-05-19")
	testkit.Do(t, o, who["local"], casework.Make{Case: id, Move: "return", From: "handling", Reason: "不归我们，<b>归交通局</b>"})
	desk := as("dispatcher")
	page := desk.get("/messages").must(t, 200, "2 条新消息", "退回来了，要另定谁办：管线没人迁", "新上账，等你受理：管线没人迁", `href="/case/P-2022-0001"`, "不归我们，&lt;b&gt;归交通局", "都看过了", "今天")
	if strings.Index(page.text, "退回来了") > strings.Index(page.text, "新上账") || bell(t, page.text) != "2" {
		t.Errorf("not newest first, or the bell says %q", bell(t, page.text))
	}
	if n := bell(t, desk.get("/projects").text); n != "2" {
		t.Errorf("looking changed it to %q", n)
	}
	top := field(t, page.text, "top")
	// something comes while he reads: it stays new
	testkit.Do(t, o, who["owner"], casework.Open{Desk: "sample/jimo-problem", Title: "又一件", Subject: "project/JM-001", Chain: map[string]string{"lead": "leader", "head": "local", "deputy": "line", "chief": "leader"},
		Reach: org.Scope{Owner: "co", Local: "lq", Line: "jtj"}})
	page = desk.post("/messages/seen", "top", top).must(t, 200, "都记成看过了", "1 条新消息", "又一件", "看过的")
	if bell(t, page.text) != "1" {
		t.Errorf("the bell says %q", bell(t, page.text))
	}
	page = desk.post("/messages/seen", "top", field(t, page.text, "top")).must(t, 200, "没有新消息")
	without(t, page, `action="/messages/seen"`)
	if bell(t, page.text) != "" {
		t.Errorf("the bell says %q", bell(t, page.text))
	}
	desk.post("/messages/seen", "top", "x").must(t, 422)
	desk.get("/messages?g=level").must(t, 200, "到我这一级”里没有消息")
	without(t, desk.get("/messages?g=turn"), `action="/messages/seen"`) // one group does not stand for all
	desk.get("/messages?g=nonsense").must(t, 422)
	desk.get("/messages?before=nonsense").must(t, 200)
	// nobody hears of what is somebody else's
	without(t, as("other").get("/messages").must(t, 200, "还没有人告诉你什么"), "管线没人迁")
	as("leader").get("/messages?lang=en").must(t, 200, "At your level", "new messages")
}

func TestOlderMessagesAreReachedPageByPage(t *testing.T) {
	o, who, as, _ := cases(t)
	for i := range 64 {
		testkit.Do(t, o, who["owner"], casework.Open{Desk: "sample/jimo-problem", Title: "第 " + string(rune('A'+i%26)) + string(rune('a'+i/26)) + " 件", Subject: "project/JM-001", Chain: map[string]string{"lead": "leader", "head": "local", "deputy": "line", "chief": "leader"},
			Reach: org.Scope{Owner: "co", Local: "lq", Line: "jtj"}})
	}
	desk, at, seen := as("dispatcher"), "/messages", map[string]int{}
	older := regexp.MustCompile(`class="l" href="(/messages\?[^"]*before=[^"]*)"`)
	for at != "" {
		page := desk.get(at).must(t, 200)
		for _, m := range regexp.MustCompile(`href="/case/(P-[0-9-]+)"`).FindAllStringSubmatch(page.text, -1) {
			seen[m[1]]++
		}
		if at != "/messages" {
			without(t, page, `action="/messages/seen"`)
		}
		at = ""
		if m := older.FindStringSubmatch(page.text); m != nil {
			at = strings.ReplaceAll(m[1], "&amp;", "&")
		}
	}
	if len(seen) != 65 {
		t.Errorf("%d matters of 65", len(seen))
	}
	for id, n := range seen {
		if n != 1 {
			t.Errorf("%s stands %d times", id, n)
		}
	}
	if n := bell(t, desk.get("/messages").text); n != "65" {
		t.Errorf("the bell says %q", n)
	}
}

// TestHowIAmToldIsSavedAndWhatIsWrongStaysAsItWasTyped.
func TestHowIAmToldIsSavedAndWhatIsWrongStaysAsItWasTyped(t *testing.T) {
	o, _, as, _ := cases(t)
	b := as("leader")
	b.get("/messages/settings").must(t, 200, `value="20:00"`, `value="07:30"`, "并到每天一封", "没有接邮件服务器", "这样定，会是", "当时就发")
	form := func(more ...string) []string {
		all := []string{"lang", "en", "quiet_from", "21:00", "quiet_to", "06:45", "quiet_all", "yes", "digest", "17:00"}
		for _, g := range app.MessageGroups {
			all = append(all, "mail_"+string(g), "now")
			if g != app.GroupLevel {
				all = append(all, "show_"+string(g), "yes")
			}
		}
		return append(all, more...)
	}
	b.post("/messages/settings", form()...).must(t, 200, "存下了", `value="21:00"`, `value="17:00"`)
	c, _, err := o.ChoicesOf(context.Background(), "p-leader")
	if err != nil || c.Lang != "en" || c.Shows(app.GroupLevel) || !c.Shows(app.GroupTurn) || c.Mail[app.GroupSlip] != app.MailNow || !c.Quiet.All || c.Digest != "17:00" || c.Workdays {
		t.Errorf("%+v %v", c, err)
	}
	b.get("/messages").must(t, 200, "还没有人告诉你什么", "不显示：到我这一级")
	b.post("/messages/settings", form("quiet_from", "9点")...).must(t, 422, "“9点”不是钟点", `value="9点"`, `value="17:00"`)
	b.post("/messages/settings", form("mail_turn", "pigeon")...).must(t, 422, "没有“turn: pigeon”这个选项")
	// what it would be, before it is kept
	shown := b.post("/messages/settings/try", form("digest", "08:00", "mail_turn", "digest")...)
	shown.must(t, 200, "5 月 19 日 08:00 发")
	shown = b.post("/messages/settings/try", form("mail_turn", "off")...)
	shown.must(t, 200, "不发信")
	if c, _, _ := o.ChoicesOf(context.Background(), "p-leader"); c.Mail[app.GroupTurn] != app.MailNow {
		t.Error("trying kept something")
	}
	if d, _, _ := o.ChoicesOf(context.Background(), "p-dispatcher"); d.Digest != "08:00" {
		t.Error("somebody else's changed")
	}
}

func TestAnAddressIsUsedOnlyAfterItsCode(t *testing.T) {
	o, _, as, _ := cases(t)
	b, ctx := as("owner"), context.Background()
	b.post("/messages/address", "address", "a@example.cn").must(t, 503, "没有接邮件服务器")
	o.MailOn = true
	b.post("/messages/address", "address", "张三").must(t, 422, "“张三”不是邮箱地址", `value="张三"`)
	b.post("/messages/address", "address", "zhang@example.cn").must(t, 200, "验证码寄出了", "zhang@example.cn", "信里的六位验证码")
	all, err := o.Read(ctx).Deliveries(app.DeliveryFilter{Channel: app.ByMail})
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	letter, _, err := o.Read(ctx).DeliveryOf(all[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	code := regexp.MustCompile(`\d{6}`).FindString(letter.Body)
	wrong := "000000"
	if code == wrong {
		wrong = "000001"
	}
	b.post("/messages/address/confirm", "code", wrong).must(t, 422, "验证码不对")
	b.post("/messages/address/confirm", "code", code).must(t, 200, "邮箱在用了", "zhang@example.cn")
	without(t, as("leader").get("/messages/settings"), "zhang@example.cn")
	b.post("/messages/address", "address", "").must(t, 200, "邮箱收回了", "还没有登记邮箱")
	// the officer gives one out of the personnel list
	officer := as("system")
	officer.get("/people?unit=co").must(t, 200, "替人登记邮箱")
	officer.post("/people/address", "unit", "co", "person", "p-owner", "address", "owner@").must(t, 422, "“owner@”不是邮箱地址", `value="owner@"`)
	officer.post("/people/address", "unit", "co", "person", "p-owner", "address", "owner@example.cn").must(t, 200)
	b.get("/messages/settings").must(t, 200, "在用", "owner@example.cn")
	as("security").post("/people/address", "person", "p-owner", "address", "x@example.cn").must(t, 403)
}

func TestACalendarAddressIsShownOnceAndEndsForItsOwnerOnly(t *testing.T) {
	o, who, as, _ := cases(t)
	testkit.Do(t, o, who["dispatcher"], dispatch.CallMeeting{Title: "调度会（示例）", On: "2022-05-20", At: "14:30", Place: "三楼", Chair: "leader", Recorders: []string{"dispatcher"}})
	b := as("leader")
	b.post("/messages/calendar", "label", " ").must(t, 422, "没填对")
	made := b.post("/messages/calendar", "label", "手机").must(t, 200, "只显示这一次", "webcal://")
	address := regexp.MustCompile(`http://[^<"]+\.ics`).FindString(made.text)
	events, _, _ := agenda(t, address, 200)
	if len(events) == 0 {
		t.Error("the calendar is empty")
	}
	again := b.get("/messages/settings").must(t, 200, "手机", "上次来读")
	without(t, again, address, ".ics")
	id := field(t, again.text, "id")
	as("owner").post("/messages/calendar/end", "id", id).must(t, 404)
	agenda(t, address, 200)
	b.post("/messages/calendar/end", "id", id).must(t, 200, "日历地址收回了")
	agenda(t, address, 404)
	for i := range app.FeedsMost {
		b.post("/messages/calendar", "label", "设备"+string(rune('A'+i))).must(t, 200)
	}
	page := b.get("/messages/settings")
	without(t, page, `action="/messages/calendar"`)
	b.post("/messages/calendar", "label", "再一个").must(t, 409, "最多 10 个")
}

// TestTheOfficerOpensPausesAndClosesHooksAndTriesAgain, and sees nothing of what is said in them.
func TestTheOfficerOpensPausesAndClosesHooksAndTriesAgain(t *testing.T) {
	o, who, as, clock := cases(t)
	ctx := context.Background()
	b := as("system")
	b.get("/hooks").must(t, 200, "还没有推送", "还没有发出去过什么")
	b.post("/hooks", "label", "示例办公系统", "url", "http://oa.example.cn/x", "groups", "turn", "_key", "k0").must(t, 422, "推送只发 https", `value="http://oa.example.cn/x"`, `value="turn" checked`)
	made := b.post("/hooks", "label", "示例办公系统", "url", "https://oa.example.cn/hook?key=geheim", "groups", "turn", "_key", "k1").must(t, 200, "whsec_", "只显示这一次", "oa.example.cn", "轮到我")
	secret := regexp.MustCompile(`whsec_[A-Za-z0-9+/=]+`).FindString(strings.ReplaceAll(made.text, "&#43;", "+"))
	without(t, b.get("/hooks"), secret, "whsec_", "geheim")
	b.post("/hooks", "label", "示例办公系统", "url", "https://oa.example.cn/hook?key=geheim", "groups", "turn", "_key", "k1").must(t, 200) // sent twice
	hooks, err := app.All[org.Hook](o.Read(ctx), org.HookKind, "")
	if err != nil || len(hooks) != 1 {
		t.Fatalf("%+v %v", hooks, err)
	}
	at := "/hooks/" + hooks[0].ID
	// something is told, and nobody answers
	testkit.Do(t, o, who["owner"], casework.Open{Desk: "sample/jimo-problem", Title: "机密的事", Subject: "project/JM-001", Chain: map[string]string{"lead": "leader", "head": "local", "deputy": "line", "chief": "leader"},
		Reach: org.Scope{Owner: "co", Local: "lq", Line: "jtj"}})
	night := &app.Night{Office: o, Sender: &app.Sender{Office: o, Server: "s", Caller: refusing{}}}
	night.Deliver(ctx)
	page := b.get("/hooks").must(t, 200, "1 件还没送到", "没送到，试了 1 次", "connection refused", "再投一次", "示例办公系统")
	without(t, page, "机密的事", "P-2022-0002", "geheim")
	b.post("/hooks/again", "id", field(t, page.text, "id")).must(t, 200, "马上再投")
	night.Deliver(ctx)
	b.get("/hooks?state=waiting&of="+hooks[0].ID).must(t, 200, "没送到，试了 2 次", "最近发给示例办公系统的")
	without(t, b.get("/hooks?state=through"), "connection refused")
	b.post("/hooks/again", "id", "hook/nothing").must(t, 404, "没有编号为 hook/nothing 的投递")
	b.post(at+"/pause", "reason", " ", "_key", "p0").must(t, 422)
	b.post(at+"/pause", "reason", "对方检修", "_key", "p1").must(t, 200, "停着", "对方检修")
	b.post(at+"/resume", "_key", "r1").must(t, 200, "恢复了", "在发")
	b.post(at+"/resume", "_key", "r2").must(t, 409, "没有停")
	for range 14 { // days on, it is given up and the hook closed by the clock
		clock.Forward(25 * 60 * 60 * 1e9)
		night.Deliver(ctx)
	}
	b = as("system") // his session is over by now
	b.get("/hooks").must(t, 200, "放弃", "关了的 1 个")
	b.post(at+"/close", "reason", "不用了", "_key", "c1").must(t, 409, "已经关了")
	for _, post := range []string{"leader", "dispatcher", "audit"} {
		as(post).get("/hooks").must(t, 403)
		as(post).post("/hooks", "label", "x", "url", "https://x.example.cn").must(t, 403)
	}
	as("audit").get("/ledger").must(t, 200, "开推送到 oa.example.cn", "停推送。对方检修", "恢复推送")
}

type refusing struct{}

func (refusing) Call(context.Context, app.Call) error {
	return &app.Undelivered{Why: "connection refused", Down: true}
}
