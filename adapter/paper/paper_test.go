package paper

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"html/template"
	"image"
	"image/color"
	"io"
	"math/big"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	qr "github.com/piglig/go-qr"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"shigan/kernel/fault"
	"shigan/kernel/words"
)

func TestWordFilesAreWellFormedAndKeepTheManner(t *testing.T) {
	for name, raw := range outputs(t, words.Zh) {
		if !strings.HasSuffix(name, ".docx") {
			continue
		}
		parts := opened(t, raw)
		for part, body := range parts {
			d := xml.NewDecoder(strings.NewReader(body))
			for {
				if _, err := d.Token(); err == io.EOF {
					break
				} else if err != nil {
					t.Fatalf("%s/%s: %v", name, part, err)
				}
			}
		}
		doc := parts["word/document.xml"]
		for _, want := range []string{`w:pgSz w:w="11906" w:h="16838"`, `w:top="2098" w:right="1474" w:bottom="1984" w:left="1588"`, `w:linePitch="579"`} {
			if !strings.Contains(doc, want) {
				t.Errorf("%s lacks %s", name, want)
			}
		}
		for _, m := range regexp.MustCompile(`r:id="(\w+)"`).FindAllStringSubmatch(doc, -1) {
			if !strings.Contains(parts["word/_rels/document.xml.rels"], `Id="`+m[1]+`"`) {
				t.Errorf("%s: relation %s leads nowhere", name, m[1])
			}
		}
		for part := range parts {
			if strings.HasPrefix(part, "word/") && strings.HasSuffix(part, ".xml") && !strings.Contains(parts["[Content_Types].xml"], "/"+part) {
				t.Errorf("%s: %s has no content type", name, part)
			}
		}
		if strings.Contains(doc, "<w:tbl>") && name != "slip.docx" && !strings.Contains(doc, "<w:tblHeader/>") {
			t.Errorf("%s: no table repeats its head", name)
		}
	}
}

func TestEveryNoteLeadsToItsSource(t *testing.T) {
	raw, err := BulletinDocx(words.Zh, jimo())
	if err != nil {
		t.Fatal(err)
	}
	doc := opened(t, raw)["word/document.xml"]
	h, err := BulletinHTML(words.Zh, jimo())
	if err != nil {
		t.Fatal(err)
	}
	for text, patterns := range map[string][2]string{doc: {`w:anchor="(n\d+)"`, `w:name="%s"`}, string(h): {`href="#(n\d+)"`, `id="%s"`}} {
		found := regexp.MustCompile(patterns[0]).FindAllStringSubmatch(text, -1)
		if len(found) < 20 {
			t.Errorf("only %d notes", len(found))
		}
		for _, m := range found {
			if !strings.Contains(text, fmt.Sprintf(patterns[1], m[1])) {
				t.Errorf("note %s leads nowhere", m[1])
			}
		}
	}
}

func TestNumberLeavesItsInputAndKeepsGivenNotes(t *testing.T) {
	b := jimo()
	before := fmt.Sprintf("%+v", b)
	n := Number(b)
	if fmt.Sprintf("%+v", b) != before {
		t.Error("the bulletin that came in was changed")
	}
	if got := n.Lede[0].Nums[1].Note; got != 1 {
		t.Errorf("a given note became %d", got)
	}
	seen := map[int]string{}
	for x := range nums(&n) {
		if x.Figure == "" && len(x.Entries) == 0 {
			continue
		}
		if x.Note == 0 {
			t.Errorf("%q has a source and no note", x.Text)
		}
		seen[x.Note] += x.Figure
	}
	if again := Number(n); !reflect.DeepEqual(again, n) {
		t.Error("numbering twice is not numbering once")
	}
}

