package org

import (
	"slices"
	"strings"
	"time"

	"shigan/kernel/calendar"
	"shigan/kernel/fault"
	"shigan/kernel/ledger"
	"shigan/kernel/table"
)

var (
	ErrNoHook      = fault.New(fault.NotFound, "org.no-hook")     // id
	ErrHookClosed  = fault.New(fault.Conflict, "org.hook-closed") // id
	ErrHookPaused  = fault.New(fault.Conflict, "org.hook-paused") // id
	ErrHookRuns    = fault.New(fault.Conflict, "org.hook-runs")   // id
	ErrHookAddress = fault.New(fault.Invalid, "org.hook-address")
	ErrHookHTTPS   = fault.New(fault.Invalid, "org.hook-https")
	ErrHookPrivate = fault.New(fault.Invalid, "org.hook-private")
	ErrHookTopic   = fault.New(fault.Invalid, "org.hook-topic")
)

// HookKind is the kind of a hook's document.
const HookKind = "hook"

// Hook 推送 is another program that is told of what happens here. That matters of the district go to an address outside is on
// the ledger, with who opened it; the address itself may hold a key, so it lies in the vault with the secret, and the ledger
// has its host and a commitment.
type Hook struct {
	ID         string   `json:"id"`
	Label      string   `json:"label"`
	Host       string   `json:"host"`
	Topics     []string `json:"topics,omitempty"` // groups of topics; none is all
	Commitment string   `json:"commitment"`
	Opened     string   `json:"opened"` // day
	Paused     string   `json:"paused,omitempty"`
	Closed     string   `json:"closed,omitempty"`
	Why        string   `json:"why,omitempty"`   // it is paused or closed
	Since      int64    `json:"since,omitempty"` // the entry that opened it: what comes after is told
	Seq        int64    `json:"seq"`
}

// Index gives the columns for lists.
func (h Hook) Index() map[string]any {
	return map[string]any{"name": h.Label, "parent": h.Host, "stage": h.Stage()}
}

// Stage is open, paused or closed.
func (h Hook) Stage() string {
	switch {
	case h.Closed != "":
		return "closed"
	case h.Paused != "":
		return "paused"
	}
	return "open"
}

// HookOf reads a hook or refuses.
func HookOf(v table.Reader, id string) (Hook, error) { return get[Hook](v, HookKind, id, ErrNoHook) }

// OpenHook 开推送.
type OpenHook struct{ Hook Hook }

func (OpenHook) Name() string                      { return "org.open-hook" }
func (OpenHook) Scope(table.Reader) (Scope, error) { return Scope{}, nil }

func (c OpenHook) Decide(v table.Reader, _ Signer, at time.Time) ([]ledger.Fact, error) {
	h := c.Hook
	h.Label = strings.TrimSpace(h.Label)
	switch {
	case h.ID == "" || h.Label == "":
		return nil, ErrBlank
	case h.Host == "" || h.Commitment == "":
		return nil, ErrHookAddress
	}
	if _, err := HookOf(v, h.ID); err == nil {
		return nil, ErrExists.With("id", h.ID)
	}
	h.Topics = slices.Compact(slices.Sorted(slices.Values(h.Topics)))
	h.Opened, h.Paused, h.Closed, h.Why, h.Since, h.Seq = calendar.DateOf(at).String(), "", "", "", 0, 0
	return one("org.hook-opened/1", "hook/"+h.ID, h.Opened, h), nil
}

// openHook reads a hook that is not closed, or refuses.
func openHook(v table.Reader, id string) (Hook, error) {
	h, err := HookOf(v, id)
	if err == nil && h.Closed != "" {
		err = ErrHookClosed.With("id", id)
	}
	return h, err
}

// CloseHook 关推送, by the officer, or by the clock when the receiver says that it is gone or answers no more.
type CloseHook struct{ ID, Reason string }

func (CloseHook) Name() string                      { return "org.close-hook" }
func (CloseHook) Scope(table.Reader) (Scope, error) { return Scope{}, nil }

// hookClosed is the body of what stops a hook or lets it go on.
type hookClosed struct {
	On     string `json:"on"`
	Reason string `json:"reason,omitempty"`
}

func (c CloseHook) Decide(v table.Reader, _ Signer, at time.Time) ([]ledger.Fact, error) {
	_, err := openHook(v, c.ID)
	switch {
	case err != nil:
		return nil, err
	case strings.TrimSpace(c.Reason) == "":
		return nil, ErrReason
	}
	on := calendar.DateOf(at).String()
	return one("org.hook-closed/1", "hook/"+c.ID, on, hookClosed{on, c.Reason}), nil
}

// PauseHook 停推送 holds a hook back, while its receiver is being mended: nothing is sent, and nothing is lost.
type PauseHook struct{ ID, Reason string }

func (PauseHook) Name() string                      { return "org.pause-hook" }
func (PauseHook) Scope(table.Reader) (Scope, error) { return Scope{}, nil }

func (c PauseHook) Decide(v table.Reader, _ Signer, at time.Time) ([]ledger.Fact, error) {
	h, err := openHook(v, c.ID)
	switch {
	case err != nil:
		return nil, err
	case h.Paused != "":
		return nil, ErrHookPaused.With("id", c.ID)
	case strings.TrimSpace(c.Reason) == "":
		return nil, ErrReason
	}
	on := calendar.DateOf(at).String()
	return one("org.hook-paused/1", "hook/"+c.ID, on, hookClosed{on, strings.TrimSpace(c.Reason)}), nil
}

// ResumeHook 恢复推送 lets a hook go on, from where it was paused.
type ResumeHook struct{ ID string }

func (ResumeHook) Name() string                      { return "org.resume-hook" }
func (ResumeHook) Scope(table.Reader) (Scope, error) { return Scope{}, nil }

func (c ResumeHook) Decide(v table.Reader, _ Signer, at time.Time) ([]ledger.Fact, error) {
	h, err := openHook(v, c.ID)
	switch {
	case err != nil:
		return nil, err
	case h.Paused == "":
		return nil, ErrHookRuns.With("id", c.ID)
	}
	on := calendar.DateOf(at).String()
	return one("org.hook-resumed/1", "hook/"+c.ID, on, hookClosed{On: on}), nil
}
