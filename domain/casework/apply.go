package casework

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
	"shigan/kernel/quantity"
	"shigan/kernel/rules"
	"shigan/kernel/table"
)

// Apply turns an entry of this room into documents and data. It asks no desk what a move brings about: that stands in the entry.
// Only the columns of lists (row.go) read the pinned desk, for whose turn it is.
func Apply(w table.Writer, e ledger.Entry) error {
	switch e.Kind {
	case "case.desk-adopted/1":
		return applyAdopted(w, e)
	case "case.opened/1", "case.taken-over/1":
		return applyOpened(w, e)
	case "case.moved/1", "case.confirmed/1", "case.refused-by-raiser/1", "case.returned/1", "case.climbed/1":
		var s step
		return change(w, e, &s, func(c *Case) { s.apply(c, e) })
	case "case.stopped/1", "case.suspended/1":
		var h Halt
		return change(w, e, &h, func(c *Case) {
			h.Seq = e.Seq
			c.Halt = &h
			c.stop(c.Clocks)
		})
	case "case.resumed/1":
		var r resumed
		return change(w, e, &r, func(c *Case) { c.resume(r.At) })
	case "case.extended/1":
		var x extended
		return change(w, e, &x, func(c *Case) {
			for _, n := range x.Clocks {
				if k := c.running(n); k != nil {
					k.Extensions = append(k.Extensions, Extension{x.At, x.Amount, x.Reason, e.Post})
				}
			}
		})
	case "case.merged/1":
		var m merged
		if err := change(w, e, &m, func(c *Case) { c.Into = m.Into }); err != nil {
			return err
		}
		return changeCase(w, e, m.Into, func(c *Case) { c.Merged = append(c.Merged, strings.TrimPrefix(e.Subject, "case/")) })
	case "case.split/1":
		var p parted
		return change(w, e, &p, func(c *Case) { c.Parts = append(c.Parts, p.Parts...) })
	case "case.measure-set/1":
		var m Measure
		return change(w, e, &m, func(c *Case) { m.Seq = e.Seq; c.Measure = &m })
	case "case.slip-sent/1":
		var s Slip
		return change(w, e, &s, func(c *Case) { s.Seq = e.Seq; c.Slips = append(c.Slips, s) })
	case "case.asked/1":
		var q Asked
		return change(w, e, &q, func(c *Case) { q.Seq = e.Seq; c.Asked = append(c.Asked, q) })
	case "case.answer-poor/1":
		var b struct{ Reason string }
		return change(w, e, &b, func(c *Case) { c.Poor = true })
	}
	return nil
}

func applyAdopted(w table.Writer, e ledger.Entry) error {
	var b struct {
		adopted
		Desk json.RawMessage `json:"desk"` // as it was written: its digest is over these bytes' meaning
	}
	if err := json.Unmarshal(e.Body, &b); err != nil {
		return err
	}
	var d Desk
	if err := json.Unmarshal(b.Desk, &d); err != nil {
		return err
	}
	if err := w.Put(DeskKind, b.Digest, d); err != nil {
		return err
	}
	a, err := AdoptedOf(w, b.Name)
	if err != nil {
		return err
	}
	a.Versions, a.Seq = append(a.Versions, Version{b.Digest, b.From, b.Shadow, e.Seq}), e.Seq
	return w.Put(InForce, b.Name, a)
}

func applyOpened(w table.Writer, e ledger.Entry) error {
	var b opened
	if err := json.Unmarshal(e.Body, &b); err != nil {
		return err
	}
	c := b.Case
	c.Clocks, c.Born, c.Files = b.Starts, e.Seq, e.Evidence
	if c.Measure != nil {
		c.Measure.Seq = e.Seq
	}
	c.MovedBy, c.MovedAt = e.Post, e.RecordedAt
	if c.Origin != "" {
		if err := w.Put(OriginKind, c.Origin, c.ID); err != nil {
			return err
		}
	}
	if at := strings.LastIndexByte(c.ID, '-'); at > 0 { // P-2022-0311: the next is 0312
		var n count
		if _, err := w.Get(CountKind, c.ID[:at], &n); err != nil {
			return err
		}
		if got, err := strconv.Atoi(c.ID[at+1:]); err == nil && got > n.N {
			if err := w.Put(CountKind, c.ID[:at], count{got}); err != nil {
				return err
			}
		}
	}
	return keep(w, e, Case{}, c)
}

