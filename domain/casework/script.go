package casework

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
)

// Script 考题 is a story that a desk must get right, named for what its document says. It lies in tests.yaml, and is played
// with the very Decide and Apply by which the house works.
type Script struct {
	Name   string            `yaml:"name" json:"name"`
	Kind   string            `yaml:"kind" json:"kind,omitempty"`
	Opened string            `yaml:"opened" json:"opened"` // 2022-05-20 09:00
	Given  string            `yaml:"given" json:"given,omitempty"`
	Major  bool              `yaml:"major" json:"major,omitempty"`
	Vacant []int             `yaml:"vacant" json:"vacant,omitempty"` // levels whose post is empty
	Steps  []Played          `yaml:"steps" json:"steps,omitempty"`
	At     string            `yaml:"at" json:"at,omitempty"` // when it is looked at; "" is the last step
	Expect map[string]string `yaml:"expect" json:"expect"`
	Source string            `yaml:"source" json:"source,omitempty"`
}

// Played 一步. Do is a move, or clock, stop:WHY, resume, extend:N, slip:COLOUR, poor, measure.
type Played struct {
	At      string            `yaml:"at" json:"at"`
	By      string            `yaml:"by" json:"by,omitempty"` // raiser, handler, assist, desk, second, seat1…, stranger, role:R
	Do      string            `yaml:"do" json:"do"`
	Outcome string            `yaml:"outcome" json:"outcome,omitempty"`
	Reason  string            `yaml:"reason" json:"reason,omitempty"`
	Review  string            `yaml:"review" json:"review,omitempty"`
	Fields  []string          `yaml:"fields" json:"fields,omitempty"`   // that are filled in
	Answers map[string]string `yaml:"answers" json:"answers,omitempty"` // to fields that offer some
	Files   bool              `yaml:"files" json:"files,omitempty"`
	Refused string            `yaml:"refused" json:"refused,omitempty"` // the code of the refusal that is expected
}

// Verdict of a script; Why is empty where it holds.
type Verdict struct {
	Desk string `json:"desk"`
	Name string `json:"name"`
	Why  string `json:"why,omitempty"`
}

// Trial plays all scripts of a desk.
func (d *Desk) Trial() []Verdict {
	var out []Verdict
	for _, s := range d.Tests {
		v := Verdict{Desk: d.Name, Name: s.Name}
		if err := d.play(s); err != nil {
			v.Why = err.Error()
		}
		out = append(out, v)
	}
	return out
}

// stage is a district as small as a desk needs it: everybody who can act, in a post of their own.
func (d *Desk) stage(at time.Time, vacant []int) (*memory, map[string]org.Signer, error) {
	m, who := newMemory(), map[string]org.Signer{}
	add := func(name, post, unit string, sits bool, roles ...org.Role) error {
		p := org.Post{ID: post, Unit: unit, Name: org.Name{Zh: name}, Roles: roles}
		if sits {
			p.Tenures = []org.Tenure{{Person: "p-" + post, From: "1949-10-01"}}
		}
		who[name] = org.Signer{Person: "p-" + post, Post: post, Unit: unit, Roles: roles}
		return m.Put(org.PostKind, post, p)
	}
	keeper := org.Role(d.Keepers[0])
	raiser := keeper
	if len(d.Raisers) > 0 {
		raiser = org.Role(d.Raisers[0])
	}
	errs := []error{
		add("raiser", "raiser", "u-raiser", true, raiser), add("handler", "handler", "u-handler", true, org.Local),
		add("assist", "assist", "u-assist", true, org.Local), add("desk", "desk", "u-desk", true, keeper),
		add("second", "second", "u-desk", true, keeper), add("stranger", "stranger", "u-stranger", true, org.Owner),
	}
	for _, r := range working {
		errs = append(errs, add("role:"+string(r), "r-"+string(r), "u-"+string(r), true, r))
	}
	for i, l := range d.Ladder {
		post := l.Post
		if post == "" {
			post = "seat" + strconv.Itoa(i+1)
		}
		errs = append(errs, add("seat"+strconv.Itoa(i+1), post, "u-seat"+strconv.Itoa(i+1), !slices.Contains(vacant, i+1), org.Leader))
	}
	who["clock"] = org.SystemSigner
	bare := *d
	bare.Tests = nil // the story is played by the desk, not by its tests
	errs = append(errs, m.do(who["desk"], AdoptDesk{Desk: &bare, From: "1949-10-01"}, at, ""))
	return m, who, errors.Join(errs...)
}

func (d *Desk) chain() map[string]string {
	c := map[string]string{}
	for i, l := range d.Ladder {
		if l.Rung != "" {
			c[l.Rung] = "seat" + strconv.Itoa(i+1)
		}
	}
	return c
}

const scriptCase = "T-1"

