package app

import (
	"fmt"
	"time"

	"shigan/kernel/calendar"
)

// Arrives 几时到 is when a letter about something that is told at an instant leaves, by what a person chose: at once, at the end of his
// quiet hours, or in the day's letter. ok is false where he gets none. The planner fixes letters with every round of the clock, so
// a letter leaves up to a round later than this.
func (c Choices) Arrives(g Group, urgent bool, at time.Time) (when time.Time, ok bool) {
	switch c.Way(g, urgent) {
	case MailOff:
		return time.Time{}, false
	case MailNow:
		if c.Passes(urgent, at) {
			return at, true
		}
		to, err := minutesOf(c.Quiet.To)
		if err != nil {
			return time.Time{}, false
		}
		day := calendar.DateOf(at)
		if when = day.At(to); when.Before(at) {
			when = day.AddDays(1).At(to)
		}
		return when, true
	}
	hour, err := minutesOf(c.Digest)
	if err != nil {
		return time.Time{}, false
	}
	for day := calendar.DateOf(at); ; day = day.AddDays(1) {
		if when = day.At(hour); !when.Before(at) && (!c.Workdays || isWorkday(day)) {
			return when, true
		}
	}
}

// MessageTest 规则自测 is a case of a pack of messages: something told at an instant of the house's clock, and when its letter leaves.
type MessageTest struct {
	Name     string `yaml:"name"`
	At       string `yaml:"at"` // 2022-06-30 07:59
	Urgent   bool   `yaml:"urgent"`
	Way      string `yaml:"way"`       // how its group goes; "" as the pack has it
	AllQuiet bool   `yaml:"all_quiet"` // the urgent waits too
	Expect   string `yaml:"expect"`    // "" for never
}

// MessageTried is a test of the pack and what was wrong, "" for nothing.
type MessageTried struct{ Pack, Name, Why string }

const testTime = "2006-01-02 15:04"

// Trial runs the pack's own tests for whoever has chosen nothing but what a test says.
func (m *MessageRules) Trial() (out []MessageTried) {
	for _, t := range m.Tests {
		out = append(out, MessageTried{m.Pack.Name, t.Name, m.try(t)})
	}
	return out
}

func (m *MessageRules) try(t MessageTest) string {
	at, err := time.ParseInLocation(testTime, t.At, calendar.Zone)
	if err != nil {
		return err.Error()
	}
	c := stored{}.over(m)
	c.Quiet.All = c.Quiet.All || t.AllQuiet
	got := ""
	for _, g := range MessageGroups { // what the pack says holds for each group
		if t.Way != "" {
			c.Mail[g] = t.Way
		}
		when, ok := c.Arrives(g, t.Urgent, at)
		if got = ""; ok {
			got = when.In(calendar.Zone).Format(testTime)
		}
		if got != t.Expect {
			return fmt.Sprintf("%s: %q ≠ %q", g, got, t.Expect)
		}
	}
	return ""
}
