package app

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"net/url"
	"slices"
	"strings"

	"shigan/domain/org"
	"shigan/kernel/fault"
)

var (
	// ErrNoDelivery is a delivery that is not there, or was dropped when its days were over.
	ErrNoDelivery = fault.New(fault.NotFound, "app.no-delivery") // id
	// ErrThrough is a delivery that its receiver has.
	ErrThrough = fault.New(fault.Conflict, "app.delivered")
)

func hookOwner(id string) string { return "hook/" + id }

// HookAllowed tells whether a hook may point to an address: adapter/post knows which hosts the server may reach. nil allows any
// https address; whether it resolves to a private one is looked at again with every call.
type HookAllowed func(u *url.URL) error

// OpenHook 开推送 puts address and secret into the vault and states the hook in the ledger. The secret is given once.
func (o *Office) OpenHook(ctx context.Context, by org.Signer, h org.Hook, address string, opt Options) (Receipt, string, error) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" || u.Scheme != "https" && u.Scheme != "http" {
		return Receipt{}, "", org.ErrHookAddress
	}
	if o.HookAllowed != nil {
		if err := o.HookAllowed(u); err != nil {
			return Receipt{}, "", err
		}
	} else if u.Scheme != "https" {
		return Receipt{}, "", org.ErrHookHTTPS
	}
	for _, t := range h.Topics {
		if !slices.Contains(MessageGroups, Group(t)) {
			return Receipt{}, "", org.ErrHookTopic
		}
	}
	if h.ID == "" {
		h.ID = "h-" + NewKey()[:8]
	}
	h.Host, h.Commitment = u.Host, "tried"
	try := opt
	try.DryRun = true
	tried, err := o.Do(ctx, by, org.OpenHook{Hook: h}, try)
	if err != nil || tried.Repeat || opt.DryRun {
		return tried, "", err
	}
	r := o.Read(ctx)
	key := make([]byte, 24)
	rand.Read(key)
	secret := "whsec_" + base64.StdEncoding.EncodeToString(key)
	if h.Commitment, err = o.Vault.Put(r, hookOwner(h.ID), "url", u.String()); err != nil {
		return Receipt{}, "", err
	}
	if _, err := o.Vault.Put(r, hookOwner(h.ID), "secret", secret); err != nil {
		return Receipt{}, "", err
	}
	rec, err := o.Do(ctx, by, org.OpenHook{Hook: h}, opt)
	return rec, secret, err
}

// CloseHook 关推送 stops a hook; what still waits for it is given up.
func (o *Office) CloseHook(ctx context.Context, by org.Signer, id, reason string, opt Options) (Receipt, error) {
	rec, err := o.Do(ctx, by, org.CloseHook{ID: id, Reason: reason}, opt)
	if err != nil || opt.DryRun {
		return rec, err
	}
	_, err = o.Read(ctx).Cancel(id, "closed", stamp(o.Clock()))
	return rec, err
}

// PauseHook 停推送 holds a hook back; what is told meanwhile waits for it.
func (o *Office) PauseHook(ctx context.Context, by org.Signer, id, reason string, opt Options) (Receipt, error) {
	return o.Do(ctx, by, org.PauseHook{ID: id, Reason: reason}, opt)
}

// ResumeHook 恢复推送 lets a hook go on; what was put off while it was paused is due at once.
func (o *Office) ResumeHook(ctx context.Context, by org.Signer, id string, opt Options) (Receipt, error) {
	rec, err := o.Do(ctx, by, org.ResumeHook{ID: id}, opt)
	if err != nil || opt.DryRun {
		return rec, err
	}
	return rec, o.Read(ctx).Release(ByHook, id, stamp(o.Clock()))
}

// TryAgain 再投一次 makes a delivery due now, also one that was given up. Its key stays, so a receiver that had it after all drops it.
func (o *Office) TryAgain(ctx context.Context, id string) error {
	r := o.Read(ctx)
	d, ok, err := r.DeliveryOf(id)
	switch {
	case err != nil:
		return err
	case !ok:
		return ErrNoDelivery.With("id", id)
	case d.State == Through:
		return ErrThrough
	}
	if d.Channel == ByHook {
		if h, err := org.HookOf(r, d.Target); err != nil {
			return err
		} else if h.Closed != "" {
			return org.ErrHookClosed.With("id", h.ID)
		}
	}
	if ok, err = r.Again(id, stamp(o.Clock())); err == nil && !ok { // it came through in between
		err = ErrThrough
	}
	return err
}

// hookGone closes a hook whose receiver is gone, as the system. Two servers that hear it at once close it once.
func (o *Office) hookGone(ctx context.Context, id, why string) error {
	_, err := o.CloseHook(ctx, org.SystemSigner, id, why, Options{Key: "hook-gone/" + id})
	if errors.Is(err, org.ErrHookClosed) {
		return nil
	}
	return err
}

func (o *Office) hookSecrets(r Reader, id string) (address, secret string, err error) {
	if address, err = o.Vault.Get(r, hookOwner(id), "url"); err != nil {
		return "", "", err
	}
	secret, err = o.Vault.Get(r, hookOwner(id), "secret")
	return address, secret, err
}
