package paper

import (
	"context"
	"html/template"
	"os"
	"strings"
	"testing"
	"time"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/kernel/ledger"
	"shigan/kernel/words"
	"shigan/testkit"
)

// supervised is a district with a supervision item that was handed down to the transport bureau under a pack's slips.
func supervised(t *testing.T, pack string) (*app.Office, map[string]org.Signer, *testkit.Clock, string) {
	t.Helper()
	ctx := context.Background()
	clock := testkit.At("2022-05-20")
	o := testkit.Office(t, testkit.Engines(t)["sqlite"](t), clock, ledger.SM3)
	who := testkit.Small(t, o)
	if _, err := o.AdoptDesk(ctx, who["rulekeeper"], pack, "", false, "", app.Options{}); err != nil {
		t.Fatal(err)
	}
	rec := testkit.Do(t, o, who["supervisor"], casework.Open{Desk: pack, Kind: "minutes", Title: "快速通道 1.8 公里燃气、通信管线的迁改方案", Basis: "2022 年 5 月 20 日调度会议定第 3 项",
		Criteria: "迁改方案经两家权属单位书面同意。", Handler: casework.Party{Unit: "jtj"}, Assists: []casework.Party{{Unit: "lq"}}, Raiser: casework.Party{Unit: "co", Post: "owner"},
		Chain: map[string]string{"head": "line", "deputy": "leader", "chief": "top"}, Reach: org.Scope{Line: "jtj", Local: "lq", Owner: "co"}})
	e, err := o.Read(ctx).Entry(rec.First)
	if err != nil {
		t.Fatal(err)
	}
	id := strings.TrimPrefix(e.Subject, "case/")
	testkit.Do(t, o, who["supervisor"], casework.Make{Case: id, Move: "send", From: "registered"})
	testkit.Do(t, o, who["line"], casework.Make{Case: id, Move: "receive", From: "sent"})
	return o, who, clock, id
}

// TestTheSlipsOfSanmingAreThreeLettersToldApartInBlackPrint sends blue by the clock, orange when it stays unanswered, red with a day.
func TestTheSlipsOfSanmingAreThreeLettersToldApartInBlackPrint(t *testing.T) {
	ctx := context.Background()
	o, who, clock, id := supervised(t, "sanming/slips")
	clock.Set("2022-06-02")
	clock.Forward(9 * time.Hour)
	testkit.Do(t, o, org.SystemSigner, casework.SendSlip{Case: id, Colour: "blue"})
	clock.Set("2022-06-09")
	testkit.Do(t, o, who["supervisor"], casework.SendSlip{Case: id, Colour: "orange", Reason: "蓝单到期没有回音"})
	clock.Set("2022-06-16")
	testkit.Do(t, o, who["supervisor"], casework.SendSlip{Case: id, Colour: "red", DoneBy: "2022-06-24"})
	want := []struct {
		rule  string // of the head
		texts []string
	}{
		{"reminder", []string{"蓝单（提醒）", "区交通运输局", "龙泉街道", "2022 年 6 月 9 日，还有 7 天", "6 月 7 日前书面答复", "系统按规则发，不用批", "区委区政府督查室", "回　执", "提出人（示例建设公司）认可"}},
		{"warning", []string{"橙单（警告）", "蓝单（提醒） 2022 年 6 月 2 日发，没有回音", "当天到期", "蓝单到期没有回音"}},
		{"red", []string{"红单（警告并责令限期）", "橙单（警告） 2022 年 6 月 9 日发，没有回音", "已超 7 天", "2022 年 6 月 24 日前办成；办不成", "签名 SM2", "核对码"}},
	}
	for i, w := range want {
		raw, err := (Press{}).CaseSlip(ctx, words.Zh, o, id, i+1, "html")
		if err != nil {
			t.Fatal(err)
		}
		page := string(raw)
		if !strings.Contains(page, `class="lv0 `+w.rule+`"`) || strings.Count(page, `class="a4"`) != 1 {
			t.Errorf("slip %d has another head, or more than one page", i+1)
		}
		for _, s := range w.texts {
			if !strings.Contains(page, s) {
				t.Errorf("slip %d does not say %q", i+1, s)
			}
		}
		doc, err := (Press{}).CaseSlip(ctx, words.En, o, id, i+1, "docx")
		if err != nil {
			t.Fatal(err)
		}
		if text := opened(t, doc)["word/document.xml"]; strings.Contains(text, "⟦") {
			t.Errorf("slip %d in English lacks a text", i+1)
		}
		if dir := os.Getenv("LOOK"); dir != "" {
			write(t, dir+"/case-slip-"+w.rule+".html", Page(words.Zh, "slip", template.HTML(raw)))
			write(t, dir+"/case-slip-"+w.rule+".docx", doc)
		}
	}
	if _, err := (Press{}).CaseSlip(ctx, words.Zh, o, id, 4, "html"); err == nil {
		t.Error("a slip that was never sent was printed")
	}
}

// TestASlipSaysWhatHeldOnItsDay keeps the due day of a slip after more time was granted.
func TestASlipSaysWhatHeldOnItsDay(t *testing.T) {
	ctx := context.Background()
	o, who, clock, id := supervised(t, "suqian/slips")
	clock.Set("2022-06-02")
	clock.Forward(9 * time.Hour)
	testkit.Do(t, o, org.SystemSigner, casework.SendSlip{Case: id, Colour: "blue"})
	before, err := caseSlipOf(ctx, words.Zh, o, id, 1)
	if err != nil {
		t.Fatal(err)
	}
	clock.Forward(time.Hour * 24)
	testkit.Do(t, o, who["supervisor"], casework.Extend{Case: id, Amount: 15, Reason: "权属单位要上会"})
	after, err := caseSlipOf(ctx, words.Zh, o, id, 1)
	if err != nil {
		t.Fatal(err)
	}
	due := func(s Slip) string {
		for _, f := range s.Facts {
			if f.Name == "原定期限" {
				return f.Text
			}
		}
		return ""
	}
	if due(before) != "2022 年 6 月 9 日，还有 7 天" || due(after) != due(before) {
		t.Errorf("the slip said %q and now says %q", due(before), due(after))
	}
}
