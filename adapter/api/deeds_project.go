package api

import (
	"shigan/app"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/quantity"
)

// Evidence 凭据: files that are here already, by digest, and files that come with the deed.
type Evidence struct {
	Files   []string `json:"files,omitempty" maxItems:"50"`
	Uploads []Upload `json:"uploads,omitempty" maxItems:"20"`
}

// Upload is one file, base64.
type Upload struct {
	Name    string `json:"name" minLength:"1" maxLength:"200"`
	Media   string `json:"media" minLength:"1" maxLength:"100"`
	Content []byte `json:"content"`
}

// evidence checks the named files and takes in the new ones; it gives the digests of all.
func (c *caller) evidence(ev Evidence) (files []app.File, digests []string, err error) {
	for _, d := range ev.Files {
		if _, err := c.read().File(d); err != nil {
			return nil, nil, err
		}
		digests = append(digests, d)
	}
	if len(ev.Uploads) == 0 {
		return nil, digests, nil
	}
	head, _, _, err := c.read().Log()
	if err != nil {
		return nil, nil, err
	}
	for _, u := range ev.Uploads {
		f := app.File{Digest: head.Suite.Digest(u.Content), Name: u.Name, Media: u.Media, Bytes: u.Content}
		files, digests = append(files, f), append(digests, f.Digest)
	}
	return files, digests, nil
}

// OfProject is where a deed about a project goes. Like all that is embedded it is exported, since huma passes over what is not.
type OfProject struct {
	ID string `path:"id" maxLength:"100"`
	Deed
}

// FactsIn describe a project; what is left out stays as it is.
type FactsIn struct {
	Name       *Name   `json:"name,omitempty"`
	Code       *string `json:"code,omitempty" maxLength:"100"`
	Level      *string `json:"level,omitempty" maxLength:"40"`
	Class      *string `json:"class,omitempty" maxLength:"40"`
	Domain     *string `json:"domain,omitempty" maxLength:"200"`
	Nature     *string `json:"nature,omitempty" maxLength:"200"`
	Front      *string `json:"front,omitempty" maxLength:"40"`
	Industry   *string `json:"industry,omitempty" maxLength:"40"`
	Place      *string `json:"place,omitempty" maxLength:"40"`
	Address    *string `json:"address,omitempty" maxLength:"400"`
	Scope      *string `json:"scope,omitempty" maxLength:"4000"`
	OwnerUnit  *string `json:"owner_unit,omitempty" maxLength:"100"`
	LocalUnit  *string `json:"local_unit,omitempty" maxLength:"100"`
	LineUnit   *string `json:"line_unit,omitempty" maxLength:"100"`
	OwnerText  *string `json:"owner_text,omitempty" maxLength:"400"`
	LocalText  *string `json:"local_text,omitempty" maxLength:"400"`
	LineText   *string `json:"line_text,omitempty" maxLength:"400"`
	LeaderText *string `json:"leader_text,omitempty" maxLength:"400"`
	Total      *Money  `json:"total,omitempty"`
	Parent     *string `json:"parent,omitempty" maxLength:"100"`
	Remark     *string `json:"remark,omitempty" maxLength:"4000"`
	Sample     *bool   `json:"sample,omitempty"`
	Source     *string `json:"source,omitempty" maxLength:"400"`
}

// over writes what was said over what stands.
func (in FactsIn) over(f project.Facts) project.Facts {
	for into, text := range map[*string]*string{&f.Code: in.Code, &f.Level: in.Level, &f.Class: in.Class, &f.Domain: in.Domain, &f.Nature: in.Nature, &f.Front: in.Front,
		&f.Industry: in.Industry, &f.Place: in.Place, &f.Address: in.Address, &f.Scope: in.Scope, &f.OwnerUnit: in.OwnerUnit, &f.LocalUnit: in.LocalUnit,
		&f.LineUnit: in.LineUnit, &f.OwnerText: in.OwnerText, &f.LocalText: in.LocalText, &f.LineText: in.LineText, &f.LeaderText: in.LeaderText,
		&f.Parent: in.Parent, &f.Remark: in.Remark, &f.Source: in.Source} {
		if text != nil {
			*into = *text
		}
	}
	if in.Name != nil {
		f.Name = org.Name(*in.Name)
	}
	if in.Total != nil {
		f.Total = in.Total.Fen
	}
	if in.Sample != nil {
		f.Sample = *in.Sample
	}
	return f
}

