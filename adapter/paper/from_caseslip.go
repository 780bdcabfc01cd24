package paper

import (
	"context"
	"slices"
	"strings"
	"time"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/kernel/words"
)

// CaseSlip sets a slip that was sent in a case 三色单, by its place in the case's list from 1: html, docx or pdf.
func (p Press) CaseSlip(ctx context.Context, lang words.Lang, o *app.Office, id string, n int, format string) ([]byte, error) {
	s, err := caseSlipOf(ctx, lang, o, id, n)
	if err != nil {
		return nil, err
	}
	laid, err := composeSlip(lang, s)
	if err != nil {
		return nil, err
	}
	return p.set(ctx, laid, s.Number, format)
}

// set writes a laid-out document in the format asked for.
func (p Press) set(ctx context.Context, laid printed, name, format string) ([]byte, error) {
	switch format {
	case "docx":
		return docx(laid)
	case "html", "pdf":
		body, err := pages(laid)
		if err != nil || format == "html" {
			return []byte(body), err
		}
		return p.pdf(ctx, laid.lang, name, body)
	}
	return nil, ErrFormat.With("format", format)
}

// slipLevel is the head of a colour: three heads, told apart in black print, for the four colours in use.
var slipLevel = map[string]string{"blue": Reminder, "yellow": Warning, "orange": Warning, "red": RedSlip}

func caseSlipOf(ctx context.Context, lang words.Lang, o *app.Office, id string, n int) (Slip, error) {
	r := o.Read(ctx)
	c, err := casework.Of(r, id)
	if err != nil {
		return Slip{}, err
	}
	if n < 1 || n > len(c.Slips) {
		return Slip{}, ErrNoSlip.With("project", id, "month", n)
	}
	d, err := casework.Pinned(r, c.Digest)
	if err != nil {
		return Slip{}, err
	}
	sent := c.Slips[n-1]
	e, err := r.Entry(sent.Seq)
	if err != nil {
		return Slip{}, err
	}
	head, _, _, err := r.Log()
	if err != nil {
		return Slip{}, err
	}
	say := func(key string, args ...any) string { return words.Say(lang, "paper.caseslip."+key, args...) }
	rule := slipRule(d, sent.Colour)
	out := Slip{Level: slipLevel[sent.Colour], Head: rule.In(lang), Number: say("number", "case", c.ID, "n", n), District: placeOf(lang, r, o.District),
		Office: officeOf(lang, r, d, e.Entry), Signed: dayTime(sent.On), Return: true, Entry: e.Number(), Suite: suiteName(head.Suite), Code: codeOf(e.Canonical()),
		Sample: sampleCase(r, c)}
	if rule.Signs == casework.ByClock {
		out.Note = joined(lang, say("by-rule"), words.Say(lang, "paper.slip.return.online"))
	}
	fact := func(key, text string) {
		if text != "" {
			out.Facts = append(out.Facts, Fact{say("f." + key), text})
		}
	}
	fact("lead", partyName(lang, r, c.Handler))
	fact("assist", partyNames(lang, r, c.Assists))
	fact("matter", c.Title)
	fact("from", c.Basis)
	fact("due", dueWhen(lang, c, d, sent))
	fact("before", slipsBefore(lang, c, d, n-1))
	fact("reason", sent.Reason)
	done := say("agreed", "raiser", partyName(lang, r, c.Raiser))
	if s := bareStop(c.Criteria); s != "" {
		done = s + say("and") + done
	}
	fact("done", done)
	fact("by", orderOf(lang, sent))
	fact("appeal", words.Say(lang, "paper.slip.say.appeal"))
	return out, nil
}

func slipRule(d *casework.Desk, colour string) casework.SlipRule {
	i := slices.IndexFunc(d.Slips, func(s casework.SlipRule) bool { return s.Colour == colour })
	if i < 0 {
		return casework.SlipRule{Colour: colour}
	}
	return d.Slips[i]
}

// orderOf says what a slip asks for: done by a day that it orders, an answer by a day, or the day that was agreed all along.
func orderOf(lang words.Lang, s casework.Slip) string {
	key := "by.none"
	switch {
	case s.DoneBy != "" && s.AnswerBy != "":
		key = "by.both"
	case s.DoneBy != "":
		key = "by.done"
	case s.AnswerBy != "":
		key = "by.answer"
	}
	return words.Say(lang, "paper.caseslip."+key, "done", prose(lang, s.DoneBy), "answer", prose(lang, s.AnswerBy))
}

// dueWhen is the day on which the matter had to be done when the slip went out, and how far off it was then: a clock read at
// that instant knows nothing of extensions that came later.
func dueWhen(lang words.Lang, c casework.Case, d *casework.Desk, s casework.Slip) string {
	at := dayTime(s.On).Add(24*time.Hour - time.Minute)
	for i := len(c.Clocks) - 1; i >= 0; i-- {
		k := c.Clocks[i]
		rule, _ := d.Clock(k.Name)
		if k.Name != s.Clock && !(s.Clock == "" && rule.Given) || k.Window || k.Start.After(at) {
			continue
		}
		r, err := k.Read(calendar.StateCouncil(), at)
		if err != nil || r.Due.IsZero() {
			return ""
		}
		due := calendar.DateOf(r.Due)
		key, n := "due.left", due.Sub(calendar.MustDate(s.On))
		switch {
		case n < 0:
			key, n = "due.over", -n
		case n == 0:
			key = "due.today"
		}
		return words.Say(lang, "paper.caseslip."+key, "day", due.Prose(lang, 0), "n", n)
	}
	return ""
}

// slipsBefore lists the slips that went before, each with whether an answer came.
func slipsBefore(lang words.Lang, c casework.Case, d *casework.Desk, n int) string {
	var out []string
	for _, s := range c.Slips[:n] {
		key := "before.silent"
		if s.Answered != "" {
			key = "before.answered"
		}
		out = append(out, words.Say(lang, "paper.caseslip."+key, "slip", slipRule(d, s.Colour).In(lang), "on", prose(lang, s.On), "answered", prose(lang, s.Answered)))
	}
	return strings.Join(out, words.Say(lang, "list.and"))
}

// officeOf is the unit of the post that signed; for a slip that the clock sent, the unit that keeps the desk.
func officeOf(lang words.Lang, r app.Reader, d *casework.Desk, e ledger.Entry) string {
	if name, err := app.PostUnit(r, e.Post); err == nil && e.Actor != org.SystemSigner.Person {
		return name.In(lang)
	}
	posts, err := app.All[org.Post](r, org.PostKind, "")
	if err != nil {
		return ""
	}
	for _, role := range d.Keepers {
		for _, p := range posts {
			if slices.Contains(p.Roles, org.Role(role)) {
				return unitName(lang, r, p.Unit, "")
			}
		}
	}
	return ""
}

func partyName(lang words.Lang, r app.Reader, p casework.Party) string {
	if p.Post != "" && p.Unit == "" {
		name, _ := postName(lang, r, p.Post)
		return name
	}
	return unitName(lang, r, p.Unit, p.Unit)
}

func partyNames(lang words.Lang, r app.Reader, ps []casework.Party) string {
	var out []string
	for _, p := range ps {
		out = append(out, partyName(lang, r, p))
	}
	return strings.Join(out, words.Say(lang, "paper.comma"))
}

// sampleCase tells whether a case belongs to sample units.
func sampleCase(r app.Reader, c casework.Case) bool {
	u, err := org.UnitOf(r, c.Handler.Unit)
	if err != nil {
		u, err = org.UnitOf(r, c.Raiser.Unit)
	}
	return err == nil && u.Sample
}
