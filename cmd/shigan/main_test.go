package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"shigan/testkit"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the scripts call the program, and a few helpers, by name.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"shigan":       main,
		"small":        small,
		"signin":       signIn,
		"shigan-write": writeUntilKilled,
		"shigan-night": nightUntilKilled,
		"editpart":     editPart,
	})
}

// TestScripts runs testdata/script/*.txtar: what the command line promises, one behaviour a file.
func TestScripts(t *testing.T) {
	dir, files := "testdata/script", []string(nil)
	if testing.Short() { // under the race detector each of some hundred processes takes a second to start; two files have all of their kinds
		dir, files = "", []string{"testdata/script/clock_run.txtar", "testdata/script/import_refused.txtar"}
	}
	testscript.Run(t, testscript.Params{
		Dir:                 dir,
		Files:               files,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			for _, name := range []string{"SHIGAN_DATA", "SHIGAN_DB", "SHIGAN_MASTER_KEY", "SHIGAN_LANG", "SHIGAN_DEBUG"} {
				env.Setenv(name, "")
			}
			return nil
		},
		Condition: func(cond string) (bool, error) {
			if cond == "postgres" {
				return os.Getenv("SHIGAN_TEST_PG") != "", nil
			}
			return false, fmt.Errorf("unknown condition %s", cond)
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits": exits, "flip": flip, "freshdb": func(ts *testscript.TestScript, _ bool, args []string) {
				ts.Setenv(args[0], testkit.FreshPostgres(t, os.Getenv("SHIGAN_TEST_PG")))
			},
		},
	})
}

// exits CODE PROGRAM ARG… runs a program and wants this exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARG…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		bad, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%v", err)
		}
		got = bad.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// flip FILE OLD NEW changes bytes of a file wherever OLD stands, as a disk or a hand would. (A database file holds old copies of
// its pages too; which one counts is its own affair.)
func flip(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 || len(args[1]) != len(args[2]) {
		ts.Fatalf("usage: flip FILE OLD NEW, both of one length")
	}
	file := ts.MkAbs(args[0])
	raw, err := os.ReadFile(file)
	ts.Check(err)
	if !bytes.Contains(raw, []byte(args[1])) {
		ts.Fatalf("%s does not hold %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(file, bytes.ReplaceAll(raw, []byte(args[1]), []byte(args[2])), 0o600))
}

// asTest stands in for a test in a program: testkit fills a district for both.
type asTest struct{ testing.TB }

func (asTest) Helper()        {}
func (asTest) Cleanup(func()) {}
func (asTest) Fatal(args ...any) {
	fmt.Fprintln(os.Stderr, args...)
	os.Exit(1)
}

// small DATA… fills a founded district with testkit's small one: units, posts, a project JM-001 (plan 1.20亿 in 2022).
func small() {
	c := &call{ctx: context.Background(), std: std{os.Stdin, os.Stdout, os.Stderr, os.Getenv}, values: map[string][]string{}}
	if err := c.parse(append([]string{"month", "status", "2022-06"}, os.Args[1:]...)); err != nil {
		asTest{}.Fatal(err)
	}
	o, err := c.office()
	if err != nil {
		asTest{}.Fatal(err)
	}
	testkit.Small(asTest{}, o)
	for person, login := range map[string]string{"p-dispatcher": "dispatcher", "p-security": "security"} {
		if err := o.SetPassword(c.ctx, person, login, "password-for-tests"); err != nil {
			asTest{}.Fatal(err)
		}
	}
	for i := len(c.closers); i > 0; i-- {
		c.closers[i-1]()
	}
}

// signIn LOGIN PASSWORD signs in once, as a browser would.
func signIn() {
	c := &call{ctx: context.Background(), std: std{os.Stdin, os.Stdout, os.Stderr, os.Getenv}, values: map[string][]string{}}
	if err := c.parse(append([]string{"month", "status", "2022-06"}, os.Args[3:]...)); err != nil {
		asTest{}.Fatal(err)
	}
	o, err := c.office()
	if err != nil {
		asTest{}.Fatal(err)
	}
	if _, _, err := o.SignIn(c.ctx, os.Args[1], os.Args[2]); err != nil {
		asTest{}.Fatal(err)
	}
	for i := len(c.closers); i > 0; i-- {
		c.closers[i-1]()
	}
}

// TestEveryCommandAndFlagIsExplained in both languages.
func TestEveryCommandAndFlagIsExplained(t *testing.T) {
	for _, lang := range []string{"zh", "en"} {
		var out, errs bytes.Buffer
		s := std{strings.NewReader(""), &out, &errs, func(string) string { return "" }}
		for _, k := range commands() {
			if code := run(t.Context(), append([]string{"help", "--lang", lang}, strings.Fields(k.name)...), s); code != 0 {
				t.Errorf("help %s: %d", k.name, code)
			}
		}
		run(t.Context(), []string{"help", "--lang", lang}, s)
		if text := out.String(); strings.Contains(text, "⟦") {
			t.Errorf("%s: a text is missing: …%s", lang, text[strings.Index(text, "⟦"):min(len(text), strings.Index(text, "⟦")+60)])
		}
	}
}
