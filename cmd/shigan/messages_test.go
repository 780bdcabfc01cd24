package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"shigan/app"
	"shigan/domain/casework"
	"shigan/domain/org"
	"shigan/testkit"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// TestKilledInTheMiddleOfDeliveriesNothingIsLostAndNothingComesTwice starts a server that raises matters, lets them climb, writes
// letters and calls a hook, kills it at a random moment, and again. In the end receivers that drop repeated keys have exactly what
// was told: SHIGAN_KILLS times, six without it.
func TestKilledInTheMiddleOfDeliveriesNothingIsLostAndNothingComesTwice(t *testing.T) {
	onBothEngines(t, killDeliveries)
}

// honest is a hook's receiver that checks each call and knows each key once.
type honest struct {
	mu    sync.Mutex
	keys  map[string]int
	wrong []error
}

func killDeliveries(t *testing.T, where ...string) {
	kills := killsOr(6)
	box := testkit.OpenPostbox(t, "")
	heard, secret := &honest{keys: map[string]int{}}, ""
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		wh, err := standardwebhooks.NewWebhook(secret)
		if err == nil {
			err = wh.Verify(raw, r.Header)
		}
		heard.mu.Lock()
		defer heard.mu.Unlock()
		if err != nil {
			heard.wrong = append(heard.wrong, err)
		}
		heard.keys[r.Header.Get("webhook-id")]++
	}))
	defer hook.Close()
	env := map[string]string{"SHIGAN_SMTP": box.URL(""), "SHIGAN_MAIL_FROM": "shigan@example.cn", "SHIGAN_HOOK_ALLOW": strings.TrimPrefix(hook.URL, "http://")}
	must := func(line ...string) string {
		t.Helper()
		var out bytes.Buffer
		if code := run(t.Context(), append(line, where...), std{strings.NewReader(""), &out, &out, func(k string) string { return env[k] }}); code != 0 {
			t.Fatalf("%v: exit code %d\n%s", line, code, out.String())
		}
		return out.String()
	}
	// each round begins some days later: what had been claimed by the dead is free, and levels' times run out
	at := time.Date(2022, 6, 20, 2, 0, 0, 0, time.UTC)
	later := func(d time.Duration) { at = at.Add(d); must("init", "--practice-clock", at.Format(time.RFC3339)) }
	later(0)
	smallAt(t, where...)
	secret = subscribe(t, hook.URL, env, where...)
	for k := range kills {
		later(50 * time.Hour)
		killNight(t, k, env, where...)
	}
	for range 6 {
		later(90 * time.Minute)
		must("clock", "run")
	}
	s, r := lookAt(t, where...)
	defer s.Close()
	all, err := r.Messages(app.MessageFilter{Oldest: true})
	if err != nil {
		t.Fatal(err)
	}
	calls, letters, climbed := 0, 0, 0
	for _, m := range all {
		if strings.HasPrefix(m.Topic, "case.") {
			calls++
			if m.Post == "dispatcher" || m.Post == "leader" {
				letters++
			}
			if m.Topic == "case.lifted" {
				climbed++
			}
		}
	}
	heard.mu.Lock()
	defer heard.mu.Unlock()
	tries := 0
	for _, n := range heard.keys {
		tries += n
	}
	keys := map[string]int{}
	for _, l := range box.Letters() {
		keys[l.Key(t)]++
	}
	if len(heard.wrong) > 0 || len(heard.keys) != calls || len(keys) != letters || calls == 0 || letters == 0 {
		t.Errorf("%d messages and %d keys of calls; %d for people with an address and %d keys of letters; wrong: %v", calls, len(heard.keys), letters, len(keys), heard.wrong)
	}
	waiting, err := r.Deliveries(app.DeliveryFilter{State: app.Waiting})
	if err != nil || len(waiting) > 0 {
		t.Errorf("%d still wait: %v", len(waiting), err)
	}
	if climbed == 0 && !testing.Short() {
		t.Error("nothing climbed: the test shows less than it says")
	}
	must("ledger", "rebuild", "--check")
	must("ledger", "verify")
	t.Logf("%d kills: %d messages in %d calls, %d letters in %d tries, %d climbs", kills, calls, tries, letters, len(box.Letters()), climbed)
}

