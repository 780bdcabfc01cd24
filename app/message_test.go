package app_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/kernel/quantity"
	"shigan/kernel/words"
	"shigan/testkit"
)

// told is who was told of the entries of a deed, "post topic" each, in the order of the ledger.
func told(t testing.TB, o *app.Office, rec app.Receipt) []string {
	t.Helper()
	all, err := o.Read(context.Background()).Messages(app.MessageFilter{After: rec.First - 1, UpTo: rec.Last, Oldest: true})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, m := range all {
		out = append(out, m.Post+" "+m.Topic)
		for _, lang := range []words.Lang{words.Zh, words.En} {
			if s := m.Say(lang); strings.ContainsAny(s, "{}⟦") {
				t.Errorf("%s in %s has a hole: %s", m.Topic, lang, s)
			}
		}
	}
	return out
}

// TestWhoIsToldOfWhatInTheLifeOfACase walks a matter through its life; after each deed exactly these hear of it.
func TestWhoIsToldOfWhatInTheLifeOfACase(t *testing.T) {
	clock := testkit.At("2022-06-20")
	o, who := ladderOffice(t, testkit.Office(t, testkit.Engines(t)["sqlite"](t), clock, ledger.SHA256))
	ctx := context.Background()
	id := ""
	make_ := func(m casework.Make) casework.Make { m.Case = id; return m }
	for _, step := range []struct {
		name, by string
		cmd      func() app.Command
		want     []string
	}{
		{"raised: who keeps the desk accepts it, who sits at the first level knows that his time runs", "owner",
			func() app.Command {
				return casework.Open{Desk: deskName, Title: "管线没有迁走", Subject: "project/JM-001", Chain: chain}
			},
			[]string{"dispatcher case.new", "leader case.level"}},
		{"accepted by the one whose turn it is then as well: nobody hears", "dispatcher", func() app.Command { return make_(casework.Make{Move: "accept", From: "raised"}) }, nil},
		{"assigned to a unit: its clerk hears, its head not yet; who assists hears", "dispatcher", func() app.Command {
			return make_(casework.Make{Move: "assign", From: "accepted", Handler: casework.Party{Unit: "lq"}, Assists: []casework.Party{{Post: "line"}}})
		}, []string{"local case.assigned", "line case.assist"}},
		{"returned: who keeps the desk", "local", func() app.Command {
			return make_(casework.Make{Move: "return", From: "handling", Reason: "不归我们"})
		}, []string{"dispatcher case.returned"}},
		{"assigned again", "dispatcher", func() app.Command {
			return make_(casework.Make{Move: "assign", From: "accepted", Handler: casework.Party{Unit: "lq"}})
		}, []string{"local case.assigned"}},
		{"progress of one's own matter: nobody", "local", func() app.Command { return make_(casework.Make{Move: "report", From: "handling", Reason: "在谈"}) }, nil},
		{"a question: whoever handles it", "leader", func() app.Command { return casework.Ask{Case: id, Text: "哪天能定？"} }, []string{"local case.asked"}},
		{"stopped: who handles and who raised it", "dispatcher", func() app.Command { return casework.Halting{Case: id, Why: "weather", Note: "暴雨"} }, []string{"local case.stopped", "owner case.stopped"}},
		{"resumed", "dispatcher", func() app.Command { return casework.Resume{Case: id} }, []string{"local case.resumed", "owner case.resumed"}},
		{"extended", "dispatcher", func() app.Command { return casework.Extend{Case: id, Amount: 2, Reason: "等图"} }, []string{"local case.extended", "owner case.extended"}},
		{"answered: its raiser confirms", "local", func() app.Command {
			return make_(casework.Make{Move: "answer", From: "handling", Outcome: "done", Fields: map[string]string{"result": "迁完了"}})
		}, []string{"owner case.confirm"}},
		{"reopened: whoever handles it, and the level above", "owner", func() app.Command {
			return make_(casework.Make{Move: "object", From: "answered", Reason: "还差一段"})
		},
			[]string{"local case.reopened"}}, // who handles it sits at that level himself, and hears once
		{"explained: the second signer, and the raiser with the reason", "local", func() app.Command {
			return make_(casework.Make{Move: "explain", From: "handling", Outcome: "refused", Reason: "权属不清"})
		}, []string{"owner case.told"}},
		{"signed: closed, and all hear", "dispatcher", func() app.Command {
			return make_(casework.Make{Move: "sign", From: "told", Outcome: "refused"})
		}, []string{"local case.closed", "owner case.closed"}},
	} {
		rec, err := o.Do(ctx, who[step.by], step.cmd(), app.Options{})
		if err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		if id == "" {
			e, err := o.Read(ctx).Entry(rec.First)
			if err != nil {
				t.Fatal(err)
			}
			id = strings.TrimPrefix(e.Subject, "case/")
		}
		if got := told(t, o, rec); !slices.Equal(got, step.want) {
			t.Errorf("%s: told %q, want %q", step.name, got, step.want)
		}
	}
}

