package api

import (
	"shigan/app"
	"shigan/kernel/fault"
)

type importIn struct {
	Body struct {
		Files []struct {
			Name     string `json:"name" minLength:"1" maxLength:"200"`
			Content  []byte `json:"content"`
			Password string `json:"password,omitempty" maxLength:"200"`
		} `json:"files" minItems:"1" maxItems:"20"`
		Year    int               `json:"year" minimum:"1990" maximum:"2100"`
		List    string            `json:"list,omitempty" maxLength:"40"`
		Answers map[string]string `json:"answers,omitempty"`
		Cells   map[string]string `json:"cells,omitempty"`
		Mark    string            `json:"mark,omitempty" maxLength:"100"`
	}
}

// ImportPlan 将要改什么: what workbooks would change, and what is in doubt.
type ImportPlan struct {
	Year      int              `json:"year"`
	List      string           `json:"list"`
	Mark      string           `json:"mark"`
	New       int              `json:"new"`
	Changed   int              `json:"changed"`
	Same      int              `json:"same"`
	Unread    int              `json:"unread"`
	Planned   Money            `json:"planned"`
	Absent    []string         `json:"absent"`
	Lines     []ImportLine     `json:"lines"`
	Problems  []ImportProblem  `json:"problems"`
	Questions []ImportQuestion `json:"questions"`
}

// ImportLine is what one row would do.
type ImportLine struct {
	File    string         `json:"file"`
	Sheet   string         `json:"sheet"`
	Row     int            `json:"row"`
	ID      string         `json:"id"`
	Name    string         `json:"name"`
	State   string         `json:"state" enum:"new,changed,same,unread"`
	Why     string         `json:"why,omitempty"`
	Changes []ImportChange `json:"changes"`
}

// ImportChange is one field that would change.
type ImportChange struct {
	Field string `json:"field"`
	Was   string `json:"was"`
	Now   string `json:"now"`
	Cell  string `json:"cell"`
}

// ImportProblem is one bad cell: where, what was there, what to do.
type ImportProblem struct {
	Sheet string `json:"sheet"`
	Cell  string `json:"cell"`
	Kind  string `json:"kind"`
	Value string `json:"value"`
	Text  string `json:"text"`
}

// ImportQuestion is one doubt; answers go back by its id.
type ImportQuestion struct {
	ID      string         `json:"id"`
	Sheet   string         `json:"sheet"`
	Cell    string         `json:"cell"`
	Kind    string         `json:"kind"`
	Text    string         `json:"text"`
	Now     string         `json:"now"`
	Options []ImportOption `json:"options"`
}

// ImportOption is one answer, with what a known figure would become.
type ImportOption struct {
	Key    string `json:"key"`
	Label  string `json:"label"`
	Effect string `json:"effect"`
}

// ImportDone is what an import wrote, and which rows the ledger would not take.
type ImportDone struct {
	Plan    ImportPlan      `json:"plan"`
	Entries int             `json:"entries"`
	Seq     int64           `json:"seq"`
	Refused []ImportRefused `json:"refused"`
}

// ImportRefused is one of them.
type ImportRefused struct {
	Row   int    `json:"row"`
	Name  string `json:"name"`
	Code  string `json:"code"`
	Title string `json:"title"`
}

// planOf reads the workbooks and works out the plan; nothing is written.
func (c *caller) planOf(in *importIn) (*app.ImportPlan, error) {
	if c.s.opt.Sheets == nil {
		return nil, errNoPart
	}
	remembered, err := c.s.o.Remembered(c.ctx)
	if err != nil {
		return nil, err
	}
	var recs []app.Recognised
	for _, f := range in.Body.Files {
		rec, err := c.s.opt.Sheets.Recognise(f.Name, f.Content, app.SheetAsk{Password: f.Password, Year: in.Body.Year, Answers: in.Body.Answers,
			Cells: in.Body.Cells, Remembered: remembered})
		if err != nil {
			return nil, err
		}
		remembered = rec.Mapping
		recs = append(recs, rec)
	}
	return c.s.o.PlanImport(c.ctx, recs, in.Body.Year, in.Body.List)
}

func (c *caller) planText(p *app.ImportPlan) ImportPlan {
	out := ImportPlan{Year: p.Year, List: p.List, Mark: p.Mark(), New: p.New, Changed: p.Changed, Same: p.Same, Unread: p.Unread, Planned: money(p.Planned),
		Absent: some(p.Absent), Questions: []ImportQuestion{}}
	out.Lines = each(p.Lines, func(l app.ImportLine) ImportLine {
		return ImportLine{l.File, l.Sheet, l.Row, l.ID, l.Name, l.State, l.Why, each(l.Changes, func(w app.Was) ImportChange {
			return ImportChange{w.Field, w.Was, w.Now, w.Cell}
		})}
	})
	out.Problems = each(p.Problems, func(x app.RecognisedProblem) ImportProblem {
		return ImportProblem{x.Sheet, x.Cell, x.Kind, x.Value, x.Text.In(c.lang)}
	})
	for _, f := range p.Files {
		for _, q := range f.Questions {
			out.Questions = append(out.Questions, ImportQuestion{q.ID, q.Sheet, q.Cell, q.Kind, q.Text.In(c.lang), q.Now, each(q.Options, func(o app.ImportOption) ImportOption {
				return ImportOption{o.Key, o.Label.In(c.lang), o.Effect}
			})})
		}
	}
	return out
}

func (c *caller) planImport(in *importIn) (*bodyOut[ImportPlan], error) {
	p, err := c.planOf(in)
	if err != nil {
		return nil, err
	}
	return body(c.planText(p))
}

// doImport carries out the plan that mark names; without a mark, whatever the workbooks say now.
func (c *caller) doImport(in *importIn) (*bodyOut[ImportDone], error) {
	p, err := c.planOf(in)
	if err != nil {
		return nil, err
	}
	if in.Body.Mark != "" && in.Body.Mark != p.Mark() {
		return nil, errPlan
	}
	done, err := c.s.o.ApplyImport(c.ctx, c.by, p)
	if err != nil {
		return nil, err
	}
	if n := len(p.Files); n > 0 {
		if err := c.s.o.Remember(c.ctx, p.Files[n-1].Mapping); err != nil {
			return nil, err
		}
	}
	out := ImportDone{Plan: c.planText(p), Entries: done.Entries, Seq: done.Seq, Refused: []ImportRefused{}}
	for i, l := range done.Lines {
		refused := done.Refused[i]
		if f, ok := fault.Of(refused); ok {
			out.Refused = append(out.Refused, ImportRefused{l.Row, l.Name, f.Code, app.Sentence(c.lang, f)})
		} else if refused != nil {
			return nil, refused
		}
	}
	return body(out)
}
