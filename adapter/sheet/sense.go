package sheet

import (
	"math/big"
	"sort"
)

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
