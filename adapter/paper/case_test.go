package paper

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

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

func dispatchPack() MeetingPack {
	ts := dispatchTasks()
	page := PackPage{Title: "蓝谷至胶东机场快速通道", Facts: []Fact{{"责任单位", "龙泉街道"}, {"包保领导", "区领导"}, {"主管部门", "区交通局"}, {"项目单位", "区交通建设公司"}, {"开工", "2021-03-18"}, {"竣工", "2023-06-30，起初答应 2022-12-31"}},
		Lights: []PackLight{{"综合", "red", "严重落后"}, {"开工", "green", "按期"}, {"进度", "red", "严重落后"}, {"资金", "yellow", "落后"}, {"入库", "blue", "未到期"}},
		Money:  []Fact{{"总投资", "36.80 亿元"}, {"年度计划", "9.60 亿元"}, {"本月完成", "0.42 亿元"}, {"本年累计", "2.31 亿元"}, {"完成率", "24.1%"}, {"比时间进度", "慢 25.9 点"}}, Done: .241, Time: .5,
		AsOf: "2022 年 6 月末账 L-0703-0001", Now: "路基完成 82%，桥梁下部结构完成 61%，K12+300 至 K14+100 因征迁停工。",
		Steps: []PackStep{{Name: "路基贯通", Due: at(2022, 8, 31)}, {Name: "桥梁合龙", First: at(2022, 10, 31), Due: at(2022, 12, 15)}, {Name: "管线迁改", Due: at(2022, 6, 19), Late: true}, {Name: "征迁完成", Due: at(2022, 3, 31), Done: at(2022, 4, 20)}},
		Stuck: []Stuck{{ID: "P-2022-0311", Title: "征迁 11 户", Level: "四级", Hue: "red", Pain: "K12+300 至 K14+100，11 户未签约，其中 4 户对评估有异议；燃气、通信管线 1.8 公里没有迁改单位。", Cause: "评估公示少了 2 户附属物；管线权属单位要先付款后施工，区财政科目未下。",
			Ways: []string{"甲　区里代建管线，费用后结；评估 4 户先复核　1,260 万元", "乙　改线绕开 6 户　3,480 万元", "丙　照原方案等　0 万元"}, Who: "龙泉街道，区交通局配合", Due: "超 6 天"},
			{ID: "P-2022-0298", Title: "临时用电增容", Level: "二级", Hue: "yellow", Pain: "桥梁班组用电不够", Cause: "变压器 5 月到期没有换", Ways: []string{"议定：供电公司 7 月 15 日前换"}, Who: "国网即墨供电", Due: "余 1 天"}},
		Tasks: ts[:3], Sample: true}
	return MeetingPack{District: "即墨区", Meeting: "即墨区重点项目调度会议", On: at(2022, 7, 6), At: "14:30", Place: "区政府 3 楼会议室", Chair: "区主要领导",
		Last: LastTime{Done: 9, Open: 2, Late: 1, Tasks: ts},
		Items: []PackItem{{At: "14:30", Title: "上次议定 12 件", Why: "先看上次"}, {At: "14:40", Title: "快速通道：征迁 11 户、管线 1.8 公里", Who: "龙泉街道、区交通局", Why: "四级问题 P-2022-0311", Page: 2, Sample: true},
			{At: "15:00", Title: "营流路：2 处房屋评估", Who: "通济街道", Why: "今天走访发现", Page: 3}, {At: "15:45", Title: "红灯 19 项逐项过", Why: "月末红灯"}},
		Pages: []PackPage{page, {Title: "营流路打通（鹤山路以南段）", Facts: []Fact{{"责任单位", "通济街道"}}, Lights: []PackLight{{"综合", "yellow", "落后"}}, Done: -1, AsOf: "2022 年 6 月末账"}},
		Entry: "L-0705-0007", Live: "/meeting/M-2022-0706-1", Sample: true}
}

// casePapers are the papers of cases and meetings, laid out.
func casePapers(lang words.Lang) map[string]printed {
	slip := func(level, head string) printed {
		s := redSlip()
		s.Level, s.Head = level, head
		p, err := composeSlip(lang, s)
		if err != nil {
			panic(err)
		}
		return p
	}
	return map[string]printed{"minutes": composeMinutes(lang, dispatchMinutes()), "notice": composeNotice(lang, dispatchNotice()), "tasks": composeTaskList(lang, dispatchList()),
		"slip-blue": slip(Reminder, "蓝单（提醒）"), "slip-orange": slip(Warning, "橙单（警告）"), "slip-red": slip(RedSlip, "红单（警告并责令限期）")}
}

