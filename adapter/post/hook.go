package post

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"shigan/app"
)

// Hooks calls hooks in the manner of Standard Webhooks: webhook-id is the delivery's key in every try, webhook-timestamp the moment of
// the try by the true clock, webhook-signature "v1," and the HMAC-SHA256 over both and the body.
type Hooks struct {
	guard  *Guard
	client *http.Client
	now    func() time.Time
}

// NewHooks makes the way to hooks through a guard. No proxy out of the environment is used, and no redirection is followed: either
// would lead past the guard.
func NewHooks(g *Guard) *Hooks {
	return &Hooks{guard: g, now: time.Now, client: &http.Client{
		Timeout:       25 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{DialContext: g.dial, TLSHandshakeTimeout: 10 * time.Second, ResponseHeaderTimeout: 20 * time.Second, MaxIdleConns: 20,
			IdleConnTimeout: 30 * time.Second, MaxResponseHeaderBytes: 16 << 10, ForceAttemptHTTP2: true},
	}}
}

// Call makes one try.
func (h *Hooks) Call(ctx context.Context, c app.Call) error {
	u, err := url.Parse(c.URL)
	if err == nil {
		err = h.guard.Allowed(u)
	}
	if err != nil {
		return &app.Undelivered{Why: "not allowed"}
	}
	at := h.now()
	signature, err := Sign(c.Secret, c.Key, at, c.Body)
	if err != nil {
		return &app.Undelivered{Why: "secret"}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.URL, bytes.NewReader(c.Body))
	if err != nil {
		return &app.Undelivered{Why: "address"}
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "shigan-webhooks")
	req.Header.Set("webhook-id", c.Key)
	req.Header.Set("webhook-timestamp", strconv.FormatInt(at.Unix(), 10))
	req.Header.Set("webhook-signature", signature)
	res, err := h.client.Do(req)
	if err != nil {
		return &app.Undelivered{Why: reason(err), Down: true}
	}
	defer res.Body.Close()
	io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10)) // so that the connection can be used again; what it says is not kept
	switch {
	case res.StatusCode >= 200 && res.StatusCode < 300:
		return nil
	case res.StatusCode == http.StatusGone:
		return &app.Undelivered{Why: "410 Gone", Gone: true}
	}
	return &app.Undelivered{Why: fmt.Sprintf("%d %s", res.StatusCode, http.StatusText(res.StatusCode))}
}

// reason leaves the address out of an error: it may hold a key.
func reason(err error) string {
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	return plainly(err)
}

const secretPrefix = "whsec_"

// Sign gives the signature of one message.
func Sign(secret, id string, at time.Time, body []byte) (string, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, secretPrefix))
	if err != nil {
		return "", err
	}
	m := hmac.New(sha256.New, key)
	fmt.Fprintf(m, "%s.%d.", id, at.Unix())
	m.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(m.Sum(nil)), nil
}
