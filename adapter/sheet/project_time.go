package sheet

import (
	"regexp"
)

func (b *builder) readTime(p *Project, c *column, v *Cell, row int) {
	said := readTimeCell(v, b.t.clock.year)
	said = b.settleDoubt(said, c, v, row, false)
	w := said.first
	if c.field == FieldFinish {
		if said.second != nil {
			w = said.second
		}
		if w != nil {
			p.Finish = w
			b.note(p, FieldFinish, "", row, c.col, v)
		}
		return
	}
	if w != nil {
		p.Start = w
		b.note(p, FieldStart, "", row, c.col, v)
	}
	if said.second != nil && b.t.column(FieldFinish) == nil {
		p.Finish = said.second
		b.note(p, FieldFinish, "", row, c.col, v)
	}
}

// readPeriod reads "2021-2023" into a start and a finish. A single year is both; a single month is when it begins.
func (b *builder) readPeriod(p *Project, c *column, v *Cell, row int) {
	said := readTimeCell(v, b.t.clock.year)
	if v.Kind == Date && said.first != nil { // one day where two years should stand
		said.doubt = "serial"
	}
	said = b.settleDoubt(said, c, v, row, true)
	if said.first == nil {
		return
	}
	if p.Start == nil {
		p.Start = said.first
		b.note(p, FieldStart, "", row, c.col, v)
	}
	finish := said.second
	if finish == nil && said.first.Precision == "year" && !said.open && said.doubt == "" {
		finish = said.first
	}
	if finish != nil && p.Finish == nil {
		p.Finish = finish
		b.note(p, FieldFinish, "", row, c.col, v)
	}
}

// settleDoubt reports what is doubtful about a date and asks where an answer would help.
func (b *builder) settleDoubt(said timeSaid, c *column, v *Cell, row int, period bool) timeSaid {
	switch said.doubt {
	case "":
		return said
	case "serial":
		if !period && !yearColumn.MatchString(c.heading()) {
			said.doubt = ""
			return said
		}
		w := *said.first
		said.first = ptr(When{w.Value[:7], "month"})
	case "january-or-october":
		id := "date:" + b.out.Name + "!" + b.g.column(c.col)
		switch b.ctx.Answers[id] {
		case "october":
			said.doubt = ""
			return said
		case "january":
			said.first, said.doubt = said.or, ""
			return said
		}
		b.asks.date(id, b.out.Name, b.g.address(row, c.col), v.Text, *said.first, *said.or)
	}
	b.flag(row, c.col, "date_doubt", said.doubt, tidy(v.Text))
	return said
}

// yearColumn is a heading that asks for years; a day's serial there is a date whose format was lost.
var yearColumn = regexp.MustCompile(`年份|年度|年限`)

// order checks that nothing ends before it begins.
func (b *builder) order(p *Project, row int) {
	if p.Start == nil || p.Finish == nil {
		return
	}
	begin, _ := p.Start.span()
	_, end := p.Finish.span()
	if end >= begin {
		return
	}
	cell := p.Cells[string(FieldFinish)]
	b.out.Problems = append(b.out.Problems, problem(b.out.Name, cell, "date_doubt", "before-start", p.Finish.Value, "start", p.Start.Value))
}
