package paper

import (
	"fmt"
	"time"
)

func at(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC) }

// weihai is the ocean list of Weihai, January to September 2022: 80 projects in eight areas, as published. The office
// printed 47.05 for a sum of 47.0446; the fixture prints what the parts add up to and says so below the table.
func weihai() Bulletin {
	area := func(i int, name, count, done, exact, rate string) Row {
		e := int64(100 + 10*i)
		return Row{Name: name, Cells: []Num{
			{Text: count, Figure: fmt.Sprintf("/f/ocean.count/%d", i), Entries: []int64{e}},
			{Text: done, Exact: exact, Figure: fmt.Sprintf("/f/ocean.done/%d", i), Entries: []int64{e + 1, e + 2, e + 3}},
			{Text: rate, Figure: fmt.Sprintf("/f/ocean.rate/%d", i), Entries: []int64{e + 1, e + 2, e + 3, e + 4}},
		}}
	}
	return Bulletin{
		Title: "威海市海洋重点项目建设情况通报", District: "威海市", Office: "威海市海洋发展局", Year: 2022, Month: 9, Issue: 9,
		ListVersion: "2022 年第 2 次调整", Pack: "山东威海 2022.1", AsOf: at(2022, 9, 30), FrozenAt: time.Date(2022, 10, 8, 9, 30, 0, 0, time.UTC),
		Issued: at(2022, 10, 10), Position: 48213, Digest: "3fa85f6457174562b3fc2c963f66afa60d2b7c09c0ffee00112233445566aa77", Code: "6M2K-81TD",
		Live: "/dispatch/bulletin/2022-09",
		Lede: []Sentence{
			{Text: "1 至 9 月，全市 {0}海洋重点项目完成投资 {1}，占年度计划 {2}的 {3}。项目总投资 {4}。", Nums: []Num{
				{Text: "80", Unit: "个", Figure: "/f/ocean.count", Entries: []int64{90}},
				{Text: "47.04", Unit: "亿元", Exact: "47.0446", Figure: "/f/ocean.done", Entries: seq(101, 180)},
				{Text: "49.33", Unit: "亿元", Figure: "/f/ocean.plan", Entries: []int64{91}},
				{Text: "95.4", Unit: "%", Figure: "/f/ocean.rate", Entries: []int64{90, 91}},
				{Text: "206", Unit: "亿元", Figure: "/f/ocean.total", Entries: []int64{92}}}},
			{Text: "环翠最快，经区最慢，两地相差 {0}。", Nums: []Num{{Text: "26.6", Unit: "个百分点", Figure: "/f/ocean.spread"}}},
		},
		Tables: []Table{{By: "area", Columns: []Column{{Name: "区域", Text: true}, {Name: "项目", Unit: "个", Sum: true}, {Name: "完成投资", Unit: "亿元", Sum: true}, {Name: "占年度计划", Unit: "%"}},
			Rows: []Row{area(0, "环翠", "13", "11.88", "11.88", "106.1"), area(1, "文登", "18", "6.71", "6.71", "93.1"), area(2, "荣成", "17", "11.42", "11.42", "89.2"),
				area(3, "乳山", "17", "8.53", "8.53", "96.2"), area(4, "高区", "4", "1.99", "1.99", "81.1"), area(5, "经区", "2", "0.72", "0.7155", "79.5"),
				area(6, "临港", "1", "0.98", "0.9791", "97.9"), area(7, "南海", "8", "4.82", "4.82", "98.3")},
			Total: &Row{Name: "合计", Cells: []Num{{Text: "80", Figure: "/f/ocean.count", Entries: []int64{90}}, {Text: "47.04", Exact: "47.0446", Figure: "/f/ocean.done", Entries: seq(101, 180)}, {Text: "95.4", Figure: "/f/ocean.rate", Entries: []int64{90, 91}}}},
			Note:  "按万元相加，印出来四舍五入到两位小数；原通报合计印作 47.05。"}},
		Tops:      []Ranked{{Name: "环翠", Value: Num{Text: "106.1", Unit: "%", Figure: "/f/ocean.rate/0", Entries: []int64{101, 102}}}},
		Bottoms:   []Ranked{{Name: "经区", Value: Num{Text: "79.5", Unit: "%", Figure: "/f/ocean.rate/5", Entries: []int64{151, 152}}}},
		Footnotes: []Footnote{{Note: 1, Text: "海洋项目清单，80 个"}},
	}
}

func seq(from, to int64) []int64 {
	var out []int64
	for i := from; i <= to; i++ {
		out = append(out, i)
	}
	return out
}

