package app

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"net/mail"
	"slices"
	"strings"
	"time"

	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
	"shigan/kernel/words"
)

var (
	ErrAddress = fault.New(fault.Invalid, "app.bad-address")     // text
	ErrCode    = fault.New(fault.Invalid, "app.wrong-code")      //
	ErrNoMail  = fault.New(fault.Unavailable, "app.no-mail")     //
	ErrChoice  = fault.New(fault.Invalid, "app.bad-choice")      // what
	ErrTooMany = fault.New(fault.Conflict, "app.too-many-tries") //
)

// AddressState says how far an e-mail address is.
type AddressState string

const (
	NoAddress      AddressState = ""        // none given
	AddressAsked   AddressState = "asked"   // a code is under way to it
	AddressGood    AddressState = "good"    // whoever reads it gave the code back
	AddressRefused AddressState = "refused" // its server refuses it for good
)

// Choices 我的消息 is how a person wants to be told. What he left alone is as the pack has it.
type Choices struct {
	Lang     words.Lang       `json:"lang,omitempty"`
	Hidden   []Group          `json:"hidden,omitempty"` // not shown on the page of messages
	Mail     map[Group]string `json:"mail,omitempty"`
	Quiet    Quiet            `json:"quiet"`
	Digest   string           `json:"digest"`
	Workdays bool             `json:"workdays"`
	Address  AddressState     `json:"address,omitempty"` // the address itself lies in the vault
	Why      string           `json:"why,omitempty"`     // what its server said, where it was refused
}

// stored is what lies in the database: nil where the pack's own value holds.
type stored struct {
	Lang     words.Lang       `json:"lang,omitempty"`
	Hidden   []Group          `json:"hidden,omitempty"`
	Mail     map[Group]string `json:"mail,omitempty"`
	Quiet    *Quiet           `json:"quiet,omitempty"`
	Digest   string           `json:"digest,omitempty"`
	Workdays *bool            `json:"workdays,omitempty"`
	Address  AddressState     `json:"address,omitempty"`
	Why      string           `json:"why,omitempty"`
	Code     string           `json:"code,omitempty"` // hash of the code that was sent
	CodeEnds string           `json:"code_ends,omitempty"`
	CodeLeft int              `json:"code_left,omitempty"`
}

// over lays what a person chose over the rules.
func (s stored) over(r *MessageRules) Choices {
	c := Choices{Lang: s.Lang, Hidden: s.Hidden, Mail: maps.Clone(r.Mail), Quiet: r.Quiet, Digest: r.Digest, Workdays: r.Workdays, Address: s.Address, Why: s.Why}
	maps.Copy(c.Mail, s.Mail)
	if s.Quiet != nil {
		c.Quiet = *s.Quiet
	}
	if s.Digest != "" {
		c.Digest = s.Digest
	}
	if s.Workdays != nil {
		c.Workdays = *s.Workdays
	}
	if c.Lang == "" {
		c.Lang = words.Zh
	}
	return c
}

// Shows tells whether the page of messages shows a group.
func (c Choices) Shows(g Group) bool { return !slices.Contains(c.Hidden, g) }

// Way is how a message goes by mail. What is urgent goes at once, but where its group gets no mail at all.
func (c Choices) Way(g Group, urgent bool) string {
	way := c.Mail[g]
	if way != MailOff && urgent {
		return MailNow
	}
	return way
}

// Passes tells whether what goes at once may go at an instant.
func (c Choices) Passes(urgent bool, at time.Time) bool {
	return urgent && !c.Quiet.All || !c.Quiet.holds(minuteOfDay(at))
}

// Letter tells whether the day's letter is due at an instant, last being the day of the one before.
func (c Choices) Letter(last string, at time.Time) bool {
	hour, err := minutesOf(c.Digest)
	return err == nil && last < calendar.DateOf(at).String() && minuteOfDay(at) >= hour && (!c.Workdays || isWorkday(calendar.DateOf(at)))
}

