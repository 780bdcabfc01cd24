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

// levels gives every group its depth. A mark tells it; without one the order does: a heading straight before another kind of
// heading stands above it, a kind that has been seen before keeps its depth. Two kinds that look alike are told apart by
// what follows: a heading before a heading is the outer one, a heading before projects the inner one.
func levels(facts []rowFact) {
	known := map[string]int{}
	nests := map[string]bool{}
	for i := range facts {
		f := &facts[i]
		if f.kind == RowGroup && f.group.rank < 0 && f.group.count != 0 {
			if next := nextGroup(facts, i); next != nil && next.rank < 0 && next.style == f.group.style {
				nests[f.group.style] = true
			}
		}
	}
	for i := range facts {
		f := &facts[i]
		if f.kind != RowGroup {
			continue
		}
		if f.group.rank >= 0 {
			f.group.level = 100 + f.group.rank
			continue
		}
		key := f.group.style
		next := nextGroup(facts, i)
		base, ok := known[key]
		if !ok {
			base = 200
			if next != nil && next.rank >= 0 { // 续建, and then 一、
				base = 50
			}
			for _, l := range known {
				if l/100 == base/100 {
					base = max(base, l+2)
				}
			}
			known[key] = base
		}
		f.group.level = base
		if nests[key] && (next == nil || next.style != key) {
			f.group.level++
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
