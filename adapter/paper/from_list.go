package paper

import (
	"shigan/app"
	"shigan/kernel/fault"
	"shigan/kernel/quantity"
	"shigan/kernel/rules"
	"shigan/kernel/words"
)

// ErrNoRows is a front without projects in that month.
var ErrNoRows = fault.New(fault.NotFound, "paper.no-rows")

// ListXlsx exports a list as it stands on the page.
func (p Press) ListXlsx(lang words.Lang, t app.ListTable) ([]byte, error) {
	say := func(k string) string { return words.Say(lang, k) }
	out := TableSheet{Title: t.Title, Filter: t.Filter, AsOf: t.Month.Last().At(0), Live: p.live("/projects")}
	if t.Filter != "" {
		out.Live += "?" + t.Filter
	}
	table := Table{Title: t.Title, Columns: []Column{{Name: say("col.project"), Text: true}, {Name: say("fill.id"), Text: true}, {Name: say("fill.unit"), Text: true}, {Name: say("col.promise"), Text: true}}}
	for i := range t.Names {
		c := Column{Name: t.Labels[i]}
		if len(t.Rows) > 0 {
			unit := listUnit(t.Rows[0].Figs[i].Unit)
			c.Text = unit == rules.UnitHue || unit == rules.UnitText
			if !c.Text {
				c.Unit = unit.Label(lang)
				if unit == quantity.UnitShare {
					c.Unit = "%"
				}
			}
		}
		table.Columns = append(table.Columns, c)
	}
	for _, r := range t.Rows {
		row := Row{Name: r.Name, Sample: r.Sample, Cells: []Num{{Text: r.ID}, {Text: r.Unit}, {Text: r.Finish}}}
		for _, f := range r.Figs {
			n := numOf(lang, f, listUnit(f.Unit), nil)
			if f.Unit == rules.UnitHue {
				n = Num{Text: say("hue." + hueOr(f.Hue())), Figure: n.Figure}
			}
			row.Cells = append(row.Cells, n)
		}
		table.Rows = append(table.Rows, row)
	}
	out.Table = table
	return TableXlsx(lang, out)
}

func hueOr(h string) string {
	if h == "" {
		return "none"
	}
	return h
}

// listUnit shows money of single projects in 万元, as people do.
func listUnit(u quantity.Unit) quantity.Unit {
	if u == quantity.UnitYuan || u == quantity.UnitYiYuan {
		return quantity.UnitWanYuan
	}
	return u
}
