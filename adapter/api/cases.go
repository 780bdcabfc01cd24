package api

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/rules"
)

// CasesIn is a filter as the address gives it; what is left out is any.
type CasesIn struct {
	Query      string `query:"q" maxLength:"100"`
	Desk       string `query:"desk" maxLength:"100"`
	Use        string `query:"use" maxLength:"40"`
	Kind       string `query:"kind" maxLength:"100"`
	State      string `query:"state" maxLength:"100"`
	Subject    string `query:"subject" maxLength:"200"`
	Unit       string `query:"unit" maxLength:"100"`
	Raiser     string `query:"raiser" maxLength:"100"`
	NextUnit   string `query:"next_unit" maxLength:"100"`
	NextPost   string `query:"next_post" maxLength:"100"`
	NextAs     string `query:"next_as" maxLength:"40"`
	Seat       string `query:"seat" maxLength:"100"`
	Party      string `query:"party" maxLength:"100"`
	Outcome    string `query:"outcome" maxLength:"100"`
	Rate       string `query:"rate" enum:"done,part,refused,not-ours,withdrawn,not-true,excluded"`
	ClosedBy   string `query:"closed_by" enum:"confirmed,withdrawn,signed,undone,taken-over"`
	Level      int    `query:"level" minimum:"0" maximum:"9"`
	Open       bool   `query:"open"`
	Closed     bool   `query:"closed"`
	Overdue    bool   `query:"overdue"`
	Reopened   bool   `query:"reopened"`
	Unfixed    bool   `query:"unfixed"`
	Vacant     bool   `query:"vacant"`
	OpenedFrom string `query:"opened_from" format:"date"`
	OpenedTo   string `query:"opened_to" format:"date"`
	ClosedFrom string `query:"closed_from" format:"date"`
	ClosedTo   string `query:"closed_to" format:"date"`
	Climbed    Month  `query:"climbed_in"`
	ClosedIn   Month  `query:"closed_in"`
	ReopenedIn Month  `query:"reopened_in"`
}

func (in CasesIn) filter(now time.Time) app.CaseFilter {
	f := app.CaseFilter{Query: strings.TrimSpace(in.Query), Desk: in.Desk, Use: in.Use, Kind: in.Kind, State: in.State, Subject: in.Subject, Unit: in.Unit,
		Raiser: in.Raiser, NextUnit: in.NextUnit, NextPost: in.NextPost, NextAs: in.NextAs, Seat: in.Seat, Outcome: in.Outcome, Rate: in.Rate, ClosedBy: in.ClosedBy,
		Level: in.Level, Open: in.Open, Closed: in.Closed, Reopened: in.Reopened, Unfixed: in.Unfixed, Vacant: in.Vacant, OpenedFrom: in.OpenedFrom,
		OpenedTo: in.OpenedTo, ClosedFrom: in.ClosedFrom, ClosedTo: in.ClosedTo}
	if in.Party != "" {
		f.Parties = []string{in.Party}
	}
	if in.Overdue {
		f.DueBefore = now.UTC().Format(time.RFC3339)
	}
	for to, m := range map[*string]Month{&f.Climbed: in.Climbed, &f.ClosedIn: in.ClosedIn, &f.ReopenedIn: in.ReopenedIn} {
		if !m.IsZero() {
			*to = m.String()
		}
	}
	return f
}

// CaseSay is a name out of a desk, with its text.
type CaseSay struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// Owed is a party, with its names.
type Owed struct {
	As       string `json:"as,omitempty"`
	Unit     string `json:"unit"`
	UnitName Name   `json:"unit_name"`
	Post     string `json:"post"`
	PostName Name   `json:"post_name"`
}

// CaseStanding is how a case stands at the moment of the answer; it is worked out, never stored.
type CaseStanding struct {
	Light   string `json:"light" enum:"none,green,yellow,red,blue"`
	Due     string `json:"due"`
	Clock   string `json:"clock"`
	Left    int    `json:"left"`
	Measure string `json:"measure"`
	Overdue bool   `json:"overdue"`
	Review  bool   `json:"review"`
	Unknown string `json:"unknown,omitempty"`
}

