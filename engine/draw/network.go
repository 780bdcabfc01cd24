package draw

import (
	"html/template"
	"math"
	"strings"
)

// Bar of a network: one step in time. Points that are not there are Absent.
type NetBar struct {
	Start, Done, Likely, Late float64 // begun; ink up to here; likely end; P80
	Signed, SignedEnd         float64 // where the plan has it, as a thin grey bar below
	Critical                  bool    // on the driving path: full plum
	Milestone                 bool
	Over                      bool   // finished
	Note                      string // printed after the bar
	Promise                   float64
}

// NetLink joins the end of one row with the start of another.
type NetLink struct {
	From, To int
	Strong   bool
	Missing  bool // suspected: dashed, with Note
	Note     string
}

// Network 路线图 draws steps in the height of the rows of the table beside it, with their links.
type Network struct {
	Months []string
	Today  float64
	Due    float64 // the promised day of the goal
	DueTag string
	Rows   []NetBar
	Links  []NetLink
	Row    float64 // 0: 40
	Width  float64 // 0: 760
	Title  string
}

// Draw draws for the screen.
func (n Network) Draw() template.HTML { return Screen.Network(n) }

// Network draws with this pen.
func (p Pen) Network(n Network) template.HTML {
	w, row := n.Width, n.Row
	if w == 0 {
		w = 760
	}
	if row == 0 {
		row = 40
	}
	const head = 26.0
	total := head + row*float64(len(n.Rows))
	b := svg("netw", w, total, n.Title)
	if len(n.Months) == 0 {
		return done(b)
	}
	a := Axis{X: 1, Width: w - 2, Units: float64(len(n.Months)), Today: n.Today}
	now := a.At(n.Today)
	b.WriteString(rect(now, head, w-now, total-head, p.GuessWash, ""))
	for i, m := range n.Months {
		x := a.At(float64(i))
		b.WriteString(path("M"+F(x)+" "+F(head)+"V"+F(total), `stroke="`+p.RuleSoft+`"`))
		if m != "" {
			b.WriteString(Text(x+3, 15, "t3", "", "", m))
		}
	}
	for i := range n.Rows {
		y := head + row*float64(i+1)
		b.WriteString(path("M0 "+F(y)+"H"+F(w), `stroke="`+p.RuleSoft+`"`))
	}
	p.netLinks(b, a, n, head, row)
	for i, r := range n.Rows {
		p.netBar(b, a, r, head+row*float64(i)+row/2, w)
	}
	b.WriteString(path("M"+F(now)+" "+F(head)+"V"+F(total), `stroke="`+p.Ink+`"`))
	if finite(n.Due) && n.Due >= 0 && n.Due <= a.Units {
		x := a.At(n.Due)
		b.WriteString(path("M"+F(x)+" "+F(head-2)+"V"+F(total), `stroke="`+p.Ink+`" stroke-width="2"`))
		tag := Width(n.DueTag, 10) + 10
		left := math.Min(x, w-tag)
		b.WriteString(path("M"+F(left)+" "+F(head-14)+"h"+F(tag)+"l-4 6 4 6h-"+F(tag)+"z", `fill="`+p.Ink+`"`))
		b.WriteString(Text(left+3, head-4, "tg", "", "", n.DueTag))
	}
	return done(b)
}

func (p Pen) netBar(b *strings.Builder, a Axis, r NetBar, y, w float64) {
	if finite(r.Signed, r.SignedEnd) && r.SignedEnd > 0 && r.Signed < a.Units {
		x0, x1 := a.At(r.Signed), a.At(r.SignedEnd)
		b.WriteString(rect(x0, y+8, math.Max(x1-x0, 2), 3, p.Ink3, ""))
	}
	plum := p.Guess
	if r.Critical {
		plum = p.GuessEdge
	}
	end := a.X
	if finite(r.Start) {
		end = a.At(r.Start)
	}
	if finite(r.Start, r.Done) && r.Done > r.Start {
		x0, x1 := a.At(r.Start), a.At(r.Done)
		b.WriteString(rect(x0, y-6, math.Max(x1-x0, 2), 10, p.Ink, ""))
		end = x1
	}
	if !r.Over && finite(r.Likely) {
		from := a.Today
		if finite(r.Start) {
			from = math.Max(r.Start, a.Today)
		}
		x0, x1 := a.At(from), a.At(r.Likely)
		if r.Milestone || x1-x0 < 2 {
			b.WriteString(path("M"+F(x1)+" "+F(y-7)+"l6 6-6 6-6-6z", `fill="`+plum+`" stroke="`+p.GuessEdge+`"`))
		} else {
			b.WriteString(rect(x0, y-6, x1-x0, 10, plum, ""))
		}
		end = x1
		if finite(r.Late) && r.Late > r.Likely {
			x2 := a.At(r.Late)
			b.WriteString(path("M"+F(x1)+" "+F(y-1)+"H"+F(x2)+"M"+F(x2)+" "+F(y-5)+"v8", `fill="none" stroke="`+p.GuessEdge+`" stroke-width="1.5"`))
			end = x2
		}
	}
	if finite(r.Promise) && r.Promise >= 0 && r.Promise <= a.Units {
		b.WriteString(path("M"+F(a.At(r.Promise))+" "+F(y-12)+"v22", `stroke="`+p.Ink+`" stroke-width="2.5"`))
	}
	if r.Note != "" {
		room := a.X + a.Width - end - 8
		class := "t3 tn"
		if Width(r.Note, 11) <= room {
			b.WriteString(Text(end+6, y+4, class, "", "", r.Note))
		}
	}
}

func (p Pen) netLinks(b *strings.Builder, a Axis, n Network, head, row float64) {
	place := func(i int) float64 { return head + row*float64(i) + row/2 }
	for _, l := range n.Links {
		if l.From < 0 || l.To < 0 || l.From >= len(n.Rows) || l.To >= len(n.Rows) {
			continue
		}
		f, t := n.Rows[l.From], n.Rows[l.To]
		x0, x1 := f.Likely, t.Start
		if f.Over {
			x0 = f.Done
		}
		if !finite(x0, x1) {
			continue
		}
		stroke := `fill="none" stroke="` + p.Rule + `"`
		if l.Strong {
			stroke = `fill="none" stroke="` + p.GuessEdge + `" stroke-width="1.25"`
		}
		if l.Missing {
			stroke = `fill="none" stroke="` + p.GuessEdge + `" stroke-width="1.25" stroke-dasharray="3 3"`
		}
		xa, xb, ya, yb := a.At(x0), a.At(x1), place(l.From), place(l.To)
		down := 7.0
		if yb < ya {
			down = -7
		}
		bend := math.Max(xb-4, xa+3)
		b.WriteString(path("M"+F(xa)+" "+F(ya-1)+"H"+F(bend)+"V"+F(yb-down)+"H"+F(xb)+"l-3 -2.5M"+F(xb)+" "+F(yb-down)+"l-3 2.5", stroke))
		if l.Note != "" {
			b.WriteString(Text(bend+4, (ya+yb)/2, "tp tn", "", "", l.Note))
		}
	}
}
