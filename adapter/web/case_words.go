package web

import (
	"encoding/json"
	"strings"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/kernel/rules"
	"shigan/kernel/words"
)

// caseBody is what entries of a case may hold, as far as a sentence says it.
type caseBody struct {
	Move, Does, Reason, Outcome string
	Undone                      string // taken back by the meeting that gave it
	To                          string
	Fields                      map[string]string
	Handler                     *casework.Party
	Assists                     []casework.Party
	Was, Level, Amount          int
	Empty                       []int
	Vacant, Major               bool
	Due, Review                 string
	Why, Note                   string
	Into                        string
	Parts                       []string
	Pain, Cause, Decision, By   string
	Owner                       casework.Party
	Meeting                     string
	Colour                      string
	AnswerBy                    string `json:"answer_by"`
	DoneBy                      string `json:"done_by"`
	Text                        string
	Clocks                      []string
	Case                        struct {
		Title, Basis, Given, Closed string
		Level                       int
		Empty                       []int
		Handler                     casework.Party
		Parent                      string
	}
	Name string
	From string
	Desk json.RawMessage
}

// caseEntry says an entry of a case in one sentence; d may be nil where nobody knows the desk.
func (v *view) caseEntry(e ledger.Entry, d *casework.Desk) string {
	var b caseBody
	json.Unmarshal(e.Body, &b) // a field of another kind stays empty
	if d == nil {
		d = &casework.Desk{}
	}
	key := "entry." + e.Kind
	switch e.Kind {
	case "case.desk-adopted/1":
		var head struct{ rules.Say }
		json.Unmarshal(b.Desk, &head)
		name := head.In(v.Lang)
		if name == "" {
			name = b.Name
		}
		return v.T(key, "name", name, "from", b.From)
	case "case.opened/1":
		text := v.T(key, "title", b.Case.Title)
		return text + v.tail("basis", b.Case.Basis) + v.tail("given", b.Case.Given) + v.tail("handler", v.nameless(b.Case.Handler)) + v.passed(b.Case.Empty) + v.tail("parent", b.Case.Parent)
	case "case.ledger-imported/1":
		var m casework.ImportCases
		json.Unmarshal(e.Body, &m) // what is not there counts as none
		return v.T(key, "rows", m.Rows, "new", m.New, "closed", m.Closed, "same", m.Same, "unread", m.Unread)
	case "case.taken-over/1":
		return v.T(key, "title", b.Case.Title, "closed", v.stampDay(b.Case.Closed)) + v.tail("basis", b.Case.Basis)
	case "case.climbed/1":
		return v.T(key, "was", v.levelName(b.Was), "level", v.levelName(b.Level)) + v.passed(b.Empty) + v.empty(b.Vacant, b.Level)
	case "case.stopped/1", "case.suspended/1":
		return v.T(key, "why", v.stopName(d, b.Why), "note", b.Note) + v.tail("review", b.Review)
	case "case.resumed/1":
		return v.T(key) + v.tail("note", b.Note)
	case "case.extended/1":
		return v.T(key, "span", v.span(b.Amount, extensionMeasure(d)), "reason", b.Reason)
	case "case.merged/1":
		return v.T(key, "into", b.Into, "reason", b.Reason)
	case "case.split/1":
		return v.T(key, "parts", strings.Join(b.Parts, v.T("list.comma")), "reason", b.Reason)
	case "case.measure-set/1":
		if b.Decision != "" {
			return v.T(key+".decided", "decision", b.Decision, "owner", v.party(b.Owner), "by", b.By)
		}
		return v.T(key, "pain", b.Pain, "cause", b.Cause)
	case "case.slip-sent/1":
		return v.T(key, "name", slipRuleOf(d, b.Colour).In(v.Lang)) + v.tail("answer", b.AnswerBy) + v.tail("done", b.DoneBy) + v.tail("note", b.Reason)
	case "case.answer-poor/1":
		return v.T(key, "reason", b.Reason)
	case "case.asked/1":
		return v.T(key, "text", b.Text)
	}
	return v.movedSentence(b, d)
}

func extensionMeasure(d *casework.Desk) calendar.Measure {
	if d.Extend != nil {
		s, _ := casework.ParseSpan(d.Extend.Most)
		return s.Measure
	}
	return ""
}

// movedSentence says a move: which, who was named, what result, why.
func (v *view) movedSentence(b caseBody, d *casework.Desk) string {
	m, ok := d.Move(b.Move)
	text := b.Move
	if b.Undone != "" { // the move's own name says that its raiser withdrew it, which he did not
		return v.T("case.undone", "reason", b.Reason)
	}
	if ok {
		text = m.In(v.Lang)
	}
	if b.Handler != nil {
		text += v.tail("handler", v.nameless(*b.Handler))
		if len(b.Assists) > 0 {
			text += v.tail("assists", v.parties(b.Assists))
		}
	}
	if o, known := d.Outcome(b.Outcome); known && b.Does != casework.DoesConfirm {
		text += v.tail("outcome", o.In(v.Lang))
	}
	var answers []string
	for _, f := range d.Fields {
		if got := b.Fields[f.Name]; len(f.Choices) > 0 && got != "" {
			answers = append(answers, v.T("case.answered", "field", f.In(v.Lang), "answer", answerText(f, got, v.Lang)))
		} else {
			text += v.tail("note", got)
		}
	}
	text += v.tail("note", strings.Join(answers, v.T("list.comma")))
	text += v.tail("note", b.Reason)
	if b.Level > 0 {
		text += v.tail("level", v.levelName(b.Level))
	}
	return text + v.passed(b.Empty) + v.empty(b.Vacant, b.Level)
}

// upper begins an English text with a capital: desks write their words small, as they stand in sentences.
func upper(lang words.Lang, s string) string {
	if lang != words.En || s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// tail adds a part of a sentence, where there is something to say.
func (v *view) tail(key, text string) string {
	if strings.TrimSpace(text) == "" {
		return ""
	}
	return v.T("case.tail."+key, "text", text)
}

func (v *view) nameless(p casework.Party) string {
	if p == (casework.Party{}) {
		return ""
	}
	return v.party(p)
}

// passed says which levels were passed over because nobody sat there.
func (v *view) passed(levels []int) string {
	text := ""
	for _, n := range levels {
		text += v.T("case.tail.passed", "level", v.levelName(n))
	}
	return text
}

func (v *view) empty(yes bool, level int) string {
	if !yes || level < 1 {
		return ""
	}
	return v.T("case.tail.vacant", "level", v.levelName(level))
}

// caseSentenceOf says an entry of a case for the ledger's pages, where only the entry is at hand.
func (v *view) caseSentenceOf(e ledger.Entry) string {
	id, ok := strings.CutPrefix(e.Subject, "case/")
	if !ok {
		return v.caseEntry(e, nil)
	}
	c, read := v.cases[id]
	if !read {
		var err error
		if c, err = casework.Of(v.Read(), id); err != nil {
			return v.caseEntry(e, nil)
		}
	}
	d, err := casework.Pinned(v.Read(), c.Digest)
	if err != nil {
		d = nil
	}
	return v.caseEntry(e, d)
}

// allUnits lists every unit, in the order of ids.
func (v *view) allUnits() []org.Unit {
	units, err := app.All[org.Unit](v.Read(), org.UnitKind, "")
	if err != nil {
		v.s.log.Error("units", "error", err.Error())
	}
	return units
}