type listIn struct {
	Deed
	Body struct {
		ID     string  `json:"id" minLength:"1" maxLength:"100"`
		Facts  FactsIn `json:"facts"`
		Stage  string  `json:"stage,omitempty" enum:"conceived,negotiating,signed,admitted,preparing,ready,started,building,finished,producing,scaled,full-output,stopped,deferred,left"`
		Start  string  `json:"start,omitempty" format:"date"`
		Finish string  `json:"finish,omitempty" format:"date"`
		List   string  `json:"list,omitempty" maxLength:"40"`
		Apart  bool    `json:"apart,omitempty"`
		On     string  `json:"on,omitempty" format:"date"`
		Evidence
	}
}

func (c *caller) listProject(in *listIn) (*receiptOut, error) {
	files, digests, err := c.evidence(in.Body.Evidence)
	if err != nil {
		return nil, err
	}
	b := in.Body
	return c.do(in.Deed, project.List{ID: b.ID, Facts: b.Facts.over(project.Facts{}), Stage: project.Stage(b.Stage), Start: b.Start, Finish: b.Finish, List: b.List,
		Apart: b.Apart, On: b.On, Files: digests}, files...)
}

type describeIn struct {
	OfProject
	Body struct {
		Facts  FactsIn `json:"facts"`
		Reason string  `json:"reason,omitempty" maxLength:"1000"`
		Evidence
	}
}

func (c *caller) describe(in *describeIn) (*receiptOut, error) {
	p, err := c.project(in.ID)
	if err != nil {
		return nil, err
	}
	files, digests, err := c.evidence(in.Body.Evidence)
	if err != nil {
		return nil, err
	}
	return c.do(in.Deed, project.Describe{ID: in.ID, Facts: in.Body.Facts.over(p.Facts), Reason: in.Body.Reason, Files: digests}, files...)
}

type setPlanIn struct {
	OfProject
	Body struct {
		Year       int    `json:"year" minimum:"1990" maximum:"2100"`
		Planned    Money  `json:"planned"`
		ToLastYear *Money `json:"to_last_year,omitempty"`
		Category   string `json:"category" enum:"new,continuing,completing,reserve"`
		Goal       string `json:"goal,omitempty" maxLength:"4000"`
		Reason     string `json:"reason,omitempty" maxLength:"1000"`
		Evidence
	}
}

func (c *caller) setPlan(in *setPlanIn) (*receiptOut, error) {
	files, digests, err := c.evidence(in.Body.Evidence)
	if err != nil {
		return nil, err
	}
	cmd := project.SetPlan{ID: in.ID, Year: in.Body.Year, Planned: in.Body.Planned.Fen, Category: project.Category(in.Body.Category), Goal: in.Body.Goal,
		Reason: in.Body.Reason, Files: digests}
	if in.Body.ToLastYear != nil {
		cmd.ToLastYear = in.Body.ToLastYear.Fen
	}
	return c.do(in.Deed, cmd, files...)
}

type setMilestoneIn struct {
	OfProject
	Body struct {
		ID       string `json:"id" minLength:"1" maxLength:"100"`
		Name     Name   `json:"name"`
		Baseline string `json:"baseline,omitempty" format:"date"`
		Promised string `json:"promised" format:"date"`
		Forecast string `json:"forecast,omitempty" format:"date"`
		Actual   string `json:"actual,omitempty" format:"date"`
		Post     string `json:"post,omitempty" maxLength:"100"`
		Source   string `json:"source,omitempty" maxLength:"400"`
	}
}

func (c *caller) setMilestone(in *setMilestoneIn) (*receiptOut, error) {
	b := in.Body
	return c.do(in.Deed, project.SetMilestone{ID: in.ID, Milestone: project.Milestone{ID: b.ID, Name: org.Name(b.Name), Baseline: b.Baseline, Promised: b.Promised,
		Forecast: b.Forecast, Actual: b.Actual, Post: b.Post, Source: b.Source}})
}

type promiseIn struct {
	OfProject
	Body struct {
		What   string `json:"what" minLength:"1" maxLength:"200"`
		Day    string `json:"day" format:"date"`
		Reason string `json:"reason,omitempty" maxLength:"1000"`
		Evidence
	}
}

func (c *caller) promise(in *promiseIn) (*receiptOut, error) {
	files, digests, err := c.evidence(in.Body.Evidence)
	if err != nil {
		return nil, err
	}
	return c.do(in.Deed, project.PromiseDate{ID: in.ID, What: in.Body.What, Day: in.Body.Day, Reason: in.Body.Reason, Files: digests}, files...)
}