func minuteOfDay(at time.Time) int {
	t := at.In(calendar.Zone)
	return t.Hour()*60 + t.Minute()
}

// isWorkday goes by the list of holidays; where that ends, by the days of the week.
func isWorkday(d calendar.Date) bool {
	on, err := calendar.StateCouncil().IsWorkday(d)
	if err != nil {
		return d.Weekday() != time.Saturday && d.Weekday() != time.Sunday
	}
	return on
}

func (o *Office) messageRules() (*MessageRules, error) {
	if o.Messages == nil {
		return nil, ErrNoMessageRules
	}
	return o.Messages, nil
}

func storedOf(r Reader, person string) (s stored, err error) {
	body, err := r.Choices(person)
	if err == nil && body != "" {
		err = json.Unmarshal([]byte(body), &s)
	}
	return s, err
}

func putStored(r Reader, person string, s stored) error {
	raw, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return r.PutChoices(person, string(raw))
}

// ChoicesOf are a person's choices, with the address as its owner may see it.
func (o *Office) ChoicesOf(ctx context.Context, person string) (c Choices, address string, err error) {
	rules, err := o.messageRules()
	if err != nil {
		return c, "", err
	}
	r := o.Read(ctx)
	s, err := storedOf(r, person)
	if err != nil {
		return c, "", err
	}
	if s.Address != NoAddress {
		address, err = o.address(r, person)
	}
	return s.over(rules), address, err
}

// Choose 保存 takes over what a person chose; the address has ways of its own.
func (o *Office) Choose(ctx context.Context, by org.Signer, c Choices) error {
	if _, err := o.messageRules(); err != nil {
		return err
	}
	if err := c.Check(); err != nil {
		return err
	}
	r := o.Read(ctx)
	s, err := storedOf(r, by.Person)
	if err != nil {
		return err
	}
	quiet, workdays := c.Quiet, c.Workdays
	s.Lang, s.Hidden, s.Mail, s.Quiet, s.Digest, s.Workdays = words.ParseLang(string(c.Lang)), c.Hidden, c.Mail, &quiet, c.Digest, &workdays
	return putStored(r, by.Person, s)
}

// Check refuses hours, groups and ways that there are not.
func (c Choices) Check() error {
	for _, h := range []string{c.Quiet.From, c.Quiet.To, c.Digest} {
		if _, err := minutesOf(h); err != nil {
			return err
		}
	}
	for g, way := range c.Mail {
		if !slices.Contains(MessageGroups, g) || !slices.Contains(mailWays, way) {
			return ErrChoice.With("what", string(g)+": "+way)
		}
	}
	for _, g := range c.Hidden {
		if !slices.Contains(MessageGroups, g) {
			return ErrChoice.With("what", string(g))
		}
	}
	return nil
}

const (
	codeLife  = 30 * time.Minute
	codeTries = 5
)

func addressOwner(person string) string { return "person/" + person }

// address is a person's e-mail address out of the vault, "" where none was given or he was erased.
func (o *Office) address(r Reader, person string) (string, error) {
	a, err := o.Vault.Get(r, addressOwner(person), "email")
	if f, ok := fault.Of(err); ok && f.Kind == fault.NotFound {
		return "", nil
	}
	return a, err
}

// cleanAddress takes an address without name or comment.
func cleanAddress(s string) (string, error) {
	s = strings.TrimSpace(s)
	a, err := mail.ParseAddress(s)
	if err != nil || a.Name != "" || a.Address != s || len(s) > 254 || strings.ContainsAny(s, "\r\n\"") || !strings.Contains(a.Address[strings.LastIndexByte(a.Address, '@')+1:], ".") {
		return "", ErrAddress.With("text", s)
	}
	return a.Address, nil
}

