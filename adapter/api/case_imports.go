package api

import (
	"cmp"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/kernel/fault"
)

type takeOverIn struct {
	Deed
	Body struct {
		Desk     string  `json:"desk" maxLength:"100"`
		Kind     string  `json:"kind,omitempty" maxLength:"100"`
		Subject  string  `json:"subject,omitempty" maxLength:"200"`
		Title    string  `json:"title" maxLength:"500"`
		Basis    string  `json:"basis,omitempty" maxLength:"4000"`
		Origin   string  `json:"origin,omitempty" maxLength:"200"`
		Raiser   Party   `json:"raiser,omitzero"`
		Handler  Party   `json:"handler,omitzero"`
		Assists  []Party `json:"assists,omitempty" maxItems:"20"`
		Owner    string  `json:"owner_unit,omitempty" maxLength:"100"`
		Local    string  `json:"local_unit,omitempty" maxLength:"100"`
		Line     string  `json:"line_unit,omitempty" maxLength:"100"`
		OpenedOn string  `json:"opened_on" maxLength:"10"`
		ClosedOn string  `json:"closed_on" maxLength:"10"`
		Outcome  string  `json:"outcome,omitempty" maxLength:"100"`
		Evidence
	}
}

func (c *caller) takeOver(in *takeOverIn) (*receiptOut, error) {
	files, digests, err := c.evidence(in.Body.Evidence)
	if err != nil {
		return nil, err
	}
	b := in.Body
	return c.do(in.Deed, casework.TakeOver{Open: casework.Open{Desk: b.Desk, Kind: b.Kind, Subject: b.Subject, Title: b.Title, Basis: b.Basis, Origin: b.Origin,
		Raiser: b.Raiser.party(), Handler: b.Handler.party(), Assists: parties(b.Assists), Reach: org.Scope{Owner: b.Owner, Local: b.Local, Line: b.Line}, Files: digests},
		OpenedOn: b.OpenedOn, ClosedOn: b.ClosedOn, Outcome: b.Outcome}, files...)
}

type caseImportIn struct {
	Body struct {
		Files []struct {
			Name     string `json:"name" minLength:"1" maxLength:"200"`
			Content  []byte `json:"content"`
			Password string `json:"password,omitempty" maxLength:"200"`
		} `json:"files" minItems:"1" maxItems:"20"`
		Columns map[string]string `json:"columns,omitempty"`
		Cells   map[string]string `json:"cells,omitempty"`
		Use     string            `json:"use,omitempty" enum:"problem,finding,task,supervision,order,firm-order,demand"`
		Apply   bool              `json:"apply,omitempty"`
	}
}

// CaseImport is what ledgers would bring, or have brought where they were applied.
type CaseImport struct {
	Use     string           `json:"use"`
	Desk    string           `json:"desk"`
	Applied bool             `json:"applied"`
	New     int              `json:"new"`
	Closed  int              `json:"closed"`
	Same    int              `json:"same"`
	Unread  int              `json:"unread"`
	Entries int              `json:"entries"`
	Seq     int64            `json:"seq"`
	Sheets  []CaseSheet      `json:"sheets"`
	Lines   []CaseImportLine `json:"lines"`
	Refused []ImportRefused  `json:"refused"`
}

// CaseSheet is how one sheet was read.
type CaseSheet struct {
	File    string   `json:"file"`
	Sheet   string   `json:"sheet"`
	WhyNot  string   `json:"why_not,omitempty"`
	Rows    int      `json:"rows"`
	Columns []string `json:"columns"` // "B 问题内容 = title"
}

// CaseImportLine is what one row would do, with what stands in its way.
type CaseImportLine struct {
	File   string   `json:"file"`
	Sheet  string   `json:"sheet"`
	Row    int      `json:"row"`
	Title  string   `json:"title"`
	State  string   `json:"state" enum:"new,closed,same,unread"`
	Case   string   `json:"case,omitempty"`
	Faults []string `json:"faults"`
	Notes  []string `json:"notes"`
}

func (c *caller) importCases(in *caseImportIn) (*bodyOut[CaseImport], error) {
	if c.s.opt.Sheets == nil {
		return nil, errNoPart
	}
	var ledgers []app.CaseLedger
	for _, f := range in.Body.Files {
		l, err := c.s.opt.Sheets.CaseLedger(f.Name, f.Content, app.CaseAsk{Password: f.Password, Columns: in.Body.Columns, Cells: in.Body.Cells})
		if err != nil {
			return nil, err
		}
		ledgers = append(ledgers, l)
	}
	p, err := c.s.o.PlanCases(c.ctx, c.by, ledgers, cmp.Or(in.Body.Use, "problem"))
	if err != nil {
		return nil, err
	}
	out := CaseImport{Use: p.Use, Desk: p.Desk.Name, Applied: in.Body.Apply, New: p.New, Closed: p.Closed, Same: p.Same, Unread: p.Unread, Sheets: []CaseSheet{}, Refused: []ImportRefused{}}
	for _, f := range p.Files {
		for _, s := range f.Sheets {
			out.Sheets = append(out.Sheets, CaseSheet{f.File, s.Name, s.WhyNot, len(s.Rows), each(s.Columns, func(x app.RecognisedColumn) string { return x.Column + " " + x.Heading + " = " + cmp.Or(x.Field, "-") })})
		}
	}
	say := func(list []app.RowSay) []string {
		return each(list, func(s app.RowSay) string { return s.Text.In(c.lang) })
	}
	out.Lines = each(p.Lines, func(l app.CaseImportLine) CaseImportLine {
		return CaseImportLine{l.File, l.Sheet, l.Row, l.Title, l.State, l.Case, say(l.Faults), say(l.Notes)}
	})
	if !in.Body.Apply {
		return body(out)
	}
	done, err := c.s.o.ApplyCases(c.ctx, c.by, p)
	if err != nil {
		return nil, err
	}
	out.Entries, out.Seq = done.Entries, done.Seq
	for i, l := range p.Lines {
		refused := done.Refused[i]
		if f, ok := fault.Of(refused); ok {
			out.Refused = append(out.Refused, ImportRefused{l.Row, l.Title, f.Code, app.Sentence(c.lang, f)})
		} else if refused != nil {
			return nil, refused
		}
	}
	return body(out)
}
