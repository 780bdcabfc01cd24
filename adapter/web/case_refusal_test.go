package web_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/quantity"
	"shigan/testkit"
)

// scene is one case at which a form is refused.
type scene struct {
	*desk
	id    string
	other string // another case, where one is needed
	clock *testkit.Clock
}

// refusal is a form that is sent and refused: which status, what the page says, and what it keeps of what was typed.
type refusal struct {
	name string
	set  func(s *scene) // after the case was raised by its owner at the desk for problems
	post string
	deed string
	vals []string
	code int
	says string
	kept []string
}

func accepted(s *scene) { s.make("dispatcher", s.id, casework.Make{Move: "accept"}) }

func handled(s *scene) {
	accepted(s)
	s.make("dispatcher", s.id, casework.Make{Move: "assign", Handler: casework.Party{Unit: "lq"}})
}

func answered0(s *scene) {
	handled(s)
	s.make("local", s.id, casework.Make{Move: "answer", Outcome: "done", Fields: map[string]string{"result": "迁完了"}})
}

func stopped(s *scene) {
	handled(s)
	s.do("dispatcher", casework.Halting{Case: s.id, Why: "weather", Note: "暴雨"})
}

func compared(s *scene) {
	handled(s)
	s.do("local", casework.SetMeasure{Case: s.id, Measure: casework.Measure{Pain: "难点", Cause: "原因", Options: []casework.Option{{Mark: "甲", Text: "区里代建"}, {Mark: "乙", Text: "等"}}}})
}

func closed(s *scene) {
	answered0(s)
	s.make("owner", s.id, casework.Make{Move: "confirm"})
}

func parted(s *scene) {
	handled(s)
	s.do("dispatcher", casework.Split{Case: s.id, Reason: "两家办", Parts: []casework.Part{{Title: "一半", Handler: casework.Party{Unit: "jtj"}}, {Title: "另一半", Handler: casework.Party{Unit: "lq"}}}})
}

// twiceReturned is settled by its leader after two returns.
func twiceReturned(s *scene) {
	handled(s)
	for range 2 {
		s.make("local", s.id, casework.Make{Move: "return", Reason: "不是我们的"})
		if s.kase(s.id).State == "accepted" {
			s.make("dispatcher", s.id, casework.Make{Move: "assign", Handler: casework.Party{Unit: "lq"}})
		}
	}
	s.make("leader", s.id, casework.Make{Move: "settle", Reason: "就归街道", Handler: casework.Party{Unit: "lq"}})
}

