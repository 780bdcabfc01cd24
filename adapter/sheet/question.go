package sheet

import (
	"regexp"

	catalogue "shigan/kernel/words"
)

// asker collects questions, each once.
type asker struct {
	list []Question
	seen map[string]bool
}

func (a *asker) add(q Question) {
	if a.seen == nil {
		a.seen = map[string]bool{}
	}
	if !a.seen[q.ID] {
		a.seen[q.ID] = true
		a.list = append(a.list, q)
	}
}

// date asks once per column whether 2022.1 is January or October.
func (a *asker) date(id, sheet, cell, value string, october, january When) {
	q := question(id, sheet, cell, "date", "date", "value", value)
	q.Options = []Option{{"october", value + " → " + october.Value}, {"january", value + " → " + january.Value}}
	a.add(q)
}

// unit asks what a column's numbers are counted in, and shows what one of them would become.
func (a *asker) unit(id, sheet, cell, heading string, sample string, units []Unit) {
	q := question(id, sheet, cell, "unit", "unit", "heading", heading)
	r, ok := rat(sample)
	for _, u := range units {
		o := Option{Value: u.String()}
		if ok {
			o.Example = sample + " → " + wan(times(r, u)) + "万元"
		}
		q.Options = append(q.Options, o)
	}
	a.add(q)
}

// column asks which of two readings a column has.
func (a *asker) column(id, sheet, cell, heading, sample string, fields []Field) {
	q := question(id, sheet, cell, "column", "column", "heading", heading)
	for _, f := range fields {
		q.Options = append(q.Options, Option{string(f), sample + " → " + catalogue.Say(catalogue.Zh, "sheet.field."+string(f))})
	}
	a.add(q)
}

// doubtColumns asks about columns that have two readings: those of a list without headings, and money under words that
// nobody knows.
func (b *builder) doubtColumns() {
	t := b.t
	ask := func(c *column, fields []Field) {
		id := "column:" + b.out.Name + "!" + b.g.column(c.col)
		if _, answered := b.ctx.Answers[id]; answered || len(b.rows) == 0 {
			return
		}
		row, sample := b.rows[0].row, b.g.text(b.rows[0].row, c.col)
		if !t.bare {
			row = t.band.bottom
		}
		a := b.g.area(row, c.col)
		b.asks.column(id, b.out.Name, b.g.address(a.Row1, a.Col1), c.heading(), tidy(sample), append(fields, fieldKnownNone))
	}
	for _, c := range t.unsure {
		if c.field.isTime() {
			ask(c, []Field{FieldStart, FieldFinish})
		} else {
			ask(c, []Field{FieldPlanned, FieldInvested, FieldYTD})
		}
	}
	for _, c := range t.cols {
		if c.rule != nil || c.serial || len(c.keys) == 0 || !moneyWords.MatchString(c.keys[len(c.keys)-1]) {
			continue
		}
		if p := profileOf(b.g, t, c.col); p.cells == 0 || p.money*10 < p.cells*7 {
			continue
		}
		var open []Field
		for _, f := range moneyFields {
			if t.column(f) == nil {
				open = append(open, f)
			}
		}
		if len(open) > 0 {
			ask(c, open)
		}
	}
}

var moneyWords = regexp.MustCompile(`投资|资金|金额|万元|亿元`)
