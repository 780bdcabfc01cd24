package draw

import (
	"html/template"
	"math"
)

// Bar draws a value against a mark on a scale that starts at zero: ink to the value, an upright at the mark. most is the
// value at the right end; a value over it makes the scale longer rather than the bar shorter.
func Bar(value, mark, most, width float64, title string) template.HTML {
	return Screen.Bar(value, mark, most, width, title)
}

// Bar draws with this pen.
func (p Pen) Bar(value, mark, most, width float64, title string) template.HTML {
	const high = 16.0
	most = math.Max(most, math.Max(value, mark))
	b := svg("cbar", width, high, title)
	b.WriteString(rect(0, 4, width, 8, p.Faint, ""))
	if most > 0 && finite(value, mark, most) {
		b.WriteString(rect(0, 4, width*math.Max(value, 0)/most, 8, p.Ink, ""))
		if mark > 0 {
			x := math.Min(width*mark/most, width-1)
			b.WriteString(path("M"+F(x)+" 0V16", `stroke="`+p.Ink3+`" stroke-width="2"`))
		}
	}
	return done(b)
}

// Odds 十成 draws a chance between 0 and 1 as ten ticks.
func Odds(chance float64, title string) template.HTML { return Screen.Odds(chance, title) }

// Odds draws with this pen.
func (p Pen) Odds(chance float64, title string) template.HTML {
	b := svg("odd", 58, 12, title)
	for i := range 10 {
		x := float64(i) * 6
		b.WriteString(rect(x, 0, 4, 12, p.Faint, ""))
		part := math.Min(math.Max(chance*10-float64(i), 0), 1)
		if part > 0 {
			b.WriteString(rect(x, 12*(1-part), 4, 12*part, p.GuessEdge, ""))
		}
	}
	return done(b)
}

// Trend is a small line: what was, then what is inferred, with what was promised behind them.
type Trend struct {
	Was      []float64 // one value a step, in ink
	Guess    []float64 // the steps after the last of Was, in plum
	Promised []float64 // from the first step, dashed
	Title    string
	Width    float64 // 0: 120
	Height   float64 // 0: 32
}

// Spark draws the recorded points alone.
func Spark(title string, points ...float64) template.HTML {
	return Screen.Trend(Trend{Was: points, Title: title})
}

// Trend draws with this pen.
func (p Pen) Trend(t Trend) template.HTML {
	w, h := t.Width, t.Height
	if w == 0 {
		w = 120
	}
	if h == 0 {
		h = 32
	}
	b := svg("spark", w, h, t.Title)
	n := max(len(t.Was)+len(t.Guess), len(t.Promised))
	low, high := 0.0, 0.0
	for _, s := range [][]float64{t.Was, t.Guess, t.Promised} {
		for _, v := range s {
			if finite(v) {
				low, high = math.Min(low, v), math.Max(high, v)
			}
		}
	}
	if n == 0 || high == low {
		b.WriteString(path("M0 "+F(h-1)+"H"+F(w), `stroke="`+p.Rule+`"`))
		return done(b)
	}
	const pad = 4.0
	at := func(i int, v float64) (float64, float64) {
		x := pad
		if n > 1 {
			x += float64(i) * (w - 2*pad) / float64(n-1)
		}
		return x, pad + (high-v)/(high-low)*(h-2*pad)
	}
	line := func(from int, vs []float64, rest string) {
		d := ""
		pen := "M"
		for i, v := range vs {
			if !finite(v) {
				pen = "M"
				continue
			}
			x, y := at(from+i, v)
			d += pen + F(x) + " " + F(y)
			pen = "L"
		}
		if d != "" {
			b.WriteString(path(d, rest))
		}
	}
	_, zero := at(0, 0)
	b.WriteString(path("M0 "+F(zero)+"H"+F(w), `stroke="`+p.Rule+`"`))
	line(0, t.Promised, `fill="none" stroke="`+p.Ink3+`" stroke-dasharray="2 3"`)
	if len(t.Guess) > 0 {
		from, vs := len(t.Was), t.Guess
		if len(t.Was) > 0 {
			from, vs = len(t.Was)-1, append([]float64{t.Was[len(t.Was)-1]}, t.Guess...)
		}
		dash := ""
		if p.Hollow {
			dash = ` stroke-dasharray="4 2"`
		}
		line(from, vs, `fill="none" stroke="`+p.GuessEdge+`" stroke-width="1.75"`+dash)
	}
	line(0, t.Was, `fill="none" stroke="`+p.Ink+`" stroke-width="2" stroke-linejoin="round"`)
	if len(t.Was) > 0 && finite(t.Was[len(t.Was)-1]) {
		x, y := at(len(t.Was)-1, t.Was[len(t.Was)-1])
		b.WriteString(`<circle cx="` + F(x) + `" cy="` + F(y) + `" r="2.75" fill="` + p.Ink + `"/>`)
	}
	return done(b)
}

func finite(vs ...float64) bool {
	for _, v := range vs {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	return true
}
