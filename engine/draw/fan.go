package draw

import (
	"html/template"
	"math"
)

// Fan 扇形 is an amount over steps of time: ink to today, then bands from P10 to P90 and P25 to P75 around the plum line, with the
// promised line dashed.
type Fan struct {
	Was      []float64    // cumulative, from step 0
	Bands    [][5]float64 // P10, P25, P50, P75, P90 at the steps after Was
	Promised []float64    // by step, from 0
	Ticks    []string     // names of the steps, from 0
	Unit     string
	Name     string // printed above the drawing; empty: none
	Done     string // printed at the last of Was
	EndP     string // label of the promise's end, of two lines
	EndPV    string
	EndG     string // of the forecast's end
	EndGV    string
	Title    string
	Width    float64 // 0: 420
	Height   float64 // 0: 220
}

// Draw draws for the screen.
func (f Fan) Draw() template.HTML { return Screen.Fan(f) }

// Fan draws with this pen.
func (p Pen) Fan(f Fan) template.HTML {
	w, h := f.Width, f.Height
	if w == 0 {
		w = 420
	}
	if h == 0 {
		h = 220
	}
	b := svg("fan", w, h, f.Title)
	steps := len(f.Was) - 1 + len(f.Bands)
	top := 0.0
	for _, s := range [][]float64{f.Was, f.Promised} {
		for _, v := range s {
			top = math.Max(top, v)
		}
	}
	for _, r := range f.Bands {
		top = math.Max(top, r[4])
	}
	if steps <= 0 || top <= 0 {
		return done(b)
	}
	const left, right, below = 30.0, 64.0, 22.0
	above := 14.0
	if f.Name != "" {
		above = 30
		b.WriteString(Text(0, 12, "tb", "", "", Fit(f.Name, 13, w)))
	}
	step := nice(top / 4)
	top = math.Max(top, step*math.Ceil(top/step-.25))
	x := func(i int) float64 { return left + float64(i)/float64(steps)*(w-left-right) }
	y := func(v float64) float64 { return h - below - v/top*(h-above-below) }
	for v := 0.0; v <= top+1e-9; v += step {
		b.WriteString(path("M"+F(left)+" "+F(y(v))+"H"+F(w-right), `stroke="`+p.RuleSoft+`"`))
		b.WriteString(Text(left-5, y(v)+4, "t3", "end", "", F(v)))
	}
	for i, t := range f.Ticks {
		if i <= steps && t != "" {
			b.WriteString(Text(x(i), h-6, "t3", "middle", "", t))
		}
	}
	now := len(f.Was) - 1
	b.WriteString(path("M"+F(x(now))+" "+F(above-4)+"V"+F(h-below), `stroke="`+p.Rule+`"`))
	band := func(lo, hi int, fill string) {
		if len(f.Bands) == 0 {
			return
		}
		d := "M" + F(x(now)) + " " + F(y(f.Was[now]))
		for i, r := range f.Bands {
			d += "L" + F(x(now+1+i)) + " " + F(y(r[hi]))
		}
		for i := len(f.Bands) - 1; i >= 0; i-- {
			d += "L" + F(x(now+1+i)) + " " + F(y(f.Bands[i][lo]))
		}
		b.WriteString(path(d+"Z", `fill="`+fill+`"`))
	}
	band(0, 4, p.GuessFaint)
	band(1, 3, p.Guess)
	if len(f.Promised) > 1 {
		d := "M" + F(x(0)) + " " + F(y(f.Promised[0]))
		for i, v := range f.Promised[1:] {
			d += "L" + F(x(i+1)) + " " + F(y(v))
		}
		b.WriteString(path(d, `fill="none" stroke="`+p.Ink3+`" stroke-dasharray="2 3"`))
	}
	if len(f.Bands) > 0 {
		d := "M" + F(x(now)) + " " + F(y(f.Was[now]))
		for i, r := range f.Bands {
			d += "L" + F(x(now+1+i)) + " " + F(y(r[2]))
		}
		b.WriteString(path(d, `fill="none" stroke="`+p.GuessEdge+`" stroke-width="2"`))
	}
	d := "M" + F(x(0)) + " " + F(y(f.Was[0]))
	for i, v := range f.Was[1:] {
		d += "L" + F(x(i+1)) + " " + F(y(v))
	}
	b.WriteString(path(d, `fill="none" stroke="`+p.Ink+`" stroke-width="2"`))
	b.WriteString(`<circle cx="` + F(x(now)) + `" cy="` + F(y(f.Was[now])) + `" r="3.5" fill="` + p.Ink + `"/>`)
	b.WriteString(Text(x(now)-6, y(f.Was[now])-8, "tb", "end", "", f.Done))
	p.ends(b, f, w-right+6, y)
	return done(b)
}

// ends prints the two labels at the right, kept apart.
func (p Pen) ends(b interface{ WriteString(string) (int, error) }, f Fan, x float64, y func(float64) float64) {
	var yp, yg float64
	hasP, hasG := len(f.Promised) > 0 && f.EndP != "", len(f.Bands) > 0 && f.EndG != ""
	if hasP {
		yp = y(f.Promised[len(f.Promised)-1])
	}
	if hasG {
		yg = y(f.Bands[len(f.Bands)-1][2])
	}
	low := y(0) - 12 // both lines of a label stay above the axis and its names
	yp, yg = math.Min(yp, low), math.Min(yg, low)
	if hasP && hasG && math.Abs(yp-yg) < 32 {
		middle := math.Max((yp+yg)/2, 30)
		if yp <= yg {
			yp, yg = middle-16, middle+16
		} else {
			yp, yg = middle+16, middle-16
		}
		if over := math.Max(yp, yg) - low; over > 0 {
			yp, yg = yp-over, yg-over
		}
	}
	if hasP {
		b.WriteString(Text(x, yp, "tb", "", "", f.EndP))
		b.WriteString(Text(x, yp+14, "t3", "", "", f.EndPV))
	}
	if hasG {
		b.WriteString(Text(x, yg, "tp tw", "", "", f.EndG))
		b.WriteString(Text(x, yg+14, "tp", "", "", f.EndGV))
	}
}

// nice is the round number at or above x: 1, 2, 2.5 or 5 times a power of ten.
func nice(x float64) float64 {
	if !(x > 0) {
		return 1
	}
	e := math.Pow(10, math.Floor(math.Log10(x)))
	for _, k := range []float64{1, 2, 2.5, 5, 10} {
		if k*e >= x-1e-12 {
			return k * e
		}
	}
	return 10 * e
}
