package paper

import (
	"html/template"
	"strconv"
	"strings"
	"time"

	qr "github.com/piglig/go-qr"

	"shigan/engine/draw"
	"shigan/kernel/fault"
	"shigan/kernel/words"
)

// ErrTooMany refuses a wall chart that no eye could read; Split makes sheets of it.
var ErrTooMany = fault.New(fault.TooLarge, "paper.too-many-rows")

// A3 landscape at 96 dots an inch, with the margins of the drawing board.
const (
	wallWidth, wallHeight = 1587.4, 1122.5
	wallLeft, wallRight   = 68.0, 1519.4
	wallTop, wallBottom   = 49.0, 1084.7
)

// Columns of the chart, in the same units.
const (
	colName, colWho, colPromise, colAxis = wallLeft + 24, wallLeft + 220, wallLeft + 358, wallLeft + 448
	colHand                              = wallRight - 150 // 现场手记: room to write and to draw flags by hand
)

// WallChartSVG draws a wall chart: A3 landscape, black ink only, everything in one drawing that needs no style sheet.
func WallChartSVG(lang words.Lang, w WallChart) ([]byte, error) {
	if len(w.Rows) > MaxRows {
		return nil, ErrTooMany.With("most", MaxRows, "have", len(w.Rows))
	}
	say := func(key string, args ...any) string { return words.Say(lang, "paper.wall."+key, args...) }
	title := w.Title
	if title == "" {
		title = say("title", "front", w.Front)
	}
	var b strings.Builder
	name := say("name", "title", title, "n", len(w.Rows), "asof", date(lang, w.AsOf))
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ` + draw.F(wallWidth) + ` ` + draw.F(wallHeight) + `" width="420mm" height="297mm" role="img" aria-label="` +
		draw.Esc(name) + `" lang="` + langTag(lang) + `" font-family="'Noto Sans SC','Source Han Sans SC','Noto Sans CJK SC','Microsoft YaHei',SimHei,sans-serif" font-size="13" fill="#000">`)
	b.WriteString(`<title>` + draw.Esc(name) + `</title><rect width="100%" height="100%" fill="#fff"/>`)
	put := func(x, y float64, rest, s string) {
		if s == "" {
			return
		}
		b.WriteString(`<text x="` + draw.F(x) + `" y="` + draw.F(y) + `"`)
		if rest != "" {
			b.WriteString(` ` + rest)
		}
		b.WriteString(`>` + draw.Esc(s) + `</text>`)
	}
	rule := func(x0, y0, x1, y1 float64, stroke string, width string) {
		b.WriteString(`<path d="M` + draw.F(x0) + ` ` + draw.F(y0) + `L` + draw.F(x1) + ` ` + draw.F(y1) + `" stroke="` + stroke + `" stroke-width="` + width + `"/>`)
	}

	// head
	y := wallTop + 42
	const song = `font-family="'FZXiaoBiaoSong-B05S','Noto Serif SC','Source Han Serif SC','Noto Serif CJK SC',SimSun,serif" font-weight="700" font-size="38"`
	put(wallLeft, y, song, title)
	sheets := ""
	if w.Sheets > 1 {
		sheets = say("sheet", "n", w.Sheet, "of", w.Sheets)
	}
	put(wallLeft+draw.Width(title, 38)+26, y, `font-size="17"`, joined(lang, w.District, words.Say(lang, "paper.date.month", "y", w.AsOf.Year(), "m", int(w.AsOf.Month()), "mon", month(lang, w.AsOf)), sheets))
	issue := ""
	if w.Issue > 0 {
		issue = words.Say(lang, "paper.issue", "n", w.Issue)
	}
	put(wallRight, y-19, `font-size="14" text-anchor="end"`, joined(lang, say("asof", "asof", day(lang, w.AsOf)), issue, sayIf(lang, "paper.pack", "pack", w.Pack)))
	put(wallRight, y+2, `font-size="14" text-anchor="end"`, w.Summary)
	y += 14
	rule(wallLeft, y, wallRight, y, "#000", "3")

	// column heads
	const bold = `font-weight="600"`
	y += 32
	put(wallLeft, y, bold, say("light"))
	if lang != words.En {
		put(colName, y, bold, say("project"))
	} else {
		put(colName+14, y, bold, say("project"))
	}
	put(colWho, y, bold, say("who"))
	put(colPromise, y, bold, say("promise"))
	put(colHand+10, y, bold, say("room"))
	months := w.Months
	if months == 0 {
		months = 12
	}
	first := time.Date(w.From.Year(), w.From.Month(), 1, 0, 0, 0, 0, time.UTC)
	axis := draw.Axis{X: colAxis, Width: colHand - 8 - colAxis, Units: float64(months)}
	axis.Today = monthsFrom(first, w.AsOf.AddDate(0, 0, 1)) // the as-of day is over when the chart is printed
	top := y + 12
	foot := wallBottom - 104
	bottom := foot
	if n := len(w.Rows); n > 0 {
		bottom = top + min(63.0, (foot-top-8)/float64(n))*float64(n) + 4
	}
	for i := range months + 1 {
		x := axis.At(float64(i))
		m := first.AddDate(0, i, 0)
		stroke, width := "#bbb", "0.6"
		if i == 0 || m.Month() == time.January {
			width = "1.5"
		}
		rule(x, top-2, x, bottom, stroke, width)
		if i == months {
			break
		}
		label := month(lang, m)
		if m.Year() > first.Year() {
			label = say("next", "month", label)
		}
		put(axis.At(float64(i)+.5), y, bold+` text-anchor="middle"`, label)
	}
	rule(wallLeft, top, wallRight, top, "#000", "1.5")

	if axis.Today > 0 && axis.Today < axis.Units {
		x := axis.At(axis.Today)
		rule(x, top-2, x, bottom, "#000", "1")
	}

	// rows
	high := 63.0
	if n := len(w.Rows); n > 0 {
		high = min(63, (foot-top-8)/float64(n))
	}
	four := false
	for i, r := range w.Rows {
		base := top + high*float64(i)
		one, two := base+high*.5-4, base+high*.5+13 // two lines of words, centred in the row
		b.WriteString(`<g transform="translate(` + draw.F(wallLeft+1) + ` ` + draw.F(one-11) + `) scale(1.1)">` + draw.Print.Shape(r.Light) + `</g>`)
		put(colName, one, `font-weight="600" font-size="14"`, draw.Fit(r.Name, 14, colWho-colName-8))
		x := colName
		if r.Four != [4]string{} {
			four = true
			for _, k := range r.Four {
				b.WriteString(`<g transform="translate(` + draw.F(x) + ` ` + draw.F(two-9) + `) scale(.75)">` + draw.Print.Shape(k) + `</g>`)
				x += 14
			}
			x += 6
		}
		if r.Sample {
			put(x, two, `font-size="11" fill="#333"`, words.Say(lang, "sample"))
		}
		put(colWho, one, "", draw.Fit(r.Unit, 13, colPromise-colWho-8))
		leader := r.Leader
		if r.Sample && leader != "" {
			leader = say("leader", "name", leader)
		}
		put(colWho, two, `font-size="11" fill="#333"`, draw.Fit(leader, 11, colPromise-colWho-8))
		put(colPromise, one, "", draw.Fit(r.Promise, 13, colAxis-colPromise-6))
		if !r.Due.IsZero() {
			put(colPromise, two, `font-size="11" fill="#333"`, dueShort(lang, r.Due, first.Year()))
		}
		s := draw.Span{Start: point(first, r.Start), Likely: point(first, r.Likely), Late: point(first, r.Late), Promise: pointEnd(first, r.Due)}
		for _, f := range r.Flags {
			s.Flags = append(s.Flags, draw.Flag{At: point(first, f.On), Kind: f.Kind, Name: f.Name})
		}
		b.WriteString(`<g font-size="11">` + draw.Print.Row(axis, base+high*.5+min(12, high*.2), s, 11) + `</g>`)
		rule(wallLeft, base+high, wallRight, base+high, "#999", ".6")
	}
	// foot
	rule(wallLeft, foot+12, wallRight, foot+12, "#000", "1.5")
	x, line := wallLeft, foot+38
	for _, k := range []string{draw.Done, draw.Overdue, draw.Ahead, draw.Moved} {
		word := w.Words[k]
		if word == "" {
			word = say(k)
		}
		if k == draw.Moved && !uses(w.Rows, k) {
			continue
		}
		b.WriteString(draw.Print.Flag(x+5, line+5, k))
		put(x+24, line, "", word)
		x += 24 + draw.Width(word, 13) + 22
	}
	for _, k := range draw.Kinds {
		if k == draw.None && !lit(w.Rows, k) || k == draw.Blue && !lit(w.Rows, k) {
			continue
		}
		b.WriteString(`<g transform="translate(` + draw.F(x) + ` ` + draw.F(line-11) + `) scale(1.05)">` + draw.Print.Shape(k) + `</g>`)
		put(x+18, line, "", say(k))
		x += 18 + draw.Width(say(k), 13) + 20
	}
	key := "key.plain"
	if inferred(w.Rows) {
		key = "key"
	}
	put(wallLeft, line+28, "", say(key))
	if four {
		put(wallLeft, line+50, "", say("four"))
	}
	right := wallRight
	if w.Live != "" {
		if side, d := code(w.Live); side > 0 {
			const size = 76.0
			right -= size
			b.WriteString(`<g transform="translate(` + draw.F(right) + ` ` + draw.F(foot+26) + `) scale(` + strconv.FormatFloat(size/float64(side), 'f', 5, 64) + `)" role="img" aria-label="` + draw.Esc(words.Say(lang, "paper.live", "live", w.Live)) +
				`"><path d="` + d + `" fill="#000" shape-rendering="crispEdges"/></g>`)
			right -= 16
		}
	}
	sample := ""
	if w.Sample {
		sample = words.Say(lang, "paper.sample")
	}
	put(right, line, `text-anchor="end"`, joined(lang, sayIf(lang, "paper.code", "code", w.Code), sample))
	put(right, line+28, `text-anchor="end" font-size="11" fill="#333"`, sayIf(lang, "paper.live", "live", w.Live))
	b.WriteString(`</svg>`)
	return []byte(b.String()), nil
}