// change decodes a body, reads the entry's case, changes and stores it.
func change(w table.Writer, e ledger.Entry, body any, f func(*Case)) error {
	if err := json.Unmarshal(e.Body, body); err != nil {
		return err
	}
	return changeCase(w, e, strings.TrimPrefix(e.Subject, "case/"), f)
}

func changeCase(w table.Writer, e ledger.Entry, id string, f func(*Case)) error {
	old, err := Of(w, id)
	if err != nil {
		return fmt.Errorf("entry %d: %w", e.Seq, err)
	}
	c, err := Of(w, id) // a copy that shares nothing
	if err != nil {
		return err
	}
	f(&c)
	return keep(w, e, old, c)
}

// keep stores a case, what the clock looks at, and the data that figures read.
func keep(w table.Writer, e ledger.Entry, old, c Case) error {
	c.Seq = e.Seq
	if t := c.tick(); t.Clock != nil && !reflect.DeepEqual(t, old.tick()) || t.Clock == nil && old.tick().Clock != nil {
		if err := w.Put(TickKind, c.ID, t); err != nil {
			return err
		}
	}
	state(w, e, old, c)
	return shelve(w, e, old, c)
}

func (s step) apply(c *Case, e ledger.Entry) {
	if e.Kind == "case.climbed/1" {
		s.climb(c, e)
		return
	}
	if c.Halt != nil { // only the raiser moves a halted case
		c.resume(s.At)
	}
	c.State, c.MovedBy, c.MovedAt, c.Told = s.To, e.Post, e.RecordedAt, nil
	if s.Tells {
		c.Told = &Told{e.Actor, e.Post, s.Reason, e.RecordedAt, e.Seq}
	}
	if s.Handler != nil {
		c.Handler, c.Assists = *s.Handler, s.Assists
	}
	if s.Seats != nil {
		c.Seats = s.Seats
	}
	if s.Outcome != "" {
		c.Outcome = s.Outcome
	}
	for f, v := range s.Fields {
		if c.Fields == nil {
			c.Fields = map[string]string{}
		}
		c.Fields[f] = v
	}
	c.Files = append(c.Files, e.Evidence...)
	c.end(s)
	switch s.Does {
	case DoesAnswer, DoesReport:
		c.Answers++
		c.Poor = false
		for i := c.SlipsFrom; i < len(c.Slips); i++ {
			if c.Slips[i].Answered == "" {
				c.Slips[i].Answered = calendar.DateOf(s.At).String()
			}
		}
		for i := range c.Asked {
			if c.Asked[i].Answered == "" {
				c.Asked[i].Answered = calendar.DateOf(s.At).String()
			}
		}
	case DoesReturn:
		c.Returns++
		c.Handler, c.Assists = Party{}, nil
	case DoesReopen:
		c.Reopened++
		c.ReopenedAt = e.RecordedAt
		c.Closed, c.ClosedBy, c.Outcome, c.Fast, c.Unfixed = "", "", "", false, false
		c.SlipsFrom, c.Answers, c.Poor = len(c.Slips), 0, false
	}
	if s.Level > 0 {
		c.Climbs = append(c.Climbs, Climbed{s.Was, s.Level, "", s.At.Format(time.RFC3339), s.Empty, e.Seq})
		c.Level, c.Empty, c.Vacant = s.Level, append(c.Empty, s.Empty...), s.Vacant
	}
	if s.Closed {
		c.Closed, c.Fast, c.Unfixed = e.RecordedAt, s.Fast, s.Unfixed
		c.ClosedBy = map[string]string{DoesConfirm: "confirmed", DoesWithdraw: "withdrawn"}[s.Does]
		if c.ClosedBy == "" {
			c.ClosedBy = "signed"
		}
		if s.Undone != "" { // its raiser had no part in it
			c.ClosedBy = "undone"
		}
	}
	c.begin(s.Starts)
}

func (s step) climb(c *Case, e ledger.Entry) {
	c.end(s)
	c.Climbs = append(c.Climbs, Climbed{s.Was, s.Level, s.Due, s.At.Format(time.RFC3339), s.Empty, e.Seq})
	c.Level, c.Empty, c.Vacant = s.Level, append(c.Empty, s.Empty...), s.Vacant
	c.begin(s.Starts)
}