// jimo is the bulletin of the design, with everything a bulletin may have.
func jimo() Bulletin {
	row := func(name, n, plan, done, rate, gap, g, y, r, bl string) Row {
		out := Row{Name: name}
		for i, t := range []string{n, plan, done, rate, gap, g, y, r, bl} {
			c := Num{Text: t}
			if i == 2 {
				c.Figure, c.Entries = "/f/done/"+name, []int64{1000 + int64(len(name)), 2000 + int64(len(name))}
			}
			out.Cells = append(out.Cells, c)
		}
		return out
	}
	total := row("合计", "254", "370.60", "172.70", "46.6", "慢 3.4", "171", "52", "19", "12")
	total.Amended = 1
	trade := row("商贸物流", "29", "34.60", "15.20", "43.9", "慢 6.1", "18", "7", "3", "1")
	trade.Amended = 1
	var reds []Red
	for i := range 9 {
		reds = append(reds, Red{Name: fmt.Sprintf("重点项目第 %d 号配套工程", i+1), Unit: "通济街道", Leader: "何静", Gap: Num{Text: fmt.Sprintf("慢 %d.5", 31+i), Unit: "点", Figure: "/f/gap", Entries: []int64{int64(3000 + i)}},
			Reason: Sentence{Text: "环评批复主体和合同甲方对不上，已约区生态环境局面谈。"}, Deadline: at(2022, 7, 15), Sample: true})
	}
	reds[0] = Red{Name: "营流路打通（鹤山路以南段）", Unit: "区住建局", Leader: "宋知行", Gap: Num{Text: "慢 32.1", Unit: "点", Figure: "/f/gap/ylL", Entries: []int64{6280388}, Note: 4},
		Reason: Sentence{Text: "{0}房屋评估有异议。", Nums: []Num{{Text: "2", Unit: "处"}}}, Deadline: at(2022, 7, 13)}
	return Bulletin{
		District: "即墨区", Office: "即墨区发展和改革局", Year: 2022, Month: 6, Issue: 6, ListVersion: "2022-06-15 第 3 次调整", Pack: "青岛即墨 2022.2",
		AsOf: at(2022, 6, 30), FrozenAt: time.Date(2022, 7, 3, 9, 12, 0, 0, time.UTC), Issued: at(2022, 7, 8), Position: 18422,
		Digest: "3fa85f6457174562b3fc2c963f66afa60d2b7c09c0ffee00112233445566aa77", Code: "6M2K-81TD", Live: "/dispatch/bulletin/2022-06", Sample: true,
		Lede: []Sentence{
			{Text: "6 月末，{0}重点项目完成投资 {1}，占年度计划 {2}的 {3}，比时间进度慢 {4}。按期 {5}，落后 {6}，严重落后 {7}，未到期 {8}。", Nums: []Num{
				{Text: "254", Unit: "个", Note: 3, Figure: "/f/count", Entries: []int64{17}}, {Text: "172.7", Unit: "亿元", Note: 1, Figure: "/f/done", Entries: seq(4001, 4254)},
				{Text: "370.6", Unit: "亿元", Note: 2, Figure: "/f/plan", Entries: []int64{2210002}}, {Text: "46.6", Unit: "%"}, {Text: "3.4", Unit: "个百分点"},
				{Text: "171", Unit: "个"}, {Text: "52", Unit: "个"}, {Text: "19", Unit: "个"}, {Text: "12", Unit: "个"}}},
			{Text: "年底多半完成 {0}（322.0–383.0），兑现把握 {1}。", Inferred: true, Nums: []Num{{Text: "351.9", Unit: "亿元", Figure: "/f/forecast"}, {Text: "22", Unit: "%", Figure: "/f/odds"}}},
		},
		Tables: []Table{{By: "category", Columns: []Column{{Name: "类别", Text: true}, {Name: "项目", Unit: "个", Sum: true}, {Name: "年度计划", Unit: "亿元", Sum: true}, {Name: "完成", Unit: "亿元", Sum: true},
			{Name: "完成率", Unit: "%"}, {Name: "比时间进度", Unit: "百分点"}, {Name: "按期", Unit: "个", Sum: true}, {Name: "落后", Unit: "个", Sum: true}, {Name: "严重", Unit: "个", Sum: true}, {Name: "未到期", Unit: "个", Sum: true}},
			Rows: []Row{row("汽车", "31", "76.40", "36.70", "48.0", "慢 2.0", "22", "6", "1", "2"), row("纺织服装", "38", "40.20", "20.10", "50.0", "持平", "28", "6", "2", "2"), trade,
				row("新一代信息技术", "36", "47.80", "23.60", "49.4", "慢 0.6", "27", "6", "2", "1"), row("海洋", "42", "57.30", "26.40", "46.1", "慢 3.9", "29", "9", "3", "1"),
				row("生物医药", "32", "25.90", "12.90", "49.8", "慢 0.2", "24", "5", "1", "2"), row("政府投资：交通", "18", "38.60", "14.10", "36.5", "慢 13.5", "8", "5", "4", "1"),
				row("政府投资：片区和更新", "15", "32.40", "14.40", "44.4", "慢 5.6", "8", "4", "2", "1"), row("政府投资：民生", "13", "17.40", "9.30", "53.4", "快 3.4", "7", "4", "1", "1")},
			Total: &total, Note: "按冻结时的数，不随后来的更正变。调度投资与统计投资各记各的。"}},
		Tops: []Ranked{{Name: "奇瑞汽车青岛基地", Unit: "汽车产业新城", Value: Num{Text: "61.2", Unit: "%", Figure: "/f/p/1", Entries: []int64{5001}}, Why: "设备提前进场"},
			{Name: "墨水河公园续建", Unit: "区城管局", Value: Num{Text: "58.8", Unit: "%", Figure: "/f/p/2", Entries: []int64{5002}}, Why: "土方一次做完"}},
		Bottoms: []Ranked{{Name: "营流路打通（鹤山路以南段）", Unit: "区住建局", Value: Num{Text: "17.9", Unit: "%", Figure: "/f/p/3", Entries: []int64{5003}}, Why: "2 处房屋没有签约"}},
		Starts:  []Start{{Name: "集成电路封测线", Unit: "经济开发区", On: at(2022, 6, 18), Invest: Num{Text: "12.00", Unit: "亿元", Figure: "/f/s/1", Entries: []int64{5101}}, Sample: true}},
		Reds:    reds,
		Sections: []Section{{Heading: "挪过日子的项目", Text: []Sentence{{Text: "上半年 {0}挪过日子 {1}，其中提前 {2}，见附件 2。", Nums: []Num{{Text: "14", Unit: "个项目"}, {Text: "17", Unit: "次", Figure: "/f/moved", Entries: []int64{5200, 5201, 5202, 5203}}, {Text: "2", Unit: "次"}}}}},
			{Heading: "7 月 6 日调度会议定事项", Items: []Sentence{{Text: "快速通道管线由区里代建，区交通局 8 月 31 日前迁完；"}, {Text: "龙泉街道 7 月 20 日前签完 {0}；", Nums: []Num{{Text: "11", Unit: "户", Figure: "/f/house", Entries: []int64{5300}}}}, {Text: "区财政局 7 月 8 日前下科目。"}}}},
		Attachments: []Attachment{{"严重落后项目表"}, {"日子变动表"}},
		CopiesTo:    []string{"区委办公室", "区人大办公室", "区政协办公室"},
		Amendments: []Amendment{{No: 1, On: at(2022, 7, 12), Ref: "L-0712-0019", Code: "6M2K-81TD-1",
			Text:   []Sentence{{Text: "第 6 期通报第 1 页“商贸物流”完成投资 {0}，应为 {1}；合计 {2}，应为 {3}。完成率仍为 43.9% 和 46.6%，灯不变。", Nums: []Num{{Text: "15.20", Unit: "亿元"}, {Text: "15.18", Unit: "亿元", Entries: []int64{7120019}}, {Text: "172.70", Unit: "亿元"}, {Text: "172.68", Unit: "亿元"}}}},
			Reason: []Sentence{{Text: "国际商贸城冷链中心{s} 6 月投资由 0.08 亿元更正为 0.06 亿元（重复计列设备运费）。"}}}},
		Footnotes: []Footnote{{Note: 1, Text: "六月账合计，254 条项目账相加"}, {Note: 2, Text: "2022 年度计划"}, {Note: 3, Text: "规则包“青岛即墨 2022.2”定灯，K-2022-06"}},
	}
}

