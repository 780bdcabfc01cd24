package api

import (
	"context"
	"mime"

	"shigan/app"
	"shigan/domain/dispatch"
	"shigan/kernel/calendar"
	"shigan/kernel/words"
)

// Papers makes what is printed or downloaded; adapter/paper does it, cmd wires it.
type Papers interface {
	app.Printer
	Bulletin(ctx context.Context, lang words.Lang, o *app.Office, m calendar.Month, format string) ([]byte, error)
	Letter(ctx context.Context, lang words.Lang, o *app.Office, project string, version int, format string) ([]byte, error)
	Slip(ctx context.Context, lang words.Lang, o *app.Office, m calendar.Month, project string, format string) ([]byte, error)
	Wall(ctx context.Context, lang words.Lang, o *app.Office, m calendar.Month, front string, format string) ([]byte, error)
	Fill(ctx context.Context, lang words.Lang, o *app.Office, m calendar.Month, template []byte, mapping string) ([]byte, []string, error)
}

// octets is the media type of every download: the caller named the format, and a browser shall not show it.
const octets = "application/octet-stream"

func download(name string, raw []byte, err error) (*fileOut, error) {
	if err != nil {
		return nil, err
	}
	return &fileOut{Type: octets, Disposition: mime.FormatMediaType("attachment", map[string]string{"filename": name}), Body: raw}, nil
}

func (c *caller) papers() (Papers, error) {
	if c.s.opt.Papers == nil {
		return nil, errNoPart
	}
	return c.s.opt.Papers, nil
}

type bulletinOut struct {
	Body struct {
		Issued   bool  `json:"issued"`
		Seq      int64 `json:"seq"`
		Bulletin Any   `json:"bulletin"` // its canonical JSON, so that it has the digest that was issued
	}
}

// bulletin gives what was issued, word for word, or the draft of what would be.
func (c *caller) bulletin(in *monthIn) (*bulletinOut, error) {
	month, err := dispatch.MonthOf(c.read(), in.Month.Month)
	if err != nil {
		return nil, err
	}
	b, err := c.s.o.Bulletin(c.ctx, in.Month.Month)
	if err != nil {
		return nil, err
	}
	raw, err := b.Canonical()
	if err != nil {
		return nil, err
	}
	out := &bulletinOut{}
	if out.Body.Bulletin = raw; month.Bulletin != nil {
		out.Body.Issued, out.Body.Seq = true, month.Bulletin.Seq
	}
	return out, nil
}

type bulletinFileIn struct {
	Month  Month  `path:"month"`
	Format string `path:"format" enum:"html,docx,xlsx,pdf"`
}

func (c *caller) bulletinFile(in *bulletinFileIn) (*fileOut, error) {
	p, err := c.papers()
	if err != nil {
		return nil, err
	}
	raw, err := p.Bulletin(c.ctx, c.lang, c.s.o, in.Month.Month, in.Format)
	return download("bulletin-"+in.Month.String()+"."+in.Format, raw, err)
}

type issueBulletinIn struct {
	OfMonth
}

func (c *caller) issueBulletin(in *issueBulletinIn) (*receiptOut, error) {
	p, err := c.papers()
	if err != nil {
		return nil, err
	}
	return receipt(c.s.o.IssueBulletin(c.ctx, c.by, in.Month.Month, p, in.options()))
}

type letterIn struct {
	ID      string `path:"id" maxLength:"100"`
	Version int    `path:"version" minimum:"1"`
	Format  string `path:"format" enum:"html,docx,pdf"`
}

func (c *caller) letter(in *letterIn) (*fileOut, error) {
	p, err := c.papers()
	if err != nil {
		return nil, err
	}
	if _, err := c.project(in.ID); err != nil {
		return nil, err
	}
	raw, err := p.Letter(c.ctx, c.lang, c.s.o, in.ID, in.Version, in.Format)
	return download("letter-"+in.ID+"."+in.Format, raw, err)
}

