package api

import (
	"shigan/domain/casework"
	"shigan/domain/org"
)

// OfCase is where a deed about a case goes.
type OfCase struct {
	ID string `path:"id" maxLength:"100"`
	Deed
}

// Party 一方.
type Party struct {
	Unit string `json:"unit,omitempty" maxLength:"100"`
	Post string `json:"post,omitempty" maxLength:"100"`
}

func (p Party) party() casework.Party { return casework.Party{Unit: p.Unit, Post: p.Post} }

func parties(list []Party) []casework.Party {
	var out []casework.Party
	for _, p := range list {
		out = append(out, p.party())
	}
	return out
}

type openCaseIn struct {
	Deed
	Body struct {
		Desk     string            `json:"desk" maxLength:"100"`
		Kind     string            `json:"kind,omitempty" maxLength:"100"`
		Subject  string            `json:"subject,omitempty" maxLength:"200"`
		Title    string            `json:"title" maxLength:"500"`
		Basis    string            `json:"basis,omitempty" maxLength:"1000"`
		Criteria string            `json:"criteria,omitempty" maxLength:"1000"`
		Origin   string            `json:"origin,omitempty" maxLength:"200"`
		Major    bool              `json:"major,omitempty"`
		Given    string            `json:"given,omitempty" maxLength:"10"`
		Raiser   Party             `json:"raiser,omitzero"`
		Handler  Party             `json:"handler,omitzero"`
		Assists  []Party           `json:"assists,omitempty" maxItems:"20"`
		Chain    map[string]string `json:"chain,omitempty" maxProperties:"20"`
		Owner    string            `json:"owner_unit,omitempty" maxLength:"100"`
		Local    string            `json:"local_unit,omitempty" maxLength:"100"`
		Line     string            `json:"line_unit,omitempty" maxLength:"100"`
		Pain     string            `json:"pain,omitempty" maxLength:"2000"`
		Cause    string            `json:"cause,omitempty" maxLength:"2000"`
		Options  []CaseOption      `json:"options,omitempty" maxItems:"20"`
		Evidence
	}
}

func (c *caller) openCase(in *openCaseIn) (*receiptOut, error) {
	files, digests, err := c.evidence(in.Body.Evidence)
	if err != nil {
		return nil, err
	}
	b := in.Body
	var m *casework.Measure
	if b.Pain != "" || b.Cause != "" || len(b.Options) > 0 {
		m = &casework.Measure{Pain: b.Pain, Cause: b.Cause, Options: options(b.Options)}
	}
	return c.do(in.Deed, casework.Open{Desk: b.Desk, Kind: b.Kind, Subject: b.Subject, Title: b.Title, Basis: b.Basis, Criteria: b.Criteria, Origin: b.Origin,
		Major: b.Major, Given: b.Given, Raiser: b.Raiser.party(), Handler: b.Handler.party(), Assists: parties(b.Assists), Chain: b.Chain,
		Reach: org.Scope{Owner: b.Owner, Local: b.Local, Line: b.Line}, Measure: m, Files: digests}, files...)
}

type moveCaseIn struct {
	OfCase
	Body struct {
		Move    string            `json:"move" maxLength:"100"`
		From    string            `json:"from" maxLength:"100"`
		Seen    int64             `json:"seen,omitempty" minimum:"0"`
		Handler Party             `json:"handler,omitzero"`
		Assists []Party           `json:"assists,omitempty" maxItems:"20"`
		Outcome string            `json:"outcome,omitempty" maxLength:"100"`
		Reason  string            `json:"reason,omitempty" maxLength:"2000"`
		Fields  map[string]string `json:"fields,omitempty" maxProperties:"50"`
		Evidence
	}
}

func (c *caller) moveCase(in *moveCaseIn) (*receiptOut, error) {
	files, digests, err := c.evidence(in.Body.Evidence)
	if err != nil {
		return nil, err
	}
	b := in.Body
	return c.do(in.Deed, casework.Make{Case: in.ID, Move: b.Move, From: b.From, Seen: b.Seen, Handler: b.Handler.party(), Assists: parties(b.Assists),
		Outcome: b.Outcome, Reason: b.Reason, Fields: b.Fields, Files: digests}, files...)
}

type stopCaseIn struct {
	OfCase
	Body struct {
		Why    string `json:"why" maxLength:"100"`
		Note   string `json:"note" maxLength:"1000"`
		Review string `json:"review,omitempty" maxLength:"10"`
	}
}

func (c *caller) stopCase(in *stopCaseIn) (*receiptOut, error) {
	return c.do(in.Deed, casework.Halting{Case: in.ID, Why: in.Body.Why, Note: in.Body.Note, Review: in.Body.Review})
}

type reasonCaseIn struct {
	OfCase
	Body struct {
		Reason string `json:"reason,omitempty" maxLength:"1000"`
	}
}

func (c *caller) resumeCase(in *reasonCaseIn) (*receiptOut, error) {
	return c.do(in.Deed, casework.Resume{Case: in.ID, Note: in.Body.Reason})
}

func (c *caller) judgeCase(in *reasonCaseIn) (*receiptOut, error) {
	return c.do(in.Deed, casework.Judge{Case: in.ID, Reason: in.Body.Reason})
}

type askCaseIn struct {
	OfCase
	Body struct {
		Question string `json:"question" maxLength:"1000"`
	}
}