var problemRefusals = []refusal{
	// moves
	{"whoever it does not belong to", nil, "owner", "move", []string{"move", "accept", "from", "raised", "reason", "我自己受理"}, 403, "不归您的岗位办", []string{"我自己受理"}},
	{"a move from a state that was left meanwhile", accepted, "dispatcher", "move", []string{"move", "decline", "from", "raised", "outcome", "not-ours", "reason", "不归本级"}, 409, "刷新", []string{"不归本级"}},
	{"a move on a page that a report has outdated", func(s *scene) {
		handled(s)
		s.make("local", s.id, casework.Make{Move: "report", Reason: "在谈"})
	}, "local", "move", []string{"move", "answer", "from", "handling", "seen", "1", "outcome", "done", "f_result", "都迁完了"}, 409, "刷新", []string{"都迁完了"}},
	{"a move that the state does not know", handled, "owner", "move", []string{"move", "confirm", "from", "handling"}, 409, "不能“提出人确认”", nil},
	{"a move that no desk knows", handled, "local", "move", []string{"move", "vanish", "from", "handling", "reason", "试试"}, 409, "不能“vanish”", []string{"试试"}},
	{"a return without a reason", handled, "local", "move", []string{"move", "return", "from", "handling", "reason", "  "}, 422, "要写明理由", nil},
	{"an answer without its result", handled, "local", "move", []string{"move", "answer", "from", "handling", "outcome", "part"}, 422, "“办理结果”要填", []string{`value="part" checked`}},
	{"an answer with an outcome that is none", handled, "local", "move", []string{"move", "answer", "from", "handling", "outcome", "splendid", "f_result", "办得很好"}, 422, "请从列出的结果里选", []string{"办得很好"}},
	{"a refusal without a reason", handled, "local", "move", []string{"move", "explain", "from", "handling", "outcome", "not-true", "reason", ""}, 422, "要写明理由", []string{`value="not-true" checked`}},
	{"an assignment to nobody", accepted, "dispatcher", "move", []string{"move", "assign", "from", "accepted", "handler", "", "assist1", "jtj"}, 422, "由哪个单位承办", []string{`value="jtj" selected`}},
	{"an assignment to its own raiser", accepted, "dispatcher", "move", []string{"move", "assign", "from", "accepted", "handler", "co"}, 422, "自己办的事不能自己认", nil},
	{"the second signature of the same person", func(s *scene) {
		s.make("dispatcher", s.id, casework.Make{Move: "decline", Outcome: "not-ours", Reason: "不归本级"})
	}, "dispatcher", "move", []string{"move", "sign", "from", "told"}, 403, "由另一人、另一岗位签", nil},
	{"a return after its time", func(s *scene) { handled(s); s.clock.Forward(7 * 24 * time.Hour) }, "local", "move", []string{"move", "return", "from", "handling", "reason", "不是我们的事"}, 409, "时间过了", []string{"不是我们的事"}},
	{"a third return", twiceReturned, "local", "move", []string{"move", "return", "from", "handling", "reason", "还是不归我们"}, 409, "已退回两次", []string{"还是不归我们"}},
	{"telling a raiser who still has time", answered0, "dispatcher", "move", []string{"move", "remind", "from", "answered", "outcome", "done", "reason", "您没有回"}, 409, "时间还没过", []string{"您没有回"}},
	{"confirming for the raiser", answered0, "dispatcher", "move", []string{"move", "confirm", "from", "answered"}, 403, "不归您的岗位办", nil},
	{"an objection without a reason", answered0, "owner", "move", []string{"move", "object", "from", "answered", "reason", ""}, 422, "要写明理由", nil},
	{"a move while the clocks stand", stopped, "local", "move", []string{"move", "answer", "from", "handling", "outcome", "done", "f_result", "雨停就办完"}, 409, "请先恢复计时", []string{"雨停就办完"}},
	{"closing what was split before its parts", func(s *scene) {
		parted(s)
		s.make("local", s.id, casework.Make{Move: "answer", Outcome: "done", Fields: map[string]string{"result": "完"}})
	}, "owner", "move", []string{"move", "confirm", "from", "answered"}, 409, "请先办结分件", nil},
	{"a move of a closed case", closed, "local", "move", []string{"move", "report", "from", "handling", "reason", "补一句"}, 409, "已销号", []string{"补一句"}},
	// stopping and resuming
	{"a stop for no lawful reason", handled, "dispatcher", "stop", []string{"why", "holiday", "note", "大家都休假"}, 422, "不是规则列出的停表事由", []string{"大家都休假"}},
	{"a stop by whom its reason does not name", handled, "owner", "stop", []string{"why", "weather", "note", "下雨"}, 403, "不归您的岗位办", []string{"下雨"}},
	{"a stop without words", handled, "dispatcher", "stop", []string{"why", "weather", "note", ""}, 422, "要写明理由", []string{`value="weather" checked`}},
	{"a suspension without a day of review", handled, "dispatcher", "stop", []string{"why", "superior", "note", "等市里批复"}, 422, "哪天复看", []string{"等市里批复", `value="superior" checked`}},
	{"a suspension reviewed too late", handled, "dispatcher", "stop", []string{"why", "superior", "note", "等市里批复", "review", "2023-01-01"}, 422, "不晚于", []string{"等市里批复", `value="2023-01-01"`}},
	{"a stop of what stands already", stopped, "dispatcher", "stop", []string{"why", "weather", "note", "又下了"}, 409, "请先恢复计时", []string{"又下了"}},
	{"resuming what runs", handled, "dispatcher", "resume", []string{"note", "雨停了"}, 409, "没有停表", []string{"雨停了"}},
	// extensions
	{"an extension past the limit", handled, "dispatcher", "extend", []string{"amount", "9", "reason", "管线图没出"}, 409, "每次最多 5 个工作日", []string{"管线图没出", `value="9"`}},
	{"an extension by a word", handled, "dispatcher", "extend", []string{"amount", "三天", "reason", "管线图没出"}, 409, "每次最多 5 个工作日", []string{"管线图没出", `value="三天"`}},
	{"a second extension", func(s *scene) {
		handled(s)
		s.do("dispatcher", casework.Extend{Case: s.id, Amount: 2, Reason: "一次"})
	}, "dispatcher", "extend", []string{"amount", "2", "reason", "再给两天"}, 409, "延期最多 1 次", []string{"再给两天"}},
	{"an extension without a reason", handled, "dispatcher", "extend", []string{"amount", "3", "reason", ""}, 422, "要写明理由", []string{`value="3"`}},
	{"an extension by its own handler", handled, "local", "extend", []string{"amount", "3", "reason", "来不及"}, 403, "由承办以外的岗位批准", []string{"来不及"}},
	// the measure
	{"a measure without a cause", handled, "local", "measure", []string{"pain", "开不了工", "cause", "", "option1", "代建", "mark1", "甲"}, 422, "难点、原因要写", []string{"开不了工", "代建"}},
	{"a decision without an owner", handled, "local", "measure", []string{"pain", "开不了工", "cause", "等付款", "decision", "区里代建管线", "owner", "", "by", "2022-08-31"}, 422, "谁办、哪天办成", []string{"区里代建管线", `value="2022-08-31"`}},
	{"a decision without a day", handled, "local", "measure", []string{"pain", "开不了工", "cause", "等付款", "decision", "区里代建管线", "owner", "lq", "by", ""}, 422, "谁办、哪天办成", []string{"区里代建管线", `value="lq" selected`}},
	{"two options of one name", handled, "local", "measure", []string{"pain", "开不了工", "cause", "等付款", "mark1", "甲", "option1", "代建", "mark2", "甲", "option2", "绕开"}, 422, "不重名", []string{"代建", "绕开"}},
	{"an option whose cost is no amount", handled, "local", "measure", []string{"pain", "开不了工", "cause", "等付款", "mark1", "甲", "option1", "代建", "cost1", "很多"}, 422, "很多", []string{"代建", `value="很多"`}},
	{"a measure over another one", compared, "local", "measure", []string{"seen_measure", "1", "pain", "我看到的难点", "cause", "我看到的原因"}, 409, "刷新", []string{"我看到的难点", "我看到的原因"}},
	{"a measure by whoever has no part in it", handled, "supervisor", "measure", []string{"pain", "督查看到的难点", "cause", "原因"}, 403, "不归您的岗位办", []string{"督查看到的难点"}},
	{"agreeing without a day", compared, "leader", "agree", []string{"mark", "乙", "seen_measure", "SEEN"}, 422, "哪天办成", []string{`value="乙" checked`}},
	{"agreeing to an option that is not there", compared, "leader", "agree", []string{"mark", "丁", "by", "2022-08-31", "seen_measure", "SEEN"}, 422, "比选的办法", []string{`value="2022-08-31"`}},
	{"agreeing to what was changed meanwhile", compared, "leader", "agree", []string{"mark", "甲", "by", "2022-08-31", "seen_measure", "1"}, 409, "刷新", []string{`value="2022-08-31"`}},
	{"agreeing in another's place", compared, "owner", "agree", []string{"mark", "甲", "by", "2022-08-31", "seen_measure", "SEEN"}, 403, "", nil},
	// merging, splitting
	{"a merge into nothing", handled, "dispatcher", "merge", []string{"into", "P-2022-9999", "reason", "同一件事"}, 409, "不能并到 P-2022-9999", []string{"同一件事", `value="P-2022-9999"`}},
	{"a merge into itself", handled, "dispatcher", "merge", []string{"into", "ID", "reason", "同一件事"}, 409, "不能并到", []string{"同一件事"}},
	{"a merge without a reason", handled, "dispatcher", "merge", []string{"into", "OTHER", "reason", ""}, 422, "要写明理由", []string{`value="OTHER"`}},
	{"a split into one", handled, "dispatcher", "split", []string{"reason", "两家办", "title1", "只有一半", "unit1", "lq"}, 422, "至少拆成两件", []string{"两家办", "只有一半"}},
	{"a split without a reason", handled, "dispatcher", "split", []string{"reason", "", "title1", "一半", "title2", "另一半"}, 422, "拆分要写理由", []string{"一半", "另一半"}},
	{"a split for a day that is past", handled, "dispatcher", "split", []string{"reason", "两家办", "title1", "一半", "given1", "2021-01-01", "title2", "另一半"}, 422, "2021-01-01", []string{"两家办", "另一半", `value="2021-01-01"`}},
	{"a split by whoever has no part in it", handled, "supervisor", "split", []string{"reason", "两家办", "title1", "一半", "title2", "另一半"}, 403, "不归您的岗位办", []string{"两家办", "另一半"}},
	// questions, slips, judgements
	{"a question without words", handled, "leader", "ask", []string{"question", "  "}, 422, "写明", nil},
	{"a question to oneself", handled, "local", "ask", []string{"question", "我们什么时候办？"}, 403, "不能由您来问", []string{"我们什么时候办？"}},
	{"a question about a closed case", closed, "leader", "ask", []string{"question", "后来呢？"}, 409, "已经办结", []string{"后来呢？"}},
	{"a slip that no desk here knows", handled, "dispatcher", "slip", []string{"colour", "red", "reason", "太慢"}, 409, "现在不该发", []string{"太慢"}},
	{"a judgement where nothing was answered", handled, "dispatcher", "judge", []string{"reason", "答非所问"}, 422, "没有新的答复", []string{"答非所问"}},
	{"a judgement without a reason", answered0, "dispatcher", "judge", []string{"reason", ""}, 422, "要写明理由", nil},
	{"a judgement by whoever does not keep the desk", answered0, "owner", "judge", []string{"reason", "答非所问"}, 403, "", nil},
}