// WallChartHTML sets a wall chart as an A3 sheet, for Page and PDF.
func WallChartHTML(lang words.Lang, w WallChart) (template.HTML, error) {
	svg, err := WallChartSVG(lang, w)
	if err != nil {
		return "", err
	}
	return template.HTML(`<div class="a3">` + string(svg) + `</div>`), nil
}

// code is the QR code of an address as one path on a grid of side units; 0 if the address is too long for one.
func code(s string) (int, string) {
	q, err := qr.EncodeText(s, qr.Medium)
	if err != nil {
		return 0, ""
	}
	var d strings.Builder
	n := q.Size()
	for y := range n {
		for x := 0; x < n; x++ {
			if !q.Module(x, y) {
				continue
			}
			from := x
			for x+1 < n && q.Module(x+1, y) {
				x++
			}
			d.WriteString("M" + strconv.Itoa(from) + " " + strconv.Itoa(y) + "h" + strconv.Itoa(x-from+1) + "v1h-" + strconv.Itoa(x-from+1) + "z")
		}
	}
	return n, d.String()
}

// monthsFrom counts months and parts of months from the first of a month to a day.
func monthsFrom(first, t time.Time) float64 {
	whole := (t.Year()-first.Year())*12 + int(t.Month()-first.Month())
	length := time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
	return float64(whole) + float64(t.Day()-1)/float64(length)
}

