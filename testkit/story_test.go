package testkit_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/domain/visit"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/kernel/quantity"
	"shigan/testkit"
)

// stage is what the story is played with.
type stage struct {
	*testing.T
	o     *app.Office
	who   map[string]org.Signer
	clock *testkit.Clock
}

func (s *stage) at(day string, hour, minute int) {
	s.clock.Set(day)
	s.clock.Forward(time.Duration(hour*60+minute-9*60) * time.Minute)
}

func (s *stage) do(post string, cmd app.Command) { s.Helper(); testkit.Do(s, s.o, s.who[post], cmd) }

func (s *stage) kase(id string) casework.Case {
	s.Helper()
	c, err := casework.Of(s.o.Read(context.Background()), id)
	if err != nil {
		s.Fatal(err)
	}
	return c
}

func (s *stage) move(post, id, move, outcome, reason string) {
	s.Helper()
	s.do(post, casework.Make{Case: id, Move: move, From: s.kase(id).State, Outcome: outcome, Reason: reason, Fields: map[string]string{"result": "示例结果"}})
}

func (s *stage) meeting(id string) dispatch.Meeting {
	s.Helper()
	m, _, err := s.o.Meeting(context.Background(), s.who["dispatcher"], id)
	if err != nil {
		s.Fatal(err)
	}
	return m
}

// papers stands in for the printer: it prints the canonical text.
type papers struct{}

func (papers) MinutesFiles(ctx context.Context, o *app.Office, by org.Signer, id string) (map[string][]byte, error) {
	m, err := o.MinutesOf(ctx, by, id)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{"minutes.docx": []byte("纪要 " + id)}
	for _, l := range m.Letters {
		files["letter-"+l.Unit+".docx"] = []byte("提醒函 " + l.Unit)
	}
	return files, nil
}

// TestTheStoryOf15February2022 plays the day: two nodes visited, the meeting the same afternoon, options compared, tasks received before it
// closes; then one task overdue and climbed, one refused with a reason and signed by a second, one reopened by its raiser, one closed by
// its raiser; and the next meeting lists them so.
func TestTheStoryOf15February2022(t *testing.T) {
	for name, open := range testkit.Engines(t) {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			s := &stage{T: t, clock: testkit.At("2022-02-15")}
			s.o = testkit.Office(t, open(t), s.clock, ledger.SHA256)
			s.who = testkit.Small(t, s.o)
			testkit.AddProject(t, s.o, "JM-002", "示例断头路", 5_000*quantity.Wan)
			testkit.AdoptDesks(t, s.o, s.who["rulekeeper"], "china/problem", "china/finding", "china/task")
			if _, err := s.o.AdoptRhythm(ctx, s.who["rulekeeper"], "sample/jimo-meetings", "", "", app.Options{}); err != nil {
				t.Fatal(err)
			}
			s.visit()
			id := s.hold(ctx)
			s.afterwards(ctx)
			s.next(ctx, id)
			if rows, diff, err := s.o.Store.Replay(ctx, testkit.Code, app.Apply); err != nil || len(diff) > 0 || rows == 0 {
				t.Errorf("replayed: %d rows, %v, %v", rows, diff, err)
			}
		})
	}
}

// visit is the afternoon at two nodes: three findings, raised on the spot.
func (s *stage) visit() {
	s.at("2022-02-15", 15, 40)
	r := s.o.Read(context.Background())
	log := visit.Log{Sample: true, Facts: visit.Facts{On: "2022-02-15", From: "14:00", To: "15:30", Projects: []string{"JM-001", "JM-002"}, Purpose: "看两个建设节点"}}
	for _, f := range []struct{ project, title string }{{"JM-001", "先行段便道没有用地"}, {"JM-001", "管线专章没有人编"}, {"JM-002", "两户附属物没有评估"}} {
		found := visit.Found{Project: f.project, Title: f.title, Pain: f.title, Cause: "示例原因"}
		var err error
		if found.Chain, err = app.ChainOf(r, f.project, ""); err != nil {
			s.Fatal(err)
		}
		if found.Reach, err = app.ReachOfCase(r, f.project, ""); err != nil {
			s.Fatal(err)
		}
		log.Findings = append(log.Findings, found)
	}
	s.do("leader", log)
}