// CaseRow is one line of a list of cases.
type CaseRow struct {
	ID          string       `json:"id"`
	Desk        string       `json:"desk"`
	Use         string       `json:"use"`
	Kind        string       `json:"kind"`
	Title       string       `json:"title"`
	Subject     string       `json:"subject"`
	ProjectName Name         `json:"project_name"`
	State       CaseSay      `json:"state"`
	Outcome     CaseSay      `json:"outcome"`
	Rate        string       `json:"rate"`
	Handler     Owed         `json:"handler"`
	Raiser      Owed         `json:"raiser"`
	Next        Owed         `json:"next"`
	Seat        string       `json:"seat"`
	SeatName    Name         `json:"seat_name"`
	Level       int          `json:"level"`
	Climbs      int          `json:"climbs"`
	Reopened    int          `json:"reopened"`
	Returns     int          `json:"returns"`
	Opened      string       `json:"opened"`
	Closed      string       `json:"closed"`
	ClosedBy    string       `json:"closed_by"`
	LastClimb   string       `json:"last_climb"`
	LastReopen  string       `json:"last_reopen"`
	Halted      bool         `json:"halted"`
	Fast        bool         `json:"fast"`
	Unfixed     bool         `json:"unfixed"`
	Vacant      bool         `json:"vacant"`
	Standing    CaseStanding `json:"standing"`
	Seq         int64        `json:"seq"`
}

func (c *caller) caseRow(v app.CaseView) CaseRow {
	l, n := v.CaseLine, v.Names
	return CaseRow{ID: l.ID, Desk: l.Desk, Use: l.Use, Kind: l.Kind, Title: l.Title, Subject: l.Subject, ProjectName: Name(n.Project),
		State: CaseSay{l.State, n.State.In(c.lang)}, Outcome: CaseSay{l.Outcome, n.Outcome.In(c.lang)}, Rate: l.Rate,
		Handler: Owed{"", l.Unit, Name(n.Unit), l.Post, Name(n.Post)}, Raiser: Owed{"", l.Raiser, Name(n.Raiser), l.RaiserPost, Name(n.RaiserPost)},
		Next: Owed{l.NextAs, l.NextUnit, Name(n.NextUnit), l.NextPost, Name(n.NextPost)}, Seat: l.Seat, SeatName: Name(n.Seat), Level: l.Level, Climbs: l.Climbs,
		Reopened: l.Reopened, Returns: l.Returns, Opened: l.Opened, Closed: l.Closed, ClosedBy: l.ClosedBy, LastClimb: l.LastClimb, LastReopen: l.LastReopen,
		Halted: l.Halted, Fast: l.Fast, Unfixed: l.Unfixed, Vacant: l.Vacant, Standing: c.standing(v.Standing), Seq: l.Seq}
}

func (c *caller) standing(s casework.Standing) CaseStanding {
	out := CaseStanding{Light: s.Light, Due: instant(s.Due), Clock: s.Clock, Left: s.Left, Measure: string(s.Measure), Overdue: s.Overdue, Review: s.Review}
	if out.Light == "" {
		out.Light = "none"
	}
	if f, ok := app.Refused(s.Unknown); ok {
		out.Unknown = app.Sentence(c.lang, f)
	}
	return out
}

func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

type caseListIn struct {
	CasesIn
	Sort string `query:"sort" enum:"due,opened,closed,level" default:"due"`
	Desc bool   `query:"desc"`
	Page
}

// CaseList is a page of the list; total counts all of it.
type CaseList struct {
	Total int       `json:"total"`
	Items []CaseRow `json:"items"`
	Next  string    `json:"next,omitempty"`
}

func (c *caller) cases(in *caseListIn) (*bodyOut[CaseList], error) {
	f := in.filter(c.s.o.Clock())
	counts, err := c.s.o.CountCasesOf(c.ctx, c.by, f)
	if err != nil {
		return nil, err
	}
	order := in.Sort
	if in.Desc {
		order += "-desc"
	}
	cur, ok, err := readCursor(in.Cursor, order)
	if err != nil {
		return nil, err
	}
	f.Sort, f.Desc, f.Limit = in.Sort, in.Desc, in.Limit+1
	if ok {
		level, key, _ := strings.Cut(cur.Key, "|")
		n, err := strconv.Atoi(level)
		if err != nil {
			return nil, errCursor
		}
		f.After = &app.CaseLine{ID: cur.ID, Level: n, Due: key, Opened: key, Closed: key}
	}
	lines, err := c.s.o.CasesOf(c.ctx, c.by, f)
	if err != nil {
		return nil, err
	}
	var out CaseList
	if len(lines) > in.Limit {
		lines = lines[:in.Limit]
		last := lines[in.Limit-1]
		key := map[string]string{"opened": last.Opened, "closed": last.Closed, "due": last.Due, "level": last.Due}[in.Sort]
		out.Next = cursor{Order: order, Key: strconv.Itoa(last.Level) + "|" + key, ID: last.ID}.String()
	}
	views, err := c.s.o.CaseLines(c.ctx, lines)
	if err != nil {
		return nil, err
	}
	for _, n := range counts {
		out.Total += n.N
	}
	out.Items = each(views, c.caseRow)
	return body(out)
}