func chery() Letter {
	ms := func(name string, due, done time.Time, w, owner, after string) Milestone {
		return Milestone{Name: name, Due: due, DoneOn: done, Weight: w, Owner: owner, After: after, Sample: true}
	}
	return Letter{District: "即墨区", Project: "奇瑞汽车青岛基地", Year: 2022, Version: 2,
		Promises: []Sentence{{Text: "项目于 2021 年 2 月 26 日破土动工，2022 年 11 月实现整车下线；设计年产整车 30 万辆，达产后年产值 380 亿元以上。2022 年完成投资 {0}。", Nums: []Num{{Text: "24.00", Unit: "亿元", Sample: true}}}},
		Milestones: []Milestone{ms("四大车间主体完工", at(2022, 2, 19), at(2022, 2, 10), "1.3", "林岳", ""), ms("首批设备进场", at(2022, 4, 10), time.Time{}, "1.1", "林岳", "主体"),
			ms("首台白车身", at(2022, 7, 31), time.Time{}, "1.2", "林岳", "设备"), ms("双回路送电", at(2022, 8, 20), time.Time{}, "1.2", "高朗", ""), ms("首台整车下线", at(2022, 11, 30), time.Time{}, "1.4", "林岳", "白车身、送电")},
		Commitments: []Sentence{{Text: "供电公司 8 月 20 日前双回路送电；区行政审批局对公告、消防、环保并联办理；区人力资源社会保障局 9 月 30 日前协助招工 1,815 人{s}。"}},
		Reporting:   []Sentence{{Text: "每月 28 日前报一次，各部门共用。期限改动须写明理由，三方重签，旧版保留。"}},
		Signatures:  []Signature{{"包保领导", "周明远", at(2022, 2, 21), true}, {"责任单位", "新城管委", at(2022, 2, 21), true}, {"项目单位", "林　岳", at(2022, 2, 21), true}},
		Changes:     []Change{{"首批设备进场", "2022-03-31", "2022-04-10", "海运晚到"}, {"双回路送电", "2022-07-31", "2022-08-20", "变电站扩容"}, {"难度", "1.3", "1.4", "年末集中调试"}},
		Entry:       "L-0221-0007", Suite: "SM2", Code: "7Q4M-29KD"}
}

