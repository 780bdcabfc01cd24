package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const guide = "../../docs/guide"

// TestTheGuideShowsTheDesksAsTheCommandDrawsThem: a desk that changes is drawn anew with UPDATE=1.
func TestTheGuideShowsTheDesksAsTheCommandDrawsThem(t *testing.T) {
	for name, desk := range map[string]string{"problem": "sample/jimo-problem", "task": "china/task", "supervision": "china/supervision", "finding": "china/finding", "order": "shandong/order", "demand": "china/demand"} {
		drawn, shown := filepath.Join(t.TempDir(), "d.svg"), filepath.Join(guide, "desks", name+".svg")
		if code := run(t.Context(), []string{"desk", "show", desk, "--svg", drawn}, std{strings.NewReader(""), &bytes.Buffer{}, os.Stderr, func(string) string { return "" }}); code != 0 {
			t.Fatalf("desk show %s: %d", desk, code)
		}
		want, err := os.ReadFile(drawn)
		if err != nil {
			t.Fatal(err)
		}
		if os.Getenv("UPDATE") != "" {
			if err := os.WriteFile(shown, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(shown)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what desk show %s draws (%v); run with UPDATE=1", shown, desk, err)
		}
	}
}

// TestTheGuideLeadsSomewhere: every link of every chapter is there, every chapter stands in the index, and every command is one.
func TestTheGuideLeadsSomewhere(t *testing.T) {
	files, err := filepath.Glob(guide + "/*.md")
	if err != nil || len(files) < 8 {
		t.Fatalf("%v %v", files, err)
	}
	index, err := os.ReadFile(guide + "/README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if base := filepath.Base(f); base != "README.md" && !bytes.Contains(index, []byte("("+base+")")) {
			t.Errorf("%s stands in no index", base)
		}
		for _, m := range regexp.MustCompile(`\]\(([^)#:]+)\)`).FindAllSubmatch(text, -1) {
			if _, err := os.Stat(filepath.Join(guide, string(m[1]))); err != nil {
				t.Errorf("%s leads to %s, which is not there", filepath.Base(f), m[1])
			}
		}
		for _, m := range regexp.MustCompile("(?m)(?:^|`)shigan ([a-z]+(?: [a-z]+)?)").FindAllSubmatch(text, -1) {
			if name := string(m[1]); !known(name) {
				t.Errorf("%s names shigan %s, which is no command", filepath.Base(f), name)
			}
		}
	}
}

func known(name string) bool {
	for _, k := range commands() {
		first, _, _ := strings.Cut(name, " ")
		if k.name == name || k.name == first {
			return true
		}
	}
	return false
}
