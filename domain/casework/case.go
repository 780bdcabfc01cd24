package casework

import (
	"time"

	"shigan/domain/org"
	"shigan/kernel/fault"
	"shigan/kernel/table"
)

var (
	ErrDesk       = fault.New(fault.Broken, "casework.bad-desk")           // desk, why
	ErrPath       = fault.New(fault.Broken, "casework.path")               // desk, path, why
	ErrNoDesk     = fault.New(fault.NotFound, "casework.no-desk")          // desk
	ErrNoCase     = fault.New(fault.NotFound, "casework.no-case")          // case
	ErrNoMove     = fault.New(fault.Conflict, "casework.no-move")          // move, state
	ErrMoved      = fault.New(fault.Conflict, "casework.moved-on")         // case, by, at, state
	ErrNotYours   = fault.New(fault.Forbidden, "casework.not-yours")       // move
	ErrClosed     = fault.New(fault.Conflict, "casework.closed")           // case
	ErrField      = fault.New(fault.Invalid, "casework.field")             // field
	ErrChoice     = fault.New(fault.Invalid, "casework.choice")            // field, choice
	ErrAnswer     = fault.New(fault.Conflict, "casework.answer")           // move, field, answer
	ErrReason     = fault.New(fault.Invalid, "casework.no-reason")         // move
	ErrEvidence   = fault.New(fault.Invalid, "casework.no-evidence")       // move
	ErrSecond     = fault.New(fault.Forbidden, "casework.second-person")   // move
	ErrNotTold    = fault.New(fault.Conflict, "casework.not-told")         // move
	ErrOutcome    = fault.New(fault.Invalid, "casework.outcome")           // outcome
	ErrNoHandler  = fault.New(fault.Invalid, "casework.no-handler")        //
	ErrOwnJudge   = fault.New(fault.Invalid, "casework.own-judge")         //
	ErrTooLate    = fault.New(fault.Conflict, "casework.too-late")         // move, clock
	ErrTooSoon    = fault.New(fault.Conflict, "casework.too-soon")         // move, clock
	ErrSettled    = fault.New(fault.Conflict, "casework.settled")          // case
	ErrUnlawful   = fault.New(fault.Invalid, "casework.unlawful-stop")     // why
	ErrHalted     = fault.New(fault.Conflict, "casework.halted")           // case, since
	ErrNotHalted  = fault.New(fault.Conflict, "casework.not-halted")       // case
	ErrReview     = fault.New(fault.Invalid, "casework.review")            // latest
	ErrNoExtend   = fault.New(fault.Forbidden, "casework.no-extension")    //
	ErrExtension  = fault.New(fault.Conflict, "casework.extension-limit")  // times, most
	ErrNotDue     = fault.New(fault.Conflict, "casework.not-due")          // case
	ErrTwice      = fault.New(fault.Conflict, "casework.twice")            // origin, case
	ErrMerge      = fault.New(fault.Conflict, "casework.merge")            // case, into
	ErrParts      = fault.New(fault.Conflict, "casework.parts-open")       // case, parts
	ErrSplit      = fault.New(fault.Invalid, "casework.split")             //
	ErrMeasure    = fault.New(fault.Invalid, "casework.no-measure")        //
	ErrTitle      = fault.New(fault.Invalid, "casework.no-title")          //
	ErrKind       = fault.New(fault.Invalid, "casework.kind")              // kind
	ErrGivenDay   = fault.New(fault.Invalid, "casework.given-day")         // day
	ErrSlip       = fault.New(fault.Conflict, "casework.slip-not-due")     // colour
	ErrDeskStands = fault.New(fault.Conflict, "casework.desk-adopted")     // desk
	ErrPoor       = fault.New(fault.Invalid, "casework.nothing-to-judge")  // case
	ErrTested     = fault.New(fault.Broken, "casework.desk-fails-its-own") // desk, test, why
)

// Kinds of documents that this room writes.
const (
	CaseKind   = "case"
	DeskKind   = "desk"        // by digest: the whole desk
	InForce    = "desk-now"    // by name: which digest rules from which day
	CountKind  = "case-count"  // by prefix and year: the last number
	OriginKind = "case-origin" // by where it came from: so that nothing comes in twice
	TickKind   = "case-tick"   // what the clock needs of an open case, in a few bytes
)

// Party 一方 is a unit, with the post where one is named.
type Party struct {
	Unit string `json:"unit"`
	Post string `json:"post,omitempty"`
}

