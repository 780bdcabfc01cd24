package sheet

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shigan/app"
)

// ledgerPage is a unit's own ledger as units keep it: a title over all columns, who filled it in, one row of heads, a total below. All of it
// is made up (示例).
var ledgerPage = page{name: "问题台账", merges: []string{"A1:M1"}, rows: []string{
	"龙泉街道2022年重点项目问题台账（示例）",
	"填报单位：龙泉街道（示例）|||||||填报日期：2022年7月1日",
	"序号|问题编号|项目名称|存在问题|问题类别|提出单位|牵头单位|配合单位|交办时间|完成时限|目前进展|办理结果|办结时间",
	"1|LQ-01|示例快速路|11户签约未完成|征迁|示例城建公司|龙泉街道|区交通运输局、区住建局|2022.4.18|2022年7月底|已签7户|正在办理|",
	"2|LQ-02|示例快速路|管线迁改|管线|示例城建公司|区交通运输局||2022/3/1|2022-03-20|已迁完|已销号|2022年3月18日",
	"3|LQ-03|〃|临时用电|供电|同上|区住建局||三月|长期||未办结|",
	"4||||||||||||",
	"5|LQ-05|示例小学|消防意见|手续|区教体局|区住建局||2022-05-10|||已解释说明|2022-05-30",
	"合计|4",
	"备注：以上为示例"}}

