// Package golden compares what a test made with a file that somebody has read and found right.
//
//	go test ./… -run Name -golden.update   writes the files anew; read the diff before you commit it
package golden

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("golden.update", false, "write golden files anew")

// Check holds got against a file, such as "testdata/bulletin_2022-05.html".
func Check(t testing.TB, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; -golden.update writes it", err)
	}
	if bytes.Equal(got, want) {
		return
	}
	t.Errorf("%s: %s\n(-golden.update writes it anew; read the diff)", file, firstDifference(got, want))
}

// firstDifference names the line at which two texts part, or the byte where there are no lines to speak of.
func firstDifference(got, want []byte) string {
	g, w := bytes.Split(got, []byte("\n")), bytes.Split(want, []byte("\n"))
	for i := range max(len(g), len(w)) {
		switch {
		case i >= len(g):
			return fmt.Sprintf("ends at line %d; the file goes on: %q", i, clip(w[i]))
		case i >= len(w):
			return fmt.Sprintf("the file ends at line %d; this goes on: %q", i, clip(g[i]))
		case !bytes.Equal(g[i], w[i]):
			at := 0
			for at < len(g[i]) && at < len(w[i]) && g[i][at] == w[i][at] {
				at++
			}
			from := max(0, at-40)
			return fmt.Sprintf("line %d, byte %d\n got: …%q\nwant: …%q", i+1, at+1, clip(g[i][from:]), clip(w[i][from:]))
		}
	}
	return "the same"
}

func clip(b []byte) []byte { return b[:min(len(b), 160)] }