func (c *caller) askCase(in *askCaseIn) (*receiptOut, error) {
	return c.do(in.Deed, casework.Ask{Case: in.ID, Text: in.Body.Question})
}

type extendCaseIn struct {
	OfCase
	Body struct {
		Amount int    `json:"amount" minimum:"1" maximum:"1000"`
		Reason string `json:"reason" maxLength:"1000"`
	}
}

func (c *caller) extendCase(in *extendCaseIn) (*receiptOut, error) {
	return c.do(in.Deed, casework.Extend{Case: in.ID, Amount: in.Body.Amount, Reason: in.Body.Reason})
}

type mergeCaseIn struct {
	OfCase
	Body struct {
		Into   string `json:"into" maxLength:"100"`
		Reason string `json:"reason" maxLength:"1000"`
	}
}

func (c *caller) mergeCase(in *mergeCaseIn) (*receiptOut, error) {
	return c.do(in.Deed, casework.Merge{Case: in.ID, Into: in.Body.Into, Reason: in.Body.Reason})
}

// CasePart 分件.
type CasePart struct {
	Title   string            `json:"title" maxLength:"500"`
	Handler Party             `json:"handler,omitzero"`
	Assists []Party           `json:"assists,omitempty" maxItems:"20"`
	Given   string            `json:"given,omitempty" maxLength:"10"`
	Chain   map[string]string `json:"chain,omitempty" maxProperties:"20"`
}

type splitCaseIn struct {
	OfCase
	Body struct {
		Reason string     `json:"reason" maxLength:"1000"`
		Parts  []CasePart `json:"parts" minItems:"2" maxItems:"50"`
	}
}

func (c *caller) splitCase(in *splitCaseIn) (*receiptOut, error) {
	cmd := casework.Split{Case: in.ID, Reason: in.Body.Reason}
	for _, p := range in.Body.Parts {
		cmd.Parts = append(cmd.Parts, casework.Part{Title: p.Title, Handler: p.Handler.party(), Assists: parties(p.Assists), Given: p.Given, Chain: p.Chain})
	}
	return c.do(in.Deed, cmd)
}

// CaseOption 办法 that was compared.
type CaseOption struct {
	Mark   string `json:"mark" maxLength:"20"`
	Text   string `json:"text" maxLength:"1000"`
	Cost   *Money `json:"cost,omitempty"`
	Effect string `json:"effect,omitempty" maxLength:"1000"`
	Date   string `json:"date,omitempty" maxLength:"10"`
}

func options(list []CaseOption) []casework.Option {
	var out []casework.Option
	for _, o := range list {
		out = append(out, casework.Option{Mark: o.Mark, Text: o.Text, Cost: fen(o.Cost), Effect: o.Effect, Date: o.Date})
	}
	return out
}

type measureCaseIn struct {
	OfCase
	Body struct {
		Pain     string       `json:"pain" maxLength:"2000"`
		Cause    string       `json:"cause" maxLength:"2000"`
		Options  []CaseOption `json:"options,omitempty" maxItems:"20"`
		Chosen   string       `json:"chosen,omitempty" maxLength:"20"`
		Decision string       `json:"decision,omitempty" maxLength:"2000"`
		Owner    Party        `json:"owner,omitzero"`
		By       string       `json:"by,omitempty" maxLength:"10"`
		Meeting  string       `json:"meeting,omitempty" maxLength:"200"`
		Seen     int64        `json:"seen,omitempty" minimum:"0"`
	}
}

func (c *caller) measureCase(in *measureCaseIn) (*receiptOut, error) {
	b := in.Body
	m := casework.Measure{Pain: b.Pain, Cause: b.Cause, Options: options(b.Options), Chosen: b.Chosen, Decision: b.Decision, Owner: b.Owner.party(), By: b.By, Meeting: b.Meeting}
	return c.do(in.Deed, casework.SetMeasure{Case: in.ID, Measure: m, Seen: b.Seen})
}

type slipCaseIn struct {
	OfCase
	Body struct {
		Colour string `json:"colour" maxLength:"20"`
		DoneBy string `json:"done_by,omitempty" maxLength:"10"`
		Reason string `json:"reason,omitempty" maxLength:"1000"`
	}
}

func (c *caller) slipCase(in *slipCaseIn) (*receiptOut, error) {
	return c.do(in.Deed, casework.SendSlip{Case: in.ID, Colour: in.Body.Colour, DoneBy: in.Body.DoneBy, Reason: in.Body.Reason})
}

// Climbs 升级 of one pass of the clock.
type Climbs struct {
	Climbed int `json:"climbed"`
}

// runClock lets the ladder's clock look at every open case once, as it does by itself.
func (c *caller) runClock(*none) (*bodyOut[Climbs], error) {
	n, err := c.s.o.RunClock(c.ctx)
	if err != nil {
		return nil, err
	}
	return body(Climbs{n})
}

type adoptDeskIn struct {
	Deed
	Body struct {
		Desk   string `json:"desk" maxLength:"100"`
		From   string `json:"from,omitempty" maxLength:"10"`
		Shadow bool   `json:"shadow,omitempty"`
		Reason string `json:"reason,omitempty" maxLength:"1000"`
	}
}

func (c *caller) adoptDesk(in *adoptDeskIn) (*receiptOut, error) {
	return receipt(c.s.o.AdoptDesk(c.ctx, c.by, in.Body.Desk, in.Body.From, in.Body.Shadow, in.Body.Reason, in.options()))
}