type countCasesIn struct {
	CasesIn
	By []string `query:"by" maxItems:"4" enum:"level,unit,use,desk,kind,state,outcome,rate,next_unit,next_post,next_as,raiser,seat,closed_by,project,subject"`
}

// CaseCount is how many cases fall together.
type CaseCount struct {
	By map[string]string `json:"by"`
	N  int               `json:"n"`
}

func caseCount(n app.CaseCount) CaseCount { return CaseCount{n.By, n.N} }

func (c *caller) countCases(in *countCasesIn) (*listOut[CaseCount], error) {
	counts, err := c.s.o.CountCasesOf(c.ctx, c.by, in.filter(c.s.o.Clock()), in.By...)
	if err != nil {
		return nil, err
	}
	return listed(each(counts, caseCount), ""), nil
}

type ladderIn struct {
	Use   string `query:"use" maxLength:"40"`
	Desk  string `query:"desk" maxLength:"100"`
	Unit  string `query:"unit" maxLength:"100"`
	Party string `query:"party" maxLength:"100"`
	Show  int    `query:"show" minimum:"1" maximum:"50" default:"3"`
}

// CaseLadder 谁欠什么 is how open cases stand, level by level, and what came of them this month.
type CaseLadder struct {
	Month     string      `json:"month"`
	Desk      string      `json:"desk"`
	Open      int         `json:"open"`
	Closed    int         `json:"closed"`
	Confirmed int         `json:"confirmed"`
	Signed    int         `json:"signed"`
	Withdrawn int         `json:"withdrawn"`
	Reopened  int         `json:"reopened"`
	Levels    []CaseLevel `json:"levels"`
	Units     []CaseCount `json:"units"`
	Turns     []CaseCount `json:"turns"`
}

// CaseLevel is one level with those due first.
type CaseLevel struct {
	Level   int       `json:"level"`
	Text    string    `json:"text"`
	Open    int       `json:"open"`
	Climbed int       `json:"climbed"`
	Oldest  []CaseRow `json:"oldest"`
}

func (c *caller) ladder(in *ladderIn) (*bodyOut[CaseLadder], error) {
	l, err := c.s.o.LadderOf(c.ctx, c.by, CasesIn{Use: in.Use, Desk: in.Desk, Unit: in.Unit, Party: in.Party}.filterTo(in.Show))
	if err != nil {
		return nil, err
	}
	out := CaseLadder{Month: l.Month.String(), Open: l.Open, Closed: l.Closed, Confirmed: l.Confirmed, Signed: l.Signed, Withdrawn: l.Withdrawn, Reopened: l.Reopened,
		Levels: []CaseLevel{}, Units: each(l.Units, caseCount), Turns: each(l.Turns, caseCount)}
	if l.Desk != nil {
		out.Desk = l.Desk.Name
	}
	for _, g := range l.Rungs {
		text := ""
		if l.Desk != nil && g.Level >= 1 && g.Level <= len(l.Desk.Ladder) {
			text = l.Desk.Ladder[g.Level-1].Say.In(c.lang)
		}
		out.Levels = append(out.Levels, CaseLevel{g.Level, text, g.Open, g.Climbed, each(g.Oldest, c.caseRow)})
	}
	return body(out)
}

func (in CasesIn) filterTo(limit int) app.CaseFilter {
	f := in.filter(time.Time{})
	f.Limit = limit
	return f
}

// CaseWhole 一件事 is a case with everything that its parties may read, and what the caller may do with it now.
type CaseWhole struct {
	CaseRow
	Digest   string            `json:"digest"`
	Basis    string            `json:"basis"`
	Criteria string            `json:"criteria"`
	Origin   string            `json:"origin"`
	Major    bool              `json:"major"`
	Given    string            `json:"given"`
	Assists  []Party           `json:"assists"`
	Seats    []string          `json:"seats"`
	Empty    []int             `json:"empty"`
	Fields   map[string]string `json:"fields"`
	Told     *CaseTold         `json:"told,omitempty"`
	Climbs   []CaseClimb       `json:"all_climbs"`
	Clocks   []CaseClock       `json:"clocks"`
	Halt     *CaseHalt         `json:"halt,omitempty"`
	Measure  *CaseMeasure      `json:"measure,omitempty"`
	Slips    []CaseSlip        `json:"slips"`
	Into     string            `json:"into"`
	Merged   []string          `json:"merged"`
	Parent   string            `json:"parent"`
	Parts    []string          `json:"parts"`
	Files    []string          `json:"files"`
	MovedBy  string            `json:"moved_by"`
	MovedAt  string            `json:"moved_at"`
	Born     int64             `json:"born"`
	Moves    []CaseMove        `json:"moves"`
}

