package sheet

// lendHeadings reads sheets without a heading row by what their columns hold.
func (r *Recognition) lendHeadings(wb *Workbook, ctx Context, file clock) {}
