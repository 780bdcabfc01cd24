package app

import (
	"context"

	"shigan/domain/org"
	"shigan/kernel/fault"
)

// Phone is a person's telephone with its middle hidden, "" where none is known.
func (o *Office) Phone(ctx context.Context, person string) string {
	n, err := o.Vault.Get(o.Read(ctx), "person/"+person, "phone")
	if err != nil || n == "" {
		return ""
	}
	return MaskPhone(n)
}

// Reveal 查看电话 gives a person's telephone whole. That somebody looked, and why, is on the ledger before the number is out.
func (o *Office) Reveal(ctx context.Context, by org.Signer, person, reason string) (string, error) {
	if _, err := o.Do(ctx, by, org.Reveal{PersonID: person, Field: "phone", Reason: reason}, Options{}); err != nil {
		return "", err
	}
	return o.Vault.Get(o.Read(ctx), "person/"+person, "phone")
}

// ErrNoToken is a token that is not the asker's, or has ended.
var ErrNoToken = fault.New(fault.NotFound, "app.no-token")
