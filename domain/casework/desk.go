package casework

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"shigan/domain/org"
	"shigan/kernel/rules"
)

// Desk 办事规则 is how one kind of matter is handled in one place, out of a pack.
type Desk struct {
	Name      string `yaml:"-" json:"name"` // of its pack
	rules.Say `yaml:",inline"`
	Base      string       `yaml:"base" json:"base,omitempty"` // a desk that this one is like, but for what it says itself
	Use       string       `yaml:"use" json:"use,omitempty"`   // what it is for: problem, task, supervision, finding; of those adopted for one use the newest rules
	Prefix    string       `yaml:"prefix" json:"prefix"`       // of its cases' numbers: P-2022-0311
	Effective string       `yaml:"-" json:"effective_from"`
	Known     string       `yaml:"-" json:"known"`
	Sample    bool         `yaml:"-" json:"sample,omitempty"`
	Source    rules.Source `yaml:"-" json:"source"`

	Hours    string   `yaml:"hours" json:"hours,omitempty"`         // business hours; "" runs round the clock
	EveryDay bool     `yaml:"every_day" json:"every_day,omitempty"` // hours count on holidays too
	Keepers  []string `yaml:"keepers" json:"keepers"`               // roles that keep the desk
	Raisers  []string `yaml:"raisers" json:"raisers"`               // roles that may raise
	Behalf   []string `yaml:"behalf" json:"behalf,omitempty"`       // roles that may write down what another raised, as the keepers may
	Kinds    []Named  `yaml:"kinds" json:"kinds,omitempty"`
	Fields   []Field  `yaml:"fields" json:"fields,omitempty"`
	Entry    []string `yaml:"entry" json:"entry,omitempty"` // fields that a raiser is asked for; none has to be filled in

	Start    string      `yaml:"start" json:"start"`
	Opening  []string    `yaml:"opening" json:"opening,omitempty"` // clocks that start at birth
	States   []State     `yaml:"states" json:"states"`
	Moves    []Move      `yaml:"moves" json:"moves"`
	Clocks   []ClockRule `yaml:"clocks" json:"clocks"`
	Stops    []StopRule  `yaml:"stops" json:"stops,omitempty"`
	Extend   *ExtendRule `yaml:"extend" json:"extend,omitempty"`
	Ladder   []Level     `yaml:"ladder" json:"ladder"`
	Outcomes []Outcome   `yaml:"outcomes" json:"outcomes"`
	Minimum  ByKind      `yaml:"minimum" json:"minimum,omitempty"` // what is closed faster is flagged
	Slips    []SlipRule  `yaml:"slips" json:"slips,omitempty"`

	Pack   *rules.Pack `yaml:"-" json:"-"` // clauses and holes, for who reads the pack
	Tests  []Script    `yaml:"-" json:"-"`
	Digest string      `yaml:"-" json:"-"` // over all that JSON keeps
}

// Named is a name with its texts.
type Named struct {
	Name      string `yaml:"name" json:"name"`
	rules.Say `yaml:",inline"`
}

// Field 填写项 is what a move may ask for: words, or one of a few answers. An answer belongs to the move at which it was given: the next
// move that asks the same question asks it anew.
type Field struct {
	Named   `yaml:",inline"`
	Choices []Choice `yaml:"choices" json:"choices,omitempty"`
}

// Choice 选项 is one answer to a field. Counts is the mark that it sets on the case, for those who count what was answered.
type Choice struct {
	Named  `yaml:",inline"`
	Counts string `yaml:"counts" json:"counts,omitempty"`
}

// Marks 回访结果 are what answers count as: somebody came and asked, the matter is solved, whoever raised it is content.
var Marks = []string{"responded", "solved", "satisfied"}

// Called 回访过 is the mark of a closed case whose raiser was asked at all: the whole of which the others are parts.
const Called = "called"

// excluded is the rate of what two persons took out of all others.
const excluded = "excluded"