type slipIn struct {
	Month   Month  `path:"month"`
	Project string `path:"project" maxLength:"100"`
	Format  string `path:"format" enum:"html,docx,pdf"`
}

func (c *caller) slip(in *slipIn) (*fileOut, error) {
	p, err := c.papers()
	if err != nil {
		return nil, err
	}
	if _, err := c.project(in.Project); err != nil {
		return nil, err
	}
	raw, err := p.Slip(c.ctx, c.lang, c.s.o, in.Month.Month, in.Project, in.Format)
	return download("slip-"+in.Month.String()+"-"+in.Project+"."+in.Format, raw, err)
}

type wallIn struct {
	Month  Month  `path:"month"`
	Front  string `path:"front" maxLength:"40"`
	Format string `path:"format" enum:"html,pdf"`
}

// wall shows every project of a front, so it is for those who see all.
func (c *caller) wall(in *wallIn) (*fileOut, error) {
	p, err := c.papers()
	if err != nil {
		return nil, err
	}
	raw, err := p.Wall(c.ctx, c.lang, c.s.o, in.Month.Month, in.Front, in.Format)
	return download("wall-"+in.Month.String()+"-"+in.Front+"."+in.Format, raw, err)
}

// Template 上级表样 is a superior's own workbook with what goes into which column.
type Template struct {
	ID      string `json:"id"`
	Name    Name   `json:"name"`
	File    string `json:"file"`
	Mapping string `json:"mapping"`
	On      string `json:"on"`
	By      string `json:"by"`
	Seq     int64  `json:"seq"`
}

func (c *caller) templates(*none) (*listOut[Template], error) {
	all, err := app.All[dispatch.Template](c.read(), dispatch.TemplateKind, "")
	return listed(each(all, func(t dispatch.Template) Template {
		return Template{t.ID, Name(t.Name), t.File, t.Mapping, t.On, t.By, t.Seq}
	}), ""), err
}

type mapTemplateIn struct {
	ID string `path:"id" maxLength:"100"`
	Deed
	Body struct {
		Name    string  `json:"name" minLength:"1" maxLength:"200"`
		File    string  `json:"file,omitempty" maxLength:"200"`
		Upload  *Upload `json:"upload,omitempty"`
		Mapping string  `json:"mapping,omitempty" maxLength:"100000"`
	}
}

// mapTemplate keeps a form, with a new file or the one that is here.
func (c *caller) mapTemplate(in *mapTemplateIn) (*receiptOut, error) {
	ev := Evidence{}
	if in.Body.File != "" {
		ev.Files = []string{in.Body.File}
	}
	if in.Body.Upload != nil {
		ev.Uploads = []Upload{*in.Body.Upload}
	}
	files, digests, err := c.evidence(ev)
	if err != nil {
		return nil, err
	}
	cmd := dispatch.MapTemplate{ID: in.ID, Called: in.Body.Name, Mapping: in.Body.Mapping}
	if len(digests) > 0 {
		cmd.File = digests[len(digests)-1]
	} else if old, ok, err := dispatch.TemplateOf(c.read(), in.ID); err != nil {
		return nil, err
	} else if ok {
		cmd.File = old.File
	}
	return c.do(in.Deed, cmd, files...)
}

type fillIn struct {
	ID    string `path:"id" maxLength:"100"`
	Month Month  `path:"month"`
}

func (c *caller) fill(in *fillIn) (*fileOut, error) {
	p, err := c.papers()
	if err != nil {
		return nil, err
	}
	t, ok, err := dispatch.TemplateOf(c.read(), in.ID)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, errNothing.With("id", in.ID)
	}
	form, err := c.read().Blob(t.File)
	if err != nil {
		return nil, err
	}
	raw, _, err := p.Fill(c.ctx, c.lang, c.s.o, in.Month.Month, form, t.Mapping)
	return download(in.ID+"-"+in.Month.String()+".xlsx", raw, err)
}
