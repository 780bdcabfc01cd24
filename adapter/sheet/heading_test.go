package sheet

import (
	"encoding/csv"
	"os"
	"strings"
	"testing"
)

// TestHeadingWords is what the words mean; / parts the rows of a heading. The list is of 2022, the month October.
func TestHeadingWords(t *testing.T) {
	k := clock{2022, 10}
	for heading, want := range map[string]string{
		"项目名称": "name", "工程名称": "name", "项目单位及名称": "name", "项目基本情况/项目\n名称": "name", "重点项目名称及建设内容": "name",
		"建设单位": "owner", "项目（法人）单位": "owner", "项目法人": "owner", "业主": "owner", "实施主体": "owner",
		"建设地点": "place", "所在省辖市、县区": "place", "隶属区县": "place", "镇街": "place",
		"总投资（万元）": "total_investment", "计划总投资": "total_investment", "项目资金来源/计划总投资": "total_investment", "投资情况（亿元）/总投资": "total_investment", "总投资/合计": "total_investment",
		"2022年计划投资": "planned_year_investment", "2022年/计划投资": "planned_year_investment", "年度投资": "planned_year_investment", "2022年度投资计划": "planned_year_investment",
		"2022年计划/投资": "planned_year_investment", "2022年计划投资/计划总投资": "planned_year_investment", "分年度投资计划/2022年": "planned_year_investment", "其中：2022年计划投资": "planned_year_investment",
		"2023年计划投资": "none", "2021年计划投资": "none", "分年度投资计划/2023年": "none", "2022年计划投资/省级以上补助": "none", "2022年计划投资/社会资本": "none", "其中：政府投资": "none", "外资（万美元）": "none",
		"截至2021年底累计完成投资": "invested_to_last_year", "至上年底累计完成投资": "invested_to_last_year", "开工至2021年底\n完成投资": "invested_to_last_year", "2021年底前累计完成投资": "invested_to_last_year", "截至2022年底预计累计完成投资": "none",
		"本月完成投资": "month_investment", "10月份完成投资": "month_investment", "投资完成情况/本月": "month_investment", "9月完成投资": "none",
		"1-10月累计完成投资": "ytd_investment", "投资完成情况/本年累计": "ytd_investment", "2022年1-10月完成投资": "ytd_investment", "截至2022年10月底累计完成投资": "ytd_investment", "年初至今完成投资": "ytd_investment", "完成投资/累计": "ytd_investment",
		"完成率": "none", "占年度计划比例": "none", "投资完成率（%）": "none", "序号": "none", "配合单位": "none", "责任单位/配合": "none",
		"建设起止年限": "period", "建设周期": "period", "计划工期": "period", "开竣工时间": "period",
		"开工时间": "start", "计划\n开工": "start", "建设起止时间/开工": "start", "竣工年份": "finish", "计划竣工时间": "finish", "建设年限/止": "finish", "竣工投产时间": "finish",
		"2022年计划/形象进度": "year_goal_text", "2022年投资计划/主要建设内容": "year_goal_text", "2022年推进计划/整体形象进度": "year_goal_text", "年度目标": "year_goal_text", "计划形象进度": "year_goal_text",
		"形象进度": "progress_text", "目前进展情况": "progress_text", "存在问题": "problem_text", "需协调解决的问题": "problem_text", "下一步计划": "next_text", "下月工作打算": "next_text",
		"建设规模及主要内容": "scope_text", "项目简介": "scope_text", "责任单位/牵头": "responsible_unit", "牵头单位": "responsible_unit", "行业主管部门": "line_department",
		"包保领导": "leader", "县级领导": "leader", "联系人及电话": "contact", "联系电话": "contact", "项目级别": "list_level", "是否省重点": "list_level",
		"建设性质": "nature", "所属行业": "category", "项目类别": "category", "项目代码": "code", "备注": "remark", "用地面积（亩）": "none",
	} {
		var keys []string
		for _, part := range strings.Split(heading, "/") {
			key, _ := k.labelKey(squeeze(part))
			keys = append(keys, key)
		}
		got := "unknown"
		if r := lookUp(keys); r != nil {
			got = string(r.Field)
		}
		if got != want {
			t.Errorf("%s: %s, wanted %s (%v)", heading, got, want, keys)
		}
	}
}

// TestHeadingVariantsOfAllProvinces runs over the variants collected outside the repository.
func TestHeadingVariantsOfAllProvinces(t *testing.T) {
	f, err := os.Open("../../../shared/data/sheets/key_project_header_variants.csv")
	if err != nil {
		t.Skip("no variants here")
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"project_name": "name", "construction_unit": "owner", "project_owner": "owner", "location": "place", "annual_investment": "planned_year_investment", "annual_goal": "year_goal_text progress_text",
		"year_range": "period", "start_year": "start", "end_year": "finish", "content": "scope_text", "responsible_unit": "responsible_unit line_department supervising", "other": "none"}
	for _, row := range rows[1:] {
		kind := strings.TrimPrefix(row[0], "two_row:")
		if kind == "split_by_newline" {
			continue
		}
		var keys []string
		for _, part := range strings.Split(row[1], " / ") {
			key, _ := clock{}.labelKey(part)
			keys = append(keys, key)
		}
		if want[kind] == "" {
			want[kind] = kind
		}
		if r := lookUp(keys); r == nil || !strings.Contains(want[kind], string(r.Field)) {
			t.Errorf("%s: %+v, wanted %s", row[1], r, want[kind])
		}
	}
}