// marks are what the answers of a closed case count as, ",called,solved,"; those of one that was excluded count as nothing.
func (d *Desk) marks(c Case) string {
	if o, _ := d.Outcome(c.Outcome); c.Open() || o.Rate == excluded {
		return ""
	}
	var out []string
	asked := false
	for _, f := range d.Fields {
		answer, ok := f.Choice(c.Fields[f.Name])
		asked = asked || ok
		if answer.Counts != "" {
			out = append(out, answer.Counts)
		}
	}
	if !asked {
		return ""
	}
	return "," + strings.Join(append([]string{Called}, out...), ",") + ","
}

// State 环节.
type State struct {
	Name      string `yaml:"name" json:"name"`
	rules.Say `yaml:",inline"`
	End       bool  `yaml:"end" json:"end,omitempty"`
	Waits     Actor `yaml:"waits" json:"waits,omitempty"` // whose turn it is
}

// Actor says who: raiser, handler (lead), assist, desk, seat (of the level it stands at), seat:3, role:leader, post:ID, clock.
type Actor string

const (
	Raiser  Actor = "raiser"  // 提出人
	Handler Actor = "handler" // 承办、牵头
	Assist  Actor = "assist"  // 配合
	Keeper  Actor = "desk"    // 管台账的
	AtSeat  Actor = "seat"    // 现在这一级坐着的人
	ByClock Actor = "clock"
)

// Move 流转 leads from one state to another.
type Move struct {
	Name      string `yaml:"name" json:"name"`
	rules.Say `yaml:",inline"`
	From      []string `yaml:"from" json:"from"`
	To        string   `yaml:"to" json:"to"`
	Again     string   `yaml:"again" json:"again,omitempty"`   // where the second return goes, or every reopening after the first: somebody named settles it
	Orphan    string   `yaml:"orphan" json:"orphan,omitempty"` // where a reopening goes as long as nobody handles the matter
	Who       []Actor  `yaml:"who" json:"who"`
	Does      string   `yaml:"does" json:"does,omitempty"`
	Level     int      `yaml:"level" json:"level,omitempty"` // leads up to this level of the ladder, unless it stands there or above
	Requires  Requires `yaml:"requires" json:"requires,omitzero"`
	Tells     bool     `yaml:"tells" json:"tells,omitempty"` // the reason is shown to the raiser before anything follows
	Starts    []string `yaml:"starts" json:"starts,omitempty"`
	Ends      []string `yaml:"ends" json:"ends,omitempty"`
	Within    string   `yaml:"within" json:"within,omitempty"`     // only while this clock is not overdue
	After     string   `yaml:"after" json:"after,omitempty"`       // only once this clock is overdue
	Outcomes  []string `yaml:"outcomes" json:"outcomes,omitempty"` // that it may state
}

// What a move may do beyond leading on.
const (
	DoesAssign   = "assign"   // 定责: names who handles and who assists
	DoesReturn   = "return"   // 退回: not mine
	DoesReport   = "report"   // 反馈: says how far it is
	DoesAnswer   = "answer"   // 答复: proposes an outcome
	DoesConfirm  = "confirm"  // 提出人确认
	DoesReopen   = "reopen"   // 提出人不认: climbs a level at once
	DoesWithdraw = "withdraw" // 提出人撤回
	DoesClose    = "close"    // 双人认定: a reason was shown to the raiser, a second person signs
	DoesLift     = "lift"     // 提级
)

var deeds = []string{"", DoesAssign, DoesReturn, DoesReport, DoesAnswer, DoesConfirm, DoesReopen, DoesWithdraw, DoesClose, DoesLift}

// Requires is what a move may not do without.
type Requires struct {
	Fields   []string            `yaml:"fields" json:"fields,omitempty"`
	Answers  map[string][]string `yaml:"answers" json:"answers,omitempty"` // by field: only with one of these answers; the fields are asked for too
	Evidence bool                `yaml:"evidence" json:"evidence,omitempty"`
	Reason   bool                `yaml:"reason" json:"reason,omitempty"`
	Second   bool                `yaml:"second" json:"second,omitempty"`   // signed by another person than who told the reason
	Measure  bool                `yaml:"measure" json:"measure,omitempty"` // 难点、原因、办法 are there, with owner and day
}