func TestTotalsMustEqualTheirParts(t *testing.T) {
	b := weihai()
	if err := b.Tables[0].Check(words.Zh); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*Table){
		"one hundredth of a yi missing":          func(t *Table) { t.Rows[0].Cells[1].Text, t.Rows[0].Cells[1].Exact = "11.87", "11.87" },
		"a ten-thousandth too much in the total": func(t *Table) { t.Total.Cells[1].Exact = "47.0447" },
		"a project too many":                     func(t *Table) { t.Rows[3].Cells[0].Text = "18" },
	} {
		t.Run(name, func(t *testing.T) {
			b := weihai()
			spoil(&b.Tables[0])
			if _, err := BulletinDocx(words.Zh, b); !errors.Is(err, ErrTotal) {
				t.Errorf("got %v", err)
			}
			if _, err := BulletinXlsx(words.Zh, b); !errors.Is(err, ErrTotal) {
				t.Errorf("got %v", err)
			}
		})
	}
	b.Lede[0].Nums[1].Text = "47.05" // as the office printed it; the stored sum is 47.0446
	if _, err := BulletinDocx(words.Zh, b); !errors.Is(err, ErrRounding) {
		t.Errorf("a number that is not its stored value rounded: got %v", err)
	}
	b = weihai()
	b.Tables[0].Rows[2].Cells = b.Tables[0].Rows[2].Cells[:2]
	if _, err := BulletinHTML(words.Zh, b); !errors.Is(err, ErrRagged) {
		t.Errorf("a row without its last number: got %v", err)
	}
	if f, _ := fault.Of(func() error { _, err := BulletinHTML(words.Zh, b); return err }()); !words.Has("fault." + f.Code) {
		t.Errorf("%s has no sentence", f.Code)
	}
}

func TestTotalsProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		fen := rapid.SliceOfN(rapid.Int64Range(-1e9, 1e12), 1, 40).Draw(t, "fen")
		exactly := rapid.Bool().Draw(t, "exactly")
		tab := Table{Title: "t", Columns: []Column{{Name: "a", Text: true}, {Name: "b", Sum: true}}}
		num := func(v int64) Num { // fen as yi: ten decimals, two printed
			r := big.NewRat(v, 1e10)
			n := Num{Text: r.FloatString(2)}
			if exactly {
				n.Exact = r.FloatString(10)
			}
			return n
		}
		sum := int64(0)
		for i, v := range fen {
			sum += v
			tab.Rows = append(tab.Rows, Row{Name: strconv.Itoa(i), Cells: []Num{num(v)}})
		}
		total := num(sum)
		tab.Total = &Row{Name: "total", Cells: []Num{total}}
		if err := tab.Check(words.Zh); err != nil {
			t.Fatalf("a true total is refused: %v", err)
		}
		off := rapid.Int64Range(1, 1e6).Draw(t, "off")
		if exactly {
			tab.Total.Cells[0] = num(sum + off)
		} else {
			off = 1e8 * int64(len(fen)+2) // more than rounding can explain
			tab.Total.Cells[0] = num(sum + off)
		}
		if err := tab.Check(words.Zh); !errors.Is(err, ErrTotal) {
			t.Fatalf("a total off by %d fen passes", off)
		}
	})
}

func TestWorkbookOpensAgainWithRealNumbers(t *testing.T) {
	raw, err := BulletinXlsx(words.Zh, weihai())
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	sheet := f.GetSheetList()[1]
	stored := excelize.Options{RawCellValue: true}
	sum := new(big.Rat)
	for row := 3; row <= 10; row++ {
		v, err := f.GetCellValue(sheet, cellName(3, row), stored)
		if err != nil {
			t.Fatal(err)
		}
		r, ok := new(big.Rat).SetString(v)
		if !ok {
			t.Fatalf("row %d: %q is no number", row, v)
		}
		sum.Add(sum, r)
	}
	total, _ := f.GetCellValue(sheet, "C11", stored)
	if decimal(sum) != "47.0446" || total != "47.0446" {
		t.Errorf("sum %s, total %s", decimal(sum), total)
	}
	if shown, _ := f.GetCellValue(sheet, "C11"); shown != "47.04" {
		t.Errorf("shown as %s", shown)
	}
	if head, _ := f.GetCellValue(sheet, "C2"); head != "完成投资\n亿元" {
		t.Errorf("head %q", head)
	}
	if kind, _ := f.GetCellType(sheet, "C3"); kind != excelize.CellTypeUnset && kind != excelize.CellTypeNumber {
		t.Errorf("cell type %v", kind)
	}
	if way, _ := f.GetCellValue(sheet, "G3"); way != "/f/ocean.done/0 #101–103" {
		t.Errorf("address %q", way)
	}
	if seen, _ := f.GetColVisible(sheet, "G"); seen {
		t.Error("the addresses are not folded away")
	}
	if p, _ := f.GetPanes(sheet); !p.Freeze || p.YSplit != 2 {
		t.Errorf("panes %+v", p)
	}
	titles := false
	for _, d := range f.GetDefinedName() {
		titles = titles || d.Name == "_xlnm.Print_Titles" && d.Scope == sheet
	}
	if !titles {
		t.Error("no print titles")
	}
}

