package draw

import (
	"cmp"
	"math"
	"slices"
)

const (
	boxW, boxH = 176.0, 46.0 // at least
	boxGap     = 46.0
	laneW      = 26.0
	portGap    = 8.0
	lineH      = 14.0 // from one line of a label to the next
	mostApart  = 40 * lineH
	edgeSize   = 11.0
	noteSize   = 11.0
	nodeSize   = 14.0
	latin      = 0.6 // width of a Latin letter, of its size
)

// widthOf guesses how wide a text stands at a size.
func widthOf(s string, size float64) float64 {
	w := 0.0
	for _, r := range s {
		if r > 0x2e80 {
			w += size
		} else {
			w += size * latin
		}
	}
	return w
}

// area is a box on the paper, in its own order of corners.
type area struct{ x0, y0, x1, y1 float64 }

func (a area) meets(b area) bool {
	return a.x0 < b.x1+2 && b.x0 < a.x1+2 && a.y0 < b.y1+1 && b.y0 < a.y1+1
}

// line is a lane with where it runs and where its words stand. Side is 0 straight down, 1 on the right, -1 on the left.
type line struct {
	lane
	side  float64
	at    float64   // x of its long run, from the left edge of the boxes
	ports []float64 // y where it leaves each of its boxes
	end   float64   // y where it comes in
	label labelAt
}

type labelAt struct {
	area
	side float64
}

// anchor is where the words begin, and on which side they are held.
func (l labelAt) anchor() (x, y float64, anchor string) {
	if l.side < 0 {
		return l.x1, l.y0, "end"
	}
	return l.x0, l.y0, "start"
}

// machine 状态图的版面: x is the left edge of the boxes on the paper, y and h are of each box; all else is measured from x.
type machine struct {
	nodes []Node
	lines []*line
	boxW  float64
	x     float64
	y, h  []float64
}

func machineOf(nodes []Node, joined []lane) *machine {
	c := &machine{nodes: nodes, boxW: boxW}
	for _, n := range nodes {
		c.boxW = max(c.boxW, widthOf(n.Label, nodeSize)+24, widthOf(n.Note, noteSize)+24)
	}
	for _, l := range joined {
		if l.next() {
			c.lines = append(c.lines, &line{lane: l})
		}
	}
	for _, back := range []bool{false, true} {
		for _, l := range lanes(joined, back) {
			n := &line{lane: l, side: 1, at: c.boxW + 12 + float64(l.lane)*laneW}
			if back {
				n.side, n.at = -1, -12-float64(l.lane)*laneW
			}
			c.lines = append(c.lines, n)
		}
	}
	return c
}

// edge is the side of the boxes at which a line comes in.
func (c *machine) edge(side float64) float64 {
	if side < 0 {
		return 0
	}
	return c.boxW
}

// place puts boxes, lines and words, with so much more room between the boxes; it tells whether all words found a place beside their lines.
func (c *machine) place(more float64) bool {
	c.boxes(more)
	c.runs()
	return c.labels(more+lineH >= mostApart)
}

// boxes stand under one another: high enough for the lines at their sides, far enough apart for the words between them.
func (c *machine) boxes(more float64) {
	ports := map[[2]int]int{}
	between := make([]float64, len(c.nodes))
	for _, l := range c.lines {
		if l.side == 0 {
			between[l.froms[0]] = float64(len(l.words))*lineH + 18
			continue
		}
		for _, n := range append(slices.Clone(l.froms), l.to) {
			ports[[2]int{n, int(l.side)}]++
		}
	}
	c.y, c.h = make([]float64, len(c.nodes)), make([]float64, len(c.nodes))
	y := 12.0
	for i := range c.nodes {
		n := max(ports[[2]int{i, 1}], ports[[2]int{i, -1}])
		c.y[i], c.h[i] = y, max(boxH, 14+portGap*float64(max(0, n-1)))
		y += c.h[i] + max(boxGap, between[i]) + more
	}
}

func (c *machine) foot() float64 {
	n := len(c.nodes) - 1
	foot := 0.0
	if n >= 0 {
		foot = c.y[n] + c.h[n]
	}
	for _, l := range c.lines {
		foot = max(foot, l.label.y1)
	}
	return foot
}

// runs gives every line its own place at the sides of its boxes.
func (c *machine) runs() {
	used := map[[2]int]int{}
	port := func(node int, side float64) float64 {
		k := [2]int{node, int(side)}
		used[k]++
		return c.y[node] + 7 + float64(used[k]-1)*portGap
	}
	for _, l := range c.lines {
		l.ports = nil
		if l.side == 0 {
			l.ports, l.end = []float64{c.y[l.to-1] + c.h[l.to-1]}, c.y[l.to]
			continue
		}
		l.end = port(l.to, l.side)
		for _, from := range l.froms {
			l.ports = append(l.ports, port(from, l.side))
		}
	}
}

// labels puts the words of every line beside it, the shortest line first. Where one finds no room the answer is false, unless it must: then
// it stands farther out.
func (c *machine) labels(must bool) bool {
	var taken []area
	order := slices.Clone(c.lines)
	slices.SortStableFunc(order, func(a, b *line) int {
		return cmp.Or(cmp.Compare(math.Abs(a.side), math.Abs(b.side)), cmp.Compare(a.bottom()-a.top(), b.bottom()-b.top()))
	})
	for _, l := range order {
		found := false
		for out := 0.0; !found && (out == 0 || must); out += 20 {
			for _, y := range l.heights() {
				l.label = c.labelOf(l, y, out)
				if found = !slices.ContainsFunc(taken, l.label.meets); found {
					break
				}
			}
		}
		if !found {
			return false
		}
		taken = append(taken, l.label.area)
	}
	return true
}

func (l *line) top() float64    { return min(slices.Min(l.ports), l.end) }
func (l *line) bottom() float64 { return max(slices.Max(l.ports), l.end) }

// heights are where the middle of the words may stand: in the middle of the line's run, and from there up and down to its ends.
func (l *line) heights() []float64 {
	mid := (l.ports[0] + l.end) / 2
	out := []float64{mid}
	if l.side == 0 {
		return out
	}
	for step := 4.0; ; step += 4 {
		up, down := mid-step, mid+step
		if up < l.top()-lineH/2 && down > l.bottom()+lineH/2 {
			return out
		}
		if down <= l.bottom()+lineH/2 {
			out = append(out, down)
		}
		if up >= l.top()-lineH/2 {
			out = append(out, up)
		}
	}
}

func (c *machine) labelOf(l *line, mid, out float64) labelAt {
	w := 0.0
	for _, s := range l.words {
		w = max(w, widthOf(s, edgeSize))
	}
	h := float64(len(l.words)) * lineH
	a := area{y0: mid - h/2, y1: mid + h/2}
	switch {
	case l.side == 0:
		a.x0 = c.boxW/2 + 8
		a.x1 = a.x0 + w
	case l.side < 0:
		a.x1 = l.at - 5 - out
		a.x0 = a.x1 - w
	default:
		a.x0 = l.at + 5 + out
		a.x1 = a.x0 + w
	}
	return labelAt{a, l.side}
}

// bounds are the farthest points to the left and to the right.
func (c *machine) bounds() (left, right float64) {
	right = c.boxW
	for _, l := range c.lines {
		left, right = min(left, l.at, l.label.x0), max(right, l.at, l.label.x1)
	}
	return left, right
}
