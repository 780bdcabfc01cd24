package paper

import (
	"html/template"
	"os"
	"testing"

	"shigan/kernel/words"
)

func TestLook(t *testing.T) {
	dir := os.Getenv("LOOK")
	if dir == "" {
		t.Skip("set LOOK to a folder to have every sheet written there")
	}
	write := func(name string, raw []byte, err error) {
		if err != nil {
			t.Fatal(name, err)
		}
		if err := os.WriteFile(dir+"/"+name, raw, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	raw0, err0 := TableXlsx(words.Zh, list())
	write("list.xlsx", raw0, err0)
	do := func(name string, f func() ([]byte, error)) { raw, err := f(); write(name, raw, err) }
	for _, lang := range []words.Lang{words.Zh, words.En} {
		l := string(lang)
		do("jimo-"+l+".xlsx", func() ([]byte, error) { return BulletinXlsx(lang, jimo()) })
		do("weihai-"+l+".docx", func() ([]byte, error) { return BulletinDocx(lang, weihai()) })
		do("jimo-"+l+".docx", func() ([]byte, error) { return BulletinDocx(lang, jimo()) })
		do("letter-"+l+".docx", func() ([]byte, error) { return LetterDocx(lang, chery()) })
		do("slip-"+l+".docx", func() ([]byte, error) { return SlipDocx(lang, redSlip()) })
		do("reminder-"+l+".docx", func() ([]byte, error) { return SlipDocx(lang, reminder()) })
		page := func(name string, f func() (template.HTML, error)) {
			h, err := f()
			write(name+".html", Page(lang, name, h), err)
		}
		page("weihai-"+l, func() (template.HTML, error) { return BulletinHTML(lang, weihai()) })
		page("jimo-"+l, func() (template.HTML, error) { return BulletinHTML(lang, jimo()) })
		page("letter-"+l, func() (template.HTML, error) { return LetterHTML(lang, chery()) })
		page("slip-"+l, func() (template.HTML, error) { return SlipHTML(lang, redSlip()) })
		page("reminder-"+l, func() (template.HTML, error) { return SlipHTML(lang, reminder()) })
		full := wall()
		full.Rows = append(full.Rows, full.Rows[:5]...)
		full.Months = 12
		page("wall18-"+l, func() (template.HTML, error) { return WallChartHTML(lang, full) })
		page("wall-"+l, func() (template.HTML, error) { return WallChartHTML(lang, wall()) })
	}
}
