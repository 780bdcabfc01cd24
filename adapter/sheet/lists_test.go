package sheet

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

var (
	listsDir = flag.String("lists", "../../../shared/data/sheets/lists", "folder of workbooks with gold answers and a scorer")
	listsOut = flag.String("lists-out", "", "keep what was recognised in this folder")
)

// TestListsScore measures the importer on the lists that lie outside the repository; it is left out where they are not.
func TestListsScore(t *testing.T) {
	scorer := filepath.Join(*listsDir, "score_import.py")
	golds, _ := filepath.Glob(filepath.Join(*listsDir, "gold", "*.json"))
	python, err := exec.LookPath("python3")
	if len(golds) == 0 || err != nil {
		t.Skip("no lists to measure with, or no python3")
	}
	out := *listsOut
	if out == "" {
		out = t.TempDir()
	}
	for _, path := range golds {
		var gold struct{ File, Password string }
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(raw, &gold); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(filepath.Join(*listsDir, gold.File))
		if err != nil {
			t.Fatal(err)
		}
		wb, err := Read(gold.File, data, Options{Password: gold.Password})
		if err != nil {
			t.Errorf("%s: %v", gold.File, err)
			continue
		}
		result, err := json.MarshalIndent(Recognise(wb, Context{}), "", " ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(out, filepath.Base(path)), result, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var why bytes.Buffer
	cmd := exec.Command(python, scorer, "--why", filepath.Join(*listsDir, "gold"), out)
	cmd.Stdout = &why
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	t.Logf("\n%s", why.String())
	total, err := exec.Command(python, scorer, "--json", filepath.Join(*listsDir, "gold"), out).Output()
	if err != nil {
		t.Fatal(err)
	}
	var score struct {
		Total struct{ Total, Flags float64 }
	}
	if err := json.Unmarshal(total, &score); err != nil {
		t.Fatal(err)
	}
	if score.Total.Total < 0.97 || score.Total.Flags < 0.9 {
		t.Errorf("total %.3f, flags %.3f; wanted 0.97 and 0.9", score.Total.Total, score.Total.Flags)
	}
}
