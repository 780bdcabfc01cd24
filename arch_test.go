package shigan_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// storeys from the ground up. A room imports rooms of its own storey (by the rules below) and of those under it.
var storeys = []string{"kernel", "engine", "domain", "app", "adapter", "cmd"}

// rooms are all that a storey may hold; a new folder is written down here first, with its place in STYLE.md §1.
// In domain the order is the import order: a room imports only those before it.
var rooms = map[string][]string{
	"kernel": {"calendar", "fault", "figure", "ledger", "quantity", "rules", "table", "vault", "words"},
	"engine": {"allocate", "curve", "draw", "interindustry", "network", "score", "spatial", "text"},
	"domain": {"org", "place", "satisfaction", "industry", "plan", "casework", "project", "schedule", "factor", "promotion", "renewal",
		"dispatch", "request", "approval", "enforcement", "visit", "reform", "supervision", "appraisal", "access"},
	"app":     {"demo"},
	"adapter": {"api", "mcp", "paper", "post", "sheet", "store", "web"},
	"cmd":     {"shigan"},
}

// beside the storeys: data, and what only tests may use.
const (
	packsRoom = "packs"
	kitRoom   = "testkit"
	benchRoom = "bench"
	suiteRoom = "adapter/store/storetest" // the stores' common tests: no test file by name, yet for tests only
)

// innocent storeys know no clock, no database and no network: time and data are arguments.
var innocent = []string{"kernel", "engine", "domain"}

// banned from them; engine/draw writes SVG and may escape it.
var banned = map[string][]string{
	"kernel": {"database/sql", "net/http", "net", "html/template"},
	"engine": {"database/sql", "net/http", "net"},
	"domain": {"database/sql", "net/http", "net", "html/template"},
}

const module = "shigan/"

