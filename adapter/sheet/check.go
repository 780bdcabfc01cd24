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

// otherUnits tells that the columns cannot be in the units they were read in: in most rows the parts are many times the total.
// One word about the column then says more than one about every row.
func (b *builder) otherUnits() bool {
	wild, rows := 0, 0
	for _, x := range b.rows {
		if total, plan := x.money[FieldTotal], x.money[FieldPlanned]; total != nil && plan != nil && total.Sign() > 0 {
			rows++
			if new(big.Rat).Quo(plan, total).Cmp(big.NewRat(20, 1)) > 0 {
				wild++
			}
		}
	}
	return rows >= 2 && wild*2 > rows
}

// middle is the median of a column.
func (b *builder) middle(f Field) *big.Rat {
	var list []*big.Rat
	for _, x := range b.rows {
		if m := x.money[f]; m != nil {
			list = append(list, m)
		}
	}
	return median(list)
}

// farther tells whether a is farther from its column's median than b from its own, counted in times.
func farther(a, midA, b, midB *big.Rat) bool {
	times := func(v, mid *big.Rat) *big.Rat {
		if v.Sign() <= 0 || mid == nil || mid.Sign() <= 0 {
			return new(big.Rat)
		}
		if q := new(big.Rat).Quo(v, mid); q.Cmp(big.NewRat(1, 1)) >= 0 {
			return q
		}
		return new(big.Rat).Quo(mid, v)
	}
	return times(a, midA).Cmp(times(b, midB)) > 0
}

// doubtCell says that one sum does not fit its unit, each cell once.
func (b *builder) doubtCell(cell string, value *big.Rat, name string) {
	for _, p := range b.out.Problems {
		if p.Cell == cell && p.Kind == "unit_doubt" {
			return
		}
	}
	b.out.Problems = append(b.out.Problems, problem(b.out.Name, cell, "unit_doubt", "cell", wan(value), "name", name))
}

// outliers finds sums that are thousands of times away from the rest of their column: typed in yuan or in 亿.
func (b *builder) outliers() {
	for _, c := range b.t.cols {
		if !c.shown || !c.field.isMoney() {
			continue
		}
		n := 0
		for _, x := range b.rows {
			if x.money[c.field] != nil {
				n++
			}
		}
		mid := b.middle(c.field)
		if n < 5 || mid.Sign() <= 0 {
			continue
		}
		most, least := new(big.Rat).Mul(mid, big.NewRat(2000, 1)), new(big.Rat).Quo(mid, big.NewRat(2000, 1))
		for _, x := range b.rows {
			if m := x.money[c.field]; m != nil && m.Sign() > 0 && (m.Cmp(most) > 0 || m.Cmp(least) < 0) {
				p := b.out.Projects[x.at]
				b.doubtCell(p.Cells[string(c.field)+"_yuan"], m, p.Name)
			}
		}
	}
}

// rowsMakeSense checks the sums inside one project.
func (b *builder) rowsMakeSense() {
	strange := b.otherUnits()
	b.outliers()
	for _, x := range b.rows {
		p := b.out.Projects[x.at]
		total, done, plan, month, ytd := x.money[FieldTotal], x.money[FieldInvested], x.money[FieldPlanned], x.money[FieldMonth], x.money[FieldYTD]
		cell := func(f Field) string { return p.Cells[string(f)+"_yuan"] }
		if !strange && total != nil && (done != nil || plan != nil) && total.Sign() >= 0 {
			need := new(big.Rat)
			for _, part := range []*big.Rat{done, plan} {
				if part != nil {
					need.Add(need, part)
				}
			}
			if need.Cmp(total) > 0 {
				b.out.Problems = append(b.out.Problems, problem(b.out.Name, cell(FieldTotal), "sum_mismatch", "over-total", wan(total),
					"name", p.Name, "need", wan(need)))
			}
			if plan != nil && total.Sign() > 0 && new(big.Rat).Quo(plan, total).Cmp(big.NewRat(50, 1)) > 0 {
				odd, value := FieldPlanned, plan
				if farther(total, b.middle(FieldTotal), plan, b.middle(FieldPlanned)) {
					odd, value = FieldTotal, total
				}
				b.doubtCell(cell(odd), value, p.Name)
			}
		}
		if month != nil && ytd != nil && ytd.Cmp(month) < 0 {
			b.out.Problems = append(b.out.Problems, problem(b.out.Name, cell(FieldYTD), "sum_mismatch", "below-month", wan(ytd),
				"name", p.Name, "month", wan(month)))
		}
	}
}

// wan prints yuan in 万元 for a sentence.
func wan(r *big.Rat) string {
	return decimal(new(big.Rat).Quo(r, pow10(4)))
}

// twins reports names that stand on a sheet twice.
func (r *SheetResult) twins() {
	seen := map[string]int{}
	for i, p := range r.Projects {
		key := sameName(p.Name)
		if first, ok := seen[key]; ok {
			r.Problems = append(r.Problems, problem(r.Name, p.Cells["name"], "duplicate_name", "", p.Name, "first", r.Projects[first].Cells["name"]))
			continue
		}
		seen[key] = i
	}
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

// months compares dispatch tables of following months: what is done so far is what was done before and this month's.
func (r *Recognition) months(all [][]*builder) {
	type sheetMonth struct {
		month, year int
		builders    []*builder
		out         *SheetResult
	}
	var list []sheetMonth
	for i := range r.Sheets {
		s := &r.Sheets[i]
		if s.Read && s.Month > 0 {
			list = append(list, sheetMonth{s.Month, s.Year, all[i], s})
		}
	}
	sort.SliceStable(list, func(i, j int) bool {
		return list[i].year < list[j].year || list[i].year == list[j].year && list[i].month < list[j].month
	})
	for i := 1; i < len(list); i++ {
		a, b := list[i-1], list[i]
		if a.year != b.year || b.month != a.month+1 {
			continue
		}
		before := map[string]*big.Rat{}
		for _, bl := range a.builders {
			for _, x := range bl.rows {
				if m := x.money[FieldYTD]; m != nil {
					before[sameName(a.out.Projects[x.at].Name)] = m
				}
			}
		}
		for _, bl := range b.builders {
			for _, x := range bl.rows {
				p := b.out.Projects[x.at]
				was, now, month := before[sameName(p.Name)], x.money[FieldYTD], x.money[FieldMonth]
				if was == nil || now == nil {
					continue
				}
				cell := p.Cells[string(FieldYTD)+"_yuan"]
				switch {
				case now.Cmp(was) < 0:
					b.out.Problems = append(b.out.Problems, problem(b.out.Name, cell, "sum_mismatch", "below-last-month", wan(now), "name", p.Name, "last", wan(was)))
				case month != nil && new(big.Rat).Add(was, month).Cmp(now) != 0:
					b.out.Problems = append(b.out.Problems, problem(b.out.Name, cell, "sum_mismatch", "months", wan(now), "name", p.Name,
						"last", wan(was), "month", wan(month)))
				}
			}
		}
	}
}
