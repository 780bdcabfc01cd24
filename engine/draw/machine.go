package draw

import (
	"html/template"
	"math"
	"strings"
)

// Node is a box of a machine: a state. End is drawn with a double line.
type Node struct {
	Label string
	Note  string // whose turn it is
	End   bool
}

// Edge leads from one box to another, by their places. Label says the move; those between the same two share a line.
type Edge struct {
	From, To int
	Label    string
	Strong   bool // the one way that matters
}

const (
	boxW, boxH = 176.0, 46.0
	boxGap     = 46.0
	laneW      = 26.0
	letterW    = 6.6 // of a Latin letter at size 11
	edgeSize   = 11.0
)

// Machine 状态图 draws states one under the other in their order. What leads to the next box goes straight down; what skips goes
// by lanes on the right, what goes back by lanes on the left. Reads without colour, and prints.
func (p Pen) Machine(name string, nodes []Node, edges []Edge) template.HTML {
	joined := joinEdges(edges)
	left, right := lanes(joined, true), lanes(joined, false)
	wide := func(list []lane) (w, text float64) {
		for _, l := range list {
			text = math.Max(text, widthOf(l.label))
			w = math.Max(w, float64(l.lane+1)*laneW)
		}
		return w, text
	}
	lw, lt := wide(left)
	rw, rt := wide(right)
	x := lw + lt + 24
	w, h := x+boxW+rw+rt+24, float64(len(nodes))*(boxH+boxGap)-boxGap+24
	b := svg("machine", w, h, name)
	y := func(i int) float64 { return 12 + float64(i)*(boxH+boxGap) }
	for _, l := range joined {
		if l.to == l.from+1 {
			mid := x + boxW/2
			p.arrow(b, "M"+F(mid)+" "+F(y(l.from)+boxH)+"V"+F(y(l.to)-1), mid, y(l.to), 0, l.strong)
			p.words(b, l.label, mid+8, y(l.from)+boxH+boxGap/2+4, "start")
		}
	}
	ports := map[[2]int]int{} // how many lines leave or enter a side of a box
	port := func(node, side int) float64 {
		n := ports[[2]int{node, side}]
		ports[[2]int{node, side}]++
		return y(node) + 7 + math.Mod(float64(n)*8, boxH-12)
	}
	side := func(list []lane, edge, dir float64, anchor string, s int) {
		for _, l := range list {
			a, z := port(l.from, s), port(l.to, s)
			at := edge + dir*(12+float64(l.lane)*laneW)
			p.arrow(b, "M"+F(edge)+" "+F(a)+"H"+F(at)+"V"+F(z)+"H"+F(edge+dir), edge, z, dir, l.strong)
			p.words(b, l.label, at+dir*5, (a+z)/2+4, anchor)
		}
	}
	side(right, x+boxW, 1, "start", 1)
	side(left, x, -1, "end", 0)
	for i, n := range nodes {
		box := func(in float64) {
			b.WriteString(`<rect x="` + F(x+in) + `" y="` + F(y(i)+in) + `" width="` + F(boxW-2*in) + `" height="` + F(boxH-2*in) +
				`" rx="3" fill="` + p.Paper + `" stroke="` + p.Ink + `"/>`)
		}
		box(0)
		if n.End {
			box(3)
		}
		at := y(i) + boxH/2 + 5
		if n.Note != "" {
			at -= 7
			p.text(b, n.Note, x+boxW/2, at+16, 11, p.Ink2, "middle")
		}
		p.text(b, n.Label, x+boxW/2, at, 14, p.Ink, "middle")
	}
	return done(b)
}

type lane struct {
	from, to, lane int
	label          string
	strong         bool
}

// joinEdges puts the labels of all moves between the same two boxes on one line.
func joinEdges(edges []Edge) []lane {
	var out []lane
	for _, e := range edges {
		found := false
		for i := range out {
			if out[i].from == e.From && out[i].to == e.To {
				out[i].label, out[i].strong, found = out[i].label+" · "+e.Label, out[i].strong || e.Strong, true
			}
		}
		if !found {
			out = append(out, lane{from: e.From, to: e.To, label: e.Label, strong: e.Strong})
		}
	}
	return out
}

// lanes gives each line that skips (or goes back) the lane nearest to the boxes that is free over its whole length.
func lanes(all []lane, back bool) []lane {
	var out []lane
	for _, l := range all {
		if l.to == l.from+1 || (l.to <= l.from) != back {
			continue
		}
		for l.lane = 0; ; l.lane++ {
			free := true
			for _, o := range out {
				if o.lane == l.lane && min(l.from, l.to) <= max(o.from, o.to) && min(o.from, o.to) <= max(l.from, l.to) {
					free = false
				}
			}
			if free {
				break
			}
		}
		out = append(out, l)
	}
	return out
}

// widthOf guesses how wide a text stands at the size of edges.
func widthOf(s string) float64 {
	w := 0.0
	for _, r := range s {
		if r > 0x2e80 {
			w += edgeSize
		} else {
			w += letterW
		}
	}
	return w
}

func (p Pen) arrow(b *strings.Builder, d string, x, y, dir float64, strong bool) {
	width := "1"
	if strong {
		width = "2.5"
	}
	b.WriteString(`<path d="` + d + `" fill="none" stroke="` + p.Ink2 + `" stroke-width="` + width + `"/>`)
	head := "M" + F(x-4) + " " + F(y-8) + "L" + F(x) + " " + F(y) + "L" + F(x+4) + " " + F(y-8) + "Z"
	if dir != 0 { // comes in from the side
		head = "M" + F(x+dir*8) + " " + F(y-4) + "L" + F(x) + " " + F(y) + "L" + F(x+dir*8) + " " + F(y+4) + "Z"
	}
	b.WriteString(`<path d="` + head + `" fill="` + p.Ink2 + `"/>`)
}

// words stand on paper, so that a line behind them does not cross them out.
func (p Pen) words(b *strings.Builder, s string, x, y float64, anchor string) {
	b.WriteString(`<text x="` + F(x) + `" y="` + F(y) + `" font-size="` + F(edgeSize) + `" text-anchor="` + anchor + `" fill="` + p.Ink +
		`" stroke="` + p.Paper + `" stroke-width="4" paint-order="stroke">` + Esc(s) + `</text>`)
}

func (p Pen) text(b *strings.Builder, s string, x, y, size float64, fill, anchor string) {
	b.WriteString(`<text x="` + F(x) + `" y="` + F(y) + `" font-size="` + F(size) + `" text-anchor="` + anchor + `" fill="` + fill + `">` + Esc(s) + `</text>`)
}
