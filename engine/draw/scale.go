package draw

import (
	"html/template"
	"math"
)

// Band is one stretch of a threshold scale, up to its upper edge.
type Band struct {
	Kind  string  // a light
	Word  string  // printed after the shape
	Upto  float64 // upper edge; the last band's edge is the end of the scale
	Label string  // the edge as printed; empty: no tick there
}

// Scaled is a threshold scale 尺: bands of lights, today's value, where it lay at earlier month ends.
type Scaled struct {
	From    float64 // left end
	Bands   []Band
	Value   float64
	Text    string // the value as printed
	History []float64
	Unit    string // printed at the right end of the axis
	Note    string // one line below
	Title   string
	Width   float64 // 0: 540
}

// Scale draws a threshold scale for the screen.
func Scale(s Scaled) template.HTML { return Screen.Scale(s) }

// Scale draws with this pen. Values outside the scale are set at its end with an arrow, never left out.
func (p Pen) Scale(s Scaled) template.HTML {
	w := s.Width
	if w == 0 {
		w = 540
	}
	high := 66.0
	if s.Note != "" {
		high = 84
	}
	b := svg("scale", w, high, s.Title)
	if len(s.Bands) == 0 {
		return done(b)
	}
	const left, top, thick = 20.0, 34.0, 12.0
	end := s.Bands[len(s.Bands)-1].Upto
	span := end - s.From
	if span <= 0 || !finite(span) {
		return done(b)
	}
	at := func(v float64) float64 {
		v = math.Min(math.Max(v, s.From), end)
		return left + (v-s.From)/span*(w-2*left)
	}
	from := s.From
	for _, k := range s.Bands {
		x0, x1 := at(from), at(k.Upto)
		b.WriteString(rect(x0, top, x1-x0, thick, p.Tints[k.Kind], ""))
		from = k.Upto
	}
	if s.From < 0 && end > 0 {
		b.WriteString(Text(at(0), 62, "t3", "middle", p.Ink3, "0"))
	}
	from = s.From
	for i, k := range s.Bands {
		if k.Label != "" && i < len(s.Bands)-1 {
			b.WriteString(path("M"+F(at(k.Upto))+" 30v20", `stroke="`+p.Ink+`"`))
			b.WriteString(Text(at(k.Upto), 62, "t3", "middle", p.Ink3, k.Label))
		}
		x0, x1 := at(from), at(k.Upto)
		long := 18 + Width(k.Word, 11)
		if x1-x0 >= long+8 { // a word only where there is room for it beside today's value
			x := x0 + 6
			if v := at(s.Value); v > x-8 && v < x+long+4 {
				if x = x1 - long - 4; v > x-8 {
					x = x0 + 6
				}
			}
			b.WriteString(`<g transform="translate(` + F(x) + ` 35) scale(.83)">` + p.Shape(k.Kind) + `</g>`)
			b.WriteString(Text(x+14, 44, "", "", p.Ink2, k.Word))
		}
		from = k.Upto
	}
	if s.Unit != "" {
		b.WriteString(Text(w-left, 62, "t3", "end", p.Ink3, s.Unit))
	}
	for _, v := range s.History {
		if finite(v) {
			b.WriteString(`<circle cx="` + F(at(v)) + `" cy="40" r="2.5" fill="none" stroke="` + p.Ink3 + `"/>`)
		}
	}
	if finite(s.Value) {
		x := at(s.Value)
		b.WriteString(path("M"+F(x)+" 50V24", `stroke="`+p.Ink+`" stroke-width="2"`))
		switch {
		case s.Value > end:
			b.WriteString(path("M"+F(x)+" 35l7 5-7 5z", `fill="`+p.Ink+`"`))
		case s.Value < s.From:
			b.WriteString(path("M"+F(x)+" 35l-7 5 7 5z", `fill="`+p.Ink+`"`))
		default:
			b.WriteString(`<circle cx="` + F(x) + `" cy="40" r="4.5" fill="` + p.Ink + `"/>`)
		}
		half := Width(s.Text, 17) / 2
		b.WriteString(Text(math.Min(math.Max(x, half), w-half), 17, "ts t17", "middle", p.Ink, s.Text))
	}
	if s.Note != "" {
		b.WriteString(Text(left, 79, "t3", "", p.Ink3, s.Note))
	}
	return done(b)
}
