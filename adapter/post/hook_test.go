package post_test

import (
	"context"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"shigan/adapter/post"
	"shigan/app"
	"shigan/domain/org"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

// receiver is a hook's other end: it checks signatures with the library of those who wrote the standard.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	ids    []string
	bodies []string
	bad    []error
	answer func(w http.ResponseWriter, id string)
}

func receive(t testing.TB, secret string) *receiver {
	t.Helper()
	wh, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		t.Fatal(err)
	}
	r := &receiver{}
	r.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		raw, _ := io.ReadAll(req.Body)
		r.mu.Lock()
		defer r.mu.Unlock()
		if err := wh.Verify(raw, req.Header); err != nil {
			r.bad = append(r.bad, err)
		}
		id := req.Header.Get("webhook-id")
		r.ids, r.bodies = append(r.ids, id), append(r.bodies, string(raw))
		if r.answer != nil {
			r.answer(w, id)
		}
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) got(t testing.TB) []string {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, err := range r.bad {
		t.Errorf("a signature does not hold: %v", err)
	}
	return slices.Clone(r.ids)
}

func (r *receiver) say(f func(w http.ResponseWriter, id string)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = f
}

// allow is a guard that lets a test server be reached, and hooks that trust it.
func allow(t testing.TB, r *receiver) *post.Hooks {
	t.Helper()
	u, _ := url.Parse(r.URL)
	g, err := post.NewGuard(u.Host)
	if err != nil {
		t.Fatal(err)
	}
	h := post.NewHooks(g)
	pool := x509.NewCertPool()
	pool.AddCert(r.Certificate())
	h.Trust(pool)
	return h
}

func undelivered(t testing.TB, err error) *app.Undelivered {
	t.Helper()
	u, ok := errors.AsType[*app.Undelivered](err)
	if !ok {
		t.Fatalf("said %v", err)
	}
	return u
}

func TestACallIsSignedAsTheStandardSaysAndKeepsItsIdInEveryTry(t *testing.T) {
	r := receive(t, secret)
	h := allow(t, r)
	call := app.Call{Key: "msg_1", URL: r.URL + "/in?key=1", Secret: secret, Body: []byte(`{"type":"case.assigned","data":{"text":{"zh":"交给你办"}}}`)}
	r.say(func(w http.ResponseWriter, _ string) { w.WriteHeader(500) })
	if u := undelivered(t, h.Call(t.Context(), call)); u.Gone || u.Never || u.Down || !strings.HasPrefix(u.Why, "500") {
		t.Errorf("%+v", u)
	}
	r.say(nil)
	if err := h.Call(t.Context(), call); err != nil {
		t.Fatal(err)
	}
	if got := r.got(t); !slices.Equal(got, []string{"msg_1", "msg_1"}) || r.bodies[1] != string(call.Body) {
		t.Errorf("%v %v", got, r.bodies)
	}
	// what the standard's own library makes of the same
	at := time.Unix(1656633600, 0)
	wh, _ := standardwebhooks.NewWebhook(secret)
	want, err := wh.Sign("msg_1", at, call.Body)
	if err != nil {
		t.Fatal(err)
	}
	if mine, err := post.Sign(secret, "msg_1", at, call.Body); err != nil || mine != want {
		t.Errorf("%s ≠ %s (%v)", mine, want, err)
	}
	r2 := receive(t, "whsec_"+strings.Repeat("A", 32))
	if allow(t, r2).Call(t.Context(), app.Call{Key: "x", URL: r2.URL, Secret: secret, Body: []byte("{}")}); len(r2.bad) != 1 {
		t.Error("the library takes a signature by another secret: this test proves nothing")
	}
}

func TestGoneIsGoneAndARedirectionLeadsNowhere(t *testing.T) {
	r, inside := receive(t, secret), 0
	trap := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { inside++ }))
	defer trap.Close()
	h := allow(t, r)
	call := app.Call{Key: "msg_2", URL: r.URL, Secret: secret, Body: []byte("{}")}
	for code, gone := range map[int]bool{410: true, 404: false, 429: false, 503: false, 401: false} {
		r.say(func(w http.ResponseWriter, _ string) { w.WriteHeader(code) })
		if u := undelivered(t, h.Call(t.Context(), call)); u.Gone != gone || u.Never {
			t.Errorf("%d: %+v", code, u)
		}
	}
	r.say(func(w http.ResponseWriter, _ string) {
		w.Header().Set("Location", trap.URL)
		w.WriteHeader(307)
	})
	if u := undelivered(t, h.Call(t.Context(), call)); u.Gone || inside != 0 {
		t.Errorf("%+v, and %d calls inside", u, inside)
	}
	r.Close()
	if u := undelivered(t, h.Call(t.Context(), call)); !u.Down || strings.Contains(u.Why, "127.0.0.1:0/") {
		t.Errorf("%+v", u)
	}
}

