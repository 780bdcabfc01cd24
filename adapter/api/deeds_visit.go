package api

import (
	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/visit"
)

// VisitFacts 走访情况.
type VisitFacts struct {
	On       string   `json:"on" format:"date"`
	From     string   `json:"from,omitempty" maxLength:"5"`
	To       string   `json:"to,omitempty" maxLength:"5"`
	Projects []string `json:"projects,omitempty" maxItems:"50"`
	Place    string   `json:"place,omitempty" maxLength:"500"`
	Who      []Party  `json:"who,omitempty" maxItems:"50"`
	Others   string   `json:"others,omitempty" maxLength:"500"`
	Purpose  string   `json:"purpose,omitempty" maxLength:"500"`
	Meeting  string   `json:"meeting,omitempty" maxLength:"100"`
}

func (f VisitFacts) facts() visit.Facts {
	return visit.Facts{On: f.On, From: f.From, To: f.To, Projects: f.Projects, Place: f.Place, Who: parties(f.Who), Others: f.Others, Purpose: f.Purpose, Meeting: f.Meeting}
}

func partyOf(p casework.Party) Party { return Party{Unit: p.Unit, Post: p.Post} }

func visitFacts(f visit.Facts) VisitFacts {
	return VisitFacts{f.On, f.From, f.To, f.Projects, f.Place, each(f.Who, partyOf), f.Others, f.Purpose, f.Meeting}
}

// VisitNote 记一笔.
type VisitNote struct {
	N       int      `json:"n"`
	Project string   `json:"project,omitempty"`
	Text    string   `json:"text"`
	Was     []string `json:"was,omitempty"`
	Post    string   `json:"post"`
	At      string   `json:"at"`
	Files   []string `json:"files,omitempty"`
	Seq     int64    `json:"seq"`
}

// VisitFinding 现场问题; the case says how it stands.
type VisitFinding struct {
	N       int    `json:"n"`
	Case    string `json:"case"`
	Project string `json:"project,omitempty"`
	Seq     int64  `json:"seq"`
}

// VisitCorrection 更正, with what stood before.
type VisitCorrection struct {
	Was    *VisitFacts `json:"was,omitempty"`
	Note   int         `json:"note,omitempty"`
	Reason string      `json:"reason"`
	Post   string      `json:"post"`
	At     string      `json:"at"`
	Seq    int64       `json:"seq"`
}

// Visit 走访, as far as the caller sees it.
type Visit struct {
	ID          string            `json:"id"`
	State       string            `json:"state" enum:"planned,held"`
	Visitor     Party             `json:"visitor"`
	Facts       VisitFacts        `json:"facts"`
	Notes       []VisitNote       `json:"notes"`
	Findings    []VisitFinding    `json:"findings"`
	Corrections []VisitCorrection `json:"corrections"`
	Files       []string          `json:"files"`
	Sample      bool              `json:"sample"`
	At          string            `json:"at"`
	Seq         int64             `json:"seq"`
}

func visitOf(x visit.Visit) Visit {
	out := Visit{ID: x.ID, State: string(x.State), Visitor: partyOf(x.Visitor), Facts: visitFacts(x.Facts), Files: some(x.Files), Sample: x.Sample, At: x.At, Seq: x.Seq}
	out.Notes = each(x.Notes, func(n visit.Note) VisitNote {
		return VisitNote{n.N, n.Project, n.Text, n.Was, n.Post, n.At, n.Files, n.Seq}
	})
	out.Findings = each(x.Findings, func(f visit.Finding) VisitFinding { return VisitFinding{f.N, f.Case, f.Project, f.Seq} })
	out.Corrections = each(x.Corrections, func(c visit.Correction) VisitCorrection {
		k := VisitCorrection{Note: c.Note, Reason: c.Reason, Post: c.Post, At: c.At, Seq: c.Seq}
		if c.Note == 0 {
			was := visitFacts(c.Was)
			k.Was = &was
		}
		return k
	})
	return out
}

type visitsIn struct {
	Project string `query:"project" maxLength:"100"`
	Unit    string `query:"unit" maxLength:"100"`
	Post    string `query:"post" maxLength:"100"`
	State   string `query:"state" enum:"planned,held"`
	From    string `query:"from" format:"date"`
	To      string `query:"to" format:"date"`
	Page
}

// visits lists visits by day, the latest first.
func (c *caller) visits(in *visitsIn) (*listOut[Visit], error) {
	last, _, err := readCursor(in.Cursor, "on")
	if err != nil {
		return nil, err
	}
	if last.Key != "" && len(last.Key) < len("2022-02-15  V") {
		return nil, errCursor
	}
	all, err := c.s.o.Visits(c.ctx, c.by, app.VisitFilter{Project: in.Project, Unit: in.Unit, Post: in.Post, State: visit.State(in.State), From: in.From, To: in.To,
		Before: last.Key, Limit: in.Limit + 1})
	if err != nil {
		return nil, err
	}
	next := ""
	if len(all) > in.Limit {
		all = all[:in.Limit]
		next = cursor{Order: "on", Key: app.VisitPlace(all[in.Limit-1])}.String()
	}
	return listed(each(all, visitOf), next), nil
}

