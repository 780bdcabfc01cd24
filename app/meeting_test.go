package app_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/kernel/quantity"
	"shigan/testkit"
)

// meetingOffice is a small district on 6 July 2022 at 14:00, with June frozen in red and a case at the last level of its ladder.
func meetingOffice(t testing.TB, o *app.Office, clock *testkit.Clock) (map[string]org.Signer, string) {
	t.Helper()
	ctx := context.Background()
	clock.Set("2022-06-28")
	who := testkit.Small(t, o)
	testkit.AdoptDesks(t, o, who["rulekeeper"], "china/problem", "china/finding", "china/task")
	if _, err := o.AdoptRhythm(ctx, who["rulekeeper"], "sample/jimo-meetings", "", "", app.Options{}); err != nil {
		t.Fatal(err)
	}
	m := calendar.MustMonth("2022-06")
	if _, err := o.OpenMonth(ctx, who["dispatcher"], m, app.Options{}); err != nil {
		t.Fatal(err)
	}
	testkit.Do(t, o, who["owner"], dispatch.SubmitReport{Project: "JM-001", Month: m, Content: dispatch.Content{Month: project.DispatchMoney(quantity.Wan), YTD: project.DispatchMoney(quantity.Wan),
		Progress: "示例", Measure: "示例", Who: "示例", By: "2022-12-31", Explain: "示例"}})
	if _, _, err := o.FreezeMonth(ctx, who["dispatcher"], m, "示例", app.Options{}); err != nil {
		t.Fatal(err)
	}
	rec := testkit.Do(t, o, who["owner"], casework.Open{Desk: "china/problem", Title: "管线迁改没有科目", Subject: "project/JM-001", Chain: map[string]string{"chief": "top"},
		Reach: org.Scope{Owner: "co", Local: "lq", Line: "jtj"}}) // nobody sits lower: it stands at the last level
	e, err := o.Read(ctx).Entry(rec.First)
	if err != nil {
		t.Fatal(err)
	}
	clock.Set("2022-07-06")
	clock.Forward(5 * time.Hour)
	return who, e.Subject[len("case/"):]
}

func callAndStart(t testing.TB, o *app.Office, who map[string]org.Signer) string {
	t.Helper()
	ctx := context.Background()
	if _, err := o.CallNext(ctx, who["dispatcher"], "dispatch", calendar.MustDate("2022-07-06"), dispatch.CallMeeting{Present: []casework.Party{{Unit: "lq"}}}, app.Options{}); err != nil {
		t.Fatal(err)
	}
	const id = "M-2022-0706-1"
	if _, err := o.SetProposed(ctx, who["dispatcher"], id, app.Options{}); err != nil {
		t.Fatal(err)
	}
	testkit.Do(t, o, who["dispatcher"], dispatch.StartMeeting{Meeting: id})
	return id
}

func meetingOf(t testing.TB, o *app.Office, id string) *dispatch.Meeting {
	t.Helper()
	m, err := dispatch.MeetingOf(o.Read(context.Background()), id)
	if err != nil {
		t.Fatal(err)
	}
	return &m
}