func TestCodesAndFormulasStayText(t *testing.T) {
	raw, err := TableXlsx(words.Zh, list())
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	sheet := f.GetSheetList()[0]
	rows, err := f.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	all := ""
	for _, r := range rows {
		all += strings.Join(r, "|") + "\n"
	}
	for _, want := range []string{"0017", "370282199001011234", "=1+1 不是公式 示例", "未冻结", "全部的项目"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is lost in\n%s", want, all)
		}
	}
	if c, _ := f.GetCellFormula(sheet, "A8"); c != "" {
		t.Errorf("a name became the formula %s", c)
	}
}

func TestWallChart(t *testing.T) {
	w := wall()
	for len(w.Rows) < 40 {
		w.Rows = append(w.Rows, w.Rows[len(w.Rows)%13])
	}
	if _, err := WallChartSVG(words.Zh, w); !errors.Is(err, ErrTooMany) {
		t.Errorf("forty projects on one sheet: %v", err)
	}
	sheets := w.Split()
	if len(sheets) != 3 || len(sheets[2].Rows) != 4 || sheets[1].Sheet != 2 || sheets[1].Sheets != 3 {
		t.Errorf("split into %d", len(sheets))
	}
	for _, s := range append(sheets, WallChart{From: at(2022, 1, 1), AsOf: at(2022, 6, 30)}) {
		svg, err := WallChartSVG(words.En, s)
		if err != nil {
			t.Fatal(err)
		}
		if err := xml.Unmarshal(svg, new(struct{})); err != nil {
			t.Error(err)
		}
		for _, m := range regexp.MustCompile(`(?:fill|stroke)="(#[0-9a-f]+)"`).FindAllSubmatch(svg, -1) {
			c := string(m[1][1:])
			if strings.Trim(c, c[:1]) != "" {
				t.Errorf("%s is a colour; a wall chart is black ink", m[1])
			}
		}
	}
}

func TestTheCodeOnTheWallOpensTheLivePage(t *testing.T) {
	const live = "https://shigan.example/wall/2022-06/1"
	n, d := code(live)
	if n == 0 {
		t.Fatal("no code")
	}
	const scale, quiet = 6, 4
	img := image.NewGray(image.Rect(0, 0, (n+2*quiet)*scale, (n+2*quiet)*scale))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	for _, m := range regexp.MustCompile(`M(\d+) (\d+)h(\d+)`).FindAllStringSubmatch(d, -1) {
		x, _ := strconv.Atoi(m[1])
		y, _ := strconv.Atoi(m[2])
		w, _ := strconv.Atoi(m[3])
		for py := (y + quiet) * scale; py < (y+quiet+1)*scale; py++ {
			for px := (x + quiet) * scale; px < (x+w+quiet)*scale; px++ {
				img.SetGray(px, py, color.Gray{})
			}
		}
	}
	if got, err := qr.Decode(img); err != nil || got != live {
		t.Errorf("read %q, %v", got, err)
	}
}

