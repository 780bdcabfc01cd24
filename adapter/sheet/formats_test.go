package sheet

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestTheSameListReadsTheSameInEveryFormat: testdata/list.* is one workbook of ours, saved by LibreOffice three times.
func TestTheSameListReadsTheSameInEveryFormat(t *testing.T) {
	const want = `名单:  unit 万元 head [2]
 B=name C=total_investment D=start E=responsible_unit
 3 甲园区基础设施项目 total:120005000 resp:县发改局 from:2022-03
 4 乙小学建设项目 total:350000000 resp:县发改局 from:2022-10
 5 丙医院迁建项目 resp:县卫健局 from:2022-03
 -6 total
 !C4 approximate
辅助: not read, no-list
`
	for _, format := range []string{"xlsx", "xls", "ods"} {
		t.Run(format, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join("testdata", "list."+format))
			if err != nil {
				t.Fatal(err)
			}
			wb, err := Read("a file named wrongly.csv", data, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if wb.Format != format {
				t.Errorf("taken for %s", wb.Format)
			}
			if got := brief(Recognise(wb, Context{})); got != want {
				t.Errorf("got:\n%s", got)
			}
			s := &wb.Sheets[0]
			if !s.HiddenRows[5] || s.HiddenRows[4] || !wb.Sheets[1].Hidden || s.Hidden {
				t.Errorf("hidden rows %v, sheets %v %v", s.HiddenRows, s.Hidden, wb.Sheets[1].Hidden)
			}
			if c := s.At(4, 3); !strings.Contains(c.Comment, "待批复") {
				t.Errorf("remark %q", c.Comment)
			}
			if c := s.At(4, 4); c.Look.Decimals != 2 || c.Text != "2022.10" {
				t.Errorf("%+v", c)
			}
		})
	}
}
