package app

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"shigan/domain/org"
	"shigan/kernel/calendar"

	"pgregory.net/rapid"
)

var hallUnits = WordsOf([]org.Unit{
	{ID: "zjj", Name: org.Name{Zh: "区住房和城乡建设局", En: "Housing and Construction Bureau"}},
	{ID: "jtj", Name: org.Name{Zh: "区交通运输局", En: "Transport Bureau"}},
	{ID: "czj", Name: org.Name{Zh: "区财政局", En: "Finance Bureau"}},
	{ID: "tj", Name: org.Name{Zh: "通济街道", En: "Tongji Subdistrict"}},
	{ID: "lq", Name: org.Name{Zh: "龙泉街道", En: "Longquan Subdistrict"}},
	{ID: "gxb", Name: org.Name{Zh: "高新区管委会"}},
})

var meetingDay = calendar.MustDate("2022-07-06") // a Wednesday

// got prints a clause as one line: option, or unit+assists by day: title (what lacks).
func got(c Clause) string {
	if c.Option != "" {
		return "→" + c.Option
	}
	s := c.Unit
	for _, a := range c.Assists {
		s += "+" + a.Unit
	}
	s += " " + c.Day + " " + c.Title
	if len(c.Lacks) > 0 {
		s += " !" + strings.Join(c.Lacks, ",")
	}
	return strings.TrimSpace(s)
}

func TestADecisionIsUnderstoodAsItIsTyped(t *testing.T) {
	for text, want := range map[string][]string{
		// the mock-up of the live meeting
		"采用甲。区住建局 换一家机构，7 月 13 日前 复核并张榜；通济街道 7 月 22 日前 签完。\n区交通局把 90 米路基的图先交": {
			"→甲", "zjj 2022-07-13 换一家机构，复核并张榜", "tj 2022-07-22 签完", "jtj  90 米路基的图先交 !day"},
		"90 米路基的图": {"90 米路基的图 !unit,day"},
		// the record of the mock-up of the ladder
		"采用甲。管线由区交通局代建，8 月 31 日前迁完；龙泉街道 7 月 20 日前签完 11 户，复核结果先贴出来；财政局 7 月 8 日前下科目。": {
			"→甲", "jtj 2022-08-31 管线代建，迁完", "lq 2022-07-20 签完 11 户，复核结果先贴出来", "czj 2022-07-08 下科目"},
		"按乙方案，龙泉街道办 8 月底前签完":              {"→乙", "lq 2022-08-31 签完"},
		"请区住房和城乡建设局牵头，通济街道配合，下周五前出复核结果":   {"zjj+tj 2022-07-15 出复核结果"},
		"区住建局会同区财政局 3 个工作日内把钱落实":          {"zjj+czj 2022-07-11 把钱落实"},
		"交通局 7 月 8 日前交图，财政局 7 月 12 日前下科目": {"jtj 2022-07-08 交图", "czj 2022-07-12 下科目"},
		"通济街道７月２２日前签完":                    {"tj 2022-07-22 签完"},
		"通济街道 6 月 30 日前签完":                {"tj 2022-06-30 签完 !past"},
		"通济街道 2 月 30 日前签完":                {"tj  2 月 30 日前签完 !day"},
		"高新区管委 3 月 5 日前交地":                {"gxb 2022-03-05 交地 !past"},
		"高新区管委明年 3 月 5 日前交地":              {"gxb 2023-03-05 交地"},
		"Adopt option A. Transport Bureau delivers the drawings by 13 July; Tongji Subdistrict signs both households by July 22.": {
			"→A", "jtj 2022-07-13 delivers the drawings", "tj 2022-07-22 signs both households"},
		"finance bureau pays within 3 working days": {"czj 2022-07-11 pays"},
		"": nil, "；。；": nil,
	} {
		var lines []string
		for _, c := range Recognise(text, hallUnits, meetingDay) {
			lines = append(lines, got(c))
		}
		if !slices.Equal(lines, want) {
			t.Errorf("%q\n got %q\nwant %q", text, lines, want)
		}
	}
}