func TestALetterAndASlipFillOnePage(t *testing.T) {
	for name, want := range map[string]int{"letter.html": 2, "slip.html": 1} { // the letter's second sheet lists what changed
		if got := strings.Count(string(outputs(t, words.Zh)[name]), `class="a4"`); got != want {
			t.Errorf("%s takes %d sheets, not %d", name, got, want)
		}
	}
}

func TestUnknownLevel(t *testing.T) {
	s := redSlip()
	s.Level = "purple"
	if _, err := SlipHTML(words.Zh, s); !errors.Is(err, ErrLevel) {
		t.Error(err)
	}
}

func TestWhatPeopleWriteIsNeverMarkup(t *testing.T) {
	const bad = `<script>alert("1")</script>&`
	s := redSlip()
	s.Facts[0].Text, s.Title, s.Number, s.Office = bad, bad, bad, bad
	h, err := SlipHTML(words.Zh, s)
	if err != nil {
		t.Fatal(err)
	}
	w := wall()
	w.Rows[0].Name, w.Rows[0].Flags[0].Name, w.Live = bad, bad, bad
	svg, err := WallChartSVG(words.Zh, w)
	if err != nil {
		t.Fatal(err)
	}
	l := chery()
	l.Signatures[0].Role, l.Project, l.Entry = bad, bad, bad
	g, err := LetterHTML(words.Zh, l)
	if err != nil {
		t.Fatal(err)
	}
	for _, out := range []string{string(h), string(svg), string(g)} {
		if strings.Contains(out, "<script") {
			t.Error("markup came through")
		}
	}
	raw, err := SlipDocx(words.Zh, s)
	if err != nil {
		t.Fatal(err)
	}
	if err := xml.Unmarshal([]byte(opened(t, raw)["word/document.xml"]), new(struct{})); err != nil {
		t.Error(err)
	}
}

func TestHeadings(t *testing.T) {
	for n, want := range map[int]string{1: "一、甲", 10: "十、甲", 11: "十一、甲", 20: "二十、甲", 42: "四十二、甲"} {
		if got := heading(words.Zh, 1, n, "甲"); got != want {
			t.Errorf("%d: %s", n, got)
		}
	}
	for level, want := range map[int]string{2: "（三）甲", 3: "3. 甲", 4: "（3）甲"} {
		if got := heading(words.Zh, level, 3, "甲"); got != want {
			t.Errorf("level %d: %s", level, got)
		}
	}
	if got := heading(words.En, 1, 12, "x"); got != "12. x" {
		t.Error(got)
	}
}

func TestSpans(t *testing.T) {
	for want, in := range map[string][]int64{"": nil, "7": {7}, "7、8": {7, 8}, "7–9、12": {7, 8, 9, 12}} {
		if got := spans(words.Zh, in, 0); got != want {
			t.Errorf("%v: %s", in, got)
		}
	}
	if got := spans(words.Zh, []int64{1, 3, 5, 7}, 2); got != "1、3 等，共 4 条" {
		t.Error(got)
	}
}

func TestThePDFIsTheSameTwice(t *testing.T) {
	if _, err := Browser(); err != nil {
		t.Skip("no Chromium on this machine")
	}
	if testing.Short() {
		t.Skip("starts a browser")
	}
	h, err := BulletinHTML(words.Zh, jimo())
	if err != nil {
		t.Fatal(err)
	}
	html := Page(words.Zh, "t", h)
	// Chromium draws with several threads and on a loaded machine now and then orders its objects otherwise; so two prints in
	// a row out of five must agree, which they never do where a clock or an id has been left in.
	var last []byte
	agree := false
	for range 5 {
		raw, err := PDF(context.Background(), html, PDFOptions{})
		if err != nil {
			t.Fatal(err)
		}
		agree = bytes.Equal(raw, last)
		last = raw
		if agree {
			break
		}
		time.Sleep(1100 * time.Millisecond) // the clock of the second print shows another second
	}
	if !agree {
		t.Error("no two prints of one page agree")
	}
	if n := len(regexp.MustCompile(`/Type\s*/Page\b[^s]`).FindAll(last, -1)); n != strings.Count(string(h), `class="a4"`) {
		t.Errorf("%d pages printed, %d sheets laid out", n, strings.Count(string(h), `class="a4"`))
	}
}