func TestAClimbIsToldToTheLevelAndToWhoDidNotMakeItAndAVacantLevelToTheDesk(t *testing.T) {
	clock := testkit.At("2022-06-20")
	o, who := ladderOffice(t, testkit.Office(t, testkit.Engines(t)["sqlite"](t), clock, ledger.SHA256))
	ctx := context.Background()
	id := raise(t, o, who["owner"], "没人管")
	testkit.Do(t, o, who["dispatcher"], casework.Make{Case: id, Move: "accept", From: "raised"})
	testkit.Do(t, o, who["dispatcher"], casework.Make{Case: id, Move: "assign", From: "accepted", Handler: casework.Party{Unit: "jtj"}})
	head := func() int64 { h, _, _, _ := o.Read(ctx).Log(); return h.Size }
	before := head()
	clock.Set("2022-07-01")
	if n, err := o.RunClock(ctx); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	if got := told(t, o, app.Receipt{First: before + 1, Last: head()}); !slices.Equal(got, []string{"local case.lifted", "line case.climbed"}) {
		t.Errorf("told %q", got)
	}
	// nobody sits above: the desk hears, urgently
	for _, post := range []string{"line", "leader"} {
		testkit.Do(t, o, who["security"], org.Unseat{PostID: post, Reason: "离任"})
	}
	before = head()
	clock.Set("2022-08-01")
	if n, err := o.RunClock(ctx); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	all, err := o.Read(ctx).Messages(app.MessageFilter{After: before})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(all, func(m app.Message) bool { return m.Post == "dispatcher" && m.Topic == "case.vacant" && m.Urgent }) {
		t.Errorf("nobody was told of the empty level: %+v", all)
	}
}

// TestNobodyIsToldOfHisOwnDeedAndEveryHistoryReplays plays any deeds at all: whatever happens, a message goes to another post than
// did it, once a post and entry, says a whole sentence in both languages, and comes back out of a replay.
func TestNobodyIsToldOfHisOwnDeedAndEveryHistoryReplays(t *testing.T) {
	for name, open := range testkit.Engines(t) {
		t.Run(name, func(t *testing.T) {
			s, clock, ctx := open(t), testkit.At("2022-06-20"), context.Background()
			o := testkit.Office(t, s, clock, ledger.SHA256)
			who := testkit.Small(t, o)
			desks := []string{"sample/jimo-problem", "sample/jimo-supervision", "china/task"}
			testkit.AdoptDesks(t, o, who["rulekeeper"], desks...)
			p := &testkit.Player{Office: o, Clock: clock, Who: who, Rand: rand.New(rand.NewPCG(6, 7)), Desks: desks}
			n := 400
			if testing.Short() {
				n = 120
			}
			for range n / 20 {
				p.Play(t, 20)
				if _, _, err := o.RunReminders(ctx); err != nil {
					t.Fatal(err)
				}
			}
			all, err := o.Read(ctx).Messages(app.MessageFilter{Oldest: true})
			if err != nil {
				t.Fatal(err)
			}
			once, topics := map[string]bool{}, map[string]int{}
			for _, m := range all {
				topics[m.Topic]++
				if m.Post == m.By || m.Post == "" {
					t.Errorf("entry %d: %s is told of what it did itself: %s", m.Seq, m.Post, m.Topic)
				}
				if k := fmt.Sprint(m.Seq, m.Post); once[k] {
					t.Errorf("entry %d: %s is told twice", m.Seq, m.Post)
				} else {
					once[k] = true
				}
				for _, lang := range []words.Lang{words.Zh, words.En} {
					if text := m.Say(lang); strings.ContainsAny(text, "{}⟦") {
						t.Errorf("%s: %s", m.Topic, text)
					}
				}
			}
			if len(topics) < 12 {
				t.Errorf("the history was poor: %v", topics)
			}
			if rows, diff, err := s.Replay(ctx, testkit.Code, app.Apply); err != nil || len(diff) > 0 || rows == 0 {
				t.Errorf("a replay differs: %v %v", diff, err)
			}
			if _, err := s.Rebuild(ctx, testkit.Code, app.Apply); err != nil {
				t.Fatal(err)
			}
			again, err := o.Read(ctx).Messages(app.MessageFilter{Oldest: true})
			if err != nil || !slices.EqualFunc(all, again, func(a, b app.Message) bool { return fmt.Sprint(a) == fmt.Sprint(b) }) {
				t.Errorf("a rebuild gives %d messages for %d: %v", len(again), len(all), err)
			}
		})
	}
}

