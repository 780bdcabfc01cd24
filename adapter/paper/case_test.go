package paper

import (
	"fmt"
	"os"
	"testing"
	"time"

	"shigan/kernel/words"
)

// dispatchMeeting is the meeting of the design: 6 July 2022, two items, one held over.
func dispatchTasks() []Task {
	t := func(id, item, what, lead, assist, raiser string, m, d int, state string) Task {
		return Task{ID: id, Item: item, What: what, Lead: lead, Assist: assist, Raiser: raiser, By: at(2022, m, d), State: state}
	}
	return []Task{
		t("T-2022-0001", "第 2 项", "代建管线 1.8 公里", "区交通局", "区城市管理局", "快速通道项目部", 8, 31, "签收 15:20"),
		t("T-2022-0002", "第 2 项", "签约 11 户", "龙泉街道", "区住建局", "快速通道项目部", 7, 20, "签收 15:11"),
		t("T-2022-0003", "第 2 项", "下达迁改科目", "区财政局", "", "快速通道项目部", 7, 8, "待签收"),
		t("T-2022-0004", "第 3 项", "复核 2 处评估，张榜", "区住建局", "通济街道", "通济街道", 7, 13, "待签收"),
	}
}

func dispatchMinutes() Minutes {
	ts := dispatchTasks()
	return Minutes{District: "即墨区", Office: "即墨区发展和改革局", Meeting: "即墨区重点项目调度会议", Number: "〔2022〕第 14 次", On: at(2022, 7, 6), From: "14:30", To: "16:05", Place: "区政府 3 楼会议室", Chair: "区主要领导",
		Items: []MinuteItem{
			{Title: "蓝谷至胶东机场快速通道：征迁和管线", Pain: "K12+300 至 K14+100，11 户未签约，其中 4 户对评估有异议；燃气、通信管线 1.8 公里没有迁改单位。", Cause: "评估公示少了 2 户附属物；管线权属单位要先付款后施工，区财政科目未下。",
				Chosen: "甲　区里代建管线，费用后结；评估 4 户先复核", Decision: "管线由区交通局代建，8 月 31 日前迁完；龙泉街道 7 月 20 日前签完 11 户，复核结果先贴出来；财政局 7 月 8 日前下科目。", Tasks: ts[:3], Sample: true},
			{Title: "营流路：2 处房屋评估", Pain: "两户对附属物评估有异议，路断在 90 米处", Decision: "换一家机构复核并张榜", Tasks: ts[3:]},
			{Title: "红灯逐项过", Decision: "各单位按原定办法办", Why: "办法已在上次定过"},
		},
		Held:    []MinuteItem{{Title: "7 号线先行片区：控规", Why: "待市里批复"}},
		Present: []string{"区发展改革局项目办", "区交通局", "龙泉街道", "通济街道", "区财政局"}, Absent: []string{"区自然资源局"}, Writers: []string{"区发展改革局项目办", "督查室"},
		Tasks: ts, Issued: at(2022, 7, 6), Entry: "L-0706-0112", Suite: "SM2", Code: "3T8P-55QN", Sample: true, CopiesTo: []string{"区委办公室", "区督查室"}}
}

func dispatchNotice() Notice {
	ts := dispatchTasks()
	return Notice{Office: "即墨区人民政府督查室", Number: "T-2022-0706 第 2 号", To: "区交通局", Meeting: "即墨区重点项目调度会议", On: at(2022, 7, 6), Leads: ts[:1], Assists: ts[1:2], Signed: at(2022, 7, 6),
		Entry: "L-0706-0113", Suite: "SM2", Code: "8H2C-04VB", Sample: true}
}

func dispatchList() TaskList {
	return TaskList{District: "即墨区", Office: "即墨区发展和改革局", Meeting: "即墨区重点项目调度会议", On: at(2022, 7, 6), Issued: at(2022, 7, 6), Tasks: dispatchTasks(), Entry: "L-0706-0112", Suite: "SM2", Code: "3T8P-55QN", Sample: true}
}

func TestLookAtWhatIsPrintedOfCases(t *testing.T) {
	dir := os.Getenv("LOOK")
	if dir == "" {
		t.Skip("set LOOK to a folder to have every sheet written there")
	}
	for _, lang := range []words.Lang{words.Zh, words.En} {
		for name, p := range map[string]printed{"minutes": composeMinutes(lang, dispatchMinutes()), "notice": composeNotice(lang, dispatchNotice()), "tasks": composeTaskList(lang, dispatchList())} {
			raw, err := docx(p)
			if err != nil {
				t.Fatal(err)
			}
			h, err := pages(p)
			if err != nil {
				t.Fatal(err)
			}
			base := fmt.Sprintf("%s/%s-%s", dir, name, lang)
			_ = os.WriteFile(base+".docx", raw, 0o644)
			_ = os.WriteFile(base+".html", Page(lang, name, h), 0o644)
		}
	}
	_ = time.Now
}
