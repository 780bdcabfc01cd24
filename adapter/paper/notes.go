package paper

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"shigan/kernel/words"
)

// Number gives every number that has a figure or ledger entries a footnote number, in reading order. Numbers that already
// have one keep it; the same figure from the same entries gets the same note; a table row whose cells have none gets one
// note for the whole row, so that a table stays readable. The bulletin that came in is not touched.
func Number(b Bulletin) Bulletin {
	used := map[int]bool{}
	for n := range nums(&b) {
		used[n.Note] = true
	}
	for _, f := range b.Footnotes {
		used[f.Note] = true
	}
	next, seen := 1, map[string]int{}
	fresh := func(key string) int {
		if n, ok := seen[key]; ok {
			return n
		}
		for used[next] {
			next++
		}
		used[next] = true
		seen[key] = next
		return next
	}
	note := func(n *Num) {
		if n.Note == 0 && (n.Figure != "" || len(n.Entries) > 0) {
			n.Note = fresh(fmt.Sprint(n.Figure, n.Entries))
		}
	}
	sentences := func(ss []Sentence) []Sentence {
		ss = slices.Clone(ss)
		for i := range ss {
			ss[i].Nums = slices.Clone(ss[i].Nums)
			for j := range ss[i].Nums {
				note(&ss[i].Nums[j])
			}
		}
		return ss
	}
	row := func(r *Row, key string) {
		r.Cells = slices.Clone(r.Cells)
		plain, sources := true, map[string]bool{}
		for _, c := range r.Cells {
			plain = plain && c.Note == 0
			if c.Figure != "" || len(c.Entries) > 0 {
				sources[fmt.Sprint(c.Figure, c.Entries)] = true
			}
		}
		if !plain || len(sources) < 2 {
			for i := range r.Cells {
				note(&r.Cells[i])
			}
			return
		}
		n := fresh(key)
		for i, c := range r.Cells {
			if c.Figure != "" || len(c.Entries) > 0 {
				r.Cells[i].Note = n
			}
		}
	}
	tables := func(ts []Table, where string) []Table {
		ts = slices.Clone(ts)
		for i := range ts {
			ts[i].Rows = slices.Clone(ts[i].Rows)
			for j := range ts[i].Rows {
				row(&ts[i].Rows[j], fmt.Sprintf("row %s %d %d", where, i, j))
			}
			if ts[i].Total != nil {
				t := *ts[i].Total
				row(&t, fmt.Sprintf("total %s %d", where, i))
				ts[i].Total = &t
			}
		}
		return ts
	}
	ranked := func(rs []Ranked) []Ranked {
		rs = slices.Clone(rs)
		for i := range rs {
			note(&rs[i].Value)
		}
		return rs
	}
	b.Lede = sentences(b.Lede)
	b.Tables = tables(b.Tables, "main")
	b.Tops, b.Bottoms = ranked(b.Tops), ranked(b.Bottoms)
	b.Starts = slices.Clone(b.Starts)
	for i := range b.Starts {
		note(&b.Starts[i].Invest)
	}
	b.Reds = slices.Clone(b.Reds)
	for i := range b.Reds {
		note(&b.Reds[i].Gap)
		b.Reds[i].Reason = sentences([]Sentence{b.Reds[i].Reason})[0]
	}
	b.Sections = slices.Clone(b.Sections)
	for i := range b.Sections {
		s := &b.Sections[i]
		s.Text, s.Items, s.Tables = sentences(s.Text), sentences(s.Items), tables(s.Tables, strconv.Itoa(i))
	}
	b.Amendments = slices.Clone(b.Amendments)
	for i := range b.Amendments {
		a := &b.Amendments[i]
		a.Text, a.Reason = sentences(a.Text), sentences(a.Reason)
	}
	return b
}

// nums walks over every number of a bulletin in reading order.
func nums(b *Bulletin) func(func(Num) bool) {
	return func(yield func(Num) bool) {
		var all []Num
		sentences := func(ss ...Sentence) {
			for _, s := range ss {
				all = append(all, s.Nums...)
			}
		}
		tables := func(ts []Table) {
			for _, t := range ts {
				for _, r := range t.Rows {
					all = append(all, r.Cells...)
				}
				if t.Total != nil {
					all = append(all, t.Total.Cells...)
				}
			}
		}
		sentences(b.Lede...)
		tables(b.Tables)
		for _, r := range append(b.Tops[:len(b.Tops):len(b.Tops)], b.Bottoms...) {
			all = append(all, r.Value)
		}
		for _, s := range b.Starts {
			all = append(all, s.Invest)
		}
		for _, r := range b.Reds {
			all = append(all, r.Gap)
			sentences(r.Reason)
		}
		for _, s := range b.Sections {
			sentences(s.Text...)
			sentences(s.Items...)
			tables(s.Tables)
		}
		for _, a := range b.Amendments {
			sentences(a.Text...)
			sentences(a.Reason...)
		}
		for _, n := range all {
			if !yield(n) {
				return
			}
		}
	}
}

// source is one line of the sources page.
type source struct {
	note    int
	text    string
	figures []string
	entries []int64
}

// sources gathers what the notes of a numbered bulletin lead to, in the order of their numbers.
func sources(b Bulletin) []source {
	by := map[int]*source{}
	at := func(n int) *source {
		if by[n] == nil {
			by[n] = &source{note: n}
		}
		return by[n]
	}
	add := func(s *source, figure string, entries []int64) {
		if figure != "" && !slices.Contains(s.figures, figure) {
			s.figures = append(s.figures, figure)
		}
		s.entries = append(s.entries, entries...)
	}
	for _, f := range b.Footnotes {
		s := at(f.Note)
		s.text = f.Text
		add(s, f.Figure, f.Entries)
	}
	for n := range nums(&b) {
		if n.Note > 0 {
			add(at(n.Note), n.Figure, n.Entries)
		}
	}
	out := make([]source, 0, len(by))
	for _, k := range slices.Sorted(maps.Keys(by)) {
		s := by[k]
		slices.Sort(s.entries)
		s.entries = slices.Compact(s.entries)
		out = append(out, *s)
	}
	return out
}

// spans prints ledger numbers as ranges; after most ranges it says how many there are and leaves the rest to the figure's
// address, which lists them all. most 0 prints every one.
func spans(lang words.Lang, es []int64, most int) string {
	var parts []string
	for i := 0; i < len(es); {
		j := i
		for j+1 < len(es) && es[j+1] == es[j]+1 {
			j++
		}
		switch {
		case j == i:
			parts = append(parts, strconv.FormatInt(es[i], 10))
		case j == i+1:
			parts = append(parts, strconv.FormatInt(es[i], 10), strconv.FormatInt(es[j], 10))
		default:
			parts = append(parts, strconv.FormatInt(es[i], 10)+"–"+strconv.FormatInt(es[j], 10))
		}
		i = j + 1
	}
	if most > 0 && len(parts) > most {
		list := strings.Join(parts[:most], words.Say(lang, "paper.comma"))
		return words.Say(lang, "paper.source.more", "list", list, "n", len(es))
	}
	return strings.Join(parts, words.Say(lang, "paper.comma"))
}
