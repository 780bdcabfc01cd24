package api

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"shigan/domain/casework"
	"shigan/testkit"
)

// TestAMeetingIsHeldThroughTheAPI calls, records, decides and closes one, with what two recorders get when they write at once.
func TestAMeetingIsHeldThroughTheAPI(t *testing.T) {
	d := open(t)
	testkit.AdoptDesks(t, d.o, d.who["rulekeeper"], "china/problem", "china/task")
	d.post(t, "rulekeeper", "/rhythms/adopt", obj{"rhythm": "sample/jimo-meetings"}).ok(t)
	var rhythms RhythmsPage
	d.get(t, "dispatcher", "/rhythms").ok(t).into(t, &rhythms)
	if len(rhythms.Rhythms) < 5 || len(rhythms.Adopted) != 1 {
		t.Errorf("%+v", rhythms.Adopted)
	}
	var whole RhythmWhole
	d.get(t, "dispatcher", "/rhythms/jingbian/meetings").ok(t).into(t, &whole)
	if len(whole.Events) != 4 || len(whole.Clauses) == 0 || whole.Events[1].Every != "fortnight" {
		t.Errorf("%+v", whole)
	}
	var next list[NextMeeting]
	d.get(t, "dispatcher", "/meetings/next?from=2022-07-01&until=2022-07-31").ok(t).into(t, &next)
	if len(next.Items) != 2 || next.Items[0].On != "2022-07-06" {
		t.Fatalf("next: %+v", next)
	}
	d.post(t, "dispatcher", "/cases", obj{"desk": "china/problem", "title": "管线没有科目", "subject": "project/JM-001", "raiser": obj{"unit": "lq", "post": "local"}, "chain": obj{"chief": "top"},
		"owner_unit": "co", "local_unit": "lq", "line_unit": "jtj"}).ok(t)
	ids, err := d.o.Read(t.Context()).IDs(casework.CaseKind, "P-")
	if err != nil || len(ids) != 1 {
		t.Fatal(ids, err)
	}
	d.post(t, "dispatcher", "/meetings", obj{"event": "dispatch", "on": "2022-07-06"}).ok(t)
	const at = "/meetings/M-2022-0706-1"
	d.post(t, "owner", "/meetings", obj{"title": "x", "on": "2022-07-06", "at": "09:00"}).problem(t, http.StatusForbidden, "org.may-not")
	var a AgendaOut
	d.get(t, "dispatcher", at+"/agenda").ok(t).into(t, &a)
	if !slices.ContainsFunc(a.Items, func(x AgendaRow) bool { return x.Subject == "case/"+ids[0] && x.Why == "top" && x.Minutes == 15 }) {
		t.Errorf("agenda: %+v", a.Items)
	}
	d.post(t, "dispatcher", at+"/set-agenda", obj{"seen": a.Seen, "items": []obj{{"kind": "case", "subject": "case/" + ids[0], "title": "管线没有科目", "minutes": 15}, {"kind": "free", "title": "汛期检查"}}}).ok(t)
	d.post(t, "dispatcher", at+"/set-agenda", obj{"items": []obj{}}).problem(t, http.StatusConflict, "dispatch.agenda-moved")
	d.post(t, "dispatcher", at+"/start", obj{}).ok(t)
	d.post(t, "supervisor", at+"/start", obj{}).problem(t, http.StatusConflict, "dispatch.meeting-state")

	var first, mine, theirs Noted
	d.post(t, "dispatcher", at+"/note", obj{"item": "1", "text": "先列科目"}).ok(t).into(t, &first)
	d.post(t, "dispatcher", at+"/note", obj{"item": "1", "line": first.Line.ID, "seen": first.Line.Seq, "text": "区交通局先列科目"}).ok(t).into(t, &mine)
	d.post(t, "supervisor", at+"/note", obj{"item": "1", "line": first.Line.ID, "seen": first.Line.Seq, "text": "本周内列科目"}).ok(t).into(t, &theirs)
	if mine.Line.ID != first.Line.ID || theirs.Line.Beside != first.Line.ID || theirs.Line.Text != "本周内列科目" {
		t.Errorf("mine %+v, theirs %+v", mine.Line, theirs.Line)
	}

	var heard list[ClauseOut]
	d.post(t, "dispatcher", "/meetings/recognise", obj{"text": "区交通局 7 月 13 日前列科目；90 米路基的图", "today": "2022-07-06"}).ok(t).into(t, &heard)
	if len(heard.Items) != 2 || heard.Items[0].Unit != "jtj" || heard.Items[0].Day != "2022-07-13" || !slices.Equal(heard.Items[1].Lacks, []string{"unit", "day"}) {
		t.Errorf("%+v", heard.Items)
	}
	var m Meeting
	d.get(t, "dispatcher", at).ok(t).into(t, &m)
	decision := obj{"item": "1", "text": "先列科目", "pain": "没有科目", "cause": "年初没报", "seen": m.Items[0].Seq, "tasks": []obj{{"title": "90 米路基的图"}}}
	p := d.post(t, "dispatcher", at+"/decide", decision).problem(t, http.StatusUnprocessableEntity, "dispatch.task-lacks")
	if !strings.Contains(p.Title, "90 米路基的图") || !strings.Contains(p.Title, "谁交、哪天") {
		t.Errorf("the refusal does not say what lacks: %s", p.Title)
	}
	decision["tasks"] = []obj{{"title": "列科目", "unit": "jtj", "by": "2022-07-13"}}
	d.post(t, "leader", at+"/decide", decision).ok(t)
	d.post(t, "supervisor", at+"/decide", decision).problem(t, http.StatusConflict, "dispatch.item-moved")
	d.post(t, "line", "/cases/T-20220706-01/move", obj{"move": "receive", "from": "sent"}).problem(t, http.StatusNotFound, "casework.no-case") // it is June here: tasks are numbered by the day on which they are given
	var live LiveMeeting
	d.get(t, "supervisor", at+"/live").ok(t).into(t, &live)
	if len(live.Tasks) != 1 || live.Received != 0 || len(live.Recording) != 2 || live.Items[0].Measure == nil || live.Items[0].Measure.Decision != "先列科目" {
		t.Fatalf("live: %+v", live)
	}
	task := live.Tasks[0].ID
	d.post(t, "line", "/cases/"+task+"/move", obj{"move": "receive", "from": "sent"}).ok(t)
	d.get(t, "dispatcher", at).ok(t).into(t, &m)
	d.post(t, "dispatcher", at+"/undecide", obj{"item": "1", "why": "写错", "seen": m.Items[0].Seq}).problem(t, http.StatusConflict, "dispatch.tasks-moved")
	open := d.post(t, "dispatcher", at+"/close", obj{}).problem(t, http.StatusConflict, "dispatch.items-open")
	if !strings.Contains(open.Title, "汛期检查") {
		t.Errorf("%s", open.Title)
	}
	d.post(t, "dispatcher", at+"/hold", obj{"item": "2", "why": "没议到", "seen": m.Items[1].Seq}).ok(t)
	d.post(t, "dispatcher", at+"/close", obj{}).ok(t)
	d.post(t, "dispatcher", at+"/issue-minutes", obj{}).problem(t, http.StatusNotFound, "api.not-wired")
	var follow FollowUp
	d.get(t, "leader", at+"/follow-up").ok(t).into(t, &follow)
	if follow.Working != 1 || follow.Tasks[0].Received == "" || follow.Tasks[0].State.Text != "办理中" {
		t.Errorf("%+v", follow)
	}
	var pack PackOut
	d.get(t, "leader", at+"/pack").ok(t).into(t, &pack)
	if len(pack.Pages) != 1 || pack.Pages[0].Figures["light.overall"].Kind == "" || len(pack.Pages[0].Cases) != 1 {
		t.Errorf("%+v", pack)
	}
	d.get(t, "leader", at+"/minutes/1/minutes.docx").problem(t, http.StatusNotFound, "api.no-minutes")
}