// TestPagesHoldWhatWasPutOnThem asks a real browser whether any block runs into the foot of its page.
func TestPagesHoldWhatWasPutOnThem(t *testing.T) {
	browser, err := Browser()
	if err != nil || testing.Short() {
		t.Skip("needs a browser")
	}
	const ask = `<script>document.fonts.ready.then(()=>{let o=[];document.querySelectorAll('.a4').forEach((a,i)=>{let f=a.querySelector('.ft9').getBoundingClientRect().top;[...a.children].forEach(c=>{if(!c.classList.contains('ft9')&&c.getBoundingClientRect().bottom>f)o.push(i+1)});a.querySelectorAll('td,th').forEach(c=>{if(c.scrollWidth>c.clientWidth+1)o.push('cell '+c.textContent)})});document.title='OVER['+o.join(';')+']'})</script>`
	for _, lang := range []words.Lang{words.Zh, words.En} {
		for name, f := range map[string]func() (template.HTML, error){
			"jimo": func() (template.HTML, error) { return BulletinHTML(lang, jimo()) }, "weihai": func() (template.HTML, error) { return BulletinHTML(lang, weihai()) },
			"letter": func() (template.HTML, error) { return LetterHTML(lang, chery()) }, "slip": func() (template.HTML, error) { return SlipHTML(lang, redSlip()) },
			"reminder": func() (template.HTML, error) { return SlipHTML(lang, reminder()) }} {
			h, err := f()
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			file := filepath.Join(dir, "p.html")
			write(t, file, Page(lang, name, h, template.HTML(ask)))
			out, err := exec.Command(browser, "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir="+filepath.Join(dir, "u"), "--virtual-time-budget=2000", "--dump-dom", "file://"+file).Output()
			if err != nil {
				t.Fatal(err)
			}
			m := regexp.MustCompile(`<title>OVER\[(.*?)\]</title>`).FindSubmatch(out)
			if m == nil || len(m[1]) > 0 {
				t.Errorf("%s %s: %s", name, lang, m)
			}
		}
	}
}

func TestWithoutABrowserTheRefusalSaysWhatToInstall(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := PDF(context.Background(), nil, PDFOptions{})
	if !errors.Is(err, ErrNoChromium) || !strings.Contains(words.Say(words.Zh, "fault.paper.no-chromium"), "chromium") {
		t.Error(err)
	}
}

func TestSettledKeepsTheLength(t *testing.T) {
	in := []byte("%PDF-1.4\n/CreationDate (D:20221125020353+00'00')\n/ModDate (D:20221125020353+08'00')\n/ID [<0123abcd> <4567EF89>]\n<xmp:CreateDate>2022-11-25T02:03:53Z</xmp:CreateDate>")
	out := settled(in)
	if len(out) != len(in) {
		t.Fatal("the length changed")
	}
	if s := string(out); strings.Contains(s, "2022") || strings.Contains(s, "abcd") || !strings.Contains(s, "D:19800101000000+00'00'") {
		t.Error(s)
	}
}

func TestEveryRefusalHasASentence(t *testing.T) {
	for _, f := range []*fault.Fault{ErrTotal, ErrRounding, ErrRagged, ErrLevel, ErrTooMany, ErrNoChromium, ErrChromium, ErrTemplate, ErrTemplateLarge, ErrNoSheet, ErrMapping, ErrTooManyRows} {
		if !words.Has("fault." + f.Code) {
			t.Error(f.Code)
		}
	}
	if !slices.ContainsFunc(words.Keys(), func(k string) bool { return strings.HasPrefix(k, "paper.fill.") }) {
		t.Error("no words for what could not be placed")
	}
}