// TestTheGuardLetsNobodyInside: neither by an address, nor by a name that leads there, nor by another way of writing it.
func TestTheGuardLetsNobodyInside(t *testing.T) {
	inside := 0
	trap := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { inside++ }))
	defer trap.Close()
	u, _ := url.Parse(trap.URL)
	g, err := post.NewGuard("")
	if err != nil {
		t.Fatal(err)
	}
	h := post.NewHooks(g)
	for _, address := range []string{trap.URL, "https://127.0.0.1:" + u.Port(), "https://localhost:" + u.Port(), "https://127.1:" + u.Port(), "https://2130706433:" + u.Port(),
		"https://[::ffff:127.0.0.1]:" + u.Port(), "https://[::1]:" + u.Port(), "https://0.0.0.0:" + u.Port(), "https://localhost.:" + u.Port(), "https://[::]:" + u.Port(),
		"http://example.com/", "ftp://example.com/", "https://169.254.169.254/latest/meta-data", "https://printer.local/"} {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		if err := h.Call(ctx, app.Call{Key: "x", URL: address, Secret: secret, Body: []byte("{}")}); err == nil {
			t.Errorf("%s was called", address)
		}
		cancel()
	}
	if inside != 0 {
		t.Errorf("%d calls came inside", inside)
	}
	for s, want := range map[string]bool{
		"8.8.8.8": true, "114.114.114.114": true, "2400:3200::1": true,
		"10.0.0.1": false, "172.16.0.1": false, "172.32.0.1": true, "192.168.1.1": false, "127.0.0.1": false, "169.254.169.254": false, "100.64.0.1": false, "100.128.0.1": true,
		"0.0.0.0": false, "255.255.255.255": false, "224.0.0.1": false, "198.18.0.1": false, "::": false, "::1": false, "fe80::1": false, "fc00::1": false, "fd12::1": false,
		"::ffff:10.0.0.1": false, "::ffff:8.8.8.8": true, "64:ff9b::a00:1": false, "2002:a00:1::": false, "2001:db8::1": false, "ff02::1": false, "fec0::1": false,
	} {
		if got := post.Public(s); got != want {
			t.Errorf("%s: public %v", s, got)
		}
	}
}

func TestTheGuardLetsThroughWhatTheOperatorNamed(t *testing.T) {
	for list, tc := range map[string]struct {
		address string
		want    error
	}{
		"":                           {"https://hooks.example.cn/x", nil},
		" ":                          {"http://hooks.example.cn/x", org.ErrHookHTTPS},
		"oa.local":                   {"http://oa.local:8080/x", nil},
		"OA.local:8080":              {"http://oa.LOCAL:8080/x", nil},
		"oa.local:8080, other":       {"http://oa.local/x", org.ErrHookPrivate},
		"10.20.0.0/16":               {"http://10.20.3.4/x", nil},
		"10.20.0.0/16 oa":            {"https://10.21.3.4/x", org.ErrHookPrivate},
		"10.20.0.0/16,10.21.0.0/16":  {"https://10.21.3.4/x", nil},
		"example":                    {"https://127.0.0.1/x", org.ErrHookPrivate},
		"192.168.0.0/24;192.168.1.1": {"http://192.168.1.1/x", nil},
	} {
		g, err := post.NewGuard(list)
		if err != nil {
			t.Fatal(list, err)
		}
		u, _ := url.Parse(tc.address)
		if err := g.Allowed(u); !errors.Is(err, tc.want) || (err == nil) != (tc.want == nil) {
			t.Errorf("%q, %s: %v, want %v", list, tc.address, err, tc.want)
		}
	}
	for _, list := range []string{"10.0.0.0/99", "http://x/", "*.example.cn", "a@b"} {
		if _, err := post.NewGuard(list); !errors.Is(err, post.ErrAllow) {
			t.Errorf("%q: %v", list, err)
		}
	}
}

// FuzzGuard: whatever is listed and whatever is called, nothing private is let through that was not named.
func FuzzGuard(f *testing.F) {
	f.Add("oa.local:8080, 10.0.0.0/8", "https://10.1.2.3/x")
	f.Add("", "https://[::ffff:127.0.0.1]/")
	f.Add("a", "http://a/")
	f.Fuzz(func(t *testing.T, list, address string) {
		g, err := post.NewGuard(list)
		if err != nil {
			return
		}
		u, err := url.Parse(address)
		if err != nil || u.Hostname() == "" {
			return
		}
		if bare, _ := post.NewGuard(""); bare.Allowed(u) == nil {
			ip, err := netip.ParseAddr(u.Hostname())
			if u.Scheme != "https" || err == nil && !post.Public(ip.String()) {
				t.Errorf("%q is let through by a guard that names nothing", address)
			}
			if g.Allowed(u) != nil {
				t.Errorf("%q closes what was open: %q", list, address)
			}
		}
	})
}
