package web_test

import (
	"strings"
	"testing"

	"shigan/domain/casework"
)

// TestFindGivesCasesByNumberTitleAndPinyin, only to whoever has to do with them: another unit's owner finds nothing of them, and those who do
// no cases at all find their own things and no refusal.
func TestFindGivesCasesByNumberTitleAndPinyin(t *testing.T) {
	o, who, as, _ := cases(t)
	d := &desk{t, o, who}
	id := d.open("owner", "sample/jimo-problem", casework.Open{Title: "管线早就迁完"})
	answered0(&scene{desk: d, id: id})
	d.make("owner", id, casework.Make{Move: "confirm"})
	found := func(post, q string) string { t.Helper(); return mainOf(as(post).get("/find?q="+q).must(t, 200).text) }
	for _, q := range []string{"P-2022-0001", "p-2022-0001", "管线没人", "gxmr"} {
		if got := found("owner", q); !strings.Contains(got, `href="/case/P-2022-0001"`) || strings.Contains(got, `href="/case/P-2022-0002"`) {
			t.Errorf("%s finds %s", q, got)
		}
	}
	got := found("dispatcher", "管线")
	if open, shut := strings.Index(got, `/case/P-2022-0001`), strings.Index(got, `/case/P-2022-0002`); open < 0 || shut < open {
		t.Errorf("what is open does not come first: %d %d", open, shut)
	}
	if !strings.Contains(got, "示例道路工程") || !strings.Contains(got, "已销号") {
		t.Errorf("says neither about which project nor how it stands: %s", got)
	}
	if got := found("other", "管线"); strings.Contains(got, "/case/") {
		t.Errorf("whoever has nothing to do with it finds %s", got)
	}
	if got := found("rulekeeper", "管线"); strings.Contains(got, "/case/") { // reads projects and no cases
		t.Errorf("the rule keeper finds %s", got)
	}
}

// TestFindAndMyWorkLeadToVisitsAndMeetings, for those who may read them.
func TestFindAndMyWorkLeadToVisitsAndMeetings(t *testing.T) {
	_, _, as, _ := cases(t)
	for q, want := range map[string]string{"踏勘": "/visits", "走访": "/visits", "开会": "/meetings", "会议": "/meetings", "督查": "/register", "简报": "/brief"} {
		if got := mainOf(as("leader").get("/find?q="+q).must(t, 200).text); !strings.Contains(got, `href="`+want+`"`) {
			t.Errorf("%s does not lead to %s: %s", q, want, got)
		}
	}
	if got := mainOf(as("owner").get("/find?q=走访").must(t, 200).text); strings.Contains(got, `href="/visit`) {
		t.Errorf("an owner is led to visits: %s", got)
	}
	if got := mainOf(as("leader").get("/find?q=meeting&lang=en").must(t, 200).text); !strings.Contains(got, `href="/meetings"`) {
		t.Errorf("in English: %s", got)
	}
	for _, page := range []string{"/my", "/owe"} {
		if got := as("line").get(page).text; !strings.Contains(got, `href="/visits"`) || !strings.Contains(got, `href="/meetings"`) {
			t.Errorf("%s of a bureau leads to neither", page)
		}
		if got := as("owner").get(page).text; strings.Contains(got, `href="/visits"`) || !strings.Contains(got, `href="/meetings"`) {
			t.Errorf("%s of an owner", page)
		}
	}
}
