package paper

import (
	"context"
	"strings"

	"shigan/app"
	"shigan/domain/dispatch"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
	"shigan/kernel/figure"
	"shigan/kernel/ledger"
	"shigan/kernel/words"
)

// ErrNoSlip is a project without a slip in that month.
var ErrNoSlip = fault.New(fault.NotFound, "paper.no-slip")

// Slip sets the supervision slip of a project in a month: html, docx or pdf.
func (p Press) Slip(ctx context.Context, lang words.Lang, o *app.Office, m calendar.Month, id string, format string) ([]byte, error) {
	s, err := slipOf(ctx, lang, o, m, id)
	if err != nil {
		return nil, err
	}
	switch format {
	case "docx":
		return SlipDocx(lang, s)
	case "html", "pdf":
		body, err := SlipHTML(lang, s)
		if err != nil || format == "html" {
			return []byte(body), err
		}
		return p.pdf(ctx, lang, s.Number, body)
	}
	return nil, ErrFormat.With("format", format)
}

func slipOf(ctx context.Context, lang words.Lang, o *app.Office, m calendar.Month, id string) (Slip, error) {
	r := o.Read(ctx)
	month, err := dispatch.MonthOf(r, m)
	if err != nil {
		return Slip{}, err
	}
	var sent *dispatch.Slip
	for i := range month.Slips {
		if month.Slips[i].Project == id {
			sent = &month.Slips[i]
		}
	}
	if sent == nil {
		return Slip{}, ErrNoSlip.With("project", id, "month", m)
	}
	p, err := project.Of(r, id)
	if err != nil {
		return Slip{}, err
	}
	e, err := r.Entry(sent.Seq)
	if err != nil {
		return Slip{}, err
	}
	set, err := o.SetFor(ctx, m, month.Freeze.Pack)
	if err != nil {
		return Slip{}, err
	}
	head, _, _, err := r.Log()
	if err != nil {
		return Slip{}, err
	}
	say := func(key string, args ...any) string { return words.Say(lang, "paper.slip.say."+key, args...) }
	out := Slip{Level: RedSlip, Number: words.Say(lang, "paper.slip.number", "year", m.Year, "month", m.Month, "no", sent.No), District: placeOf(lang, r, o.District),
		Signed: dayTime(sent.On), Return: true, Entry: e.Number(), Suite: suiteName(head.Suite), Code: codeOf(e.Canonical()), Sample: p.Sample}
	if unit, err := app.PostUnit(r, e.Post); err == nil {
		out.Office = unit.In(lang)
	}
	fact := func(key, text string) {
		if text != "" {
			out.Facts = append(out.Facts, Fact{words.Say(lang, "paper.slip.f."+key), text})
		}
	}
	var lights, whys []string
	eng := &figure.Engine{Set: set, Src: r.Facts()}
	for _, l := range sent.Reasons {
		lights = append(lights, set.Label(l, lang))
		if t, err := eng.Explain(ctx, l, "project/"+id, m, figure.At{}); err == nil && t.Chosen >= 0 {
			whys = append(whys, t.Rows[t.Chosen].Why.In(lang))
		}
	}
	frozen := ledger.Entry{Seq: month.FreezeSeq, RecordedAt: month.FreezeAt}
	fact("unit", unitName(lang, r, p.LocalUnit, p.LocalText))
	lead, _ := postName(lang, r, p.Duty.Lead)
	fact("lead", lead)
	comma := words.Say(lang, "paper.comma")
	fact("matter", say("matter", "project", p.Facts.Name.In(lang), "lights", strings.Join(lights, comma)))
	fact("from", say("from", "month", m.Prose(lang, 0), "entry", frozen.Number()))
	fact("why", strings.Join(whys, words.Say(lang, "list.and")))
	if p.Finish.Now != "" {
		key := "due"
		if p.Finish.First != p.Finish.Now {
			key = "moved"
		}
		fact("due", say(key, "day", prose(lang, p.Finish.Now), "first", prose(lang, p.Finish.First)))
	}
	fact("done", say("done"))
	if sent.Reply != "" {
		fact("by", say("by", "day", prose(lang, sent.Reply)))
	}
	fact("appeal", say("appeal"))
	return out, nil
}

func prose(lang words.Lang, day string) string {
	d, err := calendar.ParseDay(day)
	if err != nil {
		return day
	}
	return d.Prose(lang, 0)
}
