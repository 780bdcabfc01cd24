package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"shigan/kernel/fault"
	catalogue "shigan/kernel/words"
)

func zipOf(t testing.TB, parts ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		w, err := z.Create(parts[i])
		if err != nil {
			t.Fatal(err)
		}
		w.Write([]byte(parts[i+1]))
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWhatIsNoWorkbookIsRefusedWithASentence(t *testing.T) {
	for name, tc := range map[string]struct {
		data []byte
		want *fault.Fault
	}{
		"nothing":                   {[]byte(" \n"), ErrEmpty},
		"a picture":                 {[]byte("\x89PNG\r\n\x1a\n\x00\x00"), ErrNotSheet},
		"a pdf named .xlsx":         {[]byte("%PDF-1.7\n"), ErrNotSheet},
		"html named .xls":           {[]byte("\xEF\xBB\xBF<html><table><tr><td>项目名称</td></tr></table>"), ErrNotSheet},
		"an XML workbook of 2003":   {[]byte(`<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>`), ErrNotSheet},
		"a word document":           {zipOf(t, "[Content_Types].xml", "<a/>", "word/document.xml", "<a/>"), ErrNotSheet},
		"a binary workbook":         {zipOf(t, "[Content_Types].xml", "<a/>", "xl/workbook.bin", ""), ErrBinary},
		"some zip":                  {zipOf(t, "a.txt", "b"), ErrNotSheet},
		"a cut-off zip":             {zipOf(t, "a.txt", "b")[:30], ErrDamaged},
		"a cut-off container":       {magicCFB, ErrDamaged},
		"bytes without sense":       {[]byte{1, 2, 3, 0, 4, 5, 6}, ErrUnknown},
		"an .xlsx without its book": {zipOf(t, "[Content_Types].xml", "<a/>"), ErrDamaged},
		"an encrypted .ods":         {zipOf(t, "content.xml", "?", "META-INF/manifest.xml", `<manifest:encryption-data xmlns:manifest="m"/>`), ErrPassword},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Read("名单.xlsx", tc.data, Options{})
			if !errors.Is(err, tc.want) {
				t.Fatalf("%v, wanted %v", err, tc.want)
			}
			f, _ := fault.Of(err)
			for _, lang := range []catalogue.Lang{catalogue.Zh, catalogue.En} {
				if s := catalogue.Say(lang, "fault."+f.Code, f.Args); strings.ContainsAny(s, "{}⟦") {
					t.Errorf("its sentence lacks something: %s", s)
				}
			}
		})
	}
}

func TestAPasswordOpensAndItsLackIsSaid(t *testing.T) {
	f := excelize.NewFile()
	f.SetCellStr("Sheet1", "A1", "项目名称")
	var b bytes.Buffer
	if err := f.Write(&b, excelize.Options{Password: "重点2022"}); err != nil {
		t.Fatal(err)
	}
	if _, err := Read("x", b.Bytes(), Options{}); !errors.Is(err, ErrPassword) {
		t.Errorf("without: %v", err)
	}
	if _, err := Read("x", b.Bytes(), Options{Password: "no"}); !errors.Is(err, ErrWrongPassword) {
		t.Errorf("wrong: %v", err)
	}
	wb, err := Read("x", b.Bytes(), Options{Password: "重点2022"})
	if err != nil || wb.Sheets[0].At(1, 1).Text != "项目名称" {
		t.Errorf("right: %v", err)
	}
}

func TestBoundsHold(t *testing.T) {
	bomb := zipOf(t, "[Content_Types].xml", "<a/>", "xl/workbook.xml", strings.Repeat(" ", 5<<20))
	if _, err := Read("x", bomb, Options{MaxBytes: 1 << 18}); !errors.Is(err, ErrBomb) {
		t.Errorf("a bomb: %v", err)
	}
	if _, err := Read("x", []byte("项目名称,总投资\n"), Options{MaxBytes: 8}); !errors.Is(err, ErrTooLarge) {
		t.Errorf("too many bytes: %v", err)
	}
	if _, err := Read("x", []byte("a,b,c\nd,e,f\n"), Options{MaxCells: 5}); !errors.Is(err, ErrTooManyCells) {
		t.Errorf("too many cells: %v", err)
	}
	ods := zipOf(t, "content.xml", `<d xmlns:t="t" xmlns:o="o"><t:table t:name="a"><t:table-row t:number-rows-repeated="1048576"><t:table-cell t:number-columns-repeated="16384" o:value-type="float" o:value="1"/></t:table-row></t:table></d>`)
	if _, err := Read("x", ods, Options{}); !errors.Is(err, ErrTooManyCells) {
		t.Errorf("a repeated cell: %v", err)
	}
}