// CaseTold is a reason shown to the raiser, that waits for a second signature.
type CaseTold struct {
	Post   string `json:"post"`
	Reason string `json:"reason"`
	At     string `json:"at"`
}

// CaseClimb is one step up the ladder.
type CaseClimb struct {
	From int    `json:"from"`
	To   int    `json:"to"`
	Due  string `json:"due"`
	At   string `json:"at"`
	Seq  int64  `json:"seq"`
}

// CaseClock is a clock with what it shows; one that has ended shows what it showed then.
type CaseClock struct {
	Name      string `json:"name"`
	Text      string `json:"text"`
	Level     int    `json:"level"`
	Start     string `json:"start"`
	End       string `json:"end"`
	Limit     int    `json:"limit"`
	Measure   string `json:"measure"`
	Used      int    `json:"used"`
	Left      int    `json:"left"`
	Stopped   int    `json:"stopped"`
	Due       string `json:"due"`
	Overdue   bool   `json:"overdue"`
	Halted    bool   `json:"halted"`
	Window    bool   `json:"window"`
	Light     string `json:"light"`
	Extended  int    `json:"extended"`
	NotKnown  string `json:"not_known,omitempty"`
	StopCount int    `json:"stops"`
}

// CaseHalt is why the clocks stand.
type CaseHalt struct {
	Why    string `json:"why"`
	Text   string `json:"text"`
	Note   string `json:"note"`
	Since  string `json:"since"`
	Review string `json:"review"`
	Post   string `json:"post"`
}

// CaseMeasure 难点、原因、办法.
type CaseMeasure struct {
	Pain     string       `json:"pain"`
	Cause    string       `json:"cause"`
	Options  []CaseOption `json:"options"`
	Chosen   string       `json:"chosen"`
	Decision string       `json:"decision"`
	Owner    Party        `json:"owner"`
	By       string       `json:"by"`
	Meeting  string       `json:"meeting"`
	Post     string       `json:"post"`
	Decided  bool         `json:"decided"`
	Seq      int64        `json:"seq"`
}

// CaseSlip 督办单.
type CaseSlip struct {
	Colour   string `json:"colour"`
	On       string `json:"on"`
	AnswerBy string `json:"answer_by"`
	DoneBy   string `json:"done_by"`
	Answered string `json:"answered"`
	Post     string `json:"post"`
	Reason   string `json:"reason"`
	Seq      int64  `json:"seq"`
}

// CaseMove is a move that is open to the caller, with what it asks for.
type CaseMove struct {
	Name     string    `json:"name"`
	Text     string    `json:"text"`
	To       CaseSay   `json:"to"`
	Does     string    `json:"does"`
	Reason   bool      `json:"reason"`
	Evidence bool      `json:"evidence"`
	Measure  bool      `json:"measure"`
	Second   bool      `json:"second"`
	Fields   []CaseAsk `json:"fields"`
	Outcomes []CaseSay `json:"outcomes"`
}

// CaseAsk is a field that a move asks for. Choices are the answers with which the move can be made; none: it takes words.
type CaseAsk struct {
	Name    string    `json:"name"`
	Text    string    `json:"text"`
	Choices []CaseSay `json:"choices"`
}