func TestGoldenPapersOfAMeeting(t *testing.T) {
	for _, lang := range []words.Lang{words.Zh, words.En} {
		for _, name := range []string{"minutes", "notice", "tasks"} {
			h, err := pages(casePapers(lang)[name])
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name+"_"+string(lang)+".html", []byte(h))
		}
		h, err := MeetingPackHTML(lang, dispatchPack())
		if err != nil {
			t.Fatal(err)
		}
		golden(t, "pack_"+string(lang)+".html", []byte(h))
	}
	raw, err := docx(composeMinutes(words.Zh, dispatchMinutes()))
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "minutes_zh.xml", []byte(strings.ReplaceAll(opened(t, raw)["word/document.xml"], "<w:p>", "\n<w:p>")))
}

func TestPapersOfAMeetingLackNoWordAndHaveNoStyle(t *testing.T) {
	for _, lang := range []words.Lang{words.Zh, words.En} {
		texts := map[string]string{}
		for name, p := range casePapers(lang) {
			h, err := pages(p)
			if err != nil {
				t.Fatal(err)
			}
			texts[name] = string(h)
		}
		h, err := MeetingPackHTML(lang, dispatchPack())
		if err != nil {
			t.Fatal(err)
		}
		texts["pack"] = string(h)
		for name, text := range texts {
			if i := strings.Index(text, "⟦"); i >= 0 {
				t.Errorf("%s %s: %s", lang, name, text[i:min(i+60, len(text))])
			}
			if strings.Contains(text, "style=") {
				t.Errorf("%s %s has an inline style", lang, name)
			}
		}
	}
}

// TestThreeSlipsAreToldApartWithoutColour: hairline, double rule, thick rule; a hollow lozenge, a hollow triangle, a full square.
func TestThreeSlipsAreToldApartWithoutColour(t *testing.T) {
	for name, want := range map[string][3]string{
		"slip-blue":   {`class="lv0 reminder"`, "\u25C7 ", `<w:bottom w:val="single" w:sz="6"`},
		"slip-orange": {`class="lv0 warning"`, "\u25B3 ", `<w:bottom w:val="double" w:sz="6"`},
		"slip-red":    {`class="lv0 red"`, "\u25A0 ", `<w:bottom w:val="single" w:sz="24"`},
	} {
		p := casePapers(words.Zh)[name]
		h, err := pages(p)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := docx(p)
		if err != nil {
			t.Fatal(err)
		}
		doc := opened(t, raw)["word/document.xml"]
		if !strings.Contains(string(h), want[0]) || !strings.Contains(doc, want[1]) || !strings.Contains(doc, want[2]) {
			t.Errorf("%s has not its own head", name)
		}
	}
}

// TestAProjectTakesOnePageHoweverMuchIsStuck fills a page with more than it can hold: what is left out is counted.
func TestAProjectTakesOnePageHoweverMuchIsStuck(t *testing.T) {
	m := dispatchPack()
	p := &m.Pages[0]
	for i := range 30 {
		s := p.Stuck[0]
		s.ID = fmt.Sprintf("P-2022-%04d", i)
		s.Pain = strings.Repeat(s.Pain, 1+i%4)
		p.Stuck = append(p.Stuck, s)
		p.Steps = append(p.Steps, PackStep{Name: fmt.Sprintf("节点 %d", i), Due: at(2022, 9, 1)})
		p.Tasks = append(p.Tasks, dispatchTasks()...)
		m.Items = append(m.Items, m.Items[1])
		m.Last.Tasks = append(m.Last.Tasks, dispatchTasks()...)
	}
	h, err := MeetingPackHTML(words.Zh, m)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(h), `class="a4 mp"`); n != 1+len(m.Pages) {
		t.Errorf("%d pages for an agenda and %d projects", n, len(m.Pages))
	}
	if n := strings.Count(string(h), "件，看系统"); n < 4 {
		t.Errorf("only %d lists say what they leave out", n)
	}
	within(t, "overfull pack", Page(words.Zh, "pack", h))
	small, err := MeetingPackHTML(words.En, dispatchPack())
	if err != nil {
		t.Fatal(err)
	}
	within(t, "pack in English", Page(words.En, "pack", small))
}

