package web

import (
	"cmp"
	"slices"
	"strings"

	"shigan/app"
	"shigan/domain/casework"
)

// rateTable is how the cases of groups of one kind went: the whole, units, levels or kinds.
type rateTable struct {
	Key     string
	Columns []string // names of figures
	Rows    []rateRow
}

type rateRow struct {
	Name, Href string
	Figs       []app.Fig
}

// rateColumns are the figures of a desk, in the order of a case's life.
var rateColumns = []string{"opened_cases", "open_cases", "near_cases", "overdue_cases", "climbed_cases", "reopened_cases", "closed_cases", "closed_ytd_cases", "confirmed_rate", "done_rate", "part_rate",
	"refused_rate", "not_ours_rate", "not_true_rate", "excluded_rate", "withdrawn_rate", "unfixed_rate", "again_rate", "median_days"}

// oweRates 办得怎样: the whole ledger, which all may read who read cases, what concerns the reader's own unit, and both by unit, level and kind.
func (v *view) oweRates(d *owePage) error {
	whole := app.CaseGroup{Use: d.Use}
	all, subjects, err := v.s.o.DeskFigures(v.ctx(), v.By, append(rateColumns, "signed_rate"), []app.CaseGroup{whole})
	if err != nil {
		return err
	}
	if p, ok := all.Set.Params["rate_least"]; ok {
		d.Least = count(app.Fig{Unit: p.Unit, Value: p.Value})
	}
	top := rateTable{Key: "whole"}
	row := rateRow{Name: v.T("owe.rates.whole")}
	for _, n := range rateColumns {
		row.Figs = append(row.Figs, all.Of(n, subjects[0]))
	}
	top.Rows = append(top.Rows, row)
	names := v.unitNames()
	tables := []rateTable{top, {Key: "unit"}, {Key: "level"}, {Key: "kind"}}
	groups := []app.CaseGroup{whole}
	table, label := []int{0}, []string{v.T("owe.rates.mine")}
	add := func(t int, name string, g app.CaseGroup) {
		groups, table, label = append(groups, g), append(table, t), append(label, name)
	}
	counts, err := v.s.o.CountCasesOf(v.ctx(), v.By, app.CaseFilter{Use: d.Use}, "unit")
	if err != nil {
		return err
	}
	slices.SortFunc(counts, func(a, b app.CaseCount) int {
		return cmp.Or(cmp.Compare(b.N, a.N), strings.Compare(a.By["unit"], b.By["unit"]))
	})
	for _, c := range counts {
		id := cmp.Or(c.By["unit"], app.Nobody)
		add(1, cmp.Or(names[id], v.T("case.no-handler")), app.CaseGroup{Use: d.Use, Unit: id})
	}
	for _, t := range d.Treads {
		add(2, t.Name, app.CaseGroup{Use: d.Use, Level: t.Level})
	}
	for _, k := range d.kinds() {
		add(3, k.In(v.Lang), app.CaseGroup{Use: d.Use, Kind: k.Name})
	}
	figs, err := v.caseFigs(rateColumns, groups...)
	if err != nil {
		return err
	}
	for i, g := range groups {
		if i == 0 && !d.Limited { // what he sees is the whole
			continue
		}
		row := rateRow{Name: label[i]}
		for _, n := range rateColumns {
			row.Figs = append(row.Figs, figs.Of(n, g))
		}
		tables[table[i]].Rows = append(tables[table[i]].Rows, row)
	}
	for _, t := range tables {
		if len(t.Rows) == 0 {
			continue
		}
		for _, n := range rateColumns {
			t.Columns = append(t.Columns, all.Set.Label(n, v.Lang))
		}
		d.Rates = append(d.Rates, t)
	}
	return nil
}

func (d *owePage) kinds() []casework.Named {
	if d.L.Desk == nil {
		return nil
	}
	return d.L.Desk.Kinds
}