// hold is the meeting of the same day.
func (s *stage) hold(ctx context.Context) string {
	const id = "M-2022-0215-1"
	by := s.who["dispatcher"]
	s.at("2022-02-15", 16, 0)
	s.do("dispatcher", dispatch.CallMeeting{Title: "现场调度会", On: "2022-02-15", At: "16:40", Chair: "top", Recorders: []string{"dispatcher", "supervisor"}})
	a, err := s.o.Agenda(ctx, by, id)
	if err != nil {
		s.Fatal(err)
	}
	var titles []string
	for _, x := range a.Items {
		titles = append(titles, x.Why+" "+x.Title)
	}
	if want := []string{"visit 先行段便道没有用地", "visit 管线专章没有人编", "visit 两户附属物没有评估"}; !slices.Equal(titles, want) {
		s.Fatalf("agenda %q", titles)
	}
	if _, err := s.o.SetProposed(ctx, by, id, app.Options{}); err != nil {
		s.Fatal(err)
	}
	s.at("2022-02-15", 16, 40)
	s.do("dispatcher", dispatch.StartMeeting{Meeting: id})
	s.do("dispatcher", dispatch.NoteLine{Meeting: id, Item: "1", Text: "便道先租后征"})
	s.do("supervisor", dispatch.NoteLine{Meeting: id, Item: "1", Text: "十天交地"})
	s.decide(ctx, id, "1", []dispatch.TaskDraft{{Title: "签便道临时用地协议", Unit: "lq", By: "2022-02-25"}, {Title: "批复便道临时用地", Unit: "jtj", By: "2022-02-22"}})
	s.decide(ctx, id, "2", []dispatch.TaskDraft{{Title: "编管线专章", Unit: "jtj", By: "2022-02-21"}, {Title: "报探测费", Unit: "lq", By: "2022-02-21", Assists: []casework.Party{{Unit: "jtj"}}}})
	m := s.meeting(id)
	s.do("leader", dispatch.HoldItem{Meeting: id, Item: "3", Why: "等住建的半幅通车图", Seen: m.Item("3").Seq})

	s.clock.Forward(5 * time.Minute)
	for task, post := range map[string]string{"T-20220215-01": "local", "T-20220215-02": "line", "T-20220215-03": "line"} {
		s.move(post, task, "receive", "", "")
	}
	live, err := s.o.LiveMeeting(ctx, by, id)
	if err != nil {
		s.Fatal(err)
	}
	if live.Received != 3 || len(live.Tasks) != 4 || live.Tasks[3].Received != "" || live.Tasks[0].Received == "" || live.Meeting.State != dispatch.MeetingRunning {
		s.Errorf("%d of %d received while the meeting runs", live.Received, len(live.Tasks))
	}
	s.move("townhead", "T-20220215-04", "receive", "", "")
	s.do("dispatcher", dispatch.CloseMeeting{Meeting: id})
	if _, err := s.o.IssueMinutes(ctx, by, id, papers{}, app.Options{}); err != nil {
		s.Fatal(err)
	}
	raw, ok, err := s.o.IssuedMinutes(ctx, by, id, 0, "letter-lq.docx")
	if err != nil || !ok || string(raw) != "提醒函 lq" {
		s.Errorf("letter %q %v %v", raw, ok, err)
	}
	return id
}

// decide compares two options of an item's case and decides for the first.
func (s *stage) decide(ctx context.Context, meeting, item string, tasks []dispatch.TaskDraft) {
	s.Helper()
	m := s.meeting(meeting)
	x := m.Item(item)
	id := x.Subject[len("case/"):]
	c := s.kase(id)
	cost := 18 * quantity.Wan
	measure := *c.Measure
	seen := measure.Seq
	measure.Options = []casework.Option{{Mark: "甲", Text: "先租后征", Cost: &cost, Date: "2022-02-25"}, {Mark: "乙", Text: "照原程序等", Date: "2022-05-10"}}
	s.do("dispatcher", casework.SetMeasure{Case: id, Measure: measure, Seen: seen})
	if _, err := s.o.DecideItem(ctx, s.who["dispatcher"], dispatch.DecideItem{Meeting: meeting, Item: item, Option: "甲", Tasks: tasks, Seen: x.Seq, MeasureSeen: s.kase(id).Measure.Seq}, app.Options{}); err != nil {
		s.Fatal(err)
	}
	if got := s.kase(id).Measure; got.Chosen != "甲" || got.Decision != "先租后征" || got.Meeting != meeting || len(got.Options) != 2 {
		s.Errorf("the measure of %s: %+v", id, got)
	}
}

