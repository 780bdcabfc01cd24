package sheet

import "fmt"

// Rows 原表 are the cells as a table of texts, without what is hidden; days as ISO dates.
func (s *Sheet) Rows() [][]string {
	var rows [][]string
	for _, cell := range s.Cells {
		if s.HiddenRows[cell.Row] {
			continue
		}
		for len(rows) < cell.Row {
			rows = append(rows, nil)
		}
		for len(rows[cell.Row-1]) < cell.Col {
			rows[cell.Row-1] = append(rows[cell.Row-1], "")
		}
		text := cell.Text
		if cell.Kind == Date && cell.Day.Year > 0 {
			text = fmt.Sprintf("%04d-%02d-%02d", cell.Day.Year, cell.Day.Month, cell.Day.Day)
		}
		rows[cell.Row-1][cell.Col-1] = text
	}
	return rows
}

// Tables reads the sheets of a workbook or of a CSV file as tables of texts.
func (Reader) Tables(name string, data []byte) ([][][]string, error) {
	wb, err := Read(name, data, Options{})
	if err != nil {
		return nil, err
	}
	out := make([][][]string, len(wb.Sheets))
	for i := range wb.Sheets {
		out[i] = wb.Sheets[i].Rows()
	}
	return out, nil
}
