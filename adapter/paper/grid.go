package paper

import (
	"math"
	"slices"
	"strings"

	"shigan/engine/draw"
)

// fitted chooses the letters and the widths of a grid: 12 pt where it fits, smaller where it does not; numbers are never
// broken, words may turn, and heads keep three characters together as long as they can.
func fitted(g grid) *grid {
	g.pad = 13
	if len(g.number) > 7 {
		g.pad = 9
	}
	type try struct {
		size, lead, head float64
		whole            bool // only if no text has to turn
	}
	tries := []try{{12, 17, 3.1, true}, {11, 16, 3.1, true}, {10.5, 15, 3.1, true}, {12, 17, 3.1, false}, {10.5, 15, 3.1, false}, {9, 13, 3.1, false}, {10.5, 15, 2.1, false}, {9, 13, 2.1, false}, {8, 11.5, 2.1, false}}
	if len(g.number) > 7 { // a wide table of figures is easier to read small than with every name on two lines
		tries = slices.Insert(tries, 3, try{9, 13, 3.1, true})
	}
	for i, t := range tries {
		g.size, g.lead = t.size, t.lead
		ws, fits, whole := columns(&g, t.head)
		if fits && (whole || !t.whole) || i == len(tries)-1 {
			g.widths = ws
			break
		}
	}
	for _, row := range g.head {
		for i := range row {
			row[i].runs = balanced(row[i].runs, g.size, g.widths[i]-g.pad)
		}
	}
	return &g
}

// balanced breaks a head of four to eight Chinese characters in the middle when it has to turn, rather than leave one
// character alone on its second line.
func balanced(rs []run, size, width float64) []run {
	if len(rs) != 1 {
		return rs
	}
	r := []rune(rs[0].text)
	if len(r) < 4 || len(r) > 8 || draw.Width(string(r), size) <= width {
		return rs
	}
	for _, c := range r {
		if c < 0x3400 || c > 0x9FFF {
			return rs
		}
	}
	half := (len(r) + 1) / 2
	return []run{{text: string(r[:half]) + "\n" + string(r[half:])}}
}

// columns gives every column the width of its longest line, then shares out what is left over, or takes what is missing
// from the columns of words. It does not fit when even the shortest setting is too wide, and is whole when no text turns.
func columns(g *grid, head float64) (ws []float64, fits, whole bool) {
	pad := g.pad
	n := len(g.number)
	want, least := make([]float64, n), make([]float64, n)
	for _, row := range g.head {
		for i, c := range row {
			w := draw.Width(flat(c.runs), g.size)
			want[i] = math.Max(want[i], math.Min(w, 4.2*g.size)+pad)
			least[i] = math.Max(least[i], math.Max(math.Min(w, head*g.size), word(flat(c.runs), g.size))+pad)
			least[i] = math.Max(least[i], math.Max(draw.Width(c.unit, g.size*.85), 0)+pad)
		}
	}
	for _, row := range g.rows {
		for i, c := range row {
			w := long(c.runs, g.size) + pad
			want[i] = math.Max(want[i], w)
			if g.number[i] {
				w = (w-pad)*1.15 + pad // some machines have only wider faces, and totals are bold
				want[i] = math.Max(want[i], w)
				least[i] = math.Max(least[i], w)
			} else {
				least[i] = math.Max(least[i], math.Min(w, math.Max(5*g.size, word(flat(c.runs), g.size))+pad))
			}
		}
	}
	sumWant, sumLeast := 0.0, 0.0
	for i := range want {
		want[i] = math.Max(want[i], least[i])
		sumWant += want[i]
		sumLeast += least[i]
	}
	out := make([]float64, n)
	switch {
	case sumLeast > areaWidth: // squeeze all alike; the caller tries smaller letters first
		for i := range out {
			out[i] = least[i] * areaWidth / sumLeast
		}
		return rounded(out), false, false
	case sumWant >= areaWidth:
		k := (areaWidth - sumLeast) / math.Max(sumWant-sumLeast, 1e-9)
		for i := range out {
			out[i] = least[i] + (want[i]-least[i])*k
		}
	default:
		spare := areaWidth - sumWant // half to the first column, half shared: figures stay near their names
		for i := range out {
			out[i] = want[i] + spare*.6/float64(n)
		}
		out[0] += spare * .4
	}
	return rounded(out), true, sumWant <= areaWidth
}

// word is the width of the longest stretch that may not be broken.
func word(s string, size float64) float64 {
	w, longest := 0.0, 0.0
	for _, r := range s {
		if r >= 0x2E80 || r == ' ' || r == '/' || r == '\n' {
			w = 0
			continue
		}
		w += draw.Width(string(r), size)
		longest = math.Max(longest, w)
	}
	return longest
}

// rounded sets widths to whole twentieths of a point whose sum is the type area.
func rounded(ws []float64) []float64 {
	left := areaTwips
	for i := range ws {
		t := int(ws[i] * 20)
		if i == len(ws)-1 {
			t = left
		}
		left -= t
		ws[i] = float64(t) / 20
	}
	return ws
}

// turns is how many lines a text takes in a width. A line that turns may lose most of a character to punctuation that
// must not begin the next one.
func turns(rs []run, size, width float64) int {
	n := 0
	marks := long(rs, size) - draw.Width(flat(rs), size)
	for part := range strings.SplitSeq(flat(rs), "\n") {
		w := draw.Width(part, size) + marks
		marks = 0
		if w <= width {
			n++
			continue
		}
		n += max(int(math.Ceil(w/math.Max(width-.7*size, size))), 2)
	}
	return n
}

// height is what a row of the grid takes, rule included.
func (g *grid) height(row []cellText, least float64) float64 {
	most := 1
	for i, c := range row {
		n := turns(c.runs, g.size, g.widths[i]-g.pad)
		if c.unit != "" {
			n++
		}
		most = max(most, n)
	}
	padding := 4.6
	if g.lined {
		padding = 5.6
	}
	return math.Max(float64(most)*g.lead+padding, least)
}

// headHeight is what the head takes, on every page.
func (g *grid) headHeight() float64 {
	h := 0.0
	for _, row := range g.head {
		h += g.height(row, 0)
	}
	return h
}
