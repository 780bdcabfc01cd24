package schedulefile

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"shigan/engine/network"
	"shigan/kernel/calendar"
	"shigan/kernel/words"
)

func table(text string) (rows [][]string) {
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		rows = append(rows, strings.Split(line, "|"))
	}
	return rows
}

func stepOptions(t testing.TB) StepOptions {
	c, err := network.Classes(calendar.StateCouncil())
	if err != nil {
		t.Fatal(err)
	}
	return StepOptions{Start: network.On(calendar.MustDate("2022-06-01"), 0), Calendars: c, Usual: "office"}
}

func steps1(t testing.TB, text string) *File {
	t.Helper()
	f, wrong, err := ReadSteps(table(text), stepOptions(t))
	if err != nil {
		t.Fatalf("%v %v", err, wrong)
	}
	everyNoteSpeaks(t, f.Notes)
	return f
}

func TestATableOfStepsAsOfficesHaveIt(t *testing.T) {
	f := steps1(t, `
项目推进计划（示例）|||||
序号|工序名称|工期（天）|紧前工序|责任单位|类别
1|立项批复|5||发改局|
2|用地预审|10|1|自然资源局|
3|征地拆迁|30日历天|1FS+5天、2SS|街道|
4|施工图审查|２周|2|住建局|
5|施工|60|3；4|建设单位|site
6|竣工验收|0|5完成-完成+3天|住建局|`)
	n := f.Network
	links := fmt.Sprint(n.Links)
	want := "[{0 1 FS 0 false} {0 2 FS 7200 false} {1 2 SS 0 false} {1 3 FS 0 false} {2 4 FS 0 false} {3 4 FS 0 false} {4 5 FF 4320 false}]"
	if links != want {
		t.Errorf("links %s\nwant  %s", links, want)
	}
	if n.Days(3, n.Activities[3].Duration) != 10 || n.Calendars[n.Activities[2].Calendar].KnownTo != (calendar.Date{}) || n.Calendars[n.Activities[4].Calendar].Name != "site" {
		t.Errorf("%+v", n.Activities)
	}
	if f.Tasks[4].Who != "建设单位" || f.Tasks[4].Row != 7 {
		t.Errorf("task %+v", f.Tasks[4])
	}
	// 立项 1–8 June without 端午 on the 3rd; 预审 to the 22nd; 征地 from the 16th, 30 calendar days; 图审 to 6 July; 施工 60 days from 16 July
	if got := dates(t, f); !strings.Contains(got, "5 2022-07-16T00:00..2022-09-14T00:00") {
		t.Errorf("dates\n%s", got)
	}
}

func TestStepsMayBeNamedInEnglishAndFollowByName(t *testing.T) {
	f := steps1(t, `
Step|Days|After
Permit|5|
Demolition, phase 1|3w|Permit
Works|10d|Demolition, phase 1; Permit SS+2d`)
	if got := fmt.Sprint(f.Network.Links); got != "[{0 1 FS 0 false} {1 2 FS 0 false} {0 2 SS 2880 false}]" {
		t.Errorf("links %s", got)
	}
}

func TestWithoutAColumnOfPredecessorsStepsFollowOneAnother(t *testing.T) {
	f := steps1(t, "步骤|工作日\n甲|1\n乙|2\n丙|3")
	if len(f.Network.Links) != 2 || !network.Has(f.Notes, "network.note.in-order") {
		t.Errorf("%v %v", f.Network.Links, f.Notes)
	}
}

func TestEveryBadCellIsListedAtOnce(t *testing.T) {
	_, wrong, err := ReadSteps(table(`
序号|工序|天数|前置
1|甲|很快|
1|乙|3|
2||4|
3|丙|3-5天|9
4|丁|2|4
5|戊|2|1FS+不久`), stepOptions(t))
	if !errors.Is(err, ErrSteps) {
		t.Fatal(err)
	}
	var got []string
	for _, w := range wrong {
		got = append(got, fmt.Sprintf("%s %v:%v", strings.TrimPrefix(w.Code, "network.steps."), w.Args["row"], w.Args["column"]))
		if s := words.Say(words.Zh, w.Code, w.Args); strings.ContainsAny(s, "⟦{") {
			t.Error(s)
		}
	}
	want := []string{"days 2:3", "doubled 3:1", "no-name 4:2", "days 5:3", "after 5:4", "own 6:4", "lag 7:4"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%v\nwant %v", got, want)
	}
}

func TestATableWithoutHeadingIsRefused(t *testing.T) {
	for _, text := range []string{"", "甲|3", "工序|负责\n甲|乙"} {
		if _, _, err := ReadSteps(table(text), stepOptions(t)); !errors.Is(err, ErrNoHeading) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, _, err := ReadSteps(table("工序|天数"), stepOptions(t)); !errors.Is(err, ErrEmpty) {
		t.Errorf("a table of headings only: %v", err)
	}
}

func TestATableWrittenAndReadAgainIsTheSame(t *testing.T) {
	f := steps1(t, "序号|工序|天数|前置|责任|类别\n1|甲|5||A|\n2|乙|10.5|1SS+2d|B|site\n3|丙|3|1, 2FF-1天, 1FS+4日历天|C|")
	again, wrong, err := ReadSteps(Rows(f, []string{"序号", "工序", "天数", "前置", "责任", "类别"}), stepOptions(t))
	if err != nil {
		t.Fatal(err, wrong)
	}
	if !equal(f.Network, again.Network) || !reflect.DeepEqual(f.Tasks, again.Tasks) {
		t.Errorf("%+v\n%+v", f.Network, again.Network)
	}
}
