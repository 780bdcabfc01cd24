package sheet

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
		q.Options = append(q.Options, Option{string(f), sample + " → " + string(f)})
	}
	a.add(q)
}