// subscribe puts the desk in force, gives two people an address that takes everything at once, and opens the hook.
func subscribe(t *testing.T, url string, env map[string]string, where ...string) (secret string) {
	t.Helper()
	c := &call{ctx: context.Background(), std: std{nil, io.Discard, io.Discard, func(k string) string { return env[k] }}, values: map[string][]string{}}
	if err := c.parse(append([]string{"clock", "run"}, where...)); err != nil {
		t.Fatal(err)
	}
	o, err := c.office()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.AdoptDesk(c.ctx, org.FirstSetUp, "sample/jimo-problem", "", false, "", app.Options{}); err != nil {
		t.Fatal(err)
	}
	for _, post := range []string{"dispatcher", "leader"} {
		if err := o.SetAddress(c.ctx, "p-"+post, post+"@example.cn"); err != nil {
			t.Fatal(err)
		}
		x, _, err := o.ChoicesOf(c.ctx, "p-"+post)
		if err != nil {
			t.Fatal(err)
		}
		x.Quiet = app.Quiet{From: "00:00", To: "00:00"}
		for _, g := range app.MessageGroups {
			x.Mail[g] = app.MailNow
		}
		if err := o.Choose(c.ctx, org.Signer{Person: "p-" + post}, x); err != nil {
			t.Fatal(err)
		}
	}
	if _, secret, err = o.OpenHook(c.ctx, org.FirstSetUp, org.Hook{ID: "oa", Label: "示例"}, url, app.Options{}); err != nil {
		t.Fatal(err)
	}
	for i := len(c.closers); i > 0; i-- {
		c.closers[i-1]()
	}
	return secret
}

// killNight starts the server and kills it some time after its first round.
func killNight(t *testing.T, round int, env map[string]string, where ...string) {
	t.Helper()
	exe, err := exec.LookPath("shigan-night")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, append([]string{strconv.Itoa(round)}, where...)...)
	cmd.Env = os.Environ()
	for k, v := range env {
		cmd.Env = append(cmd.Env, k+"="+v)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var errs bytes.Buffer
	cmd.Stderr = &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	first := make([]byte, 1)
	if _, err := out.Read(first); err != nil {
		cmd.Wait()
		t.Fatalf("round %d: it did nothing: %s", round, errs.String())
	}
	go io.Copy(io.Discard, out)
	time.Sleep(time.Duration(rand.IntN(300)) * time.Millisecond)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	cmd.Wait()
}

// nightUntilKilled is the server: ROUND DATA… It raises matters and does rounds of everything, as fast as it can.
func nightUntilKilled() {
	c := &call{ctx: context.Background(), std: std{os.Stdin, os.Stdout, os.Stderr, os.Getenv}, values: map[string][]string{}}
	if err := c.parse(append([]string{"clock", "run"}, os.Args[2:]...)); err != nil {
		asTest{}.Fatal(err)
	}
	o, err := c.office()
	if err != nil {
		asTest{}.Fatal(err)
	}
	n, err := c.night(o)
	if err != nil {
		asTest{}.Fatal(err)
	}
	by := org.Signer{Person: "p-owner", Post: "owner", Unit: "co", Roles: []org.Role{org.Owner}}
	for i := 0; ; i++ {
		key := fmt.Sprintf("r%s-i%d", os.Args[1], i)
		cmd := casework.Open{Desk: "sample/jimo-problem", Title: "问题 " + key, Subject: "project/JM-001", Chain: map[string]string{"lead": "leader", "head": "local", "deputy": "line", "chief": "leader"}}
		if _, err := o.Do(c.ctx, by, cmd, app.Options{Key: key}); err != nil {
			asTest{}.Fatal(err)
		}
		fmt.Println(i)
		if i%3 == 2 { // so that there is something to do in a round
			if r := n.Once(c.ctx); r.Err != nil {
				asTest{}.Fatal(r.Err)
			}
		}
	}
}
