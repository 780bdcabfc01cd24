package bench

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"shigan/adapter/sheet"

	"github.com/xuri/excelize/v2"
)

// workbook writes a list of n projects with the columns that lists have.
func workbook(b testing.TB, n int) []byte {
	b.Helper()
	f := excelize.NewFile()
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		b.Fatal(err)
	}
	put := func(row int, vals ...any) {
		cell, _ := excelize.CoordinatesToCellName(1, row)
		if err := w.SetRow(cell, vals); err != nil {
			b.Fatal(err)
		}
	}
	put(1, "示例区2022年重点项目计划表")
	put(2, "单位：万元")
	put(3, "序号", "项目名称", "建设地点", "建设单位", "责任单位", "建设规模及内容", "总投资", "截至上年底完成投资", "2022年计划投资", "开工时间", "竣工时间", "备注")
	for i := range n {
		put(4+i, i+1, fmt.Sprintf("示例项目%05d号", i), "龙泉街道", "示例公司", "龙泉街道办事处", "新建厂房三座，购置设备二百台套", 50_000+i, 10_000, 12_000+i, "2022-03", "2023-12", "")
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		b.Fatal(err)
	}
	return out.Bytes()
}

// BenchmarkImport compares reading and recognising a list of 10,000 projects with the library's bare reading of all rows; goal ≤ 2.
func BenchmarkImport(b *testing.B) {
	data := workbook(b, 10_000)
	for range b.N {
		began := time.Now()
		f, err := excelize.OpenReader(bytes.NewReader(data))
		if err != nil {
			b.Fatal(err)
		}
		rows, err := f.GetRows("Sheet1")
		if err != nil || len(rows) != 10_003 {
			b.Fatal(len(rows), err)
		}
		bare := time.Since(began)
		began = time.Now()
		wb, err := sheet.Read("list.xlsx", data, sheet.Options{})
		if err != nil {
			b.Fatal(err)
		}
		rec := sheet.Recognise(wb, sheet.Context{PlanYear: 2022})
		ours := time.Since(began)
		if n := len(rec.Sheets[0].Projects); n != 10_000 {
			b.Fatal(n, "projects")
		}
		b.ReportMetric(bare.Seconds(), "bare-s")
		b.ReportMetric(ours.Seconds(), "ours-s")
		b.ReportMetric(ours.Seconds()/bare.Seconds(), "ratio")
	}
}