func (c *caller) caseOne(in *OfCaseRead) (*bodyOut[CaseWhole], error) {
	v, err := c.s.o.CaseView(c.ctx, c.by, in.ID)
	if err != nil {
		return nil, err
	}
	x, d, now := v.Case, v.Desk, c.s.o.Clock()
	out := CaseWhole{CaseRow: c.caseRow(v), Digest: x.Digest, Basis: x.Basis, Criteria: x.Criteria, Origin: x.Origin, Major: x.Major, Given: x.Given,
		Assists: each(x.Assists, partyOut), Seats: some(x.Seats), Empty: some(x.Empty), Fields: x.Fields, Into: x.Into, Merged: some(x.Merged), Parent: x.Parent,
		Parts: some(x.Parts), Files: some(x.Files), MovedBy: x.MovedBy, MovedAt: x.MovedAt, Born: x.Born, Moves: []CaseMove{}}
	if out.Fields == nil {
		out.Fields = map[string]string{}
	}
	if t := x.Told; t != nil {
		out.Told = &CaseTold{t.Post, t.Reason, t.At}
	}
	out.Climbs = each(x.Climbs, func(k casework.Climbed) CaseClimb { return CaseClimb{k.From, k.To, k.Due, k.At, k.Seq} })
	out.Clocks = each(x.Clocks, func(k casework.Clock) CaseClock { return c.clock(d, k, now) })
	if h := x.Halt; h != nil {
		r, _ := d.Stop(h.Why)
		out.Halt = &CaseHalt{h.Why, r.Say.In(c.lang), h.Note, instant(h.Since), h.Review, h.Post}
	}
	if m := x.Measure; m != nil {
		out.Measure = &CaseMeasure{m.Pain, m.Cause, each(m.Options, optionOut), m.Chosen, m.Decision, partyOut(m.Owner), m.By, m.Meeting, m.Post, m.Decided(), m.Seq}
	}
	out.Slips = each(x.Slips, func(s casework.Slip) CaseSlip {
		return CaseSlip{s.Colour, s.On, s.AnswerBy, s.DoneBy, s.Answered, s.Post, s.Reason, s.Seq}
	})
	for _, m := range d.MovesFrom(x.State) {
		if c.mayAt("case.move", x.Reach) && casework.MayMove(c.read(), d, x, c.by, m, now) {
			out.Moves = append(out.Moves, c.moveOut(d, m))
		}
	}
	return body(out)
}

// OfCaseRead is which case is asked for.
type OfCaseRead struct {
	ID string `path:"id" maxLength:"100"`
}

func (c *caller) mayAt(deed string, scope org.Scope) bool {
	return org.May(c.read(), c.by, deed, scope) == nil
}

func partyOut(p casework.Party) Party { return Party{p.Unit, p.Post} }

func optionOut(o casework.Option) CaseOption {
	out := CaseOption{Mark: o.Mark, Text: o.Text, Effect: o.Effect, Date: o.Date}
	if o.Cost != nil {
		m := money(*o.Cost)
		out.Cost = &m
	}
	return out
}

func (c *caller) clock(d *casework.Desk, k casework.Clock, now time.Time) CaseClock {
	r, has := d.Clock(k.Name)
	text := r.Say.In(c.lang)
	if !has && k.Level >= 1 && k.Level <= len(d.Ladder) {
		text = d.Ladder[k.Level-1].Say.In(c.lang)
	}
	out := CaseClock{Name: k.Name, Text: text, Level: k.Level, Start: instant(k.Start), End: instant(k.End), Window: k.Window, Extended: len(k.Extensions), StopCount: len(k.Stops)}
	s, err := k.Read(calendar.StateCouncil(), now)
	if err == nil {
		err = s.NoDue
		out.Limit, out.Measure, out.Used, out.Left, out.Stopped = s.Limit, string(s.Measure), s.Used, s.Remaining, s.Paused
		out.Due, out.Overdue, out.Halted, out.Light = instant(s.Due), s.Overdue, s.Halted, casework.Light(k, s)
	}
	if f, ok := app.Refused(err); ok {
		out.NotKnown = app.Sentence(c.lang, f)
	}
	return out
}

func (c *caller) moveOut(d *casework.Desk, m casework.Move) CaseMove {
	to, _ := d.State(m.To)
	out := CaseMove{Name: m.Name, Text: m.Say.In(c.lang), To: CaseSay{m.To, to.Say.In(c.lang)}, Does: m.Does, Reason: m.Requires.Reason, Evidence: m.Requires.Evidence,
		Measure: m.Requires.Measure, Second: m.Requires.Second}
	say := func(name string, s rules.Say) CaseSay { return CaseSay{name, s.In(c.lang)} }
	out.Fields = each(d.Asks(m), func(f casework.Field) CaseAsk {
		ask := CaseAsk{Name: f.Name, Text: f.In(c.lang), Choices: []CaseSay{}}
		for _, x := range f.Choices {
			if only, held := m.Requires.Answers[f.Name]; !held || slices.Contains(only, x.Name) {
				ask.Choices = append(ask.Choices, say(x.Name, x.Say))
			}
		}
		return ask
	})
	out.Outcomes = each(m.Outcomes, func(o string) CaseSay { x, _ := d.Outcome(o); return say(o, x.Say) })
	return out
}