func TestTheAgendaIsMadeOfWhatStandsInTheBooks(t *testing.T) {
	for name, open := range testkit.Engines(t) {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			clock := testkit.At("2022-06-28")
			o := testkit.Office(t, open(t), clock, ledger.SHA256)
			who, problem := meetingOffice(t, o, clock)
			if _, err := o.CallNext(ctx, who["dispatcher"], "dispatch", calendar.MustDate("2022-07-06"), dispatch.CallMeeting{}, app.Options{}); err != nil {
				t.Fatal(err)
			}
			const id = "M-2022-0706-1"
			show := func() (out []string) {
				a, err := o.Agenda(ctx, who["dispatcher"], id)
				if err != nil {
					t.Fatal(err)
				}
				for _, x := range a.Items {
					out = append(out, fmt.Sprintf("%s %s %s %s %d", x.ID, x.At, x.Why, x.Subject, x.Minutes))
				}
				return out
			}
			want := []string{" 14:30 top case/" + problem + " 15", " 14:45 red month/2022-06 30"}
			if got := show(); !slices.Equal(got, want) {
				t.Fatalf("agenda %q", got)
			}
			m := meetingOf(t, o, id)
			testkit.Do(t, o, who["dispatcher"], dispatch.SetAgenda{Meeting: id, Seen: m.Agenda, Items: []dispatch.AgendaItem{{Kind: dispatch.ItemFree, Title: "汛期检查", Minutes: 5},
				{Kind: dispatch.ItemCase, Subject: "case/" + problem, Title: "管线", Minutes: 25}}})
			want = []string{"2 14:30 top case/" + problem + " 25", " 14:55 red month/2022-06 30", "1 15:25 set  5"} // numbers and minutes that somebody gave stay
			if got := show(); !slices.Equal(got, want) {
				t.Fatalf("laid over what was set: %q", got)
			}
			if _, err := o.SetProposed(ctx, who["dispatcher"], id, app.Options{}); err != nil {
				t.Fatal(err)
			}
			if m := meetingOf(t, o, id); len(m.Items) != 3 || m.Items[1].ID != "3" || m.Items[2].Title != "汛期检查" {
				t.Errorf("%+v", m.Items)
			}
			pack, err := o.MeetingPack(ctx, who["dispatcher"], id)
			if err != nil {
				t.Fatal(err)
			}
			if len(pack.Pages) != 1 || !slices.Equal(pack.Pages[0].Items, []string{"2", "3"}) || len(pack.Pages[0].Open) != 1 || pack.Month.String() != "2022-06" {
				t.Errorf("pack: %+v", pack.Pages)
			}
			if f := pack.Figures.Of("light.overall", "project/JM-001"); f.Hue() != "red" {
				t.Errorf("the page's light is %s", f.Hue())
			}
		})
	}
}

func TestTwoRecordersAtOnceLoseNoSentence(t *testing.T) {
	for name, open := range testkit.Engines(t) {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			clock := testkit.At("2022-06-28")
			o := testkit.Office(t, open(t), clock, ledger.SHA256)
			who, _ := meetingOffice(t, o, clock)
			id := callAndStart(t, o, who)
			testkit.Do(t, o, who["dispatcher"], dispatch.NoteLine{Meeting: id, Item: "1", Text: "开头"})
			seen := meetingOf(t, o, id).Item("1").Lines[0].Seq
			var wg sync.WaitGroup
			for _, post := range []string{"dispatcher", "supervisor"} {
				wg.Go(func() {
					for i := range 20 {
						text := fmt.Sprintf("%s 第 %d 句", post, i)
						key := fmt.Sprintf("%s-%d", post, i)
						for range 2 { // the answer got lost, so it is sent again
							l, _, err := o.NoteLine(ctx, who[post], dispatch.NoteLine{Meeting: id, Item: "1", Line: "1", Text: text, Seen: seen}, app.Options{Key: key})
							if err != nil {
								t.Error(err)
							} else if l.Text != text {
								t.Errorf("%q came back as %+v", text, l)
							}
						}
					}
				})
			}
			wg.Wait()
			lines := meetingOf(t, o, id).Item("1").Lines
			texts := map[string]int{}
			for _, l := range lines {
				texts[l.Text]++
			}
			if len(lines) != 40 || len(texts) != 40 { // one of them changed the line, all others stand beneath it
				t.Errorf("%d lines, %d sentences", len(lines), len(texts))
			}
			live, err := o.LiveMeeting(ctx, who["supervisor"], id)
			if err != nil || len(live.Recording) != 2 {
				t.Errorf("recording: %+v %v", live.Recording, err)
			}
			clock.Forward(3 * time.Minute)
			if live, _ = o.LiveMeeting(ctx, who["supervisor"], id); len(live.Recording) != 0 {
				t.Errorf("recording three minutes later: %+v", live.Recording)
			}
		})
	}
}

