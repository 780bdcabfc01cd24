package paper

import (
	"bytes"
	"errors"
	"os"
	"strconv"
	"testing"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"shigan/kernel/words"
)

func write(t *testing.T, path string, raw []byte) {
	t.Helper()
	if err := os.WriteFile(path, raw, 0o644); err != nil {
		t.Fatal(err)
	}
}

// template9 is a superior's form: a merged head, one dressed data row with a formula and merged cells, a total, a note.
func template9(t interface {
	Helper()
	Fatal(...any)
}) []byte {
	t.Helper()
	f := excelize.NewFile()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	const s = "Sheet1"
	must(f.MergeCell(s, "A1", "F1"))
	must(f.SetCellStr(s, "A1", "市重点项目月报表"))
	for i, h := range []string{"序号", "项目", "计划", "完成", "完成率", "备注"} {
		must(f.SetCellStr(s, cellName(i+1, 4), h))
	}
	dress, err := f.NewStyle(&excelize.Style{Border: []excelize.Border{{Type: "left", Style: 1, Color: "000000"}}, NumFmt: 4})
	must(err)
	must(f.SetCellStyle(s, "A5", "G5", dress))
	must(f.SetRowHeight(s, 5, 31))
	must(f.MergeCell(s, "F5", "G5"))
	must(f.SetCellFormula(s, "E5", "ROUND(D5/C5*100,1)+LOG10($C$5)*0"))
	must(f.SetCellStr(s, "A6", "合计"))
	must(f.SetCellFormula(s, "C6", "SUM(C5:C5)"))
	must(f.SetCellFormula(s, "D6", `SUM(D$5:D$5)&"C5:C5"`))
	must(f.SetCellStr(s, "A8", "填表人"))
	must(f.SetCellFormula(s, "D8", "C6*2"))
	out, err := f.WriteToBuffer()
	must(err)
	return out.Bytes()
}

func mapping9() Mapping {
	return Mapping{Sheet: "Sheet1", First: 5, Columns: map[string]string{"A": "seq", "B": "name", "C": "plan", "D": "done", "E": "rate", "F": "note", "G": "more"}}
}

func record(i int) Record {
	return Record{"seq": {Text: strconv.Itoa(i)}, "name": {Text: "项目 " + strconv.Itoa(i)}, "plan": {Text: "1.23", Exact: "1.2345"}, "done": {Text: "0.50"}, "rate": {Text: "40.5"}, "more": {Text: "x"}, "note": {Text: "=HYPERLINK(1)"}, "secret": {Text: "?"}}
}

func TestFillTemplateKeepsTheForm(t *testing.T) {
	raw, missed, err := FillTemplate(template9(t), mapping9(), []Record{record(1), record(2), record(3)})
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	const s = "Sheet1"
	for cell, want := range map[string]string{"B5": "项目 1", "B7": "项目 3", "C6": "1.2345", "A8": "合计", "A10": "填表人", "A1": "市重点项目月报表", "F6": "=HYPERLINK(1)"} {
		if got, _ := f.GetCellValue(s, cell, excelize.Options{RawCellValue: true}); got != want {
			t.Errorf("%s is %q, want %q", cell, got, want)
		}
	}
	for cell, want := range map[string]string{"E5": "ROUND(D5/C5*100,1)+LOG10($C$5)*0", "E7": "ROUND(D7/C7*100,1)+LOG10($C$5)*0", "C8": "SUM(C5:C7)", "D8": `SUM(D$5:D$7)&"C5:C5"`, "D10": "C8*2"} {
		if got, _ := f.GetCellFormula(s, cell); got != want {
			t.Errorf("%s holds %q, want %q", cell, got, want)
		}
	}
	first, _ := f.GetCellStyle(s, "C5")
	if last, _ := f.GetCellStyle(s, "C7"); first == 0 || last != first {
		t.Errorf("style %d became %d", first, last)
	}
	if h, _ := f.GetRowHeight(s, 7); h != 31 {
		t.Errorf("height %v", h)
	}
	merged := map[string]bool{}
	cells, _ := f.GetMergeCells(s)
	for _, m := range cells {
		merged[m.GetStartAxis()+":"+m.GetEndAxis()] = true
	}
	for _, want := range []string{"A1:F1", "F5:G5", "F6:G6", "F7:G7"} {
		if !merged[want] {
			t.Errorf("%s is not merged: %v", want, merged)
		}
	}
	count := map[string]int{}
	for _, m := range missed {
		count[m.Code+" "+m.Field]++
		if !words.Has(m.Code) {
			t.Errorf("%s has no words", m.Code)
		}
	}
	if count["paper.fill.formula rate"] != 3 || count["paper.fill.merged more"] != 3 || count["paper.fill.unused secret"] != 1 || len(count) != 3 {
		t.Errorf("missed %v", count)
	}
	again, _, err := FillTemplate(template9(t), mapping9(), []Record{record(1), record(2), record(3)})
	if err != nil || !bytes.Equal(raw, again) {
		t.Error("filling twice gives other bytes")
	}
}

func TestFillTemplateRefuses(t *testing.T) {
	for name, tc := range map[string]struct {
		tpl  []byte
		m    Mapping
		want error
	}{
		"what is no workbook":    {[]byte("PK no"), mapping9(), ErrTemplate},
		"a sheet that is absent": {template9(t), Mapping{Sheet: "x", First: 5, Columns: map[string]string{"A": "seq"}}, ErrNoSheet},
		"no columns":             {template9(t), Mapping{First: 5}, ErrMapping},
		"a row before the first": {template9(t), Mapping{First: 0, Columns: map[string]string{"A": "seq"}}, ErrMapping},
		"a workbook too large":   {make([]byte, maxTemplate+1), mapping9(), ErrTemplateLarge},
	} {
		t.Run(name, func(t *testing.T) {
			if _, _, err := FillTemplate(tc.tpl, tc.m, []Record{record(1)}); !errors.Is(err, tc.want) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestFillTemplateNothingLost(t *testing.T) {
	tpl := template9(t)
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 12).Draw(t, "n")
		var rs []Record
		for i := range n {
			rs = append(rs, Record{"name": {Text: rapid.StringN(0, 20, -1).Draw(t, "name")}, "plan": {Text: strconv.Itoa(i)}})
		}
		m := Mapping{First: 5, Columns: map[string]string{"B": "name", "C": "plan"}}
		raw, missed, err := FillTemplate(tpl, m, rs)
		if err != nil || len(missed) > 0 {
			t.Fatal(err, missed)
		}
		f, err := excelize.OpenReader(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		for i := range rs {
			if got, _ := f.GetCellValue("Sheet1", cellName(3, 5+i), excelize.Options{RawCellValue: true}); got != strconv.Itoa(i) {
				t.Fatalf("row %d holds %q", i, got)
			}
		}
		if got, _ := f.GetCellValue("Sheet1", cellName(1, 5+max(n, 1))); got != "合计" {
			t.Fatalf("the total row is lost: %q", got)
		}
	})
}

func FuzzParseMapping(f *testing.F) {
	for _, s := range []string{"Sheet1!5:A=seq,B=name", "5+3:AA=x", "'a!b'!2:C=d", "!1:A=b", "::", "1:A=b,A=c", "'x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m, err := ParseMapping(s)
		if err != nil {
			if !errors.Is(err, ErrMapping) {
				t.Fatal(err)
			}
			return
		}
		again, err := ParseMapping(m.String())
		if err != nil || again.String() != m.String() {
			t.Fatalf("%q became %q, then %q (%v)", s, m.String(), again.String(), err)
		}
	})
}
