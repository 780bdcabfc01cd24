package paper

import (
	"context"
	"strconv"
	"strings"

	"shigan/app"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
	"shigan/kernel/ledger"
	"shigan/kernel/quantity"
	"shigan/kernel/words"
)

// ErrNoLetter is a version of a letter that was never drawn.
var ErrNoLetter = fault.New(fault.NotFound, "paper.no-letter")

// Letter sets a version of a project's letter of responsibility (0: the last): html, docx or pdf.
func (p Press) Letter(ctx context.Context, lang words.Lang, o *app.Office, id string, version int, format string) ([]byte, error) {
	l, err := letterOf(ctx, lang, o, id, version)
	if err != nil {
		return nil, err
	}
	switch format {
	case "docx":
		return LetterDocx(lang, l)
	case "html", "pdf":
		body, err := LetterHTML(lang, l)
		if err != nil || format == "html" {
			return []byte(body), err
		}
		return p.pdf(ctx, lang, l.Project, body)
	}
	return nil, ErrFormat.With("format", format)
}

func letterOf(ctx context.Context, lang words.Lang, o *app.Office, id string, version int) (Letter, error) {
	r := o.Read(ctx)
	pr, err := project.Of(r, id)
	if err != nil {
		return Letter{}, err
	}
	if version == 0 {
		version = len(pr.Letters)
	}
	if version < 1 || version > len(pr.Letters) {
		return Letter{}, ErrNoLetter.With("id", id, "version", version)
	}
	l := pr.Letters[version-1]
	head, _, _, err := r.Log()
	if err != nil {
		return Letter{}, err
	}
	e, err := r.Entry(l.Seq)
	if err != nil {
		return Letter{}, err
	}
	out := Letter{District: placeOf(lang, r, o.District), Project: l.Name.In(lang), Year: l.Year, Version: l.Version, Entry: e.Number(), Suite: suiteName(head.Suite),
		Code: codeOf(e.Canonical()), Sample: pr.Sample}
	money := func(f quantity.Fen) Num {
		s := quantity.ShowMoney(f, quantity.UnitYiYuan, lang)
		return Num{Text: s.Text, Unit: s.Unit, Exact: decimals(f.In(quantity.Yi))}
	}
	promise := Sentence{Text: words.Say(lang, "paper.letter.invest", "year", l.Year), Nums: []Num{money(l.Total), money(quantity.Fen(l.Planned))}}
	for _, d := range []struct{ key, day string }{{"start", l.Start}, {"finish", l.Finish}} {
		if day, err := calendar.ParseDay(d.day); err == nil && !day.IsZero() {
			promise.Text += words.Say(lang, "paper.letter."+d.key, "day", day.Prose(lang, 0))
		}
	}
	out.Promises = append(out.Promises, promise)
	aim := ""
	if s := bareStop(l.Scope); s != "" {
		aim += words.Say(lang, "paper.letter.scope", "scope", s)
	}
	if plan, ok := pr.Plans[strconv.Itoa(l.Year)]; ok && bareStop(plan.Goal) != "" {
		aim += words.Say(lang, "paper.letter.goal", "goal", bareStop(plan.Goal))
	}
	if aim != "" {
		out.Promises = append(out.Promises, Sentence{Text: aim})
	}
	for _, m := range l.Milestones {
		x := Milestone{Name: m.Name.In(lang), Due: dayTime(m.Promised), DoneOn: dayTime(m.Actual)}
		x.Owner, x.Sample = postName(lang, r, m.Post)
		out.Milestones = append(out.Milestones, x)
	}
	out.Reporting = []Sentence{{Text: words.Say(lang, "paper.letter.report") + words.Say(lang, "paper.letter.change")}}
	for _, link := range l.Duty.Links() {
		if link.Post == "" || !contains(l.Signers, link.Post) {
			continue
		}
		_, sample := postName(lang, r, link.Post)
		s := Signature{Role: words.Say(lang, "paper.letter.role."+link.Rung), Sample: sample}
		for _, done := range l.Signatures {
			if done.Post == link.Post {
				s.Name, s.On = o.PersonName(ctx, done.Person), dayTime(done.On)
			}
		}
		if s.Name == "" {
			s.Sample = false
		}
		out.Signatures = append(out.Signatures, s)
	}
	if version > 1 {
		out.Changes = letterChanges(lang, pr, pr.Letters[version-2], l)
	}
	if l.Void != "" {
		if d, err := calendar.ParseDay(l.Void); err == nil {
			out.Number = words.Say(lang, "paper.letter.void", "day", d.Prose(lang, 0))
		}
	}
	return out, nil
}

// letterChanges lists what a version says differently from the one before, with the reason that was given when a day moved.
func letterChanges(lang words.Lang, p project.Project, was, now project.Letter) []Change {
	var out []Change
	reason := func(what, day string) string {
		for i := len(p.Moves) - 1; i >= 0; i-- {
			if p.Moves[i].What == what && p.Moves[i].Now == day {
				return p.Moves[i].Reason
			}
		}
		return ""
	}
	add := func(name, a, b, why string) {
		if a != b {
			out = append(out, Change{name, orDash(lang, a), orDash(lang, b), why})
		}
	}
	label := func(key string) string { return words.Say(lang, "paper.letter.change."+key) }
	money := func(f quantity.Fen) string { return quantity.ShowMoney(f, quantity.UnitYiYuan, lang).String() }
	add(label("total"), money(was.Total), money(now.Total), "")
	add(label("planned"), money(quantity.Fen(was.Planned)), money(quantity.Fen(now.Planned)), "")
	add(label("start"), was.Start, now.Start, reason("start", now.Start))
	add(label("finish"), was.Finish, now.Finish, reason("finish", now.Finish))
	before := map[string]string{}
	for _, m := range was.Milestones {
		before[m.ID] = m.Promised
	}
	for _, m := range now.Milestones {
		add(m.Name.In(lang), before[m.ID], m.Promised, reason("milestone/"+m.ID, m.Promised))
	}
	return out
}

func orDash(lang words.Lang, s string) string {
	if s == "" {
		return words.Say(lang, "paper.blank")
	}
	return s
}

// bareStop takes the full stop off a text that a sentence will end.
func bareStop(s string) string { return strings.TrimRight(strings.TrimSpace(s), "\u3002.;\uff1b ") }

func contains(all []string, s string) bool {
	for _, x := range all {
		if x == s {
			return true
		}
	}
	return false
}

// placeOf is the name of the district: its unit without a parent.
func placeOf(lang words.Lang, r app.Reader, code string) string {
	units, err := app.All[org.Unit](r, org.UnitKind, "")
	if err == nil {
		for _, u := range units {
			if u.Class == org.District && u.Parent == "" {
				return u.Name.In(lang)
			}
		}
	}
	return code
}

func postName(lang words.Lang, r app.Reader, id string) (string, bool) {
	p, err := org.PostOf(r, id)
	if err != nil {
		return "", false
	}
	return p.Name.In(lang), p.Sample
}

func unitName(lang words.Lang, r app.Reader, id, text string) string {
	if u, err := org.UnitOf(r, id); err == nil {
		return u.Name.In(lang)
	}
	return text
}

// suiteName is how a paper names the signature.
func suiteName(s *ledger.Suite) string {
	if s == ledger.SM3 {
		return "SM2"
	}
	return "Ed25519"
}
