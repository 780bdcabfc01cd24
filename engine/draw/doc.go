// Package draw 画 turns numbers and strings into small SVG drawings: lights told apart by shape, bars that start at
// zero, timetable rows, a threshold scale, a trend line.
//
// It knows no word of the field: every word, the accessible name included, comes in as a string. Colours are the custom
// properties of the style sheet, set as presentation attributes, so that a page under a strict content policy may carry
// them; the Print pen uses black and grey alone. A drawing is the same bytes for the same input. What a hump or a fan shows is
// worked out elsewhere and handed in as masses and lines.
package draw

import (
	"html"
	"html/template"
	"strconv"
	"strings"
)

// Pen 笔 holds the colours of one medium.
type Pen struct {
	Ink, Ink2, Ink3    string // facts, their names, their axes
	Guess, GuessEdge   string // what is inferred: fill and edge
	GuessFaint         string // what is inferred and less likely
	GuessWash          string // the ground behind what is still to come
	Faint              string // the ground of a bar
	Rule, RuleSoft     string // lines
	Paper              string // what a hollow shape is filled with
	Green, Yellow, Red string
	Blue, None, Edge   string // Edge: outline of the yellow light
	Tints              map[string]string
	Hollow             bool // lights told apart in black: green, yellow and blue are hollow
}

// Screen draws with the custom properties of the site's style sheet.
var Screen = Pen{
	Ink: "var(--ink)", Ink2: "var(--ink-2)", Ink3: "var(--ink-3)", Guess: "var(--plum-2)", GuessEdge: "var(--plum)", GuessFaint: "var(--plum-1)", GuessWash: "var(--plum-0)",
	Faint: "var(--paper-3)", Rule: "var(--rule)", RuleSoft: "var(--rule-soft)", Paper: "var(--paper)",
	Green: "var(--green)", Yellow: "var(--yellow)", Red: "var(--red)", Blue: "var(--blue)", None: "var(--none)",
	Edge: "var(--yellow-edge)",
	Tints: map[string]string{Green: "var(--green-tint)", Yellow: "var(--yellow-tint)", Red: "var(--red-tint)",
		Blue: "var(--blue-tint)", None: "var(--none-tint)"},
}

// Print draws in black on white, so that a photocopy says the same.
var Print = Pen{
	Ink: "#000", Ink2: "#333", Ink3: "#555", Guess: "#ddd", GuessEdge: "#000", GuessFaint: "#f2f2f2", GuessWash: "#fff", Faint: "#eee", Rule: "#999",
	RuleSoft: "#bbb", Paper: "#fff", Green: "#fff", Yellow: "#bbb", Red: "#000", Blue: "#fff", None: "#000", Edge: "#000",
	Tints: map[string]string{Green: "#f6f6f6", Yellow: "#ddd", Red: "#aaa", Blue: "#f6f6f6", None: "#fff"}, Hollow: true,
}

// svg opens a drawing of the given size; an empty name makes it an ornament beside a word that already says it.
func svg(class string, w, h float64, name string) *strings.Builder {
	b := &strings.Builder{}
	b.WriteString(`<svg`)
	if class != "" {
		b.WriteString(` class="` + class + `"`)
	}
	b.WriteString(` viewBox="0 0 ` + F(w) + ` ` + F(h) + `" width="` + F(w) + `" height="` + F(h) + `"`)
	if name == "" {
		b.WriteString(` aria-hidden="true">`)
	} else {
		b.WriteString(` role="img" aria-label="` + Esc(name) + `">`)
	}
	return b
}

func done(b *strings.Builder) template.HTML {
	b.WriteString(`</svg>`)
	return template.HTML(b.String())
}

// F prints a coordinate with at most two decimals, the same on every machine.
func F(x float64) string {
	s := strconv.FormatFloat(x, 'f', 2, 64)
	s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	if s == "-0" || s == "" {
		return "0"
	}
	return s
}

// Esc makes a string safe inside an element and inside a quoted attribute; what XML cannot hold at all becomes a space.
func Esc(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r':
			return ' '
		case r < 0x20, r == 0xFFFE, r == 0xFFFF, r == 0xFFFD:
			return ' '
		}
		return r
	}, s)
	return html.EscapeString(s)
}

// Text writes one line of text. anchor is "", "middle" or "end".
func Text(x, y float64, class, anchor, fill, s string) string {
	out := `<text x="` + F(x) + `" y="` + F(y) + `"`
	if class != "" {
		out += ` class="` + class + `"`
	}
	if anchor != "" {
		out += ` text-anchor="` + anchor + `"`
	}
	if fill != "" {
		out += ` fill="` + fill + `"`
	}
	return out + `>` + Esc(s) + `</text>`
}

func rect(x, y, w, h float64, fill, rest string) string {
	if w < 0 {
		x, w = x+w, -w
	}
	out := `<rect x="` + F(x) + `" y="` + F(y) + `" width="` + F(w) + `" height="` + F(h) + `" fill="` + fill + `"`
	if rest != "" {
		out += " " + rest
	}
	return out + `/>`
}

func path(d, rest string) string { return `<path d="` + d + `" ` + rest + `/>` }

// Width estimates how wide a line of text is: a full-width character counts as one em, others by their usual width.
func Width(s string, size float64) float64 {
	em := 0.0
	for _, r := range s {
		switch {
		case r >= 0x2E80:
			em++
		case r == ' ' || r == '.' || r == ',' || r == ':' || r == ';' || r == 'i' || r == 'l' || r == '|' || r == '\'':
			em += 0.28
		case r >= 'A' && r <= 'Z' || r == 'm' || r == 'w' || r == '%':
			em += 0.7
		default:
			em += 0.56
		}
	}
	return em * size
}

// Fit shortens a line with an ellipsis until it is at most width wide.
func Fit(s string, size, width float64) string {
	if Width(s, size) <= width {
		return s
	}
	r := []rune(s)
	for len(r) > 1 && Width(string(r)+"…", size) > width {
		r = r[:len(r)-1]
	}
	return strings.TrimRight(string(r), " ") + "…"
}
