package draw

import (
	"html/template"
	"math"
)

// Mark is a named place on an axis.
type Mark struct {
	At    float64
	Label string
}

// Hump 山 is the distribution of a date over bins of equal width: what lies left of the promised day is filled, what lies right of
// it is dashed. The areas are the masses: left of the flag they add up to the odds, if an edge of a bin lies at the promise.
type Hump struct {
	From, Step float64   // where the first bin begins, and how wide each is
	Mass       []float64 // share of the whole in each bin
	Due        float64   // the flag; Absent: no promise
	Likely     float64   // the thin upright; Absent: none
	Before     []float64 // the same bins before a change, dotted
	Ticks      []Mark
	Title      string
	Width      float64 // 0: 150
	Height     float64 // 0: 40
}

// Hump draws for the screen.
func (h Hump) Draw() template.HTML { return Screen.Hump(h) }

// outline turns masses into a line over the bins whose area within each bin is its mass: edges take the mean of their neighbours,
// the middle of a bin what is missing. A bin that would have to dip below nothing is drawn at nothing.
func outline(mass []float64) (edge, middle []float64) {
	n := len(mass)
	edge, middle = make([]float64, n+1), make([]float64, n)
	for i := 1; i < n; i++ {
		edge[i] = (mass[i-1] + mass[i]) / 2
	}
	for i, m := range mass {
		middle[i] = math.Max(0, (4*m-edge[i]-edge[i+1])/2)
	}
	return edge, middle
}

// Hump draws with this pen.
func (p Pen) Hump(h Hump) template.HTML {
	w, high := h.Width, h.Height
	if w == 0 {
		w = 150
	}
	if high == 0 {
		high = 40
	}
	b := svg("hump", w, high, h.Title)
	n := len(h.Mass)
	span := h.Step * float64(n)
	if n == 0 || !(span > 0) {
		return done(b)
	}
	base := high - 13
	at := func(x float64) float64 { return math.Min(math.Max((x-h.From)/span*w, 0), w) }
	top := 0.0
	edge, middle := outline(h.Mass)
	for i := range middle {
		top = math.Max(top, math.Max(middle[i], edge[i]))
	}
	edge0, middle0 := outline(h.Before)
	for i := range middle0 {
		top = math.Max(top, math.Max(middle0[i], edge0[i]))
	}
	if top == 0 {
		return done(b)
	}
	y := func(v float64) float64 { return base - v/top*(base-8) }
	line := func(edge, middle []float64, from, to int) string {
		d := ""
		for i := from; i < to; i++ {
			x := h.From + float64(i)*h.Step
			d += "L" + F(at(x)) + " " + F(y(edge[i])) + "L" + F(at(x+h.Step/2)) + " " + F(y(middle[i]))
		}
		return d + "L" + F(at(h.From+float64(to)*h.Step)) + " " + F(y(edge[to]))
	}
	b.WriteString(path("M0 "+F(base+.5)+"H"+F(w), `stroke="`+p.Rule+`"`))
	free := -1.0
	for _, t := range h.Ticks {
		x := at(t.At)
		if x < 0 || x >= w {
			continue
		}
		b.WriteString(path("M"+F(x)+" "+F(base)+"v3", `stroke="`+p.Rule+`"`))
		if t.Label != "" && x >= free && x+2+Width(t.Label, 10) <= w+1 {
			b.WriteString(Text(x+2, high-1, "t3 tn", "", "", t.Label))
			free = x + 8 + Width(t.Label, 10)
		}
	}
	cut := n // the first bin right of the promise
	if finite(h.Due) {
		cut = int(math.Round((h.Due - h.From) / h.Step))
		cut = min(max(cut, 0), n)
	}
	if cut > 0 {
		b.WriteString(path("M"+F(at(h.From))+" "+F(base)+line(edge, middle, 0, cut)+"V"+F(base)+"Z", `fill="`+p.Guess+`"`))
	}
	if cut < n {
		x := h.From + float64(cut)*h.Step
		b.WriteString(path("M"+F(at(x))+" "+F(base)+line(edge, middle, cut, n)+"V"+F(base)+"Z", `fill="`+p.GuessFaint+`"`))
		b.WriteString(path("M"+F(at(x))+" "+F(y(edge[cut]))+line(edge, middle, cut, n), `fill="none" stroke="`+p.GuessEdge+`" stroke-dasharray="2 2"`))
	}
	if len(h.Before) == n {
		b.WriteString(path("M"+F(at(h.From))+" "+F(base)+line(edge0, middle0, 0, n), `fill="none" stroke="`+p.Ink3+`" stroke-dasharray="1 2"`))
	}
	if finite(h.Likely) {
		b.WriteString(path("M"+F(at(h.Likely))+" "+F(base)+"V10", `stroke="`+p.GuessEdge+`" stroke-width="1.5"`))
	}
	if finite(h.Due) {
		x := at(h.Due)
		b.WriteString(path("M"+F(x)+" "+F(base+1)+"V2", `stroke="`+p.Ink+`" stroke-width="2"`))
		b.WriteString(path("M"+F(x)+" 2h7l-2 2.5 2 2.5h-7z", `fill="`+p.Ink+`"`))
	}
	return done(b)
}
