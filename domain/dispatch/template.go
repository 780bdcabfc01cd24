package dispatch

import (
	"encoding/json"
	"time"

	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
	"shigan/kernel/ledger"
	"shigan/kernel/table"
)

// ErrTemplate is a form without a name or a file.
var ErrTemplate = fault.New(fault.Invalid, "dispatch.template")

// TemplateKind is the kind of a superior's form.
const TemplateKind = "template"

// Template 上级表样 is a superior's own workbook, and what goes into which of its columns.
type Template struct {
	ID      string   `json:"id"`
	Name    org.Name `json:"name"`
	File    string   `json:"file"`              // digest of the blank form
	Mapping string   `json:"mapping,omitempty"` // as the paper room reads it; "" is not mapped yet
	On      string   `json:"on"`
	By      string   `json:"by"`
	Seq     int64    `json:"seq"`
}

// Index gives the columns for lists.
func (t Template) Index() map[string]any { return map[string]any{"name": t.Name.Zh} }

// TemplateOf reads a form; ok is false where there is none.
func TemplateOf(v table.Reader, id string) (Template, bool, error) {
	var t Template
	ok, err := v.Get(TemplateKind, id, &t)
	return t, ok, err
}

// MapTemplate 定表样 keeps a form, or changes its mapping.
type MapTemplate struct {
	ID      string
	Called  string
	File    string // digest; the bytes go in with the deed
	Mapping string
}

func (MapTemplate) Name() string                          { return "dispatch.map-template" }
func (MapTemplate) Scope(table.Reader) (org.Scope, error) { return org.Scope{}, nil }

func (c MapTemplate) Decide(v table.Reader, by org.Signer, at time.Time) ([]ledger.Fact, error) {
	if blank(c.ID) || blank(c.File) || blank(c.Called) {
		return nil, ErrTemplate.With("why", c.Called)
	}
	old, had, err := TemplateOf(v, c.ID)
	if err != nil {
		return nil, err
	}
	if had && old.Name.Zh == c.Called && old.File == c.File && old.Mapping == c.Mapping {
		return nil, nil
	}
	on := calendar.DateOf(at).String()
	facts := fact("dispatch.template-mapped/1", "template/"+c.ID, on, Template{ID: c.ID, Name: org.Name{Zh: c.Called}, File: c.File, Mapping: c.Mapping, On: on, By: by.Post}, c.File)
	facts[0].Corrects = old.Seq
	return facts, nil
}

func applyTemplate(w table.Writer, e ledger.Entry) error {
	var t Template
	if err := json.Unmarshal(e.Body, &t); err != nil {
		return err
	}
	t.Seq = e.Seq
	return w.Put(TemplateKind, t.ID, t)
}
