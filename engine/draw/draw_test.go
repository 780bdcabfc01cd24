package draw

import (
	"encoding/xml"
	"html/template"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func drawn(p Pen) map[string]template.HTML {
	bands := []Band{{Green, "ok", 10, "10"}, {Yellow, "slow", 30, "30"}, {Red, "bad", 35, ""}}
	return map[string]template.HTML{
		"light": p.Light(Red, "far behind"), "stack": p.StackedLights(200, "254", Count{Green, 171}, Count{Yellow, 52}, Count{Red, 19}, Count{Blue, 12}),
		"bar": p.Bar(172.7, 185.3, 370.6, 120, "46.6 %"), "odds": p.Odds(.22, "22 %"), "trend": p.Trend(Trend{Was: []float64{1, 2, 4}, Guess: []float64{6, 7}, Promised: []float64{1, 3, 5, 7, 9}, Title: "money"}),
		"scale": p.Scale(Scaled{From: -5, Bands: bands, Value: 15, Text: "15.0", History: []float64{5, 10.8, 13.4}, Unit: "points", Note: "earlier", Title: "15 points behind"}),
		"gantt": p.Gantt(Chart{Months: []string{"1", "2", "3"}, Today: 1.5, Rows: []Span{{Start: .2, Likely: 2.2, Late: 2.9, Promise: 2, Flags: []Flag{{.5, Done, "a"}, {1, Overdue, "b<"}, {2, Ahead, "c"}, {1.2, Moved, "d"}}}}, Title: "timetable"}),
		"flag":  p.FlagMark(Overdue, "overdue"),
	}
}

func TestEveryDrawingHasANameAndNoInlineStyle(t *testing.T) {
	for _, p := range []Pen{Screen, Print} {
		for name, d := range drawn(p) {
			s := string(d)
			if err := xml.Unmarshal([]byte(s), new(struct{})); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if !strings.Contains(s, `role="img"`) || !regexp.MustCompile(`aria-label="[^"]+"`).MatchString(s) {
				t.Errorf("%s has no name", name)
			}
			if strings.Contains(s, "style=") || strings.Contains(s, "NaN") || strings.Contains(s, "Inf") {
				t.Errorf("%s: %s", name, s)
			}
		}
	}
}

func TestShapesTellTheLightsApartWithoutColour(t *testing.T) {
	for _, p := range []Pen{Screen, Print} {
		colour, seen := regexp.MustCompile(`(fill|stroke)="[^"]*"`), map[string]string{}
		for _, k := range Kinds {
			shape := colour.ReplaceAllString(p.Shape(k), "")
			if other, twice := seen[shape]; twice {
				t.Errorf("%s looks like %s", k, other)
			}
			seen[shape] = k
		}
	}
}

func TestABarStartsAtZeroAndIsNeverCut(t *testing.T) {
	width := regexp.MustCompile(`<rect x="0" y="4" width="([\d.]+)"`)
	for name, tc := range map[string]struct{ value, most, want float64 }{
		"half": {50, 100, 60}, "all": {100, 100, 120}, "115 per cent is 115 per cent": {115, 100, 120}, "nothing": {0, 100, 0}, "less than nothing is drawn as nothing": {-5, 100, 0},
	} {
		m := width.FindAllStringSubmatch(string(Bar(tc.value, 90, tc.most, 120, "x")), -1)
		if got, _ := strconv.ParseFloat(m[1][1], 64); math.Abs(got-tc.want) > .01 {
			t.Errorf("%s: %v, want %v", name, got, tc.want)
		}
	}
}

func TestOneRedAmongHundredsIsStillSeen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var counts []Count
		parts := 0
		for _, k := range Kinds {
			n := rapid.IntRange(0, 5000).Draw(t, k)
			counts = append(counts, Count{k, n})
			if n > 0 {
				parts++
			}
		}
		s := string(StackedLights(200, "x", counts...))
		ws := regexp.MustCompile(`<rect x="([\d.]+)" y="0" width="([\d.]+)"`).FindAllStringSubmatch(s, -1)
		if len(ws) != parts {
			t.Fatalf("%d pieces for %d counts: %s", len(ws), parts, s)
		}
		sum := 2 * float64(max(parts-1, 0))
		for _, w := range ws {
			x, _ := strconv.ParseFloat(w[2], 64)
			sum += x
			if x < 1.9 {
				t.Fatalf("a piece of %v cannot be seen", x)
			}
		}
		if parts > 0 && math.Abs(sum-200) > .1 {
			t.Fatalf("the pieces make %v of 200", sum)
		}
	})
}

func TestOddNumbersDoNotBreakADrawing(t *testing.T) {
	bad := []float64{math.NaN(), math.Inf(1), math.Inf(-1), 0, -1, 1e300}
	for _, a := range bad {
		for _, b := range bad {
			for _, d := range []template.HTML{Bar(a, b, a, 100, "x"), Odds(a, "x"), Spark("x", a, b, 3), Scale(Scaled{From: 0, Bands: []Band{{Green, "g", 10, ""}}, Value: a, History: []float64{b}, Title: "x"}),
				Gantt(Chart{Months: []string{"1"}, Today: .5, Rows: []Span{{Start: a, Likely: b, Late: a, Promise: b, Flags: []Flag{{a, Done, "n"}}}}, Title: "x"})} {
				if s := string(d); strings.Contains(s, "NaN") || strings.Contains(s, "Inf") {
					t.Fatalf("%v %v: %s", a, b, s)
				}
			}
		}
	}
}

func TestEscAndFit(t *testing.T) {
	if got := Esc("a\x00<\"b\"&\ufffe"); got != "a &lt;&#34;b&#34;&amp; " {
		t.Errorf("%q", got)
	}
	if got := Fit("营流路打通（鹤山路以南段）", 10, 60); got != "营流路打通…" && got != "营流路打…" {
		t.Error(got)
	}
	if got := Fit("short", 10, 60); got != "short" {
		t.Error(got)
	}
	for in, want := range map[float64]string{1: "1", 1.5: "1.5", 1.005: "1", 0: "0", -0.001: "0", 12.345: "12.35"} {
		if got := F(in); got != want && !(in == 12.345 && got == "12.34") {
			t.Errorf("%v: %s", in, got)
		}
	}
}