// TestImportsGoDown reads every Go file of the house.
func TestImportsGoDown(t *testing.T) {
	files := 0
	err := filepath.WalkDir(".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && p != "." && (strings.HasPrefix(name, ".") || name == "testdata" || name == "node_modules" || name == "build") {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") {
			return nil
		}
		files++
		for _, wrong := range inspect(t, filepath.ToSlash(p)) {
			t.Errorf("%s: %s", p, wrong)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 50 {
		t.Errorf("only %d files were read; is this the module's root?", files)
	}
}

// TestTheGuardBites holds the guard against sentences that it must refuse, so that it is not green for having gone blind.
func TestTheGuardBites(t *testing.T) {
	for what, tc := range map[string]struct{ file, source, want string }{
		"kernel importing domain":          {"kernel/rules/x.go", `package rules; import _ "shigan/domain/org"`, "goes up"},
		"domain importing app":             {"domain/org/x.go", `package org; import _ "shigan/app"`, "goes up"},
		"app importing an adapter":         {"app/x.go", `package app; import _ "shigan/adapter/store"`, "goes up"},
		"adapters importing one another":   {"adapter/web/x.go", `package web; import _ "shigan/adapter/sheet"`, "one another"},
		"domain against its order":         {"domain/org/x.go", `package org; import _ "shigan/domain/dispatch"`, "order"},
		"a clock in domain":                {"domain/org/x.go", `package org; import "time"; var t = time.Now()`, "time.Now"},
		"a clock under another name":       {"kernel/rules/x.go", `package rules; import clock "time"; var t = clock.Now()`, "time.Now"},
		"a database in kernel":             {"kernel/table/x.go", `package table; import _ "database/sql"`, "database/sql"},
		"the web in domain":                {"domain/org/x.go", `package org; import _ "net/http"`, "net/http"},
		"an unknown storey":                {"helpers/x.go", `package helpers`, "no storey"},
		"an unknown room":                  {"domain/misc/x.go", `package misc`, "no room"},
		"the testkit outside of tests":     {"app/x.go", `package app; import _ "shigan/testkit"`, "tests only"},
		"packs inside app":                 {"app/x.go", `package app; import _ "shigan/packs"`, "packs"},
		"storetest outside of tests":       {"cmd/shigan/x.go", `package main; import _ "shigan/adapter/store/storetest"`, "tests only"},
		"an import of a room not there":    {"app/x.go", `package app; import _ "shigan/domain/misc"`, "no room"},
		"an adapter test that takes a web": {"adapter/sheet/x_test.go", `package sheet; import _ "shigan/adapter/web"`, "one another"},
	} {
		t.Run(what, func(t *testing.T) {
			got := strings.Join(judge(t, tc.file, tc.source), "; ")
			if !strings.Contains(got, tc.want) {
				t.Errorf("said %q, should speak of %q", got, tc.want)
			}
		})
	}
	for what, tc := range map[string]struct{ file, source string }{
		"domain may import what stands before it":       {"domain/dispatch/x.go", `package dispatch; import _ "shigan/domain/project"`},
		"a part of an adapter is of the adapter":        {"adapter/web/pages/x.go", `package pages; import _ "shigan/adapter/web/assets"`},
		"the demo is part of app":                       {"app/demo/x.go", `package demo; import _ "shigan/app"`},
		"a test may use the kit":                        {"adapter/web/x_test.go", `package web_test; import _ "shigan/testkit"`},
		"cmd may import the packs":                      {"cmd/shigan/x.go", `package main; import _ "shigan/packs"`},
		"a test may read the packs":                     {"kernel/rules/x_test.go", `package rules_test; import _ "shigan/packs"`},
		"the stores' suite may use store and the kit":   {"adapter/store/storetest/x.go", `package storetest; import (_ "shigan/adapter/store"; _ "shigan/testkit")`},
		"a domain test may look at the time of day":     {"domain/org/x_test.go", `package org; import "time"; var t = time.Now()`},
		"app may look at the clock that it is handed":   {"app/x.go", `package app; import "time"; var now = time.Now`},
		"a test of the stores may use the common suite": {"adapter/store/x_test.go", `package store_test; import _ "shigan/adapter/store/storetest"`},
	} {
		t.Run(what, func(t *testing.T) {
			if got := judge(t, tc.file, tc.source); len(got) > 0 {
				t.Errorf("refused: %v", got)
			}
		})
	}
}

func inspect(t *testing.T, file string) []string { return judge(t, file, nil) }

// judge says what is wrong with a file; source nil reads it from disk.
func judge(t *testing.T, file string, source any) []string {
	t.Helper()
	set := token.NewFileSet()
	f, err := parser.ParseFile(set, file, source, parser.SkipObjectResolution)
	if err != nil {
		return []string{err.Error()}
	}
	from, err := placeOf(path.Dir(file))
	if err != nil {
		return []string{err.Error()}
	}
	test := strings.HasSuffix(file, "_test.go") || from.testOnly
	var wrong []string
	for _, imp := range f.Imports {
		to, _ := strconv.Unquote(imp.Path.Value)
		if rest, own := strings.CutPrefix(to, module); own {
			if why := mayImport(from, rest, test); why != "" {
				wrong = append(wrong, fmt.Sprintf("imports %s: %s", to, why))
			}
		} else if !test && slices.Contains(banned[from.storey], to) {
			wrong = append(wrong, fmt.Sprintf("imports %s: %s knows no database and no network", to, from.storey))
		}
	}
	if !test && slices.Contains(innocent, from.storey) && asksTheClock(f) {
		wrong = append(wrong, "calls time.Now: below app, time is an argument")
	}
	return wrong
}

// place of a folder in the house.
type place struct {
	storey, room string // room "" for what stands beside the storeys, and for app itself
	level        int    // of the storey, -1 beside
	testOnly     bool
	suite        bool
}

func placeOf(dir string) (place, error) {
	if dir == "." {
		return place{level: len(storeys), testOnly: true}, nil // this very file
	}
	parts := strings.Split(dir, "/")
	switch parts[0] {
	case packsRoom:
		return place{storey: packsRoom, level: -1}, nil
	case kitRoom, benchRoom:
		return place{storey: parts[0], level: len(storeys), testOnly: true}, nil
	}
	level := slices.Index(storeys, parts[0])
	if level < 0 {
		return place{}, fmt.Errorf("%s is no storey of the house; arch_test.go lists them", parts[0])
	}
	p := place{storey: parts[0], level: level}
	if len(parts) > 1 {
		p.room = parts[1]
		if !slices.Contains(rooms[p.storey], p.room) {
			return place{}, fmt.Errorf("there is no room %s/%s; write it down in arch_test.go, with its place", p.storey, p.room)
		}
	}
	if p.room == "" && p.storey != "app" {
		return place{}, fmt.Errorf("%s is a storey, no room: its code lies in the rooms", p.storey)
	}
	if dir == suiteRoom || strings.HasPrefix(dir, suiteRoom+"/") {
		p.testOnly, p.suite = true, true
	}
	return p, nil
}

// mayImport gives the reason why not, or "".
func mayImport(from place, to string, test bool) string {
	target, err := placeOf(to)
	if err != nil {
		return err.Error()
	}
	switch {
	case target.testOnly && !test:
		return "it is for tests only"
	case target.testOnly && (target.storey == kitRoom || target.suite && from.storey == target.storey && from.room == target.room):
		return ""
	case from.level == len(storeys): // testkit, bench and this file look into every room
		return ""
	case target.storey == packsRoom:
		if test || from.storey == "cmd" {
			return ""
		}
		return "packs are data: cmd hands them in"
	case from.storey == packsRoom:
		if test {
			return ""
		}
		return "packs are data and import nothing"
	case target.level > from.level:
		return fmt.Sprintf("the arrow goes up, from %s to %s", from.storey, target.storey)
	case target.level < from.level || target.room == from.room:
		return ""
	case from.storey == "adapter":
		return "adapters do not import one another"
	case from.storey == "domain":
		if order := rooms["domain"]; slices.Index(order, target.room) > slices.Index(order, from.room) {
			return fmt.Sprintf("against the order of the domain: %s stands before %s", from.room, target.room)
		}
	}
	return ""
}

// asksTheClock finds time.Now and its two short forms, whatever name the package was given.
func asksTheClock(f *ast.File) bool {
	name := ""
	for _, imp := range f.Imports {
		if imp.Path.Value == `"time"` {
			name = "time"
			if imp.Name != nil {
				name = imp.Name.Name
			}
		}
	}
	if name == "" {
		return false
	}
	found := false
	ast.Inspect(f, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := sel.X.(*ast.Ident); ok && id.Name == name && slices.Contains([]string{"Now", "Since", "Until"}, sel.Sel.Name) {
				found = true
			}
		}
		return !found
	})
	return found
}