// within asks a real browser whether anything runs into the foot of its page.
func within(t *testing.T, name string, page []byte) {
	t.Helper()
	browser, err := Browser()
	if err != nil || testing.Short() {
		t.Log("needs a browser")
		return
	}
	const ask = `<script>document.fonts.ready.then(()=>{let o=[];document.querySelectorAll('.a4').forEach((a,i)=>{let f=a.querySelector('.ft9').getBoundingClientRect().top;[...a.children].forEach(c=>{let b=c.getBoundingClientRect().bottom;if(!c.classList.contains('ft9')&&b>f)o.push(i+1+' '+c.className+' by '+Math.round(b-f))})});document.title='OVER['+o.join(';')+']'})</script></body>`
	dir := t.TempDir()
	file := filepath.Join(dir, "p.html")
	write(t, file, bytes.Replace(page, []byte("</body>"), []byte(ask), 1))
	out, err := exec.Command(browser, "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir="+filepath.Join(dir, "u"), "--virtual-time-budget=2000", "--dump-dom", "file://"+file).Output()
	if err != nil {
		t.Fatal(err)
	}
	if m := regexp.MustCompile(`<title>OVER\[(.*?)\]</title>`).FindSubmatch(out); m == nil || len(m[1]) > 0 {
		t.Errorf("%s: %s", name, m)
	}
}

// TestLibreOfficeOpensThePapersOfAMeeting converts them all and reads what it shows.
func TestLibreOfficeOpensThePapersOfAMeeting(t *testing.T) {
	office, err := exec.LookPath("soffice")
	if err != nil || testing.Short() {
		t.Skip("needs LibreOffice")
	}
	reader, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("needs pdftotext")
	}
	dir := t.TempDir()
	args := []string{"-env:UserInstallation=file://" + dir + "/profile", "--headless", "--convert-to", "pdf", "--outdir", dir}
	papers := casePapers(words.Zh)
	for name, p := range papers {
		raw, err := docx(p)
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, name+".docx")
		write(t, file, raw)
		args = append(args, file)
	}
	if out, err := exec.Command(office, args...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for name, want := range map[string]struct {
		pages int
		texts []string
	}{
		"minutes":     {3, []string{"即墨区重点项目调度会议纪要", "议定：", "留到下次的事", "确定事项清单", "— 附 1 —"}},
		"tasks":       {1, []string{"代建管线", "龙泉街道", "2022-07-20"}},
		"notice":      {1, []string{"工作提醒函", "区交通局：", "8 月 31 日前办成"}},
		"slip-blue":   {1, []string{"◇", "蓝单（提醒）", "回"}},
		"slip-orange": {1, []string{"△", "橙单（警告）"}},
		"slip-red":    {1, []string{"■", "红单（警告并责令限期）", "提出人认不认"}},
	} {
		out, err := exec.Command(reader, "-layout", filepath.Join(dir, name+".pdf"), "-").Output()
		if err != nil {
			t.Fatal(name, err)
		}
		text := strings.Join(strings.Fields(string(out)), " ")
		if n := strings.Count(string(out), "\f"); n != want.pages {
			t.Errorf("%s takes %d pages in LibreOffice, want %d", name, n, want.pages)
		}
		for _, s := range want.texts {
			if !strings.Contains(strings.ReplaceAll(text, " ", ""), strings.ReplaceAll(s, " ", "")) {
				t.Errorf("%s: LibreOffice does not show %q in %.400s", name, s, text)
			}
		}
		if look := os.Getenv("LOOK"); look != "" {
			raw, _ := os.ReadFile(filepath.Join(dir, name+".pdf"))
			write(t, filepath.Join(look, name+"-office.pdf"), raw)
		}
	}
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
	for _, lang := range []words.Lang{words.Zh, words.En} {
		h, err := MeetingPackHTML(lang, dispatchPack())
		if err != nil {
			t.Fatal(err)
		}
		_ = os.WriteFile(fmt.Sprintf("%s/pack-%s.html", dir, lang), Page(lang, "pack", h), 0o644)
	}
}
