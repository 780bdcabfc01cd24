package draw

import (
	"html/template"
	"math"
	"slices"
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
		if l.next() {
			mid, from := x+boxW/2, y(l.to-1)+boxH
			p.arrow(b, "M"+F(mid)+" "+F(from)+"V"+F(y(l.to)-1), mid, y(l.to), 0, l.strong)
			p.words(b, l.label, mid+8, from+boxGap/2+4, "start")
		}
	}
	var texts []func()        // after all lines, so that none crosses them out
	ports := map[[2]int]int{} // how many lines leave or enter a side of a box
	port := func(node, side int) float64 {
		n := ports[[2]int{node, side}]
		ports[[2]int{node, side}]++
		return y(node) + 7 + math.Mod(float64(n)*8, boxH-12)
	}
	side := func(list []lane, edge, dir float64, anchor string, s int) {
		for _, l := range list {
			at, far := edge+dir*(12+float64(l.lane)*laneW), ""
			first, z := 0.0, port(l.to, s)
			for i, from := range l.froms {
				a := port(from, s)
				if i == 0 {
					first = a
				}
				far += "M" + F(edge) + " " + F(a) + "H" + F(at) + "V"
				if i < len(l.froms)-1 {
					far += F(z)
				}
			}
			p.arrow(b, far+F(z)+"H"+F(edge+dir), edge, z, dir, l.strong)
			texts = append(texts, func() { p.words(b, l.label, at+dir*5, (first+z)/2+4, anchor) })
		}
	}
	side(right, x+boxW, 1, "start", 1)
	side(left, x, -1, "end", 0)
	for _, write := range texts {
		write()
	}
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

// lane is one line: out of one box or several, into one.
type lane struct {
	froms    []int
	to, lane int
	label    string
	strong   bool
}

func (l lane) next() bool { return len(l.froms) == 1 && l.to == l.froms[0]+1 }
func (l lane) back() bool { return l.to <= l.froms[0] }
func (l lane) top() int   { return min(slices.Min(l.froms), l.to) }
func (l lane) foot() int  { return max(slices.Max(l.froms), l.to) }

// joinEdges lets a move out of several boxes run on one line, and moves between the same boxes share one.
func joinEdges(edges []Edge) []lane {
	var one []lane
	for _, e := range edges {
		l := lane{froms: []int{e.From}, to: e.To, label: e.Label, strong: e.Strong}
		i := slices.IndexFunc(one, func(o lane) bool {
			return !l.next() && !o.next() && o.to == l.to && o.label == l.label && o.back() == l.back()
		})
		if i < 0 {
			one = append(one, l)
		} else if !slices.Contains(one[i].froms, e.From) {
			one[i].froms = append(one[i].froms, e.From)
		}
	}
	var out []lane
	for _, l := range one {
		i := slices.IndexFunc(out, func(o lane) bool { return o.to == l.to && slices.Equal(o.froms, l.froms) })
		if i < 0 {
			out = append(out, l)
		} else {
			out[i].label, out[i].strong = out[i].label+" · "+l.label, out[i].strong || l.strong
		}
	}
	return out
}

// lanes gives each line that skips (or goes back) the lane nearest to the boxes that is free over its whole length.
func lanes(all []lane, back bool) []lane {
	var out []lane
	for _, l := range all {
		if l.next() || l.back() != back {
			continue
		}
		for slices.ContainsFunc(out, func(o lane) bool { return o.lane == l.lane && l.top() <= o.foot() && o.top() <= l.foot() }) {
			l.lane++
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
