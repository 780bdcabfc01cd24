package sheet

import (
	"encoding/json"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func problems(r *Recognition, kind string) (cells []string) {
	for _, s := range r.Sheets {
		for _, p := range s.Problems {
			if p.Kind == kind {
				cells = append(cells, p.Cell)
			}
		}
	}
	return cells
}

func TestAnAnswerSettlesADoubtAndIsRememberedForTheNextFile(t *testing.T) {
	rows := func(year, a, b string) []string {
		return []string{year + "年重点项目", "序号|项目名称|总投资|" + year + "年计划投资|开工时间", "1|甲工程|" + a + "|3|" + year + ".1", "2|乙工程|" + b + "|2|" + year + ".08"}
	}
	wb := book(t, page{rows: rows("2022", "12.5", "8")})
	r := Recognise(wb, Context{})
	if len(r.Questions) != 3 {
		t.Fatalf("%+v", r.Questions)
	}
	q := r.Questions[0]
	if q.Kind != "date" || q.Options[0].Value != "october" || !strings.Contains(q.Options[0].Example, "2022-10") {
		t.Errorf("%+v", q)
	}
	answers := map[string]string{}
	for _, q := range r.Questions {
		answers[q.ID] = map[string]string{"unit": "亿元", "date": "january"}[q.Kind]
	}
	r = Recognise(wb, Context{Answers: answers})
	p := r.Sheets[0].Projects[0]
	if len(r.Questions) != 0 || len(r.Sheets[0].Problems) != 0 || p.Total != "1250000000" || p.Start.Value != "2022-01" || r.Sheets[0].Unit != "亿元" {
		t.Errorf("%+v %+v %+v", r.Questions, r.Sheets[0].Problems, p)
	}
	// The next year's file has the same shape and needs no answer for its unit.
	raw, err := json.Marshal(r.Mapping())
	if err != nil {
		t.Fatal(err)
	}
	var m Mapping
	if err := json.Unmarshal(raw, &m); err != nil {
		t.Fatal(err)
	}
	next := Recognise(book(t, page{rows: rows("2023", "7", "6.5")}), Context{Remembered: &m})
	if next.Sheets[0].Projects[0].Total != "700000000" || len(problems(next, "unit_doubt")) != 0 {
		t.Errorf("%+v", next.Sheets[0])
	}
}

func TestEveryValueTellsItsCell(t *testing.T) {
	r := Recognise(book(t, page{rows: []string{"2022年重点项目|||单位：万元", "序号|项目名称|总投资|责任单位", "1|甲工程|12,000|县发改局", "2|乙工程|8000|"}, merges: []string{"D3:D4"}}), Context{})
	p := r.Sheets[0].Projects[1]
	if p.Cells["name"] != "B4" || p.Cells["total_investment_yuan"] != "C4" || p.Cells["responsible_unit"] != "D3" || p.Responsible != "县发改局" {
		t.Errorf("%+v", p)
	}
	if raw := r.Sheets[0].Projects[0].Raw["total_investment_yuan"]; raw != "12,000" {
		t.Errorf("raw %q", raw)
	}
}

// textBook reads rows as a text file with bars, which is quicker to make than a workbook.
func textBook(t rapid.TB, rows []string) *Workbook {
	wb, err := Read("名单.csv", []byte(strings.Join(rows, "\n")), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return wb
}

// TestTotalsThatBalanceAreSilentAndOthersAreNamed: whatever the groups, a sheet whose sums are right has no sum_mismatch, and
// one wrong total is named by its cell, and only that one.
func TestTotalsThatBalanceAreSilentAndOthersAreNamed(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rows := []string{"2022年重点项目|||单位：万元", "序号|项目名称|总投资|责任单位"}
		grand, n := new(big.Rat), 0
		var totals []int
		cents := rapid.IntRange(100, 999_999)
		top := rapid.Bool().Draw(rt, "total on top")
		if top {
			rows = append(rows, "")
		}
		for g := range rapid.IntRange(1, 4).Draw(rt, "groups") {
			rows = append(rows, []string{"一、", "二、", "三、", "四、"}[g]+"某某类|||")
			sum := new(big.Rat)
			for range rapid.IntRange(1, 4).Draw(rt, "projects") {
				n++
				v := big.NewRat(int64(cents.Draw(rt, "sum")), 100)
				sum.Add(sum, v)
				rows = append(rows, itoa(n)+"|第"+itoa(n)+"号工程项目|"+decimal(v)+"|县发改局")
			}
			rows = append(rows, "小计||"+decimal(sum)+"|")
			totals = append(totals, len(rows))
			grand.Add(grand, sum)
		}
		line := "合计||" + decimal(grand) + "|"
		if top {
			rows[2] = line
			totals = append(totals, 3)
		} else {
			rows = append(rows, line)
			totals = append(totals, len(rows))
		}
		if bad := problems(Recognise(textBook(rt, rows), Context{}), "sum_mismatch"); len(bad) > 0 {
			rt.Fatalf("balanced, but %v:\n%s", bad, strings.Join(rows, "\n"))
		}
		wrong := rapid.SampledFrom(totals).Draw(rt, "wrong total")
		parts := strings.Split(rows[wrong-1], "|")
		v, _ := rat(parts[2])
		parts[2] = decimal(v.Add(v, big.NewRat(12_345_678, 1)))
		rows[wrong-1] = strings.Join(parts, "|")
		if bad := problems(Recognise(textBook(rt, rows), Context{}), "sum_mismatch"); len(bad) != 1 || bad[0] != "C"+itoa(wrong) {
			rt.Fatalf("C%d is wrong, but %v:\n%s", wrong, bad, strings.Join(rows, "\n"))
		}
	})
}
