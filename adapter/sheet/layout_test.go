package sheet

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// page is a sheet to be made: rows of cells parted by |, numbers as numbers, and merged blocks.
type page struct {
	name   string
	rows   []string
	merges []string
	format map[string]string // cell → number format
}

// book writes pages with excelize and reads them back with our reader.
func book(t testing.TB, pages ...page) *Workbook {
	t.Helper()
	wb, err := Read("名单.xlsx", bookBytes(t, pages...), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return wb
}

func bookBytes(t testing.TB, pages ...page) []byte {
	t.Helper()
	f := excelize.NewFile()
	for i, p := range pages {
		name := p.name
		if name == "" {
			name = "Sheet" + strconv.Itoa(i+1)
		}
		if i == 0 {
			f.SetSheetName("Sheet1", name)
		} else if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		for r, row := range p.rows {
			for c, v := range strings.Split(row, "|") {
				if v = strings.ReplaceAll(v, `\n`, "\n"); v == "" {
					continue
				}
				cell, _ := excelize.CoordinatesToCellName(c+1, r+1)
				if n, err := strconv.ParseFloat(v, 64); err == nil && !strings.HasPrefix(v, "'") {
					f.SetCellValue(name, cell, n)
				} else {
					f.SetCellStr(name, cell, strings.TrimPrefix(v, "'"))
				}
			}
		}
		for _, m := range p.merges {
			a, b, _ := strings.Cut(m, ":")
			if err := f.MergeCell(name, a, b); err != nil {
				t.Fatal(err)
			}
		}
		for cell, format := range p.format {
			id, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
			if err != nil {
				t.Fatal(err)
			}
			f.SetCellStyle(name, cell, cell, id)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// brief prints what was recognised in few lines, so that a test can show it whole.
func brief(r *Recognition) string {
	var b strings.Builder
	for _, s := range r.Sheets {
		if !s.Read {
			fmt.Fprintf(&b, "%s: not read, %s\n", s.Name, s.WhyNot)
			continue
		}
		fmt.Fprintf(&b, "%s: %s unit %s head %v\n", s.Name, s.Orientation, s.Unit, s.HeadingRows)
		for _, c := range s.Columns {
			if c.Field != "" {
				fmt.Fprintf(&b, " %s=%s%s", c.Column, c.Field, c.Unit)
			}
		}
		b.WriteString("\n")
		for _, p := range s.Projects {
			fmt.Fprintf(&b, " %d %s", p.Row, p.Name)
			for _, m := range [][2]string{{"total", p.Total}, {"done", p.Invested}, {"plan", p.Planned}, {"month", p.MonthDone}, {"ytd", p.YTD}, {"in", p.Group}, {"place", p.Place}, {"owner", p.Owner},
				{"resp", p.Responsible}, {"line", p.Line}, {"leader", p.Leader}, {"contact", p.Contact}, {"nature", p.Nature}, {"goal", p.Goal}, {"scope", p.Scope}} {
				if m[1] != "" {
					fmt.Fprintf(&b, " %s:%s", m[0], m[1])
				}
			}
			if p.Start != nil {
				fmt.Fprintf(&b, " from:%s", p.Start.Value)
			}
			if p.Finish != nil {
				fmt.Fprintf(&b, " to:%s", p.Finish.Value)
			}
			if p.ParentRow > 0 {
				fmt.Fprintf(&b, " under:%d", p.ParentRow)
			}
			b.WriteString("\n")
		}
		for _, k := range s.Skipped {
			if k.Kind != RowHeading && k.Kind != RowTitle && k.Kind != RowUnit {
				fmt.Fprintf(&b, " -%d %s", k.Row, k.Kind)
			}
		}
		b.WriteString("\n")
		for _, p := range s.Problems {
			fmt.Fprintf(&b, " !%s %s", p.Cell, p.Kind)
		}
		b.WriteString("\n")
	}
	for _, q := range r.Questions {
		fmt.Fprintf(&b, "?%s %v\n", q.ID, q.Options)
	}
	return b.String()
}

var layouts = map[string]struct {
	pages []page
	year  int
}{
	"a table on its side": {pages: []page{{rows: []string{
		"青石县2023年重点项目一览表（单位：万元）",
		"序号|字段|项目一|项目二|项目三|合计",
		"1|项目名称|城北污水处理厂二期|'3D打印产业园|环城路改造工程★|合计",
		"2|建设单位|青石水务有限公司|青石新材料有限公司|县交通局|",
		"3|总投资|12000|350000|8000|370000",
		"4|2023年计划投资|6000|120000|—|126000",
		"5|开工时间|2023.3|2022年10月|2023年二季度|",
		"6|竣工时间|2024年底|2025-06|2024.1|",
		"注：投资以批复为准",
	}, merges: []string{"A1:F1", "A9:F9"}}}},
	"two tables on one sheet": {pages: []page{{rows: []string{
		"2022年重点项目", "一、产业项目|||单位：万元",
		"序号|项目名称|总投资|年度计划投资", "1|甲产业园项目|12000|3000", "2|乙产业园项目|8000|2000", "合计||20000|5000", "",
		"附表2：基础设施项目|||单位：亿元",
		"序号|工程名称|建设地点|总投资|备注", "1|丙路工程|城关镇|3.5|", "2|丁桥工程|东坡镇|1.25|省级", "合计|||4.75|",
	}}}},
	"heading of two rows printed again on each page": {pages: []page{{rows: []string{
		"某县2022年重点项目计划", "单位：万元",
		"序号|项目名称|总投资|2022年计划|", "|||投资|形象进度", "一、续建项目（2个）", "1|甲园区基础设施项目|1000|100|完成主体", "2|乙小学建设项目|2000|200|竣工",
		"某县2022年重点项目计划", "单位：万元",
		"序号|项目名称|总投资|2022年计划|", "|||投资|形象进度", "3|丙医院迁建项目|3000|300|开工", "二、新开工项目（1个）", "4|丁道路工程|4000|400|开工", "合计||10000|1000|", "第2页，共2页",
	}, merges: []string{"A3:A4", "B3:B4", "C3:C4", "D3:E3", "A10:A11", "B10:B11", "C10:C11", "D10:E10"}}}},
	"no heading row, the first row is a group": {year: 2023, pages: []page{{name: "总清单", rows: []string{
		"一、续建项目（2个）", "1|甲园区基础设施项目|城关镇|某城投集团有限公司|新建标准厂房12万平方米，配套道路、管网和供电设施。|52000|12000|2021-2023", "2|乙小学建设项目|东坡镇|县教体局|新建教学楼2栋，运动场1个，配套附属设施和绿化。|8000|3000|2022-2024",
		"二、新开工项目", "3|丙医院迁建项目|西山镇|县人民医院|新建门诊楼和住院楼各一栋，床位500张，购置设备。|43000|9000|2023-2025", "4|丁道路工程|城关镇|某城投集团有限公司|新建城市主干道3.2公里，宽30米，含雨污水管网。|15000|5000|2023-2024",
	}}}},
	"no heading row, columns lent by another sheet": {pages: []page{
		{name: "续建", rows: []string{"2022年续建项目|||单位：亿元", "序号|项目名称|总投资|责任单位", "1|甲园区项目|5.2|县发改局", "2|乙学校项目|1.3|县教体局"}},
		{name: "新开工", rows: []string{"城关镇", "1|丙医院项目|2.2|县卫健局", "2|丁道路项目|0.8|县交通局"}},
	}},
	"no serials, groups in the name column, sums on the groups": {pages: []page{{rows: []string{
		"2022年重点项目", "项目名称|建设单位|总投资（亿元）|年度计划（万元）|责任单位",
		"城关镇||3|5000|", "甲园区项目|甲公司|2|3000|县发改局", "乙学校项目|乙公司|1|2000|〃",
		"东坡镇||4|7000|", "丙医院项目|丙公司|4|7000|县卫健局",
	}}}},
	"a total right under the heading, groups with Chinese numbers": {pages: []page{{rows: []string{
		"2022年重点项目|||单位：万元", "序号|项目名称|总投资|年度计划投资|备注", "|合计（3个）|6000|600|", "一|产业类（2个）|3000|300|", "1|甲园区项目|1000|100|", "2|乙厂房项目|2000|200|", "二|民生类|3000|300|", "1|丙学校项目|3000|300|",
	}}}},
	"units in a row under the heading": {pages: []page{{rows: []string{
		"2022年重点项目", "序号|项目名称|建设内容|总投资|年度投资|占地", "|||（亿元）|（万元）|（亩）", "1|甲园区项目|年产2000万件|3.5|5000|50", "2|乙学校项目|5万亩|1.2亿元|800万|20",
	}}}},
	"nobody says the unit": {pages: []page{{rows: []string{
		"2022年重点项目", "序号|项目名称|总投资|年度计划投资", "1|甲园区项目|12000|3000", "2|乙学校项目|8000|2000",
	}}}},
	"a format that shows yuan as 万元": {pages: []page{{rows: []string{
		"2022年重点项目", "序号|项目名称|总投资|年度计划投资", "1|甲园区项目|120000000|3000", "2|乙学校项目|80000000|2000",
	}, format: map[string]string{"C3": `0!.0000"万元"`, "C4": `0!.0000"万元"`, "D3": `0"万元"`, "D4": `0"万元"`}}}},
	"a sheet of drop-down choices": {pages: []page{
		{name: "名单", rows: []string{"2022年重点项目|||单位：万元", "序号|项目名称|建设性质|总投资", "1|甲园区项目|新建|5200", "2|乙学校项目|续建|1300"}},
		{name: "Sheet2", rows: []string{"建设性质|项目类别|责任单位|项目名称", "新建|产业|县发改局|项目名称", "续建|民生|县教体局|总投资", "改扩建|基础设施|县交通局|责任单位"}},
		{name: "Sheet3", rows: []string{"项目名称", "建设单位", "总投资", "开工时间", "竣工时间"}},
	}},
	"a table that begins at C4, spaced headings": {pages: []page{{rows: []string{
		"", "||附件1", "||某县2022年重点项目名单", "||序 号|项 目\\n名 称|总 投 资\\n（万元）|建设\\n地点|开工\\n时间|是否省重点|联系人|联系电话", "||1|甲园区项目|5200|城关镇|3月|是|张某|0532-00000000", "||2|乙学校项目|1300|东坡镇|已开工|否|李某|0532-00000001",
	}, merges: []string{"C3:J3"}}}},
	"three rows of headings, one unit above": {pages: []page{{rows: []string{
		"2022年重点项目进展情况（截至9月底）", "序号|项目基本情况||投资情况（亿元）||||责任情况|", "|项目名称|建设性质|总投资|其中：政府投资|2022年||牵头单位|配合单位", "|||||计划投资|1-9月完成||", "1|甲园区项目|新建|5.2|1|2|1.1|县发改局|县财政局", "2|乙学校项目|续建|1.3|1.3|0.5|0.6|县教体局|县住建局",
	}, merges: []string{"A1:I1", "A2:A4", "B2:C2", "D2:G2", "H2:I2", "B3:B4", "C3:C4", "D3:D4", "E3:E4", "F3:G3", "H3:H4", "I3:I4"}}}},
	"bundles and their sums": {pages: []page{{rows: []string{
		"2022年重点项目|||单位：万元", "序号|项目名称|总投资|年度计划投资", "1|甲工程（打包）|3000|300", "1.1|子一项目|1000|100", "1.2|子二项目|2000|200", "2|乙工程包|500|50", "|①乙一|200|20", "|②乙二|300|30", "|合计|7000|350",
	}}}},
	"sums as text are left out by SUM": {pages: []page{{rows: []string{
		"2022年重点项目|||单位：万元", "序号|项目名称|总投资|年度计划投资", "1|甲工程|'3,000|300", "2|乙工程|'500|600", "3|丙工程|1000|100", "|小计|1000|1000",
	}}}},
	"another year's plan, money by source, a foreign currency": {pages: []page{{rows: []string{
		"某市2023年重点项目计划|||单位：万元", "序号|项目名称|计划总投资|资金来源||外资（万美元）|截至2022年底累计完成投资|2022年计划投资|2023年计划投资|2024年计划投资", "|||政府投资|社会资本", "1|甲工程|3000|1000|2000|5|500|400|600|700", "2|乙工程|4000|1000|3000|6|600|400|500|700",
	}, merges: []string{"A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:F3", "G2:G3", "H2:H3", "I2:I3", "J2:J3"}}}},
	"nature and mark groups, merged units and ditto marks": {pages: []page{{rows: []string{
		"2022年重点项目|||单位：万元", "序号|项目名称|总投资|责任单位|包保领导", "续建项目", "一、工业", "1|甲工程|3000|县发改局|张某", "2|乙工程|2000||同上", "二、农业", "1|丙工程|2000|县农业局|李某", "新开工项目", "一、工业", "1|丁工程|1000|县工信局|王某", "2|3.戊工程（暂定名）▲|约1.2亿|县工信局|王某",
	}, merges: []string{"A3:E3", "A4:E4", "D5:D6", "A7:E7", "A9:E9", "A10:E10"}}}},
	"name merged with the column on its left": {pages: []page{{rows: []string{
		"2022年重点项目|||单位：万元", "项目名称||总投资|责任单位", "产业项目", "1|甲工程|3000|县发改局", "2|乙工程|2000|县农业局", "民生项目", "1|丙工程|2000|县农业局",
	}, merges: []string{"A2:B2", "A3:D3", "A6:D6"}}}},
	"a year column with a lost date format": {pages: []page{{rows: []string{
		"2024年重点项目|||单位：亿元", "序号|项目名称|总投资|开工年份|竣工年份|建设周期", "1|甲工程|3|2023|45597|2023-2024年", "2|乙工程|2|2024|2025|24个月", "3|丙工程|2|2022.13|二〇二五年|2024.3-2024.9", "4|丁工程|2|2023年2月30日|2022|2024年至今",
	}}}},
	"money as people write it": {pages: []page{{rows: []string{
		"2022年重点项目|||单位：万元", "序号|项目名称|总投资|年度计划投资", "1|甲工程|１２，０００|'(500)", "2|乙工程|3亿2000万元|2000万件", "3|丙工程|3.5-4亿|三千五百万元", "4|丁工程|12000（其中中央6000）|￥800", "5|戊工程|1.2万吨|'1,200.50", "6|己工程|约5000万元左右|0", "7|庚工程|500万美元|80%", "8|辛工程|#REF!|〃", "9|壬工程|1亿余元|不少于300万元",
	}}}},
	"dispatch table with a month and cumulative sums": {pages: []page{
		{name: "8月", rows: []string{"2022年重点项目调度表（8月）|||单位：万元", "序号|项目名称|总投资|年度计划投资|8月完成投资|1-8月累计完成投资|累计完成率|目前形象进度|存在问题及需协调事项|下步打算", "1|甲工程|3000|1000|100|800|80%|主体|无|推进", "2|乙工程|2000|1000|100|50|5%|主体|无|推进"}},
		{name: "9月", rows: []string{"2022年重点项目调度表（9月）|||单位：万元", "序号|项目名称|总投资|年度计划投资|9月完成投资|1-9月累计完成投资|累计完成率|目前形象进度|存在问题及需协调事项|下步打算", "1|甲工程|3000|1000|100|850|85%|主体|无|推进", "2|乙工程|2000|1000|100|150|15%|主体|无|推进"}},
	}},
	"groups by region with counts in a cell of their own": {pages: []page{{rows: []string{
		"2022年重点项目|||单位：万元", "序号|项目名称|建设单位|总投资|年度计划投资", "西青区|2项||5000|500", "1|甲工程|甲公司|3000|300", "2|乙工程|乙公司|2000|200", "东丽区|1项||4000|400", "1|丙工程|丙公司|4000|400", "合计|3项||9000|900", "其中：省级|||4000|400",
	}}}},
	"five depths of headings": {pages: []page{{rows: []string{
		"2022年重点项目|||单位：万元", "序号|项目名称|总投资|备注", "一、产业", "（一）工业", "1.装备", "（1）机床", "①数控", "1|甲工程|3000|", "②普通", "2|乙工程|3000|", "（2）模具", "3|丙工程|3000|", "2.食品", "4|丁工程|3000|", "（二）农业", "5|戊工程|3000|", "二、民生", "6|己工程|3000|",
	}}}},
	"two depths of headings without marks": {pages: []page{{rows: []string{
		"2022年重点项目|||单位：万元", "序号|项目名称|总投资|备注", "|产业项目||", "|汽车产业||", "1|甲工程|3000|", "|新材料产业||", "2|乙工程|3000|", "|基础设施||", "|交通||", "3|丙工程|3000|", "|水利||", "4|丁工程|3000|",
	}}}},
	"a column of groups and a project over two lines": {pages: []page{{rows: []string{
		"2022年重点项目|||单位：万元", "板块|序号|项目名称|责任单位|总投资|2022年计划|", "|||||投资|形象进度", "产业|1|甲工程|县发改局|3000|100|开工", "|2|乙工程|县工信局|3000|100|开工", "|||县财政局||50|竣工", "民生|3|丙工程|县教体局|3000|100|开工",
	}, merges: []string{"A2:A3", "B2:B3", "C2:C3", "D2:D3", "E2:E3", "F2:G2", "A4:A6", "B5:B6", "C5:C6", "E5:E6"}}}},
	"the unit stands in a note below": {pages: []page{{rows: []string{
		"2022年重点项目", "序号|项目名称|总投资|年度计划投资", "1|甲工程|3.5|1.2", "2|乙工程|2.5|1", "注：表中投资单位均为亿元。",
	}}}},
	"two units of money are named": {pages: []page{{rows: []string{
		"2022年重点项目", "单位：万元、亿元", "序号|项目名称|总投资|年度计划投资", "1|甲工程|3.5|12000", "2|乙工程|2.5|10000",
	}}}},
	"the stated unit cannot be right": {pages: []page{{rows: []string{
		"2022年重点项目|||单位：万元", "序号|项目名称|总投资|年度计划投资", "1|甲工程|3.5|1.2", "2|乙工程|2.5|1", "3|丙工程|6|2",
	}}}},
	"a numbering row under the heading": {pages: []page{{rows: []string{
		"2022年重点项目|||单位：万元", "序号|项目名称|总投资|年度计划投资", "甲|乙|1|2", "1|甲工程|3000|1200", "2|乙工程|2500|1000",
	}}}},
	"side by side": {pages: []page{{rows: []string{
		"2022年重点项目|||单位：万元", "序号|项目名称|总投资||序号|项目名称|总投资", "1|甲工程|3000||3|丙工程|1200", "2|乙工程|2500||4|丁工程|1000",
	}}}},
	"names that begin with numbers, serials with marks": {pages: []page{{rows: []string{
		"2022年重点项目\\n（单位：万元）", "序号|项目名称|总投资|责任单位", "1、|500千伏变电站工程|3000|县供电公司", "2、|2×35万千瓦热电联产项目|3000|县发改局", "3、|3.110kV线路工程|3000|县供电公司", "4．|1.5万吨新材料项目|3000|县工信局", "★5|5G基站建设|3000|县工信局",
	}, merges: []string{"A1:D1"}}}},
	"the name's heading stands in the second row": {pages: []page{{rows: []string{
		"附件2", "某县2022年省级重点项目计划表", "填报单位：县发改局||填报日期：2022年1月5日||金额单位：人民币亿元", "基本信息|||投资||建设时间|", "编号|项目名称|项目类型|总投资|2022年投资|开工|竣工", "1|甲工程|产业|3|1|2022.3|2023.10", "2|乙工程|产业|2|1|2021年|2022年底",
	}, merges: []string{"A4:C4", "D4:E4", "F4:G4"}}}},
	"all serials are Chinese numbers": {pages: []page{{rows: []string{
		"2022年重点项目|||单位：万元", "序号|项目名称|总投资|责任单位|建设地点", "一|甲工程|3000|县发改局|城关镇", "二|乙工程|2000|县工信局|城关镇", "三|丙工程|1000|县教体局|东坡镇",
	}}}},
	"no serials and no groups": {pages: []page{{rows: []string{
		"2022年重点项目|||单位：万元", "项目名称|建设单位|总投资", "甲工程|甲公司|3000", "乙工程||2000", "丙工程|丙公司|", "合计||5000",
	}}}},
	"groups in the first column, not merged, as a text file has them": {pages: []page{{rows: []string{
		"2022年重点项目|||单位：万元", "序号|项目名称|总投资|责任单位", "城关镇（2个）", "1|甲工程|3000|县发改局", "2|乙工程|2000|县工信局", "东坡镇 1项", "1|丙工程|1000|县教体局", "以上项目均已入库", "|总 计|6000|",
	}}}},
	"the same heading twice with other titles": {pages: []page{{rows: []string{
		"2022年政府投资项目", "|||单位：万元", "序号|项目名称|总投资|责任单位", "1|甲工程|3000|县发改局", "合计||3000|", "2022年社会投资项目", "|||单位：亿元", "序号|项目名称|总投资|责任单位", "1|乙工程|2.5|县工信局", "合计||2.5|",
	}}}},
	"a sum kept for several rows, and a total without a word": {pages: []page{{rows: []string{
		"2022年重点项目|||单位：万元", "序号|项目名称|总投资|责任单位", "1|甲工程一期|3000|县发改局", "2|甲工程二期||县发改局", "3|乙工程|2000|县工信局", "||5000|",
	}, merges: []string{"C3:C4"}}}},
	"words and phases as groups between numbered projects": {pages: []page{{rows: []string{
		"2022年重点项目|||单位：万元", "序号|项目名称|总投资|责任单位", "|市级统筹|500|", "1|甲工程|300|县发改局", "2|乙工程|200|县工信局", "|县级自建项目|1000|", "3|丙工程|1000|县教体局", "合计||1500|",
	}}}},
	"outliers in one column": {pages: []page{{rows: []string{
		"2022年重点项目|||单位：万元", "序号|项目名称|总投资|年度计划投资", "1|甲工程|30000|3000", "2|乙工程|200000000|2000", "3|丙工程|2.5|1000", "4|丁工程|15000|1000", "5|戊工程|25000|1000", "6|己工程|18000|1000", "7|庚工程|12000|1000",
	}}}},
	"names alone":                    {pages: []page{{rows: []string{"某县2022年重点项目名单", "序号|项目名称", "1|甲工程", "2|乙工程"}}}},
	"a summary that counts projects": {pages: []page{{name: "汇总", rows: []string{"2022年重点项目汇总表", "序号|类别|项目名称|项目个数|总投资", "1|产业|甲等|5|30", "2|民生|乙等|4|20"}}}},
}

var update = flag.Bool("update", false, "rewrite the golden files; read the diff")

// TestLayouts reads one nasty sheet after another; what should come out stands in testdata/layouts.
func TestLayouts(t *testing.T) {
	for name, tc := range layouts {
		t.Run(name, func(t *testing.T) {
			got := brief(Recognise(book(t, tc.pages...), Context{PlanYear: tc.year}))
			path := filepath.Join("testdata", "layouts", strings.ReplaceAll(name, " ", "-")+".txt")
			if *update {
				os.MkdirAll(filepath.Dir(path), 0o755)
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil || string(want) != got {
				t.Errorf("%s differs; got:\n%s", path, got)
			}
		})
	}
}
