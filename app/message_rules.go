package app

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"time"

	"shigan/kernel/fault"
	"shigan/kernel/rules"

	"github.com/goccy/go-yaml"
)

var (
	ErrHour  = fault.New(fault.Invalid, "app.bad-hour")         // text
	ErrRules = fault.New(fault.Broken, "app.bad-message-rules") // pack, why

	// ErrNoMessageRules is a set of packs without one of kind messages.
	ErrNoMessageRules = fault.New(fault.Unavailable, "app.no-message-rules")
)

// MessageRules 消息的默认 is what holds for whoever has chosen nothing, and for the clock: a pack of kind messages.
type MessageRules struct {
	Quiet    Quiet            `yaml:"quiet" json:"quiet"`
	Digest   string           `yaml:"digest" json:"digest"`     // the hour of the day's one letter
	Workdays bool             `yaml:"workdays" json:"workdays"` // letters on working days only
	Mail     map[Group]string `yaml:"mail" json:"mail"`         // per group: digest, now, off
	Remind   string           `yaml:"remind" json:"remind"`     // the hour at which the clock reminds
	Keep     int              `yaml:"keep" json:"keep"`         // days for which what was sent is kept
	GiveUp   int              `yaml:"give_up" json:"give_up"`   // days after which a letter that cannot be delivered is given up
	Pack     *rules.Pack      `yaml:"-" json:"-"`
	Tests    []MessageTest    `yaml:"-" json:"-"`
}

// Quiet 安静时段: from an hour to another, over midnight where the second is earlier; two equal hours are none.
type Quiet struct {
	From string `yaml:"from" json:"from"`
	To   string `yaml:"to" json:"to"`
	All  bool   `yaml:"all" json:"all,omitempty"` // urgent ones wait too
}

// How letters of a group come.
const (
	MailDigest = "digest" // in the day's one letter
	MailNow    = "now"    // each as it happens
	MailOff    = "off"
)

var mailWays = []string{MailDigest, MailNow, MailOff}

// minutesOf reads an hour of the day, "07:30", as minutes after midnight.
func minutesOf(hour string) (int, error) {
	t, err := time.Parse("15:04", hour)
	if err != nil || t.Format("15:04") != hour {
		return 0, ErrHour.With("text", hour)
	}
	return t.Hour()*60 + t.Minute(), nil
}

// holds tells whether the quiet hours hold at a minute of the day.
func (q Quiet) holds(minute int) bool {
	from, err1 := minutesOf(q.From)
	to, err2 := minutesOf(q.To)
	switch {
	case err1 != nil || err2 != nil || from == to:
		return false
	case from < to:
		return minute >= from && minute < to
	}
	return minute >= from || minute < to
}

func (m MessageRules) check() error {
	for _, h := range []string{m.Quiet.From, m.Quiet.To, m.Digest, m.Remind} {
		if _, err := minutesOf(h); err != nil {
			return err
		}
	}
	for _, g := range MessageGroups {
		if !slices.Contains(mailWays, m.Mail[g]) {
			return fmt.Errorf("mail: %s is %q", g, m.Mail[g])
		}
	}
	if len(m.Mail) != len(MessageGroups) || m.Keep < 1 || m.GiveUp < 1 {
		return errors.New("mail, keep or give_up")
	}
	return nil
}

// LoadMessageRules reads the packs of kind messages and takes the one of the district's own place, or else the most general.
func LoadMessageRules(fsys fs.FS, place string) (*MessageRules, error) {
	var best *MessageRules
	err := rules.OfKind(fsys, "messages", func(head *rules.Pack) error {
		m := &MessageRules{Pack: head}
		raw, err := fs.ReadFile(fsys, path.Join(head.Name, "messages.yaml"))
		if err == nil {
			err = yaml.NewDecoder(bytes.NewReader(raw), yaml.Strict()).Decode(m)
		}
		if err == nil {
			err = m.check()
		}
		if raw, missing := fs.ReadFile(fsys, path.Join(head.Name, "tests.yaml")); err == nil && missing == nil {
			err = yaml.NewDecoder(bytes.NewReader(raw), yaml.Strict()).Decode(&m.Tests)
		}
		if err != nil {
			return ErrRules.With("pack", head.Name, "why", err.Error())
		}
		if head.Place == place || best == nil && head.Place == "" {
			best = m
		}
		return nil
	})
	if err == nil && best == nil {
		err = ErrNoMessageRules
	}
	return best, err
}