// LevelClock is the clock of the ladder: its limit is that of the level where the case stands.
const LevelClock = "level"

// ClockRule 计时规则.
type ClockRule struct {
	Name      string `yaml:"name" json:"name"`
	rules.Say `yaml:",inline"`
	Window    bool   `yaml:"window" json:"window,omitempty"`       // how long something is allowed, not by when it is owed: never overdue
	Given     bool   `yaml:"given" json:"given,omitempty"`         // a day that the case was given goes before the limit
	Hours     string `yaml:"hours" json:"hours,omitempty"`         // hours of its own, where the desk's are not meant: "00:00-24:00"
	EveryDay  bool   `yaml:"every_day" json:"every_day,omitempty"` // with hours of its own: on holidays too
	Near      string `yaml:"near" json:"near,omitempty"`           // yellow when so much is left: "1/5" of the limit, or "1 workdays"
	Limits    ByKind `yaml:"limits" json:"limits"`
}

// StopRule 停表事由: a clock stops for a lawful reason or not at all.
type StopRule struct {
	Name      string `yaml:"name" json:"name"`
	rules.Say `yaml:",inline"`
	Who       []Actor  `yaml:"who" json:"who"`
	Clocks    []string `yaml:"clocks" json:"clocks,omitempty"` // none: all of them
	Suspends  bool     `yaml:"suspends" json:"suspends,omitempty"`
	Review    string   `yaml:"review" json:"review,omitempty"` // a suspension is looked at again within this
	Source    string   `yaml:"source" json:"source"`
}

// ExtendRule 延期.
type ExtendRule struct {
	Clocks []string `yaml:"clocks" json:"clocks"`
	Times  int      `yaml:"times" json:"times"`
	Most   string   `yaml:"most" json:"most"` // at a time
	Who    []Actor  `yaml:"who" json:"who"`   // approves, and by that signs
	Source string   `yaml:"source" json:"source"`
}

// HandlerRung 承办单位负责人 is the rung that whoever handles the matter brings along: naming a handler seats the head of its unit there.
const HandlerRung = "handler"

// Level 阶梯一级: who sits there is a rung of the chain of duty that the case came with, or a post.
type Level struct {
	rules.Say `yaml:",inline"`
	Rung      string `yaml:"rung" json:"rung,omitempty"`
	Post      string `yaml:"post" json:"post,omitempty"`
	Limit     Dated  `yaml:"limit" json:"limit,omitempty"` // overdue: one level up; the last may have none
	Like      string `yaml:"like" json:"like,omitempty"`   // or the limit of this clock, by kind
	Given     bool   `yaml:"given" json:"given,omitempty"` // a day that the case was given goes before the limit
	Near      string `yaml:"near" json:"near,omitempty"`
}

// Outcome 结果; each is counted in a rate of its own.
type Outcome struct {
	Name      string `yaml:"name" json:"name"`
	rules.Say `yaml:",inline"`
	Rate      string `yaml:"rate" json:"rate"`                     // one of Rates
	Reason    bool   `yaml:"reason" json:"reason,omitempty"`       // only with one
	Unsettled bool   `yaml:"unsettled" json:"unsettled,omitempty"` // closed, not fixed
}

// Rates are what outcomes count in.
var Rates = []string{"done", "part", "refused", "not-ours", "withdrawn", "not-true", excluded}

func find[T any](list []T, name string, of func(T) string) (T, bool) {
	i := slices.IndexFunc(list, func(t T) bool { return of(t) == name })
	if i < 0 {
		var none T
		return none, false
	}
	return list[i], true
}

// State, Move, Clock, Stop, Outcome and Field look a part up by its name.
func (d *Desk) State(name string) (State, bool) {
	return find(d.States, name, func(s State) string { return s.Name })
}
func (d *Desk) Move(name string) (Move, bool) {
	return find(d.Moves, name, func(m Move) string { return m.Name })
}
func (d *Desk) Clock(name string) (ClockRule, bool) {
	return find(d.Clocks, name, func(c ClockRule) string { return c.Name })
}
func (d *Desk) Stop(name string) (StopRule, bool) {
	return find(d.Stops, name, func(s StopRule) string { return s.Name })
}
func (d *Desk) Outcome(name string) (Outcome, bool) {
	return find(d.Outcomes, name, func(o Outcome) string { return o.Name })
}
func (d *Desk) Field(name string) (Field, bool) {
	return find(d.Fields, name, func(f Field) string { return f.Name })
}

