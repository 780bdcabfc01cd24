package app

import (
	"context"

	"shigan/domain/casework"
	"shigan/domain/org"
)

// AdoptDesk puts a desk of the packs in force from a day on ("" is today), or beside the one in force, in shadow.
func (o *Office) AdoptDesk(ctx context.Context, by org.Signer, name, from string, shadow bool, reason string, opt Options) (Receipt, error) {
	if o.Desks == nil {
		return Receipt{}, casework.ErrNoDesk.With("desk", name)
	}
	d, err := o.Desks.Get(name)
	if err != nil {
		return Receipt{}, err
	}
	return o.Do(ctx, by, casework.AdoptDesk{Desk: d, From: from, Shadow: shadow, Reason: reason}, opt)
}