func TestOfAMonthThoseHearWhoReport(t *testing.T) {
	clock := testkit.At("2022-06-25")
	o := testkit.Office(t, testkit.Engines(t)["sqlite"](t), clock, ledger.SHA256)
	who, ctx, m := testkit.Small(t, o), context.Background(), calendar.MustMonth("2022-06")
	testkit.AddProject(t, o, "JM-002", "示例厂房", 5_000*quantity.Wan)
	want := func(what string, rec app.Receipt, err error, list ...string) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if got := told(t, o, rec); !slices.Equal(got, list) {
			t.Errorf("%s: told %q, want %q", what, got, list)
		}
	}
	rec, err := o.OpenMonth(ctx, who["dispatcher"], m, app.Options{})
	want("opened: once a post, with how many projects", rec, err, "owner month.opened")
	all, _ := o.Read(ctx).Messages(app.MessageFilter{After: rec.First - 1})
	if all[0].Args["n"].Zh != "2" || all[0].Due == "" || all[0].Subject != "month/2022-06" {
		t.Errorf("%+v", all[0])
	}
	rec, err = o.Do(ctx, who["dispatcher"], dispatch.Remind{Month: m, Projects: []string{"JM-002"}}, app.Options{})
	want("reminded of one", rec, err, "owner month.reminded")
	if all, _ = o.Read(ctx).Messages(app.MessageFilter{After: rec.First - 1}); all[0].Subject != "report/JM-002/2022-06" || app.Path(all[0].Subject) != "/report/JM-002/2022-06" {
		t.Errorf("%+v", all[0])
	}
	rec, _, err = o.Report(ctx, who["local"], dispatch.SubmitReport{Project: "JM-001", Month: m, Content: dispatch.Content{
		Month: project.DispatchMoney(700 * quantity.Wan), YTD: project.DispatchMoney(4_200 * quantity.Wan), Progress: "示例", Measure: "补料", Who: "项目单位", By: "2022-08-31", Explain: "示例"}}, app.Options{})
	want("reported: who checks has his own page", rec, err)
	rec, err = o.Do(ctx, who["line"], dispatch.ReturnReport{Project: "JM-001", Month: m, Seq: rec.Last, Reason: "没有附图"}, app.Options{})
	want("returned: who reported, and the project's own unit", rec, err, "local month.returned", "owner month.returned")
	rec, err = o.Do(ctx, who["owner"], dispatch.AskExcuse{Project: "JM-001", Month: m, Light: "progress", Reason: "汛期"}, app.Options{})
	want("an excuse asked for", rec, err, "dispatcher month.excuse-asked")
	rec, err = o.Do(ctx, who["dispatcher"], dispatch.SettleExcuse{Project: "JM-001", Month: m, Light: "progress", Granted: true, Answer: "属实"}, app.Options{})
	want("and granted", rec, err, "local month.excused", "owner month.excused")
	rec, err = o.Do(ctx, who["dispatcher"], project.DrawLetter{ID: "JM-001", Year: 2022}, app.Options{})
	want("a letter: all who sign", rec, err, "leader letter.sign", "line letter.sign", "local letter.sign", "owner letter.sign")
}