func redSlip() Slip {
	return Slip{Level: RedSlip, Number: "即督单〔2022〕87 号", Sample: true, District: "即墨区", Office: "即墨区人民政府督查室",
		Facts: []Fact{{"牵头单位", "即墨区交通局"}, {"配合单位", "龙泉街道、区城市管理局"}, {"督办事项", "快速通道 1.8 公里燃气、通信管线的迁改方案"}, {"从哪里来", "2022 年 5 月 20 日调度会议定第 3 项"},
			{"原定期限", "2022 年 6 月 19 日，已超 17 天"}, {"发过的单", "提醒单 6 月 12 日，警告单 6 月 20 日，均无回音"}, {"怎样算办成", "迁改方案经两家权属单位书面同意，提出人（快速通道项目部）确认"},
			{"限期", "2022 年 7 月 13 日前办成；办不成，7 月 8 日前书面说明难点和办法"}, {"不服怎么办", "收到之日起 7 日内向区政府督查室申请复核"}},
		Signed: at(2022, 7, 6), Return: true, Entry: "L-0706-0112", Suite: "SM2", Code: "3T8P-55QN"}
}

func reminder() Slip {
	return Slip{Level: Reminder, Number: "即督函〔2022〕31 号", Sample: true, Title: "即墨区人民政府督查室\n关于管线迁改方案临近期限的提醒函", District: "即墨区", Office: "即墨区人民政府督查室", To: "区交通局",
		Body:   []Sentence{{Text: "5 月 20 日调度会议定，由你局牵头，龙泉街道、区城市管理局配合，6 月 19 日前拿出快速通道 1.8 公里管线的迁改方案。现在还有 7 天。"}, {Text: "据你局 5 月月报，燃气一段已有图，通信一段没有。按同类 14 段的办理速度，按期办成的把握约三成。", Inferred: true}, {Text: "请于 6 月 15 日前告知三件事："}},
		Asks:   []Sentence{{Text: "通信一段由谁出图，哪天出；"}, {Text: "两家权属单位卡在哪里；"}, {Text: "需要区里定什么。"}},
		Close:  []Sentence{{Text: "如有困难，早说一天，可早上会一次。"}},
		Signed: at(2022, 6, 12), Contact: "示例，电话：示例", Entry: "L-0612-0040", Suite: "SM2", Code: "8H2C-04VB", Note: "把握是系统推算，不作考核依据"}
}

func list() TableSheet {
	t := Table{Title: "重点项目", Columns: []Column{{Name: "项目", Text: true}, {Name: "代码", Text: true}, {Name: "年度计划", Unit: "亿元", Sum: true}, {Name: "完成率", Unit: "%"}},
		Rows: []Row{
			{Name: "奇瑞汽车青岛基地", Cells: []Num{{Text: "0017"}, {Text: "24.00", Figure: "/f/1", Entries: []int64{1, 2, 3}}, {Text: "48.0"}}},
			{Name: "=1+1 不是公式", Sample: true, Cells: []Num{{Text: "370282199001011234"}, {Text: "1.23", Exact: "1.2345", Figure: "/f/2", Entries: []int64{9}}, {Text: "—"}}}},
		Total: &Row{Name: "合计", Cells: []Num{{}, {Text: "25.23", Exact: "25.2345"}, {Text: "46.0"}}}}
	return TableSheet{Title: "重点项目清单", Filter: "全部的项目，按完成率从低到高", AsOf: at(2022, 6, 30), Table: t, Live: "/projects?sort=rate"}
}
