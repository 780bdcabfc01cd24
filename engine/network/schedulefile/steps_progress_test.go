package schedulefile

import (
	"strings"
	"testing"

	"shigan/engine/network"
	"shigan/kernel/calendar"
)

// A table may report: planned and actual dates, a share done, three estimates.
func TestATableReportsWhatHasHappened(t *testing.T) {
	o := stepOptions(t)
	o.Usual, o.AsOf = "", network.On(calendar.MustDate("2022-06-20"), 1440)
	f, wrong, err := ReadSteps(table(`
工序编号|工序名称|工期|前置工序编号|计划开始|计划完成|实际开工|实际完工|完成比例|最短|最可能|最长
1|立项|10||2022-6-1|2022/6/10|2022.6.1|2022年6月11日|100%||10|
2|用地|20|1|2022-06-11|2022-06-30|2022-06-12||40%|10|20|60
3|施工||2|2022-07-01|2022-07-31||||||
4|绿化|5||2022-08-01|||||||
5|合计|||||||||||`[1:]), o)
	if err == nil || len(wrong) != 1 || wrong[0].Code != "network.steps.days" {
		t.Fatalf("a total with a name is a step without days: %v %v", err, wrong)
	}
	f, wrong, err = ReadSteps(table(`
工序编号|工序名称|工期|前置工序编号|计划开始|计划完成|实际开工|实际完工|完成比例|最短|最可能|最长
1|立项|10||2022-6-1|2022/6/10|2022.6.1|2022年6月11日|100%||10|
2|用地|20|1|2022-06-11|2022-06-30|2022-06-12||40%|10|20|60
3|施工||2|2022-07-01|2022-07-31||||||
4|绿化|5||2022-08-01|||||||`[1:]), o)
	if err != nil {
		t.Fatal(err, wrong)
	}
	n := f.Network
	if n.Activities[0].Finished != network.On(calendar.MustDate("2022-06-12"), 0) || n.Activities[1].Percent != .4 || n.DataDate != o.AsOf {
		t.Errorf("%+v", n.Activities)
	}
	if n.Days(2, n.Activities[2].Duration) != 31 || n.Start != o.Start || len(n.Activities[3].Constraints) != 1 {
		t.Errorf("31 days of July; a step that follows nothing waits for its date: %+v", n.Activities[2:])
	}
	if f.Tasks[0].Likely != nil || *f.Tasks[1].Likely != (Three{10, 20, 60}) {
		t.Errorf("three estimates: %v %v", f.Tasks[0].Likely, f.Tasks[1].Likely)
	}
}

func TestSharesDoneAreToldFromPercentages(t *testing.T) {
	for column, want := range map[string]float64{"0.5|1|0": .5, "50|100|0": .5, "50%|100%|0%": .5, "1|2|3": .01} {
		cells := strings.Split(column, "|")
		f, wrong, err := ReadSteps(table("步骤|天数|进度\n甲|10|"+cells[0]+"\n乙|10|"+cells[1]+"\n丙|10|"+cells[2]), stepOptions(t))
		if err != nil {
			t.Fatal(column, err, wrong)
		}
		if f.Network.Activities[0].Percent != want {
			t.Errorf("%s: %v, want %v", column, f.Network.Activities[0].Percent, want)
		}
	}
}

func TestHeadingsAreToldApart(t *testing.T) {
	for text, want := range map[string]int{"Activity ID": colNumber, "Activity Name": colStep, "紧前工序": colAfter, "前置编号": colAfter, "实际开始时间": colStart, "计划开工": colPlanStart,
		"完成时间": colPlanFinish, "最可能工期": colLikely, "工作日": colDays, "责任单位": colWho, "工序号": colNumber, "完成进度": colPercent, "备注": -1, "Original Duration": colDays,
		"Predecessors": colAfter, "Most likely": colLikely, "Calendar": colClass} {
		if got := headingOf(text); got != want {
			t.Errorf("%s is column %d, want %d", text, got, want)
		}
	}
}

func TestTwoPredecessorsMayBePartedByABlank(t *testing.T) {
	f := steps1(t, "编号|步骤|天数|紧前\n1|甲|1|\n2|乙|1|\n3|丙|1|1 2")
	if len(f.Network.Links) != 2 {
		t.Errorf("%v", f.Network.Links)
	}
}

func TestTitlesOverStepsAreNoSteps(t *testing.T) {
	f := steps1(t, "序号|步骤|天数|紧前\n一|前期手续||\n1|立项|5|\n2|用地|10|1\n（二）|施工||\n3|施工|60|2\n|三、收尾||\n4|验收|5|3")
	if len(f.Network.Activities) != 4 || !network.Has(f.Notes, "network.note.sections") {
		t.Errorf("%v %v", f.Network.Activities, f.Notes)
	}
	if _, wrong, err := ReadSteps(table("序号|步骤|天数\n1|立项|\n2|一般工作|"), stepOptions(t)); err == nil || len(wrong) != 2 {
		t.Errorf("a step without days is no title: %v %v", wrong, err)
	}
}

// Working days are working days though the table counts calendar days otherwise; a week is as many days as its calendar works.
func TestAUnitThatIsNamedWinsOverTheTablesOwn(t *testing.T) {
	o := stepOptions(t)
	o.Usual = ""
	for text, want := range map[string]string{
		"步骤|天数\n甲|10": "2022-06-10", "步骤|天数\n甲|10个工作日": "2022-06-15", "步骤|工作日\n甲|10": "2022-06-15", "步骤|天数（日历天）\n甲|10": "2022-06-10",
		"步骤|天数\n甲|2周": "2022-06-14", "步骤|工作日\n甲|10日历天": "2022-06-10", "步骤|天数|类别\n甲|2周|office": "2022-06-15",
	} {
		f, wrong, err := ReadSteps(table(text), o)
		if err != nil {
			t.Fatal(text, err, wrong)
		}
		s, err := f.Network.Schedule()
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Finish.FinishDate().String(); got != want { // from Wednesday 1 June; the 3rd is 端午
			t.Errorf("%q ends %s, want %s", text, got, want)
		}
	}
}
