package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"shigan/adapter/store"
	"shigan/app"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/quantity"
	"shigan/testkit"
)

// TestNothingAcknowledgedIsLostWhenTheServerIsKilled starts a writer under load, kills it at a random moment and looks whether
// every deed that it acknowledged is there: SHIGAN_KILLS times, five without it.
func TestNothingAcknowledgedIsLostWhenTheServerIsKilled(t *testing.T) {
	onBothEngines(t, killAgainAndAgain)
}

// onBothEngines runs a test with the flags that lead to a fresh office on each engine.
func onBothEngines(t *testing.T, f func(t *testing.T, where ...string)) {
	t.Run("sqlite", func(t *testing.T) { f(t, "--data", t.TempDir()+"/d") })
	t.Run("postgres", func(t *testing.T) {
		dsn := os.Getenv("SHIGAN_TEST_PG")
		if dsn == "" {
			t.Skip("SHIGAN_TEST_PG is not set")
		}
		f(t, "--db", testkit.FreshPostgres(t, dsn), "--data", t.TempDir())
	})
}

// killsOr is how often a test kills: SHIGAN_KILLS, two under -short, usual else.
func killsOr(usual int) int {
	if n, err := strconv.Atoi(os.Getenv("SHIGAN_KILLS")); err == nil {
		return n
	}
	if testing.Short() {
		return 2
	}
	return usual
}

// said is one acknowledged deed.
type said struct {
	seq int64
	key string
}

func killAgainAndAgain(t *testing.T, where ...string) {
	kills := killsOr(5)
	must := func(line ...string) {
		t.Helper()
		var out bytes.Buffer
		if code := run(t.Context(), append(line, where...), std{strings.NewReader(""), &out, &out, func(string) string { return "" }}); code != 0 {
			t.Fatalf("%v: exit code %d\n%s", line, code, out.String())
		}
	}
	must("init")
	smallAt(t, where...)
	var all []said
	for k := range kills {
		got := killOne(t, k, where...)
		if len(got) == 0 {
			t.Fatalf("kill %d: the writer had acknowledged nothing", k)
		}
		s, r := lookAt(t, where...)
		for _, a := range got {
			e, err := r.Entry(a.seq)
			if err != nil || e.Key != a.key {
				t.Fatalf("kill %d: entry %d was acknowledged for %s; there is %q (%v)", k, a.seq, a.key, e.Key, err)
			}
		}
		s.Close()
		all = append(all, got...)
		must("ledger", "verify")
		if k%10 == 9 || k == kills-1 || kills <= 10 {
			must("ledger", "rebuild", "--check")
		}
	}
	t.Logf("%d kills, %d deeds acknowledged, all there", kills, len(all))
}

// killOne starts a writer and kills it between a few and a few hundred milliseconds after its first deed.
func killOne(t *testing.T, round int, where ...string) []said {
	t.Helper()
	exe, err := exec.LookPath("shigan-write") // testscript.Main put the test program under this name
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, append([]string{strconv.Itoa(round)}, where...)...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var errs bytes.Buffer
	cmd.Stderr = &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var got []said
	first, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		r := bufio.NewReader(out)
		for {
			line, err := r.ReadString('\n')
			if err != nil { // a half line was not acknowledged
				return
			}
			var a said
			if _, err := fmt.Sscanf(line, "%d %s", &a.seq, &a.key); err == nil {
				if got = append(got, a); len(got) == 1 {
					close(first)
				}
			}
		}
	}()
	select {
	case <-first:
	case <-done:
	case <-time.After(30 * time.Second):
	}
	time.Sleep(time.Duration(rand.IntN(250)) * time.Millisecond)
	if err := cmd.Process.Kill(); err != nil && len(got) == 0 {
		t.Fatalf("%v\n%s", err, errs.String())
	}
	<-done
	cmd.Wait()
	if len(got) == 0 {
		t.Log(errs.String())
	}
	return got
}

func lookAt(t *testing.T, where ...string) (*store.Store, app.Reader) {
	t.Helper()
	c := &call{ctx: context.Background(), std: std{nil, io.Discard, io.Discard, func(string) string { return "" }}, values: map[string][]string{}}
	if err := c.parse(append([]string{"ledger", "verify"}, where...)); err != nil {
		t.Fatal(err)
	}
	s, r, _, err := c.reader()
	if err != nil {
		t.Fatal(err)
	}
	return s, r
}

func smallAt(t *testing.T, where ...string) {
	t.Helper()
	c := &call{ctx: context.Background(), std: std{nil, io.Discard, io.Discard, func(string) string { return "" }}, values: map[string][]string{}}
	if err := c.parse(append([]string{"ledger", "verify"}, where...)); err != nil {
		t.Fatal(err)
	}
	o, err := c.office()
	if err != nil {
		t.Fatal(err)
	}
	testkit.Small(t, o)
	for i := len(c.closers); i > 0; i-- {
		c.closers[i-1]()
	}
}

// writeUntilKilled is the writer: ROUND DATA… It does deeds of several kinds on several goroutines and prints each receipt as
// soon as it has it, as a server answers a request.
func writeUntilKilled() {
	c := &call{ctx: context.Background(), std: std{os.Stdin, os.Stdout, os.Stderr, os.Getenv}, values: map[string][]string{}}
	if err := c.parse(append([]string{"ledger", "verify"}, os.Args[2:]...)); err != nil {
		asTest{}.Fatal(err)
	}
	o, err := c.office()
	if err != nil {
		asTest{}.Fatal(err)
	}
	var mu sync.Mutex
	for g := range 8 {
		go func() {
			for i := 0; ; i++ {
				key := fmt.Sprintf("r%s-g%d-i%d", os.Args[1], g, i)
				var cmd app.Command = org.FoundUnit{Unit: org.Unit{ID: key, Name: org.Name{Zh: "单位" + key}, Class: org.Enterprise}, On: "2021-01-01"}
				if i%4 == 3 {
					cmd = project.SetPlan{ID: "JM-001", Year: 2022, Planned: quantity.Fen(12_000+i+1000*g) * quantity.Wan, Category: project.NewStart, Reason: key}
				}
				r, err := o.Do(c.ctx, org.FirstSetUp, cmd, app.Options{Key: key})
				if err != nil {
					asTest{}.Fatal(key, err)
				}
				if r.First == 0 { // the plan was the same as another's
					continue
				}
				mu.Lock()
				fmt.Printf("%d %s\n", r.Last, key)
				mu.Unlock()
			}
		}()
	}
	select {}
}