func readLedger(t testing.TB, data []byte) app.CaseLedger {
	t.Helper()
	l, err := Reader{}.CaseLedger("问题台账.xlsx", data, app.CaseAsk{})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestALedgerIsReadByWhatItsHeadsMean(t *testing.T) {
	l := readLedger(t, bookBytes(t, ledgerPage))
	s := l.Sheets[0]
	var fields []string
	for _, c := range s.Columns {
		fields = append(fields, c.Field)
	}
	if got := strings.Join(fields, " "); got != "serial number project title kind raiser handler assists opened due progress outcome closed" {
		t.Errorf("columns: %s", got)
	}
	if len(s.Rows) != 4 {
		t.Fatalf("%d rows: %+v", len(s.Rows), s.Rows)
	}
	for i, want := range []map[string]string{
		{"title": "11户签约未完成", "opened": "2022-04-18", "due": "2022-07-31", "ended": "no", "assists": "区交通运输局、区住建局"},
		{"title": "管线迁改", "opened": "2022-03-01", "closed": "2022-03-18", "ended": "yes", "rate": "done"},
		{"title": "临时用电", "project": "示例快速路", "raiser": "示例城建公司", "opened": "2022-03-01", "due": "", "due_text": "长期", "ended": "no"},
		{"title": "消防意见", "ended": "yes", "rate": "refused", "closed": "2022-05-30"},
	} {
		for k, v := range want {
			if got := s.Rows[i].Values[k]; got != v {
				t.Errorf("row %d, %s: %q, want %q", s.Rows[i].Row, k, got, v)
			}
		}
	}
	if len(s.Problems) != 1 || s.Problems[0].Cell != "J6" || s.Problems[0].Row != 6 {
		t.Errorf("problems: %+v", s.Problems)
	}
}

func TestHeadsOverTwoRowsAndRepeatedHeadsAndAnEmptySheet(t *testing.T) {
	two := page{rows: []string{"问题清单", "序号|事项||责任|", "|问题内容|来源|牵头单位|时限", "1|道路塌陷|巡查|区城管局|2022-08-01", "序号|问题内容|来源|牵头单位|时限", "2|路灯不亮|热线|区城管局|2022-08-02"}}
	l := readLedger(t, bookBytes(t, two, page{name: "说明", rows: []string{"本表由各单位填写"}}, page{name: "空"}))
	if s := l.Sheets[0]; len(s.Rows) != 2 || s.Rows[1].Values["title"] != "路灯不亮" || s.Rows[0].Values["due"] != "2022-08-01" {
		t.Errorf("%+v", s)
	}
	if len(l.Sheets) != 2 || l.Sheets[1].WhyNot != "no-heads" {
		t.Errorf("%+v", l.Sheets[1:])
	}
}

func TestWhatAResultMeans(t *testing.T) {
	for text, want := range map[string]string{"已销号": "yes done", "已办结": "yes done", "完成": "yes done", "是": "yes ", "否": "no ", "未办结": "no ", "正在办理": "no ", "尚未解决": "no ",
		"部分解决": "yes part", "无法解决，已说明": "yes refused", "不属于本级": "yes not-ours", "情况不属实": "yes not-true", "提出人撤回": "yes withdrawn", "按月推进": ""} {
		got := ""
		if w := first(caseWords().Results, text); w != nil {
			got = w.Ended + " " + w.Rate
		}
		if got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

// the fixture beside the tests is the same ledger, for whoever tries the command by hand; UPDATE=1 writes it
func TestTheSampleLedgerIsTheOneThatTheTestsSpeakOf(t *testing.T) {
	name := filepath.Join("testdata", "case_ledger_sample.xlsx")
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(name, bookBytes(t, ledgerPage), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	a, b := readLedger(t, raw), readLedger(t, bookBytes(t, ledgerPage))
	if len(a.Sheets) != 1 || len(a.Sheets[0].Rows) != len(b.Sheets[0].Rows) {
		t.Errorf("the fixture differs from the page above; UPDATE=1 writes it anew")
	}
}

func FuzzCaseLedger(f *testing.F) {
	f.Add([]byte("问题台账,,,\n序号,问题内容,牵头单位,办结时间\n1,\"甲\n乙\",区城管局,2022.3\n合计,,,\n"))
	f.Add([]byte("问题内容\t牵头单位\t时限\n〃\t同上\t明年4月\n"))
	f.Add([]byte("事项,来源,层级\n,,\n事项,来源,层级\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := Reader{}.CaseLedger("x.csv", data, app.CaseAsk{})
		if err != nil {
			return
		}
		for _, s := range l.Sheets {
			if s.WhyNot != "" && len(s.Rows) > 0 {
				t.Fatal("a sheet that was left out has rows")
			}
			last := 0
			for _, r := range s.Rows {
				if r.Row <= last || len(r.Values) == 0 {
					t.Fatalf("row %d after %d: %v", r.Row, last, r.Values)
				}
				last = r.Row
				for _, k := range caseDates {
					if v := r.Values[k]; v != "" && (len(v) != 10 || v < "1950-01-01" || v > "2100-12-31") {
						t.Fatalf("row %d, %s: %q", r.Row, k, v)
					}
				}
				for k := range r.Values {
					if k != "ended" && k != "rate" && r.Cells[strings.TrimSuffix(k, "_text")] == "" {
						t.Fatalf("row %d: %s stands in no cell", r.Row, k)
					}
				}
			}
			for _, p := range s.Problems {
				if p.Cell == "" || p.Text.Zh == "" || p.Text.En == "" {
					t.Fatalf("%+v", p)
				}
			}
		}
	})
}

// TestWhatIsSaidOfAColumnAndACellHolds: a column is what somebody says it is and two never mean one thing; a cell that was written over is
// read as it was written, and the row says so.
func TestWhatIsSaidOfAColumnAndACellHolds(t *testing.T) {
	data := []byte("问题内容,提出单位,牵头单位,交办时间,谁在管,来件单位\n路不平,甲公司,乙局,五月下,老王,丙公司\n")
	l, err := Reader{}.CaseLedger("台账.csv", data, app.CaseAsk{Columns: map[string]string{"E": "person", "F": "raiser"}, Cells: map[string]string{"D2": "2022-05-20"}})
	if err != nil {
		t.Fatal(err)
	}
	sh := l.Sheets[0]
	got := map[string]string{}
	for _, c := range sh.Columns {
		got[c.Column] = c.Field
	}
	if want := map[string]string{"A": "title", "B": "", "C": "handler", "D": "opened", "E": "person", "F": "raiser"}; !maps.Equal(got, want) {
		t.Errorf("columns %v", got)
	}
	row := sh.Rows[0].Values
	if row["opened"] != "2022-05-20" || row["corrected"] != "D2=2022-05-20" || row["raiser"] != "丙公司" || row["person"] != "老王" || len(sh.Problems) != 0 {
		t.Errorf("%v, problems %v", row, sh.Problems)
	}
	if l, err = (Reader{}).CaseLedger("台账.csv", data, app.CaseAsk{Columns: map[string]string{"C": "-", "D": "mood"}}); err != nil {
		t.Fatal(err)
	}
	if row := l.Sheets[0].Rows[0]; row.Values["handler"] != "" || row.Values["opened_text"] != "" { // what is no field is not read
		t.Errorf("%v", row.Values)
	}
}
