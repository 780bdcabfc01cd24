package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	sample "shigan/app/demo"
)

// TestServeAnswersAndStopsInOrder starts the server on a free port, asks whether it lives, and stops it as Ctrl-C does.
func TestServeAnswersAndStopsInOrder(t *testing.T) {
	dir := t.TempDir() + "/d"
	env := func(string) string { return "" }
	var out bytes.Buffer
	if code := run(t.Context(), []string{"init", "--data", dir}, std{strings.NewReader(""), &out, &out, env}); code != 0 {
		t.Fatal(out.String())
	}
	logs, w := io.Pipe()
	ctx, stop := context.WithCancel(t.Context())
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, []string{"serve", "--data", dir, "--addr", "127.0.0.1:0"}, std{strings.NewReader(""), io.Discard, w, env})
		w.Close()
	}()
	began := time.Now()
	lines := bufio.NewScanner(logs)
	address, said := "", []string{}
	for address == "" && lines.Scan() {
		var l struct{ Msg, Address string }
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			t.Fatalf("a line of the log is no JSON: %s", lines.Text())
		}
		address, said = l.Address, append(said, l.Msg)
	}
	if address == "" {
		t.Fatal("it never said where it listens: ", said)
	}
	t.Logf("ready after %v", time.Since(began).Round(time.Millisecond))
	go func() {
		for lines.Scan() { // let it log
		}
	}()
	for path, want := range map[string]int{"/healthz": 200, "/no-such-page": 404} {
		res, err := http.Get("http://" + address + path)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("%s: %d, want %d\n%.300s", path, res.StatusCode, want, body)
		}
		if strings.Contains(string(body), "⟦") {
			t.Errorf("%s: a text is missing: %s", path, body)
		}
	}
	stop()
	select {
	case c := <-code:
		if c != 0 {
			t.Errorf("exit code %d after a stop in order", c)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("it does not stop")
	}
	if _, err := http.Get("http://" + address + "/healthz"); err == nil {
		t.Error("it still answers")
	}
}

func TestTheDemoIsSeededOnceAndLeavesOtherDataAlone(t *testing.T) {
	if testing.Short() {
		t.Skip("the whole history takes some seconds")
	}
	dir := t.TempDir() + "/demo"
	env := func(string) string { return "" }
	demo := func(args ...string) (int, string) {
		var out bytes.Buffer
		code := run(t.Context(), append(args, "--data", dir), std{strings.NewReader(""), &out, &out, env})
		return code, out.String()
	}
	if code, text := demo("demo", "--no-serve"); code != 0 || !strings.Contains(text, "dispatcher") || strings.Contains(text, "⟦") {
		t.Fatalf("%d\n%s", code, text)
	}
	if code, text := demo("demo", "--no-serve"); code != 0 || !strings.Contains(text, "已在") {
		t.Errorf("again: %d\n%s", code, text)
	}
	post := map[string]string{}
	for _, a := range sample.Accounts() {
		post[a.Login] = a.Post
	}
	for _, line := range [][]string{{"ledger", "verify"}, {"ledger", "rebuild", "--check"}, {"post", "list"}, {"month", "check", "2022-05", "--as", post["dispatcher"]}} {
		if code, text := demo(line...); code != 0 {
			t.Errorf("%v: %d\n%s", line, code, text)
		}
	}
	// its clock stands in its own year
	code, text := demo("unit", "add", "x", "--name", "某单位", "--as", post["system"], "--json")
	if code != 0 || !strings.Contains(text, `"number": "L-0702-`) {
		t.Errorf("%d %s", code, text)
	}
	dir = t.TempDir() + "/other"
	if code, text := demo("init"); code != 0 {
		t.Fatal(text)
	}
	if code, text := demo("demo", "--no-serve"); code != exitConflict {
		t.Errorf("other data: %d %s", code, text)
	}
}
