package sheet

import (
	"math/big"
	"sort"
)

// sumsOf checks every row of sums against the rows it should be the sum of.
func (b *builder) sums(facts []rowFact) {
	for i, f := range facts {
		if f.kind != RowTotal && f.kind != RowSubtotal && !(f.kind == RowGroup && f.sums) {
			continue
		}
		if f.partial {
			continue
		}
		for _, c := range b.t.cols {
			if !c.shown || !c.field.isMoney() {
				continue
			}
			v := b.g.raw(f.row, c.col)
			if v == nil || v.Kind == Error || v.Kind == Empty || !b.g.anchored(f.row, c.col) {
				continue
			}
			unit := c.unit
			if unit == NoUnit {
				unit = b.t.unit
			}
			a := readMoneyCell(v, unit)
			if a.yuan == nil {
				continue
			}
			b.checkSum(facts, i, c, v, a)
		}
	}
}

// checkSum takes the reading that fits best: sheets put totals above or below, and subtotals over groups of any depth. Only a
// total that fits none of its readings is reported, against the most natural one.
func (b *builder) checkSum(facts []rowFact, i int, c *column, v *Cell, a amount) {
	var want *big.Rat
	broken := false
	for _, span := range scopes(facts, i) {
		sum, bad, any := b.sumOf(span, c.field)
		if !any {
			continue
		}
		broken = broken || bad
		if near(sum, a, b.runningOf(c.field).finest) {
			return
		}
		if want == nil {
			want = sum
		}
	}
	if want == nil || broken && want.Cmp(a.yuan) <= 0 {
		return // nothing to compare with, or one of the rows is broken and already reported
	}
	diff := new(big.Rat).Sub(a.yuan, want)
	b.flag(facts[i].row, c.col, "sum_mismatch", "total", tidy(v.Text), "sum", wan(want), "total", wan(a.yuan), "difference", wan(diff))
}

// span is a stretch of rows, both ends included.
type span struct{ from, to int }

// scopes are the stretches that a row of sums may speak for, the most natural first.
func scopes(facts []rowFact, i int) []span {
	first, last := facts[0].row, facts[len(facts)-1].row
	f := facts[i]
	if f.kind == RowGroup {
		to := last
		for _, g := range facts[i+1:] {
			if g.kind == RowGroup && g.group.level <= f.group.level {
				to = g.row - 1
				break
			}
		}
		return []span{{f.row + 1, to}}
	}
	var before, after []span
	level := 1 << 30
	for j := i - 1; j >= 0; j-- { // up to each heading that stands higher than those seen so far, and to the last sums
		g := facts[j]
		if g.kind == RowGroup && g.group.level < level {
			level = g.group.level
			before = append(before, span{g.row, f.row - 1})
		}
		if (g.kind == RowSubtotal || g.kind == RowTotal) && level == 1<<30 {
			before = append(before, span{g.row, f.row - 1})
			level--
		}
	}
	for j := i + 1; j < len(facts); j++ {
		g := facts[j]
		if g.kind == RowSubtotal || g.kind == RowTotal || g.kind == RowGroup && j > i+1 {
			after = append(after, span{f.row + 1, g.row - 1})
			break
		}
	}
	whole := []span{{first, f.row - 1}, {first, last}, {f.row + 1, last}}
	if f.kind == RowTotal {
		return append(append(whole, before...), after...)
	}
	return append(append(before, after...), whole...)
}

// running are sums from the first project on, so that any stretch is one subtraction: a long sheet has thousands of groups.
type running struct {
	sum    []*big.Rat // sum[i] is of the first i projects; children are part of their bundle and left out
	some   []int      // how many had a sum
	broken []int      // how many had an error instead
	finest int        // the most digits behind the point in the column, as printed
}

func (b *builder) runningOf(f Field) *running {
	if b.run == nil {
		b.run = map[Field]*running{}
	}
	if r := b.run[f]; r != nil {
		return r
	}
	r := &running{sum: []*big.Rat{new(big.Rat)}, some: []int{0}, broken: []int{0}}
	for i, x := range b.rows {
		sum, some, broken := r.sum[i], r.some[i], r.broken[i]
		if m := x.money[f]; m != nil && x.own[f] && !x.child {
			sum = new(big.Rat).Add(sum, m)
			some++
		}
		if x.fault[f] {
			broken++
		}
		r.sum, r.some, r.broken = append(r.sum, sum), append(r.some, some), append(r.broken, broken)
		r.finest = max(r.finest, decimals(b.out.Projects[x.at].Raw[string(f)+"_yuan"]))
	}
	b.run[f] = r
	return r
}

// sumOf adds up the projects of a stretch.
func (b *builder) sumOf(s span, f Field) (sum *big.Rat, broken, any bool) {
	r := b.runningOf(f)
	from := sort.Search(len(b.rows), func(i int) bool { return b.rows[i].row >= s.from })
	to := sort.Search(len(b.rows), func(i int) bool { return b.rows[i].row > s.to })
	if to <= from {
		return new(big.Rat), false, false
	}
	return new(big.Rat).Sub(r.sum[to], r.sum[from]), r.broken[to] > r.broken[from], r.some[to] > r.some[from]
}

// near allows a total that was rounded to fewer digits than its parts: half of its last digit, no more.
func near(sum *big.Rat, a amount, finest int) bool {
	diff := new(big.Rat).Sub(sum, a.yuan)
	diff.Abs(diff)
	if diff.Sign() == 0 {
		return true
	}
	if a.plain == nil {
		return false
	}
	own := decimals(decimal(a.plain))
	if own >= finest {
		return false
	}
	half := times(new(big.Rat).Quo(pow10(-own), big.NewRat(2, 1)), a.unit)
	return diff.Cmp(half) <= 0
}

// wan prints yuan in 万元 for a sentence.
func wan(r *big.Rat) string {
	return decimal(new(big.Rat).Quo(r, pow10(4)))
}

// counts compares what group headings say they hold with what was found under them.
func (b *builder) counts(facts []rowFact) {
	for i, f := range facts {
		if f.kind != RowGroup || f.group.count <= 0 {
			continue
		}
		s := scopes(facts, i)[0]
		n, children := 0, 0
		for _, x := range b.rows {
			if x.row >= s.from && x.row <= s.to {
				if n++; x.child {
					children++
				}
			}
		}
		if n != f.group.count && n-children != f.group.count {
			b.flag(f.row, f.group.col, "count_mismatch", "", f.group.text, "said", f.group.count, "found", n-children)
		}
	}
}
