package sheet

import (
	catalogue "shigan/kernel/words"
)

// Recognition is what was found in a file. Its JSON is the form that key-project lists are exchanged and scored in.
type Recognition struct {
	File      string        `json:"file"`
	Sheets    []SheetResult `json:"sheets"`
	Questions []Question    `json:"questions,omitempty"`
}

// SheetResult is what was found on one sheet.
type SheetResult struct {
	Name        string         `json:"name"`
	Read        bool           `json:"read"`
	WhyNot      string         `json:"why_not,omitempty"`
	Hidden      bool           `json:"hidden,omitempty"`
	Orientation string         `json:"orientation,omitempty"` // "columns" when the table lies on its side
	Year        int            `json:"year,omitempty"`
	Month       int            `json:"month,omitempty"`
	Unit        string         `json:"unit"`
	HeadingRows []int          `json:"heading_rows"`
	Columns     []ColumnResult `json:"columns"`
	Projects    []Project      `json:"projects"`
	Skipped     []Skipped      `json:"skipped"`
	Problems    []Problem      `json:"problems"`

	tables        []*table
	grid          *grid
	namesProjects bool // a title, the sheet or the file says that these are projects
}

// ColumnResult is one column and the field it holds; "" for a column that the list has no field for.
type ColumnResult struct {
	Column  string   `json:"column"`
	Heading string   `json:"heading"`
	Field   Field    `json:"field"`
	Also    []string `json:"also,omitempty"`
	Unit    string   `json:"unit,omitempty"`
	Table   int      `json:"table,omitempty"`
}

// Project is one row of a list. Money is yuan as a decimal; Cells tells where each value came from and Raw how it read.
type Project struct {
	Row         int               `json:"row"`
	Table       int               `json:"table,omitempty"`
	Serial      string            `json:"serial,omitempty"`
	Name        string            `json:"name"`
	Code        string            `json:"code,omitempty"`
	ListLevel   string            `json:"list_level,omitempty"`
	Category    string            `json:"category,omitempty"`
	Nature      string            `json:"nature,omitempty"`
	Place       string            `json:"place,omitempty"`
	Scope       string            `json:"scope_text,omitempty"`
	Owner       string            `json:"owner,omitempty"`
	Responsible string            `json:"responsible_unit,omitempty"`
	Line        string            `json:"line_department,omitempty"`
	Leader      string            `json:"leader,omitempty"`
	Contact     string            `json:"contact,omitempty"`
	Total       string            `json:"total_investment_yuan,omitempty"`
	Invested    string            `json:"invested_to_last_year_yuan,omitempty"`
	Planned     string            `json:"planned_year_investment_yuan,omitempty"`
	MonthDone   string            `json:"month_investment_yuan,omitempty"`
	YTD         string            `json:"ytd_investment_yuan,omitempty"`
	Start       *When             `json:"start,omitempty"`
	Finish      *When             `json:"finish,omitempty"`
	Progress    string            `json:"progress_text,omitempty"`
	Goal        string            `json:"year_goal_text,omitempty"`
	Problem     string            `json:"problem_text,omitempty"`
	Next        string            `json:"next_text,omitempty"`
	Group       string            `json:"group,omitempty"`
	GroupPath   []string          `json:"group_path,omitempty"`
	Remark      string            `json:"remark,omitempty"`
	ParentRow   int               `json:"parent_row,omitempty"`
	Hidden      bool              `json:"hidden,omitempty"`
	Cells       map[string]string `json:"cells,omitempty"`
	Raw         map[string]string `json:"raw,omitempty"`
}

// text is where a field of words is kept.
func (p *Project) text(f Field) *string {
	switch f {
	case FieldCode:
		return &p.Code
	case FieldLevel:
		return &p.ListLevel
	case FieldCategory:
		return &p.Category
	case FieldNature:
		return &p.Nature
	case FieldPlace:
		return &p.Place
	case FieldScope:
		return &p.Scope
	case FieldOwner:
		return &p.Owner
	case FieldResponsible:
		return &p.Responsible
	case FieldLine:
		return &p.Line
	case FieldLeader:
		return &p.Leader
	case FieldContact:
		return &p.Contact
	case FieldProgress:
		return &p.Progress
	case FieldGoal:
		return &p.Goal
	case FieldProblem:
		return &p.Problem
	case FieldNext:
		return &p.Next
	case FieldRemark:
		return &p.Remark
	case FieldGroup:
		return &p.Group
	}
	return nil
}

// money is where a sum is kept.
func (p *Project) money(f Field) *string {
	switch f {
	case FieldTotal:
		return &p.Total
	case FieldInvested:
		return &p.Invested
	case FieldPlanned:
		return &p.Planned
	case FieldMonth:
		return &p.MonthDone
	case FieldYTD:
		return &p.YTD
	}
	return nil
}

// Skipped is a row that is no project.
type Skipped struct {
	Row  int     `json:"row"`
	Kind RowKind `json:"kind"`
	Text string  `json:"text,omitempty"`
}

// Problem is one cell that a person should look at: which, what stands there, why and what to do.
type Problem struct {
	Cell  string         `json:"cell"`
	Kind  string         `json:"kind"`
	Value string         `json:"value,omitempty"`
	Text  string         `json:"text"`
	Args  map[string]any `json:"-"`
	key   string
}

// In is the problem's sentence in another language.
func (p Problem) In(lang catalogue.Lang) string { return catalogue.Say(lang, p.key, p.Args) }

// problem makes one; detail picks the sentence among those of its kind.
func problem(sheet, cell, kind, detail, value string, pairs ...any) Problem {
	key := "sheet.problem." + kind
	if detail != "" {
		key += "." + detail
	}
	args := map[string]any{"where": where(sheet, cell), "cell": cell, "value": value}
	for i := 0; i+1 < len(pairs); i += 2 {
		args[pairs[i].(string)] = pairs[i+1]
	}
	p := Problem{Cell: cell, Kind: kind, Value: value, Args: args, key: key}
	p.Text = p.In(catalogue.Zh)
	return p
}

// Question is one doubt that the file itself cannot settle. Its ID stays the same for the same file, so that an answer can be
// handed in with the next reading.
type Question struct {
	ID      string   `json:"id"`
	Sheet   string   `json:"sheet"`
	Cell    string   `json:"cell"`
	Kind    string   `json:"kind"` // unit, column, date
	Text    string   `json:"text"`
	Options []Option `json:"options"`

	key  string
	args []any
}

// In is the question in another language.
func (q Question) In(lang catalogue.Lang) string { return catalogue.Say(lang, q.key, q.args...) }

// Option is one possible answer. Example shows what a figure that is known from the file would become under it.
type Option struct {
	Value   string `json:"value"`
	Example string `json:"example"`
}

func question(id, sheet, cell, kind, detail string, pairs ...any) Question {
	args := append([]any{"where", where(sheet, cell)}, pairs...)
	q := Question{ID: id, Sheet: sheet, Cell: cell, Kind: kind, key: "sheet.question." + detail, args: args}
	q.Text = q.In(catalogue.Zh)
	return q
}

// where names a cell for a sentence; a text file has no sheet to name.
func where(sheet, cell string) string {
	if sheet == "" {
		return cell
	}
	return sheet + "!" + cell
}