func TestOnlyOneOfTwoDecidesAndNothingOfTheOthersIsLeftBehind(t *testing.T) {
	ctx := context.Background()
	clock := testkit.At("2022-06-28")
	o := testkit.Office(t, testkit.Engines(t)["sqlite"](t), clock, ledger.SHA256)
	who, problem := meetingOffice(t, o, clock)
	id := callAndStart(t, o, who)
	cmd := func(title string) dispatch.DecideItem {
		return dispatch.DecideItem{Meeting: id, Item: "1", Text: "先列科目", Pain: "没有科目", Cause: "年初没报", Seen: meetingOf(t, o, id).Item("1").Seq,
			Tasks: []dispatch.TaskDraft{{Title: title, Unit: "jtj", By: "2022-07-20"}}}
	}
	var wg sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		c := cmd(fmt.Sprintf("任务 %d", i))
		wg.Go(func() {
			_, errs[i] = o.DecideItem(ctx, who[[]string{"dispatcher", "supervisor"}[i%2]], c, app.Options{})
		})
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		switch {
		case err == nil:
			won++
		case !errors.Is(err, dispatch.ErrItemMoved):
			t.Error(err)
		}
	}
	tasks, err := o.Read(ctx).IDs(casework.CaseKind, "T-")
	if won != 1 || len(tasks) != 1 || err != nil {
		t.Errorf("%d decided, tasks %v, %v", won, tasks, err)
	}
	c := caseOf(t, o, tasks[0])
	if c.Seats[0] != "line" || c.Seats[1] != "leader" || c.Seats[2] != "top" || c.Raiser.Post != "owner" || c.Reach.Owner != "co" {
		t.Errorf("the chain of the task: %v, raised by %+v, reach %+v", c.Seats, c.Raiser, c.Reach)
	}
	if m := caseOf(t, o, problem).Measure; m == nil || m.Meeting != id {
		t.Errorf("measure %+v", m)
	}
}