type happenIn struct {
	OfProject
	Body struct {
		Stage  string `json:"stage" enum:"conceived,negotiating,signed,admitted,preparing,ready,started,building,finished,producing,scaled,full-output,stopped,deferred,left"`
		On     string `json:"on,omitempty" format:"date"`
		Reason string `json:"reason,omitempty" maxLength:"1000"`
		Source string `json:"source,omitempty" maxLength:"400"`
		Evidence
	}
}

func (c *caller) happen(in *happenIn) (*receiptOut, error) {
	files, digests, err := c.evidence(in.Body.Evidence)
	if err != nil {
		return nil, err
	}
	return c.do(in.Deed, project.Happen{ID: in.ID, Stage: project.Stage(in.Body.Stage), On: in.Body.On, Reason: in.Body.Reason, Source: in.Body.Source, Files: digests}, files...)
}

type joinIn struct {
	OfProject
	Body struct {
		List   string `json:"list" minLength:"1" maxLength:"40"`
		On     string `json:"on,omitempty" format:"date"`
		Reason string `json:"reason" maxLength:"1000"`
		Apart  bool   `json:"apart,omitempty"`
	}
}

func (c *caller) joinList(in *joinIn) (*receiptOut, error) {
	return c.do(in.Deed, project.ChangeList{ID: in.ID, List: in.Body.List, On: in.Body.On, Reason: in.Body.Reason, Apart: in.Body.Apart})
}

type leaveIn struct {
	OfProject
	Body struct {
		List   string `json:"list" minLength:"1" maxLength:"40"`
		On     string `json:"on,omitempty" format:"date"`
		Reason string `json:"reason" maxLength:"1000"`
	}
}

func (c *caller) leaveList(in *leaveIn) (*receiptOut, error) {
	return c.do(in.Deed, project.ChangeList{ID: in.ID, List: in.Body.List, On: in.Body.On, Reason: in.Body.Reason, Leave: true})
}

type dutyIn struct {
	OfProject
	Body struct {
		Top   string `json:"top,omitempty" maxLength:"100"`
		Lead  string `json:"lead,omitempty" maxLength:"100"`
		Line  string `json:"line,omitempty" maxLength:"100"`
		Local string `json:"local,omitempty" maxLength:"100"`
		Owner string `json:"owner,omitempty" maxLength:"100"`
		Agent string `json:"agent,omitempty" maxLength:"100"`
	}
}

func (c *caller) setDuty(in *dutyIn) (*receiptOut, error) {
	return c.do(in.Deed, project.SetDuty{ID: in.ID, Duty: project.Duty(in.Body)})
}

type statisticIn struct {
	OfProject
	Body struct {
		InLibrary string `json:"in_library,omitempty" format:"date"`
		Month     Month  `json:"month,omitempty"`
		Money     *Money `json:"money,omitempty"`
		Evidence
	}
}

func (c *caller) noteStatistic(in *statisticIn) (*receiptOut, error) {
	files, digests, err := c.evidence(in.Body.Evidence)
	if err != nil {
		return nil, err
	}
	cmd := project.NoteStatistic{ID: in.ID, InLibrary: in.Body.InLibrary, Files: digests}
	if !in.Body.Month.IsZero() {
		cmd.Month = in.Body.Month.String()
	}
	if in.Body.Money != nil {
		cmd.Money = in.Body.Money.Fen
	}
	return c.do(in.Deed, cmd, files...)
}

type sourceIn struct {
	OfProject
	Body struct {
		Field  string `json:"field" minLength:"1" maxLength:"100"`
		Value  string `json:"value" minLength:"1" maxLength:"400"`
		Unit   string `json:"unit,omitempty" maxLength:"40"`
		Source string `json:"source" minLength:"1" maxLength:"400"`
	}
}

func (c *caller) noteSource(in *sourceIn) (*receiptOut, error) {
	b := in.Body
	return c.do(in.Deed, project.NoteSource{ID: in.ID, Noted: project.Noted{Field: b.Field, Value: b.Value, Unit: quantity.Unit(b.Unit), Source: b.Source}})
}

type drawLetterIn struct {
	OfProject
	Body struct {
		Year int `json:"year" minimum:"1990" maximum:"2100"`
	}
}

func (c *caller) drawLetter(in *drawLetterIn) (*receiptOut, error) {
	return c.do(in.Deed, project.DrawLetter{ID: in.ID, Year: in.Body.Year})
}

type signLetterIn struct {
	OfProject
	Body struct {
		Version int `json:"version" minimum:"1"`
	}
}

func (c *caller) signLetter(in *signLetterIn) (*receiptOut, error) {
	return c.do(in.Deed, project.SignLetter{ID: in.ID, Version: in.Body.Version})
}
