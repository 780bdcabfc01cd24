package sheet

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// seeds are small real files; those outside the repository are used where they are.
func seeds(f *testing.F, patterns ...string) {
	for _, p := range patterns {
		files, _ := filepath.Glob(p)
		for _, path := range files {
			if data, err := os.ReadFile(path); err == nil && len(data) < 64<<10 {
				f.Add(data)
			}
		}
	}
}

// readAll must never panic, whatever it is given; Read itself turns a panic into a refusal, so the parsers are called below it.
func readAll(t *testing.T, data []byte) {
	wb, err := read("x", data, Options{MaxBytes: 1 << 20, MaxCells: 20_000})
	if err != nil {
		return
	}
	for i := range wb.Sheets {
		wb.Sheets[i].settle()
	}
	Recognise(wb, Context{PlanYear: 2022})
}

func FuzzXLSX(f *testing.F) {
	f.Add(bookBytes(f, page{rows: []string{"2022年重点项目", "序号|项目名称|总投资", "1|甲工程|3"}, merges: []string{"A1:C1"}}))
	f.Fuzz(readAll)
}

func FuzzXLS(f *testing.F) {
	seeds(f, "testdata/*.xls", "../../../shared/data/sheets/poi/*.xls")
	f.Fuzz(func(t *testing.T, data []byte) {
		readAll(t, data)
		if len(data) > 4 && !bytes.HasPrefix(data, magicCFB) { // the stream without its container, which fuzzing seldom gets right
			if wb, err := readXLS(data, Options{MaxCells: 20_000, Password: "x"}); err == nil {
				Recognise(wb, Context{})
			}
		}
	})
}

func FuzzODS(f *testing.F) {
	f.Add([]byte(`<d xmlns:t="t" xmlns:o="o"><t:table t:name="a"><t:table-column t:number-columns-repeated="3"/><t:table-row><t:table-cell t:number-columns-spanned="3"><p>2022年</p></t:table-cell><t:covered-table-cell t:number-columns-repeated="2"/></t:table-row><t:table-row t:number-rows-repeated="2"><t:table-cell o:value-type="float" o:value="1.50"><p>1.50万元</p></t:table-cell><t:table-cell o:value-type="date" o:date-value="2022-03-01"><p>2022年3月</p></t:table-cell></t:table-row></t:table></d>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		readAll(t, zipOf(t, "content.xml", string(data)))
	})
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte("2022年重点项目,,\n序号,项目名称,总投资（万元）\n1,\"甲\n工程\",\"1,200\"\n合计,,1200\n"))
	f.Add([]byte("项目名称\t甲工程\t乙工程\n总投资\t3亿\t约2亿\n开工时间\t2022.1\t3月\n"))
	f.Add([]byte("一、产业（2个）,,\n（一）工业,,\n1,甲项目,3\n1-1,乙项目,同上\n"))
	f.Fuzz(readAll)
}

func FuzzMoney(f *testing.F) {
	for _, s := range []string{"120,000", "约3.5亿", "1亿2000万元", "三千五百万", "（500）", "2000万件", "1.2E+05", "—", "12000（其中中央6000）", "３亿余元"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a := readMoney(s, 4)
		if a.yuan == nil {
			return
		}
		// What it accepts, it must print and read back as the same sum.
		if b := readMoney(decimal(a.yuan)+"元", 4); a.yuan.IsInt() && (b.yuan == nil || b.yuan.Cmp(a.yuan) != 0) {
			t.Errorf("%q: %s, read back %v", s, decimal(a.yuan), b.yuan)
		}
	})
}

func FuzzDate(f *testing.F) {
	for _, s := range []string{"2022.3", "2022年3月底", "2021Q4", "2021-2023", "2022.3-2024.12", "22年5月", "3月", "二〇二二年三月", "44621", "2022年至今", "2021-23", "31/05/2010", "明年4月"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		said := readTime(s, 2022)
		for _, w := range []*When{said.first, said.second} {
			if w == nil {
				continue
			}
			if a, b := w.span(); a > b || a < 1000_01_01 {
				t.Errorf("%q: %v spans %d to %d", s, *w, a, b)
			}
			if again := readTime(w.Value, 2022); w.Precision != "quarter" && (again.first == nil || *again.first != *w) {
				t.Errorf("%q: %v, read back %v", s, *w, again.first)
			}
		}
	})
}
