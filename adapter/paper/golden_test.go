package paper

import (
	"archive/zip"
	"bytes"
	"flag"
	"html/template"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"shigan/kernel/words"
)

var update = flag.Bool("update", false, "write the golden files again; read the diff before you commit it")

// golden compares with testdata. It stays here until the house has one such helper for all rooms.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; run go test -run Golden -update ./adapter/paper and read the diff", name)
	}
}

func opened(t *testing.T, raw []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = r.Close()
		out[f.Name] = string(body)
	}
	return out
}

func TestGolden(t *testing.T) {
	html := func(h template.HTML, err error) []byte {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return []byte(h)
	}
	doc := func(raw []byte, err error) []byte {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return []byte(strings.ReplaceAll(opened(t, raw)["word/document.xml"], "<w:p>", "\n<w:p>"))
	}
	golden(t, "bulletin_weihai_2022-09.html", html(BulletinHTML(words.Zh, weihai())))
	golden(t, "bulletin_weihai_2022-09.xml", doc(BulletinDocx(words.Zh, weihai())))
	golden(t, "bulletin_jimo_2022-06.html", html(BulletinHTML(words.Zh, jimo())))
	golden(t, "bulletin_jimo_2022-06_en.html", html(BulletinHTML(words.En, jimo())))
	golden(t, "letter_chery.html", html(LetterHTML(words.Zh, chery())))
	golden(t, "letter_chery.xml", doc(LetterDocx(words.Zh, chery())))
	golden(t, "slip_red.html", html(SlipHTML(words.Zh, redSlip())))
	golden(t, "slip_reminder.html", html(SlipHTML(words.Zh, reminder())))
	svg, err := WallChartSVG(words.Zh, wall())
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "wall_jimo_2022-06.svg", svg)
}

// outputs makes everything the room can make without a browser.
func outputs(t *testing.T, lang words.Lang) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	put := func(name string, raw []byte, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(name, err)
		}
		out[name] = raw
	}
	raw, err := BulletinDocx(lang, jimo())
	put("bulletin.docx", raw, err)
	raw, err = LetterDocx(lang, chery())
	put("letter.docx", raw, err)
	raw, err = SlipDocx(lang, redSlip())
	put("slip.docx", raw, err)
	raw, err = BulletinXlsx(lang, jimo())
	put("bulletin.xlsx", raw, err)
	raw, err = TableXlsx(lang, list())
	put("list.xlsx", raw, err)
	h, err := BulletinHTML(lang, jimo())
	put("bulletin.html", []byte(h), err)
	h, err = LetterHTML(lang, chery())
	put("letter.html", []byte(h), err)
	h, err = SlipHTML(lang, redSlip())
	put("slip.html", []byte(h), err)
	raw, err = WallChartSVG(lang, wall())
	put("wall.svg", raw, err)
	return out
}

func TestTheSameValuesGiveTheSameBytes(t *testing.T) {
	for _, lang := range []words.Lang{words.Zh, words.En} {
		once := outputs(t, lang)
		for range 3 {
			for name, raw := range outputs(t, lang) {
				if !bytes.Equal(raw, once[name]) {
					t.Errorf("%s %s is not the same the second time", lang, name)
				}
			}
		}
	}
}

func TestEveryFixedWordIsInTheCatalogue(t *testing.T) {
	for _, lang := range []words.Lang{words.Zh, words.En} {
		for name, raw := range outputs(t, lang) {
			texts := map[string]string{name: string(raw)}
			if strings.HasSuffix(name, "x") {
				texts = opened(t, raw)
			}
			for part, text := range texts {
				if i := strings.Index(text, "⟦"); i >= 0 {
					t.Errorf("%s %s/%s: %s", lang, name, part, text[i:min(i+60, len(text))])
				}
				if m := regexp.MustCompile(`\{[a-z]+[|}]`).FindString(text); m != "" && strings.HasSuffix(name, "l") {
					t.Errorf("%s %s/%s: a value is missing for %s", lang, name, part, m)
				}
			}
		}
	}
}

func TestNoInlineStyleBecauseOfTheContentPolicy(t *testing.T) {
	for name, raw := range outputs(t, words.Zh) {
		if (strings.HasSuffix(name, ".html") || strings.HasSuffix(name, ".svg")) && bytes.Contains(raw, []byte("style=")) {
			t.Errorf("%s has an inline style", name)
		}
	}
}
