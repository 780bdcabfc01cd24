package api

import (
	"shigan/domain/dispatch"
)

// OfMonth is where a deed about a month goes.
type OfMonth struct {
	Month Month `path:"month"`
	Deed
}

// OfReport is where a deed about one project's month goes.
type OfReport struct {
	Month   Month  `path:"month"`
	Project string `path:"project" maxLength:"100"`
	Deed
}

type openIn struct {
	Deed
	Body struct {
		Month Month `json:"month"`
	}
}

func (c *caller) openMonth(in *openIn) (*receiptOut, error) {
	return receipt(c.s.o.OpenMonth(c.ctx, c.by, in.Body.Month.Month, in.options()))
}

type remindIn struct {
	OfMonth
	Body struct {
		Projects []string `json:"projects" minItems:"1" maxItems:"5000"`
	}
}

func (c *caller) remind(in *remindIn) (*receiptOut, error) {
	return c.do(in.Deed, dispatch.Remind{Month: in.Month.Month, Projects: in.Body.Projects})
}

type submitIn struct {
	OfReport
	Body struct {
		Content  Content `json:"content"`
		Replaces int64   `json:"replaces,omitempty" minimum:"0"`
		Evidence
	}
}

// report works out lights and doubts before it asks for the right, so the project is asked for first.
func (c *caller) report(in *submitIn) (*receiptOut, error) {
	if _, err := c.project(in.Project); err != nil {
		return nil, err
	}
	files, digests, err := c.evidence(in.Body.Evidence)
	if err != nil {
		return nil, err
	}
	rec, _, err := c.s.o.Report(c.ctx, c.by, dispatch.SubmitReport{Project: in.Project, Month: in.Month.Month, Content: in.Body.Content.content(), Files: digests,
		Replaces: in.Body.Replaces}, in.options(files...))
	return receipt(rec, err)
}

type acceptIn struct {
	OfReport
	Body struct {
		Seq     int64  `json:"seq" minimum:"1"`
		AsMonth *Money `json:"as_month,omitempty"`
		AsYTD   *Money `json:"as_ytd,omitempty"`
		Reason  string `json:"reason,omitempty" maxLength:"1000"`
	}
}

func (c *caller) accept(in *acceptIn) (*receiptOut, error) {
	return c.do(in.Deed, dispatch.AcceptReport{Project: in.Project, Month: in.Month.Month, Seq: in.Body.Seq, AsMonth: fen(in.Body.AsMonth), AsYTD: fen(in.Body.AsYTD), Reason: in.Body.Reason})
}

type returnIn struct {
	OfReport
	Body struct {
		Seq    int64  `json:"seq" minimum:"1"`
		Reason string `json:"reason" maxLength:"1000"`
	}
}

func (c *caller) sendBack(in *returnIn) (*receiptOut, error) {
	return c.do(in.Deed, dispatch.ReturnReport{Project: in.Project, Month: in.Month.Month, Seq: in.Body.Seq, Reason: in.Body.Reason})
}

type askExcuseIn struct {
	OfReport
	Body struct {
		Light  string `json:"light" enum:"start,progress,money,library"`
		Reason string `json:"reason" maxLength:"1000"`
		Evidence
	}
}

func (c *caller) askExcuse(in *askExcuseIn) (*receiptOut, error) {
	files, digests, err := c.evidence(in.Body.Evidence)
	if err != nil {
		return nil, err
	}
	return c.do(in.Deed, dispatch.AskExcuse{Project: in.Project, Month: in.Month.Month, Light: in.Body.Light, Reason: in.Body.Reason, Files: digests}, files...)
}

type settleExcuseIn struct {
	OfReport
	Body struct {
		Light   string `json:"light" enum:"start,progress,money,library"`
		Granted bool   `json:"granted"`
		Answer  string `json:"answer" maxLength:"1000"`
	}
}

func (c *caller) settleExcuse(in *settleExcuseIn) (*receiptOut, error) {
	return c.do(in.Deed, dispatch.SettleExcuse{Project: in.Project, Month: in.Month.Month, Light: in.Body.Light, Granted: in.Body.Granted, Answer: in.Body.Answer})
}

type freezeIn struct {
	OfMonth
	Body struct {
		Reason string `json:"reason,omitempty" maxLength:"1000"`
	}
}

func (c *caller) freeze(in *freezeIn) (*receiptOut, error) {
	rec, _, err := c.s.o.FreezeMonth(c.ctx, c.by, in.Month.Month, in.Body.Reason, in.options())
	return receipt(rec, err)
}

type amendIn struct {
	OfReport
	Body struct {
		YTD    Money  `json:"ytd"`
		Reason string `json:"reason" maxLength:"1000"`
		Evidence
	}
}

func (c *caller) amend(in *amendIn) (*receiptOut, error) {
	files, digests, err := c.evidence(in.Body.Evidence)
	if err != nil {
		return nil, err
	}
	return c.do(in.Deed, dispatch.AmendMonth{Month: in.Month.Month, Project: in.Project, YTD: in.Body.YTD.Fen, Reason: in.Body.Reason, Files: digests}, files...)
}

type slipsIn struct {
	OfMonth
	Body struct {
		Reply string `json:"reply" format:"date"`
	}
}

func (c *caller) sendSlips(in *slipsIn) (*receiptOut, error) {
	return receipt(c.s.o.SendSlips(c.ctx, c.by, in.Month.Month, in.Body.Reply, in.options()))
}

type adoptIn struct {
	Deed
	Body struct {
		Pack   string `json:"pack" minLength:"1" maxLength:"100"`
		From   Month  `json:"from"`
		Reason string `json:"reason,omitempty" maxLength:"1000"`
	}
}

// adopt holds the pack's digest of the day, so that the entry says which text was adopted.
func (c *caller) adopt(in *adoptIn) (*receiptOut, error) {
	set, err := c.s.o.SetFor(c.ctx, in.Body.From.Month, in.Body.Pack)
	if err != nil {
		return nil, err
	}
	return c.do(in.Deed, dispatch.AdoptRules{Pack: in.Body.Pack, Digest: set.Pack.Digest, From: in.Body.From.Month, Reason: in.Body.Reason})
}