func (d *Desk) play(s Script) error {
	at, err := instant(s.Opened)
	if err != nil {
		return err
	}
	m, who, err := d.stage(at, s.Vacant)
	if err != nil {
		return err
	}
	open := Open{ID: scriptCase, Desk: d.Name, Kind: s.Kind, Title: s.Name, Given: s.Given, Major: s.Major, Chain: d.chain(), Raiser: Party{"u-raiser", "raiser"}}
	if err := m.do(who["desk"], open, at, ""); err != nil {
		return fmt.Errorf("opening: %w", err)
	}
	for i, p := range s.Steps {
		if p.At != "" {
			if at, err = instant(p.At); err != nil {
				return err
			}
		}
		err := d.step(m, who, p, at)
		code := ""
		if f, ok := fault.Of(err); ok {
			code = f.Code
		}
		switch {
		case p.Refused != code && p.Refused != "":
			return fmt.Errorf("step %d %s: should be refused with %s, got: %v", i+1, p.Do, p.Refused, err)
		case err != nil && p.Refused == "":
			return fmt.Errorf("step %d %s: %w", i+1, p.Do, err)
		}
	}
	if s.At != "" {
		if at, err = instant(s.At); err != nil {
			return err
		}
	}
	return d.expect(m, s.Expect, at)
}

func (d *Desk) step(m *memory, who map[string]org.Signer, p Played, at time.Time) error {
	by, ok := who[p.By]
	verb, arg, _ := strings.Cut(p.Do, ":")
	if !ok && verb != "clock" {
		return fmt.Errorf("nobody is called %q", p.By)
	}
	n, _ := strconv.Atoi(arg)
	switch verb {
	case "clock":
		return m.tick(at)
	case "stop":
		return m.do(by, Halting{Case: scriptCase, Why: arg, Note: p.Reason, Review: p.Review}, at, "")
	case "resume":
		return m.do(by, Resume{Case: scriptCase, Note: p.Reason}, at, "")
	case "extend":
		return m.do(by, Extend{Case: scriptCase, Amount: n, Reason: p.Reason}, at, "")
	case "slip":
		return m.do(by, SendSlip{Case: scriptCase, Colour: arg, DoneBy: p.Review}, at, "")
	case "poor":
		return m.do(by, Judge{Case: scriptCase, Reason: p.Reason}, at, "")
	case "measure":
		return m.do(by, SetMeasure{Case: scriptCase, Measure: Measure{Pain: "-", Cause: "-", Decision: "-", Owner: Party{Unit: "u-handler"}, By: "2030-01-01"}}, at, "")
	}
	c, err := Of(m, scriptCase)
	if err != nil {
		return err
	}
	k := Make{Case: scriptCase, Move: p.Do, From: c.State, Outcome: p.Outcome, Reason: p.Reason, Fields: map[string]string{}}
	if move, ok := d.Move(p.Do); ok && move.Does == DoesAssign {
		k.Handler, k.Assists = Party{Unit: "u-handler"}, []Party{{Unit: "u-assist"}}
	}
	for _, f := range p.Fields {
		k.Fields[f] = "-"
	}
	for f, answer := range p.Answers {
		k.Fields[f] = answer
	}
	if p.Files {
		k.Files = []string{"sha256:0"}
	}
	return m.do(by, k, at, "")
}

// expect compares what is worked out with what is expected, as text.
func (d *Desk) expect(m *memory, want map[string]string, at time.Time) error {
	c, err := Of(m, scriptCase)
	if err != nil {
		return err
	}
	s, err := Stand(d, c, at, holidays())
	if err != nil {
		return err
	}
	slips, err := SlipsDue(d, c, at, holidays())
	if err != nil {
		return err
	}
	var colours []string
	for _, x := range slips {
		colours = append(colours, x.Colour)
	}
	got := map[string]string{
		"state": c.State, "level": strconv.Itoa(c.Level), "outcome": c.Outcome, "light": s.Light, "overdue": strconv.FormatBool(s.Overdue),
		"next": string(s.Next.As), "closed": strconv.FormatBool(!c.Open()), "fast": strconv.FormatBool(c.Fast), "by": c.ClosedBy,
		"reopened": strconv.Itoa(c.Reopened), "returned": strconv.Itoa(c.Returns), "climbed": strconv.Itoa(len(c.Climbs)),
		"vacant": strconv.FormatBool(s.Vacant), "slips": strings.Join(colours, " "), "left": strconv.Itoa(s.Left), "due": "", "review": strconv.FormatBool(s.Review),
	}
	if !s.Due.IsZero() {
		got["due"] = s.Due.In(calendar.Zone).Format(layout)
	}
	for _, k := range c.Clocks {
		r, err := k.Read(holidays(), at)
		if err != nil {
			return err
		}
		got["due."+k.Name] = ""
		if !r.Due.IsZero() {
			got["due."+k.Name] = r.Due.In(calendar.Zone).Format(layout)
		}
		got["left."+k.Name], got["paused."+k.Name] = strconv.Itoa(r.Remaining), strconv.Itoa(r.Paused)
	}
	for _, what := range slices.Sorted(maps.Keys(want)) {
		if v, ok := got[what]; !ok || v != want[what] {
			return fmt.Errorf("%s is %q, should be %q", what, v, want[what])
		}
	}
	return nil
}

const layout = "2006-01-02 15:04"

func instant(s string) (time.Time, error) { return time.ParseInLocation(layout, s, calendar.Zone) }