func TestTextFilesOfEveryEncodingReadTheSame(t *testing.T) {
	const text = "某县2022年重点项目,,\r\n序号,项目名称,总投资（万元）\r\n1,\"甲工程\r\n（一期）\",\"1,200\"\r\n\r\n2,\"他说\"\"好\"\"工程\",3亿\r\n"
	gb, _ := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(text))
	u16, _ := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes([]byte(strings.ReplaceAll(text, ",", "\t")))
	u16 = bytes.ReplaceAll(u16, []byte("1\x00\t\x002\x000\x000\x00"), []byte("1\x00,\x002\x000\x000\x00"))
	for name, data := range map[string][]byte{
		"UTF-8": []byte(text), "UTF-8 with a mark": []byte("\xEF\xBB\xBF" + text), "GB18030": gb, "UTF-16 with tabs": u16,
		"semicolons": []byte(strings.ReplaceAll(strings.ReplaceAll(text, ",", ";"), "1;200", "1,200")),
	} {
		t.Run(name, func(t *testing.T) {
			wb, err := Read("名单.csv", data, Options{})
			if err != nil {
				t.Fatal(err)
			}
			got := brief(Recognise(wb, Context{}))
			want := ":  unit 万元 head [2]\n B=name C=total_investment万元\n 3 甲工程（一期） total:12000000\n 5 他说\"好\"工程 total:300000000\n\n\n"
			if got != want {
				t.Errorf("got:\n%s", got)
			}
		})
	}
}

// TestStrictFilesAndPrefixedNames reads what Excel calls a strict workbook: other namespaces, days as text, rows and cells
// without addresses, a formula without its value.
func TestStrictFilesAndPrefixedNames(t *testing.T) {
	data := zipOf(t,
		"[Content_Types].xml", "<Types/>",
		"_rels/.rels", `<Relationships><Relationship Id="r" Type="http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument" Target="book/main.xml"/></Relationships>`,
		"book/main.xml", `<x:workbook xmlns:x="http://purl.oclc.org/ooxml/spreadsheetml/main" xmlns:r="http://purl.oclc.org/ooxml/officeDocument/relationships"><x:workbookPr date1904="true"/><x:sheets><x:sheet name="名单" sheetId="1" state="hidden" r:id="a"/><x:sheet name="图" sheetId="2" r:id="c"/></x:sheets></x:workbook>`,
		"book/_rels/main.xml.rels", `<Relationships><Relationship Id="a" Type="http://purl.oclc.org/ooxml/officeDocument/relationships/worksheet" Target="/book/s1.xml"/><Relationship Id="c" Type="x/chartsheet" Target="c.xml"/><Relationship Id="s" Type="x/sharedStrings" Target="ss.xml"/><Relationship Id="t" Type="x/styles" Target="st.xml"/><Relationship Id="e" Type="x/externalLink" TargetMode="External" Target="http://example.com/a"/></Relationships>`,
		"book/ss.xml", `<sst><si><r><t>项目</t></r><r><t>名称</t></r><rPh sb="0" eb="1"><t>xiangmu</t></rPh></si><si><t>甲_x000D_工程</t></si></sst>`,
		"book/st.xml", `<styleSheet><numFmts><numFmt numFmtId="200" formatCode="yyyy&quot;年&quot;m&quot;月&quot;;@"/></numFmts><cellStyleXfs><xf numFmtId="9"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="200"/></cellXfs></styleSheet>`,
		"book/s1.xml", `<worksheet><cols><col min="2" max="3" hidden="1"/></cols><sheetData><row hidden="1"><c t="s"><v>0</v></c><c t="inlineStr"><is><t>总投资</t></is></c></row><row r="4"><c r="A4" t="s"><v>1</v></c><c t="d"><v>2022-03-15T00:00:00</v></c><c s="1"><v>43203</v></c><c><f>1/0</f></c><c t="e"><f>1/0</f><v>#DIV/0!</v></c><c t="str"><f>A1</f><v>文</v></c><c t="b"><v>1</v></c><c><v>0.28999999999999998</v></c></row></sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells></worksheet>`,
	)
	wb, err := Read("x", data, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(wb.Sheets) != 1 || !wb.Sheets[0].Hidden || !wb.Sheets[0].HiddenRows[1] || !wb.Sheets[0].HiddenCols[3] || len(wb.Sheets[0].Merges) != 1 {
		t.Fatalf("%+v", wb.Sheets)
	}
	s := &wb.Sheets[0]
	for at, want := range map[[2]int]string{{1, 1}: "1 项目名称", {1, 2}: "1 总投资", {4, 1}: "1 甲\r工程", {4, 2}: "3 2022-03-15", {4, 3}: "3 2022-04", {4, 5}: "5 #DIV/0!", {4, 6}: "1 文", {4, 7}: "4 1", {4, 8}: "2 0.29"} {
		c := s.At(at[0], at[1])
		if c == nil || itoa(int(c.Kind))+" "+c.Text != want {
			t.Errorf("%v: %+v, wanted %s", at, c, want)
		}
	}
	if c := s.At(4, 4); c == nil || !c.Uncached {
		t.Errorf("a formula without its value: %+v", c)
	}
}