func TestDaysAreReadAsClerksNameThem(t *testing.T) {
	for text, want := range map[string]string{
		"7 月 13 日前": "2022-07-13", "7月13日之前": "2022-07-13", "8 月底前": "2022-08-31", "2 月底前": "2022-02-28", "8 月中旬": "2022-08-20", "下周五前": "2022-07-15", "本周五": "2022-07-08",
		"周五前": "2022-07-08", "周一前": "2022-07-11", "下周一": "2022-07-11", "3 个工作日内": "2022-07-11", "三个工作日内": "2022-07-11", "十五天内": "2022-07-21", "10 天内": "2022-07-18", "两周内": "2022-07-20",
		"一个月内": "2022-08-08", "7-22 前": "2022-07-22", "2022-07-22": "2022-07-22", "2022年9月1日前": "2022-09-01", "2022.8.15前": "2022-08-15", "月底前": "2022-07-31", "下月底前": "2022-08-31",
		"年底前": "2022-12-31", "20 日前": "2022-07-20", "5 日前": "2022-08-05", "今天": "2022-07-06", "明天前": "2022-07-07", "by 13 July": "2022-07-13", "by the 13th of July": "2022-07-13",
		"by July 22, 2022": "2022-07-22", "by Friday": "2022-07-08", "by next Friday": "2022-07-15", "by the end of August": "2022-08-31", "within two weeks": "2022-07-20", "by tomorrow": "2022-07-07",
		"投资 1.13 亿": "", "3-5 户": "", "13 月 1 日前": "", "90 米": "", "2022-13-45": "", "0 月 0 日": "",
	} {
		c := Recognise("区交通局 "+text+" 交图", hallUnits, meetingDay)
		if len(c) != 1 || c[0].Day != want {
			t.Errorf("%q: %+v, want %s", text, c, want)
		}
	}
	if c := Recognise("区交通局 1 月 5 日前交图", hallUnits, calendar.MustDate("2022-12-20")); c[0].Day != "2023-01-05" || len(c[0].Lacks) != 0 {
		t.Errorf("over the turn of the year: %+v", c)
	}
}

func TestTheTintedPartsAreTheWordsThatWereTyped(t *testing.T) {
	text := "采用甲。区住建局 换一家机构，7 月 13 日前 复核并张榜"
	c := Recognise(text, hallUnits, meetingDay)[1]
	if got := text[c.UnitAt.FromByte:c.UnitAt.ToByte]; got != "区住建局" {
		t.Errorf("unit %q", got)
	}
	if got := string([]rune(text)[c.DayAt.From:c.DayAt.To]); got != "7 月 13 日前" {
		t.Errorf("day %q", got)
	}
}

func TestANameThatTwoUnitsShareNamesNeither(t *testing.T) {
	units := WordsOf([]org.Unit{{ID: "a", Name: org.Name{Zh: "区财政局"}}, {ID: "b", Name: org.Name{Zh: "财政局"}}})
	if c := Recognise("财政局 7 月 8 日前下科目", units, meetingDay); c[0].Unit != "" {
		t.Errorf("%+v", c)
	}
	if c := Recognise("区财政局 7 月 8 日前下科目", units, meetingDay); c[0].Unit != "a" {
		t.Errorf("%+v", c)
	}
}

// sound holds what must be true of any text.
func sound(t interface{ Fatalf(string, ...any) }, text string) {
	ids := map[string]bool{}
	for _, u := range hallUnits {
		ids[u.ID] = true
	}
	runes, last := utf8.RuneCountInString(text), 0
	within := func(what string, s *Stretch, in Stretch) {
		if s != nil && (s.From < in.From || s.To > in.To || s.From >= s.To || s.FromByte < in.FromByte || s.ToByte > in.ToByte) {
			t.Fatalf("%q: %s %+v is not within %+v", text, what, *s, in)
		}
	}
	for _, c := range Recognise(text, hallUnits, meetingDay) {
		if c.From < last || c.To <= c.From || c.To > runes || c.ToByte > len(text) || text[c.FromByte:c.ToByte] != c.Text {
			t.Fatalf("%q: clause %+v", text, c)
		}
		last = c.To
		within("unit", c.UnitAt, c.Stretch)
		within("day", c.DayAt, c.Stretch)
		for _, a := range c.Assists {
			within("assist", &a.Stretch, c.Stretch)
			if !ids[a.Unit] {
				t.Fatalf("%q: unit %q", text, a.Unit)
			}
		}
		if c.Unit != "" && (!ids[c.Unit] || c.UnitAt == nil) || c.Day != "" && c.DayAt == nil {
			t.Fatalf("%q: %+v", text, c)
		}
		if d, err := calendar.ParseDay(c.Day); c.Day != "" && (err != nil || d.String() != c.Day) {
			t.Fatalf("%q: day %q", text, c.Day)
		}
	}
}

func TestWhateverIsTypedRangesLieInTheTextAndDaysAreDays(t *testing.T) {
	pieces := []string{"采用甲", "按乙方案", "区住建局", "财政局", "通济街道", "龙泉街道办", "由", "把", "配合", "会同", "、", "，", "；", "。", "\n", " ", "7 月 13 日前", "8月底前", "下周五前", "3 个工作日内", "7-22前",
		"by 13 July", "Transport Bureau", "next Friday", "1.8 公里", "签完 11 户", "99", "月", "日", "一", "　", "７", "\xff", "😀", "."}
	rapid.Check(t, func(t *rapid.T) {
		sound(t, strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 25).Draw(t, "text"), ""))
	})
}

func FuzzRecognise(f *testing.F) {
	for _, s := range []string{"采用甲。区住建局 换一家机构，7 月 13 日前 复核并张榜；通济街道 7 月 22 日前 签完。", "by 13 July", "\xff，由区财政局", "12月31日前", "within a weeks"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { sound(t, s) })
}
