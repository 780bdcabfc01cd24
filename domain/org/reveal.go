package org

import (
	"strings"
	"time"

	"shigan/kernel/fault"
	"shigan/kernel/ledger"
	"shigan/kernel/table"
)

// ErrReason is a personal value that somebody asks for without saying why.
var ErrReason = fault.New(fault.Invalid, "org.no-reason")

// Reveal 查看个人信息 states that somebody looked at a personal value, and why. The value itself is in the vault and never here.
type Reveal struct {
	PersonID, Field, Reason string
}

func (Reveal) Name() string                      { return "org.reveal" }
func (Reveal) Scope(table.Reader) (Scope, error) { return Scope{}, nil }

func (c Reveal) Decide(v table.Reader, _ Signer, at time.Time) ([]ledger.Fact, error) {
	if _, err := PersonOf(v, c.PersonID); err != nil {
		return nil, err
	}
	if strings.TrimSpace(c.Reason) == "" {
		return nil, ErrReason
	}
	return one("org.revealed/1", "person/"+c.PersonID, day("", at), map[string]string{"person": c.PersonID, "field": c.Field, "reason": c.Reason}), nil
}