func (c *Case) end(s step) {
	for i := range c.Clocks {
		if k := &c.Clocks[i]; k.running() && slices.Contains(s.Ends, k.Name) {
			k.halt(s.At)
			k.End = s.At
		}
	}
}

// halt closes a stop that is still open.
func (k *Clock) halt(at time.Time) {
	if n := len(k.Stops); n > 0 && k.Stops[n-1].To.IsZero() {
		k.Stops[n-1].To = at
	}
}

// begin starts clocks; one of the same name that still runs ends. In a halted case they begin halted.
func (c *Case) begin(starts []Clock) {
	for _, k := range starts {
		if old := c.running(k.Name); old != nil {
			old.halt(k.Start)
			old.End = k.Start
		}
		c.Clocks = append(c.Clocks, k)
	}
	if c.Halt != nil && len(starts) > 0 {
		h := *c.Halt
		c.Halt.Since = starts[0].Start
		c.stop(c.Clocks[len(c.Clocks)-len(starts):])
		c.Halt.Since = h.Since
	}
}

// stop opens a stop on those of some clocks that the halt is for.
func (c *Case) stop(clocks []Clock) {
	for i := range clocks {
		if k := &clocks[i]; k.running() && (len(c.Halt.Clocks) == 0 || slices.Contains(c.Halt.Clocks, k.Name)) {
			k.Stops = append(k.Stops, Stop{From: c.Halt.Since, Why: c.Halt.Why, Note: c.Halt.Note, Review: c.Halt.Review})
		}
	}
}

func (c *Case) resume(at time.Time) {
	for i := range c.Clocks {
		if c.Clocks[i].running() {
			c.Clocks[i].halt(at)
		}
	}
	c.Halt = nil
}

// state writes the data that figures read, those that changed.
func state(w table.Writer, e ledger.Entry, old, c Case) {
	day := c.Opened
	if at, err := time.Parse(ledger.TimeLayout, e.RecordedAt); err == nil {
		day = at
	}
	on := calendar.DateOf(day).String()
	was, now := old.data(), c.data()
	for fact := range was { // a reopened case has no outcome any more
		if _, still := now[fact]; !still {
			now[fact] = rules.NoValue("missing.reopened:" + fact).Canonical()
		}
	}
	for _, fact := range slices.Sorted(maps.Keys(now)) {
		if was[fact] != now[fact] {
			w.Datum(fact, "case/"+c.ID, on, now[fact])
		}
	}
}

func number64(n int) string           { return rules.NumValue(big.NewRat(int64(n), 1)).Canonical() }
func dayValue(d calendar.Date) string { return rules.NumValue(rules.DayNumber(d)).Canonical() }
func textValue(s string) string       { return rules.TextValue(s).Canonical() }
func boolValue(b bool) string         { return rules.BoolValue(b).Canonical() }

func (c Case) data() map[string]string {
	if c.ID == "" {
		return nil
	}
	m := map[string]string{
		"case_opened":   dayValue(calendar.DateOf(c.Opened)),
		"case_desk":     textValue(c.Desk),
		"case_open":     boolValue(c.Open()),
		"case_level":    number64(c.Level),
		"case_climbed":  number64(len(c.Climbs)),
		"case_reopened": number64(c.Reopened),
		"case_returned": number64(c.Returns),
		"case_fast":     boolValue(c.Fast),
		"case_unfixed":  boolValue(c.Unfixed),
	}
	if c.Handler.Unit != "" {
		m["case_unit"] = textValue(c.Handler.Unit)
	}
	if c.Closed != "" {
		m["case_outcome"] = textValue(c.Outcome)
		m["case_confirmed"] = boolValue(c.ClosedBy == "confirmed")
		if at, err := time.Parse(ledger.TimeLayout, c.Closed); err == nil {
			m["case_closed"] = dayValue(calendar.DateOf(at))
			days := big.NewRat(int64(calendar.DateOf(at).Sub(calendar.DateOf(c.Opened))), 1)
			m["case_days"] = rules.NumValue(days.Mul(days, quantity.UnitDay.Scale())).Canonical()
		}
	}
	return m
}