func TestAMeetingShowsEverybodyHisOwnItems(t *testing.T) {
	d := open(t)
	testkit.AdoptDesks(t, d.o, d.who["rulekeeper"], "china/task")
	d.post(t, "dispatcher", "/meetings", obj{"title": "调度会", "on": "2022-07-06", "at": "14:30"}).ok(t)
	d.post(t, "dispatcher", "/meetings/M-2022-0706-1/set-agenda", obj{"items": []obj{{"kind": "red", "subject": "project/JM-001", "title": "示例"}, {"kind": "free", "title": "人事"}}}).ok(t)
	for post, want := range map[string][2]int{"supervisor": {2, 0}, "owner": {1, 1}, "other": {0, 2}} {
		var m Meeting
		d.get(t, post, "/meetings/M-2022-0706-1").ok(t).into(t, &m)
		if len(m.Items) != want[0] || m.Hidden != want[1] {
			t.Errorf("%s sees %d and not %d", post, len(m.Items), m.Hidden)
		}
	}
	d.get(t, "audit", "/meetings/M-2022-0706-1").problem(t, http.StatusForbidden, "org.may-not")
	var entries list[Entry]
	d.get(t, "other", "/ledger?limit=500").ok(t).into(t, &entries)
	for _, e := range entries.Items {
		if strings.HasPrefix(e.Subject, "meeting/") {
			t.Errorf("another owner reads entry %d about %s", e.Seq, e.Subject)
		}
	}
}