// AskAddress 登记邮箱 keeps an address and sends a code to it: until the code comes back nothing else is sent there, so that nobody
// else's letter-box gets the district's matters by a slip of the pen. "" takes the address back.
func (o *Office) AskAddress(ctx context.Context, by org.Signer, address string) error {
	r, now := o.Read(ctx), o.Clock()
	s, err := storedOf(r, by.Person)
	if err != nil {
		return err
	}
	if strings.TrimSpace(address) == "" {
		if _, err := o.Vault.Put(r, addressOwner(by.Person), "email", ""); err != nil {
			return err
		}
		s.Address, s.Code, s.Why = NoAddress, "", ""
		if err := putStored(r, by.Person, s); err != nil {
			return err
		}
		_, err := r.Cancel(by.Person, "no address", stamp(now))
		return err
	}
	if !o.MailOn {
		return ErrNoMail
	}
	rules, err := o.messageRules()
	if err != nil {
		return err
	}
	if address, err = cleanAddress(address); err != nil {
		return err
	}
	if s.Address == AddressAsked && s.CodeLeft <= 0 && s.CodeEnds > stamp(now) {
		return ErrTooMany.With("minutes", int(codeLife/time.Minute))
	}
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return err
	}
	code := fmt.Sprintf("%06d", n)
	if _, err := o.Vault.Put(r, addressOwner(by.Person), "email", address); err != nil {
		return err
	}
	s.Address, s.Why, s.Code, s.CodeEnds, s.CodeLeft = AddressAsked, "", hashToken(by.Person+"/"+code), stamp(now.Add(codeLife)), codeTries
	if err := putStored(r, by.Person, s); err != nil {
		return err
	}
	lang := s.over(rules).Lang
	_, err = r.Advance("", Cursor{}, Cursor{}, []Delivery{{ID: "mail/" + by.Person + "/code-" + NewKey(), Channel: ByMail, Target: by.Person, Topic: topicCode,
		Head: words.Say(lang, "message.mail.code.head"), Body: words.Say(lang, "message.mail.code", "code", code, "minutes", int(codeLife/time.Minute)), Made: stamp(now), Next: stamp(now)}})
	return err
}

// ConfirmAddress takes the code; from here on letters go to the address.
func (o *Office) ConfirmAddress(ctx context.Context, by org.Signer, code string) error {
	r, now := o.Read(ctx), o.Clock()
	s, err := storedOf(r, by.Person)
	switch {
	case err != nil:
		return err
	case s.Address != AddressAsked || s.Code == "" || s.CodeEnds < stamp(now):
		return ErrCode
	case s.CodeLeft <= 0:
		return ErrTooMany.With("minutes", int(codeLife/time.Minute))
	}
	if hashToken(by.Person+"/"+strings.TrimSpace(code)) != s.Code {
		s.CodeLeft--
		return errors.Join(ErrCode, putStored(r, by.Person, s))
	}
	return o.goodAddress(r, by.Person, s)
}

// SetAddress 替人登记邮箱 is for the officer who registers people: the address comes from the personnel list, and needs no code.
func (o *Office) SetAddress(ctx context.Context, person, address string) error {
	r := o.Read(ctx)
	if _, err := org.PersonOf(r, person); err != nil {
		return err
	}
	address, err := cleanAddress(address)
	if err != nil {
		return err
	}
	if _, err := o.Vault.Put(r, addressOwner(person), "email", address); err != nil {
		return err
	}
	s, err := storedOf(r, person)
	if err != nil {
		return err
	}
	return o.goodAddress(r, person, s)
}

// goodAddress opens the letter-box: what is told from now on goes there.
func (o *Office) goodAddress(r Reader, person string, s stored) error {
	head, _, _, err := r.Log()
	if err != nil {
		return err
	}
	rules, err := o.messageRules()
	if err != nil {
		return err
	}
	day := ""
	if now := o.Clock(); s.over(rules).Letter("", now) { // today's hour is over: the first letter comes tomorrow
		day = today(now)
	}
	for _, who := range []string{digestCursor(person), nowCursor(person)} {
		if err := startAt(r, who, Cursor{Seq: head.Size, Day: day}); err != nil {
			return err
		}
	}
	s.Address, s.Code, s.CodeEnds, s.CodeLeft, s.Why = AddressGood, "", "", 0, ""
	return putStored(r, person, s)
}