// wayOn is what a refusal leaves to be done.
var wayOn = regexp.MustCompile(`请|要|由|可以|不用|不早于|最多`)

// TestARefusedFormOfACaseSaysWhyAndKeepsWhatWasTyped sends each form that is refused: the page has its status, says at which matter, what is
// wrong and what to do, in both languages, keeps what was typed, and the case stands as it stood.
func TestARefusedFormOfACaseSaysWhyAndKeepsWhatWasTyped(t *testing.T) {
	o, who, as, clock := cases(t)
	for i, r := range problemRefusals {
		if testing.Short() && i%8 != 0 { // some under the race detector; all of them without it
			continue
		}
		t.Run(r.name, func(t *testing.T) {
			s := &scene{desk: &desk{t, o, who}, clock: clock, other: "P-2022-0001"}
			s.id = s.open("owner", "sample/jimo-problem", casework.Open{Title: "示例 " + r.name})
			if r.set != nil {
				r.set(s)
			}
			s.refused(as, r)
		})
	}
}

func (s *scene) refused(as func(string) *browser, r refusal) {
	s.Helper()
	was := s.kase(s.id)
	seen := int64(0)
	if was.Measure != nil {
		seen = was.Measure.Seq
	}
	fill := strings.NewReplacer("OTHER", s.other, "ID", s.id, "SEEN", itoa(seen))
	var vals []string
	for i, v := range r.vals {
		if i%2 == 1 {
			v = fill.Replace(v)
		}
		vals = append(vals, v)
	}
	b := as(r.post)
	got := b.post("/case/"+s.id+"/"+r.deed, vals...)
	if got.code != r.code {
		s.Fatalf("status %d, want %d: %.900s", got.code, r.code, mainOf(got.text))
	}
	main := mainOf(got.text)
	alert := regexp.MustCompile(`(?s)role="alert".*?</p>`).FindString(main)
	if r.says != "" && !strings.Contains(main, r.says) {
		s.Errorf("does not say %q: %s", r.says, alert)
	}
	if r.says != "" {
		if !strings.Contains(main, was.Title) || !strings.Contains(main, s.id) || alert == "" {
			s.Errorf("does not say where: %.300s", main)
		}
		if !wayOn.MatchString(alert) {
			s.Errorf("leaves nothing to be done: %s", alert)
		}
	}
	for _, k := range r.kept {
		if k = fill.Replace(k); !strings.Contains(main, k) {
			s.Errorf("has lost %q: %s", k, alert)
		}
	}
	if en := b.post("/case/"+s.id+"/"+r.deed+"?lang=en", vals...); en.code != r.code {
		s.Errorf("in English status %d", en.code)
	}
	if now := s.kase(s.id); now.Seq != was.Seq {
		s.Errorf("the case moved from entry %d to %d", was.Seq, now.Seq)
	}
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// TestAFileThatWasBroughtWaitsThroughARefusal: what was uploaded with a form that is refused goes in with the corrected one.
func TestAFileThatWasBroughtWaitsThroughARefusal(t *testing.T) {
	o, who, as, _ := cases(t)
	s := &scene{desk: &desk{t, o, who}, id: "P-2022-0001"}
	handled(s)
	b := as("local")
	vals := []string{"move", "answer", "from", "handling", "outcome", "done"}
	page := b.upload("/case/"+s.id+"/move", "示例竣工照片.txt", []byte("示例"), vals...).must(t, 422, "“办理结果”要填", "示例竣工照片.txt")
	f, ok := formOf(page.text, s.id, "move", "answer")
	if !ok || f.vals.Get("files") == "" {
		t.Fatalf("the form does not hold the file: %v", f.vals)
	}
	f.vals.Set("f_result", "迁完了")
	if got := b.upload(f.action, "", nil, pairs(f.vals)...); !strings.Contains(got.at, "did=moved") {
		t.Fatalf("ends at %s with %d", got.at, got.code)
	}
	if c := s.kase(s.id); c.State != "answered" || len(c.Files) != 1 {
		t.Errorf("state %s with files %v", c.State, c.Files)
	}
}

// TestASlipOrdersADayThatIsToCome: the red slip of a supervision item needs a day from today on; the refused form keeps what was typed, the
// corrected one sends the slip.
func TestASlipOrdersADayThatIsToCome(t *testing.T) {
	o, who, as, clock := cases(t)
	d := &desk{t, o, who}
	id := d.open("supervisor", "sample/jimo-supervision", casework.Open{Title: "示例清单", Kind: "minutes"})
	d.make("supervisor", id, casework.Make{Move: "send", Handler: casework.Party{Unit: "lq"}})
	clock.Forward(40 * 24 * time.Hour)
	b := as("supervisor")
	page := b.get("/case/"+id).must(t, 200, "发红单")
	f := slipOf(t, page.text, id, "red")
	f.vals.Set("done_by", "2022-01-01")
	f.vals.Set("reason", "超期未办")
	page = b.post(f.action, pairs(f.vals)...).must(t, 422, "不早于今天", "超期未办", `value="2022-01-01"`)
	f = slipOf(t, page.text, id, "red")
	f.vals.Set("done_by", "2022-07-20")
	if got := b.post(f.action, pairs(f.vals)...); !strings.Contains(got.at, "did=slip") {
		t.Fatalf("ends at %s with %d", got.at, got.code)
	}
	if c := d.kase(id); len(c.Slips) != 1 || c.Slips[0].Colour != "red" || c.Slips[0].DoneBy != "2022-07-20" || c.Slips[0].Reason != "超期未办" {
		t.Errorf("slips %+v", c.Slips)
	}
	b.post(f.action, pairs(f.vals)...).must(t, 409, "“红单”", "已经发过") // the form sent again from an old page
}

func slipOf(t *testing.T, page, id, colour string) form {
	t.Helper()
	for _, f := range forms(page) {
		if f.action == "/case/"+id+"/slip" && f.vals.Get("colour") == colour {
			f.vals.Del("_key")
			return f
		}
	}
	t.Fatalf("no form for the %s slip", colour)
	return form{}
}

// TestWhoMaySeeNothingOfACaseChangesNothingOfIt: another unit's owner is refused every form of a case, nobody signed out gets further than the
// door, and a case that is not there is not found.
func TestWhoMaySeeNothingOfACaseChangesNothingOfIt(t *testing.T) {
	o, who, as, _ := cases(t)
	d := &desk{t, o, who}
	was := d.kase("P-2022-0001")
	other, owner := as("other"), as("owner")
	nobody := &browser{t, other.base, client(t, other.base, "")}
	for _, deed := range []string{"move", "stop", "resume", "measure", "agree", "ask"} {
		other.post("/case/P-2022-0001/"+deed, "move", "withdraw", "from", "raised", "reason", "试试", "question", "？", "pain", "a", "cause", "b").must(t, 403)
		owner.post("/case/P-2022-9999/"+deed, "move", "withdraw", "from", "raised", "reason", "试试", "question", "？", "pain", "a", "cause", "b").must(t, 404, "P-2022-9999")
		nobody.post("/case/P-2022-0001/"+deed).must(t, 401)
	}
	for _, deed := range []string{"extend", "merge", "split", "slip", "judge"} { // the role does not have these at all
		other.post("/case/P-2022-0001/"+deed, "reason", "试试").must(t, 403)
	}
	if now := d.kase("P-2022-0001"); now.Seq != was.Seq {
		t.Errorf("the case moved from entry %d to %d", was.Seq, now.Seq)
	}
}

// TestARefusedProblemKeepsWhatWasTyped: the form by which a problem is raised.
func TestARefusedProblemKeepsWhatWasTyped(t *testing.T) {
	o, _, as, _ := cases(t)
	b := as("owner")
	whole := map[string]string{"p": "JM-001", "title": "电没有到", "pain": "塔吊开不了", "cause": "台区没有余量", "propose": "先装临时变"}
	for name, tc := range map[string]struct {
		field, value string
		code         int
		says         string
	}{
		"without a project":              {"p", "", 422, "没填对"},
		"about a project that is none":   {"p", "JM-999", 404, "JM-999"},
		"without a title":                {"title", "", 422, "要写是什么事"},
		"without the hard point":         {"pain", " ", 422, "难"},
		"without its cause":              {"cause", "", 422, "因"},
		"of a kind that no desk knows":   {"kind", "weather", 422, "请从列出的类别里选"},
		"about a project out of his own": {"p", "JM-002", 403, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if tc.value == "JM-002" {
				testkit.Do(t, o, org.FirstSetUp, project.List{ID: "JM-002", List: "208", On: "2022-01-01", Start: "2022-03-31", Finish: "2023-12-31", Stage: project.Ready, Facts: project.Facts{
					Name: org.Name{Zh: "示例纺织厂房"}, Level: "district", Class: "industry", Front: "projects", Industry: "textile", OwnerUnit: "co2", LocalUnit: "jimo", LineUnit: "fgj", Total: quantity.Yi, Sample: true}})
			}
			var vals []string
			for _, k := range []string{"p", "title", "pain", "cause", "propose", "kind"} {
				v := whole[k]
				if k == tc.field {
					v = tc.value
				}
				vals = append(vals, k, v)
			}
			got := b.post("/raise", vals...)
			got.must(t, tc.code)
			if tc.says == "" {
				return
			}
			main := mainOf(got.text)
			if !strings.Contains(main, tc.says) || !strings.Contains(main, `role="alert"`) {
				t.Errorf("does not say %q", tc.says)
			}
			for k, v := range whole {
				if k != tc.field && k != "p" && !strings.Contains(main, v) {
					t.Errorf("has lost %q", v)
				}
			}
		})
	}
	if got := b.post("/raise", "p", "JM-001", "title", "电没有到", "pain", "塔吊开不了", "cause", "台区没有余量", "propose", "先装临时变"); !strings.HasPrefix(got.at, "/case/P-2022-0002?did=raised") {
		t.Errorf("a whole one ends at %s with %d", got.at, got.code)
	}
}
