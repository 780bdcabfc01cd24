package web

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/words"
)

// casePage 一件事 is a case as its reader sees it: how it stands, what is stuck and what was decided, who answers for it, and what
// he himself may do now.
type casePage struct {
	C                      casework.Case
	D                      *casework.Desk
	Title                  string
	Crumb                  []link
	Sample                 bool
	State                  string
	Light, Word            string // the lamp beside the title
	Turn                   string // whose turn it is, in one sentence
	Due                    string // day
	Raiser, Handler, Judge string
	Assists                string
	Level                  string
	Project                *caseProject
	M                      *measureView
	Tasks                  []caseRow
	Levels                 []levelRow
	Clocks                 []clockRow
	Halt                   *haltRow
	Facts                  []caseFact
	Files                  []fileLine
	Parts, Merged          []caseRow
	Into, Parent           *caseRow
	Slips                  []slipRow
	Asked                  []askedRow
	Forms                  []caseForm
	Form                   caseAnswer
	Error                  string   // of a form that is not offered any more
	Kept                   []answer // what was typed into it
	Notice, NoticeNo       string
	NoticeSeq              int64
	Key, Today             string
	Units                  []unitGroupOption
	lang                   words.Lang
}

// caseProject is the project that a case is about.
type caseProject struct {
	ID, Name string
	Sample   bool
}

// caseOf reads a case that the reader may see, with the desk that rules it.
func (v *view) caseOf(id string) (casework.Case, *casework.Desk, error) {
	if err := app.MaySeeCase(v.Read(), v.By, id); err != nil {
		return casework.Case{}, nil, err
	}
	c, err := casework.Of(v.Read(), id)
	if err != nil {
		return c, nil, err
	}
	d, err := casework.Pinned(v.Read(), c.Digest)
	return c, d, err
}

// Given is what was asked for when it was raised, Filled all else that was filled in, in the order of the desk, answers by their texts.
func (d *casePage) Given() []answer {
	return d.filled(func(entry bool) bool { return entry })
}

// Filled leaves out what Given shows, which it does as long as there is no measure.
func (d *casePage) Filled() []answer {
	return d.filled(func(entry bool) bool { return !entry || d.M != nil })
}

func (d *casePage) filled(shown func(entry bool) bool) (out []answer) {
	for _, f := range d.D.Fields {
		if text := d.C.Fields[f.Name]; text != "" && shown(slices.Contains(d.D.Entry, f.Name)) {
			out = append(out, answer{Q: upper(d.lang, f.In(d.lang)), Text: answerText(f, text, d.lang)})
		}
	}
	return out
}

func answerText(f casework.Field, text string, lang words.Lang) string {
	if c, ok := f.Choice(text); ok {
		return c.In(lang)
	}
	return text
}

func (v *view) casePage() error { return v.caseShow(caseAnswer{}, http.StatusOK) }

// caseShow shows a case; a refused form comes back in it with its sentence and with what was typed.
func (v *view) caseShow(form caseAnswer, code int) error {
	d, err := v.caseData(v.r.PathValue("id"), form)
	if err != nil {
		return err
	}
	p := v.newPage(d.C.ID+" "+d.Title, d)
	p.Ask, p.Front = "nav.owe", "projects"
	if d.D.Use == "supervision" {
		p.Front = "supervision"
	}
	return v.s.pages.write(v, code, "case", p)
}

