package draw

import (
	"html/template"
	"strconv"
	"strings"
)

// The five lights. A light is told by its shape first, so that a photocopy and a reader who sees no red still know it.
const (
	Green  = "green"  // circle
	Yellow = "yellow" // triangle
	Red    = "red"    // square
	Blue   = "blue"   // lozenge
	None   = "none"   // a dash
)

// Kinds lists the lights from good to bad, then what is not judged yet.
var Kinds = []string{Green, Yellow, Red, Blue, None}

// Light draws one light for the screen; title is its accessible name, empty where a word stands beside it.
func Light(kind, title string) template.HTML { return Screen.Light(kind, title) }

// Light draws one light, twelve units wide.
func (p Pen) Light(kind, title string) template.HTML {
	b := svg("li", 12, 12, title)
	b.WriteString(p.Shape(kind))
	return done(b)
}

// Shape is the inside of a light, within a box of twelve by twelve, for use in a larger drawing.
func (p Pen) Shape(kind string) string {
	if p.Hollow {
		switch kind {
		case Green:
			return `<circle cx="6" cy="6" r="4.75" fill="` + p.Green + `" stroke="` + p.Ink + `" stroke-width="1.3"/>`
		case Yellow:
			return path("M6 1.4 11.2 10.6H.8z", `fill="`+p.Yellow+`" stroke="`+p.Edge+`" stroke-width="1.1" stroke-linejoin="round"`)
		case Red:
			return rect(1, 1, 10, 10, p.Red, "")
		case Blue:
			return path("M6 .8 11.2 6 6 11.2.8 6z", `fill="`+p.Blue+`" stroke="`+p.Ink+`" stroke-width="1.2"`)
		}
		return path("M1.5 6h9", `stroke="`+p.None+`" stroke-width="1.5" fill="none"`)
	}
	switch kind {
	case Green:
		return `<circle cx="6" cy="6" r="5" fill="` + p.Green + `"/>`
	case Yellow:
		return path("M6 1.4 11.2 10.6H.8z", `fill="`+p.Yellow+`" stroke="`+p.Edge+`" stroke-linejoin="round"`)
	case Red:
		return rect(1, 1, 10, 10, p.Red, "")
	case Blue:
		return path("M6 .3 11.7 6 6 11.7.3 6z", `fill="`+p.Blue+`"`)
	}
	return path("M1.5 6h9", `stroke="`+p.None+`" stroke-width="2" fill="none"`)
}

// fill is the plain colour of a light, for a piece of a bar.
func (p Pen) fill(kind string) string {
	switch kind {
	case Green:
		return p.Green
	case Yellow:
		return p.Yellow
	case Red:
		return p.Red
	case Blue:
		return p.Blue
	}
	return p.None
}

// Count is one part of a whole.
type Count struct {
	Kind string // a light
	N    int
}

// StackedLights draws how many of each light as one bar of the given width, ten units high, gaps between the pieces;
// pieces of a count that is not zero are at least two units wide, so that one red among hundreds is still seen.
func StackedLights(width float64, title string, counts ...Count) template.HTML {
	return Screen.StackedLights(width, title, counts...)
}

// StackedLights draws with this pen.
func (p Pen) StackedLights(width float64, title string, counts ...Count) template.HTML {
	const gap, least, high = 2.0, 2.0, 10.0
	total, parts := 0, 0
	for _, c := range counts {
		if c.N > 0 {
			total += c.N
			parts++
		}
	}
	b := svg("bar4", width, high, title)
	if total > 0 {
		room := width - gap*float64(parts-1)
		w, small, big := make([]float64, len(counts)), 0.0, 0.0
		for i, c := range counts {
			if c.N <= 0 {
				continue
			}
			w[i] = room * float64(c.N) / float64(total)
			if w[i] < least {
				small += least
				w[i] = least
			} else {
				big += w[i]
			}
		}
		if big > 0 { // the wide pieces give what the narrow ones need
			for i := range w {
				if w[i] > least {
					w[i] *= (room - small) / big
				}
			}
		}
		x := 0.0
		for i, c := range counts {
			if c.N <= 0 {
				continue
			}
			edge := ""
			if p.Hollow {
				edge = `stroke="` + p.Ink + `" stroke-width=".75"`
			}
			b.WriteString(rect(x, 0, w[i], high, p.fill(c.Kind), edge))
			x += w[i] + gap
		}
	}
	return done(b)
}

// Tally writes counts as text for an accessible name: words gives the word of each light.
func Tally(words map[string]string, counts ...Count) string {
	var out []string
	for _, c := range counts {
		out = append(out, words[c.Kind]+" "+strconv.Itoa(c.N))
	}
	return strings.Join(out, ", ")
}