// Choice looks an answer up by its name.
func (f Field) Choice(name string) (Choice, bool) {
	return find(f.Choices, name, func(c Choice) string { return c.Name })
}

// Asks 要填的 are the fields that a move asks for: those it requires, and those that it holds to certain answers.
func (d *Desk) Asks(m Move) (out []Field) {
	for _, f := range d.Fields {
		if _, held := m.Requires.Answers[f.Name]; held || slices.Contains(m.Requires.Fields, f.Name) {
			out = append(out, f)
		}
	}
	return out
}
func (d *Desk) Kind(name string) (Named, bool) {
	return find(d.Kinds, name, func(n Named) string { return n.Name })
}

// MovesFrom lists what may follow a state.
func (d *Desk) MovesFrom(state string) []Move {
	var out []Move
	for _, m := range d.Moves {
		if slices.Contains(m.From, state) {
			out = append(out, m)
		}
	}
	return out
}

// DigestOf names a desk by its content.
func DigestOf(d *Desk) (string, error) {
	raw, err := json.Marshal(d)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(raw)
	return "sha256:" + hex.EncodeToString(sum[:]), nil
}

// known tells whether an actor is one that the engine can find.
func (d *Desk) known(a Actor) bool {
	switch a {
	case Raiser, Handler, Assist, Keeper, AtSeat, ByClock:
		return true
	}
	kind, name, ok := strings.Cut(string(a), ":")
	switch {
	case !ok || name == "":
		return false
	case kind == "role":
		return slices.Contains(working, org.Role(name))
	case kind == "post":
		return true
	case kind == "seat":
		return len(name) == 1 && name[0] >= '1' && int(name[0]-'0') <= len(d.Ladder)
	}
	return false
}

// working are the roles that handle matters; the three officers don't.
var working = []org.Role{org.Leader, org.Dispatcher, org.Line, org.Local, org.Owner, org.Supervisor}

// limitOf is how long a clock runs for a kind of case that was born on a day, at a level.
func (d *Desk) limitOf(clock, kind string, level int, day string) (Span, string, bool) {
	if clock == LevelClock {
		if level < 1 || level > len(d.Ladder) {
			return Span{}, "", false
		}
		l := d.Ladder[level-1]
		if r, has := d.Clock(l.Like); has {
			s, ok := r.Limits.On(kind, day)
			return s, l.Near, ok
		}
		s, ok := l.Limit.On(day)
		return s, l.Near, ok
	}
	r, ok := d.Clock(clock)
	if !ok {
		return Span{}, "", false
	}
	s, ok := r.Limits.On(kind, day)
	return s, r.Near, ok
}

// given tells whether the day that a case was given goes before the limit of a clock.
func (d *Desk) given(clock string, level int) bool {
	if clock == LevelClock {
		return level >= 1 && level <= len(d.Ladder) && d.Ladder[level-1].Given
	}
	r, ok := d.Clock(clock)
	return ok && r.Given
}

// near tells whether so little is left that the light is yellow: a share of the limit, or a span in its own measure.
func near(text string, limit Span, left int) bool {
	n := nearAmount(text, limit)
	return n >= 0 && left <= n
}

// nearAmount is the most that may be left for the light to be yellow, in the measure of the limit; below zero where nothing says.
func nearAmount(text string, limit Span) int {
	if text == "" {
		return -1
	}
	if r, ok := share(text); ok { // left / limit <= r, without dividing
		num, den := r.Num().Int64(), r.Denom().Int64()
		return int(int64(limit.Amount) * num / den)
	}
	if s, err := ParseSpan(text); err == nil && s.Measure == limit.Measure {
		return s.Amount
	}
	return -1
}