func (v *view) caseData(id string, form caseAnswer) (*casePage, error) {
	c, desk, err := v.caseOf(id)
	if err != nil {
		return nil, err
	}
	now := v.s.o.Clock()
	d := &casePage{lang: v.Lang, C: c, D: desk, Title: c.Title, Form: form, Key: app.NewKey(), Today: calendar.DateOf(now).String(), Sample: v.sampleCase(c)}
	d.Notice, d.NoticeSeq, d.NoticeNo = v.notice("case.did")
	v.caseHead(d)
	if err := v.caseStanding(d, now); err != nil {
		return nil, err
	}
	d.M = v.measureView(c.Measure)
	d.Levels = v.levelRows(desk, c, now)
	if d.Clocks, err = v.clockRows(desk, c, now); err != nil {
		return nil, err
	}
	d.Halt = v.haltRow(desk, c)
	d.Slips = v.slipRows(desk, c)
	d.Asked = v.askedRows(c)
	for _, step := range []func(*casePage) error{v.caseKin, v.caseFacts, v.caseTasks, v.caseForms} {
		if err := step(d); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// caseHead says what it is about, who raised it and who handles it.
func (v *view) caseHead(d *casePage) {
	c := d.C
	d.Crumb = []link{{Key: v.T("nav.owe"), Href: "/owe"}, {Key: v.useName(d.D.Use), Href: useHref(d.D.Use)}}
	if id, ok := strings.CutPrefix(c.Subject, "project/"); ok {
		if p, err := project.Of(v.Read(), id); err == nil && org.May(v.Read(), v.By, "read.project", p.Scope()) == nil {
			d.Project = &caseProject{id, p.Facts.Name.In(v.Lang), p.Sample}
			d.Crumb = append(d.Crumb, link{Key: d.Project.Name, Href: "/project/" + id})
		}
	}
	if st, ok := d.D.State(c.State); ok {
		d.State = st.In(v.Lang)
	}
	d.Raiser, d.Handler, d.Assists = v.party(c.Raiser), v.party(c.Handler), v.parties(c.Assists)
	if c.Level > 0 {
		d.Level = v.levelName(c.Level)
	}
	if k, ok := d.D.Kind(c.Kind); ok {
		d.Level = strings.Join(slices.DeleteFunc([]string{k.In(v.Lang), d.Level}, blankText), " · ")
	}
	switch {
	case c.Open():
		d.Judge = v.T("case.judge.open", "raiser", d.Raiser)
	case c.ClosedBy == "confirmed":
		d.Judge = v.T("case.judge.confirmed", "raiser", d.Raiser)
	case c.ClosedBy == "undone":
		d.Judge = v.T("case.judge.undone", "raiser", d.Raiser)
	case c.ClosedBy == casework.ByTakeOver:
		d.Judge = v.T("case.judge.taken-over")
	case c.ClosedBy == "withdrawn":
		d.Judge = v.T("case.judge.withdrawn", "raiser", d.Raiser)
	default:
		d.Judge = v.T("case.judge.signed", "raiser", d.Raiser)
	}
}

func blankText(s string) bool { return strings.TrimSpace(s) == "" }

// caseStanding works the lamp and the one sentence out.
func (v *view) caseStanding(d *casePage, now time.Time) error {
	s, err := casework.Stand(d.D, d.C, now, calendar.StateCouncil())
	if err != nil {
		return err
	}
	w := v.standing(d.D, d.C, s, now)
	d.Light, d.Word, d.Due = w.Hue, w.Word, w.Day
	who := v.nextName(d.D, s.Next)
	switch {
	case !d.C.Open():
		o, _ := d.D.Outcome(d.C.Outcome)
		d.Turn = v.T("case.turn.closed", "day", v.stampDay(d.C.Closed), "outcome", o.In(v.Lang))
	case d.C.Halt != nil && s.Review:
		d.Turn = v.T("case.turn.review", "day", d.C.Halt.Review, "who", who)
	case d.C.Halt != nil:
		d.Turn = v.T("case.turn.halted", "day", calendar.DateOf(d.C.Halt.Since).String(), "who", who)
	case s.Next == (casework.Owner{}):
		d.Turn = d.State
	default:
		d.Turn = v.T("case.turn", "who", who, "state", d.State)
	}
	if d.C.Open() && d.C.Vacant {
		d.Turn += v.T("case.turn.vacant", "level", v.levelName(d.C.Level))
	}
	return nil
}

// stands 现状 is the lamp of a case with its words, for lists and heads alike.
type stands struct {
	Hue, Word string // Word: 超 6 天, 余 1 天, 停表
	Day       string // the next due day
	Clock     string // whose due that is
	Red       bool
}

// standing says a standing in a few words. Days are those of the calendar, so that anybody can count them.
func (v *view) standing(d *casework.Desk, c casework.Case, s casework.Standing, now time.Time) stands {
	w := stands{Hue: s.Light, Word: v.T("case.no-clock")}
	today := calendar.DateOf(now)
	rule, _ := d.Clock(s.Clock)
	w.Clock = rule.In(v.Lang)
	if s.Clock == casework.LevelClock {
		w.Clock = v.levelName(c.Level)
	}
	if !s.Due.IsZero() {
		due := calendar.DateOf(s.Due)
		w.Day = due.String()
		w.Word = v.deadline(w.Day, today).Text
		if due == today && s.Due.Before(now) { // over since this noon or evening
			w.Word = v.T("case.over-today")
		}
	}
	switch {
	case !c.Open():
		w.Hue, w.Word, w.Day = "green", v.T("case.closed"), ""
		if c.Unfixed {
			w.Hue, w.Word = "none", v.T("case.closed-unfixed")
		}
	case s.Review:
		w.Word = v.T("case.review-over")
	case c.Halt != nil && s.Due.IsZero():
		w.Word = v.T("case.halted")
	case s.Unknown != nil && s.Due.IsZero():
		w.Word = v.T("case.no-holidays")
	}
	if s.Vacant && w.Day == "" {
		w.Word = v.T("case.vacant")
	}
	w.Red = w.Hue == "red"
	return w
}

// nextName says whose turn it is.
func (v *view) nextName(d *casework.Desk, o casework.Owner) string {
	switch {
	case o.Party != (casework.Party{}):
		return v.party(o.Party)
	case o.As == casework.Keeper:
		var roles []string
		for _, r := range d.Keepers {
			roles = append(roles, labelOf(v.Lang, "role", r))
		}
		return v.T("case.keeper", "roles", strings.Join(roles, v.T("list.comma")))
	case o.As == casework.Handler:
		return v.T("case.no-handler")
	}
	return v.T("case.nobody")
}

// unit reads a unit once a page: lists name the same few again and again.
func (v *view) unit(id string) (org.Unit, error) {
	u, ok := v.units[id]
	if !ok {
		if v.units == nil {
			v.units = map[string]unitRead{}
		}
		u.Unit, u.err = org.UnitOf(v.Read(), id)
		v.units[id] = u
	}
	return u.Unit, u.err
}

type unitRead struct {
	org.Unit
	err error
}

// party names a unit, or the post where one is named.
func (v *view) party(p casework.Party) string {
	if p.Post != "" {
		post, err := org.PostOf(v.Read(), p.Post)
		if err != nil {
			return p.Post
		}
		if u, err := v.unit(post.Unit); err == nil {
			return v.T("case.party", "unit", u.Name.In(v.Lang), "post", post.Name.In(v.Lang))
		}
		return post.Name.In(v.Lang)
	}
	if u, err := v.unit(p.Unit); err == nil {
		return u.Name.In(v.Lang)
	}
	return p.Unit
}

func (v *view) parties(list []casework.Party) string {
	var out []string
	for _, p := range list {
		out = append(out, v.party(p))
	}
	return strings.Join(out, v.T("list.comma"))
}

// unitOf is the unit of a party, for lists where the post would be too long.
func (v *view) unitOf(p casework.Party) string {
	if u, err := v.unit(p.Unit); err == nil {
		return u.Name.In(v.Lang)
	}
	if post, err := org.PostOf(v.Read(), p.Post); err == nil {
		return v.party(casework.Party{Unit: post.Unit})
	}
	return ""
}

// sampleCase tells whether a case is a sample: whoever raised it sits in a post that is one, or its project or units are. What is
// said of a real project in the demo is made up all the same.
func (v *view) sampleCase(c casework.Case) bool {
	if v.samplePost(c.Raiser.Post) {
		return true
	}
	if id, ok := strings.CutPrefix(c.Subject, "project/"); ok {
		if p, err := project.Of(v.Read(), id); err == nil {
			return p.Sample
		}
	}
	for _, id := range []string{c.Handler.Unit, c.Raiser.Unit} {
		if u, err := v.unit(id); err == nil && u.Sample {
			return true
		}
	}
	return false
}

// samplePost tells whether a post is a sample; each is read once a page.
func (v *view) samplePost(id string) bool {
	if id == "" {
		return false
	}
	if _, ok := v.madeUp[id]; !ok {
		if v.madeUp == nil {
			v.madeUp = map[string]bool{}
		}
		p, err := org.PostOf(v.Read(), id)
		v.madeUp[id] = err == nil && p.Sample
	}
	return v.madeUp[id]
}

func (v *view) levelName(n int) string { return v.T("case.level." + string(rune('0'+n))) }

func (v *view) useName(use string) string { return v.T("case.use." + use) }

func useHref(use string) string {
	if use == "supervision" {
		return "/register"
	}
	return "/owe?use=" + use
}