// afterwards is what became of the four tasks.
func (s *stage) afterwards(ctx context.Context) {
	s.at("2022-02-18", 14, 30)
	s.move("townhead", "T-20220215-04", "explain", "refused", "年初预算没有这个科目")
	s.at("2022-02-21", 10, 0)
	s.move("dispatcher", "T-20220215-04", "sign", "", "")
	s.move("line", "T-20220215-03", "answer", "done", "")
	s.move("line", "T-20220215-02", "answer", "done", "")
	s.at("2022-02-22", 9, 30)
	s.move("leader", "T-20220215-03", "confirm", "", "")
	s.move("leader", "T-20220215-02", "confirm", "", "")
	s.at("2022-02-25", 16, 0)
	s.move("leader", "T-20220215-02", "reopen", "", "批复的四至和现场不符")
	s.at("2022-02-28", 9, 0)
	n, err := s.o.RunClock(ctx)
	if err != nil || n == 0 {
		s.Fatalf("%d climbed: %v", n, err)
	}
	late, again, refused, done := s.kase("T-20220215-01"), s.kase("T-20220215-02"), s.kase("T-20220215-04"), s.kase("T-20220215-03")
	if late.Level != 2 || late.Seat() != "leader" || len(late.Climbs) != 1 || late.Raiser.Post != "leader" {
		s.Errorf("overdue: level %d, seat %s, raised by %+v", late.Level, late.Seat(), late.Raiser)
	}
	if !again.Open() || again.Reopened != 1 || again.Level != 2 {
		s.Errorf("reopened: %+v", again)
	}
	if refused.Open() || refused.Outcome != "refused" || refused.ClosedBy != "signed" || done.ClosedBy != "confirmed" {
		s.Errorf("refused %+v, done %+v", refused, done)
	}
}

// next is the meeting by the rhythm: it begins with these decisions, then with what was held over.
func (s *stage) next(ctx context.Context, last string) {
	by := s.who["dispatcher"]
	list, err := s.o.NextMeetings(ctx, calendar.MustDate("2022-02-28"), calendar.MustDate("2022-03-10"))
	if err != nil || len(list) != 1 || list[0].On.String() != "2022-03-02" || list[0].Meeting != "" {
		s.Fatalf("next %+v %v", list, err)
	}
	if _, err := s.o.CallNext(ctx, by, "dispatch", list[0].On, dispatch.CallMeeting{}, app.Options{}); err != nil {
		s.Fatal(err)
	}
	if list, err = s.o.NextMeetings(ctx, calendar.MustDate("2022-02-28"), calendar.MustDate("2022-03-10")); err != nil || list[0].Meeting != "M-2022-0302-1" {
		s.Fatalf("called: %+v %v", list, err)
	}
	m := s.meeting("M-2022-0302-1")
	if m.Chair != "top" || m.At != "14:30" || m.Previous != last {
		s.Errorf("%+v", m)
	}
	s.at("2022-03-02", 9, 0)
	a, err := s.o.Agenda(ctx, by, m.ID)
	if err != nil {
		s.Fatal(err)
	}
	var lines []string
	for _, x := range a.Items {
		lines = append(lines, fmt.Sprint(x.At, " ", x.Why, " ", x.Subject[:4], " ", x.Minutes, " ", x.Cases))
	}
	if want := []string{"14:30 previous meet 10 4", "14:40 held case 10 0"}; len(lines) < 2 || !slices.Equal(lines[:2], want) {
		s.Errorf("agenda %q", lines)
	}
	if got := a.Items[1]; got.From != last || got.Title != "两户附属物没有评估" {
		s.Errorf("held over: %+v", got)
	}
	again, err := s.o.Agenda(ctx, by, m.ID)
	if err != nil || fmt.Sprint(again.Items) != fmt.Sprint(a.Items) {
		s.Errorf("the same again is %v", again.Items)
	}
	f := a.Follow
	how := map[string]string{}
	for _, t := range f.Tasks {
		how[t.Case.ID] = t.How
	}
	if fmt.Sprint(how) != "map[T-20220215-01:overdue T-20220215-02:working T-20220215-03:done T-20220215-04:not]" || f.Done != 1 || f.Working != 1 || f.Overdue != 1 || f.Not != 1 {
		s.Errorf("follow-up %v, %d %d %d %d", how, f.Done, f.Working, f.Overdue, f.Not)
	}
	if f.Tasks[0].How != app.FollowOverdue {
		s.Error("the overdue one does not come first")
	}
	s.do("dispatcher", dispatch.StartMeeting{Meeting: m.ID}) // nothing new is decided; what is open is not lost on the way
	s.do("dispatcher", dispatch.CloseMeeting{Meeting: m.ID})
	after, err := s.o.FollowUp(ctx, by, m.ID)
	if err != nil || len(after.Tasks) != 0 || len(after.Older) != 2 || after.Older[0].Case.ID != "T-20220215-01" {
		s.Errorf("two meetings on: %+v %v", after, err)
	}
}
