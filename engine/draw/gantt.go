package draw

import (
	"html/template"
	"math"
)

// The flags on a timetable row, told apart by shape.
const (
	Done    = "done"    // solid
	Overdue = "overdue" // hollow, a small square at its foot
	Ahead   = "ahead"   // dashed
	Moved   = "moved"   // hollow: where it stood before it was moved
)

// Flag is one point in time with its name. At counts in the units of the axis.
type Flag struct {
	At   float64
	Kind string
	Name string
}

// Span is one row of a timetable: what has been done, what is likely, how late it may get, what was promised.
// A field that is not there is NaN; use Absent.
type Span struct {
	Start   float64 // first day of work
	Likely  float64 // where it most likely ends
	Late    float64 // where it ends at the latest, four times in five
	Promise float64 // the day that was promised
	Flags   []Flag
}

// Absent says that a point in time is not known.
var Absent = math.NaN()

// Axis 时间轴 says what lies where: the axis runs from 0 to Units, drawn from X to X+Width; Today splits ink from plum.
type Axis struct {
	X, Width float64
	Units    float64
	Today    float64
}

// At is the x of a point in time, held within the axis.
func (a Axis) At(t float64) float64 {
	t = math.Min(math.Max(t, 0), a.Units)
	return a.X + t/a.Units*a.Width
}

// Row draws one span at height y: the inside of a timetable, for use in a larger drawing. size is the height of a
// flag's letters.
func (p Pen) Row(a Axis, y float64, s Span, size float64) string {
	out := ""
	if finite(s.Start) && s.Start < a.Today {
		end := a.Today
		if finite(s.Likely) {
			end = math.Min(end, s.Likely)
		}
		if end > s.Start && end > 0 {
			out += path("M"+F(a.At(s.Start))+" "+F(y)+"H"+F(a.At(end)), `stroke="`+p.Ink+`" stroke-width="7"`)
		}
	}
	if finite(s.Likely) && s.Likely > a.Today {
		from := a.At(math.Max(a.Today, nan(s.Start, a.Today)))
		if to := a.At(s.Likely); to > from {
			out += rect(from, y-3, to-from, 6, p.Guess, `stroke="`+p.GuessEdge+`" stroke-width=".75"`)
		}
		if finite(s.Late) && s.Late > s.Likely && s.Likely < a.Units {
			out += path("M"+F(a.At(s.Likely))+" "+F(y)+"H"+F(a.At(s.Late)), `stroke="`+p.GuessEdge+`"`)
		}
		if s.Likely > a.Units || s.Late > a.Units { // it goes on beyond the sheet
			x := a.X + a.Width
			out += path("M"+F(x-6)+" "+F(y-4)+"l5 4-5 4", `fill="none" stroke="`+p.GuessEdge+`"`)
		}
	}
	// A name never runs into the next flag: it is shortened to the room there is, and left out where there is none.
	for i, f := range s.Flags {
		if !finite(f.At) || f.At < 0 || f.At > a.Units {
			continue
		}
		x := a.At(f.At)
		out += p.Flag(x, y, f.Kind)
		room := a.X + a.Width - x - 16
		for j, g := range s.Flags {
			if j != i && finite(g.At) && g.At > f.At {
				room = math.Min(room, a.At(g.At)-x-20)
			}
		}
		if room < size*1.5 {
			continue // no room for even one character: the flag alone stands, its name is in the list
		}
		out += `<text x="` + F(x+16) + `" y="` + F(y-14) + `" class="f" fill="` + p.Ink2 + `" stroke="` + p.Paper +
			`" stroke-width="3" stroke-linejoin="round" paint-order="stroke">` + Esc(Fit(f.Name, size, room)) + `</text>`
	}
	if finite(s.Promise) && s.Promise >= 0 && s.Promise <= a.Units {
		out += path("M"+F(a.At(s.Promise))+" "+F(y-24)+"v36", `stroke="`+p.Ink+`" stroke-width="3"`)
	}
	return out
}

// Flag draws one flag whose foot stands at x, y.
func (p Pen) Flag(x, y float64, kind string) string {
	d := "M" + F(x) + " " + F(y) + "v-22h13l-3.5 5 3.5 5h-13"
	switch kind {
	case Done:
		return path(d, `fill="`+p.Ink+`" stroke="`+p.Ink+`"`)
	case Overdue:
		return path(d, `fill="`+p.Paper+`" stroke="`+p.Ink+`" stroke-width="1.75"`) +
			rect(x-4.5, y-4.5, 9, 9, p.Red, `stroke="`+p.Paper+`" stroke-width="1.5"`) // the rim parts it from the bar
	case Moved:
		return path(d, `fill="`+p.Paper+`" stroke="`+p.Ink3+`"`)
	}
	return path(d, `fill="`+p.Paper+`" stroke="`+p.Ink+`" stroke-dasharray="2 2"`)
}

// FlagMark draws one flag alone, for a legend.
func (p Pen) FlagMark(kind, title string) template.HTML {
	b := svg("fl", 20, 28, title)
	b.WriteString(p.Flag(5, 24, kind))
	return done(b)
}

// Chart is a whole timetable of unnamed rows for a page: the table beside it names them, in the same row height.
type Chart struct {
	Months []string // names of the units of the axis
	Today  float64
	Rows   []Span
	Row    float64 // height of a row; 0: 40
	Width  float64 // 0: 720
	Title  string
}

// Gantt draws a timetable for the screen.
func Gantt(c Chart) template.HTML { return Screen.Gantt(c) }

// Gantt draws with this pen.
func (p Pen) Gantt(c Chart) template.HTML {
	w, high := c.Width, c.Row
	if w == 0 {
		w = 720
	}
	if high == 0 {
		high = 40
	}
	const head = 24.0
	total := head + high*float64(len(c.Rows))
	b := svg("gantt", w, total, c.Title)
	if len(c.Months) == 0 {
		return done(b)
	}
	a := Axis{X: 1, Width: w - 2, Units: float64(len(c.Months)), Today: c.Today}
	for i, m := range c.Months {
		x := a.At(float64(i))
		b.WriteString(path("M"+F(x)+" "+F(head)+"V"+F(total), `stroke="`+p.RuleSoft+`"`))
		b.WriteString(Text(a.At(float64(i)+.5), 15, "t3", "middle", p.Ink3, m))
	}
	for i, s := range c.Rows {
		y := head + high*float64(i)
		b.WriteString(path("M0 "+F(y)+"H"+F(w), `stroke="`+p.RuleSoft+`"`))
		b.WriteString(p.Row(a, y+high-10, s, 11))
	}
	x := a.At(c.Today)
	b.WriteString(path("M"+F(x)+" "+F(head)+"V"+F(total), `stroke="`+p.Ink+`"`))
	return done(b)
}

func nan(v, instead float64) float64 {
	if finite(v) {
		return v
	}
	return instead
}
