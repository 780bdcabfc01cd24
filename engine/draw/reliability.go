package draw

import (
	"html/template"
	"math"
)

// Said is one class of chances: how often it was said, what was said on average, what came, and the band that chance allows around
// what was said.
type Said struct {
	N             int
	Said, Came    float64
	Low, High     float64 // band around Said within which honest forecasts stay
	Label         string  // "n 41"
	LowAt, HighAt float64 // where the band is drawn: the class's edges
}

// Reliable 说的和做到的 is a reliability diagram: dots sized by how often, the dashed line where said and done agree.
type Reliable struct {
	Rows          []Said
	Axis, Line    string // names
	Title         string
	Width, Height float64 // 0: 420 × 380
}

// Draw draws for the screen.
func (r Reliable) Draw() template.HTML { return Screen.Reliable(r) }

// Reliable draws with this pen.
func (p Pen) Reliable(r Reliable) template.HTML {
	w, h := r.Width, r.Height
	if w == 0 {
		w = 420
	}
	if h == 0 {
		h = 380
	}
	b := svg("relia", w, h, r.Title)
	const left, right, above, below = 34.0, 12.0, 18.0, 38.0
	x := func(v float64) float64 { return left + v*(w-left-right) }
	y := func(v float64) float64 { return h - below - v*(h-above-below) }
	for k := 0; k <= 5; k++ {
		v := float64(k) / 5
		b.WriteString(path("M"+F(left)+" "+F(y(v))+"H"+F(w-right), `stroke="`+p.RuleSoft+`"`))
		b.WriteString(Text(left-6, y(v)+4, "t3", "end", "", F(v*100)))
		b.WriteString(Text(x(v), h-below+16, "t3", "middle", "", F(v*100)))
	}
	if len(r.Rows) > 1 {
		up, down := "", ""
		for i, s := range r.Rows {
			cmd := "L"
			if i == 0 {
				cmd = "M"
			}
			up += cmd + F(x(s.Said)) + " " + F(y(math.Min(s.High, 1)))
			k := r.Rows[len(r.Rows)-1-i]
			down += "L" + F(x(k.Said)) + " " + F(y(math.Max(k.Low, 0)))
		}
		b.WriteString(path(up+down+"Z", `fill="`+p.GuessFaint+`"`))
	}
	b.WriteString(path("M"+F(x(0))+" "+F(y(0))+"L"+F(x(1))+" "+F(y(1)), `stroke="`+p.GuessEdge+`" stroke-dasharray="3 3"`))
	b.WriteString(Text(x(1), y(1)-6, "tp tn", "end", "", r.Line))
	for _, s := range r.Rows {
		size := math.Min(3+math.Sqrt(float64(s.N))/4, 9)
		b.WriteString(`<circle cx="` + F(x(s.Said)) + `" cy="` + F(y(s.Came)) + `" r="` + F(size) + `" fill="` + p.Ink + `"/>`)
		anchor, dx := "", size+4
		if s.Said > .82 {
			anchor, dx = "end", -size-4
		}
		b.WriteString(Text(x(s.Said)+dx, y(s.Came)+12, "t3 tn", anchor, "", s.Label))
	}
	b.WriteString(Text((left+w-right)/2, h-4, "t3", "middle", "", r.Axis))
	return done(b)
}

// Within 框住 shows a share on a scale from From to 1, with the wanted share as an upright and the band that chance allows.
type Within struct {
	Share, Want, Low, High, From float64
	Title                        string
}

// Draw draws for the screen.
func (x Within) Draw() template.HTML {
	const w, h = 190.0, 18.0
	p := Screen
	b := svg("within", w, h, x.Title)
	at := func(v float64) float64 { return math.Min(math.Max((v-x.From)/(1-x.From), 0), 1)*(w-10) + 5 }
	b.WriteString(path("M5 9H"+F(w-5), `stroke="`+p.Rule+`" stroke-width="2"`))
	b.WriteString(rect(at(x.Low), 4, math.Max(at(x.High)-at(x.Low), 1), 10, p.GuessFaint, ""))
	b.WriteString(path("M"+F(at(x.Want))+" 2V16", `stroke="`+p.GuessEdge+`" stroke-dasharray="2 2"`))
	b.WriteString(`<circle cx="` + F(at(x.Share)) + `" cy="9" r="4" fill="` + p.Ink + `"/>`)
	return done(b)
}

// Signed is a bar to the right of zero for a gain and to the left for a loss, both drawn.
func Signed(value, most float64, title string) template.HTML {
	const w, h, zero = 100.0, 12.0, 22.0
	p := Screen
	b := svg("sgn", w, h, title)
	b.WriteString(path("M"+F(zero)+" 0V12", `stroke="`+p.Rule+`"`))
	if finite(value) && most > 0 {
		length := math.Min(math.Abs(value)/most, 1)
		if value >= 0 {
			b.WriteString(rect(zero, 2, length*(w-zero), 8, p.Ink, ""))
		} else {
			b.WriteString(rect(zero, 2, -math.Min(length*(w-zero), zero), 8, p.Ink, ""))
		}
	}
	return done(b)
}
