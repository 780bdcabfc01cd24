package casework

import (
	"html"
	"regexp"
	"strconv"
	"testing"

	"shigan/engine/draw"
	"shigan/kernel/words"
)

var textRE = regexp.MustCompile(`<text x="([-0-9.]+)" y="([-0-9.]+)" font-size="([0-9.]+)" text-anchor="(\w+)"[^>]*>([^<]*)</text>`)

// boxed is the room that a text takes: a Chinese letter is as wide as it is high, a Latin one six tenths of that.
type boxed struct {
	x0, y0, x1, y1 float64
	text           string
}

func textsOf(t *testing.T, svg string) (out []boxed) {
	t.Helper()
	num := func(s string) float64 {
		f, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	for _, m := range textRE.FindAllStringSubmatch(svg, -1) {
		x, y, size, text := num(m[1]), num(m[2]), num(m[3]), html.UnescapeString(m[5])
		w := 0.0
		for _, r := range text {
			if r > 0x2e80 {
				w += size
			} else {
				w += .6 * size
			}
		}
		b := boxed{x0: x, y0: y - .85*size, y1: y + .2*size, text: text}
		switch m[4] {
		case "middle":
			b.x0 -= w / 2
		case "end":
			b.x0 -= w
		}
		b.x1 = b.x0 + w
		out = append(out, b)
	}
	return out
}

var (
	sizeRE = regexp.MustCompile(`viewBox="0 0 ([0-9.]+) ([0-9.]+)"`)
	rectRE = regexp.MustCompile(`<rect x="([-0-9.]+)" y="([-0-9.]+)" width="([0-9.]+)" height="([0-9.]+)"`)
)

// TestNoTwoLabelsOfADiagramOverlap in any shipped desk and language, none stands outside the picture, and none half over a box.
func TestNoTwoLabelsOfADiagramOverlap(t *testing.T) {
	for _, d := range shipped(t) {
		for _, lang := range []words.Lang{words.Zh, words.En} {
			svg := d.Diagram(draw.Pen{Ink: "#000", Ink2: "#333", Paper: "#fff"}, lang)
			texts := textsOf(t, svg)
			if len(texts) < len(d.States)+len(d.Moves)/2 {
				t.Fatalf("%s: only %d texts", d.Name, len(texts))
			}
			size := sizeRE.FindStringSubmatch(svg)
			w, _ := strconv.ParseFloat(size[1], 64)
			h, _ := strconv.ParseFloat(size[2], 64)
			for i, a := range texts {
				if a.x0 < 0 || a.y0 < 0 || a.x1 > w || a.y1 > h {
					t.Errorf("%s %s: %q stands outside %v × %v: %+v", d.Name, lang, a.text, w, h, a)
				}
				for _, b := range texts[i+1:] {
					if a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1 {
						t.Errorf("%s %s: %q overlaps %q", d.Name, lang, a.text, b.text)
					}
				}
			}
			for _, m := range rectRE.FindAllStringSubmatch(svg, -1) {
				var r [4]float64
				for i := range r {
					r[i], _ = strconv.ParseFloat(m[i+1], 64)
				}
				for _, a := range texts {
					meets := a.x0 < r[0]+r[2] && r[0] < a.x1 && a.y0 < r[1]+r[3] && r[1] < a.y1
					in := a.x0 >= r[0] && a.x1 <= r[0]+r[2] && a.y0 >= r[1] && a.y1 <= r[1]+r[3]
					if meets && !in {
						t.Errorf("%s %s: %q stands half over a box", d.Name, lang, a.text)
					}
				}
			}
		}
	}
}