func TestOfAMeetingThoseHearWhoAreCalled(t *testing.T) {
	clock := testkit.At("2022-06-20")
	o, who := ladderOffice(t, testkit.Office(t, testkit.Engines(t)["sqlite"](t), clock, ledger.SHA256))
	ctx := context.Background()
	call := dispatch.CallMeeting{Title: "调度会", On: "2022-06-22", At: "14:30", Place: "301", Chair: "leader", Recorders: []string{"dispatcher"},
		Present: []casework.Party{{Unit: "lq"}, {Unit: "jtj", Post: "line"}}}
	rec, err := o.Do(ctx, who["dispatcher"], call, app.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := told(t, o, rec), []string{"leader meeting.called", "local meeting.called", "line meeting.called"}; !slices.Equal(got, want) {
		t.Errorf("told %q, want %q", got, want)
	}
	e, err := o.Read(ctx).Entry(rec.First)
	if err != nil {
		t.Fatal(err)
	}
	all, _ := o.Read(ctx).Messages(app.MessageFilter{After: rec.First - 1})
	if all[0].Urgent || all[0].Due != "2022-06-22T06:30:00Z" {
		t.Errorf("%+v", all[0])
	}
	id := strings.TrimPrefix(e.Subject, "meeting/")
	call.ID, call.On, call.At = id, "2022-06-20", "16:00"
	rec, err = o.Do(ctx, who["dispatcher"], call, app.Options{})
	if err != nil {
		t.Fatal(err)
	}
	all, _ = o.Read(ctx).Messages(app.MessageFilter{After: rec.First - 1})
	if len(all) != 3 || all[0].Topic != "meeting.moved" || !all[0].Urgent {
		t.Errorf("moved to today, which is urgent: %+v", all)
	}
	rec, err = o.Do(ctx, who["dispatcher"], dispatch.CloseMeeting{Meeting: id, Why: "领导出差"}, app.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := told(t, o, rec); len(got) != 3 || got[0] != "leader meeting.off" {
		t.Errorf("called off: %q", got)
	}
}

func TestEveryTopicHasItsSentenceAndItsGroup(t *testing.T) {
	for _, topic := range app.Topics() {
		if !words.Has("message."+topic) || !slices.Contains(app.MessageGroups, app.GroupOf(topic)) {
			t.Errorf("%s has no sentence or no group", topic)
		}
	}
	for _, g := range app.MessageGroups {
		if !words.Has("message.group."+string(g)) || !words.Has("message.group."+string(g)+".eg") {
			t.Errorf("group %s has no name", g)
		}
	}
}

// TestAPageOfMessagesIsItsReadersAlone: turning pages loses and doubles nothing, and what one has seen shows to nobody else.
func TestAPageOfMessagesIsItsReadersAlone(t *testing.T) {
	for name, open := range testkit.Engines(t) {
		t.Run(name, func(t *testing.T) {
			o, who := ladderOffice(t, testkit.Office(t, open(t), testkit.At("2022-06-20"), ledger.SHA256))
			ctx := context.Background()
			for i := range 7 {
				raise(t, o, who["owner"], fmt.Sprint("问题", i))
			}
			unread := func(post string) int {
				n, err := o.Unread(ctx, who[post], []org.Post{{ID: post}})
				if err != nil {
					t.Fatal(err)
				}
				return n
			}
			if unread("leader") != 7 || unread("dispatcher") != 7 || unread("owner") != 0 {
				t.Errorf("new: %d, %d, %d", unread("leader"), unread("dispatcher"), unread("owner"))
			}
			if n, err := o.Unread(ctx, who["leader"], []org.Post{{ID: "leader"}, {ID: "dispatcher"}}); err != nil || n != 14 {
				t.Errorf("of two posts that are told different things: %d %v", n, err)
			}
			var got []int64
			ask := app.InboxAsk{Limit: 3}
			for {
				b, err := o.Inbox(ctx, who["dispatcher"], ask)
				if err != nil {
					t.Fatal(err)
				}
				for _, m := range b.Messages {
					got = append(got, m.Seq)
				}
				if !b.More {
					break
				}
				ask.Before, ask.No = b.Before, b.No
			}
			if len(got) != 7 || !slices.IsSortedFunc(got, func(a, b int64) int { return int(b - a) }) {
				t.Errorf("page by page: %v", got)
			}
			if err := o.MarkSeen(ctx, who["dispatcher"], got[0]); err != nil {
				t.Fatal(err)
			}
			if err := o.MarkSeen(ctx, who["dispatcher"], got[3]); err != nil { // an older window does not take it back
				t.Fatal(err)
			}
			if unread("dispatcher") != 0 || unread("leader") != 7 {
				t.Error("what one has seen is another's, or was taken back")
			}
			// who hides a group has none of it counted
			c, _, err := o.ChoicesOf(ctx, "p-leader")
			if err != nil {
				t.Fatal(err)
			}
			c.Hidden = []app.Group{app.GroupLevel}
			if err := o.Choose(ctx, who["leader"], c); err != nil {
				t.Fatal(err)
			}
			if b, err := o.Inbox(ctx, who["leader"], app.InboxAsk{}); err != nil || len(b.Messages) != 0 || unread("leader") != 0 {
				t.Errorf("a hidden group shows: %v %v", b, err)
			}
			if b, err := o.Inbox(ctx, who["leader"], app.InboxAsk{Group: app.GroupLevel}); err != nil || len(b.Messages) != 7 {
				t.Errorf("asked for by name it is there: %d %v", len(b.Messages), err)
			}
		})
	}
}

// TestWhoSitsInTwoPostsReadsOnceWhatBothAreTold, however the pages are cut.
func TestWhoSitsInTwoPostsReadsOnceWhatBothAreTold(t *testing.T) {
	o, who := ladderOffice(t, testkit.Office(t, testkit.Engines(t)["sqlite"](t), testkit.At("2022-06-20"), ledger.SHA256))
	ctx := context.Background()
	testkit.Do(t, o, who["security"], org.Unseat{PostID: "line", Reason: "调整"})
	testkit.Do(t, o, who["security"], org.Seat{PostID: "line", PersonID: "p-local"})
	for i := range 9 { // both posts are called to each
		testkit.Do(t, o, who["dispatcher"], dispatch.CallMeeting{Title: fmt.Sprint("会 ", i), On: "2022-06-22", At: "14:30", Place: "301", Chair: "leader", Recorders: []string{"dispatcher"},
			Present: []casework.Party{{Post: "local"}, {Post: "line"}}})
		raise(t, o, who["owner"], fmt.Sprint("问题 ", i))
	}
	for limit := 1; limit <= 12; limit++ {
		seen := map[string]int{}
		ask := app.InboxAsk{Limit: limit, Group: app.GroupMeeting}
		for pages := 0; pages < 40; pages++ {
			b, err := o.Inbox(ctx, who["local"], ask)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range b.Messages {
				seen[m.Subject]++
			}
			if !b.More {
				break
			}
			ask.Before, ask.No = b.Before, b.No
		}
		for subject, n := range seen {
			if n != 1 {
				t.Errorf("%d a page: %s stands %d times", limit, subject, n)
			}
		}
		if len(seen) != 9 {
			t.Errorf("%d a page: %d meetings of 9", limit, len(seen))
		}
	}
	all, err := o.Inbox(ctx, who["local"], app.InboxAsk{Limit: 200})
	if err != nil {
		t.Fatal(err)
	}
	if n, err := o.Unread(ctx, who["local"], []org.Post{{ID: "local"}, {ID: "line"}}); err != nil || n != len(all.Messages) {
		t.Errorf("%d new in the head, %d on the page: %v", n, len(all.Messages), err)
	}
}