func TestAReaderSeesOfAMeetingWhatIsAboutHimAndHisTasks(t *testing.T) {
	ctx := context.Background()
	clock := testkit.At("2022-06-28")
	o := testkit.Office(t, testkit.Engines(t)["sqlite"](t), clock, ledger.SHA256)
	who, _ := meetingOffice(t, o, clock)
	id := callAndStart(t, o, who)
	m := meetingOf(t, o, id)
	testkit.Do(t, o, who["dispatcher"], dispatch.SetAgenda{Meeting: id, Seen: m.Agenda, Items: []dispatch.AgendaItem{{ID: "1", Kind: dispatch.ItemCase, Subject: m.Items[0].Subject, Title: m.Items[0].Title},
		{ID: "2", Kind: dispatch.ItemRed, Subject: "month/2022-06"}, {Kind: dispatch.ItemFree, Title: "人事"}}})
	rec, err := o.DecideItem(ctx, who["dispatcher"], dispatch.DecideItem{Meeting: id, Item: "3", Text: "x", Seen: meetingOf(t, o, id).Item("3").Seq,
		Tasks: []dispatch.TaskDraft{{Title: "报名单", Unit: "co2", By: "2022-07-20", Raiser: casework.Party{Unit: "fgj"}}}}, app.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for post, want := range map[string]string{"dispatcher": "[1 2 3] 0", "leader": "[1 2 3] 0", "owner": "[1] 2", "local": "[1] 2", "line": "[1] 2", "other": "[3] 2"} {
		m, hidden, err := o.Meeting(ctx, who[post], id)
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, x := range m.Items {
			ids = append(ids, x.ID)
		}
		if got := fmt.Sprint(ids, " ", hidden); got != want {
			t.Errorf("%s sees %s, not %s", post, got, want)
		}
		live, err := o.LiveMeeting(ctx, who[post], id)
		if err != nil || len(live.Items) != len(ids) {
			t.Errorf("%s: live %v %v", post, live, err)
		}
	}
	if _, _, err := o.Meeting(ctx, who["system"], id); !errors.Is(err, org.ErrForbidden) {
		t.Errorf("the system's administrator: %v", err)
	}
	if err := o.MaySeeEntry(ctx, who["other"], "meeting/"+id); !errors.Is(err, org.ErrForbidden) {
		t.Errorf("entry %d: %v", rec.First, err)
	}
	list, err := o.Meetings(ctx, who["other"], app.MeetingFilter{From: "2022-07-01"})
	if err != nil || len(list) != 1 || len(list[0].Items) != 1 {
		t.Errorf("list %+v %v", list, err)
	}
}

func TestALiveMeetingSaysHowFarBehindItsAgendaItIs(t *testing.T) {
	ctx := context.Background()
	clock := testkit.At("2022-06-28")
	o := testkit.Office(t, testkit.Engines(t)["sqlite"](t), clock, ledger.SHA256)
	who, _ := meetingOffice(t, o, clock)
	id := callAndStart(t, o, who) // 15 minutes for the case, then 30 for the red lights
	for _, step := range []struct{ forward, want int }{{10, 0}, {5, 0}, {12, 12}} {
		clock.Forward(time.Duration(step.forward) * time.Minute)
		live, err := o.LiveMeeting(ctx, who["dispatcher"], id)
		if err != nil || live.Behind != step.want {
			t.Errorf("after %d more minutes: %d behind, want %d (%v)", step.forward, live.Behind, step.want, err)
		}
	}
	live, _ := o.LiveMeeting(ctx, who["dispatcher"], id)
	if live.Items[1].Planned != "14:45" || !slices.Equal(live.Items[1].Reds, []string{"JM-001"}) {
		t.Errorf("%+v", live.Items[1])
	}
}

func TestTheRhythmBringsItsMeetingsAndChangesWithTheDay(t *testing.T) {
	ctx := context.Background()
	clock := testkit.At("2022-01-04")
	o := testkit.Office(t, testkit.Engines(t)["sqlite"](t), clock, ledger.SHA256)
	who := testkit.Small(t, o)
	day := calendar.MustDate
	if _, err := o.NextMeetings(ctx, day("2022-01-04"), day("2022-02-28")); !errors.Is(err, dispatch.ErrNotAdopted) {
		t.Errorf("none adopted: %v", err)
	}
	adopt := func(name, from string) error {
		_, err := o.AdoptRhythm(ctx, who["rulekeeper"], name, from, "", app.Options{})
		return err
	}
	if err := errors.Join(adopt("sample/jimo-meetings", ""), adopt("danling/rounds", "2022-02-10")); err != nil {
		t.Fatal(err)
	}
	if err := adopt("danling/rounds", "2022-02-11"); !errors.Is(err, dispatch.ErrRhythmStands) {
		t.Errorf("again: %v", err)
	}
	if err := adopt("nowhere/none", ""); !errors.Is(err, dispatch.ErrNoRhythm) {
		t.Errorf("unknown: %v", err)
	}
	list, err := o.NextMeetings(ctx, day("2022-01-04"), day("2022-02-28"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, x := range list {
		got = append(got, x.On.String()+" "+x.Event.Name)
	}
	want := []string{"2022-01-05 dispatch", "2022-01-19 dispatch", "2022-02-07 dispatch", "2022-02-15 inspect", "2022-02-28 inspect", "2022-02-28 accept"}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if list[2].Planned.String() != "2022-02-02" || list[2].Why != "春节" {
		t.Errorf("moved: %+v", list[2])
	}
	if early, err := o.NextMeetings(ctx, day("2021-12-01"), day("2022-01-10")); err != nil || len(early) != 1 {
		t.Errorf("days before the first rhythm: %v %v", early, err)
	}
	if _, err := o.CallNext(ctx, who["dispatcher"], "nothing", day("2022-01-19"), dispatch.CallMeeting{}, app.Options{}); !errors.Is(err, dispatch.ErrNoEvent) {
		t.Error(err)
	}
}