type visitIn struct {
	ID string `path:"id" maxLength:"100"`
}

func (c *caller) visitOne(in *visitIn) (*bodyOut[Visit], error) {
	x, err := c.s.o.VisitOf(c.ctx, c.by, in.ID)
	if err != nil {
		return nil, err
	}
	return body(visitOf(x))
}

// OfVisit is where a deed about a visit goes.
type OfVisit struct {
	ID string `path:"id" maxLength:"100"`
	Deed
}

// VisitLine is a note as it is handed in.
type VisitLine struct {
	Project string `json:"project,omitempty" maxLength:"100"`
	Text    string `json:"text" maxLength:"4000"`
}

// FoundIn is a finding as it is handed in.
type FoundIn struct {
	Project string `json:"project,omitempty" maxLength:"100"`
	Kind    string `json:"kind,omitempty" maxLength:"100"`
	Title   string `json:"title" maxLength:"500"`
	Pain    string `json:"pain,omitempty" maxLength:"2000"`
	Cause   string `json:"cause,omitempty" maxLength:"2000"`
	Handler Party  `json:"handler,omitzero"`
}

func (f FoundIn) found() visit.Found {
	return visit.Found{Project: f.Project, Kind: f.Kind, Title: f.Title, Pain: f.Pain, Cause: f.Cause, Handler: f.Handler.party()}
}

type logVisitIn struct {
	Deed
	Body struct {
		Plan     string      `json:"plan,omitempty" maxLength:"100"`
		Facts    VisitFacts  `json:"facts"`
		Visitor  Party       `json:"visitor,omitzero"`
		Notes    []VisitLine `json:"notes,omitempty" maxItems:"100"`
		Findings []FoundIn   `json:"findings,omitempty" maxItems:"50"`
		Sample   bool        `json:"sample,omitempty"`
		Evidence
	}
}

// logVisit states a visit with all that was seen and found; its number is in the subject of the first entry.
func (c *caller) logVisit(in *logVisitIn) (*receiptOut, error) {
	files, digests, err := c.evidence(in.Body.Evidence)
	if err != nil {
		return nil, err
	}
	b := in.Body
	cmd := visit.Log{Plan: b.Plan, Facts: b.Facts.facts(), Visitor: b.Visitor.party(), Files: digests, Sample: b.Sample, Findings: each(b.Findings, FoundIn.found)}
	for _, n := range b.Notes {
		cmd.Notes = append(cmd.Notes, visit.Line(n))
	}
	rec, _, err := c.s.o.LogVisit(c.ctx, c.by, cmd, in.options(files...))
	return receipt(rec, err)
}

type planVisitIn struct {
	Deed
	Body struct {
		Facts   VisitFacts `json:"facts"`
		Visitor Party      `json:"visitor,omitzero"`
		Sample  bool       `json:"sample,omitempty"`
	}
}

func (c *caller) planVisit(in *planVisitIn) (*receiptOut, error) {
	return c.do(in.Deed, visit.Plan{Facts: in.Body.Facts.facts(), Visitor: in.Body.Visitor.party(), Sample: in.Body.Sample})
}

type noteVisitIn struct {
	OfVisit
	Body struct {
		VisitLine
		Evidence
	}
}

func (c *caller) noteVisit(in *noteVisitIn) (*receiptOut, error) {
	files, digests, err := c.evidence(in.Body.Evidence)
	if err != nil {
		return nil, err
	}
	return c.do(in.Deed, visit.AddNote{Visit: in.ID, Line: visit.Line(in.Body.VisitLine), Files: digests}, files...)
}

type raiseFindingIn struct {
	OfVisit
	Body struct {
		FoundIn
		Evidence
	}
}

func (c *caller) raiseFinding(in *raiseFindingIn) (*receiptOut, error) {
	files, digests, err := c.evidence(in.Body.Evidence)
	if err != nil {
		return nil, err
	}
	f := in.Body.FoundIn.found()
	f.Files = digests
	return receipt(c.s.o.RaiseFinding(c.ctx, c.by, visit.RaiseFinding{Visit: in.ID, Found: f}, in.options(files...)))
}

type correctVisitIn struct {
	OfVisit
	Body struct {
		Facts  *VisitFacts `json:"facts,omitempty"`
		Note   int         `json:"note,omitempty" minimum:"1"`
		Text   string      `json:"text,omitempty" maxLength:"4000"`
		Seen   int64       `json:"seen" minimum:"0"`
		Reason string      `json:"reason" maxLength:"1000"`
	}
}

func (c *caller) correctVisit(in *correctVisitIn) (*receiptOut, error) {
	b := in.Body
	cmd := visit.Correct{Visit: in.ID, Note: b.Note, Text: b.Text, Seen: b.Seen, Reason: b.Reason}
	if b.Facts != nil {
		cmd.Facts = b.Facts.facts()
	}
	return c.do(in.Deed, cmd)
}