// Case 一件事, as it stands.
type Case struct {
	ID       string            `json:"id"`
	Desk     string            `json:"desk"`
	Digest   string            `json:"digest"` // of the desk that ruled at its birth, and rules it to the end
	Kind     string            `json:"kind,omitempty"`
	Subject  string            `json:"subject,omitempty"` // "project/JM-017"
	Title    string            `json:"title"`
	Basis    string            `json:"basis,omitempty"`    // where it comes from: 批示、会议、现场
	Criteria string            `json:"criteria,omitempty"` // 怎样算办成
	Origin   string            `json:"origin,omitempty"`
	Major    bool              `json:"major,omitempty"`
	Given    string            `json:"given,omitempty"` // the day that it was given
	Raiser   Party             `json:"raiser"`
	Handler  Party             `json:"handler,omitzero"`
	Assists  []Party           `json:"assists,omitempty"`
	Seats    []string          `json:"seats"` // the post of each level, "" where nobody is named
	Reach    org.Scope         `json:"reach,omitzero"`
	Fields   map[string]string `json:"fields,omitempty"`

	State      string    `json:"state"`
	Level      int       `json:"level"`
	Empty      []int     `json:"empty,omitempty"`  // levels passed over because nobody sat there
	Vacant     bool      `json:"vacant,omitempty"` // nor does anybody sit where it stands
	Outcome    string    `json:"outcome,omitempty"`
	Opened     time.Time `json:"opened"`
	Closed     string    `json:"closed,omitempty"`    // RFC 3339
	ClosedBy   string    `json:"closed_by,omitempty"` // confirmed, withdrawn, signed, taken-over, undone: taken back by the meeting that gave it
	Fast       bool      `json:"fast,omitempty"`
	Unfixed    bool      `json:"unfixed,omitempty"`
	MovedBy    string    `json:"moved_by,omitempty"`
	MovedAt    string    `json:"moved_at,omitempty"`
	Told       *Told     `json:"told,omitempty"`
	Answers    int       `json:"answers,omitempty"`
	Poor       bool      `json:"poor,omitempty"`
	Returns    int       `json:"returns,omitempty"`
	Reopened   int       `json:"reopened,omitempty"`
	ReopenedAt string    `json:"reopened_at,omitempty"` // the last time
	Climbs     []Climbed `json:"climbs,omitempty"`
	Clocks     []Clock   `json:"clocks,omitempty"`
	Halt       *Halt     `json:"halt,omitempty"`
	Measure    *Measure  `json:"measure,omitempty"`
	Slips      []Slip    `json:"slips,omitempty"`
	SlipsFrom  int       `json:"slips_from,omitempty"`
	Into       string    `json:"into,omitempty"`   // merged into this one, and still with a reply of its own
	Merged     []string  `json:"merged,omitempty"` // those that were merged into it
	Parent     string    `json:"parent,omitempty"` // split off from this one
	Parts      []string  `json:"parts,omitempty"`
	Asked      []Asked   `json:"asked,omitempty"`
	Files      []string  `json:"files,omitempty"`
	Parties    []string  `json:"parties,omitempty"` // units that have to do with it, and all above them (row.go)
	Born       int64     `json:"born"`
	Seq        int64     `json:"seq"`
}

// Told 告知 is a reason shown to the raiser, waiting for a second person's signature.
type Told struct {
	Person string `json:"person"`
	Post   string `json:"post"`
	Reason string `json:"reason"`
	At     string `json:"at"`
	Seq    int64  `json:"seq"`
}

// Climbed 升级.
type Climbed struct {
	From  int    `json:"from"`
	To    int    `json:"to"`
	Due   string `json:"due,omitempty"` // when the level's time was over
	At    string `json:"at"`
	Empty []int  `json:"empty,omitempty"`
	Seq   int64  `json:"seq"`
}

// Halt 停表、挂起 as it stands.
type Halt struct {
	Why    string    `json:"why"`
	Note   string    `json:"note"`
	Since  time.Time `json:"since"`
	Review string    `json:"review,omitempty"` // 挂起 only: the day on which it is looked at again
	Post   string    `json:"post"`             // who approved
	Clocks []string  `json:"clocks,omitempty"`
	Seq    int64     `json:"seq"`
}

// Open tells whether it is not closed.
func (c Case) Open() bool { return c.Closed == "" }

// Seat is the post that answers at the level where the case stands.
func (c Case) Seat() string {
	if c.Level < 1 || c.Level > len(c.Seats) {
		return ""
	}
	return c.Seats[c.Level-1]
}

// Of reads a case or refuses.
func Of(v table.Reader, id string) (Case, error) {
	var c Case
	ok, err := v.Get(CaseKind, id, &c)
	if err == nil && !ok {
		err = ErrNoCase.With("case", id)
	}
	return c, err
}

// scope is what the rights of a deed about a case hang on.
func scope(v table.Reader, id string) (org.Scope, error) {
	c, err := Of(v, id)
	return c.Reach, err
}

// Concerns tells whether a signer is a party to a case: raised it, handles or helps with it, or sits at its ladder.
func (c Case) Concerns(by org.Signer) bool {
	for _, p := range append([]Party{c.Raiser, c.Handler}, c.Assists...) {
		if is(p, by) {
			return true
		}
	}
	return c.sits(by, 1)
}
