package sheet

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shigan/kernel/fault"
	catalogue "shigan/kernel/words"
)

// TestEveryWorkbookOpensOrIsRefusedWithAReason reads whatever lies in the shared folder.
func TestEveryWorkbookOpensOrIsRefusedWithAReason(t *testing.T) {
	var files []string
	for _, pattern := range []string{"sheets/poi/*", "sheets/gmpp_raw/*", "projects/dslib/*.xlsx", "sheets/lists/S*.*"} {
		found, _ := filepath.Glob(filepath.Join("../../../shared/data", pattern))
		files = append(files, found...)
	}
	if len(files) == 0 {
		t.Skip("no shared workbooks here")
	}
	passwords := map[string]string{"password.xls": "password", "protected_passtika.xlsx": "tika"}
	for _, path := range files {
		name := filepath.Base(path)
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			wb, err := Read(name, data, Options{})
			if pw := passwords[name]; pw != "" {
				if !errors.Is(err, ErrPassword) {
					t.Fatalf("without password: %v", err)
				}
				if _, err := Read(name, data, Options{Password: "wrong"}); !errors.Is(err, ErrWrongPassword) {
					t.Fatalf("with a wrong password: %v", err)
				}
				wb, err = Read(name, data, Options{Password: pw})
			}
			if err != nil {
				f, ok := fault.Of(err)
				if !ok || !catalogue.Has("fault."+f.Code) {
					t.Fatalf("refused without a sentence: %v", err)
				}
				t.Log(catalogue.Say(catalogue.Zh, "fault."+f.Code, f.Args))
				return
			}
			r := Recognise(wb, Context{})
			out, err := json.Marshal(r)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range r.Sheets {
				t.Logf("%s: read %v %s, %d columns, %d projects, %d problems", s.Name, s.Read, s.WhyNot, len(s.Columns), len(s.Projects), len(s.Problems))
			}
			if strings.Contains(string(out), "⟦") {
				t.Error("a sentence is missing")
			}
		})
	}
}
