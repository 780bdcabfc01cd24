package sheet

import "strings"

// groupFact is one group heading among the rows.
type groupFact struct {
	text  string
	name  string
	rank  int // by its mark; -1 without one
	count int // projects it says it has; -1 when it says nothing
	col   int
	wide  bool
	style string // how a heading without a mark looks
	level int    // settled by levels
}

func (f *groupFact) fill() {
	f.rank, _ = marker(f.text)
	f.name, f.count = groupName(f.text)
	name := fold(f.name)
	w := words()
	switch {
	case oneOf(name, w.Rows.Natures) || oneOf(strings.TrimSuffix(strings.TrimSuffix(name, "项目"), "类"), w.Rows.Natures):
		f.style = "nature"
	case endsWithAny(name, w.Rows.PlaceEnds):
		f.style = "place"
	case endsWithAny(name, w.Rows.UnitEnds):
		f.style = "unit"
	default:
		f.style = "words"
	}
	if f.wide {
		f.style += "-wide"
	} else {
		f.style += "-" + itoa(f.col)
	}
}

// levels gives every group its depth. A mark tells it. Headings without a mark stand side by side unless the sheet shows
// otherwise: a heading straight before another kind of heading stands above it; and where two look alike, the one before a
// heading is the outer and the one before projects the inner.
func levels(facts []rowFact) {
	over := map[[2]string]bool{} // outer style, inner style
	nests, marked := map[string]bool{}, map[string]bool{}
	for i := range facts {
		f := &facts[i]
		next := nextGroup(facts, i)
		if f.kind != RowGroup || f.group.rank >= 0 || next == nil || f.group.count == 0 {
			continue
		}
		switch {
		case next.rank >= 0: // 续建, and then 一、
			marked[f.group.style] = true
		case next.style == f.group.style:
			nests[f.group.style] = true
		default:
			over[[2]string{f.group.style, next.style}] = true
		}
	}
	depth := map[string]int{}
	for range len(over) { // longest chain; two kinds that stand above each other in turn are equals
		for pair := range over {
			if outer, inner := pair[0], pair[1]; !over[[2]string{inner, outer}] && depth[inner] <= depth[outer] && depth[outer] < 9 {
				depth[inner] = depth[outer] + 1
			}
		}
	}
	for i := range facts {
		f := &facts[i]
		if f.kind != RowGroup {
			continue
		}
		style := f.group.style
		switch next := nextGroup(facts, i); {
		case f.group.rank >= 0:
			f.group.level = 100 + f.group.rank
		case marked[style]:
			f.group.level = 50 + 2*depth[style]
		default:
			f.group.level = 200 + 2*depth[style]
			if nests[style] && (next == nil || next.style != style) {
				f.group.level++
			}
		}
	}
}

// nextGroup is the heading in the very next row, if that is one.
func nextGroup(facts []rowFact, i int) *groupFact {
	if i+1 < len(facts) && facts[i+1].kind == RowGroup {
		return &facts[i+1].group
	}
	return nil
}

// trail keeps the headings that a row stands under.
type trail []groupFact

func (t trail) push(f groupFact) trail {
	n := len(t)
	for n > 0 && t[n-1].level >= f.level {
		n--
	}
	return append(t[:n:n], f)
}

func (t trail) names() []string {
	var out []string
	for _, f := range t {
		if f.name != "" {
			out = append(out, f.name)
		}
	}
	return out
}