func point(first, t time.Time) float64 {
	if t.IsZero() {
		return draw.Absent
	}
	return monthsFrom(first, t)
}

// pointEnd is the end of a day: a promise is kept until its day is over.
func pointEnd(first, t time.Time) float64 {
	if t.IsZero() {
		return draw.Absent
	}
	return monthsFrom(first, t.AddDate(0, 0, 1))
}

// dueShort is month and day, with the year only where it is another one.
func dueShort(lang words.Lang, t time.Time, year int) string {
	if lang == words.En {
		return dateIn(lang, t, year)
	}
	if t.Year() == year {
		return t.Format("01-02")
	}
	return t.Format("2006-01-02")
}

// inferred tells whether any row shows what is likely; where none does, the legend does not speak of it.
func inferred(rows []WallRow) bool {
	for _, r := range rows {
		if !r.Likely.IsZero() {
			return true
		}
	}
	return false
}

func uses(rows []WallRow, kind string) bool {
	for _, r := range rows {
		for _, f := range r.Flags {
			if f.Kind == kind {
				return true
			}
		}
	}
	return false
}

func lit(rows []WallRow, kind string) bool {
	for _, r := range rows {
		if r.Light == kind {
			return true
		}
		for _, k := range r.Four {
			if k == kind {
				return true
			}
		}
	}
	return false
}
