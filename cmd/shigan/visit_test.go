package main

import (
	"strings"
	"testing"
	"unicode/utf8"

	"shigan/domain/casework"
	"shigan/domain/visit"
)

func TestAFindingIsReadAsItIsWritten(t *testing.T) {
	lq := casework.Party{Unit: "lq"}
	for text, want := range map[string]visit.Found{
		"便道没有用地":                              {Title: "便道没有用地"},
		"JM-001: 便道没有用地":                      {Project: "JM-001", Title: "便道没有用地"},
		"JM-001：便道没有用地":                       {Project: "JM-001", Title: "便道没有用地"},
		"便道：没有用地":                             {Title: "便道：没有用地"}, // no project's number
		"便道没有用地|桩机进不了场|没有报批":                  {Title: "便道没有用地", Pain: "桩机进不了场", Cause: "没有报批"},
		"JM-001: 便道没有用地 | 桩机进不了场 | 没有报批 | lq": {Project: "JM-001", Title: "便道没有用地", Pain: "桩机进不了场", Cause: "没有报批", Handler: lq},
		"JM-001: 便道没有用地 |  |  | lq":           {Project: "JM-001", Title: "便道没有用地", Handler: lq},
	} {
		got, err := findingOf(text)
		if err != nil || got.Project != want.Project || got.Title != want.Title || got.Pain != want.Pain || got.Cause != want.Cause || got.Handler != want.Handler {
			t.Errorf("%s: %+v %v", text, got, err)
		}
	}
	for _, text := range []string{"便道|只有难点", "a|b|c|d|e"} {
		if _, err := findingOf(text); err == nil {
			t.Errorf("%s was read", text)
		}
	}
}

// FuzzFinding: whatever is typed, nothing but blanks and the marks between the parts is lost.
func FuzzFinding(f *testing.F) {
	f.Add("JM-001: 便道没有用地 | 难点 | 原因 | lq")
	f.Add("：| |")
	f.Fuzz(func(t *testing.T, text string) {
		x, err := findingOf(text)
		if err != nil || !utf8.ValidString(text) { // bytes that are no text may meet and become one
			return
		}
		bare := func(s string) string {
			return strings.Map(func(r rune) rune {
				if strings.ContainsRune("|:：", r) || strings.TrimSpace(string(r)) == "" {
					return -1
				}
				return r
			}, s)
		}
		if got := bare(x.Project + x.Title + x.Pain + x.Cause + x.Handler.Unit); got != bare(text) {
			t.Errorf("%q became %q", text, got)
		}
	})
}
