package draw

import (
	"html/template"
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

// Machine 状态图 draws states one under the other in their order. What leads to the next box goes straight down; what skips goes
// by lanes on the right, what goes back by lanes on the left. Reads without colour, and prints. No two words overlap: the boxes stand
// as far apart as their labels need.
func (p Pen) Machine(name string, nodes []Node, edges []Edge) template.HTML {
	c := machineOf(nodes, joinEdges(edges))
	for more := 0.0; !c.place(more) && more < mostApart; more += lineH {
	}
	left, right := c.bounds()
	b := svg("machine", right-left+24, c.foot()+12, name)
	c.x = 12 - left
	for _, l := range c.lines {
		p.line(b, c, l)
	}
	for _, l := range c.lines { // after all lines, so that none crosses them out
		x, y, anchor := l.label.anchor()
		for i, word := range l.words {
			p.words(b, word, c.x+x, y+float64(i)*lineH+edgeSize, anchor)
		}
	}
	for i, n := range nodes {
		p.box(b, c, i, n)
	}
	return done(b)
}

// line draws one line, with its head where it leads to.
func (p Pen) line(b *strings.Builder, c *machine, l *line) {
	if l.side == 0 {
		mid := c.x + c.boxW/2
		p.arrow(b, "M"+F(mid)+" "+F(l.ports[0])+"V"+F(l.end-1), mid, l.end, 0, l.strong)
		return
	}
	edge, at := c.x+c.edge(l.side), c.x+l.at
	far := ""
	for i, from := range l.ports {
		far += "M" + F(edge) + " " + F(from) + "H" + F(at) + "V"
		if i < len(l.ports)-1 {
			far += F(l.end)
		}
	}
	p.arrow(b, far+F(l.end)+"H"+F(edge+l.side), edge, l.end, l.side, l.strong)
}

// box draws a state.
func (p Pen) box(b *strings.Builder, c *machine, i int, n Node) {
	rect := func(in float64) {
		b.WriteString(`<rect x="` + F(c.x+in) + `" y="` + F(c.y[i]+in) + `" width="` + F(c.boxW-2*in) + `" height="` + F(c.h[i]-2*in) +
			`" rx="3" fill="` + p.Paper + `" stroke="` + p.Ink + `"/>`)
	}
	rect(0)
	if n.End {
		rect(3)
	}
	mid, at := c.x+c.boxW/2, c.y[i]+c.h[i]/2+5
	if n.Note != "" {
		at -= 7
		p.text(b, n.Note, mid, at+16, noteSize, p.Ink2, "middle")
	}
	p.text(b, n.Label, mid, at, nodeSize, p.Ink, "middle")
}

// lane is one line: out of one box or several, into one.
type lane struct {
	froms    []int
	to, lane int
	label    string
	words    []string // of the moves that share it
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
			l.words = []string{l.label}
			out = append(out, l)
		} else {
			out[i].words, out[i].strong = append(out[i].words, l.label), out[i].strong || l.strong
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
